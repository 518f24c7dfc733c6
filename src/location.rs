//! Where an item lies: the path as walked, and the way down through containers.

use std::path::{Path, PathBuf};

/// An item's place: a path on disk (any bytes) and, inside containers, the member.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Location {
    path: PathBuf,
    member: Option<String>,
}

impl Location {
    /// A plain file, directory or stream.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), member: None }
    }

    /// The path as walked; not always UTF-8.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Containers down to the last thing with its own ledger line, joined by `!`; `None` for plain files.
    pub fn member(&self) -> Option<&str> {
        self.member.as_deref()
    }
}

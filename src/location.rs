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

    /// A member of the file at this path, by the way down to it that [`Location::member`] gave.
    pub fn member_of(path: impl Into<PathBuf>, member: String) -> Self {
        Self { path: path.into(), member: Some(member) }
    }

    /// A member of this container, by the name that the container gives it. `!` and `%` in the name become `%21` and
    /// `%25`, so that levels can be told apart.
    #[must_use]
    pub fn inside(&self, name: &str) -> Self {
        let mut member = self.member.clone().unwrap_or_default();
        if self.member.is_some() {
            member.push('!');
        }
        for c in name.chars() {
            match c {
                '!' => member.push_str("%21"),
                '%' => member.push_str("%25"),
                _ => member.push(c),
            }
        }
        Self { path: self.path.clone(), member: Some(member) }
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

#[cfg(test)]
mod tests {
    use super::Location;

    #[test]
    fn levels_are_told_apart() {
        let file = Location::file("a!b.zip");
        assert_eq!(file.member(), None);
        let inner = file.inside("50%!.tar").inside("x.txt");
        assert_eq!(inner.member(), Some("50%25%21.tar!x.txt"));
        assert_eq!(inner.path(), file.path());
    }
}

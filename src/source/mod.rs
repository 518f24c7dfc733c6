//! Lists what is to be read, in walk order and lazily.
//!
//! In:      the roots and lists that the operator named, and the rules that leave things out.
//! Out:     [`Listed`]: an [`Item`] to open, or the end of something that will not be opened and why.
//! Not:     opens no content, follows no link below a root, knows no format and no detector.
//! Promise: the order depends on names alone. Everything named or met is handed out exactly once, so the ledger can
//!          add it up; what cannot be listed ends with a [`Reason`], never in silence.

use crate::known::KnownItem;
use crate::location::Location;
use crate::problem::Reason;
use std::io;
use std::path::PathBuf;

mod glob;
mod roots;
#[cfg(test)]
pub(crate) mod testing;
mod walk;

pub use glob::{Glob, GlobError};
pub use roots::{Roots, Separator};
pub use walk::Walk;

/// Something that can be opened and read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Where it lies, as walked.
    pub location: Location,
    /// Size in bytes if it cost nothing to learn. A hint: the size that counts is taken when the item is opened.
    pub size_hint: Option<u64>,
    /// How to open it.
    pub handle: Handle,
}

impl Item {
    /// A file at a path that no source has listed.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { location: Location::file(path), size_hint: None, handle: Handle::Path }
    }

    /// Standard input, at the location `-`.
    pub fn stdin() -> Self {
        Self { handle: Handle::Stdin, ..Self::file("-") }
    }

    /// Content that the reader was given, under a name.
    pub fn held(path: impl Into<PathBuf>) -> Self {
        Self { handle: Handle::Held, ..Self::file(path) }
    }
}

/// How an item is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Handle {
    /// The file at `location.path()`. If that has become a link, it is not followed.
    Path,
    /// The file that `location.path()`, a link named as a root, leads to.
    LinkedPath,
    /// Standard input.
    Stdin,
    /// Content that the program holds already and gave to the reader.
    Held,
}

/// One step of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed {
    /// To be read.
    Item(Item),
    /// Not to be read again: as an earlier scan found it, the file and what lies in it, in the order of that scan.
    Known(Vec<KnownItem>),
    /// Not to be read: left out by a rule, or impossible to list. It has a line in the ledger of its own.
    Ended {
        /// The file or directory.
        location: Location,
        /// Why.
        reason: Reason,
        /// What the operating system said, or which rule it was.
        detail: Option<String>,
    },
}

/// What is said of a path that the system does not take.
pub(crate) const TOO_LONG: &str =
    "its path is longer than the system takes in one piece; scan from a folder further down, by a relative path";

/// Lists items in a fixed order.
pub trait Source: Send {
    /// The next step, or `None` at the end. Does no more work than this step needs.
    fn next(&mut self) -> Option<Listed>;
}

/// What is wrong with the roots or lists themselves. Found before anything is read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// ``nothing to read: no path and no list is named``
    #[error("nothing to read: no path and no list is named")]
    Nothing,
    /// ``cannot find `PATH` ``
    #[error("cannot find `{}`", path.display())]
    Missing {
        /// The root.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// ``cannot open the list `PATH` ``
    #[error("cannot open the list `{}`", path.display())]
    List {
        /// The list.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// ``standard input is named twice``
    #[error("standard input is named twice")]
    StdinTwice,
}

/// One item, and nothing else.
#[derive(Debug)]
pub struct One(Option<Item>);

impl One {
    /// The source of this item.
    pub fn new(item: Item) -> Self {
        Self(Some(item))
    }
}

impl Source for One {
    fn next(&mut self) -> Option<Listed> {
        self.0.take().map(Listed::Item)
    }
}

//! What lies inside: tells containers by content and hands on what they hold, one thing at a time, under a budget.
//!
//! In:      bytes, in any order or once, with a [`Kind`] and a name.
//! Out:     each [`Child`]: a member with a stream of bytes, which is recognised by content again; or what belongs to
//!          the container itself: decoded text with places, or bytes that no member covers.
//! Not:     knows no detector and no report; writes nothing to disk; uses no name from a container as a path.
//! Promise: every read goes through the [`Budget`]; no loop and no allocation follows a number from the content alone.
//!          Members come first, then what belongs to the container. What could not be read is a [`Fault`], of the
//!          member (an error of its stream) or of the container (what [`open`] returns).
//!
//! Formats that are hard to read safely are read by a [`Helper`], in another process; without one they are `unsupported`.

#[cfg(feature = "formats")]
mod beside;
mod budget;
mod carried;
mod fault;
mod frames;
#[cfg(feature = "formats")]
mod helped;
mod helper;
#[cfg(feature = "formats")]
mod inflate;
#[cfg_attr(not(feature = "formats"), expect(dead_code, reason = "formats need more of it"))]
mod input;
#[cfg(feature = "formats")]
mod journal;
mod kind;
mod locked;
mod mail;
#[cfg(feature = "formats")]
mod names;
#[cfg(feature = "formats")]
mod ods;
#[cfg(feature = "formats")]
mod office;
#[cfg(feature = "formats")]
mod prose;
#[cfg(feature = "formats")]
mod rtf;
#[cfg(feature = "formats")]
mod sheet;
#[cfg(feature = "formats")]
mod signed;
#[cfg(feature = "formats")]
mod stopwatch;
#[cfg(feature = "formats")]
mod stream;
#[cfg(feature = "formats")]
mod tar;
#[cfg(feature = "formats")]
mod telling;
#[cfg(feature = "formats")]
mod unused;
#[cfg(feature = "formats")]
mod xlsx;
#[cfg(feature = "formats")]
mod xml;
#[cfg(feature = "formats")]
mod zip;

#[cfg(feature = "formats")]
pub use beside::Beside;
pub use budget::Budget;
pub use carried::{Carriers, begins};
pub use fault::Fault;
pub use frames::{At, Frames, Made, Text};
pub use helper::{Answer, Helper, Piece};
pub(crate) use input::InMemory;
#[cfg(feature = "formats")]
pub use sheet::{WIDEST, day, shows_days};
#[cfg(feature = "formats")]
pub use signed::runs;

pub use kind::{END_BYTES, Kind, ends_as_zip, hides_zip, is_mislabelled, recognise};
pub use locked::Passwords;
#[cfg(feature = "formats")]
pub use mail::stretches;

use crate::read::Bytes;
use std::io::Read;
use std::ops::ControlFlow;

/// Where the bytes of a container come from.
pub enum Input<'i> {
    /// In any order.
    Bytes(&'i dyn Bytes),
    /// Once, forwards.
    Stream(&'i mut dyn Read),
}

/// What a container holds. Whoever takes it reads as much of it as is needed; the rest is skipped.
pub enum Child<'c> {
    /// A thing with a name, and a line in the ledger. An error while reading is the member's: [`Fault::of`].
    Member {
        /// The name that the container gives it; never a path to be opened.
        name: &'c str,
        /// The bytes.
        bytes: &'c mut dyn Read,
    },
    /// A member that cannot be read at all.
    Closed {
        /// The name that the container gives it.
        name: &'c str,
        /// Why.
        fault: Fault,
    },
    /// Text of the container itself, decoded: a document, a sheet, a part of a message.
    Text(&'c mut dyn Text),
    /// Bytes of the container that belong to no member, as they are.
    Raw {
        /// Offset of the first one in the container.
        start: u64,
        /// The bytes.
        bytes: &'c mut dyn Read,
    },
}

/// Takes children; `Break` when the scan is to end.
pub type Children<'c> = dyn FnMut(Child<'_>) -> ControlFlow<()> + 'c;

/// Opens a container and hands on what it holds, one thing at a time.
///
/// `name` is the container's own, for members that have none.
///
/// # Errors
/// What kept the container from being read in full: damage, a limit, encryption, or two ways to read it. Everything
/// that could be read has been handed on all the same.
#[cfg(feature = "formats")]
pub fn open(
    kind: Kind, input: Input<'_>, name: &str, budget: &Budget, helper: Option<&dyn Helper>, children: &mut Children<'_>,
) -> Result<(), Fault> {
    match kind {
        Kind::Gzip | Kind::Zstd | Kind::Bzip2 | Kind::Xz | Kind::Lz4 | Kind::Lzma => {
            stream::open(kind, input, name, budget, children)
        }
        Kind::Tar => tar::open(input, children),
        Kind::Zip => zip::open(input, budget, children),
        Kind::Journal => journal::open(input, budget, children),
        Kind::Rtf => rtf::open(input, budget, children),
        Kind::Mail => mail::open(input, budget, children),
        Kind::Mbox => mail::open_folder(input, budget, children),
        Kind::Sqlite | Kind::SevenZip | Kind::Rar | Kind::Pdf | Kind::Parquet | Kind::Ole | Kind::Picture(_) => {
            helped::open(kind, input, budget, helper, children)
        }
        other => other.closed().map_or(Ok(()), |reason| Err(Fault { reason, detail: None })),
    }
}

/// Without the feature `formats` no message is taken apart.
#[cfg(not(feature = "formats"))]
pub fn stretches(_: &[u8]) -> Vec<(std::ops::Range<usize>, crate::text::transfer::Transfer)> {
    Vec::new()
}

/// Without the feature `formats` nothing is opened.
///
/// # Errors
/// `unsupported` or `no_text`.
#[cfg(not(feature = "formats"))]
pub fn open(
    kind: Kind, _: Input<'_>, _: &str, _: &Budget, _: Option<&dyn Helper>, _: &mut Children<'_>,
) -> Result<(), Fault> {
    kind.closed().map_or(Ok(()), |reason| Err(Fault { reason, detail: None }))
}

//! Who reads formats in another process, and what comes back. The process itself is a front's: this module knows none.

use super::{Fault, Kind};
use crate::problem::Reason;
use std::fmt::Debug;
use std::io::Read;
use std::time::Duration;

/// Reads containers somewhere else, so that no content can harm the process that asks.
pub trait Helper: Debug + Send + Sync {
    /// Begins to read a container, which may open with one of the passwords.
    ///
    /// # Errors
    /// `worker_crashed` if there is nobody to ask, `worker_timeout` if the bytes are not taken; or what kept the bytes,
    /// of which there are to be `size`, from being read.
    fn ask(
        &self, kind: Kind, bytes: &mut dyn Read, size: u64, passwords: &[&str],
    ) -> Result<Box<dyn Answer + '_>, Fault>;
}

/// What a helper returns, piece by piece.
pub trait Answer {
    /// The next piece; `None` at the end. After an error, the same error again.
    ///
    /// # Errors
    /// `worker_crashed`, `worker_timeout`: nothing more follows.
    fn next(&mut self) -> Result<Option<Piece>, Fault>;

    /// How long the helper has taken so far. What it waited for a processor that others had does not count.
    fn took(&self) -> Duration;
}

/// A piece of an answer. Texts and members are not in each other, and each ends with [`Piece::End`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A text begins; with names of columns it is a table, whose first row is the header.
    Text(Option<Vec<String>>),
    /// What follows stands here.
    Place(String),
    /// Text, whole lines or parts of them.
    Words(String),
    /// A row of cells.
    Row(Vec<String>),
    /// A sheet with this name begins; its rows are [`Piece::Line`]s.
    Sheet(String),
    /// A row of a sheet: its number, and its cells by column, both from 1; columns rise.
    Line(u32, Vec<(u32, String)>),
    /// A member with this name begins.
    Member(String),
    /// Bytes of a member.
    Bytes(Vec<u8>),
    /// A text or member ends.
    End,
    /// A member that cannot be read.
    Closed(String, Reason),
    /// Something could not be read; more may follow.
    Fault(Fault),
}

impl Piece {
    /// Bytes that count as unpacked.
    #[cfg(feature = "formats")]
    pub(super) fn bytes(&self) -> u64 {
        let content = match self {
            Self::Text(columns) => columns.iter().flatten().map(String::len).sum(),
            Self::Row(cells) => cells.iter().map(|cell| cell.len() + 1).sum(),
            Self::Line(_, cells) => cells.iter().map(|(_, cell)| cell.len() + 1).sum(),
            Self::Sheet(text) | Self::Place(text) | Self::Words(text) | Self::Member(text) | Self::Closed(text, _) => {
                text.len()
            }
            Self::Bytes(bytes) => bytes.len(),
            Self::End | Self::Fault(_) => 0,
        };
        content as u64 + 1
    }
}

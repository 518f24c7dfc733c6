//! Who receives results. The engine drives and calls a [`Sink`]; reports, stores and gates are sinks.

use crate::finding::{Finding, Kind, Tally};
use crate::location::Location;
use crate::problem::{Problem, Reason, State};
use std::io;
use std::ops::ControlFlow;

/// Why a sink wants no more.
#[derive(Debug)]
#[non_exhaustive]
pub enum Stop {
    /// The reader has gone (closed pipe). Not an error.
    Closed,
    /// The output could not be written.
    Output(io::Error),
}

/// `Continue`, or `Break` with the reason to stop the scan.
pub type Flow = ControlFlow<Stop>;

/// What a sink needs; the engine works out no more than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wants {
    /// Line numbers.
    pub lines: bool,
    /// Findings handed over for each item and detector; the rest is only counted. `u64::MAX`: all.
    pub findings_per_kind: u64,
    /// Findings of tallied kinds (`technical`, `org`) as well.
    pub tallied: bool,
    /// An [`ItemRecord`] for each item, not only for those with findings or a problem.
    pub every_item: bool,
}

/// Who owns an item and who may read it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ItemMeta {
    /// Permission bits, if known.
    pub mode: Option<u32>,
    /// Owner's user id, if known.
    pub owner_uid: Option<u32>,
    /// Modification time: seconds since 1970 and nanoseconds, if known.
    pub mtime: Option<(i64, u32)>,
}

/// How one item ended.
#[derive(Debug)]
pub struct ItemRecord<'a> {
    /// The item.
    pub location: &'a Location,
    /// The one state it ended in.
    pub state: State,
    /// Why, unless `scanned_full`.
    pub reason: Option<Reason>,
    /// Whether the operator accepted this gap by name.
    pub accepted: bool,
    /// Size in bytes, if known.
    pub bytes_total: Option<u64>,
    /// Bytes looked at.
    pub bytes_scanned: u64,
    /// Owner, mode, time.
    pub meta: ItemMeta,
    /// Counts by detector, in the order of the catalogue.
    pub tallies: &'a [Tally],
    /// The catalogue's kinds, which `Tally::kind_index` points into.
    pub kinds: &'a [Kind],
}

/// Receives what a scan finds, in walk order, on one thread at a time.
pub trait Sink: Send {
    /// What this sink needs. Asked once.
    fn wants(&self) -> Wants;

    /// A value.
    fn finding(&mut self, finding: &Finding<'_>) -> Flow;

    /// Something that could not be read. The item's record follows.
    fn problem(&mut self, problem: &Problem) -> Flow;

    /// An item has ended.
    fn item(&mut self, _item: &ItemRecord<'_>) -> Flow {
        Flow::Continue(())
    }
}

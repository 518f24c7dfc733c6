//! Who receives results. The engine drives and calls a [`Sink`]; reports, stores and gates are sinks.

use crate::finding::{Finding, Kind, Tally};
use crate::location::Location;
use crate::problem::{Problem, Reason, State};
use std::fmt;
use std::fs::Metadata;
use std::io;
use std::ops::ControlFlow;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

/// Why a sink wants no more.
#[derive(Debug)]
#[non_exhaustive]
pub enum Stop {
    /// The reader has gone (closed pipe). Not an error.
    Closed,
    /// The output could not be written.
    Output(io::Error),
    /// What is kept of a scan could not be written.
    State {
        /// The folder that it is kept in.
        folder: PathBuf,
        /// What the storage said, with its causes.
        cause: String,
    },
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the reader has gone"),
            Self::Output(error) => error.fmt(f),
            Self::State { folder, cause } => write!(f, "`{}`: {cause}", folder.display()),
        }
    }
}

/// `Continue`, or `Break` with the reason to stop the scan.
pub type Flow = ControlFlow<Stop>;

/// What a sink needs; the engine works out no more than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each asks for something of its own")]
pub struct Wants {
    /// Line numbers.
    pub lines: bool,
    /// Findings handed over for each item and detector; the rest is only counted. `u64::MAX`: all.
    pub findings_per_kind: u64,
    /// Findings of tallied kinds (`technical`, `org`) as well.
    pub tallied: bool,
    /// An [`ItemRecord`] for each item, not only for those with findings or a problem.
    pub every_item: bool,
    /// [`ItemRecord::trace`].
    pub traces: bool,
}

/// Which bytes an item was, as far as the file system tells: two equal stamps, and the content is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Device.
    pub device: u64,
    /// Inode on that device.
    pub inode: u64,
    /// Size in bytes.
    pub size: u64,
    /// Modification time: seconds since 1970 and nanoseconds.
    pub mtime: (i64, i64),
    /// Time of the last change to content, owner or mode; nobody can set it back.
    pub ctime: (i64, i64),
    /// Whether it has several names.
    pub shared: bool,
}

impl Stamp {
    /// The stamp that this metadata tells.
    pub fn of(meta: &Metadata) -> Self {
        Self {
            device: meta.dev(),
            inode: meta.ino(),
            size: meta.len(),
            mtime: (meta.mtime(), meta.mtime_nsec()),
            ctime: (meta.ctime(), meta.ctime_nsec()),
            shared: meta.nlink() > 1,
        }
    }
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
    /// Which bytes it was when it was opened, if it is a file.
    pub stamp: Option<Stamp>,
}

/// An item that was counted as an earlier scan found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Number under which it is kept.
    pub row: i64,
    /// Findings in its name that are kept with it; names are looked at anew in every scan.
    pub in_name: u64,
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
    /// What the engine needs to count the item again without reading it; empty unless asked for. It holds hashes of
    /// values without a key: whoever keeps it encrypts it.
    pub trace: &'a [u8],
    /// How an earlier scan kept it, if it was not read again because it has not changed.
    pub known: Option<Known>,
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

/// Several sinks as one. Each gets all that any of them asks for; the first one hears of everything first.
pub struct All<'a>(pub Vec<&'a mut dyn Sink>);

impl Sink for All<'_> {
    fn wants(&self) -> Wants {
        let none = Wants { lines: false, findings_per_kind: 0, tallied: false, every_item: false, traces: false };
        self.0.iter().map(|sink| sink.wants()).fold(none, |all, one| Wants {
            lines: all.lines || one.lines,
            findings_per_kind: all.findings_per_kind.max(one.findings_per_kind),
            tallied: all.tallied || one.tallied,
            every_item: all.every_item || one.every_item,
            traces: all.traces || one.traces,
        })
    }

    fn finding(&mut self, finding: &Finding<'_>) -> Flow {
        self.0.iter_mut().try_for_each(|sink| sink.finding(finding))
    }

    fn problem(&mut self, problem: &Problem) -> Flow {
        self.0.iter_mut().try_for_each(|sink| sink.problem(problem))
    }

    fn item(&mut self, item: &ItemRecord<'_>) -> Flow {
        self.0.iter_mut().try_for_each(|sink| sink.item(item))
    }
}

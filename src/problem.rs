//! What could not be read, and what that means for the answer. One table: [`Reason`].

use crate::location::Location;

/// The one state in which every listed item ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Every byte was looked at.
    ScannedFull,
    /// Some bytes were looked at.
    ScannedPartial,
    /// Left out by a rule, or gone before the first byte.
    Skipped,
    /// Nothing could be read.
    Failed,
}

impl State {
    /// All states, in report order.
    pub const ALL: [Self; 4] = [Self::ScannedFull, Self::ScannedPartial, Self::Skipped, Self::Failed];

    /// The report's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::ScannedFull => "scanned_full",
            Self::ScannedPartial => "scanned_partial",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

/// Whether a reason makes the whole answer incomplete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaks {
    /// Policy: counted, but the scan is complete.
    Never,
    /// A gap, unless the operator accepted this reason by name.
    UnlessAccepted,
    /// Always a gap.
    Always,
}

macro_rules! reasons {
    ($( $(#[$doc:meta])* $variant:ident = $name:literal, $state:ident, $breaks:ident; )*) => {
        /// Why an item is not `scanned_full`. The report's word, the state and the effect stand in one row each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Reason { $( $(#[$doc])* $variant, )* }

        impl Reason {
            /// Every reason, in the order of the table.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )* ];

            /// The report's word.
            pub fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )* }
            }

            /// The state that an item with this reason ends in.
            pub fn state(self) -> State {
                match self { $( Self::$variant => State::$state, )* }
            }

            /// Whether the answer stays complete.
            pub fn breaks(self) -> Breaks {
                match self { $( Self::$variant => Breaks::$breaks, )* }
            }
        }
    };
}

reasons! {
    /// A FIFO, socket or device.
    SpecialFile = "special_file", Skipped, Never;
    /// The report that is being written, or the program's own state.
    OwnOutput = "own_output", Skipped, Never;
    /// Left out by `--exclude`.
    Excluded = "excluded", Skipped, Never;
    /// On another file system, with `--one-file-system`.
    OtherFileSystem = "other_file_system", Skipped, Never;
    /// A symbolic link; links are not followed.
    Link = "link", Skipped, Never;
    /// A second name of a file that was read already.
    DuplicateInode = "duplicate_inode", Skipped, Never;
    /// Gone between listing and the first byte.
    Vanished = "vanished", Skipped, Never;
    /// Not reached before the scan was interrupted.
    NotReached = "not_reached", Skipped, Always;
    /// Shrunk or rewritten while it was read.
    ChangedDuringScan = "changed_during_scan", ScannedPartial, Always;
    /// The storage reported an error.
    IoError = "io_error", ScannedPartial, Always;
    /// Gone while it was read.
    VanishedMidway = "vanished_midway", ScannedPartial, Always;
    /// More findings in one item than `--max-findings-per-item`.
    LimitFindings = "limit_findings", ScannedPartial, Always;
    /// Containers in containers, deeper than is followed.
    LimitDepth = "limit_depth", ScannedPartial, Always;
    /// More members than one file may have, all levels together.
    LimitMembers = "limit_members", ScannedPartial, Always;
    /// More unpacked bytes than one file may give.
    LimitBytes = "limit_bytes", ScannedPartial, Always;
    /// Unpacked bytes out of all proportion to packed ones.
    LimitRatio = "limit_ratio", ScannedPartial, Always;
    /// A decoder, or a part that is read in one piece, needs more memory than is allowed.
    LimitMemory = "limit_memory", ScannedPartial, Always;
    /// Damaged or cut off: what came before the damage was read.
    Corrupt = "corrupt", ScannedPartial, Always;
    /// The name promises another format than the content is; what the content is was read.
    Mislabelled = "mislabelled", ScannedPartial, Always;
    /// Some of it is encrypted.
    EncryptedPart = "encrypted_part", ScannedPartial, Always;
    /// Something inside was not read in full: its own line says why.
    UnreadPart = "unread_part", ScannedPartial, Always;
    /// Longer than the time an item may take.
    Timeout = "timeout", ScannedPartial, Always;
    /// A bug met inside this item; the rest of the scan went on.
    Internal = "internal", ScannedPartial, Always;
    /// The process that read it ended before it was done: what came before was looked at.
    WorkerCrashed = "worker_crashed", ScannedPartial, Always;
    /// The process that read it took longer than allowed.
    WorkerTimeout = "worker_timeout", ScannedPartial, Always;
    /// Bytes that are neither text nor a known format; scanned as they are.
    UnknownBinary = "unknown_binary", ScannedPartial, UnlessAccepted;
    /// A picture, sound or film: it holds no text.
    NoText = "no_text", ScannedPartial, UnlessAccepted;
    /// A page image that only optical character recognition could read.
    NeedsOcr = "needs_ocr", ScannedPartial, UnlessAccepted;
    /// Named by the operator, as an argument or in a list, and not there.
    Missing = "missing", Failed, Always;
    /// The operating system refused to open it.
    PermissionDenied = "permission_denied", Failed, Always;
    /// Encrypted as a whole.
    Encrypted = "encrypted", Failed, Always;
    /// Programs would unpack different things from it: what any of them would see was looked at, as far as it is told
    /// apart.
    AmbiguousContainer = "ambiguous_container", Failed, Always;
    /// A known format that this version does not read.
    Unsupported = "unsupported", Failed, Always;
}

impl Reason {
    /// The reason with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.name() == name)
    }
}

/// Something that kept an item from being read in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The item.
    pub location: Location,
    /// What happened.
    pub reason: Reason,
    /// What the operating system or format said; never content.
    pub detail: Option<String>,
}

//! Budgets. Always passed, never assumed.

/// Limits of one scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a block; its end moves to the next record end.
    pub block_bytes: usize,
    /// Bytes read and scanned at once: a part of a block that stays in the processor's cache.
    pub step_bytes: usize,
    /// How far the end of a step or block may move, in bytes.
    pub slack_bytes: usize,
    /// Bytes before a step that its evidence may look at.
    pub lead_bytes: usize,
    /// Bytes behind a step that a value starting in it may reach into.
    pub tail_bytes: usize,
    /// Distinct values counted exactly for each stream and detector; a sketch beyond.
    pub distinct_exact: usize,
    /// Findings listed for one item; the rest is counted as `limit_findings`. `None`: no limit.
    pub findings_per_item: Option<u64>,
    /// How deep text may be hidden: escapes in base64 in escapes are three.
    pub view_depth: usize,
    /// What containers may cost.
    pub unpack: Unpack,
}

/// What one file and everything inside it may cost, all levels together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unpack {
    /// Containers in containers: `a.tar.gz` has two levels.
    pub depth: u32,
    /// Members.
    pub members: u64,
    /// Unpacked bytes, those of inner containers counted at each level.
    pub bytes: u64,
    /// Unpacked bytes for each packed one, once there are more than `ratio_from_bytes`; of one stream, and of the file.
    pub ratio: u64,
    /// Unpacked bytes that are given whatever the ratio.
    pub ratio_from_bytes: u64,
    /// Memory of a decoder's window, and of what has to be held in one piece, in bytes.
    pub memory_bytes: usize,
    /// Time that decoders may take, in milliseconds; a second more for each 10 MiB unpacked, an hour at most.
    pub time_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            block_bytes: 4 << 20,
            step_bytes: 256 << 10,
            slack_bytes: 64 << 10,
            lead_bytes: 64 << 10,
            tail_bytes: 16 << 10,
            distinct_exact: 4096,
            findings_per_item: None,
            view_depth: 3,
            unpack: Unpack::default(),
        }
    }
}

impl Default for Unpack {
    fn default() -> Self {
        Self {
            depth: 16,
            members: 100_000,
            bytes: 8 << 30,
            ratio: 1000,
            ratio_from_bytes: 64 << 20,
            memory_bytes: 128 << 20,
            time_ms: 60_000,
        }
    }
}

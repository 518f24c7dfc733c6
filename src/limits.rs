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
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            block_bytes: 4 << 20,
            step_bytes: 256 << 10,
            slack_bytes: 64 << 10,
            lead_bytes: 64 << 10,
            tail_bytes: 4 << 10,
            distinct_exact: 4096,
            findings_per_item: None,
        }
    }
}

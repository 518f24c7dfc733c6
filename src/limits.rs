//! Budgets. Always passed, never assumed.

/// Limits of one scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a block; its end moves to the next record end.
    pub block_bytes: usize,
    /// How far a block's end may move, in bytes.
    pub block_slack_bytes: usize,
    /// Bytes before a block that its evidence may look at.
    pub lead_bytes: usize,
    /// Bytes after a block that a value starting in it may reach into.
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
            block_slack_bytes: 64 << 10,
            lead_bytes: 4 << 10,
            tail_bytes: 4 << 10,
            distinct_exact: 4096,
            findings_per_item: None,
        }
    }
}

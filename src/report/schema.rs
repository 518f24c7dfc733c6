//! JSON Schemas (2020-12) of what the program writes and reads.

/// One line of `--format jsonl`.
pub const SCAN: &str = include_str!("schema/scan.schema.json");
/// The document of `--format json`.
pub const REPORT: &str = include_str!("schema/report.schema.json");
/// The config file, seen as JSON.
pub const CONFIG: &str = include_str!("schema/config.schema.json");
/// One line of the decision log.
pub const DECISION: &str = include_str!("schema/decision.schema.json");
/// The manifest of a redacted copy.
pub const REDACTION: &str = include_str!("schema/redaction.schema.json");
/// The document of `elek report purposes --format json`.
pub const PURPOSES: &str = include_str!("schema/purposes.schema.json");
/// The document of `elek report register --format json`.
pub const REGISTER: &str = include_str!("schema/register.schema.json");
/// The document of `elek report diff --format json`.
pub const DIFF: &str = include_str!("schema/diff.schema.json");
/// The document of `elek report render --format json`.
pub const OVERVIEW: &str = include_str!("schema/overview.schema.json");
/// The document of `elek report measures --format json`.
pub const MEASURES: &str = include_str!("schema/measures.schema.json");

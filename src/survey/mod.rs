//! Reports over scans: what is held where, for what, since when, and what changed.
//!
//! In:      scan files (`elek scan --format jsonl` or `json`), a state folder, the policy with its volumes and purposes, the decision log.
//! Out:     reports for people (Markdown, a page), for spreadsheets (CSV), for programs (JSON, SARIF).
//! Not:     reads no content, knows no detectors, decides nothing about an object.
//! Promise: shows masks alone; memory is bounded whatever the number of findings; coverage stands in every report; a volume
//!          without a purpose is told, and one that a processor has no instruction for is not looked into.

pub mod coverage;
pub mod decisions;
pub mod diff;
pub mod holdings;
pub mod intake;
pub mod json;
pub mod measures;
pub mod overview;
pub mod page;
pub mod paper;
pub mod purposes;
pub mod record;
pub mod register;
pub mod relay;
pub mod sarif;
#[cfg(feature = "store")]
pub mod stored;

mod table;
mod words;

pub use holdings::Holdings;
pub use intake::{IntakeError, Listener};

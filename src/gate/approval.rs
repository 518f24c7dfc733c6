//! Approvals: a named person lets a held object pass, bound to content, destination, rules and an end.

use super::log::Log;
use super::reason::Reason;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The body of an approval's line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who approves.
    pub approver: Approver,
    /// Why.
    pub reason: String,
    /// Number of the held decision.
    pub of: u64,
    /// SHA-256 of the content.
    pub object: String,
    /// Destination.
    pub destination: String,
    /// Digest of the rules in force.
    pub rules: String,
    /// Until when it holds.
    pub expires: Timestamp,
}

/// A named person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approver {
    /// Account.
    pub os_user: String,
    /// What the person is: `dpo`, …
    pub role: String,
}

/// What an approval must be for.
pub(super) struct Case<'c> {
    pub(super) object: &'c str,
    pub(super) destination: &'c str,
    pub(super) rules: &'c str,
    pub(super) now: Timestamp,
}

/// The approval with this number, if it is for this case.
///
/// # Errors
///
/// It has expired, or is not there, not signed, or for something else.
pub(super) fn check(log: &Log, seq: u64, case: &Case<'_>) -> Result<Approval, Reason> {
    let (record, signed) = log.record(seq).map_err(|_| Reason::ApprovalMismatch)?;
    if !signed || record.get("type").and_then(serde_json::Value::as_str) != Some("approval") {
        return Err(Reason::ApprovalMismatch);
    }
    let approval: Approval = serde_json::from_value(record).map_err(|_| Reason::ApprovalMismatch)?;
    if approval.object != case.object || approval.destination != case.destination || approval.rules != case.rules {
        return Err(Reason::ApprovalMismatch);
    }
    if approval.expires <= case.now { Err(Reason::ApprovalExpired) } else { Ok(approval) }
}

//! Approvals: a named person lets a held object pass, bound to content, destination, rules and an end.

use super::log::{Log, LogError};
use super::reason::Reason;
use jiff::{SignedDuration, Timestamp};
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

/// Why something cannot be approved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApproveError {
    /// Nobody says what they are, or why.
    #[error("an approval needs a role and a reason")]
    Unsigned,
    /// It was let pass, or refused.
    #[error("record {0} is no held decision")]
    NotHeld(u64),
    /// There is no time so far away.
    #[error("the end of the approval is no time")]
    End(#[from] jiff::Error),
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// Approves the held decision `seq` for so many hours: the same content, destination and rules may pass until then. Gives
/// the number of the approval and its end.
///
/// # Errors
///
/// There is no such held decision, or the approval cannot be recorded.
pub fn approve(
    log: &Log, seq: u64, approver: Approver, reason: &str, hours: u32, now: Timestamp,
) -> Result<(u64, Timestamp), ApproveError> {
    if reason.trim().is_empty() || approver.role.trim().is_empty() {
        return Err(ApproveError::Unsigned);
    }
    let (record, _) = log.record(seq)?;
    let text =
        |pointer: &str| record.pointer(pointer).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    if text("/decision") != "hold" {
        return Err(ApproveError::NotHeld(seq));
    }
    let expires = now.checked_add(SignedDuration::from_hours(i64::from(hours)))?;
    let approval = Approval {
        approver,
        reason: reason.to_owned(),
        of: seq,
        object: text("/object/sha256"),
        destination: text("/destination/id"),
        rules: text("/rules/digest"),
        expires,
    };
    let seq = log.turn()?.append("approval", &approval, now, true)?;
    Ok((seq, expires))
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

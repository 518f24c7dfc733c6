//! The register of consents, as far as the gate asks it: did anybody in this object withdraw or refuse?
//!
//! In: JSON lines `{"fingerprint": "…", "state": "given|withdrawn|refused"}`, fingerprints as in scan reports. The register
//! holds no value, and neither does the answer.

#![expect(clippy::disallowed_methods, reason = "the register is the operator's own, never content")]

use super::evidence::Evidence;
use super::reason::Reason;
use crate::policy::Register;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader};

#[derive(Deserialize)]
struct Row {
    fingerprint: String,
    state: Consent,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Consent {
    Given,
    Withdrawn,
    Refused,
}

/// Whether a subject of this object withdrew or refused.
///
/// # Errors
///
/// The register is missing, cannot be read, or is too old to be relied on.
pub(super) fn is_withdrawn(register: &Register, evidence: &Evidence, now: Timestamp) -> Result<bool, Reason> {
    let missing = Reason::ConsentRegisterMissing;
    let file = File::open(&register.path).map_err(|_| missing)?;
    let written = file.metadata().and_then(|metadata| metadata.modified()).map_err(|_| missing)?;
    let written = Timestamp::try_from(written).map_err(|_| missing)?;
    let age_seconds = now.as_second().saturating_sub(written.as_second());
    if age_seconds > i64::from(register.max_age_days) * 86_400 {
        return Err(Reason::ConsentRegisterStale);
    }
    let values: HashSet<u128> = evidence.found.iter().map(|found| found.value).collect();
    let mut withdrawn = false;
    for line in BufReader::new(file).lines() {
        let line = line.map_err(|_| missing)?;
        if line.trim().is_empty() {
            continue;
        }
        let row: Row = serde_json::from_str(&line).map_err(|_| missing)?;
        let fingerprint = u128::from_str_radix(&row.fingerprint, 16).map_err(|_| missing)?;
        withdrawn |= row.state != Consent::Given && values.contains(&fingerprint);
    }
    Ok(withdrawn)
}

//! Pieces that the formats share: the fields of the `scan`, `item` and `summary` records, constant pieces of findings.

use super::json;
use super::mark::FINGERPRINT_BYTES;
use super::{Head, Setup, Subjects, Summary};
use crate::finding::{Evidence, Finding, Kind, Tally};
use crate::location::Location;
use crate::problem::State;
use crate::sink::ItemRecord;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io::Write as _;

/// `"schema":…` to `"key":…`, without braces.
pub(super) fn scan_fields(out: &mut Vec<u8>, head: &Head) {
    out.extend_from_slice(b"\"schema\":\"elek.scan/1\",\"version\":");
    json::string(out, env!("CARGO_PKG_VERSION"));
    out.extend_from_slice(b",\"run\":");
    json::string(out, &head.run);
    out.extend_from_slice(b",\"started\":");
    json::string(out, &head.started);
    out.extend_from_slice(b",\"rules\":");
    json::string(out, &head.rules);
    out.extend_from_slice(b",\"roots\":[");
    for (index, root) in head.roots.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        json::path_value(out, root.as_os_str());
    }
    out.extend_from_slice(b"],\"min_confidence\":");
    json::string(out, head.min_confidence.name());
    out.extend_from_slice(b",\"key\":");
    json::string(out, head.key.name());
}

/// `"path":…` and, where there is one, `"member":…`.
pub(super) fn location_fields(out: &mut Vec<u8>, location: &Location) {
    json::path_fields(out, location.path());
    if let Some(member) = location.member() {
        out.extend_from_slice(b",\"member\":");
        json::string(out, member);
    }
}

/// `"state":…` to `"mtime":…`: how an item ended and who may read it.
pub(super) fn item_fields(out: &mut Vec<u8>, item: &ItemRecord<'_>, setup: &Setup<'_>) {
    out.extend_from_slice(b"\"state\":");
    json::string(out, item.state.name());
    if let Some(reason) = item.reason {
        out.extend_from_slice(b",\"reason\":");
        json::string(out, reason.name());
    }
    if item.accepted {
        out.extend_from_slice(b",\"accepted\":true");
    }
    if item.known.is_some() {
        out.extend_from_slice(b",\"unchanged\":true");
    }
    if let Some(bytes) = item.bytes_total {
        number_field(out, ",\"bytes_total\":", bytes);
    }
    number_field(out, ",\"bytes_scanned\":", item.bytes_scanned);
    if let Some(mode) = item.meta.mode {
        // Writing to a vector cannot fail.
        write!(out, ",\"mode\":\"{:04o}\"", mode & 0o7777).ok();
    }
    if let Some(user_id) = item.meta.owner_uid {
        out.extend_from_slice(b",\"owner\":");
        match setup.owners.name(user_id) {
            Some(name) => json::string(out, name),
            None => json::string(out, &user_id.to_string()),
        }
    }
    if let Some(time) =
        item.meta.mtime.and_then(|(seconds, nanoseconds)| Timestamp::new(seconds, nanoseconds.try_into().ok()?).ok())
    {
        out.extend_from_slice(b",\"mtime\":");
        json::string(out, &time.to_string());
    }
}

/// `"count":…` to `"first":{…}` of a tally.
pub(super) fn tally_fields(out: &mut Vec<u8>, tally: &Tally) {
    number_field(out, "\"count\":", tally.count);
    number_field(out, ",\"distinct\":", tally.distinct);
    if tally.distinct_estimated {
        out.extend_from_slice(b",\"distinct_estimated\":true");
    }
    number_field(out, ",\"first\":{\"start\":", tally.first_start);
    if let Some(line) = tally.first_line {
        number_field(out, ",\"line\":", line);
    }
    out.push(b'}');
}

/// `{"type":"summary",…}`.
pub(super) fn summary_object(out: &mut Vec<u8>, summary: &Summary<'_>) {
    let ledger = summary.ledger;
    out.extend_from_slice(b"{\"type\":\"summary\",\"complete\":");
    boolean(out, summary.outcome.complete);
    number_field(out, ",\"exit\":", summary.outcome.code.number().into());
    number_field(out, ",\"items\":{\"listed\":", ledger.listed());
    for state in State::ALL {
        out.extend_from_slice(b",\"");
        out.extend_from_slice(state.name().as_bytes());
        number_field(out, "\":", ledger.state(state));
    }
    out.extend_from_slice(b"},\"reasons\":{");
    for (index, (reason, count)) in ledger.reasons().iter().enumerate() {
        separator(out, index);
        json::string(out, reason.name());
        number_field(out, ":", *count);
    }
    number_field(out, "},\"gaps_accepted\":", ledger.accepted());
    let (unchanged, bytes) = ledger.unchanged();
    if unchanged > 0 {
        number_field(out, ",\"unchanged\":{\"items\":", unchanged);
        number_field(out, ",\"bytes\":", bytes);
        out.push(b'}');
    }
    if let Some(covered) = summary.outcome.baseline {
        number_field(out, ",\"baseline\":{\"accepted\":", covered.accepted);
        number_field(out, ",\"new\":", covered.new);
        number_field(out, ",\"expired\":", covered.expired);
        out.push(b'}');
    }
    if ledger.undecided_dropped > 0 {
        number_field(out, ",\"undecided_dropped\":", ledger.undecided_dropped);
    }
    number_field(out, ",\"bytes\":", ledger.bytes_scanned());
    // Writing to a vector cannot fail.
    write!(out, ",\"seconds\":{:.3}", summary.seconds.max(0.0)).ok();
    out.extend_from_slice(b",\"detectors\":{");
    let mut categories = BTreeMap::<&str, (u64, u64)>::new();
    let found = summary.kinds.iter().zip(&ledger.totals).filter(|(_, total)| total.count > 0);
    let mut detectors = BTreeMap::<&str, (u64, u64, bool)>::new();
    for (kind, total) in found {
        let row = categories.entry(&kind.category).or_default();
        *row = (row.0 + total.count, row.1 + total.distinct);
        let row = detectors.entry(&kind.detector).or_default();
        *row = (row.0 + total.count, row.1 + total.distinct, row.2 || total.distinct_estimated);
    }
    for (index, (detector, (count, distinct, estimated))) in detectors.into_iter().enumerate() {
        separator(out, index);
        json::string(out, detector);
        number_field(out, ":{\"count\":", count);
        number_field(out, ",\"distinct\":", distinct);
        if estimated {
            out.extend_from_slice(b",\"distinct_estimated\":true");
        }
        out.push(b'}');
    }
    out.extend_from_slice(b"},\"categories\":{");
    for (index, (category, (count, distinct))) in categories.into_iter().enumerate() {
        separator(out, index);
        json::string(out, category);
        number_field(out, ":{\"count\":", count);
        number_field(out, ",\"distinct\":", distinct);
        out.push(b'}');
    }
    let subjects = Subjects::count(ledger, summary.kinds);
    number_field(out, "},\"subjects\":{\"min\":", subjects.min);
    number_field(out, ",\"max\":", subjects.max);
    number_field(out, ",\"estimate\":", subjects.estimate);
    if subjects.error_percent > 0 {
        number_field(out, ",\"error_percent\":", subjects.error_percent);
    }
    if subjects.minors > 0 {
        number_field(out, ",\"minors\":", subjects.minors);
    }
    number_field(out, "},\"world_readable_strong\":", ledger.world_readable_strong());
    out.push(b'}');
}

#[inline(always)]
pub(super) fn number_field(out: &mut Vec<u8>, name: &str, value: u64) {
    out.extend_from_slice(name.as_bytes());
    json::integer(out, value);
}

pub(super) fn boolean(out: &mut Vec<u8>, value: bool) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}

pub(super) fn separator(out: &mut Vec<u8>, index: usize) {
    if index > 0 {
        out.push(b',');
    }
}

/// `"evidence":[…]`.
pub(super) fn evidence_field(out: &mut Vec<u8>, evidence: Evidence) {
    out.extend_from_slice(b"\"evidence\":[");
    for (index, name) in evidence.names().enumerate() {
        separator(out, index);
        json::string(out, name);
    }
    out.push(b']');
}

/// Place of a kind in the catalogue's list; found by address, without looking at its text.
pub(crate) fn kind_index(kinds: &[Kind], kind: &Kind) -> Option<usize> {
    let offset_bytes = std::ptr::from_ref(kind).addr().wrapping_sub(kinds.as_ptr().addr());
    let index = offset_bytes / size_of::<Kind>();
    if kinds.get(index).is_some_and(|known| std::ptr::eq(known, kind)) {
        return Some(index);
    }
    kinds.iter().position(|known| known.detector == kind.detector && known.category == kind.category)
}

/// The item whose findings are coming in, with a piece of text that is the same for all of them.
#[derive(Default)]
pub(super) struct CurrentItem {
    path: Vec<u8>,
    member: Option<String>,
    known: bool,
}

impl CurrentItem {
    /// Whether this location is another one than before; it is the current one afterwards.
    pub(super) fn enter(&mut self, location: &Location) -> bool {
        let path = location.path().as_os_str().as_encoded_bytes();
        if self.known && self.path == path && self.member.as_deref() == location.member() {
            return false;
        }
        self.known = true;
        self.path.clear();
        self.path.extend_from_slice(path);
        self.member = location.member().map(str::to_owned);
        true
    }

    /// The item has ended.
    pub(super) fn leave(&mut self) {
        self.known = false;
    }
}

/// Line and column of a finding; places in a name have none.
pub(crate) fn line_column(finding: &Finding<'_>) -> Option<(u64, u64)> {
    match finding.place {
        crate::span::Place::Path(_) => None,
        _ => finding.facts.line_column(),
    }
}

/// A fingerprint as text.
#[inline(always)]
pub(super) fn hex_field(out: &mut Vec<u8>, name: &str, bytes: &[u8]) {
    debug_assert!(bytes.len() <= FINGERPRINT_BYTES);
    out.extend_from_slice(name.as_bytes());
    out.push(b'"');
    json::hex(out, bytes);
    out.push(b'"');
}

//! The decision log, added up: decisions by destination, rules that the operator loosened, holds and who approved them.
//!
//! In:  lines of a decision log. Whether its chain holds is asked elsewhere (`elek verify-log`).
//! Not: repeats no object's name but that of a hold, since somebody has to find it.

use super::paper::Paper;
use super::table::Table;
use super::words;
use crate::lang::{Lang, Message};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, BufRead, Read as _};

/// Longest line of a decision log.
const LONGEST_LINE: u64 = 256 << 10;
/// Holds that are kept; older ones beyond are counted.
const HOLDS: usize = 100_000;

/// A decision that waits or waited for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hold {
    /// Number of its record.
    pub seq: u64,
    /// When, as RFC 3339 in UTC.
    pub time: String,
    /// Destination.
    pub destination: String,
    /// Name of the object, as recorded.
    pub object: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Why.
    pub reason_code: String,
    /// Rules that made it stricter.
    pub raised: Vec<String>,
    /// Findings by category.
    pub findings: BTreeMap<String, u64>,
    /// Who let it pass.
    pub approval: Option<Approved>,
}

/// An approval of a hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Approved {
    /// Number of its record.
    pub seq: u64,
    /// When.
    pub time: String,
    /// Role of the person.
    pub role: String,
    /// Account of the person.
    pub os_user: String,
    /// Why.
    pub reason: String,
    /// Until when it holds.
    pub expires: String,
}

/// A rule that the operator loosened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Loosened {
    /// Destination.
    pub destination: String,
    /// Gate class, or category.
    pub what: String,
    /// What the shipped table says.
    pub shipped: String,
    /// What it was.
    pub now: String,
}

/// A decision log, added up.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Decisions {
    /// Decisions, but for dry runs.
    pub decisions: u64,
    /// Dry runs.
    pub dry_runs: u64,
    /// Approvals.
    pub approvals: u64,
    /// By destination and decision.
    pub by_destination: BTreeMap<String, BTreeMap<String, u64>>,
    /// By reason code.
    pub by_reason: BTreeMap<String, u64>,
    /// Decisions in which a loosened rule had a say.
    #[serde(serialize_with = "counted")]
    pub overridden: BTreeMap<Loosened, u64>,
    /// Holds, in their order.
    pub holds: Vec<Hold>,
    /// How many there are.
    pub holds_total: u64,
}

fn counted<S: serde::Serializer>(rules: &BTreeMap<Loosened, u64>, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Row<'r> {
        #[serde(flatten)]
        rule: &'r Loosened,
        count: u64,
    }
    serializer.collect_seq(rules.iter().map(|(rule, count)| Row { rule, count: *count }))
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "type")]
    kind: String,
    seq: u64,
    time: String,
    #[serde(default)]
    destination: serde_json::Value,
    #[serde(default)]
    object: serde_json::Value,
    #[serde(default)]
    findings: Vec<Found>,
    #[serde(default)]
    raised: Vec<String>,
    #[serde(default)]
    overridden: Vec<Overridden>,
    #[serde(default)]
    decision: String,
    #[serde(default)]
    reason_code: String,
    #[serde(default)]
    dry_run: bool,
    approver: Option<Approver>,
    #[serde(default)]
    reason: String,
    of: Option<u64>,
    #[serde(default)]
    expires: String,
}

#[derive(Deserialize)]
struct Found {
    category: String,
    count: u64,
}

#[derive(Deserialize)]
struct Overridden {
    what: String,
    shipped: String,
    now: String,
}

#[derive(Deserialize)]
struct Approver {
    os_user: String,
    role: String,
}

fn text(value: &serde_json::Value, name: &str) -> String {
    value.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

impl Decisions {
    /// Adds up the lines of a log whose time begins with `year`; all of them if it is empty. Lines that are no records are
    /// passed over: the chain tells of them.
    ///
    /// # Errors
    ///
    /// The log cannot be read.
    pub fn read(file: &mut dyn BufRead, year: &str) -> io::Result<Self> {
        let mut sums = Self::default();
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            if (&mut *file).take(LONGEST_LINE).read_until(b'\n', &mut bytes)? == 0 {
                return Ok(sums);
            }
            if let Ok(line) = serde_json::from_slice::<Line>(&bytes) {
                sums.add(line, year);
            }
        }
    }

    fn add(&mut self, line: Line, year: &str) {
        let within = line.time.starts_with(year);
        match line.kind.as_str() {
            "decision" if within && line.dry_run => self.dry_runs += 1,
            "decision" if within => self.decision(line),
            "approval" => {
                self.approvals += u64::from(within);
                self.approval(line);
            }
            _ => {}
        }
    }

    fn decision(&mut self, line: Line) {
        let destination = text(&line.destination, "id");
        self.decisions += 1;
        let by_decision = self.by_destination.entry(destination.clone()).or_default();
        *by_decision.entry(line.decision.clone()).or_default() += 1;
        *self.by_reason.entry(line.reason_code.clone()).or_default() += 1;
        for Overridden { what, shipped, now } in line.overridden {
            let rule = Loosened { destination: destination.clone(), what, shipped, now };
            *self.overridden.entry(rule).or_default() += 1;
        }
        if line.decision != "hold" {
            return;
        }
        self.holds_total += 1;
        if self.holds.len() < HOLDS {
            self.holds.push(Hold {
                seq: line.seq,
                time: line.time,
                destination,
                object: text(&line.object, "ref"),
                sha256: text(&line.object, "sha256"),
                reason_code: line.reason_code,
                raised: line.raised,
                findings: line.findings.into_iter().map(|found| (found.category, found.count)).collect(),
                approval: None,
            });
        }
    }

    fn approval(&mut self, line: Line) {
        let place = line.of.and_then(|of| self.holds.binary_search_by_key(&of, |hold| hold.seq).ok());
        let (Some(hold), Some(approver)) = (place.and_then(|place| self.holds.get_mut(place)), line.approver) else {
            return;
        };
        hold.approval = Some(Approved {
            seq: line.seq,
            time: line.time,
            role: approver.role,
            os_user: approver.os_user,
            reason: line.reason,
            expires: line.expires,
        });
    }

    /// Holds that nobody has approved, oldest first.
    pub fn open(&self) -> impl Iterator<Item = &Hold> {
        self.holds.iter().filter(|hold| hold.approval.is_none())
    }
}

/// Holds for people.
pub fn paper(holds: &[&Hold], lang: Lang) -> Paper {
    let mut paper = Paper::new(lang.text(Message::MeasuresHolds));
    let heads = [
        Message::HeadSeq,
        Message::HeadScanned,
        Message::HeadDestination,
        Message::HeadWhere,
        Message::HeadCategory,
        Message::HeadReason,
        Message::HoldsApproved,
    ];
    let row = |hold: &&Hold| {
        let found = |(id, count): (&String, &u64)| format!("{} ({})", words::name(id, lang), lang.number(*count));
        let approved = |by: &Approved| format!("{} ({}), {}", by.role, by.os_user, lang.date(&by.time));
        vec![
            hold.seq.to_string(),
            lang.date(&hold.time),
            hold.destination.clone(),
            hold.object.clone(),
            hold.findings.iter().map(found).collect::<Vec<_>>().join("; "),
            Some(&hold.reason_code).into_iter().chain(&hold.raised).cloned().collect::<Vec<_>>().join(", "),
            hold.approval.as_ref().map(approved).unwrap_or_default(),
        ]
    };
    paper.table(heads.map(|head| lang.text(head)), holds.iter().map(row).collect());
    paper
}

/// Holds for spreadsheets.
pub fn csv(holds: &[&Hold]) -> Vec<u8> {
    let mut table = Table::new(&[
        "seq",
        "time",
        "destination",
        "object",
        "sha256",
        "findings",
        "reason_code",
        "raised",
        "approved_by",
        "approved_at",
    ]);
    for hold in holds {
        let findings: Vec<String> = hold.findings.iter().map(|(id, count)| format!("{id}={count}")).collect();
        let approval = hold.approval.as_ref();
        table.row([
            &*hold.seq.to_string(),
            &hold.time,
            &hold.destination,
            &hold.object,
            &hold.sha256,
            &findings.join(" "),
            &hold.reason_code,
            &hold.raised.join(" "),
            approval.map_or("", |by| &by.role),
            approval.map_or("", |by| &by.time),
        ]);
    }
    table.into_bytes()
}

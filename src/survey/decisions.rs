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
use std::io::{self, BufRead, Read as _, Seek, SeekFrom};

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

/// A decision or an approval, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Brief {
    /// Number of its record.
    pub seq: u64,
    /// When.
    pub time: String,
    /// `decision` or `approval`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Destination.
    pub destination: String,
    /// `allow`, `redact`, `hold`, `deny`; of an approval `approve`.
    pub decision: String,
    /// Why; of an approval what its giver wrote.
    pub reason_code: String,
    /// Name of the object, as recorded; of an approval the record that it approves.
    pub object: String,
    /// Whether nothing was to be released.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// The newest decisions and approvals of a log, newest first; as many as stand in its last mebibyte, at most `limit`.
///
/// # Errors
///
/// The log cannot be read.
pub fn newest(log: &mut (impl io::Read + Seek), limit: usize) -> io::Result<Vec<Brief>> {
    const TAIL: u64 = 1 << 20;
    let end = log.seek(SeekFrom::End(0))?;
    let start = log.seek(SeekFrom::Start(end.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    log.by_ref().take(TAIL).read_to_end(&mut tail)?;
    // The first line may have begun before.
    let lines = tail.split(|byte| *byte == b'\n').skip(usize::from(start > 0));
    let mut found: Vec<Brief> = lines.filter_map(|line| brief(serde_json::from_slice(line).ok()?)).collect();
    found.reverse();
    found.truncate(limit);
    Ok(found)
}

fn brief(line: Line) -> Option<Brief> {
    let (destination, decision, reason_code, object) = match line.kind.as_str() {
        "decision" => (text(&line.destination, "id"), line.decision, line.reason_code, text(&line.object, "ref")),
        "approval" => {
            let destination = line.destination.as_str().unwrap_or_default().to_owned();
            (destination, "approve".to_owned(), line.reason, line.of?.to_string())
        }
        _ => return None,
    };
    let (seq, time, kind, dry_run) = (line.seq, line.time, line.kind, line.dry_run);
    Some(Brief { seq, time, kind, destination, decision, reason_code, object, dry_run })
}

/// Holds for people.
pub fn paper(holds: &[&Hold], lang: Lang) -> Paper {
    let mut paper = Paper::new(lang.text(Message::MeasuresHolds));
    let heads = [
        Message::HeadSeq,
        Message::HeadWhen,
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
            lang.moment(&hold.time),
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

#[cfg(test)]
mod tests {
    use super::{Decisions, newest};
    use std::fmt::Write as _;
    use std::io::Cursor;

    fn log(lines: u64) -> String {
        let mut text = String::new();
        for seq in 1..=lines {
            let line = if seq % 10 == 0 {
                let of = seq - 1;
                format!(
                    r#"{{"type":"approval","seq":{seq},"time":"2026-03-02T09:14:07Z","approver":{{"os_user":"u","role":"dpo"}},"reason":"r","of":{of},"object":"sha256:00","destination":"signature","expires":"2026-03-03T09:14:07Z"}}"#
                )
            } else {
                format!(
                    r#"{{"type":"decision","seq":{seq},"time":"2026-03-02T09:14:07Z","destination":{{"id":"signature"}},"object":{{"ref":"a.txt","sha256":"sha256:00"}},"findings":[],"decision":"hold","reason_code":"matrix"}}"#
                )
            };
            writeln!(text, "{line}").expect("written");
        }
        text
    }

    #[test]
    fn a_log_is_added_up_and_its_end_is_shown() {
        let text = format!("no record\n{}", log(20_000));
        assert!(text.len() > 3 << 20, "longer than what is looked at");
        let sums = Decisions::read(&mut text.as_bytes(), "2026-").expect("read");
        assert_eq!((sums.decisions, sums.approvals, sums.open().count()), (18_000, 2_000, 16_000));
        assert_eq!(Decisions::read(&mut text.as_bytes(), "2025-").expect("read").decisions, 0);
        let newest = newest(&mut Cursor::new(&text), 3).expect("read");
        let shown: Vec<(u64, &str)> = newest.iter().map(|one| (one.seq, one.decision.as_str())).collect();
        assert_eq!(shown, [(20_000, "approve"), (19_999, "hold"), (19_998, "hold")]);
        assert_eq!(newest[0].destination, "signature");
    }
}

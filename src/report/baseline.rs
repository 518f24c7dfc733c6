//! Baselines: findings that somebody has looked at and accepts, each with a reason and a day until which that holds.
//!
//! A file of JSON lines, `elek.baseline/1`: a head that tells the key, and an entry for each finding's `id` (path, member,
//! detector, fingerprint). A value that appears in another place is new. An entry whose day has passed counts for nothing
//! and is named. The file holds masks and keyed fingerprints, no values, and may be edited by hand: `reason`, `until`.

use super::key::{Key, KeyOrigin};
use super::mark::Marks;
use super::{json, parts};
use crate::finding::{Finding, Kind};
use crate::ledger::KindTotal;
use crate::problem::Problem;
use crate::sink::{Flow, ItemRecord, Sink, Wants};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};
use std::ops::ControlFlow;

const SCHEMA: &str = "elek.baseline/1";
const KEY_PURPOSE: &str = "elek 2026-11 name of the key";

/// A baseline that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// A line that is none of a baseline.
    #[error("line {line} is no line of a baseline: {why}")]
    Line {
        /// From 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// It was made with another key, so nothing in it would be recognised.
    #[error("the baseline was made with another key")]
    OtherKey,
    /// The key is for this run only.
    #[error("a baseline needs a key that is there the next time as well")]
    NoKey,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    schema: String,
    key: String,
    made: Date,
}

/// One accepted finding.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    id: String,
    /// Detector.
    pub detector: String,
    /// Path, as it was walked.
    pub path: String,
    /// The member inside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    fingerprint: String,
    masked: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is.
    pub until: Date,
}

/// Accepted findings, by id.
#[derive(Debug)]
pub struct Baseline {
    entries: HashMap<[u8; 8], Entry>,
    today: Date,
}

/// How the findings of a scan stand to a baseline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Covered {
    /// Findings that an entry accepts.
    pub accepted: u64,
    /// Listed findings that no entry accepts.
    pub new: u64,
    /// Entries that accept nothing any more, and whose findings are still there.
    pub expired: u64,
}

impl Baseline {
    /// A baseline that accepts nothing.
    pub fn none(today: Date) -> Self {
        Self { entries: HashMap::new(), today }
    }

    /// Reads a baseline. `today` decides which entries still hold.
    ///
    /// # Errors
    ///
    /// It is none, or was made with another key.
    pub fn read(text: &str, key: &Key, today: Date) -> Result<Self, BaselineError> {
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let bad =
            |index: usize, why: &dyn std::fmt::Display| BaselineError::Line { line: index + 1, why: why.to_string() };
        let (index, head) = lines.next().ok_or_else(|| bad(0, &"it is empty"))?;
        let head: Head = serde_json::from_str(head).map_err(|error| bad(index, &error))?;
        if head.schema != SCHEMA {
            return Err(bad(index, &format!("the schema is not {SCHEMA}")));
        }
        if head.key != key_name(key)? {
            return Err(BaselineError::OtherKey);
        }
        let mut entries = HashMap::new();
        for (index, line) in lines {
            let entry: Entry = serde_json::from_str(line).map_err(|error| bad(index, &error))?;
            if entry.reason.trim().is_empty() {
                return Err(bad(index, &"an entry needs a reason"));
            }
            let id = u64::from_str_radix(&entry.id, 16).ok().filter(|_| entry.id.len() == 16);
            let id = id.ok_or_else(|| bad(index, &"the id is none"))?;
            entries.insert(id.to_be_bytes(), entry);
        }
        Ok(Self { entries, today })
    }

    fn holding(&self, id: [u8; 8]) -> Option<&Entry> {
        self.entries.get(&id).filter(|entry| entry.until >= self.today)
    }

    /// Whether an entry that still holds accepts the finding with this id.
    pub fn accepts(&self, id: [u8; 8]) -> bool {
        self.holding(id).is_some()
    }
}

/// Names a key without telling it: the first bytes of a key derived for nothing else.
fn key_name(key: &Key) -> Result<String, BaselineError> {
    if key.origin() == KeyOrigin::Ephemeral {
        return Err(BaselineError::NoKey);
    }
    let mut name = Vec::new();
    json::hex(&mut name, key.derive(KEY_PURPOSE).get(..8).unwrap_or_default());
    Ok(String::from_utf8(name).unwrap_or_default())
}

/// What new entries are written with.
pub struct Making<'a> {
    /// Where they go.
    pub to: &'a mut (dyn Write + Send),
    /// Why they are accepted.
    pub reason: String,
    /// The last day on which they are.
    pub until: Date,
}

/// A sink that compares findings with a baseline, and writes a new one.
pub struct Comparing<'a> {
    baseline: &'a Baseline,
    kinds: &'a [Kind],
    marks: Marks,
    item: parts::CurrentItem,
    normal: Vec<u8>,
    covered: Covered,
    list_all: bool,
    /// Accepted findings by kind and confidence.
    accepted: Vec<[u64; 3]>,
    expired: BTreeMap<[u8; 8], &'a Entry>,
    making: Option<Making<'a>>,
    written: HashSet<[u8; 8]>,
}

impl<'a> Comparing<'a> {
    /// Compares with `baseline`, and writes entries for what is found if asked to. `list_all`: findings of tallied kinds are
    /// listed, and so compared, as well.
    ///
    /// # Errors
    ///
    /// The key is for this run only, or nothing can be written.
    pub fn new(
        baseline: &'a Baseline, kinds: &'a [Kind], key: &Key, list_all: bool, mut making: Option<Making<'a>>,
    ) -> Result<Self, BaselineError> {
        let key_name = key_name(key)?;
        if let Some(making) = &mut making {
            let head = Head { schema: SCHEMA.to_owned(), key: key_name, made: baseline.today };
            // A disk that is full now is full at the next line as well, which says so.
            line(making.to, &head).ok();
        }
        Ok(Self {
            baseline,
            kinds,
            marks: Marks::new(key),
            item: parts::CurrentItem::default(),
            normal: Vec::new(),
            covered: Covered::default(),
            list_all,
            accepted: vec![[0; 3]; kinds.len()],
            expired: BTreeMap::new(),
            making,
            written: HashSet::new(),
        })
    }

    /// How the findings stand to the baseline.
    pub fn covered(&self) -> Covered {
        Covered { expired: self.expired.len() as u64, ..self.covered }
    }

    /// Entries that do not hold any more, and whose findings are there.
    pub fn expired(&self) -> impl Iterator<Item = &Entry> {
        self.expired.values().copied()
    }

    /// Totals without what is accepted. What is counted and not listed cannot be accepted one by one: it is taken out of the
    /// levels, and its count stays for who asks for its category by name.
    pub fn without_accepted(&self, totals: &[KindTotal]) -> Vec<KindTotal> {
        let less = |((total, accepted), kind): ((&KindTotal, &[u64; 3]), &Kind)| {
            let mut total = total.clone();
            if kind.tallied && !self.list_all {
                total.by_confidence = [0; 3];
                return total;
            }
            total.by_confidence.iter_mut().zip(accepted).for_each(|(count, less)| *count = count.saturating_sub(*less));
            total.count = total.by_confidence.iter().sum();
            total
        };
        totals.iter().zip(&self.accepted).zip(self.kinds).map(less).collect()
    }

    fn entry(&mut self, finding: &Finding<'_>, id: [u8; 8], fingerprint: &[u8]) -> io::Result<()> {
        let Some(making) = &mut self.making else { return Ok(()) };
        if !self.written.insert(id) {
            return Ok(());
        }
        if let Some(entry) = self.baseline.holding(id) {
            return line(making.to, entry);
        }
        let text = |bytes: &[u8]| {
            let mut text = Vec::new();
            json::hex(&mut text, bytes);
            String::from_utf8(text).unwrap_or_default()
        };
        let mut masked = String::new();
        super::mask::push_shown(&mut masked, finding, &self.normal);
        line(
            making.to,
            &Entry {
                id: text(&id),
                detector: finding.kind.detector.to_string(),
                path: finding.location.path().to_string_lossy().into_owned(),
                member: finding.location.member().map(str::to_owned),
                fingerprint: text(fingerprint),
                masked,
                reason: making.reason.clone(),
                until: making.until,
            },
        )
    }
}

fn line(to: &mut dyn Write, record: &impl Serialize) -> io::Result<()> {
    let mut text = serde_json::to_vec(record)?;
    text.push(b'\n');
    to.write_all(&text)
}

impl Sink for Comparing<'_> {
    fn wants(&self) -> Wants {
        Wants { lines: false, findings_per_kind: u64::MAX, tallied: self.list_all, every_item: false, traces: false }
    }

    fn finding(&mut self, finding: &Finding<'_>) -> Flow {
        let Some(kind) = parts::kind_index(self.kinds, finding.kind).filter(|_| self.list_all || !finding.kind.tallied)
        else {
            return ControlFlow::Continue(());
        };
        if self.item.enter(finding.location) {
            self.marks.item(finding.location);
        }
        self.normal.clear();
        finding.facts.normal(&mut self.normal);
        let fingerprint = self.marks.of(finding, &self.normal);
        let id = self.marks.id(&finding.kind.detector, fingerprint);
        match self.baseline.entries.get(&id) {
            Some(entry) if entry.until >= self.baseline.today => {
                self.covered.accepted += 1;
                let counts = self.accepted.get_mut(kind).and_then(|counts| counts.get_mut(finding.confidence as usize));
                if let Some(count) = counts {
                    *count += 1;
                }
            }
            expired => {
                self.covered.new += 1;
                if let Some(entry) = expired {
                    self.expired.insert(id, entry);
                }
            }
        }
        match self.entry(finding, id, &fingerprint) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(super::stop(error)),
        }
    }

    fn problem(&mut self, _problem: &Problem) -> Flow {
        ControlFlow::Continue(())
    }

    fn item(&mut self, _item: &ItemRecord<'_>) -> Flow {
        self.item.leave();
        ControlFlow::Continue(())
    }
}

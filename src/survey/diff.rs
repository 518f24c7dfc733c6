//! `report diff A B`: what is new, gone and still there, told by fingerprints.
//!
//! A value is new if no finding of the earlier scan has its fingerprint, gone if none of the later one has. A known value at
//! a place where it was not before is `spread`. What was found in an item that the later scan did not read in full, or did
//! not look at, is not gone: nobody knows, and it is `unread`.

use super::holdings::Locator;
use super::intake::Listener;
use super::paper::Paper;
use super::record::{Finding, Group, Head, Item, Place, Summary};
use super::table::Table;
use super::words::{self, CategoryWords, categories};
use crate::lang::{Lang, Message};
use crate::policy::Policy;
use serde::Serialize;
use siphasher::sip::SipHasher13;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{Hash, Hasher as _};
use std::io;
use std::path::Path;

/// Changes that are listed; the rest is counted.
const LISTED: usize = 10_000;

/// What happened to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was not there before.
    New,
    /// It is not there any more.
    Gone,
    /// It is known, and this place is new.
    Spread,
    /// Its item was not read this time.
    Unread,
}

impl Change {
    fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Spread => "spread",
            Self::Unread => "unread",
        }
    }

    fn text(self, lang: Lang) -> &'static str {
        lang.text(match self {
            Self::New => Message::ChangeNew,
            Self::Gone => Message::ChangeGone,
            Self::Spread => Message::ChangeSpread,
            Self::Unread => Message::ChangeUnread,
        })
    }
}

/// A value that changed.
#[derive(Clone, Debug, Serialize)]
pub struct Changed {
    /// What happened.
    pub change: Change,
    /// Detector.
    pub detector: String,
    /// Category.
    pub category: String,
    /// The mask.
    pub masked: String,
    /// The item.
    pub path: String,
    /// Way down through containers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Place inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

/// Values of a category: how many are new, gone, the same; and places of known values.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Sums {
    /// Values that were not there before.
    pub new: u64,
    /// Values that are not there any more.
    pub gone: u64,
    /// Values in both.
    pub same: u64,
    /// New places of known values.
    pub spread: u64,
    /// Values whose items were not read this time.
    pub unread: u64,
}

/// One of the two scans.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Side {
    /// Id of the run.
    pub run: String,
    /// When it began.
    pub started: String,
    /// Digest of the detectors in force.
    pub rules: String,
    /// Threshold.
    pub min_confidence: String,
    /// Whether it answers for everything asked.
    pub complete: bool,
    #[serde(skip)]
    roots: Vec<String>,
    #[serde(skip)]
    key: String,
}

/// The answer.
#[derive(Debug, Serialize)]
pub struct Diff {
    schema: &'static str,
    /// The earlier scan.
    pub before: Side,
    /// The later scan.
    pub after: Side,
    /// Whether both looked for the same things.
    pub rules_equal: bool,
    /// All categories together.
    pub total: Sums,
    /// By category.
    pub by_category: BTreeMap<String, Sums>,
    /// Up to ten thousand changes.
    pub changes: Vec<Changed>,
    /// How many there are.
    pub changes_total: u64,
    /// Names of the categories.
    pub categories: Vec<CategoryWords>,
}

/// Why two scans cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DiffError {
    /// A key for one run only.
    #[error("a scan had a key for this run only, so that its fingerprints fit no other scan")]
    Ephemeral,
    /// No fingerprints of every finding.
    #[error("a scan file does not have a fingerprint of every finding")]
    NoFingerprints,
}

/// Category (as a number) and fingerprint.
type Value = (u64, u128);

/// The values of a scan.
#[derive(Default)]
struct Values {
    side: Side,
    known: HashSet<Value>,
    /// Values at their items.
    places: HashSet<u64>,
    /// Items that were not read in full.
    unread: HashSet<Place>,
    incomparable: bool,
}

fn value(finding: &Finding) -> Option<Value> {
    let fingerprint = u128::from_str_radix(finding.fingerprint.as_deref()?, 16).ok()?;
    Some((number(&finding.category), fingerprint))
}

fn number(of: &impl Hash) -> u64 {
    let mut hasher = SipHasher13::new();
    of.hash(&mut hasher);
    hasher.finish()
}

impl Values {
    /// Whether the scan looked at this item and read all of it.
    fn read(&self, place: &Place) -> bool {
        let below = |root: &String| place.path == *root || Path::new(&place.path).starts_with(root);
        let outer = Place { member: None, ..place.clone() };
        self.side.roots.iter().any(below) && !self.unread.contains(place) && !self.unread.contains(&outer)
    }
}

impl Listener for Values {
    fn head(&mut self, head: Head) -> io::Result<()> {
        self.side = Side {
            run: head.run,
            started: head.started,
            rules: head.rules,
            min_confidence: head.min_confidence,
            complete: false,
            roots: head.roots,
            key: head.key,
        };
        Ok(())
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        match value(finding) {
            Some(value) => {
                self.known.insert(value);
                self.places.insert(number(&(value, &finding.place)));
            }
            None => self.incomparable = true,
        }
        Ok(())
    }

    fn group(&mut self, _place: &Place, group: &Group) -> io::Result<()> {
        // A tally of a technical kind has no values; a group of a document has some of them only.
        self.incomparable |= !group.confidence.is_empty();
        Ok(())
    }

    fn item(&mut self, item: &Item) -> io::Result<()> {
        if item.state != "scanned_full" {
            self.unread.insert(item.place.clone());
        }
        Ok(())
    }

    fn summary(&mut self, summary: Summary) -> io::Result<()> {
        self.side.complete = summary.complete;
        Ok(())
    }
}

/// Compares two scans. `read` tells a scan's records again: `false` the earlier one's, `true` the later one's.
///
/// # Errors
///
/// The scans cannot be compared, or `read` fails.
pub fn diff<E: From<DiffError>>(
    policy: &Policy, mut read: impl FnMut(bool, &mut dyn Listener) -> Result<(), E>,
) -> Result<Diff, E> {
    let (mut before, mut after) = (Values::default(), Values::default());
    read(false, &mut before)?;
    read(true, &mut after)?;
    for values in [&before, &after] {
        if values.incomparable {
            return Err(DiffError::NoFingerprints.into());
        }
        if values.side.key == "ephemeral" {
            return Err(DiffError::Ephemeral.into());
        }
    }
    let mut answer = Answer::new(&before, &after);
    read(false, &mut answer)?;
    answer.later = true;
    read(true, &mut answer)?;
    let Answer { mut sums, changes, total, missing, .. } = answer;
    for (category, unread) in missing.into_values() {
        let sum = sums.entry(category).or_default();
        *(if unread { &mut sum.unread } else { &mut sum.gone }) += 1;
    }
    let add = |mut all: Sums, one: &Sums| {
        all.new += one.new;
        all.gone += one.gone;
        all.same += one.same;
        all.spread += one.spread;
        all.unread += one.unread;
        all
    };
    let rules_equal = before.side.rules == after.side.rules && before.side.min_confidence == after.side.min_confidence;
    Ok(Diff {
        schema: "elek.report.diff/1",
        rules_equal,
        total: sums.values().fold(Sums::default(), add),
        categories: categories(policy, sums.keys().map(String::as_str)),
        by_category: sums,
        changes,
        changes_total: total,
        before: before.side,
        after: after.side,
    })
}

/// Hears the findings of both scans once more, when the values of both are known.
struct Answer<'v> {
    before: &'v Values,
    after: &'v Values,
    later: bool,
    told: HashSet<Value>,
    told_places: HashSet<u64>,
    /// Values of the earlier scan alone: category, and whether one of their items was not read.
    missing: HashMap<Value, (String, bool)>,
    sums: BTreeMap<String, Sums>,
    changes: Vec<Changed>,
    total: u64,
}

impl<'v> Answer<'v> {
    fn new(before: &'v Values, after: &'v Values) -> Self {
        Self {
            before,
            after,
            later: false,
            told: HashSet::new(),
            told_places: HashSet::new(),
            missing: HashMap::new(),
            sums: BTreeMap::new(),
            changes: Vec::new(),
            total: 0,
        }
    }

    fn list(&mut self, change: Change, finding: &Finding) {
        self.total += 1;
        if self.changes.len() < LISTED {
            self.changes.push(Changed {
                change,
                detector: finding.detector.clone(),
                category: finding.category.clone(),
                masked: finding.masked.clone(),
                path: finding.place.path.clone(),
                member: finding.place.member.clone(),
                at: finding.at.clone(),
                line: finding.line,
            });
        }
    }

    /// A finding of the earlier scan: is it still there?
    fn earlier(&mut self, finding: &Finding, value: Value, first_here: bool) {
        if self.after.known.contains(&value) {
            return;
        }
        let unread = !self.after.read(&finding.place);
        let missing = self.missing.entry(value).or_insert_with(|| (finding.category.clone(), false));
        missing.1 |= unread;
        if first_here {
            self.list(if unread { Change::Unread } else { Change::Gone }, finding);
        }
    }

    /// A finding of the later scan: was it there before?
    fn later(&mut self, finding: &Finding, value: Value, first_here: bool, new_here: bool) {
        let known = self.before.known.contains(&value);
        let first = self.told.insert(value);
        let sum = self.sums.entry(finding.category.clone()).or_default();
        sum.new += u64::from(first && !known);
        sum.same += u64::from(first && known);
        let spread = known && new_here && first_here;
        sum.spread += u64::from(spread);
        if spread {
            self.list(Change::Spread, finding);
        } else if !known && first_here {
            self.list(Change::New, finding);
        }
    }
}

impl Listener for Answer<'_> {
    fn head(&mut self, _head: Head) -> io::Result<()> {
        self.told_places.clear();
        Ok(())
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        let Some(value) = value(finding) else { return Ok(()) };
        let place = number(&(value, &finding.place));
        let first_here = self.told_places.insert(place);
        if self.later {
            self.later(finding, value, first_here, !self.before.places.contains(&place));
        } else {
            self.earlier(finding, value, first_here);
        }
        Ok(())
    }

    fn group(&mut self, _place: &Place, _group: &Group) -> io::Result<()> {
        Ok(())
    }

    fn item(&mut self, _item: &Item) -> io::Result<()> {
        Ok(())
    }

    fn summary(&mut self, _summary: Summary) -> io::Result<()> {
        Ok(())
    }
}

impl Diff {
    /// Whether there is something that was not there before.
    pub fn grew(&self) -> bool {
        self.total.new + self.total.spread > 0
    }

    /// Whether the answer covers everything.
    pub fn complete(&self) -> bool {
        self.before.complete && self.after.complete
    }

    /// For people.
    pub fn paper(&self, lang: Lang) -> Paper {
        let mut paper = Paper::new(lang.text(Message::ReportDiff));
        let complete = if self.complete() { Message::CoverComplete } else { Message::CoverIncomplete };
        paper.text(format!("{} → {}", lang.date(&self.before.started), lang.date(&self.after.started)));
        paper.text(lang.text(complete));
        if !self.rules_equal {
            paper.text(lang.text(Message::DiffRules));
        }
        let heads = [
            Message::HeadCategory,
            Message::ChangeNew,
            Message::ChangeGone,
            Message::ChangeSame,
            Message::ChangeSpread,
            Message::ChangeUnread,
        ];
        let row = |(id, sums): (&String, &Sums)| {
            let name = format!("{} ({id})", words::name(id, lang));
            let numbers = [sums.new, sums.gone, sums.same, sums.spread, sums.unread].map(|count| lang.number(count));
            Some(name).into_iter().chain(numbers).collect()
        };
        paper.table(heads.map(|head| lang.text(head)), self.by_category.iter().map(row).collect());
        if !self.changes.is_empty() {
            let heads = [Message::HeadChange, Message::HeadCategory, Message::HeadSample, Message::HeadWhere];
            let rows = self.changes.iter().map(|changed| {
                let category = words::name(&changed.category, lang).to_owned();
                vec![changed.change.text(lang).to_owned(), category, changed.masked.clone(), changed.place(lang)]
            });
            paper.table(heads.map(|head| lang.text(head)), rows.collect());
        }
        let more = self.changes_total - self.changes.len() as u64;
        if more > 0 {
            paper.text(lang.format(Message::More, &[("count", &lang.number(more))]));
        }
        paper.text(lang.text(Message::ReportHint));
        paper
    }

    /// One row a change.
    pub fn csv(&self, lang: Lang) -> Vec<u8> {
        let mut table =
            Table::new(&["change", "detector", "category", "category_name", "masked", "path", "member", "at", "line"]);
        for changed in &self.changes {
            table.row([
                changed.change.name(),
                &changed.detector,
                &changed.category,
                words::name(&changed.category, lang),
                &changed.masked,
                &changed.path,
                changed.member.as_deref().unwrap_or_default(),
                changed.at.as_deref().unwrap_or_default(),
                &changed.line.map(|line| line.to_string()).unwrap_or_default(),
            ]);
        }
        table.into_bytes()
    }
}

impl Changed {
    fn place(&self, lang: Lang) -> String {
        let place = Locator {
            path: self.path.clone(),
            path_b64: None,
            member: self.member.clone(),
            count: 1,
            at: self.at.clone(),
            line: self.line,
        };
        place.text(lang)
    }
}

//! What is held where: the records of scans, added up by volume and category.
//!
//! Promise: memory is bounded. Places are kept up to [`PLACES`] a category of a volume, rows up to [`ROWS`], gaps up to
//! [`GAPS`], distinct values up to [`VALUES`]; what is beyond is counted, and said.

use super::intake::Listener;
use super::record::{Finding, Group, Head, Item, Place, Subjects, Summary};
use crate::lang::{Lang, Message};
use crate::policy::{Class, Policy, Volume};
use crate::taxonomy::Category;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};

/// Places that are named for a category of a volume.
pub const PLACES: usize = 1_000;
/// Rows (an item and a category) that are kept, the most urgent ones.
pub const ROWS: usize = 100_000;
/// Items named that were not read in full, and that everybody may read.
pub const GAPS: usize = 2_000;
/// Distinct values that are told apart in all; beyond it, the numbers of the scan are added up.
const VALUES: usize = 1_000_000;
/// Masks shown for a category of a volume.
const SAMPLES: usize = 5;

/// Findings of a category in an item.
#[derive(Clone, Debug, Serialize)]
pub struct Locator {
    /// The item.
    pub path: String,
    /// Its bytes, if it is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_b64: Option<String>,
    /// Way down through containers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// How many there.
    pub count: u64,
    /// Where the first of them stands inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Its line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

impl Locator {
    /// The place in words, and how many there.
    pub fn cells(&self, lang: Lang) -> Vec<String> {
        vec![self.text(lang), lang.number(self.count)]
    }

    /// The place in words.
    pub fn text(&self, lang: Lang) -> String {
        let mut text = self.path.clone();
        for part in [&self.member, &self.at].into_iter().flatten() {
            text.push('!');
            text.push_str(part);
        }
        if let Some(line) = self.line {
            text.push_str(", ");
            text.push_str(&lang.format(Message::Line, &[("line", &lang.number(line))]));
        }
        text
    }
}

/// A category in a volume.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Findings of medium or high confidence.
    pub count: u64,
    /// Candidates: findings of low confidence.
    pub candidates: u64,
    /// Findings by confidence: low, medium, high.
    pub levels: [u64; 3],
    /// Items with findings.
    pub items: u64,
    /// Items with findings that every local user may read, as far as it is known.
    pub open_items: u64,
    /// Distinct values, and whether that is an estimate.
    pub distinct: (u64, bool),
    /// Where, in the order of the scan.
    pub places: Vec<Locator>,
    /// Masks of some of them.
    pub samples: Vec<String>,
    /// Countries whose numbers these are, by detector: kz, ru, by, ua.
    pub countries: BTreeSet<&'static str>,
    /// Detectors.
    pub detectors: BTreeSet<String>,
    values: HashSet<u128>,
    added: u64,
    added_estimated: bool,
}

/// What lies in a volume, or below a root that no volume holds.
#[derive(Clone, Debug, Default)]
pub struct Holding {
    /// The volume as declared; `None`: the root belongs to none.
    pub volume: Option<Volume>,
    /// Whether it may be looked into. If not, nothing but coverage is here.
    pub instructed: bool,
    /// By category.
    pub held: BTreeMap<String, Held>,
    /// Items that have findings or a gap.
    pub items: u64,
    /// Items not read in full or left out, by reason.
    pub reasons: BTreeMap<String, u64>,
    /// Whether a scan touched it.
    pub scanned: bool,
}

/// An item that was not read in full, or that everybody may read.
#[derive(Clone, Debug, Serialize)]
pub struct Noted {
    /// Id of its volume.
    pub volume: String,
    /// The item.
    pub path: String,
    /// Way down through containers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Its state.
    pub state: String,
    /// Why it was not read in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether the operator accepted the gap.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
    /// Permissions, in octal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// A row of the list of findings: a category in an item.
#[derive(Clone, Debug)]
pub struct Row {
    /// Volume.
    pub volume: String,
    /// Category.
    pub category: String,
    /// Severity of its class.
    pub severity: u8,
    /// Where, and how many.
    pub place: Locator,
    /// The best level: 0 low, 1 medium, 2 high.
    pub level: usize,
    /// One mask.
    pub sample: Option<String>,
    /// Whether every local user may read it.
    pub open: Option<bool>,
    order: u64,
}

/// One run.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// What was asked.
    pub head: Head,
    /// How it ended; `None`: it did not.
    pub summary: Option<Summary>,
}

/// What is being added up for the item at hand.
#[derive(Debug, Default)]
struct Current {
    place: Option<Place>,
    found: BTreeMap<String, Part>,
}

/// Findings of a category in the item at hand.
#[derive(Debug, Default)]
struct Part {
    levels: [u64; 3],
    at: Option<String>,
    line: Option<u64>,
    sample: Option<String>,
}

/// All of it.
pub struct Holdings<'p> {
    policy: &'p Policy,
    base: PathBuf,
    /// Runs, in the order given.
    pub runs: Vec<Run>,
    /// By id of the volume, or by root.
    pub by_volume: BTreeMap<String, Holding>,
    /// Items not read in full or left out.
    pub gaps: Vec<Noted>,
    /// How many of them there are.
    pub gaps_total: u64,
    /// Items with data of people that every local user may read.
    pub open: Vec<Noted>,
    /// How many of them are known.
    pub open_total: u64,
    /// Whether who may read items is known of those with findings.
    pub modes_known: bool,
    /// The most urgent rows.
    rows: Vec<Row>,
    /// How many there are.
    pub rows_total: u64,
    values: usize,
    current: Current,
}

/// Low, medium, high.
fn level(name: &str) -> usize {
    match name {
        "low" => 0,
        "medium" => 1,
        _ => 2,
    }
}

/// The country whose law made the numbers that a detector finds.
fn country(detector: &str) -> Option<&'static str> {
    ["kz", "ru", "by", "ua"]
        .into_iter()
        .find(|code| detector.strip_prefix(code).is_some_and(|rest| rest.starts_with('.')))
}

/// The class of a category as the gate sees it.
pub fn class(policy: &Policy, category: &str) -> Class {
    policy.class(category, Category::find(category).map_or("", |known| known.gate_class))
}

impl<'p> Holdings<'p> {
    /// Nothing yet. Paths that are relative stand below `base`.
    pub fn new(policy: &'p Policy, base: &Path) -> Self {
        let declared = policy.volumes().map(|volume| {
            let instructed = volume.instructed();
            (volume.id.clone(), Holding { volume: Some(volume.clone()), instructed, ..Holding::default() })
        });
        Self {
            policy,
            base: base.to_owned(),
            runs: Vec::new(),
            by_volume: declared.collect(),
            gaps: Vec::new(),
            gaps_total: 0,
            open: Vec::new(),
            open_total: 0,
            modes_known: false,
            rows: Vec::new(),
            rows_total: 0,
            values: 0,
            current: Current::default(),
        }
    }

    /// The policy that volumes are declared in.
    pub fn policy(&self) -> &'p Policy {
        self.policy
    }

    /// The most urgent rows, most urgent first.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Whether the scans answer for everything that they were asked for.
    pub fn complete(&self) -> bool {
        let whole = |run: &Run| run.summary.as_ref().is_some_and(|summary| summary.complete);
        !self.runs.is_empty() && self.runs.iter().all(whole)
    }

    /// Sum over all runs that ended.
    pub fn sum(&self, of: impl Fn(&Summary) -> u64) -> u64 {
        self.runs.iter().filter_map(|run| run.summary.as_ref()).map(of).sum()
    }

    /// How many people; over several runs, the same people may be counted in each. `None`: not every run counted them.
    pub fn subjects(&self) -> Option<Subjects> {
        let runs = self.runs.iter().filter_map(|run| run.summary.as_ref());
        let parts: Vec<Subjects> = runs.map(|summary| summary.subjects).collect::<Option<_>>()?;
        Some(Subjects {
            min: parts.iter().map(|part| part.min).max()?,
            max: parts.iter().map(|part| part.max).sum(),
            estimate: parts.iter().map(|part| part.estimate).max()?,
        })
    }

    /// Categories that occur, most urgent first.
    pub fn categories(&self) -> Vec<(&str, u64)> {
        let mut counts = BTreeMap::<&str, u64>::new();
        for (id, held) in self.by_volume.values().flat_map(|holding| &holding.held) {
            *counts.entry(id).or_default() += held.count;
        }
        let mut list: Vec<(&str, u64)> = counts.into_iter().collect();
        let key = |id: &str| class(self.policy, id).severity();
        list.sort_by(|a, b| key(b.0).cmp(&key(a.0)).then(b.1.cmp(&a.1)).then(a.0.cmp(b.0)));
        list
    }

    /// Called once, after the last scan: what is left of the item at hand is added, rows come in their order.
    pub fn close(&mut self) {
        self.leave(None);
        self.keep_most_urgent(0);
        let known = |id: &str| self.sum(|summary| summary.categories.get(id).map_or(0, |total| total.distinct));
        let limits: BTreeMap<String, u64> =
            self.categories().iter().map(|(id, _)| ((*id).to_owned(), known(id))).collect();
        for (id, held) in self.by_volume.values_mut().flat_map(|holding| &mut holding.held) {
            let told = held.values.len() as u64;
            let limit = limits.get(id).copied().filter(|limit| *limit > 0).unwrap_or(u64::MAX);
            held.distinct = match (told, held.added) {
                (told, 0) => (told, false),
                (told, added) => ((told + added).min(limit.max(told)), held.added_estimated || held.items > 1),
            };
            held.values = HashSet::new();
        }
    }

    /// Adds what a store has counted of a detector in a volume.
    pub fn add_sum(&mut self, volume: &str, detector: &str, category: &str, levels: [u64; 3], items: u64) {
        let holding = self.holding(volume);
        holding.scanned = true;
        if !holding.instructed {
            return;
        }
        let held = holding.held.entry(category.to_owned()).or_default();
        let [low, medium, high] = levels;
        for (sum, more) in held.levels.iter_mut().zip(levels) {
            *sum += more;
        }
        held.candidates += low;
        held.count += medium + high;
        // Items in which two detectors find the same category are counted twice; distinct values are at most all.
        held.items += items;
        held.added += medium + high;
        held.added_estimated = true;
        held.detectors.insert(detector.to_owned());
        held.countries.extend(country(detector));
    }

    /// Adds what a store has counted of items that were not read in full.
    pub fn add_gaps(&mut self, volume: &str, reason: &str, items: u64) {
        *self.holding(volume).reasons.entry(reason.to_owned()).or_default() += items;
        self.gaps_total += items;
    }

    /// Names one of the items that [`Holdings::add_gaps`] counted.
    pub fn name_gap(&mut self, volume: &str, item: &Item) {
        if self.gaps.len() < GAPS && self.holding(volume).instructed {
            self.gaps.push(noted(volume.to_owned(), item));
        }
    }

    /// The volume that a root belongs to, or the root.
    pub(super) fn volume_of(&self, root: &str) -> String {
        self.policy.volume_of(Path::new(root), &self.base).map_or(root, |volume| &volume.id).to_owned()
    }

    /// The id under which a path is counted.
    fn holder(&self, place: &Place) -> String {
        let path = Path::new(&place.path);
        if let Some(volume) = self.policy.volume_of(path, &self.base) {
            return volume.id.clone();
        }
        let roots = self.runs.last().map(|run| run.head.roots.as_slice()).unwrap_or_default();
        let above = roots.iter().filter(|root| path.starts_with(root));
        above.max_by_key(|root| root.len()).or(roots.first()).unwrap_or(&place.path).clone()
    }

    fn enter(&mut self, place: &Place) {
        if self.current.place.as_ref() != Some(place) {
            self.leave(None);
            self.current.place = Some(place.clone());
        }
    }

    fn holding(&mut self, id: &str) -> &mut Holding {
        self.by_volume.entry(id.to_owned()).or_insert_with(|| Holding { instructed: true, ..Holding::default() })
    }

    /// Adds what the item at hand holds.
    fn leave(&mut self, item: Option<&Item>) {
        let Some(place) = self.current.place.take() else { return };
        let found = std::mem::take(&mut self.current.found);
        let id = self.holder(&place);
        let open = item.and_then(Item::readable_by_all);
        self.modes_known |= open.is_some() && !found.is_empty();
        let policy = self.policy;
        let holding = self.holding(&id);
        holding.scanned = true;
        holding.items += 1;
        let mut rows = Vec::new();
        for (category, part) in found {
            let held = holding.held.entry(category.clone()).or_default();
            let [low, medium, high] = part.levels;
            for (sum, more) in held.levels.iter_mut().zip(part.levels) {
                *sum += more;
            }
            held.candidates += low;
            held.count += medium + high;
            if medium + high == 0 {
                continue;
            }
            held.items += 1;
            held.open_items += u64::from(open == Some(true));
            let locator = Locator {
                path: place.path.clone(),
                path_b64: place.path_b64.clone(),
                member: place.member.clone(),
                count: medium + high,
                at: part.at,
                line: part.line,
            };
            if held.places.len() < PLACES {
                held.places.push(locator.clone());
            }
            if let Some(mask) = part.sample.as_ref()
                && held.samples.len() < SAMPLES
                && !held.samples.contains(mask)
            {
                held.samples.push(mask.clone());
            }
            rows.push(Row {
                volume: id.clone(),
                severity: class(policy, &category).severity(),
                category,
                place: locator,
                level: if high > 0 { 2 } else { 1 },
                sample: part.sample,
                open,
                order: 0,
            });
        }
        let worst = rows.iter().map(|row| row.severity).max().unwrap_or(0);
        if open == Some(true) && worst > Class::Technical.severity() {
            self.open_total += 1;
            if self.open.len() < GAPS
                && let Some(item) = item
            {
                self.open.push(noted(id, item));
            }
        }
        for mut row in rows {
            row.order = self.rows_total;
            self.rows_total += 1;
            self.rows.push(row);
        }
        if self.rows.len() >= 2 * ROWS {
            self.keep_most_urgent(ROWS);
        }
    }

    /// Brings rows in order, and drops the least urgent ones if there are too many.
    fn keep_most_urgent(&mut self, only_above: usize) {
        if self.rows.len() <= only_above {
            return;
        }
        self.rows.sort_by(|a, b| {
            let urgent = |row: &Row| (row.severity, row.open == Some(true), row.level, row.place.count);
            urgent(b).cmp(&urgent(a)).then(a.order.cmp(&b.order))
        });
        self.rows.truncate(ROWS);
    }

    /// Counts distinct values, exactly as long as there is room.
    fn count_value(&mut self, id: &str, category: &str, fingerprint: Option<&str>, of: (u64, bool)) {
        let known = fingerprint.and_then(|text| u128::from_str_radix(text, 16).ok());
        let room = self.values < VALUES;
        let held = self.holding(id).held.entry(category.to_owned()).or_default();
        match known {
            Some(value) if room => {
                let new = held.values.insert(value);
                self.values += usize::from(new);
            }
            Some(value) if held.values.contains(&value) => {}
            _ => {
                held.added += of.0;
                held.added_estimated |= of.1 || known.is_some();
            }
        }
    }
}

fn noted(volume: String, item: &Item) -> Noted {
    Noted {
        volume,
        path: item.place.path.clone(),
        member: item.place.member.clone(),
        state: item.state.clone(),
        reason: item.reason.clone(),
        accepted: item.accepted,
        mode: item.mode.clone(),
        owner: item.owner.clone(),
    }
}

impl Listener for Holdings<'_> {
    fn head(&mut self, head: Head) -> io::Result<()> {
        self.leave(None);
        for root in &head.roots {
            let id = self.volume_of(root);
            let inside: Vec<String> = self
                .policy
                .volumes()
                .filter(|volume| {
                    let below = |path: &PathBuf| self.base.join(path).starts_with(self.base.join(root));
                    volume.paths.iter().any(below)
                })
                .map(|volume| volume.id.clone())
                .collect();
            for id in inside.iter().chain(Some(&id).filter(|_| inside.is_empty())) {
                self.holding(id).scanned = true;
            }
        }
        self.runs.push(Run { head, summary: None });
        Ok(())
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        self.enter(&finding.place);
        let id = self.holder(&finding.place);
        if !self.holding(&id).instructed {
            return Ok(());
        }
        let level = level(&finding.confidence);
        if level > 0 {
            self.count_value(&id, &finding.category, finding.fingerprint.as_deref(), (1, false));
        }
        let held = self.holding(&id).held.entry(finding.category.clone()).or_default();
        held.detectors.insert(finding.detector.clone());
        held.countries.extend(country(&finding.detector));
        let part = self.current.found.entry(finding.category.clone()).or_default();
        if let Some(count) = part.levels.get_mut(level) {
            *count += 1;
        }
        if part.sample.is_none() {
            part.sample = Some(finding.masked.clone());
            part.at.clone_from(&finding.at);
            part.line = finding.line;
        }
        Ok(())
    }

    fn group(&mut self, place: &Place, group: &Group) -> io::Result<()> {
        self.enter(place);
        let id = self.holder(place);
        if !self.holding(&id).instructed {
            return Ok(());
        }
        self.count_value(&id, &group.category, None, (group.distinct, group.distinct_estimated));
        let held = self.holding(&id).held.entry(group.category.clone()).or_default();
        held.detectors.insert(group.detector.clone());
        held.countries.extend(country(&group.detector));
        let part = self.current.found.entry(group.category.clone()).or_default();
        if group.confidence.is_empty() {
            part.levels = [part.levels[0], part.levels[1] + group.count, part.levels[2]];
        }
        for (name, count) in &group.confidence {
            if let Some(sum) = part.levels.get_mut(level(name)) {
                *sum += count;
            }
        }
        let sample = group.samples.first();
        if part.sample.is_none() {
            part.sample = sample.map(|sample| sample.masked.clone());
            part.at = sample.and_then(|sample| sample.at.clone());
            part.line = sample.and_then(|sample| sample.line).or(group.first.line);
        }
        Ok(())
    }

    fn item(&mut self, item: &Item) -> io::Result<()> {
        self.enter(&item.place);
        let id = self.holder(&item.place);
        self.leave(Some(item));
        if let Some(reason) = item.reason.as_ref() {
            let holding = self.holding(&id);
            *holding.reasons.entry(reason.clone()).or_default() += 1;
            let named = holding.instructed;
            self.gaps_total += 1;
            if named && self.gaps.len() < GAPS {
                self.gaps.push(noted(id, item));
            }
        }
        Ok(())
    }

    fn summary(&mut self, summary: Summary) -> io::Result<()> {
        self.leave(None);
        if let Some(run) = self.runs.last_mut() {
            run.summary = Some(summary);
        }
        Ok(())
    }
}

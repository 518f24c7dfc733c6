//! What a report says of the scans it comes from: what was asked, what was read, what was not.

use super::holdings::{Holdings, Noted};
use super::paper::Paper;
use super::record::Subjects;
use crate::lang::{Lang, Message};
use crate::problem::Reason;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A scan that a report comes from.
#[derive(Clone, Debug, Serialize)]
pub struct ScanPart<'h> {
    /// Id of the run.
    pub run: &'h str,
    /// When it began.
    pub started: &'h str,
    /// Digest of the detectors in force.
    pub rules: &'h str,
    /// Version of the program.
    pub version: &'h str,
    /// What was scanned.
    pub roots: &'h [String],
    /// Threshold.
    pub min_confidence: &'h str,
    /// Whether it came to its end.
    pub finished: bool,
    /// Whether it answers for everything asked.
    pub complete: bool,
}

/// What was read and what was not.
#[derive(Clone, Debug, Serialize)]
pub struct Coverage<'h> {
    /// Whether the scans answer for everything asked.
    pub complete: bool,
    /// Items by state.
    pub items: BTreeMap<&'h str, u64>,
    /// Items not read in full or left out, by reason.
    pub reasons: BTreeMap<&'h str, u64>,
    /// Bytes looked at.
    pub bytes: u64,
    /// How many people, if every scan counted them: what is kept of a service does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subjects: Option<Subjects>,
    /// Items with strong identifiers that every local user may read.
    pub world_readable_strong: u64,
    /// Declared volumes that no scan touched.
    pub not_scanned: Vec<&'h str>,
    /// Some of the items not read in full.
    pub gaps: &'h [Noted],
    /// How many there are.
    pub gaps_total: u64,
}

impl Coverage<'_> {
    /// Whether the answer covers everything, in a sentence.
    pub fn verdict(&self, scans: &[ScanPart<'_>], lang: Lang) -> &'static str {
        if scans.iter().any(|scan| !scan.finished) {
            lang.text(Message::CoverUnfinished)
        } else if self.complete {
            lang.text(Message::CoverComplete)
        } else {
            lang.text(Message::CoverIncomplete)
        }
    }

    /// How much was read, in a sentence.
    pub fn read_line(&self, lang: Lang) -> String {
        let (read, listed) = (lang.number(self.read()), lang.number(self.state("listed")));
        let bytes = lang.bytes(self.bytes);
        lang.format(Message::CoverRead, &[("read", &read), ("listed", &listed), ("bytes", &bytes)])
    }

    /// How many people, in a sentence; `None`: nothing says.
    pub fn people_line(&self, lang: Lang) -> Option<String> {
        let Subjects { min, max, estimate } = self.subjects?;
        let [least, most, estimate] = [min, max, estimate].map(|count| lang.number(count));
        let values = [("least", least.as_str()), ("most", &most), ("estimate", &estimate)];
        (max > 0).then(|| lang.format(Message::CoverPeople, &values))
    }

    /// Says it in a report for people.
    pub fn describe(&self, scans: &[ScanPart<'_>], paper: &mut Paper, lang: Lang) {
        paper.text(self.verdict(scans, lang));
        let days: BTreeSet<String> = scans.iter().map(|scan| lang.date(scan.started)).collect();
        let days = days.into_iter().collect::<Vec<_>>().join(", ");
        let mut line = format!("{}: {days}. {}.", lang.text(Message::HeadScanned), self.read_line(lang));
        if let Some(people) = self.people_line(lang) {
            line = format!("{line} {people}.");
        }
        paper.text(line);
        if !self.not_scanned.is_empty() {
            let volumes = self.not_scanned.join(", ");
            paper.text(lang.format(Message::CoverNotScanned, &[("volumes", &volumes)]));
        }
        if !self.reasons.is_empty() {
            paper.heading(lang.text(Message::HeadGaps));
            let words =
                |name: &str| Reason::from_name(name).map_or_else(|| name.to_owned(), |one| lang.reason(one).to_owned());
            let rows = self.reasons.iter().map(|(name, count)| vec![words(name), lang.number(*count)]).collect();
            paper.table([Message::HeadReason, Message::HeadItems].map(|head| lang.text(head)), rows);
        }
    }

    /// Items in a state.
    pub fn state(&self, name: &str) -> u64 {
        self.items.get(name).copied().unwrap_or(0)
    }

    /// Items of which something was read.
    pub fn read(&self) -> u64 {
        self.state("scanned_full") + self.state("scanned_partial")
    }
}

/// The scans of a report.
pub fn scans<'h>(holdings: &'h Holdings<'_>) -> Vec<ScanPart<'h>> {
    let part = |run: &'h super::holdings::Run| ScanPart {
        run: &run.head.run,
        started: &run.head.started,
        rules: &run.head.rules,
        version: &run.head.version,
        roots: &run.head.roots,
        min_confidence: &run.head.min_confidence,
        finished: run.summary.is_some(),
        complete: run.summary.as_ref().is_some_and(|summary| summary.complete),
    };
    holdings.runs.iter().map(part).collect()
}

/// What they read.
pub fn coverage<'h>(holdings: &'h Holdings<'_>) -> Coverage<'h> {
    let (mut items, mut reasons) = (BTreeMap::new(), BTreeMap::new());
    for summary in holdings.runs.iter().filter_map(|run| run.summary.as_ref()) {
        for (name, count) in &summary.items {
            *items.entry(name.as_str()).or_default() += count;
        }
    }
    // A scan that did not finish has no sums of its own; what was told of its items counts.
    for (name, count) in holdings.by_volume.values().flat_map(|holding| &holding.reasons) {
        *reasons.entry(name.as_str()).or_default() += count;
    }
    let untouched = holdings.by_volume.iter().filter(|(_, holding)| holding.volume.is_some() && !holding.scanned);
    Coverage {
        complete: holdings.complete(),
        items,
        reasons,
        bytes: holdings.sum(|summary| summary.bytes),
        subjects: holdings.subjects(),
        world_readable_strong: holdings.sum(|summary| summary.world_readable_strong),
        not_scanned: untouched.map(|(id, _)| id.as_str()).collect(),
        gaps: &holdings.gaps,
        gaps_total: holdings.gaps_total,
    }
}

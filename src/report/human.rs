//! The report for a person at a terminal: the worst items first, then counts, what was not read, and what to do.
//!
//! Two views of the same: `brief` is a screen, `full` (`-v`, `--explain`) adds masks, lines and each detector.
//! Everything fits 80 columns but names of files, which lose their middle only where they are longer than any screen shows.
//! Nothing is written before the end of the scan; only the twenty worst items are kept, and of those that were not read in
//! full, five a reason, or ten thousand with `-v`.

mod brief;
mod full;

use super::buffer::Lines;
use super::parts::{self, CurrentItem};
use super::{Head, Report, Setup, Summary, escape, mask};
use crate::finding::{Confidence, Evidence, Finding, Kind, Tally};
use crate::lang::{Lang, Message, Noun};
use crate::ledger::KindTotal;
use crate::location::Location;
use crate::problem::{Breaks, Problem, Reason, State};
use crate::sink::{Flow, ItemRecord, Sink, Wants};
use crate::span::Place;
use crate::taxonomy::Category;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::ControlFlow;

const WIDTH: usize = 80;
/// Items listed.
const ITEMS: usize = 20;
/// Places shown of a detector in an item.
const PLACES: usize = 3;
/// Items named that a reason stopped.
const GAPS: usize = 5;
/// The same with `-v`.
const GAPS_IN_DETAIL: usize = 10_000;
/// Characters of a name; of a longer one the middle is left out.
const NAME_CHARS: usize = 240;
/// Stands before an item with identifiers of people that every local user may read.
const MARK: char = '!';
/// Classes of data that advice is given for.
const ADVICE: usize = 3;

/// How the report looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Language.
    pub lang: Lang,
    /// Terminal colours.
    pub color: bool,
    /// Masks and lines of findings, and a row for each detector (`-v`).
    pub detail: bool,
    /// The same, and a line of reasons below each listed finding (`--explain`).
    pub explain: bool,
}

/// Writes the report for a person.
pub struct Human<'a, W: Write> {
    out: Lines<W>,
    setup: Setup<'a>,
    look: Look,
    item: CurrentItem,
    samples: Vec<Sample>,
    worst: Vec<Listed>,
    unlisted: (u64, u64),
    gaps: BTreeMap<Reason, Gaps>,
    /// What the item at hand met: the reason, and what the system said.
    problem: Option<(Reason, Option<String>)>,
    order: u64,
    normal: Vec<u8>,
}

/// A finding of the item at hand, reduced to what is shown.
struct Sample {
    kind_index: usize,
    place: Place,
    at: Option<String>,
    line: Option<u64>,
    masked: String,
    confidence: Confidence,
    evidence: Evidence,
    field: Option<String>,
}

/// An item that is among the worst so far.
struct Listed {
    rank: Rank,
    name: String,
    readable_by_all: bool,
    rows: Vec<Tally>,
    samples: Vec<Sample>,
    findings: u64,
}

/// Worst category first, then its count, then all findings, then walk order.
type Rank = (u8, u64, u64, Reverse<u64>);

/// What a reason stopped.
#[derive(Default)]
struct Gaps {
    /// The first of the items.
    named: Vec<Gap>,
    /// Whether the operator accepted the reason by name.
    accepted: bool,
}

/// An item that was not read in full.
struct Gap {
    name: String,
    detail: Option<String>,
}

#[derive(Clone, Copy)]
enum Style {
    Bold,
    Dim,
    Good,
    Doubtful,
    Bad,
}

impl<'a, W: Write> Human<'a, W> {
    /// A report into `writer`.
    pub fn new(writer: W, setup: Setup<'a>, look: Look) -> Self {
        Self {
            out: Lines::new(writer),
            setup,
            look,
            item: CurrentItem::default(),
            samples: Vec::new(),
            worst: Vec::new(),
            unlisted: (0, 0),
            gaps: BTreeMap::new(),
            problem: None,
            order: 0,
            normal: Vec::new(),
        }
    }

    fn detailed(&self) -> bool {
        self.look.detail || self.look.explain
    }

    fn kind(&self, index: usize) -> Option<&'a Kind> {
        self.setup.kinds.get(index)
    }

    /// Whether findings of a kind make an item worth listing.
    fn listed(&self, tally: &Tally) -> bool {
        tally.count > 0 && self.kind(tally.kind_index).is_some_and(|kind| self.setup.list_all || !kind.tallied)
    }

    fn rank(&self, rows: &[Tally]) -> Rank {
        let severity = |tally: &Tally| self.kind(tally.kind_index).map_or(0, |kind| kind.severity);
        let worst = rows.iter().map(severity).max().unwrap_or(0);
        let count = rows.iter().filter(|tally| severity(tally) == worst).map(|tally| tally.count).sum();
        (worst, count, rows.iter().map(|tally| tally.count).sum(), Reverse(self.order))
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if !self.look.color || text.is_empty() {
            return text.to_owned();
        }
        let code = match style {
            Style::Bold => "1",
            Style::Dim => "2",
            Style::Good => "32",
            Style::Doubtful => "33",
            Style::Bad => "1;31",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    fn line(&mut self, text: &str) {
        self.out.text.extend_from_slice(text.trim_end().as_bytes());
        self.out.text.push(b'\n');
    }

    /// The head of the closing table, whose first column is so many characters wide.
    fn table_head(&mut self, first: usize) {
        let lang = self.look.lang;
        let head = format!(
            "{:first$}  {:>9}  {:>9}  {}",
            lang.text(Message::HeadCategory),
            lang.text(Message::HeadFound),
            lang.text(Message::HeadDistinct),
            lang.text(Message::HeadConfidence)
        );
        self.line("");
        let head = self.paint(Style::Bold, &head);
        self.line(&head);
    }

    fn more_items(&mut self) {
        let lang = self.look.lang;
        let (items, findings) = self.unlisted;
        if items > 0 {
            let items = lang.counted(items, Noun::MoreItem);
            let findings = lang.counted(findings, Noun::Finding);
            let text = lang.format(Message::MoreItems, &[("items", &items), ("findings", &findings)]);
            let text = self.paint(Style::Dim, &text);
            self.line(&text);
        }
    }

    fn coverage(&mut self, summary: &Summary<'_>) {
        let lang = self.look.lang;
        let ledger = summary.ledger;
        let read = ledger.state(State::ScannedFull) + ledger.state(State::ScannedPartial);
        let text = lang.format(
            Message::ReadLine,
            &[
                ("items", &lang.counted(read, Noun::Item)),
                ("bytes", &lang.bytes(ledger.bytes_scanned())),
                ("time", &lang.seconds(summary.seconds)),
            ],
        );
        self.line("");
        self.line(&text);
        if ledger.unchanged().0 > 0 {
            let items = lang.counted(ledger.unchanged().0, Noun::Item);
            let text = lang.format(Message::UnchangedLine, &[("items", &items)]);
            self.line(&text);
        }
        if ledger.world_readable_strong() > 0 {
            let items = lang.counted(ledger.world_readable_strong(), Noun::Item);
            let text = lang.format(Message::WorldReadableCount, &[("items", &items)]);
            let text = if self.detailed() { text } else { format!("{MARK} {text}") };
            let text = self.paint(Style::Doubtful, &text);
            self.line(&text);
        }
        let rows: Vec<(Reason, u64)> = ledger.reasons().iter().map(|(reason, count)| (*reason, *count)).collect();
        let accepted = |reason: Reason| self.gaps.get(&reason).is_some_and(|gaps| gaps.accepted);
        let (left_out, gaps): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|(reason, _)| reason.breaks() == Breaks::Never);
        let (accepted, unread): (Vec<_>, Vec<_>) = gaps.into_iter().partition(|(reason, _)| accepted(*reason));
        for (heading, rows) in
            [(Message::HeadUnread, unread), (Message::HeadAccepted, accepted), (Message::HeadLeftOut, left_out)]
        {
            if rows.is_empty() {
                continue;
            }
            if self.detailed() {
                self.reasons(heading, &rows);
            } else {
                self.short_reasons(heading, &rows);
            }
        }
    }

    fn advice(&mut self, summary: &Summary<'_>) {
        let lang = self.look.lang;
        let mut found: Vec<&Kind> = summary
            .kinds
            .iter()
            .zip(&summary.ledger.totals)
            .filter(|(_, total)| total.count > 0)
            .map(|(kind, _)| kind)
            .collect();
        found.sort_by_key(|kind| (Reverse(kind.severity), &*kind.gate_class));
        let mut advice: Vec<(&str, &str)> = Vec::new();
        for kind in found {
            let category = Category::find(&kind.category);
            let own = category.and_then(|category| Some((category.name(lang), category.advice(lang)?)));
            let of_class = || Some((lang.gate_class(&kind.gate_class)?, lang.advice(&kind.gate_class)?));
            if let Some(row) = own.or_else(of_class)
                && !advice.contains(&row)
            {
                advice.push(row);
            }
        }
        if advice.is_empty() {
            return;
        }
        self.line("");
        for (about, text) in advice.into_iter().take(ADVICE) {
            for (index, part) in wrapped(&format!("{about}: {text}"), WIDTH - 2).into_iter().enumerate() {
                self.line(&format!("{}{part}", if index == 0 { "" } else { "  " }));
            }
        }
    }
}

impl<W: Write + Send> Report for Human<'_, W> {
    fn begin(&mut self, _head: &Head) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, summary: &Summary<'_>) -> io::Result<()> {
        let worst = std::mem::take(&mut self.worst);
        if self.detailed() {
            self.full_items(&worst);
            self.full_table(summary);
        } else {
            self.brief_items(&worst);
            self.brief_table(summary);
        }
        self.coverage(summary);
        self.advice(summary);
        if let Some(last) = summary.outcome.line(self.look.lang) {
            let style = match summary.outcome.code {
                super::outcome::Code::Ok => Style::Good,
                super::outcome::Code::Incomplete => Style::Doubtful,
                _ => Style::Bad,
            };
            let last = self.paint(style, &last);
            self.line("");
            self.line(&last);
        }
        // A report without findings begins with what was read, not with an empty line.
        let begin = self.out.text.iter().take_while(|byte| **byte == b'\n').count();
        self.out.text.drain(..begin);
        self.out.flush()
    }
}

impl<W: Write + Send> Sink for Human<'_, W> {
    fn wants(&self) -> Wants {
        let findings_per_kind = if self.detailed() { PLACES as u64 } else { 0 };
        Wants {
            lines: self.detailed(),
            findings_per_kind,
            tallied: self.setup.list_all,
            every_item: false,
            traces: false,
        }
    }

    fn finding(&mut self, finding: &Finding<'_>) -> Flow {
        if !self.detailed() || (finding.kind.tallied && !self.setup.list_all) {
            return ControlFlow::Continue(());
        }
        if self.item.enter(finding.location) {
            self.samples.clear();
        }
        let Some(kind_index) = parts::kind_index(self.setup.kinds, finding.kind) else {
            return ControlFlow::Continue(());
        };
        if self.samples.iter().filter(|sample| sample.kind_index == kind_index).count() >= PLACES {
            return ControlFlow::Continue(());
        }
        self.normal.clear();
        finding.facts.normal(&mut self.normal);
        let mut masked = String::new();
        mask::push_shown(&mut masked, finding, &self.normal);
        let field = if self.look.explain { finding.facts.field() } else { None };
        self.samples.push(Sample {
            kind_index,
            place: finding.place,
            at: finding.at.map(escape::text),
            line: parts::line_column(finding).map(|(line, _)| line),
            masked: escape::text(&masked),
            confidence: finding.confidence,
            evidence: finding.evidence,
            field: field.map(|field| escape::text(&escape::field(&field))),
        });
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: &Problem) -> Flow {
        self.problem = Some((problem.reason, problem.detail.as_deref().map(escape::text)));
        ControlFlow::Continue(())
    }

    fn item(&mut self, item: &ItemRecord<'_>) -> Flow {
        if self.item.enter(item.location) {
            self.samples.clear();
        }
        self.item.leave();
        self.order += 1;
        let samples = std::mem::take(&mut self.samples);
        let problem = self.problem.take();
        if let Some(reason) = item.reason.filter(|reason| reason.breaks() != Breaks::Never) {
            let most = if self.detailed() { GAPS_IN_DETAIL } else { GAPS };
            let gaps = self.gaps.entry(reason).or_default();
            gaps.accepted |= item.accepted;
            if gaps.named.len() < most {
                let detail = problem.filter(|(met, _)| *met == reason).and_then(|(_, detail)| detail);
                gaps.named.push(Gap { name: name(item.location), detail });
            }
        }
        let mut rows: Vec<Tally> = item.tallies.iter().filter(|tally| self.listed(tally)).cloned().collect();
        if rows.is_empty() {
            return ControlFlow::Continue(());
        }
        rows.sort_by_key(|tally| {
            (
                Reverse(self.kind(tally.kind_index).map_or(0, |kind| kind.severity)),
                Reverse(tally.count),
                tally.kind_index,
            )
        });
        let rank = self.rank(&rows);
        let findings = rows.iter().map(|tally| tally.count).sum();
        let place = self.worst.partition_point(|listed| listed.rank > rank);
        if place >= ITEMS {
            self.unlisted = (self.unlisted.0 + 1, self.unlisted.1 + findings);
            return ControlFlow::Continue(());
        }
        let strong = |tally: &Tally| self.kind(tally.kind_index).is_some_and(|kind| &*kind.gate_class == "strong_id");
        let readable_by_all = item.meta.mode.is_some_and(|mode| mode & 0o004 != 0) && rows.iter().any(strong);
        self.worst.insert(place, Listed { rank, name: name(item.location), readable_by_all, rows, samples, findings });
        if self.worst.len() > ITEMS
            && let Some(pushed_out) = self.worst.pop()
        {
            self.unlisted = (self.unlisted.0 + 1, self.unlisted.1 + pushed_out.findings);
        }
        ControlFlow::Continue(())
    }
}

/// A location for a person: path, and the way down through containers.
fn name(location: &Location) -> String {
    let mut name = escape::path(location.path());
    if let Some(member) = location.member() {
        name.push('!');
        escape::push(&mut name, member);
    }
    shortened(name)
}

/// A name without its middle, if it is longer than [`NAME_CHARS`].
fn shortened(name: String) -> String {
    let length = name.chars().count();
    if length <= NAME_CHARS {
        return name;
    }
    let kept = NAME_CHARS / 2;
    let begin = name.chars().take(kept);
    begin.chain(std::iter::once('…')).chain(name.chars().skip(length - kept)).collect()
}

/// The confidence of a row: the level if all have the same, else the share of the high ones.
fn confidence(lang: Lang, total: &KindTotal) -> String {
    let levels: Vec<Confidence> = Confidence::ALL
        .into_iter()
        .zip(total.by_confidence)
        .filter(|(_, count)| *count > 0)
        .map(|(level, _)| level)
        .collect();
    match levels.as_slice() {
        [] => String::new(),
        [level] => lang.confidence(*level).to_owned(),
        _ => {
            let [_, _, high] = total.by_confidence;
            let share = u128::from(high) * 100 / u128::from(total.count.max(1));
            lang.format(Message::PartHigh, &[("share", &share.to_string())])
        }
    }
}

/// Lines of at most `width` characters, broken at spaces; a longer word stands alone.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

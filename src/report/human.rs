//! The report for a person at a terminal: the worst items first, then counts, what was not read, and what to do.
//!
//! Everything fits 80 columns but names of files, which are never cut. Nothing is written before the end of the scan;
//! only the twenty worst items are kept.

use super::buffer::Lines;
use super::parts::{self, CurrentItem};
use super::{Head, Report, Setup, Summary, escape, mask};
use crate::finding::{Confidence, Evidence, Finding, Kind, Tally};
use crate::lang::{Lang, Message, Noun};
use crate::ledger::{KindTotal, Ledger};
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
/// Detectors listed for an item.
const KINDS: usize = 4;
/// Places shown of a detector in an item.
const PLACES: usize = 3;
/// Classes of data that advice is given for.
const ADVICE: usize = 3;

/// How the report looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Language.
    pub lang: Lang,
    /// Terminal colours.
    pub color: bool,
    /// A line of reasons below each listed finding (`--explain`).
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
    examples: BTreeMap<Reason, Example>,
    order: u64,
    normal: Vec<u8>,
}

/// A finding of the item at hand, reduced to what is shown.
struct Sample {
    kind_index: usize,
    place: Place,
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

/// The first item that a reason stopped.
struct Example {
    name: String,
    detail: Option<String>,
    accepted: bool,
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
            examples: BTreeMap::new(),
            order: 0,
            normal: Vec::new(),
        }
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

    fn heading(&mut self, message: Message) {
        let text = self.paint(Style::Bold, self.look.lang.text(message));
        self.line("");
        self.line(&text);
    }

    fn items(&mut self) {
        let lang = self.look.lang;
        let worst = std::mem::take(&mut self.worst);
        // The columns of all items stand below each other.
        let shown =
            worst.iter().flat_map(|item| item.rows.iter().take(KINDS)).filter_map(|row| self.kind(row.kind_index));
        let detector_width = shown.map(|kind| kind.detector.chars().count()).max().unwrap_or(0).max(8);
        let masks = worst.iter().flat_map(|item| &item.samples).map(|sample| sample.masked.chars().count());
        let masked_width = masks.max().unwrap_or(0).min(24);
        for item in &worst {
            let mut title = self.paint(Style::Bold, &item.name);
            if item.readable_by_all {
                title.push_str("  ");
                title.push_str(&self.paint(Style::Doubtful, lang.text(Message::WorldReadable)));
            }
            self.line(&title);
            for tally in item.rows.iter().take(KINDS) {
                self.row(item, tally, detector_width, masked_width);
            }
            let rest = item.rows.get(KINDS..).unwrap_or_default();
            if !rest.is_empty() {
                let detectors = lang.counted(rest.len() as u64, Noun::MoreDetector);
                let findings = lang.counted(rest.iter().map(|tally| tally.count).sum(), Noun::Finding);
                let text = lang.format(Message::MoreKinds, &[("detectors", &detectors), ("findings", &findings)]);
                let text = self.paint(Style::Dim, &text);
                self.line(&format!("           {text}"));
            }
        }
        let (items, findings) = self.unlisted;
        if items > 0 {
            let items = lang.counted(items, Noun::MoreItem);
            let findings = lang.counted(findings, Noun::Finding);
            let text = lang.format(Message::MoreItems, &[("items", &items), ("findings", &findings)]);
            let text = self.paint(Style::Dim, &text);
            self.line(&text);
        }
    }

    /// One detector of an item: count, id, confidence, mask of the first value, lines of the first few.
    fn row(&mut self, item: &Listed, tally: &Tally, detector_width: usize, masked_width: usize) {
        let lang = self.look.lang;
        let Some(kind) = self.kind(tally.kind_index) else {
            return;
        };
        let samples: Vec<&Sample> =
            item.samples.iter().filter(|sample| sample.kind_index == tally.kind_index).collect();
        let best = Confidence::ALL.into_iter().zip(tally.by_confidence).rev().find(|(_, count)| *count > 0);
        let confidence = best.map_or("", |(level, _)| lang.confidence(level));
        let head = format!("{:>9}  {:detector_width$}  {confidence:8}", lang.number(tally.count), kind.detector);
        if self.look.explain && !samples.is_empty() {
            let indent = " ".repeat(head.chars().count() + 2);
            for (index, sample) in samples.iter().enumerate() {
                let before = if index == 0 { format!("{head}  ") } else { indent.clone() };
                self.line(&format!("{before}{:masked_width$}  {}", sample.masked, self.place(sample)));
                let reasons = lang.evidence(sample.evidence, sample.field.as_deref());
                let reasons = format!("{}: {reasons}", lang.confidence(sample.confidence));
                for part in wrapped(&reasons, WIDTH - 13) {
                    let part = self.paint(Style::Dim, &part);
                    self.line(&format!("             {part}"));
                }
            }
            return;
        }
        let masked = samples.first().map_or("", |sample| &sample.masked);
        let places = self.places(tally, &samples);
        let places = self.paint(Style::Dim, &places);
        self.line(&format!("{head}  {masked:masked_width$}  {places}"));
    }

    /// Where the first few values of a detector stand in an item.
    fn places(&self, tally: &Tally, samples: &[&Sample]) -> String {
        let Some(first) = samples.first() else {
            return tally
                .first_line
                .map_or(String::new(), |line| self.look.lang.format(Message::Line, &[("line", &line.to_string())]));
        };
        let lines: Option<Vec<u64>> = samples.iter().map(|sample| sample.line).collect();
        let Some(mut lines) = lines else {
            return self.place(first);
        };
        lines.dedup();
        let more = if tally.count > samples.len() as u64 { " …" } else { "" };
        let message = if lines.len() == 1 && more.is_empty() { Message::Line } else { Message::Lines };
        let list: Vec<String> = lines.iter().map(u64::to_string).collect();
        self.look.lang.format(message, &[("line", &format!("{}{more}", list.join(", ")))])
    }

    fn place(&self, sample: &Sample) -> String {
        let lang = self.look.lang;
        match (sample.place, sample.line) {
            (Place::Path(_), _) => lang.text(Message::InName).to_owned(),
            (_, Some(line)) => lang.format(Message::Line, &[("line", &line.to_string())]),
            (place, None) => lang.format(Message::Byte, &[("byte", &place.bounds().0.to_string())]),
        }
    }

    fn table(&mut self, summary: &Summary<'_>) {
        let lang = self.look.lang;
        let mut rows: Vec<(&Kind, &KindTotal)> =
            summary.kinds.iter().zip(&summary.ledger.totals).filter(|(_, total)| total.count > 0).collect();
        if rows.is_empty() {
            return;
        }
        rows.sort_by_key(|(kind, total)| {
            (Reverse(kind.severity), &*kind.gate_class, Reverse(total.count), &*kind.detector)
        });
        let detector_width = rows.iter().map(|(kind, _)| kind.detector.chars().count()).max().unwrap_or(0);
        // Indent, detector, gap, name: together 44 columns, or more when a detector's name is long.
        let name_width = 44_usize.saturating_sub(2 + detector_width + 2).max(16);
        let left = 2 + detector_width + 2 + name_width;
        let head = format!(
            "{:left$}  {:>9}  {:>9}  {}",
            lang.text(Message::HeadCategory),
            lang.text(Message::HeadFound),
            lang.text(Message::HeadDistinct),
            lang.text(Message::HeadConfidence)
        );
        self.line("");
        let head = self.paint(Style::Bold, &head);
        self.line(&head);
        let mut class = "";
        for (kind, total) in rows {
            if class != &*kind.gate_class {
                class = &kind.gate_class;
                let heading = lang.gate_class(class).unwrap_or(class);
                let heading = self.paint(Style::Dim, heading);
                self.line(&heading);
            }
            let name = Category::find(&kind.category).map_or(&*kind.category, |category| category.name(lang));
            let distinct =
                format!("{}{}", if total.distinct_estimated { "~" } else { "" }, lang.number(total.distinct));
            let row = format!(
                "  {:detector_width$}  {:name_width$}  {:>9}  {distinct:>9}  {}",
                kind.detector,
                cut(name, name_width),
                lang.number(total.count),
                confidence(lang, total)
            );
            self.line(&row);
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
        if ledger.world_readable_strong() > 0 {
            let items = lang.counted(ledger.world_readable_strong(), Noun::Item);
            let text = self.paint(Style::Doubtful, &lang.format(Message::WorldReadableCount, &[("items", &items)]));
            self.line(&text);
        }
        let accepted =
            |human: &Self, reason: Reason| human.examples.get(&reason).is_some_and(|example| example.accepted);
        self.reasons(ledger, Message::HeadUnread, |human, reason| {
            reason.breaks() != Breaks::Never && !accepted(human, reason)
        });
        self.reasons(ledger, Message::HeadAccepted, accepted);
        self.reasons(ledger, Message::HeadLeftOut, |_, reason| reason.breaks() == Breaks::Never);
    }

    /// A list of reasons with counts and an example each.
    fn reasons(&mut self, ledger: &Ledger, heading: Message, belongs: impl Fn(&Self, Reason) -> bool) {
        let lang = self.look.lang;
        let rows: Vec<(Reason, u64)> = ledger
            .reasons()
            .iter()
            .filter(|(reason, _)| belongs(self, **reason))
            .map(|(reason, count)| (*reason, *count))
            .collect();
        if rows.is_empty() {
            return;
        }
        self.heading(heading);
        for (reason, count) in rows {
            self.line(&format!("{:>9}  {}", lang.number(count), lang.reason(reason)));
            if reason.breaks() == Breaks::Never {
                continue;
            }
            if let Some(example) = self.examples.get(&reason) {
                let mut text = lang.format(Message::Example, &[("path", &example.name)]);
                if let Some(detail) = &example.detail {
                    text.push_str(": ");
                    text.push_str(detail);
                }
                let text = self.paint(Style::Dim, &text);
                self.line(&format!("           {text}"));
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
        self.heading(Message::HeadAdvice);
        for (about, text) in advice.into_iter().take(ADVICE) {
            for (index, part) in wrapped(&format!("{about}: {text}"), WIDTH - 4).into_iter().enumerate() {
                self.line(&format!("{}{part}", if index == 0 { "  " } else { "    " }));
            }
        }
    }
}

impl<W: Write + Send> Report for Human<'_, W> {
    fn begin(&mut self, _head: &Head) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, summary: &Summary<'_>) -> io::Result<()> {
        self.items();
        self.table(summary);
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
        Wants { lines: true, findings_per_kind: PLACES as u64, tallied: self.setup.list_all, every_item: false }
    }

    fn finding(&mut self, finding: &Finding<'_>) -> Flow {
        if finding.kind.tallied && !self.setup.list_all {
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
        let field = if self.look.explain { finding.facts.field() } else { None };
        self.samples.push(Sample {
            kind_index,
            place: finding.place,
            line: parts::line_column(finding).map(|(line, _)| line),
            masked: escape::text(&mask::masked(finding.kind.mask, &self.normal)),
            confidence: finding.confidence,
            evidence: finding.evidence,
            field: field.map(|field| escape::text(&escape::field(&field))),
        });
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: &Problem) -> Flow {
        self.examples.entry(problem.reason).or_insert_with(|| Example {
            name: name(&problem.location),
            detail: problem.detail.as_deref().map(escape::text),
            accepted: false,
        });
        ControlFlow::Continue(())
    }

    fn item(&mut self, item: &ItemRecord<'_>) -> Flow {
        if self.item.enter(item.location) {
            self.samples.clear();
        }
        self.item.leave();
        self.order += 1;
        let samples = std::mem::take(&mut self.samples);
        if let Some(reason) = item.reason {
            let example = self.examples.entry(reason).or_insert_with(|| Example {
                name: name(item.location),
                detail: None,
                accepted: false,
            });
            example.accepted |= item.accepted;
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
    name
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

/// Text of at most `width` characters; what is cut shows as `…`.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(width.saturating_sub(1)).collect();
    out.truncate(out.trim_end().len());
    out.push('…');
    out
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

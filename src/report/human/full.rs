//! The view with `-v` and `--explain`: masks and lines of the first findings, a row for each detector.

use super::{Gap, Human, Listed, Sample, Style, WIDTH, confidence, wrapped};
use crate::finding::{Confidence, Evidence, Kind, Tally};
use crate::lang::{Message, Noun};
use crate::ledger::KindTotal;
use crate::problem::{Breaks, Reason};
use crate::report::Summary;
use crate::span::Place;
use crate::taxonomy::Category;
use std::cmp::Reverse;
use std::io::Write;

/// Detectors listed for an item.
const KINDS: usize = 4;

impl<W: Write> Human<'_, W> {
    pub(super) fn full_items(&mut self, worst: &[Listed]) {
        let lang = self.look.lang;
        // The columns of all items stand below each other.
        let shown =
            worst.iter().flat_map(|item| item.rows.iter().take(KINDS)).filter_map(|row| self.kind(row.kind_index));
        let detector_width = shown.map(|kind| kind.detector.chars().count()).max().unwrap_or(0).max(8);
        let masks = worst.iter().flat_map(|item| &item.samples).map(|sample| sample.masked.chars().count());
        let masked_width = masks.max().unwrap_or(0).min(24);
        for item in worst {
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
        self.more_items();
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
                let reasons = lang.evidence(sample.evidence, holds_loosely(kind, sample), sample.field.as_deref());
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
        let more = if tally.count > samples.len() as u64 { " …" } else { "" };
        // A cell, a page or a row says more than the line of the text that a document was turned into.
        if samples.iter().any(|sample| sample.at.is_some()) {
            let mut places: Vec<String> = samples.iter().map(|sample| self.place(sample)).collect();
            places.dedup();
            return format!("{}{more}", places.join(", "));
        }
        let lines: Option<Vec<u64>> = samples.iter().map(|sample| sample.line).collect();
        let Some(mut lines) = lines else {
            return self.place(first);
        };
        lines.dedup();
        let message = if lines.len() == 1 && more.is_empty() { Message::Line } else { Message::Lines };
        let list: Vec<String> = lines.iter().map(u64::to_string).collect();
        self.look.lang.format(message, &[("line", &format!("{}{more}", list.join(", ")))])
    }

    fn place(&self, sample: &Sample) -> String {
        let lang = self.look.lang;
        match (sample.place, &sample.at, sample.line) {
            (Place::Path(_), ..) => lang.text(Message::InName).to_owned(),
            (_, Some(at), _) => at.clone(),
            (_, None, Some(line)) => lang.format(Message::Line, &[("line", &line.to_string())]),
            (place, None, None) => lang.format(Message::Byte, &[("byte", &place.bounds().0.to_string())]),
        }
    }

    pub(super) fn full_table(&mut self, summary: &Summary<'_>) {
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
        self.table_head(left);
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

    fn heading(&mut self, message: Message) {
        let text = self.paint(Style::Bold, self.look.lang.text(message));
        self.line("");
        self.line(&text);
    }

    /// The items that a reason stopped, as far as they are kept, each with what the system said.
    pub(super) fn gaps_of(&self, reason: Reason) -> Vec<String> {
        let named = self.gaps.get(&reason).map_or(&[][..], |gaps| &gaps.named);
        let line = |gap: &Gap| match &gap.detail {
            Some(detail) if self.detailed() || reason == Reason::IoError => format!("{}: {detail}", gap.name),
            _ => gap.name.clone(),
        };
        named.iter().map(line).collect()
    }

    /// A list of reasons with counts and the items that they stopped.
    pub(super) fn reasons(&mut self, heading: Message, rows: &[(Reason, u64)]) {
        let lang = self.look.lang;
        self.heading(heading);
        for &(reason, count) in rows {
            self.line(&format!("{:>9}  {}", lang.number(count), lang.reason(reason)));
            if reason.breaks() == Breaks::Never {
                continue;
            }
            let lines = self.gaps_of(reason);
            let rest = count.saturating_sub(lines.len() as u64);
            let more = (rest > 0).then(|| lang.format(Message::More, &[("count", &lang.number(rest))]));
            for line in lines.into_iter().chain(more) {
                let text = self.paint(Style::Dim, &line);
                self.line(&format!("           {text}"));
            }
        }
    }
}

/// Whether only the looser check of a number held: by the table of `score`, a number that passes its full check where a word
/// or field names it is of high confidence. A date of birth has one check, and its level comes from the words.
fn holds_loosely(kind: &Kind, sample: &Sample) -> bool {
    sample.confidence == Confidence::Medium
        && sample.evidence.has_any(Evidence::CONTEXT)
        && !sample.evidence.has(Evidence::NEGATIVE)
        && &*kind.category != "identity.birth_date"
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

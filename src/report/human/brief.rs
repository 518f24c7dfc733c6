//! The view by default: a line an item, then two lines a class of data. No value, no mask, no line number.

use super::{Human, Listed, MARK, Style, WIDTH, confidence};
use crate::lang::Message;
use crate::ledger::KindTotal;
use crate::problem::{Breaks, Reason};
use crate::report::Summary;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::Write;

/// Detectors named in the line of an item.
const KINDS: usize = 3;
/// Columns of a name that the counts are put behind; a longer name pushes them to the right.
const NAME: usize = 36;
/// Columns of the first column of the table.
const CLASS: usize = 40;
/// Between two detectors in a line.
const DOT: &str = " · ";

/// What was found of one class of data.
#[derive(Default)]
struct Class<'a> {
    sum: KindTotal,
    /// Findings by detector.
    detectors: BTreeMap<&'a str, u64>,
}

impl<W: Write> Human<'_, W> {
    /// One line an item: the mark, the name below the folder that all share, the worst detectors and the rest.
    pub(super) fn brief_items(&mut self, worst: &[Listed]) {
        if worst.is_empty() {
            return;
        }
        let folder = common_folder(worst);
        if !folder.is_empty() {
            let folder = self.paint(Style::Bold, &folder);
            self.line(&folder);
        }
        let short = |item: &Listed| item.name.strip_prefix(folder.as_str()).unwrap_or(&item.name).to_owned();
        let widths = worst.iter().map(|item| short(item).chars().count());
        let column = widths.filter(|width| *width <= NAME).max().unwrap_or(0);
        for item in worst {
            let name = short(item);
            let name_width = name.chars().count().max(column);
            let (named, rest) = self.found(item, WIDTH.saturating_sub(2 + name_width + 2));
            let mark = if item.readable_by_all { MARK.to_string() } else { String::new() };
            let gap = if mark.is_empty() { "  " } else { " " };
            let (mark, rest) = (self.paint(Style::Doubtful, &mark), self.paint(Style::Dim, &rest));
            self.line(&format!("{mark}{gap}{name:name_width$}  {named}{rest}"));
        }
        self.more_items();
        let hint = self.paint(Style::Dim, self.look.lang.text(Message::HintDetail));
        self.line(&hint);
    }

    /// The worst detectors of an item with counts, as many as fit, and how many findings the others have.
    fn found(&self, item: &Listed, width: usize) -> (String, String) {
        let lang = self.look.lang;
        let mut found: Vec<(&str, u64)> = Vec::new();
        for row in &item.rows {
            let detector = self.kind(row.kind_index).map_or("", |kind| &kind.detector);
            match found.iter_mut().find(|(known, _)| *known == detector) {
                Some((_, count)) => *count += row.count,
                None => found.push((detector, row.count)),
            }
        }
        let part = |(detector, count): &(&str, u64)| format!("{} {detector}", lang.number(*count));
        let line = |named: usize| {
            let (first, others) = found.split_at(named.min(found.len()));
            let others: u64 = others.iter().map(|(_, count)| count).sum();
            let rest = if others > 0 { format!("  +{}", lang.number(others)) } else { String::new() };
            (first.iter().map(part).collect::<Vec<_>>().join(DOT), rest)
        };
        let fits = |(first, rest): &(String, String)| first.chars().count() + rest.chars().count() <= width;
        (2..=KINDS).rev().map(line).find(fits).unwrap_or_else(|| line(1))
    }

    /// Two lines a class: its counts, and the most frequent detectors.
    pub(super) fn brief_table(&mut self, summary: &Summary<'_>) {
        let lang = self.look.lang;
        let mut classes: BTreeMap<(Reverse<u8>, &str), Class<'_>> = BTreeMap::new();
        for (kind, total) in summary.kinds.iter().zip(&summary.ledger.totals).filter(|(_, total)| total.count > 0) {
            let Class { sum, detectors } = classes.entry((Reverse(kind.severity), &*kind.gate_class)).or_default();
            sum.count += total.count;
            sum.distinct += total.distinct;
            sum.distinct_estimated |= total.distinct_estimated;
            for (sum, count) in sum.by_confidence.iter_mut().zip(total.by_confidence) {
                *sum += count;
            }
            *detectors.entry(&*kind.detector).or_default() += total.count;
        }
        if classes.is_empty() {
            return;
        }
        self.table_head(CLASS);
        for ((_, class), Class { sum: total, detectors }) in classes {
            let distinct =
                format!("{}{}", if total.distinct_estimated { "~" } else { "" }, lang.number(total.distinct));
            let row = format!(
                "{:CLASS$}  {:>9}  {distinct:>9}  {}",
                lang.gate_class(class).unwrap_or(class),
                lang.number(total.count),
                confidence(lang, &total)
            );
            self.line(&row);
            let mut detectors: Vec<(&str, u64)> = detectors.into_iter().collect();
            detectors.sort_by_key(|(detector, count)| (Reverse(*count), *detector));
            let text = self.paint(Style::Dim, &self.detectors(&detectors));
            self.line(&format!("  {text}"));
        }
    }

    /// Detectors with counts, as many as a line takes, and how many there are besides.
    fn detectors(&self, detectors: &[(&str, u64)]) -> String {
        let lang = self.look.lang;
        let line = |named: usize| {
            let (first, others) = detectors.split_at(named);
            let mut parts: Vec<String> =
                first.iter().map(|(detector, count)| format!("{} {detector}", lang.number(*count))).collect();
            if !others.is_empty() {
                parts.push(lang.format(Message::More, &[("count", &lang.number(others.len() as u64))]));
            }
            parts.join(DOT)
        };
        let fits = |line: &String| line.chars().count() <= WIDTH - 2;
        (0..=detectors.len()).rev().map(line).find(fits).unwrap_or_default()
    }

    /// A line a reason, and one for each of the first items that it stopped; what a rule left out names none and shares its
    /// lines.
    pub(super) fn short_reasons(&mut self, heading: Message, rows: &[(Reason, u64)]) {
        let lang = self.look.lang;
        let count = |(reason, count): &(Reason, u64)| format!("{} × {}", lang.number(*count), lang.reason(*reason));
        let heading = lang.text(heading);
        if rows.iter().all(|(reason, _)| reason.breaks() == Breaks::Never) {
            let mut line = format!("{heading}:");
            for (index, part) in rows.iter().map(count).enumerate() {
                let end = if index + 1 < rows.len() { ";" } else { "" };
                if line.chars().count() + 1 + part.chars().count() + end.len() > WIDTH {
                    self.line(&line);
                    " ".clone_into(&mut line);
                }
                line.push(' ');
                line.push_str(&part);
                line.push_str(end);
            }
            self.line(&line);
            return;
        }
        for (index, row) in rows.iter().enumerate() {
            let (painted, before) = if index == 0 {
                (self.paint(Style::Doubtful, &format!("{heading}:")), heading.chars().count() + 1)
            } else {
                (" ".to_owned(), 1)
            };
            let text = count(row);
            let lines = self.gaps_of(row.0);
            match lines.as_slice() {
                [only] if before + 1 + text.chars().count() + 2 + only.chars().count() <= WIDTH => {
                    self.line(&format!("{painted} {text}: {only}"));
                }
                lines => {
                    self.line(&format!("{painted} {text}"));
                    for line in lines {
                        self.line(&format!("    {line}"));
                    }
                    let rest = row.1.saturating_sub(lines.len() as u64);
                    if rest > 0 {
                        let text = lang.format(Message::MoreGaps, &[("count", &lang.number(rest))]);
                        let text = self.paint(Style::Dim, &text);
                        self.line(&format!("    {text}"));
                    }
                }
            }
        }
    }
}

/// The folder that all names lie in, with its slash; empty if there is a single name or no such folder.
fn common_folder(items: &[Listed]) -> String {
    let [first, others @ ..] = items else {
        return String::new();
    };
    if others.is_empty() {
        return String::new();
    }
    let mut folder: Vec<&str> = first.name.split_inclusive('/').filter(|part| part.ends_with('/')).collect();
    for other in others {
        let same = folder.iter().zip(other.name.split_inclusive('/')).take_while(|(ours, theirs)| *ours == theirs);
        let same = same.count();
        folder.truncate(same);
    }
    let folder = folder.concat();
    if folder == "/" { String::new() } else { folder }
}

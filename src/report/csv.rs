//! CSV (RFC 4180) for spreadsheets: findings, tallies, items and a last row, told apart by the column `type`.
//!
//! Formula-safe: a cell that a spreadsheet would run begins with an apostrophe.

use super::buffer::Lines;
use super::mark::Marks;
use super::parts::{self, CurrentItem};
use super::{Head, Report, Setup, Summary, escape, json, mask};
use crate::finding::Finding;
use crate::problem::Problem;
use crate::sink::{Flow, ItemRecord, Sink, Wants};
use std::io::{self, Write};
use std::ops::ControlFlow;

const COLUMNS: &str = "type,detector,category,path,path_b64,member,at,start,end,span,line,column,field,confidence,evidence,encoding,views,masked,\
fingerprint,id,count,distinct,state,reason\n";

/// Writes a row for each finding, tally and item.
pub struct Csv<'a, W: Write> {
    out: Lines<W>,
    setup: Setup<'a>,
    marks: Option<Marks>,
    item: CurrentItem,
    normal: Vec<u8>,
}

/// A row; what a kind of row does not have stays empty.
#[derive(Default)]
struct Row<'a> {
    kind: &'a str,
    detector: &'a str,
    category: &'a str,
    place: Option<&'a crate::location::Location>,
    at: &'a str,
    start: Option<u64>,
    end: Option<u64>,
    span: &'a str,
    line: Option<u64>,
    column: Option<u64>,
    field: &'a str,
    confidence: &'a str,
    evidence: &'a str,
    encoding: &'a str,
    views: &'a str,
    masked: &'a str,
    fingerprint: &'a str,
    id: &'a str,
    count: Option<u64>,
    distinct: Option<u64>,
    state: &'a str,
    reason: &'a str,
}

impl<'a, W: Write> Csv<'a, W> {
    /// A report into `writer`. Without a key, findings have neither id nor fingerprint.
    pub fn new(writer: W, setup: Setup<'a>) -> Self {
        let marks = setup.key.map(Marks::new);
        Self { out: Lines::new(writer), setup, marks, item: CurrentItem::default(), normal: Vec::new() }
    }
}

impl Row<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let path = self.place.map(crate::location::Location::path);
        let mut base64 = Vec::new();
        if let Some(path) = path
            && path.to_str().is_none()
        {
            json::base64(&mut base64, path.as_os_str().as_encoded_bytes());
        }
        let number = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
        let cells: [&str; 24] = [
            self.kind,
            self.detector,
            self.category,
            &path.map(|path| path.to_string_lossy()).unwrap_or_default(),
            str::from_utf8(&base64).unwrap_or_default(),
            self.place.and_then(|place| place.member()).unwrap_or_default(),
            self.at,
            &number(self.start),
            &number(self.end),
            self.span,
            &number(self.line),
            &number(self.column),
            self.field,
            self.confidence,
            self.evidence,
            self.encoding,
            self.views,
            self.masked,
            self.fingerprint,
            self.id,
            &number(self.count),
            &number(self.distinct),
            self.state,
            self.reason,
        ];
        for (index, text) in cells.into_iter().enumerate() {
            parts::separator(out, index);
            cell(out, text);
        }
        out.push(b'\n');
    }
}

/// A line of cells, each harmless to a spreadsheet.
pub fn line(cells: &[&str]) -> String {
    let mut out = Vec::new();
    for (index, text) in cells.iter().enumerate() {
        parts::separator(&mut out, index);
        cell(&mut out, text);
    }
    out.push(b'\n');
    String::from_utf8(out).unwrap_or_default()
}

/// Appends a cell, quoted where needed, harmless to a spreadsheet.
pub fn cell(out: &mut Vec<u8>, text: &str) {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if !runs && !text.contains([',', ';', '"', '\'', '\n', '\r', '\t']) && !text.contains(escape::hides) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    if runs {
        out.push(b'\'');
    }
    out.extend_from_slice(escape::text(text).replace('"', "\"\"").as_bytes());
    out.push(b'"');
}

fn hex(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(2 * bytes.len());
    json::hex(&mut out, bytes);
    String::from_utf8(out).unwrap_or_default()
}

impl<W: Write + Send> Report for Csv<'_, W> {
    fn begin(&mut self, _head: &Head) -> io::Result<()> {
        self.out.text.extend_from_slice(COLUMNS.as_bytes());
        self.out.flush()
    }

    fn finish(&mut self, summary: &Summary<'_>) -> io::Result<()> {
        let row = Row {
            kind: "summary",
            count: Some(summary.ledger.totals.iter().map(|total| total.count).sum()),
            state: if summary.outcome.complete { "complete" } else { "incomplete" },
            ..Row::default()
        };
        row.write(&mut self.out.text);
        self.out.flush()
    }
}

impl<W: Write + Send> Sink for Csv<'_, W> {
    fn wants(&self) -> Wants {
        Wants {
            lines: true,
            findings_per_kind: u64::MAX,
            tallied: self.setup.list_all,
            every_item: self.setup.every_item,
            traces: false,
        }
    }

    fn finding(&mut self, finding: &Finding<'_>) -> Flow {
        if finding.kind.tallied && !self.setup.list_all {
            return ControlFlow::Continue(());
        }
        if self.item.enter(finding.location)
            && let Some(marks) = &mut self.marks
        {
            marks.item(finding.location);
        }
        self.normal.clear();
        finding.facts.normal(&mut self.normal);
        let marks = self.marks.as_mut().map(|marks| {
            let mark = marks.of(finding, &self.normal);
            (hex(&mark), hex(&marks.id(&finding.kind.detector, mark)))
        });
        let mut masked = String::new();
        mask::push_shown(&mut masked, finding, &self.normal);
        let (start, end) = finding.place.bounds();
        let (line, column) = parts::line_column(finding).unzip();
        let row = Row {
            kind: "finding",
            detector: &finding.kind.detector,
            category: &finding.kind.category,
            place: Some(finding.location),
            at: finding.at.unwrap_or_default(),
            start: Some(start),
            end: Some(end),
            span: finding.place.kind(),
            line,
            column,
            field: &finding.facts.field().map(|field| escape::field(&field).into_owned()).unwrap_or_default(),
            confidence: finding.confidence.name(),
            evidence: &finding.evidence.names().collect::<Vec<_>>().join(" "),
            encoding: finding.encoding,
            views: &finding.views.join(" "),
            masked: &masked,
            fingerprint: marks.as_ref().map(|(mark, _)| mark.as_str()).unwrap_or_default(),
            id: marks.as_ref().map(|(_, id)| id.as_str()).unwrap_or_default(),
            ..Row::default()
        };
        row.write(&mut self.out.text);
        self.out.line_end()
    }

    fn problem(&mut self, _problem: &Problem) -> Flow {
        ControlFlow::Continue(())
    }

    fn item(&mut self, item: &ItemRecord<'_>) -> Flow {
        self.item.leave();
        for tally in item.tallies {
            let Some(kind) = item.kinds.get(tally.kind_index).filter(|kind| kind.tallied && !self.setup.list_all)
            else {
                continue;
            };
            let row = Row {
                kind: "tally",
                detector: &kind.detector,
                category: &kind.category,
                place: Some(item.location),
                start: Some(tally.first_start),
                line: tally.first_line,
                count: Some(tally.count),
                distinct: Some(tally.distinct),
                ..Row::default()
            };
            row.write(&mut self.out.text);
        }
        if item.reason.is_some() || self.setup.every_item {
            let row = Row {
                kind: "item",
                place: Some(item.location),
                state: item.state.name(),
                reason: item.reason.map(crate::problem::Reason::name).unwrap_or_default(),
                ..Row::default()
            };
            row.write(&mut self.out.text);
        }
        self.out.line_end()
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells_are_quoted_and_never_run() {
        let written = |text: &str| {
            let mut out = Vec::new();
            cell(&mut out, text);
            String::from_utf8(out).expect("UTF-8")
        };
        for (text, expected) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "\"'=1+1\""),
            ("+77•", "\"'+77•\""),
            ("-cmd", "\"'-cmd\""),
            ("@sum", "\"'@sum\""),
            ("\tx", "\"'\\tx\""),
            ("two\nlines", "\"two\\nlines\""),
            ("••••••••17", "••••••••17"),
        ] {
            assert_eq!(written(text), expected);
        }
        assert_eq!(super::COLUMNS.trim_end().split(',').count(), 24);
    }
}

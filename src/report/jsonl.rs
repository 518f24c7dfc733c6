//! JSON Lines, schema `elek.scan/1`: one record a line, each whole when it is written.
//!
//! Findings come in millions, so what is the same for a detector, an item or a set of evidence is written once and copied.

use super::buffer::Lines;
use super::mark::Marks;
use super::parts::{self, CurrentItem, number_field};
use super::{Head, Report, Setup, Summary, escape, json, mask};
use crate::finding::{Confidence, Evidence, Finding, Kind};
use crate::problem::Problem;
use crate::sink::{Flow, ItemRecord, Sink, Wants};
use std::io::{self, Write};
use std::ops::ControlFlow;

/// Writes a record for each finding, tally and item.
pub struct Jsonl<'a, W: Write> {
    out: Lines<W>,
    setup: Setup<'a>,
    marks: Option<Marks>,
    item: CurrentItem,
    /// `"path":…,"member":…,` of the current item.
    location: Vec<u8>,
    /// `"detector":…,"category":…,` of each kind.
    kinds: Vec<Vec<u8>>,
    /// `"confidence":…,"evidence":[…],` of each pair that has occurred.
    reasons: [Vec<Option<Box<[u8]>>>; 3],
    normal: Vec<u8>,
    masked: String,
}

impl<'a, W: Write> Jsonl<'a, W> {
    /// A report into `writer`. Without a key, findings have neither id nor fingerprint.
    pub fn new(writer: W, setup: Setup<'a>) -> Self {
        let kinds = setup.kinds.iter().map(kind_fields).collect();
        let marks = setup.key.map(Marks::new);
        let reasons = std::array::from_fn(|_| vec![None; 256]);
        Self {
            out: Lines::new(writer),
            setup,
            marks,
            item: CurrentItem::default(),
            location: Vec::new(),
            kinds,
            reasons,
            normal: Vec::new(),
            masked: String::new(),
        }
    }
}

impl<W: Write + Send> Report for Jsonl<'_, W> {
    fn begin(&mut self, head: &Head) -> io::Result<()> {
        let out = &mut self.out.text;
        out.extend_from_slice(b"{\"type\":\"scan\",");
        parts::scan_fields(out, head);
        out.extend_from_slice(b"}\n");
        self.out.flush()
    }

    fn finish(&mut self, summary: &Summary<'_>) -> io::Result<()> {
        parts::summary_object(&mut self.out.text, summary);
        self.out.text.push(b'\n');
        self.out.flush()
    }
}

impl<W: Write + Send> Sink for Jsonl<'_, W> {
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
        if self.item.enter(finding.location) {
            self.location.clear();
            parts::location_fields(&mut self.location, finding.location);
            self.location.push(b',');
            if let Some(marks) = &mut self.marks {
                marks.item(finding.location);
            }
        }
        self.normal.clear();
        finding.facts.normal(&mut self.normal);

        let out = &mut self.out.text;
        out.extend_from_slice(b"{\"type\":\"finding\",");
        let mut fingerprint = None;
        if let Some(marks) = &mut self.marks {
            let mark = marks.of(finding, &self.normal);
            let id = marks.id(&finding.kind.detector, mark);
            parts::hex_field(out, "\"id\":", &id);
            out.push(b',');
            if self.setup.baseline.is_some_and(|baseline| baseline.accepts(id)) {
                out.extend_from_slice(b"\"baseline\":true,");
            }
            fingerprint = Some(mark);
        }
        match parts::kind_index(self.setup.kinds, finding.kind).and_then(|index| self.kinds.get(index)) {
            Some(fields) => out.extend_from_slice(fields),
            None => out.extend_from_slice(&kind_fields(finding.kind)),
        }
        out.extend_from_slice(&self.location);
        if let Some(at) = finding.at {
            out.extend_from_slice(b"\"at\":");
            json::string(out, at);
            out.push(b',');
        }
        let (start, end) = finding.place.bounds();
        number_field(out, "\"start\":", start);
        number_field(out, ",\"end\":", end);
        out.extend_from_slice(b",\"span\":\"");
        out.extend_from_slice(finding.place.kind().as_bytes());
        out.extend_from_slice(b"\",");
        if let Some((line, column)) = parts::line_column(finding) {
            number_field(out, "\"line\":", line);
            number_field(out, ",\"column\":", column);
            out.push(b',');
        }
        if let Some(record) = finding.facts.record() {
            out.extend_from_slice(b"\"record\":{\"kind\":\"");
            out.extend_from_slice(record.kind.as_bytes());
            number_field(out, "\",\"start\":", record.span.start);
            number_field(out, ",\"end\":", record.span.end);
            out.extend_from_slice(b"},");
        }
        if let Some(field) = finding.facts.field() {
            out.extend_from_slice(b"\"field\":");
            json::string(out, &escape::field(&field));
            out.push(b',');
        }
        let cached = self
            .reasons
            .get_mut(finding.confidence as usize)
            .and_then(|row| row.get_mut(usize::from(finding.evidence.bits())));
        if let Some(slot) = cached {
            out.extend_from_slice(slot.get_or_insert_with(|| reason_fields(finding.confidence, finding.evidence)));
        }
        out.extend_from_slice(b"\"encoding\":\"");
        out.extend_from_slice(finding.encoding.as_bytes());
        out.push(b'"');
        for (n, view) in finding.views.iter().enumerate() {
            out.extend_from_slice(if n == 0 { b",\"views\":[\"" } else { b",\"" });
            out.extend_from_slice(view.as_bytes());
            out.push(b'"');
        }
        if !finding.views.is_empty() {
            out.push(b']');
        }
        out.extend_from_slice(b",\"masked\":");
        self.masked.clear();
        mask::push_shown(&mut self.masked, finding, &self.normal);
        json::string(out, &self.masked);
        if let Some(mark) = fingerprint {
            parts::hex_field(out, ",\"fingerprint\":", &mark);
        }
        out.extend_from_slice(b"}\n");
        self.out.line_end()
    }

    fn problem(&mut self, _problem: &Problem) -> Flow {
        // The item's record follows and says the same.
        ControlFlow::Continue(())
    }

    fn item(&mut self, item: &ItemRecord<'_>) -> Flow {
        self.item.leave();
        let out = &mut self.out.text;
        for tally in item.tallies {
            let Some(kind) = item.kinds.get(tally.kind_index).filter(|kind| kind.tallied && !self.setup.list_all)
            else {
                continue;
            };
            out.extend_from_slice(b"{\"type\":\"tally\",");
            out.extend_from_slice(&kind_fields(kind));
            parts::location_fields(out, item.location);
            out.push(b',');
            parts::tally_fields(out, tally);
            out.extend_from_slice(b"}\n");
        }
        if item.reason.is_some() || self.setup.every_item {
            out.extend_from_slice(b"{\"type\":\"item\",");
            parts::location_fields(out, item.location);
            out.push(b',');
            parts::item_fields(out, item, &self.setup);
            out.extend_from_slice(b"}\n");
        }
        match self.out.line_end() {
            ControlFlow::Continue(()) => self.out.item_end(),
            stop @ ControlFlow::Break(_) => stop,
        }
    }
}

fn kind_fields(kind: &Kind) -> Vec<u8> {
    let mut out = b"\"detector\":".to_vec();
    json::string(&mut out, &kind.detector);
    out.extend_from_slice(b",\"category\":");
    json::string(&mut out, &kind.category);
    out.push(b',');
    out
}

fn reason_fields(confidence: Confidence, evidence: Evidence) -> Box<[u8]> {
    let mut out = b"\"confidence\":".to_vec();
    json::string(&mut out, confidence.name());
    out.push(b',');
    parts::evidence_field(&mut out, evidence);
    out.push(b',');
    out.into_boxed_slice()
}

//! The compliance report: one JSON document, grouped by item and detector, with counts and a few masked samples.
//!
//! Written as the scan goes: only the samples of the item at hand are kept.

use super::buffer::{Lines, flow};
use super::mark::Marks;
use super::parts::{self, number_field, separator};
use super::{Head, Report, Setup, Summary, escape, json, mask};
use crate::finding::{Confidence, Finding};
use crate::problem::{Breaks, Problem, Reason};
use crate::sink::{Flow, ItemRecord, Sink, Wants};
use crate::taxonomy::{Category, Jurisdiction};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::ControlFlow;

/// Samples of a detector in an item.
const SAMPLES: u64 = 5;

/// Writes the compliance report.
pub struct Document<'a, W: Write> {
    out: Lines<W>,
    setup: Setup<'a>,
    marks: Option<Marks>,
    item: parts::CurrentItem,
    /// Samples of the current item by kind: how many, and their objects.
    samples: BTreeMap<usize, (u64, Vec<u8>)>,
    items: usize,
    /// The first item of each reason.
    examples: BTreeMap<Reason, (Vec<u8>, bool)>,
    normal: Vec<u8>,
}

impl<'a, W: Write> Document<'a, W> {
    /// A report into `writer`. Without a key, samples have no fingerprint.
    pub fn new(writer: W, setup: Setup<'a>) -> Self {
        let marks = setup.key.map(Marks::new);
        Self {
            out: Lines::new(writer),
            setup,
            marks,
            item: parts::CurrentItem::default(),
            samples: BTreeMap::new(),
            items: 0,
            examples: BTreeMap::new(),
            normal: Vec::new(),
        }
    }

    fn rules(&mut self) {
        let out = &mut self.out.text;
        out.extend_from_slice(b",\n\"rules\":[");
        let running = self.setup.kinds.iter().filter(|kind| self.setup.running.contains(&*kind.detector));
        for (index, kind) in running.enumerate() {
            separator(out, index);
            out.extend_from_slice(b"\n{\"detector\":");
            json::string(out, &kind.detector);
            out.extend_from_slice(b",\"category\":");
            json::string(out, &kind.category);
            out.extend_from_slice(b",\"gate_class\":");
            json::string(out, &kind.gate_class);
            if let Some(category) = Category::find(&kind.category) {
                out.extend_from_slice(b",\"law\":{");
                for (place, jurisdiction) in Jurisdiction::ALL.into_iter().enumerate() {
                    separator(out, place);
                    json::string(out, jurisdiction.code());
                    out.push(b':');
                    json::string(out, category.law(jurisdiction));
                }
                out.push(b'}');
            }
            out.push(b'}');
        }
        out.extend_from_slice(b"\n]");
    }

    fn coverage(&mut self, summary: &Summary<'_>) {
        let out = &mut self.out.text;
        out.extend_from_slice(b",\n\"coverage\":[");
        for (index, (reason, count)) in summary.ledger.reasons().iter().enumerate() {
            separator(out, index);
            out.extend_from_slice(b"\n{\"reason\":");
            json::string(out, reason.name());
            out.extend_from_slice(b",\"state\":");
            json::string(out, reason.state().name());
            number_field(out, ",\"count\":", *count);
            let example = self.examples.get(reason);
            let accepted = example.is_some_and(|(_, accepted)| *accepted);
            out.extend_from_slice(b",\"breaks_complete\":");
            parts::boolean(out, reason.breaks() != Breaks::Never && !accepted);
            if accepted {
                out.extend_from_slice(b",\"accepted\":true");
            }
            if let Some((location, _)) = example {
                out.extend_from_slice(b",\"example\":{");
                out.extend_from_slice(location);
                out.push(b'}');
            }
            out.push(b'}');
        }
        out.extend_from_slice(b"\n]");
    }
}

impl<W: Write + Send> Report for Document<'_, W> {
    fn begin(&mut self, head: &Head) -> io::Result<()> {
        let out = &mut self.out.text;
        out.extend_from_slice(b"{\"schema\":\"elek.report/1\",\n\"scan\":{\"type\":\"scan\",");
        parts::scan_fields(out, head);
        out.push(b'}');
        self.rules();
        self.out.text.extend_from_slice(b",\n\"items\":[");
        self.out.flush()
    }

    fn finish(&mut self, summary: &Summary<'_>) -> io::Result<()> {
        self.out.text.extend_from_slice(b"\n]");
        self.coverage(summary);
        let out = &mut self.out.text;
        out.extend_from_slice(b",\n\"summary\":");
        parts::summary_object(out, summary);
        out.extend_from_slice(b"}\n");
        self.out.flush()
    }
}

impl<W: Write + Send> Sink for Document<'_, W> {
    fn wants(&self) -> Wants {
        Wants {
            lines: true,
            findings_per_kind: SAMPLES,
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
            self.samples.clear();
        }
        let Some(index) = parts::kind_index(self.setup.kinds, finding.kind) else {
            return ControlFlow::Continue(());
        };
        let (count, out) = self.samples.entry(index).or_default();
        if *count == SAMPLES {
            return ControlFlow::Continue(());
        }
        separator(out, usize::from(*count > 0));
        *count += 1;
        self.normal.clear();
        finding.facts.normal(&mut self.normal);
        out.push(b'{');
        if let Some(at) = finding.at {
            out.extend_from_slice(b"\"at\":");
            json::string(out, at);
            out.push(b',');
        }
        let (start, end) = finding.place.bounds();
        number_field(out, "\"start\":", start);
        number_field(out, ",\"end\":", end);
        out.extend_from_slice(b",\"span\":");
        json::string(out, finding.place.kind());
        if let Some((line, column)) = parts::line_column(finding) {
            number_field(out, ",\"line\":", line);
            number_field(out, ",\"column\":", column);
        }
        if let Some(field) = finding.facts.field() {
            out.extend_from_slice(b",\"field\":");
            json::string(out, &escape::field(&field));
        }
        out.extend_from_slice(b",\"confidence\":");
        json::string(out, finding.confidence.name());
        out.push(b',');
        parts::evidence_field(out, finding.evidence);
        out.extend_from_slice(b",\"masked\":");
        let mut masked = String::new();
        mask::push_shown(&mut masked, finding, &self.normal);
        json::string(out, &masked);
        if let Some(marks) = &mut self.marks {
            let mark = marks.of(finding, &self.normal);
            parts::hex_field(out, ",\"fingerprint\":", &mark);
        }
        out.push(b'}');
        ControlFlow::Continue(())
    }

    fn problem(&mut self, _problem: &Problem) -> Flow {
        ControlFlow::Continue(())
    }

    fn item(&mut self, item: &ItemRecord<'_>) -> Flow {
        // Samples of another item than this one would be wrong here.
        if self.item.enter(item.location) {
            self.samples.clear();
        }
        self.item.leave();
        if let Some(reason) = item.reason {
            self.examples.entry(reason).or_insert_with(|| {
                let mut location = Vec::new();
                parts::location_fields(&mut location, item.location);
                (location, item.accepted)
            });
        }
        let counted = |tally: &&crate::finding::Tally| tally.count > 0;
        if item.reason.is_none() && !item.tallies.iter().any(|tally| counted(&tally)) && !self.setup.every_item {
            self.samples.clear();
            return ControlFlow::Continue(());
        }
        let out = &mut self.out.text;
        separator(out, self.items);
        self.items += 1;
        out.extend_from_slice(b"\n{");
        parts::location_fields(out, item.location);
        out.push(b',');
        parts::item_fields(out, item, &self.setup);
        out.extend_from_slice(b",\"found\":[");
        for (index, tally) in item.tallies.iter().filter(counted).enumerate() {
            let Some(kind) = item.kinds.get(tally.kind_index) else {
                continue;
            };
            separator(out, index);
            out.extend_from_slice(b"{\"detector\":");
            json::string(out, &kind.detector);
            out.extend_from_slice(b",\"category\":");
            json::string(out, &kind.category);
            out.push(b',');
            parts::tally_fields(out, tally);
            out.extend_from_slice(b",\"confidence\":{");
            let levels = Confidence::ALL.into_iter().zip(tally.by_confidence).rev().filter(|(_, count)| *count > 0);
            for (place, (level, count)) in levels.enumerate() {
                separator(out, place);
                json::string(out, level.name());
                number_field(out, ":", count);
            }
            out.push(b'}');
            if let Some((_, samples)) = self.samples.get(&tally.kind_index) {
                out.extend_from_slice(b",\"samples\":[");
                out.extend_from_slice(samples);
                out.push(b']');
            }
            out.push(b'}');
        }
        out.extend_from_slice(b"]}");
        self.samples.clear();
        if self.out.text.len() < (64 << 10) { ControlFlow::Continue(()) } else { flow(self.out.flush()) }
    }
}

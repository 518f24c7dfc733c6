//! SARIF 2.1.0 (OASIS standard) of scan files: a result for each finding, a notification for each gap.
//!
//! Written as the scan file is read: nothing is kept but the rules that occur and the gaps up to a limit. A document of
//! `--format json` has samples only, and tallies have no findings of their own: what is merely counted becomes one result
//! with `occurrenceCount`.

use super::intake::Listener;
use super::json;
use super::record::{Finding, Group, Head, Item, Place, Summary};
use super::words;
use crate::lang::{Lang, Message};
use crate::policy::Policy;
use crate::problem::Reason;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

/// The schema of the standard.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Gaps that become notifications.
const NOTIFICATIONS: usize = 10_000;

/// Writes SARIF while a scan file is read.
pub struct Sarif<'p, W: Write> {
    out: W,
    policy: &'p Policy,
    lang: Lang,
    results: u64,
    /// Detector and category, in the order of their first occurrence.
    rules: Vec<(String, String)>,
    rule_index: BTreeMap<(String, String), usize>,
    gaps: Vec<Value>,
    gaps_total: u64,
    head: Option<Head>,
    summary: Option<Summary>,
    complete: bool,
}

impl<'p, W: Write> Sarif<'p, W> {
    /// Into a writer, messages in a language.
    pub fn new(out: W, policy: &'p Policy, lang: Lang) -> Self {
        Self {
            out,
            policy,
            lang,
            results: 0,
            rules: Vec::new(),
            rule_index: BTreeMap::new(),
            gaps: Vec::new(),
            gaps_total: 0,
            head: None,
            summary: None,
            complete: true,
        }
    }

    /// Writes the end. Returns whether the scans answer for everything that they were asked for.
    ///
    /// # Errors
    ///
    /// The output cannot be written.
    pub fn finish(mut self) -> io::Result<bool> {
        self.end_run()?;
        self.out.write_all(b"]}\n")?;
        self.out.flush()?;
        Ok(self.complete)
    }

    /// Writes what follows the results of a run.
    fn end_run(&mut self) -> io::Result<()> {
        let complete = self.summary.as_ref().is_some_and(|summary| summary.complete);
        let rules: Vec<Value> = self.rules.iter().map(|(detector, category)| self.rule(detector, category)).collect();
        let reasons: Vec<Value> = Reason::ALL
            .iter()
            .map(|reason| json!({"id": reason.name(), "shortDescription": {"text": self.lang.reason(*reason)}}))
            .collect();
        let head = self.head.take().unwrap_or_default();
        let driver = json!({
            "name": "elek",
            "version": head.version,
            "language": self.lang.code(),
            "rules": rules,
            "notifications": reasons,
        });
        let invocation = json!({
            "executionSuccessful": self.summary.is_some(),
            "startTimeUtc": head.started,
            "toolExecutionNotifications": self.gaps,
            "properties": {"complete": complete, "gaps": self.gaps_total},
        });
        let details = json!({"id": format!("elek/{}", head.run)});
        write!(self.out, "\n],\"columnKind\":\"unicodeCodePoints\",\"tool\":{{\"driver\":")?;
        self.value(&driver)?;
        write!(self.out, "}},\"invocations\":[")?;
        self.value(&invocation)?;
        write!(self.out, "],\"automationDetails\":")?;
        self.value(&details)?;
        self.out.write_all(b"}")?;
        self.complete &= complete;
        self.results = 0;
        self.rules.clear();
        self.rule_index.clear();
        self.gaps.clear();
        (self.gaps_total, self.summary) = (0, None);
        Ok(())
    }

    fn value(&mut self, value: &Value) -> io::Result<()> {
        self.out.write_all(&json::line(value)?)
    }

    fn rule(&self, detector: &str, category: &str) -> Value {
        let class = super::holdings::class(self.policy, category);
        let mut rule = json!({
            "id": rule_id(detector, category),
            "shortDescription": {"text": words::name(category, self.lang)},
            "defaultConfiguration": {"level": level(class.severity())},
            "properties": {
                "detector": detector,
                "category": category,
                "gate_class": class.name(),
                "tags": ["personal-data", category],
            },
        });
        if let Some(advice) = words::advice(self.policy, category, self.lang) {
            set(&mut rule, "help", json!({"text": advice}));
        }
        rule
    }

    /// Number of a rule, by its first occurrence.
    fn rule_index(&mut self, detector: &str, category: &str) -> usize {
        let key = (detector.to_owned(), category.to_owned());
        if let Some(index) = self.rule_index.get(&key) {
            return *index;
        }
        self.rules.push(key.clone());
        self.rule_index.insert(key, self.rules.len() - 1);
        self.rules.len() - 1
    }

    fn result(&mut self, result: &Value) -> io::Result<()> {
        self.out.write_all(if self.results == 0 { b"\n" } else { b",\n" })?;
        self.results += 1;
        self.value(result)
    }

    fn base(&mut self, detector: &str, category: &str, message: &str, low: bool) -> Value {
        let severity = super::holdings::class(self.policy, category).severity();
        json!({
            "ruleId": rule_id(detector, category),
            "ruleIndex": self.rule_index(detector, category),
            "level": if low { "note" } else { level(severity) },
            "message": {"text": message},
        })
    }
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

/// A detector of several categories is a rule for each.
fn rule_id(detector: &str, category: &str) -> String {
    format!("{detector}/{category}")
}

fn level(severity: u8) -> &'static str {
    match severity {
        3.. => "error",
        2 => "warning",
        _ => "note",
    }
}

/// A path as a URI: relative ones stay relative; what is not unreserved is written as `%`.
fn uri(place: &Place) -> String {
    let absolute = place.path.starts_with('/');
    let mut out = String::from(if absolute { "file://" } else { "" });
    // A first part with a colon would be a scheme.
    if !absolute && place.path.split('/').next().is_some_and(|first| first.contains(':')) {
        out.push_str("./");
    }
    for byte in place.path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            write!(out, "%{byte:02X}").ok();
        }
    }
    out
}

/// A location; `region` is left out where the bytes do not count in the file itself.
fn location(place: &Place, at: Option<&str>, region: Option<Value>) -> Value {
    let mut physical = json!({"artifactLocation": {"uri": uri(place)}});
    let inner: Vec<&str> = [place.member.as_deref(), at].into_iter().flatten().collect();
    if let Some(region) = region {
        set(&mut physical, "region", region);
    }
    let mut location = json!({"physicalLocation": physical});
    if !inner.is_empty() {
        set(&mut location, "logicalLocations", json!([{"fullyQualifiedName": inner.join("!"), "kind": "member"}]));
    }
    location
}

fn region(span: &str, start: u64, end: u64, line: Option<u64>, column: Option<u64>, member: bool) -> Option<Value> {
    let mut region = serde_json::Map::new();
    if let Some(line) = line {
        region.insert("startLine".into(), line.into());
        region.extend(column.map(|column| ("startColumn".to_owned(), column.into())));
    }
    if span == "raw" && !member {
        region.insert("byteOffset".into(), start.into());
        region.insert("byteLength".into(), end.saturating_sub(start).into());
    }
    (!region.is_empty() && span != "path").then_some(Value::Object(region))
}

impl<W: Write> Listener for Sarif<'_, W> {
    fn head(&mut self, head: Head) -> io::Result<()> {
        if self.head.is_some() {
            self.end_run()?;
            self.out.write_all(b",")?;
        } else {
            write!(self.out, "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[")?;
        }
        self.out.write_all(b"{\"results\":[")?;
        self.head = Some(head);
        Ok(())
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        let message = format!("{}: {}", words::name(&finding.category, self.lang), finding.masked);
        let mut result = self.base(&finding.detector, &finding.category, &message, finding.confidence == "low");
        let inside = finding.place.member.is_some();
        let region = region(&finding.span, finding.start, finding.end, finding.line, finding.column, inside);
        set(&mut result, "locations", json!([location(&finding.place, finding.at.as_deref(), region)]));
        if let Some(id) = &finding.id {
            set(&mut result, "partialFingerprints", json!({"elekFinding/v1": id}));
        }
        set(&mut result, "properties", json!({"confidence": finding.confidence, "category": finding.category}));
        self.result(&result)
    }

    fn group(&mut self, place: &Place, group: &Group) -> io::Result<()> {
        let name = words::name(&group.category, self.lang).to_owned();
        let count = self.lang.number(group.count);
        let message = format!("{name}: {} {count}", self.lang.text(Message::HeadFound));
        let low = !group.confidence.is_empty() && group.confidence.keys().all(|level| level == "low");
        let mut result = self.base(&group.detector, &group.category, &message, low);
        let region = group.first.line.map(|line| json!({"startLine": line}));
        set(&mut result, "locations", json!([location(place, None, region)]));
        set(&mut result, "occurrenceCount", group.count.into());
        set(&mut result, "properties", json!({"category": group.category, "distinct": group.distinct}));
        self.result(&result)
    }

    fn item(&mut self, item: &Item) -> io::Result<()> {
        let Some(reason) = &item.reason else { return Ok(()) };
        self.gaps_total += 1;
        if self.gaps.len() < NOTIFICATIONS {
            let known = Reason::from_name(reason);
            let mut note = json!({
                "level": if item.accepted || item.state == "skipped" { "note" } else { "warning" },
                "message": {"text": known.map_or(reason.as_str(), |reason| self.lang.reason(reason))},
                "locations": [location(&item.place, None, None)],
            });
            if known.is_some() {
                set(&mut note, "descriptor", json!({"id": reason}));
            }
            self.gaps.push(note);
        }
        Ok(())
    }

    fn summary(&mut self, summary: Summary) -> io::Result<()> {
        self.summary = Some(summary);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, uri};

    #[test]
    fn paths_become_uris() {
        for (path, expected) in [
            ("in/a b.txt", "in/a%20b.txt"),
            ("/srv/отчёт.csv", "file:///srv/%D0%BE%D1%82%D1%87%D1%91%D1%82.csv"),
            ("a:b/c", "./a%3Ab/c"),
            ("x<script>\n\u{202e}%", "x%3Cscript%3E%0A%E2%80%AE%25"),
        ] {
            assert_eq!(uri(&Place { path: path.to_owned(), ..Place::default() }), expected);
        }
    }
}

//! Scores what a scan finds against labelled files: precision and recall by detector, recall by language.
//!
//! Labels are JSON Lines: `{"file":…,"kind":"plain|negative","lang":…,"labels":[{"detector":…,"start":…,"end":…}]}`, offsets
//! in bytes of the raw file. A label is found when findings of its detector cover half of it (names and addresses: three
//! tenths). A finding is right when half of it lies in labels of its detector, else false; inside a label of another kind
//! that naturally holds it (a name in an address) it is neither. Labels that are `optional` are neither rewarded nor
//! punished. On files without labels every detector is judged, on others those that some file labels.

use crate::finding::{Confidence, Finding};
use crate::problem::Problem;
use crate::sink::{Flow, Sink, Wants};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// One labelled file.
#[derive(Clone, Debug, Deserialize)]
pub struct Document {
    /// Its path, from the folder of the labels.
    pub file: String,
    /// `plain`, `negative`; anything else has no offsets and is not judged.
    #[serde(default = "plain")]
    pub kind: String,
    /// Language of its text.
    #[serde(default)]
    pub lang: String,
    /// The values in it.
    #[serde(default)]
    pub labels: Vec<Label>,
}

fn plain() -> String {
    "plain".to_owned()
}

impl Document {
    /// Whether it can be judged by offsets.
    pub fn is_judged(&self) -> bool {
        matches!(self.kind.as_str(), "plain" | "negative")
    }
}

/// A value in a file.
#[derive(Clone, Debug, Deserialize)]
pub struct Label {
    /// Its detector; `vehicle_plate` stands for those of all countries, whichever is named.
    pub detector: String,
    /// First byte.
    #[serde(default)]
    pub start: u64,
    /// One past the last byte.
    #[serde(default)]
    pub end: u64,
    /// Found or not, both are right.
    #[serde(default)]
    pub optional: bool,
}

/// Reads labels; the error names the line.
///
/// # Errors
/// If a line is no label.
pub fn read_labels(text: &str) -> Result<Vec<Document>, (usize, serde_json::Error)> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let read = |line: &str| -> Result<Document, serde_json::Error> {
        let mut document: Document = serde_json::from_str(line)?;
        for label in &mut document.labels {
            label.detector = one_name(&label.detector).to_owned();
        }
        Ok(document)
    };
    lines.map(|(number, line)| read(line).map_err(|error| (number + 1, error))).collect()
}

/// What was found in each file: detector, first byte, one past the last.
#[derive(Debug, Default)]
pub struct Found {
    places: BTreeMap<PathBuf, Vec<(String, u64, u64)>>,
}

impl Found {
    fn of(&self, path: &PathBuf) -> &[(String, u64, u64)] {
        self.places.get(path).map_or(&[], Vec::as_slice)
    }
}

impl Sink for Found {
    fn wants(&self) -> Wants {
        Wants { lines: false, findings_per_kind: u64::MAX, tallied: true, every_item: false, traces: false }
    }

    fn finding(&mut self, finding: &Finding<'_>) -> Flow {
        if finding.location.member().is_none() && finding.confidence >= Confidence::Low {
            let (start, end) = finding.place.bounds();
            let place = (one_name(&finding.kind.detector).to_owned(), start, end);
            self.places.entry(finding.location.path().to_owned()).or_default().push(place);
        }
        ControlFlow::Continue(())
    }

    fn problem(&mut self, _problem: &Problem) -> Flow {
        ControlFlow::Continue(())
    }
}

/// Labels do not tell the countries of vehicle plates apart.
fn one_name(detector: &str) -> &str {
    if detector.ends_with(".vehicle_plate") { "vehicle_plate" } else { detector }
}

/// Counts of one detector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Labels found.
    pub found: u64,
    /// Labels missed.
    pub missed: u64,
    /// Findings that are right.
    pub right: u64,
    /// Findings that are false.
    pub wrong: u64,
}

#[expect(clippy::cast_precision_loss, reason = "shares for people")]
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

impl Row {
    /// Share of right findings; all of them if there are neither labels nor findings.
    pub fn precision(&self) -> f64 {
        let nothing = self.found + self.missed == 0;
        share(self.right, self.right + self.wrong).unwrap_or(if nothing { 1.0 } else { 0.0 })
    }

    /// Share of labels found, if there are labels.
    pub fn recall(&self) -> Option<f64> {
        share(self.found, self.found + self.missed)
    }

    /// The harmonic mean of both, if there are labels.
    pub fn f1(&self) -> Option<f64> {
        let (precision, recall) = (self.precision(), self.recall()?);
        Some(if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 })
    }
}

/// All counts.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// By detector.
    pub detectors: BTreeMap<String, Row>,
    /// Labels found and missed, by language.
    pub languages: BTreeMap<String, (u64, u64)>,
    /// False findings in files without labels.
    pub negatives_wrong: u64,
}

impl Score {
    /// Means over the detectors that have labels: precision, recall, F1.
    pub fn macro_means(&self) -> (f64, f64, f64) {
        let rows: Vec<&Row> = self.detectors.values().filter(|row| row.found + row.missed > 0).collect();
        let mean = |value: &dyn Fn(&Row) -> f64| {
            #[expect(clippy::cast_precision_loss, reason = "shares for people")]
            let count = rows.len().max(1) as f64;
            rows.iter().map(|row| value(row)).sum::<f64>() / count
        };
        (mean(&Row::precision), mean(&|row| row.recall().unwrap_or(0.0)), mean(&|row| row.f1().unwrap_or(0.0)))
    }

    /// The sum over all detectors.
    pub fn sum(&self) -> Row {
        self.detectors.values().fold(Row::default(), |sum, row| Row {
            found: sum.found + row.found,
            missed: sum.missed + row.missed,
            right: sum.right + row.right,
            wrong: sum.wrong + row.wrong,
        })
    }
}

/// Tenths of a label that findings must cover.
fn tenths(detector: &str) -> u64 {
    if matches!(detector, "person_name" | "postal_address") { 3 } else { 5 }
}

/// Whether values of one kind naturally lie inside labels of another.
fn lies_in(detector: &str, label: &str) -> bool {
    match label {
        "mrz" | "jwt" => true,
        "postal_address" => detector == "person_name",
        "messenger_id" => matches!(detector, "phone" | "email"),
        "ua.unzr" | "kz.iin" | "kg.pin" => detector == "birth_date",
        "email" => matches!(detector, "person_name" | "messenger_id"),
        "password" => matches!(detector, "email" | "messenger_id"),
        "cookie_id" => detector == "jwt",
        "iban" => matches!(detector, "kz.iin" | "ru.bank_account"),
        _ => false,
    }
}

fn overlap(left: (u64, u64), right: (u64, u64)) -> u64 {
    left.1.min(right.1).saturating_sub(left.0.max(right.0))
}

/// Scores what was found; `path` gives the path that a document was scanned under.
pub fn score(documents: &[Document], found: &Found, path: impl Fn(&Document) -> PathBuf) -> Score {
    let judged: BTreeSet<&str> =
        documents.iter().flat_map(|document| &document.labels).map(|label| label.detector.as_str()).collect();
    let mut score = Score::default();
    for document in documents.iter().filter(|document| document.is_judged()) {
        let places = found.of(&path(document));
        let negative = document.kind == "negative";
        let known = |detector: &str| negative || judged.contains(detector);
        let language = score.languages.entry(document.lang.clone()).or_default();
        for label in document.labels.iter().filter(|label| !label.optional) {
            let own = places.iter().filter(|(detector, ..)| *detector == label.detector);
            let covered: u64 = own.map(|place| overlap((label.start, label.end), (place.1, place.2))).sum();
            let hit = covered * 10 >= tenths(&label.detector) * (label.end - label.start);
            let row = score.detectors.entry(label.detector.clone()).or_default();
            row.found += u64::from(hit);
            row.missed += u64::from(!hit);
            language.0 += u64::from(hit);
            language.1 += u64::from(!hit);
        }
        for (detector, start, end) in places.iter().filter(|(detector, ..)| known(detector)) {
            let own = |optional: bool| -> u64 {
                let labels = document.labels.iter().filter(|label| label.detector == *detector);
                let labels = labels.filter(|label| label.optional == optional);
                labels.map(|label| overlap((label.start, label.end), (*start, *end))).sum()
            };
            let (must, may) = (own(false), own(true));
            let row = score.detectors.entry(detector.clone()).or_default();
            if (must + may) * 2 >= (end - start).max(1) {
                row.right += u64::from(must > 0);
                continue;
            }
            let inside =
                |label: &Label| lies_in(detector, &label.detector) && label.start <= *start && *end <= label.end;
            if !document.labels.iter().any(inside) {
                row.wrong += 1;
                score.negatives_wrong += u64::from(negative);
            }
        }
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_are_judged_by_their_overlap() {
        let labels = r#"{"file":"a","lang":"ru","labels":[{"detector":"kz.iin","start":10,"end":22},{"detector":"email","start":30,"end":40,"optional":true},{"detector":"postal_address","start":50,"end":90}]}
{"file":"b","kind":"negative","labels":[]}
{"file":"c","kind":"utf-16le","labels":[{"detector":"kz.iin","value":"x"}]}"#;
        let documents = read_labels(labels).expect("labels");
        let place = |detector: &str, start, end| (detector.to_owned(), start, end);
        let found = Found {
            places: BTreeMap::from([
                (
                    PathBuf::from("a"),
                    vec![
                        place("kz.iin", 10, 16),
                        place("email", 30, 40),
                        place("email", 100, 110),
                        place("person_name", 55, 60),
                        place("postal_address", 50, 61),
                        place("phone", 1, 5),
                    ],
                ),
                (PathBuf::from("b"), vec![place("phone", 1, 5)]),
            ]),
        };
        let score = score(&documents, &found, |document| PathBuf::from(&document.file));
        let row = |name: &str| score.detectors.get(name).copied().unwrap_or_default();
        assert_eq!(row("kz.iin"), Row { found: 1, missed: 0, right: 1, wrong: 0 });
        assert_eq!(row("email"), Row { found: 0, missed: 0, right: 0, wrong: 1 });
        assert_eq!(row("postal_address"), Row { found: 0, missed: 1, right: 1, wrong: 0 });
        assert_eq!(row("person_name"), Row::default());
        assert_eq!(row("phone"), Row { found: 0, missed: 0, right: 0, wrong: 1 }, "judged where nothing is");
        assert_eq!(score.negatives_wrong, 1);
        assert_eq!(score.languages.get("ru"), Some(&(1, 1)));
        let (precision, recall, _) = score.macro_means();
        assert!((precision - 1.0).abs() < 1e-9 && (recall - 0.5).abs() < 1e-9);
        assert!(read_labels("{").is_err());
    }
}

//! What the store answers, as JSON: findings with the names of `elek.scan/1`, and `elek.status/1`.

use super::query::{FindingFilter, Gap, KindCount, StoredFinding, StoredRun, VolumeState};
use super::{Reader, StoreError};
use crate::location::Location;
use crate::report::{json, mark};
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::path::Path;

/// A finding, with the fields of a `finding` record, its number, and the volume and the run that it is kept with.
#[derive(Serialize)]
pub struct FindingRecord<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    number: i64,
    id: String,
    detector: &'a str,
    category: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    volume: &'a str,
    run: &'a str,
    #[serde(flatten)]
    path: PathField<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<&'a str>,
    start: u64,
    end: u64,
    span: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<Around<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    confidence: &'static str,
    evidence: Vec<&'static str>,
    encoding: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    views: Vec<&'a str>,
    masked: &'a str,
    fingerprint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<Time>,
}

#[derive(Serialize)]
struct Around<'a> {
    kind: &'a str,
    start: u64,
    end: u64,
}

/// A path as text, and its bytes if it is none.
#[derive(Serialize)]
struct PathField<'a> {
    path: std::borrow::Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_b64: Option<String>,
}

fn path_field(path: &Path) -> PathField<'_> {
    let path_b64 = path.to_str().is_none().then(|| {
        let mut text = Vec::new();
        json::base64(&mut text, path.as_os_str().as_encoded_bytes());
        String::from_utf8(text).unwrap_or_default()
    });
    PathField { path: path.to_string_lossy(), path_b64 }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = Vec::new();
    json::hex(&mut text, bytes);
    String::from_utf8(text).unwrap_or_default()
}

impl StoredFinding {
    /// Where it lies.
    pub fn location(&self) -> Location {
        match &self.member {
            Some(member) => Location::member_of(&self.path, member.clone()),
            None => Location::file(&self.path),
        }
    }

    /// The finding as JSON.
    pub fn record(&self) -> FindingRecord<'_> {
        let (start, end) = self.place.bounds();
        let (line, column) = self.line_column.unzip();
        FindingRecord {
            kind: "finding",
            number: self.id,
            id: hex(&mark::id(&self.location(), &self.detector, self.fingerprint)),
            detector: &self.detector,
            category: &self.category,
            volume: &self.volume,
            run: &self.run,
            path: path_field(&self.path),
            member: self.member.as_deref(),
            at: self.at.as_deref(),
            start,
            end,
            span: self.place.kind(),
            line,
            column,
            record: self.record.as_ref().map(|(kind, start, end)| Around { kind, start: *start, end: *end }),
            field: self.field.as_deref(),
            confidence: self.confidence.name(),
            evidence: self.evidence.names().collect(),
            encoding: &self.encoding,
            views: self.views.as_deref().map(|views| views.split(' ').collect()).unwrap_or_default(),
            masked: &self.masked,
            fingerprint: hex(&self.fingerprint),
            first_seen: self.first_seen_ms.map(Time),
        }
    }
}

/// What is kept, and how far things are: `elek.status/1`.
#[derive(Debug, Serialize)]
pub struct Status {
    /// The schema.
    pub schema: &'static str,
    /// Volumes, by name.
    pub volumes: Vec<VolumeStatus>,
    /// Jobs by state.
    pub jobs: BTreeMap<String, u64>,
    /// Counts by volume and detector, the worst first; absent for who may not see what is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<KindStatus>>,
}

/// What is kept of one volume.
#[derive(Debug, Serialize)]
pub struct VolumeStatus {
    /// Name; empty: paths that were named on the command line.
    pub volume: String,
    /// Items kept.
    pub items: u64,
    /// Items that are not read again as long as they do not change.
    pub unchanged: u64,
    /// Bytes looked at.
    pub bytes: u64,
    /// Logs that are followed.
    pub followed: u64,
    /// Items that were not read in full, by reason.
    pub reasons: BTreeMap<String, u64>,
    /// The newest run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<RunStatus>,
}

/// A run.
#[derive(Debug, Serialize)]
pub struct RunStatus {
    /// Id.
    pub run: String,
    /// `running`, `complete`, `incomplete`, `interrupted`, `unreachable`.
    pub state: String,
    /// When it began.
    pub started: Time,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Time>,
    /// Version of the program.
    pub version: String,
    /// Digest of the detectors in force.
    pub rules: String,
    /// The summary record of the report; absent for who may not see what is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<Box<RawValue>>,
}

/// Counts of one detector in one volume.
#[derive(Debug, Serialize)]
pub struct KindStatus {
    /// The volume.
    pub volume: String,
    /// Detector.
    pub detector: String,
    /// Category.
    pub category: String,
    /// Severity of its gate class.
    pub severity: u8,
    /// Items it was found in.
    pub items: u64,
    /// Findings.
    pub count: u64,
    /// Findings by confidence.
    pub confidence: BTreeMap<&'static str, u64>,
}

/// A time in milliseconds since 1970; RFC 3339 in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time(pub i64);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&time_text(self.0))
    }
}

/// A time as RFC 3339 in UTC.
pub fn time_text(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds).map(|time| format!("{time:.3}")).unwrap_or_default()
}

impl StoredRun {
    /// The run as JSON; the summary tells what was found.
    pub fn status(self, with_summary: bool) -> RunStatus {
        let summary = self.summary.filter(|_| with_summary).and_then(|text| RawValue::from_string(text).ok());
        RunStatus {
            run: self.run,
            state: self.state,
            started: Time(self.started_ms),
            ended: self.ended_ms.map(Time),
            version: self.version,
            rules: self.rules,
            summary,
        }
    }
}

impl From<KindCount> for KindStatus {
    fn from(kind: KindCount) -> Self {
        let [low, medium, high] = kind.by_confidence;
        Self {
            volume: kind.volume,
            detector: kind.detector,
            category: kind.category,
            severity: kind.severity,
            items: kind.items,
            count: low + medium + high,
            confidence: [("high", high), ("medium", medium), ("low", low)]
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .collect(),
        }
    }
}

impl Reader {
    /// What is kept, and how far things are. Without `found`, nothing of what was found is in it.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn status(&self, found: bool) -> Result<Status, StoreError> {
        let gaps = self.gaps()?;
        let volume = |state: VolumeState| {
            let own = |gap: &&Gap| gap.volume == state.name;
            VolumeStatus {
                items: state.items,
                unchanged: state.known,
                bytes: state.bytes,
                followed: state.followed,
                reasons: gaps.iter().filter(own).map(|gap| (gap.reason.clone(), gap.items)).collect(),
                last: state.last.map(|run| run.status(found)),
                volume: state.name,
            }
        };
        Ok(Status {
            schema: "elek.status/1",
            volumes: self.volumes()?.into_iter().map(volume).collect(),
            jobs: self.jobs_by_state()?,
            kinds: if found { Some(self.kinds()?.into_iter().map(KindStatus::from).collect()) } else { None },
        })
    }

    /// Calls `each` with every finding that fits, by number.
    ///
    /// # Errors
    ///
    /// The storage, or what `each` returns.
    pub fn each_finding<E: From<StoreError>>(
        &self, filter: &FindingFilter, mut each: impl FnMut(&StoredFinding) -> Result<(), E>,
    ) -> Result<(), E> {
        const PAGE: u32 = 1000;
        let mut after = 0;
        loop {
            let page = self.findings(filter, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.id;
            page.iter().try_for_each(&mut each)?;
        }
    }
}

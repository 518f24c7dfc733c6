//! `elek status` and `elek findings`: what a state folder keeps.

use super::args::{Common, Findings};
use super::failure::Failure;
use super::settings::{Profile, Settings};
use super::state;
use anyhow::anyhow;
use elek::finding::Confidence;
use elek::lang::{Lang, Message, Noun};
use elek::problem::Reason;
use elek::report::outcome::Code;
use elek::report::{csv, escape};
use elek::store::{
    FindingFilter, FindingRecord, Reader, Status, StoreError, StoredFinding, Unknown, VolumeStatus, time_text,
};
use std::fmt::Write as _;
use std::io::{self, BufWriter};
use std::path::Path;

const CSV_COLUMNS: [&str; 19] = [
    "number",
    "detector",
    "category",
    "run",
    "path",
    "member",
    "at",
    "start",
    "end",
    "span",
    "line",
    "column",
    "field",
    "confidence",
    "evidence",
    "encoding",
    "views",
    "masked",
    "fingerprint",
];

/// Says what is kept.
pub(crate) fn status(common: &Common, folder: &Path, format: &str) -> Result<Code, Failure> {
    let settings = Settings::load(common, None)?;
    let operator = settings.profile() == Profile::Operator;
    let status = Reader::open(folder).and_then(|reader| reader.status(operator)).map_err(state::failure)?;
    if format == "json" {
        let text = serde_json::to_string_pretty(&status).map_err(Failure::internal)?;
        return super::print(&format!("{text}\n"));
    }
    super::print(&for_people(&status, settings.lang()))
}

fn for_people(status: &Status, lang: Lang) -> String {
    let mut text = String::new();
    for volume in &status.volumes {
        let name = match volume.volume.as_str() {
            "" => lang.text(Message::StatePaths).to_owned(),
            name => escape::text(name),
        };
        // Writing to a string cannot fail.
        writeln!(text, "{name}").ok();
        about(&mut text, volume, lang);
        let kinds = status.kinds.iter().flatten().filter(|kind| kind.volume == volume.volume);
        for kind in kinds {
            let levels: Vec<String> = Confidence::ALL
                .into_iter()
                .rev()
                .filter_map(|level| Some((level, kind.confidence.get(level.name())?)))
                .map(|(level, count)| format!("{} {}", lang.confidence(level), lang.number(*count)))
                .collect();
            let (detector, category) = (&kind.detector, &kind.category);
            writeln!(text, "  {detector:24} {category:26} {:>10}  {}", lang.number(kind.count), levels.join(", ")).ok();
        }
    }
    let jobs: Vec<String> =
        status.jobs.iter().map(|(state, count)| format!("{} {}", lang.job_state(state), lang.number(*count))).collect();
    if !jobs.is_empty() {
        writeln!(text, "{}", lang.format(Message::StateJobs, &[("jobs", &jobs.join(", "))])).ok();
    }
    text
}

fn about(text: &mut String, volume: &VolumeStatus, lang: Lang) {
    let items = lang.counted(volume.items, Noun::Item);
    let values = [("items", items), ("unchanged", lang.number(volume.unchanged)), ("bytes", lang.bytes(volume.bytes))];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    writeln!(text, "  {}", lang.format(Message::StateKept, &values)).ok();
    if let Some(last) = &volume.last {
        let time = time_text(last.ended.unwrap_or(last.started).0);
        let values = [("state", lang.run_state(&last.state)), ("time", &time), ("run", &last.run)];
        writeln!(text, "  {}", lang.format(Message::StateLast, &values)).ok();
    }
    let reasons: Vec<String> = volume
        .reasons
        .iter()
        .map(|(name, count)| {
            let reason = Reason::from_name(name).map_or(name.as_str(), |reason| lang.reason(reason));
            format!("{reason} {}", lang.number(*count))
        })
        .collect();
    if !reasons.is_empty() {
        writeln!(text, "  {}: {}", lang.text(Message::HeadUnread), reasons.join(", ")).ok();
    }
}

/// An error of the storage, or of who reads the answer.
enum Ended {
    Store(StoreError),
    Output(io::Error),
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Lists findings.
pub(crate) fn findings(common: &Common, arguments: &Findings) -> Result<Code, Failure> {
    let settings = Settings::load(common, None)?;
    settings.permit("see what was found in content", &[Profile::Operator])?;
    let level = arguments.min_confidence.as_deref().map(|name| {
        Confidence::from_name(name).ok_or_else(|| {
            let error = anyhow!("`{name}` is none of low, medium, high");
            Failure::usage(error.context("cannot use `--min-confidence`"))
        })
    });
    let absolute = |path: &Path| std::path::absolute(path).map_err(Failure::internal);
    let filter = FindingFilter {
        volume: None,
        detectors: arguments.detector.clone(),
        path: arguments.path.as_deref().map(absolute).transpose()?,
        min_confidence: level.transpose()?,
        run: arguments.run.clone(),
        item: None,
        category: None,
    };
    let reader = Reader::open(&arguments.folder).map_err(state::failure)?;
    let unknown = match reader.unknown(&filter).map_err(state::failure)? {
        Some(Unknown::Detector(index)) => {
            Some(("detector", filter.detectors.get(index), "`elek detectors list` shows them"))
        }
        Some(Unknown::Run) => Some(("run", filter.run.as_ref(), "`elek status` tells the last one of each volume")),
        _ => None,
    };
    if let Some((what, word, hint)) = unknown {
        let word = escape::text(word.map_or("", String::as_str));
        return Err(Failure::usage(anyhow!("this state knows no {what} `{word}`")).hint(hint));
    }
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&reader, &filter, &arguments.format, &mut out) {
        Ok(()) => Ok(Code::Ok),
        Err(Ended::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Code::Ok),
        Err(Ended::Output(error)) => {
            Err(Failure::internal(anyhow::Error::new(error).context("cannot write to standard output")))
        }
        Err(Ended::Store(error)) => Err(state::failure(error)),
    }
}

fn write(reader: &Reader, filter: &FindingFilter, format: &str, out: &mut impl io::Write) -> Result<(), Ended> {
    if format == "csv" {
        out.write_all(csv::line(&CSV_COLUMNS).as_bytes())?;
    }
    reader.each_finding(filter, |finding| {
        match format {
            "jsonl" => {
                let record: FindingRecord<'_> = finding.record();
                serde_json::to_writer(&mut *out, &record).map_err(io::Error::from)?;
                out.write_all(b"\n")?;
            }
            "csv" => out.write_all(csv_line(finding).as_bytes())?,
            _ => out.write_all(line(finding).as_bytes())?,
        }
        Ok::<(), Ended>(())
    })?;
    Ok(out.flush()?)
}

fn line(finding: &StoredFinding) -> String {
    let mut place = escape::path(&finding.path);
    // Writing to a string cannot fail.
    if let Some(member) = &finding.member {
        write!(place, "!{}", escape::text(member)).ok();
    }
    match (&finding.at, finding.line_column) {
        (Some(at), _) => write!(place, " {}", escape::text(at)).ok(),
        (None, Some((line, column))) => write!(place, ":{line}:{column}").ok(),
        (None, None) => None,
    };
    let level = finding.confidence.name();
    format!("{place}  {}  {level}  {}\n", finding.detector, escape::text(&finding.masked))
}

fn csv_line(finding: &StoredFinding) -> String {
    let (start, end) = finding.place.bounds();
    let (line, column) = finding.line_column.unzip();
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let evidence: Vec<&str> = finding.evidence.names().collect();
    let fingerprint = elek::policy::hex(&finding.fingerprint);
    csv::line(&[
        &finding.id.to_string(),
        &finding.detector,
        &finding.category,
        &finding.run,
        &finding.path.to_string_lossy(),
        finding.member.as_deref().unwrap_or_default(),
        finding.at.as_deref().unwrap_or_default(),
        &start.to_string(),
        &end.to_string(),
        finding.place.kind(),
        &number(line),
        &number(column),
        finding.field.as_deref().unwrap_or_default(),
        finding.confidence.name(),
        &evidence.join(" "),
        &finding.encoding,
        finding.views.as_deref().unwrap_or_default(),
        &finding.masked,
        &fingerprint,
    ])
}

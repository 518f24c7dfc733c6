//! `elek report`: reports over scan files.

use super::args::{Common, PaperFormat, RenderFormat, Report};
use super::failure::Failure;
use super::settings::{Profile, Settings};
use anyhow::anyhow;
use elek::gate::log;
use elek::lang::Lang;
use elek::report::escape;
use elek::report::outcome::Code;
use elek::report::output::Output;
use elek::report::owner::Owners;
use elek::store::Reader;
use elek::survey::decisions::{self, Decisions, Hold};
use elek::survey::diff::{Diff, DiffError};
use elek::survey::intake::Once;
use elek::survey::measures::{self, LogPart};
use elek::survey::paper::Paper;
use elek::survey::sarif::Sarif;
use elek::survey::{Holdings, IntakeError, Listener, diff, intake, json, overview, page, purposes, register, stored};
use serde::Serialize;
use std::env;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// Makes a report.
pub(crate) fn run(common: &Common, report: &Report) -> Result<Code, Failure> {
    let mut settings = Settings::load(common, None)?;
    let lang = settings.lang();
    if !matches!(report, Report::Measures { .. }) {
        settings.permit("see what is found in content", &[Profile::Operator])?;
    }
    match report {
        Report::Measures { year, files, output, format, logging } => {
            settings.permit("see what was decided", &[Profile::Operator, Profile::Auditor])?;
            settings.logging(logging)?;
            measures_of(&settings, *year, files, output.as_deref(), *format)
        }
        Report::Purposes { from, format } => {
            let holdings = read_all(&settings, &from.files, from.state.as_deref())?;
            let judged = purposes::judge(&holdings);
            let complete = Some(holdings.complete());
            let text = as_asked(*format, lang, &judged, |lang| judged.paper(lang), || judged.csv(lang), complete)?;
            write(from.output.as_deref(), &text)?;
            Ok(if judged.refuses() { Code::Findings } else { ended(holdings.complete()) })
        }
        Report::Register { from, format } => {
            let holdings = read_all(&settings, &from.files, from.state.as_deref())?;
            let register = register::register(&holdings);
            let (policy, complete) = (settings.policy(), Some(holdings.complete()));
            let paper = |lang| register.paper(policy, lang);
            let text = as_asked(*format, lang, &register, paper, || register.csv(policy, lang), complete)?;
            write(from.output.as_deref(), &text)?;
            Ok(ended(holdings.complete()))
        }
        Report::Render { from, format: RenderFormat::Sarif } => {
            let mut output = open(from.output.as_deref())?;
            let mut sarif = Sarif::new(BufWriter::new(&mut output), settings.policy(), lang);
            read_each(&from.files, from.state.as_deref(), &mut sarif)?;
            let complete = sarif.finish();
            closed(complete.and_then(|complete| output.commit().map(|()| ended(complete))))
        }
        Report::Render { from, format } => {
            let holdings = read_all(&settings, &from.files, from.state.as_deref())?;
            let overview = overview::overview(&holdings);
            let text = match format {
                RenderFormat::Html => page::report(&holdings, &overview, lang).map_err(Failure::internal)?,
                RenderFormat::Csv => overview.csv(lang),
                RenderFormat::Json => as_json(&overview)?,
                RenderFormat::Md | RenderFormat::Sarif => overview.paper(lang).markdown().into_bytes(),
            };
            write(from.output.as_deref(), &text)?;
            Ok(ended(holdings.complete()))
        }
        Report::Diff { before, after, output, format } => {
            let diff = compare(&settings, before, after)?;
            let complete = Some(diff.complete());
            let text = as_asked(*format, lang, &diff, |lang| diff.paper(lang), || diff.csv(lang), complete)?;
            write(output.as_deref(), &text)?;
            Ok(if diff.grew() { Code::Findings } else { ended(diff.complete()) })
        }
    }
}

/// What was done in a year.
fn measures_of(
    settings: &Settings, year: u16, files: &[PathBuf], output: Option<&Path>, format: PaperFormat,
) -> Result<Code, Failure> {
    let holdings = read_all(settings, files, None)?;
    let log = read_log(settings, &format!("{year:04}-"))?;
    let report = measures::measures(settings.policy(), year, &holdings.runs, log);
    let text = as_asked(format, settings.lang(), &report, |lang| report.paper(lang), || report.csv(), None)?;
    write(output, &text)?;
    Ok(if report.whole() { Code::Ok } else { Code::Findings })
}

/// The decision log of the settings; nothing if none is named and the usual one is not there.
fn read_log(settings: &Settings, year: &str) -> Result<Option<LogPart>, Failure> {
    let path = super::gate::log_path(settings)?;
    let refused = |error: io::Error| {
        let context = format!("cannot read the decision log `{}`", escape::path(&path));
        Failure::usage(anyhow::Error::new(error).context(context))
    };
    let file = match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && settings.path("decision_log").is_none() => {
            return Ok(None);
        }
        file => file.map_err(refused)?,
    };
    let sums = Decisions::read(&mut BufReader::new(file), year).map_err(refused)?;
    let verified = log::verify(&path, log::Expected::default()).map_err(refused)?;
    let waited = measures::waited(&sums);
    let broken_line = verified.err().map(|broken| broken.line);
    Ok(Some(LogPart { whole: broken_line.is_none(), broken_line, sums, waited }))
}

/// `elek gate holds`: what waits for a person.
pub(crate) fn holds(settings: &Settings, all: bool, format: PaperFormat) -> Result<Code, Failure> {
    settings.permit("see what was decided", &[Profile::Operator, Profile::Auditor])?;
    let log = read_log(settings, "")?;
    let holds: Vec<&Hold> =
        log.iter().flat_map(|log| &log.sums.holds).filter(|hold| all || hold.approval.is_none()).collect();
    let paper = |lang| decisions::paper(&holds, lang);
    let text = as_asked(format, settings.lang(), &holds, paper, || decisions::csv(&holds), None)?;
    write(None, &text)?;
    Ok(if log.is_none_or(|log| log.whole) { Code::Ok } else { Code::Findings })
}

/// Compares two scan files, each of which is read twice.
fn compare(settings: &Settings, before: &Path, after: &Path) -> Result<Diff, Failure> {
    if [before, after].iter().any(|path| path.as_os_str() == "-") {
        return Err(Failure::usage(anyhow!("scans are compared in files, since each is read twice")));
    }
    diff::diff(settings.policy(), |later, listener| read(if later { after } else { before }, listener))
}

impl From<DiffError> for Failure {
    fn from(error: DiffError) -> Self {
        Self::usage(anyhow::Error::new(error).context("cannot compare the scans"))
            .hint("scan both with --format jsonl and the same --key-file")
    }
}

/// 0, or 3 for an answer with gaps.
fn ended(complete: bool) -> Code {
    if complete { Code::Ok } else { Code::Incomplete }
}

/// A report of tables in the format that was asked for.
fn as_asked(
    format: PaperFormat, lang: Lang, value: &impl Serialize, paper: impl Fn(Lang) -> Paper,
    csv: impl FnOnce() -> Vec<u8>, complete: Option<bool>,
) -> Result<Vec<u8>, Failure> {
    Ok(match format {
        PaperFormat::Md => paper(lang).markdown().into_bytes(),
        PaperFormat::Html => page::paper(paper, lang, complete).map_err(Failure::internal)?,
        PaperFormat::Csv => csv(),
        PaperFormat::Json => as_json(value)?,
    })
}

fn as_json(value: &impl Serialize) -> Result<Vec<u8>, Failure> {
    json::pretty(value).map_err(Failure::internal)
}

/// Everything that scan files or a state folder say.
fn read_all<'s>(settings: &'s Settings, files: &[PathBuf], state: Option<&Path>) -> Result<Holdings<'s>, Failure> {
    let base = env::current_dir().map_err(Failure::internal)?;
    let mut holdings = Holdings::new(settings.policy(), &base);
    read_each(files, state, &mut holdings)?;
    holdings.close();
    Ok(holdings)
}

fn read_each(files: &[PathBuf], state: Option<&Path>, listener: &mut dyn Listener) -> Result<(), Failure> {
    if let Some(folder) = state {
        return read_state(folder, listener);
    }
    let mut once = Once::new(listener);
    for file in files {
        read(file, &mut once)?;
    }
    for run in once.again() {
        super::note(&format!("warning: run {} is named more than once and counted once", escape::text(run)));
    }
    Ok(())
}

fn read_state(folder: &Path, listener: &mut dyn Listener) -> Result<(), Failure> {
    let base = env::current_dir().map_err(Failure::internal)?;
    let store = Reader::open(folder).map_err(super::state::failure)?;
    let owners = Owners::from_passwd(&fs::read_to_string("/etc/passwd").unwrap_or_default());
    let name = |id: u32| owners.name(id).map_or_else(|| id.to_string(), str::to_owned);
    stored::read(&store, &base, name, listener).map_err(|error| {
        Failure::internal(
            anyhow::Error::new(error).context(format!("cannot read the state in `{}`", escape::path(folder))),
        )
    })
}

/// Reads a scan file.
fn read(path: &Path, listener: &mut dyn Listener) -> Result<(), Failure> {
    let place =
        || if path.as_os_str() == "-" { "standard input".to_owned() } else { format!("`{}`", escape::path(path)) };
    let mut file: Box<dyn BufRead> = if path.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        let opened = File::open(path).and_then(|file| {
            let folder = file.metadata()?.is_dir();
            if folder { Err(io::Error::from(io::ErrorKind::IsADirectory)) } else { Ok(file) }
        });
        let file = opened.map_err(|error| {
            Failure::usage(anyhow::Error::new(error).context(format!("cannot read the scan file {}", place())))
        })?;
        Box::new(BufReader::with_capacity(1 << 16, file))
    };
    intake::read(&mut *file, listener).map_err(|error| match error {
        IntakeError::Io(error) => {
            Failure::internal(anyhow::Error::new(error).context(format!("cannot read the scan file {}", place())))
        }
        error => Failure::usage(anyhow::Error::new(error).context(format!("cannot use the scan file {}", place())))
            .hint("`elek scan --format jsonl -o FILE` writes one"),
    })
}

/// Where a report is to go.
fn open(output: Option<&Path>) -> Result<Output, Failure> {
    Output::open(output).map_err(|error| {
        let path = escape::path(output.unwrap_or(Path::new("-")));
        Failure::usage(anyhow::Error::new(error).context(format!("cannot write the report to `{path}`")))
    })
}

/// Writes a report.
fn write(output: Option<&Path>, text: &[u8]) -> Result<(), Failure> {
    let mut output = open(output)?;
    let written = output.write_all(text).and_then(|()| output.flush()).and_then(|()| output.commit());
    closed(written.map(|()| Code::Ok)).map(|_| ())
}

/// A reader that has seen enough is no error.
fn closed(written: io::Result<Code>) -> Result<Code, Failure> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Code::Ok),
        written => written.map_err(|error| Failure::internal(anyhow!(error).context("cannot write the report"))),
    }
}

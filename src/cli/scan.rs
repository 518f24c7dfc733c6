//! `elek scan`: builds the parts, runs them, and ends with the outcome. Every call into engine, source and catalogue stands here.

use super::apart::apart;
use super::args::{Common, Scan};
use super::baseline::{self, Accepting};
use super::failure::Failure;
use super::progress;
use super::settings::{Color, Format, Profile, Settings, base_folder};
use super::signals;
use super::state::State;
use anyhow::anyhow;
use elek::check::Day;
use elek::detect::simd::Level;
use elek::detect::{Catalog, CatalogError, Selection};
use elek::engine::{self, Options, Progress};
use elek::ledger::Ledger;
use elek::read::{FileId, MapGuard, Mode, Reader};
use elek::report::baseline::Comparing;
use elek::report::csv::Csv;
use elek::report::document::Document;
use elek::report::human::{Human, Look};
use elek::report::jsonl::Jsonl;
use elek::report::key::{Key, KeyOrigin};
use elek::report::outcome::{Code, End, FailOn, resolve};
use elek::report::output::{Output, standard_streams};
use elek::report::owner::Owners;
use elek::report::{self, Head, Report, Setup, Summary, escape};
use elek::sink::{All, Sink, Stop};
use elek::source::{Glob, Roots, Separator, Source, SourceError};
use elek::survey::relay::Relay;
use elek::survey::sarif::Sarif;
use elek::survey::{Holdings, overview, page};
use elek::taxonomy::Category;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::env;
use std::fs::{self, File};
use std::io::{self, IsTerminal as _, Read as _, Write};
use std::path::Path;
use std::time::Instant;

/// Runs a scan.
pub(crate) fn run(common: &Common, arguments: &Scan) -> Result<Code, Failure> {
    let settings = Settings::load(common, Some(arguments))?;
    settings.permit("see what is found in content", &[Profile::Operator])?;
    let talk = |text: &str| {
        if !common.quiet {
            super::note(text);
        }
    };
    let verbose = |text: String| {
        if common.verbose > 0 {
            super::note(&text);
        }
    };

    // Everything that can be wrong with the arguments is found before the first byte is read.
    let checked = check(&settings)?;
    let written = [("-o", arguments.output.as_deref()), ("--write-baseline", arguments.write_baseline.as_deref())];
    apart(arguments.paths.iter().map(AsRef::as_ref), &written)?;
    let catalog = catalog(&settings)?;
    let mut source = roots(arguments, &settings)?;
    let key = key(&settings, arguments.write_baseline.is_some())?;
    let state = State::open(&settings, key.as_ref())?;
    if let Some((device, inode)) = state.as_ref().and_then(State::folder) {
        source = source.own_folder(device, inode);
    }
    let stop = signals::stop_flag()
        .map_err(|error| Failure::internal(anyhow::Error::new(error).context("cannot receive signals")))?;
    let mut accepting = Accepting::open(arguments, &settings, key.as_ref())?;
    let mut new_baseline = baseline::making(accepting.as_mut());
    let accepting = accepting;
    let mut output = Output::open(arguments.output.as_deref()).map_err(|error| {
        let path = arguments.output.as_deref().unwrap_or(Path::new("-")).display();
        Failure::usage(anyhow::Error::new(error).context(format!("cannot write the report to `{path}`")))
    })?;
    if let Some(warning) = key.as_ref().and_then(Key::warning) {
        talk(&format!("warning: {}", escape::text(&warning.to_string())));
    }
    if let Some(path) = settings.file() {
        verbose(format!("config: {}", escape::path(path)));
    }
    verbose(format!("detectors: {} of {}, {}", on_count(&catalog), catalog.definitions().count(), catalog.digest()));

    let owners = Owners::from_passwd(&fs::read_to_string("/etc/passwd").unwrap_or_default());
    let setup = Setup {
        kinds: catalog.kinds(),
        running: catalog.definitions().filter(|(_, on)| *on).map(|(definition, _)| definition.id.as_str()).collect(),
        owners: &owners,
        key: key.as_ref(),
        list_all: settings.list_all(),
        baseline: accepting.as_ref().map(Accepting::baseline),
        every_item: settings.is_set("items"),
    };
    let look = Look {
        lang: settings.lang(),
        color: color(&settings, &output),
        detail: common.verbose > 0,
        explain: arguments.explain,
    };
    let outputs = output.files().into_iter().chain(new_baseline.iter().flat_map(|(baseline, ..)| baseline.files()));
    let reader = reader(&settings, outputs.collect())?;
    let options = Options {
        jobs: checked.jobs,
        min_confidence: settings.min_confidence(),
        limits: settings.limits()?,
        accepted: checked.accepted.into_iter().collect(),
        today: today(),
        level: level(),
        helper: Some(crate::worker::pool()),
        passwords: passwords(&settings)?,
    };
    let shown = show_progress(common, &settings, &output);
    let to_stdout = output.is_stdout();

    let started = Instant::now();
    let progress = Progress::default();
    let head = head(arguments, &settings, &catalog, key.as_ref())?;
    let (mut keeping, mut recorder) = (None, None);
    if let (Some(state), Some(key)) = (state, &key) {
        let begun = state.begin(&settings, &catalog, &head, &arguments.paths, key)?;
        recorder = Some(begun.recorder(&catalog, key, settings.list_all()));
        keeping = Some(begun);
    }
    let mut unchanged = match &mut keeping {
        Some(keeping) => Some(keeping.source(&mut source)?),
        None => None,
    };
    let source: &mut dyn Source = match &mut unchanged {
        Some(unchanged) => unchanged,
        None => &mut source,
    };
    let mut comparing = match (&accepting, &key) {
        (Some(accepting), Some(key)) => {
            let making = new_baseline.as_mut();
            Some(baseline::comparing(accepting, making, &catalog, key, settings.list_all())?)
        }
        _ => None,
    };
    let mut report = report(&settings, &mut output, setup, look)?;
    let ended = match report.begin(&head) {
        Err(error) => {
            engine::Outcome { ledger: Ledger::default(), stopped: Some(report::stop(error)), interrupted: false }
        }
        Ok(()) => progress::during(shown, look.lang, &progress, || {
            let mut scan =
                |sink: &mut dyn Sink| engine::scan(&catalog, source, &reader, sink, &options, &progress, &stop);
            let mut sinks: Vec<&mut dyn Sink> = vec![report.as_mut()];
            sinks.extend(comparing.as_mut().map(|sink| sink as &mut dyn Sink));
            sinks.extend(recorder.as_mut().map(|sink| sink as &mut dyn Sink));
            scan(&mut All(sinks))
        }),
    };
    let engine::Outcome { ledger, stopped, interrupted } = &ended;
    let (stopped, interrupted) = (stopped.as_ref(), *interrupted);

    let covered = comparing.as_ref().map(Comparing::covered);
    let failing = match &comparing {
        Some(comparing) => {
            baseline::name_expired(comparing, look.lang);
            checked.fail_on.named(catalog.kinds(), &comparing.without_accepted(&ledger.totals))
        }
        None => checked.fail_on.named(catalog.kinds(), &ledger.totals),
    };
    drop(comparing);
    let end = |stopped: Option<&Stop>| {
        let mut outcome = resolve(&End { ledger, failing, stopped, interrupted });
        outcome.baseline = covered;
        outcome
    };
    let mut outcome = end(stopped);
    let seconds = started.elapsed().as_secs_f64();
    let summary = Summary { outcome: &outcome, ledger, kinds: catalog.kinds(), seconds };
    let kept = keeping.zip(recorder).map_or(Ok(()), |(keeping, recorder)| keeping.end(recorder, &ended, &summary));
    if stopped.is_none() {
        let finished = report.finish(&summary);
        drop(report);
        let new_baseline = new_baseline.filter(|_| !interrupted).map_or(Ok(()), |(baseline, ..)| baseline.commit());
        if let Err(error) = finished.and_then(|()| output.commit()).and(new_baseline) {
            let stopped = report::stop(error);
            outcome = end(Some(&stopped));
        }
    }

    // Where the scan was stopped by the state, the last line says so.
    if !matches!(stopped, Some(Stop::State { .. })) {
        kept?;
    }
    // The report for people ends with this line itself.
    let said = settings.format() == Format::Human && to_stdout && outcome.code != Code::Internal;
    if let Some(line) = outcome.line(look.lang).filter(|_| !said) {
        if outcome.code == Code::Internal {
            super::note(&format!("error: {line}"));
            if let Some(Stop::State { .. }) = stopped {
                talk(&format!("hint: {}", super::state::ROOM));
            }
        } else {
            talk(&line);
        }
    }
    Ok(outcome.code)
}

/// Settings that mean something only to a scan.
pub(crate) struct Checked {
    pub(crate) jobs: usize,
    pub(crate) accepted: Vec<elek::problem::Reason>,
    fail_on: FailOn,
}

/// Gives the settings of a scan their meaning.
pub(crate) fn check(settings: &Settings) -> Result<Checked, Failure> {
    globs(settings)?;
    settings.limits()?;
    Ok(Checked { jobs: settings.jobs()?, accepted: settings.accept_gaps()?, fail_on: fail_on(settings)? })
}

fn fail_on(settings: &Settings) -> Result<FailOn, Failure> {
    let words = settings.strings("fail_on")?;
    let categories: Vec<&str> = Category::all().iter().map(|category| category.id).collect();
    FailOn::parse(words.iter().map(String::as_str), &categories).map_err(|error| {
        Failure::usage(
            anyhow::Error::new(error).context(format!("cannot use fail_on ({})", settings.origin("fail_on"))),
        )
    })
}

/// The detectors that the settings select.
pub(crate) fn catalog(settings: &Settings) -> Result<Catalog, Failure> {
    load(&Selection { only: settings.strings("only")?, except: settings.strings("except")?, ..whole(settings) })
}

/// The detectors that judge what may leave: none of them can be switched off.
pub(crate) fn judging_catalog(settings: &Settings) -> Result<Catalog, Failure> {
    load(&whole(settings))
}

fn whole(settings: &Settings) -> Selection {
    Selection {
        folders: settings.list("patterns").iter().map(Into::into).collect(),
        categories: settings.policy().own_categories(),
        ..Selection::default()
    }
}

fn load(selection: &Selection) -> Result<Catalog, Failure> {
    Catalog::load(selection).map_err(|error| {
        let unknown = matches!(error, CatalogError::Unknown { .. });
        let failure = Failure::usage(error);
        if unknown { failure.hint("`elek detectors list` shows them all") } else { failure }
    })
}

/// How the finder works: the best that the machine can, unless `ELEK_SIMD` asks for less.
pub(crate) fn level() -> Level {
    asked_level().unwrap_or_else(Level::best)
}

/// What `ELEK_SIMD` asks for; `None`: nothing that is known.
pub(crate) fn asked_level() -> Option<Level> {
    match env::var_os("ELEK_SIMD").unwrap_or_default().to_str() {
        Some("") => Some(Level::best()),
        Some("off") => Some(Level::Plain),
        #[cfg(target_arch = "x86_64")]
        Some("sse2") => Some(Level::Sse2),
        #[cfg(not(target_arch = "x86_64"))]
        Some("sse2") => Some(Level::best()),
        _ => None,
    }
}

fn on_count(catalog: &Catalog) -> usize {
    catalog.definitions().filter(|(_, on)| *on).count()
}

/// What the examples of a folder's detectors say against them.
pub(crate) fn check_folder(folder: &Path) -> Vec<String> {
    elek::detect::check_folder(folder)
}

/// What the examples of the detectors in the program say against them.
pub(crate) fn check_built_in() -> Vec<String> {
    elek::detect::check_built_in()
}

fn globs(settings: &Settings) -> Result<Vec<Glob>, Failure> {
    let compile = |pattern: &std::ffi::OsString| Glob::new(pattern.as_encoded_bytes());
    let globs: Result<Vec<Glob>, _> = settings.list("exclude").iter().map(compile).collect();
    globs.map_err(|error| {
        Failure::usage(
            anyhow::Error::new(error).context(format!("cannot use exclude ({})", settings.origin("exclude"))),
        )
    })
}

fn roots(arguments: &Scan, settings: &Settings) -> Result<Roots, Failure> {
    let separator = if arguments.null { Separator::Nul } else { Separator::Newline };
    let mut roots = Roots::new(arguments.paths.clone())
        .one_file_system(settings.is_set("one_file_system"))
        .exclude(globs(settings)?);
    let refused = |error: SourceError| {
        let hint = match error {
            SourceError::Nothing => Some("name files or folders, or `-` for standard input"),
            SourceError::StdinTwice => Some("`-` can be named once, as a path or as a list"),
            _ => None,
        };
        let failure = Failure::usage(error);
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    };
    for list in &arguments.files_from {
        roots = roots.files_from(list, separator).map_err(refused)?;
    }
    roots.check().map_err(refused)?;
    Ok(roots)
}

/// The key of fingerprints, for formats that have them. A named key file must serve in any case.
fn key(settings: &Settings, writes_baseline: bool) -> Result<Option<Key>, Failure> {
    let named = settings.key_file();
    let needed = ["state", "baseline"].iter().any(|name| settings.path(name).is_some()) || writes_baseline;
    if named.is_none() && settings.format() == Format::Human && !needed {
        return Ok(None);
    }
    load_key(settings).map(Some)
}

/// Passwords that the operator gives, one a line.
pub(crate) fn passwords(settings: &Settings) -> Result<engine::Passwords, Failure> {
    let Some(path) = settings.path("password_file") else { return Ok(engine::Passwords::default()) };
    let text = fs::read_to_string(&path).map_err(|error| {
        let words = format!("cannot read password file `{}`", escape::path(&path));
        Failure::usage(anyhow::Error::new(error).context(words)).hint("one password a line, in UTF-8")
    })?;
    Ok(engine::Passwords::of_lines(&text))
}

/// The operator's key.
pub(crate) fn load_key(settings: &Settings) -> Result<Key, Failure> {
    let named = settings.key_file();
    let default = base_folder("XDG_STATE_HOME", ".local/state").map(|folder| folder.join("elek/key"));
    let key = Key::load(named.as_deref(), default.as_deref()).map_err(|error| {
        let failure = Failure::usage(error);
        match named {
            Some(_) => failure.hint(format!(
                "the key file is named by {}; `head -c 32 /dev/urandom > FILE && chmod 600 FILE` makes one",
                settings.origin("key_file")
            )),
            None => failure,
        }
    })?;
    if settings.policy().volumes().all(|volume| volume.tenant.is_none()) {
        return Ok(key);
    }
    let base = std::env::current_dir().map_err(Failure::internal)?;
    let folders = settings
        .policy()
        .volumes()
        .flat_map(|volume| volume.paths.iter().map(|path| (path.as_path(), volume.tenant.as_deref())));
    Ok(key.with_tenants(&base, folders))
}

fn reader(settings: &Settings, outputs: Vec<report::output::FileId>) -> Result<Reader, Failure> {
    // Measured: maps gain nothing over reads that stay in the cache, and count as memory.
    let mode = match settings.read_mode() {
        Mode::Auto => Mode::Pread,
        asked => asked,
    };
    let guard = if mode == Mode::Pread {
        None
    } else {
        let guard = MapGuard::install();
        Some(guard.map_err(|error| {
            Failure::internal(anyhow::Error::new(error).context("cannot guard memory maps")).hint("try --read pread")
        })?)
    };
    let own = outputs.into_iter().chain(standard_streams());
    Ok(own.fold(Reader::new().mode(mode, guard), |reader, file| {
        reader.own_output(FileId { device: file.device, inode: file.inode })
    }))
}

fn report<'a, W: Write + Send + 'a>(
    settings: &'a Settings, mut writer: W, mut setup: Setup<'a>, look: Look,
) -> Result<Box<dyn Report + 'a>, Failure> {
    Ok(match settings.format() {
        Format::Human => Box::new(Human::new(writer, setup, look)),
        Format::Json => Box::new(Document::new(writer, setup)),
        Format::Jsonl => Box::new(Jsonl::new(writer, setup)),
        Format::Csv => Box::new(Csv::new(writer, setup)),
        Format::Sarif => {
            let sarif = Sarif::new(io::BufWriter::new(writer), settings.policy(), look.lang);
            Box::new(Relay::new(setup, sarif, |sarif| sarif.finish().map(|_| ())))
        }
        Format::Html => {
            // The page says who may read what was found.
            setup.every_item = true;
            let base = env::current_dir().map_err(Failure::internal)?;
            let holdings = Holdings::new(settings.policy(), &base);
            Box::new(Relay::new(setup, holdings, move |mut holdings| {
                holdings.close();
                let page = page::report(&holdings, &overview::overview(&holdings), look.lang)?;
                writer.write_all(&page).and_then(|()| writer.flush())
            }))
        }
    })
}

fn head(arguments: &Scan, settings: &Settings, catalog: &Catalog, key: Option<&Key>) -> Result<Head, Failure> {
    let now = Timestamp::now();
    Ok(Head {
        run: run_id(now).map_err(|error| Failure::internal(anyhow!(error).context("cannot get random bytes")))?,
        started: format!("{now:.3}"),
        rules: catalog.digest().to_owned(),
        roots: arguments.paths.iter().chain(&arguments.files_from).cloned().collect(),
        min_confidence: settings.min_confidence(),
        key: key.map_or(KeyOrigin::Ephemeral, Key::origin),
    })
}

/// A UUID of version 7: runs sort by time.
pub(crate) fn run_id(now: Timestamp) -> io::Result<String> {
    let mut random = [0_u8; 10];
    File::open("/dev/urandom")?.read_exact(&mut random)?;
    let [a, b, c, d, rest @ ..] = random;
    let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or(0) & 0xffff_ffff_ffff;
    let version = 0x7000 | (u16::from_be_bytes([a, b]) & 0x0fff);
    let variant = 0x8000 | (u16::from_be_bytes([c, d]) & 0x3fff);
    let tail = rest.iter().fold(0_u64, |tail, byte| tail << 8 | u64::from(*byte));
    Ok(format!("{:08x}-{:04x}-{version:04x}-{variant:04x}-{tail:012x}", milliseconds >> 16, milliseconds & 0xffff))
}

pub(crate) fn today() -> Day {
    let date = Timestamp::now().to_zoned(TimeZone::UTC).date();
    Day::new(date.year().unsigned_abs(), date.month().unsigned_abs(), date.day().unsigned_abs())
}

fn color(settings: &Settings, output: &Output) -> bool {
    match settings.color() {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
                || env::var_os("TERM").is_some_and(|term| term == "dumb");
            !plain && output.is_stdout() && io::stdout().is_terminal()
        }
    }
}

/// Progress is for a person who waits: on a terminal that no report is written to meanwhile.
fn show_progress(common: &Common, settings: &Settings, output: &Output) -> bool {
    let report_scrolls = output.is_stdout() && settings.format() != Format::Human && io::stdout().is_terminal();
    !common.quiet && !settings.is_set("no_progress") && io::stderr().is_terminal() && !report_scrolls
}

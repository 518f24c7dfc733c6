//! The service: follows, watches, scans on a schedule. It runs for months beside production.
//!
//! The engine stays synchronous. Three lanes, a thread each, do the work: whole volumes; small files that changed; large
//! files, logs most of all. Tokio waits for signals and clocks, and answers. What a lane finds is in the store together
//! with how far it has read, or neither is.
//!
//! ```text
//! schedule, reconcile, job -> walks ─┐   ┌-> store (findings and offsets in one change)
//! events (hints) -> changed paths ───┼-> engine
//!                   large files ─────┘
//! ```
//!
//! The first SIGTERM or SIGINT lets every lane end at its next block and keep what it has; the second ends at once. SIGHUP
//! reads the configuration again; one that is wrong changes nothing.

pub(crate) mod api;
mod clock;
mod journal;
mod lanes;
mod logs;
mod notice;
pub(crate) mod plan;
mod shared;
mod systemd;
mod walk;
pub(crate) mod watch;

use elek::store::{JobState, Store, StoreError};
use jiff::Timestamp;
use journal::Level;
use lanes::{Lane, Lanes, Post};
use logs::Next;
use plan::Served;
use serde_json::json;
use shared::{Cause, Dirty, Task, count};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use systemd::Manager;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use walk::with_cause;
use watch::Mode;

pub(crate) use shared::{Setup, Shared};

/// How long lanes may take to end.
const DRAIN: Duration = Duration::from_secs(10);
/// How long the last change of the state is waited for.
const CLOSE: Duration = Duration::from_secs(2);
/// How often clocks are looked at.
const TICK: Duration = Duration::from_millis(500);

/// How often schedules are looked at and the status is written.
const SELDOM: Duration = Duration::from_secs(2);
/// Name of the status in the state folder.
const STATUS: &str = "service.json";

/// The lanes of work.
const LANES: [Lane; 4] = [
    Lane { name: "walks", work: walks, reads: true },
    Lane { name: "files", work: files, reads: true },
    Lane { name: "logs", work: log_files, reads: true },
    Lane { name: "notices", work: |shared, _| notice::run(shared), reads: false },
];

/// Reads the configuration.
pub(crate) type Load = Box<dyn Fn() -> Result<Setup, String>>;

/// Why the service does not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeError {
    /// Its state.
    #[error(transparent)]
    State(#[from] StoreError),
    /// A way in that cannot be opened.
    #[error("{0}")]
    Door(String),
    /// The system.
    #[error("{0}")]
    System(String),
}

impl From<String> for ServeError {
    fn from(why: String) -> Self {
        Self::System(why)
    }
}

/// Runs until it is told to end.
pub(crate) fn run(setup: Setup, load: &Load) -> Result<(), ServeError> {
    step_back(setup.plan.nice);
    let manager = Manager::from_environment().map_err(|error| format!("cannot reach the service manager: {error}"))?;
    let opened = Store::open(&setup.state, Timestamp::now().as_millisecond())?;
    let shared = Arc::new(Shared::new(setup, opened.store));
    if let Some((aside, why)) = &opened.moved {
        let fields = [("why", json!(why)), ("aside", json!(aside.display().to_string()))];
        shared.journal.say(Level::Error, "the state was damaged, everything is read again", fields);
    }
    if opened.interrupted {
        shared.journal.say(Level::Warning, "the last run was interrupted, its volumes are walked again", []);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    let mut lanes = Lanes::start(&shared, &LANES)?;
    runtime.block_on(live(&shared, &manager, load, &mut lanes))?;
    let drained = runtime.block_on(drain(&lanes, Instant::now() + DRAIN))?;
    // Answers that wait for a disk are not waited for.
    runtime.shutdown_background();
    // Another service may begin, even if a mount that does not answer keeps this process from going.
    let until = Instant::now() + CLOSE;
    let mut closed = shared.store.close();
    while !closed && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(5));
        closed = shared.store.close();
    }
    shared.journal.say(Level::Info, "the service ends", [("drained", json!(drained)), ("closed", json!(closed))]);
    Ok(())
}

/// Other programs come first.
fn step_back(nice: i32) {
    if nice > 0 {
        // What cannot be had is no reason not to serve.
        rustix::process::nice(nice).ok();
    }
}

fn hear(kind: SignalKind) -> Result<Signal, String> {
    signal(kind).map_err(|error| format!("cannot receive signals: {error}"))
}

/// Waits for signals and clocks, until it is told to end.
async fn live(shared: &Arc<Shared>, manager: &Manager, load: &Load, lanes: &mut Lanes) -> Result<(), ServeError> {
    let (mut terminate, mut interrupt) = (hear(SignalKind::terminate())?, hear(SignalKind::interrupt())?);
    let mut reload = hear(SignalKind::hangup())?;
    let mut ticks = tokio::time::interval(TICK);
    let mut seldom = Instant::now();
    let (written, mut chores) = (Arc::new(Mutex::new(String::new())), None::<JoinHandle<()>>);
    let mut signs = tokio::time::interval(manager.watchdog().unwrap_or(Duration::from_hours(1)));
    api::start(shared).map_err(ServeError::Door)?;
    api::tell_certificate(shared);
    tell_uninstructed(shared);
    start_watching(shared);
    manager.ready(&words(shared));
    shared.journal.say(
        Level::Info,
        "the service is up",
        [
            ("volumes", json!(shared.setup().plan.volumes.len())),
            ("state", json!(shared.setup().state.display().to_string())),
        ],
    );
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = reload.recv() => {
                manager.reloading();
                take_setup(shared, load());
                manager.ready(&words(shared));
            }
            _ = signs.tick() => manager.tell("WATCHDOG=1"),
            _ = ticks.tick() => {
                ask_for_walks(shared);
                if seldom.elapsed() >= SELDOM {
                    seldom = Instant::now();
                    lanes.look(shared, shared.setup().plan.stall);
                    if chores.as_ref().is_none_or(JoinHandle::is_finished) {
                        let (own, written) = (Arc::clone(shared), Arc::clone(&written));
                        // The disk of the state may be slow: signals and requests do not wait for it.
                        chores = Some(tokio::task::spawn_blocking(move || {
                            keep_schedules(&own);
                            write_status(&own, &written);
                        }));
                    }
                }
            }
        }
    }
    manager.tell("STOPPING=1\nSTATUS=ending at the next block");
    shared.end();
    shared.journal.say(Level::Info, "the service was told to end", []);
    Ok(())
}

/// Waits for the lanes; another signal ends that.
async fn drain(lanes: &Lanes, until: Instant) -> Result<bool, String> {
    let (mut terminate, mut interrupt) = (hear(SignalKind::terminate())?, hear(SignalKind::interrupt())?);
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    loop {
        if lanes.are_over() {
            return Ok(true);
        }
        if Instant::now() >= until {
            return Ok(false);
        }
        tokio::select! {
            _ = terminate.recv() => return Ok(false),
            _ = interrupt.recv() => return Ok(false),
            _ = ticks.tick() => {}
        }
    }
}

/// Keeps how it goes where others can read it, whole or not at all, if it is not as it was.
fn write_status(shared: &Shared, written: &Mutex<String>) {
    let text = format!("{:#}\n", shared.status());
    let mut written = written.lock().unwrap_or_else(PoisonError::into_inner);
    if text == *written {
        return;
    }
    match notice::keep(&shared.setup().state.join(STATUS), text.as_bytes()) {
        Ok(()) => *written = text,
        Err(error) => {
            shared.journal.say(Level::Debug, "the status cannot be written", [("why", json!(error.to_string()))]);
        }
    }
}

fn words(shared: &Shared) -> String {
    format!("{} volumes", shared.setup().plan.volumes.len())
}

/// Puts a configuration in force, if it is in order.
fn take_setup(shared: &Arc<Shared>, setup: Result<Setup, String>) {
    match setup {
        Err(error) => {
            count(&shared.counters.reloads_failed);
            shared.journal.say(Level::Error, "the configuration is wrong, the old one stays", [("why", json!(error))]);
        }
        Ok(new) if new.state != shared.setup().state => {
            count(&shared.counters.reloads_failed);
            let why = json!("the state folder cannot change while the service runs");
            shared.journal.say(Level::Error, "the configuration needs a restart, the old one stays", [("why", why)]);
        }
        Ok(new) if is_over(&new) && !is_over(&shared.setup()) => {
            count(&shared.counters.reloads_failed);
            shared.journal.say(Level::Error, "the new certificate is over, the old configuration stays", []);
        }
        Ok(new) => {
            let old = shared.setup();
            let is_same_door = match (&old.plan.api, &new.plan.api) {
                (Some(old), Some(new)) => old.is_same_door(new),
                (None, None) => true,
                _ => false,
            };
            if !is_same_door {
                shared.journal.say(Level::Warning, "the way in changes when the service is started again", []);
            }
            shared.retain(&new.plan);
            shared.swap(new);
            count(&shared.counters.reloads);
            shared.journal.say(Level::Info, "the configuration was read again", []);
            api::tell_certificate(shared);
            tell_uninstructed(shared);
            start_watching(shared);
        }
    }
}

/// Says which volumes nobody looks into.
fn tell_uninstructed(shared: &Shared) {
    for volume in &shared.setup().plan.uninstructed {
        let what = "a volume without an instruction is not looked into";
        shared.journal.say(Level::Warning, what, [("volume", json!(volume))]);
    }
}

/// Whether a setup has a certificate that nobody accepts any more.
fn is_over(setup: &Setup) -> bool {
    setup.api.tls.as_ref().is_some_and(|tls| tls.is_over(Timestamp::now().as_second()))
}

/// Sets watches beside everything else: on large trees that takes its time.
fn start_watching(shared: &Arc<Shared>) {
    let setup = shared.setup();
    for volume in &setup.plan.volumes {
        if !volume.watch {
            shared.keep(&volume.name, None);
            shared.set_mode(&volume.name, Mode::Off);
            continue;
        }
        shared.set_mode(&volume.name, Mode::Starting);
        let (own, served) = (Arc::clone(shared), volume.clone());
        let started = thread::Builder::new().name("watch".to_owned()).spawn(move || set_watches(&own, &served));
        if started.is_err() {
            shared.set_mode(&volume.name, Mode::Polling("there is no thread for its watches"));
        }
    }
}

fn set_watches(shared: &Arc<Shared>, volume: &Served) {
    let (mode, watching) = watch::watch(shared, &volume.name, &volume.paths);
    if let Some(why) = mode.why() {
        let fields =
            [("volume", json!(volume.name)), ("why", json!(why)), ("every_s", json!(volume.reconcile.as_secs()))];
        shared.journal.say(Level::Warning, "the volume is walked instead of watched", fields);
    }
    shared.keep(&volume.name, watching);
    shared.set_mode(&volume.name, mode);
}

/// Asks for the walks that reconcile.
fn ask_for_walks(shared: &Shared) {
    let setup = shared.setup();
    for volume in setup.plan.volumes.iter().filter(|volume| volume.watch) {
        if shared.reconciles(&volume.name) {
            let first = shared.volumes().get(&volume.name).is_none_or(|status| status.walked.is_none());
            let cause = if first { Cause::Start } else { Cause::Reconcile };
            shared.walk(Task { volume: volume.name.clone(), cause, paths: Vec::new() });
        }
    }
}

/// Asks for the walks that are due.
fn keep_schedules(shared: &Shared) {
    let setup = shared.setup();
    for volume in &setup.plan.volumes {
        let Some(schedule) = &volume.schedule else { continue };
        let ask = |cause| shared.walk(Task { volume: volume.name.clone(), cause, paths: Vec::new() });
        if let Err(error) = keep_schedule(shared, volume, schedule, ask) {
            let fields = [("volume", json!(volume.name)), ("why", json!(error))];
            shared.journal.say(Level::Error, "a schedule could not be kept", fields);
        }
    }
}

fn keep_schedule(
    shared: &Shared, volume: &Served, schedule: &clock::Schedule, ask: impl Fn(Cause) -> bool,
) -> Result<(), String> {
    let now = Timestamp::now();
    let last = shared.store.reader().and_then(|reader| reader.schedule(&volume.name)).map_err(with_cause)?;
    let Some(last) = last.and_then(|last| Timestamp::from_millisecond(last).ok()) else {
        // From now on what is missed is caught up.
        return shared.store.set_schedule(&volume.name, now.as_millisecond()).map_err(with_cause);
    };
    let is_due = schedule.due(&volume.name, Some(last), now).is_some_and(|due| due <= now);
    if is_due && ask(Cause::Schedule) {
        shared.store.set_schedule(&volume.name, now.as_millisecond()).map_err(with_cause)?;
    }
    Ok(())
}

/// The lane of walks.
fn walks(shared: &Arc<Shared>, post: &Post) {
    while !shared.stops() && !post.is_left() {
        take_jobs(shared);
        let Some(task) = shared.next_walk() else { continue };
        let _visit = post.visit(shared, &task.volume);
        let began = Instant::now();
        let setup = shared.setup();
        let ended = match setup.plan.volume(&task.volume) {
            None => Err("the volume is not served".to_owned()),
            Some(volume) => {
                let level = if task.cause == Cause::Reconcile { Level::Debug } else { Level::Info };
                walk::walk((shared, post), &setup, volume, &task.paths, level)
            }
        };
        if let Err(error) = &ended {
            count(&shared.counters.walks_failed);
            let fields = [("volume", json!(task.volume)), ("cause", json!(task.cause.name())), ("why", json!(error))];
            shared.journal.say(Level::Error, "a volume could not be walked", fields);
        }
        if let Cause::Job(number) = task.cause {
            end_job(shared, number, &ended);
        }
        shared.walked(&task, began.elapsed(), ended.map(|walked| walked.listed_all));
    }
}

/// What a job asks for.
#[derive(serde::Deserialize)]
struct Request {
    #[serde(default)]
    paths: Vec<PathBuf>,
}

/// Turns jobs that wait in the store into walks.
fn take_jobs(shared: &Shared) {
    if !shared.jobs.swap(false, Ordering::Relaxed) {
        return;
    }
    loop {
        let job = match shared.store.take_job(Timestamp::now().as_millisecond()) {
            Ok(Some(job)) => job,
            Ok(None) => return,
            Err(error) => {
                shared.journal.say(Level::Error, "jobs cannot be taken", [("why", json!(with_cause(error)))]);
                shared.jobs.store(true, Ordering::Relaxed);
                return;
            }
        };
        let setup = shared.setup();
        let request = serde_json::from_str::<Request>(&job.request);
        let why = match (&request, setup.plan.volume(&job.volume)) {
            _ if job.kind != "scan" => Some("no such kind of job"),
            (Err(_), _) => Some("the request cannot be read"),
            (_, None) => Some("the volume is not served"),
            (Ok(request), Some(volume)) => {
                let inside = |path: &PathBuf| volume.paths.iter().any(|root| path.starts_with(root));
                (!request.paths.iter().all(inside)).then_some("a path is not of the volume")
            }
        };
        let paths = request.map(|request| request.paths).unwrap_or_default();
        match why {
            None => {
                shared.walk(Task { volume: job.volume, cause: Cause::Job(job.id), paths });
            }
            Some(why) => {
                let ended =
                    shared.store.end_job(job.id, JobState::Failed, None, Some(why), Timestamp::now().as_millisecond());
                if let Err(error) = ended {
                    shared.journal.say(Level::Error, "a job's end cannot be kept", [("why", json!(with_cause(error)))]);
                }
            }
        }
    }
}

fn end_job(shared: &Shared, number: i64, ended: &Result<walk::Walked, String>) {
    let (state, run, detail) = match ended {
        // It goes on when the service is up again.
        Ok(walked) if walked.interrupted => (JobState::Queued, Some(walked.run.as_str()), None),
        Ok(walked) => (JobState::Done, Some(walked.run.as_str()), None),
        Err(error) => (JobState::Failed, None, Some(error.as_str())),
    };
    let now = Timestamp::now().as_millisecond();
    if let Err(error) = shared.store.end_job(number, state, run, detail, now) {
        shared.journal.say(Level::Error, "a job's end cannot be kept", [("why", json!(with_cause(error)))]);
    }
}

/// The lane of small files that changed.
fn files(shared: &Arc<Shared>, post: &Post) {
    while !shared.stops() && !post.is_left() {
        let Some((name, paths)) = shared.next_dirty() else { continue };
        let _visit = post.visit(shared, &name);
        let setup = shared.setup();
        let Some(volume) = setup.plan.volume(&name) else { continue };
        let below: Vec<PathBuf> =
            paths.into_iter().filter(|path| volume.paths.iter().any(|root| path.starts_with(root))).collect();
        if below.is_empty() {
            continue;
        }
        // Before the new file under the old name takes the place of what is known of the log.
        let moved: Result<(), String> = below
            .iter()
            .filter_map(|path| Some((path, large(&setup, path)?)))
            .try_for_each(|(path, id)| logs::claim(shared, &name, path, id).map(drop));
        let looked = || walk::walk((shared, post), &setup, volume, &below, Level::Debug).map(drop);
        if let Err(error) = moved.and_then(|()| looked()) {
            shared.journal.say(
                Level::Warning,
                "changes wait for the next walk",
                [("volume", json!(name)), ("why", json!(error))],
            );
        }
    }
}

/// Device and inode of a file that is larger than a block.
fn large(setup: &Setup, path: &Path) -> Option<(u64, u64)> {
    let meta = std::fs::symlink_metadata(path).ok()?;
    let is_large = meta.is_file() && meta.len() > setup.options.limits.block_bytes as u64;
    is_large.then(|| (meta.dev(), meta.ino()))
}

/// The lane of large files.
fn log_files(shared: &Arc<Shared>, post: &Post) {
    let mut lane = logs::Lane::default();
    while !shared.stops() && !post.is_left() {
        let Some((volume, path)) = shared.next_log() else { continue };
        let _visit = post.visit(shared, &volume);
        match lane.look((shared, post), &volume, &path) {
            Ok(Next::Change) => {}
            Ok(Next::Turn) => shared.log(&volume, &path),
            Ok(Next::Later) => shared.is_dirty(&volume, Dirty { path, again: false }),
            Err(error) => {
                shared.journal.say(
                    Level::Warning,
                    "a log waits for the next walk",
                    [("volume", json!(volume)), ("why", json!(error))],
                );
            }
        }
    }
    lane.end();
}

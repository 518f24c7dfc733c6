//! What all parts of the service share: the setup in force, what waits to be done, how it goes.

use super::api::Parts;
use super::journal::{Journal, Level};
use super::lanes::Post;
use super::plan::Plan;
use super::watch::{Mode, Watching};
use elek::check::Day;
use elek::detect::Catalog;
use elek::engine::{Options, Progress};
use elek::gate::Stated;
use elek::policy::Policy;
use elek::read::Pace;
use elek::report::key::Key;
use elek::store::Store;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Changed paths of one volume that are remembered; beyond, the volume is walked.
const MOST_DIRTY: usize = 10_000;
/// Walks that wait.
const MOST_WAITING: usize = 256;
/// A folder that was just made is looked at again after this: files may have come before its watch.
const AGAIN: Duration = Duration::from_secs(2);
/// How much of the time a volume is walked to reconcile: a tenth.
const REST: u32 = 10;

/// All that a configuration decides; swapped whole.
pub(crate) struct Setup {
    pub(crate) catalog: Catalog,
    /// All detectors, for the gate; `None`: the catalog has them.
    pub(crate) whole_catalog: Option<Catalog>,
    pub(crate) policy: Policy,
    /// What records of the gate say of it.
    pub(crate) stated: Stated,
    pub(crate) options: Options,
    /// What findings depend on besides rules and threshold, as text.
    pub(crate) settings: String,
    pub(crate) key: Key,
    pub(crate) plan: Plan,
    /// Where the state lies.
    pub(crate) state: PathBuf,
    /// The day: dates of birth lie before it, and the service runs for months.
    pub(crate) today: fn() -> Day,
    /// Makes the id of a run.
    pub(crate) new_run: fn(Timestamp) -> io::Result<String>,
    pub(crate) pace: Arc<Pace>,
    /// What answers need beside that.
    pub(crate) api: Parts,
}

impl Setup {
    /// How things are scanned now.
    pub(crate) fn options(&self) -> Options {
        Options { today: (self.today)(), ..self.options.clone() }
    }

    /// The key of a tenant's volume, or the operator's own.
    pub(crate) fn key_of(&self, tenant: Option<&str>) -> Key {
        tenant.map_or_else(|| Key::fixed(*self.key.bytes()), |tenant| self.key.of_tenant(tenant))
    }
}

/// Why a volume is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The service has started.
    Start,
    /// To find what events did not tell.
    Reconcile,
    /// Events were lost.
    Lost,
    /// Its schedule.
    Schedule,
    /// A job, by number.
    Job(i64),
}

impl Cause {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Reconcile => "reconcile",
            Self::Lost => "lost_events",
            Self::Schedule => "schedule",
            Self::Job(_) => "job",
        }
    }
}

/// A walk that waits.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) volume: String,
    pub(crate) cause: Cause,
    /// Only what lies below these; empty: all of the volume.
    pub(crate) paths: Vec<PathBuf>,
}

/// A path that something happened to.
pub(crate) struct Dirty {
    pub(crate) path: PathBuf,
    /// Look twice.
    pub(crate) again: bool,
}

/// Changed paths, the second looks at them told apart, and when they are due.
type Changed = BTreeMap<(PathBuf, bool), Instant>;

#[derive(Default)]
struct Waiting {
    walks: VecDeque<Task>,
    /// Volumes that are being walked, and those of them whose events were lost meanwhile.
    walking: BTreeSet<String>,
    again: BTreeSet<String>,
    /// Changed paths by volume, and when they are due.
    dirty: BTreeMap<String, Changed>,
    logs: VecDeque<(String, PathBuf)>,
    known_logs: BTreeSet<(String, PathBuf)>,
    /// Volumes that do not answer, and how many threads wait for each: nobody else is sent there.
    stalled: BTreeMap<String, usize>,
}

/// How it goes with a volume.
#[derive(Clone, Debug)]
pub(crate) struct VolumeStatus {
    pub(crate) mode: Mode,
    /// When the last whole walk ended, how long it took, and whether it saw everything.
    pub(crate) walked: Option<(Timestamp, Duration, bool)>,
    /// When the next walk to reconcile begins.
    next: Instant,
    /// What went wrong last.
    pub(crate) error: Option<String>,
}

impl Default for VolumeStatus {
    fn default() -> Self {
        Self { mode: Mode::Off, walked: None, next: Instant::now(), error: None }
    }
}

/// Counters for metrics: since the start, without names or values.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) walks: AtomicU64,
    pub(crate) walks_failed: AtomicU64,
    pub(crate) files_looked_at: AtomicU64,
    pub(crate) looks_at_logs: AtomicU64,
    pub(crate) logs_read_anew: AtomicU64,
    pub(crate) truncations_seen: AtomicU64,
    pub(crate) events_lost: AtomicU64,
    pub(crate) stalls: AtomicU64,
    pub(crate) reloads: AtomicU64,
    pub(crate) reloads_failed: AtomicU64,
    pub(crate) notices: AtomicU64,
    pub(crate) notices_dead: AtomicU64,
}

/// Adds to a counter.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// See the module.
pub(crate) struct Shared {
    pub(crate) journal: Journal,
    pub(crate) store: Arc<Store>,
    /// The service ends: whoever scans stops soon.
    pub(crate) stop: AtomicBool,
    /// A job may wait in the store.
    pub(crate) jobs: AtomicBool,
    /// Something was found or is gone.
    pub(crate) changed: AtomicBool,
    pub(crate) counters: Counters,
    pub(crate) started: Timestamp,
    setup: Mutex<Arc<Setup>>,
    volumes: Mutex<BTreeMap<String, VolumeStatus>>,
    watching: Mutex<BTreeMap<String, Watching>>,
    waiting: Mutex<Waiting>,
    woken: Condvar,
    /// Lanes, those included that were left.
    posts: Mutex<Vec<Arc<Post>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that holds these locks panics half-way through a change.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(crate) fn new(setup: Setup, store: Arc<Store>) -> Self {
        Self {
            journal: Journal { least: setup.plan.log_level },
            store,
            stop: AtomicBool::new(false),
            jobs: AtomicBool::new(true),
            changed: AtomicBool::new(true),
            counters: Counters::default(),
            started: Timestamp::now(),
            setup: Mutex::new(Arc::new(setup)),
            volumes: Mutex::default(),
            watching: Mutex::default(),
            waiting: Mutex::default(),
            woken: Condvar::new(),
            posts: Mutex::default(),
        }
    }

    /// The setup in force. Whoever begins something keeps it to its end.
    pub(crate) fn setup(&self) -> Arc<Setup> {
        Arc::clone(&lock(&self.setup))
    }

    /// Puts another setup in force.
    pub(crate) fn swap(&self, setup: Setup) {
        *lock(&self.setup) = Arc::new(setup);
    }

    pub(crate) fn stops(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Ends the service.
    pub(crate) fn end(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.wake();
    }

    pub(crate) fn wake(&self) {
        self.woken.notify_all();
    }

    /// A post for a lane.
    pub(crate) fn post(&self, lane: &'static str) -> Arc<Post> {
        let post = Arc::new(Post::new(lane));
        lock(&self.posts).push(Arc::clone(&post));
        post
    }

    /// How far the lanes have come, those included that were left.
    pub(crate) fn progress(&self) -> Progress {
        let sum = Progress::default();
        for post in lock(&self.posts).iter() {
            let Progress { bytes, items, unchanged, findings } = &post.progress;
            let parts =
                [(&sum.bytes, bytes), (&sum.items, items), (&sum.unchanged, unchanged), (&sum.findings, findings)];
            for (sum, part) in parts {
                sum.fetch_add(part.load(Ordering::Relaxed), Ordering::Relaxed);
            }
        }
        sum
    }

    /// A thread waits for a volume that does not answer.
    pub(crate) fn stalls(&self, volume: &str) {
        *lock(&self.waiting).stalled.entry(volume.to_owned()).or_default() += 1;
    }

    /// One of those threads has gone on.
    pub(crate) fn answers_again(&self, volume: &str) {
        let mut waiting = lock(&self.waiting);
        let rest = waiting.stalled.get_mut(volume).map_or(0, |count| {
            *count -= 1;
            *count
        });
        if rest == 0 {
            waiting.stalled.remove(volume);
            drop(waiting);
            self.journal.say(Level::Info, "a volume answers again", [("volume", json!(volume))]);
            self.wake();
        }
    }

    /// Whether a volume does not answer.
    pub(crate) fn is_stalled(&self, volume: &str) -> bool {
        lock(&self.waiting).stalled.contains_key(volume)
    }

    /// How many volumes do not answer.
    pub(crate) fn stalled(&self) -> usize {
        lock(&self.waiting).stalled.len()
    }

    /// Puts a walk into the queue, unless the same one waits or the volume is being walked. Gives whether it will come.
    pub(crate) fn walk(&self, task: Task) -> bool {
        let mut waiting = lock(&self.waiting);
        let is_job = matches!(task.cause, Cause::Job(_));
        let same = |other: &Task| other.volume == task.volume && other.paths.is_empty();
        let doubled = waiting.walking.contains(&task.volume) || waiting.walks.iter().any(same);
        if !is_job && (doubled || waiting.walks.len() >= MOST_WAITING) {
            return false;
        }
        if is_job {
            // Somebody waits for it.
            waiting.walks.push_front(task);
        } else {
            waiting.walks.push_back(task);
        }
        drop(waiting);
        self.wake();
        true
    }

    /// The next walk; waits for one, a while at most.
    pub(crate) fn next_walk(&self) -> Option<Task> {
        let mut waiting = lock(&self.waiting);
        let first =
            |waiting: &Waiting| waiting.walks.iter().position(|task| !waiting.stalled.contains_key(&task.volume));
        if first(&waiting).is_none() && !self.stops() && !self.jobs.load(Ordering::Relaxed) {
            waiting = self.wait(waiting, Duration::from_secs(1));
        }
        let place = first(&waiting)?;
        let task = waiting.walks.remove(place)?;
        waiting.walking.insert(task.volume.clone());
        Some(task)
    }

    /// A walk has ended.
    pub(crate) fn walked(&self, task: &Task, took: Duration, ended: Result<bool, String>) {
        let again = {
            let mut waiting = lock(&self.waiting);
            waiting.walking.remove(&task.volume);
            waiting.again.remove(&task.volume)
        };
        let every = self.setup().plan.volume(&task.volume).map_or(Duration::from_mins(5), |volume| volume.reconcile);
        let mut volumes = lock(&self.volumes);
        let status = volumes.entry(task.volume.clone()).or_default();
        if task.paths.is_empty() {
            status.next = Instant::now() + every.max(took * REST);
            if let Ok(complete) = ended {
                status.walked = Some((Timestamp::now(), took, complete));
            }
        }
        status.error = ended.err();
        drop(volumes);
        if again {
            self.walk(Task { volume: task.volume.clone(), cause: Cause::Lost, paths: Vec::new() });
        }
    }

    /// No volume is being walked: who walked is gone.
    pub(crate) fn forget_walks(&self) {
        let mut waiting = lock(&self.waiting);
        waiting.walking.clear();
        waiting.again.clear();
    }

    /// Something happened to a path.
    pub(crate) fn is_dirty(&self, volume: &str, dirty: Dirty) {
        let settle = self.setup().plan.settle;
        let mut waiting = lock(&self.waiting);
        let paths = waiting.dirty.entry(volume.to_owned()).or_default();
        if paths.len() >= MOST_DIRTY {
            paths.clear();
            drop(waiting);
            return self.lost_events(volume);
        }
        let was_idle = paths.is_empty();
        // A file that is written to all the time is due all the same.
        if dirty.again {
            paths.insert((dirty.path.clone(), true), Instant::now() + settle + AGAIN);
        }
        paths.entry((dirty.path, false)).or_insert_with(|| Instant::now() + settle);
        drop(waiting);
        if was_idle {
            self.wake();
        }
    }

    /// Paths that are due, of one volume; waits for some, a while at most.
    pub(crate) fn next_dirty(&self) -> Option<(String, Vec<PathBuf>)> {
        let mut waiting = lock(&self.waiting);
        let now = Instant::now();
        let due = |paths: &Changed| paths.values().min().copied();
        let answering = waiting.dirty.iter().filter(|(name, _)| !waiting.stalled.contains_key(*name));
        let first = answering.filter_map(|(name, paths)| Some((due(paths)?, name.clone()))).min();
        let Some((_, volume)) = first.as_ref().filter(|(due, _)| *due <= now) else {
            let wait = first.map_or(Duration::from_secs(1), |(due, _)| due - now);
            if !self.stops() {
                drop(self.wait(waiting, wait));
            }
            return None;
        };
        let volume = volume.clone();
        let paths = waiting.dirty.get_mut(&volume)?;
        let taken: BTreeSet<PathBuf> = paths.extract_if(.., |_, due| *due <= now).map(|((path, _), _)| path).collect();
        Some((volume, taken.into_iter().collect()))
    }

    /// A large file that has changed is looked at.
    pub(crate) fn log(&self, volume: &str, path: &Path) {
        let mut waiting = lock(&self.waiting);
        let log = (volume.to_owned(), path.to_owned());
        if waiting.known_logs.insert(log.clone()) {
            waiting.logs.push_back(log);
            drop(waiting);
            self.wake();
        }
    }

    /// The next large file; waits for one, a while at most.
    pub(crate) fn next_log(&self) -> Option<(String, PathBuf)> {
        let mut waiting = lock(&self.waiting);
        let first =
            |waiting: &Waiting| waiting.logs.iter().position(|(volume, _)| !waiting.stalled.contains_key(volume));
        if first(&waiting).is_none() && !self.stops() {
            waiting = self.wait(waiting, Duration::from_secs(1));
        }
        let place = first(&waiting)?;
        let log = waiting.logs.remove(place)?;
        waiting.known_logs.remove(&log);
        Some(log)
    }

    fn wait<'w>(&self, waiting: MutexGuard<'w, Waiting>, most: Duration) -> MutexGuard<'w, Waiting> {
        self.woken.wait_timeout(waiting, most).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Events of a volume were lost: it is walked at once.
    pub(crate) fn lost_events(&self, volume: &str) {
        count(&self.counters.events_lost);
        {
            // A walk that is under way may have passed the place already.
            let mut waiting = lock(&self.waiting);
            if waiting.walking.contains(volume) {
                waiting.again.insert(volume.to_owned());
            }
        }
        self.walk(Task { volume: volume.to_owned(), cause: Cause::Lost, paths: Vec::new() });
    }

    /// Whether it is time to walk a volume to reconcile.
    pub(crate) fn reconciles(&self, volume: &str) -> bool {
        lock(&self.volumes).entry(volume.to_owned()).or_default().next <= Instant::now()
    }

    pub(crate) fn set_mode(&self, volume: &str, mode: Mode) {
        lock(&self.volumes).entry(volume.to_owned()).or_default().mode = mode;
    }

    /// Keeps watches; those that the volume had end.
    pub(crate) fn keep(&self, volume: &str, watching: Option<Watching>) {
        let mut all = lock(&self.watching);
        let old = match watching {
            Some(new) => all.insert(volume.to_owned(), new),
            None => all.remove(volume),
        };
        drop(all);
        // Taking watches down waits for the thread that tells of events.
        drop(old);
    }

    /// Volumes that are no longer served are forgotten here; what was found in them stays in the store.
    pub(crate) fn retain(&self, plan: &Plan) {
        lock(&self.volumes).retain(|name, _| plan.volume(name).is_some());
        let gone: Vec<String> =
            lock(&self.watching).keys().filter(|name| plan.volume(name).is_none()).cloned().collect();
        for name in gone {
            self.keep(&name, None);
        }
    }

    /// How it goes with each volume.
    pub(crate) fn volumes(&self) -> BTreeMap<String, VolumeStatus> {
        lock(&self.volumes).clone()
    }

    /// Walks, changed paths and large files that wait.
    pub(crate) fn backlog(&self) -> (usize, usize, usize) {
        let waiting = lock(&self.waiting);
        let walks = waiting.walks.len() + waiting.walking.len();
        (walks, waiting.dirty.values().map(BTreeMap::len).sum(), waiting.logs.len())
    }

    /// Whether a volume is being walked.
    pub(crate) fn is_walking(&self, volume: &str) -> bool {
        lock(&self.waiting).walking.contains(volume)
    }

    /// The state of the service for a person or a program, without content.
    pub(crate) fn status(&self) -> Value {
        let (walks, dirty, logs) = self.backlog();
        let volumes: Vec<Value> =
            self.volumes().into_iter().map(|(name, status)| self.volume_status(&name, &status)).collect();
        json!({
            "schema": "elek.service/1",
            "version": env!("CARGO_PKG_VERSION"),
            "started": self.started.to_string(),
            "rules": self.setup().catalog.digest(),
            "waiting": { "walks": walks, "paths": dirty, "logs": logs },
            "bytes": self.progress().bytes.into_inner(),
            "volumes": volumes,
        })
    }

    fn volume_status(&self, name: &str, status: &VolumeStatus) -> Value {
        let stalled = self.is_stalled(name);
        let why = if stalled { Some("its disk or mount does not answer") } else { status.mode.why() };
        json!({
            "name": name,
            "watch": if stalled { "stalled" } else { status.mode.name() },
            "why": why,
            "walking": self.is_walking(name),
            "walked": status.walked.as_ref().map(|(at, took, complete)| {
                json!({ "at": at.to_string(), "seconds": took.as_secs_f64(), "everything_listed": complete })
            }),
            "error": status.error,
        })
    }
}

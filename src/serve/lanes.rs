//! Lanes: a thread each, and what it is at.
//!
//! The engine stays synchronous, so a disk or a mount that does not answer holds whoever asked it, for hours if it likes.
//! A lane at which nothing moves for a while is left standing: another thread takes its place, and its volume gets nothing
//! more to do until it is back. So one volume that hangs costs a thread, and the others go on.

use super::journal::Level;
use super::shared::{Shared, count};
use elek::engine::Progress;
use serde_json::json;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};

/// What a thread does over and over.
#[derive(Clone, Copy)]
pub(crate) struct Lane {
    pub(crate) name: &'static str,
    /// It comes back now and then, and is called again.
    pub(crate) work: fn(&Arc<Shared>, &Post),
    /// It reads what volumes hold: whoever else wants a processor comes first.
    pub(crate) reads: bool,
}

/// Where a lane stands.
pub(crate) struct Post {
    lane: &'static str,
    /// How far it has come, in all that it did.
    pub(crate) progress: Progress,
    /// Steps that read nothing, such as names that were listed.
    steps: AtomicU64,
    at: Mutex<Option<At>>,
    /// Another thread has taken its place: it ends as soon as it can.
    is_left: AtomicBool,
}

/// The volume that a lane is at.
struct At {
    volume: String,
    beat: u64,
    since: Instant,
}

/// The time that a lane spends at a volume.
pub(crate) struct Visit<'p> {
    post: &'p Post,
    shared: &'p Shared,
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        if let Some(volume) = self.post.away() {
            self.shared.answers_again(&volume);
        }
    }
}

impl Post {
    pub(crate) fn new(lane: &'static str) -> Self {
        Self {
            lane,
            progress: Progress::default(),
            steps: AtomicU64::new(0),
            at: Mutex::new(None),
            is_left: AtomicBool::new(false),
        }
    }

    pub(crate) fn is_left(&self) -> bool {
        self.is_left.load(Ordering::Relaxed)
    }

    /// The lane goes to a volume, and stays until the visit is dropped.
    pub(crate) fn visit<'p>(&'p self, shared: &'p Shared, volume: &str) -> Visit<'p> {
        self.go(volume, Instant::now());
        Visit { post: self, shared }
    }

    /// Something moved that was not read.
    pub(crate) fn step(&self) {
        self.steps.fetch_add(1, Ordering::Relaxed);
    }

    fn go(&self, volume: &str, since: Instant) {
        *self.place() = Some(At { volume: volume.to_owned(), beat: self.beat(), since });
    }

    /// The lane goes. Gives the volume if it was given up there.
    fn away(&self) -> Option<String> {
        let at = self.place().take();
        at.filter(|_| self.is_left()).map(|at| at.volume)
    }

    /// Looks after the lane. If nothing has moved for so long, it is left: `leave` is told of the volume before the lane can
    /// go away from it.
    fn look(&self, now: Instant, patience: Duration, leave: impl FnOnce(&str)) -> Option<(String, Duration)> {
        let mut place = self.place();
        let at = place.as_mut().filter(|_| !self.is_left())?;
        let beat = self.beat();
        if beat != at.beat {
            (at.beat, at.since) = (beat, now);
        }
        let stood = now.saturating_duration_since(at.since);
        if stood < patience {
            return None;
        }
        self.is_left.store(true, Ordering::Relaxed);
        leave(&at.volume);
        Some((at.volume.clone(), stood))
    }

    fn beat(&self) -> u64 {
        let Progress { bytes, items, .. } = &self.progress;
        [bytes, items, &self.steps].into_iter().fold(0, |sum, part| sum.wrapping_add(part.load(Ordering::Relaxed)))
    }

    fn place(&self) -> MutexGuard<'_, Option<At>> {
        self.at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Threads at work.
pub(crate) struct Lanes(Vec<Thread>);

struct Thread {
    lane: Lane,
    post: Arc<Post>,
    handle: JoinHandle<()>,
}

impl Lanes {
    pub(crate) fn start(shared: &Arc<Shared>, lanes: &[Lane]) -> Result<Self, String> {
        lanes.iter().map(|lane| start(shared, *lane)).collect::<Result<_, _>>().map(Self)
    }

    /// Leaves lanes at which nothing has moved for so long, and starts others in their place.
    pub(crate) fn look(&mut self, shared: &Arc<Shared>, patience: Duration) {
        for thread in &mut self.0 {
            let stood = thread.post.look(Instant::now(), patience, |volume| shared.stalls(volume));
            let Some((volume, stood)) = stood else { continue };
            count(&shared.counters.stalls);
            let fields =
                [("volume", json!(volume)), ("lane", json!(thread.post.lane)), ("for_s", json!(stood.as_secs()))];
            shared.journal.say(Level::Warning, "a volume does not answer, the others go on", fields);
            match start(shared, thread.lane) {
                Ok(new) => *thread = new,
                Err(why) => {
                    let fields = [("lane", json!(thread.post.lane)), ("why", json!(why))];
                    shared.journal.say(Level::Error, "a lane waits for a volume that does not answer", fields);
                }
            }
        }
    }

    /// Whether all have ended.
    pub(crate) fn are_over(&self) -> bool {
        self.0.iter().all(|thread| thread.handle.is_finished())
    }
}

fn start(shared: &Arc<Shared>, lane: Lane) -> Result<Thread, String> {
    let post = shared.post(lane.name);
    let (own, at) = (Arc::clone(shared), Arc::clone(&post));
    let started = thread::Builder::new().name(lane.name.to_owned()).spawn(move || keep_alive(&own, lane, &at));
    let handle = started.map_err(|error| format!("cannot start a thread: {error}"))?;
    Ok(Thread { lane, post, handle })
}

/// A bug costs what a lane was at, not the lane.
fn keep_alive(shared: &Arc<Shared>, lane: Lane, post: &Post) {
    if lane.reads && shared.setup().plan.idle {
        rest();
    }
    while !shared.stops() && !post.is_left() {
        if catch_unwind(AssertUnwindSafe(|| (lane.work)(shared, post))).is_err() {
            shared.journal.say(Level::Error, "a bug ended a lane, it begins again", [("lane", json!(lane.name))]);
            shared.forget_walks();
            // Not over and over without a pause.
            thread::sleep(Duration::from_secs(1));
        }
    }
}

/// This thread, and what it starts, has the processors when nobody else wants them (`SCHED_IDLE`, sched(7)).
fn rest() {
    let policy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    // What cannot be had is no reason not to serve. In this class niceness says nothing: that it may not be raised is no loss.
    set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, policy).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_mins(1);

    #[test]
    fn who_moves_is_not_left_and_who_stands_still_is_left_once() {
        let post = Post::new("walks");
        let began = Instant::now();
        let later = |seconds| began + Duration::from_secs(seconds);
        let look = |seconds| {
            let mut told = None;
            let left = post.look(later(seconds), PATIENCE, |volume| told = Some(volume.to_owned()));
            assert_eq!(left.as_ref().map(|(volume, _)| volume), told.as_ref());
            left
        };
        assert_eq!(look(1_000), None, "it is nowhere");
        post.go("crm", began);
        assert_eq!(look(59), None);
        post.progress.bytes.fetch_add(1, Ordering::Relaxed);
        assert_eq!(look(61), None, "it has read");
        post.step();
        assert_eq!(look(100), None, "it has listed");
        assert_eq!(look(159), None);
        assert_eq!(look(160), Some(("crm".to_owned(), PATIENCE)));
        assert!(post.is_left());
        assert_eq!(look(500), None, "once");
        assert_eq!(post.away(), Some("crm".to_owned()), "its volume answers again");
        assert_eq!(post.away(), None);
    }

    #[test]
    fn who_went_in_time_gives_nothing_up() {
        let post = Post::new("files");
        post.go("crm", Instant::now());
        assert_eq!(post.away(), None);
        assert_eq!(post.look(Instant::now() + PATIENCE * 2, PATIENCE, |_| panic!("left")), None);
    }
}

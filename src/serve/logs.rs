//! Looks at files larger than a block: logs that grow are read on from where the last look ended.

use super::journal::Level;
use super::lanes::Post;
use super::plan::Served;
use super::shared::{Setup, Shared, count};
use super::walk::{begin, reader, with_cause};
use elek::engine::{self, Checkpoint, Onward};
use elek::follow::{Change, Mark, Why};
use elek::problem::Reason;
use elek::read::{Bytes, Content};
use elek::source::Item;
use elek::store::{End, Follow, Recorder, Run};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Blocks that one look takes, so that no file keeps the others waiting, and a kill costs no more than this.
const BLOCKS_A_LOOK: u64 = 64;
/// What the key of prints is derived for.
const PRINT_PURPOSE: &str = "elek 2026-11 prints of followed files";

/// What is kept of a followed file beyond the columns of the store; encrypted.
#[derive(Serialize, Deserialize)]
struct Memory {
    /// The name that it had.
    name: Vec<u8>,
    /// Detectors and settings that the counters belong to.
    rules: String,
    mark: Mark,
    checkpoint: Option<Checkpoint>,
    /// The last look ended early.
    unfinished: bool,
}

/// When a file is looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// When something happens to it.
    Change,
    /// When its turn comes: it was not read to its end.
    Turn,
    /// A little later: it changed under the look.
    Later,
}

/// The lane of logs: a run for each volume, for as long as the setup is in force.
#[derive(Default)]
pub(crate) struct Lane {
    setup: Option<Arc<Setup>>,
    runs: BTreeMap<String, Arc<Run>>,
}

impl Lane {
    /// Looks at one file.
    pub(crate) fn look(&mut self, (shared, post): (&Shared, &Post), volume: &str, path: &Path) -> Result<Next, String> {
        let setup = shared.setup();
        if self.setup.as_ref().is_none_or(|old| !Arc::ptr_eq(old, &setup)) {
            self.end();
            self.setup = Some(Arc::clone(&setup));
        }
        let Some(served) = setup.plan.volume(volume) else { return Ok(Next::Change) };
        let run = if let Some(run) = self.runs.get(volume) {
            Arc::clone(run)
        } else {
            let (run, _) = begin(shared, &setup, served)?;
            self.runs.insert(volume.to_owned(), Arc::clone(&run));
            run
        };
        count(&shared.counters.looks_at_logs);
        let looked = Look { shared, post, setup: &setup, volume: served, run: &run, path }.look();
        if looked.is_err()
            && let Some(run) = self.runs.remove(volume)
        {
            // Whatever was wrong, the next look begins with another one.
            run.end(End::Interrupted, None, Timestamp::now().as_millisecond()).ok();
        }
        looked
    }

    /// Ends the runs.
    pub(crate) fn end(&mut self) {
        for run in std::mem::take(&mut self.runs).into_values() {
            // A run without an end is told as interrupted when the store is opened again.
            run.end(End::Complete, None, Timestamp::now().as_millisecond()).ok();
        }
    }
}

/// Other names under which a file is followed: a log that was renamed takes what is known with it, and of several names
/// that stand only one is read. Gives whether this is the one.
pub(crate) fn claim(shared: &Shared, volume: &str, path: &Path, id: (u64, u64)) -> Result<bool, String> {
    let names = shared.store.reader().and_then(|reader| reader.followed_as(volume, id.0, id.1)).map_err(with_cause)?;
    for other in names.into_iter().filter(|other| other != path) {
        if fs::symlink_metadata(&other).is_ok_and(|meta| (meta.dev(), meta.ino()) == id) {
            shared.store.forget(volume, &[path.to_owned()]).map_err(with_cause)?;
            return Ok(false);
        }
        shared.store.rename(volume, (&other, path), id).map_err(with_cause)?;
    }
    Ok(true)
}

struct Look<'l> {
    shared: &'l Shared,
    post: &'l Post,
    setup: &'l Setup,
    volume: &'l Served,
    run: &'l Arc<Run>,
    path: &'l Path,
}

impl Look<'_> {
    fn look(&self) -> Result<Next, String> {
        let looked_ns = Timestamp::now().as_nanosecond();
        let item = Item::file(self.path);
        let bytes = match reader(self.setup, self.volume).open(&item) {
            Ok(Content::Bytes(bytes)) => bytes,
            Ok(Content::Stream(_)) => return Ok(Next::Change),
            // The next walk tells what became of it.
            Err(problem) if problem.reason == Reason::Vanished => return Ok(Next::Change),
            Err(problem) => return Err(format!("{} cannot be opened: {}", self.name(), problem.reason.name())),
        };
        let Some(stamp) = bytes.stamp() else { return Ok(Next::Change) };
        let read_failed = |error: std::io::Error| format!("{} cannot be read: {error}", self.name());
        if !claim(self.shared, &self.volume.name, self.path, (stamp.device, stamp.inode))? {
            return Ok(Next::Change);
        }
        let key = self.setup.key_of(self.volume.tenant.as_deref()).derive(PRINT_PURPOSE);
        let memory = self.memory()?;
        let from = match &memory {
            None => None,
            Some(memory) => {
                let is_moved = memory.name != self.path.as_os_str().as_bytes();
                match memory.mark.compare(&key, bytes.as_ref(), is_moved).map_err(read_failed)? {
                    Change::Same if !memory.unfinished => return Ok(Next::Change),
                    Change::Same | Change::Grew => memory.checkpoint.clone(),
                    Change::Anew(why) => {
                        self.anew(why);
                        None
                    }
                }
            }
        };
        let mark = Mark::of(&key, bytes.as_ref(), looked_ns).map_err(read_failed)?;
        self.scan(bytes.into(), mark, from)
    }

    fn scan(&self, bytes: Arc<dyn Bytes>, mark: Option<Mark>, from: Option<Checkpoint>) -> Result<Next, String> {
        let size = bytes.size();
        let stamp = mark.as_ref().map(Mark::stamp).copied();
        let key = self.setup.key_of(self.volume.tenant.as_deref());
        let mut recorder = Recorder::new(self.run, self.setup.catalog.kinds(), &key, Path::new("/"), false);
        let onward = Onward { from, most_blocks: BLOCKS_A_LOOK };
        let held = reader(self.setup, self.volume).held(bytes);
        let followed = engine::follow(
            &self.setup.catalog,
            (Item::held(self.path), onward),
            &held,
            &mut recorder,
            &self.setup.options(),
            &self.post.progress,
            &self.shared.stop,
        );
        if let Some(stop) = &followed.outcome.stopped {
            return Err(format!("cannot keep what is found: {stop}"));
        }
        let ledger = &followed.outcome.ledger;
        let has = |reason: Reason| ledger.reasons().contains_key(&reason);
        let unfinished = has(Reason::NotReached);
        // What changed under the look is looked at again, from its beginning.
        let disturbed = has(Reason::ChangedDuringScan) || has(Reason::IoError) || has(Reason::VanishedMidway);
        let stood = !disturbed && (!unfinished || followed.checkpoint.is_some());
        let offset = followed.checkpoint.as_ref().map_or(0, Checkpoint::offset);
        let checkpoint = followed.checkpoint;
        let name = self.path.as_os_str().as_bytes().to_vec();
        let memory =
            mark.filter(|_| stood).map(|mark| Memory { name, rules: self.rules(), mark, checkpoint, unfinished });
        let counters = match &memory {
            None => None,
            Some(memory) => {
                let text = serde_json::to_vec(memory).map_err(|error| error.to_string())?;
                Some(self.run.seal().close(&self.about(), &text).map_err(|error| error.to_string())?)
            }
        };
        let follow = Follow {
            device: stamp.map_or(0, |stamp| stamp.device),
            inode: stamp.map_or(0, |stamp| stamp.inode),
            offset,
            seen: size,
            counters,
            updated_ms: Timestamp::now().as_millisecond(),
        };
        recorder.followed(follow, followed.offset).map_err(with_cause)?;
        self.shared.changed.store(true, Ordering::Relaxed);
        let reasons: Vec<&str> = ledger.reasons().keys().map(|reason| reason.name()).collect();
        self.shared.journal.say(
            Level::Debug,
            "a log was looked at",
            [
                ("volume", json!(self.volume.name)),
                ("file", json!(self.name())),
                ("from", json!(followed.offset)),
                ("to", json!(size)),
                ("reasons", json!(reasons)),
            ],
        );
        Ok(match (disturbed, unfinished) {
            (true, _) => Next::Later,
            (false, true) => Next::Turn,
            (false, false) => Next::Change,
        })
    }

    fn memory(&self) -> Result<Option<Memory>, String> {
        let known = self.shared.store.reader().and_then(|reader| reader.follow(&self.volume.name, self.path));
        let Some(sealed) = known.map_err(with_cause)?.and_then(|known| known.counters) else { return Ok(None) };
        // Another key, or bytes that were changed: it is read anew.
        let opened = self.run.seal().open(&self.about(), &sealed);
        let memory: Option<Memory> = opened.and_then(|text| serde_json::from_slice(&text).ok());
        Ok(memory.filter(|memory| memory.rules == self.rules()))
    }

    /// What the memory is bound to.
    fn about(&self) -> Vec<u8> {
        format!("follow\0{}", self.volume.name).into_bytes()
    }

    fn rules(&self) -> String {
        let setup = self.setup;
        format!("{} {} {}", setup.catalog.digest(), setup.options.min_confidence.name(), setup.settings)
    }

    fn anew(&self, why: Why) {
        count(&self.shared.counters.logs_read_anew);
        if why != Why::Reused {
            count(&self.shared.counters.truncations_seen);
        }
        let fields = [("volume", json!(self.volume.name)), ("file", json!(self.name())), ("why", json!(why.name()))];
        self.shared.journal.say(Level::Info, "a log is read from its beginning", fields);
    }

    /// The path as it may be shown.
    fn name(&self) -> String {
        elek::report::escape::path(self.path)
    }
}

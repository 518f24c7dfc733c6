//! Goes over a volume, or over what changed in it: what has not changed is known, what has is scanned, and files larger
//! than a block are handed to the lane of logs.

use super::journal::Level;
use super::lanes::Post;
use super::plan::Served;
use super::shared::{Setup, Shared, count};
use elek::engine;
use elek::problem::{Breaks, Reason};
use elek::read::{FileId, Reader};
use elek::source::{Listed, Roots, Source};
use elek::store::{End, Recorder, Run, Start, Unchanged};
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// What a walk did.
pub(crate) struct Walked {
    /// Id of the run.
    pub(crate) run: String,
    /// Everything was listed: what was not met is gone.
    pub(crate) listed_all: bool,
    /// Somebody ended it.
    pub(crate) interrupted: bool,
}

/// Begins a run over a volume.
pub(crate) fn begin(shared: &Shared, setup: &Setup, volume: &Served) -> Result<(Arc<Run>, String), String> {
    let now = Timestamp::now();
    let run = (setup.new_run)(now).map_err(|error| format!("cannot get random bytes: {error}"))?;
    let started = Start {
        run: &run,
        started_ms: now.as_millisecond(),
        volume: &volume.name,
        tenant: volume.tenant.as_deref(),
        roots: &volume.paths,
        rules: setup.catalog.digest(),
        min_confidence: setup.options.min_confidence,
        settings: &setup.settings,
        kinds: setup.catalog.kinds(),
        key: &setup.key_of(volume.tenant.as_deref()),
    };
    Ok((shared.store.begin(&started).map_err(with_cause)?, run))
}

/// A reader that stays out of the way, and reads nothing of our own.
pub(crate) fn reader(setup: &Setup, volume: &Served) -> Reader {
    let own = ["state.db", "state.db-wal", "state.db-shm"].iter().filter_map(|name| {
        let meta = fs::metadata(setup.state.join(name)).ok()?;
        Some(FileId { device: meta.dev(), inode: meta.ino() })
    });
    let reader = Reader::new().pace(Arc::clone(&setup.pace)).beneath(&volume.paths);
    own.fold(reader, Reader::own_output)
}

/// Walks. `only`: nothing but these paths and what lies below them; `level`: how much it matters that it was done.
pub(crate) fn walk(
    (shared, post): (&Shared, &Post), setup: &Setup, volume: &Served, only: &[PathBuf], level: Level,
) -> Result<Walked, String> {
    let before = roots(&volume.paths);
    let (run, id) = begin(shared, setup, volume)?;
    if before.iter().all(Option::is_none) {
        let summary = json!({
            "type": "summary", "complete": false, "items": { "listed": 0 }, "reasons": { "vanished": before.len() },
            "bytes": 0, "seconds": 0.0,
        });
        let now = Timestamp::now().as_millisecond();
        run.end(End::Unreachable, Some(&summary.to_string()), now).map_err(with_cause)?;
        return Err("no path of the volume can be reached".to_owned());
    }
    let walked = go((shared, post), setup, volume, (only, &before), (&run, &id, level));
    if walked.is_err() {
        // The disk may be full for this as well; then the next start says so.
        run.end(End::Interrupted, None, Timestamp::now().as_millisecond()).ok();
    }
    walked
}

fn go(
    (shared, post): (&Shared, &Post), setup: &Setup, volume: &Served, (only, before): (&[PathBuf], &[Root]),
    (run, id, level): (&Arc<Run>, &str, Level),
) -> Result<Walked, String> {
    let began = Instant::now();
    let base = Path::new("/");
    let reached = || volume.paths.iter().zip(before).filter(|(_, id)| id.is_some()).map(|(path, _)| path.clone());
    let missing = before.iter().filter(|id| id.is_none()).count();
    if missing > 0 && only.is_empty() {
        let fields = [("volume", json!(volume.name)), ("paths", json!(missing))];
        shared.journal.say(Level::Warning, "paths of a volume cannot be reached, the others are walked", fields);
    }
    let mut listed = Roots::new(if only.is_empty() { reached().collect() } else { Vec::new() })
        .one_file_system(volume.one_file_system)
        .exclude(volume.exclude.clone());
    if let Ok(own) = fs::metadata(&setup.state) {
        listed = listed.own_folder(own.dev(), own.ino());
    }
    if !only.is_empty() {
        listed = listed.changes(only);
    }
    let mut listed_all = only.is_empty() && missing == 0;
    let outcome = {
        let mut known = Unchanged::new(&mut listed, run, base).map_err(with_cause)?;
        let key = setup.key_of(volume.tenant.as_deref());
        let mut recorder = Recorder::new(run, setup.catalog.kinds(), &key, base, false);
        let mut own = Own { inner: &mut known, shared, post, setup, volume, listed_all: &mut listed_all };
        let (catalog, options, reader) = (&setup.catalog, &setup.options(), reader(setup, volume));
        let outcome = engine::scan(catalog, &mut own, &reader, &mut recorder, options, &post.progress, &shared.stop);
        // A volume that was unmounted meanwhile looks empty, and nothing of it is gone.
        listed_all &= !outcome.interrupted && outcome.stopped.is_none() && roots(&volume.paths) == before;
        let gone = recorder.finish(listed_all).map_err(with_cause)?;
        if let Some(stop) = &outcome.stopped {
            return Err(format!("cannot keep what is found: {stop}"));
        }
        if gone > 0 {
            shared.journal.say(
                Level::Debug,
                "files are gone",
                [("volume", json!(volume.name)), ("items", json!(gone))],
            );
        }
        outcome
    };
    if listed_all {
        forget_logs(shared, volume)?;
    }
    let ledger = &outcome.ledger;
    let everywhere = missing == 0 || !only.is_empty();
    let end = match (outcome.interrupted, everywhere && ledger.gaps() == 0 && ledger.adds_up()) {
        (true, _) => End::Interrupted,
        (false, true) => End::Complete,
        (false, false) => End::Incomplete,
    };
    let reasons: BTreeMap<&str, u64> = ledger.reasons().iter().map(|(reason, count)| (reason.name(), *count)).collect();
    let summary = json!({
        "type": "summary", "complete": end == End::Complete, "items": { "listed": ledger.listed() }, "reasons": reasons,
        "bytes": ledger.bytes_scanned(), "seconds": began.elapsed().as_secs_f64(),
    });
    run.end(end, Some(&summary.to_string()), Timestamp::now().as_millisecond()).map_err(with_cause)?;
    shared.counters.files_looked_at.fetch_add(ledger.listed(), std::sync::atomic::Ordering::Relaxed);
    if only.is_empty() {
        count(&shared.counters.walks);
        shared.journal.say(
            level,
            "a volume was walked",
            [
                ("volume", json!(volume.name)),
                ("run", json!(id)),
                ("items", json!(ledger.listed())),
                ("gaps", json!(ledger.gaps())),
                ("everything_listed", json!(listed_all)),
                ("seconds", json!(began.elapsed().as_secs_f64())),
            ],
        );
    }
    shared.changed.store(true, std::sync::atomic::Ordering::Relaxed);
    Ok(Walked { run: id.to_owned(), listed_all, interrupted: outcome.interrupted })
}

/// Device and inode of a volume's path: which folder it is. `None`: it cannot be reached.
type Root = Option<(u64, u64)>;

fn roots(paths: &[PathBuf]) -> Vec<Root> {
    let id = |path: &PathBuf| fs::metadata(path).ok().map(|meta| (meta.dev(), meta.ino()));
    paths.iter().map(id).collect()
}

/// Followed logs that are gone are forgotten.
fn forget_logs(shared: &Shared, volume: &Served) -> Result<(), String> {
    let followed = shared.store.reader().and_then(|reader| reader.followed(&volume.name)).map_err(with_cause)?;
    let is_gone = |path: &PathBuf| {
        fs::symlink_metadata(path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
            || !volume.paths.iter().any(|root| path.starts_with(root))
    };
    let gone: Vec<PathBuf> = followed.into_iter().filter(is_gone).collect();
    shared.store.forget(&volume.name, &gone).map_err(with_cause)
}

/// What the storage said, with its cause; never content.
pub(crate) fn with_cause(error: impl std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// Leaves out what is not of this volume, and hands on large files.
struct Own<'o> {
    inner: &'o mut dyn Source,
    shared: &'o Shared,
    post: &'o Post,
    setup: &'o Setup,
    volume: &'o Served,
    listed_all: &'o mut bool,
}

impl Own<'_> {
    fn is_of_another(&self, path: &Path) -> bool {
        let nearest = self.setup.policy.volume_of(path, Path::new("/"));
        nearest.is_some_and(|nearest| nearest.id != self.volume.name)
    }

    fn is_large(&self, path: &Path) -> bool {
        let block = self.setup.options.limits.block_bytes as u64;
        fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() > block)
    }
}

impl Source for Own<'_> {
    fn next(&mut self) -> Option<Listed> {
        loop {
            self.post.step();
            match self.inner.next()? {
                Listed::Item(item) => {
                    let path = item.location.path();
                    if self.is_of_another(path) {
                        continue;
                    }
                    if path.starts_with(&self.setup.state) {
                        return Some(Listed::Ended {
                            location: item.location,
                            reason: Reason::OwnOutput,
                            detail: None,
                        });
                    }
                    if self.is_large(path) {
                        self.shared.log(&self.volume.name, path);
                        continue;
                    }
                    return Some(Listed::Item(item));
                }
                Listed::Ended { location, reason, detail } => {
                    if self.is_of_another(location.path()) {
                        continue;
                    }
                    // A folder that could not be listed: what lies in it is not gone.
                    *self.listed_all &= reason.breaks() == Breaks::Never;
                    return Some(Listed::Ended { location, reason, detail });
                }
                known @ Listed::Known(_) => return Some(known),
            }
        }
    }
}

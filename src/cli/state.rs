//! `elek scan --state`: opens the state, and says what happened to it.

use super::failure::Failure;
use super::settings::Settings;
use anyhow::anyhow;
use elek::detect::Catalog;
use elek::engine::Outcome;
use elek::report::key::{Key, KeyOrigin};
use elek::report::{Head, Summary, escape};
use elek::sink::Stamp;
use elek::source::Source;
use elek::store::{End, Recorder, Run, Start, Store, StoreError, Unchanged};
use jiff::Timestamp;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A state folder, taken for this program.
pub(crate) struct State {
    store: Arc<Store>,
    base: PathBuf,
}

/// A run that keeps what it finds.
pub(crate) struct Keeping {
    run: Arc<Run>,
    folder: PathBuf,
    base: PathBuf,
    damaged: Arc<AtomicU64>,
}

/// What to do where a state cannot be written.
pub(crate) const ROOM: &str = "make room on the disk of the state folder, or name a folder on another disk; what is kept is whole, and a scan goes on there";

/// The failure of a store: who uses it wrongly, or what is broken.
pub(crate) fn failure(error: StoreError) -> Failure {
    match &error {
        StoreError::Locked { .. } => Failure::usage(error).hint("one scan at a time keeps its findings in a folder"),
        StoreError::Missing { .. } => Failure::usage(error).hint("`elek scan --state DIR` makes it"),
        StoreError::Damaged { .. } => {
            Failure::internal(error).hint("the next scan with it moves it aside and reads everything again")
        }
        StoreError::Remote { .. } | StoreError::Folder { .. } => Failure::usage(error),
        StoreError::Database(_) => Failure::internal(error).hint(ROOM),
        _ => Failure::internal(error),
    }
}

/// The same, and which folder it is about.
fn failure_in(folder: &Path) -> impl Fn(StoreError) -> Failure {
    move |error| match error {
        StoreError::Database(_) => {
            let context = format!("cannot keep what is found in `{}`", escape::path(folder));
            Failure::internal(anyhow::Error::new(error).context(context)).hint(ROOM)
        }
        other => failure(other),
    }
}

/// What findings depend on beside rules, key and threshold.
pub(crate) fn decisive(settings: &Settings, catalog: &Catalog) -> String {
    let mut decisive = String::new();
    for name in ["list", "accept_gaps", "max_findings_per_item"] {
        let row = settings.rows().find(|(key, ..)| *key == name);
        decisive.extend(row.map(|(key, value, _)| format!("{key}={value}\n")));
    }
    for (key, value, _) in settings.rows().filter(|(key, ..)| key.starts_with("limit_")) {
        writeln!(decisive, "{key}={value}").ok();
    }
    // Another password may open what was closed.
    if let Some(meta) = settings.path("password_file").and_then(|path| fs::metadata(path).ok()) {
        writeln!(decisive, "{:?}", Stamp::of(&meta)).ok();
    }
    // Another tenant, another key.
    for volume in settings.policy().volumes() {
        if let Some(tenant) = &volume.tenant {
            writeln!(decisive, "tenant {tenant:?} {:?}", volume.paths).ok();
        }
    }
    for (definition, on) in catalog.definitions() {
        if on {
            decisive.push_str(&definition.id);
            decisive.push('\n');
        }
    }
    decisive
}

impl State {
    /// Opens the state folder of the settings, if there is one.
    pub(crate) fn open(settings: &Settings, key: Option<&Key>) -> Result<Option<Self>, Failure> {
        let Some(folder) = settings.path("state") else { return Ok(None) };
        let now = Timestamp::now().as_millisecond();
        if key.is_none_or(|key| key.origin() == KeyOrigin::Ephemeral) {
            let error = anyhow!("a state needs a key that is there the next time as well");
            return Err(Failure::usage(error).hint("name one with --key-file"));
        }
        let base = env::current_dir().map_err(|error| {
            Failure::internal(anyhow::Error::new(error).context("cannot tell the folder that paths begin in"))
        })?;
        super::signals::survive_file_limit()
            .map_err(|error| Failure::internal(anyhow::Error::new(error).context("cannot receive signals")))?;
        let opened = Store::open(&folder, now).map_err(failure_in(&folder))?;
        if let Some((aside, why)) = &opened.moved {
            let (folder, aside) = (escape::path(&folder), escape::path(aside));
            let why = escape::text(why);
            super::note(&format!(
                "warning: the state in `{folder}` was damaged ({why}); it is kept in `{aside}`, and everything is read again"
            ));
        }
        Ok(Some(Self { store: opened.store, base }))
    }

    /// Device and inode of the folder: it is never scanned.
    pub(crate) fn folder(&self) -> Option<(u64, u64)> {
        fs::metadata(self.store.folder()).ok().map(|meta| (meta.dev(), meta.ino()))
    }

    /// Begins a run.
    pub(crate) fn begin(
        self, settings: &Settings, catalog: &Catalog, head: &Head, roots: &[PathBuf], key: &Key,
    ) -> Result<Keeping, Failure> {
        let stdin = Path::new("-");
        let roots: Vec<PathBuf> = roots
            .iter()
            .filter(|root| *root != stdin)
            .map(|root| self.base.join(root).components().collect())
            .collect();
        let decisive = decisive(settings, catalog);
        let start = Start {
            run: &head.run,
            started_ms: Timestamp::now().as_millisecond(),
            volume: "",
            tenant: None,
            roots: &roots,
            rules: &head.rules,
            min_confidence: head.min_confidence,
            settings: &decisive,
            kinds: catalog.kinds(),
            key,
        };
        let folder = self.store.folder().to_owned();
        let run = self.store.begin(&start).map_err(failure_in(&folder))?;
        Ok(Keeping { run, folder, base: self.base, damaged: Arc::default() })
    }
}

impl Keeping {
    /// What the source lists, without what has not changed.
    pub(crate) fn source<'s>(&mut self, source: &'s mut dyn Source) -> Result<Unchanged<'s>, Failure> {
        let unchanged = Unchanged::new(source, &self.run, &self.base).map_err(failure_in(&self.folder))?;
        self.damaged = unchanged.damaged();
        Ok(unchanged)
    }

    /// The sink that keeps what is found.
    pub(crate) fn recorder<'k>(&self, catalog: &'k Catalog, key: &Key, list_all: bool) -> Recorder<'k> {
        Recorder::new(&self.run, catalog.kinds(), key, &self.base, list_all)
    }

    /// Keeps what is left, and how the run ended.
    pub(crate) fn end(self, recorder: Recorder<'_>, ended: &Outcome, summary: &Summary<'_>) -> Result<(), Failure> {
        let listed = !ended.interrupted && ended.stopped.is_none();
        let failed = failure_in(&self.folder);
        recorder.finish(listed).map_err(&failed)?;
        let end = match (listed, summary.outcome.complete) {
            (false, _) => End::Interrupted,
            (true, true) => End::Complete,
            (true, false) => End::Incomplete,
        };
        self.run.end(end, Some(&summary.to_json()), Timestamp::now().as_millisecond()).map_err(&failed)?;
        let damaged = self.damaged.load(Ordering::Relaxed);
        if damaged > 0 {
            super::note(&format!("warning: {damaged} entries of the state were damaged; their files were read again"));
        }
        Ok(())
    }
}

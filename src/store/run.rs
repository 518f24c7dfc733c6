//! Runs: who writes entries, under which settings, with which key.

use super::code::Words;
use super::{Seal, Store, StoreError, volume_id};
use crate::finding::{Confidence, Kind};
use crate::report::key::Key;
use crate::text::{encoding, view};
use rusqlite::params;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The purpose that the key of what is encrypted is derived for.
const KEY_PURPOSE: &str = "elek 2026-11 state";

/// What is known when a run begins.
pub struct Start<'a> {
    /// Id of the run.
    pub run: &'a str,
    /// When it begins, in milliseconds since 1970.
    pub started_ms: i64,
    /// The volume that it scans; empty: paths that were named on the command line.
    pub volume: &'a str,
    /// Whose data it is; the key is that of the tenant ([`Key::of_tenant`]).
    pub tenant: Option<&'a str>,
    /// What is scanned, as absolute paths.
    pub roots: &'a [PathBuf],
    /// Digest of the detectors in force.
    pub rules: &'a str,
    /// Threshold.
    pub min_confidence: Confidence,
    /// Everything else that findings depend on: limits, gaps accepted, what is listed.
    pub settings: &'a str,
    /// The catalogue's kinds.
    pub kinds: &'a [Kind],
    /// The key of fingerprints.
    pub key: &'a Key,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Everything was read.
    Complete,
    /// Something could not be read.
    Incomplete,
    /// It was stopped.
    Interrupted,
    /// Nothing of it could be reached: what is kept is what was there before.
    Unreachable,
}

impl End {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
            Self::Interrupted => "interrupted",
            Self::Unreachable => "unreachable",
        }
    }
}

/// A run that is under way.
pub struct Run {
    pub(super) store: Arc<Store>,
    pub(super) id: i64,
    pub(super) volume: i64,
    pub(super) started_ms: i64,
    /// Digest of all that findings depend on, but for the content.
    pub(super) settings: [u8; 16],
    /// Numbers of the catalogue's kinds.
    pub(super) kinds: Vec<i64>,
    pub(super) roots: Vec<PathBuf>,
    pub(super) seal: Seal,
    pub(super) words: Words,
}

impl Store {
    /// Begins a run.
    ///
    /// # Errors
    ///
    /// The disk is full or broken.
    pub fn begin(self: &Arc<Self>, start: &Start<'_>) -> Result<Arc<Run>, StoreError> {
        let roots: Vec<String> = start.roots.iter().map(|root| root.to_string_lossy().into_owned()).collect();
        let roots = serde_json::Value::from(roots).to_string();
        let level = start.min_confidence.name();
        let (id, volume, kinds) = self.change(|change| {
            let volume = volume_id(change, start.volume, start.tenant)?;
            change.execute(
                "INSERT INTO runs (run, volume, state, started, version, rules, min_confidence, roots)
                 VALUES (?1, ?2, 'running', ?3, ?4, ?5, ?6, ?7)",
                params![start.run, volume, start.started_ms, env!("CARGO_PKG_VERSION"), start.rules, level, roots],
            )?;
            let id = change.last_insert_rowid();
            let mut kinds = Vec::with_capacity(start.kinds.len());
            for kind in start.kinds {
                change
                    .prepare_cached(
                        "INSERT INTO kinds (detector, category, gate_class, severity) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET gate_class = excluded.gate_class, severity = excluded.severity",
                    )?
                    .execute(params![&*kind.detector, &*kind.category, &*kind.gate_class, kind.severity])?;
                let number: i64 = change
                    .prepare_cached("SELECT id FROM kinds WHERE detector = ?1 AND category = ?2")?
                    .query_row(params![&*kind.detector, &*kind.category], |row| row.get(0))?;
                kinds.push(number);
            }
            Ok((id, volume, kinds))
        })?;
        let build = env!("ELEK_GIT_SHA");
        let key = start.key.derive(KEY_PURPOSE);
        let mut digest = Sha256::new();
        for part in [env!("CARGO_PKG_VERSION"), build, start.rules, level, start.settings] {
            digest.update(part.as_bytes());
            digest.update([0]);
        }
        // Another key, and fingerprints would not fit together.
        digest.update(Sha256::digest(key));
        Ok(Arc::new(Run {
            store: Arc::clone(self),
            id,
            volume,
            started_ms: start.started_ms,
            settings: digest.finalize().first_chunk().copied().unwrap_or_default(),
            kinds,
            roots: start.roots.to_vec(),
            seal: Seal::new(&key).map_err(StoreError::Random)?,
            words: Words { encodings: encoding::names(), views: view::names() },
        }))
    }
}

impl Run {
    /// Encrypts what the engine counted, and opens it again.
    pub fn seal(&self) -> &Seal {
        &self.seal
    }

    /// The run has ended; `summary` is the summary record of the report.
    ///
    /// # Errors
    ///
    /// The disk is full or broken.
    pub fn end(&self, end: End, summary: Option<&str>, now_ms: i64) -> Result<(), StoreError> {
        self.store.change(|change| {
            change.execute(
                "UPDATE runs SET state = ?2, ended = ?3, summary = ?4 WHERE id = ?1",
                params![self.id, end.name(), now_ms, summary],
            )?;
            // Runs that nothing refers to any more: the newest hundred of a volume stay, and those that still write, for
            // many short ones end while a log is followed or a large volume is walked.
            change.execute(
                "DELETE FROM runs WHERE volume = ?1 AND state <> 'running' AND id NOT IN
                 (SELECT id FROM runs WHERE volume = ?1 ORDER BY id DESC LIMIT 100)
                 AND NOT EXISTS (SELECT 1 FROM items WHERE items.run = runs.id)",
                [self.volume],
            )?;
            Ok(())
        })
    }

    /// Whether a path lies under one of the roots.
    pub(super) fn covers(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| path.starts_with(root))
    }
}

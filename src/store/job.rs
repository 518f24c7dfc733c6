//! Work that was asked for, and when what comes again came last.

use super::{Reader, Store, StoreError, nat, volume_id};
use rusqlite::{OptionalExtension as _, Row, params};
use std::collections::BTreeMap;

const COLUMNS: &str =
    "jobs.id, jobs.kind, volumes.name, request, jobs.state, created, jobs.started, jobs.ended, attempts,
    runs.run, jobs.detail";
const FROM: &str = "jobs JOIN volumes ON volumes.id = jobs.volume LEFT JOIN runs ON runs.id = jobs.run";

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Acknowledged and not begun.
    Queued,
    /// Begun.
    Running,
    /// Done.
    Done,
    /// It cannot be done.
    Failed,
    /// Nobody wants it any more.
    Cancelled,
}

impl JobState {
    const ALL: [Self; 5] = [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Cancelled];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Number.
    pub id: i64,
    /// What is to be done: `scan`, …
    pub kind: String,
    /// The volume it works on; empty: none.
    pub volume: String,
    /// What was asked for, as JSON.
    pub request: String,
    /// How far it is.
    pub state: JobState,
    /// When it was acknowledged, in milliseconds since 1970.
    pub created_ms: i64,
    /// When it was begun last.
    pub started_ms: Option<i64>,
    /// When it ended.
    pub ended_ms: Option<i64>,
    /// How often it was begun.
    pub attempts: u32,
    /// The run that does it.
    pub run: Option<String>,
    /// Why it failed; never content.
    pub detail: Option<String>,
}

fn job(row: &Row<'_>) -> rusqlite::Result<Job> {
    let state: String = row.get(4)?;
    Ok(Job {
        id: row.get(0)?,
        kind: row.get(1)?,
        volume: row.get(2)?,
        request: row.get(3)?,
        state: JobState::ALL.into_iter().find(|known| known.name() == state).unwrap_or(JobState::Failed),
        created_ms: row.get(5)?,
        started_ms: row.get(6)?,
        ended_ms: row.get(7)?,
        attempts: row.get(8)?,
        run: row.get(9)?,
        detail: row.get(10)?,
    })
}

impl Store {
    /// Adds a job. It is acknowledged, and will be done, when this returns.
    ///
    /// # Errors
    ///
    /// The disk is full or broken.
    pub fn add_job(&self, kind: &str, volume: &str, request: &str, now_ms: i64) -> Result<i64, StoreError> {
        self.change(|change| {
            let volume = volume_id(change, volume, None)?;
            change.execute(
                "INSERT INTO jobs (kind, volume, request, state, created) VALUES (?1, ?2, ?3, 'queued', ?4)",
                params![kind, volume, request, now_ms],
            )?;
            Ok(change.last_insert_rowid())
        })
    }

    /// Takes the job that has waited longest; it is running then. Jobs that a crash left running wait again when the
    /// store is opened.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn take_job(&self, now_ms: i64) -> Result<Option<Job>, StoreError> {
        self.change(|change| {
            let next: Option<i64> = change
                .query_row("SELECT id FROM jobs WHERE state = 'queued' ORDER BY id LIMIT 1", [], |row| row.get(0))
                .optional()?;
            let Some(id) = next else { return Ok(None) };
            change.execute(
                "UPDATE jobs SET state = 'running', started = ?2, attempts = attempts + 1 WHERE id = ?1",
                params![id, now_ms],
            )?;
            let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE jobs.id = ?1");
            Ok(change.query_row(&sql, [id], job).optional()?)
        })
    }

    /// A job has ended, or waits again (`Queued`).
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn end_job(
        &self, id: i64, state: JobState, run: Option<&str>, detail: Option<&str>, now_ms: i64,
    ) -> Result<(), StoreError> {
        self.change(|change| {
            change.execute(
                "UPDATE jobs SET state = ?2, ended = CASE ?2 WHEN 'queued' THEN NULL ELSE ?5 END, detail = ?4,
                 run = coalesce((SELECT id FROM runs WHERE run = ?3), run) WHERE id = ?1",
                params![id, state.name(), run, detail, now_ms],
            )?;
            Ok(())
        })
    }

    /// Notes when something that comes again came.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn set_schedule(&self, name: &str, last_ms: i64) -> Result<(), StoreError> {
        self.change(|change| {
            change.execute("INSERT OR REPLACE INTO schedules (name, last) VALUES (?1, ?2)", params![name, last_ms])?;
            Ok(())
        })
    }
}

impl Reader {
    /// Jobs by number, after one (0: from the first).
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn jobs(&self, after: i64, limit: u32) -> Result<Vec<Job>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE jobs.id > ?1 ORDER BY jobs.id LIMIT ?2");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let jobs = statement.query_map(params![after, limit], job)?.collect::<Result<_, _>>()?;
        Ok(jobs)
    }

    /// How many jobs are in each state.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn jobs_by_state(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT state, count(*) FROM jobs GROUP BY state")?;
        let counted = |row: &Row<'_>| Ok((row.get(0)?, nat(row.get(1)?)));
        let jobs = statement.query_map([], counted)?.collect::<Result<_, _>>()?;
        Ok(jobs)
    }

    /// The job with this number.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn job(&self, id: i64) -> Result<Option<Job>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE jobs.id = ?1");
        Ok(self.connection.prepare_cached(&sql)?.query_row([id], job).optional()?)
    }

    /// When something that comes again came last.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn schedule(&self, name: &str) -> Result<Option<i64>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT last FROM schedules WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }
}

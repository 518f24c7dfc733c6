//! What scans leave behind: runs, items, findings by mask and keyed fingerprint, how far logs were read, jobs.
//!
//! In:      entries, a file each, from a [`Recorder`] or a follower; jobs. Out: queries ([`Reader`]), and items that have
//!          not changed ([`Unchanged`]).
//! Not:     holds no value: masks and keyed fingerprints only. What counting needs beyond that (hashes of values) is
//!          encrypted to the operator's key.
//! Promise: what a call has written is on the disk when it returns, whole; findings are there no later than the offset
//!          that they were found up to. One program at a time writes ([`StoreError::Locked`]). A damaged store is moved
//!          aside and said so, and everything is read again: it is a cache, losing it costs time and no coverage.
//!
//! ```no_run
//! # fn main() -> Result<(), elek::store::StoreError> {
//! let opened = elek::store::Store::open("/var/lib/elek".as_ref(), 1_790_000_000_000)?;
//! if let Some(moved) = &opened.moved {
//!     // Say it: everything will be read again.
//! }
//! let store = opened.store;
//! let job = store.add_job("scan", "crm", "{}", 1_790_000_000_000)?;
//! let open = store.reader()?.jobs(0, 100)?;
//! # Ok(())
//! # }
//! ```

mod code;
mod follow;
mod job;
mod lock;
mod query;
mod recall;
mod record;
mod recorder;
mod run;
mod schema;
mod seal;
mod sums;
mod write;

pub use follow::Follow;
pub use job::{Job, JobState};
pub use query::{
    FindingFilter, Gap, KindCount, StoredFinding, StoredItem, StoredRun, StoredTally, Unknown, VolumeState,
};
pub use recall::Unchanged;
pub use record::{FindingRecord, KindStatus, RunStatus, Status, Time, VolumeStatus, time_text};
pub use recorder::Recorder;
pub use run::{End, Run, Start};
pub use seal::Seal;
pub use write::{Entry, Kept, Replaces};

use lock::Lock;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, params};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

const DATABASE: &str = "state.db";
/// A mark that the next program to open the store moves it aside.
const SUSPECT: &str = "suspect";

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another program writes to it.
    #[error("the state in `{}` is in use by another elek{}", folder.display(), holder(*process))]
    Locked {
        /// The folder.
        folder: PathBuf,
        /// Its process, if it said so.
        process: Option<u32>,
    },
    /// Locks and shared memory do not work there.
    #[error("the state folder `{}` lies on a network file system; it must be local", folder.display())]
    Remote {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder.
    #[error("cannot use the state folder `{}`", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// There is no state.
    #[error("there is no state in `{}`", folder.display())]
    Missing {
        /// The folder.
        folder: PathBuf,
    },
    /// What was read or written met damage; the next scan moves the state aside and reads everything again.
    #[error("the state in `{}` is damaged: {why}", folder.display())]
    Damaged {
        /// The folder.
        folder: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The database: a full disk, an error of the storage.
    #[error("cannot read or write the state")]
    Database(#[from] rusqlite::Error),
    /// It was closed.
    #[error("the state is closed: the program ends")]
    Closed,
    /// There are no random bytes.
    #[error("cannot encrypt what is kept")]
    Random(#[source] io::Error),
}

fn holder(process: Option<u32>) -> String {
    process.map(|process| format!(" (process {process})")).unwrap_or_default()
}

/// A store, opened for writing.
pub struct Store {
    folder: PathBuf,
    /// Gone once the store is closed.
    writer: Mutex<Option<Connection>>,
    /// Held as long as the store is open.
    lock: Lock,
}

/// A store, and what happened when it was opened.
pub struct Opened {
    /// The store.
    pub store: Arc<Store>,
    /// The state that was there before was damaged: where it is now, and why it was not used.
    pub moved: Option<(PathBuf, String)>,
    /// The older version that its tables had.
    pub upgraded_from: Option<i32>,
    /// Whether a run was under way when the last program ended.
    pub interrupted: bool,
}

/// A connection that only reads. Not shared between threads; each opens its own.
pub struct Reader {
    connection: Connection,
    folder: PathBuf,
}

impl Store {
    /// Opens the store in a folder; both are made when missing, readable by their owner only.
    ///
    /// # Errors
    ///
    /// Another program holds it, the folder cannot be used, or the disk is full.
    pub fn open(folder: &Path, now_ms: i64) -> Result<Opened, StoreError> {
        let lock = Lock::take(folder)?;
        let mut moved = None;
        let suspect = lock::exists(&folder.join(SUSPECT));
        let tried = if suspect {
            Err(schema::Unfit::Damaged("it failed in use".to_owned()))
        } else {
            connected(folder, now_ms)
        };
        let (connection, had, interrupted) = match tried {
            Ok(opened) => opened,
            Err(schema::Unfit::Storage(error)) => return Err(error.into()),
            Err(schema::Unfit::Damaged(why)) => {
                let aside = lock::move_aside(folder, DATABASE, SUSPECT, now_ms)
                    .map_err(|source| StoreError::Folder { folder: folder.to_owned(), source })?;
                moved = Some((aside, why));
                connected(folder, now_ms).map_err(|unfit| match unfit {
                    schema::Unfit::Storage(error) => StoreError::Database(error),
                    schema::Unfit::Damaged(why) => StoreError::Damaged { folder: folder.to_owned(), why },
                })?
            }
        };
        let store = Self { folder: folder.to_owned(), writer: Mutex::new(Some(connection)), lock };
        Ok(Opened {
            store: Arc::new(store),
            moved,
            upgraded_from: (had > 0 && had < schema::VERSION).then_some(had),
            interrupted,
        })
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A connection that reads beside the writer.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        Reader::open(&self.folder)
    }

    /// Runs one change: all of it is on the disk when this returns, or nothing.
    fn change<T>(&self, make: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let run = || {
            let writer = writer.as_mut().ok_or(StoreError::Closed)?;
            let change = Transaction::new(writer, TransactionBehavior::Immediate)?;
            let made = make(&change)?;
            change.commit()?;
            Ok(made)
        };
        run().map_err(|error| met(&self.folder, error))
    }

    /// Closes the store for whoever still holds it: nothing more is written, and the next program may open it. A thread
    /// that a mount holds in the kernel holds the program's files too, long after the program has ended. `false`: a change
    /// is under way, and nothing was done.
    pub fn close(&self) -> bool {
        let writer = match self.writer.try_lock() {
            Ok(mut writer) => writer.take(),
            Err(TryLockError::Poisoned(writer)) => writer.into_inner().take(),
            Err(TryLockError::WouldBlock) => return false,
        };
        drop(writer);
        self.lock.release();
        true
    }

    /// The next program to open the store moves it aside.
    fn suspect(&self) {
        // Nothing more can be done here if that fails; an error is told in any case.
        lock::mark(&self.folder.join(SUSPECT)).ok();
    }
}

/// What a read or a change failed with. If it met damage, the next program to open the store moves it aside.
fn met(folder: &Path, error: StoreError) -> StoreError {
    match error {
        StoreError::Database(error) if is_damage(&error) => {
            // Whoever may not write here tells it all the same.
            lock::mark(&folder.join(SUSPECT)).ok();
            StoreError::Damaged { folder: folder.to_owned(), why: error.to_string() }
        }
        other => other,
    }
}

/// Whether an error says that the database is not what it should be.
fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{ConstraintViolation, DatabaseCorrupt, NotADatabase, TypeMismatch};
    matches!(error.sqlite_error_code(), Some(ConstraintViolation | DatabaseCorrupt | NotADatabase | TypeMismatch))
        || matches!(
            error,
            rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::Utf8Error(..)
        )
}

/// The database, whole and of the newest version; the version that it had; and whether a run was under way when the last
/// program ended. What was under way is set back.
fn connected(folder: &Path, now_ms: i64) -> Result<(Connection, i32, bool), schema::Unfit> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(folder.join(DATABASE), flags)?;
    let had = schema::open(&mut connection)?;
    let change = Transaction::new(&mut connection, TransactionBehavior::Immediate)?;
    let broken_off =
        change.execute("UPDATE runs SET state = 'interrupted', ended = ?1 WHERE state = 'running'", [now_ms])?;
    if broken_off > 0 {
        // Members of a container whose own line was still to come.
        change.execute(
            "DELETE FROM items WHERE place > 0 AND NOT EXISTS (SELECT 1 FROM items AS file
             WHERE file.volume = items.volume AND file.path = items.path AND file.place = 0)",
            [],
        )?;
    }
    change.execute("UPDATE jobs SET state = 'queued', started = NULL WHERE state = 'running'", [])?;
    change.commit()?;
    Ok((connection, had, broken_off > 0))
}

impl Reader {
    /// Reads the state in a folder, whoever writes to it.
    ///
    /// # Errors
    ///
    /// There is none, or it is damaged.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let database = folder.join(DATABASE);
        if !lock::exists(&database) {
            return Err(StoreError::Missing { folder: folder.to_owned() });
        }
        let damaged = |why: String| StoreError::Damaged { folder: folder.to_owned(), why };
        // The index of the write-ahead log is shared memory beside the database: reading needs to write there.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(database, flags)?;
        schema::prepare(&connection)?;
        let version = connection
            .query_row("PRAGMA user_version", [], |row| row.get::<_, i32>(0))
            .map_err(|error| damaged(error.to_string()))?;
        if version != schema::VERSION {
            let known = schema::VERSION;
            return Err(damaged(if (1..known).contains(&version) {
                format!("its version is {version}, this program reads {known}; a scan upgrades it")
            } else {
                schema::of_another_program(version)
            }));
        }
        connection.execute_batch("PRAGMA query_only = ON;")?;
        Ok(Self { connection, folder: folder.to_owned() })
    }

    /// What a query read, or that it met damage: then the next scan moves the state aside.
    fn told<T>(&self, read: Result<T, StoreError>) -> Result<T, StoreError> {
        read.map_err(|error| met(&self.folder, error))
    }
}

/// The number of a volume; it is added when new.
fn volume_id(change: &Transaction<'_>, name: &str, tenant: Option<&str>) -> Result<i64, StoreError> {
    change.execute("INSERT OR IGNORE INTO volumes (name) VALUES (?1)", [name])?;
    if tenant.is_some() {
        change.execute("UPDATE volumes SET tenant = ?2 WHERE name = ?1", params![name, tenant])?;
    }
    Ok(change.query_row("SELECT id FROM volumes WHERE name = ?1", [name], |row| row.get(0))?)
}

fn path_bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}

/// The tables' integers have a sign; bits stay as they are.
fn int(number: u64) -> i64 {
    number.cast_signed()
}

fn nat(number: i64) -> u64 {
    number.cast_unsigned()
}

#[cfg(test)]
mod tests;

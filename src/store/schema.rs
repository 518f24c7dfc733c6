//! The tables, and how those of an older program become the newest.

use super::{is_damage, sums};
use rusqlite::{Connection, Transaction, TransactionBehavior};

/// Marks a database as this program's: `elek`.
pub(super) const APPLICATION_ID: i32 = 0x656C_656B;

/// Each step leads from the version of its index to the next one. A step that was released is never changed.
const STEPS: &[&str] = &[
    // 1: runs, items, findings; following, jobs, schedules.
    "
    CREATE TABLE volumes (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        tenant TEXT
    ) STRICT;
    -- A scan, or the following of logs: from its start to its end.
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        run TEXT NOT NULL UNIQUE,
        volume INTEGER NOT NULL REFERENCES volumes(id),
        state TEXT NOT NULL,             -- running, complete, incomplete, interrupted
        started INTEGER NOT NULL,        -- milliseconds since 1970, as all times
        ended INTEGER,
        version TEXT NOT NULL,
        rules TEXT NOT NULL,
        min_confidence TEXT NOT NULL,
        roots TEXT NOT NULL,             -- JSON
        summary TEXT                     -- JSON: the summary record of the report
    ) STRICT;
    CREATE TABLE kinds (
        id INTEGER PRIMARY KEY,
        detector TEXT NOT NULL,
        category TEXT NOT NULL,
        gate_class TEXT NOT NULL,
        severity INTEGER NOT NULL,
        UNIQUE (detector, category)
    ) STRICT;
    -- How each item ended. Of a container: its members in order, from 1, and the file itself at place 0.
    CREATE TABLE items (
        id INTEGER PRIMARY KEY,
        volume INTEGER NOT NULL REFERENCES volumes(id),
        path BLOB NOT NULL,              -- absolute, any bytes
        place INTEGER NOT NULL,
        member TEXT,
        run INTEGER NOT NULL REFERENCES runs(id),
        state TEXT NOT NULL,
        reason TEXT,
        detail TEXT,
        bytes_total INTEGER,
        bytes_scanned INTEGER NOT NULL,
        mode INTEGER,
        owner INTEGER,
        mtime INTEGER,                   -- seconds and nanoseconds since 1970
        mtime_ns INTEGER,
        -- Place 0 only: which bytes these were, under which settings, and how many members it has.
        device INTEGER,
        inode INTEGER,
        size INTEGER,
        ctime INTEGER,
        ctime_ns INTEGER,
        settings BLOB,
        members INTEGER,
        -- What a scan needs to count it again without reading it; encrypted. NULL: it is read again.
        memory BLOB
    ) STRICT;
    CREATE UNIQUE INDEX items_place ON items (volume, path, place);
    CREATE INDEX items_run ON items (run);
    CREATE INDEX items_reason ON items (reason) WHERE reason IS NOT NULL;
    CREATE TABLE tallies (
        item INTEGER NOT NULL REFERENCES items(id) ON DELETE CASCADE,
        kind INTEGER NOT NULL REFERENCES kinds(id),
        low INTEGER NOT NULL,
        medium INTEGER NOT NULL,
        high INTEGER NOT NULL,
        distinct_values INTEGER NOT NULL,
        estimated INTEGER NOT NULL,
        PRIMARY KEY (item, kind)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE findings (
        id INTEGER PRIMARY KEY,
        item INTEGER NOT NULL REFERENCES items(id) ON DELETE CASCADE,
        kind INTEGER NOT NULL REFERENCES kinds(id),
        span INTEGER NOT NULL,           -- 0 raw, 1 text, 2 path
        start INTEGER NOT NULL,
        end INTEGER NOT NULL,
        at TEXT,
        line INTEGER,
        col INTEGER,
        record TEXT,                     -- kind of the record around it, and its offsets
        record_start INTEGER,
        record_end INTEGER,
        field TEXT,
        confidence INTEGER NOT NULL,     -- 0 low, 1 medium, 2 high
        evidence INTEGER NOT NULL,
        encoding TEXT NOT NULL,
        views TEXT,                      -- the outermost first, separated by spaces
        masked TEXT NOT NULL,
        fingerprint BLOB NOT NULL
    ) STRICT;
    CREATE INDEX findings_item ON findings (item);
    CREATE INDEX findings_kind ON findings (kind);
    -- How far a log that grows has been read. Written together with what was found up to there.
    CREATE TABLE follows (
        volume INTEGER NOT NULL REFERENCES volumes(id),
        path BLOB NOT NULL,
        device INTEGER NOT NULL,
        inode INTEGER NOT NULL,
        born INTEGER,                    -- birth time in nanoseconds, where the file system knows it
        offset INTEGER NOT NULL,         -- everything before it was read and judged for good
        line INTEGER NOT NULL,           -- line ends before it
        seen INTEGER NOT NULL,           -- size when last looked at
        head_bytes INTEGER NOT NULL,
        head BLOB NOT NULL,              -- keyed fingerprint of the first bytes
        tail_bytes INTEGER NOT NULL,
        tail BLOB NOT NULL,              -- keyed fingerprint of the bytes before the offset
        counters BLOB,                   -- what the engine counted so far; encrypted
        updated INTEGER NOT NULL,
        PRIMARY KEY (volume, path)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX follows_file ON follows (device, inode);
    -- Work that was asked for. A job that was acknowledged is done once at least.
    CREATE TABLE jobs (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        volume INTEGER NOT NULL REFERENCES volumes(id),
        request TEXT NOT NULL,           -- JSON
        state TEXT NOT NULL,             -- queued, running, done, failed, cancelled
        created INTEGER NOT NULL,
        started INTEGER,
        ended INTEGER,
        attempts INTEGER NOT NULL DEFAULT 0,
        run INTEGER REFERENCES runs(id) ON DELETE SET NULL,
        detail TEXT
    ) STRICT;
    CREATE INDEX jobs_state ON jobs (state, id);
    -- When what comes again came last.
    CREATE TABLE schedules (
        name TEXT PRIMARY KEY,
        last INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    ",
    // 2: when a value was seen in its file for the first time; not known of what an older program found.
    "ALTER TABLE findings ADD COLUMN first_seen INTEGER;",
    // 3: how a log is known again lies encrypted with what was counted in it.
    "
    ALTER TABLE follows DROP COLUMN born;
    ALTER TABLE follows DROP COLUMN line;
    ALTER TABLE follows DROP COLUMN head_bytes;
    ALTER TABLE follows DROP COLUMN head;
    ALTER TABLE follows DROP COLUMN tail_bytes;
    ALTER TABLE follows DROP COLUMN tail;
    ",
    // 4: a sum over each finding's own columns; not known of what an older program found.
    "ALTER TABLE findings ADD COLUMN sum INTEGER;",
    // 5: a sum over each item's own columns, before the memory, which can be long. The memory of an older program is opened
    // by no newer one, and goes.
    "
    ALTER TABLE items DROP COLUMN memory;
    ALTER TABLE items ADD COLUMN sum INTEGER;
    ALTER TABLE items ADD COLUMN memory BLOB;
    ",
];

/// The first version with a sum of each item.
const SUMS: i32 = 5;

/// The newest version.
pub(super) const VERSION: i32 = STEPS.len() as i32;

/// Why a database is not used as it is.
pub(super) enum Unfit {
    /// It says so itself.
    Damaged(String),
    /// The storage, or another program that holds it.
    Storage(rusqlite::Error),
}

impl From<rusqlite::Error> for Unfit {
    fn from(error: rusqlite::Error) -> Self {
        let unfit = is_damage(&error) || error.sqlite_error_code() == Some(rusqlite::ErrorCode::Unknown);
        if unfit { Self::Damaged(error.to_string()) } else { Self::Storage(error) }
    }
}

/// What is said of every connection.
pub(super) fn prepare(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;",
    )
}

/// Looks whether the database is whole, and brings it to the newest version. Gives the version that it had, 0 if it is
/// new.
pub(super) fn open(connection: &mut Connection) -> Result<i32, Unfit> {
    let had = upgrade(connection, VERSION)?;
    // A table or column that is not as it must be is told now, not in the middle of a run.
    for sql in super::write::STATEMENTS.iter().chain(super::recall::STATEMENTS) {
        connection.prepare(sql).map_err(|error| Unfit::Damaged(error.to_string()))?;
    }
    sums::check_all(connection).map_err(|error| match Unfit::from(error) {
        Unfit::Damaged(_) => Unfit::Damaged("an item in it is not as it was written".to_owned()),
        storage @ Unfit::Storage(_) => storage,
    })?;
    Ok(had)
}

/// Why a database of a version that is not known is not used, and what helps.
pub(super) fn of_another_program(version: i32) -> String {
    format!(
        "its version is {version}, this program reads 1 to {VERSION}: a newer elek wrote it, and reads it; a scan with this \
         one moves it aside and reads everything again"
    )
}

/// Brings a database that is whole to a version.
pub(super) fn upgrade(connection: &mut Connection, to: i32) -> Result<i32, Unfit> {
    prepare(connection)?;
    let number = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 || version > 0 {
        if application != APPLICATION_ID {
            return Err(Unfit::Damaged("it is not a state of elek".to_owned()));
        }
        if !(1..=VERSION).contains(&version) {
            return Err(Unfit::Damaged(of_another_program(version)));
        }
        // Indexes as well: one that does not fit its table fails in the middle of a run.
        let check: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if check != "ok" {
            return Err(Unfit::Damaged("its pages do not fit together".to_owned()));
        }
        if connection.prepare("PRAGMA foreign_key_check")?.exists([])? {
            return Err(Unfit::Damaged("its rows do not fit together".to_owned()));
        }
    }
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
    if version < to {
        let change = Transaction::new(connection, TransactionBehavior::Immediate)?;
        let steps = |version: i32| usize::try_from(version).unwrap_or(0);
        for step in STEPS.iter().take(steps(to)).skip(steps(version)) {
            change.execute_batch(step)?;
        }
        if version < SUMS && to >= SUMS {
            sums::renew(&change, "TRUE", [])?;
        }
        change.pragma_update(None, "application_id", APPLICATION_ID)?;
        change.pragma_update(None, "user_version", to)?;
        change.commit()?;
    }
    Ok(version)
}

//! How far logs have been read.

use super::{Reader, StoreError, int, nat, path_bytes};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use std::path::Path;

pub(super) const WRITE: &str = "INSERT OR REPLACE INTO follows (volume, path, device, inode, born, offset, line, seen,
    head_bytes, head, tail_bytes, tail, counters, updated) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
const READ: &str =
    "SELECT device, inode, born, offset, line, seen, head_bytes, head, tail_bytes, tail, counters, updated
    FROM follows JOIN volumes ON volumes.id = follows.volume WHERE volumes.name = ?1 AND path = ?2";

/// How far a log was read, and how it is known again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follow {
    /// Device.
    pub device: u64,
    /// Inode on that device.
    pub inode: u64,
    /// Birth time in nanoseconds since 1970, where the file system knows it.
    pub born: Option<i64>,
    /// Everything before this byte was read and judged for good.
    pub offset: u64,
    /// Line ends before the offset.
    pub line: u64,
    /// Size in bytes when it was last looked at.
    pub seen: u64,
    /// How many first bytes, and their keyed fingerprint.
    pub head: (u64, [u8; 16]),
    /// How many bytes before the offset, and their keyed fingerprint.
    pub tail: (u64, [u8; 16]),
    /// What the engine counted before the offset. It holds hashes of values: [`super::Run::seal`] encrypts it.
    pub counters: Option<Vec<u8>>,
    /// When, in milliseconds since 1970.
    pub updated_ms: i64,
}

pub(super) fn write(change: &Transaction<'_>, volume: i64, path: &[u8], follow: &Follow) -> Result<(), StoreError> {
    change.prepare_cached(WRITE)?.execute(params![
        volume,
        path,
        int(follow.device),
        int(follow.inode),
        follow.born,
        int(follow.offset),
        int(follow.line),
        int(follow.seen),
        int(follow.head.0),
        follow.head.1.as_slice(),
        int(follow.tail.0),
        follow.tail.1.as_slice(),
        follow.counters,
        follow.updated_ms,
    ])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Follow> {
    Ok(Follow {
        device: nat(row.get(0)?),
        inode: nat(row.get(1)?),
        born: row.get(2)?,
        offset: nat(row.get(3)?),
        line: nat(row.get(4)?),
        seen: nat(row.get(5)?),
        head: (nat(row.get(6)?), row.get(7)?),
        tail: (nat(row.get(8)?), row.get(9)?),
        counters: row.get(10)?,
        updated_ms: row.get(11)?,
    })
}

impl Reader {
    /// How far a log of a volume was read.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn follow(&self, volume: &str, path: &Path) -> Result<Option<Follow>, StoreError> {
        let connection: &Connection = &self.connection;
        let mut statement = connection.prepare_cached(READ)?;
        Ok(statement.query_row(params![volume, path_bytes(path)], read).optional()?)
    }
}

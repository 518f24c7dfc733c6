//! How far logs have been read.

use super::{Reader, Store, StoreError, int, nat, path_bytes, sums, volume_id};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

pub(super) const WRITE: &str =
    "INSERT OR REPLACE INTO follows (volume, path, device, inode, offset, seen, counters, updated)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const READ: &str = "SELECT device, inode, offset, seen, counters, updated
    FROM follows JOIN volumes ON volumes.id = follows.volume WHERE volumes.name = ?1 AND path = ?2";

/// How far a log was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follow {
    /// Device.
    pub device: u64,
    /// Inode on that device.
    pub inode: u64,
    /// Everything before this byte was read and judged for good.
    pub offset: u64,
    /// Size in bytes when it was last looked at.
    pub seen: u64,
    /// How it is known again, and what the engine counted before the offset. It holds hashes of values:
    /// [`super::Run::seal`] encrypts it.
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
        int(follow.offset),
        int(follow.seen),
        follow.counters,
        follow.updated_ms,
    ])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Follow> {
    Ok(Follow {
        device: nat(row.get(0)?),
        inode: nat(row.get(1)?),
        offset: nat(row.get(2)?),
        seen: nat(row.get(3)?),
        counters: row.get(4)?,
        updated_ms: row.get(5)?,
    })
}

impl Store {
    /// A followed file has another name now: what is kept of it goes with it, in place of what was kept under that name.
    /// Gives whether it did: what is kept under the old name may be another file's by now.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn rename(
        &self, volume: &str, (from, to): (&Path, &Path), (device, inode): (u64, u64),
    ) -> Result<bool, StoreError> {
        let (from, to) = (path_bytes(from), path_bytes(to));
        self.change(|change| {
            let volume = volume_id(change, volume, None)?;
            let is_its = change.query_row(
                "SELECT count(*) FROM items WHERE volume = ?1 AND path = ?2 AND place = 0 AND device = ?3 AND inode = ?4",
                params![volume, from, int(device), int(inode)],
                |row| row.get::<_, i64>(0),
            )?;
            if is_its == 0 {
                return Ok(false);
            }
            for table in ["items", "follows"] {
                let gone = format!("DELETE FROM {table} WHERE volume = ?1 AND path = ?2");
                change.execute(&gone, params![volume, to])?;
                let moved = format!("UPDATE {table} SET path = ?3 WHERE volume = ?1 AND path = ?2");
                change.execute(&moved, params![volume, from, to])?;
            }
            // The name is part of what the memory is bound to.
            change.execute("UPDATE items SET memory = NULL WHERE volume = ?1 AND path = ?2", params![volume, to])?;
            sums::renew(change, "volume = ?1 AND path = ?2", params![volume, to])?;
            Ok(true)
        })
    }

    /// Forgets files of a volume that are gone, with all that was found in them.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn forget(&self, volume: &str, paths: &[PathBuf]) -> Result<(), StoreError> {
        if paths.is_empty() {
            return Ok(());
        }
        self.change(|change| {
            for path in paths {
                for table in ["items", "follows"] {
                    let sql = format!(
                        "DELETE FROM {table} WHERE path = ?2 AND volume = (SELECT id FROM volumes WHERE name = ?1)"
                    );
                    change.prepare_cached(&sql)?.execute(params![volume, path_bytes(path)])?;
                }
            }
            Ok(())
        })
    }
}

fn to_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(bytes))
}

impl Reader {
    /// The names under which this file is followed in a volume.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn followed_as(&self, volume: &str, device: u64, inode: u64) -> Result<Vec<PathBuf>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT path FROM follows JOIN volumes ON volumes.id = follows.volume
             WHERE volumes.name = ?1 AND device = ?2 AND inode = ?3",
        )?;
        let mut rows = statement.query(params![volume, int(device), int(inode)])?;
        let mut paths = Vec::new();
        while let Some(row) = rows.next()? {
            paths.push(to_path(row.get_ref(0)?.as_blob().unwrap_or_default()));
        }
        Ok(paths)
    }

    /// Paths of a volume that are followed.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn followed(&self, volume: &str) -> Result<Vec<PathBuf>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT path FROM follows JOIN volumes ON volumes.id = follows.volume WHERE volumes.name = ?1",
        )?;
        let mut rows = statement.query(params![volume])?;
        let mut paths = Vec::new();
        while let Some(row) = rows.next()? {
            paths.push(to_path(row.get_ref(0)?.as_blob().unwrap_or_default()));
        }
        Ok(paths)
    }

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

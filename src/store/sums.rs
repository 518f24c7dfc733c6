//! A sum over the columns of each item: a bit that changed in one of them is noticed when the store is opened, and by
//! whoever reads the item. Not under the sum: settings and memory, which no answer tells. Once they change, the item is
//! read again.

use super::code::sum;
use rusqlite::{Connection, Params, Row};

/// The sum of an item, and the columns that it is over: numbers, texts, and the path.
pub(super) const SUMMED: &str =
    "items.sum, items.volume, items.place, items.run, items.bytes_total, items.bytes_scanned,
    items.mode, items.owner, items.mtime, items.mtime_ns, items.device, items.inode, items.size, items.ctime,
    items.ctime_ns, items.members, items.member, items.state, items.reason, items.detail, items.path";
const NUMBERS: usize = 15;
const TEXTS: usize = 4;

/// The sum over the columns of an item, in the order of [`SUMMED`].
pub(super) fn of_item(numbers: [Option<i64>; NUMBERS], texts: [Option<&str>; TEXTS], path: &[u8]) -> i64 {
    sum(&numbers, &texts, path)
}

/// The sum of an item as it is now; its columns begin at `first`.
fn own(row: &Row<'_>, first: usize) -> rusqlite::Result<i64> {
    let mut numbers = [None; NUMBERS];
    for (column, number) in (first..).zip(&mut numbers) {
        *number = row.get(column)?;
    }
    let mut texts = [None; TEXTS];
    for (column, text) in (first + NUMBERS..).zip(&mut texts) {
        *text = row.get_ref(column)?.as_str_or_null()?;
    }
    Ok(of_item(numbers, texts, row.get_ref(first + NUMBERS + TEXTS)?.as_blob()?))
}

/// Fails if an item is not as it was written; [`SUMMED`] begins at `first`.
pub(super) fn check(row: &Row<'_>, first: usize) -> rusqlite::Result<()> {
    let kept: Option<i64> = row.get(first)?;
    if kept == Some(own(row, first + 1)?) { Ok(()) } else { Err(rusqlite::Error::IntegralValueOutOfRange(first, 0)) }
}

/// Fails if one of all items is not as it was written.
pub(super) fn check_all(connection: &Connection) -> rusqlite::Result<()> {
    let mut all = connection.prepare(&format!("SELECT {SUMMED} FROM items"))?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        check(row, 0)?;
    }
    Ok(())
}

/// Gives the items that fit a condition the sums of what they are now.
pub(super) fn renew(change: &Connection, condition: &str, of: impl Params) -> rusqlite::Result<()> {
    let mut fitting = change.prepare_cached(&format!("SELECT items.id, {SUMMED} FROM items WHERE {condition}"))?;
    let sums = fitting.query_map(of, |row| Ok([row.get(0)?, own(row, 2)?]))?.collect::<Result<Vec<[i64; 2]>, _>>()?;
    let mut update = change.prepare_cached("UPDATE items SET sum = ?2 WHERE id = ?1")?;
    for sum in sums {
        update.execute(sum)?;
    }
    Ok(())
}

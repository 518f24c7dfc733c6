//! `SQLite` databases: what the schema defines, and rows of all tables, with names of columns; what is no text becomes a member.
//!
//! The database lies in memory and is only read: nothing is written, no trigger, view or virtual table is run. Tables
//! of an index for full text hold its content and are read like any other. A write-ahead log beside the file is not
//! part of it; it is an item of its own.

use super::cells::{COLUMNS, NAME_CHARS, ROW_BYTES, number, of_bytes, of_text, shortened};
use super::wire::{Out, Told};
use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Statement};
use std::io::{self, Write};

pub(super) fn read<W: Write>(mut bytes: Vec<u8>, out: &mut Out<W>) -> io::Result<()> {
    // A database in memory has no write-ahead log: the two marks say that there is one.
    for mark in bytes.iter_mut().skip(18).take(2) {
        *mark = 1;
    }
    let Ok((database, entries)) = open(bytes) else { return out.told(Told::DamagedDatabase) };
    out.text()?;
    out.place("schema")?;
    for Entry { sql, .. } in &entries {
        out.words(sql)?;
        out.words("\n")?;
    }
    out.end()?;
    for Entry { name, sql, .. } in entries.iter().filter(|entry| entry.is_table) {
        let is_virtual = sql.trim_start().get(..14).is_some_and(|start| start.eq_ignore_ascii_case("create virtual"));
        if !is_virtual && !table(&database, name, out)? {
            out.told(Told::DamagedTable)?;
        }
    }
    Ok(())
}

/// What the schema defines: a table, or a view, trigger or index, whose definitions hold values as well.
struct Entry {
    name: String,
    sql: String,
    is_table: bool,
}

/// The database, and what its schema defines.
fn open(bytes: Vec<u8>) -> Result<(Connection, Vec<Entry>), Error> {
    let mut database = Connection::open_in_memory()?;
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    database.deserialize_read_exact("main", bytes.as_slice(), bytes.len(), true)?;
    drop(bytes);
    database.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON; PRAGMA query_only = ON;")?;
    let mut entries = Vec::new();
    {
        let mut found = database.prepare("SELECT name, sql, type = 'table' AND rootpage >= 0 FROM sqlite_schema")?;
        let mut rows = found.query([])?;
        while let Some(row) = rows.next()? {
            let is_table = matches!(row.get_ref(2)?, ValueRef::Integer(1));
            entries.push(Entry { name: lossy(row.get_ref(0)?), sql: lossy(row.get_ref(1)?), is_table });
        }
    }
    Ok((database, entries))
}

fn lossy(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into_owned(),
        _ => String::new(),
    }
}

/// Hands on one table; gives whether all of it could be read.
fn table<W: Write>(database: &Connection, name: &str, out: &mut Out<W>) -> io::Result<bool> {
    let quoted = name.replace('"', "\"\"");
    // Tables without row numbers have no `rowid`, and one may be a column's name.
    let numbered = database.prepare(&format!("SELECT rowid, * FROM \"{quoted}\""));
    let (mut rows, first) = match numbered {
        Ok(rows) => (rows, 1),
        Err(_) => match database.prepare(&format!("SELECT * FROM \"{quoted}\"")) {
            Ok(rows) => (rows, 0),
            Err(_) => return Ok(false),
        },
    };
    let columns: Vec<String> = rows.column_names().skip(first).map(str::to_owned).collect();
    let short = shortened(name, NAME_CHARS);
    if columns.len() <= COLUMNS {
        out.table(&columns)?;
    } else {
        out.text()?;
    }
    out.place(&short)?;
    out.row(&columns)?;
    let (mut is_read, mut has_members) = (true, false);
    each(&mut rows, first, &mut is_read, |number, values| {
        out.place(&format!("{short}[{number}]"))?;
        let mut left = ROW_BYTES;
        let cells: Vec<String> = values
            .iter()
            .map(|value| {
                let cell = cell(*value, left);
                has_members |= cell.is_none();
                let cell = cell.unwrap_or_default();
                left -= cell.len();
                cell
            })
            .collect();
        out.row(&cells)
    })?;
    out.end()?;
    if has_members {
        each(&mut rows, first, &mut is_read, |number, values| {
            let mut left = ROW_BYTES;
            for (value, column) in values.iter().zip(&columns) {
                if let Some(cell) = cell(*value, left) {
                    left -= cell.len();
                    continue;
                }
                let (ValueRef::Text(bytes) | ValueRef::Blob(bytes)) = *value else { continue };
                let column = shortened(column, NAME_CHARS);
                out.member(&format!("{short}.{column}[{number}]"))?;
                out.bytes(bytes)?;
                out.end()?;
            }
            Ok(())
        })?;
    }
    Ok(is_read)
}

/// The name of the `nth` row: its row number, if it is one. A primary key of integers is the row number as well, and may be
/// a value, such as a phone number: those are far above the number of rows.
fn row_name(id: Option<i64>, nth: u64) -> String {
    let is_number = |id: &i64| id.unsigned_abs() <= nth.saturating_mul(10).max(999_999);
    id.filter(is_number).map_or_else(|| format!("#{nth}"), |id| id.to_string())
}

/// Runs through the rows: their names in the table, and their values.
fn each(
    rows: &mut Statement<'_>, first: usize, is_read: &mut bool,
    mut take: impl FnMut(&str, &[ValueRef<'_>]) -> io::Result<()>,
) -> io::Result<()> {
    let count = rows.column_count();
    let Ok(mut rows) = rows.query([]) else {
        *is_read = false;
        return Ok(());
    };
    let mut nth = 0;
    loop {
        match rows.next() {
            Ok(Some(row)) => {
                nth += 1;
                let id = if first == 1 { row.get(0).ok() } else { i64::try_from(nth).ok() };
                let values: Vec<_> = (first..count).map(|i| row.get_ref(i).unwrap_or(ValueRef::Null)).collect();
                take(&row_name(id, nth), &values)?;
            }
            Ok(None) => return Ok(()),
            Err(_) => {
                *is_read = false;
                return Ok(());
            }
        }
    }
}

/// The text of a cell; `None` if it becomes a member.
fn cell(value: ValueRef<'_>, left: usize) -> Option<String> {
    let text = match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(real) => number(real),
        ValueRef::Text(text) => return of_text(text, left),
        ValueRef::Blob(bytes) => return of_bytes(bytes, left),
    };
    (text.len() <= left).then_some(text)
}

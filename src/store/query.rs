//! What the store is asked.

use super::code::{place, sum};
use super::sums::{self, SUMMED};
use super::{End, Reader, StoreError, lock, nat, path_bytes};
use crate::finding::{Confidence, Evidence};
use crate::span::Place;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, Params, Row, params, params_from_iter};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

/// Which findings.
#[derive(Clone, Debug, Default)]
pub struct FindingFilter {
    /// Of this volume.
    pub volume: Option<String>,
    /// Of these detectors, by ids or globs; empty: of all.
    pub detectors: Vec<String>,
    /// In this file, or in files below this folder, by absolute path.
    pub path: Option<PathBuf>,
    /// From this confidence on.
    pub min_confidence: Option<Confidence>,
    /// In items that this run read.
    pub run: Option<String>,
    /// In this item, by its number.
    pub item: Option<i64>,
    /// Of this category.
    pub category: Option<String>,
}

/// A finding as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFinding {
    /// Number; findings are told in its order.
    pub id: i64,
    /// The volume.
    pub volume: String,
    /// The run that read the item.
    pub run: String,
    /// Detector.
    pub detector: String,
    /// Category.
    pub category: String,
    /// The file, by its absolute path.
    pub path: PathBuf,
    /// The member inside it.
    pub member: Option<String>,
    /// Place that is not a byte range.
    pub at: Option<String>,
    /// Offsets.
    pub place: Place,
    /// Line and column, from 1.
    pub line_column: Option<(u64, u64)>,
    /// The record around the value: kind and offsets.
    pub record: Option<(String, u64, u64)>,
    /// The key, column or form name of the value.
    pub field: Option<String>,
    /// How sure.
    pub confidence: Confidence,
    /// Why.
    pub evidence: Evidence,
    /// Encoding of the text.
    pub encoding: String,
    /// How the value was hidden, the outermost first, separated by spaces.
    pub views: Option<String>,
    /// What is shown in place of the value.
    pub masked: String,
    /// Keyed fingerprint.
    pub fingerprint: [u8; 16],
    /// When the value was seen in this file for the first time; not known of what an older version found.
    pub first_seen_ms: Option<i64>,
}

/// A run as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRun {
    /// Id.
    pub run: String,
    /// The volume.
    pub volume: String,
    /// `running`, `complete`, `incomplete`, `interrupted` or `unreachable`.
    pub state: String,
    /// When it began, in milliseconds since 1970.
    pub started_ms: i64,
    /// When it ended.
    pub ended_ms: Option<i64>,
    /// Version of the program.
    pub version: String,
    /// Digest of the detectors in force.
    pub rules: String,
    /// Threshold.
    pub min_confidence: String,
    /// What was scanned: a JSON list of paths.
    pub roots: String,
    /// The summary record, as JSON.
    pub summary: Option<String>,
}

/// What is kept of a volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeState {
    /// Name; empty: paths that were named on the command line.
    pub name: String,
    /// Whose data it is.
    pub tenant: Option<String>,
    /// Items kept, members of containers among them.
    pub items: u64,
    /// Items that the next scan would not read if they have not changed.
    pub known: u64,
    /// Bytes looked at.
    pub bytes: u64,
    /// Logs that are followed.
    pub followed: u64,
    /// The newest run.
    pub last: Option<StoredRun>,
}

/// What was counted of one detector in a volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindCount {
    /// The volume.
    pub volume: String,
    /// Detector.
    pub detector: String,
    /// Category.
    pub category: String,
    /// Severity of the gate class of its category.
    pub severity: u8,
    /// Items it was found in.
    pub items: u64,
    /// Findings by confidence: low, medium, high.
    pub by_confidence: [u64; 3],
}

/// How an item ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredItem {
    /// Number in the store.
    pub id: i64,
    /// Absolute path.
    pub path: PathBuf,
    /// Way down through containers.
    pub member: Option<String>,
    /// Its state.
    pub state: String,
    /// Why it was not read in full.
    pub reason: Option<String>,
    /// Permission bits.
    pub mode: Option<u32>,
    /// Owner's user id.
    pub owner_uid: Option<u32>,
}

/// What was counted of one detector in an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTally {
    /// Detector.
    pub detector: String,
    /// Category.
    pub category: String,
    /// Findings by confidence: low, medium, high.
    pub by_confidence: [u64; 3],
    /// Distinct values.
    pub distinct: u64,
    /// Whether that is an estimate.
    pub estimated: bool,
}

/// How many items of a volume were not read in full for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The volume.
    pub volume: String,
    /// Why.
    pub reason: String,
    /// Items.
    pub items: u64,
}

const RUN: &str =
    "runs.run, volumes.name, runs.state, runs.started, runs.ended, runs.version, runs.rules, runs.min_confidence,
    runs.roots, runs.summary FROM runs JOIN volumes ON volumes.id = runs.volume";

fn run(row: &Row<'_>) -> rusqlite::Result<StoredRun> {
    Ok(StoredRun {
        run: row.get(0)?,
        volume: row.get(1)?,
        state: row.get(2)?,
        started_ms: row.get(3)?,
        ended_ms: row.get(4)?,
        version: row.get(5)?,
        rules: row.get(6)?,
        min_confidence: row.get(7)?,
        roots: row.get(8)?,
        summary: row.get(9)?,
    })
}

/// The sum of the columns of a finding as they are now.
fn own_sum(row: &Row<'_>) -> rusqlite::Result<i64> {
    let mut numbers = [None; 12];
    for (number, column) in numbers.iter_mut().zip([24, 25, 8, 9, 10, 11, 12, 14, 15, 17, 18, 23]) {
        *number = row.get(column)?;
    }
    let mut texts = [None; 6];
    for (text, column) in texts.iter_mut().zip([7, 13, 16, 19, 20, 21]) {
        *text = row.get_ref(column)?.as_str_or_null()?;
    }
    Ok(sum(&numbers, &texts, row.get_ref(22)?.as_blob()?))
}

fn finding(row: &Row<'_>) -> rusqlite::Result<StoredFinding> {
    let path: Vec<u8> = row.get(5)?;
    let (code, start, end) = (nat(row.get(8)?), nat(row.get(9)?), nat(row.get(10)?));
    let pair = |first: Option<i64>, second: Option<i64>| first.zip(second).map(|(a, b)| (nat(a), nat(b)));
    let confidence: u8 = row.get(17)?;
    let record: Option<String> = row.get(13)?;
    let span = pair(row.get(14)?, row.get(15)?);
    let unfit = |column| rusqlite::Error::IntegralValueOutOfRange(column, 0);
    if let Some(kept) = row.get::<_, Option<i64>>(26)?
        && kept != own_sum(row)?
    {
        return Err(unfit(26));
    }
    Ok(StoredFinding {
        id: row.get(0)?,
        volume: row.get(1)?,
        run: row.get(2)?,
        detector: row.get(3)?,
        category: row.get(4)?,
        path: PathBuf::from(OsStr::from_bytes(&path)),
        member: row.get(6)?,
        at: row.get(7)?,
        place: place(code, start, end).ok_or_else(|| unfit(8))?,
        line_column: pair(row.get(11)?, row.get(12)?),
        record: record.zip(span).map(|(kind, (start, end))| (kind, start, end)),
        field: row.get(16)?,
        confidence: Confidence::ALL.get(usize::from(confidence)).copied().ok_or_else(|| unfit(17))?,
        evidence: Evidence::from_bits(row.get(18)?),
        encoding: row.get(19)?,
        views: row.get(20)?,
        masked: row.get(21)?,
        fingerprint: row.get(22)?,
        first_seen_ms: row.get(23)?,
    })
}

impl FindingFilter {
    /// Conditions, and what they compare with.
    fn conditions(&self) -> (String, Vec<Value>) {
        let mut sql = String::new();
        let mut values = Vec::new();
        let mut add = |condition: &str, new: Vec<Value>| {
            sql.push_str(" AND ");
            sql.push_str(condition);
            values.extend(new);
        };
        if let Some(volume) = &self.volume {
            add("volumes.name = ?", vec![Value::from(volume.clone())]);
        }
        if !self.detectors.is_empty() {
            let marks = vec!["detector GLOB ?"; self.detectors.len()].join(" OR ");
            let ids = self.detectors.iter().cloned().map(Value::from).collect();
            add(&format!("findings.kind IN (SELECT id FROM kinds WHERE {marks})"), ids);
        }
        if let Some(path) = &self.path {
            let exact = path_bytes(path).to_vec();
            let inside = |end: u8| [exact.strip_suffix(b"/").unwrap_or(&exact), &[end]].concat();
            // `0` is the character after `/`.
            let values = [exact.clone(), inside(b'/'), inside(b'0')].map(Value::from).to_vec();
            add("(items.path = ? OR (items.path > ? AND items.path < ?))", values);
        }
        if let Some(level) = self.min_confidence {
            add("findings.confidence >= ?", vec![Value::from(level as i64)]);
        }
        if let Some(run) = &self.run {
            add("runs.run = ?", vec![Value::from(run.clone())]);
        }
        if let Some(category) = &self.category {
            let of_category = "findings.kind IN (SELECT id FROM kinds WHERE category = ?)";
            add(of_category, vec![Value::from(category.clone())]);
        }
        if let Some(item) = self.item {
            add("findings.item = ?", vec![Value::from(item)]);
        }
        (sql, values)
    }
}

/// A word of a filter that fits nothing a store knows: an empty answer would say less than it seems to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// No volume has this name.
    Volume,
    /// No detector that ever ran fits the glob of this place in the list.
    Detector(usize),
    /// No detector that ever ran finds this category.
    Category,
    /// No run of this id is kept.
    Run,
}

impl Reader {
    /// What of a filter is not known here.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn unknown(&self, filter: &FindingFilter) -> Result<Option<Unknown>, StoreError> {
        let is_missing = |sql: &str, word: &String| self.connection.prepare_cached(sql)?.exists([word]).map(|is| !is);
        let word = |sql: &str, word: Option<&String>| word.map_or(Ok(false), |word| is_missing(sql, word));
        if word("SELECT 1 FROM volumes WHERE name = ?1", filter.volume.as_ref())? {
            return Ok(Some(Unknown::Volume));
        }
        for (index, glob) in filter.detectors.iter().enumerate() {
            if is_missing("SELECT 1 FROM kinds WHERE detector GLOB ?1", glob)? {
                return Ok(Some(Unknown::Detector(index)));
            }
        }
        if word("SELECT 1 FROM kinds WHERE category = ?1", filter.category.as_ref())? {
            return Ok(Some(Unknown::Category));
        }
        Ok(word("SELECT 1 FROM runs WHERE run = ?1", filter.run.as_ref())?.then_some(Unknown::Run))
    }

    /// Findings that fit, by number, after one (0: from the first).
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn findings(&self, filter: &FindingFilter, after: i64, limit: u32) -> Result<Vec<StoredFinding>, StoreError> {
        let (conditions, values) = filter.conditions();
        let sql = format!(
            "SELECT findings.id, volumes.name, runs.run, kinds.detector, kinds.category, items.path, items.member,
             findings.at, findings.span, findings.start, findings.end, findings.line, findings.col, findings.record,
             findings.record_start, findings.record_end, findings.field, findings.confidence, findings.evidence,
             findings.encoding, findings.views, findings.masked, findings.fingerprint, findings.first_seen,
             findings.item, findings.kind, findings.sum, {SUMMED}
             FROM findings JOIN items ON items.id = findings.item JOIN volumes ON volumes.id = items.volume
             JOIN runs ON runs.id = items.run JOIN kinds ON kinds.id = findings.kind
             WHERE findings.id > ?{conditions} ORDER BY findings.id LIMIT ?"
        );
        let values = std::iter::once(Value::from(after)).chain(values).chain([Value::from(limit)]);
        let read = || {
            let mut statement = self.connection.prepare_cached(&sql)?;
            // Findings of an item mostly follow each other: it is checked once.
            let mut checked = None;
            let whole = |row: &Row<'_>| {
                let item: i64 = row.get(24)?;
                if checked != Some(item) {
                    sums::check(row, 27)?;
                    checked = Some(item);
                }
                finding(row)
            };
            let found = statement.query_map(params_from_iter(values), whole)?.collect::<Result<_, _>>()?;
            Ok(found)
        };
        self.told(read())
    }

    /// How many findings fit.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn count_findings(&self, filter: &FindingFilter) -> Result<u64, StoreError> {
        let (conditions, values) = filter.conditions();
        let sql = format!(
            "SELECT count(*) FROM findings JOIN items ON items.id = findings.item
             JOIN volumes ON volumes.id = items.volume JOIN runs ON runs.id = items.run WHERE 1{conditions}"
        );
        let count = self.connection.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))?;
        Ok(nat(count))
    }

    /// The newest runs, the newest first.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn runs(&self, limit: u32) -> Result<Vec<StoredRun>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!("SELECT {RUN} ORDER BY runs.id DESC LIMIT ?1"))?;
        let runs = statement.query_map([limit], run)?.collect::<Result<_, _>>()?;
        Ok(runs)
    }

    /// What is kept of each volume.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn volumes(&self) -> Result<Vec<VolumeState>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT volumes.id, volumes.name, volumes.tenant, count(items.id), count(items.memory),
             coalesce(sum(items.bytes_scanned) FILTER (WHERE items.place = 0), 0),
             (SELECT count(*) FROM follows WHERE follows.volume = volumes.id)
             FROM volumes LEFT JOIN items ON items.volume = volumes.id GROUP BY volumes.id ORDER BY volumes.name",
        )?;
        let mut rows = statement.query([])?;
        let mut volumes = Vec::new();
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let sql = format!("SELECT {RUN} WHERE runs.volume = ?1 ORDER BY runs.id DESC LIMIT 1");
            let newest = || self.connection.prepare_cached(&sql)?.query_row([id], run).optional();
            let is_running = |last: &Option<StoredRun>| last.as_ref().is_some_and(|run| run.state == "running");
            let mut last = newest()?;
            if is_running(&last) && !lock::is_held(&self.folder) {
                // Who ends says so before the folder is free: what still runs now was killed, and the next scan notes it.
                last = newest()?;
                if let Some(killed) = last.as_mut().filter(|run| run.state == "running") {
                    End::Interrupted.name().clone_into(&mut killed.state);
                }
            }
            volumes.push(VolumeState {
                name: row.get(1)?,
                tenant: row.get(2)?,
                items: nat(row.get(3)?),
                known: nat(row.get(4)?),
                bytes: nat(row.get(5)?),
                followed: nat(row.get(6)?),
                last,
            });
        }
        Ok(volumes)
    }

    /// What was counted, by volume and detector, the worst first.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn kinds(&self) -> Result<Vec<KindCount>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT volumes.name, kinds.detector, kinds.category, kinds.severity, count(*), sum(low), sum(medium), sum(high)
             FROM tallies JOIN items ON items.id = tallies.item JOIN volumes ON volumes.id = items.volume
             JOIN kinds ON kinds.id = tallies.kind GROUP BY volumes.id, kinds.id
             ORDER BY kinds.severity DESC, kinds.detector, volumes.name",
        )?;
        let counted = |row: &Row<'_>| {
            Ok(KindCount {
                volume: row.get(0)?,
                detector: row.get(1)?,
                category: row.get(2)?,
                severity: row.get(3)?,
                items: nat(row.get(4)?),
                by_confidence: [nat(row.get(5)?), nat(row.get(6)?), nat(row.get(7)?)],
            })
        };
        let kinds = statement.query_map(params![], counted)?.collect::<Result<_, _>>()?;
        Ok(kinds)
    }

    /// Findings that are kept, by confidence: low, medium, high.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn by_confidence(&self) -> Result<[u64; 3], StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT coalesce(sum(low), 0), coalesce(sum(medium), 0), coalesce(sum(high), 0) FROM tallies",
        )?;
        let sums = statement.query_row([], |row| Ok([nat(row.get(0)?), nat(row.get(1)?), nat(row.get(2)?)]))?;
        Ok(sums)
    }

    /// Items with findings from this severity on that every local user may read, by volume.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn open_items(&self, severity: u8) -> Result<Vec<(String, u64)>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT volumes.name, count(*) FROM items JOIN volumes ON volumes.id = items.volume
             WHERE items.mode & 4 AND EXISTS (SELECT 1 FROM tallies JOIN kinds ON kinds.id = tallies.kind
             WHERE tallies.item = items.id AND kinds.severity >= ?1 AND medium + high > 0) GROUP BY volumes.id",
        )?;
        let row = |row: &Row<'_>| Ok((row.get(0)?, nat(row.get(1)?)));
        let open = statement.query_map([severity], row)?.collect::<Result<_, _>>()?;
        Ok(open)
    }

    /// Items of a volume with strong identifiers that every local user may read.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn open_strong(&self, volume: &str) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT count(*) FROM items JOIN volumes ON volumes.id = items.volume
             WHERE volumes.name = ?1 AND items.mode & 4 AND EXISTS (SELECT 1 FROM tallies JOIN kinds
             ON kinds.id = tallies.kind WHERE tallies.item = items.id AND kinds.gate_class = 'strong_id')",
        )?;
        Ok(nat(statement.query_row([volume], |row| row.get(0))?))
    }

    /// Items of a volume by their state.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn states(&self, volume: &str) -> Result<Vec<(String, u64)>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT state, count(*) FROM items JOIN volumes ON volumes.id = items.volume WHERE volumes.name = ?1
             GROUP BY state ORDER BY state",
        )?;
        let row = |row: &Row<'_>| Ok((row.get(0)?, nat(row.get(1)?)));
        let states = statement.query_map([volume], row)?.collect::<Result<_, _>>()?;
        Ok(states)
    }

    /// Items of a volume, by number, after one (0: from the first).
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn items(&self, volume: &str, after: i64, limit: u32) -> Result<Vec<StoredItem>, StoreError> {
        self.items_where("items.id > ?2 ORDER BY items.id LIMIT ?3", params![volume, after, limit])
    }

    /// The first items of a volume that were not read in full.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn items_with_gaps(&self, volume: &str, limit: u32) -> Result<Vec<StoredItem>, StoreError> {
        let gaps = "reason IS NOT NULL AND state <> 'skipped' ORDER BY items.id LIMIT ?2";
        self.items_where(gaps, params![volume, limit])
    }

    /// Items of the volume `?1` that fit a condition.
    fn items_where(&self, condition: &str, of: impl Params) -> Result<Vec<StoredItem>, StoreError> {
        let sql = format!(
            "SELECT items.id, path, member, state, reason, mode, owner, {SUMMED} FROM items
             JOIN volumes ON volumes.id = items.volume WHERE volumes.name = ?1 AND {condition}"
        );
        let read = || {
            let mut statement = self.connection.prepare_cached(&sql)?;
            let items = statement.query_map(of, stored_item)?.collect::<Result<_, _>>()?;
            Ok(items)
        };
        self.told(read())
    }

    /// What was counted in an item.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn tallies(&self, item: i64) -> Result<Vec<StoredTally>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT detector, category, low, medium, high, distinct_values, estimated FROM tallies
             JOIN kinds ON kinds.id = tallies.kind WHERE item = ?1 ORDER BY detector, category",
        )?;
        let tally = |row: &Row<'_>| {
            Ok(StoredTally {
                detector: row.get(0)?,
                category: row.get(1)?,
                by_confidence: [nat(row.get(2)?), nat(row.get(3)?), nat(row.get(4)?)],
                distinct: nat(row.get(5)?),
                estimated: row.get(6)?,
            })
        };
        let tallies = statement.query_map([item], tally)?.collect::<Result<_, _>>()?;
        Ok(tallies)
    }

    /// Items that were not read in full, by volume and reason.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn gaps(&self) -> Result<Vec<Gap>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT volumes.name, reason, count(*) FROM items JOIN volumes ON volumes.id = items.volume
             WHERE reason IS NOT NULL GROUP BY volumes.id, reason ORDER BY volumes.name, reason",
        )?;
        let gap = |row: &Row<'_>| Ok(Gap { volume: row.get(0)?, reason: row.get(1)?, items: nat(row.get(2)?) });
        let gaps = statement.query_map(params![], gap)?.collect::<Result<_, _>>()?;
        Ok(gaps)
    }
}

/// The row of an item: number, path, member, state, reason, mode, owner, and [`SUMMED`].
fn stored_item(row: &Row<'_>) -> rusqlite::Result<StoredItem> {
    sums::check(row, 7)?;
    let path: Vec<u8> = row.get(1)?;
    Ok(StoredItem {
        id: row.get(0)?,
        path: PathBuf::from(OsStr::from_bytes(&path)),
        member: row.get(2)?,
        state: row.get(3)?,
        reason: row.get(4)?,
        mode: row.get(5)?,
        owner_uid: row.get(6)?,
    })
}

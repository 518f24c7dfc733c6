//! Writes what a run finds: an entry a file, whole or not at all.

use super::code::{place_code, put, sum};
use super::follow::{self, Follow};
use super::{Run, StoreError, int, path_bytes, sums};
use crate::code::Encoder;
use crate::finding::Tally;
use crate::known::KnownItem;
use crate::problem::{Reason, State};
use crate::sink::Stamp;
use rusqlite::{Params, Row, Transaction, params};
use std::collections::HashMap;
use std::path::PathBuf;

/// Most members of a file that are counted again without reading it.
const MEMBERS_KNOWN: usize = 10_000;
/// Most findings of a file that are counted again without reading it.
const FINDINGS_KNOWN: usize = 50_000;

const DELETE: &str = "DELETE FROM items WHERE volume = ?1 AND path = ?2";
const DELETE_FROM: &str = "DELETE FROM findings WHERE start >= ?3 AND span < 2 AND item IN
    (SELECT id FROM items WHERE volume = ?1 AND path = ?2)";
const ROW: &str = "SELECT id FROM items WHERE volume = ?1 AND path = ?2 AND place = 0";
const ITEM: &str =
    "INSERT INTO items (volume, path, place, member, run, state, reason, detail, bytes_total, bytes_scanned,
    mode, owner, mtime, mtime_ns, device, inode, size, ctime, ctime_ns, settings, members, sum, memory)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)";
const UPDATE: &str =
    "UPDATE items SET run = ?2, state = ?3, reason = ?4, detail = ?5, bytes_total = ?6, bytes_scanned = ?7,
    mode = ?8, owner = ?9, mtime = ?10, mtime_ns = ?11, memory = NULL WHERE id = ?1";
const TALLY: &str = "INSERT OR REPLACE INTO tallies (item, kind, low, medium, high, distinct_values, estimated)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const FINDING: &str = "INSERT INTO findings (item, kind, span, start, end, at, line, col, record, record_start,
    record_end, field, confidence, evidence, encoding, views, masked, fingerprint, first_seen, sum)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)";
const SEEN: &str = "SELECT findings.kind, fingerprint, first_seen FROM findings JOIN items ON items.id = findings.item
    WHERE items.volume = ?1 AND items.path = ?2";
const SEEN_IN_NAME: &str = "SELECT kind, fingerprint, first_seen FROM findings WHERE item = ?1 AND span = 2";
const NAMES: &str = "DELETE FROM findings WHERE item = ?1 AND span = 2";

/// Statements that must fit the tables.
pub(super) const STATEMENTS: &[&str] =
    &[DELETE, DELETE_FROM, ROW, ITEM, UPDATE, TALLY, FINDING, SEEN, SEEN_IN_NAME, NAMES, follow::WRITE];

/// All that is kept of one file, in place of what was kept before.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The file, by its absolute path.
    pub path: PathBuf,
    /// The file itself and its members, in the order of the scan.
    pub items: Vec<Kept>,
    /// What of the earlier entry goes.
    pub replaces: Replaces,
    /// Members of the file that were written before these.
    pub members_before: u64,
    /// Whether it may be counted again without reading it.
    pub whole: bool,
    /// How far it is followed: durable together with what was found up to there.
    pub follow: Option<Follow>,
}

/// What an entry takes the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaces {
    /// Everything that was kept of the file.
    All,
    /// Findings from this raw offset on; tallies that are given are those of the file from its beginning.
    From(u64),
    /// Nothing: further members of a file whose own item is still to come.
    Nothing,
}

/// An item, and what was counted in it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// How it ended, and what was found in its content and name.
    pub item: KnownItem,
    /// Counts by detector.
    pub tallies: Vec<Tally>,
}

/// Columns that a stamp fills.
type StampColumns = (Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>);

impl Run {
    /// Writes entries. They are on the disk, all of them, when this returns.
    ///
    /// # Errors
    ///
    /// The disk is full or broken; nothing of them was written.
    pub fn write(&self, entries: &[Entry]) -> Result<(), StoreError> {
        self.store.change(|change| entries.iter().try_for_each(|entry| self.entry(change, entry)))
    }

    fn entry(&self, change: &Transaction<'_>, entry: &Entry) -> Result<(), StoreError> {
        let path = path_bytes(&entry.path);
        let seen = match entry.replaces {
            Replaces::Nothing => Seen::new(),
            _ => seen(change, SEEN, params![self.volume, path])?,
        };
        match entry.replaces {
            Replaces::All => {
                change.prepare_cached(DELETE)?.execute(params![self.volume, path])?;
            }
            Replaces::From(offset) => {
                change.prepare_cached(DELETE_FROM)?.execute(params![self.volume, path, int(offset)])?;
            }
            Replaces::Nothing => {}
        }
        let findings: usize = entry.items.iter().map(|kept| kept.item.findings.len()).sum();
        let whole = entry.whole
            && entry.replaces == Replaces::All
            && entry.items.len() <= MEMBERS_KNOWN
            && findings <= FINDINGS_KNOWN;
        for (index, kept) in entry.items.iter().enumerate() {
            let is_file = kept.item.location.member().is_none();
            let row = match entry.replaces {
                Replaces::From(_) => self.update(change, path, kept)?,
                _ => None,
            };
            let row = if let Some(row) = row {
                row
            } else {
                let position = entry.members_before + index as u64;
                let place = if is_file { 0 } else { position + 1 };
                let members = entry.items.len() as u64 - 1;
                self.item(change, path, (place, position), kept, whole.then_some(members))?
            };
            for tally in &kept.tallies {
                let Some(kind) = self.kinds.get(tally.kind_index) else { continue };
                let [low, medium, high] = tally.by_confidence.map(int);
                let distinct = int(tally.distinct);
                change.prepare_cached(TALLY)?.execute(params![
                    row,
                    kind,
                    low,
                    medium,
                    high,
                    distinct,
                    tally.distinct_estimated
                ])?;
            }
            self.findings(change, row, kept, &seen)?;
        }
        match &entry.follow {
            Some(follow) => follow::write(change, self.volume, path, follow),
            None => Ok(()),
        }
    }

    /// The row of a file that is kept already, with its new end.
    fn update(&self, change: &Transaction<'_>, path: &[u8], kept: &Kept) -> Result<Option<i64>, StoreError> {
        let mut found = change.prepare_cached(ROW)?;
        let mut rows = found.query(params![self.volume, path])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let row: i64 = row.get(0)?;
        let item = &kept.item;
        let (mtime, nanoseconds) = item.meta.mtime.unzip();
        change.prepare_cached(UPDATE)?.execute(params![
            row,
            self.id,
            state(item.reason),
            item.reason.map(Reason::name),
            item.detail,
            item.bytes_total.map(int),
            int(item.bytes_scanned),
            item.meta.mode,
            item.meta.owner_uid,
            mtime,
            nanoseconds,
        ])?;
        sums::renew(change, "id = ?1", [row])?;
        Ok(Some(row))
    }

    /// A row of its own. `position`: where the item stands among those of its file. `members` is told of an entry that is kept whole.
    fn item(
        &self, change: &Transaction<'_>, path: &[u8], (place, position): (u64, u64), kept: &Kept, members: Option<u64>,
    ) -> Result<i64, StoreError> {
        let item = &kept.item;
        let stamp = item.meta.stamp.filter(|_| place == 0);
        let columns: StampColumns = stamp.map_or((None, None, None, None, None), |stamp| {
            let (seconds, nanoseconds) = stamp.ctime;
            (Some(int(stamp.device)), Some(int(stamp.inode)), Some(int(stamp.size)), Some(seconds), Some(nanoseconds))
        });
        let memory = match (members, item.meta.stamp) {
            (Some(members), Some(stamp)) => {
                let about = self.about(path, place, members, &stamp);
                Some(self.seal.close(&about, &memory(item, position)).map_err(StoreError::Random)?)
            }
            _ => None,
        };
        let (mtime, nanoseconds) = item.meta.mtime.unzip();
        let (state, reason) = (state(item.reason), item.reason.map(Reason::name));
        let (total, scanned) = (item.bytes_total.map(int), int(item.bytes_scanned));
        let members = members.filter(|_| place == 0).map(int);
        let place = int(place);
        let sum = sums::of_item(
            [
                Some(self.volume),
                Some(place),
                Some(self.id),
                total,
                Some(scanned),
                item.meta.mode.map(i64::from),
                item.meta.owner_uid.map(i64::from),
                mtime,
                nanoseconds.map(i64::from),
                columns.0,
                columns.1,
                columns.2,
                columns.3,
                columns.4,
                members,
            ],
            [item.location.member(), Some(state), reason, item.detail.as_deref()],
            path,
        );
        change.prepare_cached(ITEM)?.execute(params![
            self.volume,
            path,
            place,
            item.location.member(),
            self.id,
            state,
            reason,
            item.detail,
            total,
            scanned,
            item.meta.mode,
            item.meta.owner_uid,
            mtime,
            nanoseconds,
            columns.0,
            columns.1,
            columns.2,
            columns.3,
            columns.4,
            memory.is_some().then_some(self.settings.as_slice()),
            members,
            sum,
            memory,
        ])?;
        Ok(change.last_insert_rowid())
    }

    fn findings(&self, change: &Transaction<'_>, row: i64, kept: &Kept, seen: &Seen) -> Result<(), StoreError> {
        let mut insert = change.prepare_cached(FINDING)?;
        for finding in &kept.item.findings {
            let Some(kind) = self.kinds.get(finding.kind_index) else { continue };
            let (start, end) = finding.place.bounds();
            let (line, column) = finding.line_column.unzip();
            let known = seen.get(&(*kind, finding.fingerprint)).copied();
            let first_seen = known.unwrap_or(Some(self.started_ms));
            let views = (!finding.views.is_empty()).then(|| finding.views.join(" "));
            let record = finding.record.as_ref();
            let [record_start, record_end] =
                [record.map(|record| int(record.span.start)), record.map(|record| int(record.span.end))];
            let [place, start, end] = [place_code(finding.place), start, end].map(int);
            let [line, column] = [line.map(int), column.map(int)];
            let (confidence, evidence) = (finding.confidence as i64, i64::from(finding.evidence.bits()));
            let sum = sum(
                &[
                    Some(row),
                    Some(*kind),
                    Some(place),
                    Some(start),
                    Some(end),
                    line,
                    column,
                    record_start,
                    record_end,
                    Some(confidence),
                    Some(evidence),
                    first_seen,
                ],
                &[
                    finding.at.as_deref(),
                    record.map(|record| record.kind),
                    finding.field.as_deref(),
                    Some(finding.encoding),
                    views.as_deref(),
                    Some(&finding.masked),
                ],
                &finding.fingerprint,
            );
            insert.execute(params![
                row,
                kind,
                place,
                start,
                end,
                finding.at,
                line,
                column,
                record.map(|record| record.kind),
                record_start,
                record_end,
                finding.field,
                confidence,
                evidence,
                finding.encoding,
                views,
                finding.masked,
                finding.fingerprint.as_slice(),
                first_seen,
                sum,
            ])?;
        }
        Ok(())
    }

    /// Replaces the findings in names of items that were not read again.
    pub(super) fn names(&self, change: &Transaction<'_>, row: i64, kept: &Kept) -> Result<(), StoreError> {
        let seen = seen(change, SEEN_IN_NAME, params![row])?;
        change.prepare_cached(NAMES)?.execute([row])?;
        self.findings(change, row, kept, &seen)
    }

    /// What the memory of an item is bound to: moved to another item or stamp, it does not open.
    pub(super) fn about(&self, path: &[u8], place: u64, members: u64, stamp: &Stamp) -> Vec<u8> {
        let mut about = Encoder::default();
        about.bytes(&self.settings);
        about.bytes(path);
        for number in [
            int(self.volume.cast_unsigned()).cast_unsigned(),
            place,
            members,
            stamp.device,
            stamp.inode,
            stamp.size,
            stamp.mtime.0.cast_unsigned(),
            stamp.mtime.1.cast_unsigned(),
            stamp.ctime.0.cast_unsigned(),
            stamp.ctime.1.cast_unsigned(),
        ] {
            about.number(number);
        }
        about.0
    }
}

/// When each value of a file was seen for the first time, as far as that is known.
type Seen = HashMap<(i64, [u8; 16]), Option<i64>>;

fn seen(change: &Transaction<'_>, sql: &str, of: impl Params) -> Result<Seen, StoreError> {
    let mut found = change.prepare_cached(sql)?;
    let pair = |row: &Row<'_>| Ok(((row.get(0)?, row.get(1)?), row.get(2)?));
    let seen = found.query_map(of, pair)?.collect::<Result<_, _>>()?;
    Ok(seen)
}

fn state(reason: Option<Reason>) -> &'static str {
    reason.map_or(State::ScannedFull, Reason::state).name()
}

/// What it takes to count an item again, but for its place.
fn memory(item: &KnownItem, position: u64) -> Vec<u8> {
    let mut out = Encoder::default();
    out.number(position);
    out.bytes(item.location.member().unwrap_or_default().as_bytes());
    out.bytes(item.reason.map_or("", Reason::name).as_bytes());
    out.text(item.detail.as_deref());
    out.number(u64::from(item.bytes_total.is_some()));
    out.number(item.bytes_total.unwrap_or(0));
    out.number(item.bytes_scanned);
    out.bytes(&item.trace);
    let content = || item.findings.iter().filter(|finding| place_code(finding.place) < 2);
    out.number(item.findings.len() as u64 - content().count() as u64);
    out.number(content().count() as u64);
    content().for_each(|finding| put(&mut out, finding));
    out.0
}

//! SQL that fills tables: the statement in force at a place, and the column that a value stands in.
//!
//! A statement is read forwards, each byte once: `INSERT` and `REPLACE` with or without a list of columns, and blocks of
//! `COPY … FROM stdin`. Columns that a statement does not list come from the `CREATE TABLE` before it ([`Tables`]).
//! Verbs count at the beginning of a line or behind a semicolon only, so that words in a text cell are none.

use super::encoding::{Coding, Text};
use super::field::Ends;
use super::hash::{Spread, spread};
use super::{at, before, slice};
use memchr::{memchr, memchr2, memmem, memrchr2};
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

/// Longest `CREATE TABLE` read, in bytes; it must be at hand from its beginning.
pub const CREATE_BYTES: usize = 32 << 10;
/// Longest header of a statement, from its verb to `VALUES`.
const HEADER_BYTES: usize = 3 << 10;
/// Most columns of a table.
const MOST_COLUMNS: usize = 1024;
/// Most bytes of all names of columns that are kept.
const KEPT_BYTES: usize = 1 << 20;
/// How far apart the places are that reading can go back to.
const MARK_BYTES: u64 = 1 << 10;
/// Cells that are remembered behind the place where reading stands.
const RECENT: usize = 256;
/// No column: between the rows.
const OUTSIDE: u32 = u32::MAX;

/// The columns of one table, by place. Without names if none are known.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Hash of the table's name.
    pub table: u64,
    /// Their names.
    pub names: Vec<Vec<u8>>,
}

/// Columns of the tables that a stream has created so far. Bounded: when full, it begins anew.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    by_name: Arc<HashMap<u64, Arc<Columns>, BuildHasherDefault<Spread>>>,
    bytes: usize,
    /// The statement that fills a table and is not known to have ended: rows may go on for gigabytes.
    open: Option<(Mode, Arc<Columns>)>,
}

impl Tables {
    /// Notes every table whose `CREATE TABLE` begins in `bytes[from..until]` and is at hand in full, and the last statement
    /// that fills one.
    pub fn read(&mut self, bytes: &[u8], from: usize, until: usize) {
        // Names may be written in another encoding than the rest.
        let mut text = Text::default();
        let (mut i, mut last) = (from, None);
        while let Some(verb) = next_verb(bytes, i, until) {
            i = verb + 1;
            match verb_at(bytes, verb) {
                Verb::Create => {
                    let part = slice(bytes, verb, verb + CREATE_BYTES);
                    let part = if text.read(part, 0, Coding::default()) { text.bytes() } else { part };
                    if let Part::Whole(table) = created(part) {
                        self.note(table);
                    }
                    (self.open, last) = (None, None);
                }
                kind => last = Some((verb, kind)),
            }
        }
        if let Some((verb, kind)) = last {
            let part = slice(bytes, verb, verb + HEADER_BYTES);
            let part = if text.read(part, 0, Coding::default()) { text.bytes() } else { part };
            self.open = match header(part, kind) {
                Part::Whole(header) => Some((Mode::of(kind), self.columns(&header))),
                Part::Cut | Part::Other => None,
            };
        }
        let rows = slice(bytes, last.map_or(from, |(verb, _)| verb), until + 2);
        if matches!(self.open, Some((Mode::Copy, _))) && memmem::find(rows, b"\n\\.").is_some() {
            self.open = None;
        }
    }

    /// The columns of a statement: those that it lists, else those of its table.
    fn columns(&self, header: &Header<'_>) -> Arc<Columns> {
        match (header.list, self.by_name.get(&header.table)) {
            (None, Some(columns)) => Arc::clone(columns),
            (list, _) => {
                let names = list.into_iter().flat_map(|list| list.split(|&byte| byte == b',').take(MOST_COLUMNS));
                Arc::new(Columns { table: header.table, names: names.map(|name| bare(name).to_vec()).collect() })
            }
        }
    }

    fn note(&mut self, columns: Columns) {
        let bytes = columns.names.iter().map(|name| name.len() + size_of::<Vec<u8>>()).sum::<usize>();
        if self.bytes + bytes > KEPT_BYTES {
            *self = Self::default();
        }
        self.bytes += bytes;
        Arc::make_mut(&mut self.by_name).insert(columns.table, Arc::new(columns));
    }
}

/// Bytes of blanks that may stand before a value in its cell.
pub const CELL_BLANKS: u64 = 32;

/// What is being read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    /// No rows.
    #[default]
    Closed,
    /// Tuples in brackets.
    Tuples,
    /// Rows with tabs.
    Copy,
}

/// How far before a block a row is looked for that begins in it, in bytes.
const ROW_BYTES: usize = 64 << 10;

impl Mode {
    /// Where a row begins, soon before the end of the bytes, in a statement that began before them.
    fn row_in(self, bytes: &[u8]) -> Option<usize> {
        let from = bytes.len().saturating_sub(ROW_BYTES);
        let own = slice(bytes, from, bytes.len());
        let row = match self {
            Self::Closed => None,
            Self::Copy => memchr(b'\n', own).map(|end| end + 1),
            Self::Tuples => memchr::memchr_iter(b',', own).find_map(|comma| {
                let blanks =
                    slice(own, comma + 1, own.len()).iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                let next = comma + 1 + blanks;
                (before(own, comma) == b')' && at(own, next) == b'(').then_some(next)
            }),
        };
        row.map(|row| from + row)
    }

    /// How the rows of a statement are written.
    fn of(verb: Verb) -> Self {
        if verb == Verb::Copy { Self::Copy } else { Self::Tuples }
    }
}

/// Where reading stands. Places are offsets in the stream: a statement outlives the bytes at hand.
#[derive(Clone, Debug, Default)]
struct State {
    at: u64,
    mode: Mode,
    columns: Arc<Columns>,
    column: usize,
    depth: usize,
    /// The quote that is open, or 0.
    quote: u8,
    /// The columns whose cells are noted: a bit each.
    wanted: u128,
}

/// A cell of a column that is asked for.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Offset of its first byte in the stream: a quote, a blank or the value itself.
    pub place: u64,
    /// Its column.
    pub column: usize,
    /// The columns of its table.
    pub columns: Arc<Columns>,
    /// Whether tabs part the cells, and no quotes stand around them.
    pub bare: bool,
}

/// The last cells that were read: values are not met in order, but near the place where reading stands.
#[derive(Clone, Debug, Default)]
struct Recent {
    /// Offset of the first byte of each, and its column.
    cells: Vec<(u64, u32)>,
    /// All cells from here on are there; nothing before.
    from: u64,
}

impl Recent {
    /// Forgets all: from `at` on cells are noted anew.
    fn begin(&mut self, at: u64, column: u32) {
        self.cells.clear();
        self.cells.push((at, column));
        self.from = at;
    }

    fn note(&mut self, at: u64, column: u32) {
        if self.cells.len() >= 2 * RECENT {
            self.cells.drain(..RECENT);
            self.from = self.cells.first().map_or(at, |(at, _)| *at);
        }
        self.cells.push((at, column));
    }

    /// The column of the cell that `place` lies in, or [`OUTSIDE`]; nothing if it is not known any more.
    fn column(&self, place: u64) -> Option<u32> {
        if place < self.from {
            return None;
        }
        // Mostly one of the last.
        let behind = self.cells.iter().rev().take_while(|(at, _)| *at > place).count();
        self.cells.get(self.cells.len().checked_sub(behind + 1)?).map(|(_, column)| *column)
    }
}

/// The statement in force.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    state: State,
    recent: Recent,
    /// Earlier places: values are not met in order, but near it.
    marks: [State; 2],
    tables: Tables,
    /// The last list of columns and its hash: statements of one row repeat it.
    last: Option<(u64, Arc<Columns>)>,
    /// A backslash in quotes is itself (standard SQL).
    standard: bool,
    /// What names of columns end in whose cells are noted.
    ends: Ends,
    /// The columns last asked for by that.
    asked: (Arc<Columns>, u128),
    /// Cells noted and not yet taken.
    cells: Vec<Cell>,
}

impl Statement {
    /// No statement is in force at `at`, an offset in the stream.
    pub fn begin(at: u64, standard: bool, tables: Tables) -> Self {
        let state = State { at, ..State::default() };
        let mut recent = Recent::default();
        recent.begin(at, OUTSIDE);
        Self { marks: [state.clone(), state.clone()], state, recent, tables, standard, ..Self::default() }
    }

    /// Notes the cells of columns whose names end so.
    #[must_use]
    pub fn noting(mut self, ends: &Ends) -> Self {
        self.ends = ends.clone();
        self
    }

    /// The cells noted so far that begin before `until`, an offset in the stream.
    pub fn take_cells(&mut self, until: u64) -> Vec<Cell> {
        let rest = self.cells.partition_point(|cell| cell.place < until);
        let rest = self.cells.split_off(rest);
        std::mem::replace(&mut self.cells, rest)
    }

    /// Gives back cells, in their order, that were taken too early: their values begin behind `until`.
    pub fn give_back(&mut self, cells: Vec<Cell>) {
        self.cells.splice(..0, cells);
    }

    /// The columns of the table in force whose cells are noted.
    fn wanted(&mut self) -> u128 {
        if !Arc::ptr_eq(&self.asked.0, &self.state.columns) {
            let names = self.state.columns.names.iter().take(128).enumerate();
            let wanted = names.filter(|(_, name)| self.ends.end(name)).fold(0, |bits, (i, _)| bits | 1 << i);
            self.asked = (Arc::clone(&self.state.columns), wanted);
        }
        self.asked.1
    }

    /// Takes over what is in force behind `bytes`, which end where this statement begins.
    pub fn take_over(&mut self, bytes: &[u8]) {
        let end = self.state.at;
        let base = end - bytes.len() as u64;
        if let Some(verb) = last_verb(bytes) {
            self.state.at = base + verb as u64;
        } else if let Some((mode, columns)) = self.tables.open.clone()
            && let Some(row) = mode.row_in(bytes)
        {
            self.state = State { at: base + row as u64, mode, columns, ..State::default() };
            self.state.wanted = self.wanted();
        } else {
            return;
        }
        self.read_on(bytes, base, bytes.len());
        self.marks = [self.state.clone(), self.state.clone()];
        self.recent.begin(self.state.at, self.state.recent());
        // Values begin soon behind their cell.
        self.cells.retain(|cell| cell.place + CELL_BLANKS >= end);
    }

    /// Reads on to `end`, a place in `bytes`, whose first byte has the offset `base` in the stream.
    pub fn read_to(&mut self, bytes: &[u8], base: u64, end: usize) {
        if self.state.at < base {
            // Bytes in between are not at hand.
            *self = Self::begin(base, self.standard, std::mem::take(&mut self.tables)).noting(&self.ends);
        }
        while self.state.at < base + end as u64 {
            let from = self.state.at;
            let stop = (from + MARK_BYTES).min(base + end as u64);
            if from >= self.marks[1].at + MARK_BYTES {
                self.marks.swap(0, 1);
                self.marks[1] = self.state.clone();
            }
            self.read_on(bytes, base, (stop - base) as usize);
            if self.state.at <= from {
                return; // the rest of a header is not at hand
            }
        }
    }

    /// As [`Statement::column`], of a statement that begins where this one stands, wherever in its line that is.
    pub fn column_in_line(&mut self, bytes: &[u8], base: u64, start: usize) -> Option<(usize, Arc<Columns>)> {
        if self.state.mode == Mode::Closed && self.state.at >= base {
            let verb = (self.state.at - base) as usize;
            let Part::Whole(header) = header(slice(bytes, verb, verb + HEADER_BYTES), Verb::Insert) else {
                return None;
            };
            self.state.columns = self.columns(&header);
            self.state.mode = Mode::Tuples;
            self.state.at += header.length as u64;
            self.marks = [self.state.clone(), self.state.clone()];
            self.recent.begin(self.state.at, OUTSIDE);
        }
        self.column(bytes, base, start)
    }

    /// The column that the value at `start` stands in, and its table's columns.
    pub fn column(&mut self, bytes: &[u8], base: u64, start: usize) -> Option<(usize, Arc<Columns>)> {
        let place = base + start as u64;
        if place >= self.state.at {
            self.read_to(bytes, base, start);
            return self.state.cell(place);
        }
        if let Some(column) = self.recent.column(place) {
            let columns = &self.state.columns;
            let known = columns.names.is_empty() || (column as usize) < columns.names.len();
            return (column != OUTSIDE && known).then(|| (column as usize, Arc::clone(columns)));
        }
        let mark = self.marks.iter().rev().find(|mark| mark.at <= place && mark.at >= base)?;
        // The next statement may begin before the place.
        let mut back = Self { state: mark.clone(), ..Self::begin(0, self.standard, self.tables.clone()) };
        back.state.wanted = 0;
        back.read_on(bytes, base, start);
        back.state.cell(place)
    }

    fn read_on(&mut self, bytes: &[u8], base: u64, end: usize) {
        let mut i = (self.state.at - base) as usize;
        while i < end {
            let next = match self.state.mode {
                Mode::Closed => self.closed(bytes, base, i, end),
                Mode::Tuples => self.tuples(bytes, base, i, end),
                Mode::Copy => self.copied(bytes, base, i, end),
            };
            if next <= i {
                break;
            }
            i = next;
        }
        self.state.at = base + i as u64;
    }

    /// Looks for the next statement that fills or creates a table.
    fn closed(&mut self, bytes: &[u8], base: u64, i: usize, end: usize) -> usize {
        let Some(verb) = next_verb(bytes, i, end) else { return end };
        let rest = slice(bytes, verb, bytes.len());
        match verb_at(bytes, verb) {
            Verb::Create => match created(slice(rest, 0, CREATE_BYTES)) {
                Part::Whole(table) => {
                    self.tables.note(table);
                    verb + 1
                }
                // The next bytes hold the rest.
                Part::Cut if rest.len() < CREATE_BYTES => verb,
                _ => verb + 1,
            },
            kind => match header(slice(rest, 0, HEADER_BYTES), kind) {
                Part::Whole(header) => {
                    self.state.columns = self.columns(&header);
                    self.state.wanted = self.wanted();
                    self.state.mode = Mode::of(kind);
                    (self.state.column, self.state.depth, self.state.quote) = (0, 0, 0);
                    let at = base + (verb + header.length) as u64;
                    self.recent.begin(at, if kind == Verb::Copy { 0 } else { OUTSIDE });
                    if kind == Verb::Copy {
                        self.state.note(at, &mut self.cells);
                    }
                    verb + header.length
                }
                Part::Cut if rest.len() < HEADER_BYTES => verb,
                _ => verb + 1,
            },
        }
    }

    fn columns(&mut self, header: &Header<'_>) -> Arc<Columns> {
        let Some(list) = header.list else { return self.tables.columns(header) };
        let hash = spread(list) ^ header.table;
        if let Some((known, columns)) = &self.last
            && *known == hash
        {
            return Arc::clone(columns);
        }
        let columns = self.tables.columns(header);
        self.last = Some((hash, Arc::clone(&columns)));
        columns
    }

    fn tuples(&mut self, bytes: &[u8], base: u64, mut i: usize, end: usize) -> usize {
        let Self { state, cells, recent, .. } = self;
        while i < end {
            if state.quote != 0 {
                let part = slice(bytes, i, end);
                let found = if self.standard { memchr(state.quote, part) } else { memchr2(state.quote, b'\\', part) };
                let Some(found) = found else { return end };
                i += found;
                if at(bytes, i) == b'\\' {
                    i += 2;
                } else {
                    state.quote = 0;
                    i += 1;
                }
                continue;
            }
            match at(bytes, i) {
                b'\'' => state.quote = b'\'',
                b'"' if state.depth > 0 => state.quote = b'"',
                b'(' => {
                    state.depth += 1;
                    if state.depth == 1 {
                        state.column = 0;
                        state.note(base + i as u64 + 1, cells);
                        recent.note(base + i as u64 + 1, 0);
                    }
                }
                b')' => {
                    state.depth = state.depth.saturating_sub(1);
                    if state.depth == 0 {
                        recent.note(base + i as u64 + 1, OUTSIDE);
                    }
                }
                b',' if state.depth == 1 => {
                    state.column += 1;
                    state.note(base + i as u64 + 1, cells);
                    recent.note(base + i as u64 + 1, state.column as u32);
                }
                b';' if state.depth == 0 => {
                    state.mode = Mode::Closed;
                    return i + 1;
                }
                // A statement that the last one did not end before.
                b'\n' if state.depth == 0 && verb_at(bytes, i + 1) != Verb::None => {
                    state.mode = Mode::Closed;
                    return i + 1;
                }
                _ => {}
            }
            i += 1;
        }
        // Behind a backslash at the very end.
        i
    }

    fn copied(&mut self, bytes: &[u8], base: u64, mut i: usize, end: usize) -> usize {
        while let Some(found) = memchr2(b'\t', b'\n', slice(bytes, i, end)) {
            i += found;
            if at(bytes, i) == b'\t' {
                self.state.column += 1;
            } else {
                self.state.column = 0;
                if at(bytes, i + 1) == b'\\' && at(bytes, i + 2) == b'.' {
                    self.state.mode = Mode::Closed;
                    self.recent.note(base + i as u64 + 1, OUTSIDE);
                    return i + 1;
                }
            }
            i += 1;
            self.state.note(base + i as u64, &mut self.cells);
            self.recent.note(base + i as u64, self.state.column as u32);
        }
        end
    }
}

impl State {
    /// The column at hand, as it is remembered.
    fn recent(&self) -> u32 {
        match self.mode {
            Mode::Copy => self.column as u32,
            Mode::Tuples if self.depth > 0 => self.column as u32,
            _ => OUTSIDE,
        }
    }

    /// Notes the cell that begins at `place`, if its column is asked for.
    fn note(&self, place: u64, cells: &mut Vec<Cell>) {
        if self.column < 128 && self.wanted >> self.column & 1 != 0 {
            let (columns, bare) = (Arc::clone(&self.columns), self.mode == Mode::Copy);
            cells.push(Cell { place, column: self.column, columns, bare });
        }
    }

    fn cell(&self, place: u64) -> Option<(usize, Arc<Columns>)> {
        let inside = match self.mode {
            Mode::Closed => false,
            Mode::Tuples => self.depth > 0,
            Mode::Copy => true,
        };
        let known = self.columns.names.is_empty() || self.column < self.columns.names.len();
        // A backslash may stand just before the value.
        (inside && known && self.at <= place + 1).then(|| (self.column, Arc::clone(&self.columns)))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    None,
    Insert,
    Copy,
    Create,
}

/// The verb that begins at `i`, behind spaces.
fn verb_at(bytes: &[u8], mut i: usize) -> Verb {
    while matches!(at(bytes, i), b' ' | b'\t') && i < bytes.len() {
        i += 1;
    }
    let word = |word: &[u8]| {
        let part = slice(bytes, i, i + word.len());
        part.len() == word.len() && part.eq_ignore_ascii_case(word)
    };
    match at(bytes, i) | 0x20 {
        b'i' if word(b"insert ") => Verb::Insert,
        b'r' if word(b"replace into ") => Verb::Insert,
        b'c' if word(b"copy ") => Verb::Copy,
        b'c' if word(b"create ") => Verb::Create,
        _ => Verb::None,
    }
}

/// Where the first verb begins in `bytes[from..until]`: at the beginning of a line, of the bytes, or behind a semicolon.
fn next_verb(bytes: &[u8], from: usize, until: usize) -> Option<usize> {
    let mut i = from;
    if (i == 0 || matches!(before(bytes, i), b'\n' | b';')) && i < until && verb_at(bytes, i) != Verb::None {
        return Some(i);
    }
    loop {
        i += memchr2(b'\n', b';', slice(bytes, i, until))? + 1;
        if i < until && verb_at(bytes, i) != Verb::None {
            return Some(i);
        }
    }
}

/// Where the last verb that fills tables begins.
fn last_verb(bytes: &[u8]) -> Option<usize> {
    let mut end = bytes.len();
    while let Some(i) = memrchr2(b'\n', b';', slice(bytes, 0, end)) {
        if matches!(verb_at(bytes, i + 1), Verb::Insert | Verb::Copy) {
            return Some(i + 1);
        }
        end = i;
    }
    matches!(verb_at(bytes, 0), Verb::Insert | Verb::Copy).then_some(0)
}

/// The beginning of a statement that fills a table.
struct Header<'b> {
    /// Hash of the table's name.
    table: u64,
    list: Option<&'b [u8]>,
    /// Bytes up to the first row.
    length: usize,
}

/// Words between a verb and the name of its table.
const PARTICLES: [&[u8]; 12] = [
    b"insert",
    b"replace",
    b"copy",
    b"into",
    b"ignore",
    b"low_priority",
    b"high_priority",
    b"delayed",
    b"or",
    b"only",
    b"overwrite",
    b"table",
];

/// What the bytes at hand hold of something.
enum Part<T> {
    Whole(T),
    /// They end too early.
    Cut,
    /// Something else.
    Other,
}

/// Reads words and names one after the other.
struct Words<'b> {
    text: &'b [u8],
    at: usize,
}

impl<'b> Words<'b> {
    fn next(&mut self) -> Part<&'b [u8]> {
        self.at +=
            slice(self.text, self.at, self.text.len()).iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        match token(self.text, self.at) {
            Some(length) if self.at + length < self.text.len() => {
                self.at += length;
                Part::Whole(slice(self.text, self.at - length, self.at))
            }
            Some(_) => Part::Cut,
            None if self.at >= self.text.len() => Part::Cut,
            None => Part::Other,
        }
    }

    /// The first word that is none of these.
    fn name(&mut self, particles: &[&[u8]]) -> Part<&'b [u8]> {
        for _ in 0..12 {
            match self.next() {
                Part::Whole(word) if particles.iter().any(|known| word.eq_ignore_ascii_case(known)) => {}
                other => return other,
            }
        }
        Part::Other
    }
}

fn header(statement: &[u8], verb: Verb) -> Part<Header<'_>> {
    let mut words = Words { text: statement, at: 0 };
    let table = match words.name(&PARTICLES) {
        Part::Whole(name) => table_hash(name),
        Part::Cut => return Part::Cut,
        Part::Other => return Part::Other,
    };
    let mut list = None;
    for _ in 0..6 {
        match words.next() {
            Part::Whole(word) => {
                let is = |known: &[u8]| word.eq_ignore_ascii_case(known);
                if verb == Verb::Insert && (is(b"values") || is(b"value")) {
                    return Part::Whole(Header { table, list, length: words.at });
                }
                if verb == Verb::Copy && is(b"stdin") {
                    // Rows begin on the next line.
                    let Some(line) = memchr(b'\n', slice(statement, words.at, statement.len())) else {
                        return Part::Cut;
                    };
                    return Part::Whole(Header { table, list, length: words.at + line + 1 });
                }
                if is(b"select") {
                    return Part::Other;
                }
            }
            Part::Other if at(statement, words.at) == b'(' && list.is_none() => {
                let Some(close) = memchr(b')', slice(statement, words.at, statement.len())) else { return Part::Cut };
                list = Some(slice(statement, words.at + 1, words.at + close));
                words.at += close + 1;
            }
            Part::Other => return Part::Other,
            Part::Cut => return Part::Cut,
        }
    }
    Part::Other
}

/// Bytes of the word or name at `i`: parts in quotes of any kind, joined by dots.
fn token(text: &[u8], i: usize) -> Option<usize> {
    let mut end = i;
    loop {
        let byte = at(text, end);
        let close = match byte {
            b'`' | b'"' => byte,
            b'[' => b']',
            b'.' => {
                end += 1;
                continue;
            }
            _ if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'-') || byte >= 0x80 => {
                end += 1;
                continue;
            }
            _ => break,
        };
        end += 2 + memchr(close, slice(text, end + 1, end + 130))?;
    }
    (end > i && end - i < 260).then_some(end - i)
}

/// Hash of a table's name without its schema and quotes, in small letters.
fn table_hash(name: &[u8]) -> u64 {
    let own = name.rsplit(|&byte| byte == b'.').next().unwrap_or(name);
    spread(&bare(own).to_ascii_lowercase())
}

/// A name without quotes and spaces around it.
fn bare(name: &[u8]) -> &[u8] {
    let quote = |byte: &u8| matches!(byte, b'`' | b'"' | b'[' | b']' | b'\'') || byte.is_ascii_whitespace();
    let left = name.iter().take_while(|byte| quote(byte)).count();
    let right = name.iter().rev().take_while(|byte| quote(byte)).count();
    slice(name, left, name.len().saturating_sub(right))
}

/// Words that begin a line of `CREATE TABLE` which is no column.
const CLAUSES: [&[u8]; 12] = [
    b"primary",
    b"key",
    b"unique",
    b"constraint",
    b"index",
    b"fulltext",
    b"foreign",
    b"check",
    b"spatial",
    b"exclude",
    b"like",
    b"period",
];

/// Words between the verb and the name of a new table.
const CREATES: [&[u8]; 11] = [
    b"create",
    b"table",
    b"temporary",
    b"temp",
    b"unlogged",
    b"global",
    b"local",
    b"if",
    b"not",
    b"exists",
    b"external",
];

/// The table that a statement creates.
fn created(statement: &[u8]) -> Part<Columns> {
    let mut words = Words { text: statement, at: 0 };
    let table = match words.name(&CREATES) {
        Part::Whole(name) => table_hash(name),
        Part::Cut => return Part::Cut,
        Part::Other => return Part::Other,
    };
    if !matches!(words.next(), Part::Other) || at(statement, words.at) != b'(' {
        return if words.at + 1 >= statement.len() { Part::Cut } else { Part::Other };
    }
    let mut i = words.at + 1;
    let mut names = Vec::new();
    let mut fresh = true;
    let mut depth = 1usize;
    while i < statement.len() {
        let byte = at(statement, i);
        if fresh && !byte.is_ascii_whitespace() {
            fresh = false;
            if let Some(word) = token(statement, i) {
                let text = slice(statement, i, i + word);
                if !CLAUSES.iter().any(|known| text.eq_ignore_ascii_case(known)) && names.len() < MOST_COLUMNS {
                    names.push(slice(bare(text), 0, 128).to_vec());
                }
                i += word;
                continue;
            }
        }
        let rest = |from: usize| slice(statement, from, statement.len());
        match byte {
            b'\'' | b'"' | b'`' => match memchr(byte, rest(i + 1)) {
                Some(length) => i += 1 + length,
                None => return Part::Cut,
            },
            b'-' if at(statement, i + 1) == b'-' => match memchr(b'\n', rest(i)) {
                Some(length) => i += length,
                None => return Part::Cut,
            },
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return Part::Whole(Columns { table, names });
                }
            }
            b',' if depth == 1 => fresh = true,
            _ => {}
        }
        i += 1;
    }
    Part::Cut
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The column of each digit run that is asked for, in order, by name or index.
    fn columns(sql: &str, values: &[&str]) -> Vec<Option<String>> {
        let bytes = sql.as_bytes();
        let mut statement = Statement::begin(0, false, Tables::default());
        values
            .iter()
            .map(|value| {
                let start = sql.find(value).expect("it is there");
                let (column, columns) = statement.column(bytes, 0, start)?;
                Some(match columns.names.get(column) {
                    Some(name) => String::from_utf8_lossy(name).into_owned(),
                    None => column.to_string(),
                })
            })
            .collect()
    }

    fn some(names: &[&str]) -> Vec<Option<String>> {
        names.iter().map(|name| (!name.is_empty()).then(|| (*name).to_owned())).collect()
    }

    #[test]
    fn rows_without_a_list_take_the_columns_of_their_table() {
        let sql = "DROP TABLE IF EXISTS `b_user`;\nCREATE TABLE `b_user` (\n  `ID` int(18) NOT NULL AUTO_INCREMENT,\n  `NAME` varchar(50) DEFAULT 'a,b)' COMMENT 'it''s',\n  \
            `UF_IIN` decimal(12,0) DEFAULT NULL,\n  PRIMARY KEY (`ID`),\n  KEY `ix` (`NAME`,`UF_IIN`)\n) ENGINE=InnoDB;\n\
            INSERT INTO `b_user` VALUES\n(17,'x (1), \\'y',111),\n(18,NULL,222);\nINSERT INTO other VALUES (333,444);\n";
        assert_eq!(
            columns(sql, &["17", "111", "18,N", "222", "333", "444"]),
            some(&["ID", "UF_IIN", "ID", "UF_IIN", "0", "1"])
        );
    }

    #[test]
    fn copied_rows_and_lists_of_columns() {
        let sql = "CREATE TABLE public.people (\n    id integer,\n    \"ИИН\" text\n);\nCOPY public.clients (id, iin, phone) FROM stdin;\n1\t111\t+2\n3\t\\N\t4\n\\.\n5\n\
            COPY people FROM stdin;\n6\t777\n\\.\nINSERT [dbo].[t] ([a],[b]) VALUES (N'8', N'9')\nREPLACE INTO t (c) VALUE ('10')\n";
        assert_eq!(
            columns(sql, &["111", "+2", "3\t", "4\n", "5\n", "777", "8'", "9'", "10"]),
            some(&["iin", "phone", "id", "phone", "", "ИИН", "a", "b", "c"])
        );
    }

    #[test]
    fn rows_go_on_far_behind_their_header() {
        for (head, rows, value) in [
            ("COPY t (id, iin) FROM stdin;\n", "1\tx\n2\ty\n", "7\t111\n"),
            ("INSERT INTO t (id, iin) VALUES\n(1,'a'),\n", "(1,'x'),\n\t(2,'(y'),\n\t", "(7,'111'),\n"),
            (
                "CREATE TABLE t (\n id int,\n iin text\n);\nINSERT INTO t VALUES (1,'a'),",
                "(1,'x'),(2,'y'),",
                "(7,'111'),",
            ),
        ] {
            let mut tables = Tables::default();
            tables.read(head.as_bytes(), 0, head.len());
            tables.read(rows.as_bytes(), 0, rows.len());
            let at = (head.len() + rows.len()) as u64;
            let mut statement = Statement::begin(at, false, tables);
            statement.take_over(rows.as_bytes());
            let start = value.find("111").expect("it is there");
            let (column, columns) = statement.column(value.as_bytes(), at, start).expect(head);
            assert_eq!(columns.names[column], b"iin", "{head}");
        }
        let mut tables = Tables::default();
        for part in ["COPY t (id, iin) FROM stdin;\n1\tx\n", "2\ty\n\\.\n", "SELECT 1;\n"] {
            tables.read(part.as_bytes(), 0, part.len());
        }
        assert!(tables.open.is_none(), "the rows have ended");
    }

    #[test]
    fn statements_without_a_list_are_known_a_little_back() {
        let row = |n: usize| format!("INSERT INTO t VALUES ({n},'{}',{n}22);\n", "x".repeat(300));
        let sql =
            format!("CREATE TABLE t (\n a int,\n b text,\n c int\n);\n{}", (100..140).map(row).collect::<String>());
        let mut statement = Statement::begin(0, false, Tables::default());
        for n in 103..140 {
            for n in [n, n - 3] {
                let start = sql.find(&format!("{n}22")).expect("it is there");
                let (column, columns) = statement.column(sql.as_bytes(), 0, start).expect("a column");
                assert_eq!(columns.names.get(column).map(Vec::as_slice), Some(&b"c"[..]), "{n}");
            }
        }
    }

    #[test]
    fn words_in_a_cell_are_no_statements() {
        let sql =
            "INSERT INTO t (a, b) VALUES ('insert into x (c) values (', 111), ('; INSERT INTO y (d) VALUES (', 222);\n";
        assert_eq!(columns(sql, &["111", "222"]), some(&["b", "b"]));
    }

    #[test]
    fn places_a_little_back_are_known() {
        let row = |n: usize| format!("({n}1,'{}',{n}2)", "x".repeat(700));
        let sql = format!("INSERT INTO t (a, b, c) VALUES {};", (10..40).map(row).collect::<Vec<_>>().join(","));
        let mut statement = Statement::begin(0, false, Tables::default());
        for n in 10..40 {
            for (value, column) in [(format!("{n}2)"), 2), (format!("({n}1,"), 0)] {
                let start = sql.find(&value).expect("it is there") + usize::from(column == 0);
                let found = statement.column(sql.as_bytes(), 0, start).map(|(column, _)| column);
                assert_eq!(found, Some(column), "{value}");
            }
        }
    }

    #[test]
    fn a_statement_is_taken_over() {
        let rows = "INSERT INTO t VALUES (1,'a;\\'(b',2),\n(3,'c',4),\n";
        let mut tables = Tables::default();
        tables.read(b"create table t (id int, name text, iin text);", 0, 10);
        for cut in 21..rows.len() {
            let mut statement = Statement::begin(cut as u64, false, tables.clone());
            statement.take_over(&rows.as_bytes()[..cut]);
            let start = rows.rfind('4').expect("it is there");
            if cut <= start {
                let (column, columns) = statement.column(rows.as_bytes(), 0, start).expect("a column");
                assert_eq!((column, columns.names[2].as_slice()), (2, &b"iin"[..]), "{cut}");
            }
        }
    }
}

//! What stands around a candidate: the field it is in, and the keywords near it.

use super::catalog::{Catalog, RuleIndex};
use super::number;
use super::scan::Block;
use crate::text::field::{self, ColumnNumbers, Ends, Meaning, Meanings, Name};
use crate::text::hash::spread;
use crate::text::heads;
use crate::text::keyword::{Group, Windows};
use crate::text::row::Form;
use crate::text::statement::{Cell, Columns, Statement};
use crate::text::{at, before, slice, utf8};
use std::ops::Range;
use std::sync::Arc;

/// Bytes looked at before a value; 40 letters of two bytes and some.
const BACK_BYTES: usize = 96;
/// Bytes looked at behind a value.
const FORWARD_BYTES: usize = 48;
/// Characters looked at behind a value, and some for the end of a word.
const FORWARD_CHARS: usize = 24;
/// Characters looked at before a value, and some for the beginning of a word.
const BACK_CHARS: usize = 48;
/// Bytes looked at before a value for the heads of keywords: characters, while all are ASCII.
const HEADS_BACK: usize = 64;
/// Longest name of who speaks in a chat, in bytes.
const SPEAKER_BYTES: usize = 40;
/// Columns of a table in which words of other cells say nothing.
const WIDE: usize = 4;
/// Keywords kept.
const MOST: usize = 12;

/// A keyword near a candidate.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Near {
    pub(super) group: Group,
    /// Characters between it and the value.
    pub(super) chars: u16,
    /// Whether it stands behind the value.
    pub(super) forward: bool,
    /// Whether the value follows without a gap.
    pub(super) attached: bool,
    /// Where what stands between it and the value begins and ends.
    between: (u32, u32),
}

impl Near {
    /// Order of nearness: a keyword behind a value is as far as one three times as far before it.
    fn distance(self) -> u16 {
        if self.forward { self.chars * 3 + 6 } else { self.chars }
    }

    /// Words between it and the value.
    pub(super) fn words(self, bytes: &[u8]) -> u8 {
        words(slice(bytes, self.between.0 as usize, self.between.1 as usize))
    }
}

/// What stands around one candidate.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// Number of the field's meaning; 0 for none.
    pub(super) field: u32,
    /// Whether the field is a column of a table.
    pub(super) column: bool,
    /// Keywords, nearest first.
    near: [Near; MOST],
    count: usize,
}

impl Around {
    /// Keywords, nearest first.
    pub(super) fn near(&self) -> impl Iterator<Item = (&Near, u16)> {
        self.near.iter().take(self.count).map(|near| (near, near.distance()))
    }
}

/// Looks around candidates of one block; reads each line and window once.
#[derive(Debug, Default)]
pub(super) struct Looker {
    windows: Windows,
    fields: field::Finder,
    pub(super) meanings: Meanings,
    /// Meanings of the table's columns, and of those of the statement at hand.
    columns: ColumnNumbers,
    sql_columns: (Arc<Columns>, ColumnNumbers),
    /// The last question after a field, and what was answered: rivals for one value ask the same.
    asked: Option<Asked>,
    heads: heads::Seen,
}

/// The field of one place.
#[derive(Debug)]
struct Asked {
    start: usize,
    name: Option<Name>,
    /// Number of its meaning, and whether it is a column, once that was asked.
    meaning: Option<(u32, bool)>,
}

impl Looker {
    /// Another stream, or another part of it, begins.
    pub(super) fn reset(&mut self, block: &Block<'_>, ends: &Ends) {
        self.windows.reset();
        self.asked = None;
        self.heads = heads::Seen::default();
        self.columns.clear();
        let before = &block.before;
        let tables = before.tables.cloned().unwrap_or_default();
        self.fields = field::Finder::begin(block.layout, before.bytes, tables, before.end, ends);
    }

    /// Cells of SQL rows noted and not yet taken, that begin before `until`.
    pub(super) fn take_cells(&mut self, until: u64) -> Vec<Cell> {
        self.fields.take_cells(until)
    }

    /// Gives back cells that were taken too early.
    pub(super) fn give_back(&mut self, cells: Vec<Cell>) {
        self.fields.give_back(cells);
    }

    /// The cell of a column in the record of the block's table that begins at `start`.
    pub(super) fn table_cell(
        &mut self, block: &Block<'_>, start: usize, form: Form, column: usize,
    ) -> Option<Range<usize>> {
        self.fields.table_cell(block.bytes, block.base, start, form, column)
    }

    /// The statement in force where reading stands.
    pub(super) fn statement(&self) -> &Statement {
        self.fields.statement()
    }

    /// Reads SQL on to `end`.
    pub(super) fn read_to(&mut self, block: &Block<'_>, end: usize) {
        self.fields.read_to(block.bytes, block.base, end);
    }

    /// Other bytes of the same stream are at hand.
    pub(super) fn go_on(&mut self) {
        self.windows.reset();
        self.asked = None;
        self.heads = heads::Seen::default();
        self.fields.go_on();
    }

    /// The name of the field that the value at `start` stands in.
    fn name(&mut self, block: &Block<'_>, start: usize) -> &mut Asked {
        let known = self.asked.take().filter(|asked| asked.start == start);
        let asked = known.unwrap_or_else(|| Asked {
            start,
            name: self.fields.name(block.bytes, block.base, start, block.layout),
            meaning: None,
        });
        self.asked.insert(asked)
    }

    /// The number of the meaning of the field that the value at `start` stands in, and whether it is a column.
    pub(super) fn field(&mut self, catalog: &Catalog, block: &Block<'_>, start: usize) -> (u32, bool) {
        let asked = self.name(block, start);
        if let Some(meaning) = asked.meaning {
            return meaning;
        }
        let Some(name) = asked.name.clone() else { return (0, false) };
        let bytes = name_bytes(&self.fields, block, &name);
        let age = self.meanings.age();
        let mut number =
            || self.meanings.number(bytes, || catalog.names.meaning(bytes, &catalog.keywords, &catalog.groups));
        let number = match name {
            Name::Column(column) => self.columns.of(column, age, number),
            Name::SqlColumn(column) => {
                let (columns, numbers) = &mut self.sql_columns;
                if !Arc::ptr_eq(columns, self.fields.sql_columns()) {
                    columns.clone_from(self.fields.sql_columns());
                    numbers.clear();
                }
                numbers.of(column, age, number)
            }
            _ => number(),
        };
        // Words that name nothing are no field.
        let words =
            matches!(name, Name::Label(_)) && self.meanings.get(number).is_none_or(|said| said.raise.is_empty());
        let meaning = (if words { 0 } else { number }, name.is_column());
        if let Some(asked) = &mut self.asked {
            asked.meaning = Some(meaning);
        }
        meaning
    }

    /// What is asked of the name of the field that the value at `start` stands in.
    pub(super) fn with_field_name<T>(
        &mut self, block: &Block<'_>, start: usize, ask: impl FnOnce(&[u8]) -> T,
    ) -> Option<T> {
        let name = self.name(block, start).name.clone()?;
        Some(ask(name_bytes(&self.fields, block, &name)))
    }

    /// A hash of the field that a number stands in, if its name says nothing, or it has none: the cell of a table, the
    /// value of a key, a line of its own.
    pub(super) fn field_key(&mut self, catalog: &Catalog, block: &Block<'_>, span: &Range<usize>) -> Option<u64> {
        let Some(name) = self.name(block, span.start).name.clone() else {
            let alone = matches!(before(block.bytes, span.start), b'\n' | 0)
                && matches!(at(block.bytes, span.end), b'\n' | b'\r' | 0);
            return alone.then(|| spread(b"line"));
        };
        let bytes = name_bytes(&self.fields, block, &name);
        let key = match &name {
            Name::Label(_) => return None,
            Name::Key(_) | Name::Header(_) => spread(bytes),
            Name::Column(index) => spread(&index.to_le_bytes()),
            Name::SqlColumn(index) => spread(&index.to_le_bytes()) ^ self.fields.sql_columns().table,
        };
        let said = |bytes| catalog.names.meaning(bytes, &catalog.keywords, &catalog.groups);
        (bytes.is_empty() || self.meanings.number(bytes, || said(bytes)) == 0).then_some(key)
    }

    /// The meaning with this number.
    pub(super) fn meaning(&self, number: u32) -> Option<&Meaning> {
        self.meanings.get(number)
    }

    /// All that stands around the value. A field that is `enough` outweighs all words: none are looked for then.
    pub(super) fn around(
        &mut self, catalog: &Catalog, block: &Block<'_>, value: &Range<usize>, enough: impl Fn(&Meaning) -> bool,
    ) -> Around {
        let (field, column) = self.field(catalog, block, value.start);
        let mut around = Around { field, column, ..Around::default() };
        if !self.meanings.get(field).is_some_and(enough) {
            self.keywords(catalog, block, value, &mut around);
        }
        around
    }

    /// Whether a word for the value at `value` may stand near it, or its field may name one of these rules: a cheap look at
    /// what [`Self::around`] reads. The words are those of [`Catalog::heads`].
    pub(super) fn may_be_named(
        &mut self, catalog: &Catalog, block: &Block<'_>, value: &Range<usize>,
        mut rules: impl Iterator<Item = RuleIndex>,
    ) -> bool {
        let (field, _) = self.field(catalog, block, value.start);
        self.meanings.get(field).is_some_and(|said| rules.any(|rule| said.raise.contains(&rule)))
            || value.start <= HEADS_BACK
            || self.heads.may_stand(&catalog.heads, block.bytes, value.start - HEADS_BACK..value.end + FORWARD_CHARS)
    }

    fn keywords(&mut self, catalog: &Catalog, block: &Block<'_>, value: &Range<usize>, around: &mut Around) {
        let bytes = block.bytes;
        let lo = line_start(bytes, value.start, reach_back(bytes, value.start));
        let ahead = slice(bytes, value.end, value.end + FORWARD_CHARS);
        let rest = if ahead.is_ascii() { ahead } else { slice(bytes, value.end, value.end + FORWARD_BYTES) };
        let hi = value.end + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let (lo, hi) = match &block.layout.table {
            // In a wide table a cell is named by its column, or by the cell before it.
            Some(table) if table.form.width >= WIDE => {
                let cells = self.fields.cells_around(bytes, block.base, value.start, table.form);
                cells.map_or((lo, hi), |cells| (lo.max(cells.start), hi.min(cells.end)))
            }
            _ => (lo, hi),
        };
        let mut found: [(usize, usize, Group); 24] = [(0, 0, 0); 24];
        let mut count = 0;
        for hit in self.windows.cover(&catalog.keywords, bytes, lo, hi) {
            let inside = hit.start >= lo && hit.start < hi;
            let apart = hit.end <= value.start || hit.start >= value.end;
            if let (true, true, Some(slot)) = (inside, apart, found.get_mut(count)) {
                *slot = (hit.start, hit.end, hit.group);
                count += 1;
            } else if inside && apart {
                // More keywords than kept: the nearest before the value matter most.
                found.rotate_left(1);
                if let Some(slot) = found.last_mut() {
                    *slot = (hit.start, hit.end, hit.group);
                }
            }
        }
        for &(start, end, group) in found.iter().take(count) {
            // `<span>`, `<time>`: the name of an element speaks against nothing.
            let tag = matches!(slice(bytes, start.saturating_sub(2), start), [_, b'<'] | [b'<'] | [b'<', b'/']);
            if tag && catalog.groups.get(usize::from(group)).is_some_and(|said| said.cancels) {
                continue;
            }
            let forward = start >= value.end;
            let between = if forward { (value.end, start) } else { (end, value.start) };
            let gap = slice(bytes, between.0, between.1);
            if forward && leads_on(bytes, end) {
                continue; // it names the next value
            }
            let chars =
                if gap.is_ascii() { gap.len() } else { gap.iter().filter(|byte| **byte & 0xC0 != 0x80).count() };
            let between = (between.0 as u32, between.1 as u32);
            let near = Near { group, chars: chars as u16, forward, attached: !forward && gap.is_empty(), between };
            around.insert(near);
        }
    }
}

/// The bytes of a name.
fn name_bytes<'a>(fields: &'a field::Finder, block: &'a Block<'_>, name: &Name) -> &'a [u8] {
    match name {
        Name::Key(range) | Name::Label(range) | Name::Header(range) => slice(block.bytes, range.start, range.end),
        Name::SqlColumn(index) => fields.sql_column(*index),
        Name::Column(index) => {
            let columns = block.layout.table.as_ref().map(|table| table.columns.as_slice());
            columns.and_then(|columns| columns.get(*index)).map_or(&[], |name| name.as_bytes())
        }
    }
}

impl Around {
    fn insert(&mut self, near: Near) {
        let place = self.near.iter().take(self.count).take_while(|other| other.distance() <= near.distance()).count();
        if place >= MOST {
            return;
        }
        if self.count < MOST {
            self.count += 1;
        }
        if let Some(tail) = self.near.get_mut(place..self.count) {
            tail.rotate_right(1);
        }
        if let Some(slot) = self.near.get_mut(place) {
            *slot = near;
        }
    }
}

/// How far keywords reach back in bytes: letters above ASCII take two.
fn reach_back(bytes: &[u8], start: usize) -> usize {
    let near = start.saturating_sub(BACK_CHARS);
    if slice(bytes, near, start).is_ascii() { near } else { start.saturating_sub(BACK_BYTES) }
}

/// Where keywords of the value at `start` may begin: on its line, or one line up if no letter stands before the value
/// on its own line (forms).
fn line_start(bytes: &[u8], start: usize, lo: usize) -> usize {
    let window = slice(bytes, lo, start);
    let Some(line) = memchr::memrchr(b'\n', window) else { return lo };
    let own = slice(window, line + 1, window.len());
    let above = slice(window, 0, line).trim_ascii_end();
    // «Ваш телефон?», and who answers: `Анна: 8 701 …`.
    let answers = above.ends_with(b"?") && own.len() <= SPEAKER_BYTES && own.ends_with(b": ");
    if answers && !own.iter().any(u8::is_ascii_digit) {
        return lo + memchr::memrchr(b'\n', above).map_or(0, |n| n + 1);
    }
    if own.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80) {
        return lo + line + 1;
    }
    let above = slice(window, 0, line);
    lo + memchr::memrchr(b'\n', above).map_or(0, |n| n + 1)
}

/// Whether a keyword that ends at `end` is followed by a value of its own: a colon, an equals sign, or a digit.
fn leads_on(bytes: &[u8], end: usize) -> bool {
    let mut i = end;
    for _ in 0..4 {
        match at(bytes, i) {
            b':' | b'=' | b'0'..=b'9' => return true,
            // Spaces, quotes, and the number sign in UTF-8 and windows-1251.
            b' ' | b'"' | b'\'' | b'.' | b'(' | b'+' | 0xE2 | 0x84 | 0x96 | 0xB9 => i += 1,
            _ => return false,
        }
    }
    false
}

/// Words before the number of a clause.
const CLAUSES: [&str; 18] = [
    "п",
    "пп",
    "подп",
    "пункт",
    "пункта",
    "пункте",
    "пункту",
    "пунктом",
    "ст",
    "разд",
    "раздел",
    "гл",
    "абз",
    "прил",
    "тарм",
    "cl",
    "sec",
    "§",
];

/// Words in the bytes between a keyword and a value.
fn words(between: &[u8]) -> u8 {
    let mut count = 0u8;
    let (mut word, mut lead) = (false, 0u8);
    for &byte in between {
        let letter = match byte {
            0..0x80 => byte.is_ascii_alphanumeric(),
            // Behind the first byte of a UTF-8 letter or sign: of the same kind.
            0x80..=0xBF if lead >= 0xC0 => !matches!(lead, 0xC2 | 0xE2),
            0xC2 | 0xE2 => false,
            // windows-1251: no-break space and number sign.
            _ => !matches!(byte, 0xA0 | 0xB9 | 0x96 | 0x97),
        };
        if !matches!(byte, 0x80..=0xBF) {
            lead = byte;
        }
        count += u8::from(letter && !word && count < 255);
        word = letter;
    }
    count
}

/// Whether the value at `start` is numbered as a part of a document: `п. 5.1.2.3`, `ст. 10.1.1.2`, `§ 5.1.2.3`.
pub(super) fn is_clause(block: &Block<'_>, start: usize) -> bool {
    let bytes = block.bytes;
    let mut i = start;
    while matches!(before(bytes, i), b' ' | b'.' | 0xA0 | 0xC2) && start - i < 4 {
        i -= 1;
    }
    if i == start {
        return false;
    }
    let mut word = [' '; 8];
    let mut length = 0;
    while let Some((c, size)) = utf8::char_before(bytes, i) {
        if !c.is_alphabetic() && c != '§' {
            break;
        }
        let Some(slot) = word.get_mut(length) else { return false };
        *slot = c.to_lowercase().next().unwrap_or(c);
        length += 1;
        i -= size;
    }
    CLAUSES.iter().any(|clause| clause.chars().rev().eq(word.iter().take(length).copied()))
}

/// What stands on one side of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Border {
    /// A legal border.
    Clear,
    /// A letter: legal only if it ends a keyword of the same detector (`ИИН850101…`).
    Letter,
    /// The value is part of something longer.
    Inside,
}

/// The border before `start` (identifiers 2.2).
pub(super) fn left_border(block: &Block<'_>, start: usize) -> Border {
    let bytes = block.bytes;
    let last = before(bytes, start);
    let back = |n: usize| at(bytes, start.wrapping_sub(n));
    match last {
        b'0'..=b'9' => Border::Inside,
        b'a'..=b'z' | b'A'..=b'Z' => {
            let escape = back(2) == b'\\' && matches!(last, b'n' | b't' | b'r');
            let percent = back(3) == b'%' && back(2).is_ascii_hexdigit() && last.is_ascii_hexdigit();
            if escape || percent { Border::Clear } else { Border::Letter }
        }
        b'.' if back(2).is_ascii_digit() => Border::Inside,
        b'-' if composite(bytes, start, true) => Border::Inside,
        0..0x80 => Border::Clear,
        _ => letter_border(utf8::char_before(bytes, start)),
    }
}

/// The border behind `end`.
pub(super) fn right_border(block: &Block<'_>, end: usize) -> Border {
    let bytes = block.bytes;
    match at(bytes, end) {
        b'0'..=b'9' | b'@' => Border::Inside,
        b'a'..=b'z' | b'A'..=b'Z' => Border::Letter,
        b'.' if at(bytes, end + 1).is_ascii_digit() && !number::is_float(bytes, end) => Border::Inside,
        b'%' if !at(bytes, end + 1).is_ascii_hexdigit() => Border::Inside,
        b'-' if composite(bytes, end, false) => Border::Inside,
        0..0x80 => Border::Clear,
        _ => letter_border(utf8::char_at(bytes, end)),
    }
}

fn letter_border(c: Option<(char, usize)>) -> Border {
    if c.is_some_and(|(c, _)| c.is_alphabetic() && c != '\u{FFFD}') { Border::Letter } else { Border::Clear }
}

/// Whether the hyphen beside a value joins it to a group with digits: a UUID or composite number.
fn composite(bytes: &[u8], border: usize, left: bool) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let part = if left {
        let from = border.saturating_sub(48);
        let window = slice(bytes, from, border);
        let length = window.iter().rev().take_while(|byte| fits(**byte)).count();
        slice(window, window.len() - length, window.len())
    } else {
        let window = slice(bytes, border, border + 48);
        slice(window, 0, window.iter().take_while(|byte| fits(**byte)).count())
    };
    part.iter().any(u8::is_ascii_digit)
}

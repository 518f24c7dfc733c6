//! The name of the field that a value stands in: JSON key, `key=value`, URL query, cookie, XML element, column of a
//! table, column of an `INSERT`. Found by looking back from the value, and read once for each row.

use super::hash::{Spread, spread};
use super::keyword::Keywords;
use super::layout::{self, Layout};
use super::{at, before, slice};
use memchr::{memchr, memrchr};
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::ops::Range;

/// Longest name read, in bytes.
const NAME_BYTES: usize = 96;
/// How far back the start of a line, tag or statement is looked for, in bytes.
const LOOK_BACK: usize = 64 << 10;

/// What a keyword or field name says: which rules it speaks for and against. Rules are numbers to this stage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Meaning {
    /// Rules it names.
    pub raise: Vec<u16>,
    /// Rules it speaks against.
    pub lower: Vec<u16>,
    /// Whether it speaks against every rule that needs context (identifiers 2.9).
    pub cancels: bool,
}

impl Meaning {
    /// Whether it says anything.
    pub fn is_empty(&self) -> bool {
        self.raise.is_empty() && self.lower.is_empty() && !self.cancels
    }

    /// Adds what another one says.
    pub fn merge(&mut self, other: &Self) {
        for &rule in &other.raise {
            if !self.raise.contains(&rule) {
                self.raise.push(rule);
            }
        }
        for &rule in &other.lower {
            if !self.lower.contains(&rule) {
                self.lower.push(rule);
            }
        }
        self.cancels |= other.cancels;
    }
}

/// Names of fields and what they mean.
#[derive(Debug, Default)]
pub struct Names {
    entries: HashMap<Vec<u8>, Meaning>,
    whole: HashMap<Vec<u8>, Meaning>,
}

impl Names {
    /// Adds a name: tokens parted by `_`; a leading `=` makes it fit whole names only.
    pub fn add(&mut self, entry: &str, change: impl Fn(&mut Meaning)) {
        let (map, name) = match entry.strip_prefix('=') {
            Some(name) => (&mut self.whole, name),
            None => (&mut self.entries, entry),
        };
        let tokens = tokens(name.as_bytes());
        change(map.entry(tokens.join(&b'_')).or_default());
        if tokens.len() > 1 {
            change(map.entry(tokens.concat()).or_default());
        }
    }

    /// What a name means. The last token that says something decides: `order_phone` is a phone, `phone_count` none.
    pub fn meaning(&self, name: &[u8], keywords: &Keywords, groups: &[Meaning]) -> Meaning {
        let tokens = tokens(name);
        if let Some(meaning) = self.whole.get(&tokens.join(&b'_')) {
            return meaning.clone();
        }
        for end in (1..=tokens.len()).rev() {
            let mut found = Meaning::default();
            for start in end.saturating_sub(6)..end {
                if let Some(meaning) = tokens.get(start..end).and_then(|part| self.entries.get(&part.join(&b'_'))) {
                    found.merge(meaning);
                    if start + 1 < end {
                        break; // the longest phrase says it; its last word alone may mean something else
                    }
                }
            }
            if !found.is_empty() {
                return found;
            }
        }
        Self::by_keywords(name, keywords, groups)
    }

    fn by_keywords(name: &[u8], keywords: &Keywords, groups: &[Meaning]) -> Meaning {
        let mut windows = super::keyword::Windows::default();
        let mut meaning = Meaning::default();
        for hit in windows.cover(keywords, name, 0, name.len()) {
            if let Some(group) = groups.get(usize::from(hit.group)) {
                meaning.merge(group);
            }
        }
        if !meaning.raise.is_empty() {
            meaning.cancels = false;
        }
        meaning
    }
}

/// Lower-case tokens of a name: parted by anything but letters and digits, between small and capital letters, and
/// between letters and digits.
fn tokens(name: &[u8]) -> Vec<Vec<u8>> {
    let mut tokens: Vec<Vec<u8>> = Vec::new();
    let mut last = 0u8;
    for (i, &byte) in name.iter().enumerate() {
        let word = byte.is_ascii_alphanumeric() || byte >= 0x80;
        if word {
            let next_small = at(name, i + 1).is_ascii_lowercase();
            let begins = !(last.is_ascii_alphanumeric() || last >= 0x80)
                || (last.is_ascii_lowercase() && byte.is_ascii_uppercase())
                || (last.is_ascii_uppercase() && byte.is_ascii_uppercase() && next_small)
                || last.is_ascii_digit() != byte.is_ascii_digit();
            if begins {
                tokens.push(Vec::new());
            }
            if let Some(token) = tokens.last_mut() {
                token.push(byte.to_ascii_lowercase());
            }
        }
        last = byte;
    }
    tokens
}

/// Where a field's name stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// A key beside the value: bytes of the block.
    Key(Range<usize>),
    /// A column of the stream's table, by index.
    Column(usize),
    /// A column of the `INSERT` statement in force, by index (see [`Finder::sql_column`]).
    SqlColumn(usize),
}

impl Name {
    /// Whether it is a column of a table.
    pub fn is_column(&self) -> bool {
        !matches!(self, Self::Key(_))
    }
}

/// Finds field names in one block; remembers the row it is in, so that each row is read once.
#[derive(Debug, Default)]
pub struct Finder {
    row: Row,
    statement: Statement,
}

#[derive(Debug, Default)]
struct Row {
    line: Range<usize>,
    /// Whether the row has as many cells as the header.
    fits: bool,
    cursor: layout::Cursor,
    at: usize,
    column: usize,
}

/// The statement in force. Places are offsets in the stream: a statement outlives the bytes at hand.
#[derive(Debug, Default)]
struct Statement {
    columns: Vec<Vec<u8>>,
    /// Whether values are being read.
    open: bool,
    at: u64,
    column: usize,
    depth: usize,
    quoted: bool,
    /// No statement begins in this range.
    none_in: Range<u64>,
}

impl Finder {
    /// Forgets everything: another stream or part of it begins.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Goes on in the same stream with other bytes at hand: only the statement in force is kept.
    pub fn go_on(&mut self) {
        self.row = Row::default();
    }

    /// Takes over the statement that is in force behind `before`, whose end stands at `end` in the stream.
    pub fn take_over(&mut self, before: &[u8], end: u64) {
        let Some(verb) = find_verb(before) else { return };
        if let Some((columns, length)) = header(slice(before, verb, before.len())) {
            let mut statement = Statement { columns, open: true, ..Statement::default() };
            statement.read_on(before, verb + length, before.len());
            statement.at = end;
            self.statement = statement;
        }
    }

    /// The name of a column of the statement in force.
    pub fn sql_column(&self, index: usize) -> &[u8] {
        self.statement.columns.get(index).map_or(&[], Vec::as_slice)
    }

    /// The name of the field that the value at `start` stands in, if one can be told. `base` is the offset of the
    /// first of `bytes` in the stream.
    pub fn name(&mut self, bytes: &[u8], base: u64, start: usize, layout: &Layout) -> Option<Name> {
        let mut i = start;
        // Quotes, brackets and spaces between a name and its value.
        for _ in 0..16 {
            match before(bytes, i) {
                b' ' | b'"' | b'\'' | b'`' | b'(' | b'[' | b'+' | b'\\' => i -= 1,
                _ => break,
            }
        }
        let found = match before(bytes, i) {
            b'=' => key_before(bytes, i - 1).map(Name::Key),
            b':' => colon_key(bytes, i - 1, start).map(Name::Key),
            b'>' if before(bytes, i - 1) == b'=' => key_before(bytes, i - 2).map(Name::Key),
            b'>' => element(bytes, i - 1).map(Name::Key),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        if let Some(table) = &layout.table {
            return self.row.column(bytes, start, table).map(Name::Column);
        }
        let tuple = matches!(before(bytes, i), b',') || (i < start && at(bytes, i) == b'(');
        if tuple { self.statement.column(bytes, base, start, layout.sql).map(Name::SqlColumn) } else { None }
    }
}

fn name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$') || byte >= 0x80
}

/// The name that ends before `i`, behind spaces, quotes and closing brackets: `key =`, `'key' =`, `a[key]=`.
fn key_before(bytes: &[u8], mut i: usize) -> Option<Range<usize>> {
    while matches!(before(bytes, i), b' ' | b'"' | b'\'' | b'`' | b']' | b'\\') {
        i -= 1;
    }
    let end = i;
    while end - i < NAME_BYTES && name_byte(before(bytes, i)) {
        i -= 1;
    }
    (i < end).then_some(i..end)
}

/// The key before a colon: quoted (JSON), a single word (YAML, headers), never a clock or an address.
fn colon_key(bytes: &[u8], mut i: usize, value: usize) -> Option<Range<usize>> {
    if value == i + 1 && before(bytes, i).is_ascii_digit() {
        return None; // 12:34, 10.0.0.1:8080
    }
    while matches!(before(bytes, i), b' ' | b'\\') {
        i -= 1;
    }
    let quote = before(bytes, i);
    if matches!(quote, b'"' | b'\'') {
        i -= 1;
        while matches!(before(bytes, i), b'\\') {
            i -= 1;
        }
        let from = i.saturating_sub(NAME_BYTES);
        let open = from + memrchr(quote, slice(bytes, from, i))?;
        let name = open + 1..i;
        return (!name.is_empty() && !slice(bytes, name.start, name.end).contains(&b'\n')).then_some(name);
    }
    // Without quotes only an identifier is a key: in running text the word before a colon may be a name, and keywords
    // are found there anyway.
    key_before(bytes, i).filter(|name| slice(bytes, name.start, name.end).is_ascii())
}

/// The element name of `<name …>` that closes at `close`.
fn element(bytes: &[u8], close: usize) -> Option<Range<usize>> {
    let from = close.saturating_sub(512);
    let open = from + memrchr(b'<', slice(bytes, from, close))?;
    let mut end = open + 1;
    while end < close && end - open <= NAME_BYTES && (name_byte(at(bytes, end)) || at(bytes, end) == b':') {
        end += 1;
    }
    (end > open + 1).then_some(open + 1..end)
}

/// The line around `i`, as far as it lies in the block.
pub fn line_around(bytes: &[u8], i: usize) -> Range<usize> {
    let from = i.saturating_sub(LOOK_BACK);
    let start = memrchr(b'\n', slice(bytes, from, i)).map_or(from, |n| from + n + 1);
    let end = memchr(b'\n', slice(bytes, i, i + LOOK_BACK)).map_or(bytes.len().min(i + LOOK_BACK), |n| i + n);
    start..end
}

impl Row {
    fn column(&mut self, bytes: &[u8], start: usize, table: &layout::Table) -> Option<usize> {
        if !self.line.contains(&start) || self.at > start {
            let line = line_around(bytes, start);
            let row = slice(bytes, line.start, line.end);
            let row = row.strip_suffix(b"\r").unwrap_or(row);
            self.fits = layout::cells_in(row, table.delimiter) == table.columns.len();
            *self = Self { at: line.start, fits: self.fits, line, ..Self::default() };
        }
        if !self.fits {
            return None;
        }
        self.column += layout::delimiters_in(slice(bytes, self.at, start), table.delimiter, &mut self.cursor);
        self.at = start;
        Some(self.column)
    }
}

impl Statement {
    fn column(&mut self, bytes: &[u8], base: u64, start: usize, sql: bool) -> Option<usize> {
        let known = self.open && self.at >= base && self.at <= base + start as u64;
        if !known || self.begins_again(bytes, (self.at - base) as usize, start) {
            self.find(bytes, base, start, sql)?;
        }
        let from = (self.at - base) as usize;
        self.at = base + self.read_on(bytes, from, start) as u64;
        (self.open && self.depth == 1).then_some(self.column)
    }

    /// Reads values from `i` to `end`; gives where reading stands.
    fn read_on(&mut self, bytes: &[u8], mut i: usize, end: usize) -> usize {
        while i < end {
            let byte = at(bytes, i);
            if self.quoted {
                match byte {
                    b'\\' => i += 1,
                    b'\'' => self.quoted = false,
                    _ => {}
                }
            } else {
                match byte {
                    b'\'' => self.quoted = true,
                    b'(' => {
                        self.depth += 1;
                        if self.depth == 1 {
                            self.column = 0;
                        }
                    }
                    b')' => self.depth = self.depth.saturating_sub(1),
                    b',' if self.depth == 1 => self.column += 1,
                    b';' if self.depth == 0 => self.open = false,
                    _ => {}
                }
            }
            i += 1;
        }
        i
    }

    /// Whether another statement begins before `start`, though the last one did not end.
    fn begins_again(&self, bytes: &[u8], from: usize, start: usize) -> bool {
        !self.quoted && self.depth == 0 && start - from < LOOK_BACK && find_verb(slice(bytes, from, start)).is_some()
    }

    fn find(&mut self, bytes: &[u8], base: u64, start: usize, sql: bool) -> Option<()> {
        let place = base + start as u64;
        self.open = false;
        if !sql && !self.none_in.contains(&place) {
            // In other streams a statement is looked for at the beginning of its line only.
            let line = line_around(bytes, start);
            let head = slice(bytes, line.start, start.min(line.start + 512));
            if find_verb(head).is_none() {
                self.none_in = base + line.start as u64..base + line.end as u64;
                return None;
            }
        }
        if self.none_in.contains(&place) || self.none_in.end == place {
            return None;
        }
        let floor =
            start.saturating_sub(LOOK_BACK).max(self.none_in.end.saturating_sub(base).min(start as u64) as usize);
        let Some(verb) = find_verb(slice(bytes, floor, start)) else {
            self.none_in = base + floor as u64..place;
            return None;
        };
        let (columns, length) = header(slice(bytes, floor + verb, start))?;
        *self = Self { columns, open: true, at: base + (floor + verb + length) as u64, ..Self::default() };
        Some(())
    }
}

/// The columns of a statement that begins with its verb, and the bytes up to the closing bracket of its column list.
fn header(statement: &[u8]) -> Option<(Vec<Vec<u8>>, usize)> {
    let header = slice(statement, 0, 16 << 10);
    let open = memchr(b'(', header)?;
    let close = open + memchr(b')', slice(header, open, header.len()))?;
    let after = slice(header, close + 1, header.len()).trim_ascii_start();
    if !after.get(..6).is_some_and(|word| word.eq_ignore_ascii_case(b"VALUES")) {
        return None;
    }
    let quote = |byte: &u8| matches!(byte, b' ' | b'`' | b'"' | b'[' | b']' | b'\n' | b'\r' | b'\t' | b'\'');
    let bare = |name: &[u8]| {
        let left = name.iter().take_while(|byte| quote(byte)).count();
        let right = name.iter().rev().take_while(|byte| quote(byte)).count();
        slice(name, left, name.len().saturating_sub(right)).to_vec()
    };
    Some((slice(header, open + 1, close).split(|&byte| byte == b',').map(bare).collect(), close + 1))
}

/// Where the last statement that inserts rows begins: `INSERT INTO` or `REPLACE INTO` in either case.
fn find_verb(part: &[u8]) -> Option<usize> {
    // Every such verb holds ` INTO ` or ` into `: one rare letter is looked for.
    memchr::memrchr2_iter(b'I', b'i', part).find_map(|i| {
        let word = slice(part, i, i + 5);
        let into = word.len() == 5 && word.eq_ignore_ascii_case(b"into ");
        let verb = |verb: &[u8]| i >= verb.len() && slice(part, i - verb.len(), i).eq_ignore_ascii_case(verb);
        if !into {
            return None;
        }
        [&b"insert "[..], b"replace "].into_iter().find(|name| verb(name)).map(|name| i - name.len())
    })
}

/// Meanings of names met so far: names repeat, so each is worked out once.
#[derive(Debug)]
pub struct Meanings {
    by_hash: HashMap<u64, u32, BuildHasherDefault<Spread>>,
    list: Vec<Meaning>,
}

impl Default for Meanings {
    fn default() -> Self {
        Self { by_hash: HashMap::default(), list: vec![Meaning::default()] }
    }
}

impl Meanings {
    const KEPT: usize = 8192;

    /// Number of the meaning of `name`; 0 says nothing.
    pub fn number(&mut self, name: &[u8], work_out: impl FnOnce() -> Meaning) -> u32 {
        let hash = spread(name);
        if let Some(&number) = self.by_hash.get(&hash) {
            return number;
        }
        if self.list.len() >= Self::KEPT {
            *self = Self::default();
        }
        let meaning = work_out();
        let number = if meaning.is_empty() {
            0
        } else {
            self.list.push(meaning);
            self.list.len() as u32 - 1
        };
        self.by_hash.insert(hash, number);
        number
    }

    /// The meaning with this number.
    pub fn get(&self, number: u32) -> Option<&Meaning> {
        self.list.get(number as usize).filter(|_| number != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(text: &str, value: &str) -> Option<String> {
        let layout = Layout::sniff(text.as_bytes());
        let start = text.find(value)?;
        let mut finder = Finder::default();
        match finder.name(text.as_bytes(), 0, start, &layout)? {
            Name::Key(range) => text.get(range).map(str::to_owned),
            Name::SqlColumn(index) => Some(String::from_utf8_lossy(finder.sql_column(index)).into_owned()),
            Name::Column(index) => layout.table?.columns.get(index).cloned(),
        }
    }

    #[test]
    fn names_are_found_in_every_form() {
        for (text, want) in [
            ("iin=900101300017", "iin"),
            ("user.iin = 900101300017", "user.iin"),
            ("{\"iin\":\"900101300017\"}", "iin"),
            ("{\"ИИН клиента\" : 900101300017}", "ИИН клиента"),
            ("{\\\"iin\\\":\\\"900101300017\\\"}", "iin"),
            ("iin: 900101300017", "iin"),
            ("'RQ_IIN' => '900101300017',", "RQ_IIN"),
            ("?a=1&UF_CRM_IIN=900101300017&b", "UF_CRM_IIN"),
            ("fields[iin]=900101300017", "iin"),
            ("<ИИН>900101300017</ИИН>", "ИИН"),
            ("<v n=\"1\" iin=\"900101300017\"/>", "iin"),
            ("id;iin;x\n1;900101300017;2\n", "iin"),
            ("id,\"a, b\",iin\n1,\"x, y\",900101300017\n", "iin"),
            ("INSERT INTO t (ID, `IIN`) VALUES (17, '900101300017');", "IIN"),
            ("INSERT INTO `t` (ID, NOTE, IIN) VALUES (1,'a (b), it\\'s',5),\n(17, 'x', 900101300017);", "IIN"),
        ] {
            assert_eq!(name_of(text, "900101300017").as_deref(), Some(want), "{text}");
        }
        for text in ["12:900101300017", "один, 900101300017", "900101300017", "a;b\n1;2;900101300017;4\n"] {
            assert_eq!(name_of(text, "900101300017"), None, "{text}");
        }
    }

    #[test]
    fn rows_and_statements_are_read_on_without_going_back() {
        let text = "id;iin;phone\n1;2;3\n\"4;x\";5;6\n";
        let layout = Layout::sniff(text.as_bytes());
        let mut finder = Finder::default();
        let mut columns = Vec::new();
        for (i, _) in text.match_indices(|c: char| c.is_ascii_digit()) {
            columns.push(finder.name(text.as_bytes(), 0, i, &layout));
        }
        let want: Vec<_> = [0, 1, 2, 0, 1, 2].into_iter().map(|i| Some(Name::Column(i))).collect();
        assert_eq!(columns, want);
    }

    #[test]
    fn the_last_telling_token_decides() {
        let mut names = Names::default();
        names.add("phone", |meaning| meaning.raise.push(1));
        names.add("id_card", |meaning| meaning.raise.push(2));
        names.add("card", |meaning| meaning.raise.push(3));
        names.add("order", |meaning| meaning.cancels = true);
        names.add("count", |meaning| meaning.cancels = true);
        names.add("=ss", |meaning| meaning.raise.push(4));
        let meaning = |name: &str| names.meaning(name.as_bytes(), &Keywords::default(), &[]);
        assert_eq!(meaning("order_phone").raise, [1]);
        assert_eq!(meaning("clientPhone2").raise, [1]);
        assert!(meaning("phone_count").cancels);
        assert_eq!(meaning("idCard").raise, [2]);
        assert_eq!(meaning("ID_CARD").raise, [2]);
        assert_eq!(meaning("cardNumber").raise, [3]);
        assert_eq!(meaning("SS").raise, [4]);
        assert!(meaning("ss_x").is_empty());
    }
}

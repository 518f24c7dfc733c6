//! The name of the field that a value stands in: a key beside it, the column of a table, of an SQL statement, of a table
//! inside the text; and what names mean.

use super::grid::Grid;
use super::hash::{Spread, spread};
use super::keys;
use super::layout::Layout;
use super::names::last_word;
pub use super::names::{Meaning, Names};
use super::row::{Form, Row};
use super::statement::{Cell, Columns, Statement, Tables};
use super::{at, before, slice};
use memchr::{memchr, memrchr};
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::ops::Range;
use std::sync::Arc;

/// How far back the start of a line is looked for, in bytes.
const LOOK_BACK: usize = 64 << 10;
/// How far into a line of other text a statement may begin, in bytes.
const LINE_HEAD: usize = 512;

/// The last words of names: a quick look at a name refuses most others.
#[derive(Clone, Debug, Default)]
pub struct Ends(Arc<HashSet<u64, BuildHasherDefault<Spread>>>);

impl Ends {
    /// Adds last words, hashed.
    pub fn extend(&mut self, words: impl Iterator<Item = u64>) {
        Arc::make_mut(&mut self.0).extend(words);
    }

    /// Whether a name has one of these last words.
    pub fn end(&self, name: &[u8]) -> bool {
        self.0.contains(&last_word(name))
    }
}

/// Where a field's name stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// A key beside the value: bytes of the block.
    Key(Range<usize>),
    /// Words that may name the value, if they mean anything; else they are no name: bytes of the block.
    Label(Range<usize>),
    /// The header of a column inside the text: bytes of the block.
    Header(Range<usize>),
    /// A column of the stream's table, by index.
    Column(usize),
    /// A column of the statement in force, by index (see [`Finder::sql_columns`]).
    SqlColumn(usize),
}

impl Name {
    /// Whether it is a column of a table.
    pub fn is_column(&self) -> bool {
        matches!(self, Self::Header(_) | Self::Column(_) | Self::SqlColumn(_))
    }
}

/// Finds field names in one block; remembers the row it is in, so that each row is read once.
#[derive(Debug, Default)]
pub struct Finder {
    row: Row,
    grid: Grid,
    /// The statement in force, in a stream of SQL.
    statement: Statement,
    /// The columns of the last answer.
    columns: Arc<Columns>,
    /// A line of other text that holds a statement, or none.
    line: (Range<u64>, Option<Box<Statement>>),
}

impl Finder {
    /// A finder for bytes whose own begin at `at`, an offset in the stream. In SQL, `before` is what stands before them,
    /// and cells of columns whose names end in `ends` are noted.
    pub fn begin(layout: &Layout, before: &[u8], tables: Tables, at: u64, ends: &Ends) -> Self {
        let mut statement = Statement::default();
        if layout.sql {
            statement = Statement::begin(at, layout.plain_backslash, tables).noting(ends);
            statement.take_over(before);
        }
        Self { statement, ..Self::default() }
    }

    /// The statement in force here, for reading on elsewhere.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// A finder that goes on from a statement.
    pub fn at_statement(statement: Statement) -> Self {
        Self { statement, ..Self::default() }
    }

    /// Goes on in the same stream with other bytes at hand: only the statement in force is kept.
    pub fn go_on(&mut self) {
        *self = Self::at_statement(std::mem::take(&mut self.statement));
    }

    /// Reads SQL on to `end`, so that what is in force there is known when the bytes are gone.
    pub fn read_to(&mut self, bytes: &[u8], base: u64, end: usize) {
        self.statement.read_to(bytes, base, end);
    }

    /// The cells noted so far that begin before `until`, an offset in the stream.
    pub fn take_cells(&mut self, until: u64) -> Vec<Cell> {
        self.statement.take_cells(until)
    }

    /// Gives back cells that were taken too early.
    pub fn give_back(&mut self, cells: Vec<Cell>) {
        self.statement.give_back(cells);
    }

    /// The cell of a column in the record of the table that begins at `start`, without quotes.
    pub fn table_cell(
        &mut self, bytes: &[u8], base: u64, start: usize, form: Form, column: usize,
    ) -> Option<Range<usize>> {
        self.row.cell(bytes, base, start, form, column)
    }

    /// The columns of the statement that the last answer was about.
    pub fn sql_columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    /// The cell of the table that the value at `start` stands in, and the one before it.
    pub fn cells_around(&mut self, bytes: &[u8], base: u64, start: usize, form: Form) -> Option<Range<usize>> {
        self.row.cells_around(bytes, base, start, form)
    }

    /// The name of a column of the statement that the last answer was about.
    pub fn sql_column(&self, index: usize) -> &[u8] {
        self.columns.names.get(index).map_or(&[], Vec::as_slice)
    }

    /// The name of the field that the value at `start` stands in, if one can be told. `base` is the offset of the
    /// first of `bytes` in the stream.
    pub fn name(&mut self, bytes: &[u8], base: u64, start: usize, layout: &Layout) -> Option<Name> {
        let lead = keys::lead(bytes, start);
        match keys::joined(bytes, start, lead) {
            Some(Name::Key(name))
                if before(bytes, lead) == b'>' && keys::is_markup(slice(bytes, name.start, name.end)) =>
            {
                let open = name.start - 1;
                return keys::told_before(bytes, open).map(Name::Label);
            }
            Some(Name::Key(name))
                if before(bytes, lead) == b'>' && keys::is_cell(slice(bytes, name.start, name.end)) =>
            {
                let open = name.start - 1;
                let header = self.grid.headed(bytes, base, open).or_else(|| self.grid.in_sheet(bytes, base, open));
                if let Some(header) = header {
                    return Some(Name::Header(header));
                }
                return Some(keys::sibling(bytes, open).map_or(Name::Key(name), Name::Label));
            }
            Some(Name::Key(name)) if before(bytes, lead) == b':' && !quoted(bytes, &name) => {
                // A label may have more words than the one before the colon.
                return Some(keys::line_label(bytes, lead).map_or(Name::Key(name), Name::Label));
            }
            None => {}
            found => return found,
        }
        if let Some(table) = &layout.table
            && let Some(column) = self.row.column(bytes, base, start, table.form)
        {
            return Some(Name::Column(column));
        }
        if layout.sql
            && let Some((column, columns)) = self.statement.column(bytes, base, start)
        {
            self.columns = columns;
            return Some(Name::SqlColumn(column));
        }
        self.loose(bytes, base, start, lead)
    }

    /// Names of looser forms: lists, labels, tables inside the text, statements on one line.
    fn loose(&mut self, bytes: &[u8], base: u64, start: usize, lead: usize) -> Option<Name> {
        match before(bytes, lead) {
            b':' => keys::line_label(bytes, lead).map(Name::Label),
            b'|' => self
                .grid
                .piped(bytes, base, start)
                .map(Name::Header)
                .or_else(|| keys::first_cell(bytes, lead).map(Name::Label)),
            b'\t' => keys::first_cell(bytes, lead).map(Name::Label).or_else(|| keys::list(bytes, start).map(Name::Key)),
            b'-' => keys::dashed(bytes, lead).map(Name::Label),
            b'\n' => keys::part(bytes, start).or_else(|| keys::list(bytes, start)).map(Name::Key),
            b',' => {
                let Some((column, columns)) = self.on_line(bytes, base, start) else {
                    return keys::list(bytes, start).map(Name::Key);
                };
                self.columns = columns;
                Some(Name::SqlColumn(column))
            }
            _ if lead < start && at(bytes, lead) == b'(' => {
                let (column, columns) = self.on_line(bytes, base, start)?;
                self.columns = columns;
                Some(Name::SqlColumn(column))
            }
            _ => None,
        }
    }

    /// The column of a statement that begins at the head of the value's line.
    fn on_line(&mut self, bytes: &[u8], base: u64, start: usize) -> Option<(usize, Arc<Columns>)> {
        let place = base + start as u64;
        if !self.line.0.contains(&place) {
            let line = line_around(bytes, start);
            let head = slice(bytes, line.start, start.min(line.start + LINE_HEAD));
            let statement = find_verb(head)
                .map(|verb| Box::new(Statement::begin(base + (line.start + verb) as u64, false, Tables::default())));
            self.line = (base + line.start as u64..base + line.end as u64 + 1, statement);
        }
        let statement = self.line.1.as_mut()?;
        statement.column_in_line(bytes, base, start)
    }
}

/// Whether a name stands in quotes.
fn quoted(bytes: &[u8], name: &Range<usize>) -> bool {
    matches!(at(bytes, name.end), b'"' | b'\'' | b'\\') || matches!(before(bytes, name.start), b'"' | b'\'')
}

/// The line around `i`, as far as it lies in the block.
fn line_around(bytes: &[u8], i: usize) -> Range<usize> {
    let from = i.saturating_sub(LOOK_BACK);
    let start = memrchr(b'\n', slice(bytes, from, i)).map_or(from, |n| from + n + 1);
    let end = memchr(b'\n', slice(bytes, i, i + LOOK_BACK)).map_or(bytes.len().min(i + LOOK_BACK), |n| i + n);
    start..end
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
    /// How often it began anew.
    age: u32,
}

impl Default for Meanings {
    fn default() -> Self {
        Self { by_hash: HashMap::default(), list: vec![Meaning::default()], age: 0 }
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
            *self = Self { age: self.age.wrapping_add(1), ..Self::default() };
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

    /// Numbers are good as long as this stays the same.
    pub fn age(&self) -> u32 {
        self.age
    }

    /// The meaning with this number.
    pub fn get(&self, number: u32) -> Option<&Meaning> {
        self.list.get(number as usize).filter(|_| number != 0)
    }
}

/// Numbers of the meanings of columns, by place: each name is looked at once.
#[derive(Debug, Default)]
pub struct ColumnNumbers {
    numbers: Vec<Option<u32>>,
    age: u32,
}

impl ColumnNumbers {
    /// Forgets all: other columns are at hand.
    pub fn clear(&mut self) {
        self.numbers.clear();
    }

    /// The number of the meaning of a column.
    pub fn of(&mut self, column: usize, age: u32, work_out: impl FnOnce() -> u32) -> u32 {
        if self.age != age {
            self.clear();
            self.age = age;
        }
        if let Some(Some(number)) = self.numbers.get(column) {
            return *number;
        }
        let number = work_out();
        if self.numbers.len() <= column {
            self.numbers.resize(column + 1, None);
        }
        if let Some(slot) = self.numbers.get_mut(column) {
            *slot = Some(number);
        }
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(text: &str, value: &str) -> Option<String> {
        let layout = Layout::sniff(text.as_bytes());
        let start = text.find(value)?;
        let mut finder = Finder::begin(&layout, &[], Tables::default(), 0, &Ends::default());
        match finder.name(text.as_bytes(), 0, start, &layout)? {
            Name::Key(range) | Name::Label(range) | Name::Header(range) => text.get(range).map(str::to_owned),
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
            ("{\n  \"client\": {\n    \"iin\": \"900101300017\"\n", "iin"),
            ("{\"phones\": [\"8701\", \"900101300017\"]}", "phones"),
            ("{\"phones\": [\n    \"8701\",\n    \"900101300017\"\n  ]}", "phones"),
            ("{\"TYPE\":\"PHONE\",\"VALUE\":\"900101300017\"}", "PHONE"),
            ("{\"VALUE\":\"900101300017\",\"VALUE_TYPE\":\"WORK\",\"TYPE_ID\":\"PHONE\"}", "PHONE"),
            ("{\"PHONE\":[{\"ID\":\"1\",\"VALUE\":\"900101300017\"}]}", "PHONE"),
            ("{\"PHONE\":[{\"ID\":\"1\",\"VALUE\":\"87\"},{\"ID\":\"2\",\"VALUE\":\"900101300017\"}]}", "PHONE"),
            ("Array\n(\n    [phone] => 900101300017\n)", "phone"),
            ("[PHONE] => Array\n(\n  [0] => Array\n  (\n    [ID] => 1\n    [VALUE] => 900101300017\n", "PHONE"),
            ("'phone' =>\n  array (\n    0 => '900101300017',", "phone"),
            ("array('phones' => ['1', '900101300017'])", "phones"),
            ("a:2:{s:2:\"id\";i:1;s:3:\"iin\";s:12:\"900101300017\";}", "iin"),
            ("a:1:{s:3:\"iin\";i:900101300017;}", "iin"),
            ("fields%5Biin%5D=900101300017&x=1", "iin"),
            ("form-data; name=\"iin\"\r\n\r\n900101300017\r\n--", "iin"),
            ("phones:\n  - 8701\n  - 900101300017\n", "phones"),
            ("Жеке сәйкестендіру нөмірі: 900101300017", "Жеке сәйкестендіру нөмірі"),
            ("3) Номер телефона:\t900101300017", "Номер телефона"),
            ("Телефон\t900101300017", "Телефон"),
            ("| ИИН | 900101300017 |", "ИИН"),
            ("| id | ИИН |\n|----|:---:|\n| 1 | 8 |\n| 2 | 900101300017 |\n", "ИИН"),
            ("+----+-----+\n| id | iin |\n+----+-----+\n| 17 | 900101300017 |\n", "iin"),
            (" id | iin \n----+-----\n 17 | 900101300017\n", "iin"),
            ("<Наименование>ИНН</Наименование>\n  <Значение>900101300017</Значение>", "ИНН"),
            ("<tr><td><b>ИИН:</b></td><td>900101300017</td></tr>", "ИИН"),
            ("<table><tr><th>ФИО</th><th>ИИН</th></tr>\n<tr><td>А</td><td>900101300017</td></tr>", "ИИН"),
            ("<key>iin</key><string>900101300017</string>", "iin"),
            (
                "<Table><Row><Cell><Data ss:Type=\"String\">Клиенты</Data></Cell></Row><Row><Cell><Data>ФИО</Data></Cell>\
                 <Cell ss:Index=\"3\"><Data ss:Type=\"String\">ИИН</Data></Cell></Row>\n<Row><Cell><Data>А</Data></Cell>\
                 <Cell><Data/></Cell><Cell><Data ss:Type=\"Number\">900101300017</Data></Cell></Row></Table>",
                "ИИН",
            ),
            ("<input type=\"text\" name=\"iin\" value=\"900101300017\" id=\"x\">", "iin"),
            ("ts=1 phone=\"900101300017\" x=2", "phone"),
            ("2026-11-21 INSERT INTO t (ID, IIN) VALUES (17,'900101300017')", "IIN"),
        ] {
            assert_eq!(name_of(text, "900101300017").as_deref(), Some(want), "{text}");
        }
        for text in [
            "12:900101300017",
            "один, 900101300017",
            "900101300017",
            "a;b\n1;2;900101300017;4\n",
            "звонил [ночью], 900101300017",
            "{\"a\":{\"b\":1}, 900101300017",
            "что? да: нет, а тогда - 900101300017",
        ] {
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
}

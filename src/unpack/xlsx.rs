//! Workbooks of Office Open XML: sheets by their names, shared strings, numbers and days as people see them.
//!
//! Source: ECMA-376 part 1, 18 (`SpreadsheetML`). What no cell shows is handed on too: strings that nothing refers to,
//! texts in formulas, headers and footers of pages, words of links, checks and filters.

use super::sheet::{Room, Row, Sheet, WIDEST, day, number, short_name, shows_days};
use super::xml::{Token, Xml};
use super::zip::{Archive, Entry};
use super::{At, Beside, Child, Children, Fault, Frames, Made, Text, office, telling};
use crate::problem::Reason;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::ops::ControlFlow;

/// The part with the strings that cells share.
pub(super) const STRINGS: &str = "xl/sharedStrings.xml";
const FOLDER: &str = "xl/";
/// Styles, sheets and formats that are remembered.
const MANY: usize = 1 << 16;
/// Longest name of a part, and of a format.
const NAME_BYTES: usize = 1 << 10;

/// A workbook.
#[derive(Default)]
pub(super) struct Book {
    /// Names of sheets by their parts.
    sheets: BTreeMap<String, String>,
    strings: Vec<Box<str>>,
    /// Strings that a cell refers to.
    used: RefCell<Vec<bool>>,
    /// Styles of cells that show a day.
    days: BTreeSet<usize>,
    from_1904: bool,
    fault: Option<Fault>,
}

/// A text in a workbook as far as it is in memory.
fn tokens(
    archive: &Archive<'_>, parts: &[Entry], name: &str, mut take: impl FnMut(Token<'_>) -> bool,
) -> io::Result<()> {
    let Some(part) = parts.iter().find(|part| part.name == name) else { return Ok(()) };
    let mut xml = Xml::new(archive.reader(part)?);
    loop {
        match xml.next()? {
            Token::Ended => return Ok(()),
            token => {
                if !take(token) {
                    return Ok(());
                }
            }
        }
    }
}

impl Book {
    /// Reads what all sheets need; `None` if the document is no workbook.
    pub(super) fn open(archive: &Archive<'_>, parts: &[Entry]) -> Option<Self> {
        parts.iter().find(|part| part.name == "xl/workbook.xml")?;
        let mut book = Self::default();
        for read in [book.names(archive, parts), book.styles(archive, parts), book.shared(archive, parts)] {
            if let Err(error) = read {
                book.fault.get_or_insert(Fault::of(&error));
            }
        }
        book.used = RefCell::new(vec![false; book.strings.len()]);
        Some(book)
    }

    fn names(&mut self, archive: &Archive<'_>, parts: &[Entry]) -> io::Result<()> {
        let mut named = Vec::new();
        tokens(archive, parts, "xl/workbook.xml", |token| {
            if let Token::Start(name, attributes) = token {
                if name == "sheet" && named.len() < MANY && attributes.get("id").is_none_or(|id| id.len() <= NAME_BYTES)
                {
                    let own = |name| attributes.get(name).unwrap_or_default();
                    named.push((own("id").into_owned(), short_name(&own("name")).to_owned()));
                }
                self.from_1904 |=
                    name == "workbookPr" && matches!(attributes.get("date1904").as_deref(), Some("1" | "true"));
            }
            true
        })?;
        let mut targets = BTreeMap::new();
        tokens(archive, parts, "xl/_rels/workbook.xml.rels", |token| {
            if let Token::Start(_, attributes) = token
                && let (Some(id), Some(target)) = (attributes.get("Id"), attributes.get("Target"))
                && targets.len() < MANY
                && id.len().max(target.len()) <= NAME_BYTES
            {
                let part = target.strip_prefix('/').map_or_else(|| format!("{FOLDER}{target}"), str::to_owned);
                targets.insert(id.into_owned(), part);
            }
            true
        })?;
        for (id, name) in named {
            if let Some(part) = targets.get(&id) {
                self.sheets.insert(part.clone(), name);
            }
        }
        Ok(())
    }

    fn styles(&mut self, archive: &Archive<'_>, parts: &[Entry]) -> io::Result<()> {
        let mut formats = BTreeSet::new();
        let (mut in_cells, mut count) = (false, 0);
        let days = &mut self.days;
        tokens(archive, parts, "xl/styles.xml", |token| {
            match token {
                Token::Start(name, attributes) => match name {
                    "numFmt"
                        if attributes.get("formatCode").is_some_and(|format| shows_days(&format))
                            && attributes.get("numFmtId").is_some_and(|id| id.len() <= NAME_BYTES)
                            && formats.len() < MANY =>
                    {
                        formats.insert(attributes.get("numFmtId").unwrap_or_default().into_owned());
                    }
                    "cellXfs" => in_cells = true,
                    "xf" if in_cells => {
                        let format = attributes.get("numFmtId").unwrap_or_default();
                        let built_in = matches!(format.parse(), Ok(14..=17 | 22 | 27..=36 | 50..=58));
                        if (built_in || formats.contains(&*format)) && days.len() < MANY {
                            days.insert(count);
                        }
                        count += 1;
                    }
                    _ => {}
                },
                Token::End("cellXfs") => in_cells = false,
                _ => {}
            }
            true
        })
    }

    fn shared(&mut self, archive: &Archive<'_>, parts: &[Entry]) -> io::Result<()> {
        let most = archive.memory_bytes() / 2;
        let (mut held, mut text, mut within) = (0, String::new(), false);
        let strings = &mut self.strings;
        let mut is_too_much = false;
        tokens(archive, parts, STRINGS, |token| {
            match token {
                Token::Start("t", _) => within = true,
                Token::End("t") => within = false,
                Token::End("si") => {
                    held += text.len() + size_of::<Box<str>>() + 1;
                    strings.push(std::mem::take(&mut text).into_boxed_str());
                }
                Token::Text(piece) if within => text.push_str(&piece),
                _ => {}
            }
            is_too_much = held + text.len() > most;
            !is_too_much
        })?;
        if is_too_much {
            return Err(Fault::new(Reason::LimitMemory, "shared strings need more memory than allowed").into());
        }
        Ok(())
    }

    /// Whether a part is a sheet.
    pub(super) fn has_sheet(&self, part: &str) -> bool {
        part.starts_with("xl/worksheets/") && office::is_xml(part) || self.sheets.contains_key(part)
    }

    /// Hands on one sheet.
    pub(super) fn sheet(
        &self, archive: &Archive<'_>, part: &Entry, children: &mut Children<'_>,
    ) -> Result<ControlFlow<()>, Fault> {
        let name = self.sheets.get(&part.name).map_or_else(|| office::stem(&part.name), String::as_str);
        let bytes = archive.reader(part).map_err(|error| Fault::of(&error))?;
        let room = Room::new(archive.memory_bytes());
        let mut cells = Cells { book: self, xml: Xml::new(bytes), row: 0, room, beside: Beside::default() };
        let mut sheet = Sheet::new(name, archive.budget(), || cells.next());
        let mut frames = Frames::new(sheet.columns(), |made: &mut Made| sheet.next(made));
        if children(Child::Text(&mut frames)).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        drop(frames);
        drop(sheet);
        hand_on_beside(At::Part(name.into()), &mut cells.beside, children)
    }

    /// Hands on what no cell refers to.
    pub(super) fn rest(&self, children: &mut Children<'_>) -> Result<ControlFlow<()>, Fault> {
        let used = self.used.borrow();
        let mut unused = self.strings.iter().zip(used.iter()).filter(|(_, used)| !**used).map(|(text, _)| text);
        let mut placed = false;
        let mut frames = Frames::new(None, |made: &mut Made| {
            if !placed {
                placed = true;
                made.place(At::Part("sharedStrings".into()));
            }
            let Some(text) = unused.next() else { return Ok(false) };
            made.push(text);
            made.push("\n");
            Ok(true)
        });
        if self.strings.len() > used.iter().filter(|used| **used).count()
            && children(Child::Text(&mut frames)).is_break()
        {
            return Ok(ControlFlow::Break(()));
        }
        self.fault.clone().map_or(Ok(ControlFlow::Continue(())), Err)
    }

    /// The text of a cell, as people see it.
    fn shown(&self, kind: &str, style: Option<usize>, value: &str) -> Cow<'_, str> {
        match kind {
            "s" => {
                let Some(index) = value.trim().parse::<usize>().ok().filter(|index| *index < self.strings.len()) else {
                    return Cow::default();
                };
                if let Some(used) = self.used.borrow_mut().get_mut(index) {
                    *used = true;
                }
                self.strings.get(index).map(|text| Cow::Borrowed(&**text)).unwrap_or_default()
            }
            "" | "n" => {
                let is_day = style.is_some_and(|style| self.days.contains(&style));
                let day = is_day.then(|| day(value.trim(), self.from_1904)).flatten();
                day.unwrap_or_else(|| number(value.trim())).into()
            }
            _ => value.to_owned().into(),
        }
    }
}

/// Hands on what stands beside the cells, if anything does.
pub(super) fn hand_on_beside(
    at: At, beside: &mut Beside, children: &mut Children<'_>,
) -> Result<ControlFlow<()>, Fault> {
    let text = beside.take();
    let has_text = !text.is_empty();
    let mut whole = Some((at, text));
    let mut frames = Frames::new(None, |made: &mut Made| {
        if let Some((at, text)) = whole.take() {
            made.place(at);
            made.push(&text);
        }
        Ok(false)
    });
    let frames: &mut dyn Text = &mut frames;
    if has_text && children(Child::Text(frames)).is_break() {
        return Ok(ControlFlow::Break(()));
    }
    if beside.is_cut() {
        return Err(Fault::new(Reason::LimitMemory, "texts beside the cells that are too long"));
    }
    Ok(ControlFlow::Continue(()))
}

/// Cells of a sheet, row by row.
struct Cells<'b, R: Read> {
    book: &'b Book,
    xml: Xml<R>,
    row: u32,
    room: Room,
    beside: Beside,
}

impl<'b, R: Read> Cells<'b, R> {
    fn next(&mut self) -> io::Result<Option<Row<'b>>> {
        loop {
            match self.xml.next()? {
                Token::Start("row", attributes) => {
                    let own = attributes.get("r").and_then(|number| number.parse().ok());
                    self.row = own.unwrap_or(self.row.saturating_add(1));
                    let row = self.row()?;
                    if !row.cells.is_empty() {
                        return Ok(Some(row));
                    }
                }
                Token::Start(name, attributes) => {
                    for (_, text) in attributes.iter().filter(|(name, _)| WORDS.contains(name)) {
                        self.beside.keep(&text);
                    }
                    self.beside.attributes(name, &attributes, WORDS);
                }
                Token::Text(text) if !text.trim().is_empty() => self.beside.keep(&text),
                Token::Ended => return Ok(None),
                _ => {}
            }
        }
    }

    fn row(&mut self) -> io::Result<Row<'b>> {
        let book = self.book;
        self.room.clear();
        let mut row = Row { number: self.row, cells: Vec::new() };
        let mut column = 0;
        let (mut kind, mut style, mut value, mut formula) = (String::new(), None, String::new(), String::new());
        let mut within = "";
        loop {
            match self.xml.next()? {
                Token::Start("c", attributes) => {
                    (column, style) = ((column + 1).min(WIDEST), None);
                    kind.clear();
                    for (name, text) in attributes.iter() {
                        match name {
                            "r" => column = column_of(&text).map_or(column, |own| own.min(WIDEST)),
                            "t" => text.as_ref().clone_into(&mut kind),
                            "s" => style = text.parse().ok(),
                            _ => {}
                        }
                    }
                    self.stray(&mut value);
                    formula.clear();
                }
                Token::Start("v" | "t", _) => within = "value",
                Token::Start("f", _) => within = "formula",
                Token::Text(text) if within == "value" => {
                    self.room.take(text.len())?;
                    value.push_str(&text);
                }
                Token::Text(text) if within == "formula" => {
                    self.room.take(text.len())?;
                    formula.push_str(&text);
                }
                Token::End("v" | "t" | "f") => within = "",
                Token::End("c") => {
                    let shown = book.shown(&kind, style, &value);
                    value.clear();
                    if !shown.is_empty() && row.cells.last().map_or(0, |(last, _)| *last) < column {
                        row.cells.push((column, shown));
                    } else if !shown.is_empty() {
                        // Two cells of one place, or of none.
                        self.beside.keep(&shown);
                    }
                    self.beside.keep(&telling::of_formula(&formula));
                    formula.clear();
                }
                Token::End("row") | Token::Ended => break,
                _ => {}
            }
        }
        self.stray(&mut value);
        Ok(row)
    }

    /// A value that stands in no cell, in damaged sheets.
    fn stray(&mut self, value: &mut String) {
        self.beside.keep(value);
        value.clear();
    }
}

/// Attributes with words of links, checks and the like.
const WORDS: &[&str] = &["display", "tooltip", "location", "prompt", "promptTitle", "error", "errorTitle"];

/// The column of an address: 2 for `B7`.
fn column_of(address: &str) -> Option<u32> {
    let letters = address.bytes().take_while(u8::is_ascii_alphabetic).take(4);
    let column = letters.fold(0u32, |sum, letter| sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    (column > 0).then_some(column)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows are read to their end, however much stands beside them.
    #[test]
    fn what_has_no_room_beside_the_cells_ends_no_sheet() {
        let book = Book::default();
        let words: Vec<_> = (0..600_000).map(|number| format!("<hyperlink display='long value {number}'/>")).collect();
        let words = words.concat();
        let part = format!("<worksheet>{words}<sheetData><row r='7'><c><v>1</v></c></row></sheetData></worksheet>");
        let mut cells = Cells {
            book: &book,
            xml: Xml::new(part.as_bytes()),
            row: 0,
            room: Room::new(1 << 20),
            beside: Beside::default(),
        };
        assert_eq!(cells.next().unwrap().map(|row| row.number), Some(7));
        assert!(cells.next().unwrap().is_none());
        let mut texts = 0;
        let ended = hand_on_beside(At::Part("a".into()), &mut cells.beside, &mut |_| {
            texts += 1;
            ControlFlow::Continue(())
        });
        assert_eq!((ended.map_err(|fault| fault.reason), texts), (Err(Reason::LimitMemory), 1));
    }

    #[test]
    fn addresses_and_formats() {
        assert_eq!(column_of("B7"), Some(2));
        assert_eq!(column_of("XFD1048576"), Some(16_384));
        assert_eq!(column_of("7"), None);
        assert!(shows_days("dd.mm.yyyy"));
        assert!(shows_days("[$-419]d mmm yyyy;@"));
        assert!(!shows_days("0.00"));
        assert!(!shows_days("#,##0\\ \"руб. за день\""));
        assert!(!shows_days("[Red]General"));
    }
}

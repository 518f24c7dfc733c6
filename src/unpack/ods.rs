//! Sheets of `OpenDocument`: each table as a text of its own, and what stands beside the cells.

use super::sheet::{Room, Row, Sheet, WIDEST, number, short_name};
use super::xlsx::hand_on_beside;
use super::xml::{Attributes, Token, Xml};
use super::zip::{Archive, Entry};
use super::{At, Beside, Child, Children, Fault, Frames, Made, telling};
use std::io::{self, Read};
use std::ops::ControlFlow;

/// Attributes with formulas outside of cells.
const FORMULAS: &[&str] = &["formula", "expression", "condition"];

/// Hands on every table of a part.
pub(super) fn open(archive: &Archive<'_>, part: &Entry, children: &mut Children<'_>) -> Result<ControlFlow<()>, Fault> {
    let bytes = archive.reader(part).map_err(|error| Fault::of(&error))?;
    let room = Room::new(archive.memory_bytes());
    let mut tables = Tables { xml: Xml::new(bytes), row: 0, room, beside: Beside::default(), over: false };
    loop {
        match tables.xml.next().map_err(|error| Fault::of(&error))? {
            Token::Start("table", attributes) => {
                tables.row = 0;
                tables.over = false;
                let name = attributes.get("name").unwrap_or_default().into_owned();
                if short_name(&name) != name {
                    tables.beside.keep(&name);
                }
                let mut sheet = Sheet::new(&name, archive.budget(), || tables.next());
                let mut frames = Frames::new(sheet.columns(), |made: &mut Made| sheet.next(made));
                if children(Child::Text(&mut frames)).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                drop(frames);
                drop(sheet);
                if !tables.over {
                    // A fault was met inside, and handed on with the text.
                    break;
                }
            }
            Token::Start(name, attributes) => element(&mut tables.beside, name, &attributes),
            Token::Text(text) if !text.trim().is_empty() => tables.beside.keep(text.trim()),
            Token::Ended => break,
            _ => {}
        }
    }
    hand_on_beside(At::Part("beside the cells".into()), &mut tables.beside, children)
}

struct Tables<R: Read> {
    xml: Xml<R>,
    row: u32,
    room: Room,
    beside: Beside,
    /// The table at hand has ended.
    over: bool,
}

impl<R: Read> Tables<R> {
    fn next(&mut self) -> io::Result<Option<Row<'static>>> {
        loop {
            if self.over {
                return Ok(None);
            }
            match self.xml.next()? {
                Token::Start("table-row", attributes) => {
                    let repeated = count(attributes.get("number-rows-repeated").as_deref());
                    self.row = self.row.saturating_add(1);
                    let row = self.row()?;
                    self.row = self.row.saturating_add(repeated - 1);
                    if !row.cells.is_empty() {
                        return Ok(Some(row));
                    }
                }
                Token::Start(name, attributes) => element(&mut self.beside, name, &attributes),
                Token::Text(text) if !text.trim().is_empty() => self.beside.keep(text.trim()),
                Token::End("table") | Token::Ended => self.over = true,
                _ => {}
            }
        }
    }

    fn row(&mut self) -> io::Result<Row<'static>> {
        self.room.clear();
        let mut row = Row { number: self.row, cells: Vec::new() };
        let (mut column, mut width) = (1u32, 1u32);
        let (mut text, mut value) = (String::new(), None);
        let mut notes = 0u32;
        loop {
            match self.xml.next()? {
                Token::Start(name, attributes) => match name {
                    "table-cell" | "covered-table-cell" => {
                        text.clear();
                        (width, value) = cell(&mut self.beside, &attributes);
                        self.room.take(value.as_ref().map_or(0, String::len))?;
                    }
                    "p" | "line-break" | "s" | "tab" if !text.is_empty() => text.push(' '),
                    "a" => {
                        if let Some(target) = attributes.get("href") {
                            self.beside.keep(target.trim());
                        }
                    }
                    other => {
                        notes += u32::from(other == "annotation");
                        element(&mut self.beside, other, &attributes);
                    }
                },
                Token::Text(piece) if notes > 0 => {
                    if !piece.trim().is_empty() {
                        self.beside.keep(piece.trim());
                    }
                }
                Token::Text(piece) => {
                    self.room.take(piece.len())?;
                    text.push_str(&piece);
                }
                Token::End(name) => match name {
                    "annotation" => notes = notes.saturating_sub(1),
                    "table-cell" | "covered-table-cell" => {
                        let shown = value.take().unwrap_or_else(|| std::mem::take(&mut text));
                        let shown = shown.trim();
                        if !shown.is_empty() && column <= WIDEST {
                            row.cells.push((column, shown.to_owned().into()));
                        } else if !shown.is_empty() {
                            self.beside.keep(shown);
                        }
                        text.clear();
                        column = column.saturating_add(width);
                    }
                    "table-row" => return Ok(row),
                    _ => {}
                },
                Token::Ended => {
                    self.over = true;
                    return Ok(row);
                }
            }
        }
    }
}

/// How many columns a cell takes, and what it shows, if that does not stand in it.
fn cell(beside: &mut Beside, attributes: &Attributes<'_>) -> (u32, Option<String>) {
    let (mut width, mut is_number, mut plain, mut string) = (1, false, None, None);
    for (name, value) in attributes.iter() {
        match name {
            "number-columns-repeated" => width = count(Some(&value)),
            "value-type" => is_number = value == "float",
            "value" => plain = Some(value),
            "string-value" => string = Some(value.into_owned()),
            "formula" => beside.keep(&telling::of_formula(&value)),
            _ if telling::tells(&value) => beside.keep(&format!("{name}: {value}")),
            _ => {}
        }
    }
    if is_number {
        return (width, plain.map(|value| number(&value)));
    }
    // Money and the like are shown in their own way.
    if let Some(plain) = plain.filter(|plain| telling::tells(plain)) {
        beside.keep(&format!("value: {plain}"));
    }
    (width, string)
}

/// Keeps what an element that is no cell says by its attributes.
fn element(beside: &mut Beside, name: &str, attributes: &Attributes<'_>) {
    for (_, formula) in attributes.iter().filter(|(name, _)| FORMULAS.contains(name)) {
        beside.keep(&telling::of_formula(&formula));
    }
    beside.attributes(name, attributes, FORMULAS);
}

/// How often something is repeated.
fn count(attribute: Option<&str>) -> u32 {
    attribute.and_then(|count| count.parse().ok()).unwrap_or(1).max(1)
}

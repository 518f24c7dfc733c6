//! Sheets of `OpenDocument`: each table as a text of its own, and what stands beside the cells.

use super::sheet::{Room, Row, Sheet, WIDEST, number, short_name};
use super::xlsx::{aside, hand_on};
use super::xml::{Token, Xml};
use super::zip::{Archive, Entry};
use super::{At, Child, Children, Fault, Frames, Made};
use std::borrow::Cow;
use std::io::{self, Read};
use std::ops::ControlFlow;

/// Hands on every table of a part.
pub(super) fn open(archive: &Archive<'_>, part: &Entry, children: &mut Children<'_>) -> Result<ControlFlow<()>, Fault> {
    let bytes = archive.reader(part).map_err(|error| Fault::of(&error))?;
    let room = Room::new(archive.memory_bytes());
    let mut tables = Tables { xml: Xml::new(bytes), row: 0, room, beside: String::new(), over: false };
    loop {
        match tables.xml.next().map_err(|error| Fault::of(&error))? {
            Token::Start("table", attributes) => {
                tables.row = 0;
                tables.over = false;
                let name = attributes.get("name").unwrap_or_default().into_owned();
                if short_name(&name) != name {
                    aside(&mut tables.beside, &name).map_err(|error| Fault::of(&error))?;
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
            Token::Text(text) if !text.trim().is_empty() => {
                aside(&mut tables.beside, text.trim()).map_err(|error| Fault::of(&error))?;
            }
            Token::Ended => break,
            _ => {}
        }
    }
    Ok(hand_on(At::Part("beside the cells".into()), std::mem::take(&mut tables.beside), children))
}

struct Tables<R: Read> {
    xml: Xml<R>,
    row: u32,
    room: Room,
    beside: String,
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
                Token::Text(text) if !text.trim().is_empty() => aside(&mut self.beside, text.trim())?,
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
                        width = count(attributes.get("number-columns-repeated").as_deref());
                        text.clear();
                        value = match attributes.get("value-type").as_deref() {
                            Some("float") => attributes.get("value").map(|value| number(&value)),
                            _ => attributes.get("string-value").map(Cow::into_owned),
                        };
                        self.room.take(value.as_ref().map_or(0, String::len))?;
                    }
                    "annotation" => notes += 1,
                    "p" | "line-break" | "s" | "tab" if !text.is_empty() => text.push(' '),
                    "a" => {
                        if let Some(target) = attributes.get("href") {
                            aside(&mut self.beside, target.trim())?;
                        }
                    }
                    _ => {}
                },
                Token::Text(piece) if notes > 0 => {
                    if !piece.trim().is_empty() {
                        aside(&mut self.beside, piece.trim())?;
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
                            aside(&mut self.beside, shown)?;
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

/// How often something is repeated.
fn count(attribute: Option<&str>) -> u32 {
    attribute.and_then(|count| count.parse().ok()).unwrap_or(1).max(1)
}

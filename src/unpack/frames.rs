//! Decoded text with places: what documents, sheets and messages are handed on as.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

/// A place inside a container that is no byte range. Shown as `Sheet1!B7`, `comments:3`, `page 2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// A cell of a sheet; column and row count from 1.
    Cell {
        /// Name of the sheet.
        sheet: Arc<str>,
        /// Column.
        column: u32,
        /// Row.
        row: u32,
    },
    /// The n-th paragraph of a part, from 1.
    Paragraph(Arc<str>, u32),
    /// A part as a whole, or any other place, in words.
    Part(Arc<str>),
}

impl At {
    /// The name in it that the content gave: of a sheet or a table, without row and column.
    pub fn name(&self) -> &str {
        match self {
            Self::Cell { sheet, .. } => sheet,
            Self::Paragraph(part, _) => part,
            Self::Part(place) => place.get(..place.len() - numbered(place).len()).unwrap_or(place),
        }
    }

    /// The same place under another name.
    #[must_use]
    pub fn renamed(self, name: &Arc<str>) -> Self {
        let name = Arc::clone(name);
        match self {
            Self::Cell { column, row, .. } => Self::Cell { sheet: name, column, row },
            Self::Paragraph(_, number) => Self::Paragraph(name, number),
            Self::Part(place) => Self::Part(format!("{name}{}", numbered(&place)).into()),
        }
    }
}

/// The end of a place in words that was counted, not given: `[7]` of a table, all of `row 7`.
fn numbered(place: &str) -> &str {
    const MOST_DIGITS: usize = 9;
    let is_number = |text: &str| {
        let digits = text.strip_prefix('#').unwrap_or(text);
        (1..=MOST_DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    if place.strip_prefix("row ").is_some_and(is_number) {
        return place;
    }
    let end = place.rfind('[').and_then(|start| place.get(start..));
    end.filter(|end| end.strip_prefix('[').and_then(|end| end.strip_suffix(']')).is_some_and(is_number)).unwrap_or("")
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cell { sheet, column, row } => {
                let mut letters = Vec::new();
                let mut rest = *column;
                while rest > 0 {
                    letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
                    rest = (rest - 1) / 26;
                }
                write!(f, "{sheet}!")?;
                letters.iter().rev().try_for_each(|letter| write!(f, "{letter}"))?;
                write!(f, "{row}")
            }
            Self::Paragraph(part, number) => write!(f, "{part}:{number}"),
            Self::Part(part) => f.write_str(part),
        }
    }
}

/// A stretch of a container's own text, whole lines, with places: UTF-8, or bytes as the container says them, whose encoding
/// is told as that of a file.
pub trait Text: Read {
    /// Column names, if the text is a table: cells parted by tabs and quoted as CSV, the header itself included.
    fn columns(&self) -> Option<Vec<String>> {
        None
    }

    /// Places of what has been read and not been asked for yet: offset in the text, and where it stands. A place holds
    /// until the next one.
    fn places(&mut self) -> Vec<(u64, At)>;
}

/// Text that is made piece by piece while it is read.
pub struct Frames<F> {
    next: F,
    made: Made,
    given: usize,
    ended: bool,
    /// What ended the text, until what was made before it has been given.
    broken: Option<io::Error>,
    columns: Option<Vec<String>>,
}

/// Where a maker of text puts it.
#[derive(Default)]
pub struct Made {
    text: Vec<u8>,
    /// Bytes given away before `text`.
    before: u64,
    places: VecDeque<(u64, At)>,
}

impl Made {
    /// From here on, the text stands at this place.
    pub fn place(&mut self, at: At) {
        let offset = self.before + self.text.len() as u64;
        self.places.push_back((offset, at));
    }

    /// Adds text.
    pub fn push(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
    }

    /// Takes away what was made; gives how many bytes it was.
    #[cfg(all(test, feature = "formats"))]
    pub(super) fn taken(&mut self) -> usize {
        self.places.clear();
        std::mem::take(&mut self.text).len()
    }
}

/// Bytes made before a reader gets them.
const PIECE_BYTES: usize = 64 << 10;

impl<F: FnMut(&mut Made) -> io::Result<bool>> Frames<F> {
    /// Text from `next`, which makes a bit more of it, at a place, and says whether there may be more.
    pub fn new(columns: Option<Vec<String>>, next: F) -> Self {
        Self { next, made: Made::default(), given: 0, ended: false, broken: None, columns }
    }
}

impl<F: FnMut(&mut Made) -> io::Result<bool>> Read for Frames<F> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.given == self.made.text.len() && !self.ended {
            self.made.before += self.made.text.len() as u64;
            self.made.text.clear();
            self.given = 0;
            while self.made.text.len() < PIECE_BYTES && !self.ended {
                match (self.next)(&mut self.made) {
                    Ok(more) => self.ended = !more,
                    Err(error) => {
                        self.ended = true;
                        self.broken = Some(error);
                    }
                }
            }
        }
        if self.given == self.made.text.len()
            && let Some(error) = self.broken.take()
        {
            return Err(error);
        }
        let rest = self.made.text.get(self.given..).unwrap_or(&[]);
        let count = rest.len().min(buf.len());
        if let (Some(target), Some(source)) = (buf.get_mut(..count), rest.get(..count)) {
            target.copy_from_slice(source);
        }
        self.given += count;
        Ok(count)
    }
}

impl<F: FnMut(&mut Made) -> io::Result<bool>> Text for Frames<F> {
    fn columns(&self) -> Option<Vec<String>> {
        self.columns.clone()
    }

    fn places(&mut self) -> Vec<(u64, At)> {
        self.made.places.drain(..).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_as_people_write_them() {
        let cell = |column, row| At::Cell { sheet: "Лист1".into(), column, row }.to_string();
        assert_eq!(cell(2, 7), "Лист1!B7");
        assert_eq!(cell(26, 1), "Лист1!Z1");
        assert_eq!(cell(27, 1), "Лист1!AA1");
        assert_eq!(cell(702, 3), "Лист1!ZZ3");
        assert_eq!(cell(16_384, 1), "Лист1!XFD1");
        assert_eq!(At::Paragraph("comments".into(), 3).to_string(), "comments:3");
        for (place, name, renamed) in [
            (At::Cell { sheet: "a!b".into(), column: 2, row: 7 }, "a!b", "x!B7"),
            (At::Paragraph("comments".into(), 3), "comments", "x:3"),
            (At::Part("users[12]".into()), "users", "x[12]"),
            (At::Part("users[#3]".into()), "users", "x[#3]"),
            (At::Part("users[880301314919]".into()), "users[880301314919]", "x"),
            (At::Part("row 1234567".into()), "", "xrow 1234567"),
            (At::Part("row of seats".into()), "row of seats", "x"),
        ] {
            assert_eq!(place.name(), name);
            assert_eq!(place.renamed(&"x".into()).to_string(), renamed);
        }
    }

    #[test]
    fn what_ends_a_text_is_told_behind_it() {
        let mut number = 0;
        let mut frames = Frames::new(None, |made: &mut Made| {
            number += 1;
            if number == 2 {
                return Err(io::ErrorKind::InvalidData.into());
            }
            made.push("ряд\n");
            Ok(number < 5)
        });
        let mut text = Vec::new();
        assert_eq!(frames.read_to_end(&mut text).map_err(|error| error.kind()), Err(io::ErrorKind::InvalidData));
        assert_eq!(text, "ряд\n".as_bytes());
        assert_eq!(frames.read(&mut [0; 9]).ok(), Some(0), "nothing follows");
    }

    #[test]
    fn text_is_made_while_it_is_read() {
        let mut number = 0;
        let mut frames = Frames::new(None, |made: &mut Made| {
            number += 1;
            made.place(At::Paragraph("p".into(), number));
            made.push("ряд\n");
            Ok(number < 3)
        });
        let mut text = String::new();
        frames.read_to_string(&mut text).unwrap();
        assert_eq!(text, "ряд\nряд\nряд\n");
        let places = frames.places();
        assert_eq!(places.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [0, 7, 14]);
        assert!(frames.places().is_empty());
    }
}

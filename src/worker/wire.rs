//! How pieces travel between the two processes: a tag, a length (4 bytes, little-endian), the content.
//!
//! A job is a byte for the format, a length (8 bytes), passwords with their length (4 bytes), and the bytes. Words for people do not travel: a worker tells
//! which row of [`Told`] applies, so that no content can pass as words of this program.

use elek::problem::Reason;
use elek::unpack::{Fault, Kind, Piece, WIDEST};
use std::io::{self, Write};

/// Longest content of a piece, in bytes.
const PIECE_BYTES: usize = 4 << 20;
/// Length of what stands before the content.
const HEAD_BYTES: usize = 5;
/// The piece that ends an answer.
const DONE: u8 = b'.';

/// What a worker may say that it could not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    DamagedDatabase,
    DamagedTable,
    DamagedArchive,
    DamagedMember,
    DamagedDocument,
    DamagedPage,
    Encrypted,
    Method,
    NoUsableText,
    Memory,
    GaveUp,
    Picture,
    Objects,
    Volume,
    State,
}

impl Told {
    const ALL: &'static [Self] = &[
        Self::DamagedDatabase,
        Self::DamagedTable,
        Self::DamagedArchive,
        Self::DamagedMember,
        Self::DamagedDocument,
        Self::DamagedPage,
        Self::Encrypted,
        Self::Method,
        Self::NoUsableText,
        Self::Memory,
        Self::GaveUp,
        Self::Picture,
        Self::Objects,
        Self::Volume,
        Self::State,
    ];

    fn reason(self) -> Reason {
        match self {
            Self::Encrypted => Reason::Encrypted,
            Self::Method => Reason::Unsupported,
            Self::NoUsableText => Reason::NeedsOcr,
            Self::Memory => Reason::LimitMemory,
            Self::Objects => Reason::LimitMembers,
            Self::Volume | Self::State => Reason::UnreadPart,
            Self::Picture => Reason::NoText,
            _ => Reason::Corrupt,
        }
    }

    fn fault(self) -> Fault {
        let words = match self {
            Self::DamagedDatabase => "the database is damaged",
            Self::DamagedTable => "a table is damaged",
            Self::DamagedArchive => "the archive is damaged",
            Self::DamagedMember => "a member is damaged",
            Self::DamagedDocument => "the document is damaged",
            Self::DamagedPage => "a page is damaged or not read to its end",
            Self::Method => "a way to pack that is not read",
            Self::NoUsableText => "a page without usable text",
            Self::Memory => "a piece that is too large",
            Self::Objects => "too many objects or pages",
            Self::Picture => "a picture in it",
            Self::Volume => "it goes on in another volume",
            Self::State => "an older state of it",
            Self::GaveUp => "its reader gave up",
            Self::Encrypted => return Fault { reason: self.reason(), detail: None },
        };
        Fault::new(self.reason(), words)
    }

    fn number(self) -> u8 {
        Self::ALL.iter().position(|told| *told == self).unwrap_or(0) as u8
    }

    fn of(content: &[u8]) -> Option<Self> {
        Self::ALL.get(usize::from(*content.first()?)).copied()
    }
}

/// The byte of a format.
pub(super) fn of_kind(kind: Kind) -> Option<u8> {
    match kind {
        Kind::Sqlite => Some(b'q'),
        Kind::SevenZip => Some(b'7'),
        #[cfg(feature = "rar")]
        Kind::Rar => Some(b'r'),
        Kind::Pdf => Some(b'p'),
        Kind::Parquet => Some(b'c'),
        Kind::Ole => Some(b'o'),
        Kind::Picture(_) => Some(b'i'),
        _ => None,
    }
}

/// Passwords as they travel.
pub(super) fn passwords(passwords: &[&str]) -> Vec<u8> {
    list(&passwords.iter().map(|password| (*password).to_owned()).collect::<Vec<_>>())
}

/// The passwords that have travelled; the empty one stands first.
pub(super) fn with_empty(passwords: &[u8]) -> Option<Vec<String>> {
    Some([vec![String::new()], unlisted(passwords)?].concat())
}

/// Where a worker puts its answer.
pub(super) struct Out<W: Write> {
    to: W,
    /// A text or member has begun.
    begun: bool,
}

impl<W: Write> Out<W> {
    pub(super) fn new(to: W) -> Self {
        Self { to, begun: false }
    }

    fn piece(&mut self, tag: u8, content: &[u8]) -> io::Result<()> {
        if content.len() > PIECE_BYTES {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        match tag {
            b't' | b'T' | b's' | b'm' => self.begun = true,
            b'e' => self.begun = false,
            _ => {}
        }
        self.to.write_all(&[tag])?;
        self.to.write_all(&(content.len() as u32).to_le_bytes())?;
        self.to.write_all(content)
    }

    pub(super) fn text(&mut self) -> io::Result<()> {
        self.piece(b't', &[])
    }

    /// A sheet of a book begins.
    pub(super) fn sheet(&mut self, name: &str) -> io::Result<()> {
        self.piece(b's', name.as_bytes())
    }

    /// A row of a sheet: its number, and its cells by column, both from 1.
    pub(super) fn line(&mut self, number: u32, cells: &[(u32, String)]) -> io::Result<()> {
        let mut content = number.to_le_bytes().to_vec();
        for (column, text) in cells {
            content.extend_from_slice(&column.to_le_bytes());
            content.extend_from_slice(&list(std::slice::from_ref(text)));
        }
        self.piece(b'l', &content)
    }

    /// A table with these columns begins.
    pub(super) fn table(&mut self, columns: &[String]) -> io::Result<()> {
        let names = list(columns);
        // A header that no piece can hold is no header.
        if names.len() > PIECE_BYTES { self.text() } else { self.piece(b'T', &names) }
    }

    pub(super) fn place(&mut self, place: &str) -> io::Result<()> {
        self.piece(b'@', place.as_bytes())
    }

    pub(super) fn words(&mut self, words: &str) -> io::Result<()> {
        let mut rest = words;
        while !rest.is_empty() {
            let end = rest.floor_char_boundary(PIECE_BYTES);
            let (piece, after) = rest.split_at(end);
            self.piece(b'w', piece.as_bytes())?;
            rest = after;
        }
        Ok(())
    }

    pub(super) fn row(&mut self, cells: &[String]) -> io::Result<()> {
        let row = list(cells);
        if row.len() <= PIECE_BYTES {
            return self.piece(b'r', &row);
        }
        self.words(&cells.join("\t"))?;
        self.words("\n")
    }

    pub(super) fn member(&mut self, name: &str) -> io::Result<()> {
        self.piece(b'm', name.as_bytes())
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        bytes.chunks(PIECE_BYTES).try_for_each(|bytes| self.piece(b'b', bytes))
    }

    pub(super) fn end(&mut self) -> io::Result<()> {
        self.piece(b'e', &[])
    }

    /// A member that cannot be read.
    pub(super) fn closed(&mut self, name: &str, told: Told) -> io::Result<()> {
        let mut content = vec![told.number()];
        content.extend_from_slice(name.as_bytes());
        self.piece(b'c', &content)
    }

    pub(super) fn told(&mut self, told: Told) -> io::Result<()> {
        self.piece(b'f', &[told.number()])
    }

    /// Whoever was reading ended in the middle of it.
    pub(super) fn gave_up(&mut self) -> io::Result<()> {
        self.told(Told::GaveUp)?;
        if self.begun { self.end() } else { Ok(()) }
    }

    pub(super) fn done(&mut self) -> io::Result<()> {
        self.begun = false;
        self.piece(DONE, &[])?;
        self.to.flush()
    }
}

/// Texts one after the other, each with its length.
fn list(texts: &[String]) -> Vec<u8> {
    let mut list = Vec::new();
    for text in texts {
        list.extend_from_slice(&(text.len() as u32).to_le_bytes());
        list.extend_from_slice(text.as_bytes());
    }
    list
}

fn unlisted(mut list: &[u8]) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    while !list.is_empty() {
        texts.push(text(&mut list)?);
    }
    Some(texts)
}

fn number(list: &mut &[u8]) -> Option<u32> {
    let (number, rest) = list.split_first_chunk::<4>()?;
    *list = rest;
    Some(u32::from_le_bytes(*number))
}

fn text(list: &mut &[u8]) -> Option<String> {
    let length = number(list)? as usize;
    let (text, rest) = list.split_at_checked(length)?;
    *list = rest;
    String::from_utf8(text.to_vec()).ok()
}

/// A row of a sheet; columns count from 1 and rise.
fn line(mut content: &[u8]) -> Option<Piece> {
    let row = number(&mut content)?;
    let mut cells: Vec<(u32, String)> = Vec::new();
    while !content.is_empty() {
        let column = number(&mut content)?;
        if column <= cells.last().map_or(0, |(before, _)| *before) || column > WIDEST {
            return None;
        }
        cells.push((column, text(&mut content)?));
    }
    Some(Piece::Line(row, cells))
}

/// What comes next in an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    Piece(Piece),
    Done,
    Nonsense,
}

/// Reads what comes next; `take` gives the next bytes, as many as are asked for.
///
/// # Errors
/// Whatever kept `take` from it.
pub(super) fn said(mut take: impl FnMut(usize) -> Result<Vec<u8>, Fault>) -> Result<Said, Fault> {
    let head = take(HEAD_BYTES)?;
    let &[tag, a, b, c, d] = head.as_slice() else { return Ok(Said::Nonsense) };
    let length = u32::from_le_bytes([a, b, c, d]) as usize;
    if length > PIECE_BYTES {
        return Ok(Said::Nonsense);
    }
    if tag == DONE {
        return Ok(if length == 0 { Said::Done } else { Said::Nonsense });
    }
    Ok(piece(tag, take(length)?).map_or(Said::Nonsense, Said::Piece))
}

/// The piece with this tag and content; `None` if there is no such piece.
fn piece(tag: u8, content: Vec<u8>) -> Option<Piece> {
    let words = |content: Vec<u8>| String::from_utf8(content).ok();
    Some(match tag {
        b't' => Piece::Text(None),
        b'T' => Piece::Text(Some(unlisted(&content)?)),
        b'@' => Piece::Place(words(content)?),
        b'w' => Piece::Words(words(content)?),
        b'r' => Piece::Row(unlisted(&content)?),
        b's' => Piece::Sheet(words(content)?),
        b'l' => line(&content)?,
        b'm' => Piece::Member(words(content)?),
        b'b' => Piece::Bytes(content),
        b'e' => Piece::End,
        b'c' => Piece::Closed(words(content.get(1..)?.to_vec())?, Told::of(&content)?.reason()),
        b'f' => Piece::Fault(Told::of(&content)?.fault()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every piece of some bytes; `None` for the end.
    fn pieces(mut bytes: &[u8]) -> Vec<Option<Piece>> {
        let mut pieces = Vec::new();
        while !bytes.is_empty() {
            let next = said(|count| {
                let (taken, rest) = bytes.split_at(count);
                bytes = rest;
                Ok(taken.to_vec())
            });
            pieces.push(match next.unwrap() {
                Said::Piece(piece) => Some(piece),
                Said::Done => None,
                Said::Nonsense => panic!("nonsense"),
            });
        }
        pieces
    }

    #[test]
    fn what_is_sent_arrives() {
        let (mut sent, cells) = (Vec::new(), ["ИИН".to_owned(), String::new(), "a\tb".to_owned()]);
        let mut out = Out::new(&mut sent);
        out.table(&cells).unwrap();
        out.place("clients[1]").unwrap();
        out.row(&cells).unwrap();
        out.end().unwrap();
        out.sheet("Лист1").unwrap();
        out.line(7, &[(1, "a".to_owned()), (3, "б".to_owned())]).unwrap();
        out.end().unwrap();
        out.closed("a.txt", Told::Encrypted).unwrap();
        out.told(Told::DamagedTable).unwrap();
        out.done().unwrap();
        let expected = [
            Some(Piece::Text(Some(cells.to_vec()))),
            Some(Piece::Place("clients[1]".to_owned())),
            Some(Piece::Row(cells.to_vec())),
            Some(Piece::End),
            Some(Piece::Sheet("Лист1".to_owned())),
            Some(Piece::Line(7, vec![(1, "a".to_owned()), (3, "б".to_owned())])),
            Some(Piece::End),
            Some(Piece::Closed("a.txt".to_owned(), Reason::Encrypted)),
            Some(Piece::Fault(Fault::corrupt("a table is damaged"))),
            None,
        ];
        assert_eq!(pieces(&sent), expected);
    }

    #[test]
    fn whoever_gives_up_ends_what_he_began() {
        let mut sent = Vec::new();
        let mut out = Out::new(&mut sent);
        out.gave_up().unwrap();
        out.member("a").unwrap();
        out.gave_up().unwrap();
        let gave_up = Some(Piece::Fault(Fault::corrupt("its reader gave up")));
        assert_eq!(pieces(&sent), [gave_up.clone(), Some(Piece::Member("a".into())), gave_up, Some(Piece::End)]);
    }

    #[test]
    fn a_row_that_no_piece_can_hold_becomes_words() {
        let (mut sent, wide) = (Vec::new(), vec!["x".repeat(1 << 20); 5]);
        let mut out = Out::new(&mut sent);
        out.table(&wide).unwrap();
        out.row(&wide).unwrap();
        let pieces = pieces(&sent);
        assert_eq!(pieces.first(), Some(&Some(Piece::Text(None))));
        assert!(pieces.iter().skip(1).all(|piece| matches!(piece, Some(Piece::Words(_)))));
    }

    #[test]
    fn long_words_are_cut_between_letters() {
        let (mut sent, long) = (Vec::new(), "ж".repeat(PIECE_BYTES));
        Out::new(&mut sent).words(&format!("a{long}")).unwrap();
        let words: String = pieces(&sent)
            .into_iter()
            .map(|piece| match piece {
                Some(Piece::Words(words)) => words,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(words.len(), 1 + long.len());
    }

    #[test]
    fn what_is_no_piece_is_refused() {
        for (tag, content) in [
            (b'l', &b"\0\0\0\0\0\0\0\0\0\0\0\0"[..]),
            (b'?', b""),
            (b'w', b"\xff"),
            (b'r', b"\x09\0\0\0ab"),
            (b'r', b"\x01"),
            (b'f', b""),
            (b'f', b"\xff"),
        ] {
            assert_eq!(piece(tag, content.to_vec()), None);
        }
    }

    #[test]
    fn rows_of_the_table_have_their_numbers() {
        for told in Told::ALL {
            assert_eq!(Told::of(&[told.number()]), Some(*told));
        }
    }
}

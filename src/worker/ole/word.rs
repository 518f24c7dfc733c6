//! Documents of Word 97 to 2003 ([MS-DOC]): text by its table of pieces; older ones as the bytes that they are.
//!
//! Main text, notes, headers, comments and text boxes stand one after the other. Deleted text is text.

use super::{four, two, wide};
use crate::worker::wire::{Out, Told};
use std::io::{self, Write};

/// The first bytes of a document, and of one by Word 6 and 95.
const WORD: u16 = 0xA5EC;
const OLDER: u16 = 0xA5DC;
/// First number of a version with pieces.
const VERSION_97: u16 = 193;
/// Where the table of pieces is said to be.
const PIECES: usize = 0x01A2;

/// Whether the tables of a document are in the second of its streams for them.
pub(super) fn uses_second_table(document: &[u8]) -> bool {
    two(document, 0x0A).is_some_and(|flags| flags & 0x0200 != 0)
}

pub(super) fn read<W: Write>(document: &[u8], table: &[u8], place: &str, out: &mut Out<W>) -> io::Result<()> {
    let (Some(mark), Some(version), Some(flags)) = (two(document, 0), two(document, 2), two(document, 0x0A)) else {
        return out.told(Told::DamagedDocument);
    };
    if flags & 0x0100 != 0 {
        return out.told(Told::Encrypted);
    }
    if mark == OLDER || mark == WORD && version < VERSION_97 {
        // Eight-bit text between two offsets; whoever takes it tells the encoding.
        let range = four(document, 0x18).zip(four(document, 0x1C));
        let text = range.and_then(|(start, end)| document.get(start as usize..end as usize));
        let Some(text) = text else { return out.told(Told::DamagedDocument) };
        out.member(place)?;
        out.bytes(
            &text.iter().map(|byte| if matches!(byte, 7 | 11 | 12 | 13) { b'\n' } else { *byte }).collect::<Vec<_>>(),
        )?;
        return out.end();
    }
    let mut lines = Lines { place, number: 0, line: String::new() };
    out.text()?;
    let is_whole = mark == WORD && pieces(document, table, |piece| lines.take(piece, out))?;
    lines.end(out)?;
    out.end()?;
    if is_whole { Ok(()) } else { out.told(Told::DamagedDocument) }
}

/// Runs through the pieces of text; gives whether all of them were there.
fn pieces(document: &[u8], table: &[u8], mut take: impl FnMut(&str) -> io::Result<()>) -> io::Result<bool> {
    let range = four(document, PIECES).zip(four(document, PIECES + 4));
    let range = range.and_then(|(start, length)| table.get(start as usize..)?.get(..length as usize));
    let Some(mut list) = range else { return Ok(false) };
    // Formats first, each with its length; then the pieces.
    while list.first() == Some(&1) {
        let Some(rest) = two(list, 1).and_then(|length| list.get(3 + usize::from(length)..)) else { return Ok(false) };
        list = rest;
    }
    let Some(list) = (list.first() == Some(&2)).then(|| list.get(5..)).flatten() else { return Ok(false) };
    let count = list.len().saturating_sub(4) / 12;
    for i in 0..count {
        let about = 4 * (count + 1) + 8 * i;
        let (Some(start), Some(end), Some(at)) = (four(list, 4 * i), four(list, 4 * i + 4), four(list, about + 2))
        else {
            return Ok(false);
        };
        let Some(letters) = end.checked_sub(start).map(|letters| letters as usize) else { return Ok(false) };
        let is_narrow = at & 0x4000_0000 != 0;
        let at = (at & 0x3FFF_FFFF) as usize;
        let (at, length) = if is_narrow { (at / 2, letters) } else { (at, letters.saturating_mul(2)) };
        let Some(piece) = document.get(at..).and_then(|rest| rest.get(..length)) else { return Ok(false) };
        if is_narrow {
            take(&piece.iter().map(|byte| western(*byte)).collect::<String>())?;
        } else {
            take(&wide(piece))?;
        }
    }
    Ok(count > 0)
}

/// A letter of windows-1252, as far as it matters here: punctuation is enough like itself.
fn western(byte: u8) -> char {
    match byte {
        0x91 | 0x92 => '\'',
        0x93 | 0x94 => '"',
        0x96 | 0x97 => '-',
        0x80..0xA0 => ' ',
        byte => char::from(byte),
    }
}

/// Paragraphs, each at a place of its own.
struct Lines<'p> {
    place: &'p str,
    number: u32,
    line: String,
}

impl Lines<'_> {
    fn take<W: Write>(&mut self, text: &str, out: &mut Out<W>) -> io::Result<()> {
        for letter in text.chars() {
            match letter {
                '\r' | '\u{C}' => self.end(out)?,
                // Ends of cells and rows.
                '\u{7}' => self.line.push('\t'),
                // Line ends in a paragraph; what stands around the instruction of a field.
                '\u{B}' | '\u{A0}' | '\t' | '\u{13}'..='\u{15}' => self.line.push(' '),
                '\u{1E}' => self.line.push('-'),
                '\u{1F}' | '\0'..='\u{8}' => {}
                letter => self.line.push(letter),
            }
            if self.line.len() > 60 << 10 {
                self.end(out)?;
            }
        }
        Ok(())
    }

    fn end<W: Write>(&mut self, out: &mut Out<W>) -> io::Result<()> {
        self.number += 1;
        if !self.line.trim().is_empty() {
            out.place(&format!("{}:{}", self.place, self.number))?;
            self.line.push('\n');
            out.words(&self.line)?;
        }
        self.line.clear();
        Ok(())
    }
}

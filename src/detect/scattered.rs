//! Addresses whose parts stand in neighbouring fields of a record: keys of an object, lines of settings, elements, cells of
//! an SQL row. The street is found by its label; town, postal code, house and flat are its neighbours.
//!
//! No part need look like an address. A street counts beside a town, a house or a postal code only. The parts are one
//! finding if at least half of its bytes are value: behind long keys it begins or ends with a nearer part, so that a
//! finding is never mostly structure.

use super::catalog::RuleIndex;
use super::columns::{Part, address_and_street};
use super::labelled::password::is_placeholder;
use super::scan::{Block, Scanner};
use crate::finding::{Confidence, Evidence};
use crate::text::neighbour::next_value;
use crate::text::{at, before, slice};
use memchr::{memchr, memrchr};
use std::ops::Range;

/// Most parts on each side of a street.
const SIDE: usize = 4;
/// Longest part, in bytes.
const PART_BYTES: usize = 120;
/// How far before a value the one before it may end, in bytes.
const WAY_BYTES: usize = 64;

/// A part of an address, and what its label says.
type Piece = (Range<usize>, Part);

impl Scanner<'_> {
    /// The address around the street in `street`, whose label says that it is one. Gives whether it is.
    pub(super) fn scattered_address(&mut self, block: &Block<'_>, street: Range<usize>, rule: RuleIndex) -> bool {
        let bytes = block.bytes;
        let mut pieces = vec![(street.clone(), Part::Street)];
        for _ in 0..SIDE {
            let Some(piece) = pieces.first().and_then(|(first, _)| piece_before(bytes, first)) else { break };
            pieces.insert(0, piece);
        }
        for _ in 0..SIDE {
            let Some(piece) = pieces.last().and_then(|(last, _)| piece_behind(bytes, last)) else { break };
            pieces.push(piece);
        }
        self.push_pieces(block, pieces, &street, rule, Evidence::FIELD)
    }

    /// The address in a row of SQL whose cell `street` is a street, in a column of this number.
    pub(super) fn address_of_row(
        &mut self, block: &Block<'_>, columns: &Range<usize>, column: usize, street: &Range<usize>,
    ) -> bool {
        let Some(rule) = self.is_on(self.catalog.known.address).filter(|_| columns.contains(&column)) else {
            return false;
        };
        let bytes = block.bytes;
        let mut pieces = vec![(street.clone(), Part::Street)];
        for _ in columns.start..column {
            let Some(cell) = pieces.first().and_then(|(first, _)| cell_before(bytes, first.start)) else { break };
            pieces.insert(0, (cell, Part::Around));
        }
        for _ in column + 1..columns.end {
            let Some(cell) = pieces.last().and_then(|(last, _)| cell_behind(bytes, last.end)) else { break };
            pieces.push((cell, Part::House));
        }
        let empty = |cell: &Range<usize>| {
            let text = slice(bytes, cell.start, cell.end);
            text.is_empty() || text.eq_ignore_ascii_case(b"null")
        };
        pieces.retain(|(cell, _)| cell == street || !empty(cell));
        self.push_pieces(block, pieces, street, rule, Evidence::COLUMN)
    }

    fn push_pieces(
        &mut self, block: &Block<'_>, mut pieces: Vec<Piece>, street: &Range<usize>, rule: RuleIndex,
        evidence: Evidence,
    ) -> bool {
        let bytes = block.bytes;
        let text = slice(bytes, street.start, street.end);
        let letters = text.iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
        let tells =
            |(cell, part): &Piece| *part != Part::Street && slice(bytes, cell.start, cell.end).len() < PART_BYTES;
        // `street: String, city: String`: a house, flat or code has a digit.
        let digit = |(cell, _): &Piece| slice(bytes, cell.start, cell.end).iter().any(u8::is_ascii_digit);
        let told = pieces.iter().any(tells) && pieces.iter().any(digit);
        if !letters || street.len() < 3 || !told || is_placeholder(text) {
            return false;
        }
        if self.keeps_parts {
            for (cell, _) in pieces {
                self.push(block, cell, rule, None, Confidence::High, evidence);
            }
            return true;
        }
        // What lies outermost goes first, the longer way before the shorter.
        while let [(first, _), .., (last, _)] = pieces.as_slice() {
            let value: usize = pieces.iter().map(|(cell, _)| cell.len()).sum();
            if 2 * value >= last.end - first.start {
                break;
            }
            if street == first || (street != last && last.end - street.end > street.start - first.start) {
                pieces.pop();
            } else {
                pieces.remove(0);
            }
        }
        if let ([(first, _), ..], [.., (last, _)]) = (pieces.as_slice(), pieces.as_slice()) {
            self.push(block, first.start..last.end, rule, None, Confidence::High, evidence);
        }
        true
    }
}

/// The columns of an SQL statement that make an address, and which of them is the street.
pub(super) fn columns_of(names: &[Vec<u8>]) -> Option<(Range<usize>, usize)> {
    let names: Vec<&str> = names.iter().map(|name| str::from_utf8(name).unwrap_or("")).collect();
    address_and_street(&names)
}

/// The part that stands beside the value `last`, if its key says that it is one.
fn piece_behind(bytes: &[u8], last: &Range<usize>) -> Option<Piece> {
    let start = next_value(bytes, last.end)?;
    let part = Part::of_header(key_in(slice(bytes, last.end, start))?)?;
    let end = value_end(bytes, start)?;
    (end > start).then_some((start..end, part))
}

/// The part that stands before the value `first`.
fn piece_before(bytes: &[u8], first: &Range<usize>) -> Option<Piece> {
    let floor = first.start.saturating_sub(WAY_BYTES);
    // The way begins at the earliest place from which it leads here.
    let end = (floor..first.start).find(|&end| next_value(bytes, end) == Some(first.start))?;
    let from = end.saturating_sub(PART_BYTES);
    let window = slice(bytes, from, end);
    let start = from
        + match at(bytes, end) {
            quote @ (b'"' | b'\'' | b'`') => memrchr(quote, window)? + 1,
            b'\\' => memrchr(at(bytes, end + 1), window)? + 1,
            b'<' => memrchr(b'>', window)? + 1,
            _ => {
                let sign = window.iter().rposition(|byte| matches!(byte, b':' | b'=' | b'>' | b'\n' | b','))?;
                let blanks = slice(window, sign + 1, window.len()).iter().take_while(|byte| **byte == b' ').count();
                let quote = matches!(at(window, sign + 1 + blanks), b'"' | b'\'');
                sign + 1 + blanks + usize::from(quote)
            }
        };
    let head = slice(bytes, start.saturating_sub(WAY_BYTES), start);
    let part = Part::of_header(key_in(head)?)?;
    (start < end).then_some((start..end, part))
}

/// The key at the end of what stands before a value: `","street":"`, `\n  street: `, `<street>`.
fn key_in(way: &[u8]) -> Option<&str> {
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || *byte >= 0x80;
    let trimmed = |way: &[u8]| way.iter().rposition(name).map_or(0, |last| last + 1);
    let mut end = trimmed(way);
    // `";s:6:"street";s:12:"`: a length is no key.
    let digits = slice(way, 0, end).iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    if digits > 0 && slice(way, 0, end - digits).ends_with(b"s:") {
        end = trimmed(slice(way, 0, end - digits - 2));
    }
    let length = slice(way, 0, end).iter().rev().take_while(|byte| name(byte)).count();
    str::from_utf8(slice(way, end - length, end)).ok().filter(|key| !key.is_empty())
}

/// Where the value at `start` ends: before its quote, or what parts it from the next one.
fn value_end(bytes: &[u8], start: usize) -> Option<usize> {
    let window = slice(bytes, start, start + PART_BYTES);
    let length = match before(bytes, start) {
        quote @ (b'"' | b'\'' | b'`') => {
            let length = memchr(quote, window)?;
            length - usize::from(before(window, length) == b'\\')
        }
        b'>' => memchr(b'<', window)?,
        _ => {
            let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b'\n' | b'\r' | b'<' | b'&' | b';');
            let length = window.iter().position(ends).unwrap_or(window.len());
            slice(window, 0, length).trim_ascii_end().len()
        }
    };
    Some(start + length)
}

/// The cell of an SQL row behind the one whose value ends at `end`.
fn cell_behind(bytes: &[u8], end: usize) -> Option<Range<usize>> {
    let mut i = end + usize::from(at(bytes, end) == b'\'');
    i += slice(bytes, i, i + 8).iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    if at(bytes, i) != b',' {
        return None;
    }
    i += 1 + slice(bytes, i + 1, i + 9).iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let quoted = at(bytes, i) == b'\'';
    let start = i + usize::from(quoted);
    let window = slice(bytes, start, start + PART_BYTES);
    let ends = |byte: &u8| if quoted { *byte == b'\'' } else { matches!(byte, b',' | b')' | b'\n') };
    let length = window.iter().position(ends)?;
    Some(start..start + length)
}

/// The cell of an SQL row before the one whose value begins at `start`.
fn cell_before(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let blank = |mut i: usize| {
        while before(bytes, i).is_ascii_whitespace() && start - i < 16 {
            i -= 1;
        }
        i
    };
    let mut i = blank(start - usize::from(before(bytes, start) == b'\''));
    if before(bytes, i) != b',' {
        return None;
    }
    i = blank(i - 1);
    let quoted = before(bytes, i) == b'\'';
    let end = i - usize::from(quoted);
    let from = end.saturating_sub(PART_BYTES);
    let begins = |byte: &u8| if quoted { *byte == b'\'' } else { matches!(byte, b',' | b'(') };
    let first = slice(bytes, from, end).iter().rposition(begins)? + 1;
    Some(from + first..end)
}

#[cfg(test)]
mod tests {
    use super::super::examples::all_found;

    #[test]
    fn parts_in_fields_are_one_address() {
        for (text, want) in [
            (
                r#"{"city":"Караганда","street":"улица Ермекова","building":"29","flat":"14"}"#,
                r#"Караганда","street":"улица Ермекова","building":"29","flat":"14"#,
            ),
            (
                "a:\n  city: Махачкала\n  street: ул. Гамидова\n  house: 18\n",
                "Махачкала\n  street: ул. Гамидова\n  house: 18",
            ),
            (r#"{"street":"3 Orchard Mews","city":"Bath"}"#, r#"3 Orchard Mews","city":"Bath"#),
            (
                "INSERT INTO `c` (`id`,`city`,`street`,`house`) VALUES (1,'Бердск','ул. Лунная','4'),(2,NULL,'ул. Мира','7');",
                "Бердск','ул. Лунная','4|ул. Мира','7",
            ),
        ] {
            assert_eq!(all_found(text, "postal_address").join("|"), want, "{text}");
        }
    }

    #[test]
    fn a_street_alone_is_none() {
        for text in [
            r#"{"street":"Main","name":"x"}"#,
            r#"{"street":"","city":"Bath"}"#,
            r#"{"city":"[ADDRESS_1]","street":"[ADDRESS_2]","house":"[ADDRESS_3]"}"#,
            "street: yes\nwidth: 4\n",
            "street: String,\n city: String,\n",
        ] {
            assert_eq!(all_found(text, "postal_address"), Vec::<String>::new(), "{text}");
        }
    }
}

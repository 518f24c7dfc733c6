//! The plain twin: each rule stated for one byte and the 16 before it, in the simplest words.

use super::{CONTEXT, Kind, Triggers, Wanted, is_separator};
use crate::text::{at, before};

/// The bytes that end at one place: `back(0)` is the byte itself.
#[derive(Clone, Copy)]
struct Place<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl Place<'_> {
    fn back(self, n: usize) -> u8 {
        if n > CONTEXT { 0 } else { at(self.bytes, self.offset.wrapping_sub(n)) }
    }

    fn digit(self, n: usize) -> bool {
        self.back(n).is_ascii_digit()
    }

    fn letter(self, n: usize) -> bool {
        self.back(n).is_ascii_alphabetic()
    }

    fn word(self, n: usize) -> bool {
        self.back(n).is_ascii_alphanumeric()
    }

    fn is(self, n: usize, byte: u8) -> bool {
        self.back(n) == byte
    }

    fn separator(self, n: usize) -> bool {
        is_separator(self.back(n))
    }

    /// A digit, or one of the first four separators in a row.
    fn in_run(self, n: usize) -> bool {
        self.digit(n) || (self.separator(n) && !(1..=4).all(|k| self.separator(n + k)))
    }

    fn number(self) -> bool {
        let sixth = (0..6).all(|n| self.digit(n)) && !self.digit(6);
        let reached = |from: usize| {
            let run = (0..11).all(|n| self.in_run(from + n)) && self.digit(from) && self.digit(from + 10);
            run && (0..10).any(|n| self.digit(from + n) && self.digit(from + n + 1))
        };
        sixth || (reached(0) && !reached(1))
    }

    fn after_dot(self, n: usize) -> bool {
        self.digit(n) && self.is(n + 1, b'.') && self.digit(n + 2)
    }

    fn dots(self) -> bool {
        self.after_dot(0) && (2..=4).any(|a| self.after_dot(a) && (2..=4).any(|b| self.after_dot(a + b)))
    }

    fn iban(self) -> bool {
        self.digit(0) && self.digit(1) && self.letter(2) && self.letter(3) && !self.word(4)
    }

    fn word_end(self) -> bool {
        let digits = (1..=CONTEXT).take_while(|&n| self.digit(n)).count();
        !self.word(0) && (4..16).contains(&digits) && self.letter(digits + 1)
    }

    fn plate(self) -> bool {
        let letter = self.back(0).is_ascii_uppercase() || self.back(0) >= 0x80;
        let group = |last: usize| (0..3).all(|n| self.digit(last + n)) && !(0..5).all(|n| self.digit(last + n));
        let above = |n: usize| self.back(n) >= 0x80;
        let ended = self.is(0, b' ') && (1..4).all(|n| self.digit(n)) && (above(4) || (self.digit(4) && above(5)));
        ended || letter && (group(1) || (matches!(self.back(1), b' ' | b'-') && group(2)))
    }

    fn at_sign(self) -> bool {
        let ends = |word: &[u8]| word.iter().rev().enumerate().all(|(n, byte)| self.is(n, *byte));
        self.is(0, b'@') || ends(b"%40") || ends(b"#64") || ends(b"u0040")
    }

    fn house(self) -> bool {
        self.digit(0) && !self.digit(1) && (1..=4).any(|n| self.back(n) >= 0x80)
    }

    fn uuid(self) -> bool {
        self.is(0, b'-') && self.is(5, b'-') && self.is(10, b'-')
    }

    fn mrz(self) -> bool {
        self.is(0, b'<') && self.is(1, b'<') && self.back(2).is_ascii_uppercase()
    }

    fn capital(self) -> bool {
        let (byte, lead) = (self.back(0), self.back(1));
        let latin =
            byte.is_ascii_uppercase() && lead == b' ' && matches!(self.back(2), b'a'..=b'z' | b'.' | b',' | 0x80..);
        let slavic = lead == 0xD0 && (0x80..=0xAF).contains(&byte);
        let kazakh = matches!(lead, 0xD2 | 0xD3) && (0x90..=0xBF).contains(&byte) && byte % 2 == 0;
        let behind = matches!(self.back(2), 0..0x80 | 0xA0);
        latin || ((slavic || kazakh) && behind)
    }

    fn patronymic(self) -> bool {
        let vich = self.is(0, 0x87) && matches!(self.back(2), 0xB8 | 0x96) && self.is(4, 0xB2);
        vich || (self.is(0, 0xBD) && self.is(2, 0xB2))
    }

    /// The colon at `n` is the last of `count` that stand two to five bytes apart.
    fn colons_in_row(self, n: usize, count: usize) -> bool {
        self.is(n, b':') && (count == 1 || (2..=5).any(|a| self.colons_in_row(n + a, count - 1)))
    }

    fn colons(self) -> bool {
        (self.is(0, b':') && self.is(1, b':') && !self.is(2, b':')) || self.colons_in_row(0, 4)
    }

    fn date(self) -> bool {
        let joins = |n: usize| matches!(self.back(n), b'.' | b'-' | b'/');
        let digits = [0, 2, 3, 5].iter().all(|&n| self.digit(n));
        digits && joins(1) && joins(4)
    }

    fn year(self) -> bool {
        let joined = self.word(5)
            || matches!(self.back(5), b':' | b'/')
            || (matches!(self.back(5), b'.' | b'-') && self.digit(6));
        !self.digit(0) && (1..5).all(|n| self.digit(n)) && !joined && is_year(self.bytes, self.offset)
    }

    fn mac(self) -> bool {
        let dashed = (0..5).all(|n| self.is(n * 3, b'-')) && self.word(1) && self.word(2);
        dashed || (self.is(0, b'.') && self.is(5, b'.') && (1..5).all(|n| self.word(n)))
    }
}

/// Rules that hang on one byte and a few before it; shared by all levels.
#[inline(always)]
pub(super) fn single(wanted: &Wanted, bytes: &[u8], offset: usize) -> Option<Kind> {
    // The byte and the seven before it, the byte itself lowest.
    let near = match bytes.get(offset.wrapping_sub(7)..).and_then(|rest| rest.first_chunk::<8>()) {
        Some(chunk) => u64::from_be_bytes(*chunk),
        None => (0..8).fold(0, |near, n| near | u64::from(at(bytes, offset.wrapping_sub(n))) << (8 * n)),
    };
    let back = |n: usize| (near >> (8 * n)) as u8;
    let kind = match back(0) {
        b':' if back(1) == b'e' && matches!(back(2), b'p' | b'v') && wanted.wants(Kind::Messenger) => Kind::Messenger,
        b':' if back(1).is_ascii_digit() => return None,
        b'=' | b':' if behind_name(wanted, near >> 8) => Kind::Equals,
        b')' | b']' if back(1) == b't' && back(2) == b'a' && matches!(back(3), b'(' | b'[') => Kind::At,
        0xB1 if back(2) == 0xBE && ends_with(bytes, offset, "соб") => Kind::At,
        0x8C if back(2) == 0xBB && ends_with(bytes, offset, "ароль") => Kind::Secret,
        0xAC if back(2) == 0x9B && ends_with(bytes, offset, "АРОЛЬ") => Kind::Secret,
        b'J' if back(1) == b'y' && back(2) == b'e' && !back(3).is_ascii_alphanumeric() => Kind::Jwt,
        b'I' if back(1) == b'A' && !back(2).is_ascii_alphanumeric() => Kind::Secret,
        b'I' if matches!(back(1), b'K' | b'S') && back(2) == b'A' && !back(3).is_ascii_alphanumeric() => Kind::Secret,
        b'/' if back(1) == b'<' => Kind::Equals,
        b'/' if back(1) == b'e' && back(2) == b'm' && back(3) == b'.' => Kind::Messenger,
        b'/' if back(1) == b'/' && back(2) == b':' && matches!(back(3), b'g' | b'r') => Kind::Messenger,
        b'/' if near >> 8 & 0xFFFF_FFFF == 0x7265_7374 => Kind::Secret, // rest
        b'-' if secret_dash(near) => Kind::Secret,
        b'p' | b'u' | b'w' if back(1) == b'-' && back(2) == b' ' => Kind::Secret,
        _ => return None,
    };
    wanted.wants(kind).then_some(kind)
}

/// Whether a known name ends in the last bytes of `near`, behind at most four quotes, brackets and spaces.
#[inline(always)]
fn behind_name(wanted: &Wanted, mut near: u64) -> bool {
    let mut passed = 0;
    while passed < 4 && matches!(near as u8, b' ' | b'"' | b'\'' | b'`' | b']' | b'\\') {
        near >>= 8;
        passed += 1;
    }
    wanted.ending((near >> 16) as u8, (near >> 8) as u8, near as u8)
}

fn ends_with(bytes: &[u8], offset: usize, word: &str) -> bool {
    word.bytes().rev().enumerate().all(|(n, byte)| at(bytes, offset.wrapping_sub(n)) == byte)
}

/// The fifth dash of a row of them, `sk-` at the beginning of a word, `glpat-` or `xoxb-`.
#[inline(always)]
fn secret_dash(near: u64) -> bool {
    let back = |n: usize| (near >> (8 * n)) as u8;
    match back(1) {
        b'k' => back(2) == b's' && !back(3).is_ascii_alphanumeric(),
        // glpat-, xoxb-
        b't' => (back(2), back(3), back(4)) == (b'a', b'p', b'l'),
        b'b' | b'p' | b'a' | b's' => (back(2), back(3), back(4)) == (b'x', b'o', b'x'),
        b'-' => (2..5).all(|n| back(n) == b'-') && back(5) != b'-',
        _ => false,
    }
}

/// Whether the four digits before `offset` are those of a year.
pub(super) fn is_year(bytes: &[u8], offset: usize) -> bool {
    let back = |n: usize| at(bytes, offset.wrapping_sub(n));
    matches!((back(4), back(3)), (b'1', b'9') | (b'2', b'0'))
}

/// Appends the triggers at bytes `start..end`.
pub fn find(wanted: &Wanted, bytes: &[u8], start: usize, end: usize, out: &mut Triggers) {
    for offset in start..end {
        let place = Place { bytes, offset };
        let mut fire = |kind: Kind, holds: bool| {
            if holds && wanted.wants(kind) {
                out.push(kind, offset);
            }
        };
        let byte = at(bytes, offset);
        fire(Kind::At, place.at_sign());
        fire(Kind::Word, place.capital());
        fire(Kind::Patronymic, wanted.wants(Kind::Word) && place.patronymic());
        fire(Kind::Uuid, byte == b'-' && place.uuid() && !(wanted.wants(Kind::Mac) && place.mac()));
        // Cheap looks at one byte save most of the work; they follow from the rules below.
        let near_digit = byte.is_ascii_digit() || is_separator(byte);
        fire(Kind::Number, near_digit && place.number());
        let mut colons = false;
        fire(Kind::Year, place.year());
        if byte.is_ascii_digit() {
            fire(Kind::House, place.house());
            fire(Kind::Date, place.date() && !(wanted.wants(Kind::Dots) && place.dots()));
            fire(Kind::Dots, place.dots());
            fire(Kind::Iban, place.iban());
        } else {
            fire(Kind::WordEnd, before(bytes, offset).is_ascii_digit() && place.word_end());
            fire(Kind::Plate, place.plate());
            fire(Kind::Mrz, place.mrz());
            colons = byte == b':' && place.colons();
            fire(Kind::Colons, colons);
            fire(Kind::Mac, place.mac());
        }
        let open = byte == b'=' && wanted.open_names && (1..=14).any(|n| place.is(n, b'_'));
        fire(Kind::Equals, open);
        if let (false, Some(kind)) = (open || (colons && wanted.wants(Kind::Colons)), single(wanted, bytes, offset)) {
            out.push(kind, offset);
        }
    }
}

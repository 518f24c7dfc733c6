//! Where text is hidden: marks that can hide a value, and the stretch to decode around each.

use super::mail::base64_head;
use super::{escape, folded, hidden, markup};
use crate::text::base64::sextet;
use crate::text::{at, before, slice};
use std::ops::Range;

/// Longest stretch, in bytes.
pub const STRETCH_BYTES: usize = 48 << 10;
/// What a stretch that had to be cut shares with the next one.
const OVERLAP_BYTES: usize = 1 << 10;
/// How far behind the header fields of a part its body may begin.
const HEADER_BYTES: usize = 4 << 10;
/// Digits of the shortest row of bytes in hexadecimal digits.
const HEX_DIGITS: usize = 24;
/// Letters of the shortest token of base64.
const TOKEN_LETTERS: usize = 24;

/// How a stretch is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Escapes with backslash, percent and ampersand.
    Escapes,
    /// Base64.
    Base64,
    /// Bytes in hexadecimal digits.
    Hex,
    /// Quoted-printable.
    QuotedPrintable,
    /// Encoded words of mail.
    MimeWords,
    /// Text taken for another encoding.
    Mojibake,
    /// Characters that nobody sees, or that look like others.
    Hidden,
    /// Letters written as a letter and a mark.
    Decomposed,
    /// What tells a terminal the colours of words.
    Colours,
    /// Inline tags of HTML.
    Markup,
    /// Lines that go on behind a line end.
    Folded,
}

/// A stretch of text in which something is encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The bytes to decode.
    pub range: Range<usize>,
    /// How.
    pub method: Method,
    /// Where the search for the next one goes on.
    next: usize,
}

/// What a mark may begin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Escape,
    Percent,
    Entity,
    Word,
    Base64Named,
    Base64Begun,
    Hex,
    QuotedPrintable,
    Mojibake,
    Decomposed,
}

const SIGNS: [(&[u8], Sign); 43] = [
    (b"\\u0", Sign::Escape),
    (b"\\u1", Sign::Escape),
    (b"\\u2", Sign::Escape),
    (b"\\x", Sign::Escape),
    (b"%40", Sign::Percent),
    (b"%2B", Sign::Percent),
    (b"%2b", Sign::Percent),
    (b"%20", Sign::Percent),
    (b"%C", Sign::Percent),
    (b"%D", Sign::Percent),
    (b"%E", Sign::Percent),
    (b"%F", Sign::Percent),
    (b"%c", Sign::Percent),
    (b"%d", Sign::Percent),
    (b"%e", Sign::Percent),
    (b"%f", Sign::Percent),
    (b"%u0", Sign::Percent),
    (b"&#", Sign::Entity),
    (b"&nbsp;", Sign::Entity),
    (b"&shy;", Sign::Entity),
    (b"&commat;", Sign::Entity),
    (b"=?", Sign::Word),
    (b"base64", Sign::Base64Named),
    (b"eyJ", Sign::Base64Begun),
    (b"Basic ", Sign::Base64Begun),
    // MySQL and MariaDB, PostgreSQL.
    (b",0x", Sign::Hex),
    (b"(0x", Sign::Hex),
    (b"uoted-printable", Sign::QuotedPrintable),
    ("Ð".as_bytes(), Sign::Mojibake),
    ("Ñ".as_bytes(), Sign::Mojibake),
    ("Р°".as_bytes(), Sign::Mojibake),
    ("Рѕ".as_bytes(), Sign::Mojibake),
    ("Рµ".as_bytes(), Sign::Mojibake),
    (b"\xC3\xA0\xC3", Sign::Mojibake),
    (b"\xC3\xAE\xC3", Sign::Mojibake),
    // Grave, acute, circumflex, tilde, breve, dots, caron, cedilla.
    ("\u{300}".as_bytes(), Sign::Decomposed),
    ("\u{301}".as_bytes(), Sign::Decomposed),
    ("\u{302}".as_bytes(), Sign::Decomposed),
    ("\u{303}".as_bytes(), Sign::Decomposed),
    ("\u{306}".as_bytes(), Sign::Decomposed),
    ("\u{308}".as_bytes(), Sign::Decomposed),
    ("\u{30C}".as_bytes(), Sign::Decomposed),
    ("\u{327}".as_bytes(), Sign::Decomposed),
];

impl Stretch {
    /// A stretch that no mark points at.
    pub fn new(range: Range<usize>, method: Method) -> Self {
        let next = range.end;
        Self { range, method, next }
    }

    /// The first stretch in a part of the text that holds characters which nobody sees, or of full width. They are told from
    /// their first bytes, which hardly ever stand in text: marks of their own would make the search for marks dearer.
    pub fn hidden(text: &[u8], part: Range<usize>) -> Option<Self> {
        let places = memchr::memchr3_iter(0xC2, 0xE2, 0xEF, slice(text, part.start, part.end));
        let mut places = places.map(|n| part.start + n);
        places.find(|&i| hidden::stands_at(text, i)).map(|i| of_line(text, i, Method::Hidden))
    }

    /// The first stretch in a part of the text with words or numbers in colours of a terminal.
    pub fn coloured(text: &[u8], part: Range<usize>) -> Option<Self> {
        let mut places = memchr::memchr_iter(0x1B, slice(text, part.start, part.end)).map(|n| part.start + n);
        places.find(|&i| hidden::is_coloured(text, i)).map(|i| of_line(text, i, Method::Colours))
    }

    /// The first stretch in a part of a text with tags in which a value may go on behind one.
    pub fn marked_up(text: &[u8], part: Range<usize>) -> Option<Self> {
        let mut places = memchr::memchr_iter(b'<', slice(text, part.start, part.end)).map(|n| part.start + n);
        let (range, next) =
            places.find_map(|i| if at(text, i + 1) == b'/' { markup::phrase(text, i) } else { None })?;
        Some(Self { range, method: Method::Markup, next })
    }

    /// The first stretch in a part of a calendar, card or LDIF that does not read as it is written.
    pub fn folded(text: &[u8], part: Range<usize>) -> Option<Self> {
        let places = memchr::memchr3_iter(b'\n', b'\\', b':', slice(text, part.start, part.end));
        let mut places = places.map(|n| part.start + n);
        let i = places.find(|&i| folded::announces_base64(text, i) || folded::stands_at(text, i))?;
        let line = folded::line(text, i, STRETCH_BYTES / 2);
        let next = line.end.max(i + 1);
        if at(text, i) == b':' {
            return Some(Self { range: i + 2..next.max(i + 2), method: Method::Base64, next: next.max(i + 2) });
        }
        Some(Self { range: line, method: Method::Folded, next })
    }

    /// The stretch that the mark of this number at `place` points at.
    pub(crate) fn of_mark(text: &[u8], number: usize, place: Range<usize>) -> Option<Self> {
        let found = stretch(text, place.start, place.end, SIGNS.get(number)?.1)?;
        Some(Self { next: found.next.max(place.end), ..found })
    }

    /// Where the search for the next one goes on.
    pub fn goes_on(&self) -> usize {
        self.next
    }

    /// The first bytes that a stretch of base64 stands for; nothing for others.
    pub fn head(&self, text: &[u8]) -> Vec<u8> {
        if self.method == Method::Base64 { base64_head(text, &self.range) } else { Vec::new() }
    }
}

/// What marks look like, by their numbers.
pub(crate) fn signs() -> impl Iterator<Item = &'static [u8]> + Clone {
    SIGNS.iter().map(|(bytes, _)| *bytes)
}

/// The line around `i`, as far as a stretch reaches: all of it, or a piece from a little before `i` on.
fn line(text: &[u8], i: usize) -> Range<usize> {
    let floor = i.saturating_sub(STRETCH_BYTES / 2);
    let begins = memchr::memrchr(b'\n', slice(text, floor, i)).map(|n| floor + n + 1);
    let start = begins.or((floor == 0).then_some(0)).unwrap_or_else(|| i.saturating_sub(OVERLAP_BYTES));
    let most = (start + STRETCH_BYTES).min(text.len());
    let end = memchr::memchr(b'\n', slice(text, i, most)).map_or(most, |n| i + n);
    let start = crate::text::utf8::boundary_from(text, start).min(i);
    start..crate::text::utf8::boundary_from(text, end).min(text.len())
}

fn of_line(text: &[u8], i: usize, method: Method) -> Stretch {
    let range = line(text, i);
    let cut = !matches!(at(text, range.end), b'\n') && range.end < text.len();
    let next = if cut { range.end.saturating_sub(OVERLAP_BYTES).max(i + 1) } else { range.end };
    Stretch { range, method, next }
}

fn stretch(text: &[u8], i: usize, end: usize, sign: Sign) -> Option<Stretch> {
    match sign {
        Sign::Percent => {
            escape::stands_at(text, i)?;
            // A space hides a value only beside a digit.
            let digit = at(text, i + 3).is_ascii_digit() || before(text, i).is_ascii_digit();
            let space = slice(text, i, i + 3) == b"%20";
            (!space || digit).then(|| of_line(text, i, Method::Escapes))
        }
        // A column of bytes in PostgreSQL; escapes of single bytes are cut by the next backslash.
        Sign::Escape if slice(text, i, end) == b"\\x" && digits(text, end).is_some() => digits(text, end),
        Sign::Escape | Sign::Entity => {
            escape::stands_at(text, i)?;
            Some(of_line(text, i, Method::Escapes))
        }
        Sign::Hex => digits(text, end),
        Sign::Word => words(text, i),
        Sign::Mojibake => Some(of_line(text, i, Method::Mojibake)),
        Sign::Base64Named => part(text, i).map_or_else(|| named_token(text, i), |body| base64_body(text, body)),
        Sign::Base64Begun => {
            if before(text, i).is_ascii_alphanumeric() {
                return None;
            }
            token(text, if at(text, i) == b'B' { end } else { i }, 16)
        }
        Sign::QuotedPrintable => part(text, i).map(|body| quoted_body(text, body)),
        Sign::Decomposed => Some(of_line(text, i, Method::Decomposed)),
    }
}

fn words(text: &[u8], i: usize) -> Option<Stretch> {
    let question = memchr::memchr(b'?', slice(text, i + 2, i + 40))? + i + 2;
    if !matches!(at(text, question + 1), b'b' | b'B' | b'q' | b'Q') || at(text, question + 2) != b'?' {
        return None;
    }
    let mut range = line(text, i);
    // Lines that begin with a space go on with the field.
    while matches!(at(text, range.end + 1), b' ' | b'\t') && at(text, range.end) == b'\n' {
        let next = line(text, range.end + 1);
        if next.end - range.start > STRETCH_BYTES || next.end <= range.end {
            break;
        }
        range.end = next.end;
    }
    let next = range.end;
    Some(Stretch { range, method: Method::MimeWords, next })
}

/// Where the body begins of the part that a header field at `i` says the encoding of.
fn part(text: &[u8], i: usize) -> Option<usize> {
    let named = slice(text, i.saturating_sub(20), i);
    if !named.windows(8).any(|part| part.eq_ignore_ascii_case(b"encoding")) {
        return None;
    }
    let own = line(text, i);
    let name = slice(text, own.start, own.start + 25);
    if !name.eq_ignore_ascii_case(b"Content-Transfer-Encoding") {
        return None;
    }
    let header = slice(text, own.end, own.end + HEADER_BYTES);
    let unix = memchr::memmem::find(header, b"\n\n").map(|n| n + 2);
    let dos = memchr::memmem::find(header, b"\n\r\n").map(|n| n + 3);
    let blank = match (unix, dos) {
        (Some(unix), Some(dos)) => unix.min(dos),
        (unix, dos) => unix.or(dos)?,
    };
    Some(own.end + blank)
}

/// Whether a line ends the body of a part.
fn ends_body(text: &[u8], start: usize) -> bool {
    slice(text, start, start + 2) == b"--"
        || (slice(text, start, start + 5) == b"From " && start >= 2 && at(text, start - 2) == b'\n')
}

fn base64_body(text: &[u8], start: usize) -> Option<Stretch> {
    let mut end = start;
    while end < text.len() && end - start < STRETCH_BYTES {
        let stop =
            memchr::memchr(b'\n', slice(text, end, end + 1024)).map_or(text.len().min(end + 1024), |n| end + n + 1);
        let line = slice(text, end, stop).trim_ascii_end();
        let body = line.strip_suffix(b"==").or_else(|| line.strip_suffix(b"=")).unwrap_or(line);
        if line.is_empty() || !body.iter().all(|&byte| sextet(byte).is_some()) {
            break;
        }
        end = stop;
    }
    (end > start).then_some(Stretch { range: start..end, method: Method::Base64, next: end })
}

fn quoted_body(text: &[u8], start: usize) -> Stretch {
    let mut end = start;
    while end < text.len() && end - start < STRETCH_BYTES && !ends_body(text, end) {
        end = memchr::memchr(b'\n', slice(text, end, text.len())).map_or(text.len(), |n| end + n + 1);
    }
    Stretch { range: start..end.min(start + 2 * STRETCH_BYTES), method: Method::QuotedPrintable, next: end }
}

/// The row of hexadecimal digits that begins at `i`.
fn digits(text: &[u8], i: usize) -> Option<Stretch> {
    let digits = slice(text, i, i + STRETCH_BYTES);
    let length = digits.iter().take_while(|byte| byte.is_ascii_hexdigit()).count() & !1;
    (length >= HEX_DIGITS).then_some(Stretch { range: i..i + length, method: Method::Hex, next: i + length })
}

/// The token of base64 that begins at `i`.
fn token(text: &[u8], i: usize, shortest: usize) -> Option<Stretch> {
    let letters = slice(text, i, i + STRETCH_BYTES);
    let length = letters.iter().take_while(|&&byte| sextet(byte).is_some()).count();
    (length >= shortest).then_some(Stretch { range: i..i + length, method: Method::Base64, next: i + length })
}

/// The token behind the word `base64`, on the same line.
fn named_token(text: &[u8], i: usize) -> Option<Stretch> {
    let mut at_byte = i + 6;
    for _ in 0..8 {
        let rest = slice(text, at_byte, at_byte + 64);
        at_byte += rest.iter().position(|&byte| sextet(byte).is_some() || byte == b'\n')?;
        if at(text, at_byte) == b'\n' {
            return None;
        }
        if let Some(found) = token(text, at_byte, TOKEN_LETTERS) {
            return Some(found);
        }
        at_byte +=
            slice(text, at_byte, at_byte + TOKEN_LETTERS).iter().take_while(|&&byte| sextet(byte).is_some()).count();
    }
    None
}

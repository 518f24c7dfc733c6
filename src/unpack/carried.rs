//! Files that stand encoded inside text: documents and archives in columns of dumps, in JSON, in XML.
//!
//! In:      text as it lies. Out: each such file as a member, by the place where it begins.
//! Not:     files are told by their first bytes alone; encoded text is read by derived views, pictures by nobody.
//! Source:  hexadecimal literals of `MySQL`, `MariaDB`, `SQLite` (`0x…`, `X'…'`) and `PostgreSQL` (`\x…`), their strings with
//!          backslashes (`_binary '…'`), base64 (RFC 4648) in one line, in lines of one length, or in strings of JSON,
//!          uuencode (POSIX.1-2017), whatever it holds.

use super::input::{Sequential, Source};
use super::kind;
use super::{Child, Children, Fault};
use crate::read::Bytes;
use crate::text::base64::{Group, sextet};
use crate::text::literals::Literals;
use crate::text::{at, before, slice};
use std::io::{self, BufRead as _, Read};

/// Encoded bytes of the shortest file.
const SHORTEST_BYTES: usize = 48;
/// How much of a mark is looked for: longer ones are told apart by what is decoded.
const MARK_BYTES: usize = 6;
/// Decoded bytes that tell what it is.
const HEAD_BYTES: usize = 600;
/// Bytes of text that are looked through at once.
const PIECE_BYTES: usize = 256 << 10;
/// What is looked at behind the beginning of a file, and before it.
const LOOK_BYTES: usize = 4 * HEAD_BYTES + 64;
const LEAD_BYTES: u64 = 4;
/// Longer than every word that is looked for.
const WORD_BYTES: u64 = 16;

/// How uuencode begins.
const BEGIN: &[u8] = b"begin ";
/// Longest line of uuencode, and of the one that begins it.
const LINE_BYTES: usize = 512;

/// How a file stands in text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Two hexadecimal digits a byte.
    Hex,
    /// Base64.
    Base64,
    /// As it is, between quotes, with backslashes before some of its bytes.
    Quoted,
    /// Lines of uuencode, behind one that says `begin`.
    Uu,
}

/// Looks for files in text.
#[derive(Debug)]
pub struct Carriers {
    words: Vec<(Vec<u8>, Form)>,
    literals: Literals,
}

impl Default for Carriers {
    fn default() -> Self {
        let mut words = Vec::new();
        for mark in kind::marks() {
            let mark = slice(mark, 0, MARK_BYTES);
            let digits = mark.iter().fold(String::new(), |digits, byte| format!("{digits}{byte:02x}"));
            let upper = digits.to_ascii_uppercase();
            if upper != digits {
                words.push((upper.into_bytes(), Form::Hex));
            }
            words.push((digits.into_bytes(), Form::Hex));
            words.push((letters(mark), Form::Base64));
            // What dumps write behind a backslash stands elsewhere in no mark.
            let plain = mark.iter().position(|byte| b"\0\n\r\x1a\\'\"".contains(byte)).unwrap_or(mark.len());
            if plain >= 3 {
                words.push(([b"'", slice(mark, 0, plain)].concat(), Form::Quoted));
            }
        }
        words.push((BEGIN.to_vec(), Form::Uu));
        let literals = Literals::new(words.iter().map(|(word, _)| word.as_slice()));
        Self { words, literals }
    }
}

/// The letters of base64 that bytes at the beginning of a file always give.
fn letters(mark: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = mark.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
    let count = mark.len() * 8 / 6;
    (0..count).map(|i| at(ALPHABET, (bits >> (mark.len() * 8 - 6 * (i + 1)) & 63) as usize)).collect()
}

impl Carriers {
    /// The first file that begins between `from` and `end`: where, and how it stands there.
    fn next(&self, text: &[u8], mut from: usize, end: usize) -> Option<(usize, Form)> {
        while let Some(found) = self.literals.find(text, from, end) {
            let form = self.words.get(found.literal)?.1;
            let start = if form == Form::Quoted { found.start + 1 } else { found.start };
            if stands_at(text, start, form) {
                return Some((start, form));
            }
            from = found.end;
        }
        None
    }

    /// Hands on each file that stands in a text, named by the place where it begins.
    ///
    /// # Errors
    /// What kept the text from being read.
    pub fn open(&self, text: &dyn Bytes, children: &mut Children<'_>) -> Result<(), Fault> {
        let (size, mut piece) = (text.size(), Vec::new());
        let mut from = 0;
        while from < size {
            let start = from.saturating_sub(LEAD_BYTES);
            let rest = usize::try_from(size - start).unwrap_or(usize::MAX);
            piece.resize(rest.min(PIECE_BYTES + LOOK_BYTES), 0);
            let filled = super::input::fill(text, &mut piece, start)?;
            piece.truncate(filled);
            let end = if start + (filled as u64) < size { PIECE_BYTES } else { filled };
            let Some((at, form)) = self.next(&piece, (from - start) as usize, end) else {
                // A word that is cut here begins there.
                from = start + end as u64 - if end < filled { WORD_BYTES } else { 0 };
                if filled == 0 {
                    break;
                }
                continue;
            };
            let at = start + at as u64;
            let mut file = Carried::new(Sequential::new(text, at, size), form);
            if children(Child::Member { name: &format!("bytes at {at}"), bytes: &mut file }).is_break() {
                return Ok(());
            }
            let taken = file.drain().map_err(|error| Fault::of(&error))?;
            from = at + taken.max(1);
        }
        Ok(())
    }
}

/// Whether [`Carriers::open`] hands on a file that begins at `start`, in hexadecimal digits or base64.
pub fn begins(text: &[u8], start: usize) -> bool {
    stands_at(text, start, Form::Hex) || stands_at(text, start, Form::Base64)
}

/// Whether what begins here is a value by itself, and a file.
fn stands_at(text: &[u8], start: usize, form: Form) -> bool {
    let lead = slice(text, start.saturating_sub(2), start);
    let is_value = match form {
        Form::Hex => {
            // As the words are that are looked for.
            let digits = slice(text, start, start + 2 * MARK_BYTES);
            let one_case = !digits.iter().any(u8::is_ascii_uppercase) || !digits.iter().any(u8::is_ascii_lowercase);
            one_case && matches!(lead, b"0x" | b"0X" | b"\\x" | [b'X' | b'x', b'\''])
        }
        // A backslash and a letter are an escaped end of a line.
        Form::Base64 => sextet(before(text, start)).is_none() || matches!(lead, [b'\\', b'n' | b'r']),
        Form::Quoted => true,
        Form::Uu => return begins_uu(text, start),
    };
    if !is_value {
        return false;
    }
    let mut head = Vec::with_capacity(HEAD_BYTES);
    // From memory: no error.
    let read =
        Carried::new(slice(text, start, start + 4 * HEAD_BYTES), form).take(HEAD_BYTES as u64).read_to_end(&mut head);
    let is_known = || kind::marks().any(|mark| head.starts_with(slice(mark, 0, MARK_BYTES)));
    read.is_ok() && head.len() >= SHORTEST_BYTES && kind::recognise(&head).is_some() && is_known()
}

/// Whether a line here says a mode and a name, and the next one is of uuencode.
fn begins_uu(text: &[u8], start: usize) -> bool {
    let here = slice(text, start + BEGIN.len(), start + LINE_BYTES);
    let mode = here.iter().take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    let Some(end) = memchr::memchr(b'\n', here) else { return false };
    let next = slice(here, end + 1, here.len());
    let line = slice(next, 0, memchr::memchr(b'\n', next).unwrap_or(0));
    (start == 0 || before(text, start) == b'\n')
        && matches!(mode, 3 | 4)
        && at(here, mode) == b' '
        && uu_line(line).is_some_and(|bytes| !bytes.is_empty())
}

/// The bytes of a line of uuencode: their number, then four letters for each three.
fn uu_line(line: &[u8]) -> Option<Vec<u8>> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let (first, letters) = line.split_first()?;
    let is_letter = |byte: &u8| (0x20..=0x60).contains(byte);
    let count = usize::from(first.checked_sub(0x20)? & 0x3F);
    let whole = count.div_ceil(3) * 4;
    // Blanks at its end get lost.
    if !is_letter(first) || letters.len() > whole + 2 || letters.len() + 4 < whole || !letters.iter().all(is_letter) {
        return None;
    }
    let mut bytes = Vec::with_capacity(whole);
    let mut group = Group::default();
    for letter in letters.iter().copied().chain(std::iter::repeat(0x20)).take(whole) {
        bytes.extend(group.push((letter - 0x20) & 0x3F).into_iter().flatten());
    }
    bytes.truncate(count);
    Some(bytes)
}

/// The bytes of a file that begins where a stream begins. It ends where its form does.
struct Carried<R> {
    source: Source<R>,
    form: Form,
    group: Group,
    /// Decoded and not yet given.
    ready: Vec<u8>,
    given: usize,
    /// Letters of the line so far, and of the first line, if it has ended.
    line: usize,
    lines: Option<usize>,
    ended: bool,
}

impl<R: Read> Carried<R> {
    /// Reads a file from where `reader` stands.
    fn new(reader: R, form: Form) -> Self {
        Self {
            source: Source::new(reader),
            form,
            group: Group::default(),
            ready: Vec::new(),
            given: 0,
            line: 0,
            lines: None,
            ended: false,
        }
    }

    /// Reads what nobody wanted; gives how many bytes of the text the file takes.
    ///
    /// # Errors
    /// Those of the text.
    fn drain(mut self) -> io::Result<u64> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(self.source.consumed().get())
    }

    /// Decodes some of what is at hand.
    fn step(&mut self) -> io::Result<()> {
        if self.source.peek(2)?.is_empty() {
            self.ended = true;
            return Ok(());
        }
        let taken = match self.form {
            Form::Hex => self.digits()?,
            Form::Base64 => self.letters()?,
            Form::Quoted => self.quoted()?,
            Form::Uu => self.line_of_uu()?,
        };
        self.source.consume(taken);
        Ok(())
    }

    fn digits(&mut self) -> io::Result<usize> {
        let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
        let mut taken = 0;
        for pair in self.source.fill_buf()?.as_chunks::<2>().0 {
            let (Some(high), Some(low)) = (digit(at(pair, 0)), digit(at(pair, 1))) else {
                self.ended = true;
                break;
            };
            self.ready.push(high << 4 | low);
            taken += 2;
        }
        self.ended |= taken == 0;
        Ok(taken)
    }

    fn letters(&mut self) -> io::Result<usize> {
        let text = self.source.fill_buf()?;
        let mut taken = 0;
        while taken < text.len() {
            let (byte, next) = (at(text, taken), text.get(taken + 1));
            let letter = match (byte, next) {
                (b'\\', Some(b'/')) => Some((63, 2)),
                _ => sextet(byte).map(|value| (value, 1)),
            };
            if let Some((value, length)) = letter {
                self.ready.extend(self.group.push(value).into_iter().flatten());
                self.line += 1;
                taken += length;
                continue;
            }
            let length = match (byte, next) {
                (b'\\', Some(b'n' | b'r')) => 2,
                (b'\n' | b'\r', _) => 1,
                // An escape may be cut by the end of what is at hand.
                (b'\\', None) if taken > 0 => break,
                _ => 0,
            };
            // Lines go on as long as each is as long as the first.
            if length == 0 || self.line > 0 && self.lines.is_some_and(|lines| lines != self.line) {
                self.ended = true;
                break;
            }
            if self.line > 0 {
                self.lines = Some(self.line);
                self.line = 0;
            }
            taken += length;
        }
        Ok(taken)
    }

    fn quoted(&mut self) -> io::Result<usize> {
        let text = self.source.fill_buf()?;
        let mut taken = 0;
        while taken < text.len() {
            let (byte, length) = match (at(text, taken), text.get(taken + 1)) {
                // A quote may stand twice for itself.
                (b'\'', Some(b'\'')) => (b'\'', 2),
                (b'\'' | b'\\', None) if taken > 0 => break,
                (b'\'', _) | (b'\\', None) => {
                    self.ended = true;
                    break;
                }
                (b'\\', Some(escaped)) => (unescaped(*escaped), 2),
                (plain, _) => (plain, 1),
            };
            self.ready.push(byte);
            taken += length;
        }
        Ok(taken)
    }

    /// One line; the first one says the name.
    fn line_of_uu(&mut self) -> io::Result<usize> {
        let here = self.source.peek(LINE_BYTES)?;
        let end = memchr::memchr(b'\n', here).unwrap_or(here.len());
        let taken = (end + 1).min(here.len());
        match uu_line(slice(here, 0, end)).filter(|bytes| !bytes.is_empty()) {
            _ if self.lines.is_none() => self.lines = Some(0),
            Some(bytes) => self.ready = bytes,
            None => self.ended = true,
        }
        Ok(taken)
    }
}

/// What a letter behind a backslash stands for in a string of `MySQL`.
fn unescaped(letter: u8) -> u8 {
    match letter {
        b'0' => 0,
        b'b' => 8,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'Z' => 0x1A,
        other => other,
    }
}

impl<R: Read> Read for Carried<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() && !self.ended {
            self.ready.clear();
            self.given = 0;
            self.step()?;
            if self.ended {
                let (last, count) = std::mem::take(&mut self.group).end();
                self.ready.extend(last.into_iter().take(count));
            }
        }
        let ready = slice(&self.ready, self.given, self.ready.len());
        let count = ready.len().min(buf.len());
        if let (Some(target), Some(source)) = (buf.get_mut(..count), ready.get(..count)) {
            target.copy_from_slice(source);
        }
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] =
        b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj '\\\"\0\x1a\r\n a file that is long enough to be one\nendobj\n";

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().fold(String::new(), |all, byte| format!("{all}{byte:02X}"))
    }

    fn base64(bytes: &[u8]) -> String {
        bytes.chunks(3).fold(String::new(), |text, group| {
            let padded = [at(group, 0), at(group, 1), at(group, 2)];
            let all = String::from_utf8(letters(&padded)).unwrap();
            format!("{text}{:=<4}", &all[..=group.len()])
        })
    }

    fn uu(bytes: &[u8]) -> String {
        let letter = |bits: usize| char::from(if bits == 0 { b'`' } else { bits as u8 + 0x20 });
        let line = |line: &[u8]| {
            let groups = line.chunks(3).flat_map(|group| {
                let bits = usize::from(at(group, 0)) << 16 | usize::from(at(group, 1)) << 8 | usize::from(at(group, 2));
                [18, 12, 6, 0].map(|shift| letter(bits >> shift & 63))
            });
            std::iter::once(letter(line.len())).chain(groups).chain(['\n']).collect::<String>()
        };
        bytes.chunks(45).map(line).collect()
    }

    fn quoted(bytes: &[u8]) -> Vec<u8> {
        let escaped = |byte: &u8| match byte {
            0 => b"\\0".to_vec(),
            b'\n' => b"\\n".to_vec(),
            b'\r' => b"\\r".to_vec(),
            0x1A => b"\\Z".to_vec(),
            b'\\' | b'\'' | b'"' => vec![b'\\', *byte],
            other => vec![*other],
        };
        bytes.iter().flat_map(escaped).collect()
    }

    /// Each file in a text, in every size of pieces.
    fn files(text: &[u8]) -> Vec<(Form, Vec<u8>)> {
        struct Slow<'t>(&'t [u8]);
        impl Read for Slow<'_> {
            fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
                let count = buf.len().min(1).min(self.0.len());
                self.0.read(&mut buf[..count])
            }
        }
        let (carriers, mut found, mut from) = (Carriers::default(), Vec::new(), 0);
        while let Some((start, form)) = carriers.next(text, from, text.len()) {
            let mut bytes = Vec::new();
            Carried::new(&text[start..], form).read_to_end(&mut bytes).unwrap();
            let mut slowly = Vec::new();
            Carried::new(Slow(&text[start..]), form).read_to_end(&mut slowly).unwrap();
            assert_eq!(slowly, bytes);
            found.push((form, bytes));
            from = start + Carried::new(&text[start..], form).drain().unwrap() as usize;
        }
        found
    }

    #[test]
    fn files_in_dumps_and_documents_are_found_whole() {
        let lines =
            base64(FILE).as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line) + "\r\n").collect::<String>();
        for (form, text) in [
            (Form::Hex, format!("INSERT INTO t VALUES (1,0x{},'a');\n", hex(FILE)).into_bytes()),
            (Form::Hex, format!("7\t\\\\x{}\t\\N\n", hex(FILE).to_lowercase()).into_bytes()),
            (Form::Hex, format!("INSERT INTO t VALUES(X'{}');\n", hex(FILE)).into_bytes()),
            (Form::Base64, format!("{{\"file\":\"{}\"}}", base64(FILE)).into_bytes()),
            (Form::Base64, format!("{{\"file\":\"{}\"}}", base64(FILE).replace('/', "\\/")).into_bytes()),
            (Form::Base64, format!("<Data>\r\n{lines}</Data>").into_bytes()),
            (Form::Base64, format!("{{\"file\":\"{}\"}}", lines.replace("\r\n", "\\r\\n")).into_bytes()),
            (Form::Quoted, [b"VALUES (1,_binary '".as_slice(), &quoted(FILE), b"','b');\n"].concat()),
            (Form::Uu, format!("see\nbegin 644 a.pdf\n{}`\nend\n", uu(FILE)).into_bytes()),
        ] {
            assert_eq!(files(&text), [(form, FILE.to_vec())], "{}", String::from_utf8_lossy(&text));
        }
    }

    /// One word too many, and each byte is looked at by itself.
    #[test]
    #[cfg(target_arch = "x86_64")]
    fn the_search_is_packed() {
        assert!(!std::is_x86_feature_detected!("avx2") || Carriers::default().literals.is_packed());
    }

    #[test]
    fn what_is_no_file_is_none() {
        for text in [
            "504B0304 is how zip begins, in hexadecimal digits",
            "'PK' and '%PDF-' and 0x504B0304 and \"H4sIAAAA\"",
            "aUEsDBAoAAAAAAIdO4kZqzGUvAAAAAAAAAAAAAAAABQAAAGEudHh0UEsBAh4DCgAAAAAAh07iRg==",
            "0x25504446 2D312E37",
            "begin 644 things\nand then\nbegin the beguine\n",
        ] {
            assert_eq!(files(text.as_bytes()), [], "{text}");
        }
    }
}

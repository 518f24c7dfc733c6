//! Transfer encodings of mail (RFC 2045, 6): decoded with the place of what was decoded, and written again.

use super::{at, base64, slice};
use std::borrow::Cow;
use std::ops::Range;

/// How the bytes of a part are written in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// As they are.
    Plain,
    /// Quoted-printable (RFC 2045, 6.7).
    QuotedPrintable,
    /// Base64 (RFC 2045, 6.8).
    Base64,
}

/// What a part says, and how it was written.
#[derive(Debug)]
pub struct Part {
    transfer: Transfer,
    /// As it stands in the message.
    written: Vec<u8>,
    bytes: Vec<u8>,
    /// Of quoted-printable: where each byte stands in what was written.
    places: Vec<u32>,
}

impl Part {
    /// Reads a part; of more than 4 GiB, nothing.
    pub fn read(written: &[u8], transfer: Transfer) -> Self {
        let mut part = Self { transfer, written: Vec::new(), bytes: Vec::new(), places: Vec::new() };
        if u32::try_from(written.len()).is_err() {
            return part;
        }
        written.clone_into(&mut part.written);
        match transfer {
            Transfer::QuotedPrintable => unquote(written, |byte, at| {
                part.bytes.push(byte);
                part.places.push(at as u32);
            }),
            other => part.bytes = decoded(written, other).into_owned(),
        }
        part
    }

    /// Bytes that it takes as it is written.
    pub fn written_bytes(&self) -> usize {
        self.written.len()
    }

    /// What it says.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The same part saying something else, as edits of what was written: first byte, one past the last byte, and what
    /// comes instead. `edits` are the same of what it says, in order; `now` is what it says behind them.
    pub fn rewritten(
        &self, edits: impl Iterator<Item = (usize, usize, Vec<u8>)>, now: &[u8],
    ) -> Vec<(usize, usize, Vec<u8>)> {
        match self.transfer {
            Transfer::Plain => edits.collect(),
            Transfer::QuotedPrintable => {
                let place = |at: usize| self.places.get(at).map_or(self.written.len(), |place| *place as usize);
                // A line that is broken behind a value stays broken there.
                let end = |at: usize| {
                    let start = place(at);
                    start + if self.written.get(start) == Some(&b'=') { 3 } else { 1 }
                };
                let edits = edits.filter(|(from, to, _)| from < to);
                edits.map(|(from, to, new)| (place(from), end(to - 1), quote(&new))).collect()
            }
            Transfer::Base64 => {
                let text = self.written.trim_ascii();
                let start = self.written.len() - self.written.trim_ascii_start().len();
                vec![(start, start + text.len(), enclose(now, text))]
            }
        }
    }
}

/// The bytes of a part, whatever they mean.
pub fn decoded(written: &[u8], transfer: Transfer) -> Cow<'_, [u8]> {
    match transfer {
        Transfer::Plain => Cow::Borrowed(written),
        Transfer::QuotedPrintable => {
            let mut bytes = Vec::with_capacity(written.len());
            unquote(written, |byte, _| bytes.push(byte));
            Cow::Owned(bytes)
        }
        // Texts that were encoded by themselves and put behind each other end with `=`, each.
        Transfer::Base64 => Cow::Owned(written.split(|byte| *byte == b'=').fold(Vec::new(), |mut bytes, letters| {
            bytes.append(&mut base64::decoded(letters.iter().copied().filter(|letter| !matches!(letter, b'-' | b'_'))));
            bytes
        })),
    }
}

/// Decodes quoted-printable: each byte, and where it stands.
fn unquote(written: &[u8], mut put: impl FnMut(u8, usize)) {
    let mut at = 0;
    while let Some(byte) = written.get(at) {
        let rest = slice(written, at, written.len());
        let (value, length) = match (byte, quoted(rest)) {
            (b'=', Some(value)) => (value, 3),
            (b'=', None) if soft_break(rest).is_some() => {
                at += soft_break(rest).unwrap_or(1);
                continue;
            }
            _ => (*byte, 1),
        };
        put(value, at);
        at += length;
    }
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// The byte that two hexadecimal digits at `i` stand for.
pub(super) fn hex_byte(text: &[u8], i: usize) -> Option<u8> {
    Some(hex(at(text, i))? << 4 | hex(at(text, i + 1))?)
}

/// The byte that `=1F` stands for.
fn quoted(rest: &[u8]) -> Option<u8> {
    if rest.first() == Some(&b'=') { hex_byte(rest, 1) } else { None }
}

/// Length of a line end that is no part of the text: `=`, blanks, line end (RFC 2045, 6.7, rules 3 and 5).
pub(super) fn soft_break(rest: &[u8]) -> Option<usize> {
    let end = memchr::memchr(b'\n', slice(rest, 0, 80)).or_else(|| (rest.len() < 80).then_some(rest.len()))?;
    slice(rest, 1, end).iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')).then_some((end + 1).min(rest.len()))
}

/// Longest encoded word, in bytes; RFC 2047 allows 75.
pub const WORD_BYTES: usize = 512;

/// The charset, the letters, the form (`b` or `q`) and the end of the encoded word at `i` (RFC 2047, 2), which ends before `end`.
pub(super) fn word(text: &[u8], i: usize, end: usize) -> Option<(Range<usize>, Range<usize>, u8, usize)> {
    let end = end.min(i + WORD_BYTES);
    if slice(text, i, end).get(..2) != Some(b"=?") {
        return None;
    }
    let charset = i + 2 + memchr::memchr(b'?', slice(text, i + 2, end))?;
    let form = at(text, charset + 1).to_ascii_lowercase();
    if at(text, charset + 2) != b'?' || !matches!(form, b'b' | b'q') {
        return None;
    }
    let first = charset + 3;
    let close = first + memchr::memmem::find(slice(text, first, end), b"?=")?;
    Some((i + 2..charset, first..close, form, close + 2))
}

/// The encoded word that a place lies in.
pub fn word_around(text: &[u8], place: usize) -> Option<Range<usize>> {
    let from = place.saturating_sub(WORD_BYTES);
    let starts = memchr::memmem::find_iter(slice(text, from, place + 2), b"=?").map(|start| from + start);
    let words = starts.filter_map(|start| word(text, start, text.len()).map(|(.., end)| start..end));
    words.filter(|word| word.contains(&place)).last()
}

/// Charsets of all encoded words, in order.
pub fn charsets(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let words = memchr::memmem::find_iter(text, b"=?").filter_map(|start| word(text, start, text.len()));
    let is_name = |name: &&[u8]| {
        !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:+*'".contains(byte))
    };
    words.map(|(charset, ..)| slice(text, charset.start, charset.end)).filter(is_name)
}

/// Bytes as quoted-printable, on the line at hand.
fn quote(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'=' | 0..=8 | 11..=31 | 127.. => out.extend(format!("={byte:02X}").bytes()),
            _ => out.push(*byte),
        }
    }
    out
}

/// Bytes as base64, in lines as long as those of a text, with the same ends.
fn enclose(bytes: &[u8], like: &[u8]) -> Vec<u8> {
    let line = memchr::memchr(b'\n', like).map(|end| slice(like, 0, end).trim_ascii_end().len());
    let end: &[u8] = if memchr::memmem::find(like, b"\r\n").is_some() { b"\r\n" } else { b"\n" };
    let letters = base64::encoded(bytes);
    let mut out = Vec::with_capacity(letters.len() + letters.len() / 32);
    for piece in letters.chunks(line.unwrap_or(letters.len()).max(4)) {
        if !out.is_empty() {
            out.extend_from_slice(end);
        }
        out.extend_from_slice(piece);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(written: &[u8], edits: Vec<(usize, usize, Vec<u8>)>) -> Vec<u8> {
        let mut out = written.to_vec();
        for (from, to, new) in edits.into_iter().rev() {
            out.splice(from..to, new);
        }
        out
    }

    #[test]
    fn quoted_printable_keeps_what_stands_around() {
        let written = b"=D0=98=D0=98=D0=9D: 9001013000=\r\n17, x=3D1\r\nend=";
        let part = Part::read(written, Transfer::QuotedPrintable);
        assert_eq!(String::from_utf8_lossy(part.bytes()), "ИИН: 900101300017, x=1\r\nend");
        let edits = part.rewritten([(8, 20, b"[ID_1]=".to_vec())].into_iter(), b"");
        assert_eq!(applied(written, edits), b"=D0=98=D0=98=D0=9D: [ID_1]=3D, x=3D1\r\nend=");
        let edits = part.rewritten([(0, 6, b"[A_1]".to_vec()), (8, 18, b"[B_1]".to_vec())].into_iter(), b"");
        assert_eq!(applied(written, edits), b"[A_1]: [B_1]=\r\n17, x=3D1\r\nend=");
    }

    #[test]
    fn base64_keeps_its_lines() {
        let text = "line of text, ".repeat(20);
        let mut written = Vec::new();
        for piece in base64::encoded(text.as_bytes()).chunks(76) {
            written.extend_from_slice(piece);
            written.extend_from_slice(b"\r\n");
        }
        let part = Part::read(&written, Transfer::Base64);
        assert_eq!(part.bytes(), text.as_bytes());
        let same = part.rewritten(std::iter::empty(), part.bytes());
        assert_eq!(applied(&written, same), written);
        let now = text.replacen("text", "word that is longer", 1);
        let again = applied(&written, part.rewritten(std::iter::empty(), now.as_bytes()));
        assert_eq!(Part::read(&again, Transfer::Base64).bytes(), now.as_bytes());
        assert!(again.split(|byte| *byte == b'\n').all(|line| line.len() <= 77));
    }

    #[test]
    fn base64_goes_on_behind_its_end() {
        assert_eq!(decoded(b"YQ==\r\nYmM=\r\nZGVm", Transfer::Base64).as_ref(), b"abcdef");
        assert_eq!(decoded(b"a=3Db=\nc", Transfer::QuotedPrintable).as_ref(), b"a=bc");
    }

    #[test]
    fn words_are_found_around_their_letters() {
        let text = b"To: =?utf-8?B?0JjQstCw0L0=?= x =?koi8-r?q?a=3F?=\n";
        let around = |place| word_around(text, place).map(|word| String::from_utf8_lossy(&text[word]).into_owned());
        assert_eq!(around(16).as_deref(), Some("=?utf-8?B?0JjQstCw0L0=?="));
        assert_eq!((around(2), around(29), around(4).is_some()), (None, None, true));
        assert_eq!(around(text.len() - 3).as_deref(), Some("=?koi8-r?q?a=3F?="));
        let more = [text.as_slice(), b"/a=?x y?q?=?= =??b?="].concat();
        let names: Vec<_> = charsets(&more).map(|own| String::from_utf8_lossy(own).into_owned()).collect();
        assert_eq!(names, ["utf-8", "koi8-r"]);
    }

    #[test]
    fn plain_parts_are_their_own_text() {
        let part = Part::read(b"as it is", Transfer::Plain);
        assert_eq!(part.bytes(), b"as it is");
        assert_eq!(part.rewritten([(0, 2, b"so".to_vec())].into_iter(), b""), [(0, 2, b"so".to_vec())]);
    }
}

//! Formats that can be rewritten, told by content.

use crate::read::Bytes;
use crate::text::encoding::{Coding, Encoding};
use crate::text::layout::Layout;
use serde::de::IgnoredAny;
use std::io::{self, BufReader, Read};

/// Bytes looked at to tell a format.
const HEAD_BYTES: usize = 64 << 10;

/// What a rewriter must keep whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Lines of text: nothing but the text itself.
    Text,
    /// JSON, or JSON values one after the other.
    Json,
    /// XML or HTML.
    Markup,
    /// A table; its delimiter.
    Table(u8),
    /// Statements of SQL.
    Sql,
    /// A mail message.
    Mail,
}

impl Format {
    /// The word of manifests and records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Markup => "markup",
            Self::Table(_) => "csv",
            Self::Sql => "sql",
            Self::Mail => "mail",
        }
    }

    /// Tells the format and what text is made of: UTF-16 or UTF-32, else `Utf8` for bytes of any other encoding.
    ///
    /// # Errors
    ///
    /// The content could not be read.
    pub fn sniff(content: &dyn Bytes) -> io::Result<(Self, Encoding)> {
        let head = head(content)?;
        let width = width(&head);
        let text = if width == Encoding::Utf8 { head } else { decode(&head, width).into_bytes() };
        let start = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text).trim_ascii_start();
        let layout = Layout::sniff(start);
        let format = match start {
            [b'{' | b'[', ..] if is_json(content, width) => Self::Json,
            [b'<', second, ..] if second.is_ascii_alphabetic() || matches!(second, b'?' | b'!') => Self::Markup,
            _ if layout.sql => Self::Sql,
            _ => match layout.table {
                Some(table) => Self::Table(table.form.delimiter),
                None if is_mail(start) => Self::Mail,
                None => Self::Text,
            },
        };
        Ok((format, width))
    }
}

/// Whether content is an archive that is no binary format: `ar` and `cpio` write the lengths of what follows as digits, and a
/// value of another length breaks them.
///
/// # Errors
///
/// The content could not be read.
pub(super) fn tells_lengths(content: &dyn Bytes) -> io::Result<bool> {
    const MARKS: [&[u8]; 4] = [b"!<arch>\n", b"070701", b"070702", b"070707"];
    let mut start = [0; 8];
    let read = read_at(content, &mut start, 0)?;
    let digits = |mark: &[u8]| mark.iter().all(u8::is_ascii_digit);
    let start = start.get(..read).unwrap_or_default();
    // A header of `cpio` goes on with digits.
    Ok(MARKS.iter().any(|mark| start.starts_with(mark) && (!digits(mark) || start.iter().all(u8::is_ascii_hexdigit))))
}

/// What text is made of, as [`Format::sniff`] tells it.
pub(super) fn unit(content: &dyn Bytes) -> io::Result<Encoding> {
    head(content).map(|head| width(&head))
}

fn head(content: &dyn Bytes) -> io::Result<Vec<u8>> {
    let mut head = vec![0; HEAD_BYTES.min(usize::try_from(content.size()).unwrap_or(HEAD_BYTES))];
    let read = read_at(content, &mut head, 0)?;
    head.truncate(read);
    Ok(head)
}

fn width(head: &[u8]) -> Encoding {
    Coding::sniff(head).wide.unwrap_or(Encoding::Utf8)
}

/// Whether the first lines are the header of a message.
fn is_mail(start: &[u8]) -> bool {
    const FIELDS: [&[u8]; 9] = [
        b"received:",
        b"return-path:",
        b"delivered-to:",
        b"message-id:",
        b"mime-version:",
        b"from:",
        b"to:",
        b"subject:",
        b"x-",
    ];
    let mut seen = 0;
    for line in start.split(|byte| *byte == b'\n').take(30) {
        let lower = line.to_ascii_lowercase();
        seen += usize::from(FIELDS.iter().any(|field| lower.starts_with(field)));
        if line.trim_ascii().is_empty() {
            break;
        }
    }
    seen >= 3
}

/// Whether the whole content is JSON values, one after the other.
pub(super) fn is_json(content: &dyn Bytes, width: Encoding) -> bool {
    let reader = BufReader::with_capacity(HEAD_BYTES, Utf8 { content, width, at: 0, ready: Vec::new(), given: 0 });
    serde_json::Deserializer::from_reader(reader).into_iter::<IgnoredAny>().all(|value| value.is_ok())
}

/// Content from front to back, UTF-16 as UTF-8, without its mark.
struct Utf8<'c> {
    content: &'c dyn Bytes,
    width: Encoding,
    at: u64,
    ready: Vec<u8>,
    given: usize,
}

impl Read for Utf8<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() {
            let mut raw = vec![0; HEAD_BYTES];
            let read = read_at(self.content, &mut raw, self.at)?;
            raw.truncate(read);
            let first = self.at == 0;
            self.at += read as u64;
            self.given = 0;
            self.ready = if self.width == Encoding::Utf8 {
                raw
            } else {
                // Only structure is looked at: a letter cut in two does not matter.
                latin(&raw, self.width).collect()
            };
            if first {
                let mark = if self.width == Encoding::Utf8 { &b"\xef\xbb\xbf"[..] } else { b"x" };
                self.given = if self.ready.starts_with(mark) { mark.len() } else { 0 };
            }
        }
        let rest = self.ready.get(self.given..).unwrap_or_default();
        let count = rest.len().min(buf.len());
        if let (Some(target), Some(source)) = (buf.get_mut(..count), rest.get(..count)) {
            target.copy_from_slice(source);
        }
        self.given += count;
        Ok(count)
    }
}

/// Units of text; an odd end is left out.
fn units(raw: &[u8], width: Encoding) -> impl Iterator<Item = u32> {
    raw.chunks_exact(width.unit_bytes()).map(move |unit| match (unit, width) {
        ([low, high], Encoding::Utf16Le) => u32::from(u16::from_le_bytes([*low, *high])),
        ([high, low], Encoding::Utf16Be) => u32::from(u16::from_be_bytes([*high, *low])),
        ([a, b, c, d], Encoding::Utf32Le) => u32::from_le_bytes([*a, *b, *c, *d]),
        ([a, b, c, d], Encoding::Utf32Be) => u32::from_be_bytes([*a, *b, *c, *d]),
        ([byte], _) => u32::from(*byte),
        _ => 0,
    })
}

/// One byte a unit; what is beyond them is `x`.
pub(super) fn latin(raw: &[u8], width: Encoding) -> impl Iterator<Item = u8> {
    units(raw, width).map(|unit| u8::try_from(unit).unwrap_or(b'x'))
}

/// Text of raw bytes in an encoding.
pub(super) fn decode(raw: &[u8], encoding: Encoding) -> String {
    match encoding {
        Encoding::Utf8 | Encoding::Damaged => String::from_utf8_lossy(raw).into_owned(),
        Encoding::Utf16Le | Encoding::Utf16Be => {
            let units: Vec<u16> = units(raw, encoding).map(|unit| u16::try_from(unit).unwrap_or(0xFFFD)).collect();
            String::from_utf16_lossy(&units)
        }
        Encoding::Utf32Le | Encoding::Utf32Be => {
            units(raw, encoding).map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        _ => {
            let mut text = String::new();
            encoding.decode(raw, &mut text);
            text
        }
    }
}

/// Text in the units of an encoding; eight-bit ones get UTF-8, which for ASCII is the same.
pub(super) fn encode(text: &str, width: Encoding) -> Vec<u8> {
    match width {
        Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Utf32Le => text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
        Encoding::Utf32Be => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
        _ => text.as_bytes().to_vec(),
    }
}

/// The encoding with this name in findings.
pub(super) fn named(name: &str) -> Encoding {
    let wide = [Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Utf32Le, Encoding::Utf32Be];
    let mut all = wide.into_iter().chain(Encoding::EIGHT_BIT);
    all.find(|encoding| encoding.name() == name).unwrap_or(Encoding::Utf8)
}

/// Fills the buffer from an offset; short where the content ends.
pub(super) fn read_at(content: &dyn Bytes, buffer: &mut [u8], from: u64) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match content.read_at(rest, from + filled as u64)? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

#[cfg(test)]
pub(super) mod tests {
    use super::Format;
    use crate::read::Bytes;
    use crate::text::encoding::Encoding;
    use std::io;

    pub(in crate::redact) struct Held(pub(in crate::redact) Vec<u8>);

    impl Bytes for Held {
        fn size(&self) -> u64 {
            self.0.len() as u64
        }

        fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
            let rest = self.0.get(offset as usize..).unwrap_or_default();
            // Short reads are legal.
            let count = rest.len().min(buf.len()).min(7);
            buf[..count].copy_from_slice(&rest[..count]);
            Ok(count)
        }
    }

    fn sniff(text: &[u8]) -> Format {
        Format::sniff(&Held(text.to_vec())).expect("read").0
    }

    #[test]
    fn formats_are_told_by_content() {
        assert_eq!(sniff(b"{\"a\": [1, 2]}"), Format::Json);
        assert_eq!(sniff(b"\xef\xbb\xbf{\"a\":1}\n{\"a\":2}\n"), Format::Json);
        assert_eq!(sniff(b"[2026-01-01 10:00:00] started\n"), Format::Text);
        assert_eq!(sniff(b"{\"a\": 1, broken"), Format::Text);
        assert_eq!(sniff(b"<?xml version=\"1.0\"?><a/>"), Format::Markup);
        assert_eq!(sniff(b"<!doctype html><p>x"), Format::Markup);
        assert_eq!(sniff(b"<34>Oct 11 su: failed"), Format::Text);
        assert_eq!(sniff(b"From: a\nTo: b\nSubject: c\n\nbody"), Format::Mail);
        assert_eq!(sniff("имя;телефон\nА;1\nБ;2\n".as_bytes()), Format::Table(b';'));
        assert_eq!(sniff(b"just text\n"), Format::Text);
        let wide: Vec<u8> =
            "\u{feff}{\"имя\": \"А\", \"n\": 12345678}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(Format::sniff(&Held(wide)).expect("read"), (Format::Json, Encoding::Utf16Le));
    }
}

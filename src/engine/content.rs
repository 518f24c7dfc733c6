//! What the first bytes of a stream tell: its format, its coding, its layout, and whether it can be read as text at all.

use crate::detect;
use crate::problem::Reason;
use crate::text::encoding::{Coding, Text};
use crate::text::layout::{Layout, SNIFF_BYTES};
use crate::text::slice;
use crate::unpack::{self, Kind};

/// When the files that stand encoded in a text are opened; where they are not, they make it unread in part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Carries {
    /// Never: it cannot be read a second time.
    #[default]
    Never,
    /// If scanning it shows one.
    IfSeen,
    /// Whatever is seen: texts of its kind are searched for them.
    Always,
}

/// What is known of a stream before its blocks are read.
#[derive(Clone, Debug, Default)]
pub(super) struct Nature {
    pub(super) coding: Coding,
    pub(super) layout: Layout,
    /// Whether its cells have places of their own (`Sheet1!B7`): what stands in several is no one finding.
    pub(super) addressed: bool,
    /// The container that it is.
    pub(super) container: Option<Kind>,
    /// When files that stand encoded in it are opened.
    pub(super) carries: Carries,
    /// Why it cannot be read in full, if so.
    pub(super) reason: Option<Reason>,
    is_closed: bool,
}

impl Nature {
    /// Tells what a stream is from its first 64 KiB; `name` is a hint.
    pub(super) fn sniff(head: &[u8], name: &str) -> Self {
        let head = slice(head, 0, SNIFF_BYTES);
        let kind = unpack::recognise(head).or_else(|| unpack::hides_zip(name, head).then_some(Kind::Zip));
        let lie = unpack::is_mislabelled(name, head, kind).then_some(Reason::Mislabelled);
        if let Some(kind) = kind {
            if kind.is_opened() {
                return Self { container: Some(kind), reason: lie, is_closed: true, ..Self::default() };
            }
            if let Some(reason) = kind.closed() {
                return Self { reason: Some(reason), is_closed: true, ..Self::default() };
            }
        }
        let text = Self::of_text(head);
        let carries = match text.coding.wide {
            None if cfg!(feature = "formats") && text.keeps_files(head) => Carries::Always,
            None if cfg!(feature = "formats") => Carries::IfSeen,
            _ => Carries::Never,
        };
        Self { reason: lie.or(text.reason), carries, ..text }
    }

    /// Tells the coding and layout of bytes that are to be read as text whatever they are.
    pub(super) fn of_text(head: &[u8]) -> Self {
        let head = slice(head, 0, SNIFF_BYTES);
        let coding = Coding::sniff(head);
        let mut text = Text::default();
        let decoded = text.read(head, 0, coding);
        let text = if decoded { text.bytes() } else { head };
        let mut layout = Layout::sniff(text);
        detect::name_columns(&mut layout, text);
        let reason = (coding.wide.is_none() && is_binary(head)).then_some(Reason::UnknownBinary);
        Self { coding, layout, reason, ..Self::default() }
    }

    /// Takes the end into account: an archive may stand behind something else, as in programs that unpack themselves.
    pub(super) fn with_end(self, end: &[u8], size: u64) -> Self {
        let is_plain = self.container.is_none_or(|kind| matches!(kind, Kind::Picture(_)));
        if is_plain && cfg!(feature = "formats") && unpack::ends_as_zip(end, size) {
            return Self { container: Some(Kind::Zip), reason: None, is_closed: true, ..self };
        }
        self
    }

    /// Whether the text is of a kind that files are kept in: a dump, JSON, XML, no page. `head` are its first bytes.
    fn keeps_files(&self, head: &[u8]) -> bool {
        let text = head.trim_ascii_start().strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
        match text {
            // `[23-Mar-2026 …` is a log.
            [b'[', rest @ ..] => matches!(rest.trim_ascii_start().first(), Some(b'{' | b'[' | b'"')),
            [b'<', ..] => !is_page(text),
            [b'{', ..] => true,
            _ => self.layout.sql,
        }
    }

    /// Whether the bytes themselves are not looked at: they are no text in any encoding, or a container is opened.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed
    }
}

/// Whether text begins as HTML does: pictures stand encoded in pages, documents hardly ever.
fn is_page(text: &[u8]) -> bool {
    let begins = |mark: &[u8]| slice(text, 0, mark.len()).eq_ignore_ascii_case(mark);
    begins(b"<!doctype html") || begins(b"<html")
}

/// Whether control characters say that bytes are no text: those that hardly any text holds are more than one byte in
/// twenty, or those that none holds more than one in a hundred.
fn is_binary(head: &[u8]) -> bool {
    let is_odd = |byte: u8| {
        let usual =
            [b'\n', b'\r', b'\t', 0x0B, 0x0C, 0x1B].into_iter().map(|usual| u8::from(byte == usual)).sum::<u8>();
        u8::from(byte < 0x20) & (usual ^ 1)
    };
    // Zeros stand where a disk lost a piece of a log, 4 in UTF-16, the others where a printer or terminal is told something.
    let is_never = |byte: u8| u8::from(matches!(byte, 1..=3 | 5 | 6)) | is_control(byte);
    let never = count(head, is_never);
    count(head, is_odd) * 20 > head.len() || (never >= LEAST_CONTROLS && never * 100 > head.len())
}

/// Fewest control characters that make a short text none.
const LEAST_CONTROLS: usize = 8;

/// A control character that no text holds: between those for terminals and those that part records.
fn is_control(byte: u8) -> u8 {
    u8::from(byte.wrapping_sub(0x10) <= 0x0A)
}

/// How many of the bytes are such.
fn count(bytes: &[u8], is_such: impl Fn(u8) -> u8 + Copy) -> usize {
    // So few at once that a byte can count them: many are looked at together.
    let such = |few: &[u8]| usize::from(few.iter().fold(0u8, |such, &byte| such + is_such(byte)));
    let (parts, rest) = bytes.as_chunks::<128>();
    parts.iter().map(|few| such(few)).sum::<usize>() + such(rest)
}

/// How far apart the windows begin that [`Controls`] looks at, in bytes of the stream.
const STRIDE_BYTES: u64 = 4 << 10;
/// Bytes of a window.
const WINDOW_BYTES: u64 = 1 << 10;
/// Most control characters of a window of text.
const MOST_CONTROLS: usize = 10;

/// Control characters that no text holds in windows of a stream that began as text: compressed data stands behind the head
/// of an archive that unpacks itself. Windows without any are left out.
#[derive(Debug, Default)]
pub(super) struct Controls(Vec<(u64, usize)>);

impl Controls {
    /// Counts those of the bytes at offset `from` of the stream, which follow those that were counted before.
    pub(super) fn count(&mut self, bytes: &[u8], from: u64) {
        let end = from + bytes.len() as u64;
        let mut window = from / STRIDE_BYTES;
        while window * STRIDE_BYTES < end {
            let start = (window * STRIDE_BYTES).max(from);
            let stop = (window * STRIDE_BYTES + WINDOW_BYTES).clamp(start, end);
            self.add(window, count(slice(bytes, (start - from) as usize, (stop - from) as usize), is_control));
            window += 1;
        }
    }

    fn add(&mut self, window: u64, count: usize) {
        match self.0.last_mut() {
            _ if count == 0 => {}
            Some((last, sum)) if *last == window => *sum += count,
            _ => self.0.push((window, count)),
        }
    }

    /// Goes on with the windows of the next block; gives where the first of them begins that is no text.
    pub(super) fn binary_in(&mut self, next: &Self) -> Option<u64> {
        let mut found = None;
        for &(window, count) in &next.0 {
            self.add(window, count);
            if found.is_none() && self.0.last().is_some_and(|(_, sum)| *sum > MOST_CONTROLS) {
                found = Some(window * STRIDE_BYTES);
            }
        }
        // Only the last one may go on.
        self.0.drain(..self.0.len().saturating_sub(1));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::encoding::Encoding;

    #[test]
    fn streams_are_told_apart() {
        assert_eq!(Nature::sniff(b"Rar!\x1a\x07", "").reason, Some(Reason::Unsupported));
        assert!(Nature::sniff(b"Rar!\x1a\x07", "").is_closed());
        assert_eq!(Nature::sniff(b"GIF89a", "").reason, Some(Reason::NoText));
        assert_eq!(Nature::sniff(&[0, 1, 2, 3, 200, 5, 6, 7, 8, 9, 10, 11], "").reason, Some(Reason::UnknownBinary));
        assert_eq!(Nature::sniff(b"", "").reason, None);
        let mut log = vec![b'a'; 4000];
        log[100] = 0;
        assert_eq!(Nature::sniff(&log, "").reason, None, "a few zero bytes do not make a log binary");
        let utf16: Vec<u8> = "\u{feff}a;ИИН\r\n1;2\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let nature = Nature::sniff(&utf16, "");
        assert_eq!(nature.coding.wide, Some(Encoding::Utf16Le));
        assert_eq!(nature.layout.table.map(|table| table.columns), Some(vec!["a".to_owned(), "ИИН".to_owned()]));
    }

    #[test]
    fn fields_with_lengths_before_them_are_no_text() {
        let record = b"\x0a\x16Gulzhan Sarsenbayeva K\x12\x10a.b@primer.kz.abc\x1a\x12Almaty, Abay avenue".repeat(4);
        assert_eq!(Nature::sniff(&record, "").reason, Some(Reason::UnknownBinary));
        assert_eq!(
            Nature::sniff(&[&b"Almaty, Abay avenue 15, ".repeat(40)[..], b"\x1a"].concat(), "").reason,
            None,
            "DOS"
        );
    }

    #[test]
    fn windows_are_counted_the_same_in_any_pieces() {
        let mut stream = b"Almaty, Abay avenue 15\n".repeat(1000);
        assert_eq!(stream.len() % 4096, 2520);
        stream.extend((0..9000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8));
        let told = |piece: usize| {
            let (mut all, mut from, mut found) = (Controls::default(), 0, None);
            for bytes in stream.chunks(piece) {
                let mut own = Controls::default();
                own.count(bytes, from);
                found = found.or(all.binary_in(&own));
                from += bytes.len() as u64;
            }
            found
        };
        assert_eq!(told(stream.len()), Some(24576));
        for piece in [1, 100, 4096, 5000] {
            assert_eq!(told(piece), Some(24576), "{piece}");
        }
    }
}

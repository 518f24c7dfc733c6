//! Raw bytes as UTF-8.
//!
//! Where lines and pieces are judged hangs on fixed offsets of the stream and on line ends alone, so that a place reads
//! the same wherever the stream is cut, as long as some kibibytes before and behind it are at hand.

use super::judge::{self, Coding};
use super::map::Map;
use super::{Encoding, tables};
use crate::text::utf8::boundary_from;
use crate::text::{before, slice};
use memchr::memchr;
use std::ops::Range;

/// Longer lines are judged in pieces of this size, at multiples of it.
const PIECE_BYTES: u64 = 4 << 10;
/// Pieces of a byte stream that may be UTF-16, at multiples of this size.
const WIDE_BYTES: u64 = 512;

/// Decoded text. A buffer to be used again and again.
#[derive(Debug, Default)]
pub struct Text {
    /// At least `length` bytes; what lies behind is left over.
    buffer: Vec<u8>,
    length: usize,
    map: Map,
    /// Offset of the first raw byte in the stream.
    from: u64,
    /// How far in the stream what was decoded does not hang on where the raw bytes ended.
    done: u64,
    /// Where the line that `done` stands in begins in the stream.
    line: u64,
}

/// A byte's character in UTF-8: three bytes, and how many of them count in the fourth.
type Sheet = [[u8; 4]; 256];

#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const fn sheet(letters: &[u16; 128]) -> Sheet {
    let mut sheet = [[0, 0, 0, 1]; 256];
    let mut byte = 0;
    while byte < 256 {
        let code = if byte < 128 { byte as u16 } else { letters[byte - 128] };
        let last = 0x80 | (code & 0x3F) as u8;
        sheet[byte] = match code {
            0..0x80 => [code as u8, 0, 0, 1],
            0x80..0x800 => [0xC0 | (code >> 6) as u8, last, 0, 2],
            _ => [0xE0 | (code >> 12) as u8, 0x80 | (code >> 6 & 0x3F) as u8, last, 3],
        };
        byte += 1;
    }
    sheet
}

static SHEETS: [Sheet; 9] = [
    sheet(&tables::WINDOWS_1251),
    sheet(&tables::KOI8_R),
    sheet(&tables::CP866),
    sheet(&tables::KZ_1048),
    sheet(&tables::KOI8_U),
    sheet(&tables::CP1125),
    sheet(&tables::ISO_8859_5),
    sheet(&tables::MAC_CYRILLIC),
    sheet(&tables::PTCP154),
];

/// Whether the bytes are UTF-8 but for letters cut off at both ends, and hold no zero byte.
fn is_plain(raw: &[u8]) -> bool {
    let whole = slice(raw, continuations(raw), raw.len());
    simdutf8::compat::from_utf8(whole).map_or_else(|error| error.error_len().is_none(), |_| true)
        && memchr(0, raw).is_none()
}

/// Bytes at the beginning that go on with a letter from before.
fn continuations(raw: &[u8]) -> usize {
    raw.iter().take(3).take_while(|&&byte| byte & 0xC0 == 0x80).count()
}

impl Text {
    /// Decodes `raw`, which stands at `from` in its stream. Gives `false` if it is UTF-8 without zero bytes, and nothing
    /// was decoded.
    pub fn read(&mut self, raw: &[u8], from: u64, coding: Coding) -> bool {
        self.forget();
        self.read_on(raw, from, 0, coding)
    }

    /// The same for bytes that go on with the stream read last, from some place in it on: what is known of that is not
    /// decoded again. The first `known` bytes are UTF-8 without zero bytes.
    pub fn read_on(&mut self, raw: &[u8], from: u64, known: usize, coding: Coding) -> bool {
        if coding.wide.is_none() && is_plain(slice(raw, known.saturating_sub(4), raw.len())) {
            self.forget();
            return false;
        }
        self.keep_from(from);
        match coding.wide {
            Some(wide) => self.wide_stream(raw, wide),
            None => self.lines(raw, coding.usual),
        }
        true
    }

    fn forget(&mut self) {
        (self.length, self.from, self.done) = (0, 0, 0);
        self.map.clear();
    }

    /// Drops what stands before `from`, and what hung on the end of the raw bytes.
    fn keep_from(&mut self, from: u64) {
        if !(self.from..self.done).contains(&from) {
            self.forget();
            (self.from, self.done, self.line) = (from, from, from);
            return;
        }
        let place = |offset: u64| self.map.text(self.bytes(), (offset - self.from) as usize);
        let (start, end) = (place(from), place(self.done));
        self.map.keep(slice(&self.buffer, 0, self.length), start..end, (from - self.from) as usize);
        self.buffer.copy_within(start..end, 0);
        (self.length, self.from) = (end - start, from);
    }

    /// What was decoded last.
    pub fn bytes(&self) -> &[u8] {
        slice(&self.buffer, 0, self.length)
    }

    /// Where it stands in the raw bytes.
    pub fn map(&self) -> &Map {
        &self.map
    }

    /// Makes room for the characters of so many raw bytes, four bytes each at most.
    fn reserve(&mut self, units: usize) {
        let wanted = self.length + 4 * units + 8;
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted.max(2 * self.buffer.len()), 0);
        }
    }

    fn push(&mut self, raw: &[u8], at: usize) {
        self.map.add(at, self.length, Encoding::Utf8);
        self.reserve(raw.len());
        if let Some(room) = self.buffer.get_mut(self.length..self.length + raw.len()) {
            room.copy_from_slice(raw);
        }
        self.length += raw.len();
    }

    /// One character, at most four bytes of which `length` count. There is room.
    #[inline(always)]
    fn put(&mut self, bytes: [u8; 4], length: usize) {
        if let Some(room) = self.buffer.get_mut(self.length..).and_then(|rest| rest.first_chunk_mut::<4>()) {
            *room = bytes;
        }
        self.length += length;
    }

    fn put_char(&mut self, c: char) {
        let mut bytes = [0; 4];
        let length = c.encode_utf8(&mut bytes).len();
        self.put(bytes, length);
    }

    fn lines(&mut self, raw: &[u8], usual: Encoding) {
        let zeros = memchr(0, raw).is_some();
        let from = self.from;
        let mut pieces = Pieces { raw, from, last: None };
        let mut at = (self.done - from) as usize;
        while at < raw.len() {
            if zeros && let Some((wide, first)) = pieces.at(at) {
                let piece_end = ((from + at as u64 + 1).next_multiple_of(WIDE_BYTES) - from) as usize;
                at = self.wide(raw, first, piece_end, wide);
                if at < raw.len() {
                    (self.done, self.line) = (from + at as u64, from + at as u64);
                }
                continue;
            }
            let line_end = memchr(b'\n', slice(raw, at, raw.len())).map_or(raw.len(), |n| at + n + 1);
            let mut end = line_end;
            // A long line: the first multiple that has a piece's length of it behind.
            let border = (self.line + PIECE_BYTES).max(from + at as u64 + 1).next_multiple_of(PIECE_BYTES);
            if border < from + end as u64 {
                end = boundary_from(raw, (border - from) as usize).min(end);
            }
            if zeros {
                end = pieces.between(at, end);
            }
            self.line(raw, at..end, usual);
            at = end;
            if end < raw.len() {
                self.done = from + end as u64;
                self.line = if end == line_end { self.done } else { self.line };
            }
        }
    }

    /// A line, or a piece of a long one.
    fn line(&mut self, raw: &[u8], range: Range<usize>, usual: Encoding) {
        let line = slice(raw, range.start, range.end);
        if line.is_ascii() {
            return self.push(line, range.start);
        }
        // The first and the last line may be cut off inside of a letter.
        let skipped = if range.start == 0 { continuations(line) } else { 0 };
        let utf8 = match simdutf8::compat::from_utf8(slice(line, skipped, line.len())) {
            Ok(_) if skipped == 0 => return self.push(line, range.start),
            Ok(_) => true,
            Err(error) => range.end == raw.len() && error.error_len().is_none(),
        };
        if utf8 {
            return self.damaged(line, range.start);
        }
        match judge::encoding_of(line, usual) {
            Encoding::Utf8 => self.damaged(line, range.start),
            encoding => self.eight_bit(line, range.start, encoding),
        }
    }

    /// UTF-8, perhaps with some bytes that are none.
    fn damaged(&mut self, line: &[u8], start: usize) {
        let mut at = start;
        for chunk in line.utf8_chunks() {
            self.push(chunk.valid().as_bytes(), at);
            at += chunk.valid().len();
            for _ in chunk.invalid() {
                // One character for each byte.
                self.map.add(at, self.length, Encoding::Damaged);
                self.reserve(1);
                self.put_char('\u{FFFD}');
                at += 1;
            }
        }
    }

    fn eight_bit(&mut self, line: &[u8], start: usize, encoding: Encoding) {
        let index = Encoding::EIGHT_BIT.iter().position(|known| *known == encoding).unwrap_or(0);
        let Some(sheet) = SHEETS.get(index) else { return };
        let mut i = 0;
        loop {
            self.map.add(start + i, self.length, encoding);
            self.reserve(line.len() - i);
            let room = self.buffer.get_mut(self.length..).unwrap_or(&mut []);
            let (read, written, word) = put_letters(line, i, sheet, room);
            self.length += written;
            i = read;
            if word == 0 {
                return;
            }
            self.push(slice(line, i, i + word), start + i);
            i += word;
        }
    }

    fn wide_stream(&mut self, raw: &[u8], wide: Encoding) {
        let (unit, from) = (wide.unit_bytes() as u64, self.from);
        // Units begin at multiples of their size.
        let mut at = (self.done.next_multiple_of(unit) - from) as usize;
        while at < raw.len() {
            let end = ((from + at as u64 + 1).next_multiple_of(WIDE_BYTES) - from) as usize;
            let piece = slice(raw, at, end);
            // Text in bytes that somebody has appended.
            if !piece.iter().any(|&byte| byte < 9) && std::str::from_utf8(piece).is_ok() {
                self.push(piece, at);
                at = end;
            } else {
                at = self.wide(raw, at, end, wide);
            }
            if at < raw.len() {
                self.done = from + at as u64;
            }
        }
    }

    /// Decodes the units that begin in `at..end`; gives the end of the last one.
    fn wide(&mut self, raw: &[u8], mut at: usize, end: usize, wide: Encoding) -> usize {
        let unit_bytes = wide.unit_bytes();
        let end = end.min(raw.len());
        self.reserve((end.saturating_sub(at)) / unit_bytes + 2);
        self.map.add(at, self.length, wide);
        if unit_bytes == 4 {
            while at < end {
                let code = match (raw.get(at..at + 4), wide) {
                    (Some(&[a, b, c, d]), Encoding::Utf32Le) => u32::from_le_bytes([a, b, c, d]),
                    (Some(&[a, b, c, d]), _) => u32::from_be_bytes([a, b, c, d]),
                    _ => return raw.len(),
                };
                self.put_char(char::from_u32(code).unwrap_or('\u{FFFD}'));
                at += 4;
            }
            return at;
        }
        let little = wide == Encoding::Utf16Le;
        let unit = |at: usize| match raw.get(at..at + 2) {
            Some(&[a, b]) if little => Some(u16::from_le_bytes([a, b])),
            Some(&[a, b]) => Some(u16::from_be_bytes([a, b])),
            _ => None,
        };
        while at < end {
            // A last odd byte is no character.
            let Some(code) = unit(at) else { return raw.len() };
            at += 2;
            match code {
                0..0x80 => self.put([code as u8, 0, 0, 0], 1),
                0x80..0x800 => self.put([0xC0 | (code >> 6) as u8, 0x80 | (code & 0x3F) as u8, 0, 0], 2),
                0xD800..0xDC00 => {
                    let low = unit(at).filter(|low| (0xDC00..0xE000).contains(low));
                    let pair = low.map(|low| 0x10000 + (u32::from(code - 0xD800) << 10) + u32::from(low - 0xDC00));
                    at += if pair.is_some() { 2 } else { 0 };
                    self.put_char(pair.and_then(char::from_u32).unwrap_or('\u{FFFD}'));
                }
                _ => self.put_char(char::from_u32(u32::from(code)).unwrap_or('\u{FFFD}')),
            }
        }
        at
    }
}

/// Decodes a line from `i` on, up to a word of UTF-8 in it or its end. There is room for four bytes a letter and four
/// more. Gives where it stopped, what it wrote, and the word's length, in bytes.
fn put_letters(line: &[u8], mut i: usize, sheet: &Sheet, room: &mut [u8]) -> (usize, usize, usize) {
    let mut written = 0;
    while let Some(&first) = line.get(i) {
        // ASCII, up to the next byte above it, eight bytes at a time.
        if first < 0x80
            && let Some(eight) = line.get(i..).and_then(|rest| rest.first_chunk::<8>())
            && let Some(rest) = room.get_mut(written..).and_then(|rest| rest.first_chunk_mut::<8>())
        {
            *rest = *eight;
            let above = u64::from_le_bytes(*eight) & 0x8080_8080_8080_8080;
            let count = above.trailing_zeros() as usize / 8;
            (written, i) = (written + count, i + count);
            continue;
        }
        if matches!(first, 0xD0..=0xD3) && before(line, i) < 0x80 {
            let word = judge::utf8_word(slice(line, i, line.len()));
            if word > 0 {
                return (i, written, word);
            }
        }
        // A word; what a letter does not fill is overwritten by the next.
        let end = line.iter().skip(i + 1).position(|&byte| byte < 0x80).map_or(line.len(), |length| i + 1 + length);
        for &byte in slice(line, i, end) {
            let Some(letter) = sheet.get(usize::from(byte)) else { break };
            if let Some(rest) = room.get_mut(written..).and_then(|rest| rest.first_chunk_mut::<4>()) {
                *rest = *letter;
            }
            written += usize::from(letter[3]);
        }
        i = end;
    }
    (i, written, 0)
}

/// Pieces of a byte stream that may be UTF-16: at multiples of [`WIDE_BYTES`] in it.
struct Pieces<'r> {
    raw: &'r [u8],
    /// Offset of the raw bytes in the stream.
    from: u64,
    /// The piece asked for last, by its number, and what it is.
    last: Option<(u64, Option<(Encoding, bool)>)>,
}

impl Pieces<'_> {
    /// Whether the piece that holds `at` is UTF-16: its encoding, and where its first unit from `at` on begins.
    fn at(&mut self, at: usize) -> Option<(Encoding, usize)> {
        let place = self.from + at as u64;
        let number = place / WIDE_BYTES;
        let lanes = match self.last {
            Some((last, lanes)) if last == number => lanes,
            _ => {
                let start = (number * WIDE_BYTES).saturating_sub(self.from) as usize;
                let end = ((number + 1) * WIDE_BYTES - self.from) as usize;
                let odd = (self.from + start as u64) % 2 == 1;
                judge::lanes(slice(self.raw, start + usize::from(odd), end))
            }
        };
        self.last = Some((number, lanes));
        let (wide, shifted) = lanes?;
        let even = (place % 2 == 1) == shifted;
        Some((wide, at + usize::from(!even)))
    }

    /// The beginning of the first piece in `at + 1..end` that is UTF-16, or `end`.
    fn between(&mut self, at: usize, end: usize) -> usize {
        let mut next = (self.from + at as u64 + 1).next_multiple_of(WIDE_BYTES);
        while next < self.from + end as u64 {
            let i = (next - self.from) as usize;
            if self.at(i).is_some() {
                return i;
            }
            next += WIDE_BYTES;
        }
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::utf8;
    use proptest::prelude::*;

    fn eight_bit(text: &str, encoding: Encoding) -> Option<Vec<u8>> {
        let letters = encoding.letters().unwrap();
        let byte = |c: char| match u16::try_from(u32::from(c)).ok()? {
            code @ 0..0x80 => Some(code as u8),
            0xFFFD => None,
            code => letters.iter().position(|&known| known == code).map(|i| 0x80 + i as u8),
        };
        text.chars().map(byte).collect()
    }

    fn utf16(text: &str, encoding: Encoding) -> Vec<u8> {
        let bytes = |unit: u16| if encoding == Encoding::Utf16Le { unit.to_le_bytes() } else { unit.to_be_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn decoded(raw: &[u8], coding: Coding) -> String {
        let mut text = Text::default();
        if text.read(raw, 0, coding) {
            return String::from_utf8(text.bytes().to_vec()).unwrap();
        }
        // Letters cut off at both ends.
        let whole = slice(raw, continuations(raw), raw.len());
        let end = std::str::from_utf8(whole).map_or_else(|error| error.valid_up_to(), str::len);
        assert!(whole.len() - end < 4);
        String::from_utf8(slice(whole, 0, end).to_vec()).unwrap()
    }

    /// Every character's raw bytes lie behind those of the one before, and the way back leads to it.
    fn map_is_exact(raw: &[u8], coding: Coding) {
        let mut text = Text::default();
        if !text.read(raw, 0, coding) {
            return;
        }
        let (bytes, map) = (text.bytes(), text.map());
        let (mut i, mut last) = (0, None);
        while let Some((_, length)) = utf8::char_at(bytes, i) {
            let place = map.raw(bytes, i);
            assert!(place < raw.len() && last.is_none_or(|last| last < place), "{i}: {place} behind {last:?}");
            assert!(i % 7 > 0 || map.text(bytes, place) == i);
            last = Some(place);
            i += length;
        }
        assert!(map.raw(bytes, bytes.len()) <= raw.len());
    }

    const TEXT: &str = "Клиент: Тестов Тест, ИИН 900101300017, тел. +7 701 555-01-23\nҚазақстан, Әлия Өмірұлы\n";

    #[test]
    fn streams_of_wide_units_are_told_by_mark_or_lanes() {
        for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
            for text in [TEXT, "plain Latin text, no letters above ASCII", "Адни буквы"] {
                let raw = utf16(text, encoding);
                let coding = Coding::sniff(&raw);
                assert_eq!(coding.wide, Some(encoding), "{text}");
                assert_eq!(decoded(&raw, coding), text);
            }
            let marked = utf16("\u{feff}й", encoding);
            assert_eq!(Coding::sniff(&marked).wide, Some(encoding));
        }
        for text in [TEXT.as_bytes(), &[0; 64], b"\x04\x00"] {
            assert_eq!(Coding::sniff(text).wide, None);
        }
        let raw: Vec<u8> = "\u{feff}Я😀1".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        let coding = Coding::sniff(&raw);
        assert_eq!(coding.wide, Some(Encoding::Utf32Le));
        assert_eq!(decoded(&raw, coding), "\u{feff}Я😀1");
        map_is_exact(&raw, coding);
    }

    #[test]
    fn wide_text_inside_a_stream_of_bytes_is_read_at_any_offset() {
        let inner = "Кириллица и digits 900101300017 in one text; ".repeat(60);
        for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
            for shift in 0..4 {
                let mut raw = b"ascii line\n".repeat(200);
                raw.extend_from_slice(slice(b"....", 0, shift));
                raw.extend(utf16(&inner, encoding));
                raw.extend(b"\nascii line\n".repeat(200));
                let text = decoded(&raw, Coding::default());
                let found = text.matches("Кириллица и digits 900101300017 in one text; ").count();
                assert!(found >= 45, "{encoding:?} {shift}: {found} of 60");
                map_is_exact(&raw, Coding::default());
            }
        }
        let mut raw = utf16("\u{feff}Первая строка\n", Encoding::Utf16Le).repeat(100);
        raw.extend("дописано как UTF-8, 900101300017\n".repeat(40).bytes());
        assert!(decoded(&raw, Coding::sniff(&raw)).matches("дописано").count() > 35);
    }

    #[test]
    fn lines_of_one_stream_may_be_in_different_encodings() {
        let line = "Получатель: Иванова Мария Петровна, паспорт выдан";
        let mut raw = Vec::new();
        let mut want = String::new();
        for encoding in Encoding::EIGHT_BIT {
            raw.extend(eight_bit(line, encoding).unwrap());
            raw.push(b'\n');
            raw.extend_from_slice(line.as_bytes());
            raw.push(b'\n');
            want.push_str(&[line, "\n", line, "\n"].concat());
        }
        assert_eq!(decoded(&raw, Coding::sniff(&raw)), want);
    }

    #[test]
    fn utf8_with_damage_stays_utf8() {
        assert_eq!(decoded("имя: Анна\n".repeat(3).as_bytes(), Coding::default()), "имя: Анна\n".repeat(3));
        let mut raw = "номер карты: 1".as_bytes().to_vec();
        raw.extend(b"\xe9 \xd0\n");
        assert_eq!(decoded(&raw, Coding::default()), "номер карты: 1\u{FFFD} \u{FFFD}\n");
        let mut mixed = eight_bit("Ошибка записи: клиент ", Encoding::Windows1251).unwrap();
        mixed.extend("Иванов".bytes());
        mixed.extend(eight_bit(" не найден\n", Encoding::Windows1251).unwrap());
        assert_eq!(decoded(&mixed, Coding::default()), "Ошибка записи: клиент Иванов не найден\n");
    }

    #[test]
    fn what_a_line_is_does_not_hang_on_where_the_stream_is_cut() {
        let mut raw = Vec::new();
        for n in 0..40 {
            let encoding = Encoding::EIGHT_BIT[n % 9];
            raw.extend(eight_bit(&"Сергей Петрович, дом 7; ".repeat(1 + n * n), encoding).unwrap());
            raw.push(b'\n');
        }
        let mut whole = Text::default();
        whole.read(&raw, 0, Coding::default());
        for from in (0..raw.len() - 40_000).step_by(1001) {
            let until = from + 40_000;
            let mut part = Text::default();
            part.read(&raw[from..until], from as u64, Coding::default());
            let (lo, hi) = (from + 12_000, until - 9_000);
            let own = |text: &Text, from: usize| {
                let place = |raw: usize| text.map().text(text.bytes(), raw - from);
                text.bytes()[place(lo)..place(hi)].to_vec()
            };
            assert!(own(&whole, 0) == own(&part, from), "cut at {from}");
        }
    }

    #[test]
    fn reading_on_gives_what_reading_anew_gives() {
        let mut raw = Vec::new();
        for n in 0..120 {
            let encoding = Encoding::EIGHT_BIT[n % 9];
            raw.extend(eight_bit("Сергей Петрович, дом 7; ", encoding).unwrap());
            raw.extend_from_slice("№ 5 Әлия\n".as_bytes());
        }
        let wide = utf16(TEXT, Encoding::Utf16Be).repeat(30);
        for (raw, coding) in [(&raw, Coding::default()), (&wide, Coding::sniff(&wide))] {
            let mut on = Text::default();
            for from in (0..raw.len() - 1500).step_by(70) {
                let piece = &raw[from..from + 1500];
                let (mut anew, from) = (Text::default(), from as u64);
                assert!(on.read_on(piece, from, 0, coding) && anew.read(piece, from, coding));
                // The first line may have been whole before.
                let own = |text: &Text, raw: usize| text.bytes()[text.map().text(text.bytes(), raw)..].to_vec();
                let line = piece.iter().position(|&byte| byte == b'\n').unwrap() + 2;
                assert!(own(&on, line) == own(&anew, line), "{from}");
                assert_eq!(
                    on.map().raw(on.bytes(), on.bytes().len()),
                    anew.map().raw(anew.bytes(), anew.bytes().len())
                );
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn maps_are_exact(parts in proptest::collection::vec((0usize..12, "[ -~а-яА-ЯёәқіїЄґў№—\\n😀]{0,40}"), 0..12), odd in any::<bool>()) {
            let mut raw = Vec::new();
            for (n, part) in parts {
                match n {
                    0..9 => raw.extend(eight_bit(&part, Encoding::EIGHT_BIT[n]).unwrap_or_default()),
                    9 => raw.extend(utf16(&part.repeat(9), Encoding::Utf16Le)),
                    10 => raw.push(0xE9),
                    _ => raw.extend(part.bytes()),
                }
            }
            map_is_exact(&raw, Coding::sniff(&raw));
            map_is_exact(&raw, Coding { wide: Some(Encoding::Utf16Be), ..Coding::default() });
            map_is_exact(raw.get(usize::from(odd)..).unwrap_or(&[]), Coding::default());
        }

        #[test]
        fn any_bytes_decode_to_utf8(raw in proptest::collection::vec(any::<u8>(), 0..900)) {
            for coding in [Coding::default(), Coding::sniff(&raw), Coding { wide: Some(Encoding::Utf16Le), ..Coding::default() }] {
                decoded(&raw, coding);
                map_is_exact(&raw, coding);
            }
        }
    }
}

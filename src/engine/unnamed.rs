//! Encoded text that nothing announces: lines of base64, and of uuencode.
//!
//! In:      a step's text. Out: each block of lines that stands for text or for a file.
//! Not:     blocks of less than [`SHORTEST_BYTES`], which a probe might miss; bytes that are neither text nor a known file.
//! Promise: where a block begins depends on the text around it alone. Text without such blocks costs one look at 32 of
//!          every 256 bytes.

use crate::text::base64::{self, sextet};
use crate::text::view::{self, Method, STRETCH_BYTES, Stretch};
use crate::text::{at, before, slice};
use crate::unpack;
use std::ops::Range;

/// Text between the beginnings of two probes, in bytes.
const STRIDE_BYTES: usize = 256;
/// Bytes that are looked at: letters and line ends only.
const PROBE_BYTES: usize = 32;
/// Text that the shortest block takes: every probe that may meet one does.
const SHORTEST_BYTES: usize = STRIDE_BYTES + PROBE_BYTES;
/// Letters of the shortest line in a block of several.
const LINE_LETTERS: usize = 40;
/// Longest line of a block; one line may be a block.
const LINE_BYTES: usize = STRETCH_BYTES;
/// Decoded bytes that tell what they are.
const HEAD_BYTES: usize = 600;
/// Letters of a full line of uuencode, the one that says how many it stands for included.
const UU_LINE: usize = 61;
/// Full lines of the shortest block of uuencode: a probe meets one of its first lines.
const UU_LINES: usize = 7;

/// What a block holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unnamed {
    /// Text, or a document or archive, in base64.
    Base64(Stretch),
    /// Whatever a file in uuencode holds.
    Uu,
}

/// The first block that a probe from `from` on, before `end`, meets, and where to go on behind it.
pub(super) fn next(text: &[u8], mut from: usize, end: usize) -> Option<(Unnamed, usize)> {
    while from < end {
        let probe = slice(text, from, from + PROBE_BYTES);
        if probe.len() < PROBE_BYTES {
            return None;
        }
        let seen = look(probe);
        if seen == Look::Capitals && is_uu(text, from) {
            return Some((Unnamed::Uu, end));
        }
        if seen == Look::Nothing || !is_letters(probe) {
            from += STRIDE_BYTES;
            continue;
        }
        let range = block(text, from);
        let mut after = range.end.max(from + STRIDE_BYTES);
        if range.len() >= STRETCH_BYTES {
            // No more of it is read: what is left of it is not looked back from again and again.
            after = after.max(end_of_long(text, &range, from, end));
        }
        if range.len() >= SHORTEST_BYTES && tells_something(text, &range) {
            return Some((Unnamed::Base64(Stretch::new(range, Method::Base64)), after));
        }
        from = after;
    }
    None
}

/// What a probe shows at once, eight bytes at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// Words, or letters that are no ASCII.
    Nothing,
    /// Capitals, digits and signs, as uuencode has them.
    Capitals,
    /// No blank.
    Dense,
}

fn look(probe: &[u8]) -> Look {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x80 * ONES;
    let (mut wide, mut small, mut blanks) = (0, 0, 0);
    for eight in probe.as_chunks::<8>().0 {
        let word = u64::from_le_bytes(*eight);
        let blank = word ^ (0x20 * ONES);
        wide |= word;
        // From 0x61 on, this reaches the top bit; below it, nothing is carried over.
        small |= (word & !TOPS) + 0x1F * ONES;
        blanks |= blank.wrapping_sub(ONES) & !blank;
        // Most texts show it in their first word or two.
        if wide & TOPS != 0 || small & TOPS != 0 && blanks & TOPS != 0 {
            return Look::Nothing;
        }
    }
    if small & TOPS == 0 { Look::Capitals } else { Look::Dense }
}

/// Whether all bytes are letters of base64 or line ends.
fn is_letters(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| is_letter(byte) || matches!(byte, b'\n' | b'\r' | b'='))
}

/// Whether `i` lies in full lines of uuencode.
fn is_uu(text: &[u8], i: usize) -> bool {
    let line = |start: usize| {
        let own = slice(text, start, start + UU_LINE);
        let is_full = own.len() == UU_LINE && own.iter().all(|byte| (0x20..=0x60).contains(byte));
        at(own, 0) == b'M' && is_full && matches!(at(text, start + UU_LINE), b'\n' | b'\r')
    };
    let floor = i.saturating_sub(UU_LINE + 2);
    let own = memchr::memrchr(b'\n', slice(text, floor, i)).map_or(floor, |n| floor + n + 1);
    let step = UU_LINE + if at(text, own + UU_LINE) == b'\r' { 2 } else { 1 };
    let after = (0..UU_LINES).take_while(|n| line(own + n * step)).count();
    let above = (1..UU_LINES).take_while(|n| own.checked_sub(n * step).is_some_and(line)).count();
    after > 0 && after + above >= UU_LINES
}

fn is_letter(byte: u8) -> bool {
    sextet(byte).is_some()
}

/// The letters of the line around `i`: from its first letter on, blanks before it left out.
fn letters_around(text: &[u8], i: usize) -> Range<usize> {
    let floor = i.saturating_sub(LINE_BYTES);
    let start = slice(text, floor, i).iter().rposition(|byte| !is_letter(*byte)).map_or(floor, |n| floor + n + 1);
    start..letters_end(text, i)
}

fn letters_end(text: &[u8], i: usize) -> usize {
    let most = (i + LINE_BYTES).min(text.len());
    slice(text, i, most).iter().position(|byte| !is_letter(*byte)).map_or(most, |n| i + n)
}

/// The block around `i`: lines of one length, and the shorter one that may end it; or one line.
fn block(text: &[u8], i: usize) -> Range<usize> {
    // A probe may begin at a line's end.
    let i = i + slice(text, i, i + PROBE_BYTES).iter().position(|byte| is_letter(*byte)).unwrap_or(0);
    let mut first = letters_around(text, i);
    let mut length = first.len();
    // The last line of a block may be shorter than those before it.
    let mut is_last = line_after(text, first.end).is_none_or(|line| line.len() != length);
    while let Some(line) = line_before(text, first.start) {
        if line.len() < LINE_LETTERS || line.len() != length && !(is_last && line.len() > length) {
            break;
        }
        is_last = false;
        length = line.len();
        first = line;
    }
    let (start, mut end) = (first.start, first.end);
    while let Some(line) = line_after(text, end) {
        if line.len() > length || line.is_empty() || first.len() < LINE_LETTERS || end - start >= STRETCH_BYTES {
            break;
        }
        end = line.end;
        if line.len() < length {
            break;
        }
    }
    start..end.min(start + STRETCH_BYTES)
}

/// Where a block ends that is longer than what is read of it, or the search does; `from` lies in it.
fn end_of_long(text: &[u8], range: &Range<usize>, from: usize, end: usize) -> usize {
    let line_end = |i: usize| slice(text, i, end).iter().position(|byte| !is_letter(*byte)).map_or(end, |n| i + n);
    let width = letters_end(text, range.start) - range.start;
    let mut at = line_end(from.max(range.end));
    while let Some(line) = line_after(text, at).filter(|line| line.len() == width && at < end) {
        at = line.end;
    }
    // The last one may be shorter.
    line_after(text, at).filter(|line| line.len() < width).map_or(at, |line| line.end)
}

/// The line of letters that ends just before the one that begins at `start`, if there are only blanks between.
fn line_before(text: &[u8], start: usize) -> Option<Range<usize>> {
    let floor = start.saturating_sub(256);
    let blanks = slice(text, floor, start).iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let mut end = start - blanks;
    if before(text, end) != b'\n' {
        return None;
    }
    end -= 1;
    if before(text, end) == b'\r' {
        end -= 1;
    }
    let floor = end.saturating_sub(LINE_BYTES);
    let line = slice(text, floor, end).iter().rposition(|byte| !is_letter(*byte)).map_or(floor, |n| floor + n + 1);
    (line < end).then_some(line..end)
}

/// The line of letters that follows the one that ends at `end`.
fn line_after(text: &[u8], end: usize) -> Option<Range<usize>> {
    let mut start = end + usize::from(at(text, end) == b'\r');
    if at(text, start) != b'\n' {
        return None;
    }
    start += 1;
    start += slice(text, start, start + 256).iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let end = letters_end(text, start);
    (end > start).then_some(start..end)
}

/// Whether the first bytes that letters stand for are text, or those of a document, archive or certificate.
fn tells_something(text: &[u8], range: &Range<usize>) -> bool {
    let letters = slice(text, range.start, range.end);
    let head = base64::decoded(letters.iter().copied().take(HEAD_BYTES / 3 * 4));
    unpack::recognise(&head).is_some() || view::is_der(&head) || is_text(&head)
}

/// Whether bytes read as text: UTF-8 or UTF-16 without control characters, or letters and signs of windows-1251.
fn is_text(head: &[u8]) -> bool {
    let controls = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t');
    if crate::text::encoding::Coding::wide(head).is_some() {
        return true;
    }
    if head.iter().any(controls) {
        return false;
    }
    let whole = std::str::from_utf8(head).map_or_else(|error| error.valid_up_to(), str::len);
    let is_cyrillic = |byte: &u8| matches!(byte, 0..0x80 | 0xA8 | 0xB8 | 0xC0..=0xFF);
    whole + 4 > head.len() || head.iter().all(is_cyrillic) && head.contains(&b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(bytes: &[u8], width: usize) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let letters: String = bytes
            .chunks(3)
            .flat_map(|group| {
                let bits = u32::from(at(group, 0)) << 16 | u32::from(at(group, 1)) << 8 | u32::from(at(group, 2));
                (0..=group.len()).map(move |i| char::from(ALPHABET[(bits >> (18 - 6 * i) & 63) as usize]))
            })
            .collect();
        letters.as_bytes().chunks(width).map(|line| String::from_utf8_lossy(line) + "\n").collect()
    }

    /// What the blocks of a text stand for, and that each is met from wherever the search begins before it.
    fn blocks(text: &str) -> Vec<String> {
        let text = text.as_bytes();
        let (mut from, mut found) = (0, Vec::new());
        while let Some((unnamed, after)) = next(text, from, text.len()) {
            assert!(after > from);
            from = after;
            match unnamed {
                Unnamed::Uu => found.push("uu".to_owned()),
                Unnamed::Base64(stretch) => {
                    let letters = slice(text, stretch.range.start, stretch.range.end).iter().copied();
                    found.push(String::from_utf8_lossy(&base64::decoded(letters)).into_owned());
                }
            }
        }
        found
    }

    #[test]
    fn blocks_are_taken_whole_wherever_a_probe_meets_them() {
        let secret = "Договор с клиентом. ".repeat(40);
        for width in [64, 76, 4_000] {
            for lead in (0..300).step_by(7) {
                let text =
                    format!("{}\nword\n{}\nand more words\n", "x ".repeat(lead), encoded(secret.as_bytes(), width));
                assert_eq!(blocks(&text), [secret.as_str()], "{width} {lead}");
                let quoted = format!("{}: {}", "x ".repeat(lead), encoded(secret.as_bytes(), 4_000));
                assert_eq!(blocks(&quoted), [secret.as_str()], "{lead}");
            }
        }
        let indented = encoded(secret.as_bytes(), 76).replace('\n', "\r\n    ");
        assert_eq!(blocks(&format!("key: |\r\n    {indented}\r\n")), [secret.as_str()]);
        let uu = format!("begin 644 a\n{}`\nend\n", format!("M{}\n", "8A B".repeat(15)).repeat(7));
        assert_eq!(blocks(&uu), ["uu"]);
    }

    /// Of a block that is longer than what is decoded the beginning is read; the rest costs one look at each byte.
    #[test]
    fn long_blocks_are_taken_once() {
        let secret = "Договор с клиентом. ".repeat(8_000);
        let short = encoded(&secret.as_bytes()[..400], 64);
        for width in [76, 1_000_000] {
            for between in ["\n", "and other words\n"] {
                let text = format!("x {}{between}{short}", encoded(secret.as_bytes(), width));
                let found = blocks(&text);
                assert_eq!(found.len(), 2, "{width} {between:?}");
                let begins = |found: &str, bytes: usize| found.as_bytes()[..bytes] == secret.as_bytes()[..bytes];
                assert!(begins(&found[0], 30_000) && begins(&found[1], 390), "{width} {between:?}");
            }
        }
        let zeros = "0".repeat(4 << 20);
        assert_eq!(blocks(&zeros), Vec::<String>::new(), "in a moment");
    }

    #[test]
    fn a_look_tells_what_each_byte_says() {
        for byte in 0..=255 {
            for place in 0..PROBE_BYTES {
                for rest in [b'A', b'a', b' '] {
                    let mut probe = [rest; PROBE_BYTES];
                    probe[place] = byte;
                    let expected = match probe {
                        _ if !probe.is_ascii() => Look::Nothing,
                        _ if probe.iter().all(|byte| *byte <= 0x60) => Look::Capitals,
                        _ if !probe.contains(&b' ') => Look::Dense,
                        _ => Look::Nothing,
                    };
                    assert_eq!(look(&probe), expected, "{byte} {place} {rest}");
                }
            }
        }
    }

    #[test]
    fn what_stands_for_nothing_is_no_block() {
        let noise: Vec<u8> = (0..2_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let hex: String = noise.iter().fold(String::new(), |all, byte| format!("{all}{byte:02x}"));
        for text in [
            encoded(&noise, 76),
            hex,
            "0".repeat(4_000),
            "ACGTACGTTAGC".repeat(600),
            "one two three ".repeat(400),
            "Текст без всего ".repeat(400),
            "2026-11-30 07:13:52,123 [1234] 12:34\n".repeat(100),
        ] {
            assert_eq!(blocks(&text), Vec::<String>::new(), "{}", &text[..32]);
        }
    }
}

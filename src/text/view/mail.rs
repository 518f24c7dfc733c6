//! What mail does to text: quoted-printable, encoded words, base64.

use super::{Kind, View};
use crate::text::base64::{self, Group, sextet};
use crate::text::transfer::{hex_byte, soft_break, word};
use crate::text::{at, slice};
use std::ops::Range;

/// Decodes quoted-printable lines.
pub(super) fn quoted_printable(text: &[u8], range: Range<usize>, view: &mut View) {
    let (mut i, mut copied) = (range.start, range.start);
    while let Some(n) = memchr::memchr(b'=', slice(text, i, range.end)) {
        i += n;
        view.copy(text, copied..i);
        if let Some(byte) = hex_byte(text, i + 1).filter(|_| i + 3 <= range.end) {
            view.put(i..i + 3, &[byte], Kind::QuotedPrintable);
            i += 3;
            copied = i;
            continue;
        }
        copied = i;
        match soft_break(slice(text, i, range.end)) {
            Some(length) => {
                (i, copied) = (i + length, i + length);
                view.kinds |= 1 << Kind::QuotedPrintable as u16;
            }
            None => i += 1,
        }
    }
    view.copy(text, copied..range.end);
}

/// Decodes base64; line ends and what is none of its letters are passed over. Three bytes stand where their four letters
/// do.
pub(super) fn base64(text: &[u8], range: Range<usize>, view: &mut View) {
    let (mut group, mut start) = (Group::default(), range.start);
    for i in range.clone() {
        let Some(value) = sextet(at(text, i)) else { continue };
        if group.is_empty() {
            start = i;
        }
        if let Some(bytes) = group.push(value) {
            view.put(start..i + 1, &bytes, Kind::Base64);
        }
    }
    let (last, count) = group.end();
    if count > 0 {
        view.put(start..range.end, slice(&last, 0, count), Kind::Base64);
    }
}

/// Letters of base64 that tell what the bytes they stand for are.
const SAMPLE_LETTERS: usize = 1 << 10;

/// The first of the bytes that base64 stands for.
pub(super) fn base64_head(text: &[u8], range: &Range<usize>) -> Vec<u8> {
    let letters = slice(text, range.start, range.end).iter().copied().filter(|&byte| sextet(byte).is_some());
    base64::decoded(letters.take(SAMPLE_LETTERS))
}

/// Decodes the encoded words of header lines (RFC 2047).
pub(super) fn words(text: &[u8], range: Range<usize>, view: &mut View) {
    let (mut i, mut copied) = (range.start, range.start);
    while let Some(n) = memchr::memmem::find(slice(text, i, range.end), b"=?") {
        i += n;
        let Some((_, letters, form, end)) = word(text, i, range.end) else {
            i += 2;
            continue;
        };
        // Between two words a space is nothing.
        let gap = slice(text, copied, i);
        if copied == range.start || !gap.iter().all(u8::is_ascii_whitespace) {
            view.copy(text, copied..i);
        }
        let mut inner = View::default();
        match form {
            b'b' => base64(text, letters, &mut inner),
            _ => quoted_printable(text, letters, &mut inner),
        }
        let bytes: Vec<u8> =
            inner.bytes.iter().map(|&byte| if byte == b'_' && form == b'q' { b' ' } else { byte }).collect();
        let mut out = View::default();
        out.put_text(0, 1, &bytes, Kind::MimeWord);
        for (n, run) in out.runs.iter().enumerate() {
            let until = out.runs.get(n + 1).map_or(out.bytes.len(), |next| next.view as usize);
            let source = inner.source(&(run.source as usize..(run.source + run.piece) as usize));
            view.put(source, slice(&out.bytes, run.view as usize, until), Kind::MimeWord);
        }
        (i, copied) = (end, end);
    }
    view.copy(text, copied..range.end);
}

//! Messages that are signed and not encrypted (RFC 8551, 3.5; RFC 5652, 5): the content lies in the signature.
//!
//! Source: ITU-T X.690 for the lengths, which may be left open until an end.

use crate::text::slice;
use std::ops::Range;

/// Values in each other.
const DEPTH: u32 = 16;
/// `id-signedData`: 1.2.840.113549.1.7.2.
const SIGNED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
const SEQUENCE: u8 = 0x30;
const OBJECT: u8 = 0x06;
const OCTETS: u8 = 0x04;
const OCTETS_IN_PIECES: u8 = 0x24;
/// The value behind a name of its kind.
const EXPLICIT: u8 = 0xA0;
/// Shortest run of letters among bytes that are no text.
const RUN_CHARS: usize = 4;

/// What a signature holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signed {
    /// What was signed, if it is there and not beside.
    pub(super) content: Option<Vec<u8>>,
    /// Names in the certificates, a line each.
    pub(super) names: String,
}

/// Takes a signature apart; `None` if it is none.
pub(super) fn signed(all: &[u8]) -> Option<Signed> {
    let whole = &(0..all.len());
    let outer = of_kind(value(all, whole, DEPTH)?.0, SEQUENCE)?;
    let (kind, behind) = value(all, &outer, DEPTH)?;
    let kind = of_kind(kind, OBJECT)?;
    if slice(all, kind.start, kind.end) != SIGNED {
        return None;
    }
    let wrapped = of_kind(value(all, &behind, DEPTH)?.0, EXPLICIT)?;
    let mut rest = of_kind(value(all, &wrapped, DEPTH)?.0, SEQUENCE)?;
    // A version, a set of methods, then the content.
    let inner = loop {
        let (own, behind) = value(all, &rest, DEPTH)?;
        rest = behind;
        if let Some(inner) = of_kind(own, SEQUENCE) {
            break inner;
        }
    };
    let (_, held) = value(all, &inner, DEPTH)?;
    let Some((own, _)) = value(all, &held, DEPTH) else { return Some(Signed { content: None, names: runs(all) }) };
    let mut content = Vec::new();
    octets(all, &of_kind(own, EXPLICIT)?, DEPTH, &mut content)?;
    let around = [runs(slice(all, 0, held.start)), runs(slice(all, held.end, all.len()))];
    let names: Vec<_> = around.into_iter().filter(|names| !names.is_empty()).collect();
    Some(Signed { content: Some(content), names: names.join("\n") })
}

/// A value: its tag and its body.
type Value = (u8, Range<usize>);

fn of_kind((tag, body): Value, wanted: u8) -> Option<Range<usize>> {
    (tag == wanted).then_some(body)
}

/// The value that a range begins with, and what stands behind it.
fn value(all: &[u8], range: &Range<usize>, depth: u32) -> Option<(Value, Range<usize>)> {
    let own = slice(all, range.start, range.end);
    let (&tag, &first) = (own.first()?, own.get(1)?);
    if tag & 0x1F == 0x1F || depth == 0 {
        return None;
    }
    let (body, end) = match first {
        0x80 => {
            let (start, mut rest) = (range.start + 2, range.start + 2..range.end);
            // Up to two zeros where a value would begin.
            while slice(all, rest.start, rest.start + 2) != [0, 0] {
                rest = value(all, &rest, depth - 1)?.1;
            }
            (start..rest.start, rest.start + 2)
        }
        0..0x80 => {
            let start = range.start + 2;
            (start..start + usize::from(first), start + usize::from(first))
        }
        _ => {
            let count = usize::from(first & 0x7F);
            let length = own.get(2..2 + count).filter(|_| count <= 4)?;
            let length = length.iter().fold(0usize, |length, byte| length << 8 | usize::from(*byte));
            let start = range.start + 2 + count;
            (start..start.checked_add(length)?, start.checked_add(length)?)
        }
    };
    (end <= range.end).then_some(((tag, body), end..range.end))
}

/// The bytes of a string, whole or in pieces.
fn octets(all: &[u8], range: &Range<usize>, depth: u32, bytes: &mut Vec<u8>) -> Option<()> {
    let mut rest = range.clone();
    while !rest.is_empty() {
        let ((tag, body), behind) = value(all, &rest, depth)?;
        match tag {
            OCTETS => bytes.extend_from_slice(slice(all, body.start, body.end)),
            OCTETS_IN_PIECES => octets(all, &body, depth.checked_sub(1)?, bytes)?,
            _ => return None,
        }
        rest = behind;
    }
    Some(())
}

/// Runs of letters in UTF-8 among bytes that are no text, a line each.
pub fn runs(bytes: &[u8]) -> String {
    let valid = bytes.utf8_chunks().flat_map(|chunk| chunk.valid().split(char::is_control));
    let runs: Vec<&str> = valid.filter(|run| run.chars().nth(RUN_CHARS - 1).is_some()).collect();
    runs.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tagged(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let body = parts.concat();
        [&[tag, 0x82, (body.len() >> 8) as u8, body.len() as u8], body.as_slice()].concat()
    }

    fn open(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        [&[tag, 0x80], parts.concat().as_slice(), &[0, 0]].concat()
    }

    #[test]
    fn the_content_of_a_signature_is_read_whole_or_in_pieces() {
        let name = tagged(0x0C, &["ТЕСТОВА".as_bytes()]);
        let text = [tagged(OCTETS, &[b"one "]), tagged(OCTETS, &[b"two"])].concat();
        for make in [tagged, open] {
            let of = |content: &[u8]| {
                let inner = make(SEQUENCE, &[&tagged(OBJECT, &[b"\x2A\x03"]), content]);
                let data =
                    make(SEQUENCE, &[&tagged(2, &[&[1]]), &tagged(0x31, &[]), &inner, &make(EXPLICIT, &[&name])]);
                make(SEQUENCE, &[&tagged(OBJECT, &[SIGNED]), &make(EXPLICIT, &[&data])])
            };
            let expected = |content: Option<&[u8]>| {
                Some(Signed { content: content.map(<[u8]>::to_vec), names: "ТЕСТОВА".into() })
            };
            let whole = of(&make(EXPLICIT, &[&tagged(OCTETS, &[b"one two"])]));
            assert_eq!(signed(&whole), expected(Some(b"one two")));
            assert_eq!(signed(&of(&make(EXPLICIT, &[&make(OCTETS_IN_PIECES, &[&text])]))), expected(Some(b"one two")));
            assert_eq!(signed(&of(b"")), expected(None));
            for end in 0..whole.len() {
                signed(&whole[..end]);
            }
        }
        assert_eq!(signed(&b"\x30\x80".repeat(10_000)), None);
        assert_eq!(signed(b""), None);
    }
}

//! Text in certificates and signatures (X.509, CMS), whose values are written in DER (ITU-T X.690).

use super::{Kind, View};
use crate::text::{at, slice};
use std::ops::Range;

/// Deepest values inside of others.
const DEPTH: usize = 24;

/// What values of a name are called, by the objects that stand before them: `serialNumber=IIN…` says who signs.
const NAMES: [(&[u8], &[u8]); 7] = [
    (b"\x55\x04\x03", b"CN="),
    (b"\x55\x04\x04", b"surname="),
    (b"\x55\x04\x05", b"serialNumber="),
    (b"\x55\x04\x09", b"street="),
    (b"\x55\x04\x0B", b"OU="),
    (b"\x55\x04\x2A", b"givenName="),
    (b"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x01", b"email="),
];

/// Whether bytes begin as a sequence of DER does that holds more than 127 bytes.
pub(super) fn begins(bytes: &[u8]) -> bool {
    matches!(bytes, [0x30, 0x81, _, 0x30 | 0x06 | 0x02 | 0xA0, ..] | [0x30, 0x82, _, _, 0x30 | 0x06 | 0x02 | 0xA0, ..])
        || matches!(bytes, [0x30, 0x80, 0x06, ..] | [0x30, 0x83, _, _, _, 0x30 | 0x06 | 0x02 | 0xA0, ..])
}

/// Puts the strings in DER, a line each, as they stand in `inner`, which holds it decoded from its source.
pub(super) fn strings(inner: &View, view: &mut View) {
    let bytes = inner.bytes.as_slice();
    let mut name: Option<&[u8]> = Some(b"");
    walk(bytes, 0..bytes.len(), DEPTH, &mut |tag, own| {
        if tag == 0x06 {
            let object = slice(bytes, own.start, own.end);
            // Countries, towns and firms are called by numbers of their own (X.520).
            let other = if object.starts_with(b"\x55\x04") { None } else { Some(&b""[..]) };
            name = NAMES.iter().find(|(known, _)| *known == object).map_or(other, |(_, name)| Some(name));
            return;
        }
        let Some(name) = name.replace(b"").filter(|_| !own.is_empty()) else { return };
        let first = inner.source(&(own.start..own.start + 1));
        view.put(first.clone(), b"\n", Kind::Base64);
        view.put(first, name, Kind::Base64);
        if tag == 0x1E {
            let units =
                slice(bytes, own.start, own.end).as_chunks::<2>().0.iter().map(|unit| u16::from_be_bytes(*unit));
            for (n, c) in char::decode_utf16(units).enumerate() {
                let start = (own.start + n * 2).min(own.end - 1);
                view.put_char(
                    inner.source(&(start..start + 1)),
                    c.unwrap_or(char::REPLACEMENT_CHARACTER),
                    Kind::Base64,
                );
            }
        } else {
            for i in own {
                view.put(inner.source(&(i..i + 1)), &[at(bytes, i)], Kind::Base64);
            }
        }
    });
}

/// Hands on the objects and strings in a range, with their tags.
fn walk(bytes: &[u8], mut range: Range<usize>, depth: usize, each: &mut impl FnMut(u8, Range<usize>)) {
    while range.start + 2 <= range.end {
        let tag = at(bytes, range.start);
        let Some(own) = content(bytes, range.start, range.end) else { return };
        range.start = own.end;
        match tag {
            // A mail address among other names.
            0x81 if memchr::memchr(b'@', slice(bytes, own.start, own.end)).is_some() => each(tag, own),
            // UTF8String, PrintableString, T61String, IA5String, VisibleString, BMPString; objects that name them.
            0x06 | 0x0C | 0x13 | 0x14 | 0x16 | 0x1A | 0x1E => each(tag, own),
            // Values made of others; octets and bits may hold some, too.
            _ if depth > 0 && tag & 0x20 != 0 => walk(bytes, own, depth - 1, each),
            0x04 if depth > 0 && holds_a_sequence(bytes, &own) => walk(bytes, own, depth - 1, each),
            // What was signed.
            0x04 if is_text(slice(bytes, own.start, own.end)) => each(tag, own),
            _ => {}
        }
    }
}

/// Whether octets are UTF-8 without control characters; keys and signatures are not.
fn is_text(octets: &[u8]) -> bool {
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t');
    octets.len() > 5 && !octets.iter().any(control) && std::str::from_utf8(octets).is_ok()
}

/// Whether octets are one sequence and nothing behind it: an extension of a certificate.
fn holds_a_sequence(bytes: &[u8], own: &Range<usize>) -> bool {
    at(bytes, own.start) == 0x30 && value(bytes, own.start, own.end).is_some_and(|value| value.end == own.end)
}

/// The content of the value at `i`, as far as it lies before `end`.
fn content(bytes: &[u8], i: usize, end: usize) -> Option<Range<usize>> {
    value(bytes, i, end).filter(|value| value.start <= end).map(|value| value.start..value.end.min(end))
}

/// The content of the value at `i`, wherever it ends; to `end` if its length is not told.
fn value(bytes: &[u8], i: usize, end: usize) -> Option<Range<usize>> {
    let (start, length) = match at(bytes, i + 1) {
        short @ 0..0x80 => (i + 2, usize::from(short)),
        0x80 => (i + 2, end.checked_sub(i + 2)?),
        long @ 0x81..=0x84 => {
            let count = usize::from(long & 0x7F);
            let digits = slice(bytes, i + 2, i + 2 + count);
            (i + 2 + count, digits.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)))
        }
        _ => return None,
    };
    Some(start..start.saturating_add(length))
}

#[cfg(test)]
mod tests {
    use super::super::{Method, Stretch, View};
    use super::*;
    use crate::text::base64;

    fn written(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = content.len() as u16;
        let mut bytes = vec![tag];
        match length {
            0..128 => bytes.push(length as u8),
            _ => bytes.extend([0x82, (length >> 8) as u8, length as u8]),
        }
        bytes.extend_from_slice(content);
        bytes
    }

    fn named(object: &[u8], tag: u8, text: &[u8]) -> Vec<u8> {
        written(0x31, &written(0x30, &[written(6, object), written(tag, text)].concat()))
    }

    #[test]
    fn who_signed_is_read() {
        let units: Vec<u8> = "Петровна".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let name = [
            named(b"\x55\x04\x05", 0x13, b"IIN900101300017"),
            named(b"\x55\x04\x03", 0x0C, "ТЕСТОВА АННА".as_bytes()),
            named(b"\x55\x04\x07", 0x0C, b"Tsentr"),
            named(b"\x55\x04\x2A", 0x1E, &units),
        ];
        let key = written(3, &[0u8; 130]);
        // A further name in an extension, which is short.
        let other = written(4, &written(0x30, &written(0x81, b"a@b.kz")));
        let content = [other, written(4, "Договор 17".as_bytes())].concat();
        let inside = written(4, &written(0x30, &[written(0x30, &name.concat()), key, content].concat()));
        let bytes = written(0x30, &[written(2, &[1]), inside].concat());
        let text = [b"-----BEGIN CERTIFICATE-----\n", base64::encoded(&bytes).as_slice(), b"\n-----END"].concat();
        let mut view = View::default();
        assert!(view.read(&text, &Stretch::new(28..text.len() - 9, Method::Base64)));
        let read = String::from_utf8_lossy(view.own()).into_owned();
        assert_eq!(read, "\nserialNumber=IIN900101300017\nCN=ТЕСТОВА АННА\ngivenName=Петровна\na@b.kz\nДоговор 17");
        let start = view.own_start() + read.find("900101").expect("it is there");
        let source = view.source(&(start..start + 12));
        // Letters stand for three bytes at once.
        let letters = base64::decoded(text[source].iter().copied());
        assert!(letters.len() <= 15 && letters.windows(12).any(|bytes| bytes == b"900101300017"));
    }

    #[test]
    fn any_bytes_end() {
        for seed in 0..2000u32 {
            let bytes: Vec<u8> =
                (0..60u32).map(|n| ((seed * 60 + n).wrapping_mul(2_654_435_761) >> 11) as u8 & 0xBF).collect();
            walk(&bytes, 0..bytes.len(), DEPTH, &mut |_, own| assert!(own.end <= bytes.len()));
        }
    }
}

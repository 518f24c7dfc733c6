//! What a picture says about itself: Exif, XMP, IPTC, comments. Its own words, not what it shows.
//!
//! Only the beginning of a picture is given; what stands behind it is not read, and no picture counts as read.

use super::cells::decoded;
use super::wire::Out;
use exif::{Exif, In, Reader, Tag, Value};
use std::io::{self, Cursor, Write};

/// Tags of Windows, in UTF-16: title, comment, author, keywords, subject.
const WIDE: std::ops::RangeInclusive<u16> = 0x9C9B..=0x9C9F;
/// Most characters of one field.
const FIELD_CHARS: usize = 16 << 10;
/// Most parts of a picture that are walked through.
const PARTS: usize = 10_000;

pub(super) fn read<W: Write>(bytes: &[u8], out: &mut Out<W>) -> io::Result<()> {
    let mut reader = Reader::new();
    reader.continue_on_error(true);
    let exif = reader.read_from_container(&mut Cursor::new(bytes));
    let exif = exif.or_else(|error| error.distill_partial_result(|_| ()));
    let mut lines = exif.map(|exif| fields(&exif)).unwrap_or_default();
    lines.extend(parts(bytes));
    if !lines.is_empty() {
        out.text()?;
        out.place("metadata")?;
        for (name, text) in &lines {
            let text: String = text.chars().filter(|c| *c != '\0').take(FIELD_CHARS).collect();
            out.words(&format!("{name}: {text}\n"))?;
        }
        out.end()?;
    }
    // A packet of XML, wherever it stands.
    if let Some(start) = memchr::memmem::find(bytes, b"<x:xmpmeta")
        && let Some(packet) = bytes.get(start..)
        && let Some(end) = memchr::memmem::find(packet, b"</x:xmpmeta>")
    {
        out.text()?;
        out.place("XMP")?;
        out.words(&decoded(packet.get(..end).unwrap_or_default()))?;
        out.words("\n")?;
        out.end()?;
    }
    Ok(())
}

/// Fields of Exif that are words, and the place where the picture was taken.
fn fields(exif: &Exif) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for field in exif.fields() {
        let name = field.tag.description().map_or_else(|| "Exif".to_owned(), |_| field.tag.to_string());
        match &field.value {
            Value::Ascii(texts) => lines.extend(texts.iter().map(|text| (name.clone(), decoded(text)))),
            Value::Byte(bytes) if WIDE.contains(&field.tag.number()) => {
                let units = bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
                let text: String = char::decode_utf16(units).filter_map(Result::ok).collect();
                lines.push(("Exif".to_owned(), text));
            }
            // Eight bytes name the encoding.
            Value::Undefined(bytes, _) if field.tag == Tag::UserComment => {
                lines.push((name, decoded(bytes.get(8..).unwrap_or_default())));
            }
            _ => {}
        }
    }
    let degrees = |tag, side: Tag, minus: &[u8]| {
        let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
        let value = parts.iter().zip([1.0, 60.0, 3600.0]).map(|(part, unit)| part.to_f64() / unit).sum::<f64>();
        let is_minus = matches!(&exif.get_field(side, In::PRIMARY)?.value, Value::Ascii(text) if text.first().is_some_and(|text| text == minus));
        Some(if is_minus { -value } else { value })
    };
    let latitude = degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef, b"S");
    let longitude = degrees(Tag::GPSLongitude, Tag::GPSLongitudeRef, b"W");
    if let Some((latitude, longitude)) = latitude.zip(longitude) {
        lines.push(("GPS".to_owned(), format!("{latitude:.6}, {longitude:.6}")));
    }
    lines
}

/// Words in parts of PNG and JPEG files.
fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let mut rest = bytes.get(8..).unwrap_or_default();
        for _ in 0..PARTS {
            let Some((length, kind)) = rest.first_chunk::<4>().zip(rest.get(4..8)) else { break };
            let length = u32::from_be_bytes(*length) as usize;
            let Some(part) = rest.get(8..).and_then(|part| part.get(..length)) else { break };
            lines.extend(png(kind, part));
            rest = rest.get(8 + length + 4..).unwrap_or_default();
        }
    } else if bytes.starts_with(b"\xff\xd8") {
        let mut rest = bytes.get(2..).unwrap_or_default();
        for _ in 0..PARTS {
            let Some(&[0xFF, kind, high, low]) = rest.first_chunk::<4>() else { break };
            let length = usize::from(u16::from_be_bytes([high, low]));
            let Some(part) = rest.get(4..2 + length) else { break };
            match kind {
                0xFE => lines.push(("Comment".to_owned(), decoded(part))),
                0xED => lines.extend(iptc(part)),
                // The picture itself begins.
                0xDA => break,
                _ => {}
            }
            rest = rest.get(2 + length..).unwrap_or_default();
        }
    }
    lines
}

/// A name and a text that are not packed.
fn png(kind: &[u8], part: &[u8]) -> Option<(String, String)> {
    let (name, text) = part.split_at_checked(part.iter().position(|byte| *byte == 0)?)?;
    let text = text.get(1..)?;
    let text = match kind {
        b"tEXt" => text,
        // Not packed; a language and a name in it.
        b"iTXt" if text.starts_with(b"\0\0") => text.get(2..)?.splitn(3, |byte| *byte == 0).nth(2)?,
        _ => return None,
    };
    Some((decoded(name), decoded(text)))
}

/// Records of the press: author, caption, place, rights (IPTC-IIM 4, 1.5).
fn iptc(part: &[u8]) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    let Some(start) = memchr::memmem::find(part, b"8BIM\x04\x04") else { return lines };
    let Some(mut rest) = part.get(start + 12..) else { return lines };
    while let Some(&[0x1C, record, _, high, low]) = rest.first_chunk::<5>() {
        let length = usize::from(u16::from_be_bytes([high, low]));
        let Some(text) = rest.get(5..5 + length) else { break };
        if record == 2 && length > 2 {
            lines.push(("IPTC".to_owned(), decoded(text)));
        }
        rest = rest.get(5 + length..).unwrap_or_default();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_parts_are_found() {
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, part) in [(b"tEXt", &b"Author\0a.b@pochta-primer.kz"[..]), (b"iTXt", b"Title\0\0\0ru\0x\0\xd0\x98")]
        {
            png.extend((part.len() as u32).to_be_bytes());
            png.extend(kind);
            png.extend(part);
            png.extend([0; 4]);
        }
        let expected =
            [("Author", "a.b@pochta-primer.kz"), ("Title", "И")].map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(parts(&png), expected);
        let press = [&b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0a"[..], b"\x1c\x02\x50\0\x05Aigul"].concat();
        let jpeg = [
            &b"\xff\xd8\xff\xed"[..],
            &(press.len() as u16 + 2).to_be_bytes(),
            &press,
            b"\xff\xfe\0\x06note\xff\xda\0\x02",
        ]
        .concat();
        let expected = [("IPTC", "Aigul"), ("Comment", "note")].map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(parts(&jpeg), expected);
        for end in 0..jpeg.len() {
            assert!(parts(&jpeg[..end]).len() <= 2);
        }
    }
}

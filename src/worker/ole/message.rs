//! Messages of Outlook ([MS-OXMSG]): every property that is text, with its name; bodies and attachments as members.

use super::{four, member, two, wide};
use crate::worker::cells::decoded;
use crate::worker::wire::Out;
use std::io::{self, Write};

/// Names of the properties that matter most; all others are read as well.
const NAMES: [(&str, &str); 12] = [
    ("0037", "Subject"),
    ("0C1A", "From"),
    ("0C1F", "From address"),
    ("5D01", "From address"),
    ("0042", "From"),
    ("0E04", "To"),
    ("0E03", "Cc"),
    ("0E02", "Bcc"),
    ("3001", "Name"),
    ("3003", "E-mail"),
    ("39FE", "E-mail"),
    ("007D", "Headers"),
];
/// The body as HTML, as packed RTF, and the bytes of an attachment.
const HTML: &str = "1013";
const RTF: &str = "1009";
const FILE: &str = "3701";
/// Names of an attachment, the better one first.
const FILE_NAMES: [&str; 3] = ["3707", "3704", "3001"];
/// Most bytes of a body.
const BODY_BYTES: usize = 64 << 20;

pub(super) fn read<W: Write>(
    names: &[String], bytes: &mut dyn FnMut(&str) -> Vec<u8>, place: &str, out: &mut Out<W>,
) -> io::Result<()> {
    let mut texts = Vec::new();
    let mut files = Vec::new();
    for name in names {
        let Some((property, kind)) = name.strip_prefix("__substg1.0_").and_then(|tag| tag.split_at_checked(4)) else {
            continue;
        };
        let property = property.to_ascii_uppercase();
        match kind.get(..4).unwrap_or_default() {
            "001F" => texts.push((property, wide(&bytes(name)))),
            "001E" => texts.push((property, decoded(&bytes(name)))),
            "0102" if [HTML, RTF, FILE].contains(&property.as_str()) => files.push((property, bytes(name))),
            _ => {}
        }
    }
    out.text()?;
    out.place(place)?;
    for (property, text) in &texts {
        if let Some((_, name)) = NAMES.iter().find(|(own, _)| own == property) {
            out.words(name)?;
            out.words(": ")?;
        }
        out.words(&text.replace('\0', "").replace("\r\n", "\n"))?;
        out.words("\n")?;
    }
    out.end()?;
    let file_name =
        FILE_NAMES.iter().find_map(|own| texts.iter().find(|(property, text)| property == own && !text.is_empty()));
    for (property, bytes) in files {
        match property.as_str() {
            HTML => member(&format!("{place}.html"), &bytes, out)?,
            RTF => member(&format!("{place}.rtf"), &unpacked(&bytes), out)?,
            _ => {
                let name = file_name.map_or("attachment", |(_, name)| name.trim_end_matches('\0'));
                member(&super::label(place.strip_suffix("message").unwrap_or(place), name), &bytes, out)?;
            }
        }
    }
    Ok(())
}

/// What every window begins with ([MS-OXRTFCP] 2.1.3.1.1).
const BEGINNING: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans \
SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const WINDOW: usize = 4096;

/// Unpacks RTF as far as it goes.
fn unpacked(packed: &[u8]) -> Vec<u8> {
    let Some(rest) = packed.get(16..) else { return Vec::new() };
    if four(packed, 8) == Some(0x414C_454D) {
        return rest.to_vec();
    }
    let mut window = BEGINNING.to_vec();
    window.resize(WINDOW, b' ');
    let (mut write, mut out, mut at) = (BEGINNING.len(), Vec::new(), 0);
    'all: while let Some(flags) = rest.get(at) {
        at += 1;
        for bit in 0..8 {
            let mut put = |byte: u8| {
                if let Some(slot) = window.get_mut(write) {
                    *slot = byte;
                }
                write = (write + 1) % WINDOW;
                out.push(byte);
            };
            if flags >> bit & 1 == 0 {
                let Some(byte) = rest.get(at) else { break 'all };
                put(*byte);
                at += 1;
                continue;
            }
            let Some(token) = two(rest, at).map(u16::swap_bytes) else { break 'all };
            at += 2;
            let from = usize::from(token >> 4);
            if from == write || out.len() > BODY_BYTES {
                break 'all;
            }
            for i in 0..usize::from(token & 0xF) + 2 {
                let byte = window.get((from + i) % WINDOW).copied().unwrap_or(b' ');
                if let Some(slot) = window.get_mut(write) {
                    *slot = byte;
                }
                write = (write + 1) % WINDOW;
                out.push(byte);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Example 4.1 of [MS-OXRTFCP].
    #[test]
    fn packed_rtf_is_unpacked() {
        let packed = b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125\x42\x32\x0a\xf3 hel\x09\0\x20bw\x05\xb0ld}\x0a\x80\x0f\xa0";
        assert_eq!(unpacked(packed), b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        assert_eq!(unpacked(b"\0\0\0\0\0\0\0\0MELA\0\0\0\0{\\rtf}"), b"{\\rtf}");
        assert_eq!(unpacked(b"short"), b"");
    }
}

//! Property sets ([MS-OLEPS]): author, title, company, whoever saved the document last, and a user's own.

use super::{four, two, wide};
use crate::worker::cells::decoded;
use crate::worker::wire::Out;
use std::io::{self, Write};

/// Most sets of a stream, and most properties of a set.
const SETS: usize = 8;
const PROPERTIES: usize = 1_000;

/// What the numbers mean in the first set of a summary.
const NAMES: [(u32, &str); 7] = [
    (2, "title"),
    (3, "subject"),
    (4, "author"),
    (5, "keywords"),
    (6, "comments"),
    (8, "last author"),
    (15, "company"),
];

/// Whether a stream is one of properties.
pub(super) fn is(name: &str) -> bool {
    name.starts_with('\u{5}')
}

pub(super) fn read<W: Write>(bytes: &[u8], place: &str, out: &mut Out<W>) -> io::Result<()> {
    let texts = texts(bytes);
    if texts.is_empty() {
        return Ok(());
    }
    out.text()?;
    out.place(place)?;
    for (number, text) in texts {
        let name = NAMES.iter().find(|(own, _)| *own == number).map_or("property", |(_, name)| name);
        out.words(&format!("{name}: {text}\n"))?;
    }
    out.end()
}

/// All texts, with the numbers of their properties.
fn texts(bytes: &[u8]) -> Vec<(u32, String)> {
    let mut texts = Vec::new();
    for set in 0..four(bytes, 24).unwrap_or(0).min(SETS as u32) as usize {
        let Some(start) = four(bytes, 28 + set * 20 + 16).map(|start| start as usize) else { break };
        let Some(own) = bytes.get(start..) else { break };
        for i in 0..four(own, 4).unwrap_or(0).min(PROPERTIES as u32) as usize {
            let Some((number, at)) = four(own, 8 + i * 8).zip(four(own, 12 + i * 8)) else { break };
            let Some(value) = own.get(at as usize..) else { continue };
            // Number 0 holds the names of a user's own properties, which look like a list of texts.
            if let Some(text) = text(value).filter(|text| !text.is_empty()) {
                texts.push((number, text));
            }
        }
    }
    texts
}

/// A text, or the first texts of a list.
fn text(value: &[u8]) -> Option<String> {
    let (kind, length) = (two(value, 0)?, four(value, 4)? as usize);
    let trimmed = |text: String| text.trim_end_matches('\0').to_owned();
    match kind {
        0x1E => value.get(8..8usize.checked_add(length)?).map(|bytes| trimmed(decoded(bytes))),
        0x1F => value.get(8..8usize.checked_add(length.checked_mul(2)?)?).map(|bytes| trimmed(wide(bytes))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_their_numbers() {
        let mut bytes = vec![0; 24];
        bytes.extend([1, 0, 0, 0]);
        bytes.extend([0; 16]);
        bytes.extend(48u32.to_le_bytes());
        bytes.extend([0, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 24, 0, 0, 0, 8, 0, 0, 0, 40, 0, 0, 0]);
        bytes.extend([0x1E, 0, 0, 0, 5, 0, 0, 0, b'a', b'.', b'b', 0, 0, 0, 0, 0]);
        bytes.extend([0x1F, 0, 0, 0, 2, 0, 0, 0, 0x1F, 0x04, 0, 0]);
        assert_eq!(texts(&bytes), [(4, "a.b".to_owned()), (8, "П".to_owned())]);
        for end in 0..bytes.len() {
            assert!(texts(&bytes[..end]).len() < 2);
        }
    }
}

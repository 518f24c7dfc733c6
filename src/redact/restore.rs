//! Puts values back in the place of placeholders.
//!
//! The copy itself becomes the source again, byte for byte. In any other text, such as an answer, each placeholder of the
//! map becomes the first written form of its value, escaped as its surroundings demand; what only looks like one stays.

use super::format::{Format, encode, latin, read_at};
use super::map::Map;
use crate::policy::sha256_name;
use crate::read::Bytes;
use crate::text::encoding::Encoding;
use sha2::{Digest as _, Sha256};
use std::io;

/// What was put back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Placeholders of the map that were replaced.
    pub known: u64,
    /// Placeholders that the map does not know; they stay.
    pub unknown: u64,
}

/// Writes content with its placeholders resolved.
///
/// # Errors
///
/// What reading or `take` said.
pub fn restore(content: &dyn Bytes, map: &Map, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<Restored> {
    let mut all = vec![0; usize::try_from(content.size()).map_err(io::Error::other)?];
    let read = read_at(content, &mut all, 0)?;
    all.truncate(read);
    if sha256_name(&Sha256::digest(&all)) == map.copy {
        return exact(&all, map, take);
    }
    let (format, width) = Format::sniff(content)?;
    let unit = width.unit_bytes();
    let text: Vec<u8> = latin(&all, width).collect();
    let mut restored = Restored::default();
    let mut done = 0;
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'[', text.get(at..).unwrap_or_default()).map(|found| at + found) {
        at = open + 1;
        let Some(name) = placeholder(text.get(open..).unwrap_or_default()) else { continue };
        let Some(value) = map.names.get(name) else {
            restored.unknown += 1;
            continue;
        };
        take(all.get(done * unit..open * unit).unwrap_or_default())?;
        take(&written(value, format, width))?;
        restored.known += 1;
        at = open + name.len();
        done = at;
    }
    take(all.get(done * unit..).unwrap_or_default())?;
    Ok(restored)
}

/// The placeholder that a text begins with.
pub(super) fn placeholder(text: &[u8]) -> Option<&str> {
    let end = text.iter().take(80).position(|byte| *byte == b']')?;
    let name = std::str::from_utf8(text.get(..=end)?).ok()?;
    let (label, number) = name.strip_prefix('[')?.strip_suffix(']')?.rsplit_once('_')?;
    let is_label = !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_label && is_number).then_some(name)
}

/// A value as its surroundings want it.
fn written(value: &str, format: Format, width: Encoding) -> Vec<u8> {
    let text = match format {
        Format::Json => {
            let quoted = serde_json::to_string(value).unwrap_or_default();
            quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
        }
        Format::Markup => value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
        Format::Sql => value.replace('\'', "''"),
        Format::Text | Format::Table(_) | Format::Mail => value.to_owned(),
    };
    encode(&text, width)
}

/// The source again.
fn exact(copy: &[u8], map: &Map, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<Restored> {
    let mut at = 0_usize;
    for (kept, new, old) in &map.edits {
        let kept_until = at.saturating_add(usize::try_from(*kept).map_err(io::Error::other)?);
        take(copy.get(at..kept_until).unwrap_or_default())?;
        let pairs = old.as_bytes().chunks_exact(2);
        let bytes: Option<Vec<u8>> =
            pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
        take(&bytes.ok_or(io::ErrorKind::InvalidData)?)?;
        at = kept_until.saturating_add(usize::try_from(*new).map_err(io::Error::other)?);
    }
    take(copy.get(at..).unwrap_or_default())?;
    Ok(Restored { known: map.edits.len() as u64, unknown: 0 })
}

#[cfg(test)]
mod tests {
    use super::{Restored, restore};
    use crate::policy::sha256_name;
    use crate::redact::format::tests::Held;
    use crate::redact::{Cut, Map, Method, Plan};
    use crate::span::RawSpan;
    use sha2::{Digest as _, Sha256};

    fn restored(text: &[u8], map: &Map) -> (Vec<u8>, Restored) {
        let mut out = Vec::new();
        let result = restore(&Held(text.to_vec()), map, |piece| {
            out.extend_from_slice(piece);
            Ok(())
        });
        (out, result.expect("restored"))
    }

    fn map() -> (Vec<u8>, Vec<u8>, Map) {
        let source = "тел. +7 701 000 00 00, снова 87010000000; «\"Ян\"» ok".as_bytes().to_vec();
        let place = |needle: &str| memchr::memmem::find(&source, needle.as_bytes()).expect("there") as u64;
        let cut = |needle: &str, category: &str, value| Cut {
            span: RawSpan { start: place(needle), end: place(needle) + needle.len() as u64 },
            category: category.into(),
            value,
            encoding: "utf-8",
            method: Method::Placeholder,
        };
        let cuts = vec![
            cut("+7 701 000 00 00", "contact.phone", 1),
            cut("87010000000", "contact.phone", 1),
            cut("\"Ян\"", "identity.full_name", 2),
        ];
        let content = Held(source.clone());
        let plan = Plan::new(&content, cuts).expect("a plan");
        let mut copy = Vec::new();
        plan.write(&content, |piece| {
            copy.extend_from_slice(piece);
            Ok(())
        })
        .expect("written");
        let map = Map::new(&content, &plan, &sha256_name(&Sha256::digest(&copy))).expect("a map");
        (source, copy, map)
    }

    #[test]
    fn the_copy_becomes_the_source_again() {
        let (source, copy, map) = map();
        assert_eq!(String::from_utf8_lossy(&copy), "тел. [PHONE_1], снова [PHONE_1]; «[NAME_1]» ok");
        let (back, counts) = restored(&copy, &map);
        assert!(back == source);
        assert_eq!(counts.known, 3);
    }

    #[test]
    fn answers_get_values_in_their_own_quotes() {
        let (_, _, map) = map();
        let (out, counts) = restored("Звоните [PHONE_1], не [PHONE_7]. [x_1] [NAME_1".as_bytes(), &map);
        assert_eq!(String::from_utf8_lossy(&out), "Звоните +7 701 000 00 00, не [PHONE_7]. [x_1] [NAME_1");
        assert_eq!(counts, Restored { known: 1, unknown: 1 });
        let (out, _) = restored(br#"{"name": "[NAME_1]"}"#, &map);
        let value: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
        assert_eq!(value["name"], "\"Ян\"");
        let (out, _) = restored(b"<a title=\"[NAME_1]\">x</a>", &map);
        assert_eq!(String::from_utf8_lossy(&out), "<a title=\"&quot;Ян&quot;\">x</a>");
    }

    #[test]
    fn a_map_is_closed_to_all_but_its_key() {
        let (source, copy, map) = map();
        let sealed = map.seal(&[1; 32], [2; 12]).expect("sealed");
        assert!(memchr::memmem::find(&sealed, b"87010000000").is_none());
        assert!(Map::open(&sealed, &[9; 32]).is_err());
        let mut changed = sealed.clone();
        *changed.last_mut().expect("bytes") ^= 1;
        assert!(Map::open(&changed, &[1; 32]).is_err());
        assert!(Map::open(b"elek-map/1\n", &[1; 32]).is_err());
        let opened = Map::open(&sealed, &[1; 32]).expect("opened");
        assert!(restored(&copy, &opened).0 == source);
        assert!(!format!("{opened:?}").contains("8701"));
    }
}

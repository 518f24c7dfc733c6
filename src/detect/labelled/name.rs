//! Names in Latin letters behind a label or in a cell that names a person.

use super::{Found, Setting, Value};
use crate::detect::names::{Part, Readings, judge_field};
use crate::finding::Confidence;
use crate::text::{at, slice};

/// The name behind a label, if it is written in Latin letters.
pub(super) fn latin(value: &Value<'_>) -> Option<Found> {
    let text = value.text();
    let lead = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    if !at(text, lead).is_ascii_alphabetic() {
        return None;
    }
    let ends =
        |byte: &u8| matches!(byte, b';' | b',' | b'\t' | b'|' | b'&' | b'\r' | b'\\' | b'(' | b'[' | b'{' | b'<');
    let end = if value.is_closed() { text.len() } else { text.iter().position(ends).unwrap_or(text.len()) };
    let text = str::from_utf8(slice(text, 0, end)).ok()?;
    let part = Part::of_field(value.label);
    let found =
        |range: std::ops::Range<usize>, level| Some((value.start + range.start..value.start + range.end, level));
    if let Some(length) = ticket(text.trim_ascii_end().as_bytes()) {
        return found(lead..lead + length, Confidence::High);
    }
    let (range, level) = judge_field(text, part, &mut Readings::none())?;
    let words = text.split_whitespace().count();
    let capital = at(text.as_bytes(), range.start).is_ascii_uppercase();
    let level = if capital { level } else { level.min(Confidence::Medium) };
    let sure = if value.quoted {
        capital || part != Part::Any
    } else if value.setting == Setting::Element {
        capital
    } else {
        // Settings, programs and sentences have any words there.
        capital && level == Confidence::High || (words > 1 && part == Part::Any)
    };
    let phrase = value.setting == Setting::Phrase && part == Part::Any && words < 2;
    if !sure || phrase {
        return None;
    }
    found(range, level)
}

/// `PETROVA/ANNA MRS`: the bytes of a name as airlines write it.
fn ticket(text: &[u8]) -> Option<usize> {
    let slash = memchr::memchr(b'/', text)?;
    let (surname, given) = (slice(text, 0, slash), slice(text, slash + 1, text.len()));
    let fits = |part: &[u8]| {
        let lead = part.trim_ascii_start();
        lead.len() == part.len()
            && part.len() >= 2
            && part.iter().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b' ' | b'-'))
    };
    (fits(surname) && fits(given)).then_some(text.len())
}

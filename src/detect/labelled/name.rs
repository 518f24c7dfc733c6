//! Names in Latin letters behind a label or in a cell that names a person.

use super::{Found, Setting, Value};
use crate::detect::names::{Part, judge_field};
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
    let (range, level) = judge_field(text, part)?;
    // Settings and programs have small words there.
    let capital = at(text.as_bytes(), range.start).is_ascii_uppercase();
    let level = if capital { level } else { level.min(Confidence::Medium) };
    let sure = capital || (value.quoted && part != Part::Any);
    let phrase = value.setting == Setting::Phrase && part == Part::Any;
    (sure && !phrase).then(|| (value.start + range.start..value.start + range.end, level))
}

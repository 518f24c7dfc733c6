//! Names in Latin letters behind a label or in a cell that names a person.

use super::{Found, Setting, Value};
use crate::detect::names::{Part, Readings, judge_field};
use crate::finding::Confidence;
use crate::text::{at, before, slice};

/// The name behind a label, if it is written in Latin letters.
pub(super) fn latin(value: &Value<'_>) -> Option<Found> {
    let text = value.text();
    let lead = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    if !(at(text, lead).is_ascii_alphabetic() || matches!(at(text, lead), 0xC3..=0xC9)) {
        return None;
    }
    let ends =
        |byte: &u8| matches!(byte, b';' | b',' | b'\t' | b'|' | b'&' | b'\r' | b'\\' | b'(' | b'[' | b'{' | b'<');
    let end = if value.is_closed() { text.len() } else { text.iter().position(ends).unwrap_or(text.len()) };
    let text = str::from_utf8(slice(text, 0, end)).ok()?;
    let text = if value.is_closed() { text } else { own_part(text, lead) };
    let part = match Part::of_field(value.label) {
        // `From: "Dashiell Okonkwo" <sip:+1…>`: what is shown for an address is whole.
        Part::Role if value.quoted && is_display_name(value) => Part::Full,
        part => part,
    };
    let found =
        |range: std::ops::Range<usize>, level| Some((value.start + range.start..value.start + range.end, level));
    if let Some(length) = ticket(text.trim_ascii_end().as_bytes()) {
        return found(lead..lead + length, Confidence::High);
    }
    // `{"first":"…","last":"…"}`: alone they are those of pages and lists.
    let half = [&b"first"[..], b"last", b"family"].iter().any(|half| value.label.eq_ignore_ascii_case(half));
    let keyed =
        slice(value.bytes, value.start.saturating_sub(3), value.start).iter().any(|byte| matches!(byte, b':' | b'='));
    if half && keyed && !is_half(value.bytes, value.start) {
        return None;
    }
    // `<family>Times New Roman</family>`: that of letters has no given name beside it.
    let around = slice(value.bytes, value.start.saturating_sub(SIBLING_BYTES), value.start + SIBLING_BYTES);
    let others = [&b"<given"[..], b"<last"].iter().any(|tag| memchr::memmem::find(around, tag).is_some());
    let family = value.label.eq_ignore_ascii_case(b"family");
    if family && before(value.bytes, value.start) == b'>' && !others {
        return None;
    }
    let memory = &mut Readings::none();
    // `owner=Jocelyn+Whitlock&…`: the blanks of a form.
    let written = blanks_for_signs(text);
    let text = written.as_deref().unwrap_or(text);
    let (range, level) = match judge_field(text, part, memory) {
        Some(found) => found,
        // `"name": "Mark Lloyd", "email": …`
        None if part == Part::Any => {
            let role = judge_field(text, Part::Role, memory)?;
            of_person(value.bytes, value.start).map(|_| role)?
        }
        None => return None,
    };
    let words = text.split_whitespace().count();
    let capital = text.get(range.start..).is_some_and(|text| text.starts_with(char::is_uppercase));
    let level = if capital { level } else { level.min(Confidence::Medium) };
    let sure = if value.quoted {
        capital || part != Part::Any
    } else if value.setting == Setting::Element {
        capital
    } else {
        // Settings, programs and sentences have any words there.
        let told = value.setting == Setting::Phrase && matches!(part, Part::Surname | Part::Given | Part::Patronymic);
        let mut whole = || part == Part::Full && words > 1 && judge_field(text, Part::Role, memory).is_some();
        capital && (level == Confidence::High || told || whole())
            || (words > 1 && matches!(part, Part::Any | Part::Role))
    };
    let phrase = value.setting == Setting::Phrase && matches!(part, Part::Any | Part::Role) && words < 2;
    // `Driver: Nurlan, Sprinter`: a role, and a given name that is nothing else.
    let lone = words == 1 && part == Part::Role && capital && !value.is_closed();
    if !(lone || (sure && !phrase)) {
        return None;
    }
    found(range, level)
}

/// A text of capital words with plus signs between, with blanks in their place.
fn blanks_for_signs(text: &str) -> Option<String> {
    let word = |part: &str| part.len() >= 2 && part.starts_with(|c: char| c.is_ascii_uppercase());
    let parts = text.trim_ascii_end().split('+');
    (text.contains('+')
        && !text.trim_ascii_end().contains(' ')
        && parts.clone().count() <= 4
        && parts.clone().all(word))
    .then(|| text.replace('+', " "))
}

/// Whether a text in quotes stands before an address in angle brackets.
fn is_display_name(value: &Value<'_>) -> bool {
    let rest = slice(value.bytes, value.end, value.end + 96);
    let address = rest.strip_prefix(b"\" <").or_else(|| rest.strip_prefix(b"\"<"));
    address.is_some_and(|text| text.iter().take_while(|byte| !matches!(byte, b'>' | b'\n')).any(|byte| *byte == b'@'))
}

/// The value itself, without the next column or key: `Gloria Estevez    DOB: …`, `name=Anna Becker id=5`.
pub(in crate::detect) fn own_part(text: &str, lead: usize) -> &str {
    let own = match text.get(lead..).and_then(|text| text.find("  ")) {
        Some(gap) => text.get(..lead + gap).unwrap_or(text),
        None => text,
    };
    match own.split_once('=') {
        Some((own, _)) => own.rsplit_once(' ').map_or("", |(own, _)| own),
        None => own,
    }
}

/// Whether the string at `start` stands under a key for a part of a name, with keys for the others beside it: `{"last":"…",
/// "first":"…"}`. Alone they are those of pages and lists.
pub(in crate::detect) fn is_half(bytes: &[u8], start: usize) -> bool {
    let key = slice(bytes, start.saturating_sub(12), start);
    let key = key.strip_suffix(b"\"").map(|key| key.strip_suffix(b" ").unwrap_or(key)).unwrap_or_default();
    let ends =
        |end: &[u8]| key.len() >= end.len() && slice(key, key.len() - end.len(), key.len()).eq_ignore_ascii_case(end);
    let around = || slice(bytes, start.saturating_sub(SIBLING_BYTES), start + SIBLING_BYTES);
    let holds = |key: &[u8]| memchr::memmem::find(around(), key).is_some();
    let family = ends(b"\"family\":") && holds(b"\"given\"");
    family
        || [&b"\"last\":"[..], b"\"first\":", b"\"middle\":"].into_iter().any(ends)
            && ((holds(b"\"first\"") && holds(b"\"last\"")) || (holds(b"\"First\"") && holds(b"\"Last\"")))
}

/// What the keys beside a field `name` say that it holds: a given name where a surname has a key of its own, a person's
/// name where there is an address for mail or a phone number; nothing if it may be that of a thing.
pub(in crate::detect) fn of_person(bytes: &[u8], start: usize) -> Option<Part> {
    // `{"name":"Город","values":[…]}`: a pair of name and value names a field.
    let rest = slice(bytes, start, start + SIBLING_BYTES);
    let rest = slice(rest, memchr::memchr(b'"', rest).unwrap_or(rest.len()), rest.len());
    if [&b"\",\"value"[..], b"\", \"value"].iter().any(|key| rest.starts_with(key)) {
        return None;
    }
    let around = slice(bytes, start.saturating_sub(SIBLING_BYTES), start + SIBLING_BYTES);
    let holds = |keys: &[&[u8]]| keys.iter().any(|key| memchr::memmem::find(around, key).is_some());
    if holds(&[b"LAST_NAME", b"last_name", b"lastName", b"lastname", b"surname", b"SECOND_NAME", b"LastName"]) {
        return Some(Part::Given);
    }
    holds(&[
        b"mail\"", b"MAIL\"", b"mail'", b"mail=", b"mail =", b"Mail", b"EMAIL", b"phone", b"PHONE", b"Phone", b"birth",
        b"BIRTH",
    ])
    .then_some(Part::Role)
}

/// How far from a field the keys beside it are looked for, in bytes.
const SIBLING_BYTES: usize = 240;

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

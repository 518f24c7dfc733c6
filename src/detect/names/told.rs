//! Names of one word, or in an order of their own, that what stands before them tells: a role, words that say whom to ask,
//! a surname and a comma.
//!
//! In: the bytes of a block and the first byte of a word with a capital. Out: the span of the name.

use super::context;
use super::dictionary;
use super::forms::{Form, Reading};
use super::readings::Readings;
use crate::text::word::{Case, Gap, Key, Script, Word, gap_behind, is_capital_at};
use crate::text::{at, before, slice};
use std::ops::Range;

/// A surname behind a role (`водій Загорулько`, `Дежурный: Хабибуллина`, `Ответственный - Мухаметзянов`), or a given name
/// that is nothing else (`оператор Снежана`): the word at `start`, which no further name follows.
pub(crate) fn behind_role(bytes: &[u8], start: usize, memory: &mut Readings) -> Option<Range<usize>> {
    let (gap, end) = match (before(bytes, start - 1), before(bytes, start)) {
        (b':', b' ') => (Gap::Other, start - 2),
        (b'-', b' ') if start > 3 && before(bytes, start - 2) == b' ' => (Gap::Other, start - 3),
        (0x80.., b' ') => (Gap::Space, start - 1),
        _ => return None,
    };
    // Most words before a capital are short ones.
    let letters = bytes.get(..end).and_then(|head| head.last_chunk::<8>());
    if letters.is_none_or(|letters| u64::from_le_bytes(*letters) & HIGH != HIGH) {
        return None;
    }
    let role = Word::read_before(bytes, end)?;
    let said = dictionary::around(&role);
    if said.call() && gap == Gap::Space {
        return called(bytes, start, memory);
    }
    // «Врач Остапенко»: a capital begins its sentence.
    let told = !role.is_capital() || gap == Gap::Other || context::begins_sentence(bytes, role.start);
    if !told || !said.holder() || role.script != Script::Cyrillic || (gap == Gap::Space && role.case == Case::Upper) {
        return None;
    }
    let word = Word::read(bytes, start).filter(|word| word.case == Case::Title && word.letters >= 4)?;
    let (behind, next) = gap_behind(bytes, word.end);
    let goes_on = matches!(behind, Gap::Space | Gap::Hyphen) && is_capital_at(bytes, next);
    let closed = matches!(at(bytes, word.end), b'\n' | b'\r' | b',' | b';' | b'.' | b'(' | b'<' | b'"' | b'|' | 0)
        || behind == Gap::Space;
    let around = dictionary::around(&word);
    let behind_is_place =
        behind == Gap::Space && Word::read(bytes, next).is_some_and(|word| dictionary::around(&word).place_behind());
    if goes_on || !closed || around.stranger() || behind_is_place {
        return None;
    }
    let Reading { given, surname, .. } = memory.of(&word);
    let plain = |form: &Form| form.is_some() && !form.entry.common() && !form.entry.place() && !form.weak;
    let adjective = ADJECTIVE_ENDS.iter().any(|end| word.key.ends_in(*end, end.letters()));
    let named = (plain(&surname) && !adjective) || (plain(&given) && given.level >= 2);
    // `улица генерала Панфилова`, `имени капитана Маклакова`
    let place = Word::read_before(bytes, role.start.saturating_sub(1))
        .map(|word| dictionary::around(&word))
        .is_some_and(|around| around.place() || around.named_after());
    (named && !place).then(|| word.range())
}

/// The top bits of eight bytes: four Cyrillic letters have all of them.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// A given name in any case behind a Cyrillic word that says whom to call or ask (`телефонуйте Марічці`, `позовите Любу`).
fn called(bytes: &[u8], start: usize, memory: &mut Readings) -> Option<Range<usize>> {
    let word = Word::read(bytes, start)?;
    let form = memory.of(&word).given;
    let plain = form.level >= 2 && !form.entry.place();
    let (gap, next) = gap_behind(bytes, word.end);
    let goes_on = matches!(gap, Gap::Space | Gap::Hyphen) && is_capital_at(bytes, next);
    (plain && word.case == Case::Title && word.letters >= 3 && !goes_on).then(|| word.range())
}

/// A given name in Latin letters behind words that say whom to ask (`I spoke with Hamish on Tuesday`, `ask for Deirdre`).
pub(crate) fn asked(bytes: &[u8], start: usize, memory: &mut Readings) -> Option<Range<usize>> {
    let near = Word::read_before(bytes, start - 1)?;
    let (_, befores) = ASKED.iter().find(|(key, _)| *key == near.key)?;
    let far = Word::read_before(bytes, near.start.saturating_sub(1)).filter(|far| befores.contains(&far.key))?;
    let word = Word::read(bytes, start).filter(|word| word.start > far.end)?;
    let form = memory.of(&word).given;
    let plain = form.is_some() && !form.entry.common() && !form.entry.place() && !dictionary::around(&word).stranger();
    let (gap, next) = gap_behind(bytes, word.end);
    let goes_on = matches!(gap, Gap::Space | Gap::Hyphen) && is_capital_at(bytes, next);
    let fits = plain && word.case == Case::Title && word.letters >= 3 && !goes_on;
    fits.then(|| word.range())
}

/// `Williams, Theresa`, `SMITH, JOHN A.`: a surname, and behind the comma the given name at `start`. Both fill a line, a
/// field or what stands behind a label, and no further name follows.
pub(crate) fn reversed(bytes: &[u8], start: usize, memory: &mut Readings) -> Option<Range<usize>> {
    if slice(bytes, start.saturating_sub(2), start) != b", " {
        return None;
    }
    let word = Word::read(bytes, start)?;
    let left = Word::read_before(bytes, start - 2)?;
    let same = word.case == left.case && matches!(word.case, Case::Title | Case::Upper) && word.letters >= 3;
    let latin = word.script == Script::Latin && left.script == Script::Latin && left.letters >= 3;
    let fits = same && latin && context::border_left(bytes, left.start);
    if !fits {
        return None;
    }
    let (given, surname) = (memory.of(&word).given, memory.of(&left).surname);
    let labelled = {
        let blank = usize::from(before(bytes, left.start) == b' ');
        before(bytes, left.start - blank) == b':'
    };
    let plain = given.is_some() && !given.entry.common() && !given.entry.place();
    let listed = surname.is_some() && !surname.by_ending && (!surname.entry.place() || given.level == 3);
    let told = (given.level >= 2 && (listed || (labelled && !dictionary::around(&left).stranger())))
        || (listed && !surname.entry.common());
    // An initial may stand behind.
    let mut end = word.end;
    if let [b' ', b'A'..=b'Z', rest @ ..] = slice(bytes, end, end + 3)
        && !at(rest, 0).is_ascii_alphabetic()
    {
        end += 2 + usize::from(at(rest, 0) == b'.');
    }
    let closed = context::border_right(bytes, end) || matches!(slice(bytes, end, end + 2), b" (" | b" <" | b" [");
    (plain && told && closed).then_some(left.start..end)
}

/// Words that a given name alone follows where it is said whom to ask or call, with the word before them.
const ASKED: [(Key, &[Key]); 4] = [
    (Key::of("with"), &[Key::of("spoke"), Key::of("speak"), Key::of("spoken"), Key::of("talked"), Key::of("met")]),
    (Key::of("for"), &[Key::of("ask"), Key::of("asked"), Key::of("asking")]),
    (Key::of("to"), &[Key::of("spoke"), Key::of("speak"), Key::of("spoken"), Key::of("talk"), Key::of("talked")]),
    (Key::of("from"), &[Key::of("heard"), Key::of("voicemail")]),
];

/// Endings of adjectives, which name things of a town more often: `водитель Тверского парка`.
const ADJECTIVE_ENDS: [Key; 12] = [
    Key::of("ского"),
    Key::of("ской"),
    Key::of("ских"),
    Key::of("скому"),
    Key::of("ским"),
    Key::of("цкого"),
    Key::of("цкой"),
    Key::of("ського"),
    Key::of("ської"),
    Key::of("ських"),
    Key::of("скага"),
    Key::of("скай"),
];

//! Names in fields and columns that say so: there a rare name alone counts, and a firm, number or placeholder does not.

use super::dictionary;
use super::forms::Reading;
use super::patronymic;
use crate::finding::Confidence;
use crate::text::word::{Case, Gap, Key, Script, Word, gap_behind};
use crate::text::{at, before, fold};
use std::ops::Range;

/// What the field is said to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The whole name.
    Full,
    /// The surname.
    Surname,
    /// The given name.
    Given,
    /// The patronymic.
    Patronymic,
    /// Some name, perhaps of something else (`name`): a person's whole name, or a given name that is nothing else.
    Any,
}

/// What the last letters of a field's name say, folded: the part that stands in it alone.
const PARTS: [(Key, Part); 15] = [
    (Key::of("firstname"), Part::Given),
    (Key::of("givenname"), Part::Given),
    (Key::of("secondname"), Part::Patronymic),
    (Key::of("middlename"), Part::Patronymic),
    (Key::of("patronymic"), Part::Patronymic),
    (Key::of("lastname"), Part::Surname),
    (Key::of("surname"), Part::Surname),
    (Key::of("фамилия"), Part::Surname),
    (Key::of("прізвище"), Part::Surname),
    (Key::of("прозвішча"), Part::Surname),
    (Key::of("тегі"), Part::Surname),
    (Key::of("отчество"), Part::Patronymic),
    (Key::of("имя"), Part::Given),
    (Key::of("ім'я"), Part::Given),
    (Key::of("аты"), Part::Given),
];

impl Part {
    /// The part that a field with this name holds.
    pub(crate) fn of_field(name: &[u8]) -> Self {
        let mut key = Key::default();
        let mut i = 0;
        while i < name.len() {
            let (code, length) = fold::folded_at(name, i);
            if fold::is_letter(code) {
                key = key.with(code);
            }
            i += length.max(1);
        }
        if key == Key::of("name") {
            return Self::Any;
        }
        let part = PARTS.iter().find(|(end, _)| key.ends_in(*end, end.letters()));
        part.map_or(Self::Full, |(_, part)| *part)
    }
}

/// Most words in a name.
const MOST: usize = 6;

/// Words that stand in such fields when nobody is meant.
const PLACEHOLDERS: [&str; 30] = [
    "нет",
    "тест",
    "тестовый",
    "тестовая",
    "гость",
    "аноним",
    "неизвестно",
    "неизвестный",
    "администратор",
    "админ",
    "имя",
    "фамилия",
    "отчество",
    "фио",
    "test",
    "guest",
    "admin",
    "administrator",
    "null",
    "none",
    "unknown",
    "anonymous",
    "user",
    "name",
    "system",
    "support",
    "root",
    "undefined",
    "жоқ",
    "немає",
];

/// Whether the text of a field that names a person is a name: its bytes, and how sure.
///
/// High where the words are listed or have the form of the part, medium where they only look like a name. `None` for
/// digits, addresses, firms, placeholders, sentences and codes. In a field of [`Part::Any`] the words must be listed.
pub fn judge_field(cell: &str, part: Part) -> Option<(Range<usize>, Confidence)> {
    let bytes = cell.as_bytes();
    let start = cell.find(char::is_alphabetic)?;
    // Only blanks and quotes may stand before it.
    if bytes.iter().take(start).any(|byte| !matches!(byte, b' ' | b'\t' | b'"' | b'\'')) {
        return None;
    }
    let (mut i, mut count, mut known, mut initials) = (start, 0usize, 0usize, 0usize);
    let end = loop {
        let word = Word::read(bytes, i)?;
        let dotted = at(bytes, word.end) == b'.';
        let initial = dotted && (word.case == Case::Single || (word.case == Case::Title && word.letters == 2));
        count += 1;
        if count > MOST || !(initial || is_name_word(&word)) {
            return None;
        }
        initials += usize::from(initial);
        known += usize::from(!initial && is_listed(&word, part));
        let end = word.end + usize::from(initial);
        let (gap, next) = gap_behind(bytes, word.end);
        match gap {
            Gap::Space | Gap::Hyphen | Gap::Comma => i = next,
            Gap::Dot if initial => i = next,
            _ => break end,
        }
    };
    let rest = bytes.get(end..)?;
    if !rest.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'\r' | b'\n')) || before(bytes, end) == 0 {
        return None;
    }
    let names = count - initials;
    let confidence = match part {
        _ if names == 0 => return None,
        Part::Any if count == 1 => {
            return is_plain_given(cell.get(start..end)?).then_some((start..end, Confidence::Medium));
        }
        Part::Any if known < names => return None,
        Part::Any => Confidence::Medium,
        _ if known == names => Confidence::High,
        Part::Full if names == 1 && initials == 0 && known == 0 => return None,
        _ if known > 0 || initials > 0 => Confidence::High,
        _ => Confidence::Medium,
    };
    Some((start..end, confidence))
}

/// Letters of one alphabet that may be a name: no code, no word for a firm, no placeholder.
fn is_name_word(word: &Word) -> bool {
    let length = word.letters >= 2 || word.case == Case::Single;
    let case = matches!(word.case, Case::Title | Case::Upper | Case::Lower | Case::Single);
    length
        && case
        && word.script != Script::Other
        && !dictionary::around(word).firm()
        && !PLACEHOLDERS.iter().any(|text| crate::text::word::Key::of(text) == word.key)
}

/// Whether a word is a given name, common enough and nothing else.
fn is_plain_given(text: &str) -> bool {
    let given = Word::read(text.as_bytes(), 0).map(|word| Reading::of(&word).given);
    given.is_some_and(|form| form.level >= 2 && !form.entry.common() && !form.entry.place() && !form.entry.western())
}

fn is_listed(word: &Word, part: Part) -> bool {
    let reading = Reading::of(word);
    let separate = patronymic::separate(word.key).is_some();
    match part {
        Part::Given => reading.given.is_some(),
        Part::Surname => reading.surname.is_some() || reading.patronymic.is_some(),
        Part::Patronymic => reading.patronymic.is_some() || reading.given.is_some() || separate,
        Part::Full | Part::Any => {
            reading.given.is_some() || reading.surname.is_some() || reading.patronymic.is_some() || separate
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_say_which_part_they_hold() {
        for (name, part) in [
            ("NAME", Part::Any),
            ("LAST_NAME", Part::Surname),
            ("clientFirstName", Part::Given),
            ("Имя", Part::Given),
            ("ФИО", Part::Full),
            ("client_name", Part::Full),
        ] {
            assert_eq!(Part::of_field(name.as_bytes()), part, "{name}");
        }
    }

    #[test]
    fn names_are_told_from_what_else_stands_in_their_fields() {
        for (cell, part, want) in [
            ("Петров Сергей Иванович", Part::Full, Some("Петров Сергей Иванович")),
            (" \"Петров С. И.\" ", Part::Full, Some("Петров С. И.")),
            ("Ярополк", Part::Given, Some("Ярополк")),
            ("Тягнибок", Part::Surname, Some("Тягнибок")),
            ("Әлиев Дәурен Бақыт ұлы", Part::Full, Some("Әлиев Дәурен Бақыт ұлы")),
            ("Karimov Aziz", Part::Any, Some("Karimov Aziz")),
            ("Хзырбек", Part::Given, Some("Хзырбек")),
            ("ООО Ромашка", Part::Full, None),
            ("admin", Part::Given, None),
            ("Заявка с сайта", Part::Any, None),
            ("Айгүл", Part::Any, Some("Айгүл")),
            ("Роза", Part::Any, None),
            ("Стол", Part::Any, None),
            ("a@b.kz", Part::Full, None),
            ("+7 701", Part::Full, None),
            ("user42", Part::Given, None),
            ("-", Part::Given, None),
            ("Тест", Part::Full, None),
            ("", Part::Full, None),
        ] {
            let found = judge_field(cell, part);
            assert_eq!(found.map(|(range, _)| &cell[range]), want, "{cell}");
        }
    }
}

//! Names in fields and columns that say so: there a rare name alone counts, and a firm, number or placeholder does not.

use super::dictionary;
use super::endings::{SLAVIC_ENDS, is_scottish};
use super::forms::{Form, NOM, Reading, both};
use super::judge;
use super::patronymic;
use super::readings::Readings;
use crate::finding::Confidence;
use crate::text::hash::spread;
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
    /// Who has a part in something (`client`, `owner`), perhaps a firm: a given name must be among the words.
    Role,
}

/// What the last letters of a field's name say, folded: the part that stands in it alone.
const PARTS: [(Key, Part); 42] = [
    (Key::of("prozvishcha"), Part::Surname),
    (Key::of("prozvisca"), Part::Surname),
    (Key::of("akesinaty"), Part::Patronymic),
    (Key::of("otch"), Part::Patronymic),
    (Key::of("бацькавае"), Part::Patronymic),
    (Key::of("бацька"), Part::Patronymic),
    (Key::of("пабацьку"), Part::Patronymic),
    (Key::of("fullname"), Part::Full), // else it ends as `lname` does
    (Key::of("akesininaty"), Part::Patronymic),
    (Key::of("givennames"), Part::Given),
    (Key::of("forename"), Part::Given),
    (Key::of("fname"), Part::Given),
    (Key::of("imya"), Part::Given),
    (Key::of("aty"), Part::Given),
    (Key::of("lname"), Part::Surname),
    (Key::of("familyname"), Part::Surname),
    (Key::of("familiya"), Part::Surname),
    (Key::of("familia"), Part::Surname),
    (Key::of("tegi"), Part::Surname),
    (Key::of("mname"), Part::Patronymic),
    (Key::of("batkovi"), Part::Patronymic),
    (Key::of("imia"), Part::Given),
    (Key::of("imja"), Part::Given),
    (Key::of("prizvyshche"), Part::Surname),
    (Key::of("fathername"), Part::Patronymic),
    (Key::of("otchestvo"), Part::Patronymic),
    (Key::of("әкесініңаты"), Part::Patronymic),
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

/// Short names of fields: the whole name counts.
const SHORT: [(Key, Part); 9] = [
    (Key::of("family"), Part::Surname),
    (Key::of("given"), Part::Given),
    (Key::of("middle"), Part::Patronymic),
    (Key::of("sn"), Part::Surname),
    (Key::of("first"), Part::Given),
    (Key::of("im"), Part::Given),
    (Key::of("last"), Part::Surname),
    (Key::of("fam"), Part::Surname),
    (Key::of("ot"), Part::Patronymic),
];

/// Labels that a part of a name follows without a colon.
const LABELS: [(Key, Part); 13] = [
    (Key::of("батькові"), Part::Patronymic),
    (Key::of("фамилия"), Part::Surname),
    (Key::of("имя"), Part::Given),
    (Key::of("отчество"), Part::Patronymic),
    (Key::of("фио"), Part::Full),
    (Key::of("прізвище"), Part::Surname),
    (Key::of("ім'я"), Part::Given),
    (Key::of("піб"), Part::Full),
    (Key::of("прозвішча"), Part::Surname),
    (Key::of("імя"), Part::Given),
    (Key::of("тегі"), Part::Surname),
    (Key::of("аты"), Part::Given),
    (Key::of("surname"), Part::Surname),
];

/// Names of fields that hold a person, but perhaps another thing.
const ROLES: [Key; 80] = [
    Key::of("nm"),
    Key::of("qoly"),
    Key::of("attn"),
    Key::of("consignee"),
    Key::of("klient"),
    Key::of("zakazchik"),
    Key::of("vrach"),
    Key::of("sotrudnik"),
    Key::of("kontakt"),
    Key::of("zamovnyk"),
    Key::of("oderzhuvach"),
    Key::of("vidpovidalnyi"),
    Key::of("kerivnyk"),
    Key::of("likar"),
    Key::of("oryndaushy"),
    Key::of("alushy"),
    Key::of("satushy"),
    Key::of("kuager"),
    Key::of("участник"),
    Key::of("собственник"),
    Key::of("заявитель"),
    Key::of("доверитель"),
    Key::of("учасник"),
    Key::of("заявник"),
    Key::of("страхувальник"),
    Key::of("орендар"),
    Key::of("боржник"),
    Key::of("удзельнік"),
    Key::of("заяўнік"),
    Key::of("страхавальнік"),
    Key::of("даўжнік"),
    Key::of("representative"),
    Key::of("approver"),
    Key::of("author"),
    Key::of("from"),
    Key::of("client"),
    Key::of("customer"),
    Key::of("contact"),
    Key::of("user"),
    Key::of("owner"),
    Key::of("manager"),
    Key::of("director"),
    Key::of("operator"),
    Key::of("employee"),
    Key::of("patient"),
    Key::of("passenger"),
    Key::of("student"),
    Key::of("teacher"),
    Key::of("doctor"),
    Key::of("driver"),
    Key::of("tenant"),
    Key::of("buyer"),
    Key::of("payer"),
    Key::of("sender"),
    Key::of("recipient"),
    Key::of("receiver"),
    Key::of("holder"),
    Key::of("assignee"),
    Key::of("landlord"),
    Key::of("seller"),
    Key::of("insured"),
    Key::of("spouse"),
    Key::of("reporter"),
    Key::of("guest"),
    Key::of("parent"),
    Key::of("mother"),
    Key::of("father"),
    Key::of("child"),
    Key::of("requester"),
    Key::of("applicant"),
    Key::of("candidate"),
    Key::of("beneficiary"),
    Key::of("attendee"),
    Key::of("participant"),
    Key::of("physician"),
    Key::of("payee"),
    Key::of("assignedto"),
    Key::of("displayname"),
    Key::of("fn"),
    Key::of("cn"),
];

impl Part {
    /// The part that stands behind this word on its line: labels of scanned documents have no colon.
    pub(crate) fn of_label(word: &Word) -> Option<Self> {
        LABELS.iter().find(|(label, _)| *label == word.key).map(|(_, part)| *part)
    }

    /// The part that a field with this name holds.
    pub(crate) fn of_field(name: &[u8]) -> Self {
        Self::of_key(letters(name).fold(Key::default(), Key::with)).0
    }

    /// What the letters of a field's name say, and how many of the last ones say it.
    fn of_key(key: Key) -> (Self, u32) {
        // Most ends are refused by their last letter.
        let ends_in = |end: Key| key.last() == end.last() && key.ends_in(end, end.letters());
        if key == Key::of("name") {
            return (Self::Any, key.letters());
        }
        if ROLES.iter().any(|role| ends_in(*role)) {
            return (Self::Role, 0);
        }
        if let Some((whole, part)) = SHORT.iter().find(|(whole, _)| key == *whole) {
            return (*part, whole.letters());
        }
        PARTS.iter().find(|(end, _)| ends_in(*end)).map_or((Self::Full, 0), |(end, part)| (*part, end.letters()))
    }
}

/// The letters of a field's name, folded.
fn letters(name: &[u8]) -> impl Iterator<Item = u8> {
    let mut i = 0;
    let codes = std::iter::from_fn(move || {
        let (code, length) = (i < name.len()).then(|| fold::folded_at(name, i))?;
        i += length.max(1);
        Some(code)
    });
    codes.filter(|code| fold::is_letter(*code))
}

/// What the name of a field says of the name in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    /// The part that stands in it.
    pub(crate) part: Part,
    /// Whose it is, by hash: what the label says besides.
    pub(crate) owner: u64,
}

impl Label {
    /// What a field with this name says.
    pub(crate) fn of_field(name: &[u8]) -> Self {
        let codes: Vec<u8> = letters(name).collect();
        let (part, told) = Part::of_key(codes.iter().fold(Key::default(), |key, code| key.with(*code)));
        let owner = codes.get(..codes.len().saturating_sub(told as usize)).unwrap_or(&[]);
        Self { part, owner: spread(owner) }
    }

    /// The part of a whole name that stands in such a field: `NAME` beside a surname is a given name.
    pub(crate) fn single(self) -> Option<Part> {
        match self.part {
            Part::Full | Part::Role => None,
            Part::Any => Some(Part::Given),
            part => Some(part),
        }
    }
}

/// Labels met before, for one thread: tables repeat theirs in every row.
#[derive(Debug)]
pub(crate) struct Labels {
    /// By the hash of the field's name; a new one takes the place of the one that had it.
    kept: [Option<(u64, Label)>; Self::KEPT],
}

impl Default for Labels {
    fn default() -> Self {
        Self { kept: [None; Self::KEPT] }
    }
}

impl Labels {
    const KEPT: usize = 64;

    /// What a field with this name says.
    pub(crate) fn of_field(&mut self, name: &[u8]) -> Label {
        let hash = spread(name);
        let Some(slot) = self.kept.get_mut(hash as usize % Self::KEPT) else { return Label::of_field(name) };
        match slot {
            Some((known, label)) if *known == hash => *label,
            _ => slot.insert((hash, Label::of_field(name))).1,
        }
    }
}

/// Most words in a name.
const MOST: usize = 6;

/// Words that stand in such fields when nobody is meant.
const PLACEHOLDERS: [Key; 55] = [
    Key::of("анасы"),
    Key::of("mail"),
    Key::of("email"),
    Key::of("сума"),
    Key::of("сумма"),
    Key::of("месца"),
    Key::of("место"),
    Key::of("місце"),
    Key::of("бацьку"),
    Key::of("аты"),
    Key::of("тегі"),
    Key::of("прізвище"),
    Key::of("ім'я"),
    Key::of("прозвішча"),
    Key::of("surname"),
    Key::of("forename"),
    Key::of("patronymic"),
    Key::of("me"),
    Key::of("you"),
    Key::of("self"),
    Key::of("myself"),
    Key::of("owner"),
    Key::of("manager"),
    Key::of("operator"),
    Key::of("bot"),
    Key::of("нет"),
    Key::of("тест"),
    Key::of("тестовый"),
    Key::of("тестовая"),
    Key::of("гость"),
    Key::of("аноним"),
    Key::of("неизвестно"),
    Key::of("неизвестный"),
    Key::of("администратор"),
    Key::of("админ"),
    Key::of("имя"),
    Key::of("фамилия"),
    Key::of("отчество"),
    Key::of("фио"),
    Key::of("test"),
    Key::of("guest"),
    Key::of("admin"),
    Key::of("administrator"),
    Key::of("null"),
    Key::of("none"),
    Key::of("unknown"),
    Key::of("anonymous"),
    Key::of("user"),
    Key::of("name"),
    Key::of("system"),
    Key::of("support"),
    Key::of("root"),
    Key::of("undefined"),
    Key::of("жоқ"),
    Key::of("немає"),
];

/// Whether the text of a field that names a person is a name: its bytes, and how sure.
///
/// High where the words are listed or have the form of the part, medium where they only look like a name. `None` for
/// digits, addresses, firms, placeholders, sentences and codes. In a field of [`Part::Any`] the words must be listed.
pub(crate) fn judge_field(cell: &str, part: Part, memory: &mut Readings) -> Option<(Range<usize>, Confidence)> {
    let bytes = cell.as_bytes();
    let start = cell.find(char::is_alphabetic)?;
    // Only blanks and quotes may stand before it.
    if bytes.iter().take(start).any(|byte| !matches!(byte, b' ' | b'\t' | b'"' | b'\'')) {
        return None;
    }
    // `Mr J Fairweather`: behind a form of address an initial needs no dot.
    let title = Word::read(bytes, start).filter(is_title).map(|word| gap_behind(bytes, word.end));
    let (titled, start) = match title {
        Some((Gap::Space | Gap::Dot, next)) => (true, next),
        _ => (false, start),
    };
    // `Цёця Рэня`: a relative before a name.
    let kin = if part == Part::Role { Word::read(bytes, start) } else { None };
    let kin = kin
        .filter(|word| word.case == Case::Title && dictionary::around(word).kin() && !memory.of(word).given.is_some());
    let start = match kin.map(|word| gap_behind(bytes, word.end)) {
        Some((Gap::Space, next)) => next,
        _ => start,
    };
    let (mut i, mut count, mut known, mut initials) = (start, 0usize, 0usize, 0usize);
    let (mut given, mut small, mut any_given, mut surname) = (false, false, false, false);
    let (mut hyphen, mut shouted) = (false, false);
    let (mut last, mut before_last) = (Word::default(), start);
    let mut end = loop {
        let word = Word::read(bytes, i)?;
        let dotted = at(bytes, word.end) == b'.';
        // `J P ABERNATHY`: among capitals an initial needs no dot.
        let bare = word.case == Case::Single
            && word.script == Script::Latin
            && !cell.bytes().any(|byte| byte.is_ascii_lowercase());
        // `Чорновол Лілія Пет.`
        let cut = word.letters == 2 || (word.letters <= 4 && count >= 2 && word.script == Script::Cyrillic);
        let initial =
            (dotted && word.case == Case::Title && cut) || ((dotted || titled || bare) && word.case == Case::Single);
        count += 1;
        let scot = word.case == Case::Mixed && is_scottish(bytes, &word);
        if count > MOST || !(initial || scot || is_name_word(&word, memory)) {
            return None;
        }
        initials += usize::from(initial);
        shouted |= word.case == Case::Upper && word.script == Script::Latin && !dictionary::around(&word).stranger();
        // `Kim Tae-yang`: the second half of a given name.
        if hyphen && word.case == Case::Lower && word.script == Script::Latin && count == 3 {
            let first = Word::read(bytes, start)?;
            let halves = last.case == Case::Title && last.letters <= 5 && word.letters <= 5;
            if halves && memory.of(&first).surname.is_some() && !dictionary::around(&first).stranger() {
                any_given = true;
                count -= 1;
                let (gap, next) = gap_behind(bytes, word.end);
                match gap {
                    Gap::Space => i = next,
                    _ => break word.end,
                }
                continue;
            }
        }
        known += usize::from(!initial && is_listed(&word, part, memory));
        small |= word.case == Case::Lower;
        given |= part == Part::Any && !initial && is_plain(&word, memory);
        any_given |= part == Part::Role && !initial && memory.of(&word).given.is_some();
        surname |= part == Part::Role && !initial && is_plain_surname(&word, count, memory);
        let end = word.end + usize::from(initial);
        before_last = if count > 1 { last.end } else { start };
        last = word;
        let (gap, next) = gap_behind(bytes, word.end);
        match gap {
            Gap::Space | Gap::Hyphen | Gap::Comma => i = next,
            Gap::Dot if initial => i = next,
            _ => break end,
        }
        hyphen = gap == Gap::Hyphen;
    };
    let rest = bytes.get(end..)?;
    if !rest.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'\r' | b'\n')) || before(bytes, end) == 0 {
        return None;
    }
    // `Мақсат Жүргізуші`, `Оля Бухгалтер`: what he is, behind his name.
    let called =
        count == 2 && matches!(part, Part::Role | Part::Full) && initials == 0 && is_role_behind(&last, memory);
    if called {
        (end, count, small) = (before_last, 1, false);
    }
    let names = count - initials;
    let confidence = match part {
        _ if names == 0 => return None,
        Part::Any | Part::Role if count == 1 => {
            let word = Word::read(bytes, start)?;
            let told = is_plain_given(&word, memory)
                || (called && memory.of(&word).given.is_some())
                || (titled && is_listed(&word, Part::Surname, memory));
            return told.then_some((start..end, Confidence::Medium));
        }
        Part::Any if known < names || !(given || initials > 0) => return None,
        Part::Role if initials > 0 && names == 1 && shouted && !small => Confidence::Medium,
        Part::Role if !(any_given || surname) || small || known + 1 < names => return None,
        Part::Role if known == names => Confidence::High,
        Part::Any | Part::Role => Confidence::Medium,
        _ if known == names => Confidence::High,
        Part::Full if names == 1 && initials == 0 && known == 0 && !titled => return None,
        // Small words that no list knows are a sentence.
        _ if small => return None,
        _ if known > 0 || initials > 0 => Confidence::High,
        _ => Confidence::Medium,
    };
    Some((start..end, confidence))
}

/// What fields were judged to hold, for one thread: tables repeat their names. It is what [`judge_field`] gives, so nothing
/// depends on it but time.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    /// By the hash of text and part; a new one takes the place of the one that had it.
    kept: Vec<Cell>,
}

/// The hash of a field's text and part, and what it was judged to hold.
type Cell = (u64, Option<(Range<u16>, Confidence)>);

impl Judged {
    /// A power of two.
    const KEPT: usize = 4096;

    /// Whether the text of a field that names a person is a name: see [`judge_field`]. What is no UTF-8 is none.
    pub(crate) fn of(&mut self, cell: &[u8], part: Part, memory: &mut Readings) -> Option<(Range<usize>, Confidence)> {
        // No hash is that of an empty place.
        let hash = (spread(cell) ^ (part as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)) | 1;
        if self.kept.is_empty() {
            self.kept.resize(Self::KEPT, (0, None));
        }
        let slot = self.kept.get_mut((hash >> 20) as usize & (Self::KEPT - 1))?;
        if slot.0 != hash {
            let found = str::from_utf8(cell).ok().and_then(|cell| judge_field(cell, part, memory));
            let short = |i: usize| u16::try_from(i).ok();
            let found = match found {
                Some((range, level)) => Some((short(range.start)?..short(range.end)?, level)),
                None => None,
            };
            *slot = (hash, found);
        }
        slot.1.clone().map(|(range, level)| (range.start.into()..range.end.into(), level))
    }
}

/// Whether a Cyrillic word says what somebody is, and is no name.
fn is_role_behind(word: &Word, memory: &mut Readings) -> bool {
    let around = dictionary::around(word);
    let mut name = || {
        let Reading { given, surname, patronymic } = memory.of(word);
        given.is_some() || patronymic.is_some() || (surname.is_some() && !surname.by_ending)
    };
    word.script == Script::Cyrillic && (around.role() || around.holder()) && !name()
}

/// Letters of one alphabet that may be a name: no code, no word for a firm, no placeholder.
fn is_name_word(word: &Word, memory: &mut Readings) -> bool {
    let length = word.letters >= 2 || word.case == Case::Single;
    let case = matches!(word.case, Case::Title | Case::Upper | Case::Lower | Case::Single);
    length
        && case
        && word.script != Script::Other
        && (!dictionary::around(word).firm() || memory.of(word).given.level >= 2) // Роман, Марк
        && !PLACEHOLDERS.contains(&word.key)
}

/// Whether a word is a given name, common enough and nothing else.
pub(crate) fn is_plain_given(word: &Word, memory: &mut Readings) -> bool {
    let form = memory.of(word).given;
    let long = word.letters > 2 && (word.script == Script::Cyrillic || word.case != Case::Upper);
    long && form.level >= 2 && !form.entry.common() && !form.entry.place() && !form.entry.western()
}

/// Whether a word has the ending of a Cyrillic surname, or is a listed Latin one and not the first, and is no word or place.
fn is_plain_surname(word: &Word, place: usize, memory: &mut Readings) -> bool {
    let form = memory.of(word).surname;
    let told = match word.script {
        Script::Latin => {
            (place > 1 && !form.by_ending) || SLAVIC_ENDS.iter().any(|end| word.key.ends_in(*end, end.letters()))
        }
        _ => SURNAME_ENDS.iter().any(|end| word.key.ends_in(*end, end.letters())),
    };
    let sure = !form.weak && !form.entry.common() && !form.entry.place() && !dictionary::around(word).stranger();
    form.is_some() && told && sure && word.case == Case::Title && word.letters >= 4
}

/// Endings of Cyrillic surnames, which firms and goods have hardly ever.
const SURNAME_ENDS: [Key; 13] = [
    Key::of("ов"),
    Key::of("ев"),
    Key::of("ова"),
    Key::of("ева"),
    Key::of("оў"),
    Key::of("еў"),
    Key::of("енко"),
    Key::of("анка"),
    Key::of("чук"),
    Key::of("швили"),
    Key::of("ян"),
    Key::of("улы"),
    Key::of("кызы"),
];

/// Whether a word is a form of address or rank that stands before names only.
fn is_title(word: &Word) -> bool {
    word.case == Case::Title && judge::TITLES.iter().chain(&judge::RANKS).any(|title| *title == word.key)
}

/// Whether a word is listed as a given name, whatever else it is.
pub(crate) fn is_any_given(word: &Word, memory: &mut Readings) -> bool {
    word.case == Case::Title && word.letters > 2 && memory.of(word).given.is_some()
}

/// Whether a word is listed as a given name, common or not, and is no ordinary word.
pub(crate) fn is_given(word: &Word, memory: &mut Readings) -> bool {
    let form = memory.of(word).given;
    let role = dictionary::around(word);
    form.is_some() && word.script == Script::Cyrillic && word.letters > 2 && !form.entry.place() && !role.role()
}

/// Whether a word may be this part of a name, not declined.
pub(crate) fn nominative(word: &Word, part: Part, memory: &mut Readings) -> bool {
    let reading = memory.of(word);
    let form = match part {
        Part::Given => reading.given,
        Part::Patronymic => reading.patronymic,
        _ => reading.surname,
    };
    form.is_some() && form.cases.0 & both(NOM) != 0
}

/// Whether words that name a field, such as a key, may themselves name a person: a word that is hardly anything but a name,
/// or two that may be one. The first word of a label that says what it names (`Born`, `Туған күні`) is none.
pub(crate) fn may_name_person(words: &str, is_label: bool) -> bool {
    let (bytes, memory) = (words.as_bytes(), &mut Readings::none());
    let (mut i, mut listed) = (0, 0);
    while i < bytes.len() {
        let Some(word) = Word::read(bytes, i) else {
            i += words.get(i..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            continue;
        };
        i = word.end.max(i + 1);
        let capital = word.case == Case::Title || (word.case == Case::Upper && word.script == Script::Cyrillic);
        let names_field = is_label && word.start == 0;
        if !capital || names_field || word.letters < 2 || !is_listed(&word, Part::Any, memory) {
            continue;
        }
        listed += 1;
        if listed > 1 || is_plain(&word, memory) {
            return true;
        }
    }
    false
}

/// Whether a word is part of a name, and no ordinary word or place.
fn is_plain(word: &Word, memory: &mut Readings) -> bool {
    let Reading { given, surname, patronymic } = memory.of(word);
    let plain = |form: &Form| form.is_some() && !form.entry.common() && !form.entry.place() && !form.entry.western();
    patronymic.is_some()
        || plain(&given)
        || (plain(&surname) && !surname.weak)
        || (given.level == 3 && !given.entry.common())
}

fn is_listed(word: &Word, part: Part, memory: &mut Readings) -> bool {
    let reading = memory.of(word);
    let separate = patronymic::separate(word.key).is_some();
    match part {
        Part::Given => reading.given.is_some(),
        Part::Surname => reading.surname.is_some() || reading.patronymic.is_some(),
        Part::Patronymic => reading.patronymic.is_some() || reading.given.is_some() || separate,
        Part::Full | Part::Any | Part::Role => {
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
            ("full_name", Part::Full),
            ("client", Part::Role),
            ("assigned_to", Part::Role),
        ] {
            assert_eq!(Part::of_field(name.as_bytes()), part, "{name}");
        }
    }

    #[test]
    fn labels_of_one_person_have_one_owner() {
        let owner = |name: &str| Label::of_field(name.as_bytes()).owner;
        for (left, right) in [
            ("LAST_NAME", "NAME"),
            ("NAME", "SECOND_NAME"),
            ("Фамилия", "Имя"),
            ("clientLastName", "clientFirstName"),
            ("UF_CRM_CONTACT_LAST_NAME", "UF_CRM_CONTACT_SECOND_NAME"),
        ] {
            assert_eq!(owner(left), owner(right), "{left} {right}");
        }
        for (left, right) in [("student_last_name", "teacher_first_name"), ("LAST_NAME", "UF_NAME")] {
            assert_ne!(owner(left), owner(right), "{left} {right}");
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
            ("Mark Lloyd", Part::Any, None),
            ("Mark Lloyd", Part::Role, Some("Mark Lloyd")),
            ("Алатау Транс", Part::Role, None),
            ("Me", Part::Full, None),
            ("Стол", Part::Any, None),
            ("a@b.kz", Part::Full, None),
            ("+7 701", Part::Full, None),
            ("user42", Part::Given, None),
            ("-", Part::Given, None),
            ("Тест", Part::Full, None),
            ("", Part::Full, None),
        ] {
            let found = judge_field(cell, part, &mut Readings::default());
            let mut judged = Judged::default();
            for _ in 0..2 {
                assert_eq!(judged.of(cell.as_bytes(), part, &mut Readings::default()), found, "{cell}");
            }
            assert_eq!(found.map(|(range, _)| &cell[range]), want, "{cell}");
        }
    }
}

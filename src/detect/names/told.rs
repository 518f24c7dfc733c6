//! Names of one word, or in an order of their own, that what stands before them tells: a role, words that say whom to ask,
//! a surname and a comma.
//!
//! In: the bytes of a block and the first byte of a word with a capital. Out: the span of the name.

use super::context;
use super::dictionary;
use super::endings::{SLAVIC_ENDS, ends_as_kazakh, is_scottish};
use super::forms::{Form, NOM, Reading, both};
use super::readings::Readings;
use crate::text::word::{Case, Gap, Key, Script, Word, gap_before, gap_behind, is_capital_at};
use crate::text::{at, before, slice};
use std::ops::Range;

/// A surname behind a role (`водій Загорулько`, `Дежурный: Хабибуллина`, `Ответственный - Мухаметзянов`), a given name
/// that is nothing else behind any role (`тренер Лаура`), or one of any kind behind a relative (`зять Роман`): the word at
/// `start`, which no further name follows.
pub(crate) fn behind_role(bytes: &[u8], start: usize, memory: &mut Readings) -> Option<Range<usize>> {
    let (gap, end) = match (before(bytes, start.wrapping_sub(1)), before(bytes, start)) {
        (b':', b' ') => (Gap::Other, behind_endings(bytes, start - 2)),
        // `Исп. Кожемякина`, `Орынд. Гүлнар`
        (b'.', b' ') if is_short_role(bytes, start - 2) => (Gap::Other, start - 2),
        (b'-', b' ') if start > 3 && before(bytes, start.wrapping_sub(2)) == b' ' => (Gap::Other, start - 3),
        (0x93 | 0x94, b' ') if slice(bytes, start.saturating_sub(5), start - 2) == b" \xE2\x80" => {
            (Gap::Other, start - 5)
        }
        (b' ', b'(') if start > 3 => (Gap::Space, start - 2),
        (b',', b' ') => (Gap::Comma, start - 2),
        (0x80, b' ') if slice(bytes, start.saturating_sub(6), start) == "д-р ".as_bytes() => {
            let word = Word::read(bytes, start)?;
            return may_be_called(bytes, &word).then(|| word.range());
        }
        (0x8F, b' ') if is_told_by_itself(bytes, start) => return called(bytes, start, memory),
        (0xB5, b' ') if is_this(bytes, start) => return spoken(bytes, start, memory),
        (0xBD, b' ') if is_i(bytes, start) => return called(bytes, start, memory),
        (0x80.., b' ') => (Gap::Space, start - 1),
        _ => return None,
    };
    // Most words before a capital are short ones.
    let letters = bytes.get(..end).and_then(|head| head.last_chunk::<8>());
    if letters.is_none_or(|letters| {
        let letters = u64::from_le_bytes(*letters);
        letters & HIGH != HIGH && !SHORT.contains(&(letters >> 16))
    }) {
        return None;
    }
    let role = Word::read_before(bytes, end)?;
    let said = dictionary::around(&role);
    // `это Вадим`, `бұл мен Қуаныш`, `прывітанне Зміцер`
    if gap == Gap::Space
        && ((said.call() && THIS.contains(&role.key)) || (said.greeting() && HELLO.contains(&role.key)))
    {
        return spoken(bytes, start, memory);
    }
    // `Менің атым — Жарқын,`, `зовут его Славик,`
    let pronoun = said.never() && WHOM.contains(&role.key) && {
        let left = Word::read_before(bytes, role.start.saturating_sub(1));
        left.is_some_and(|left| left.end + 1 == role.start && CALLED_SO.contains(&left.key))
    };
    if (pronoun || (said.call() && CALLED_SO.contains(&role.key)))
        && (gap == Gap::Space || before(bytes, start.wrapping_sub(1)) >= 0x80)
    {
        return called(bytes, start, memory).or_else(|| called_anyhow(bytes, start));
    }
    if said.call() && gap == Gap::Space {
        return called(bytes, start, memory);
    }
    // «Врач Остапенко»: a capital begins its sentence.
    let begins = || {
        context::begins_sentence(bytes, role.start) || slice(bytes, role.start.saturating_sub(2), role.start) == b": "
    };
    let told = (!role.is_capital() || gap == Gap::Other || begins()) && (gap != Gap::Comma || said.kin());
    let (kin, role_said) = (said.kin(), said.role() && !NAMING.contains(&role.key));
    if !told
        || !(said.holder() || kin || role_said)
        || role.script != Script::Cyrillic
        || (gap == Gap::Space && role.case == Case::Upper)
    {
        return None;
    }
    let word = Word::read(bytes, start).filter(|word| word.case == Case::Title && word.letters >= 3)?;
    let (behind, next) = gap_behind(bytes, word.end);
    let goes_on = matches!(behind, Gap::Space | Gap::Hyphen) && is_capital_at(bytes, next);
    let closed = matches!(
        at(bytes, word.end),
        b'\n' | b'\r' | b',' | b';' | b'.' | b'(' | b')' | b'<' | b'"' | b'|' | b':' | b'!' | 0
    ) || behind == Gap::Space
        || matches!(
            slice(bytes, word.end, word.end + 2),
            [b' ', b'(' | b'0'..=b'9' | b'+' | b'-' | b'=' | b';' | b'/' | b' ' | b'\t' | 0xE2]
        );
    let around = dictionary::around(&word);
    let behind_is_place =
        behind == Gap::Space && Word::read(bytes, next).is_some_and(|word| dictionary::around(&word).place_behind());
    let Reading { given, surname, .. } = memory.of(&word);
    // зять Роман
    let strange = around.stranger() && !(kin && given.level >= 2 && around.by_stem());
    if goes_on || !closed || strange || behind_is_place {
        return None;
    }
    let plain = |form: &Form| form.is_some() && !form.entry.common() && !form.entry.place() && !form.weak;
    let adjective = ADJECTIVE_ENDS.iter().any(|end| word.key.ends_in(*end, end.letters()));
    // `лікар Цвях`: who is called by the surname alone, whatever it is.
    let doctor = || {
        let text = slice(bytes, role.start, role.end);
        let doctor = DOCTORS.iter().any(|doctor| text.starts_with(doctor.as_bytes()));
        doctor && !adjective && behind != Gap::Space && !given.is_some() && !surname.entry.common()
    };
    let labels = before(bytes, start.wrapping_sub(1)) == b':';
    // пані Грэчка
    let addressed = FORMS.contains(&role.key) && gap == Gap::Space;
    // «Пациент Цой»
    let long = word.letters >= 4 || (!surname.by_ending && surname.level >= 2);
    let named = (plain(&surname) && long && !adjective && said.holder())
        || (said.holder() && gap == Gap::Space && doctor())
        || (said.holder()
            && word.letters >= 4
            && signs(bytes, &role)
            && behind != Gap::Space
            && !adjective
            && !given.is_some()
            && !surname.entry.common()
            && !surname.entry.place())
        || (plain(&given) && given.level >= 2)
        // `Медбике: Света`: behind a label nothing else is called so.
        || (said.holder() && given.level >= 2 && !given.entry.place() && labels && behind == Gap::Other)
        || ((kin || said.holder()) && ends_as_kazakh(&word) && behind != Gap::Hyphen)
        || (addressed && word.letters >= 4 && !adjective && (!surname.entry.common() || behind == Gap::Space))
        // `аида-мама (Алматы)`
        || (kin
            && given.is_some()
            && (!given.entry.place() || (given.level >= 2 && before(bytes, start) != b'(')));
    // `улица генерала Панфилова`, `имени капитана Маклакова`
    let place = Word::read_before(bytes, role.start.saturating_sub(1))
        .map(|word| dictionary::around(&word))
        .is_some_and(|around| around.place() || around.named_after());
    (named && !place).then(|| word.range())
}

/// The top bits of eight bytes: four Cyrillic letters have all of them.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Relatives and forms of address of three letters, as numbers.
const SHORT: [u64; 36] = [
    short("его"),
    short("яго"),
    short("это"),
    short("Это"),
    short("бұл"),
    short("Бұл"),
    short("мен"),
    short("Мен"),
    short("исп"),
    short("Исп"),
    short("вик"),
    short("Вик"),
    short("вык"),
    short("Вык"),
    short("деж"),
    short("Деж"),
    short("отв"),
    short("Отв"),
    short("зав"),
    short("нач"),
    short("инж"),
    short("аты"),
    short("Дід"),
    short("Муж"),
    short("Сын"),
    short("Дед"),
    short("Пан"),
    short("муж"),
    short("сын"),
    short("дед"),
    short("дід"),
    short("пан"),
    short("кум"),
    short("зяц"),
    short("син"),
    short("гр."),
];

/// The last six bytes of a word as a number.
#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const fn short(word: &str) -> u64 {
    let (bytes, mut number, mut i) = (word.as_bytes(), 0, word.len());
    while i > 0 {
        i -= 1;
        number = number << 8 | bytes[i] as u64;
    }
    number
}

/// Forms of address that stand before names only.
const FORMS: [Key; 10] = [
    Key::of("пане"),
    Key::of("пан"),
    Key::of("пана"),
    Key::of("паном"),
    Key::of("панові"),
    Key::of("пані"),
    Key::of("спадар"),
    Key::of("спадара"),
    Key::of("спадарыня"),
    Key::of("спадарыні"),
];

/// How words for those begin who are called by any surname.
const DOCTORS: [&str; 16] = [
    "врач",
    "лікар",
    "доктор",
    "урач",
    "дәрігер",
    "нотар",
    "натар",
    "судь",
    "судд",
    "тренер",
    "майор",
    "маёр",
    "сержант",
    "фельдшер",
    "следоват",
    "слідч",
];

/// Labels of names, behind which a name in prose stands as often (`имя София`).
const NAMING: [Key; 6] =
    [Key::of("имя"), Key::of("имени"), Key::of("ім'я"), Key::of("імя"), Key::of("фамилия"), Key::of("прізвище")];

/// Words cut short by a dot that a name follows.
const SHORT_ROLES: [Key; 17] = [
    Key::of("исп"),
    Key::of("исполн"),
    Key::of("вик"),
    Key::of("викон"),
    Key::of("вык"),
    Key::of("выкан"),
    Key::of("орынд"),
    Key::of("деж"),
    Key::of("отв"),
    Key::of("адк"),
    Key::of("зав"),
    Key::of("нач"),
    Key::of("инж"),
    Key::of("бухг"),
    Key::of("спец"),
    Key::of("охр"),
    Key::of("секр"),
];

/// Whether one of these ends at `end`. Most words that end a sentence are longer.
fn is_short_role(bytes: &[u8], end: usize) -> bool {
    // By their last letters: п к л н д ж в ч г ц р.
    if !matches!(before(bytes, end), 0xBF | 0xBA | 0xBB | 0xBD | 0xB4 | 0xB6 | 0xB2 | 0x87 | 0xB3 | 0x86 | 0x80) {
        return false;
    }
    let letters = slice(bytes, end.saturating_sub(14), end).iter().rev().take_while(|byte| **byte >= 0x80).count();
    (6..=12).contains(&letters)
        && Word::read_before(bytes, end).is_some_and(|word| word.end == end && SHORT_ROLES.contains(&word.key))
}

/// How labels go on, behind their first letter, that the name of who signs follows, whatever it is.
const SIGNS: [&str; 33] = [
    "знак",
    "знай",
    "знаём",
    "анысты",
    "сведом",
    "сп",
    "ик",
    "ык",
    "рынд",
    "ведк",
    "від",
    "уә",
    "рин",
    "рий",
    "рын",
    "тпус",
    "дпус",
    "ідпус",
    "ыда",
    "ида",
    "луч",
    "трим",
    "трым",
    "дал",
    "дав",
    "остав",
    "клав",
    "клаў",
    "ровер",
    "еревір",
    "равер",
    "ежур",
    "дказн",
];

/// Whether a role is one of who signs or takes notice.
fn signs(bytes: &[u8], role: &Word) -> bool {
    let text = slice(bytes, role.start + 2, role.end);
    SIGNS.iter().any(|sign| text.starts_with(sign.as_bytes()))
}

/// Words for who speaks or is shown, which a given name follows that is no other word.
const THIS: [Key; 4] = [Key::of("это"), Key::of("гэта"), Key::of("це"), Key::of("бұл")];

/// Whether `бұл мен ` stands before a name: `мен` is `and` as well.
fn is_i(bytes: &[u8], start: usize) -> bool {
    slice(bytes, start.saturating_sub(14), start) == "бұл мен ".as_bytes()
}

/// What is said before a name, whatever it is.
const CALLED_SO: [Key; 9] = [
    Key::of("зовут"),
    Key::of("звать"),
    Key::of("звати"),
    Key::of("звуть"),
    Key::of("завуць"),
    Key::of("зваць"),
    Key::of("атым"),
    Key::of("есімім"),
    Key::of("тегім"),
];

/// Whom these words speak of, where that stands behind them: `зовут его Славик`.
const WHOM: [Key; 6] =
    [Key::of("его"), Key::of("меня"), Key::of("його"), Key::of("мене"), Key::of("яго"), Key::of("мяне")];

/// Any word that ends what is said as a name does.
fn called_anyhow(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let word = Word::read(bytes, start).filter(|word| may_be_called(bytes, word))?;
    matches!(at(bytes, word.end), b',' | b'.' | b'!' | b')' | b';' | b'\n' | b'\r' | 0).then(|| word.range())
}

/// What stands behind the names of rulers and heroes.
const RULERS: [Key; 3] = [Key::of("хан"), Key::of("батыр"), Key::of("би")];

/// Greetings that a given name follows without a comma.
const HELLO: [Key; 9] = [
    Key::of("привет"),
    Key::of("привіт"),
    Key::of("прывітанне"),
    Key::of("сәлем"),
    Key::of("здравствуй"),
    Key::of("здравствуйте"),
    Key::of("спасибо"),
    Key::of("дзякуй"),
    Key::of("дякую"),
];

/// Whether `це ` stands before a name: a word of its own, or the first.
fn is_this(bytes: &[u8], start: usize) -> bool {
    let this = |word: &[u8]| matches!(word, [0xD1, 0x86, 0xD0, 0xB5, b' '] | [0xD0, 0xA6, 0xD0, 0xB5, b' ']);
    match slice(bytes, start.saturating_sub(6), start) {
        [before, word @ ..] if word.len() == 5 => {
            matches!(before, b' ' | b'\n' | b'\t' | b'"' | b'\'' | b'>' | b',' | b'(' | b'|' | b';') && this(word)
        }
        word => this(word),
    }
}

/// A given name that is no other word, in the nominative.
fn spoken(bytes: &[u8], start: usize, memory: &mut Readings) -> Option<Range<usize>> {
    let range = called(bytes, start, memory)?;
    let form = Word::read(bytes, start).map(|word| memory.of(&word).given)?;
    // бұл Абылай хан даңғылы
    let (gap, next) = gap_behind(bytes, range.end);
    let title = if gap == Gap::Space { Word::read(bytes, next) } else { None };
    if title.is_some_and(|word| dictionary::around(&word).place_behind() || RULERS.contains(&word.key)) {
        return None;
    }
    (!form.entry.common() && form.cases.0 & both(NOM) != 0).then_some(range)
}

/// The end of a label without the endings in brackets that end at `end`: `Прыняў(ла)`.
fn behind_endings(bytes: &[u8], end: usize) -> usize {
    if before(bytes, end) != b')' {
        return end;
    }
    let from = end.saturating_sub(10);
    memchr::memrchr(b'(', slice(bytes, from, end)).map_or(end, |open| from + open)
}

/// A name before a form of address, as Kazakh has them: `Венера ханым`, `Дәурен мырза`, `Серікбай ата`, `Әбдіраманов деген кісі`.
pub(crate) fn honoured(bytes: &[u8], start: usize, end: usize, memory: &mut Readings) -> Option<Range<usize>> {
    let next = slice(bytes, end + 1, end + 7).first_chunk::<6>()?;
    if !HONOUR_HEADS.contains(&u64::from_le_bytes([next[0], next[1], next[2], next[3], next[4], next[5], 0, 0])) {
        return None;
    }
    let word = Word::read(bytes, start).filter(|word| word.case == Case::Title && word.letters >= 3)?;
    let title = Word::read(bytes, end + 1)?;
    let Reading { given, surname, .. } = memory.of(&word);
    let around = dictionary::around(&word);
    if (around.stranger() && given.level < 2) || around.greeting() {
        return None;
    }
    if title.key == Key::of("деген") {
        let who = Word::read(bytes, title.end + 1)?;
        let person = CALLED.iter().any(|key| {
            who.key.letters() >= key.letters() && who.key.without(who.key.letters() - key.letters()) == *key
        });
        return (person && (given.is_some() || surname.is_some())).then(|| word.range());
    }
    let titled = HONOURS.iter().any(|honour| {
        let tail = title.key.letters().saturating_sub(honour.letters());
        tail <= 3 && title.key.without(tail) == *honour
    });
    let (gap, next) = gap_behind(bytes, title.end);
    let place =
        gap == Gap::Space && Word::read(bytes, next).is_some_and(|word| dictionary::around(&word).place_behind());
    let kin = || {
        before(bytes, start) == b' '
            && Word::read_before(bytes, start.saturating_sub(1)).is_some_and(|left| {
                let left = dictionary::around(&left);
                left.kin() || left.holder()
            })
    };
    let name = given.is_some() || ends_as_kazakh(&word) || kin();
    (titled && name && !place && !given.entry.place()).then(|| word.range())
}

/// The first three letters of what stands behind a Kazakh name.
const HONOUR_HEADS: [u64; 10] = [
    short("хан"),
    short("мыр"),
    short("ата"),
    short("апа"),
    short("аға"),
    short("әже"),
    short("дег"),
    short("көк"),
    short("тәт"),
    short("жең"),
];
/// Kazakh forms of address behind a name.
const HONOURS: [Key; 11] = [
    Key::of("ханым"),
    Key::of("мырза"),
    Key::of("ата"),
    Key::of("апа"),
    Key::of("апай"),
    Key::of("аға"),
    Key::of("ағай"),
    Key::of("әже"),
    Key::of("көке"),
    Key::of("тәте"),
    Key::of("жеңге"),
];
/// Whom the name before `деген` calls.
const CALLED: [Key; 9] = [
    Key::of("азамат"),
    Key::of("кісі"),
    Key::of("адам"),
    Key::of("әйел"),
    Key::of("жігіт"),
    Key::of("бала"),
    Key::of("қыз"),
    Key::of("дәрігер"),
    Key::of("көрші"),
];

/// A name in the row of a table in text, behind its number and before a year or day: `II   Олжас Бекназар      2003`, `| 3 || Жамойда
/// Францішка || 1898 — 1977`; in a list, a surname and initials that fill the line: `2) Ахметжан Ә.`
pub(crate) fn in_row(bytes: &[u8], start: usize, memory: &mut Readings) -> Option<Range<usize>> {
    if !is_behind_row_number(bytes, start) {
        return None;
    }
    let (mut i, mut words, mut initials, mut listed) = (start, 0usize, 0usize, 0usize);
    let mut kazakh = false;
    let end = loop {
        let word = Word::read(bytes, i).filter(|word| word.start == i && word.script == Script::Cyrillic)?;
        let initial = word.case == Case::Single && at(bytes, word.end) == b'.';
        let end = word.end + usize::from(initial);
        if initial {
            initials += 1;
        } else {
            let Reading { given, surname, patronymic } = memory.of(&word);
            let plain = |form: &Form| {
                form.cases.0 & both(NOM) != 0 && !form.weak && !form.entry.common() && !form.entry.place()
            };
            let fits = matches!(word.case, Case::Title | Case::Upper) && word.letters >= 2;
            if !fits || (dictionary::around(&word).stranger() && given.level < 2) || words + initials > 4 {
                return None;
            }
            words += 1;
            kazakh |= ends_as_kazakh(&word);
            listed += usize::from(plain(&given) || plain(&surname) || patronymic.is_some());
        }
        let next = end + usize::from(matches!(at(bytes, end), b' ' | b'-'));
        if !is_capital_at(bytes, next) || (next == end && !initial) {
            break end;
        }
        i = next;
    };
    let rest = slice(bytes, end, end + 64);
    let gap = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'|')).count();
    let dated = (gap >= 2 || at(rest, 0) == b'\t') && context::is_day_or_year(rest, gap);
    let whole = words >= 2 && listed >= 1 && listed + 1 >= words;
    let short = words == 1 && initials > 0;
    let alone = matches!(at(bytes, end), b'\n' | b'\r' | 0) && (listed > 0 || kazakh);
    ((dated && (whole || short)) || (short && alone)).then_some(start..end)
}

/// Whether nothing but the number of a row, or two, stands before `start` on its line: `3   131 `, `| II || `, `2) `.
fn is_behind_row_number(bytes: &[u8], start: usize) -> bool {
    let from = start.saturating_sub(16);
    let head = slice(bytes, from, start);
    let line = match memchr::memrchr(b'\n', head) {
        Some(end) => slice(head, end + 1, head.len()),
        None if from == 0 => head,
        None => return false,
    };
    let figure = |byte: &u8| matches!(byte, b'0'..=b'9' | b'I' | b'V' | b'X');
    line.iter().any(figure) && line.iter().all(|byte| figure(byte) || b" \t|.)".contains(byte))
}

/// Whether a number of a list in which others stand in brackets ends before the bracket at `open`: `14 (Лапко А.), 31 (Міхалевич)`.
fn is_in_list_of_numbers(bytes: &[u8], open: usize) -> bool {
    let head = slice(bytes, open.saturating_sub(10), open);
    let Some(head) = head.strip_suffix(b" ") else { return false };
    let digits = head.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    matches!(digits, 1..=4) && slice(head, 0, head.len() - digits).ends_with(b"), ")
}

/// A surname directly before the number of a flat in brackets, or in brackets behind a number of a list: `увійшли Семенюк (кв.3)`,
/// `ділянки 14 (Лапко А.), 31 (Міхалевич)`.
pub(crate) fn bracketed(bytes: &[u8], start: usize, end: usize, memory: &mut Readings) -> Option<Range<usize>> {
    let flat = ["(кв.", "(кв "].iter().any(|flat| slice(bytes, end + 1, end + 7).starts_with(flat.as_bytes()));
    let numbered = before(bytes, start) == b'(' && at(bytes, end) == b')' && is_in_list_of_numbers(bytes, start - 1);
    let word = Word::read(bytes, start).filter(|word| (flat || numbered) && word.case == Case::Title)?;
    let surname = memory.of(&word).surname;
    let sure = surname.is_some()
        && !surname.weak
        && !surname.entry.common()
        && !surname.entry.place()
        && surname.cases.0 & both(NOM) != 0;
    let place = before(bytes, start) == b' '
        && Word::read_before(bytes, start - 1).is_some_and(|left| {
            let around = dictionary::around(&left);
            around.place() || left.is_capital()
        });
    (sure && word.letters >= 5 && !place && !dictionary::around(&word).stranger()).then(|| word.range())
}

/// Who is called by name at the beginning of what is said: `«Қанат, талдау нәтижесі дайын»`, `жауап: Азамат, скиньте`.
pub(crate) fn hailed(bytes: &[u8], start: usize, end: usize, memory: &mut Readings) -> Option<Range<usize>> {
    let speaks = slice(bytes, end, end + 2) == b", " && matches!(at(bytes, end + 2), 0xD0..=0xD3);
    let begins = matches!(slice(bytes, start.saturating_sub(2), start), [b':', b' '] | [b' ' | b'=' | b':', b'"']);
    if !speaks || !begins || is_capital_at(bytes, end + 2) {
        return None;
    }
    let word = Word::read(bytes, start).filter(|word| word.case == Case::Title && word.letters >= 3)?;
    let form = memory.of(&word).given;
    let plain = form.level >= 2 && !form.entry.common() && !form.entry.place() && form.cases.0 & both(NOM) != 0;
    (plain && !dictionary::around(&word).stranger()).then(|| word.range())
}

/// Who signs at the end of a line that begins with a role, or behind a row to sign on: `Отпустил ________ Джумабаев`, `Зав. отд.
/// к.м.н. Тихомиров`, `Адказны за ўсё – Супрановіч.`, `11/06/2025            Сушко`.
pub(crate) fn signer(bytes: &[u8], start: usize, end: usize, memory: &mut Readings) -> Option<Range<usize>> {
    let row = before(bytes, start) == b'_' || slice(bytes, start.saturating_sub(2), start) == b"_ ";
    let dash =
        matches!(slice(bytes, start.saturating_sub(4), start), [0xE2, 0x80, 0x93 | 0x94, b' '] | [_, b' ', b'-', b' ']);
    let wide = slice(bytes, start.saturating_sub(3), start) == b"   ";
    if !(row || dash || wide || slice(bytes, start.saturating_sub(2), start) == b". ") {
        return None;
    }
    let rest = slice(bytes, end, end + 2);
    let line_end = matches!(rest, [] | [b'\n' | b'\r', ..]);
    let closed = line_end || matches!(rest, b".\n" | b". " | b", " | b"  " | b" ;" | [b';' | b'\t', ..]);
    if !closed {
        return None;
    }
    let word =
        Word::read(bytes, start).filter(|word| word.end == end && word.case == Case::Title && word.letters >= 4)?;
    let from = start.saturating_sub(120);
    let line = memchr::memrchr(b'\n', slice(bytes, from, start)).map_or(from, |n| from + n + 1);
    if line == from && from > 0 {
        return None;
    }
    let Reading { given, surname, .. } = memory.of(&word);
    let adjective = ADJECTIVE_ENDS.iter().any(|end| word.key.ends_in(*end, end.letters()));
    let around = dictionary::around(&word);
    let sure = surname.is_some()
        && !surname.weak
        && !surname.entry.common()
        && !surname.entry.place()
        && surname.cases.0 & both(NOM) != 0
        && !adjective
        && !given.is_some()
        && !around.stranger();
    let head = slice(bytes, line, start);
    let lead = head.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'*')).count();
    if wide {
        // The day, and a wide gap.
        let date = context::is_day(head, lead) && head.iter().skip(lead + 10).all(|byte| matches!(byte, b' ' | b'\t'));
        return (date && sure && line_end).then(|| word.range());
    }
    let role = |word: Word| {
        let said = dictionary::around(&word);
        word.script == Script::Cyrillic && (said.role() || said.holder())
    };
    let first = Word::read(bytes, line + lead).filter(|first| first.end < start);
    // No other capital may stand between.
    let between = |first: &Word| {
        let mut i = first.end;
        while i < start {
            if is_capital_at(bytes, i) && !at(bytes, i.wrapping_sub(1)).is_ascii_alphabetic() {
                return false;
            }
            i += 1;
        }
        true
    };
    let led = first.filter(|first| between(first)).is_some_and(role);
    if row {
        let blank = |byte: &&u8| matches!(byte, b'_' | b' ');
        let end = start - head.iter().rev().take_while(blank).count();
        let before_row = Word::read_before(bytes, end).filter(|word| word.end == end).is_some_and(role);
        let any = (led || before_row) && !around.stranger() && !around.kin() && !adjective && !given.entry.common();
        return (sure || any).then(|| word.range());
    }
    (led && sure).then(|| word.range())
}

/// A name in Latin letters whose surname, at `start`, stands behind small words that belong to it: `Pieter van den Broek`, `P. van
/// den Broek`, `Maria de Souza`.
pub(crate) fn particled(bytes: &[u8], start: usize, memory: &mut Readings) -> Option<Range<usize>> {
    let surname = Word::read(bytes, start).filter(|word| word.case == Case::Title && word.letters >= 3)?;
    let (gap, next) = gap_behind(bytes, surname.end);
    let near = next - surname.end <= 2;
    if near && matches!(gap, Gap::Space | Gap::Hyphen) && is_capital_at(bytes, next)
        || dictionary::around(&surname).stranger()
    {
        return None;
    }
    let (mut left, mut sure) = (start, false);
    while start - left < 16 && before(bytes, left) == b' ' && before(bytes, left - 1) != b'.' {
        let word = Word::read_before(bytes, left - 1).filter(|word| word.end + 1 == left)?;
        if word.case != Case::Lower || !PARTICLES.contains(&word.key) {
            break;
        }
        sure |= SURE_PARTICLES.contains(&word.key);
        left = word.start;
    }
    if left == start || before(bytes, left) != b' ' {
        return None;
    }
    // P. van den Broek
    if before(bytes, left - 1) == b'.' {
        let initial =
            Word::read_before(bytes, left - 2).filter(|word| word.case == Case::Single && word.end + 2 == left)?;
        return (sure && initial.script == Script::Latin).then_some(initial.start..surname.end);
    }
    let first = Word::read_before(bytes, left - 1).filter(|word| word.end + 1 == left && word.case == Case::Title)?;
    let given = memory.of(&first).given;
    let plain = given.level >= if sure { 1 } else { 2 } && !given.entry.common() && !given.entry.place();
    let famous = dictionary::famous(given.base, dictionary::latin(surname.key).1);
    let led = before(bytes, first.start) == b' '
        && Word::read_before(bytes, first.start - 1)
            .is_some_and(|word| word.is_capital() && word.end + 1 == first.start && word.letters > 1);
    (plain && !famous && !led && first.script == Script::Latin).then_some(first.start..surname.end)
}

/// Small words within surnames.
const PARTICLES: [Key; 17] = [
    Key::of("van"),
    Key::of("von"),
    Key::of("den"),
    Key::of("der"),
    Key::of("de"),
    Key::of("di"),
    Key::of("da"),
    Key::of("del"),
    Key::of("della"),
    Key::of("la"),
    Key::of("le"),
    Key::of("ter"),
    Key::of("ten"),
    Key::of("dos"),
    Key::of("du"),
    Key::of("zu"),
    Key::of("bin"),
];
/// Those that hardly stand anywhere else.
const SURE_PARTICLES: [Key; 4] = [Key::of("van"), Key::of("von"), Key::of("bin"), Key::of("der")];

/// Whether `я ` stands before a name: who speaks says it.
fn is_told_by_itself(bytes: &[u8], start: usize) -> bool {
    matches!(slice(bytes, start.saturating_sub(4), start), [b' ' | b'\n' | b'"' | b'>', 0xD1, 0x8F, b' '])
}

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
    let near = Word::read_before(bytes, start.saturating_sub(1))?;
    let (_, befores) = ASKED.iter().find(|(key, _)| *key == near.key)?;
    let far = Word::read_before(bytes, near.start.saturating_sub(1)).filter(|far| befores.contains(&far.key))?;
    let word = Word::read(bytes, start).filter(|word| word.start > far.end)?;
    let form = memory.of(&word).given;
    let plain = form.is_some() && !form.entry.common() && !form.entry.place() && !dictionary::around(&word).stranger();
    let (gap, next) = gap_behind(bytes, word.end);
    let goes_on = matches!(gap, Gap::Space | Gap::Hyphen) && is_capital_at(bytes, next);
    // `this is Kofi, may I …`
    let speaks = near.key != Key::of("is")
        || (form.level >= 2
            && (matches!(at(bytes, word.end), b',' | b'.')
                || [&b" from "[..], b" call", b" spea", b" here"]
                    .iter()
                    .any(|said| slice(bytes, word.end, word.end + said.len()) == *said)));
    let fits = plain && word.case == Case::Title && word.letters >= 3 && !goes_on && speaks;
    fits.then(|| word.range())
}

/// A name directly before what calls a person, which begins at `start`: a phone number (`сусідка Дарина 0661180493`, `Азамат,
/// 8-702-…`, `Arjun (brother) +91 …`, `Айгүл; тел. 8 701 …`). Alone it is a given name, or a surname that is nothing else.
pub(crate) fn beside_phone(bytes: &[u8], start: usize, memory: &mut Readings) -> Option<Range<usize>> {
    let mut end = gap_to_name(bytes, start)?;
    // тел., моб., WhatsApp
    let mut labelled = false;
    for _ in 0..2 {
        let dot = usize::from(before(bytes, end) == b'.');
        let Some(label) = Word::read_before(bytes, end - dot).filter(|word| word.end == end - dot) else { break };
        if !PHONES.contains(&label.key) {
            break;
        }
        labelled = true;
        end = gap_to_name(bytes, label.start)?;
    }
    if before(bytes, end) == b')' {
        let open = memchr::memrchr(b'(', slice(bytes, end.saturating_sub(32), end))?;
        let open = end.saturating_sub(32) + open;
        let said = slice(bytes, open + 1, end - 1);
        let plain =
            said.iter().all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80 || matches!(byte, b' ' | b'-' | b'.'));
        end = gap_to_name(bytes, open).filter(|_| plain && !said.is_empty())?;
    }
    // Айгуль К.
    let letter = if before(bytes, end) == b'.' { Word::read_before(bytes, end - 1) } else { None };
    let initial = letter.filter(|word| word.case == Case::Single && before(bytes, word.start) == b' ');
    let at_name = initial.map_or(end, |word| word.start - 1);
    let word = Word::read_before(bytes, at_name).filter(|word| word.end == at_name && word.case == Case::Title)?;
    let (gap, left_end) = gap_before(bytes, word.start);
    let left = if gap == Gap::Space { Word::read_before(bytes, left_end) } else { None };
    // A further name before it is one that the judge of names has seen.
    let led = left.is_some_and(|left| left.is_capital() && !context::begins_sentence(bytes, left.start));
    let around = left.map(|left| dictionary::around(&left)).unwrap_or_default();
    let thing = around.place() || around.firm() || around.eponym() || around.named_after();
    if led || thing || dictionary::around(&word).stranger() || gap == Gap::Hyphen || word.letters < 3 {
        return None;
    }
    let Reading { given, surname, .. } = memory.of(&word);
    let plain = |form: &Form| form.is_some() && !form.entry.common() && !form.entry.place() && !form.weak;
    let cyrillic = word.script == Script::Cyrillic;
    // Роман, Надежда: with a number behind them nobody else.
    let called = plain(&given) || (cyrillic && given.level == 3 && !given.entry.place());
    let adjective = ADJECTIVE_ENDS.iter().any(|end| word.key.ends_in(*end, end.letters()));
    // «Рабочий телефон: …»
    let kind =
        labelled && ["ий", "ый", "ой", "ая", "і"].map(Key::of).iter().any(|end| word.key.ends_in(*end, end.letters()));
    let family = cyrillic && plain(&surname) && !adjective && !kind && word.letters >= 5;
    // `баласы Елнұр 8 776 …`: whatever his name is.
    let relative = around.kin() && !adjective;
    ((called && given.level >= 2) || family || relative).then_some(word.start..end)
}

/// A given name behind another one and the word for `and`, which ends at `end`: `Стас и Ульяна`, `Лёха и Мирон`.
pub(crate) fn joined(bytes: &[u8], end: usize, memory: &mut Readings) -> Option<Range<usize>> {
    let rest = slice(bytes, end, end + 16);
    let and = [" и ", " і ", " й ", " ды ", " және ", " мен ", " пен ", " бен ", " and ", " & "];
    let length = and.iter().find(|and| rest.starts_with(and.as_bytes()))?.len();
    let word = Word::read(bytes, end + length).filter(|word| word.case == Case::Title && word.letters >= 3)?;
    let form = memory.of(&word).given;
    let (gap, next) = gap_behind(bytes, word.end);
    let goes_on = matches!(gap, Gap::Space | Gap::Hyphen) && is_capital_at(bytes, next);
    let plain = form.level >= 2 && !form.entry.place() && !dictionary::around(&word).stranger();
    (plain && !goes_on).then(|| word.range())
}

/// Whether a word may be how somebody is called who is told by what stands before it: any but a few, which no further name
/// follows.
pub(crate) fn may_be_called(bytes: &[u8], word: &Word) -> bool {
    let (gap, next) = gap_behind(bytes, word.end);
    let goes_on = matches!(gap, Gap::Space | Gap::Hyphen) && is_capital_at(bytes, next);
    word.case == Case::Title && word.letters >= 3 && !goes_on && !dictionary::around(word).stranger()
}

/// Whether a word may be who speaks in a chat: one with a capital that says neither role, place nor firm.
pub(crate) fn may_be_nick(word: &Word) -> bool {
    let around = dictionary::around(word);
    word.case == Case::Title && word.letters >= 3 && !around.stranger() && !around.kin()
}

/// A given name directly behind a phone number that ends at `end`: `80256617740, Юрась.`, `+7 701 555 12 34 (Айгүл)`.
pub(crate) fn behind_phone(bytes: &[u8], end: usize, memory: &mut Readings) -> Option<Range<usize>> {
    let rest = slice(bytes, end, end + 5);
    let gap = [&b", "[..], b" (", b" - ", b" ", " – ".as_bytes(), " — ".as_bytes()].into_iter();
    let gap = gap.filter(|gap| rest.starts_with(gap)).map(<[u8]>::len).max()?;
    let start = end + gap;
    let word = Word::read(bytes, start).filter(|word| word.case == Case::Title && word.letters >= 3)?;
    let form = memory.of(&word).given;
    let plain = form.level >= 2 && !form.entry.common() && !form.entry.place() && form.cases.0 & both(NOM) != 0;
    let closed = matches!(at(bytes, word.end), b'.' | b')' | b',' | b';' | b'\n' | b'\r' | b'"' | b'<' | b'|' | 0);
    (plain && closed && !dictionary::around(&word).stranger()).then(|| word.range())
}

/// The end of what stands before the gap that parts a name from a number at `start`: blanks, and one comma, colon, dash,
/// bracket or border of a cell.
fn gap_to_name(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut end, mut marks) = (start, 0);
    while start - end < 6 {
        match before(bytes, end) {
            b' ' => end -= 1,
            b',' | b':' | b'(' | b';' | b'|' | b'\t' | b'-' if marks == 0 => {
                marks += 1;
                end -= 1;
            }
            0x93 | 0x94 if marks == 0 && slice(bytes, end.saturating_sub(3), end - 1) == b"\xE2\x80" => {
                marks += 1;
                end -= 3;
            }
            _ => break,
        }
    }
    (end < start && end > 0).then_some(end)
}

/// Words between a name and a number.
const PHONES: [Key; 24] = [
    Key::of("тел"),
    Key::of("телефон"),
    Key::of("т"),
    Key::of("моб"),
    Key::of("мобильный"),
    Key::of("мобільний"),
    Key::of("сот"),
    Key::of("сотовый"),
    Key::of("ұялы"),
    Key::of("байланыс"),
    Key::of("номер"),
    Key::of("вайбер"),
    Key::of("ватсап"),
    Key::of("тэл"),
    Key::of("tel"),
    Key::of("phone"),
    Key::of("ph"),
    Key::of("mob"),
    Key::of("mobile"),
    Key::of("cell"),
    Key::of("whatsapp"),
    Key::of("wa"),
    Key::of("viber"),
    Key::of("on"),
];

/// A name in Latin letters directly before an address for mail that holds its surname: `Park Soo-jin, soojin.park@…`, `Maeve
/// Oyelaran (m.oyelaran@…)`. The address begins at `start`, and its `@` stands at `sign`.
pub(crate) fn beside_mail(bytes: &[u8], start: usize, sign: usize, memory: &mut Readings) -> Option<Range<usize>> {
    let line = slice(bytes, start.saturating_sub(48), start);
    let line = slice(line, memchr::memrchr(b'\n', line).map_or(0, |n| n + 1), line.len());
    let gap = line.iter().rev().take_while(|byte| !byte.is_ascii_alphanumeric() && **byte < 0x80).count();
    let end = start - gap;
    if !(1..=4).contains(&gap) || gap == line.len() {
        return None;
    }
    let user = slice(bytes, start, sign);
    let last = Word::read_before(bytes, end).filter(|word| word.end == end)?;
    let (joint, left_end) = gap_before(bytes, last.start);
    let first = Word::read_before(bytes, left_end).filter(|_| matches!(joint, Gap::Space | Gap::Dot | Gap::Hyphen))?;
    // Park Soo-jin
    let (half, first) = if joint == Gap::Hyphen {
        let (joint, left_end) = gap_before(bytes, first.start);
        (Some(first), Word::read_before(bytes, left_end).filter(|_| joint == Gap::Space)?)
    } else {
        (None, first)
    };
    let fits = |word: &Word| word.script == Script::Latin && !dictionary::around(word).stranger();
    let holds = |word: &Word| {
        let text = slice(bytes, word.start, word.end);
        text.len() >= 4 && user.windows(text.len().max(1)).any(|part| part.eq_ignore_ascii_case(text))
    };
    // Park is a place elsewhere.
    let titled = matches!(first.case, Case::Title | Case::Single) && (half.is_some() || fits(&first)) && fits(&last);
    let surname = [&first, &last].into_iter().find(|word| word.case == Case::Title && holds(word));
    let known = |word: &Word, memory: &mut Readings| memory.of(word).given.is_some();
    // `r.okafor`: the letter of the other name stands before.
    let letter = |other: &Word| {
        let begins = at(user, 0).eq_ignore_ascii_case(&at(bytes, other.start));
        begins && surname.is_some_and(|word| user.len() <= word.end - word.start + 2)
    };
    let whole = half.is_some_and(|half| {
        let text = slice(bytes, half.start, half.end);
        user.windows(text.len().max(1)).any(|part| part.eq_ignore_ascii_case(text))
    });
    let other = surname.map(|word| if word.start == first.start { last } else { first })?;
    let (gap, _) = gap_before(bytes, first.start);
    let led = gap == Gap::Space
        && Word::read_before(bytes, first.start - 1).is_some_and(|word| word.is_capital() && fits(&word));
    (titled && !led && (known(&other, memory) || letter(&other) || whole)).then_some(first.start..last.end)
}

/// `Williams, Theresa`, `SMITH, JOHN A.`: a surname, and behind the comma the given name at `start`. Both fill a line, a
/// field or what stands behind a label, and no further name follows.
pub(crate) fn reversed(bytes: &[u8], start: usize, memory: &mut Readings) -> Option<Range<usize>> {
    if slice(bytes, start.saturating_sub(2), start) != b", " {
        return None;
    }
    let word = Word::read(bytes, start)?;
    let left = Word::read_before(bytes, start.saturating_sub(2))?;
    // `PILLAI, Raghunathan`: the surname may be in capitals.
    let scot = left.case == Case::Mixed && word.case == Case::Title && is_scottish(bytes, &left);
    let same = (scot || word.case == left.case || (left.case == Case::Upper && word.case == Case::Title))
        && matches!(word.case, Case::Title | Case::Upper)
        && word.letters >= 3;
    let latin = word.script == Script::Latin && left.script == Script::Latin && left.letters >= 3;
    // Behind a wide gap, or the clock of a mail: `On 20 Jan 2025, at 19:55, Tannahill, Robert wrote:`.
    let apart =
        matches!(slice(bytes, left.start.saturating_sub(3), left.start), [_, b' ', b' '] | [b'0'..=b'9', b',', b' ']);
    let fits = same && latin && (apart || context::border_left(bytes, left.start));
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
    let slavic = SLAVIC_ENDS.iter().any(|end| left.key.ends_in(*end, end.letters()) && left.letters >= 6);
    let told = ((given.level >= 1 || apart) && slavic && given.is_some())
        || (given.level >= 1 && scot)
        || (given.level >= 2 && (listed || (labelled && !dictionary::around(&left).stranger())))
        || (listed && !surname.entry.common());
    // A further given name, and an initial, may stand behind.
    let mut end = word.end;
    if let Some(second) = Word::read(bytes, end + 1).filter(|second| at(bytes, end) == b' ' && second.case == word.case)
        && second.script == Script::Latin
        && second.letters >= 3
    {
        end = second.end;
    }
    if let [b' ', b'A'..=b'Z', rest @ ..] = slice(bytes, end, end + 3)
        && !at(rest, 0).is_ascii_alphabetic()
    {
        end += 2 + usize::from(at(rest, 0) == b'.');
    }
    let rest = slice(bytes, end, end + 8);
    let closed = context::border_right(bytes, end)
        || matches!(slice(rest, 0, 2), b" (" | b" <" | b" [" | b"  ")
        || matches!(at(rest, 0), b')' | b'"')
        || rest.starts_with(b" - ")
        || [&b" Ms "[..], b" Mr ", b" Mrs ", b" Dr "].iter().any(|title| rest.starts_with(title))
        || rest.starts_with(b" wrote:");
    // `PILLAI, Raghunathan Venkatesh`: nothing else is written so, if both are no words.
    let written =
        left.case == Case::Upper && left.letters >= 4 && word.case == Case::Title && listed && !surname.entry.common();
    let strange = dictionary::around(&word).stranger() || given.entry.common() || given.entry.place();
    let written = written || (rest.starts_with(b" wrote:") && given.level >= 2);
    (((plain && told) || (written && !strange)) && closed).then_some(left.start..end)
}

/// Words that a given name alone follows where it is said whom to ask or call, with the word before them.
const ASKED: [(Key, &[Key]); 6] = [
    (Key::of("is"), &[Key::of("this")]),
    (Key::of("was"), &[Key::of("name")]),
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

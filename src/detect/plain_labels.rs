//! Values behind labels without a colon, as scanned forms and certificates have them: `Пол Мужской`, `Место рождения гор.
//! Елец`, `Туған жері Қостанай облысы`, `уроженец г. Орёл`, `гражданство Узбекистан`, `имя Всеволод`.
//!
//! In: a Cyrillic capital that begins a label or a value. Out: what stands behind the label, if it is one of the values that
//! the label's rule knows, or a place with the word for its kind. A label without a colon is a word of a sentence more
//! often, so the value must end as a field does.

use super::address;
use super::catalog::RuleIndex;
use super::catalog::file::Reader;
use super::labelled::{self, Setting, VALUE_BYTES, Value};
use super::names::Part;
use super::scan::{Block, Scanner};
use crate::finding::{Confidence, Evidence};
use crate::text::word::{Key, Word, is_capital_at};
use crate::text::{at, before, fold, slice};
use memchr::memchr;

/// Words that the place of somebody's birth follows.
const BORN: [Key; 22] = [
    Key::of("родился"),
    Key::of("родилась"),
    Key::of("народився"),
    Key::of("народилася"),
    Key::of("нарадзіўся"),
    Key::of("нарадзілася"),
    Key::of("уроженец"),
    Key::of("уроженка"),
    Key::of("уроженца"),
    Key::of("уроженки"),
    Key::of("уроженке"),
    Key::of("уроженку"),
    Key::of("уроженцу"),
    Key::of("уроженцем"),
    Key::of("уродженець"),
    Key::of("уродженка"),
    Key::of("уродженця"),
    Key::of("уродженки"),
    Key::of("уродженці"),
    Key::of("ураджэнец"),
    Key::of("ураджэнка"),
    Key::of("ураджэнкі"),
];

/// The last word of the Kazakh label for the place of somebody's birth, and the words before it: `туған жері Ақтөбе облысы`.
const PLACE_OF_BIRTH: (Key, [Key; 2]) = (Key::of("жері"), [Key::of("туған"), Key::of("туылған")]);

/// The two words of the same label in the other languages.
const PLACE: [Key; 3] = [Key::of("место"), Key::of("місце"), Key::of("месца")];
const OF_BIRTH: [Key; 3] = [Key::of("рождения"), Key::of("народження"), Key::of("нараджэння")];

/// Kinds of places written in full, between blanks.
const KINDS: [&str; 8] = [" смт ", " пгт ", " город ", " село ", " місто ", " горад ", " вёска ", " деревня "];

/// Words that the name of somebody's country follows.
const CITIZEN: [Key; 5] = [
    Key::of("гражданство"),
    Key::of("подданство"),
    Key::of("громадянство"),
    Key::of("грамадзянства"),
    Key::of("азаматтығы"),
];

impl Scanner<'_> {
    /// A label that begins with the Cyrillic capital at `start`, with its value behind a blank. Words within a sentence are
    /// refused by what stands before them, most others by their first three letters.
    pub(super) fn plain_label(&mut self, block: &Block<'_>, start: usize, head: u32) {
        let (bytes, catalog) = (block.bytes, self.catalog);
        if !LABEL_HEADS.contains(&head) {
            return;
        }
        let Some((end, group)) = catalog.keywords.longest_at(bytes, start) else { return };
        let Some(value) = value_behind(bytes, end) else { return };
        let Some(meaning) = catalog.groups.get(usize::from(group)) else { return };
        for &rule in &meaning.raise {
            let place = catalog.label_of.get(usize::from(rule)).copied().flatten();
            let Some(label) = place.and_then(|place| catalog.labelled.get(usize::from(place))) else { continue };
            match label.reader {
                Reader::Words | Reader::Place => self.plain_value(block, rule, start..end, value),
                // `Фамилия ПЕТРОВ`, `Фамилия - Петров`, `Тегі      Петров`
                Reader::Name => {
                    let part = Part::of_field(slice(bytes, start, end));
                    let single = matches!(part, Part::Surname | Part::Given | Part::Patronymic);
                    if let Some(rule) = self.is_on(Some(rule)).filter(|_| single && is_capital_at(bytes, value)) {
                        self.behind_label(block, start, value, part, rule);
                    }
                }
                _ => {}
            }
        }
    }

    /// The value of a rule at `start`, behind its label.
    fn plain_value(&mut self, block: &Block<'_>, rule: RuleIndex, name: std::ops::Range<usize>, start: usize) {
        let (bytes, catalog) = (block.bytes, self.catalog);
        let Some(rule) = self.is_on(Some(rule)) else { return };
        let place = catalog.label_of.get(usize::from(rule)).copied().flatten();
        let Some(label) = place.and_then(|place| catalog.labelled.get(usize::from(place))) else { return };
        let line = slice(bytes, start, start + VALUE_BYTES);
        let end = start + memchr(b'\n', line).unwrap_or(line.len());
        let place = label.reader == Reader::Place;
        // «Дата и место рождения - 12.02.1990, г. Орёл»
        let start = if place { labelled::behind_date(bytes, start, end) } else { start };
        let text = slice(bytes, start, end);
        if place && !labelled::is_told_place(text) && !address::begins_with_town(text) {
            return;
        }
        let end = if place { start + sentence_end(text) } else { end };
        let own = slice(bytes, name.start, name.end);
        let value =
            Value { bytes, label: own, start, end, quoted: false, setting: Setting::Phrase, today: self.today() };
        if let Some((span, _)) = labelled::read(label, &value).filter(|(span, _)| !span.is_empty()) {
            self.push(block, span, rule, None, Confidence::Medium, Evidence::KEYWORD);
        }
    }

    /// A value that begins with the Cyrillic capital at `start`, behind a label in small letters. Most words are refused by
    /// their last three letters.
    pub(super) fn behind_small_label(&mut self, block: &Block<'_>, start: usize, rule: Option<RuleIndex>) {
        let bytes = block.bytes;
        if before(bytes, start) != b' ' {
            return;
        }
        // `уроженец г. Орёл`, `місце народження смт Диканька`: the kind of the place stands between.
        let dotted = before(bytes, start.wrapping_sub(1)) == b'.';
        let whole = KINDS.iter().find(|kind| slice(bytes, 0, start).ends_with(kind.as_bytes()));
        let kind = dotted || whole.is_some();
        let value = match whole {
            Some(kind) => start + 1 - kind.len(),
            None if dotted => {
                let letters = slice(bytes, start.saturating_sub(10), start - 2).iter().rev();
                start - 2 - letters.take_while(|byte| **byte >= 0x80).count()
            }
            None => start,
        };
        let Some(word) = value.checked_sub(1) else { return };
        // `туған жері — Ақтөбе облысы`
        let dash = ["— ", "– ", "- "].into_iter().find(|dash| slice(bytes, 0, word + 1).ends_with(dash.as_bytes()));
        let word =
            dash.filter(|dash| before(bytes, word + 1 - dash.len()) == b' ').map_or(word, |dash| word - dash.len());
        // `ур. дер. Заборовье`, `урож. г. Орёл`
        if before(bytes, word) == b'.' && at(bytes, word) == b' ' {
            let short = |label: &str| {
                let start = word.wrapping_sub(label.len());
                slice(bytes, start, word) == label.as_bytes()
                    && matches!(before(bytes, start), b' ' | b',' | b'\n' | b'(')
            };
            if (kind || word + 1 == value)
                && ["ур.", "урож.", "урожд.", "уродж.", "м. нар.", "м.нар.", "м. р.", "м.р.", "м. рожд."]
                    .into_iter()
                    .chain(["род.", "нар."].into_iter().filter(|_| kind))
                    .any(short)
                && let Some(label) = Word::read_before(bytes, word - 1)
            {
                self.plain_by_reader(block, Reader::Place, "birth_place", &label, value);
            }
            return;
        }
        let last = (0..6).fold(0, |last, back| last | u64::from(before(bytes, word.wrapping_sub(back))) << (8 * back));
        if at(bytes, word) != b' ' || !ENDS.contains(&last) {
            return;
        }
        let Some(label) = Word::read_before(bytes, word) else { return };
        match (rule, Part::of_label(&label)) {
            _ if BORN.contains(&label.key) => self.plain_by_reader(block, Reader::Place, "birth_place", &label, value),
            _ if label.key == PLACE_OF_BIRTH.0 => {
                let first = label.start.checked_sub(1).and_then(|end| Word::read_before(bytes, end));
                if first.is_some_and(|first| PLACE_OF_BIRTH.1.contains(&first.key)) {
                    self.plain_by_reader(block, Reader::Place, "birth_place", &label, value);
                }
            }
            // `место рождения г. Елец`
            _ if kind && OF_BIRTH.contains(&label.key) => {
                let first = label.start.checked_sub(1).and_then(|end| Word::read_before(bytes, end));
                if first.is_some_and(|first| PLACE.contains(&first.key)) {
                    self.plain_by_reader(block, Reader::Place, "birth_place", &label, value);
                }
            }
            _ if kind => {}
            // гр-во
            _ if CITIZEN.contains(&label.key) || slice(bytes, 0, word).ends_with("гр-во".as_bytes()) => {
                self.plain_by_reader(block, Reader::Words, "citizenship", &label, value);
            }
            // Behind another part only: «тэатр імя Янкі Купалы».
            (Some(rule), Some(part))
                if label.start > 0
                    && Word::read_before(bytes, label.start - 1).is_some_and(|left| left.is_capital()) =>
            {
                self.behind_label(block, label.start, start, part, rule);
            }
            _ => {}
        }
    }

    pub(super) fn plain_by_reader(&mut self, block: &Block<'_>, reader: Reader, id: &str, label: &Word, value: usize) {
        let catalog = self.catalog;
        let named = |rule: RuleIndex| {
            let kind = catalog.rules.get(usize::from(rule)).map(|rule| usize::from(rule.kind));
            kind.and_then(|kind| catalog.kinds.get(kind)).is_some_and(|kind| &*kind.detector == id)
        };
        let rule = catalog.labelled.iter().find(|label| label.reader == reader && named(label.rule));
        let Some(rule) = rule.map(|label| label.rule) else { return };
        self.plain_value(block, rule, label.range(), value);
    }
}

/// Where the value behind a label that ends at `end` begins: behind blanks, a tabulator, the border of a cell, a dash, a row
/// of dots or underscores, or a remark in brackets with a colon (`Пол (нужное подчеркнуть): …`). A single colon is seen by
/// itself.
fn value_behind(bytes: &[u8], end: usize) -> Option<usize> {
    let blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
    let blanks = |from: usize| slice(bytes, from, from + 32).iter().take_while(blank).count();
    let mut i = end + blanks(end);
    let row = slice(bytes, i, i + 64).iter().take_while(|byte| matches!(byte, b'.' | b'_')).count();
    match at(bytes, i) {
        b'(' => {
            let close = memchr(b')', slice(bytes, i, i + 80))?;
            i += close + 1;
            let colon = at(bytes, i) == b':' && !slice(bytes, i - close, i).contains(&b'\n');
            i += if colon { 1 } else { return None };
        }
        b'|' => i += 1,
        b'-' if i > end && at(bytes, i + 1) == b' ' => i += 1,
        0xE2 if i > end && at(bytes, i + 1) == 0x80 && matches!(at(bytes, i + 2), 0x93 | 0x94) => i += 3,
        _ if row > 2 => i += row,
        _ if i > end => return Some(i),
        _ => return None,
    }
    Some(i + blanks(i))
}

/// Where the place in a sentence ends: before the comma that something in small letters follows, unless that is a place too.
fn sentence_end(text: &[u8]) -> usize {
    let goes_on = |comma: usize| {
        let rest = slice(text, comma + 2, text.len());
        is_capital_at(rest, 0) || labelled::is_told_place(rest)
    };
    memchr::memmem::find_iter(text, b", ").find(|comma| !goes_on(*comma)).unwrap_or(text.len())
}

/// Whether a label or a sentence may begin at `start`: nothing but an end stands before it.
pub(super) fn begins(bytes: &[u8], start: usize) -> bool {
    match before(bytes, start) {
        b'\n' | b'\t' | 0 => true,
        b' ' => !matches!(before(bytes, start.wrapping_sub(1)), 0x80..|b'a'..=b'z'| b'A'..=b'Z' | b'-' | b'('),
        _ => false,
    }
}

/// The first three letters at `start`, folded.
pub(super) fn head(bytes: &[u8], start: usize) -> u32 {
    let (mut head, mut i, mut inside) = (0, start, true);
    for _ in 0..3 {
        let (code, length) = fold::folded_at(bytes, i);
        inside &= fold::is_letter(code);
        head = head << 8 | if inside { u32::from(code) } else { 0 };
        i += length;
    }
    head
}

/// The same of a word that is known when the program is built; shorter words end with a gap.
#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
pub(super) const fn head_of(word: &str) -> u32 {
    let bytes = word.as_bytes();
    let (mut head, mut i, mut letters) = (0, 0, 0);
    while letters < 3 {
        let code = if i >= bytes.len() {
            0
        } else if bytes[i] < 0x80 {
            i += 1;
            fold::fold(bytes[i - 1] as u32)
        } else {
            i += 2;
            fold::fold((bytes[i - 2] as u32 & 0x1F) << 6 | bytes[i - 1] as u32 & 0x3F)
        };
        head = head << 8 | if fold::is_letter(code) { code as u32 } else { 0 };
        letters += 1;
    }
    head
}

/// How labels begin whose values need no colon.
const LABEL_HEADS: [u32; 31] = [
    head_of("дат"),
    head_of("год"),
    head_of("пол"),
    head_of("ваш"),
    head_of("жын"),
    head_of("ста"),
    head_of("гра"),
    head_of("гро"),
    head_of("под"),
    head_of("аза"),
    head_of("мес"),
    head_of("міс"),
    head_of("туг"),
    head_of("уро"),
    head_of("ура"),
    head_of("отб"),
    head_of("сем"),
    head_of("сос"),
    head_of("сім"),
    head_of("сям"),
    head_of("фам"),
    head_of("имя"),
    head_of("отч"),
    head_of("прі"),
    head_of("ім'"),
    head_of("імя"),
    head_of("по"),
    head_of("про"),
    head_of("тег"),
    head_of("аты"),
    head_of("аке"),
];

/// The last three letters of labels in small letters.
const ENDS: [u64; 24] = [
    last_of("лся"),
    last_of("ась"),
    last_of("ася"),
    last_of("ўся"),
    last_of("нец"),
    last_of("нка"),
    last_of("нца"),
    last_of("нки"),
    last_of("нке"),
    last_of("нку"),
    last_of("нцу"),
    last_of("цем"),
    last_of("нця"),
    last_of("нці"),
    last_of("нкі"),
    last_of("тво"),
    last_of("имя"),
    last_of("імя"),
    last_of("лия"),
    last_of("ові"),
    last_of("р-во"),
    last_of("ері"),
    last_of("ния"),
    last_of("ння"),
];

/// The last six bytes of a word as one number.
#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const fn last_of(word: &str) -> u64 {
    let bytes = word.as_bytes();
    let (mut last, mut i) = (0, bytes.len() - 6);
    while i < bytes.len() {
        last = last << 8 | bytes[i] as u64;
        i += 1;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::super::examples::all_found;

    #[test]
    fn labels_without_a_colon_tell_their_values() {
        for (id, text, want) in [
            ("gender", "1. ФИО\nПол Мужской\n2. Адрес", "Мужской"),
            ("gender", "Жынысы ер\n", "ер"),
            ("gender", "Стать жіноча\n", "жіноча"),
            ("citizenship", "4. Гражданство Российская Федерация\n", "Российская Федерация"),
            ("citizenship", "ПИН 1, гражданство Узбекистан, д.р.", "Узбекистан"),
            ("marital_status", "Сімейний стан заміжня\n", "заміжня"),
            ("birth_place", "3. Место рождения гор. Елец Липецкой обл.\n", "гор. Елец Липецкой обл"),
            ("birth_place", "Туған жері Қостанай облысы, Әулиекөл ауданы\n", "Қостанай облысы, Әулиекөл ауданы"),
            ("birth_place", "1961 г.р., уроженец г. Орёл, русский", "г. Орёл"),
            ("birth_place", "Дата і месца нараджэння - 12.02.1990, г. Капыль\n", "г. Капыль"),
            ("birth_place", "родилась 24.05.1987 в г. Сызрань", "г. Сызрань"),
            ("birth_place", "Jane was born on 24 May 1987 in Leeds.", "Leeds"),
            ("person_name", "Прозвішча - Асмалоўская\n", "Асмалоўская"),
            ("person_name", "Фамилия Пример имя Всеволод отчество Адамович\n", "Пример|Всеволод|Адамович"),
        ] {
            assert_eq!(all_found(text, id).join("|"), want, "{text}");
        }
    }

    #[test]
    fn sentences_hold_none() {
        for (id, text) in [
            ("gender", "Пол мужской раздевалки моют утром"),
            ("citizenship", "Гражданство РФ приобретается по рождению"),
            ("birth_place", "Место рождения Пушкина известно"),
            ("birth_place", "наш земляк, уроженец Севера"),
            ("person_name", "тэатр імя Янкі Купалы"),
            ("marital_status", "Семейное положение женат указывать не нужно"),
        ] {
            assert_eq!(all_found(text, id), Vec::<String>::new(), "{text}");
        }
    }
}

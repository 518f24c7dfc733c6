//! Case endings: which names a word may be a form of, in Russian, Ukrainian, Belarusian and Kazakh.
//!
//! In: the folded letters of one word. Out: for given name, surname and patronymic the genders and cases that the form
//! has, and how well the name is known. Endings are looked through by table, and each base is asked of the dictionary, so
//! no paradigm is stored. Forms of neighbours must share a gender and a case: that tells `Веру Петрову` from a sentence
//! that begins with «Вера» and goes on with a name.

use super::dictionary::{self, Entry};
use super::patronymic;
use crate::text::fold::CODES;
use crate::text::word::{Case, Key, Script, Word};

/// Genders and cases that a form may have: seven cases of men in the low bits, of women above them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cases(pub(super) u16);

pub(super) const NOM: u16 = 1;
pub(super) const GEN: u16 = 2;
pub(super) const DAT: u16 = 4;
pub(super) const ACC: u16 = 8;
pub(super) const INS: u16 = 16;
pub(super) const LOC: u16 = 32;
/// Any Kazakh case but the nominative: only the last word of a name has it.
pub(super) const KAZ: u16 = 64;
const ALL: u16 = 127;
/// Any case of a man.
pub(super) const M: u16 = ALL;
/// Any case of a woman.
pub(super) const F: u16 = ALL << 7;

/// A woman's case.
pub(super) const fn her(cases: u16) -> u16 {
    cases << 7
}

/// Both genders.
pub(super) const fn both(cases: u16) -> u16 {
    cases | cases << 7
}

impl Cases {
    /// What both forms may be. A Kazakh ending of the last word goes with the nominative before it.
    pub(super) fn agree(self, next: Self) -> Self {
        let kazakh = (self.0 & both(NOM)) << 6 & next.0 & both(KAZ);
        Self(self.0 & next.0 | kazakh)
    }

    /// Whether no case is left.
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// How a word may be one part of a name.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Form {
    /// Genders and cases.
    pub(super) cases: Cases,
    /// How common: 1 to 3 from the list; 0 is none.
    pub(super) level: u8,
    /// Known by its ending only, not from the list.
    pub(super) by_ending: bool,
    /// The ending is one that many other words have: `-ин`, `-ын`, `-ив`, `-ав`.
    pub(super) weak: bool,
    /// What the list says of the base.
    pub(super) entry: Entry,
    /// The base.
    pub(super) base: Key,
}

impl Form {
    /// Whether the word may be this part at all.
    pub(super) fn is_some(&self) -> bool {
        self.level > 0
    }

    fn take(&mut self, other: Self) {
        let cases = Cases(self.cases.0 | other.cases.0);
        if other.level > self.level || (other.level == self.level && self.by_ending && !other.by_ending) {
            *self = other;
        }
        self.cases = cases;
    }
}

/// All that one word may be.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reading {
    pub(super) given: Form,
    pub(super) surname: Form,
    pub(super) patronymic: Form,
}

impl Reading {
    /// Reads a word.
    pub(super) fn of(word: &Word) -> Self {
        match word.script {
            Script::Other => Self::default(),
            Script::Latin => Self::latin(word),
            Script::Cyrillic if word.letters < 2 || matches!(word.case, Case::Mixed | Case::Number) => Self::default(),
            Script::Cyrillic => {
                let (given, surname) = given_and_surname(word.key);
                Self { given, surname, patronymic: patronymic::form(word.key) }
            }
        }
    }

    /// Whether a word has the ending of a patronymic.
    pub(super) fn may_be_patronymic(word: &Word) -> bool {
        word.script == Script::Latin || patronymic::form(word.key).is_some()
    }

    fn latin(word: &Word) -> Self {
        let (entry, base) = dictionary::latin(word.key);
        let gender = |entry: Entry| match (entry.male(), entry.female()) {
            (true, false) => M,
            (false, true) => F,
            _ => M | F,
        };
        let mut reading = Self { patronymic: patronymic::latin(base), ..Self::default() };
        if entry.given() > 0 {
            reading.given =
                Form { cases: Cases(gender(entry)), level: entry.given(), by_ending: false, weak: false, entry, base };
        }
        // Women's surnames are listed as those of men.
        let last = base.without(1);
        let (her, man) = (dictionary::marks_by_sound(last), base.ends_in(Key::of("a"), 1));
        if entry.surname() > 0 {
            reading.surname =
                Form { cases: Cases(M | F), level: entry.surname(), by_ending: false, weak: false, entry, base };
        } else if man && her.surname() > 0 && !her.western() {
            reading.surname =
                Form { cases: Cases(F), level: her.surname(), by_ending: false, weak: false, entry: her, base: last };
        } else if word.letters >= 5 && LATIN_SURNAMES.iter().any(|(end, letters)| base.ends_in(*end, *letters)) {
            reading.surname = Form { cases: Cases(M | F), level: 1, by_ending: true, weak: false, entry, base };
        }
        reading
    }
}

/// What may stand before an ending.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stem {
    Consonant,
    Any,
}

struct Ending {
    letters: u32,
    key: Key,
    instead: Key,
    instead_letters: u32,
    cases: u16,
    stem: Stem,
}

const fn end(text: &'static str, instead: &'static str, stem: Stem, cases: u16) -> Ending {
    let (key, instead) = (Key::of(text), Key::of(instead));
    Ending { letters: key.letters(), key, instead, instead_letters: instead.letters(), cases, stem }
}

use Stem::{Any, Consonant};

/// For each last letter the endings of a table that have it, a bit each: most words are looked at in a few steps.
const fn by_last<const N: usize>(endings: &[Ending; N]) -> [u64; CODES] {
    let mut table = [0; CODES];
    let mut i = 0;
    #[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
    while i < N {
        let last = endings[i].key.last() as usize;
        let mut code = 0;
        while code < CODES {
            // An empty ending fits all.
            if endings[i].letters == 0 || code == last {
                table[code] |= 1 << i;
            }
            code += 1;
        }
        i += 1;
    }
    table
}

static NOUN_LAST: [u64; CODES] = by_last(&NOUN);
static KAZAKH_LAST: [u64; CODES] = by_last(&KAZAKH);
static POSSESSIVE_LAST: [u64; CODES] = by_last(&POSSESSIVE);
static ADJECTIVE_LAST: [u64; CODES] = by_last(&ADJECTIVE);

/// The endings of a table that a word has.
fn endings<'t>(table: &'t [Ending], by_last: &[u64; CODES], key: Key) -> impl Iterator<Item = &'t Ending> {
    let mut bits = by_last.get(usize::from(key.last())).copied().unwrap_or(0);
    std::iter::from_fn(move || {
        while bits != 0 {
            let ending = table.get(bits.trailing_zeros() as usize);
            bits &= bits - 1;
            if let Some(ending) = ending.filter(|ending| key.ends_in(ending.key, ending.letters)) {
                return Some(ending);
            }
        }
        None
    })
}

/// Endings of nouns: what to put in their place to have the base, and the cases they tell.
const NOUN: [Ending; 50] = [
    end("зе", "га", Any, her(DAT | LOC)),
    end("зи", "га", Any, her(DAT | LOC)),
    end("ци", "ка", Any, both(DAT | LOC)),
    end("це", "та", Any, her(DAT | LOC)),
    end("а", "", Consonant, GEN | ACC),
    end("у", "", Consonant, DAT),
    end("ом", "", Consonant, INS),
    end("ем", "", Consonant, INS),
    end("ам", "", Consonant, INS),
    end("е", "", Consonant, LOC | NOM),
    end("и", "", Consonant, LOC | DAT),
    end("ы", "", Consonant, LOC),
    end("ови", "", Consonant, DAT | LOC),
    end("еви", "", Consonant, DAT | LOC),
    end("я", "й", Any, GEN | ACC),
    end("ю", "й", Any, DAT | NOM),
    end("ем", "й", Any, INS),
    end("ям", "й", Any, INS),
    end("е", "й", Any, LOC),
    end("и", "й", Any, LOC | DAT),
    end("еви", "й", Any, DAT | LOC),
    end("я", "ь", Consonant, GEN | ACC),
    end("ю", "ь", Consonant, DAT),
    end("ем", "ь", Consonant, INS),
    end("ям", "ь", Consonant, INS),
    end("е", "ь", Consonant, LOC),
    end("и", "ь", Consonant, LOC | her(GEN | DAT | LOC)),
    end("ью", "ь", Consonant, her(INS)),
    end("а", "о", Consonant, GEN | ACC),
    end("у", "о", Consonant, DAT),
    end("ом", "о", Consonant, INS),
    end("ови", "о", Consonant, DAT | LOC),
    end("ы", "а", Any, both(GEN)),
    end("и", "а", Any, both(GEN | DAT | LOC)),
    end("е", "а", Any, both(DAT | LOC)),
    end("у", "а", Any, both(ACC)),
    end("ой", "а", Any, both(INS)),
    end("ою", "а", Any, both(INS)),
    end("ей", "а", Any, both(INS)),
    end("ею", "а", Any, both(INS)),
    end("ай", "а", Any, both(INS)),
    end("аю", "а", Any, both(INS)),
    end("о", "а", Any, both(NOM)),
    end("и", "я", Any, both(GEN | DAT | LOC)),
    end("ю", "я", Any, both(ACC)),
    end("ей", "я", Any, both(INS)),
    end("ею", "я", Any, both(INS)),
    end("яй", "я", Any, both(INS)),
    end("яю", "я", Any, both(INS)),
    end("е", "я", Any, both(DAT | LOC | NOM)),
];

/// Kazakh endings, behind any name.
const KAZAKH: [Ending; 31] = [
    end("нан", "", Any, both(KAZ)),
    end("нен", "", Any, both(KAZ)),
    end("нын", "", Any, both(KAZ)),
    end("нин", "", Any, both(KAZ)),
    end("дын", "", Any, both(KAZ)),
    end("дин", "", Any, both(KAZ)),
    end("тын", "", Any, both(KAZ)),
    end("тин", "", Any, both(KAZ)),
    end("га", "", Any, both(KAZ)),
    end("ге", "", Any, both(KAZ)),
    end("ка", "", Any, both(KAZ)),
    end("ке", "", Any, both(KAZ)),
    end("на", "", Any, both(KAZ)),
    end("не", "", Any, both(KAZ)),
    end("ды", "", Any, both(KAZ)),
    end("ди", "", Any, both(KAZ)),
    end("ты", "", Any, both(KAZ)),
    end("ти", "", Any, both(KAZ)),
    end("ны", "", Any, both(KAZ)),
    end("ни", "", Any, both(KAZ)),
    end("да", "", Any, both(KAZ)),
    end("де", "", Any, both(KAZ)),
    end("та", "", Any, both(KAZ)),
    end("те", "", Any, both(KAZ)),
    end("дан", "", Any, both(KAZ)),
    end("ден", "", Any, both(KAZ)),
    end("тан", "", Any, both(KAZ)),
    end("тен", "", Any, both(KAZ)),
    end("мен", "", Any, both(KAZ)),
    end("бен", "", Any, both(KAZ)),
    end("пен", "", Any, both(KAZ)),
];

/// Endings behind `-ов -ев -ин -ын` and their like.
const POSSESSIVE: [Ending; 15] = [
    end("", "", Any, NOM),
    end("а", "", Any, GEN | ACC | her(NOM)),
    end("у", "", Any, DAT | her(ACC)),
    end("ым", "", Any, INS),
    end("им", "", Any, INS),
    end("е", "", Any, LOC),
    end("ови", "", Any, DAT | LOC),
    end("и", "", Any, LOC),
    end("ом", "", Any, LOC),
    end("ой", "", Any, her(GEN | DAT | INS | LOC)),
    end("ою", "", Any, her(INS)),
    end("ои", "", Any, her(GEN)),
    end("ий", "", Any, her(DAT | LOC)),
    end("ай", "", Any, her(GEN | DAT | INS | LOC)),
    end("аю", "", Any, her(INS)),
];

/// Endings of adjectives, in place of the last two letters of `-ский`, `-ый`, `-ой`.
const ADJECTIVE: [Ending; 22] = [
    end("ий", "", Any, NOM),
    end("ый", "", Any, NOM),
    end("ой", "", Any, NOM | her(GEN | DAT | INS | LOC)),
    end("и", "", Any, NOM),
    end("ы", "", Any, NOM),
    end("ого", "", Any, GEN | ACC),
    end("ага", "", Any, GEN | ACC),
    end("ому", "", Any, DAT),
    end("аму", "", Any, DAT),
    end("им", "", Any, INS | LOC),
    end("ым", "", Any, INS | LOC),
    end("ом", "", Any, LOC),
    end("ая", "", Any, her(NOM)),
    end("а", "", Any, her(NOM)),
    end("ои", "", Any, her(GEN)),
    end("ий", "", Any, her(DAT | LOC)),
    end("ай", "", Any, her(GEN | DAT | INS | LOC)),
    end("аю", "", Any, her(INS)),
    end("ою", "", Any, her(INS)),
    end("ую", "", Any, her(ACC)),
    end("у", "", Any, her(ACC)),
    end("ия", "", Any, her(NOM)),
];

const fn suffix(text: &'static str) -> (Key, u32) {
    let key = Key::of(text);
    (key, key.letters())
}

/// Ends of surnames that are declined like `Петров`; the last row are Belarusian, whose `ў` becomes `в` before a vowel.
const POSSESSIVES: [(Key, u32); 7] =
    [suffix("ов"), suffix("ев"), suffix("ин"), suffix("ын"), suffix("ав"), suffix("яв"), suffix("ив")];
/// Those that few other words have.
const STRONG: [(Key, u32); 3] = [suffix("ов"), suffix("ев"), suffix("ишин")];
const BELARUSIAN: [(Key, u32); 4] = [suffix("оу"), suffix("еу"), suffix("ау"), suffix("яу")];
/// Ends of surnames that are declined like adjectives, without the last two letters.
const ADJECTIVES: [(Key, u32); 5] = [suffix("ск"), suffix("цк"), suffix("ськ"), suffix("цьк"), suffix("зьк")];
/// Other ends that tell a surname.
const SURNAMES: [(Key, u32); 22] = [
    suffix("энка"),
    suffix("чык"),
    suffix("эвич"),
    suffix("енак"),
    suffix("юк"),
    suffix("енко"),
    suffix("енка"),
    suffix("анка"),
    suffix("чук"),
    suffix("щук"),
    suffix("ович"),
    suffix("евич"),
    suffix("авич"),
    suffix("швили"),
    suffix("адзе"),
    suffix("идзе"),
    suffix("онак"),
    suffix("ишин"),
    suffix("янц"),
    suffix("бай"),
    suffix("бек"),
    suffix("заде"),
];
const LATIN_SURNAMES: [(Key, u32); 16] = [
    suffix("ov"),
    suffix("ev"),
    suffix("ova"),
    suffix("eva"),
    suffix("enko"),
    suffix("quk"),
    suffix("ovskii"),
    suffix("ski"),
    suffix("skaia"),
    suffix("ska"),
    suffix("ovic"),
    suffix("oviq"),
    suffix("eviq"),
    suffix("wvili"),
    suffix("baev"),
    suffix("uli"),
];

fn is_vowel(letter: u8) -> bool {
    VOWELS.contains(&letter)
}

const VOWELS: [u8; 10] = {
    let mut codes = [0; 10];
    let letters = ["а", "е", "и", "о", "у", "ы", "э", "ю", "я", "ё"];
    let mut i = 0;
    #[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
    while i < 10 {
        codes[i] = Key::of(letters[i]).last();
        i += 1;
    }
    codes
};

/// The bases that a word may be a noun form of.
fn bases(key: Key) -> impl Iterator<Item = (Key, u16)> {
    let all = endings(&NOUN, &NOUN_LAST, key).chain(endings(&KAZAKH, &KAZAKH_LAST, key));
    let nouns = all.filter_map(move |ending| {
        let least = if ending.cases & both(KAZ) == 0 { 2 } else { 4 };
        if key.letters() < ending.letters + least {
            return None;
        }
        let stem = key.without(ending.letters);
        if ending.stem == Consonant && is_vowel(stem.last()) {
            return None;
        }
        Some((stem.join(ending.instead, ending.instead_letters), ending.cases))
    });
    std::iter::once((key, 0)).chain(nouns)
}

/// Cases of a base as it stands in the list.
fn bare(key: Key, entry: Entry) -> u16 {
    let last = key.last();
    let consonant = !is_vowel(last);
    let open = [Key::of("о").last(), Key::of("у").last(), Key::of("э").last(), Key::of("е").last()].contains(&last);
    // Women's names that end in a consonant (Айгүл), and names in -о, -у, -е are not declined.
    let woman = if entry.female() && (consonant || open) { F } else { her(NOM) };
    woman | NOM
}

/// Given name and surname that a word may be.
fn given_and_surname(key: Key) -> (Form, Form) {
    let (mut given, mut surname) = (Form::default(), Form::default());
    if key.letters() >= 4 {
        possessive(key, &mut surname);
        adjective(key, &mut surname);
    }
    for (base, cases) in bases(key) {
        let entry = dictionary::entry(base);
        if entry.given() > 0 {
            let cases = if cases == 0 { bare(base, entry) } else { cases };
            let gender = if entry.male() { M } else { 0 } | if entry.female() { F } else { 0 };
            let cases = Cases(cases & gender);
            if !cases.is_empty() {
                given.take(Form { cases, level: entry.given(), entry, base, ..Form::default() });
            }
        }
        let by_ending = entry.surname() == 0;
        if by_ending && (base.letters() < 5 || !SURNAMES.iter().any(|(end, letters)| base.ends_in(*end, *letters))) {
            continue;
        }
        // Declined by a table of their own.
        if is_possessive(base) && cases & both(KAZ) == 0 && base.letters() >= 4 {
            continue;
        }
        let undeclined = !is_vowel(base.last()) || OPEN.contains(&base.last());
        let cases = match cases {
            0 if undeclined => NOM | F | if is_vowel(base.last()) { M } else { 0 },
            0 => both(NOM),
            other => other,
        };
        let level = if by_ending { 1 } else { entry.surname() };
        surname.take(Form { cases: Cases(cases), level, by_ending, weak: false, entry, base });
    }
    (given, surname)
}

const OPEN: [u8; 5] =
    [Key::of("о").last(), Key::of("у").last(), Key::of("и").last(), Key::of("е").last(), Key::of("э").last()];

fn is_possessive(base: Key) -> bool {
    POSSESSIVES.iter().any(|(end, letters)| base.ends_in(*end, *letters))
}

fn possessive(key: Key, found: &mut Form) {
    let kazakh = endings(&KAZAKH, &KAZAKH_LAST, key);
    let behind = |ending: &Ending| (key.without(ending.letters), ending.cases);
    // Петровтың, Петроваға: the Kazakh ending stands behind either form.
    let kazakh = kazakh.flat_map(|ending| {
        let stem = key.without(ending.letters);
        let woman = if stem.last() == Key::of("а").last() { stem.without(1) } else { Key::default() };
        [(stem, KAZ), (woman, her(KAZ))]
    });
    let slavic = endings(&POSSESSIVE, &POSSESSIVE_LAST, key).map(behind);
    for (base, cases) in slavic.chain(kazakh) {
        if base.letters() < 4 || !is_possessive(base) {
            continue;
        }
        let entry = dictionary::entry(base);
        let by_ending = entry.surname() == 0;
        let weak = by_ending && !STRONG.iter().any(|(end, letters)| base.ends_in(*end, *letters));
        found.take(Form { cases: Cases(cases), level: entry.surname().max(1), by_ending, weak, entry, base });
    }
    if key.letters() >= 4 && BELARUSIAN.iter().any(|(end, letters)| key.ends_in(*end, *letters)) {
        let base = key.without(1).with(Key::of("в").last());
        let (spelt, listed) = (dictionary::entry(key), dictionary::entry(base));
        let level = spelt.surname().max(listed.surname()).max(1);
        let by_ending = spelt.surname() == 0 && listed.surname() == 0;
        found.take(Form { cases: Cases(NOM), level, by_ending, weak: false, entry: spelt, base });
    }
}

fn adjective(key: Key, found: &mut Form) {
    for ending in endings(&ADJECTIVE, &ADJECTIVE_LAST, key) {
        let stem = key.without(ending.letters);
        if stem.letters() < 3 {
            continue;
        }
        let spelt = [Key::of("ий"), Key::of("ый"), Key::of("ой")].map(|end| stem.join(end, 2));
        let listed = spelt.into_iter().map(|base| (base, dictionary::entry(base))).find(|(_, e)| e.surname() > 0);
        let by_rule = stem.letters() >= 4 && ADJECTIVES.iter().any(|(end, letters)| stem.ends_in(*end, *letters));
        let [first, ..] = spelt;
        match listed {
            Some((base, entry)) => {
                let form = Form {
                    cases: Cases(ending.cases),
                    level: entry.surname(),
                    by_ending: false,
                    weak: false,
                    entry,
                    base,
                };
                found.take(form);
            }
            None if by_rule => {
                let entry = dictionary::entry(first);
                found.take(Form {
                    cases: Cases(ending.cases),
                    level: 1,
                    by_ending: true,
                    weak: false,
                    entry,
                    base: first,
                });
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Reading {
        Reading::of(&Word::read(text.as_bytes(), 0).unwrap())
    }

    #[test]
    fn given_names_are_known_in_all_cases() {
        let mut wrong = Vec::new();
        for text in [
            "Сергей",
            "Сергея",
            "Сергею",
            "Сергеем",
            "Сергее",
            "Анна",
            "Анны",
            "Анне",
            "Анну",
            "Анной",
            "Игоря",
            "Игорем",
            "Любовью",
            "Марии",
            "Марию",
            "Ильёй",
            "Петра",
            "Павлом",
            "Льва",
            "Олексієві",
            "Петром",
            "Дмитра",
            "Ольгою",
            "Оксано",
            "Міколу",
            "Вользе",
            "Нұрланға",
            "Айгүлдің",
            "Дәуреннен",
            "Дмитрия",
            "Сергія",
            "Кацярынай",
        ] {
            wrong.extend((!read(text).given.is_some()).then_some(text));
        }
        for text in ["Стол", "Компания", "Договор", "Которого", "Бойынша"] {
            wrong.extend(read(text).given.is_some().then_some(text));
        }
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn surnames_are_known_in_all_cases() {
        let mut wrong = Vec::new();
        for text in [
            "Петров",
            "Петрова",
            "Петрову",
            "Петровым",
            "Петрове",
            "Петровой",
            "Петровою",
            "Достоевского",
            "Толстому",
            "Шевчука",
            "Шевчуком",
            "Бондаренка",
            "Бондаренкові",
            "Коваленко",
            "Іваноў",
            "Івановым",
            "Іванову",
            "Янкоўскага",
            "Серікбаевтың",
            "Серікбаеваға",
            "Мороза",
            "Глинки",
            "Бойком",
            "Пётрович",
            "Осадчая",
        ] {
            wrong.extend((!read(text).surname.is_some()).then_some(text));
        }
        for text in ["Компания", "Который", "Договору", "Мамлекет"] {
            wrong.extend(read(text).surname.is_some().then_some(text));
        }
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn forms_of_one_person_agree() {
        let mut wrong = Vec::new();
        let agree = |given: &str, surname: &str| !read(given).given.cases.agree(read(surname).surname.cases).is_empty();
        for (given, surname) in [
            ("Анна", "Петрова"),
            ("Анны", "Петровой"),
            ("Сергеем", "Петровым"),
            ("Нұрлан", "Серікбаевтың"),
            ("Олег", "Шевчук"),
            ("Олега", "Шевчука"),
            ("Оксана", "Бондаренко"),
            ("Оксаною", "Шевчук"),
        ] {
            wrong.extend((!agree(given, surname)).then_some((given, surname)));
        }
        for (given, surname) in [("Роман", "Толстого"), ("Анна", "Петров"), ("Сергеем", "Петровой")]
        {
            wrong.extend(agree(given, surname).then_some((given, surname)));
        }
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn latin_spellings_are_known() {
        assert!(read("Sergey").given.is_some() && read("Yekaterina").given.is_some());
        assert!(read("Serikbayev").surname.is_some() && read("Petrova").surname.is_some());
        assert!(read("William").given.is_some() && read("Lucas").surname.is_some());
        assert!(!read("Windows").surname.is_some());
    }
}

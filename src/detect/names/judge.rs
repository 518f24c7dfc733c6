//! Which of the words around a place make a person's name.
//!
//! In: a few words around a trigger ([`Words`]) and the bytes they stand in. Out: the span of the name that holds the
//! trigger, and how it was told. Names are read from left to right from the first capital of the row, longest first, so
//! the answer does not depend on which of its words fired.

use super::context;
use super::dictionary::{self, Around};
use super::endings::{SLAVIC_ENDS, ends_as_kazakh, has_western_ending, is_scottish};
use super::forms::{Cases, Form, NOM, Reading, both};
use super::patronymic;
use super::readings::Readings;
use crate::text::word::{Case, Gap, Key, SIDE, Script, Word, Words, gap_behind, is_capital_at};
use crate::text::{at, before, slice};
use std::ops::Range;

/// How a name was told: the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A patronymic of a known father, and a name beside it.
    Patronymic,
    /// A word with the ending of a patronymic beside a known name.
    Ending,
    /// A surname and initials.
    Initials,
    /// A given name and a surname from the lists, in forms that agree.
    Pair,
    /// A given name behind a greeting.
    Greeting,
}

/// A name in the bytes of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Its bytes.
    pub range: Range<usize>,
    /// How it was told.
    pub proof: Proof,
}

/// One past the last word, and what was found.
type Found = (usize, Proof);

struct Row<'a> {
    bytes: &'a [u8],
    words: &'a Words,
    readings: [Option<Reading>; 2 * SIDE + 1],
    memory: &'a mut Readings,
}

/// Whether two neighbours may be parts of one name at all: most capitals are refused here.
pub(crate) fn may_be_name(bytes: &[u8], left: &Word, right: &Word, memory: &mut Readings) -> bool {
    if left.case == Case::Single || right.case == Case::Single {
        return true;
    }
    // Вайцяхоўскі Зд.
    if right.letters == 2
        && right.case == Case::Title
        && right.script == Script::Cyrillic
        && at(bytes, right.end) == b'.'
    {
        return true;
    }
    let part = |reading: &Reading| reading.given.is_some() || reading.surname.is_some();
    let second = memory.of(right);
    if second.patronymic.is_some() {
        return true;
    }
    if !part(&second) && !Reading::may_be_patronymic(left) && left.case != Case::Title {
        return false;
    }
    let first = memory.of(left);
    let common = |form: &Form| form.level >= 2 && !form.entry.common() && !form.entry.place();
    first.patronymic.is_some()
        || (left.script == Script::Cyrillic && common(&first.given))
        || (part(&second) && (part(&first) || is_greeting(left)))
        || may_be_western(left, right, &first)
        || is_kazakh_beside_surname(bytes, [left, right], [&first, &second])
}

/// `Пірәлі Сейдуллаев`: a surname with an ending that few words have, and beside it a word with letters of Kazakh that no list has.
fn is_kazakh_beside_surname(bytes: &[u8], words: [&Word; 2], readings: [&Reading; 2]) -> bool {
    let family = |reading: &Reading| {
        reading.surname.is_some() && !reading.surname.weak && reading.surname.cases.0 & both(NOM) != 0
    };
    let strange = |word: &Word, reading: &Reading| {
        !reading.surname.is_some() && has_kazakh_letters(slice(bytes, word.start, word.end))
    };
    let ([left, right], [first, second]) = (words, readings);
    left.script == Script::Cyrillic
        && left.case == Case::Title
        && right.case == Case::Title
        && ((family(second) && strange(left, first)) || (family(first) && strange(right, second)))
}

/// Whether two Latin neighbours may be a form of address or a given name, and a surname that no list has.
fn may_be_western(left: &Word, right: &Word, first: &Reading) -> bool {
    right.script == Script::Latin
        && left.case == Case::Title
        && matches!(right.case, Case::Title | Case::Mixed)
        && (first.given.is_some() || TITLES.contains(&left.key) || is_greeting(left))
}

/// Whether a given name may follow this word: a greeting.
pub(crate) fn is_greeting(word: &Word) -> bool {
    dictionary::around(word).greeting()
}

/// Whether a word is a patronymic of a known father.
pub(crate) fn is_patronymic(word: &Word, memory: &mut Readings) -> bool {
    memory.of(word).patronymic.level == 3
}

/// The name that holds the middle word.
pub(crate) fn find(bytes: &[u8], words: &Words, memory: &mut Readings) -> Option<Name> {
    let mut row = Row { bytes, words, readings: Default::default(), memory };
    let middle = words.middle();
    let lower = words.all().get(middle)?.case == Case::Lower;
    let mut first = middle;
    while first > 0 && middle - first < SIDE {
        let gap = words.gap(first - 1);
        let Some(left) = words.all().get(first - 1) else { break };
        let joins = matches!(gap, Gap::Space | Gap::Dot | Gap::Hyphen | Gap::Line);
        // In small letters a name has three parts at most.
        let fits = left.is_capital() || (lower && middle - first < 2 && left.case == Case::Lower);
        if !joins || !fits {
            break;
        }
        first -= 1;
    }
    let mut i = first;
    while i <= middle {
        match row.name_at(i) {
            Some((end, proof)) if end > middle => return row.judged(i, end, proof),
            Some((end, _)) => i = end,
            None => i += 1,
        }
    }
    None
}

/// A given name behind a greeting (`Уважаемая Анна!`), or nothing.
pub(crate) fn greeted(bytes: &[u8], words: &Words, memory: &mut Readings) -> Option<Name> {
    let middle = words.middle();
    let word = words.all().get(middle)?;
    let left = words.all().get(middle.checked_sub(1)?)?;
    if !dictionary::around(left).greeting() || !matches!(words.gap(middle - 1), Gap::Space | Gap::Comma) {
        return None;
    }
    let given = memory.of(word).given;
    let ends = matches!(at(bytes, word.end), b'!' | b',' | b'.' | b'\n' | b'\r' | b'?' | b'"' | b'\\' | b'<' | 0);
    let plain = !given.entry.common() && !given.entry.place() && !given.entry.western();
    // `Dear Mark,`, `Thanks, Mark`: nothing else is addressed so.
    let addressed = [Key::of("dear"), Key::of("hi"), Key::of("thanks"), Key::of("cheers"), Key::of("regards")];
    let addressed = addressed.contains(&left.key);
    // `Уважаемая Вера!`, `Вітаю, Романе!`: what is a word elsewhere is a name here, but for `Привет, Мир!`.
    let world = [Key::of("мир"), Key::of("мире"), Key::of("мирэ"), Key::of("світ"), Key::of("друг"), Key::of("народ")];
    let spoken = word.script == Script::Cyrillic && !given.entry.place() && !world.contains(&word.key);
    let sure = (given.level >= 2 && (plain || addressed || spoken))
        || (given.is_some() && addressed && !given.entry.common())
        || (addressed && is_letter_head(bytes, left, word));
    (sure && ends && word.case == Case::Title).then(|| Name { range: word.range(), proof: Proof::Greeting })
}

/// `Hi Marguerite,` on a line of its own: whoever it is, known or not.
fn is_letter_head(bytes: &[u8], left: &Word, word: &Word) -> bool {
    let around = dictionary::around(word);
    let strange = around.stranger() || EVERYBODY.contains(&word.key);
    let plural = word.key.ends_in(Key::of("s"), 1) && word.letters > 6;
    let head = matches!(before(bytes, left.start), b'\n' | 0) && matches!(at(bytes, word.end), b',' | b'!');
    let below = matches!(at(bytes, word.end + 1), b'\n' | b'\r' | 0);
    head && below && !strange && !plural && word.script == Script::Latin && (3..=14).contains(&word.letters)
}

/// Whether a word in Latin letters may be who signs a letter on a line below its end (`Best,`): any word but a few.
pub(crate) fn may_sign(word: &Word) -> bool {
    let strange = dictionary::around(word).stranger() || EVERYBODY.contains(&word.key);
    word.script == Script::Latin && word.case == Case::Title && (3..=14).contains(&word.letters) && !strange
}

/// Who is greeted by no name.
const EVERYBODY: [Key; 30] = [
    Key::of("all"),
    Key::of("team"),
    Key::of("everyone"),
    Key::of("everybody"),
    Key::of("there"),
    Key::of("folks"),
    Key::of("guys"),
    Key::of("world"),
    Key::of("sirs"),
    Key::of("madame"),
    Key::of("friends"),
    Key::of("colleagues"),
    Key::of("again"),
    Key::of("support"),
    Key::of("reader"),
    Key::of("readers"),
    Key::of("editor"),
    Key::of("editors"),
    Key::of("developers"),
    Key::of("maintainer"),
    Key::of("maintainers"),
    Key::of("list"),
    Key::of("both"),
    Key::of("community"),
    Key::of("committee"),
    Key::of("recruiter"),
    Key::of("santa"),
    Key::of("diary"),
    Key::of("lord"),
    Key::of("god"),
];

/// A given name behind a word that only names of persons follow (`her husband Angus`, `please call Angela`), or nothing.
/// Behind words for relatives a rarer one will do.
pub(crate) fn related(bytes: &[u8], word: &Word, kin: bool, memory: &mut Readings) -> bool {
    let given = memory.of(word).given;
    let least = if kin || context::told_behind(bytes, Some(word)) { 1 } else { 2 };
    let plain = given.level >= least && !given.entry.common() && !given.entry.place();
    let (gap, next) = gap_behind(bytes, word.end);
    let goes_on = matches!(gap, Gap::Space | Gap::Hyphen) && is_capital_at(bytes, next);
    plain && word.case == Case::Title && word.letters >= 3 && !goes_on && !at(bytes, word.end).is_ascii_digit()
}

/// A surname behind a form of address (`Ms Whitcombe`), or nothing. Given names beside it are found by [`find`].
pub(crate) fn titled(bytes: &[u8], words: &Words) -> Option<Name> {
    let mut middle = words.middle();
    // `Mrs. J. Penhaligon`: initials before the surname.
    while middle > 0
        && words.all().get(middle - 1).is_some_and(|word| word.case == Case::Single)
        && matches!(words.gap(middle - 1), Gap::Space | Gap::Dot)
    {
        middle -= 1;
    }
    let first = words.all().get(middle)?;
    let left = words.all().get(middle.checked_sub(1)?)?;
    let joins = matches!(words.gap(middle - 1), Gap::Space | Gap::Dot);
    // `Mr J Fairweather`, `Dr. T. Mbeki`
    let initials = words.all().iter().skip(middle).take(3).take_while(|word| word.case == Case::Single).count();
    let joined = (middle..middle + initials).all(|i| matches!(words.gap(i), Gap::Space | Gap::Dot));
    let middle = middle + initials;
    let word = words.all().get(middle).filter(|_| joined)?;
    let around = dictionary::around(word);
    let name = matches!(word.case, Case::Title | Case::Mixed) && word.script == Script::Latin && word.letters >= 3;
    let goes_on = words.gap(middle) == Gap::Space && words.all().get(middle + 1).is_some_and(Word::is_capital);
    let second = words.all().get(middle + 1).filter(|word| word.case == Case::Title);
    let end = second.filter(|_| words.gap(middle) == Gap::Hyphen).map_or(word.end, |second| second.end);
    let told = TITLES.contains(&left.key) && left.case == Case::Title && joins;
    // `14 Maple Dr Leeds`
    let front = middle - initials;
    let drive = [Key::of("dr"), Key::of("prof")].contains(&left.key)
        && (word.letters < 4
            || front.checked_sub(2).and_then(|i| words.all().get(i)).is_some_and(Word::is_capital)
                && words.gap(front - 2) == Gap::Space);
    // Dr. Martens
    let brand = || dictionary::famous(dictionary::latin(left.key).1, dictionary::latin(word.key).1);
    // `Mr President`, `Ms Pacman's`: what is said of somebody, and what goes on.
    // `anaesth. Dr. Park.`
    let place = around.stranger()
        && !(PLACES_TOO.contains(&word.key) && matches!(at(bytes, end), b'.' | b',' | b';' | b')' | b'\n' | b'\r' | 0));
    (told && !drive && name && !goes_on && !place && !at(bytes, end).is_ascii_digit() && !brand())
        .then_some(Name { range: first.start..end, proof: Proof::Pair })
}

impl Row<'_> {
    fn word(&self, i: usize) -> Option<&Word> {
        self.words.all().get(i)
    }

    fn reading(&mut self, i: usize) -> Reading {
        let Some(word) = self.words.all().get(i) else { return Reading::default() };
        if let Some(Some(known)) = self.readings.get(i) {
            return *known;
        }
        let reading = self.memory.of(word);
        if let Some(slot) = self.readings.get_mut(i) {
            *slot = Some(reading);
        }
        reading
    }

    fn around(&self, i: usize) -> Around {
        self.word(i).map_or_else(Around::default, dictionary::around)
    }

    /// Whether the word is one of those that stand beside names, and no listed name itself.
    fn is_stranger(&mut self, i: usize) -> bool {
        let around = self.around(i);
        if around.never() && self.word(i).is_some_and(|word| word.script == Script::Latin) {
            return true;
        }
        if !around.stranger() {
            return false;
        }
        let Reading { given, surname, .. } = self.reading(i);
        let listed = surname.is_some() && !surname.by_ending && !surname.entry.common();
        // Ли Анастасия: a particle elsewhere.
        if self.word(i).is_some_and(|word| word.key == Key::of("ли") && word.case == Case::Title) {
            return false;
        }
        let name =
            if around.by_stem() { listed || given.level >= 2 } else { given.level == 3 && !given.entry.common() };
        !name
    }

    /// Whether the word may be a part of a name that begins with `first`: letters of the same alphabet and kind.
    fn fits(&self, i: usize, first: &Word) -> bool {
        self.word(i).is_some_and(|word| {
            let small = |word: &Word| word.case == Case::Lower;
            word.script == first.script
                && small(word) == small(first)
                && matches!(word.case, Case::Title | Case::Upper | Case::Lower)
        })
    }

    /// Whether word `i` and the next one stand side by side.
    fn joined(&self, i: usize) -> bool {
        matches!(self.words.gap(i), Gap::Space)
    }

    /// Side by side, or on two lines: long names are broken where a patronymic proves them.
    fn follows(&self, i: usize) -> bool {
        matches!(self.words.gap(i), Gap::Space | Gap::Line)
    }

    /// The longest name that begins with word `i`.
    fn name_at(&mut self, i: usize) -> Option<Found> {
        let first = *self.word(i)?;
        if first.case == Case::Single {
            return self.initials_first(i);
        }
        if !matches!(first.case, Case::Title | Case::Upper | Case::Lower) {
            return None;
        }
        let found =
            self.with_patronymic(i, &first).or_else(|| self.initial_between(i)).or_else(|| self.initials_last(i));
        if found.is_some() || first.case == Case::Lower {
            return found;
        }
        // «Выдана Петровой Анне Ивановне», «Идею Петровой А. И.»: the first word of a sentence takes no surname from the name
        // behind it.
        let mut pair = self.pair(i, &first)?;
        // Мырзахмет Олжас Ғ.
        if first.script == Script::Cyrillic
            && self.joined(pair.0 - 1)
            && self.is_initial(pair.0)
            && !self.begins_sentence_behind(pair.0 + 1)
        {
            pair.0 += 1;
        }
        let next = *self.word(i + 1)?;
        let robbed = self.begins_sentence(i)
            && (self.with_patronymic(i + 1, &next).or_else(|| self.initials_last(i + 1)))
                .is_some_and(|(end, _)| end > pair.0);
        (!robbed).then_some(pair)
    }

    /// A surname of one word or two with a hyphen, at `i`: one past it, and its form.
    fn surname(&mut self, i: usize, first: &Word) -> Option<(usize, Form)> {
        if !self.fits(i, first) || self.is_stranger(i) {
            return None;
        }
        let form = self.reading(i).surname;
        if self.words.gap(i) == Gap::Hyphen && self.fits(i + 1, first) {
            let second = self.reading(i + 1).surname;
            let known = if second.is_some() { second } else { Form { cases: Cases(u16::MAX), ..form } };
            return Some((i + 2, Form { level: form.level.max(second.level), ..known }));
        }
        Some((i + 1, form))
    }

    /// A given name of one word or two with a hyphen.
    fn given(&mut self, i: usize, first: &Word) -> Option<(usize, Form)> {
        if !self.fits(i, first) {
            return None;
        }
        let form = self.reading(i).given;
        if self.words.gap(i) == Gap::Hyphen && self.fits(i + 1, first) && form.is_some() {
            let second = self.reading(i + 1).given;
            return second.is_some().then_some((i + 2, second));
        }
        Some((i + 1, form))
    }

    /// A patronymic at `i`, of one word or with `ұлы` behind it.
    fn patronymic(&mut self, i: usize, first: &Word) -> Option<(usize, Form)> {
        let word = *self.word(i)?;
        if self.joined(i)
            && let Some(end) = self.word(i + 1)
            && let Some(cases) = patronymic::separate(end.key)
            && self.fits(i, first)
        {
            let father = self.reading(i).given;
            let level = if father.is_some() { 3 } else { 1 };
            return Some((i + 2, Form { cases, level, by_ending: !father.is_some(), ..Form::default() }));
        }
        let form = self.reading(i).patronymic;
        let fits = self.fits(i, first) && word.script == first.script;
        (fits && form.is_some()).then_some((i + 1, form))
    }

    /// `Петров Сергей Иванович`, `Сергей Иванович Петров`, `Сергей Иванович`, `Ахметұлы Нұрлан`.
    fn with_patronymic(&mut self, i: usize, first: &Word) -> Option<Found> {
        // Surname first.
        if let Some((given_at, surname)) = self.surname(i, first)
            && (self.follows(given_at - 1) || self.words.gap(given_at - 1) == Gap::Comma)
            && let Some((patronymic_at, given)) = self.given(given_at, first)
            && self.follows(patronymic_at - 1)
            && let Some((end, patronymic)) = self.patronymic(patronymic_at, first)
        {
            if !self.proves(&given, &patronymic, given_at, first) {
                // `Серғазин Ескендір Жеңісұлы`: a surname and a patronymic that agree hold a name that nobody listed,
                // or listed for the other sex.
                let agrees = surname.is_some() && !surname.cases.agree(patronymic.cases).is_empty();
                let sure = !surname.weak && (first.case == Case::Title || !surname.by_ending);
                let rare = sure && first.case != Case::Lower && self.holds_a_name(given_at, i);
                return (agrees && rare).then_some((end, Proof::Ending));
            }
            let agrees = surname.is_some() && !surname.cases.agree(patronymic.cases).is_empty();
            let rest = self.words.gap(given_at - 1) == Gap::Space && first.case != Case::Lower;
            // An unknown word in front is a surname unless it begins a sentence.
            if agrees || (rest && !surname.is_some() && !self.begins_sentence(i) && !self.reading(i).given.is_some()) {
                let proof = strength(&given, &patronymic)?;
                return Some((end, proof));
            }
        }
        // Given name first.
        let (patronymic_at, given) = self.given(i, first)?;
        if !self.follows(patronymic_at - 1) {
            return None;
        }
        let father = self.patronymic(patronymic_at, first);
        // Оралхан Тілеубекұлы: no list has either.
        if let Some((end, _)) = father
            && !given.is_some()
            && first.case == Case::Title
            && ends_as_kazakh(first)
            && self.is_turkic(end - 1)
            && !self.is_stranger(i)
        {
            return Some((end, Proof::Ending));
        }
        if let Some((end, patronymic)) = father
            && self.proves(&given, &patronymic, i, first)
        {
            let proof = strength(&given, &patronymic)?;
            return Some((self.surname_behind(end, &patronymic, first), proof));
        }
        // A Kazakh patronymic that serves as the surname.
        let (given_at, patronymic) = self.patronymic(i, first)?;
        let (end, given) = self.given(given_at, first).filter(|_| self.joined(given_at - 1))?;
        let turkic = patronymic.level == 3 && !patronymic.cases.agree(given.cases).is_empty();
        (turkic && given.is_some() && self.is_turkic(i)).then_some((end, Proof::Patronymic))
    }

    fn is_turkic(&self, i: usize) -> bool {
        self.word(i).is_some_and(patronymic::is_turkic)
    }

    /// Whether given name and patronymic are one: both known, or one known well and the other possible.
    fn proves(&mut self, given: &Form, patronymic: &Form, given_at: usize, first: &Word) -> bool {
        if given.is_some() {
            return !given.cases.agree(patronymic.cases).is_empty();
        }
        // A rare given name before a patronymic of a known father.
        let Some(word) = self.word(given_at) else { return false };
        patronymic.level == 3
            && first.case != Case::Lower
            && (2..=20).contains(&word.letters)
            && !self.is_stranger(given_at)
            && !self.begins_sentence(given_at)
    }

    /// Whether the word at `i` may be a given name that no list has.
    fn holds_a_name(&mut self, i: usize, first: usize) -> bool {
        let Some(word) = self.word(i) else { return false };
        let length = (3..=20).contains(&word.letters);
        length && word.script == Script::Cyrillic && !self.is_stranger(i) && !self.is_stranger(first)
    }

    /// One past the surname behind given name and patronymic, if one stands there.
    fn surname_behind(&mut self, end: usize, patronymic: &Form, first: &Word) -> usize {
        if !self.joined(end - 1) {
            return end;
        }
        let Some((after, surname)) = self.surname(end, first) else { return end };
        let agrees = surname.is_some() && !patronymic.cases.agree(surname.cases).is_empty();
        // The next name of a list begins with a surname of its own.
        let next = self.word(after).is_some_and(|word| word.case == first.case)
            && self.joined(after - 1)
            && (self.reading(after).given.is_some() || self.reading(after).patronymic.is_some());
        let unknown = !surname.is_some()
            && first.case != Case::Lower
            && self.word(end).is_some_and(|word| word.letters >= 3)
            && !self.reading(end).given.is_some();
        if (agrees || unknown) && !next { after } else { end }
    }

    /// Whether the word may begin a sentence or line: its capital says nothing.
    fn begins_sentence(&self, i: usize) -> bool {
        let Some(word) = self.word(i) else { return false };
        if word.case == Case::Upper {
            return false;
        }
        match i.checked_sub(1).map(|left| self.words.gap(left)) {
            Some(Gap::Line) => true,
            Some(Gap::Dot) => !self.word(i - 1).is_some_and(|left| left.case == Case::Single),
            Some(_) => false,
            None => context::begins_sentence(self.bytes, word.start),
        }
    }

    /// `С. И. Петров`, `И. Петров`.
    fn initials_first(&mut self, i: usize) -> Option<Found> {
        let first = *self.word(i)?;
        let mut end = i;
        while end < i + 3 && self.is_initial(end) {
            end += 1;
        }
        let surname = *self.word(end)?;
        if end == i || !matches!(surname.case, Case::Title | Case::Upper) || surname.script != first.script {
            return None;
        }
        let (after, form) = self.surname(end, &surname)?;
        // `Licence cat. B, C. English fluent`
        if end - i == 1 && LANGUAGES.contains(&surname.key) {
            return None;
        }
        // `Ф.И.О. ИИН`: letters of something else.
        let goes_on = i
            .checked_sub(1)
            .is_some_and(|left| self.is_initial(left) && matches!(self.words.gap(left), Gap::Space | Gap::Dot));
        if goes_on && (!form.is_some() || form.by_ending) {
            return None;
        }
        // «П.С. Стара картка», «И.П. Расчет»: letters that stand for other words.
        let short = [0, 1].map(|n| self.word(i + n).map_or(Key::default(), |word| word.key));
        if end - i == 2 && OTHER_LETTERS.contains(&short) && !is_sure(&form) {
            return None;
        }
        let role = self.is_behind_role(i);
        let known = form.is_some() && (end - i >= 2 || role || is_sure(&form));
        // `12.03.2025   Г. Бәйтенова`, `"В. Гурыновіч"`, `діловод Л. Ропотан`: in a place of its own an ending that few
        // words have will do, behind a role any surname.
        let ending = form.is_some() && !form.weak && surname.letters >= 5 && surname.script == Script::Cyrillic;
        let last = self.word(after - 1)?.end;
        let kazakh = surname.script == Script::Cyrillic
            && (ends_as_kazakh(&surname) || has_kazakh_letters(slice(self.bytes, first.start, last)));
        // In a list of lines the letter is a number: `А. Основа`.
        let headed = || {
            context::border_left(self.bytes, first.start)
                && matches!(slice(self.bytes, last, last + 2), b", " | b" (" | b"  ")
        };
        let signed = ending
            && context::closed_behind(self.bytes, last)
            && (context::closing_before(self.bytes, first.start) || headed());
        let known = known
            || (role && surname.letters >= 4 && (kazakh || !self.reading(end).given.is_some()))
            || ((ending || (form.is_some() && !form.by_ending)) && self.is_set_apart(i, after))
            || signed
            || (kazakh && self.is_set_apart(i, after))
            || self.is_western_apart(i, end, after);
        let rare = end - i == 2
            && surname.letters >= 3
            && surname.script == Script::Cyrillic
            && (self.reading(end).given.level == 0 || kazakh);
        (known || rare).then_some((after, Proof::Initials))
    }

    /// `Reviewed by⇥T. Abenova, 14:22`, `Attending: R. Zhaksybekov, MD`, `PRESENT  J. Whitcombe (chair)`: whether a Latin surname by
    /// its ending, with initials before it, stands in a place of its own.
    fn is_western_apart(&mut self, i: usize, surname: usize, after: usize) -> bool {
        let (Some(first), Some(word), Some(last)) = (self.word(i), self.word(surname), self.word(after - 1)) else {
            return false;
        };
        let (start, word, end) = (first.start, *word, last.end);
        let left = slice(self.bytes, start.saturating_sub(2), start);
        let apart = matches!(left, [_, b'\t'] | [b':' | b' ' | b'|' | b'\t', b' ']);
        let right = context::closed_behind(self.bytes, end) || slice(self.bytes, end, end + 2) == b"  ";
        let ending =
            || SLAVIC_ENDS.iter().any(|end| word.key.ends_in(*end, end.letters())) || has_western_ending(word.key);
        word.script == Script::Latin
            && word.case == Case::Title
            && word.letters >= 5
            && apart
            && right
            && ending()
            && !self.is_stranger(surname)
    }

    /// `Robert J. Fischer`.
    fn initial_between(&mut self, i: usize) -> Option<Found> {
        let first = *self.word(i)?;
        let given = self.reading(i).given;
        // Әлімхан Т. Бекежанов
        let kazakh = ends_as_kazakh(&first);
        let known = given.level >= 2 || (kazakh && first.case == Case::Title && !self.is_stranger(i));
        if !known || !self.joined(i) || !self.is_initial(i + 1) || self.is_initial(i + 2) {
            return None;
        }
        let (end, surname) = self.surname(i + 2, &first)?;
        let named = surname.is_some() && (!given.is_some() || !surname.cases.agree(given.cases).is_empty());
        // Олексій Ю. Мацько
        let plain = given.level >= 2 && !given.entry.common() && !given.entry.place();
        let unlisted = plain
            && !surname.is_some()
            && self.word(i + 2).is_some_and(|word| word.letters >= 4 && word.case == Case::Title)
            && self.word(end - 1).is_some_and(|word| context::closed_behind(self.bytes, word.end));
        (named || unlisted || first.script == Script::Latin).then_some((end, Proof::Initials))
    }

    /// `Петров С. И.`, `Петров С.`.
    fn initials_last(&mut self, i: usize) -> Option<Found> {
        let first = *self.word(i)?;
        if first.case == Case::Lower {
            return None;
        }
        let (at_initials, form) = self.surname(i, &first)?;
        if !matches!(self.words.gap(at_initials - 1), Gap::Space | Gap::Dot) {
            return None;
        }
        // `ул. Мира. А. Петров`: a dot parts them unless it stands within initials.
        if self.words.gap(at_initials - 1) == Gap::Dot {
            return None;
        }
        let mut end = at_initials;
        while end < at_initials + 3 && self.is_initial(end) {
            end += 1;
        }
        let dotted = end;
        end += usize::from(end == at_initials + 1 && self.is_initial_undotted(end));
        let count = end - at_initials;
        let same = self.word(at_initials).is_some_and(|word| word.script == first.script);
        // `Ибрагимова Х`, `хірург Ковтун О, асистент`: in a cell of its own, or behind a role, an initial needs no dot.
        let bare = count == 0
            && self.word(at_initials).is_some_and(|word| word.case == Case::Single && word.script == Script::Cyrillic)
            && ((form.is_some() && !form.weak && form.cases.0 & both(NOM) != 0) || ends_as_kazakh(&first))
            && (self.stands_alone(i, at_initials + 1)
                || (self.is_behind_role(i) && self.ends_behind_initial(at_initials)))
            && !self.is_stranger(i);
        if count == 0 && same && bare {
            return Some((at_initials + 1, Proof::Initials));
        }
        if count == 0 || !same {
            return None;
        }
        let role = self.is_behind_role(i);
        if (count == 1 && self.is_given_cut_short(i, at_initials)) || (role && !self.begins_sentence_behind(end)) {
            return Some((end, Proof::Initials));
        }
        let dot = self.word(end - 1)?.end + usize::from(dotted == end);
        let called_so = context::called_so(self.bytes, dot) && first.letters >= 4 && !self.is_stranger(i);
        // `алимент: Исатай М.Қ.`: a given name that serves as a surname.
        let father = count == 2
            && self.reading(i).given.level >= 2
            && first.letters >= 4
            && !self.begins_sentence(i)
            && has_kazakh_letters(slice(self.bytes, first.start, dot));
        // `______ Серғали Ә.`, `;Волаг Т.`
        let row = || slice(self.bytes, first.start.saturating_sub(2), first.start) == b"_ ";
        let cell = || {
            matches!(before(self.bytes, first.start), b';' | b'|' | b'\t' | b'"')
                && context::border_right(self.bytes, dot)
        };
        let own = first.script == Script::Cyrillic && first.letters >= 4 && first.case == Case::Title && count == 1;
        if own && (row() || cell()) && !self.is_stranger(i) {
            return Some((end, Proof::Initials));
        }
        if called_so || (father && !self.begins_sentence_behind(end)) {
            return Some((end, Proof::Initials));
        }
        // A rare surname within a sentence.
        let rare = count == 2
            && first.script == Script::Cyrillic
            && first.letters >= 4
            && !self.begins_sentence_behind(end)
            // `Орынд.: Мырзағали А.Б.`: a given name that serves as a surname.
            && ((!self.reading(i).given.is_some() && !self.begins_sentence(i)) || self.stands_alone(i, end));
        // «от Ганиевой Р.»: an ending that hardly anything else has.
        let ending = form.by_ending && !form.weak && first.letters >= 5 && !self.begins_sentence(i);
        let sure = is_sure(&form) || (ending && first.script == Script::Cyrillic && !self.is_stranger(i));
        let known = if count >= 2 { form.is_some() } else { sure && !self.begins_sentence_behind(end) };
        // «Зимой Е. Я. Коваленко пишет»: the first word of a sentence takes no initials from the surname behind them, unless
        // that has its own.
        let robbed = self.begins_sentence(i)
            && self.begins_sentence_behind(end)
            && !self.is_initial(end + 1)
            && !(is_sure(&form) && form.cases.0 & both(NOM) != 0)
            && self.word(end).is_some_and(|word| word.script == first.script && word.case == Case::Title)
            && self.reading(end).surname.is_some();
        if robbed {
            return None;
        }
        (known || rare).then_some((end, Proof::Initials))
    }

    /// Whether a name ends behind the letter at `i`, which has no dot: before a comma, a bracket, or the end of a line or cell.
    fn ends_behind_initial(&self, i: usize) -> bool {
        self.word(i).is_some_and(|word| {
            matches!(at(self.bytes, word.end), b',' | b')' | b'\n' | b'\r' | b'\t' | b';' | b'<' | 0)
                || slice(self.bytes, word.end, word.end + 2) == b" ("
        })
    }

    /// `Ермек Ж.`, `Galina P.`: a given name, and the surname cut short.
    fn is_given_cut_short(&mut self, i: usize, initial: usize) -> bool {
        let (Some(first), Some(letter)) = (self.word(i).copied(), self.word(initial).copied()) else { return false };
        let given = self.reading(i).given;
        // `--- Роман Т., 10.02 14:48 ---`
        let clock = || {
            slice(self.bytes, first.start.saturating_sub(4), first.start) == b"--- "
                && matches!(slice(self.bytes, letter.end + 1, letter.end + 4), [b',', b' ', b'0'..=b'9'])
        };
        // `+77021407800 Сәуле Т.`: what is a word elsewhere is a name before an initial that ends the line.
        let common = given.entry.common()
            && !(given.level == 3
                && first.script == Script::Cyrillic
                && !self.begins_sentence(i)
                && (context::border_right(self.bytes, letter.end + 1) || clock()));
        let plain = given.level >= 2 && !common && !given.entry.place() && first.letters >= 4;
        let led = i > 0 && self.words.gap(i - 1) == Gap::Space && self.word(i - 1).is_some_and(Word::is_capital);
        // Henry V.
        let king = first.script == Script::Latin && matches!(at(self.bytes, letter.start), b'I' | b'V' | b'X');
        let end = letter.end + 1;
        // `"Superb" - Marguerite D., Lyon`
        let dash = || slice(self.bytes, first.start.saturating_sub(3), first.start) == b" - ";
        let closed = context::border_right(self.bytes, end)
            || at(self.bytes, end) == b')'
            || (at(self.bytes, end) == b',' && dash())
            || clock()
            || slice(self.bytes, end, end + 2) == b"  ";
        plain
            && initial == i + 1
            && !led
            && !king
            && !self.begins_sentence_behind(initial + 1)
            && (closed || !given.entry.western())
    }

    /// Whether a role or relative stands directly before word `i`.
    fn is_behind_role(&self, i: usize) -> bool {
        let around = match i.checked_sub(1) {
            Some(left) if self.words.gap(left) == Gap::Space => self.around(left),
            // адмін. Заєць О.
            Some(left) if self.words.gap(left) == Gap::Dot && !self.is_initial(left) => self.around(left),
            Some(_) => return false,
            // Сведка: Гарнастай Пётр
            None => {
                let Some(start) = self.word(i).map(|word| word.start) else { return false };
                let label = slice(self.bytes, start.saturating_sub(2), start) == b": ";
                let word = if label { Word::read_before(self.bytes, start - 2) } else { None };
                word.map(|word| dictionary::around(&word)).unwrap_or_default()
            }
        };
        around.role() || around.kin() || around.holder()
    }

    /// Whether the words stand in a place of their own: a cell, a text in quotes, or the end of a line behind a wide gap.
    fn is_set_apart(&self, from: usize, end: usize) -> bool {
        let (Some(first), Some(last)) = (self.word(from), self.word(end - 1)) else { return false };
        let left = slice(self.bytes, first.start.saturating_sub(2), first.start);
        let apart = matches!(
            left,
            [_, b'\t' | b'"' | b'\'' | b'|' | b';' | b'>'] | [b' ' | b'|' | b';' | b'\t' | b':' | b'_', b' ']
        );
        let wide = matches!(slice(self.bytes, last.end, last.end + 2), b"  " | b" (");
        let dash =
            || matches!(slice(self.bytes, first.start.saturating_sub(4), first.start), [0xE2, 0x80, 0x93 | 0x94, b' ']);
        (apart || dash())
            && (wide || matches!(at(self.bytes, last.end), b'"' | b'\'') || context::border_right(self.bytes, last.end))
    }

    /// Whether another capital follows an initial: it may begin a sentence.
    fn begins_sentence_behind(&self, end: usize) -> bool {
        let Some((last, next)) = self.word(end - 1).zip(self.word(end)) else { return false };
        // Behind a wide gap another column begins.
        self.words.gap(end - 1) == Gap::Dot && next.is_capital() && next.start - last.end <= 3
    }

    /// One capital, or two letters of a digraph, and a dot.
    fn is_initial(&self, i: usize) -> bool {
        let Some(word) = self.word(i) else { return false };
        let short = word.case == Case::Single || (word.case == Case::Title && word.letters == 2);
        // Ward No. 6
        short && at(self.bytes, word.end) == b'.' && word.key != Key::of("no")
    }

    /// `Гаврилюк Н.В`: a last initial without its dot, directly behind the one before it.
    fn is_initial_undotted(&self, i: usize) -> bool {
        let (Some(left), Some(word)) = (i.checked_sub(1).and_then(|left| self.word(left)), self.word(i)) else {
            return false;
        };
        let ends = !matches!(at(self.bytes, word.end), b'.' | b'-' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | 0x80..);
        word.case == Case::Single && word.script == left.script && word.start == left.end + 1 && ends
    }

    /// `Анна Петрова`, `Петрова Анна`.
    fn pair(&mut self, i: usize, first: &Word) -> Option<Found> {
        if self.is_stranger(i) {
            return None;
        }
        if let Some((surname_at, given)) = self.given(i, first)
            && given.is_some()
            && self.joined(surname_at - 1)
            && let Some((end, surname)) = self.surname(surname_at, first)
            && self.is_pair(&given, &surname, i, end, true)
        {
            return Some((end, Proof::Pair));
        }
        if first.script == Script::Latin {
            let western = if first.case == Case::Title { self.western(i, first) } else { None };
            let western = western.or_else(|| self.shouted(i, first));
            if let Some(end) = western.or_else(|| self.shouted_among_small(i, first)) {
                return Some((end, Proof::Pair));
            }
        }
        let unlisted = self.unlisted_behind_role(i, first).or_else(|| self.father_behind(i, first));
        if let Some(end) = unlisted.or_else(|| self.kazakh_pair(i, first)) {
            return Some((end, Proof::Pair));
        }
        let (given_at, surname) = self.surname(i, first)?;
        let (end, given) = self.given(given_at, first).filter(|_| self.joined(given_at - 1))?;
        // `Back Bay`
        let place = first.script == Script::Latin && self.around(given_at).place_behind();
        (!place && self.is_pair(&given, &surname, i, end, false)).then_some((end, Proof::Pair))
    }

    /// A given name in Latin letters and a surname that no list need have: one past it.
    ///
    /// Any surname will do behind a form of address (`Mr. James Whitfeld`), before an address for mail (`John Baker
    /// <j.baker@example.com>`), behind a role (`customer Imogen Tate`, `signed by Imogen Tate`) and before what only persons
    /// do or have (`Imogen Tate asked`, `Imogen Tate, +44 …`). Elsewhere it is listed or has the ending of one (`Gregory
    /// Alderton`), and is an ordinary word only behind a common given name (`Michael Brown`). No third word with a capital
    /// makes it the name of something else.
    fn western(&mut self, i: usize, first: &Word) -> Option<usize> {
        let (mut at_surname, given) = self.given(i, first)?;
        // `attn. Priya Raghunathan`
        let led = |row: &Self| {
            let Some(left) = i.checked_sub(1) else { return false };
            let attn = || row.word(left).is_some_and(|word| word.key == Key::of("attn"));
            let joins = match row.words.gap(left) {
                Gap::Space => true,
                Gap::Dot => attn(),
                _ => false,
            };
            joins && row.around(left).role()
        };
        // `Adriano Rafael Gomes`, `Mary Jane Whitfeld`: two given names.
        let middle = self.reading(at_surname).given;
        let third = self.word(at_surname + 1).is_some_and(|word| word.case == Case::Title && word.letters >= 3);
        let plain = |form: &Form| form.is_some() && !form.entry.common() && !form.entry.place();
        if plain(&given)
            && plain(&middle)
            && third
            && self.joined(at_surname - 1)
            && self.joined(at_surname)
            && self.fits(at_surname, first)
            && (self.reading(at_surname + 1).surname.is_some() || led(self))
        {
            at_surname += 1;
        }
        let last = *self.word(at_surname)?;
        let scot = last.case == Case::Mixed && is_scottish(self.bytes, &last);
        if !self.joined(at_surname - 1)
            || !(scot || matches!(last.case, Case::Title))
            || last.script != Script::Latin
            || self.is_stranger(at_surname)
        {
            return None;
        }
        // Paola Ferrari Conti: two surnames.
        if third && given.level >= 2 && plain(&given) && self.joined(at_surname) && at_surname == i + 1 {
            let family = |form: &Form| plain(form) && !form.by_ending;
            let (one, two) = (self.reading(at_surname).surname, self.reading(at_surname + 1).surname);
            let goes_on = self.joined(at_surname + 1) && self.word(at_surname + 2).is_some_and(Word::is_capital);
            if family(&one) && family(&two) && !goes_on && !self.is_stranger(at_surname + 1) && self.may_begin(i) {
                return Some(at_surname + 2);
            }
        }
        let behind = |row: &Self, end: usize| {
            // `Idris Vaughan   Captain`: behind a wide gap begins another column.
            let near = row.word(end).zip(row.word(end - 1)).is_some_and(|(next, last)| next.start - last.end <= 2);
            let capital = near && row.words.gap(end - 1) == Gap::Space && row.word(end).is_some_and(Word::is_capital);
            !capital && !row.around(end).place_behind()
        };
        let end = match self.surname(at_surname, first) {
            Some((end, _)) => end,
            None if scot => at_surname + 1,
            None => return None,
        };
        let mail = context::mail_behind(self.bytes, self.word(end - 1));
        if (mail && context::mail_names(self.bytes, &last))
            || (context::introduced(self.bytes, first.start) && behind(self, end))
        {
            return Some(end);
        }
        let ranked = i > 0 && self.word(i - 1).is_some_and(|word| RANKS.contains(&word.key));
        if self.is_titled(i) && (given.is_some() || (behind(self, end) && !ranked)) {
            return Some(end);
        }
        // `sister Philippa Crane`, `NOK: husband Anand Sharma`, `her uncle Tiberiu Vlasko`; `mother Nature Reserve` is nobody's.
        let kin = i.checked_sub(1).filter(|left| self.words.gap(*left) == Gap::Space).and_then(|left| self.word(left));
        let kin = kin.is_some_and(|kin| {
            context::is_family(slice(self.bytes, kin.start, kin.end))
                && (given.is_some()
                    || context::is_owned(self.bytes, kin.start)
                    || slice(self.bytes, kin.start.saturating_sub(2), kin.start) == b": ")
        });
        if kin && behind(self, end) && last.letters >= 3 && !self.is_stranger(i) {
            return Some(end);
        }
        if !given.is_some() {
            return None;
        }
        if mail {
            return Some(end);
        }
        let surname = self.reading(at_surname).surname;
        let plain = |form: &Form| !form.entry.common() && !form.entry.place();
        let common = given.level >= 2 && plain(&given);
        if !behind(self, end) {
            return None;
        }
        if ((common || plain(&surname)) && led(self)) || (common && context::done_by(self.bytes, first.start)) {
            return Some(end);
        }
        if !self.may_begin(i) {
            return None;
        }
        let listed = surname.is_some() && !surname.by_ending;
        if !plain(&given) {
            // `Mark Rowland`, `Jordan Gilbert`: both are names, and the surname is nothing else.
            let long = last.letters >= 4 && first.letters >= 4;
            return (given.level >= 2 && listed && long && plain(&surname)).then_some(end);
        }
        if surname.entry.common() || surname.entry.place() {
            return (common && listed && last.letters >= 3).then_some(end);
        }
        let ending = last.letters >= 4 && (scot || has_western_ending(last.key));
        // The head of a letter: nothing else on the line, and a wide gap before it.
        let wide = slice(self.bytes, first.start.saturating_sub(2), first.start) == b"  ";
        if wide && common && last.letters >= 5 && last.case == Case::Title && self.is_set_apart(i, end) {
            return Some(end);
        }
        // Zarina's mum (Gulnara Bekmukhambet)
        let bracketed = before(self.bytes, first.start) == b'(' && at(self.bytes, self.word(end - 1)?.end) == b')';
        if bracketed && common && last.letters >= 5 && last.case == Case::Title {
            return Some(end);
        }
        let told = common && context::told_behind(self.bytes, self.word(end - 1));
        (told || ending || (listed && (last.letters >= 4 || common))).then_some(end)
    }

    /// `кліент Юлія Капач`, `маці Няхай Вольга`: behind a role a common Cyrillic given name, and a surname that no list has;
    /// without a role too where the surname is in capitals (`Кенже ӘБДІҒАЛИ`), or the two end a line behind a dash or a
    /// field: one past them.
    fn unlisted_behind_role(&mut self, i: usize, first: &Word) -> Option<usize> {
        if first.script != Script::Cyrillic || first.case != Case::Title {
            return None;
        }
        let last = *self.word(i + 1)?;
        let fits =
            matches!(last.case, Case::Title | Case::Upper) && last.script == Script::Cyrillic && last.letters >= 4;
        let behind = self.words.gap(i + 1) == Gap::Space
            && (self.word(i + 2).is_some_and(Word::is_capital) || self.around(i + 2).place_behind());
        if !fits || !self.joined(i) || behind {
            return None;
        }
        let called = i > 0 && self.words.gap(i - 1) == Gap::Space && self.around(i - 1).call();
        let role = self.is_behind_role(i) || called;
        let plain = |form: &Form| form.level >= 2 && !form.entry.common() && !form.entry.place();
        let told = if plain(&self.reading(i).given) {
            let shouted = last.case == Case::Upper && !(i > 0 && self.word(i - 1).is_some_and(Word::is_capital));
            let (given, Reading { given: second, surname, .. }) = (self.reading(i).given, self.reading(i + 1));
            // `д-р Каміла Новотна (Брно`, `Присутні — Віталіна Перч;`: what ends behind a given name as a name does.
            let place = second.entry.place() || surname.entry.place() || surname.entry.common() || second.is_some();
            let dated = at(self.bytes, last.end) == b' ' && context::is_day(self.bytes, last.end + 1);
            let ends = context::closed_behind(self.bytes, last.end) || dated;
            let closed = ends && given.cases.0 & both(NOM) != 0 && !place && self.may_begin(i);
            let told = context::person_behind(self.bytes, last.end) || dated;
            (role || shouted || closed || told || self.ends_behind_a_dash(i, i + 2)) && !self.is_stranger(i + 1)
        } else {
            // «11:00  Скорейко Тамара»
            let wide = slice(self.bytes, first.start.saturating_sub(2), first.start) == b"  ";
            let apart = self.is_set_apart(i, i + 2) || (wide && at(self.bytes, last.end) == b',');
            // A list: «Дүйсен Айлин — атасы алып кетеді»
            let listed = || {
                let begins = matches!(before(self.bytes, first.start), b'\n' | 0);
                let rest = slice(self.bytes, last.end, last.end + 5);
                begins && [" — ", " – ", " - "].iter().any(|dash| rest.starts_with(dash.as_bytes()))
            };
            let kin = self.around(i).kin() || self.around(i).greeting();
            let person = || !kin && context::person_behind(self.bytes, last.end);
            let long = first.letters >= 4;
            let listed_surname = self.reading(i).surname.is_some();
            let told = role || (long && (apart || listed())) || ((long || listed_surname) && person());
            // `Мустафаєв Енвер (паспорт …)`: whatever his name is.
            let form = self.reading(i).surname;
            let family = form.is_some() && !form.weak && form.cases.0 & both(NOM) != 0 && long && person();
            let known = plain(&self.reading(i + 1).given) || (family && !self.is_stranger(i + 1));
            told && last.case == Case::Title && known && !self.is_stranger(i)
        };
        told.then_some(i + 2)
    }

    /// `Шоқаев Мақұлбек`, `Күнсұлу Әбдірайым`: a surname with its ending or a common given name, and beside it a word that no
    /// list has, with letters or an ending of Kazakh: one past them.
    fn kazakh_pair(&mut self, i: usize, first: &Word) -> Option<usize> {
        let last = *self.word(i + 1)?;
        let title = first.case == Case::Title && last.case == Case::Title && last.script == Script::Cyrillic;
        let long = first.letters >= 4 && last.letters >= 4 && first.script == Script::Cyrillic;
        if !title || !long || !self.joined(i) || self.is_stranger(i) || self.is_stranger(i + 1) {
            return None;
        }
        let goes_on = self.words.gap(i + 1) == Gap::Space
            && ((self.word(i + 2).is_some_and(Word::is_capital) && !self.is_initial(i + 2))
                || self.around(i + 2).place_behind());
        let bytes = self.bytes;
        let kazakh = |word: &Word| has_kazakh_letters(slice(bytes, word.start, word.end)) || ends_as_kazakh(word);
        // «Қозы Көрпеш – Баян Сұлу»
        if slice(bytes, first.start.saturating_sub(2), first.start) == "«".as_bytes() {
            return None;
        }
        let (one, two) = (self.reading(i), self.reading(i + 1));
        // `-бек` and `-бай` end surnames as well.
        let strange = |reading: &Reading| {
            !reading.given.is_some()
                && (!reading.surname.is_some() || reading.surname.by_ending && !reading.surname.weak)
        };
        let given = |form: &Form| form.level >= 2 && !form.entry.common() && !form.entry.place();
        let family = |form: &Form| {
            form.is_some() && !form.weak && form.cases.0 & both(NOM) != 0 && !form.entry.common() && !form.entry.place()
        };
        let pair = (family(&one.surname) && (strange(&two) || given(&two.given)) && kazakh(&last))
            || (family(&two.surname)
                && ((strange(&one) && !self.begins_sentence(i)) || given(&one.given))
                && kazakh(first))
            || (given(&one.given) && strange(&two) && kazakh(&last) && context::border_right(bytes, last.end));
        (pair && !goes_on && self.may_begin(i)).then_some(i + 2)
    }

    /// Whether the words end a line, and a dash between blanks stands before them: who signs an announcement.
    fn ends_behind_a_dash(&self, from: usize, end: usize) -> bool {
        let (Some(first), Some(last)) = (self.word(from), self.word(end - 1)) else { return false };
        let left = slice(self.bytes, first.start.saturating_sub(5), first.start);
        let dash = left.ends_with(b" - ") || [" — ", " – "].iter().any(|dash| left == dash.as_bytes());
        dash && matches!(at(self.bytes, last.end), b'\n' | b'\r' | 0)
    }

    /// `Серік Оспан`, `Serik Ospan`: a given name, and behind it that of the father, which serves as a surname.
    fn father_behind(&mut self, i: usize, first: &Word) -> Option<usize> {
        let last = *self.word(i + 1)?;
        let title = first.case == Case::Title && last.case == Case::Title && last.script == first.script;
        if !title || !self.joined(i) || first.letters < 4 || last.letters < 4 {
            return None;
        }
        let (given, father) = (self.reading(i).given, self.reading(i + 1).given);
        let plain =
            |form: &Form| form.level >= 2 && !form.entry.common() && !form.entry.place() && !form.entry.western();
        let man = father.entry.male() && !father.entry.female() && father.cases.0 & NOM != 0;
        let goes_on = self.words.gap(i + 1) == Gap::Space
            && ((self.word(i + 2).is_some_and(Word::is_capital) && !self.is_initial(i + 2))
                || self.around(i + 2).place_behind());
        let fits = plain(&given) && given.cases.0 & both(NOM) != 0 && plain(&father) && man;
        (fits && !goes_on && self.may_begin(i)).then_some(i + 2)
    }

    /// `passport MALINOWSKI WOJCIECH, issued`: a surname and a common given name in capitals among small words: one past them.
    fn shouted_among_small(&mut self, i: usize, first: &Word) -> Option<usize> {
        let last = *self.word(i + 1)?;
        let capitals = [first, &last]
            .iter()
            .all(|word| word.case == Case::Upper && word.script == Script::Latin && word.letters >= 4);
        if !capitals || !self.joined(i) || self.is_stranger(i) || self.is_stranger(i + 1) {
            return None;
        }
        let plain = |form: &Form| form.is_some() && !form.entry.common() && !form.entry.place();
        let (one, two) = (self.reading(i), self.reading(i + 1));
        let slavic = |word: &Word| SLAVIC_ENDS.iter().any(|end| word.key.ends_in(*end, end.letters()));
        let pair = |given: &Form, surname: &Form, word: &Word| {
            plain(given) && ((given.level >= 2 && plain(surname) && !surname.by_ending) || slavic(word))
        };
        let small =
            i > 0 && self.words.gap(i - 1) == Gap::Space && self.word(i - 1).is_some_and(|word| !word.is_capital());
        let ends =
            !matches!(self.words.gap(i + 1), Gap::Space) || self.word(i + 2).is_some_and(|word| !word.is_capital());
        // `уладальнік MALIUZHONAK YAHOR`
        let given = |form: &Form| form.level >= 1 && !form.entry.common() && !form.entry.place();
        let led = (given(&one.given) || given(&two.given)) && self.is_behind_role(i);
        let told = led || pair(&two.given, &one.surname, first) || pair(&one.given, &two.surname, &last);
        (told && small && ends).then_some(i + 2)
    }

    /// `MICHELE ROBERTS`, `Jean DUPONT`: a given name and a surname in capitals, both listed, that fill a line or field or
    /// stand before an address for mail: one past it.
    fn shouted(&mut self, i: usize, first: &Word) -> Option<usize> {
        let (at_surname, given) = self.given(i, first)?;
        // JOHN A. SMITH
        let middle = usize::from(self.joined(at_surname - 1) && self.is_initial(at_surname));
        let last = *self.word(at_surname + middle)?;
        let (end, surname) = self.surname(at_surname + middle, &last)?;
        let joins = |gap: Gap| gap == Gap::Space || (middle > 0 && gap == Gap::Dot);
        let plain = |form: &Form| form.is_some() && !form.entry.common() && !form.entry.place();
        let listed =
            last.case == Case::Upper && last.script == Script::Latin && last.letters >= 3 && !surname.by_ending;
        let told = joins(self.words.gap(at_surname + middle - 1))
            && listed
            && surname.is_some()
            && given.level >= 2
            && first.letters >= 3
            && plain(&given)
            && (plain(&surname) || given.level == 3)
            && !self.is_stranger(at_surname + middle);
        let closed = self.stands_alone(i, end)
            || (self.is_addressed(i) && context::border_right(self.bytes, self.word(end - 1)?.end))
            || context::mail_behind(self.bytes, self.word(end - 1));
        (told && closed).then_some(end)
    }

    /// Whether a name may begin with word `i`: the word before it is none with a capital, or has one because it begins a
    /// sentence.
    fn may_begin(&mut self, i: usize) -> bool {
        let Some(left) = i.checked_sub(1).filter(|left| self.words.gap(*left) == Gap::Space) else { return true };
        if !self.word(left).is_some_and(Word::is_capital) {
            return true;
        }
        let Reading { given, surname, .. } = self.reading(left);
        let name = given.is_some() || (surname.is_some() && !surname.by_ending);
        let around = self.around(left);
        !(name || around.place() || around.firm() || around.eponym()) && self.begins_sentence(left)
    }

    fn is_pair(&mut self, given: &Form, surname: &Form, from: usize, end: usize, given_first: bool) -> bool {
        if !given.is_some() || !surname.is_some() {
            return false;
        }
        let cases = if given_first { given.cases.agree(surname.cases) } else { surname.cases.agree(given.cases) };
        if cases.is_empty() {
            return false;
        }
        let plain = |form: &Form| !form.entry.common() && !form.entry.place();
        let alone = self.stands_alone(from, end) || self.ends_a_line(from, end);
        if given.entry.western() || surname.entry.western() {
            // Western lists are full of ordinary words: only where nothing else stands on the line or in the field, or
            // behind a form of address.
            let told = alone || self.is_addressed(from) || context::mail_behind(self.bytes, self.word(end - 1));
            let addressed = given.level >= 2 && self.is_addressed(from);
            return told && given_first && (addressed || (plain(given) && plain(surname)));
        }
        // `Wall Clock`: short Latin words are many things.
        let short = |i: usize| self.word(i).is_some_and(|word| word.script == Script::Latin && word.letters <= 5);
        if short(from) && short(end - 1) && given.level < 3 && !alone {
            return false;
        }
        // The more each is something else, the more the other must be a name.
        let known = u8::from(!surname.by_ending) * surname.level;
        // «терапевта Жумабековой Сандугаш»
        let role = !(alone || plain(given) && plain(surname))
            && self.is_behind_role(from)
            && !(from..end).any(|i| self.around(i).stranger());
        let strength =
            given.level + known + u8::from(alone) + 2 * u8::from(role) + u8::from(surname.by_ending && !surname.weak);
        match (plain(given), plain(surname)) {
            (true, true) => strength >= if given_first { 3 } else { 4 },
            (true, false) => given.level >= 2 && strength >= 5,
            (false, true) => strength >= 4,
            (false, false) => (alone || role) && strength >= 7,
        }
    }

    /// Whether `Mr`, `Ms` or the like stands before word `i`.
    fn is_titled(&self, i: usize) -> bool {
        let Some(left) = i.checked_sub(1) else { return false };
        self.word(left).is_some_and(|word| TITLES.contains(&word.key) || RANKS.contains(&word.key))
    }

    /// Whether `Mr`, `Dear` or the like stands before word `i`.
    fn is_addressed(&self, i: usize) -> bool {
        let Some(left) = i.checked_sub(1) else { return false };
        let around = self.around(left);
        matches!(self.words.gap(left), Gap::Space | Gap::Dot) && (around.role() || around.greeting())
    }

    /// Whether the words fill a line, a field or a cell.
    fn stands_alone(&self, from: usize, end: usize) -> bool {
        let (Some(first), Some(last)) = (self.word(from), self.word(end - 1)) else { return false };
        context::border_left(self.bytes, first.start) && context::border_right(self.bytes, last.end)
    }

    /// Whether the words end a line behind a wide gap: the value of a form without a colon.
    fn ends_a_line(&self, from: usize, end: usize) -> bool {
        let (Some(first), Some(last)) = (self.word(from), self.word(end - 1)) else { return false };
        slice(self.bytes, first.start.saturating_sub(2), first.start) == b"  "
            && matches!(at(self.bytes, last.end), b'\n' | b'\r' | 0)
    }

    /// What the surroundings say: a street, a firm, a book or a name of history is no person.
    fn judged(&mut self, from: usize, end: usize, proof: Proof) -> Option<Name> {
        let (first, last) = (*self.word(from)?, *self.word(end - 1)?);
        let dotted = self.is_initial(end - 1);
        let range = first.start..last.end + usize::from(dotted);
        if context::refuses(self.bytes, self.words, from, end, proof) {
            return None;
        }
        let role = from > 0 && self.words.gap(from - 1) == Gap::Space && self.around(from - 1).role();
        if !role && self.is_famous(from, end) {
            return None;
        }
        Some(Name { range, proof })
    }

    /// Whether some given name and surname among the words belong together in history.
    fn is_famous(&mut self, from: usize, end: usize) -> bool {
        for given in from..end {
            let given_form = self.reading(given).given;
            let spelt = self.word(given).map_or(Key::default(), |word| word.key);
            for surname in (from..end).filter(|i| *i != given) {
                let reading = self.reading(surname);
                let (form, patronymic) = (reading.surname, reading.patronymic);
                let fits = |base| {
                    given_form.is_some()
                        && (dictionary::famous(given_form.base, base) || dictionary::famous(spelt, base))
                };
                if (form.is_some() && fits(form.base)) || (patronymic.is_some() && fits(patronymic.base)) {
                    return true;
                }
                let unlisted = self.word(surname).is_some_and(|word| match word.script {
                    // Kazakh endings stand behind any.
                    Script::Cyrillic => [0, 2, 3].into_iter().any(|letters| fits(word.key.without(letters))),
                    Script::Latin => fits(dictionary::latin(word.key).1),
                    Script::Other => false,
                });
                if unlisted {
                    return true;
                }
            }
        }
        false
    }
}

/// Whether letters of Kazakh that Russian has not are among these.
fn has_kazakh_letters(text: &[u8]) -> bool {
    text.iter().any(|byte| matches!(byte, 0xD2 | 0xD3))
}

/// Words for places that are surnames behind a form of address.
const PLACES_TOO: [Key; 3] = [Key::of("park"), Key::of("lake"), Key::of("day")];

/// Languages that surnames are called after.
const LANGUAGES: [Key; 6] = [
    Key::of("english"),
    Key::of("french"),
    Key::of("german"),
    Key::of("italian"),
    Key::of("spanish"),
    Key::of("polish"),
];

/// Two letters with dots that are no initials: a postscript, a sole proprietor, `и т. п.`
const OTHER_LETTERS: [[Key; 2]; 7] = [
    [Key::of("п"), Key::of("с")],
    [Key::of("p"), Key::of("s")],
    [Key::of("и"), Key::of("п")],
    [Key::of("т"), Key::of("п")],
    [Key::of("т"), Key::of("д")],
    [Key::of("т"), Key::of("е")],
    [Key::of("н"), Key::of("э")],
];

/// Forms of address that stand before names only.
pub(super) const TITLES: [Key; 8] = [
    Key::of("professor"),
    Key::of("mr"),
    Key::of("mrs"),
    Key::of("ms"),
    Key::of("miss"),
    Key::of("mister"),
    Key::of("dr"),
    Key::of("prof"),
];

/// Ranks and dignities that stand before names, and before other words too.
pub(super) const RANKS: [Key; 14] = [
    Key::of("sgt"),
    Key::of("sergeant"),
    Key::of("cpl"),
    Key::of("capt"),
    Key::of("captain"),
    Key::of("cdr"),
    Key::of("lt"),
    Key::of("pte"),
    Key::of("pvt"),
    Key::of("rev"),
    Key::of("sir"),
    Key::of("lady"),
    Key::of("mx"),
    Key::of("madam"),
];

/// How well a patronymic proves a name.
fn strength(given: &Form, patronymic: &Form) -> Option<Proof> {
    match (patronymic.level, given.level) {
        (3, _) => Some(Proof::Patronymic),
        (_, 1..) => Some(Proof::Ending),
        _ => None,
    }
}

/// Whether a known surname is not also a place or an ordinary word.
fn is_sure(form: &Form) -> bool {
    form.level >= 1 && !form.by_ending && !form.entry.common() && !form.entry.place()
}

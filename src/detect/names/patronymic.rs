//! Patronymics by their endings, and the given name of the father inside them.
//!
//! An ending alone is weak evidence (`Верховна` Рада, `Основна`, `формулы`): with the father's name known it is strong.

use super::dictionary;
use super::forms::{ACC, Cases, DAT, Form, GEN, INS, KAZ, LOC, M, NOM, her};
use crate::text::word::{Key, Script, Word};

/// A form of a patronymic behind its stem: the letters, and what they tell.
struct Tail {
    key: Key,
    letters: u32,
    cases: u16,
}

const fn tail(text: &'static str, cases: u16) -> Tail {
    let key = Key::of(text);
    Tail { key, letters: key.letters(), cases }
}

/// Behind `-ич`.
const MEN: [Tail; 14] = [
    tail("ич", NOM),
    tail("ича", GEN | ACC),
    tail("ичу", DAT | NOM),
    tail("ичем", INS),
    tail("ичам", INS),
    tail("иче", LOC | NOM),
    tail("ичеви", DAT | LOC),
    tail("ичови", DAT | LOC),
    tail("ичи", LOC),
    // The Kazakh cases, behind Slavic patronymics too: `Вячеславовнаға`.
    tail("ичке", KAZ),
    tail("ичтин", KAZ),
    tail("ичти", KAZ),
    tail("ичтен", KAZ),
    tail("ичпен", KAZ),
];

/// Behind `-вна`, without its last letter.
const WOMEN: [Tail; 16] = [
    tail("на", her(NOM)),
    tail("ны", her(GEN | DAT | LOC)),
    tail("ни", her(GEN | DAT | LOC)),
    tail("не", her(DAT | LOC)),
    tail("ну", her(ACC)),
    tail("ной", her(GEN | DAT | INS | LOC)),
    tail("ною", her(INS)),
    tail("най", her(INS)),
    tail("наю", her(INS)),
    tail("но", her(NOM)),
    tail("нага", her(KAZ)),
    tail("нанын", her(KAZ)),
    tail("наны", her(KAZ)),
    tail("нада", her(KAZ)),
    tail("надан", her(KAZ)),
    tail("намен", her(KAZ)),
];

/// What stands between the father's name and these ends.
const MEN_LINKS: [(Key, u32); 4] = [link("ов"), link("ев"), link("ав"), link("йов")];
const WOMEN_LINKS: [(Key, u32); 8] =
    [link("ов"), link("ев"), link("ив"), link("ау"), link("еу"), link("оу"), link("ав"), link("йив")];

const fn link(text: &'static str) -> (Key, u32) {
    let key = Key::of(text);
    (key, key.letters())
}

/// Patronymics in `-ич` and `-ична` without a link: all there are, without the end.
const SHORT: [Key; 14] = [
    Key::of("иль"),
    Key::of("илл"),
    Key::of("кузьм"),
    Key::of("лук"),
    Key::of("фом"),
    Key::of("никит"),
    Key::of("савв"),
    Key::of("сав"),
    Key::of("хом"),
    Key::of("як"),
    Key::of("фок"),
    Key::of("мин"),
    Key::of("микит"),
    Key::of("гаврил"),
];
const SHORT_WOMEN: [Tail; 4] = [tail("инич", 0), tail("ич", 0), tail("лич", 0), tail("лов", 0)];

/// Turkic ends, behind the father's name: son and daughter.
const TURKIC: [(Key, u32, bool); 10] = [
    turkic("улы", false),
    turkic("кызы", true),
    turkic("гызы", true),
    turkic("оглы", false),
    turkic("оглу", false),
    turkic("огли", false),
    turkic("угли", false),
    turkic("уулу", false),
    turkic("кизи", true),
    turkic("углы", false),
];

const fn turkic(text: &'static str, woman: bool) -> (Key, u32, bool) {
    let key = Key::of(text);
    (key, key.letters(), woman)
}

const KAZAKH: [(Key, u32); 11] = [
    link("нын"),
    link("нин"),
    link("на"),
    link("не"),
    link("ны"),
    link("н"),
    link("нан"),
    link("нда"),
    link("мен"),
    link("дан"),
    link("га"),
];

/// Stems of two letters: others fit too much (`умовна`).
const SHORTEST: [Key; 3] = [Key::of("ян"), Key::of("юр"), Key::of("як")];

/// What a father's name loses before the link, and what it may have been.
fn is_father(stem: Key) -> bool {
    let least = if stem.letters() > 3 { 1 } else { 2 };
    let known = |key: Key| dictionary::entry(key).given() >= least;
    let soft = Key::of("ь").last();
    let base = if stem.last() == soft { stem.without(1) } else { stem };
    (base.letters() >= 3 || SHORTEST.contains(&base))
        && (known(stem)
            || ["й", "ь", "ий", "я", "о", "а", "ей"].into_iter().any(|end| {
                let end = Key::of(end);
                known(base.join(end, end.letters()))
            }))
}

fn found(cases: u16, father: bool, base: Key) -> Form {
    Form { cases: Cases(cases), level: if father { 3 } else { 1 }, by_ending: !father, base, ..Form::default() }
}

/// How a Cyrillic word may be a patronymic: level 3 with a known father, 1 by its ending alone.
pub(super) fn form(key: Key) -> Form {
    if key.letters() < 5 {
        return Form::default();
    }
    for tail in MEN.iter().filter(|tail| key.ends_in(tail.key, tail.letters)) {
        let stem = key.without(tail.letters);
        // A link of more letters may begin with the end of the father's name itself.
        let mut links = MEN_LINKS.iter().filter(|(link, letters)| stem.ends_in(*link, *letters)).peekable();
        if links.peek().is_some() {
            return found(tail.cases, links.any(|(_, letters)| is_father(stem.without(*letters))), key);
        }
        if SHORT.contains(&stem) {
            return found(tail.cases, true, key);
        }
    }
    for tail in WOMEN.iter().filter(|tail| key.ends_in(tail.key, tail.letters)) {
        let stem = key.without(tail.letters);
        let mut links = WOMEN_LINKS.iter().filter(|(link, letters)| stem.ends_in(*link, *letters)).peekable();
        if links.peek().is_some() {
            let known = links.any(|(_, letters)| is_father(stem.without(*letters)));
            if known || stem.letters() >= 5 {
                return found(tail.cases, known, key);
            }
        }
        let short = SHORT_WOMEN
            .iter()
            .find(|short| stem.ends_in(short.key, short.letters) && SHORT.contains(&stem.without(short.letters)));
        if short.is_some() {
            return found(tail.cases, true, key);
        }
    }
    turkic_form(key)
}

fn turkic_form(key: Key) -> Form {
    let bare = std::iter::once((key, NOM));
    let declined = KAZAKH.iter().filter(|(end, letters)| key.ends_in(*end, *letters));
    for (word, case) in bare.chain(declined.map(|(_, letters)| (key.without(*letters), KAZ))) {
        for (end, letters, woman) in TURKIC {
            if !word.ends_in(end, letters) || word.letters() < letters + 3 {
                continue;
            }
            let father = word.without(letters);
            let cases = if woman { her(case) } else { case };
            return found(cases, dictionary::entry(father).given() > 0, word);
        }
    }
    Form::default()
}

/// Whether a patronymic is a Turkic one, which may serve as a surname.
pub(super) fn is_turkic(word: &Word) -> bool {
    if word.script == Script::Latin {
        let (_, key) = dictionary::latin(word.key);
        return [Key::of("uli"), Key::of("kizi"), Key::of("ogli")].iter().any(|end| key.ends_in(*end, end.letters()));
    }
    turkic_form(word.key).level > 0
}

/// A word that stands behind the father's name as a word of its own: `Бақыт ұлы`, `Ахмед оглы`. Its cases.
pub(super) fn separate(key: Key) -> Option<Cases> {
    let letters = key.letters();
    if !(3..=SEPARATE_LETTERS).contains(&letters) || !SEPARATE_FIRST.contains(&key.without(letters - 1)) {
        return None;
    }
    let bare = std::iter::once((key, NOM));
    let declined = KAZAKH.iter().filter(|(end, letters)| key.ends_in(*end, *letters));
    for (word, case) in bare.chain(declined.map(|(_, letters)| (key.without(*letters), KAZ))) {
        if let Some((_, _, woman)) = TURKIC.iter().find(|(end, ..)| *end == word) {
            return Some(Cases(if *woman { her(case) } else { case }));
        }
        if LATIN_SEPARATE.contains(&word) {
            return Some(Cases(M | her(M)));
        }
    }
    None
}

/// Letters of the longest such word with its ending.
const SEPARATE_LETTERS: u32 = 8;
/// The letters that such words begin with.
const SEPARATE_FIRST: [Key; 8] =
    [Key::of("у"), Key::of("к"), Key::of("г"), Key::of("о"), Key::of("o"), Key::of("u"), Key::of("k"), Key::of("q")];

const LATIN_SEPARATE: [Key; 10] = [
    Key::of("ogli"),
    Key::of("ogly"),
    Key::of("oglu"),
    Key::of("oghlu"),
    Key::of("uulu"),
    Key::of("uly"),
    Key::of("kyzy"),
    Key::of("qizi"),
    Key::of("qyzy"),
    Key::of("kizi"),
];

/// How a Latin word, spelt by sound, may be a patronymic.
pub(super) fn latin(key: Key) -> Form {
    let ends: [(&str, &[&str], u16); 12] = [
        ("oviq", &["", "i"], M),
        ("eviq", &["", "i", "ei", "ii"], M),
        ("iviq", &["", "i"], M),
        ("iq", &["ia", "a"], M),
        ("ovna", &["", "i"], her(M)),
        ("evna", &["", "i", "ei", "ii"], her(M)),
        ("ivna", &["", "i"], her(M)),
        ("uli", &[""], M),
        ("kizi", &[""], her(M)),
        ("gizi", &[""], her(M)),
        ("ogli", &[""], M),
        ("ugli", &[""], M),
    ];
    for (end, instead, cases) in ends {
        let end = Key::of(end);
        if !key.ends_in(end, end.letters()) || key.letters() < end.letters() + 2 {
            continue;
        }
        let stem = key.without(end.letters());
        let known = instead.iter().any(|tail| {
            let tail = Key::of(tail);
            dictionary::marks_by_sound(stem.join(tail, tail.letters())).given() > 0
        });
        if known || end.letters() >= 4 {
            return found(cases, known, key);
        }
    }
    Form::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_father_is_known() {
        let mut wrong = Vec::new();
        for text in [
            "Иванович",
            "Ивановича",
            "Сергеевной",
            "Васильевна",
            "Игоревич",
            "Юрьевича",
            "Ильич",
            "Кузьминична",
            "Никитична",
            "Львовна",
            "Павлович",
            "Петрівна",
            "Миколайович",
            "Олексійовичу",
            "Іллівні",
            "Сергіївною",
            "Андріївна",
            "Мікалаевіч",
            "Паўлавіч",
            "Паўлаўна",
            "Сяргееўне",
            "Пятровіч",
            "Қайратұлы",
            "Қайратұлының",
            "Кайраткызы",
            "Ахметқызымен",
            "Яковлевич",
            "Михайлович",
            "Дмитриевна",
            "Юріївна",
            "Григорович",
            "Никитич",
            "Анатольевич",
        ] {
            wrong.extend((form(Key::of(text)).level != 3).then_some(text));
        }
        for text in ["Ivanovich", "Sergeevna", "Petrovna", "Mykolaiovych", "Kairatuly", "Akhmetkyzy", "Sergeyevich"] {
            let word = crate::text::word::Word::read(text.as_bytes(), 0).unwrap();
            let (_, key) = dictionary::latin(word.key);
            wrong.extend((latin(key).level != 3).then_some(text));
        }
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn ends_alone_are_weak() {
        let wrong: Vec<_> = ["Верховна", "Головна", "Основна", "Умовна", "Мовна", "Формулы", "Кирпич", "Давно"]
            .into_iter()
            .filter(|text| form(Key::of(text)).level >= 3)
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}

//! What single words say in an address: marker words, towns and regions, by the hash of their folded letters.

use crate::text::fold::{self, Code};
use crate::text::hash::Spread;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

const WORDS: &str = include_str!("../../../patterns/address/words.txt");
const TOWNS: &str = include_str!("../../../patterns/address/towns.txt");
const REGIONS: &str = include_str!("../../../patterns/address/regions.txt");

/// What a word may say: a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Classes(u64);

macro_rules! classes {
    ($($name:ident = $bit:literal, $word:literal;)*) => {
        impl Classes {
            $(pub(super) const $name: Self = Self(1 << $bit);)*

            fn named(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

classes! {
    STREET = 0, "street";
    STREET_SHORT = 1, "street-short";
    STREET_OBLIQUE = 2, "street-oblique";
    AREA = 3, "area";
    AREA_SHORT = 4, "area-short";
    TOWN = 5, "town";
    TOWN_SHORT = 6, "town-short";
    VILLAGE = 7, "village";
    VILLAGE_SHORT = 8, "village-short";
    DISTRICT = 9, "district";
    REGION = 10, "region";
    HOUSE = 11, "house";
    HOUSE_SHORT = 12, "house-short";
    BUILD = 13, "build";
    BUILD_SHORT = 14, "build-short";
    FLAT = 15, "flat";
    FLAT_SHORT = 16, "flat-short";
    FLOOR = 17, "floor";
    INDEX = 18, "index";
    BOX = 19, "box";
    COUNTRY = 20, "country";
    JOIN = 21, "join";
    YEARS = 22, "years";
    UNIT = 23, "unit";
    PLACEHOLDER = 24, "placeholder";
    ORGANISATION = 25, "organisation";
    PERSON = 26, "person";
    PLACE = 27, "place";
    REGION_NAME = 28, "region-name";
    // The first word of an entry of several words.
    OPEN = 29, "open";
    // Its name or number stands in front.
    AFTER = 30, "after";
    LEAD = 31, "lead";
    // English words behind the name of a street.
    ENGLISH = 32, "street-english";
    // The words for an address themselves.
    ADDRESS = 33, "address";
}

impl Classes {
    /// Markers of streets, certain or not.
    pub(super) const STREETS: Self = Self::STREET.or(Self::STREET_SHORT).or(Self::STREET_OBLIQUE).or(Self::ENGLISH);
    /// Markers of parts of towns.
    pub(super) const AREAS: Self = Self::AREA.or(Self::AREA_SHORT);
    /// Markers of towns and villages.
    pub(super) const SETTLEMENTS: Self = Self::TOWN.or(Self::TOWN_SHORT).or(Self::VILLAGE).or(Self::VILLAGE_SHORT);
    /// Markers of what is larger than a town.
    pub(super) const LARGE: Self = Self::DISTRICT.or(Self::REGION);
    /// Markers before or behind a number.
    pub(super) const NUMBERED: Self = Self::HOUSE
        .or(Self::HOUSE_SHORT)
        .or(Self::BUILD)
        .or(Self::BUILD_SHORT)
        .or(Self::FLAT)
        .or(Self::FLAT_SHORT)
        .or(Self::FLOOR);
    /// Markers of one or two letters, or words that mean other things too.
    pub(super) const SHORT: Self = Self::STREET_SHORT
        .or(Self::AREA_SHORT)
        .or(Self::TOWN_SHORT)
        .or(Self::VILLAGE_SHORT)
        .or(Self::HOUSE_SHORT)
        .or(Self::BUILD_SHORT)
        .or(Self::FLAT_SHORT);
    /// Markers that may stand beside a name.
    pub(super) const NAMED: Self = Self::STREETS.or(Self::AREAS).or(Self::SETTLEMENTS).or(Self::LARGE);
    /// All markers.
    pub(super) const MARKERS: Self = Self::NAMED.or(Self::NUMBERED).or(Self::INDEX).or(Self::BOX).or(Self::COUNTRY);

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether both sets have a class in common.
    pub(super) const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// What is in this set and not in the other.
    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// Hash of a word, built letter by letter.
#[derive(Clone, Copy, Debug)]
pub(super) struct WordHash(u64);

impl WordHash {
    /// No letter yet.
    pub(super) const EMPTY: Self = Self(0xCBF2_9CE4_8422_2325);
    /// What a hyphen or slash inside a word counts as.
    pub(super) const HYPHEN: Code = 251;
    /// What a slash inside a word counts as.
    pub(super) const SLASH: Code = 252;

    /// With one more letter.
    #[inline(always)]
    pub(super) const fn push(self, code: Code) -> Self {
        Self((self.0 ^ code as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23))
    }

    /// Of two words that follow one another.
    #[inline(always)]
    pub(super) const fn then(self, next: Self) -> Self {
        Self(self.0.rotate_left(31).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ next.0)
    }
}

/// All words.
#[derive(Debug)]
pub(crate) struct Lexicon {
    words: HashMap<u64, Classes, BuildHasherDefault<Spread>>,
}

impl Lexicon {
    /// The words that come with the program.
    pub(crate) fn built_in() -> Self {
        let mut lexicon = Self { words: HashMap::with_capacity_and_hasher(4096, BuildHasherDefault::default()) };
        for line in entries(WORDS) {
            let Some((class, words)) = line.split_once(':') else { continue };
            let Some(class) = Classes::named(class) else { continue };
            for word in words.split(',') {
                lexicon.add(word, class);
            }
        }
        for (list, class) in [(TOWNS, Classes::PLACE), (REGIONS, Classes::REGION_NAME)] {
            for line in entries(list) {
                lexicon.add(line, class);
            }
        }
        lexicon
    }

    fn add(&mut self, entry: &str, class: Classes) {
        let mut words = entry.split([' ', '.']).filter(|word| !word.is_empty()).map(hash).peekable();
        let Some(mut phrase) = words.next() else { return };
        for word in words {
            self.insert(phrase, Classes::OPEN);
            phrase = phrase.then(word);
        }
        self.insert(phrase, class);
    }

    fn insert(&mut self, word: WordHash, class: Classes) {
        let known = self.words.entry(word.0).or_default();
        *known = known.or(class);
    }

    /// What a word or phrase says.
    #[inline]
    pub(super) fn classes(&self, word: WordHash) -> Classes {
        self.words.get(&word.0).copied().unwrap_or_default()
    }
}

fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The hash of a word as it is written in the lists.
fn hash(word: &str) -> WordHash {
    word.chars().fold(WordHash::EMPTY, |hash, c| match (c, fold::fold(c as u32)) {
        (_, fold::PASSED) => hash,
        ('-', _) => hash.push(WordHash::HYPHEN),
        ('/', _) => hash.push(WordHash::SLASH),
        (_, code) => hash.push(code),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_in_any_spelling_of_theirs() {
        let lexicon = Lexicon::built_in();
        for (word, class) in [
            ("УЛИЦА", Classes::STREET),
            ("көшесі", Classes::STREET),
            ("кошеси", Classes::STREET),
            ("пр-т", Classes::STREET),
            ("в’їзд", Classes::STREET),
            ("с/о", Classes::DISTRICT),
            ("Ростов-на-Дону", Classes::PLACE),
            ("Могилев", Classes::PLACE),
            ("московская", Classes::REGION_NAME),
            ("Нижний", Classes::OPEN),
        ] {
            assert!(lexicon.classes(hash(word)).any(class), "{word}");
        }
        let phrase = hash("шағын").then(hash("ауданы"));
        assert!(lexicon.classes(phrase).any(Classes::AREA));
        assert!(!lexicon.classes(hash("слово")).any(Classes::MARKERS));
    }

    #[test]
    fn every_line_names_a_class_and_every_list_is_read() {
        let known = |line: &str| line.split_once(':').is_some_and(|(class, _)| Classes::named(class).is_some());
        let unknown: Vec<&str> = entries(WORDS).filter(|line| !known(line)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        assert!(Lexicon::built_in().words.len() > 2500);
    }
}

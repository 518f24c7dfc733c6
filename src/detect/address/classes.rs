//! What single words may say in an address, the hash of a word, and the lists of words. Shared with the build, which
//! makes a table of them ([`super::lexicon`]).

use crate::text::fold::{self, Code};
use std::collections::BTreeMap;

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
    // A Latin name with the word for a street at its end, as in German; told by the reader of tokens, not by a list.
    GLUED = 40, "street-glued";
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

/// Bits of a slot that hold classes; above them stand those of the hash that do not say where the slot is.
const CLASS_BITS: u32 = 34;

/// Slot and tag of a word in a table of `slots` (a power of two).
pub(super) const fn place(word: WordHash, slots: usize) -> (usize, u64) {
    let mixed = (word.0 ^ word.0 >> 32).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    (mixed as usize & (slots - 1), mixed >> CLASS_BITS)
}

/// What a slot says of words with this tag: `None` goes on to the next slot.
pub(super) const fn said(slot: u64, tag: u64) -> Option<Classes> {
    match slot {
        0 => Some(Classes(0)),
        slot if slot >> CLASS_BITS == tag => Some(Classes(slot & ((1 << CLASS_BITS) - 1))),
        _ => None,
    }
}

/// The lists of words as a table: a slot of eight bytes each. `words` has a class before each list; `towns` and `regions`
/// are lists of one class.
///
/// # Errors
/// If a class is unknown, or two words share slot and tag.
pub(crate) fn table(words: &str, towns: &str, regions: &str) -> Result<Vec<u8>, String> {
    let mut known: BTreeMap<u64, u64> = BTreeMap::new();
    for line in entries(words) {
        let class = line.split_once(':').and_then(|(class, words)| Some((Classes::named(class)?, words)));
        let Some((class, words)) = class else { return Err(format!("`{line}` names no class")) };
        words.split(',').for_each(|word| add(&mut known, word, class));
    }
    for (list, class) in [(towns, Classes::PLACE), (regions, Classes::REGION_NAME)] {
        entries(list).for_each(|line| add(&mut known, line, class));
    }
    let slots = (known.len() * 3).next_power_of_two();
    let mut table = vec![0u64; slots];
    for (&word, &classes) in &known {
        let (mut at, tag) = place(WordHash(word), slots);
        while let Some(&slot) = table.get(at).filter(|slot| **slot != 0) {
            if slot >> CLASS_BITS == tag {
                return Err("two words share slot and tag".to_owned());
            }
            at = (at + 1) & (slots - 1);
        }
        if let Some(slot) = table.get_mut(at) {
            *slot = tag << CLASS_BITS | classes;
        }
    }
    Ok(table.into_iter().flat_map(u64::to_le_bytes).collect())
}

fn add(known: &mut BTreeMap<u64, u64>, entry: &str, class: Classes) {
    let mut words = entry.split([' ', '.']).filter(|word| !word.is_empty()).map(hash);
    let Some(mut phrase) = words.next() else { return };
    for word in words {
        *known.entry(phrase.0).or_default() |= Classes::OPEN.0;
        phrase = phrase.then(word);
    }
    *known.entry(phrase.0).or_default() |= class.0;
}

fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The hash of a word as it is written in the lists.
pub(super) fn hash(word: &str) -> WordHash {
    word.chars().fold(WordHash::EMPTY, |hash, c| match (c, fold::fold(c as u32)) {
        (_, fold::PASSED) => hash,
        ('-', _) => hash.push(WordHash::HYPHEN),
        ('/', _) => hash.push(WordHash::SLASH),
        (_, code) => hash.push(code),
    })
}

//! What the embedded lists say of a word: given name, surname, how common, and whether it is also something else.
//!
//! Lists, their licences and the script that makes them stand in `patterns/names`. Nothing is read or unpacked at the
//! start; a look costs one or two places of memory.

use super::sound;
use super::table;
use crate::text::word::{Key, Script, Word};

static NAMES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/names.bin"));
static AROUND: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/around.bin"));
/// How words and stems of that list begin, a bit each.
static BEGINS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/begins.bin"));

/// First Latin letter in a key.
const LATIN: u8 = 1;

/// Marks of a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry(u16);

impl Entry {
    /// How common it is as a given name: 0 (it is none) to 3.
    pub(super) fn given(self) -> u8 {
        (self.0 & 3) as u8
    }

    /// A man's name.
    pub(super) fn male(self) -> bool {
        self.0 & 1 << 2 != 0
    }

    /// A woman's name.
    pub(super) fn female(self) -> bool {
        self.0 & 1 << 3 != 0
    }

    /// How common it is as a surname: 0 (it is none) to 3.
    pub(super) fn surname(self) -> u8 {
        (self.0 >> 4 & 3) as u8
    }

    /// Also an ordinary word.
    pub(super) fn common(self) -> bool {
        self.0 & 1 << 6 != 0
    }

    /// Also a place.
    pub(super) fn place(self) -> bool {
        self.0 & 1 << 7 != 0
    }

    /// Known in the West only.
    pub(super) fn western(self) -> bool {
        self.0 & 1 << 8 != 0
    }
}

/// What the list says of a Cyrillic word, not declined.
pub(super) fn entry(key: Key) -> Entry {
    Entry(table::marks(NAMES, key.0))
}

/// What the list says of a Latin word, and its spelling by sound.
pub(super) fn latin(key: Key) -> (Entry, Key) {
    let mut letters = [0u8; sound::LETTERS];
    let count = (key.letters() as usize).min(letters.len());
    let mut rest = key;
    for slot in letters.iter_mut().take(count).rev() {
        *slot = (rest.last().wrapping_sub(LATIN) % 26) + b'a';
        rest = rest.without(1);
    }
    let spelling = sound::of_latin(letters.get(..count).unwrap_or(&[]));
    let key = spelling.letters().iter().fold(Key::default(), |key, letter| key.with(letter - b'a' + LATIN));
    (Entry(table::marks(NAMES, key.0)), key)
}

/// What the list says of a Latin word that is spelt by sound.
pub(super) fn marks_by_sound(key: Key) -> Entry {
    Entry(table::marks(NAMES, key.0))
}

/// What a word beside a name says of it (`patterns/names/around.txt`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Around(u16);

impl Around {
    /// The word is known by its stem only.
    const STEM: u16 = 1 << 15;

    const fn has(self, bit: u16) -> bool {
        self.0 & 1 << bit != 0
    }

    /// A street, square, town or building: what follows is its name.
    pub(super) fn place(self) -> bool {
        self.has(0)
    }

    /// The same behind the name (`көшесі`, `Street`).
    pub(super) fn place_behind(self) -> bool {
        self.has(1)
    }

    /// `имени`: named after somebody.
    pub(super) fn named_after(self) -> bool {
        self.has(2)
    }

    /// A firm, ship, book: what follows in quotes is its name.
    pub(super) fn firm(self) -> bool {
        self.has(3)
    }

    /// A law, theorem, prize: what follows is who it is called after.
    pub(super) fn eponym(self) -> bool {
        self.has(4)
    }

    /// A role or form of address: what follows is a person.
    pub(super) fn role(self) -> bool {
        self.has(5)
    }

    /// A greeting: a given name alone may follow.
    pub(super) fn greeting(self) -> bool {
        self.has(6)
    }

    /// Never part of a name: an article, a preposition.
    pub(super) fn never(self) -> bool {
        self.has(7)
    }

    /// Who is called by a surname alone: a driver, a clerk on duty.
    pub(super) fn holder(self) -> bool {
        self.has(8)
    }

    /// Whom to call or ask: a given name follows.
    pub(super) fn call(self) -> bool {
        self.has(9)
    }

    /// A relative or neighbour: a given name alone follows, whatever else it is.
    pub(super) fn kin(self) -> bool {
        self.has(10)
    }

    /// Whether the word is known by its stem only: `Романов` begins as `роман`.
    pub(super) fn by_stem(self) -> bool {
        self.0 & Self::STEM != 0
    }

    /// Never part of a name, though it may be written with a capital.
    pub(super) fn stranger(self) -> bool {
        self.0 & 0b1_0111_1111 != 0 || self.has(7)
    }
}

/// What is known of a word beside a name. Case endings of up to three letters are looked through.
pub(super) fn around(word: &Word) -> Around {
    let begins = table::beginning(word.key.0);
    if word.script == Script::Other || BEGINS.get(begins >> 3).is_none_or(|bits| bits >> (begins & 7) & 1 == 0) {
        return Around::default();
    }
    let whole = table::marks(AROUND, word.key.0);
    if whole != 0 {
        return Around(whole);
    }
    for letters in 0..=3 {
        let key = word.key.without(letters);
        let marks = if key.letters() >= 3 { table::marks(AROUND, stem(key)) } else { 0 };
        if marks != 0 {
            return Around(marks | Around::STEM);
        }
    }
    Around::default()
}

/// The key under which a stem is listed: no word has it.
fn stem(key: Key) -> u128 {
    key.0 << 7 | 127
}

/// Whether given name and surname together are those of somebody in the history books.
pub(super) fn famous(given: Key, surname: Key) -> bool {
    table::marks(AROUND, given.0.rotate_left(64) ^ surname.0) & 1 << 9 != 0
}

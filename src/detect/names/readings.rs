//! Words that were read before: text repeats its names and the words beside them.

use super::forms::Reading;
use crate::text::word::{Case, Key, Script, Word};

/// Words kept; a power of two. A new word takes the place of the one that had it.
const KEPT: usize = 2048;

#[derive(Clone, Debug, Default)]
struct Kept {
    key: Key,
    letters: u8,
    script: Script,
    reading: Reading,
}

/// Readings of words met before, for one thread. They are what [`Reading::of`] gives, so nothing depends on them but time.
#[derive(Debug, Default)]
pub(crate) struct Readings {
    kept: Vec<Kept>,
    keeps_none: bool,
}

impl Readings {
    /// Keeps no word: for a few of them, to whom making room for many would cost more.
    pub(crate) fn none() -> Self {
        Self { kept: Vec::new(), keeps_none: true }
    }

    /// Reads a word.
    pub(super) fn of(&mut self, word: &Word) -> Reading {
        if self.keeps_none || matches!(word.case, Case::Mixed | Case::Number) || word.script == Script::Other {
            return Reading::of(word);
        }
        if self.kept.is_empty() {
            self.kept.resize(KEPT, Kept::default());
        }
        let spread = (word.key.0 as u64 ^ (word.key.0 >> 64) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let Some(slot) = self.kept.get_mut((spread >> 32) as usize & (KEPT - 1)) else { return Reading::of(word) };
        // A word has a letter at the least: no empty slot equals one.
        if (slot.key, slot.letters, slot.script) != (word.key, word.letters, word.script) {
            *slot = Kept { key: word.key, letters: word.letters, script: word.script, reading: Reading::of(word) };
        }
        slot.reading
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_the_same_the_second_time() {
        let text = "Иванов Ivanov иванов Оксана ОКСАНА Әлия кызы Серікұлы McDonald 17".repeat(3);
        let mut readings = Readings::default();
        let bytes = text.as_bytes();
        let mut count = 0;
        for start in (0..bytes.len()).filter(|&i| i == 0 || bytes[i - 1] == b' ') {
            let Some(word) = Word::read(bytes, start) else { continue };
            for _ in 0..2 {
                let (one, other) = (readings.of(&word), Reading::of(&word));
                assert_eq!(format!("{one:?}"), format!("{other:?}"));
                count += 1;
            }
        }
        assert!(count > 40);
    }
}

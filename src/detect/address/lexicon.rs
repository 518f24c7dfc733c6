//! What single words say in an address: marker words, towns and regions, in a table that is made with the build.

pub(super) use super::classes::{Classes, WordHash};
use super::classes::{place, said};

static TABLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/address.bin"));

/// What a word or phrase says.
#[inline]
pub(super) fn classes(word: WordHash) -> Classes {
    let slots = TABLE.len() / 8;
    let (mut slot, tag) = place(word, slots);
    // The build leaves more than half of the slots empty: a run of full ones is short.
    for _ in 0..64 {
        let bytes = TABLE.get(slot * 8..).and_then(|rest| rest.first_chunk());
        match said(bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes)), tag) {
            Some(classes) => return classes,
            None => slot = (slot + 1) & (slots - 1),
        }
    }
    Classes::default()
}

/// What the names of streets in German end in.
const GLUED: [&str; 8] = ["straße", "strasse", "gasse", "allee", "platz", "damm", "ufer", "weg"];

/// Whether a Latin word is a name with the word for a street at its end, as in German: `Lindenstraße`.
pub(super) fn is_glued(word: &[u8]) -> bool {
    let capital = matches!(word.first(), Some(b'A'..=b'Z' | 0xC3));
    capital && word.len() > 6 && GLUED.iter().any(|end| word.ends_with(end.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::super::classes::{hash, table};
    use super::*;

    #[test]
    fn words_are_known_in_any_spelling_of_theirs() {
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
            assert!(classes(hash(word)).any(class), "{word}");
        }
        let phrase = hash("шағын").then(hash("ауданы"));
        assert!(classes(phrase).any(Classes::AREA));
        assert!(!classes(hash("слово")).any(Classes::MARKERS));
    }

    #[test]
    fn the_table_is_that_of_the_lists() {
        let made = table(
            include_str!("../../../patterns/address/words.txt"),
            include_str!("../../../patterns/address/towns.txt"),
            include_str!("../../../patterns/address/regions.txt"),
        );
        assert!(made.is_ok_and(|made| made == TABLE));
        let full = TABLE.chunks(8).filter(|slot| **slot != [0; 8]).count();
        assert!(full > 2500, "{full}");
        let runs = TABLE.chunks(8).collect::<Vec<_>>();
        let longest = runs.split(|slot| **slot == [0; 8]).map(<[&[u8]]>::len).max().unwrap_or(0);
        assert!(longest < 60, "{longest}");
    }
}

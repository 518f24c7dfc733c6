//! Values from a closed list: `мужской`, `Республика Казахстан`, `не замужем`.

use super::Value;
use crate::text::fold::{PASSED, fold};
use crate::text::keyword::{KeywordError, Keywords};
use crate::text::slice;
use crate::text::utf8::char_before;
use std::ops::Range;
use std::sync::OnceLock;

/// Most letters of all words.
const LETTERS: usize = 32 << 10;

/// The values that a list allows, in any case and spelling that keywords have. Few texts hold a label of such a rule: the
/// search is made when the first one is met.
#[derive(Clone, Debug, Default)]
pub(crate) struct WordList {
    words: Vec<String>,
    search: OnceLock<Box<Keywords>>,
}

impl WordList {
    /// A list of words or phrases; `*` stands for any ending.
    ///
    /// # Errors
    /// If a word holds no letter or digit, or a `*` that does not end a word, or there are too many.
    pub(in crate::detect) fn new(words: &[String]) -> Result<Self, String> {
        for word in words {
            Keywords::check(word).map_err(|error| format!("the value `{word}` {error}"))?;
        }
        // A letter is a state of the search at the most.
        if words.iter().map(|word| word.chars().count() + 1).sum::<usize>() > LETTERS {
            return Err(KeywordError::TooMany.to_string());
        }
        Ok(Self { words: words.to_vec(), search: OnceLock::new() })
    }

    /// The value, if it is one of the list and nothing else.
    pub(super) fn read(&self, value: &Value<'_>) -> Option<Range<usize>> {
        let search = self.search.get_or_init(|| {
            let mut search = Box::<Keywords>::default();
            for word in &self.words {
                let added = search.add(word, |_| 1);
                debug_assert!(added.is_ok(), "each word was looked at before");
            }
            search
        });
        // A quote that closes the value is a mark that keywords pass over: it is no letter of it, and what stands behind it
        // is another value.
        let bytes = slice(value.bytes, 0, value.end);
        let (end, _) = search.longest_at(bytes, value.start)?;
        let end = own_end(bytes, end);
        value.ends_at(end).then_some(value.start..end)
    }
}

/// Where a word ends without the apostrophes behind its last letter.
fn own_end(bytes: &[u8], mut end: usize) -> usize {
    while let Some((_, length)) = char_before(bytes, end).filter(|(c, _)| fold(*c as u32) == PASSED) {
        end -= length;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::WordList;

    #[test]
    fn what_could_never_be_found_is_refused() {
        let new = |word: &str| WordList::new(&[word.to_owned()]);
        assert!(new("не замужем").is_ok() && new("разведен*").is_ok());
        for word in ["", " - ", "αβγ", "а*б"] {
            assert!(new(word).is_err(), "{word}");
        }
    }
}

//! Values from a closed list: `мужской`, `Республика Казахстан`, `не замужем`.

use super::Value;
use crate::text::keyword::Keywords;
use std::ops::Range;

/// The values that a list allows, in any case and spelling that keywords have.
#[derive(Clone, Debug, Default)]
pub(crate) struct WordList(Option<Box<Keywords>>);

impl WordList {
    /// A list of words or phrases; `*` stands for any ending.
    ///
    /// # Errors
    /// If a word holds no letter or digit, or there are too many.
    pub(in crate::detect) fn new(words: &[String]) -> Result<Self, String> {
        if words.is_empty() {
            return Ok(Self(None));
        }
        let mut list = Box::<Keywords>::default();
        for word in words {
            list.add(word, |_| 1).map_err(|error| format!("the value `{word}` {error}"))?;
        }
        Ok(Self(Some(list)))
    }

    /// The value, if it is one of the list and nothing else.
    pub(super) fn read(&self, value: &Value<'_>) -> Option<Range<usize>> {
        let list = self.0.as_deref()?;
        let (end, _) = list.longest_at(value.bytes, value.start)?;
        value.ends_at(end).then_some(value.start..end)
    }
}

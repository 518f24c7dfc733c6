//! Texts that stand beside the cells of a sheet or the lines of a document: each of them once, up to a limit, to be handed
//! on behind the rest.

use super::telling;
use super::xml::Attributes;
use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

/// Most bytes of texts that are kept, and what is counted for each to know it again.
const BYTES: usize = 16 << 20;
const ENTRY_BYTES: usize = 16;

/// Texts that were kept.
#[derive(Debug, Default)]
pub struct Beside {
    text: String,
    hashes: RandomState,
    kept: HashSet<u64>,
    is_cut: bool,
}

impl Beside {
    /// Keeps a text that is not there yet and not empty, as long as there is room.
    pub fn keep(&mut self, text: &str) {
        let hash = self.hashes.hash_one(text);
        if text.is_empty() || self.kept.contains(&hash) {
            return;
        }
        if self.text.len() + text.len() + self.kept.len() * ENTRY_BYTES > BYTES {
            self.is_cut = true;
            return;
        }
        self.kept.insert(hash);
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Keeps what the attributes of an element say, but those that are `told` by themselves.
    pub(super) fn attributes(&mut self, element: &str, attributes: &Attributes<'_>, told: &[&str]) {
        for (_, line) in telling::lines(element, attributes).filter(|(name, _)| !told.contains(name)) {
            self.keep(&line);
        }
    }

    /// Whether there was no room for some.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// All of them, a line each.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_kept_once_and_what_has_no_room_is_told() {
        let mut beside = Beside::default();
        for text in ["a", "", "b", "a", &"x".repeat(BYTES), "c"] {
            beside.keep(text);
        }
        assert_eq!((beside.take().as_str(), beside.is_cut()), ("a\nb\nc\n", true));
        let mut beside = Beside::default();
        (0..BYTES / ENTRY_BYTES).for_each(|number| beside.keep(&number.to_string()));
        assert!(beside.is_cut(), "what is remembered counts as well");
    }
}

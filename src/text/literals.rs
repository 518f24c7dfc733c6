//! Finds a few literals in text: a packed search where the processor has one, an automaton elsewhere.

use aho_corasick::{AhoCorasick, Input, MatchKind, Span, packed};

/// A search for some literals.
#[derive(Debug)]
pub(crate) struct Literals {
    searcher: Searcher,
}

#[derive(Debug)]
enum Searcher {
    Packed(Box<packed::Searcher>),
    Automaton(Option<AhoCorasick>),
}

/// A literal in text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Its number in the list.
    pub(crate) literal: usize,
    /// Its first byte.
    pub(crate) start: usize,
    /// One past its last byte.
    pub(crate) end: usize,
}

impl Literals {
    /// Of literals that begin at one place the first in the list counts.
    pub(crate) fn new<'l>(literals: impl Iterator<Item = &'l [u8]> + Clone) -> Self {
        let packed = packed::Config::new()
            .match_kind(packed::MatchKind::LeftmostFirst)
            .builder()
            .extend(literals.clone())
            .build();
        let automaton = || AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(literals).ok();
        Self {
            searcher: packed
                .map_or_else(|| Searcher::Automaton(automaton()), |found| Searcher::Packed(Box::new(found))),
        }
    }

    /// Whether many bytes are looked at together.
    #[cfg(test)]
    pub(crate) fn is_packed(&self) -> bool {
        matches!(self.searcher, Searcher::Packed(_))
    }

    /// The first literal that lies between `from` and `end`.
    pub(crate) fn find(&self, text: &[u8], from: usize, end: usize) -> Option<Place> {
        let end = end.min(text.len());
        if from >= end {
            return None;
        }
        let found = match &self.searcher {
            Searcher::Packed(searcher) => searcher.find_in(text, Span { start: from, end }),
            Searcher::Automaton(automaton) => automaton.as_ref()?.find(Input::new(text).range(from..end)),
        }?;
        Some(Place { literal: found.pattern().as_usize(), start: found.start(), end: found.end() })
    }
}

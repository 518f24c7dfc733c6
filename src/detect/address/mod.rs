//! Postal addresses: a grammar over words with meanings, for texts in Russian, Kazakh, Ukrainian, Belarusian and Latin letters.
//!
//! In: bytes and a place in them where an address may stand. Out: whole addresses, from index or town to house or flat,
//! in either order, over commas and a line end. Looks at a bounded stretch around the place, cut where no address goes
//! on (cells, strings, empty lines). Two parts make an address, three make it certain; words that mean many things
//! («г.», «д.», «кв.») count beside a name or number only. What stands around an address is not its business.

mod chain;
#[cfg_attr(not(test), expect(dead_code, reason = "shared with the build, which makes the table"))]
mod classes;
mod door;
mod grammar;
mod lexicon;
mod named;
mod numbered;
mod tokens;

use crate::finding::Confidence;
use crate::text::word::is_capital_at;
use crate::text::{at, slice};
use chain::Level;
pub(super) use door::Door;
use grammar::Grammar;
use std::ops::Range;
use tokens::Tokens;

/// How far before a place an address may begin, in bytes.
const BACK: usize = 320;
/// How far behind a place an address may go on, in bytes.
const AHEAD: usize = 480;
/// Longest value of a field that is looked at, in bytes.
const FIELD_BYTES: usize = 800;

/// An address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its bytes.
    pub(super) range: Range<usize>,
    level: Level,
    /// The words before it say that it is that of an organisation.
    pub(super) organisation: bool,
}

impl Found {
    /// Whether it needs no word beside it that says what it is.
    pub(super) fn is_certain(&self) -> bool {
        self.level == Level::Certain
    }

    /// How sure it is; `named` where a word or field says that it is an address.
    pub(super) fn confidence(&self, named: bool) -> Confidence {
        self.level.confidence(named)
    }
}

/// Whether a text begins with the name of a known town.
pub(super) fn begins_with_town(text: &[u8]) -> bool {
    is_capital_at(text, 0) && Door::names_town(text)
}

/// Finds addresses around places. Holds buffers, no results.
#[derive(Debug, Default)]
pub(super) struct Finder {
    tokens: Tokens,
    found: Vec<Found>,
}

impl Finder {
    /// The addresses of the last stretch, in order.
    pub(super) fn found(&self) -> &[Found] {
        &self.found
    }

    /// Finds the addresses in the stretch around `place`; gives the bytes about which everything is told.
    pub(super) fn around(&mut self, bytes: &[u8], place: usize) -> Range<usize> {
        let start = stretch_start(bytes, place);
        self.tokens.read(bytes, start..place + AHEAD);
        self.found.clear();
        let grammar = Grammar { tokens: &self.tokens, lax: false };
        let mut from = 0;
        while let Some((chain, next)) = chain::next(&grammar, from) {
            if let Some(level) = chain.level() {
                let organisation = chain::of_organisation(&self.tokens, chain.first);
                self.found.push(Found { range: chain.range, level, organisation });
            }
            from = next;
        }
        // Near the end of the stretch an address may be cut: another look is to be had from there.
        let told = if self.tokens.end < place + AHEAD { self.tokens.end } else { place + AHEAD - BACK };
        start..told.max(place + 1)
    }
}

/// Where the stretch around a place begins: behind what parts addresses, at most two line ends back.
fn stretch_start(bytes: &[u8], place: usize) -> usize {
    let mut line_ends = 0;
    let mut i = place.saturating_sub(BACK);
    for (back, &byte) in slice(bytes, i, place).iter().rev().enumerate() {
        if !tokens::may_part(byte) {
            continue;
        }
        let end = place - back;
        if byte == b'\n' {
            line_ends += 1;
            let empty = matches!(at(bytes, end), b'\n' | b'\r');
            if line_ends > 2 || empty {
                return end;
            }
        } else if tokens::parts(bytes, end - 1) {
            return end;
        }
    }
    // Not inside of a word.
    while i > 0 && i < place && (at(bytes, i).is_ascii_alphanumeric() || at(bytes, i) >= 0x80) {
        i += 1;
    }
    i
}

/// The address in the value of a field or column that its name says to hold one: its bytes in `value`, and how sure.
///
/// Towns, names and numbers do without markers here; links, mail and network addresses are none.
pub(crate) fn judge_field(value: &[u8]) -> Option<(Range<usize>, Confidence)> {
    let value = slice(value, 0, FIELD_BYTES);
    let technical = value.contains(&b'@') || memchr::memmem::find(value, b"://").is_some();
    if technical || value.len() < 6 {
        return None;
    }
    let mut finder = Finder::default();
    finder.tokens.read(value, 0..value.len());
    let grammar = Grammar { tokens: &finder.tokens, lax: true };
    let mut best: Option<(Range<usize>, Level)> = None;
    let mut from = 0;
    while let Some((chain, next)) = chain::next(&grammar, from) {
        if let Some(level) = chain.level()
            && best.as_ref().is_none_or(|(_, known)| level > *known)
        {
            best = Some((chain.range, level));
        }
        from = next;
    }
    let (range, level) = best?;
    Some((range, level.confidence(true)))
}

#[cfg(test)]
mod tests;

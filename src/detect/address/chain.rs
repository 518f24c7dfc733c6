//! Parts that follow one another make an address; which parts they are says how sure it is.

use super::grammar::{Before, Component, Grammar, Part, Parts};
use super::lexicon::Classes;
use super::tokens::{Shape, Tokens};
use crate::finding::Confidence;
use std::ops::Range;

/// Line ends that an address goes over, those of forms not counted.
const LINE_ENDS: usize = 2;
/// Bytes of the shortest address.
const SHORTEST: usize = 8;
/// Most parts of an address.
const PARTS: usize = 16;

/// Parts that follow one another.
#[derive(Clone, Debug, Default)]
pub(super) struct Chain {
    /// Bytes from the first part to the last.
    pub(super) range: Range<usize>,
    /// Index of its first token.
    pub(super) first: usize,
    parts: Parts,
    /// Parts with a marker of their own.
    sure: Parts,
    count: usize,
    last: Option<Part>,
    line_ends: usize,
    /// Its street and house are written the English way.
    english: bool,
}

impl Chain {
    /// How sure it is that this is an address, without a word that says so; `None` for nothing like it.
    pub(super) fn level(&self) -> Option<Level> {
        if self.range.len() < SHORTEST {
            return None;
        }
        let has = |part| self.parts.has(part);
        let sure = |part| self.sure.has(part);
        let street = has(Part::Street) || has(Part::Area);
        let place = self.parts.any(&[Part::Index, Part::Region, Part::District, Part::Town]);
        let door = self.parts.any(&[Part::House, Part::Build, Part::Flat]);
        let named = self.sure.any(&[Part::Town, Part::Region, Part::District]);
        let kinds = [
            has(Part::Index),
            named || has(Part::Town) || has(Part::Region),
            street,
            has(Part::House),
            has(Part::Flat),
        ];
        let kinds = kinds.into_iter().filter(|kind| *kind).count();
        let marked = sure(Part::House) || sure(Part::Flat) || sure(Part::Build);
        if street && door {
            // «ЖК «Тихая гавань», 2 подъезд»: no house.
            if !has(Part::Street) && !place && !self.parts.any(&[Part::House, Part::Flat]) {
                return Some(Level::Possible);
            }
            let certain = sure(Part::Street) || sure(Part::Area);
            return Some(match (certain, kinds) {
                (true, 3..) | (false, 4..) => Level::Certain,
                // `51 Main Street` alone stands in every licence.
                (true, _) if self.english => Level::Possible,
                (true, _) => Level::Likely,
                (false, 3) if marked || named => Level::Likely,
                _ => Level::Possible,
            });
        }
        let block = place && self.parts.any(&[Part::House, Part::Build]) && has(Part::Flat);
        if sure(Part::Town) && sure(Part::House) || has(Part::Box) && place || block {
            return Some(if kinds >= 3 { Level::Certain } else { Level::Likely });
        }
        (kinds >= 2 && (street || door || named)).then_some(Level::Possible)
    }

    /// Whether it goes on with this part.
    fn takes(&self, next: &Component) -> bool {
        let housed = self.parts.any(&[Part::House, Part::Flat]);
        let again = self.parts.has(next.part) || next.also.is_some_and(|part| self.parts.has(part));
        match next.part {
            _ if !again => !(housed && self.parts.has(Part::Street) && next.part == Part::Street),
            Part::Index | Part::Country | Part::Box => false,
            Part::Region | Part::District | Part::Town | Part::Street | Part::Area => !housed && next.also.is_none(),
            Part::House => next.sure && self.last == Some(Part::House),
            Part::Flat => next.sure,
            Part::Build | Part::Floor => true,
        }
    }

    fn push(&mut self, tokens: &Tokens, start: usize, part: &Component) {
        if self.count == 0 {
            self.first = start;
            self.range.start = tokens.at(part.value.unwrap_or(start)).start;
        }
        self.range.end = tokens.at(part.end - 1).end;
        self.parts.add(part.part);
        if let Some(also) = part.also {
            self.english |= part.sure;
            self.parts.add(also);
        }
        if part.sure {
            self.sure.add(part.part);
        }
        self.last = part.also.or(Some(part.part));
        self.count += 1;
    }

    /// Whether it has a part.
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// How sure a chain of parts is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Two parts that are often something else: a word or field must say that it is an address.
    Possible,
    /// A street and a house.
    Likely,
    /// Three parts or more.
    Certain,
}

impl Level {
    /// The confidence; `named` where a word or field says that it is an address.
    pub(super) fn confidence(self, named: bool) -> Confidence {
        match (self, named) {
            (Self::Certain, _) | (Self::Likely, true) => Confidence::High,
            (Self::Likely, false) | (Self::Possible, true) => Confidence::Medium,
            (Self::Possible, false) => Confidence::Low,
        }
    }
}

/// The next chain that begins at token `from` or behind it, and the token behind it.
pub(super) fn next(grammar: &Grammar<'_>, from: usize) -> Option<(Chain, usize)> {
    let tokens = grammar.tokens;
    let mut i = from;
    while i < tokens.len() {
        let chain = read(grammar, &mut i);
        if !chain.is_empty() {
            return Some((chain, i));
        }
        i += 1;
    }
    None
}

/// Reads parts from token `i` on; moves `i` behind the last one.
fn read(grammar: &Grammar<'_>, i: &mut usize) -> Chain {
    let tokens = grammar.tokens;
    let mut chain = Chain::default();
    // What it was before it went over the end of a line, and where that stands.
    let mut above: Option<(Chain, usize)> = None;
    while chain.count < PARTS {
        let Some((start, before)) = gap(tokens, *i, &chain) else { break };
        let Some(part) = grammar.component(start, before).filter(|part| part.end > start) else { break };
        let fresh = chain.is_empty() || chain.takes(&part);
        let line_ends = chain.line_ends + usize::from(before.line_end && part.value.is_none());
        if !fresh || line_ends > LINE_ENDS {
            // A second street in a list of addresses: the town before it is that of the next one.
            let next = matches!(part.part, Part::Street | Part::Area | Part::House) && !before.line_end;
            if let Some((whole, end)) = above.filter(|_| !fresh && next) {
                (chain, *i) = (whole, end);
            }
            break;
        }
        if before.line_end && chain.parts.any(&[Part::House, Part::Flat]) {
            above = Some((chain.clone(), *i));
        }
        let stopped = !chain.is_empty() && start > *i && dotted(tokens, *i, start) && !part.sure;
        if stopped {
            break;
        }
        chain.line_ends = line_ends;
        chain.push(tokens, start, &part);
        *i = part.end;
    }
    chain
}

/// Whether a dot stands between the parts: the end of a sentence, unless a marker follows.
fn dotted(tokens: &Tokens, from: usize, to: usize) -> bool {
    (from..to).any(|i| tokens.at(i).shape == Shape::Mark('.'))
}

/// What stands between the last part and the token where the next one may begin.
fn gap(tokens: &Tokens, from: usize, chain: &Chain) -> Option<(usize, Before)> {
    let mut before = Before { parts: chain.parts, last: chain.last, comma: false, line_end: false, told: false };
    if chain.is_empty() {
        let comma = from.checked_sub(1).is_some_and(|left| tokens.at(left).shape == Shape::Mark(','));
        let colon = from.checked_sub(1).filter(|left| tokens.at(*left).shape == Shape::Mark(':')).unwrap_or(from);
        let told = colon.checked_sub(1).is_some_and(|left| tokens.at(left).classes.any(Classes::ADDRESS));
        return Some((from, Before { comma, told, ..before }));
    }
    let (mut dash, mut dot) = (false, false);
    let mut i = from;
    while i < from + 4 {
        match tokens.at(i).shape {
            Shape::Mark(',') if !before.comma => before.comma = true,
            Shape::Mark('-') if !dash && !before.comma => dash = true,
            Shape::Mark('.') if !dot && !before.comma => dot = true,
            Shape::LineEnd if !before.line_end => before.line_end = true,
            Shape::Mark(_) => return None,
            _ => {
                before.comma |= dash;
                return Some((i, before));
            }
        }
        i += 1;
    }
    None
}

/// Whether the words just before a chain say that the address is that of an organisation.
pub(super) fn of_organisation(tokens: &Tokens, first: usize) -> bool {
    let words = first.saturating_sub(7)..first;
    let said = |class: Classes| words.clone().any(|i| tokens.at(i).classes.any(class));
    let line = words.clone().rev().take_while(|i| tokens.at(*i).shape != Shape::LineEnd).count();
    // «Free Software Foundation, Inc.,» and the address on the next line.
    let broken = first.checked_sub(line + 2).is_some_and(|comma| tokens.at(comma).shape == Shape::Mark(','));
    let near = if broken { words.clone() } else { first.saturating_sub(line)..first };
    near.clone().any(|i| tokens.at(i).classes.any(Classes::ORGANISATION)) && !said(Classes::PERSON)
}

//! The parts of an address: which tokens make a town, a street, a house.
//!
//! A part is a marker with a name («ул. Абая», «Абай көшесі», «Садовая ул.»), a marker with a number («д. 10», «71 үй»),
//! or, beside other parts, a bare number, a postal code or a known town.

use super::lexicon::Classes;
use super::tokens::{Letters, Number, Shape, Token, Tokens};
use crate::text::fold::fold;

/// What a part says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Part {
    Index = 1,
    Country = 2,
    Region = 4,
    District = 8,
    Town = 16,
    Area = 32,
    Street = 64,
    House = 128,
    Build = 256,
    Flat = 512,
    Floor = 1024,
    Box = 2048,
}

/// A set of parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts(u16);

impl Parts {
    pub(super) fn add(&mut self, part: Part) {
        self.0 |= part as u16;
    }

    pub(super) fn has(self, part: Part) -> bool {
        self.0 & part as u16 != 0
    }

    pub(super) fn any(self, parts: &[Part]) -> bool {
        parts.iter().any(|part| self.has(*part))
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A part in its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Component {
    pub(super) part: Part,
    /// A second part in the same tokens: `10 Abay Ave.` is a house too.
    pub(super) also: Option<Part>,
    /// Token behind the last one.
    pub(super) end: usize,
    /// In a row of a form: the token behind the colon.
    pub(super) value: Option<usize>,
    /// It has a marker, and its name begins with a capital.
    pub(super) sure: bool,
}

impl Component {
    pub(super) fn new(part: Part, end: usize, sure: bool) -> Self {
        Self { part, also: None, end, value: None, sure }
    }
}

/// What comes before a part.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Before {
    pub(super) parts: Parts,
    pub(super) last: Option<Part>,
    /// A comma stands between.
    pub(super) comma: bool,
    /// A line ends between.
    pub(super) line_end: bool,
    /// The word for an address stands before the first part.
    pub(super) told: bool,
}

impl Before {
    pub(super) fn last_is(self, parts: &[Part]) -> bool {
        self.last.is_some_and(|last| parts.contains(&last))
    }
}

/// Reads parts from tokens.
#[derive(Clone, Copy)]
pub(super) struct Grammar<'t> {
    pub(super) tokens: &'t Tokens,
    /// The text is known to be an address: a town, a name and a number do without markers.
    pub(super) lax: bool,
}

impl Grammar<'_> {
    /// The part that begins at token `i`.
    pub(super) fn component(&self, i: usize, before: Before) -> Option<Component> {
        match self.tokens.at(i).shape {
            Shape::Number(number) => self.at_number(i, number, before),
            Shape::Word { .. } => self.at_word(i, before),
            Shape::Code => Some(Component::new(Part::Index, i + 1, true)),
            Shape::Mark('«' | '“' | '„') if !before.parts.is_empty() => self.named(i, before),
            _ => None,
        }
    }

    pub(super) fn token(&self, i: usize) -> &Token {
        self.tokens.at(i)
    }

    pub(super) fn is(&self, i: usize, classes: Classes) -> bool {
        self.token(i).classes.any(classes) && matches!(self.token(i).shape, Shape::Word { .. })
    }

    pub(super) fn mark(&self, i: usize, mark: char) -> bool {
        self.token(i).shape == Shape::Mark(mark)
    }

    pub(super) fn number(&self, i: usize) -> Option<Number> {
        match self.token(i).shape {
            Shape::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(super) fn letters(&self, i: usize) -> Option<(Letters, u8)> {
        match self.token(i).shape {
            Shape::Word { letters, chars, .. } => Some((letters, chars)),
            _ => None,
        }
    }

    pub(super) fn capital(&self, i: usize) -> bool {
        self.letters(i).is_some_and(|(letters, _)| letters != Letters::Small)
    }

    pub(super) fn latin(&self, i: usize) -> bool {
        matches!(self.token(i).shape, Shape::Word { latin: true, .. })
    }

    /// Whether the word ends as an adjective in a case of a sentence does: «Садовой», «Садовую», «Невском».
    pub(super) fn declined(&self, i: usize) -> bool {
        let ends = |last: u8| ['й', 'я', 'ю', 'м', 'і'].iter().any(|letter| fold(*letter as u32) == last);
        matches!(self.token(i).shape, Shape::Word { last, .. } if ends(last))
    }

    /// Whether nothing stands between a token and the next one.
    pub(super) fn touches(&self, i: usize) -> bool {
        self.token(i).end == self.token(i + 1).start
    }

    /// An initial: one capital letter with a dot.
    pub(super) fn initial(&self, i: usize) -> bool {
        self.letters(i) == Some((Letters::Capitals, 1)) && self.mark(i + 1, '.')
    }

    pub(super) fn skip_dot(&self, i: usize) -> usize {
        if self.mark(i, '.') { i + 1 } else { i }
    }

    /// Behind a word in brackets at `i`: «Саха (Якутия)».
    pub(super) fn bracketed(&self, i: usize) -> usize {
        let end = self.skip_dot(i + 2);
        let word = self.mark(i, '(') && matches!(self.token(i + 1).shape, Shape::Word { .. }) && self.mark(end, ')');
        if word { end + 1 } else { i }
    }

    pub(super) fn ends(&self, i: usize) -> bool {
        match self.token(i).shape {
            Shape::LineEnd => true,
            // «Зарічна 5 — телефону не має»
            Shape::Mark('-') => i > 0 && !self.touches(i - 1) && self.number(i + 1).is_none(),
            Shape::Mark(mark) => !matches!(mark, '-' | '/' | '+' | '№' | '*' | '='),
            _ => i >= self.tokens.len(),
        }
    }

    pub(super) fn at_number(&self, i: usize, number: Number, before: Before) -> Option<Component> {
        if number.is_odd() {
            return None;
        }
        // «3-я улица Строителей».
        if number.is_ordinal() && self.is(i + 1, Classes::STREET) && self.capital(i + 2) {
            return self.marker_then_name(i + 1, before);
        }
        self.number_then_marker(i, number, before)
            .or_else(|| self.english(i, number))
            .or_else(|| self.named(i, before))
            .or_else(|| self.index(i, number, before))
            .or_else(|| self.bare_number(i, number, before))
    }

    pub(super) fn at_word(&self, i: usize, before: Before) -> Option<Component> {
        let token = self.token(i);
        let classes = token.classes;
        if classes.any(Classes::MARKERS) {
            if classes.any(Classes::INDEX)
                && let Some(found) = self.labelled_index(i)
            {
                return Some(found);
            }
            if classes.any(Classes::NUMBERED)
                && let Some(found) = self.marker_then_number(i, before)
            {
                return Some(found);
            }
            if classes.any(Classes::BOX)
                && let Some(found) = self.boxed(i)
            {
                return Some(found);
            }
            if classes.any(Classes::NAMED)
                && let Some(found) = self.marker_then_name(i, before)
            {
                return Some(found);
            }
            // «Қазақстан көшесі» is a street.
            let street = self.is(i + 1, Classes::STREET.or(Classes::STREET_SHORT));
            if classes.any(Classes::COUNTRY)
                && self.capital(i)
                && !street
                && (self.ends(i + 1) || !before.parts.is_empty())
            {
                return Some(Component::new(Part::Country, i + 1, false));
            }
        }
        self.named(i, before)
            .or_else(|| self.glued(i))
            .or_else(|| self.town_behind_code(i, before))
            .or_else(|| self.known_place(i, before))
            .or_else(|| self.bare_street(i, before))
            .or_else(|| self.bare_area(i, before))
            .or_else(|| self.small_street(i))
    }

    /// The token behind a marker, its dot, and the colon of a form; whether there is a colon.
    pub(super) fn behind_marker(&self, i: usize, whole: bool) -> (usize, bool) {
        let j = self.skip_dot(i + 1);
        let colon = whole && (self.mark(j, ':') || self.mark(j, '='));
        if colon { (j + 1, true) } else { (j, false) }
    }
}

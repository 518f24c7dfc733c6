//! Parts with a number: houses, flats, postal codes, with a marker or without.

use super::grammar::{Before, Component, Grammar, Part};
use super::lexicon::Classes;
use super::tokens::{Letters, Look, Number, Shape};

impl Grammar<'_> {
    /// «71 үй», «10-үй», «5 микрорайон», «3 этаж».
    pub(super) fn number_then_marker(&self, i: usize, number: Number, before: Before) -> Option<Component> {
        // «17 «А» үй».
        let mut j =
            if matches!(self.token(i + 1).shape, Shape::Mark('«' | '“')) { self.number_end(i) } else { i + 1 };
        if self.mark(j, '-') && (self.touches(i) || self.is(j + 1, Classes::AFTER)) {
            j += 1;
        }
        let classes = self.token(j).classes;
        if !self.is(j, Classes::NUMBERED.or(Classes::AREAS)) || number.digits > 4 {
            return None;
        }
        let after = classes.any(Classes::AFTER);
        let behind = self.skip_dot(j + 1);
        // «10 кв 3»: the number behind belongs to the marker.
        if !after && (self.number(behind).is_some() || self.letters(behind).is_some_and(|(_, chars)| chars == 1)) {
            return None;
        }
        let area = classes.any(Classes::AREAS) && number.digits <= 3;
        if area && !self.capital(behind) {
            return Some(Component::new(Part::Area, self.abbreviated(j), true));
        }
        let part = if classes.any(Classes::HOUSE.or(Classes::HOUSE_SHORT)) {
            Part::House
        } else if classes.any(Classes::FLAT) || classes.any(Classes::FLAT_SHORT) && j > i + 1 {
            Part::Flat
        } else if classes.any(Classes::FLOOR) {
            Part::Floor
        } else if classes.any(Classes::BUILD) {
            Part::Build
        } else {
            return None;
        };
        let dashed = j > i + 1 && !before.parts.is_empty();
        let fits = after || dashed || before.parts.any(&[Part::House, Part::Street, Part::Area]) && part != Part::House;
        fits.then(|| Component::new(part, self.abbreviated(j), true))
    }

    /// The token behind a marker and its dot.
    pub(super) fn abbreviated(&self, marker: usize) -> usize {
        let short = self.letters(marker).is_some_and(|(_, chars)| chars <= 5);
        let touching = self.mark(marker + 1, '.') && self.touches(marker);
        if short && touching { marker + 2 } else { marker + 1 }
    }

    /// `10 Abay Ave.`, `125/2 Dostyk Avenue`.
    pub(super) fn english(&self, i: usize, number: Number) -> Option<Component> {
        if number.digits > 4 || number.is_ordinal() {
            return None;
        }
        // `350 5th Avenue`
        let ordinal = |n: usize| self.number(i + n).is_some_and(Number::is_ordinal);
        let words = (1..=4).take_while(|&n| self.latin(i + n) && self.capital(i + n) || ordinal(n)).count();
        let street = (2..=words + 1).find(|&n| self.is(i + n, Classes::STREET.or(Classes::ENGLISH)))?;
        // `17 Prospect Ave`: a word for a street may be the name of one.
        // `110 St Vincent Street`
        let named = self.is(i + street, Classes::ENGLISH) && (street > 2 || !self.is(i + 1, Classes::ENGLISH));
        if !self.latin(i + street) || (self.is(i + 1, Classes::MARKERS) && !named) {
            return None;
        }
        let end = self.abbreviated(i + street);
        let sure = self.letters(i + street).is_some_and(|(_, chars)| chars > 2);
        Some(Component { also: Some(Part::House), ..Component::new(Part::Street, end, sure) })
    }

    /// `kabanbay batyr ave 62/3, flat 118`: a street in small letters, whose house and flat are given.
    pub(super) fn small_street(&self, i: usize) -> Option<Component> {
        let small = |j: usize| self.latin(j) && !self.capital(j);
        let name = |j: usize| small(j) && !self.is(j, Classes::MARKERS.or(Classes::LEAD));
        let words = (i..i + 3).take_while(|&j| name(j)).count();
        let marker = i + words;
        let street = words > 0 && small(marker) && self.is(marker, Classes::STREET.or(Classes::ENGLISH));
        let number = self.number(marker + 1).filter(|number| street && number.digits <= 4 && !number.is_odd())?;
        let end = self.number_end(marker + 1);
        let flat = if self.mark(end, ',') { end + 1 } else { end };
        let door = self.is(flat, Classes::FLAT) && self.number(self.skip_dot(flat + 1)).is_some();
        (door && !number.is_ordinal())
            .then(|| Component { also: Some(Part::House), ..Component::new(Part::Street, end, true) })
    }

    pub(super) fn index(&self, i: usize, number: Number, before: Before) -> Option<Component> {
        // `60-277 Poznań`
        let polish =
            (number.digits, number.second, number.groups) == (2, 3, 2) && before.parts.has(Part::House) && before.comma;
        let fits = (!number.is_compound() && matches!(number.digits, 5 | 6) || polish && self.capital(i + 1))
            && !number.is_ordinal()
            && !before.parts.has(Part::Index);
        let glued = i.checked_sub(1).is_some_and(|left| {
            matches!(self.token(left).shape, Shape::Mark('+' | '-' | '№' | '#' | '/' | '*' | '=')) && self.touches(left)
        });
        // The last digits of a telephone number, such as that of the cell before.
        let goes_on = before.parts.is_empty()
            && i.checked_sub(1)
                .is_some_and(|left| matches!(self.token(left).shape, Shape::Number(_) | Shape::Mark(')')));
        if !fits || glued || goes_on || self.is(i + 1, Classes::UNIT) {
            return None;
        }
        if !before.parts.is_empty() {
            let follows = before.comma || before.last_is(&[Part::Town, Part::Region, Part::Country, Part::House]);
            if !follows || before.line_end && !self.place_ahead(i + 1) {
                return None;
            }
        }
        Some(Component::new(Part::Index, i + 1, false))
    }

    pub(super) fn place_ahead(&self, i: usize) -> bool {
        let i = if self.mark(i, ',') { i + 1 } else { i };
        self.is(i, Classes::PLACE.or(Classes::SETTLEMENTS).or(Classes::COUNTRY).or(Classes::REGION_NAME))
    }

    /// A number without a marker: of a house behind a street, of a flat behind a house.
    pub(super) fn bare_number(&self, i: usize, number: Number, before: Before) -> Option<Component> {
        if number.digits > 4 || number.is_ordinal() || before.line_end || number.value == 0 {
            return None;
        }
        let end = self.number_end(i);
        match before.last? {
            Part::Street | Part::Area if !before.parts.has(Part::House) => {
                let year = number.digits == 4 && (1900..2100).contains(&number.value) && !number.is_compound();
                if self.is(end, Classes::UNIT) && !self.is(end, Classes::NUMBERED) || year && !self.ends(end) {
                    return None;
                }
                // «вул. Франка, 120 кв. м»
                let metres = self.skip_dot(end + 1);
                if self.is(end, Classes::FLAT) && self.letters(metres).is_some_and(|(_, chars)| chars == 1) {
                    return None;
                }
                // «104-1-215»: house, building, flat.
                let also = (number.groups == 3).then_some(Part::Flat);
                Some(Component { also, ..Component::new(Part::House, end, also.is_some()) })
            }
            Part::House | Part::Build if before.comma && !before.parts.has(Part::Flat) && !number.is_compound() => {
                let alone = self.ends(end) && !self.mark(end, ':') && number.digits <= 3;
                let spaced = i.checked_sub(1).is_none_or(|left| !self.touches(left));
                (alone && spaced).then(|| Component::new(Part::Flat, end, false))
            }
            _ => None,
        }
    }

    /// Behind a number and what belongs to it: `10 А`, `10 / 2`, `10 - 5`, `10 «Б»`.
    pub(super) fn number_end(&self, i: usize) -> usize {
        let end = i + 1;
        let letter = |i: usize| self.letters(i) == Some((Letters::Capitals, 1)) && !self.mark(i + 1, '.');
        if letter(end) && (self.ends(end + 1) || self.is(end + 1, Classes::NUMBERED)) {
            return end + 1;
        }
        let quoted = matches!(self.token(end).shape, Shape::Mark('«' | '“'));
        if quoted && letter(end + 1) && matches!(self.token(end + 2).shape, Shape::Mark('»' | '”')) {
            return end + 3;
        }
        let joined = matches!(self.token(end).shape, Shape::Mark('-' | '/'));
        match self.number(end + 1) {
            Some(next) if joined && next.digits <= 4 && !next.is_odd() && !next.is_ordinal() => {
                let marker = self.is(end + 2, Classes::NUMBERED.or(Classes::UNIT));
                if marker { end } else { end + 2 }
            }
            _ => end,
        }
    }

    pub(super) fn labelled_index(&self, i: usize) -> Option<Component> {
        let (j, form) = self.behind_marker(i, true);
        let fits = match self.token(j).shape {
            Shape::Number(number) => matches!(number.digits, 5 | 6) && !number.is_compound(),
            shape => shape == Shape::Code,
        };
        fits.then(|| Component { value: form.then_some(j), ..Component::new(Part::Index, j + 1, true) })
    }

    pub(super) fn boxed(&self, i: usize) -> Option<Component> {
        let j = self.skip_dot(i + 1);
        let j = if self.mark(j, '№') { j + 1 } else { j };
        self.number(j).filter(|number| number.digits <= 5 && !number.is_odd())?;
        Some(Component::new(Part::Box, j + 1, true))
    }

    /// «д. 10», «корп. 2», «кв. 5», «лит. А», «дом № 5».
    pub(super) fn marker_then_number(&self, i: usize, before: Before) -> Option<Component> {
        let classes = self.token(i).classes;
        if classes.any(Classes::AFTER)
            && i.checked_sub(1).is_some_and(|left| self.number(left).is_some())
            && before.last.is_some()
        {
            return None;
        }
        let whole = classes.any(Classes::HOUSE.or(Classes::BUILD).or(Classes::FLAT).or(Classes::FLOOR));
        // `No:48/3`
        let latin = classes.any(Classes::HOUSE_SHORT) && self.latin(i);
        let (mut j, form) = self.behind_marker(i, whole || latin && !before.parts.is_empty());
        // «ВП-14».
        if self.mark(j, '-') && self.touches(i) && self.touches(j) {
            j += 1;
        }
        if self.mark(j, '№') || self.mark(j, '#') || self.letters(j) == Some((Letters::Capitals, 1)) && self.latin(j)
        {
            let sign = !matches!(self.token(j).shape, Shape::Word { .. }) || self.number(j + 1).is_some();
            j += usize::from(sign);
        }
        let office = classes.any(Classes::FLAT) && !before.parts.is_empty();
        let fits = |number: &Number| {
            number.digits <= 5 && !number.is_ordinal() && (!number.is_odd() || office && number.look == Look::Dotted)
        };
        let numbered = self.number(j).filter(fits);
        let lettered = classes.any(Classes::BUILD.or(Classes::FLAT))
            && self.letters(j) == Some((Letters::Capitals, 1))
            && !before.parts.is_empty()
            && (self.ends(j + 1) || self.is(j + 1, Classes::NUMBERED));
        if numbered.is_none() && !lettered {
            return None;
        }
        let housed = before.parts.any(&[Part::House, Part::Build, Part::Flat, Part::Floor]);
        let placed = before.parts.any(&[Part::Street, Part::Area, Part::Town]);
        let end = if numbered.is_some() { self.number_end(j) } else { j + 1 };
        if self.is(end, Classes::UNIT) && !self.is(end, Classes::NUMBERED.or(Classes::NAMED)) {
            return None;
        }
        let flat_next = classes.any(Classes::FLAT_SHORT) && housed && !classes.any(Classes::BUILD_SHORT);
        let part = if classes.any(Classes::HOUSE.or(Classes::HOUSE_SHORT)) {
            let wide = numbered.is_some_and(|number| number.digits == 5);
            if wide {
                return None;
            }
            Part::House
        } else if classes.any(Classes::FLAT) {
            Part::Flat
        } else if classes.any(Classes::BUILD) && (housed || placed || form)
            || classes.any(Classes::BUILD_SHORT) && before.last_is(&[Part::House, Part::Build])
        {
            Part::Build
        } else if flat_next {
            Part::Flat
        } else if classes.any(Classes::FLOOR) && (housed || form) {
            Part::Floor
        } else {
            return None;
        };
        Some(Component {
            value: (form && !latin).then_some(j),
            ..Component::new(part, end, whole || before.parts.any(&[Part::Street, Part::Area]))
        })
    }
}

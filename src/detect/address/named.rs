//! Parts with a name: streets, parts of towns, towns, districts, regions.

use super::grammar::{Before, Component, Grammar, Part};
use super::lexicon::Classes;
use super::tokens::{Letters, Look, Number, Shape};

/// Most words of a name.
const NAME_WORDS: usize = 6;

impl Grammar<'_> {
    /// «ул. Абая», «г. Алматы», «мкр. 5», «область Абай».
    pub(super) fn marker_then_name(&self, i: usize, before: Before) -> Option<Component> {
        let classes = self.token(i).classes;
        let whole = classes.any(Classes::NAMED.without(Classes::SHORT));
        let (j, form) = self.behind_marker(i, whole);
        let quoted = matches!(self.token(j).shape, Shape::Mark('«' | '“' | '„'));
        let j = if quoted { j + 1 } else { j };
        let close = |end: usize| if matches!(self.token(end).shape, Shape::Mark('»' | '”')) { end + 1 } else { end };
        let found = |part: Part, (end, sure): (usize, bool)| Component {
            value: form.then_some(j),
            ..Component::new(part, close(end), sure)
        };
        // A capital letter with a dot is an initial, unless all is in capitals: «Г. АЛМАТЫ».
        let (letters, chars) = self.letters(i)?;
        if letters == Letters::Capitals
            && chars == 1
            && !self.letters(j).is_some_and(|(l, n)| l == Letters::Capitals && n > 1)
        {
            return None;
        }
        // Latin abbreviations have a dot: `per` and `pr` are words of English.
        let dotless = self.latin(i) && !classes.any(Classes::STREET) && !self.mark(i + 1, '.');
        if classes.any(Classes::STREETS.without(Classes::ENGLISH)) && !dotless {
            let strict = !classes.any(Classes::STREET);
            if let Some(name) = self.street_name(j, strict) {
                return Some(found(Part::Street, name));
            }
        }
        // «БЦ 1,2-18» is a pump: a house of business has a name.
        let counted = letters == Letters::Capitals && chars == 2 && self.number(j).is_some();
        if classes.any(Classes::AREAS)
            && !counted
            && let Some(end) = self.area_name(j, !classes.any(Classes::AREA))
        {
            return Some(found(Part::Area, (end, true)));
        }
        if classes.any(Classes::SETTLEMENTS) {
            let strict = !classes.any(Classes::TOWN.or(Classes::VILLAGE));
            // One letter without a dot is a word of the language more often: only towns go without.
            let bare = chars == 1 && j == i + 1 && !classes.any(Classes::TOWN_SHORT);
            let known = self.is(j, Classes::PLACE) && (!strict || self.mark(i + 1, '.'));
            let fits = self.capital(j) || known;
            if fits
                && !(bare && before.parts.is_empty() && !before.comma)
                && let Some(end) = self.place_name(j)
            {
                return Some(found(Part::Town, (self.bracketed(end), self.capital(j))));
            }
        }
        if classes.any(Classes::LARGE) && self.capital(j) && !self.is(j, Classes::STREET.or(Classes::TOWN)) {
            let part = if classes.any(Classes::REGION) { Part::Region } else { Part::District };
            return self.place_name(j).map(|end| found(part, (self.bracketed(end), true)));
        }
        None
    }

    /// The end of the name of a street that begins at `i`, and whether it begins with a capital.
    pub(super) fn street_name(&self, i: usize, strict: bool) -> Option<(usize, bool)> {
        let mut j = i;
        let mut sure = false;
        if let Some(number) = self.number(j) {
            if number.is_odd() || number.digits > 4 {
                return None;
            }
            let named = self.is(j + 1, Classes::YEARS)
                || self.capital(j + 1) && !self.is(j + 1, Classes::NUMBERED.or(Classes::UNIT)) && !number.is_compound();
            let hyphen = self.mark(j + 1, '-') && self.touches(j) && self.is(j + 2, Classes::YEARS);
            if number.is_ordinal() || named || hyphen {
                sure = true;
                j += 1 + usize::from(hyphen);
                if number.is_ordinal() && !self.capital(j) {
                    return (self.ends(j) || self.number(j).is_some()).then_some((j, false));
                }
            } else {
                // Streets that have a number for a name: a house with a marker must follow.
                let house = if self.mark(j + 1, ',') { j + 2 } else { j + 1 };
                return (!strict && !number.is_compound() && self.is(house, Classes::HOUSE.or(Classes::HOUSE_SHORT)))
                    .then_some((j + 1, false));
            }
        }
        let first = j;
        let mut small = 0;
        while j < first + 2 * NAME_WORDS {
            if self.initial(j) && matches!(self.token(j + 2).shape, Shape::Word { .. }) {
                sure = true;
                j += 2;
                continue;
            }
            // «Проектний 5-й».
            if sure && j > first && self.number(j).is_some_and(Number::is_ordinal) {
                j += 1;
                continue;
            }
            let Some((letters, chars)) = self.letters(j) else { break };
            let classes = self.token(j).classes;
            if classes.any(Classes::PLACEHOLDER) && j == first {
                return None;
            }
            let capital = letters != Letters::Small;
            let marker = classes.any(Classes::MARKERS.without(Classes::COUNTRY));
            let behind = self.skip_dot(j + 1);
            if marker && classes.any(Classes::NUMBERED) && (self.number(behind).is_some() || self.mark(behind, '№')) {
                break;
            }
            // «Зелена гірка, буд. 4»: a marked house ends the name, so the word belongs to it.
            let held = sure && j > first && !capital && chars > 3 && self.marked_house(j + 1);
            if marker && !capital && !held && !classes.any(Classes::JOIN) && j > first {
                break;
            }
            if capital {
                if j > first && classes.any(Classes::PLACE) && self.ends(j + 1) && !sure {
                    break;
                }
                sure |= j == first || small == 0;
            } else if held
                || classes.any(Classes::JOIN.or(Classes::YEARS))
                    && (sure || j > first || (behind..behind + 2).any(|k| self.capital(k)))
            {
                // goes on
            } else if strict || sure || small >= 2 || marker && j == first || chars == 1 || self.latin(j) {
                break;
            } else {
                small += 1;
            }
            j += 1;
            // «ул. Ак. Королёва», «им. Ленина».
            if self.mark(j, '.')
                && chars <= 4
                && (self.capital(j + 1) || self.is(j + 1, Classes::JOIN))
                && self.touches(j - 1)
                && !self.is(j + 1, Classes::PLACE)
            {
                j += 1;
            }
        }
        if j == first && !(sure && first > i) {
            return None;
        }
        // Noise that decodes to letters makes names of one or two.
        if first == i && !(first..j).any(|k| self.letters(k).is_some_and(|(_, chars)| chars > 2)) {
            return None;
        }
        if small > 0 && !sure {
            // In small letters only a number ends a name.
            let k = if self.mark(j, ',') { j + 1 } else { j };
            let numbered = self.number(k).is_some_and(|number| number.digits <= 4 && !number.is_odd())
                || self.is(k, Classes::NUMBERED) && self.number(self.skip_dot(k + 1)).is_some();
            return numbered.then_some((j, false));
        }
        Some((j, sure))
    }

    /// The end of the name or number of a part of a town.
    pub(super) fn area_name(&self, i: usize, strict: bool) -> Option<usize> {
        if let Some(number) = self.number(i) {
            let fits = number.digits <= 3 && !number.is_odd() && !self.is(i + 1, Classes::UNIT);
            return (fits && (!strict || self.ends(i + 1))).then_some(i + 1);
        }
        if !self.capital(i) || self.is(i, Classes::PLACEHOLDER) {
            return None;
        }
        let mut j = i + 1;
        let closed = (i..i + 5).find(|&j| matches!(self.token(j).shape, Shape::Mark('»' | '”')));
        if let Some(closed) = closed.filter(|_| matches!(self.token(i - 1).shape, Shape::Mark('«' | '“' | '„'))) {
            return Some(closed);
        }
        while j < i + 4 && self.capital(j) && !self.is(j, Classes::MARKERS) {
            j += 1;
        }
        if matches!(self.token(j).shape, Shape::Mark('»' | '”')) {
            j += 1;
        }
        if self.mark(j, '-') && self.touches(j - 1) && self.touches(j) && self.number(j + 1).is_some() {
            j += 2;
        } else if self.number(j).is_some_and(|number| number.digits <= 2 && !number.is_odd())
            && self.house_behind(j + 1)
        {
            j += 1; // «мкр. Аксай 3Б, дом 5»
        }
        Some(j)
    }

    pub(super) fn house_behind(&self, i: usize) -> bool {
        let comma = self.mark(i, ',');
        let i = if comma { i + 1 } else { i };
        comma && self.number(i).is_some_and(|number| number.digits <= 4 && !number.is_odd())
            || self.is(i, Classes::HOUSE.or(Classes::HOUSE_SHORT)) && self.number(self.skip_dot(i + 1)).is_some()
    }

    /// The end of the name of a town, district or region: up to three words with capitals.
    pub(super) fn place_name(&self, i: usize) -> Option<usize> {
        let (_, chars) = self.letters(i)?;
        if chars < 3 && !self.is(i, Classes::PLACE) || self.is(i, Classes::PLACEHOLDER) {
            return None;
        }
        let mut j = i + 1;
        while j < i + 3 && self.capital(j) && !self.is(j, Classes::MARKERS) && !self.initial(j) {
            let known = self.is(i, Classes::PLACE);
            let other = self.marker_behind(j) || self.number(j + 1).is_some();
            if other || known && !self.mark(j + 1, ',') {
                break;
            }
            j += 1;
        }
        // «с. Отеген батыр,».
        if j == i + 1 && self.is(j, Classes::JOIN) && self.mark(j + 1, ',') && !self.capital(j) {
            j += 1;
        }
        Some(j)
    }

    /// Whether the word at `i` is a name that a marker follows.
    pub(super) fn marker_behind(&self, i: usize) -> bool {
        let marker = Classes::LARGE.or(Classes::AREAS).or(Classes::STREETS);
        self.is(i + 1, marker) || self.capital(i + 1) && self.is(i + 2, marker)
    }

    /// A name and the marker behind it: «Абай көшесі», «Московская обл.», «2-я Садовая ул.», «Алматы г,».
    pub(super) fn named(&self, i: usize, before: Before) -> Option<Component> {
        let quoted = matches!(self.token(i).shape, Shape::Mark('«' | '“' | '„'));
        let first = if quoted { i + 1 } else { i };
        let mut j = first;
        let mut words = 0;
        let mut capitals = 0;
        while words < NAME_WORDS {
            let token = self.token(j);
            match token.shape {
                Shape::Number(number) => {
                    let starts = j == first
                        && (number.is_ordinal() || !number.is_compound() && number.digits <= 4 && !number.is_odd());
                    let joined = j > first && self.mark(j - 1, '-') && number.digits <= 2;
                    if !(starts && (number.is_ordinal() || self.is(j + 1, Classes::YEARS) || self.capital(j + 1))
                        || joined)
                    {
                        return None;
                    }
                    capitals += usize::from(starts);
                }
                Shape::Word { .. } if j == first && token.classes.any(Classes::LEAD) && !self.initial(j) => {
                    return None;
                }
                Shape::Word { letters, .. } => {
                    let capital = letters != Letters::Small;
                    // «Калинина д.10» is a house.
                    let numbered = token.classes.any(Classes::NUMBERED) && self.number(self.skip_dot(j + 1)).is_some();
                    if numbered && !token.classes.any(Classes::STREETS) {
                        return None;
                    }
                    if j > first && token.classes.any(Classes::NAMED) && capitals > 0 {
                        return self.named_by(i, first, j, before);
                    }
                    // «Ак. Сәтбаев к-сі», «ағ. Жұбановтар көшесі»
                    let short = j == first
                        && self.mark(j + 1, '.')
                        && self.touches(j)
                        && self.capital(j + 2)
                        && !token.classes.any(Classes::MARKERS)
                        && self.letters(j).is_some_and(|(_, chars)| chars <= 4)
                        && (capital || token.classes.any(Classes::JOIN));
                    let joined = j == first && token.classes.any(Classes::JOIN) && self.capital(j + 1);
                    if self.initial(j) || short {
                        j += 1;
                    } else if joined {
                        // goes on
                    } else if !capital {
                        let known = token.classes.any(Classes::REGION_NAME.or(Classes::PLACE))
                            && !token.classes.any(Classes::JOIN);
                        let joins = token.classes.any(Classes::JOIN.or(Classes::YEARS)) && j > first;
                        // Small letters, with a marker that always stands behind.
                        let kazakh = self.is(j + 1, Classes::AFTER) && !token.classes.any(Classes::MARKERS);
                        if !(known || joins || kazakh) {
                            return None;
                        }
                        capitals += usize::from(known || kazakh);
                    } else if token.classes.any(Classes::PLACEHOLDER) {
                        return None;
                    } else {
                        capitals += 1;
                    }
                    words += 1;
                }
                Shape::Mark('-') if j > first && self.number(j + 1).is_some() && self.touches(j) => {}
                Shape::Mark('»' | '”') if quoted => {}
                _ => return None,
            }
            j += 1;
        }
        None
    }

    pub(super) fn named_by(&self, start: usize, first: usize, marker: usize, before: Before) -> Option<Component> {
        let classes = self.token(marker).classes;
        // «Ол Шымкент қаласы»: a known town before its marker is the whole name.
        let street = classes.any(Classes::STREETS) && before.parts.has(Part::Town);
        let town =
            classes.any(Classes::SETTLEMENTS) && marker > first + 1 && !self.is(first, Classes::PLACE) && !street;
        if town && self.is(marker - 1, Classes::PLACE) {
            return None;
        }
        let long = |k: usize| self.letters(k).is_some_and(|(_, chars)| chars > 2);
        if self.letters(first).is_some() && !(first..marker).any(long) {
            return None;
        }
        let after = classes.any(Classes::AFTER);
        let end = self.abbreviated(marker);
        let behind = self.skip_dot(marker + 1);
        let whole = classes.any(Classes::NAMED.without(Classes::SHORT));
        let small = self.letters(marker).is_some_and(|(l, chars)| l == Letters::Small || whole && chars > 2)
            || classes.any(Classes::ENGLISH);
        let capitals = self.letters(first).is_some_and(|(letters, _)| letters == Letters::Capitals);
        // «Алматы ул. Абая»: the marker belongs to the name behind it.
        let ahead = self.capital(behind) && !self.is(behind, Classes::NUMBERED)
            || self.number(behind).is_some()
                && (self.is(behind + 1, Classes::YEARS)
                    || self.capital(behind + 1) && !self.is(behind + 1, Classes::NUMBERED));
        let oblique = classes.any(Classes::STREET_OBLIQUE)
            && !classes.any(Classes::STREET)
            && !after
            && !self.declined(marker - 1);
        let large = classes.any(Classes::LARGE) && !classes.any(Classes::SHORT);
        if oblique || (ahead && !after && !large) || !(small || capitals || after) {
            return None;
        }
        let short = !whole && !after;
        let cut = self.ends(behind) || self.mark(marker + 1, '.') || self.number(behind).is_some();
        if short && !cut {
            return None;
        }
        let one = first + 1 == marker && self.number(first).is_some();
        // «Павлодар қ., Сәтбаев к. 25»: behind a town the second one is a street.
        let town = classes.any(Classes::TOWN_SHORT) && self.is(first, Classes::PLACE) && !before.parts.has(Part::Town);
        let part = if classes.any(Classes::STREETS) && !town {
            Part::Street
        } else if classes.any(Classes::AREAS) && !classes.any(Classes::DISTRICT) {
            Part::Area
        } else if classes.any(Classes::SETTLEMENTS) {
            // One letter behind a name: a town in lists of the post («Алматы г,»), or known.
            let closed = self.mark(marker + 1, ',') || self.mark(marker + 1, '.') || self.is(first, Classes::PLACE);
            let long = classes.any(Classes::TOWN.or(Classes::VILLAGE));
            if one || !(closed || long) {
                return None;
            }
            Part::Town
        } else if classes.any(Classes::REGION) {
            Part::Region
        } else {
            Part::District
        };
        if one && part != Part::Street || start > first && before.parts.is_empty() {
            return None;
        }
        let sure = self.capital(first) || self.number(first).is_some() || after;
        // «Қазыбек би к. 4/1»: only houses are numbered so.
        let numbered = || self.number(behind).is_some_and(|number| number.is_compound() && !number.is_odd());
        let alone = short && part == Part::Street && before.parts.is_empty() && !numbered();
        Some(Component::new(part, end, sure && !alone))
    }

    /// A known town or region without a marker.
    pub(super) fn known_place(&self, i: usize, before: Before) -> Option<Component> {
        let town = self.is(i, Classes::PLACE);
        if !(town || self.is(i, Classes::REGION_NAME))
            || before.line_end && before.parts.has(Part::House) && !self.ends(i + 1)
        {
            return None;
        }
        let comma = usize::from(self.mark(i + 1, ','));
        let street = self.is(i + 1 + comma, Classes::STREETS.or(Classes::AREAS));
        if !(self.capital(i) || self.lax || before.comma || street) {
            return None;
        }
        // «Бровари, Київська 302» is a street.
        if !town && before.last_is(&[Part::Town]) && before.comma && self.number(i + 1).is_some() {
            return None;
        }
        let part = if town { Part::Town } else { Part::Region };
        let again = before.parts.has(part) && !(before.last_is(&[part]) && before.comma);
        (!again).then(|| Component::new(part, i + 1, false))
    }

    /// Whether a house with a marker stands at `i`, behind a comma or not.
    fn marked_house(&self, i: usize) -> bool {
        let i = if self.mark(i, ',') { i + 1 } else { i };
        self.is(i, Classes::HOUSE.or(Classes::HOUSE_SHORT)) && self.number(self.skip_dot(i + 1)).is_some()
    }

    /// An unknown town between a house and a postal code: «буд. 67, Курахове, 41896».
    fn town_before_code(&self, i: usize, before: Before) -> Option<Component> {
        let housed = before.parts.any(&[Part::House, Part::Flat]) && before.comma && !before.line_end;
        if !housed || before.parts.any(&[Part::Town, Part::Index]) {
            return None;
        }
        let end = i + (i..i + 3).take_while(|&j| self.capital(j) && !self.is(j, Classes::MARKERS)).count();
        // `Leeds LS6 1DJ`, `Boston, MA 02108`
        let behind = if self.mark(end, ',') { end + 1 } else { end };
        if end > i && self.latin(i) && self.token(behind).shape == Shape::Code {
            return Some(Component::new(Part::Town, end, false));
        }
        let code = self.number(end + 1).filter(|number| matches!(number.digits, 5 | 6) && number.look == Look::Plain);
        (end > i && self.mark(end, ',') && code.is_some() && self.ends(end + 2))
            .then(|| Component::new(Part::Town, end, false))
    }

    /// `Lindenstraße 14`: a name with the word for a street at its end, and a house.
    pub(super) fn glued(&self, i: usize) -> Option<Component> {
        let number = self.number(i + 1).filter(|_| self.token(i).classes.any(Classes::GLUED))?;
        let fits = number.digits <= 3 && !number.is_odd() && !number.is_ordinal();
        let street = Component::new(Part::Street, self.number_end(i + 1), true);
        fits.then_some(Component { also: Some(Part::House), ..street })
    }

    /// A town that no list has, directly behind a postal code: `50674 Köln`, `60-277 Poznań`.
    pub(super) fn town_behind_code(&self, i: usize, before: Before) -> Option<Component> {
        let fits = before.last_is(&[Part::Index]) && !before.comma && !before.line_end;
        let western = before.parts.has(Part::House) && !before.parts.has(Part::Town) && self.capital(i);
        if !fits || !western || self.is(i, Classes::MARKERS.or(Classes::PLACE)) {
            return None;
        }
        Some(Component::new(Part::Town, i + 1, false))
    }

    /// An unknown name between a town and a street: «Санкт-Петербург, Коломна, ул. Садовая».
    pub(super) fn bare_area(&self, i: usize, before: Before) -> Option<Component> {
        let placed =
            before.comma && before.last_is(&[Part::Index, Part::Town, Part::Region, Part::District, Part::Country]);
        if !placed || before.line_end || self.is(i, Classes::MARKERS) {
            return self.town_before_code(i, before);
        }
        let words = (i..i + 3).take_while(|&j| self.capital(j)).count();
        let end = i + words;
        let ahead = Before { parts: before.parts, last: before.last, comma: true, line_end: false, told: false };
        let street = words > 0 && self.mark(end, ',') && self.is(end + 1, Classes::STREETS.or(Classes::AREAS));
        (street && self.marker_then_name(end + 1, ahead).is_some()).then(|| Component::new(Part::Area, end, false))
    }

    /// A name and a number behind a town: «г. Алматы, Абая 10-5», «г. Минск, Ленина, д. 3».
    pub(super) fn bare_street(&self, i: usize, before: Before) -> Option<Component> {
        let behind = [Part::Town, Part::Area, Part::District, Part::Index];
        let placed = self.lax || before.told || before.last_is(&behind) && before.comma;
        // «Достык 132, кв 7»: a flat with its marker says what the number is.
        let flat = (before.parts.is_empty() || before.last_is(&behind))
            && !self.is(i, Classes::MARKERS.or(Classes::LEAD).or(Classes::UNIT).or(Classes::ADDRESS));
        let housed = before.parts.any(&[Part::Street, Part::House]);
        if !(placed || flat) || housed || before.line_end || !(self.capital(i) || self.lax || before.told) {
            return None;
        }
        let named = |j: usize| {
            self.letters(j).is_some()
                && !self.is(j, Classes::MARKERS.or(Classes::PLACEHOLDER))
                && (self.capital(j) || self.lax || before.told || self.is(j, Classes::JOIN))
        };
        let mut j = i;
        while j < i + 3 && named(j) {
            j += if self.initial(j) { 2 } else { 1 };
        }
        let comma = usize::from(self.mark(j, ','));
        let marker = self.is(j + comma, Classes::HOUSE.or(Classes::HOUSE_SHORT));
        let at = if marker { self.skip_dot(j + comma + 1) } else { j + comma };
        let number = self.number(at).filter(|_| j > i)?;
        let end = self.number_end(at);
        let year = number.digits == 4 && !number.is_compound();
        let closed =
            self.ends(end) || self.is(end, Classes::NUMBERED) || self.is(end, Classes::ADDRESS) && !self.latin(end);
        let unit = self.is(end, Classes::UNIT) && !self.is(end, Classes::NUMBERED);
        if number.is_odd() || number.is_ordinal() || number.digits > 4 || year || !closed || unit {
            return None;
        }
        if !placed {
            let next = end + usize::from(self.mark(end, ','));
            let marked = |j: usize, class: Classes| self.is(j, class) && self.number(self.skip_dot(j + 1)).is_some();
            // `Mangilik El 29, block 3, flat 117`
            let block = next + 2 + usize::from(self.mark(next + 2, ','));
            let latin = self.latin(i) && marked(next, Classes::BUILD) && marked(block, Classes::FLAT);
            // «Абылай хан 58, 12 пәтер»
            let dash = usize::from(self.mark(next + 1, '-'));
            let kazakh = self.number(next).is_some()
                && self.is(next + 1 + dash, Classes::FLAT)
                && self.is(next + 1 + dash, Classes::AFTER);
            // `Savetskaya 48-17, Brest 224030`
            let coded = self.mark(end, ',')
                && self.is(next, Classes::PLACE)
                && self.number(next + 1).is_some_and(|code| code.digits == 6 && code.look == Look::Plain);
            let door = marked(next, Classes::FLAT) || latin || kazakh || coded;
            if !door || j > i + 2 && number.is_compound() {
                return None;
            }
        }
        let street = Component::new(Part::Street, end, false);
        Some(if marker { Component { end: j, ..street } } else { Component { also: Some(Part::House), ..street } })
    }
}

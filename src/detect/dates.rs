//! Dates of birth in running text and in rows: the date is the anchor, words and fields around it decide.
//!
//! Logs are full of dates: what costs least is asked first. A date with a clock behind it, or at the beginning of a line,
//! is looked at only where a field stands directly before it.

use super::address;
use super::catalog::RuleIndex;
use super::catalog::file::Reader;
use super::context::{self, Border, Near};
use super::labelled::date::{self, Date};
use super::names::{self, Proof};
use super::number;
use super::scan::{Block, Scanner};
use crate::check::Day;
use crate::finding::{Confidence, Evidence};
use crate::text::literals::Literals;
use crate::text::word::{Gap, Script, Word, Words, gap_before, gap_behind, is_capital_at};
use crate::text::{at, before, slice, utf8};
use std::ops::Range;
use std::sync::LazyLock;

/// The first year of birth.
const FIRST_YEAR: u16 = 1900;
/// A date directly behind a name is one of birth if it lies so many years back.
const GROWN_YEARS: u16 = 16;
/// The same for the dates behind the names of a list: pupils, children of a clinic. What is newer is signed or paid then.
const CHILD_YEARS: u16 = 3;
/// Longest line of such a list, in bytes.
const LINE_BYTES: usize = 240;
/// How far before a number of a town the word for a telephone may stand, in characters.
const LOCAL_CHARS: u16 = 12;
/// The same, if the number is no date.
const FAR_CHARS: u16 = 36;
/// How far behind a date a word for it may stand, in characters.
const BEHIND_CHARS: u16 = 14;
/// Digits that may stand between a word and the date it announces.
const DIGITS_BETWEEN: usize = 2;

impl Scanner<'_> {
    /// A date in figures, the first digit of whose third part is at `third`.
    pub(super) fn date(&mut self, block: &Block<'_>, third: usize) {
        let Some(rule) = self.is_on(self.catalog.known.birth_date) else { return };
        let bytes = block.bytes;
        let sign = before(bytes, third);
        let second = third - 3;
        if before(bytes, second) != sign {
            return;
        }
        let start = number::digits_start(bytes, second - 1);
        let end = number::digits_end(bytes, third);
        let left = before(bytes, start);
        if sign == b'-' && end == third + 2 && second < start + 5 {
            self.local_number(block, start..end);
        }
        match (second - 1 - start, end - third) {
            (4, 1 | 2) | (1 | 2, 4) => {}
            (1 | 2, 2) if sign != b'-' => {}
            _ => return,
        }
        // A row of dots or underscores leads from a label to what is filled in.
        let filled = matches!(left, b'.' | b'_') && slice(bytes, start.saturating_sub(3), start) == [left; 3]
            || left == b'_' && is_underlined(bytes, start, end);
        if !filled && (left.is_ascii_alphanumeric() || matches!(left, b'.' | b'-' | b'/' | b'_' | b'+')) {
            return;
        }
        let stamped = is_stamped(bytes, end);
        let named = matches!(left, b'"' | b'\'' | b'=' | b':' | b'>' | b',' | b';' | b'\t' | b'|');
        if stamped && !named {
            return;
        }
        let Some(date) = date::in_figures(bytes, start) else { return };
        self.judge_date(block, rule, start, date, stamped);
    }

    /// `тел. 54-61-48`, `дом. 3-18-62`: a number of a town without its code, directly behind a word for a telephone; behind
    /// other words of its sentence, if it is no date.
    fn local_number(&mut self, block: &Block<'_>, span: Range<usize>) {
        let Some(rule) = self.is_on(self.catalog.known.phone) else { return };
        let bytes = block.bytes;
        let mut left = span.start;
        while before(bytes, left) == b' ' && span.start - left < 3 {
            left -= 1;
        }
        let set = matches!(before(bytes, span.start), b' ' | b':' | b'"' | b'\t' | b'|' | b';' | b',' | b'>' | b'\n');
        let part = matches!(before(bytes, left), b'0'..=b'9' | b')' | b'+' | b'-' | b'/' | b'(');
        let goes_on = matches!(at(bytes, span.end), b'-' | b'/' | b'_') || at(bytes, span.end).is_ascii_alphanumeric();
        if !set || part || goes_on || right_of(bytes, span.end) {
            return;
        }
        let figures = slice(bytes, span.start, span.end);
        if figures.iter().all(|byte| matches!(byte, b'0' | b'-')) {
            return;
        }
        let dated = date::in_figures(bytes, span.start).is_some();
        let around = self.looker.around(self.catalog, block, &span, |_| false);
        let field = self.looker.meaning(around.field).is_some_and(|said| said.raise.contains(&rule));
        let near = around.near().next().filter(|(near, _)| {
            let group = self.catalog.groups.get(usize::from(near.group));
            // «звонил 12-05-19» says when.
            let label = !dated || matches!(before(bytes, left), b'.' | b':');
            let close = label && near.chars <= LOCAL_CHARS && near.words(bytes) <= 1;
            let told = close || !dated && near.chars <= FAR_CHARS && digits_in(bytes, span.start, **near, false) == 0;
            !near.forward && told && group.is_some_and(|said| said.raise.contains(&rule))
        });
        // «т. 55-01-23»
        let short = slice(bytes, 0, left).ends_with("т.".as_bytes()) && before(bytes, left.saturating_sub(3)) < 0x80;
        let evidence = if field { Evidence::FIELD } else { Evidence::KEYWORD };
        if near.is_some() || short || field && !dated {
            self.push(block, span, rule, None, Confidence::Medium, evidence);
        }
    }

    /// A date with its month in letters, whose year ends at `end`.
    pub(super) fn year(&mut self, block: &Block<'_>, end: usize) {
        let Some(rule) = self.is_on(self.catalog.known.birth_date) else { return };
        let bytes = block.bytes;
        let start = end - 4;
        let left = before(bytes, start);
        if left >= 0x80 && left != 0xA0 {
            return;
        }
        let word = before(bytes, start.wrapping_sub(usize::from(left == b' ')));
        if word.is_ascii_alphanumeric() || word >= 0x80 || matches!(word, b',' | b'.' | b'-') {
            for beginning in date::beginnings(bytes, start) {
                let left = before(bytes, beginning);
                if left.is_ascii_alphanumeric() || left == b'.' {
                    continue;
                }
                if let Some(date) = date::in_words(bytes, beginning).filter(|date| date.end == end) {
                    return self.judge_date(block, rule, beginning, date, false);
                }
            }
        }
        let mut next = end;
        while matches!(at(bytes, next), b' ' | 0xC2 | 0xA0) && next < end + 3 {
            next += 1;
        }
        let Some((c, _)) = utf8::char_at(bytes, next) else { return };
        if matches!(c, 'ж' | 'Ж' | 'г' | 'р' | ',' | 'j' | 'z')
            && let Some(date) = date::in_words(bytes, start)
        {
            return self.judge_date(block, rule, start, date, false);
        }
        if matches!(c, 'г' | 'Г' | 'ж' | 'Ж' | 'р' | 'Р' | 'т') {
            self.year_of_birth(block, rule, start..end, next);
        }
    }

    /// `1985 г.р.`: a year alone, with the word for birth directly behind it, at `next`.
    fn year_of_birth(&mut self, block: &Block<'_>, rule: RuleIndex, year: Range<usize>, next: usize) {
        let catalog = self.catalog;
        let word = catalog.keywords.longest_at(block.bytes, next);
        let birth = word.and_then(|(_, group)| catalog.groups.get(usize::from(group)));
        let day = Day::new(number::number(block.bytes, year.clone()) as u16, 1, 1);
        if birth.is_some_and(|meaning| meaning.raise.contains(&rule)) && self.may_be_born(day) {
            self.push(block, year, rule, None, Confidence::Medium, Evidence::KEYWORD);
        }
    }

    /// Whether somebody alive or remembered may be born on that day.
    pub(super) fn may_be_born(&self, day: Day) -> bool {
        day.year >= FIRST_YEAR && day <= self.today()
    }

    /// Decides a date by the field it stands in and the words around it.
    fn judge_date(&mut self, block: &Block<'_>, rule: RuleIndex, start: usize, date: Date, stamped: bool) {
        let bytes = block.bytes;
        let span = start..date.end;
        if !self.may_be_born(date.day) || (stamped && date.day == Day::new(1970, 1, 1)) {
            return;
        }
        if context::right_border(block, date.end) == Border::Inside || joins_on(bytes, date.end) {
            return;
        }
        // `ПН 2206350947 / RUS / 14.02.2003 / Ж`: behind the country of a traveller's document.
        if before(bytes, start.saturating_sub(1)) == b'/'
            && let [b'/', b' ', b'A'..=b'Z', b'A'..=b'Z', b'A'..=b'Z', b' ', b'/', b' '] =
                slice(bytes, start.saturating_sub(8), start)
            && slice(bytes, date.end, date.end + 3) == b" / "
        {
            return self.push(block, span, rule, None, Confidence::High, Evidence::CHECK.with(Evidence::FORMAT));
        }
        let (field, column) = self.looker.field(self.catalog, block, start);
        if let Some(meaning) = self.looker.meaning(field) {
            if meaning.raise.contains(&rule) {
                let evidence = if column { Evidence::COLUMN } else { Evidence::FIELD };
                let span = start..date::stamp_end(bytes, date.end);
                self.push(block, span, rule, None, Confidence::High, Evidence::CHECK.with(evidence));
                if !column {
                    self.place_beside(block, date.end);
                    self.born_in(block, start, date.end);
                }
                return;
            }
            if meaning.cancels || meaning.lower.contains(&rule) {
                return;
            }
        }
        if stamped {
            return;
        }
        if let Some(level) = self.birth_words(block, rule, &span, date) {
            self.push(block, span, rule, None, level, Evidence::CHECK.with(Evidence::KEYWORD));
            self.place_before_verb(block, date.end);
            if level == Confidence::High {
                self.place_beside(block, date.end);
                self.born_in(block, start, date.end);
            }
        }
    }

    /// The place of somebody's birth in the next field behind its date, whose label says no more than that it is a place: `Дата
    /// нараджэння: 26.02.1991`, `Месца: г.п. Расоны`; `5. Date of birth 23 NOV 1986    6. Place IBADAN, NIGERIA`.
    fn place_beside(&mut self, block: &Block<'_>, end: usize) {
        let bytes = block.bytes;
        let rest = slice(bytes, end, end + PLACE_BYTES);
        let mark = |byte: &&u8| !byte.is_ascii_alphabetic() && **byte < 0x80;
        let gap = rest.iter().take_while(mark).count();
        let lines = memchr::memchr_iter(b'\n', slice(rest, 0, gap)).count();
        let label = slice(rest, gap, rest.len());
        let Some(word) = PLACES.iter().find(|word| label.starts_with(word.as_bytes())) else { return };
        let sign = slice(label, word.len(), label.len());
        let blank = |byte: &&u8| matches!(byte, b' ' | b':' | b'"' | b'\'' | b'=' | b'.' | b'|' | b'\t');
        let signs = sign.iter().take_while(blank).count();
        let value = end + gap + word.len() + signs;
        let text = slice(bytes, value, value + PLACE_BYTES);
        // `Place IBADAN`: in capitals, as forms are filled in.
        let latin = word.is_ascii() && at(text, 0).is_ascii_uppercase() && at(text, 1).is_ascii_uppercase();
        let Some(label) = Word::read(bytes, end + gap).filter(|_| lines <= 1 && signs > 0) else { return };
        if latin && let (Some(rule), Some(span)) = (self.rule_of("birth_place"), town(bytes, value)) {
            self.push(block, span, rule, None, Confidence::Medium, Evidence::KEYWORD);
        } else if !word.is_ascii() {
            self.plain_by_reader(block, Reader::Place, "birth_place", &label, value);
        }
    }

    /// `1994 жылдың 8 шілдесінде Ақтөбе облысы Қандыағаш қаласында дүниеге келген`: the place between the date of somebody's
    /// birth and the verb.
    fn place_before_verb(&mut self, block: &Block<'_>, end: usize) {
        let bytes = block.bytes;
        let line = line_behind(bytes, end);
        if let (Some(rule), Some(place)) = (self.rule_of("birth_place"), place_of_verb(line)) {
            self.push(block, end + place.start..end + place.end, rule, None, Confidence::Medium, Evidence::KEYWORD);
        }
    }

    /// The place behind the date of somebody's birth: `родилась 24.05.1987 в г. Сызрань`, `born 24 May 1987 in Leeds`.
    fn born_in(&mut self, block: &Block<'_>, start: usize, end: usize) {
        let bytes = block.bytes;
        // `born in Leeds on 24 May 1987`
        let head = slice(bytes, start.saturating_sub(PLACE_BYTES), start);
        if let Some(word) = memchr::memmem::rfind(head, b"orn in ") {
            let from = start - head.len() + word + "orn in ".len();
            let ends = |place: &Range<usize>| {
                matches!(slice(bytes, place.end, start), b" " | b", " | b" on " | b", on " | b" (")
            };
            if let (Some(rule), Some(place)) = (self.rule_of("birth_place"), town(bytes, from).filter(ends)) {
                self.push(block, place, rule, None, Confidence::Medium, Evidence::KEYWORD);
            }
        }
        let next = behind_year(bytes, end);
        // `род. 5 мая 1994, г. Темиртау`: behind the date of a label that tells of birth alone.
        let comma = if at(bytes, next) == b',' { next + 2 } else { next };
        let label = slice(bytes, start.saturating_sub(PLACE_BYTES), start).trim_ascii_end();
        let label = label.strip_suffix(b":").unwrap_or(label);
        if before(bytes, comma - 1) == b',' && BORN.iter().any(|word| label.ends_with(word.as_bytes())) {
            let rest = slice(bytes, comma, comma + PLACE_BYTES);
            if KINDS.iter().any(|kind| rest.starts_with(kind.as_bytes())) || address::begins_with_town(rest) {
                if let Some(label) = Word::read(bytes, start) {
                    self.plain_by_reader(block, Reader::Place, "birth_place", &label, comma);
                }
                return;
            }
        }
        if next == end || matches!(before(bytes, next), b'.' | 0x80..) {
            return;
        }
        let rest = slice(bytes, next, next + 24);
        let Some(word) = BORN_IN.iter().find(|word| rest.starts_with(word.as_bytes())) else { return };
        let place = next + word.len();
        if *word == "in " {
            if let (Some(rule), Some(span)) = (self.rule_of("birth_place"), town(bytes, place)) {
                self.push(block, span, rule, None, Confidence::Medium, Evidence::KEYWORD);
            }
        } else if let Some(label) = Word::read(bytes, start) {
            self.plain_by_reader(block, Reader::Place, "birth_place", &label, place);
        }
    }

    /// What the words around a date say: a level if the nearest of them that concerns dates is one for birth.
    fn birth_words(
        &mut self, block: &Block<'_>, rule: RuleIndex, span: &Range<usize>, date: Date,
    ) -> Option<Confidence> {
        let bytes = block.bytes;
        if is_cut_short(bytes, span.start) && date.day.year + CHILD_YEARS <= self.today().year {
            return Some(Confidence::High);
        }
        let around = self.looker.around(self.catalog, block, span, |_| false);
        let mut speaks = false;
        let groups = &self.catalog.groups;
        // `19.07.1983 г.н.`: what stands directly behind it, whatever the line above says.
        let behind = |near: &Near| near.forward && near.chars <= 1;
        if around.near().any(|(near, _)| {
            behind(near) && groups.get(usize::from(near.group)).is_some_and(|said| said.raise.contains(&rule))
        }) {
            return Some(Confidence::High);
        }
        for (near, _) in around.near() {
            let Some(meaning) = groups.get(usize::from(near.group)) else { continue };
            if meaning.raise.contains(&rule) {
                let reaches = if near.forward {
                    near.chars <= BEHIND_CHARS && digits_in(bytes, span.end, *near, true) == 0
                } else {
                    digits_in(bytes, span.start, *near, false) <= DIGITS_BETWEEN
                };
                if reaches {
                    return Some(Confidence::High);
                }
            } else if meaning.lower.contains(&rule) && (!near.forward || near.chars <= 3) {
                return None;
            }
            speaks |= meaning.lower.contains(&rule) || meaning.raise.contains(&rule);
        }
        // `1995 жылғы 24 тамызда Қызылорда облысы, Шиелі кентінде туған`
        if !bytes.get(span.end - 1).is_some_and(u8::is_ascii_digit)
            && place_of_verb(line_behind(bytes, span.end)).is_some()
        {
            return Some(Confidence::High);
        }
        if self.is_answer(block, span.start, rule)
            || is_life(bytes, span, date) && self.is_behind_name(block, span.start)
        {
            return Some(Confidence::Medium);
        }
        // «30 августа 1975 года» and «рождения» on the next line.
        let next = behind_year(bytes, span.end);
        // A capital begins the next label.
        let wrapped = slice(bytes, span.end, next).contains(&b'\n') && !is_capital_at(bytes, next);
        let word = if wrapped { self.catalog.keywords.longest_at(bytes, next) } else { None };
        if word.and_then(|(_, group)| groups.get(usize::from(group))).is_some_and(|said| said.raise.contains(&rule)) {
            return Some(Confidence::High);
        }
        if is_headed(bytes, block.base, span, &mut self.last_head) || self.is_listed(block, span, rule) {
            return Some(Confidence::Medium);
        }
        // The numbers of a person say when he was born.
        if follows_capital(bytes, span.start) && is_told_by_number(bytes, span, date.day) {
            return Some(Confidence::Medium);
        }
        let this_year = self.today().year;
        let old = |years: u16, day: Day| day.year + years <= this_year;
        let child = || names_a_child(bytes, span.start);
        let told = !speaks && !date.short && (old(CHILD_YEARS, date.day) || child());
        // `Tim Bray, 8 February 1997` signs: behind Latin names it takes the lines of a list.
        let cyrillic = || {
            slice(bytes, span.start.saturating_sub(4), span.start).iter().any(|byte| *byte >= 0x80)
                || has_passport(bytes, span)
        };
        let fits = || {
            (cyrillic() && (old(GROWN_YEARS, date.day) || child()))
                || has_dated_neighbour(bytes, span, |day| old(CHILD_YEARS, day))
        };
        (told && self.is_behind_name(block, span.start) && fits()).then_some(Confidence::Medium)
    }

    /// Whether a value begins a message of a talk, whose last one spoke of such values: when somebody was born, his number.
    pub(super) fn is_answer(&mut self, block: &Block<'_>, start: usize, rule: RuleIndex) -> bool {
        let bytes = block.bytes;
        let head = slice(bytes, start.saturating_sub(LINE_BYTES), start);
        let Some(line) = memchr::memrchr(b'\n', head) else { return false };
        // `13:05:58 guest > `, `КЛІЄНТ: `, `00:00:23 к2 `
        let speaker = slice(head, line + 1, head.len());
        let said = speaker.iter().rposition(|byte| !matches!(byte, b' ' | b'\t'));
        let sign = said.and_then(|said| speaker.get(said));
        if speaker.len() > SPEAKER_BYTES || !sign.is_some_and(|sign| matches!(sign, b':' | b'>' | b'"')) {
            return false;
        }
        let above = slice(head, 0, line);
        let asked = slice(above, memchr::memrchr(b'\n', above).map_or(0, |end| end + 1), above.len());
        let letter = |byte: u8| byte >= 0x80 || byte.is_ascii_alphabetic();
        let begins = |i: &usize| letter(at(asked, *i)) && !letter(before(asked, *i));
        let catalog = self.catalog;
        (0..asked.len()).filter(begins).any(|i| {
            let word = catalog.keywords.longest_at(asked, i);
            let said = word.and_then(|(_, group)| catalog.groups.get(usize::from(group)));
            said.is_some_and(|said| said.raise.contains(&rule))
        })
    }

    /// `Петров Сергей Иванович, 15.06.1985`: whether a full name stands before the comma, semicolon, bracket or two blanks
    /// at a date.
    pub(super) fn is_behind_name(&mut self, block: &Block<'_>, start: usize) -> bool {
        let bytes = block.bytes;
        // «3) Нурмухаметова Л.Р. 8927…»: a date behind initials is that of a signature more often.
        if before(bytes, start) == b' '
            && before(bytes, start.wrapping_sub(1)) == b'.'
            && at(bytes, start + 4).is_ascii_digit()
        {
            return self.initials_end(block, start - 1);
        }
        let mut end = start;
        while before(bytes, end) == b' ' && start - end < 3 {
            end -= 1;
        }
        // `Кучеренко Оксана Миронівна, жін., 5 березня 1962 р.`
        let head = slice(bytes, end.saturating_sub(16), end);
        if let Some(sex) = SEXES.iter().find(|sex| head.ends_with(sex.as_bytes())) {
            end -= sex.len() - 1;
        }
        let parted = matches!(before(bytes, end), b',' | b';' | b'(' | b'\t' | b'|');
        (parted && self.name_ends(block, end - 1)) || (start > end && self.ends_full(block, end, start - end < 2))
    }

    /// Whether a full name ends at `end`; `whole` if one without a patronymic is none.
    fn ends_full(&mut self, block: &Block<'_>, end: usize, whole: bool) -> bool {
        if !whole {
            return self.name_ends(block, end);
        }
        let bytes = block.bytes;
        let Some(word) = Word::read_before(bytes, end).filter(|word| word.end == end && word.is_capital()) else {
            return false;
        };
        names::is_patronymic(&word, &mut self.readings) && self.name_ends(block, end)
    }

    /// `Дні народження: Марта Перч — 19.02.2016; Тимур Мацько — 7 липня 2015 р.`: whether a date stands behind the dash of a
    /// name in a list, all of whose parts are such, behind a label for days of birth.
    fn is_listed(&mut self, block: &Block<'_>, span: &Range<usize>, rule: RuleIndex) -> bool {
        let bytes = block.bytes;
        let mut date = span.start;
        for _ in 0..MOST_LISTED {
            let Some(name) = listed_name(bytes, date) else { return false };
            if before(bytes, name) == b':' {
                let label = slice(bytes, name.saturating_sub(LINE_BYTES), name - 1);
                let ends = |byte: &u8| matches!(*byte, b'\n' | b'.' | b';' | b',' | b':');
                let label =
                    slice(label, label.iter().rposition(ends).map_or(0, |end| end + 1), label.len()).trim_ascii();
                let catalog = self.catalog;
                let number = self.labels.number(label, || catalog.label_meaning(label));
                return self.labels.get(number).is_some_and(|meaning| meaning.raise.contains(&rule));
            }
            // The date of the part before, up to its separator.
            let part = slice(bytes, name.saturating_sub(LISTED_BYTES), name - 1);
            let from = name - 1 - part.len();
            let dash = ["— ", "– ", "- "]
                .iter()
                .filter_map(|dash| memchr::memmem::rfind(part, dash.as_bytes()).map(|found| from + found + dash.len()));
            let Some(start) = dash.max() else { return false };
            match date::read(bytes, start) {
                Some(read) if read.end < name && name - read.end < 8 => date = start,
                _ => return false,
            }
        }
        false
    }

    /// Whether a surname and initials end at `end`.
    fn initials_end(&mut self, block: &Block<'_>, end: usize) -> bool {
        let Some(word) = Word::start_before(block.bytes, end - 1) else { return false };
        let Some(words) = Words::around(block.bytes, word) else { return false };
        names::find(block.bytes, &words, &mut self.readings).is_some_and(|name| name.range.end == end)
    }

    /// Whether a full name ends at `end`, or before the blanks and quotes there.
    pub(super) fn name_ends(&mut self, block: &Block<'_>, end: usize) -> bool {
        let (bytes, start, mut end) = (block.bytes, end, end);
        while matches!(before(bytes, end), b' ' | b'"' | b'\'') && start - end < 6 {
            end -= 1;
        }
        let Some(word) = Word::start_before(bytes, end) else { return false };
        // Such a name has two words at the least: most cells hold one.
        if matches!(gap_before(bytes, word).0, Gap::Comma | Gap::Other) {
            return false;
        }
        let Some(words) = Words::around(bytes, word) else { return false };
        let found = names::find(bytes, &words, &mut self.readings);
        found.is_some_and(|name| {
            name.range.end == end && matches!(name.proof, Proof::Patronymic | Proof::Ending | Proof::Pair)
        })
    }
}

/// What says of which sex somebody is, between his name and the date of his birth.
const SEXES: [&str; 12] = [
    ", жін.,",
    ", чол.,",
    ", жен.,",
    ", муж.,",
    ", жаноч.,",
    ", муж,",
    ", жен,",
    ", ж,",
    ", м,",
    ", ж.,",
    ", м.,",
    ", ч.,",
];
/// Most parts of a list of names and dates.
const MOST_LISTED: usize = 16;
/// Longest part of such a list, in bytes.
const LISTED_BYTES: usize = 96;
/// Longest head of a message in a talk, in bytes.
const SPEAKER_BYTES: usize = 48;
/// So many years a life has at the least where only its two dates say so.
const LIFE_YEARS: u16 = 20;
/// How far above a date the head of its column is looked for, in bytes.
const HEAD_BYTES: usize = 4 << 10;
/// Words for dates of birth in the heads of columns of a fixed width, or their beginnings.
const HEADS: [&str; 21] = [
    "Дата рожд",
    "дата рожд",
    "ДАТА РОЖД",
    "Дата нар",
    "дата нар",
    "ДАТА НАР",
    "Туған кү",
    "туған кү",
    "ТУҒАН КҮ",
    "День рожд",
    "день рожд",
    "Рожд.",
    "рожд.",
    "Д.р.",
    "Д.Р.",
    "Date of birth",
    "DATE OF BIRTH",
    "Birth",
    "birth",
    "BIRTH",
    "DOB",
];
/// The search for any of them.
static HEAD: LazyLock<Literals> = LazyLock::new(|| Literals::new(HEADS.iter().map(|head| head.as_bytes())));
/// How many characters the head of a column and its cells may be apart at the most.
const COLUMN_CHARS: usize = 4;
/// What may stand between a date of birth and the word for the place.
const YEARS: [&str; 6] = [" года", " г.", " року", " р.", " г.р.", ","];
/// Labels of a place, behind the date of somebody's birth.
const PLACES: [&str; 11] =
    ["месца", "Месца", "МЕСЦА", "место", "Место", "МЕСТО", "місце", "Місце", "МІСЦЕ", "дзе", "Place"];
/// Labels of a date of birth alone, without the letter that may be a capital.
const BORN: [&str; 17] = [
    "род.",
    "Род.",
    " р.",
    " н.",
    "нар.",
    "Нар.",
    "одился",
    "одилась",
    "ароджений",
    "ароджена",
    "ародився",
    "ародилася",
    "ародилась",
    "арадзіўся",
    "арадзілася",
    "ОДИЛСЯ",
    "ОДИЛАСЬ",
];
/// What stands before the name of a place.
const KINDS: [&str; 11] = ["г. ", "гор. ", "с. ", "пос. ", "дер. ", "м. ", "смт ", "в. ", "г.п. ", "пгт ", "ст. "];
/// The same in English.
const ENGLISH_KINDS: [&str; 5] = ["village of ", "town of ", "city of ", "settlement of ", "hamlet of "];
/// What stands behind the name of an area.
const AREAS: [&str; 6] = [" district", " region", " oblast", " county", " province", " raion"];
/// The Kazakh verb for birth, in both alphabets.
const BIRTH_VERBS: [&str; 6] = [" дүниеге кел", " туған", " туылған", " tuğan", " tugan", " dünïege kel"];
/// Kinds of places in Kazakh, in both alphabets.
const AREAS_KK: [&str; 9] = ["облыс", "аудан", "қала", "ауыл", "кент", "oblys", "audan", "awyl", "kent"];
/// Words before the place of somebody's birth.
const BORN_IN: [&str; 5] = ["в ", "у ", "ў ", "во ", "in "];
/// How far before the date of somebody's birth the word for the place may stand, in bytes.
const PLACE_BYTES: usize = 48;
/// How far from a date the number of the person is looked for, in bytes.
const NUMBER_BYTES: usize = 112;
/// How far before a date the word for a child may stand, in bytes.
const CHILD_BYTES: usize = 96;
/// Words for a child before the name of one.
const CHILDREN: [&str; 29] = [
    "ребёнок",
    "ребенок",
    "ребёнка",
    "ребенка",
    " сын",
    "Сын",
    "дочь",
    "дочер",
    "Дочь",
    "дети",
    "Дети",
    "дитин",
    "Дитин",
    "донька",
    "доньк",
    "дзіця",
    "дачк",
    "баласы",
    "балам",
    "қызым",
    "немере",
    " внук",
    "Внук",
    "внучк",
    "Внучк",
    "онук",
    "Онук",
    "ўнук",
    "ўнучк",
];
/// Words for birth cut short before a date, which are other words elsewhere: `b. 11.05.58`, `( народ. 01 січня 1947 р.`.
const CUT_SHORT: [&str; 19] = [
    "туғ. к. ",
    "туғ.к. ",
    "b. ",
    "b.",
    "народ. ",
    "народ.",
    "нарадж. ",
    "туғ. ",
    "туыл. ",
    "рожд. ",
    "b/day ",
    "b/day: ",
    "b-day ",
    "b-day: ",
    "B-day ",
    "B-day: ",
    "н. ",
    "р. ",
    "т. ",
];

/// The head of a column that was found last, so that what stands between two dates is looked through once.
#[derive(Debug, Default)]
pub(super) struct LastHead {
    /// Where it stands in the stream.
    found: Option<u64>,
    /// All from here on, up to there, was looked through.
    seen: Range<u64>,
}

impl LastHead {
    /// The last head in `bytes[from..until]`, whose first byte has the offset `base` in the stream.
    fn before(&mut self, bytes: &[u8], base: u64, from: usize, until: usize) -> Option<usize> {
        let (first, last) = (base + from as u64, base + until as u64);
        if !(self.seen.start <= first && first <= self.seen.end && self.seen.end <= last) {
            *self = Self { found: None, seen: first..first };
        }
        // A head may begin a little before the end of what was seen.
        let mut i = ((self.seen.end.saturating_sub(LINE_BYTES as u64)).max(first) - base) as usize;
        while let Some(place) = HEAD.find(bytes, i, until) {
            let letter = before(bytes, place.start);
            if !letter.is_ascii_alphabetic() && letter < 0x80 {
                self.found = Some(base + place.start as u64);
            }
            i = place.end;
        }
        self.seen.end = last;
        self.found.filter(|found| *found >= first).map(|found| (found - base) as usize)
    }

    /// Another stream begins.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }
}

/// Where the name begins before whose dash and blank a date stands: behind a separator or colon, in words with capitals.
fn listed_name(bytes: &[u8], date: usize) -> Option<usize> {
    let dash = ["— ", "– ", "- "].into_iter().find(|dash| slice(bytes, 0, date).ends_with(dash.as_bytes()))?;
    let end = date - dash.len();
    let near = slice(bytes, end.saturating_sub(LISTED_BYTES), end);
    let sign = near.iter().rposition(|byte| matches!(byte, b';' | b',' | b'\n' | b':'))?;
    let name = slice(near, sign + 1, near.len()).trim_ascii();
    let words = || name.split(|byte| *byte == b' ');
    let letter = |byte: &u8| *byte >= 0x80 || byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'-' | b'\'');
    let is_name =
        (1..=3).contains(&words().count()) && words().all(|word| is_capital_at(word, 0)) && name.iter().all(letter);
    is_name.then(|| end - near.len() + sign + 1)
}

/// Whether the date in `span` stands in a column of fixed width, between blanks, whose head is one for dates of birth.
fn is_headed(bytes: &[u8], base: u64, span: &Range<usize>, last: &mut LastHead) -> bool {
    if slice(bytes, span.end, span.end + 2) != b"  " || before(bytes, span.start) != b' ' {
        return false;
    }
    let from = span.start.saturating_sub(HEAD_BYTES);
    let above = slice(bytes, from, span.start);
    let Some(line) = memchr::memrchr(b'\n', above) else { return false };
    let chars = |text: &[u8]| text.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
    let own = chars(slice(above, line + 1, above.len()));
    let above = slice(above, 0, line);
    let Some(place) = last.before(bytes, base, from, from + line).map(|place| place - from) else { return false };
    let start = memchr::memrchr(b'\n', slice(above, 0, place)).map_or(0, |n| n + 1);
    let head = slice(above, start, above.len());
    let head = slice(head, 0, memchr::memchr(b'\n', head).unwrap_or(head.len()));
    // The head of a table has several columns, and no values.
    let columns = head.windows(3).filter(|three| matches!(three, [b' ', b' ', byte] if *byte != b' ')).count();
    // Where the cell of the head begins.
    let cell = memchr::memmem::rfind(slice(above, start, place), b"  ").map_or(start, |gap| start + gap + 2);
    let word = chars(slice(above, start, cell));
    let left = word.saturating_sub(COLUMN_CHARS);
    columns >= 2 && !head.iter().any(u8::is_ascii_digit) && (left..=word + 2 * COLUMN_CHARS).contains(&own)
}

/// Whether the date is the first of two with a dash between, so many years apart as are lived, not agreed on:
/// `11.02.1968 — 27.08.2022`.
fn is_life(bytes: &[u8], span: &Range<usize>, date: Date) -> bool {
    let rest = slice(bytes, span.end, span.end + 24);
    let years = [" г.", " года", " р.", " г", ""].into_iter().find(|year| rest.starts_with(year.as_bytes()));
    let next = span.end + years.map_or(0, str::len);
    let dash = [" — ", " – ", " - ", "—", "–", "-", " &ndash; ", " &mdash; "]
        .into_iter()
        .find(|dash| slice(bytes, next, next + dash.len()) == dash.as_bytes());
    let Some(next) = dash.map(|dash| next + dash.len()) else { return false };
    let last = date::read(bytes, next).map(|last| last.day);
    let edge = |day: Day| matches!((day.month, day.day), (1, 1) | (12, 31));
    !date.short && !edge(date.day) && last.is_some_and(|last| !edge(last) && last.year >= date.day.year + LIFE_YEARS)
}

/// Whether the word for a passport stands directly behind the bracket that closes behind a date.
fn has_passport(bytes: &[u8], span: &Range<usize>) -> bool {
    let rest = slice(bytes, span.end, span.end + 24);
    before(bytes, span.start) == b'('
        && rest.starts_with(b")")
        && ["passport", "Passport", "паспорт", "пашпарт", "төлқұжат"]
            .iter()
            .any(|word| memchr::memmem::find(rest, word.as_bytes()).is_some())
}

/// Whether the word for birth, cut short, stands directly before a date.
fn is_cut_short(bytes: &[u8], start: usize) -> bool {
    let head = slice(bytes, start.saturating_sub(24), start);
    let blanks = head.iter().rev().take_while(|byte| **byte == b' ').count().saturating_sub(1);
    let (head, start) = (slice(head, 0, head.len() - blanks), start - blanks);
    CUT_SHORT.iter().filter(|word| head.ends_with(word.as_bytes())).any(|word| {
        let start = start - word.len();
        let left = before(bytes, start);
        // `b. 12.03.2016` at the beginning of a line is the second of a list, and `100 р. 8 июля 2024` is paid.
        let letter = matches!(*word, "b." | "b. " | "н. " | "р. " | "т. ");
        if letter && matches!(left, b' ' | b'\n') {
            let blanks =
                slice(bytes, start.saturating_sub(4), start).iter().rev().take_while(|byte| **byte == b' ').count();
            let end = start - blanks;
            let capital = || word.is_ascii() && Word::read_before(bytes, end).is_some_and(|word| word.is_capital());
            return blanks > 0 && (before(bytes, end) == b',' || capital());
        }
        matches!(left, b' ' | b'(' | b',' | b';' | b'"' | b'\t' | b'|' | b'>' | b'\n')
    })
}

/// Behind the word for the year at `end`, blanks, and one line end.
fn behind_year(bytes: &[u8], end: usize) -> usize {
    let rest = slice(bytes, end, end + 16);
    let years = YEARS.iter().filter(|year| rest.starts_with(year.as_bytes())).map(|year| year.len()).max();
    let mut i = end + years.unwrap_or(0);
    let mut lines = 0;
    while matches!(at(bytes, i), b' ' | b'\n' | b'\r') && i < end + 64 {
        lines += u32::from(at(bytes, i) == b'\n');
        if lines > 1 {
            return end;
        }
        i += 1;
    }
    i
}

/// Whether a word with a capital stands before the blank at a date, as a name does.
fn follows_capital(bytes: &[u8], start: usize) -> bool {
    let end = start.wrapping_sub(1);
    let comma = usize::from(before(bytes, end) == b',');
    let letter = before(bytes, end - comma);
    at(bytes, end) == b' '
        && (letter >= 0x80 || letter.is_ascii_alphabetic())
        && Word::read_before(bytes, end - comma).is_some_and(|word| word.is_capital())
}

/// Whether a number of a person near a date holds it: an IIN, a personal number of Belarus, a UNZR.
fn is_told_by_number(bytes: &[u8], span: &Range<usize>, day: Day) -> bool {
    let ahead = slice(bytes, span.end, span.end + NUMBER_BYTES);
    let behind = slice(bytes, span.start.saturating_sub(NUMBER_BYTES), span.start);
    let number = |text: &[u8], digits: Range<usize>| number::number(text, digits) as u32;
    let (year, month, date) = (u32::from(day.year), u32::from(day.month), u32::from(day.day));
    let told = |text: &[u8], run: Range<usize>| match run.len() {
        // 850615 3 00017
        12 => {
            matches!(at(text, run.start + 6), b'3'..=b'6')
                && number(text, run.start..run.start + 6) == year % 100 * 10_000 + month * 100 + date
        }
        // 19850615-00017
        8 => {
            let digits = slice(text, run.end + 1, run.end + 7).iter().take_while(|byte| byte.is_ascii_digit()).count();
            let unzr = at(text, run.end) == b'-' && digits == 5;
            unzr && number(text, run) == year * 10_000 + month * 100 + date
        }
        // 3 150685 A 001 PB 4
        7 => {
            at(text, run.end).is_ascii_uppercase()
                && number(text, run.start + 1..run.end) == date * 10_000 + month * 100 + year % 100
        }
        _ => false,
    };
    [behind, ahead].into_iter().any(|text| {
        let mut start = 0;
        (0..=text.len()).any(|i| {
            if at(text, i).is_ascii_digit() {
                return false;
            }
            let run = start..i;
            start = i + 1;
            told(text, run)
        })
    })
}

/// Whether the word for a child stands before the name that ends at a date, in its own sentence.
fn names_a_child(bytes: &[u8], start: usize) -> bool {
    let head = slice(bytes, start.saturating_sub(CHILD_BYTES), start);
    let from = head.iter().rposition(|byte| matches!(byte, b'\n' | b';' | b'.')).map_or(0, |end| end + 1);
    let head = slice(head, from, head.len());
    CHILDREN.iter().any(|word| memchr::memmem::find(head, word.as_bytes()).is_some())
}

/// What stands behind a date on its line.
fn line_behind(bytes: &[u8], end: usize) -> &[u8] {
    let line = slice(bytes, end, end + 160);
    slice(line, 0, memchr::memchr(b'\n', line).unwrap_or(line.len()))
}

/// The place at the beginning of a line, with a word for its kind, before the Kazakh verb for birth.
fn place_of_verb(line: &[u8]) -> Option<Range<usize>> {
    let verb = BIRTH_VERBS.iter().filter_map(|verb| memchr::memmem::find(line, verb.as_bytes())).min()?;
    let lead = line.iter().take_while(|byte| matches!(byte, b' ' | b',')).count();
    let place = slice(line, lead, verb);
    let told = AREAS_KK.iter().any(|kind| memchr::memmem::find(place, kind.as_bytes()).is_some());
    let whole = !place.iter().any(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b';' | b'('));
    (told && whole && is_capital_at(place, 0)).then_some(lead..verb)
}

/// The name of a town in Latin letters at `start`, and its country behind a comma: `Leeds`, `New York, USA`.
fn town(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    // `the village of Zembin`
    let article = if slice(bytes, start, start + 4) == b"the " { start + 4 } else { start };
    let rest = slice(bytes, article, article + 16);
    let kind = ENGLISH_KINDS.iter().find(|kind| rest.starts_with(kind.as_bytes()));
    let (start, mut i) = kind.map_or((start, start), |kind| (article, article + kind.len()));
    let mut end = i;
    for _ in 0..4 {
        let Some(word) = Word::read(bytes, i).filter(|word| word.is_capital() && word.script == Script::Latin) else {
            break;
        };
        end = word.end;
        match gap_behind(bytes, end) {
            (Gap::Space | Gap::Hyphen | Gap::Comma, next) => i = next,
            _ => break,
        }
    }
    // `Borisov district`
    let area = slice(bytes, end, end + 12);
    end += AREAS.iter().find(|word| area.starts_with(word.as_bytes())).map_or(0, |word| word.len());
    (end > i.min(start) + 2 && is_capital_at(bytes, kind.map_or(start, |kind| article + kind.len())))
        .then_some(start..end)
}

/// Whether the line above or below that of a date is another one of the same list: it begins with a capital, behind a number
/// perhaps, and holds another such date.
fn has_dated_neighbour(bytes: &[u8], span: &Range<usize>, fits: impl Fn(Day) -> bool) -> bool {
    let from = span.start.saturating_sub(2 * LINE_BYTES);
    let head = slice(bytes, from, span.start);
    let own = memchr::memrchr(b'\n', head).map_or(0, |end| end + 1);
    let above = slice(head, 0, own.saturating_sub(1));
    let above = slice(above, memchr::memrchr(b'\n', above).map_or(0, |end| end + 1), above.len());
    let tail = slice(bytes, span.end, span.end + 2 * LINE_BYTES);
    let below = memchr::memchr(b'\n', tail).map_or(&[][..], |end| slice(tail, end + 1, tail.len()));
    let below = slice(below, 0, memchr::memchr(b'\n', below).unwrap_or(below.len()));
    let said = slice(bytes, span.start, span.end);
    [above, below].into_iter().any(|line| {
        let numbered = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b' ' | b'.' | b')' | b'-' | b'\t');
        let first = line.iter().position(|byte| !numbered(byte)).unwrap_or(line.len());
        let dates = (first..line.len()).filter(|&i| {
            at(line, i).is_ascii_digit() && !before(line, i).is_ascii_digit() && !matches!(before(line, i), b'.' | b'-')
        });
        is_capital_at(line, first)
            && line.len() <= LINE_BYTES
            && dates.filter_map(|i| Some((i, date::in_figures(line, i)?))).any(|(i, other)| {
                other.end - i == said.len() && !other.short && fits(other.day) && slice(line, i, other.end) != said
            })
    })
}

/// Whether a further group of digits stands behind a blank: a part of a longer number.
fn right_of(bytes: &[u8], end: usize) -> bool {
    at(bytes, end) == b' ' && at(bytes, end + 1).is_ascii_digit()
        || at(bytes, end) == b'.' && at(bytes, end + 1).is_ascii_digit()
}

/// Whether a date is filled in between two underscores: `_19.12.1968_`.
fn is_underlined(bytes: &[u8], start: usize, end: usize) -> bool {
    matches!(slice(bytes, start.saturating_sub(2), start), b" _")
        && matches!(slice(bytes, end, end + 2), b"_" | b"_ " | b"_\n")
}

/// Whether a clock stands behind a date: `T09:26`, ` 09:26`.
fn is_stamped(bytes: &[u8], end: usize) -> bool {
    let digits = |i: usize| at(bytes, i).is_ascii_digit() && at(bytes, i + 1).is_ascii_digit();
    // `03.09.2026, 18:41 - …`: a chat.
    let end = if at(bytes, end) == b',' && at(bytes, end + 1) == b' ' { end + 1 } else { end };
    matches!(at(bytes, end), b'T' | b' ' | b't' | b'_' | b':')
        && digits(end + 1)
        && matches!(at(bytes, end + 3), b':' | b'-' | b'.')
}

/// Whether what stands behind a date makes it part of something longer.
fn joins_on(bytes: &[u8], end: usize) -> bool {
    match at(bytes, end) {
        b'_' => !matches!(at(bytes, end + 1), b' ' | b'\n' | b'_'),
        b'/' => true,
        b'-' | b'.' => at(bytes, end + 1).is_ascii_alphanumeric(),
        byte => byte.is_ascii_alphabetic() && byte != b'T',
    }
}

/// Digits between a word and a date.
fn digits_in(bytes: &[u8], border: usize, near: Near, forward: bool) -> usize {
    let mut chars = usize::from(near.chars);
    let mut digits = 0;
    let mut i = border;
    while chars > 0 {
        let byte = if forward { at(bytes, i) } else { before(bytes, i) };
        i = if forward { i + 1 } else { i.wrapping_sub(1) };
        digits += usize::from(byte.is_ascii_digit());
        chars -= usize::from(byte & 0xC0 != 0x80);
        if i >= bytes.len() {
            break;
        }
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::super::examples::all_found;

    #[test]
    fn births_are_told_by_other_words() {
        for (text, want) in [
            ("Пётр Каралькоў Ігаравіч, н. 08.12.1990 у горадзе", "08.12.1990"),
            ("Плотников Герман Викт., р. 8 июля 1949 г., Воткинск", "8 июля 1949"),
            ("Бәтима Сейітжанқызы, т. 04.04.1958, зейнеткер", "04.04.1958"),
            ("Таисья Емельяновна Плотникова (19.X.1921 – 2.III.2006), учительница", "19.X.1921"),
            ("Буйко Станіслаў Ігнатавіч || нар. 11.VII.1929 || ветэран", "11.VII.1929"),
            ("2. Дата и место рожд.: 9/12/1993, г. Гюмри", "9/12/1993"),
            ("Ol 1995 jylğy 24 tamyzda Qyzylorda oblysy, Şieli kentinde tuğan, qazir", "1995 jylğy 24 tamyzda"),
            ("дзіця Бурачэўская Паліна (12.01.2025).", "12.01.2025"),
            ("Онук Остапчук Даниїл, 09.09.2013, алергія", "09.09.2013"),
            ("agent > your date of birth please\n13:05:58 guest > 22 july 1981, flat 118", "22 july 1981"),
        ] {
            assert_eq!(all_found(text, "birth_date"), [want], "{text}");
        }
        for text in [
            "Уплачено 100 р. 8 июля 2019 г.",
            "Договор Петров Иван Сергеевич (01.01.1990 – 31.12.2015)",
            "agent > when did you order\n13:05:58 guest > 22 july 1981, flat 118",
        ] {
            assert_eq!(all_found(text, "birth_date"), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn places_of_birth_stand_behind_dates() {
        for (text, want) in [
            ("Каралькоў Ігар Анатолевіч, н. 08.12.1990 у г. Навалукомль, беспрацоўны", "г. Навалукомль"),
            ("Нарадзіўся      15.02.2006, г. Маладзечна\n", "г. Маладзечна"),
            ("Нарадзілася: 23 верасня 1990 года, г. Орша\n", "г. Орша"),
            (
                "born on 21 September 1959 in the village of Zembin, Borisov district, No. 4",
                "village of Zembin, Borisov district",
            ),
            ("1995 jylğy 24 tamyzda Qyzylorda oblysy, Şieli kentinde tuğan", "Qyzylorda oblysy, Şieli kentinde"),
            ("Плотников Герман, р. 8 июля 1949 г., Воткинск; жив.", "Воткинск"),
            ("Аксана Юр'еўна (нар. 21.09.1980 у г. Ашмяны) падпісвае лізінг", "г. Ашмяны"),
            ("1974 р.н., місце народження смт Диканька Полтавської області, код", "смт Диканька Полтавської області"),
            ("паспорт, место рождения г. Елец, код", "г. Елец"),
        ] {
            assert_eq!(all_found(text, "birth_place"), [want], "{text}");
        }
    }

    #[test]
    fn dates_of_birth_are_told_by_lists_columns_and_what_stands_beside() {
        let list = "Дні народження: Перч Марта — 19.02.2016; Мацько Тимур — 7 липня 2015 р.\n";
        assert_eq!(all_found(list, "birth_date"), ["19.02.2016", "7 липня 2015"]);
        let column =
            "Таб.№  Сотрудник             Дата рожд.  Начислено\n00348  Ким Т.С.              03.11.1983   57 115,50\n";
        assert_eq!(all_found(column, "birth_date"), ["03.11.1983"]);
        for (text, want) in [
            ("Halyna Stetsenko (22.06.1961), passport FX118935", "22.06.1961"),
            ("дитина: Мельниченко Софійка Антонівна 01.11.2017\n", "01.11.2017"),
            ("Кучеренко Оксана Миронівна, жін., 1962 року, 5 березня\n", "1962 року, 5 березня"),
            ("Мінск / выезд\n\t19.07.1983 г.н.\tмоб.", "19.07.1983"),
            ("2. Дата народження  _19.12.1968_  3. Стать", "19.12.1968"),
        ] {
            assert_eq!(all_found(text, "birth_date"), [want], "{text}");
        }
        for (text, want) in [
            ("род. 5 мая 1994, г. Темиртау, холост", "г. Темиртау"),
            ("Дата нараджэння: 26.02.1991\nМесца: г.п. Расоны. Грамадзянства: РБ\n", "г.п. Расоны"),
            ("5. Date of birth 23 NOV 1986    6. Place IBADAN, NIGERIA\n", "IBADAN, NIGERIA"),
            (
                "Сәрсен Әсем Нұрланқызы, 1994 жылдың 8 шілдесінде Ақтөбе облысы Қандыағаш қаласында дүниеге келгенмін",
                "Ақтөбе облысы Қандыағаш қаласында",
            ),
            ("туған жері — Ақтөбе облысы Шалқар ауданы,", "Ақтөбе облысы Шалқар ауданы"),
        ] {
            assert_eq!(all_found(text, "birth_place"), [want], "{text}");
        }
    }

    #[test]
    fn other_dates_are_none() {
        for text in [
            "Отчёты: Иванов Пётр — 19.02.2016; Петров Олег — 20.02.2016\n",
            "Таб.№  Сотрудник             Принят      Начислено\n00348  Ким Т.С.              03.11.1983   57 115,50\n",
            "backup_19.12.1968_old.zip",
            "a. 01.02.2015 first payment\nb. 12.03.2016 second payment\n",
            "No     Dog                  Girth cm    Weight\n17     Rex Max              03.11.1983  57\n",
        ] {
            assert_eq!(all_found(text, "birth_date"), Vec::<String>::new(), "{text}");
        }
    }
}

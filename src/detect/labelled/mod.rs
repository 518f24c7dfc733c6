//! Readers of values that only their label or field tells: pure functions from the text behind a label to the span of
//! the value, or nothing.
//!
//! In:      the bytes of a block, where the value begins, and how it is set (quoted, assigned, in running text).
//! Out:     the value's span, and how sure it is that it is one.
//! Not:     no labels and no fields: who names what is said by the catalogue.
//! Promises: bounded work, no allocation on the paths that most values take.

pub(in crate::detect) mod card;
pub(in crate::detect) mod date;
pub(in crate::detect) mod hash;
pub(in crate::detect) mod name;
pub(in crate::detect) mod password;
mod postal;
pub(in crate::detect) mod secret;
mod token;
pub(in crate::detect) mod words;

use super::address::judge_field;
use super::catalog::LabelUse;
use super::catalog::file::Reader;
use crate::check::Day;
use crate::finding::Confidence;
use crate::text::word::is_capital_at;
use crate::text::{at, slice};
use std::ops::Range;

/// Longest value looked at, in bytes.
pub(in crate::detect) const VALUE_BYTES: usize = 512;

/// How a value is joined to its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::detect) enum Setting {
    /// `key=value`, `"key": value`, `key: value`.
    Assigned,
    /// `<key>value</key>`.
    Element,
    /// A label of several words, or not an identifier: `Пароль от почты: value`.
    Phrase,
}

/// Where a value stands and how.
#[derive(Clone, Copy, Debug)]
pub(in crate::detect) struct Value<'a> {
    pub(in crate::detect) bytes: &'a [u8],
    /// Its label.
    pub(in crate::detect) label: &'a [u8],
    /// Its first byte.
    pub(in crate::detect) start: usize,
    /// Where it ends at the latest: a quote, the end of the line or element, or [`VALUE_BYTES`].
    pub(in crate::detect) end: usize,
    /// Whether it stands in quotes, and so ends at `end`.
    pub(in crate::detect) quoted: bool,
    pub(in crate::detect) setting: Setting,
    /// The day of the scan.
    pub(in crate::detect) today: Day,
}

impl<'a> Value<'a> {
    /// All that may belong to it.
    pub(in crate::detect) fn text(&self) -> &'a [u8] {
        slice(self.bytes, self.start, self.end)
    }

    /// Whether the value has a sure end: a quote or a tag.
    fn is_closed(&self) -> bool {
        self.quoted || self.setting == Setting::Element
    }

    /// Whether nothing but space or an end mark stands between `end` and the end of the value, or the next label of a
    /// form begins there: `Пол: жен.  5. Дата рождения: …`, `Гражданство: Узбекистан Дата рождения …`.
    fn ends_at(&self, end: usize) -> bool {
        let rest = slice(self.bytes, end, self.end);
        let Some(gap) = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'.')) else { return true };
        let marks = [b',', b';', b'&', b')', b'}', b'|', b'<', b'"', b'\'', b'/', b']'];
        let columns =
            || slice(rest, 0, gap).windows(2).any(|pair| pair == b"  ") || slice(rest, 0, gap).contains(&b'\t');
        // «5. Семейное положение»
        let number = slice(rest, gap, rest.len()).iter().take_while(|byte| byte.is_ascii_digit()).count();
        let next = match slice(rest, gap + number, gap + number + 2) {
            b". " | b") " if (1..=2).contains(&number) => gap + number + 2,
            _ => gap,
        };
        let label = || self.setting == Setting::Phrase && at(rest, gap - 1) == b' ' && is_capital_at(rest, next);
        !self.is_closed() && (marks.contains(&at(rest, gap)) || (gap > 0 && (columns() || label())))
    }

    /// The value's bytes up to white space or, where quotes do not close it, to a mark that ends it.
    fn word(&self) -> Range<usize> {
        let text = self.text();
        if self.is_closed() {
            let left = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let right = text.iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count();
            return self.start + left..(self.end - right).max(self.start + left);
        }
        let ends =
            |byte: u8| byte <= b' ' || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b',' | b';' | b'&' | b'|');
        let length = text.iter().position(|byte| ends(*byte)).unwrap_or(text.len());
        self.start..self.start + length
    }
}

/// What a reader found.
pub(in crate::detect) type Found = (Range<usize>, Confidence);

/// The value behind a label of a rule.
pub(in crate::detect) fn read(label: &LabelUse, value: &Value<'_>) -> Option<Found> {
    // `NAME: Type = 3;`
    if !value.is_closed() && slice(value.bytes, value.word().end, value.word().end + 3) == b" = " {
        return None;
    }
    match label.reader {
        Reader::Date => birth(value),
        Reader::Password => password::read(value),
        Reader::Hash => hash::read(value),
        Reader::Secret => secret::read(value),
        Reader::Words => label.words.read(value).map(|span| (span, Confidence::High)),
        Reader::Place => token::place(&Value { start: behind_date(value.bytes, value.start, value.end), ..*value })
            .map(|span| (span, Confidence::High)),
        Reader::Login => token::login(value),
        Reader::Profile => token::profile(value),
        Reader::Device => token::device(value),
        Reader::Degrees => token::degrees(value),
        Reader::Agent => token::agent(value),
        Reader::Address => address(value),
        Reader::Name => name::latin(value),
        Reader::Masked => card::read(value),
    }
}

/// Whether a text begins with the name of a place and says what kind of place it is: `гор. Елец`, `Қостанай облысы`.
pub(in crate::detect) fn is_told_place(text: &[u8]) -> bool {
    token::is_told_place(text)
}

/// The text of a value up to what parts it from the next field.
pub(in crate::detect) fn own_text(value: &Value<'_>) -> Range<usize> {
    let text = value.text();
    let ends = |byte: &u8| matches!(byte, b',' | b';' | b'|' | b'\t' | b'<' | b'}' | b'\r');
    let length = if value.is_closed() { text.len() } else { text.iter().position(ends).unwrap_or(text.len()) };
    value.start..value.start + slice(text, 0, length).trim_ascii_end().len()
}

/// An address in Latin letters.
fn address(value: &Value<'_>) -> Option<Found> {
    let text = value.text();
    let text =
        slice(text, 0, text.iter().position(|byte| matches!(byte, b'|' | b';' | b'\t' | b'<')).unwrap_or(text.len()));
    let latin = |byte: &u8| byte.is_ascii() || matches!(byte, 0xC3..=0xC9 | 0x80..=0xBF);
    if !at(text, 0).is_ascii_alphanumeric() || !text.iter().all(latin) || !text.contains(&b' ') {
        return None;
    }
    let own = text.trim_ascii_end();
    let told = if text.is_ascii() { judge_field(text) } else { None };
    if str::from_utf8(own).is_ok_and(postal::is_address) {
        let level = told.map_or(Confidence::Medium, |(_, level)| level.max(Confidence::Medium));
        return Some((value.start..value.start + own.len(), level));
    }
    let (range, level) = told?;
    Some((value.start + range.start..value.start + range.end, level))
}

/// Where the place begins behind the day or year that a label of both announces first, if one stands at `start`: `Дата и место
/// рождения: 24.05.1987, г. Орёл`.
pub(in crate::detect) fn behind_date(bytes: &[u8], start: usize, end: usize) -> usize {
    if !at(bytes, start).is_ascii_digit() {
        return start;
    }
    let date = date::read(bytes, start).map_or(start + 4, |date| date.end);
    let rest = slice(bytes, date, end);
    // «24.05.1987 г.р., г. Орёл»: the word for the year is no place.
    let years = [" г.", " года", " г.р.", " р.", " року", "г."].map(str::as_bytes);
    let years = years.into_iter().filter(|year| rest.starts_with(year)).map(<[u8]>::len).max().unwrap_or(0);
    let rest = slice(rest, years, rest.len());
    let gap = rest.iter().take_while(|byte| matches!(byte, b' ' | b',' | b';' | b'/' | b'-')).count();
    if gap > 0 { date + years + gap } else { start }
}

/// A date of somebody's birth, or the year alone where the label asks for it.
fn birth(value: &Value<'_>) -> Option<Found> {
    let Some(date) = date::read(value.bytes, value.start) else { return birth_year(value) };
    let born = date.day.year >= 1900 && date.day <= value.today;
    let stamp = at(value.bytes, date.end) == b'T' || at(value.bytes, date.end) == b' ';
    let default = date.day == Day::new(1970, 1, 1) && stamp && at(value.bytes, date.end + 1).is_ascii_digit();
    let goes_on = at(value.bytes, date.end).is_ascii_digit()
        || matches!((at(value.bytes, date.end), at(value.bytes, date.end + 1)), (b'.' | b'-' | b'/', b'0'..=b'9'));
    let end = date::stamp_end(value.bytes, date.end).min(value.end);
    (born && !default && !goes_on && date.end <= value.end).then_some((value.start..end, Confidence::High))
}

/// The year of somebody's birth behind a label for it: `Год рождения: 1985`, `year of birth: 1985`.
fn birth_year(value: &Value<'_>) -> Option<Found> {
    let (bytes, start) = (value.bytes, value.start);
    let digits = slice(bytes, start, start + 5).iter().take_while(|byte| byte.is_ascii_digit()).count();
    let asked = YEARS.iter().any(|year| memchr::memmem::find(value.label, year.as_bytes()).is_some());
    let year = slice(bytes, start, start + 4).iter().fold(0, |year, digit| year * 10 + u16::from(digit & 15));
    let ends = !at(bytes, start + 4).is_ascii_alphanumeric()
        && !matches!(at(bytes, start + 4), b'.' | b'-' | b'/' | b':')
        || slice(bytes, start + 4, start + 6) == b".\n";
    let born = digits == 4 && (1900..=value.today.year).contains(&year);
    (asked && ends && born && start + 4 <= value.end).then_some((start..start + 4, Confidence::Medium))
}

/// Words for a year within a label.
const YEARS: [&str; 8] =
    ["од рожд", "од и место", "ік народж", "ік і місце", "од нараджэння", "од і месца", "year", "Year"];

//! Addresses whose parts stand in neighbouring columns of a table: postal code, region, town, street, house, flat.
//!
//! No cell of such a row need look like an address. The header tells: a street, and a town or house beside it. The address
//! is the row from the first of these cells that is filled to the last.

use super::scan::{Block, Scanner};
use crate::finding::{Confidence, Evidence};
use crate::text::{before, slice};
use memchr::{memchr, memrchr};
use std::ops::Range;

/// How far back the row around the first own byte may begin, in bytes.
const BACK_BYTES: usize = 64 << 10;
/// Longest address over cells, in bytes.
const ADDRESS_BYTES: usize = 512;

/// What a column holds of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Around,
    Town,
    Street,
    House,
}

/// Last words of headers, in small letters.
const HEADERS: [(Part, &[&str]); 4] = [
    (
        Part::Around,
        &[
            "индекс",
            "індекс",
            "індэкс",
            "индексі",
            "index",
            "zip",
            "zipcode",
            "postcode",
            "postalcode",
            "регион",
            "область",
            "край",
            "регіон",
            "вобласць",
            "облыс",
            "облысы",
            "region",
            "oblast",
            "state",
            "province",
            "район",
            "раён",
            "ауданы",
            "district",
            "квартира",
            "кв",
            "кв.",
            "пәтер",
            "кватэра",
            "flat",
            "apt",
            "apartment",
            "kvartira",
            "офис",
            "office",
            "корпус",
            "корп",
            "строение",
            "building",
            "bldg",
            "korpus",
        ],
    ),
    (
        Part::Town,
        &[
            "город",
            "місто",
            "горад",
            "қала",
            "қаласы",
            "city",
            "town",
            "gorod",
            "locality",
            "пункт",
            "населенныйпункт",
            "населённыйпункт",
            "settlement",
            "нп",
        ],
    ),
    (Part::Street, &["улица", "вулиця", "вуліца", "көше", "көшесі", "street", "streetname", "ulica", "ulitsa"]),
    (Part::House, &["дом", "будинок", "дом№", "үй", "house", "housenumber", "houseno", "dom"]),
];

impl Part {
    /// Whether a key says that a street stands under it. Most are refused by their last letters.
    pub(super) fn is_street(key: &[u8]) -> bool {
        let ends = |word: &str| {
            let tail = key.len().checked_sub(word.len()).and_then(|start| key.get(start..));
            !key.is_ascii() || tail.is_some_and(|tail| tail.eq_ignore_ascii_case(word.as_bytes()))
        };
        let words = HEADERS.iter().find(|(part, _)| *part == Self::Street).map_or(&[][..], |(_, words)| words);
        words.iter().any(|word| ends(word)) && str::from_utf8(key).ok().and_then(Self::of_header) == Some(Self::Street)
    }

    /// Whether a header says that places stand below it.
    pub(super) fn is_place(header: &[u8]) -> bool {
        matches!(str::from_utf8(header).ok().and_then(Self::of_header), Some(Self::Around | Self::Town | Self::Street))
    }

    /// What a header or key says: its last word counts, in `delivery_city` and in `deliveryCity`.
    pub(super) fn of_header(header: &str) -> Option<Self> {
        let parted = |c: char| !c.is_alphanumeric();
        let end = header.trim_end_matches(parted);
        let small = end.trim_end_matches(char::is_lowercase);
        let camel = small.strip_suffix(char::is_uppercase).filter(|head| head.ends_with(char::is_lowercase));
        let own = camel.and_then(|head| end.get(head.len()..)).unwrap_or(end).to_lowercase();
        let lower = end.to_lowercase();
        let words: Vec<&str> = lower.split(parted).filter(|word| !word.is_empty()).collect();
        let (last, joined) = (words.last().copied()?, words.concat());
        let is = |word: &&str| *word == last || *word == joined || *word == own;
        HEADERS.iter().find(|(_, words)| words.iter().any(is)).map(|(part, _)| *part)
    }
}

/// The neighbouring columns that make an address, if some do, and which of them is the street.
pub(super) fn address_and_street(columns: &[impl AsRef<str>]) -> Option<(Range<usize>, usize)> {
    let parts: Vec<Option<Part>> = columns.iter().map(|name| Part::of_header(name.as_ref())).collect();
    let street = parts.iter().position(|part| *part == Some(Part::Street))?;
    let left = parts.iter().take(street).rev().take_while(|part| part.is_some()).count();
    let right = parts.iter().skip(street).take_while(|part| part.is_some()).count();
    let run = street - left..street + right;
    let tells = |part: &Option<Part>| matches!(part, Some(Part::Town | Part::House));
    parts.get(run.clone())?.iter().any(tells).then_some((run, street))
}

impl Scanner<'_> {
    /// Addresses over several cells in the block's own rows.
    pub(super) fn address_rows(&mut self, block: &Block<'_>) {
        let Some(rule) = self.is_on(self.catalog.known.address) else { return };
        let Some(table) = block.layout.table.as_ref().filter(|table| !table.guessed) else { return };
        let Some((run, street)) = address_and_street(&table.columns) else { return };
        let bytes = block.bytes;
        let mut line = block.own.start;
        if !matches!(before(bytes, line), b'\n' | 0) {
            let from = line.saturating_sub(BACK_BYTES);
            line = match memrchr(b'\n', slice(bytes, from, line)) {
                Some(end) => from + end + 1,
                None if from == 0 => 0,
                None => return,
            };
        }
        while line < block.own.end {
            let mut span: Option<Range<usize>> = None;
            let (mut filled, mut letters, mut header, mut named) = (0, false, true, false);
            for column in run.clone() {
                let Some(cell) = self.looker.table_cell(block, line, table.form, column) else { break };
                let text = slice(bytes, cell.start, cell.end);
                header &= table.columns.get(column).is_some_and(|name| name.as_bytes() == text);
                if text.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80) {
                    filled += 1;
                    // A town and its code alone lead to nobody's door.
                    named |= column == street && text.len() > 2;
                    letters |= text.iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
                    let start = span.as_ref().map_or(cell.start, |span| span.start);
                    span = Some(start..cell.end);
                }
            }
            if let Some(span) = span.filter(|span| {
                filled >= 2
                    && letters
                    && named
                    && !header
                    && span.len() <= ADDRESS_BYTES
                    && block.own.contains(&span.start)
            }) {
                self.push(block, span, rule, None, Confidence::High, Evidence::COLUMN);
            }
            let Some(end) = memchr(b'\n', slice(bytes, line, block.own.end)) else { return };
            line += end + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(header: &str) -> Option<Range<usize>> {
        address_and_street(&header.split(';').map(str::to_owned).collect::<Vec<_>>()).map(|(columns, _)| columns)
    }

    #[test]
    fn headers_tell_the_columns() {
        assert_eq!(columns("Имя;Индекс;Регион;Город;Улица;Дом;Квартира;Телефон"), Some(1..7));
        assert_eq!(columns("id;delivery_city;delivery_street;delivery_house"), Some(1..4));
        assert_eq!(columns("id;deliveryCity;deliveryStreet;HouseNumber;zip"), Some(1..5));
        assert_eq!(columns("Прізвище;Місто;Вулиця;Будинок"), Some(1..4));
        assert_eq!(columns("Тегі;Қала;Көше;Үй;Пәтер"), Some(1..5));
        assert_eq!(columns("id;city;phone"), None, "a town alone");
        assert_eq!(columns("street;price"), None, "a street alone");
    }
}

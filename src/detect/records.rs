//! Records that have a form of their own: persons of a genealogy (GEDCOM), and passengers as airlines write them.
//!
//! In: the place where such a record shows itself. Out: what its lines and parts hold. The form alone tells what stands
//! where, so rare names count.
//!
//! Sources: The GEDCOM Standard 5.5.1; IATA, API and PNR messages: SSR DOCS (`P/KAZ/N12345678/KAZ/12MAR88/F/04JUN30/…`).

use super::catalog::RuleIndex;
use super::labelled::date;
use super::labelled::{Setting, Value};
use super::scan::{Block, Scanner};
use crate::finding::{Confidence, Evidence};
use crate::text::{at, before, slice};
use memchr::{memchr, memmem, memrchr};
use std::ops::Range;

/// Longest record of a person in a genealogy, in bytes.
const PERSON_BYTES: usize = 4 << 10;
/// Longest name of a passenger, in bytes.
const PASSENGER_BYTES: usize = 64;
/// How far before a travel document the list of passengers may begin, in bytes.
const LIST_BYTES: usize = 480;

impl Scanner<'_> {
    /// The person of a genealogy whose `@ INDI` begins at `sign`. Gives whether it is one.
    pub(super) fn person_of_tree(&mut self, block: &Block<'_>, sign: usize) -> bool {
        let bytes = block.bytes;
        if !slice(bytes, sign, sign + 6).eq(b"@ INDI") || !matches!(at(bytes, sign + 6), b'\n' | b'\r') {
            return false;
        }
        let record = slice(bytes, sign, sign + PERSON_BYTES);
        let record = slice(record, 0, memmem::find(record, b"\n0 ").unwrap_or(record.len()));
        let mut event: &[u8] = b"";
        let mut line = sign + 7;
        for text in slice(record, 7, record.len()).split(|byte| *byte == b'\n') {
            let start = line;
            line += text.len() + 1;
            let text = text.trim_ascii_end();
            let indent = text.iter().take_while(|byte| **byte == b' ').count();
            let [level @ b'0'..=b'9', b' ', rest @ ..] = slice(text, indent, text.len()) else { continue };
            let length = memchr(b' ', rest).unwrap_or(rest.len());
            let tag = slice(rest, 0, length);
            if *level == b'1' {
                event = tag;
            }
            let from = start + indent + 2 + length + 1;
            let value = from..(start + text.len()).max(from);
            match (event, tag) {
                (_, b"NAME" | b"GIVN" | b"SURN" | b"_MARNM" | b"NICK") => self.name_of_record(block, value),
                (_, b"SEX") => self.field_of_record(block, b"gender", value),
                (b"BIRT", b"DATE") => self.birth_of_tree(block, value),
                (b"BIRT", b"PLAC") => self.field_of_record(block, b"birth_place", value),
                (_, b"ADDR") => self.address_of_record(block, value),
                _ => {}
            }
        }
        true
    }

    /// `17 FEB 1948`, `ABT 1952`, `BET 1950 AND 1955`: the day, or the year.
    fn birth_of_tree(&mut self, block: &Block<'_>, value: Range<usize>) {
        let Some(rule) = self.is_on(self.catalog.known.birth_date) else { return };
        let bytes = block.bytes;
        let first = value.clone().find(|&i| at(bytes, i).is_ascii_digit()).unwrap_or(value.end);
        let day = date::in_words(bytes, first).filter(|date| date.end <= value.end);
        let (start, end, known) = if let Some(date) = day {
            (first, date.end, self.may_be_born(date.day))
        } else {
            let digit = |i: usize| at(bytes, i).is_ascii_digit();
            let year = value
                .clone()
                .find(|&i| (i..i + 4).all(digit) && !digit(i + 4) && !digit(i.wrapping_sub(1)) && i + 4 <= value.end);
            let Some(year) = year else { return };
            (year, year + 4, matches!(slice(bytes, year, year + 2), b"19" | b"20"))
        };
        if known {
            self.push(block, start..end, rule, None, Confidence::High, Evidence::FIELD);
        }
    }

    fn name_of_record(&mut self, block: &Block<'_>, value: Range<usize>) {
        let Some(rule) = self.is_on(self.catalog.known.name) else { return };
        let letters =
            slice(block.bytes, value.start, value.end).iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
        if letters && value.len() <= 2 * PASSENGER_BYTES {
            self.push(block, value, rule, None, Confidence::High, Evidence::FIELD);
        }
    }

    fn address_of_record(&mut self, block: &Block<'_>, value: Range<usize>) {
        let Some(rule) = self.is_on(self.catalog.known.address) else { return };
        let text = slice(block.bytes, value.start, value.end);
        let letters = text.iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
        if letters && text.iter().any(u8::is_ascii_digit) {
            self.push(block, value, rule, None, Confidence::High, Evidence::FIELD);
        }
    }

    /// Offers a part of a record to the rules that a field of this name speaks for.
    fn field_of_record(&mut self, block: &Block<'_>, name: &[u8], span: Range<usize>) {
        let catalog = self.catalog;
        let number = self.labels.number(name, || catalog.label_meaning(name));
        let (bytes, today) = (block.bytes, self.today());
        let Range { start, end } = span;
        if number != 0 && start < end {
            let value = Value { bytes, label: name, start, end, quoted: true, setting: Setting::Assigned, today };
            self.offer(block, number, &value, Evidence::FIELD);
        }
    }

    // ------------------------------------------------------------------------------------------ passengers

    /// `1. PETROVA/ANNA MRS  2. PETROV/OLEG MR`: passengers of a booking, the first of whom is at `start` behind her number.
    /// Each has a form of address, or her name is `known` from her document.
    pub(super) fn passengers(&mut self, block: &Block<'_>, start: usize, rule: RuleIndex, known: bool) {
        let bytes = block.bytes;
        let mut place = start;
        for _ in 0..9 {
            let numbered = before(bytes, back_over_blanks(bytes, place)) == b'.';
            let told = |length: &usize| {
                // `Passenger KIM/MINJUN MR`: with a form of address it needs no number.
                is_addressed(slice(bytes, place, place + length)) || (numbered && known)
            };
            let Some(length) = passenger(bytes, place).filter(told) else { return };
            self.words_done = place + length;
            self.push(block, place..place + length, rule, None, Confidence::High, Evidence::FORMAT);
            let rest = slice(bytes, place + length, place + length + 16);
            let gap = rest.iter().take_while(|byte| matches!(byte, b' ' | b'0'..=b'9' | b'.')).count();
            if gap < 3 || !slice(rest, 0, gap).contains(&b'.') {
                return;
            }
            place += length + gap;
        }
    }

    /// `P/KAZ/N12345678/KAZ/12MAR88/F/04JUN30/PETROVA/ANNA`: the document, birth and name of a passenger, around the
    /// digits of the number. Gives whether it is one.
    pub(super) fn travel_document(&mut self, block: &Block<'_>, digits: &Range<usize>) -> bool {
        let bytes = block.bytes;
        let letters = slice(bytes, digits.start.saturating_sub(2), digits.start).iter().rev();
        let start = digits.start - letters.take_while(|byte| byte.is_ascii_uppercase()).count();
        let country = |i: usize| slice(bytes, i, i + 3).iter().all(u8::is_ascii_uppercase);
        let slash = |i: usize| at(bytes, i) == b'/';
        let Some(kind) = start.checked_sub(6) else { return false };
        let told = matches!(at(bytes, kind), b'P' | b'I' | b'A' | b'C')
            && [kind + 1, start - 1, digits.end, digits.end + 4, digits.end + 12].into_iter().all(slash)
            && country(start - 4)
            && country(digits.end + 1);
        let birth = digits.end + 5;
        let Some(born) = date::in_words(bytes, birth).filter(|date| told && date.end == birth + 7) else {
            return false;
        };
        let id = match slice(bytes, start - 4, start - 1) {
            b"RUS" => "ru.passport_intl",
            b"KAZ" => "kz.passport",
            b"BLR" => "by.passport",
            b"UKR" => "ua.passport",
            _ => "",
        };
        if let Some(rule) = self.rule_of(id) {
            self.push(block, start..digits.end, rule, None, Confidence::High, Evidence::FORMAT);
        }
        if let Some(rule) = self.is_on(self.catalog.known.birth_date).filter(|_| self.may_be_born(born.day)) {
            self.push(block, birth..birth + 7, rule, None, Confidence::High, Evidence::FORMAT);
        }
        let Some(rule) = self.is_on(self.catalog.known.name) else { return true };
        // Behind the sex (`F`, `FI`) and the day when the document expires.
        let rest = slice(bytes, birth + 8, birth + 20);
        let Some(name) = memrchr(b'/', rest).filter(|slash| matches!(slash, 9 | 10)).map(|slash| birth + 9 + slash)
        else {
            return true;
        };
        let Some(length) = passenger(bytes, name) else { return true };
        self.push(block, name..name + length, rule, None, Confidence::High, Evidence::FORMAT);
        // The list of passengers stands above.
        let own = slice(bytes, name, name + length);
        let from = start.saturating_sub(LIST_BYTES);
        let above = memmem::find_iter(slice(bytes, from, start), own).map(|place| from + place).collect::<Vec<_>>();
        for place in above {
            self.passengers(block, place, rule, true);
        }
        true
    }

    /// The rule of the detector with this id, if it is selected.
    pub(super) fn rule_of(&self, id: &str) -> Option<RuleIndex> {
        let kind = self.catalog.kinds().iter().position(|kind| &*kind.detector == id)?;
        self.is_on(self.catalog.kind_rules.get(kind).copied())
    }
}

/// Bytes of `PETROVA/ANNA MARIA MRS` at `start`: surname, slash, given names, and a form of address.
fn passenger(bytes: &[u8], start: usize) -> Option<usize> {
    let text = slice(bytes, start, start + PASSENGER_BYTES);
    let name = |byte: &u8| byte.is_ascii_uppercase() || matches!(byte, b' ' | b'-' | b'\'');
    let slash = text.iter().position(|byte| !name(byte)).filter(|slash| at(text, *slash) == b'/')?;
    let surname = slice(text, 0, slash);
    let rest = slice(text, slash + 1, text.len());
    let length = rest.iter().position(|byte| !name(byte)).unwrap_or(rest.len());
    let given = slice(rest, 0, length);
    // Columns are parted by two blanks at the least.
    let given = slice(given, 0, memmem::find(given, b"  ").unwrap_or(given.len())).trim_ascii_end();
    let whole =
        surname.len() >= 2 && given.len() >= 2 && surname.trim_ascii() == surname && given.trim_ascii_start() == given;
    let joins = at(rest, given.len()).is_ascii_alphanumeric();
    (whole && !joins).then_some(slash + 1 + given.len())
}

/// Whether a name ends in a form of address.
fn is_addressed(name: &[u8]) -> bool {
    [&b" MR"[..], b" MRS", b" MS", b" MISS", b" MSTR", b" CHD", b" INF"].iter().any(|end| name.ends_with(end))
}

fn back_over_blanks(bytes: &[u8], mut i: usize) -> usize {
    for _ in 0..4 {
        if before(bytes, i) == b' ' {
            i -= 1;
        }
    }
    i
}

#[cfg(test)]
mod tests {
    use super::super::examples::all_found;

    const TREE: &str = "0 HEAD\n0 @I1@ INDI\n1 NAME Stepan /Halytsky/\n1 SEX M\n1 BIRT\n2 DATE 4 MAY 1951\n2 PLAC Lviv, Ukraine\n1 DEAT\n2 DATE 3 JUN 2011\n0 @I2@ INDI\n1 NAME Oksana /Halytska/\n1 BIRT\n2 DATE ABT 1952\n0 TRLR\n";

    #[test]
    fn persons_of_a_genealogy_are_told_by_their_tags() {
        for (id, want) in [
            ("person_name", "Stepan /Halytsky/|Oksana /Halytska/"),
            ("birth_date", "4 MAY 1951|1952"),
            ("gender", "M"),
            ("birth_place", "Lviv, Ukraine"),
        ] {
            assert_eq!(all_found(TREE, id).join("|"), want, "{id}");
        }
    }

    #[test]
    fn passengers_are_told_by_the_form_of_a_booking() {
        let text = "PNR K7QX2M 1.PRIMEROV/DANIYAR MR\nSSR DOCS KC HK1 P/KAZ/N50108777/KAZ/12MAR88/M/04JUN30/PRIMEROV/DANIYAR\n";
        for (id, want) in [
            ("person_name", "PRIMEROV/DANIYAR MR|PRIMEROV/DANIYAR"),
            ("kz.passport", "N50108777"),
            ("birth_date", "12MAR88"),
        ] {
            assert_eq!(all_found(text, id).join("|"), want, "{id}");
        }
        assert_eq!(all_found("list of 1. PRIMEROV/DANA MS  2. HARGROVE/SIMON MR", "person_name").len(), 2);
    }

    #[test]
    fn other_slashes_and_dates_are_none() {
        for text in ["see 1. TCP/IP and 2. READ/WRITE locks", "P/KAZ/N50108777/KAZ/12XYZ88/M/04JUN30/A/B", "a@ INDI"] {
            assert_eq!(all_found(text, "person_name"), Vec::<String>::new(), "{text}");
        }
    }
}

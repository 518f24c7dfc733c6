//! Dates as people write them: `15.06.1985`, `1985-06-15`, `06/15/1985`, `19850615`, `15.06.85`, `15 июня 1985`,
//! `June 15, 1985`, `1985 жылғы 15 маусым`.
//!
//! In:      text and the place where a date begins.
//! Out:     where it ends and which day it says; whether the calendar has that day is asked too.
//! Not:     what the date is for. That is said by words and fields around it.

use crate::check::Day;
use crate::text::fold::{self, Code};
use crate::text::{at, before, utf8};

/// Years of two digits up to this one are of the century that began in 2000.
const PIVOT: u16 = 27;
/// Longest name of a month with its ending, in letters.
const MONTH_LETTERS: usize = 14;

/// A date found in text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::detect) struct Date {
    /// One past its last byte.
    pub(in crate::detect) end: usize,
    /// The day it says.
    pub(in crate::detect) day: Day,
    /// Whether its year has two digits only.
    pub(in crate::detect) short: bool,
}

/// The date that begins at `start`, in figures or with the month in letters, if the calendar has it.
pub(in crate::detect) fn read(bytes: &[u8], start: usize) -> Option<Date> {
    in_figures(bytes, start).or_else(|| in_words(bytes, start))
}

/// A date in figures, parted by dots, dashes or slashes, or eight digits.
pub(in crate::detect) fn in_figures(bytes: &[u8], start: usize) -> Option<Date> {
    let (first, a) = number(bytes, start)?;
    let sign = at(bytes, first);
    if first - start == 8 {
        let date = Day::real((a / 10_000) as u16, (a / 100 % 100) as u8, (a % 100) as u8)?;
        return Some(Date { end: first, day: date, short: false });
    }
    if !matches!(sign, b'.' | b'-' | b'/') {
        return None;
    }
    let (second, b) = number(bytes, first + 1)?;
    if at(bytes, second) != sign || second - first > 3 {
        return None;
    }
    let (end, c) = number(bytes, second + 1)?;
    let (day, short) = match (first - start, end - second - 1) {
        (4, 1 | 2) => (Day::real(a as u16, b as u8, c as u8)?, false),
        (1 | 2, 4) => {
            let (year, first, second) = (c as u16, a as u8, b as u8);
            let american = || Day::real(year, first, second).filter(|_| sign == b'/');
            (Day::real(year, second, first).or_else(american)?, false)
        }
        (1 | 2, 2) => {
            let american = || Day::real(century(c), a as u8, b as u8).filter(|_| sign == b'/');
            (Day::real(century(c), b as u8, a as u8).or_else(american)?, true)
        }
        _ => return None,
    };
    Some(Date { end, day, short })
}

/// A date with the month in letters: day, month, year; month, day, year; or year, day, month.
pub(in crate::detect) fn in_words(bytes: &[u8], start: usize) -> Option<Date> {
    let mut place = start;
    if !at(bytes, start).is_ascii_digit() {
        let month = month(bytes, &mut place)?;
        pass(bytes, &mut place, &[' ', '.', '\u{A0}']);
        let (end, day) = number(bytes, place).filter(|(end, _)| end - place <= 2)?;
        place = end;
        ordinal(bytes, &mut place);
        pass(bytes, &mut place, &[' ', ',', '\u{A0}']);
        let (end, year) = number(bytes, place).filter(|(end, _)| end - place == 4)?;
        return Some(Date { end, day: Day::real(year as u16, month, day as u8)?, short: false });
    }
    let (end, first) = number(bytes, start)?;
    place = end;
    if end - start == 4 {
        // 1985 жылғы 15 маусым, 1985 ж. 15 маусымда, 1985, 15 июня, 1985 г., 15 июня
        let comma = at(bytes, place) == b',';
        pass(bytes, &mut place, &[' ', ',', '\u{A0}']);
        let mut word = [0; MONTH_LETTERS];
        let length = letters(bytes, &mut place, &mut word);
        // жылғы, жылдың, ж.; jylğy, zhylgy
        let latin = |name: &str| name.chars().zip(&word).all(|(c, code)| fold::fold(c as u32) == *code);
        let kazakh = word.first() == Some(&fold::fold('ж' as u32)) || latin("jyl") || latin("zhyl");
        let year = |name: &str| {
            name.chars().count() == length && name.chars().zip(&word).all(|(c, code)| fold::fold(c as u32) == *code)
        };
        if !(kazakh || YEARS.iter().any(|name| year(name)) || (comma && length == 0)) {
            return None;
        }
        pass(bytes, &mut place, &[' ', '.', ',', '\u{A0}']);
        let (end, day) = number(bytes, place).filter(|(end, _)| end - place <= 2)?;
        place = end;
        pass(bytes, &mut place, &[' ', '-', '\u{A0}']);
        let month = month(bytes, &mut place)?;
        return Some(Date { end: place, day: Day::real(first as u16, month, day as u8)?, short: false });
    }
    if end - start > 2 {
        return None;
    }
    if let Some((month, next)) = roman(bytes, place) {
        let (end, year) = number(bytes, next).filter(|(end, _)| end - next == 4)?;
        return Some(Date { end, day: Day::real(year as u16, month, first as u8)?, short: false });
    }
    ordinal(bytes, &mut place);
    pass(bytes, &mut place, &[' ', '-', '.', '/', '»', '"', '\u{A0}']);
    if at(bytes, place) == b'o' && at(bytes, place + 1) == b'f' {
        place += 2;
        pass(bytes, &mut place, &[' ']);
    }
    let glued = place == end;
    let month = month(bytes, &mut place)?;
    if glued && let Some((end, year)) = number(bytes, place).filter(|(end, _)| end - place == 2) {
        // 12MAR88, as airlines write it
        return Some(Date { end, day: Day::real(century(year), month, first as u8)?, short: true });
    }
    pass(bytes, &mut place, &[' ', '-', '.', ',', '/', '\u{A0}']);
    let (end, year) = number(bytes, place).filter(|(end, _)| end - place == 4)?;
    Some(Date { end, day: Day::real(year as u16, month, first as u8)?, short: false })
}

/// Where the date that ends with the year at `year` may begin: the beginnings of the two words before it.
pub(in crate::detect) fn beginnings(bytes: &[u8], year: usize) -> [usize; 2] {
    let gap = |byte: u8| matches!(byte, b' ' | b',' | b'.' | b'-' | b'/' | b'"');
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80;
    let mut i = year;
    let floor = year.saturating_sub(48);
    let mut back = |gap_only: bool| {
        while i > floor && gap(before(bytes, i)) {
            i -= 1;
        }
        while i > floor && !gap_only && word(before(bytes, i)) {
            i -= 1;
        }
        i
    };
    let one = back(false);
    let mut two = back(false);
    // 24th of May 1987
    if at(bytes, two) == b'o' && at(bytes, two + 1) == b'f' && at(bytes, two + 2) == b' ' {
        two = back(false);
    }
    // «15» июня: the number stands inside quotes.
    while two < one && !at(bytes, two).is_ascii_alphanumeric() && matches!(at(bytes, two), 0xC2 | 0xAB | 0xBB) {
        two += 1;
    }
    [two, one]
}

/// Where the time behind a date ends, as machines write it: `1985-06-15T03:00:00`. What the zone is says nothing of anybody.
/// The end of the date, if no time follows.
pub(in crate::detect) fn stamp_end(bytes: &[u8], end: usize) -> usize {
    let part = |i: usize, mark: u8| {
        at(bytes, i) == mark && at(bytes, i + 1).is_ascii_digit() && at(bytes, i + 2).is_ascii_digit()
    };
    match part(end, b'T') && part(end + 3, b':') {
        true if part(end + 6, b':') => end + 9,
        true => end + 6,
        false => end,
    }
}

fn century(year: u32) -> u16 {
    let year = year as u16;
    if year <= PIVOT { 2000 + year } else { 1900 + year }
}

/// The digits at `start`, at most eight: where they end and what they say.
fn number(bytes: &[u8], start: usize) -> Option<(usize, u32)> {
    let (mut end, mut value) = (start, 0u32);
    while at(bytes, end).is_ascii_digit() {
        if end - start == 8 {
            return None;
        }
        value = value * 10 + u32::from(at(bytes, end) - b'0');
        end += 1;
    }
    (end > start).then_some((end, value))
}

/// The month in Roman figures between two equal signs at `sign`, and where the year behind it begins: `19.X.1921`, `11/VII/1929`.
/// Its letters are Latin, or the Cyrillic ones that look the same.
fn roman(bytes: &[u8], sign: usize) -> Option<(u8, usize)> {
    let mark = at(bytes, sign);
    if !matches!(mark, b'.' | b'/' | b'-' | b' ') {
        return None;
    }
    let (mut place, mut units) = (sign + 1, [0u8; 4]);
    let mut count = 0;
    loop {
        let (unit, length) = match utf8::char_at(bytes, place)? {
            ('I' | 'І', length) => (1, length),
            ('V', length) => (5, length),
            ('X' | 'Х', length) => (10, length),
            _ => break,
        };
        *units.get_mut(count)? = unit;
        count += 1;
        place += length;
    }
    let month = ROMAN.iter().position(|roman| units.get(..count) == Some(*roman))?;
    (at(bytes, place) == mark).then_some((month as u8 + 1, place + 1))
}

/// Passes over `st`, `nd`, `rd`, `th` and `-е` behind a number.
fn ordinal(bytes: &[u8], place: &mut usize) {
    let two = [at(bytes, *place).to_ascii_lowercase(), at(bytes, *place + 1).to_ascii_lowercase()];
    if matches!(&two, b"st" | b"nd" | b"rd" | b"th") && !at(bytes, *place + 2).is_ascii_alphabetic() {
        *place += 2;
    }
}

/// Passes over at most four of these characters.
fn pass(bytes: &[u8], place: &mut usize, marks: &[char]) {
    for _ in 0..4 {
        match utf8::char_at(bytes, *place) {
            Some((c, length)) if marks.contains(&c) => *place += length,
            _ => return,
        }
    }
}

/// Reads the letters at `place`, folded; gives how many. More than fit give none.
fn letters(bytes: &[u8], place: &mut usize, word: &mut [Code; MONTH_LETTERS]) -> usize {
    let mut count = 0;
    let mut i = *place;
    loop {
        let (code, length) = fold::folded_at(bytes, i);
        if length == 0 || !fold::is_letter(code) {
            break;
        }
        let Some(slot) = word.get_mut(count) else { return 0 };
        *slot = code;
        count += 1;
        i += length;
    }
    *place = i;
    count
}

/// The month named at `place`, in one of five languages, any case or short form.
fn month(bytes: &[u8], place: &mut usize) -> Option<u8> {
    let mut word = [0; MONTH_LETTERS];
    let mut end = *place;
    let length = letters(bytes, &mut end, &mut word);
    let word = word.get(..length).filter(|word| word.len() >= 3)?;
    let begins = |stem: &str| {
        let mut rest = word.iter();
        stem.chars().all(|c| rest.next() == Some(&fold::fold(c as u32)))
    };
    let fits = |stem: &str| match stem.strip_suffix('=') {
        Some(whole) => whole.chars().count() == length && begins(whole),
        None => begins(stem),
    };
    let number = MONTHS.iter().position(|stems| stems.iter().any(|stem| fits(stem)))?;
    *place = end;
    Some(number as u8 + 1)
}

/// The months in Roman figures, as what their letters stand for.
const ROMAN: [&[u8]; 12] = [
    &[1],
    &[1, 1],
    &[1, 1, 1],
    &[1, 5],
    &[5],
    &[5, 1],
    &[5, 1, 1],
    &[5, 1, 1, 1],
    &[1, 10],
    &[10],
    &[10, 1],
    &[10, 1, 1],
];

/// What stands behind a year that begins a date.
const YEARS: [&str; 7] = ["г", "год", "года", "р", "рік", "року", "годзе"];

/// Beginnings of the names of months: Russian, Ukrainian, Belarusian, Kazakh in both alphabets, English. `=`: the whole word.
const MONTHS: [&[&str]; 12] = [
    &["янв", "січ", "студ", "қаңтар", "qantar", "kantar", "jan=", "january="],
    &["фев", "лют", "акпан", "aqpan", "akpan", "feb=", "february="],
    &["мар=", "март", "берез", "бер=", "сакав", "наурыз", "nauryz", "nawryz", "mar=", "march="],
    &["апр", "квіт", "крас", "сәуір", "sauir", "sauyr", "apr=", "april="],
    &["май=", "мая=", "мае=", "маем=", "трав", "траў", "мамыр", "mamyr", "may="],
    &["июн", "черв", "чэрв", "маусым", "mausym", "mawsym", "jun=", "june="],
    &["июл", "лип", "шілде", "shilde", "silde", "jul=", "july="],
    &["авг", "серп", "жнів", "жніў", "тамыз", "tamyz", "aug=", "august="],
    &["сен", "верес", "вер=", "верас", "қыркүйе", "qyrkui", "kyrkui", "qyrkuy", "sep=", "sept=", "september="],
    &["окт", "жовт", "кастр", "қазан", "qazan", "kazan", "oct=", "october="],
    &["ноя", "лист", "қараша", "qarasha", "karasha", "qarasa", "nov=", "november="],
    &["дек", "груд", "снеж", "желтоқсан", "jeltoqsan", "zheltoqsan", "zheltoksan", "dec=", "december="],
];

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<(String, bool)> {
        let date = read(text.as_bytes(), 0)?;
        let day = date.day;
        Some((format!("{}-{:02}-{:02} {}", day.year, day.month, day.day, &text[..date.end]), date.short))
    }

    #[test]
    fn every_written_form_is_read() {
        for (text, end) in [
            ("15.06.1985", 0),
            ("15/06/1985,", 1),
            ("15-06-1985 ", 1),
            ("1985-06-15T03:00", 6),
            ("1985.06.15", 0),
            ("06/15/1985", 0),
            ("19850615", 0),
            ("15.6.1985", 0),
            ("15 июня 1985 г.", 6),
            ("15 ИЮНЯ 1985", 0),
            ("15 июн. 1985", 0),
            ("15-июн-1985", 0),
            ("15» июня 1985", 0),
            ("15 червня 1985 року", 9),
            ("15 чэрвеня 1985", 0),
            ("1985 жылғы 15 маусым", 0),
            ("1985 ж. 15 маусымда туған", 11),
            ("1985 жылдың 15 маусымында", 0),
            ("1985 jylğy 15 mausymda", 0),
            ("1985 zhylgy 15 mausym", 0),
            ("1985, 15 июня", 0),
            ("1985 г., 15 июня", 0),
            ("1985 року, 15 червня", 0),
            ("15 маусым 1985", 0),
            ("15 June 1985", 0),
            ("15th of June, 1985", 0),
            ("June 15, 1985", 0),
            ("Jun 15th 1985", 0),
            ("15.VI.1985", 0),
            ("15/VI/1985 у", 4),
        ] {
            let (found, short) = said(text).unwrap_or_default();
            assert!(found.starts_with("1985-06-15 "), "{text}: {found}");
            assert!(!short && (end > 0 || found.ends_with(text)), "{text}: {found}");
        }
        assert_eq!(said("15.06.85"), Some(("1985-06-15 15.06.85".to_owned(), true)));
        assert_eq!(said("6/15/85"), Some(("1985-06-15 6/15/85".to_owned(), true)));
        assert_eq!(said("15.06.05"), Some(("2005-06-15 15.06.05".to_owned(), true)));
    }

    #[test]
    fn months_are_told_in_five_languages() {
        for (number, names) in [
            (1, "января січня студзеня қаңтар Jan"),
            (2, "февраля лютого лютага ақпан February"),
            (3, "марта березня сакавіка наурыз Mar"),
            (4, "апреля квітня красавіка сәуір April"),
            (5, "мая травня траўня мамыр May"),
            (6, "июня червня чэрвеня маусым Jun"),
            (7, "июля липня ліпеня шілде July"),
            (8, "августа серпня жніўня тамыз Aug"),
            (9, "сентября вересня верасня қыркүйек Sept"),
            (10, "октября жовтня кастрычніка қазан October"),
            (11, "ноября листопада лістапада қараша Nov"),
            (12, "декабря грудня снежня желтоқсан Dec"),
        ] {
            for name in names.split(' ') {
                let text = format!("3 {name} 1985");
                let found = read(text.as_bytes(), 0).map(|date| date.day);
                assert_eq!(found, Some(Day::new(1985, number, 3)), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "31.02.1985",
            "15.13.1985",
            "99.99.9999",
            "15.06",
            "1.2.3",
            "192.168.1.10",
            "15 штук 1985",
            "15 марок 1985",
            "15.VIV.1985",
            "15.VI-1985",
            "1985 рублей 15 июня",
            "June 1985",
            "123456789",
            "15.06/1985",
            "0000-00-00",
            "",
        ] {
            assert_eq!(said(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_is_found_from_its_year() {
        for (text, at_year) in
            [("родился 15 июня 1985", "1985"), ("born June 15, 1985", "1985"), ("от «15» июня 1985", "1985")]
        {
            let year = text.find(at_year).unwrap_or(0);
            let found =
                beginnings(text.as_bytes(), year).into_iter().find_map(|start| in_words(text.as_bytes(), start));
            assert_eq!(found.map(|date| date.day), Some(Day::new(1985, 6, 15)), "{text}");
        }
    }
}

//! Tables without a header line: a column nearly all of whose cells are names is a column of names, and a column of dates
//! that lie decades apart beside one is a column of dates of birth.
//!
//! In: the layout and the first bytes of a stream, from which the layout was told. Out: columns named as a header would
//! name them, marked as guessed. One column of single words proves nothing: goods, streets and colours are called after
//! persons too, so given names count beside surnames only. Two columns of phone numbers, or one beside days with a clock,
//! say who called whom.

use super::labelled::date;
use super::names::{Part, Readings, judge_field, nominative};
use crate::finding::Confidence;
use crate::text::layout::{Layout, Table};
use crate::text::word::Word;
use std::cell::RefCell;

/// Words read before: the same cells are judged as each part of a name.
type Memory = RefCell<Readings>;

/// Rows that a column is judged by.
const ROWS: usize = 40;
/// Rows that a table must have.
const LEAST: usize = 4;
/// Years that dates of birth lie apart at the least, and the year before which the first of them lies.
const YEARS_APART: u16 = 10;
const FIRST_BEFORE: u16 = 1990;

/// Names the columns of a table that has no header, if some of them hold persons' names.
pub fn name_columns(layout: &mut Layout, head: &[u8]) {
    if layout.sql {
        return;
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let table = match &layout.table {
        // A first row of names is no header.
        Some(table) if is_row(&table.columns, &RefCell::new(Readings::none())) => table.clone(),
        Some(table) if !table.columns.is_empty() => return,
        Some(table) => table.clone(),
        None => match Table::short(text, LEAST) {
            Some(table) => table,
            None => return,
        },
    };
    let rows = table.sample(text, ROWS);
    if rows.len() < LEAST {
        return;
    }
    let memory = &RefCell::default();
    let mut columns: Vec<Kind> = (0..table.form.width)
        .map(|column| Kind::of(&rows.iter().filter_map(|row| row.get(column).copied()).collect::<Vec<_>>(), memory))
        .collect();
    let has = |kind: Kind, columns: &[Kind]| columns.contains(&kind);
    let phones = columns.iter().filter(|kind| **kind == Kind::Phones).count();
    let calls = phones >= 2 || (phones == 1 && has(Kind::Stamps, &columns));
    let parted = has(Kind::Surname, &columns) && (has(Kind::Given, &columns) || has(Kind::Patronymic, &columns));
    let named = has(Kind::Whole, &columns);
    if !(parted || calls || named) {
        return;
    }
    let births = columns.iter().filter(|kind| **kind == Kind::Births).count();
    for kind in &mut columns {
        let single = matches!(kind, Kind::Surname | Kind::Given | Kind::Patronymic);
        let born = *kind == Kind::Births && (births > 1 || !(parted || named));
        if (single && !parted) || born || (*kind == Kind::Phones && !calls) {
            *kind = Kind::Other;
        }
    }
    let columns = columns.into_iter().map(|kind| kind.name().to_owned()).collect();
    layout.table = Some(Table { columns, guessed: true, ..table });
}

/// Whether what was taken for a header is a row with a name in it.
fn is_row(header: &[String], memory: &Memory) -> bool {
    let any = |fits: &dyn Fn(&str) -> bool| header.iter().any(|cell| fits(cell));
    let single = |part: Part| any(&|cell: &str| is_single_name(cell, part, memory));
    any(&|cell: &str| is_whole_name(cell, memory))
        || any(&is_phone)
        || single(Part::Patronymic)
        || (single(Part::Given) && single(Part::Surname))
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Whole,
    Surname,
    Given,
    Patronymic,
    Births,
    /// Phone numbers with the code of their country.
    Phones,
    /// Days with a clock, as figures or seconds.
    Stamps,
    Other,
}

impl Kind {
    fn of(cells: &[&[u8]], memory: &Memory) -> Self {
        let texts: Vec<&str> =
            cells.iter().filter(|cell| !cell.is_empty()).filter_map(|cell| str::from_utf8(cell).ok()).collect();
        if texts.len() * 4 < cells.len() * 3 {
            return Self::Other;
        }
        let nearly_all = |fits: &dyn Fn(&str) -> bool| at_least(&texts, 9, 10, fits);
        let most = |fits: &dyn Fn(&str) -> bool| at_least(&texts, 2, 3, fits);
        let single = |part: Part| nearly_all(&|text: &str| is_single_name(text, part, memory));
        // Rare names stand in no list.
        let may_be_whole = |text: &str| may_be_whole_name(text, memory);
        let kind = if nearly_all(&may_be_whole) && most(&|text: &str| is_whole_name(text, memory)) {
            Self::Whole
        } else if single(Part::Patronymic) {
            Self::Patronymic
        } else if single(Part::Given) {
            Self::Given
        } else if nearly_all(&is_word) && most(&|text: &str| is_single_name(text, Part::Surname, memory)) {
            Self::Surname
        } else if are_births(&texts) {
            Self::Births
        } else if nearly_all(&is_phone) {
            // Who calls does so again.
            let first = texts.first();
            return if texts.iter().any(|text| Some(text) != first) { Self::Phones } else { Self::Other };
        } else if nearly_all(&is_stamp) {
            return Self::Stamps;
        } else {
            return Self::Other;
        };
        let mut distinct = texts;
        let rows = distinct.len();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.len() < LEAST.min(rows).max(3) { Self::Other } else { kind }
    }

    /// What a header would say.
    fn name(self) -> &'static str {
        match self {
            Self::Whole => "full_name",
            Self::Surname => "last_name",
            Self::Given => "first_name",
            Self::Patronymic => "middle_name",
            Self::Births => "birth_date",
            Self::Phones => "phone",
            Self::Stamps | Self::Other => "",
        }
    }
}

/// Whether so many of so many cells fit. Most columns are refused by their first cells.
fn at_least(cells: &[&str], part: usize, of: usize, fits: &dyn Fn(&str) -> bool) -> bool {
    let mut others = 0;
    cells.iter().all(|cell| {
        others += usize::from(!fits(cell));
        others * of <= cells.len() * (of - part)
    })
}

/// Whether a cell is two words or more that may be a name.
fn may_be_whole_name(cell: &str, memory: &Memory) -> bool {
    let words = cell.split_whitespace().filter(|word| word.chars().next().is_some_and(char::is_uppercase)).count();
    words >= 2
        && cell.len() <= 120
        && judge_field(cell, Part::Full, &mut memory.borrow_mut()).is_some_and(|(range, _)| range.len() == cell.len())
}

/// Whether a cell is a name of two words or more, all of them known.
fn is_whole_name(cell: &str, memory: &Memory) -> bool {
    let words = cell.split_whitespace().filter(|word| word.chars().count() > 1).count();
    words >= 2
        && cell.len() <= 120
        && judge_field(cell, Part::Any, &mut memory.borrow_mut()).is_some_and(|(range, _)| range.len() == cell.len())
}

/// Whether a cell is one part of a name, not declined.
fn is_single_name(cell: &str, part: Part, memory: &Memory) -> bool {
    let memory = &mut *memory.borrow_mut();
    is_word(cell)
        && Word::read(cell.as_bytes(), 0).is_some_and(|word| nominative(&word, part, memory))
        && judge_field(cell, part, memory).is_some_and(|(_, confidence)| confidence == Confidence::High)
}

/// Whether a cell is one word with a capital.
fn is_word(cell: &str) -> bool {
    cell.len() <= 60 && Word::read(cell.as_bytes(), 0).is_some_and(|word| word.is_capital() && word.end == cell.len())
}

/// Whether a cell is a phone number with its country's code: `79161234567`, `+375291234567`.
fn is_phone(cell: &str) -> bool {
    let digits = cell.strip_prefix('+').unwrap_or(cell).as_bytes();
    let phone = match digits {
        [b'7', b'3' | b'4' | b'7'..=b'9', ..] => digits.len() == 11,
        [b'3', b'7', b'5', b'2' | b'3' | b'4', ..] | [b'3', b'8', b'0', ..] | [b'9', b'9', b'6' | b'8', ..] => {
            digits.len() == 12
        }
        _ => false,
    };
    phone && digits.iter().all(u8::is_ascii_digit)
}

/// Whether a cell is a day with a clock, as figures or as seconds since 1970: `20240311084512`, `2024-03-11 08:45:12`.
fn is_stamp(cell: &str) -> bool {
    let figures = cell.len() == 14 && cell.starts_with("20") && cell.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = cell.len() == 10 && cell.starts_with('1') && cell.bytes().all(|byte| byte.is_ascii_digit());
    let clock =
        matches!(cell.as_bytes(), [b'2', b'0', _, _, b'-', _, _, b'-', _, _, b' ' | b'T', _, _, b':', _, _, ..]);
    figures || seconds || clock
}

/// Whether all cells are dates, decades apart.
fn are_births(cells: &[&str]) -> bool {
    let year =
        |cell: &&str| date::read(cell.as_bytes(), 0).filter(|date| date.end == cell.len()).map(|date| date.day.year);
    let years: Option<Vec<u16>> = cells.iter().map(year).collect();
    let Some(years) = years else { return false };
    let (Some(first), Some(last)) = (years.iter().min(), years.iter().max()) else { return false };
    (1920..FIRST_BEFORE).contains(first) && last - first >= YEARS_APART
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(text: &str) -> Option<Vec<String>> {
        let mut layout = Layout::sniff(text.as_bytes());
        name_columns(&mut layout, text.as_bytes());
        layout.table.filter(|table| table.guessed).map(|table| table.columns)
    }

    #[test]
    fn columns_of_names_are_told_by_their_cells() {
        for (text, want) in [
            (
                "1;Захарова;Вера;12.02.1975\n2;Мирошник;Роман;30.07.1983\n3;Чижов;Марк;05.05.1991\n4;Рябов;Савелий;23.01.1999\n",
                "|last_name|first_name|birth_date",
            ),
            ("Захарова Вера,17\nМирошник Роман,18\nЧижов Марк,19\nРябов Савелий,20\n", "full_name|"),
            (
                "20240311084512,79128830417,79024417705,184\n20240311084733,79128830418,79024417706,0\n20240311085102,79223301148,79128830417,61\n20240311090511,79024417707,79223301149,12\n",
                "|phone|phone|",
            ),
            ("Нұрлан\tАхметов\tх\nАйдос\tОмаров\tу\nЕрлан\tСейітов\tz\nСерік\tҚасымов\tq\n", "first_name|last_name|"),
        ] {
            assert_eq!(columns(text).map(|columns| columns.join("|")).as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn goods_streets_and_prose_are_no_names() {
        for text in [
            "1;Кресло;Анна\n2;Стол;Вера\n3;Диван;Роман\n4;Шкаф;Лилия\n",
            "Абая;10\nСатпаева;12\nГоголя;14\nПушкина;15\nАбая;16\n",
            "Москва;Анна\nКиев;Вера\nАлматы;Роман\nМинск;Лилия\n",
            "Анна, Вера\nРоман, Лилия\nМарк, Вера\nЯна, Инна\n",
            "79128830417;болт\n79128830418;гайка\n79128830419;шайба\n79128830420;винт\n",
            "Фамилия;Имя\nЗахарова;Вера\nМирошник;Роман\nЧижов;Марк\nРябов;Савелий\n",
            "",
        ] {
            assert_eq!(columns(text), None, "{text}");
        }
    }
}

//! How many people a dump holds is the same in every form, and right.

#[path = "support/collect.rs"]
mod collect;
#[path = "support/values.rs"]
mod values;

use collect::{How, scan};
use elek::read::Reader;
use std::fmt::Write as _;
use std::fs;
use values::{MAKERS, Random};

const ROWS: usize = 25_000;
const PEOPLE: usize = 12_400;
const PHONES: usize = 11_900;

fn distinct(detector: &str, count: usize, random: &mut Random) -> Vec<String> {
    let maker = MAKERS.iter().find(|maker| maker.detector == detector).expect("a maker");
    let mut values = std::collections::BTreeSet::new();
    while values.len() < count {
        values.insert((maker.make)(random));
    }
    values.into_iter().collect()
}

#[test]
fn a_dump_of_many_rows_is_as_many_people_in_every_form() {
    let random = &mut Random::new(21);
    // Each telephone number is written by hand: the maker does not know so many.
    let (people, phones) =
        (distinct("kz.iin", PEOPLE, random), (0..PHONES).map(|n| format!("+7701{:07}", 2_310_000 + n * 37)));
    let phones: Vec<String> = phones.collect();
    let [mut table, mut sql, mut lines] =
        ["n;iin;phone\n", "INSERT INTO t (n, iin, phone) VALUES\n", ""].map(str::to_owned);
    for row in 0..ROWS {
        let (iin, phone) = (&people[row * 7 % PEOPLE], &phones[row * 11 % PHONES]);
        writeln!(table, "{row};{iin};{phone}").expect("a string takes all");
        write!(sql, "({row},'{iin}','{phone}'),").expect("a string takes all");
        writeln!(lines, "{{\"n\":{row},\"iin\":\"{iin}\",\"phone\":\"{phone}\"}}").expect("a string takes all");
    }
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("dump.csv", table), ("dump.sql", sql + "(0,'','');\n"), ("dump.jsonl", lines)] {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("written");
        let scanned = scan(&[path], &Reader::new(), How::default());
        let people = scanned.ledger.people;
        assert_eq!(
            (people.groups, people.least, people.error_percent),
            (PEOPLE as u64, Some(PEOPLE as u64), 0),
            "{name}"
        );
        assert_eq!(people.unlinked, 0, "{name}");
        assert!(scanned.findings.len() == 2 * ROWS && scanned.places.len() == 2 * ROWS, "{name}");
        assert!(scanned.items.len() == 1, "{name}");
    }
}

/// The number of somebody born in 2013.
fn child() -> String {
    let numbers = (0..10_000).map(|n| format!("1306055{n:05}"));
    let mut right = numbers.filter(|iin| {
        let digits: Vec<u32> = iin.chars().filter_map(|digit| digit.to_digit(10)).collect();
        let sum: u32 = digits.iter().take(11).zip(1..).map(|(digit, weight)| digit * weight).sum();
        sum % 11 < 10 && sum % 11 == digits[11]
    });
    right.next().expect("a number")
}

#[test]
fn people_under_eighteen_are_counted() {
    // Born in 2013 and in 1990; the scan is made in 2026.
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("list.txt");
    let maker = MAKERS.iter().find(|maker| maker.detector == "kz.iin").expect("a maker");
    let grown = (maker.make)(&mut Random::new(3));
    let child = child();
    fs::write(&path, format!("{}: {grown}\n{}: {child}\nещё раз {child}\n", maker.label, maker.label))
        .expect("written");
    let people = scan(&[path], &Reader::new(), How::default()).ledger.people;
    assert_eq!((people.groups, people.minors), (2, 1));
}

#[test]
fn dates_of_birth_tell_minors_where_no_number_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("class.csv");
    // Two born on one day, with phones of their own; one whose number says so too; one of age.
    let rows = [
        "ФИО;Дата рождения;Телефон;ИИН".to_owned(),
        "Петров Иван Ильич;14.03.2015;+7 701 555 01 23;".to_owned(),
        "Сидоров Пётр Львович;14.03.2015;+7 701 555 01 24;".to_owned(),
        format!("Ким Анна Олеговна;05.06.2013;+7 701 555 01 25;{}", child()),
        "Цой Вера Юрьевна;01.01.1980;+7 701 555 01 26;".to_owned(),
    ];
    fs::write(&path, rows.join("\n") + "\n").expect("written");
    let people = scan(&[path], &Reader::new(), How::default()).ledger.people;
    assert_eq!(people.minors, 3);
}

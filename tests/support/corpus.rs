//! A small made-up company: the kinds of files that operators have, the same on every run.

use crate::encode::encode;
use crate::values::{MAKERS, Random};
use std::fmt::Write as _;

/// The files are smaller without optimisation: the release build runs all.
pub(crate) const SPARSE: usize = if cfg!(debug_assertions) { 4 } else { 1 };

/// A file of the corpus.
pub(crate) struct Made {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
}

fn value(detector: &str, random: &mut Random) -> String {
    let maker =
        MAKERS.iter().find(|maker| maker.detector == detector).unwrap_or_else(|| panic!("no maker for {detector}"));
    (maker.make)(random)
}

/// Files of some 200 KB each whose lines are short: however they are cut, the same is found in them.
pub(crate) fn lines(seed: u64) -> Vec<Made> {
    let random = &mut Random::new(seed);
    let rows = 1500 / SPARSE;
    let log = log(random, 1500);
    let prose = prose(random, rows);
    let table = table(random, rows);
    let mut made = vec![
        Made { name: "access.log", bytes: log.clone().into_bytes() },
        Made { name: "access-crlf.log", bytes: log.replace('\n', "\r\n").into_bytes() },
        Made { name: "no-end.log", bytes: log.trim_end().as_bytes().to_vec() },
        Made { name: "clients.csv", bytes: table.clone().into_bytes() },
        Made { name: "clients-1251.csv", bytes: encode(&table.replace('\n', "\r\n"), "windows-1251") },
        Made { name: "clients-16le.csv", bytes: encode(&table, "utf-16le") },
        Made { name: "leads.jsonl", bytes: json(random, rows).into_bytes() },
        Made { name: "leads.json", bytes: pretty(random, rows).into_bytes() },
        Made { name: "cells.csv", bytes: cells(random, rows).into_bytes() },
        Made { name: "exchange.xml", bytes: exchange(random, rows).into_bytes() },
        Made { name: "prose.txt", bytes: prose.clone().into_bytes() },
        Made { name: "prose-1251.txt", bytes: encode(&prose, "windows-1251") },
        Made { name: "prose-koi8.txt", bytes: encode(&prose, "koi8-r") },
        Made { name: "prose-16le.txt", bytes: encode(&prose, "utf-16le") },
        Made { name: "prose-16be.txt", bytes: encode(&prose, "utf-16be") },
        Made { name: "prose-16le-no-mark.txt", bytes: encode(&prose, "utf-16le")[2..].to_vec() },
        Made { name: "empty.txt", bytes: Vec::new() },
        Made { name: "line-end.txt", bytes: b"\n".to_vec() },
        Made { name: "one.txt", bytes: value("kz.iin", random).into_bytes() },
    ];
    // Exactly at the borders of blocks, and one beside.
    for (name, length) in
        [("4095", 4095), ("4096", 4096), ("4097", 4097), ("65535", 65_535), ("65536", 65_536), ("65537", 65_537)]
    {
        made.push(Made { name, bytes: log.as_bytes()[..length].to_vec() });
    }
    made
}

/// Files whose context stands further away than a line.
pub(crate) fn far_context(seed: u64) -> Vec<Made> {
    let random = &mut Random::new(seed);
    let columns = "`ID`,`NAME`,`UF_IIN`,`PASSPORT`,`PERSONAL_PHONE`,`EMAIL`";
    let mut rows = Vec::new();
    for id in 0..2000 / SPARSE {
        let (iin, passport) = (value("kz.iin", random), value("ru.passport", random).replace(' ', ""));
        let (phone, email) = (value("phone", random), value("email", random));
        rows.push(format!("({id},'Имя',{iin},'{passport}','{phone}','{email}')"));
    }
    let dump = |parted: &str| {
        format!("-- dump\nINSERT INTO `b_user` ({columns}) VALUES\n{};\n", rows.join(&format!(",{parted}")))
            .into_bytes()
    };
    // The columns stand in the table's definition alone.
    let types = columns.replace(',', " varchar(80) DEFAULT 'a,b',\n  ");
    let bare = |parted: &str| {
        let table = format!("CREATE TABLE `b_user` (\n  {types} text,\n  PRIMARY KEY (`ID`)\n);\n");
        let other = "CREATE TABLE other (a int, b int);\nINSERT INTO other VALUES (1,2);\n";
        let rows = rows.chunks(500).map(|rows| format!("INSERT INTO `b_user` VALUES\n{};\n", rows.join(parted)));
        [table, other.to_owned()].into_iter().chain(rows).collect::<String>().into_bytes()
    };
    let tabs = |row: &String| row.trim_matches(['(', ')']).replace('\'', "").replace(',', "\t");
    let copied = format!(
        "-- PostgreSQL database dump\nCOPY public.b_user ({}) FROM stdin;\n{}\n\\.\n",
        columns.replace('`', "\""),
        rows.iter().map(tabs).collect::<Vec<_>>().join("\n")
    );
    vec![
        Made { name: "rows.sql", bytes: dump("\n") },
        Made { name: "extended.sql", bytes: dump("") },
        Made { name: "bare.sql", bytes: bare(",\n") },
        Made { name: "copied.sql", bytes: copied.into_bytes() },
    ]
}

/// One line that is longer than any block border may move.
pub(crate) fn long_line(seed: u64) -> Made {
    let random = &mut Random::new(seed);
    let mut bytes = Vec::new();
    while bytes.len() < 400_000 / SPARSE {
        let maker = &MAKERS[random.below(MAKERS.len() as u64) as usize];
        bytes.extend(format!("{} {}; ", maker.label, (maker.make)(random)).into_bytes());
    }
    Made { name: "line.txt", bytes }
}

fn log(random: &mut Random, rows: usize) -> String {
    let mut out = String::new();
    for n in 0..rows {
        let (ip, phone, email) = (value("ipv4", random), value("phone", random), value("email", random));
        let size = random.below(90_000);
        match random.below(4) {
            0 => writeln!(
                out,
                "{ip} - - [21/Nov/2026:10:11:{:02} +0500] \"GET /crm/lead/{n}/?iin={} HTTP/1.1\" 200 {size}",
                n % 60,
                value("kz.iin", random)
            ),
            1 => writeln!(out, "2026-11-21 10:11:{:02} INFO user={email} phone=\"{phone}\" took {size} ms", n % 60),
            2 => writeln!(
                out,
                "{ip} - - [21/Nov/2026:10:11:{:02} +0500] \"POST /pay HTTP/1.1\" 302 {size} card={}",
                n % 60,
                value("card", random)
            ),
            _ => writeln!(
                out,
                "2026-11-21 10:11:{:02} DEBUG cache miss key=b_user_{n} id={} bytes={size}",
                n % 60,
                random.below(1 << 40)
            ),
        }
        .expect("a string takes all");
    }
    out
}

fn table(random: &mut Random, rows: usize) -> String {
    let mut out = String::from("ID;ФИО;ИИН;PASSPORT;PHONE;EMAIL\n");
    for id in 0..rows {
        let (iin, passport) = (value("kz.iin", random), value("ru.passport", random));
        let (phone, email) = (value("phone", random), value("email", random));
        let name = if id % 7 == 0 { "\"Имя; Отчество\"" } else { "Имя" };
        writeln!(out, "{id};{name};{iin};{passport};{phone};{email}").expect("a string takes all");
    }
    out
}

fn json(random: &mut Random, rows: usize) -> String {
    let mut out = String::new();
    for id in 0..rows {
        let (iin, snils) = (value("kz.iin", random), value("ru.snils", random));
        let (inn, iban) = (value("ru.inn_person", random), value("iban", random));
        writeln!(
            out,
            "{{\"id\":{id},\"iin\":\"{iin}\",\"snils\":\"{snils}\",\"pay\":{{\"inn\":{inn},\"iban\":\"{iban}\"}}}}"
        )
        .expect("a string takes all");
    }
    out
}

/// Objects over many lines, with lists and pairs of a type and a value.
fn pretty(random: &mut Random, rows: usize) -> String {
    let mut out = String::from("[\n");
    for id in 0..rows {
        let (passport, phone) = (value("ru.passport", random), value("phone", random));
        let (iin, inn) = (value("kz.iin", random), value("ru.inn_person", random));
        writeln!(
            out,
            "  {{\n    \"id\": {id},\n    \"passport\": \"{passport}\",\n    \"phones\": [\n      \"{phone}\"\n    ],\n    \
             \"ids\": [\n      {{\"type\": \"iin\", \"value\": \"{iin}\"}},\n      {{\"value\": {inn}, \"type\": \"inn\"}}\n    ]\n  }},"
        )
        .expect("a string takes all");
    }
    out
}

/// Cells with line ends and delimiters in quotes.
fn cells(random: &mut Random, rows: usize) -> String {
    let mut out = String::from("# выгрузка\nID;NOTE;IIN;PASSPORT;ADDRESS;PHONE\n");
    for id in 0..rows {
        let note = match random.below(4) {
            0 => "\"первая;\nвторая, \"\"в кавычках\"\"\"",
            1 => "ООО \"Ромашка\"",
            2 => "\"\n\n;;;\n\"",
            _ => "просто",
        };
        let (iin, passport, phone) = (value("kz.iin", random), value("ru.passport", random), value("phone", random));
        writeln!(out, "{id};{note};\"{iin}\";{passport};\"ул. Абая,\nдом 5\";{phone}").expect("a string takes all");
    }
    out
}

/// Elements whose names stand beside their values, and tables with a header.
fn exchange(random: &mut Random, rows: usize) -> String {
    let mut out = String::new();
    for _ in 0..rows {
        let (inn, snils) = (value("ru.inn_person", random), value("ru.snils", random));
        writeln!(
            out,
            "<Реквизит>\n  <Наименование>ИНН</Наименование>\n  <Значение>{inn}</Значение>\n</Реквизит>\n\
             <table><tr><th>№</th><th>СНИЛС</th></tr>\n<tr><td>1</td><td>{snils}</td></tr></table>"
        )
        .expect("a string takes all");
    }
    out
}

fn prose(random: &mut Random, rows: usize) -> String {
    let mut out = String::new();
    for n in 0..rows {
        let maker = &MAKERS[random.below(MAKERS.len() as u64) as usize];
        writeln!(out, "Заявка {n}: {}: {}, просьба проверить.", maker.label, (maker.make)(random))
            .expect("a string takes all");
    }
    out
}

//! Formats that another process reads: what is in them is found, and nothing they hold harms the program.
#![cfg(feature = "worker")]

#[expect(dead_code, reason = "other tests need more of it")]
#[path = "support/home.rs"]
mod home;

use home::{Home, Ran};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Scans a file of `fixtures/formats` with `change` made to it.
fn scan(name: &str, change: impl Fn(&mut Vec<u8>)) -> Ran {
    let home = Home::new();
    let mut bytes = fs::read(format!("fixtures/formats/{name}")).expect("a fixture");
    change(&mut bytes);
    home.write(&format!("in/{name}"), bytes);
    home.run(&["scan", "in", "--format", "jsonl", "--list", "all"])
}

fn lines(ran: &Ran, kind: &str) -> Vec<Value> {
    let lines = ran.out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.filter(|line| line["type"] == kind).collect()
}

fn text(line: &Value, key: &str) -> String {
    line[key].as_str().unwrap_or("-").to_owned()
}

/// Detector, place and field of each finding outside of members.
fn found(ran: &Ran) -> Vec<String> {
    let own = lines(ran, "finding").into_iter().filter(|line| line["member"].is_null());
    own.map(|line| [text(&line, "detector"), text(&line, "at"), text(&line, "field")].join(" ")).collect()
}

fn members(ran: &Ran) -> Vec<String> {
    let inside = lines(ran, "finding").into_iter().filter(|line| line["detector"] == "kz.iin");
    inside.map(|line| text(&line, "member")).collect()
}

/// The reason that the file itself ends with.
fn reason(ran: &Ran) -> String {
    let item = lines(ran, "item").into_iter().rfind(|line| line["member"].is_null());
    item.map_or_else(|| "-".to_owned(), |line| text(&line, "reason"))
}

#[test]
fn rows_of_databases_are_found_with_their_places_and_columns() {
    for name in ["clients.db", "wal.db"] {
        let ran = scan(name, |_| ());
        let expected = [
            "kz.iin clients[7] ИИН",
            "phone clients[7] phone",
            "email clients[7] note",
            "kz.iin clients[9] ИИН",
            "kz.iin codes[1] iin",
        ];
        assert_eq!((found(&ran), ran.code), (expected.map(str::to_owned).to_vec(), 0), "{name}: {ran:?}");
        assert_eq!(members(&ran).iter().filter(|member| *member == "pages.body[1]!pages.body[1]").count(), 4);
    }
}

/// A primary key of integers is the number of its row, and may be a value: it is in no output.
#[test]
fn a_key_that_is_a_value_names_no_row() {
    let made = tempfile::NamedTempFile::new().expect("a file");
    let database = rusqlite::Connection::open(made.path()).expect("opened");
    let rows = "CREATE TABLE people(phone INTEGER PRIMARY KEY, email TEXT);
        INSERT INTO people VALUES (77015550123, 'aigul.s@pochta-primer.kz'), (1500, 'x'), (77015550124, 'y');
        CREATE TABLE iins(iin INTEGER PRIMARY KEY, body BLOB); INSERT INTO iins VALUES (900101300017, x'1f8b08');";
    database.execute_batch(rows).expect("written");
    drop(database);
    let ran = scan("clients.db", |bytes| *bytes = std::fs::read(made.path()).expect("read"));
    let places: Vec<String> = lines(&ran, "finding").iter().map(|line| text(line, "at")).collect();
    assert!(
        places.iter().any(|place| place == "people[#2]") && places.iter().any(|place| place == "iins[#1]"),
        "{ran:?}"
    );
    assert!(!ran.out.contains("7015550123") && !ran.out.contains("900101300017"), "{ran:?}");
}

#[test]
fn a_damaged_database_is_read_as_far_as_it_goes_and_then_as_it_lies() {
    // The first page of a table is overwritten, but for the text in its middle.
    let ran = scan("clients.db", |bytes| bytes[1024..1100].fill(0xFF));
    assert_eq!((reason(&ran).as_str(), ran.code), ("corrupt", 3), "{ran:?}");
    assert!(found(&ran).iter().any(|found| found.starts_with("email -")), "raw bytes: {ran:?}");
    let ran = scan("clients.db", |bytes| bytes.truncate(1500));
    assert_eq!((reason(&ran).as_str(), ran.code), ("corrupt", 3), "{ran:?}");
    let ran = scan("clients.db", |bytes| bytes[16..].fill(7));
    assert_eq!((reason(&ran).as_str(), ran.code), ("corrupt", 3), "{ran:?}");
}

#[test]
fn members_of_7z_are_found() {
    let ran = scan("two.7z", |_| ());
    assert_eq!((members(&ran), ran.code), (vec!["папка/text.txt".to_owned(), "a.zip!b.txt".to_owned()], 0), "{ran:?}");
    let ran = scan("encrypted.7z", |_| ());
    assert_eq!((reason(&ran).as_str(), ran.code), ("encrypted", 3), "{ran:?}");
}

#[test]
fn pages_of_pdf_are_found_with_their_numbers() {
    let ran = scan("pages.pdf", |_| ());
    let places: Vec<_> =
        lines(&ran, "finding").iter().map(|line| [text(line, "detector"), text(line, "at")].join(" ")).collect();
    let expected =
        ["kz.iin page 1", "email page 1", "kz.iin page 1", "kz.iin page 2", "phone page 2", "email properties"];
    assert_eq!(places, expected, "{ran:?}");
    // The last page is a picture.
    assert_eq!((reason(&ran).as_str(), ran.code), ("needs_ocr", 3), "{ran:?}");
}

/// A document of these objects behind a first state; the first one is its catalog.
fn pdf(before: &[u8], objects: &[(usize, &str)]) -> Vec<u8> {
    let mut bytes = if before.is_empty() { b"%PDF-1.7\n".to_vec() } else { before.to_vec() };
    let mut table = String::from("xref\n0 1\n0000000000 65535 f \n");
    for (number, object) in objects {
        writeln!(table, "{number} 1\n{:010} 00000 n ", bytes.len()).expect("in memory");
        bytes.extend(format!("{number} 0 obj\n{object}\nendobj\n").into_bytes());
    }
    let prev = before.windows(9).rposition(|nine| nine == b"startxref").map(|at| {
        let rest = String::from_utf8_lossy(&before[at + 9..]).into_owned();
        format!("/Prev {}", rest.split_whitespace().next().unwrap_or_default())
    });
    let (start, prev) = (bytes.len(), prev.unwrap_or_default());
    let end = format!("{table}trailer<</Size 30/Root 1 0 R{prev}>>\nstartxref\n{start}\n%%EOF\n");
    bytes.extend(end.into_bytes());
    bytes
}

fn stream(entries: &str, content: &str) -> String {
    format!("<<{entries}/Length {}>>stream\n{content}\nendstream", content.len())
}

/// Bookmarks, properties, scripts, forms, words behind pictures, patterns, older states: whatever has words is read.
#[test]
fn what_no_page_of_a_pdf_shows_is_found() {
    const FONT: &str = "/Resources<</Font<</F 5 0 R>>>>";
    let iin = "IIN 900101300017";
    let drawn = format!("BT /F 12 Tf 72 720 Td ({iin}) Tj ET");
    let page = |more: &str| format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R{FONT}{more}>>");
    let contents = stream("", "BT /F 12 Tf 72 720 Td (Delivery number 17 of the contract) Tj ET");
    let build = |catalog: &str, page_more: &str, contents: &str, more: &str| {
        let catalog = format!("<</Type/Catalog/Pages 2 0 R{catalog}>>");
        let font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>";
        let pages = "<</Type/Pages/Kids[3 0 R]/Count 1>>";
        let page = page(page_more);
        let objects = [(1, catalog.as_str()), (2, pages), (3, &page), (4, contents), (5, font), (6, more)];
        pdf(b"", &objects)
    };
    let plain = build("", "", &contents, "null");
    let note = |entries: &str| format!("/Annots[<</Type/Annot/Subtype/Widget/Rect[0 0 9 9]{entries}>>]");
    let form = stream(&format!("/Type/XObject/Subtype/Form{FONT}"), &drawn);
    let marked = format!("/Span<</ActualText({iin})>>BDC BT /F 12 Tf (Delivery number 17) Tj ET EMC");
    let behind_picture = format!("BI /W 9 /H 9 /F /DCT ID \u{1}\u{2}\nEI Q {drawn}");
    let utf16: String = iin.encode_utf16().fold(String::new(), |text, unit| format!("{text}{unit:04X}"));
    for (name, bytes, place) in [
        (
            "outline",
            build("/Outlines 6 0 R", "", &contents, &format!("<</First<</Title({iin})>>>>")),
            "outside of pages",
        ),
        ("wide", build("", "", &contents, &format!("<</Title<FEFF{utf16}>>>")), "outside of pages"),
        (
            "layer",
            build("/OCProperties<</OCGs[6 0 R]>>", "", &contents, &format!("<</Type/OCG/Name({iin})>>")),
            "outside of pages",
        ),
        (
            "private",
            build("", "/PieceInfo 6 0 R", &contents, &format!("<</A<</Private[[({iin})]]>>>>")),
            "outside of pages",
        ),
        ("name", build("/Dests<</IIN#20900101300017[3 0 R/Fit]>>", "", &contents, "null"), "outside of pages"),
        (
            "script",
            build("/OpenAction<</S/JavaScript/JS 6 0 R>>", "", &contents, &stream("", &format!("var a='{iin}'"))),
            "stream 6",
        ),
        (
            "metadata",
            build("/Metadata 6 0 R", "", &contents, &stream("/Type/Metadata", &format!("<a>{iin}</a>"))),
            "stream 6",
        ),
        (
            "field",
            build("", &note(&format!("/FT/Ch/T(c)/V(a)/Opt[(a)({iin})]")), &contents, "null"),
            "outside of pages",
        ),
        ("stamp", build("", &note("/AP<</N<</On 6 0 R>>>>"), &contents, &form), "page 1"),
        ("unused", build("", "", &contents, &form), "drawing 6"),
        ("no page", build("", "", &contents, &page(&format!("/A({iin})"))), "outside of pages"),
        ("marked", build("", "", &stream("", &marked), "null"), "page 1"),
        (
            "remark",
            build("", "", &stream("", &format!("BT /F 12 Tf (Delivery number 17) Tj ET % {iin}")), "null"),
            "page 1",
        ),
        ("behind", build("", "", &stream("", &behind_picture), "null"), "page 1"),
        ("older", pdf(&build("", "", &stream("", &drawn), "null"), &[(4, &contents)]), "older page 1"),
        ("older string", pdf(&build("", "", &contents, &format!("({iin})")), &[(6, "(b)")]), "older outside of pages"),
        (
            "file",
            String::from_utf8(plain.clone())
                .expect("ASCII")
                .replacen("endobj", &format!("endobj\n% {iin}"), 1)
                .into_bytes(),
            "remarks",
        ),
    ] {
        let ran = scan("pages.pdf", |file| file.clone_from(&bytes));
        let own = found(&ran);
        let expected = format!("kz.iin {place}");
        assert!(own.len() == 1 && own[0].starts_with(&expected), "{name}: {own:?} {ran:?}");
        // An offset that is wrong is told where it is the table's.
        assert!(ran.code == 0 || name == "file", "{name}: {ran:?}");
    }
    let ran = scan("pages.pdf", |file| *file = [plain.as_slice(), iin.as_bytes()].concat());
    assert_eq!((members(&ran), ran.code), (vec!["behind the end".to_owned()], 0), "{ran:?}");
    let ran = scan("pages.pdf", |file| file.clone_from(&plain));
    assert_eq!((found(&ran).len(), ran.code), (0, 0), "{ran:?}");
    // What a reader of the file may find, and this one does not, is told: an object that is not where it should be, a
    // stream that nobody knows, too many states.
    let lost = String::from_utf8(plain.clone()).expect("ASCII").replace("4 0 obj", "4 0 xyz").into_bytes();
    assert_eq!(reason(&scan("pages.pdf", |file| file.clone_from(&lost))), "corrupt");
    let private = stream("", &"\u{1}\u{2}\u{3}ab".repeat(100));
    let ran = scan("pages.pdf", |file| *file = build("", "/PieceInfo<</A 6 0 R>>", &contents, &private));
    assert_eq!((reason(&ran).as_str(), ran.code), ("unread_part", 3), "{ran:?}");
    let mut states = plain;
    for i in 0..40 {
        states = pdf(&states, &[(6, &format!("({i})"))]);
    }
    let ran = scan("pages.pdf", |file| file.clone_from(&states));
    assert_eq!((reason(&ran).as_str(), ran.code), ("unread_part", 3), "{ran:?}");
}

/// A page that is shown twice is read once, and the others keep their numbers.
#[test]
fn pages_are_read_once() {
    let page = |contents: u32| {
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents {contents} 0 R/Resources<</Font<</F 5 0 R>>>>>>")
    };
    let drawn = |text: &str| stream("", &format!("BT /F 12 Tf ({text}) Tj ET"));
    let (first, second) = (drawn("IIN 900101300017"), drawn("aigul.s@pochta-primer.kz"));
    let objects = [
        (1, "<</Type/Catalog/Pages 2 0 R>>"),
        (2, "<</Type/Pages/Kids[3 0 R 3 0 R 6 0 R]/Count 3>>"),
        (3, &page(4)),
        (4, &first),
        (5, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"),
        (6, &page(7)),
        (7, &second),
    ];
    let ran = scan("pages.pdf", |file| *file = pdf(b"", &objects));
    let places: Vec<_> =
        lines(&ran, "finding").iter().map(|line| [text(line, "detector"), text(line, "at")].join(" ")).collect();
    assert_eq!((places, ran.code), (vec!["kz.iin page 1".to_owned(), "email page 3".to_owned()], 0), "{ran:?}");
}

#[test]
fn rows_of_parquet_are_found_with_their_numbers_and_columns() {
    let ran = scan("table.parquet", |_| ());
    let expected = [
        "kz.iin row 1 ИИН",
        "phone row 1 phones",
        "phone row 1 phones",
        "email row 1 owner.email",
        "kz.iin row 2 other",
        "birth_date row 2 birth_date",
    ];
    assert_eq!((found(&ran), ran.code), (expected.map(str::to_owned).to_vec(), 0), "{ran:?}");
    assert_eq!(members(&ran).iter().filter(|member| **member != "-").collect::<Vec<_>>(), ["note[2]", "file[3]!b.txt"]);
    // One column is packed in a way that is not read; the others are.
    let ran = scan("unread.parquet", |_| ());
    assert_eq!((found(&ran).len(), reason(&ran).as_str(), ran.code), (3, "unsupported", 3), "{ran:?}");
    let ran = scan("table.parquet", |bytes| {
        let end = bytes.len();
        bytes[end - 1] = b'E';
    });
    assert_eq!((reason(&ran).as_str(), ran.code), ("encrypted", 3), "{ran:?}");
}

#[test]
fn what_a_picture_says_about_itself_is_found_and_the_picture_is_not_read() {
    let ran = scan("photo.jpg", |_| ());
    let expected = ["email metadata -", "phone metadata -", "kz.iin XMP -"];
    let found: Vec<_> = found(&ran).into_iter().filter(|found| !found.starts_with("geo ")).collect();
    assert_eq!(
        (found, reason(&ran).as_str(), ran.code),
        (expected.map(str::to_owned).to_vec(), "no_text", 3),
        "{ran:?}"
    );
}

#[test]
fn what_is_encrypted_opens_with_a_password_from_the_file_only() {
    let home = Home::new();
    let names =
        ["locked.7z", "locked.docx", "locked.pdf", "locked.xlsx", "locked.zip", "locked_names.7z", "locked_old.zip"];
    for name in names {
        home.write(&format!("in/{name}"), fs::read(format!("fixtures/formats/{name}")).expect("a fixture"));
    }
    home.write("wrong", "one\ntwo\nthree\n");
    home.write("right", "one\n\ninvented-7\ntwo\n");
    let ends = |flags: &[&str]| {
        let ran = home.run(&[&["scan", "in", "--format", "jsonl", "--list", "all", "--items"], flags].concat());
        assert!(!ran.out.contains("invented-7") && !ran.err.contains("invented-7"), "{ran:?}");
        let count = lines(&ran, "finding").iter().filter(|line| line["detector"] == "kz.iin").count();
        let own = lines(&ran, "item").into_iter().filter(|line| line["member"].is_null());
        (own.map(|line| text(&line, "reason")).collect::<Vec<_>>(), count)
    };
    let mut closed = vec!["encrypted".to_owned(); 6];
    closed.push("encrypted_part".to_owned());
    assert_eq!(ends(&[]), (closed.clone(), 0));
    assert_eq!(ends(&["--password-file", "wrong"]), (closed, 0));
    // The last page of the PDF is a picture.
    let opened = ["-", "-", "needs_ocr", "-", "-", "-", "-"].map(str::to_owned).to_vec();
    assert_eq!(ends(&["--password-file", "right"]), (opened, 1 + 2 + 3 + 2 + 2 + 1 + 1));
    assert_eq!(home.run(&["scan", "in", "--password-file", "absent"]).code, 2);
}

#[test]
fn files_attached_to_pages_are_members() {
    let ran = scan("attached.pdf", |_| ());
    let mut inside = members(&ran);
    inside.sort();
    assert_eq!((inside.len(), ran.code, reason(&ran).as_str()), (2, 0, "-"), "{ran:?}");
    assert!(inside.iter().any(|member| member.ends_with("!a.txt")), "{inside:?}");
}

/// What was deleted from a database stays in its free pages until they are used again.
#[test]
fn free_pages_of_databases_are_looked_at() {
    let home = Home::new();
    let database = rusqlite::Connection::open(home.path("in.db")).expect("a database");
    database
        .execute_batch(
            "PRAGMA secure_delete = OFF; CREATE TABLE t (x); CREATE TABLE kept (x); INSERT INTO kept VALUES (1);
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
             INSERT INTO t SELECT 'ИИН клиента: 900101300017, запись ' || i || ' и ещё немного слов' FROM n;
             DROP TABLE t;",
        )
        .expect("made");
    drop(database);
    let ran = home.run(&["scan", "in.db", "--format", "jsonl"]);
    let found = lines(&ran, "finding");
    assert!(found.len() > 100 && found.iter().all(|line| line["at"] == "free pages"), "{} {ran:?}", found.len());
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// A row that was deleted among others stays in its page, in any of the encodings of a database.
#[test]
fn deleted_rows_of_databases_are_looked_at() {
    for encoding in ["UTF-8", "UTF-16le", "UTF-16be"] {
        let home = Home::new();
        let path = home.path("clients.db");
        let database = rusqlite::Connection::open(&path).expect("a database");
        let setup = format!(
            "PRAGMA secure_delete = OFF; PRAGMA encoding = '{encoding}'; CREATE TABLE t (iin TEXT, name TEXT, long TEXT);"
        );
        database.execute_batch(&setup).expect("a table");
        for i in 0..20 {
            let iin = if i == 7 { "900101300017" } else { "nothing" };
            database.execute("INSERT INTO t VALUES (?1, 'Иван', ?2)", (iin, "x".repeat(i * 10))).expect("a row");
        }
        database.execute_batch("DELETE FROM t WHERE iin LIKE '9%'").expect("deleted");
        drop(database);
        let ran = home.run(&["scan", "clients.db", "-f", "jsonl"]);
        let found: Vec<Value> =
            lines(&ran, "finding").into_iter().filter(|line| line["detector"] == "kz.iin").collect();
        assert!(!found.is_empty() && found.iter().all(|line| line["at"] == "deleted rows"), "{encoding}: {ran:?}");
        assert_eq!(ran.code, 0, "{encoding}: {ran:?}");
    }
}

/// What is defined beside the tables of a database holds values as well.
#[test]
fn views_triggers_and_indexes_are_read() {
    let home = Home::new();
    for (name, sql) in [
        ("view", "CREATE VIEW v AS SELECT id FROM t WHERE iin = '900101300017'"),
        ("trigger", "CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET iin = '900101300017'; END"),
        ("index", "CREATE INDEX i ON t (id) WHERE iin <> '900101300017'"),
    ] {
        let path = home.path(&format!("{name}.db"));
        let database = rusqlite::Connection::open(&path).expect("a database");
        database.execute_batch(&format!("CREATE TABLE t (id INTEGER, iin TEXT); {sql};")).expect("a schema");
        drop(database);
        let ran = home.run(&["scan", &format!("{name}.db"), "-f", "jsonl"]);
        assert!(found(&ran).iter().any(|line| line.starts_with("kz.iin")), "{name}: {ran:?}");
    }
}

/// Names of tables and sheets are content: where a value stands is told without the values in them.
#[test]
fn places_show_no_values_of_names() {
    let home = Home::new();
    let names =
        ["client_880301314919_ivan.petrov@pochta-primer.kz", "Ахметов Рустам Болатович", "tel 87015550123", "x"];
    let database = rusqlite::Connection::open(home.path("in.db")).expect("a database");
    for name in names {
        database.execute(&format!("CREATE TABLE \"{name}\" (iin TEXT)"), ()).expect("a table");
        database.execute(&format!("INSERT INTO \"{name}\" VALUES ('900101300017')"), ()).expect("a row");
    }
    drop(database);
    let ran = home.run(&["scan", "in.db", "-f", "jsonl"]);
    let rows: Vec<String> = found(&ran).into_iter().filter(|line| line.ends_with("] iin")).collect();
    assert_eq!(rows.len(), names.len(), "{ran:?}");
    assert!(rows.contains(&"kz.iin x[1] iin".to_owned()), "{rows:?}");
    for format in ["jsonl", "json", "csv", "human", "html", "sarif"] {
        let ran = home.run(&["scan", "in.db", "-f", format, "-v"]);
        assert_eq!(ran.code, 0, "{format}: {ran:?}");
        if ["jsonl", "csv", "sarif"].contains(&format) {
            assert!(ran.out.contains("x[1]") && ran.out.contains("••••••••[1]"), "{format}: {ran:?}");
        }
        for value in ["880301314919", "ivan.petrov", "Рустам", "Болатович", "87015550123"] {
            assert!(!ran.out.contains(value), "{format}: {value}");
        }
    }
}

#[test]
fn limits_of_the_config_file_hold() {
    let home = Home::new();
    home.write("in/two.7z", fs::read("fixtures/formats/two.7z").expect("a fixture"));
    for (config, expected, code) in
        [("", "-", 0), ("limit_members = 100\n", "-", 0), ("limit_members = 1\n", "limit_members", 3)]
    {
        home.write("limits.toml", config);
        let ran = home.run(&["scan", "in", "--format", "jsonl", "--config", "limits.toml"]);
        assert_eq!((reason(&ran).as_str(), ran.code), (expected, code), "{config}: {ran:?}");
    }
    home.write("limits.toml", "limit_depth = 0\n");
    let ran = home.run(&["scan", "in", "--config", "limits.toml"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("`limit_depth` (limits.toml:1) cannot be 0\nhint: between 1 and 64"), "{ran:?}");
}

#[test]
fn damage_behind_a_lock_is_told() {
    let home = Home::new();
    home.write("right", "invented-7\n");
    for name in ["locked.zip", "locked_old.zip"] {
        let whole = fs::read(format!("fixtures/formats/{name}")).expect("a fixture");
        for at in (48..130).step_by(7) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            home.write(&format!("in/{at:03}{name}"), bytes);
        }
    }
    let ran = home.run(&["scan", "in", "--format", "jsonl", "--items", "--password-file", "right"]);
    for end in lines(&ran, "item").iter().filter(|line| line["member"].is_null()) {
        assert_ne!(text(end, "state"), "scanned_full", "{end}");
        assert_ne!(text(end, "reason"), "internal", "{end}");
    }
}

/// A compound file with these streams.
fn compound(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a file");
    for (path, bytes) in streams {
        if let Some((storage, _)) = path.rsplit_once('/').filter(|(storage, _)| !storage.is_empty()) {
            file.create_storage_all(storage).expect("a storage");
        }
        file.create_stream(path).expect("a stream").write_all(bytes).expect("written");
    }
    file.flush().expect("written");
    file.into_inner().into_inner()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A document of Word 97 in two pieces, of UTF-16 and of eight bits.
fn word(flags: u16) -> Vec<(&'static str, Vec<u8>)> {
    let (first, second) = (wide("ИИН клиента: 9001\u{1}0130"), b"0017\x07a.b@pochta-primer.kz\x07\r".to_vec());
    let mut document = vec![0; 0x800];
    document[..4].copy_from_slice(&[0xEC, 0xA5, 193, 0]);
    document[0x0A..0x0C].copy_from_slice(&(0x0200 | flags).to_le_bytes());
    let mut pieces = Vec::new();
    for end in [0, first.len() / 2, first.len() / 2 + second.len()] {
        pieces.extend((end as u32).to_le_bytes());
    }
    for at in [0x800, 0x4000_0000 | (2 * (0x800 + first.len() as u32))] {
        pieces.extend([0, 0]);
        pieces.extend(u32::to_le_bytes(at));
        pieces.extend([0, 0]);
    }
    let list = [&[1, 2, 0, 9, 9, 2][..], &(pieces.len() as u32).to_le_bytes(), &pieces].concat();
    document[0x01A2..0x01A6].copy_from_slice(&4u32.to_le_bytes());
    document[0x01A6..0x01AA].copy_from_slice(&(list.len() as u32).to_le_bytes());
    document.extend([first, second].concat());
    vec![("/WordDocument", document), ("/1Table", [vec![0; 4], list].concat())]
}

#[test]
fn old_office_documents_are_found_with_their_places() {
    let ran = scan("book.xls", |_| ());
    let expected = [
        "kz.iin Лист1!B4 ИИН",
        "birth_date Лист1!C4 Дата рождения",
        "phone Лист1!D4 Телефон",
        "kz.iin Лист1!B5 ИИН",
        // A link in a formula.
        "email Лист1 mailto",
        "kz.iin скрытый!A111 -",
    ];
    assert_eq!((found(&ran), ran.code), (expected.map(str::to_owned).to_vec(), 0), "{ran:?}");
    let home = Home::new();
    home.write("in/a.doc", compound(&word(0)));
    home.write("in/b.doc", compound(&word(0x0100)));
    let mut cut = word(0);
    cut[1].1.truncate(30);
    home.write("in/c.doc", compound(&cut));
    let mut picture = word(0);
    picture.push(("/Data", b"..\x89PNG\r\n\x1a\n..".to_vec()));
    picture.push(("/ObjectPool/_1/Package", b"tel. +7 701 555 01 23".to_vec()));
    home.write("in/d.doc", compound(&picture));
    let slide = [
        vec![0xF, 0, 0xE8, 3, 0xFF, 0, 0, 0],
        vec![0, 0, 0xA0, 0x0F, 62, 0, 0, 0],
        wide("почта: aigul.s@pochta-primer.kz"),
    ]
    .concat();
    home.write("in/e.ppt", compound(&[("/PowerPoint Document", slide)]));
    home.write("in/f.docx", compound(&[("/EncryptedPackage", vec![7; 100]), ("/EncryptionInfo", vec![4, 0, 4, 0])]));
    let message = |place: &str, name: &str, bytes: Vec<u8>| (format!("{place}__substg1.0_{name}"), bytes);
    let mail = [
        ("/__properties_version1.0".to_owned(), vec![0; 32]),
        message("/", "0C1F001F", wide("a.b@pochta-primer.kz")),
        message("/", "1000001E", b"\xc8\xc8\xcd 900101300017 \xf2\xe5\xeb\xe5\xf4\xee\xed".to_vec()),
        ("/__attach_version1.0_#00000000/__properties_version1.0".to_owned(), vec![0; 8]),
        message("/__attach_version1.0_#00000000/", "3707001F", wide("list.txt")),
        message("/__attach_version1.0_#00000000/", "37010102", b"iin=981205417516\n".to_vec()),
    ];
    let mail: Vec<_> = mail.iter().map(|(path, bytes)| (path.as_str(), bytes.clone())).collect();
    home.write("in/g.msg", compound(&mail));
    let ran = home.run(&["scan", "in", "--format", "jsonl", "--list", "all", "--items"]);
    let all: Vec<_> = lines(&ran, "finding")
        .iter()
        .map(|line| ["path", "member", "at", "detector"].map(|key| text(line, key)).join(" "))
        .collect();
    let expected = [
        "in/a.doc - document:1 kz.iin",
        "in/a.doc - document:1 email",
        "in/d.doc - document:1 kz.iin",
        "in/d.doc - document:1 email",
        "in/d.doc ObjectPool/_1/Package - phone",
        "in/e.ppt - slides:1 email",
        "in/g.msg - message email",
        "in/g.msg - message kz.iin",
        "in/g.msg __attach_version1.0_#00000000/list.txt - kz.iin",
    ];
    assert_eq!(all, expected, "{ran:?}");
    let ends: Vec<_> = lines(&ran, "item")
        .iter()
        .filter(|line| line["member"].is_null())
        .map(|line| [text(line, "path"), text(line, "reason")].join(" "))
        .collect();
    let expected = [
        "in/a.doc -",
        "in/b.doc encrypted",
        "in/c.doc corrupt",
        "in/d.doc no_text",
        "in/e.ppt -",
        "in/f.docx encrypted",
        "in/g.msg -",
    ];
    assert_eq!(ends, expected, "{ran:?}");
}

#[test]
fn damage_anywhere_is_never_clean_and_never_an_end() {
    let whole = fs::read("fixtures/formats/two.7z").expect("a fixture").len();
    let home = Home::new();
    for at in (8..whole).step_by(7) {
        let mut bytes = fs::read("fixtures/formats/two.7z").expect("a fixture");
        bytes[at] ^= 0x5A;
        home.write(&format!("in/{at:03}.7z"), &bytes);
        bytes.truncate(at);
        home.write(&format!("cut/{at:03}.7z"), bytes);
    }
    for folder in ["in", "cut"] {
        let ran = home.run(&["scan", folder, "--format", "jsonl", "--list", "all"]);
        let ends = lines(&ran, "item").into_iter().filter(|line| line["member"].is_null());
        for end in ends {
            assert_ne!(text(&end, "state"), "scanned_full", "{end}");
            assert_ne!(text(&end, "reason"), "internal", "{end}");
        }
        assert_eq!(ran.code, 3, "{ran:?}");
    }
}

#[test]
fn what_is_cut_or_changed_anywhere_is_no_crash() {
    let home = Home::new();
    for name in ["pages.pdf", "table.parquet", "book.xls", "photo.jpg"] {
        let whole = fs::read(format!("fixtures/formats/{name}")).expect("a fixture");
        for at in (8..whole.len()).step_by((whole.len() / 40).max(97)) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x15;
            home.write(&format!("in/{at:04}{name}"), &bytes);
            bytes.truncate(at);
            home.write(&format!("in/{at:04}cut{name}"), bytes);
        }
    }
    let ran = home.run(&["scan", "in", "--format", "jsonl", "--list", "all"]);
    for end in lines(&ran, "item") {
        assert!(!["internal", "worker_crashed", "worker_timeout"].contains(&text(&end, "reason").as_str()), "{end}");
    }
}

/// Rows that are in the write-ahead log only are not in the database yet: it does not count as read in full.
#[test]
fn a_database_with_a_log_beside_it_is_not_read_in_full() {
    let bytes = fs::read("fixtures/formats/clients.db").expect("a fixture");
    for (log, expected) in [(None, "-"), (Some(&b""[..]), "-"), (Some(b"rows to come"), "unread_part")] {
        let home = Home::new();
        home.write("in/clients.db", &bytes);
        if let Some(log) = log {
            home.write("in/clients.db-wal", log);
        }
        let ran = home.run(&["scan", "in/clients.db", "--format", "jsonl", "--items"]);
        assert_eq!(reason(&ran), expected, "{ran:?}");
        assert_eq!(ran.code, if expected == "-" { 0 } else { 3 }, "{ran:?}");
    }
}

/// A worker has no right to anything, and not much memory.
#[test]
fn a_worker_gives_up_its_rights() {
    let mut worker = Command::new(env!("CARGO_BIN_EXE_elek"))
        .arg("worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let start = Instant::now();
    let status = loop {
        let status = fs::read_to_string(format!("/proc/{}/status", worker.id())).expect("it runs");
        if status.contains("Seccomp:\t2") {
            break status;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "no filter: {status}");
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(status.contains("NoNewPrivs:\t1"), "{status}");
    let limits = fs::read_to_string(format!("/proc/{}/limits", worker.id())).expect("it runs");
    let limit = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name)).expect("a limit");
        line[name.len()..].split_whitespace().next().map(str::to_owned)
    };
    assert_eq!(limit("Max address space"), Some((512 << 20).to_string()));
    assert_eq!(limit("Max file size"), Some("0".to_owned()));
    assert_eq!(limit("Max open files"), Some("8".to_owned()));
    // A job that says it is larger than any is not believed.
    let mut input = worker.stdin.take().expect("a pipe");
    input.write_all(b"q\xff\xff\xff\xff\xff\xff\xff\x7f\0\0\0\0").expect("taken");
    assert!(!worker.wait().expect("it ends").success());
}

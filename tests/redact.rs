//! Redacted copies: they scan clean, still parse, differ in nothing else, and with their map become the source again.
#![cfg(feature = "cli")]

#[path = "support/encode.rs"]
mod encode;
#[path = "support/home.rs"]
mod home;
#[path = "report/validate.rs"]
mod validate;

use encode::{ENCODINGS, encode};
use home::{Home, Ran};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Values that a copy still shows, those of organisations aside.
fn left(home: &Home, name: &str) -> Vec<String> {
    let ran = home.run(&["scan", "-f", "jsonl", "--list", "all", name]);
    let records = ran.out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let found = records.filter(|record| record["type"] == "finding" && record["span"] != "path");
    found
        .filter(|finding| !finding["category"].as_str().expect("a word").starts_with("org.id"))
        .map(|finding| finding.to_string())
        .collect()
}

fn count(home: &Home, name: &str) -> u64 {
    home.run(&["scan", "-f", "jsonl", name]).summary()["bytes"].as_u64().expect("a number")
}

/// Copies a file with its map, and goes back.
fn there_and_back(home: &Home, name: &str) -> Vec<u8> {
    fs::remove_file(home.path("map")).ok();
    let ran = home.run(&["redact", name, "--map", "map", "-o", "copy"]);
    assert_eq!(ran.code, 0, "{name}: {ran:?}");
    let ran = home.run(&["redact", "--restore", "copy", "--map", "map", "-o", "back"]);
    assert_eq!(ran.code, 0, "{name}: {ran:?}");
    assert!(fs::read(home.path("back")).expect("there") == fs::read(home.path(name)).expect("there"), "{name}");
    let copy = fs::read(home.path("copy")).expect("there");
    assert_eq!(left(home, "copy"), [""; 0], "{name}");
    copy
}

#[test]
fn every_document_of_the_tour_becomes_clean_and_itself_again() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tour");
    let home = Home::new();
    let mut changed = 0;
    for path in files(&root) {
        let source = fs::read(&path).expect("read");
        let name = format!("in/{}", path.file_name().expect("a name").to_string_lossy());
        home.write(&name, &source);
        assert!(count(&home, &name) > 0);
        if source.starts_with(b"PK\x03\x04") {
            let ran = home.run(&["redact", &name, "-o", "none"]);
            assert_eq!((ran.code, home.path("none").exists()), (3, false), "containers are not rewritten: {ran:?}");
            continue;
        }
        let copy = there_and_back(&home, &name);
        changed += u32::from(copy != source);
        match path.extension().and_then(|end| end.to_str()) {
            Some("csv") => same_table(&source, &copy, b';'),
            Some("tsv") => same_table(&source, &copy, b'\t'),
            Some("jsonl") => {
                let lines = |text: &'_ [u8]| text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
                let (before, after) = (lines(&source), lines(&copy));
                assert_eq!(before.len(), after.len(), "{name}");
                before.iter().zip(&after).for_each(|(before, after)| same_json(before, after));
            }
            _ => {}
        }
    }
    assert!(changed >= 10, "only {changed} documents hold anything");
}

/// The same keys, the same lengths of lists.
fn same_json(before: &[u8], after: &[u8]) {
    fn same(before: &Value, after: &Value) {
        match (before, after) {
            (Value::Object(before), Value::Object(after)) => {
                assert!(before.keys().eq(after.keys()));
                before.values().zip(after.values()).for_each(|(before, after)| same(before, after));
            }
            (Value::Array(before), Value::Array(after)) => {
                assert_eq!(before.len(), after.len());
                before.iter().zip(after).for_each(|(before, after)| same(before, after));
            }
            (Value::Object(_) | Value::Array(_), other) => panic!("{other} is no longer a container"),
            _ => {}
        }
    }
    if !before.trim_ascii().is_empty() {
        same(&serde_json::from_slice(before).expect("JSON"), &serde_json::from_slice(after).expect("still JSON"));
    }
}

/// The same rows with the same number of cells.
fn same_table(before: &[u8], after: &[u8], delimiter: u8) {
    let shape = |bytes: &[u8]| {
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(bytes);
        reader.byte_records().map(|row| row.expect("a row").len()).collect::<Vec<_>>()
    };
    assert_eq!(shape(before), shape(after));
}

#[test]
fn structured_text_still_parses() {
    let home = Home::new();
    let json = r#"{"заявка": {"иин": 900101300017, "тел": "+7 701 123 45 67", "json": "{\"iin\":900101300017}"},
 "карты": ["4400 4322 4136 5033", null, 4400432241365033], "почта": "aigul.s@pochta-primer.kz"}"#;
    home.write("in/a.json", json);
    let copy = there_and_back(&home, "in/a.json");
    same_json(json.as_bytes(), &copy);
    let value: Value = serde_json::from_slice(&copy).expect("JSON");
    assert_eq!(value["заявка"]["иин"], "[IIN_1]");
    assert_eq!(value["карты"][0], value["карты"][2]);
    let inner: Value = serde_json::from_str(value["заявка"]["json"].as_str().expect("a string")).expect("JSON in JSON");
    assert_eq!(inner["iin"], "[IIN_1]");

    let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<клиенты><клиент иин=\"900101300017\" тел='+7 701 123 45 67'>\
               почта: aigul.s@pochta-primer.kz &amp; карта 4400 4322 4136 5033<!-- ИИН 900101300017 --></клиент></клиенты>";
    home.write("in/a.xml", xml);
    let copy = String::from_utf8(there_and_back(&home, "in/a.xml")).expect("UTF-8");
    let document = roxmltree::Document::parse(&copy).expect("still XML");
    let client = document.root_element().first_element_child().expect("a client");
    assert_eq!(client.attribute("иин"), Some("[IIN_1]"));
    assert!(client.text().expect("text").contains("[EMAIL_1] & карта [CARD_1]"));

    let csv = "иин;имя;тел\n900101300017;\"Алия \"\"А\"\"; 2\";+7 701 123 45 67\n850505400121;x;8 701 123-45-67\n";
    home.write("in/a.csv", csv);
    let copy = there_and_back(&home, "in/a.csv");
    same_table(csv.as_bytes(), &copy, b';');

    let sql = "INSERT INTO `b_user` (`ID`,`IIN`,`PHONE`) VALUES\n(1,900101300017,'+7 701 123 45 67'),\n(2,'850505400121',NULL);\n";
    home.write("in/a.sql", sql);
    let copy = String::from_utf8(there_and_back(&home, "in/a.sql")).expect("UTF-8");
    assert!(
        copy.starts_with("INSERT INTO `b_user` (`ID`,`IIN`,`PHONE`) VALUES\n(1,'[IIN_1]','[PHONE_1]'),\n(2,'"),
        "{copy}"
    );

    let mail = "From: \"Отдел\" <aigul.s@pochta-primer.kz>\nTo: b@primer-dva.kz\nSubject: x\nMIME-Version: 1.0\n\nИИН 900101300017\n";
    home.write("in/a.eml", mail);
    let copy = String::from_utf8(there_and_back(&home, "in/a.eml")).expect("UTF-8");
    assert!(copy.contains("<[EMAIL_1]>\nTo: [EMAIL_2]\n"), "{copy}");

    home.write("in/book.xlsx", std::fs::read("fixtures/formats/book.xlsx").expect("a fixture"));
    let refused = home.run(&["redact", "in/book.xlsx"]);
    assert!(refused.code == 3 && refused.err.contains("hint: text, logs, CSV"), "{refused:?}");
}

/// What a statement of SQL is but for its values: `v` for each string or number; of `COPY` the tabs and line ends.
fn shape_of_sql(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let (mut shape, mut copying) = (String::new(), false);
    let mut rest = text.chars().peekable();
    let mut line = String::new();
    while let Some(c) = rest.next() {
        line = if c == '\n' { String::new() } else { line + &c.to_string() };
        if copying {
            copying = !(line == "\\." && rest.peek().is_none_or(|c| *c == '\n'));
            shape.extend(Some(c).filter(|c| matches!(c, '\t' | '\n')));
            continue;
        }
        match c {
            '-' if rest.peek() == Some(&'-') => while rest.next_if(|c| *c != '\n').is_some() {},
            '\'' | '"' => {
                shape.push('v');
                while let Some(inner) = rest.next() {
                    match inner {
                        '\\' => drop(rest.next()),
                        _ if inner != c => {}
                        _ if rest.next_if_eq(&c).is_some() => {}
                        _ => break,
                    }
                }
            }
            '0'..='9' | '-' | '+'
                if !shape.ends_with(|c: char| c.is_alphanumeric() || c == '_') || shape.ends_with('v') =>
            {
                if !shape.ends_with('v') {
                    shape.push('v');
                }
            }
            '.' if shape.ends_with('v') => {}
            _ => shape.push(c),
        }
        copying = c == ';' && line.starts_with("COPY ") && line.ends_with("FROM stdin;");
    }
    shape
}

/// Rows that a database reads from a copy, and those of the source.
fn rows_of_sql(sql: &str) -> Vec<Vec<String>> {
    let database = rusqlite::Connection::open_in_memory().expect("a database");
    database.execute_batch(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
    let mut asked = database.prepare("SELECT * FROM people").expect("a table");
    let columns = asked.column_count();
    let row = |row: &rusqlite::Row<'_>| {
        (0..columns).map(|i| row.get::<_, Option<String>>(i).map(Option::unwrap_or_default)).collect()
    };
    asked.query_map([], row).expect("rows").collect::<Result<_, _>>().expect("rows")
}

/// A quote that closes a value is none of it, whatever the value is: a copy of SQL can be read back.
#[test]
fn sql_is_read_back() {
    let home = Home::new();
    // A value may end the row, and stand before another one that a word of its list could go on with.
    let columns = [
        ("gender", ["'женский'", "'мужской'", "'ж'"]),
        ("citizenship", ["'Республика Казахстан'", "'Россия'", "'Узбекистан'"]),
        ("marital_status", ["'не замужем'", "'женат'", "'не'"]),
        ("consent_marketing", ["'отказано'", "'нет'", "'отказ'"]),
        ("last_name", ["'О''Нил'", "'Петров'", "'Д''Артаньян'"]),
        ("birth_place", ["'г. Алматы'", "'г. Кам''янець'", "'г. Орёл'"]),
        ("address", ["'г. Алматы, ул. Абая, д. 15, кв. 7'", "'г. Орёл, ул. Ленина, д. 3'", "NULL"]),
        ("password", ["'Zk7qLp29xW'", "'it''s-Zk7qLp'", "'Tulip-Garden-77'"]),
        ("birth_date", ["'1990-01-01'", "'1985-05-05'", "'1970-03-04'"]),
        ("iin", ["900101300017", "'850505400121'", "NULL"]),
        ("phone", ["'+7 701 123 45 67'", "77011234567", "'8 (701) 123-45-67'"]),
        ("email", ["'aigul.s@pochta-primer.kz'", "'b.k@pochta-primer.kz'", "NULL"]),
        ("note", ["'замужем'", "'a'", "'[0]'"]),
    ];
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let row = |of: usize| format!("({})", columns.map(|(_, values)| values[of]).join(","));
    let sql = format!(
        "CREATE TABLE people ({});\nINSERT INTO people ({}) VALUES\n{},\n{},\n{};\n",
        names.iter().map(|name| format!("{name} TEXT")).collect::<Vec<_>>().join(", "),
        names.join(","),
        row(0),
        row(1),
        row(2),
    );
    home.write("in/a.sql", &sql);
    let source = rows_of_sql(&sql);
    for method in ["placeholder", "mask", "remove", "generalize"] {
        let ran = home.run(&["redact", "--method", method, "in/a.sql"]);
        assert_eq!(ran.code, 0, "{method}: {ran:?}");
        let copy = rows_of_sql(&ran.out);
        assert_eq!(copy.len(), source.len(), "{method}: {}", ran.out);
        for (own, before) in copy.iter().zip(&source) {
            assert_eq!(own.last(), before.last(), "{method}: {}", ran.out);
        }
        for column in [0, 1, 7, 9, 10] {
            assert_ne!(copy[0][column], source[0][column], "{method}: {}", ran.out);
        }
    }
    for path in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/labelled")) {
        if path.extension().is_some_and(|end| end == "sql") {
            home.write("in/b.sql", fs::read(&path).expect("read"));
            let ran = home.run(&["redact", "in/b.sql", "-o", "copy.sql"]);
            assert_eq!(ran.code, 0, "{}: {ran:?}", path.display());
            let (before, after) = (fs::read(&path).expect("read"), fs::read(home.path("copy.sql")).expect("there"));
            let (before, after) = (shape_of_sql(&before), shape_of_sql(&after));
            let differs = before.lines().zip(after.lines()).position(|(a, b)| a != b);
            assert_eq!(differs, None, "{}", path.display());
            assert!(before == after, "{}: one goes on behind the other", path.display());
        }
    }
}

/// A copy is judged as the gate judges: with every detector, from `medium` on, whatever is selected for scans.
#[test]
fn no_selection_leaves_a_value_in_a_copy() {
    let home = Home::new();
    home.write("in/a.txt", "ИИН 900101300017, почта aigul.s@pochta-primer.kz\npassword is: Tulip-Garden-77\n");
    let whole = home.run(&["redact", "in/a.txt"]);
    assert_eq!((whole.code, whole.out.contains("[IIN_1]"), whole.out.contains("Tulip")), (0, true, false), "{whole:?}");
    for setting in ["only = [\"email\"]", "except = [\"kz.*\"]", "min_confidence = \"high\""] {
        home.write("elek.toml", format!("{setting}\n"));
        let ran = home.run(&["redact", "--config", "elek.toml", "in/a.txt"]);
        assert_eq!((ran.code, &ran.out), (0, &whole.out), "{setting}: {ran:?}");
    }
    let mut command = home.command(&["redact", "in/a.txt"]);
    let ran =
        Ran::from(command.env("ELEK_ONLY", "email").env("ELEK_MIN_CONFIDENCE", "high").output().expect("it runs"));
    assert_eq!((ran.code, &ran.out), (0, &whole.out), "{ran:?}");
    for flag in ["--only", "--except"] {
        let ran = home.run(&["redact", "in/a.txt", flag, "email", "-o", "copy"]);
        assert_eq!((ran.code, home.path("copy").exists()), (2, false), "{ran:?}");
        assert!(ran.err.contains("a copy is made with every detector"), "{ran:?}");
    }
}

/// Parts of a message are rewritten where they stand as text, and decoded, rewritten and encoded again where they do not. A
/// value has one placeholder in all of them; what cannot be rewritten stops the copy.
#[test]
fn every_part_of_a_message_is_rewritten() {
    let home = Home::new();
    let parts = |encoding: &str, kind: &str, encoded: &str| {
        format!(
            "From: a@pochta-primer.kz\nTo: b@primer-dva.kz\nSubject: x\nMIME-Version: 1.0\n\
             Content-Type: multipart/mixed; boundary=\"bb\"\n\n--bb\nContent-Type: text/plain; charset=utf-8\n\n\
             ИИН 900101300017\n--bb\nContent-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n{encoded}\n--bb--\n"
        )
    };
    let copy_of = |mail: &str| {
        home.write("in/a.eml", mail);
        String::from_utf8(there_and_back(&home, "in/a.eml")).expect("UTF-8")
    };
    let text = "text/plain; charset=utf-8";
    let copy = copy_of(&parts("base64", text, "0KHQv9Cw0YHQuNCx0L4="));
    assert!(copy.contains("ИИН [IIN_1]\n--bb\n") && copy.contains("0KHQv9Cw0YHQuNCx0L4=\n--bb--"), "{copy}");
    // `ИИН [IIN_1]`
    let copy = copy_of(&parts("base64", text, "0JjQmNCdIDkwMDEwMTMwMDAxNw=="));
    assert!(copy.contains("\n\n0JjQmNCdIFtJSU5fMV0=\n--bb--\n"), "{copy}");
    let copy = copy_of(&parts("quoted-printable", text, "=D0=98=D0=98=D0=9D 9001013=\n00017 a=3Db, =\nc"));
    assert!(copy.contains("\n\n=D0=98=D0=98=D0=9D [IIN_1] a=3Db, =\nc\n--bb--\n"), "{copy}");
    // `Имя: Иванов Иван Петрович` in windows-1251, of which nothing says so: all of it is seen, and goes.
    for head in ["text/plain", "text/plain; charset=utf-8", "text/plain; charset=x-unknown"] {
        let copy = copy_of(&parts(
            "quoted-printable",
            head,
            "=D4=C8=CE: =C8=E2=E0=ED=EE=E2 =C8=E2=E0=ED =CF=E5=F2=F0=EE=E2=E8=F7",
        ));
        assert!(copy.contains("\n\n=D4=C8=CE: [NAME_1]\n--bb--\n"), "{head}: {copy}");
    }
    // An attached table keeps its columns: `иин,тел`, `[IIN_1],[PHONE_1]`.
    let copy =
        copy_of(&parts("base64", "text/csv; name=a.csv", "0LjQuNC9LNGC0LXQuwo5MDAxMDEzMDAwMTcsKzc3MDExMjM0NTY3Cg=="));
    assert!(copy.contains("\n\n0LjQuNC9LNGC0LXQuwpbSUlOXzFdLFtQSE9ORV8xXQo=\n--bb--\n"), "{copy}");
    // A folder of messages, one of them with another attached.
    let inner = parts("quoted-printable", text, "900101300017");
    let folder = format!(
        "From a@pochta-primer.kz Mon Jan  1 00:00:00 2024\n{inner}\nFrom b@primer-dva.kz Mon Jan  1 00:00:01 2024\n\
         {}\n",
        parts("7bit", "message/rfc822", &inner)
    );
    home.write("in/folder.mbox", folder);
    let copy = String::from_utf8(there_and_back(&home, "in/folder.mbox")).expect("UTF-8");
    assert_eq!((copy.matches("[IIN_1]").count(), copy.matches("[IIN_").count()), (5, 5), "{copy}");
    assert_eq!(copy.matches("[EMAIL_").count(), 8, "{copy}");

    home.write("in/rich.eml", parts("7bit", "application/rtf; name=a.rtf", "{\\rtf1 IIN 900101300017}"));
    let refused = home.run(&["redact", "in/rich.eml", "-o", "copy.eml"]);
    assert_eq!((refused.code, home.path("copy.eml").exists()), (3, false), "{refused:?}");
    assert!(refused.err.contains("hint: a value stands in a document, archive or picture"), "{refused:?}");
}

/// A name in several cells is one finding, and is replaced cell by cell.
#[test]
fn names_in_several_cells_keep_their_columns() {
    let home = Home::new();
    let json = r#"{"LAST_NAME":"Петров","NAME":"Сергей","SECOND_NAME":"Иванович","ID":"7"}"#;
    home.write("in/a.json", json);
    let ran = home.run(&["scan", "-f", "jsonl", "in/a.json"]);
    assert_eq!(ran.summary()["detectors"]["person_name"]["count"], 1, "{ran:?}");
    let copy = there_and_back(&home, "in/a.json");
    same_json(json.as_bytes(), &copy);
    let copy = String::from_utf8(copy).expect("UTF-8");
    assert_eq!(copy, r#"{"LAST_NAME":"[NAME_1]","NAME":"[NAME_2]","SECOND_NAME":"[NAME_3]","ID":"7"}"#);

    let csv = "ID;Фамилия;Имя;Отчество\n1;Петров;Сергей;Иванович\n2;\"Захарова\";\"Вера\";\n";
    home.write("in/a.csv", csv);
    let copy = String::from_utf8(there_and_back(&home, "in/a.csv")).expect("UTF-8");
    same_table(csv.as_bytes(), copy.as_bytes(), b';');
    assert!(copy.ends_with("\n1;[NAME_1];[NAME_2];[NAME_3]\n2;\"[NAME_4]\";\"[NAME_5]\";\n"), "{copy}");
}

#[test]
fn every_encoding_keeps_its_bytes() {
    let text =
        "Клиент позвонил и сказал: ИИН 900101300017, телефон +7 701 123 45 67. Спасибо за обращение в компанию!\n";
    let home = Home::new();
    for encoding in ENCODINGS {
        let source = encode(text, encoding);
        home.write("in/a.txt", &source);
        let copy = there_and_back(&home, "in/a.txt");
        let expected = text.replace("900101300017", "[IIN_1]").replace("+7 701 123 45 67", "[PHONE_1]");
        assert!(copy == encode(&expected, encoding), "{encoding}");
    }
}

#[test]
fn methods_and_manifest() {
    let home = Home::new();
    home.write("in/a.txt", "ИИН 900101300017, тел. +7 701 123 45 67, с адреса 95.56.234.17\n");
    let redacted = |method: &str| {
        let ran = home.run(&["redact", "--method", method, "in/a.txt", "--manifest", "manifest"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let manifest: Value = serde_json::from_slice(&fs::read(home.path("manifest")).expect("there")).expect("JSON");
        let schema: Value = serde_json::from_str(&home.run(&["schema", "redaction"]).out).expect("JSON");
        assert_eq!(validate::problems(&schema, &manifest), [""; 0]);
        assert_eq!(manifest["status"], "removed");
        ran.out
    };
    assert_eq!(redacted("placeholder"), "ИИН [IIN_1], тел. [PHONE_1], с адреса [IP_1]\n");
    assert_eq!(redacted("remove"), "ИИН [removed], тел. [removed], с адреса [removed]\n");
    assert_eq!(redacted("mask"), "ИИН ************, тел. +* *** *** ** **, с адреса **.**.***.**\n");
    assert_eq!(redacted("generalize"), "ИИН [removed], тел. [removed], с адреса 95.56.234.x\n");
    // What a mask leaves of a secret is half of it.
    home.write("in/secret.txt", "password: P@ss-w0rd!#.x\n");
    assert_eq!(home.run(&["redact", "--method", "mask", "in/secret.txt"]).out, "password: [removed]\n");
    let ran = home.run(&["redact", "in/a.txt"]);
    assert_eq!(ran.out, "ИИН [IIN_1], тел. [PHONE_1], с адреса 95.56.234.x\n");
}

#[test]
fn what_cannot_be_copied_is_not() {
    let home = Home::new();
    home.write("in/picture.png", b"\x89PNG\r\n\x1a\n0000");
    home.write("in/letter.rtf", "{\\rtf1\\ansi IIN 900101300017\\par}");
    for name in ["in/picture.png", "in/letter.rtf", "in/absent"] {
        let ran = home.run(&["redact", name, "-o", "copy"]);
        assert_eq!(ran.code, 3, "{name}: {ran:?}");
        assert!(ran.err.starts_with("no copy was written: "), "{name}: {ran:?}");
        assert!(!home.path("copy").exists());
    }
    home.write("in/a.txt", "ИИН 900101300017\n");
    home.write("other.key", "another key that is long enough to serve well\n");
    assert_eq!(home.run(&["redact", "in/a.txt", "--map", "map", "-o", "copy"]).code, 0);
    let ran = home.run(&["redact", "--restore", "copy", "--map", "map", "--key-file", "other.key"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
}

#[test]
fn placeholders_of_the_source_are_nobodys() {
    let home = Home::new();
    home.write("in/a.txt", "[PHONE_1] и [PHONE_3], тел. +7 701 123 45 67\n");
    let ran: Ran = home.run(&["redact", "in/a.txt"]);
    assert_eq!(ran.out, "[PHONE_1] и [PHONE_3], тел. [PHONE_4]\n");
}

//! Reports over scans, as their users make them: what is scanned, judged and printed by the real program.
#![cfg(feature = "cli")]

#[path = "support/gate.rs"]
mod gate;
#[path = "support/home.rs"]
mod home;
#[path = "report/validate.rs"]
mod validate;
#[path = "support/values.rs"]
mod values;

use home::{Home, Ran};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use values::{MAKERS, Random};

/// Base64 of the standard, of a digest.
fn base64(digest: &[u8]) -> String {
    values::base64(digest).replace('-', "+").replace('_', "/") + "="
}

/// Volumes of a small company.
const VOLUMES: &str = r#"
[volume.hr]
paths        = ["in/hr"]
country      = "KZ"
jurisdiction = "kz"
role         = "operator"
purposes     = ["kz.recruitment"]

[volume.books]
paths        = ["in/books"]
jurisdiction = "kz"
purposes     = ["kz.contracts"]

[volume.tenant]
paths  = ["in/tenant"]
role   = "processor"
tenant = "t1"
"#;

/// A made-up value of this kind behind its label.
fn value(kind: &str, random: &mut Random) -> String {
    let maker = MAKERS.iter().find(|maker| maker.detector == kind).unwrap_or_else(|| panic!("a maker of {kind}"));
    format!("{} {}", maker.label, (maker.make)(random))
}

/// A home with volumes: forty numbers in twelve files, phones, two passports.
fn home() -> Home {
    let home = Home::new();
    home.write("elek.toml", VOLUMES);
    let mut random = Random::new(11);
    let mut left = 40;
    for file in 0..12 {
        let mut text = String::new();
        let here = if file < 4 { 4 } else { 3 };
        left -= here;
        for _ in 0..here {
            writeln!(text, "{}", value("kz.iin", &mut random)).expect("written");
        }
        writeln!(text, "{}", value("phone", &mut random)).expect("written");
        home.write(&format!("in/hr/cv{file}.txt"), text);
    }
    assert_eq!(left, 0);
    let [one, two] = [0, 1].map(|_| value("ru.passport", &mut random));
    home.write("in/hr/cv12.txt", format!("{one}\n{two}\n"));
    home
}

fn scan(home: &Home, arguments: &[&str]) {
    let ran = home.run(&[&["scan", "--config", "elek.toml", "-o", "scan.jsonl", "-f", "jsonl"], arguments].concat());
    assert!(ran.code == 0 || ran.code == 3, "{ran:?}");
}

fn report(home: &Home, arguments: &[&str]) -> Ran {
    home.run(&[&["report", "--config", "elek.toml"], arguments].concat())
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

/// A report as JSON, as its published schema says.
fn valid(home: &Home, ran: &Ran) -> Value {
    let answer = json(ran);
    let name = answer["schema"].as_str().and_then(|schema| schema.split(['.', '/']).nth(2)).expect("a schema");
    let schema = json(&home.run(&["schema", name]));
    assert_eq!(validate::problems(&schema, &answer), [""; 0]);
    answer
}

/// Rows of a CSV report by an independent reader, as maps.
fn csv(text: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

/// A run is counted once, whoever names it again.
#[test]
fn a_run_named_twice_is_counted_once() {
    let home = home();
    scan(&home, &["in/hr"]);
    let once = report(&home, &["render", "-f", "json", "scan.jsonl"]);
    assert!(once.err.is_empty(), "{once:?}");
    let twice = report(&home, &["render", "-f", "json", "scan.jsonl", "scan.jsonl"]);
    assert_eq!((twice.code, json(&twice)), (once.code, json(&once)));
    assert!(twice.err.contains("is named more than once and counted once"), "{twice:?}");
    let sarif =
        |files: &[&str]| report(&home, &[&["render", "-f", "sarif"], files].concat()).out.matches("ruleId").count();
    assert_eq!(sarif(&["scan.jsonl", "scan.jsonl"]), sarif(&["scan.jsonl"]));
}

/// U1 and U2: what a purpose does not allow.
#[test]
fn a_volume_holds_more_than_its_purpose_allows() {
    let home = home();
    for format in ["jsonl", "json"] {
        let ran = home.run(&["scan", "-f", format, "-o", "scan.jsonl", "in/hr"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let ran = report(&home, &["purposes", "-f", "json", "scan.jsonl"]);
        assert_eq!(ran.code, 1, "{ran:?}");
        let answer = valid(&home, &ran);
        let of = |category: &str| -> Vec<&Value> {
            let all = answer["purpose_findings"].as_array().expect("a list").iter();
            all.filter(|finding| finding["volume"] == "hr" && finding["category"] == category).collect()
        };
        let [number] = of("nid.kz_iin")[..] else { panic!("{format}: one finding of numbers: {answer}") };
        assert_eq!(
            (&number["verdict"], &number["count"], &number["items"]),
            (&"violation".into(), &40.into(), &12.into())
        );
        assert_eq!(number["distinct"], 40);
        assert_eq!(number["law"]["kz"], "restricted");
        assert_eq!(number["locators"].as_array().map(Vec::len), Some(12));
        assert!((1..=5).contains(&number["samples"].as_array().expect("samples").len()));
        assert!(of("contact.phone").is_empty(), "the purpose allows a phone number");
        let [passport] = of("doc.passport")[..] else { panic!("one finding of passports: {answer}") };
        assert_eq!((&passport["verdict"], &passport["why"]), (&"review".into(), &"open_ended".into()));
        let names = answer["categories"].as_array().expect("a list");
        assert!(names.iter().all(|one| one["names"].as_object().is_some_and(|names| names.len() == 5)), "{names:?}");
    }
    let ran = report(&home, &["purposes", "-f", "csv", "scan.jsonl"]);
    let rows = csv(&ran.out);
    assert_eq!(rows.iter().filter(|row| row["verdict"] == "violation" && row["category"] == "nid.kz_iin").count(), 12);
}

/// U2: special data are never a mere question. No detector of this version finds them, so the scan file is written here.
#[test]
fn special_data_are_never_open_ended() {
    let home = home();
    scan(&home, &["in/hr"]);
    let text = std::fs::read_to_string(home.path("scan.jsonl")).expect("there");
    let made = r#"{"type":"finding","id":"00","detector":"x.word","category":"special.health","path":"in/hr/form.txt","start":0,"end":4,"span":"raw","confidence":"high","evidence":["keyword"],"encoding":"utf-8","masked":"••••••••"}"#;
    let (before, summary) = text.trim_end().rsplit_once('\n').expect("lines");
    home.write("scan.jsonl", format!("{before}\n{made}\n{summary}\n"));
    let answer = valid(&home, &report(&home, &["purposes", "-f", "json", "scan.jsonl"]));
    let found = answer["purpose_findings"].as_array().expect("a list");
    let health = found.iter().find(|finding| finding["category"] == "special.health").expect("found");
    assert_eq!((&health["verdict"], &health["why"]), (&"violation".into(), &"never_open".into()));
}

/// U3: nothing declared is never clean; a processor without an instruction sees nothing.
#[test]
fn what_is_not_declared_is_said() {
    let home = home();
    home.write("in/other/list.txt", "тел. +7 701 555 01 23\n");
    home.write("in/tenant/list.txt", "тел. +7 701 555 01 24\n");
    home.write("elek.toml", format!("{VOLUMES}\n[volume.bare]\npaths = [\"in/bare\"]\n"));
    home.write("in/bare/empty.txt", "ничего\n");
    scan(&home, &["in/other", "in/tenant", "in/bare"]);
    let ran = report(&home, &["purposes", "-f", "json", "scan.jsonl"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let answer = valid(&home, &ran);
    let of = |volume: &str| -> Vec<(String, bool)> {
        let all = answer["purpose_findings"].as_array().expect("a list").iter();
        let found = all.filter(|finding| finding["volume"] == volume);
        found.map(|one| (one["verdict"].as_str().expect("a word").to_owned(), one.get("category").is_some())).collect()
    };
    assert_eq!(of("in/other"), [("purpose_undeclared".to_owned(), true)]);
    assert_eq!(of("bare"), [("purpose_undeclared".to_owned(), false)]);
    assert_eq!(of("tenant"), [("instruction_missing".to_owned(), false)]);
    assert!(!ran.out.contains("tenant/list.txt"), "{ran:?}");
    let not_scanned: Vec<&str> =
        answer["coverage"]["not_scanned"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert_eq!(not_scanned, ["books", "hr"]);
}

/// U5: names, numbers and dates of the language, ids unchanged.
#[test]
fn a_report_is_read_in_kazakh() {
    let home = home();
    scan(&home, &["in/hr"]);
    let ran = report(&home, &["purposes", "--lang", "kk", "scan.jsonl"]);
    assert!(ran.out.contains("Жеке сәйкестендіру нөмірі (ЖСН) (nid.kz_iin)"), "{ran:?}");
    assert!(ran.out.starts_with("# Мақсаттар"), "{ran:?}");
    assert!(ran.out.contains("қолжетімділігі шектеулі") && ran.out.contains(".20"), "{ran:?}");
}

/// U6: who may not see it gets nothing.
#[test]
fn a_processor_sees_nothing_of_the_content() {
    let home = home();
    scan(&home, &["in/hr"]);
    for who in ["processor", "auditor"] {
        let ran = report(&home, &["purposes", "--profile", who, "scan.jsonl"]);
        assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{ran:?}");
        assert!(!ran.err.contains("nid.") && !ran.err.contains("cv"), "{ran:?}");
    }
}

#[test]
fn a_scan_that_did_not_finish_is_no_answer() {
    let home = home();
    scan(&home, &["in/hr"]);
    let text = std::fs::read_to_string(home.path("scan.jsonl")).expect("there");
    let cut: String = text.chars().take(text.chars().count() - 60).collect();
    home.write("scan.jsonl", &cut);
    home.write("elek.toml", "[volume.hr]\npaths = [\"in\"]\npurposes = [\"processor.hosting\"]\n");
    let ran = report(&home, &["purposes", "scan.jsonl"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.out.contains("did not come to its end"), "{ran:?}");
    for (text, expected) in [
        ("", "there is no scan record"),
        ("{\"type\":\"finding\"}\n", "line 1"),
        ("тел. +7 701 555 01 23\n", "not JSON"),
        ("{\"schema\":\"elek.report/1\",\"items\":[]}", "line 1"),
    ] {
        home.write("scan.jsonl", text);
        let ran = report(&home, &["purposes", "scan.jsonl"]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.contains(expected) && !ran.err.contains("555"), "{ran:?}");
    }
}

/// U4: one row a purpose, declared beside observed, empty where nothing was declared.
#[test]
fn the_record_of_processing_is_exported() {
    let home = home();
    scan(&home, &["in/hr"]);
    let ran = report(&home, &["register", "-f", "csv", "--lang", "kk", "scan.jsonl"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let rows = csv(&ran.out);
    let purposes: Vec<&str> = rows.iter().map(|row| row["purpose"].as_str()).collect();
    assert_eq!(purposes, ["kz.recruitment", "kz.contracts", ""]);
    let hiring = &rows[0];
    assert_eq!(hiring["purpose_name"], "Бос лауазымдарды толтыруға үміткерлерді іріктеу");
    assert!(hiring["observed_categories"].contains("(12)"), "phones of twelve files: {hiring:?}");
    assert!(hiring["outside_purpose"].contains("ЖСН") && hiring["outside_purpose"].contains("(40)"), "{hiring:?}");
    assert!(hiring["retention"].contains("30 күн"), "{hiring:?}");
    for nothing in ["basis", "measures", "responsible", "since", "actions", "recipients"] {
        assert_eq!(hiring[nothing], "", "{nothing}");
    }
    home.write(
        "elek.toml",
        VOLUMES.replace("[volume.books]", "basis = \"consent\"\nresponsible = \"the officer\"\n[volume.books]"),
    );
    let answer = valid(&home, &report(&home, &["register", "-f", "json", "scan.jsonl"]));
    assert_eq!(answer["register"][0]["declared"]["basis"][0], "consent");
    assert_eq!(answer["register"][0]["names"].as_object().map(serde_json::Map::len), Some(5));
    assert_eq!(answer["register"][0]["observed"]["outside"]["nid.kz_iin"], 40);
    let text = report(&home, &["register", "--lang", "be", "scan.jsonl"]).out;
    assert!(text.starts_with("# Рэестр апрацоўкі") && text.contains("the officer"), "{text}");
}

/// What changed between two scans, by fingerprints.
#[test]
fn changes_are_told_by_value() {
    let home = Home::new();
    home.write("elek.toml", "");
    let mut random = Random::new(5);
    let [stays, goes, comes, hidden] = [0; 4].map(|_| value("kz.iin", &mut random));
    home.write("in/a.txt", format!("{stays}\n{goes}\n"));
    home.write("in/b.txt", format!("{hidden}\n"));
    let scan = |name: &str, key: &[&str]| {
        let ran = home.run(&[&["scan", "-f", "jsonl", "-o", name, "in"], key].concat());
        assert!(ran.code == 0 || ran.code == 3, "{ran:?}");
    };
    scan("a.jsonl", &[]);
    home.write("in/a.txt", format!("{stays}\n{comes}\n"));
    home.write("in/c.txt", format!("{stays}\n"));
    // What stood in it is not gone: this time it is not read.
    home.write("in/b.txt", b"PK\x03\x04 no archive");
    scan("b.jsonl", &[]);
    let ran = home.run(&["report", "diff", "-f", "json", "a.jsonl", "b.jsonl"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let answer = valid(&home, &ran);
    let expected = serde_json::json!({"new": 1, "gone": 1, "same": 1, "spread": 1, "unread": 1});
    assert_eq!(answer["total"], expected, "{answer}");
    assert_eq!(answer["by_category"]["nid.kz_iin"], expected);
    let mut listed: Vec<(String, String)> = csv(&home.run(&["report", "diff", "-f", "csv", "a.jsonl", "b.jsonl"]).out)
        .iter()
        .map(|row| (row["change"].clone(), row["path"].clone()))
        .collect();
    listed.sort();
    let rows = [("gone", "in/a.txt"), ("new", "in/a.txt"), ("spread", "in/c.txt"), ("unread", "in/b.txt")];
    assert_eq!(listed, rows.map(|(change, path)| (change.to_owned(), path.to_owned())));
    assert_eq!(home.run(&["report", "diff", "b.jsonl", "b.jsonl"]).code, 3, "nothing new, and not everything was read");
    let text = home.run(&["report", "diff", "--lang", "uk", "a.jsonl", "b.jsonl"]).out;
    assert!(text.starts_with("# Зміни"), "{text}");

    // Fingerprints of other keys, or none of each finding, are not compared.
    assert_eq!(home.run(&["scan", "-f", "jsonl", "in"]).summary()["exit"], 3);
    home.run(&["scan", "-f", "json", "-o", "c.json", "in"]);
    let ran = home.run(&["report", "diff", "a.jsonl", "c.json"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
}

/// Every format, read by somebody else's reader, with names that want to be more than names.
#[test]
fn hostile_names_stay_names_in_every_format() {
    let home = home();
    let hostile = [
        "in/<script>alert(1)<!--.txt",
        "in/=cmd|'calc'!A1.csv.txt",
        "in/a|b`c\u{202e}gnp.txt",
        "in/\u{2028}\"quoted\" & 'so'.txt",
        "in/x:y%41 z.txt",
    ];
    for name in hostile {
        home.write(name, "тел. +7 701 555 01 23\n");
    }
    home.write("in/broken.zip", "PK\x03\x04");
    let ran = home.run(&["scan", "-f", "json", "-o", "scan.json", "in"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    scan(&home, &["--items", "in"]);
    for file in ["scan.jsonl", "scan.json"] {
        let render = |format: &str| {
            let ran = report(&home, &["render", "-f", format, file]);
            assert_eq!(ran.code, 3, "{ran:?}");
            assert!(!ran.out.contains('\u{202e}') && !ran.out.contains('\u{2028}'), "{format}");
            ran
        };
        let answer = valid(&home, &render("json"));
        assert_eq!(answer["volumes"][0]["id"], "hr");
        assert_eq!(answer["modes_known"], true);
        let rows = csv(&render("csv").out);
        assert!(
            rows.iter().any(|row| row["volume"] == "in" && row["category"] == "contact.phone" && row["count"] == "5")
        );
        let text = render("md").out;
        assert!(!text.contains("<script>") && text.contains("\\<script\\>") && text.contains("\\\\u{202e}"), "{text}");

        let sarif = json(&render("sarif"));
        let run = &sarif["runs"][0];
        let results = run["results"].as_array().expect("results");
        let uris: Vec<&str> = results
            .iter()
            .filter_map(|one| one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str())
            .collect();
        for uri in ["in/%3Cscript%3Ealert%281%29%3C%21--.txt", "in/x%3Ay%2541%20z.txt"] {
            assert!(uris.contains(&uri), "{uris:?}");
        }
        for result in results {
            let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().expect("a number") as usize];
            assert_eq!(rule["id"], result["ruleId"]);
        }
        let notes = run["invocations"][0]["toolExecutionNotifications"].as_array().expect("a list");
        assert!(notes.iter().any(|note| note["level"] == "warning"), "the archive was not read");
        assert_eq!(sarif["version"], "2.1.0");
    }
}

/// The page, as a reader of XML sees it: well-formed where it must be, one style, one script, data that end nothing.
#[test]
fn the_page_is_one_file_that_runs_nothing_of_others() {
    let home = home();
    home.write("in/<script>alert(1)<!--.txt", "тел. +7 701 555 01 23\n");
    home.write("in/]]>&amp;' onerror='x.txt", "тел. +7 701 555 01 24\n");
    scan(&home, &["--items", "in"]);
    for lang in ["ru", "kk", "uk", "be", "en"] {
        let ran = report(&home, &["render", "--lang", lang, "scan.jsonl"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let page = ran.out;
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains(&format!("<html lang=\"{lang}\">")));
        let pieces: Vec<&str> = page.split("<script").collect();
        assert_eq!(pieces.len(), 3, "data and script, and nothing from a name");
        let inside =
            |start: &str, end: &str| page.split_once(start).and_then(|rest| rest.1.split_once(end)).expect("there").0;
        let data: Value = serde_json::from_str(inside("id=\"data\">", "</script>")).expect("JSON");
        assert_eq!(data["lang"], lang);
        assert_eq!(data["words"].as_object().map(serde_json::Map::len), Some(5));
        let paths: Vec<&str> =
            data["rows"].as_array().expect("rows").iter().filter_map(|row| row[2].as_str()).collect();
        assert!(paths.contains(&"in/<script>alert(1)<!--.txt"), "{paths:?}");
        let digest = |text: &str| format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())));
        let policy = inside("Content-Security-Policy\" content=\"", "\"");
        assert!(policy.contains(&format!("style-src {}", digest(inside("<style>", "</style>")))), "{policy}");
        assert!(policy.contains(&format!("script-src {}", digest(inside("<script>", "</script>")))), "{policy}");
        assert!(policy.starts_with("default-src 'none'") && policy.contains("connect-src 'none'"), "{policy}");
        let still = format!("<div>{}</div>", inside("<noscript><div>", "</div></noscript>"));
        let tree = roxmltree::Document::parse(&still).expect("well-formed");
        let cells: Vec<&str> =
            tree.descendants().filter(|node| node.has_tag_name("td")).filter_map(|node| node.text()).collect();
        assert!(cells.contains(&"hr"), "{cells:?}");
        assert!(tree.descendants().all(|node| !node.has_tag_name("script") && !node.has_tag_name("img")));
    }
}

/// Reports of tables as pages: the same promises, every text in five languages, and each cell once if it is the same in all.
#[test]
fn reports_of_tables_are_pages_too() {
    let home = home();
    home.write("in/<script>alert(1)<!--.txt", "тел. +7 701 555 01 23\nИИН 900101300017\n");
    scan(&home, &["--items", "in"]);
    home.write("in/more.txt", "тел. +7 701 555 01 24\n");
    home.run(&["scan", "-f", "jsonl", "-o", "later.jsonl", "in"]);
    for arguments in [
        &["purposes", "scan.jsonl"][..],
        &["register", "scan.jsonl"],
        &["measures", "--year", "2026", "scan.jsonl"],
        &["diff", "scan.jsonl", "later.jsonl"],
    ] {
        for lang in ["kk", "en"] {
            let of = |format| report(&home, &[arguments, &["--lang", lang, "-f", format]].concat());
            let (page, markdown) = (of("html"), of("md"));
            assert_eq!(page.code, markdown.code, "{}", page.err);
            let (page, title) = (page.out, markdown.out.lines().next().expect("a title").replacen("# ", "", 1));
            assert!(page.starts_with("<!DOCTYPE html>") && page.contains(&format!("<html lang=\"{lang}\">")));
            assert_eq!(page.split("<script").count(), 3, "data and script, and nothing from a name");
            assert!(!page.contains("<img") && !page.contains("src=") && !page.contains("href=\"http"), "no request");
            let inside = |start: &str, end: &str| {
                page.split_once(start).and_then(|rest| rest.1.split_once(end)).expect("there").0
            };
            let digest = |text: &str| format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())));
            let policy = inside("Content-Security-Policy\" content=\"", "\"");
            assert!(policy.starts_with("default-src 'none'") && policy.contains("connect-src 'none'"), "{policy}");
            assert!(policy.contains(&format!("script-src {}", digest(inside("<script>", "</script>")))), "{policy}");
            let data: Value = serde_json::from_str(inside("id=\"data\">", "</script>")).expect("JSON");
            let papers = data["papers"].as_object().expect("papers");
            assert_eq!(papers.len(), 5);
            assert_eq!(
                papers[lang]["title"].as_str().map(|title| title.replace(' ', "")),
                Some(title.replace(' ', ""))
            );
            let parts = |lang: &str| papers[lang]["parts"].as_array().expect("parts").len();
            for (other, paper) in papers {
                assert_eq!(parts(other), parts(lang));
                let cells = paper["parts"].as_array().expect("parts").iter().filter_map(|part| part["rows"].as_array());
                let cells: Vec<&Value> = cells.flatten().flat_map(|row| row.as_array().expect("cells")).collect();
                assert!(!cells.is_empty() && cells.iter().all(|cell| cell.is_string() || **cell == 0));
                assert_eq!(cells.iter().any(|cell| **cell == 0), other != lang, "{other} beside {lang}");
            }
            let still = format!("<div>{}</div>", inside("<noscript><div>", "</div></noscript>"));
            let tree = roxmltree::Document::parse(&still).expect("well-formed");
            assert!(tree.descendants().any(|node| node.has_tag_name("td")));
            assert!(tree.descendants().all(|node| !node.has_tag_name("script") && !node.has_tag_name("img")));
        }
    }
}

/// U17: no value that was scanned is in any report.
#[test]
fn no_report_shows_a_value() {
    let home = home();
    let mut random = Random::new(77);
    let mut canaries = Vec::new();
    let mut text = String::new();
    for round in 0..1_000 {
        let maker = &MAKERS[round % MAKERS.len()];
        let made = (maker.make)(&mut random);
        writeln!(text, "{}: {made}", maker.label).expect("written");
        // What is shown by its mask, and short numbers that stand in any text, are no canaries.
        if !["ipv4", "mac"].contains(&maker.detector) {
            canaries.push(made);
        }
    }
    home.write("in/books/all.txt", &text);
    for (name, format) in [("a.jsonl", "jsonl"), ("b.json", "json"), ("c.jsonl", "jsonl")] {
        let ran = home.run(&["scan", "-f", format, "--list", "all", "--items", "-o", name, "in"]);
        assert!(ran.code == 0 || ran.code == 3, "{ran:?}");
    }
    home.write("in/books/all.txt", &text[..text.len() / 2]);
    home.run(&["scan", "-f", "jsonl", "-o", "c.jsonl", "in"]);
    let mut outputs = Vec::new();
    for file in ["a.jsonl", "b.json"] {
        for format in ["html", "md", "json", "csv", "sarif"] {
            outputs.push(report(&home, &["render", "-f", format, file]));
        }
        for kind in ["purposes", "register"] {
            for format in ["md", "html", "json", "csv"] {
                outputs.push(report(&home, &[kind, "-f", format, file]));
            }
        }
    }
    for format in ["md", "html", "json", "csv"] {
        outputs.push(home.run(&["report", "diff", "-f", format, "c.jsonl", "a.jsonl"]));
    }
    let all: Vec<String> =
        canaries.iter().flat_map(|made| [made.clone(), made.replace([' ', '-', '(', ')'], "")]).collect();
    let needles = aho_corasick::AhoCorasick::new(&all).expect("an automaton");
    for ran in &outputs {
        assert!(ran.code != 2 && ran.code != 5 && !ran.out.is_empty(), "{}", ran.err);
        for text in [&ran.out, &ran.err] {
            let found = needles.find(text.as_str()).map(|found| &all[found.pattern().as_usize()]);
            assert_eq!(found, None);
        }
    }
    assert_eq!(outputs.len(), 30);
}

/// U16: the yearly request is answered; an auditor may ask, a processor may not.
#[test]
fn the_year_is_told() {
    let home = gate::home();
    home.run(&["scan", "--config", "elek.toml", "-f", "jsonl", "-o", "scan.jsonl", "in"]);
    let year =
        json(&home.run(&["scan", "-f", "json", "in"]))["scan"]["started"].as_str().expect("a time")[..4].to_owned();
    assert_eq!(gate::gate(&home, &["--dest", "copilot", "in/ticket.txt", "-o", "out.txt"]).code, 10);
    assert_eq!(gate::gate(&home, &["--dest", "archive", "in/ticket.txt", "-o", "out.txt"]).code, 0);
    let held = gate::gate_stdin(&home, &["--dest", "signature", "-"], gate::TICKET.as_bytes());
    assert_eq!(gate::answer(&home, &held).0, 20, "{held:?}");
    let held = gate::newest(&home)["seq"].as_u64().expect("a number");

    let holds = |all: &[&str]| home.run(&[&["gate", "holds", "--format", "json"], all].concat());
    let open = json(&holds(&[]));
    assert_eq!((&open[0]["seq"], &open[0]["approval"]), (&held.into(), &Value::Null), "{open}");
    let ran = home.run(&[
        "gate",
        "approve",
        &held.to_string(),
        "--role",
        "dpo",
        "--reason",
        "a contract",
        "--config",
        "elek.toml",
    ]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(json(&holds(&[])), Value::Array(Vec::new()));
    assert_eq!(json(&holds(&["--all"]))[0]["approval"]["role"], "dpo");
    let text = home.run(&["gate", "holds", "--all", "--lang", "ru"]).out;
    assert!(text.contains("dpo") && !text.contains(gate::IIN), "{text}");
    assert_eq!(csv(&home.run(&["gate", "holds", "--all", "-f", "csv"]).out)[0]["approved_by"], "dpo");

    let measures = |arguments: &[&str]| {
        home.run(&[&["report", "measures", "--config", "elek.toml", "--year", &year], arguments].concat())
    };
    let ran = measures(&["-f", "json", "scan.jsonl"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let answer = valid(&home, &ran);
    assert_eq!((answer["scans"].as_array().map(Vec::len), &answer["log"]["whole"]), (Some(1), &true.into()));
    assert_eq!(answer["log"]["by_destination"]["copilot"]["redact"], 1);
    assert_eq!((&answer["log"]["approvals"], &answer["log"]["waited"]["approved"]), (&1.into(), &1.into()));
    assert!(answer["deadlines"].as_array().expect("a list").len() > 10);
    assert!(measures(&["--lang", "uk", "scan.jsonl"]).out.starts_with("# Вжиті заходи"));
    assert!(csv(&measures(&["-f", "csv"]).out).iter().any(|row| row["of"] == "copilot" && row["detail"] == "redact"));
    assert_eq!(measures(&["--profile", "auditor"]).code, 0);
    assert_eq!(measures(&["--profile", "processor"]).code, 4);
    let past = home.run(&["report", "measures", "--year", "2001", "-f", "json", "scan.jsonl"]);
    assert_eq!((json(&past)["scans"].as_array().map(Vec::len), &json(&past)["log"]["decisions"]), (Some(0), &0.into()));

    let log = std::fs::read_to_string(home.path(gate::LOG)).expect("there");
    home.write(gate::LOG, log.replacen("copilot", "copilos", 1));
    let ran = measures(&["-f", "json"]);
    assert_eq!((ran.code, &json(&ran)["log"]["whole"]), (1, &false.into()), "{ran:?}");
}

/// The state folder answers as the scan file does.
#[test]
fn the_state_folder_answers_as_the_scan_file_does() {
    let home = home();
    home.write("in/hr/broken.zip", "PK\x03\x04");
    home.write("in/hr/net.log", "client 203.0.113.77 connected\n");
    scan(&home, &["--items", "in/hr"]);
    let ran = home.run(&["scan", "--config", "elek.toml", "--state", "state", "in/hr"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    let render = |from: &[&str]| valid(&home, &report(&home, &[&["render", "-f", "json"], from].concat()));
    let (file, state) = (render(&["scan.jsonl"]), render(&["--state", "state"]));
    assert_eq!(file["volumes"][0]["id"], "hr");
    for part in ["held", "reasons", "items"] {
        assert_eq!(file["volumes"][0][part], state["volumes"][0][part], "{part}");
    }
    for part in ["complete", "gaps_total", "subjects", "items"] {
        assert_eq!(file["coverage"][part], state["coverage"][part], "{part}");
    }
    assert_eq!(file["open_total"], state["open_total"]);
    let ran = report(&home, &["purposes", "-f", "json", "--state", "state"]);
    assert_eq!(valid(&home, &ran)["purpose_findings"][0]["category"], "nid.kz_iin");

    // The store's own sums say the same, without places.
    let policy = elek::policy::Policy::with_overlay(VOLUMES).expect("in order");
    let mut holdings = elek::survey::Holdings::new(&policy, &home.path(""));
    let store = elek::store::Reader::open(&home.path("state")).expect("opened");
    elek::survey::stored::sums(&store, &home.path(""), &mut holdings).expect("read");
    let sums = serde_json::to_value(elek::survey::overview::overview(&holdings)).expect("JSON");
    let brief = |answer: &Value| -> Vec<Value> {
        let held = answer["volumes"][0]["held"].as_array().expect("a list").iter();
        held.map(|cell| serde_json::json!([cell["category"], cell["count"], cell["items"], cell["verdict"]])).collect()
    };
    assert_eq!(brief(&sums), brief(&state));
    assert_eq!(
        (&sums["open_total"], &sums["coverage"]["gaps_total"]),
        (&state["open_total"], &state["coverage"]["gaps_total"])
    );
    assert_eq!(report(&home, &["register", "--state", "nowhere"]).code, 2);
    assert!(
        !json(&report(&home, &["render", "-f", "sarif", "--state", "state"]))["runs"][0]["results"]
            .as_array()
            .expect("a list")
            .is_empty()
    );
}

/// A scan becomes page and SARIF at once, the same as by way of a scan file.
#[test]
fn a_scan_is_a_page_or_sarif_at_once() {
    let home = home();
    home.write("in/hr/broken.zip", "PK\x03\x04");
    scan(&home, &["--items", "in/hr"]);
    let at_once = |format: &str| {
        let ran = home.run(&["scan", "--config", "elek.toml", "-f", format, "in/hr"]);
        assert_eq!(ran.code, 3, "{}", ran.err);
        ran
    };
    let results = |ran: &Ran| json(ran)["runs"][0]["results"].clone();
    assert_eq!(results(&at_once("sarif")), results(&report(&home, &["render", "-f", "sarif", "scan.jsonl"])));
    let data = |ran: &Ran| -> Value {
        let text = ran.out.split_once("id=\"data\">").and_then(|rest| rest.1.split_once("</script>")).expect("there").0;
        serde_json::from_str(text).expect("JSON")
    };
    let (page, by_file) = (data(&at_once("html")), data(&report(&home, &["render", "scan.jsonl"])));
    assert_eq!(page["rows"], by_file["rows"]);
    assert_eq!(page["report"]["volumes"], by_file["report"]["volumes"]);
}

/// The service's page has words for each reason of the gate, in each language.
#[test]
fn the_page_of_the_service_has_words_for_each_reason() {
    use elek::gate::Reason;
    use elek::lang::Lang;
    let (page, _) = elek::survey::page::console(Lang::Ru, true).expect("JSON");
    let page = String::from_utf8(page).expect("UTF-8");
    for reason in Reason::OWN {
        for lang in Lang::ALL {
            let words = serde_json::to_string(reason.text(lang)).expect("JSON").replace('<', "\\u003c");
            let entry = format!("\"because.{}\":{words}", reason.name());
            assert!(page.contains(&entry), "{entry}");
        }
    }
}

/// What a service keeps is counted by its items: also what the newest run did not look at.
#[test]
fn sums_of_a_state_are_those_of_its_items() {
    let home = home();
    home.write("in/hr/broken.zip", "PK\x03\x04");
    let ran = home.run(&["scan", "--config", "elek.toml", "--state", "state", "in/hr"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    let base = home.path("");
    let policy = elek::policy::Policy::with_overlay(VOLUMES).expect("in order");
    let sums = |name: &str| {
        let mut holdings = elek::survey::Holdings::new(&policy, &base);
        let store = elek::store::Reader::open(&home.path("state")).expect("opened");
        elek::survey::stored::sums(&store, &base, &mut holdings).expect("read");
        let value = serde_json::to_value(elek::survey::overview::overview(&holdings)).expect("JSON");
        value["coverage"][name].clone()
    };
    let (items, open) = (sums("items"), sums("world_readable_strong"));
    assert!(open.as_u64() > Some(0) && sums("subjects").is_object());
    let gaps = sums("gaps");
    assert_eq!(gaps.as_array().map(Vec::len), Some(1), "{gaps}");
    assert!(gaps[0]["path"].as_str().is_some_and(|path| path.ends_with("in/hr/broken.zip")), "{gaps}");

    // The summary of a run of the service that looked at one file.
    let state = rusqlite::Connection::open(home.path("state/state.db")).expect("opened");
    let summary = r#"{"complete":false,"items":{"listed":1},"bytes":0,"seconds":0.0}"#;
    assert_eq!(state.execute("UPDATE runs SET summary = ?1", [summary]).expect("changed"), 1);
    let states = ["scanned_full", "scanned_partial", "failed"];
    let counted: u64 = states.iter().filter_map(|state| sums("items")[state].as_u64()).sum();
    assert_eq!(sums("items")["listed"], counted);
    assert_eq!(
        (sums("items")["scanned_full"].clone(), sums("world_readable_strong")),
        (items["scanned_full"].clone(), open)
    );
    assert_eq!(sums("subjects"), Value::Null);
}

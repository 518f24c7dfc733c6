//! Who may know whom: the table of the layout, and the line that breaks it.
//!
//! A row is a folder or file of `src/` (the longest that fits a file counts), and the modules of the crate that it may
//! name. A row that nothing uses any more, an arrow that nothing uses, and a module without a row fail as well, so the
//! table says what is so. Code under `#[cfg(test)] mod tests` and `mod testing` is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Part of `src/`, and what it may name.
const TABLE: &[(&str, &[&str])] = &[
    // Vocabulary: words for what is found and what is not. Knows only itself.
    ("span", &[]),
    ("matched", &[]),
    ("limits", &[]),
    ("location", &[]),
    ("problem", &["location"]),
    ("code", &[]),
    ("finding", &["location", "matched", "span"]),
    ("known", &["finding", "location", "problem", "sink", "span"]),
    ("sink", &["finding", "location", "problem"]),
    ("ledger", &["finding", "problem", "sink"]),
    // Words for people, and what a category means.
    ("lang", &["finding", "problem"]),
    ("taxonomy", &["finding", "lang"]),
    // Stages. Bytes come from items; text and checks know bytes only.
    ("source", &["known", "location", "problem"]),
    ("read", &["problem", "sink", "source"]),
    // Whether a file is the one that was read before.
    ("follow", &["read"]),
    ("text", &[]),
    ("unpack", &["limits", "problem", "read", "text"]),
    ("check", &[]),
    ("score", &["check", "detect", "finding", "ledger", "text"]),
    ("detect", &["check", "finding", "score", "text"]),
    ("detect/simd", &["text"]),
    // Shared with the build: knows nothing.
    ("detect/names/table", &[]),
    ("detect/names/sound", &[]),
    ("detect/names", &["finding", "text"]),
    ("detect/catalog", &["check", "detect", "finding", "taxonomy", "text"]),
    (
        "engine",
        &[
            "check", "code", "detect", "finding", "known", "ledger", "limits", "location", "matched", "problem",
            "read", "score", "sink", "source", "span", "taxonomy", "text", "unpack",
        ],
    ),
    // Users: know findings and problems, no source, no bytes, no detectors.
    ("report", &["finding", "lang", "ledger", "location", "problem", "sink", "span", "taxonomy"]),
    // Keeps what is found, and hands back what has not changed; names of encodings and views are the only words of text.
    ("store", &["code", "finding", "known", "location", "problem", "read", "report", "sink", "source", "span", "text"]),
    // Reports over scans that were written down: know records, words and the policy, no engine.
    ("survey", &["finding", "lang", "policy", "problem", "report", "sink", "store", "taxonomy"]),
    // What may go where. Knows words only.
    ("policy", &["lang", "taxonomy"]),
    ("redact", &["policy", "read", "span", "text"]),
    // Decision: the only user that knows the engine. Reports know no gate.
    (
        "gate",
        &[
            "check", "detect", "engine", "finding", "lang", "policy", "problem", "read", "redact", "report", "sink",
            "source", "span", "taxonomy", "text", "unpack",
        ],
    ),
    ("eval", &["finding", "problem", "sink"]),
    // Fronts.
    (
        "cli",
        &[
            "check", "detect", "engine", "eval", "finding", "gate", "lang", "ledger", "limits", "policy", "problem",
            "read", "redact", "report", "serve", "sink", "source", "store", "survey", "taxonomy", "worker",
        ],
    ),
    // The service: the command line builds its parts and starts it.
    (
        "serve",
        &[
            "check", "detect", "engine", "finding", "follow", "gate", "lang", "policy", "problem", "read", "redact",
            "report", "source", "store", "survey", "text",
        ],
    ),
    // A process of its own: knows formats, and the shape of what it returns.
    ("worker", &["problem", "text", "unpack"]),
    ("lib", &[]),
    ("main", &["cli"]),
];

/// What stands in few places only: the text, and the parts of `src/` that may hold it.
const FENCED: &[(&str, &[&str])] = &[
    ("rayon::", &["engine"]),
    ("tokio::", &["serve"]),
    ("hyper::", &["serve/api"]),
    ("hyper_util::", &["serve/api"]),
    ("http_body_util::", &["serve/api"]),
    ("rustls::", &["serve/api/door.rs", "serve/api/tls.rs"]),
    ("tokio_rustls::", &["serve/api/door.rs"]),
    ("webpki::", &["serve/api/tls.rs"]),
    ("subtle::", &["serve/api/access.rs"]),
    ("croner::", &["serve/clock.rs"]),
    ("notify::", &["serve/watch.rs"]),
    ("clap::", &["cli"]),
    ("clap_complete::", &["cli"]),
    ("clap_mangen::", &["cli"]),
    ("anyhow::", &["cli", "worker"]),
    ("indicatif::", &["cli"]),
    ("signal_hook::", &["cli"]),
    ("memmap2::", &["read/mmap.rs"]),
    // Decoders are made inside the budget; formats read what it hands them.
    ("bzip2::", &["unpack/budget.rs"]),
    ("deflate64::", &["unpack/budget.rs"]),
    ("lz4_flex::", &["unpack/budget.rs"]),
    ("lzma_rust2::", &["unpack/budget.rs"]),
    ("zstd::", &["unpack/budget.rs"]),
    ("flate2::", &["unpack"]),
    ("mail_parser::", &["unpack/mail.rs"]),
    ("miniz_oxide::", &["unpack/inflate.rs"]),
    ("quick_xml::", &["unpack", "worker/ole"]),
    // Flags and error numbers of opening and listing.
    ("libc::", &["read", "source", "worker/sandbox.rs"]),
    ("unsafe ", &["read/mmap.rs", "detect/simd"]),
    ("std::arch::", &["detect/simd"]),
    ("std::env", &["cli", "serve/systemd.rs", "worker/sandbox.rs"]),
    ("std::process", &["cli", "main.rs", "serve/notice.rs", "serve/systemd.rs", "store/lock.rs", "worker/pool.rs"]),
    // Formats of other processes, and what fences them in.
    ("exif::", &["worker/picture.rs"]),
    ("cfb::", &["worker/ole"]),
    ("parquet::file::", &["worker/parquet.rs"]),
    ("lopdf::", &["worker/pdf"]),
    ("rars::", &["worker/rar.rs"]),
    ("rusqlite::", &["store", "worker/sqlite.rs"]),
    ("sevenz_rust2::", &["worker/seven.rs"]),
    ("landlock::", &["worker/sandbox.rs"]),
    ("seccompiler::", &["worker/sandbox.rs"]),
    // Waiting for descriptors, standard input, slow folders and other writers; workers are rayon's.
    ("std::thread", &["cli", "read", "serve", "source", "gate/log.rs", "store/lock.rs", "worker/pool.rs"]),
    (
        "rustix::",
        &[
            "cli/doctor.rs",
            "gate/content.rs",
            "read/beneath.rs",
            "read/file.rs",
            "read/pace.rs",
            "report/output.rs",
            "serve",
            "store/lock.rs",
            "unpack/stopwatch.rs",
            "worker",
        ],
    ),
    ("thread_priority::", &["serve/lanes.rs"]),
    ("chacha20poly1305::", &["gate/content.rs", "redact/map.rs", "store/seal.rs"]),
    ("ed25519_dalek::", &["gate/log.rs"]),
    ("println!", &[]),
    ("eprintln!", &[]),
];

struct Line {
    file: PathBuf,
    number: usize,
    code: String,
}

impl Line {
    fn place(&self) -> String {
        format!("src/{}:{}", self.file.display(), self.number)
    }

    fn is_in(&self, part: &str) -> bool {
        self.file.starts_with(part) || self.file.with_extension("") == Path::new(part)
    }
}

/// The code of `src/`, without comments and tests.
fn lines() -> Vec<Line> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("src is readable") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") && !matches!(name, "tests.rs" | "testing.rs") {
                let file = path.strip_prefix(&root).expect("below src").to_owned();
                let text = fs::read_to_string(&path).expect("UTF-8");
                let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
                for (index, line) in code.lines().enumerate() {
                    let line = line.split("//").next().unwrap_or_default();
                    if !line.trim().is_empty() {
                        found.push(Line { file: file.clone(), number: index + 1, code: line.to_owned() });
                    }
                }
            }
        }
    }
    found.sort_by(|left, right| (&left.file, left.number).cmp(&(&right.file, right.number)));
    found
}

/// The row of a file: the longest part it lies in.
fn row(line: &Line) -> Option<(&'static str, &'static [&'static str])> {
    TABLE.iter().filter(|(part, _)| line.is_in(part)).max_by_key(|(part, _)| part.len()).copied()
}

/// Modules of the crate that a line names by a path from the root.
fn named(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for root in ["crate::", "elek::"] {
        for (at, _) in code.match_indices(root) {
            let joined = code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
            let rest = &code[at + root.len()..];
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            if !joined {
                found.push(&rest[..end]);
            }
        }
    }
    found
}

#[test]
fn arrows_point_one_way() {
    let mut broken = Vec::new();
    let mut used: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let lines = lines();
    assert!(lines.len() > 5_000, "only {} lines of code were found", lines.len());
    for line in &lines {
        let Some((part, allowed)) = row(line) else {
            broken.push(format!("{}: this module has no row in the table", line.place()));
            continue;
        };
        used.entry(part).or_default();
        let own = line.file.iter().next().and_then(|name| name.to_str()).unwrap_or_default().trim_end_matches(".rs");
        for module in named(&line.code) {
            if module.is_empty() {
                broken.push(format!("{}: name one module a line, so that this test can read it", line.place()));
            } else if let Some(known) = allowed.iter().find(|known| **known == module) {
                used.entry(part).or_default().insert(known);
            } else if module != own || part.contains('/') {
                broken.push(format!("{}: `{part}` may not know `{module}`", line.place()));
            }
        }
    }
    for (part, allowed) in TABLE {
        match used.get(part) {
            None => broken.push(format!("the row `{part}` fits no file")),
            Some(named) => {
                let idle = allowed.iter().filter(|module| !named.contains(**module) && *part != "main");
                broken.extend(
                    idle.map(|module| format!("`{part}` does not use `{module}` any more: take it out of the table")),
                );
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn some_things_stand_behind_a_fence() {
    let mut broken = Vec::new();
    for line in lines() {
        for (text, parts) in FENCED {
            let found = line
                .code
                .match_indices(text)
                .any(|(at, _)| !line.code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"'));
            if found && !parts.iter().any(|part| line.is_in(part)) {
                broken.push(format!("{}: `{text}` stands in {parts:?} only", line.place()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// A path of enough `super::` leads out of its module and around the table.
#[test]
fn paths_upwards_stay_inside_their_module() {
    let leads_out = |line: &&Line| {
        let depth = line.file.components().count() - usize::from(line.file.ends_with("mod.rs"));
        let out = "super::".repeat(depth.max(1));
        line.code.contains(&out)
    };
    let broken: Vec<String> = lines().iter().filter(leads_out).map(Line::place).collect();
    assert!(broken.is_empty(), "they name modules of the crate without `crate::`: {broken:?}");
}

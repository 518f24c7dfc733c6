//! `elek eval`: how much of what is labelled is found, and how much of what is found is right.

use super::args::{Common, Eval};
use super::failure::Failure;
use super::scan::{catalog, level, today};
use super::settings::Settings;
use anyhow::{Context as _, anyhow};
use elek::engine::{self, Options, Progress};
use elek::eval::{self, Found, Score};
use elek::limits::Limits;
use elek::read::Reader;
use elek::report::escape;
use elek::report::outcome::Code;
use elek::source::{Item, Listed, Source};
use std::collections::{BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

struct Files(VecDeque<PathBuf>);

impl Source for Files {
    fn next(&mut self) -> Option<Listed> {
        self.0.pop_front().map(|path| Listed::Item(Item::file(path)))
    }
}

/// Scans the files that labels name, and scores the findings.
pub(crate) fn run(common: &Common, arguments: &Eval) -> Result<Code, Failure> {
    let settings = Settings::load(common, None)?;
    let catalog = catalog(&settings)?;
    let tried = [arguments.folder.join("labels.jsonl"), arguments.folder.join("corpus/labels.jsonl")];
    let Some(labels) = tried.iter().find(|path| path.is_file()) else {
        let error = anyhow!("`{}` has no labels.jsonl", escape::path(&arguments.folder));
        return Err(
            Failure::usage(error).hint("a line of it names a file and the values in it, by detector and offsets")
        );
    };
    let read = || format!("cannot read `{}`", escape::path(labels));
    let text = fs::read_to_string(labels).with_context(read).map_err(Failure::usage)?;
    let documents = eval::read_labels(&text).map_err(|(line, error)| {
        Failure::usage(anyhow::Error::new(error).context(format!("{}, line {line}", read())))
    })?;
    let folder = labels.parent().map(PathBuf::from).unwrap_or_default();
    let judged = documents.iter().filter(|document| document.is_judged());
    let mut source = Files(judged.map(|document| folder.join(&document.file)).collect());
    let options = Options {
        jobs: std::thread::available_parallelism().map_or(1, usize::from),
        min_confidence: settings.min_confidence(),
        limits: Limits::default(),
        accepted: BTreeSet::new(),
        today: today(),
        level: level(),
        helper: Some(crate::worker::pool()),
        passwords: engine::Passwords::default(),
    };
    let mut found = Found::default();
    let stop = AtomicBool::new(false);
    let ended = engine::scan(&catalog, &mut source, &Reader::new(), &mut found, &options, &Progress::default(), &stop);
    let score = eval::score(&documents, &found, |document| folder.join(&document.file));
    super::print(&if arguments.format == "json" { json(&score) } else { table(&score) })?;
    if !ended.ledger.complete() {
        super::note("some labelled files could not be read in full");
    }
    let (_, _, f1) = score.macro_means();
    let below = arguments.min_f1.is_some_and(|least| f1 * 100.0 < least);
    Ok(match (below, ended.ledger.complete()) {
        (true, _) => Code::Findings,
        (false, true) => Code::Ok,
        (false, false) => Code::Incomplete,
    })
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.1}", share * 100.0))
}

fn table(score: &Score) -> String {
    let mut text = String::new();
    let mut line = |name: &str, numbers: [String; 3], shares: [Option<f64>; 3]| {
        let [labels, found, wrong] = numbers;
        let [precision, recall, f1] = shares.map(percent);
        // Writing to a string cannot fail.
        writeln!(text, "{name:<22}{labels:>8}{found:>8}{wrong:>8}{precision:>8}{recall:>8}{f1:>8}").ok();
    };
    for (detector, row) in &score.detectors {
        let numbers = [row.found + row.missed, row.found, row.wrong].map(|number| number.to_string());
        line(detector, numbers, [Some(row.precision()), row.recall(), row.f1()]);
    }
    let (precision, recall, f1) = score.macro_means();
    line("macro", Default::default(), [Some(precision), Some(recall), Some(f1)]);
    let sum = score.sum();
    let numbers = [sum.found + sum.missed, sum.found, sum.wrong].map(|number| number.to_string());
    line("micro", numbers, [Some(sum.precision()), sum.recall(), sum.f1()]);
    let head =
        format!("{:<22}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}\n", "detector", "labels", "found", "false", "prec", "rec", "f1");
    let languages = score.languages.iter().filter(|(_, counts)| counts.0 + counts.1 > 0).map(|(lang, counts)| {
        let row = eval::Row { found: counts.0, missed: counts.1, ..eval::Row::default() };
        format!("{} {}", escape::text(lang), percent(row.recall()))
    });
    let languages: Vec<String> = languages.collect();
    format!(
        "{head}{text}recall by language: {}\nfalse findings in files without labels: {}\n",
        languages.join("  "),
        score.negatives_wrong
    )
}

fn json(score: &Score) -> String {
    let detectors: serde_json::Map<String, serde_json::Value> = score
        .detectors
        .iter()
        .map(|(detector, row)| {
            let value = serde_json::json!({
                "labels": row.found + row.missed, "found": row.found, "missed": row.missed, "right": row.right,
                "false": row.wrong, "precision": row.precision(), "recall": row.recall(), "f1": row.f1(),
            });
            (detector.clone(), value)
        })
        .collect();
    let (precision, recall, f1) = score.macro_means();
    let sum = score.sum();
    let languages: serde_json::Map<String, serde_json::Value> = score
        .languages
        .iter()
        .map(|(lang, counts)| {
            let row = eval::Row { found: counts.0, missed: counts.1, ..eval::Row::default() };
            (lang.clone(), serde_json::json!(row.recall()))
        })
        .collect();
    let whole = serde_json::json!({
        "schema": "elek.eval/1",
        "detectors": detectors,
        "macro": {"precision": precision, "recall": recall, "f1": f1},
        "micro": {"precision": sum.precision(), "recall": sum.recall()},
        "recall_by_language": languages,
        "negatives_false": score.negatives_wrong,
    });
    format!("{whole}\n")
}

//! What holds for every detector in the program: its examples, its id, its categories, its words.

use elek::detect::{Catalog, Definition, check_built_in};
use elek::taxonomy::Category;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn definitions() -> Vec<Definition> {
    Catalog::built_in_definitions().expect("the detectors in the program are detectors")
}

/// Detector files below `patterns/`, and the ids that their paths stand for.
fn files() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for folder in ["by", "intl", "kz", "ru", "ua"] {
        for entry in fs::read_dir(Path::new("patterns").join(folder)).expect("a folder of detectors") {
            let path = entry.expect("an entry").path();
            let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let id = if folder == "intl" { stem } else { format!("{folder}.{stem}") };
            files.push((path, id));
        }
    }
    files.sort();
    files
}

#[test]
fn examples_hold_alone_and_together() {
    let problems = check_built_in();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn ids_are_paths() {
    let known: BTreeSet<String> = definitions().into_iter().map(|definition| definition.id).collect();
    let paths: BTreeSet<String> = files().into_iter().map(|(_, id)| id).collect();
    assert_eq!(known, paths);
    for (path, id) in files() {
        let text = fs::read_to_string(&path).expect("readable");
        assert_eq!(Catalog::source_of(&id), Some(text.as_str()), "{}", path.display());
    }
}

#[test]
fn every_category_exists_and_some_have_no_detector_yet() {
    let definitions = definitions();
    let mut fed = BTreeSet::new();
    for definition in &definitions {
        let refined = definition.matches.iter().filter_map(|shape| shape.category.as_deref());
        for category in refined.chain([definition.category.as_str()]) {
            assert!(Category::find(category).is_some(), "{}: `{category}` is not in the taxonomy", definition.id);
            fed.insert(category.to_owned());
        }
    }
    let empty: Vec<&str> = Category::all().iter().map(|category| category.id).filter(|id| !fed.contains(*id)).collect();
    println!("{} categories are fed; no detector feeds {}: {}", fed.len(), empty.len(), empty.join(", "));
}

#[test]
fn no_word_stands_twice_in_a_list() {
    let mut twice = Vec::new();
    for definition in definitions() {
        let context = &definition.context;
        let words = context.raise.iter().map(|(lang, words)| (format!("raise.{lang}"), words));
        let against = context.lower.iter().map(|(lang, words)| (format!("lower.{lang}"), words));
        let fields = std::iter::once(("fields".to_owned(), &context.fields));
        for (list, words) in words.chain(against).chain(fields) {
            let mut seen = BTreeSet::new();
            twice.extend(
                words
                    .iter()
                    .filter(|word| !seen.insert(word.to_lowercase()))
                    .map(|word| format!("{}: {list}: {word}", definition.id)),
            );
        }
        for (lang, words) in &context.raise {
            let lower = context.lower.get(lang).map_or(&[][..], Vec::as_slice);
            twice.extend(
                words
                    .iter()
                    .filter(|word| lower.contains(word))
                    .map(|word| format!("{}: {word} raises and lowers", definition.id)),
            );
        }
    }
    assert!(twice.is_empty(), "{}", twice.join("\n"));
}

#[test]
fn every_detector_says_where_its_format_is_defined() {
    for definition in definitions() {
        assert!(
            !definition.source.is_empty() && definition.source.iter().all(|source| source.len() > 4),
            "{}",
            definition.id
        );
        assert!(!definition.name.is_empty() && !definition.since.is_empty(), "{}", definition.id);
    }
}

//! Runs the examples that stand in detector files: alone and with all other detectors on.

use super::catalog::file::Definition;
use super::{Before, Block, Catalog, CatalogError, Scanner, Selection, simd::Level};
use crate::check::Day;
use crate::finding::Confidence;
use crate::text::layout::Layout;
use std::path::Path;

/// The day that examples are read on: dates in them lie before it.
const TODAY: Day = Day::new(2026, 11, 1);

/// What the examples of the detectors in the program say against them.
pub fn check_built_in() -> Vec<String> {
    report(Catalog::built_in_definitions().and_then(|definitions| check(&definitions, &Selection::default())))
}

/// What the examples of a folder's detectors say against them.
pub fn check_folder(folder: &Path) -> Vec<String> {
    let selection = Selection { folders: vec![folder.to_owned()], ..Selection::default() };
    report(Catalog::definitions_in(folder).and_then(|definitions| check(&definitions, &selection)))
}

/// The values that a detector finds in a text, with all others on.
#[cfg(test)]
pub(super) fn all_found(text: &str, detector: &str) -> Vec<String> {
    let catalog = Catalog::load(&Selection::default()).unwrap_or_else(|error| panic!("{error}"));
    found(&mut Scanner::new(&catalog, TODAY, Level::best()), &catalog, detector, text)
}

fn report(checked: Result<Vec<String>, CatalogError>) -> Vec<String> {
    match checked {
        Ok(problems) => problems,
        Err(error) => {
            let mut line = error.to_string();
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                line = format!("{line}: {cause}");
                source = cause.source();
            }
            vec![line]
        }
    }
}

fn check(definitions: &[Definition], selection: &Selection) -> Result<Vec<String>, CatalogError> {
    let together = Catalog::load(selection)?;
    let mut problems = Vec::new();
    for definition in definitions {
        if definition.example.is_empty() || definition.counterexample.is_empty() {
            problems.push(format!("{}: needs at least one example and one counterexample", definition.id));
        }
        let alone = Catalog::load(&Selection { only: vec![definition.id.clone()], ..selection.clone() })?;
        // What runs only when it is asked for has no others around it.
        let settings = [(&alone, "alone"), (&together, "with all others")];
        for (catalog, how) in settings.into_iter().take(1 + usize::from(definition.default)) {
            let mut scanner = Scanner::new(catalog, TODAY, Level::best());
            for (index, example) in definition.example.iter().enumerate() {
                let found = found(&mut scanner, catalog, &definition.id, &example.text);
                // Values of examples are invented; still only their number is named.
                if found != example.finds {
                    let what = format!(
                        "finds {} of {} values",
                        found.iter().filter(|value| example.finds.contains(value)).count(),
                        example.finds.len()
                    );
                    problems.push(format!(
                        "{}: example {} {what}, and {} in all, {how}",
                        definition.id,
                        index + 1,
                        found.len()
                    ));
                }
            }
            for (index, example) in definition.counterexample.iter().enumerate() {
                if !found(&mut scanner, catalog, &definition.id, &example.text).is_empty() {
                    problems.push(format!(
                        "{}: counterexample {} ({}) is found, {how}",
                        definition.id,
                        index + 1,
                        example.why
                    ));
                }
            }
        }
    }
    Ok(problems)
}

fn found(scanner: &mut Scanner<'_>, catalog: &Catalog, id: &str, text: &str) -> Vec<String> {
    let layout = Layout::sniff(text.as_bytes());
    let block = Block {
        bytes: text.as_bytes(),
        own: 0..text.len(),
        base: 0,
        before: Before::default(),
        goes_on: false,
        layout: &layout,
    };
    let own = |kind: u16| catalog.kinds().get(usize::from(kind)).is_some_and(|kind| *kind.detector == *id);
    let hits = scanner.scan(&block).iter();
    hits.filter(|hit| hit.confidence >= Confidence::Medium && own(hit.kind))
        .filter_map(|hit| text.get(hit.range()).map(str::to_owned))
        .collect()
}

//! `elek detectors`: what is looked for, and whether detectors do what their examples say.

use super::args::{Common, Detectors};
use super::failure::Failure;
use super::scan::{catalog, check_built_in, check_folder};
use super::settings::Settings;
use anyhow::anyhow;
use elek::detect::Catalog;
use elek::lang::Noun;
use elek::report::escape;
use elek::report::outcome::Code;
use elek::taxonomy::{Category, Jurisdiction};
use std::fmt::Write as _;

pub(crate) fn run(common: &Common, command: &Detectors) -> Result<Code, Failure> {
    let settings = Settings::load(common, None)?;
    match command {
        Detectors::List { json } => list(&settings, *json),
        Detectors::Show { id } => show(&settings, id),
        Detectors::Check { folders } => {
            let mut problems = Vec::new();
            if folders.is_empty() {
                problems.extend(check_built_in());
            }
            for folder in folders {
                if !folder.is_dir() {
                    let error = anyhow!("`{}` is not a folder", folder.display());
                    return Err(Failure::usage(error).hint("detectors are TOML files in a folder, as with --patterns"));
                }
                problems.extend(check_folder(folder));
            }
            if problems.is_empty() {
                return super::print("every example holds\n");
            }
            let lines = problems.iter().flat_map(|problem| problem.lines()).map(|line| escape::text(line) + "\n");
            super::print(&lines.collect::<String>())?;
            super::note(&match problems.len() {
                1 => "1 problem".to_owned(),
                count => format!("{count} problems"),
            });
            Ok(Code::Findings)
        }
    }
}

fn list(settings: &Settings, json: bool) -> Result<Code, Failure> {
    let catalog = catalog(settings)?;
    let rows: Vec<_> = catalog.definitions().collect();
    let mut text = String::new();
    // Writing to a string cannot fail.
    if json {
        for (definition, on) in rows {
            let row = serde_json::json!({
                "id": definition.id,
                "name": definition.name,
                "category": definition.category,
                "class": definition.class.name(),
                "on": on,
                "since": definition.since,
            });
            writeln!(text, "{row}").ok();
        }
        return super::print(&text);
    }
    let width = |text: fn(&elek::detect::Definition) -> &str| {
        rows.iter().map(|(row, _)| text(row).chars().count()).max().unwrap_or(0)
    };
    let (id_width, category_width) = (width(|row| &row.id), width(|row| &row.category));
    let on_count = rows.iter().filter(|(_, on)| *on).count();
    for (definition, on) in rows {
        writeln!(
            text,
            "{} {:id_width$}  {:category_width$}  {}  {}",
            if on { '*' } else { ' ' },
            definition.id,
            definition.category,
            definition.class.name(),
            escape::text(&definition.name)
        )
        .ok();
    }
    let detectors = settings.lang().counted(on_count as u64, Noun::Detector);
    writeln!(text, "\n* {detectors}").ok();
    super::print(&text)
}

fn show(settings: &Settings, id: &str) -> Result<Code, Failure> {
    let catalog = catalog(settings)?;
    let Some((definition, on)) = catalog.definitions().find(|(definition, _)| definition.id == id) else {
        return Err(
            Failure::usage(anyhow!("no detector is called `{id}`")).hint("`elek detectors list` shows them all")
        );
    };
    let lang = settings.lang();
    let mut text = String::new();
    // Writing to a string cannot fail.
    writeln!(text, "# {}: {}", definition.id, escape::text(&definition.name)).ok();
    writeln!(text, "# {}", if on { "on" } else { "off" }).ok();
    if let Some(category) = Category::find(&definition.category) {
        writeln!(text, "# {}: {}", category.id, category.name(lang)).ok();
        let class = lang.gate_class(category.gate_class).unwrap_or_default();
        writeln!(text, "# {}: {}, severity {}", category.gate_class, class, category.severity).ok();
        let laws: Vec<String> =
            Jurisdiction::ALL.into_iter().map(|place| format!("{} {}", place.code(), category.law(place))).collect();
        writeln!(text, "# law: {}", laws.join(", ")).ok();
        writeln!(text, "# shown as: {}", example_mask(category)).ok();
    }
    if let Some(source) = Catalog::source_of(id) {
        text.push('\n');
        text.push_str(source);
    } else {
        writeln!(text, "# class {}, since {}", definition.class.name(), escape::text(&definition.since)).ok();
        for source in &definition.source {
            writeln!(text, "# source: {}", escape::text(source)).ok();
        }
    }
    super::print(&text)
}

/// What a value of a category looks like in a report.
fn example_mask(category: &Category) -> String {
    use elek::finding::Mask;
    let sample: &str = match category.mask {
        Mask::Hidden | Mask::Last2 | Mask::Last4 | Mask::Shown => "123456789012",
        Mask::FirstChar => "name@example.kz",
        Mask::Initials => "Name Surname",
        Mask::YearHidden => "2001-02-03",
        Mask::NetOnly => "203.0.113.7",
        Mask::Coarse => "43.25,76.95",
    };
    elek::report::masked(category.mask, sample.as_bytes())
}

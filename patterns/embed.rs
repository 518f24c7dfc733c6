//! Puts the detectors into the program: as one JSON text without examples and words, which is read at every start, their
//! words as tables, and as the files themselves, for `elek detectors show` and `check`.

use crate::vocabulary::{Said, Vocabulary};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Writes `OUT_DIR/patterns.rs`, `detectors.json`, `words.json` and `words.bin`.
pub(crate) fn embed(root: &Path, out: &Path) -> Result<(), String> {
    let folder = root.join("patterns");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    for country in entries(&folder)? {
        if country.is_dir() {
            println!("cargo:rerun-if-changed={}", country.display());
            files.extend(
                entries(&country)?.into_iter().filter(|path| path.extension().is_some_and(|end| end == "toml")),
            );
        }
    }
    let mut code = String::from(
        "/// Every detector file: its path below `patterns/`, and its text.\npub(super) static FILES: &[(&str, &str)] = &[\n",
    );
    let mut definitions = Vec::new();
    for path in &files {
        println!("cargo:rerun-if-changed={}", path.display());
        let name = path.strip_prefix(&folder).map_err(|error| error.to_string())?.to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
        let mut table: toml::Table = toml::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
        table.remove("example");
        table.remove("counterexample");
        definitions.push(serde_json::to_value(&table).map_err(|error| format!("{name}: {error}"))?);
        writeln!(code, "    ({name:?}, include_str!({:?})),", path.display().to_string())
            .map_err(|error| error.to_string())?;
    }
    code.push_str("];\n");
    let common = fs::read_to_string(folder.join("context.toml")).map_err(|error| format!("context.toml: {error}"))?;
    let common: toml::Table = toml::from_str(&common).map_err(|error| format!("context.toml: {error}"))?;
    let all = json!({ "common": common, "detectors": definitions });
    let digest = Sha256::digest(all.to_string());
    writeln!(
        code,
        "\n/// SHA-256 of the detectors in the program.\npub(super) static DIGEST: [u8; 32] = {:?};",
        digest.as_slice()
    )
    .map_err(|error| error.to_string())?;
    fs::write(out.join("patterns.rs"), code).map_err(|error| error.to_string())?;
    definitions.sort_by(|left, right| left["id"].as_str().cmp(&right["id"].as_str()));
    let common = &all["common"];
    let words = vocabulary(&definitions, common)?.pack();
    fs::write(out.join("words.bin"), words).map_err(|error| error.to_string())?;
    let written: Map<String, Value> = definitions.iter_mut().filter_map(take_words).collect();
    let written = json!({ "common": common, "words": written }).to_string();
    fs::write(out.join("words.json"), written).map_err(|error| error.to_string())?;
    fs::write(out.join("detectors.json"), Value::from(definitions).to_string()).map_err(|error| error.to_string())
}

/// The tables of all words.
fn vocabulary(definitions: &[Value], common: &Value) -> Result<Vocabulary, String> {
    let said: Vec<Said<'_>> = definitions
        .iter()
        .map(|definition| {
            let context = &definition["context"];
            Said {
                id: definition["id"].as_str().unwrap_or_default(),
                raise: by_language(&context["raise"]),
                lower: by_language(&context["lower"]),
                fields: strings(&context["fields"]).collect(),
                is_number: is_number(definition),
            }
        })
        .collect();
    let fields: Vec<&str> = strings(&common["fields"]["lower"]).collect();
    Vocabulary::gather(&said, &by_language(&common["lower"]), &fields)
        .map_err(|(id, keyword, problem)| format!("detector `{id}`: the keyword `{keyword}` {problem}"))
}

/// Whether values of the detector are numbers: digits in groups.
fn is_number(definition: &Value) -> bool {
    let shapes = definition["match"].as_array().into_iter().flatten().filter_map(|shape| shape["shape"].as_str());
    shapes.into_iter().any(|shape| matches!(shape, "digits" | "phone"))
}

fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn by_language(table: &Value) -> Vec<&str> {
    table.as_object().into_iter().flat_map(|table| table.values()).flat_map(strings).collect()
}

/// Takes the words out of a definition; gives its id with them.
fn take_words(definition: &mut Value) -> Option<(String, Value)> {
    let context = definition.get_mut("context")?.as_object_mut()?;
    let words = ["raise", "lower", "fields"].into_iter().filter_map(|name| context.remove_entry(name)).collect();
    Some((definition["id"].as_str()?.to_owned(), Value::Object(words)))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let listed = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths = Vec::new();
    for entry in listed {
        paths.push(entry.map_err(|error| error.to_string())?.path());
    }
    paths.sort();
    Ok(paths)
}

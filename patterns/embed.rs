//! Puts the detectors into the program: as one JSON text without examples, which is read at every start, and as the
//! files themselves, for `elek detectors show` and `check`.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Writes `OUT_DIR/patterns.rs` and `OUT_DIR/detectors.json`.
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
    let all = serde_json::json!({ "common": common, "detectors": definitions });
    let all = all.to_string();
    let digest = Sha256::digest(&all);
    writeln!(
        code,
        "\n/// SHA-256 of the detectors in the program.\npub(super) static DIGEST: [u8; 32] = {:?};",
        digest.as_slice()
    )
    .map_err(|error| error.to_string())?;
    fs::write(out.join("detectors.json"), all).map_err(|error| error.to_string())?;
    fs::write(out.join("patterns.rs"), code).map_err(|error| error.to_string())
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

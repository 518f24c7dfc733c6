//! Puts taxonomy and detectors into the program as constant data, and notes the facts of this build.
//!
//! In: `patterns/`, the commit, `SOURCE_DATE_EPOCH`. Out: files in `OUT_DIR` and `ELEK_*` variables for `env!`.
//! A taxonomy that does not hold together stops the build with the place and the reason.

#[path = "src/detect/address/classes.rs"]
#[expect(dead_code, reason = "shared with the program, which reads what is written here")]
mod classes;
#[path = "patterns/embed.rs"]
mod embed;
#[path = "patterns/names/embed.rs"]
mod names;
#[path = "patterns/policy.rs"]
mod policy;
#[path = "patterns/text.rs"]
#[expect(dead_code, unreachable_pub, reason = "shared with the program, which uses more of it")]
#[deny(clippy::indexing_slicing)]
mod text;
#[path = "src/detect/catalog/vocabulary.rs"]
#[expect(dead_code, reason = "shared with the program, which reads what is written here")]
mod vocabulary;

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use toml::de::{DeTable, DeValue};

const LANGUAGES: [&str; 5] = ["en", "ru", "kk", "uk", "be"];
const JURISDICTIONS: [&str; 5] = ["kz", "ru", "by", "ua", "eu"];

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/detect/catalog/vocabulary.rs");
    for name in ["bytes", "fold", "hash", "heads", "keyword", "names", "packed", "utf8"] {
        println!("cargo:rerun-if-changed=src/text/{name}.rs");
    }
    let taxonomy = root.join("patterns/taxonomy.toml");
    println!("cargo:rerun-if-changed=patterns/taxonomy.toml");
    match compile_taxonomy(&taxonomy) {
        Ok(code) => fs::write(out.join("taxonomy.rs"), code).expect("OUT_DIR is writable"),
        Err(problem) => fail(&format!("{}: {problem}", taxonomy.display())),
    }
    if let Err(problem) = embed::embed(&root, &out).and_then(|()| policy::embed(&root, &out)) {
        fail(&problem);
    }
    if let Err(problem) = embed_addresses(&root, &out) {
        fail(&format!("patterns/address: {problem}"));
    }
    if let Err(problem) = names::embed(&root, &out) {
        fail(&problem);
    }
    build_facts(&root);
}

/// Writes `OUT_DIR/address.bin`.
fn embed_addresses(root: &Path, out: &Path) -> Result<(), String> {
    println!("cargo:rerun-if-changed=src/detect/address/classes.rs");
    let read = |name: &str| {
        let path = root.join("patterns/address").join(name);
        println!("cargo:rerun-if-changed={}", path.display());
        fs::read_to_string(&path).map_err(|error| format!("{name}: {error}"))
    };
    let table = classes::table(&read("words.txt")?, &read("towns.txt")?, &read("regions.txt")?)?;
    fs::write(out.join("address.bin"), table).map_err(|error| error.to_string())
}

fn fail(problem: &str) -> ! {
    println!("cargo::error={problem}");
    std::process::exit(1);
}

/// The categories as Rust source: a slice sorted by id, all of it constant data.
fn compile_taxonomy(path: &Path) -> Result<String, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let table = DeTable::parse(&text).map_err(|error| error.to_string())?.into_inner();

    let mut severities = Vec::new();
    for (name, row) in entry(&table, "gate_class")?.as_table().ok_or("`gate_class` is not a table")? {
        let row = row.get_ref().as_table().ok_or("a row of `gate_class` is not a table")?;
        let severity = entry(row, "severity")?.as_integer().ok_or("`severity` is not a number")?;
        severities.push((name.get_ref().to_string(), severity.as_str().to_owned()));
    }

    let mut rows = Vec::new();
    for category in entry(&table, "category")?.as_array().ok_or("`category` is not a list")? {
        let category = category.get_ref().as_table().ok_or("a category is not a table")?;
        let id = string(category, "id")?;
        let row =
            compile_category(category, &id, &severities).map_err(|problem| format!("category `{id}`: {problem}"))?;
        rows.push((id, row));
    }
    rows.sort();
    let ids: BTreeSet<&str> = rows.iter().map(|(id, _)| id.as_str()).collect();
    if ids.len() != rows.len() {
        return Err("two categories share an id".to_owned());
    }

    let mut code = String::from("static CATEGORIES: &[Category] = &[\n");
    for (_, row) in &rows {
        code.push_str(row);
    }
    code.push_str("];\n");
    Ok(code)
}

fn compile_category(table: &DeTable<'_>, id: &str, severities: &[(String, String)]) -> Result<String, String> {
    let gate_class = string(table, "gate_class")?;
    let (_, severity) = severities
        .iter()
        .find(|(name, _)| *name == gate_class)
        .ok_or_else(|| format!("gate class `{gate_class}` is not in the table `gate_class`"))?;
    let mask = match string(table, "mask")?.as_str() {
        "hidden" => "Hidden",
        "last2" => "Last2",
        "last4" => "Last4",
        "first_char" => "FirstChar",
        "initials" => "Initials",
        "year_hidden" => "YearHidden",
        "net_only" => "NetOnly",
        "coarse" => "Coarse",
        "shown" => "Shown",
        other => return Err(format!("unknown mask `{other}`")),
    };
    let subject_key = match string(table, "subject_key")?.as_str() {
        "strong" => "Strong",
        "medium" => "Medium",
        "weak" => "Weak",
        "none" => "None",
        other => return Err(format!("unknown subject key `{other}`")),
    };
    let names = per_key(table, "names", &LANGUAGES)?;
    let names: Vec<String> = names
        .into_iter()
        .zip(LANGUAGES)
        .map(|(name, lang)| name.ok_or_else(|| format!("no name in `{lang}`")))
        .collect::<Result<_, _>>()?;
    let law = per_key(table, "law", &JURISDICTIONS)?;
    let law: Vec<String> = law
        .into_iter()
        .zip(JURISDICTIONS)
        .map(|(class, place)| class.ok_or_else(|| format!("no class of `{place}`")))
        .collect::<Result<_, _>>()?;
    let advice = match table.get("advice") {
        None => vec![None; LANGUAGES.len()],
        Some(_) => per_key(table, "advice", &LANGUAGES)?,
    };
    let implies: Vec<String> = match table.get("implies") {
        None => Vec::new(),
        Some(list) => list
            .get_ref()
            .as_array()
            .ok_or("`implies` is not a list")?
            .iter()
            .map(|item| item.get_ref().as_str().map(str::to_owned).ok_or("`implies` holds something else than ids"))
            .collect::<Result<_, _>>()?,
    };
    let mut code = String::new();
    writeln!(
        code,
        "    Category {{ id: {id:?}, group: {:?}, gate_class: {gate_class:?}, severity: {severity}, subject_key: SubjectKey::{subject_key}, \
         min_evidence: {:?}, mask: Mask::{mask}, redact: {:?}, implies: &{implies:?}, law: {law:?}, names: {names:?}, advice: {advice:?} }},",
        string(table, "group")?,
        string(table, "min_evidence")?,
        string(table, "redact")?,
    )
    .expect("writing to a string");
    Ok(code)
}

fn entry<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Result<&'t DeValue<'i>, String> {
    table.get(key).map(toml::Spanned::get_ref).ok_or_else(|| format!("no key `{key}`"))
}

fn string(table: &DeTable<'_>, key: &str) -> Result<String, String> {
    entry(table, key)?.as_str().map(str::to_owned).ok_or_else(|| format!("`{key}` is not a string"))
}

/// The strings of the table `name`, in the order of `keys`; a key outside `keys` is refused.
fn per_key(table: &DeTable<'_>, name: &str, keys: &[&str]) -> Result<Vec<Option<String>>, String> {
    let inner = entry(table, name)?.as_table().ok_or_else(|| format!("`{name}` is not a table"))?;
    for key in inner.keys() {
        if !keys.contains(&key.get_ref().as_ref()) {
            return Err(format!("`{name}.{}` is none of {keys:?}", key.get_ref()));
        }
    }
    keys.iter()
        .map(|key| match inner.get(*key) {
            None => Ok(None),
            Some(_) => string(inner, key).map(Some),
        })
        .collect()
}

/// What `elek version --json` tells: commit, date, target, features, compiler.
fn build_facts(root: &Path) {
    println!("cargo:rerun-if-env-changed=SOURCE_DATE_EPOCH");
    let git = |arguments: &[&str]| -> Option<String> {
        // Only this package's own repository: a packed crate inside somebody else's tree has no commit.
        if !root.join(".git").exists() {
            return None;
        }
        let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
        (output.status.success() && !text.is_empty()).then_some(text)
    };
    for name in ["HEAD", "packed-refs"] {
        if let Some(path) = git(&["rev-parse", "--git-path", name]) {
            rerun_if_changed(root, &path);
        }
    }
    if let Some(reference) = git(&["symbolic-ref", "-q", "HEAD"])
        && let Some(path) = git(&["rev-parse", "--git-path", &reference])
    {
        rerun_if_changed(root, &path);
    }

    let sha = git(&["rev-parse", "--short=12", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
    let epoch = env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.trim().parse::<i64>().ok());
    let date = match epoch {
        Some(seconds) => civil_date(seconds),
        None => git(&["show", "-s", "--format=%ct", "HEAD"])
            .and_then(|text| text.parse().ok())
            .map_or_else(|| "unknown".to_owned(), civil_date),
    };
    let features: Vec<String> = env::vars()
        .filter_map(|(key, _)| key.strip_prefix("CARGO_FEATURE_").map(|name| name.to_lowercase().replace('_', "-")))
        .filter(|name| name != "default")
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let rustc = env::var_os("RUSTC")
        .and_then(|rustc| Command::new(rustc).arg("--version").output().ok())
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned());
    println!("cargo:rustc-env=ELEK_GIT_SHA={sha}");
    println!("cargo:rustc-env=ELEK_BUILD_DATE={date}");
    println!("cargo:rustc-env=ELEK_TARGET={}", env::var("TARGET").unwrap_or_default());
    println!("cargo:rustc-env=ELEK_BUILD_PROFILE={}", env::var("PROFILE").unwrap_or_default());
    println!("cargo:rustc-env=ELEK_FEATURES={}", features.join(","));
    println!("cargo:rustc-env=ELEK_RUSTC={rustc}");
}

fn rerun_if_changed(root: &Path, path: &str) {
    // A path that does not exist would make cargo run this file on every build.
    if root.join(path).exists() {
        println!("cargo:rerun-if-changed={path}");
    }
}

/// Year, month and day (UTC) of a number of seconds since 1970.
fn civil_date(seconds: i64) -> String {
    let days = seconds.div_euclid(86_400) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

//! Puts purposes and the gate's defaults into the program, after a check that their ids exist and their tables are whole.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Writes `OUT_DIR/gate.json` and `OUT_DIR/purposes.json`.
pub(crate) fn embed(root: &Path, out: &Path) -> Result<(), String> {
    let [taxonomy, gate, purposes] = ["taxonomy", "gate-defaults", "purposes"].map(|name| read(root, name));
    let (taxonomy, mut gate, purposes) = (taxonomy?, gate?, purposes?);
    let categories: BTreeSet<&str> =
        list(&taxonomy, "category").iter().filter_map(|category| category["id"].as_str()).collect();
    let classes: BTreeSet<&str> = keys(&taxonomy["gate_class"]).collect();
    check_gate(&gate, &classes).map_err(|problem| format!("gate-defaults.toml: {problem}"))?;
    check_purposes(&purposes, &categories, &gate).map_err(|problem| format!("purposes.toml: {problem}"))?;
    // Records name the versions of all three.
    gate["taxonomy_version"] = taxonomy["version"].clone();
    fs::write(out.join("gate.json"), gate.to_string()).map_err(|error| error.to_string())?;
    fs::write(out.join("purposes.json"), purposes.to_string()).map_err(|error| error.to_string())
}

fn read(root: &Path, name: &str) -> Result<Value, String> {
    let path = root.join(format!("patterns/{name}.toml"));
    println!("cargo:rerun-if-changed={}", path.display());
    let text = fs::read_to_string(&path).map_err(|error| format!("{name}.toml: {error}"))?;
    let table: toml::Table = toml::from_str(&text).map_err(|error| format!("{name}.toml: {error}"))?;
    serde_json::to_value(&table).map_err(|error| format!("{name}.toml: {error}"))
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn keys(value: &Value) -> impl Iterator<Item = &str> {
    value.as_object().into_iter().flat_map(|object| object.keys().map(String::as_str))
}

fn check_gate(gate: &Value, classes: &BTreeSet<&str>) -> Result<(), String> {
    let order: Vec<&str> = list(gate, "order").iter().filter_map(Value::as_str).collect();
    if order != ["allow", "redact", "hold", "deny"] {
        return Err("`order` is not allow, redact, hold, deny".to_owned());
    }
    let destinations: BTreeSet<&str> = keys(&gate["destination"]).collect();
    for id in &destinations {
        let matrix = &gate["destination"][id]["matrix"];
        let named: BTreeSet<&str> = keys(matrix).collect();
        if named != *classes {
            return Err(format!("the matrix of `{id}` does not name every gate class once"));
        }
        if let Some(class) = named.iter().find(|class| !order.contains(&matrix[class].as_str().unwrap_or_default())) {
            return Err(format!("`{id}`, `{class}`: a cell is one of {order:?}"));
        }
        if matrix["secret"] == "allow" {
            return Err(format!("`{id}` allows secrets"));
        }
    }
    for rule in list(gate, "raise") {
        for id in list(rule, "destinations").iter().filter_map(Value::as_str) {
            if id != "*" && !destinations.contains(id) {
                return Err(format!("{}: there is no destination `{id}`", rule["id"]));
            }
        }
    }
    Ok(())
}

fn check_purposes(purposes: &Value, categories: &BTreeSet<&str>, gate: &Value) -> Result<(), String> {
    let mut ids = BTreeSet::new();
    for purpose in list(purposes, "purpose") {
        let id = purpose["id"].as_str().ok_or("a purpose without an id")?;
        if !ids.insert(id) {
            return Err(format!("two purposes are called `{id}`"));
        }
        if let Some(destination) = purpose["destination"].as_str().filter(|name| gate["destination"][name].is_null()) {
            return Err(format!("`{id}`: there is no destination `{destination}`"));
        }
        for subject in list(purpose, "subject") {
            for category in list(subject, "allowed").iter().filter_map(Value::as_str) {
                if category != "*" && !categories.contains(category) {
                    return Err(format!("`{id}`: the taxonomy has no category `{category}`"));
                }
            }
        }
    }
    Ok(())
}

//! As much of JSON Schema 2020-12 as our schemas use. A keyword that it does not know fails the test.

use serde_json::Value;

/// What is wrong with `value`, one line each; nothing if it is valid.
pub(crate) fn problems(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, schema, value, "$", &mut found);
    found
}

fn say(at: &str, text: &str) -> String {
    format!("{at}: {text}")
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let rules = schema.as_object().unwrap_or_else(|| panic!("{at}: a schema is an object"));
    for (keyword, rule) in rules {
        match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" => {}
            "$ref" => {
                let pointer = rule.as_str().and_then(|text| text.strip_prefix('#')).expect("a local reference");
                let target = root.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is not there"));
                let mut inner = Vec::new();
                check(root, target, value, at, &mut inner);
                found.append(&mut inner);
            }
            "oneOf" => {
                let fitting = rule.as_array().expect("a list").iter().filter(|one| {
                    let mut inner = Vec::new();
                    check(root, one, value, at, &mut inner);
                    inner.is_empty()
                });
                let count = fitting.count();
                if count != 1 {
                    found.push(say(at, &format!("fits {count} of oneOf: {value}")));
                }
            }
            "type" => {
                let is = |name: &Value| match name.as_str().expect("a name") {
                    "null" => value.is_null(),
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "number" => value.is_number(),
                    "integer" => value.is_u64() || value.is_i64(),
                    other => panic!("type {other}"),
                };
                if !rule.as_array().map_or_else(|| is(rule), |names| names.iter().any(is)) {
                    found.push(say(at, &format!("is not of type {rule}: {value}")));
                }
            }
            "const" | "enum" | "minimum" | "maximum" => {
                let fits = match keyword.as_str() {
                    "const" => value == rule,
                    "enum" => rule.as_array().expect("a list").contains(value),
                    "minimum" => value.as_f64() >= rule.as_f64(),
                    _ => value.as_f64() <= rule.as_f64(),
                };
                if !fits {
                    found.push(say(at, &format!("breaks {keyword} {rule}: {value}")));
                }
            }
            "pattern" => {
                let pattern = regex::Regex::new(rule.as_str().expect("a pattern")).expect("a pattern");
                if value.as_str().is_some_and(|text| !pattern.is_match(text)) {
                    found.push(say(at, &format!("breaks pattern {rule}: {value}")));
                }
            }
            "minLength" | "maxLength" => {
                let length = value.as_str().map_or(0, |text| text.chars().count() as u64);
                let limit = rule.as_u64().expect("a number");
                if (keyword == "minLength" && length < limit) || (keyword == "maxLength" && length > limit) {
                    found.push(say(at, &format!("breaks {keyword} {limit}: {value}")));
                }
            }
            "maxItems" => {
                if value.as_array().is_some_and(|items| items.len() as u64 > rule.as_u64().expect("a number")) {
                    found.push(say(at, &format!("has more than {rule} items")));
                }
            }
            "required" => {
                for name in rule.as_array().expect("a list") {
                    if value.as_object().is_some_and(|object| !object.contains_key(name.as_str().expect("a name"))) {
                        found.push(say(at, &format!("lacks {name}")));
                    }
                }
            }
            "properties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    if let Some(schema) = rule.get(name) {
                        let mut nested = Vec::new();
                        check(root, schema, inner, &format!("{at}.{name}"), &mut nested);
                        found.append(&mut nested);
                    }
                }
            }
            "additionalProperties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    if rules.get("properties").is_some_and(|known| known.get(name).is_some()) {
                        continue;
                    }
                    if rule == &Value::Bool(false) {
                        found.push(say(at, &format!("has `{name}`, which is not in the schema")));
                    } else {
                        let mut nested = Vec::new();
                        check(root, rule, inner, &format!("{at}.{name}"), &mut nested);
                        found.append(&mut nested);
                    }
                }
            }
            "items" => {
                for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
                    let mut nested = Vec::new();
                    check(root, rule, inner, &format!("{at}[{index}]"), &mut nested);
                    found.append(&mut nested);
                }
            }
            other => panic!("{at}: the validator does not know `{other}`"),
        }
    }
}

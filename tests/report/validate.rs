//! As much of JSON Schema 2020-12 as our schemas use. A keyword that it does not know fails the test.

use serde_json::Value;

/// What is wrong with `value`, one line each; nothing if it is valid.
pub(crate) fn problems(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, schema, value, "$", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let rules = schema.as_object().unwrap_or_else(|| panic!("{at}: a schema is an object"));
    let mut say = |text: String| found.push(format!("{at}: {text}"));
    for (keyword, rule) in rules {
        match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" => {}
            "$ref" => {
                let pointer = rule.as_str().and_then(|text| text.strip_prefix('#')).expect("a local reference");
                let target = root.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is not there"));
                let mut inner = Vec::new();
                check(root, target, value, at, &mut inner);
                inner.into_iter().for_each(|text| say(text));
            }
            "oneOf" => {
                let fitting = rule.as_array().expect("a list").iter().filter(|one| {
                    let mut inner = Vec::new();
                    check(root, one, value, at, &mut inner);
                    inner.is_empty()
                });
                let count = fitting.count();
                if count != 1 {
                    say(format!("fits {count} of oneOf: {value}"));
                }
            }
            "type" => {
                let fits = match rule.as_str().expect("a name") {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "number" => value.is_number(),
                    "integer" => value.is_u64() || value.is_i64(),
                    other => panic!("type {other}"),
                };
                if !fits {
                    say(format!("is not of type {rule}: {value}"));
                }
            }
            "const" if value != rule => say(format!("is not {rule}: {value}")),
            "const" => {}
            "enum" if !rule.as_array().expect("a list").contains(value) => say(format!("is none of {rule}: {value}")),
            "enum" => {}
            "minimum" if value.as_f64() < rule.as_f64() => say(format!("is below {rule}: {value}")),
            "maximum" if value.as_f64() > rule.as_f64() => say(format!("is above {rule}: {value}")),
            "minimum" | "maximum" => {}
            "minLength" | "maxLength" => {
                let length = value.as_str().map_or(0, |text| text.chars().count() as u64);
                let limit = rule.as_u64().expect("a number");
                if (keyword == "minLength" && length < limit) || (keyword == "maxLength" && length > limit) {
                    say(format!("breaks {keyword} {limit}: {value}"));
                }
            }
            "maxItems" => {
                if value.as_array().is_some_and(|items| items.len() as u64 > rule.as_u64().expect("a number")) {
                    say(format!("has more than {rule} items"));
                }
            }
            "required" => {
                for name in rule.as_array().expect("a list") {
                    if value.as_object().is_some_and(|object| !object.contains_key(name.as_str().expect("a name"))) {
                        say(format!("lacks {name}"));
                    }
                }
            }
            "properties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    if let Some(schema) = rule.get(name) {
                        let mut nested = Vec::new();
                        check(root, schema, inner, &format!("{at}.{name}"), &mut nested);
                        nested.into_iter().for_each(|text| say(text));
                    }
                }
            }
            "additionalProperties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    if rules.get("properties").is_some_and(|known| known.get(name).is_some()) {
                        continue;
                    }
                    if rule == &Value::Bool(false) {
                        say(format!("has `{name}`, which is not in the schema"));
                    } else {
                        let mut nested = Vec::new();
                        check(root, rule, inner, &format!("{at}.{name}"), &mut nested);
                        nested.into_iter().for_each(|text| say(text));
                    }
                }
            }
            "items" => {
                for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
                    let mut nested = Vec::new();
                    check(root, rule, inner, &format!("{at}[{index}]"), &mut nested);
                    nested.into_iter().for_each(|text| say(text));
                }
            }
            other => panic!("{at}: the validator does not know `{other}`"),
        }
    }
}

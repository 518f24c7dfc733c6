//! `/openapi.json`, made from the table of routes.

use super::ask::{LONGEST_HOURS, LONGEST_TEXT, MOST_PATHS};
use super::routes::{Endpoint, ROUTES, Route};
use serde_json::{Map, Value, json};

/// The description of everything that can be asked.
pub(crate) fn document() -> Value {
    let mut paths = Map::new();
    for route in ROUTES {
        let entry = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(entry) = entry.as_object_mut() {
            entry.insert(route.method.as_str().to_ascii_lowercase(), operation(route));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "elek", "version": env!("CARGO_PKG_VERSION") },
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": { "Refusal": {
                "type": "object",
                "required": ["error", "detail"],
                "properties": { "error": { "type": "string" }, "detail": { "type": "string" } },
            } },
        },
    })
}

fn operation(route: &Route) -> Value {
    let mut parameters: Vec<Value> = Vec::new();
    if let Some((_, rest)) = route.path.split_once('{') {
        let name = rest.trim_end_matches('}');
        let schema = match route.endpoint {
            Endpoint::Job => json!({ "type": "integer", "minimum": 1 }),
            Endpoint::Reports => json!({ "type": "string", "enum": ["overview", "purposes", "register"] }),
            _ => json!({ "type": "string" }),
        };
        parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": schema }));
    }
    for (name, kind, meaning) in route.query {
        parameters.push(json!({ "name": name, "in": "query", "description": meaning, "schema": { "type": kind } }));
    }
    let mut responses = Map::new();
    for (status, kind, meaning) in route.answers {
        responses.insert(status.to_string(), json!({ "description": meaning, "content": { *kind: {} } }));
    }
    let refusal = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Refusal" } } });
    let mut refusals = vec![("400", "the request is not in order"), ("421", "the service does not go by this name")];
    if !route.roles.is_empty() {
        refusals.push(("401", "a token is needed"));
        refusals.push(("403", "the role may not ask this, or a page of another origin asks"));
    }
    if route.takes.is_some() {
        refusals.extend([
            ("408", "the content came too slowly"),
            ("413", "too much"),
            ("415", "encoded"),
            ("503", "busy"),
        ]);
    }
    refusals.push(("500", "a failure of the service"));
    for (status, meaning) in refusals {
        responses.entry(status).or_insert_with(|| json!({ "description": meaning, "content": refusal }));
    }
    let mut operation = json!({
        "summary": route.summary,
        "parameters": parameters,
        "responses": responses,
        "x-roles": route.roles.iter().map(|role| role.name()).collect::<Vec<_>>(),
        "security": if route.roles.is_empty() { json!([]) } else { json!([{ "token": [] }, {}]) },
    });
    if let (Some(kind), Some(object)) = (route.takes, operation.as_object_mut()) {
        object.insert("requestBody".to_owned(), json!({ "required": true, "content": { kind: body(route.endpoint) } }));
    }
    operation
}

/// What the content of a request is made of.
fn body(endpoint: Endpoint) -> Value {
    let object = |required: &[&str], properties: Value| {
        json!({ "schema": {
            "type": "object", "additionalProperties": false, "required": required, "properties": properties,
        } })
    };
    match endpoint {
        Endpoint::AddJob => object(
            &["volume"],
            json!({
                "volume": { "type": "string", "description": "a volume of the configuration" },
                "paths": {
                    "type": "array", "maxItems": MOST_PATHS, "items": { "type": "string" },
                    "description": "files and folders of the volume; none: all of it",
                },
            }),
        ),
        Endpoint::Approve => object(
            &["seq", "role", "reason"],
            json!({
                "seq": { "type": "integer", "minimum": 0, "description": "number of the held decision" },
                "role": { "type": "string", "minLength": 1, "maxLength": LONGEST_TEXT },
                "reason": { "type": "string", "minLength": 1, "maxLength": LONGEST_TEXT },
                "hours": { "type": "integer", "minimum": 1, "maximum": LONGEST_HOURS, "default": 24 },
            }),
        ),
        _ => json!({}),
    }
}

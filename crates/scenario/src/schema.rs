//! The JSON Schema of scenario files, from the table that the reader checks files against.

use crate::fields::{Block, FILE, Kind};
use crate::shape::fields;
use serde_json::{Map, Value, json};

/// The JSON Schema (draft 2020-12) of scenario files, for editors that complete and check TOML.
///
/// # Example
/// ```
/// let schema = deterra_scenario::schema();
/// assert_eq!(schema["properties"]["rung"]["type"], "array");
/// ```
pub fn schema() -> Value {
    let mut whole = table(&FILE);
    let head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "deterra scenario",
    });
    let mut all = Map::new();
    for part in [head, whole.take()] {
        if let Value::Object(part) = part {
            all.extend(part);
        }
    }
    Value::Object(all)
}

/// A table with known keys. As deep as the language, which is a constant.
fn table(block: &Block) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in fields(block) {
        let mut schema = kind(&field.kind);
        if let Value::Object(inside) = &mut schema {
            inside.insert("description".to_owned(), field.doc.into());
        }
        properties.insert(field.key.to_owned(), schema);
        if field.required {
            required.push(Value::from(field.key));
        }
    }
    let mut whole = Map::new();
    whole.insert("type".to_owned(), "object".into());
    whole.insert("description".to_owned(), block.doc.into());
    whole.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        whole.insert("required".to_owned(), Value::Array(required));
    }
    whole.insert("additionalProperties".to_owned(), block.open.into());
    Value::Object(whole)
}

fn kind(of: &Kind) -> Value {
    let formula = || {
        json!({ "anyOf": [
            { "type": "number" },
            { "type": "string" },
            { "type": "object", "required": ["value"] },
        ] })
    };
    match of {
        Kind::Text => json!({ "type": "string" }),
        Kind::Note => json!({ "type": ["string", "number"] }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Count => json!({ "type": "integer", "minimum": 0 }),
        Kind::Formula => formula(),
        Kind::Schedule => {
            json!({ "anyOf": [formula(), { "type": "array", "items": formula() }] })
        }
        Kind::Condition => json!({ "anyOf": [{ "type": "boolean" }, formula()] }),
        Kind::Parameter => json!({ "type": ["number", "string", "boolean", "array", "object"] }),
        Kind::Choice(words) => json!({ "enum": words }),
        Kind::Names => {
            json!({ "anyOf": [
                { "type": "string" },
                { "type": "array", "items": { "type": "string" } },
            ] })
        }
        Kind::Place => {
            json!({ "anyOf": [{ "type": "string" }, { "type": "integer", "minimum": 0 }] })
        }
        Kind::Table(block) => table(block),
        Kind::Tables(block) => json!({ "type": "array", "items": table(block) }),
        Kind::Map(inner) => json!({ "type": "object", "additionalProperties": kind(inner) }),
        Kind::Either(kinds) => {
            let kinds: Vec<Value> = kinds.iter().map(kind).collect();
            json!({ "anyOf": kinds })
        }
        Kind::Plain => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COPY: &str = include_str!("../../../docs/scenario.schema.json");

    #[test]
    fn the_copy_in_the_docs_is_the_schema() {
        let printed = serde_json::to_string_pretty(&schema()).expect("JSON") + "\n";
        if std::env::var_os("DETERRA_UPDATE").is_some() {
            let path = concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../docs/scenario.schema.json"
            );
            std::fs::write(path, &printed).expect("the docs can be written");
            return;
        }
        assert!(
            printed == COPY,
            "docs/scenario.schema.json is old: run this test with DETERRA_UPDATE=1"
        );
    }

    #[test]
    fn every_key_is_described() {
        let mut blocks = vec![&FILE];
        let mut seen = 0;
        while let Some(block) = blocks.pop() {
            assert!(!block.doc.is_empty(), "{}", block.name);
            let mut kinds: Vec<&Kind> = Vec::new();
            for field in block.fields {
                assert!(
                    field.doc.ends_with(['.', '`', '?']),
                    "{} {}",
                    block.name,
                    field.key
                );
                kinds.push(&field.kind);
                seen += 1;
            }
            while let Some(kind) = kinds.pop() {
                match kind {
                    Kind::Table(block) | Kind::Tables(block) => blocks.push(block),
                    Kind::Map(inner) => kinds.push(inner),
                    Kind::Either(all) => kinds.extend(*all),
                    _ => {}
                }
            }
        }
        assert!(seen > 100, "{seen}");
    }
}

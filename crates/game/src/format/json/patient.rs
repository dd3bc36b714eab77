//! A document as a value, read by a parser that takes no limits: whoever waits for it may stop waiting.

use crate::patience::poll_at;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// A value of the parser's own, every list and object of which asks for patience while it is read.
pub(super) struct Patient(pub(super) Value);

impl<'de> Deserialize<'de> for Patient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading).map(Self)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        // The parser's numbers are finite.
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Patient(value)) = entries.next_element()? {
            list.push(value);
            poll_at(list.len());
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, Patient(value))) = members.next_entry()? {
            map.insert(key, value);
            poll_at(map.len());
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_what_the_parser_reads() {
        for text in [
            "null",
            "true",
            "-3",
            "18446744073709551615",
            "2.5",
            "1e400",
            "\"a\\u00e9\\\"b\"",
            "[]",
            "[1, [2, {}], \"x\"]",
            "{\"b\": 1, \"a\": [null, false], \"b\": 2}",
            "{\"a\": }",
            "[1, 2",
            "[1] 2",
        ] {
            let plain: Result<Value, _> = serde_json::from_str(text);
            let ours = serde_json::from_str(text).map(|Patient(value)| value);
            match (plain, ours) {
                (Ok(plain), Ok(ours)) => {
                    assert_eq!(plain.to_string(), ours.to_string(), "{text}");
                }
                (plain, ours) => {
                    let said =
                        |read: Result<Value, serde_json::Error>| read.err().map(|e| e.to_string());
                    assert_eq!(said(plain), said(ours), "{text}");
                }
            }
        }
    }
}

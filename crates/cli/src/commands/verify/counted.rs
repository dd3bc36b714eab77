//! How many equilibria an answer says there are, against those that it lists.

use crate::failure::Failure;
use deterra_game::number::{Number, Rational};
use serde_json::Value;
use std::collections::BTreeMap;

/// Refuses an answer that lists more equilibria than it counts, or one of them twice.
///
/// It may list fewer, since lists have limits, and may say "at least" of a count that is beyond writing down; then nothing is compared.
pub(super) fn check(document: &Value) -> Result<(), Failure> {
    let list = document.get("equilibria").and_then(Value::as_array);
    let (Some(list), Some(count)) = (list, document.get("count").and_then(whole)) else {
        return Ok(());
    };
    let one = |equilibrium: &Value| {
        let stands_for = equilibrium.get("stands_for").and_then(whole);
        stands_for.unwrap_or(Rational::ONE)
    };
    let listed: Rational = list.iter().map(one).sum();
    if listed > count {
        return Err(Failure::input_help(
            format!("the answer counts {count} and lists {listed} equilibria"),
            "without `count` they are judged one by one",
        ));
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (k, equilibrium) in list.iter().enumerate() {
        // What tells equilibria of one answer apart.
        let parts = ["profile", "profile_by", "algebraic", "beliefs"].map(|f| equilibrium.get(f));
        let Some(_) = parts[0].filter(|profile| profile.is_object()) else {
            continue;
        };
        let text = serde_json::to_string(&parts).map_err(Failure::internal)?;
        if let Some(first) = seen.insert(text, k) {
            return Err(Failure::input_help(
                format!(
                    "the answer counts what it lists as {} and as {} twice",
                    first + 1,
                    k + 1
                ),
                "without `count` they are judged one by one",
            ));
        }
    }
    Ok(())
}

/// A whole number, written as one or as text.
fn whole(value: &Value) -> Option<Rational> {
    let spelled = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let number = Number::parse(&spelled).ok()?.into_value();
    (!number.is_negative() && number.floor() == number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_is_no_longer_than_its_count() {
        let one = |chance: &str| json!({"profile": {"a": {"a": {"x": chance}}}});
        let refused = |count: Value, list: Vec<Value>| {
            check(&json!({"count": count, "equilibria": list})).is_err()
        };
        let two = vec![one("1"), one("0")];
        assert!(refused(json!("1"), two.clone()));
        assert!(refused(json!(1), two.clone()));
        assert!(refused(json!("0"), vec![one("1")]));
        for count in [json!("2"), json!(3), json!(null), json!("at least 2^300")] {
            assert!(!refused(count, two.clone()));
        }
        let mut many = one("1");
        many["stands_for"] = json!("3");
        assert!(refused(json!("3"), vec![many.clone(), one("0")]));
        assert!(!refused(json!("4"), vec![many, one("0")]));
        assert!(refused(json!("2"), vec![one("1"), one("1")]));
        let mut believed = one("1");
        believed["beliefs"] = json!({"x": []});
        assert!(!refused(json!("2"), vec![one("1"), believed]));
    }
}

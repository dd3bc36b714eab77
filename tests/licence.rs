//! The licence gate: SPDX expressions and what the house accepts.
//!
//! One side of an `OR` suffices, both sides of an `AND` must pass; `AND` binds tighter. Old
//! manifests write `MIT/Apache-2.0`, which means `OR`.

/// Licences that dependencies may have.
pub const ACCEPTED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Whether a licence expression can be satisfied with [`ACCEPTED`] licences only. What does not
/// parse is not accepted.
pub fn is_accepted(expression: &str) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    evaluate(&tokens) == Some(true)
}

/// Shunting-yard with explicit stacks: values and pending operators.
fn evaluate(tokens: &[&str]) -> Option<bool> {
    let mut values: Vec<bool> = Vec::new();
    let mut operators: Vec<&str> = Vec::new();
    let mut wants_value = true;
    let mut at = 0;
    while at < tokens.len() {
        let token = tokens[at];
        at += 1;
        match (token, wants_value) {
            ("(", true) => operators.push(token),
            (")", false) => {
                while *operators.last()? != "(" {
                    apply(&mut values, &mut operators)?;
                }
                operators.pop();
            }
            ("AND" | "OR", false) => {
                while operators
                    .last()
                    .is_some_and(|top| *top == "AND" || *top == token)
                {
                    apply(&mut values, &mut operators)?;
                }
                operators.push(token);
                wants_value = true;
            }
            ("(" | ")" | "AND" | "OR" | "WITH", _) | (_, false) => return None,
            (licence, true) => {
                let name = if tokens.get(at) == Some(&"WITH") {
                    let exception = tokens.get(at + 1)?;
                    at += 2;
                    format!("{licence} WITH {exception}")
                } else {
                    licence.to_owned()
                };
                values.push(ACCEPTED.contains(&name.as_str()));
                wants_value = false;
            }
        }
    }
    while !operators.is_empty() {
        apply(&mut values, &mut operators)?;
    }
    match values.as_slice() {
        [answer] if !wants_value => Some(*answer),
        _ => None,
    }
}

fn apply(values: &mut Vec<bool>, operators: &mut Vec<&str>) -> Option<()> {
    let (right, left) = (values.pop()?, values.pop()?);
    values.push(match operators.pop()? {
        "AND" => left && right,
        "OR" => left || right,
        _ => return None,
    });
    Some(())
}

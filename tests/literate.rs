//! Tests written as Markdown: a heading names a case, prose says why, a command runs, and what is
//! expected stands below it.
//!
//! A case is the text under a heading that has code blocks:
//!
//! - ```` ```console ```` — one command, `$ deterra …`, run from the root of the workspace;
//! - ```` ```json ```` — what its standard output must hold: every key that is given must be there
//!   with this value, compared exactly; keys that are not given are not looked at; lists have the
//!   same length, except that `{"$contains": […]}` asks only that each of its entries fits one of
//!   the list's, and `{"$between": [low, high]}` of a number that it lies there; `null` is null;
//! - ```` ```text ```` — the whole standard output, compared exactly;
//! - ```` ```lines ```` — lines of the standard output, each compared exactly, in this order, with
//!   any others between them;
//! - ```` ```exit ```` — the exit code, if it is not 0.
//!
//! A case may hold several commands, each followed by its expectations. Every heading with a command
//! must have prose, and every command an expectation.

use serde_json::Value;
use std::fmt::Write as _;

/// A command and what is expected of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The line of the file, from 1.
    pub line: usize,
    /// The arguments after `deterra`.
    pub arguments: Vec<String>,
    /// What the output must hold as JSON.
    pub json: Option<Value>,
    /// The whole output.
    pub text: Option<String>,
    /// Lines of the output, in order; none where nothing is said of them.
    pub lines: Vec<String>,
    /// The exit code.
    pub exit: i32,
}

/// What stands under one heading.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The heading.
    pub name: String,
    /// The commands, in order.
    pub steps: Vec<Step>,
}

/// What a command did.
#[derive(Clone, Debug, Default)]
pub struct Ran {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit code.
    pub exit: i32,
}

/// Reads the cases of a Markdown file.
///
/// # Errors
/// A sentence with a line number if the file is not of the format above; a file without cases is
/// an error, so that an empty test cannot pass.
pub fn parse(markdown: &str) -> Result<Vec<Case>, String> {
    let mut cases: Vec<Case> = Vec::new();
    let mut heading: Option<String> = None;
    let mut prose = false;
    let mut lines = markdown.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let number = at + 1;
        if let Some(title) = line.strip_prefix('#') {
            heading = Some(title.trim_start_matches('#').trim().to_owned());
            prose = false;
        } else if let Some(kind) = line.strip_prefix("```") {
            let mut body = String::new();
            loop {
                let Some((_, line)) = lines.next() else {
                    return Err(format!("line {number}: the block is never closed"));
                };
                if line == "```" {
                    break;
                }
                body.push_str(line);
                body.push('\n');
            }
            let name = heading
                .clone()
                .ok_or(format!("line {number}: a block before any heading"))?;
            if !prose {
                return Err(format!("line {number}: \"{name}\" does not say why"));
            }
            block(&mut cases, name, number, kind.trim(), &body)?;
        } else if !line.trim().is_empty() {
            prose = true;
        }
    }
    for step in cases.iter().flat_map(|case| &case.steps) {
        let says = step.json.is_some() || step.text.is_some() || !step.lines.is_empty();
        if !says && step.exit == 0 {
            return Err(format!(
                "line {}: nothing is expected of this command",
                step.line
            ));
        }
    }
    if cases.is_empty() {
        return Err("the file has no cases".to_owned());
    }
    Ok(cases)
}

fn block(
    cases: &mut Vec<Case>,
    name: String,
    line: usize,
    kind: &str,
    body: &str,
) -> Result<(), String> {
    if kind == "console" {
        let arguments =
            command(body).ok_or(format!("line {line}: write one command, `$ deterra …`"))?;
        let step = Step {
            line,
            arguments,
            json: None,
            text: None,
            lines: Vec::new(),
            exit: 0,
        };
        match cases.last_mut() {
            Some(case) if case.name == name => case.steps.push(step),
            _ => cases.push(Case {
                name,
                steps: vec![step],
            }),
        }
        return Ok(());
    }
    let step = cases
        .last_mut()
        .filter(|case| case.name == name)
        .and_then(|case| case.steps.last_mut());
    let step = step.ok_or(format!("line {line}: an expectation without a command"))?;
    match kind {
        "json" => {
            step.json = Some(serde_json::from_str(body).map_err(|e| format!("line {line}: {e}"))?);
        }
        "text" => step.text = Some(body.to_owned()),
        "lines" => {
            let lines = body.lines().filter(|line| !line.trim().is_empty());
            step.lines = lines.map(str::to_owned).collect();
        }
        "exit" => {
            let code = body.trim().parse();
            step.exit = code.map_err(|e| format!("line {line}: {e}"))?;
        }
        other => return Err(format!("line {line}: no block is called {other:?}")),
    }
    Ok(())
}

/// The arguments of `$ deterra …`, which may go over several lines with `\`; single quotes group.
fn command(body: &str) -> Option<Vec<String>> {
    let line = body.trim().strip_prefix("$ deterra")?.replace("\\\n", " ");
    if line.contains('\n') {
        return None;
    }
    let mut arguments = Vec::new();
    let mut current = String::new();
    let (mut quoted, mut begun) = (false, false);
    for c in line.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                begun = true;
            }
            ' ' if !quoted => {
                if begun {
                    arguments.push(std::mem::take(&mut current));
                }
                begun = false;
            }
            c => {
                current.push(c);
                begun = true;
            }
        }
    }
    if begun {
        arguments.push(current);
    }
    (!quoted).then_some(arguments)
}

/// Everything in which a run differs from what is expected; empty if nothing.
pub fn differences(step: &Step, ran: &Ran) -> String {
    let mut differences = String::new();
    if ran.exit != step.exit {
        let _ = writeln!(
            differences,
            "exit code {} instead of {}",
            ran.exit, step.exit
        );
        let _ = write!(differences, "{}", ran.stderr);
    }
    if let Some(text) = &step.text
        && *text != ran.stdout
    {
        let _ = write!(differences, "expected:\n{text}printed:\n{}", ran.stdout);
    }
    let mut printed = ran.stdout.lines();
    if let Some(line) = step.lines.iter().find(|line| !printed.any(|l| l == *line)) {
        let _ = writeln!(
            differences,
            "no line, or none after the ones before, is \"{line}\"; printed:\n{}",
            ran.stdout
        );
    }
    if let Some(expected) = &step.json {
        match serde_json::from_str::<Value>(&ran.stdout) {
            Ok(found) => compare(expected, &found, "$", &mut differences),
            Err(error) => {
                let _ = writeln!(differences, "the output is no JSON: {error}");
            }
        }
    }
    differences
}

fn compare(expected: &Value, found: &Value, path: &str, differences: &mut String) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (key, value) in expected {
                let path = format!("{path}.{key}");
                if let Some(found) = found.get(key) {
                    compare(value, found, &path, differences);
                } else {
                    let keys: Vec<_> = found.keys().map(String::as_str).collect();
                    let _ = writeln!(
                        differences,
                        "{path} is missing; there are {}",
                        keys.join(", ")
                    );
                }
            }
        }
        (Value::Object(wanted), Value::Number(found)) if wanted.contains_key("$between") => {
            let end = |k: usize| wanted["$between"].get(k).and_then(Value::as_f64);
            let found = found.as_f64();
            let is_between = end(0) <= found && found <= end(1);
            // Neither end may be missing: nothing compares with it.
            if !is_between || end(0).is_none() || end(1).is_none() || found.is_none() {
                let wanted = &wanted["$between"];
                let _ = writeln!(differences, "{path} is {found:?}, not between {wanted}");
            }
        }
        (Value::Object(wanted), Value::Array(found)) if wanted.contains_key("$contains") => {
            for wanted in wanted["$contains"].as_array().into_iter().flatten() {
                let fits = |found| {
                    let mut unlike = String::new();
                    compare(wanted, found, path, &mut unlike);
                    unlike.is_empty()
                };
                if !found.iter().any(fits) {
                    let _ = writeln!(differences, "{path} has no entry like {wanted}");
                }
            }
        }
        (Value::Array(expected), Value::Array(found)) => {
            if expected.len() != found.len() {
                let (wanted, got) = (expected.len(), found.len());
                let shown = Value::Array(found.clone());
                let _ = writeln!(
                    differences,
                    "{path} has {got} entries instead of {wanted}: {shown}"
                );
                return;
            }
            for (k, (expected, found)) in expected.iter().zip(found).enumerate() {
                compare(expected, found, &format!("{path}[{k}]"), differences);
            }
        }
        (expected, found) if expected == found => {}
        (expected, found) => {
            let _ = writeln!(differences, "{path} is {found} instead of {expected}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# Games\n\n## One\n\nIt pays.\n\n```console\n$ deterra solve a.toml \\\n  --set 'n[0]=1 / 3' --json\n```\n```json\n{\"count\": \"1\", \"list\": [{\"x\": 1}, 2]}\n```\n\n## Two\n\nIt fails.\n\n```console\n$ deterra check b.toml\n```\n```exit\n3\n```\n";

    fn ran(stdout: &str, exit: i32) -> Ran {
        Ran {
            stdout: stdout.to_owned(),
            stderr: String::new(),
            exit,
        }
    }

    #[test]
    fn cases_are_read() {
        let cases = parse(FILE).expect("well-formed");
        assert_eq!(cases.len(), 2);
        assert_eq!(cases[0].name, "One");
        assert_eq!(
            cases[0].steps[0].arguments,
            ["solve", "a.toml", "--set", "n[0]=1 / 3", "--json"]
        );
        assert_eq!(cases[1].steps[0].exit, 3);
    }

    /// The comparison finds every kind of difference: a test that cannot fail is no test.
    #[test]
    fn differences_are_found() {
        let cases = parse(FILE).expect("well-formed");
        let step = &cases[0].steps[0];
        let good = r#"{"count": "1", "more": true, "list": [{"x": 1, "y": 2}, 2]}"#;
        assert_eq!(differences(step, &ran(good, 0)), "");
        for (bad, exit) in [
            (good, 1),
            (r#"{"count": "2", "list": [{"x": 1}, 2]}"#, 0),
            (r#"{"count": 1, "list": [{"x": 1}, 2]}"#, 0),
            (r#"{"list": [{"x": 1}, 2]}"#, 0),
            (r#"{"count": "1", "list": [{"x": 1}]}"#, 0),
            (r#"{"count": "1", "list": [{"x": 1}, 2, 3]}"#, 0),
            (r#"{"count": "1", "list": [{"z": 1}, 2]}"#, 0),
            (r#"{"count": "1", "list": {}}"#, 0),
            ("not json", 0),
        ] {
            assert_ne!(differences(step, &ran(bad, exit)), "", "{bad}");
        }
        assert_ne!(differences(&cases[1].steps[0], &ran("", 0)), "");
    }

    #[test]
    fn lists_may_be_asked_for_some_entries() {
        let expected = serde_json::json!({"list": {"$contains": [{"x": 1}, {"x": 3, "y": [4]}]}});
        let step = Step {
            line: 1,
            arguments: Vec::new(),
            json: Some(expected),
            text: None,
            lines: Vec::new(),
            exit: 0,
        };
        let good = r#"{"list": [{"x": 3, "y": [4], "z": 5}, {"x": 2}, {"x": 1}]}"#;
        assert_eq!(differences(&step, &ran(good, 0)), "");
        for bad in [
            r#"{"list": [{"x": 3, "y": [4, 5]}, {"x": 1}]}"#,
            r#"{"list": [{"x": 3, "y": [4]}]}"#,
            r#"{"list": []}"#,
            r#"{"list": {}}"#,
        ] {
            assert_ne!(differences(&step, &ran(bad, 0)), "", "{bad}");
        }
    }

    #[test]
    fn numbers_may_be_asked_to_lie_between_others() {
        let expected = serde_json::json!({"x": {"$between": [0.25, 0.75]}});
        let step = Step {
            line: 1,
            arguments: Vec::new(),
            json: Some(expected),
            text: None,
            lines: Vec::new(),
            exit: 0,
        };
        assert_eq!(differences(&step, &ran(r#"{"x": 0.5}"#, 0)), "");
        for bad in [r#"{"x": 0.8}"#, r#"{"x": "0.5"}"#, r#"{"x": null}"#, "{}"] {
            assert_ne!(differences(&step, &ran(bad, 0)), "", "{bad}");
        }
    }

    #[test]
    fn lines_may_be_asked_for_in_order() {
        let file = "# A\n\nWhy.\n\n```console\n$ deterra x\n```\n```lines\none\n\nthree\n```\n";
        let cases = parse(file).expect("well-formed");
        let step = &cases[0].steps[0];
        assert_eq!(step.lines, ["one", "three"]);
        assert_eq!(differences(step, &ran("zero\none\ntwo\nthree\n", 0)), "");
        for bad in ["three\none\n", "one\n", "one\nthree four\n", ""] {
            assert_ne!(differences(step, &ran(bad, 0)), "", "{bad}");
        }
    }

    #[test]
    fn files_that_test_nothing_are_refused() {
        for (bad, why) in [
            ("", "no cases"),
            ("# A\n\nWords.\n", "no cases"),
            ("# A\n\n```console\n$ deterra x\n```\n", "does not say why"),
            (
                "# A\n\nWhy.\n\n```console\n$ deterra x\n```\n",
                "nothing is expected",
            ),
            ("# A\n\nWhy.\n\n```json\n1\n```\n", "without a command"),
            ("# A\n\nWhy.\n\n```console\n$ other x\n```\n", "one command"),
            ("# A\n\nWhy.\n\n```console\n$ deterra x\n", "never closed"),
            (
                "# A\n\nWhy.\n\n```console\n$ deterra x\n```\n```jsn\n1\n```\n",
                "no block is called",
            ),
            (
                "# A\n\nWhy.\n\n```console\n$ deterra x\n```\n```json\n{\n```\n",
                "line 8",
            ),
        ] {
            let error = parse(bad).expect_err(why);
            assert!(error.contains(why), "{error}");
        }
    }
}

//! Documents tell the truth: their console blocks are run, and the front page stays short.
//!
//! Rust blocks of the README are documentation tests of the crate `deterra`.

use deterra_tests::console::{self, Step};
use deterra_tests::workspace;

#[test]
fn console_blocks_show_what_they_say() {
    let mut differences = Vec::new();
    for source in workspace::sources() {
        let document = source.has_extension("md");
        if document && (source.path.starts_with("docs/") || !source.path.contains('/')) {
            differences.extend(console::check(&source.path, &source.text).unwrap());
        }
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n\n"));
}

#[test]
fn the_front_page_is_short() {
    if let Some(readme) = workspace::sources().iter().find(|s| s.path == "README.md") {
        let lines = readme.text.lines().count();
        assert!(lines < 250, "README.md has {lines} lines");
        assert!(
            readme.text.contains("cargo test"),
            "README.md says how to test"
        );
    }
}

#[test]
fn blocks_are_found() {
    let text = "a\n```console\n$ one\nout\n\n$ two\n```\n$ no\n```sh\n$ no\n```\n```console\n$ three\n```\n";
    let step = |line, command: &str, expected: &[&str]| Step {
        line,
        command: command.to_owned(),
        expected: expected.iter().map(|&line| line.to_owned()).collect(),
    };
    assert_eq!(
        console::steps(text),
        Ok(vec![
            step(3, "one", &["out", ""]),
            step(6, "two", &[]),
            step(13, "three", &[]),
        ])
    );
    assert_eq!(console::steps("```console\nout\n```\n"), Err(1));
    assert_eq!(console::steps("\n```console\n```\n"), Err(2));
    assert_eq!(console::steps("```console\n$ one\n"), Err(1));
}

#[test]
fn dots_stand_for_any_lines() {
    let lines =
        |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
    for (expected, actual) in [
        ("", ""),
        ("a b", "a b"),
        ("...", ""),
        ("... c", "a b c"),
        ("a ... c", "a c"),
        ("a ... b c", "a b b b c"),
        ("a ... b ...", "a x b c d"),
        ("... b ... d", "b b c d d"),
    ] {
        assert!(
            console::matches(&lines(expected), &lines(actual)),
            "{expected} / {actual}"
        );
    }
    for (expected, actual) in [
        ("", "a"),
        ("a", ""),
        ("a b", "a"),
        ("a", "a b"),
        ("a ... c", "a b"),
        ("... b", "a b c"),
        ("a ... b ... b", "a b"),
    ] {
        assert!(
            !console::matches(&lines(expected), &lines(actual)),
            "{expected} / {actual}"
        );
    }
}

#[test]
fn a_wrong_block_is_reported() {
    let wrong = "```console\n$ deterra --version | tail -n 0; echo this\nthat\n```\n";
    let differences = console::check("sample.md", wrong).unwrap();
    assert_eq!(differences.len(), 1);
    assert!(differences[0].contains("sample.md:2"));
    assert!(differences[0].contains("--- shown\nthis"));
    let right = wrong.replace("that", "this");
    assert_eq!(
        console::check("sample.md", &right).unwrap(),
        Vec::<String>::new()
    );
}

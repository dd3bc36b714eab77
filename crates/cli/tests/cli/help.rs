//! Help texts, and the examples in them.

use crate::support::{root, run};
use std::process::Command;

const COMMANDS: [&str; 28] = [
    "solve",
    "check",
    "explain",
    "verify",
    "convert",
    "info",
    "learn",
    "hypergame",
    "threshold",
    "map",
    "sweep",
    "sensitivity",
    "compare",
    "exploit",
    "commitment",
    "offramp",
    "timing",
    "unity",
    "information",
    "estimate",
    "evolve",
    "catalog",
    "generate",
    "new",
    "schema",
    "completions",
    "man",
    "",
];

fn help(command: &str) -> String {
    let arguments: &[&str] = if command.is_empty() {
        &["--help"]
    } else {
        &[command, "--help"]
    };
    let run = run(arguments);
    assert_eq!(run.code, 0, "{}", run.err);
    run.out
}

#[test]
fn the_main_help_is_as_printed() {
    insta::assert_snapshot!("main_help", help(""));
}

#[test]
fn the_help_of_solve_is_as_printed() {
    insta::assert_snapshot!("solve_help", help("solve"));
}

#[test]
fn every_command_is_listed_and_every_help_ends_with_three_examples() {
    let main = help("");
    for command in COMMANDS {
        assert!(main.contains(command));
        let text = help(command);
        let (_, examples) = text.split_once("Examples:\n").expect("examples");
        let lines: Vec<&str> = examples.trim_end().lines().collect();
        assert_eq!(lines.len(), 3, "{command}: {examples}");
        assert!(lines.iter().all(|l| l.starts_with("  $ ")), "{examples}");
    }
}

/// Each command's in a folder of their own that sees the repository's `examples`, by a shell that finds this
/// binary.
#[cfg(unix)]
#[test]
fn every_example_runs() {
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_deterra"));
    let old = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{old}", binary.parent().expect("a folder").display());
    for command in COMMANDS {
        let folder = tempfile::tempdir().expect("a folder");
        std::os::unix::fs::symlink(root().join("examples"), folder.path().join("examples"))
            .expect("a link");
        let text = help(command);
        let (_, examples) = text.split_once("Examples:\n").expect("examples");
        for line in examples.trim_end().lines() {
            let line = line.trim_start().trim_start_matches("$ ");
            let output = Command::new("sh")
                .args(["-c", &format!("set -e; {line}")])
                .current_dir(folder.path())
                .env("PATH", &path)
                .output()
                .expect("a shell");
            assert!(
                output.status.success(),
                "{line}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
}

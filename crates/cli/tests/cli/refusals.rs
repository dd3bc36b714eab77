//! What is refused, with which exit code and which words.

use crate::support::{THREAT, THREAT_PERFECT, root, run, run_with, written};
use serde_json::Value;

#[test]
fn a_file_that_cannot_be_written_is_named_as_given() {
    let run = run(&["solve", "centipede", "-o", "/nonexist/x"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(
        run.err.contains("cannot write /nonexist/x: No such file"),
        "{}",
        run.err
    );
    assert!(!run.err.contains(".deterra-"), "{}", run.err);
}

#[test]
fn a_starter_is_not_written_over_work() {
    let (_folder, mine) = written("mine.toml", "# mine\n");
    let again = run(&["new", "ladder", "-o", &mine]);
    assert_eq!(again.code, 2, "{again:?}");
    assert!(again.err.contains("--force"), "{}", again.err);
    assert_eq!(std::fs::read_to_string(&mine).unwrap(), "# mine\n");
    assert_eq!(run(&["new", "ladder", "-o", &mine, "--force"]).code, 0);
    assert_ne!(std::fs::read_to_string(&mine).unwrap(), "# mine\n");
}

#[test]
fn only_solve_writes_the_lines_of_gambit() {
    let (_folder, threat) = written("threat.efg", THREAT);
    for line in [
        &["check", &threat][..],
        &["verify", &threat, "-"],
        &["explain", &threat],
        &["info", &threat],
        &["catalog"],
        &["new"],
        &["convert", &threat, "--to", "json"],
    ] {
        let run = run_with(
            &[line, &["--format", "gambit"]].concat(),
            THREAT_PERFECT.as_bytes(),
        );
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{line:?}: {run:?}");
        assert!(run.err.contains("text, json and csv"), "{}", run.err);
    }
}

/// No type is hidden in the ultimatum, so there is none to be given.
#[test]
fn no_time_is_said_to_be_no_time() {
    let ultimatum = root().join("examples/scenarios/three-stage-ultimatum.toml");
    let ultimatum = ultimatum.to_str().unwrap();
    let run = run(&["solve", ultimatum, "--time-limit", "0"]);
    assert_eq!(run.code, 4, "{run:?}");
    assert!(run.err.contains("stopped (time) after 0 of"), "{}", run.err);
    assert!(run.err.contains("--time-limit gives"), "{}", run.err);
    assert!(!run.err.contains("--given"), "{}", run.err);
}

/// A payoff table is a valid input that is beyond what can be explained.
#[test]
fn tables_are_beyond_explanations() {
    assert_eq!(run(&["explain", "chicken"]).code, 4);
}

#[test]
fn sizes_are_numbers() {
    let info = run(&["info", "selten_horse", "--json"]);
    let info: Value = serde_json::from_str(&info.out).unwrap();
    // Three decision sets, four decisions, five endings.
    for (field, size) in [("nodes", 9), ("infosets", 3), ("terminals", 5)] {
        assert_eq!(info[field], size, "{field}");
    }
}

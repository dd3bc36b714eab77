//! Answers in steps, and games with what is played given: what is said of them, and that it is read again.

use crate::support::{json_of, run, run_with, written};

const PENNIES: &str = r#"EFG 2 R "pennies" { "A" "B" }
p "" 1 1 "" { "H" "T" } 0
p "" 2 1 "" { "H" "T" } 0
t "" 1 "" { 8, 2 }
t "" 2 "" { 0, 10 }
p "" 2 1 "" { "H" "T" } 0
t "" 3 "" { 2, 8 }
t "" 4 "" { 5, 5 }
"#;

/// What is wrong in a file is said of just that.
#[test]
fn what_is_given_wrongly_is_named() {
    for (given, said) in [
        (r#"{"A": 3}"#, "A has no information sets but 3"),
        (r#"{"A": {"A": 3}}"#, "A has no information set `A`"),
        (r##"{"A": {"#1": 3}}"##, "A at `#1`: 3 names no action"),
        (r#"{"C": {}}"#, "there is no player `C`"),
        (r##"{"A": {"#1": {"H": "1/2"}}}"##, "sum to 1/2"),
    ] {
        let (_folder, file) = written("given.json", given);
        let found = run_with(&["solve", "-", "--lock", &file], PENNIES.as_bytes());
        assert_eq!(found.code, 3, "{given}");
        assert!(found.err.contains(said), "{given}: {}", found.err);
    }
}

/// Lines of decimals that floats are written as are read again, though they do not sum to 1 in their last place.
#[test]
fn lines_of_floats_are_verified() {
    for method in ["cfr", "dcfr", "pcfr_plus", "hs_dcfr", "mccfr"] {
        for iterations in ["3", "10", "77", "200"] {
            let flags = ["--concept", "nash", "--method", method];
            let more = ["--iterations", iterations, "--format", "gambit"];
            let all = [&["solve", "-"][..], &flags, &more].concat();
            let line = run_with(&all, PENNIES.as_bytes());
            assert_eq!(line.code, 0, "{}", line.err);
            let (_folder, game) = written("pennies.efg", PENNIES);
            let judged = run_with(&["exploit", &game, "-"], line.out.as_bytes());
            assert_eq!(
                judged.code, 0,
                "{method} {iterations} {}: {}",
                line.out, judged.err
            );
        }
    }
}

/// A deviation of hundreds of moves is told in a few, and JSON has all.
#[test]
fn long_deviations_are_short_in_words() {
    let text = run(&["solve", "sheriff", "--gap", "0.01"]);
    assert_eq!(text.code, 0, "{}", text.err);
    assert!(text.out.contains(" more moves)"), "{}", text.out);
    assert!(text.out.lines().count() < 60, "{}", text.out);
    assert!(
        text.out
            .contains("as little is left to be gained as was asked for")
    );
    let json = json_of(&["solve", "sheriff", "--gap", "0.01", "--json"], "", 0);
    let moves = &json["equilibria"][0]["verdict"]["witness"]["moves"];
    assert!(moves.as_array().unwrap().len() > 8);
}

/// Payoffs and gaps beyond floats are refused with what would do, not taken for 0.
#[test]
fn what_floats_cannot_tell_is_refused() {
    let large = PENNIES.replace("{ 8, 2 }", "{ 8e39, 2e39 }");
    let flags = ["solve", "-", "--concept", "nash", "--method", "dcfr"];
    let single = [&flags[..], &["--single"]].concat();
    let found = run_with(&single, large.as_bytes());
    assert_eq!(found.code, 2, "{}", found.err);
    assert!(
        found.err.contains("double precision takes more"),
        "{}",
        found.err
    );
    assert_eq!(run_with(&flags, large.as_bytes()).code, 0);
    let fine = [&flags[..], &["--gap", "1e-300"]].concat();
    let found = run_with(&fine, PENNIES.as_bytes());
    assert_eq!(found.code, 2, "{}", found.err);
    assert!(
        found.err.contains("do not tell a gap below"),
        "{}",
        found.err
    );
}

//! Profiles in decimals: exact, unless they show that they were rounded.

use crate::support::{json_of, run_with, written};
use serde_json::Value;

/// An incumbent threatens to fight entry, which hurts her too.
const ENTRY: &str = r#"EFG 2 R "entry" { "E" "M" }
p "" 1 1 "E" { "out" "in" } 0
t "" 1 "out" { 1, 5 }
p "" 2 1 "M" { "share" "fight" } 0
t "" 2 "sh" { 2, 2 }
t "" 3 "fi" { 0, 0 }
"#;

/// Judges a profile; the exit code and the JSON answer.
fn judged(game: &str, profile: &str, more: &[&str]) -> (i32, Value) {
    let mut line = vec!["verify", game, "-", "--json"];
    line.extend(more);
    let run = run_with(&line, profile.as_bytes());
    let json = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{profile}: {run:?}"));
    (run.code, json)
}

/// Fighting costs 2 in the subgame, however the ones and zeros are spelled.
#[test]
fn an_empty_threat_stays_empty_in_decimals() {
    let (_folder, entry) = written("entry.efg", ENTRY);
    for profile in [
        "NE,1,0,0,1",
        "NE,1.0,0.0,0.0,1.0",
        "NE,1.,0,0,1",
        "NE,1.00000,0.00000,0.00000,1.00000",
        r#"{"E": {"E": {"out": 1.0, "in": 0.0}}, "M": {"M": {"share": 0.0, "fight": 1.0}}}"#,
    ] {
        let (code, verdict) = judged(&entry, profile, &[]);
        assert_eq!(code, 1, "{profile}: {verdict}");
        assert_eq!(verdict["error"], "2", "{profile}");
        let one = &verdict["profiles"][0];
        assert_eq!(one["tolerance"], "0", "{profile}");
        assert_eq!(one["tolerance_from"], "exact", "{profile}");
    }
    // Six decimals are a program's: half of 0.000001 an entry, two distributions along the play,
    // payoffs from 0 to 5. Still far from 2.
    let (code, verdict) = judged(&entry, "NE,1.000000,0.000000,0.000000,1.000000", &[]);
    assert_eq!(code, 1);
    assert_eq!(verdict["profiles"][0]["tolerance"], "1/100000");
    // Asked for, anything goes.
    let (code, verdict) = judged(&entry, "NE,1,0,0,1", &["--tolerance", "2"]);
    assert_eq!(code, 0);
    assert_eq!(verdict["profiles"][0]["tolerance_from"], "asked");
    // A distribution that misses a tenth is wrong, not rounded.
    let text = run_with(&["verify", &entry, "-"], b"NE,0.9,0.0,0.0,0.9");
    assert_eq!(text.code, 3, "{text:?}");
    assert!(text.err.contains("one decimal is too few"), "{}", text.err);
}

/// Selten's horse: 1 goes L and 3 goes R, which pays 1 three. If 2 goes L with probability q,
/// going R pays 1 4q + (1 - q), so this is an equilibrium up to q = 2/3.
#[test]
fn a_short_decimal_is_what_it_says() {
    for profile in ["NE,0,1,.3,.7,1,0", "NE,0,1,3/10,7/10,1,0"] {
        let (code, verdict) = judged("selten_horse", profile, &[]);
        assert_eq!(code, 1, "{profile}: {verdict}");
        assert_eq!(verdict["error"], "1/10", "{profile}");
    }
    assert_eq!(judged("selten_horse", "NE,0,1,.4,.6,1,0", &[]).0, 0);
    // Two thirds to six places gains 4q + (1 - q) - 3 = 0.000001, and the horse pays 0 to 4.
    let (code, verdict) = judged("selten_horse", "NE,0,1,.333333,.666667,1,0", &[]);
    assert_eq!(code, 0, "{verdict}");
    assert_eq!(verdict["status"], "bounded");
    assert_eq!(verdict["error"], "1/1000000");
    let one = &verdict["profiles"][0];
    assert_eq!(one["tolerance"], "1/250000");
    assert_eq!(one["tolerance_from"], "rounding");
    let why = one["tolerance_why"].as_str().expect("text");
    assert!(why.contains("with 6 decimals or more"), "{why}");
}

/// Thirds cut to three places miss a thousandth and are scaled; half a unit three times and the
/// thousandth make 1/400, twice in all, and payoffs run from -1 to 1.
#[test]
fn a_sum_that_misses_one_shows_rounding() {
    let thirds = "NE,.333,.333,.333,.333,.333,.333";
    let (code, verdict) = judged("rock_paper_scissors", thirds, &[]);
    assert_eq!(code, 0);
    assert_eq!(verdict["profiles"][0]["tolerance"], "1/100");
    assert_eq!(verdict["profiles"][0]["scaled"], true);
    // Summing to 1 the same digits are exact: playing 34, 33, 33 percent loses to the answer.
    let near = "NE,.333,.333,.334,1/3,1/3,1/3";
    assert_eq!(judged("rock_paper_scissors", near, &[]).0, 1);
    let text = run_with(&["verify", "rock_paper_scissors", "-"], near.as_bytes());
    assert!(text.out.contains("exact: tolerance 0"), "{}", text.out);
}

/// Nau, Gomez-Canovas and Hansen (2004, section 4): p is a root of 23p² - 53p + 24, and a thousandth more is not.
#[test]
fn irrational_equilibria_are_read_back_exactly() {
    let verify = ["verify", "nau", "-", "--json"];
    let solved = json_of(&["solve", "nau", "--json"], "", 0);
    let judged = json_of(&verify, &solved.to_string(), 0);
    assert_eq!(judged["status"], "exact");

    let mut off = solved.clone();
    let row = &mut off["equilibria"][0]["algebraic"]["profile"]["1"]["1"];
    row["T"] = serde_json::json!(["1/1000", "1"]);
    row["B"] = serde_json::json!(["999/1000", "-1"]);
    let judged = json_of(&verify, &off.to_string(), 1);
    assert_eq!(judged["status"], "failed");

    // Both roots are between 0 and 2.
    let mut vague = solved;
    let root = &mut vague["equilibria"][0]["algebraic"]["root"];
    root["low"] = "0".into();
    root["high"] = "2".into();
    let judged = run_with(&verify, vague.to_string().as_bytes());
    assert_eq!(judged.code, 3);
    assert!(judged.err.contains("only one"), "{}", judged.err);
}

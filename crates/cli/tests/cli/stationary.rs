//! Games that may go on for ever: solved, judged, shown, and refused where they do not fit.

use crate::support::{run, run_with};
use serde_json::Value;

fn scenario(name: &str) -> String {
    format!("examples/scenarios/{name}")
}

fn solved(arguments: &[&str]) -> (Value, String) {
    let run = run(&[&["solve"], arguments, &["--json"]].concat());
    assert_eq!(run.code, 0, "{run:#?}");
    (serde_json::from_str(&run.out).unwrap(), run.out)
}

/// What `solve` writes `verify` reads; a probability off by a thousandth is no equilibrium.
#[test]
fn answers_are_judged_again() {
    let file = scenario("infinite-ladder.toml");
    let (mut answer, text) = solved(&[&file]);
    let judged = run_with(&["verify", &file, "-"], text.as_bytes());
    assert_eq!(judged.code, 0, "{judged:#?}");
    assert_eq!(
        judged
            .out
            .matches("is a Markov-perfect equilibrium")
            .count(),
        3
    );
    // 181/243 ± 1/1000 of the mixed one.
    for (quit, escalate, action) in [
        ("181243/243000", "61757/243000", "escalate"),
        ("180757/243000", "62243/243000", "quit"),
    ] {
        let row = &mut answer["equilibria"][2]["profile"]["a"]["a's turn"];
        row["quit"] = quit.into();
        row["escalate"] = escalate.into();
        let profile = answer["equilibria"][2]["profile"].to_string();
        let judged = run_with(&["verify", &file, "-"], profile.as_bytes());
        assert_eq!(judged.code, 1, "{judged:#?}");
        let words: Vec<&str> = judged.out.split_whitespace().collect();
        let sentence = format!("by playing \"{action}\" once at b's turn");
        assert!(words.join(" ").contains(&sentence), "{judged:#?}");
        let asked = ["verify", &file, "-", "--tolerance", "1/10"];
        assert_eq!(run_with(&asked, profile.as_bytes()).code, 0);
    }
    let nash = ["verify", &file, "-", "--concept", "nash"];
    assert_eq!(run_with(&nash, text.as_bytes()).code, 2);
}

#[test]
fn text_shows_moves_ends_and_values() {
    let shown = run(&["solve", &scenario("infinite-ladder.toml")]);
    assert_eq!(shown.code, 0);
    insta::assert_snapshot!(shown.out);
}

#[test]
fn rows_of_probabilities() {
    let csv = run(&[
        "solve",
        &scenario("war-of-attrition.toml"),
        "--format",
        "csv",
    ]);
    assert_eq!(csv.code, 0);
    assert!(csv.out.contains("3,b,contest,quit,1/11"), "{csv:#?}");
}

#[test]
fn what_does_not_fit_is_refused_in_a_sentence() {
    let file = scenario("grim-trigger.toml");
    for (arguments, code, words) in [
        (
            &["solve", &file, "--format", "gambit"][..],
            2,
            "Gambit has no games",
        ),
        (
            &["solve", &file, "--concept", "spe"],
            2,
            "Markov-perfect by `markov`",
        ),
        (&["solve", &file, "--method", "pure"], 2, "use `markov`"),
        (&["explain", &file], 4, "may go on for ever"),
        (&["convert", &file, "--to", "efg"], 2, "may go on for ever"),
        (&["convert", &file, "--to", "nfg"], 2, "may go on for ever"),
        (
            &["convert", &file, "--to", "agg"],
            2,
            "only an action-graph",
        ),
        (&["convert", &file, "--to", "dot"], 2, "may go on for ever"),
    ] {
        let run = run(arguments);
        assert_eq!(run.code, code, "{run:#?}");
        let said: Vec<&str> = run.err.split_whitespace().collect();
        assert!(said.join(" ").contains(words), "{run:#?}");
    }
    let written = run(&["convert", &file, "--to", "toml"]);
    assert_eq!(written.code, 0, "{written:#?}");
    let again = run_with(&["solve", "-", "--json"], written.out.as_bytes());
    let again: Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!(again["equilibria"], solved(&[&file]).0["equilibria"]);
    let states = run(&["convert", &file, "--to", "json"]);
    assert_eq!(states.code, 0, "{states:#?}");
    let again = run_with(&["solve", "-", "--json"], states.out.as_bytes());
    let again: Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!(again["equilibria"], solved(&[&file]).0["equilibria"]);
}

/// An irrational equilibrium (that of a stage game whose value solves V² + 3V = 2) is bounded, and
/// what is left out exits with 4 only if everything is asked for.
#[test]
fn irrational_answers_are_bounded() {
    let text = r#"
[scenario]
form = "graph"
horizon = { infinite = { discount = 0.5 } }
[[actor]]
id = "a"
[[actor]]
id = "z"
[[node]]
id = "on"
by = ["a", "z"]
[node.actions]
"up / left" = { to = "on", pay = { a = 1, z = -1 } }
"up / right" = "over"
"down / left" = "over"
"down / right" = { to = "over", pay = { a = 1, z = -1 } }
[outcomes]
over = { a = 0, z = 0 }
"#;
    let run = run_with(&["solve", "-", "--all", "--json"], text.as_bytes());
    assert_eq!(run.code, 0, "{run:#?}");
    let answer: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(answer["equilibria"].as_array().unwrap().len(), 1);
    let only = &answer["equilibria"][0];
    assert_eq!(only["found"], "numeric");
    assert_eq!(only["verdict"]["status"], "bounded");
    let value = only["approx"]["a"].as_f64().unwrap();
    assert!((value - (17_f64.sqrt() - 3.0) / 2.0).abs() < 1e-9);
}

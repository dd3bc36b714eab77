//! The table of rungs and the sentence below it, on ladders worked out by hand.

use crate::support::{Run, run_with};
use serde_json::Value;

const ACTORS: &str = r#"
[scenario]
name = "test"
[[actor]]
id = "ch"
role = "challenger"
[[actor]]
id = "co"
role = "defender"
"#;

fn solved(blocks: &str) -> Value {
    json(&["solve", "-", "--json"], &format!("{ACTORS}{blocks}"))
}

fn json(arguments: &[&str], input: &str) -> Value {
    let run = run_with(arguments, input.as_bytes());
    assert_eq!(run.code, 0, "{run:#?}");
    serde_json::from_str(&run.out).unwrap()
}

fn text(blocks: &str) -> Run {
    run_with(&["solve", "-"], format!("{ACTORS}{blocks}").as_bytes())
}

/// The text with its line breaks taken out.
fn flat(run: &Run) -> String {
    run.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The table of the scenario, and of the same written out as a tree, which must be one.
fn twice(blocks: &str) -> Value {
    let answer = solved(blocks);
    let tree = run_with(
        &["convert", "-", "--to", "toml"],
        format!("{ACTORS}{blocks}").as_bytes(),
    );
    assert_eq!(tree.code, 0, "{tree:#?}");
    let again = json(&["solve", "-", "--json"], &tree.out);
    assert_eq!(answer["rungs"], again["rungs"]);
    assert_eq!(answer["least_commitment"], again["least_commitment"]);
    answer
}

/// Settling pays the challenger 4 now and 8 after stage 1; being acquiesced to pays 3. So it goes
/// on to be punished: with probability p of execution going on is worth 3 (1 - p) + 8 p, no more
/// than 4 if p is at most 1/5.
#[test]
fn a_rising_prize_is_not_called_obeyed() {
    let rising = r#"
[[rung]]
id = "s1"
by = "co"
[[rung]]
id = "s2"
by = "co"
cost = { ch = 9, co = 0 }
[[off_ramp]]
payoff = { ch = [4, 8], co = -2 }
[outcomes]
acquiesce = { ch = 3, co = -30 }
defeat = { ch = "-cost(ch)", co = -3 }
"#;
    let answer = twice(rising);
    assert_eq!(
        answer["equilibria"][0]["outcomes"][0]["outcome"],
        "settle@1"
    );
    assert_eq!(answer["rungs"][0]["critical"], "at_most");
    assert_eq!(answer["rungs"][0]["critical_probability"], "1/5");
    assert_eq!(answer["rungs"][1]["critical"], "always");
    assert_eq!(answer["least_commitment"], Value::Null);
    let text = text(rising);
    assert!(text.out.contains("at most 1/5 (0.2)"), "{}", text.out);
    let sentence = "the other side goes on even if rung s1 is certain to be carried out.";
    assert!(flat(&text).contains(sentence), "{}", text.out);
}

const ONE: &str = r#"
[[rung]]
id = "s1"
by = "co"
cost = { ch = 6, co = 1 }
[outcomes]
acquiesce = { ch = 2, co = -5 }
defeat = { ch = "-cost(ch)", co = "-cost(co)" }
"#;

/// The threat pays: -1 against -5. Without an off-ramp nobody can yield to it; an empty promise
/// leaves it standing; a kept one is taken, 0 against -6.
#[test]
fn only_what_can_be_obeyed_is_called_obeyed() {
    let ramp = "[[off_ramp]]\npayoff = { ch = 0, co = 0 }\n";
    for (ramp, least, sentence) in [
        (
            String::new(),
            Value::Null,
            "has no chance to yield before rung s1.",
        ),
        (
            format!("{ramp}credible = false\n"),
            Value::Null,
            "rung s1 may be carried out although the other side yields before it.",
        ),
        (
            ramp.to_owned(),
            "0".into(),
            "Refusing need not cost more for every threat to be carried out and obeyed.",
        ),
    ] {
        let blocks = format!("{ONE}{ramp}");
        assert_eq!(twice(&blocks)["least_commitment"], least);
        let text = text(&blocks);
        assert!(flat(&text).contains(sentence), "{}", text.out);
    }
}

/// Stage 2 costs the coalition 1 and stage 1 costs 5, so it jumps: stage 1 is never carried out.
#[test]
fn a_jump_is_not_the_threat() {
    let jump = r#"
[[rung]]
id = "s1"
by = "co"
cost = { ch = 1, co = 5 }
[[rung]]
id = "s2"
by = "co"
cost = { ch = 9, co = 1 }
[[response]]
on = "s1"
options = ["next_rung", "s2", "acquiesce"]
[[off_ramp]]
payoff = { ch = "2 - cost(ch)", co = "-2 - cost(co)" }
[outcomes]
acquiesce = { ch = 10, co = -10 }
defeat = { ch = "-cost(ch)", co = "-cost(co)" }
"#;
    assert_eq!(twice(jump)["least_commitment"], Value::Null);
    let text = text(jump);
    let sentence = "at rung s1 co would rather play \"s2\".";
    assert!(flat(&text).contains(sentence), "{}", text.out);
}

/// With an audience cost of 4 carrying out (-5) and acquiescing (-1 - 4) are equally good.
#[test]
fn ties_are_said_to_matter() {
    let tied = ONE.replace("co = 1", "co = 5").replace("-5", "-1")
        + "[[response]]\noptions = [\"acquiesce\", \"next_rung\"]\ncommit = { audience = 4 }\n\
           [[off_ramp]]\npayoff = { ch = 0, co = 0 }\n";
    let answer = twice(&tied);
    assert_eq!(answer["rungs"][0]["indifferent"], true);
    assert_eq!(answer["least_commitment"], "0");
    let text = run_with(
        &["solve", "-", "--tie-rule", "first"],
        format!("{ACTORS}{tied}").as_bytes(),
    );
    let sentence = "obeyed, but ties would have to be broken that way.";
    assert!(flat(&text).contains(sentence), "{}", text.out);
}

/// The device carries the threat out with probability 3/10; left to itself the coalition refuses,
/// at -5 against -8. Refraining pays 0, the threat carried out 4: the challenger never yields.
#[test]
fn a_device_counts_as_execution() {
    let device = |probability: &str| {
        format!(
            r#"
[[rung]]
id = "s1"
by = "co"
cost = {{ ch = 1, co = 8 }}
[[response]]
commit = {{ automatic = {probability} }}
[[off_ramp]]
payoff = {{ ch = 0, co = 0 }}
[outcomes]
acquiesce = {{ ch = 10, co = -5 }}
defeat = {{ ch = "5 - cost(ch)", co = "-cost(co)" }}
"#
        )
    };
    let answer = twice(&device("0.3"));
    let rung = &answer["rungs"][0];
    assert_eq!(rung["execution_probability"], "3/10");
    assert_eq!(rung["automatic"], "3/10");
    assert_eq!(
        (&rung["credible"], &rung["critical"]),
        (&false.into(), &"never".into())
    );
    let some = text(&device("0.3"));
    assert!(some.out.contains("30.0 %"), "{}", some.out);

    let answer = twice(&device("1"));
    let rung = &answer["rungs"][0];
    assert_eq!(
        (&rung["rung"], &rung["actor"]),
        (&"s1".into(), &"co".into())
    );
    assert_eq!(
        (&rung["credible"], &rung["margin"]),
        (&true.into(), &Value::Null)
    );
    let always = text(&device("1"));
    assert!(always.out.contains("automatic"), "{}", always.out);
}

/// Stage 1 may be let pass, so stage 2 falls due in two places; it counts once.
#[test]
fn rungs_are_counted_once_and_say_where_they_are() {
    let passing = r#"
[[rung]]
id = "s1"
by = "co"
cost = { ch = 1, co = 1 }
accident = 0.2
[[rung]]
id = "s2"
by = "co"
cost = { ch = 2, co = 1 }
accident = 0.5
[[response]]
on = "s1"
options = ["next_rung", "none", "acquiesce"]
[[off_ramp]]
payoff = { ch = "1 - cost(ch)", co = "-1 - cost(co)" }
[outcomes]
acquiesce = { ch = 4, co = -4 }
defeat = { ch = "-cost(ch)", co = "-cost(co)" }
accident = { ch = -9, co = -9 }
"#;
    let answer = twice(passing);
    let column = |key: &str| -> Vec<String> {
        let rows = answer["rungs"].as_array().unwrap();
        rows.iter()
            .map(|row| row[key].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(column("rung"), ["s1", "s2", "s2"]);
    assert_eq!(column("place"), ["", "W1: execute", "W1: none"]);
    // 1 - .8 and 1 - .8 · .5, wherever it is.
    assert_eq!(column("cumulative_risk"), ["1/5", "3/5", "3/5"]);
    let text = text(passing);
    assert!(text.out.starts_with("test: 2 rungs, "), "{}", text.out);
    assert!(text.out.contains("s2 (W1: none)"), "{}", text.out);
    let input = format!("{ACTORS}{passing}");
    let info = json(&["info", "-", "--json"], &input);
    assert_eq!(info["rungs"], serde_json::json!(["s1", "s2"]));
    let why = json(&["explain", "-", "--at", "s2", "--json"], &input);
    assert_eq!(why["explanations"].as_array().map(Vec::len), Some(2));
}

/// With two types of the coalition the one rung is decided in two places.
#[test]
fn types_do_not_multiply_rungs() {
    let run = run_with(
        &["solve", "examples/scenarios/rudimentary-deterrence.toml"],
        b"",
    );
    assert!(run.out.contains(": 1 rung, "), "{}", run.out);
}

#[test]
fn rounded_numbers_are_said_to_be_rounded() {
    let rounded = ONE
        .replace("ch = 2", "ch = \"sqrt(2)\"")
        .replace("co = 1", "co = 7");
    let answer = solved(&rounded);
    assert_eq!(answer["inexact"], serde_json::json!(["sqrt(2)"]));
    let text = text(&rounded);
    let verdict = "Verdict for a game with rounded numbers (sqrt(2)): exact: no deviation";
    assert!(flat(&text).contains(verdict), "{}", text.out);
    assert!(text.out.contains("ch: ≈1.41421, co: -5"), "{}", text.out);
    assert_eq!(solved(ONE)["inexact"], serde_json::json!([]));
}

#[test]
fn a_warning_about_a_parameter_is_said_once() {
    let run = run_with(
        &[
            "check",
            "examples/scenarios/three-stage-ultimatum.toml",
            "--set",
            "a=99",
        ],
        b"",
    );
    let both = format!("{}{}", run.out, run.err);
    assert_eq!(both.matches("D073").count(), 1, "{both}");
}

/// The starter with types has no equilibrium in pure strategies: where the challenger is indifferent
/// the irresolute bluffs some of the time.
#[test]
fn a_scenario_without_pure_equilibrium_is_mixed() {
    let file = run_with(&["new", "types"], b"").out;
    let run = run_with(&["solve", "-", "--concept", "spe"], file.as_bytes());
    assert_eq!(run.code, 0, "{run:#?}");
    assert!(run.out.contains("Verdict     exact"), "{}", run.out);
    // The only subgame is the game, and all its equilibria were looked for: there is one.
    assert!(
        run.out.contains("1 subgame-perfect equilibrium"),
        "{}",
        run.out
    );
    assert!(!run.out.contains("Incomplete"), "{}", run.out);
    let all = ["solve", "-", "--concept", "spe", "--all"];
    assert_eq!(run_with(&all, file.as_bytes()).code, 0);
    // Where a search was cut, `--all` must not pass for complete.
    let votes = "examples/scenarios/public-votes.toml";
    let run = run_with(&["solve", votes, "--concept", "spe", "--all"], b"");
    assert_eq!(run.code, 4, "{run:#?}");
    let said = "mixed equilibria of the subgame at node 1 were not searched: searched ";
    assert!(flat(&run).contains(said), "{}", run.out);
}

/// Two unnamed decisions of two players: each player's first, and positions 1 and 2 of the game.
#[test]
fn unnamed_decisions_are_numbered_as_positions() {
    let game = "EFG 2 R \"\" { \"1\" \"2\" } \"\"\np \"\" 1 1 \"\" { \"L\" \"R\" } 0\nt \"\" 1 \"\" { 0, 0 }\n\
                p \"\" 2 1 \"\" { \"l\" \"r\" } 0\nt \"\" 2 \"\" { 0, 0 }\nt \"\" 3 \"\" { 1, 1 }\n";
    let run = run_with(&["solve", "-"], game.as_bytes());
    let out = flat(&run);
    assert!(out.contains("#1 1: R #3 2: r"), "{}", run.out);
    let why = run_with(&["explain", "-", "--at", "#3"], game.as_bytes());
    assert_eq!(why.code, 0, "{why:#?}");
    assert!(why.out.contains("2 plays \"r\""), "{}", why.out);
}

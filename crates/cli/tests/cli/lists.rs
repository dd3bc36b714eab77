//! Lists of equilibria: which comes first, what bounds them, what is counted.

use crate::support::{run, written};
use serde_json::Value;
use std::fmt::Write;

/// A full tree of two moves in which every payoff is 0, so that every profile is an equilibrium.
fn full(depth: u32) -> String {
    let mut text = "EFG 2 R \"full\" { \"A\" \"B\" }\n".to_owned();
    let (mut open, mut infosets) = (vec![0], 0);
    while let Some(level) = open.pop() {
        if level == depth {
            text += "t \"\" 1 \"end\" { 0, 0 }\n";
            continue;
        }
        infosets += 1;
        let player = level % 2 + 1;
        writeln!(text, "p \"\" {player} {infosets} \"\" {{ \"a\" \"b\" }} 0").unwrap();
        open.extend([level + 1, level + 1]);
    }
    text
}

/// A has three moves that pay her the same and B 0, 5 or 9.
const TIE: &str = r#"EFG 2 R "tie" { "A" "B" }
p "" 1 1 "x" { "l" "m" "r" } 0
t "" 1 "left" { 1 0 }
t "" 2 "middle" { 1 5 }
t "" 3 "right" { 1 9 }
"#;

fn json(arguments: &[&str]) -> (i32, Value) {
    let run = run(arguments);
    let json = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{arguments:?}: {run:?}"));
    (run.code, json)
}

/// How play ends under each listed equilibrium, and which are selected.
fn listed(answer: &Value) -> Vec<(String, bool)> {
    let rows = answer["equilibria"].as_array().expect("a list").iter();
    rows.map(|row| {
        let name = row["name"].as_str().expect("text").to_owned();
        (name, row["selected"] == true)
    })
    .collect()
}

#[test]
fn what_the_tie_rule_selects_comes_first() {
    let (_folder, tie) = written("tie.efg", TIE);
    let rows = |rule: &str, n: &str| {
        listed(&json(&["solve", &tie, "--tie-rule", rule, "--list", n, "--json"]).1)
    };
    let row = |name: &str, selected| (name.to_owned(), selected);
    // Benevolent leaves B the 9; the others in order of what they pay.
    assert_eq!(
        rows("benevolent", "2"),
        [row("right", true), row("left", false)]
    );
    let all = [row("right", true), row("left", false), row("middle", false)];
    assert_eq!(rows("benevolent", "9"), all);
    assert_eq!(
        rows("adversarial", "2"),
        [row("left", true), row("middle", false)]
    );
    let lines = ["solve", &tie, "--tie-rule", "benevolent", "--list", "2"];
    let gambit = run(&[&lines[..], &["--format", "gambit"]].concat());
    assert_eq!(gambit.out, "NE,0,0,1\nNE,1,0,0\n");
}

/// 1,023 decisions, two moves each.
#[test]
fn limits_hold_while_equilibria_are_listed() {
    let (_folder, full) = written("full.efg", &full(10));
    let shown = |answer: &Value| answer["equilibria"].as_array().expect("a list").len();
    // 128 bytes of choices an equilibrium at the very least, so fewer than 800 in 100K.
    let line = ["solve", &full, "--list", "1000", "--memory-limit", "100K"];
    let (code, answer) = json(&[&line[..], &["--json"]].concat());
    assert_eq!((code, &answer["stop"]), (4, &Value::from("memory")));
    assert!((1..800).contains(&shown(&answer)), "{}", shown(&answer));
    let text = run(&line);
    assert_eq!(text.code, 4);
    assert!(
        text.out.contains("the memory limit was reached"),
        "{}",
        text.out
    );
    let line = ["solve", &full, "--all", "--json", "--time-limit", "0.2"];
    let (code, answer) = json(&line);
    assert_eq!((code, &answer["stop"]), (4, &Value::from("time")));
    assert!((1..10_000).contains(&shown(&answer)));
    // 2,047 nodes, two payoffs and a mark each, 8 bytes at least: refused before anything is done.
    let tight = run(&["solve", &full, "--list", "2", "--memory-limit", "40K"]);
    assert_eq!((tight.code, tight.out.as_str()), (4, ""), "{tight:?}");
    assert!(tight.err.contains("takes 49128 bytes"), "{}", tight.err);
    // As many as asked for otherwise.
    let (code, answer) = json(&["solve", &full, "--list", "50", "--json"]);
    assert_eq!((code, shown(&answer)), (0, 50));
}

/// Names and numbers of 1000 profiles of 1,023 decisions would take some 400 MB (two actions of 100
/// bytes and a decision of 100 each, and their vectors); 200 MB of addresses are enough for the
/// program as a whole.
#[cfg(target_os = "linux")]
#[test]
fn a_long_list_takes_little_memory() {
    let (_folder, full) = written("full.efg", &full(10));
    let shell = format!(
        "ulimit -v 200000; exec {} solve {full} --list 1000 --threads 1 --json -o /dev/null",
        env!("CARGO_BIN_EXE_deterra")
    );
    let status = std::process::Command::new("sh")
        .args(["-c", &shell])
        .status();
    assert_eq!(status.expect("a shell").code(), Some(0));
}

/// A stops, or goes on and is then indifferent. Going on is worse, so there is one equilibrium in
/// reduced strategies, and two if what she would do after going on is told apart.
const ONE: &str = r#"EFG 2 R "one" { "A" }
p "" 1 1 "x" { "stop" "go" } 0
t "" 1 "stopped" { 1 }
p "" 1 2 "y" { "l" "r" } 0
t "" 2 "left" { 0 }
t "" 3 "right" { 0 }
"#;

#[test]
fn reduced_strategies_are_called_so() {
    let (_folder, one) = written("one.efg", ONE);
    let (_, perfect) = json(&["solve", &one, "--json"]);
    assert_eq!(
        (&perfect["count"], &perfect["counted_in"]),
        (&"2".into(), &"strategies".into())
    );
    let (_, nash) = json(&["solve", &one, "--json", "--method", "pure"]);
    assert_eq!(nash["count"], "1");
    assert_eq!(nash["counted_in"], "reduced strategies");
    assert_eq!(nash["count_unreduced"], "2");
    let text = run(&["solve", &one, "--method", "pure"]).out;
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("equilibrium in reduced strategies (choices that"),
        "{text}"
    );
    assert!(words.contains("told apart, 2)"), "{text}");
    // Nobody moves twice in the prisoner's dilemma as a tree: nothing to say.
    let (_, once) = json(&["solve", "selten_horse", "--json", "--concept", "nash"]);
    assert_eq!(once["counted_in"], "strategies");
}

/// A may also mix her three moves, whichever way the file is looked at.
#[test]
fn mixed_equilibria_are_left_out_alike() {
    let (_folder, tie) = written("tie.efg", TIE);
    for (concept, method) in [("spe", "auto"), ("nash", "pure")] {
        let line = [
            "solve",
            &tie,
            "--json",
            "--concept",
            concept,
            "--method",
            method,
        ];
        let (code, answer) = json(&[&line[..], &["--all"]].concat());
        assert_eq!(code, 4, "{concept}");
        assert_eq!(answer["count"], "3");
        assert_eq!(answer["complete"], true);
        assert_eq!(answer["complete_among"], "pure");
        assert_eq!(answer["not_searched"], "mixed equilibria were not searched");
        assert_eq!(json(&line).0, 0, "{concept}");
    }
    // Unless they are asked for: any mix of the three.
    let (code, answer) = json(&["solve", &tie, "--json", "--concept", "nash", "--all"]);
    assert_eq!((code, &answer["complete_among"]), (0, &"all".into()));
    assert_eq!(answer["sets"][0]["dimension"], Value::Null);
    // Without ties there are no others.
    let (code, answer) = json(&["solve", "centipede", "--all", "--json"]);
    assert_eq!((code, &answer["complete_among"]), (0, &"all".into()));
    // Matching pennies has none in pure strategies.
    let pure = ["solve", "matching_pennies", "--json", "--method", "pure"];
    let (_, none) = json(&pure);
    assert_eq!(
        (&none["count"], &none["complete"]),
        (&"0".into(), &false.into())
    );
}

/// All equilibria of two players: one of pennies, 75 of von Stengel's game of six strategies each; every answer
/// reads itself back.
#[test]
fn all_equilibria_of_two_players_are_found() {
    let (code, one) = json(&["solve", "matching_pennies", "--all", "--json"]);
    assert_eq!(
        (code, &one["count"], &one["complete_among"]),
        (0, &"1".into(), &"all".into())
    );
    assert_eq!(one["method"], "vertex_enumeration");
    let line = ["solve", "von_stengel", "--all", "--json"];
    let (code, many) = json(&line);
    assert_eq!((code, &many["count"]), (0, &"75".into()));
    let components = many["components"].as_array().unwrap();
    assert_eq!(components.len(), 75);
    let index: i64 = components.iter().filter_map(|c| c["index"].as_i64()).sum();
    assert_eq!(index, 1);
    let equilibria = many["equilibria"].as_array().unwrap();
    assert!(equilibria.iter().all(|e| e["verdict"]["status"] == "exact"));
    // Gambit's lines, by player then strategy: 6 + 6 numbers each.
    let lines = run(&["solve", "von_stengel", "--all", "--format", "gambit"]).out;
    assert!(lines.lines().all(|l| l.split(',').count() == 13));
    assert_eq!(lines.lines().count(), 75);
}

/// A set of equilibria is told by its corners, and a path by where it ends.
#[test]
fn sets_and_paths_are_told_in_words() {
    // Whatever player 2 does, player 1 gets the same; player 2 prefers the left against the top.
    let (_folder, file) = written(
        "set.nfg",
        "NFG 1 R \"set\" { \"a\" \"b\" } { 2 2 }\n\n1 1 1 0 1 0 1 1\n",
    );
    let text = run(&["solve", &file]).out;
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("are the corners of one connected set of equilibria, of index 1"),
        "{text}"
    );
    let (code, path) = json(&["solve", "von_stengel", "--method", "lemke_howson", "--json"]);
    assert_eq!(
        (code, &path["scope"], &path["complete"]),
        (0, &"reached".into(), &false.into())
    );
    assert_eq!(path["equilibria"][0]["verdict"]["status"], "exact");
    assert!(path["work"]["pivots"].as_u64().unwrap() > 0);
    // There may be others, so a list of all is not complete.
    let (code, _) = json(&[
        "solve",
        "von_stengel",
        "--method",
        "lemke_howson",
        "--all",
        "--json",
    ]);
    assert_eq!(code, 4);
    let refused = run(&["solve", "jordan", "--method", "vertex_enumeration"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("two players"), "{refused:?}");
}

/// The driver meets the same exit twice; a play passes through it once or twice, but no play
/// passes more often than always (Piccione and Rubinstein 1997).
#[test]
fn nothing_is_reached_more_than_surely() {
    let driver = r#"EFG 2 R "driver" { "driver" }
p "" 1 1 "an exit" { "exit" "continue" } 0
t "" 1 "first exit" { 0 }
p "" 1 1 "an exit" { "exit" "continue" } 0
t "" 2 "second exit" { 4 }
t "" 3 "end of the road" { 1 }
"#;
    let (_folder, driver) = written("driver.efg", driver);
    let answer = json(&["solve", &driver, "--json", "--concept", "nash"]).1;
    let path = &answer["equilibria"][0]["path"][0];
    assert_eq!(
        (&path["action"], &path["probability"]),
        (&"continue".into(), &"1".into())
    );
    let text = run(&["solve", &driver]).out;
    assert!(text.contains("continue") && !text.contains("200"), "{text}");
}

/// Everybody agrees on one of 14 things or mixes evenly over some: 2^14 - 1 equilibria, of which 2 MB hold fewer than 3,000, as the
/// probabilities of one alone are 28 numbers of 16 bytes.
#[test]
fn limits_hold_while_all_equilibria_are_found() {
    let made = run(&["generate", "identity", "--size", "14"]);
    let (_folder, game) = written("agree.nfg", &made.out);
    let line = ["solve", &game, "--all", "--memory-limit", "2M"];
    for method in [
        "--method=vertex_enumeration",
        "--method=lemke_howson",
        "--concept=nash",
    ] {
        let (code, answer) = json(&[&line[..], &[method, "--json"]].concat());
        assert_eq!(
            (code, &answer["stop"]),
            (4, &Value::from("memory")),
            "{method}"
        );
        assert_eq!(answer["complete"], false);
        let count: usize = answer["count"]
            .as_str()
            .expect("text")
            .parse()
            .expect("a number");
        assert!((100..3000).contains(&count), "{method}: {count}");
        let rows = answer["equilibria"].as_array().expect("a list");
        assert!((1..=count).contains(&rows.len()));
        assert!(rows.iter().all(|row| row["verdict"]["status"] == "exact"));
    }
    let text = run(&line);
    assert_eq!(text.code, 4);
    assert!(
        text.out.contains("the memory limit was reached"),
        "{}",
        text.out
    );
}

/// Three hundred strategies each and nothing to win: names and numbers of 5,000 equilibria would take some 250 MB (600 actions of 80 bytes a
/// row), and the program as a whole has that many bytes of addresses.
#[cfg(target_os = "linux")]
#[test]
fn a_list_of_a_large_table_takes_little_memory() {
    let zeros = "0 ".repeat(2 * 300 * 300);
    let (_folder, game) = written(
        "zeros.nfg",
        &format!("NFG 1 R \"zeros\" {{ \"A\" \"B\" }} {{ 300 300 }}\n\n{zeros}\n"),
    );
    let shell = format!(
        "ulimit -v 250000; exec {} solve {game} --method pure --list 5000 --threads 1 --format csv -o /dev/null",
        env!("CARGO_BIN_EXE_deterra")
    );
    let status = std::process::Command::new("sh")
        .args(["-c", &shell])
        .status();
    assert_eq!(status.expect("a shell").code(), Some(0));
}

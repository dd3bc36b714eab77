//! What a history teaches, and games that are seen in several ways.

use crate::support::{THREAT, json_of, run, run_with, written};

/// A defender that is hard with probability `p` fights, a soft one gives in; the challenger crosses
/// if 1 - p > 1/2. That is the only equilibrium, since each type's answer is best wherever it is given.
const ANSWERS: &str = r#"
[scenario]
name = "two answers"

[params]
p = 0.4

[[actor]]
id = "challenger"

[[actor]]
id = "defender"
types = [{ id = "hard", prior = "p", override = { war = 1 } }, { id = "soft", prior = "1 - p", override = { war = -1 } }]

[[history]]
response = "none"
likelihood = "equilibrium"
at = "answer"
action = "concede"

[[node]]
id = "next"
by = "challenger"
actions = { hold = "quiet", cross = "answer" }

[[node]]
id = "answer"
by = "defender"
actions = { concede = "taken", resist = "fought" }

[outcomes]
quiet = { challenger = 0.5, defender = 1 }
taken = { challenger = 1, defender = 0 }
fought = { challenger = 0, defender = "war" }
"#;

#[test]
fn an_equilibrium_says_how_likely_an_answer_was() {
    let answer = json_of(&["learn", "-", "--json"], ANSWERS, 0);
    let event = &answer["events"][0];
    assert_eq!(event["source"], "equilibrium");
    assert_eq!(event["equilibrium"]["concept"], "perfect Bayesian");
    assert_eq!(event["equilibrium"]["count"], "1");
    assert_eq!(event["probability"], "3/5");
    let hard = &event["beliefs"]["defender"]["hard"];
    assert_eq!(
        (&hard["likelihood"], &hard["posterior"]),
        (&"0".into(), &"0".into())
    );
    assert_eq!(hard["bayes_factor"], "0");
    let soft = &event["beliefs"]["defender"]["soft"];
    assert_eq!(
        (&soft["posterior"], &soft["bayes_factor"]),
        (&"1".into(), &"infinite".into())
    );
    // The game that is solved afterwards is played with that belief: everybody knows.
    let solved = json_of(&["solve", "-", "--json"], ANSWERS, 0);
    assert_eq!(solved["equilibria"][0]["payoffs"]["challenger"], "1");
    // Had it resisted, the challenger would hold.
    let resisted = ANSWERS.replace("action = \"concede\"", "action = \"resist\"");
    let solved = json_of(&["solve", "-", "--json"], &resisted, 0);
    assert_eq!(solved["equilibria"][0]["payoffs"]["challenger"], "1/2");
}

#[test]
fn an_event_that_no_equilibrium_explains_is_named() {
    for (from, to, words) in [
        ("at = \"answer\"", "at = \"reply\"", "no position \"reply\""),
        ("\"concede\"\n\n", "\"yield\"\n\n", "no move \"yield\""),
    ] {
        let text = ANSWERS.replace(from, to);
        assert_ne!(text, ANSWERS);
        for command in ["learn", "solve"] {
            let run = run_with(&[command, "-"], text.as_bytes());
            assert_eq!(run.code, 3, "{run:?}");
            assert!(run.err.contains("event 1 (none)"), "{}", run.err);
            assert!(run.err.contains(words), "{}", run.err);
        }
    }
    // Twice an answer that the first time made impossible.
    let text = ANSWERS.replace("[[node]]\nid = \"next\"", "[[history]]\nlikelihood = \"equilibrium\"\nat = \"answer\"\naction = \"resist\"\n\n[[node]]\nid = \"next\"");
    let run = run_with(&["learn", "-"], text.as_bytes());
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.err.contains("event 2 is impossible"), "{}", run.err);
}

#[test]
fn sides_whose_types_go_together_are_learned_of_together() {
    let joint = "[prior]\njoint = [{ types = { a = \"x\", b = \"u\" }, prob = 0.4 }, { types = { a = \"x\", b = \"v\" }, prob = 0.1 }, { types = { a = \"y\", b = \"u\" }, prob = 0.1 }, { types = { a = \"y\", b = \"v\" }, prob = 0.4 }]\n";
    let text = format!(
        "node = [{{ id = \"n\", by = \"a\", actions = {{ go = \"end\" }} }}]\noutcomes.end = {{ a = 0, b = 0 }}\nactor = [{{ id = \"a\", types = [{{ id = \"x\" }}, {{ id = \"y\" }}] }}, {{ id = \"b\", types = [{{ id = \"u\" }}, {{ id = \"v\" }}] }}]\nhistory = [{{ response = \"none\", likelihood = {{ u = 0.2, v = 0.8 }} }}]\n{joint}"
    );
    let answer = json_of(&["learn", "-", "--json"], &text, 0);
    let beliefs = &answer["events"][0]["beliefs"];
    assert_eq!(beliefs["a"]["x"]["posterior"], "8/25");
    assert!(beliefs["a"]["x"]["likelihood"].is_null());
    assert_eq!(beliefs["a"]["x"]["bayes_factor"], "8/17");
    assert_eq!(beliefs["b"]["u"]["posterior"], "1/5");
    assert_eq!(answer["joint"][0]["posterior"], "4/25");
    let shown = run_with(&["learn", "-"], text.as_bytes()).out;
    assert!(shown.contains("none (of b)"), "{shown}");
}

#[test]
fn a_table_has_a_row_for_each_event_and_type() {
    let file = "examples/scenarios/learning-from-red-lines.toml";
    let table = run(&["learn", file, "--format", "csv"]);
    assert_eq!(table.code, 0, "{table:?}");
    let rows: Vec<&str> = table.out.lines().collect();
    assert_eq!(rows.len(), 1 + 6 * 2);
    assert!(rows[0].starts_with("event,label,crosses,severity,response,about,source"));
    assert!(
        rows[11].ends_with("4097/5125,defender,resolute,1/5,1/1025,1/4097,1/4"),
        "{}",
        rows[11]
    );
}

#[test]
fn only_scenarios_have_a_past_and_views() {
    let (_folder, threat) = written("threat.efg", THREAT);
    for command in ["learn", "hypergame"] {
        let run = run(&[command, &threat]);
        assert_eq!(run.code, 2, "{run:?}");
    }
    let nothing = run(&["learn", "examples/scenarios/three-stage-ultimatum.toml"]);
    assert_eq!(nothing.code, 3, "{nothing:?}");
}

#[test]
fn views_are_read_from_the_file_and_from_the_command_line() {
    let file = "examples/scenarios/three-stage-ultimatum-types.toml";
    let text = std::fs::read_to_string(crate::support::root().join(file)).unwrap();
    let views = "\n[[view]]\nof = \"challenger\"\ntypes = { coalition = \"irresolute\" }\n\n[[view]]\nof = \"truth\"\ntypes = { coalition = \"resolute\" }\n";
    let answer = json_of(&["hypergame", "-", "--json"], &format!("{text}{views}"), 0);
    assert_eq!(answer["payoffs"]["challenger"], "-3457/125");
    // The command line has the last word.
    let other = [
        "hypergame",
        "-",
        "--json",
        "--view",
        "challenger:coalition=resolute",
    ];
    let answer = json_of(&other, &format!("{text}{views}"), 0);
    assert_eq!(answer["payoffs"]["challenger"], "4");
    for (flags, words) in [
        (
            &["--truth", "coalition=resolut"][..],
            "did you mean `resolute`?",
        ),
        (
            &["--view", "challenge:V=3", "--truth", "coalition=resolute"],
            "there is no actor `challenge`",
        ),
        (&[], "leaves open of which type coalition is"),
        (
            &["--view", "challenger=irresolute"],
            "expected ACTOR:NAME=VALUE",
        ),
    ] {
        let run = run(&[&["hypergame", file], flags].concat());
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.err.contains(words), "{}", run.err);
    }
}

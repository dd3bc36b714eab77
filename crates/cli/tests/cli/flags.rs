//! A flag that is typed changes something or is refused: nobody takes an answer for one to another question.

use crate::support::{root, run, run_with};

fn scenario(name: &str) -> String {
    let file = root().join("examples/scenarios").join(name);
    file.to_string_lossy().into_owned()
}

#[test]
fn commands_refuse_what_they_do_not_understand() {
    let ladder = scenario("three-stage-ultimatum.toml");
    let types = scenario("three-stage-ultimatum-types.toml");
    let flags: [&[&str]; 9] = [
        &["--method", "lemke_howson"],
        &["--lambda", "2"],
        &["--errors", "probit"],
        &["--path"],
        &["--list", "3"],
        &["--all"],
        &["--tie-rule", "benevolent"],
        &["--iterations", "5"],
        &["--exact"],
    ];
    let commands: [(&[&str], &[&str]); 12] = [
        (&["check", &ladder], &[]),
        (&["info", &ladder], &[]),
        (&["convert", &ladder, "--to", "json"], &[]),
        (&["learn", &types], &[]),
        (&["commitment", &ladder], &[]),
        (&["information", &types], &[]),
        (&["offramp", &ladder], &["--all", "--tie-rule"]),
        (&["timing", &ladder], &[]),
        (&["explain", &ladder], &["--tie-rule"]),
        (&["explain", &types], &["--list"]),
        (&["evolve", "chicken"], &[]),
        (&["generate", "uniform", "--size", "2"], &[]),
    ];
    for (command, understood) in commands {
        for flag in flags {
            let line = [command, flag].concat();
            let said = run(&line);
            if understood.contains(&flag[0]) {
                assert_ne!(said.code, 2, "{line:?}: {said:?}");
            } else {
                assert_eq!((said.code, said.out.as_str()), (2, ""), "{line:?}");
                assert!(said.err.contains(flag[0]), "{line:?}: {said:?}");
            }
        }
        let line = [command, &["--concept", "qre"]].concat();
        assert!([2, 4].contains(&run(&line).code), "{line:?}");
    }
    // Where everything is seen these are the same equilibria, and others are not.
    for (concept, code) in [("spe", 0), ("sequential", 0), ("nash", 2), ("perfect", 2)] {
        let said = run(&["explain", &ladder, "--concept", concept]);
        assert_eq!(said.code, code, "{concept}: {said:?}");
    }
}

#[test]
fn solve_refuses_what_a_concept_does_not_understand() {
    for line in [
        // One subgame, in which something is hidden.
        &[
            "selten_horse",
            "--concept",
            "spe",
            "--method",
            "lemke_howson",
        ][..],
        &["selten_horse", "--concept", "spe", "--method", "core"],
        &[
            "selten_horse",
            "--concept",
            "spe",
            "--tie-rule",
            "benevolent",
        ],
        &[
            "selten_horse",
            "--concept",
            "nash",
            "--tie-rule",
            "benevolent",
        ],
        &["chicken", "--tie-rule", "adversarial"],
        &["chicken", "--concept", "qre", "--pure"],
        &["chicken", "--concept", "qre", "--exact"],
        &["chicken", "--concept", "correlated", "--support", "#1:#1"],
        &["chicken", "--concept", "stackelberg", "--discount", "1/2"],
        &["chicken", "--concept", "stackelberg", "--iterations", "5"],
        &["chicken", "--concept", "stackelberg", "--baseline"],
        &["kuhn", "--sampling", "outcome"],
        &["kuhn", "--method", "lp", "--prune"],
        &[
            "kuhn",
            "--method",
            "mccfr",
            "--sampling",
            "outcome",
            "--prune",
        ],
        &["kuhn", "--concept", "qre", "--method", "mmd"],
        &[
            "kuhn",
            "--concept",
            "qre",
            "--method",
            "mmd",
            "--lambda",
            "1",
            "--path",
        ],
        &[
            "chicken",
            "--concept",
            "stackelberg",
            "--tie-rule",
            "benevolent",
        ],
    ] {
        let line = [&["solve"], line].concat();
        let said = run(&line);
        assert_eq!(
            (said.code, said.out.as_str()),
            (2, ""),
            "{line:?}: {said:?}"
        );
    }
}

/// One commitment that is best is shown, and others may be as good.
#[test]
fn all_of_what_is_not_listed_is_not_claimed() {
    for concept in ["stackelberg", "correlated"] {
        let line = ["solve", "chicken", "--concept", concept];
        assert_eq!(run(&line).code, 0, "{concept}");
        assert_eq!(run(&[&line[..], &["--all"]].concat()).code, 4, "{concept}");
    }
}

/// Three players, each of whom wins if exactly one of the others does as she does: numeric methods know mixed equilibria within
/// a bound.
#[test]
fn exact_answers_are_insisted_on() {
    let odd = "NFG 1 R \"odd one\" { \"1\" \"2\" \"3\" } { 2 2 2 }\n\n0 0 0 3 1 1 1 3 1 1 1 7 1 1 5 1 2 1 3 1 1 0 0 0\n";
    let line = [
        "solve",
        "-",
        "--concept",
        "nash",
        "--method",
        "simplicial",
        "--json",
    ];
    let found = run_with(&line, odd.as_bytes());
    let answer: serde_json::Value = serde_json::from_str(&found.out).expect("JSON");
    let bounded = answer["equilibria"][0]["verdict"]["status"] == "bounded";
    let insisted = run_with(&[&line[..], &["--exact"]].concat(), odd.as_bytes());
    assert_eq!(
        (found.code, insisted.code),
        (0, if bounded { 4 } else { 0 })
    );
    assert!(bounded, "{answer}");
    assert!(
        insisted.err.contains("--exact asks for more"),
        "{insisted:?}"
    );
    assert!(
        insisted.out.contains("\"bounded\""),
        "what was found is printed"
    );
}

#[test]
fn scaling_chances_is_refused_where_it_changes_nothing() {
    let ladder = scenario("three-stage-ultimatum.toml");
    for game in [ladder.as_str(), "chicken", "kuhn"] {
        let said = run(&["info", game, "--normalize-chance"]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{game}: {said:?}");
    }
}

//! Quantal responses: published numbers, what is written can be read back, and what is off by a
//! thousandth is found.

use crate::support::{json_of, run, run_with};
use serde_json::Value;

fn close(value: &Value, expected: f64, within: f64) {
    let value = value.as_f64().expect("a number");
    assert!((value - expected).abs() < within, "{value} {expected}");
}

#[test]
fn published_probabilities_come_out_to_six_digits() {
    // Worked out from the definitions in tests/scenarios/quantal-response.md.
    let radg = "examples/scenarios/rudimentary-deterrence.toml";
    for (lambda, expected) in [("1", 0.506_183), ("5", 0.620_249), ("20", 0.892_277)] {
        let arguments = ["solve", radg, "--set", "p_B=0.4", "--concept", "qre"];
        let arguments = [&arguments[..], &["--lambda", lambda, "--json"]].concat();
        let answer = json_of(&arguments, "", 0);
        let demand = &answer["probabilities"]["challenger"]["demand"]["defect"];
        close(demand, expected, 1e-6);
        assert_eq!(answer["lambda"], lambda);
        assert_eq!(answer["limit"], Value::Null);
        assert_ne!(answer["scope"], "pure");
    }
    let model = "examples/scenarios/strategic-probability.toml";
    for (errors, lambda, p2, p4) in [
        ("probit", "1", 0.422_543, 0.638_163),
        ("private", "1", 0.411_845, 0.638_163),
        ("logit", "0.70710678118654752", 0.469_111, 0.587_479),
    ] {
        let arguments = ["solve", model, "--concept", "qre", "--errors", errors];
        let arguments = [&arguments[..], &["--lambda", lambda, "--json"]].concat();
        let answer = json_of(&arguments, "", 0);
        close(
            &answer["probabilities"]["challenger"]["first"]["demand"],
            p2,
            1e-6,
        );
        close(
            &answer["probabilities"]["defender"]["second"]["resist"],
            p4,
            1e-6,
        );
        assert_eq!(answer["count"], "1");
    }
}

#[test]
fn what_is_written_is_judged_and_a_thousandth_more_is_found() {
    for (game, errors) in [
        ("examples/scenarios/rudimentary-deterrence.toml", "logit"),
        ("examples/scenarios/strategic-probability.toml", "private"),
        ("examples/games/selten-1975-horse.efg", "logit"),
        (
            "examples/games/mckelvey-palfrey-1992-centipede.efg",
            "probit",
        ),
        ("examples/games/mckelvey-palfrey-1995-pennies.nfg", "logit"),
    ] {
        let asked = ["--concept", "qre", "--lambda", "7/4", "--errors", errors];
        let mut answer = json_of(&[&["solve", game, "--json"], &asked[..]].concat(), "", 0);
        let verify = [&["verify", game, "-"], &asked[..]].concat();
        let judged = run_with(&verify, answer.to_string().as_bytes());
        assert_eq!(judged.code, 0, "{judged:#?}");
        assert!(judged.out.contains("is a quantal response equilibrium"));
        // Another precision is another response.
        let other: Vec<&str> = verify
            .iter()
            .map(|a| if *a == "7/4" { "2" } else { a })
            .collect();
        assert_eq!(run_with(&other, answer.to_string().as_bytes()).code, 1);
        let without: Vec<&str> = verify
            .iter()
            .copied()
            .filter(|a| !["--lambda", "7/4"].contains(a))
            .collect();
        // The answer says its precision; a profile alone does not.
        assert_eq!(run_with(&without, answer.to_string().as_bytes()).code, 0);
        let mut alone = answer.clone();
        alone.as_object_mut().expect("an answer").remove("lambda");
        assert_eq!(run_with(&without, alone.to_string().as_bytes()).code, 2);
        // The first decision with two actions: the one a thousandth more, the other less.
        let profile = answer["equilibria"][0]["profile"]
            .as_object_mut()
            .expect("players");
        let row = profile
            .values_mut()
            .flat_map(|own| own.as_object_mut().expect("decisions").values_mut())
            .find(|row| row.as_object().is_some_and(|row| row.len() == 2))
            .expect("a decision");
        let row = row.as_object_mut().expect("actions");
        let first = row
            .values()
            .next()
            .and_then(Value::as_str)
            .expect("a fraction");
        let (n, d) = first.split_once('/').expect("a fraction");
        let share = n.parse::<f64>().expect("digits") / d.parse::<f64>().expect("digits");
        let moved = format!("{:.12}", share + 0.001);
        let rest = format!("{:.12}", 1.0 - moved.parse::<f64>().expect("digits"));
        for (value, text) in row.values_mut().zip([moved, rest]) {
            *value = Value::from(text);
        }
        let judged = run_with(&verify, answer.to_string().as_bytes());
        assert_eq!(judged.code, 1, "{judged:#?}");
        let said = judged.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("may be off by 0.00"), "{said}");
    }
}

/// The first player gains 10q - 7 by his first strategy if the second plays hers with q; she gains
/// 1/10 + p/2. Her first strategy is dominant, but the branch from the centroid goes back twice
/// before it gets there.
const FOLDED: &str = "NFG 1 R \"slow to learn\" { \"one\" \"two\" } { { \"a\" \"b\" } { \"a\" \"b\" } }\n\
\n3 0.6 0 0.1 0 0 7 0\n";

#[test]
fn the_branch_may_turn_back_and_its_end_is_called_what_it_is() {
    let limit = ["solve", "-", "--concept", "qre", "--path", "--json"];
    let answer = json_of(&limit, FOLDED, 0);
    assert_eq!(answer["turns"], 2);
    assert_eq!(answer["limit"]["status"], "bounded");
    close(&answer["probabilities"]["one"]["one"]["a"], 1.0, 1e-6);
    let branch = answer["branch"].as_array().expect("rows");
    let lambdas: Vec<f64> = branch
        .iter()
        .filter_map(|row| row["lambda"].as_f64())
        .collect();
    assert!(lambdas.windows(2).any(|w| w[1] < w[0]), "{lambdas:?}");
    let text = run_with(&["solve", "-", "--concept", "qre"], FOLDED.as_bytes());
    assert!(text.out.contains("lambda turned back twice"), "{text:#?}");
    // At lambda 3 three responses exist; the one the branch meets first has p = 0.03.
    let three = [
        "solve",
        "-",
        "--concept",
        "qre",
        "--lambda",
        "3",
        "--format",
        "gambit",
    ];
    let line = run_with(&three, FOLDED.as_bytes()).out;
    assert!(line.starts_with("3.000000,0.03"), "{line}");
    // Only a limit is marked as an equilibrium.
    let lines = run_with(
        &["solve", "-", "--concept", "qre", "--format", "gambit"],
        FOLDED.as_bytes(),
    );
    assert!(lines.out.starts_with("NE,"), "{lines:#?}");
}

#[test]
fn an_unfinished_branch_is_no_limit() {
    let arguments = ["solve", "-", "--concept", "qre", "--time-limit", "0"];
    let text = run_with(&arguments, FOLDED.as_bytes());
    assert_eq!(text.code, 4, "{text:#?}");
    assert!(text.out.contains("not reached"), "{}", text.out);
    assert!(!text.out.contains("the limit of"), "{}", text.out);
    let lines = run_with(
        &[&arguments[..], &["--format", "gambit"]].concat(),
        FOLDED.as_bytes(),
    );
    assert!(!lines.out.contains("NE"), "{}", lines.out);
}

#[test]
fn flags_that_make_no_sense_are_refused() {
    let centipede = "examples/games/mckelvey-palfrey-1992-centipede.efg";
    for arguments in [
        &["solve", centipede, "--lambda", "1"][..],
        &["solve", centipede, "--errors", "probit"],
        &["solve", centipede, "--path", "--concept", "nash"],
        &["solve", centipede, "--concept", "qre", "--lambda", "-1"],
        &["solve", centipede, "--concept", "qre", "--lambda", "much"],
        &[
            "solve",
            "chicken",
            "--concept",
            "qre",
            "--method",
            "backward_response",
        ],
        &["solve", centipede, "--concept", "qre", "--method", "pure"],
    ] {
        let refused = run(arguments);
        assert_eq!(refused.code, 2, "{arguments:?}: {refused:#?}");
        assert!(refused.out.is_empty());
    }
    // Normal errors need perfect information.
    let hidden = run(&[
        "solve",
        "selten_horse",
        "--concept",
        "qre",
        "--errors",
        "probit",
    ]);
    assert_eq!(hidden.code, 4, "{hidden:#?}");
}

#[test]
fn text_and_csv_list_every_probability() {
    let asked = ["solve", "centipede", "--concept", "qre", "--lambda", "2"];
    let csv = run(&[&asked[..], &["--format", "csv"]].concat()).out;
    assert_eq!(csv.lines().count(), 9, "{csv}");
    assert!(
        csv.starts_with("lambda,player,infoset,action,probability\n2,1,"),
        "{csv}"
    );
    let way = run(&[&asked[..], &["--format", "csv", "--path"]].concat()).out;
    assert!(
        way.lines().count() > 30 && (way.lines().count() - 1).is_multiple_of(8),
        "{way}"
    );
    // The sweep and the path agree on what they print.
    let sweep = run(&asked).out;
    let path = run(&[&asked[..], &["--method", "logit_path"]].concat()).out;
    let table = |text: &str| text.split("\nplayer").nth(1).map(str::to_owned);
    assert!(table(&sweep).is_some());
    assert_eq!(table(&sweep), table(&path));
}

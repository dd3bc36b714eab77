//! Estimates from data: the shipped trees find their own coefficients again, and what is wrong
//! with data is said.

use crate::support::{json_of, run, run_with};
use serde_json::Value;
use std::fmt::Write as _;

/// The coefficients that the shipped files name, in the order of their formulas.
const SHIPPED: [(&str, &[f64]); 4] = [
    ("two-mover", &[0.5, 1.0, -0.5, 1.0, 0.3, 0.8, -1.0]),
    ("two-replies", &[1.0, 0.4, 1.0, 0.5, -1.0, 1.0, -0.4, 1.2]),
    (
        "three-mover",
        &[0.2, 1.0, 0.6, 0.3, 1.0, -0.4, -1.0, 0.5, 0.4, 1.0],
    ),
    ("ultimatum", &[2.0, 0.5, 3.0, -0.7, 0.2, -0.3]),
];

fn recovers(name: &str, truth: &[f64], errors: &[&str]) {
    let file = format!("examples/scenarios/strategic-{name}.toml");
    let mut arguments = vec!["estimate", &file, "--simulate", "10000", "--seed", "1"];
    arguments.extend(errors);
    let drawn = run(&arguments);
    assert_eq!(drawn.code, 0, "{}", drawn.err);
    assert_eq!(drawn.out.lines().count(), 10_001);
    let mut arguments = vec!["estimate", &file, "--data", "-", "--level", "99"];
    arguments.extend(["--starts", "0", "--json"]);
    arguments.extend(errors);
    let answer = json_of(&arguments, &drawn.out, 0);
    assert_eq!(answer["converged"], true);
    assert_eq!(answer["unbounded"], false);
    let rows = answer["coefficients"].as_array().expect("a list");
    assert_eq!(rows.len(), truth.len());
    for (row, wanted) in rows.iter().zip(truth) {
        let number = |key: &str| row[key].as_f64().expect("a number");
        let inside = number("low") < *wanted && *wanted < number("high");
        assert!(inside, "{name} {errors:?}: {wanted} {row}");
        assert!(number("se") < 0.3, "{name} {errors:?}: {row}");
    }
}

/// 10,000 rows of every shipped tree, every true value inside its 99 % interval.
#[test]
fn shipped_trees_are_recovered_with_agent_errors() {
    for (name, truth) in &SHIPPED[..3] {
        recovers(name, truth, &["--errors", "agent"]);
    }
}

#[test]
fn shipped_trees_are_recovered_with_private_information() {
    for (name, truth) in &SHIPPED[..3] {
        recovers(name, truth, &["--errors", "private"]);
    }
}

#[test]
fn the_shipped_ultimatum_is_recovered() {
    let (name, truth) = SHIPPED[3];
    recovers(name, truth, &[]);
}

const TWO: &str = "examples/scenarios/strategic-two-mover.toml";

/// Rows of the shipped two-mover tree.
fn rows(count: &str) -> String {
    run(&["estimate", TWO, "--simulate", count, "--seed", "5"]).out
}

/// Names of outcomes, columns of moves and columns of anything say the same.
#[test]
fn observations_may_be_written_in_several_ways() {
    let data = rows("300");
    let wanted = json_of(&["estimate", TWO, "--data", "-", "--json"], &data, 0);
    let mut named = String::from("x1,x2,x3,end,esc,war\n");
    for line in data.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let end = match (cells[3], cells[4]) {
            ("0", _) => "quo",
            (_, "0") => "yields",
            _ => "resists",
        };
        // What was never due is not known.
        let war = if cells[3] == "0" { "NA" } else { cells[4] };
        let covariates = cells[..3].join(",");
        writeln!(named, "{covariates},{end},{},{war}", cells[3]).expect("memory");
    }
    for left in ["end", "esc + war"] {
        let formula = format!("{left} ~ x1 | 0 | x2 | x2 + x3");
        let arguments = [
            "estimate",
            TWO,
            "--data",
            "-",
            "--formula",
            &formula,
            "--json",
        ];
        let found = json_of(&arguments, &named, 0);
        assert_eq!(found["coefficients"], wanted["coefficients"], "{left}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let data = rows("200");
    assert_eq!(data, rows("200"));
    let run = |threads: &str, seed: &str| {
        let shared = ["--threads", threads, "--seed", seed, "--format", "csv"];
        let mut arguments = vec!["estimate", TWO, "--data", "-", "--bootstrap", "40"];
        arguments.extend(shared);
        let run = run_with(&arguments, data.as_bytes());
        assert_eq!(run.code, 0, "{}", run.err);
        run.out
    };
    let one = run("1", "3");
    assert_eq!(one, run("2", "3"));
    assert_ne!(one, run("1", "4"));
    assert!(one.starts_with("equation,name,estimate,se,robust_se,z,p,low,high,bootstrap_se"));
}

#[test]
fn predictions_and_rival_formulas_are_answered() {
    let data = rows("400");
    let folder = tempfile::tempdir().expect("a folder");
    let new = folder.path().join("new.csv");
    std::fs::write(&new, "x1,x2,x3\n0,0,0\n2,0,1\nNA,1,1\n").expect("a file");
    let new = new.display().to_string();
    let arguments = [
        "estimate",
        TWO,
        "--data",
        "-",
        "--json",
        "--predict",
        &new,
        "--compare",
        "demand + resist ~ 1 | 0 | x2 | x2 + x3",
    ];
    let answer = json_of(&arguments, &data, 0);
    let predictions = answer["predictions"].as_array().expect("a list");
    assert_eq!(predictions.len(), 6);
    for row in predictions.chunks(3) {
        let number = |k: usize, key: &str| row[k][key].as_f64().expect("a number");
        let total: f64 = (0..3).map(|k| number(k, "probability")).sum();
        assert!((total - 1.0).abs() < 1e-12);
        for k in 0..3 {
            assert!(number(k, "low") < number(k, "probability"));
            assert!(number(k, "probability") < number(k, "high"));
        }
    }
    // The formula without x1, which has a coefficient of 1, is the worse one.
    let rival = &answer["comparison"];
    assert!(rival["vuong"].as_f64() > Some(3.0), "{rival}");
    assert!(rival["clarke_p"].as_f64() < Some(0.01), "{rival}");
    let csv = run_with(
        &[
            "estimate",
            TWO,
            "--data",
            "-",
            "--format",
            "csv",
            "--predict",
            &new,
        ],
        data.as_bytes(),
    );
    assert_eq!(
        csv.out.lines().next(),
        Some("row,outcome,probability,se,low,high")
    );
    assert_eq!(csv.out.lines().count(), 7);
    let latex = run_with(
        &["estimate", TWO, "--data", "-", "--latex"],
        data.as_bytes(),
    );
    assert!(
        latex
            .out
            .starts_with("\\begin{tabular}{llrrrrrrr}\n\\toprule\n"),
        "{}",
        latex.out
    );
}

/// Every problem of the data at once, with line and column.
#[test]
fn what_is_wrong_with_data_is_said_all_at_once() {
    let data = "x1,x2,x3,demand,resist\n1,a,3,1,0\n1,2,3,0,1\n1,2,3,5,\n1,2\n1,2,inf,1,1\n";
    let run = run_with(&["estimate", TWO, "--data", "-", "--json"], data.as_bytes());
    assert_eq!(run.code, 3, "{}", run.err);
    let error: Value = serde_json::from_str(&run.err).expect("JSON");
    let told: Vec<(&str, u64, u64)> = error["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|d| {
            let number = |key: &str| d[key].as_u64().expect("a number");
            (
                d["code"].as_str().expect("text"),
                number("line"),
                number("column"),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("T006", 2, 3),
            ("T008", 3, 9),
            ("T008", 4, 7),
            ("T003", 5, 3),
            ("T006", 6, 5)
        ]
    );
}

#[test]
fn questions_that_make_no_sense_are_refused() {
    let data = rows("20");
    for (arguments, word) in [
        (
            vec![TWO, "--data", "-", "--formula", "y ~ 0 | 0"],
            "4 utilities",
        ),
        (
            vec![TWO, "--data", "-", "--formula", "y ~ x +"],
            "at its end",
        ),
        (
            vec![TWO, "--data", "-", "--link", "logit", "--errors", "private"],
            "probit",
        ),
        (vec![TWO, "--data", "-", "--level", "100"], "coverage"),
        (
            vec![TWO, "--data", "-", "--concept", "spe"],
            "nothing to estimate",
        ),
        (vec!["centipede", "--data", "-"], "no names"),
        (vec![TWO, "--simulate", "0"], "number from 1"),
        (
            vec![
                "examples/scenarios/strategic-ultimatum.toml",
                "--data",
                "-",
                "--errors",
                "agent",
            ],
            "ultimatum",
        ),
        (
            vec![
                "examples/scenarios/rudimentary-deterrence.toml",
                "--data",
                "-",
                "--formula",
                "y ~ 0",
            ],
            "utilities",
        ),
        (
            vec![
                "centipede",
                "--data",
                "-",
                "--concept",
                "qre",
                "--errors",
                "private",
            ],
            "moves again",
        ),
    ] {
        let arguments: Vec<&str> = ["estimate"].into_iter().chain(arguments).collect();
        let run = run_with(&arguments, data.as_bytes());
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(word), "{arguments:?}: {}", run.err);
    }
}

/// At the mean of the covariates the shipped ultimatum foresees offers between its bounds, and by the tests of Vuong and Clarke
/// the formula that rows were drawn from is better than one with nothing in it.
#[test]
fn ultimatums_are_foreseen_and_compared() {
    let file = "examples/scenarios/strategic-ultimatum.toml";
    let data = run(&["estimate", file, "--simulate", "2000", "--seed", "1"]).out;
    let header = data.lines().next().expect("a header");
    let covariates = header.split(',').count() - 2;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("at.csv");
    let names: Vec<&str> = header.split(',').take(covariates).collect();
    let zeros = vec!["0"; covariates].join(",");
    std::fs::write(&path, format!("{}\n{zeros}\n", names.join(","))).expect("written");
    let at = path.to_str().expect("Unicode");
    let arguments = [
        "estimate",
        file,
        "--data",
        "-",
        "--predict",
        at,
        "--compare",
        "~ 1 | 1",
        "--json",
    ];
    let answer = json_of(&arguments, &data, 0);
    let predictions = answer["predictions"].as_array().expect("a list");
    let names: Vec<&str> = predictions
        .iter()
        .map(|row| row["outcome"].as_str().expect("a name"))
        .collect();
    assert_eq!(
        names,
        ["offer", "accepted", "least offer", "greatest offer"]
    );
    let number = |row: &Value, key: &str| row[key].as_f64().expect("a number");
    for (row, key) in predictions
        .iter()
        .zip(["mean", "probability", "probability", "probability"])
    {
        let value = number(row, key);
        assert!(
            number(row, "low") <= value && value <= number(row, "high"),
            "{row}"
        );
        assert!((0.0..=10.0).contains(&value), "{row}");
    }
    assert!(
        number(&answer["comparison"], "vuong") > 5.0,
        "{}",
        answer["comparison"]
    );
    assert!(number(&answer["comparison"], "favorable") > 1100.0);
}

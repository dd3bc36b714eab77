//! What answers say and hold, and that they can be read back.

use crate::support::{THREAT, THREAT_EMPTY, THREAT_PERFECT, json_of, run, run_with};
use serde_json::Value;

const ULTIMATUM: &str = "examples/scenarios/three-stage-ultimatum.toml";

fn json(arguments: &[&str], input: &str) -> Value {
    let run = run_with(arguments, input.as_bytes());
    assert!(matches!(run.code, 0 | 1 | 4), "{run:#?}");
    serde_json::from_str(&run.out).expect("JSON")
}

#[test]
fn the_answer_to_a_ladder_is_as_printed() {
    let run = run(&["solve", ULTIMATUM]);
    assert_eq!(run.code, 0, "{}", run.err);
    insta::assert_snapshot!("ultimatum", run.out);
}

/// The model's numbers, derived by hand from its parameters: V = 10, prizes 4 3 2, stage costs
/// 1 4 15 and 1 4 12, accidents 2, 5 and 20 % at -50, L = 8, no audience cost.
#[test]
fn the_json_of_a_ladder_keeps_its_contract() {
    let answer = json(&["solve", ULTIMATUM, "--json"], "");
    assert_eq!(answer["schema"], "deterra/solve/1");
    assert_eq!(answer["input"]["kind"], "scenario");
    assert_eq!(
        answer["input"]["players"],
        serde_json::json!(["challenger", "coalition"])
    );
    assert_eq!(answer["input"]["sha256"].as_str().map(str::len), Some(64));
    assert_eq!(answer["concept"], "subgame-perfect");
    assert_eq!(answer["method"], "backward_induction");
    assert_eq!(
        (&answer["complete"], &answer["stop"]),
        (&Value::Bool(true), &"done".into())
    );
    assert_eq!(answer["count"], "1");
    let equilibrium = &answer["equilibria"][0];
    assert_eq!(equilibrium["payoffs"]["challenger"], "10");
    assert_eq!(equilibrium["payoffs"]["coalition"], "-8");
    assert_eq!(equilibrium["outcomes"][0]["outcome"], "acquiesce");
    assert_eq!(equilibrium["outcomes"][0]["probability"], "1");
    assert_eq!(equilibrium["profile"]["challenger"]["C0"]["continue"], "1");
    assert_eq!(equilibrium["profile"]["coalition"]["W3"]["execute"], "0");
    assert_eq!(equilibrium["path"][1]["infoset"], "W1");
    assert_eq!(equilibrium["path"][1]["action"], "acquiesce");
    assert_eq!(equilibrium["verdict"]["status"], "exact");
    assert_eq!(equilibrium["verdict"]["witness"], Value::Null);
    // Margins 3.57, -1.1, -10.6; critical probabilities 600/904, 20/41, 8/31.
    for (row, [id, margin, critical, reached]) in [
        ["s1", "357/100", "75/113", "true"],
        ["s2", "-11/10", "20/41", "false"],
        ["s3", "-53/5", "8/31", "false"],
    ]
    .into_iter()
    .enumerate()
    {
        let rung = &answer["rungs"][row];
        assert_eq!(rung["rung"], id);
        assert_eq!(rung["actor"], "coalition");
        assert_eq!(rung["credible"], false);
        assert_eq!(rung["margin"], margin);
        assert_eq!(rung["critical_probability"], critical);
        assert_eq!(rung["reached"].to_string(), reached);
    }
    assert_eq!(answer["least_commitment"], "53/5");
    assert_eq!(answer["reproduce"]["seed"], 0);
    assert_eq!(
        answer["reproduce"]["command"],
        format!("deterra solve {ULTIMATUM} --json")
    );
}

/// An audience cost beyond 53/5 makes every rung credible, and the challenger settles at once.
#[test]
fn a_parameter_flips_the_ladder() {
    let answer = json(&["solve", ULTIMATUM, "--set", "a=11", "--json"], "");
    let equilibrium = &answer["equilibria"][0];
    assert_eq!(equilibrium["payoffs"]["challenger"], "4");
    assert_eq!(equilibrium["payoffs"]["coalition"], "-2");
    assert!((0..3).all(|k| answer["rungs"][k]["credible"] == true));
    // At the threshold itself the top rung is a tie.
    let tie = json(&["solve", ULTIMATUM, "--set", "a=53/5", "--json"], "");
    assert_eq!(tie["rungs"][2]["indifferent"], true);
    assert_ne!(tie["count"], "1");
}

#[test]
fn text_says_why() {
    let run = run(&["explain", ULTIMATUM, "--at", "s3"]);
    assert_eq!(run.code, 0, "{}", run.err);
    insta::assert_snapshot!("explain_top_rung", run.out);
}

/// Three hundred decisions of one name: a hundred are explained, in text and in JSON, and how many
/// are not is said.
#[test]
fn explanations_of_many_decisions_are_cut_short() {
    use std::fmt::Write as _;
    let mut efg = String::from("EFG 2 R \"long\" { \"1\" }\n");
    for k in 1..=300 {
        _ = writeln!(
            efg,
            "p \"\" 1 {k} \"x\" {{ \"stop\" \"go\" }} 0\nt \"\" {k} \"\" {{ {k} }}"
        );
    }
    efg += "t \"\" 0\n";
    let text = run_with(&["explain", "-", "--at", "x", "-q"], efg.as_bytes());
    assert_eq!(text.code, 0, "{}", text.err);
    assert_eq!(text.out.matches("Not \"stop\"").count(), 100);
    let said = "200 more decisions; --at #k explains the one with number k\n";
    assert!(text.out.ends_with(said), "{}", text.out);
    let answer = json(&["explain", "-", "--at", "x", "--json"], &efg);
    let rows = answer["explanations"].as_array().expect("rows");
    assert_eq!((rows.len(), &answer["omitted"]), (100, &200.into()));
    let one = run_with(&["explain", "-", "--at", "#599", "-q"], efg.as_bytes());
    // Going on pays 0 at the last of them, at node 599; stopping pays 300.
    assert!(one.out.contains("plays \"stop\", worth 300"), "{}", one.out);
    assert_eq!((one.code, one.out.contains("more decisions")), (0, false));
}

/// What cannot be explained is refused with what can be done instead.
#[test]
fn tables_are_not_explained_but_the_help_is() {
    let refused = run(&["explain", "chicken"]);
    assert_eq!(refused.code, 4);
    assert!(refused.err.contains("payoff table"), "{}", refused.err);
    assert!(refused.err.contains("deterra solve"), "{}", refused.err);
}

/// Selten's horse: the third player, never asked, would be indifferent at 1/3 against 2/3; and
/// with less she goes L. Beliefs without strategies do not exist there, for her nodes follow
/// different moves.
#[test]
fn hidden_moves_are_explained_by_beliefs() {
    let run = run(&["explain", "selten_horse", "--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let answer: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(answer["concept"], "perfect Bayesian");
    let rows = answer["equilibria"][0]["explanations"].as_array().unwrap();
    let third = rows.iter().find(|row| row["player"] == "3").unwrap();
    assert_eq!(third["reached"], "0");
    assert_eq!(third["beliefs"][0]["prior"], Value::Null);
    assert_eq!(third["beliefs"].as_array().unwrap().len(), 2);
    assert_eq!(
        answer["explanations"],
        answer["equilibria"][0]["explanations"]
    );
}

/// A type that mixes is indifferent, and what it believed before play is said beside its belief.
#[test]
fn mixing_is_explained_by_indifference() {
    let file = "examples/scenarios/unilateral-deterrence.toml";
    let run = run(&["explain", file, "--at", "answer:soft"]);
    assert_eq!(run.code, 0, "{run:?}");
    let flat = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("indifferent, because each is worth 3/10 (0.3)"),
        "{flat}"
    );
    let believed = "hard/soft 5/8 (0.625), before play 2/5 (0.4)";
    assert!(flat.contains(believed), "{flat}");
}

#[test]
fn answers_can_be_judged_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let threat = file("threat.efg", THREAT);
    for game in [
        threat.as_str(),
        ULTIMATUM,
        "centipede",
        "selten_horse",
        "chicken",
    ] {
        for format in ["json", "gambit"] {
            let answer = run(&["solve", game, "--format", format, "--list", "20"]);
            assert_eq!(answer.code, 0, "{}", answer.err);
            let verdict = run_with(&["verify", game, "-"], answer.out.as_bytes());
            assert_eq!(verdict.code, 0, "{game} {format}: {verdict:#?}");
        }
    }
    let empty = run_with(&["verify", &threat, "-", "--json"], THREAT_EMPTY.as_bytes());
    assert_eq!(empty.code, 1);
    let verdict: Value = serde_json::from_str(&empty.out).expect("JSON");
    assert_eq!(verdict["status"], "failed");
    assert_eq!(verdict["error"], "2");
    assert_eq!(verdict["witness"]["player"], "defender");
    assert_eq!(verdict["witness"]["moves"][0]["action"], "give in");
    let nash = run_with(
        &["verify", &threat, "-", "--concept", "nash"],
        THREAT_EMPTY.as_bytes(),
    );
    assert_eq!(nash.code, 0, "the empty threat is Nash: {nash:?}");
}

/// Rounded to six places, as other tools print, the equilibrium at thirds is still accepted, and
/// the answer says with which tolerance.
#[test]
fn decimals_are_judged_with_a_stated_tolerance() {
    let rounded = "NE,0.333333,0.333333,0.333333,0.333333,0.333333,0.333333\n";
    let run = run_with(&["verify", "rock_paper_scissors", "-"], rounded.as_bytes());
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("tolerance"), "{}", run.out);
    let wrong = "NE,0.34,0.33,0.33,0.333333,0.333333,0.333334\n";
    let strict = ["verify", "rock_paper_scissors", "-", "--tolerance", "0"];
    assert_eq!(run_with(&strict, wrong.as_bytes()).code, 1);
}

#[test]
fn games_survive_conversion() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (json, back) = (at("game.json"), at("back.efg"));
    let first = at("first.efg");
    assert_eq!(run(&["convert", "selten_horse", "-o", &first]).code, 0);
    let there = run(&["convert", &first, "-o", &json]);
    assert_eq!((there.code, there.err.as_str()), (0, "note: lossless\n"));
    assert_eq!(run(&["convert", &json, "-o", &back]).code, 0);
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    assert_eq!(read(&first), read(&back));
    let table = run(&["convert", &first, "--to", "nfg"]);
    assert!(table.err.contains("not kept"), "{}", table.err);
    // As a table, the horse has the pure equilibria of the tree, player 1's strategy fastest.
    let pure = ["solve", "-", "--method", "pure", "--format", "gambit"];
    let nash = run_with(&pure, table.out.as_bytes());
    assert_eq!(nash.out, "NE,0,1,1,0,1,0\nNE,1,0,1,0,0,1\n", "{nash:?}");
}

/// A ladder written out as an explicit tree is the same game.
#[test]
fn a_ladder_written_as_a_tree_has_the_same_answer() {
    let tree = run(&["convert", ULTIMATUM, "--to", "toml"]);
    assert_eq!(tree.code, 0, "{}", tree.err);
    let answer = json(&["solve", "-", "--json"], &tree.out);
    let original = json(&["solve", ULTIMATUM, "--json"], "");
    for field in ["payoffs", "path"] {
        assert_eq!(
            answer["equilibria"][0][field],
            original["equilibria"][0][field]
        );
    }
    for k in 0..3 {
        for field in ["margin", "critical_probability", "shortfall"] {
            assert_eq!(
                answer["rungs"][k][field], original["rungs"][k][field],
                "{field}"
            );
        }
    }
}

/// Votes too: members, weights and who is pivotal make the same table of rungs.
#[test]
fn coalitions_written_as_trees_have_the_same_rungs() {
    for name in ["any", "majority", "unanimity"] {
        let ladder = format!("examples/scenarios/coalition-{name}.toml");
        let original = json(&["solve", &ladder, "--json"], "");
        let tree = run(&["convert", &ladder, "--to", "toml"]);
        assert_eq!(tree.code, 0, "{}", tree.err);
        let answer = json(&["solve", "-", "--json"], &tree.out);
        assert!(original["rungs"].as_array().is_some_and(|r| !r.is_empty()));
        assert_eq!(answer["rungs"], original["rungs"], "{name}");
        assert_eq!(answer["least_commitment"], original["least_commitment"]);
    }
}

#[test]
fn starter_scenarios_are_clean_and_have_an_answer() {
    let listed = run(&["new", "--json"]);
    let listed: Value = serde_json::from_str(&listed.out).expect("JSON");
    let templates = listed["templates"].as_array().expect("a list");
    assert!(!templates.is_empty());
    for template in templates {
        let name = template["name"].as_str().expect("a name");
        let text = run(&["new", name]);
        assert_eq!(text.code, 0, "{}", text.err);
        let checked = run_with(&["check", "-", "--strict"], text.out.as_bytes());
        assert_eq!(checked.code, 0, "{name}: {}", checked.out);
        let solved = run_with(&["solve", "-"], text.out.as_bytes());
        // With hidden types there need not be a pure equilibrium; then the answer says so.
        let honest = solved.code == 4 && solved.err.contains("mixed");
        assert!(solved.code == 0 || honest, "{name}: {solved:#?}");
    }
}

/// Chance draws one of 40 cases that the player sees: 2^40 plans.
#[test]
fn what_would_be_too_large_is_refused_with_its_size() {
    use std::fmt::Write;
    let cases: Vec<String> = (0..40).map(|k| format!("\"{k}\" 1/40")).collect();
    let mut efg = format!(
        "EFG 2 R \"cases\" {{ \"1\" }}\nc \"\" 1 \"\" {{ {} }} 0\n",
        cases.join(" ")
    );
    for k in 1..=40 {
        _ = writeln!(
            efg,
            "p \"\" 1 {k} \"\" {{ \"a\" \"b\" }} 0\nt \"\" 0\nt \"\" 0"
        );
    }
    let refused = run_with(&["convert", "-", "--to", "nfg"], efg.as_bytes());
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(refused.err.contains("1099511627776"), "{}", refused.err);
}

#[test]
fn formats_agree() {
    let gambit = run_with(&["solve", "-", "--format", "gambit"], THREAT.as_bytes());
    assert_eq!(gambit.out, THREAT_PERFECT);
    let csv = run_with(&["solve", "-", "--format", "csv"], THREAT.as_bytes());
    assert_eq!(
        csv.out,
        "equilibrium,player,infoset,action,probability\n1,challenger,C0,stay,0\n\
         1,challenger,C0,cross,1\n1,defender,W1,answer,0\n1,defender,W1,give in,1\n"
    );
}

#[test]
fn facts_are_those_of_the_game() {
    let info = json(&["info", "selten_horse", "--json"], "");
    assert_eq!(info["nodes"], 9);
    assert_eq!(info["infosets"], 3);
    assert_eq!(info["terminals"], 5);
    assert_eq!(info["perfect_information"], false);
    assert_eq!(info["perfect_recall"], true);
    assert_eq!(info["constant_sum"], Value::Null);
    assert_eq!(info["num_subgame_roots"], 1);
    let driver = json(&["info", "absent_minded_driver", "--json"], "");
    assert_eq!(driver["perfect_recall"], false);
    assert_eq!(driver["absent_minded"].as_array().map(Vec::len), Some(1));
}

#[test]
fn problems_are_shown_all_at_once_with_their_lines() {
    let text = "EFG 2 R \"two slips\" { \"1\" }\np \"\" 1 1 \"\" { \"a\" \"b\" } 0\n\
                t \"\" 1 \"\" { 1, 2 }\nt \"\" 2 \"\" { 1/0 }\n";
    let run = run_with(&["check", "-"], text.as_bytes());
    assert_eq!(run.code, 3);
    insta::assert_snapshot!("two_slips", run.out);
    let checked = json_of(&["check", "-", "--json"], text, 3);
    let rows = checked["diagnostics"].as_array().expect("rows");
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[0]["line"], &rows[1]["line"]), (&3.into(), &4.into()));
}

/// All problems of all files, in the order of the command line, and the worst exit code.
#[test]
fn several_files_are_checked_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let good = file("good.efg", THREAT);
    let scenario = std::fs::read_to_string(crate::support::root().join(ULTIMATUM)).unwrap();
    assert!(!scenario.contains("[assert]"));
    let no = format!("{scenario}\n[assert]\nimpossible = \"V < 0\"\n");
    let no = file("no.toml", &no);
    let bad = file("bad.efg", "EFG 2 R \"x\" { \"1\" }\np \"\" 1");
    let missing = folder.path().join("missing.nfg");
    let missing = missing.to_str().unwrap();
    for (files, code) in [
        (&[&good, "-"][..], 0),
        (&[&no, &good], 1),
        (&[&no, &bad, &good], 3),
        (&[missing, &no], 3),
    ] {
        let mut arguments = vec!["check"];
        arguments.extend(files);
        let text = run_with(&arguments, THREAT.as_bytes());
        assert_eq!(text.code, code, "{text:#?}");
        assert!(text.err.is_empty(), "{text:#?}");
        arguments.push("--json");
        let rows = json_of(&arguments, THREAT, code);
        let rows = rows.as_array().expect("an array");
        assert_eq!(rows.len(), files.len());
        for (row, name) in rows.iter().zip(files) {
            assert_eq!(row["schema"], "deterra/check/1");
            let name = if *name == "-" { "standard input" } else { name };
            assert_eq!(row["input"]["name"], name);
            assert!(text.out.contains(name), "{name}: {}", text.out);
            assert_eq!(row["ok"], name == good || name == "standard input");
            let problems = row["diagnostics"].as_array().expect("a list").len();
            assert_eq!(problems > 0, name == no || name == bad, "{row}");
            assert_eq!(row["error"].is_object(), name == missing, "{row}");
        }
    }
    let csv = run(&["check", &no, &bad, "--format", "csv"]);
    assert!(csv.out.starts_with("file,code,severity,"), "{}", csv.out);
    assert!(
        csv.out.contains(&format!("{no},D075,error,")),
        "{}",
        csv.out
    );
    // One file is answered as ever.
    let csv = run(&["check", &no, "--format", "csv"]);
    assert!(csv.out.starts_with("code,severity,"), "{}", csv.out);
    assert_eq!(run(&["check", missing, "--json"]).out, "");
    let twice = run_with(&["check", "-", "-"], THREAT.as_bytes());
    assert_eq!(twice.code, 2, "{twice:#?}");
}

/// A failing assertion of a scenario is an answer, not a broken file.
#[test]
fn assertions_that_fail_are_answered_no() {
    let scenario = std::fs::read_to_string(crate::support::root().join(ULTIMATUM)).unwrap();
    let text = format!("{scenario}\n[assert]\nimpossible = \"V < 0\"\n");
    let text = if scenario.contains("[assert]") {
        scenario.replace("[assert]", "[assert]\nimpossible = \"V < 0\"")
    } else {
        text
    };
    let run = run_with(&["check", "-"], text.as_bytes());
    assert_eq!(run.code, 1, "{run:#?}");
    assert!(run.out.contains("V < 0"), "{}", run.out);
}

#[test]
fn color_follows_flag_and_environment() {
    let colored = |arguments: &[&str], variable: Option<(&str, &str)>| {
        let mut command = crate::support::deterra(arguments);
        command.env_remove("NO_COLOR");
        if let Some((name, value)) = variable {
            command.env(name, value);
        }
        let output = command.output().expect("runs");
        output.stderr.contains(&0x1b)
    };
    let missing = ["solve", "missing.efg"];
    let always = ["solve", "missing.efg", "--color", "always"];
    let never = ["solve", "missing.efg", "--color", "never"];
    assert!(!colored(&missing, None), "a pipe is no terminal");
    assert!(colored(&missing, Some(("CLICOLOR_FORCE", "1"))));
    assert!(colored(&always, None));
    assert!(
        colored(&always, Some(("NO_COLOR", "1"))),
        "the flag is explicit"
    );
    assert!(!colored(&never, Some(("CLICOLOR_FORCE", "1"))));
}

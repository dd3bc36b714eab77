//! Answers that somebody changed before they were judged.

use crate::support::{run, run_with};
use serde_json::{Value, json};

fn solved(arguments: &[&str]) -> Value {
    let run = run(&[&["solve"], arguments, &["--json"]].concat());
    assert_eq!(run.code, 0, "{run:#?}");
    serde_json::from_str(&run.out).unwrap()
}

/// The exit code and what is said about an answer.
fn judged(game: &str, flags: &[&str], answer: &Value) -> (i32, String) {
    let arguments = [&["verify", game, "-"], flags].concat();
    let run = run_with(&arguments, answer.to_string().as_bytes());
    let words: Vec<&str> = run.out.split_whitespace().collect();
    let errors: Vec<&str> = run.err.split_whitespace().collect();
    (run.code, [words, errors].concat().join(" "))
}

/// Every profile that differs in one distribution, which one action gets all of.
fn changed(profile: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    for (player, sets) in profile.as_object().unwrap() {
        for (set, row) in sets.as_object().unwrap() {
            for action in row.as_object().unwrap().keys() {
                if row[action] == "1" {
                    continue;
                }
                let mut other = profile.clone();
                let row = other[player][set].as_object_mut().unwrap();
                for (name, chance) in row.iter_mut() {
                    *chance = json!(if name == action { "1" } else { "0" });
                }
                all.push(other);
            }
        }
    }
    all
}

/// In these games every single change leaves something to gain, somewhere: mixtures keep others indifferent, and paths
/// of play have no ties.
#[test]
fn no_changed_profile_passes() {
    let concepts = [
        ("matching_pennies", &[][..]),
        ("rock_paper_scissors", &[]),
        ("jordan", &[]),
        ("nau", &[]),
        ("prisoners_dilemma", &[]),
        ("stag_hunt", &["--all"]),
        ("beaches", &[]),
        ("centipede", &[]),
        ("three_moves", &[]),
        ("entry_deterrence", &[]),
    ];
    for (game, flags) in concepts {
        let answer = solved(&[&[game], flags].concat());
        let (code, text) = judged(game, &[], &answer);
        assert_eq!(code, 0, "{game}: {text}");
        for k in 0..answer["equilibria"].as_array().unwrap().len().min(3) {
            for profile in changed(&answer["equilibria"][k]["profile"]) {
                let mut forged = answer.clone();
                forged["equilibria"][k]["profile"] = profile;
                let (code, text) = judged(game, &[], &forged);
                assert!(code == 1 || code == 3, "{game}: {code} {text}");
            }
        }
    }
}

/// Chicken's first equilibrium pays 2 and 7; to say that it pays more is refused. What is said of a profile that is none does not matter.
#[test]
fn no_changed_payoff_passes() {
    let answer = solved(&["chicken", "--all"]);
    let mut forged = answer.clone();
    forged["equilibria"][0]["payoffs"]["row"] = json!("5/2");
    let (code, text) = judged("chicken", &[], &forged);
    assert_eq!(code, 3, "{text}");
    assert!(
        text.contains("equilibrium 1 says that row gets 5/2, and it pays 2"),
        "{text}"
    );
    forged["equilibria"][0]["profile"]["row"]["row"] = json!({"dare": "1"});
    assert_eq!(judged("chicken", &[], &forged).0, 1);
    for (game, concept) in [
        ("kuhn_poker", "nash"),
        ("entry_deterrence", "spe"),
        ("beer_quiche", "pbe"),
        ("beer_quiche", "quasi-perfect"),
        ("chicken", "proper"),
    ] {
        let flags = ["--concept", concept];
        let mut answer = solved(&[&[game], &flags[..]].concat());
        assert_eq!(judged(game, &flags, &answer).0, 0, "{game}");
        let paid = answer["equilibria"][0]["payoffs"].as_object_mut().unwrap();
        for value in paid.values_mut() {
            *value = json!("1000");
        }
        let (code, text) = judged(game, &flags, &answer);
        assert_eq!(code, 3, "{game}: {text}");
    }
}

/// An irrational equilibrium with a profile that is another one's: neither is taken for the other.
#[test]
fn irrational_answers_are_of_one_piece() {
    let answer = solved(&["nau"]);
    assert_eq!(judged("nau", &[], &answer).0, 0);
    let mut forged = answer.clone();
    forged["equilibria"][0]["profile"]["2"]["2"] = json!({"L": "1", "R": "0"});
    let (code, text) = judged("nau", &[], &forged);
    assert_eq!(code, 3, "{text}");
    assert!(
        text.contains("the profile of 2 is not near that of `algebraic`"),
        "{text}"
    );
    // Irrational equilibria of action graphs are read as well.
    let beaches = solved(&["beaches"]);
    let all = beaches["equilibria"].as_array().unwrap();
    let one = all.iter().find(|one| !one["algebraic"].is_null()).unwrap();
    let (code, text) = judged("beaches", &[], &json!({"equilibria": [one]}));
    assert_eq!(code, 0, "{text}");
}

#[test]
fn nothing_is_named_twice() {
    let twice = json!({"profile": {
        "row": {"row": {"swerve": "1", "dare": "0", "#2": "1"}},
        "column": {"column": {"dare": "1"}},
    }});
    let (code, text) = judged("chicken", &[], &twice);
    assert_eq!(code, 3, "{text}");
    assert!(
        text.contains("`#2` is there under another name too"),
        "{text}"
    );
}

/// Devices with other probabilities, mistakes that tend elsewhere, shares that are moved.
#[test]
fn no_changed_device_or_certificate_passes() {
    let flags = ["--concept", "correlated"];
    let mut device = solved(&["chicken", "--concept", "correlated"]);
    assert_eq!(judged("chicken", &flags, &device).0, 0);
    let told = device["payoffs"].clone();
    device["payoffs"]["row"] = json!("6");
    let (code, text) = judged("chicken", &flags, &device);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("the device says that row gets 6"), "{text}");
    device["payoffs"] = told;
    device["device"][0]["joint"]["#1"] = json!("swerve");
    let (code, text) = judged("chicken", &flags, &device);
    assert_eq!(code, 3, "{text}");
    assert!(
        text.contains("an entry says twice what row is told"),
        "{text}"
    );
    device["device"][0]["joint"]
        .as_object_mut()
        .unwrap()
        .remove("#1");
    let drawn = device["device"].as_array_mut().unwrap();
    drawn.truncate(1);
    drawn[0]["probability"] = json!("1");
    assert_eq!(judged("chicken", &flags, &device).0, 1);

    let flags = ["--concept", "quasi-perfect"];
    let answer = solved(&["beer_quiche", "--concept", "quasi-perfect"]);
    let plans = answer["equilibria"][0]["plans"].as_object().unwrap();
    for (player, sets) in plans {
        for (set, row) in sets.as_object().unwrap() {
            for action in row.as_object().unwrap().keys() {
                let mut forged = answer.clone();
                forged["equilibria"][0]["plans"][player][set][action] = json!(["1/3"]);
                let code = judged("beer_quiche", &flags, &forged).0;
                assert!(code != 0, "{player} {set} {action}");
            }
        }
    }

    let game = "tests/scenarios/files/gloves.json";
    for concept in ["shapley", "nucleolus", "core", "banzhaf"] {
        let flags = ["--concept", concept];
        let mut answer = solved(&[game, "--concept", concept]);
        assert_eq!(judged(game, &flags, &answer).0, 0, "{concept}");
        let own = answer["allocation"].as_object_mut().unwrap();
        let names: Vec<String> = own.keys().cloned().collect();
        own[&names[0]] = json!("5/7");
        assert_eq!(judged(game, &flags, &answer).0, 1, "{concept}");
    }
}

/// A polynomial of degree 64 with coefficients of 1500 digits is not taken apart in a second.
#[test]
fn judging_ends_in_time() {
    let digits = |k: usize| -> String {
        let digit = |j: usize| char::from(b'1' + ((k * 7 + j * j * 3 + k * j) % 9) as u8);
        (0..1500).map(digit).collect()
    };
    let answer = json!({"equilibria": [{
        "profile": {
            "1": {"1": {"T": "1"}}, "2": {"2": {"L": "1"}}, "3": {"3": {"1": "1"}},
        },
        "algebraic": {
            "root": {
                "polynomial": (0..65).map(digits).collect::<Vec<String>>(),
                "low": "-1",
                "high": "1",
            },
            "profile": {},
        },
    }]});
    let (code, text) = judged("nau", &["--time-limit", "1"], &answer);
    assert_eq!(code, 4, "{text}");
    assert!(text.contains("while profiles were being judged"), "{text}");
}

/// In Selten's figure 2 nobody gains against player 1's ending the game at once, in whichever of Gambit's spellings that comes. Of a row of
/// zeros nobody knows what is meant.
#[test]
fn exploit_reads_what_verify_reads() {
    let profile = "tests/scenarios/files/selten-figure-2-strategies.ne";
    for (file, flags) in [("verify", &["--concept", "nash"][..]), ("exploit", &[])] {
        let run = run(&[&[file, "selten_figure_2", profile], flags].concat());
        assert_eq!(run.code, 0, "{run:#?}");
    }
    for command in ["verify", "exploit"] {
        let run = run_with(&[command, "chicken", "-"], b"NE,0,0,1,0");
        assert_eq!(run.code, 3, "{run:#?}");
        assert!(run.err.contains("row at row sum to 0"), "{run:#?}");
        let other = run_with(
            &[command, "chicken", "-"],
            b"{\"schema\": \"deterra/elimination/1\"}",
        );
        assert_eq!(other.code, 3, "{other:#?}");
        assert!(other.err.contains("has no profile"), "{other:#?}");
    }
}

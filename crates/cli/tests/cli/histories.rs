//! Equilibria that play a shared position differently each time it is reached.

use crate::support::{json_of, run, run_with};

const AUCTION: &str = "examples/scenarios/dollar-auction.toml";
/// A small one, whose histories can be written down.
const SMALL: [&str; 4] = ["--set", "stake=3", "--set", "budget=6"];

fn with(words: &[&'static str]) -> Vec<&'static str> {
    [words, &SMALL].concat()
}

#[test]
fn they_are_judged_and_can_be_judged_again() {
    let list = with(&["solve", AUCTION, "--list", "700", "--json"]);
    let mut answer = json_of(&list, "", 0);
    let text = answer.to_string();
    let listed = answer["equilibria"].as_array_mut().expect("a list");
    assert_eq!(listed.len(), 700);
    let by_history = |e: &serde_json::Value| e["profile_by"] == "history";
    let differ = listed.iter().filter(|e| by_history(e)).count();
    assert!(differ > 0 && differ < 700, "{differ}");
    for equilibrium in listed.iter() {
        assert_eq!(equilibrium["verdict"]["status"], "exact", "{equilibrium}");
        assert!(equilibrium["profile"].is_object());
    }
    let verify = with(&["verify", AUCTION, "-"]);
    let judged = run_with(&verify, text.as_bytes());
    assert_eq!(judged.code, 0, "{judged:?}");
    assert_eq!(judged.out.matches("is a subgame-perfect").count(), 700);
    let lines = run(&with(&[
        "solve", AUCTION, "--list", "700", "--format", "gambit",
    ]));
    assert_eq!((lines.code, lines.err.as_str()), (0, ""));
    let judged = run_with(&verify, lines.out.as_bytes());
    assert_eq!(judged.code, 0, "{judged:?}");
    assert_eq!(judged.out.matches("is a subgame-perfect").count(), 700);
    // Who wins the prize for 2 of its 3 must not leave it to the other one instead.
    let wins = |e: &serde_json::Value| by_history(e) && e["payoffs"]["first"] == "1";
    let one = listed.iter_mut().find(|e| wins(e)).expect("some");
    let path = one["path"][0].clone();
    let field = |name: &str| path[name].as_str().expect("text").to_owned();
    let (infoset, bid) = (field("infoset"), field("action"));
    assert_eq!(field("player"), "first");
    let start = &mut one["profile"]["first"][infoset.as_str()];
    assert_eq!((&start[&bid], &start["pass"]), (&"1".into(), &"0".into()));
    start[&bid] = "0".into();
    start["pass"] = "1".into();
    let worse = one.to_string();
    let judged = run_with(&verify, worse.as_bytes());
    assert_eq!(judged.code, 1, "{judged:?}");
}

/// More histories than can be written down, but not more parts of an equilibrium than can be
/// judged.
#[test]
fn they_are_judged_however_many_histories_there_are() {
    let answer = json_of(&["solve", AUCTION, "--list", "20", "--json"], "", 0);
    for equilibrium in answer["equilibria"].as_array().expect("a list") {
        assert_eq!(equilibrium["verdict"]["status"], "exact");
        // What the tie rule selects comes first and makes one move a position.
        if equilibrium["selected"] == true {
            assert_eq!(equilibrium["id"], 1);
            continue;
        }
        assert_eq!(equilibrium["profile_by"], "history");
        assert!(equilibrium["profile"].is_null());
        assert!(!equilibrium["path"].as_array().expect("a path").is_empty());
    }
}

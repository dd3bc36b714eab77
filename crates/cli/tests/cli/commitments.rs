//! Stored commitments, right and changed.

use crate::support::{Run, run, run_with};
use serde_json::{Value, json};

/// Up (2, 4) dominates down (1, 3); the follower wants to be left of up and right of down. Either row half of the time is worth 7/2 (Conitzer
/// and Sandholm 2006).
const LEADER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/scenarios/files/leader.nfg"
);

fn solved(game: &str, flags: &[&str]) -> Value {
    let concept = ["--concept", "stackelberg", "--json"];
    let run = run(&[&["solve", game], flags, &concept].concat());
    assert_eq!(run.code, 0, "{run:#?}");
    serde_json::from_str(&run.out).unwrap()
}

fn judged(game: &str, answer: &Value) -> Run {
    run_with(
        &["verify", game, "-", "--concept", "stackelberg"],
        answer.to_string().as_bytes(),
    )
}

/// Says that something is refused, and how.
fn assert_refused(game: &str, answer: &Value, (code, words): (i32, &str)) {
    let run = judged(game, answer);
    assert_eq!(run.code, code, "{run:#?}");
    let said = format!("{} {}", run.out, run.err);
    let said: Vec<&str> = said.split_whitespace().collect();
    assert!(said.join(" ").contains(words), "{run:#?}");
}

#[test]
fn what_solve_finds_is_the_best() {
    let flags: [&[&str]; 6] = [
        &[],
        &["--ties", "weak"],
        &["--pure"],
        &["--pure", "--ties", "weak"],
        &["--leader", "#2"],
        &["--method", "correlated_commitment"],
    ];
    for game in [LEADER, "centipede", "bagwell", "chicken", "kuhn"] {
        for flags in flags {
            let answer = solved(game, flags);
            let run = judged(game, &answer);
            assert_eq!(run.code, 0, "{game} {flags:?}: {run:#?}");
            // An answer says what it is about.
            let text = answer.to_string();
            let unasked = run_with(&["verify", game, "-"], text.as_bytes());
            assert_eq!((unasked.code, &unasked.out), (0, &run.out), "{game}");
        }
    }
    // Only who commits and the profile are needed.
    let answer = solved("centipede", &["--leader", "2"]);
    let profile = &answer["equilibria"][0]["profile"];
    let bare = json!({"leader": "2", "profile": profile});
    assert_eq!(judged("centipede", &bare).code, 0);
    // By default the first commits; here the players are called leader and follower.
    let profile = &solved(LEADER, &[])["equilibria"][0]["profile"];
    assert_eq!(judged(LEADER, profile).code, 0);
}

#[test]
fn no_changed_commitment_passes() {
    let answer = solved(LEADER, &[]);
    let with = |changes: &[(&str, Value)]| {
        let mut forged = answer.clone();
        for (at, value) in changes {
            match forged.pointer_mut(at) {
                Some(place) => *place = value.clone(),
                None => forged[at.trim_start_matches('/')] = value.clone(),
            }
        }
        forged
    };
    let paid = "/equilibria/0/payoffs";
    let led = "/equilibria/0/profile/leader/leader";
    let replied = "/equilibria/0/profile/follower/follower";
    let (up, down) = (
        json!({"up": "1", "down": "0"}),
        json!({"up": "1/4", "down": "3/4"}),
    );
    let left = json!({"left": "1", "right": "0"});
    let cases = [
        // 4 is paid nowhere but up and right, where the follower goes left.
        (
            with(&[("/value", json!("4"))]),
            (3, "worth 4, and it pays leader 7/2"),
        ),
        (
            with(&[(led, up.clone()), ("/value", json!("4")), (paid, json!({}))]),
            (1, "follower gains 1 by replying \"left\""),
        ),
        // The equilibrium is worth 2, so 3/2 are missing.
        (
            with(&[
                (led, up),
                (replied, left),
                ("/value", json!("2")),
                (paid, json!({})),
            ]),
            (1, "leader gains 3/2 (1.5) by committing to something else"),
        ),
        // 1/4 · 4 + 3/4 · 3 = 13/4.
        (
            with(&[(led, down), ("/value", json!("13/4")), (paid, json!({}))]),
            (1, "leader gains 1/4 (0.25) by committing to something else"),
        ),
        // At the chances the follower is indifferent, and left pays the leader 3/2 instead of 7/2.
        (
            with(&[("/ties", json!("weak"))]),
            (
                1,
                "follower may as well reply \"left\", which costs the leader 2",
            ),
        ),
        (
            with(&[("/ties", json!("lucky"))]),
            (3, "`ties` is `strong` or `weak`"),
        ),
        // Half and half is no plan; down is, and is worth 3.
        (
            with(&[("/commits_to", json!("plan"))]),
            (1, "is not the best one"),
        ),
        (
            with(&[("/leader", json!("follower"))]),
            (3, "and it pays follower 1/2"),
        ),
        (
            with(&[("/leader", json!("nobody"))]),
            (3, "no player called `nobody`"),
        ),
        (
            with(&[("/follower", json!("leader"))]),
            (3, "not the other one who moves"),
        ),
        (
            with(&[("/attained", json!(false)), ("/ties", json!("weak"))]),
            (4, "no `toward_profile`"),
        ),
        (
            with(&[("/equilibria/0/payoffs/follower", json!("5"))]),
            (3, "says that follower gets 5, and it pays 1/2"),
        ),
        (json!({"value": "7/2"}), (3, "no player called `value`")),
        (json!([1]), (3, "there is no profile")),
    ];
    for (forged, expected) in &cases {
        assert_refused(LEADER, forged, *expected);
    }
    let text = answer.to_string();
    let run = run_with(
        &["verify", LEADER, "-", "--tolerance", "1"],
        text.as_bytes(),
    );
    assert_eq!(run.code, 2, "{run:#?}");
}

/// Where the follower goes left if indifferent, 7/2 is approached from down; from up it would go left.
#[test]
fn a_limit_is_approached_from_the_right_side() {
    let mut answer = solved(LEADER, &["--ties", "weak"]);
    assert_eq!(answer["attained"], json!(false));
    answer["toward_profile"]["leader"]["leader"] = json!({"up": "1", "down": "0"});
    assert_refused(LEADER, &answer, (1, "is not the best one"));
}

/// The centipede, led by the second: to pass at move 4 with 1/7 is worth 208/35. With less the first takes at move 3; a plan is worth 16/5.
#[test]
fn changed_commitments_of_trees_do_not_pass() {
    let mut forged = solved("centipede", &["--leader", "2"]);
    forged["equilibria"][0]["payoffs"] = json!({});
    forged["equilibria"][0]["profile"]["2"]["move 4"] = json!({"take": "7/8", "pass": "1/8"});
    // 1/8 of 12.8 more and 7/8 of 1.6: what passing at move 3 pays the first is 3, and taking there 3.2.
    forged["value"] = Value::Null;
    assert_refused("centipede", &forged, (1, "1 gains 1/5 (0.2) by replying"));
    let plan = solved("centipede", &["--leader", "2", "--pure"]);
    let mut forged = plan.clone();
    forged["commits_to"] = json!("chances");
    // 208/35 - 16/5 = 96/35.
    let said = "2 gains 96/35 (2.74286) by committing to something else";
    assert_refused("centipede", &forged, (1, said));
}

/// Up a quarter of the time is worth 13/4; up three quarters of it the follower gains by going left when told right.
#[test]
fn changed_devices_do_not_pass() {
    let answer = solved(LEADER, &["--method", "correlated_commitment"]);
    let mut forged = answer.clone();
    let draw = |row: &str, column: &str, p: &str| json!({"joint": {"leader": row, "follower": column}, "probability": p});
    forged["payoffs"] = json!({});
    forged["device"] = json!([draw("up", "right", "1/4"), draw("down", "right", "3/4")]);
    assert_refused(
        LEADER,
        &forged,
        (1, "leader gains 1/4 (0.25) by committing to something else"),
    );
    forged["device"] = json!([draw("up", "right", "3/4"), draw("down", "right", "1/4")]);
    assert_refused(LEADER, &forged, (1, "follower gains"));
    let mut forged = answer;
    forged["payoffs"]["leader"] = json!("4");
    assert_refused(LEADER, &forged, (3, "says that leader gets 4"));
}

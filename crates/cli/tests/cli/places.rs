//! Nodes have one number, counted from 1, whoever speaks of them.

use crate::support::{json_of, run_with};

/// After one move of A, a fair coin; heads leads to matching pennies that B cannot see. In
/// preorder the coin is node 3, the pennies start at node 4, and A's hidden set at node 5.
const HIDDEN: &str = r#"EFG 2 R "coin" { "A" "B" }
p "" 1 1 "" { "x" "y" } 0
t "" 1 "" { 0, 0 }
c "" 1 "" { "l" 1/2 "r" 1/2 } 0
p "" 2 1 "" { "H" "T" } 0
p "" 1 2 "" { "h" "t" } 0
t "" 2 "" { 1, -1 }
t "" 3 "" { -1, 1 }
p "" 1 2 "" { "h" "t" } 0
t "" 3
t "" 2
t "" 1
"#;

#[test]
fn a_subgame_has_one_number() {
    let roots = json_of(&["info", "-", "--json"], HIDDEN, 0)["subgame_roots"].clone();
    assert_eq!(roots, serde_json::json!(["#1", "#3", "#4"]));
    // Pennies have no pure equilibrium; each side plays both with one half.
    let solved = json_of(&["solve", "-", "--concept", "spe", "--json"], HIDDEN, 0);
    let profile = &solved["equilibria"][0]["profile"];
    assert_eq!(profile["B"]["#1"]["H"], "1/2");
    assert_eq!(solved["scope"], "all");
    let method = [
        "solve",
        "-",
        "--concept",
        "spe",
        "--method",
        "backward_induction",
    ];
    let refused = run_with(&method, HIDDEN.as_bytes());
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("(at node 5)"), "{}", refused.err);
    // Both heads: whoever wants the coins to differ, B, gains by turning hers.
    let folder = tempfile::tempdir().unwrap();
    let game = folder.path().join("coin.efg");
    std::fs::write(&game, HIDDEN).unwrap();
    let game = game.to_str().unwrap();
    let judged = run_with(&["verify", game, "-"], b"NE,1,0,1,0,1,0\n");
    assert_eq!(judged.code, 1, "{judged:?}");
    assert!(
        judged.out.contains("in the subgame at #4"),
        "{}",
        judged.out
    );
}

/// A player who forgets her first move is judged by trying all her strategies; one who can meet
/// a set twice in one play, as the absent-minded driver of Piccione and Rubinstein (1997), is not,
/// and the reason is said.
#[test]
fn forgetful_players_are_judged_where_that_is_sound() {
    let forget = r#"EFG 2 R "forget" { "1" "2" }
p "" 1 1 "a" { "L" "R" } 0
p "" 1 2 "b" { "l" "r" } 0
t "" 1 "" { 1, 0 }
t "" 2 "" { 0, 1 }
p "" 1 2 "b" { "l" "r" } 0
t "" 3 "" { 0, 1 }
t "" 4 "" { 2, 0 }
"#;
    // The only best plan is R and r, worth 2.
    for concept in ["nash", "spe"] {
        let answer = json_of(&["solve", "-", "--concept", concept, "--json"], forget, 0);
        assert_eq!(answer["count"], "1");
        assert_eq!(answer["equilibria"][0]["payoffs"]["1"], "2");
        assert_eq!(answer["equilibria"][0]["verdict"]["status"], "exact");
    }
    let folder = tempfile::tempdir().unwrap();
    let game = folder.path().join("forget.efg");
    std::fs::write(&game, forget).unwrap();
    let verify = ["verify", game.to_str().unwrap(), "-", "--concept", "nash"];
    let worse = run_with(&verify, b"NE,1,0,1,0\n");
    assert_eq!(worse.code, 1, "{worse:?}");
    let why = "1 gains 1 by playing \"R\" at a and \"r\" at b";
    assert!(worse.out.replace('\n', " ").contains(why), "{}", worse.out);
    let driver = ["verify", "absent_minded_driver", "-", "--concept", "nash"];
    let judged = run_with(&driver, b"NE,1/2,1/2\n");
    assert_eq!(judged.code, 4, "{judged:?}");
    let said = judged.out.replace('\n', " ");
    assert!(
        said.contains("could not be judged") && said.contains("twice"),
        "{said}"
    );
    // She reaches the junction for certain, and not twice as much.
    let solved = json_of(&["solve", "absent_minded_driver", "--json"], "", 0);
    assert_eq!(solved["equilibria"][0]["path"][0]["probability"], "1");
}

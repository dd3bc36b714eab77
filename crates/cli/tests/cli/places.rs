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
    // Pennies have no pure equilibrium.
    let solved = run_with(&["solve", "-"], HIDDEN.as_bytes());
    assert_eq!(solved.code, 4, "{solved:?}");
    assert!(solved.err.contains("(at node 4)"), "{}", solved.err);
    let method = ["solve", "-", "--method", "backward_induction"];
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

/// The absent-minded driver forgets her own move: both exits are one information set (Piccione
/// and Rubinstein 1997), with nodes 1 and 3 in preorder.
#[test]
fn a_forgetful_player_is_told_with_the_same_numbers() {
    let judged = run_with(
        &["verify", "absent_minded_driver", "-", "--concept", "nash"],
        b"NE,1/2,1/2\n",
    );
    assert!(judged.out.contains("nodes 1 and 3"), "{judged:?}");
}

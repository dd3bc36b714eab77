//! A small graph, its tree, and what builders refuse.

use super::*;

/// n forks that meet again: 2^n plays on 2n + 1 positions.
fn diamonds(n: usize) -> PositionalGame {
    let mut b = PositionalBuilder::new("diamonds");
    let one = b.player("1");
    let mut at = b.position("start");
    for k in 0..n {
        b.set_mover(at, one);
        let up = b.position("up");
        let next = b.position("meet");
        b.set_chance(up);
        b.set_payoffs(up, "toll", vec![Number::from(k as i64)]);
        b.add_move(at, "up", up, None);
        b.add_move(at, "straight", next, None);
        b.add_move(up, "on", next, Some(Number::from(1)));
        at = next;
    }
    b.build().expect("acyclic").0
}

#[test]
fn shared_positions_unfold_into_a_tree() {
    let game = diamonds(3);
    assert_eq!(game.num_positions(), 7);
    for position in game.positions() {
        let mut next = Vec::new();
        game.successors(position, &mut next);
        assert!(next.iter().all(|n| *n > position));
    }
    assert_eq!(game.num_unfolded_nodes(), Natural::from(22_u8));
    let tree = game.unfold(22).expect("small");
    assert_eq!(tree.num_nodes(), 22);
    assert_eq!(tree.num_terminals(), 8);
    assert!(crate::information::is_perfect_information(&tree));
    let big = diamonds(200);
    assert!(big.unfold(1_000_000).is_err());
}

#[test]
fn cycles_and_bad_rows_are_named() {
    let mut b = PositionalBuilder::new("loop");
    let one = b.player("1");
    let x = b.position("x");
    let y = b.position("y");
    let lost = b.position("lost");
    b.set_mover(x, one);
    b.add_move(x, "go", y, None);
    b.set_chance(y);
    b.add_move(y, "back", x, Some(Number::from(2)));
    b.set_mover(lost, one);
    let problems = b.build().expect_err("cyclic").problems;
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(problems[2].to_string().contains("\"x\" → \"y\" → \"x\""));
}

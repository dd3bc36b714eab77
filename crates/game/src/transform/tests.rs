//! Every transformation against the textbook sum over nodes.

use super::*;
use crate::information;
use crate::number::Number;
use crate::profile::BehaviorProfile;
use crate::testing::{self, Draws};
use proptest::prelude::*;

fn scales(players: usize, draws: &mut Draws<'_>) -> Vec<Affine> {
    (0..players)
        .map(|_| Affine {
            factor: Rational::new(1 + i64::from(draws.below(5)), 3).expect("nonzero"),
            shift: Rational::new(i64::from(draws.below(7)) - 3, 2).expect("nonzero"),
        })
        .collect()
}

proptest! {
    #[test]
    fn agents_are_paid_what_their_principals_are(
        tree in testing::any_game(),
        bytes in prop::collection::vec(any::<u8>(), 32),
    ) {
        let agents = agent_form(&tree);
        prop_assert_eq!(agents.num_players(), tree.num_infosets());
        let profile = testing::behavior(&tree, &bytes);
        let same = BehaviorProfile::new(&agents, profile.as_slice().to_vec()).expect("same numbers");
        let (ours, theirs) = (testing::expected(&tree, &profile), testing::expected(&agents, &same));
        for h in tree.infosets() {
            let principal = tree.infoset_player(h).expect("personal");
            prop_assert_eq!(&theirs[h.index()], &ours[principal.index()]);
            prop_assert_eq!(agents.members(h), tree.members(h));
        }
        prop_assert_eq!(agents.num_chance_events(), tree.num_chance_events());
    }

    /// Payoffs on the way, plus the value of the subgame, are the value from the root of it on.
    #[test]
    fn subgames_are_the_tree_below(
        tree in testing::recalling_game(),
        bytes in prop::collection::vec(any::<u8>(), 32),
    ) {
        let roots = information::subgame_roots(&tree);
        for node in tree.nodes() {
            let made = subgame(&tree, node);
            if !tree.is_terminal(node) {
                prop_assert_eq!(made.is_ok(), roots.contains(&node));
            }
            let Ok(made) = made else { continue; };
            prop_assert_eq!(made.game.num_nodes() as u32, tree.subtree_end(node).0 - node.0);
            for below in made.game.nodes() {
                let original = made.original(below);
                prop_assert_eq!(made.game.node_label(below), tree.node_label(original));
                prop_assert_eq!(
                    made.game.infoset(below).map(|h| made.infosets[h.index()]),
                    tree.infoset(original)
                );
                for player in tree.players() {
                    let paid = |g: &ExtensiveGame, n| g.outcome(n).map(|o| g.payoff(o, player).to_string());
                    prop_assert_eq!(paid(&made.game, below), paid(&tree, original));
                }
            }
        }
        let whole = subgame(&tree, NodeId::ROOT).expect("the whole game");
        let profile = testing::behavior(&tree, &bytes);
        let same = BehaviorProfile::new(&whole.game, profile.as_slice().to_vec()).expect("same");
        prop_assert_eq!(testing::expected(&whole.game, &same), testing::expected(&tree, &profile));
    }

    #[test]
    fn affine_payoffs_are_affine(
        tree in testing::any_game(),
        bytes in prop::collection::vec(any::<u8>(), 64),
    ) {
        let scales = scales(tree.num_players(), &mut Draws::new(&bytes));
        let made = affine(&tree, &scales).expect("positive");
        let profile = testing::behavior(&tree, &bytes);
        let (old, new) = (testing::expected(&tree, &profile), testing::expected(&made, &profile));
        for (k, scale) in scales.iter().enumerate() {
            prop_assert_eq!(&new[k], &(&(&scale.factor * &old[k]) + &scale.shift));
        }
        let identity = vec![Affine::identity(); tree.num_players()];
        prop_assert_eq!(&affine(&tree, &identity).expect("positive"), &tree);
    }

    #[test]
    fn another_order_is_the_same_game(
        tree in testing::any_game(),
        bytes in prop::collection::vec(any::<u8>(), 64),
    ) {
        let mut draws = Draws::new(&bytes);
        let mut shuffle = |n: usize| {
            let mut row: Vec<u32> = (0..n as u32).collect();
            for k in (1..n).rev() {
                row.swap(k, draws.below(k as u32 + 1) as usize);
            }
            row
        };
        let sets = tree.infoset_players().len();
        let order = Order {
            players: shuffle(tree.num_players()),
            actions: (0..sets as u32).map(|h| shuffle(tree.num_actions(InfosetId(h)))).collect(),
        };
        let made = reorder(&tree, &order).expect("permutations");
        let old = testing::behavior(&tree, &bytes);
        let mut row = vec![Rational::ZERO; tree.num_player_actions()];
        for h in tree.infosets() {
            let new = made.infosets[h.index()];
            for (k, was) in order.actions[h.index()].iter().enumerate() {
                row[made.game.actions(new).start + k] = old.at(&tree, h)[*was as usize].clone();
                prop_assert_eq!(made.game.action_label(new, k), tree.action_label(h, *was as usize));
            }
        }
        let new = BehaviorProfile::new(&made.game, row).expect("distributions");
        let (old, new) = (testing::expected(&tree, &old), testing::expected(&made.game, &new));
        for (place, was) in order.players.iter().enumerate() {
            prop_assert_eq!(&new[place], &old[*was as usize]);
        }
        for node in tree.nodes() {
            prop_assert_eq!(made.game.node_label(made.nodes[node.index()]), tree.node_label(node));
        }
        let kept = reorder(&tree, &Order::default()).expect("no change").game;
        prop_assert_eq!(&kept, &tree);
    }
}

#[test]
fn mistakes_are_refused() {
    let mut b = ExtensiveBuilder::new("");
    let one = b.player("1");
    let set = b.infoset(one, "h", &["a", "b"]);
    b.move_at("", set);
    b.terminal("");
    b.terminal("");
    let tree = b.build().expect("complete");
    let minus = Affine {
        factor: Rational::integer(-1),
        shift: Rational::ZERO,
    };
    assert!(matches!(
        affine(&tree, &[minus]),
        Err(TransformError::NotPositive { .. })
    ));
    assert!(matches!(
        affine(&tree, &[]),
        Err(TransformError::ScaleCount { .. })
    ));
    assert!(matches!(
        subgame(&tree, NodeId(3)),
        Err(TransformError::NoSuchNode { .. })
    ));
    for row in [vec![0], vec![0, 0], vec![0, 2]] {
        let order = Order {
            players: Vec::new(),
            actions: vec![row],
        };
        assert!(matches!(
            reorder(&tree, &order),
            Err(TransformError::NotAPermutation { .. })
        ));
    }
}

#[test]
fn a_subtree_that_shares_a_set_is_no_subgame() {
    let mut b = ExtensiveBuilder::new("");
    let one = b.player("1");
    let two = b.player("2");
    let first = b.infoset(one, "", &["a", "b"]);
    let unseen = b.infoset(two, "", &["c", "d"]);
    b.move_at("", first);
    for _ in 0..2 {
        b.move_at("", unseen);
        b.terminal("");
        b.terminal("");
    }
    let tree = b.build().expect("complete");
    let error = subgame(&tree, NodeId(1)).expect_err("shared");
    assert_eq!(
        error,
        TransformError::NotASubgame {
            node: NodeId(1),
            infoset: InfosetId(1),
            inside: NodeId(1),
            outside: NodeId(4),
        }
    );
}

#[test]
fn shifted_tables_pay_the_shift_everywhere() {
    let mut b = crate::strategic::StrategicBuilder::new("");
    b.player_with("1", 2);
    b.payoffs(&[Number::from(3)]);
    b.cell(None);
    let table = b.build().expect("complete");
    let scale = Affine {
        factor: Rational::integer(2),
        shift: Rational::integer(-1),
    };
    let made = affine_table(&table, &[scale]).expect("positive");
    assert_eq!(made.payoff(0, PlayerId(0)), &Rational::integer(5));
    assert_eq!(made.payoff(1, PlayerId(0)), &Rational::integer(-1));
}

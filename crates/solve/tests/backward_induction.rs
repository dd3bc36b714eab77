//! Backward induction against brute force over all pure profiles, and its invariances.

mod support;

use deterra_game::id::NodeId;
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_solve::control::Control;
use deterra_solve::count::Count;
use deterra_solve::perfect::backward_induction::{
    BackwardInduction, Keep, PerfectEquilibria, Value, backward_induction,
};
use deterra_solve::perfect::tie_rule::TieRule;
use deterra_solve::solution::Solution;
use deterra_verify::subgame_perfect::judge_choices;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use support::{brute_force, correspondence, mirror, random_graph, random_tree, values};

fn solve(graph: &dyn PositionGraph, keep: Keep) -> Solution<PerfectEquilibria> {
    let options = BackwardInduction {
        keep,
        ..BackwardInduction::default()
    };
    backward_induction(graph, &options, &Control::default()).expect("perfect information")
}

fn by_vector(values: &[Value]) -> BTreeMap<Vec<Rational>, u64> {
    let entry = |v: &Value| (v.payoffs.clone(), v.count.to_u64().expect("few"));
    values.iter().map(entry).collect()
}

fn tape() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 20..200)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// The set of equilibria, their number, the correspondence at every node, the tie sets and
    /// the list are those of brute force; both scans agree.
    #[test]
    fn all_equilibria_are_those_of_brute_force(bytes in tape(), players in 1_usize..4) {
        let game = random_tree(&bytes, players, 10);
        let Some(expected) = brute_force(&game, 6000) else { return Ok(()) };
        let solution = solve(&game, Keep::Always);
        let answer = solution.answer();
        prop_assert!(solution.is_complete());
        prop_assert!(solution.verdict().is_exact());
        prop_assert_eq!(answer.count().and_then(Count::to_u64), Some(expected.len() as u64));
        for node in game.nodes() {
            let set = answer.correspondence(node).expect("kept");
            prop_assert!(set.windows(2).all(|w| w[0].payoffs < w[1].payoffs));
            prop_assert_eq!(by_vector(&set), correspondence(&game, &expected, node));
            if matches!(game.mover(node), Mover::Player(_)) {
                let moves: BTreeSet<u32> = expected.iter().map(|e| e[node.index()]).collect();
                let moves: Vec<u32> = moves.into_iter().collect();
                prop_assert_eq!(answer.optimal_moves(node), moves.as_slice());
            }
        }
        prop_assert!(expected.iter().any(|e| e == answer.choices()));
        prop_assert_eq!(&values(&game, answer.choices())[0], answer.payoffs());
        let listed = answer.list(&game, expected.len() + 5).expect("kept");
        let mut moves = Vec::new();
        for equilibrium in &listed {
            let profile = equilibrium.plan().moves().expect("a tree");
            prop_assert_eq!(&values(&game, &profile)[0], equilibrium.payoffs());
            prop_assert!(judge_choices(&game, &profile).is_exact());
            prop_assert_eq!(equilibrium.is_selected(), profile == answer.choices());
            moves.push(profile);
        }
        for n in [0, 1, moves.len() / 2] {
            let fewer = answer.list(&game, n).expect("kept");
            let fewer: Vec<_> = fewer.iter().map(|e| e.plan().moves().expect("a tree")).collect();
            prop_assert_eq!(&fewer[..], &moves[..n.min(moves.len())]);
        }
        moves.sort();
        prop_assert_eq!(moves, expected);

        let streamed = solve(&game, Keep::Never);
        let streamed = streamed.answer();
        prop_assert_eq!(streamed.choices(), answer.choices());
        prop_assert_eq!(streamed.values(), answer.values());
        prop_assert_eq!(streamed.count(), answer.count());
        prop_assert!(streamed.ties().eq(answer.ties()));
    }

    /// Shared positions have the equilibria of the unfolded tree.
    #[test]
    fn shared_positions_count_like_their_unfolding(bytes in tape(), players in 1_usize..4) {
        let graph = random_graph(&bytes, players, 7);
        let Ok(tree) = graph.unfold(200) else { return Ok(()) };
        let shared = solve(&graph, Keep::Auto);
        prop_assert!(shared.verdict().is_exact());
        let unfolded = solve(&tree, Keep::Always);
        let (shared, unfolded) = (shared.answer(), unfolded.answer());
        prop_assert_eq!(shared.count(), unfolded.count());
        prop_assert_eq!(shared.values(), unfolded.values());
        prop_assert_eq!(shared.payoffs(), unfolded.payoffs());
        // Walk both: what is optimal at an occurrence is what is optimal at the position.
        let mut stack = vec![(NodeId::ROOT, NodeId::ROOT)];
        while let Some((node, position)) = stack.pop() {
            prop_assert_eq!(shared.correspondence(position), unfolded.correspondence(node));
            if matches!(tree.mover(node), Mover::Player(_)) {
                prop_assert_eq!(shared.optimal_moves(position), unfolded.optimal_moves(node));
            }
            for k in 0..tree.num_moves(node) {
                stack.push((tree.successor(node, k), graph.successor(position, k)));
            }
        }
        // The lists agree, choice by choice at every history.
        let n = 40;
        let (here, there) = (shared.list(&graph, n), unfolded.list(&tree, n));
        let (here, there) = (here.expect("kept"), there.expect("kept"));
        prop_assert_eq!(here.len(), there.len());
        for (one, other) in here.iter().zip(&there) {
            prop_assert_eq!(one.payoffs(), other.payoffs());
            prop_assert_eq!(one.is_selected(), other.is_selected());
            // Judged as a whole where it does not depend on history, else on the game that is
            // unfolded as far as it does; and occurrence by occurrence in the unfolded tree.
            if let Some(moves) = one.plan().moves() {
                prop_assert!(judge_choices(&graph, &moves).is_exact());
            }
            let played = one.plan().played(&graph);
            prop_assert!(judge_choices(&played, played.choices()).is_exact());
            let moves = other.plan().moves().expect("a tree");
            prop_assert!(judge_choices(&tree, &moves).is_exact());
            let nodes = tree.num_nodes();
            let unfolded = one.plan().unfolded(&graph, nodes);
            prop_assert_eq!(unfolded.as_ref(), Some(&moves));
            prop_assert_eq!(one.plan().unfolded(&graph, nodes - 1), None);
            for node in tree.nodes() {
                let path = tree.path(node);
                let history: Vec<u32> = path[1..]
                    .iter()
                    .map(|n| tree.incoming(*n).expect("not the root") as u32)
                    .collect();
                let (_, choice) = one.plan().after(&graph, &history).expect("a history");
                let (reached, same) = other.plan().after(&tree, &history).expect("a history");
                prop_assert_eq!(reached, node);
                prop_assert_eq!(choice, same);
            }
        }
    }

    /// Reordering moves and players changes nothing but the order.
    #[test]
    fn names_and_orders_do_not_matter(bytes in tape(), players in 1_usize..4) {
        let game = random_tree(&bytes, players, 10);
        let (here, there) = (solve(&game, Keep::Always), solve(&mirror(&game), Keep::Never));
        let (here, there) = (here.answer(), there.answer());
        prop_assert_eq!(here.count(), there.count());
        prop_assert_eq!(here.num_ties(), there.num_ties());
        let back = |v: &Value| Value {
            payoffs: v.payoffs.iter().rev().cloned().collect(),
            count: v.count.clone(),
        };
        let mut values: Vec<Value> = there.values().iter().map(back).collect();
        values.sort_by(|a, b| a.payoffs.cmp(&b.payoffs));
        prop_assert_eq!(here.values(), &values[..]);
    }

    /// Whatever the rule, one of the equilibria is selected; the good rule is good, the bad bad.
    #[test]
    fn tie_rules_select_equilibria(bytes in tape(), players in 2_usize..4) {
        let game = random_tree(&bytes, players, 8);
        let Some(expected) = brute_force(&game, 3000) else { return Ok(()) };
        let rules = [
            TieRule::FirstListed,
            TieRule::Benevolent,
            TieRule::Adversarial,
            TieRule::status_quo(|node| Some(node.0 % 2)),
            TieRule::custom(|tie| *tie.moves().last().expect("two moves")),
            TieRule::custom(|_| 99),
        ];
        for rule in rules {
            for keep in [Keep::Always, Keep::Never] {
                let options = BackwardInduction { tie_rule: rule.clone(), keep, ..Default::default() };
                let solution = backward_induction(&game, &options, &Control::default())
                    .expect("perfect information");
                let choices = solution.answer().choices();
                prop_assert!(expected.iter().any(|e| e == choices), "{rule:?}");
                let after = values(&game, choices);
                for (node, _) in solution.answer().ties() {
                    let Mover::Player(player) = game.mover(node) else { continue };
                    let next = |k: usize| &after[game.successor(node, k).index()];
                    let best = &next(choices[node.index()] as usize)[player.index()];
                    let tied: Vec<usize> = (0..game.num_moves(node))
                        .filter(|k| &next(*k)[player.index()] == best)
                        .collect();
                    let others = |k: usize| -> Rational {
                        let all: Rational = next(k).iter().sum();
                        &all - &next(k)[player.index()]
                    };
                    let chosen = choices[node.index()] as usize;
                    match &rule {
                        TieRule::FirstListed => prop_assert_eq!(chosen, tied[0]),
                        TieRule::Benevolent => {
                            let most = tied.iter().map(|k| others(*k)).max().expect("not empty");
                            prop_assert_eq!(others(chosen), most);
                        }
                        TieRule::Adversarial => {
                            let least = tied.iter().map(|k| others(*k)).min().expect("not empty");
                            prop_assert_eq!(others(chosen), least);
                        }
                        TieRule::StatusQuo(_) => {
                            let wish = node.index() % 2;
                            let kept = if tied.contains(&wish) { wish } else { tied[0] };
                            prop_assert_eq!(chosen, kept);
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}

/// Random games would prove nothing if they were trivial: many have ties, several values, chance,
/// and payoffs at interior nodes.
#[test]
fn the_random_games_are_not_trivial() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut several, mut multivalued, mut large) = (0, 0, 0);
    for _ in 0..200 {
        let bytes = tape().new_tree(&mut runner).expect("bytes").current();
        let game = random_tree(&bytes, 2, 10);
        let solution = solve(&game, Keep::Always);
        let answer = solution.answer();
        several += usize::from(answer.count().and_then(Count::to_u64) > Some(2));
        multivalued += usize::from(answer.values().len() > 1);
        large += usize::from(game.num_infosets() >= 5);
    }
    assert!(
        several >= 50,
        "{several} of 200 have more than two equilibria"
    );
    assert!(
        multivalued >= 30,
        "{multivalued} of 200 have several values"
    );
    assert!(large >= 50, "{large} of 200 have five or more decisions");
}

//! Against the table, and by hand.

use super::*;
use crate::nash::judge_action_graph;
use crate::payoff;
use crate::testing::{Draws, rational};
use crate::verdict::Status;
use deterra_game::catalog::tables::beaches;
use deterra_game::generate::{
    CoffeeShop, IceCream, RandomActionGraph, coffee_shop, ice_cream, random_action_graph,
};
use deterra_game::id::PlayerId;
use proptest::prelude::*;

fn everybody(game: &ActionGraphGame, row: &[&str]) -> MixedProfile {
    let graph = game.graph();
    let shape: Vec<usize> = graph.agents().map(|a| graph.num_strategies(a)).collect();
    let row: Vec<Rational> = row.iter().map(|text| rational(text)).collect();
    MixedProfile::new(&shape, vec![row; shape.len()]).expect("distributions")
}

/// Two vendors, 90 customers at the first beach and 60 at the second. Against a rival who is at the first with probability p,
/// the first is worth 90 - 45 p and the second 60 - 30 (1 - p) = 30 + 30 p: both 54 at p = 4/5.
#[test]
fn two_vendors_mix_at_four_fifths() {
    let game = beaches(2);
    let profile = everybody(&game, &["4/5", "1/5"]);
    let all = strategy_payoffs(&game, &profile);
    assert_eq!(all, vec![vec![rational("54"); 2]; 2]);
    assert!(judge_mixed(&game, &profile, &Rational::ZERO).is_exact());
    assert_eq!(payoffs(&game, &profile), vec![rational("54"); 2]);
    // At one half the first beach is worth 67.5, the second 45, and the mixture 56.25.
    let verdict = judge_mixed(
        &game,
        &everybody(&game, &["1/2", "1/2"]),
        &rational("11.25"),
    );
    assert_eq!(verdict.status, Status::Bounded);
    assert_eq!(verdict.error, rational("11.25"));
    let witness = verdict.witness.expect("a deviation");
    assert_eq!(
        (witness.player, witness.deviation),
        (PlayerId(0), Deviation::Strategy { to: 0 })
    );
    let other = judge_mixed(&game, &everybody(&beaches(3), &["1", "0"]), &Rational::ZERO);
    assert!(matches!(other.status, Status::Unchecked(_)));
}

/// A hundred vendors at p = 3/5: alone at the first with n others there, 90 / (1 + n). The sum of 1/(1 + n) over a binomial of 99
/// is (1 - (1-p)^100) / (100 p), so the first is worth 90 (1 - 0.4^100) / 60 and the second 60 (1 - 0.6^100) / 40.
#[test]
fn a_hundred_vendors_need_no_table() {
    let game = beaches(100);
    let all = strategy_payoffs(&game, &everybody(&game, &["3/5", "2/5"]));
    let power = |base: &str| rational(base).checked_pow(100).expect("small");
    let half = rational("3/2");
    let expected = [
        &half * &(&Rational::ONE - &power("2/5")),
        &half * &(&Rational::ONE - &power("3/5")),
    ];
    assert_eq!(all[0], expected);
    assert_eq!(all[99], expected);
}

/// Crowds that do the same are added at once, also where they may choose among many things.
#[test]
fn crowds_are_added_at_once() {
    let town = |rows, columns, players| {
        let options = CoffeeShop {
            blocks: (rows, columns),
            players,
            ..CoffeeShop::default()
        };
        coffee_shop(&options, 5).expect("a game")
    };
    let beach = IceCream {
        places: 2,
        ..IceCream::default()
    };
    for game in [
        town(1, 3, 6),
        town(2, 2, 5),
        ice_cream(&beach, 5).expect("a game"),
    ] {
        let table = game.expand(10_000).expect("few cells");
        let row = |n: usize| -> Vec<Rational> {
            let sum = (n * (n + 1) / 2) as i64;
            let share = |k| Rational::new(k as i64, sum).expect("positive");
            (1..=n).map(share).collect()
        };
        let rows = table.shape().into_iter().map(row).collect();
        let profile = MixedProfile::new(&table.shape(), rows).expect("distributions");
        let all = strategy_payoffs(&game, &profile);
        for agent in game.graph().agents() {
            let expected = payoff::strategy_payoffs(&table, &profile, agent);
            assert_eq!(all[agent.index()], expected);
        }
    }
}

proptest! {
    #[test]
    fn payoffs_are_those_of_the_table(
        (seed, nodes, players) in (0_u64..1 << 20, 1_usize..6, 1_usize..5),
        (actions, neighbors, functions, types) in (1_usize..4, 0_usize..4, 0_usize..4, 1_usize..3),
        bytes in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let options = RandomActionGraph {
            nodes, players, actions, neighbors, functions, types, low: -9, high: 9,
        };
        let Ok(game) = random_action_graph(&options, seed) else { return Ok(()); };
        let Ok(table) = game.expand(800) else { return Ok(()); };
        let mut draws = Draws::new(&bytes);
        let rows = table.shape().into_iter().map(|n| draws.distribution(n)).collect();
        let profile = MixedProfile::new(&table.shape(), rows).expect("distributions");
        let all = strategy_payoffs(&game, &profile);
        for agent in game.graph().agents() {
            let expected = payoff::strategy_payoffs(&table, &profile, agent);
            prop_assert_eq!(&all[agent.index()], &expected);
        }
        prop_assert_eq!(payoffs(&game, &profile), payoff::mixed_payoffs(&table, &profile));
        let verdict = judge_mixed(&game, &profile, &Rational::ZERO);
        prop_assert_eq!(verdict, crate::nash::judge_mixed(&table, &profile, &Rational::ZERO));
        let pure = table.strategies_of(seed as usize % table.num_cells());
        let rows = pure.iter().zip(table.shape()).map(|(s, n)| {
            (0..n).map(|k| Rational::integer(i64::from(k == *s as usize))).collect()
        });
        let profile = MixedProfile::new(&table.shape(), rows.collect()).expect("distributions");
        let verdict = judge_mixed(&game, &profile, &Rational::ZERO);
        prop_assert_eq!(verdict, judge_action_graph(&game, &pure));
    }
}

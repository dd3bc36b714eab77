//! Against the table, and slopes against differences.

use super::crowd::{Crowd, Payments};
use super::*;
use crate::nash::exact::Exact;
use crate::nash::tensor::Payoffs;
use deterra_game::catalog::tables::beaches;
use deterra_game::generate::{
    CoffeeShop, IceCream, RandomActionGraph, coffee_shop, ice_cream, random_action_graph,
};
use deterra_game::number::Rational;
use deterra_game::profile::MixedProfile;
use deterra_verify::payoff::strategy_payoffs;
use proptest::prelude::*;

/// A random graph of few cells, with functions of all kinds and types.
fn small() -> impl Strategy<Value = ActionGraphGame> {
    let sizes = (0_u64..1 << 30, 1_usize..6, 1_usize..5);
    let parts = (1_usize..4, 0_usize..4, 0_usize..4, 1_usize..3);
    (sizes, parts).prop_filter_map("too large", |(sizes, parts)| {
        let (seed, nodes, players) = sizes;
        let (actions, neighbors, functions, types) = parts;
        let options = RandomActionGraph {
            nodes,
            players,
            actions,
            neighbors,
            functions,
            types,
            low: -9,
            high: 9,
        };
        let game = random_action_graph(&options, seed).ok()?;
        (game.num_cells() <= 500_u32.into()).then_some(game)
    })
}

/// Weights that sum to 1, some of them 0.
fn distribution(n: usize, draws: &mut impl Iterator<Item = u8>) -> Vec<Rational> {
    let weights: Vec<i64> = (0..n)
        .map(|k| i64::from(draws.next().unwrap_or(u8::from(k == 0)) % 4))
        .collect();
    let sum = weights.iter().sum();
    let even = || Rational::new(1, n as i64).expect("positive");
    weights
        .iter()
        .map(|w| Rational::new(*w, sum).unwrap_or_else(even))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn expected_payoffs_are_those_of_the_table(
        game in small(),
        bytes in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let table = game.expand(500).expect("few cells");
        let mut draws = bytes.into_iter();
        let rows: Vec<Vec<Rational>> =
            table.shape().into_iter().map(|n| distribution(n, &mut draws)).collect();
        let all = expected_payoffs(&game, &rows, &Control::default()).expect("small");
        let floats: Vec<Vec<f64>> =
            rows.iter().map(|row| row.iter().map(Rational::to_f64).collect()).collect();
        let near = expected_payoffs(&game, &floats, &Control::default()).expect("small");
        let profile = MixedProfile::new(&table.shape(), rows).expect("distributions");
        for agent in table.players() {
            let expected = strategy_payoffs(&table, &profile, agent);
            prop_assert_eq!(&all[agent.index()], &expected);
            for (near, exact) in near[agent.index()].iter().zip(&expected) {
                prop_assert!((near - exact.to_f64()).abs() < 1e-12);
            }
        }
    }
}

/// Slopes against differences in what is linear, strategy by strategy.
fn slopes_are_differences(game: &ActionGraphGame) {
    let graph = game.graph();
    let control = Control::default();
    let crowd = Crowd::new(game, Lineup::apart(graph), &control).expect("small");
    let payments = Payments::new(&crowd);
    let side = payments.num_strategies();
    let mut draws = (0..).map(|k: u32| (k * k % 7 + k % 3) as u8);
    let rows: Vec<Vec<f64>> = graph
        .agents()
        .map(|agent| {
            let row = distribution(graph.num_strategies(agent), &mut draws);
            row.iter().map(Rational::to_f64).collect()
        })
        .collect();
    let lineup = Lineup::apart(graph);
    let mix = lineup.gather(&rows);
    let (mut worth, mut alone, mut room) = (vec![0.0; side], vec![0.0; side], payments.room());
    payments.slopes(&mix, &mut worth, &mut room);
    payments.worth(&mix, &mut alone, &mut payments.room());
    assert_eq!(worth, alone);
    for played in 0..side {
        let mut more = mix.clone();
        more[played] += 1.0;
        payments.worth(&more, &mut alone, &mut payments.room());
        for paid in 0..side {
            let slope = room.row(paid)[played];
            let difference = alone[paid] - worth[paid];
            assert!(
                (difference - slope).abs() < 1e-12,
                "{paid} by {played}: {difference} {slope}"
            );
        }
    }
}

#[test]
fn payoffs_are_linear_in_everybodys_mixture() {
    slopes_are_differences(&beaches(5));
    for seed in 0..6 {
        for types in [1, 2] {
            let options = RandomActionGraph {
                nodes: 5,
                players: 4,
                functions: 3,
                neighbors: 3,
                types,
                ..RandomActionGraph::default()
            };
            slopes_are_differences(&random_action_graph(&options, seed).expect("a game"));
        }
        slopes_are_differences(&ice_cream(&IceCream::default(), seed).expect("a game"));
    }
}

/// One distribution for all alike players pays what the same distributions apart do, and its slope is the sum of theirs.
#[test]
fn alike_players_are_one_block() {
    let town = CoffeeShop {
        blocks: (2, 2),
        players: 7,
        ..CoffeeShop::default()
    };
    for game in [
        beaches(9),
        coffee_shop(&town, 1).expect("a game"),
        ice_cream(&IceCream::default(), 2).expect("a game"),
    ] {
        let graph = game.graph();
        let control = Control::default();
        let [one, all] = [Lineup::together(graph), Lineup::apart(graph)];
        assert!(one.has_twins() && !all.has_twins());
        let one = Crowd::new(&game, one, &control).expect("small");
        let all = Crowd::new(&game, all, &control).expect("small");
        let (one, all) = (Payments::new(&one), Payments::new(&all));
        let lineups = [Lineup::together(graph), Lineup::apart(graph)];
        let mut draws = crate::nash::tensor::Draws::new(3, crate::method::Method::Liapunov, 0);
        let mix = draws.mixture(&one);
        let rows: Vec<Vec<f64>> = one
            .blocks()
            .iter()
            .map(|b| mix[b.clone()].to_vec())
            .collect();
        let apart = lineups[1].gather(&lineups[0].spread(&rows));
        let (mut few, mut many) = (vec![0.0; mix.len()], vec![0.0; apart.len()]);
        let (mut room, mut wide) = (one.room(), all.room());
        one.slopes(&mix, &mut few, &mut room);
        all.slopes(&apart, &mut many, &mut wide);
        for (block, strategies) in one.blocks().iter().enumerate() {
            let agent = lineups[0].agent(graph, block);
            let big = (0..all.blocks().len())
                .find(|b| lineups[1].agent(graph, *b) == agent)
                .expect("a block");
            for (k, s) in strategies.clone().enumerate() {
                let same = all.blocks()[big].start + k;
                assert!((few[s] - many[same]).abs() < 1e-12);
                for (other, theirs) in one.blocks().iter().enumerate() {
                    let members: Vec<usize> = (0..all.blocks().len())
                        .filter(|b| {
                            let player = graph.agent_player(lineups[1].agent(graph, *b));
                            lineups[0]
                                .members(lineups[0].class_of(other))
                                .contains(&player)
                        })
                        .collect();
                    for (j, t) in theirs.clone().enumerate() {
                        let sum: f64 = members
                            .iter()
                            .map(|b| wide.row(same)[all.blocks()[*b].start + j])
                            .sum();
                        assert!((room.row(s)[t] - sum).abs() < 1e-12);
                    }
                }
            }
        }
    }
}

/// Everybody at 3/5 for the first of two beaches is worth what the judge says; two who mix are solved in fractions.
#[test]
fn points_are_weighed_and_made_exact() {
    let game = beaches(2);
    let control = Control::default();
    let crowd = Crowd::new(&game, Lineup::apart(game.graph()), &control).expect("small");
    let found = crowd.both_mix(&[vec![0, 1], vec![0, 1]], [0, 1]);
    let r = |n, d| Rational::new(n, d).expect("a fraction");
    assert_eq!(
        found,
        Some([vec![r(4, 5), r(1, 5)], vec![r(4, 5), r(1, 5)]])
    );
    let profile = crowd
        .profile(vec![vec![r(1, 2), r(1, 2)]; 2])
        .expect("rows");
    let (payoffs, regret) = crowd.weigh(&profile).expect("no limit");
    assert_eq!(payoffs, vec![r(225, 4); 2]);
    assert_eq!(regret, r(45, 4));
}

/// Ten minutes of work are refused or cut within a second.
#[test]
fn limits_are_kept() {
    let game = beaches(50);
    let control = Control {
        time_limit: Some(std::time::Duration::ZERO),
        ..Control::default()
    };
    let rows = vec![vec![0.5, 0.5]; 50];
    let stopped = expected_payoffs(&game, &rows, &control);
    assert!(matches!(stopped, Err(SolveError::Stopped { .. })));
    let control = Control {
        memory_limit: Some(1000),
        ..Control::default()
    };
    let refused = expected_payoffs(&game, &rows, &control);
    assert!(matches!(refused, Err(SolveError::TooMuch { .. })));
}

//! Against the table, and by hand.

use super::*;
use crate::nash::pure::{Pure, pure};
use deterra_game::catalog::tables::beaches;
use deterra_game::generate::{
    CoffeeShop, IceCream, RandomActionGraph, coffee_shop, ice_cream, random_action_graph,
};
use proptest::prelude::*;
use std::time::Duration;

fn found(game: &ActionGraphGame) -> Vec<PureOrbit> {
    let solution = pure_graph(game, &PureGraph::default(), &Control::default()).expect("small");
    assert_eq!(solution.not_searched(), Some(MIXED_NOT_SEARCHED));
    if !solution.answer().orbits().is_empty() {
        assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    }
    solution.into_answer().orbits
}

/// The same equilibria as the table has: as many, every orbit one of them with its payoffs, none twice.
fn agrees(game: &ActionGraphGame) -> usize {
    let table = game.expand(100_000).expect("few cells");
    let all = pure(&table, &Pure::default(), &Control::default()).expect("small");
    let cells = all.answer().cells();
    let orbits = found(game);
    let counts = orbits.iter().map(|orbit| &orbit.count);
    assert_eq!(
        counts.fold(Natural::ZERO, |sum, n| sum + n),
        Natural::from(cells.len())
    );
    for (k, orbit) in orbits.iter().enumerate() {
        let known = |cell: &&usize| table.strategies_of(**cell) == orbit.strategies;
        let cell = *cells
            .iter()
            .find(known)
            .expect("an equilibrium of the table");
        for agent in table.players() {
            assert_eq!(table.payoff(cell, agent), &orbit.payoffs[agent.index()]);
        }
        assert!(orbits[..k].iter().all(|o| o.strategies != orbit.strategies));
    }
    orbits.len()
}

/// Two of three vendors at the beach with 90 customers get 45 each, the third 60; all together would get 30, and one of the two would
/// get 30 with the third. At 60 alone she does better than at 90/3. So there is one orbit, of three equilibria.
#[test]
fn three_vendors() {
    let [orbit] = &found(&beaches(3))[..] else {
        panic!("one orbit");
    };
    assert_eq!(orbit.strategies, [0, 0, 1]);
    assert_eq!(orbit.count, Natural::from(3_u32));
    let payoffs: Vec<String> = orbit.payoffs.iter().map(Rational::to_string).collect();
    assert_eq!(payoffs, ["45", "45", "60"]);
}

/// k vendors at the first beach do not want to leave if 90/k is at least 60/(n - k + 1), and the others not if 60/(n - k) is at least
/// 90/(k + 1): from 3(n - k + 1) ≥ 2k and 2(k + 1) ≥ 3(n - k), k lies between (3n - 2)/5 and (3n + 3)/5. Where n + 1 is a
/// multiple of five both ends are whole numbers.
#[test]
fn any_number_of_vendors() {
    for n in 1..40_usize {
        let expected: Vec<usize> = (0..=n)
            .filter(|k| 5 * k + 2 >= 3 * n && 5 * k <= 3 * n + 3)
            .collect();
        let mut numbers: Vec<usize> = found(&beaches(n))
            .iter()
            .map(|orbit| orbit.strategies.iter().filter(|s| **s == 0).count())
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, expected, "{n} vendors");
    }
}

#[test]
fn crowds_agree_with_their_tables() {
    let mut orbits = 0;
    for seed in 0..10 {
        let town = CoffeeShop {
            blocks: (2, 2),
            players: 5,
            ..CoffeeShop::default()
        };
        orbits += agrees(&coffee_shop(&town, seed).expect("a game"));
        let beach = IceCream {
            places: 3,
            players: 5,
            ..IceCream::default()
        };
        orbits += agrees(&ice_cream(&beach, seed).expect("a game"));
    }
    assert!(orbits > 5, "{orbits}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn pure_equilibria_are_those_of_the_table(
        (seed, nodes, players) in (0_u64..1 << 30, 1_usize..6, 1_usize..6),
        (actions, neighbors, functions, types) in (1_usize..4, 0_usize..3, 0_usize..4, 1_usize..3),
        high in 0_i64..4,
    ) {
        let options = RandomActionGraph {
            nodes, players, actions, neighbors, functions, types, low: -high, high,
        };
        let Ok(game) = random_action_graph(&options, seed) else { return Ok(()); };
        if game.num_cells() <= 1000_u32.into() {
            agrees(&game);
        }
    }
}

/// A limit on orbits, on choices and on time: what was found is handed back, and that it is not all.
#[test]
fn limits_cut_and_say_so() {
    let game = beaches(39);
    let one = PureGraph {
        orbit_limit: 1,
        ..PureGraph::default()
    };
    let solution = pure_graph(&game, &one, &Control::default()).expect("small");
    assert_eq!(solution.stop(), Stop::Iterations);
    assert_eq!(solution.answer().orbits().len(), 1);
    assert!(!solution.is_complete());
    let few = PureGraph {
        step_limit: 10,
        ..PureGraph::default()
    };
    let solution = pure_graph(&game, &few, &Control::default()).expect("small");
    assert_eq!(solution.stop(), Stop::Iterations);
    assert!(solution.answer().orbits().is_empty());
    let control = Control {
        time_limit: Some(Duration::ZERO),
        ..Control::default()
    };
    let stopped = pure_graph(&game, &few, &control);
    assert!(matches!(stopped, Err(SolveError::Stopped { .. })));
    let wide = PureGraph {
        strategy_limit: 1,
        ..PureGraph::default()
    };
    let refused = pure_graph(&game, &wide, &Control::default());
    assert!(matches!(refused, Err(SolveError::TooLarge { .. })));
}

/// Sixty players on a ring of their own nodes: 3^60 profiles, and hardly anybody meets anybody.
#[test]
fn players_who_hardly_meet_are_searched_through() {
    let game = ring(60);
    let orbits = found(&game);
    // Everybody wants to do as the one before, so all do the same.
    assert_eq!(orbits.len(), 3);
    for (action, orbit) in orbits.iter().enumerate() {
        assert_eq!(orbit.strategies, vec![action as u32; 60]);
    }
}

/// Everybody has three nodes of her own and is paid 1 for doing what the player before her does.
fn ring(players: usize) -> ActionGraphGame {
    use deterra_game::action_graph::{ActionGraph, ActionGraphParts, PlayerPart, TypePart};
    use deterra_game::number::Number;
    let nodes = 3 * players;
    let graph = ActionGraph::new(ActionGraphParts {
        title: "ring".to_owned(),
        players: (0..players)
            .map(|p| PlayerPart {
                label: p.to_string(),
                types: vec![TypePart {
                    probability: Number::from(1),
                    actions: (0..3).map(|k| (3 * p + k) as u32).collect(),
                }],
            })
            .collect(),
        num_action_nodes: nodes,
        neighbors: (0..nodes)
            .map(|node| vec![((node + nodes - 3) % nodes) as u32])
            .collect(),
        ..ActionGraphParts::default()
    })
    .expect("well formed");
    let pays = |n: i64| (vec![n], Number::from(n));
    let tables = (0..nodes).map(|_| vec![pays(0), pays(1)]).collect();
    ActionGraphGame::new(graph, tables).expect("complete")
}

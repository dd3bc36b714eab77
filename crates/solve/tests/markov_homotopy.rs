//! Markov-perfect equilibria at the ends of branches: known ones, random games against the search over supports, and games
//! that are too large for it.

use deterra_game::number::Rational;
use deterra_game::stochastic::{StateId, StochasticBuilder, StochasticGame};
use deterra_solve::control::Control;
use deterra_solve::error::SolveError;
use deterra_solve::method::Method;
use deterra_solve::problem::{Answer, Problem, Request, solve};
use deterra_solve::solution::Solution;
use deterra_solve::stochastic::markov::{Markov, MarkovEquilibria, markov};
use deterra_solve::stochastic::markov_homotopy::{MarkovHomotopy, markov_homotopy};
use deterra_solve::stochastic::policy_iteration::{PolicyIteration, policy_iteration};
use deterra_verify::markov::judge;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

fn names(n: usize) -> Vec<String> {
    (0..n).map(|k| k.to_string()).collect()
}

fn found(game: &StochasticGame) -> Solution<MarkovEquilibria> {
    let solution = markov_homotopy(game, &MarkovHomotopy::default(), &Control::default());
    let solution = solution.expect("small");
    assert!(solution.verdict().holds(), "{:?}", solution.verdict());
    assert_eq!(solution.answer().list().len(), 1);
    solution
}

/// What states are worth to all players in the equilibrium that was found.
fn values(game: &StochasticGame, solution: &Solution<MarkovEquilibria>) -> Vec<Vec<Rational>> {
    let profile = &solution.answer().list()[0].profile;
    judge(game, profile, solution.answer().tolerance()).values
}

/// Whoever's turn it is quits or escalates: the symmetric equilibrium quits with 181/243 (the README's infinite ladder), and a
/// branch from the centroid of a symmetric game stays symmetric.
#[test]
fn the_infinite_ladder() {
    let mut b = StochasticBuilder::new("infinite ladder");
    let players = [b.player("a"), b.player("b")];
    let turns = [b.state("a's turn"), b.state("b's turn")];
    let disaster = b.state("disaster");
    b.set_outcome(disaster, vec![r(-50, 1), r(-50, 1)]);
    for k in 0..2 {
        let won = b.state("won");
        let prize = |p: usize| r(if p == k { 0 } else { 10 }, 1);
        b.set_outcome(won, vec![prize(0), prize(1)]);
        b.set_discount(players[k], r(9, 10));
        b.set_movers(
            turns[k],
            vec![(players[k], vec!["quit".into(), "escalate".into()])],
        );
        let nothing = || vec![r(0, 1); 2];
        b.set_cell(turns[k], &[0], nothing(), vec![(won, r(1, 1))]);
        let next = vec![(disaster, r(1, 10)), (turns[1 - k], r(9, 10))];
        b.set_cell(turns[k], &[1], nothing(), next);
    }
    let game = b.build().expect("a game");
    let solution = found(&game);
    assert!(solution.verdict().is_exact());
    let equilibrium = &solution.answer().list()[0];
    assert_eq!(equilibrium.profile.at(0)[0], r(181, 243));
    assert!(equilibrium.symmetric);
}

/// The chicken game for ever, states being of no matter: the branch ends where both swerve with a chance.
#[test]
fn a_table_for_ever() {
    let mut b = StochasticBuilder::new("chicken");
    let players = [b.player("a"), b.player("b")];
    let here = b.state("here");
    for p in &players {
        b.set_discount(*p, r(1, 2));
    }
    b.set_movers(here, players.iter().map(|p| (*p, names(2))).collect());
    for (i, j, pay) in [
        (0, 0, [3, 3]),
        (0, 1, [2, 4]),
        (1, 0, [4, 2]),
        (1, 1, [1, 1]),
    ] {
        let paid = pay.iter().map(|x| r(*x, 1)).collect();
        b.set_cell(here, &[i, j], paid, vec![(here, r(1, 1))]);
    }
    let game = b.build().expect("a game");
    let solution = found(&game);
    // 3q + 2(1-q) = 4q + (1-q): q = 1/2, and a period is worth 5/2, all of them 5.
    assert!(solution.verdict().is_exact());
    assert_eq!(values(&game, &solution), [[r(5, 1), r(5, 1)]]);
}

/// Everybody at once in a ring of states, payoffs scattered by a fixed rule.
fn ring(players: usize, states: usize, actions: usize, zero_sum: bool) -> StochasticGame {
    let scattered = |k: usize| (k.wrapping_mul(2_654_435_761) >> 7) as i64 % 21 - 10;
    let mut b = StochasticBuilder::new("ring");
    let all: Vec<_> = (0..players).map(|k| b.player(&k.to_string())).collect();
    for p in &all {
        b.set_discount(*p, r(4, 5));
    }
    let ids: Vec<StateId> = (0..states).map(|k| b.state(&k.to_string())).collect();
    let mut count = 1;
    for s in 0..states {
        b.set_movers(ids[s], all.iter().map(|p| (*p, names(actions))).collect());
        for cell in 0..actions.pow(players as u32) {
            let chosen: Vec<usize> = (0..players)
                .map(|m| cell / actions.pow(m as u32) % actions)
                .collect();
            let mut paid: Vec<Rational> = (0..players)
                .map(|_| {
                    count += 1;
                    r(scattered(count), 1)
                })
                .collect();
            if zero_sum {
                paid[1] = -&paid[0];
            }
            let next = vec![
                (ids[(s + 1) % states], r(1, 2)),
                (ids[(s * 5 + cell) % states], r(1, 2)),
            ];
            b.set_cell(ids[s], &chosen, paid, next);
        }
    }
    b.build().expect("a game")
}

#[test]
fn too_large_for_supports() {
    for (players, states, actions) in [(3, 6, 3), (2, 10, 4)] {
        let game = ring(players, states, actions, false);
        found(&game);
    }
    // A zero-sum game by two ways.
    let game = ring(2, 8, 3, true);
    let one = values(&game, &found(&game));
    let two = policy_iteration(&game, &PolicyIteration::default(), &Control::default());
    let two = values(&game, &two.expect("zero-sum"));
    for (a, b) in one.iter().zip(&two) {
        assert!((a[0].to_f64() - b[0].to_f64()).abs() < 1e-6);
    }
}

/// Where supports are too many to be searched, another method is taken by itself.
#[test]
fn what_is_hopeless_is_not_searched() {
    for (game, method) in [
        (ring(2, 18, 3, false), Method::MarkovHomotopy),
        (ring(2, 18, 3, true), Method::PolicyIteration),
        (ring(2, 2, 2, true), Method::Markov),
    ] {
        let solution = solve(
            &Problem::Stochastic(&game),
            &Request::default(),
            &Control::default(),
        );
        let solution = solution.expect("found");
        assert_eq!(solution.method(), method);
        assert!(solution.verdict().holds());
        let Answer::Markov(answer) = solution.answer() else {
            panic!("{:?}", solution.answer());
        };
        assert!(!answer.list().is_empty());
    }
}

#[test]
fn limits_and_trivial_games() {
    let game = ring(3, 6, 3, false);
    let begun = Instant::now();
    let control = Control {
        time_limit: Some(Duration::from_millis(1)),
        ..Control::default()
    };
    let stopped = markov_homotopy(&game, &MarkovHomotopy::default(), &control);
    assert!(matches!(stopped, Err(SolveError::Stopped { .. })));
    assert!(begun.elapsed() < Duration::from_secs(5));
    let options = MarkovHomotopy {
        size_limit: 10,
        ..MarkovHomotopy::default()
    };
    let refused = markov_homotopy(&game, &options, &Control::default());
    assert!(matches!(refused, Err(SolveError::TooLarge { .. })));
    // Nobody is there, nobody moves, and everybody is indifferent.
    let mut b = StochasticBuilder::new("empty");
    let end = b.state("end");
    b.set_outcome(end, vec![]);
    let empty = b.build().expect("a game");
    assert!(found(&empty).verdict().is_exact());
    let mut b = StochasticBuilder::new("nobody");
    let one = b.player("one");
    b.set_discount(one, r(1, 2));
    let (here, end) = (b.state("here"), b.state("end"));
    b.set_chance(here, vec![r(1, 1)], vec![(end, r(1, 1))]);
    b.set_outcome(end, vec![r(3, 1)]);
    let nobody = b.build().expect("a game");
    assert!(found(&nobody).verdict().is_exact());
    let mut b = StochasticBuilder::new("nothing");
    let players = [b.player("a"), b.player("b")];
    for p in &players {
        b.set_discount(*p, r(1, 2));
    }
    let here = b.state("here");
    b.set_movers(here, players.iter().map(|p| (*p, names(3))).collect());
    for cell in 0..9 {
        b.set_cell(
            here,
            &[cell % 3, cell / 3],
            vec![r(0, 1); 2],
            vec![(here, r(1, 1))],
        );
    }
    let nothing = b.build().expect("a game");
    assert!(found(&nothing).verdict().is_exact());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    /// What is found is one of those that the search over supports finds, where that finds all.
    #[test]
    fn the_search_knows_it(paid in prop::collection::vec((-4_i64..5, -4_i64..5), 8), to in prop::collection::vec(0_usize..2, 8), patience in 0_i64..4) {
        let mut b = StochasticBuilder::new("random");
        let players = [b.player("a"), b.player("b")];
        for p in &players {
        b.set_discount(*p, r(patience, 4));
    }
        let states = [b.state("one"), b.state("two")];
        for (s, state) in states.iter().enumerate() {
            b.set_movers(*state, players.iter().map(|p| (*p, names(2))).collect());
            for c in 0..4 {
                let k = 4 * s + c;
                let pay = vec![r(paid[k].0, 1), r(paid[k].1, 1)];
                b.set_cell(*state, &[c & 1, c >> 1], pay, vec![(states[to[k]], r(1, 1))]);
            }
        }
        let game = b.build().expect("a game");
        let solution = markov_homotopy(&game, &MarkovHomotopy::default(), &Control::default()).expect("small");
        let Some(only) = solution.answer().list().first() else {
            return Ok(());
        };
        prop_assert!(solution.verdict().holds());
        let all = markov(&game, &Markov::default(), &Control::default()).expect("small");
        if all.is_complete() {
            let known = all.answer().list().iter().any(|e| {
                let rows = e.profile.rows().iter().flatten();
                let own = only.profile.rows().iter().flatten();
                rows.zip(own).all(|(a, b)| (a.to_f64() - b.to_f64()).abs() < 1e-6)
            });
            prop_assert!(known);
        }
    }
}

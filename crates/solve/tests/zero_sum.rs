//! Stochastic games of two players whose payoffs sum to 0: closed forms, each method against the others, and every answer
//! against the definition of a value.

use deterra_game::number::Rational;
use deterra_game::stochastic::{StateId, StochasticBuilder, StochasticGame};
use deterra_solve::control::{Control, Stop};
use deterra_solve::error::SolveError;
use deterra_solve::solution::Solution;
use deterra_solve::stochastic::markov::{Kind, Markov, MarkovEquilibria, markov};
use deterra_solve::stochastic::policy_iteration::{PolicyIteration, policy_iteration};
use deterra_solve::stochastic::value_iteration::{ValueIteration, value_iteration};
use deterra_verify::markov::judge;
use deterra_verify::verdict::Status;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

fn actions(n: usize) -> Vec<String> {
    (0..n).map(|k| k.to_string()).collect()
}

/// A joint move: what it pays the first player, and where it leads.
type Move<'m> = (Rational, Vec<(usize, Rational)>);

/// States at which both move at once; each a table of joint moves, row by row.
fn game(discount: &Rational, states: &[Vec<Vec<Move<'_>>>], ends: &[Rational]) -> StochasticGame {
    let mut b = StochasticBuilder::new("zero-sum");
    let (one, two) = (b.player("one"), b.player("two"));
    b.set_discount(one, discount.clone());
    b.set_discount(two, discount.clone());
    let all: Vec<StateId> = (0..states.len() + ends.len())
        .map(|k| b.state(&format!("s{k}")))
        .collect();
    for (state, table) in all.iter().zip(states) {
        let (rows, columns) = (table.len(), table[0].len());
        b.set_movers(*state, vec![(one, actions(rows)), (two, actions(columns))]);
        for (i, row) in table.iter().enumerate() {
            for (j, (paid, next)) in row.iter().enumerate() {
                let next = next.iter().map(|(to, p)| (all[*to], p.clone()));
                b.set_cell(*state, &[i, j], vec![paid.clone(), -paid], next.collect());
            }
        }
    }
    for (state, end) in all[states.len()..].iter().zip(ends) {
        b.set_outcome(*state, vec![end.clone(), -end]);
    }
    b.build().expect("a discount")
}

fn by_values(game: &StochasticGame) -> Solution<MarkovEquilibria> {
    let solution = value_iteration(game, &ValueIteration::default(), &Control::default());
    solution.expect("zero-sum")
}

fn by_policies(game: &StochasticGame) -> Solution<MarkovEquilibria> {
    let solution = policy_iteration(game, &PolicyIteration::default(), &Control::default());
    solution.expect("zero-sum")
}

/// What states are worth to the first player, and what no deviation gains more than.
fn values(
    game: &StochasticGame,
    solution: &Solution<MarkovEquilibria>,
) -> (Vec<Rational>, Rational) {
    assert!(solution.verdict().holds(), "{:?}", solution.verdict());
    assert_eq!(solution.stop(), Stop::Done);
    let [only] = solution.answer().list() else {
        panic!("one pair of strategies");
    };
    let judged = judge(game, &only.profile, solution.answer().tolerance());
    let values = judged.values.iter().map(|v| v[0].clone());
    (values.collect(), judged.gain_bound)
}

fn near(a: &Rational, b: f64) -> bool {
    (a.to_f64() - b).abs() < 1e-8
}

/// Shapley's (1953) recursion for one state: rows pay 1 and 0, 0 and 1 and play goes on with the discount: the value of the
/// matrix game is 1/2, so V = 1/2 + V/2 = 1.
#[test]
fn one_state() {
    let stay = || vec![(0, r(1, 1))];
    let table = vec![
        vec![(r(1, 1), stay()), (r(0, 1), stay())],
        vec![(r(0, 1), stay()), (r(1, 1), stay())],
    ];
    let game = game(&r(1, 2), &[table], &[]);
    for solution in [by_values(&game), by_policies(&game)] {
        assert!(solution.verdict().is_exact());
        assert_eq!(values(&game, &solution), (vec![r(1, 1)], r(0, 1)));
    }
}

/// Play goes on only if both do the same first thing: the matrix is 1 + V/2, 0; 0, 1. Its value is (1 + V/2)/(2 + V/2), so
/// V² + 3V = 2 and V = (√17 - 3)/2, which is no fraction.
#[test]
fn an_irrational_value() {
    let end = || vec![(1, r(1, 1))];
    let table = vec![
        vec![(r(1, 1), vec![(0, r(1, 1))]), (r(0, 1), end())],
        vec![(r(0, 1), end()), (r(1, 1), end())],
    ];
    let game = game(&r(1, 2), &[table], &[r(0, 1)]);
    for solution in [by_values(&game), by_policies(&game)] {
        assert_eq!(solution.verdict().status, Status::Bounded);
        let (values, bound) = values(&game, &solution);
        assert!(near(&values[0], (17_f64.sqrt() - 3.0) / 2.0));
        assert!(bound < r(1, 1_000_000_000) && solution.answer().list()[0].kind == Kind::Numeric);
    }
}

/// One controls where play goes, so values are fractions: at the first state the row chooses to stay for a matrix game worth
/// 1/2 a period or to leave for a state worth 2/3 once. With δ = 9/10 staying for ever is worth 5.
#[test]
fn a_single_controller() {
    let (stay, leave) = (|| vec![(0, r(1, 1))], || vec![(1, r(1, 1))]);
    let table = vec![
        vec![(r(1, 1), stay()), (r(0, 1), stay())],
        vec![(r(0, 1), stay()), (r(1, 1), stay())],
        vec![(r(0, 1), leave()), (r(0, 1), leave())],
    ];
    let game = game(&r(9, 10), &[table], &[r(2, 3)]);
    for solution in [by_values(&game), by_policies(&game)] {
        assert!(solution.verdict().is_exact());
        assert_eq!(values(&game, &solution).0[0], r(5, 1));
    }
}

/// Patience takes value iteration long and policy iteration a few rounds.
#[test]
fn patience() {
    let discount = r(999, 1000);
    let half = || vec![(0, r(1, 2)), (1, r(1, 2))];
    let other = |to| vec![(to, r(1, 1))];
    let table = |own: usize| {
        vec![
            vec![(r(3, 1), half()), (r(-1, 1), other(own))],
            vec![(r(0, 1), other(1 - own)), (r(2, 1), half())],
        ]
    };
    let game = game(&discount, &[table(0), table(1)], &[]);
    let (slow, quick) = (by_values(&game), by_policies(&game));
    let (a, b) = (values(&game, &slow).0, values(&game, &quick).0);
    for (a, b) in a.iter().zip(&b) {
        assert!((a.to_f64() - b.to_f64()).abs() < 1e-5, "{a} {b}");
    }
    assert!(quick.work().nodes < 30 && slow.work().nodes > 100);
}

/// A discount of 1 where play ends surely: whoever is asked doubles or ends.
#[test]
fn without_discounting() {
    let end = |k| vec![(k, r(1, 1))];
    let mixed = |k| vec![(0, r(1, 2)), (k, r(1, 2))];
    let table = vec![
        vec![(r(1, 1), mixed(1)), (r(-1, 1), end(1))],
        vec![(r(-1, 1), end(2)), (r(1, 1), mixed(2))],
    ];
    let game = game(&r(1, 1), &[table], &[r(0, 1), r(0, 1)]);
    for solution in [by_values(&game), by_policies(&game)] {
        let (values, _) = values(&game, &solution);
        // The matrix is 1 + V/2, -1; -1, 1 + V/2, worth V/4: V = 0.
        assert!(near(&values[0], 0.0));
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let mut b = StochasticBuilder::new("common interest");
    let (one, two) = (b.player("one"), b.player("two"));
    let half = r(1, 2);
    b.set_discount(one, half.clone());
    b.set_discount(two, half);
    let here = b.state("here");
    b.set_movers(here, vec![(one, actions(1)), (two, actions(1))]);
    b.set_cell(here, &[0, 0], vec![r(1, 1), r(1, 1)], vec![(here, r(1, 1))]);
    let game = b.build().expect("a game");
    let refused = policy_iteration(&game, &PolicyIteration::default(), &Control::default());
    assert!(matches!(refused, Err(SolveError::NotApplicable { .. })));
    let mut b = StochasticBuilder::new("nobody");
    let end = b.state("end");
    b.set_outcome(end, vec![]);
    let nobody = b.build().expect("a game");
    let refused = value_iteration(&nobody, &ValueIteration::default(), &Control::default());
    assert!(matches!(refused, Err(SolveError::NotApplicable { .. })));
}

/// States in a ring with three actions each, payoffs scattered by a fixed rule.
fn ring(states: usize, size: usize) -> StochasticGame {
    let scattered = |k: usize| (k * 2_654_435_761 % 1009) as i64 - 504;
    let tables: Vec<Vec<Vec<Move<'_>>>> = (0..states)
        .map(|s| {
            let cell = |i: usize, j: usize| {
                let number = (s * size + i) * size + j;
                let (near, far) = ((s + 1) % states, (s * 7 + i * 3 + j) % states);
                let row = if near == far {
                    vec![(near, r(1, 1))]
                } else {
                    vec![(near, r(1, 3)), (far, r(2, 3))]
                };
                (r(scattered(number), 1), row)
            };
            (0..size)
                .map(|i| (0..size).map(|j| cell(i, j)).collect())
                .collect()
        })
        .collect();
    game(&r(9, 10), &tables, &[])
}

#[test]
fn many_states_and_limits() {
    let large = ring(25, 3);
    let quick = by_policies(&large);
    let slow = by_values(&large);
    let (a, b) = (values(&large, &quick), values(&large, &slow));
    for (x, y) in a.0.iter().zip(&b.0) {
        assert!((x.to_f64() - y.to_f64()).abs() < 1e-3);
    }
    // What is come to by the limit is judged for what it is.
    let options = ValueIteration {
        iterations: 5,
        ..ValueIteration::default()
    };
    let early = value_iteration(&large, &options, &Control::default()).expect("something");
    assert_eq!(early.stop(), Stop::Iterations);
    assert!(early.verdict().holds() && early.verdict().error > r(0, 1));
    let control = Control {
        time_limit: Some(Duration::from_millis(1)),
        ..Control::default()
    };
    let begun = Instant::now();
    let stopped = value_iteration(&ring(60, 4), &ValueIteration::default(), &control);
    assert!(stopped.is_err() || stopped.is_ok_and(|s| s.stop() == Stop::Time));
    assert!(begun.elapsed() < Duration::from_secs(20));
}

/// Huge payoffs, and none.
#[test]
fn extremes() {
    let huge = r(10, 1).checked_pow(30).expect("not 0");
    let stay = || vec![(0, r(1, 1))];
    for scale in [huge, r(0, 1)] {
        let table = vec![
            vec![(scale.clone(), stay()), (r(0, 1), stay())],
            vec![(r(0, 1), stay()), (scale.clone(), stay())],
        ];
        let game = game(&r(1, 2), &[table], &[]);
        for solution in [by_values(&game), by_policies(&game)] {
            let value = values(&game, &solution).0.swap_remove(0);
            assert!((value.to_f64() - scale.to_f64()).abs() <= 1e-9 * scale.to_f64());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    /// Both methods and the search for all equilibria find the same values.
    #[test]
    fn all_agree(paid in prop::collection::vec(-4_i64..5, 12), to in prop::collection::vec(0_usize..4, 12), patience in 0_i64..4) {
        let table = |s: usize| -> Vec<Vec<Move<'_>>> {
            let cell = |k: usize| {
                let row = if to[k] == to[(k + 5) % 12] {
                    vec![(to[k], r(1, 1))]
                } else {
                    vec![(to[k], r(1, 2)), (to[(k + 5) % 12], r(1, 2))]
                };
                (r(paid[k], 1), row)
            };
            (0..2).map(|i| (0..2).map(|j| cell(4 * s + 2 * i + j)).collect()).collect()
        };
        let game = game(&r(patience, 4), &[table(0), table(1), table(2)], &[r(1, 1)]);
        let (one, bound) = values(&game, &by_values(&game));
        let (two, also) = values(&game, &by_policies(&game));
        let all = &(&bound + &also) + &r(1, 1_000_000_000);
        for (a, b) in one.iter().zip(&two) {
            prop_assert!((a - b).abs() <= all);
        }
        let known = markov(&game, &Markov::default(), &Control::default()).expect("small");
        for equilibrium in known.answer().list() {
            let judged = judge(&game, &equilibrium.profile, known.answer().tolerance());
            for (a, values) in one.iter().zip(&judged.values) {
                let off = (a - &values[0]).abs();
                prop_assert!(off <= &all + &judged.gain_bound, "{off}");
            }
        }
    }
}

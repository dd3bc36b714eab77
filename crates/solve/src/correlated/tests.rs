//! Known devices, and what must hold of all of them.

use super::correlated_program::{
    CorrelatedProgram, correlated_program, correlated_program_extensive,
};
use super::correlation_plan::{CorrelationPlan, correlation_plan};
use super::even_device::{EvenDevice, Evenness, even_device};
use super::joint_plans::{JointPlans, joint_plans};
use super::trigger_regret::{TriggerRegret, trigger_regret};
use super::{Device, Objective};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::vertex_enumeration::{VertexEnumeration, vertex_enumeration};
use crate::problem::{Problem, Request, solve};
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::convert::reduced_form;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::format::Game;
use deterra_game::generate::{self, family, generate};
use deterra_game::id::PlayerId;
use deterra_game::number::{Number, Rational};
use deterra_game::strategic::StrategicGame;

use deterra_verify::correlated::{PlanBound, judge_cells, judge_plans, proves_plans};
use deterra_verify::verdict::{Concept, Status};
use std::time::Duration;

fn q(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

fn bimatrix(first: &[&[i64]], second: &[&[i64]]) -> StrategicGame {
    let n = |rows: &[&[i64]]| -> Vec<Vec<Number>> {
        rows.iter()
            .map(|row| row.iter().copied().map(Number::from).collect())
            .collect()
    };
    StrategicGame::from_rows("", &n(first), &n(second)).expect("a table")
}

fn of_table(game: &StrategicGame, coarse: bool, objective: Objective) -> Device<usize> {
    let options = CorrelatedProgram {
        coarse,
        objective,
        ..CorrelatedProgram::default()
    };
    let solution = correlated_program(game, &options, &Control::default()).expect("a device");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    assert_eq!(solution.stop(), Stop::Done);
    solution.into_answer()
}

fn random(name: &str, size: &[usize], seed: u64) -> Game {
    let request = generate::Request {
        size: size.to_vec(),
        ..generate::Request::default()
    };
    generate(family(name).expect("a family"), &request, seed).expect("a game")
}

fn table(name: &str, size: &[usize], seed: u64) -> StrategicGame {
    match random(name, size, seed) {
        Game::Strategic(table) => table,
        _ => panic!("a table"),
    }
}

/// Chicken pays (6, 6), (2, 7), (7, 2), (0, 0). With chances a, b, c, d of these, who is told to swerve must not gain by daring:
/// 6a + 2b ≥ 7a, so a ≤ 2b, and a ≤ 2c. The sum is 12a + 9(b + c) ≤ 12a + 9(1 - a) = 9 + 3a, and a ≤ b + c ≤ 1 - a makes a at most
/// 1/2; so 21/2, only at (1/2, 1/4, 1/4, 0).
#[test]
fn chicken() {
    let game = bimatrix(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]]);
    let device = of_table(&game, false, Objective::Welfare);
    assert_eq!(device.value, Some(q(21, 2)));
    assert_eq!(device.list, [(0, q(1, 2)), (1, q(1, 4)), (2, q(1, 4))]);
    assert_eq!(device.payoffs, [q(21, 4), q(21, 4)]);
    // For one alone, to dare while the other swerves is an equilibrium and pays all there is.
    let device = of_table(&game, false, Objective::Player(PlayerId(0)));
    assert_eq!(device.value, Some(q(7, 1)));
    assert_eq!(
        of_table(&game, false, Objective::Egalitarian).value,
        Some(q(21, 4))
    );
    assert_eq!(of_table(&game, false, Objective::Any).value, None);
}

/// Shapley's game: rock, paper, scissors in which only a win pays. What everybody gets sums to 1 off the diagonal and to 0 on it, so the
/// uniform device off the diagonal is best, and fair: 1/2 each. The only Nash equilibrium pays 1/3.
#[test]
fn shapleys_game() {
    let first: &[&[i64]] = &[&[0, 0, 1], &[1, 0, 0], &[0, 1, 0]];
    let second: &[&[i64]] = &[&[0, 1, 0], &[0, 0, 1], &[1, 0, 0]];
    let game = bimatrix(first, second);
    assert_eq!(
        of_table(&game, false, Objective::Welfare).value,
        Some(q(1, 1))
    );
    let fair = of_table(&game, false, Objective::Egalitarian);
    assert_eq!(fair.payoffs, [q(1, 2), q(1, 2)]);
    let uniform: Vec<(usize, Rational)> = [1, 2, 3, 5, 6, 7].map(|cell| (cell, q(1, 6))).to_vec();
    let verdict = judge_cells(&game, &uniform, Concept::Correlated, &Rational::ZERO);
    assert!(verdict.is_exact());
}

/// In the prisoner's dilemma defecting dominates, so even coarse devices defect; where following is all there is, it is exact.
#[test]
fn dominated_strategies_are_never_drawn() {
    let game = bimatrix(&[&[2, 0], &[3, 1]], &[&[2, 3], &[0, 1]]);
    for coarse in [false, true] {
        let device = of_table(&game, coarse, Objective::Welfare);
        assert_eq!(device.list, [(3, Rational::ONE)]);
    }
}

/// Every Nash equilibrium is a device, so the best device pays no less than the best of them; a coarse one pays no less still.
#[test]
fn devices_are_worth_no_less_than_equilibria() {
    let mut better = 0;
    for (name, size) in [
        ("uniform", [4, 4]),
        ("covariant", [3, 5]),
        ("zero_sum", [4, 3]),
    ] {
        for seed in 0..8 {
            let game = table(name, &size, seed);
            let all = vertex_enumeration(&game, &VertexEnumeration::default(), &Control::default())
                .expect("two players");
            let device = of_table(&game, false, Objective::Welfare);
            let fair = of_table(&game, false, Objective::Egalitarian);
            let coarse = of_table(&game, true, Objective::Welfare);
            for one in &all.answer().list {
                let drawn: Vec<(usize, Rational)> = (0..game.num_cells())
                    .map(|cell| {
                        let of = |p: u32| {
                            &one.profile.of(PlayerId(p))[game.strategy_in(cell, PlayerId(p))]
                        };
                        (cell, of(0) * of(1))
                    })
                    .collect();
                let verdict = judge_cells(&game, &drawn, Concept::Correlated, &Rational::ZERO);
                assert!(verdict.is_exact(), "{name} {seed}");
                let sum: Rational = one.payoffs.iter().sum();
                assert!(device.value.as_ref() >= Some(&sum), "{name} {seed}");
                assert!(fair.value.as_ref() >= one.payoffs.iter().min());
                better += u32::from(device.value.as_ref() > Some(&sum));
            }
            assert!(coarse.value >= device.value);
            let verdict = judge_cells(
                &game,
                &device.list,
                Concept::CoarseCorrelated,
                &Rational::ZERO,
            );
            assert!(verdict.is_exact());
        }
    }
    assert!(better > 0, "some device is worth more");
}

/// A device mixed with a thousandth of something.
fn disturbed<T: Clone>(list: &[(T, Rational)], other: T) -> Vec<(T, Rational)> {
    let rest = q(999, 1000);
    let kept = list.iter().map(|(drawn, p)| (drawn.clone(), p * &rest));
    kept.chain([(other, q(1, 1000))]).collect()
}

/// If a cell pays more in all than the best device, a thousandth of it makes a device that would be better still; so the judge must
/// refuse that one.
#[test]
fn nothing_better_is_an_equilibrium() {
    let mut refused = [0, 0];
    for seed in 0..12 {
        let game = table("uniform", &[3, 4], seed);
        let worth =
            |cell: usize| -> Rational { game.players().map(|p| game.payoff(cell, p)).sum() };
        let most = (0..game.num_cells())
            .max_by_key(|cell| worth(*cell))
            .expect("a cell");
        for coarse in [false, true] {
            let device = of_table(&game, coarse, Objective::Welfare);
            if device.value.as_ref() >= Some(&worth(most)) {
                continue;
            }
            let concept = [Concept::Correlated, Concept::CoarseCorrelated][usize::from(coarse)];
            let device = disturbed(&device.list, most);
            let verdict = judge_cells(&game, &device, concept, &Rational::ZERO);
            assert_eq!(verdict.status, Status::Failed, "{seed} {concept}");
            refused[usize::from(coarse)] += 1;
        }
    }
    assert!(refused[0] >= 3 && refused[1] >= 3, "{refused:?}");
}

/// Payoffs times two and plus three, and players in the other order, change nothing but the numbers.
#[test]
fn units_and_names_do_not_matter() {
    for seed in 0..6 {
        let game = table("uniform", &[3, 4], seed);
        let rows = |player: u32, turned: bool, scale: i64, more: i64| -> Vec<Vec<Number>> {
            let cell = |a: u32, b: u32| {
                let paid = game.payoff(game.cell_of(&[a, b]), PlayerId(player));
                Number::from(&(paid * &Rational::integer(scale)) + &Rational::integer(more))
            };
            if turned {
                (0..4)
                    .map(|b| (0..3).rev().map(|a| cell(a, b)).collect())
                    .collect()
            } else {
                (0..3)
                    .map(|a| (0..4).map(|b| cell(a, b)).collect())
                    .collect()
            }
        };
        let scaled = StrategicGame::from_rows("", &rows(0, false, 2, 3), &rows(1, false, 2, 3))
            .expect("a table");
        let turned = StrategicGame::from_rows("", &rows(1, true, 1, 0), &rows(0, true, 1, 0))
            .expect("a table");
        for objective in [Objective::Welfare, Objective::Egalitarian] {
            for coarse in [false, true] {
                let value = |game: &StrategicGame| {
                    of_table(game, coarse, objective).value.expect("a value")
                };
                let shift = if objective == Objective::Welfare {
                    6
                } else {
                    3
                };
                let known = value(&game);
                assert_eq!(value(&turned), known);
                assert_eq!(value(&scaled), &(&known * &q(2, 1)) + &q(shift, 1));
            }
        }
    }
}

/// Four strategies of three players, and twenty of two.
#[test]
fn tables_of_some_size() {
    for (size, pivots) in [(&[4, 4, 4][..], 10_000), (&[20, 20][..], 100_000)] {
        let game = table("uniform", size, 1);
        let device = of_table(&game, false, Objective::Welfare);
        assert!(device.steps < pivots, "{} pivots", device.steps);
    }
}

#[test]
fn what_is_too_much_is_refused() {
    let game = bimatrix(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]]);
    let small = CorrelatedProgram {
        most_numbers: 10,
        ..CorrelatedProgram::default()
    };
    let error = correlated_program(&game, &small, &Control::default()).expect_err("too large");
    assert!(matches!(error, SolveError::TooLarge { .. }), "{error}");
    let nobody = CorrelatedProgram {
        objective: Objective::Player(PlayerId(2)),
        ..CorrelatedProgram::default()
    };
    let error = correlated_program(&game, &nobody, &Control::default()).expect_err("nobody");
    assert!(error.to_string().contains("no player 3"), "{error}");
    let no_time = Control {
        time_limit: Some(Duration::ZERO),
        ..Control::default()
    };
    let error =
        correlated_program(&game, &CorrelatedProgram::default(), &no_time).expect_err("stopped");
    assert!(
        matches!(
            error,
            SolveError::Stopped {
                stop: Stop::Time,
                ..
            }
        ),
        "{error}"
    );
}

/// The signalling game of von Stengel and Forges (2008): 1 learns whether she is good or bad, each half of the time, and sends X or
/// Y; 2 sees the signal only and lets in or keeps out. In pays (4, 10) if she is good and (6, 0) if she is bad, out (0, 6) whatever she is.
fn signalling() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("signalling");
    let (one, two) = (b.player("1"), b.player("2"));
    let half = || Number::parse("1/2").expect("a number");
    let coin = b.chance_event("type", &[("good", half()), ("bad", half())]);
    let types = ["good", "bad"].map(|name| b.infoset(one, name, &["X", "Y"]));
    let signals = ["X", "Y"].map(|name| b.infoset(two, name, &["in", "out"]));
    let pays = [[4, 10], [6, 0]].map(|row| b.outcome("", &row.map(Number::from)));
    let out = b.outcome("out", &[0, 6].map(Number::from));
    let mut ends = Vec::new();
    b.move_at("", coin);
    for (known, paid) in types.into_iter().zip(pays) {
        b.move_at("", known);
        for signal in signals {
            b.move_at("", signal);
            ends.push((b.terminal(""), paid));
            ends.push((b.terminal(""), out));
        }
    }
    for (end, paid) in ends {
        b.set_outcome(end, paid);
    }
    b.build().expect("complete")
}

/// Told before play, 1 knows both signals that she is to send, so the good and the bad are let in equally likely, or one of them would
/// send the other's signal; but 2 lets in only where the good are 3/5 at least. So nobody is let in: (0, 6).
/// Told only her own signal, the bad has to guess: draw a secret signal evenly, tell it to the good, and to the bad half of the time; 2 lets in
/// after it, where the good are 2/3. That pays 4/2 + 6/4 = 7/2 and 10/2 + 6/4 = 13/2, 10 in all, and there is no more: 14 if the good are let
/// in, 6 of the bad whatever is done.
#[test]
fn a_secret_signal_separates() {
    let game = signalling();
    let options = CorrelatedProgram::default();
    let plain =
        correlated_program_extensive(&game, &options, &Control::default()).expect("a device");
    assert!(plain.verdict().is_exact());
    // What the professor's pairs with both types say does not make a device: chance is hidden from her.
    let error = correlation_plan(&game, &CorrelationPlan::default(), &Control::default());
    assert!(matches!(error, Err(SolveError::NotApplicable { .. })));
    let by_plans = |coarse| {
        let options = JointPlans {
            coarse,
            ..JointPlans::default()
        };
        let solution = joint_plans(&game, &options, &Control::default()).expect("a device");
        assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
        solution.into_answer()
    };
    assert_eq!(plain.answer().payoffs, [q(0, 1), q(6, 1)]);
    assert_eq!(by_plans(false).value, Some(q(10, 1)));
    assert_eq!(by_plans(true).value, Some(q(10, 1)));
    let request = Request {
        concept: Some(Concept::ExtensiveCorrelated),
        ..Request::default()
    };
    let solution =
        solve(&Problem::Extensive(&game), &request, &Control::default()).expect("a device");
    assert_eq!(solution.method(), Method::JointPlans);
}

/// Both programs of trees agree, and the concepts are nested: what is told later, and left earlier, is worth no less.
#[test]
fn concepts_of_trees_are_nested() {
    let (mut strict, mut refused) = (0, 0);
    for (name, size) in [
        ("imperfect_information", vec![]),
        ("signaling", vec![]),
        ("perfect_information", vec![]),
    ] {
        for seed in 0..6 {
            let Game::Extensive(game) = random(name, &size, seed) else {
                panic!("a tree");
            };
            let Ok(form) = reduced_form(&game, 3000) else {
                continue;
            };
            let control = Control::default();
            let mut values = Vec::new();
            let worth = |cell: usize| -> Rational {
                game.players().map(|p| form.game().payoff(cell, p)).sum()
            };
            let most = (0..form.game().num_cells())
                .max_by_key(|cell| worth(*cell))
                .expect("a cell");
            for coarse in [false, true] {
                let options = JointPlans {
                    coarse,
                    ..JointPlans::default()
                };
                let Ok(found) = joint_plans(&game, &options, &control) else {
                    continue;
                };
                assert!(found.verdict().is_exact());
                values.push(found.answer().value.clone());
                if found.answer().value < Some(worth(most)) {
                    let plan = form
                        .pure_profile(&game, &form.game().strategies_of(most))
                        .expect("plans");
                    let device = disturbed(&found.answer().list, plan);
                    let verdict = judge_plans(&game, &device, found.concept(), &Rational::ZERO);
                    assert_eq!(verdict.status, Status::Failed, "{name} {seed}");
                    refused += 1;
                }
                let options = CorrelationPlan {
                    coarse,
                    ..CorrelationPlan::default()
                };
                if let Ok(other) = correlation_plan(&game, &options, &control) {
                    assert!(
                        other.verdict().is_exact(),
                        "{name} {seed} {:?}",
                        other.verdict()
                    );
                    assert_eq!(other.answer().value, found.answer().value, "{name} {seed}");
                    strict += 1;
                }
            }
            let plain = |coarse| of_table(form.game(), coarse, Objective::Welfare).value;
            let [told, before] = &values[..] else {
                continue;
            };
            assert!(
                plain(false) <= *told && told <= before && *before <= plain(true),
                "{name} {seed}"
            );
        }
    }
    assert!(strict > 0, "pairs of sequences say enough sometimes");
    assert!(refused > 3, "{refused}");
}

/// In the battle of the sexes (2, 1), (0, 0), (0, 0), (1, 2): told the first row, a·2 ≥ b·1, with chances a, b, c, d of the cells by
/// rows; told the second, d ≥ 2c; told the first column, a ≥ 2c; told the second, 2d ≥ b. Evenly, b = 1/4 would do and c is to be at most a/2 and
/// d/2; the least a² + b² + c² + d² with c = a/2 = d/2 and a + b + c + d = 1: a(5/2) + b = 1, (9/4)a² + (1 - (5/2)a)² is least where
/// (9/2)a = 5(1 - (5/2)a), so a = 5/17, b = 9/34, c = 5/34: with sum of squares 2·100/34² + 81/34² + 25/34² = 306/1156 = 9/34.
#[test]
fn the_most_even_device() {
    let game = bimatrix(&[&[2, 0], &[0, 1]], &[&[1, 0], &[0, 2]]);
    let even = |game: &StrategicGame, evenness, coarse| {
        let options = EvenDevice {
            evenness,
            coarse,
            ..EvenDevice::default()
        };
        let solution = even_device(game, &options, &Control::default()).expect("a device");
        assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
        solution.into_answer()
    };
    let device = even(&game, Evenness::Gini, false);
    assert!(device.is_best);
    assert_eq!(device.value, Some(q(9, 34)));
    // Matching pennies has one device only, which is even by any measure; the dilemma has one that is not.
    let pennies = bimatrix(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
    let dilemma = bimatrix(&[&[2, 0], &[3, 1]], &[&[2, 3], &[0, 1]]);
    for evenness in [Evenness::Gini, Evenness::Entropy] {
        let quarter: Vec<(usize, Rational)> = (0..4).map(|cell| (cell, q(1, 4))).collect();
        assert_eq!(even(&pennies, evenness, false).list, quarter);
        assert_eq!(even(&dilemma, evenness, true).list, [(3, Rational::ONE)]);
    }
    // Nothing that other objectives find is more even.
    let entropy = |list: &[(usize, Rational)]| -> f64 {
        list.iter()
            .map(|(_, p)| -p.to_f64() * p.to_f64().ln())
            .sum()
    };
    let squares =
        |list: &[(usize, Rational)]| -> Rational { list.iter().map(|(_, p)| p * p).sum() };
    for seed in 0..8 {
        for coarse in [false, true] {
            let game = table("uniform", &[3, 4], seed);
            let gini = even(&game, Evenness::Gini, coarse);
            let spread = even(&game, Evenness::Entropy, coarse);
            assert!(gini.is_best, "{seed}");
            for other in [
                of_table(&game, coarse, Objective::Welfare).list,
                spread.list.clone(),
            ] {
                assert!(squares(&gini.list) <= squares(&other));
                assert!(entropy(&other) <= entropy(&spread.list) + 1e-9);
            }
            assert!(entropy(&gini.list) <= entropy(&spread.list) + 1e-9);
        }
    }
}

/// Dynamics come near an equilibrium, the same one every time, and say so if they do not.
#[test]
fn regrets_vanish() {
    let game = signalling();
    let run = |gap: Rational, most_iterations| {
        let options = TriggerRegret {
            gap: Some(gap),
            most_iterations,
            ..TriggerRegret::default()
        };
        trigger_regret(&game, &options, &Control::default()).expect("a device")
    };
    let near = run(q(1, 20), 1 << 16);
    assert!(near.verdict().holds(), "{:?}", near.verdict());
    assert_eq!(near.stop(), Stop::Done);
    let again = run(q(1, 20), 1 << 16);
    assert_eq!(near.answer(), again.answer());
    let judged = judge_plans(
        &game,
        &near.answer().list,
        Concept::ExtensiveCorrelated,
        &q(1, 20),
    );
    assert!(judged.holds());
    let short = run(Rational::ZERO, 16);
    assert!(!short.verdict().holds());
    assert_eq!(short.stop(), Stop::Iterations);
    let request = Request {
        concept: Some(Concept::ExtensiveCoarseCorrelated),
        method: Some(Method::TriggerRegret),
        ..Request::default()
    };
    let found = solve(&Problem::Extensive(&game), &request, &Control::default()).expect("a device");
    assert_eq!(found.concept(), Concept::ExtensiveCoarseCorrelated);
}

/// That no device of a tree is better is proved for every purpose, and nothing proves less than what a device attains.
#[test]
fn prices_of_trees_prove_the_best_and_nothing_less() {
    let (mut by_pairs, mut by_plans) = (0, 0);
    for (name, seeds) in [
        ("imperfect_information", 0..4),
        ("perfect_information", 0..4),
        ("signaling", 0..3),
    ] {
        for seed in seeds {
            let Game::Extensive(game) = random(name, &[], seed) else {
                panic!("a tree");
            };
            for coarse in [false, true] {
                let second = PlayerId(1);
                for objective in [
                    Objective::Welfare,
                    Objective::Egalitarian,
                    Objective::Player(second),
                ] {
                    let pairs = CorrelationPlan {
                        coarse,
                        objective,
                        ..CorrelationPlan::default()
                    };
                    let plans = JointPlans {
                        coarse,
                        objective,
                        most_plans: 300,
                        ..JointPlans::default()
                    };
                    let control = Control::default();
                    let found = [
                        correlation_plan(&game, &pairs, &control).ok(),
                        joint_plans(&game, &plans, &control).ok(),
                    ];
                    by_pairs += usize::from(found[0].is_some());
                    by_plans += usize::from(found[1].is_some());
                    for solution in found.into_iter().flatten() {
                        assert!(solution.verdict().is_exact(), "{name} {seed} {objective:?}");
                        let concept = solution.concept();
                        let bound = solution.into_answer().plan_bound.expect("prices");
                        assert!(proves_plans(&game, concept, &bound));
                        // Another concept has other triggers.
                        let other = if coarse {
                            Concept::ExtensiveCorrelated
                        } else {
                            Concept::ExtensiveCoarseCorrelated
                        };
                        assert!(bound.prices.is_empty() || !proves_plans(&game, other, &bound));
                        let less = PlanBound {
                            bound: &bound.bound - &q(1, 1000),
                            ..bound.clone()
                        };
                        assert!(!proves_plans(&game, concept, &less));
                        for k in 0..bound.prices.len() {
                            let mut off = less.clone();
                            off.prices[k].followed = &off.prices[k].followed * &q(2, 1);
                            assert!(!proves_plans(&game, concept, &off));
                            let mut negative = bound.clone();
                            negative.prices[k].followed = q(-1, 1);
                            assert!(!proves_plans(&game, concept, &negative));
                        }
                        for k in 0..bound.flows.len().min(20) {
                            let mut off = less.clone();
                            off.flows[k].price += &q(1, 3);
                            assert!(!proves_plans(&game, concept, &off));
                        }
                    }
                }
            }
        }
    }
    assert!(by_pairs > 20 && by_plans > 20, "{by_pairs} {by_plans}");
}

//! Unbiased samples, averages, and runs that are stopped and go on.

mod unbiased;

use super::*;
use crate::control::Control;
use crate::regret::Flat;
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::number::Number;
use deterra_game::rules::{Goofspiel, Kuhn, Leduc, Limits, Order, Rules, Turn, expand};
use proptest::prelude::*;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

fn tree<R: Rules>(rules: &R) -> ExtensiveGame {
    expand(rules, &Limits::default()).expect("a small game")
}

fn run_of(game: &ExtensiveGame, options: Sampling, seed: u64) -> Sampler<TreePlay> {
    Sampler::new(TreePlay::new(game), options, seed)
}

fn go<P: Play>(run: &mut Sampler<P>, iterations: u64) {
    let control = Control::default();
    assert_eq!(run.iterate(iterations, &control.start(), None), None);
}

fn nash_conv(game: &ExtensiveGame, average: &[f64]) -> f64 {
    let flat = Flat::new(game, &Control::default()).expect("a small game");
    let plans: Vec<Vec<f64>> = (0..flat.num_players())
        .map(|player| {
            let side = flat.side(player);
            let mut strategy = vec![1.0; side.num_sequences()];
            for (place, set) in side.sets().iter().enumerate() {
                strategy[side.sequences(place)].copy_from_slice(&average[game.actions(*set)]);
            }
            flat.plan(player, &strategy)
        })
        .collect();
    flat.nash_conv(&plans)
}

#[test]
fn kuhn_poker_is_soon_solved() {
    let game = tree(&Kuhn::default());
    let runs = [
        (Sampling::default(), 1000, 0.1),
        (Sampling::default(), 10_000, 0.05),
        (
            Sampling {
                linear: false,
                ..Sampling::default()
            },
            5000,
            0.05,
        ),
        (
            Sampling {
                baseline: Some(Sampling::BASELINE),
                ..Sampling::default()
            },
            10_000,
            0.05,
        ),
        (
            Sampling {
                draws: Draws::Outcome,
                ..Sampling::default()
            },
            50_000,
            0.15,
        ),
        (
            Sampling {
                draws: Draws::Outcome,
                baseline: Some(Sampling::BASELINE),
                ..Sampling::default()
            },
            50_000,
            0.1,
        ),
    ];
    for (options, iterations, most) in runs {
        for seed in 0..3 {
            let mut run = run_of(&game, options, seed);
            go(&mut run, iterations);
            let found = nash_conv(&game, &run.average());
            assert!(found <= most, "{options:?} {seed}: {found}");
        }
    }
}

#[test]
fn three_players_regret_little() {
    let game = tree(&Kuhn { players: 3 });
    for draws in Draws::ALL {
        let options = Sampling {
            draws,
            ..Sampling::default()
        };
        let mut run = run_of(&game, options, 1);
        let before = nash_conv(&game, &run.average());
        go(&mut run, 20_000);
        let after = nash_conv(&game, &run.average());
        let most = if draws == Draws::External { 0.1 } else { 0.5 };
        assert!(after < most && before > 1.0, "{draws:?}: {before} {after}");
    }
}

#[test]
fn leduc_falls() {
    let game = tree(&Leduc);
    for baseline in [None, Some(Sampling::BASELINE)] {
        let options = Sampling {
            baseline,
            ..Sampling::default()
        };
        let mut run = run_of(&game, options, 1);
        let before = nash_conv(&game, &run.average());
        go(&mut run, 5_000);
        let after = nash_conv(&game, &run.average());
        assert!(after < 1.2 && before > 4.0, "{before} {after}");
    }
}

/// What is left out is not played, so little changes; and much is left out of goofspiel, where most bids are bad.
#[test]
fn pruning_does_not_change_where_it_goes() {
    let game = tree(&Goofspiel {
        order: Order::Random,
        ..Goofspiel::default()
    });
    let plain = Sampling {
        linear: false,
        ..Sampling::default()
    };
    let prunes = Sampling {
        prune: Some(20.0),
        ..plain
    };
    let [whole, left] = [plain, prunes].map(|options| {
        let mut run = run_of(&game, options, 1);
        go(&mut run, 3000);
        (nash_conv(&game, &run.average()), run.visits())
    });
    assert!((whole.0 - left.0).abs() < 0.1, "{whole:?} {left:?}");
    assert!(left.1 < whole.1, "{whole:?} {left:?}");
}

/// A tree and the rules that it comes from are the same run, but for the numbers of sets.
#[test]
fn rules_and_their_tree_are_walked_alike() {
    let rules = Kuhn { players: 3 };
    let game = tree(&rules);
    for draws in Draws::ALL {
        let options = Sampling {
            draws,
            baseline: Some(0.2),
            ..Sampling::default()
        };
        let mut of_tree = run_of(&game, options, 9);
        let mut of_rules = Sampler::new(RulesPlay::new(&rules), options, 9);
        go(&mut of_tree, 300);
        go(&mut of_rules, 300);
        let (tree_average, average) = (of_tree.average(), of_rules.average());
        let met: Vec<_> = of_rules.play().met().collect();
        assert_eq!(met.len(), game.num_infosets());
        for set in met {
            let is_it = |h: &deterra_game::id::InfosetId| {
                game.infoset_label(*h) == set.text
                    && game.infoset_player(*h).map(PlayerId::index) == Some(set.player)
            };
            let there = game.infosets().find(is_it).expect("the same sets");
            assert_eq!(set.actions, ["pass", "bet"]);
            for (k, at) in game.actions(there).enumerate() {
                assert!((tree_average[at] - average[set.first + k]).abs() < 1e-9);
            }
        }
    }
}

fn bytes<P: Play>(run: &Sampler<P>) -> Vec<u8> {
    let mut bytes = Vec::new();
    run.save(&mut bytes);
    bytes
}

fn all_options() -> Vec<Sampling> {
    let mut all = Vec::new();
    for draws in Draws::ALL {
        for baseline in [None, Some(0.5)] {
            for prune in [None, Some(2.0)] {
                for linear in [false, true] {
                    let options = Sampling {
                        draws,
                        baseline,
                        prune,
                        linear,
                        exploration: 0.4,
                    };
                    if options.problem().is_none() {
                        all.push(options);
                    }
                }
            }
        }
    }
    all
}

/// Stopped anywhere, written down, read and gone on with: the same bytes as of a run that was never stopped.
#[test]
fn a_run_that_is_resumed_is_the_run() {
    let rules = Kuhn { players: 3 };
    let game = tree(&rules);
    for options in all_options() {
        let mut whole = run_of(&game, options, 5);
        go(&mut whole, 40);
        let mut parts = run_of(&game, options, 5);
        for count in [1, 0, 7, 20, 12] {
            go(&mut parts, count);
            parts = Sampler::restore(TreePlay::new(&game), &bytes(&parts)).expect("a run");
        }
        assert_eq!(bytes(&whole), bytes(&parts), "{options:?}");
        let mut whole = Sampler::new(RulesPlay::new(&rules), options, 5);
        go(&mut whole, 40);
        let mut parts = Sampler::new(RulesPlay::new(&rules), options, 5);
        for count in [1, 0, 7, 20, 12] {
            go(&mut parts, count);
            parts = Sampler::restore(RulesPlay::new(&rules), &bytes(&parts)).expect("a run");
        }
        assert_eq!(bytes(&whole), bytes(&parts), "{options:?}");
    }
}

/// A walk that is ended in its middle changes nothing, and the run goes on to the same bytes, also if it was written down in between; by rules the ended walk
/// has met sets, which the next one meets again.
#[test]
fn a_walk_that_is_ended_is_as_if_it_had_not_begun() {
    let rules = Goofspiel {
        cards: 5,
        turns: 5,
        ..Goofspiel::default()
    };
    let game = tree(&rules);
    ended_walks(|| TreePlay::new(&game));
    ended_walks(|| RulesPlay::new(&rules));
}

fn ended_walks<P: Play>(play: impl Fn() -> P) {
    let options = Sampling {
        baseline: Some(0.1),
        prune: Some(5.0),
        ..Sampling::default()
    };
    let mut whole = Sampler::new(play(), options, 1);
    go(&mut whole, 20);
    let cancelled = Control {
        cancel: Some(Arc::new(AtomicBool::new(true))),
        ..Control::default()
    };
    let late = Control {
        time_limit: Some(Duration::ZERO),
        ..Control::default()
    };
    let mut run = Sampler::new(play(), options, 1);
    for _ in 0..4 {
        // The clock is looked at every thousand positions, which is in the middle of some walk.
        let ended = run.iterate(1000, &cancelled.start(), None);
        assert_eq!(ended, Some(Stop::Interrupted));
        assert_eq!(run.iterate(1000, &late.start(), None), Some(Stop::Time));
        let small = run.iterate(1000, &Control::default().start(), Some(10));
        assert_eq!(small, Some(Stop::Memory));
        let ended = run.visits();
        run = Sampler::restore(play(), &bytes(&run)).expect("a run");
        assert!(ended > 0 && run.iterations() < 20);
    }
    let left = 20 - run.iterations();
    go(&mut run, left);
    assert_eq!(bytes(&run), bytes(&whole));
}

/// What is no run is refused, wherever it is cut or changed, and never taken for its length.
#[test]
fn spoiled_bytes_are_refused() {
    let rules = Kuhn::default();
    let options = Sampling {
        baseline: Some(0.5),
        prune: Some(3.0),
        ..Sampling::default()
    };
    let mut run = Sampler::new(RulesPlay::new(&rules), options, 5);
    go(&mut run, 40);
    let good = bytes(&run);
    for length in 0..good.len() {
        let cut = Sampler::restore(RulesPlay::new(&rules), &good[..length]);
        assert!(cut.is_err(), "{length}");
    }
    let mut long = good.clone();
    long.push(0);
    assert!(Sampler::restore(RulesPlay::new(&rules), &long).is_err());
    let of_tree = TreePlay::new(&tree(&rules));
    assert!(Sampler::restore(of_tree, &good).is_err());
    for at in 0..good.len() {
        for to in [0, 1, 0x7f, 0xff] {
            let mut changed = good.clone();
            changed[at] = to;
            // Some changes make another run; it can go on.
            if let Ok(mut other) = Sampler::restore(RulesPlay::new(&rules), &changed) {
                other.walks %= 1 << 40;
                go(&mut other, 1);
            }
        }
    }
}

/// Rules that say different things of what they call the same.
struct Liar;

impl Rules for Liar {
    type State = Vec<usize>;

    fn title(&self) -> String {
        "liar".to_owned()
    }

    fn players(&self) -> Vec<String> {
        vec!["1".to_owned(), "2".to_owned()]
    }

    fn root(&self) -> Vec<usize> {
        Vec::new()
    }

    fn turn(&self, state: &Vec<usize>) -> Turn {
        match state.len() {
            0..2 => Turn::Player(0),
            _ => Turn::Over,
        }
    }

    fn num_actions(&self, state: &Vec<usize>) -> usize {
        2 + state.len()
    }

    fn action(&self, _: &Vec<usize>, action: usize, name: &mut String) {
        name.push_str(["x", "y", "z"][action]);
    }

    fn probability(&self, _: &Vec<usize>, _: usize) -> deterra_game::number::Rational {
        deterra_game::number::Rational::ONE
    }

    fn apply(&self, state: &mut Vec<usize>, action: usize) {
        state.push(action);
    }

    fn undo(&self, state: &mut Vec<usize>) {
        state.pop();
    }

    fn information(&self, _: &Vec<usize>, text: &mut String) {
        text.push_str("the same");
    }

    fn payoffs(&self, _: &Vec<usize>, to: &mut Vec<Number>) {
        to.extend([Number::from(1), Number::from(-1)]);
    }
}

#[test]
fn rules_that_contradict_themselves_are_told() {
    let mut run = Sampler::new(RulesPlay::new(&Liar), Sampling::default(), 0);
    let control = Control::default();
    assert_eq!(run.iterate(5, &control.start(), None), Some(Stop::Done));
    let fault = run.play().fault().expect("a contradiction");
    assert!(fault.contains("\"the same\""), "{fault}");
}

/// A million moves one after the other, on a small stack.
#[test]
fn depth_is_no_matter() {
    let mut b = ExtensiveBuilder::new("long");
    let players = [b.player("1"), b.player("2")];
    let (stop, end) = (
        b.outcome("", &[Number::from(1), Number::from(2)]),
        b.outcome("", &[Number::from(3), Number::from(0)]),
    );
    for k in 0..300_000 {
        let set = b.infoset(players[k % 2], "", &["on", "stop"]);
        b.move_at("", set);
    }
    let node = b.terminal("");
    b.set_outcome(node, end);
    for _ in 0..300_000 {
        let node = b.terminal("");
        b.set_outcome(node, stop);
    }
    let game = b.build().expect("a game");
    for draws in Draws::ALL {
        let options = Sampling {
            draws,
            baseline: Some(0.1),
            ..Sampling::default()
        };
        let mut run = run_of(&game, options, 0);
        go(&mut run, 3);
        assert!(run.average().iter().all(|x| (0.0..=1.0).contains(x)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Averages are distributions and runs are resumed, whatever payoffs are: zeros, ties, and numbers of thirty digits.
    #[test]
    fn any_payoffs_do(
        payoffs in proptest::collection::vec((-3_i64..4, 0_u32..31), 10),
        option in 0_usize..12,
        seed: u64,
    ) {
        let mut b = ExtensiveBuilder::new("");
        let (one, two) = (b.player("1"), b.player("2"));
        let own = b.infoset(one, "", &["a", "b", "c"]);
        let reply = b.infoset(two, "", &["d", "e"]);
        let last = b.infoset(one, "", &["f", "g"]);
        b.move_at("", own);
        let mut paid = payoffs.iter();
        let pay = |b: &mut ExtensiveBuilder, x: &(i64, u32)| {
            let text = format!("{}{}", x.0, "0".repeat(x.1 as usize));
            let number = Number::parse(&text).expect("a number");
            let other = Number::parse(&format!("{}", -x.0)).expect("a number");
            let outcome = b.outcome("", &[number, other]);
            let node = b.terminal("");
            b.set_outcome(node, outcome);
        };
        for k in 0..3 {
            b.move_at("", reply);
            if k == 0 {
                b.move_at("", last);
                pay(&mut b, paid.next().expect("ten"));
            }
            for _ in 0..2 {
                pay(&mut b, paid.next().expect("ten"));
            }
        }
        let game = b.build().expect("a game");
        let options = all_options();
        let options = options[option % options.len()];
        let mut run = run_of(&game, options, seed);
        go(&mut run, 25);
        let mut again = Sampler::restore(TreePlay::new(&game), &bytes(&run)).expect("a run");
        go(&mut run, 10);
        go(&mut again, 10);
        prop_assert_eq!(bytes(&run), bytes(&again));
        let average = run.average();
        for set in game.infosets() {
            let sum: f64 = average[game.actions(set)].iter().sum();
            prop_assert!((sum - 1.0).abs() < 1e-9);
        }
    }
}

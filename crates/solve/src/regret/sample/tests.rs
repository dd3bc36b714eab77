//! Unbiased samples, averages, and runs that are stopped and go on.

use super::stream::Source;
use super::walk::Walk;
use super::*;
use crate::control::Control;
use crate::regret::Flat;
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{NodeId, PlayerId};
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

/// All ways to draw numbers from four cells of [0, 1), one after the other.
struct Script {
    way: usize,
}

impl Script {
    fn cell(&mut self) -> usize {
        let cell = self.way % 4;
        self.way /= 4;
        cell
    }
}

impl Source for Script {
    fn unit(&mut self) -> f64 {
        (self.cell() as f64 + 0.5) / 4.0
    }

    fn index(&mut self, len: usize) -> usize {
        self.cell() * len / 4
    }
}

/// Chance (1/4, 3/4) that player 1 sees; 1 moves, 2 sees this only and moves, 1 moves again after one of it. Payoffs that differ everywhere, some of them on the way.
fn hidden() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("hidden");
    let (one, two) = (b.player("1"), b.player("2"));
    let draw = |p: i64| Number::parse(&format!("{p}/4")).expect("a number");
    let event = b.chance_event("", &[("l", draw(1)), ("r", draw(3))]);
    let firsts = [
        b.infoset(one, "l", &["a", "b"]),
        b.infoset(one, "r", &["a", "b"]),
    ];
    let replies = [
        b.infoset(two, "a", &["c", "d"]),
        b.infoset(two, "b", &["c", "d"]),
    ];
    let lasts = [
        b.infoset(one, "l a c", &["e", "f"]),
        b.infoset(one, "r a c", &["e", "f"]),
    ];
    let mut worth = 1;
    let mut pay = |b: &mut ExtensiveBuilder, node| {
        worth = (worth * 7 + 3) % 31;
        let paid = [Number::from(worth - 15), Number::from(2 * worth - 20)];
        let outcome = b.outcome("", &paid);
        b.set_outcome(node, outcome);
    };
    b.move_at("", event);
    for k in 0..2 {
        b.move_at("", firsts[k]);
        let on_the_way = b.move_at("", replies[0]);
        pay(&mut b, on_the_way);
        b.move_at("", lasts[k]);
        for _ in 0..3 {
            let end = b.terminal("");
            pay(&mut b, end);
        }
        b.move_at("", replies[1]);
        for _ in 0..2 {
            let end = b.terminal("");
            pay(&mut b, end);
        }
    }
    b.build().expect("a game")
}

/// What a player gets from a node on, what was paid before included.
fn value(game: &ExtensiveGame, plays: &[f64], node: NodeId, player: usize, before: f64) -> f64 {
    let paid = game.outcome(node).map_or(0.0, |outcome| {
        let paid = game.payoff(outcome, PlayerId::from_index(player));
        paid.value().to_f64()
    });
    let children = game.children(node).enumerate();
    let so_far = before + paid;
    let on = |(k, child)| likely(game, plays, node, k) * value(game, plays, child, player, so_far);
    match game.kind(node) {
        NodeKind::Terminal => so_far,
        _ => children.map(on).sum(),
    }
}

fn likely(game: &ExtensiveGame, plays: &[f64], node: NodeId, k: usize) -> f64 {
    match game.kind(node) {
        NodeKind::Terminal => 1.0,
        NodeKind::Chance(event) => game.chance_probability(event, k).value().to_f64(),
        NodeKind::Decision(_, set) => plays[game.actions(set).start + k],
    }
}

/// By action: what walks of a player are to add to regrets, and to sums of the other, by the definitions.
fn defined(game: &ExtensiveGame, plays: &[f64], player: usize) -> (Vec<f64>, Vec<f64>) {
    let mut regrets = vec![0.0; game.num_player_actions()];
    let mut sums = regrets.clone();
    for node in game.nodes() {
        let NodeKind::Decision(mover, set) = game.kind(node) else {
            continue;
        };
        // How likely the others and chance lead there, what is paid on the way, and the same but for the walker.
        let (mut reach, mut before, mut now) = (1.0, 0.0, node);
        while let (Some(parent), Some(k)) = (game.parent(now), game.incoming(now)) {
            let is_own =
                matches!(game.kind(parent), NodeKind::Decision(p, _) if p.index() == player);
            if !is_own {
                reach *= likely(game, plays, parent, k);
            }
            if let Some(outcome) = game.outcome(parent) {
                let paid = game.payoff(outcome, PlayerId::from_index(player));
                before += paid.value().to_f64();
            }
            now = parent;
        }
        let first = game.actions(set).start;
        if mover.index() == player {
            let here = value(game, plays, node, player, before);
            let paid = game.outcome(node).map_or(0.0, |outcome| {
                let paid = game.payoff(outcome, PlayerId::from_index(player));
                paid.value().to_f64()
            });
            for (k, child) in game.children(node).enumerate() {
                let there = value(game, plays, child, player, before + paid);
                regrets[first + k] += reach * (there - here);
            }
        } else {
            for k in 0..game.num_actions(set) {
                sums[first + k] += reach * plays[first + k];
            }
        }
    }
    (regrets, sums)
}

/// Mean over all draws of what walks add is what the definitions say, to rounding: external and outcome, whatever baselines are.
#[test]
fn samples_are_unbiased() {
    const DRAWS: u32 = 6;
    let game = hidden();
    // In proportion to these, all probabilities are multiples of a quarter.
    let regrets = [1.0, 3.0, 2.0, 2.0, 3.0, 1.0, -1.0, 5.0, 1.0, 1.0, 3.0, 1.0];
    assert_eq!(game.num_player_actions(), regrets.len());
    let mut plays = Vec::new();
    for pair in regrets.chunks(2) {
        let sum: f64 = pair.iter().map(|x: &f64| x.max(0.0)).sum();
        plays.extend(pair.iter().map(|x| x.max(0.0) / sum));
    }
    let control = Control::default();
    let clock = control.start();
    for draws in Draws::ALL {
        for baseline in [None, Some(0.5)] {
            for player in 0..2 {
                let options = Sampling {
                    draws,
                    baseline,
                    exploration: 0.5,
                    ..Sampling::default()
                };
                let mut run = run_of(&game, options, 0);
                run.regrets.copy_from_slice(&regrets);
                for (k, x) in run.baselines.iter_mut().enumerate() {
                    *x = (k * 5 % 7) as f64 - 2.0;
                }
                let mut found = (vec![0.0; regrets.len()], vec![0.0; regrets.len()]);
                let mut mean = 0.0;
                let ways = 4_usize.pow(DRAWS);
                for way in 0..ways {
                    let mut walk = Walk {
                        player,
                        stream: Script { way },
                        clock: &clock,
                        most: usize::MAX,
                        counts: 1.0,
                        least: f64::NEG_INFINITY,
                        averages: true,
                    };
                    mean += run.walked(&mut walk).expect("time") / ways as f64;
                    for (k, x) in &run.pending.regrets {
                        found.0[*k as usize] += x / ways as f64;
                    }
                    for (k, x) in &run.pending.sums {
                        found.1[*k as usize] += x / ways as f64;
                    }
                    run.pending.clear();
                }
                let known = defined(&game, &plays, player);
                let whole = value(&game, &plays, NodeId::ROOT, player, 0.0);
                let near =
                    |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9);
                let told = format!("{draws:?} {baseline:?} {player}");
                assert!((mean - whole).abs() < 1e-9, "{told}: {mean} {whole}");
                assert!(near(&found.0, &known.0), "{told}: {found:?} {known:?}");
                assert!(near(&found.1, &known.1), "{told}: {found:?} {known:?}");
            }
        }
    }
}

/// Of three players, walks for averages come to a set with the probability that own moves allow it, times a constant.
#[test]
fn averages_of_three_players_are_unbiased() {
    let game = tree(&Kuhn { players: 3 });
    let mut run = run_of(&game, Sampling::default(), 0);
    for (k, x) in run.regrets.iter_mut().enumerate() {
        *x = (k * 5 % 7) as f64 + 1.0;
    }
    let control = Control::default();
    let clock = control.start();
    let mut sums = vec![0.0; game.num_player_actions()];
    let walks = 60_000_u64;
    for number in 0..walks {
        let mut walk = Walk {
            player: 0,
            stream: super::stream::Stream::new(3, number),
            clock: &clock,
            most: usize::MAX,
            counts: 1.0,
            least: f64::NEG_INFINITY,
            averages: false,
        };
        run.averaged(&mut walk).expect("time");
        for (k, x) in run.pending.sums.drain(..) {
            sums[k as usize] += x / walks as f64;
        }
    }
    let flat = Flat::new(&game, &control).expect("a small game");
    let side = flat.side(0);
    let mut strategy = vec![1.0; side.num_sequences()];
    for (place, set) in side.sets().iter().enumerate() {
        let own = &run.regrets[game.actions(*set)];
        let total: f64 = own.iter().sum();
        for (to, x) in strategy[side.sequences(place)].iter_mut().zip(own) {
            *to = x / total;
        }
    }
    let plan = flat.plan(0, &strategy);
    for (place, set) in side.sets().iter().enumerate() {
        // Four cards, and others who do two things each in a given order.
        let label = game.infoset_label(*set);
        let own_moves = label.split(' ').skip(1).step_by(3).count();
        let others = label.split(' ').skip(1).count() - own_moves;
        let constant = 0.25 * 0.5_f64.powi(others as i32);
        for (s, k) in side.sequences(place).zip(game.actions(*set)) {
            let expected = constant * plan[s];
            // Weights are at most 1, so deviations are below the root of the mean.
            let within = 5.0 * (expected / walks as f64).sqrt();
            assert!(
                (sums[k] - expected).abs() < within,
                "{label}: {} {expected}",
                sums[k]
            );
        }
    }
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

/// A walk that is ended in its middle changes nothing, and the run goes on to the same bytes.
#[test]
fn a_walk_that_is_ended_is_as_if_it_had_not_begun() {
    let game = tree(&Goofspiel {
        cards: 5,
        turns: 5,
        ..Goofspiel::default()
    });
    let options = Sampling::default();
    let mut whole = run_of(&game, options, 1);
    go(&mut whole, 6);
    let mut run = run_of(&game, options, 1);
    go(&mut run, 3);
    let before = bytes(&run);
    let flag = Arc::new(AtomicBool::new(true));
    let cancelled = Control {
        cancel: Some(flag),
        ..Control::default()
    };
    // Walks are a few hundred positions, and the clock is looked at every thousand.
    let ended = run.iterate(1000, &cancelled.start(), None);
    assert_eq!(ended, Some(Stop::Interrupted));
    assert!(run.iterations() < 10);
    let late = Control {
        time_limit: Some(Duration::ZERO),
        ..Control::default()
    };
    assert_eq!(run.iterate(1000, &late.start(), None), Some(Stop::Time));
    let small = run.iterate(1000, &Control::default().start(), Some(10));
    assert_eq!(small, Some(Stop::Memory));
    assert_ne!(before, bytes(&whole));
    let until = 12;
    let left = until - run.iterations();
    go(&mut run, left);
    let left = until - whole.iterations();
    go(&mut whole, left);
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

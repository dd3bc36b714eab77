//! Walks are samples of what the definitions say.

use super::super::stream::{Source, Stream};
use super::super::walk::Walk;
use super::super::{Draws, Sampling};
use super::{run_of, tree};
use crate::control::Control;
use crate::regret::Flat;
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Number;
use deterra_game::rules::Kuhn;

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
            stream: Stream::new(3, number),
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

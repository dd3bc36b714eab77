//! Complete enumeration of perfect Bayesian equilibria at random parameter points.
//!
//! ```text
//! cargo bench -p deterra-benches --bench perfect_bayesian [-- --smoke]
//! ```
//!
//! The unilateral deterrence game and the asymmetric escalation game (Zagare and Kilgour 2000):
//! payoffs are random hundredths in the published order, priors random hundredths. One thread.
//! Prints, for each game: points, enumerations and connected sets of equilibria a second, how many
//! enumerations were complete, the ratio of solving to merely building the game in the same run,
//! and the slowest point.

#![allow(clippy::print_stdout, reason = "a bench reports on standard output")]

use deterra_benches::is_smoke;
use deterra_game::builder::{ExtensiveBuilder, InfosetKey, OutcomeKey};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::{Number, Rational};
use deterra_solve::control::Control;
use deterra_solve::refine::perfect_bayesian::{PerfectBayesian, perfect_bayesian};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::hint::black_box;
use std::time::Instant;

fn main() {
    let smoke = is_smoke();
    println!(
        "{:<12} {:>7} {:>12} {:>12} {:>9} {:>9} {:>11}",
        "game", "points", "solved/s", "sets/s", "complete", "ratio", "slowest ms"
    );
    let points = |full: usize| if smoke { 3 } else { full };
    report("unilateral", points(10_000), &unilateral);
    report("escalation", points(10_000), &escalation);
}

fn report(name: &str, points: usize, build: &dyn Fn(&mut ChaCha8Rng) -> ExtensiveGame) {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    // Judging is a pass of its own and not part of the search; one equilibrium a point is judged.
    let options = PerfectBayesian {
        judged: 1,
        ..PerfectBayesian::default()
    };
    let (mut building, mut solving, mut slowest) = (0.0, 0.0, 0.0_f64);
    let (mut sets, mut complete) = (0_usize, 0_usize);
    for _ in 0..points {
        let start = Instant::now();
        let game = black_box(build(&mut random));
        building += start.elapsed().as_secs_f64();
        let start = Instant::now();
        let solution = perfect_bayesian(&game, &options, &Control::default());
        let took = start.elapsed().as_secs_f64();
        solving += took;
        slowest = slowest.max(took);
        if let Ok(solution) = solution {
            sets += solution.answer().components.len();
            complete += usize::from(solution.is_complete());
            assert!(solution.verdict().holds(), "{:?}", solution.verdict());
        }
    }
    let per = |n: usize| n as f64 / solving;
    println!(
        "{name:<12} {points:>7} {:>12.0} {:>12.0} {complete:>9} {:>9.1} {:>11.2}",
        per(points),
        per(sets),
        solving / building,
        slowest * 1e3
    );
}

fn hundredth(k: i64) -> Rational {
    Rational::new(k, 100).unwrap_or_default()
}

/// `n` distinct random hundredths, ascending.
fn ascending(random: &mut ChaCha8Rng, n: usize) -> Vec<Rational> {
    let mut chosen: Vec<i64> = Vec::new();
    while chosen.len() < n {
        let k = random.random_range(0..=100);
        if !chosen.contains(&k) {
            chosen.push(k);
        }
    }
    chosen.sort_unstable();
    chosen.into_iter().map(hundredth).collect()
}

/// A random share strictly between 0 and 1, and the rest.
fn share(random: &mut ChaCha8Rng) -> [Rational; 2] {
    let p = hundredth(random.random_range(1..100));
    [p.clone(), &Rational::ONE - &p]
}

fn pay(g: &mut ExtensiveBuilder, x: &Rational, y: &Rational) -> OutcomeKey {
    g.outcome("", &[Number::from(x.clone()), Number::from(y.clone())])
}

fn end(g: &mut ExtensiveBuilder, outcome: OutcomeKey) {
    let node = g.terminal("");
    g.set_outcome(node, outcome);
}

/// Joint types as one chance event.
fn types(g: &mut ExtensiveBuilder, first: &[Rational], second: &[Rational]) {
    let mut row = Vec::new();
    for (i, p) in first.iter().enumerate() {
        for (j, q) in second.iter().enumerate() {
            row.push((format!("{i}/{j}"), Number::from(p * q)));
        }
    }
    let event = g.chance_event("types", &row);
    g.move_at("", event);
}

fn unilateral(random: &mut ChaCha8Rng) -> ExtensiveGame {
    // a: DD soft < CD < DD hard < SQ < DC; b: DD soft < DC < DD hard < CD < SQ.
    let (a, b) = (ascending(random, 5), ascending(random, 5));
    let (mine, yours) = (share(random), share(random));
    let mut g = ExtensiveBuilder::new("unilateral deterrence");
    let (one, two) = (g.player("challenger"), g.player("defender"));
    types(&mut g, &mine, &yours);
    let sets = |g: &mut ExtensiveBuilder, player, moves: [&str; 2]| -> Vec<InfosetKey> {
        (0..2).map(|_| g.infoset(player, "", &moves)).collect()
    };
    let demand = sets(&mut g, one, ["cooperate", "defect"]);
    let answer = sets(&mut g, two, ["concede", "resist"]);
    let stand = sets(&mut g, one, ["back down", "fight"]);
    let quiet = pay(&mut g, &a[3], &b[4]);
    let concede = pay(&mut g, &a[4], &b[1]);
    let back = pay(&mut g, &a[1], &b[3]);
    for i in 0..2 {
        for j in 0..2 {
            let fight = pay(
                &mut g,
                &a[if i == 0 { 2 } else { 0 }],
                &b[if j == 0 { 2 } else { 0 }],
            );
            g.move_at("", demand[i]);
            end(&mut g, quiet);
            g.move_at("", answer[j]);
            end(&mut g, concede);
            g.move_at("", stand[i]);
            end(&mut g, back);
            end(&mut g, fight);
        }
    }
    g.build().expect("invariant: the tree is complete")
}

fn escalation(random: &mut ChaCha8Rng) -> ExtensiveGame {
    // c: EE soft < DE < EE hard < DD < ED < SQ < DC.
    // d: EE soft < ED < EE hard < DD soft < DC < DD hard < DE < SQ.
    let (c, d) = (ascending(random, 7), ascending(random, 8));
    let mine = share(random);
    let weights: Vec<i64> = (0..4).map(|_| random.random_range(1..50)).collect();
    let total: i64 = weights.iter().sum();
    let yours: Vec<Rational> = weights
        .iter()
        .map(|w| Rational::new(*w, total).unwrap_or_default())
        .collect();
    let mut g = ExtensiveBuilder::new("asymmetric escalation");
    let (one, two) = (g.player("challenger"), g.player("defender"));
    types(&mut g, &mine, &yours);
    let demand: Vec<_> = (0..2)
        .map(|_| g.infoset(one, "", &["cooperate", "challenge"]))
        .collect();
    let answer: Vec<_> = (0..4)
        .map(|_| g.infoset(two, "", &["concede", "in kind", "escalate"]))
        .collect();
    let limited: Vec<_> = (0..2)
        .map(|_| g.infoset(one, "", &["hold", "escalate"]))
        .collect();
    let full: Vec<_> = (0..2)
        .map(|_| g.infoset(one, "", &["yield", "escalate"]))
        .collect();
    let last: Vec<_> = (0..4)
        .map(|_| g.infoset(two, "", &["hold", "escalate"]))
        .collect();
    for i in 0..2 {
        for j in 0..4 {
            // Types HH, HS, SH, SS: tactically, then strategically hard.
            let (tactical, strategic) = (j < 2, j % 2 == 0);
            let my_war = &c[if i == 0 { 2 } else { 0 }];
            let your_war = &d[if strategic { 2 } else { 0 }];
            let your_limited = &d[if tactical { 5 } else { 3 }];
            let outcomes = [
                pay(&mut g, &c[5], &d[7]),
                pay(&mut g, &c[6], &d[4]),
                pay(&mut g, &c[3], your_limited),
                pay(&mut g, &c[4], &d[1]),
                pay(&mut g, my_war, your_war),
                pay(&mut g, &c[1], &d[6]),
            ];
            let [quiet, concede, limited_war, lost, war, won] = outcomes;
            g.move_at("", demand[i]);
            end(&mut g, quiet);
            g.move_at("", answer[j]);
            end(&mut g, concede);
            g.move_at("", limited[i]);
            end(&mut g, limited_war);
            g.move_at("", last[j]);
            end(&mut g, lost);
            end(&mut g, war);
            g.move_at("", full[i]);
            end(&mut g, won);
            end(&mut g, war);
        }
    }
    g.build().expect("invariant: the tree is complete")
}

//! One quasi-perfect equilibrium of wars of attrition with audience costs, growing; and one perfect equilibrium.
//!
//! ```text
//! cargo bench -p deterra-benches --bench quasi_perfect [-- --smoke]
//! ```
//!
//! Two players with private values of war (Fearon 1994), as in `examples/scenarios/audience-costs.toml`. Prints, for each size:
//! information sets, actions, pivots, seconds, and the ratio of all exact pivots to as many dense updates of a table of
//! floating-point numbers of the same size in the same run, which is the least a tableau without exact numbers would cost; then pivots and
//! seconds of a perfect equilibrium by the path with mistakes of a number.

#![allow(clippy::print_stdout, reason = "a bench reports on standard output")]

use deterra_benches::is_smoke;
use deterra_game::builder::{ExtensiveBuilder, InfosetKey};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::{Number, Rational};
use deterra_solve::control::Control;
use deterra_solve::refine::perfect_basis::{PerfectBasis, perfect_basis};
use deterra_solve::refine::quasi_perfect::{QuasiPerfect, quasi_perfect};
use std::hint::black_box;
use std::time::Instant;

fn main() {
    let sizes: &[(i64, i64)] = if is_smoke() {
        &[(2, 2)]
    } else {
        &[(3, 6), (4, 8), (5, 10), (6, 12), (8, 16)]
    };
    println!(
        "{:>5} {:>5} {:>9} {:>8} {:>7} {:>9} {:>9} {:>7} {:>9}",
        "types", "steps", "infosets", "actions", "pivots", "seconds", "floor s", "ratio", "perfect"
    );
    for (types, steps) in sizes {
        report(*types, *steps);
    }
}

fn report(types: i64, steps: i64) {
    let game = attrition(types, steps);
    let options = QuasiPerfect::default();
    let start = Instant::now();
    let solution = quasi_perfect(&game, &options, &Control::default());
    let seconds = start.elapsed().as_secs_f64();
    let solution = solution.expect("invariant: two players who forget nothing");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    let actions = game.num_player_actions();
    let pivots = solution.answer().pivots;
    let floor = floor(actions, pivots);
    println!(
        "{types:>5} {steps:>5} {:>9} {actions:>8} {pivots:>7} {seconds:>9.3} {floor:>9.4} {:>7.1} {}",
        game.num_infosets(),
        seconds / floor,
        perfect(&game)
    );
}

/// Pivots and seconds to a perfect equilibrium, or why there is none.
fn perfect(game: &ExtensiveGame) -> String {
    let start = Instant::now();
    let solution = perfect_basis(game, &PerfectBasis::default(), &Control::default());
    let seconds = start.elapsed().as_secs_f64();
    match solution {
        Ok(solution) => {
            assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
            format!("{} pivots, {seconds:.3} s", solution.answer().pivots)
        }
        Err(error) => format!("{seconds:.3} s: {error}"),
    }
}

/// Seconds of as many rank-one updates of a table of floating-point numbers.
fn floor(actions: usize, pivots: u64) -> f64 {
    let width = actions + 1;
    let mut table = vec![1.0_f64; actions * width];
    let row = vec![1e-9_f64; width];
    let start = Instant::now();
    for k in 0..pivots {
        let factor = 1.0 + k as f64;
        for line in table.chunks_exact_mut(width) {
            for (x, y) in line.iter_mut().zip(&row) {
                *x -= factor * y;
            }
        }
    }
    black_box(&table);
    start.elapsed().as_secs_f64()
}

/// Both escalate or back down in turn; backing down costs more the later, and the end is war.
fn attrition(types: i64, steps: i64) -> ExtensiveGame {
    let share = |n: i64, d: i64| Number::from(Rational::new(n, d).unwrap_or_default());
    let mut g = ExtensiveBuilder::new("audience costs");
    let players = [g.player("first"), g.player("second")];
    let mut shares = Vec::new();
    for i in 0..types {
        for j in 0..types {
            shares.push((format!("{i}/{j}"), share(1, types * types)));
        }
    }
    let event = g.chance_event("types", &shares);
    let moves = ["back down", "escalate"];
    let sets: Vec<Vec<InfosetKey>> = players
        .iter()
        .map(|p| {
            (0..types * steps)
                .map(|_| g.infoset(*p, "", &moves))
                .collect()
        })
        .collect();
    let place = |kind: i64, t: i64| usize::try_from(kind * steps + t).unwrap_or_default();
    let war = |k: i64| share(-(2 * k + 1), 2 * types);
    g.move_at("", event);
    for i in 0..types {
        for j in 0..types {
            for t in 0..steps {
                for (player, kind) in [(0, i), (1, j)] {
                    g.move_at("", sets[player][place(kind, t)]);
                    let mut pay = [share(1, 1), share(1, 1)];
                    pay[player] = share(-t, steps);
                    let outcome = g.outcome("", &pay);
                    let end = g.terminal("");
                    g.set_outcome(end, outcome);
                }
            }
            let outcome = g.outcome("war", &[war(i), war(j)]);
            let end = g.terminal("");
            g.set_outcome(end, outcome);
        }
    }
    g.build().expect("invariant: the tree is complete")
}

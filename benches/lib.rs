//! What the benches share: games of any size, bare scans to compare with, and the memory gauge.
//!
//! Benches print work and ratios within one run; absolute times belong to the machine. Under
//! `cargo test` they run on small games, under `cargo bench` on full ones unless told `--smoke`.

pub mod peer;

use deterra_game::builder::{ExtensiveBuilder, InfosetKey};
use deterra_game::extensive::{ExtensiveGame, NONE};
use deterra_game::number::Number;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::time::Instant;

/// That of the command line.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The uniform tree: `branching` moves at every node of the first `depth` levels, two players
/// taking turns, whole payoffs below `payoffs` at the ends.
pub fn uniform_tree(branching: usize, depth: usize, payoffs: u32, seed: u64) -> ExtensiveGame {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut b = ExtensiveBuilder::new(format!("uniform {branching}^{depth}"));
    let players = [b.player("1"), b.player("2")];
    let labels: Vec<String> = (0..branching).map(|k| k.to_string()).collect();
    let nodes = (0..=depth).map(|d| branching.pow(d as u32)).sum();
    b.reserve_nodes(nodes);
    let numbers: Vec<_> = (0..payoffs)
        .map(|k| b.number(&Number::from(i64::from(k))))
        .collect();
    // Levels of the nodes still to come, uppermost next.
    let mut levels = vec![0];
    while let Some(level) = levels.pop() {
        if level == depth {
            let paid = [0, 1].map(|_| numbers[random.random_range(0..payoffs) as usize]);
            let outcome = b.outcome_of("", &paid);
            let node = b.terminal("");
            b.set_outcome(node, outcome);
        } else {
            let infoset = b.infoset(players[level % 2], "", &labels);
            b.move_at("", infoset);
            levels.extend(std::iter::repeat_n(level + 1, branching));
        }
    }
    b.build().expect("invariant: the tree is complete")
}

/// The ladder: at every rung one of two players backs down, which ends it, or goes up; the last
/// rung is paid to nobody.
pub fn ladder(rungs: usize) -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new(format!("ladder of {rungs} rungs"));
    let players = [b.player("1"), b.player("2")];
    b.reserve_nodes(2 * rungs + 1);
    for rung in 0..rungs {
        let infoset: InfosetKey = b.infoset(players[rung % 2], "", &["back", "up"]);
        b.move_at("", infoset);
        let (lost, won) = (-(rung as i64), (rung as i64 * 7919) % 1000);
        let pay = if rung % 2 == 0 {
            [Number::from(lost), Number::from(won)]
        } else {
            [Number::from(won), Number::from(lost)]
        };
        let outcome = b.outcome("", &pay);
        let end = b.terminal("");
        b.set_outcome(end, outcome);
    }
    let disaster = [Number::from(-1_000_000), Number::from(-1_000_000)];
    let outcome = b.outcome("disaster", &disaster);
    let end = b.terminal("");
    b.set_outcome(end, outcome);
    b.build().expect("invariant: the ladder is complete")
}

/// The bare reverse scan: reads what backward induction reads, payoffs as machine words, and
/// writes one word a node; no comparison, no stack.
pub fn bare_scan(game: &ExtensiveGame, numbers: &[i64], out: &mut [u32]) -> i64 {
    let players = game.num_players();
    let (infosets, outcomes) = (game.node_infosets(), game.node_outcomes());
    let (movers, first_actions) = (game.infoset_players(), game.infoset_first_actions());
    let payoffs = game.outcome_payoffs();
    let mut sum = 0_i64;
    for node in (0..infosets.len()).rev() {
        let infoset = infosets[node];
        if infoset == NONE {
            let outcome = outcomes[node];
            if outcome != NONE {
                let at = outcome as usize * players;
                for raw in &payoffs[at..at + players] {
                    sum = sum.wrapping_add(numbers[*raw as usize]);
                }
            }
        } else {
            let h = infoset as usize;
            let arity = first_actions[h + 1] - first_actions[h];
            sum = sum.wrapping_add(i64::from(arity + movers[h]));
            out[node] = arity ^ infoset;
        }
    }
    sum
}

/// The game's numbers as machine words; those that are none count as 0.
pub fn machine_numbers(game: &ExtensiveGame) -> Vec<i64> {
    let word = |n: &Number| n.value().to_i64().unwrap_or(0);
    game.numbers().iter().map(word).collect()
}

/// Whether to run on small games: told so, or not run by `cargo bench`.
pub fn is_smoke() -> bool {
    let mut benching = false;
    for argument in std::env::args() {
        match argument.as_str() {
            "--smoke" => return true,
            "--bench" => benching = true,
            _ => {}
        }
    }
    !benching
}

/// The least seconds of some runs, the ones the machine disturbed least, and the last result.
///
/// # Panics
/// If `runs` is 0.
pub fn best_of<R>(runs: usize, mut run: impl FnMut() -> R) -> (f64, R) {
    let mut least = f64::INFINITY;
    let mut last = None;
    for _ in 0..runs {
        // What the last run made is freed before the clock starts.
        drop(last.take());
        let start = Instant::now();
        last = Some(run());
        least = least.min(start.elapsed().as_secs_f64());
    }
    (least, last.expect("invariant: at least one run"))
}

/// The greatest memory this process has held, in bytes; 0 where the system does not say.
pub fn peak_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| {
            rest.trim()
                .trim_end_matches("kB")
                .trim()
                .parse::<usize>()
                .ok()
        });
    kilobytes.unwrap_or(0) * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_games_are_what_they_say() {
        let tree = uniform_tree(3, 4, 5, 1);
        assert_eq!(tree.num_nodes(), 1 + 3 + 9 + 27 + 81);
        assert_eq!(tree.num_terminals(), 81);
        let ladder = ladder(10);
        assert_eq!((ladder.num_nodes(), ladder.num_infosets()), (21, 10));
        // The scan reads every payoff once: 45 rungs lost, and what they win.
        let mut out = vec![0; 21];
        let won: i64 = (0..10).map(|k| k * 7919 % 1000).sum();
        let movers = 5 + 10 * 2;
        let sum = bare_scan(&ladder, &machine_numbers(&ladder), &mut out);
        assert_eq!(sum, won - 45 - 2_000_000 + movers);
    }
}

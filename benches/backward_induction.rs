//! Backward induction over trees of ten million nodes and a ladder of a million rungs.
//!
//! ```text
//! cargo bench -p deterra-benches --bench backward_induction [-- --smoke]
//! ```
//!
//! Whole payoffs below a million rarely tie ("clear"), those below ten tie at most nodes, so that
//! value correspondences and counts are carried along.
//!
//! Prints, for every game: nodes, bytes a node, nodes a second, the ratio to a bare reverse scan
//! over the same arrays in the same run, the seconds of the judge, and the peak memory so far.

#![allow(clippy::print_stdout, reason = "a bench reports on standard output")]

use deterra_benches::{
    bare_scan, best_of, is_smoke, ladder, machine_numbers, peak_memory, uniform_tree,
};
use deterra_game::extensive::ExtensiveGame;
use deterra_solve::control::Control;
use deterra_solve::perfect::backward_induction::{BackwardInduction, Keep, backward_induction};
use std::hint::black_box;
use std::time::Instant;

fn main() {
    let smoke = is_smoke();
    let size = |full: usize, small: usize| if smoke { small } else { full };
    let payoffs = if smoke { 1000 } else { 1_000_000 };
    let games: [(&str, &dyn Fn() -> ExtensiveGame); 4] = [
        ("b=10, clear", &|| uniform_tree(10, size(7, 3), payoffs, 1)),
        ("b=2, clear", &|| uniform_tree(2, size(22, 9), payoffs, 2)),
        ("b=10, ties everywhere", &|| {
            uniform_tree(10, size(6, 3), 10, 3)
        }),
        ("ladder", &|| ladder(size(1_000_000, 1000))),
    ];
    println!(
        "{:<28} {:>10} {:>7} {:>8} {:>8} {:>7} {:>7} {:>7} {:>7} {:>7}",
        "game",
        "nodes",
        "B/node",
        "build s",
        "bare s",
        "solve s",
        "Mn/s",
        "ratio",
        "judge s",
        "MiB"
    );
    for (name, build) in games {
        report(name, build);
    }
}

fn report(name: &str, build: &dyn Fn() -> ExtensiveGame) {
    let start = Instant::now();
    let game = build();
    let build_seconds = start.elapsed().as_secs_f64();
    let nodes = game.num_nodes();
    let options = BackwardInduction {
        keep: Keep::Never,
        ..BackwardInduction::default()
    };
    for threads in [1, 0] {
        let control = Control {
            threads,
            ..Control::default()
        };
        let (bare, _) = best_of(5, || {
            let numbers = machine_numbers(&game);
            let mut out = vec![0; nodes];
            let sum = bare_scan(&game, &numbers, &mut out);
            black_box((sum, out.len()))
        });
        let mut judge = 0.0;
        let mut solve = f64::INFINITY;
        let mut status = "";
        for _ in 0..3 {
            let solution = backward_induction(&game, &options, &control)
                .expect("invariant: perfect information and no limit");
            solve = solve.min(solution.work().seconds);
            judge = solution.work().judge_seconds;
            status = solution.verdict().status.word();
        }
        println!(
            "{:<28} {nodes:>10} {:>7.1} {build_seconds:>8.2} {bare:>8.3} {solve:>7.3} {:>7.1} {:>7.2} {judge:>7.2} {:>7}  {status}, {}",
            name,
            game.bytes() as f64 / nodes as f64,
            nodes as f64 / solve / 1e6,
            solve / bare,
            peak_memory() >> 20,
            if threads == 1 {
                "1 thread"
            } else {
                "all threads"
            },
        );
    }
}

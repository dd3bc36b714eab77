//! How regret minimization grows with a tree: the family `deterrence_ladder`, of which every rung more is four times as large.
//!
//! A row a tree: its nodes; seconds until it is written down, and until it is compiled for sweeps; what an iteration of PCFR+ takes
//! (both players once), in all and by node; what the game's sequence form and the run hold, by node; iterations and seconds until best replies would gain
//! no more than a ten-thousandth of the payoff range, measuring included. Then the exponent of an iteration's time against nodes:
//! the slope of the line of least squares through their logarithms; 1 is linear. Memory has steps where caches end, so beside each row stands
//! how long as much memory takes to be read once, in the same run, and below the exponent of that.
//!
//! Rungs are given as arguments, the least and the most: `cargo bench --bench ladder -- 4 10`; without, 4 and 9, three decades.

#![allow(clippy::print_stdout, reason = "a bench reports on standard output")]

use deterra_benches::is_smoke;
use deterra_game::class::facts;
use deterra_game::rules::{Limits, named};
use deterra_solve::control::Control;
use deterra_solve::regret::{Compiled, Flat, Run, Scheme};
use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What may be left to be gained, as a share of the payoff range.
const SHARE: f64 = 1e-4;

/// Seconds that iterations of one tree are timed for.
const TIMED: f64 = 1.0;

/// Iterations after which the gap is given up.
const MOST: u64 = 20_000;

/// What was measured of a tree.
struct Row {
    rungs: usize,
    nodes: usize,
    expanded: Duration,
    compiled: Duration,
    /// Seconds an iteration, the fastest of several stretches.
    iteration: f64,
    /// Of the compiled form and the run.
    bytes: usize,
    /// Seconds in which as many bytes are read, the fastest of several passes.
    read: f64,
    /// Iterations and seconds until the gap, if it was reached.
    reached: Option<(u64, Duration)>,
}

fn measured(rungs: usize, timed: f64) -> Result<Row, Box<dyn Error>> {
    let control = Control {
        threads: 1,
        ..Control::default()
    };
    let start = Instant::now();
    let limits = Limits {
        nodes: usize::MAX,
        ..Limits::default()
    };
    let game = named(&format!("deterrence_ladder:rungs={rungs}"))?.tree(&limits)?;
    let expanded = start.elapsed();
    let (nodes, range) = (game.num_nodes(), facts(&game).payoff_range());
    let start = Instant::now();
    let flat = Flat::new(&game, &control)?;
    let form = Arc::new(Compiled::<f64>::new(&flat, &control)?);
    let compiled = start.elapsed();
    // What is timed needs neither.
    drop(flat);
    drop(game);
    let mut run = Run::on(Arc::clone(&form), Scheme::PCFR_PLUS, 1);
    run.iterate(2);
    let (mut spent, mut fastest, mut chunk) = (0.0, f64::INFINITY, 1);
    while spent < timed {
        let start = Instant::now();
        run.iterate(chunk);
        let took = start.elapsed().as_secs_f64();
        spent += took;
        fastest = fastest.min(took / chunk as f64);
        if took < timed / 16.0 {
            chunk *= 2;
        }
    }
    let bytes = run.bytes();
    drop(run);
    let read = reading(bytes, timed / 8.0);
    let mut run = Run::on(form, Scheme::PCFR_PLUS, 1);
    let start = Instant::now();
    let mut reached = None;
    while reached.is_none() && run.iterations() < MOST {
        run.iterate((run.iterations() / 16).max(8));
        if run.gap().min(run.current_gap()) <= SHARE * range {
            reached = Some((run.iterations(), start.elapsed()));
        }
    }
    Ok(Row {
        rungs,
        nodes,
        expanded,
        compiled,
        iteration: fastest,
        bytes,
        read,
        reached,
    })
}

/// Seconds in which so many bytes are read one after the other, the fastest of several passes.
fn reading(bytes: usize, timed: f64) -> f64 {
    let numbers = vec![1_u64; bytes / size_of::<u64>() + 1];
    let (mut spent, mut fastest) = (0.0, f64::INFINITY);
    while spent < timed || fastest.is_infinite() {
        let start = Instant::now();
        let sum: u64 = black_box(&numbers).iter().sum();
        black_box(sum);
        let took = start.elapsed().as_secs_f64();
        spent += took;
        fastest = fastest.min(took);
    }
    fastest
}

/// The slope of the line of least squares through the logarithms of points.
fn exponent(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let count = logs.len() as f64;
    let (x, y) = logs
        .iter()
        .fold((0.0, 0.0), |(x, y), log| (x + log.0, y + log.1));
    let (x, y) = (x / count, y / count);
    let both: f64 = logs.iter().map(|log| (log.0 - x) * (log.1 - y)).sum();
    let own: f64 = logs.iter().map(|log| (log.0 - x).powi(2)).sum();
    both / own
}

fn main() -> Result<(), Box<dyn Error>> {
    let smoke = is_smoke();
    let asked: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let (least, most) = match (smoke, asked.as_slice()) {
        (true, _) => (1, 3),
        (false, [least, most]) => (*least, *most),
        (false, _) => (4, 9),
    };
    let timed = if smoke { 0.002 } else { TIMED };
    println!("PCFR+ on deterrence_ladder, one thread; gap: {SHARE:.0e} of the payoff range");
    println!(
        "{:>5} {:>10} {:>8} {:>9} {:>12} {:>8} {:>8} {:>9} {:>10} {:>8}",
        "rungs",
        "nodes",
        "tree s",
        "compile s",
        "ms/iteration",
        "ns/node",
        "B/node",
        "x reading",
        "iterations",
        "gap s"
    );
    let (mut points, mut reads) = (Vec::new(), Vec::new());
    for rungs in least..=most {
        let row = measured(rungs, timed)?;
        let nodes = row.nodes as f64;
        let (iterations, seconds) = match row.reached {
            Some((iterations, took)) => {
                (iterations.to_string(), format!("{:.2}", took.as_secs_f64()))
            }
            None => ("-".to_owned(), "-".to_owned()),
        };
        println!(
            "{:>5} {:>10} {:>8.2} {:>9.2} {:>12.4} {:>8.2} {:>8.1} {:>9.1} {iterations:>10} {seconds:>8}",
            row.rungs,
            row.nodes,
            row.expanded.as_secs_f64(),
            row.compiled.as_secs_f64(),
            row.iteration * 1e3,
            row.iteration * 1e9 / nodes,
            row.bytes as f64 / nodes,
            row.iteration / row.read,
        );
        points.push((nodes, row.iteration));
        reads.push((nodes, row.read));
    }
    if points.len() > 1 {
        let decades = (points[points.len() - 1].0 / points[0].0).log10();
        println!(
            "time of an iteration ~ nodes^{:.3} over {decades:.1} decades",
            exponent(&points)
        );
        println!("time of one reading ~ nodes^{:.3}", exponent(&reads));
    }
    Ok(())
}

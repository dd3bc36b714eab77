//! Games of two players against lrsnash (if it is installed), `QuantEcon` (if Python has it).
//!
//! `enumeration`: all equilibria, ours in this process on one thread, lrsnash as a process; random whole payoffs from -100 to
//! 100 and the traveler's dilemma, whose polytopes are degenerate. lrsnash's time includes its start, about a millisecond. `structured`: the same of
//! families with structure, most of them degenerate.
//! `paths`: one equilibrium by Lemke–Howson paths with its exact certificate; that of `QuantEcon`, compiled
//! in floats without one, after a first call that compiles it, dropping its first label. Games are in memory before, and of each the least of as many runs counts. `large`, which must be
//! named: the same of 500 strategies each, where a game on which `QuantEcon` does not end within a minute counts as a minute. Sections are named after `--`.

use deterra_benches::peer::Peer;
use deterra_benches::{best_of, is_smoke};
use deterra_game::format::Game;
use deterra_game::generate::{Request, family, generate};
use deterra_game::id::PlayerId;
use deterra_game::number::Number;
use deterra_game::strategic::StrategicGame;
use deterra_solve::control::Control;
use deterra_solve::nash::lemke_howson::{LemkeHowson, lemke_howson};
use deterra_solve::nash::vertex_enumeration::{VertexEnumeration, vertex_enumeration};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

type Matrix = Vec<Vec<i64>>;

fn random(side: usize, seed: u64) -> [Matrix; 2] {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut matrix = || -> Matrix {
        let mut row = || (0..side).map(|_| random.random_range(-100..=100)).collect();
        (0..side).map(|_| row()).collect()
    };
    [matrix(), matrix()]
}

/// Claims from 2 on; the lower one is paid to both, with 2 more for who made it and 2 less for the other.
fn travelers(side: usize) -> [Matrix; 2] {
    let pay = |own: usize, other: usize| match own.cmp(&other) {
        std::cmp::Ordering::Equal => own as i64,
        std::cmp::Ordering::Less => own as i64 + 2,
        std::cmp::Ordering::Greater => other as i64 - 2,
    };
    let matrix = |turned: bool| -> Matrix {
        let at = |i: usize, j: usize| {
            if turned {
                pay(j + 2, i + 2)
            } else {
                pay(i + 2, j + 2)
            }
        };
        (0..side)
            .map(|i| (0..side).map(|j| at(i, j)).collect())
            .collect()
    };
    [matrix(false), matrix(true)]
}

fn game(matrices: &[Matrix; 2]) -> Result<StrategicGame, Box<dyn Error>> {
    let numbers = |matrix: &Matrix| -> Vec<Vec<Number>> {
        let row = |row: &Vec<i64>| row.iter().map(|x| Number::from(*x)).collect();
        matrix.iter().map(row).collect()
    };
    let [first, second] = matrices.each_ref().map(numbers);
    Ok(StrategicGame::from_rows("bench", &first, &second)?)
}

/// The text of a game as lrsnash reads it.
fn lrs_text(matrices: &[Matrix; 2]) -> String {
    let side = matrices[0].len();
    let mut text = format!("{side} {side}\n\n");
    for matrix in matrices {
        for row in matrix {
            let row: Vec<String> = row.iter().map(ToString::to_string).collect();
            _ = writeln!(text, "{}", row.join(" "));
        }
        text.push('\n');
    }
    text
}

/// The same of any game of two players; fractions stay fractions.
fn lrs_text_of(game: &StrategicGame) -> String {
    let [first, second] = [PlayerId(0), PlayerId(1)];
    let (rows, columns) = (game.num_strategies(first), game.num_strategies(second));
    let mut text = format!("{rows} {columns}\n\n");
    for player in [first, second] {
        for i in 0..rows {
            let pay = |j: usize| game.payoff(i + j * rows, player).to_string();
            let row: Vec<String> = (0..columns).map(pay).collect();
            _ = writeln!(text, "{}", row.join(" "));
        }
        text.push('\n');
    }
    text
}

/// Seconds and equilibria of lrsnash; nothing if it is not installed or takes more than a minute.
fn lrsnash(game: &StrategicGame, runs: usize) -> Option<(f64, usize)> {
    let path = std::env::temp_dir().join(format!("two-players-{}.lrs", std::process::id()));
    std::fs::write(&path, lrs_text_of(game)).ok()?;
    let (seconds, output) = best_of(runs, || {
        let mut command = Command::new("timeout");
        command
            .args(["60", "lrsnash"])
            .arg(&path)
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        command.output().ok()
    });
    drop(std::fs::remove_file(&path));
    let text = String::from_utf8(output?.stdout).ok()?;
    let count = text.split("Number of equilibria found:").nth(1)?;
    Some((seconds, count.split_whitespace().next()?.parse().ok()?))
}

fn enumeration(smoke: bool) -> Result<(), Box<dyn Error>> {
    let sides: &[usize] = if smoke { &[4, 6] } else { &[10, 12, 14, 16] };
    for side in sides {
        for seed in 0..if smoke { 1 } else { 5 } {
            let matrices = random(*side, (*side + 100 * seed) as u64);
            let name = format!("random {side}x{side} {seed}");
            enumerated(&name, &game(&matrices)?, smoke)?;
        }
        let name = format!("traveler's {side}x{side}");
        enumerated(&name, &game(&travelers(*side))?, smoke)?;
    }
    Ok(())
}

/// A game in which both get 1 if they play the same, which has an equilibrium for every set of strategies.
const IDENTITY: &str = "identity";

/// Families with structure, most of them degenerate, and their sizes.
const STRUCTURED: [(&str, &[usize]); 15] = [
    ("covariant", &[12, 14, 16]),
    ("zero_sum", &[12, 14, 16]),
    ("unit_vector", &[12, 14, 16]),
    ("ranking", &[12, 14, 16]),
    ("all_pay", &[12, 14, 16]),
    ("war_of_attrition", &[12, 14, 16]),
    ("minimum_effort", &[12, 14, 16]),
    ("congestion", &[12, 14, 16]),
    ("blotto", &[4]),
    ("tournament", &[6, 7]),
    ("half_support", &[15]),
    (IDENTITY, &[12, 14]),
    ("dispersion", &[12, 14, 16]),
    ("dual_cyclic", &[12]),
    ("long_lemke_howson", &[12]),
];

fn structured(smoke: bool) -> Result<(), Box<dyn Error>> {
    let families: &[(&str, &[usize])] = if smoke {
        &[("covariant", &[4]), ("dispersion", &[3]), (IDENTITY, &[3])]
    } else {
        &STRUCTURED
    };
    for (name, sizes) in families {
        if *name == IDENTITY {
            for size in *sizes {
                let row = |i: usize| (0..*size).map(|j| i64::from(i == j)).collect();
                let matrix: Matrix = (0..*size).map(row).collect();
                let game = game(&[matrix.clone(), matrix])?;
                enumerated(&format!("{name} {size}x{size}"), &game, smoke)?;
            }
            continue;
        }
        let family = family(name).ok_or("no such family")?;
        for size in *sizes {
            let request = Request {
                size: vec![*size],
                ..Request::default()
            };
            let Game::Strategic(game) = generate(family, &request, 1)? else {
                return Err("a table was to be made".into());
            };
            enumerated(game.title(), &game, smoke)?;
        }
    }
    Ok(())
}

/// Finds all equilibria of a game, ours and lrsnash's, and says how long that took.
fn enumerated(name: &str, game: &StrategicGame, smoke: bool) -> Result<(), Box<dyn Error>> {
    let control = Control {
        threads: 1,
        ..Control::default()
    };
    let options = VertexEnumeration::default();
    let runs = if smoke { 1 } else { 3 };
    let (seconds, found) = best_of(runs, || vertex_enumeration(game, &options, &control));
    let found = found?;
    let count = found.answer().list.len();
    let mut out = String::new();
    if !found.verdict().is_exact() {
        return Err(format!("{name}: {:?}", found.verdict()).into());
    }
    let visited = found.answer().visited;
    _ = write!(
        out,
        "{name}: {seconds:.5} s, {count} extreme equilibria, {visited} nodes or bases"
    );
    match lrsnash(game, if smoke { 1 } else { 2 }) {
        Some((theirs, number)) if number == count => {
            let times = theirs / seconds;
            _ = writeln!(out, "; lrsnash {theirs:.4} s, {times:.1} times as long");
        }
        Some((_, number)) => return Err(format!("{name}: lrsnash finds {number}").into()),
        None => out.push_str("; no answer of lrsnash\n"),
    }
    std::io::stdout().write_all(out.as_bytes())?;
    Ok(())
}

const QUANTECON: &str = r"
import sys, time
import numpy as np
import quantecon as qe
def play(rows):
    side = len(rows) // 2
    a, b = np.array(rows[:side], float), np.array(rows[side:], float)
    return qe.game_theory.NormalFormGame((qe.game_theory.Player(a), qe.game_theory.Player(b.T.copy())))
qe.game_theory.lemke_howson(play([[1, 0], [0, 1], [1, 0], [0, 1]]), init_pivot=0, max_iter=10)
print('ready', flush=True)
for line in sys.stdin:
    runs, path = line.split()
    game = play([[int(x) for x in line.split()] for line in open(path) if line.strip()])
    best = 1e9
    for _ in range(int(runs)):
        start = time.perf_counter()
        qe.game_theory.lemke_howson(game, init_pivot=0, max_iter=10**9)
        best = min(best, time.perf_counter() - start)
    print(best, flush=True)
";

/// How long the peer may take for a game, all runs together.
const PATIENCE: Duration = Duration::from_secs(60);

/// Games of a size on which paths are followed.
struct Paths {
    side: usize,
    seeds: usize,
    /// Runs of each game, of which the least counts; of both.
    runs: usize,
}

const PATHS: [Paths; 4] = [
    Paths {
        side: 20,
        seeds: 25,
        runs: 500,
    },
    Paths {
        side: 50,
        seeds: 25,
        runs: 100,
    },
    Paths {
        side: 100,
        seeds: 25,
        runs: 10,
    },
    Paths {
        side: 200,
        seeds: 10,
        runs: 3,
    },
];

const LARGE: [Paths; 1] = [Paths {
    side: 500,
    seeds: 5,
    runs: 1,
}];

fn paths(sizes: &[Paths], smoke: bool) -> Result<(), Box<dyn Error>> {
    let control = Control {
        threads: 1,
        ..Control::default()
    };
    let mut peer = if smoke { None } else { Peer::new(QUANTECON) };
    let path = std::env::temp_dir().join(format!("two-players-{}.txt", std::process::id()));
    for size in sizes {
        let (mut ours, mut theirs, mut ratios) = (0.0, 0.0, Vec::new());
        let (mut steps, mut without_end) = (0, 0);
        let seeds = if smoke { 1 } else { size.seeds };
        for seed in 0..seeds {
            let matrices = random(size.side, 1000 * size.side as u64 + seed as u64);
            let game = game(&matrices)?;
            let options = LemkeHowson::default();
            let runs = if smoke { 1 } else { size.runs };
            let (seconds, found) = best_of(runs, || lemke_howson(&game, &options, &control));
            let found = found?;
            if !found.verdict().is_exact() || found.answer().list.len() != 1 {
                return Err(format!("{}: {:?}", size.side, found.verdict()).into());
            }
            ours += seconds;
            steps += found.answer().steps;
            if let Some(peer) = &mut peer {
                let text = lrs_text(&matrices);
                std::fs::write(&path, text.split_once('\n').map_or("", |(_, rows)| rows))?;
                let answer = peer.ask(&format!("{} {}", size.runs, path.display()), PATIENCE);
                let other = if let Some([seconds]) = answer.as_deref() {
                    *seconds
                } else {
                    without_end += 1;
                    PATIENCE.as_secs_f64() / size.runs as f64
                };
                theirs += other;
                ratios.push(other / seconds);
            }
        }
        let micro = |sum: f64| 1e6 * sum / seeds as f64;
        let mut out = format!(
            "paths {0}x{0}, {seeds} seeds: {1:.1} us each with an exact certificate, {2} pivots",
            size.side,
            micro(ours),
            steps / seeds as u64
        );
        ratios.sort_by(f64::total_cmp);
        match ratios.get(ratios.len() / 2) {
            Some(median) => {
                _ = writeln!(
                    out,
                    "; QuantEcon {:.1} us, {without_end} without end, {:.2} times as long; median game {median:.2} times",
                    micro(theirs),
                    theirs / ours
                );
            }
            None => out.push_str("; QuantEcon was not run\n"),
        }
        std::io::stdout().write_all(out.as_bytes())?;
    }
    drop(std::fs::remove_file(&path));
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let smoke = is_smoke();
    let named = |section: &str| std::env::args().any(|argument| argument == section);
    let sections = ["enumeration", "structured", "paths", "large"];
    let all = !sections.into_iter().any(named);
    if all || named("enumeration") {
        enumeration(smoke)?;
    }
    if all || named("structured") {
        structured(smoke)?;
    }
    if smoke {
        return paths(
            &[Paths {
                side: 5,
                seeds: 1,
                runs: 1,
            }],
            smoke,
        );
    }
    if all || named("paths") {
        paths(&PATHS, smoke)?;
    }
    if named("large") {
        paths(&LARGE, smoke)?;
    }
    Ok(())
}

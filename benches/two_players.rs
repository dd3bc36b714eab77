//! Games of two players against lrsnash (if it is installed), `QuantEcon` (if Python has it).
//!
//! `enumeration`: all equilibria, ours in this process on one thread, lrsnash as a process; random whole payoffs from -100 to
//! 100 and the traveler's dilemma, whose polytopes are degenerate. lrsnash's time includes its start, about a millisecond.
//! `paths`: one equilibrium by Lemke–Howson paths with its exact certificate, on five seeds a size; that of `QuantEcon`, compiled
//! in floats without one, after a first call that compiles it, dropping its first label.

use deterra_benches::{best_of, is_smoke};
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

/// Seconds and equilibria of lrsnash; nothing if it is not installed.
fn lrsnash(matrices: &[Matrix; 2], runs: usize) -> Option<(f64, usize)> {
    let path = std::env::temp_dir().join(format!("two-players-{}.lrs", std::process::id()));
    std::fs::write(&path, lrs_text(matrices)).ok()?;
    let (seconds, output) = best_of(runs, || {
        let mut command = Command::new("lrsnash");
        command
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
    let mut games: Vec<(String, [Matrix; 2])> = Vec::new();
    let sides: &[usize] = if smoke { &[4, 6] } else { &[10, 12, 14, 16] };
    for side in sides {
        games.push((format!("random {side}x{side}"), random(*side, *side as u64)));
        games.push((format!("traveler's {side}x{side}"), travelers(*side)));
    }
    let control = Control {
        threads: 1,
        ..Control::default()
    };
    for (name, matrices) in games {
        let game = game(&matrices)?;
        let options = VertexEnumeration::default();
        let runs = if smoke { 1 } else { 3 };
        let (seconds, found) = best_of(runs, || vertex_enumeration(&game, &options, &control));
        let found = found?;
        let count = found.answer().list.len();
        let mut out = String::new();
        if !found.verdict().is_exact() {
            return Err(format!("{name}: {:?}", found.verdict()).into());
        }
        _ = write!(
            out,
            "{name}: {seconds:.4} s, {count} extreme equilibria, {} vertices, {:.2} us each",
            found.answer().visited,
            1e6 * seconds / found.answer().visited as f64
        );
        match lrsnash(&matrices, if smoke { 1 } else { 2 }) {
            Some((theirs, number)) if number == count => {
                _ = writeln!(
                    out,
                    "; lrsnash {theirs:.4} s, {:.1} times as long",
                    theirs / seconds
                );
            }
            Some((_, number)) => return Err(format!("{name}: lrsnash finds {number}").into()),
            None => out.push_str("; lrsnash is not installed\n"),
        }
        std::io::stdout().write_all(out.as_bytes())?;
    }
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
rows = [[int(x) for x in line.split()] for line in sys.stdin if line.strip()]
game = play(rows)
qe.game_theory.lemke_howson(game, init_pivot=0, max_iter=10)
best = 1e9
for _ in range(int(sys.argv[1])):
    start = time.perf_counter()
    qe.game_theory.lemke_howson(game, init_pivot=0, max_iter=10**7)
    best = min(best, time.perf_counter() - start)
print(best)
";

/// Seconds of `QuantEcon`'s Lemke–Howson; nothing if Python (`PEER_PYTHON`, else `python3`) does not have it.
fn quantecon(matrices: &[Matrix; 2], runs: usize) -> Option<f64> {
    let python = std::env::var("PEER_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut child = Command::new(python)
        .args(["-c", QUANTECON, &runs.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let text = lrs_text(matrices);
    let rows = text.split_once('\n').map_or("", |(_, rows)| rows);
    // Dropped at once, so that the reader sees the end.
    child.stdin.take()?.write_all(rows.as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

fn paths(smoke: bool) -> Result<(), Box<dyn Error>> {
    let sides: &[usize] = if smoke {
        &[5]
    } else {
        &[20, 50, 100, 200, 500]
    };
    let control = Control {
        threads: 1,
        ..Control::default()
    };
    for side in sides {
        let (mut ours, mut theirs, mut steps) = (0.0, Some(0.0), 0);
        let seeds = if smoke { 1 } else { 5 };
        for seed in 0..seeds {
            let matrices = random(*side, 1000 * *side as u64 + seed);
            let game = game(&matrices)?;
            let options = LemkeHowson::default();
            let (seconds, found) = best_of(if smoke { 1 } else { 3 }, || {
                lemke_howson(&game, &options, &control)
            });
            let found = found?;
            if !found.verdict().is_exact() || found.answer().list.len() != 1 {
                return Err(format!("{side}: {:?}", found.verdict()).into());
            }
            ours += seconds;
            steps += found.answer().steps;
            theirs = if smoke {
                None
            } else {
                theirs
                    .zip(quantecon(&matrices, if *side < 200 { 3 } else { 1 }))
                    .map(|(sum, one)| sum + one)
            };
        }
        let each = ours / f64::from(seeds as u32);
        let mut out = String::new();
        _ = write!(
            out,
            "paths {side}x{side}, {seeds} seeds: {:.3} ms each with an exact certificate, {} pivots",
            1e3 * each,
            steps / seeds
        );
        match theirs {
            Some(sum) => {
                _ = writeln!(
                    out,
                    "; QuantEcon {:.3} ms, {:.1} times as long",
                    1e3 * sum / f64::from(seeds as u32),
                    sum / ours
                );
            }
            None => out.push_str("; QuantEcon was not run\n"),
        }
        std::io::stdout().write_all(out.as_bytes())?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let smoke = is_smoke();
    enumeration(smoke)?;
    paths(smoke)
}

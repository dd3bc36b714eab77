//! Zero-sum games of two players against `HiGHS` (if Python has `highspy`), on one thread.
//!
//! `tables`: random whole payoffs from -100 to 100, five seeds a size; our floats alone, then all with the exact solution and its
//! judge. `HiGHS` gets the program `max v, xA ≥ v, Σx = 1`, chooses its own method, and proves nothing.
//! `trees`: Leduc hold'em by the sequence form, the same way.

use deterra_benches::{best_of, is_smoke};
use deterra_game::id::PlayerId;
use deterra_game::number::Number;
use deterra_game::rules;
use deterra_game::strategic::StrategicGame;
use deterra_solve::control::Control;
use deterra_solve::nash::lp::{Lp, in_floats_alone, lp, lp_extensive};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

const HIGHS: &str = r"
import sys, time
import numpy as np, highspy
A = np.array([[float(x) for x in line.split()] for line in sys.stdin if line.strip()])
m, n = A.shape
def run():
    h = highspy.Highs()
    h.setOptionValue('output_flag', False)
    h.setOptionValue('threads', 1)
    inf = highspy.kHighsInf
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = m + 1, n + 1
    lp.col_cost_ = np.r_[np.zeros(m), -1.0]
    lp.col_lower_ = np.r_[np.zeros(m), -inf]
    lp.col_upper_ = np.full(m + 1, inf)
    lp.row_lower_ = np.r_[np.zeros(n), 1.0]
    lp.row_upper_ = np.r_[np.full(n, inf), 1.0]
    M = np.zeros((n + 1, m + 1))
    M[:n, :m], M[:n, m], M[n, :m] = A.T, -1, 1
    start, index, value = [0], [], []
    for c in range(m + 1):
        rows = np.nonzero(M[:, c])[0]
        index.append(rows); value.append(M[rows, c]); start.append(start[-1] + len(rows))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = np.array(start), np.concatenate(index), np.concatenate(value)
    h.passModel(lp)
    begin = time.perf_counter()
    h.run()
    return time.perf_counter() - begin
print(min(run() for _ in range(int(sys.argv[1]))))
";

/// Seconds of `HiGHS`; nothing if Python (`PEER_PYTHON`, else `python3`) does not have it.
fn highs(matrix: &[Vec<i64>], runs: usize) -> Option<f64> {
    let python = std::env::var("PEER_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut child = Command::new(python)
        .args(["-c", HIGHS, &runs.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut text = String::new();
    for row in matrix {
        let row: Vec<String> = row.iter().map(ToString::to_string).collect();
        _ = writeln!(text, "{}", row.join(" "));
    }
    // Dropped at once, so that the reader sees the end.
    child.stdin.take()?.write_all(text.as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().last()?.trim().parse().ok()
}

fn tables(smoke: bool) -> Result<(), Box<dyn Error>> {
    let sides: &[usize] = if smoke { &[8] } else { &[100, 200, 400, 800] };
    let control = Control {
        threads: 1,
        ..Control::default()
    };
    for side in sides {
        let (mut floats, mut ours, mut judged, mut theirs, mut steps) =
            (0.0, 0.0, 0.0, Some(0.0), 0);
        let seeds = match *side {
            800 => 1,
            _ if smoke => 1,
            _ => 5,
        };
        for seed in 0..seeds {
            let mut random = ChaCha8Rng::seed_from_u64(1000 * *side as u64 + seed);
            let mut row = || -> Vec<i64> {
                (0..*side)
                    .map(|_| random.random_range(-100..=100))
                    .collect()
            };
            let matrix: Vec<Vec<i64>> = (0..*side).map(|_| row()).collect();
            let numbers = |sign: i64| -> Vec<Vec<Number>> {
                let row = |row: &Vec<i64>| row.iter().map(|x| Number::from(sign * x)).collect();
                matrix.iter().map(row).collect()
            };
            let game = StrategicGame::from_rows("bench", &numbers(1), &numbers(-1))?;
            let runs = if smoke { 1 } else { 2 };
            floats += best_of(runs, || in_floats_alone(&game, &control)).0;
            let (seconds, found) = best_of(runs, || lp(&game, &Lp::default(), &control));
            let found = found?;
            if !found.verdict().is_exact() {
                return Err(format!("{side}: {:?}", found.verdict()).into());
            }
            ours += seconds;
            judged += found.work().judge_seconds;
            steps += found.answer().steps;
            theirs = if smoke {
                None
            } else {
                theirs.zip(highs(&matrix, runs)).map(|(sum, one)| sum + one)
            };
        }
        let each = |sum: f64| 1e3 * sum / f64::from(seeds as u32);
        let mut out = String::new();
        _ = write!(
            out,
            "zero-sum {side}x{side}, {seeds} seeds: floats {:.1} ms, {} pivots; with the exact solution {:.1} ms, of which its last judge {:.1} ms",
            each(floats),
            steps / seeds,
            each(ours),
            each(judged)
        );
        match theirs {
            Some(sum) => {
                _ = writeln!(
                    out,
                    "; HiGHS {:.1} ms, {:.1} times as long as our floats, {:.1} times as long as all",
                    each(sum),
                    sum / floats,
                    sum / ours
                );
            }
            None => out.push_str("; HiGHS was not run\n"),
        }
        std::io::stdout().write_all(out.as_bytes())?;
    }
    Ok(())
}

fn trees(smoke: bool) -> Result<(), Box<dyn Error>> {
    let game = rules::named("leduc")?.tree(&rules::Limits::default())?;
    let control = Control {
        threads: 1,
        ..Control::default()
    };
    let (seconds, found) = best_of(if smoke { 1 } else { 3 }, || {
        lp_extensive(&game, &Lp::default(), &control)
    });
    let found = found?;
    if !found.verdict().is_exact() {
        return Err(format!("{:?}", found.verdict()).into());
    }
    let players = game.players().map(PlayerId::index).count();
    let text = format!(
        "Leduc, {players} players: {:.1} ms, of which its last judge {:.1} ms; {} pivots; value {:.12}\n",
        1e3 * seconds,
        1e3 * found.work().judge_seconds,
        found.answer().steps,
        found.answer().list[0].payoffs[0].to_f64()
    );
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let smoke = is_smoke();
    tables(smoke)?;
    trees(smoke)
}

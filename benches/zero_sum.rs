//! Zero-sum games of two players against `HiGHS` (if Python has `highspy`), on one thread.
//!
//! `tables`: random whole payoffs from -100 to 100, five seeds a size; our floats alone, then all with the exact solution and its
//! judge. `HiGHS` gets the program `max v, xA ≥ v, Σx = 1`, chooses its own method, and proves nothing.
//! `trees`: games given by rules; ours is all from the tree to the judged solution, exact and in floats, and `HiGHS` gets the sequence form ready
//! made, of which only its `run` is timed.

use deterra_benches::{best_of, is_smoke};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, PlayerId};
use deterra_game::number::Number;
use deterra_game::rules;
use deterra_game::strategic::StrategicGame;
use deterra_solve::control::Control;
use deterra_solve::nash::lp::{Lp, in_floats_alone, lp, lp_extensive};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
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

const HIGHS_SPARSE: &str = r"
import sys, time
import numpy as np, highspy
lines = sys.stdin.read().split('\n')
m, n = map(int, lines[0].split())
cost, bounded, right, equal = (np.array(line.split(), dtype=float) for line in lines[1:5])
entries = [line.split() for line in lines[5:] if line.strip()]
rows = np.array([e[0] for e in entries], dtype=np.int32)
cols = np.array([e[1] for e in entries], dtype=np.int32)
vals = np.array([e[2] for e in entries], dtype=float)
order = np.argsort(cols, kind='stable')
start = np.concatenate([[0], np.cumsum(np.bincount(cols, minlength=n))]).astype(np.int32)
def run():
    h = highspy.Highs()
    h.setOptionValue('output_flag', False)
    h.setOptionValue('threads', 1)
    inf = highspy.kHighsInf
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = n, m
    lp.col_cost_ = cost
    lp.col_lower_ = np.where(bounded > 0, 0.0, -inf)
    lp.col_upper_ = np.full(n, inf)
    lp.row_lower_ = right
    lp.row_upper_ = np.where(equal > 0, right, inf)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = start, rows[order], vals[order]
    h.passModel(lp)
    begin = time.perf_counter()
    h.run()
    return time.perf_counter() - begin, h.getInfo().objective_function_value
best = min(run() for _ in range(int(sys.argv[1])))
print(*best)
";

/// What a script says of a program, its seconds first; nothing if Python (`PEER_PYTHON`, else `python3`) does not have `HiGHS`.
fn highs(script: &str, program: &str, runs: usize) -> Option<Vec<f64>> {
    let python = std::env::var("PEER_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut child = Command::new(python)
        .args(["-c", script, &runs.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // Dropped at once, so that the reader sees the end.
    child.stdin.take()?.write_all(program.as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let words = text.lines().last()?.split_whitespace();
    words.map(|word| word.parse().ok()).collect()
}

/// A matrix, row by row.
fn lines(matrix: &[Vec<i64>]) -> String {
    let mut text = String::new();
    for row in matrix {
        let row: Vec<String> = row.iter().map(ToString::to_string).collect();
        _ = writeln!(text, "{}", row.join(" "));
    }
    text
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
                let one = highs(HIGHS, &lines(&matrix), runs);
                theirs.zip(one).map(|(sum, one)| sum + one[0])
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

/// A player's sequences, as a tree is walked.
#[derive(Default)]
struct Sequences {
    /// By set: the sequence before it, its first own, how many there are.
    sets: Vec<(usize, usize, usize)>,
    /// By information set, its place.
    place: BTreeMap<InfosetId, usize>,
    count: usize,
}

/// The sequence form as a linear program of player 2, told in lines.
fn sequence_form(game: &ExtensiveGame) -> String {
    let mut sides = [Sequences::default(), Sequences::default()];
    let mut ways: Vec<([usize; 2], f64)> = Vec::with_capacity(game.num_nodes());
    let mut paid: BTreeMap<[usize; 2], f64> = BTreeMap::new();
    for node in game.nodes() {
        let mut way = ([0, 0], 1.0);
        if let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node)) {
            way = ways[parent.index()];
            match game.kind(parent) {
                NodeKind::Chance(event) => {
                    way.1 *= game.chance_probability(event, k).value().to_f64();
                }
                NodeKind::Decision(player, set) => {
                    let side = &sides[player.index()];
                    way.0[player.index()] = side.sets[side.place[&set]].1 + k;
                }
                NodeKind::Terminal => {}
            }
        }
        if let NodeKind::Decision(player, set) = game.kind(node) {
            let side = &mut sides[player.index()];
            if !side.place.contains_key(&set) {
                side.place.insert(set, side.sets.len());
                let actions = game.num_actions(set);
                side.sets
                    .push((way.0[player.index()], side.count + 1, actions));
                side.count += actions;
            }
        }
        if let Some(outcome) = game.outcome(node) {
            *paid.entry(way.0).or_default() +=
                way.1 * game.payoff(outcome, PlayerId(0)).value().to_f64();
        }
        ways.push(way);
    }
    let [own, other] = sides;
    let (rows, columns) = (own.count + other.sets.len(), other.count + own.sets.len());
    let (mut cost, mut right) = (vec![0.0; columns], vec![0.0; rows]);
    let mut entries = String::new();
    for ([mine, theirs], x) in paid {
        match (mine, theirs) {
            (0, 0) => {}
            (0, _) => cost[theirs - 1] += x,
            (_, 0) => right[mine - 1] += x,
            _ => _ = writeln!(entries, "{} {} {:?}", mine - 1, theirs - 1, -x),
        }
    }
    for (k, (before, first, actions)) in own.sets.iter().enumerate() {
        let worth = other.count + k;
        match before {
            0 => cost[worth] = 1.0,
            _ => _ = writeln!(entries, "{} {worth} -1", before - 1),
        }
        for s in *first..first + actions {
            _ = writeln!(entries, "{} {worth} 1", s - 1);
        }
    }
    for (k, (before, first, actions)) in other.sets.iter().enumerate() {
        let row = own.count + k;
        match before {
            0 => right[row] = 1.0,
            _ => _ = writeln!(entries, "{row} {} -1", before - 1),
        }
        for s in *first..first + actions {
            _ = writeln!(entries, "{row} {} 1", s - 1);
        }
    }
    let line = |numbers: &[f64]| {
        let words: Vec<String> = numbers.iter().map(|x| format!("{x:?}")).collect();
        words.join(" ")
    };
    let flags = |count: usize, from: usize, to: usize| -> Vec<f64> {
        (0..count)
            .map(|k| f64::from(u8::from((from..to).contains(&k))))
            .collect()
    };
    format!(
        "{rows} {columns}\n{}\n{}\n{}\n{}\n{entries}",
        line(&cost),
        line(&flags(columns, 0, other.count)),
        line(&right),
        line(&flags(rows, own.count, rows))
    )
}

fn trees(smoke: bool) -> Result<(), Box<dyn Error>> {
    let all = [
        "leduc",
        "goofspiel:cards=5",
        "liars_dice:sides=5",
        "liars_dice:sides=6",
    ];
    let names = if smoke { &["kuhn"] } else { &all[..] };
    let runs = if smoke { 1 } else { 3 };
    let control = Control {
        threads: 1,
        ..Control::default()
    };
    for name in names {
        let game = rules::named(name)?.tree(&rules::Limits::default())?;
        let by = |in_floats: bool| {
            let options = Lp {
                in_floats,
                ..Lp::default()
            };
            best_of(runs, || lp_extensive(&game, &options, &control))
        };
        let ((exact, found), (floats, about)) = (by(false), by(true));
        let (found, about) = (found?, about?);
        if !found.verdict().is_exact() || !about.verdict().holds() {
            return Err(format!("{name}: {:?}, {:?}", found.verdict(), about.verdict()).into());
        }
        let value = found.answer().list[0].payoffs[0].to_f64();
        let mut text = format!(
            "{name}, {} nodes: exact {:.1} ms, {} pivots, value {value:.12}; in floats {:.1} ms, error {:.1e}",
            game.num_nodes(),
            1e3 * exact,
            found.answer().steps,
            1e3 * floats,
            about.verdict().error.to_f64()
        );
        let theirs = (!smoke).then(|| highs(HIGHS_SPARSE, &sequence_form(&game), runs));
        match theirs.flatten().as_deref() {
            Some([seconds, worth]) => {
                if (worth - value).abs() > 1e-6 {
                    return Err(format!("{name}: HiGHS says {worth}").into());
                }
                _ = writeln!(
                    text,
                    "; HiGHS {:.1} ms, {:.2} times as long as exact, {:.2} times as long as floats",
                    1e3 * seconds,
                    seconds / exact,
                    seconds / floats
                );
            }
            _ => text.push_str("; HiGHS was not run\n"),
        }
        std::io::stdout().write_all(text.as_bytes())?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let smoke = is_smoke();
    trees(smoke)?;
    tables(smoke)
}

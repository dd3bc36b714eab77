//! Exact and complete answers against Gambit's (if Python has `pygambit`): all pure equilibria, one by a path in fractions, all of several players.
//!
//! Random whole payoffs from -100 to 100, the same games for both, five seeds a size, one thread. `pure` against enumpure: all pure equilibria; and
//! against a plain read of the table's payoffs, than which nothing is faster, in tables too that Gambit takes minutes to read. `lemke_howson` against
//! lcp in fractions: one equilibrium of two players, ours with the exact certificate. `vertex_enumeration` against enummixed in fractions and
//! `support_enumeration` against enumpoly: all equilibria, ours proved to be all. Of each game the least of the runs of a fifth of a second counts, for
//! both; games are in memory before. Times are medians; a game on which Gambit does not end within a
//! minute counts as a minute, and how many there are is said.

use deterra_benches::peer::Peer;
use deterra_benches::{best_of, is_smoke};
use deterra_game::format::nfg::{self, WriteOptions};
use deterra_game::generate::{Uniform, uniform};
use deterra_game::strategic::StrategicGame;
use deterra_solve::control::Control;
use deterra_solve::method::Method;
use deterra_solve::{Answer, Problem, Request, solve};
use deterra_verify::verdict::Concept;
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{Duration, Instant};

/// How long the peer may take for one game.
const PATIENCE: Duration = Duration::from_secs(60);

/// For how long a game is solved again and again; as long as by the peer.
const AGAIN: Duration = Duration::from_millis(200);

const GAMBIT: &str = r"
import sys, time
import pygambit as gbt
def run(name, game):
    if name == 'enumpure': return gbt.nash.enumpure_solve(game)
    if name == 'lcp': return gbt.nash.lcp_solve(game, rational=True, stop_after=1)
    if name == 'enummixed': return gbt.nash.enummixed_solve(game, rational=True)
    return gbt.nash.enumpoly_solve(game)
print('ready', flush=True)
for line in sys.stdin:
    name, path = line.split()
    game = gbt.read_nfg(path)
    best, begin = 1e9, time.perf_counter()
    while True:
        start = time.perf_counter()
        try:
            found = len(run(name, game).equilibria)
        except Exception as error:
            found = -1
        end = time.perf_counter()
        best = min(best, end - start)
        if end - begin > 0.2: break
    print(best, found, flush=True)
";

/// The most cells of a table that the peer is given: it reads them in a time that grows with more than their square.
const MOST_CELLS: usize = 20_000;

/// A method, its peer, and shapes of games.
const ROUNDS: [(Method, &str, &[&[usize]]); 4] = [
    (
        Method::Pure,
        "enumpure",
        &[
            &[100, 100],
            &[20, 20, 20],
            &[8, 8, 8, 8],
            &[4, 4, 4, 4, 4, 4],
            &[10, 10, 10, 10, 10],
            &[100, 100, 100],
            &[1000, 1000],
        ],
    ),
    (
        Method::LemkeHowson,
        "lcp",
        &[&[5, 5], &[10, 10], &[15, 15], &[20, 20], &[30, 30]],
    ),
    (
        Method::VertexEnumeration,
        "enummixed",
        &[&[4, 4], &[6, 6], &[8, 8], &[10, 10]],
    ),
    (
        Method::SupportEnumeration,
        "enumpoly",
        &[&[2, 2, 2], &[3, 3, 3], &[2, 2, 2, 2], &[2, 2, 2, 2, 2]],
    ),
];

/// The least seconds of its runs, and equilibria.
fn ours(game: &StrategicGame, method: Method) -> Result<(f64, usize), Box<dyn Error>> {
    let request = Request {
        concept: Some(Concept::Nash),
        method: Some(method),
        ..Request::default()
    };
    let control = Control {
        threads: 1,
        ..Control::default()
    };
    let (mut seconds, begin) = (f64::INFINITY, Instant::now());
    let solution = loop {
        let start = Instant::now();
        let solution = solve(&Problem::Strategic(game), &request, &control)?;
        seconds = seconds.min(start.elapsed().as_secs_f64());
        if is_smoke() || begin.elapsed() > AGAIN {
            break solution;
        }
    };
    let found = match solution.answer() {
        Answer::Pure(answer) => answer.cells().len(),
        Answer::Reached(answer) => answer.list.len(),
        Answer::Extreme(answer) => answer.list.len(),
        Answer::Mixed(answer) => answer.list.len(),
        _ => return Err(format!("{method}: another answer").into()),
    };
    // Of pure equilibria there may be none, and then there is nothing to judge.
    if found > 0 && !solution.verdict().holds() {
        return Err(format!("{method}: {:?}", solution.verdict()).into());
    }
    Ok((seconds, found))
}

/// The least seconds of a read of what a table says about payoffs.
fn plain_read(game: &StrategicGame) -> f64 {
    let sum = |words: &[u32]| -> u64 { words.iter().map(|word| u64::from(*word)).sum() };
    let read = || std::hint::black_box(sum(game.cell_outcomes()) + sum(game.outcome_payoffs()));
    best_of(20, read).0
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

fn main() -> Result<(), Box<dyn Error>> {
    let smoke = is_smoke();
    let seeds = if smoke { 1 } else { 5 };
    let mut gambit = if smoke { None } else { Peer::new(GAMBIT) };
    let directory = std::env::temp_dir().join(format!("gambit-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    let path = directory.join("game.nfg");
    for (method, peer, shapes) in ROUNDS {
        for shape in shapes.iter().take(if smoke { 1 } else { usize::MAX }) {
            let options = Uniform {
                shape: shape.to_vec(),
                ..Uniform::default()
            };
            let (mut times, mut theirs, mut reads) = (Vec::new(), Vec::new(), Vec::new());
            let (mut found, mut others, mut without_end) = (0, 0.0, 0);
            for seed in 0..seeds {
                let game = uniform(&options, seed)?;
                let (seconds, number) = ours(&game, method)?;
                times.push(seconds);
                found += number;
                reads.push(plain_read(&game));
                let fits = game.num_cells() <= MOST_CELLS;
                if let Some(gambit) = gambit.as_mut().filter(|_| fits) {
                    std::fs::write(&path, nfg::write(&game, &WriteOptions::default()).text)?;
                    let line = format!("{peer} {}", path.display());
                    if let Some([seconds, number]) = gambit.ask(&line, PATIENCE).as_deref() {
                        theirs.push(*seconds);
                        others += number;
                    } else {
                        theirs.push(PATIENCE.as_secs_f64());
                        without_end += 1;
                    }
                }
            }
            let own = median(&mut times);
            let shape: Vec<String> = shape.iter().map(usize::to_string).collect();
            let mut out = format!(
                "{} {method}: median {:.3} ms, {found} equilibria in {seeds} games",
                shape.join("x"),
                1e3 * own
            );
            if method == Method::Pure {
                let read = median(&mut reads);
                _ = write!(
                    out,
                    ", {:.1} times a read of the table, {:.3} ms",
                    own / read,
                    1e3 * read
                );
            }
            if theirs.is_empty() {
                out.push('\n');
            } else {
                let other = median(&mut theirs);
                _ = writeln!(
                    out,
                    "; Gambit's {peer} {:.3} ms, {others} equilibria, {without_end} without end, {:.1} times as long",
                    1e3 * other,
                    other / own
                );
            }
            std::io::stdout().write_all(out.as_bytes())?;
        }
    }
    drop(std::fs::remove_dir_all(&directory));
    Ok(())
}

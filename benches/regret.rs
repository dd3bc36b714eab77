//! Regret minimization against `OpenSpiel`'s C++ solvers, `LiteEFG` (if Python, `PEER_PYTHON`, has them) and the Rust crate `cfr` (if its
//! program is beside that Python, on the path, or named by `CFR_BIN`), on one thread, in one run.
//!
//! `iterations`: how long an iteration of CFR+ takes, both players updated once. `gaps`: how long it takes until what best replies would gain
//! (`NashConv`) is so little; of peers by their CFR+, of ours by CFR+ and by what is fastest, measuring the gap included, reading the game not.
//! Peers measure their own gap, and their times are processor time: of Python's solvers that of the solver alone, of `cfr` its process's less
//! that of one with one iteration. A dash: not within the time that
//! every solver had. `LiteEFG` says that nothing is left to be gained in battleship after one iteration already (0 but for rounding): its gaps there are no
//! comparison.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

use deterra_benches::is_smoke;
use deterra_benches::peer::Peer;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::format::efg;
use deterra_game::rules::{Limits, named};
use deterra_solve::control::Control;
use deterra_solve::regret::{Compiled, Flat, Run, Scheme};
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What is to be reached.
const GAPS: [f64; 4] = [1e-2, 1e-3, 1e-4, 1e-6];

/// Seconds that every solver has in a game.
const BUDGET: f64 = 4.0;

/// Our name, and `OpenSpiel`'s.
const GAMES: [(&str, &str); 7] = [
    ("kuhn", "kuhn_poker"),
    ("leduc", "leduc_poker"),
    (
        "goofspiel:cards=4",
        "turn_based_simultaneous_game(game=goofspiel(imp_info=True,num_cards=4,points_order=descending))",
    ),
    (
        "goofspiel:cards=5",
        "turn_based_simultaneous_game(game=goofspiel(imp_info=True,num_cards=5,points_order=descending))",
    ),
    ("liars_dice:sides=4", "liars_dice(dice_sides=4)"),
    ("liars_dice:sides=6", "liars_dice"),
    (
        "battleship",
        "battleship(board_width=2,board_height=2,ship_sizes=[1;2],ship_values=[1;2],num_shots=2,allow_repeated_shots=False)",
    ),
];

/// A solver of a game from a line `solver budget game`: its seconds an iteration, and when each gap was reached.
const SOLVERS: &str = r"
import sys, os, time, importlib, json, resource, subprocess
# What libraries print must not mix with answers.
out = os.fdopen(os.dup(1), 'w')
os.dup2(2, 1)
import pyspiel
GAPS = [1e-2, 1e-3, 1e-4, 1e-6]
def open_spiel(name):
    game = pyspiel.load_game(name)
    solver = pyspiel.CFRPlusSolver(game)
    return solver.evaluate_and_update_policy, lambda: pyspiel.nash_conv(game, solver.average_policy(), True)
def lite_efg(name):
    import LiteEFG
    LiteEFG.set_threads(1)
    graph = importlib.import_module('LiteEFG.baselines.CFRplus').graph()
    env = LiteEFG.OpenSpielEnv(pyspiel.load_game(name), traverse_type='Enumerate', regenerate=False)
    env.set_graph(graph)
    # Both players once.
    def step():
        graph.update_graph(env)
        env.update_strategy(graph.current_strategy())
    return step, lambda: sum(env.exploitability(graph.current_strategy(), 'linear-avg-iterate'))
def crate(name, budget):
    program, file = name.split(' ', 1)
    def run(iterations):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([program, '-m', 'full', '-d', 'cfr-plus', '-p', '1', '-t', str(iterations), '-i', file], capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        answer = json.loads(done.stdout)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return spent, answer['player_one_regret'] + answer['player_two_regret']
    idle = min(run(1)[0] for _ in range(3))
    reached, iterations, fastest = [float('nan')] * 4, 16, float('nan')
    while True:
        spent, gap = run(iterations)
        spent = max(spent - idle, 0.0)
        if spent > 0.1:
            fastest = spent / iterations if fastest != fastest else min(fastest, spent / iterations)
        for k, most in enumerate(GAPS):
            if gap <= most and reached[k] != reached[k]:
                reached[k] = spent
        if spent > budget / 2:
            return fastest, reached
        iterations = iterations * 3 // 2
print('ready', file=out, flush=True)
for line in sys.stdin:
    solver, budget, name = line.strip().split(' ', 2)
    try:
        if solver == 'cfr':
            fastest, reached = crate(name, float(budget))
            print(fastest, *reached, file=out, flush=True)
            continue
        step, conv = {'open_spiel': open_spiel, 'lite_efg': lite_efg}[solver](name)
        budget, spent, done, chunk = float(budget), 0.0, 0, 1
        reached = [float('nan')] * 4
        fastest = float('inf')
        while spent < budget:
            start = time.process_time()
            for _ in range(chunk):
                step()
            took = time.process_time() - start
            spent += took
            done += chunk
            if took > 0.01 or spent > budget:
                fastest = min(fastest, took / chunk)
            gap = conv()
            for k, most in enumerate(GAPS):
                if gap <= most and reached[k] != reached[k]:
                    reached[k] = spent
            chunk = max(1, done // 6)
        print(fastest, *reached, file=out, flush=True)
    except Exception as error:
        print('nan nan nan nan nan', file=out, flush=True)
";

/// Seconds an iteration, and until each gap.
#[derive(Clone, Copy, Debug)]
struct Times {
    iteration: f64,
    reached: [f64; 4],
}

impl Times {
    const NONE: Self = Self {
        iteration: f64::NAN,
        reached: [f64::NAN; 4],
    };
}

/// What we take.
fn ours(flat: &Flat, scheme: Scheme, budget: f64) -> Result<Times, Box<dyn Error>> {
    let control = Control {
        threads: 1,
        ..Control::default()
    };
    let compiled = Arc::new(Compiled::<f64>::new(flat, &control)?);
    let mut times = Times::NONE;
    let mut run = Run::on(compiled, scheme, 1);
    let (mut spent, mut fastest, mut chunk) = (0.0, f64::INFINITY, 1_u64);
    while spent < budget && times.reached[3].is_nan() {
        let start = Instant::now();
        run.iterate(chunk);
        let took = start.elapsed().as_secs_f64();
        let gap = run.gap().min(run.current_gap());
        spent += start.elapsed().as_secs_f64();
        if took > 1e-4 || spent > budget {
            fastest = f64::min(fastest, took / chunk as f64);
        }
        for (reached, most) in times.reached.iter_mut().zip(GAPS) {
            if gap <= most && reached.is_nan() {
                *reached = spent;
            }
        }
        chunk = (run.iterations() / 6).max(1);
    }
    // Where the last gap is reached before an iteration could be timed.
    for _ in 0..20 {
        let count = ((2e-3 / fastest.min(1e-3)).max(1.0) as i64).unsigned_abs();
        let start = Instant::now();
        run.iterate(count);
        fastest = fastest.min(start.elapsed().as_secs_f64() / count as f64);
    }
    times.iteration = fastest;
    Ok(times)
}

/// The program of the crate `cfr`.
fn program() -> Option<PathBuf> {
    let named = std::env::var_os("CFR_BIN").map(PathBuf::from);
    let beside = || {
        let python = PathBuf::from(std::env::var_os("PEER_PYTHON")?);
        Some(python.parent()?.join("cfr"))
    };
    let found = named.or_else(beside).filter(|path| path.exists());
    found.or_else(|| {
        let path = std::env::var_os("PATH")?;
        let mut all = std::env::split_paths(&path).map(|folder| folder.join("cfr"));
        all.find(|path| path.exists())
    })
}

fn peer(solvers: &mut Option<Peer>, name: &str, game: &str, budget: f64) -> Times {
    let line = format!("{name} {budget} {game}");
    let patience = Duration::from_secs_f64(budget * 20.0 + 120.0);
    let answer = solvers.as_mut().and_then(|peer| peer.ask(&line, patience));
    match answer.as_deref() {
        Some(&[iteration, a, b, c, d]) => Times {
            iteration,
            reached: [a, b, c, d],
        },
        _ => Times::NONE,
    }
}

fn seconds(value: f64) -> String {
    match value {
        x if x.is_nan() || x.is_infinite() => "-".to_owned(),
        x if x < 1e-3 => format!("{:.2} us", x * 1e6),
        x if x < 1.0 => format!("{:.2} ms", x * 1e3),
        x => format!("{x:.2} s"),
    }
}

fn ratio(theirs: f64, ours: f64) -> String {
    let ratio = theirs / ours;
    if ratio.is_finite() {
        format!("{ratio:.1}x")
    } else {
        "-".to_owned()
    }
}

fn tree(name: &str) -> Result<ExtensiveGame, Box<dyn Error>> {
    let limits = Limits {
        nodes: 10_000_000,
        ..Limits::default()
    };
    Ok(named(name)?.tree(&limits)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let smoke = is_smoke();
    let budget = if smoke { 0.01 } else { BUDGET };
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with('-'))
        .collect();
    let mut solvers = if smoke { None } else { Peer::new(SOLVERS) };
    let program = program().filter(|_| !smoke);
    let folder = std::env::temp_dir();
    println!("CFR+, seconds an iteration (both players once); then ours against each");
    println!(
        "{:<22} {:>10} {:>12} {:>9} {:>12} {:>9} {:>12} {:>9}",
        "game", "deterra", "OpenSpiel", "", "LiteEFG", "", "cfr", ""
    );
    let mut rows = Vec::new();
    for (name, theirs) in GAMES {
        if smoke && name != "kuhn" && name != "leduc" {
            continue;
        }
        if !asked.is_empty() && !asked.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        let game = tree(name)?;
        let flat = Flat::new(&game, &Control::default())?;
        let plus = ours(&flat, Scheme::CFR_PLUS, budget)?;
        let others = [
            Scheme::CFR_PLUS_QUADRATIC,
            Scheme::DCFR,
            Scheme::PCFR_PLUS,
            Scheme::PDCFR_PLUS,
        ];
        let others = others.map(|scheme| ours(&flat, scheme, budget).map(|t| (scheme.name, t)));
        let others = others.into_iter().collect::<Result<Vec<_>, _>>()?;
        let spiel = peer(&mut solvers, "open_spiel", theirs, budget);
        let lite = peer(&mut solvers, "lite_efg", theirs, budget);
        let file = folder.join(format!("deterra-bench-{}.efg", std::process::id()));
        let crate_times = program.as_deref().and_then(|program| {
            let text = efg::write(&game, &efg::WriteOptions::default()).text;
            std::fs::write(&file, text).ok()?;
            let line = format!("{} {}", program.display(), file.display());
            let times = peer(&mut solvers, "cfr", &line, budget);
            drop(std::fs::remove_file(&file));
            Some(times)
        });
        let crate_times = crate_times.unwrap_or(Times::NONE);
        println!(
            "{:<22} {:>10} {:>12} {:>9} {:>12} {:>9} {:>12} {:>9}",
            short(name),
            seconds(plus.iteration),
            seconds(spiel.iteration),
            ratio(spiel.iteration, plus.iteration),
            seconds(lite.iteration),
            ratio(lite.iteration, plus.iteration),
            seconds(crate_times.iteration),
            ratio(crate_times.iteration, plus.iteration),
        );
        rows.push((name, plus, others, spiel, lite, crate_times));
    }
    println!("\nUntil NashConv is at most so much");
    println!(
        "{:<22} {:>6} {:>10} {:>10} {:<18} {:>10} {:>10} {:>10}",
        "game", "gap", "CFR+", "fastest", "", "OpenSpiel", "LiteEFG", "cfr"
    );
    for (name, plus, others, spiel, lite, crate_times) in rows {
        for (k, gap) in GAPS.iter().enumerate() {
            let all = others.iter().map(|(name, times)| (*name, times.reached[k]));
            let all = all.chain([("cfr_plus", plus.reached[k])]);
            let known = all.filter(|(_, reached)| !reached.is_nan());
            let best = known.min_by(|a, b| a.1.total_cmp(&b.1));
            println!(
                "{:<22} {:>6.0e} {:>10} {:>10} {:<18} {:>10} {:>10} {:>10}",
                if k == 0 { short(name) } else { "" },
                gap,
                seconds(plus.reached[k]),
                seconds(best.map_or(f64::NAN, |best| best.1)),
                best.map_or("", |best| best.0),
                seconds(spiel.reached[k]),
                seconds(lite.reached[k]),
                seconds(crate_times.reached[k]),
            );
        }
    }
    Ok(())
}

fn short(name: &str) -> &str {
    name.get(..22).unwrap_or(name)
}

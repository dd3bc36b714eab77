//! One equilibrium of tables with many players, against Gambit's methods (if Python has `pygambit`).
//!
//! Random whole payoffs from -100 to 100, the same ones for both, ten seeds a size, one thread. Each of our methods is compared with the one of its
//! kind: `global_newton` with gnm, `iterated_polymatrix` with ipa, `simplicial` with simpdiv, `liapunov` with liap (from the middle), `logit_path` with logit,
//! `support_enumeration` with enumpoly, which look for all. Ours give a proved bound on what anybody could gain, which is in the time, and of all equilibria
//! the proof that there are no others; theirs give floats. Of each game the least of the runs of a twentieth of a second counts, for
//! both. A game is solved if an equilibrium is found within five seconds, by ours with its proof, by theirs with regret of 1e-4 of the range at most; of all
//! equilibria, if the search ends. After three games without an end no others are tried. Medians are those of the games that each solved, ratios
//! those of the medians of the games that both solved.
//!
//! Sizes and names of methods, if any are told, say what is run: `cargo bench -p deterra-benches --bench n_players -- 5x4 ipa`.

use deterra_benches::is_smoke;
use deterra_benches::peer::Peer;
use deterra_game::format::nfg::{self, WriteOptions};
use deterra_game::generate::{Uniform, uniform};
use deterra_game::strategic::StrategicGame;
use deterra_solve::control::{Control, Stop};
use deterra_solve::method::Method;
use deterra_solve::nash::found::Scope;
use deterra_solve::{Answer, Problem, Request, solve};
use deterra_verify::verdict::Concept;
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{Duration, Instant};

const METHODS: [(Method, &str); 7] = [
    (Method::Portfolio, ""),
    (Method::GlobalNewton, "gnm"),
    (Method::IteratedPolymatrix, "ipa"),
    (Method::Simplicial, "simpdiv"),
    (Method::Liapunov, "liap"),
    (Method::LogitPath, "logit"),
    (Method::SupportEnumeration, "enumpoly"),
];

/// How long one game may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// For how long a game is solved again and again; as long as by the peer.
const AGAIN: Duration = Duration::from_millis(50);

/// Games without an end after which no others are tried.
const ENDLESS: usize = 3;

const GAMBIT: &str = r"
import sys, time
import pygambit as gbt
def run(name, game):
    if name == 'gnm': return gbt.nash.gnm_solve(game)
    if name == 'ipa': return gbt.nash.ipa_solve(game)
    if name == 'simpdiv': return gbt.nash.simpdiv_solve(game.mixed_strategy_profile(rational=True))
    if name == 'enumpoly': return gbt.nash.enumpoly_solve(game)
    if name == 'liap': return gbt.nash.liap_solve(game.mixed_strategy_profile(rational=False))
    return gbt.nash.logit_solve(game)
def solve(name, game):
    found = run(name, game)
    if hasattr(found, 'equilibria'): return list(found.equilibria)
    return [one for one in [getattr(found, 'equilibrium', None)] if one is not None]
print('ready', flush=True)
for line in sys.stdin:
    name, path = line.split()
    game = gbt.read_nfg(path)
    best, begin = 1e9, time.perf_counter()
    while True:
        start = time.perf_counter()
        try:
            found = solve(name, game)
        except Exception as error:
            found = []
        end = time.perf_counter()
        best = min(best, end - start)
        if end - begin > 0.05: break
    regrets = [float(profile.max_regret()) for profile in found]
    print(best, min(regrets, default=1e9), flush=True)
";

/// What became of a game.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    /// The least seconds of its runs.
    Solved(f64),
    /// It ended without an answer.
    Unsolved,
    /// It did not end.
    Endless,
}

fn theirs(gambit: &mut Peer, name: &str, path: &str) -> Outcome {
    match gambit.ask(&format!("{name} {path}"), PATIENCE).as_deref() {
        Some([seconds, regret]) if *regret <= 1e-4 * 200.0 => Outcome::Solved(*seconds),
        Some(_) => Outcome::Unsolved,
        None => Outcome::Endless,
    }
}

fn ours(game: &StrategicGame, method: Method) -> Result<Outcome, Box<dyn Error>> {
    let request = Request {
        concept: Some(Concept::Nash),
        method: Some(method),
        ..Request::default()
    };
    let control = Control {
        threads: 1,
        time_limit: Some(PATIENCE),
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
    let Answer::Mixed(answer) = solution.answer() else {
        return Err(format!("{method}: another answer").into());
    };
    let whole = answer.scope != Scope::All || solution.stop() == Stop::Done;
    if answer.list.is_empty() || !whole {
        return Ok(if solution.stop() == Stop::Time {
            Outcome::Endless
        } else {
            Outcome::Unsolved
        });
    }
    if !solution.verdict().holds() {
        return Err(format!("{method}: {:?}", solution.verdict()).into());
    }
    Ok(Outcome::Solved(seconds))
}

/// By game, until too many have no end.
fn each(
    games: &[(StrategicGame, String)],
    mut solved: impl FnMut(&StrategicGame, &str) -> Result<Outcome, Box<dyn Error>>,
) -> Result<Vec<Outcome>, Box<dyn Error>> {
    let mut outcomes = Vec::new();
    let mut endless = 0;
    for (game, path) in games {
        let outcome = solved(game, path)?;
        outcomes.push(outcome);
        endless += usize::from(outcome == Outcome::Endless);
        if endless == ENDLESS {
            break;
        }
    }
    Ok(outcomes)
}

/// How many were solved, and the median.
fn told(outcomes: &[Outcome]) -> String {
    let seconds = outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Solved(seconds) => Some(*seconds),
        _ => None,
    });
    let mut seconds: Vec<f64> = seconds.collect();
    let mut out = format!("{}/{} solved", seconds.len(), outcomes.len());
    if !seconds.is_empty() {
        _ = write!(out, ", median {:.3} ms", 1e3 * median(&mut seconds));
    }
    let endless = outcomes.iter().filter(|o| **o == Outcome::Endless).count();
    if endless > 0 {
        _ = write!(out, ", {endless} without end");
    }
    out
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

fn main() -> Result<(), Box<dyn Error>> {
    let smoke = is_smoke();
    let sizes: &[(usize, usize)] = if smoke {
        &[(3, 2), (4, 2)]
    } else {
        &[
            (3, 2),
            (3, 3),
            (3, 4),
            (3, 6),
            (4, 2),
            (4, 3),
            (4, 4),
            (5, 2),
            (5, 3),
            (5, 4),
        ]
    };
    let seeds = if smoke { 2 } else { 10 };
    let mut gambit = if smoke { None } else { Peer::new(GAMBIT) };
    let told_to: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with('-'))
        .collect();
    let is_size = |a: &&String| a.starts_with(|c: char| c.is_ascii_digit());
    let runs_size = |size: &String| !told_to.iter().any(|a| is_size(&a)) || told_to.contains(size);
    let runs = |name: &str| told_to.iter().any(|a| a == name);
    let runs_all = told_to.iter().all(|a| is_size(&a));
    let directory = std::env::temp_dir().join(format!("n-players-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    for (players, strategies) in sizes {
        let size = format!("{players}x{strategies}");
        if !runs_size(&size) {
            continue;
        }
        let options = Uniform {
            shape: vec![*strategies; *players],
            ..Uniform::default()
        };
        let mut games = Vec::new();
        for seed in 0..seeds {
            let game = uniform(&options, seed)?;
            let path = directory.join(format!("{size}-{seed}.nfg"));
            std::fs::write(&path, nfg::write(&game, &WriteOptions::default()).text)?;
            games.push((game, path.display().to_string()));
        }
        for (method, peer) in METHODS {
            if !(runs_all || runs(method.name()) || runs(peer)) {
                continue;
            }
            let own = each(&games, |game, _| ours(game, method))?;
            let mut out = format!("{size} {method}: {}", told(&own));
            if let Some(gambit) = gambit.as_mut().filter(|_| !peer.is_empty()) {
                let other = each(&games, |_, path| Ok(theirs(gambit, peer, path)))?;
                _ = write!(out, "; Gambit's {peer} {}", told(&other));
                let (mut mine, mut yours) = (Vec::new(), Vec::new());
                for pair in own.iter().zip(&other) {
                    if let (Outcome::Solved(a), Outcome::Solved(b)) = pair {
                        mine.push(*a);
                        yours.push(*b);
                    }
                }
                if !mine.is_empty() {
                    let ratio = median(&mut yours) / median(&mut mine);
                    _ = write!(out, "; {ratio:.1} times as long");
                }
            }
            out.push('\n');
            std::io::stdout().write_all(out.as_bytes())?;
        }
    }
    drop(std::fs::remove_dir_all(&directory));
    Ok(())
}

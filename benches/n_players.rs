//! One equilibrium of tables with many players, against Gambit's methods (if Python has `pygambit`).
//!
//! Random whole payoffs from -100 to 100, the same ones for both, ten seeds a size. Each of our methods is compared with the one of its
//! kind: `global_newton` with gnm, `iterated_polymatrix` with ipa, `simplicial` with simpdiv, `liapunov` with liap (from the middle), `logit_path` with logit.
//! Ours give a proved bound on what anybody could gain, which is in the time; theirs give floats. A game that Gambit does not end on within five seconds, or
//! that ends its process, is none of its games solved, and the medians are those of the games that each solved (regret at most 1e-4 of the range).

use deterra_benches::is_smoke;
use deterra_benches::peer::Peer;
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

const METHODS: [(Method, &str); 5] = [
    (Method::GlobalNewton, "gnm"),
    (Method::IteratedPolymatrix, "ipa"),
    (Method::Simplicial, "simpdiv"),
    (Method::Liapunov, "liap"),
    (Method::LogitPath, "logit"),
];

/// How long a peer may take for one game.
const PATIENCE: Duration = Duration::from_secs(5);

const GAMBIT: &str = r"
import sys, time
import pygambit as gbt
def run(name, game):
    if name == 'gnm': return gbt.nash.gnm_solve(game)
    if name == 'ipa': return gbt.nash.ipa_solve(game)
    if name == 'simpdiv': return gbt.nash.simpdiv_solve(game.mixed_strategy_profile(rational=True))
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
    start = time.perf_counter()
    try:
        found = solve(name, game)
    except Exception as error:
        found = []
    seconds = time.perf_counter() - start
    regrets = [float(profile.max_regret()) for profile in found]
    print(seconds, min(regrets, default=1e9), flush=True)
";

/// Seconds, if it solved the game.
fn theirs(gambit: &mut Peer, name: &str, path: &str) -> Option<f64> {
    let answer = gambit.ask(&format!("{name} {path}"), PATIENCE)?;
    let [seconds, regret] = answer[..] else {
        return None;
    };
    (regret <= 1e-4 * 200.0).then_some(seconds)
}

/// Seconds, if a method solved the game.
fn ours(game: &StrategicGame, method: Method) -> Result<Option<f64>, Box<dyn Error>> {
    let request = Request {
        concept: Some(Concept::Nash),
        method: Some(method),
        ..Request::default()
    };
    let control = Control {
        threads: 1,
        time_limit: Some(Duration::from_secs(20)),
        ..Control::default()
    };
    let start = Instant::now();
    let solution = solve(&Problem::Strategic(game), &request, &control)?;
    let seconds = start.elapsed().as_secs_f64();
    let Answer::Mixed(answer) = solution.answer() else {
        return Err(format!("{method}: another answer").into());
    };
    if answer.list.is_empty() {
        return Ok(None);
    }
    if !solution.verdict().holds() {
        return Err(format!("{method}: {:?}", solution.verdict()).into());
    }
    Ok(Some(seconds))
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
    let directory = std::env::temp_dir().join(format!("n-players-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    for (players, strategies) in sizes {
        let options = Uniform {
            shape: vec![*strategies; *players],
            ..Uniform::default()
        };
        let mut games = Vec::new();
        for seed in 0..seeds {
            let game = uniform(&options, seed)?;
            let path = directory.join(format!("{players}x{strategies}-{seed}.nfg"));
            std::fs::write(&path, nfg::write(&game, &WriteOptions::default()).text)?;
            games.push((game, path.display().to_string()));
        }
        let own = [(Method::Portfolio, "")];
        for (method, peer) in own.iter().chain(&METHODS) {
            let (mut times, mut solved) = (Vec::new(), Vec::new());
            for (game, path) in &games {
                times.extend(ours(game, *method)?);
                if let Some(gambit) = gambit.as_mut().filter(|_| !peer.is_empty()) {
                    solved.extend(theirs(gambit, peer, path));
                }
            }
            let mut out = String::new();
            let own = median(&mut times);
            _ = write!(
                out,
                "{players}x{strategies} {method}: {}/{seeds} solved, median {:.3} ms",
                times.len(),
                1e3 * own
            );
            if solved.is_empty() {
                out.push('\n');
            } else {
                let other = median(&mut solved);
                _ = writeln!(
                    out,
                    "; Gambit's {peer} {}/{seeds}, {:.3} ms, {:.1} times as long",
                    solved.len(),
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

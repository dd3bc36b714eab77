//! What sweeps find against what is known, against sweeps written plainly, and against themselves.

use super::checkpoint::{self, Kind, digest};
use super::layout::Cut;
use super::regret_minimization::{Iterate, RegretMinimization, regret_minimization};
use super::*;
use crate::control::{Control, Stop};
use deterra_game::catalog;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::format::Game;
use deterra_game::number::Rational;
use deterra_game::rules::{Limits, named};
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn kuhn() -> ExtensiveGame {
    match catalog::find("kuhn_poker").map(catalog::Entry::game) {
        Some(Game::Extensive(game)) => game,
        _ => panic!("Kuhn poker is a tree"),
    }
}

/// Half of `NashConv` after some iterations; the figures are those of `OpenSpiel`'s solvers, which an independent
/// implementation of CFR+ has confirmed.
#[test]
fn kuhn_poker_goes_the_known_way() {
    let game = kuhn();
    let flat = Flat::new(&game, &Control::default()).expect("a small game");
    let ways: [(Scheme, [(u64, f64); 4]); 2] = [
        (
            Scheme::CFR,
            [
                (1, 0.458_333_3),
                (2, 0.270_833_3),
                (10, 0.068_698_8),
                (100, 0.008_225_98),
            ],
        ),
        (
            Scheme::CFR_PLUS,
            [
                (1, 0.458_333_3),
                (2, 0.263_888_9),
                (10, 0.032_687_1),
                (100, 0.001_194_40),
            ],
        ),
    ];
    for (scheme, known) in ways {
        let mut run = Run::new(&flat, scheme, &Control::default()).expect("in time");
        for (iterations, exploitability) in known {
            run.iterate(iterations - run.iterations());
            let found = flat.nash_conv(&run.average()) / 2.0;
            assert!(
                (found - exploitability).abs() < 1e-7,
                "{} {iterations}: {found}",
                scheme.name
            );
        }
    }
}

/// What the variants reach on Kuhn poker in a thousand iterations, as other implementations do, by order of size.
#[test]
fn variants_come_as_near_as_they_are_known_to() {
    let game = kuhn();
    let flat = Flat::new(&game, &Control::default()).expect("a small game");
    let known = [
        (Scheme::CFR, 9.4e-4),
        (Scheme::CFR_PLUS, 8.7e-5),
        (Scheme::DCFR, 1.5e-4),
        (Scheme::PCFR_PLUS, 1e-12),
    ];
    for (scheme, most) in known {
        let mut run = Run::new(&flat, scheme, &Control::default()).expect("in time");
        run.iterate(1000);
        let found = flat.nash_conv(&run.average()) / 2.0;
        assert!(found <= 1.1 * most, "{}: {found}", scheme.name);
    }
}

/// A run that is interrupted between any two iterations goes on to the same bits.
#[test]
fn parts_of_a_run_are_the_run() {
    let game = kuhn();
    let flat = Flat::new(&game, &Control::default()).expect("a small game");
    for scheme in Scheme::ALL {
        let (mut whole, mut parts) = (
            Run::new(&flat, scheme, &Control::default()).expect("in time"),
            Run::new(&flat, scheme, &Control::default()).expect("in time"),
        );
        whole.iterate(17);
        for count in [1, 5, 0, 11] {
            parts.iterate(count);
        }
        let bits = |run: &Run<f64>| -> Vec<u64> {
            let plans = run.average();
            plans.iter().flatten().map(|x| x.to_bits()).collect()
        };
        assert_eq!(bits(&whole), bits(&parts), "{}", scheme.name);
    }
}

/// Three players: no-regret, and what best replies gain is little (10 iterations: at most 1, as known).
#[test]
fn three_players_regret_little() {
    let rules = named("kuhn:players=3").expect("a game");
    let game = rules.tree(&Limits::default()).expect("a small game");
    let flat = Flat::new(&game, &Control::default()).expect("a small game");
    assert_eq!(flat.side(2).num_sequences(), 33);
    let mut run = Run::new(&flat, Scheme::CFR, &Control::default()).expect("in time");
    run.iterate(10);
    assert!(flat.nash_conv(&run.average()) <= 1.0);
    run.iterate(990);
    assert!(flat.nash_conv(&run.average()) <= 0.1);
}

/// What floats say of best replies is what the judge finds in fractions, and after a while it is little.
#[test]
fn floats_say_what_the_judge_says() {
    for name in ["kuhn", "kuhn:players=3", "leduc", "goofspiel:cards=3"] {
        let rules = named(name).expect("a game");
        let game = rules.tree(&Limits::default()).expect("a small game");
        let flat = Flat::new(&game, &Control::default()).expect("a small game");
        let mut run = Run::new(&flat, Scheme::DCFR, &Control::default()).expect("in time");
        run.iterate(20);
        let plans = run.average();
        let profile = flat.profile(&game, &plans).expect("probabilities");
        let verdict = deterra_verify::nash::judge_behavior(&game, &profile, &Rational::ZERO);
        let paid = flat.payoffs(&plans);
        let gains = (0..flat.num_players()).map(|p| flat.best_reply(p, &plans) - paid[p]);
        let most = gains.fold(0.0, f64::max);
        assert!(
            (verdict.error.to_f64() - most).abs() < 1e-9,
            "{name}: {most} and {:?}",
            verdict.error.to_f64()
        );
    }
}

fn tree(name: &str) -> ExtensiveGame {
    let rules = named(name).expect("a game");
    rules.tree(&Limits::default()).expect("a small game")
}

fn flat(game: &ExtensiveGame) -> Flat {
    Flat::new(game, &Control::default()).expect("a small game")
}

/// Iterations written as the papers have them: no batches, slices or parts.
struct Plain<'f> {
    flat: &'f Flat,
    scheme: Scheme,
    regrets: Vec<Vec<f64>>,
    strategies: Vec<Vec<f64>>,
    sums: Vec<Vec<f64>>,
    iterations: u64,
}

impl<'f> Plain<'f> {
    fn new(flat: &'f Flat, scheme: Scheme) -> Self {
        let players = 0..flat.num_players();
        let zeros = |p: usize| vec![0.0; flat.side(p).num_sequences()];
        Self {
            flat,
            scheme,
            regrets: players.clone().map(zeros).collect(),
            strategies: players.clone().map(|p| flat.even(p)).collect(),
            sums: players.map(zeros).collect(),
            iterations: 0,
        }
    }

    fn plans(&self) -> Vec<Vec<f64>> {
        let plans = self.strategies.iter().enumerate();
        plans
            .map(|(p, strategy)| self.flat.plan(p, strategy))
            .collect()
    }

    fn iterate(&mut self, planned: u64) {
        self.iterations += 1;
        let (positive, negative) = self.scheme.kept(self.iterations, planned);
        let decay = self.scheme.decay(self.iterations, planned);
        let old = self.plans();
        for p in 0..self.sums.len() {
            let plans = match self.scheme.updates {
                Updates::Alternating => self.plans(),
                Updates::Simultaneous => old.clone(),
            };
            for (sum, x) in self.sums[p].iter_mut().zip(&old[p]) {
                *sum = *sum * decay + x;
            }
            let side = self.flat.side(p);
            let mut worth = vec![0.0; side.num_sequences()];
            self.flat.gradient(p, &plans, &mut worth);
            for set in (0..side.sets().len()).rev() {
                let own = side.sequences(set);
                let mean: f64 = own.clone().map(|s| worth[s] * self.strategies[p][s]).sum();
                worth[side.before(set)] += mean;
                let mut wants = Vec::new();
                for s in own.clone() {
                    let gain = worth[s] - mean;
                    let sum = self.regrets[p][s] + gain;
                    let kept = if sum > 0.0 { positive } else { negative };
                    self.regrets[p][s] = sum * kept;
                    let again = if self.scheme.is_predictive { gain } else { 0.0 };
                    wants.push((sum * kept + again).max(0.0));
                }
                let total: f64 = wants.iter().sum();
                let even = 1.0 / own.len() as f64;
                for (s, want) in own.zip(wants) {
                    self.strategies[p][s] = if total > 0.0 { want / total } else { even };
                }
            }
        }
    }

    fn average(&self) -> Vec<Vec<f64>> {
        let of = |sum: &Vec<f64>| sum.iter().map(|x| x / sum[0]).collect();
        self.sums.iter().map(of).collect()
    }
}

const GAMES: [&str; 6] = [
    "kuhn",
    "kuhn:players=3",
    "leduc",
    "goofspiel:cards=4",
    "liars_dice:sides=4",
    "dark_hex",
];

/// However small the parts are that a game is cut into.
const CUTS: [Cut; 3] = [
    Cut {
        many: usize::MAX,
        parts: 1,
        full: 256,
    },
    Cut {
        many: 1,
        parts: 4,
        full: 16,
    },
    Cut {
        many: 1,
        parts: 1000,
        full: 1,
    },
];

fn cut(flat: &Flat, cut: Cut) -> Arc<Compiled<f64>> {
    Arc::new(Compiled::cut(flat, cut, &Control::default()).expect("in time"))
}

fn apart(a: &[Vec<f64>], b: &[Vec<f64>]) -> f64 {
    let pairs = a.iter().flatten().zip(b.iter().flatten());
    pairs.map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
}

#[test]
fn sweeps_do_what_the_papers_say() {
    for name in GAMES {
        let game = tree(name);
        // Where actions are worth the same, rounding decides which is regretted, and everything that follows; payoffs that are moved a
        // little tie nowhere.
        let exact = flat(&game);
        let moved = exact.moved();
        let variants = Scheme::ALL.into_iter().map(|scheme| (scheme, &moved, 6));
        let plain_ones = [Scheme::CFR, Scheme::DCFR].map(|scheme| (scheme, &exact, 3));
        for (scheme, flat, iterations) in variants.chain(plain_ones) {
            for updates in [Updates::Alternating, Updates::Simultaneous] {
                let scheme = Scheme { updates, ..scheme };
                let mut plain = Plain::new(flat, scheme);
                for _ in 0..iterations {
                    plain.iterate(8);
                }
                for way in CUTS {
                    let mut run = Run::on(cut(flat, way), scheme, 1).planned(8);
                    run.iterate(iterations);
                    let far = apart(&run.average(), &plain.average());
                    assert!(far < 1e-9, "{name} {} {way:?}: {far}", scheme.name);
                    let (gap, known) = (run.gap(), flat.nash_conv(&plain.average()));
                    assert!((gap - known).abs() < 1e-9, "{name} {gap} {known}");
                }
            }
        }
    }
}

/// Threads take parts as they come; what they find is the same to the last bit.
#[test]
fn threads_do_not_change_a_bit() {
    for name in ["leduc", "goofspiel:cards=4", "kuhn:players=3"] {
        let game = tree(name);
        let flat = flat(&game);
        let compiled = cut(&flat, CUTS[1]);
        assert!(compiled.is_cut(), "{name}");
        for scheme in [Scheme::CFR, Scheme::PDCFR_PLUS] {
            let bits = |threads: usize| {
                let mut run = Run::on(Arc::clone(&compiled), scheme, threads);
                run.iterate(40);
                (run.body(), run.gap().to_bits())
            };
            let one = bits(1);
            for threads in [2, 3, 8] {
                assert_eq!(bits(threads), one, "{name} {threads}");
            }
        }
    }
}

#[test]
fn half_the_digits_do_for_half_the_digits() {
    let game = tree("leduc");
    let flat = flat(&game);
    let single = Arc::new(Compiled::<f32>::new(&flat, &Control::default()).expect("in time"));
    let mut run = Run::on(single, Scheme::DCFR, 1);
    run.iterate(300);
    let double = flat.nash_conv(&run.average());
    assert!((run.gap() - double).abs() < 1e-4);
    assert!(double < 0.02, "{double}");
}

/// A stop after any iteration, its state as bytes, and on from there.
#[test]
fn what_is_stored_goes_on_to_the_same_bytes() {
    let game = tree("leduc");
    let flat = flat(&game);
    let key = digest(&flat);
    let compiled = cut(&flat, CUTS[1]);
    for scheme in Scheme::ALL {
        let begin = || Run::on(Arc::clone(&compiled), scheme, 1).planned(20);
        let mut whole = begin();
        whole.iterate(20);
        for at in [0, 1, 7, 19] {
            let mut first = begin();
            first.iterate(at);
            let stored = checkpoint::seal(Kind::Double, &key, &first.body());
            let mut second = begin();
            let body = checkpoint::open(&stored, Kind::Double, &key).expect("as it was");
            second.resume(body).expect("of this run");
            second.iterate(20 - at);
            assert_eq!(second.body(), whole.body(), "{} {at}", scheme.name);
        }
    }
}

/// Whatever happens to the bytes, nothing goes on from what is not what was written.
#[test]
fn damaged_checkpoints_are_refused() {
    let game = kuhn();
    let flat = flat(&game);
    let key = digest(&flat);
    let mut run = Run::new(&flat, Scheme::DCFR, &Control::default()).expect("in time");
    run.iterate(3);
    let stored = checkpoint::seal(Kind::Double, &key, &run.body());
    let open = |bytes: &[u8]| checkpoint::open(bytes, Kind::Double, &key).map(<[u8]>::len);
    for at in 0..stored.len() {
        let mut changed = stored.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(open(&changed).is_err(), "byte {at}");
        assert!(open(&stored[..at]).is_err(), "the first {at} bytes");
    }
    let long: Vec<u8> = stored.iter().copied().chain([0]).collect();
    assert_eq!(open(&long), Err(CannotResume::Damaged));
    assert_eq!(open(b"P1 = 3"), Err(CannotResume::Foreign));
    let newer = {
        let mut newer = stored.clone();
        newer[8] = 9;
        newer
    };
    let version = CannotResume::Version { found: 9, known: 1 };
    assert_eq!(open(&newer), Err(version));
    let other = digest(&super::tests::flat(&tree("leduc")));
    let found = checkpoint::open(&stored, Kind::Double, &other);
    assert_eq!(found, Err(CannotResume::AnotherGame));
    let found = checkpoint::open(&stored, Kind::Single, &key);
    assert!(matches!(found, Err(CannotResume::AnotherRun { .. })));
    // The right seal on a body of another run, or of none.
    let mut cfr = Run::new(&flat, Scheme::CFR, &Control::default()).expect("in time");
    let found = cfr.resume(&run.body());
    assert!(matches!(found, Err(CannotResume::AnotherRun { .. })));
    for length in 0..run.body().len() {
        assert!(run.resume(&run.body()[..length]).is_err(), "{length}");
    }
}

#[test]
fn runs_end_where_they_are_told_to() {
    let game = kuhn();
    let stored = Arc::new(Mutex::new(Vec::new()));
    let keep = {
        let stored = Arc::clone(&stored);
        move |bytes: &[u8]| *stored.lock().expect("one thread") = bytes.to_vec()
    };
    let options = RegretMinimization {
        gap: Some(1e-3),
        iterate: Iterate::Best,
        keeper: Some(regret_minimization::Keeper {
            keep: Arc::new(keep),
            every: Duration::ZERO,
        }),
        ..RegretMinimization::default()
    };
    let solve = |options: &RegretMinimization| {
        regret_minimization(&game, options, &Control::default()).expect("it recalls")
    };
    let solution = solve(&options);
    assert_eq!(solution.stop(), Stop::Gap);
    let verdict = solution.verdict();
    assert!(verdict.holds() && verdict.error.to_f64() <= 1e-3);
    let trace = &solution.answer().trace;
    assert!(trace.last().is_some_and(|last| last.nash_conv <= 1e-3));
    // On from where it ended, with less to be gained: as many iterations as without the stop.
    let finer = RegretMinimization {
        gap: Some(1e-4),
        ..options
    };
    let whole = solve(&finer);
    let resumed = RegretMinimization {
        resume: Some(Arc::new(stored.lock().expect("one thread").clone())),
        ..finer
    };
    let parts = solve(&resumed);
    assert_eq!(parts.answer().steps, whole.answer().steps);
    assert_eq!(parts.answer().list, whole.answer().list);
    let few = RegretMinimization {
        iterations: Some(3),
        ..RegretMinimization::default()
    };
    assert_eq!(
        (solve(&few).stop(), solve(&few).answer().steps),
        (Stop::Iterations, 3)
    );
}

/// An equilibrium to begin with stays one, and what is played first is what was given.
#[test]
fn a_run_begins_with_what_it_is_given() {
    let game = tree("leduc");
    let flat = flat(&game);
    let mut first = Run::new(&flat, Scheme::PCFR_PLUS, &Control::default()).expect("in time");
    first.iterate(400);
    let plans = first.average();
    let profile = flat.profile(&game, &plans).expect("probabilities");
    let mut warm = Run::new(&flat, Scheme::CFR_PLUS, &Control::default()).expect("in time");
    warm.begin_with(&flat.strategies(&game, &profile));
    assert!(apart(&warm.current(), &plans) < 1e-12);
    let mut cold = Run::new(&flat, Scheme::CFR_PLUS, &Control::default()).expect("in time");
    warm.iterate(10);
    cold.iterate(10);
    assert!(
        warm.gap() < cold.gap() / 4.0,
        "{} {}",
        warm.gap(),
        cold.gap()
    );
}

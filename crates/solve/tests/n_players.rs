//! Equilibria of any number of players: every method, games of all families, and every answer judged.

#![allow(
    clippy::unwrap_used,
    reason = "in a test a panic is the failure report"
)]

use deterra_game::generate::{self, Coordination, Network, Uniform};
use deterra_game::number::{Number, Rational};
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::{StrategicBuilder, StrategicGame};
use deterra_solve::control::{Control, Stop};
use deterra_solve::method::Method;
use deterra_solve::nash::found::NashEquilibria;
use deterra_solve::nash::portfolio::{Portfolio, portfolio};
use deterra_solve::solution::Solution;
use deterra_solve::{Answer, Problem, Request, solve};
use deterra_verify::nash::judge_mixed;
use deterra_verify::verdict::{Concept, Status};
use proptest::prelude::*;
use std::time::{Duration, Instant};

const METHODS: [Method; 6] = [
    Method::Portfolio,
    Method::GlobalNewton,
    Method::IteratedPolymatrix,
    Method::Simplicial,
    Method::Liapunov,
    Method::LogitPath,
];

fn found(
    game: &StrategicGame,
    method: Method,
    several: bool,
    limit: Option<Duration>,
) -> (Solution<()>, NashEquilibria<MixedProfile>) {
    let request = Request {
        concept: Some(Concept::Nash),
        method: Some(method),
        several,
        ..Request::default()
    };
    let control = Control {
        time_limit: limit,
        ..Control::default()
    };
    let solution = solve(&Problem::Strategic(game), &request, &control).unwrap();
    let Answer::Mixed(answer) = solution.answer().clone() else {
        panic!("{method}: {:?}", solution.answer());
    };
    (solution.map(|_| ()), answer)
}

/// Three players with two strategies each; player 1's first, as `L1 R1 ...`.
fn cube(cells: &[[i64; 3]; 8]) -> StrategicGame {
    let mut b = StrategicBuilder::new("cube");
    for name in ["1", "2", "3"] {
        b.player_with(name, 2);
    }
    for cell in cells {
        b.payoffs(&cell.map(Number::from));
    }
    b.build().unwrap()
}

/// What holds of every answer: it is judged anew, exact claims exactly.
fn check(game: &StrategicGame, method: Method, several: bool) -> usize {
    // Never reached but by what hangs.
    let limit = Some(Duration::from_secs(20));
    let (solution, answer) = found(game, method, several, limit);
    assert_ne!(solution.stop(), Stop::Time, "{method}: {}", game.title());
    for one in &answer.list {
        let allowed = if one.exact {
            Rational::ZERO
        } else {
            answer.tolerance.clone()
        };
        let verdict = judge_mixed(game, &one.profile, &allowed);
        assert!(verdict.holds(), "{method}: {} {verdict:?}", game.title());
        assert_eq!(verdict.status == Status::Exact, one.exact, "{method}");
    }
    if answer.list.is_empty() {
        assert!(!solution.is_complete());
        assert!(solution.not_searched().is_some());
    } else {
        assert!(solution.verdict().holds());
    }
    answer.list.len()
}

/// Tables of all shapes with few different payoffs, so that many tie, or many.
fn tables() -> impl Strategy<Value = StrategicGame> {
    let shape = proptest::collection::vec(1..=3_usize, 2..=5);
    let high = prop_oneof![Just(1_i64), Just(2), Just(5), Just(100)];
    (shape, high, any::<u64>()).prop_map(|(shape, high, seed)| {
        generate::uniform(
            &Uniform {
                shape,
                low: 0,
                high,
            },
            seed,
        )
        .unwrap()
    })
}

/// Games of other families: coordination, dispersion, polymatrix, graphical.
fn families() -> impl Strategy<Value = StrategicGame> {
    (0..4_u8, 2..=4_usize, 2..=3_usize, any::<u64>()).prop_map(
        |(family, players, actions, seed)| {
            let same = Coordination { actions, players };
            let network = Network {
                shape: vec![actions; players],
                ..Network::default()
            };
            match family {
                0 => generate::identity(&same).unwrap(),
                1 => generate::dispersion(&same).unwrap(),
                2 => generate::polymatrix(&network, seed).unwrap(),
                _ => generate::graphical(&network, seed).unwrap(),
            }
        },
    )
}

fn cases(count: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig {
        cases: asked.and_then(|n| n.parse().ok()).unwrap_or(count),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(24))]

    /// Whatever is found is an equilibrium, whatever ties; one is found by the portfolio and by paths always.
    #[test]
    fn answers_are_equilibria(game in prop_oneof![3 => tables(), 1 => families()]) {
        for method in METHODS {
            let count = check(&game, method, false);
            if method == Method::Portfolio {
                prop_assert_eq!(count, 1, "{}", method);
            }
        }
        // Nor does it need pure ones.
        let mixed = Portfolio { pure: false, ..Portfolio::default() };
        let solution = portfolio(&game, &mixed, &Control::default()).unwrap();
        prop_assert_eq!(solution.answer().list.len(), 1);
        prop_assert!(solution.verdict().holds());
    }

    /// The same of several, none of which is listed twice; and the same answer each time.
    #[test]
    fn several_differ(game in tables(), method in 0..METHODS.len()) {
        let method = METHODS[method];
        prop_assume!(!matches!(method, Method::Simplicial | Method::Liapunov) || game.num_cells() <= 24);
        check(&game, method, true);
        let limit = Some(Duration::from_secs(20));
        let (_, answer) = found(&game, method, true, limit);
        for (k, one) in answer.list.iter().enumerate() {
            prop_assert!(answer.list[..k].iter().all(|other| other.profile != one.profile));
        }
        let (_, again) = found(&game, method, true, limit);
        prop_assert_eq!(answer, again);
    }
}

/// Jordan (1993): 1 matches 2, 2 matches 3, 3 mismatches 1. Everybody mixes equally, and nothing else is in equilibrium.
#[test]
fn three_players_match_pennies() {
    let sign = |wins: bool| if wins { 1 } else { -1 };
    let cells: Vec<[i64; 3]> = (0..8)
        .map(|cell| {
            let [x, y, z] = [cell & 1, cell >> 1 & 1, cell >> 2 & 1];
            [sign(x == y), sign(y == z), sign(z != x)]
        })
        .collect();
    let game = cube(&cells.try_into().unwrap());
    let half = Rational::new(1, 2).unwrap();
    for method in METHODS {
        let (solution, answer) = found(&game, method, false, None);
        assert_eq!(answer.list.len(), 1, "{method}");
        assert!(
            answer.list[0].exact && solution.verdict().is_exact(),
            "{method}"
        );
        let rows = answer.list[0].profile.players();
        assert_eq!(rows, vec![vec![half.clone(); 2]; 3], "{method}");
        assert_eq!(answer.list[0].payoffs, vec![Rational::ZERO; 3], "{method}");
    }
}

/// Nau, Gomez Canovas and Hansen (2004, section 4): the only equilibrium is irrational. With p of T, q of L, r of 1: indifference of
/// the third, second and first give 2r² + 23r - 9 = 0, q = (2 - r)/(3 + r), p = (3 - 2r)/(4 - r).
#[test]
fn an_irrational_equilibrium() {
    let cells = [
        [3, 0, 2],
        [0, 1, 0],
        [0, 2, 0],
        [1, 0, 0],
        [1, 0, 0],
        [0, 3, 0],
        [0, 1, 0],
        [2, 0, 3],
    ];
    let game = cube(&cells);
    let r = (601_f64.sqrt() - 23.0) / 4.0;
    let expected = [(3.0 - 2.0 * r) / (4.0 - r), (2.0 - r) / (3.0 + r), r];
    for method in METHODS {
        let (solution, answer) = found(&game, method, false, None);
        assert!(solution.verdict().holds(), "{method}");
        let [one] = &answer.list[..] else {
            panic!("{method}: {answer:?}");
        };
        assert!(!one.exact && !answer.tolerance.is_zero(), "{method}");
        assert!(answer.tolerance.to_f64() <= 1e-12, "{method}");
        for (row, expected) in one.profile.players().iter().zip(expected) {
            let off = (row[0].to_f64() - expected).abs();
            assert!(off < 1e-12, "{method}: {off}");
        }
    }
}

/// Two who each want the other to come to their place, and a third who likes the first place: the third's payoff does
/// not matter to them. Bach or Stravinsky has (2/3, 1/3), (1/3, 2/3) beside two pure equilibria, so there are three.
#[test]
fn several_equilibria_are_met() {
    let mut cells = [[0; 3]; 8];
    for third in 0..2 {
        let likes = i64::from(third == 0);
        cells[4 * third] = [2, 1, likes];
        cells[4 * third + 1] = [0, 0, likes];
        cells[4 * third + 2] = [0, 0, likes];
        cells[4 * third + 3] = [1, 2, likes];
    }
    let game = cube(&cells);
    let r = |n, d| Rational::new(n, d).unwrap();
    let all = [
        vec![r(2, 3), r(2, 3), r(1, 1)],
        vec![r(1, 1), r(2, 1), r(1, 1)],
        vec![r(2, 1), r(1, 1), r(1, 1)],
    ];
    for method in [
        Method::GlobalNewton,
        Method::IteratedPolymatrix,
        Method::Liapunov,
    ] {
        let (solution, answer) = found(&game, method, true, None);
        assert!(solution.verdict().is_exact(), "{method}");
        let mut payoffs: Vec<_> = answer.list.iter().map(|one| one.payoffs.clone()).collect();
        payoffs.sort();
        assert!(payoffs.len() > 1, "{method}");
        assert!(payoffs.iter().all(|paid| all.contains(paid)), "{method}");
        if method == Method::GlobalNewton {
            assert_eq!(payoffs, all);
        }
    }
}

/// The first equilibrium of random games of all sizes that peers are measured on, without looking at pure profiles.
#[test]
fn every_seed_is_solved() {
    let sizes: &[&[usize]] = &[&[2; 3], &[3; 3], &[4; 3], &[2; 4], &[3; 4], &[2; 5]];
    for shape in sizes {
        for seed in 0..4 {
            let options = Uniform {
                shape: shape.to_vec(),
                ..Uniform::default()
            };
            let game = generate::uniform(&options, seed).unwrap();
            for method in [
                Method::GlobalNewton,
                Method::IteratedPolymatrix,
                Method::LogitPath,
            ] {
                assert_eq!(check(&game, method, false), 1, "{method} {shape:?} {seed}");
            }
        }
    }
}

#[test]
fn limits_are_kept() {
    let options = Uniform {
        shape: vec![6; 5],
        ..Uniform::default()
    };
    let game = generate::uniform(&options, 1).unwrap();
    for method in METHODS {
        let start = Instant::now();
        let (solution, answer) = found(&game, method, true, Some(Duration::from_millis(50)));
        assert!(start.elapsed() < Duration::from_secs(5), "{method}");
        assert!(
            solution.stop() == Stop::Time || !answer.list.is_empty(),
            "{method}"
        );
    }
    let control = Control {
        memory_limit: Some(1000),
        ..Control::default()
    };
    let refused = portfolio(&game, &Portfolio::default(), &control);
    assert!(refused.is_err());
    let alone = generate::uniform(
        &Uniform {
            shape: vec![3],
            ..Uniform::default()
        },
        1,
    );
    if let Ok(alone) = alone {
        assert!(portfolio(&alone, &Portfolio::default(), &Control::default()).is_err());
    }
}

//! Divisions of coalitional games of many players, held against closed forms, and of random ones, against other divisions.

use deterra_game::coalition::{Coalition, CoalitionalGame, WeightedVoting};
use deterra_game::number::Rational;
use deterra_solve::control::{Control, Stop};
use deterra_solve::cooperative::core::{Core, Divisions, core};
use deterra_solve::cooperative::nucleolus::{Nucleolus, nucleolus};
use deterra_solve::error::SolveError;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn r(value: i64) -> Rational {
    Rational::integer(value)
}

fn q(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

fn names(players: usize) -> Vec<String> {
    (0..players).map(|k| k.to_string()).collect()
}

fn game(players: usize, worth: impl Fn(Coalition) -> Rational) -> CoalitionalGame {
    CoalitionalGame::from_fn("game", names(players), worth).expect("at most 20")
}

fn nucleolus_of(game: &CoalitionalGame) -> Vec<Rational> {
    let solution =
        nucleolus(game, &Nucleolus {}, &Control::default()).expect("something to divide");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    solution.into_answer()
}

fn core_of(game: &CoalitionalGame) -> Divisions {
    let solution = core(game, &Core::default(), &Control::default()).expect("no limit");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    solution.into_answer()
}

/// Claims on an estate: a coalition is worth what the others' claims leave of it (O'Neill 1982).
fn bankruptcy(claims: &[i64], estate: i64) -> CoalitionalGame {
    game(claims.len(), |c| {
        let others = (0..claims.len()).filter(|p| !c.contains(*p));
        let claimed: i64 = others.map(|p| claims[p]).sum();
        r((estate - claimed).max(0))
    })
}

/// Equal amounts to all, but to nobody more than the cap; caps ascend.
fn equal_awards(caps: &[Rational], estate: &Rational) -> Vec<Rational> {
    let mut left = estate.clone();
    let mut awards = Vec::new();
    for (k, cap) in caps.iter().enumerate() {
        let share = left
            .checked_div(&r((caps.len() - k) as i64))
            .expect("not 0");
        let award = share.min(cap.clone());
        left -= &award;
        awards.push(award);
    }
    awards
}

/// The rule of the Talmud, which is the nucleolus (Aumann and Maschler 1985): up to half of all claims everybody's half
/// caps equal awards, beyond that equal losses.
fn talmud(claims: &[i64], estate: i64) -> Vec<Rational> {
    let halves: Vec<Rational> = claims.iter().map(|c| q(*c, 2)).collect();
    let all: i64 = claims.iter().sum();
    if 2 * estate <= all {
        return equal_awards(&halves, &r(estate));
    }
    let losses = equal_awards(&halves, &r(all - estate));
    let awards = claims.iter().zip(losses);
    awards.map(|(claim, loss)| &r(*claim) - &loss).collect()
}

/// A runway costs what its longest user needs (Littlechild 1974): those who need least pay the least of what a user and
/// those below could pay each with one more to share, the last with nobody more.
fn runways(needs: &[i64]) -> Vec<Rational> {
    let all = needs.len();
    let (mut done, mut paid) = (0, Rational::ZERO);
    let mut fees = Vec::new();
    while done < all {
        let fee = |upto: usize| {
            let sharing = if upto == all {
                upto - done
            } else {
                upto - done + 1
            };
            let rest = &r(needs[upto - 1]) - &paid;
            (rest.checked_div(&r(sharing as i64)).expect("not 0"), upto)
        };
        // Of equal fees the one of the most users.
        let least = (done + 1..=all).map(fee);
        let (fee, upto) = least
            .min_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)))
            .expect("one at least");
        for _ in done..upto {
            fees.push(-&fee);
            paid += &fee;
        }
        done = upto;
    }
    fees
}

fn airport(needs: &[i64]) -> CoalitionalGame {
    game(needs.len(), |c| {
        r(-c.members().map(|p| needs[p]).max().unwrap_or(0))
    })
}

const CLAIMS: [i64; 20] = [
    3, 8, 11, 17, 20, 26, 31, 37, 41, 50, 53, 61, 70, 74, 88, 90, 101, 120, 133, 150,
];

#[test]
fn estates_of_many() {
    for (players, estate) in [(8, 40), (8, 120), (14, 200), (14, 411)] {
        let claims = &CLAIMS[..players];
        let found = nucleolus_of(&bankruptcy(claims, estate));
        assert_eq!(found, talmud(claims, estate), "{players} {estate}");
    }
}

#[test]
fn runways_of_many() {
    for players in [3, 7, 13] {
        let needs = &CLAIMS[..players];
        assert_eq!(nucleolus_of(&airport(needs)), runways(needs), "{players}");
    }
}

/// As many as there can be, in seconds.
#[test]
fn twenty() {
    let found = nucleolus_of(&bankruptcy(&CLAIMS, 700));
    assert_eq!(found, talmud(&CLAIMS, 700));
}

#[test]
fn twenty_runways() {
    assert_eq!(nucleolus_of(&airport(&CLAIMS)), runways(&CLAIMS));
}

/// Worths without any pattern, and above what is worth alone.
fn scattered(players: usize, seed: u64) -> CoalitionalGame {
    game(players, |c| {
        let mut x = c.bits().wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ seed;
        x ^= x >> 29;
        x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x ^= x >> 32;
        if c.len() < 2 {
            Rational::ZERO
        } else {
            r((x % 1000) as i64 + 100 * (c.len() * c.len()) as i64)
        }
    })
}

#[test]
fn twenty_without_a_pattern() {
    nucleolus_of(&scattered(20, 7));
}

#[test]
fn twenty_voters() {
    let weights = CLAIMS.map(r).to_vec();
    let rule = WeightedVoting::new(weights, r(600)).expect("a rule");
    let vote = CoalitionalGame::voting("vote", names(20), rule).expect("twenty");
    nucleolus_of(&vote);
    assert!(core_of(&vote).is_empty());
}

#[test]
fn fifteen_without_a_pattern() {
    nucleolus_of(&scattered(12, 3));
    let answer = core_of(&scattered(15, 3));
    assert!(answer.excess.is_some());
}

/// Permanent members of the Security Council share what is to be divided: the core is all divisions among them, and they
/// are alike.
#[test]
fn the_security_council() {
    let mut weights = vec![r(7); 5];
    weights.resize(15, r(1));
    let rule = WeightedVoting::new(weights, r(39)).expect("a rule");
    let vote = CoalitionalGame::voting("council", names(15), rule).expect("fifteen");
    let mut expected = vec![q(1, 5); 5];
    expected.resize(15, Rational::ZERO);
    assert_eq!(nucleolus_of(&vote), expected);
    let answer = core_of(&vote);
    assert_eq!(answer.excess, Some(Rational::ZERO));
    assert_eq!(answer.corners.map(|corners| corners.len()), Some(5));
}

/// Gloves of 6 left hands and 7 right ones: a pair is worth 1, the core gives all to the side that is short (Shapley and
/// Shubik 1969), and it is one point.
#[test]
fn gloves_of_thirteen() {
    let gloves = game(13, |c| {
        let left = c.members().filter(|p| *p < 6).count();
        r(left.min(c.len() - left) as i64)
    });
    let mut expected = vec![r(1); 6];
    expected.resize(13, Rational::ZERO);
    assert_eq!(nucleolus_of(&gloves), expected);
    assert_eq!(core_of(&gloves).division, expected);
}

#[test]
fn extremes() {
    // Nothing is worth anything.
    for players in [1, 2, 10] {
        let nothing = game(players, |_| Rational::ZERO);
        assert_eq!(nucleolus_of(&nothing), vec![Rational::ZERO; players]);
        assert!(!core_of(&nothing).is_empty());
    }
    // Huge and tiny at once, beyond machine words.
    let huge = r(10).checked_pow(30).expect("not 0");
    let tiny = r(10).checked_pow(-30).expect("not 0");
    let mixed = game(4, |c| match c.len() {
        4 => &huge + &tiny,
        3 => tiny.clone(),
        _ => Rational::ZERO,
    });
    let quarter = &(&huge + &tiny) * &q(1, 4);
    assert_eq!(nucleolus_of(&mixed), vec![quarter; 4]);
    // Additive: everybody gets her own.
    let own = game(9, |c| c.members().map(|p| r(CLAIMS[p])).sum());
    assert_eq!(
        nucleolus_of(&own),
        CLAIMS[..9].iter().copied().map(r).collect::<Vec<_>>()
    );
}

#[test]
fn time_is_kept() {
    let control = Control {
        time_limit: Some(Duration::from_millis(300)),
        ..Control::default()
    };
    let large = scattered(16, 1);
    let begun = Instant::now();
    let stopped = nucleolus(&large, &Nucleolus {}, &control);
    if let Err(error) = stopped {
        assert!(matches!(
            error,
            SolveError::Stopped {
                stop: Stop::Time,
                ..
            }
        ));
        assert!(begun.elapsed() < Duration::from_secs(3));
    }
}

/// Excesses of all proper coalitions, greatest first.
fn excesses(game: &CoalitionalGame, division: &[Rational]) -> Vec<Rational> {
    let all = Coalition::all(game.num_players()).bits();
    let excess = |bits| {
        let c = Coalition::from_bits(bits);
        let given: Rational = c.members().map(|p| &division[p]).sum();
        &game.worth(c) - &given
    };
    let mut excesses: Vec<Rational> = (1..all).map(excess).collect();
    excesses.sort_by(|a, b| b.cmp(a));
    excesses
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    /// Schmeidler's definition: no other division that gives everybody what she is worth alone has lexicographically smaller
    /// excesses. And its greatest excess is that of the least core, where that gives as much.
    #[test]
    fn no_division_is_better(
        entries in prop::collection::vec(-4_i64..12, 31),
        more in 0_i64..30,
        others in prop::collection::vec(prop::collection::vec(0_i64..6, 5), 12),
    ) {
        let alone: i64 = (0..5).map(|p| entries[(1 << p) - 1]).sum();
        let game = game(5, |c| match c.len() {
            5 => r(alone + more),
            _ => r(entries[c.bits() as usize - 1]),
        });
        let found = nucleolus_of(&game);
        let own = excesses(&game, &found);
        for weights in others {
            let sum: i64 = weights.iter().sum();
            let Some(share) = Rational::new(more, sum) else { continue; };
            let division: Vec<Rational> = weights
                .iter()
                .enumerate()
                .map(|(p, w)| &r(entries[(1 << p) - 1]) + &(&r(*w) * &share))
                .collect();
            prop_assert!(excesses(&game, &division) >= own);
        }
        let answer = core_of(&game);
        let least = answer.excess.clone().expect("several players");
        prop_assert!(least <= own[0]);
        let rational = (0..5).all(|p| answer.division[p] >= r(entries[(1 << p) - 1]));
        if rational {
            prop_assert_eq!(&least, &own[0]);
        }
        prop_assert_eq!(answer.is_empty(), least > Rational::ZERO);
    }

    /// Renaming players renames shares; adding an additive game adds it.
    #[test]
    fn names_and_own_wealth_do_not_matter(entries in prop::collection::vec(0_i64..9, 63), wealth in prop::collection::vec(-5_i64..6, 6), turn in 1_usize..6) {
        let base = |c: Coalition| match c.len() {
            0 | 1 => 0,
            6 => 60,
            _ => entries[c.bits() as usize - 1],
        };
        let found = nucleolus_of(&game(6, |c| r(base(c))));
        let moved = game(6, |c| {
            let turned = Coalition::of(c.members().map(|p| (p + turn) % 6));
            let own: i64 = c.members().map(|p| wealth[p]).sum();
            r(base(turned) + own)
        });
        let shares = nucleolus_of(&moved);
        for p in 0..6 {
            prop_assert_eq!(&shares[p], &(&found[(p + turn) % 6] + &r(wealth[p])));
        }
    }
}

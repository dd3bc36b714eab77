//! Tables of the literature, tables in which ties decide, large ones, and tables that are trees as well.

use super::*;
use crate::commit::mixed_commitment::{MixedCommitment, mixed_commitment};
use deterra_game::convert::simultaneous_tree;
use deterra_game::number::Number;
use proptest::prelude::*;
use std::time::Duration;

const FIRST: PlayerId = PlayerId(0);
const SECOND: PlayerId = PlayerId(1);

fn q(text: &str) -> Rational {
    Number::parse(text).expect("a number").into_value()
}

fn table(leads: &[Vec<Number>], follows: &[Vec<Number>]) -> StrategicGame {
    StrategicGame::from_rows("table", leads, follows).expect("a table")
}

fn rows(all: &[&[i64]]) -> Vec<Vec<Number>> {
    let row = |row: &&[i64]| row.iter().copied().map(Number::from).collect();
    all.iter().map(row).collect()
}

fn solved(game: &StrategicGame, leader: PlayerId, ties: Ties) -> Commitment<MixedProfile> {
    let options = StrategicCommitment {
        ties,
        ..StrategicCommitment::default()
    };
    let solution = strategic_commitment(game, leader, &options, &Control::default());
    let solution = solution.expect("two players");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    assert!(solution.is_complete());
    solution.into_answer()
}

/// Conitzer and Sandholm (2006): 2 in equilibrium, 7/2 by chances; the follower's side is no worse.
#[test]
fn rows_and_columns() {
    let game = table(&rows(&[&[2, 4], &[1, 3]]), &rows(&[&[1, 0], &[0, 1]]));
    let strong = solved(&game, FIRST, Ties::ForLeader);
    assert_eq!((strong.value, strong.attained), (q("7/2"), true));
    assert_eq!(strong.profile.of(FIRST), [q("1/2"), q("1/2")]);
    assert_eq!(strong.profile.of(SECOND), [q("0"), q("1")]);
    let weak = solved(&game, FIRST, Ties::AgainstLeader);
    assert_eq!((weak.value, weak.attained), (q("7/2"), false));
    // The column player cannot move a row player for whom the first row is always better.
    let strong = solved(&game, SECOND, Ties::ForLeader);
    assert_eq!((strong.value, strong.follower), (q("1"), FIRST));
}

/// Nothing to choose, nothing to gain, and one strategy on either side.
#[test]
fn degenerate_tables() {
    let zero = rows(&[&[0, 0, 0], &[0, 0, 0]]);
    for ties in [Ties::ForLeader, Ties::AgainstLeader] {
        assert_eq!(solved(&table(&zero, &zero), FIRST, ties).value, q("0"));
        let one = table(&rows(&[&[7]]), &rows(&[&[-7]]));
        assert_eq!(solved(&one, SECOND, ties).value, q("-7"));
        // The follower goes where it gets 3, and has no choice where it has one strategy.
        let row = table(&rows(&[&[5, 1]]), &rows(&[&[2, 3]]));
        assert_eq!(solved(&row, FIRST, ties).value, q("1"));
        let column = table(&rows(&[&[5], &[6]]), &rows(&[&[2], &[0]]));
        assert_eq!(solved(&column, FIRST, ties).value, q("6"));
    }
    // It does not care: the strong value is the best payoff, the weak one that of the game against it, 2·3/(2 + 3).
    let game = table(&rows(&[&[2, 0], &[0, 3]]), &rows(&[&[1, 1], &[1, 1]]));
    assert_eq!(solved(&game, FIRST, Ties::ForLeader).value, q("3"));
    assert_eq!(solved(&game, FIRST, Ties::AgainstLeader).value, q("6/5"));
}

/// The first example with payoffs that floats do not tell apart, and with huge ones.
#[test]
fn numbers_beyond_floats() {
    let huge = |text: &str| Number::parse(text).expect("a number");
    let base = "1000000000000000000000000000000";
    let lead = |x: &str| huge(&format!("{base}.{x}"));
    let leads = [vec![lead("2"), lead("4")], vec![lead("1"), lead("3")]];
    let one = || huge("0.0000000000000000000000000000000001");
    let follows = [vec![one(), huge("0")], vec![huge("0"), one()]];
    let strong = solved(&table(&leads, &follows), FIRST, Ties::ForLeader);
    assert_eq!(strong.value, q(&format!("{base}.35")));
}

#[test]
fn others_are_refused_and_limits_kept() {
    let zero = rows(&[&[0, 0], &[0, 0]]);
    let game = table(&zero, &zero);
    let ask = |leader, most_cells, control: &Control| {
        let options = StrategicCommitment {
            most_cells,
            ..StrategicCommitment::default()
        };
        strategic_commitment(&game, leader, &options, control)
    };
    let none = Control::default();
    assert!(matches!(
        ask(PlayerId(2), 4, &none),
        Err(SolveError::NotApplicable { .. })
    ));
    assert!(matches!(
        ask(FIRST, 3, &none),
        Err(SolveError::TooLarge { .. })
    ));
    let little = Control {
        memory_limit: Some(8),
        ..Control::default()
    };
    assert!(matches!(
        ask(FIRST, 4, &little),
        Err(SolveError::TooMuch { .. })
    ));
    let soon = Control {
        time_limit: Some(Duration::ZERO),
        ..Control::default()
    };
    assert!(matches!(
        ask(FIRST, 4, &soon),
        Err(SolveError::Stopped { .. })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// The same values as of the tree of moves that nobody sees, whoever leads and however ties are broken.
    #[test]
    fn tables_are_trees(
        shape in (1_usize..5, 1_usize..5),
        numbers in prop::collection::vec((-3_i64..4, -2_i64..3), 16),
    ) {
        let side = |k: usize| -> Vec<Vec<Number>> {
            let number = |at: usize| if k == 0 { numbers[at].0 } else { numbers[at].1 };
            (0..shape.0)
                .map(|r| (0..shape.1).map(|c| Number::from(number(r * 4 + c))).collect())
                .collect()
        };
        let game = table(&side(0), &side(1));
        let tree = simultaneous_tree(&game, 1000).expect("small");
        for leader in [FIRST, SECOND] {
            for ties in [Ties::ForLeader, Ties::AgainstLeader] {
                let options = MixedCommitment { ties, ..MixedCommitment::default() };
                let by_plans = mixed_commitment(&tree, leader, &options, &Control::default());
                let found = solved(&game, leader, ties);
                prop_assert_eq!(&found.payoffs[leader.index()], &found.value);
                if let Ok(by_plans) = by_plans {
                    prop_assert_eq!(&found.value, &by_plans.answer().value);
                }
            }
        }
    }
}

/// Random tables of 40 strategies each: judged exactly.
#[test]
fn larger_tables() {
    for seed in 0..2 {
        let mut state: u64 = seed;
        let mut draw = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            Number::from(((state >> 33) % 100) as i64)
        };
        let mut side =
            || -> Vec<Vec<Number>> { (0..40).map(|_| (0..40).map(|_| draw()).collect()).collect() };
        let game = table(&side(), &side());
        let strong = solved(&game, FIRST, Ties::ForLeader);
        assert!(strong.value > q("90"));
    }
}

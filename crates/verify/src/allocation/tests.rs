//! Divisions that are right, and others beside them that are not.

use super::*;
use crate::verdict::Status;

fn q(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

fn r(values: &[i64]) -> Vec<Rational> {
    values.iter().map(|v| Rational::integer(*v)).collect()
}

fn vote(weights: &[i64], quota: i64) -> CoalitionalGame {
    let names: Vec<String> = (0..weights.len()).map(|k| k.to_string()).collect();
    let rule = WeightedVoting::new(r(weights), Rational::integer(quota)).expect("a rule");
    CoalitionalGame::voting("vote", names, rule).expect("a game")
}

/// 50, 30 and 20 with quota 60: two thirds and one sixth each.
#[test]
fn shares_of_a_vote() {
    let game = vote(&[50, 30, 20], 60);
    let right = [q(2, 3), q(1, 6), q(1, 6)];
    assert!(judge_shapley(&game, &right).is_exact());
    let verdict = judge_shapley(&game, &[q(1, 2), q(1, 4), q(1, 4)]);
    assert_eq!(verdict.status, Status::Failed);
    assert_eq!(verdict.error, q(1, 6));
    let witness = verdict.witness.expect("a share");
    let should_be = q(2, 3);
    assert_eq!(witness.deviation, Deviation::Share { should_be });
    assert!(judge_banzhaf(&game, &[q(3, 4), q(1, 4), q(1, 4)]).is_exact());
    assert!(!judge_banzhaf(&game, &right).holds());
    let short = judge_shapley(&game, &right[..2]);
    assert!(matches!(short.status, Status::Unchecked(_)));
}

/// Kinds of coalitions are counted as coalitions are: 17 voters are no table any more, and one without a vote changes
/// nothing (null player) for the 16 others.
#[test]
fn many_voters_are_counted_by_kind() {
    let mut weights = vec![3; 4];
    weights.resize(16, 1);
    let table = vote(&weights, 12);
    let share = |game: &CoalitionalGame, heavy: Rational| {
        let light = &(&Rational::ONE - &(&heavy * &Rational::integer(4))) * &q(1, 12);
        let mut shares = vec![heavy; 4];
        shares.resize(16, light);
        shares.resize(game.num_players(), Rational::ZERO);
        judge_shapley(game, &shares)
    };
    let Some(witness) = share(&table, q(1, 8)).witness else {
        panic!("a heavy voter has more than twice what two light ones have");
    };
    let Deviation::Share { should_be } = witness.deviation else {
        panic!("{witness:?}");
    };
    // Whichever share was furthest off, the others follow from the sum.
    let heavy = if witness.player.index() < 4 {
        should_be
    } else {
        &(&Rational::ONE - &(&should_be * &Rational::integer(12))) * &q(1, 4)
    };
    assert!(share(&table, heavy.clone()).is_exact());
    weights.push(0);
    let kinds = vote(&weights, 12);
    assert!(share(&kinds, heavy).is_exact());
    // Thirty alike ones share alike.
    let alike = vote(&[1; 30], 16);
    assert!(judge_shapley(&alike, &vec![q(1, 30); 30]).is_exact());
    // Different powers of 2 are all of a different kind.
    let powers: Vec<i64> = (0..30).map(|k| 1 << k).collect();
    let verdict = judge_shapley(&vote(&powers, 1 << 29), &vec![q(1, 30); 30]);
    assert!(matches!(verdict.status, Status::Unchecked(_)));
}

#[test]
fn cores_and_their_absence() {
    let game = vote(&[50, 30, 20], 60);
    let all_to_one = r(&[1, 0, 0]);
    assert!(judge_core(&game, &[&all_to_one], &[]).is_exact());
    let verdict = judge_core(&game, &[&all_to_one, &[q(1, 2), q(1, 2), q(0, 1)]], &[]);
    assert_eq!(verdict.error, q(1, 2));
    let witness = verdict.witness.expect("a coalition");
    let pair = Coalition::of([0, 2]);
    assert_eq!(witness.deviation, Deviation::Coalition(pair));
    // Too much is no division.
    assert!(!judge_core(&game, &[&r(&[2, 0, 0])], &[]).holds());
    let majority = vote(&[1, 1, 1], 2);
    let pairs = [[0, 1], [0, 2], [1, 2]].map(|pair| (Coalition::of(pair), q(1, 2)));
    assert!(judge_core(&majority, &[], &pairs).is_exact());
    assert!(!judge_core(&majority, &[], &pairs[..2]).holds());
    assert!(!judge_core(&majority, &[], &[]).holds());
    assert!(!judge_core(&majority, &[&vec![q(1, 3); 3]], &pairs).holds());
    // Balanced, but not worth more than all: one block of everybody.
    let block = [(Coalition::all(3), Rational::ONE)];
    assert!(!judge_core(&majority, &[], &block).holds());
}

#[test]
fn cores_of_many_voters() {
    let mut weights = vec![1; 30];
    weights[3] = 40;
    let game = vote(&weights, 41);
    let mut shares = vec![Rational::ZERO; 30];
    shares[3] = Rational::ONE;
    assert!(judge_core(&game, &[&shares], &[]).is_exact());
    shares.swap(3, 4);
    assert!(!judge_core(&game, &[&shares], &[]).holds());
    shares[5] = q(-1, 1);
    shares[6] = q(1, 1);
    assert!(!judge_core(&game, &[&shares], &[]).is_exact());
}

/// The contested garment (Aumann and Maschler 1985): claims 50 and 100 on 100 leave 25 and 75.
#[test]
fn the_contested_garment() {
    let game = CoalitionalGame::from_fn("garment", ["a", "b"], |c| {
        Rational::integer(match c.bits() {
            1 => 0,
            2 => 50,
            _ => 100,
        })
    })
    .expect("two");
    assert!(judge_nucleolus(&game, &r(&[25, 75])).is_exact());
    for wrong in [[50, 50], [20, 80], [30, 75], [-1, 101]] {
        assert!(!judge_nucleolus(&game, &r(&wrong)).holds(), "{wrong:?}");
    }
    assert!(matches!(
        judge_nucleolus(&game, &r(&[100])).status,
        Status::Unchecked(_)
    ));
}

/// Players held at what they are worth alone help to balance: all of 6 goes to the pair that could have 10.
#[test]
fn who_gets_as_much_as_alone() {
    let game = CoalitionalGame::from_fn("pair", ["a", "b", "c"], |c| {
        Rational::integer(match c.bits() {
            3 => 10,
            7 => 6,
            _ => 0,
        })
    })
    .expect("three");
    assert!(judge_nucleolus(&game, &r(&[3, 3, 0])).is_exact());
    assert!(!judge_nucleolus(&game, &r(&[2, 2, 2])).holds());
    assert!(!judge_nucleolus(&game, &r(&[4, 2, 0])).holds());
}

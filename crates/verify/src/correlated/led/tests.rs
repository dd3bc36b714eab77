//! Devices to commit to, and bounds that prove nothing.

use super::*;
use crate::correlated::Price;
use deterra_game::convert::simultaneous_tree;
use deterra_game::number::Number;

const LEADER: PlayerId = PlayerId(0);

fn q(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

/// Conitzer and Sandholm (2006): rows (2, 4) and (1, 3), and a follower who wants the column of the row.
fn table() -> StrategicGame {
    let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    StrategicGame::from_rows("", &n([[2, 4], [1, 3]]), &n([[1, 0], [0, 1]])).expect("two by two")
}

#[test]
fn the_leader_need_not_be_tempted() {
    let game = table();
    let device = [(2, q(1, 2)), (3, q(1, 2))];
    let price = |player, told, to, price| Price {
        player: PlayerId(player),
        told: Some(told),
        to,
        price,
    };
    let bound = |weights: [i64; 2], prices: Vec<Price>, bound: Rational| Bound {
        weights: weights.map(Rational::integer).to_vec(),
        prices,
        bound,
    };
    let judge = |bound: &Bound| judge_led_cells(&game, &device, LEADER, bound);
    let good = bound([1, 0], vec![price(1, 1, 0, q(1, 2))], q(7, 2));
    assert!(judge(&good).is_exact());
    // It would rather always play the first row, which does not matter; the other player's temptation does.
    let greedy = judge_led_cells(&game, &[(2, Rational::ONE)], LEADER, &good);
    assert_eq!(greedy.error, Rational::ONE);
    for wrong in [
        bound([1, 1], vec![price(1, 1, 0, q(1, 2))], q(7, 2)),
        bound([1, 0], vec![price(1, 1, 0, q(1, 3))], q(7, 2)),
        bound([1, 0], vec![price(1, 1, 0, q(1, 2))], q(4, 1)),
        bound(
            [1, 0],
            vec![price(1, 1, 0, q(1, 2)), price(0, 0, 1, q(1, 2))],
            q(7, 2),
        ),
    ] {
        let verdict = judge(&wrong);
        assert!(!verdict.holds() && verdict.witness.is_none(), "{wrong:?}");
    }
    assert!(!judge_led_cells(&game, &device, PlayerId(2), &good).holds());
    assert!(!judge_led_cells(&game, &[(9, Rational::ONE)], LEADER, &good).holds());
}

/// The same as a tree. Rows are x(row, column) for the four pairs; told the second column, the first one counts 1/2: 2 and 1 in the first column, and
/// 4 - 1/2 and 3 + 1/2 in the second, all no more than 7/2. That all pairs add up to 1 takes the leader's set with the follower's
/// nothing, and the follower's set with both rows.
#[test]
fn pairs_of_sequences() {
    let game = simultaneous_tree(&table(), 10).expect("small");
    let mut sets = game.infosets();
    let (row, column) = (sets.next().expect("one"), sets.next().expect("two"));
    let sum = |at, other| Sum {
        at,
        other,
        price: q(7, 2),
    };
    let bound = PairBound {
        told: Vec::new(),
        sums: vec![
            sum(row, None),
            sum(column, Some((row, 0))),
            sum(column, Some((row, 1))),
        ],
        obedience: vec![Obedience {
            at: column,
            told: 1,
            weight: q(1, 2),
            instead: vec![(column, 0, q(1, 2))],
        }],
        bound: q(7, 2),
    };
    let pair = (LEADER, PlayerId(1));
    assert!(proves_pairs(&game, pair, &bound));
    let plan = |r, c| PureProfile::new(&game, vec![r, c]).expect("two sets");
    let half = [(plan(0, 1), q(1, 2)), (plan(1, 1), q(1, 2))];
    assert!(judge_led_plans(&game, &half, LEADER, &bound).is_exact());
    let sure = [(plan(0, 1), Rational::ONE)];
    assert_eq!(judge_led_plans(&game, &sure, LEADER, &bound).error, q(1, 1));
    let with = |change: &dyn Fn(&mut PairBound)| {
        let mut other = bound.clone();
        change(&mut other);
        proves_pairs(&game, pair, &other)
    };
    assert!(!with(&|b| b.bound = q(10, 3)));
    assert!(!with(&|b| b.sums[1].price = q(3, 1)));
    assert!(!with(&|b| b.obedience.clear()));
    assert!(!with(&|b| b.obedience[0].weight = q(-1, 2)));
    assert!(!with(&|b| b.obedience[0].instead[0].2 = q(1, 1)));
    assert!(!with(&|b| b.obedience[0].told = 2));
    assert!(!with(&|b| b.sums[0].at = InfosetId(7)));
    // Told the first column only, the leader gets 2 at most, and needs nobody's obedience.
    let first = PairBound {
        told: vec![(column, 0)],
        sums: bound
            .sums
            .iter()
            .map(|sum| Sum {
                price: q(2, 1),
                ..sum.clone()
            })
            .collect(),
        obedience: Vec::new(),
        bound: q(2, 1),
    };
    assert!(proves_pairs(&game, pair, &first));
    assert!(!judge_led_plans(&game, &half, LEADER, &first).holds());
}

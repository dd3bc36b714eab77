//! Commitments that are best, and claims that are not true.

use super::*;
use crate::verdict::Status;
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::convert::simultaneous_tree;
use deterra_game::number::Number;
use deterra_game::strategic::StrategicGame;

fn q(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

/// Conitzer and Sandholm (2006): rows (2, 4) and (1, 3), and a follower who wants the column of the row.
fn game() -> ExtensiveGame {
    let rows = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    let table = StrategicGame::from_rows("rows", &rows([[2, 4], [1, 3]]), &rows([[1, 0], [0, 1]]));
    simultaneous_tree(&table.expect("two by two"), 10).expect("small")
}

fn profile(game: &ExtensiveGame, numbers: &[Rational; 4]) -> BehaviorProfile {
    BehaviorProfile::new(game, numbers.to_vec()).expect("distributions")
}

fn claim<'c>(profile: &'c BehaviorProfile, value: &'c Rational) -> Claim<'c> {
    Claim {
        leader: PlayerId(0),
        follower: PlayerId(1),
        mixed: false,
        strong: true,
        profile,
        value,
        toward: None,
        bounds: &[],
    }
}

#[test]
fn plans() {
    let game = game();
    let [no, yes] = [q(0, 1), q(1, 1)];
    let second = profile(&game, &[no.clone(), yes.clone(), no.clone(), yes.clone()]);
    assert!(judge(&game, &claim(&second, &q(3, 1))).is_exact());
    // The first plan is worth 2 only.
    let first = profile(&game, &[yes.clone(), no.clone(), yes.clone(), no.clone()]);
    let verdict = judge(&game, &claim(&first, &q(2, 1)));
    assert_eq!((verdict.status, verdict.error), (Status::Failed, q(1, 1)));
    // A reply that is not best, a value that is not paid, chances that are no plan.
    let foolish = profile(&game, &[yes.clone(), no.clone(), no.clone(), yes.clone()]);
    assert!(!judge(&game, &claim(&foolish, &q(4, 1))).holds());
    assert!(!judge(&game, &claim(&second, &q(4, 1))).holds());
    let half = profile(&game, &[q(1, 2), q(1, 2), no, yes]);
    assert!(!judge(&game, &claim(&half, &q(7, 2))).holds());
}

/// Half of the time each row: 7/2. Where the first column is best the leader gets at most 2; in the second, 4p + 3(1 - p) plus
/// once what the second column is ahead, (1 - p) - p: 4 - p... with multiplier 1/2 it is p + 3 + 1/2 - p = 7/2.
#[test]
fn chances_and_their_bounds() {
    let game = game();
    let [no, yes] = [q(0, 1), q(1, 1)];
    let half = profile(&game, &[q(1, 2), q(1, 2), no.clone(), yes.clone()]);
    let value = q(7, 2);
    let entry = |of: usize, against: Vec<(usize, Rational)>| Bound {
        of,
        replies: vec![(of, Rational::ONE)],
        against,
        idle: false,
    };
    let bounds = [entry(0, vec![]), entry(1, vec![(0, q(1, 2))])];
    let best = Claim {
        mixed: true,
        bounds: &bounds,
        ..claim(&half, &value)
    };
    assert!(judge(&game, &best).is_exact());
    for wrong in [
        vec![entry(1, vec![(0, q(1, 2))])],
        vec![entry(0, vec![]), entry(1, vec![(0, q(1, 4))])],
        vec![entry(0, vec![]), entry(1, vec![])],
        vec![entry(0, vec![]), entry(1, vec![(0, q(-1, 2))])],
        vec![entry(0, vec![]), entry(7, vec![])],
        vec![
            entry(0, vec![]),
            Bound {
                replies: vec![(0, Rational::ONE)],
                ..entry(1, vec![])
            },
        ],
        vec![
            entry(0, vec![]),
            Bound {
                idle: true,
                ..entry(1, vec![(0, q(1, 2))])
            },
        ],
    ] {
        let claim = Claim {
            bounds: &wrong,
            ..best
        };
        assert!(!judge(&game, &claim).holds(), "{wrong:?}");
    }
    // Against ties it is no value of this commitment, but a limit toward the second row.
    let weak = Claim {
        strong: false,
        ..best
    };
    assert!(!judge(&game, &weak).holds());
    let toward = profile(&game, &[no.clone(), yes.clone(), no.clone(), yes.clone()]);
    let limit = Claim {
        toward: Some(&toward),
        ..weak
    };
    assert!(judge(&game, &limit).is_exact());
    // Toward the first row the other column is best; and half and half leads nowhere.
    let other = profile(&game, &[yes.clone(), no.clone(), no.clone(), yes.clone()]);
    for wrong in [&other, &half] {
        let claim = Claim {
            toward: Some(wrong),
            ..weak
        };
        assert!(!judge(&game, &claim).holds());
    }
    // The strong value is no limit.
    let strong = Claim {
        toward: Some(&toward),
        ..best
    };
    assert!(!judge(&game, &strong).holds());
}

/// Who does not know at which of two crossings she is gets 0 by leaving at once, 4 by leaving later and 1 by going on for ever: plans are worth 1 at
/// most, and so are their mixtures, but to go on with chance 2/3 is worth 4/3 (Piccione and Rubinstein 1997).
#[test]
fn chances_of_the_absent_minded_are_not_judged_by_plans() {
    let mut b = ExtensiveBuilder::new("driver");
    let driver = b.player("driver");
    b.player("nobody");
    let crossing = b.infoset(driver, "crossing", &["exit", "continue"]);
    b.move_at("", crossing);
    b.terminal("");
    b.move_at("", crossing);
    for paid in [4, 1] {
        let outcome = b.outcome("", &[Number::from(paid), Number::from(0)]);
        let end = b.terminal("");
        b.set_outcome(end, outcome);
    }
    let game = b.build().expect("complete");
    let on = BehaviorProfile::new(&game, vec![q(0, 1), q(1, 1)]).expect("distributions");
    let bounds = [Bound {
        of: 0,
        replies: vec![(0, Rational::ONE)],
        against: Vec::new(),
        idle: false,
    }];
    let value = q(1, 1);
    let claim = Claim {
        mixed: true,
        bounds: &bounds,
        ..claim(&on, &value)
    };
    let verdict = judge(&game, &claim);
    assert!(
        matches!(verdict.status, Status::Unchecked(_)),
        "{verdict:?}"
    );
    let verdict = judge(&self::game(), &claim);
    assert!(
        matches!(verdict.status, Status::Unchecked(_)),
        "{verdict:?}"
    );
}

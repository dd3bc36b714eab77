//! Payoff sets of small tables, by hand; and proofs that are none.

use super::*;
use deterra_game::number::Number;

/// Cooperation pays 2 each, defection 1; a traitor gets 3 and who is betrayed 0.
fn dilemma() -> StrategicGame {
    let rows = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    let (one, two) = (rows([[2, 0], [3, 1]]), rows([[2, 3], [0, 1]]));
    StrategicGame::from_rows("dilemma", &one, &two).expect("well formed")
}

fn q(numerator: i64, denominator: i64) -> Rational {
    Rational::new(numerator, denominator).expect("not over 0")
}

fn at(x: i64, y: i64) -> Point {
    [Rational::integer(x), Rational::integer(y)]
}

fn axes() -> Vec<Point> {
    vec![at(-1, 0), at(0, -1), at(1, 0), at(0, 1)]
}

fn stay(x: i64, y: i64, cell: usize) -> Play {
    Play {
        payoffs: at(x, y),
        cell,
        next: at(x, y),
    }
}

/// At δ = 1/4 nothing but defection: where one cooperates, she would have to be promised her threat of 1 and three times what deviating
/// gains, 1 at least, so 4, more than the table ever pays.
#[test]
fn the_impatient_defect_for_ever() {
    let game = dilemma();
    let bounds = |x: [i64; 4]| x.map(Rational::integer).to_vec();
    let mut set = PayoffSet {
        discount: q(1, 4),
        inner: vec![stay(1, 1, 3)],
        outer: Outer {
            directions: axes(),
            steps: vec![bounds([0, 0, 3, 3])],
            margin: None,
        },
    };
    let judge = |set: &PayoffSet| judge_payoff_set(&game, set, &|| true);
    // Of 3 and 1, in either direction, the set outside leaves 2.
    let verdict = judge(&set);
    assert_eq!((verdict.status, verdict.error), (Status::Bounded, q(2, 1)));
    // With threats of 0 a promise of 3 would do, but everybody gets 3/4 at least; with threats of 3/4 it would take 15/4, so everybody defects now.
    set.outer
        .steps
        .push(vec![q(-3, 4), q(-3, 4), q(3, 1), q(3, 1)]);
    assert_eq!(judge(&set).error, q(2, 1));
    set.outer
        .steps
        .push(vec![q(-15, 16), q(-15, 16), q(3, 2), q(3, 2)]);
    assert_eq!(judge(&set).error, q(1, 2));
    set.outer.margin = Some(vec![q(1, 2); 4]);
    assert!(judge(&set).is_exact(), "{:?}", judge(&set));
    // Everybody can make sure of 1, so that may be the first bound already, but no more.
    let direct = |least: Rational| {
        let mut set = set.clone();
        let (low, high) = (-&least, q(5, 2));
        set.outer.steps = vec![vec![low.clone(), low, high.clone(), high]];
        judge(&set).status
    };
    assert_eq!(direct(q(1, 1)), Status::Bounded);
    assert!(matches!(direct(q(101, 100)), Status::Unchecked(_)));
    // A step too far.
    set.outer.steps[2][2] = q(149, 100);
    assert!(matches!(judge(&set).status, Status::Unchecked(_)));
}

#[test]
fn cooperation_is_upheld_from_a_half_on() {
    let game = dilemma();
    let plays = [stay(1, 1, 3), stay(2, 2, 0)];
    assert!(is_self_generating(&game, &q(1, 2), &plays));
    assert!(!is_self_generating(&game, &q(49, 100), &plays));
    let set = PayoffSet {
        discount: q(49, 100),
        inner: plays.to_vec(),
        outer: Outer::default(),
    };
    let verdict = judge_payoff_set(&game, &set, &|| true);
    let witness = verdict.witness.expect("a deviation");
    // 51/100 · 1 is gained and 49/100 · 1 is lost.
    assert_eq!(witness.gain, q(2, 100));
    assert_eq!(witness.deviation, Deviation::Strategy { to: 1 });
}

#[test]
fn what_is_promised_must_be_in_the_set_and_worth_it() {
    let game = dilemma();
    let mut play = stay(2, 2, 0);
    play.next = at(2, 1);
    assert!(!is_self_generating(
        &game,
        &q(3, 4),
        &[stay(1, 1, 3), play.clone()]
    ));
    play.payoffs = [q(2, 1), q(5, 4)];
    assert!(!is_self_generating(
        &game,
        &q(3, 4),
        &[stay(1, 1, 3), play.clone()]
    ));
    play.cell = 9;
    assert!(!is_self_generating(&game, &q(3, 4), &[play]));
}

/// Matching pennies has no equilibrium in pure strategies, however often it is played.
#[test]
fn that_there_is_nothing_is_proved() {
    let rows = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    let (one, two) = (rows([[1, -1], [-1, 1]]), rows([[-1, 1], [1, -1]]));
    let game = StrategicGame::from_rows("pennies", &one, &two).expect("well formed");
    let mut directions = axes();
    directions.extend([at(1, 1), at(-1, -1)]);
    let bounds = |x: [i64; 6]| x.map(Rational::integer).to_vec();
    let mut set = PayoffSet {
        discount: q(1, 2),
        inner: Vec::new(),
        outer: Outer {
            directions,
            steps: vec![bounds([1, 1, 1, 1, 0, 0])],
            margin: None,
        },
    };
    let judge = |set: &PayoffSet| judge_payoff_set(&game, set, &|| true);
    assert_eq!(judge(&set).status, Status::Bounded);
    // Whoever loses gains 2 by deviating, so she must be promised -1 + 2 = 1 and gets (-1 + 1)/2 = 0: so both get 0, at threats of 0.
    set.outer.steps.push(bounds([0, 0, 0, 0, 0, 0]));
    assert!(judge(&set).is_exact(), "{:?}", judge(&set));
}

/// What a player gets is up to the other alone, so nobody ever gains by deviating, and all of the unit square is paid by equilibria. The diagonal
/// reaches as far as the square in the directions of the axes, which does not make it all there is; nor does a set outside without any
/// extension mean that there is no equilibrium.
#[test]
fn fewer_payoffs_are_not_all() {
    let rows = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    let (one, two) = (rows([[0, 1], [0, 1]]), rows([[0, 0], [1, 1]]));
    let game = StrategicGame::from_rows("gifts", &one, &two).expect("well formed");
    let judge = |inner: &[Play], bounds: [i64; 4]| {
        let set = PayoffSet {
            discount: q(1, 2),
            inner: inner.to_vec(),
            outer: Outer {
                directions: axes(),
                steps: vec![bounds.map(Rational::integer).to_vec()],
                margin: None,
            },
        };
        judge_payoff_set(&game, &set, &|| true)
    };
    // Cells are the row plus twice the column.
    let [a, b, c, d] = [stay(0, 0, 0), stay(0, 1, 1), stay(1, 0, 2), stay(1, 1, 3)];
    let square = judge(&[a.clone(), b.clone(), c, d.clone()], [0, 0, 1, 1]);
    assert!(square.is_exact(), "{square:?}");
    // The corner (1, 0) is 1 beyond the diagonal in the direction (1, -1), whose size is 2.
    let diagonal = judge(&[a.clone(), d.clone()], [0, 0, 1, 1]);
    assert_eq!(
        (diagonal.status, diagonal.error),
        (Status::Bounded, q(1, 2))
    );
    let triangle = judge(&[a, b, d], [0, 0, 1, 1]);
    assert_eq!(
        (triangle.status, triangle.error),
        (Status::Bounded, q(1, 2))
    );
    let one = StrategicGame::from_rows("", &rows([[0, 0], [0, 0]]), &rows([[0, 0], [0, 0]]));
    let set = PayoffSet {
        discount: q(1, 2),
        inner: Vec::new(),
        outer: Outer {
            directions: axes(),
            steps: vec![vec![Rational::ZERO; 4]],
            margin: None,
        },
    };
    let nothing = judge_payoff_set(&one.expect("well formed"), &set, &|| true);
    assert!(!nothing.is_exact(), "{nothing:?}");
}

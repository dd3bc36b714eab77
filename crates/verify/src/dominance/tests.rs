//! Eliminations that are right, and claims that are not true.

use super::*;
use crate::verdict::Status;
use deterra_game::number::Number;
use proptest::prelude::*;

fn q(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

/// The middle row pays 1, an even mixture of the others 3/2.
fn game() -> StrategicGame {
    let of = |rows: [[i64; 2]; 3]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    let (first, second) = ([[3, 0], [1, 1], [0, 3]], [[0, 1], [0, 0], [1, 0]]);
    StrategicGame::from_rows("", &of(first), &of(second)).expect("a table")
}

fn gone(strategy: u32, by: &[(u32, Rational)]) -> Eliminated {
    Eliminated {
        player: PlayerId(0),
        strategy,
        at: None,
        by: by.to_vec(),
    }
}

fn all() -> Vec<Vec<u32>> {
    vec![vec![0, 1, 2], vec![0, 1]]
}

#[test]
fn mixtures_are_checked_cell_by_cell() {
    let game = game();
    let judged = |by: &[(u32, Rational)], kind| judge_dominated(&game, &all(), kind, &gone(1, by));
    let half = [(0, q(1, 2)), (2, q(1, 2))];
    assert!(judged(&half, Kind::Strict).is_exact());
    // A third of the first row pays 1 against the first column: weakly better, not strictly.
    let third = [(0, q(1, 3)), (2, q(2, 3))];
    assert!(judged(&third, Kind::Weak).is_exact());
    let failed = judged(&third, Kind::Strict);
    let witness = failed.witness.expect("a cell");
    assert_eq!(failed.status, Status::Failed);
    let others = vec![1, 0];
    let strategy = 1;
    assert_eq!(
        witness.deviation,
        Deviation::NotDominated { strategy, others }
    );
    // A fourth pays 3/4 there, 1/4 less.
    let fourth = judged(&[(0, q(1, 4)), (2, q(3, 4))], Kind::Weak);
    assert_eq!((fourth.status, fourth.error), (Status::Failed, q(1, 4)));
    // No mixtures: less than 1 in all, negative weights, nothing, itself, what is not there.
    for wrong in [
        &[(0, q(1, 2))][..],
        &[(0, q(3, 2)), (2, q(-1, 2))],
        &[],
        &[(1, Rational::ONE)],
        &[(0, q(1, 2)), (7, q(1, 2))],
    ] {
        assert!(!judged(wrong, Kind::Weak).holds(), "{wrong:?}");
    }
    // What is struck out no longer dominates.
    let left = [vec![0, 1], vec![0, 1]];
    assert!(!judge_dominated(&game, &left, Kind::Strict, &gone(1, &half)).holds());
    // Nor does a game have players or strategies beyond its own.
    let nobody = Eliminated {
        player: PlayerId(5),
        ..gone(1, &half)
    };
    assert!(!judge_dominated(&game, &all(), Kind::Strict, &nobody).holds());
    assert!(!judge_dominated(&game, &all()[..1], Kind::Strict, &gone(1, &half)).holds());
}

#[test]
fn beliefs_must_make_a_strategy_best() {
    let game = game();
    let judged = |strategy, kind, belief: &[(usize, Rational)]| {
        let claim = Supported {
            player: PlayerId(0),
            strategy,
            at: None,
            belief: belief.to_vec(),
        };
        judge_supported(&game, &all(), kind, &claim)
    };
    // Cells are the row plus three times the column.
    assert!(judged(0, Kind::Strict, &[(0, Rational::ONE)]).is_exact());
    assert!(!judged(0, Kind::Weak, &[(0, Rational::ONE)]).holds());
    assert!(judged(0, Kind::Weak, &[(0, q(1, 2)), (3, q(1, 2))]).is_exact());
    // Against (1/3, 2/3) the last row pays 2, the first 1.
    let worse = judged(0, Kind::Strict, &[(0, q(1, 3)), (3, q(2, 3))]);
    assert_eq!(worse.error, Rational::ONE);
    let witness = worse.witness.expect("a better reply");
    let (strategy, to) = (0, Some(2));
    assert_eq!(witness.deviation, Deviation::NotSupported { strategy, to });
    // Cells of another row, chances that do not sum to 1 or are negative.
    assert!(!judged(0, Kind::Strict, &[(1, Rational::ONE)]).holds());
    assert!(!judged(0, Kind::Strict, &[(0, q(1, 2))]).holds());
    assert!(!judged(0, Kind::Strict, &[(0, q(3, 2)), (3, q(-1, 2))]).holds());
    assert!(!judged(7, Kind::Strict, &[(0, Rational::ONE)]).holds());
}

#[test]
fn eliminations_must_fit_the_concept() {
    let claim = Elimination {
        kind: Kind::Weak,
        dominators: Dominators::Mixed,
        rounds: Vec::new(),
        extent: Extent::Cut,
        supported: Vec::new(),
        kept: Vec::new(),
        independent: Vec::new(),
        undecided: None,
    };
    let game = game();
    assert!(judge(&game, Concept::WeaklyUndominated, &claim).is_exact());
    for concept in [Concept::Undominated, Concept::Rationalizable, Concept::Nash] {
        let verdict = judge(&game, concept, &claim);
        assert!(matches!(verdict.status, Status::Unchecked(_)));
    }
    // Whole, and nothing said of what is left.
    let whole = Elimination {
        extent: Extent::Whole,
        ..claim.clone()
    };
    assert!(!judge(&game, Concept::WeaklyUndominated, &whole).holds());
    // No single row dominates the middle one.
    let pure = Elimination {
        dominators: Dominators::Pure,
        ..whole
    };
    assert!(judge(&game, Concept::WeaklyUndominated, &pure).is_exact());
}

/// Rows (1, 1), (1, 0) and (0, 1); the other player gets 1 in the first column of the second row and in the second of the third. The
/// first row weakly dominates both others, which is one round of Moulin's, and then everybody is indifferent. If only one of them were struck
/// out at first, one column would dominate the other, and something else would be left.
#[test]
fn weak_rounds_strike_out_all_at_once() {
    let of = |rows: [[i64; 2]; 3]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    let (first, second) = ([[1, 1], [1, 0], [0, 1]], [[0, 0], [1, 0], [0, 1]]);
    let game = StrategicGame::from_rows("", &of(first), &of(second)).expect("a table");
    let by_first = |strategy| gone(strategy, &[(0, Rational::ONE)]);
    let column = Eliminated {
        player: PlayerId(1),
        strategy: 1,
        at: None,
        by: vec![(0, Rational::ONE)],
    };
    let even = |player, strategy, cells: &[usize]| Supported {
        player: PlayerId(player),
        strategy,
        at: None,
        belief: cells
            .iter()
            .map(|c| (*c, q(1, cells.len() as i64)))
            .collect(),
    };
    for dominators in [Dominators::Pure, Dominators::Mixed] {
        let claim = |rounds: Vec<Vec<Eliminated>>, supported: Vec<Supported>| Elimination {
            kind: Kind::Weak,
            dominators,
            rounds,
            extent: Extent::Whole,
            supported: if dominators == Dominators::Pure {
                Vec::new()
            } else {
                supported
            },
            kept: Vec::new(),
            independent: Vec::new(),
            undecided: None,
        };
        let judge = |claim: &Elimination| judge(&game, Concept::WeaklyUndominated, claim);
        let right = claim(
            vec![vec![by_first(1), by_first(2)]],
            vec![even(0, 0, &[0, 3]), even(1, 0, &[0]), even(1, 1, &[3])],
        );
        assert!(judge(&right).is_exact(), "{:?}", judge(&right));
        // Every single step is right, and what is left is undominated; but it is not what Moulin's rounds leave.
        let in_turn = claim(
            vec![vec![by_first(2)], vec![column.clone()]],
            vec![even(0, 0, &[0]), even(0, 1, &[1]), even(1, 0, &[0, 1])],
        );
        assert!(!judge(&in_turn).holds(), "{:?}", judge(&in_turn));
        let mut cut = in_turn.clone();
        cut.extent = Extent::Cut;
        assert!(!judge(&cut).holds());
    }
}

/// In the dilemma to be silent is dominated at once, for both: rounds that were asked for cannot take them one by one.
#[test]
fn rounds_that_were_asked_for_are_whole() {
    let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    let game = StrategicGame::from_rows("", &n([[2, 0], [3, 1]]), &n([[2, 3], [0, 1]]));
    let game = game.expect("a table");
    let silent = |player| Eliminated {
        player: PlayerId(player),
        ..gone(0, &[(1, Rational::ONE)])
    };
    let talks = |player| Supported {
        player: PlayerId(player),
        strategy: 1,
        at: None,
        belief: vec![(3, Rational::ONE)],
    };
    let claim = |rounds: Vec<Vec<Eliminated>>, extent| Elimination {
        kind: Kind::Strict,
        dominators: Dominators::Mixed,
        rounds,
        extent,
        supported: vec![talks(0), talks(1)],
        kept: Vec::new(),
        independent: Vec::new(),
        undecided: None,
    };
    let judge = |claim: &Elimination| judge(&game, Concept::Undominated, claim).is_exact();
    let one_by_one = vec![vec![silent(0)], vec![silent(1)]];
    assert!(judge(&claim(one_by_one.clone(), Extent::Whole)));
    assert!(!judge(&claim(one_by_one, Extent::Rounds)));
    let at_once = vec![vec![silent(0), silent(1)]];
    assert!(judge(&claim(at_once.clone(), Extent::Rounds)));
    // Some rounds are not what rationality leaves.
    let some = claim(at_once, Extent::Rounds);
    let verdict = super::judge(&game, Concept::Rationalizable, &some);
    assert!(matches!(verdict.status, Status::Unchecked(_)));
}

/// Rounds of weak or strict dominance by single strategies, by definition; `picks` strikes out fewer, if it says so.
fn rounds(game: &StrategicGame, kind: Kind, picks: &[bool]) -> Vec<Vec<Eliminated>> {
    let mut left = everything(game);
    let mut rounds = Vec::new();
    let mut picks = picks.iter().copied();
    loop {
        let mut round: Vec<Eliminated> = Vec::new();
        for player in game.players() {
            for strategy in &left[player.index()] {
                let dominates = |to: &&u32| {
                    let claim = Eliminated {
                        player,
                        strategy: *strategy,
                        at: None,
                        by: vec![(**to, Rational::ONE)],
                    };
                    judge_dominated(game, &left, kind, &claim).is_exact()
                };
                if let Some(to) = left[player.index()].iter().find(dominates) {
                    round.push(Eliminated {
                        player,
                        strategy: *strategy,
                        at: None,
                        by: vec![(*to, Rational::ONE)],
                    });
                }
            }
        }
        if round.is_empty() {
            return rounds;
        }
        let first = round[0].clone();
        round.retain(|_| picks.next() != Some(false));
        if round.is_empty() {
            round.push(first);
        }
        for gone in &round {
            left[gone.player.index()].retain(|s| *s != gone.strategy);
        }
        rounds.push(round);
    }
}

proptest! {
    /// What is judged to be left of a table is what is left by definition, however it is struck out; and that is what is judged to be left.
    #[test]
    fn what_is_left_does_not_depend_on_who_says_so(
        payoffs in prop::collection::vec(0_i64..3, 18),
        picks in prop::collection::vec(any::<bool>(), 0..12),
        weak: bool,
        cut: bool,
    ) {
        let rows = |k: usize| -> Vec<Vec<Number>> {
            let rows = payoffs[k * 9..k * 9 + 9].chunks(3);
            rows.map(|row| row.iter().copied().map(Number::from).collect()).collect()
        };
        let game = StrategicGame::from_rows("", &rows(0), &rows(1)).expect("three by three");
        let (kind, concept) = if weak {
            (Kind::Weak, Concept::WeaklyUndominated)
        } else {
            (Kind::Strict, Concept::Undominated)
        };
        let claim = |rounds, extent| Elimination {
            kind,
            dominators: Dominators::Pure,
            rounds,
            extent,
            supported: Vec::new(),
            kept: Vec::new(),
            independent: Vec::new(),
            undecided: None,
        };
        let right = claim(rounds(&game, kind, &[]), Extent::Whole);
        prop_assert!(judge(&game, concept, &right).is_exact());
        let left = right.survivors(&game.shape());
        let other = claim(rounds(&game, kind, &picks), Extent::Whole);
        if judge(&game, concept, &other).is_exact() {
            prop_assert_eq!(other.survivors(&game.shape()), left);
        } else {
            prop_assert!(weak);
        }
        // Some rounds: as many as there are, all at once.
        let extent = if cut { Extent::Rounds } else { Extent::Whole };
        for count in 0..=other.rounds.len() {
            let some = claim(other.rounds[..count].to_vec(), extent);
            if judge(&game, concept, &some).is_exact() {
                let all = claim(right.rounds[..count.min(right.rounds.len())].to_vec(), extent);
                prop_assert!(count == 0 || some.survivors(&game.shape()) == all.survivors(&game.shape()));
            }
        }
    }
}

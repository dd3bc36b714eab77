//! The infinite ladder by hand, and what the judge must refuse.

use super::*;
use crate::verdict::Status;
use deterra_game::stochastic::StochasticBuilder;

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

/// The top rung for ever: whoever's turn it is quits, and the rival has 10, or escalates, which is
/// a disaster that costs both 50 with probability 1/10 and else the rival's turn.
fn ladder(discount: &Rational) -> StochasticGame {
    let mut b = StochasticBuilder::new("the top rung for ever");
    let players = [b.player("a"), b.player("b")];
    let turns = [b.state("a's turn"), b.state("b's turn")];
    let wins = [b.state("a wins"), b.state("b wins")];
    let disaster = b.state("disaster");
    for k in 0..2 {
        b.set_discount(players[k], discount.clone());
        b.set_movers(
            turns[k],
            vec![(players[k], vec!["quit".into(), "escalate".into()])],
        );
        let zero = || vec![Rational::ZERO; 2];
        b.set_cell(turns[k], &[0], zero(), vec![(wins[1 - k], Rational::ONE)]);
        let row = vec![(disaster, r(1, 10)), (turns[1 - k], r(9, 10))];
        b.set_cell(turns[k], &[1], zero(), row);
        let prize = |j: usize| Rational::integer(if j == k { 10 } else { 0 });
        b.set_outcome(wins[k], (0..2).map(prize).collect());
    }
    b.set_outcome(disaster, vec![r(-50, 1); 2]);
    b.build().expect("a game")
}

/// With δ = 9/10, ε = 1/10, D = 50 and v = 10. A mover who mixes is indifferent: quitting pays 0,
/// and escalating -εD + (1-ε)δW, so the one who waits has W = εD/((1-ε)δ) = 5/(81/100) = 500/81.
/// Waiting pays W = xv + (1-x)(-εD + (1-ε)δ·0), so x = (W + εD)/(v + εD) = (905/81)/15 = 181/243.
fn symmetric(game: &StochasticGame) -> StationaryProfile {
    let row = vec![r(181, 243), r(62, 243)];
    StationaryProfile::new(game, vec![row.clone(), row]).expect("distributions")
}

#[test]
fn the_infinite_ladder_in_mixed_strategies() {
    let game = ladder(&r(9, 10));
    let judged = judge(&game, &symmetric(&game), &Rational::ZERO);
    assert!(judged.verdict.is_exact());
    assert!(judged.gain_bound.is_zero());
    assert_eq!(judged.values[0], [r(0, 1), r(500, 81)]);
    assert_eq!(judged.values[1], [r(500, 81), r(0, 1)]);
    assert_eq!(judged.values[4], [r(-50, 1), r(-50, 1)]);
    // (1-x)ε/(x + (1-x)ε) = (31/1215)/(936/1215).
    let absorbed = absorption(&game, &symmetric(&game)).expect("regular");
    assert!(absorbed.never.is_zero());
    let states: Vec<u32> = absorbed.outcomes.iter().map(|o| o.state.0).collect();
    assert_eq!(states, [2, 3, 4]);
    assert_eq!(absorbed.outcomes[2].probability, r(31, 936));
    // Play goes on with probability q = (1-x)(1-ε) = 31/135; if it ends by disaster, that is after
    // q/(1-q) = 31/104 periods. b wins at even periods only: q²/(1-q²) doubled.
    assert_eq!(absorbed.outcomes[2].expected_time, r(31, 104));
    let q2 = &r(31, 135) * &r(31, 135);
    let even = (&q2 * &r(2, 1))
        .checked_div(&(&Rational::ONE - &q2))
        .expect("below 1");
    assert_eq!(absorbed.outcomes[1].expected_time, even);
    // a wins one period later than that.
    assert_eq!(absorbed.outcomes[0].expected_time, &even + &Rational::ONE);
}

/// Any other mixture by a thousandth makes the rival prefer one of its moves.
#[test]
fn a_probability_off_by_a_thousandth_fails() {
    let game = ladder(&r(9, 10));
    for slot in 0..2 {
        for off in [r(1, 1000), r(-1, 1000)] {
            let mut rows = symmetric(&game).rows().to_vec();
            rows[slot][0] += &off;
            rows[slot][1] -= &off;
            let moved = StationaryProfile::new(&game, rows).expect("distributions");
            let judged = judge(&game, &moved, &Rational::ZERO);
            assert_eq!(judged.verdict.status, Status::Failed);
            let witness = judged.verdict.witness.expect("a gain");
            // It is the rival who gains, at the rival's own turn.
            assert_eq!(witness.player.index(), 1 - slot);
            let Deviation::AtState { state, to } = witness.deviation else {
                panic!("{witness:?}")
            };
            assert_eq!(state.index(), 1 - slot);
            // If one quits more often, escalating pays.
            assert_eq!(to == 1, off > Rational::ZERO);
            assert_eq!(judged.gain_bound, &judged.verdict.error * &r(10, 1));
            let allowed = judge(&game, &moved, &r(1, 10));
            assert_eq!(allowed.verdict.status, Status::Bounded);
        }
    }
}

/// One side always quits: an equilibrium, since εD = 5 is at most (1-ε)δv = 81/10.
#[test]
fn one_side_always_quits() {
    let game = ladder(&r(9, 10));
    for choices in [[0, 1], [1, 0]] {
        let profile = StationaryProfile::pure(&game, &choices);
        assert!(judge(&game, &profile, &Rational::ZERO).verdict.is_exact());
    }
    // Both quit: b gains (1-ε)δv - εD = 31/10 by escalating, as does a. Both escalate: quitting
    // saves much.
    let both = StationaryProfile::pure(&game, &[0, 0]);
    assert_eq!(
        judge(&game, &both, &Rational::ZERO).verdict.error,
        r(31, 10)
    );
    let never = StationaryProfile::pure(&game, &[1, 1]);
    assert_eq!(
        judge(&game, &never, &Rational::ZERO).verdict.status,
        Status::Failed
    );
    // At δ = 5/9 the threat is worth exactly nothing, and below it is not made.
    let weak = ladder(&r(5, 9));
    let profile = StationaryProfile::pure(&weak, &[0, 0]);
    assert!(
        !judge(&ladder(&r(56, 90)), &profile, &Rational::ZERO)
            .verdict
            .is_exact()
    );
    assert!(judge(&weak, &profile, &Rational::ZERO).verdict.is_exact());
}

/// With a discount of 1 the bound counts moves: after a's first one b escalates for ever, so that
/// a moves 1 + 81/100 + … = 100/19 times at most.
#[test]
fn without_discount_the_bound_counts_moves() {
    let game = ladder(&Rational::ONE);
    let profile = StationaryProfile::pure(&game, &[1, 1]);
    let judged = judge(&game, &profile, &Rational::ZERO);
    assert_eq!(judged.gain_bound, &judged.verdict.error * &r(100, 19));
    let pure = StationaryProfile::pure(&game, &[0, 1]);
    assert!(judge(&game, &pure, &Rational::ZERO).verdict.is_exact());
}

/// A state that stays with itself is worth what it pays over 1-δ, and never ends.
#[test]
fn play_that_never_ends() {
    let mut b = StochasticBuilder::new("for ever");
    let one = b.player("one");
    b.set_discount(one, r(3, 4));
    let (here, end) = (b.state("here"), b.state("end"));
    b.set_movers(here, vec![(one, vec!["stay".into(), "leave".into()])]);
    b.set_cell(here, &[0], vec![r(1, 1)], vec![(here, Rational::ONE)]);
    b.set_cell(here, &[1], vec![r(0, 1)], vec![(end, Rational::ONE)]);
    b.set_outcome(end, vec![r(4, 1)]);
    let game = b.build().expect("a game");
    let judged = |row: [Rational; 2]| {
        let profile = StationaryProfile::new(&game, vec![row.to_vec()]).expect("a distribution");
        let absorbed = absorption(&game, &profile).expect("regular");
        (judge(&game, &profile, &Rational::ZERO), absorbed)
    };
    // 1/(1-3/4) = 4 either way: every mixture is an equilibrium.
    let (stay, absorbed) = judged([r(1, 1), r(0, 1)]);
    assert!(stay.verdict.is_exact());
    assert_eq!(stay.values[0], [r(4, 1)]);
    assert_eq!(
        (absorbed.outcomes.len(), absorbed.never),
        (0, Rational::ONE)
    );
    let (mixed, absorbed) = judged([r(1, 3), r(2, 3)]);
    assert!(mixed.verdict.is_exact());
    // It leaves after (1/3)/(2/3) periods.
    assert_eq!(absorbed.outcomes[0].expected_time, r(1, 2));
    assert!(absorbed.never.is_zero());
}

/// A ring of 30 states at which one of two mixes with a long fraction: floats find what elimination finds, within what they
/// prove, and gains are bounded by no less than they are.
#[test]
fn long_fractions_of_many_states() {
    let mut b = StochasticBuilder::new("ring");
    let (one, two) = (b.player("one"), b.player("two"));
    b.set_discount(one, r(9, 10));
    b.set_discount(two, r(1, 3));
    let states: Vec<StateId> = (0..30).map(|k| b.state(&k.to_string())).collect();
    for (k, state) in states.iter().enumerate() {
        b.set_movers(*state, vec![(one, vec!["on".into(), "over".into()])]);
        for (action, step) in [1, 7].into_iter().enumerate() {
            let paid = vec![r((k * step % 5) as i64, 1), r(1, 1 + k as i64)];
            let next = vec![(states[(k + step) % 30], r(2, 3)), (*state, r(1, 3))];
            b.set_cell(*state, &[action], paid, next);
        }
    }
    let game = b.build().expect("a game");
    let long = Rational::new(333_333_333_333_331, 1 << 50).expect("a fraction");
    let rest = &Rational::ONE - &long;
    let profile = StationaryProfile::new(&game, vec![vec![long, rest]; 30]).expect("distributions");
    assert!(near::is_long(&game, &profile));
    let near = near::values(&game, &profile).expect("floats do");
    let exact = values(&game, &profile).expect("regular");
    assert!(near.within < r(1, 1_000_000_000));
    for (near_row, exact) in near.values.iter().zip(&exact) {
        for (a, b) in near_row.iter().zip(exact) {
            assert!((a - b).abs() <= near.within);
        }
    }
    let judged = judge(&game, &profile, &Rational::ZERO);
    assert_eq!(judged.values_within, near.within);
    let slots = 0..game.slots().len();
    let gains = slots.flat_map(|slot| {
        let worth = action_values(&game, &profile, &exact, slot);
        let now = exact[slot][0].clone();
        worth.into_iter().map(move |w| &w - &now)
    });
    let gain = gains.max().expect("some");
    let above = &judged.verdict.error - &gain;
    assert!(!above.is_negative() && above < r(1, 1_000_000_000));
    assert!(absorption(&game, &profile).is_none());
    let short = StationaryProfile::pure(&game, &[0; 30]);
    assert!(
        judge(&game, &short, &Rational::ZERO)
            .values_within
            .is_zero()
    );
}

/// Whatever is done, the same happens, so every profile is an equilibrium. Where values are bounded only, it is not said that somebody gains.
#[test]
fn equilibria_of_long_fractions_are_not_refused() {
    let mut b = StochasticBuilder::new("ring");
    let one = b.player("one");
    b.set_discount(one, r(9, 10));
    let states: Vec<StateId> = (0..30).map(|k| b.state(&k.to_string())).collect();
    for (k, state) in states.iter().enumerate() {
        b.set_movers(*state, vec![(one, vec!["this".into(), "that".into()])]);
        for action in 0..2 {
            let paid = vec![r((k % 7) as i64, 3)];
            b.set_cell(
                *state,
                &[action],
                paid,
                vec![(states[(k + 1) % 30], Rational::ONE)],
            );
        }
    }
    let game = b.build().expect("a game");
    let long = Rational::new(333_333_333_333_331, 1 << 50).expect("a fraction");
    let rest = &Rational::ONE - &long;
    let profile = StationaryProfile::new(&game, vec![vec![long, rest]; 30]).expect("distributions");
    let judged = judge(&game, &profile, &Rational::ZERO).verdict;
    assert!(matches!(judged.status, Status::Unchecked(_)), "{judged:?}");
    assert!(judged.error > Rational::ZERO && judged.witness.is_none());
    let near = judge(&game, &profile, &r(1, 1_000_000_000)).verdict;
    assert_eq!(near.status, Status::Bounded);
}

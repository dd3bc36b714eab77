//! The infinite ladder, the war of attrition, and a game whose value is irrational.

use super::*;
use deterra_game::stochastic::{StateId, StochasticBuilder};
use deterra_verify::markov::{judge, values};

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

fn solved(game: &StochasticGame) -> Solution<MarkovEquilibria> {
    markov(game, &Markov::default(), &Control::default()).expect("an answer")
}

/// The top rung for ever: quit, and the rival has 10, or risk a disaster of probability 1/10 that
/// costs both 50.
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

/// One side always quits, or both quit with probability εD(1 + 1/((1-ε)δ))/(v + εD) = 181/243.
#[test]
fn the_infinite_ladder() {
    let game = ladder(&r(9, 10));
    let solution = solved(&game);
    assert!(solution.is_complete() && solution.verdict().is_exact());
    let answer = solution.answer();
    let rows: Vec<(&[Rational], &[Rational], Kind, bool)> = answer
        .list()
        .iter()
        .map(|e| (e.profile.at(0), e.profile.at(1), e.kind, e.symmetric))
        .collect();
    let (yes, no) = ([r(1, 1), r(0, 1)], [r(0, 1), r(1, 1)]);
    let mixed = [r(181, 243), r(62, 243)];
    let expected: [(&[Rational], &[Rational], Kind, bool); 3] = [
        (&yes, &no, Kind::Pure, false),
        (&no, &yes, Kind::Pure, false),
        (&mixed, &mixed, Kind::Mixed, true),
    ];
    assert_eq!(rows, expected);
    assert!(answer.is_symmetric_game());
    assert_eq!(answer.pure().total.to_u64(), Some(4));
    assert_eq!(answer.supports().done.to_u64(), Some(9));
    let worth = values(&game, &answer.list()[2].profile).expect("regular");
    assert_eq!(worth[0], [r(0, 1), r(500, 81)]);
}

/// Below δ = 5/9 escalating is not worth it even if the rival quits next: all quit. At 5/9 sharp
/// escalating ties, so whoever quits may do so for sure, and the rival do anything.
#[test]
fn weak_threats_are_not_made() {
    let solution = solved(&ladder(&r(1, 2)));
    assert!(solution.is_complete());
    let [only] = solution.answer().list() else {
        panic!("{:?}", solution.answer().list())
    };
    assert!(only.symmetric && only.kind == Kind::Pure);
    assert_eq!(
        only.profile,
        StationaryProfile::pure(&ladder(&r(1, 2)), &[0, 0])
    );
    let solution = solved(&ladder(&r(5, 9)));
    let kinds: Vec<Kind> = solution.answer().list().iter().map(|e| e.kind).collect();
    let expected = [
        Kind::Pure,
        Kind::Pure,
        Kind::Pure,
        Kind::OneOfMany,
        Kind::OneOfMany,
    ];
    assert_eq!(kinds, expected);
    assert!(!solution.is_complete());
}

/// Both stay or quit at once; staying together costs 1, and who stays alone has 10. Staying is as
/// good as quitting if 10x = (1-x)·1, whatever the discount: x = 1/11.
#[test]
fn the_war_of_attrition() {
    for discount in [r(0, 1), r(1, 2), r(99, 100)] {
        let mut b = StochasticBuilder::new("attrition");
        let both = [b.player("a"), b.player("b")];
        let (on, over) = (b.state("on"), b.state("over"));
        let mut movers = Vec::new();
        for player in both {
            b.set_discount(player, discount.clone());
            movers.push((player, vec!["quit".into(), "stay".into()]));
        }
        b.set_movers(on, movers);
        let n = |a: i64, b: i64| vec![r(a, 1), r(b, 1)];
        b.set_cell(on, &[0, 0], n(0, 0), vec![(over, Rational::ONE)]);
        b.set_cell(on, &[1, 0], n(10, 0), vec![(over, Rational::ONE)]);
        b.set_cell(on, &[0, 1], n(0, 10), vec![(over, Rational::ONE)]);
        b.set_cell(on, &[1, 1], n(-1, -1), vec![(on, Rational::ONE)]);
        b.set_outcome(over, n(0, 0));
        let game = b.build().expect("a game");
        let solution = solved(&game);
        assert!(solution.is_complete() && solution.verdict().is_exact());
        let [first, second, mixed] = solution.answer().list() else {
            panic!("{:?}", solution.answer().list())
        };
        assert!(first.profile.is_pure() && second.profile.is_pure() && mixed.symmetric);
        assert_eq!(mixed.profile.at(0), [r(1, 11), r(10, 11)]);
        assert_eq!(mixed.profile.at(0), mixed.profile.at(1));
    }
}

/// Zero-sum, δ = 1/2: (up, left) pays 1 and is played again, (down, right) pays 1 and ends, the
/// others pay 0 and end. V = val [[1 + V/2, 0], [0, 1]] = (1 + V/2)/(2 + V/2), so V² + 3V = 2 and
/// V = (√17 - 3)/2; up is played with probability 1/(2 + V/2).
#[test]
fn an_irrational_value_is_bounded() {
    let mut b = StochasticBuilder::new("irrational");
    let (a, z) = (b.player("a"), b.player("z"));
    b.set_discount(a, r(1, 2));
    b.set_discount(z, r(1, 2));
    let (on, over) = (b.state("on"), b.state("over"));
    let actions = |x: &str, y: &str| vec![x.to_owned(), y.to_owned()];
    b.set_movers(
        on,
        vec![(a, actions("up", "down")), (z, actions("left", "right"))],
    );
    let n = |x: i64| vec![r(x, 1), r(-x, 1)];
    b.set_cell(on, &[0, 0], n(1), vec![(on, Rational::ONE)]);
    b.set_cell(on, &[1, 1], n(1), vec![(over, Rational::ONE)]);
    b.set_cell(on, &[0, 1], n(0), vec![(over, Rational::ONE)]);
    b.set_cell(on, &[1, 0], n(0), vec![(over, Rational::ONE)]);
    b.set_outcome(over, n(0));
    let game = b.build().expect("a game");
    let solution = solved(&game);
    let [only] = solution.answer().list() else {
        panic!("{:?}", solution.answer().list())
    };
    assert_eq!(only.kind, Kind::Numeric);
    let judged = judge(&game, &only.profile, solution.answer().tolerance());
    assert_eq!(judged.verdict.status.word(), "bounded");
    assert!(judged.verdict.error < r(1, 1_000_000_000));
    let value = (17_f64.sqrt() - 3.0) / 2.0;
    assert!((judged.values[0][0].to_f64() - value).abs() < 1e-9);
    let up = only.profile.at(0)[0].to_f64();
    assert!((up - 1.0 / (2.0 + value / 2.0)).abs() < 1e-9);
    // A quadratic equation has no other roots.
    assert!(solution.is_complete());
}

/// Newton's method finds fractions too, and then the answer is exact: the same game with payoffs
/// such that V = 1/2, val [[a + V/2, 0], [0, 1]] = 1/2 for a + 1/4 = 1.
#[test]
fn fractions_are_recognized() {
    let mut b = StochasticBuilder::new("rational");
    let (a, z) = (b.player("a"), b.player("z"));
    b.set_discount(a, r(1, 2));
    b.set_discount(z, r(1, 2));
    let (on, over) = (b.state("on"), b.state("over"));
    let actions = |x: &str, y: &str| vec![x.to_owned(), y.to_owned()];
    b.set_movers(
        on,
        vec![(a, actions("up", "down")), (z, actions("left", "right"))],
    );
    let n = |x: Rational| vec![x.clone(), -&x];
    b.set_cell(on, &[0, 0], n(r(3, 4)), vec![(on, Rational::ONE)]);
    b.set_cell(on, &[1, 1], n(r(1, 1)), vec![(over, Rational::ONE)]);
    b.set_cell(on, &[0, 1], n(r(0, 1)), vec![(over, Rational::ONE)]);
    b.set_cell(on, &[1, 0], n(r(0, 1)), vec![(over, Rational::ONE)]);
    b.set_outcome(over, n(r(0, 1)));
    let game = b.build().expect("a game");
    let solution = solved(&game);
    assert!(solution.verdict().is_exact());
    let profile = &solution.answer().list()[0].profile;
    assert_eq!(values(&game, profile).expect("regular")[0][0], r(1, 2));
    assert_eq!(profile.at(0), [r(1, 2), r(1, 2)]);
}

/// A chain of forty towns at each of which one may stop: bounds leave one profile of 2^40.
#[test]
fn bounds_cut_long_chains() {
    let mut b = StochasticBuilder::new("chain");
    let one = b.player("one");
    b.set_discount(one, r(9, 10));
    let towns: Vec<StateId> = (0..40).map(|k| b.state(&format!("town {k}"))).collect();
    let end = b.state("end");
    b.set_outcome(end, vec![Rational::ZERO]);
    for (k, town) in towns.iter().enumerate() {
        b.set_movers(*town, vec![(one, vec!["stop".into(), "go".into()])]);
        b.set_cell(
            *town,
            &[0],
            vec![r(k as i64 % 7, 1)],
            vec![(end, Rational::ONE)],
        );
        let next = towns[(k + 1) % 40];
        b.set_cell(*town, &[1], vec![r(1, 10)], vec![(next, Rational::ONE)]);
    }
    let game = b.build().expect("a game");
    let solution = solved(&game);
    assert!(solution.is_complete());
    assert_eq!(solution.answer().list().len(), 1);
    assert_eq!(solution.answer().pure().total.to_u64(), Some(1 << 40));
}

#[test]
fn limits_say_how_far_it_came() {
    let options = Markov {
        profile_limit: 2,
        support_limit: 1,
        ..Markov::default()
    };
    let game = ladder(&r(9, 10));
    let solution = markov(&game, &options, &Control::default()).expect("an answer");
    assert_eq!(solution.stop(), Stop::Iterations);
    let said = solution.not_searched().expect("not everything");
    assert!(
        said.contains("of 4 pure stationary profiles were searched"),
        "{said}"
    );
    assert!(said.contains("of 9 profiles of supports"), "{said}");
    let control = Control {
        time_limit: Some(std::time::Duration::ZERO),
        ..Control::default()
    };
    let stopped = markov(&game, &Markov::default(), &control).expect_err("no time at all");
    assert!(
        stopped.to_string().contains("pure stationary profiles"),
        "{stopped}"
    );
    let small = Markov {
        state_limit: 4,
        ..Markov::default()
    };
    let refused = markov(&game, &small, &Control::default()).expect_err("five states");
    assert!(
        matches!(refused, SolveError::TooLarge { limit: 4, .. }),
        "{refused}"
    );
}

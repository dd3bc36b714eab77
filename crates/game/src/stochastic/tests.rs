//! Stochastic games: what is built and what is refused.

use super::*;

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

/// Two players, a first: `a` moves at one state, both at another, chance at a third.
fn sample(discount: Rational, period: bool) -> Result<StochasticGame, InvalidStochastic> {
    let mut b = StochasticBuilder::new("sample");
    let (a, z) = (b.player("a"), b.player("z"));
    b.set_discount(a, discount.clone());
    b.set_discount(z, discount);
    let (one, both, luck, end) = (
        b.state("one"),
        b.state("both"),
        b.state("luck"),
        b.state("end"),
    );
    let nothing = || vec![Rational::ZERO; 2];
    b.set_outcome(end, vec![r(1, 1), r(2, 1)]);
    b.set_chance(luck, nothing(), vec![(luck, r(1, 2)), (one, r(1, 2))]);
    b.set_period(luck, period);
    b.set_movers(one, vec![(a, vec!["go".into(), "stop".into()])]);
    b.set_cell(one, &[0], nothing(), vec![(both, r(1, 1))]);
    b.set_cell(one, &[1], nothing(), vec![(end, r(1, 1))]);
    let actions = |n: usize| (0..n).map(|k| k.to_string()).collect::<Vec<_>>();
    b.set_movers(both, vec![(z, actions(2)), (a, actions(3))]);
    for k in 0..2 {
        for j in 0..3 {
            let row = vec![(luck, r(1, 4)), (end, r(1, 2)), (luck, r(1, 4))];
            b.set_cell(both, &[k, j], vec![r(k as i64, 1), r(j as i64, 1)], row);
        }
    }
    b.build()
}

#[test]
fn cells_count_the_first_mover_fastest() {
    let game = sample(r(1, 2), false).expect("a game");
    let both = StateId(1);
    assert_eq!(game.num_cells(both), 6);
    for z in 0..2 {
        for a in 0..3 {
            let cell = game.cell_of(both, &[z, a]);
            assert_eq!(cell, z + 2 * a);
            assert_eq!(game.action_in(both, cell, 0), z);
            assert_eq!(game.action_in(both, cell, 1), a);
            assert_eq!(
                game.cell(both, cell).payoffs,
                [r(z as i64, 1), r(a as i64, 1)]
            );
            // Equal targets are one.
            assert_eq!(
                game.cell(both, cell).row,
                [(StateId(2), r(1, 2)), (StateId(3), r(1, 2))]
            );
        }
    }
    let slots: Vec<(u32, u32)> = game
        .slots()
        .iter()
        .map(|s| (s.state.0, s.player.0))
        .collect();
    assert_eq!(slots, [(0, 0), (1, 1), (1, 0)]);
    assert_eq!(game.slot_of(both, PlayerId(0)), Some(2));
    assert_eq!(game.slot_of(StateId(0), PlayerId(1)), None);
    assert_eq!(game.num_profiles(), Natural::from(12_u32));
    let weights: Vec<&Rational> = game.states().map(|s| game.weight(PlayerId(0), s)).collect();
    assert_eq!(weights, [&r(1, 2), &r(1, 2), &r(1, 1), &r(1, 1)]);
    assert!(game.is_outcome(StateId(3)) && game.is_chance(StateId(2)));
}

/// `luck` stays with itself in no time with probability 1/2 and surely leaves, so no discount is
/// needed there; going round by `one` and `both` ends with probability 1/2 each time.
#[test]
fn a_discount_of_one_needs_a_sure_end() {
    assert!(sample(r(1, 1), false).is_ok());
    assert!(sample(r(1, 1), true).is_ok());
    assert!(sample(r(3, 2), false).is_err());
    let mut b = StochasticBuilder::new("for ever");
    let a = b.player("a");
    let (here, there, end) = (b.state("here"), b.state("there"), b.state("end"));
    b.set_outcome(end, vec![Rational::ZERO]);
    b.set_movers(here, vec![(a, vec!["stay".into(), "leave".into()])]);
    b.set_cell(
        here,
        &[0],
        vec![Rational::ONE],
        vec![(there, Rational::ONE)],
    );
    b.set_cell(here, &[1], vec![Rational::ONE], vec![(end, Rational::ONE)]);
    b.set_chance(there, vec![Rational::ZERO], vec![(here, Rational::ONE)]);
    let refused = b.clone().build().expect_err("endless");
    assert_eq!(
        refused.to_string(),
        "with a discount of 1 play must end whatever is done, and it can go on for ever at \
         \"here\", \"there\""
    );
    b.set_discount(a, r(99, 100));
    assert!(b.clone().build().is_ok());
    // Chance that leads to itself in no time.
    b.set_chance(there, vec![Rational::ZERO], vec![(there, Rational::ONE)]);
    let refused = b.clone().build().expect_err("timeless");
    assert_eq!(
        refused.to_string(),
        "no time passes at \"there\", and play can stay there for ever"
    );
    b.set_period(there, true);
    assert!(b.build().is_ok());
}

#[test]
fn every_problem_is_said() {
    let mut b = StochasticBuilder::new("broken");
    let a = b.player("a");
    b.set_discount(a, r(-1, 2));
    let (one, two, three) = (b.state("one"), b.state("two"), b.state("three"));
    b.set_movers(one, vec![(a, vec!["x".into(), "y".into()])]);
    b.set_cell(one, &[0], vec![], vec![(two, r(1, 2))]);
    b.set_movers(two, vec![(a, vec![]), (a, vec!["x".into()])]);
    let problems = b.build().expect_err("broken").problems;
    let said: Vec<String> = problems.iter().map(|(_, p)| p.to_string()).collect();
    assert_eq!(
        said,
        [
            "the discount of a is -1/2, not between 0 and 1",
            "\"one\" pays 0 players, and there are 1",
            "the probabilities after \"x\" at \"one\" are not between 0 and 1 with sum 1",
            "\"one\" does not say what happens after \"y\"",
            "the movers at \"two\" are not different players of the game",
            "nothing happens at \"three\": it is no outcome and leads nowhere",
        ]
    );
    assert_eq!(problems[5].0, Some(three));
    assert!(StochasticBuilder::new("").build().is_err());
}

#[test]
fn profiles_are_distributions() {
    let game = sample(r(1, 2), false).expect("a game");
    let pure = StationaryProfile::pure(&game, &[1, 0, 2]);
    assert!(pure.is_pure());
    let both = StateId(1);
    let cell = game.cell_of(both, &[0, 2]);
    assert!(pure.chance_of(&game, both, cell, None).is_one());
    let mut rows = pure.rows().to_vec();
    rows[1] = vec![r(1, 3), r(2, 3)];
    let mixed = StationaryProfile::new(&game, rows.clone()).expect("distributions");
    assert!(!mixed.is_pure());
    assert_eq!(mixed.chance_of(&game, both, cell, None), r(1, 3));
    assert_eq!(mixed.chance_of(&game, both, cell, Some(0)), r(1, 1));
    rows[1][0] = r(1, 2);
    assert_eq!(
        StationaryProfile::new(&game, rows.clone()),
        Err(InvalidStationary::Distribution { slot: 1 })
    );
    rows[1].pop();
    assert!(StationaryProfile::new(&game, rows.clone()).is_err());
    rows.pop();
    assert!(StationaryProfile::new(&game, rows).is_err());
}

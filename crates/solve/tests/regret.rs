//! Minimizing regret, drawn walks and small steps on random trees, against the judge and against linear programs.

#![allow(
    clippy::unwrap_used,
    reason = "in a test a panic is the failure report"
)]

use deterra_game::builder::ExtensiveBuilder;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::{Number, Rational};
use deterra_game::profile::BehaviorProfile;
use deterra_game::transform::{Affine, affine, lock};
use deterra_solve::control::Control;
use deterra_solve::error::SolveError;
use deterra_solve::nash::lp::{Lp, lp_extensive};
use deterra_solve::regret::mccfr::{Mccfr, mccfr};
use deterra_solve::regret::portfolio::fastest;
use deterra_solve::regret::regret_minimization::{
    Iterate, RegretMinimization, regret_minimization,
};
use deterra_solve::regret::{Compiled, Draws as Drawn, Flat, Sampling, Scheme, Updates};
use deterra_verify::enclosed::enclosed;
use deterra_verify::respond::best_response;
use proptest::prelude::*;
use std::fmt::Write as _;

/// A number of cases that `PROPTEST_CASES` overrides.
fn cases(count: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig {
        cases: asked.and_then(|n| n.parse().ok()).unwrap_or(count),
        ..ProptestConfig::default()
    }
}

/// Draws from bytes; the same ones again when they are used up.
struct Draws<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Draws<'_> {
    fn below(&mut self, n: usize) -> usize {
        self.at += 1;
        let byte = self.bytes[self.at % self.bytes.len()];
        (usize::from(byte) + self.at / self.bytes.len() * 7) % n
    }
}

/// What a tree is made of.
#[derive(Clone, Copy, Debug)]
struct Shape {
    players: usize,
    depth: usize,
    /// What the payoffs of two players sum to, if to the same everywhere.
    sum: Option<i64>,
    /// Whether some of what is paid is paid on the way.
    inside: bool,
    /// By what every second payoff is multiplied.
    unit: i128,
}

/// A tree of players who remember everything they did. Some never move, some sets have one action, and some chances are 0.
fn tree(bytes: &[u8], shape: Shape) -> ExtensiveGame {
    let mut draws = Draws { bytes, at: 0 };
    let mut b = ExtensiveBuilder::new("random");
    let players: Vec<_> = (0..shape.players)
        .map(|p| b.player(p.to_string()))
        .collect();
    let mut sets = std::collections::BTreeMap::new();
    let mut open = vec![(0, vec![String::new(); shape.players])];
    let mut paid = 0;
    let mut pay = |draws: &mut Draws<'_>| {
        paid += 1;
        let unit = if paid % 2 == 0 { shape.unit } else { 1 };
        let mut drawn = |_| Rational::from_i128((draws.below(9) as i128 - 4) * unit, 1).unwrap();
        let mut all: Vec<Rational> = (0..shape.players).map(&mut drawn).collect();
        if let (Some(sum), [first, second]) = (shape.sum, all.as_mut_slice()) {
            *second = &Rational::integer(sum) - &*first;
        }
        all.into_iter().map(Number::from).collect::<Vec<_>>()
    };
    while let Some((level, pasts)) = open.pop() {
        let kind = draws.below(8);
        if level == shape.depth || (level > 1 && kind == 0) {
            let outcome = b.outcome("", &pay(&mut draws));
            let node = b.terminal("");
            b.set_outcome(node, outcome);
            continue;
        }
        if kind == 1 {
            let share = |n: i64| Number::from(Rational::new(n, 4).unwrap());
            let first = draws.below(5) as i64;
            let event = b.chance_event("", &[("a", share(first)), ("b", share(4 - first))]);
            b.move_at("", event);
            open.extend([(level + 1, pasts.clone()), (level + 1, pasts)]);
            continue;
        }
        let p = draws.below(shape.players);
        let key = (p, pasts[p].clone(), draws.below(2));
        let number = sets.len();
        let (set, name, actions) = *sets.entry(key).or_insert_with(|| {
            let actions = ["a", "b", "c", "d"];
            let actions = &actions[..[2, 3, 1, 2, 4][number % 5]];
            (b.infoset(players[p], "", actions), number, actions.len())
        });
        let node = b.move_at("", set);
        if shape.inside && shape.sum.is_none_or(|sum| sum == 0) && kind == 2 {
            let outcome = b.outcome("", &pay(&mut draws));
            b.set_outcome(node, outcome);
        }
        for k in (0..actions).rev() {
            let mut pasts = pasts.clone();
            _ = write!(pasts[p], " {name}.{k}");
            open.push((level + 1, pasts));
        }
    }
    b.build().unwrap()
}

/// What is gained by the best reply of whoever gains most, and in all, in fractions.
fn gains(game: &ExtensiveGame, profile: &BehaviorProfile) -> (Rational, Rational) {
    let all = game
        .players()
        .map(|p| best_response(game, profile, p).unwrap().regret());
    let all: Vec<Rational> = all.collect();
    let sum = all.iter().sum();
    (all.into_iter().max().unwrap_or_default(), sum)
}

fn greatest(game: &ExtensiveGame) -> f64 {
    let all = game
        .outcomes()
        .flat_map(|o| game.players().map(move |p| (o, p)));
    let size = |(o, p)| Rational::to_f64(game.payoff(o, p).value()).abs();
    all.map(size).fold(0.0, f64::max)
}

fn near(a: f64, b: f64, size: f64) -> bool {
    (a - b).abs() <= size
}

fn shapes() -> impl Strategy<Value = (Vec<u8>, Shape)> {
    let bytes = proptest::collection::vec(any::<u8>(), 8..60);
    let sum = prop_oneof![Just(None), Just(Some(0)), Just(Some(7))];
    let unit = prop_oneof![3 => Just(1), 1 => Just(0), 1 => Just(10_i128.pow(9)), 1 => Just(10_i128.pow(28))];
    (bytes, 1_usize..=4, 1_usize..=7, sum, any::<bool>(), unit).prop_map(
        |(bytes, players, depth, sum, inside, unit)| {
            let players = if sum.is_some() { 2 } else { players };
            let shape = Shape {
                players,
                depth,
                sum,
                inside,
                unit,
            };
            (bytes, shape)
        },
    )
}

proptest! {
    #![proptest_config(cases(60))]

    /// Every variant's answer is as near as it says.
    #[test]
    fn variants_say_how_near_they_are((bytes, shape) in shapes(), single in any::<bool>(), all_at_once in any::<bool>()) {
        let game = tree(&bytes, shape);
        let size = greatest(&game);
        let digits = if single { 1e-5 } else { 1e-11 };
        for known in Scheme::ALL {
            let updates = if all_at_once { Updates::Simultaneous } else { Updates::Alternating };
            for (iterations, iterate) in [(0, Iterate::Average), (1, Iterate::Last), (40, Iterate::Best), (40, Iterate::Average)] {
                let options = RegretMinimization {
                    scheme: Scheme { updates, ..known },
                    iterations: Some(iterations),
                    iterate,
                    is_single: single,
                    ..RegretMinimization::default()
                };
                let solution = regret_minimization(&game, &options, &Control::default()).unwrap();
                let verdict = solution.verdict();
                prop_assert!(verdict.holds(), "{} {iterations} {verdict:?}", known.name);
                let [one] = solution.answer().list.as_slice() else {
                    return Err(TestCaseError::fail("one profile"));
                };
                let (most, all) = gains(&game, &one.profile);
                prop_assert!(verdict.error >= most);
                let told = solution.work().nash_conv.unwrap();
                // Chances are told in steps that add far less than what is left to be gained.
                let slack = digits * size * shape.players as f64 + 1e-3 * told;
                prop_assert!(near(told, all.to_f64(), slack), "{} {iterations}: {told}, {}", known.name, all.to_f64());
                for found in enclosed(&game, &one.profile).unwrap() {
                    let exact = best_response(&game, &one.profile, found.player).unwrap().regret();
                    let bound = |x: f64| Rational::from_f64(x).unwrap();
                    prop_assert!(bound(found.least()) <= exact && exact <= bound(found.most()));
                }
            }
        }
    }

    /// Payoffs of sequences merged, in batches, in half the memory: all the same in floats.
    #[test]
    fn sequences_pay_what_trees_pay((bytes, shape) in shapes()) {
        let game = tree(&bytes, shape);
        let flat = Flat::new(&game, &Control::default()).unwrap();
        let compiled = Compiled::<f64>::new(&flat, &Control::default()).unwrap();
        let even: Vec<Vec<f64>> = (0..flat.num_players()).map(|p| flat.plan(p, &flat.even(p))).collect();
        let (_, all) = gains(&game, &BehaviorProfile::uniform(&game));
        let size = 1e-12 * greatest(&game) * shape.players as f64;
        prop_assert!(near(flat.nash_conv(&even), all.to_f64(), size));
        prop_assert!(near(compiled.nash_conv(&even), all.to_f64(), size));
    }

    /// Of two players with opposite interests the value lies within what is left to be gained.
    #[test]
    fn values_are_those_of_programs((bytes, shape) in shapes()) {
        let shape = Shape { players: 2, sum: Some(shape.sum.unwrap_or(0)), ..shape };
        let game = tree(&bytes, shape);
        let exact = lp_extensive(&game, &Lp::default(), &Control::default()).unwrap();
        prop_assert!(exact.verdict().is_exact());
        let value = &exact.answer().list[0].payoffs[0];
        let options = RegretMinimization { iterations: Some(300), ..RegretMinimization::default() };
        let raced = fastest(&game, &options, &Control::default()).unwrap();
        let walks = [Drawn::External, Drawn::Outcome].map(|draws| {
            let sampling = Sampling { draws, ..Sampling::default() };
            let options = Mccfr {
                sampling,
                iterations: 300,
                ..Mccfr::default()
            };
            mccfr(&game, &options, &Control::default()).unwrap()
        });
        for solution in std::iter::once(&raced).chain(&walks) {
            prop_assert!(solution.verdict().holds(), "{:?}", solution.verdict());
            let one = &solution.answer().list[0];
            let (_, all) = gains(&game, &one.profile);
            let off = value - &one.payoffs[0];
            prop_assert!(off <= all && -&off <= all);
        }
    }

    /// Whatever the size of payoffs and however rare a chance, what is gained lies between the two floats.
    #[test]
    fn gains_lie_between_floats((bytes, shape) in shapes(), size in -420_i32..420, rare in -420_i32..0, which in 0_usize..8) {
        let game = tree(&bytes, shape);
        let power = |e: i32| Rational::integer(10).checked_pow(e).unwrap();
        let factors = vec![Affine { factor: power(size), shift: Rational::ZERO }; game.num_players()];
        let mut game = affine(&game, &factors).unwrap();
        let set = game.infosets().nth(which % game.num_infosets().max(1));
        if let Some(set) = set.filter(|set| game.num_actions(*set) == 2) {
            let row = vec![power(rare), &Rational::ONE - &power(rare)];
            game = lock(&game, &[(set, row)]).unwrap();
        }
        let mut chances = Vec::new();
        for set in game.infosets() {
            let n = game.num_actions(set);
            let mut row = vec![power(-300); n];
            row[set.index() % n] = &Rational::ONE - &(&power(-300) * &Rational::integer(n as i64 - 1));
            chances.extend(row);
        }
        let profile = BehaviorProfile::new(&game, chances).unwrap();
        for profile in [profile, BehaviorProfile::uniform(&game)] {
            for found in enclosed(&game, &profile).unwrap() {
                let exact = best_response(&game, &profile, found.player).unwrap().regret();
                prop_assert!(Rational::from_f64(found.least()).is_some_and(|least| least <= exact));
                // What is no float bounds nothing.
                prop_assert!(Rational::from_f64(found.most()).is_none_or(|most| exact <= most));
            }
        }
    }

    /// A set locked to what is played there in an equilibrium leaves the value as it is, and both agree on it.
    #[test]
    fn locked_sets_leave_values((bytes, shape) in shapes(), which in 0_usize..8) {
        let shape = Shape { players: 2, sum: Some(shape.sum.unwrap_or(0)), ..shape };
        let game = tree(&bytes, shape);
        let Some(set) = game.infosets().nth(which % game.num_infosets().max(1)) else { return Ok(()) };
        let exact = lp_extensive(&game, &Lp::default(), &Control::default()).unwrap();
        let one = &exact.answer().list[0];
        let locked = lock(&game, &[(set, one.profile.at(&game, set).to_vec())]).unwrap();
        prop_assert_eq!(locked.num_nodes(), game.num_nodes());
        let again = lp_extensive(&locked, &Lp::default(), &Control::default()).unwrap();
        prop_assert!(again.verdict().is_exact());
        prop_assert_eq!(&again.answer().list[0].payoffs, &one.payoffs);
        let options = RegretMinimization { iterations: Some(50), ..RegretMinimization::default() };
        let near = regret_minimization(&locked, &options, &Control::default()).unwrap();
        prop_assert!(near.verdict().holds());
    }
}

/// A player's moves one after the other, so many that the chance of the last is no float.
fn chain(length: usize) -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("chain");
    let players = [b.player("one"), b.player("two")];
    let nothing = b.outcome("", &[Number::from(0), Number::from(0)]);
    for _ in 0..length {
        let set = b.infoset(players[0], "", &["on", "out"]);
        b.move_at("", set);
    }
    for _ in 0..=length {
        let node = b.terminal("");
        b.set_outcome(node, nothing);
    }
    b.build().unwrap()
}

#[test]
fn plans_below_the_range_of_floats_are_answered() {
    for (length, single) in [
        (140, true),
        (155, true),
        (1060, false),
        (1100, false),
        (3000, true),
    ] {
        let game = chain(length);
        let options = RegretMinimization {
            iterations: Some(5),
            is_single: single,
            ..RegretMinimization::default()
        };
        let solution = regret_minimization(&game, &options, &Control::default()).unwrap();
        assert_eq!(solution.answer().list.len(), 1, "{length}");
        assert!(solution.verdict().holds());
    }
}

/// Payoffs beyond floats are refused or told, never taken for others.
#[test]
fn payoffs_beyond_floats_are_no_answer() {
    for (exponent, single) in [
        (39, true),
        (300, false),
        (308, false),
        (400, false),
        (-30, false),
        (-50, true),
        (-400, false),
    ] {
        let mut b = ExtensiveBuilder::new("large");
        let players = [b.player("one"), b.player("two")];
        let first = b.infoset(players[0], "", &["a", "b"]);
        let second = b.infoset(players[1], "", &["a", "b"]);
        b.move_at("", first);
        for row in [[3, -1], [-2, 1]] {
            b.move_at("", second);
            for pay in row {
                let text = |x: i64| Number::parse(&format!("{x}e{exponent}")).unwrap();
                let outcome = b.outcome("", &[text(pay), text(-pay)]);
                let node = b.terminal("");
                b.set_outcome(node, outcome);
            }
        }
        let game = b.build().unwrap();
        for scheme in Scheme::ALL {
            let options = RegretMinimization {
                scheme,
                is_single: single,
                iterations: Some(100),
                ..RegretMinimization::default()
            };
            match regret_minimization(&game, &options, &Control::default()) {
                Ok(solution) => {
                    let list = &solution.answer().list;
                    assert!(
                        list.is_empty() || solution.verdict().holds(),
                        "1e{exponent} {} {:?}",
                        scheme.name,
                        solution.verdict()
                    );
                }
                Err(error) => {
                    assert!(matches!(error, SolveError::NotApplicable { .. }), "{error}");
                }
            }
        }
    }
}

/// Chances have one denominator, so that fractions stay short in sums over many plays; those that are alike are alike exactly.
#[test]
fn chances_are_short_fractions() {
    let game = deterra_game::rules::named("leduc").unwrap();
    let game = game.tree(&deterra_game::rules::Limits::default()).unwrap();
    let options = RegretMinimization {
        iterations: Some(20),
        ..RegretMinimization::default()
    };
    let solution = regret_minimization(&game, &options, &Control::default()).unwrap();
    let profile = &solution.answer().list[0].profile;
    let whole = Rational::integer(1 << 52);
    for set in game.infosets() {
        let row = profile.at(&game, set);
        let even = Rational::new(1, row.len() as i64).unwrap();
        let is_short = |p: &Rational| (p * &whole).is_integer() || *p == even;
        assert!(row.iter().all(is_short), "{row:?}");
    }
}

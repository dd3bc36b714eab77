//! Regions and stretches of shipped scenarios against solving points of them by themselves: what is followed as a
//! function of parameters must be what is played at every point.

use deterra::analyze::family::{Family, Games, Member, NoMember};
use deterra::analyze::partition::{Place, partition};
use deterra::analyze::region::{Doubt, Point, Rectangle, tessellate};
use deterra::analyze::threshold::Looked;
use deterra::game::number::Rational;
use deterra::scenario::{CompileLimits, CompiledGame, Settings, compile, load};
use deterra::solve::control::Control;
use deterra::solve::problem::Request;
use deterra_tests::workspace;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fs;

/// A shipped scenario over some of its parameters.
fn shipped(name: &str, parameters: &[&'static str]) -> impl Family + use<> {
    let path = workspace::root().join("examples/scenarios").join(name);
    let text = fs::read_to_string(path).expect("shipped");
    let base = load(&text, &Settings::default()).value.expect("a scenario");
    let names: Vec<&'static str> = parameters.to_vec();
    Games::new(parameters.to_vec(), move |point| {
        let mut scenario = base.clone();
        for (name, value) in names.iter().zip(point) {
            let set = scenario.assign(name, value);
            set.map_err(|d| NoMember::because(d.message))?;
        }
        if let Some(complaint) = scenario.complaints().first() {
            return Err(NoMember::because(&complaint.message));
        }
        match compile(&scenario, &CompileLimits::default()).value {
            Some(compiled) => match compiled.game {
                CompiledGame::Positions(game) => Ok(Member::Positions(game)),
                CompiledGame::Tree(game) => Ok(Member::Tree(game)),
                _ => Err(NoMember::because("no game that ends")),
            },
            None => Err(NoMember::because("no game")),
        }
    })
}

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("not zero")
}

fn look(family: &impl Family, point: &[Rational]) -> Looked {
    Looked::at(family, point, &Request::default(), &Control::default())
}

/// Points inside every polygon play what the polygon says.
fn regions_hold(name: &str, parameters: [&'static str; 2], low: [i64; 2], high: [i64; 2]) -> usize {
    let family = shipped(name, &parameters);
    let over = Rectangle {
        low: low.map(Rational::integer),
        high: high.map(Rational::integer),
        tolerance: r(1, 50),
        limit: 20_000,
    };
    let ask = |point: &Point| look(&family, point);
    let found = tessellate(&over, &Control::default(), Looked::is_like, ask);
    let found = found.expect("followed");
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let mut checked = 0;
    let sure = found.pieces.iter().filter(|p| p.doubt == Doubt::None);
    for piece in sure {
        let corners = piece.polygon.corners();
        let weights: Vec<i64> = corners.iter().map(|_| rng.random_range(1..50)).collect();
        let total: i64 = weights.iter().sum();
        let along = |d: usize| {
            let parts = corners.iter().zip(&weights);
            parts.map(|(c, w)| &c[d] * &r(*w, total)).sum::<Rational>()
        };
        let point = [along(0), along(1)];
        let (_, answer) = &found.answers[piece.answer];
        assert!(
            Looked::is_like(&ask(&point), answer),
            "{name} at {}, {}",
            point[0],
            point[1]
        );
        checked += 1;
    }
    checked
}

#[test]
fn regions_of_ladders_with_types_hold_at_their_points() {
    let ladder = "three-stage-ultimatum-types.toml";
    assert!(regions_hold(ladder, ["pi", "a"], [0, 0], [1, 20]) > 100);
    // Payoffs that vary with the prize for stopping.
    assert!(regions_hold(ladder, ["pi", "n[0]"], [0, 0], [1, 12]) > 20);
}

#[test]
fn regions_of_deterrence_games_hold_at_their_points() {
    assert!(regions_hold("unilateral-deterrence.toml", ["p_A", "p_B"], [0, 0], [1, 1]) > 10);
}

/// Points inside every stretch, and at rational ends, play what is said of them.
fn stretches_hold(name: &str, parameter: &'static str, low: i64, high: i64) -> usize {
    let family = shipped(name, &[parameter]);
    let ask = |x: &Rational| look(&family, std::slice::from_ref(x));
    let (low, high) = (Rational::integer(low), Rational::integer(high));
    let found = partition(&low, &high, 10_000, &Control::default(), ask).expect("followed");
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    for stretch in &found.stretches {
        for _ in 0..3 {
            let share = r(rng.random_range(1..1000), 1000);
            let (from, to) = (stretch.from.high(), stretch.to.low());
            let x = from + &(&(to - from) * &share);
            assert!(
                ask(&x).is_like(&stretch.answer),
                "{name}: {parameter} = {x}"
            );
        }
    }
    for end in &found.ends {
        if let (Place::Exact(x), Some(answer)) = (&end.at, &end.answer) {
            assert!(ask(x).is_like(answer), "{name}: {parameter} = {x}");
        }
    }
    found.stretches.len()
}

#[test]
fn stretches_of_scenarios_hold_at_their_points() {
    for (name, parameter, low, high) in [
        ("three-stage-ultimatum-types.toml", "pi", 0, 1),
        ("three-stage-ultimatum-types.toml", "L", 0, 40),
        ("three-stage-ultimatum.toml", "a", 0, 20),
        ("unilateral-deterrence.toml", "p_A", 0, 1),
        ("rudimentary-deterrence.toml", "p_B", 0, 1),
        ("private-resolve.toml", "rho", 0, 1),
        ("coalition-majority.toml", "V", 0, 20),
    ] {
        assert!(stretches_hold(name, parameter, low, high) > 0, "{name}");
    }
}

//! Sweeps of shipped scenarios: points that are followed are what they are by themselves.

use deterra::analyze::family::{Family, Games, Member, NoMember};
use deterra::analyze::grid::sample::Stream;
use deterra::analyze::sweep::{Follower, solve_point};
use deterra::game::number::Rational;
use deterra::scenario::expr::Value;
use deterra::scenario::{CompileLimits, CompiledGame, Scenario, Settings, compile, load};
use deterra::solve::control::Control;
use deterra::solve::problem::Request;
use deterra_tests::workspace;
use std::time::{Duration, Instant};

/// Points a scenario.
const POINTS: usize = 24;
/// A scenario whose games take long gets fewer, but these.
const LEAST: usize = 4;

/// The numbers of a scenario that are no arrays, with their values.
fn numbers(scenario: &Scenario) -> Vec<(String, Rational)> {
    let values = scenario.parameters.evaluate().value.unwrap_or_default();
    let names = scenario.parameters.names();
    let number = |name: &str| match values.get(name) {
        Some(Value::Number(number)) => Some((name.to_owned(), number.value.clone())),
        _ => None,
    };
    names.filter_map(number).collect()
}

fn family(scenario: Scenario, names: Vec<String>) -> impl Family {
    Games::new(names.clone(), move |point: &[Rational]| {
        let mut scenario = scenario.clone();
        for (name, value) in names.iter().zip(point) {
            scenario
                .assign(name, value)
                .map_err(|d| NoMember::because(d.message))?;
        }
        if let Some(complaint) = scenario.complaints().first() {
            return Err(NoMember::because(&complaint.message));
        }
        let reading = compile(&scenario, &CompileLimits::default());
        if let Some(error) = reading.diagnostics.iter().find(|d| d.is_error()) {
            return Err(NoMember::because(&error.message));
        }
        match reading.value.map(|compiled| compiled.game) {
            Some(CompiledGame::Positions(game)) => Ok(Member::Positions(game)),
            Some(CompiledGame::Tree(game)) => Ok(Member::Tree(game)),
            _ => Err(NoMember::because("no game that ends")),
        }
    })
}

/// The file's numbers, each times 1 (mostly) or another factor: small fractions, so that ties and ends of ranges are met.
fn points(base: &[Rational], seed: u64) -> Vec<Vec<Rational>> {
    let mut stream = Stream::new(seed, 0);
    let mut entry = |value: &Rational| {
        let factor = match stream.below(8) {
            0 => stream.below(3) as i64 * 6,
            1..=4 => stream.below(25) as i64,
            _ => 12,
        };
        value * &Rational::new(factor, 12).unwrap_or_default()
    };
    let point = |_| base.iter().map(&mut entry).collect();
    (0..POINTS).map(point).collect()
}

#[test]
fn shipped_scenarios_are_followed_to_the_same_rows() {
    let folder = workspace::root().join("examples/scenarios");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.sort();
    let (mut rows, mut known) = (0, 0);
    for (seed, file) in files.iter().enumerate() {
        let text = std::fs::read_to_string(file).expect("readable");
        let Some(scenario) = load(&text, &Settings::default()).value else {
            continue;
        };
        let numbers = numbers(&scenario);
        let (names, base): (Vec<String>, Vec<Rational>) = numbers.into_iter().unzip();
        let family = family(scenario, names);
        let (request, control) = (Request::default(), Control::default());
        let follower = Follower::new(&family, &request, &control);
        let mut desk = follower.desk();
        let begun = Instant::now();
        for (k, point) in points(&base, seed as u64).iter().enumerate() {
            if k >= LEAST && begun.elapsed() > Duration::from_secs(3) {
                break;
            }
            let alone = solve_point(&family, point, &request, &control);
            let followed = desk.solve(point);
            assert_eq!(
                format!("{followed:?}"),
                format!("{alone:?}"),
                "{}",
                file.display()
            );
            rows += 1;
            known += usize::from(followed.found.is_ok());
        }
    }
    assert!(rows >= 30 * LEAST && known * 2 > rows, "{known} of {rows}");
}

//! Rows of sweeps by a follower, against making and solving the game of every point by itself.
//!
//! `cargo bench -p deterra-benches --bench sweep` prints, a scenario, rows a second and core of both and their ratio,
//! in one run, after the rows have been found to be the same.

use deterra_analyze::family::{Family, Games, Member, NoMember};
use deterra_analyze::grid::sample::{Sample, Stream};
use deterra_analyze::grid::{Axis, Grid, Points, Spread};
use deterra_analyze::sweep::{Follower, rows, solve_point};
use deterra_benches::is_smoke;
use deterra_game::number::Rational;
use deterra_scenario::{CompileLimits, CompiledGame, Scenario, Settings, compile, load};
use deterra_solve::control::Control;
use deterra_solve::problem::Request;
use std::error::Error;
use std::io::Write as _;
use std::sync::Mutex;
use std::time::Instant;

/// A scenario over some of its parameters: read once, set and compiled for every point.
fn scenario(text: &str, names: Vec<String>) -> Result<impl Family, Box<dyn Error>> {
    let base = load(text, &Settings::default()).value;
    let base = base.ok_or("the scenario cannot be read")?;
    let pool: Mutex<Vec<Scenario>> = Mutex::default();
    Ok(Games::new(names.clone(), move |point: &[Rational]| {
        let pooled = pool.lock().ok().and_then(|mut pool| pool.pop());
        let mut scenario = pooled.unwrap_or_else(|| base.clone());
        for (name, value) in names.iter().zip(point) {
            scenario
                .assign(name, value)
                .map_err(|d| NoMember::because(d.message))?;
        }
        if let Some(complaint) = scenario.complaints().first() {
            return Err(NoMember::because(&complaint.message));
        }
        let made = compile(&scenario, &CompileLimits::default()).value;
        if let Ok(mut pool) = pool.lock() {
            pool.push(scenario);
        }
        match made.map(|compiled| compiled.game) {
            Some(CompiledGame::Positions(game)) => Ok(Member::Positions(game)),
            Some(CompiledGame::Tree(game)) => Ok(Member::Tree(game)),
            _ => Err(NoMember::because("no game that ends")),
        }
    }))
}

fn compare(name: &str, text: &str, points: &Points, alone: u64) -> Result<String, Box<dyn Error>> {
    let family = scenario(text, points.names())?;
    let (request, control) = (Request::default(), Control::default());
    let follower = Follower::new(&family, &request, &control);
    // The same points for both: some are spread over all of them.
    let mut stream = Stream::new(1, 0);
    let chosen: Vec<u64> = (0..alone).map(|_| stream.below(points.len())).collect();
    let start = Instant::now();
    let slow: Vec<_> = chosen
        .iter()
        .map(|k| solve_point(&family, &points.point(*k), &request, &control))
        .collect();
    let before = alone as f64 / start.elapsed().as_secs_f64();
    let start = Instant::now();
    let fast = rows(&follower, points, 0..points.len(), 1);
    let after = points.len() as f64 / start.elapsed().as_secs_f64();
    for (k, row) in chosen.iter().zip(&slow) {
        if format!("{:?}", fast[*k as usize]) != format!("{row:?}") {
            return Err(format!("{name}: row {k} differs").into());
        }
    }
    Ok(format!(
        "{name}: {before:.0} rows/s/core point by point, {after:.0} followed, ratio {:.1}\n",
        after / before
    ))
}

fn main() -> Result<(), Box<dyn Error>> {
    let (side, draws, alone) = if is_smoke() {
        (12, 60, 30)
    } else {
        (400, 100_000, 4000)
    };
    let axis = |text: String| Axis::parse(&text);
    let grid = Grid::new(vec![
        axis(format!("a=0:20:{side}"))?,
        axis(format!("L=4:30:{side}"))?,
    ])?;
    let between = |name: &str, low: i64, high: i64| {
        let (low, high) = (Rational::integer(low), Rational::integer(high));
        (name.to_owned(), Spread::Uniform { low, high })
    };
    let sample = |over, count| Sample::new(over, count, 1, false).map(Points::Sample);
    let ladder = include_str!("../examples/scenarios/three-stage-ultimatum.toml");
    let kahn = include_str!("../examples/scenarios/kahn-44.toml");
    let types = include_str!("../examples/scenarios/three-stage-ultimatum-types.toml");
    let share = (
        "pi".to_owned(),
        Spread::Uniform {
            low: Rational::ZERO,
            high: Rational::ONE,
        },
    );
    let two = || vec![between("a", 0, 20), between("L", 4, 30)];
    let mut text = compare("ultimatum, grid", ladder, &Points::Grid(grid), alone)?;
    text += &compare("ultimatum, draws", ladder, &sample(two(), draws)?, alone)?;
    let over = vec![between("L", 0, 60), between("a", 0, 60)];
    text += &compare("44 rungs", kahn, &sample(over, draws / 10)?, alone / 10)?;
    text += &compare(
        "ultimatum, types",
        types,
        &sample(vec![share, between("a", 0, 20)], draws / 20)?,
        alone / 4,
    )?;
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

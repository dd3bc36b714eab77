//! What is played at every point of a grid of two parameters, against solving points by themselves.
//!
//! `cargo bench -p deterra-benches --bench family` prints, in one run: solves a second and core of the compiled program, and of exact
//! backward induction on a game that is there already; then seconds for the map of all perfect Bayesian equilibria of the ladder with two
//! types, and for solving points of the same grid by themselves, which must play alike.

use deterra_analyze::family::{Family, Games, Member, NoMember};
use deterra_analyze::raster::{Grid, raster};
use deterra_analyze::region::{Rectangle, tessellate};
use deterra_analyze::threshold::Looked;
use deterra_benches::is_smoke;
use deterra_game::number::Rational;
use deterra_scenario::{CompileLimits, CompiledGame, Settings, compile, load};
use deterra_solve::control::Control;
use deterra_solve::perfect::backward_induction::{BackwardInduction, backward_induction};
use deterra_solve::problem::Request;
use std::io::Write as _;
use std::time::Instant;

const LADDER: &str = include_str!("../examples/scenarios/three-stage-ultimatum.toml");

const TYPES: &str = include_str!("../examples/scenarios/three-stage-ultimatum-types.toml");

/// A ladder over two of its parameters.
fn ladder(text: &'static str, parameters: [&'static str; 2]) -> impl Family {
    let reading = load(text, &Settings::default());
    let base = reading.value;
    Games::new(parameters, move |point| {
        let mut scenario = base
            .clone()
            .ok_or_else(|| NoMember::because("no scenario"))?;
        for (name, value) in parameters.iter().zip(point) {
            scenario
                .assign(name, value)
                .map_err(|d| NoMember::because(d.message))?;
        }
        let compiled = compile(&scenario, &CompileLimits::default()).value;
        match compiled.map(|compiled| compiled.game) {
            Some(CompiledGame::Positions(game)) => Ok(Member::Positions(game)),
            Some(CompiledGame::Tree(game)) => Ok(Member::Tree(game)),
            _ => Err(NoMember::because("no game")),
        }
    })
}

/// The map of perfect Bayesian equilibria, and points of it solved by themselves.
fn with_types(side: usize, alone: usize) -> Result<String, Box<dyn std::error::Error>> {
    let family = ladder(TYPES, ["pi", "a"]);
    let grid = Grid {
        x: [Rational::ZERO, Rational::ONE],
        y: [Rational::ZERO, Rational::integer(20)],
        columns: side,
        rows: side,
    };
    let over = Rectangle {
        low: [grid.x[0].clone(), grid.y[0].clone()],
        high: [grid.x[1].clone(), grid.y[1].clone()],
        tolerance: Rational::new(1, 1000).unwrap_or_default(),
        limit: 100_000,
    };
    let request = Request::default();
    let look = |point: &[Rational; 2]| Looked::at(&family, point, &request, &Control::default());
    let mut lines = Vec::new();
    let mut kept = None;
    let mut fastest = f64::INFINITY;
    for threads in [1, 2] {
        let start = Instant::now();
        let control = Control {
            threads,
            ..Control::default()
        };
        let found = tessellate(&over, &control, Looked::is_like, look)?;
        let filled = found.filled(&grid, &control, Looked::is_like, look);
        let seconds = start.elapsed().as_secs_f64();
        fastest = fastest.min(seconds);
        lines.push(format!(
            "two types {side}x{side}, {threads} threads: {seconds:.2} s, {} games for the regions, {} for edges, {} different sets of equilibria",
            found.answers.len(),
            filled.solved,
            filled.answers.len()
        ));
        kept = Some(filled);
    }
    let filled = kept.ok_or("nothing was filled")?;
    // Points all over the grid, by a rule that no boundary follows.
    let start = Instant::now();
    let mut different = 0;
    for k in 0..alone {
        let (column, row) = (k * 7919 % side, k * 104_729 % side);
        let here = look(&grid.point(column, row));
        let there = &filled.answers[filled.ids[row * side + column] as usize];
        different += usize::from(!Looked::is_like(&here, there));
    }
    let each = start.elapsed().as_secs_f64() / alone as f64;
    let ratio = each * (side * side) as f64 / fastest;
    lines.push(format!(
        "{alone} of its points solved by themselves: {:.0} solves/s/core, {different} different; all of them would take {ratio:.0} times as long\n",
        1.0 / each
    ));
    Ok(lines.join("\n"))
}

fn run(side: usize, alone: usize) -> Result<String, Box<dyn std::error::Error>> {
    let family = ladder(LADDER, ["a", "L"]);
    let grid = Grid {
        x: [Rational::ZERO, Rational::integer(20)],
        y: [Rational::ZERO, Rational::integer(30)],
        columns: side,
        rows: side,
    };
    let mut lines = Vec::new();
    let points = (side * side) as f64;
    for threads in [1, 2] {
        let control = Control {
            threads,
            ..Control::default()
        };
        let start = Instant::now();
        let found = raster(&family, &grid, &control)?;
        let seconds = start.elapsed().as_secs_f64();
        lines.push(format!(
            "ultimatum {side}x{side}, {threads} threads: {seconds:.3} s, {:.0} solves/s/core, {} plays, {} points solved exactly",
            points / seconds / threads as f64,
            found.plays.len(),
            found.exact
        ));
    }
    let member = family.member(&[Rational::integer(11), Rational::integer(8)])?;
    let start = Instant::now();
    for _ in 0..alone {
        backward_induction(
            member.graph(),
            &BackwardInduction::default(),
            &Control::default(),
        )?;
    }
    let each = start.elapsed().as_secs_f64() / alone as f64;
    lines.push(format!(
        "exact backward induction of one member that is there already: {:.0} solves/s/core\n",
        1.0 / each
    ));
    Ok(lines.join("\n"))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = if is_smoke() {
        run(20, 2)? + &with_types(12, 5)?
    } else {
        run(1000, 2000)? + &with_types(1000, 2000)?
    };
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

//! What is played at every point of a grid of two parameters, against solving every point by itself.
//!
//! `cargo bench -p deterra-benches --bench family` prints solves a second and core of the compiled program, of exact
//! backward induction on a game that is there already, and their ratio, in one run.

use deterra_analyze::family::{Family, Games, Member, NoMember};
use deterra_analyze::raster::{Grid, raster};
use deterra_benches::is_smoke;
use deterra_game::number::Rational;
use deterra_scenario::{CompileLimits, CompiledGame, Settings, compile, load};
use deterra_solve::control::Control;
use deterra_solve::perfect::backward_induction::{BackwardInduction, backward_induction};
use std::io::Write as _;
use std::time::Instant;

const LADDER: &str = include_str!("../examples/scenarios/three-stage-ultimatum.toml");

/// The ladder over its audience cost and what losing the prize costs.
fn ladder() -> impl Family {
    Games::new(["a", "L"], |point| {
        let reading = load(LADDER, &Settings::default());
        let mut scenario = reading
            .value
            .ok_or_else(|| NoMember::because("no scenario"))?;
        for (name, value) in ["a", "L"].iter().zip(point) {
            scenario
                .assign(name, value)
                .map_err(|d| NoMember::because(d.message))?;
        }
        let compiled = compile(&scenario, &CompileLimits::default()).value;
        match compiled.map(|compiled| compiled.game) {
            Some(CompiledGame::Positions(game)) => Ok(Member::Positions(game)),
            _ => Err(NoMember::because("no game")),
        }
    })
}

fn run(side: usize, alone: usize) -> Result<String, Box<dyn std::error::Error>> {
    let family = ladder();
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
        run(20, 2)?
    } else {
        run(1000, 2000)?
    };
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

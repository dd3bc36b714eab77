//! Large games, by whichever variant of regret minimization is fastest on them.
//!
//! **Problem.** Find strategies against which nobody gains more than so much, in a tree that is too large for a linear program.
//! **Method.** No variant is best on all games. Some begin side by side: after as many iterations as [`FIRST`] the better half goes on, after
//! [`SECOND`] the best one, which is then run to the end. Of its average and its last iterate whichever leaves less to be gained is the answer.
//! **Applies to** trees with perfect recall and any number of players; of more than two players, or payoffs whose sum varies, the answer
//! need not be near an equilibrium and says so.
//! **Exact.** No; with a proved bound. **Cost.** Some three hundred iterations more than the best variant's.
//! **References.** tammelin2014, brown2019, farina2021, zhang2024.

use super::regret_minimization::{
    Iterate, RegretMinimization, go_on, regret_minimization, require_range, sequences,
};
use super::scheme::Scheme;
use super::{Compiled, Flat, Run};
use crate::control::Control;
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::found::NashEquilibria;
use crate::solution::Solution;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::profile::BehaviorProfile;
use std::sync::Arc;
use std::time::Instant;

/// Who begins.
pub const ENTRANTS: [Scheme; 4] = [
    Scheme::PCFR_PLUS,
    Scheme::DCFR,
    Scheme::CFR_PLUS_QUADRATIC,
    Scheme::PDCFR_PLUS,
];
/// Iterations after which half of them go on.
pub const FIRST: u64 = 32;
/// Iterations after which one of them goes on.
pub const SECOND: u64 = 128;

/// Races variants and goes on with the best.
///
/// # Returns
/// As [`regret_minimization`]; [`Solution::method`] is the variant that won, and a remark says against which ones.
///
/// # Errors
/// As [`regret_minimization`].
///
/// # Example
/// ```
/// use deterra_game::rules::{Limits, named};
/// use deterra_solve::control::Control;
/// use deterra_solve::regret::regret_minimization::RegretMinimization;
/// use deterra_solve::regret::portfolio::fastest;
/// let game = named("leduc")?.tree(&Limits::default())?;
/// let options = RegretMinimization { gap: Some(1e-2), ..RegretMinimization::default() };
/// let solution = fastest(&game, &options, &Control::default())?;
/// assert!(solution.verdict().error.to_f64() < 1e-2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fastest(
    game: &ExtensiveGame,
    options: &RegretMinimization,
    control: &Control,
) -> Result<Solution<NashEquilibria<BehaviorProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let control = control.running();
    let options = RegretMinimization {
        iterate: Iterate::Best,
        ..options.clone()
    };
    if options.resume.is_some() || options.is_single {
        // What goes on has been chosen already; half the digits are not enough to choose by.
        return regret_minimization(game, &options, &control);
    }
    let flat = sequences(game, Method::PcfrPlus, &control)?;
    require_range::<f64>(&flat, Method::PcfrPlus, options.gap)?;
    let laid = start.elapsed();
    let (best, told) = race(game, &flat, &options, &control)?;
    let solution = go_on(game, &flat, best, &options, (&control, start, laid))?;
    Ok(solution.map(|mut answer| {
        answer.remarks.insert(0, told);
        answer
    }))
}

/// The run of the best variant, and what is said of the race.
fn race(
    game: &ExtensiveGame,
    flat: &Flat,
    options: &RegretMinimization,
    control: &Control,
) -> Result<(Run<f64>, String), SolveError> {
    let compiled = Arc::new(Compiled::<f64>::new(flat, control)?);
    // Of the time a third is for the race. No result depends on the clock otherwise.
    let third = |end: Instant| {
        let now = Instant::now();
        now + end.saturating_duration_since(now) / 3
    };
    let racing = Control {
        deadline: control.deadline.map(third),
        ..control.clone()
    };
    let clock = racing.start();
    let mut runs: Vec<Run<f64>> = Vec::new();
    for scheme in ENTRANTS {
        let mut run = Run::on(Arc::clone(&compiled), scheme, control.threads);
        if let Some(start) = &options.start {
            run.begin_with(&flat.strategies(game, start));
        }
        runs.push(run);
    }
    let bytes: usize = runs.iter().map(Run::bytes).sum();
    if let Some(limit) = control.memory_limit.filter(|limit| bytes > *limit) {
        return Err(SolveError::TooMuch {
            what: "a race of variants of regret minimization",
            bytes,
            limit,
        });
    }
    let mut told = Vec::new();
    for until in [FIRST, SECOND] {
        let until = until.min(options.iterations.unwrap_or(u64::MAX));
        let mut gaps: Vec<(f64, Run<f64>)> = Vec::new();
        for mut run in runs {
            while run.iterations() < until && clock.stop().is_none() {
                run.iterate(1);
            }
            clock.report(run.iterations(), Some(SECOND), "iterations of the race");
            let gap = run.gap().min(run.current_gap());
            gaps.push((gap, run));
        }
        gaps.sort_by(|a, b| a.0.total_cmp(&b.0));
        let row: Vec<String> = gaps
            .iter()
            .map(|(gap, run)| format!("{} {gap:.1e}", run.scheme().name))
            .collect();
        told.push(format!("after {until} iterations {}", row.join(", ")));
        let stay = (gaps.len() / 2).max(1);
        let reached = options.gap.is_some_and(|gap| gaps[0].0 <= gap);
        runs = gaps.into_iter().take(stay).map(|(_, run)| run).collect();
        if runs.len() == 1 || reached || clock.stop().is_some() {
            break;
        }
    }
    let best = runs.swap_remove(0);
    let told = format!(
        "Chosen: {}, which left least to be gained ({}).",
        best.scheme().name,
        told.join("; ")
    );
    Ok((best, told))
}

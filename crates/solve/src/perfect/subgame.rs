//! Subgame-perfect equilibria of games with imperfect information.
//!
//! **Problem.** Find the profiles that are Nash equilibria in every subgame.
//! **Theorem.** A profile is subgame-perfect exactly if, subgame by subgame from the last ones, it
//! is a Nash equilibrium of the subgame in which every smaller subgame has been replaced by what
//! the profile pays there (Selten 1965).
//! **Method.** Subgame roots cut the tree into regions. From the last region to the first, for
//! every combination of payoffs that equilibria of the inner subgames attain, the region becomes a
//! small game of its own; its equilibria come from a [`NashSolver`] and are pasted onto the inner
//! ones. Equilibria with equal payoffs are one class, so a combination is solved once and
//! equilibria are counted without being listed. A region with a single decision needs no solver.
//! **Applies to** any extensive game whose regions the solver can solve.
//! **Exact.** As exact as the solver; the shipped one, [`crate::nash::pure::PureSolver`], is.
//! What a solver does not look for is missing from the answer, which says so.
//! **Cost.** One call of the solver a region and combination.
//! **References.** selten1965, kuhn1953.

mod pasting;
mod region;

use crate::control::{Control, Stop};
use crate::count::Count;
use crate::error::SolveError;
use crate::judge;
use crate::method::Method;
use crate::nash::NashSolver;
use crate::perfect::backward_induction::Value;
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::NodeId;
use deterra_game::information;
use deterra_game::number::Rational;
use deterra_game::profile::BehaviorProfile;
use pasting::Pasting;
use region::{Class, Region};
use std::time::Instant;

/// Options of [`subgame`].
#[derive(Clone, Copy, Debug)]
pub struct Subgame<'s> {
    /// Finds the Nash equilibria of regions with more than one decision; without one such games
    /// are refused.
    pub nash: Option<&'s dyn NashSolver>,
    /// The most combinations of inner payoffs, and the most equilibria, of one region; beyond, the
    /// answer is marked incomplete.
    pub combination_limit: usize,
}

impl Default for Subgame<'_> {
    fn default() -> Self {
        Self {
            nash: None,
            combination_limit: 10_000,
        }
    }
}

/// Subgame-perfect equilibria of an extensive game.
#[derive(Clone, Debug)]
pub struct SubgameEquilibria {
    regions: Vec<Region>,
    values: Vec<Value>,
    count: Count,
    profile: BehaviorProfile,
    payoffs: Vec<Rational>,
}

impl SubgameEquilibria {
    /// The first equilibrium.
    pub const fn profile(&self) -> &BehaviorProfile {
        &self.profile
    }

    /// What the first equilibrium pays, by player, in payoff units.
    pub fn payoffs(&self) -> &[Rational] {
        &self.payoffs
    }

    /// How many equilibria were found; those that differ only where a player's own earlier choice
    /// rules out that she moves count as one.
    pub const fn count(&self) -> &Count {
        &self.count
    }

    /// The payoff vectors that they attain, ascending.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The roots of all subgames, in preorder.
    pub fn subgame_roots(&self) -> impl ExactSizeIterator<Item = NodeId> {
        self.regions.iter().map(|region| region.root)
    }

    /// The first `n` equilibria with their payoffs, without pasting more: by payoff vector
    /// ascending, then by the solver's order at the root, then by the inner subgames in preorder, the last
    /// varying fastest.
    pub fn list(&self, game: &ExtensiveGame, n: usize) -> Vec<(BehaviorProfile, Vec<Rational>)> {
        Pasting::new(game, &self.regions).list(n)
    }
}

/// Solves an extensive game subgame by subgame.
///
/// # Returns
/// All equilibria made of the parts that the solver finds; the first has been judged.
///
/// # Errors
/// [`SolveError::NotApplicable`] with the root of the subgame that no solver was given for, or
/// that has no equilibrium of the kind the solver looks for; whatever the solver says;
/// [`SolveError::Stopped`] if time ran out.
pub fn subgame(
    game: &ExtensiveGame,
    options: &Subgame<'_>,
    control: &Control,
) -> Result<Solution<SubgameEquilibria>, SolveError> {
    // The clock is only for display and for the caller's limits.
    let start = Instant::now();
    let clock = control.start();
    let roots = information::subgame_roots(game);
    let mut regions = region::cut(game, &roots);
    let mut stop = Stop::Done;
    let mut solver_used = false;
    let mut mixes = false;
    for k in (0..regions.len()).rev() {
        if let Some(stop) = clock.stop() {
            return Err(region::stopped(stop, &regions, k));
        }
        clock.report(
            (regions.len() - 1 - k) as u64,
            Some(regions.len() as u64),
            "subgames",
        );
        let solved = region::solve(game, &regions, k, options, control, &clock)?;
        if solved.truncated {
            stop = Stop::Iterations;
        }
        solver_used |= solved.solver_used;
        mixes |= solved.indifferent;
        if solved.classes.is_empty() {
            return Err(no_equilibrium(regions[k].root, options));
        }
        regions[k].classes = solved.classes;
    }
    let not_searched = not_searched(options, stop, solver_used, mixes);
    let pasting = Pasting::new(game, &regions);
    let (profile, payoffs) = pasting
        .list(1)
        .pop()
        .expect("invariant: every region has an equilibrium");
    let values: Vec<Value> = regions[0].classes.iter().map(Class::to_value).collect();
    let count = values
        .iter()
        .fold(Count::ZERO, |sum, value| sum.plus(&value.count));
    let found = Found {
        method: Method::Subgame,
        answer: SubgameEquilibria {
            regions,
            values,
            count,
            profile,
            payoffs,
        },
        not_searched,
        stop,
        work: Work {
            nodes: game.num_nodes() as u64,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(Solution::certified(found, |answer| {
        judge::subgame_perfect(game, &answer.profile)
    }))
}

fn no_equilibrium(root: NodeId, options: &Subgame<'_>) -> SolveError {
    let kind = options.nash.and_then(NashSolver::not_searched);
    SolveError::NotApplicable {
        method: Method::Subgame,
        what_is_missing: match kind {
            Some(clause) => format!(
                "the subgame has no equilibrium of the kind that was looked for ({clause}), and \
                 there is no solver for the others yet"
            ),
            None => "the solver finds no equilibrium of the subgame".to_owned(),
        },
        node: Some(root),
        infoset: None,
    }
}

fn not_searched(
    options: &Subgame<'_>,
    stop: Stop,
    solver_used: bool,
    mixes: bool,
) -> Option<String> {
    let mut clauses = Vec::new();
    if stop != Stop::Done {
        clauses.push(format!(
            "no more than {} combinations or equilibria of one subgame were looked at",
            options.combination_limit
        ));
    }
    match options.nash.and_then(NashSolver::not_searched) {
        Some(clause) if solver_used => clauses.push(clause.to_owned()),
        _ if mixes => clauses.push(
            "equilibria that randomize where a player is indifferent were not searched".to_owned(),
        ),
        _ => {}
    }
    (!clauses.is_empty()).then(|| clauses.join("; "))
}

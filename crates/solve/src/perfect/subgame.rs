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
//! **Exact.** As exact as the solver; the shipped ones, [`crate::nash::mixed::MixedSolver`] and
//! [`crate::nash::pure::PureSolver`], are.
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
use crate::nash::{Missing, NashSolver};
use crate::perfect::backward_induction::Value;
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::NodeId;
use deterra_game::information;
use deterra_game::number::Rational;
use deterra_game::profile::BehaviorProfile;
use deterra_verify::verdict::Concept;
use pasting::Pasting;
use region::{Class, Region};
use std::time::Instant;

/// What the solutions say where a connected set of equilibria of a subgame goes on.
pub const SETS_BY_CORNERS: &str =
    "of connected sets of equilibria of subgames only corners and a point inside were pasted";

/// What the solutions say where a player's only decision in a subgame is tied.
pub const TIES_NOT_MIXED: &str =
    "equilibria that randomize where a player is indifferent were not searched";

/// How many subgames are named of which something was left out.
const MOST_NAMED: usize = 3;

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
    let mut left_out = LeftOut::default();
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
        left_out.solver_used |= solved.missing.is_some();
        let missing = solved.missing.unwrap_or_default();
        left_out.ties |= solved.indifferent;
        left_out.sets |= solved.sets;
        if solved.classes.is_empty() {
            return Err(no_equilibrium(regions[k].root, options, &missing));
        }
        left_out.note(game, regions[k].root, missing);
        regions[k].classes = solved.classes;
    }
    let not_searched = left_out.clauses(options, stop);
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
    Ok(Solution::certified(
        found,
        Concept::SubgamePerfect,
        &clock.patience(),
        |answer| judge::subgame_perfect(game, &answer.profile),
    ))
}

fn no_equilibrium(root: NodeId, options: &Subgame<'_>, missing: &Missing) -> SolveError {
    let why = match missing {
        Missing::Mixed(why) => Some(format!("mixed equilibria were not searched: {why}")),
        Missing::Irrational => Some("irrational equilibria cannot be pasted exactly".to_owned()),
        Missing::Nothing => {
            let kind = options.nash.and_then(NashSolver::not_searched);
            kind.map(str::to_owned)
        }
    };
    SolveError::NotApplicable {
        method: Method::Subgame,
        what_is_missing: match why {
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

/// What was left out, over all subgames.
#[derive(Debug, Default)]
struct LeftOut {
    solver_used: bool,
    /// Some single decision is tied.
    ties: bool,
    sets: bool,
    /// Subgames whose mixed equilibria were not searched, and why, the last ones first.
    mixed: Vec<(String, String)>,
    /// Subgames with irrational equilibria.
    irrational: Vec<String>,
}

impl LeftOut {
    fn note(&mut self, game: &ExtensiveGame, root: NodeId, missing: Missing) {
        let place = || match game.node_label(root) {
            label if label.is_empty() || label.starts_with('#') => {
                format!("node {}", root.index() + 1)
            }
            label => format!("\"{label}\""),
        };
        match missing {
            Missing::Nothing => {}
            Missing::Mixed(why) => self.mixed.push((place(), why)),
            Missing::Irrational => self.irrational.push(place()),
        }
    }

    /// As one clause; `None` if nothing was left out.
    fn clauses(&self, options: &Subgame<'_>, stop: Stop) -> Option<String> {
        let mut clauses = Vec::new();
        if stop != Stop::Done {
            clauses.push(format!(
                "no more than {} combinations or equilibria of one subgame were looked at",
                options.combination_limit
            ));
        }
        let never = options.nash.and_then(NashSolver::not_searched);
        clauses.extend(never.filter(|_| self.solver_used).map(str::to_owned));
        let more = |all: usize| match all.saturating_sub(MOST_NAMED) {
            0 => String::new(),
            1 => " (and 1 more subgame)".to_owned(),
            n => format!(" (and {n} more subgames)"),
        };
        for (k, (place, why)) in self.mixed.iter().take(MOST_NAMED).enumerate() {
            let last = k + 1 == MOST_NAMED.min(self.mixed.len());
            let rest = if last {
                more(self.mixed.len())
            } else {
                String::new()
            };
            clauses.push(format!(
                "mixed equilibria of the subgame at {place} were not searched: {why}{rest}"
            ));
        }
        if !self.irrational.is_empty() {
            let named = self.irrational[..self.irrational.len().min(MOST_NAMED)].join(", ");
            clauses.push(format!(
                "irrational equilibria of the subgame at {named} were left out, since they cannot \
                 be pasted exactly{}",
                more(self.irrational.len())
            ));
        }
        if self.sets {
            clauses.push(SETS_BY_CORNERS.to_owned());
        }
        // A solver of pure equilibria has said so already.
        if self.ties && (never.is_none() || !self.solver_used) {
            clauses.push(TIES_NOT_MIXED.to_owned());
        }
        (!clauses.is_empty()).then(|| clauses.join("; "))
    }
}

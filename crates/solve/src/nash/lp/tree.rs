//! Optimal strategies of trees.
//!
//! Regret minimization tells which sequences matter; of these the program is solved in floats, and grows until best replies use no others
//! ([`super::parts`]). Its last basis is solved exactly and judged.

use super::parts::{Cells, Parts};
use super::{Lp, OTHERS_NOT_SEARCHED, players, refused, value_remark, varies};
use super::{NashEquilibria, NashEquilibrium, Scope, certified_tree};
use crate::commit::sequences::{Pair, Sequences};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::sequence_form::{SequenceForm, profile, require_recall, search};
use crate::regret::{Flat, Run, Scheme};
use crate::solution::{Found, Solution, Work};
use deterra_game::class::facts;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::patience::{poll, within};
use deterra_game::profile::BehaviorProfile;
use deterra_verify::nash;
use deterra_verify::payoff::expected_payoffs;
use std::time::Instant;

/// Iterations of regret minimization that come before.
const ITERATIONS: u64 = 200;

/// How likely plans play what a program begins with, and by how much right sides grow, in the order in which it is tried. With 0
/// all sequences are there from the start.
const TRIES: [(f64, f64); 3] = [(1e-3, 1e-6), (0.0, 1e-8), (0.0, 0.0)];

/// By player and sequence of her own actions, how likely she plays it.
type FloatPlans = [Vec<f64>; 2];

/// Solves a tree; `near` is where to begin, if it is known.
pub(super) fn solve(
    game: &ExtensiveGame,
    near: Option<&BehaviorProfile>,
    options: Lp,
    control: &Control,
) -> Result<Solution<NashEquilibria<BehaviorProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    if game.num_players() != 2 {
        return Err(players(game.num_players()));
    }
    let control = control.running();
    let clock = control.start();
    require_room(game, &control)?;
    let (pair, sum) = clock.require("nodes", || {
        require_recall(game, Method::Lp)?;
        let sum = facts(game).constant_sum.ok_or_else(varies)?;
        Ok((Pair::between(game, PlayerId(0), PlayerId(1)), sum))
    })?;
    let mut answer = NashEquilibria::new(Scope::Some);
    let mut found = None;
    let mut stop = Stop::Done;
    let cells = if options.whole_numbers {
        None
    } else {
        clock.require("payoffs", || Ok(Cells::new(&pair)))?
    };
    if let Some(cells) = &cells {
        let searching = shortened(&control, options);
        let soon = searching.start();
        let plans = match near {
            Some(near) => told(game, &pair, near)?,
            None => regretted(game, &pair, &control, &soon)?,
        };
        let mut parts = Parts::new(&pair, cells, plans.clone(), TRIES[0].0);
        let mut reached = false;
        for (k, (least, spread)) in TRIES.into_iter().enumerate() {
            if k > 0 {
                parts = Parts::new(&pair, cells, plans.clone(), least);
            }
            let exact = (!options.in_floats).then_some((game, &pair));
            match grown(&mut parts, exact, spread, &mut answer.steps, &soon) {
                End::Exact(one) => {
                    found = Some(one);
                    break;
                }
                End::Near => {
                    reached = true;
                    break;
                }
                End::Lost if soon.stop().is_some() => break,
                End::Lost => {}
            }
        }
        // What there is when the time is up is said with what it leaves to be gained.
        if found.is_none() {
            if !reached {
                stop = soon.stop().unwrap_or(Stop::Done);
            }
            if reached || stop != Stop::Done {
                let whole = if reached { FINE } else { COARSE };
                let near = about(game, &pair, &parts, whole, &clock);
                let (one, tolerance) = near.ok_or_else(|| stopped(stop, answer.steps))?;
                answer.tolerance = tolerance;
                answer.list.push(one);
            }
        }
    }
    if answer.list.is_empty() {
        let profile = match found {
            Some(profile) => profile,
            None => by_path(game, &pair, &mut answer.steps, &clock)?,
        };
        answer.list.push(NashEquilibrium {
            payoffs: expected_payoffs(game, &profile),
            profile,
            exact: true,
            algebraic: None,
        });
    }
    let one = &answer.list[0];
    if one.exact {
        let label = game.player_label(PlayerId(0));
        answer
            .remarks
            .push(value_remark(label, &one.payoffs[0], &sum));
    }
    let found = Found {
        method: Method::Lp,
        not_searched: Some(match stop {
            Stop::Done => OTHERS_NOT_SEARCHED.to_owned(),
            early => format!("the linear program was not solved: {}", early.clause()),
        }),
        stop,
        work: Work {
            nodes: game.num_nodes() as u64,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
        answer,
    };
    Ok(certified_tree(game, found, &clock.patience()))
}

/// That the lists of nodes and payoffs fit what may be kept.
fn require_room(game: &ExtensiveGame, control: &Control) -> Result<(), SolveError> {
    /// Of a node while sequences are looked up.
    const NODE: usize = 2 * size_of::<usize>() + size_of::<Rational>();
    /// Of what a pair of sequences pays, twice for the other player's view, and in floats.
    const CELL: usize = 4 * (2 * size_of::<usize>() + 2 * size_of::<Rational>());
    let limit = control.memory_limit.unwrap_or(usize::MAX);
    let paying = game.nodes().filter(|n| game.outcome(*n).is_some()).count();
    let bytes = NODE
        .saturating_mul(game.num_nodes())
        .saturating_add(CELL.saturating_mul(paying));
    if bytes > limit {
        return Err(SolveError::TooMuch {
            what: "the sequence form",
            bytes,
            limit,
        });
    }
    Ok(())
}

/// How a search ends.
enum End {
    /// With an equilibrium.
    Exact(BehaviorProfile),
    /// With the optimum in floats, as was asked.
    Near,
    /// Without the optimum, or it is no equilibrium exactly.
    Lost,
}

/// Solves the program of parts that grow until nobody gains by what is not used.
///
/// If a game is given, the last basis is solved exactly and judged.
fn grown(
    parts: &mut Parts<'_>,
    game: Option<(&ExtensiveGame, &Pair)>,
    spread: f64,
    steps: &mut u64,
    clock: &Clock<'_>,
) -> End {
    /// So often is a basis solved exactly that nobody gains by leaving but that is no equilibrium.
    const LOOKS: usize = 4;
    let (mut now, mut looks, mut idle) = (spread, 0, 0);
    loop {
        let Some((pivots, is_feasible)) = parts.optimize(now, clock) else {
            return End::Lost;
        };
        *steps += pivots;
        clock.report(*steps, None, "pivots");
        let turn = parts.turn();
        idle = if turn.has_grown { 0 } else { idle + 1 };
        // A gain that nobody can point to is many that are too small to be one.
        if turn.has_grown || turn.misses && idle < 3 {
            now = spread;
            continue;
        }
        if !is_feasible && now > 0.0 {
            now = 0.0;
            continue;
        }
        let Some((game, pair)) = game else {
            return End::Near;
        };
        if let Some(one) = settled(game, pair, parts, clock) {
            return End::Exact(one);
        }
        looks += 1;
        if looks == LOOKS {
            return End::Lost;
        }
        now = 0.0;
    }
}

/// The exact profile of a basis, if it is an equilibrium.
fn settled(
    game: &ExtensiveGame,
    pair: &Pair,
    parts: &Parts<'_>,
    clock: &Clock<'_>,
) -> Option<BehaviorProfile> {
    let exact = || {
        let one = profile(game, pair, &parts.exact(clock)?)?;
        let verdict = nash::judge_behavior(game, &one, &Rational::ZERO);
        verdict.is_exact().then_some(one)
    };
    clock.hold(exact).ok().flatten()
}

/// There was no time to find anything, or to tell how good it is.
fn stopped(stop: Stop, steps: u64) -> SolveError {
    SolveError::Stopped {
        stop: if stop == Stop::Done { Stop::Time } else { stop },
        done: steps,
        total: 0,
        unit: "pivots",
    }
}

/// The end of Lemke's path.
fn by_path(
    game: &ExtensiveGame,
    pair: &Pair,
    steps: &mut u64,
    clock: &Clock<'_>,
) -> Result<BehaviorProfile, SolveError> {
    if let Some(stop) = clock.stop() {
        return Err(stopped(stop, *steps));
    }
    let options = SequenceForm::default();
    let (plans, more) = search(game, pair, &options, Method::Lp, clock)?;
    *steps += more;
    profile(game, pair, &plans)
        .ok_or_else(|| refused("the program has no solution that is one".to_owned()))
}

/// Plans by regret minimization, as far as the time goes.
fn regretted(
    game: &ExtensiveGame,
    pair: &Pair,
    control: &Control,
    clock: &Clock<'_>,
) -> Result<FloatPlans, SolveError> {
    /// Payoffs that are added up between two looks at the clock.
    const WORK: usize = 1 << 21;
    let flat = Flat::new(game, control)?;
    let mut run = Run::new(&flat, Scheme::DCFR, control)?;
    let at_once = (WORK / flat.side(0).num_payoffs().max(1)).clamp(1, 50) as u64;
    while run.iterations() < ITERATIONS && clock.stop().is_none() {
        run.iterate(at_once.min(ITERATIONS - run.iterations()));
        clock.report(run.iterations(), Some(ITERATIONS), "iterations");
    }
    let found = run.average();
    let mut place = vec![0; game.num_infosets()];
    let plan = |player: usize, sequences: &Sequences| {
        for (k, set) in sequences.sets.iter().enumerate() {
            place[set.infoset.index()] = k;
        }
        let mut plan = vec![1.0; sequences.count];
        let side = flat.side(player);
        for (k, infoset) in side.sets().iter().enumerate() {
            let set = &sequences.sets[place[infoset.index()]];
            let own = &found[player][side.sequences(k)];
            plan[set.first..set.first + set.actions].copy_from_slice(own);
        }
        plan
    };
    let mut plan = plan;
    Ok([plan(0, &pair.own), plan(1, &pair.other)])
}

/// The plans of a profile.
fn told(
    game: &ExtensiveGame,
    pair: &Pair,
    profile: &BehaviorProfile,
) -> Result<FloatPlans, SolveError> {
    if profile.as_slice().len() != game.num_player_actions() {
        return Err(refused("the profile is of another game".to_owned()));
    }
    Ok([&pair.own, &pair.other].map(|sequences| {
        let mut plan = vec![1.0; sequences.count];
        for set in &sequences.sets {
            for (k, chance) in profile.at(game, set.infoset).iter().enumerate() {
                plan[set.first + k] = plan[set.before] * chance.to_f64();
            }
        }
        plan
    }))
}

/// The same patience, less what it takes to judge what is near an equilibrium when the time is up.
fn shortened(control: &Control, options: Lp) -> Control {
    /// The share of the time that is left for the search, of the exact solution and in floats.
    const SHARES: [f64; 2] = [0.85, 0.7];
    // The clock only enforces the caller's limit.
    let now = Instant::now();
    let share = SHARES[usize::from(options.in_floats)];
    let shorter = control
        .deadline
        .map(|end| now + end.saturating_duration_since(now).mul_f64(share));
    Control {
        deadline: shorter.or(control.deadline),
        ..control.clone()
    }
}

/// A profile of exact chances near those of the last plans, and what it leaves to be gained; where own moves exclude that play comes, it is the best
/// reply to the other.
///
/// # Returns
/// `None` if there is no time to tell.
fn about(
    game: &ExtensiveGame,
    pair: &Pair,
    parts: &Parts<'_>,
    whole: i64,
    clock: &Clock<'_>,
) -> Option<(NashEquilibrium<BehaviorProfile>, Rational)> {
    let look = || {
        let profile = rounded(game, pair, parts, whole)?;
        let verdict = nash::judge_behavior(game, &profile, &Rational::ZERO);
        let one = NashEquilibrium {
            payoffs: expected_payoffs(game, &profile),
            profile,
            exact: verdict.is_exact(),
            algebraic: None,
        };
        Some((one, verdict.error))
    };
    // As long again is left for the judge of the whole.
    let mut patience = clock.patience();
    let now = Instant::now();
    patience.deadline = patience
        .deadline
        .map(|end| now + end.saturating_duration_since(now) / 2);
    within(&patience, look).ok().flatten()
}

fn rounded(
    game: &ExtensiveGame,
    pair: &Pair,
    parts: &Parts<'_>,
    unit: i64,
) -> Option<BehaviorProfile> {
    let mut chances = vec![Rational::ZERO; game.num_player_actions()];
    let replies = parts.replies();
    for (player, sequences) in [&pair.own, &pair.other].into_iter().enumerate() {
        let plan = parts.plans()[player];
        for (set, reply) in sequences.sets.iter().zip(&replies[player]) {
            poll();
            let at = game.actions(set.infoset).start;
            let whole = plan[set.before];
            if whole > 0.0 {
                let own = &plan[set.first..set.first + set.actions];
                for (k, parts) in in_parts(own, whole, unit).into_iter().enumerate() {
                    chances[at + k] = Rational::new(parts, unit)?;
                }
            } else {
                chances[at + *reply as usize] = Rational::ONE;
            }
        }
    }
    BehaviorProfile::new(game, chances).ok()
}

/// Chances are multiples of one over this: a power of 2, so that sums of products are short.
const FINE: i64 = 1 << 50;

/// The same where the time was up and the plans are no optimum: shorter numbers are judged sooner.
const COARSE: i64 = 1 << 20;

/// Shares of a whole in parts that sum to `unit`; the largest takes what rounding leaves.
fn in_parts(shares: &[f64], whole: f64, unit: i64) -> Vec<i64> {
    let part = |x: &f64| ((x / whole).clamp(0.0, 1.0) * unit as f64).round() as i64;
    let mut parts: Vec<i64> = shares.iter().map(part).collect();
    let rest = unit - parts.iter().sum::<i64>();
    if let Some(most) = parts.iter_mut().max() {
        *most += rest;
    }
    parts
}

#[cfg(test)]
mod tests;

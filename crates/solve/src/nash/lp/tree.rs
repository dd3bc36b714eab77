//! Optimal strategies of trees.
//!
//! Player 2 chooses numbers `y` by sequence of his own actions; player 1's best reply is worth the least `u` such that at each of her sets
//! no action pays more: `u(set) - Σ u(sets after an action) - Σ A·y ≥ 0`. The prices of these rows at the optimum are what
//! player 1 does.

use super::{Lp, OTHERS_NOT_SEARCHED, players, refused, value_remark, varies};
use super::{NashEquilibria, NashEquilibrium, Scope, certified_tree};
use crate::commit::Ties;
use crate::commit::sequences::Pair;
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::sequence_form::{Plans, SequenceForm, profile, require_recall, search};
use crate::numeric::lifting::Fractions;
use crate::numeric::revised::{Program, Units, exact, minimize};
use crate::solution::{Found, Solution, Work};
use deterra_game::class::facts;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::number::{Integer, Natural, Rational};
use deterra_game::profile::BehaviorProfile;
use deterra_verify::nash;
use deterra_verify::payoff::expected_payoffs;
use std::time::Instant;

/// By how much right sides grow, in the order in which it is tried.
const SPREADS: [f64; 3] = [1e-6, 1e-8, 0.0];

pub(super) fn solve(
    game: &ExtensiveGame,
    options: Lp,
    control: &Control,
) -> Result<Solution<super::NashEquilibria<BehaviorProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    if game.num_players() != 2 {
        return Err(players(game.num_players()));
    }
    require_recall(game, Method::Lp)?;
    let sum = facts(game).constant_sum.ok_or_else(varies)?;
    let control = control.running();
    let clock = control.start();
    let pair = Pair::between(game, PlayerId(0), PlayerId(1));
    let mut answer = NashEquilibria::new(Scope::Some);
    let mut found = None;
    if !options.whole_numbers {
        let program = program(&pair);
        for spread in SPREADS {
            let Some(program) = &program else { break };
            if clock.stop().is_some() {
                break;
            }
            let Some((plans, steps)) = in_floats(&pair, program, spread, &clock) else {
                continue;
            };
            answer.steps += steps;
            let Some(one) = profile(game, &pair, &plans) else {
                continue;
            };
            if nash::judge_behavior(game, &one, &Rational::ZERO).is_exact() {
                found = Some(one);
                break;
            }
        }
    }
    if found.is_none() {
        if let Some(stop) = clock.stop() {
            return Err(SolveError::Stopped {
                stop,
                done: answer.steps,
                total: 0,
                unit: "pivots",
            });
        }
        let options = SequenceForm::default();
        let (plans, steps) = search(game, &pair, &options, Method::Lp, &clock)?;
        answer.steps += steps;
        found = profile(game, &pair, &plans);
    }
    let Some(profile) = found else {
        return Err(refused(
            "the program has no solution that is one".to_owned(),
        ));
    };
    let payoffs = expected_payoffs(game, &profile);
    answer.remarks.push(value_remark(
        game.player_label(PlayerId(0)),
        &payoffs[0],
        &sum,
    ));
    answer.list.push(NashEquilibrium {
        profile,
        payoffs,
        exact: true,
        algebraic: None,
    });
    let found = Found {
        method: Method::Lp,
        not_searched: Some(OTHERS_NOT_SEARCHED.to_owned()),
        stop: Stop::Done,
        work: Work {
            nodes: game.num_nodes() as u64,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
        answer,
    };
    Ok(certified_tree(game, found, &clock.patience()))
}

/// Numbers by sequence of both, from the last basis in floats solved exactly.
fn in_floats(
    pair: &Pair,
    program: &Program,
    spread: f64,
    clock: &Clock<'_>,
) -> Option<(Plans, u64)> {
    let (basis, steps) = minimize(program, first_basis(pair, program), spread, clock)?;
    let (values, prices) = exact(program, &basis, clock)?;
    let over = |(_, below): &Fractions, x: &Integer| Rational::from_big(x.clone(), below.clone());
    let mut second = vec![Rational::ZERO; pair.other.count];
    second[0] = Rational::ONE;
    for (variable, x) in basis.iter().zip(&values.0) {
        if *variable + 1 < pair.other.count {
            second[variable + 1] = over(&values, x);
        }
    }
    let mut first = vec![Rational::ONE];
    for x in &prices.0[..pair.own.count - 1] {
        first.push(over(&prices, x));
    }
    Some(([first, second], steps))
}

/// The linear program in whole numbers. Variables: player 2's sequences but the empty one, what player 1's sets are worth,
/// what her sequences lose. Rows: her sequences but the empty one, his sets.
///
/// # Returns
/// `None` if payoffs are not whole numbers of a word, on one scale.
fn program(pair: &Pair) -> Option<Program> {
    let mut below = Natural::ONE;
    for (_, _, paid, _) in pair.cells() {
        below *= Rational::from_big(Integer::from(below.clone()), paid.denominator()).denominator();
        i64::try_from(&below).ok()?;
    }
    let (own, other) = (&pair.own, &pair.other);
    let (rows, sequences) = (own.count - 1, other.count - 1);
    let worth = |set: usize| sequences + set;
    let loss = |sequence: usize| sequences + own.sets.len() + sequence - 1;
    let variables = sequences + own.sets.len() + rows;
    let mut columns: Vec<Vec<(u32, i64)>> = vec![Vec::new(); variables];
    let mut costs = vec![0_i64; variables];
    let mut right = vec![0_i64; rows + other.sets.len()];
    let mut most = 1_i64;
    for (mine, theirs, paid, _) in pair.cells() {
        let paid = paid * &Rational::from_big(Integer::from(below.clone()), Natural::ONE);
        let paid = paid.to_i64().filter(|x| x.unsigned_abs() < 1 << 60)?;
        if paid == 0 {
            continue;
        }
        most = most.max(paid.abs());
        match (mine, theirs) {
            (0, 0) => {}
            (0, _) => costs[theirs - 1] += paid,
            (_, 0) => right[mine - 1] += paid,
            _ => columns[theirs - 1].push((mine as u32 - 1, -paid)),
        }
    }
    for (k, set) in own.sets.iter().enumerate() {
        if set.before == 0 {
            costs[worth(k)] = 1;
        } else {
            columns[worth(k)].push((set.before as u32 - 1, -1));
        }
        for sequence in set.first..set.first + set.actions {
            columns[worth(k)].push((sequence as u32 - 1, 1));
            columns[loss(sequence)].push((sequence as u32 - 1, -1));
        }
    }
    for (k, set) in other.sets.iter().enumerate() {
        let row = (rows + k) as u32;
        if set.before == 0 {
            right[rows + k] = 1;
        } else {
            columns[set.before - 1].push((row, -1));
        }
        for sequence in set.first..set.first + set.actions {
            columns[sequence - 1].push((row, 1));
        }
    }
    let unit = most as f64;
    let pays = |k: usize| if k < rows { 1.0 / unit } else { 1.0 };
    let is_paid = |k: usize| if k < sequences { 1.0 } else { unit };
    Some(Program {
        free: (0..variables)
            .map(|k| (sequences..sequences + own.sets.len()).contains(&k))
            .collect(),
        units: Units {
            rows: (0..rows + other.sets.len()).map(pays).collect(),
            columns: (0..variables).map(is_paid).collect(),
            costs: 1.0 / unit,
        },
        columns,
        costs,
        right,
    })
}

/// The basis of a plan of player 2 that is best against chances that are all alike, and of her best reply.
fn first_basis(pair: &Pair, program: &Program) -> Vec<usize> {
    let (own, other) = (&pair.own, &pair.other);
    let sequences = other.count - 1;
    let plan = pair.reply(&own.even(), Ties::ForLeader).plan;
    let reply = pair.turned().reply(&other.weights(&plan), Ties::ForLeader);
    let mut basis: Vec<usize> = Vec::with_capacity(program.right.len());
    for (set, action) in other.sets.iter().zip(&plan) {
        basis.push(set.first + *action as usize - 1);
    }
    basis.extend((0..own.sets.len()).map(|k| sequences + k));
    for (set, action) in own.sets.iter().zip(&reply.plan) {
        for k in (0..set.actions).filter(|k| k != &(*action as usize)) {
            basis.push(sequences + own.sets.len() + set.first + k - 1);
        }
    }
    basis
}

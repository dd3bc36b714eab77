//! The best extensive-form correlated equilibrium of a small tree, by all joint plans.
//!
//! **Problem.** As of [`correlation_plan`](mod@super::correlation_plan), for any number of players and chance moves that some do not see, where
//! finding the best device is NP-hard (von Stengel and Forges 2008).
//! **Theorem.** The gain of every deviation is linear in the chances of joint plans, and a player who deviates does best by going backward
//! through her own information sets.
//! **Method.** A linear program with a column a joint reduced plan, and for every trigger a column a set below it, whose value is what
//! the deviating player can still get; solved as `correlated_program` solves its own.
//! **Applies to** trees with perfect recall, up to some thousand joint plans.
//! **Exact.** Yes. **Cost.** A program of `plans + Σ triggers · sets` columns, where plans are as many as the product of all players'.
//! **References.** vonstengel2008, farina2020b.

use super::certificate::{self, Label};
use super::correlation_plan::{add_least, after, concept, too_large};
use super::own::{Own, Plays};
use super::{Device, MOST_NUMBERS, Objective, correlated_program, payoffs_only, weights, worth};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::program::{Program, Row};
use crate::solution::{Found, Solution, Work};
use deterra_game::convert::{ConvertError, ReducedForm, reduced_form};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::Rational;
use deterra_game::profile::PureProfile;
use deterra_verify::correlated::plan_payoffs;
use std::time::Instant;

/// Options of [`joint_plans`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JointPlans {
    /// Whether a player who deviates at a set does so before she is told the action there.
    pub coarse: bool,
    /// Which device is wanted; of those that are about payoffs.
    pub objective: Objective,
    /// The most joint plans.
    pub most_plans: usize,
    /// The most numbers in the program: columns times rows.
    pub most_numbers: usize,
}

impl Default for JointPlans {
    fn default() -> Self {
        Self {
            coarse: false,
            objective: Objective::Welfare,
            most_plans: 20_000,
            most_numbers: MOST_NUMBERS,
        }
    }
}

/// Finds the best device of a small tree.
///
/// # Errors
/// [`SolveError::NotApplicable`] if somebody has imperfect recall; [`SolveError::TooLarge`] if there are too many joint plans;
/// [`SolveError::Stopped`] if it was ended early.
///
/// # Example
/// ```
/// use deterra_game::convert::simultaneous_tree;
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::correlated::joint_plans::{JointPlans, joint_plans};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let table = StrategicGame::from_rows("chicken", &n([[6, 2], [7, 0]]), &n([[6, 7], [2, 0]]))?;
/// let game = simultaneous_tree(&table, 100)?;
/// let solution = joint_plans(&game, &JointPlans::default(), &Control::default())?;
/// assert_eq!(solution.answer().value, Rational::new(21, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn joint_plans(
    game: &ExtensiveGame,
    options: &JointPlans,
    control: &Control,
) -> Result<Solution<Device<PureProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let method = Method::JointPlans;
    payoffs_only(options.objective, game.num_players(), method)?;
    let control = control.running();
    let made = control
        .start()
        .require("joint plans", || Ok(reduced_form(game, options.most_plans)))?;
    let form = made.map_err(|error| match error {
        ConvertError::TooManyCells { cells, limit } => SolveError::TooLarge {
            what: "the list of joint plans",
            size: cells,
            limit,
        },
        other => SolveError::NotApplicable {
            method,
            what_is_missing: other.to_string(),
            node: None,
            infoset: None,
        },
    })?;
    if !deterra_game::information::perfect_recall(game).is_empty() {
        return Err(SolveError::NotApplicable {
            method,
            what_is_missing: "a player forgets what she did or knew".to_owned(),
            node: None,
            infoset: None,
        });
    }
    let owns: Vec<Own> = game.players().map(|p| Own::of(game, p)).collect();
    let cells = form.game().num_cells();
    let conditions = owns.iter().map(|own| own.size(options.coarse));
    let (more, rows) = conditions.fold((0, 1), |(a, b), (c, d)| (a + c, b + d));
    let size = (cells + more) as u128 * rows as u128;
    if size > options.most_numbers as u128 {
        return Err(too_large(size, options.most_numbers));
    }
    let clock = control.start();
    let stop = || clock.stop();
    let cut = || SolveError::Stopped {
        stop: stop().unwrap_or(Stop::Iterations),
        done: 0,
        total: cells as u64,
        unit: "joint plans",
    };
    let plays = Plays::of(game);
    let (program, labels) = program(game, options, &owns, &form, &plays, &stop).ok_or_else(cut)?;
    let best = correlated_program::solved(&program, &stop, (&cells, "joint plans"))?;
    let mut list = Vec::new();
    for (cell, chance) in best.point[..cells].iter().enumerate() {
        if chance.is_zero() {
            continue;
        }
        if let Ok(plan) = form.pure_profile(game, &form.game().strategies_of(cell)) {
            list.push((plan, chance.clone()));
        }
    }
    let payoffs = plan_payoffs(game, &list);
    let own: Vec<&Own> = owns.iter().collect();
    let told = (labels.as_slice(), &best);
    let plan_bound = certificate::bound(game, options.objective, &own, &plays, told);
    let device = Device {
        value: worth(options.objective, &payoffs),
        list,
        payoffs,
        objective: options.objective,
        is_best: true,
        bound: None,
        plan_bound,
        led_bound: None,
        steps: best.pivots,
    };
    let found = Found {
        method,
        not_searched: None,
        stop: Stop::Done,
        work: Work {
            nodes: device.steps,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
        answer: device,
    };
    let concept = concept(options.coarse);
    Ok(Solution::certified(
        found,
        concept,
        &clock.patience(),
        |device| certificate::judged(game, device, concept),
    ))
}

/// Which sequences a joint plan plays, by player and sequence.
fn played(owns: &[Own], form: &ReducedForm, cell: usize) -> Vec<Vec<bool>> {
    let of = |own: &Own| {
        let strategy = form.game().strategy_in(cell, own.player);
        let mut played = vec![false; own.count()];
        played[0] = true;
        for set in &own.sets {
            if let Some(action) = form.action(own.player, strategy, set.infoset) {
                played[set.first + action] = true;
            }
        }
        played
    };
    owns.iter().map(of).collect()
}

/// `None` if it was ended early.
fn program(
    game: &ExtensiveGame,
    options: &JointPlans,
    owns: &[Own],
    form: &ReducedForm,
    plays: &Plays,
    stop: &dyn Fn() -> Option<Stop>,
) -> Option<(Program, Vec<Label>)> {
    let mut labels = vec![Label::Start];
    let cells = form.game().num_cells();
    let all: Vec<Vec<Vec<bool>>> = (0..cells).map(|cell| played(owns, form, cell)).collect();
    let mut rows = vec![Row {
        entries: (0..cells).map(|cell| (cell, Rational::ONE)).collect(),
        right: Rational::ONE,
        equality: true,
    }];
    let mut next = cells;
    for (p, own) in owns.iter().enumerate() {
        // By joint plan: what each own sequence pays if she ends with it and the others follow.
        let mut paid: Vec<Vec<(usize, Rational)>> = Vec::with_capacity(cells);
        for played in &all {
            if stop().is_some() {
                return None;
            }
            let mut sums = vec![Rational::ZERO; own.count()];
            for ((end, chance), row) in plays.ends.iter().zip(&plays.chance).zip(&plays.paid) {
                let others = owns.iter().enumerate().filter(|(q, _)| *q != p);
                let mut others = others.map(|(q, other)| played[q][other.last[end.index()]]);
                if others.all(|follows| follows) {
                    sums[own.last[end.index()]] += &(chance * &row[p]);
                }
            }
            let sums = sums.into_iter().enumerate();
            paid.push(sums.filter(|(_, x)| !x.is_zero()).collect());
        }
        for trigger in own.triggers(options.coarse) {
            if stop().is_some() {
                return None;
            }
            let told: Vec<usize> = (0..cells)
                .filter(|cell| all[*cell][p][trigger.told])
                .collect();
            let mut of_sequence: Vec<Vec<(usize, Rational)>> = vec![Vec::new(); own.count()];
            for cell in &told {
                for (sequence, value) in &paid[*cell] {
                    of_sequence[*sequence].push((*cell, value.clone()));
                }
            }
            let mut followed: Vec<(usize, Rational)> = Vec::new();
            let after = after(own, trigger, options.coarse);
            for cell in &told {
                let own_part = &all[*cell][p];
                let ends = paid[*cell]
                    .iter()
                    .filter(|(s, _)| own_part[*s] && after.binary_search(s).is_ok());
                let sum: Rational = ends.map(|(_, value)| value).sum();
                if !sum.is_zero() {
                    followed.push((*cell, sum));
                }
            }
            let blind = |sequence: usize| of_sequence[sequence].clone();
            let into = (&mut rows, &mut labels, p);
            own.conditions(trigger, &mut next, &blind, followed, into);
        }
    }
    let mut objective = vec![Rational::ZERO; next];
    let table = form.game();
    let above = |cell: usize, p: usize| table.payoff(cell, owns[p].player) - &plays.least[p];
    if let Some(weights) = weights(options.objective, game.num_players()) {
        for (cell, worth) in objective.iter_mut().enumerate().take(cells) {
            *worth = weights
                .iter()
                .enumerate()
                .map(|(p, weight)| weight * &above(cell, p))
                .sum();
        }
    } else {
        add_least(&mut objective, &mut rows, plays, |p| {
            (0..cells).map(|cell| (cell, above(cell, p))).collect()
        });
    }
    labels.resize(rows.len(), Label::Least);
    Some((Program { objective, rows }, labels))
}

//! The curve of logit responses, and following it from where everything is equally likely.

use super::{Point, likeliest};
use crate::control::{Clock, Stop};
use crate::numeric::continuation::{Curve, Follower};
use deterra_game::number::Rational;
use nalgebra::DMatrix;
use std::ops::Range;

/// How likely a set is reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// The logarithm.
    pub(super) log: f64,
    /// Whether what its actions are worth depends on how it is reached.
    pub(super) needs_beliefs: bool,
}

/// The logarithm from which on histories are about to become too unlikely to be written as
/// fractions.
const FAINT: f64 = -1000.0;

/// A game in which somebody chooses at every set, in logarithms of probabilities.
pub(super) trait Form {
    /// The payoff range, in payoff units; what this form pays is divided by it.
    fn range(&self) -> &Rational;
    /// The actions of every set.
    fn sets(&self) -> &[Range<usize>];
    /// How likely every set is reached.
    fn reach(&self, x: &[f64]) -> Vec<Reach>;
    /// What every action is worth at its set, and its slopes by all logarithms, in rows by the
    /// action whose worth changes.
    fn worth(&self, x: &[f64], worth: &mut [f64], slopes: Option<&mut DMatrix<f64>>);
}

/// How many actions there are.
pub(super) fn num_actions<F: Form>(form: &F) -> usize {
    form.sets().last().map_or(0, |set| set.end)
}

/// At every set one equation says that probabilities sum to 1; for every other action `a` another
/// that `x_a - x_r = λ (u_a - u_r)`, with `r` the likeliest.
struct Responses<'f, F>(&'f F);

impl<F: Form> Curve for Responses<'_, F> {
    fn dimension(&self) -> usize {
        num_actions(self.0)
    }

    fn evaluate(&self, y: &[f64], values: &mut [f64], slopes: &mut DMatrix<f64>) {
        let n = self.dimension();
        let (x, lambda) = (&y[..n], y[n]);
        let mut worth = vec![0.0; n];
        let mut changes = DMatrix::zeros(n, n);
        self.0.worth(x, &mut worth, Some(&mut changes));
        slopes.fill(0.0);
        for set in self.0.sets() {
            let r = set.start + likeliest(&x[set.clone()]);
            values[r] = -1.0;
            for a in set.clone() {
                let p = x[a].exp();
                values[r] += p;
                slopes[(r, a)] = p;
            }
            for a in set.clone().filter(|a| *a != r) {
                let better = worth[a] - worth[r];
                values[a] = x[a] - x[r] - lambda * better;
                for b in 0..n {
                    slopes[(a, b)] = -lambda * (changes[(a, b)] - changes[(r, b)]);
                }
                slopes[(a, a)] += 1.0;
                slopes[(a, r)] -= 1.0;
                slopes[(a, n)] = -better;
            }
        }
    }
}

/// How far to go.
pub(super) struct Goal<'g> {
    /// The precision to stop at; `None` is to the limit.
    pub(super) lambda: Option<&'g Rational>,
    /// The regret at which the limit is taken for reached, relative to the payoff range.
    pub(super) max_regret: f64,
    /// The precision beyond which no limit is looked for, times the payoff range.
    pub(super) max_lambda: f64,
    /// The most steps.
    pub(super) max_steps: u64,
    /// Whether to keep the points on the way.
    pub(super) keep_branch: bool,
}

/// Where the branch was followed to.
pub(super) struct Followed {
    pub(super) point: Point,
    pub(super) lambda: Rational,
    pub(super) branch: Vec<Point>,
    pub(super) turns: usize,
    pub(super) steps: u64,
    pub(super) stop: Stop,
    /// Why it ends before where it should have ended, as a clause.
    pub(super) short: Option<String>,
}

/// Follows the branch from the centroid. `is_limit` is asked about points whose regret is small
/// enough, at most a few times.
pub(super) fn follow<F: Form>(
    form: &F,
    goal: &Goal<'_>,
    clock: &Clock<'_>,
    mut is_limit: impl FnMut(&Point) -> bool,
) -> Followed {
    let n = num_actions(form);
    let range = form.range().to_f64();
    let curve = Responses(form);
    let target = goal.lambda.map(|lambda| (lambda * form.range()).to_f64());
    let mut centroid = vec![0.0; n + 1];
    for set in form.sets() {
        centroid[set.clone()].fill(-(set.len() as f64).ln());
    }
    let point = |y: &[f64]| Point {
        lambda: y[n] / range,
        log_probabilities: y[..n].to_vec(),
        max_regret: range * regrets(form, &y[..n]).0,
    };
    let mut followed = Followed {
        point: point(&centroid),
        lambda: Rational::ZERO,
        branch: Vec::new(),
        turns: 0,
        steps: 0,
        stop: Stop::Done,
        short: None,
    };
    if goal.keep_branch {
        followed.branch.push(followed.point.clone());
    }
    let mut wanted = goal.max_regret * range;
    let reached =
        |followed: &Followed, wanted: &mut f64, is_limit: &mut dyn FnMut(&Point) -> bool| {
            if goal.lambda.is_some() {
                return false;
            }
            let (regret, weighed, faint) = regrets(form, &followed.point.log_probabilities);
            let enough = if faint { weighed } else { regret };
            if range * enough > *wanted {
                return false;
            }
            *wanted *= 0.25;
            is_limit(&followed.point)
        };
    if target.is_some_and(|t| t <= 0.0) || reached(&followed, &mut wanted, &mut is_limit) {
        return followed;
    }
    let Some(mut at) = Follower::start(&curve, centroid, 0.05) else {
        followed.short = Some("the branch has no direction where it starts".to_owned());
        return followed;
    };
    let mut direction = 1.0;
    loop {
        if let Some(stop) = clock.stop() {
            followed.stop = stop;
            break;
        }
        if followed.steps >= goal.max_steps {
            followed.stop = Stop::Iterations;
            break;
        }
        clock.report(followed.steps, None, "steps");
        let before = at.clone();
        let advanced = match clock.hold(|| at.advance(&curve).is_some()) {
            Ok(advanced) => advanced,
            Err(stop) => {
                at = before;
                followed.stop = stop;
                break;
            }
        };
        if !advanced || at.y[n] < 0.0 {
            at = before;
            let lambda = at.y[n] / range;
            followed.short = Some(format!("the branch was lost at lambda {lambda:.6}"));
            break;
        }
        followed.steps += 1;
        let change = at.y[n] - before.y[n];
        if change * direction < 0.0 {
            direction = -direction;
            followed.turns += 1;
        }
        if let Some(target) = target
            && at.y[n] >= target
        {
            let Some(found) = before.between(&at, &curve, target) else {
                at = before;
                let lambda = target / range;
                followed.short = Some(format!(
                    "the branch was lost just before lambda {lambda:.6}"
                ));
                break;
            };
            followed.point = point(&found);
            followed.lambda = goal.lambda.cloned().unwrap_or_default();
            if goal.keep_branch {
                followed.branch.push(followed.point.clone());
            }
            return followed;
        }
        followed.point = point(&at.y);
        if goal.keep_branch {
            followed.branch.push(followed.point.clone());
        }
        if reached(&followed, &mut wanted, &mut is_limit) {
            break;
        }
        if target.is_none() && at.y[n] > goal.max_lambda {
            followed.stop = Stop::Iterations;
            break;
        }
    }
    followed.point = point(&at.y);
    followed.lambda = Rational::from_f64(followed.point.lambda).unwrap_or_default();
    if followed.stop != Stop::Done && followed.short.is_none() {
        followed.short = Some(format!(
            "the branch was followed to lambda {:.6}",
            followed.point.lambda
        ));
    }
    followed
}

/// The most that somebody gains by her best action at one set, once it is reached, and weighed by
/// how likely it is reached, both relative to the payoff range; and whether a set in which beliefs
/// matter is reached so rarely that only the second can still be asked for.
fn regrets<F: Form>(form: &F, x: &[f64]) -> (f64, f64, bool) {
    let mut worth = vec![0.0; x.len()];
    form.worth(x, &mut worth, None);
    let (mut greatest, mut weighed, mut faint) = (0.0_f64, 0.0_f64, false);
    for (set, reach) in form.sets().iter().zip(form.reach(x)) {
        let best = worth[set.clone()]
            .iter()
            .fold(f64::NEG_INFINITY, |m, u| m.max(*u));
        // What is lost by each action, so that nothing cancels.
        let lost: f64 = set.clone().map(|a| x[a].exp() * (best - worth[a])).sum();
        greatest = greatest.max(lost);
        weighed = weighed.max(lost * reach.log.exp());
        faint |= reach.needs_beliefs && reach.log < FAINT;
    }
    (greatest, weighed, faint)
}

#[cfg(test)]
mod tests {
    use super::super::table::TableForm;
    use super::super::tree::TreeForm;
    use super::*;
    use deterra_game::catalog;
    use deterra_game::format::Game;

    /// Slopes against central differences, at a point that is no response.
    fn slopes_are_derivatives<F: Form>(form: &F, name: &str) {
        let n = num_actions(form);
        let x: Vec<f64> = (0..n).map(|k| -0.3 - ((k * 7) % 5) as f64 * 0.4).collect();
        let mut worth = vec![0.0; n];
        let mut slopes = DMatrix::zeros(n, n);
        form.worth(&x, &mut worth, Some(&mut slopes));
        let step = 1e-6;
        for b in 0..n {
            let at = |by: f64| {
                let mut moved = x.clone();
                moved[b] += by;
                let mut worth = vec![0.0; n];
                form.worth(&moved, &mut worth, None);
                worth
            };
            let (more, less) = (at(step), at(-step));
            for a in 0..n {
                let difference = (more[a] - less[a]) / (2.0 * step);
                let slope: f64 = slopes[(a, b)];
                assert!(
                    (difference - slope).abs() < 1e-7 * (1.0 + slope.abs()),
                    "{name}: {a} by {b}: {difference} {slope}"
                );
            }
        }
    }

    #[test]
    fn slopes_of_shipped_games_are_derivatives() {
        let mut tested = 0;
        for entry in catalog::entries() {
            match entry.game() {
                Game::Extensive(game) if game.num_player_actions() <= 60 => {
                    slopes_are_derivatives(&TreeForm::new(&game), entry.name);
                }
                Game::Strategic(game) => {
                    slopes_are_derivatives(&TableForm::new(&game), entry.name);
                }
                _ => continue,
            }
            tested += 1;
        }
        assert!(tested >= 10, "{tested}");
    }
}

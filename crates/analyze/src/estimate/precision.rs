//! How precisely payoffs are compared: λ of a quantal response, from counts of choices.
//!
//! **Problem.** People chose so often this and so often that; which precision makes that likeliest?
//! **Method.** Two answers. The first goes along the branch of logit responses that starts where
//! all is equally likely: at every λ the response is found, and how it moves with λ follows from the
//! equations of the response (a linear system), so the slope of the log-likelihood is exact; its zero is
//! bracketed by doubling and found by false position. The second puts the observed shares in the
//! place of what others do: payoffs are then numbers, and the choice is logit with one regressor.
//! In trees with hidden moves every information set chooses by itself (agent responses, McKelvey and Palfrey 1998), and what an
//! action is worth follows from who may be there; slopes are differences along the branch.
//! **References.** mckelvey1995, mckelvey1998, bajari2005.

mod hidden;

pub use hidden::{empirical_tree, principal_tree};

use super::tree::{Node, Payoff};
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::strategic::StrategicGame;
use deterra_solve::control::Control;
use deterra_solve::error::SolveError;
use deterra_solve::quantal::logit_path::{LogitPath, logit_path_table};
use nalgebra::{DMatrix, DVector};

/// λ times the payoff range up to which a maximum is looked for.
const GREATEST: f64 = 1e6;

/// An estimate of λ.
#[derive(Clone, Debug, PartialEq)]
pub struct Precision {
    /// The estimate, in units of one over payoff.
    pub lambda: f64,
    /// Its standard error from the expected information; `None` at a bound.
    pub error: Option<f64>,
    /// The log-likelihood there.
    pub log_likelihood: f64,
    /// At λ = 0, where all choices are equally likely.
    pub at_zero: f64,
    /// What is chosen how likely there, by player.
    pub probabilities: Vec<Vec<f64>>,
    /// Where the maximum lies.
    pub place: Place,
}

/// Where a maximum lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Inside.
    Inside,
    /// At 0: choices are no better than chance.
    Zero,
    /// The likelihood still rises at the greatest λ that was looked at: choices are too good.
    Unbounded,
}

/// Why there is no λ.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoPrecision {
    /// Counts of another game.
    #[error("there must be a count for every strategy of every player, none of them negative")]
    Mismatch,
    /// No choices.
    #[error("nobody chose anything")]
    NoChoices,
    /// Nothing depends on λ.
    #[error("all choices pay the same, so precision makes no difference")]
    NothingAtStake,
    /// No response.
    #[error(transparent)]
    NotSolved(#[from] SolveError),
    /// The branch could not be followed that far.
    #[error("the branch of responses {0}")]
    CutShort(String),
    /// Choices at a place that, by the observed shares, nobody comes to.
    #[error("choices were counted where by the observed shares of other choices nobody comes")]
    NotReached,
}

/// A response, what it makes of the counts, and how that moves with λ.
struct At {
    value: f64,
    slope: f64,
    information: f64,
    probabilities: Vec<Vec<f64>>,
}

impl At {
    /// Whether choices are so nearly certain that nothing depends on λ any more.
    fn is_level(&self, lambda: f64) -> bool {
        lambda > 0.0 && self.information * lambda * lambda < 1e-10 && self.slope >= 0.0
    }
}

/// Estimates λ along the branch of logit responses from the centroid.
///
/// `counts` has one number a strategy, by player.
///
/// # Errors
/// [`NoPrecision`] if the counts are not those of the game or the branch cannot be followed.
///
/// # Complexity
/// Some forty responses; each slope takes `O(cells · players²)` and a system in all strategies.
pub fn principal(
    game: &StrategicGame,
    counts: &[Vec<f64>],
    control: &Control,
) -> Result<Precision, NoPrecision> {
    let range = check(game, counts)?;
    along(range, |lambda| respond(game, counts, lambda, control))
}

/// The maximum along a branch, from what is known at each λ; payoffs differ by `range` at most.
fn along(
    range: f64,
    at: impl Fn(f64) -> Result<At, NoPrecision>,
) -> Result<Precision, NoPrecision> {
    let at = |scaled: f64| at(scaled / range);
    let zero = at(0.0)?;
    let mut low = (0.0, at(0.0)?);
    let mut best: Option<((f64, At), (f64, At))> = None;
    let mut top = zero.value;
    let mut scaled = 0.125;
    while scaled <= GREATEST {
        let next = at(scaled)?;
        if next.is_level(scaled / range) {
            break;
        }
        let turns = low.1.slope > 0.0 && next.slope <= 0.0;
        if turns && low.1.value.max(next.value) > top - 1e-9 {
            top = low.1.value.max(next.value);
            let before = std::mem::replace(&mut low, (scaled, next));
            let after = (scaled, at(scaled)?);
            best = Some((before, after));
        } else {
            // Far beyond a maximum the rest of the branch only makes mistakes less likely.
            let lost = next.value < top - 1e3 && next.slope < 0.0;
            low = (scaled, next);
            if lost {
                break;
            }
        }
        scaled *= 2.0;
    }
    let result = |lambda: f64, at: At, place: Place| Precision {
        lambda,
        error: (place == Place::Inside && at.information > 0.0)
            .then(|| 1.0 / at.information.sqrt()),
        log_likelihood: at.value,
        at_zero: zero.value,
        probabilities: at.probabilities,
        place,
    };
    let Some((mut left, mut right)) = best else {
        return Ok(if low.1.slope > 0.0 && low.1.value > zero.value {
            result(low.0 / range, low.1, Place::Unbounded)
        } else {
            result(0.0, at(0.0)?, Place::Zero)
        });
    };
    // Illinois: false position that halves the weight of an end that stays.
    let (mut f_left, mut f_right) = (left.1.slope, right.1.slope);
    for _ in 0..80 {
        let width = right.0 - left.0;
        if width <= 1e-9 * right.0 || f_left - f_right <= 0.0 {
            break;
        }
        let middle = (left.0 * f_right - right.0 * f_left) / (f_right - f_left);
        let middle = middle.clamp(left.0 + 0.01 * width, right.0 - 0.01 * width);
        let next = at(middle)?;
        let settled = next.slope.abs() <= 1e-10 * next.information.max(1e-300) * middle / range;
        if next.slope > 0.0 {
            f_left = next.slope;
            f_right *= 0.5;
            left = (middle, next);
        } else {
            f_right = next.slope;
            f_left *= 0.5;
            right = (middle, next);
        }
        if settled {
            break;
        }
    }
    let (scaled, found) = if left.1.slope.abs() < right.1.slope.abs() {
        left
    } else {
        right
    };
    Ok(result(scaled / range, found, Place::Inside))
}

/// Estimates λ with the observed shares in the place of what others do.
///
/// # Errors
/// As [`principal`].
pub fn empirical(game: &StrategicGame, counts: &[Vec<f64>]) -> Result<Precision, NoPrecision> {
    let range = check(game, counts)?;
    let shares = shares(counts);
    let payoffs = Payoffs::new(game, &shares).own;
    short_cut(range, &payoffs, counts)
}

/// λ of logit choices between numbers.
fn short_cut(
    range: f64,
    payoffs: &[Vec<f64>],
    counts: &[Vec<f64>],
) -> Result<Precision, NoPrecision> {
    let at = |lambda: f64| {
        let mut at = At {
            value: 0.0,
            slope: 0.0,
            information: 0.0,
            probabilities: Vec::new(),
        };
        for (own, count) in payoffs.iter().zip(counts) {
            let logs = log_shares(own, lambda);
            let p: Vec<f64> = logs.iter().map(|x| x.exp()).collect();
            let mean: f64 = p.iter().zip(own).map(|(p, u)| p * u).sum();
            let spread: f64 = p.iter().zip(own).map(|(p, u)| p * (u - mean).powi(2)).sum();
            at.value += count
                .iter()
                .zip(&logs)
                .map(|(c, l)| times_log(*c, *l))
                .sum::<f64>();
            at.slope += count
                .iter()
                .zip(own)
                .map(|(c, u)| c * (u - mean))
                .sum::<f64>();
            at.information += count.iter().sum::<f64>() * spread;
            at.probabilities.push(p);
        }
        at
    };
    let zero = at(0.0);
    if zero.information <= 1e-18 * range * range {
        return Err(NoPrecision::NothingAtStake);
    }
    // Concave: bracket the zero of the slope, then Newton inside it.
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let mut lambda = 1.0 / range;
    if zero.slope <= 0.0 {
        (lambda, high) = (0.0, 0.0);
    }
    // Whether the slope is still positive as far out as it makes sense to look.
    let mut rises = false;
    for _ in 0..300 {
        if high <= low {
            break;
        }
        let here = at(lambda);
        rises = lambda > GREATEST / range || here.is_level(lambda);
        if rises {
            break;
        }
        if here.slope > 0.0 {
            low = lambda;
        } else {
            high = lambda;
        }
        let newton = lambda + here.slope / here.information.max(1e-300);
        let next = if newton > low && newton < high && newton < 4.0 * lambda {
            newton
        } else if high.is_finite() {
            f64::midpoint(low, high)
        } else {
            2.0 * lambda
        };
        if (next - lambda).abs() <= 1e-13 * lambda {
            break;
        }
        lambda = next;
    }
    let found = at(lambda);
    let place = if lambda <= 0.0 {
        Place::Zero
    } else if rises {
        Place::Unbounded
    } else {
        Place::Inside
    };
    Ok(Precision {
        lambda,
        error: (place == Place::Inside).then(|| 1.0 / found.information.sqrt()),
        log_likelihood: found.value,
        at_zero: zero.value,
        probabilities: found.probabilities,
        place,
    })
}

/// A tree whose only utility is λ: every payoff multiplies it.
///
/// With logit errors its estimate is `√2 λ`, since errors of scale one are compared by `Λ(z/√2)`.
pub fn multiplied(nodes: &[Node]) -> Vec<Node> {
    let times = |payoff: &Payoff| Payoff {
        fixed: 0.0,
        terms: vec![(0, payoff.fixed)],
    };
    nodes
        .iter()
        .map(|node| match node {
            Node::End(payoffs) => Node::End(payoffs.iter().map(times).collect()),
            other => other.clone(),
        })
        .collect()
}

/// The payoff range, if the counts fit.
fn check(game: &StrategicGame, counts: &[Vec<f64>]) -> Result<f64, NoPrecision> {
    let fits = counts.len() == game.num_players()
        && game
            .players()
            .zip(counts)
            .all(|(player, row)| row.len() == game.num_strategies(player))
        && counts.iter().flatten().all(|c| *c >= 0.0 && c.is_finite());
    if !fits {
        return Err(NoPrecision::Mismatch);
    }
    if counts.iter().flatten().all(|c| *c <= 0.0) {
        return Err(NoPrecision::NoChoices);
    }
    let mut range = 0.0_f64;
    for player in game.players() {
        let payoffs = (0..game.num_cells()).map(|cell| game.payoff(cell, player).to_f64());
        let (low, high) = payoffs.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), u| {
            (l.min(u), h.max(u))
        });
        range = range.max(high - low);
    }
    if range > 0.0 {
        Ok(range)
    } else {
        Err(NoPrecision::NothingAtStake)
    }
}

/// Observed shares; equal ones where nobody chose.
fn shares(counts: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let shares = |row: &Vec<f64>| -> Vec<f64> {
        let total: f64 = row.iter().sum();
        let equal = 1.0 / row.len() as f64;
        let share = |c: &f64| if total > 0.0 { c / total } else { equal };
        row.iter().map(share).collect()
    };
    counts.iter().map(shares).collect()
}

/// `count · log`, 0 if nobody chose it.
fn times_log(count: f64, log: f64) -> f64 {
    if count > 0.0 { count * log } else { 0.0 }
}

fn log_shares(payoffs: &[f64], lambda: f64) -> Vec<f64> {
    let best = payoffs.iter().copied().fold(f64::MIN, f64::max);
    let scaled: Vec<f64> = payoffs.iter().map(|u| lambda * (u - best)).collect();
    let log = scaled.iter().map(|x| x.exp()).sum::<f64>().ln();
    scaled.iter().map(|x| x - log).collect()
}

/// The response at λ and its slope.
fn respond(
    game: &StrategicGame,
    counts: &[Vec<f64>],
    lambda: f64,
    control: &Control,
) -> Result<At, NoPrecision> {
    let options = LogitPath {
        lambda: Rational::from_f64(lambda),
        ..LogitPath::default()
    };
    let solution = logit_path_table(game, &options, control)?;
    if let Some(short) = solution.answer().cut_short() {
        return Err(NoPrecision::CutShort(short.to_owned()));
    }
    let flat = &solution.answer().point().log_probabilities;
    let mut first = vec![0];
    for player in game.players() {
        first.push(first[player.index()] + game.num_strategies(player));
    }
    let row = |i: usize| &flat[first[i]..first[i + 1]];
    let probabilities: Vec<Vec<f64>> = (0..counts.len())
        .map(|i| row(i).iter().map(|x| x.exp()).collect())
        .collect();
    let payoffs = Payoffs::new(game, &probabilities);
    // l' = u - ū + λ (u' - mean of u'), u' = Σ ∂u/∂p · p · l': a linear system in l'.
    let total = flat.len();
    let mut system = DMatrix::<f64>::identity(total, total);
    let mut right = DVector::zeros(total);
    for (i, p) in probabilities.iter().enumerate() {
        let own = &payoffs.own[i];
        let mean: f64 = p.iter().zip(own).map(|(p, u)| p * u).sum();
        for a in 0..p.len() {
            right[first[i] + a] = own[a] - mean;
        }
        for (j, q) in probabilities.iter().enumerate().filter(|(j, _)| *j != i) {
            for (c, share) in q.iter().enumerate() {
                let column = first[j] + c;
                let moves = |a: usize| payoffs.cross[(first[i] + a, column)] * share;
                let mean: f64 = (0..p.len()).map(|a| p[a] * moves(a)).sum();
                for a in 0..p.len() {
                    system[(first[i] + a, column)] -= lambda * (moves(a) - mean);
                }
            }
        }
    }
    let slopes = system
        .lu()
        .solve(&right)
        .unwrap_or_else(|| DVector::from_element(total, f64::NAN));
    let mut at = At {
        value: 0.0,
        slope: 0.0,
        information: 0.0,
        probabilities,
    };
    for (i, count) in counts.iter().enumerate() {
        let chosen: f64 = count.iter().sum();
        for (a, c) in count.iter().enumerate() {
            let slope = slopes[first[i] + a];
            at.value += times_log(*c, flat[first[i] + a]);
            at.slope += c * slope;
            at.information += chosen * at.probabilities[i][a] * slope * slope;
        }
    }
    Ok(at)
}

/// Expected payoffs of strategies, and how they move with what others do.
struct Payoffs {
    own: Vec<Vec<f64>>,
    /// By strategy of a player and strategy of another.
    cross: DMatrix<f64>,
}

impl Payoffs {
    fn new(game: &StrategicGame, profile: &[Vec<f64>]) -> Self {
        let players: Vec<PlayerId> = game.players().collect();
        let mut first = vec![0];
        for player in &players {
            first.push(first[player.index()] + game.num_strategies(*player));
        }
        let total = first[players.len()];
        let mut own: Vec<Vec<f64>> = profile.iter().map(|p| vec![0.0; p.len()]).collect();
        let mut cross = DMatrix::zeros(total, total);
        for cell in 0..game.num_cells() {
            let played: Vec<usize> = players.iter().map(|p| game.strategy_in(cell, *p)).collect();
            for (i, player) in players.iter().enumerate() {
                let paid = game.payoff(cell, *player).to_f64();
                let others = |skip: usize| -> f64 {
                    let all = (0..players.len()).filter(|k| *k != i && *k != skip);
                    all.map(|k| profile[k][played[k]]).product()
                };
                own[i][played[i]] += paid * others(i);
                for j in (0..players.len()).filter(|j| *j != i) {
                    cross[(first[i] + played[i], first[j] + played[j])] += paid * others(j);
                }
            }
        }
        Self { own, cross }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Number;

    /// A game in which player 2's choice matters to nobody's comparison: player 1 chooses between
    /// 1 and 0, so λ is the log odds of the counts, and its error that of log odds.
    #[test]
    fn one_choice_has_a_closed_form() {
        let n = |x: i64| Number::from(x);
        let game = StrategicGame::from_rows(
            "one choice",
            &[vec![n(1)], vec![n(0)]],
            &[vec![n(0)], vec![n(0)]],
        )
        .expect("a table");
        let counts = vec![vec![30.0, 10.0], vec![40.0]];
        let wanted = 3.0_f64.ln();
        let error = (1.0_f64 / 30.0 + 1.0 / 10.0).sqrt();
        let along = principal(&game, &counts, &Control::default()).expect("a maximum");
        let short = empirical(&game, &counts).expect("a maximum");
        for found in [along, short] {
            assert!((found.lambda - wanted).abs() < 1e-7, "{found:?}");
            assert!((found.error.expect("inside") - error).abs() < 1e-7);
            assert!((found.at_zero - 40.0 * 0.5_f64.ln()).abs() < 1e-9);
            assert_eq!(found.place, Place::Inside);
        }
    }

    #[test]
    fn bounds_are_said() {
        let n = |x: i64| Number::from(x);
        let game = StrategicGame::from_rows(
            "one choice",
            &[vec![n(1)], vec![n(0)]],
            &[vec![n(0)], vec![n(0)]],
        )
        .expect("a table");
        let control = Control::default();
        let bad = vec![vec![10.0, 30.0], vec![40.0]];
        assert_eq!(empirical(&game, &bad).expect("zero").place, Place::Zero);
        let found = principal(&game, &bad, &control).expect("zero");
        assert_eq!((found.place, found.error), (Place::Zero, None));
        let good = vec![vec![40.0, 0.0], vec![40.0]];
        assert_eq!(
            empirical(&game, &good).expect("far out").place,
            Place::Unbounded
        );
        assert_eq!(
            principal(&game, &good, &control).expect("far out").place,
            Place::Unbounded
        );
        let wrong = vec![vec![1.0], vec![1.0]];
        assert!(matches!(
            empirical(&game, &wrong),
            Err(NoPrecision::Mismatch)
        ));
    }

    /// The asymmetric matching pennies of McKelvey and Palfrey (1995): counts that are a thousand
    /// times the response at λ = 2 are likeliest there, since expected log-likelihood is greatest
    /// at the truth. At λ = 2 with payoffs (9, 0; 0, 1) and (0, 1; 1, 0) the response is the
    /// solution of p = Λ(λ (10 q - 1)), q = Λ(λ (1 - 2 p)), found here by bisection.
    #[test]
    fn the_truth_is_likeliest() {
        let n = |x: i64| Number::from(x);
        let game = StrategicGame::from_rows(
            "pennies",
            &[vec![n(9), n(0)], vec![n(0), n(1)]],
            &[vec![n(0), n(1)], vec![n(1), n(0)]],
        )
        .expect("a table");
        let sigma = |x: f64| 1.0 / (1.0 + (-x).exp());
        let lambda = 2.0;
        let q_of = |p: f64| sigma(lambda * (1.0 - 2.0 * p));
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..100 {
            let p = f64::midpoint(low, high);
            if sigma(lambda * (10.0 * q_of(p) - 1.0)) > p {
                low = p;
            } else {
                high = p;
            }
        }
        let (p, q) = (low, q_of(low));
        let counts = vec![
            vec![1e3 * p, 1e3 * (1.0 - p)],
            vec![1e3 * q, 1e3 * (1.0 - q)],
        ];
        let found = principal(&game, &counts, &Control::default()).expect("a maximum");
        assert!((found.lambda - lambda).abs() < 1e-5, "{found:?}");
        let short = empirical(&game, &counts).expect("a maximum");
        assert!((short.lambda - lambda).abs() < 1e-8, "{short:?}");
        assert_eq!((found.place, short.place), (Place::Inside, Place::Inside));
    }
}

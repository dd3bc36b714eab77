//! Which parameters matter: one at a time, close by, and by the variance they explain.
//!
//! | question | function |
//! |---|---|
//! | What does each parameter do over its range, the others as they are? | [`tornado`] |
//! | By how many percent does an answer change if a parameter changes by one? | [`elasticities`] |
//! | How much of the variance does each explain if all are uncertain? | [`sobol`] |
//!
//! Answers jump where what is played changes, so a range is scanned and not only its ends, and elasticities are those
//! of either side, with the jump beside them.

pub mod sobol;

use crate::family::Family;
use crate::regime::{Play, Regime};
use crate::sweep::{self, Follower, Row, solve_point};
use deterra_game::number::Rational;
use deterra_solve::control::Control;
use deterra_solve::numeric::parallel;
use deterra_solve::problem::Request;
use std::fmt;

/// Points that a range is scanned at, both ends among them.
pub const SCANNED: i64 = 21;
/// The step of a difference quotient, as a share of the parameter.
const STEP: i64 = 1_000_000;

/// A number that the answer at a point has. Of several equilibria it is that of the first listed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// How likely an outcome is.
    Probability(String),
    /// What a player gets, with its name.
    Payoff(usize, String),
}

impl Target {
    /// The number in one equilibrium.
    pub fn of_play(&self, play: &Play) -> Rational {
        match self {
            Self::Probability(label) => play.probability(label),
            Self::Payoff(player, _) => play.payoffs.get(*player).cloned().unwrap_or_default(),
        }
    }

    /// The number at a point; `None` if nothing is known there.
    pub fn of(&self, row: &Row) -> Option<Rational> {
        let play = row.found.as_ref().ok()?.plays.first()?;
        Some(self.of_play(play))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Probability(label) => write!(f, "P({label})"),
            Self::Payoff(_, name) => write!(f, "payoff({name})"),
        }
    }
}

/// What one parameter does over its range.
#[derive(Clone, Debug)]
pub struct Bar {
    /// The parameter.
    pub parameter: String,
    /// What is played at points of the range, ascending, both ends among them.
    pub scan: Vec<(Rational, Row)>,
}

impl Bar {
    /// The least and the greatest value of a number over the range, each with where it is first met.
    pub fn extremes(&self, target: &Target) -> Option<[(Rational, Rational); 2]> {
        let known = |(at, row): &(Rational, Row)| Some((at.clone(), target.of(row)?));
        let mut known = self.scan.iter().filter_map(known);
        let first = known.next()?;
        let (mut least, mut most) = (first.clone(), first);
        for (at, value) in known {
            if value < least.1 {
                least = (at, value);
            } else if value > most.1 {
                most = (at, value);
            }
        }
        Some([least, most])
    }

    /// The width of the bar: the greatest value less the least.
    pub fn swing(&self, target: &Target) -> Rational {
        self.extremes(target)
            .map_or(Rational::ZERO, |[(_, least), (_, most)]| &most - &least)
    }

    /// The names of what is played over the range, in order, neighbors that are alike told once.
    pub fn regimes(&self) -> Vec<String> {
        let names = self.scan.iter().filter_map(|(_, row)| row.name());
        let mut names: Vec<String> = names.collect();
        names.dedup();
        names
    }
}

/// Moves each parameter over its range, the others as in `base`.
///
/// # Returns
/// One bar a parameter, in their order; rows that say why where `control` ended it early.
///
/// # Complexity
/// [`SCANNED`] games a parameter.
pub fn tornado(
    family: &dyn Family,
    base: &[Rational],
    ranges: &[(Rational, Rational)],
    request: &Request,
    control: &Control,
) -> Vec<Bar> {
    let control = &control.running();
    let clock = control.start();
    let follower = Follower::new(family, request, control);
    let named = family.parameters().iter().zip(ranges).enumerate();
    let bar = |(entry, (name, (low, high))): (usize, (&String, &(Rational, Rational)))| {
        let step = &(high - low) * &Rational::new(1, SCANNED - 1).unwrap_or_default();
        let mut desk = follower.desk();
        let mut at = |k: i64| {
            let value = low + &(&step * &Rational::integer(k));
            let mut point = base.to_vec();
            if let Some(slot) = point.get_mut(entry) {
                slot.clone_from(&value);
            }
            if let Some(stop) = clock.stop() {
                let found = Err(stop.clause().to_owned());
                return (value, Row { point, found });
            }
            (value, desk.solve(&point))
        };
        Bar {
            parameter: name.clone(),
            scan: (0..SCANNED).map(&mut at).collect(),
        }
    };
    parallel::map(named.collect(), control.threads, bar)
}

/// How an answer changes on one side of a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// By how much for a unit of the parameter.
    pub slope: Rational,
    /// By how many percent for one percent of the parameter; `None` if the answer is 0.
    pub elasticity: Option<Rational>,
    /// What the answer jumps by as soon as the point is left.
    pub jump: Rational,
    /// Whether something else is played as soon as the point is left.
    pub changes: bool,
}

/// How an answer changes with a parameter, below and above.
#[derive(Clone, Debug)]
pub struct Elasticity {
    /// The parameter.
    pub parameter: String,
    /// The answer.
    pub target: Target,
    /// The parameter at the point.
    pub at: Rational,
    /// The answer at the point.
    pub value: Rational,
    /// Below the point; `None` if nothing is known there.
    pub below: Option<Side>,
    /// Above the point.
    pub above: Option<Side>,
}

/// Slopes and elasticities of answers at a point, below and above it.
///
/// They are difference quotients with a step of a millionth of the parameter (or of its range where it is 0), in
/// exact arithmetic: exact where the answer is linear there, else right to about six places.
///
/// # Returns
/// By parameter, then by target; nothing if nothing is known at the point.
///
/// # Complexity
/// Four games a parameter.
pub fn elasticities(
    family: &dyn Family,
    base: &[Rational],
    ranges: &[(Rational, Rational)],
    targets: &[Target],
    request: &Request,
    control: &Control,
) -> Vec<Elasticity> {
    let control = &control.running();
    let clock = control.start();
    let inner = sweep::inside(control);
    let here = solve_point(family, base, request, &inner);
    let Ok(here) = &here.found else {
        return Vec::new();
    };
    let unit = Rational::new(1, STEP).unwrap_or_default();
    let mut tasks = Vec::new();
    for (entry, (low, high)) in ranges.iter().enumerate().take(base.len()) {
        let scale = if base[entry].is_zero() {
            high - low
        } else {
            base[entry].abs()
        };
        let scale = if scale.is_zero() {
            Rational::ONE
        } else {
            scale
        };
        let step = &scale * &unit;
        for steps in [-1, -2, 1, 2] {
            let mut point = base.to_vec();
            point[entry] += &(&step * &Rational::integer(steps));
            tasks.push((step.clone(), steps, point));
        }
    }
    let found = parallel::map(tasks, control.threads, |(step, steps, point)| {
        let found = match clock.stop() {
            Some(_) => None,
            None => solve_point(family, &point, request, &inner).found.ok(),
        };
        (&step * &Rational::integer(steps), found)
    });
    let mut answers = Vec::new();
    for (entry, sides) in found.chunks(4).enumerate() {
        for target in targets {
            let Some(value) = here.plays.first().map(|play| target.of_play(play)) else {
                continue;
            };
            let side = |near: &(Rational, Option<Regime>), far: &(Rational, Option<Regime>)| {
                let (near_to, far_to) = (near.1.as_ref()?, far.1.as_ref()?);
                let near_value = target.of_play(near_to.plays.first()?);
                let far_value = target.of_play(far_to.plays.first()?);
                let slope = (&far_value - &near_value).checked_div(&(&far.0 - &near.0))?;
                let jump = &(&near_value - &value) - &(&slope * &near.0);
                let changes = !near_to.is_like(here);
                Some(Side {
                    elasticity: (&slope * &base[entry]).checked_div(&value),
                    slope,
                    // Where the same is played the difference is the curvature.
                    jump: if changes { jump } else { Rational::ZERO },
                    changes,
                })
            };
            answers.push(Elasticity {
                parameter: family.parameters()[entry].clone(),
                target: target.clone(),
                at: base[entry].clone(),
                value: value.clone(),
                below: side(&sides[0], &sides[1]),
                above: side(&sides[2], &sides[3]),
            });
        }
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::{Games, Member};
    use deterra_game::number::Number;
    use deterra_game::positional::PositionalBuilder;

    /// One player takes `x` or `10 - x`, whichever is more: the payoff is |x - 5| + 5, with a kink at 5.
    fn choice() -> impl Family {
        Games::new(["x"], |point: &[Rational]| {
            let mut b = PositionalBuilder::new("choice");
            let one = b.player("1");
            let [start, left, right] = ["s", "l", "r"].map(|n| b.position(n));
            b.set_mover(start, one);
            b.add_move(start, "left", left, None);
            b.add_move(start, "right", right, None);
            b.set_payoffs(left, "left", vec![Number::from(point[0].clone())]);
            let rest = &Rational::integer(10) - &point[0];
            b.set_payoffs(right, "right", vec![Number::from(rest)]);
            Ok(Member::Positions(b.build()?.0))
        })
    }

    #[test]
    fn a_kink_has_two_elasticities() {
        let of = |n: i64| Rational::integer(n);
        let paid = Target::Payoff(0, "1".to_owned());
        let left = Target::Probability("left".to_owned());
        let found = elasticities(
            &choice(),
            &[of(5)],
            &[(of(0), of(10))],
            &[paid, left],
            &Request::default(),
            &Control::default(),
        );
        // Below 5 the player goes right and gets 10 - x, above it x: slopes -1 and 1 times 5/5.
        let (below, above) = (found[0].below.as_ref(), found[0].above.as_ref());
        assert_eq!(below.and_then(|s| s.elasticity.clone()), Some(of(-1)));
        assert_eq!(above.and_then(|s| s.elasticity.clone()), Some(of(1)));
        assert!(below.is_some_and(|s| s.changes && s.jump.is_zero()));
        // The tie at 5 goes left, so leaving it downwards loses all of the probability at once.
        assert_eq!(
            found[1].below.as_ref().map(|s| s.jump.clone()),
            Some(of(-1))
        );
        assert_eq!(found[1].above.as_ref().map(|s| s.jump.clone()), Some(of(0)));
    }

    #[test]
    fn a_bar_is_as_wide_as_the_range_of_the_answer() {
        let of = |n: i64| Rational::integer(n);
        let bars = tornado(
            &choice(),
            &[of(3)],
            &[(of(0), of(8))],
            &Request::default(),
            &Control::default(),
        );
        // |x - 5| + 5 over 0 to 8 is 10 at 0, 8 at 8, and least among the points scanned nearest to 5, which are
        // 8·12/20 = 4.8 and 5.2 with 5.2.
        let paid = Target::Payoff(0, "1".to_owned());
        let [least, most] = bars[0].extremes(&paid).expect("known");
        assert_eq!(least.1.to_string(), "26/5");
        assert_eq!((most.0, most.1), (of(0), of(10)));
        assert_eq!(bars[0].swing(&paid).to_string(), "24/5");
        assert_eq!(bars[0].regimes(), ["right", "left"]);
    }
}

//! Which values of one parameter change what is played.
//!
//! **Problem.** Every value in a range at which the equilibria of a family's member change, what is played
//! on each side, and where a condition on what is played holds.
//! **Method.** The range is taken apart by [`partition`](mod@crate::partition): members are made and solved with a traced
//! parameter, so no change is passed over. Neighboring pieces in which the same moves are taken in the same
//! equilibria are put together again. Where the computation cannot be followed (a logarithm of the parameter,
//! an irrational equilibrium) the range is sampled, changes are bracketed by bisection, and the answer says so.
//! **Exact.** Rational thresholds are; irrational ones lie within 2⁻¹²⁸ of the range; sampled ones within
//! [`BRACKET`] of it, and changes between two samples that undo each other can be missed.
//! **Cost.** One solution a piece; about 40 a bracketed change.

mod flips;
mod sampled;

use crate::family::{Family, Member};
use crate::partition::{NotTraced, Partition, Place, Stretch, partition_so_far};
use crate::regime::{NoRegime, Play, Regime, regime};
use deterra_game::number::Rational;
use deterra_game::number::polynomial::Polynomial;
use deterra_solve::control::{Control, Stop};
use deterra_solve::problem::Request;
use flips::flips;
use sampled::sampled;

/// How closely a sampled change is bracketed, as a share of the range.
pub const BRACKET: f64 = 1e-13;

/// A condition on what is played in one equilibrium, with the payoffs of the players by label.
pub type Condition<'a> = dyn Fn(&Member, &Play) -> Result<bool, String> + Sync + 'a;

/// In how many equilibria a condition must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Over {
    /// In one at least.
    #[default]
    Some,
    /// In all of them.
    Every,
}

/// What is asked.
#[derive(Clone)]
pub struct Threshold<'a> {
    /// The values of all parameters; that of the varied one does not matter.
    pub point: Vec<Rational>,
    /// Which parameter varies.
    pub vary: usize,
    /// The low end of the range.
    pub low: Rational,
    /// The high end of the range.
    pub high: Rational,
    /// Only every so many values are looked at, from the low end on; all of them if `None`.
    pub step: Option<Rational>,
    /// How members are solved.
    pub request: Request,
    /// A condition whose range is wanted.
    pub when: Option<&'a Condition<'a>>,
    /// In how many equilibria it must hold.
    pub over: Over,
    /// Pieces that the range is taken apart into, at most.
    pub limit: usize,
    /// Values that are looked at where computations cannot be followed.
    pub samples: usize,
}

impl std::fmt::Debug for Threshold<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Threshold")
            .field("point", &self.point)
            .field("vary", &self.vary)
            .field("low", &self.low)
            .field("high", &self.high)
            .finish_non_exhaustive()
    }
}

/// What is played at one value, and whether the condition holds.
#[derive(Clone, Debug)]
pub struct Looked {
    /// The equilibria, or why there are none.
    pub regime: Result<Regime, String>,
    /// Whether the condition holds; `None` if none was asked or it has no value.
    pub holds: Option<Result<bool, String>>,
    /// Why nobody looked, if nobody did: the question was ended early.
    pub stopped: Option<Stop>,
}

/// How the answer was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// Every change is there.
    Followed,
    /// Every value of the step was looked at, and a change is where the first value of what is new is.
    Stepped,
    /// Only so many values were looked at, because of this.
    Sampled(usize, NotTraced),
}

/// A longest interval on which the same is played.
#[derive(Clone, Debug)]
pub struct Span {
    /// From here.
    pub from: Place,
    /// Whether that end belongs to it.
    pub from_closed: bool,
    /// To here.
    pub to: Place,
    /// Whether that end belongs to it.
    pub to_closed: bool,
    /// A value inside.
    pub sample: Rational,
    /// What is played there. Where the answer was followed, numbers are functions of the
    /// parameter, true on the piece around the sample.
    pub looked: Looked,
}

/// A value at which the equilibria change.
#[derive(Clone, Debug)]
pub struct Change {
    /// Where.
    pub at: Place,
    /// Numbers of the spans on both sides, in [`Answer::spans`]; the same if only the value itself differs.
    pub between: [usize; 2],
    /// The decisions whose moves change: position in the game at the left sample.
    pub flips: Vec<Flip>,
    /// The polynomials in the parameter that vanish there and were looked at, simplest first.
    pub roots_of: Vec<Polynomial>,
}

/// A decision that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flip {
    /// The position's label.
    pub position: String,
    /// The player's label.
    pub player: String,
    /// The moves taken before, by label; several if all of them are best.
    pub before: Vec<String>,
    /// The moves taken after.
    pub after: Vec<String>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// All of the range, in order.
    pub spans: Vec<Span>,
    /// Where one ends and the next begins.
    pub changes: Vec<Change>,
    /// The intervals on which the condition holds: ends, and whether they belong to it. Empty if none was asked.
    pub holds: Vec<(Place, bool, Place, bool)>,
    /// Why the condition has no value somewhere.
    pub trouble: Option<String>,
    /// How it was found.
    pub how: How,
    /// Why it ended; unless it is [`Stop::Done`] there are spans at which nobody looked, and changes on both
    /// sides of them are missing.
    pub stop: Stop,
    /// Members that were solved.
    pub solved: usize,
}

/// Finds the thresholds of a family.
///
/// # Errors
/// [`NotTraced::Empty`] and [`NotTraced::TooMany`]. A limit of `control` is none: then a part is answered.
pub fn thresholds(
    family: &dyn Family,
    asked: &Threshold<'_>,
    control: &Control,
) -> Result<Answer, NotTraced> {
    let control = &control.running();
    let mut solved = 0;
    let when = asked.when.map(|when| (when, asked.over));
    let mut at = |x: &Rational| {
        solved += 1;
        let mut point = asked.point.clone();
        point[asked.vary] = x.clone();
        look(family, &point, &asked.request, when, control)
    };
    if let Some(step) = &asked.step {
        if asked.low > asked.high {
            return Err(NotTraced::Empty);
        }
        let (found, stop) = stepped(asked, step, control, &mut at);
        return Ok(Answer {
            stop,
            ..steps_joined(family, asked, found)
        });
    }
    let (low, high) = (&asked.low, &asked.high);
    let (parts, how, stop) = match partition_so_far(low, high, asked.limit, control, &mut at) {
        Ok((parts, stop)) => {
            let parts = parts.filled_with(|| Looked::not(stop));
            (parts, How::Followed, stop)
        }
        Err(lost @ NotTraced::Lost { .. }) => {
            let (parts, stop) = sampled(low, high, asked.samples, control, &mut at);
            (parts, How::Sampled(asked.samples, lost), stop)
        }
        Err(other) => return Err(other),
    };
    Ok(Answer {
        stop,
        ..joined(family, asked, parts, how, solved)
    })
}

impl Looked {
    /// Solves the member at a point.
    pub fn at(
        family: &dyn Family,
        point: &[Rational],
        request: &Request,
        control: &Control,
    ) -> Self {
        look(family, point, request, None, control)
    }

    /// Where nobody looked.
    fn not(stop: Stop) -> Self {
        Self {
            regime: Err(stop.clause().to_owned()),
            holds: None,
            stopped: Some(stop),
        }
    }

    /// Whether the same moves are taken in the same equilibria, or there is no game for the same reason.
    pub fn is_like(&self, other: &Self) -> bool {
        is_like(self, other)
    }
}

fn look(
    family: &dyn Family,
    point: &[Rational],
    request: &Request,
    when: Option<(&Condition<'_>, Over)>,
    control: &Control,
) -> Looked {
    let member = match family.member(point) {
        Ok(member) => member,
        Err(none) => {
            return Looked {
                regime: Err(none.message),
                holds: None,
                stopped: None,
            };
        }
    };
    let found = regime(&member, request, control);
    let holds = match (&found, when) {
        (Ok(regime), Some((when, over))) => Some(held(&member, regime, when, over)),
        _ => None,
    };
    let stopped = match &found {
        Err(NoRegime::Stopped(stop)) => Some(*stop),
        _ => None,
    };
    Looked {
        stopped,
        regime: found.map_err(|error| error.to_string()),
        holds,
    }
}

fn held(
    member: &Member,
    regime: &Regime,
    when: &Condition<'_>,
    over: Over,
) -> Result<bool, String> {
    let mut any = false;
    let mut all = true;
    for play in &regime.plays {
        let holds = when(member, play)?;
        any |= holds;
        all &= holds;
    }
    Ok(match over {
        Over::Some => any,
        Over::Every => all && any,
    })
}

/// Whether the same is played at two values.
fn is_like(a: &Looked, b: &Looked) -> bool {
    match (&a.regime, &b.regime) {
        (Ok(a), Ok(b)) => a.is_like(b),
        (Err(a), Err(b)) => a == b,
        _ => false,
    }
}

/// Whether nothing that is asked differs.
fn is_same(a: &Looked, b: &Looked) -> bool {
    is_like(a, b) && a.holds == b.holds
}

/// Whether what is played at the end of a stretch still is at the end itself: where moves tie, both of them are best.
fn reaches(end: &Looked, side: &Looked) -> bool {
    let (Ok(end), Ok(side)) = (&end.regime, &side.regime) else {
        return is_like(end, side);
    };
    match (&end.optimal, &side.optimal) {
        (Some(all), Some(some)) => {
            all.len() == some.len()
                && all
                    .iter()
                    .zip(some)
                    .all(|(all, some)| some.iter().all(|k| all.contains(k)))
        }
        // In a game with the same decisions limits of equilibria are equilibria.
        _ => match (end.plays.first(), side.plays.first()) {
            (Some(a), Some(b)) => a.taken.len() == b.taken.len(),
            (None, None) => true,
            _ => false,
        },
    }
}

/// Puts pieces together on which the same is played.
fn joined(
    family: &dyn Family,
    asked: &Threshold<'_>,
    parts: Partition<Looked>,
    how: How,
    solved: usize,
) -> Answer {
    let mut spans: Vec<Span> = Vec::new();
    let mut changes: Vec<Change> = Vec::new();
    let holds = holding(&parts);
    let trouble = parts
        .stretches
        .iter()
        .find_map(|s| s.answer.holds.as_ref()?.as_ref().err().cloned());
    let Partition { ends, stretches } = parts;
    for (k, stretch) in stretches.into_iter().enumerate() {
        let end = &ends[k];
        // Where nobody looked at the very value, limits of what is beside it are taken for what is there.
        let here = end.answer.as_ref().filter(|at| at.stopped.is_none());
        if let Some(last) = spans.last_mut() {
            let alike = is_like(&last.looked, &stretch.answer);
            let point = here.is_none_or(|at| is_like(at, &stretch.answer));
            if alike && point {
                last.to = stretch.to.clone();
                continue;
            }
            // An irrational end belongs to both sides, as limits of equilibria are equilibria.
            last.to_closed = here.is_none_or(|at| reaches(at, &last.looked));
        }
        let from_closed = here.is_none_or(|at| reaches(at, &stretch.answer));
        let next = spans.len();
        let is_known = stretch.answer.stopped.is_none();
        if spans
            .last()
            .is_some_and(|last| last.looked.stopped.is_none())
            && is_known
        {
            changes.push(Change {
                at: end.at.clone(),
                between: [next - 1, next],
                flips: flips(family, asked, &spans[next - 1], &stretch),
                roots_of: end.roots_of.clone(),
            });
        }
        spans.push(Span {
            from: stretch.from,
            from_closed,
            to: stretch.to,
            to_closed: true,
            sample: stretch.sample,
            looked: stretch.answer,
        });
    }
    let last = ends.last().and_then(|end| end.answer.as_ref());
    let last = last.filter(|at| at.stopped.is_none());
    if let (Some(span), Some(at)) = (spans.last_mut(), last) {
        span.to_closed = reaches(at, &span.looked);
    }
    Answer {
        spans,
        changes,
        holds,
        trouble,
        how,
        stop: Stop::Done,
        solved,
    }
}

/// Every value of the step, with what is played there.
fn stepped(
    asked: &Threshold<'_>,
    step: &Rational,
    control: &Control,
    look: &mut impl FnMut(&Rational) -> Looked,
) -> (Vec<(Rational, Looked)>, Stop) {
    let clock = control.start();
    let mut found = Vec::new();
    let mut x = asked.low.clone();
    while x <= asked.high && found.len() <= asked.limit {
        let looked = look(&x);
        if let Some(stop) = clock.stop() {
            found.push((x.clone(), Looked::not(stop)));
            if x < asked.high {
                found.push((asked.high.clone(), Looked::not(stop)));
            }
            return (found, stop);
        }
        let next = if step > &Rational::ZERO {
            &x + step
        } else {
            &asked.high + &Rational::ONE
        };
        found.push((std::mem::replace(&mut x, next), looked));
    }
    (found, Stop::Done)
}

/// Puts neighboring values together at which the same is played.
fn steps_joined(
    family: &dyn Family,
    asked: &Threshold<'_>,
    values: Vec<(Rational, Looked)>,
) -> Answer {
    let known = values.iter().filter(|(_, looked)| looked.stopped.is_none());
    let solved = known.count();
    let mut answer = Answer {
        spans: Vec::new(),
        changes: Vec::new(),
        holds: Vec::new(),
        trouble: None,
        how: How::Stepped,
        stop: Stop::Done,
        solved,
    };
    let mut held = false;
    for (x, looked) in values {
        let at = Place::Exact(x.clone());
        let holds = match &looked.holds {
            Some(Ok(holds)) => *holds,
            Some(Err(trouble)) => {
                answer.trouble.get_or_insert_with(|| trouble.clone());
                false
            }
            None => false,
        };
        match answer.holds.last_mut() {
            Some((_, _, to, _)) if holds && held => *to = at.clone(),
            _ if holds => answer.holds.push((at.clone(), true, at.clone(), true)),
            _ => {}
        }
        held = holds;
        if let Some(last) = answer.spans.last_mut()
            && is_like(&last.looked, &looked)
        {
            last.to = at;
            continue;
        }
        let next = answer.spans.len();
        let both_known = |before: &&Span| {
            [&before.looked, &looked]
                .iter()
                .all(|l| l.stopped.is_none())
        };
        if let Some(before) = answer.spans.last().filter(both_known) {
            let after = Stretch {
                from: at.clone(),
                to: at.clone(),
                sample: x.clone(),
                answer: looked.clone(),
            };
            answer.changes.push(Change {
                at: at.clone(),
                between: [next - 1, next],
                flips: flips(family, asked, before, &after),
                roots_of: Vec::new(),
            });
        }
        answer.spans.push(Span {
            from: at.clone(),
            from_closed: true,
            to: at,
            to_closed: true,
            sample: x,
            looked,
        });
    }
    answer
}

/// The longest intervals on which the condition holds.
fn holding(parts: &Partition<Looked>) -> Vec<(Place, bool, Place, bool)> {
    let yes = |looked: &Looked| matches!(looked.holds, Some(Ok(true)));
    let mut found: Vec<(Place, bool, Place, bool)> = Vec::new();
    // The interval that is open: from where, and whether that belongs to it.
    let mut open: Option<(Place, bool)> = None;
    for (k, end) in parts.ends.iter().enumerate() {
        let left = k.checked_sub(1).map(|k| &parts.stretches[k].answer);
        let right = parts.stretches.get(k).map(|s| &s.answer);
        let by_side = |side: Option<&Looked>| {
            // Where moves tie, what is played on a side is still an equilibrium.
            side.is_some_and(|side| {
                yes(side)
                    && end
                        .answer
                        .as_ref()
                        .is_none_or(|at| reaches(at, side) && !is_like(at, side))
            })
        };
        let here = end.answer.as_ref().is_some_and(yes) || by_side(left) || by_side(right);
        let (before, after) = (left.is_some_and(yes), right.is_some_and(yes));
        if let Some((from, closed)) = open.take() {
            if here && after {
                open = Some((from, closed));
                continue;
            }
            found.push((from, closed, end.at.clone(), here));
            if after {
                open = Some((end.at.clone(), false));
            }
            continue;
        }
        debug_assert!(!before);
        if after {
            open = Some((end.at.clone(), here));
        } else if here {
            found.push((end.at.clone(), true, end.at.clone(), true));
        }
    }
    found
}

#[cfg(test)]
mod tests;

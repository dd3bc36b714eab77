//! From which amount on an off-ramp is taken, and up to which it undoes nothing.

use super::now::{Going, going};
use super::paid::{paid, places};
use super::{Exit, OffRamp};
use crate::family::Member;
use crate::partition::{NotTraced, Partition, Place, partition};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_solve::control::Control;
use deterra_solve::problem::{self, Request, solve};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The game as it is.
    pub game: &'a Member,
    /// The off-ramps of the ladder, as [`super::off_ramps`] gives them.
    pub ramps: &'a [OffRamp],
    /// Which of them pays something else.
    pub which: usize,
    /// Not starting, if that can be chosen.
    pub start: Option<&'a OffRamp>,
    /// Who may pay for it.
    pub payers: &'a [PlayerId],
    /// How games are solved.
    pub request: Request,
    /// Pieces that the range is taken apart into, at most.
    pub limit: usize,
}

/// An end of an interval of amounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Where, as what is paid on top of what the off-ramp pays now; negative for less.
    pub at: Place,
    /// Whether it still holds there.
    pub closed: bool,
}

/// Up to where something holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Greatest {
    /// It holds for no amount that was looked at.
    Nowhere,
    /// Up to here.
    UpTo(Bound),
    /// For all amounts that were looked at, or all above some.
    NoneFound,
}

/// In some equilibrium, and in all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach<T> {
    /// In one at least.
    pub some: T,
    /// In all of them.
    pub every: T,
}

/// Something that a sweeter off-ramp must not undo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// Whether it holds now.
    pub now: Reach<bool>,
    /// Up to which amount it does: of the interval that holds what is paid now, else of the last one.
    pub greatest: Reach<Greatest>,
}

/// The answer for one off-ramp.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What is paid on top of what it pays now, from the least to the most that was looked at.
    pub range: [Rational; 2],
    /// From which amount on it is taken for certain wherever it can be; `None` if it is not even at the
    /// end of the range.
    pub least: Reach<Option<Bound>>,
    /// Not starting at all, if that can be chosen before the off-ramp.
    pub start: Option<Guard>,
    /// The earlier off-ramps of the same player that are taken for certain now, with their place in the list.
    pub earlier: Vec<(usize, Guard)>,
    /// What is played as things are, equilibrium by equilibrium.
    pub now: Vec<Going>,
    /// The concept they are equilibria in the sense of.
    pub concept: &'static str,
    /// Whether all equilibria were found at every amount; else "every" is every one that was found.
    pub complete: bool,
    /// Games that were solved.
    pub solved: usize,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoAnswer {
    /// The range could not be taken apart.
    #[error(transparent)]
    NotTraced(#[from] NotTraced),
    /// A game could not be solved.
    #[error("{0}")]
    Unsolved(String),
}

/// Whether a move is made for certain wherever it can be, in some equilibrium and in all of them.
pub type Taken = Reach<bool>;

/// The equilibria at one amount.
#[derive(Clone, Debug)]
struct Seen {
    /// By what is watched: whether the move is made for certain wherever it can be.
    taken: Vec<Taken>,
    complete: bool,
    concept: &'static str,
}

/// Answers for one off-ramp.
///
/// # Errors
/// [`NoAnswer`].
pub fn off_ramp(asked: &Asked<'_>, control: &Control) -> Result<Answer, NoAnswer> {
    let control = &control.running();
    let ramp = &asked.ramps[asked.which];
    let earlier = asked.ramps.iter().enumerate();
    let earlier: Vec<usize> = earlier
        .filter(|(_, r)| r.before < ramp.before && r.player == ramp.player)
        .map(|(k, _)| k)
        .collect();
    // First the off-ramp itself, then the start, then what comes before.
    // Beside not starting itself, an off-ramp is taken in its place and invites nothing.
    let beside = |start: &&OffRamp| {
        start
            .exits
            .iter()
            .any(|s| ramp.exits.iter().any(|e| s.position == e.position))
    };
    let own_start = asked
        .start
        .filter(|start| start.player == ramp.player && !beside(start));
    let mut watched: Vec<&OffRamp> = vec![ramp];
    watched.extend(own_start);
    watched.extend(earlier.iter().map(|k| &asked.ramps[*k]));
    let [low, high] = range(asked.game.graph(), ramp);
    let mut solved = 0;
    let parts = partition(&low, &high, asked.limit, control, |amount| {
        solved += 1;
        look(asked, ramp, &watched, amount, control)
    })?;
    let all = parts.stretches.iter().map(|s| &s.answer);
    let all = all.chain(parts.ends.iter().filter_map(|e| e.answer.as_ref()));
    if let Some(Err(why)) = all.clone().find(|seen| seen.is_err()) {
        return Err(NoAnswer::Unsolved(why.clone()));
    }
    let seen = all.filter_map(|seen| seen.as_ref().ok());
    let complete = seen.clone().all(|seen| seen.complete);
    let concept = seen.clone().next().map_or("none", |seen| seen.concept);
    let (now, found) = going(asked, ramp, &watched, control)?;
    let guard = |k: usize| Guard {
        now: found[k].clone(),
        greatest: Reach {
            some: greatest(&holding(&parts, |seen| seen.taken[k].some, true), &high),
            every: greatest(&holding(&parts, |seen| seen.taken[k].every, false), &high),
        },
    };
    let first = 1 + usize::from(own_start.is_some());
    let before = (first..).zip(&earlier);
    let before = before.filter(|(k, _)| found[*k].some);
    Ok(Answer {
        least: Reach {
            some: least(&holding(&parts, |seen| seen.taken[0].some, true), &high),
            every: least(&holding(&parts, |seen| seen.taken[0].every, false), &high),
        },
        start: own_start.map(|_| guard(1)),
        earlier: before.map(|(k, at)| (*at, guard(k))).collect(),
        now,
        concept,
        complete,
        solved,
        range: [low, high],
    })
}

/// Amounts beyond which the off-ramp itself is surely taken, or surely not; and far enough for decisions
/// from which only chance leads there.
fn range(graph: &dyn PositionGraph, ramp: &OffRamp) -> [Rational; 2] {
    let count = graph.num_positions();
    // The least and the most that the taker can get from a position on, that included.
    let mut spread = vec![[Rational::ZERO, Rational::ZERO]; count];
    for at in (0..count).rev().map(NodeId::from_index) {
        let next = (0..graph.num_moves(at)).map(|k| &spread[graph.successor(at, k).index()]);
        let low = next.clone().map(|s| &s[0]).min().cloned();
        let high = next.map(|s| &s[1]).max().cloned();
        let here = graph.payoff_at(at, ramp.player);
        let here = here.map_or(Rational::ZERO, |paid| paid.value().clone());
        spread[at.index()] = [low, high].map(|end| &end.unwrap_or_default() + &here);
    }
    // How likely chance alone leads to a position, by the least likely way.
    let mut odds: Vec<Option<Rational>> = vec![None; count];
    odds[0] = Some(Rational::ONE);
    for at in (0..count).map(NodeId::from_index) {
        let Some(here) = odds[at.index()].clone() else {
            continue;
        };
        for k in 0..graph.num_moves(at) {
            let there = if graph.mover(at) == Mover::Chance {
                &here * graph.chance_probability(at, k).value()
            } else {
                here.clone()
            };
            let to = &mut odds[graph.successor(at, k).index()];
            let better = to.as_ref().is_none_or(|known| there < *known);
            if better && !there.is_zero() {
                *to = Some(there);
            }
        }
    }
    let width = &(&spread[0][1] - &spread[0][0]) + &Rational::ONE;
    let paid = places(graph, ramp);
    let rarest = paid.iter().filter_map(|at| odds[at.index()].clone()).min();
    let rarest = rarest.unwrap_or(Rational::ONE);
    let far = width.checked_div(&rarest).unwrap_or(width);
    let far = &far.floor() + &Rational::integer(2);
    [-&far, far]
}

/// Solves the game in which an amount is paid on top.
fn look(
    asked: &Asked<'_>,
    ramp: &OffRamp,
    watched: &[&OffRamp],
    amount: &Rational,
    control: &Control,
) -> Result<Seen, String> {
    let made = paid(asked.game, ramp, amount).map_err(|none| none.message)?;
    let solution =
        solve(&made.game.problem(), &asked.request, control).map_err(|e| e.to_string())?;
    if !solution.verdict().holds() {
        return Err("the equilibria found were not confirmed by their judge".to_owned());
    }
    let moved = |exits: &[Exit]| -> Vec<Exit> {
        let exits = exits.iter();
        exits
            .map(|exit| Exit {
                position: made.place[exit.position.index()],
                ..*exit
            })
            .collect()
    };
    let exits: Vec<Vec<Exit>> = watched.iter().map(|ramp| moved(&ramp.exits)).collect();
    let concept = solution.concept().name();
    let (taken, ties) = taken(&made.game, solution.answer(), &exits).ok_or_else(|| {
        format!("off-ramps need spe, pbe, weak-pbe or sequential, and this is {concept}")
    })?;
    Ok(Seen {
        taken,
        complete: solution.is_complete() && !ties,
        concept,
    })
}

/// Whether moves are made for certain wherever they can be, in some equilibrium and in all.
///
/// # Returns
/// By what is watched, and whether there may be other equilibria, for moves tie or something was not found; `None`
/// if the answer has no moves to look at.
pub(super) fn taken(
    game: &Member,
    answer: &problem::Answer,
    exits: &[Vec<Exit>],
) -> Option<(Vec<Taken>, bool)> {
    let none = || Reach {
        some: true,
        every: true,
    };
    match (answer, game) {
        (problem::Answer::Perfect(found), _) => {
            let of = |exits: &Vec<Exit>| {
                let mut all = none();
                for exit in exits {
                    let best = found.optimal_moves(exit.position);
                    let mv = exit.takes as u32;
                    all.some &= best.contains(&mv);
                    all.every &= best == [mv];
                }
                all
            };
            Some((exits.iter().map(of).collect(), false))
        }
        (problem::Answer::Subgame(found), Member::Tree(tree)) => {
            let of = |exits: &Vec<Exit>| {
                let sure = exits.iter().all(|exit| {
                    let set = tree.infoset(exit.position);
                    set.is_some_and(|h| found.profile().at(tree, h)[exit.takes].is_one())
                });
                Reach {
                    some: sure,
                    every: sure,
                }
            };
            let one = found.count().to_string() == "1";
            Some((exits.iter().map(of).collect(), !one))
        }
        (problem::Answer::Bayesian(found), Member::Tree(tree)) => {
            let mut cut = found.components.is_empty();
            let of = |exits: &Vec<Exit>| {
                let mut all = Reach {
                    some: false,
                    every: !found.components.is_empty(),
                };
                for component in &found.components {
                    let mut here = none();
                    for exit in exits {
                        let flat = tree.infoset(exit.position).map(|h| tree.actions(h).start);
                        let Some(flat) = flat else { continue };
                        let range = &component.probabilities[flat + exit.takes];
                        here.some &= range.high.is_one();
                        here.every &= range.low.is_one();
                    }
                    all.some |= here.some;
                    all.every &= here.every;
                }
                all
            };
            let taken = exits.iter().map(of).collect();
            cut |= found
                .components
                .iter()
                .any(|c| !c.extreme || !c.exact || c.is_bracketed());
            Some((taken, cut))
        }
        _ => None,
    }
}

/// A longest interval of amounts on which something holds.
pub(crate) struct Holds {
    from: Bound,
    to: Bound,
}

/// The longest intervals on which something holds. At an irrational end it holds if it does beside it and
/// `reaches`, as limits of equilibria are equilibria.
pub(crate) fn holding<T>(
    parts: &Partition<Result<T, String>>,
    holds: impl Fn(&T) -> bool,
    reaches: bool,
) -> Vec<Holds> {
    let yes = |seen: &Result<T, String>| seen.as_ref().is_ok_and(&holds);
    let mut found: Vec<Holds> = Vec::new();
    let mut open: Option<Bound> = None;
    for (k, end) in parts.ends.iter().enumerate() {
        let left = k > 0 && yes(&parts.stretches[k - 1].answer);
        let right = parts.stretches.get(k).is_some_and(|s| yes(&s.answer));
        let here = match &end.answer {
            Some(answer) => yes(answer),
            None if reaches => left || right,
            None => left && right,
        };
        let bound = Bound {
            at: end.at.clone(),
            closed: here,
        };
        if left && !(here && right) {
            let from = open.take().unwrap_or_else(|| bound.clone());
            found.push(Holds {
                from,
                to: bound.clone(),
            });
        }
        if right && !(left && here) {
            open = Some(bound);
        } else if here && !left {
            found.push(Holds {
                from: bound.clone(),
                to: bound,
            });
        }
    }
    found
}

fn is_end(bound: &Bound, end: &Rational) -> bool {
    bound.at == Place::Exact(end.clone())
}

/// Where the interval begins that goes on to the end of the range.
pub(crate) fn least(all: &[Holds], high: &Rational) -> Option<Bound> {
    let last = all.last().filter(|last| is_end(&last.to, high))?;
    Some(last.from.clone())
}

/// Where the interval ends that holds 0, else the last one.
fn greatest(all: &[Holds], high: &Rational) -> Greatest {
    let zero = Rational::ZERO;
    let now = |h: &&Holds| *h.from.at.low() <= zero && *h.to.at.high() >= zero;
    match all.iter().find(now).or(all.last()) {
        None => Greatest::Nowhere,
        Some(one) if is_end(&one.to, high) => Greatest::NoneFound,
        Some(one) => Greatest::UpTo(one.to.clone()),
    }
}

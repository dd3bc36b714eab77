//! One off-ramp as it is written out.

use super::Scale;
use crate::output::json::{Exact, Object};
use deterra_analyze::family::Member;
use deterra_analyze::offramp::{
    Answer, Bound, Going, Greatest, Guard, NoAnswer, OffRamp, Reach, payments,
};
use deterra_analyze::partition::{Place, simplest_between};
use deterra_game::number::Rational;
use deterra_game::positional::PositionGraph;
use serde::Serialize;

/// An off-ramp.
#[derive(Debug, Serialize)]
pub(super) struct RampRow {
    /// Its place among all of them.
    #[serde(skip)]
    pub(super) number: usize,
    /// How many rungs come before it.
    pub(super) at: usize,
    /// The rung that it is before.
    pub(super) before: String,
    #[serde(rename = "move")]
    pub(super) label: String,
    pub(super) player: String,
    /// What it pays the player; null if that is not the same everywhere, or not settled when it is taken.
    pub(super) pays: Option<Exact>,
    pub(super) pays_approx: Option<f64>,
    /// The parameter that says what it pays, if there is one that says nothing else.
    pub(super) parameter: Option<ParameterRow>,
    /// What on top of what it pays now was looked at.
    pub(super) range: Option<[Exact; 2]>,
    /// The least prize that stops the player for certain, in some equilibrium and in all of them.
    pub(super) least: Both,
    /// The greatest prize at which the player still does not start; null if there is no start, or it always does.
    pub(super) start: Option<GuardRow>,
    /// The earlier off-ramps that are taken now, and up to which prize here they still are.
    pub(super) earlier: Vec<GuardRow>,
    /// From the least prize that stops to the greatest that undoes nothing.
    pub(super) window: Option<WindowRow>,
    /// What is played as things are.
    pub(super) equilibria: Vec<GoingRow>,
    /// Whether all equilibria were found at every prize.
    pub(super) complete: bool,
    /// Why there is no answer.
    pub(super) unknown: Option<String>,
    pub(super) solved: usize,
}

/// A parameter.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ParameterRow {
    pub(super) name: String,
    pub(super) value: Exact,
    /// By how much the off-ramp pays more if it is 1 more.
    pub(super) factor: Exact,
}

/// A prize.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Prize {
    /// What is paid on top of what is paid now.
    pub(super) shift: Exact,
    pub(super) shift_approx: Option<f64>,
    /// What the off-ramp then pays.
    pub(super) pays: Option<Exact>,
    pub(super) approx: Option<f64>,
    /// What the parameter then is.
    pub(super) parameter: Option<Exact>,
    /// `exact`, or `isolated` if it is irrational: then `shift` is a fraction close to it, and it lies between
    /// `low` and `high`.
    pub(super) kind: &'static str,
    pub(super) low: Exact,
    pub(super) high: Exact,
    /// Whether it holds at this prize itself too.
    pub(super) closed: bool,
}

/// In some equilibrium, and in all of them; null is none in the range.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Both {
    pub(super) some: Option<Prize>,
    pub(super) every: Option<Prize>,
}

/// Up to which prize something holds.
#[derive(Clone, Debug, Serialize)]
pub(super) struct GuardRow {
    /// The earlier off-ramp; null for not starting.
    pub(super) at: Option<usize>,
    #[serde(rename = "move")]
    pub(super) label: String,
    /// What it pays the player; null if that is not the same everywhere.
    pub(super) pays: Option<Exact>,
    /// Whether it is so now, in some equilibrium and in all of them.
    pub(super) now_some: bool,
    pub(super) now_every: bool,
    /// `up_to`, `always` if no prize that was looked at undoes it, or `never`.
    pub(super) holds_some: &'static str,
    pub(super) holds_every: &'static str,
    pub(super) greatest: Both,
}

/// Prizes that stop and undo nothing.
#[derive(Clone, Debug, Serialize)]
pub(super) struct WindowRow {
    /// Whether there is none.
    pub(super) empty: bool,
    pub(super) from: Option<Prize>,
    /// Null if nothing limits it.
    pub(super) to: Option<Prize>,
}

/// An equilibrium.
#[derive(Debug, Serialize)]
pub(super) struct GoingRow {
    pub(super) id: usize,
    pub(super) outcome: Object<Exact>,
    pub(super) payoffs: Object<Exact>,
    pub(super) is_point: bool,
    pub(super) stands: Vec<StandRow>,
}

/// The off-ramp at one decision.
#[derive(Debug, Serialize)]
pub(super) struct StandRow {
    pub(super) node: String,
    pub(super) reached: Exact,
    pub(super) taken: Exact,
    /// What stopping and going on are worth to the player here, given beliefs and the plans of all.
    pub(super) stopping: Exact,
    pub(super) going_on: Exact,
    pub(super) going_on_approx: Option<f64>,
    /// What is missing for stopping to be worth as much; negative if it is worth more already.
    pub(super) missing: Exact,
    pub(super) payers: Vec<PayerRow>,
}

/// What the off-ramp is worth to who may pay.
#[derive(Debug, Serialize)]
pub(super) struct PayerRow {
    pub(super) player: String,
    /// Its type, or what else the player does not know; empty if nothing.
    pub(super) given: String,
    pub(super) belief: Exact,
    pub(super) stopping: Exact,
    pub(super) going_on: Exact,
    /// The most that it is willing to pay on top of what is paid now.
    pub(super) most: Exact,
    pub(super) most_approx: Option<f64>,
    /// Whether that is what is missing, or more.
    pub(super) enough: bool,
}

impl RampRow {
    /// Every prize in the row.
    pub(super) fn prizes_mut(&mut self) -> impl Iterator<Item = &mut Prize> {
        let guards = self.start.iter_mut().chain(&mut self.earlier);
        let both = guards.map(|guard| &mut guard.greatest);
        let all = std::iter::once(&mut self.least).chain(both);
        let all = all.flat_map(|both| [&mut both.some, &mut both.every]);
        let window = self.window.iter_mut();
        all.chain(window.flat_map(|w| [&mut w.from, &mut w.to]))
            .flatten()
    }
}

/// What a prize is on the scales of the off-ramp.
struct Scales<'s> {
    pays: Option<Rational>,
    parameter: Option<&'s Scale>,
}

impl Scales<'_> {
    fn prize(&self, bound: &Bound) -> Prize {
        let shift = match &bound.at {
            Place::Exact(value) => value.clone(),
            Place::Between(low, high) => simplest_between(low, high),
        };
        let pays = self.pays.as_ref().map(|pays| Exact(pays + &shift));
        let parameter = self.parameter.and_then(|p| {
            let more = shift.checked_div(&p.factor)?;
            Some(Exact(&p.now + &more))
        });
        Prize {
            approx: pays.as_ref().and_then(Exact::approx),
            pays,
            parameter,
            kind: match &bound.at {
                Place::Exact(_) => "exact",
                Place::Between(..) => "isolated",
            },
            low: Exact(bound.at.low().clone()),
            high: Exact(bound.at.high().clone()),
            closed: bound.closed,
            shift_approx: Exact(shift.clone()).approx(),
            shift: Exact(shift),
        }
    }

    fn both(&self, reach: &Reach<Option<Bound>>) -> Both {
        Both {
            some: reach.some.as_ref().map(|b| self.prize(b)),
            every: reach.every.as_ref().map(|b| self.prize(b)),
        }
    }

    fn guard(
        &self,
        graph: &dyn PositionGraph,
        ramp: &OffRamp,
        at: Option<usize>,
        guard: &Guard,
    ) -> GuardRow {
        let word = |greatest: &Greatest| match greatest {
            Greatest::Nowhere => "never",
            Greatest::UpTo(_) => "up_to",
            Greatest::NoneFound => "always",
        };
        let bound = |greatest: &Greatest| match greatest {
            Greatest::UpTo(bound) => Some(self.prize(bound)),
            Greatest::Nowhere | Greatest::NoneFound => None,
        };
        GuardRow {
            at,
            label: ramp.label.clone(),
            pays: sole_payment(graph, ramp).map(Exact),
            now_some: guard.now.some,
            now_every: guard.now.every,
            holds_some: word(&guard.greatest.some),
            holds_every: word(&guard.greatest.every),
            greatest: Both {
                some: bound(&guard.greatest.some),
                every: bound(&guard.greatest.every),
            },
        }
    }
}

/// What an off-ramp pays its taker, if that is the same everywhere.
fn sole_payment(graph: &dyn PositionGraph, ramp: &OffRamp) -> Option<Rational> {
    let mut pays = payments(graph, ramp, ramp.player);
    pays.dedup();
    match pays.as_slice() {
        [one] => one.clone(),
        _ => None,
    }
}

/// One off-ramp with its answer.
pub(super) fn row(
    game: &Member,
    ramps: &[OffRamp],
    number: usize,
    players: &[String],
    answer: &Result<Answer, NoAnswer>,
    scale: Option<&Scale>,
    start: Option<&OffRamp>,
) -> RampRow {
    let graph = game.graph();
    let ramp = &ramps[number];
    let pays = sole_payment(graph, ramp);
    let scales = Scales {
        pays: pays.clone(),
        parameter: scale,
    };
    let mut row = RampRow {
        number,
        at: ramp.before,
        before: ramp.rung.clone(),
        label: ramp.label.clone(),
        player: players[ramp.player.index()].clone(),
        pays_approx: pays.as_ref().and_then(|p| Exact::from(p).approx()),
        pays: pays.map(Exact),
        parameter: scale.map(|p| ParameterRow {
            name: p.name.clone(),
            value: Exact::from(&p.now),
            factor: Exact::from(&p.factor),
        }),
        range: None,
        least: Both::default(),
        start: None,
        earlier: Vec::new(),
        window: None,
        equilibria: Vec::new(),
        complete: false,
        unknown: None,
        solved: 0,
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(why) => {
            row.unknown = Some(why.to_string());
            return row;
        }
    };
    row.range = Some(answer.range.clone().map(Exact));
    row.least = scales.both(&answer.least);
    let guarded = start.zip(answer.start.as_ref());
    row.start = guarded.map(|(start, guard)| scales.guard(graph, start, None, guard));
    row.earlier = answer
        .earlier
        .iter()
        .map(|(k, guard)| scales.guard(graph, &ramps[*k], Some(ramps[*k].before), guard))
        .collect();
    row.window = window(&row);
    row.equilibria = (1..)
        .zip(&answer.now)
        .map(|(id, one)| going(graph, id, players, one))
        .collect();
    row.complete = answer.complete;
    row.solved = answer.solved;
    row
}

/// Prizes that stop in every equilibrium and undo nothing in any: neither not starting, nor stopping at the first
/// off-ramp where the player stops now. There is none if the player starts whatever the off-ramp pays.
fn window(row: &RampRow) -> Option<WindowRow> {
    let from = row.least.every.clone()?;
    let held = row.start.iter().chain(row.earlier.first());
    let held = held.filter(|guard| guard.now_every);
    let to = held.filter_map(|guard| guard.greatest.every.clone());
    let to = to.min_by(|a, b| a.shift.0.cmp(&b.shift.0));
    let starts = |guard: &GuardRow| guard.holds_every == "never";
    let empty = row.start.as_ref().is_some_and(starts)
        || to.as_ref().is_some_and(|to| {
            from.shift.0 > to.shift.0 || (from.shift.0 == to.shift.0 && !(from.closed && to.closed))
        });
    Some(WindowRow {
        empty,
        from: Some(from),
        to,
    })
}

fn going(graph: &dyn PositionGraph, id: usize, players: &[String], one: &Going) -> GoingRow {
    let outcomes = one.play.outcomes.iter();
    let payoffs = players.iter().zip(&one.play.payoffs);
    let stands = one.stands.iter().map(|stand| {
        let missing = &stand.going_on - &stand.takes;
        let payers = stand.payers.iter().map(|payer| {
            let most = payer.most();
            PayerRow {
                player: players[payer.player.index()].clone(),
                given: payer.given.clone(),
                belief: Exact::from(&payer.belief),
                stopping: Exact::from(&payer.takes),
                going_on: Exact::from(&payer.going_on),
                most_approx: Exact::from(&most).approx(),
                enough: most >= missing,
                most: Exact(most),
            }
        });
        StandRow {
            node: crate::output::names::place(graph, stand.position),
            reached: Exact::from(&stand.reached),
            taken: Exact::from(&stand.taken),
            stopping: Exact::from(&stand.takes),
            going_on_approx: Exact::from(&stand.going_on).approx(),
            going_on: Exact::from(&stand.going_on),
            payers: payers.collect(),
            missing: Exact(missing),
        }
    });
    GoingRow {
        id,
        outcome: outcomes
            .map(|(label, p)| (label.clone(), Exact::from(p)))
            .collect(),
        payoffs: payoffs
            .map(|(player, x)| (player.clone(), Exact::from(x)))
            .collect(),
        is_point: one.play.is_point,
        stands: stands.collect(),
    }
}

//! What is played at every whole-number delay of an answer, and from which on it does not deter.

use crate::args::TimingArgs;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::json::{Exact, Object};
use crate::request::ScenarioFamily;
use crate::request::scenario::rung;
use deterra_analyze::credibility::Rung;
use deterra_analyze::family::{Family, Member};
use deterra_analyze::offramp::{Exit, Going, OffRamp, Reach, off_ramps, stands, start};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use serde::Serialize;

/// Delays that are solved unless --to says otherwise, and at most.
const USUAL: i64 = 64;
const MOST: i64 = 10_000;

/// Delays that are solved after the first one that does not deter.
const BEYOND: i64 = 2;

/// The curve.
#[derive(Debug, Serialize)]
pub(super) struct DelayRow {
    pub(super) parameter: String,
    pub(super) value: Exact,
    /// The first and the last delay that were solved.
    pub(super) from: i64,
    pub(super) to: i64,
    /// Who is to be deterred, where, and by which move it shows that it is.
    pub(super) player: String,
    pub(super) at: String,
    #[serde(rename = "move")]
    pub(super) label: String,
    pub(super) curve: Vec<PointRow>,
    /// The first delay at which it is not deterred in every equilibrium; null if it is at all that were solved.
    pub(super) first_not_deterred: Option<i64>,
    /// The last delay before.
    pub(super) last_deterred: Option<i64>,
    /// Delays that could not be solved, and why.
    pub(super) unsolved: Vec<UnsolvedRow>,
}

/// A delay that could not be solved.
#[derive(Debug, Serialize)]
pub(super) struct UnsolvedRow {
    pub(super) delay: i64,
    pub(super) why: String,
}

/// One delay.
#[derive(Debug, Serialize)]
pub(super) struct PointRow {
    pub(super) delay: i64,
    /// `yes`, `no`, or `some` if it is in some equilibria and not in others, or may mix.
    pub(super) deters: &'static str,
    /// What going on is worth to the player there, whether it does or not; in the first equilibrium.
    pub(super) going_on: Option<Exact>,
    pub(super) going_on_approx: Option<f64>,
    /// What staying put is worth.
    pub(super) staying: Option<Exact>,
    /// Of the first equilibrium.
    pub(super) payoffs: Object<Exact>,
    pub(super) outcome: Object<Exact>,
    pub(super) equilibria: usize,
}

/// What shows that somebody is deterred: a move, with all moves that go on.
struct Watch {
    /// By the moves that go on, the same staying put.
    ways: Vec<OffRamp>,
}

pub(super) fn delay_curve(
    name: &str,
    asked: &TimingArgs,
    context: &Context,
) -> Result<DelayRow, Failure> {
    let family = ScenarioFamily::load(&asked.input.file, &[name.to_owned()], context)?;
    let known = family.known(&family.parameters()[0])?;
    let least = known.min.as_ref().and_then(|x| (-&(-x).floor()).to_i64());
    let from = asked.from.or(least).unwrap_or(0);
    let end = known.max.as_ref().and_then(|x| x.floor().to_i64());
    let to = asked.to.or(end).unwrap_or(from + USUAL);
    let to = if asked.to.is_none() {
        to.min(from.saturating_add(USUAL))
    } else {
        to
    };
    if to < from || to.saturating_sub(from) > MOST {
        return Err(Failure::usage(
            format!("there is nothing to solve from {from} to {to}"),
            format!("delays are whole numbers, the first before the last, {MOST} of them at most"),
        ));
    }
    let request = family.request()?;
    let mut row = DelayRow {
        parameter: family.parameters()[0].clone(),
        value: Exact(known.value.clone()),
        from,
        to,
        player: String::new(),
        at: String::new(),
        label: String::new(),
        curve: Vec::new(),
        first_not_deterred: None,
        last_deterred: None,
        unsolved: Vec::new(),
    };
    for (done, delay) in (from..=to).enumerate() {
        let past = row.first_not_deterred.map(|first| delay - first);
        let enough = asked.to.is_none() && past.is_some_and(|past| past > BEYOND);
        let stop = context.stop_after(done);
        if let (Some(stop), false) = (stop, enough) {
            context.left_out(stop);
        }
        if enough || stop.is_some() {
            row.to = delay - 1;
            break;
        }
        let unsolved = |why: String| UnsolvedRow { delay, why };
        let value = Rational::integer(delay);
        let member = match family.member(std::slice::from_ref(&value)) {
            Ok(member) => member,
            Err(none) => {
                row.unsolved.push(unsolved(none.message));
                continue;
            }
        };
        let watch = watched(&family, &member, &value)?;
        let graph = member.graph();
        let found: Result<Vec<_>, _> = watch
            .ways
            .iter()
            .map(|way| stands(&member, way, &request, &context.control()))
            .collect();
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                row.unsolved.push(unsolved(error.to_string()));
                continue;
            }
        };
        let way = &watch.ways[0];
        graph.player_label(way.player).clone_into(&mut row.player);
        row.at = crate::output::names::place(graph, way.exits[0].position);
        row.label.clone_from(&way.label);
        let point = point(graph, delay, &found);
        match (point.deters, row.first_not_deterred) {
            ("yes", None) => row.last_deterred = Some(delay),
            ("no" | "some", None) => row.first_not_deterred = Some(delay),
            _ => {}
        }
        row.curve.push(point);
        context.report(done + 1, (to - from + 1).unsigned_abs() as usize, "delays");
    }
    Ok(row)
}

fn point(graph: &dyn PositionGraph, delay: i64, found: &[(Vec<Going>, Reach<bool>)]) -> PointRow {
    let (going, taken) = &found[0];
    let first = going.first();
    let players = (0..graph.num_players()).map(PlayerId::from_index);
    // The best of several ways to go on.
    let worth = found.iter().filter_map(|(going, _)| {
        let stand = going.first()?.stands.first()?;
        Some(stand.going_on.clone())
    });
    let going_on = worth.max().map(Exact);
    PointRow {
        delay,
        deters: match (taken.some, taken.every) {
            (_, true) => "yes",
            (true, false) => "some",
            (false, false) => "no",
        },
        going_on_approx: going_on.as_ref().and_then(Exact::approx),
        going_on,
        staying: first
            .and_then(|one| one.stands.first())
            .map(|stand| Exact::from(&stand.takes)),
        payoffs: first.map_or_else(Object::default, |one| {
            players
                .zip(&one.play.payoffs)
                .map(|(p, x)| (graph.player_label(p).to_owned(), Exact::from(x)))
                .collect()
        }),
        outcome: first.map_or_else(Object::default, |one| {
            let all = one.play.outcomes.iter();
            all.map(|(label, p)| (label.clone(), Exact::from(p)))
                .collect()
        }),
        equilibria: going.len(),
    }
}

/// Not starting, if one may; else the first off-ramp.
fn watched(
    family: &ScenarioFamily<'_>,
    member: &Member,
    value: &Rational,
) -> Result<Watch, Failure> {
    let none = |error: deterra_analyze::family::NoMember| {
        Failure::usage(error.message, "`deterra check FILE` says what is wrong")
    };
    let compiled = family
        .compiled_at(std::slice::from_ref(value))
        .map_err(none)?;
    let graph = member.graph();
    let rungs: Vec<Rung> = compiled.rungs.iter().map(|m| rung(graph, m)).collect();
    if let Some(start) = start(graph, &rungs, &compiled.quiet) {
        return Ok(Watch { ways: vec![start] });
    }
    if let Some(first) = off_ramps(graph, &rungs, &compiled.quiet).into_iter().next() {
        return Ok(Watch { ways: vec![first] });
    }
    // Without threats: the first decision at which something leaves things as they are.
    let quiet = (0..graph.num_positions()).map(NodeId::from_index);
    let first = quiet
        .filter_map(|at| Some((at, compiled.quiet[at.index()]? as usize)))
        .find(|(at, _)| matches!(graph.mover(*at), Mover::Player(_)));
    let Some((position, takes)) = first else {
        return Err(Failure::usage(
            "it is not clear what shows that somebody is deterred",
            "`quiet` at a node names the move that leaves things as they are",
        ));
    };
    let Mover::Player(player) = graph.mover(position) else {
        return Err(Failure::internal("nobody moves at a decision"));
    };
    let others = (0..graph.num_moves(position)).filter(|k| *k != takes);
    let ways = others.map(|continues| OffRamp {
        before: 0,
        rung: String::new(),
        label: graph.move_label(position, takes).to_owned(),
        player,
        exits: vec![Exit {
            position,
            takes,
            continues,
        }],
    });
    Ok(Watch {
        ways: ways.collect(),
    })
}

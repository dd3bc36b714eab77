//! Why each of many alike actors does what it does.

use super::equilibria::{Equilibrium, LISTED, written};
use super::{OptionRow, Row};
use crate::commands::Answer;
use crate::commands::solve::{self, anonymous};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::json::Exact;
use crate::output::names::{Names, hint};
use crate::request::Loaded;
use deterra_game::anonymous::number_acting;
use deterra_game::number::Rational;
use deterra_render::number::both;
use deterra_scenario::Alike;
use deterra_solve::nash::anonymous::GroupPoint;
use deterra_solve::problem::{Answer as Found, Problem, Request, solve as solve_problem};
use deterra_verify::anonymous::values;
use std::ops::Range;

/// Numbers of others that are named one by one.
const NAMED: usize = 4;

pub(super) fn run(
    alike: &Alike,
    loaded: &Loaded,
    at: Option<&str>,
    context: &Context,
) -> Result<Answer, Failure> {
    let names = anonymous::names(alike);
    let wanted = at.map(|at| find(alike, &names, at)).transpose()?;
    let problem = Problem::Anonymous(alike.game());
    let solution = solve_problem(&problem, &Request::default(), &context.control())
        .map_err(|error| solve::failure(&error))?;
    let Found::Anonymous(answer) = solution.answer() else {
        return Err(Failure::internal("the solver answered another question"));
    };
    let listed = context.shared.list.unwrap_or(LISTED);
    let mut equilibria = Vec::new();
    for (k, group) in answer.groups().iter().take(listed).enumerate() {
        let each = group.profile(alike.members().len());
        let rows = anonymous::parts(group, each.len())
            .into_iter()
            .enumerate()
            .filter(|(_, range)| wanted.as_ref().is_none_or(|k| range.contains(k)))
            .filter_map(|(part, range)| row(alike, &names, group, &each, part, &range, wanted));
        let outcomes = anonymous::outcomes(alike, &each);
        equilibria.push(Equilibrium {
            id: k + 1,
            name: solve::rows::name(&outcomes),
            explanations: rows.collect(),
        });
    }
    let found = answer.groups().len();
    written(equilibria, found, &solution, names.players, loaded, context)
}

/// The member whose place, or whose own name, this is.
fn find(alike: &Alike, names: &Names, at: &str) -> Result<usize, Failure> {
    let places = || {
        let members = alike.members().iter().enumerate();
        members.filter_map(|(k, member)| {
            let decision = names.decisions[member.player].first()?;
            Some((
                k,
                decision.name.as_str(),
                names.players[member.player].as_str(),
            ))
        })
    };
    let found = places().find(|(_, place, player)| *place == at || *player == at);
    found.map(|(k, ..)| k).ok_or_else(|| {
        let known = places().map(|(_, place, _)| place);
        let help = hint(at, known, || {
            let shown: Vec<&str> = places().take(12).map(|(_, place, _)| place).collect();
            format!("decisions are {}", shown.join(", "))
        });
        Failure::usage(format!("there is no decision `{at}`"), help)
    })
}

/// Why those of one part do what they do.
fn row(
    alike: &Alike,
    names: &Names,
    group: &GroupPoint,
    each: &[Rational],
    part: usize,
    range: &Range<usize>,
    wanted: Option<usize>,
) -> Option<Row> {
    let at = wanted.unwrap_or(range.start);
    let member = alike.members().get(at).filter(|_| range.contains(&at))?;
    let decision = names.decisions[member.player].first()?;
    let player = &names.players[member.player];
    let worth = values(alike.game(), each, at);
    let by_move = match member.act {
        0 => [&worth[1], &worth[0]],
        _ => [&worth[0], &worth[1]],
    };
    let chosen = match part {
        0 => member.act,
        1 if group.probability > &Rational::ONE - &group.probability => member.act,
        _ => 1 - member.act,
    };
    let best = by_move[0].max(by_move[1]);
    let (who, verb, it) = match (wanted, range.len()) {
        (None, n) if n > 1 => (
            anonymous::called(alike, names, range),
            "play",
            "each of them",
        ),
        _ => (player.clone(), "plays", "it"),
    };
    let quoted = |k: usize| format!("\"{}\"", decision.actions[k]);
    let mut sentences = Vec::new();
    if part == 1 {
        let rest = &Rational::ONE - &group.probability;
        sentences.push(format!(
            "At {} {who} {verb} {} with {} and {} with {}: indifferent, because each is worth {} to {it}.",
            decision.name,
            quoted(member.act),
            both(&group.probability),
            quoted(1 - member.act),
            both(&rest),
            both(best)
        ));
    } else {
        let other = 1 - chosen;
        let (worth, less) = (by_move[chosen], by_move[other]);
        sentences.push(format!(
            "At {} {who} {verb} {}, worth {} to {it}.",
            decision.name,
            quoted(chosen),
            both(worth)
        ));
        sentences.push(if less == worth {
            format!("{} would be as good.", quoted(other))
        } else {
            format!(
                "Not {}: it would be worth {}, {} less.",
                quoted(other),
                both(less),
                both(&(worth - less))
            )
        });
    }
    sentences.extend(pivots(alike, each, at, &quoted(member.act), it));
    Some(Row {
        position: decision.name.clone(),
        number: member.player + 1,
        player: player.clone(),
        chosen: decision.actions[chosen].clone(),
        tied: part == 1 || by_move[0] == by_move[1],
        reached: Exact(Rational::ONE),
        options: decision
            .actions
            .iter()
            .zip(by_move)
            .map(|(action, value)| {
                let shortfall = Exact::from(&(best - value));
                let value = Exact::from(value);
                OptionRow {
                    action: action.clone(),
                    approx: value.approx(),
                    shortfall,
                    value,
                }
            })
            .collect(),
        beliefs: None,
        sentences,
    })
}

/// When acting gains, and how likely that is.
fn pivots(alike: &Alike, each: &[Rational], at: usize, act: &str, it: &str) -> Option<String> {
    let game = alike.game();
    let others = each[..at].iter().chain(&each[at + 1..]);
    let numbers = number_acting(others);
    let gaining: Vec<usize> = (0..numbers.len())
        .filter(|k| !game.gain(*k).is_negative() && !game.gain(*k).is_zero())
        .collect();
    let likely: Rational = gaining.iter().map(|k| &numbers[*k]).sum();
    let when = match gaining.as_slice() {
        [] => return None,
        [0] => "nobody else".to_owned(),
        all if all.len() == numbers.len() => return None,
        all if all.len() <= NAMED => {
            let all: Vec<String> = all.iter().map(ToString::to_string).collect();
            format!("exactly {} of the others", all.join(" or "))
        }
        all => format!("one of {} numbers of the others", all.len()),
    };
    Some(format!(
        "{act} gains something only if {when} does the same, which has probability {} for {it}.",
        both(&likely)
    ))
}

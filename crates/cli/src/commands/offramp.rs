//! `deterra offramp FILE`: what an off-ramp must pay to be taken, and from when on it invites going further.

mod rows;
mod show;

use super::Answer;
use super::commitment::scene::player;
use crate::args::{Format, OfframpArgs};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::json;
use crate::output::model::{Input, Reproduce};
use crate::output::names::unique;
use crate::request::ScenarioFamily;
use crate::request::scenario::rung;
use deterra_analyze::credibility::Rung;
use deterra_analyze::family::{Family, Member};
use deterra_analyze::offramp::{Asked, NoAnswer, OffRamp, off_ramp, off_ramps, sole_effect, start};
use deterra_analyze::partition::NotTraced;
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_scenario::model::Form;
use rows::{RampRow, row};
use serde::Serialize;

/// Pieces that a range of prizes is taken apart into, at most.
const MOST_PIECES: usize = 10_000;

/// The whole answer.
#[derive(Debug, Serialize)]
struct Answered {
    schema: &'static str,
    input: Input,
    concept: &'static str,
    /// Whether what the ladder is about has begun, so that there is no start to invite.
    ongoing: bool,
    off_ramps: Vec<RampRow>,
    reproduce: Reproduce,
}

/// A parameter that is what an off-ramp pays, up to a constant.
#[derive(Clone, Debug)]
struct Scale {
    name: String,
    /// What it is now.
    now: Rational,
    /// By how much the off-ramp pays more if it is 1 more.
    factor: Rational,
}

pub(crate) fn run(asked: &OfframpArgs, context: &Context) -> Result<Answer, Failure> {
    let mut family = ScenarioFamily::load(&asked.input.file, &[], context)?;
    let none = |error: deterra_analyze::family::NoMember| {
        Failure::usage(error.message, "`deterra check FILE` says what is wrong")
    };
    let compiled = family.compiled().map_err(none)?;
    let game = family.member(&[]).map_err(none)?;
    let graph = game.graph();
    let rungs: Vec<Rung> = compiled.rungs.iter().map(|m| rung(graph, m)).collect();
    let ramps = off_ramps(graph, &rungs, &compiled.quiet);
    if ramps.is_empty() {
        return Err(Failure::usage(
            "there is no off-ramp here: nobody can stop once things have started",
            "[[off_ramp]] in a ladder, `yields` of a threat in a tree say where one may stop",
        ));
    }
    let chosen: Vec<usize> = (0..ramps.len())
        .filter(|k| asked.at.is_none_or(|at| ramps[*k].before == at))
        .collect();
    if chosen.is_empty() {
        let known: Vec<String> = ramps.iter().map(|ramp| ramp.before.to_string()).collect();
        return Err(Failure::usage(
            format!("there is no off-ramp {}", asked.at.unwrap_or_default()),
            format!(
                "0 is the one before the first rung; there are {}",
                known.join(", ")
            ),
        ));
    }
    let start = start(graph, &rungs, &compiled.quiet);
    let players =
        unique((0..graph.num_players()).map(|p| graph.player_label(PlayerId::from_index(p))));
    let request = family.request()?;
    let mut found = Vec::with_capacity(chosen.len());
    for (done, k) in chosen.iter().enumerate() {
        if let Some(stop) = context.stop_after(done) {
            let left = chosen.len() - done;
            context.remark(&format!(
                "{left} off-ramps were not looked at: {}",
                stop.clause()
            ));
            context.left_out(stop);
            break;
        }
        let payers = payers(&family, &ramps[*k], &rungs, &players)?;
        let question = Asked {
            game: &game,
            ramps: &ramps,
            which: *k,
            start: start.as_ref(),
            payers: &payers,
            request: request.clone(),
            limit: MOST_PIECES,
        };
        let answer = off_ramp(&question, &context.control());
        if let Err(NoAnswer::NotTraced(NotTraced::Stopped { stop, .. })) = &answer {
            context.left_out(*stop);
        }
        found.push((*k, answer));
        context.report(done + 1, chosen.len(), "off-ramps");
    }
    let mut rows = Vec::with_capacity(found.len());
    let mut partial = found.len() < chosen.len();
    let mut concept = "none";
    for (k, answer) in &found {
        let scale = scale(&mut family, &game, &ramps[*k]);
        if let Ok(answer) = answer {
            concept = answer.concept;
        }
        let made = row(
            &game,
            &ramps,
            *k,
            &players,
            answer,
            scale.as_ref(),
            start.as_ref(),
        );
        partial |= answer.is_err() || (context.shared.all && !made.complete);
        rows.push(made);
    }
    let mut answered = Answered {
        schema: "deterra/offramp/1",
        input: Input {
            name: family.title.clone(),
            sha256: family.sha256.clone(),
            kind: "scenario",
            players,
        },
        concept,
        ongoing: start.is_none(),
        off_ramps: rows,
        reproduce: context.reproduce(),
    };
    confirm(&mut family, &game, &ramps, &mut answered);
    let text = match context.shared.format() {
        Format::Json => json::document(&answered).map_err(Failure::internal)?,
        Format::Csv => show::csv(&answered),
        Format::Text | Format::Gambit => show::text(&answered, asked.at.is_some(), context.width()),
    };
    Ok(Answer {
        text: text.into(),
        exit: if partial {
            Exit::Partial
        } else {
            Exit::Answered
        },
    })
}

/// Who may pay for an off-ramp: whom the file names, else the other side if it is one player.
fn payers(
    family: &ScenarioFamily<'_>,
    ramp: &OffRamp,
    rungs: &[Rung],
    players: &[String],
) -> Result<Vec<PlayerId>, Failure> {
    if let Form::Ladder(ladder) = &family.base.form {
        let mut next = 0;
        let ids: Vec<(String, Option<PlayerId>)> = family
            .base
            .actors
            .iter()
            .map(|actor| {
                let id = actor.plays.then(|| PlayerId::from_index(next));
                next += usize::from(actor.plays);
                (actor.id.clone(), id)
            })
            .collect();
        let named = ladder.off_ramps.iter().find_map(|one| {
            let here = one.at.is_none_or(|at| ladder.rungs[at].id == ramp.rung);
            one.payer.filter(|_| here && one.label == ramp.label)
        });
        if let Some(actor) = named {
            return Ok(vec![player(&ids[actor].0, players, &ids)?]);
        }
    }
    let before = rungs.iter().find(|rung| rung.id == ramp.rung);
    let actors = before.map_or(&[][..], |rung| &rung.actors);
    Ok(match actors {
        [(one, _)] if *one != ramp.player => vec![*one],
        _ => Vec::new(),
    })
}

/// The parameter that is what the off-ramp pays, up to a constant, and nothing else.
fn scale(family: &mut ScenarioFamily<'_>, game: &Member, ramp: &OffRamp) -> Option<Scale> {
    for name in family.numbers() {
        let Ok(known) = family.known(&name) else {
            continue;
        };
        let Some(factor) = effect(family, game, ramp, &name, &(&known.value + &Rational::ONE))
        else {
            continue;
        };
        if !factor.is_zero() {
            return Some(Scale {
                name,
                now: known.value,
                factor,
            });
        }
    }
    None
}

/// By how much the off-ramp pays more if a parameter is this, and nothing else is different.
fn effect(
    family: &mut ScenarioFamily<'_>,
    game: &Member,
    ramp: &OffRamp,
    name: &str,
    value: &Rational,
) -> Option<Rational> {
    family.vary(&[name.to_owned()]).ok()?;
    let changed = family.member(std::slice::from_ref(value)).ok()?;
    sole_effect(game.graph(), changed.graph(), ramp)
}

/// Compiles the scenario with the parameter as every prize says, and takes its value away where the off-ramp does not
/// pay that then: a formula need not be what it looks like from one step of its parameter.
fn confirm(
    family: &mut ScenarioFamily<'_>,
    game: &Member,
    ramps: &[OffRamp],
    answered: &mut Answered,
) {
    for row in &mut answered.off_ramps {
        let Some(parameter) = row.parameter.as_ref().map(|p| p.name.clone()) else {
            continue;
        };
        let ramp = &ramps[row.number];
        for prize in row.prizes_mut() {
            let Some(value) = prize.parameter.as_ref() else {
                continue;
            };
            let made = effect(family, game, ramp, &parameter, &value.0);
            if made.as_ref() != Some(&prize.shift.0) {
                prize.parameter = None;
            }
        }
    }
}

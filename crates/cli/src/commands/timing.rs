//! `deterra timing FILE`: what it is worth to announce and not to react, and how late a reaction may come.

mod delay;
mod show;

use super::Answer;
use super::commitment::default_leader;
use super::commitment::scene::{Scene, actors, approximate, endings, player};
use crate::args::{Format, TimingArgs};
use crate::context::Context;
use crate::equilibrium::Which;
use crate::failure::{Exit, Failure};
use crate::output::json::{self, Exact, Object};
use crate::output::model::{Input, Reproduce};
use crate::request;
use delay::{DelayRow, delay_curve};
use deterra_game::profile::PositionProfile;
use deterra_solve::commit::Ties;
use deterra_solve::commit::pure_commitment::{PureCommitment, pure_commitment};
use deterra_solve::error::SolveError;
use deterra_verify::payoff::position_payoffs;
use serde::Serialize;

/// The whole answer.
#[derive(Debug, Serialize)]
struct Answered {
    schema: &'static str,
    input: Input,
    /// Announcing and reacting; null with the reason beside it if they cannot be compared.
    orders: Option<OrdersRow>,
    orders_unknown: Option<String>,
    /// What happens at every delay, if one was asked about.
    delay: Option<DelayRow>,
    reproduce: Reproduce,
}

/// The two orders of moves.
#[derive(Debug, Serialize)]
struct OrdersRow {
    leader: String,
    follower: String,
    /// It answers when the time comes.
    react: OrderRow,
    /// It says first, and for good, what it will do everywhere; where the other side is indifferent it does what the
    /// leader likes, or what it does not.
    announce: OrderRow,
    announce_weak: OrderRow,
    /// What announcing adds to the leader's payoff.
    value_of_first: Exact,
    value_of_first_approx: Option<f64>,
    value_of_first_weak: Exact,
    complete: bool,
}

/// What is played in one of them.
#[derive(Debug, Serialize)]
struct OrderRow {
    /// Which equilibrium it is, for reacting.
    #[serde(skip_serializing_if = "Option::is_none")]
    equilibrium: Option<Which>,
    payoffs: Object<Exact>,
    approx: Object<Option<f64>>,
    outcomes: Object<Exact>,
    /// The judge's verdict, for announcing.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
}

pub(crate) fn run(asked: &TimingArgs, context: &Context) -> Result<Answer, Failure> {
    let loaded = request::load_histories(&asked.input.file, context)?;
    let kind = loaded.kind;
    let (ids, defender) = actors(&loaded);
    let (scene, head) = Scene::new(loaded, "timing")?;
    let leader = match asked.leader.as_deref() {
        Some(name) => Ok(player(name, &scene.players, &ids)?),
        None => default_leader(&scene, defender),
    };
    let (orders, orders_unknown) = match leader {
        Ok(leader) => match orders(&scene, leader, context) {
            Ok(orders) => (Some(orders), None),
            Err(why) => (None, Some(why)),
        },
        // Who would announce does not matter if only a delay is asked about.
        Err(failure) if asked.delay.is_none() => return Err(failure),
        Err(_) => (
            None,
            Some("nobody makes threats or defends here".to_owned()),
        ),
    };
    if let (None, Some(why)) = (&asked.delay, &orders_unknown) {
        return Err(Failure::usage(
            format!("announcing and reacting cannot be compared: {why}"),
            "--leader ACTOR says who announces; --delay NAME asks about a delay",
        ));
    }
    let delay = match &asked.delay {
        Some(name) => Some(delay_curve(name, asked, context)?),
        None => None,
    };
    let partial = orders.as_ref().is_some_and(|o| !o.complete)
        || delay.as_ref().is_some_and(|d| !d.unsolved.is_empty());
    let answered = Answered {
        schema: "deterra/timing/1",
        input: Input {
            name: head.name,
            sha256: head.sha256,
            kind,
            players: scene.players.clone(),
        },
        orders,
        orders_unknown,
        delay,
        reproduce: context.reproduce(),
    };
    let text = match context.shared.format() {
        Format::Json => json::document(&answered).map_err(Failure::internal)?,
        Format::Csv => show::csv(&answered),
        Format::Text | Format::Gambit => show::text(&answered, context.width()),
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

/// Announcing against reacting.
fn orders(
    scene: &Scene,
    leader: deterra_game::id::PlayerId,
    context: &Context,
) -> Result<OrdersRow, String> {
    let played = scene.played(context)?;
    let graph = scene.game.graph();
    let reacting = position_payoffs(graph, &played.profile);
    let mut complete = played.which.not_searched.is_none();
    let mut announced = Vec::with_capacity(2);
    for ties in [Ties::ForLeader, Ties::AgainstLeader] {
        let options = PureCommitment {
            ties,
            ..PureCommitment::default()
        };
        let solution = pure_commitment(&scene.tree, leader, &options, &context.control()).map_err(
            |error| match error {
                SolveError::NotApplicable {
                    what_is_missing, ..
                } => what_is_missing,
                error => error.to_string(),
            },
        )?;
        if !solution.verdict().holds() {
            return Err("the best announcement was not confirmed by its judge".to_owned());
        }
        complete &= solution.is_complete();
        let found = solution.answer();
        let positions = PositionProfile::from_behavior(&scene.tree, &found.profile);
        let row = order(
            scene,
            &found.payoffs,
            endings(&scene.tree, &positions),
            Some(solution.verdict().status.word()),
        );
        announced.push((row, &found.value - &reacting[leader.index()]));
    }
    let follower = scene.movers().into_iter().find(|p| *p != leader);
    let (weak, weak_gain) = announced.pop().ok_or("nothing was announced")?;
    let (strong, gain) = announced.pop().ok_or("nothing was announced")?;
    let mut react = order(scene, &reacting, endings(graph, &played.profile), None);
    react.equilibrium = Some(played.which);
    let gain = Exact(gain);
    Ok(OrdersRow {
        leader: scene.players[leader.index()].clone(),
        follower: scene.players[follower.unwrap_or(leader).index()].clone(),
        react,
        announce: strong,
        announce_weak: weak,
        value_of_first_approx: gain.approx(),
        value_of_first: gain,
        value_of_first_weak: Exact(weak_gain),
        complete,
    })
}

fn order(
    scene: &Scene,
    payoffs: &[deterra_game::number::Rational],
    outcomes: Vec<(String, deterra_game::number::Rational)>,
    verdict: Option<&'static str>,
) -> OrderRow {
    let payoffs = scene.by_player(payoffs);
    OrderRow {
        equilibrium: None,
        approx: approximate(&payoffs),
        payoffs,
        outcomes: outcomes
            .into_iter()
            .map(|(label, p)| (label, Exact(p)))
            .collect(),
        verdict,
    }
}

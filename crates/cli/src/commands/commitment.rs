//! `deterra commitment FILE`: what a side could gain by committing first, and what would make its threat bind.

mod device;
pub(super) mod scene;
mod show;

use super::Answer;
use crate::args::{CommitmentArgs, Format};
use crate::context::Context;
use crate::equilibrium::Which;
use crate::failure::{Exit, Failure};
use crate::output::json::{self, Exact, Object};
use crate::output::model::Reproduce;
use crate::output::names::Names;
use crate::request::{self, Loaded, Model};
use deterra_analyze::commitment::{Way, commitments};
use deterra_game::convert::simultaneous_tree;
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::profile::{BehaviorProfile, PositionProfile};
use deterra_render::number::both;
use deterra_solve::error::SolveError;
use deterra_solve::solution::Solution;
use deterra_verify::payoff::{position_payoffs, realization};
use deterra_verify::verdict::Status;
use device::DeviceRow;
use scene::{MOST_NODES, Scene, actors, approximate, endings, player};
use serde::Serialize;

/// The whole answer.
#[derive(Debug, Serialize)]
struct Answered {
    schema: &'static str,
    name: String,
    sha256: String,
    leader: String,
    follower: String,
    /// What is played if nobody commits; null with the reason beside it if that is not known.
    without: Option<Without>,
    without_unknown: Option<String>,
    commitments: Vec<WayRow>,
    device: Option<DeviceRow>,
    sentences: Vec<String>,
    reproduce: Reproduce,
}

/// What is played if nobody commits.
#[derive(Debug, Serialize)]
struct Without {
    equilibrium: Which,
    payoffs: Object<Exact>,
    approx: Object<Option<f64>>,
    outcomes: Vec<OutcomeRow>,
}

/// One way of committing.
#[derive(Debug, Serialize)]
struct WayRow {
    /// `pure` or `mixed`.
    kind: &'static str,
    /// `strong` or `weak`.
    ties: &'static str,
    /// What it is worth to the leader; null with the reason beside it if that is not known.
    value: Option<Exact>,
    approx: Option<f64>,
    unknown: Option<String>,
    /// The value less what the leader gets without commitment.
    gain: Option<Exact>,
    gain_approx: Option<f64>,
    /// Whether some commitment is worth that; false if it is a limit.
    attained: bool,
    complete: bool,
    not_searched: Option<String>,
    payoffs: Object<Exact>,
    outcomes: Vec<OutcomeRow>,
    /// What the leader commits to, as far as its own plan leads.
    commits_to: Vec<MoveRow>,
    /// If the value is a limit: a little of this instead makes the reply the only best one.
    toward: Vec<MoveRow>,
    /// What the follower does where play comes.
    reply: Vec<MoveRow>,
    verdict: &'static str,
}

/// A way to end.
#[derive(Clone, Debug, Serialize)]
struct OutcomeRow {
    outcome: String,
    probability: Exact,
    approx: Option<f64>,
}

/// A move and its chance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct MoveRow {
    infoset: String,
    action: String,
    probability: Exact,
}

pub(crate) fn run(asked: &CommitmentArgs, context: &Context) -> Result<Answer, Failure> {
    let loaded = moves_at_once(request::load_histories(&asked.input.file, context)?)?;
    let (ids, defender) = actors(&loaded);
    let (scene, head) = Scene::new(loaded, "commitment")?;
    let leader = match asked.leader.as_deref() {
        Some(name) => player(name, &scene.players, &ids)?,
        None => default_leader(&scene, defender)?,
    };
    let played = scene.played(context);
    let ways = commitments(&scene.tree, leader, &context.control());
    let ways = ways.map_err(|error| match error {
        SolveError::NotApplicable {
            what_is_missing, ..
        } => Failure::usage(
            format!("commitment does not apply: {what_is_missing}"),
            "--leader ACTOR says who commits; the other side must be one player",
        ),
        error => Failure::Limit {
            message: error.to_string(),
            help: None,
        },
    })?;
    let follower = scene.movers().into_iter().find(|p| *p != leader);
    let follower = follower.unwrap_or(leader);
    let names = Names::of_tree(&scene.tree);
    let without = played.as_ref().ok().map(|played| {
        let graph = scene.game.graph();
        let paid = position_payoffs(graph, &played.profile);
        (paid, outcome_rows(endings(graph, &played.profile)))
    });
    let alone = without
        .as_ref()
        .map(|(paid, _)| paid[leader.index()].clone());
    let rows: Vec<WayRow> = ways
        .iter()
        .map(|way| row(&scene, &names, way, alone.as_ref()))
        .collect();
    let device = match asked.device {
        Some(kind) => Some(device::least_device(
            kind, &scene, leader, follower, &played, context,
        )?),
        None => None,
    };
    let mut answer = Answered {
        schema: "deterra/commitment/1",
        name: head.name,
        sha256: head.sha256,
        leader: scene.players[leader.index()].clone(),
        follower: scene.players[follower.index()].clone(),
        without_unknown: played.as_ref().err().cloned(),
        without: without.zip(played.ok()).map(|((paid, outcomes), played)| {
            let payoffs = scene.by_player(&paid);
            Without {
                equilibrium: played.which,
                approx: approximate(&payoffs),
                payoffs,
                outcomes,
            }
        }),
        commitments: rows,
        device,
        sentences: Vec::new(),
        reproduce: Reproduce {
            version: env!("CARGO_PKG_VERSION"),
            command: context.command_line.clone(),
            seed: context.shared.seed,
            threads: context.shared.threads,
        },
    };
    answer.sentences = sentences(&answer);
    let text = match context.shared.format() {
        Format::Json => json::document(&answer).map_err(Failure::internal)?,
        Format::Csv => show::csv(&answer),
        Format::Text | Format::Gambit => show::text(&answer, context.width()),
    };
    Ok(Answer {
        text: text.into(),
        exit: exit(&ways),
    })
}

/// Who makes the threats, else who defends, else the second of two who move.
/// A table as the tree of moves that nobody sees.
fn moves_at_once(mut loaded: Loaded) -> Result<Loaded, Failure> {
    let table = match &loaded.model {
        Model::Table(table) => table.clone(),
        Model::ActionGraph(graph) => request::expand(graph)?,
        Model::Coalitional(_) => return Err(super::solve::cooperative::no_strategies()),
        _ => return Ok(loaded),
    };
    let tree = simultaneous_tree(&table, MOST_NODES).map_err(|error| Failure::Limit {
        message: error.to_string(),
        help: None,
    })?;
    loaded.model = Model::Tree(tree);
    Ok(loaded)
}

pub(super) fn default_leader(
    scene: &Scene,
    defender: Option<PlayerId>,
) -> Result<PlayerId, Failure> {
    let threatens = scene.rungs.first().and_then(|rung| rung.actors.first());
    if let Some(leader) = threatens.map(|(player, _)| *player).or(defender) {
        return Ok(leader);
    }
    Err(Failure::usage(
        "nobody makes threats or defends here, so it is not clear who would commit",
        format!("say --leader, one of {}", scene.players.join(", ")),
    ))
}

fn exit(ways: &[Way]) -> Exit {
    let found = || ways.iter().filter_map(|way| way.found.as_ref().ok());
    let failed = |s: &Solution<_>| matches!(s.verdict().status, Status::Failed);
    if found().any(failed) {
        Exit::Failed
    } else if ways.iter().any(|w| w.found.is_err()) || !found().all(Solution::is_complete) {
        Exit::Partial
    } else {
        Exit::Answered
    }
}

fn outcome_rows(all: Vec<(String, Rational)>) -> Vec<OutcomeRow> {
    all.into_iter()
        .map(|(outcome, probability)| {
            let probability = Exact(probability);
            OutcomeRow {
                outcome,
                approx: probability.approx(),
                probability,
            }
        })
        .collect()
}

fn row(scene: &Scene, names: &Names, way: &Way, alone: Option<&Rational>) -> WayRow {
    let mut row = WayRow {
        kind: if way.mixed { "mixed" } else { "pure" },
        ties: way.ties.name(),
        value: None,
        approx: None,
        unknown: None,
        gain: None,
        gain_approx: None,
        attained: false,
        complete: false,
        not_searched: None,
        payoffs: Object::default(),
        outcomes: Vec::new(),
        commits_to: Vec::new(),
        toward: Vec::new(),
        reply: Vec::new(),
        verdict: "unchecked",
    };
    let solution = match &way.found {
        Ok(solution) => solution,
        Err(error) => {
            row.unknown = Some(error.to_string());
            return row;
        }
    };
    let found = solution.answer();
    let value = Exact::from(&found.value);
    row.approx = value.approx();
    row.value = Some(value);
    let gain = alone.map(|alone| Exact(&found.value - alone));
    row.gain_approx = gain.as_ref().and_then(Exact::approx);
    row.gain = gain;
    row.attained = found.attained;
    row.complete = solution.is_complete();
    row.not_searched = solution.not_searched().map(str::to_owned);
    row.payoffs = scene.by_player(&found.payoffs);
    let positions = PositionProfile::from_behavior(&scene.tree, &found.profile);
    row.outcomes = outcome_rows(endings(&scene.tree, &positions));
    let own = |at: NodeId| own_moves(scene, at, found.leader, &found.profile);
    row.commits_to = moves(scene, names, found.leader, &found.profile, &own);
    if let Some(toward) = &found.toward {
        row.toward = moves(scene, names, found.leader, toward, &own)
            .into_iter()
            .filter(|made| !row.commits_to.contains(made))
            .collect();
    }
    let reach = realization(&scene.tree, &found.profile);
    let comes = |at: NodeId| !reach[at.index()].is_zero();
    row.reply = moves(scene, names, found.follower, &found.profile, &comes);
    row.verdict = solution.verdict().status.word();
    row
}

/// Whether a player's own moves lead to a node.
fn own_moves(scene: &Scene, node: NodeId, player: PlayerId, profile: &BehaviorProfile) -> bool {
    let tree = &scene.tree;
    let mut at = node;
    while let (Some(parent), Some(k)) = (tree.parent(at), tree.incoming(at)) {
        if let Some(infoset) = tree.infoset(parent)
            && tree.infoset_player(infoset) == Some(player)
            && profile.at(tree, infoset)[k].is_zero()
        {
            return false;
        }
        at = parent;
    }
    true
}

/// The moves of a player at the sets of which some node counts.
fn moves(
    scene: &Scene,
    names: &Names,
    player: PlayerId,
    profile: &BehaviorProfile,
    counts: &dyn Fn(NodeId) -> bool,
) -> Vec<MoveRow> {
    let tree = &scene.tree;
    let sets = tree
        .player_infosets(player)
        .zip(&names.decisions[player.index()]);
    let met = |h: &InfosetId| tree.members(*h).iter().any(|n| counts(*n));
    sets.filter(|(h, _)| met(h))
        .flat_map(|(h, decision)| {
            let row = profile.at(tree, h).iter().zip(&decision.actions);
            row.filter(|(p, _)| !p.is_zero())
                .map(|(p, action)| MoveRow {
                    infoset: decision.name.clone(),
                    action: action.clone(),
                    probability: Exact::from(p),
                })
        })
        .collect()
}

/// What it amounts to.
fn sentences(answer: &Answered) -> Vec<String> {
    let mut told = Vec::new();
    let of = |kind: &str, ties: &str| {
        let way = answer.commitments.iter();
        way.clone().find(|way| way.kind == kind && way.ties == ties)
    };
    let value = |kind, ties| of(kind, ties).and_then(|way| way.value.as_ref().map(|v| v.0.clone()));
    let leader = &answer.leader;
    if let (Some(pure), Some(mixed)) = (value("pure", "strong"), value("mixed", "strong")) {
        if mixed > pure {
            let gain = both(&(&mixed - &pure));
            told.push(format!(
                "Leaving something to chance is worth {gain} more to {leader} than the best plan."
            ));
        }
        let most = of("mixed", "strong").and_then(|way| way.gain.as_ref());
        if most.is_some_and(|gain| gain.0.is_zero()) {
            told.push(format!(
                "{leader} gains nothing by committing: what it would do anyhow is as good."
            ));
        }
    }
    if let Some(way) = of("mixed", "weak")
        && way.value.is_some()
        && !way.attained
    {
        told.push(format!(
            "Where {} is indifferent it may do what is worse for {leader}; the value of chances is then a limit, \
             which commitments slightly more like the one under `instead` approach.",
            answer.follower
        ));
    }
    told.extend(answer.device.iter().map(|device| device.sentence.clone()));
    told
}

//! The weakest device that makes a ladder bind.

use super::scene::Scene;
use crate::args::{ConceptName, DeviceName};
use crate::context::Context;
use crate::equilibrium::Played;
use crate::failure::Failure;
use crate::output::json::Exact;
use crate::output::names::Names;
use deterra_analyze::commitment::audience::audience_cost;
use deterra_analyze::commitment::device::{Yielding, yielding};
use deterra_analyze::credibility::{Rung, credibility};
use deterra_analyze::offramp::{Bound, NoAnswer};
use deterra_analyze::partition::{NotTraced, Place, simplest_between};
use deterra_analyze::path::path;
use deterra_analyze::values::values;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::profile::BehaviorProfile;
use deterra_render::number::both;
use deterra_solve::problem::Request;
use serde::Serialize;
use std::collections::BTreeMap;

/// The weakest device.
#[derive(Debug, Serialize)]
pub(super) struct DeviceRow {
    kind: &'static str,
    /// What it takes: a probability, or an audience cost; null if nothing is enough.
    pub(super) least: Option<Exact>,
    approx: Option<f64>,
    /// Where the other side yields, and from which strength on.
    sets: Vec<SetRow>,
    pub(super) sentence: String,
}

/// Where the other side may yield.
#[derive(Debug, Serialize)]
struct SetRow {
    infoset: String,
    /// The least strength from which on it yields; null if there is none.
    least: Option<Exact>,
    approx: Option<f64>,
    /// All strengths at which it does.
    strengths: Vec<Interval>,
}

/// An interval that includes its ends.
#[derive(Debug, Serialize)]
struct Interval {
    low: Exact,
    high: Exact,
}

/// Finds the least device of a kind that makes the other side yield before every rung.
pub(super) fn least_device(
    kind: DeviceName,
    scene: &Scene,
    leader: PlayerId,
    follower: PlayerId,
    played: &Result<Played, String>,
    context: &Context,
) -> Result<DeviceRow, Failure> {
    let own: Vec<&Rung> = scene
        .rungs
        .iter()
        .filter(|rung| rung.actors.len() == 1 && rung.actors[0].0 == leader)
        .collect();
    if own.is_empty() {
        return Err(Failure::usage(
            format!("{} makes no threats here", scene.players[leader.index()]),
            "devices act on the rungs of a ladder, or the [[threat]] blocks of a tree",
        ));
    }
    let played = played.as_ref().map_err(|why| Failure::Limit {
        message: format!("without a device there is no equilibrium to compare with: {why}"),
        help: None,
    })?;
    match kind {
        DeviceName::Audience => match scene.game.graph().as_extensive() {
            Some(tree) => audience_of_types(scene, tree, context),
            None => audience(scene, played),
        },
        DeviceName::Automatic | DeviceName::Mixed => {
            let free = scene.behavior(&played.profile);
            Ok(chance(kind, scene, &own, follower, &free))
        }
    }
}

/// The least cost of backing down, from the rung table.
fn audience(scene: &Scene, played: &Played) -> Result<DeviceRow, Failure> {
    let graph = scene.game.graph();
    let choices = played.profile.choices();
    let choices = choices.ok_or_else(|| Failure::internal("what is played is not pure"))?;
    let worth = values(graph, choices);
    let table = credibility(graph, choices, &worth, &path(graph, choices), &scene.rungs);
    let least = table.least_commitment.as_ref().map(Exact::from);
    let sentence = match (&least, table.decisive) {
        (Some(cost), Some(k)) => format!(
            "The least audience cost at which every threat is carried out and obeyed is {}; rung {} sets it.",
            both(&cost.0),
            table.rungs[k].id
        ),
        (Some(_), None) => {
            "Every threat is carried out and obeyed without any audience cost.".to_owned()
        }
        (None, _) => "No audience cost makes every threat carried out and obeyed.".to_owned(),
    };
    Ok(DeviceRow {
        kind: "audience",
        approx: least.as_ref().and_then(Exact::approx),
        least,
        sets: Vec::new(),
        sentence,
    })
}

/// The least cost of backing down, where something is hidden.
fn audience_of_types(
    scene: &Scene,
    tree: &ExtensiveGame,
    context: &Context,
) -> Result<DeviceRow, Failure> {
    let request = Request {
        concept: context.shared.concept.map(ConceptName::concept),
        ..Request::default()
    };
    let control = context.control();
    let found = audience_cost(tree, &scene.rungs, &request, MOST_PIECES, &control);
    if let Err(NoAnswer::NotTraced(NotTraced::Stopped { stop, .. })) = &found {
        context.left_out(*stop);
    }
    let found = found.map_err(|why| Failure::Limit {
        message: format!("the least audience cost is not known: {why}"),
        help: Some(
            "fix types with --given ACTOR=TYPE, or make the cost a parameter and ask `deterra threshold`"
                .to_owned(),
        ),
    })?;
    let from = |bound: &Bound| match &bound.at {
        Place::Exact(x) if bound.closed => format!("from {} on", both(x)),
        Place::Exact(x) => format!("above {}", both(x)),
        Place::Between(low, high) => {
            format!("from {} on", both(&simplest_between(low, high)))
        }
    };
    let holds = "every threat is carried out by every type and obeyed";
    let mut sentence = match (&found.least.some, &found.least.every) {
        (None, _) => format!("No audience cost has an equilibrium in which {holds}."),
        (Some(some), None) => format!(
            "With an audience cost {} there is an equilibrium in which {holds}, and always others.",
            from(some)
        ),
        (Some(some), Some(every)) if some == every => {
            format!("With an audience cost {} {holds}.", from(some))
        }
        (Some(some), Some(every)) => format!(
            "With an audience cost {} there is an equilibrium in which {holds}, {} in every one.",
            from(some),
            from(every)
        ),
    };
    if !found.complete {
        sentence += " Not all equilibria were found at every cost.";
    }
    // A fraction only where it is one.
    let exact = found.least.some.as_ref().map(|bound| match &bound.at {
        Place::Exact(x) => x.clone(),
        Place::Between(low, high) => simplest_between(low, high),
    });
    Ok(DeviceRow {
        kind: "audience",
        approx: exact.as_ref().and_then(|x| Exact::from(x).approx()),
        least: exact.map(Exact),
        sets: Vec::new(),
        sentence,
    })
}

/// Pieces that the range of costs is taken apart into, at most.
const MOST_PIECES: usize = 10_000;

/// The least chance that the whole threat is carried out by itself.
fn chance(
    kind: DeviceName,
    scene: &Scene,
    rungs: &[&Rung],
    follower: PlayerId,
    free: &BehaviorProfile,
) -> DeviceRow {
    let with = decided(scene, rungs, free, true);
    let (word, without, otherwise) = match kind {
        DeviceName::Mixed => (
            "mixed",
            decided(scene, rungs, free, false),
            "and otherwise not at all",
        ),
        _ => (
            "automatic",
            free.clone(),
            "and its maker otherwise does what it does anyhow",
        ),
    };
    let mut yields: BTreeMap<InfosetId, Vec<usize>> = BTreeMap::new();
    for (node, position) in scene.tree.nodes().zip(&scene.position_of) {
        let before = rungs.iter().filter_map(|rung| rung.before.as_ref());
        for before in before.filter(|b| b.position == *position && b.player == follower) {
            if let Some(infoset) = scene.tree.infoset(node) {
                yields.insert(infoset, before.yields.clone());
            }
        }
    }
    let found = yielding(&scene.tree, follower, (&without, &with), &yields);
    let names = Names::of_tree(&scene.tree);
    let name = |h: InfosetId| {
        let first = scene.tree.members(h)[0];
        let decision = names.decision(follower, first);
        decision.map_or_else(String::new, |d| d.name.clone())
    };
    let never = found.iter().find(|y| y.least().is_none());
    let least = match never {
        Some(_) => None,
        None => found.iter().filter_map(Yielding::least).max().cloned(),
    };
    let other = &scene.players[follower.index()];
    let sentence = match (&least, never) {
        (Some(q), _) if q.is_zero() => {
            format!("{other} yields before every rung without any device.")
        }
        (Some(q), _) => format!(
            "If the whole threat is carried out with probability {}, drawn before play and seen by nobody, \
             {otherwise}, {other} yields before every rung, if it does so where it is indifferent.",
            both(q)
        ),
        (None, Some(at)) => format!(
            "No chance of carrying the whole threat out makes {other} yield at {}.",
            name(at.infoset)
        ),
        (None, None) => format!("{other} cannot yield before any rung."),
    };
    DeviceRow {
        kind: word,
        approx: least.as_ref().and_then(|q| Exact::from(q).approx()),
        least: least.map(Exact),
        sets: found
            .iter()
            .map(|y| SetRow {
                infoset: name(y.infoset),
                least: y.least().map(Exact::from),
                approx: y.least().and_then(|q| Exact::from(q).approx()),
                strengths: y
                    .strengths
                    .iter()
                    .map(|(low, high)| Interval {
                        low: Exact::from(low),
                        high: Exact::from(high),
                    })
                    .collect(),
            })
            .collect(),
        sentence,
    }
}

/// What everybody does if all threats are carried out, or none, and nothing else changes.
fn decided(
    scene: &Scene,
    rungs: &[&Rung],
    free: &BehaviorProfile,
    carried_out: bool,
) -> BehaviorProfile {
    let graph = scene.game.graph();
    let mut flat: Vec<Rational> = free.as_slice().to_vec();
    for (node, position) in scene.tree.nodes().zip(&scene.position_of) {
        let to: Option<NodeId> = rungs
            .iter()
            .find(|rung| rung.decision == *position)
            .and_then(|rung| {
                if carried_out {
                    Some(rung.carried_out)
                } else {
                    rung.refused
                }
            });
        let (Some(to), Some(infoset)) = (to, scene.tree.infoset(node)) else {
            continue;
        };
        let moves = 0..scene.tree.num_actions(infoset);
        let Some(chosen) = moves.clone().find(|k| graph.successor(*position, *k) == to) else {
            continue;
        };
        for k in moves {
            let at = scene.tree.actions(infoset).start + k;
            flat[at] = Rational::integer(i64::from(k == chosen));
        }
    }
    BehaviorProfile::new(&scene.tree, flat).expect("invariant: one action a set")
}

//! Correlated equilibria: a device, what it pays, and what it is best for.

mod show;

use super::{
    Answer, MOST_UNFOLDED, Shown, exit_of, headline, insisting, refusal, rows, solver_request,
};
use crate::args::{ConceptName, Format};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::json::{self, Exact, Object};
use crate::output::model::{Input, Reproduce, VerdictRow, WitnessMove, WitnessRow};
use crate::output::names::{Names, hint, table_players, table_strategies};
use crate::request::{self, Loaded, Model};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{InfosetId, PlayerId};
use deterra_game::profile::PureProfile;
use deterra_game::strategic::StrategicGame;
use deterra_render::number::both;
use deterra_solve::correlated::{Device, Objective};
use deterra_solve::method::Method;
use deterra_solve::problem::{Answer as Found, Problem, Request, solve};
use deterra_solve::solution::Solution;
use deterra_verify::verdict::{Concept, Deviation, Status, Witness};
use serde::Serialize;

/// The whole answer.
#[derive(Debug, Serialize)]
struct Answered {
    schema: &'static str,
    input: Input,
    concept: &'static str,
    method: &'static str,
    complete: bool,
    not_searched: Option<String>,
    stop: &'static str,
    /// Who commits to the device, if somebody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    leader: Option<String>,
    objective: ObjectiveRow,
    /// What is drawn.
    device: Vec<DrawRow>,
    payoffs: Object<Exact>,
    approx: Object<Option<f64>>,
    verdict: VerdictRow,
    work: Work,
    reproduce: Reproduce,
}

/// What the device is best for.
#[derive(Debug, Serialize)]
struct ObjectiveRow {
    name: String,
    /// Null if any device would do, and of entropy, which is no rational number.
    value: Option<Exact>,
    approx: Option<f64>,
    /// Whether it is proved that no device is better.
    best: bool,
}

/// What everybody is told, and how likely.
#[derive(Debug, Serialize)]
struct DrawRow {
    joint: Joint,
    probability: Exact,
    approx: Option<f64>,
}

/// What everybody is told: a strategy each, or of a tree an action at every information set that the plan may come to.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Joint {
    Strategies(Object<String>),
    Plans(Object<Object<String>>),
}

/// What it cost.
#[derive(Debug, Serialize)]
struct Work {
    seconds: f64,
    judge_seconds: f64,
    pivots: u64,
}

/// Whether a concept is about devices.
pub(crate) const fn is_about(name: ConceptName) -> bool {
    matches!(
        name,
        ConceptName::Correlated | ConceptName::Coarse | ConceptName::Efce | ConceptName::Efcce
    )
}

/// Whether devices are asked for, by concept or by method; the concept then.
pub(super) fn wanted(context: &Context) -> Option<Concept> {
    let concept = context.shared.concept;
    let method = Method::from_name(&context.shared.method);
    match (concept, method) {
        (Some(name), _) => is_about(name).then(|| name.concept()),
        (None, Some(Method::CorrelatedProgram | Method::EvenDevice)) => Some(Concept::Correlated),
        (None, Some(Method::CorrelationPlan | Method::JointPlans | Method::TriggerRegret)) => {
            Some(Concept::ExtensiveCorrelated)
        }
        _ => None,
    }
}

/// The objective that was typed.
fn objective(players: &[String], context: &Context) -> Result<Objective, Failure> {
    let Some(name) = context.shared.objective.as_deref() else {
        return Ok(match context.shared.method.as_str() {
            "even_device" => Objective::Gini,
            "trigger_regret" => Objective::Any,
            _ => Objective::Welfare,
        });
    };
    Ok(match name {
        "welfare" => Objective::Welfare,
        "egalitarian" => Objective::Egalitarian,
        "gini" => Objective::Gini,
        "entropy" => Objective::Entropy,
        "any" => Objective::Any,
        _ => {
            if let Some(k) = players.iter().position(|player| player == name) {
                Objective::Player(PlayerId::from_index(k))
            } else {
                let words = ["welfare", "egalitarian", "gini", "entropy", "any"];
                let known = words.into_iter().chain(players.iter().map(String::as_str));
                return Err(Failure::usage(
                    format!("there is no objective `{name}`"),
                    hint(name, known.clone(), || {
                        let all: Vec<&str> = known.take(24).collect();
                        format!("objectives are {}", all.join(", "))
                    }),
                ));
            }
        }
    })
}

pub(super) fn run(loaded: &Loaded, concept: Concept, context: &Context) -> Result<Answer, Failure> {
    if context.shared.format() == Format::Gambit {
        return Err(Failure::usage(
            "a device is no profile of mixed strategies, so there is no line to write",
            "use --format json or csv",
        ));
    }
    if !context.shared.support.is_empty() {
        return Err(Failure::usage(
            "--support says which strategies the best Nash equilibrium of a table may use",
            "leave it out, or leave --concept out",
        ));
    }
    let request = Request {
        concept: Some(concept),
        ..solver_request(loaded, context)?
    };
    match &loaded.model {
        Model::Positions(game) => {
            let tree = game.unfold(MOST_UNFOLDED).map_err(|error| Failure::Limit {
                message: error.to_string(),
                help: None,
            })?;
            of_tree(&tree, loaded, request, context)
        }
        Model::Tree(game) => of_tree(game, loaded, request, context),
        Model::Table(game) => of_table(game, loaded, request, context),
        Model::ActionGraph(game) => {
            of_table(&request::table_of(game, context)?, loaded, request, context)
        }
        Model::Alike(_) => Err(Failure::internal("histories were to be written out")),
        Model::Coalitional(_) => Err(super::cooperative::no_strategies()),
        Model::Stochastic(_) => Err(Failure::usage(
            "a game that may go on for ever has no plans that a device could draw",
            "leave --concept out to find Markov-perfect equilibria",
        )),
    }
}

fn of_table(
    game: &StrategicGame,
    loaded: &Loaded,
    mut request: Request,
    context: &Context,
) -> Result<Answer, Failure> {
    if !matches!(
        request.concept,
        Some(Concept::Correlated | Concept::CoarseCorrelated)
    ) {
        return Err(Failure::usage(
            "in a payoff table there are no information sets to come to",
            "use --concept correlated or coarse",
        ));
    }
    let players = table_players(game);
    request.correlated = objective(&players, context)?;
    let solution = solve(&Problem::Strategic(game), &request, &context.control())
        .map_err(|e| refusal(&e, loaded, context))?;
    let Found::Device(device) = solution.answer() else {
        return Err(Failure::internal("the solver answered another question"));
    };
    table_device(game, (device, &solution), loaded, context)
}

/// Shows a device of a table.
pub(super) fn table_device(
    game: &StrategicGame,
    (device, solution): (&Device<usize>, &Solution<Found>),
    loaded: &Loaded,
    context: &Context,
) -> Result<Answer, Failure> {
    let players = table_players(game);
    let names = strategy_names(game);
    let joint = |cell: &usize| {
        let told = game.players().map(|p| {
            let own = game.strategy_in(*cell, p);
            (players[p.index()].clone(), names[p.index()][own].clone())
        });
        Joint::Strategies(told.collect())
    };
    let describe = |w: &Witness| table_witness(game, w);
    answer(
        device,
        solution,
        (joint, describe),
        (loaded, &players),
        context,
    )
}

fn of_tree(
    game: &ExtensiveGame,
    loaded: &Loaded,
    mut request: Request,
    context: &Context,
) -> Result<Answer, Failure> {
    let names = Names::of_tree(game);
    request.correlated = objective(&names.players, context)?;
    if matches!(request.correlated, Objective::Gini | Objective::Entropy) {
        return Err(Failure::usage(
            "how even a device is counts in payoff tables only",
            "objectives of trees are welfare, egalitarian, any and the players; `deterra convert` makes a table of a tree",
        ));
    }
    let solution = solve(&Problem::Extensive(game), &request, &context.control())
        .map_err(|e| refusal(&e, loaded, context))?;
    let Found::PlanDevice(device) = solution.answer() else {
        return Err(Failure::internal("the solver answered another question"));
    };
    tree_device(game, (device, &solution), loaded, context)
}

/// Shows a device of a tree.
pub(super) fn tree_device(
    game: &ExtensiveGame,
    (device, solution): (&Device<PureProfile>, &Solution<Found>),
    loaded: &Loaded,
    context: &Context,
) -> Result<Answer, Failure> {
    let names = Names::of_tree(game);
    let before = own_before(game);
    let joint = |plan: &PureProfile| Joint::Plans(plan_row(game, &names, &before, plan));
    let describe = |w: &Witness| tree_witness(game, &names, w);
    answer(
        device,
        solution,
        (joint, describe),
        (loaded, &names.players),
        context,
    )
}

/// By information set, the own action before it: the set and the action.
pub(crate) fn own_before(game: &ExtensiveGame) -> Vec<Option<(InfosetId, usize)>> {
    let before = |infoset: InfosetId| {
        let player = game.infoset_player(infoset)?;
        let mut at = game.members(infoset)[0];
        while let (Some(parent), Some(k)) = (game.parent(at), game.incoming(at)) {
            match game.infoset(parent) {
                Some(above) if game.infoset_player(above) == Some(player) => {
                    return Some((above, k));
                }
                _ => at = parent,
            }
        }
        None
    };
    game.infosets().map(before).collect()
}

/// What a plan says, without what it excludes.
fn plan_row(
    game: &ExtensiveGame,
    names: &Names,
    before: &[Option<(InfosetId, usize)>],
    plan: &PureProfile,
) -> Object<Object<String>> {
    let mut comes = vec![false; game.num_infosets()];
    let mut of_players = Vec::with_capacity(names.players.len());
    for (player, decisions) in game.players().zip(&names.decisions) {
        let mut own = Vec::new();
        for (infoset, decision) in game.player_infosets(player).zip(decisions) {
            comes[infoset.index()] = before[infoset.index()]
                .is_none_or(|(above, k)| comes[above.index()] && plan.action(above) == k);
            if comes[infoset.index()] {
                let action = decision.actions[plan.action(infoset)].clone();
                own.push((decision.name.clone(), action));
            }
        }
        of_players.push((names.players[player.index()].clone(), Object(own)));
    }
    Object(of_players)
}

fn strategy_names(game: &StrategicGame) -> Vec<Vec<String>> {
    game.players().map(|p| table_strategies(game, p)).collect()
}

fn answer<T, A>(
    device: &Device<T>,
    solution: &Solution<A>,
    (joint, describe): (impl Fn(&T) -> Joint, impl Fn(&Witness) -> WitnessRow),
    (loaded, players): (&Loaded, &[String]),
    context: &Context,
) -> Result<Answer, Failure> {
    let (payoffs, approx) = rows::payoffs(players, &device.payoffs);
    let draws = device.list.iter().map(|(drawn, p)| {
        let probability = Exact::from(p);
        DrawRow {
            joint: joint(drawn),
            approx: probability.approx(),
            probability,
        }
    });
    let value = device.value.as_ref().map(Exact::from);
    let entropy = || {
        device
            .list
            .iter()
            .map(|(_, p)| -p.to_f64() * p.to_f64().ln())
            .sum::<f64>()
    };
    let work = solution.work();
    let answered = Answered {
        schema: "deterra/solve/1",
        input: Input {
            name: loaded.title.clone(),
            sha256: loaded.sha256.clone(),
            kind: loaded.kind,
            players: players.to_vec(),
        },
        concept: solution.concept().name(),
        method: solution.method().name(),
        complete: solution.is_complete(),
        not_searched: solution.not_searched().map(str::to_owned),
        stop: solution.stop().word(),
        leader: match device.objective {
            Objective::Player(leader) if solution.concept() == Concept::Commitment => {
                Some(players[leader.index()].clone())
            }
            _ => None,
        },
        objective: ObjectiveRow {
            name: match device.objective {
                Objective::Any => "any".to_owned(),
                Objective::Welfare => "welfare".to_owned(),
                Objective::Egalitarian => "egalitarian".to_owned(),
                Objective::Gini => "gini".to_owned(),
                Objective::Entropy => "entropy".to_owned(),
                Objective::Player(player) => players[player.index()].clone(),
            },
            approx: match device.objective {
                Objective::Entropy => Some(entropy()),
                _ => value.as_ref().and_then(Exact::approx),
            },
            value,
            best: device.is_best,
        },
        device: draws.collect(),
        payoffs,
        approx,
        verdict: rows::verdict(solution.verdict(), describe),
        work: Work {
            seconds: work.seconds,
            judge_seconds: work.judge_seconds,
            pivots: device.steps,
        },
        reproduce: context.reproduce(),
    };
    let text = match context.shared.format() {
        Format::Json => json::document(&answered).map_err(Failure::internal)?,
        Format::Csv => show::csv(&answered),
        Format::Text | Format::Gambit => {
            show::text(&answered, &headline(loaded, players), context.width())
        }
    };
    // One point of a polytope is shown; whoever wants all of it is told so by the exit code.
    let exit = match solution.verdict().status {
        Status::Failed => Exit::Failed,
        Status::Unchecked(_) => Exit::Partial,
        _ => exit_of(solution.stop(), false, Shown::All, context),
    };
    let bounded = solution.verdict().status == Status::Bounded;
    let exit = insisting(bounded, exit, context);
    Ok(Answer {
        text: text.into(),
        exit,
    })
}

/// A deviation from a device of a table.
pub(crate) fn table_witness(game: &StrategicGame, witness: &Witness) -> WitnessRow {
    let player = table_players(game).swap_remove(witness.player.index());
    let names = table_strategies(game, witness.player);
    let (told, to) = match &witness.deviation {
        Deviation::Instead { told, to } => (*told, names[*to as usize].clone()),
        _ => (None, String::new()),
    };
    let when = match told {
        Some(told) => format!("when told \"{}\"", names[told as usize]),
        None => "whatever she is told".to_owned(),
    };
    let gain = Exact::from(&witness.gain);
    WitnessRow {
        sentence: format!(
            "{player} gains {} by playing \"{to}\" {when}",
            both(&witness.gain)
        ),
        approx: gain.approx(),
        gain,
        subgame: None,
        moves: vec![WitnessMove {
            infoset: player.clone(),
            action: to,
        }],
        player,
    }
}

/// A deviation from a device of a tree.
pub(crate) fn tree_witness(game: &ExtensiveGame, names: &Names, witness: &Witness) -> WitnessRow {
    let player = names.players[witness.player.index()].clone();
    let named = |(infoset, action): &(InfosetId, u32)| {
        let decision = names.decision(witness.player, game.members(*infoset)[0])?;
        Some(WitnessMove {
            infoset: decision.name.clone(),
            action: decision.actions[*action as usize].clone(),
        })
    };
    let (at, told, moves) = match &witness.deviation {
        Deviation::Trigger { at, told, moves } => (*at, told.as_slice(), moves.as_slice()),
        _ => (None, &[][..], &[][..]),
    };
    let told: Vec<WitnessMove> = told.iter().filter_map(named).collect();
    let moves: Vec<WitnessMove> = moves.iter().filter_map(named).collect();
    let list = |all: &[WitnessMove]| {
        let all = all
            .iter()
            .map(|m| format!("\"{}\" at {}", m.action, m.infoset));
        all.collect::<Vec<String>>().join(", ")
    };
    let place = at.and_then(|h| names.decision(witness.player, game.members(h)[0]));
    let when = match (place, told.is_empty()) {
        (_, false) => format!("once told {}", list(&told)),
        (Some(place), true) => format!("from {} on, told nothing there", place.name),
        (None, true) => "whatever she is told".to_owned(),
    };
    let gain = Exact::from(&witness.gain);
    WitnessRow {
        sentence: format!(
            "{player} gains {} by {} {when}",
            both(&witness.gain),
            list(&moves)
        ),
        approx: gain.approx(),
        gain,
        subgame: None,
        moves,
        player,
    }
}

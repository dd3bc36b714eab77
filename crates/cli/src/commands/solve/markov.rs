//! Markov-perfect equilibria of games that may go on for ever.

use super::{Found, MOST_LISTED, Shown, exit_of, frame, headline, refusal, wanted};
use super::{large, rows};
use crate::args::Format;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::json::{Exact, Object};
use crate::output::model::{Equilibrium, OutcomeRow, StepRow, WitnessMove, WitnessRow};
use crate::output::names::{Decision, Names, unique};
use crate::output::profile::Profile;
use crate::output::stationary::{AbsorptionRow, Stationary};
use crate::output::text::Remarks;
use crate::request::{Loaded, Model};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::stochastic::{StateId, StationaryProfile, StochasticGame};
use deterra_render::number::{both, percent};
use deterra_solve::method::Method;
use deterra_solve::problem::{self, Problem, Request, solve};
use deterra_solve::stochastic::markov::{Kind, MarkovEquilibrium};
use deterra_verify::markov::{Absorption, Judgement, absorption, judge};
use deterra_verify::verdict::{Deviation, Witness};

/// Equilibria listed where nothing else is asked for.
const LISTED: usize = 100;

/// Refuses a number of repetitions where nothing is repeated.
pub(super) fn refuse_iterations(loaded: &Loaded, context: &Context) -> Result<(), Failure> {
    let repeats = match &loaded.model {
        Model::Coalitional(_) => true,
        Model::Stochastic(_) => matches!(
            context.shared.method.as_str(),
            "value_iteration" | "policy_iteration" | "markov_homotopy"
        ),
        Model::Tree(_) | Model::Positions(_) => {
            let method = context.shared.method.as_str();
            let others = [Method::Mccfr.name(), Method::Mmd.name()];
            others.contains(&method) || large::is_regret(method)
        }
        _ => false,
    };
    if context.shared.iterations.is_some() && !repeats {
        return Err(Failure::usage(
            "--iterations is about methods that draw or repeat",
            "they are those that minimize regret in trees, such as dcfr and mccfr, mmd, sampled_value of coalitional games, and value_iteration, policy_iteration and markov_homotopy of stochastic ones",
        ));
    }
    Ok(())
}

/// Solves a stochastic game.
pub(super) fn stochastic(
    game: &StochasticGame,
    loaded: &Loaded,
    request: &Request,
    context: &Context,
) -> Result<Found, Failure> {
    if context.shared.format() == Format::Gambit {
        return Err(Failure::usage(
            "Gambit has no games that go on for ever, so there is no line to write",
            "use --format json or csv",
        ));
    }
    let solution = solve(&Problem::Stochastic(game), request, &context.control())
        .map_err(|error| refusal(&error, loaded, context))?;
    let problem::Answer::Markov(answer) = solution.answer() else {
        return Err(Failure::internal("the solver answered another question"));
    };
    let names = names(game);
    let states = state_names(game);
    let mut solved = frame(loaded, &names.players, &solution, context);
    solved.scope = "stationary";
    solved.complete = solution.is_complete();
    solved.complete_among = match (solution.is_complete(), answer.pure().complete) {
        (true, _) => Some("all"),
        (false, true) => Some("pure"),
        (false, false) => None,
    };
    let total = answer.list().len();
    solved.count = solution.is_complete().then(|| total.to_string());
    let mut ended = None;
    let mut held = 0;
    let listed = answer.list().iter();
    for equilibrium in listed.take(wanted(context, LISTED).min(MOST_LISTED)) {
        ended = context.stop_list(solved.equilibria.len(), held);
        if ended.is_some() {
            break;
        }
        let tolerance = match equilibrium.kind {
            Kind::Numeric => answer.tolerance(),
            _ => &Rational::ZERO,
        };
        let judged = judge(game, &equilibrium.profile, tolerance);
        let ends = absorption(game, &equilibrium.profile);
        let mut row = row(game, (&names, &states), equilibrium, &judged, ends.as_ref());
        row.id = solved.equilibria.len() + 1;
        held += row.bytes();
        solved.equilibria.push(row);
    }
    if let Some(stop) = ended {
        solved.stop = stop.word();
    }
    let shown = match solved.equilibria.len() {
        0 if !solution.is_complete() => Shown::Nothing,
        n if n == total => Shown::All,
        _ => Shown::Some,
    };
    let stop = ended.unwrap_or(solution.stop());
    Ok(Found {
        exit: exit_of(stop, solution.is_complete(), shown, context),
        remarks: Remarks {
            headline: headline(loaded, &names.players),
            ..Remarks::default()
        },
        solved,
        lines: String::new(),
    })
}

/// Names of players, of the states at which they move and of what they can do there.
pub(crate) fn names(game: &StochasticGame) -> Names {
    let decisions = game.players().map(|player| {
        let own: Vec<_> = game.slots().iter().filter(|s| s.player == player).collect();
        let names = unique(own.iter().map(|slot| game.state_label(slot.state)));
        own.iter()
            .zip(names)
            .map(|(slot, name)| Decision {
                name,
                at: NodeId(slot.state.0),
                actions: unique(game.actions(**slot).iter().map(String::as_str)),
            })
            .collect()
    });
    Names {
        players: unique(game.players().map(|p| game.player_label(p))),
        decisions: decisions.collect(),
    }
}

/// Unique names of all states.
fn state_names(game: &StochasticGame) -> Vec<String> {
    unique(game.states().map(|state| game.state_label(state)))
}

/// The states that play reaches from the start.
fn reached(game: &StochasticGame, profile: &StationaryProfile) -> Vec<bool> {
    let mut met = vec![false; game.num_states()];
    let mut queue = vec![game.start()];
    while let Some(state) = queue.pop() {
        if std::mem::replace(&mut met[state.index()], true) {
            continue;
        }
        for cell in 0..game.num_cells(state) {
            if !profile.chance_of(game, state, cell, None).is_zero() {
                let row = &game.cell(state, cell).row;
                queue.extend(row.iter().map(|(to, _)| *to));
            }
        }
    }
    met
}

/// A stationary profile as a row.
fn row(
    game: &StochasticGame,
    (names, states): (&Names, &[String]),
    equilibrium: &MarkovEquilibrium,
    judged: &Judgement,
    ends: Option<&Absorption>,
) -> Equilibrium {
    let profile = &equilibrium.profile;
    let ended = ends.map_or(&[][..], |ends| &ends.outcomes);
    let mut outcomes: Vec<OutcomeRow> = ended
        .iter()
        .map(|end| {
            let name = states[end.state.index()].clone();
            rows::outcome(game.state_label(end.state), name, &end.probability)
        })
        .collect();
    if let Some(never) = ends.map(|ends| &ends.never).filter(|p| !p.is_zero()) {
        outcomes.push(rows::outcome("no end", String::new(), never));
    }
    let met = reached(game, profile);
    let mut path: Vec<StepRow> = Vec::new();
    let mut moves = Vec::new();
    for (number, slot) in game.slots().iter().enumerate() {
        let Some(decision) = names.decision(slot.player, NodeId(slot.state.0)) else {
            continue;
        };
        let used = profile.at(number).iter().enumerate();
        let used = used.filter(|(_, probability)| !probability.is_zero());
        let mut shown = Vec::new();
        for (action, probability) in used {
            let chance = if probability.is_one() {
                String::new()
            } else if probability.to_string().len() > 12 {
                format!(" ≈{}", percent(probability))
            } else {
                format!(" {probability} ({})", percent(probability))
            };
            shown.push(format!("{}{chance}", decision.actions[action]));
            if met[slot.state.index()] {
                let at = NodeId(slot.state.0);
                path.extend(rows::step(names, slot.player, at, action, probability));
            }
        }
        let player = &names.players[slot.player.index()];
        let state = &states[slot.state.index()];
        let off = if met[slot.state.index()] {
            ""
        } else {
            " (not reached)"
        };
        let done = format!("{player}: {}{off}", shown.join(", "));
        moves.push((state.clone(), done));
    }
    let start = game.start().index();
    let payoffs = judged.values.get(start).cloned().unwrap_or_default();
    let (exact, approx) = rows::payoffs(&names.players, &payoffs);
    let found = match equilibrium.kind {
        Kind::Pure => "pure",
        Kind::Mixed => "mixed",
        Kind::OneOfMany => "one_of_many",
        Kind::Numeric => "numeric",
        Kind::Exact => "exact",
    };
    let kind = match (equilibrium.symmetric, profile.is_pure()) {
        (true, true) => "symmetric pure",
        (true, false) => "symmetric mixed",
        (false, true) => "pure",
        (false, false) => "mixed",
    };
    Equilibrium {
        id: 1,
        name: format!("{kind}: {}", rows::name(&outcomes)),
        selected: false,
        profile_by: None,
        beliefs: None,
        action_values: None,
        refinements: None,
        stands_for: None,
        algebraic: None,
        plans: None,
        family: None,
        ladder: None,
        profile: Some(written(game, names, profile)),
        payoffs: exact,
        approx,
        outcomes: outcomes.into(),
        path: path.into(),
        stationary: Some(Box::new(Stationary {
            found,
            symmetric: equilibrium.symmetric,
            values: values(names, states, judged),
            values_within: Exact::from(&judged.values_within),
            absorption: ends.map_or_else(Vec::new, |ends| ends_rows(states, ends)),
            never_ends: ends.map(|ends| Exact::from(&ends.never)),
            gain_bound: Exact::from(&judged.gain_bound),
            moves,
            ended: game.states().map(|s| game.is_outcome(s)).collect(),
        })),
        verdict: rows::verdict(&judged.verdict, |w| witness(game, names, w)),
    }
}

fn ends_rows(states: &[String], ends: &Absorption) -> Vec<AbsorptionRow> {
    let row = |end: &deterra_verify::markov::AbsorbedAt| {
        let (probability, time) = (
            Exact::from(&end.probability),
            Exact::from(&end.expected_time),
        );
        AbsorptionRow {
            outcome: states[end.state.index()].clone(),
            approx: probability.approx(),
            probability,
            expected_time_approx: time.approx(),
            expected_time: time,
        }
    };
    ends.outcomes.iter().map(row).collect()
}

fn values(names: &Names, states: &[String], judged: &Judgement) -> Object<Object<Exact>> {
    let of_state = |(state, values): (&String, &Vec<Rational>)| {
        let players = names.players.iter().zip(values);
        let players = players.map(|(name, x)| (name.clone(), Exact::from(x)));
        (state.clone(), players.collect())
    };
    states.iter().zip(&judged.values).map(of_state).collect()
}

fn written(game: &StochasticGame, names: &Names, profile: &StationaryProfile) -> Profile {
    let of_player = |player: PlayerId| {
        let decisions = names.decisions[player.index()].iter().map(|decision| {
            let slot = game.slot_of(StateId(decision.at.0), player);
            let row = slot.map_or(&[][..], |slot| profile.at(slot));
            let actions = decision.actions.iter().zip(row);
            let actions = actions.map(|(action, p)| (action.clone(), Exact::from(p)));
            (decision.name.clone(), actions.collect::<Object<Exact>>())
        });
        (names.players[player.index()].clone(), decisions.collect())
    };
    Profile::Mixed(game.players().map(of_player).collect())
}

/// Another action at one state.
pub(crate) fn witness(game: &StochasticGame, names: &Names, witness: &Witness) -> WitnessRow {
    let player = names.players[witness.player.index()].clone();
    let mut moves = Vec::new();
    let mut place = String::new();
    if let Deviation::AtState { state, to } = witness.deviation {
        game.state_label(state).clone_into(&mut place);
        let decision = names.decision(witness.player, NodeId(state.0));
        moves.extend(decision.map(|decision| WitnessMove {
            infoset: decision.name.clone(),
            action: decision.actions[to as usize].clone(),
        }));
    }
    let action = moves.first().map_or("", |m| m.action.as_str());
    let gain = Exact::from(&witness.gain);
    WitnessRow {
        sentence: format!(
            "{player} gains {} by playing \"{action}\" once at {place}",
            both(&witness.gain)
        ),
        approx: gain.approx(),
        gain,
        subgame: Some(place),
        moves,
        player,
    }
}

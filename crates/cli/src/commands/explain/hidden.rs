//! Why moves are made where something is hidden: beliefs, what each action is worth given them,
//! and why who mixes does.

use super::equilibria::{Equilibrium, LISTED, written};
use super::{OptionRow, Row, find};
use crate::args::TieRuleName;
use crate::commands::Answer;
use crate::commands::solve::{self, bayesian};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::json::Exact;
use crate::output::names::{Names, members};
use crate::request::Loaded;
use deterra_analyze::hidden::{Prospect, distinctions, priors, prospects};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::profile::Assessment;
use deterra_render::number::{both, percent};
use deterra_solve::problem::{Answer as Found, Problem, Request, solve as solve_problem};
use serde::Serialize;

/// What is believed of one node, and what was believed before anybody moved.
#[derive(Clone, Debug, Serialize)]
pub(super) struct BeliefRow {
    node: String,
    given: String,
    /// Null where it would need strategies.
    prior: Option<Exact>,
    belief: Exact,
}

pub(super) fn run(
    game: &ExtensiveGame,
    loaded: &Loaded,
    at: Option<&str>,
    context: &Context,
) -> Result<Answer, Failure> {
    if context.shared.tie_rule != TieRuleName::First {
        return Err(Failure::usage(
            "--tie-rule selects equilibria of games in which everything is seen",
            "leave it out; --list shows several",
        ));
    }
    let wanted = at.map(|at| find(game, loaded, at)).transpose()?;
    let request = Request {
        concept: context
            .shared
            .concept
            .map(crate::args::ConceptName::concept),
        ..Request::default()
    };
    let solution = solve_problem(&Problem::Extensive(game), &request, &context.control())
        .map_err(|e| solve::failure(&e))?;
    let Found::Bayesian(answer) = solution.answer() else {
        return Err(Failure::usage(
            "moves in games with hidden moves are explained for equilibria with beliefs",
            "leave --concept out, or ask for pbe, weak-pbe, sequential, perfect or quasi-perfect",
        ));
    };
    let names = Names::of_tree(game);
    let shown = context.shared.list.unwrap_or(LISTED);
    let mut equilibria = Vec::new();
    for (k, component) in answer.components.iter().take(shown).enumerate() {
        let assessment = component.representative();
        let mut views = prospects(game, assessment);
        views.sort_by_key(|view| game.members(view.infoset)[0]);
        if let Some(wanted) = &wanted {
            views.retain(|v| game.members(v.infoset).iter().any(|n| wanted.contains(n)));
        }
        let rows = views
            .iter()
            .filter_map(|view| row(game, &names, assessment, view));
        equilibria.push(Equilibrium {
            id: k + 1,
            name: bayesian::name_of(game, loaded, component),
            explanations: rows.collect(),
        });
    }
    let found = answer.components.len();
    written(equilibria, found, &solution, names.players, loaded, context)
}

fn row(
    game: &ExtensiveGame,
    names: &Names,
    assessment: &Assessment,
    view: &Prospect,
) -> Option<Row> {
    let at = game.members(view.infoset)[0];
    let decision = names.decision(view.player, at)?;
    let player = &names.players[view.player.index()];
    let played = assessment.profile.at(game, view.infoset);
    let best = view.best()?;
    let chosen = (0..played.len()).max_by_key(|k| (&played[*k], std::cmp::Reverse(*k)))?;
    let used: Vec<usize> = (0..played.len())
        .filter(|k| !played[*k].is_zero())
        .collect();
    let tied = view.values.iter().filter(|v| *v == best).count() > 1;
    let mut sentences = Vec::new();
    let place = &decision.name;
    let reach = if view.reached.is_zero() {
        format!("{place} is not reached; if it were, {player}")
    } else if view.reached.is_one() {
        format!("At {place} {player}")
    } else {
        format!(
            "At {place}, reached with {}, {player}",
            percent(&view.reached)
        )
    };
    if let [only] = used.as_slice() {
        sentences.push(format!(
            "{reach} plays \"{}\", worth {} to {player}.",
            decision.actions[*only],
            both(best)
        ));
    } else {
        let parts: Vec<String> = used
            .iter()
            .map(|k| format!("\"{}\" with {}", decision.actions[*k], both(&played[*k])))
            .collect();
        sentences.push(format!(
            "{reach} plays {}: indifferent, because each is worth {}.",
            parts.join(" and "),
            both(best)
        ));
    }
    let beliefs = beliefs(game, assessment, view);
    if !beliefs.is_empty() {
        let held: Vec<String> = beliefs
            .iter()
            .filter(|b| !b.belief.0.is_zero() || b.prior.is_some())
            .map(|b| match &b.prior {
                Some(prior) if *prior != b.belief => format!(
                    "{} {}, before play {}",
                    b.given,
                    both(&b.belief.0),
                    both(&prior.0)
                ),
                _ => format!("{} {}", b.given, both(&b.belief.0)),
            })
            .collect();
        sentences.push(format!("It believes: {}.", held.join("; ")));
    }
    for (k, action) in decision.actions.iter().enumerate() {
        if played[k].is_zero() {
            let value = &view.values[k];
            sentences.push(if value == best {
                format!("\"{action}\" would be as good.")
            } else {
                format!(
                    "Not \"{action}\": it would be worth {}, {} less.",
                    both(value),
                    both(&(best - value))
                )
            });
        }
    }
    let options = decision.actions.iter().zip(&view.values);
    Some(Row {
        position: place.clone(),
        number: at.index() + 1,
        player: player.clone(),
        chosen: decision.actions[chosen].clone(),
        tied,
        reached: Exact::from(&view.reached),
        options: options
            .map(|(action, value)| {
                let value = Exact::from(value);
                OptionRow {
                    action: action.clone(),
                    approx: value.approx(),
                    shortfall: Exact::from(&(best - &value.0)),
                    value,
                }
            })
            .collect(),
        beliefs: (!beliefs.is_empty()).then_some(beliefs),
        sentences,
    })
}

fn beliefs(game: &ExtensiveGame, assessment: &Assessment, view: &Prospect) -> Vec<BeliefRow> {
    let nodes = game.members(view.infoset);
    if nodes.len() < 2 {
        return Vec::new();
    }
    let before = priors(game, view.infoset);
    let named = members(game, view.infoset);
    let given = distinctions(game, view.infoset);
    let rows = nodes.iter().zip(named).zip(given).zip(before);
    rows.map(|(((node, name), given), prior)| BeliefRow {
        node: name,
        given,
        prior: prior.map(Exact),
        belief: Exact::from(&assessment.beliefs[node.index()]),
    })
    .collect()
}

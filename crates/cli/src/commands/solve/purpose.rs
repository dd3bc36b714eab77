//! What the best equilibrium is best for, and which strategies it may use, as they were typed.

use crate::args::ConceptName;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::names::{table_players, table_strategies};
use crate::request::{Loaded, Model};
use deterra_game::id::PlayerId;
use deterra_game::strategic::StrategicGame;
use deterra_solve::Request;
use deterra_solve::method::Method;
use deterra_solve::nash::best_equilibrium::{BestEquilibrium, Objective};
use deterra_verify::verdict::Concept;

/// Refuses a purpose where nothing is looked for that serves it.
pub(crate) fn refuse_flags(loaded: Option<&Loaded>, context: &Context) -> Result<(), Failure> {
    let (objective, supports) = (&context.shared.objective, &context.shared.support);
    if objective.is_none() && supports.is_empty() {
        return Ok(());
    }
    let is_nash = context
        .shared
        .concept
        .is_none_or(|c| c == ConceptName::Nash);
    let is_table = loaded
        .is_some_and(|loaded| matches!(loaded.model, Model::Table(_) | Model::ActionGraph(_)));
    if is_nash && is_table {
        return Ok(());
    }
    Err(Failure::usage(
        "--objective and --support say which equilibrium of a table, or which correlated one, is wanted",
        "add --concept correlated, coarse, efce or efcce, or solve a table of two players",
    ))
}

/// Whether a purpose was typed.
pub(super) fn is_given(context: &Context) -> bool {
    context.shared.objective.is_some() || !context.shared.support.is_empty()
}

/// The request with what was typed of a purpose.
pub(super) fn resolved(
    game: &StrategicGame,
    request: &Request,
    context: &Context,
) -> Result<Request, Failure> {
    let (objective, supports) = (&context.shared.objective, &context.shared.support);
    let mut request = request.clone();
    let is_nash = request.concept.is_none_or(|c| c == Concept::Nash);
    if !is_nash || objective.is_none() && supports.is_empty() {
        return Ok(request);
    }
    match request.method {
        None => request.method = Some(Method::BestEquilibrium),
        Some(Method::BestEquilibrium) => {}
        Some(other) => {
            return Err(Failure::usage(
                format!("`{other}` looks for no particular equilibrium"),
                "--objective and --support go with --method best_equilibrium",
            ));
        }
    }
    let mut options = BestEquilibrium::default();
    if let Some(text) = objective {
        options.objective = match text.as_str() {
            "welfare" => Objective::Welfare,
            "egalitarian" => Objective::Egalitarian,
            name => Objective::Player(player(game, name)?),
        };
    }
    for text in supports {
        let Some((name, list)) = text.split_once(':') else {
            return Err(Failure::usage(
                format!("`{text}` is no support"),
                "a support is written PLAYER:STRATEGY,STRATEGY",
            ));
        };
        let of = player(game, name)?;
        let Some(support) = options.supports.get_mut(of.index()) else {
            // The method refuses games of more players.
            continue;
        };
        let known = table_strategies(game, of);
        let mut picked = Vec::new();
        for wanted in list.split(',').map(str::trim) {
            let found = known.iter().position(|label| label == wanted);
            let number = || numbered(wanted, known.len());
            picked.push(found.or_else(number).ok_or_else(|| {
                Failure::usage(
                    format!("{name} has no strategy `{wanted}`"),
                    format!("strategies are {}", known.join(", ")),
                )
            })?);
        }
        *support = Some(picked);
    }
    request.best_equilibrium = options;
    Ok(request)
}

/// A player by label, or by number from 1.
fn player(game: &StrategicGame, name: &str) -> Result<PlayerId, Failure> {
    let players = table_players(game);
    let found = players.iter().position(|label| label == name);
    let place = found.or_else(|| numbered(name, players.len()));
    place.map(|k| PlayerId(k as u32)).ok_or_else(|| {
        Failure::usage(
            format!("there is no player `{name}`"),
            format!("welfare, egalitarian, or one of {}", players.join(", ")),
        )
    })
}

/// The place of a number from 1 on, with or without `#`.
fn numbered(text: &str, count: usize) -> Option<usize> {
    let number: usize = text.trim_start_matches('#').parse().ok()?;
    (1..=count).contains(&number).then(|| number - 1)
}

//! `deterra explain FILE [--at NODE]`: why each move is chosen and each alternative is not.

mod alike;
mod equilibria;
mod hidden;

use super::Answer;
use super::solve;
use crate::args::{ConceptName, Format};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::json::{self, Exact};
use crate::output::model::Input;
use crate::output::names::{hint, place, unique};
use crate::request::{self, Loaded, Model};
use deterra_analyze::explain::{Explanation, explain, notable};
use deterra_analyze::{path, values};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::information;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_render::explain::sentences;
use deterra_render::table::{Cell, Table, paragraph};
use deterra_solve::perfect::backward_induction::{BackwardInduction, backward_induction};
use serde::Serialize;

/// Decisions explained that have the name asked for; a name may be that of millions.
const MOST_OF_A_NAME: usize = 100;

/// Decisions explained at each end of the path of a large game.
const ENDS: usize = 20;

#[derive(Debug, Serialize)]
struct Explained {
    schema: &'static str,
    input: Input,
    concept: &'static str,
    tie_rule: &'static str,
    verdict: &'static str,
    explanations: Vec<Row>,
    /// Decisions that are not explained because the game is large; equilibria, where something is
    /// hidden.
    omitted: usize,
    /// Where something is hidden, all equilibria; `explanations` are those of the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    equilibria: Option<Vec<equilibria::Equilibrium>>,
}

#[derive(Clone, Debug, Serialize)]
struct Row {
    position: String,
    /// From 1.
    number: usize,
    player: String,
    chosen: String,
    tied: bool,
    reached: Exact,
    options: Vec<OptionRow>,
    /// What is believed there, where several histories look the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    beliefs: Option<Vec<hidden::BeliefRow>>,
    sentences: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
struct OptionRow {
    action: String,
    value: Exact,
    approx: Option<f64>,
    /// How much less it is worth than the chosen one.
    shortfall: Exact,
}

pub(crate) fn run(file: &str, at: Option<&str>, context: &Context) -> Result<Answer, Failure> {
    let loaded = request::load(file, context)?;
    match &loaded.model {
        Model::Tree(game) if information::is_perfect_information(game) => {
            explained(game, &loaded, at, context)
        }
        Model::Tree(game) => hidden::run(game, &loaded, at, context),
        Model::Positions(game) => explained(game, &loaded, at, context),
        Model::Alike(game) => alike::run(game, &loaded, at, context),
        Model::Stochastic(_) => Err(Failure::Limit {
            message: "moves are not explained yet where play may go on for ever".to_owned(),
            help: Some("`deterra solve` shows what every state is worth to whom".to_owned()),
        }),
        Model::Coalitional(_) => Err(super::solve::cooperative::no_strategies()),
        _ => Err(Failure::Limit {
            message: "a payoff table has no moves to be explained one by one".to_owned(),
            help: Some("`deterra solve` shows its equilibria".to_owned()),
        }),
    }
}

/// Where everything is seen every set has one node, and these concepts are one.
fn refuse_flags(context: &Context) -> Result<(), Failure> {
    let is_perfect = |concept| {
        matches!(
            concept,
            ConceptName::Spe | ConceptName::Pbe | ConceptName::WeakPbe | ConceptName::Sequential
        )
    };
    match context.shared.concept {
        Some(concept) if !is_perfect(concept) => Err(Failure::usage(
            format!(
                "moves in games in which everything is seen are explained for subgame-perfect equilibria, not for {} ones",
                concept.concept()
            ),
            "leave --concept out",
        )),
        _ if context.shared.list.is_some() => Err(Failure::usage(
            "--list shows several equilibria, and one is explained where everything is seen",
            "--tie-rule selects another one",
        )),
        _ => Ok(()),
    }
}

fn explained(
    game: &dyn PositionGraph,
    loaded: &Loaded,
    at: Option<&str>,
    context: &Context,
) -> Result<Answer, Failure> {
    refuse_flags(context)?;
    let wanted = at.map(|at| find(game, loaded, at)).transpose()?;
    let options = BackwardInduction {
        tie_rule: solve::tie_rule(context.shared.tie_rule, loaded),
        ..BackwardInduction::default()
    };
    let solution =
        backward_induction(game, &options, &context.control()).map_err(|e| solve::failure(&e))?;
    let choices = solution.answer().choices();
    let values = values::values(game, choices);
    let path = path::path(game, choices);
    let (positions, omitted) = match wanted {
        Some(mut positions) => {
            let omitted = positions.len().saturating_sub(MOST_OF_A_NAME);
            positions.truncate(MOST_OF_A_NAME);
            (positions, omitted)
        }
        None => notable(game, &path, ENDS),
    };
    let players = unique((0..game.num_players()).map(|p| game.player_label(PlayerId(p as u32))));
    let rows: Vec<Row> = positions
        .into_iter()
        .filter_map(|at| explain(game, choices, &values, &path, at))
        .map(|why| row(game, &players, &why))
        .collect();
    let text = match context.shared.format() {
        Format::Json => json::document(&Explained {
            schema: "deterra/explain/1",
            input: Input {
                name: loaded.title.clone(),
                sha256: loaded.sha256.clone(),
                kind: loaded.kind,
                players,
            },
            concept: solution.concept().name(),
            tie_rule: solution.answer().tie_rule(),
            verdict: solution.verdict().status.word(),
            explanations: rows,
            omitted,
            equilibria: None,
        })
        .map_err(Failure::internal)?,
        Format::Csv => csv(&rows),
        Format::Text | Format::Gambit => text(&rows, omitted, context),
    };
    Ok(Answer::new(text))
}

/// The decisions that a label, a number or a rung's name means.
fn find(game: &dyn PositionGraph, loaded: &Loaded, at: &str) -> Result<Vec<NodeId>, Failure> {
    let decides = |n: &NodeId| matches!(game.mover(*n), Mover::Player(_));
    let all = || {
        (0..game.num_positions())
            .map(NodeId::from_index)
            .filter(decides)
    };
    let labelled: Vec<NodeId> = all().filter(|n| game.position_label(*n) == at).collect();
    if !labelled.is_empty() {
        return Ok(labelled);
    }
    let rungs = loaded.ladder.as_ref().map_or(&[][..], |l| &l.rungs);
    let decided = rungs.iter().filter(|rung| rung.id == at);
    let decided: Vec<NodeId> = decided.map(|rung| rung.decision).filter(decides).collect();
    if !decided.is_empty() {
        return Ok(decided);
    }
    let number = at.strip_prefix('#').unwrap_or(at).parse::<usize>().ok();
    if let Some(number) = number {
        let position = number.checked_sub(1).map(NodeId::from_index);
        return match position.filter(|n| n.index() < game.num_positions()) {
            Some(position) if decides(&position) => Ok(vec![position]),
            Some(_) => Err(Failure::usage(
                format!("nobody decides at position {number}"),
                "explanations are of decisions",
            )),
            None => Err(Failure::usage(
                format!("there is no position {number}"),
                format!("the game has {}", game.num_positions()),
            )),
        };
    }
    let help = hint(at, all().map(|n| game.position_label(n)), || {
        let mut shown: Vec<String> = all().take(12).map(|n| place(game, n)).collect();
        if all().nth(12).is_some() {
            shown.push("…".to_owned());
        }
        format!("decisions are {}", shown.join(", "))
    });
    Err(Failure::usage(format!("there is no decision `{at}`"), help))
}

fn row(game: &dyn PositionGraph, players: &[String], why: &Explanation) -> Row {
    let actions = unique((0..why.options.len()).map(|k| game.move_label(why.position, k)));
    Row {
        position: place(game, why.position),
        number: why.position.index() + 1,
        player: players[why.player.index()].clone(),
        chosen: actions[why.chosen].clone(),
        tied: why.is_tied(),
        reached: Exact::from(&why.reached),
        sentences: sentences(game, why),
        beliefs: None,
        options: why
            .options
            .iter()
            .zip(&actions)
            .map(|(option, action)| {
                let value = Exact::from(&option.value);
                OptionRow {
                    action: action.clone(),
                    approx: value.approx(),
                    value,
                    shortfall: Exact::from(&option.shortfall),
                }
            })
            .collect(),
    }
}

fn text(rows: &[Row], omitted: usize, context: &Context) -> String {
    let wrap = context.width().unwrap_or(100).max(40);
    let mut text = String::new();
    for (k, row) in rows.iter().enumerate() {
        if k > 0 {
            text.push('\n');
        }
        text += &paragraph(&row.sentences.join("\n"), wrap);
    }
    if omitted > 0 {
        let note = format!("\n{omitted} more decisions; --at #k explains the one with number k\n");
        text += &note;
    }
    text
}

fn csv(rows: &[Row]) -> String {
    let mut table = Table::new([
        "position",
        "player",
        "action",
        "chosen",
        "value",
        "shortfall",
        "reached",
    ]);
    for row in rows {
        for option in &row.options {
            table.push([
                Cell::from(row.position.as_str()),
                Cell::from(row.player.as_str()),
                Cell::from(option.action.as_str()),
                Cell::from(option.action == row.chosen),
                Cell::Number(option.value.0.clone()),
                Cell::Number(option.shortfall.0.clone()),
                Cell::Number(row.reached.0.clone()),
            ]);
        }
    }
    table.to_csv()
}

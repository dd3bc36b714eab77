//! `deterra convert IN -o OUT`: the same game in another format, and what is lost on the way.

use super::Answer;
use crate::args::GameFormat;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::names::hint;
use crate::request::{self, Loaded, Model};
use deterra_game::convert::{ConvertError, reduced_form, simultaneous_tree};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::format::{Game, Rename, agg, efg, json, lite, nfg};
use deterra_game::positional::PositionalGame;
use deterra_game::strategic::StrategicGame;
use deterra_render::dot;
use deterra_scenario::{CompileLimits, compile, to_tree};
use std::path::Path;

/// Nodes that shared positions may unfold into.
const MOST_NODES: usize = 10_000_000;
/// Cells of a reduced strategic form.
const MOST_CELLS: usize = 1 << 24;
/// Nodes of a tree that plays a table.
const MOST_TABLE_NODES: usize = 1 << 24;
/// Nodes of a drawing.
const MOST_DRAWN: usize = 5_000;

const KNOWN: [(&str, GameFormat); 9] = [
    ("efg", GameFormat::Efg),
    ("nfg", GameFormat::Nfg),
    ("agg", GameFormat::Agg),
    ("bagg", GameFormat::Agg),
    ("game", GameFormat::Game),
    ("json", GameFormat::Json),
    ("toml", GameFormat::Toml),
    ("dot", GameFormat::Dot),
    ("gv", GameFormat::Dot),
];

/// A written game and the news about it.
struct Written {
    text: String,
    /// What a reader of the new file will not find in it.
    losses: Vec<String>,
}

impl Written {
    fn lossless(text: String) -> Self {
        Self {
            text,
            losses: Vec::new(),
        }
    }
}

pub(crate) fn run(
    file: &str,
    to: Option<GameFormat>,
    ascii: bool,
    context: &Context,
) -> Result<Answer, Failure> {
    let format = match to {
        Some(format) => format,
        None => by_extension(context.shared.output.as_deref())?,
    };
    let loaded = request::load_histories(file, context)?;
    let written = context.hold("the game was being converted", || match format {
        GameFormat::Efg => to_efg(&loaded, ascii),
        GameFormat::Nfg => to_nfg(&loaded, ascii),
        GameFormat::Agg => to_agg(&loaded),
        GameFormat::Game => to_lite(&loaded, ascii),
        GameFormat::Json => to_json(&loaded),
        GameFormat::Toml => to_toml(&loaded),
        GameFormat::Dot => to_dot(&loaded),
    })?;
    if written.losses.is_empty() {
        context.remark("lossless");
    } else {
        context.remark(&format!("not kept: {}", written.losses.join("; ")));
    }
    Ok(Answer::game(written.text))
}

fn by_extension(output: Option<&Path>) -> Result<GameFormat, Failure> {
    let known = || KNOWN.iter().map(|(name, _)| *name);
    let list = || {
        let names: Vec<String> = known().map(|name| format!(".{name}")).collect();
        format!("formats are {}", names.join(", "))
    };
    let Some(path) = output.filter(|path| path.as_os_str() != "-") else {
        return Err(Failure::usage(
            "convert needs to know the format to write",
            "give it a file, -o game.efg, or a format, --to efg",
        ));
    };
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let extension = extension.to_ascii_lowercase();
    let found = KNOWN.iter().find(|(name, _)| *name == extension);
    found.map(|(_, format)| *format).ok_or_else(|| {
        Failure::usage(
            format!("`.{extension}` is no format of games that can be written"),
            hint(&extension, known(), list),
        )
    })
}

/// A tree, if there is one or one can be made.
fn tree(loaded: &Loaded) -> Result<(std::borrow::Cow<'_, ExtensiveGame>, Vec<String>), Failure> {
    use std::borrow::Cow;
    Ok(match &loaded.model {
        Model::Tree(tree) => (Cow::Borrowed(tree), scenario_losses(loaded)),
        Model::Positions(game) => {
            let mut losses = scenario_losses(loaded);
            let tree = unfold(game)?;
            if tree.num_nodes() > deterra_game::positional::PositionGraph::num_positions(game) {
                losses.push("that equal positions are one".to_owned());
            }
            (Cow::Owned(tree), losses)
        }
        Model::Table(table) => (Cow::Owned(as_tree(table)?), table_losses()),
        Model::Stochastic(_) => return Err(endless(loaded)),
        Model::Coalitional(_) => return Err(apart()),
        Model::Alike(_) => return Err(Failure::internal("histories were to be written out")),
        Model::ActionGraph(graph) => {
            let mut losses = table_losses();
            losses.push("the action graph".to_owned());
            (Cow::Owned(as_tree(&request::expand(graph)?)?), losses)
        }
    })
}

/// Why a game that may go on for ever is in no file but its own.
fn endless(loaded: &Loaded) -> Failure {
    Failure::usage(
        "play may go on for ever in a graph, and formats of trees and tables hold games that end",
        if loaded.ladder.is_some() {
            "`--to toml` writes the scenario in canonical form, `--to json` its states"
        } else {
            "`--to json` writes it"
        },
    )
}

/// Why a coalitional game is in no file but its own.
fn apart() -> Failure {
    Failure::usage(
        "a coalitional game says what coalitions are worth and not who moves when, so it is no tree and no table",
        "`--to json` writes it",
    )
}

fn unfold(game: &PositionalGame) -> Result<ExtensiveGame, Failure> {
    game.unfold(MOST_NODES).map_err(|error| Failure::Limit {
        message: error.to_string(),
        help: Some("the scenario itself can be solved without unfolding it".to_owned()),
    })
}

fn as_tree(table: &StrategicGame) -> Result<ExtensiveGame, Failure> {
    simultaneous_tree(table, MOST_TABLE_NODES).map_err(|error| too_large(&error))
}

fn table_losses() -> Vec<String> {
    vec!["that it is a table (players move in turn without seeing each other)".to_owned()]
}

fn scenario_losses(loaded: &Loaded) -> Vec<String> {
    if loaded.kind == "scenario" {
        vec!["the scenario's formulas, notes and rung marks".to_owned()]
    } else {
        Vec::new()
    }
}

fn renamed(renames: &[Rename]) -> Option<String> {
    let first = renames.first()?;
    let more = match renames.len() - 1 {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    Some(format!(
        "labels that the format does not take ({} \"{}\" became \"{}\"{more})",
        first.what, first.from, first.to
    ))
}

fn to_efg(loaded: &Loaded, ascii: bool) -> Result<Written, Failure> {
    let (tree, mut losses) = tree(loaded)?;
    let written = efg::write(&tree, &efg::WriteOptions { ascii });
    losses.extend(renamed(&written.renames));
    Ok(Written {
        text: written.text,
        losses,
    })
}

fn to_lite(loaded: &Loaded, ascii: bool) -> Result<Written, Failure> {
    let (tree, mut losses) = tree(loaded)?;
    let options = lite::WriteOptions {
        ascii,
        ..Default::default()
    };
    let written = lite::write(&tree, &options).map_err(|error| Failure::Limit {
        message: error.to_string(),
        help: Some("write .efg, whose nodes have no names".to_owned()),
    })?;
    losses.extend(written.losses);
    losses.extend(renamed(&written.renames));
    Ok(Written {
        text: written.text,
        losses,
    })
}

fn to_nfg(loaded: &Loaded, ascii: bool) -> Result<Written, Failure> {
    let mut losses = Vec::new();
    let made;
    let table = match &loaded.model {
        Model::Table(table) => table,
        Model::ActionGraph(graph) => {
            losses.push("the action graph".to_owned());
            made = request::expand(graph)?;
            &made
        }
        Model::Tree(_)
        | Model::Positions(_)
        | Model::Stochastic(_)
        | Model::Alike(_)
        | Model::Coalitional(_) => {
            let (tree, lost) = tree(loaded)?;
            losses = lost;
            losses.push(
                "who moves when and who knows what (strategies that differ only where they \
                 exclude themselves are one)"
                    .to_owned(),
            );
            let form = reduced_form(&tree, MOST_CELLS).map_err(|error| too_large(&error))?;
            made = form.into_game();
            &made
        }
    };
    let written = nfg::write(
        table,
        &nfg::WriteOptions {
            ascii,
            ..Default::default()
        },
    );
    losses.extend(renamed(&written.renames));
    Ok(Written {
        text: written.text,
        losses,
    })
}

fn to_agg(loaded: &Loaded) -> Result<Written, Failure> {
    match &loaded.model {
        Model::ActionGraph(graph) => Ok(Written::lossless(agg::write(graph))),
        _ => Err(Failure::usage(
            "only an action-graph game can be written as one",
            "write .nfg or .efg",
        )),
    }
}

fn to_json(loaded: &Loaded) -> Result<Written, Failure> {
    let (game, losses) = match &loaded.model {
        Model::Table(table) => (Game::Strategic(table.clone()), Vec::new()),
        Model::ActionGraph(graph) => (Game::ActionGraph(graph.clone()), Vec::new()),
        Model::Coalitional(game) => (Game::Coalitional(game.clone()), Vec::new()),
        Model::Stochastic(game) => (Game::Stochastic(game.clone()), scenario_losses(loaded)),
        Model::Tree(_) | Model::Positions(_) | Model::Alike(_) => {
            let (tree, losses) = tree(loaded)?;
            (Game::Extensive(tree.into_owned()), losses)
        }
    };
    Ok(Written {
        text: json::write(&game),
        losses,
    })
}

/// A scenario with every position written out, numbers in the place of formulas.
fn to_toml(loaded: &Loaded) -> Result<Written, Failure> {
    let Some(ladder) = &loaded.ladder else {
        return Err(Failure::usage(
            "only a scenario can be written as one",
            "write .efg, .nfg or .json",
        ));
    };
    let made = compile(&ladder.scenario, &CompileLimits::default()).value;
    let compiled = made.ok_or_else(|| Failure::internal("a game cannot be made a second time"))?;
    Ok(Written {
        text: to_tree(&ladder.scenario, &compiled),
        losses: if matches!(loaded.model, Model::Stochastic(_)) {
            vec!["comments, and what --set and --given changed".to_owned()]
        } else {
            vec!["the stages, formulas and notes (every position is written out)".to_owned()]
        },
    })
}

fn to_dot(loaded: &Loaded) -> Result<Written, Failure> {
    let drawn = match &loaded.model {
        Model::Tree(tree) => dot::tree(tree, MOST_DRAWN, |_| None),
        Model::Positions(game) => dot::positions(game, MOST_DRAWN, |_| None),
        Model::Table(_)
        | Model::ActionGraph(_)
        | Model::Stochastic(_)
        | Model::Alike(_)
        | Model::Coalitional(_) => {
            let (tree, _) = tree(loaded)?;
            dot::tree(&tree, MOST_DRAWN, |_| None)
        }
    };
    let text = drawn.map_err(|error| Failure::Limit {
        message: error.to_string(),
        help: None,
    })?;
    Ok(Written {
        text,
        losses: vec!["everything but the picture; it cannot be read back".to_owned()],
    })
}

fn too_large(error: &ConvertError) -> Failure {
    let message = error.to_string();
    match error {
        ConvertError::TooManyCells { .. }
        | ConvertError::TooManyStrategies { .. }
        | ConvertError::TooMuchWork { .. }
        | ConvertError::TooManyNodes { .. } => Failure::Limit {
            message,
            help: None,
        },
        _ => Failure::input(message),
    }
}

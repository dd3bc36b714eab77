//! `deterra information FILE`: what knowing another's type is worth, and that one's own is not known.

mod show;

use super::Answer;
use super::commitment::scene::{Scene, actors, approximate, endings, player};
use crate::args::{Format, InformationArgs};
use crate::context::Context;
use crate::equilibrium::{self, Played, Which};
use crate::failure::{Exit, Failure};
use crate::output::json::{self, Exact, Object};
use crate::output::model::Reproduce;
use crate::request::{self, Loaded};
use deterra_analyze::information_value::{Signal, informed};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::{Number, Rational};
use deterra_game::positional::PositionGraph;
use deterra_render::number::both;
use deterra_scenario::CompiledGame;
use deterra_scenario::compile::profiles;
use deterra_solve::perfect::tie_rule::TieRule;
use deterra_verify::payoff::position_payoffs;
use serde::Serialize;

/// The whole answer.
#[derive(Debug, Serialize)]
struct Answered {
    schema: &'static str,
    name: String,
    sha256: String,
    /// Who learns.
    of: String,
    /// Whose type it is; `chance` in a game file.
    about: String,
    /// How likely what is learned is wrong.
    error: Exact,
    /// Nobody learns anything.
    hidden: GameRow,
    /// It is learned, and everybody knows that.
    informed: GameRow,
    /// What learning it adds to everybody's payoff.
    value: Object<Exact>,
    value_approx: Object<Option<f64>>,
    sentences: Vec<String>,
    reproduce: Reproduce,
}

/// What is played in one of the games.
#[derive(Debug, Serialize)]
struct GameRow {
    equilibrium: Which,
    payoffs: Object<Exact>,
    approx: Object<Option<f64>>,
    outcomes: Object<Exact>,
}

/// What can be learned.
struct Subject {
    name: String,
    /// Whose it is, if it is a player's.
    player: Option<PlayerId>,
    kinds: Vec<usize>,
    names: Vec<String>,
}

pub(crate) fn run(asked: &InformationArgs, context: &Context) -> Result<Answer, Failure> {
    let error = &asked.error;
    let error = Number::parse(error).map(Number::into_value).map_err(|_| {
        Failure::usage(
            format!("`{error}` is no probability"),
            "write a number from 0 to 1, such as 1/10",
        )
    })?;
    let loaded = request::load_histories(&asked.input.file, context)?;
    let (ids, _) = actors(&loaded);
    let subjects = subjects(&loaded);
    let (scene, head) = Scene::new(loaded, "the value of information")?;
    let subjects = subjects.unwrap_or_else(|| first_moves(&scene.tree));
    let subject = chosen(subjects, asked.about.as_deref())?;
    let of = match asked.of.as_deref() {
        Some(name) => player(name, &scene.players, &ids)?,
        None => learner(&scene, &subject)?,
    };
    let signal = Signal {
        to: of,
        kinds: subject.kinds,
        names: subject.names,
        error,
    };
    let told = informed(&scene.tree, &signal)
        .map_err(|error| Failure::usage(error.to_string(), "types that are fixed hide nothing"))?;
    let told = CompiledGame::Tree(told);
    let hidden = solved(&scene.game, "nobody learns anything", context)?;
    let informed = solved(&told, "it is learned", context)?;
    let before = position_payoffs(scene.game.graph(), &hidden.profile);
    let after = position_payoffs(told.graph(), &informed.profile);
    let gains: Vec<Rational> = after.iter().zip(&before).map(|(a, b)| a - b).collect();
    let value = scene.by_player(&gains);
    let mut answer = Answered {
        schema: "deterra/information/1",
        name: head.name,
        sha256: head.sha256,
        of: scene.players[of.index()].clone(),
        about: subject.name,
        error: Exact(signal.error),
        hidden: game_row(&scene, scene.game.graph(), &before, hidden),
        informed: game_row(&scene, told.graph(), &after, informed),
        value_approx: approximate(&value),
        value,
        sentences: Vec::new(),
        reproduce: Reproduce {
            version: env!("CARGO_PKG_VERSION"),
            command: context.command_line.clone(),
            seed: context.shared.seed,
            threads: context.shared.threads,
        },
    };
    // Who never moves has nothing to hide.
    let about = subject.player.filter(|p| scene.movers().contains(p));
    answer.sentences = sentences(&answer, about.map(PlayerId::index), of.index());
    let text = match context.shared.format() {
        Format::Json => json::document(&answer).map_err(Failure::internal)?,
        Format::Csv => show::csv(&answer),
        Format::Text | Format::Gambit => show::text(&answer, context.width()),
    };
    Ok(Answer {
        text: text.into(),
        exit: Exit::Answered,
    })
}

/// The actors of a scenario whose type is not known; nothing for a game file.
fn subjects(loaded: &Loaded) -> Option<Vec<Subject>> {
    let scenario = &loaded.ladder.as_ref()?.scenario;
    let profiles = profiles(scenario, &mut Vec::new());
    let mut found = Vec::new();
    let mut next = 0;
    for (actor, whole) in scenario.actors.iter().enumerate() {
        let player = whole.plays.then(|| PlayerId::from_index(next));
        next += usize::from(whole.plays);
        let kinds: Option<Vec<usize>> = profiles.iter().map(|p| p.types[actor]).collect();
        let Some(kinds) = kinds.filter(|kinds| kinds.windows(2).any(|pair| pair[0] != pair[1]))
        else {
            continue;
        };
        found.push(Subject {
            name: whole.label.clone(),
            player,
            kinds,
            names: whole.types.iter().map(|kind| kind.id.clone()).collect(),
        });
    }
    Some(found)
}

/// Chance's first move in a game file.
fn first_moves(tree: &ExtensiveGame) -> Vec<Subject> {
    let NodeKind::Chance(event) = tree.kind(NodeId::ROOT) else {
        return Vec::new();
    };
    let moves = 0..tree.num_actions(event);
    vec![Subject {
        name: "chance".to_owned(),
        player: None,
        kinds: moves.clone().collect(),
        names: crate::output::names::unique(moves.map(|k| tree.action_label(event, k))),
    }]
}

fn chosen(mut subjects: Vec<Subject>, about: Option<&str>) -> Result<Subject, Failure> {
    let names: Vec<String> = subjects.iter().map(|s| s.name.clone()).collect();
    let at = match about {
        Some(name) => names.iter().position(|n| n == name),
        None if subjects.len() == 1 => Some(0),
        None => None,
    };
    match at {
        Some(at) => Ok(subjects.swap_remove(at)),
        None if names.is_empty() => Err(Failure::usage(
            "nothing is hidden here that could be learned before play",
            "types of actors are, and the first move of chance in a game file",
        )),
        None => Err(Failure::usage(
            "it is not clear whose type is to be learned",
            format!("say --about, one of {}", names.join(", ")),
        )),
    }
}

/// The only one who moves beside the subject.
fn learner(scene: &Scene, subject: &Subject) -> Result<PlayerId, Failure> {
    let mut others = scene.movers();
    others.retain(|p| Some(*p) != subject.player);
    match others.as_slice() {
        [only] => Ok(*only),
        _ => Err(Failure::usage(
            "it is not clear who would learn it",
            format!("say --of, one of {}", scene.players.join(", ")),
        )),
    }
}

fn solved(game: &CompiledGame, what: &str, context: &Context) -> Result<Played, Failure> {
    equilibrium::of_game(game, TieRule::FirstListed, context).map_err(|why| Failure::Limit {
        message: format!("if {what} there is no equilibrium to be compared: {why}"),
        help: None,
    })
}

fn game_row(
    scene: &Scene,
    graph: &dyn PositionGraph,
    paid: &[Rational],
    played: Played,
) -> GameRow {
    let payoffs = scene.by_player(paid);
    let outcomes = endings(graph, &played.profile).into_iter();
    GameRow {
        approx: approximate(&payoffs),
        payoffs,
        outcomes: outcomes.map(|(label, p)| (label, Exact(p))).collect(),
        equilibrium: played.which,
    }
}

/// What it amounts to.
fn sentences(answer: &Answered, about: Option<usize>, of: usize) -> Vec<String> {
    let mut told = Vec::new();
    let (of_name, gain) = (&answer.of, &answer.value.0[of].1.0);
    let what = if answer.about == "chance" {
        "what chance drew".to_owned()
    } else {
        format!("the type of {}", answer.about)
    };
    let how = if answer.error.0.is_zero() {
        "Knowing".to_owned()
    } else {
        format!(
            "A probe that is wrong with {} and says",
            both(&answer.error.0)
        )
    };
    told.push(format!(
        "{how} {what} is worth {} to {of_name}.",
        both(gain)
    ));
    if gain.is_negative() {
        told.push(
            "It is better off not knowing: the others know that it would know, and do something else."
                .to_owned(),
        );
    }
    if let Some(about) = about {
        let (name, change) = &answer.value.0[about];
        let secrecy = -&change.0;
        told.push(format!(
            "That nobody knows it is worth {} to {name}.",
            both(&secrecy)
        ));
    }
    for (game, row) in [
        ("Without it", &answer.hidden),
        ("With it", &answer.informed),
    ] {
        if row.equilibrium.is_one_of_several() {
            told.push(format!(
                "{game} what is compared is {}.",
                row.equilibrium.phrase()
            ));
        }
    }
    told
}

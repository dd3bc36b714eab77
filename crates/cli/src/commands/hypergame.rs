//! `deterra hypergame FILE`: each side plays the game that it sees.

mod show;

use super::Answer;
use crate::args::Format;
use crate::args::values::{Assignment, Opinion};
use crate::context::Context;
use crate::equilibrium::{self, Played, Which};
use crate::failure::{Exit, Failure};
use crate::output::json::{self, Exact, Object};
use crate::output::model::Reproduce;
use crate::output::names::{hint, place, unique};
use crate::request::{self, Loaded};
use deterra_analyze::hypergame::{Hypergame, View, hypergame};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_render::number::both;
use deterra_scenario::parameter::Definition;
use deterra_scenario::{CompileLimits, Compiled, Scenario, compile};
use deterra_solve::perfect::tie_rule::TieRule;
use serde::Serialize;

/// The whole answer.
#[derive(Debug, Serialize)]
struct Answered {
    schema: &'static str,
    name: String,
    sha256: String,
    /// What is the case.
    truth: Seen,
    /// What each player takes to be the case.
    views: Vec<Seen>,
    outcomes: Vec<OutcomeRow>,
    path: Vec<MoveRow>,
    surprises: Vec<SurpriseRow>,
    /// What every player gets.
    payoffs: Object<Exact>,
    approx: Object<Option<f64>>,
    /// What it would get if everybody played the solution of the true game.
    informed: Object<Exact>,
    informed_approx: Object<Option<f64>>,
    /// The difference; negative where misperception serves it.
    cost_of_misperception: Object<Exact>,
    cost_approx: Object<Option<f64>>,
    sentences: Vec<String>,
    reproduce: Reproduce,
}

/// A game as somebody sees it.
#[derive(Debug, Serialize)]
struct Seen {
    /// Whose view; null for the truth.
    of: Option<String>,
    /// Whether it is the truth.
    is_true: bool,
    types: Object<String>,
    /// Parameters that are changed.
    parameters: Object<String>,
    /// What the player expects to get.
    expected: Option<Exact>,
    expected_approx: Option<f64>,
    equilibrium: Which,
}

/// A way to end.
#[derive(Debug, Serialize)]
struct OutcomeRow {
    outcome: String,
    node: String,
    probability: Exact,
    approx: Option<f64>,
}

/// A move that is made.
#[derive(Debug, Serialize)]
struct MoveRow {
    position: String,
    player: String,
    action: String,
    probability: Exact,
    approx: Option<f64>,
}

/// A move that somebody thought impossible.
#[derive(Debug, Serialize)]
struct SurpriseRow {
    position: String,
    player: String,
    action: String,
    surprises: String,
    probability: Exact,
    approx: Option<f64>,
}

/// What is taken to be the case, beyond the file.
#[derive(Clone, Debug)]
struct Beliefs {
    scenario: Scenario,
    types: Vec<(usize, usize)>,
    parameters: Vec<(String, String)>,
}

pub(crate) fn run(
    file: &str,
    opinions: &[Opinion],
    truth: &[Assignment],
    context: &Context,
) -> Result<Answer, Failure> {
    let loaded = request::load(file, context)?;
    let Some(ladder) = loaded.ladder.as_deref() else {
        return Err(Failure::usage(
            "this is a game file, and only scenarios can be seen in several ways",
            "a view changes types and parameters of a scenario",
        ));
    };
    let base = &ladder.scenario;
    let players: Vec<usize> = (0..base.actors.len())
        .filter(|actor| base.actors[*actor].plays)
        .collect();
    for opinion in opinions {
        let of = actor_of(base, &opinion.of)?;
        if !players.contains(&of) {
            return Err(Failure::usage(
                format!("{} does not play, so it has no view", opinion.of),
                "--view is for actors that play: members of a coalition that votes, not it",
            ));
        }
    }
    let real = beliefs(base, None, truth.iter(), None)?;
    let (real_game, real_play) = solved(&real, "the true game", context)?;
    // Solved games, by player; none where the player sees the truth.
    let mut seen: Vec<Option<(Beliefs, Compiled, Played)>> = Vec::new();
    for actor in &players {
        let own = opinions.iter();
        let own: Vec<&Assignment> = own
            .filter(|o| actor_of(base, &o.of).ok() == Some(*actor))
            .map(|o| &o.assignment)
            .collect();
        let in_file = base.views.iter().any(|view| view.of == Some(*actor));
        if own.is_empty() && !in_file {
            seen.push(None);
            continue;
        }
        let view = beliefs(base, Some(*actor), own.into_iter(), Some(&real))?;
        let what = format!("the game that {} sees", base.actors[*actor].label);
        let (game, play) = solved(&view, &what, context)?;
        seen.push(Some((view, game, play)));
    }
    let real_view = View {
        graph: real_game.game.graph(),
        profile: &real_play.profile,
    };
    let views: Vec<View<'_>> = seen
        .iter()
        .map(|view| match view {
            Some((_, game, play)) => View {
                graph: game.game.graph(),
                profile: &play.profile,
            },
            None => real_view,
        })
        .collect();
    let played = hypergame(real_view, &views).map_err(|error| Failure::Limit {
        message: error.to_string(),
        help: Some("views must leave the same moves in the same places".to_owned()),
    })?;
    let mut answer = answered(&loaded, real_view, &played, context);
    answer.truth = row(&real, None, true, &real_play.which, None);
    let labels = unique(players.iter().map(|a| base.actors[*a].label.as_str()));
    for (player, view) in seen.iter().enumerate() {
        let (own, which, is_true) = match view {
            Some((own, _, play)) => (own, &play.which, false),
            None => (&real, &real_play.which, true),
        };
        let expected = Some(&played.expected[player]);
        answer
            .views
            .push(row(own, Some(&labels[player]), is_true, which, expected));
    }
    answer.sentences = sentences(&answer, &labels);
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

/// The actor of an id or a label.
fn actor_of(scenario: &Scenario, name: &str) -> Result<usize, Failure> {
    let labelled = || scenario.actors.iter().position(|a| a.label == name);
    scenario.actor(name).or_else(labelled).ok_or_else(|| {
        let known = scenario.actors.iter().map(|a| a.id.as_str());
        let names: Vec<&str> = known.clone().collect();
        Failure::usage(
            format!("there is no actor `{name}`"),
            hint(name, known, || format!("actors are {}", names.join(", "))),
        )
    })
}

/// The scenario as a side sees it: what is true, then what the file says of its view, then the
/// command line.
fn beliefs<'a>(
    base: &Scenario,
    of: Option<usize>,
    assignments: impl Iterator<Item = &'a Assignment>,
    truth: Option<&Beliefs>,
) -> Result<Beliefs, Failure> {
    let mut own = truth.cloned().unwrap_or_else(|| Beliefs {
        scenario: base.clone(),
        types: Vec::new(),
        parameters: Vec::new(),
    });
    let problem = |d: &deterra_game::diagnostic::Diagnostic| Failure::Usage {
        message: d.message.clone(),
        help: d.help.clone(),
    };
    for view in base.views.iter().filter(|view| view.of == of) {
        let seen = own.scenario.seen(&view.types, &view.patches);
        own.scenario = seen.map_err(|all| {
            all.first()
                .map_or_else(|| Failure::internal("a view without a problem"), problem)
        })?;
        own.types.extend(&view.types);
        for patch in &view.patches {
            let text = match &patch.definition {
                Definition::One(one) => one.to_string(),
                Definition::Many(many) => {
                    let many: Vec<String> = many.iter().map(ToString::to_string).collect();
                    format!("[{}]", many.join(", "))
                }
            };
            own.parameters.push((patch.name.clone(), text));
        }
    }
    for Assignment { name, value } in assignments {
        if let Ok(actor) = actor_of(base, name) {
            let types = &base.actors[actor].types;
            let kind = types.iter().position(|t| t.id == *value).ok_or_else(|| {
                let known = types.iter().map(|t| t.id.as_str());
                let names: Vec<&str> = known.clone().collect();
                Failure::usage(
                    format!("{name} has no type `{value}`"),
                    hint(value, known, || {
                        format!("its types are {}", names.join(", "))
                    }),
                )
            })?;
            own.scenario.actors[actor].given = Some(kind);
            own.types.push((actor, kind));
        } else {
            let set = own.scenario.parameters.set(name, value);
            set.map_err(|d| problem(&d))?;
            own.parameters.push((name.clone(), value.clone()));
        }
    }
    Ok(own)
}

/// Compiles and solves a game as somebody sees it.
fn solved(beliefs: &Beliefs, what: &str, context: &Context) -> Result<(Compiled, Played), Failure> {
    let compiled = compile(&beliefs.scenario, &CompileLimits::default());
    let failed = compiled.diagnostics.iter().find(|d| d.is_error());
    if let Some(problem) = failed {
        let message = format!("{what} cannot be made: {}", problem.message);
        return Err(Failure::Input {
            message,
            help: problem.help.clone(),
        });
    }
    let Some(compiled) = compiled.value else {
        return Err(Failure::input(format!("{what} cannot be made")));
    };
    if compiled.summary.profiles > 1 {
        let open: Vec<&str> = beliefs
            .scenario
            .actors
            .iter()
            .filter(|a| a.given.is_none() && a.types.len() > 1)
            .map(|a| a.id.as_str())
            .collect();
        return Err(Failure::usage(
            format!("{what} leaves open of which type {} is", open.join(", ")),
            "say what is the case with --truth ACTOR=TYPE, and what is seen with --view",
        ));
    }
    let played = equilibrium::of_game(&compiled.game, TieRule::FirstListed, context);
    let played = played.map_err(|why| Failure::Limit {
        message: format!("{what} has no equilibrium to be played: {why}"),
        help: None,
    })?;
    Ok((compiled, played))
}

fn row(
    own: &Beliefs,
    of: Option<&String>,
    is_true: bool,
    which: &Which,
    expected: Option<&Rational>,
) -> Seen {
    let actors = own.scenario.actors.iter();
    let types = actors.filter_map(|a| Some((a.label.clone(), a.types[a.given?].id.clone())));
    let expected = expected.map(Exact::from);
    Seen {
        of: of.cloned(),
        is_true,
        types: types.collect(),
        parameters: Object(own.parameters.clone()),
        expected_approx: expected.as_ref().and_then(Exact::approx),
        expected,
        equilibrium: which.clone(),
    }
}

/// The answer but for the views.
fn answered(loaded: &Loaded, real: View<'_>, played: &Hypergame, context: &Context) -> Answered {
    let graph = real.graph;
    let all = (0..graph.num_players()).map(PlayerId::from_index);
    let names = unique(all.map(|p| graph.player_label(p)));
    let exact = |values: &[Rational]| -> Object<Exact> {
        let values = values.iter().map(Exact::from);
        names.iter().cloned().zip(values).collect()
    };
    let approx = |values: &[Rational]| -> Object<Option<f64>> {
        let values = values.iter().map(|v| Exact::from(v).approx());
        names.iter().cloned().zip(values).collect()
    };
    let costs = played.costs();
    let outcome = |(node, probability): &(NodeId, Rational)| {
        let label = graph.outcome_label(*node).unwrap_or_default();
        let node = place(graph, *node);
        let probability = Exact::from(probability);
        OutcomeRow {
            outcome: if label.is_empty() { &node } else { label }.to_owned(),
            node,
            approx: probability.approx(),
            probability,
        }
    };
    Answered {
        schema: "deterra/hypergame/1",
        name: loaded.title.clone(),
        sha256: loaded.sha256.clone(),
        truth: Seen {
            of: None,
            is_true: true,
            types: Object::default(),
            parameters: Object::default(),
            expected: None,
            expected_approx: None,
            equilibrium: Which::default(),
        },
        views: Vec::new(),
        outcomes: played.endings.iter().map(outcome).collect(),
        path: played
            .moves
            .iter()
            .map(|made| MoveRow {
                position: place(graph, made.position),
                player: names[made.player.index()].clone(),
                action: graph.move_label(made.position, made.chosen).to_owned(),
                probability: Exact::from(&made.probability),
                approx: Exact::from(&made.probability).approx(),
            })
            .collect(),
        surprises: played
            .surprises
            .iter()
            .map(|met| SurpriseRow {
                position: place(graph, met.position),
                player: names[met.mover.index()].clone(),
                action: graph.move_label(met.position, met.chosen).to_owned(),
                surprises: names[met.surprised.index()].clone(),
                probability: Exact::from(&met.probability),
                approx: Exact::from(&met.probability).approx(),
            })
            .collect(),
        payoffs: exact(&played.obtained),
        approx: approx(&played.obtained),
        informed: exact(&played.informed),
        informed_approx: approx(&played.informed),
        cost_of_misperception: exact(&costs),
        cost_approx: approx(&costs),
        sentences: Vec::new(),
        reproduce: context.reproduce(),
    }
}

/// What it amounts to.
fn sentences(answer: &Answered, players: &[String]) -> Vec<String> {
    let mut told = Vec::new();
    for player in players {
        let first = answer.surprises.iter().find(|s| s.surprises == *player);
        if let Some(met) = first {
            let chance = if met.probability.0.is_one() {
                String::new()
            } else {
                format!(", with probability {}", both(&met.probability.0))
            };
            told.push(format!(
                "{player} is first surprised at {}, where {} plays {}{chance}.",
                met.position, met.player, met.action
            ));
        }
    }
    for (player, cost) in &answer.cost_of_misperception.0 {
        if !cost.0.is_zero() {
            let verb = if cost.0.is_negative() {
                "serves"
            } else {
                "costs"
            };
            told.push(format!(
                "What is misperceived {verb} {player} {}.",
                both(&cost.0.abs())
            ));
        }
    }
    let mut chosen: Vec<String> = Vec::new();
    for seen in std::iter::once(&answer.truth).chain(&answer.views) {
        if seen.equilibrium.is_one_of_several() {
            let whose = match &seen.of {
                Some(_) if seen.is_true => continue,
                Some(of) => format!("the game that {of} sees"),
                None => "the true game".to_owned(),
            };
            chosen.push(format!(
                "In {whose} {} is played; there may be others.",
                seen.equilibrium.phrase()
            ));
        }
    }
    told.extend(chosen);
    told
}

//! The mix of plans with the least regret over the cases that nobody can tell apart.

use super::{Section, approx, exact, wrapped};
use crate::args::SensitivityArgs;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::names::hint;
use crate::request::family::ScenarioFamily;
use crate::request::points;
use deterra_analyze::robust::{LeastRegret, MOST_CASES, Policy, least_regret, policies, yield_of};
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::positional::PositionGraph;
use deterra_render::number::both;
use deterra_render::table::{Cell, Table};
use deterra_scenario::model::Role;
use deterra_scenario::{CompileLimits, CompiledGame, Scenario, compile};
use serde_json::{Value, json};

/// A case and its game.
pub(super) struct Case {
    /// The types and the numbers, as words.
    pub(super) name: String,
    /// The scenario with them.
    pub(super) scenario: Scenario,
    /// Its game.
    pub(super) game: CompiledGame,
}

/// The types of some actors in every combination, as pairs of actor and type.
pub(super) fn combinations(
    scenario: &Scenario,
    of: &dyn Fn(usize) -> bool,
) -> Vec<Vec<(usize, usize)>> {
    let mut all = vec![Vec::new()];
    for (at, actor) in scenario.actors.iter().enumerate() {
        if actor.types.is_empty() || actor.given.is_some() || !of(at) {
            continue;
        }
        let longer = all.iter().flat_map(|types: &Vec<(usize, usize)>| {
            (0..actor.types.len()).map(move |k| {
                let mut types = types.clone();
                types.push((at, k));
                types
            })
        });
        all = longer.take(MOST_CASES + 1).collect();
    }
    all
}

/// The game of a scenario in which everything is known.
pub(super) fn case(scenario: Scenario, name: String) -> Result<Case, Failure> {
    let reading = compile(&scenario, &CompileLimits::default());
    if let Some(error) = reading.diagnostics.iter().find(|d| d.is_error()) {
        return Err(Failure::input(format!(
            "in the case {name}: {}",
            error.message
        )));
    }
    let game = reading.value.map(|compiled| compiled.game);
    let Some(game) = game.filter(|g| g.acyclic().is_some_and(is_open)) else {
        return Err(Failure::usage(
            format!("in the case {name} something is hidden from somebody, or play need not end"),
            "this question needs perfect information: fix types with --given, and let everybody see every move",
        ));
    };
    Ok(Case {
        name,
        scenario,
        game,
    })
}

/// Whether everybody sees every move.
fn is_open(graph: &dyn PositionGraph) -> bool {
    graph
        .as_extensive()
        .is_none_or(deterra_game::information::is_perfect_information)
}

pub(super) fn type_names(scenario: &Scenario, types: &[(usize, usize)]) -> Vec<String> {
    let name = |(actor, kind): &(usize, usize)| {
        let actor = &scenario.actors[*actor];
        format!("{} {}", actor.label, actor.types[*kind].id)
    };
    types.iter().map(name).collect()
}

pub(super) fn section(
    family: &ScenarioFamily<'_>,
    arguments: &SensitivityArgs,
    context: &Context,
) -> Result<Section, Failure> {
    let base = &family.base;
    let actor = chooser(base, arguments.player.as_deref())?;
    let label = base.actors[actor].label.clone();
    if !base.actors[actor].types.is_empty() && base.actors[actor].given.is_none() {
        return Err(Failure::usage(
            format!("{label} has types, and a plan is of one of them"),
            format!(
                "fix it: --given {}=TYPE, or choose another with --player",
                base.actors[actor].id
            ),
        ));
    }
    let cases = cases(family, actor, arguments)?;
    if cases.len() < 2 {
        return Err(Failure::usage(
            "there is one case only, so there is nothing to regret",
            "let somebody else have types, or vary numbers: --over V=4:10",
        ));
    }
    let plans = plans_of(&cases[0], &label)?;
    let player = |case: &Case| player_of(graph(case), &label);
    let mut yields: Vec<Vec<Rational>> = Vec::new();
    for plan in &plans {
        let mut row = Vec::new();
        for case in &cases {
            let who = player(case)?;
            let got = yield_of(graph(case), who, plan);
            let got = got.map_err(|why| {
                Failure::usage(why, "cases must have the same moves in the same places")
            })?;
            row.push(got[who.index()].clone());
        }
        yields.push(row);
    }
    let found = least_regret(&yields).ok_or_else(|| Failure::internal("no least regret"))?;
    Ok(shown(&label, &cases, &plans, &yields, &found, context))
}

fn graph(case: &Case) -> &dyn PositionGraph {
    case.game.graph()
}

/// Whose plans are compared: as `--player` says, else the defender, else whoever plays and has no types.
fn chooser(scenario: &Scenario, name: Option<&str>) -> Result<usize, Failure> {
    let plays = |at: &usize| scenario.actors[*at].plays;
    let all: Vec<usize> = (0..scenario.actors.len()).filter(plays).collect();
    if let Some(name) = name {
        let found = all.iter().find(|at| {
            let actor = &scenario.actors[**at];
            actor.id == name || actor.label == name
        });
        return found.copied().ok_or_else(|| {
            let names: Vec<&str> = all
                .iter()
                .map(|at| scenario.actors[*at].id.as_str())
                .collect();
            Failure::usage(
                format!("there is no player `{name}`"),
                hint(name, names.iter().copied(), || {
                    format!("players are {}", names.join(", "))
                }),
            )
        });
    }
    let is_known = |at: &&usize| {
        let actor = &scenario.actors[**at];
        actor.types.is_empty() || actor.given.is_some()
    };
    let defends = |at: &&usize| scenario.actors[**at].role == Some(Role::Defender);
    let known = || all.iter().filter(is_known);
    let found = known().find(defends).or_else(|| known().next());
    found.copied().ok_or_else(|| {
        Failure::usage(
            "everybody has types, and a plan is of one of them",
            "say whose plans: --player NAME --given NAME=TYPE",
        )
    })
}

/// Every combination of types of the others, and of the ends of the ranges of `--over`.
fn cases(
    family: &ScenarioFamily<'_>,
    actor: usize,
    arguments: &SensitivityArgs,
) -> Result<Vec<Case>, Failure> {
    let base = &family.base;
    let over = if arguments.over.is_empty() {
        Vec::new()
    } else {
        points::over(&arguments.over, family)?
    };
    let mut corners: Vec<Vec<(String, Rational)>> = vec![Vec::new()];
    for (name, spread) in &over {
        let (low, high) = spread.range();
        let longer = corners.iter().flat_map(|corner| {
            [&low, &high].map(|value| {
                let mut corner = corner.clone();
                corner.push((name.clone(), value.clone()));
                corner
            })
        });
        corners = longer.take(MOST_CASES + 1).collect();
    }
    let types = combinations(base, &|at| at != actor);
    if types.len() * corners.len() > MOST_CASES {
        return Err(Failure::Limit {
            message: format!("there are more than {MOST_CASES} cases"),
            help: Some("fix some types with --given, or vary fewer numbers".to_owned()),
        });
    }
    let mut cases = Vec::new();
    for types in &types {
        for corner in &corners {
            let mut scenario = base
                .seen(types, &[])
                .map_err(|_| Failure::internal("types cannot be fixed"))?;
            let mut names = type_names(base, types);
            for (name, value) in corner {
                let set = scenario.assign(name, value);
                set.map_err(|d| Failure::input(d.message))?;
                names.push(format!("{name} = {value}"));
            }
            if let Some(complaint) = scenario.complaints().first() {
                return Err(Failure::input(format!(
                    "in the case {}: {}",
                    names.join(", "),
                    complaint.message
                )));
            }
            cases.push(case(scenario, names.join(", "))?);
        }
    }
    Ok(cases)
}

fn player_of(graph: &dyn PositionGraph, label: &str) -> Result<PlayerId, Failure> {
    let mut players = (0..graph.num_players()).map(PlayerId::from_index);
    players
        .find(|p| graph.player_label(*p) == label)
        .ok_or_else(|| Failure::internal("a player is missing"))
}

fn plans_of(case: &Case, label: &str) -> Result<Vec<Policy>, Failure> {
    let player = player_of(graph(case), label)?;
    policies(graph(case), player).map_err(|message| Failure::Limit {
        message,
        help: Some("this question is for short ladders".to_owned()),
    })
}

fn words(plan: &Policy) -> String {
    if plan.is_empty() {
        return "nothing to decide".to_owned();
    }
    let decisions: Vec<String> = plan
        .iter()
        .map(|(at, to)| format!("{to} at {at}"))
        .collect();
    decisions.join(", ")
}

fn shown(
    label: &str,
    cases: &[Case],
    plans: &[Policy],
    yields: &[Vec<Rational>],
    found: &LeastRegret,
    context: &Context,
) -> Section {
    let mut csv = Table::new(["plan", "case", "yield", "regret", "mix", "belief"]);
    let mut rows = Vec::new();
    for (k, plan) in plans.iter().enumerate() {
        for (c, case) in cases.iter().enumerate() {
            csv.push([
                Cell::from(words(plan)),
                Cell::from(case.name.clone()),
                Cell::Number(yields[k][c].clone()),
                Cell::Number(found.regrets[k][c].clone()),
                Cell::Number(found.mix[k].clone()),
                Cell::Number(found.belief[c].clone()),
            ]);
        }
        let moves: Vec<Value> = plan
            .iter()
            .map(|(at, to)| json!({ "position": at, "action": to }))
            .collect();
        rows.push(json!({
            "plan": moves,
            "yields": yields[k].iter().map(exact).collect::<Vec<_>>(),
            "regrets": found.regrets[k].iter().map(exact).collect::<Vec<_>>(),
            "probability": exact(&found.mix[k]),
        }));
    }
    // Plans that are in the mix, are the best single one, or are best in some case.
    let is_shown = |k: usize| {
        !found.mix[k].is_zero()
            || k == found.pure.0
            || found.regrets[k].iter().any(Rational::is_zero)
    };
    let mut table = Table::new(["plan", "case", "yields", "regret"]);
    for k in (0..plans.len()).filter(|k| is_shown(*k)) {
        for (c, case) in cases.iter().enumerate() {
            let name = if c == 0 {
                words(&plans[k])
            } else {
                String::new()
            };
            table.push([
                Cell::from(name),
                Cell::from(case.name.clone()),
                Cell::Number(yields[k][c].clone()),
                Cell::Number(found.regrets[k][c].clone()),
            ]);
        }
    }
    let mut sentences = Vec::new();
    let mix: Vec<String> = (0..plans.len())
        .filter(|k| !found.mix[*k].is_zero())
        .map(|k| {
            format!(
                "{} with probability {}",
                words(&plans[k]),
                both(&found.mix[k])
            )
        })
        .collect();
    sentences.push(format!(
        "Least regret: {}; it is {} at most.",
        mix.join(", or "),
        both(&found.regret)
    ));
    sentences.push(format!(
        "The best single plan, {}, may be regretted by {}.",
        words(&plans[found.pure.0]),
        both(&found.pure.1)
    ));
    let belief: Vec<String> = cases
        .iter()
        .zip(&found.belief)
        .filter(|(_, p)| !p.is_zero())
        .map(|(case, p)| format!("{} {}", case.name, both(p)))
        .collect();
    sentences.push(format!(
        "Regret is hardest to avoid for who believes {}: no plan does better than that on average.",
        belief.join(", ")
    ));
    let mut text = wrapped(
        &format!(
            "What {label} regrets, if it announces its plan and keeps to it, and the others answer best:"
        ),
        context,
    );
    text += &table.to_text(context.width());
    for sentence in &sentences {
        text += &wrapped(sentence, context);
    }
    let believed = cases.iter().zip(&found.belief);
    let believed = believed
        .map(|(case, p)| json!({ "case": case.name, "belief": exact(p), "approx": approx(p) }));
    let pure: Vec<Value> = plans[found.pure.0]
        .iter()
        .map(|(at, to)| json!({ "position": at, "action": to }))
        .collect();
    Section {
        key: "minimax_regret",
        json: json!({
            "player": label,
            "cases": believed.collect::<Vec<_>>(),
            "policies": rows,
            "regret": exact(&found.regret),
            "approx_regret": approx(&found.regret),
            "pure": { "plan": pure, "regret": exact(&found.pure.1) },
            "sentences": sentences,
        }),
        text,
        rows: csv,
        stop: None,
    }
}

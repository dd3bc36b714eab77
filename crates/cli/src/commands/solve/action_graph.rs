//! Equilibria of action graphs: small ones as tables, the others on the graph, by agent (player, or type of a player).

use super::general::LISTED;
use super::{Found, Shown, exit_of, frame, headline, purpose, refusal, rows, table, wanted};
use crate::args::Format;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::gambit;
use crate::output::json::{Exact, Object};
use crate::output::model::{BeforeTypes, Equilibrium, Solved, StepRow, WitnessMove, WitnessRow};
use crate::output::names::{Decision, Names, unique};
use crate::output::profile::Profile;
use crate::output::text::{self, Remarks};
use crate::request::{self, Loaded};
use deterra_game::action_graph::{ActionGraph, ActionGraphGame};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::{Natural, Rational};
use deterra_game::profile::MixedProfile;
use deterra_render::number::{both, decimal, short};
use deterra_render::table::sheet;
use deterra_solve::Request;
use deterra_solve::control::Stop;
use deterra_solve::method::Method;
use deterra_solve::nash::graph_equilibrium::works_on_graphs;
use deterra_solve::problem::{Answer, Problem, solve};
use deterra_solve::solution::Solution;
use deterra_verify::action_graph::{before_types, judge_mixed};
use deterra_verify::verdict::{Concept, Deviation, Verdict, Witness};
use std::fmt::Write as _;

/// Payoffs of a table up to which an action graph is solved as one.
const FEW_PAYOFFS: u32 = 1 << 16;

/// Equilibria shown as text unless more are asked for.
const SHOWN: usize = 12;

/// Names that are written out of those who do the same.
const MOST_NAMED: usize = 6;

pub(super) fn found(
    game: &ActionGraphGame,
    loaded: &Loaded,
    request: &Request,
    context: &Context,
) -> Result<Found, Failure> {
    let on_graph = request
        .method
        .is_none_or(|method| method == Method::Pure || works_on_graphs(method));
    if is_small(game) || !on_graph || purpose::is_given(context) {
        return table(&request::table_of(game, context)?, loaded, request, context);
    }
    let problem = Problem::ActionGraph(game);
    let solution =
        solve(&problem, request, &context.control()).map_err(|e| refusal(&e, loaded, context))?;
    Ok(shown(game, loaded, &solution, context))
}

/// Whether all methods for tables are at hand in a moment.
pub(crate) fn is_small(game: &ActionGraphGame) -> bool {
    let payoffs = game.num_cells() * Natural::from(game.graph().num_agents());
    payoffs <= Natural::from(FEW_PAYOFFS)
}

/// Names of agents, each with one decision of the same name; strategies are numbered from 1.
pub(crate) fn names(graph: &ActionGraph) -> Names {
    let labels: Vec<String> = graph.agents().map(|a| graph.agent_label(a)).collect();
    let players = unique(labels.iter().map(String::as_str));
    let decisions = graph.agents().zip(&players).map(|(agent, name)| {
        vec![Decision {
            name: name.clone(),
            at: NodeId(agent.0),
            actions: (1..=graph.num_strategies(agent))
                .map(|s| s.to_string())
                .collect(),
        }]
    });
    Names {
        decisions: decisions.collect(),
        players,
    }
}

/// A deviation of an agent.
pub(crate) fn witness(names: &Names, witness: &Witness) -> WitnessRow {
    let agent = witness.player.index();
    let player = names.players[agent].clone();
    let to = match witness.deviation {
        Deviation::Strategy { to } => (to + 1).to_string(),
        _ => String::new(),
    };
    let gain = Exact::from(&witness.gain);
    WitnessRow {
        sentence: format!("{player} gains {} by playing \"{to}\"", both(&witness.gain)),
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

/// One equilibrium to be listed.
struct Listed {
    profile: MixedProfile,
    /// By agent.
    payoffs: Vec<Rational>,
    exact: bool,
    /// How many it stands for, of pure ones.
    count: Option<String>,
}

fn shown(
    game: &ActionGraphGame,
    loaded: &Loaded,
    solution: &Solution<Answer>,
    context: &Context,
) -> Found {
    let graph = game.graph();
    let names = names(graph);
    let in_text = context.shared.format() == Format::Text;
    let most = wanted(context, if in_text { SHOWN } else { LISTED });
    let mut solved = frame(loaded, &names.players, solution, context);
    let (all, tolerance): (Vec<Listed>, Rational) = match solution.answer() {
        Answer::PureGraph(answer) => {
            solved.count = Some(answer.count().to_string());
            let orbits = answer.orbits().iter().take(most);
            let listed = orbits.map(|orbit| Listed {
                profile: orbit.profile(game),
                payoffs: orbit.payoffs.clone(),
                exact: true,
                count: Some(orbit.count.to_string()),
            });
            (listed.collect(), Rational::ZERO)
        }
        Answer::Mixed(answer) => {
            solved.count = Some(answer.list.len().to_string());
            solved.scope = "some";
            solved.complete = false;
            solved.complete_among = None;
            solved.work.iterations = answer.steps;
            let list = answer.list.iter().take(most);
            let listed = list.map(|one| Listed {
                profile: one.profile.clone(),
                payoffs: one.payoffs.clone(),
                exact: one.exact,
                count: None,
            });
            (listed.collect(), answer.tolerance.clone())
        }
        _ => (Vec::new(), Rational::ZERO),
    };
    let kinds = match solution.answer() {
        Answer::PureGraph(answer) => answer.orbits().len(),
        Answer::Mixed(answer) => answer.list.len(),
        _ => 0,
    };
    if kinds == 0 {
        // Every game has an equilibrium, so others are there.
        solved.complete = false;
        solved.complete_among = None;
    }
    let (mut lines, mut body) = (String::new(), String::new());
    let (mut ended, mut held) = (None, 0);
    let mut before = Vec::new();
    let wrap = context.width().unwrap_or(100).max(40);
    for (k, one) in all.iter().enumerate() {
        ended = context.stop_list(k, held);
        if ended.is_some() {
            break;
        }
        let allowed = if one.exact {
            &Rational::ZERO
        } else {
            &tolerance
        };
        // Of a single one the verdict is known.
        let verdict = match kinds {
            1 => solution.verdict().clone(),
            _ => rows::judged(Concept::Nash, context, || {
                judge_mixed(game, &one.profile, allowed)
            }),
        };
        if context.shared.format() == Format::Gambit {
            lines += &gambit::written(one.profile.players().iter().flatten(), one.exact);
        }
        let mut row = row(&names, one, &verdict);
        row.id = k + 1;
        held += row.bytes();
        let players: Vec<String> = (0..graph.num_players())
            .map(|p| graph.player_label(p).to_owned())
            .collect();
        let expected = before_types(graph, &one.payoffs);
        if graph.is_bayesian() {
            let (payoffs, approx) = super::rows::payoffs(&players, &expected);
            before.push(BeforeTypes {
                equilibrium: row.id,
                payoffs,
                approx,
            });
        }
        if in_text {
            let expected = graph
                .is_bayesian()
                .then(|| players.iter().cloned().zip(expected).collect());
            let entries = entries(graph, &names, one, expected);
            let _ = writeln!(body, "Equilibrium {}\n{}", row.id, sheet(&entries, wrap));
        }
        solved.equilibria.push(row);
    }
    if graph.is_bayesian() {
        solved.before_types = Some(before);
    }
    if let Some(stop) = ended {
        solved.stop = stop.word();
    }
    let shown = match solved.equilibria.len() {
        0 => Shown::Nothing,
        n if n == kinds => Shown::All,
        _ => Shown::Some,
    };
    let stop = ended.unwrap_or(solution.stop());
    body += &sheet(&summary(&solved, (kinds, stop)), wrap);
    let notes = match solution.answer() {
        Answer::Mixed(answer) => answer.remarks.clone(),
        _ => Vec::new(),
    };
    Found {
        exit: exit_of(stop, solution.is_complete(), shown, context),
        remarks: Remarks {
            headline: headline(loaded, &few(&names.players)),
            body: Some(body),
            notes,
            ..Remarks::default()
        },
        solved,
        lines,
    }
}

/// The names of the first ones and the last one, if there are many.
fn few(players: &[String]) -> Vec<String> {
    if players.len() <= MOST_NAMED {
        return players.to_vec();
    }
    let mut few = players[..2].to_vec();
    few.push("…".to_owned());
    few.extend(players.last().cloned());
    few
}

/// Who does what and what it pays, those together who have the same actions and do the same.
fn entries(
    graph: &ActionGraph,
    names: &Names,
    one: &Listed,
    expected: Option<Vec<(String, Rational)>>,
) -> Vec<(&'static str, String)> {
    let mut groups: Vec<Vec<PlayerId>> = Vec::new();
    for agent in graph.agents() {
        let alike = |group: &&mut Vec<PlayerId>| {
            let first = group[0];
            graph.strategies(first) == graph.strategies(agent)
                && one.profile.of(first) == one.profile.of(agent)
                && one.payoffs[first.index()] == one.payoffs[agent.index()]
        };
        match groups.iter_mut().find(alike) {
            Some(group) => group.push(agent),
            None => groups.push(vec![agent]),
        }
    }
    let (mut plays, mut gets) = (Vec::new(), Vec::new());
    for group in &groups {
        let who = called(
            &group
                .iter()
                .map(|a| names.players[a.index()].as_str())
                .collect::<Vec<_>>(),
        );
        let row = one.profile.of(group[0]).iter().enumerate();
        let used: Vec<(usize, &Rational)> = row.filter(|(_, p)| !p.is_zero()).collect();
        let does = match used.as_slice() {
            [(only, _)] => (only + 1).to_string(),
            several => several
                .iter()
                .map(|(s, p)| {
                    // Of a number that is near what is meant the digits say nothing.
                    let p = if one.exact {
                        short(p)
                    } else {
                        format!("≈{}", decimal(p))
                    };
                    format!("{} with {p}", s + 1)
                })
                .collect::<Vec<_>>()
                .join(", "),
        };
        plays.push(format!("{who}: {does}"));
        let each = if group.len() > 1 { " each" } else { "" };
        gets.push(format!(
            "{who}: {}{each}",
            both(&one.payoffs[group[0].index()])
        ));
    }
    let mut entries = vec![("Plays", plays.join("\n")), ("Payoffs", gets.join("\n"))];
    if let Some(expected) = expected {
        let mut sums: Vec<(Rational, Vec<String>)> = Vec::new();
        for (player, worth) in expected {
            match sums.iter_mut().find(|(known, _)| *known == worth) {
                Some((_, who)) => who.push(player),
                None => sums.push((worth, vec![player])),
            }
        }
        let lines = sums.iter().map(|(worth, who)| {
            let each = if who.len() > 1 { " each" } else { "" };
            let who: Vec<&str> = who.iter().map(String::as_str).collect();
            format!("{}: {}{each}", called(&who), both(worth))
        });
        entries.push(("Before types", lines.collect::<Vec<_>>().join("\n")));
    }
    if let Some(count) = one.count.as_ref().filter(|count| *count != "1") {
        entries.push((
            "Stands for",
            format!("{count} equilibria, which differ in who is who"),
        ));
    }
    entries
}

/// Some by name: all, or the first and how many.
fn called(who: &[&str]) -> String {
    if who.len() <= MOST_NAMED {
        return who.join(", ");
    }
    format!(
        "{}, … {}, all {}",
        who[..2].join(", "),
        who[who.len() - 1],
        who.len()
    )
}

/// How many there are, of how many kinds, what is missing, and what the judge says.
fn summary(solved: &Solved, (kinds, stop): (usize, Stop)) -> Vec<(&'static str, String)> {
    let shown = solved.equilibria.len();
    let count = solved.count.as_deref().unwrap_or("0");
    let (noun, of_scope) = match (count, solved.scope) {
        ("1", "pure") => ("equilibrium", " in pure strategies"),
        (_, "pure") => ("equilibria", " in pure strategies"),
        ("1", _) => ("equilibrium", ""),
        _ => ("equilibria", ""),
    };
    let number = if count == "0" { "no" } else { count };
    let mut told = format!("{number} Nash {noun}{of_scope}");
    if count != kinds.to_string() {
        let kinds = match kinds {
            1 => "1 kind".to_owned(),
            n => format!("{n} kinds"),
        };
        told += ", of ";
        told += &kinds;
    }
    if shown < kinds {
        let _ = write!(told, "; {shown} are shown, --list N shows more");
    }
    let mut entries = vec![("Equilibria", told)];
    if let Some(left_out) = &solved.not_searched {
        entries.push(("Incomplete", left_out.clone()));
    }
    if stop != Stop::Done {
        entries.push(("Stopped", format!("early: {}", stop.clause())));
    }
    let worst = solved
        .equilibria
        .iter()
        .filter(|one| one.verdict.status != "exact")
        .max_by(|a, b| a.verdict.error.0.cmp(&b.verdict.error.0));
    let verdict = match (worst, shown) {
        (None, 0 | 1) => "exact: no deviation gains anything".to_owned(),
        (None, _) => "exact for each: no deviation gains anything".to_owned(),
        (Some(worst), 1) => text::verdict_line(solved, &worst.verdict),
        (Some(worst), _) => format!(
            "at worst, of {}: {}",
            worst.id,
            text::verdict_line(solved, &worst.verdict)
        ),
    };
    if shown > 0 {
        entries.push(("Verdict", verdict));
    }
    entries
}

fn row(names: &Names, one: &Listed, verdict: &Verdict) -> Equilibrium {
    let mut chosen = Vec::new();
    let mut steps = Vec::new();
    let all = names.players.iter().zip(&names.decisions).enumerate();
    let named = all.map(|(agent, (name, decisions))| {
        let actions = decisions.iter().flat_map(|d| &d.actions);
        let row = one.profile.of(PlayerId::from_index(agent));
        for (action, probability) in actions.clone().zip(row) {
            if !probability.is_zero() {
                let probability = Exact::from(probability);
                chosen.push(action.clone());
                steps.push(StepRow {
                    player: name.clone(),
                    infoset: name.clone(),
                    position: None,
                    action: action.clone(),
                    approx: probability.approx(),
                    probability,
                });
            }
        }
        let row = actions.cloned().zip(row.iter().map(Exact::from));
        (name.clone(), Object(vec![(name.clone(), row.collect())]))
    });
    let named = Profile::Mixed(named.collect());
    let (exact, approx) = super::rows::payoffs(&names.players, &one.payoffs);
    Equilibrium {
        id: 1,
        name: format!("({})", chosen.join(", ")),
        selected: false,
        profile_by: None,
        beliefs: None,
        action_values: None,
        refinements: None,
        algebraic: None,
        plans: None,
        family: None,
        ladder: None,
        profile: Some(named),
        payoffs: exact,
        approx,
        outcomes: Vec::new().into(),
        path: steps.into(),
        stationary: None,
        stands_for: one.count.clone(),
        verdict: super::rows::verdict(verdict, |w| witness(names, w)),
    }
}

//! Equilibria of one decision that many alike actors take at once.
//!
//! Equilibria that differ only in who is who are one row: the first members act, the next mix, the
//! last abstain.

use super::rows;
use super::{Found, Shown, exit_of, frame, headline, refusal, wanted};
use crate::args::{ConceptName, Format};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::gambit;
use crate::output::json::{Exact, Object};
use crate::output::model::{Equilibrium, OutcomeRow, Solved, StepRow, WitnessMove, WitnessRow};
use crate::output::names::{Decision, Names, unique};
use crate::output::profile::Profile;
use crate::output::text::{self, Remarks};
use crate::request::Loaded;
use deterra_game::anonymous::number_acting;
use deterra_game::id::NodeId;
use deterra_game::number::Rational;
use deterra_render::number::both;
use deterra_render::table::sheet;
use deterra_scenario::Alike;
use deterra_solve::nash::anonymous::{
    Anonymous, AnonymousEquilibria, GroupPoint, SETS_NOT_SEARCHED,
};
use deterra_solve::problem::{self, Problem, Request, solve};
use deterra_solve::solution::Solution;
use deterra_verify::anonymous::{judge_each, values};
use deterra_verify::verdict::{Deviation, Verdict, Witness};
use std::ops::Range;

/// Equilibria listed where nothing else is asked for.
const LISTED: usize = 100;

/// Equilibria that text shows where nothing else is asked for.
const SHOWN: usize = 5;

/// Why one concept answers for the others.
const ONE_MOVE: &str = "Note: everybody decides once and at once, so every place is reached and no subgame starts \
                        later: Nash, subgame-perfect, perfect Bayesian and sequential equilibria are the same here.";

/// Solves it.
pub(super) fn found(
    alike: &Alike,
    loaded: &Loaded,
    request: &Request,
    context: &Context,
) -> Result<Found, Failure> {
    let solution = solve(
        &Problem::Anonymous(alike.game()),
        request,
        &context.control(),
    )
    .map_err(|error| refusal(&error, loaded, context))?;
    let problem::Answer::Anonymous(answer) = solution.answer() else {
        return Err(Failure::internal("the solver answered another question"));
    };
    let names = names(alike);
    let mut solved = frame(loaded, &names.players, &solution, context);
    solved.scope = "all";
    solved.complete = solution.is_complete();
    solved.complete_among = solution.is_complete().then_some("all");
    solved.count = count(alike, &solution, answer);
    let mut lines = String::new();
    let mut ended = None;
    let mut held = 0;
    let in_text = matches!(context.shared.format(), Format::Text);
    let listed = wanted(context, if in_text { SHOWN } else { LISTED });
    let mut body = String::new();
    for (k, group) in answer.groups().iter().take(listed).enumerate() {
        ended = context.stop_list(k, held);
        if ended.is_some() {
            break;
        }
        let each = group.profile(alike.members().len());
        let tolerance = if group.is_exact() {
            Rational::ZERO
        } else {
            Anonymous::default().allowed(alike.game())
        };
        let verdict = judge_each(alike.game(), &each, &tolerance);
        let mut row = row(alike, &names, &each, &verdict);
        row.id = k + 1;
        row.stands_for = Some(group.count(each.len()).to_string());
        held += row.bytes();
        if context.shared.format() == Format::Gambit {
            let flat: Vec<Rational> = alike
                .members()
                .iter()
                .zip(&each)
                .flat_map(|(member, p)| both_moves(member.act, p))
                .collect();
            lines += &gambit::line(&flat);
        }
        if in_text {
            body += &shown(alike, &names, group, &row, context);
        }
        solved.equilibria.push(row);
    }
    if let Some(stop) = ended {
        solved.stop = stop.word();
    }
    let shown = match solved.equilibria.len() {
        0 => Shown::Nothing,
        n if n == answer.groups().len() => Shown::All,
        _ => Shown::Some,
    };
    body += &sheet(
        &summary(&solved, answer.groups().len()),
        context.width().unwrap_or(100).max(40),
    );
    let mut notes = Vec::new();
    if !matches!(context.shared.concept, Some(ConceptName::Nash)) {
        notes.push(ONE_MOVE.to_owned());
    }
    let stop = ended.unwrap_or(solution.stop());
    Ok(Found {
        exit: exit_of(stop, solution.is_complete(), shown, context),
        remarks: Remarks {
            headline: headline(loaded, &short(&names.players)),
            body: Some(body),
            notes,
            ..Remarks::default()
        },
        solved,
        lines,
    })
}

/// How many equilibria there are, told apart by who is who; `None` if there may be infinitely many.
fn count(
    alike: &Alike,
    solution: &Solution<problem::Answer>,
    answer: &AnonymousEquilibria,
) -> Option<String> {
    let left_out = solution.not_searched();
    let infinite = left_out.is_some_and(|clauses| clauses.contains(SETS_NOT_SEARCHED));
    (!infinite).then(|| answer.count(alike.members().len()).to_string())
}

/// Names of players and of their one decision each; actions in the order of the file.
pub(crate) fn names(alike: &Alike) -> Names {
    let players = unique(alike.players().iter().map(String::as_str));
    let mut decisions: Vec<Vec<Decision>> = vec![Vec::new(); players.len()];
    for member in alike.members() {
        decisions[member.player].push(Decision {
            name: unique([member.place.as_str()]).swap_remove(0),
            at: NodeId::from_index(member.player),
            actions: unique(member.moves.iter().map(String::as_str)),
        });
    }
    Names { players, decisions }
}

/// The probabilities of both moves in the order of the file.
fn both_moves(act: usize, probability: &Rational) -> [Rational; 2] {
    let rest = &Rational::ONE - probability;
    match act {
        0 => [probability.clone(), rest],
        _ => [rest, probability.clone()],
    }
}

/// What everybody gets, by player.
fn payoffs(alike: &Alike, each: &[Rational]) -> Vec<Rational> {
    let mut payoffs = vec![Rational::ZERO; alike.players().len()];
    // Who acts alike gets alike.
    let mut known: Vec<(&Rational, Rational)> = Vec::new();
    for (k, (member, probability)) in alike.members().iter().zip(each).enumerate() {
        let before = known.iter().find(|(p, _)| *p == probability);
        let worth = if let Some((_, worth)) = before {
            worth.clone()
        } else {
            let [abstain, act] = values(alike.game(), each, k);
            let rest = &Rational::ONE - probability;
            &(probability * &act) + &(&rest * &abstain)
        };
        payoffs[member.player].clone_from(&worth);
        known.push((probability, worth));
    }
    let numbers = number_acting(each);
    for (player, by_number) in alike.others() {
        let worth = by_number.iter().zip(&numbers).map(|(x, p)| x * p);
        payoffs[*player] = worth.sum();
    }
    payoffs
}

/// How play ends, likeliest first.
pub(crate) fn outcomes(alike: &Alike, each: &[Rational]) -> Vec<OutcomeRow> {
    let mut sums = vec![Rational::ZERO; alike.outcomes().len()];
    for (acting, likely) in number_acting(each).iter().enumerate() {
        for (outcome, probability) in alike.ends(acting) {
            sums[*outcome] += &(likely * probability);
        }
    }
    let labels = alike.outcomes().iter().zip(&sums);
    let mut rows: Vec<OutcomeRow> = labels
        .filter(|(_, sum)| !sum.is_zero())
        .map(|(label, sum)| rows::outcome(label, label.clone(), sum))
        .collect();
    rows.sort_by(|a, b| b.probability.0.cmp(&a.probability.0));
    rows
}

fn row(alike: &Alike, names: &Names, each: &[Rational], verdict: &Verdict) -> Equilibrium {
    let outcomes = outcomes(alike, each);
    let (exact, approx) = rows::payoffs(&names.players, &payoffs(alike, each));
    let mut steps = Vec::new();
    let mut of_players: Vec<Object<Object<Exact>>> =
        names.players.iter().map(|_| Object(Vec::new())).collect();
    for (member, probability) in alike.members().iter().zip(each) {
        let player = member.player;
        let Some(decision) = names.decisions[player].first() else {
            continue;
        };
        let probabilities = both_moves(member.act, probability);
        for (action, probability) in decision.actions.iter().zip(&probabilities) {
            if !probability.is_zero() {
                let probability = Exact::from(probability);
                steps.push(StepRow {
                    player: names.players[player].clone(),
                    infoset: decision.name.clone(),
                    position: None,
                    action: action.clone(),
                    approx: probability.approx(),
                    probability,
                });
            }
        }
        let actions = decision.actions.iter().cloned();
        let moves = actions.zip(probabilities.iter().map(Exact::from)).collect();
        of_players[player] = Object(vec![(decision.name.clone(), moves)]);
    }
    Equilibrium {
        id: 1,
        name: rows::name(&outcomes),
        selected: false,
        profile: Some(Profile::Mixed(
            names.players.iter().cloned().zip(of_players).collect(),
        )),
        profile_by: None,
        stands_for: None,
        beliefs: None,
        action_values: None,
        refinements: None,
        algebraic: None,
        plans: None,
        family: None,
        ladder: None,
        payoffs: exact,
        approx,
        outcomes: outcomes.into(),
        path: steps.into(),
        stationary: None,
        verdict: rows::verdict(verdict, |w| witness(alike, names, w)),
    }
}

/// A deviation of a member.
pub(crate) fn witness(alike: &Alike, names: &Names, witness: &Witness) -> WitnessRow {
    let member = &alike.members()[witness.player.index()];
    let player = names.players[member.player].clone();
    let to = match witness.deviation {
        Deviation::Strategy { to } if to == deterra_verify::anonymous::ACT => member.act,
        _ => 1 - member.act,
    };
    let decision = names.decisions[member.player].first();
    let (place, action) = decision.map_or_else(Default::default, |d| {
        (d.name.clone(), d.actions[to].clone())
    });
    let gain = Exact::from(&witness.gain);
    WitnessRow {
        sentence: format!(
            "{player} gains {} by playing \"{action}\" at {place}",
            both(&witness.gain)
        ),
        approx: gain.approx(),
        gain,
        subgame: None,
        moves: vec![WitnessMove {
            infoset: place,
            action,
        }],
        player,
    }
}

/// Those who act, those who mix and those who abstain, as places among the members.
pub(crate) fn parts(group: &GroupPoint, members: usize) -> [Range<usize>; 3] {
    let mixing = group.acting + group.mixing;
    [0..group.acting, group.acting..mixing, mixing..members]
}

/// Members by name: one, two, or the first to the last.
pub(crate) fn called(alike: &Alike, names: &Names, part: &Range<usize>) -> String {
    let name = |k: usize| names.players[alike.members()[k].player].as_str();
    match part.len() {
        0 => String::new(),
        1 => name(part.start).to_owned(),
        2 => format!("{} and {}", name(part.start), name(part.end - 1)),
        n => format!("{} to {}, all {n}", name(part.start), name(part.end - 1)),
    }
}

/// The names of the first members and the last one, if there are many.
fn short(players: &[String]) -> Vec<String> {
    if players.len() <= 6 {
        return players.to_vec();
    }
    let mut short = players[..2].to_vec();
    short.push("…".to_owned());
    short.extend(players.last().cloned());
    short
}

fn shown(
    alike: &Alike,
    names: &Names,
    group: &GroupPoint,
    row: &Equilibrium,
    context: &Context,
) -> String {
    let mut plays = Vec::new();
    let mut gets = Vec::new();
    for (part, range) in parts(group, alike.members().len()).iter().enumerate() {
        let Some(first) = alike.members()[range.clone()].first() else {
            continue;
        };
        let who = called(alike, names, range);
        let (act, abstain) = (&first.moves[first.act], &first.moves[1 - first.act]);
        plays.push(match part {
            0 => format!("{who}: {act}"),
            1 => {
                let rest = &Rational::ONE - &group.probability;
                format!(
                    "{who}: {act} with {}, {abstain} with {}",
                    both(&group.probability),
                    both(&rest)
                )
            }
            _ => format!("{who}: {abstain}"),
        });
        let name = &names.players[first.player];
        let worth = row.payoffs.0.iter().find(|(player, _)| player == name);
        let worth = worth.map_or_else(String::new, |(_, worth)| both(&worth.0));
        gets.push(match range.len() {
            1 => format!("{who}: {worth}"),
            _ => format!("{who}: {worth} each"),
        });
    }
    for (player, _) in alike.others() {
        let (name, worth) = &row.payoffs.0[*player];
        gets.push(format!("{name}: {}", both(&worth.0)));
    }
    let mut entries = vec![
        ("Outcome", text::outcomes(&row.outcomes)),
        ("Plays", plays.join("\n")),
        ("Payoffs", gets.join("\n")),
    ];
    if let Some(count) = row.stands_for.as_ref().filter(|count| *count != "1") {
        entries.push((
            "Stands for",
            format!("{count} equilibria, which differ in who is who"),
        ));
    }
    let wrap = context.width().unwrap_or(100).max(40);
    format!("Equilibrium {}\n{}\n", row.id, sheet(&entries, wrap))
}

fn summary(solved: &Solved, kinds: usize) -> Vec<(&'static str, String)> {
    let shown = solved.equilibria.len();
    let more = if shown == kinds {
        String::new()
    } else {
        format!("; {shown} are shown, --list N shows more")
    };
    let number = |n: usize, one: &str, many: &str| match n {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    };
    let kinds = number(kinds, "kind", "kinds");
    let mut entries = vec![(
        "Equilibria",
        match &solved.count {
            Some(count) if count == "1" => format!("1 Nash equilibrium{more}"),
            Some(count) => format!("{count} Nash equilibria, of {kinds}{more}"),
            None => format!("{kinds} of Nash equilibria, and infinitely many others{more}"),
        },
    )];
    if let Some(left_out) = &solved.not_searched {
        entries.push(("Incomplete", left_out.clone()));
    }
    if solved.stop != "done" {
        entries.push((
            "Stopped",
            "early: not all equilibria were looked for".to_owned(),
        ));
    }
    let exact = |e: &&Equilibrium| e.verdict.status == "exact";
    let inexact: Vec<&Equilibrium> = solved.equilibria.iter().filter(|e| !exact(e)).collect();
    let worst = inexact
        .iter()
        .max_by(|a, b| a.verdict.error.0.cmp(&b.verdict.error.0));
    let verdict = match worst {
        None => "exact for each: no deviation gains anything".to_owned(),
        Some(worst) => {
            let line = text::verdict_line(solved, &worst.verdict);
            match solved.equilibria.len() - inexact.len() {
                0 => format!("at worst, of {}: {line}", worst.id),
                exact => format!("exact for {exact}; at worst, of {}: {line}", worst.id),
            }
        }
    };
    if shown > 0 {
        entries.push(("Verdict", verdict));
    }
    entries
}

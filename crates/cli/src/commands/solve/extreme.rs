//! All equilibria of a table of two players: the extreme ones, and the sets between them.

use super::general::{LISTED, finish, table_row};
use super::{Found, frame, rows, wanted};
use crate::context::Context;
use crate::output::gambit;
use crate::output::model::{ComponentRow, Solved};
use crate::output::names::table_players;
use crate::request::Loaded;
use deterra_game::number::Rational;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use deterra_solve::control::Stop;
use deterra_solve::nash::lemke_howson::ReachedEquilibria;
use deterra_solve::nash::vertex_enumeration::{ExtremeEquilibria, NashComponent};
use deterra_solve::solution::Solution;
use deterra_verify::nash;
use deterra_verify::verdict::Concept;

/// Sets that are told in words.
const MOST_TOLD: usize = 12;

/// Corners that are named in one sentence.
const MOST_CORNERS: usize = 24;

pub(super) fn found<A>(
    game: &StrategicGame,
    loaded: &Loaded,
    solution: &Solution<A>,
    answer: &ExtremeEquilibria,
    context: &Context,
) -> Found {
    let players = table_players(game);
    let mut solved = frame(loaded, &players, solution, context);
    solved.scope = "all";
    solved.complete = solution.is_complete();
    solved.complete_among = solution.is_complete().then_some("all");
    solved.count = Some(answer.list.len().to_string());
    let of = |all: &[usize]| all.iter().map(|k| k + 1).collect::<Vec<usize>>();
    let row = |component: &NashComponent| ComponentRow {
        equilibria: of(&component.extreme),
        subsets: component.subsets.iter().map(|s| of(s)).collect(),
        all_subsets: component.all_subsets,
        index: component.index,
    };
    solved.components = Some(answer.components.iter().map(row).collect());
    if answer.components.iter().any(|c| !c.is_point()) {
        solved.scope = "extreme";
    }
    let all = answer.list.iter().map(|one| (&one.profile, &one.payoffs));
    let (lines, ended) = list(game, all, &mut solved, context);
    let listed = solved.equilibria.len();
    let mut found = finish(loaded, &players, solution, solved, lines, (ended, context));
    let sets = answer.components.iter().filter(|c| !c.is_point());
    let told = sets
        .clone()
        .filter(|c| c.extreme.iter().all(|k| *k < listed));
    found
        .remarks
        .notes
        .extend(told.take(MOST_TOLD).map(sentence));
    let sets = sets.count();
    if sets > MOST_TOLD {
        let more = format!("There are {sets} sets of equilibria; JSON has them all.");
        found.remarks.notes.push(more);
    }
    found
}

/// Equilibria at the ends of Lemke–Howson paths.
pub(super) fn reached<A>(
    game: &StrategicGame,
    loaded: &Loaded,
    solution: &Solution<A>,
    answer: &ReachedEquilibria,
    context: &Context,
) -> Found {
    let players = table_players(game);
    let mut solved = frame(loaded, &players, solution, context);
    solved.scope = "reached";
    solved.complete = false;
    solved.complete_among = None;
    solved.count = Some(answer.list.len().to_string());
    solved.work.pivots = answer.steps;
    let all = answer.list.iter().map(|one| (&one.profile, &one.payoffs));
    let (lines, ended) = list(game, all, &mut solved, context);
    finish(loaded, &players, solution, solved, lines, (ended, context))
}

/// Judges and lists equilibria; Gambit's lines, and why not all are listed that were asked for.
fn list<'e>(
    game: &StrategicGame,
    all: impl Iterator<Item = (&'e MixedProfile, &'e Vec<Rational>)>,
    solved: &mut Solved,
    context: &Context,
) -> (String, Option<Stop>) {
    let mut lines = String::new();
    let mut held = 0;
    for (k, (profile, payoffs)) in all.enumerate().take(wanted(context, LISTED)) {
        if let Some(stop) = context.stop_list(k, held) {
            return (lines, Some(stop));
        }
        let judge = || nash::judge_mixed(game, profile, &Rational::ZERO);
        let verdict = rows::judged(Concept::Nash, context, judge);
        lines += &gambit::line(profile.players().iter().flatten());
        let row = table_row(game, profile, payoffs, &verdict);
        held += row.bytes();
        solved.equilibria.push(row);
    }
    (lines, None)
}

/// The set of equilibria between some extreme ones.
fn sentence(component: &NashComponent) -> String {
    let named = |all: &[usize]| {
        let shown: Vec<String> = all
            .iter()
            .take(MOST_CORNERS)
            .map(|k| (k + 1).to_string())
            .collect();
        let more = all.len().saturating_sub(MOST_CORNERS);
        match (shown.split_last(), more) {
            (Some((last, rest)), 0) if !rest.is_empty() => {
                format!("{} and {last}", rest.join(", "))
            }
            (_, 0) => shown.join(", "),
            (_, more) => format!("{} and {more} more", shown.join(", ")),
        }
    };
    let index = component
        .index
        .map_or(String::new(), |index| format!(", of index {index}"));
    let subsets = match component.subsets.as_slice() {
        [_] => "any mix of what one player plays in them, with any mix of what the other does, is an equilibrium".to_owned(),
        several => {
            let parts: Vec<String> = several
                .iter()
                .filter(|s| s.len() > 1)
                .take(MOST_TOLD)
                .map(|s| named(s))
                .collect();
            format!(
                "any mix of what one player plays with any mix of what the other does is an equilibrium within {}",
                parts.join("; within ")
            )
        }
    };
    format!(
        "Set: {} are the corners of one connected set of equilibria{index}: {subsets}.",
        named(&component.extreme)
    )
}

//! All equilibria of a table of two players: the extreme ones, and the sets between them.

use super::general::{LISTED, finish, mixed_row};
use super::{Found, frame, rows, wanted};
use crate::args::Format;
use crate::context::Context;
use crate::output::gambit;
use crate::output::model::{ComponentRow, Solved};
use crate::output::names::{Names, table_players};
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
use std::rc::Rc;

/// Sets that are told in words.
const MOST_TOLD: usize = 12;

/// Corners that are named in one sentence.
const MOST_CORNERS: usize = 24;

pub(super) fn found(
    game: &StrategicGame,
    loaded: &Loaded,
    solution: &Solution<()>,
    answer: ExtremeEquilibria,
    context: &Context,
) -> Found {
    let players = table_players(game);
    let mut solved = frame(loaded, &players, solution, context);
    solved.scope = "all";
    solved.complete = solution.is_complete();
    solved.complete_among = solution.is_complete().then_some("all");
    solved.count = Some(answer.list.len().to_string());
    if answer.components.iter().any(|c| !c.is_point()) {
        solved.scope = "extreme";
    }
    let components: Vec<ComponentRow> = answer.components.into_iter().map(component).collect();
    let held = components.iter().map(ComponentRow::bytes).sum();
    let all = answer
        .list
        .into_iter()
        .map(|one| (one.profile, one.payoffs));
    let (lines, ended) = list(game, all.collect(), held, &mut solved, context);
    let listed = solved.equilibria.len();
    let sets = components.iter().filter(|c| c.equilibria.len() > 1);
    let told = sets
        .clone()
        .filter(|c| c.equilibria.iter().all(|k| *k <= listed));
    let told: Vec<String> = told.take(MOST_TOLD).map(sentence).collect();
    let sets = sets.count();
    solved.components = Some(components);
    let mut found = finish(loaded, &players, solution, solved, lines, (ended, context));
    found.remarks.notes.extend(told);
    if sets > MOST_TOLD {
        let more = format!("There are {sets} sets of equilibria; JSON has them all.");
        found.remarks.notes.push(more);
    }
    found
}

/// Numbers of equilibria become ids where they are.
fn component(component: NashComponent) -> ComponentRow {
    let ids = |mut all: Vec<usize>| {
        for k in &mut all {
            *k += 1;
        }
        all
    };
    ComponentRow {
        equilibria: ids(component.extreme),
        subsets: component.subsets.into_iter().map(ids).collect(),
        all_subsets: component.all_subsets,
        index: component.index,
    }
}

/// Equilibria at the ends of Lemke–Howson paths.
pub(super) fn reached(
    game: &StrategicGame,
    loaded: &Loaded,
    solution: &Solution<()>,
    answer: ReachedEquilibria,
    context: &Context,
) -> Found {
    let players = table_players(game);
    let mut solved = frame(loaded, &players, solution, context);
    solved.scope = "reached";
    solved.complete = false;
    solved.complete_among = None;
    solved.count = Some(answer.list.len().to_string());
    solved.work.pivots = answer.steps;
    let all = answer
        .list
        .into_iter()
        .map(|one| (one.profile, one.payoffs));
    let (lines, ended) = list(game, all.collect(), 0, &mut solved, context);
    finish(loaded, &players, solution, solved, lines, (ended, context))
}

/// Judges and lists equilibria, beside what is `held` already, in bytes; Gambit's lines, and why not all are listed that were asked for.
///
/// What is not listed is let go first, and profiles become those of rows.
fn list(
    game: &StrategicGame,
    mut all: Vec<(MixedProfile, Vec<Rational>)>,
    mut held: usize,
    solved: &mut Solved,
    context: &Context,
) -> (String, Option<Stop>) {
    let mut lines = String::new();
    all.truncate(wanted(context, LISTED));
    let strategies: usize = game.shape().iter().sum();
    let waiting = size_of::<(MixedProfile, Vec<Rational>)>() + strategies * size_of::<Rational>();
    held += all.len() * waiting;
    let names = Rc::new(Names::of_table(game));
    // Room that is not used takes no memory; a list that grows does while it is copied.
    solved.equilibria.reserve_exact(all.len());
    for (k, (profile, payoffs)) in all.into_iter().enumerate() {
        if let Some(stop) = context.stop_list(k, held) {
            return (lines, Some(stop));
        }
        let judge = || nash::judge_mixed(game, &profile, &Rational::ZERO);
        let verdict = rows::judged(Concept::Nash, context, judge);
        if context.shared.format() == Format::Gambit {
            lines += &gambit::line(profile.players().iter().flatten());
        }
        let row = mixed_row(game, &names, profile, &payoffs, &verdict);
        held += row.bytes();
        held = held.saturating_sub(waiting);
        solved.equilibria.push(row);
    }
    (lines, None)
}

/// The set of equilibria between some extreme ones.
fn sentence(component: &ComponentRow) -> String {
    let named = |all: &[usize]| {
        let shown: Vec<String> = all
            .iter()
            .take(MOST_CORNERS)
            .map(usize::to_string)
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
        [] => "which parts of it are closed under exchange was not told, as the memory limit was reached".to_owned(),
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
        named(&component.equilibria)
    )
}

//! Proper equilibria, of a table or of a tree, with the mistakes that prove them.

use super::general::{self, LISTED, finish, mixed_row};
use super::{Found, frame, wanted};
use crate::args::Format;
use crate::context::Context;
use crate::output::gambit;
use crate::output::json::{Exact, Object};
use crate::output::model::Equilibrium;
use crate::output::names::{Names, table_strategies};
use crate::request::Loaded;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::profile::{BehaviorProfile, MixedProfile};
use deterra_game::strategic::StrategicGame;
use deterra_solve::refine::proper::ProperEquilibrium;
use deterra_solve::refine::proper_orders::ProperEquilibria;
use deterra_solve::solution::Solution;
use deterra_verify::proper::judge;
use deterra_verify::quasi_perfect::Plans;
use deterra_verify::verdict::Verdict;
use std::rc::Rc;

/// Equilibria that are told in words.
const MOST_TOLD: usize = 12;

/// Of a table.
pub(super) fn table<A>(
    game: &StrategicGame,
    loaded: &Loaded,
    solution: &Solution<A>,
    answer: &ProperEquilibrium<MixedProfile>,
    context: &Context,
) -> Found {
    let names = Rc::new(Names::of_table(game));
    let players = names.players.clone();
    let mut solved = frame(loaded, &players, solution, context);
    solved.count = Some("1".to_owned());
    solved
        .equilibria
        .push(row(game, &names, answer, solution.verdict()));
    let lines = gambit::line(answer.profile.players().iter().flatten());
    let found = finish(loaded, &players, solution, solved, lines, (None, context));
    one_of_some(found, answer.pivots)
}

/// All of a table.
pub(super) fn list<A>(
    game: &StrategicGame,
    loaded: &Loaded,
    solution: &Solution<A>,
    answer: &ProperEquilibria,
    context: &Context,
) -> Found {
    let names = Rc::new(Names::of_table(game));
    let players = names.players.clone();
    let mut solved = frame(loaded, &players, solution, context);
    solved.scope = if answer.sets == 0 { "all" } else { "extreme" };
    solved.count = Some(answer.list.len().to_string());
    let mut lines = String::new();
    let mut ended = None;
    let mut held = 0;
    for (k, one) in answer.list.iter().enumerate().take(wanted(context, LISTED)) {
        ended = context.stop_list(k, held);
        if ended.is_some() {
            break;
        }
        let verdict = judge(game, &one.profile, &one.mistakes);
        let row = row(game, &names, one, &verdict);
        held += row.bytes();
        if context.shared.format() == Format::Gambit {
            lines += &gambit::line(one.profile.players().iter().flatten());
        }
        solved.equilibria.push(row);
    }
    let mut found = finish(loaded, &players, solution, solved, lines, (ended, context));
    found.solved.complete = solution.is_complete();
    found.solved.complete_among = solution.is_complete().then_some("all");
    let notes = &mut found.remarks.notes;
    for profile in answer.refused.iter().take(MOST_TOLD) {
        notes.push(format!(
            "Refused: the Nash equilibrium {}, as no mistakes that are the rarer the more they cost lead to it.",
            named(game, profile)
        ));
    }
    let more = answer.refused.len().saturating_sub(MOST_TOLD);
    if more > 0 {
        notes.push(format!("{more} Nash equilibria more are not proper."));
    }
    found
}

/// A profile in a few words: what everybody may play.
fn named(game: &StrategicGame, profile: &MixedProfile) -> String {
    let of = |player| {
        let strategies = table_strategies(game, player).into_iter();
        let used = strategies
            .zip(profile.of(player))
            .filter(|(_, p)| !p.is_zero());
        let told: Vec<String> = used
            .map(|(s, p)| if p.is_one() { s } else { format!("{p} {s}") })
            .collect();
        told.join(" + ")
    };
    let all: Vec<String> = game.players().map(of).collect();
    format!("({})", all.join(", "))
}

/// An equilibrium with the mistakes that prove it.
fn row(
    game: &StrategicGame,
    names: &Rc<Names>,
    one: &ProperEquilibrium<MixedProfile>,
    verdict: &Verdict,
) -> Equilibrium {
    let mut row = mixed_row(game, names, one.profile.clone(), &one.payoffs, verdict);
    let decisions = names.decisions.iter().flatten();
    let rows = names
        .players
        .iter()
        .zip(decisions)
        .zip(&one.mistakes.weights);
    let rows = rows.map(|((name, decision), weights)| {
        let strategies = decision.actions.iter().cloned();
        let own: Object<Vec<Exact>> = strategies
            .zip(weights)
            .map(|(strategy, series)| (strategy, series.iter().map(Exact::from).collect()))
            .collect();
        (name.clone(), Object(vec![(name.clone(), own)]))
    });
    row.plans = Some(rows.collect());
    row
}

/// Of a tree.
pub(super) fn tree<A>(
    game: &ExtensiveGame,
    loaded: &Loaded,
    solution: &Solution<A>,
    answer: &ProperEquilibrium<BehaviorProfile>,
    context: &Context,
) -> Found {
    let verdict = solution.verdict().clone();
    let one = (answer.profile.clone(), answer.payoffs.clone(), verdict);
    let count = Some("1".to_owned());
    let one = std::iter::once(one);
    let mut found = general::tree(game, loaded, solution, count, one, context);
    let names = Names::of_tree(game);
    let plans = Plans {
        weights: answer.actions.clone(),
    };
    for row in &mut found.solved.equilibria {
        row.plans = Some(super::bayesian::plans(game, &names, &plans));
    }
    one_of_some(found, answer.pivots)
}

fn one_of_some(mut found: Found, pivots: u64) -> Found {
    found.solved.scope = "some";
    found.solved.complete = false;
    found.solved.complete_among = None;
    found.solved.work.pivots = pivots;
    found
}

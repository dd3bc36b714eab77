//! One proper equilibrium, of a table or of a tree, with the mistakes that prove it.

use super::general::{self, finish, table_row};
use super::{Found, frame};
use crate::context::Context;
use crate::output::gambit;
use crate::output::json::{Exact, Object};
use crate::output::names::{Names, table_players, table_strategies};
use crate::request::Loaded;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::profile::{BehaviorProfile, MixedProfile};
use deterra_game::strategic::StrategicGame;
use deterra_solve::refine::proper::ProperEquilibrium;
use deterra_solve::solution::Solution;
use deterra_verify::quasi_perfect::Plans;

/// Of a table.
pub(super) fn table<A>(
    game: &StrategicGame,
    loaded: &Loaded,
    solution: &Solution<A>,
    answer: &ProperEquilibrium<MixedProfile>,
    context: &Context,
) -> Found {
    let players = table_players(game);
    let mut solved = frame(loaded, &players, solution, context);
    solved.count = Some("1".to_owned());
    let mut row = table_row(game, &answer.profile, &answer.payoffs, solution.verdict());
    let rows = game.players().zip(&players).zip(&answer.mistakes.weights);
    let rows = rows.map(|((player, name), weights)| {
        let strategies = table_strategies(game, player).into_iter();
        let own: Object<Vec<Exact>> = strategies
            .zip(weights)
            .map(|(strategy, series)| (strategy, series.iter().map(Exact::from).collect()))
            .collect();
        (name.clone(), Object(vec![(name.clone(), own)]))
    });
    row.plans = Some(rows.collect());
    let lines = gambit::line(answer.profile.players().iter().flatten());
    solved.equilibria.push(row);
    let found = finish(loaded, &players, solution, solved, lines, (None, context));
    one_of_some(found, answer.pivots)
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

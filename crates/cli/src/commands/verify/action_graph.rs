//! Profiles of action graphs, by agent (player, or type of a player), judged without a table.

use super::rounding::Tolerance;
use super::{One, judged, lazily, paid, read, widest};
use crate::commands::solve::action_graph::{names, witness};
use crate::commands::solve::rows;
use crate::failure::Failure;
use crate::request;
use crate::source::Source;
use deterra_game::action_graph::ActionGraphGame;
use deterra_game::number::Rational;
use deterra_game::profile::MixedProfile;
use deterra_verify::action_graph::{judge_mixed, payoffs};
use std::cell::OnceCell;

pub(super) fn judge_all(
    game: &ActionGraphGame,
    source: &Source,
    tolerance: Option<&Rational>,
) -> Result<Vec<One>, Failure> {
    let graph = game.graph();
    let names = names(graph);
    let shape: Vec<usize> = graph.agents().map(|a| graph.num_strategies(a)).collect();
    let stored = read(source, &names)?;
    let range = lazily(|| {
        let bounds: Vec<(Rational, Rational)> = graph
            .agents()
            .filter_map(|agent| {
                let nodes = graph.strategies(agent).iter();
                let all: Vec<&Rational> = nodes
                    .flat_map(|node| game.payoffs(*node as usize))
                    .map(|(_, payoff)| payoff.value())
                    .collect();
                let (least, most) = (all.iter().min()?, all.iter().max()?);
                Some(((*least).clone(), (*most).clone()))
            })
            .collect();
        widest(bounds.iter().map(|(least, most)| (least, most)))
    });
    // Irrational equilibria are those of the table.
    let expanded = OnceCell::new();
    let one = |stored: &super::Stored| {
        if let Some(value) = &stored.algebraic {
            let table = if let Some(table) = expanded.get() {
                table
            } else {
                let table = request::expand(game)?;
                expanded.get_or_init(|| table)
            };
            return super::irrational(table, &names, stored, value);
        }
        // Every play meets all agents' distributions.
        let allowed = Tolerance::of(stored, tolerance, &range, |d| d.iter().flatten().sum());
        let rows = stored.probabilities.iter().flatten().cloned().collect();
        let profile = MixedProfile::new(&shape, rows).map_err(|e| Failure::input(e.to_string()))?;
        let verdict = judge_mixed(game, &profile, &allowed.gain);
        if graph.num_agents() == graph.num_players() {
            paid::check(stored, &names.players, (&verdict, &allowed), || {
                payoffs(game, &profile)
            })?;
        }
        let row = rows::verdict(&verdict, |w| witness(&names, w));
        Ok(judged(stored, &verdict, allowed, row))
    };
    stored.iter().map(one).collect()
}

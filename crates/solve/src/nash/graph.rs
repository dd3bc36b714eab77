//! What actions of an action graph pay, without its table.
//!
//! A node's payoff depends on its configuration only, so a distribution over *states* of the node (what its
//! neighbors count so far) is all there is to know of a play, and players are added to it one after the other (Jiang, Leyton-Brown
//! and Bhat 2011). States and what leads from one to the next are the same whatever is played: `layers` lists them
//! once, `sweep` sends probabilities forward and payoffs backward along them. A forward and a backward sweep that meet say what an action pays
//! its holder against all others; two that leave a gap for one more player say how that changes with what she does.
//!
//! Players who have the same types and actions are alike, since all that counts is how many choose what. `lineup` puts them next
//! to each other: one distribution stands for all of a class if they are to play alike (`crowd`).
//!
//! # References
//! Jiang, Leyton-Brown and Bhat 2011 (`jiang2011`); Jiang and Leyton-Brown 2010 (`jiang2010`) for types.

pub(crate) mod crowd;
pub(crate) mod layers;
pub(crate) mod lineup;
pub(crate) mod sweep;

#[cfg(test)]
mod tests;

use crate::control::Control;
use crate::error::SolveError;
use deterra_game::action_graph::ActionGraphGame;
use deterra_game::number::Scalar;
use layers::Layers;
use lineup::Lineup;
use sweep::Flow;

/// What every action of every agent pays against mixtures of the other players; interim if there are types.
///
/// `mix` is one weight a strategy of each agent, in their order. Payoffs are linear in what each player does, so that weights
/// need not sum to 1.
///
/// # Returns
/// By agent and strategy, in payoff units; exact if the numbers are.
///
/// # Errors
/// [`SolveError::TooMuch`] if the graph has too many states, [`SolveError::Stopped`].
///
/// # Panics
/// If `mix` is of another shape than the game.
///
/// # Complexity
/// Once a node: players, times its states, times what a player may add.
///
/// # Example
/// ```
/// use deterra_game::catalog::tables::beaches;
/// use deterra_game::number::Rational;
/// use deterra_solve::control::Control;
/// use deterra_solve::nash::graph::expected_payoffs;
/// // Two vendors share 90 customers at one beach and 60 at the other.
/// let r = |n, d| Rational::new(n, d).unwrap();
/// let all = expected_payoffs(&beaches(2), &vec![vec![r(4, 5), r(1, 5)]; 2], &Control::default())?;
/// assert_eq!(all[0], [r(54, 1), r(54, 1)]);
/// # Ok::<(), deterra_solve::error::SolveError>(())
/// ```
pub fn expected_payoffs<T: Scalar>(
    game: &ActionGraphGame,
    mix: &[Vec<T>],
    control: &Control,
) -> Result<Vec<Vec<T>>, SolveError> {
    let graph = game.graph();
    let fits = mix.len() == graph.num_agents()
        && graph
            .agents()
            .all(|agent| mix[agent.index()].len() == graph.num_strategies(agent));
    assert!(fits, "one weight a strategy of each agent");
    let lineup = Lineup::apart(graph);
    let layers = Layers::new(game, &lineup, control)?;
    let flat = lineup.gather(mix);
    let odds = lineup.odds(graph);
    let mut all: Vec<Vec<T>> = graph
        .agents()
        .map(|agent| vec![T::zero(); graph.num_strategies(agent)])
        .collect();
    for node in layers.nodes() {
        let ends: Vec<T> = node.payoffs().iter().map(T::from_rational).collect();
        let flow = Flow::new(node, &lineup, ends, (&flat, &odds));
        for class in node.holders() {
            let value = flow.value(*class);
            let player = lineup.members(*class)[0];
            for agent in graph.player_agents(player) {
                let place = graph.strategies(agent).binary_search(&node.action());
                if let Ok(place) = place {
                    all[agent.index()][place] = value.clone();
                }
            }
        }
    }
    Ok(all)
}

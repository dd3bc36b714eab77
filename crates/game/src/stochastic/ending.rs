//! Whether values are finite: where play may stay for ever without losing weight.

use super::{StateId, StochasticGame};

/// The states among which play may stay for ever, if the movers want it, without a discount below
/// 1 ever applying to somebody: the greatest set of states each of which has a joint move that
/// stays inside. It is empty if and only if every stationary profile has finite values, since a
/// profile with a recurrent class of such states exists otherwise.
pub(super) fn endless(game: &StochasticGame) -> Vec<StateId> {
    let patient = game.players().any(|p| game.discount(p).is_one());
    let leaks = |state: StateId| game.is_outcome(state) || (game.begins_period(state) && !patient);
    let mut inside: Vec<bool> = game.states().map(|s| !game.is_outcome(s)).collect();
    // Every round but the last takes a state out.
    loop {
        let leaves = |state: StateId| {
            (0..game.num_cells(state)).all(|cell| {
                let row = &game.cell(state, cell).row;
                row.iter().any(|(to, _)| !inside[to.index()] || leaks(*to))
            })
        };
        let out: Vec<StateId> = game
            .states()
            .filter(|s| inside[s.index()] && leaves(*s))
            .collect();
        if out.is_empty() {
            break;
        }
        for state in out {
            inside[state.index()] = false;
        }
    }
    game.states().filter(|s| inside[s.index()]).collect()
}

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
    // Which joint moves lead to a state, and how many of each state's do not lead out yet. Every joint move and every
    // state is taken out once.
    let mut led_by: Vec<Vec<(StateId, usize)>> = vec![Vec::new(); game.num_states()];
    let mut staying = vec![0_usize; game.num_states()];
    let mut stays: Vec<Vec<bool>> = Vec::with_capacity(game.num_states());
    let mut out = Vec::new();
    for state in game.states() {
        let mut cells = vec![false; game.num_cells(state)];
        if inside[state.index()] {
            for (number, stays) in cells.iter_mut().enumerate() {
                let row = &game.cell(state, number).row;
                *stays = !row.iter().any(|(to, _)| leaks(*to));
                if *stays {
                    staying[state.index()] += 1;
                    for (to, _) in row {
                        led_by[to.index()].push((state, number));
                    }
                }
            }
            if staying[state.index()] == 0 {
                inside[state.index()] = false;
                out.push(state);
            }
        }
        stays.push(cells);
    }
    while let Some(gone) = out.pop() {
        for (state, number) in std::mem::take(&mut led_by[gone.index()]) {
            let at = state.index();
            if std::mem::replace(&mut stays[at][number], false) && inside[at] {
                staying[at] -= 1;
                if staying[at] == 0 {
                    inside[at] = false;
                    out.push(state);
                }
            }
        }
    }
    game.states().filter(|s| inside[s.index()]).collect()
}

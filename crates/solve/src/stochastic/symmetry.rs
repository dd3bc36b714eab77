//! Whether a game looks the same to all its players, and a profile too.

use deterra_game::id::PlayerId;
use deterra_game::stochastic::{Slot, StateId, StationaryProfile, StochasticGame};

/// The most players whose permutations are gone through.
const MOST_PLAYERS: usize = 5;

/// A way to rename players and states, so that every player is another one afterwards and the game
/// is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Symmetry {
    /// By player, the new one.
    players: Vec<usize>,
    /// By state, the new one.
    states: Vec<usize>,
}

/// Symmetries that rename players in one cycle; actions and transitions keep their order.
pub(super) fn symmetries(game: &StochasticGame) -> Vec<Symmetry> {
    let count = game.num_players();
    if !(2..=MOST_PLAYERS).contains(&count) {
        return Vec::new();
    }
    let cycles = cycles(count);
    cycles
        .into_iter()
        .filter_map(|players| find(game, players))
        .collect()
}

/// Whether the profile is the same after some symmetry.
pub(super) fn is_symmetric(
    game: &StochasticGame,
    symmetries: &[Symmetry],
    profile: &StationaryProfile,
) -> bool {
    symmetries.iter().any(|symmetry| {
        game.slots().iter().enumerate().all(|(number, slot)| {
            let image = image(game, symmetry, *slot);
            image.is_some_and(|image| profile.at(number) == profile.at(image))
        })
    })
}

fn image(game: &StochasticGame, symmetry: &Symmetry, slot: Slot) -> Option<usize> {
    let state = StateId::from_index(symmetry.states[slot.state.index()]);
    let player = PlayerId::from_index(symmetry.players[slot.player.index()]);
    game.slot_of(state, player)
}

/// All permutations of one cycle: 0 goes to some other, that to a third, and so on.
fn cycles(count: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![vec![0]];
    for _ in 1..count {
        orders = orders
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                let rest = (0..count)
                    .filter(|k| !order.contains(k))
                    .collect::<Vec<_>>();
                rest.into_iter().map(move |next| {
                    let mut longer = order.clone();
                    longer.push(next);
                    longer
                })
            })
            .collect();
    }
    let cycle = |order: Vec<usize>| {
        let mut to = vec![0; count];
        for (k, from) in order.iter().enumerate() {
            to[*from] = order[(k + 1) % count];
        }
        to
    };
    orders.into_iter().map(cycle).collect()
}

/// The renaming of states that goes with one of players: from what one state becomes, the rest
/// follows along the transitions.
fn find(game: &StochasticGame, players: Vec<usize>) -> Option<Symmetry> {
    let renamed = |p: PlayerId| PlayerId::from_index(players[p.index()]);
    let patient = |p: PlayerId| game.discount(p) == game.discount(renamed(p));
    if !game.players().all(patient) {
        return None;
    }
    let mut states: Vec<Option<usize>> = vec![None; game.num_states()];
    for from in game.states() {
        if states[from.index()].is_some() {
            continue;
        }
        let whole = game.states().find_map(|to| {
            let mut trial = states.clone();
            follow(game, &players, &mut trial, from, to).then_some(trial)
        });
        states = whole?;
    }
    let states: Vec<usize> = states.into_iter().flatten().collect();
    let mut met = vec![false; states.len()];
    for to in &states {
        met[*to] = true;
    }
    met.iter()
        .all(|met| *met)
        .then_some(Symmetry { players, states })
}

/// Whether `from` can become `to`; then so does everything that follows.
fn follow(
    game: &StochasticGame,
    players: &[usize],
    states: &mut [Option<usize>],
    from: StateId,
    to: StateId,
) -> bool {
    let mut queue = vec![(from, to)];
    while let Some((from, to)) = queue.pop() {
        match states[from.index()] {
            Some(known) if known == to.index() => continue,
            Some(_) => return false,
            None => states[from.index()] = Some(to.index()),
        }
        let same = game.num_cells(from) == game.num_cells(to)
            && game.begins_period(from) == game.begins_period(to)
            && game.movers(from).len() == game.movers(to).len();
        if !same {
            return false;
        }
        // For every mover of `from`, the place that its image has at `to`.
        let mut places = Vec::new();
        for mover in game.movers(from) {
            let image = PlayerId::from_index(players[mover.player.index()]);
            let found = game.movers(to).iter().position(|m| m.player == image);
            let Some(place) = found else {
                return false;
            };
            if game.movers(to)[place].actions.len() != mover.actions.len() {
                return false;
            }
            places.push(place);
        }
        for cell in 0..game.num_cells(from) {
            let mut actions = vec![0; places.len()];
            for (place, image) in places.iter().enumerate() {
                actions[*image] = game.action_in(from, cell, place);
            }
            let (here, there) = (
                game.cell(from, cell),
                game.cell(to, game.cell_of(to, &actions)),
            );
            let mut paid = here.payoffs.iter().enumerate();
            let equal = here.row.len() == there.row.len()
                && paid.all(|(p, x)| *x == there.payoffs[players[p]])
                && here.row.iter().zip(&there.row).all(|(a, b)| a.1 == b.1);
            if !equal {
                return false;
            }
            let row = here.row.iter().zip(&there.row);
            queue.extend(row.map(|((a, _), (b, _))| (*a, *b)));
        }
    }
    true
}

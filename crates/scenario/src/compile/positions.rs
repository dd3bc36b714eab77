//! Rules to positions: equal states are one.

use super::world::{Meta, Rules, Who, World};
use deterra_game::diagnostic::Diagnostic;
use deterra_game::number::Number;
use deterra_game::positional::{PositionKey, PositionalBuilder, PositionalGame};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::collections::hash_map::Entry;

/// Walks the rules from the start.
///
/// # Returns
/// The game and what is remembered of every position; nothing after a problem.
///
/// # Complexity
/// One turn a position.
pub(super) fn build<R: Rules>(
    world: &World<'_>,
    rules: &R,
    limit: usize,
) -> Option<(PositionalGame, Vec<Meta>)> {
    let mut builder = PositionalBuilder::new(&world.scenario.name);
    for actor in &world.players {
        builder.player(&world.scenario.actors[*actor].label);
    }
    let mut known: FxHashMap<R::State, PositionKey> = FxHashMap::default();
    let mut metas: Vec<Meta> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    // Positions whose moves are still to be added, first come first.
    let mut queue = VecDeque::new();
    let mut discover = |state: R::State,
                        builder: &mut PositionalBuilder,
                        queue: &mut VecDeque<_>| match known.entry(state) {
        Entry::Occupied(known) => *known.get(),
        Entry::Vacant(new) => {
            let turn = rules.turn(new.key());
            let key = builder.position(&turn.name);
            queue.push_back((key, turn));
            *new.insert(key)
        }
    };
    discover(rules.start(0), &mut builder, &mut queue);
    while let Some((key, turn)) = queue.pop_front() {
        if world.is_full() {
            return None;
        }
        match turn.mover {
            Who::Nobody => {}
            Who::Chance => builder.set_chance(key),
            Who::Player(player) => builder.set_mover(key, player),
        }
        for step in turn.moves {
            let to = discover(step.to, &mut builder, &mut queue);
            builder.add_move(key, step.label, to, step.probability.map(Number::from));
        }
        if let Some(paid) = turn.pay {
            builder.set_payoffs(key, paid.label, paid.amounts);
        }
        names.push(turn.name);
        let span = turn.meta.span.clone();
        metas.push(turn.meta);
        if builder.num_positions() > limit {
            let message = format!("the game has more than {limit} positions");
            world.say(
                Diagnostic::error("D038", span, message)
                    .help("let places remember less, or put a bound on what they remember"),
            );
            return None;
        }
    }
    if world.failed() {
        return None;
    }
    match builder.build() {
        Ok((game, places)) => {
            let mut ordered = vec![Meta::default(); metas.len()];
            for (place, meta) in places.iter().zip(metas) {
                ordered[place.index()] = meta;
            }
            Some((game, ordered))
        }
        Err(invalid) => {
            for problem in invalid.problems {
                // The builder knows names only: the first one that it mentions is the place.
                let message = problem.to_string();
                let place = names
                    .iter()
                    .enumerate()
                    .filter_map(|(at, name)| Some((message.find(&format!("\"{name}\""))?, at)))
                    .min();
                let span = place.map_or(0..0, |(_, at)| metas[at].span.clone());
                world.say(Diagnostic::error("D039", span, message).help(
                    "let places remember something that grows, such as a turn, up to a bound",
                ));
            }
            None
        }
    }
}

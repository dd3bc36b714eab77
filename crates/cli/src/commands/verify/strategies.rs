//! Profiles of a tree as Gambit's tools write them: over reduced strategies, or with nothing where a player's own moves
//! never lead.

use super::profile::{self, Stored};
use crate::failure::Failure;
use crate::output::gambit::led_to;
use crate::output::names::Names;
use crate::source::Source;
use deterra_game::convert::{behavior_from_mixed, reduced_form};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::profile::MixedProfile;

/// Cells of a strategic form that profiles may be written in.
const MOST_CELLS: usize = 1 << 20;

/// Refuses rows without a positive number but where `excused`, by player and information set, says that they do not matter.
///
/// # Errors
/// Message and help about the first.
pub(crate) fn whole(
    stored: &Stored,
    names: &Names,
    excused: impl Fn(usize, usize) -> bool,
) -> Result<(), (String, String)> {
    for (player, k) in &stored.empty {
        if !excused(*player, *k) {
            return Err((
                format!(
                    "the probabilities of {} at {} sum to 0, not to 1",
                    names.players[*player], names.decisions[*player][*k].name
                ),
                "give every action of the information set its probability".to_owned(),
            ));
        }
    }
    Ok(())
}

/// Reads profiles of a tree.
///
/// # Errors
/// What is wrong with the text.
pub(crate) fn read_tree(
    source: &Source,
    game: &ExtensiveGame,
    names: &Names,
) -> Result<Vec<Stored>, Failure> {
    let told = |(message, help): (String, String)| Failure::input_help(message, help);
    let stored = match profile::read(&source.text, names, &|| Ok(names)) {
        Ok(stored) => stored,
        Err(error) => return over_strategies(&source.text, game).ok_or_else(|| told(error)),
    };
    for one in stored.iter().filter(|one| !one.empty.is_empty()) {
        let led = led_to(game, &one.flat());
        let excused = |player: usize, k: usize| {
            let mut sets = game.player_infosets(PlayerId(player as u32));
            sets.nth(k).is_some_and(|h| !led[h.index()])
        };
        whole(one, names, excused).map_err(told)?;
    }
    Ok(stored)
}

/// Reads lines of probabilities of reduced strategies.
///
/// # Returns
/// `None` if the text is none of these.
fn over_strategies(text: &str, game: &ExtensiveGame) -> Option<Vec<Stored>> {
    if !text.trim_start().get(..2)?.eq_ignore_ascii_case("ne") {
        return None;
    }
    let form = reduced_form(game, MOST_CELLS).ok()?;
    let table = form.game();
    let names = Names::of_table(table);
    let stored = profile::read(text, &names, &|| Ok(&names)).ok()?;
    let behavior = |one: Stored| {
        let whole = one.empty.is_empty() && !one.decimals;
        let rows = one.probabilities.iter().flatten().cloned().collect();
        let mixed = MixedProfile::new(&table.shape(), rows).ok()?;
        let profile = behavior_from_mixed(game, &form, &mixed).ok()?;
        let of_player = |player| {
            let sets = game.player_infosets(player);
            sets.map(|h| profile.at(game, h).to_vec()).collect()
        };
        let rows: Vec<Vec<Vec<Rational>>> = game.players().map(of_player).collect();
        whole.then(|| Stored::exact(one.name, rows))
    };
    stored.into_iter().map(behavior).collect()
}

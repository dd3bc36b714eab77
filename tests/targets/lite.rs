//! The target of trees of named nodes.

use super::{accepted, check_game, check_places, first_message, require, round_trip};
use deterra::game::extensive::ExtensiveGame;
use deterra::game::format::{Game, ReadOptions, lite};

/// A tree whose actions are the names of nodes.
pub(super) const NAMED: &str = "# Opt { num_players: 2, openspiel }
node s%0A chance actions s0%0A=0.33333333333333331 s1%0A=0.66666666666666663
node s0%0A player 1 actions s0%0A0%0A s0%0A1%0A
node s0%0A0%0A leaf payoffs 1=0.10000000000000001 2=-1
node s0%0A1%0A leaf payoffs 1=2 2=0
node s1%0A player 1 actions s1%0A0%0A s1%0A1%0A
node s1%0A0%0A leaf payoffs 1=1 2=1e3
node s1%0A1%0A leaf payoffs 1=-.5 2=3
infoset pl1_0__%3F nodes s0%0A s1%0A
";

/// Words of the format.
pub(super) const WORDS: &[&str] = &[
    "node ",
    "infoset ",
    " player 1 actions a b\n",
    " chance actions a=0.5 b=0.5\n",
    " leaf payoffs 1=0 2=0\n",
    " nodes /",
    "/P1:a",
    "/C:",
    "=0.33333333333333331",
    "%0A",
    "# Opt { num_players: 2 }\n",
];

/// A tree in the format; nothing for other games.
pub(super) fn seed(game: &Game) -> Option<String> {
    let Game::Extensive(game) = game else {
        return None;
    };
    let written = lite::write(game, &lite::WriteOptions::default()).ok()?;
    Some(written.text)
}

/// Runs the target.
pub(super) fn run(text: &str) -> Result<(), String> {
    let strict = ReadOptions {
        strict: true,
        normalize_chance: false,
    };
    check_places(text, &lite::read(text, &strict).diagnostics)?;
    let options = ReadOptions::default();
    let Some(game) = accepted(text, lite::read(text, &options))? else {
        return Ok(());
    };
    let read = |text: &str| lite::read(text, &options);
    for ascii in [false, true] {
        let options = lite::WriteOptions {
            ascii,
            ..lite::WriteOptions::default()
        };
        let written = lite::write(&game, &options).map_err(|error| error.to_string())?;
        require(!ascii || written.text.is_ascii(), || {
            format!("not ASCII:\n{}", written.text)
        })?;
        // Nodes come in another order now, and outcomes with them, so the game as written is compared.
        let (again, _) = read(&written.text).into_result().map_err(|problems| {
            format!("refused: {}\n{}", first_message(&problems), written.text)
        })?;
        let size = |game: &ExtensiveGame| (game.num_nodes(), game.num_infosets());
        require(size(&again) == size(&game), || {
            format!("another game:\n{}", written.text)
        })?;
        let write = |game: &_| {
            lite::write(game, &options)
                .map_or_else(|error| error.to_string(), |written| written.text)
        };
        round_trip(&again, &write(&again), read, write)?;
    }
    check_game(&Game::Extensive(game))
}

//! Profiles of games that may go on for ever.

use super::rounding::{Origin, Tolerance};
use super::{One, judged, read};
use crate::commands::solve::markov::{names, witness};
use crate::commands::solve::rows;
use crate::failure::Failure;
use crate::source::Source;
use deterra_game::id::NodeId;
use deterra_game::number::Rational;
use deterra_game::stochastic::{StationaryProfile, StochasticGame};
use deterra_render::number::both;
use deterra_verify::markov::judge;

/// Judges every stored profile. Decimals are read as exact: what their rounding may explain grows
/// with the discount, so a tolerance has to be asked for.
pub(super) fn stationary(
    game: &StochasticGame,
    source: &Source,
    tolerance: Option<&Rational>,
) -> Result<Vec<One>, Failure> {
    let names = names(game);
    let stored = read(source, &names)?;
    let rounded = Rational::new(1, 1_000_000_000).unwrap_or_default();
    let one = |stored: &super::Stored| {
        let mut rows: Vec<Vec<Rational>> = vec![Vec::new(); game.slots().len()];
        let of_players = names.decisions.iter().zip(&stored.probabilities);
        for (player, (decisions, probabilities)) in game.players().zip(of_players) {
            for (decision, row) in decisions.iter().zip(probabilities) {
                let NodeId(state) = decision.at;
                if let Some(slot) = game.slot_of(deterra_game::id::StateId(state), player) {
                    rows[slot].clone_from(row);
                }
            }
        }
        let profile =
            StationaryProfile::new(game, rows).map_err(|e| Failure::input(e.to_string()))?;
        let allowed = match tolerance {
            Some(given) => Tolerance {
                gain: given.clone(),
                origin: Origin::Asked,
                why: format!("tolerance {}, as asked for", both(given)),
            },
            // What the answer says of its own rounding, up to a billionth of the payoffs.
            None if stored.rounding_sign.is_some() && !stored.decimals => Tolerance {
                gain: rounded.clone(),
                origin: Origin::Rounding,
                why: format!(
                    "tolerance {}, because the answer it comes from says that it is rounded",
                    both(&rounded)
                ),
            },
            None => Tolerance {
                gain: Rational::ZERO,
                origin: Origin::Exact,
                why: if stored.decimals {
                    "decimals are read as exact: tolerance 0".to_owned()
                } else {
                    String::new()
                },
            },
        };
        let verdict = judge(game, &profile, &allowed.gain).verdict;
        let row = rows::verdict(&verdict, |w| witness(game, &names, w));
        Ok(judged(stored, &verdict, allowed, row))
    };
    stored.iter().map(one).collect()
}

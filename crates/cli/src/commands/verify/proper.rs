//! Judges profiles of a table that come with the mistakes that make them proper.

use super::rounding::Tolerance;
use super::{One, hidden, judged, lazily, paid, read};
use crate::commands::solve::general::table_witness;
use crate::commands::solve::rows;
use crate::failure::Failure;
use crate::output::names::Names;
use crate::source::Source;
use deterra_game::number::Rational;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use deterra_verify::payoff::mixed_payoffs;
use deterra_verify::proper::{Mistakes, judge};
use deterra_verify::verdict::Concept;

/// Judges every profile of a text.
pub(super) fn judge_all(game: &StrategicGame, source: &Source) -> Result<Vec<One>, Failure> {
    let names = Names::of_table(game);
    let stored = read(source, &names)?;
    let documents = hidden::documents(&source.text);
    let none = lazily(|| Rational::ZERO);
    let one = |(k, stored): (usize, &super::profile::Stored)| {
        let allowed = Tolerance::of(stored, Some(&Rational::ZERO), &none, |_| Rational::ZERO);
        let given = documents.get(k).and_then(|d| d.get("plans"));
        let weights = hidden::mistakes(&names, given, (&stored.name, Concept::Proper))?;
        let weights = weights.into_iter().map(|own| own.concat()).collect();
        let rows = stored.probabilities.iter().flatten().cloned().collect();
        let profile =
            MixedProfile::new(&game.shape(), rows).map_err(|e| Failure::input(e.to_string()))?;
        let verdict = judge(game, &profile, &Mistakes { weights });
        paid::check(stored, &names.players, (&verdict, &allowed), || {
            mixed_payoffs(game, &profile)
        })?;
        let row = rows::verdict(&verdict, |w| table_witness(game, w));
        Ok(judged(stored, &verdict, allowed, row))
    };
    stored.iter().enumerate().map(one).collect()
}

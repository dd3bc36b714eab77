//! Profiles of one decision that many alike actors take at once.

use super::{One, Stored, Tolerance, judged, lazily, read, widest};
use crate::commands::solve::anonymous::{names, witness};
use crate::commands::solve::rows;
use crate::failure::Failure;
use crate::source::Source;
use deterra_game::number::Rational;
use deterra_scenario::Alike;
use deterra_verify::anonymous::judge_each;

/// Judges every stored profile.
pub(super) fn alike(
    alike: &Alike,
    source: &Source,
    tolerance: Option<&Rational>,
) -> Result<Vec<One>, Failure> {
    let names = names(alike);
    let stored = read(source, &names)?;
    let game = alike.game();
    let range = lazily(|| {
        let all = || (0..game.num_players()).flat_map(|k| [game.acting(k), game.abstaining(k)]);
        widest(all().min().zip(all().max()).into_iter())
    });
    let one = |stored: &Stored| {
        // Every play meets all players' distributions.
        let allowed = Tolerance::of(stored, tolerance, &range, |d| d.iter().flatten().sum());
        let each: Vec<Rational> = alike
            .members()
            .iter()
            .map(|member| stored.probabilities[member.player][0][member.act].clone())
            .collect();
        let verdict = judge_each(game, &each, &allowed.gain);
        let row = rows::verdict(&verdict, |w| witness(alike, &names, w));
        judged(stored, &verdict, allowed, row)
    };
    Ok(stored.iter().map(one).collect())
}

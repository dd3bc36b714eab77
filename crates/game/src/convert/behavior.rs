//! Mixed and behavior strategies of a tree (Kuhn 1953), exactly.

use super::{ConvertError, ReducedForm};
use crate::extensive::ExtensiveGame;
use crate::information;
use crate::number::Rational;
use crate::profile::{BehaviorProfile, MixedProfile};

/// The behavior profile that plays as a mixed profile does.
///
/// At an information set, an action is as likely as its strategies are among those that let the
/// set be reached. Sets that a player's own strategies never reach are filled **uniformly**.
///
/// # Returns
/// A profile that reaches every node with the same probability, whatever the others do.
///
/// # Errors
/// [`ConvertError::ImperfectRecall`]; [`ConvertError::Profile`] if the mixed profile is not one
/// of the form.
///
/// # Complexity
/// `O(Σ strategies · sets)`.
///
/// # References
/// Kuhn 1953 (`kuhn1953`), theorem 4.
pub fn behavior_from_mixed(
    game: &ExtensiveGame,
    form: &ReducedForm,
    mixed: &MixedProfile,
) -> Result<BehaviorProfile, ConvertError> {
    if let Some(problem) = information::perfect_recall(game).first() {
        return Err(ConvertError::ImperfectRecall {
            infoset: problem.infoset,
        });
    }
    // Checks the shape; the numbers are known to be distributions.
    MixedProfile::new(&form.game().shape(), mixed.players().to_vec())?;
    let mut weights = vec![Rational::ZERO; game.num_player_actions()];
    for player in game.players() {
        for (strategy, weight) in mixed.of(player).iter().enumerate() {
            if weight.is_zero() {
                continue;
            }
            for infoset in game.player_infosets(player) {
                if let Some(action) = form.action(player, strategy, infoset) {
                    weights[game.actions(infoset).start + action] += weight;
                }
            }
        }
    }
    for infoset in game.infosets() {
        let row = &mut weights[game.actions(infoset)];
        let sum: Rational = row.iter().sum();
        // What was never reached is filled uniformly.
        let uniform = Rational::from(row.len().cast_signed() as i64).checked_inverse();
        for weight in row {
            *weight = weight
                .checked_div(&sum)
                .or_else(|| uniform.clone())
                .expect("invariant: every set has an action");
        }
    }
    Ok(BehaviorProfile::new(game, weights)?)
}

/// The mixed profile over reduced strategies that plays as a behavior profile does: a strategy
/// is as likely as all its choices together.
///
/// # Errors
/// [`ConvertError::AbsentMinded`] if a play can meet one information set twice;
/// [`ConvertError::Profile`] if the profile is not one of the game.
///
/// # Complexity
/// `O(Σ strategies · sets)` multiplications.
///
/// # References
/// Kuhn 1953 (`kuhn1953`).
pub fn mixed_from_behavior(
    game: &ExtensiveGame,
    form: &ReducedForm,
    behavior: &BehaviorProfile,
) -> Result<MixedProfile, ConvertError> {
    if let Some(infoset) = information::absent_minded(game).first() {
        return Err(ConvertError::AbsentMinded { infoset: *infoset });
    }
    BehaviorProfile::new(game, behavior.as_slice().to_vec())?;
    let mut players = Vec::with_capacity(game.num_players());
    for player in game.players() {
        let mut row = Vec::with_capacity(form.game().num_strategies(player));
        for strategy in 0..form.game().num_strategies(player) {
            let mut weight = Rational::ONE;
            for infoset in game.player_infosets(player) {
                if weight.is_zero() {
                    break;
                }
                if let Some(action) = form.action(player, strategy, infoset) {
                    weight = &weight * &behavior.at(game, infoset)[action];
                }
            }
            row.push(weight);
        }
        players.push(row);
    }
    Ok(MixedProfile::new(&form.game().shape(), players)?)
}

//! Proper equilibrium: best against mistakes that are the rarer the more they cost (Myerson 1978).
//!
//! For ε > 0 a completely mixed profile is *ε-proper* if a strategy that pays its player less than another one against the profile is
//! played at most ε times as often. A *proper* equilibrium is a limit of ε-proper profiles as ε vanishes.
//!
//! The certificate is a family of profiles: for every strategy a *weight*, a polynomial in δ. It is checked by the first powers
//! of δ that do not vanish:
//!
//! 1. every weight is positive for small δ > 0, so shares of a player's weights are a completely mixed profile;
//! 2. as δ vanishes, shares tend to the probabilities of the equilibrium;
//! 3. if a strategy pays less than another one of the same player against everybody's weights, for every small δ > 0, then the first power of
//!    its weight is higher than that of the other.
//!
//! Payoffs against weights are payoffs against shares times something positive that all of a player's strategies have in common, so
//! they compare in the same way. By 3 there is a number K such that a strategy that pays less is played at most Kδ times as often, for
//! every small δ > 0: the profile at δ is ε-proper with ε = Kδ, which vanishes with δ. So the limit is proper. ∎
//!
//! Of a tree with perfect recall the reduced strategic form is judged ([`judge_behavior`]): its behavior must be what weights of strategies come to,
//! move by move, also at sets that nobody reaches. Such a behavior is quasi-perfect, and so sequential (van Damme 1984).

use crate::nash;
use crate::quasi_perfect::{add_scaled, compare, leading, product};
use crate::respond::require_fit;
use crate::verdict::{Concept, Verdict};
use deterra_game::convert::{ReducedForm, reduced_form};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::information::perfect_recall;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::profile::{BehaviorProfile, MixedProfile};
use deterra_game::strategic::StrategicGame;
use std::cmp::Ordering;

pub use crate::quasi_perfect::Series;

/// Coefficients that products of weights may have, cells times powers.
const MOST_TERMS: usize = 1 << 24;

/// A family of profiles with mistakes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes {
    /// By player and strategy.
    pub weights: Vec<Vec<Series>>,
}

/// Judges a mixed profile by its certificate.
///
/// # Returns
/// Exact; failed, with the deviation, if it is not even a Nash equilibrium; unchecked, with the reason, if the certificate is not one of
/// this profile, does not prove it proper (another one might), or is too long.
///
/// # Complexity
/// `O(cells · players)` products of polynomials.
///
/// # Example
/// If both play their first strategies each gets 1, else nothing. Against any mistakes the second strategy pays less, and it is rarer.
/// ```
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::profile::MixedProfile;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_verify::proper::{Mistakes, judge};
/// let rows = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("", &rows([[1, 0], [0, 0]]), &rows([[1, 0], [0, 0]]))?;
/// let (one, zero) = (Rational::ONE, Rational::ZERO);
/// let profile = MixedProfile::new(&[2, 2], vec![vec![one.clone(), zero.clone()]; 2])?;
/// let weights = vec![vec![vec![one.clone()], vec![zero, one]]; 2];
/// assert!(judge(&game, &profile, &Mistakes { weights }).is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn judge(game: &StrategicGame, profile: &MixedProfile, mistakes: &Mistakes) -> Verdict {
    let unchecked = |reason: &str| Verdict::unchecked(Concept::Proper, reason);
    let shape = game.shape();
    let fits = |lengths: Vec<usize>| lengths == shape;
    if !fits(profile.players().iter().map(Vec::len).collect()) {
        return unchecked("the profile is of another shape than the game");
    }
    if !fits(mistakes.weights.iter().map(Vec::len).collect()) {
        return unchecked("the certificate is of another shape than the game");
    }
    let longest = |own: &Vec<Series>| own.iter().map(Vec::len).max().unwrap_or(0);
    let powers: usize = mistakes.weights.iter().map(longest).sum();
    if game.num_cells().saturating_mul(powers) > MOST_TERMS {
        return unchecked("the certificate is too long");
    }
    for (player, own) in game.players().zip(&mistakes.weights) {
        match limit(own) {
            None => return unchecked("a weight of the certificate is not positive"),
            Some(shares) if shares != profile.of(player) => {
                return unchecked("the certificate tends to another profile");
            }
            Some(_) => {}
        }
    }
    let mut known = nash::judge_mixed(game, profile, &Rational::ZERO);
    if !known.is_exact() {
        known.concept = Concept::Proper;
        return known;
    }
    for player in game.players() {
        poll();
        let pays = payoffs(game, player, &mistakes.weights);
        let weights = &mistakes.weights[player.index()];
        for (strategy, paid) in pays.iter().enumerate() {
            poll();
            for (than, more) in pays.iter().enumerate() {
                let less = compare(paid, more) == Ordering::Less;
                if less && power(&weights[strategy]) <= power(&weights[than]) {
                    let label = |k| match game.strategy_label(player, k) {
                        "" => format!("strategy {}", k + 1),
                        label => format!("\"{label}\""),
                    };
                    return Verdict::unchecked(
                        Concept::Proper,
                        format!(
                            "the certificate proves nothing, for against its mistakes {} pays player {} less than {}, and is not rarer",
                            label(strategy),
                            player.index() + 1,
                            label(than)
                        ),
                    );
                }
            }
        }
    }
    Verdict::from_witness(Concept::Proper, None, &Rational::ZERO)
}

/// Judges a behavior profile of a tree by a certificate for its reduced strategic form, of `cell_limit` cells at most.
///
/// # Returns
/// As [`judge`]; the witness names reduced strategies. Unchecked too if somebody forgets something, the form is too large, or the
/// behavior is not what the certificate tends to.
///
/// # Complexity
/// That of the form and of [`judge`].
pub fn judge_behavior(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    mistakes: &Mistakes,
    cell_limit: usize,
) -> Verdict {
    let unchecked = |reason: &str| Verdict::unchecked(Concept::Proper, reason);
    if let Err(error) = require_fit(game, profile) {
        return unchecked(&error.to_string());
    }
    if !perfect_recall(game).is_empty() {
        return unchecked("somebody forgets what she knew or did");
    }
    let form = match reduced_form(game, cell_limit) {
        Ok(form) => form,
        Err(error) => return unchecked(&error.to_string()),
    };
    let shape = form.game().shape();
    if mistakes
        .weights
        .iter()
        .map(Vec::len)
        .collect::<Vec<usize>>()
        != shape
    {
        return unchecked("the certificate is of another shape than the game");
    }
    let limits: Option<Vec<Vec<Rational>>> = mistakes.weights.iter().map(|w| limit(w)).collect();
    let mixed = limits.and_then(|rows| MixedProfile::new(&shape, rows).ok());
    let Some(mixed) = mixed else {
        return unchecked("a weight of the certificate is not positive");
    };
    let weights = along(game, &form, mistakes);
    for infoset in game.infosets() {
        let own = &weights[game.actions(infoset)];
        if limit(own).as_deref() != Some(profile.at(game, infoset)) {
            return unchecked("the certificate tends to another behavior");
        }
    }
    judge(form.game(), &mixed, mistakes)
}

/// By flat action of a tree, how likely its player's strategies take it where others lead there: the sum of weights of those that do.
pub fn along(game: &ExtensiveGame, form: &ReducedForm, mistakes: &Mistakes) -> Vec<Series> {
    let mut weights = vec![Series::new(); game.num_player_actions()];
    for (player, own) in game.players().zip(&mistakes.weights) {
        for (strategy, series) in own.iter().enumerate() {
            poll();
            for infoset in game.player_infosets(player) {
                let Some(action) = form.action(player, strategy, infoset) else {
                    continue;
                };
                let sum = &mut weights[game.actions(infoset).start + action];
                add_scaled(sum, series, &Rational::ONE);
            }
        }
    }
    weights
}

/// What shares of weights tend to; `None` if a weight is not positive for small δ.
pub fn limit(weights: &[Series]) -> Option<Vec<Rational>> {
    let leads: Vec<(usize, &Rational)> =
        weights.iter().map(|w| leading(w)).collect::<Option<_>>()?;
    if leads.iter().any(|(_, x)| x.is_negative()) {
        return None;
    }
    let least = leads.iter().map(|(power, _)| *power).min()?;
    let part = |(power, x): &(usize, &Rational)| {
        if *power == least {
            (*x).clone()
        } else {
            Rational::ZERO
        }
    };
    let total: Rational = leads.iter().map(part).sum();
    leads.iter().map(|l| part(l).checked_div(&total)).collect()
}

/// What each strategy of a player is paid against everybody else's weights.
fn payoffs(game: &StrategicGame, player: PlayerId, weights: &[Vec<Series>]) -> Vec<Series> {
    let mut pays = vec![Series::new(); game.num_strategies(player)];
    for cell in 0..game.num_cells() {
        poll();
        let paid = game.payoff(cell, player);
        if paid.is_zero() {
            continue;
        }
        let mut chance = vec![paid.clone()];
        for other in game.players().filter(|other| *other != player) {
            chance = product(
                &chance,
                &weights[other.index()][game.strategy_in(cell, other)],
            );
        }
        let sum = &mut pays[game.strategy_in(cell, player)];
        add_scaled(sum, &chance, &Rational::ONE);
    }
    pays
}

fn power(series: &Series) -> usize {
    leading(series).map_or(usize::MAX, |(power, _)| power)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Status;
    use deterra_game::number::Number;

    /// Myerson (1978), the table of 3 by 3 in which (α2, β2) is perfect and not proper.
    fn myerson() -> StrategicGame {
        let first = [[1, 0, -9], [0, 0, -7], [-9, -7, -7]];
        let rows = first.map(|row| row.map(Number::from).to_vec()).to_vec();
        StrategicGame::from_rows("", &rows, &rows).expect("three by three")
    }

    fn pure(own: usize) -> MixedProfile {
        let row: Vec<Rational> = (0..3)
            .map(|k| Rational::integer(i64::from(k == own)))
            .collect();
        MixedProfile::new(&[3, 3], vec![row.clone(), row]).expect("distributions")
    }

    /// Weights of single powers, the same for both.
    fn powers(of: [usize; 3]) -> Mistakes {
        let series = |power: usize| {
            let mut series = vec![Rational::ZERO; power + 1];
            series[power] = Rational::ONE;
            series
        };
        Mistakes {
            weights: vec![of.map(series).to_vec(); 2],
        }
    }

    /// Against β1 with mistakes δ on β2 and δ² on β3 the payoffs are 1 - 9δ², -7δ² and -9 - 7δ - 7δ².
    #[test]
    fn the_first_is_proper() {
        assert!(judge(&myerson(), &pure(0), &powers([0, 1, 2])).is_exact());
    }

    /// Against β2 with mistakes a on β1 and c on β3, α1 pays a - 9c and α2 pays -7c: α1 is worse, as it should be, only if a < 2c. But
    /// α3 pays less than α1, -7 to leading order, so c must be rarer than a.
    #[test]
    fn the_second_is_not() {
        for (one, three) in [(1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1)] {
            let verdict = judge(&myerson(), &pure(1), &powers([one, 0, three]));
            assert!(
                matches!(verdict.status, Status::Unchecked(_)),
                "{one} {three}"
            );
        }
    }

    #[test]
    fn certificates_must_be_of_the_profile() {
        let game = myerson();
        // The third strategies are Nash, and what is no Nash equilibrium needs no certificate to fail.
        let mixed = MixedProfile::new(
            &[3, 3],
            vec![vec![Rational::new(1, 3).expect("a third"); 3]; 2],
        );
        let alike = judge(&game, &mixed.expect("distributions"), &powers([0, 0, 0]));
        assert_eq!(alike.status, Status::Failed);
        let unchecked = |verdict: Verdict| matches!(verdict.status, Status::Unchecked(_));
        assert!(unchecked(judge(&game, &pure(1), &powers([0, 1, 2]))));
        assert!(unchecked(judge(&game, &pure(0), &Mistakes::default())));
        let mut never = powers([0, 1, 2]);
        never.weights[0][2] = vec![Rational::ZERO];
        assert!(unchecked(judge(&game, &pure(0), &never)));
        let mut negative = powers([0, 1, 2]);
        negative.weights[1][1] = vec![Rational::ZERO, Rational::integer(-1)];
        assert!(unchecked(judge(&game, &pure(0), &negative)));
    }
}

//! Correlated equilibrium: nobody gains by not doing what a device tells her (Aumann 1974).
//!
//! A *device* draws what everybody is to do and tells each player her own part. What she is told, and when, makes the concept:
//!
//! | concept | of | a player may deviate |
//! |---|---|---|
//! | correlated | tables, plans of trees | once she is told her whole strategy (Aumann 1974) |
//! | coarse correlated | tables, plans of trees | before she is told anything (Moulin and Vial 1978) |
//! | extensive-form correlated | trees | at an information set, once she is told the action there (von Stengel and Forges 2008) |
//! | extensive-form coarse correlated | trees | at an information set, before she is told the action there (Farina, Bianchi and Sandholm 2020) |
//!
//! Whoever deviates is told nothing more. Each deviation waits for one event, its *trigger*, and is counted as it is expected before play:
//! what it gains once its trigger happens, times how likely that is. The error is the greatest such gain.

mod best;
pub mod led;
mod plans;
mod prices;

pub use best::{Aim, judge_best_cells, judge_best_plans};
pub use plans::{judge_plans, plan_payoffs};
pub use prices::{FlowPrice, LastAction, PlanBound, PlanPrice, proves_plans};

use crate::verdict::{Concept, Deviation, Verdict, Witness};
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::patience::{poll, poll_at};
use deterra_game::strategic::StrategicGame;
use std::collections::BTreeMap;

/// What a deviation counts for in a proof that no device is worth more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// Who deviates.
    pub player: PlayerId,
    /// What she is told; `None` is whatever she is told.
    pub told: Option<u32>,
    /// What she plays instead.
    pub to: u32,
    /// How much the deviation counts; not negative.
    pub price: Rational,
}

/// Why no device of a table is worth more than a bound.
///
/// In every cell, what the players get by their weights, and what following gains over the deviations by their prices, sum to no more
/// than the bound. In an equilibrium no deviation gains, so what players get by their weights is no more either.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bound {
    /// By player.
    pub weights: Vec<Rational>,
    /// Deviations that count for something.
    pub prices: Vec<Price>,
    /// What nothing exceeds.
    pub bound: Rational,
}

/// Judges a distribution over cells of a table.
///
/// `device` has a cell and its probability an entry; a cell may have several. `concept` is [`Concept::Correlated`] or
/// [`Concept::CoarseCorrelated`].
///
/// # Returns
/// Exact, bounded by `tolerance` (payoff units) or failed, with the deviation that gains most, the first such one; unchecked if these are
/// no probabilities of cells, or the concept is another one.
///
/// # Complexity
/// `O(entries · strategies)`.
///
/// # Example
/// Chicken: a device that never draws the crash. Who is told to dare knows that the other swerves; who is told to swerve gets
/// (6 + 2)/2 = 4, and by daring (7 + 0)/2.
/// ```
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_verify::correlated::judge_cells;
/// use deterra_verify::verdict::Concept;
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("chicken", &n([[6, 2], [7, 0]]), &n([[6, 7], [2, 0]]))?;
/// let third = Rational::new(1, 3).unwrap();
/// let device = [(0, third.clone()), (1, third.clone()), (2, third)];
/// assert!(judge_cells(&game, &device, Concept::Correlated, &Rational::ZERO).is_exact());
/// // To swerve for certain is no equilibrium: daring gains 7 - 6.
/// let verdict = judge_cells(&game, &[(0, Rational::ONE)], Concept::Correlated, &Rational::ZERO);
/// assert_eq!(verdict.error, Rational::ONE);
/// # Ok::<(), deterra_game::strategic::InvalidTable>(())
/// ```
pub fn judge_cells(
    game: &StrategicGame,
    device: &[(usize, Rational)],
    concept: Concept,
    tolerance: &Rational,
) -> Verdict {
    let told = match concept {
        Concept::Correlated => true,
        Concept::CoarseCorrelated => false,
        _ => return Verdict::unchecked(concept, "of a table a device is correlated or coarse"),
    };
    if let Err(problem) = is_device(game, device) {
        return Verdict::unchecked(concept, problem);
    }
    let worst = most_tempting(game, device, told, game.players());
    Verdict::from_witness(concept, worst, tolerance)
}

/// Why numbers are no device of a table.
fn is_device(game: &StrategicGame, device: &[(usize, Rational)]) -> Result<(), &'static str> {
    if device.iter().any(|(cell, _)| *cell >= game.num_cells()) {
        return Err("the device draws a cell that the table does not have");
    }
    problem(device).map_or(Ok(()), Err)
}

/// The deviation of some of the players that gains most, the first such one.
fn most_tempting(
    game: &StrategicGame,
    device: &[(usize, Rational)],
    told: bool,
    players: impl Iterator<Item = PlayerId>,
) -> Option<Witness> {
    let mut worst: Option<Witness> = None;
    for player in players {
        let strategies = game.num_strategies(player);
        // By what is told, then by what is played instead: what that gains.
        let mut gains: BTreeMap<Option<u32>, Vec<Rational>> = BTreeMap::new();
        for (cell, probability) in device {
            poll();
            let own = game.strategy_in(*cell, player) as u32;
            let row = gains
                .entry(told.then_some(own))
                .or_insert_with(|| vec![Rational::ZERO; strategies]);
            let followed = game.payoff(*cell, player);
            for (to, gain) in row.iter_mut().enumerate() {
                let paid = game.payoff(game.deviation(*cell, player, to), player);
                *gain += &(probability * &(paid - followed));
            }
        }
        for (told, row) in gains {
            for (to, gain) in row.into_iter().enumerate() {
                let known = worst.as_ref().map_or(&Rational::ZERO, |w| &w.gain);
                if gain > *known {
                    let to = to as u32;
                    worst = Some(Witness {
                        player,
                        deviation: Deviation::Instead { told, to },
                        gain,
                    });
                }
            }
        }
    }
    worst
}

/// What a device of a table pays on average.
///
/// # Returns
/// By player, in payoff units.
///
/// # Panics
/// If a cell is none of the table.
pub fn cell_payoffs(game: &StrategicGame, device: &[(usize, Rational)]) -> Vec<Rational> {
    let of = |player: PlayerId| {
        let paid = device
            .iter()
            .map(|(cell, p)| p * game.payoff(*cell, player));
        paid.sum()
    };
    game.players().map(of).collect()
}

/// Whether a bound on what devices are worth is proved.
///
/// # Returns
/// False too if something is negative that must not be, or names what the table does not have. It is about all devices under which none of
/// the deviations gains: of coarse equilibria only if nothing is told in them. If the weights are not negative and sum to 1, what the player gets who
/// gets least is within the bound as well.
///
/// # Complexity
/// `O(cells · prices)`.
pub fn proves(game: &StrategicGame, bound: &Bound) -> bool {
    let fits = |price: &Price| {
        let has = |s: u32| (s as usize) < game.num_strategies(price.player);
        price.player.index() < game.num_players()
            && has(price.to)
            && price.told.is_none_or(has)
            && !price.price.is_negative()
    };
    if bound.weights.len() != game.num_players() || !bound.prices.iter().all(fits) {
        return false;
    }
    // By player and strategy: what may be played instead.
    let mut prices: Vec<Vec<Vec<&Price>>> =
        game.shape().iter().map(|n| vec![Vec::new(); *n]).collect();
    for price in &bound.prices {
        poll();
        let own = &mut prices[price.player.index()];
        match price.told {
            Some(told) => own[told as usize].push(price),
            None => own.iter_mut().for_each(|row| row.push(price)),
        }
    }
    (0..game.num_cells()).all(|cell| {
        poll_at(cell);
        let mut sum = Rational::ZERO;
        for (player, weight) in game.players().zip(&bound.weights) {
            let paid = game.payoff(cell, player);
            sum += &(weight * paid);
            for price in &prices[player.index()][game.strategy_in(cell, player)] {
                let other = game.deviation(cell, player, price.to as usize);
                sum += &(&price.price * &(paid - game.payoff(other, player)));
            }
        }
        sum <= bound.bound
    })
}

/// Why numbers are no distribution.
fn problem<T>(device: &[(T, Rational)]) -> Option<&'static str> {
    let sum: Rational = device.iter().map(|(_, p)| p).sum();
    if device.iter().any(|(_, p)| p.is_negative()) {
        Some("the device has a negative probability")
    } else if !sum.is_one() {
        Some("the probabilities of the device do not sum to 1")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Draws, profile_bytes};
    use deterra_game::number::Number;
    use deterra_game::patience::{Ended, Patience, within};
    use proptest::prelude::*;
    use std::sync::Arc;

    fn q(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("a fraction")
    }

    fn bimatrix(first: [[i64; 2]; 2], second: [[i64; 2]; 2]) -> StrategicGame {
        let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
        StrategicGame::from_rows("", &n(first), &n(second)).expect("two by two")
    }

    fn chicken() -> StrategicGame {
        bimatrix([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    }

    /// Whoever has stopped waiting is not kept by a table of any size.
    #[test]
    fn bounds_of_tables_ask_for_patience() {
        let gone = Patience {
            deadline: None,
            cancel: Some(Arc::new(true.into())),
        };
        let bound = Bound {
            weights: vec![Rational::ONE; 2],
            prices: Vec::new(),
            bound: q(12, 1),
        };
        assert!(proves(&chicken(), &bound));
        let ended = within(&gone, || proves(&chicken(), &bound));
        assert_eq!(ended, Err(Ended::Cancelled));
    }

    /// The device (1/2, 1/4, 1/4, 0). Who is told to swerve expects (6·1/2 + 2·1/4)/(3/4) = 14/3, daring pays
    /// 7·(1/2)/(3/4) = 14/3 too, so it is exact; moved by 1/1000 from the daring cells to the swerving one daring gains
    /// p·(7 - 6) - r·(2 - 0) = 502/1000 - 498/1000 = 1/250 with p = 1/2 + 2/1000, r = 1/4 - 1/1000.
    #[test]
    fn a_device_that_is_off_by_a_thousandth_fails() {
        let game = chicken();
        let device = |p: Rational, r: Rational| [(0, p), (1, r.clone()), (2, r)];
        let judge = |device: &[(usize, Rational)]| {
            judge_cells(&game, device, Concept::Correlated, &Rational::ZERO)
        };
        assert!(judge(&device(q(1, 2), q(1, 4))).is_exact());
        let verdict = judge(&device(q(502, 1000), q(249, 1000)));
        assert_eq!(verdict.error, q(1, 250));
        let witness = verdict.witness.expect("daring gains");
        let deviation = Deviation::Instead {
            told: Some(0),
            to: 1,
        };
        assert_eq!(
            (witness.player, witness.deviation),
            (PlayerId(0), deviation)
        );
    }

    #[test]
    fn deviations_before_and_after_being_told() {
        let game = bimatrix([[3, 0], [4, 1]], [[3, 4], [0, 1]]);
        // The dilemma: always defecting gains 1 half of the time and 0 otherwise, told or not.
        let half = [(0, q(1, 2)), (3, q(1, 2))];
        for concept in [Concept::Correlated, Concept::CoarseCorrelated] {
            let verdict = judge_cells(&game, &half, concept, &Rational::ZERO);
            assert_eq!(verdict.error, q(1, 2), "{concept}");
        }
        // Chicken, half both swerve and half both crash: told to crash, swerving gains 2; always swerving pays
        // (6 + 2)/2 = 4 and always daring 7/2 against 3 of following.
        let half = [(0, q(1, 2)), (3, q(1, 2))];
        let told = judge_cells(&chicken(), &half, Concept::Correlated, &Rational::ZERO);
        let coarse = judge_cells(
            &chicken(),
            &half,
            Concept::CoarseCorrelated,
            &Rational::ZERO,
        );
        assert_eq!((told.error, coarse.error), (q(1, 1), q(1, 1)));
    }

    #[test]
    fn what_is_no_device_is_not_judged() {
        let unchecked = |device: &[(usize, Rational)], concept| {
            let verdict = judge_cells(&chicken(), device, concept, &Rational::ZERO);
            !verdict.holds() && verdict.witness.is_none()
        };
        assert!(unchecked(&[(0, q(1, 2))], Concept::Correlated));
        assert!(unchecked(
            &[(0, q(3, 2)), (1, q(-1, 2))],
            Concept::Correlated
        ));
        assert!(unchecked(&[(4, q(1, 1))], Concept::CoarseCorrelated));
        assert!(unchecked(&[(0, q(1, 1))], Concept::Nash));
    }

    /// Chicken's welfare, with prices t of "told to swerve, dare" of both players. Cells sum to
    /// 12 - 2t, 9 + 2t, 9 + 2t and 0, so t = 3/4 proves 21/2.
    #[test]
    fn prices_prove_what_no_device_exceeds() {
        let game = chicken();
        let price = |player: u32, price: Rational| Price {
            player: PlayerId(player),
            told: Some(0),
            to: 1,
            price,
        };
        let bound = |t: Rational, bound: Rational| Bound {
            weights: vec![Rational::ONE, Rational::ONE],
            prices: vec![price(0, t.clone()), price(1, t)],
            bound,
        };
        assert!(proves(&game, &bound(q(3, 4), q(21, 2))));
        assert!(!proves(&game, &bound(q(3, 4), q(209, 20))));
        assert!(!proves(&game, &bound(q(1, 2), q(21, 2))));
        assert!(!proves(&game, &bound(q(-1, 1), q(100, 1))));
    }

    proptest! {
        /// A product of a profile is correlated by exactly the rule of Nash, and what is correlated is coarse.
        #[test]
        fn products_are_equilibria_as_profiles_are(
            payoffs in prop::collection::vec(-3_i64..4, 12),
            bytes in profile_bytes(),
        ) {
            let rows = |k: usize| -> Vec<Vec<Number>> {
                let rows = payoffs[k * 6..k * 6 + 6].chunks(3);
                rows.map(|row| row.iter().copied().map(Number::from).collect()).collect()
            };
            let game = StrategicGame::from_rows("", &rows(0), &rows(1)).expect("two by three");
            let mut draws = Draws::new(&bytes);
            let (x, y) = (draws.distribution(2), draws.distribution(3));
            let profile = deterra_game::profile::MixedProfile::new(&[2, 3], vec![x.clone(), y.clone()]).expect("distributions");
            let device: Vec<(usize, Rational)> = (0..6).map(|cell| {
                (cell, &x[game.strategy_in(cell, PlayerId(0))] * &y[game.strategy_in(cell, PlayerId(1))])
            }).collect();
            let nash = crate::nash::judge_mixed(&game, &profile, &Rational::ZERO);
            let correlated = judge_cells(&game, &device, Concept::Correlated, &Rational::ZERO);
            let coarse = judge_cells(&game, &device, Concept::CoarseCorrelated, &Rational::ZERO);
            prop_assert_eq!(nash.is_exact(), correlated.is_exact());
            prop_assert_eq!(nash.error, coarse.error);
        }
    }
}

//! Which gain the rounding of a profile's decimals may explain.
//!
//! A decimal is read as it stands: 0.3 is 3/10. It counts as a rounded number only where there is
//! a sign of rounding: the distribution it belongs to does not sum to 1, or it has as many
//! digits as programs write and people do not. Everything else is exact and has to be an
//! equilibrium exactly.

use super::profile::Stored;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::NodeId;
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_render::number::both;

/// Decimals from which on a number is taken for the output of a program that rounds.
pub(super) const MACHINE_DIGITS: i32 = 6;

/// Decimals below which a distribution that misses 1 is taken for wrong and not for rounded.
pub(super) const LEAST_DIGITS: i32 = 2;

/// Where the gain that is let pass comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The user asked for it.
    Asked,
    /// Decimals that were rounded.
    Rounding,
    /// Nothing was rounded.
    Exact,
}

impl Origin {
    /// The word in JSON.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Rounding => "rounding",
            Self::Exact => "exact",
        }
    }
}

/// The gain up to which a profile counts as an equilibrium.
#[derive(Clone, Debug)]
pub(super) struct Tolerance {
    /// In payoff units.
    pub(super) gain: Rational,
    pub(super) origin: Origin,
    /// A clause; empty if there is nothing to say.
    pub(super) why: String,
}

impl Tolerance {
    /// `given` by the user, else what rounding explains.
    ///
    /// Let every distribution be some distance away from the one that was meant, its entries'
    /// differences summed up. A play's probability of being led elsewhere is at most half the sum
    /// of the distances that it meets. So any payoff changes by at most half the greatest such
    /// sum times the payoff range, any best response too, and an equilibrium that was rounded has
    /// no more regret than the range times the greatest sum, which `along` finds.
    pub(super) fn of(
        stored: &Stored,
        given: Option<&Rational>,
        range: &impl Fn() -> Rational,
        along: impl FnOnce(&[Vec<Rational>]) -> Rational,
    ) -> Self {
        if let Some(given) = given {
            return Self {
                gain: given.clone(),
                origin: Origin::Asked,
                why: format!("tolerance {}, as asked for", both(given)),
            };
        }
        let Some(sign) = &stored.rounding_sign else {
            let why = if stored.decimals {
                "decimals are read as exact: tolerance 0"
            } else {
                ""
            };
            return Self {
                gain: Rational::ZERO,
                origin: Origin::Exact,
                why: why.to_owned(),
            };
        };
        let (range, distance) = (range(), along(&stored.distances));
        let gain = &range * &distance;
        let why = format!(
            "tolerance {}, the payoff range {} times the {} by which rounding may have moved \
             probabilities: {sign}",
            both(&gain),
            both(&range),
            both(&distance),
        );
        Self {
            gain,
            origin: Origin::Rounding,
            why,
        }
    }
}

/// How far a distribution may be from the one that was meant, its entries' differences summed
/// up: 0 if there is no sign of rounding.
///
/// `units` are those of the last place of each entry, 0 for whole numbers and fractions; `off` is
/// by how much the entries miss 1, before they are scaled.
///
/// Rounding moves an entry by half a unit of its last place at most, and scaling moves all of
/// them by `off` together. If digits were cut off instead, what is missing is `off`, and the bound
/// holds as well, since `off` is no more than half of all units.
pub(super) fn distance(units: &[Rational], off: &Rational) -> Rational {
    let least = if off.is_zero() {
        power_of_ten(-MACHINE_DIGITS)
    } else {
        Rational::ONE
    };
    let rounded = units.iter().filter(|unit| **unit <= least);
    let units: Rational = rounded.sum();
    &(&units * &half()) + off
}

fn half() -> Rational {
    Rational::new(1, 2).unwrap_or_default()
}

/// The greatest sum of distances along one play of a tree; by player, then information set.
pub(super) fn along_tree(game: &ExtensiveGame, distances: &[Vec<Rational>]) -> Rational {
    let mut of_infoset = vec![Rational::ZERO; game.infosets().len()];
    for (player, distances) in game.players().zip(distances) {
        for (infoset, distance) in game.player_infosets(player).zip(distances) {
            of_infoset[infoset.index()].clone_from(distance);
        }
    }
    let mut sums: Vec<Rational> = Vec::with_capacity(game.num_nodes());
    for node in game.nodes() {
        // Parents come first.
        let before = game.parent(node).map(|parent| sums[parent.index()].clone());
        let mut sum = before.unwrap_or_default();
        if let NodeKind::Decision(_, infoset) = game.kind(node) {
            sum += &of_infoset[infoset.index()];
        }
        sums.push(sum);
    }
    sums.into_iter().max().unwrap_or_default()
}

/// As [`along_tree`] for a game on positions, with distances by position.
pub(super) fn along_positions(game: &dyn PositionGraph, distances: &[Rational]) -> Rational {
    let mut before = vec![Rational::ZERO; game.num_positions()];
    let mut greatest = Rational::ZERO;
    let mut successors = Vec::new();
    // Successors have greater numbers.
    for position in (0..before.len()).map(NodeId::from_index) {
        let mut sum = std::mem::take(&mut before[position.index()]);
        if let Mover::Player(_) = game.mover(position) {
            sum += &distances[position.index()];
        }
        game.successors(position, &mut successors);
        for next in &successors {
            if before[next.index()] < sum {
                before[next.index()].clone_from(&sum);
            }
        }
        greatest = greatest.max(sum);
    }
    greatest
}

/// One unit in the last place of a decimal; 0 for whole numbers and fractions.
pub(super) fn last_place(text: &str) -> Rational {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().unwrap_or(0)),
        None => (text, 0),
    };
    let Some((_, decimals)) = mantissa.split_once('.') else {
        return if exponent < 0 {
            power_of_ten(exponent)
        } else {
            Rational::ZERO
        };
    };
    let places = i32::try_from(decimals.trim().len()).unwrap_or(i32::MAX);
    if places == 0 && exponent >= 0 {
        return Rational::ZERO;
    }
    power_of_ten(exponent.saturating_sub(places))
}

pub(super) fn power_of_ten(exponent: i32) -> Rational {
    Rational::integer(10)
        .checked_pow(exponent.clamp(-20_000, 20_000))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Number;

    fn rational(text: &str) -> Rational {
        Number::parse(text).expect("a number").into_value()
    }

    #[test]
    fn the_last_place_is_found_in_every_spelling() {
        for (text, unit) in [
            ("1", "0"),
            ("1/3", "0"),
            ("1.", "0"),
            ("1.0", "1/10"),
            (".333", "1/1000"),
            ("3.5e-3", "1/10000"),
            ("1e-5", "1/100000"),
            ("1e2", "0"),
        ] {
            assert_eq!(last_place(text), rational(unit), "{text}");
        }
    }

    /// By hand: half a unit an entry, and what is missing in the sum.
    #[test]
    fn only_signs_of_rounding_make_a_distance() {
        let units = |texts: &[&str]| -> Vec<Rational> {
            texts.iter().map(|text| last_place(text)).collect()
        };
        for (texts, off, expected) in [
            (&["0.0", "1.0"][..], "0", "0"),
            (&[".3", ".7"], "0", "0"),
            (&["0.33333", "0.66667"], "0", "0"),
            (&["0.333333", "0.666667"], "0", "1/1000000"),
            (&["1", "0.000000"], "0", "1/2000000"),
            (&[".333", ".333", ".333"], "1/1000", "1/400"),
        ] {
            assert_eq!(
                distance(&units(texts), &rational(off)),
                rational(expected),
                "{texts:?}"
            );
        }
    }
}

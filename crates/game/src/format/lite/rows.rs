//! The lists of numbers: weights of chance, payoffs of leaves.

use super::read::{Lines, Node};
use crate::format::fractions;
use crate::number::Number;
use crate::patience::polled;

/// Payoffs of a leaf by player, to be filled again and again.
#[derive(Default)]
pub(super) struct Payoffs<'t> {
    pub(super) texts: Vec<Option<&'t str>>,
}

impl<'t> Lines<'t> {
    /// Reads a number of the format.
    pub(super) fn number(&mut self, text: &'t str) -> Option<Number> {
        match Number::parse(text) {
            Ok(number) => {
                if text.contains('/') {
                    let message = "this is a fraction, of which other readers take the numerator";
                    self.warn("F303", text, message, "write a decimal");
                }
                Some(number)
            }
            Err(error) => {
                self.fail(
                    "F303",
                    text,
                    error.to_string(),
                    "numbers are decimals such as -1.5",
                );
                None
            }
        }
    }

    /// The weight of an action of chance, behind the last `=`.
    pub(super) fn weight(&mut self, entry: &'t str) -> Option<Number> {
        let Some((_, text)) = entry.rsplit_once('=') else {
            let help = "write the action, = and how likely it is: heads=0.5";
            self.fail("F302", entry, "this action of chance has no weight", help);
            return None;
        };
        let number = self.number(text)?;
        if number.value().is_negative() {
            self.fail("F313", entry, "a weight is negative", "weights are above 0");
            return None;
        }
        if number.value().is_zero() {
            let help = "leave the action out if it cannot be";
            self.warn(
                "F313",
                entry,
                "this never happens, for its weight is 0",
                help,
            );
        }
        Some(number)
    }

    /// Weights that are all there as probabilities.
    pub(super) fn probabilities(
        &mut self,
        node: &Node<'t>,
        row: Vec<Number>,
    ) -> Option<Vec<Number>> {
        let Some(sum) = fractions::sum(&row) else {
            let help = "write decimals of at most 17 digits";
            let message = "the sum of these weights is a number of very many digits";
            self.fail("F313", node.rest.trim_ascii(), message, help);
            return None;
        };
        if sum.is_one() && !fractions::is_of_floats(&row) {
            return Some(row);
        }
        if let Some(found) = fractions::of_row(&row) {
            return Some(found);
        }
        if sum.is_one() {
            return Some(row);
        }
        if sum.is_zero() {
            let help = "give at least one action a weight above 0";
            self.fail("F313", node.rest.trim_ascii(), "all weights are 0", help);
            return None;
        }
        let message = format!(
            "the weights sum to {}, not to 1; they are divided by their sum",
            sum.to_f64()
        );
        let help = "write weights that sum to 1, with all 17 digits of floats if they are rounded";
        self.warn("F314", node.rest.trim_ascii(), message, help);
        let scaled = polled(row.iter()).filter_map(|p| p.value().checked_div(&sum));
        Some(scaled.map(Number::from).collect())
    }

    /// The payoffs of a leaf, one for each player.
    ///
    /// # Returns
    /// Whether all are there, in `payoffs`.
    pub(super) fn payoffs(
        &mut self,
        node: &Node<'t>,
        players: usize,
        payoffs: &mut Payoffs<'t>,
    ) -> bool {
        payoffs.texts.clear();
        payoffs.texts.resize(players, None);
        let mut fine = true;
        for entry in polled(node.rest.split_ascii_whitespace()) {
            let Some((player, text)) = entry.split_once('=') else {
                let help = "write a player's number, = and the payoff: 1=-2.5";
                self.fail("F302", entry, "this is no payoff of a player", help);
                fine = false;
                continue;
            };
            let slot = player.parse::<usize>().ok().and_then(|k| k.checked_sub(1));
            let Some(slot) = slot.and_then(|k| payoffs.texts.get_mut(k)) else {
                fine = false;
                let message = format!("there is no player {player}; there are {players}");
                self.fail("F305", entry, message, "players are numbered from 1");
                continue;
            };
            if slot.replace(text).is_some() {
                fine = false;
                let message = format!("player {player} is paid twice here");
                self.fail("F312", entry, message, "give each player one payoff");
            }
        }
        if let Some(missing) = payoffs.texts.iter().position(Option::is_none) {
            if fine {
                let message = format!("player {} is paid nothing here", missing + 1);
                let help = "every leaf lists a payoff of every player, 0 too";
                self.fail("F312", node.rest.trim_ascii(), message, help);
            }
            return false;
        }
        fine
    }
}

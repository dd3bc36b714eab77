//! Payoffs as floats, within bounds.

use crate::numeric::interval::Interval;
use deterra_game::number::Rational;
use deterra_game::strategic::StrategicGame;

/// Payoffs within floats that surely hold them.
#[derive(Debug)]
pub(in crate::nash) struct Payoffs {
    /// Strategies by player.
    pub(in crate::nash) sizes: Vec<usize>,
    pub(super) strides: Vec<usize>,
    /// By player and cell.
    pub(super) values: Vec<Vec<Interval>>,
}

impl Payoffs {
    pub(in crate::nash) fn new(game: &StrategicGame) -> Self {
        let value = |exact: &Rational| {
            let near = exact.to_f64();
            match Rational::from_f64(near) {
                Some(same) if same == *exact => Interval::point(near),
                _ => Interval::new(near.next_down(), near.next_up()),
            }
        };
        Self {
            sizes: game.shape(),
            strides: game.players().map(|p| game.stride(p)).collect(),
            values: game
                .players()
                .map(|player| {
                    let cells = 0..game.num_cells();
                    cells.map(|cell| value(game.payoff(cell, player))).collect()
                })
                .collect(),
        }
    }

    /// Whether they are floats that can be computed with.
    pub(in crate::nash) fn is_finite(&self) -> bool {
        let all = self.values.iter().flatten();
        all.into_iter().all(|v| v.magnitude() < 1e100)
    }

    /// Whether one strategy of a player pays surely less than another whatever the others choose from what is left to them.
    pub(in crate::nash) fn dominates(
        &self,
        player: usize,
        (better, worse): (usize, usize),
        left: &[Vec<usize>],
    ) -> bool {
        let others: Vec<usize> = (0..self.sizes.len()).filter(|j| *j != player).collect();
        let mut wheels = vec![0; others.len()];
        let values = &self.values[player];
        loop {
            let base: usize = others
                .iter()
                .zip(&wheels)
                .map(|(j, w)| left[*j][*w] * self.strides[*j])
                .sum();
            let [good, bad] = [better, worse].map(|s| values[base + s * self.strides[player]]);
            if good.low <= bad.high {
                return false;
            }
            if !crate::odometer::turn(&mut wheels, |k| left[others[k]].len()) {
                return true;
            }
        }
    }
}

//! A table as the path follower sees it: what every strategy is worth against the others, and how
//! that changes with the logarithms of their probabilities.

use super::curve::{Form, Reach};
use super::widest;
use crate::nash::tensor::{Payoffs, Tensor};
use deterra_game::number::Rational;
use deterra_game::strategic::StrategicGame;
use nalgebra::DMatrix;
use std::ops::Range;

/// A table in floats; payoffs are divided by their range and start at 0.
pub(super) struct TableForm<P = Tensor> {
    range: Rational,
    sets: Vec<Range<usize>>,
    tensor: P,
}

impl TableForm {
    pub(super) fn new(game: &StrategicGame) -> Self {
        let bounds: Vec<(&Rational, &Rational)> = game
            .players()
            .filter_map(|player| {
                let payoffs = || (0..game.num_cells()).map(|cell| game.payoff(cell, player));
                payoffs().min().zip(payoffs().max())
            })
            .collect();
        let range = widest(bounds.iter().copied());
        Self::of(Tensor::scaled(game, Some(&range)), range)
    }
}

impl<P: Payoffs> TableForm<P> {
    /// Of payoffs that are divided by a range.
    pub(super) fn of(tensor: P, range: Rational) -> Self {
        Self {
            range,
            sets: tensor.blocks().to_vec(),
            tensor,
        }
    }
}

impl<P: Payoffs> Form for TableForm<P> {
    fn range(&self) -> &Rational {
        &self.range
    }

    fn sets(&self) -> &[Range<usize>] {
        &self.sets
    }

    fn reach(&self, _: &[f64]) -> Vec<Reach> {
        let sure = Reach {
            log: 0.0,
            needs_beliefs: false,
        };
        vec![sure; self.sets.len()]
    }

    fn worth(&self, x: &[f64], worth: &mut [f64], slopes: Option<&mut DMatrix<f64>>) {
        let likely: Vec<f64> = x.iter().map(|x| x.exp()).collect();
        let mut room = self.tensor.room();
        let Some(slopes) = slopes else {
            self.tensor.worth(&likely, worth, &mut room);
            return;
        };
        self.tensor.slopes(&likely, worth, &mut room);
        for (paid, row) in (0..x.len()).map(|paid| (paid, room.row(paid))) {
            for (played, (slope, p)) in row.iter().zip(&likely).enumerate() {
                slopes[(paid, played)] = slope * p;
            }
        }
    }
}

//! A table as the path follower sees it: what every strategy is worth against the others, and how
//! that changes with the logarithms of their probabilities.

use super::curve::{Form, Reach};
use super::widest;
use deterra_game::number::Rational;
use deterra_game::strategic::StrategicGame;
use nalgebra::DMatrix;
use std::ops::Range;

/// A table in floats; payoffs are divided by their range and start at 0.
pub(super) struct TableForm {
    range: Rational,
    sets: Vec<Range<usize>>,
    /// By cell, then player.
    payoffs: Vec<f64>,
}

impl TableForm {
    pub(super) fn new(game: &StrategicGame) -> Self {
        let mut sets = Vec::new();
        let mut first = 0;
        for n in game.shape() {
            sets.push(first..first + n);
            first += n;
        }
        let bounds: Vec<(&Rational, &Rational)> = game
            .players()
            .filter_map(|player| {
                let payoffs = || (0..game.num_cells()).map(|cell| game.payoff(cell, player));
                payoffs().min().zip(payoffs().max())
            })
            .collect();
        let range = widest(bounds.iter().copied());
        let mut payoffs = Vec::with_capacity(game.num_cells() * sets.len());
        for cell in 0..game.num_cells() {
            for (player, (least, _)) in game.players().zip(&bounds) {
                let above = game.payoff(cell, player) - least;
                payoffs.push(above.checked_div(&range).unwrap_or_default().to_f64());
            }
        }
        Self {
            range,
            sets,
            payoffs,
        }
    }
}

impl Form for TableForm {
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

    fn worth(&self, x: &[f64], worth: &mut [f64], mut slopes: Option<&mut DMatrix<f64>>) {
        let players = self.sets.len();
        let likely: Vec<f64> = x.iter().map(|x| x.exp()).collect();
        worth.fill(0.0);
        if let Some(slopes) = &mut slopes {
            slopes.fill(0.0);
        }
        // Player 1's strategy varies fastest, as in the table.
        let mut played: Vec<usize> = self.sets.iter().map(|set| set.start).collect();
        let mut before = vec![1.0; players + 1];
        for payoffs in self.payoffs.chunks_exact(players.max(1)) {
            for p in 0..players {
                before[p + 1] = before[p] * likely[played[p]];
            }
            let mut after = 1.0;
            for p in (0..players).rev() {
                let others = before[p] * after;
                after *= likely[played[p]];
                let part = others * payoffs[p];
                worth[played[p]] += part;
                if let Some(slopes) = &mut slopes {
                    for other in (0..players).filter(|other| *other != p) {
                        slopes[(played[p], played[other])] += part;
                    }
                }
            }
            for (at, set) in played.iter_mut().zip(&self.sets) {
                *at += 1;
                if *at < set.end {
                    break;
                }
                *at = set.start;
            }
        }
    }
}

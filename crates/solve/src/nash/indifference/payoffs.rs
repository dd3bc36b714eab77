//! Payoffs as floats, within bounds.
//!
//! Only differences between a player's own strategies count. Where some payoff of hers is no float, what her first strategy pays against the
//! same choice of the others is taken from all, exactly: a large number that all have in common would leave few digits of what tells them apart.

use crate::numeric::interval::Interval;
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::strategic::StrategicGame;

/// Payoffs within floats that surely hold them.
#[derive(Debug)]
pub(in crate::nash) struct Payoffs {
    /// Strategies by player.
    pub(in crate::nash) sizes: Vec<usize>,
    pub(super) strides: Vec<usize>,
    /// By player and cell, up to a number for each choice of the others.
    pub(super) values: Vec<Vec<Interval>>,
}

impl Payoffs {
    pub(in crate::nash) fn new(game: &StrategicGame) -> Self {
        Self {
            sizes: game.shape(),
            strides: game.players().map(|p| game.stride(p)).collect(),
            values: game.players().map(|p| values(game, p)).collect(),
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

fn values(game: &StrategicGame, player: PlayerId) -> Vec<Interval> {
    let cells = 0..game.num_cells();
    let all = cells.clone().map(|cell| value(game.payoff(cell, player)));
    let all: Vec<Interval> = all.collect();
    if all.iter().all(|x| x.width() == 0.0) {
        return all;
    }
    let (stride, strategies) = (game.stride(player), game.num_strategies(player));
    let above = |cell: usize| {
        let first = cell - cell / stride % strategies * stride;
        value(&(game.payoff(cell, player) - game.payoff(first, player)))
    };
    cells.map(above).collect()
}

fn value(exact: &Rational) -> Interval {
    let near = exact.to_f64();
    match Rational::from_f64(near) {
        Some(same) if same == *exact => Interval::point(near),
        _ => Interval::new(near.next_down(), near.next_up()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Number;

    /// What all strategies are paid besides takes no digits away, whatever it is against each choice of the other.
    #[test]
    fn large_numbers_in_common_are_left_out() {
        let game = |common: [i64; 2]| {
            let at = |x: i64, j: usize| {
                let payoff = &Rational::integer(x) + &Rational::integer(common[j]);
                Number::from(payoff)
            };
            let first = [[3, 1], [5, 9], [2, 6]].map(|row| vec![at(row[0], 0), at(row[1], 1)]);
            let second = [[1, 0], [0, 1], [2, 2]].map(|row| row.map(Number::from).to_vec());
            let game = StrategicGame::from_rows("table", &first, &second);
            Payoffs::new(&game.expect("three by two"))
        };
        let differences = |payoffs: &Payoffs| -> Vec<f64> {
            let own = &payoffs.values[0];
            let at = |k: usize| own[k].middle() - own[k - k % 3].middle();
            (0..6).map(at).collect()
        };
        let plain = game([0, 0]);
        assert_eq!(plain.values[0][1], Interval::point(5.0));
        let shifted = game([1 << 60, 1 - (1 << 61)]);
        assert_eq!(differences(&plain), differences(&shifted));
        assert!(shifted.values[0].iter().all(|x| x.width() == 0.0));
        assert_eq!(plain.values[1], shifted.values[1]);
    }
}

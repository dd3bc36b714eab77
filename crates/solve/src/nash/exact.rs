//! The game behind payoffs in floats, exactly: what a polished point is made of, weighed and judged with.

use super::found::{NashEquilibria, certified_table};
use crate::numeric::linear;
use crate::solution::{Found, Solution};
use deterra_game::number::Rational;
use deterra_game::patience::Patience;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use deterra_verify::payoff::payoff_and_gain;

/// A game whose mixed equilibria are looked for in floats.
pub(crate) trait Exact {
    /// The profile of distributions, one a block of strategies; `None` if they are none.
    fn profile(&self, rows: Vec<Vec<Rational>>) -> Option<MixedProfile>;

    /// What a profile pays everybody, and the most that somebody gains by leaving it; exactly. `None` if time ran out before it
    /// was known, or before a judge could see it too.
    fn weigh(&self, profile: &MixedProfile) -> Option<(Vec<Rational>, Rational)>;

    /// Mixtures of two, over equally many strategies of their supports, that make each other indifferent while everybody else plays the
    /// first of hers; `None` if there are none, or that is no matter of linear equations.
    fn both_mix(&self, supports: &[Vec<usize>], pair: [usize; 2]) -> Option<[Vec<Rational>; 2]>;

    /// Has equilibria judged.
    fn certified(
        &self,
        found: Found<NashEquilibria<MixedProfile>>,
        patience: &Patience,
    ) -> Solution<NashEquilibria<MixedProfile>>;
}

impl Exact for StrategicGame {
    fn profile(&self, rows: Vec<Vec<Rational>>) -> Option<MixedProfile> {
        MixedProfile::new(&self.shape(), rows).ok()
    }

    fn weigh(&self, profile: &MixedProfile) -> Option<(Vec<Rational>, Rational)> {
        let mut payoffs = Vec::with_capacity(self.num_players());
        let mut regret = Rational::ZERO;
        for player in self.players() {
            let (paid, gain) = payoff_and_gain(self, profile, player);
            payoffs.push(paid);
            if gain > regret {
                regret = gain;
            }
        }
        Some((payoffs, regret))
    }

    fn both_mix(
        &self,
        supports: &[Vec<usize>],
        [first, second]: [usize; 2],
    ) -> Option<[Vec<Rational>; 2]> {
        let players: Vec<_> = self.players().collect();
        let mut cell = 0;
        for (p, used) in supports.iter().enumerate() {
            if p != first && p != second {
                cell += used[0] * self.stride(players[p]);
            }
        }
        let strides = [first, second].map(|p| self.stride(players[p]));
        // What makes `paid` indifferent is what the other one mixes.
        let mixture = |paid: usize, own: (usize, usize), other: (usize, usize)| {
            let (mine, theirs) = (&supports[own.0], &supports[other.0]);
            let pays = |s: usize, t: usize| {
                self.payoff(cell + s * own.1 + t * other.1, players[paid])
                    .clone()
            };
            let mut matrix = vec![vec![Rational::ONE; theirs.len()]];
            let mut right = vec![Rational::ONE];
            for s in &mine[1..] {
                let row = theirs.iter().map(|t| &pays(*s, *t) - &pays(mine[0], *t));
                matrix.push(row.collect());
                right.push(Rational::ZERO);
            }
            linear::solve(matrix, right, &Rational::ZERO)
        };
        let of_second = mixture(first, (first, strides[0]), (second, strides[1]))?;
        let of_first = mixture(second, (second, strides[1]), (first, strides[0]))?;
        Some([of_first, of_second])
    }

    fn certified(
        &self,
        found: Found<NashEquilibria<MixedProfile>>,
        patience: &Patience,
    ) -> Solution<NashEquilibria<MixedProfile>> {
        certified_table(self, found, patience)
    }
}

/// Adds what a player gets, given what her strategies pay; keeps the greatest gain.
pub(crate) fn keep(
    all: &[Rational],
    own: &[Rational],
    payoffs: &mut Vec<Rational>,
    regret: &mut Rational,
) {
    let terms = all.iter().zip(own);
    let paid: Rational = terms.map(|(value, p)| value * p).sum();
    if let Some(most) = all.iter().max() {
        let gain = most - &paid;
        if gain > *regret {
            *regret = gain;
        }
    }
    payoffs.push(paid);
}

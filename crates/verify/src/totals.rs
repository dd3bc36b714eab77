//! What strategies of a table pay against mixtures, as whole numbers over one denominator.
//!
//! A strategy pays the sum, over all that the others may play, of how likely that is times what the table says. With every mixture over a
//! denominator of its own, `w/d`, and a player's payoffs over another one, `n/s`, that is `(Σ w·w'·… ·n) / (d·d'·… ·s)`: so payoffs
//! of a player are compared as sums of whole numbers, and only what is told is reduced.

use deterra_game::id::PlayerId;
use deterra_game::number::shares::Shares;
use deterra_game::number::{Integer, Natural, Rational};
use deterra_game::patience::poll_at;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use std::ops::{AddAssign, Mul};

/// Bits that sums in words may have.
const BITS: u32 = 126;

/// What each strategy of a player pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Totals {
    /// Sums in words, and what they are over.
    Short(Vec<i128>, i128),
    /// Sums of any length.
    Long(Vec<Integer>, Integer),
}

impl Totals {
    /// Of a player's strategies against the others' mixtures.
    ///
    /// # Returns
    /// `None` if a payoff does not fit two words, or a number is a function of parameters.
    ///
    /// # Complexity
    /// Her strategies times the product of the others' supports, twice.
    pub(crate) fn new(
        game: &StrategicGame,
        profile: &MixedProfile,
        player: PlayerId,
    ) -> Option<Self> {
        if profile.of(player).iter().any(|p| p.function().is_some()) {
            return None;
        }
        let others = game.players().filter(|other| *other != player);
        let mixtures: Vec<Mixture> = others
            .map(|other| Mixture::new(profile.of(other), game.stride(other)))
            .collect::<Option<_>>()?;
        let reached = Reached {
            game,
            mixtures: &mixtures,
            player,
        };
        let (scale, greatest) = reached.scale()?;
        // The probabilities of all cells sum to 1, so no sum exceeds the greatest payoff times the denominator.
        let below = mixtures
            .iter()
            .try_fold(i128::from(scale), |below, m| match m.shares {
                Shares::Short(_, d) => below.checked_mul(d),
                Shares::Long(..) => None,
            });
        let is_short = |below: &i128| {
            let bits = below.unsigned_abs().ilog2() + greatest.checked_ilog2().unwrap_or(0) + 2;
            bits < BITS
        };
        if let Some(below) = below.filter(is_short) {
            let weights = |m: &Mixture| match &m.shares {
                Shares::Short(weights, _) => Some(weights.clone()),
                Shares::Long(..) => None,
            };
            let weights: Vec<Vec<i128>> = mixtures.iter().map(weights).collect::<Option<_>>()?;
            return Some(Self::Short(reached.sums(&weights, &1, scale)?, below));
        }
        let mut below = Integer::from(scale);
        let mut weights: Vec<Vec<Integer>> = Vec::with_capacity(mixtures.len());
        for mixture in &mixtures {
            match &mixture.shares {
                Shares::Short(all, d) => {
                    below *= Integer::from(*d);
                    weights.push(all.iter().map(|w| Integer::from(*w)).collect());
                }
                Shares::Long(all, d) => {
                    below *= d;
                    weights.push(all.clone());
                }
            }
        }
        let terms: f64 = mixtures.iter().map(|m| m.distances.len() as f64).product();
        // A word of a weight has 64 bits at most.
        let is_narrow = terms * greatest as f64 * 2_f64.powi(64) < 2_f64.powi(BITS as i32);
        let sums = if is_narrow {
            reached.sums_by_words(&weights, scale)?
        } else {
            reached.sums(&weights, &Integer::ONE, scale)?
        };
        Some(Self::Long(sums, below))
    }

    /// What a strategy pays, in payoff units.
    pub(crate) fn payoff(&self, strategy: usize) -> Rational {
        match self {
            Self::Short(all, below) => Rational::from_i128(all[strategy], *below)
                .expect("invariant: a positive denominator, and words with room"),
            Self::Long(all, below) => Rational::from_big(all[strategy].clone(), size(below)),
        }
    }

    /// The first of the strategies that pay most.
    pub(crate) fn best(&self) -> usize {
        match self {
            Self::Short(all, _) => first_greatest(all),
            Self::Long(all, _) => first_greatest(all),
        }
    }

    /// Whether two strategies pay the same.
    pub(crate) fn are_equal(&self, a: usize, b: usize) -> bool {
        match self {
            Self::Short(all, _) => all[a] == all[b],
            Self::Long(all, _) => all[a] == all[b],
        }
    }

    /// What a mixture of strategies pays, in payoff units.
    pub(crate) fn mixture(&self, own: &[Rational]) -> Rational {
        let mut played = (0..own.len()).filter(|s| !own[*s].is_zero());
        let first = played.next().unwrap_or(0);
        // If all that is played pays the same, so does the mixture.
        if played.all(|s| self.are_equal(first, s)) {
            return self.payoff(first);
        }
        let played = || (0..own.len()).filter(|s| !own[*s].is_zero());
        let Some(shares) = Shares::of(played().map(|s| &own[s])) else {
            return played().map(|s| &own[s] * &self.payoff(s)).sum();
        };
        let whole = |words: &[i128]| words.iter().map(|n| Integer::from(*n)).collect();
        let (weights, over): (Vec<Integer>, Integer) = match shares {
            Shares::Short(all, below) => (whole(&all), Integer::from(below)),
            Shares::Long(all, below) => (all, below),
        };
        let (below, sum) = match self {
            Self::Short(all, below) => {
                let terms = played().zip(&weights).map(|(s, w)| w * all[s]);
                (Integer::from(*below), terms.sum::<Integer>())
            }
            Self::Long(all, below) => {
                let terms = played().zip(&weights).map(|(s, w)| w * &all[s]);
                (below.clone(), terms.sum())
            }
        };
        Rational::from_big(sum, size(&(below * over)))
    }

    /// How many strategies there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Short(all, _) => all.len(),
            Self::Long(all, _) => all.len(),
        }
    }
}

/// How many bits a word has, which differs between machines.
const fn bits<W>(_: &[W]) -> usize {
    8 * size_of::<W>()
}

fn size(below: &Integer) -> Natural {
    below.clone().into_parts().1
}

fn first_greatest<T: Ord>(all: &[T]) -> usize {
    let mut best = 0;
    for (s, x) in all.iter().enumerate() {
        if *x > all[best] {
            best = s;
        }
    }
    best
}

/// What one of the others plays.
struct Mixture {
    /// By strategy that is played: how far it moves the cell.
    distances: Vec<usize>,
    /// How likely they are.
    shares: Shares,
}

impl Mixture {
    fn new(row: &[Rational], stride: usize) -> Option<Self> {
        let played = || (0..row.len()).filter(|s| row[*s].small_parts() != Some((0, 1)));
        Some(Self {
            distances: played().map(|s| s * stride).collect(),
            shares: Shares::of(played().map(|s| &row[s]))?,
        })
    }
}

/// The cells that a player's strategies lead to.
struct Reached<'g> {
    game: &'g StrategicGame,
    mixtures: &'g [Mixture],
    player: PlayerId,
}

impl Reached<'_> {
    /// Shows what others may play together: the place of each in her mixture, and the cell where the player plays her first strategy.
    fn each(&self, mut see: impl FnMut(&[usize], usize) -> Option<()>) -> Option<()> {
        let mut places = vec![0; self.mixtures.len()];
        let mut step = 0;
        loop {
            poll_at(step);
            step += 1;
            let at = self.mixtures.iter().zip(&places);
            see(&places, at.map(|(m, place)| m.distances[*place]).sum())?;
            let more = |j: &usize| places[*j] + 1 < self.mixtures[*j].distances.len();
            let Some(next) = (0..places.len()).find(more) else {
                return Some(());
            };
            places[..next].fill(0);
            places[next] += 1;
        }
    }

    /// What the player's strategies pay in cells that differ from this one in them alone.
    fn pays(&self, cell: usize) -> impl Iterator<Item = &Rational> {
        let stride = self.game.stride(self.player);
        let strategies = 0..self.game.num_strategies(self.player);
        strategies.map(move |s| self.game.payoff(cell + s * stride, self.player))
    }

    /// A common denominator of the payoffs, and the greatest size over it.
    fn scale(&self) -> Option<(i64, u128)> {
        let (mut scale, mut greatest) = (1_i64, 0_u64);
        self.each(|_, cell| {
            for payoff in self.pays(cell) {
                let (n, d) = payoff.small_parts()?;
                greatest = greatest.max(n.unsigned_abs());
                if d != 1 && d != scale && scale % d != 0 {
                    // What a fraction in lowest terms has below is what is missing.
                    let missing = Rational::new(scale, d)?.small_parts()?.1;
                    scale = scale.checked_mul(missing)?;
                }
            }
            Some(())
        })?;
        Some((
            scale,
            u128::from(greatest) * u128::from(scale.unsigned_abs()),
        ))
    }

    /// The same of long weights, the sum of each word of them by itself, which fits two words: what carries is added in the end.
    fn sums_by_words(&self, weights: &[Vec<Integer>], scale: i64) -> Option<Vec<Integer>> {
        let strategies = self.game.num_strategies(self.player);
        let greatest = weights.iter().filter_map(|all| all.iter().max());
        let greatest = greatest.fold(Integer::ONE, |product, w| product * w);
        let (_, longest) = greatest.as_sign_words();
        let (words, word) = (longest.len(), bits(longest));
        let mut sums = vec![0_i128; strategies * words];
        self.each(|places, cell| {
            let mut weight = Integer::ONE;
            for (all, place) in weights.iter().zip(places) {
                weight *= &all[*place];
            }
            let (_, weight) = weight.as_sign_words();
            for (sum, payoff) in sums.chunks_exact_mut(words).zip(self.pays(cell)) {
                let (n, d) = payoff.small_parts()?;
                let n = i128::from(n) * i128::from(if d == scale { 1 } else { scale / d });
                for (sum, word) in sum.iter_mut().zip(weight) {
                    *sum += n * i128::from(*word);
                }
            }
            Some(())
        })?;
        let whole = |sum: &[i128]| {
            let high_first = sum.iter().rev();
            high_first.fold(Integer::ZERO, |high, sum| {
                (high << word) + Integer::from(*sum)
            })
        };
        Some(sums.chunks_exact(words).map(whole).collect())
    }

    /// By strategy: what it pays over the scale, summed with the others' weights.
    fn sums<T>(&self, weights: &[Vec<T>], one: &T, scale: i64) -> Option<Vec<T>>
    where
        T: Clone + Default + AddAssign + From<i64>,
        for<'t> &'t T: Mul<&'t T, Output = T>,
    {
        let mut sums = vec![T::default(); self.game.num_strategies(self.player)];
        let all = self.each(|places, cell| {
            let mut weight = one.clone();
            for (all, place) in weights.iter().zip(places) {
                weight = &weight * &all[*place];
            }
            for (sum, payoff) in sums.iter_mut().zip(self.pays(cell)) {
                let (n, d) = payoff.small_parts()?;
                *sum += if d == scale {
                    &weight * &T::from(n)
                } else {
                    &(&weight * &T::from(n)) * &T::from(scale / d)
                };
            }
            Some(())
        });
        all.map(|()| sums)
    }
}

#[cfg(test)]
mod tests;

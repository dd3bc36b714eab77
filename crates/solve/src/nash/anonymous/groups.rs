//! Equilibria of anonymous games in which some act, some abstain and some mix.
//!
//! Let m players mix, s act surely and the others abstain surely. Who mixes faces s + M others who act, where M is how many of
//! m − 1 act who each do with probability x. With g(k) for how much more acting pays if k others act:
//! she is indifferent where E g(s + M) = 0. Who acts surely faces s − 1 and m who mix, of whom one acts or does not: her gain
//! from acting is (1 − x) E g(s − 1 + M) + x E g(s + M), of which the second is 0. Who abstains surely
//! gains (1 − x) E g(s + M) + x E g(s + 1 + M) by acting, of which the first is 0. So the signs of E g(s − 1 + M) and
//! E g(s + 1 + M) say whether those who do not mix would rather.
//!
//! Can two players mix with different probabilities? Let a and b be what acting gains one of them if the other abstains and if it
//! acts, in expectation over everybody else. Both being indifferent, (a − b) times either's probability
//! is a; so their probabilities are the same unless a = b = 0. Everybody else acting in numbers from s to s + m − 2, that cannot
//! be if g, or g one further, or their difference has one sign over all these numbers.

use super::{ASYMMETRIC_NOT_SEARCHED, SETS_NOT_SEARCHED, UNDECIDED, polynomial};
use crate::control::{Clock, Stop};
use crate::count::Count;
use crate::numeric::roots::{Root, roots};
use deterra_game::number::Rational;
use std::cmp::Ordering;

/// Equilibria that are alike but for who is who: of all players so many act surely, so many mix,
/// and the others abstain surely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupPoint {
    /// How many act surely.
    pub acting: usize,
    /// How many act with [`Self::probability`].
    pub mixing: usize,
    /// The probability with which those who mix act, or a fraction less than 2⁻¹²⁸ from it; 0 if
    /// nobody mixes.
    pub probability: Rational,
    /// The probability lies between these; both are it if it is rational.
    pub bounds: [Rational; 2],
}

impl GroupPoint {
    fn pure(acting: usize) -> Self {
        Self {
            acting,
            mixing: 0,
            probability: Rational::ZERO,
            bounds: [Rational::ZERO, Rational::ZERO],
        }
    }

    /// Whether the probability is exact.
    pub fn is_exact(&self) -> bool {
        self.bounds[0] == self.bounds[1]
    }

    /// With which probability each of so many players acts: first those who act, then those who
    /// mix, then those who abstain.
    pub fn profile(&self, players: usize) -> Vec<Rational> {
        let mut profile = vec![Rational::ONE; self.acting];
        profile.extend(std::iter::repeat_n(self.probability.clone(), self.mixing));
        profile.resize(players, Rational::ZERO);
        profile
    }

    /// How many equilibria this is among so many players, told apart by who is who.
    pub fn count(&self, players: usize) -> Count {
        let rest = players.saturating_sub(self.acting);
        choose(players, self.acting).times(&choose(rest, self.mixing))
    }

    /// Whether all of so many players do the same.
    pub const fn is_symmetric(&self, players: usize) -> bool {
        (self.mixing == 0 && (self.acting == 0 || self.acting == players))
            || (self.acting == 0 && self.mixing == players)
    }
}

/// How many ways there are to pick `k` of `n`.
fn choose(n: usize, k: usize) -> Count {
    // Pascal's triangle, a row at a time: sums only.
    let mut row = vec![Count::ONE];
    for _ in 0..n {
        let mut next = vec![Count::ONE; row.len() + 1];
        for at in 1..row.len() {
            next[at] = row[at - 1].plus(&row[at]);
        }
        row = next;
    }
    row.into_iter().nth(k).unwrap_or(Count::ZERO)
}

/// What was found.
pub(super) struct Groups {
    /// Those in which all do the same first, then by how many act and how many mix, descending.
    pub(super) points: Vec<GroupPoint>,
    /// What was left out, as clauses.
    pub(super) left_out: Vec<&'static str>,
    pub(super) stop: Option<Stop>,
}

/// Goes through all numbers of players who act and who mix.
pub(super) fn groups(gains: &[Rational], clock: &Clock<'_>) -> Groups {
    let players = gains.len();
    let mut found = Groups {
        points: Vec::new(),
        left_out: Vec::new(),
        stop: None,
    };
    let leave_out = |clause: &'static str, left_out: &mut Vec<&'static str>| {
        if !left_out.contains(&clause) {
            left_out.push(clause);
        }
    };
    for acting in 0..=players {
        let stays = acting == 0 || !gains[acting - 1].is_negative();
        let leaves = acting == players || gains[acting] <= Rational::ZERO;
        if stays && leaves {
            found.points.push(GroupPoint::pure(acting));
        }
    }
    for acting in 0..players {
        for mixing in 1..=players - acting {
            if let Some(stop) = clock.stop() {
                found.stop = Some(stop);
                return found;
            }
            let met = &gains[acting..acting + mixing];
            if met.iter().all(Rational::is_zero) {
                leave_out(SETS_NOT_SEARCHED, &mut found.left_out);
                continue;
            }
            if mixing > 1 && !is_alike(gains, acting, mixing) {
                leave_out(ASYMMETRIC_NOT_SEARCHED, &mut found.left_out);
            }
            if one_sign(met) {
                continue;
            }
            let crossings = match clock.hold(|| roots(&polynomial(met))) {
                Ok(crossings) => crossings,
                Err(stop) => {
                    found.stop = Some(stop);
                    return found;
                }
            };
            for root in crossings {
                let (low, high) = match &root {
                    Root::Rational(x) if x.is_zero() || x.is_one() => continue,
                    Root::Rational(x) => (x.clone(), x.clone()),
                    Root::Between(low, high) => (low.clone(), high.clone()),
                };
                let sign = |first: usize| sign_at(&gains[first..first + mixing], &low, &high);
                let stays = match acting {
                    0 => Some(Ordering::Greater),
                    _ => sign(acting - 1),
                };
                let leaves = match acting + mixing {
                    all if all == players => Some(Ordering::Less),
                    _ => sign(acting + 1),
                };
                match (stays, leaves) {
                    (Some(Ordering::Less), _) | (_, Some(Ordering::Greater)) => {}
                    (Some(_), Some(_)) => found.points.push(GroupPoint {
                        acting,
                        mixing,
                        probability: root.value(),
                        bounds: [low, high],
                    }),
                    _ => leave_out(UNDECIDED, &mut found.left_out),
                }
            }
        }
    }
    let rank = |p: &GroupPoint| {
        let alike = p.is_symmetric(players);
        (!alike, p.acting, players - p.mixing)
    };
    found.points.sort_by_key(rank);
    found
}

/// Whether players who mix must do so with the same probability; see the head of the file.
fn is_alike(gains: &[Rational], acting: usize, mixing: usize) -> bool {
    let met = &gains[acting..acting + mixing];
    let steps: Vec<Rational> = met.windows(2).map(|pair| &pair[0] - &pair[1]).collect();
    let signed = |values: &[Rational]| one_sign(values) && values.iter().any(|v| !v.is_zero());
    signed(&met[..mixing - 1]) || signed(&met[1..]) || signed(&steps)
}

/// Whether no two values have opposite signs.
fn one_sign(values: &[Rational]) -> bool {
    let up = values.iter().any(|v| *v > Rational::ZERO);
    let down = values.iter().any(Rational::is_negative);
    !(up && down)
}

/// The sign of what acting gains on average over these numbers of others, at a probability
/// between two inside the unit interval; `None` if it could be either.
fn sign_at(gains: &[Rational], low: &Rational, high: &Rational) -> Option<Ordering> {
    let coefficients = polynomial(gains);
    let zero = Rational::ZERO;
    if gains.iter().all(Rational::is_zero) {
        return Some(Ordering::Equal);
    }
    let up = gains.iter().any(|g| *g > zero);
    if one_sign(gains) {
        // Every number of others is met with positive probability.
        return Some(if up {
            Ordering::Greater
        } else {
            Ordering::Less
        });
    }
    let value = |x: &Rational| deterra_game::number::univariate::value(&coefficients, x);
    if low == high {
        return Some(value(low).cmp(&zero));
    }
    let crosses = roots(&coefficients).into_iter().any(|root| match root {
        Root::Rational(x) => *low <= x && x <= *high,
        Root::Between(from, to) => from <= *high && *low <= to,
    });
    (!crosses).then(|| value(low).cmp(&zero))
}

//! Irrational equilibria as exact numbers: every probability a polynomial in one real root.
//!
//! An isolated zero of indifference equations with rational coefficients has algebraic coordinates, of a degree no higher than the number of
//! zeros that the equations have in general (Bernshtein's bound, for products of simplices; mckelvey1997). Newton's method with as many
//! digits as one likes gives the coordinates, a reduced lattice ([`crate::numeric::lattice`]) guesses the polynomial of one of them, and the others as
//! quotients `a(r) / m'(r)`, whose numbers are as short as those of the polynomial `m` itself (Rouillier 1999). A guess is proved by the judge of algebraic profiles,
//! or dropped. **References.** mckelvey1997, lenstra1982, rouillier1999.

use super::indifference::Zero;
use crate::numeric::lattice::{bits, relation};
use deterra_game::id::PlayerId;
use deterra_game::number::algebraic::RealRoot;
use deterra_game::number::univariate::{derivative, inverse};
use deterra_game::number::{Integer, Natural, Rational};
use deterra_game::profile::algebraic::AlgebraicProfile;
use deterra_game::strategic::StrategicGame;
use nalgebra::{DMatrix, DVector};

/// The highest degree that is looked for: digits grow with its square, and a reduction with a high power of both.
const MOST_DEGREE: u64 = 6;

/// The most bits that numbers are computed to.
const MOST_BITS: usize = 2500;

/// The numbers of a zero.
pub(super) enum Numbers {
    /// By player and strategy of the support.
    Rational(Vec<Vec<Rational>>),
    /// By player and strategy of the game.
    Irrational(AlgebraicProfile),
}

/// What a zero is, exactly.
///
/// # Returns
/// Its numbers, those that are irrational proved to be an equilibrium and those that are rational only guessed; `None` if the degree is too high, numbers are too long, some coordinates are not in
/// the field of one of them, or it was told to stop. What is returned lies in the box of the zero, in which there is just one.
pub(super) fn algebraic(
    game: &StrategicGame,
    support: &[Vec<usize>],
    zero: &Zero,
    stop: &mut dyn FnMut() -> bool,
) -> Option<Numbers> {
    let degree = zeros_in_general(support);
    if !(1..=MOST_DEGREE).contains(&degree) {
        return None;
    }
    let degree = degree as usize;
    let system = Whole::new(game, support)?;
    let mut precision = (degree + 1) * (3 * degree * system.bits.max(2) + 32);
    while precision <= MOST_BITS {
        // Nearly all numbers have the highest degree there can be.
        for least in [degree, 2] {
            if let Some(found) =
                system.numbers((game, support, zero), (least, degree), precision, stop)
            {
                return Some(found);
            }
            if degree <= 2 || stop() {
                break;
            }
        }
        if stop() {
            return None;
        }
        precision *= 2;
    }
    None
}

/// How many zeros the equations of a support have in general, complex ones included: the ways of giving every equation of a
/// player one of the others' unknowns.
fn zeros_in_general(support: &[Vec<usize>]) -> u64 {
    let unknowns: Vec<usize> = support.iter().map(|s| s.len() - 1).collect();
    // By how many unknowns of each player are taken: ways, players' equations one after the other.
    let strides: Vec<usize> = unknowns
        .iter()
        .scan(1usize, |stride, k| {
            let mine = *stride;
            *stride = stride.saturating_mul(k + 1);
            Some(mine)
        })
        .collect();
    let total = unknowns
        .iter()
        .try_fold(1usize, |all, k| all.checked_mul(k + 1));
    let Some(total) = total.filter(|n| *n <= 1 << 16) else {
        return u64::MAX;
    };
    let mut ways = vec![0u64; total];
    ways[0] = 1;
    for (i, equations) in unknowns.iter().enumerate() {
        for _ in 0..*equations {
            let mut next = vec![0u64; total];
            for (state, count) in ways.iter().enumerate().filter(|(_, n)| **n > 0) {
                for (j, most) in unknowns.iter().enumerate() {
                    if j != i && state / strides[j] % (most + 1) < *most {
                        let to = &mut next[state + strides[j]];
                        *to = to.saturating_add(*count);
                    }
                }
            }
            ways = next;
        }
    }
    ways[total - 1]
}

/// The equations of a support in whole numbers.
struct Whole {
    sizes: Vec<usize>,
    /// By equation: the player, and differences of payoffs over what the others choose, the last other one fastest.
    rows: Vec<(usize, Vec<Integer>)>,
    /// By unknown: the player, and the place among what she mixes.
    unknowns: Vec<(usize, usize)>,
    /// Bits of the longest difference.
    bits: usize,
}

impl Whole {
    fn new(game: &StrategicGame, support: &[Vec<usize>]) -> Option<Self> {
        let sizes: Vec<usize> = support.iter().map(Vec::len).collect();
        let unknowns: Vec<(usize, usize)> = sizes
            .iter()
            .enumerate()
            .flat_map(|(j, size)| (0..size - 1).map(move |k| (j, k)))
            .collect();
        let mut rows = Vec::new();
        for i in 0..sizes.len() {
            let player = PlayerId(i as u32);
            let others: Vec<usize> = (0..sizes.len()).filter(|j| *j != i).collect();
            for s in &support[i][1..] {
                let mut differences = Vec::new();
                let mut wheels = vec![0; others.len()];
                let mut cell: Vec<u32> = support.iter().map(|s| s[0] as u32).collect();
                loop {
                    for (j, w) in others.iter().zip(&wheels) {
                        cell[*j] = support[*j][*w] as u32;
                    }
                    let [a, b] = [*s, support[i][0]].map(|s| {
                        cell[i] = s as u32;
                        game.payoff(game.cell_of(&cell), player)
                    });
                    if a.function().is_some() || b.function().is_some() {
                        // Payoffs that remember what they are functions of are not rounded.
                        return None;
                    }
                    differences.push(a - b);
                    if !crate::odometer::turn(&mut wheels, |k| sizes[others[k]]) {
                        break;
                    }
                }
                rows.push((i, whole(&differences)));
            }
        }
        let longest = rows.iter().flat_map(|(_, row)| row.iter().map(bits)).max();
        Some(Self {
            sizes,
            rows,
            unknowns,
            bits: longest?,
        })
    }

    /// The numbers of a zero, as far as so many bits show them.
    fn numbers(
        &self,
        (game, support, zero): (&StrategicGame, &[Vec<usize>], &Zero),
        (least, degree): (usize, usize),
        precision: usize,
        stop: &mut dyn FnMut() -> bool,
    ) -> Option<Numbers> {
        let at = self.refined(zero, precision + 64, stop)?;
        let at: Vec<Integer> = at.into_iter().map(|x| x >> 64).collect();
        // The coordinate of the highest degree.
        let mut best: Option<(usize, Vec<Integer>)> = None;
        for (k, x) in at.iter().enumerate() {
            let mut polynomial = None;
            if best.is_none() {
                polynomial = minimal(x, (1, 1, degree), precision, stop);
            }
            let polynomial =
                polynomial.or_else(|| minimal(x, (least.max(2), degree, degree), precision, stop));
            if let Some(polynomial) = polynomial
                && best.as_ref().is_none_or(|b| b.1.len() < polynomial.len())
            {
                let done = polynomial.len() == degree + 1;
                best = Some((k, polynomial));
                if done {
                    break;
                }
            }
        }
        let (chosen, polynomial) = best?;
        if polynomial.len() == 2 {
            let fraction = |x: &Integer| {
                let line = minimal(x, (1, 1, 1), precision, stop)?;
                Rational::from_big(-&line[0], Natural::ONE)
                    .checked_div(&Rational::from_big(line[1].clone(), Natural::ONE))
            };
            let free: Vec<Rational> = at.iter().map(fraction).collect::<Option<_>>()?;
            return Some(Numbers::Rational(self.parts(&free)));
        }
        let root = isolated(&polynomial, &at[chosen], precision)?;
        let mut free = Vec::with_capacity(at.len());
        for (k, x) in at.iter().enumerate() {
            free.push(if k == chosen {
                vec![Rational::ZERO, Rational::ONE]
            } else {
                in_terms_of(x, &at[chosen], &root, precision, stop)?
            });
        }
        let profile = self.profile(game, support, root, &free)?;
        let proved = lies_in(&profile, support, zero)
            && deterra_verify::algebraic::judge(game, &profile).is_exact();
        proved.then_some(Numbers::Irrational(profile))
    }

    /// The zero, to that many bits after the point.
    fn refined(
        &self,
        zero: &Zero,
        precision: usize,
        stop: &mut dyn FnMut() -> bool,
    ) -> Option<Vec<Integer>> {
        let starts: Vec<usize> = self
            .sizes
            .iter()
            .scan(0, |at, size| {
                let mine = *at;
                *at += size;
                Some(mine)
            })
            .collect();
        let middle = |(j, k): &(usize, usize)| zero.probabilities[starts[*j] + k].middle();
        let inverse = self.slopes(&self.unknowns.iter().map(middle).collect::<Vec<f64>>())?;
        let mut at: Vec<Integer> = self
            .unknowns
            .iter()
            .map(|u| Some(scaled(&Rational::from_f64(middle(u))?, precision)))
            .collect::<Option<_>>()?;
        let mut before = usize::MAX;
        while !stop() {
            let values = self.values(&at, precision);
            // In floats, all over one power of two.
            let size = values.iter().map(bits).max().unwrap_or(0);
            if size + 4 > before {
                // Too near to where equations are dependent.
                return None;
            }
            before = size;
            if size <= self.bits + 8 {
                return Some(at);
            }
            let shift = size.saturating_sub(60);
            let floats = values.iter().map(|v| to_f64(&(v >> shift)));
            let step = &inverse * DVector::from_iterator(values.len(), floats);
            for (x, d) in at.iter_mut().zip(step.iter()) {
                // Of whole numbers; what is lost is done by the next step.
                let part = Rational::from_f64(*d)?;
                *x -= scaled(&part, shift + 60) >> 60usize;
            }
        }
        None
    }

    /// What the equations are at a point, in the same fixed-point numbers.
    fn values(&self, at: &[Integer], precision: usize) -> Vec<Integer> {
        let one = Integer::ONE << precision;
        let mut weights: Vec<Vec<Integer>> = self.sizes.iter().map(|_| Vec::new()).collect();
        for ((j, _), x) in self.unknowns.iter().zip(at) {
            weights[*j].push(x.clone());
        }
        for row in &mut weights {
            let sum = row.iter().fold(Integer::ZERO, |sum, x| sum + x);
            row.push(&one - sum);
        }
        let value = |(i, table): &(usize, Vec<Integer>)| {
            let mut work: Vec<Integer> = table.iter().map(|x| x << precision).collect();
            for j in (0..self.sizes.len()).filter(|j| j != i) {
                let rest = work.len() / self.sizes[j];
                work = (0..rest)
                    .map(|c| {
                        let terms = weights[j].iter().enumerate();
                        let sum =
                            terms.fold(Integer::ZERO, |sum, (s, w)| sum + w * &work[s * rest + c]);
                        sum >> precision
                    })
                    .collect();
            }
            work.swap_remove(0)
        };
        self.rows.iter().map(value).collect()
    }

    /// The inverse of how the equations change with the unknowns, in floats.
    fn slopes(&self, at: &[f64]) -> Option<DMatrix<f64>> {
        let n = self.unknowns.len();
        if self.rows.len() != n {
            return None;
        }
        let mut weights: Vec<Vec<f64>> = self.sizes.iter().map(|_| Vec::new()).collect();
        for ((j, _), x) in self.unknowns.iter().zip(at) {
            weights[*j].push(*x);
        }
        for row in &mut weights {
            row.push(1.0 - row.iter().sum::<f64>());
        }
        let slope = |(i, table): &(usize, Vec<Integer>), (p, k): (usize, usize)| {
            if p == *i {
                return 0.0;
            }
            let mut work: Vec<f64> = table.iter().map(to_f64).collect();
            for j in (0..self.sizes.len()).filter(|j| j != i) {
                let rest = work.len() / self.sizes[j];
                let last = self.sizes[j] - 1;
                work = (0..rest)
                    .map(|c| {
                        if j == p {
                            return work[k * rest + c] - work[last * rest + c];
                        }
                        let terms = weights[j].iter().enumerate();
                        terms.map(|(s, w)| w * work[s * rest + c]).sum()
                    })
                    .collect();
            }
            work[0]
        };
        let matrix = DMatrix::from_fn(n, n, |r, c| slope(&self.rows[r], self.unknowns[c]));
        let inverse = matrix.try_inverse()?;
        inverse.iter().all(|x| x.is_finite()).then_some(inverse)
    }

    /// Rational probabilities, the last ones what is left.
    fn parts(&self, free: &[Rational]) -> Vec<Vec<Rational>> {
        let mut parts: Vec<Vec<Rational>> = self.sizes.iter().map(|_| Vec::new()).collect();
        for ((j, _), p) in self.unknowns.iter().zip(free) {
            parts[*j].push(p.clone());
        }
        for row in &mut parts {
            let rest = row.iter().fold(Rational::ONE, |rest, p| &rest - p);
            row.push(rest);
        }
        parts
    }

    /// The whole profile: last probabilities are what is left, and what is outside the support has none.
    fn profile(
        &self,
        game: &StrategicGame,
        support: &[Vec<usize>],
        root: RealRoot,
        free: &[Vec<Rational>],
    ) -> Option<AlgebraicProfile> {
        let shape = game.shape();
        let mut players: Vec<Vec<Vec<Rational>>> =
            shape.iter().map(|n| vec![Vec::new(); *n]).collect();
        let mut lasts = vec![vec![Rational::ONE]; support.len()];
        for ((j, k), polynomial) in self.unknowns.iter().zip(free) {
            let last = &mut lasts[*j];
            last.resize(last.len().max(polynomial.len()), Rational::ZERO);
            for (rest, c) in last.iter_mut().zip(polynomial) {
                *rest -= c;
            }
            players[*j][support[*j][*k]].clone_from(polynomial);
        }
        for ((row, strategies), last) in players.iter_mut().zip(support).zip(lasts) {
            row[strategies[strategies.len() - 1]] = last;
        }
        AlgebraicProfile::new(&shape, root, players).ok()
    }
}

/// Fractions over one denominator, without a common divisor.
fn whole(values: &[Rational]) -> Vec<Integer> {
    use dashu_base::Gcd;
    let mut common = Natural::ONE;
    for value in values {
        let denominator = value.denominator();
        let divisor = (&common).gcd(&denominator);
        common = &common / divisor * denominator;
    }
    let common = Rational::from(common);
    let numbers: Vec<Integer> = values.iter().map(|v| (v * &common).numerator()).collect();
    let zero = Integer::ZERO;
    let divisor = numbers
        .iter()
        .filter(|n| **n != zero)
        .fold(Natural::ZERO, |divisor, n| {
            if divisor == Natural::ZERO {
                size(n)
            } else {
                divisor.gcd(size(n))
            }
        });
    if divisor == Natural::ZERO {
        return numbers;
    }
    let divisor = Integer::from(divisor);
    numbers.into_iter().map(|n| n / &divisor).collect()
}

fn size(n: &Integer) -> Natural {
    n.clone().into_parts().1
}

/// A number times a power of two, cut to a whole one.
fn scaled(value: &Rational, bits: usize) -> Integer {
    let numerator = value.numerator() << bits;
    numerator / Integer::from(value.denominator())
}

fn to_f64(n: &Integer) -> f64 {
    n.to_f64().value()
}

/// The polynomial of lowest degree, from the least to the most of them, that a number seems to be a root of, from power 0 up;
/// digits are enough for a third degree.
fn minimal(
    x: &Integer,
    (least, most, degree): (usize, usize, usize),
    precision: usize,
    stop: &mut dyn FnMut() -> bool,
) -> Option<Vec<Integer>> {
    // The digits that are needed grow with the degree.
    for d in least..=most {
        let bits = precision * (d + 1) / (degree + 1);
        let powers = powers(&(x >> (precision - bits)), d, bits);
        if let Some(mut found) = relation(&powers, bits, stop) {
            while found.last() == Some(&Integer::ZERO) {
                found.pop();
            }
            if found.len() > least {
                if found[found.len() - 1] < Integer::ZERO {
                    found = found.into_iter().map(|c| -c).collect();
                }
                return Some(found);
            }
        }
        if stop() {
            return None;
        }
    }
    None
}

/// The powers of a fixed-point number, from 0 up.
fn powers(x: &Integer, degree: usize, precision: usize) -> Vec<Integer> {
    let mut powers = vec![Integer::ONE << precision];
    for k in 0..degree {
        powers.push((&powers[k] * x) >> precision);
    }
    powers
}

/// The root of a polynomial near a number.
fn isolated(polynomial: &[Integer], x: &Integer, precision: usize) -> Option<RealRoot> {
    let coefficients = |p: &[Integer]| -> Vec<Rational> {
        p.iter()
            .map(|c| Rational::from_big(c.clone(), Natural::ONE))
            .collect()
    };
    let mut away = 12;
    while away + 16 < precision {
        // Short numbers around it.
        let at = x >> (precision - away);
        let end = |by: i64| Rational::from_big(&at + by, Natural::ONE << away);
        if let Some(root) = RealRoot::new(coefficients(polynomial), end(-1), end(2)) {
            return Some(root);
        }
        away *= 2;
    }
    None
}

/// A number as a polynomial in a root, if it seems to be one.
fn in_terms_of(
    x: &Integer,
    of: &Integer,
    root: &RealRoot,
    precision: usize,
    stop: &mut dyn FnMut() -> bool,
) -> Option<Vec<Rational>> {
    let degree = root.polynomial().len() - 1;
    let slope = derivative(root.polynomial());
    // c · x · m'(r) = a(r).
    let powers = powers(of, degree - 1, precision);
    let mut at_root = Integer::ZERO;
    for (c, power) in slope.iter().zip(&powers) {
        at_root += c.numerator() * power;
    }
    let mut numbers = vec![(x * &at_root) >> precision];
    numbers.extend(powers);
    let found = relation(&numbers, precision, stop)?;
    if found[0] == Integer::ZERO {
        return None;
    }
    let by = Rational::from_big(-&found[0], Natural::ONE).checked_inverse()?;
    let numerator: Vec<Rational> = found[1..]
        .iter()
        .map(|c| &Rational::from_big(c.clone(), Natural::ONE) * &by)
        .collect();
    Some(root.times(&numerator, &inverse(&slope, root.polynomial())?))
}

/// Whether all probabilities are surely within the bounds of the zero.
fn lies_in(profile: &AlgebraicProfile, support: &[Vec<usize>], zero: &Zero) -> bool {
    let width = Rational::new(1, 1 << 62).expect("invariant: not 0");
    let root = profile.root().within(&width);
    let narrow = &width * &width;
    let mut bounds = zero.probabilities.iter();
    for (row, strategies) in profile.players().iter().zip(support) {
        for s in strategies {
            let Some(bound) = bounds.next() else {
                return false;
            };
            let ends = (
                Rational::from_f64(bound.low),
                Rational::from_f64(bound.high),
            );
            let (Some(low), Some(high)) = ends else {
                return false;
            };
            let is_between = |width: &Rational| {
                let (least, most) = root.enclose(&row[*s], width);
                low <= least && most <= high
            };
            if !is_between(&width) && !is_between(&narrow) {
                return false;
            }
        }
    }
    true
}

#[cfg(test)]
mod tests;

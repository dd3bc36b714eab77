//! Matrices modulo a prime below 2²⁸ as products of triangles.
//!
//! Sums of products are kept in 64 bits and reduced only where something is divided, or before they would overflow, so that
//! nearly all work is multiplications in wide registers.

use crate::numeric::lanes::wide;

/// Products of two remainders that can be added to a remainder in 64 bits; a multiple of what registers hold.
const LAZY: usize = 240;

/// A matrix modulo a prime as a product of triangles, its columns in another order.
pub(super) struct Factors<const P: u64> {
    size: usize,
    /// Row by row: before the diagonal the multipliers, after it the upper triangle.
    entries: Vec<u32>,
    /// What inverts the diagonal.
    over: Vec<u32>,
    /// By place, its column.
    order: Vec<usize>,
}

impl<const P: u64> Factors<P> {
    /// `None` if it is singular, or stopped.
    ///
    /// Row by row, so that nothing but what is divided by needs to be reduced.
    pub(super) fn new(matrix: &[Vec<i64>], is_stopped: &dyn Fn() -> bool) -> Option<Self> {
        let size = matrix.len();
        let mut made = Self {
            size,
            entries: Vec::with_capacity(size * size),
            over: Vec::with_capacity(size),
            order: (0..size).collect(),
        };
        let mut line: Vec<u64> = Vec::with_capacity(size);
        for (k, row) in matrix.iter().enumerate() {
            if k % 16 == 0 && is_stopped() {
                return None;
            }
            line.clear();
            let remainders = made
                .order
                .iter()
                .map(|c| row[*c].rem_euclid(P as i64) as u64);
            line.extend(remainders);
            wide(|| made.eliminate(&mut line, k));
            let pivot = (k..size).find(|c| line[*c] != 0)?;
            if pivot != k {
                made.order.swap(pivot, k);
                line.swap(pivot, k);
                for above in made.entries.chunks_exact_mut(size) {
                    above.swap(pivot, k);
                }
            }
            made.over.push(inverse(line[k], P) as u32);
            made.entries.extend(line.iter().map(|x| *x as u32));
        }
        Some(made)
    }

    /// Takes multiples of the first `k` rows away, so that a line is 0 before `k`, and leaves the multipliers there.
    #[allow(
        clippy::inline_always,
        reason = "what is not inlined into a kernel is compiled for narrow registers"
    )]
    #[inline(always)]
    fn eliminate(&self, line: &mut [u64], k: usize) {
        let rows = self.entries.chunks_exact(self.size);
        for (i, (row, over)) in rows.zip(&self.over).enumerate().take(k) {
            if i % LAZY == LAZY - 1 {
                reduce::<P>(&mut line[i..]);
            }
            let factor = (line[i] % P) * u64::from(*over) % P;
            line[i] = factor;
            add(&mut line[i + 1..], (P - factor) as u32, &row[i + 1..]);
        }
        reduce::<P>(&mut line[k..]);
    }

    /// Solves `matrix · x = right`.
    pub(super) fn solve(&self, right: Vec<u32>) -> Vec<u32> {
        let (size, mut x) = (self.size, right);
        wide(|| {
            let rows = || self.entries.chunks_exact(size).enumerate();
            for (k, row) in rows() {
                let known = dot::<P>(&row[..k], &x[..k]);
                x[k] = ((u64::from(x[k]) + P - known) % P) as u32;
            }
            for ((k, row), over) in rows().zip(&self.over).rev() {
                let known = dot::<P>(&row[k + 1..], &x[k + 1..]);
                let rest = (u64::from(x[k]) + P - known) % P;
                x[k] = (rest * u64::from(*over) % P) as u32;
            }
        });
        let mut placed = vec![0; size];
        for (value, column) in x.iter().zip(&self.order) {
            placed[*column] = *value;
        }
        placed
    }

    /// Solves `z · matrix = right`.
    pub(super) fn solve_left(&self, right: &[u32]) -> Vec<u32> {
        let size = self.size;
        let mut line: Vec<u64> = self.order.iter().map(|c| u64::from(right[*c])).collect();
        wide(|| {
            self.eliminate(&mut line, size);
            let rows = self.entries.chunks_exact(size).enumerate();
            for (k, row) in rows.rev() {
                let value = line[k] % P;
                line[k] = value;
                add(&mut line[..k], (P - value) as u32, &row[..k]);
                if (size - k) % LAZY == LAZY - 1 {
                    reduce::<P>(&mut line[..k]);
                }
            }
        });
        line.iter().map(|x| *x as u32).collect()
    }
}

#[allow(
    clippy::inline_always,
    reason = "what is not inlined into a kernel is compiled for narrow registers"
)]
#[inline(always)]
fn reduce<const P: u64>(line: &mut [u64]) {
    for x in line {
        *x %= P;
    }
}

/// Adds `factor` times a row.
#[allow(
    clippy::inline_always,
    reason = "what is not inlined into a kernel is compiled for narrow registers"
)]
#[inline(always)]
fn add(line: &mut [u64], factor: u32, row: &[u32]) {
    for (x, y) in line.iter_mut().zip(row) {
        *x += u64::from(factor) * u64::from(*y);
    }
}

#[allow(
    clippy::inline_always,
    reason = "what is not inlined into a kernel is compiled for narrow registers"
)]
#[inline(always)]
fn dot<const P: u64>(a: &[u32], b: &[u32]) -> u64 {
    let mut sum = 0;
    for (x, y) in a.chunks(LAZY).zip(b.chunks(LAZY)) {
        let products = x.iter().zip(y).map(|(x, y)| u64::from(*x) * u64::from(*y));
        sum += products.sum::<u64>() % P;
    }
    sum % P
}

/// By Fermat's little theorem.
pub(crate) fn inverse(value: u64, prime: u64) -> u64 {
    let (mut base, mut exponent, mut result) = (value % prime, prime - 2, 1);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % prime;
        }
        base = base * base % prime;
        exponent >>= 1;
    }
    result
}

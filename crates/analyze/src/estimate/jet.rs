//! Numbers that carry their derivatives: automatic differentiation, forward, to second order.
//!
//! A likelihood is written once, for any [`Smooth`] number. With plain floats it is a value; with
//! [`Jet`]s it is the value, the gradient and the Hessian in the utilities of one row, exact up to
//! rounding, since every step of the recursion is differentiated by the chain rule and not by
//! differences. Few numbers are varied (one a utility, not one a coefficient): what a coefficient
//! does follows from its covariate alone.

/// A number that a likelihood is computed with.
pub trait Smooth: Clone {
    /// A number that does not vary.
    fn constant(value: f64) -> Self;
    /// The value.
    fn value(&self) -> f64;
    /// Adds `factor` times another one.
    fn add(&mut self, factor: f64, other: &Self);
    /// The product.
    #[must_use]
    fn times(&self, other: &Self) -> Self;
    /// A function of it, given by value, slope and curvature at the value.
    #[must_use]
    fn through(&self, at: [f64; 3]) -> Self;

    /// `self - other`.
    #[must_use]
    fn minus(&self, other: &Self) -> Self {
        let mut difference = self.clone();
        difference.add(-1.0, other);
        difference
    }

    /// `exp`.
    #[must_use]
    fn exp(&self) -> Self {
        let e = self.value().exp();
        self.through([e, e, e])
    }

    /// The natural logarithm.
    #[must_use]
    fn ln(&self) -> Self {
        let x = self.value();
        self.through([x.ln(), 1.0 / x, -1.0 / (x * x)])
    }

    /// `1 / √x`.
    #[must_use]
    fn inverse_root(&self) -> Self {
        let x = self.value();
        let y = 1.0 / x.sqrt();
        self.through([y, -0.5 * y / x, 0.75 * y / (x * x)])
    }
}

impl Smooth for f64 {
    fn constant(value: f64) -> Self {
        value
    }

    fn value(&self) -> f64 {
        *self
    }

    fn add(&mut self, factor: f64, other: &Self) {
        *self += factor * other;
    }

    fn times(&self, other: &Self) -> Self {
        self * other
    }

    fn through(&self, at: [f64; 3]) -> Self {
        at[0]
    }
}

/// A value with its gradient and Hessian.
///
/// # Invariant
/// `first` and `second` are both empty (the number does not vary) or have `n` and `n (n + 1) / 2`
/// entries, the latter row by row of the lower triangle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Jet {
    value: f64,
    first: Vec<f64>,
    second: Vec<f64>,
}

impl Jet {
    /// The `k`-th of `n` varied numbers.
    pub fn variable(k: usize, n: usize, value: f64) -> Self {
        let mut first = vec![0.0; n];
        if let Some(slope) = first.get_mut(k) {
            *slope = 1.0;
        }
        Self {
            value,
            first,
            second: vec![0.0; n * (n + 1) / 2],
        }
    }

    /// The slope in the `k`-th number.
    pub fn slope(&self, k: usize) -> f64 {
        self.first.get(k).copied().unwrap_or(0.0)
    }

    /// The second derivative in the `k`-th and the `l`-th number.
    pub fn curvature(&self, k: usize, l: usize) -> f64 {
        let (high, low) = (k.max(l), k.min(l));
        let at = high * (high + 1) / 2 + low;
        self.second.get(at).copied().unwrap_or(0.0)
    }
}

impl Smooth for Jet {
    fn constant(value: f64) -> Self {
        Self {
            value,
            first: Vec::new(),
            second: Vec::new(),
        }
    }

    fn value(&self) -> f64 {
        self.value
    }

    fn add(&mut self, factor: f64, other: &Self) {
        self.value += factor * other.value;
        if other.first.is_empty() {
            return;
        }
        if self.first.is_empty() {
            self.first = vec![0.0; other.first.len()];
            self.second = vec![0.0; other.second.len()];
        }
        for (own, of) in self.first.iter_mut().zip(&other.first) {
            *own += factor * of;
        }
        for (own, of) in self.second.iter_mut().zip(&other.second) {
            *own += factor * of;
        }
    }

    fn times(&self, other: &Self) -> Self {
        let (a, b) = (self.value, other.value);
        let mut product = Self::constant(0.0);
        product.add(b, self);
        product.add(a, other);
        product.value = a * b;
        if !self.first.is_empty() && !other.first.is_empty() {
            let mut at = 0;
            for k in 0..self.first.len() {
                for l in 0..=k {
                    product.second[at] +=
                        self.first[k] * other.first[l] + self.first[l] * other.first[k];
                    at += 1;
                }
            }
        }
        product
    }

    fn through(&self, [value, slope, curvature]: [f64; 3]) -> Self {
        let mut second: Vec<f64> = self.second.iter().map(|x| slope * x).collect();
        let mut at = 0;
        for k in 0..self.first.len() {
            for l in 0..=k {
                second[at] += curvature * self.first[k] * self.first[l];
                at += 1;
            }
        }
        Self {
            value,
            first: self.first.iter().map(|x| slope * x).collect(),
            second,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `exp(x y) / √(x + 1)` and its derivatives, worked out by hand.
    #[test]
    fn derivatives_are_those_of_calculus() {
        let (x, y) = (0.7, -1.3);
        let (a, b) = (Jet::variable(0, 2, x), Jet::variable(1, 2, y));
        let mut shifted = a.clone();
        shifted.add(1.0, &Jet::constant(1.0));
        let jet = a.times(&b).exp().times(&shifted.inverse_root());
        let (e, s) = ((x * y).exp(), (x + 1.0).powf(-0.5));
        let f = e * s;
        // d/dx ln f = y - 1/(2 (x + 1)); d/dy ln f = x.
        let gx = y - 0.5 / (x + 1.0);
        let close = |found: f64, wanted: f64| (found - wanted).abs() < 1e-14;
        assert!(close(jet.value(), f));
        assert!(close(jet.slope(0), f * gx) && close(jet.slope(1), f * x));
        assert!(close(
            jet.curvature(0, 0),
            f * (gx * gx + 0.5 / (x + 1.0).powi(2))
        ));
        assert!(close(jet.curvature(0, 1), f * (gx * x + 1.0)));
        assert!(close(jet.curvature(1, 1), f * x * x));
    }

    #[test]
    fn what_does_not_vary_has_no_derivatives() {
        let one = Jet::constant(1.0);
        let x = Jet::variable(0, 1, 3.0);
        assert!((one.times(&x).slope(0) - 1.0).abs() < 1e-15);
        assert!((x.ln().slope(0) - 1.0 / 3.0).abs() < 1e-15);
        assert!(one.minus(&one).slope(0).abs() < 1e-300);
    }
}

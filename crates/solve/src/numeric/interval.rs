//! Intervals of floats that surely hold what is computed: ends are rounded outward.
//!
//! **References.** moore1966, krawczyk1969.

/// All numbers from one end to the other, ends included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end; not below the lower one.
    pub high: f64,
}

impl Interval {
    /// Nothing but zero.
    pub const ZERO: Self = Self::point(0.0);

    /// Nothing but one number.
    pub const fn point(value: f64) -> Self {
        Self {
            low: value,
            high: value,
        }
    }

    /// From one end to the other.
    pub const fn new(low: f64, high: f64) -> Self {
        Self { low, high }
    }

    /// A number in the middle.
    pub fn middle(self) -> f64 {
        self.low + 0.5 * (self.high - self.low)
    }

    /// How long it is.
    pub fn width(self) -> f64 {
        self.high - self.low
    }

    /// The greatest absolute value in it.
    pub fn magnitude(self) -> f64 {
        self.low.abs().max(self.high.abs())
    }

    /// Whether a number is in it.
    pub fn holds(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Whether another interval lies in it and touches no end.
    pub fn surrounds(self, other: Self) -> bool {
        self.low < other.low && other.high < self.high
    }

    /// What both have in common; `None` if nothing.
    pub fn meet(self, other: Self) -> Option<Self> {
        let both = Self::new(self.low.max(other.low), self.high.min(other.high));
        (both.low <= both.high).then_some(both)
    }

    /// Everything that a sum can be.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self::new(
            (self.low + other.low).next_down(),
            (self.high + other.high).next_up(),
        )
    }

    /// Everything that a difference can be.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self::new(
            (self.low - other.high).next_down(),
            (self.high - other.low).next_up(),
        )
    }

    /// Everything that a product can be.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let a = self.low * other.low;
        let b = self.low * other.high;
        let c = self.high * other.low;
        let d = self.high * other.high;
        Self::new(
            a.min(b).min(c.min(d)).next_down(),
            a.max(b).max(c.max(d)).next_up(),
        )
    }

    /// The same of a number times the interval.
    #[must_use]
    pub fn scaled(self, by: f64) -> Self {
        let (a, b) = (self.low * by, self.high * by);
        Self::new(a.min(b).next_down(), a.max(b).next_up())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Rational;
    use proptest::prelude::*;

    fn exact(value: f64) -> Rational {
        Rational::from_f64(value).expect("finite")
    }

    proptest! {
        #[test]
        fn ends_are_outside(a in -1e3..1e3f64, b in 0.0..1e-3f64, c in -1e3..1e3f64, d in 0.0..1e-3f64) {
            let (x, y) = (Interval::new(a, a + b), Interval::new(c, c + d));
            for (p, q) in [(x.low, y.low), (x.low, y.high), (x.high, y.low), (x.high, y.high)] {
                let (s, t) = (exact(p), exact(q));
                for (interval, value) in [
                    (x.plus(y), &s + &t),
                    (x.minus(y), &s - &t),
                    (x.times(y), &s * &t),
                    (x.scaled(q), &s * &t),
                ] {
                    prop_assert!(exact(interval.low) < value && value < exact(interval.high));
                }
            }
        }
    }

    #[test]
    fn ends_are_compared() {
        let x = Interval::new(-1.0, 3.0);
        assert!(x.holds(3.0) && !x.holds(3.1));
        assert!(x.surrounds(Interval::new(-0.5, 2.0)) && !x.surrounds(Interval::new(-1.0, 2.0)));
        assert_eq!(
            x.meet(Interval::new(2.0, 9.0)),
            Some(Interval::new(2.0, 3.0))
        );
        assert_eq!(x.meet(Interval::new(4.0, 9.0)), None);
        assert_eq!((x.middle(), x.width(), x.magnitude()), (1.0, 4.0, 3.0));
    }
}

//! What a parameter is drawn from.

use deterra_game::number::Rational;
use std::fmt;

/// How a parameter is spread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spread {
    /// Every value of an interval, equally.
    Uniform {
        /// The least value.
        low: Rational,
        /// The greatest.
        high: Rational,
    },
    /// A triangle over an interval.
    Triangular {
        /// The least value.
        low: Rational,
        /// The likeliest.
        mode: Rational,
        /// The greatest.
        high: Rational,
    },
    /// A bell, cut to an interval if one is given.
    Normal {
        /// The mean of the whole bell.
        mean: Rational,
        /// Its standard deviation.
        deviation: Rational,
        /// Where it is cut below.
        low: Option<Rational>,
        /// Where it is cut above.
        high: Option<Rational>,
    },
    /// A beta distribution stretched over an interval.
    Beta {
        /// The first shape.
        alpha: Rational,
        /// The second shape.
        beta: Rational,
        /// The least value.
        low: Rational,
        /// The greatest.
        high: Rational,
    },
    /// A list of values with probabilities.
    Discrete(Vec<(Rational, Rational)>),
}

impl Spread {
    /// The value below which a share of the probability lies.
    ///
    /// # Returns
    /// Exact for uniform and discrete spreads; else rounded to a decimal with a step of about a
    /// millionth of the width of the spread.
    ///
    /// # Example
    /// ```
    /// use deterra_analyze::grid::Spread;
    /// use deterra_game::number::Rational;
    /// let of = |n: i64| Rational::integer(n);
    /// let spread = Spread::Uniform { low: of(4), high: of(30) };
    /// assert_eq!(spread.quantile(&Rational::new(1, 2).expect("a half")), of(17));
    /// ```
    pub fn quantile(&self, share: &Rational) -> Rational {
        match self {
            Self::Uniform { low, high } => low + &(&(high - low) * share),
            Self::Discrete(points) => {
                let mut sum = Rational::ZERO;
                let value = points.iter().find(|(_, p)| {
                    sum += p;
                    &sum >= share && !p.is_zero()
                });
                let value = value.or(points.last());
                value.map(|(v, _)| v.clone()).unwrap_or_default()
            }
            Self::Triangular { low, mode, high } => {
                let (a, m, b) = (low.to_f64(), mode.to_f64(), high.to_f64());
                let u = share.to_f64();
                let rise = (m - a) / (b - a);
                let x = if u < rise {
                    a + (u * (b - a) * (m - a)).sqrt()
                } else {
                    b - ((1.0 - u) * (b - a) * (b - m)).sqrt()
                };
                rounded(x, b - a, Some(low), Some(high))
            }
            Self::Normal {
                mean,
                deviation,
                low,
                high,
            } => {
                let (mean, sd) = (mean.to_f64(), deviation.to_f64());
                let place = |x: &Option<Rational>, none: f64| {
                    x.as_ref().map_or(none, |x| (x.to_f64() - mean) / sd)
                };
                let (from, to) = (place(low, -12.0), place(high, 12.0));
                let u = share.to_f64();
                // The side with the smaller tails keeps its digits.
                let z = if from > 0.0 {
                    let (a, b) = (normal(-from), normal(-to));
                    invert(|z| -normal(-z), from, to, -(a + u * (b - a)))
                } else {
                    let (a, b) = (normal(from), normal(to));
                    invert(normal, from, to, a + u * (b - a))
                };
                rounded(mean + sd * z, sd, low.as_ref(), high.as_ref())
            }
            Self::Beta {
                alpha,
                beta,
                low,
                high,
            } => {
                let (a, b) = (alpha.to_f64(), beta.to_f64());
                let x = invert(|x| incomplete_beta(x, a, b), 0.0, 1.0, share.to_f64());
                let (from, to) = (low.to_f64(), high.to_f64());
                rounded(from + (to - from) * x, to - from, Some(low), Some(high))
            }
        }
    }

    /// The least and the greatest value, of a bell that is not cut those three deviations from its mean.
    pub fn range(&self) -> (Rational, Rational) {
        match self {
            Self::Uniform { low, high }
            | Self::Triangular { low, high, .. }
            | Self::Beta { low, high, .. } => (low.clone(), high.clone()),
            Self::Normal {
                mean,
                deviation,
                low,
                high,
            } => {
                let three = deviation * &Rational::integer(3);
                let low = low.clone().unwrap_or_else(|| mean - &three);
                let high = high.clone().unwrap_or_else(|| mean + &three);
                (low, high)
            }
            Self::Discrete(points) => {
                let values = || points.iter().map(|(v, _)| v);
                let ends = values().min().zip(values().max());
                ends.map(|(a, b)| (a.clone(), b.clone()))
                    .unwrap_or_default()
            }
        }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cut = |x: &Option<Rational>| x.as_ref().map_or("-".to_owned(), ToString::to_string);
        match self {
            Self::Uniform { low, high } => write!(f, "{low}:{high}"),
            Self::Triangular { low, mode, high } => write!(f, "tri {low}:{mode}:{high}"),
            Self::Normal {
                mean,
                deviation,
                low,
                high,
            } => write!(f, "normal {mean} {deviation} {}:{}", cut(low), cut(high)),
            Self::Beta {
                alpha,
                beta,
                low,
                high,
            } => write!(f, "beta {alpha} {beta} {low}:{high}"),
            Self::Discrete(points) => {
                let shown: Vec<_> = points.iter().map(|(v, p)| format!("{v} {p}")).collect();
                write!(f, "discrete {}", shown.join(","))
            }
        }
    }
}

/// The decimal nearest to `x` with a step of a millionth of the power of ten of `width`, inside the bounds.
fn rounded(x: f64, width: f64, low: Option<&Rational>, high: Option<&Rational>) -> Rational {
    let exponent = width.abs().log10().floor().clamp(-200.0, 200.0) as i32 - 6;
    let step = Rational::integer(10).checked_pow(exponent);
    let step = step.expect("invariant: ten has powers");
    let steps = (x / 10_f64.powi(exponent)).round();
    let value = Rational::from_f64(steps).map_or_else(Rational::default, |n| &n * &step);
    match (low, high) {
        (Some(low), _) if &value < low => low.clone(),
        (_, Some(high)) if &value > high => high.clone(),
        _ => value,
    }
}

/// Where an increasing function takes a value, between two ends; bisection, so that the same bits come out
/// everywhere.
fn invert(of: impl Fn(f64) -> f64, low: f64, high: f64, value: f64) -> f64 {
    let (mut low, mut high) = (low, high);
    for _ in 0..60 {
        let middle = low + (high - low) / 2.0;
        if of(middle) < value {
            low = middle;
        } else {
            high = middle;
        }
    }
    low + (high - low) / 2.0
}

/// The standard normal distribution function.
fn normal(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// The regularized incomplete beta function by its continued fraction (DLMF 8.17.22), evaluated from the
/// front; the symmetric form where that converges faster.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta_below(1.0 - x, b, a);
    }
    incomplete_beta_below(x, a, b)
}

fn incomplete_beta_below(x: f64, a: f64, b: f64) -> f64 {
    let tiny = 1e-300;
    let away = |v: f64| if v.abs() < tiny { tiny } else { v };
    let log_front = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b)
        + a * libm::log(x)
        + b * libm::log1p(-x);
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for m in 1..=10_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = fraction;
        for term in [even, odd] {
            d = 1.0 / away(1.0 + term * d);
            c = away(1.0 + term / c);
            fraction *= c * d;
        }
        if (fraction / before - 1.0).abs() < 1e-15 {
            break;
        }
    }
    libm::exp(log_front) * fraction / a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("a fraction")
    }

    #[test]
    fn quantiles_of_triangles_and_lists() {
        // Over 0 to 4 with the peak at 1 a quarter of the mass is below 1; F(x) = x²/4 there, so the share
        // 1/16 is at 1/2. Above, 1 - F(x) = (4 - x)²/12: the share 2/3 is at 4 - 2 = 2.
        let triangle = Spread::Triangular {
            low: of(0, 1),
            mode: of(1, 1),
            high: of(4, 1),
        };
        assert_eq!(triangle.quantile(&of(1, 16)), of(1, 2));
        assert_eq!(triangle.quantile(&of(1, 4)), of(1, 1));
        assert_eq!(triangle.quantile(&of(2, 3)), of(2, 1));
        let list = Spread::Discrete(vec![
            (of(7, 1), of(1, 4)),
            (of(1, 1), of(0, 1)),
            (of(9, 1), of(3, 4)),
        ]);
        assert_eq!(list.quantile(&of(1, 5)), of(7, 1));
        assert_eq!(list.quantile(&of(1, 4)), of(7, 1));
        assert_eq!(list.quantile(&of(26, 100)), of(9, 1));
        assert_eq!(list.quantile(&of(1, 1)), of(9, 1));
        assert_eq!(list.range(), (of(1, 1), of(9, 1)));
    }

    #[test]
    fn quantiles_of_the_bell() {
        // Tables: the 97.5 % point is 1.959964, the 84.1344746 % point 1.
        let bell = |low, high| Spread::Normal {
            mean: of(10, 1),
            deviation: of(2, 1),
            low,
            high,
        };
        let near = |x: Rational, y: f64| assert!((x.to_f64() - y).abs() < 2e-6, "{x} {y}");
        near(
            bell(None, None).quantile(&of(975, 1000)),
            10.0 + 2.0 * 1.959_964,
        );
        near(
            bell(None, None).quantile(&of(841_344_746, 1_000_000_000)),
            12.0,
        );
        near(bell(None, None).quantile(&of(1, 2)), 10.0);
        // Cut at the mean, the share u of the upper half is the share (1 + u)/2 of the whole.
        near(
            bell(Some(of(10, 1)), None).quantile(&of(95, 100)),
            10.0 + 2.0 * 1.959_964,
        );
        // Far out in the tail the bell falls off nearly like an exponential: the median beyond z = 6 lies
        // where the tail has halved, 9.865876e-10 → 4.932938e-10, at z = 6.111565.
        near(
            bell(Some(of(22, 1)), None).quantile(&of(1, 2)),
            10.0 + 2.0 * 6.111_565,
        );
    }

    #[test]
    fn quantiles_of_beta_distributions() {
        let beta = |a, b| Spread::Beta {
            alpha: of(a, 1),
            beta: of(b, 1),
            low: of(0, 1),
            high: of(1, 1),
        };
        let near = |x: Rational, y: f64| assert!((x.to_f64() - y).abs() < 2e-6, "{x} {y}");
        // Beta(1, 1) is uniform, Beta(2, 1) has F = x², Beta(1, 3) has 1 - F = (1 - x)³, Beta(2, 2) is
        // symmetric with F = 3x² - 2x³: F(1/4) = 5/32.
        near(beta(1, 1).quantile(&of(3, 10)), 0.3);
        near(beta(2, 1).quantile(&of(49, 100)), 0.7);
        near(beta(1, 3).quantile(&of(875, 1000)), 0.5);
        near(beta(2, 2).quantile(&of(5, 32)), 0.25);
        // Halves: the arcsine law has F(x) = 2/π·asin √x, F(1/4) = 1/3.
        let arcsine = Spread::Beta {
            alpha: of(1, 2),
            beta: of(1, 2),
            low: of(-1, 1),
            high: of(3, 1),
        };
        near(arcsine.quantile(&of(1, 3)), 0.0);
    }
}

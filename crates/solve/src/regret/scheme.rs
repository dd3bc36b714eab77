//! Variants of regret minimization as data.
//!
//! **References.** zinkevich2007, tammelin2014, brown2019, farina2021.

/// How the plans of all iterations are weighed in the average.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Average {
    /// With the power of the iteration, counted from 1: 0 is the plain mean, 1 a linear one.
    Power(f64),
    /// Not at all: the last iterate is the answer.
    Last,
}

impl Average {
    /// The weight of an iteration, from 1; 1 if only the last one counts.
    pub fn weight(self, iteration: u64) -> f64 {
        match self {
            Self::Power(power) => (iteration as f64).powf(power),
            Self::Last => 1.0,
        }
    }
}

/// What is done to regrets between iterations, and how plans are averaged.
///
/// # Example
/// ```
/// use deterra_solve::regret::Scheme;
/// assert_eq!(Scheme::CFR_PLUS.kept(7), (1.0, 0.0));
/// let (positive, negative) = Scheme::DISCOUNTED.kept(1);
/// assert_eq!((positive, negative), (0.5, 0.5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scheme {
    /// Its name in the field.
    pub name: &'static str,
    /// The exponent by which positive regrets are discounted; none are if it is `None`.
    pub positive: Option<f64>,
    /// The same of negative regrets.
    pub negative: Option<f64>,
    /// Whether negative regrets are forgotten.
    pub is_clipped: bool,
    /// Whether the regrets of an iteration are expected to come again (predictive regret matching).
    pub is_predictive: bool,
    /// How plans are averaged.
    pub average: Average,
}

impl Scheme {
    /// Counterfactual regret minimization (Zinkevich, Johanson, Bowling and Piccione 2007).
    pub const CFR: Self = Self {
        name: "cfr",
        positive: None,
        negative: None,
        is_clipped: false,
        is_predictive: false,
        average: Average::Power(0.0),
    };
    /// CFR+ with its linear average (Tammelin 2014).
    pub const CFR_PLUS: Self = Self {
        name: "cfr_plus",
        is_clipped: true,
        average: Average::Power(1.0),
        ..Self::CFR
    };
    /// Linear CFR (Brown and Sandholm 2019).
    pub const LINEAR: Self = Self {
        name: "linear_cfr",
        positive: Some(1.0),
        negative: Some(1.0),
        average: Average::Power(1.0),
        ..Self::CFR
    };
    /// Discounted CFR with exponents 3/2, 0 and 2 (Brown and Sandholm 2019).
    pub const DISCOUNTED: Self = Self {
        name: "dcfr",
        positive: Some(1.5),
        negative: Some(0.0),
        average: Average::Power(2.0),
        ..Self::CFR
    };
    /// Predictive CFR+ (Farina, Kroer and Sandholm 2021), averaged with the fifth power.
    pub const PREDICTIVE_PLUS: Self = Self {
        name: "pcfr_plus",
        is_clipped: true,
        is_predictive: true,
        average: Average::Power(5.0),
        ..Self::CFR
    };

    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::CFR,
        Self::CFR_PLUS,
        Self::LINEAR,
        Self::DISCOUNTED,
        Self::PREDICTIVE_PLUS,
    ];

    /// By what positive and negative regrets are multiplied after an iteration, from 1.
    pub fn kept(&self, iteration: u64) -> (f64, f64) {
        let discount = |exponent: Option<f64>| match exponent {
            None => 1.0,
            Some(exponent) => {
                let power = (iteration as f64).powf(exponent);
                // Beyond floats nothing is discounted.
                if power.is_finite() {
                    power / (power + 1.0)
                } else {
                    1.0
                }
            }
        };
        let negative = if self.is_clipped {
            0.0
        } else {
            discount(self.negative)
        };
        (discount(self.positive), negative)
    }
}

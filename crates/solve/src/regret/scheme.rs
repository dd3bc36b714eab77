//! Variants of regret minimization as data.
//!
//! **References.** zinkevich2007, tammelin2014, brown2019, farina2021, xu2024, zhang2024.

/// An exponent that may change as a run goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponent {
    /// At the start.
    pub base: f64,
    /// What is added until the planned number of iterations is reached.
    pub slope: f64,
}

impl Exponent {
    /// One that does not change.
    pub const fn fixed(base: f64) -> Self {
        Self { base, slope: 0.0 }
    }

    /// At an iteration, of so many that are planned.
    pub fn at(self, iteration: u64, planned: u64) -> f64 {
        let share = iteration.min(planned) as f64 / planned.max(1) as f64;
        self.base + self.slope * share
    }
}

/// How the plans of all iterations are weighed in the average.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Average {
    /// Before the plan of iteration `t` is added, the sum so far is multiplied by `((t - 1) / t)` to this power: 0 makes the plain
    /// mean, 1 weighs plans with their iterations.
    Power(Exponent),
    /// Not at all: the last iterate is the answer.
    Last,
}

/// When players are updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Updates {
    /// One after the other, each against what the others play by then.
    Alternating,
    /// All against what all played before.
    Simultaneous,
}

/// What is done to regrets between iterations, and how plans are averaged.
///
/// # Example
/// ```
/// use deterra_solve::regret::Scheme;
/// assert_eq!(Scheme::CFR_PLUS.kept(7, 1000), (1.0, 0.0));
/// let (positive, negative) = Scheme::DCFR.kept(1, 1000);
/// assert_eq!((positive, negative), (0.5, 0.5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scheme {
    /// Its name in the field.
    pub name: &'static str,
    /// The exponent by which positive regrets are discounted; none are if it is `None`.
    pub positive: Option<Exponent>,
    /// The same of negative regrets.
    pub negative: Option<Exponent>,
    /// Whether negative regrets are forgotten.
    pub is_clipped: bool,
    /// Whether the regrets of an iteration are expected to come again (predictive regret matching).
    pub is_predictive: bool,
    /// How plans are averaged.
    pub average: Average,
    /// When players are updated.
    pub updates: Updates,
}

impl Scheme {
    /// Counterfactual regret minimization (Zinkevich, Johanson, Bowling and Piccione 2007).
    pub const CFR: Self = Self {
        name: "cfr",
        positive: None,
        negative: None,
        is_clipped: false,
        is_predictive: false,
        average: Average::Power(Exponent::fixed(0.0)),
        updates: Updates::Alternating,
    };
    /// CFR+ with its linear average (Tammelin 2014).
    pub const CFR_PLUS: Self = Self {
        name: "cfr_plus",
        is_clipped: true,
        average: Average::Power(Exponent::fixed(1.0)),
        ..Self::CFR
    };
    /// CFR+ with a quadratic average.
    pub const CFR_PLUS_QUADRATIC: Self = Self {
        name: "cfr_plus_quadratic",
        average: Average::Power(Exponent::fixed(2.0)),
        ..Self::CFR_PLUS
    };
    /// Linear CFR (Brown and Sandholm 2019).
    pub const LINEAR_CFR: Self = Self {
        name: "linear_cfr",
        positive: Some(Exponent::fixed(1.0)),
        negative: Some(Exponent::fixed(1.0)),
        average: Average::Power(Exponent::fixed(1.0)),
        ..Self::CFR
    };
    /// Discounted CFR with exponents 3/2, 0 and 2 (Brown and Sandholm 2019).
    pub const DCFR: Self = Self {
        name: "dcfr",
        positive: Some(Exponent::fixed(1.5)),
        negative: Some(Exponent::fixed(0.0)),
        average: Average::Power(Exponent::fixed(2.0)),
        ..Self::CFR
    };
    /// Predictive CFR+ (Farina, Kroer and Sandholm 2021), averaged with the fifth power.
    pub const PCFR_PLUS: Self = Self {
        name: "pcfr_plus",
        is_clipped: true,
        is_predictive: true,
        average: Average::Power(Exponent::fixed(5.0)),
        ..Self::CFR
    };
    /// Predictive discounted CFR+ with exponents 2.3 and 5 (Xu, Li, Liu, Fu, Fu, Xing and Cheng 2024).
    pub const PDCFR_PLUS: Self = Self {
        name: "pdcfr_plus",
        positive: Some(Exponent::fixed(2.3)),
        ..Self::PCFR_PLUS
    };
    /// Predictive CFR+ whose average weighs late plans less and less, from the 15th power to the tenth (hyperparameter schedules;
    /// Zhang, `McAleer` and Sandholm 2024).
    pub const HS_PCFR_PLUS: Self = Self {
        name: "hs_pcfr_plus",
        average: Average::Power(Exponent {
            base: 15.0,
            slope: -5.0,
        }),
        ..Self::PCFR_PLUS
    };
    /// Discounted CFR whose exponents go from 1 to 4, from -1 to -3 and from 15 to 10 (the same source).
    pub const HS_DCFR: Self = Self {
        name: "hs_dcfr",
        positive: Some(Exponent {
            base: 1.0,
            slope: 3.0,
        }),
        negative: Some(Exponent {
            base: -1.0,
            slope: -2.0,
        }),
        average: Average::Power(Exponent {
            base: 15.0,
            slope: -5.0,
        }),
        ..Self::CFR
    };

    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::CFR,
        Self::CFR_PLUS,
        Self::CFR_PLUS_QUADRATIC,
        Self::LINEAR_CFR,
        Self::DCFR,
        Self::PCFR_PLUS,
        Self::PDCFR_PLUS,
        Self::HS_PCFR_PLUS,
        Self::HS_DCFR,
    ];

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.name == name)
    }

    /// All that it is, in words: two schemes are the same if and only if these are.
    pub(super) fn described(&self) -> String {
        let exponent = |e: Exponent| match e.slope {
            0.0 => format!("{}", e.base),
            slope => format!("{} by {slope}", e.base),
        };
        let discount = |e: Option<Exponent>| e.map_or_else(|| "none".to_owned(), exponent);
        let average = match self.average {
            Average::Power(e) => exponent(e),
            Average::Last => "last".to_owned(),
        };
        let updates = match self.updates {
            Updates::Alternating => "alternating",
            Updates::Simultaneous => "simultaneous",
        };
        format!(
            "{} (discounts {} and {}, {}clipped, {}predictive, average {average}, {updates})",
            self.name,
            discount(self.positive),
            discount(self.negative),
            if self.is_clipped { "" } else { "not " },
            if self.is_predictive { "" } else { "not " },
        )
    }

    /// Whether its exponents depend on how many iterations are planned.
    pub fn is_scheduled(&self) -> bool {
        let changes = |exponent: Exponent| exponent.slope != 0.0;
        let average = match self.average {
            Average::Power(exponent) => changes(exponent),
            Average::Last => false,
        };
        average || self.positive.is_some_and(changes) || self.negative.is_some_and(changes)
    }

    /// By what positive and negative regrets are multiplied after an iteration, from 1, of so many that are planned.
    pub fn kept(&self, iteration: u64, planned: u64) -> (f64, f64) {
        let discount = |exponent: Option<Exponent>| match exponent {
            None => 1.0,
            Some(exponent) => {
                let power = libm::pow(iteration as f64, exponent.at(iteration, planned));
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

    /// By what the sum of plans is multiplied before that of an iteration is added.
    pub fn decay(&self, iteration: u64, planned: u64) -> f64 {
        match self.average {
            Average::Power(exponent) => {
                let left = (iteration - 1) as f64 / iteration as f64;
                libm::pow(left, exponent.at(iteration, planned))
            }
            Average::Last => 1.0,
        }
    }
}

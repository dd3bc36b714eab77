//! Risk in crises: how much of it a side can bear, and how it adds up.
//!
//! A side that may win by standing firm, settle by yielding, or end in war bears a risk of war up
//! to its *critical risk* (Ellsberg 1959; Snyder and Diesing 1977). In Zeuthen's (1930) rule the
//! side with the lower critical risk yields.

use deterra_game::number::Rational;

/// The greatest probability of war at which standing firm is no worse than yielding:
/// (win - yield) / (win - war).
///
/// # Returns
/// A probability: 0 if even a sure win is no better than yielding, 1 if even war is no worse.
///
/// # Example
/// ```
/// use deterra_analyze::risk::critical_risk;
/// use deterra_game::number::Rational;
/// let [win, yielding, war] = [10, 0, -40].map(Rational::integer);
/// assert_eq!(critical_risk(&win, &yielding, &war).to_string(), "1/5");
/// ```
///
/// # References
/// ellsberg1959, snyder1977, zeuthen1930.
pub fn critical_risk(win: &Rational, yielding: &Rational, war: &Rational) -> Rational {
    if win <= yielding {
        return Rational::ZERO;
    }
    if war >= yielding {
        return Rational::ONE;
    }
    (win - yielding)
        .checked_div(&(win - war))
        .expect("invariant: war is worse than yielding, which is worse than a win")
}

/// The probability that at least one of independent steps ends in disaster.
pub fn cumulative_risk<'r>(risks: impl IntoIterator<Item = &'r Rational>) -> Rational {
    let survive = |sum: Rational, risk| &sum * &(&Rational::ONE - risk);
    &Rational::ONE - &risks.into_iter().fold(Rational::ONE, survive)
}

/// How many steps, each with probability `risk` of disaster, keep the cumulative risk at or below
/// `bearable`.
///
/// # Returns
/// At most `limit`.
///
/// # Complexity
/// Exact powers: `O(steps² · bits)`.
pub fn bearable_steps(risk: &Rational, bearable: &Rational, limit: usize) -> usize {
    let once = &Rational::ONE - risk;
    let least = &Rational::ONE - bearable;
    let mut survival = Rational::ONE;
    for steps in 0..limit {
        survival = &survival * &once;
        if survival < least {
            return steps;
        }
    }
    limit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::rational;

    #[test]
    fn the_critical_risk_is_as_published_and_bounded() {
        // Source: M9 of the literature: win 10, yield 0, war -40 gives .2.
        let risk = |win: &str, yielding: &str, war: &str| {
            critical_risk(&rational(win), &rational(yielding), &rational(war))
        };
        assert_eq!(risk("10", "0", "-40"), rational("0.2"));
        assert_eq!(risk("0", "0", "-40"), Rational::ZERO);
        assert_eq!(risk("-1", "0", "5"), Rational::ZERO);
        assert_eq!(risk("10", "0", "0"), Rational::ONE);
        assert_eq!(risk("10", "0", "20"), Rational::ONE);
    }

    #[test]
    fn small_risks_add_up() {
        // Source: 1 - (1 - .05)^K: .142625, .264908 and .512325 to six places.
        let step = rational("0.05");
        let after = |steps: usize| cumulative_risk(std::iter::repeat_n(&step, steps));
        assert_eq!(after(0), Rational::ZERO);
        assert_eq!(after(3), rational("0.142625"));
        assert_eq!(after(6).to_decimal(6), "0.264908");
        assert_eq!(after(14).to_decimal(6), "0.512325");
        // At a critical risk of .2, four rungs can be borne: .185494 and not .226219.
        assert_eq!(bearable_steps(&step, &rational("0.2"), 100), 4);
        assert_eq!(bearable_steps(&step, &rational("0.2"), 3), 3);
        assert_eq!(bearable_steps(&Rational::ZERO, &Rational::ZERO, 7), 7);
        assert_eq!(bearable_steps(&step, &Rational::ZERO, 7), 0);
    }
}

//! Exact numbers as people read them: the fraction, and a decimal beside it.

use deterra_game::number::Rational;

/// Significant places of decimals shown beside fractions.
pub const PLACES: usize = 6;
/// Fractions longer than this many characters are shown as decimals only.
const LONGEST: usize = 40;

/// The fraction, with a decimal in parentheses where it is not whole: `-118/5 (-23.6)`.
///
/// A fraction too long to read is shown as a decimal marked `≈`; JSON has it in full.
///
/// # Example
/// ```
/// use deterra_game::number::Rational;
/// use deterra_render::number::both;
/// assert_eq!(both(&Rational::new(-118, 5).unwrap()), "-118/5 (-23.6)");
/// assert_eq!(both(&Rational::new(2, 3).unwrap()), "2/3 (0.666667)");
/// assert_eq!(both(&Rational::integer(10)), "10");
/// ```
pub fn both(value: &Rational) -> String {
    let exact = value.to_string();
    if exact.len() > LONGEST {
        format!("≈{}", decimal(value))
    } else if value.is_integer() {
        exact
    } else {
        format!("{exact} ({})", decimal(value))
    }
}

/// The fraction alone, or a decimal marked `≈` if it is too long to read.
pub fn short(value: &Rational) -> String {
    let exact = value.to_string();
    if exact.len() > LONGEST {
        format!("≈{}", decimal(value))
    } else {
        exact
    }
}

/// As [`both`], with a plus sign before gains.
pub fn signed(value: &Rational) -> String {
    if value.is_negative() || value.is_zero() {
        both(value)
    } else {
        format!("+{}", both(value))
    }
}

/// A decimal of six significant places, trailing zeros left out: `0.663717`, `1.5`, `2.5e-9`.
///
/// # Complexity
/// Linear in the digits of the value, which readers bound.
pub fn decimal(value: &Rational) -> String {
    if value.is_zero() {
        return "0".to_owned();
    }
    let exponent = magnitude(value);
    if (-5..=14).contains(&exponent) {
        let places = usize::try_from(PLACES as i32 - 1 - exponent).unwrap_or(0);
        return trimmed(&value.to_decimal(places));
    }
    let scaled = Rational::integer(10)
        .checked_pow(-exponent)
        .map_or_else(|| value.clone(), |scale| value * &scale);
    format!("{}e{exponent}", trimmed(&scaled.to_decimal(PLACES - 1)))
}

/// A probability in percent, one place: `59.0 %`. What is not certain never shows as 0 or 100.
pub fn percent(value: &Rational) -> String {
    let shown = (value * &Rational::integer(100)).to_decimal(1);
    match shown.as_str() {
        "0.0" if !value.is_zero() => "<0.1 %".to_owned(),
        "100.0" if !value.is_one() => ">99.9 %".to_owned(),
        "0.0" => "0 %".to_owned(),
        "100.0" => "100 %".to_owned(),
        _ => format!("{shown} %"),
    }
}

/// The power of ten of the first significant digit.
fn magnitude(value: &Rational) -> i32 {
    let digits = |text: String| text.trim_start_matches('-').len() as i32;
    let guess = digits(value.numerator().to_string()) - digits(value.denominator().to_string());
    // The quotient of numbers of a and b digits has exponent a - b or a - b - 1.
    let power = Rational::integer(10).checked_pow(guess);
    match power {
        Some(power) if value.abs() < power => guess - 1,
        _ => guess,
    }
}

fn trimmed(decimal: &str) -> String {
    if decimal.contains('.') {
        decimal
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned()
    } else {
        decimal.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("a fraction")
    }

    #[test]
    fn decimals_have_six_significant_places() {
        for (n, d, shown) in [
            (600, 904, "0.663717"),
            (1, 3, "0.333333"),
            (-2, 3, "-0.666667"),
            (1, 8, "0.125"),
            (123_456_789, 10, "12345679"),
            (1, 4097, "0.000244081"),
            (1, 400_000_000, "2.5e-9"),
            (999_999_999, 1000, "1000000"),
            (0, 1, "0"),
            (5, 1, "5"),
            (i64::MAX, 1, "9.22337e18"),
        ] {
            assert_eq!(decimal(&ratio(n, d)), shown, "{n}/{d}");
        }
    }

    #[test]
    fn numbers_beyond_floats_still_show() {
        let huge = Rational::integer(10).checked_pow(4000).expect("a power");
        assert_eq!(decimal(&huge), "1e4000");
        let tiny = huge.checked_inverse().expect("not zero");
        assert_eq!(decimal(&tiny), "1e-4000");
        assert_eq!(both(&tiny), "≈1e-4000");
    }

    #[test]
    fn percentages_do_not_round_to_certainty() {
        assert_eq!(percent(&ratio(59, 100)), "59.0 %");
        assert_eq!(percent(&ratio(1, 4097)), "<0.1 %");
        assert_eq!(percent(&ratio(4096, 4097)), ">99.9 %");
        assert_eq!(percent(&Rational::ONE), "100 %");
        assert_eq!(percent(&Rational::ZERO), "0 %");
    }

    #[test]
    fn gains_carry_a_sign() {
        assert_eq!(signed(&ratio(357, 100)), "+357/100 (3.57)");
        assert_eq!(signed(&Rational::ZERO), "0");
        assert_eq!(signed(&ratio(-11, 10)), "-11/10 (-1.1)");
    }
}

//! Fractions and decimals as text.

use super::{Natural, ONE, Rare, Rational, Repr};
use std::fmt;

impl Rational {
    /// Whether `text` is how this value is printed, without allocating for small values.
    pub(in crate::number) fn is_spelled(&self, text: &str) -> bool {
        if text.starts_with(['+', '0']) && text != "0" || text.contains(['.', 'e', 'E']) {
            return false;
        }
        match &self.0 {
            Repr::Small(n, d) if d.get() == 1 && text.len() <= 18 => {
                !text.contains('/') && !text.starts_with("-0") && text.parse() == Ok(*n)
            }
            _ => self.to_string() == text,
        }
    }

    /// The value as a decimal, rounded half away from zero.
    ///
    /// # Returns
    /// Text with exactly `places` digits after the point; no point if `places` is 0.
    pub fn to_decimal(&self, places: usize) -> String {
        if let Some(value) = self.lost("the digits of a number") {
            return value.to_decimal(places);
        }
        let scale = Natural::from(10_u8).pow(places);
        let n = Natural::try_from(self.abs().numerator()).unwrap_or(Natural::ZERO);
        let d = self.denominator();
        let twice = Natural::from(2_u8);
        let rounded = (n * &scale * &twice + &d) / (&d * &twice);
        let sign = if self.is_negative() && rounded != Natural::ZERO {
            "-"
        } else {
            ""
        };
        let digits = format!(
            "{rounded:0>width$}",
            rounded = rounded.to_string(),
            width = places + 1
        );
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let point = if places == 0 { "" } else { "." };
        format!("{sign}{whole}{point}{fraction}")
    }
}

impl fmt::Display for Rational {
    /// `p/q` in lowest terms, or an integer; with a precision (`{:.4}`) a decimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(value) = self.lost("the digits of a number") {
            return fmt::Display::fmt(value, f);
        }
        if let Some(places) = f.precision() {
            return f.pad_integral(
                !self.is_negative(),
                "",
                self.abs().to_decimal(places).as_str(),
            );
        }
        match &self.0 {
            Repr::Small(n, ONE) => fmt::Display::fmt(n, f),
            Repr::Small(n, d) => f.pad(&format!("{n}/{d}")),
            Repr::Rare(_) => f.pad(&self.to_rbig().to_string()),
        }
    }
}

impl fmt::Debug for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Small(n, ONE) => write!(f, "{n}"),
            Repr::Small(n, d) => write!(f, "{n}/{d}"),
            Repr::Rare(rare) => match &**rare {
                Rare::Big(value) => write!(f, "{value}"),
                Rare::Traced(traced) => write!(f, "{traced:?}"),
            },
        }
    }
}

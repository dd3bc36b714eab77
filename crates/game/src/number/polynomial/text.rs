//! Polynomials as formulas.

use super::{Monomial, Polynomial, Rational};
use crate::number::{Integer, Natural};
use dashu_int::ops::Gcd;

impl Polynomial {
    /// As a formula of the scenario language, highest power first, with small whole numbers: a
    /// positive multiple.
    ///
    /// Variables without a name are called `x0`, `x1`, …
    pub fn to_text(&self, names: &[String]) -> String {
        let mut common = Natural::from(1_u8);
        for (_, value) in &self.terms {
            let below = value.denominator();
            let shared = (&common).gcd(&below);
            common = common * below / shared;
        }
        let common = Rational::from(common);
        let mut whole: Vec<(Monomial, Integer)> = Vec::new();
        let mut divisor = Natural::from(0_u8);
        for (monomial, value) in &self.terms {
            let value = (value * &common).numerator();
            let size = Natural::try_from(if value < Integer::ZERO {
                -value.clone()
            } else {
                value.clone()
            })
            .unwrap_or_default();
            divisor = if divisor == Natural::from(0_u8) {
                size
            } else {
                (&divisor).gcd(&size)
            };
            whole.push((monomial.clone(), value));
        }
        whole.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        let mut text = String::new();
        for (monomial, value) in whole {
            let negative = value < Integer::ZERO;
            let size = if negative { -value } else { value } / Integer::from(divisor.clone());
            text += match (text.is_empty(), negative) {
                (true, true) => "-",
                (true, false) => "",
                (false, true) => " - ",
                (false, false) => " + ",
            };
            let mut factors = Vec::new();
            if size != Integer::ONE || monomial.is_empty() {
                factors.push(size.to_string());
            }
            let mut rest = monomial.as_slice();
            while let Some(v) = rest.first() {
                let power = rest.iter().take_while(|w| *w == v).count();
                let name = names.get(usize::from(*v));
                let name = name.cloned().unwrap_or_else(|| format!("x{v}"));
                factors.push(match power {
                    1 => name,
                    n => format!("{name}^{n}"),
                });
                rest = &rest[power..];
            }
            text += &factors.join("*");
        }
        if text.is_empty() {
            text.push('0');
        }
        text
    }
}

//! Exact numbers: what a user writes stays what it is.
//!
//! | type | is |
//! |---|---|
//! | [`Rational`] | a fraction in lowest terms, 16 bytes; machine words first, arbitrary size on overflow |
//! | [`Number`] | a rational that remembers its spelling: `10.10` is 101/10 and prints as `10.10` |
//! | [`Natural`] | a count of any size |
//! | [`polynomial`], [`quotient`] | functions of parameters |
//! | [`algebraic`], [`univariate`] | real roots, and polynomials in one variable |
//! | [`trace`] | numbers that know what they are a function of |
//! | [`shares`] | fractions over one denominator |
//! | [`Scalar`] | the operations that code needs which runs on `f64` and on [`Rational`] |
//!
//! Text becomes a number by the grammar of `.efg` files: an optional sign, digits, then at most
//! one of a fraction part, `/digits` or an exponent. Length and exponent are capped before
//! anything is allocated, so `1e999999999` is an error and not a gigabyte.

pub mod algebraic;
mod count;
mod divisor;
pub mod polynomial;
pub mod quotient;
mod rational;
mod scalar;
pub mod shares;
pub mod trace;
pub mod univariate;

pub use count::describe_count;
pub use dashu_int::{IBig as Integer, UBig as Natural};
pub use rational::Rational;
pub use scalar::Scalar;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// The most digits a number may have in text.
pub const MAX_DIGITS: usize = 10_000;
/// The greatest absolute exponent a number may have in text.
pub const MAX_EXPONENT: i64 = 4_096;

/// Why text is not a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NumberError {
    /// Not of the number grammar.
    #[error("\"{text}\" is not a number; {fix}")]
    Malformed {
        /// The text, cut to 40 characters.
        text: String,
        /// What to write instead.
        fix: &'static str,
    },
    /// A fraction over zero.
    #[error("\"{text}\" divides by zero; write a nonzero denominator")]
    ZeroDenominator {
        /// The text, cut to 40 characters.
        text: String,
    },
    /// More digits than [`MAX_DIGITS`].
    #[error("the number has {digits} digits; at most {MAX_DIGITS} are read")]
    TooLong {
        /// How many it has.
        digits: usize,
    },
    /// An exponent beyond [`MAX_EXPONENT`].
    #[error("the exponent of \"{text}\" is beyond ±{MAX_EXPONENT}; rescale the payoffs")]
    ExponentTooLarge {
        /// The text, cut to 40 characters.
        text: String,
    },
}

/// An exact rational that keeps its spelling.
///
/// Equality, order and hash are those of the value: `0.5` equals `1/2`. The spelling is what
/// [`fmt::Display`] prints.
#[derive(Clone)]
pub struct Number {
    value: Rational,
    /// `None` if the spelling is the canonical one of `value`.
    spelling: Option<Box<str>>,
}

impl Number {
    /// Reads a number: `-3`, `1/2`, `0.5`, `.5`, `1.`, `1e-3`, `+1`.
    ///
    /// # Errors
    /// [`NumberError`], which says what to write instead.
    ///
    /// # Example
    /// ```
    /// use deterra_game::number::{Number, Rational};
    /// let n = Number::parse("10.10").expect("a number");
    /// assert_eq!(n.value(), &Rational::new(101, 10).expect("a fraction"));
    /// assert_eq!(n.to_string(), "10.10");
    /// ```
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let value = parse_value(text)?;
        Ok(Self::spelled(value, text))
    }

    /// The value with the given spelling, if the spelling denotes that value; else the value in
    /// its canonical spelling.
    pub fn with_spelling(value: Rational, spelling: &str) -> Self {
        match parse_value(spelling) {
            Ok(read) if read == value => Self::spelled(value, spelling),
            _ => Self::from(value),
        }
    }

    fn spelled(value: Rational, text: &str) -> Self {
        let canonical = value.is_spelled(text);
        Self {
            value,
            spelling: (!canonical).then(|| text.into()),
        }
    }

    /// The exact value.
    #[inline]
    pub fn value(&self) -> &Rational {
        &self.value
    }

    /// The exact value, by value.
    pub fn into_value(self) -> Rational {
        self.value
    }

    /// The text this number was read from, if it is not the canonical one.
    pub fn spelling(&self) -> Option<&str> {
        self.spelling.as_deref()
    }
}

impl From<Rational> for Number {
    fn from(value: Rational) -> Self {
        Self {
            value,
            spelling: None,
        }
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::from(Rational::integer(value))
    }
}

impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        Self::parse(text)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.value.cmp(&other.value)
    }
}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.spelling {
            Some(text) => f.pad(text),
            None => self.value.fmt(f),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({self})")
    }
}

/// The parts of number text that has the right shape.
struct Parts<'t> {
    negative: bool,
    whole: &'t str,
    fraction: &'t str,
    exponent: Option<&'t str>,
    denominator: Option<&'t str>,
}

/// Splits text by the grammar; on failure says what to write instead.
fn split(text: &str) -> Result<Parts<'_>, &'static str> {
    let digits = |t: &str| t.bytes().take_while(u8::is_ascii_digit).count();
    let (negative, rest) = match text.as_bytes().first() {
        None => return Err("write a number such as 3, 1/2 or 0.5"),
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        Some(_) => (false, text),
    };
    let (whole, rest) = rest.split_at(digits(rest));
    let mut parts = Parts {
        negative,
        whole,
        fraction: "",
        exponent: None,
        denominator: None,
    };
    let mut rest = rest;
    if let Some(after) = rest.strip_prefix('.') {
        let (fraction, after) = after.split_at(digits(after));
        if whole.is_empty() && fraction.is_empty() {
            return Err("write digits around the point, such as 0.5");
        }
        parts.fraction = fraction;
        rest = after;
        if whole.is_empty() && !negative && rest.starts_with(['e', 'E']) {
            return Err("write a digit before the point, such as 0.5e3");
        }
    } else if whole.is_empty() {
        return Err("write a number such as 3, 1/2 or 0.5");
    } else if let Some(denominator) = rest.strip_prefix('/') {
        if denominator.is_empty() || digits(denominator) != denominator.len() {
            return Err("write a fraction as digits/digits without spaces, such as 1/2");
        }
        parts.denominator = Some(denominator);
        return Ok(parts);
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let bare = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if bare.is_empty() || digits(bare) != bare.len() {
            return Err("write the exponent as digits, such as 1e3");
        }
        parts.exponent = Some(exponent);
        rest = "";
    }
    match rest.as_bytes().first() {
        None => Ok(parts),
        Some(b'_') => Err("leave out the underscores"),
        Some(b',') => Err("write a point, not a comma, as the decimal mark"),
        Some(b'x' | b'X') => Err("write it in decimal"),
        Some(b'.') => Err("leave one decimal point only"),
        Some(_) => Err("write a number such as 3, 1/2 or 0.5"),
    }
}

fn parse_value(text: &str) -> Result<Rational, NumberError> {
    let shown = || text.chars().take(40).collect::<String>();
    let parts = split(text).map_err(|fix| NumberError::Malformed { text: shown(), fix })?;
    let digits = parts.whole.len() + parts.fraction.len() + parts.denominator.map_or(0, str::len);
    if digits > MAX_DIGITS {
        return Err(NumberError::TooLong { digits });
    }
    if let (None, None, "", Some(small)) = (
        parts.exponent,
        parts.denominator,
        parts.fraction,
        small_integer(parts.whole),
    ) {
        return Ok(Rational::integer(if parts.negative {
            -small
        } else {
            small
        }));
    }
    let mut numerator = natural(parts.whole, parts.fraction);
    let mut denominator = Natural::ONE;
    if let Some(text) = parts.denominator {
        denominator = natural(text, "");
        if denominator == Natural::ZERO {
            return Err(NumberError::ZeroDenominator { text: shown() });
        }
    }
    let exponent = match parts.exponent {
        None => 0,
        Some(text) => text
            .parse::<i64>()
            .ok()
            .filter(|e| e.abs() <= MAX_EXPONENT)
            .ok_or_else(|| NumberError::ExponentTooLarge { text: shown() })?,
    };
    let scale = exponent - parts.fraction.len() as i64;
    let power = Natural::from(10_u8).pow(scale.unsigned_abs() as usize);
    if scale >= 0 {
        numerator *= power;
    } else {
        denominator *= power;
    }
    let numerator = Integer::from(numerator);
    let numerator = if parts.negative {
        -numerator
    } else {
        numerator
    };
    Ok(Rational::from_big(numerator, denominator))
}

/// Up to 18 digits, which always fit.
fn small_integer(digits: &str) -> Option<i64> {
    (digits.len() <= 18).then(|| {
        digits
            .bytes()
            .fold(0, |value, digit| value * 10 + i64::from(digit - b'0'))
    })
}

fn natural(first: &str, then: &str) -> Natural {
    match small_integer(first).zip(small_integer(then)) {
        Some((a, b)) if first.len() + then.len() <= 18 => {
            Natural::from((a * 10_i64.pow(then.len() as u32) + b).unsigned_abs())
        }
        _ => format!("{first}{then}")
            .parse()
            .expect("invariant: only digits are left"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(text: &str) -> Rational {
        Number::parse(text).expect(text).into_value()
    }

    fn ratio(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("nonzero")
    }

    #[test]
    fn the_grammar_of_gambit_numbers_is_read_exactly() {
        for (text, n, d) in [
            ("1/2", 1, 2),
            ("-1/2", -1, 2),
            ("0.5", 1, 2),
            (".5", 1, 2),
            ("-.5", -1, 2),
            ("1.", 1, 1),
            ("1.E3", 1000, 1),
            ("1e3", 1000, 1),
            ("1e-3", 1, 1000),
            ("-.5e3", -500, 1),
            ("+1", 1, 1),
            ("1.5e+2", 150, 1),
            ("10.10", 101, 10),
            ("-0", 0, 1),
            ("007", 7, 1),
        ] {
            assert_eq!(value(text), ratio(n, d), "{text}");
            assert_eq!(Number::parse(text).expect(text).to_string(), text);
        }
    }

    #[test]
    fn what_is_no_number_is_told_how_to_become_one() {
        for text in [
            "", "-", "+", ".", ".5e3", "1 / 2", "1/2.5", "1.2.3", "1_000", "0x10", "inf", "1e",
            "1/", "1/-2", "1,5", "½", "NaN", "1e+", "--1",
        ] {
            let error = Number::parse(text).expect_err(text);
            assert!(
                matches!(error, NumberError::Malformed { .. }),
                "{text}: {error}"
            );
        }
        assert!(matches!(
            Number::parse("1/0"),
            Err(NumberError::ZeroDenominator { .. })
        ));
        for text in ["1e999999999", "1e-4097", "1e99999999999999999999"] {
            let error = Number::parse(text).expect_err(text);
            assert!(
                matches!(error, NumberError::ExponentTooLarge { .. }),
                "{error}"
            );
        }
        let long = "1".repeat(1_000_000);
        assert_eq!(
            Number::parse(&long),
            Err(NumberError::TooLong { digits: 1_000_000 })
        );
    }

    #[test]
    fn equal_values_are_equal_numbers_whatever_their_spelling() {
        let (a, b) = (
            Number::parse("0.50").expect(""),
            Number::parse("1/2").expect(""),
        );
        assert_eq!(a, b);
        assert_ne!(a.spelling(), b.spelling());
        let honest = Number::with_spelling(ratio(1, 2), "0.5");
        assert_eq!(honest.to_string(), "0.5");
        let liar = Number::with_spelling(ratio(1, 3), "0.333");
        assert_eq!(liar.to_string(), "1/3");
    }

    proptest! {
        #[test]
        fn display_then_parse_is_the_identity(n in any::<i64>(), d in 1..i64::MAX) {
            let x = ratio(n, d);
            prop_assert_eq!(value(&x.to_string()), x);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,12}") {
            let _ = Number::parse(&text);
        }

        #[test]
        fn decimals_are_exact(n in -999_999_999_i64..999_999_999, places in 0_usize..9) {
            let scale = 10_i64.pow(places as u32);
            let text = format!(
                "{}{}.{:0places$}",
                if n < 0 { "-" } else { "" },
                n.abs() / scale,
                n.abs() % scale,
            );
            let text = if places == 0 { n.to_string() } else { text };
            prop_assert_eq!(value(&text), ratio(n, scale));
        }
    }
}

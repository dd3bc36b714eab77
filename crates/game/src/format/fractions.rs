//! Decimals that programs round: which fraction was meant, and how a fraction is written so that it is found again.
//!
//! A program that computes in floats writes 1/3 as `0.33333333333333331`. Fractions of small denominators are rare among floats: in
//! a unit there are about `q²/3` with denominators up to `q`, and 10¹⁶ floats. So a decimal with as many digits as floats have that is
//! *the* float nearest to a fraction of small denominator was made from it, up to one chance in a million. Nothing here is done to
//! decimals of fewer digits, which people write and mean, unless probabilities that must sum to 1 and do not say that they are rounded.

use crate::number::{Number, Rational};
use crate::patience::polled;
use std::fmt::Write as _;

/// The product of numerator and denominator, and the square of the denominator, that a fraction may have to be found in a float.
const MOST_PRODUCT: i128 = 10_000_000_000;
/// The greatest denominator of a fraction that is looked for.
const MOST_DENOMINATOR: i128 = 100_000;
/// Significant digits of floats: at least, and as programs write them at most.
const FLOAT_DIGITS: std::ops::RangeInclusive<usize> = 16..=17;
/// The most bits of a sum of probabilities; decimals of the greatest exponent have a quarter of it.
const MOST_SUM_BITS: usize = 1 << 16;
/// Significant digits that a row needs to be read as rounded floats.
const ROUNDED_DIGITS: usize = 15;

/// What the spelling of a decimal says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Digits {
    /// Digits from the first that is not 0.
    significant: usize,
    /// The power of ten of the last digit.
    last: i32,
}

/// The digits of a decimal with a point; nothing for whole numbers and fractions.
fn digits(text: &str) -> Option<Digits> {
    let text = text.trim_start_matches(['-', '+']);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, part) = mantissa.split_once('.')?;
    let mut all = whole.bytes().chain(part.bytes());
    if !all.clone().all(|b| b.is_ascii_digit()) || part.is_empty() {
        return None;
    }
    let zeros = all.by_ref().take_while(|b| *b == b'0').count();
    let significant = (whole.len() + part.len()).saturating_sub(zeros);
    let places = i32::try_from(part.len()).ok()?;
    Some(Digits {
        significant,
        last: exponent.checked_sub(places)?,
    })
}

/// The fraction of least denominator in a closed interval of positive numbers, if its denominator is not large.
fn simplest(low: &Rational, high: &Rational) -> Option<(i128, i128)> {
    let (mut low, mut high) = (low.clone(), high.clone());
    // The last two convergents of the continued fraction that both ends share.
    let (mut before, mut now) = ((0_i128, 1_i128), (1_i128, 0_i128));
    loop {
        let whole = low.floor();
        let next = &whole + &Rational::ONE;
        let ends = if whole == low {
            Some(whole.clone())
        } else if next <= high {
            Some(next)
        } else {
            None
        };
        let term = i128::from(ends.as_ref().unwrap_or(&whole).to_i64()?);
        let step = |a: i128, b: i128| term.checked_mul(a)?.checked_add(b);
        let made = (step(now.0, before.0)?, step(now.1, before.1)?);
        if made.1 > MOST_DENOMINATOR {
            return None;
        }
        if ends.is_some() {
            return Some(made);
        }
        (before, now) = (now, made);
        let (from, to) = (&high - &whole, &low - &whole);
        (low, high) = (from.checked_inverse()?, to.checked_inverse()?);
    }
}

/// The simplest fraction around a positive value.
fn around(value: &Rational, by: &Rational) -> Option<(i128, i128)> {
    let low = value - by;
    if low.is_negative() || low.is_zero() {
        return None;
    }
    simplest(&low, &(value + by))
}

/// The fraction that a decimal was rounded from as a float, by the rule of the module; the number itself if there is none.
pub(super) fn of_float(number: Number) -> Number {
    let found = fraction_of_float(&number);
    found.map_or(number, Number::from)
}

fn fraction_of_float(number: &Number) -> Option<Rational> {
    let text = number.spelling()?;
    let shown = digits(text)?;
    if !FLOAT_DIGITS.contains(&shown.significant) || shown.last.abs() > 400 {
        return None;
    }
    let value = number.value();
    let size = value.abs();
    // Half the distance of floats of this size, and some more.
    let by = &size * &Rational::new(1, 1 << 52)?;
    let (n, d) = around(&size, &by)?;
    if n * d > MOST_PRODUCT || d * d > MOST_PRODUCT {
        return None;
    }
    let signed = if value.is_negative() { -n } else { n };
    let fraction = Rational::from_i128(signed, d)?;
    let same = fraction.to_f64().to_bits() == value.to_f64().to_bits();
    same.then_some(fraction)
}

/// The fractions that a row of probabilities was rounded from, if all together they are 1: each the simplest within the last digit shown
/// and a few steps of floats. An entry that shows fewer digits than it takes to tell fractions of such denominators apart is taken
/// as it stands.
pub(super) fn of_row(row: &[Number]) -> Option<Vec<Number>> {
    let floats = is_of_floats(row);
    if !is_nearly_one(row) {
        return None;
    }
    let mut found: Vec<Number> = Vec::with_capacity(row.len());
    let mut sum = Rational::ZERO;
    for (k, number) in polled(row.iter().enumerate()) {
        // Rows of equal entries are the most common ones.
        let fraction = match row.get(k.wrapping_sub(1)) {
            Some(before) if before == number && before.spelling() == number.spelling() => {
                found[k - 1].clone()
            }
            _ => match probability(number, floats) {
                Some(fraction) if fraction != *number.value() => Number::from(fraction),
                _ => number.clone(),
            },
        };
        sum = &sum + fraction.value();
        // What was 1 has a denominator that all have in common.
        if sum.bits() > MOST_SUM_BITS {
            return None;
        }
        found.push(fraction);
    }
    sum.is_one().then_some(found)
}

/// Whether a row may sum to 1 but for the last digit of each entry, or a few steps of floats.
fn is_nearly_one(row: &[Number]) -> bool {
    let Some(sum) = sum(row) else {
        return false;
    };
    let shown = polled(row.iter()).filter_map(|number| digits(number.spelling()?));
    let Some(last) = shown.map(|shown| shown.last).max() else {
        return sum.is_one();
    };
    // Floats near 1 are closer together than this.
    let unit = Rational::integer(10).checked_pow(last.clamp(-15, 0));
    let entries = Rational::integer(row.len() as i64);
    unit.is_some_and(|unit| (&sum - &Rational::ONE).abs() <= &unit * &entries)
}

/// The sum of a row; nothing if it has a denominator beyond reason, which takes fractions of very many denominators.
pub(super) fn sum(row: &[Number]) -> Option<Rational> {
    let mut sum = Rational::ZERO;
    for number in polled(row.iter()) {
        sum = &sum + number.value();
        if sum.bits() > MOST_SUM_BITS {
            return None;
        }
    }
    Some(sum)
}

/// [`of_row`] for a row that only a program can have rounded: an entry shows as many digits as floats have.
pub(super) fn of_floats(row: &[Number]) -> Option<Vec<Number>> {
    is_of_floats(row).then(|| of_row(row)).flatten()
}

/// Whether a row is written with as many digits as only programs write.
pub(super) fn is_of_floats(row: &[Number]) -> bool {
    let long = |number: &Number| {
        let shown = number.spelling().and_then(digits);
        shown.is_some_and(|shown| shown.significant >= ROUNDED_DIGITS)
    };
    row.iter().any(long)
}

/// The fraction that an entry of a row was rounded from, if that can be told.
fn probability(number: &Number, floats: bool) -> Option<Rational> {
    let value = number.value();
    let shown = digits(number.spelling()?)?;
    let few = floats && shown.significant < ROUNDED_DIGITS;
    if few || shown.significant > *FLOAT_DIGITS.end() || !(-400..0).contains(&shown.last) {
        return None;
    }
    let by_digit = Rational::integer(10).checked_pow(shown.last)?;
    let by_float = value * &Rational::new(1, 1 << 51)?;
    let by = by_digit.max(by_float);
    let (n, d) = around(value, &by)?;
    // Fractions of denominators up to d are at least 1/d² apart.
    let apart = &(&by * &Rational::integer(10)) * &Rational::from_i128(d * d, 1)?;
    (apart <= Rational::ONE)
        .then(|| Rational::from_i128(n, d))
        .flatten()
}

/// Writes a number as a decimal: in the kept spelling if that is one, whole numbers and finite decimals of up to 40 digits as they are, other fractions with the 17 digits
/// of the nearest float.
///
/// # Returns
/// Whether reading by [`of_float`] gives the number back.
pub(super) fn push_decimal(out: &mut String, number: &Number) -> bool {
    if number.spelling().is_none()
        && let Some((whole, 1)) = number.value().small_parts()
    {
        super::names::push_integer(out, whole);
        return true;
    }
    let again = |text: &str| Number::parse(text).map(of_float);
    if let Some(text) = number.spelling()
        && !text.contains(['/', '+'])
        && again(text).is_ok_and(|read| read == *number)
    {
        out.push_str(text);
        return true;
    }
    let start = out.len();
    if let Some(text) = finite(number.value()) {
        out.push_str(&text);
    } else {
        let value = number.value().to_f64();
        if value.is_finite() {
            push_float(out, value);
        } else {
            let negative = number.value().is_negative();
            out.push_str(if negative { "-1e308" } else { "1e308" });
        }
    }
    let mut kept = again(&out[start..]).is_ok_and(|read| read == *number);
    if !kept && out[start..].contains('.') && !out[start..].contains('e') {
        // A decimal that looks like a rounded fraction: with more digits than floats have it is taken as it stands.
        out.push_str("000");
        kept = again(&out[start..]).is_ok_and(|read| read == *number);
    }
    kept
}

/// A float with 17 digits, as they are without an exponent if that is not long.
fn push_float(out: &mut String, value: f64) {
    let text = format!("{value:.16e}");
    let exponent = text
        .split_once('e')
        .and_then(|(_, e)| e.parse::<i32>().ok());
    match exponent {
        Some(exponent @ -5..16) => {
            let places = usize::try_from(16 - exponent).unwrap_or_default();
            let _ = write!(out, "{value:.places$}");
        }
        _ => out.push_str(&text),
    }
}

/// The exact decimal of a number that has a short one.
fn finite(value: &Rational) -> Option<String> {
    const MOST_DIGITS: usize = 40;
    let (n, d) = match value.small_parts() {
        Some((n, d)) => (i128::from(n), i128::from(d)),
        None if value.is_integer() && value.bits() <= MOST_SUM_BITS => {
            return Some(value.to_string());
        }
        None => return None,
    };
    let mut rest = n.unsigned_abs() % d.unsigned_abs();
    let d = d.unsigned_abs();
    let mut text = format!("{}{}", if n < 0 { "-" } else { "" }, n.unsigned_abs() / d);
    if rest > 0 {
        text.push('.');
    }
    while rest > 0 {
        if text.len() > MOST_DIGITS {
            return None;
        }
        rest *= 10;
        text.push(char::from(b'0' + (rest / d) as u8));
        rest %= d;
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Number {
        Number::parse(text).expect("a number")
    }

    fn fraction(n: i64, d: i64) -> Number {
        Number::from(Rational::new(n, d).expect("nonzero"))
    }

    #[test]
    fn digits_are_counted_from_the_first_that_counts() {
        let of = |text| digits(text).map(|d| (d.significant, d.last));
        assert_eq!(of("0.16666666666666666"), Some((17, -17)));
        assert_eq!(of("-0.05"), Some((1, -2)));
        assert_eq!(of("12.50"), Some((4, -2)));
        assert_eq!(of("1.5e-3"), Some((2, -4)));
        assert_eq!(of("0.000"), Some((0, -3)));
        for text in ["7", "1/3", "1e5", "1.", ".", "1.x"] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    /// Source: these are `%.17g` of 1/3, 1/10, 2/3, −7/10, of 3000000.1, and neighbours that are none.
    #[test]
    fn floats_become_the_fractions_they_were_made_from() {
        for (text, n, d) in [
            ("0.33333333333333331", 1, 3),
            ("0.10000000000000001", 1, 10),
            ("0.66666666666666663", 2, 3),
            ("-0.69999999999999996", -7, 10),
            ("3000000.1000000001", 30_000_001, 10),
            ("3.3333333333333331e-01", 1, 3),
        ] {
            assert_eq!(of_float(number(text)), fraction(n, d), "{text}");
        }
        for text in [
            "0.333333333333333",
            "0.3333",
            "0.33333333333333371",
            "0.30000000000000004",
            "0.333333333333333310",
            "12345678901234567",
            "0.00000000000000012345678901234567",
            "1e-4000",
        ] {
            assert_eq!(of_float(number(text)), number(text), "{text}");
        }
    }

    #[test]
    fn rows_become_the_fractions_that_sum_to_one() {
        let of = |texts: &[&str]| {
            let row: Vec<Number> = texts.iter().map(|t| number(t)).collect();
            of_row(&row).map(|row| row.iter().map(Number::to_string).collect::<Vec<_>>())
        };
        let text = |row: &[&str]| Some(row.iter().map(|t| (*t).to_owned()).collect());
        assert_eq!(of(&["0.3333333333333333"; 3]), text(&["1/3"; 3]));
        assert_eq!(of(&["0.16666667"; 6]), text(&["1/6"; 6]));
        assert_eq!(of(&["0.333", "0.667"]), text(&["1/3", "2/3"]));
        assert_eq!(
            of(&["0.66666666666666674", "0.33333333333333331"]),
            text(&["2/3", "1/3"])
        );
        assert_eq!(of(&["0.5", "0.5"]), text(&["0.5", "0.5"]));
        assert_eq!(
            of(&["0.5", "0.33333333333333331", "0.16666666666666666"]),
            text(&["0.5", "1/3", "1/6"])
        );
        assert_eq!(
            of(&["0.25", "0.33333", "0.41667"]),
            text(&["0.25", "1/3", "5/12"])
        );
        assert_eq!(
            of(&["0.3", "0.3", "0.3"]),
            None,
            "one digit tells no fractions apart"
        );
        assert_eq!(of(&["0.333", "0.5"]), None);
        assert_eq!(of(&["1/3", "2/3"]), text(&["1/3", "2/3"]));
    }

    proptest! {
        /// The rule finds what was written, and says so when it does not.
        #[test]
        fn fractions_are_found_again(n in -100_000_i64..100_000, d in 1_i64..100_000) {
            let value = fraction(n, d);
            let mut text = String::new();
            let kept = push_decimal(&mut text, &value);
            let read = of_float(number(&text));
            prop_assert_eq!(kept, read == value);
            let small = i128::from(n.abs()) * i128::from(d) <= MOST_PRODUCT;
            prop_assert!(kept || !small, "{}", text);
        }
    }
}

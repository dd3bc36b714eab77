//! Counts of any size, in words.

use super::Natural;
use dashu_base::BitTest;

/// Digits up to which a count is printed in full.
const FULL_DIGITS: usize = 24;

/// A count as people want to read it: in full up to 24 digits, else its order of magnitude.
///
/// # Example
/// ```
/// use deterra_game::number::{Natural, describe_count};
/// assert_eq!(describe_count(&Natural::from(1024_u32)), "1024");
/// assert_eq!(describe_count(&Natural::from(10_u8).pow(100)), "about 10^100");
/// ```
pub fn describe_count(count: &Natural) -> String {
    // 10^24 has 80 bits, so nothing long is ever turned into digits.
    if count.bit_len() <= 80 {
        let text = count.to_string();
        if text.len() <= FULL_DIGITS {
            return text;
        }
    }
    // log10(2) to nine digits, in integers; the count is at least 2^(bits - 1).
    let bits = count.bit_len() as u128 - 1;
    format!(
        "about 10^{}",
        (bits * 301_029_996 + 500_000_000) / 1_000_000_000
    )
}

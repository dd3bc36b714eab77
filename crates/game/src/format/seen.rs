//! Which labels have been used.

use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::hash_map::Entry;

/// The labels of one kind used so far, each with the byte where it first stood.
///
/// Labels that programs make count up (`_1 _2 _3 …`): they are known by their numbers, without
/// a hash of each. All others are hashed.
#[derive(Debug, Default)]
pub(in crate::format) struct Seen<'t> {
    runs: FxHashMap<&'t str, Run>,
    rest: FxHashMap<Cow<'t, str>, usize>,
}

/// One prefix with the numbers `first`, `first + 1`, … behind it.
#[derive(Debug)]
struct Run {
    first: u64,
    starts: Vec<u32>,
}

/// More prefixes than this are hashed like other labels.
const MAX_RUNS: usize = 64;

impl<'t> Seen<'t> {
    /// Where `label` stood before; if nowhere, it stands at `start` from now on.
    #[inline]
    pub(in crate::format) fn find_or_insert(
        &mut self,
        label: Cow<'t, str>,
        start: usize,
    ) -> Option<usize> {
        let at = u32::try_from(start).ok();
        if let (Some((prefix, number)), Some(at)) = (split_number(&label), at) {
            if let Some(run) = self.runs.get_mut(prefix) {
                let k = number.wrapping_sub(run.first);
                if k < run.starts.len() as u64 {
                    return Some(run.starts[k as usize] as usize);
                }
                let next = k == run.starts.len() as u64;
                if next && (self.rest.is_empty() || !self.rest.contains_key(&label)) {
                    run.starts.push(at);
                    return None;
                }
            } else if let Cow::Borrowed(text) = label
                && self.runs.len() < MAX_RUNS
                && !self.rest.contains_key(&label)
            {
                let run = Run {
                    first: number,
                    starts: vec![at],
                };
                self.runs.insert(&text[..prefix.len()], run);
                return None;
            }
        }
        match self.rest.entry(label) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(free) => {
                free.insert(start);
                None
            }
        }
    }
}

/// A label as a prefix and a number without leading zeros, one way only: `a10` is `a` and 10,
/// `a007` is `a00` and 7.
#[inline]
fn split_number(label: &str) -> Option<(&str, u64)> {
    let bytes = label.as_bytes();
    let (mut number, mut power) = (0_u64, 1_u64);
    let mut from = bytes.len();
    let mut start = bytes.len();
    // Zeros count only once a greater digit stands before them.
    while from > 0 && bytes.len() - from < 18 && bytes[from - 1].is_ascii_digit() {
        from -= 1;
        let digit = u64::from(bytes[from] - b'0');
        if digit > 0 {
            number += digit * power;
            start = from;
        }
        power *= 10;
    }
    (start < bytes.len()).then(|| (&label[..start], number))
}

/// Makes labels unique as they come: a repeated one gets `_2`, `_3`, … behind it. Empty ones may
/// repeat.
#[derive(Debug, Default)]
pub(in crate::format) struct Unique<'t> {
    seen: Seen<'t>,
    /// The last number given to a repeated label: the search for a free one goes on from there.
    last: FxHashMap<Cow<'t, str>, usize>,
}

impl<'t> Unique<'t> {
    pub(in crate::format) fn make(&mut self, label: Cow<'t, str>) -> Cow<'t, str> {
        if label.is_empty() || self.seen.find_or_insert(label.clone(), 0).is_none() {
            return label;
        }
        let last = self.last.entry(label.clone()).or_insert(1);
        loop {
            *last += 1;
            let unique: Cow<'t, str> = Cow::Owned(format!("{label}_{last}"));
            if self.seen.find_or_insert(unique.clone(), 0).is_none() {
                return unique;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_splits_one_way() {
        for (label, prefix, number) in [
            ("a10", "a", 10),
            ("a007", "a00", 7),
            ("7", "", 7),
            ("a1b22", "a1b", 22),
            ("_123456789012345678901", "_123", 456_789_012_345_678_901),
        ] {
            assert_eq!(split_number(label), Some((prefix, number)), "{label}");
        }
        for label in ["", "a", "a0", "é", "00"] {
            assert_eq!(split_number(label), None, "{label}");
        }
    }

    /// Whatever order labels come in, the answers are those of a plain map.
    #[test]
    fn labels_seen_are_those_a_map_has_seen() {
        let mut random = 1_u64;
        let mut labels = Vec::new();
        for _ in 0..3000 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let (prefix, number) = ((random >> 33) % 5, (random >> 40) % 300);
            labels.push(match prefix {
                0 => format!("_{number}"),
                1 => format!("a{number:03}"),
                2 => format!("b{}", number * number),
                3 => format!("{number}x"),
                _ => format!("{number}"),
            });
        }
        labels.extend((0..400).map(|k| format!("_{k}")));
        let mut seen = Seen::default();
        let mut map: FxHashMap<&str, usize> = FxHashMap::default();
        for (k, label) in labels.iter().enumerate() {
            let first = map.get(label.as_str()).copied();
            map.entry(label).or_insert(k);
            let label = Cow::Borrowed(label.as_str());
            assert_eq!(seen.find_or_insert(label.clone(), k), first, "{label}");
        }
        // An escape makes the label its own.
        let owned = Cow::Owned("_1".to_owned());
        assert!(seen.find_or_insert(owned, 9).is_some());
    }

    /// A million of the same, and names that stand in the way, take no time to speak of.
    #[test]
    fn repeated_labels_are_numbered_around_those_in_use() {
        let mut unique = Unique::default();
        let mut make = |label: &'static str| unique.make(Cow::Borrowed(label)).into_owned();
        let made: Vec<String> = ["x", "x_2", "x", "", "x", "", "x_2"].map(&mut make).into();
        assert_eq!(made, ["x", "x_2", "x_3", "", "x_4", "", "x_2_2"]);
        for _ in 0..200_000 {
            make("x");
        }
        assert_eq!(make("x"), "x_200005");
    }
}

//! "Did you mean": the known name that a misspelled one is closest to.

/// Names longer than this are not compared: the cost is the product of the lengths.
const MAX_NAME: usize = 64;

/// The candidate closest to `name`, if it is close enough to be what was meant.
///
/// Close means: equal but for case, or at most a third of the letters inserted, deleted, changed
/// or swapped with a neighbor. Of equally close candidates the first wins.
///
/// # Complexity
/// `O(candidates · |name|²)`, with `|name|` at most 64.
///
/// # Example
/// ```
/// use deterra_scenario::suggest;
/// assert_eq!(suggest("mitigaton", ["severity", "mitigation"]), Some("mitigation"));
/// assert_eq!(suggest("x", ["severity", "mitigation"]), None);
/// ```
pub fn suggest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let length = name.chars().count();
    if length > MAX_NAME {
        return None;
    }
    let folded = name.to_lowercase();
    let limit = (length / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate == name || candidate.chars().count() > MAX_NAME {
            continue;
        }
        let distance = strsim::osa_distance(&folded, &candidate.to_lowercase());
        // One letter is close to every other letter, which suggests nothing.
        let related = distance == 0 || length > 1;
        if related && distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// `; did you mean "x"?`, or nothing.
pub(crate) fn question<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    suggest(name, candidates)
        .map_or_else(String::new, |close| format!("; did you mean \"{close}\"?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_is_suggested() {
        let names = ["sanction", "coverage", "c.DC", "c.DD", "pi", "p_Ch"];
        assert_eq!(suggest("santcion", names), Some("sanction"));
        assert_eq!(suggest("Coverage", names), Some("coverage"));
        assert_eq!(suggest("c.Dc", names), Some("c.DC"));
        assert_eq!(
            suggest("c.DX", names),
            Some("c.DC"),
            "the first of equally close ones"
        );
        assert_eq!(suggest("p_ch", names), Some("p_Ch"));
        assert_eq!(suggest("q", names), None);
        assert_eq!(suggest("deterrence", names), None);
        assert_eq!(suggest(&"a".repeat(100_000), names), None);
        assert_eq!(suggest("", names), None);
    }
}

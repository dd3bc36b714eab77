//! What mixtures are worth within boxes of probabilities.

use crate::numeric::interval::Interval;

/// Rounding in a sum of products with weights that sum to about one, by the greatest factor.
pub(super) const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// What a mixture of values is worth if weights lie in a box and sum to one.
pub(super) fn mixed(weights: &[Interval], value: impl Fn(usize) -> Interval) -> Interval {
    if let [only] = weights
        && *only == Interval::point(1.0)
    {
        return value(0);
    }
    if let [a, b] = weights {
        let (from, to) = (a.low.max(1.0 - b.high), a.high.min(1.0 - b.low));
        if 0.0 <= from && from <= to && to <= 1.0 {
            let (v, w) = (value(0), value(1));
            let at = |p: f64, x: f64, y: f64| p * x + (1.0 - p) * y;
            let low = at(from, v.low, w.low).min(at(to, v.low, w.low));
            let high = at(from, v.high, w.high).max(at(to, v.high, w.high));
            let error = 4.0 * ROUNDING * v.magnitude().max(w.magnitude()) + f64::MIN_POSITIVE;
            return Interval::new(low - error, high + error);
        }
    }
    let spare = 1.0 - weights.iter().map(|w| w.low).sum::<f64>();
    let mut low = 0.0;
    let mut high = 0.0;
    let mut size: f64 = 0.0;
    let mut mass = 1.0;
    for (s, weight) in weights.iter().enumerate() {
        let v = value(s);
        low += weight.low * if weight.low >= 0.0 { v.low } else { v.high };
        high += weight.low * if weight.low >= 0.0 { v.high } else { v.low };
        size = size.max(v.magnitude());
        mass += weight.magnitude();
    }
    // The rest goes where it is worth least, and most.
    let mut used: u64 = 0;
    let mut left = spare.max(0.0);
    while left > 0.0 {
        let open = (0..weights.len()).filter(|s| used & (1 << s) == 0);
        let Some(s) = open.min_by(|a, b| value(*a).low.total_cmp(&value(*b).low)) else {
            break;
        };
        let more = weights[s].width().min(left);
        low += more * value(s).low;
        left -= more;
        used |= 1 << s;
    }
    let mut used: u64 = 0;
    let mut left = spare.max(0.0);
    while left > 0.0 {
        let open = (0..weights.len()).filter(|s| used & (1 << s) == 0);
        let Some(s) = open.max_by(|a, b| value(*a).high.total_cmp(&value(*b).high)) else {
            break;
        };
        let more = weights[s].width().min(left);
        high += more * value(s).high;
        left -= more;
        used |= 1 << s;
    }
    let error = ROUNDING * (weights.len() + 2) as f64 * size * mass + f64::MIN_POSITIVE;
    Interval::new(low - error, high + error)
}

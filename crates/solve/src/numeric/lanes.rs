//! Loops over floats with the widest registers that the processor has.
//!
//! **Method.** What is compiled for every processor of a family uses registers of two floats; most have some of four or eight. A
//! closure given to [`wide`] is compiled for each width, and the right one is taken when it is called. Nothing is fused or reordered
//! that is not written so, so bits are the same on all of them.

/// Runs a loop with wide registers. What it calls must be `#[inline(always)]`, or is compiled for narrow ones; a call costs some
/// nanoseconds and cannot itself be inlined, so a whole kernel belongs in it and not one line of it.
#[inline]
pub(crate) fn wide<R>(kernel: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(kernel)
}

/// The same of a loop so long that the compiler would rather call it, and so compile it for narrow registers: its `call` is
/// `#[inline(always)]`.
#[inline]
pub(crate) fn wide_kernel<K: pulp::NullaryFnOnce>(kernel: K) -> K::Output {
    pulp::Arch::new().dispatch(kernel)
}

/// `line -= factor · other`, over the shorter of both.
#[allow(
    clippy::inline_always,
    reason = "what is not inlined into a kernel is compiled for narrow registers"
)]
#[inline(always)]
pub(crate) fn subtract(line: &mut [f64], factor: f64, other: &[f64]) {
    for (x, y) in line.iter_mut().zip(other) {
        *x -= factor * y;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten entries: some are left over whatever the width.
    #[test]
    fn wide_loops_give_the_same_bits() {
        let other: Vec<f64> = (1..=10).map(|k| 1.0 / f64::from(k)).collect();
        let start: Vec<f64> = (1..=10).map(|k| f64::from(k) / 7.0).collect();
        let (mut narrow, mut broad) = (start.clone(), start);
        subtract(&mut narrow, 0.3, &other);
        wide(|| subtract(&mut broad, 0.3, &other));
        let bits = |xs: &[f64]| xs.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&narrow), bits(&broad));
    }
}

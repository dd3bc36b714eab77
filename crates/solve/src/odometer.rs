//! Counting through a product of finite sets, the last one fastest.

/// Turns to the next combination.
///
/// # Returns
/// `false` after the last one; then all wheels stand at 0 again.
pub(crate) fn turn(wheels: &mut [usize], size: impl Fn(usize) -> usize) -> bool {
    for k in (0..wheels.len()).rev() {
        wheels[k] += 1;
        if wheels[k] < size(k) {
            return true;
        }
        wheels[k] = 0;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_comes_once_in_order() {
        let sizes = [2, 1, 3];
        let mut wheels = [0; 3];
        let mut seen = vec![wheels];
        while turn(&mut wheels, |k| sizes[k]) {
            seen.push(wheels);
        }
        let expected = [
            [0, 0, 0],
            [0, 0, 1],
            [0, 0, 2],
            [1, 0, 0],
            [1, 0, 1],
            [1, 0, 2],
        ];
        assert_eq!(seen, expected);
        assert!(!turn(&mut [], |_| 0));
    }
}

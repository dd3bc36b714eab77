//! How much memory a list of extreme equilibria takes until it is an answer.
//!
//! Pairs of vertices are counted when they are found, with all that is made of them later: what is mixed at both vertices, tables that
//! put them in order, the profile, payoffs and component. So a list is cut before it takes more than it may, and always at the
//! same pair.

use super::bimatrix::Bimatrix;
use crate::control::Control;
use deterra_game::number::Rational;

/// What is held of a pair at one time at most, but for probabilities: its labels and bases, the entries of both vertices in tables that are
/// as large as they are when they have just grown, then its place in the list and among components.
const PAIR: usize = 480;

/// What an allocation takes beside its content.
const ALLOCATED: usize = 16;

/// What a number takes that does not fit words, but for its digits.
const LONG_NUMBER: usize = 96;

/// Room for pairs.
#[derive(Clone, Debug)]
pub(super) struct Room {
    /// Bytes that are left.
    left: usize,
    /// Bytes of a pair.
    each: usize,
    /// Whether there is a limit.
    limited: bool,
}

impl Room {
    pub(super) fn new(matrices: &Bimatrix, control: &Control) -> Self {
        let profile = (matrices.rows + matrices.columns) * size_of::<Rational>() + 2 * ALLOCATED;
        Self {
            left: control.memory_limit.unwrap_or(usize::MAX),
            each: PAIR + profile,
            limited: control.memory_limit.is_some(),
        }
    }

    /// Takes room for a pair; false if there is not enough.
    pub(super) fn take_pair(&mut self) -> bool {
        self.take(self.each)
    }

    /// For how many pairs there is room.
    pub(super) const fn pairs(&self) -> usize {
        self.left / self.each
    }

    /// Takes room for that many pairs.
    pub(super) fn take_pairs(&mut self, pairs: usize) {
        self.take_up_to(pairs.saturating_mul(self.each));
    }

    /// Takes some bytes, or all that are left.
    pub(super) fn take_up_to(&mut self, bytes: usize) {
        if self.limited {
            self.left = self.left.saturating_sub(bytes);
        }
    }

    /// Takes room for what is long of numbers that belong to a pair.
    pub(super) fn take_long(&mut self, mix: &[Rational]) -> bool {
        // Most numbers are short, and where nothing is limited none is looked at.
        !self.limited || self.take(mix.iter().map(long).sum())
    }

    /// Takes some bytes; none are taken if there are not as many.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        if !self.limited {
            return true;
        }
        let left = self.left.checked_sub(bytes);
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }

    /// Bytes that are left.
    pub(super) const fn left(&self) -> usize {
        self.left
    }
}

/// Bytes of a number beside the word that stands for it.
fn long(number: &Rational) -> usize {
    match number.small_parts() {
        Some(_) => 0,
        None => LONG_NUMBER + number.bits() / 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Integer;

    #[test]
    fn what_is_long_counts() {
        let game = Bimatrix {
            rows: 2,
            columns: 3,
            payoffs: [
                vec![vec![Integer::ONE; 3]; 2],
                vec![vec![Integer::ONE; 3]; 2],
            ],
        };
        let limit = |bytes| Control {
            memory_limit: bytes,
            ..Control::default()
        };
        let mut free = Room::new(&game, &limit(None));
        assert!((0..100).all(|_| free.take_pair()) && free.take(usize::MAX));
        let each = PAIR + 5 * size_of::<Rational>() + 32;
        let mut room = Room::new(&game, &limit(Some(3 * each + 100)));
        assert!(room.take_pair() && room.take_pair() && room.take_pair());
        assert!(!room.take_pair());
        assert_eq!(room.left(), 100);
        let half = Rational::new(1, 2).expect("not 0");
        assert!(room.take_long(&[half.clone(), half.clone()]));
        assert_eq!(room.left(), 100);
        let tiny = half.checked_pow(800).expect("a number");
        assert!(!room.take_long(&[tiny]));
        assert_eq!(room.left(), 100);
    }
}

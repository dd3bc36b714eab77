//! Zeros that are proved to be there, and which of them are the same.

use crate::control::Stop;
use crate::numeric::interval::Interval;

/// A zero of the equations, or what could not be told.
#[derive(Clone, Debug)]
pub(in crate::nash) struct Zero {
    /// By player and strategy of the support: where its probability surely is.
    pub(in crate::nash) probabilities: Vec<Interval>,
    /// The larger box in which it was proved to be the only one; in the same order.
    pub(super) alone_in: Vec<Interval>,
    /// Whether everything outside the support surely pays less, or surely no more.
    pub(in crate::nash) is_strict: bool,
}

/// What is known of a support.
#[derive(Clone, Debug, Default)]
pub(in crate::nash) struct Zeros {
    /// Boxes each of which holds exactly one zero, and may hold an equilibrium.
    pub(in crate::nash) isolated: Vec<Zero>,
    /// Whether something may be elsewhere.
    pub(in crate::nash) undecided: bool,
    /// Boxes that were looked at.
    pub(in crate::nash) boxes: u64,
    /// Why it ended early.
    pub(in crate::nash) stop: Option<Stop>,
}

/// Whether a zero is another one than one that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    New,
    Before,
    Unclear,
}

impl Zero {
    /// Whether a box lies where it is the only zero.
    pub(super) fn is_alone_in(&self, around: &[Interval]) -> bool {
        let mut pairs = around.iter().zip(&self.alone_in);
        pairs.all(|(inner, outer)| outer.low <= inner.low && inner.high <= outer.high)
    }

    /// Compares it with a zero that is known: it is the same if one of them is where the other was proved to be alone, and
    /// another one if they are surely apart. That both are within the same bounds proves neither.
    fn compare(&self, known: &Self) -> Seen {
        let pairs = known.probabilities.iter().zip(&self.probabilities);
        if pairs.into_iter().any(|(a, b)| a.meet(*b).is_none()) {
            return Seen::New;
        }
        let lies_in = |zero: &Self, of: &Self| {
            let mut pairs = zero.probabilities.iter().zip(&of.alone_in);
            pairs.all(|(inner, outer)| outer.low <= inner.low && inner.high <= outer.high)
        };
        if lies_in(self, known) || lies_in(known, self) {
            Seen::Before
        } else {
            Seen::Unclear
        }
    }
}

impl Zeros {
    /// Adds a zero unless it is known.
    ///
    /// # Returns
    /// `false` if it cannot be told, which makes the support undecided.
    pub(super) fn add(&mut self, zero: Zero) -> bool {
        for known in &self.isolated {
            match zero.compare(known) {
                Seen::New => {}
                Seen::Before => return true,
                Seen::Unclear => {
                    self.undecided = true;
                    return false;
                }
            }
        }
        self.isolated.push(zero);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zero(at: (f64, f64), alone_in: (f64, f64)) -> Zero {
        Zero {
            probabilities: vec![Interval::new(at.0, at.1)],
            alone_in: vec![Interval::new(alone_in.0, alone_in.1)],
            is_strict: true,
        }
    }

    #[test]
    fn zeros_are_the_same_only_where_one_is_proved_to_be_alone() {
        let mut found = Zeros::default();
        assert!(found.add(zero((0.5, 0.6), (0.4, 0.61))));
        // Within the first one's box, which holds just one.
        assert!(found.add(zero((0.55, 0.605), (0.54, 0.62))));
        // The first one within this box.
        assert!(found.add(zero((0.58, 0.7), (0.45, 0.75))));
        assert_eq!(found.isolated.len(), 1);
        // Apart.
        assert!(found.add(zero((0.8, 0.9), (0.79, 0.91))));
        assert_eq!(found.isolated.len(), 2);
        // The bounds meet, and either may hold a zero of its own.
        assert!(!found.add(zero((0.59, 0.62), (0.585, 0.63))));
        assert!(found.undecided);
        assert_eq!(found.isolated.len(), 2);
    }
}

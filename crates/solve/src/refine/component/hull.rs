//! The box around a piece, and whether a point lies in it.

use super::{Interval, Piece};
use deterra_game::number::{Rational, trace};
use deterra_game::profile::BehaviorProfile;

/// What a piece's corners and inside span, coordinate by coordinate.
pub(super) struct Hull<'p> {
    piece: &'p Piece,
    probabilities: Vec<Interval>,
    beliefs: Vec<Option<Interval>>,
}

impl<'p> Hull<'p> {
    /// Of a piece.
    pub(super) fn of(piece: &'p Piece) -> Self {
        let inside = &piece.inside;
        let mut hull = Self {
            piece,
            probabilities: inside
                .profile
                .as_slice()
                .iter()
                .cloned()
                .map(Interval::point)
                .collect(),
            beliefs: inside
                .beliefs
                .iter()
                .cloned()
                .map(|b| Some(Interval::point(b)))
                .collect(),
        };
        for (profile, beliefs) in &piece.corners {
            for (interval, p) in hull.probabilities.iter_mut().zip(profile.as_slice()) {
                interval.stretch(p);
            }
            for (interval, belief) in hull.beliefs.iter_mut().zip(beliefs) {
                if let (Some(interval), Some(belief)) = (interval, belief) {
                    interval.stretch(belief);
                }
            }
        }
        hull
    }

    /// Whether a point lies within.
    ///
    /// Which corner is outermost is not remembered: between any two a point lies within, and beyond all of
    /// them in one coordinate it does not.
    pub(super) fn holds(&self, profile: &BehaviorProfile, beliefs: &[Option<Rational>]) -> bool {
        let within = |interval: &Interval, x: &Rational| interval.low <= *x && *x <= interval.high;
        let is_inside = || {
            let probabilities = self.probabilities.iter().zip(profile.as_slice());
            probabilities.into_iter().all(|(i, p)| within(i, p))
                && self.beliefs.iter().zip(beliefs).all(|pair| match pair {
                    (Some(interval), Some(belief)) => within(interval, belief),
                    _ => true,
                })
        };
        trace::settled(is_inside) || {
            if trace::is_tracing() {
                self.beyond(profile, beliefs);
            }
            false
        }
    }

    /// Looks for a coordinate in which a point lies beyond all corners, to have it remembered.
    fn beyond(&self, profile: &BehaviorProfile, beliefs: &[Option<Rational>]) {
        let is_beyond = |own: &[&Rational], x: &Rational| {
            trace::settled(|| own.iter().all(|y| *x < **y))
                || trace::settled(|| own.iter().all(|y| *x > **y))
        };
        let (inside, corners) = (&self.piece.inside, &self.piece.corners);
        let n = profile.as_slice().len();
        trace::any_of(0..n + beliefs.len(), |k| {
            if k < n {
                let own = corners.iter().map(|(p, _)| p.probability(k));
                let own: Vec<&Rational> = own.chain([inside.profile.probability(k)]).collect();
                return is_beyond(&own, profile.probability(k));
            }
            let own = corners.iter().filter_map(|(_, b)| b[k - n].as_ref());
            let own: Vec<&Rational> = own.chain([&inside.beliefs[k - n]]).collect();
            let belief = beliefs[k - n].as_ref();
            belief.is_some_and(|x| is_beyond(&own, x))
        });
    }
}

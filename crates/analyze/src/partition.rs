//! Where answers change as one parameter moves.
//!
//! **Problem.** Of an answer that is computed exactly from a parameter, every value in a range at
//! which it changes.
//! **Method.** Compute the answer at some value with a number that remembers what it is asked
//! ([`deterra_game::number::trace`]). All signs that were looked at are those of polynomials in the
//! parameter, so up to the nearest root of any of them nothing changes. The stretch between these roots
//! is done; what is left on both sides is looked at in the same way, until nothing is left. No value is
//! passed over: between neighboring stretches there is only a root, and a rational root is looked at by itself.
//! **Exact.** Rational ends are; others lie between rationals less than 2⁻¹²⁸ of the range apart.
//! **Cost.** One answer a stretch and one a rational end; Sturm sequences of the polynomials met.

use deterra_game::number::Rational;
use deterra_game::number::polynomial::Polynomial;
use deterra_game::number::trace::{Guard, Trace};
use deterra_solve::control::{Control, Stop};
use deterra_solve::numeric::roots::{Root, roots};
use rustc_hash::FxHashMap;
use std::cmp::Ordering;

/// The parameter's variable in every trace.
pub const VARIABLE: u16 = 0;

/// A real number that is a root: where something changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// This number.
    Exact(Rational),
    /// An irrational root of the polynomial, the only one between these.
    Between(Rational, Rational),
}

impl Place {
    /// The number, or one in the middle.
    pub fn value(&self) -> Rational {
        match self {
            Self::Exact(value) => value.clone(),
            Self::Between(low, high) => middle(low, high),
        }
    }

    /// The least that it can be.
    pub fn low(&self) -> &Rational {
        match self {
            Self::Exact(value) | Self::Between(value, _) => value,
        }
    }

    /// The most that it can be.
    pub fn high(&self) -> &Rational {
        match self {
            Self::Exact(value) | Self::Between(_, value) => value,
        }
    }

    /// How it compares; brackets that overlap are taken for the same root.
    fn compare(&self, other: &Self) -> Ordering {
        if self.high() < other.low() {
            Ordering::Less
        } else if self.low() > other.high() {
            Ordering::Greater
        } else {
            Ordering::Equal
        }
    }
}

/// An open stretch on which the answer stays what it is.
#[derive(Clone, Debug)]
pub struct Stretch<T> {
    /// From here.
    pub from: Place,
    /// To here.
    pub to: Place,
    /// Where the answer was computed.
    pub sample: Rational,
    /// The answer there; numbers in it are functions of the parameter, true on all of the stretch.
    pub answer: T,
}

/// An end of a stretch.
#[derive(Clone, Debug)]
pub struct End<T> {
    /// Where.
    pub at: Place,
    /// The answer at this very value; `None` if it is irrational.
    pub answer: Option<T>,
    /// The polynomials that vanish there, of which something depends.
    pub roots_of: Vec<Polynomial>,
}

/// A range, taken apart: `ends[k]`, `stretches[k]`, `ends[k + 1]`, …
#[derive(Clone, Debug)]
pub struct Partition<T> {
    /// Ascending; the first and the last are those of the range.
    pub ends: Vec<End<T>>,
    /// Ascending; one fewer.
    pub stretches: Vec<Stretch<T>>,
}

/// Why a range could not be taken apart.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotTraced {
    /// Something was asked of a number that no polynomial tells.
    #[error("what is played cannot be followed as a function of the parameter, because of {what}")]
    Lost {
        /// What.
        what: &'static str,
    },
    /// There are more pieces than allowed.
    #[error("more than {limit} values were found where something may change")]
    TooMany {
        /// How many are allowed.
        limit: usize,
    },
    /// It was ended early.
    #[error("{} (games solved: {solved})", stop.clause())]
    Stopped {
        /// Why.
        stop: Stop,
        /// Answers that were computed.
        solved: usize,
    },
    /// The range is empty.
    #[error("the range is empty: its low end must be less than its high end")]
    Empty,
}

/// Takes a range apart.
///
/// `answer` is asked with numbers that are traced, and at ends with plain ones; it must be a function of its argument.
///
/// # Errors
/// [`NotTraced`].
pub fn partition<T>(
    low: &Rational,
    high: &Rational,
    limit: usize,
    control: &Control,
    answer: impl FnMut(&Rational) -> T,
) -> Result<Partition<T>, NotTraced> {
    let (parts, stop) = partition_so_far(low, high, limit, control, answer)?;
    let solved = parts.solved();
    parts.whole().ok_or(NotTraced::Stopped { stop, solved })
}

/// Takes a range apart as far as `control` lets it.
///
/// # Returns
/// Stretches and ends without an answer where it did not get, and why it stopped.
///
/// # Errors
/// As [`partition`], but for [`NotTraced::Stopped`].
pub fn partition_so_far<T>(
    low: &Rational,
    high: &Rational,
    limit: usize,
    control: &Control,
    mut answer: impl FnMut(&Rational) -> T,
) -> Result<(Partition<Option<T>>, Stop), NotTraced> {
    if low >= high {
        return Err(NotTraced::Empty);
    }
    let clock = control.start();
    let mut known = Known {
        low: low.clone(),
        width: high - low,
        roots: FxHashMap::default(),
    };
    let mut stretches: Vec<Stretch<Option<T>>> = Vec::new();
    let mut points: Vec<Place> = vec![Place::Exact(low.clone()), Place::Exact(high.clone())];
    let mut open = vec![(points[0].clone(), points[1].clone())];
    let mut stopped = None;
    while let Some((from, to)) = open.pop() {
        if stretches.len() + points.len() > 2 * limit {
            return Err(NotTraced::TooMany { limit });
        }
        let sample = simplest_inside(&from, &to);
        let trace = Trace::new();
        stopped = stopped.or_else(|| clock.stop());
        let found = if stopped.is_some() {
            None
        } else {
            Some(answer(&trace.variable(VARIABLE, &sample)))
        };
        // An answer that was cut short is none.
        stopped = stopped.or_else(|| clock.stop());
        let Some(found) = found.filter(|_| stopped.is_none()) else {
            stretches.push(Stretch {
                from,
                to,
                sample,
                answer: None,
            });
            continue;
        };
        if let Some(what) = trace.lost() {
            return Err(NotTraced::Lost { what });
        }
        let guards = trace.guards();
        if guards.iter().any(|guard| guard.sign == Ordering::Equal) {
            // By chance the sample is where something changes.
            let place = Place::Exact(sample);
            open.push((place.clone(), to));
            open.push((from, place.clone()));
            points.push(place);
            continue;
        }
        let (left, right) = known.around(&guards, &sample, &from, &to);
        if right.compare(&to) == Ordering::Less {
            points.push(right.clone());
            open.push((right.clone(), to));
        }
        if left.compare(&from) == Ordering::Greater {
            points.push(left.clone());
            open.push((from, left.clone()));
        }
        stretches.push(Stretch {
            from: left,
            to: right,
            sample,
            answer: Some(found),
        });
    }
    stretches.sort_by(|a, b| a.sample.cmp(&b.sample));
    points.sort_by(Place::compare);
    points.dedup_by(|a, b| a.compare(b) == Ordering::Equal);
    let mut ends = Vec::with_capacity(points.len());
    for at in points {
        stopped = stopped.or_else(|| clock.stop());
        let here = match &at {
            Place::Exact(value) if stopped.is_none() => {
                let here = answer(value);
                stopped = clock.stop();
                Some(stopped.is_none().then_some(here))
            }
            Place::Exact(_) => Some(None),
            Place::Between(..) => None,
        };
        ends.push(End {
            answer: here,
            roots_of: known.vanishing(&at),
            at,
        });
    }
    let stop = stopped.unwrap_or(Stop::Done);
    Ok((Partition { ends, stretches }, stop))
}

impl<T> Partition<Option<T>> {
    /// How many answers there are.
    pub fn solved(&self) -> usize {
        let at_ends = self
            .ends
            .iter()
            .filter(|end| matches!(end.answer, Some(Some(_))));
        self.stretches.iter().filter(|s| s.answer.is_some()).count() + at_ends.count()
    }

    /// All of it, if nothing is missing.
    pub fn whole(self) -> Option<Partition<T>> {
        let ends = self.ends.into_iter().map(|end| {
            Some(End {
                at: end.at,
                answer: match end.answer {
                    Some(answer) => Some(answer?),
                    None => None,
                },
                roots_of: end.roots_of,
            })
        });
        let stretches = self.stretches.into_iter().map(|s| {
            Some(Stretch {
                answer: s.answer?,
                from: s.from,
                to: s.to,
                sample: s.sample,
            })
        });
        Some(Partition {
            ends: ends.collect::<Option<_>>()?,
            stretches: stretches.collect::<Option<_>>()?,
        })
    }

    /// With something in the place of what is missing.
    pub fn filled_with(self, mut missing: impl FnMut() -> T) -> Partition<T> {
        let mut or = |answer: Option<T>| answer.unwrap_or_else(&mut missing);
        let ends = self.ends.into_iter().map(|end| End {
            at: end.at,
            answer: end.answer.map(&mut or),
            roots_of: end.roots_of,
        });
        let ends = ends.collect();
        let stretches = self.stretches.into_iter().map(|s| Stretch {
            answer: or(s.answer),
            from: s.from,
            to: s.to,
            sample: s.sample,
        });
        Partition {
            ends,
            stretches: stretches.collect(),
        }
    }
}

/// The polynomials met, with their roots in the range.
struct Known {
    low: Rational,
    width: Rational,
    roots: FxHashMap<Polynomial, Vec<Place>>,
}

impl Known {
    /// The nearest roots on both sides of a value, or the ends if there are none between.
    fn around(
        &mut self,
        guards: &[Guard],
        at: &Rational,
        from: &Place,
        to: &Place,
    ) -> (Place, Place) {
        let here = Place::Exact(at.clone());
        let (mut left, mut right) = (from.clone(), to.clone());
        for guard in guards {
            for root in self.of(&guard.polynomial) {
                match root.compare(&here) {
                    Ordering::Less if root.compare(&left) == Ordering::Greater => {
                        left = root.clone();
                    }
                    Ordering::Greater if root.compare(&right) == Ordering::Less => {
                        right = root.clone();
                    }
                    _ => {}
                }
            }
        }
        (left, right)
    }

    fn of(&mut self, polynomial: &Polynomial) -> &[Place] {
        let (low, width) = (&self.low, &self.width);
        self.roots
            .entry(polynomial.clone())
            .or_insert_with(|| roots_between(polynomial, low, width))
    }

    /// The polynomials with a root there, least degree first.
    fn vanishing(&self, at: &Place) -> Vec<Polynomial> {
        let with = self
            .roots
            .iter()
            .filter(|(_, roots)| roots.iter().any(|root| root.compare(at) == Ordering::Equal));
        let mut all: Vec<Polynomial> = with.map(|(p, _)| p.clone()).collect();
        all.sort_by_cached_key(|p| (p.degree(), format!("{:?}", p.terms())));
        all
    }
}

/// The roots of a polynomial in a range, ascending.
fn roots_between(polynomial: &Polynomial, low: &Rational, width: &Rational) -> Vec<Place> {
    // x = low + width · t, with t from 0 to 1.
    let mut line = Polynomial::variable(VARIABLE).scaled(width);
    line.add_scaled(&Polynomial::constant(low.clone()), &Rational::ONE);
    let (moved, _) = polynomial.substituted(VARIABLE, &line, &Polynomial::one());
    let row: Vec<Rational> = moved
        .powers_of(VARIABLE)
        .iter()
        .map(|c| c.to_constant().unwrap_or_default())
        .collect();
    let back = |t: &Rational| low + &(width * t);
    let found = roots(&row).into_iter().map(|root| match root {
        Root::Rational(t) => Place::Exact(back(&t)),
        Root::Between(a, b) => Place::Between(back(&a), back(&b)),
    });
    found.collect()
}

fn middle(low: &Rational, high: &Rational) -> Rational {
    let half = Rational::new(1, 2).unwrap_or_default();
    &(low + high) * &half
}

/// The fraction with the least denominator in the inner half of an open interval.
fn simplest_inside(from: &Place, to: &Place) -> Rational {
    let (low, high) = (from.high(), to.low());
    let quarter = Rational::new(1, 4).unwrap_or_default();
    let margin = &(high - low) * &quarter;
    simplest_between(&(low + &margin), &(high - &margin))
}

/// The fraction with the least denominator in a closed interval; Stern–Brocot by continued
/// fractions.
pub fn simplest_between(low: &Rational, high: &Rational) -> Rational {
    let (mut low, mut high) = (low.clone(), high.clone());
    // The fraction is [q0; q1, q2, …, last].
    let mut quotients = Vec::new();
    let last = loop {
        let floor = low.floor();
        if floor == low {
            break floor;
        }
        if floor < high.floor() {
            break &floor + &Rational::ONE;
        }
        let (a, b) = (&low - &floor, &high - &floor);
        let (Some(a), Some(b)) = (a.checked_inverse(), b.checked_inverse()) else {
            break floor;
        };
        quotients.push(floor);
        (low, high) = (b, a);
    };
    let mut value = last;
    for q in quotients.iter().rev() {
        let rest = value.checked_inverse().unwrap_or_default();
        value = q + &rest;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn r(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("nonzero")
    }

    fn free() -> Control {
        Control::default()
    }

    /// What is known when it stops is given back, and nothing else.
    #[test]
    fn a_range_is_taken_apart_as_far_as_it_may() {
        let flag = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let control = Control {
            cancel: Some(std::sync::Arc::clone(&flag)),
            ..Control::default()
        };
        // Whole numbers from 0 to 8: the sixth answer is cut short.
        let mut asked = 0;
        let mut floor = |x: &Rational| {
            asked += 1;
            if asked == 6 {
                flag.store(true, std::sync::atomic::Ordering::Relaxed);
            }
            x.floor()
        };
        let found = partition_so_far(&r(0, 1), &r(8, 1), 100, &control, &mut floor);
        let (parts, stop) = found.expect("traced");
        assert_eq!(stop, Stop::Interrupted);
        assert!((2..6).contains(&parts.solved()), "{}", parts.solved());
        for stretch in &parts.stretches {
            if let Some(answer) = &stretch.answer {
                assert_eq!(stretch.from.value(), answer.untraced());
                assert_eq!(stretch.to.value(), answer + &r(1, 1));
            }
        }
        // Nothing of the range is lost: one stretch begins where another one ends.
        let mut at = Place::Exact(r(0, 1));
        for stretch in &parts.stretches {
            assert_eq!(stretch.from, at);
            at = stretch.to.clone();
        }
        assert_eq!(at, Place::Exact(r(8, 1)));
        let parts = parts.filled_with(|| r(-1, 1));
        assert!(parts.ends.iter().all(|end| end.answer == Some(r(-1, 1))));
        let stopped = partition(&r(0, 1), &r(8, 1), 100, &control, Rational::floor);
        let none = NotTraced::Stopped {
            stop: Stop::Interrupted,
            solved: 0,
        };
        assert_eq!(stopped.map(|p| p.ends.len()), Err(none));
    }

    /// max(x, 1/2) · x compared with 1/8 changes at 1/4 and, by itself, at 1/2.
    #[test]
    fn every_change_is_found() {
        let found = partition(&r(0, 1), &r(1, 1), 100, &free(), |x| {
            let y = x.clone().max(r(1, 2));
            (y > r(1, 2), &y * x > r(1, 8))
        });
        let found = found.expect("traced");
        let ends: Vec<Rational> = found.ends.iter().map(|e| e.at.value()).collect();
        assert_eq!(ends, [r(0, 1), r(1, 4), r(1, 2), r(1, 1)]);
        let answers: Vec<_> = found.stretches.iter().map(|s| s.answer).collect();
        assert_eq!(answers, [(false, false), (false, true), (true, true)]);
        assert_eq!(found.ends[2].answer, Some((false, true)));
    }

    /// x² > 2 changes at √2, which is bracketed.
    #[test]
    fn irrational_ends_are_bracketed() {
        let found = partition(&r(0, 1), &r(2, 1), 100, &free(), |x| x * x > r(2, 1));
        let found = found.expect("traced");
        assert_eq!(found.stretches.len(), 2);
        let at = &found.ends[1].at;
        assert!(at.low() * at.low() < r(2, 1) && at.high() * at.high() > r(2, 1));
        assert!((at.high() - at.low()).to_f64() < 1e-12);
        assert_eq!(found.ends[1].answer, None);
    }

    #[test]
    fn what_is_lost_is_said() {
        let found = partition(&r(0, 1), &r(1, 1), 100, &free(), |x| x.to_f64() > 0.5);
        assert!(matches!(found, Err(NotTraced::Lost { .. })));
        let found = partition(&r(1, 1), &r(1, 1), 100, &free(), |_| ());
        assert!(matches!(found, Err(NotTraced::Empty)));
        let many = partition(&r(0, 1), &r(100, 1), 10, &free(), Rational::floor);
        assert!(matches!(many, Err(NotTraced::TooMany { limit: 10 })));
    }

    #[test]
    fn simple_fractions_are_found() {
        assert_eq!(simplest_between(&r(31, 100), &r(34, 100)), r(1, 3));
        assert_eq!(simplest_between(&r(-7, 2), &r(-1, 3)), r(-3, 1));
        assert_eq!(simplest_between(&r(2, 7), &r(2, 7)), r(2, 7));
    }
}

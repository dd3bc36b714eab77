//! Values that are looked at one by one, for answers that cannot be followed.

use super::{BRACKET, Looked, is_same};
use crate::partition::{End, Partition, Place, Stretch};
use deterra_game::number::Rational;
use deterra_solve::control::{Control, Stop};

/// Looks at evenly spaced values and brackets what changes between them.
pub(super) fn sampled(
    low: &Rational,
    high: &Rational,
    samples: usize,
    control: &Control,
    look: &mut impl FnMut(&Rational) -> Looked,
) -> (Partition<Looked>, Stop) {
    let clock = control.start();
    let mut stopped = None;
    // What is cut short is not known.
    let mut look = |x: &Rational| {
        if let Some(stop) = stopped {
            return Looked::not(stop);
        }
        let found = look(x);
        stopped = clock.stop();
        stopped.map_or(found, Looked::not)
    };
    let steps = samples.max(2) as i64;
    let width = high - low;
    let at = |k: i64| low + &(&width * &Rational::new(k, steps).unwrap_or_default());
    let mut ends = vec![End {
        at: Place::Exact(low.clone()),
        answer: Some(look(low)),
        roots_of: Vec::new(),
    }];
    let mut stretches: Vec<Stretch<Looked>> = Vec::new();
    let close = Rational::from_f64(BRACKET).unwrap_or_default();
    let close = &width * &close;
    let mut from = Place::Exact(low.clone());
    // In the middle of each step, so that round numbers are not hit by chance.
    let half = Rational::new(1, 2).unwrap_or_default();
    let mut before = at(0);
    let mut known: Option<(Rational, Looked)> = None;
    for k in 1..=steps {
        let next = at(k);
        let x = &(&before + &next) * &half;
        before = next;
        let here = look(&x);
        let Some((last, there)) = known.replace((x.clone(), here.clone())) else {
            continue;
        };
        if is_same(&there, &here) {
            continue;
        }
        // One change at least lies between: the first is bracketed, then what follows it.
        let (mut a, mut left) = (last, there);
        while !is_same(&left, &here) {
            let (mut low, mut high, mut after) = (a.clone(), x.clone(), here.clone());
            while here.stopped.is_none() && &high - &low > close {
                let middle = crate::partition::simplest_between(
                    &(&low + &(&(&high - &low) * &Rational::new(2, 5).unwrap_or_default())),
                    &(&low + &(&(&high - &low) * &Rational::new(3, 5).unwrap_or_default())),
                );
                let found = look(&middle);
                if found.stopped.is_some() {
                    break;
                }
                if is_same(&left, &found) {
                    low = middle;
                } else {
                    high = middle;
                    after = found;
                }
            }
            let place = if here.stopped.is_some() {
                // Nothing is known of what comes after the last value looked at.
                Place::Exact(low)
            } else {
                Place::Between(low, high.clone())
            };
            stretches.push(Stretch {
                from: std::mem::replace(&mut from, place.clone()),
                to: place.clone(),
                sample: a.clone(),
                answer: left,
            });
            ends.push(End {
                at: place,
                answer: None,
                roots_of: Vec::new(),
            });
            (a, left) = (high, after);
        }
    }
    if let Some((x, answer)) = known {
        stretches.push(Stretch {
            from,
            to: Place::Exact(high.clone()),
            sample: x,
            answer,
        });
    }
    ends.push(End {
        at: Place::Exact(high.clone()),
        answer: Some(look(high)),
        roots_of: Vec::new(),
    });
    (Partition { ends, stretches }, stopped.unwrap_or(Stop::Done))
}

//! Questions that are ended early.

use super::*;
use crate::family::Games;
use deterra_game::number::Number;
use deterra_game::positional::PositionalBuilder;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("not zero")
}

/// One player takes x or its own floor of `x` plus a half, so that what is best changes at every half; the flag is
/// set when so many games were made.
fn halves(flag: &Arc<AtomicBool>, after: usize, followed: bool) -> impl Family + use<> {
    let (flag, made) = (Arc::clone(flag), AtomicUsize::new(0));
    Games::new(["x"], move |point: &[Rational]| {
        if made.fetch_add(1, Ordering::Relaxed) + 1 == after {
            flag.store(true, Ordering::Relaxed);
        }
        let mut b = PositionalBuilder::new("halves");
        let one = b.player("1");
        let [start, left, right] = ["s", "l", "r"].map(|n| b.position(n));
        b.set_mover(start, one);
        b.add_move(start, "left", left, None);
        b.add_move(start, "right", right, None);
        let x = if followed {
            point[0].clone()
        } else {
            // Asking for a float loses what it is a function of.
            Rational::from_f64(point[0].to_f64()).unwrap_or_default()
        };
        let middle = &x.floor() + &r(1, 2);
        b.set_payoffs(left, "left", vec![Number::from(x)]);
        b.set_payoffs(right, "right", vec![Number::from(middle)]);
        Ok(Member::Positions(b.build()?.0))
    })
}

fn asked(step: Option<Rational>) -> Threshold<'static> {
    Threshold {
        point: vec![r(0, 1)],
        vary: 0,
        low: r(0, 1),
        high: r(4, 1),
        step,
        request: Request::default(),
        when: None,
        over: Over::Some,
        limit: 1000,
        samples: 32,
    }
}

/// What is said before it is stopped is what would have been said, and no change borders on what nobody looked at.
fn stops_in_time(step: Option<&Rational>, followed: bool) {
    let never = Arc::new(AtomicBool::new(false));
    let whole = thresholds(
        &halves(&never, usize::MAX, followed),
        &asked(step.cloned()),
        &Control::default(),
    );
    let whole = whole.expect("an answer");
    assert_eq!(whole.stop, Stop::Done);
    assert!(whole.spans.len() >= 8, "{}", whole.spans.len());
    let label = |span: &Span| -> Result<String, String> {
        let regime = span.looked.regime.clone()?;
        Ok(regime.plays[0].outcomes[0].0.clone())
    };
    for after in 1..=whole.solved {
        let flag = Arc::new(AtomicBool::new(false));
        let control = Control {
            cancel: Some(Arc::clone(&flag)),
            ..Control::default()
        };
        let found = thresholds(
            &halves(&flag, after, followed),
            &asked(step.cloned()),
            &control,
        );
        let found = found.expect("an answer");
        assert_eq!(found.stop, Stop::Interrupted, "after {after}");
        // Without a gap the last values were those at which two stretches meet.
        let gap = |s: &Span| s.looked.stopped == Some(Stop::Interrupted);
        assert!(found.spans.iter().any(gap) || found.changes.len() <= whole.changes.len());
        assert_eq!(found.spans[0].from, Place::Exact(r(0, 1)));
        assert_eq!(
            found.spans.last().map(|s| s.to.clone()),
            Some(Place::Exact(r(4, 1)))
        );
        for span in found.spans.iter().filter(|s| s.looked.stopped.is_none()) {
            let mut there = whole.spans.iter().filter(|s| {
                let inside = *s.from.low() <= span.sample && span.sample <= *s.to.high();
                inside && label(s) == label(span)
            });
            assert!(there.next().is_some(), "after {after} at {}", span.sample);
        }
        for change in &found.changes {
            let known = |k: &usize| found.spans[*k].looked.stopped.is_none();
            assert!(change.between.iter().all(known));
        }
    }
}

#[test]
fn what_is_followed_stops_in_time() {
    stops_in_time(None, true);
}

#[test]
fn what_is_sampled_stops_in_time() {
    stops_in_time(None, false);
}

#[test]
fn what_is_stepped_stops_in_time() {
    stops_in_time(Some(&r(1, 3)), true);
}

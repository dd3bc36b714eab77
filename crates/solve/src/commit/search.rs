//! The best chances to commit to, once it is known what every plan of the follower pays.

use super::Ties;
use super::program::{Multipliers, Plans, Region, dot};
use super::sequences::{Line, Sequences};
use crate::control::{Clock, Stop};
use crate::error::SolveError;
use deterra_game::number::{Natural, Rational};
use deterra_verify::commitment::Bound;
use std::collections::BTreeMap;

/// Up to how many plans of the follower it is decided whether a weak value is attained by some commitment.
const MOST_SETTLED: usize = 256;

/// The most numbers of a program of replies that are all the same to the follower.
const MOST_NUMBERS: usize = 1 << 22;

/// The best so far.
pub(super) struct Best {
    pub(super) value: Rational,
    pub(super) led: Vec<Rational>,
    /// The plan that is replied with.
    pub(super) reply: usize,
    /// Where that is the only best reply, but for those like it.
    pub(super) toward: Option<Vec<Rational>>,
}

/// What a search came to.
pub(super) struct Searched {
    pub(super) best: Best,
    /// By the plan that they are about.
    pub(super) bounds: Vec<Bound>,
    pub(super) stop: Stop,
    /// Classes that were looked at.
    pub(super) looked: u64,
}

/// Looks for the best chances.
///
/// # Errors
/// [`SolveError::Stopped`] if nothing was found in time; [`SolveError::TooLarge`] if too many replies are alike.
pub(super) fn search(
    programs: &Plans<'_>,
    classes: &[Vec<usize>],
    ties: Ties,
    clock: &Clock<'_>,
) -> Result<Searched, SolveError> {
    let largest = classes.iter().max_by_key(|class| class.len());
    let size = largest.map_or(0, |class| programs.numbers(class));
    if size > MOST_NUMBERS {
        return Err(SolveError::TooLarge {
            what: "the linear program of replies that are all the same to the follower",
            size: Natural::from(size),
            limit: MOST_NUMBERS,
        });
    }
    let most_of = |k: &usize| programs.own.most(&programs.lines[*k].leads).0;
    // What each class could be worth at most, whatever makes it a best reply.
    let mut order: Vec<(Rational, &Vec<usize>)> = classes
        .iter()
        .map(|class| (class.iter().map(most_of).min().unwrap_or_default(), class))
        .collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let mut best: Option<Best> = None;
    let mut bounds = Vec::with_capacity(classes.len());
    let mut nowhere = Vec::new();
    let mut looked = 0;
    let ended = || clock.stop().unwrap_or(Stop::Time);
    let mut stop = Stop::Done;
    for (most, class) in order {
        if let Some(early) = clock.stop() {
            stop = early;
            break;
        }
        let of = class[0];
        if best.as_ref().is_some_and(|best| best.value >= most) {
            looked += 1;
            let cheap = class.iter().min_by_key(|k| most_of(k));
            let replies = vec![(*cheap.unwrap_or(&of), Rational::ONE)];
            bounds.push(bound(of, replies, Vec::new()));
            continue;
        }
        let mut toward = None;
        if ties == Ties::AgainstLeader {
            match programs.only_best(of, class) {
                Some(Ok(led)) => toward = Some(led),
                Some(Err(against)) => {
                    looked += 1;
                    bounds.push(Bound {
                        idle: true,
                        ..bound(of, Vec::new(), against)
                    });
                    continue;
                }
                None => {
                    stop = ended();
                    break;
                }
            }
        }
        let Some(region) = programs.most_within(of, class) else {
            stop = ended();
            break;
        };
        looked += 1;
        match region {
            Region::Nowhere(against) => nowhere.push((of, most, against)),
            Region::Best {
                led,
                value,
                shares,
                against,
            } => {
                let used = class.iter().copied().zip(shares);
                let replies = used.filter(|(_, share)| !share.is_zero()).collect();
                bounds.push(bound(of, replies, against));
                if best.as_ref().is_none_or(|best| value > best.value) {
                    let reply = class.iter().copied();
                    let reply = reply.min_by_key(|k| dot(&programs.lines[*k].leads, &led));
                    best = Some(Best {
                        value,
                        led,
                        reply: reply.unwrap_or(of),
                        toward,
                    });
                }
            }
        }
    }
    let Some(mut best) = best else {
        return Err(SolveError::Stopped {
            stop,
            done: looked,
            total: classes.len() as u64,
            unit: "replies",
        });
    };
    for (of, most, against) in nowhere {
        bounds.push(never_reached(programs, of, (&most, &best.value), against));
    }
    bounds.sort_by_key(|bound| bound.of);
    if ties == Ties::AgainstLeader && stop == Stop::Done {
        settle(programs, classes, &bounds, &mut best);
    }
    Ok(Searched {
        best,
        bounds,
        stop,
        looked,
    })
}

pub(super) fn bound(of: usize, replies: Multipliers, against: Multipliers) -> Bound {
    Bound {
        of,
        replies,
        against,
        idle: false,
    }
}

/// Plans that always pay the follower the same count together in the weak sense; in the strong one each by itself.
pub(super) fn classes(own: &Sequences, lines: &[Line], ties: Ties) -> Vec<Vec<usize>> {
    if ties == Ties::ForLeader {
        return (0..lines.len()).map(|k| vec![k]).collect();
    }
    let mut known: BTreeMap<Vec<Rational>, Vec<usize>> = BTreeMap::new();
    for (k, line) in lines.iter().enumerate() {
        let key = own.canonical(&line.follows);
        known.entry(key).or_default().push(k);
    }
    known.into_values().collect()
}

/// Multiplies what proves that a plan is never a best reply until it proves the bound too.
fn never_reached(
    programs: &Plans<'_>,
    of: usize,
    (most, value): (&Rational, &Rational),
    mut against: Multipliers,
) -> Bound {
    let mut sum = vec![Rational::ZERO; programs.own.count];
    for (other, weight) in &against {
        for (s, x) in sum.iter_mut().zip(programs.ahead(of, *other)) {
            *s += &(weight * &x);
        }
    }
    let short = -programs.own.most(&sum).0;
    let scale = (most - value).checked_div(&short).unwrap_or_default();
    for (_, weight) in &mut against {
        *weight = &*weight * &scale;
    }
    bound(of, vec![(of, Rational::ONE)], against)
}

/// Looks for a commitment that is worth the weak value, if the one that was found is not.
fn settle(programs: &Plans<'_>, classes: &[Vec<usize>], bounds: &[Bound], best: &mut Best) {
    let value = best.value.clone();
    let accept = |led: &[Rational]| programs.at_least(led) >= value;
    if accept(&best.led) || programs.lines.len() > MOST_SETTLED {
        return;
    }
    // Everything the leader can do is within the closure of where some plan is the only best reply.
    let idle = |class: &&Vec<usize>| !bounds.iter().any(|b| b.idle && b.of == class[0]);
    let found = classes
        .iter()
        .filter(idle)
        .find_map(|class| programs.attain(class, &value, &accept));
    if let Some(led) = found {
        best.led = led;
    }
}

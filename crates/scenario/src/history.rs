//! What a record of events says about who one is facing: exact Bayes, event by event.
//!
//! A red line that was crossed and left unanswered is evidence. With a prior over types and, for
//! every event, how likely each type was to act that way, Bayes' rule gives the posterior after
//! each event, and the Bayes factor says how much the event alone moved the odds.
//!
//! # Example
//! Six crossings without an answer, when the resolute answer four times in five and the
//! irresolute once in five: the prior of one half falls to 1/4097.
//! ```
//! use deterra_game::number::Rational;
//! use deterra_scenario::history::{Event, learn};
//! let fifth = |n| Rational::new(n, 5).expect("nonzero");
//! let silence = Event { label: "unanswered".into(), likelihoods: vec![fifth(1), fifth(4)] };
//! let half = Rational::new(1, 2).expect("nonzero");
//! let steps = learn(&[half.clone(), half], &vec![silence; 6]).expect("probabilities");
//! assert_eq!(steps[5].posterior[0], Rational::new(1, 4097).expect("nonzero"));
//! ```

use deterra_game::number::Rational;

/// The most bits of an exact posterior.
const MAX_BITS: usize = 1 << 13;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What it is called.
    pub label: String,
    /// How likely each type was to act so, in the order of the prior.
    pub likelihoods: Vec<Rational>,
}

/// How much an event moves the odds of a type against all others together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BayesFactor {
    /// Posterior odds over prior odds.
    Finite(Rational),
    /// The event rules out every other type.
    Infinite,
    /// The type was certain or impossible before: there are no odds to move.
    Undefined,
}

/// What is believed after an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The event.
    pub label: String,
    /// How likely the event was, given what was believed before it.
    pub probability: Rational,
    /// The belief after it, in the order of the prior.
    pub posterior: Vec<Rational>,
    /// For each type, how much the event moved its odds.
    pub factors: Vec<BayesFactor>,
}

/// Why there is no posterior.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// A prior without types.
    #[error("there are no types to learn about")]
    NoTypes,
    /// A prior that is no distribution.
    #[error("the prior sums to {sum}, not to 1")]
    PriorSum {
        /// Its sum.
        sum: Rational,
    },
    /// A number that is no probability.
    #[error("{}: {value} is not a probability", place(*event, *kind))]
    NotProbability {
        /// The event; none if it is in the prior.
        event: Option<usize>,
        /// The type, in the order of the prior.
        kind: usize,
        /// The number.
        value: Rational,
    },
    /// Not one likelihood a type.
    #[error("event {} gives {found} likelihoods for {types} types", event + 1)]
    Likelihoods {
        /// The event.
        event: usize,
        /// How many it gives.
        found: usize,
        /// How many types there are.
        types: usize,
    },
    /// An event that nobody who is still possible would have caused.
    #[error("event {} is impossible for every type that the events before leave possible; give one of them a likelihood above 0", event + 1)]
    Impossible {
        /// The event.
        event: usize,
    },
    /// Fractions that have grown beyond use.
    #[error("after event {} the exact posterior has more than {MAX_BITS} bits; merge equal events or round the likelihoods", event + 1)]
    TooLong {
        /// The event.
        event: usize,
    },
}

impl HistoryError {
    /// The same of the event at this place.
    pub(crate) fn at(mut self, place: usize) -> Self {
        match &mut self {
            Self::NotProbability { event, .. } => *event = Some(place),
            Self::Likelihoods { event, .. }
            | Self::Impossible { event }
            | Self::TooLong { event } => *event = place,
            Self::NoTypes | Self::PriorSum { .. } => {}
        }
        self
    }
}

fn place(event: Option<usize>, kind: usize) -> String {
    match event {
        Some(event) => format!(
            "the likelihood of event {} under type {}",
            event + 1,
            kind + 1
        ),
        None => format!("the prior of type {}", kind + 1),
    }
}

/// The posterior after each event, in order.
///
/// # Errors
/// [`HistoryError`], naming the event.
///
/// # Complexity
/// `O(events · types)` operations on fractions that grow with the events.
pub fn learn(prior: &[Rational], events: &[Event]) -> Result<Vec<Step>, HistoryError> {
    check_probabilities(prior, None)?;
    if prior.is_empty() {
        return Err(HistoryError::NoTypes);
    }
    let sum: Rational = prior.iter().sum();
    if !sum.is_one() {
        return Err(HistoryError::PriorSum { sum });
    }
    let mut belief = prior.to_vec();
    let mut steps = Vec::with_capacity(events.len());
    for (at, event) in events.iter().enumerate() {
        let step = update(&belief, event).map_err(|error| error.at(at))?;
        belief.clone_from(&step.posterior);
        steps.push(step);
    }
    Ok(steps)
}

/// What one event makes of a belief. How likely each type was to act so may have been declared,
/// or be what an equilibrium has each type do: here it is data.
///
/// # Returns
/// The belief after the event, and how much the event moved it.
///
/// # Errors
/// [`HistoryError`]; the event counts as the first. The belief is taken to sum to 1.
///
/// # Example
/// In an equilibrium the resolute never yield and the irresolute do half the time: who yields is
/// not resolute.
/// ```
/// use deterra_game::number::Rational;
/// use deterra_scenario::history::{Event, update};
/// let half = Rational::new(1, 2).expect("nonzero");
/// let likelihoods = vec![Rational::ZERO, half.clone()];
/// let yielded = Event { label: "yielded".into(), likelihoods };
/// let step = update(&[half.clone(), half], &yielded).expect("probabilities");
/// assert_eq!(step.posterior, [Rational::ZERO, Rational::ONE]);
/// ```
pub fn update(belief: &[Rational], event: &Event) -> Result<Step, HistoryError> {
    let (found, types) = (event.likelihoods.len(), belief.len());
    if found != types {
        return Err(HistoryError::Likelihoods {
            event: 0,
            found,
            types,
        });
    }
    check_probabilities(&event.likelihoods, Some(0))?;
    let joint: Vec<Rational> = belief
        .iter()
        .zip(&event.likelihoods)
        .map(|(p, l)| p * l)
        .collect();
    let probability: Rational = joint.iter().sum();
    let Some(scale) = probability.checked_inverse() else {
        return Err(HistoryError::Impossible { event: 0 });
    };
    let posterior: Vec<Rational> = joint.iter().map(|p| p * &scale).collect();
    if posterior.iter().any(|p| p.bits() > MAX_BITS) {
        return Err(HistoryError::TooLong { event: 0 });
    }
    let factors = belief.iter().zip(&posterior);
    let factors = factors.map(|(p, q)| bayes_factor(p, q)).collect();
    Ok(Step {
        label: event.label.clone(),
        probability,
        posterior,
        factors,
    })
}

/// How many events it takes until the posterior of a type is below a threshold, such as the least
/// belief in resolve that still deters; `None` if it never is.
pub fn first_below(
    prior: &[Rational],
    steps: &[Step],
    kind: usize,
    threshold: &Rational,
) -> Option<usize> {
    let beliefs = std::iter::once(prior).chain(steps.iter().map(|step| &step.posterior[..]));
    beliefs
        .into_iter()
        .position(|belief| belief.get(kind).is_some_and(|p| p < threshold))
}

/// The odds of a type after an event over its odds before.
///
/// Where only the types of one actor are at stake it is the likelihood under the type over the
/// likelihood under the others together; it is defined as well where an event speaks of an actor
/// whose types go together with this one's.
pub fn bayes_factor(prior: &Rational, posterior: &Rational) -> BayesFactor {
    if prior.is_zero() || prior.is_one() {
        return BayesFactor::Undefined;
    }
    let before = &Rational::ONE - prior;
    let after = &Rational::ONE - posterior;
    match (posterior * &before).checked_div(&(prior * &after)) {
        Some(factor) => BayesFactor::Finite(factor),
        None => BayesFactor::Infinite,
    }
}

fn check_probabilities(values: &[Rational], event: Option<usize>) -> Result<(), HistoryError> {
    match values
        .iter()
        .position(|p| p.is_negative() || *p > Rational::ONE)
    {
        Some(kind) => Err(HistoryError::NotProbability {
            event,
            kind,
            value: values[kind].clone(),
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn r(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("nonzero")
    }

    fn unanswered(n: usize) -> Vec<Event> {
        let event = Event {
            label: "unanswered crossing".into(),
            likelihoods: vec![r(2, 10), r(8, 10)],
        };
        vec![event; n]
    }

    /// T-LEARN: a resolute side answers with probability 4/5, an irresolute one with 1/5, so each
    /// silence divides the odds by 4. From 1:1 they are 1:4^k, and from 9:1 they are 9:4^k.
    #[test]
    fn red_lines_left_unanswered_wear_resolve_out() {
        for (prior, odds) in [(r(1, 2), 1), (r(9, 10), 9)] {
            let other = &Rational::ONE - &prior;
            let steps = learn(&[prior, other], &unanswered(6)).expect("fine");
            for (k, step) in (1_u32..).zip(&steps) {
                let against = 4_i64.pow(k);
                assert_eq!(step.posterior[0], r(odds, odds + against));
                assert_eq!(step.posterior[1], r(against, odds + against));
                assert_eq!(
                    step.factors,
                    [BayesFactor::Finite(r(1, 4)), BayesFactor::Finite(r(4, 1))]
                );
            }
        }
        let half = [r(1, 2), r(1, 2)];
        let steps = learn(&half, &unanswered(6)).expect("fine");
        assert_eq!(steps[5].posterior[0], r(1, 4097));
        // The threshold of the rudimentary game is 1/2: one silence is enough from an even prior
        // and two from nine tenths.
        assert_eq!(first_below(&half, &steps, 0, &r(1, 2)), Some(1));
        let most = [r(9, 10), r(1, 10)];
        let steps = learn(&most, &unanswered(6)).expect("fine");
        assert_eq!(first_below(&most, &steps, 0, &r(1, 2)), Some(2));
        assert_eq!(first_below(&most, &steps, 0, &Rational::ZERO), None);
    }

    #[test]
    fn certainty_and_exclusion_have_their_factors() {
        let sure = |l: [Rational; 2]| {
            vec![Event {
                label: "e".into(),
                likelihoods: l.to_vec(),
            }]
        };
        let steps = learn(&[r(1, 2), r(1, 2)], &sure([r(1, 3), Rational::ZERO])).expect("fine");
        assert_eq!(steps[0].posterior, [Rational::ONE, Rational::ZERO]);
        assert_eq!(steps[0].probability, r(1, 6));
        assert_eq!(
            steps[0].factors,
            [BayesFactor::Infinite, BayesFactor::Finite(Rational::ZERO)]
        );
        let steps =
            learn(&[Rational::ONE, Rational::ZERO], &sure([r(1, 3), r(1, 2)])).expect("fine");
        assert_eq!(
            steps[0].factors,
            [BayesFactor::Undefined, BayesFactor::Undefined]
        );
    }

    #[test]
    fn nonsense_is_refused() {
        let event = |l: &[Rational]| {
            vec![Event {
                label: "e".into(),
                likelihoods: l.to_vec(),
            }]
        };
        let half = [r(1, 2), r(1, 2)];
        assert_eq!(learn(&[], &[]), Err(HistoryError::NoTypes));
        assert_eq!(
            learn(&[r(1, 3)], &[]),
            Err(HistoryError::PriorSum { sum: r(1, 3) })
        );
        assert!(matches!(
            learn(&[r(3, 2), r(-1, 2)], &[]),
            Err(HistoryError::NotProbability {
                event: None,
                kind: 0,
                ..
            })
        ));
        assert!(matches!(
            learn(&half, &event(&[r(1, 2)])),
            Err(HistoryError::Likelihoods {
                found: 1,
                types: 2,
                ..
            })
        ));
        assert!(matches!(
            learn(&half, &event(&[r(1, 2), r(3, 2)])),
            Err(HistoryError::NotProbability {
                event: Some(0),
                kind: 1,
                ..
            })
        ));
        let zero = [Rational::ZERO, Rational::ZERO];
        assert_eq!(
            learn(&half, &event(&zero)),
            Err(HistoryError::Impossible { event: 0 })
        );
        let odd = Event {
            label: "e".into(),
            likelihoods: vec![r(1_000_003, 9_999_991), r(999_983, 9_999_973)],
        };
        assert!(matches!(
            learn(&half, &vec![odd; 10_000]),
            Err(HistoryError::TooLong { .. })
        ));
    }

    proptest! {
        /// The order of independent events does not matter, and all at once is one by one.
        #[test]
        fn learning_is_a_product(ls in prop::collection::vec((1_i64..9, 1_i64..9, 1_i64..9), 1..6), a in 1_i64..9, b in 1_i64..9, c in 1_i64..9) {
            let prior = [r(a, a + b + c), r(b, a + b + c), r(c, a + b + c)];
            let event = |&(x, y, z): &(i64, i64, i64)| Event { label: String::new(), likelihoods: vec![r(x, 10), r(y, 10), r(z, 10)] };
            let events: Vec<_> = ls.iter().map(event).collect();
            let forward = learn(&prior, &events).expect("fine");
            let reversed: Vec<_> = events.iter().rev().cloned().collect();
            let backward = learn(&prior, &reversed).expect("fine");
            let last = &forward[forward.len() - 1].posterior;
            prop_assert_eq!(last, &backward[backward.len() - 1].posterior);
            let product = |k: usize| events.iter().fold(prior[k].clone(), |p, e| &p * &e.likelihoods[k]);
            let total = &(&product(0) + &product(1)) + &product(2);
            for (k, learned) in last.iter().enumerate() {
                prop_assert_eq!(learned, &product(k).checked_div(&total).expect("positive"));
            }
        }
    }
}

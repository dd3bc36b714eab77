//! Numbers that know what they are a function of.
//!
//! A computation with exact numbers branches on signs: is this payoff greater, is this
//! probability zero. If some numbers are *parameters*, everything computed from them is a quotient of
//! polynomials in the parameters, and as long as every sign that was looked at stays the same,
//! the computation takes the same branches and its results are the same functions. A [`Trace`]
//! makes [`Rational`]s that carry their function along, and keeps every polynomial whose sign was
//! looked at as a [`Guard`]. Any code that computes with `Rational` can be traced, and
//! knows nothing of it: a compiler of scenarios, a solver, a Rust function that makes a game.
//!
//! What cannot be followed, such as a logarithm or a number's digits, is not passed over: the trace is
//! then [`lost`](Trace::lost), and nothing may be concluded from its guards.
//!
//! Not every sign matters. A search that asks whether some branch is hopeless goes on if it is not, and would be right to go on
//! in any case: only the answer yes says something. [`recorded`] holds back what a piece of code looked at until it
//! is known whether it mattered, and [`settled`], [`any_of`] and [`quietly`] are what is made of it. Fewer guards
//! are larger regions in which nothing changes.
//!
//! # Example
//! ```
//! use deterra_game::number::Rational;
//! use deterra_game::number::trace::Trace;
//! use std::cmp::Ordering;
//!
//! let trace = Trace::new();
//! let x = trace.variable(0, &Rational::integer(3));
//! let square = &x * &x;
//! assert!(square > Rational::integer(8));
//! // x² - 8 was looked at, and is positive at 3.
//! let guards = trace.guards();
//! assert_eq!(guards[0].sign, Ordering::Greater);
//! assert_eq!(guards[0].polynomial.value(&[Rational::ZERO]), Rational::integer(-8));
//! assert_eq!(square.function().expect("traced").value(&[Rational::integer(5)]), Some(Rational::integer(25)));
//! ```
//!
//! # References
//! King (1976) follows programs with symbols for numbers in this way (king1976).

use super::Rational;
use super::polynomial::{Polynomial, Variable};
use super::quotient::Quotient;
use rustc_hash::FxHashSet;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering as Order};
use std::sync::{Arc, Mutex, PoisonError};

/// A polynomial whose sign was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Guard {
    /// In the variables of the trace; never constant.
    pub polynomial: Polynomial,
    /// Its sign at the point of the trace: how it compares with 0.
    pub sign: Ordering,
}

#[derive(Debug)]
struct Seen {
    /// Where the variables are.
    point: Vec<Rational>,
    guards: Vec<Guard>,
    known: FxHashSet<Guard>,
    lost: Option<&'static str>,
}

/// Traces that are in use anywhere: where there is none, nothing needs to be held back.
static IN_USE: AtomicUsize = AtomicUsize::new(0);

impl Default for Seen {
    fn default() -> Self {
        IN_USE.fetch_add(1, Order::Relaxed);
        Self {
            point: Vec::new(),
            guards: Vec::new(),
            known: FxHashSet::default(),
            lost: None,
        }
    }
}

impl Drop for Seen {
    fn drop(&mut self) {
        IN_USE.fetch_sub(1, Order::Relaxed);
    }
}

/// What a computation looked at. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Trace(Arc<Mutex<Seen>>);

impl Trace {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A parameter, at this value.
    ///
    /// The value is taken without what it may itself be a function of. Each variable has one
    /// value in a trace.
    #[must_use]
    pub fn variable(&self, variable: Variable, value: &Rational) -> Rational {
        let value = value.untraced();
        self.seen(|seen| {
            let at = usize::from(variable);
            if seen.point.len() <= at {
                seen.point.resize(at + 1, Rational::ZERO);
            }
            seen.point[at] = value.clone();
        });
        Rational::from_traced(Traced {
            value,
            function: Quotient::from(Polynomial::variable(variable)),
            trace: self.clone(),
        })
    }

    /// The polynomials whose signs were looked at, each once, in the order of the computation.
    pub fn guards(&self) -> Vec<Guard> {
        self.seen(|seen| seen.guards.clone())
    }

    /// What could not be followed; `None` if everything was.
    pub fn lost(&self) -> Option<&'static str> {
        self.seen(|seen| seen.lost)
    }

    fn seen<T>(&self, then: impl FnOnce(&mut Seen) -> T) -> T {
        // A panic elsewhere leaves whole guards behind.
        then(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Remembers that a sign was looked at; constants need no remembering.
    fn guard(&self, polynomial: &Polynomial, sign: Ordering) {
        if polynomial.to_constant().is_some() {
            return;
        }
        let flipped = polynomial
            .terms()
            .last()
            .is_some_and(|(_, leading)| leading.is_negative());
        let tidied = polynomial.tidied();
        let guard = if flipped {
            Guard {
                polynomial: tidied.scaled(&Rational::integer(-1)),
                sign: sign.reverse(),
            }
        } else {
            Guard {
                polynomial: tidied,
                sign,
            }
        };
        self.remember(Entry::Guard(guard));
    }

    /// Remembers something, or holds it back.
    fn remember(&self, entry: Entry) {
        if let Some(entry) = held_back(self, entry) {
            self.keep(entry);
        }
    }

    fn keep(&self, entry: Entry) {
        self.seen(|seen| match entry {
            Entry::Guard(guard) => {
                if seen.known.insert(guard.clone()) {
                    seen.guards.push(guard);
                }
            }
            Entry::Lost(what) => {
                seen.lost.get_or_insert(what);
            }
        });
    }

    fn knows(&self, entry: &Entry) -> bool {
        self.seen(|seen| match entry {
            Entry::Guard(guard) => seen.known.contains(guard),
            Entry::Lost(_) => seen.lost.is_some(),
        })
    }
}

/// What a trace remembers.
#[derive(Clone, Debug, PartialEq)]
enum Entry {
    Guard(Guard),
    Lost(&'static str),
}

thread_local! {
    /// What is held back in this thread, innermost last.
    static HELD_BACK: RefCell<Vec<Record>> = const { RefCell::new(Vec::new()) };
}

/// Puts it into the innermost record, if there is one; else gives it back.
fn held_back(trace: &Trace, entry: Entry) -> Option<Entry> {
    HELD_BACK.with_borrow_mut(|open| match open.last_mut() {
        Some(record) => {
            record.entries.push((trace.clone(), entry));
            None
        }
        None => Some(entry),
    })
}

/// What a piece of code looked at. Dropped, it is forgotten.
#[derive(Debug, Default)]
#[must_use = "what was looked at is forgotten unless it is kept"]
pub struct Record {
    entries: Vec<(Trace, Entry)>,
}

impl Record {
    /// Remembers it, as if it had not been held back.
    pub fn keep(self) {
        for (trace, entry) in self.entries {
            trace.remember(entry);
        }
    }

    /// How much of it is not remembered yet.
    pub fn news(&self) -> usize {
        let all = self.entries.iter();
        all.filter(|(trace, entry)| !trace.knows(entry)).count()
    }

    /// With what another one holds.
    #[must_use = "what was looked at is forgotten unless it is kept"]
    pub fn with(mut self, other: Self) -> Self {
        self.entries.extend(other.entries);
        self
    }
}

/// Takes back what was opened, also where the code panics.
struct Opened;

impl Opened {
    fn new() -> Self {
        HELD_BACK.with_borrow_mut(|open| open.push(Record::default()));
        Self
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        HELD_BACK.with_borrow_mut(Vec::pop);
    }
}

/// Runs code and holds back what it looks at in this thread.
///
/// # Returns
/// Its result and the record, which is forgotten unless it is kept.
pub fn recorded<R>(run: impl FnOnce() -> R) -> (R, Record) {
    if !is_tracing() {
        return (run(), Record::default());
    }
    let opened = Opened::new();
    let result = run();
    let record = HELD_BACK.with_borrow_mut(|open| open.last_mut().map(std::mem::take));
    drop(opened);
    (result, record.unwrap_or_default())
}

/// A test that may as well be taken to fail: what it looks at is remembered only if it does not.
pub fn settled(test: impl FnOnce() -> bool) -> bool {
    let (holds, record) = recorded(test);
    if holds {
        record.keep();
    }
    holds
}

/// Whether a test that may as well be taken to fail holds for some candidate: remembered is what says so with the least news.
pub fn any_of<T>(candidates: impl IntoIterator<Item = T>, mut test: impl FnMut(T) -> bool) -> bool {
    let mut best: Option<(usize, Record)> = None;
    for candidate in candidates {
        let (holds, record) = recorded(|| test(candidate));
        if !holds {
            continue;
        }
        let news = record.news();
        if best.as_ref().is_none_or(|(least, _)| news < *least) {
            best = Some((news, record));
        }
        if news == 0 {
            break;
        }
    }
    let found = best.is_some();
    if let Some((_, record)) = best {
        record.keep();
    }
    found
}

/// Whether there is any trace, in any thread.
pub fn is_tracing() -> bool {
    IN_USE.load(Order::Relaxed) != 0
}

/// Runs code whose result tells nothing of other points.
pub fn quietly<R>(run: impl FnOnce() -> R) -> R {
    recorded(run).0
}

/// A number that is a function of parameters.
#[derive(Clone)]
pub(super) struct Traced {
    /// Where the parameters are; never traced itself.
    pub(super) value: Rational,
    /// Never constant; its denominator is positive at the point of the trace.
    pub(super) function: Quotient,
    pub(super) trace: Trace,
}

impl Traced {
    /// Remembers the sign of the value, and returns how it compares with 0.
    pub(super) fn sign(&self) -> Ordering {
        let sign = self.value.cmp(&Rational::ZERO);
        // The denominator is positive, and its sign has been looked at.
        self.trace.guard(self.function.numerator(), sign);
        sign
    }

    /// Remembers that something was asked of the value which its function does not tell.
    pub(super) fn lose(&self, what: &'static str) {
        self.trace.remember(Entry::Lost(what));
    }

    /// Remembers, whatever is held back, that the value is 0 by chance.
    pub(super) fn vanishes(&self) {
        let ((), record) = recorded(|| {
            self.sign();
        });
        for (trace, entry) in record.entries {
            trace.keep(entry);
        }
    }

    /// `1 / self`; the value is not 0.
    pub(super) fn inverse(&self) -> Option<Rational> {
        self.sign();
        Some(self.with(self.value.checked_inverse()?, self.function.inverse()?))
    }

    /// A result in the same trace.
    pub(super) fn with(&self, value: Rational, function: Quotient) -> Rational {
        if function.to_constant().is_some() {
            return value;
        }
        let below = function.denominator();
        let flipped = below.to_constant().is_none()
            && self
                .trace
                .seen(|seen| below.value(&seen.point))
                .is_negative();
        Rational::from_traced(Self {
            value,
            function: if flipped {
                function.with_signs_flipped()
            } else {
                function
            },
            trace: self.trace.clone(),
        })
    }
}

impl fmt::Debug for Traced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} = {:?}", self.value, self.function)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A computation with branches: a stack machine over two parameters.
    fn run(code: &[u8], x: &Rational, y: &Rational) -> Rational {
        let mut at = x.clone();
        for step in code {
            let small = Rational::integer(i64::from(step >> 4) - 5);
            at = match step & 15 {
                0 | 1 => &at + y,
                2 | 3 => &at - x,
                4 => &at * y,
                5 => &at * &small,
                6 => at.checked_div(y).unwrap_or(small),
                7 => at.checked_inverse().unwrap_or(small),
                8 if at > small => -&at,
                9 if at == *y => small,
                10 => at.abs(),
                11 => &at - &at.floor(),
                12 => at.max(small),
                13 if at.is_negative() => &at + &small,
                14 if at.is_one() => x.clone(),
                15 => at.checked_pow(2).unwrap_or(small),
                _ => &at + &small,
            };
            if at.bits() > 400 {
                return at;
            }
        }
        at
    }

    fn holds(guard: &Guard, at: &[Rational]) -> bool {
        guard.polynomial.value(at).cmp(&Rational::ZERO) == guard.sign
    }

    proptest! {
        /// Guards hold where they were recorded; the value is that of the plain computation, there
        /// and wherever else all guards hold.
        #[test]
        fn functions_are_right_wherever_guards_hold(
            code in proptest::collection::vec(any::<u8>(), 0..12),
            points in proptest::collection::vec((-12_i64..12, -12_i64..12), 1..12),
        ) {
            let third = |n: i64| Rational::new(n, 3).expect("nonzero");
            let at: Vec<[Rational; 2]> = points.iter().map(|(a, b)| [third(*a), third(*b)]).collect();
            let trace = Trace::new();
            let first = &at[0];
            let (x, y) = (trace.variable(0, &first[0]), trace.variable(1, &first[1]));
            let traced = run(&code, &x, &y);
            prop_assert_eq!(trace.lost(), None);
            let guards = trace.guards();
            prop_assert!(guards.iter().all(|g| holds(g, first)));
            prop_assert_eq!(traced.untraced(), run(&code, &first[0], &first[1]));
            // The limit on size is no branch that guards tell of.
            prop_assume!(traced.bits() <= 200);
            for other in at.iter().filter(|p| guards.iter().all(|g| holds(g, *p))) {
                let plain = run(&code, &other[0], &other[1]);
                prop_assume!(plain.bits() <= 200);
                let here = match traced.function() {
                    Some(function) => function.value(other),
                    None => Some(traced.clone()),
                };
                prop_assert_eq!(here, Some(plain));
            }
        }
    }

    /// x > 1 holds at 2 and is remembered; x > 3 does not, and is not.
    #[test]
    fn tests_that_fail_leave_nothing() {
        let trace = Trace::new();
        let x = trace.variable(0, &Rational::integer(2));
        let above = |k: i64| x > Rational::integer(k);
        assert!(!settled(|| above(3) && above(1)));
        assert_eq!(trace.guards(), []);
        assert!(!settled(|| x.to_f64() > 3.0));
        assert_eq!(trace.lost(), None);
        assert!(settled(|| above(1)));
        assert_eq!(trace.guards().len(), 1);
        // Inside a test that fails, one that holds is forgotten too.
        assert!(!settled(|| settled(|| above(0)) && above(5)));
        assert_eq!(
            quietly(|| x.clone().max(Rational::integer(7))),
            Rational::integer(7)
        );
        assert_eq!(trace.guards().len(), 1);
    }

    /// x > 0 is news and x > 1 is known: the reason that is known is taken, though it comes later.
    #[test]
    fn reasons_that_are_known_are_preferred() {
        let trace = Trace::new();
        let x = trace.variable(0, &Rational::integer(2));
        assert!(x > Rational::ONE);
        assert!(any_of([5, 0, 1], |k| x > Rational::integer(k)));
        assert_eq!(trace.guards().len(), 1);
        assert!(any_of([0, 5], |k| x > Rational::integer(k)));
        assert_eq!(trace.guards().len(), 2);
        assert!(!any_of([3, 4], |k| x > Rational::integer(k)));
        assert_eq!(trace.guards().len(), 2);
    }

    /// What is 0 by chance is remembered even where nothing else is.
    #[test]
    fn chance_zeros_are_always_remembered() {
        let trace = Trace::new();
        let x = trace.variable(0, &Rational::integer(2));
        let gap = &x - &Rational::integer(2);
        assert!(!quietly(|| x.is_surely_zero() || x.is_surely_one()));
        assert_eq!(trace.guards(), []);
        assert!(quietly(|| gap.is_surely_zero()));
        assert_eq!(trace.guards()[0].sign, Ordering::Equal);
    }

    #[test]
    fn what_functions_do_not_tell_is_lost() {
        let trace = Trace::new();
        let x = trace.variable(0, &Rational::integer(2));
        assert_eq!((&x - &x).function(), None);
        assert_eq!(trace.lost(), None);
        assert_eq!(x.to_f64().to_bits(), 2.0_f64.to_bits());
        assert_eq!(trace.lost(), Some("the nearest float of a number"));
    }

    /// 1/(x - 3) at 2: the denominator is kept positive, and 3 - x > 0 is remembered.
    #[test]
    fn denominators_are_positive_and_guarded() {
        let trace = Trace::new();
        let x = trace.variable(0, &Rational::integer(2));
        let inverse = (&x - &Rational::integer(3))
            .checked_inverse()
            .expect("not 0");
        let below = inverse.function().expect("traced").denominator();
        assert_eq!(below.value(&[Rational::ZERO]), Rational::integer(3));
        assert_eq!(trace.guards().len(), 1);
        assert!(inverse.is_negative());
    }
}

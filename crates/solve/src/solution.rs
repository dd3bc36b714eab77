//! What a solver hands back: an answer, how it was found, and what its judge says.

use crate::control::Stop;
use crate::method::Method;
use deterra_game::number::trace;
use deterra_game::patience::{self, Patience};
use deterra_verify::verdict::{Concept, Verdict};
use std::time::Instant;

/// What it cost. Only for display: no result depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Work {
    /// Nodes, positions or cells looked at.
    pub nodes: u64,
    /// Bytes held at the peak beyond the game itself, about.
    pub bytes: usize,
    /// Seconds of solving.
    pub seconds: f64,
    /// Seconds of judging.
    pub judge_seconds: f64,
    /// What best replies to a strategy that is near an equilibrium gain in all, in floats, if it was computed.
    pub nash_conv: Option<f64>,
}

/// An answer that has been judged.
///
/// Invariant: the verdict was made by `deterra-verify` for this answer; the fields that carry the
/// invariant are private and [`Solution::certified`] is the only way in.
#[derive(Clone, Debug)]
pub struct Solution<A> {
    concept: Concept,
    method: Method,
    answer: A,
    complete: bool,
    not_searched: Option<String>,
    stop: Stop,
    verdict: Verdict,
    work: Work,
}

/// How a search ended, as the solver hands it to [`Solution::certified`].
#[derive(Clone, Debug)]
pub struct Found<A> {
    /// The method that found it.
    pub method: Method,
    /// What was found.
    pub answer: A,
    /// What was left out, as a clause ("mixed equilibria were not searched"); `None` if the
    /// answer is all there is of what the method looks for.
    pub not_searched: Option<String>,
    /// Why the search ended.
    pub stop: Stop,
    /// What it cost so far.
    pub work: Work,
}

impl<A> Solution<A> {
    /// Has an answer judged and puts the verdict beside it.
    ///
    /// A judge that takes longer than `patience` is ended. The answer is then unchecked, whatever the judge had seen of it,
    /// and a search that had been done counts as stopped for the same reason.
    pub fn certified(
        found: Found<A>,
        concept: Concept,
        patience: &Patience,
        judge: impl FnOnce(&A) -> Verdict,
    ) -> Self {
        // The clock is only for display.
        let start = Instant::now();
        // It judges this answer to this game; what it looks at says nothing of a game nearby.
        let judged = patience::within(patience, || trace::quietly(|| judge(&found.answer)));
        let (verdict, stop) = match judged {
            Ok(verdict) => (verdict, found.stop),
            Err(ended) => {
                let stop = match found.stop {
                    Stop::Done => ended.into(),
                    early => early,
                };
                let verdict = Verdict::unchecked(concept, Stop::from(ended).unjudged());
                (verdict, stop)
            }
        };
        let mut work = found.work;
        work.judge_seconds += start.elapsed().as_secs_f64();
        Self {
            concept: verdict.concept,
            method: found.method,
            answer: found.answer,
            complete: found.not_searched.is_none() && stop == Stop::Done,
            not_searched: found.not_searched,
            stop,
            verdict,
            work,
        }
    }

    /// What the answer claims to be.
    pub const fn concept(&self) -> Concept {
        self.concept
    }

    /// How it was found.
    pub const fn method(&self) -> Method {
        self.method
    }

    /// The answer.
    pub const fn answer(&self) -> &A {
        &self.answer
    }

    /// The answer, by value.
    pub fn into_answer(self) -> A {
        self.answer
    }

    /// The answer by value, and what is said of it.
    pub fn take(self) -> (A, Solution<()>) {
        let mut answer = None;
        let rest = self.map(|found| answer = Some(found));
        (
            answer.expect("invariant: every solution has an answer"),
            rest,
        )
    }

    /// Whether every equilibrium of the kind that the method looks for is in the answer.
    pub const fn is_complete(&self) -> bool {
        self.complete
    }

    /// What was left out, as a clause; `None` if nothing was.
    pub fn not_searched(&self) -> Option<&str> {
        self.not_searched.as_deref()
    }

    /// Why the search ended.
    pub const fn stop(&self) -> Stop {
        self.stop
    }

    /// What the judge says.
    pub const fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// What it cost.
    pub const fn work(&self) -> Work {
        self.work
    }

    /// The same solution with the reason why something was not searched, as a clause; nothing changes if there is none.
    #[must_use]
    pub(crate) fn because(mut self, why: &str) -> Self {
        if let Some(text) = &mut self.not_searched
            && !why.is_empty()
        {
            text.push_str(": ");
            text.push_str(why);
        }
        self
    }

    /// The same solution with its answer seen as another type.
    pub fn map<B>(self, see: impl FnOnce(A) -> B) -> Solution<B> {
        Solution {
            concept: self.concept,
            method: self.method,
            answer: see(self.answer),
            complete: self.complete,
            not_searched: self.not_searched,
            stop: self.stop,
            verdict: self.verdict,
            work: self.work,
        }
    }
}

//! What was declared, what happened, and what is to be learned from it.

use super::Scenario;
use crate::expr::Formula;
use deterra_game::number::Rational;
use std::ops::Range;

/// What one side declared it would answer.
#[derive(Clone, Debug)]
pub struct RedLine {
    /// The name.
    pub id: String,
    /// As shown.
    pub label: String,
    /// How grave crossing it is.
    pub severity: Option<Formula>,
    /// The lines it lies beyond.
    pub after: Vec<usize>,
    /// Who sees it crossed; everybody if empty.
    pub observed_by: Vec<usize>,
    /// Where it is.
    pub span: Range<usize>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Happening {
    /// As shown.
    pub label: String,
    /// When.
    pub time: Option<Formula>,
    /// Who did it.
    pub actor: Option<usize>,
    /// The red line it crossed.
    pub crosses: Option<usize>,
    /// How it was answered.
    pub response: Option<String>,
    /// How often.
    pub times: usize,
    /// How likely it was, if it is evidence.
    pub likelihood: Option<Likelihood>,
    /// Where it is.
    pub span: Range<usize>,
}

/// How likely an event was for each type of an actor.
#[derive(Clone, Debug)]
pub enum Likelihood {
    /// As the file says.
    Declared {
        /// Whose types.
        actor: usize,
        /// One a type.
        formulas: Vec<Formula>,
    },
    /// As the equilibrium of the game at that time has it.
    Equilibrium {
        /// Whose types.
        actor: usize,
        /// The position where it was done, as results call it.
        at: String,
        /// The move that was made.
        action: String,
        /// For every time that it happened, one probability a type; those that are still to be
        /// computed are missing at the end.
        computed: Vec<Vec<Rational>>,
    },
}

impl Likelihood {
    /// Whose types it is evidence on.
    pub const fn actor(&self) -> usize {
        match self {
            Self::Declared { actor, .. } | Self::Equilibrium { actor, .. } => *actor,
        }
    }

    /// The formulas, if the file has them.
    pub fn formulas(&self) -> &[Formula] {
        match self {
            Self::Declared { formulas, .. } => formulas,
            Self::Equilibrium { .. } => &[],
        }
    }
}

/// A belief that matters: something holds while a type is held to be at least so likely.
#[derive(Clone, Debug)]
pub struct Threshold {
    /// Whose type.
    pub actor: usize,
    /// The type.
    pub kind: usize,
    /// How likely it must be held to be.
    pub at: Formula,
    /// What holds then, in words.
    pub label: Option<String>,
    /// Where it is.
    pub span: Range<usize>,
}

impl Scenario {
    /// The first event whose likelihood is that of an equilibrium which has not been computed:
    /// its place in the history, and which time that it happened, from 0.
    pub fn open_event(&self) -> Option<(usize, usize)> {
        self.history.iter().enumerate().find_map(|(at, event)| {
            let Some(Likelihood::Equilibrium {
                actor, computed, ..
            }) = &event.likelihood
            else {
                return None;
            };
            // A type that is given is not learned about.
            let open = self.actors[*actor].given.is_none() && computed.len() < event.times;
            open.then_some((at, computed.len()))
        })
    }

    /// The scenario as it stood before an event: a place in the history, and which time that it
    /// happened, from 0.
    #[must_use]
    pub fn before(&self, event: usize, time: usize) -> Self {
        let mut earlier = self.clone();
        earlier.history.truncate(event + 1);
        if let Some(last) = earlier.history.get_mut(event) {
            last.times = time;
        }
        earlier
    }
}

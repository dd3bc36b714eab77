//! Which decisions are reached, as answers hold it.

use super::json::Exact;
use super::model::StepRow;
use super::profile::Profile;
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// The decisions that are reached, in order.
#[derive(Clone, Debug)]
pub(crate) enum Path {
    /// Written out.
    Steps(Vec<StepRow>),
    /// Everybody decides once, and every decision is reached: all that is played, made when it is asked for.
    Played(Profile),
}

impl Path {
    /// What is played at every decision that is reached.
    pub(crate) fn steps(&self) -> Cow<'_, [StepRow]> {
        let profile = match self {
            Self::Steps(steps) => return Cow::Borrowed(steps),
            Self::Played(profile) => profile,
        };
        let mut steps = Vec::new();
        profile.each(|player, infoset, action, probability| {
            if !probability.is_zero() {
                let probability = Exact::from(probability);
                steps.push(StepRow {
                    player: player.to_owned(),
                    infoset: infoset.to_owned(),
                    position: None,
                    action: action.to_owned(),
                    approx: probability.approx(),
                    probability,
                });
            }
        });
        Cow::Owned(steps)
    }

    /// Bytes held, about.
    pub(crate) fn bytes(&self) -> usize {
        let names = |s: &StepRow| s.player.len() + s.infoset.len() + s.action.len();
        match self {
            Self::Steps(steps) => {
                steps.len() * (size_of::<StepRow>() + 48) + steps.iter().map(names).sum::<usize>()
            }
            Self::Played(profile) => profile.bytes_beside(),
        }
    }
}

impl From<Vec<StepRow>> for Path {
    fn from(steps: Vec<StepRow>) -> Self {
        Self::Steps(steps)
    }
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.steps().serialize(serializer)
    }
}

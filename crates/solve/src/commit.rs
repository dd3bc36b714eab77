//! Commitment: one side chooses its strategy first and for good, the other replies best.
//!
//! | method | commits to |
//! |---|---|
//! | [`pure_commitment`](mod@pure_commitment) | one plan for the whole game |
//! | [`mixed_commitment`](mod@mixed_commitment) | chances at every information set |
//!
//! The *leader* says what it will do at each of its information sets, types included: a commitment is made
//! before anything is drawn. The *follower* sees it and does what pays best. Where several replies pay it the
//! same, the *strong* value has it choose what is best for the leader, the *weak* one what is worst. A strong value
//! is always attained; a weak one may be a limit that is only approached, and then a commitment
//! that approaches it is named.

pub mod mixed_commitment;
mod program;
pub mod pure_commitment;
pub(crate) mod sequences;
#[cfg(test)]
mod tests;

use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::profile::BehaviorProfile;
use deterra_verify::commitment::Bound;

/// What the follower does where several replies pay it the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Ties {
    /// What is best for the leader: the strong value.
    #[default]
    ForLeader,
    /// What is worst for the leader: the weak value.
    AgainstLeader,
}

impl Ties {
    /// `strong` or `weak`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ForLeader => "strong",
            Self::AgainstLeader => "weak",
        }
    }
}

/// The best commitment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// Who commits.
    pub leader: PlayerId,
    /// Who replies.
    pub follower: PlayerId,
    /// What committing is worth to the leader, in payoff units.
    pub value: Rational,
    /// What both do; the first action where the leader's own plan excludes a set.
    pub profile: BehaviorProfile,
    /// What everybody gets, by player, in payoff units.
    pub payoffs: Vec<Rational>,
    /// Whether this commitment is worth the value; if not, it is only what those that are worth almost as much tend to.
    /// Some other one may be worth the value then only if the follower has more than 256 plans.
    pub attained: bool,
    /// Where the value is not attained: a commitment to which every best reply is like that of `profile`. Any
    /// mixture of the two, however little of this one is in it, is worth what the follower's best reply pays then.
    pub toward: Option<BehaviorProfile>,
    /// Why no commitment is worth more, by the follower's plan: multipliers for the judge. Empty for a pure one.
    pub bounds: Vec<Bound>,
}

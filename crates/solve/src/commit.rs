//! Commitment: one side chooses its strategy first and for good, the other replies best.
//!
//! | method | commits to |
//! |---|---|
//! | [`pure_commitment`](mod@pure_commitment) | one plan for the whole game |
//! | [`mixed_commitment`](mod@mixed_commitment) | chances at every information set |
//! | [`sequence_commitment`](mod@sequence_commitment) | the same, if the follower has very many plans |
//! | [`tree_commitment`](mod@tree_commitment) | a plan or chances, where everything is seen and chance does not move |
//! | [`strategic_commitment`](mod@strategic_commitment) | chances of the strategies of a table |
//! | [`correlated_commitment`](mod@correlated_commitment) | a device that tells the others what to do |
//!
//! The *leader* says what it will do at each of its information sets, types included: a commitment is made
//! before anything is drawn. The *follower* sees it and does what pays best. Where several replies pay it the
//! same, the *strong* value has it choose what is best for the leader, the *weak* one what is worst. A strong value
//! is always attained; a weak one may be a limit that is only approached, and then a commitment
//! that approaches it is named.

pub mod correlated_commitment;
mod frontier;
pub mod mixed_commitment;
mod program;
pub mod pure_commitment;
mod search;
pub mod sequence_commitment;
pub(crate) mod sequences;
pub mod strategic_commitment;
#[cfg(test)]
mod tests;
pub mod tree_commitment;

use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::problem::{Answer, Problem, Request};
use crate::solution::{Found, Solution};
use correlated_commitment::{
    CorrelatedCommitment, correlated_commitment, correlated_commitment_extensive,
};
use deterra_game::convert::{reduced_size, simultaneous_tree};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::number::{Natural, Rational};
use deterra_game::patience::Patience;
use deterra_game::profile::{BehaviorProfile, MixedProfile};
use deterra_game::strategic::StrategicGame;
use deterra_verify::commitment::{Bound, Stretch};
use deterra_verify::correlated::led::PairBound;
use deterra_verify::verdict::{Concept, Verdict};
use mixed_commitment::{MixedCommitment, mixed_commitment};
use pure_commitment::{PureCommitment, pure_commitment};
use sequence_commitment::{SequenceCommitment, sequence_commitment};
use strategic_commitment::{StrategicCommitment, strategic_commitment};
use tree_commitment::{TreeCommitment, suits, tree_commitment};

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

/// The best commitment; `P` is a [`BehaviorProfile`] of a tree or a [`MixedProfile`] of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment<P = BehaviorProfile> {
    /// Who commits.
    pub leader: PlayerId,
    /// Who replies.
    pub follower: PlayerId,
    /// What committing is worth to the leader, in payoff units.
    pub value: Rational,
    /// What both do; the first action where the leader's own plan excludes a set.
    pub profile: P,
    /// What everybody gets, by player, in payoff units.
    pub payoffs: Vec<Rational>,
    /// Whether this commitment is worth the value; if not, it is only what those that are worth almost as much tend to.
    /// Some other one may be worth the value then only if the follower has more than 256 plans.
    pub attained: bool,
    /// Where the value is not attained: a commitment to which every best reply is like that of `profile`. Any
    /// mixture of the two, however little of this one is in it, is worth what the follower's best reply pays then.
    pub toward: Option<P>,
    /// Why no commitment is worth more.
    pub proof: Proof,
}

/// Why no commitment is worth more, for the judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// All plans may be tried.
    Tried,
    /// Multipliers by the follower's plan.
    Plans(Vec<Bound>),
    /// Multipliers by what the follower is told first.
    Prefixes(Vec<PairBound>),
    /// By node, what the leader gets at most if the follower is to get so much.
    Frontiers(Vec<Vec<Stretch>>),
}

/// Which commitment is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Who commits.
    pub leader: PlayerId,
    /// What the follower does where several replies pay it the same.
    pub ties: Ties,
    /// Whether only a plan may be committed to, and no chances.
    pub pure: bool,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            leader: PlayerId(0),
            ties: Ties::ForLeader,
            pure: false,
        }
    }
}

/// Has a commitment judged, if all was looked at that its proof speaks of.
pub(crate) fn certified_if_whole<P>(
    found: Found<Commitment<P>>,
    patience: &Patience,
    judge: impl FnOnce(&Commitment<P>) -> Verdict,
) -> Solution<Commitment<P>> {
    let whole = found.stop == Stop::Done;
    Solution::certified(found, Concept::Commitment, patience, |answer| {
        if whole {
            judge(answer)
        } else {
            Verdict::unchecked(Concept::Commitment, "the search was cut short")
        }
    })
}

/// Answers the requests that are about commitments.
pub(crate) fn answer(
    problem: &Problem<'_>,
    request: &Request,
    concept: Concept,
    control: &Control,
) -> Result<Option<Solution<Answer>>, SolveError> {
    if concept != Concept::Commitment {
        return Ok(None);
    }
    match *problem {
        Problem::Strategic(game) => of_table(game, request, control).map(Some),
        Problem::Extensive(game) => of_tree(game, request, control).map(Some),
        _ => Ok(None),
    }
}

fn of_table(
    game: &StrategicGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    let Wanted { leader, ties, pure } = request.commitment;
    let table = |found: Commitment<MixedProfile>| Answer::TableCommitment(Box::new(found));
    let method = match request.method {
        None if pure => Method::PureCommitment,
        None => Method::StrategicCommitment,
        Some(method) => method,
    };
    match method {
        Method::CorrelatedCommitment if !pure => {
            for_leader(ties, method)?;
            let options = CorrelatedCommitment::default();
            Ok(correlated_commitment(game, leader, &options, control)?.map(Answer::Device))
        }
        Method::StrategicCommitment if !pure => {
            let options = StrategicCommitment {
                ties,
                ..StrategicCommitment::default()
            };
            Ok(strategic_commitment(game, leader, &options, control)?.map(table))
        }
        Method::PureCommitment | Method::MixedCommitment => {
            let limit = 1 << 20;
            let tree = simultaneous_tree(game, limit).map_err(|_| SolveError::TooLarge {
                what: "the tree of moves that nobody sees",
                size: Natural::from(game.num_cells()),
                limit,
            })?;
            let seen = |found: Commitment| {
                let profile = |profile: &BehaviorProfile| as_mixed(game, &tree, profile);
                table(Commitment {
                    leader: found.leader,
                    follower: found.follower,
                    value: found.value,
                    profile: profile(&found.profile),
                    payoffs: found.payoffs,
                    attained: found.attained,
                    toward: found.toward.as_ref().map(profile),
                    proof: found.proof,
                })
            };
            Ok(of_plans(&tree, method, request, control)?.map(seen))
        }
        other => Err(unfit(other, pure, "strategic_commitment")),
    }
}

fn of_tree(
    game: &ExtensiveGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    let Wanted { leader, ties, pure } = request.commitment;
    let method = match request.method {
        None if ties == Ties::ForLeader && suits(game) => Method::TreeCommitment,
        None if pure => Method::PureCommitment,
        None if ties == Ties::ForLeader && has_many_plans(game, leader) => {
            Method::SequenceCommitment
        }
        None => Method::MixedCommitment,
        Some(method) => method,
    };
    let seen = |found: Commitment| Answer::Commitment(Box::new(found));
    match method {
        Method::CorrelatedCommitment if !pure => {
            for_leader(ties, method)?;
            let options = CorrelatedCommitment::default();
            let device = correlated_commitment_extensive(game, leader, &options, control)?;
            Ok(device.map(|device| Answer::PlanDevice(Box::new(device))))
        }
        Method::TreeCommitment => {
            for_leader(ties, method)?;
            let options = TreeCommitment {
                pure,
                ..TreeCommitment::default()
            };
            Ok(tree_commitment(game, leader, &options, control)?.map(seen))
        }
        Method::SequenceCommitment if !pure => {
            for_leader(ties, method)?;
            let options = SequenceCommitment::default();
            match sequence_commitment(game, leader, &options, control) {
                // What takes too much at once may be done plan by plan.
                Err(error @ (SolveError::TooLarge { .. } | SolveError::TooMuch { .. }))
                    if request.method.is_none() =>
                {
                    match of_plans(game, Method::MixedCommitment, request, control) {
                        // How many plans there are says nothing of what is missing.
                        Err(SolveError::TooLarge { .. }) => Err(error),
                        found => Ok(found?.map(seen)),
                    }
                }
                found => Ok(found?.map(seen)),
            }
        }
        Method::PureCommitment | Method::MixedCommitment => {
            Ok(of_plans(game, method, request, control)?.map(seen))
        }
        other => Err(unfit(other, pure, "mixed_commitment")),
    }
}

/// Plans of the follower up to which a program for each is quicker than one for all and branches.
const FEW_PLANS: usize = 32;

/// Pairs of plans up to which they are tried to judge an answer.
const FEW_PAIRS: usize = 1 << 20;

/// Whether somebody else than the leader has many plans, or there are too many pairs of plans to be tried.
fn has_many_plans(game: &ExtensiveGame, leader: PlayerId) -> bool {
    let Ok(size) = reduced_size(game, FEW_PAIRS) else {
        return true;
    };
    let mut others = game.players().filter(|p| *p != leader);
    size.cells > Natural::from(FEW_PAIRS)
        || others.any(|p| size.strategies[p.index()] > Natural::from(FEW_PLANS))
}

/// By the methods that look at plans of a tree.
fn of_plans(
    game: &ExtensiveGame,
    method: Method,
    request: &Request,
    control: &Control,
) -> Result<Solution<Commitment>, SolveError> {
    let Wanted { leader, ties, pure } = request.commitment;
    if method == Method::PureCommitment {
        let options = PureCommitment {
            ties,
            ..PureCommitment::default()
        };
        return pure_commitment(game, leader, &options, control);
    }
    if pure {
        return Err(unfit(method, pure, "mixed_commitment"));
    }
    let options = MixedCommitment {
        ties,
        ..MixedCommitment::default()
    };
    mixed_commitment(game, leader, &options, control)
}

/// Refuses ties against the leader.
fn for_leader(ties: Ties, method: Method) -> Result<(), SolveError> {
    if ties == Ties::ForLeader {
        return Ok(());
    }
    Err(SolveError::NotApplicable {
        method,
        what_is_missing: "ties are broken for the leader here; the weak value is found by `mixed_commitment`, or of tables by \
                          `strategic_commitment`"
            .to_owned(),
        node: None,
        infoset: None,
    })
}

/// Refuses a method that does not find the commitment that is wanted.
fn unfit(method: Method, pure: bool, fits: &str) -> SolveError {
    let what_is_missing = if pure {
        "it does not find plans to commit to; use `pure_commitment`, or `tree_commitment` where everything is seen".to_owned()
    } else {
        format!("it does not find commitments in this game; use `{fits}`")
    };
    SolveError::NotApplicable {
        method,
        what_is_missing,
        node: None,
        infoset: None,
    }
}

/// What a profile of the tree of moves that nobody sees is in the table.
fn as_mixed(game: &StrategicGame, tree: &ExtensiveGame, profile: &BehaviorProfile) -> MixedProfile {
    let of = |player: PlayerId| {
        let set = tree.player_infosets(player).next();
        set.map_or_else(|| vec![Rational::ONE], |set| profile.at(tree, set).to_vec())
    };
    MixedProfile::new(&game.shape(), game.players().map(of).collect())
        .expect("invariant: everybody has one information set")
}

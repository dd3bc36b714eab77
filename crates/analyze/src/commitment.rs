//! What it is worth to commit first, and how strong a device has to be.
//!
//! A side that announces what it will do, and cannot take it back, plays another game than one that decides when the time
//! comes. [`commitments`] puts the best plan and the best chances to commit to beside each other, with the other
//! side's ties broken for the leader and against it. [`device`] asks less: how likely a given threat must be to be carried out by
//! itself for the other side to yield; [`audience`] how much backing down must cost where something is hidden.

pub mod audience;
pub mod device;

use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_solve::commit::mixed_commitment::{MixedCommitment, mixed_commitment};
use deterra_solve::commit::pure_commitment::{PureCommitment, pure_commitment};
use deterra_solve::commit::{Commitment, Ties};
use deterra_solve::control::Control;
use deterra_solve::error::SolveError;
use deterra_solve::solution::Solution;

/// One way of committing and what it is worth.
#[derive(Clone, Debug)]
pub struct Way {
    /// Whether chances may be committed to, or one plan.
    pub mixed: bool,
    /// How the other side breaks ties.
    pub ties: Ties,
    /// The best commitment, or why there is none.
    pub found: Result<Solution<Commitment>, SolveError>,
}

/// Finds the best commitments of a leader.
///
/// # Returns
/// A plan and chances, each with ties for the leader and then against it.
///
/// # Errors
/// What [`pure_commitment`] says, if it does not apply. That chances are too many to be looked at is no error.
///
/// # Complexity
/// That of the solvers.
pub fn commitments(
    game: &ExtensiveGame,
    leader: PlayerId,
    control: &Control,
) -> Result<Vec<Way>, SolveError> {
    let mut ways = Vec::with_capacity(4);
    for ties in [Ties::ForLeader, Ties::AgainstLeader] {
        let options = PureCommitment {
            ties,
            ..PureCommitment::default()
        };
        let found = pure_commitment(game, leader, &options, control)?;
        ways.push(Way {
            mixed: false,
            ties,
            found: Ok(found),
        });
    }
    for ties in [Ties::ForLeader, Ties::AgainstLeader] {
        let options = MixedCommitment {
            ties,
            ..MixedCommitment::default()
        };
        ways.push(Way {
            mixed: true,
            ties,
            found: mixed_commitment(game, leader, &options, control),
        });
    }
    Ok(ways)
}

//! Nash equilibria.
//!
//! | module | games | finds |
//! |---|---|---|
//! | [`pure`] | strategic, extensive | all pure equilibria |
//! | [`mixed`] | subgames of extensive games | all pure equilibria, or mixed ones where there are none |
//! | [`anonymous`] | many alike players, two actions | all symmetric equilibria |

pub mod anonymous;
pub mod mixed;
pub mod pure;

use crate::control::Control;
use crate::error::SolveError;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::profile::BehaviorProfile;
use std::fmt::Debug;

/// Finds Nash equilibria of the subgames that [`crate::perfect::subgame`] cuts out.
pub trait NashSolver: Debug + Sync {
    /// Nash equilibria of a game without proper subgames, in an order of the solver's own.
    ///
    /// An empty list means that there are none of the kind the solver looks for.
    ///
    /// # Errors
    /// [`SolveError`] if the solver cannot tell.
    fn solve(
        &self,
        subgame: &ExtensiveGame,
        control: &Control,
    ) -> Result<Vec<BehaviorProfile>, SolveError>;

    /// What the solver never looks for, as a clause; `None` if it finds all there are.
    fn not_searched(&self) -> Option<&'static str>;
}

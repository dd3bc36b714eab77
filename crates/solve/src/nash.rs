//! Nash equilibria.
//!
//! | module | games | finds |
//! |---|---|---|
//! | [`pure`] | strategic, extensive | all pure equilibria |
//! | [`vertex_enumeration`] | strategic, two players | all equilibria: extreme ones, components, indices |
//! | [`lemke_howson`] | strategic, two players | one equilibrium, or all that paths reach |
//! | [`support_enumeration`] | strategic | all equilibria, isolated ones proved to be so, connected sets by elimination |
//! | [`global_newton`] | strategic | one equilibrium, or those on the paths of fading bonuses |
//! | [`iterated_polymatrix`] | strategic | one equilibrium, by games in which players meet in pairs |
//! | [`simplicial`] | strategic | one equilibrium, by simplices that become smaller |
//! | [`liapunov`] | strategic | one equilibrium, by descent |
//! | [`portfolio`] | strategic | one equilibrium, by whichever method finds it |
//! | [`pure_graph`] | action-graph | all pure equilibria without the table, those of alike players counted |
//! | [`graph_equilibrium`] | action-graph | one equilibrium without the table, by the methods for several players |
//! | [`graph`] | action-graph | what actions pay, without the table |
//! | [`lp`] | constant sum, two players: strategic, extensive | one pair of optimal strategies and the value |
//! | [`sequence_form`] | extensive, two players | one equilibrium |
//! | [`support_search`] | strategic, two players | one equilibrium, small and balanced supports first |
//! | [`best_equilibrium`] | strategic, two players | the best equilibrium for a purpose, and the proof |
//! | [`mixed`] | subgames of extensive games | all pure equilibria, and mixed ones where their search is not too long |
//! | [`anonymous`] | many alike players, two actions | all equilibria in which those who mix do so alike |

mod algebraic;
pub mod anonymous;
mod best_cells;
pub mod best_equilibrium;
pub(crate) mod bimatrix;
mod components;
pub(crate) mod exact;
mod extreme_list;
mod float_path;
pub mod found;
pub mod global_newton;
pub mod graph;
pub mod graph_equilibrium;
mod indifference;
pub mod iterated_polymatrix;
mod label_tree;
mod leaf;
pub mod lemke_howson;
pub mod liapunov;
pub mod lp;
pub mod mixed;
pub(crate) mod polish;
pub mod portfolio;
pub mod pure;
pub mod pure_graph;
pub(crate) mod reduced;
mod room;
pub mod sequence_form;
pub mod simplicial;
pub mod support_enumeration;
mod support_exact;
pub mod support_search;
pub(crate) mod tensor;
pub mod vertex_enumeration;
mod words;

use crate::control::Control;
use crate::error::SolveError;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::profile::BehaviorProfile;
use std::fmt::Debug;

/// What a solver found in a subgame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SubgameNash {
    /// The equilibria, in an order of the solver's own.
    pub profiles: Vec<BehaviorProfile>,
    /// Whether some of them stand for a connected set of equilibria.
    pub sets: bool,
    /// What is missing of this subgame's equilibria.
    pub missing: Missing,
}

/// What a solver left out in one subgame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// Nothing of what it looks for.
    #[default]
    Nothing,
    /// All mixed equilibria that there may be, and why.
    Mixed(String),
    /// Some equilibria are irrational.
    Irrational,
}

/// Finds Nash equilibria of the subgames that [`crate::perfect::subgame`] cuts out.
pub trait NashSolver: Debug + Sync {
    /// Nash equilibria of a game without proper subgames.
    ///
    /// An empty list means that there are none of the kind the solver looks for.
    ///
    /// # Errors
    /// [`SolveError`] if the solver cannot tell.
    fn solve(&self, subgame: &ExtensiveGame, control: &Control) -> Result<SubgameNash, SolveError>;

    /// What the solver never looks for, as a clause; `None` if it finds all there are.
    fn not_searched(&self) -> Option<&'static str>;
}

//! Subgame-perfect equilibria.
//!
//! | module | games | finds |
//! |---|---|---|
//! | [`backward_induction`] | perfect information | all pure equilibria |
//! | [`subgame`] | any | all equilibria made of the parts that a Nash solver finds |

pub mod backward_induction;
mod correspondence;
mod decide;
mod exact;
mod graph_scan;
mod listing;
pub mod subgame;

pub mod tie_rule;
mod tree_scan;

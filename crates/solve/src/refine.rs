//! Equilibria of games in which something is hidden: beliefs, and what makes them sensible.
//!
//! | module | finds |
//! |---|---|
//! | [`perfect_bayesian`] | all perfect Bayesian equilibria, weak or strong, with their beliefs |
//! | [`sequential`] | all sequential equilibria |
//! | [`quasi_perfect`] | one quasi-perfect equilibrium of a game of two players |
//! | [`trembling_hand`] | the perfect ones among them |
//! | [`survival`] | which refinements a component survives |
//! | [`component`] | connected sets of equilibria, with intervals |

pub mod component;
pub(crate) mod conditions;
mod consistent;
#[cfg(test)]
mod fixture;
pub mod forward;
mod frame;
pub mod perfect_bayesian;
pub mod quasi_perfect;
mod refute;
mod relations;
pub mod sequential;
mod settle;
mod supports;
pub mod survival;
pub mod trembling_hand;

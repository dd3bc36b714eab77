//! Equilibria of games in which something is hidden: beliefs, and what makes them sensible.
//!
//! | module | finds |
//! |---|---|
//! | [`perfect_bayesian`] | all perfect Bayesian equilibria, weak or strong, with their beliefs |
//! | [`sequential`] | all sequential equilibria |
//! | [`component`] | connected sets of equilibria, with intervals |

pub mod component;
mod conditions;
mod consistent;
#[cfg(test)]
mod fixture;
mod frame;
pub mod perfect_bayesian;
pub mod sequential;
mod supports;

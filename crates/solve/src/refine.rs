//! Equilibria of games in which something is hidden: beliefs, and what makes them sensible.
//!
//! | module | finds |
//! |---|---|
//! | [`perfect_bayesian`] | all perfect Bayesian equilibria, weak or strong, with their beliefs |
//! | [`component`] | connected sets of equilibria, with intervals |

pub mod component;
mod conditions;
#[cfg(test)]
mod fixture;
mod frame;
pub mod perfect_bayesian;
mod supports;

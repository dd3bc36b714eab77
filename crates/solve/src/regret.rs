//! Regret minimization: extensive games of any size by sweeps over a compiled sequence form.
//!
//! ```text
//! ExtensiveGame ── flat ──► Flat: by player, information sets in order and sequences of own actions; what tuples of
//!      │                          sequences pay, merged, once in the order of every player's sequences
//!      │                            │
//!      │     Scheme (discounts as data) ──► Run: gradient (rows of numbers) → one sweep back over own sets (values, regrets,
//!      │                                    │    the next strategy) → one sweep ahead (plan); the average adds plans up
//!      │                                    ▼
//!      │                         exploitability: the same sweep back with the best action instead of the mean
//!      ▼                                    │
//!   verify ◄── behavior strategies ◄────────┘
//! ```
//!
//! A *plan* gives every sequence of a player's own actions the probability that she plays it; what the others and chance do
//! makes what she gets linear in it (Romanovskii 1962; von Stengel 1996). Nothing here is proved: what a run hands out is a
//! strategy, and its exploitability in floats steers the run only. [`ExactFlat`] makes the same sweeps in fractions.

mod checkpoint;
mod compiled;
mod exact;
mod flat;
mod layout;
pub mod mccfr;
pub mod portfolio;
mod real;
pub mod regret_minimization;
mod run;
mod sample;
mod scheme;
#[cfg(test)]
mod tests;

pub use checkpoint::CannotResume;
pub use compiled::Compiled;
pub use exact::ExactFlat;
pub use flat::{Flat, Side};
pub use real::Real;
pub use run::Run;
pub use sample::{
    Draws, MetSet, Play, Reader, RulesPlay, Sampler, Sampling, Spoiled, Spot, TreePlay,
};
pub use scheme::{Average, Exponent, Scheme, Updates};

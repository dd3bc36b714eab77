//! Games that may go on for ever.
//!
//! | module | games | finds |
//! |---|---|---|
//! | [`markov`](mod@markov) | stochastic, finitely many states | Markov-perfect equilibria |

mod bounds;
pub mod markov;
mod mixed;
mod search;
mod symmetry;
mod system;

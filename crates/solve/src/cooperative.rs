//! Coalitional games: who may claim how much of what all are worth together.
//!
//! | method | says |
//! |---|---|
//! | [`shapley_value`](mod@shapley_value) | what everybody adds on average to those who came before |
//! | [`banzhaf_index`](mod@banzhaf_index) | what everybody adds to a coalition drawn at random |
//! | [`core`](mod@core) | the divisions that no coalition can improve on, or how far there are none |
//! | [`nucleolus`](mod@nucleolus) | the division whose most unhappy coalitions are as happy as can be |

pub mod banzhaf_index;
pub mod core;
pub mod nucleolus;
pub mod shapley_value;
mod swings;

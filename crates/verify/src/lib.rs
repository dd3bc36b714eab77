//! What a solution is: slow, exact, obvious; a page a concept, to be read beside the textbook.
//!
//! | module | holds |
//! |---|---|
//! | [`payoff`] | what a profile pays and how likely it leads where |
//! | [`respond`] | the best one player can do against the others; regret |
//! | [`nash`] | nobody gains by deviating |
//! | [`algebraic`] | the same, of irrational probabilities, exactly |
//! | [`action_graph`] | the same in games whose payoffs depend on how many choose what, type by type |
//! | [`anonymous`] | the same, if all do the same and only count each other |
//! | [`subgame_perfect`] | nobody gains by deviating in any subgame |
//! | [`bayesian`] | everybody is at her best given beliefs, and beliefs follow Bayes' rule |
//! | [`sequential`] | and beliefs are limits of those that small mistakes give |
//! | [`quasi_perfect`] | everybody is at her best, also against small mistakes of the others |
//! | [`perfect`] | and every action stays best under some small mistakes of everybody |
//! | [`quantal`] | better actions are likelier, by just as much as they are better |
//! | [`markov`] | nobody gains by deviating at any state of a game that may go on for ever |
//! | [`allocation`] | shares are what the Shapley value, the core or the nucleolus say |
//! | [`commitment`] | no other strategy is worth more to commit to |
//! | [`dominance`] | what was struck out is dominated, and what is left is not |
//! | [`correlated`] | nobody gains by not doing what a device tells her |
//! | [`strong`] | no coalition gains by deviating together |
//! | [`coalition_proof`] | no coalition gains by deviating together in a way that lasts |
//! | [`proper`] | everybody is at her best against mistakes that are the rarer the more they cost |
//! | [`repeated`] | payoffs of a table played for ever come from plays that nobody deviates from, and there are no others |
//! | [`evolutionary`] | nothing pays more than what a population plays, and no mutants do better against themselves |
//! | [`fixation`] | probabilities that mutants take over are those of one step later, on average |
//! | [`verdict`] | how far off, and which deviation proves it |
//!
//! Imports nothing from `solve`: no solver grades itself. Everything is exact, nothing recurses
//! and nothing goes through the strategic form, but for players who forget.

pub mod action_graph;
pub mod algebraic;
pub mod allocation;
pub mod anonymous;
pub mod bayesian;
pub mod coalition_proof;
pub mod commitment;
mod conduct;
pub mod correlated;
pub mod dominance;
pub mod enclosed;
mod equations;
pub mod evolutionary;
pub mod fixation;
mod forgetful;
mod linear;
pub mod markov;
pub mod nash;
pub mod payoff;
pub mod perfect;
pub mod proper;
pub mod quantal;
pub mod quasi_perfect;
pub mod repeated;
pub mod respond;
mod scan;
pub mod sequential;
pub mod strong;
pub mod subgame_perfect;
mod totals;
pub mod verdict;

#[cfg(test)]
mod testing;

//! The house rules: what a machine can check about files, crates, solvers, citations and words.

pub mod citations;
pub mod crates;
pub mod files;
pub mod solvers;
pub mod words;

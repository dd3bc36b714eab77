//! The shapes of answers: text for people, JSON, CSV and Gambit's lines for programs.
//!
//! `names` says how players, information sets and actions are called in JSON; `model` is what an
//! answer of `solve` holds, which is also its JSON; `ends` adds up how play ends; `path` which decisions are reached; `text`, `csv` and `gambit` show it;
//! `ladder` holds what an equilibrium says about a ladder, `algebraic` what irrational numbers are.

pub(crate) mod algebraic;
pub(crate) mod csv;
pub(crate) mod ends;
pub(crate) mod gambit;
pub(crate) mod hidden;
pub(crate) mod json;
pub(crate) mod ladder;
pub(crate) mod model;
pub(crate) mod names;
pub(crate) mod path;
pub(crate) mod profile;
pub(crate) mod stationary;
pub(crate) mod text;

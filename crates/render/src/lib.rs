//! How answers look: plain data in, text out.
//!
//! | module | makes |
//! |---|---|
//! | [`escape`] | labels safe to show, one function a sink |
//! | [`number`] | exact numbers with a decimal beside them |
//! | [`table`] | one table model, several sinks |
//! | [`dot`] | a game as a Graphviz graph |
//! | [`region`](mod@region) | a map of regions over two numbers |
//! | `png` | drawings as PNG, with the feature of that name |
//! | [`explain`] | why a move is made, in sentences |
//!
//! Nothing here prints, reads files or solves. Labels come from strangers' files, so every sink
//! passes them through [`escape`] and callers hand over labels as they are.

pub mod dot;
pub mod escape;
pub mod explain;
pub mod number;
#[cfg(feature = "png")]
pub mod png;
pub mod region;
pub mod table;

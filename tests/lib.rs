//! What the whole-workspace tests share: the house rules as functions, the licence gate, the
//! runner of console blocks, and the fuzz targets.
//!
//! Rules are plain functions from sources to violations, so that every rule can be shown to fail
//! on a bad sample; `tests/tests/*.rs` apply them to the workspace.

pub mod console;
pub mod house;
pub mod licence;
pub mod literate;
pub mod mutate;
pub mod targets;
pub mod workspace;

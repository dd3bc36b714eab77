//! Evolution: populations whose strategies spread by what they get.
//!
//! | module | games | finds |
//! |---|---|---|
//! | [`mod@replicator`] | strategic, symmetric | all rest points of the replicator dynamics of one population, whether they are stable, and where shares go |
//! | [`pairs`] | strategic, two players | the same of two populations that meet each other |
//! | [`mod@moran`] | strategic, symmetric | how likely mutants take over a finite population, and which strategy it plays how long |
//!
//! What is stable against mutants is said in [`deterra_verify::evolutionary`], what fixation is in [`deterra_verify::fixation`].

pub mod moran;
pub mod pairs;
pub mod path;
pub mod replicator;
pub mod spectrum;

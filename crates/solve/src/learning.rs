//! Learning from what others did.
//!
//! | module | games | finds |
//! |---|---|---|
//! | [`mod@fictitious_play`] | strategic | what players come to who reply best to what the others did so far, and how near an equilibrium that is |
//! | [`mod@regret_matching`] | strategic | frequencies of profiles that come near correlated equilibria, and how near |

pub mod fictitious_play;
pub mod regret_matching;

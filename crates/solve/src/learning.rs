//! Learning from what others did.
//!
//! | module | games | finds |
//! |---|---|---|
//! | [`mod@fictitious_play`] | strategic | what players come to who reply best to what the others did so far, and how near an equilibrium that is |

pub mod fictitious_play;

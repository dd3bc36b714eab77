//! Asks `deterra-verify` about everything that this crate finds.

use deterra_game::extensive::ExtensiveGame;
use deterra_game::positional::PositionGraph;
use deterra_game::profile::{BehaviorProfile, PureProfile};
use deterra_game::strategic::StrategicGame;
use deterra_verify::verdict::{Concept, Verdict};

const MISSING: &str = "the judge is not there yet";

/// Whether moves by position are a subgame-perfect equilibrium.
pub(crate) fn choices(_graph: &dyn PositionGraph, _choices: &[u32]) -> Verdict {
    Verdict::unchecked(Concept::SubgamePerfect, MISSING)
}

/// Whether a behavior profile is a subgame-perfect equilibrium.
pub(crate) fn subgame_perfect(_game: &ExtensiveGame, _profile: &BehaviorProfile) -> Verdict {
    Verdict::unchecked(Concept::SubgamePerfect, MISSING)
}

/// Whether all these pure profiles are Nash equilibria: the worst verdict.
pub(crate) fn nash_profiles(_game: &ExtensiveGame, _profiles: &[PureProfile]) -> Verdict {
    Verdict::unchecked(Concept::Nash, MISSING)
}

/// Whether all these cells are Nash equilibria: the worst verdict.
pub(crate) fn cells(_game: &StrategicGame, _cells: &[usize]) -> Verdict {
    Verdict::unchecked(Concept::Nash, MISSING)
}

//! Nash equilibria of small subgames, mixed where there is no pure one.
//!
//! Pure equilibria come from [`super::pure`]. A subgame without any is played as a table in which
//! everybody chooses a strategy at once; there every information set is reached, so the search for
//! perfect Bayesian equilibria ([`crate::refine::perfect_bayesian`]) finds all Nash equilibria.
//! Of a connected set of them the corners are taken.

use super::NashSolver;
use super::pure::{MIXED_NOT_SEARCHED, Pure, PureSolver};
use crate::control::Control;
use crate::error::SolveError;
use crate::method::Method;
use crate::refine::conditions::Freedom;
use crate::refine::perfect_bayesian::{PerfectBayesian, enumerate};
use deterra_game::convert::{behavior_from_mixed, reduced_form, simultaneous_tree};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::profile::{BehaviorProfile, MixedProfile};
use std::sync::atomic::{AtomicBool, Ordering};

/// What the solutions say where mixed equilibria were needed.
pub const MIXED_WHERE_NEEDED: &str =
    "mixed equilibria were searched only in subgames that have no pure one";

/// Nodes of the table that a subgame is played as.
const MOST_NODES: usize = 200_000;

/// Finds pure equilibria, and mixed ones where there are none.
#[derive(Debug, Default)]
pub struct MixedSolver {
    /// For pure equilibria.
    pub options: Pure,
    mixed: AtomicBool,
}

impl MixedSolver {
    /// With these options for pure equilibria.
    pub const fn new(options: Pure) -> Self {
        Self {
            options,
            mixed: AtomicBool::new(false),
        }
    }
}

impl NashSolver for MixedSolver {
    fn solve(
        &self,
        subgame: &ExtensiveGame,
        control: &Control,
    ) -> Result<Vec<BehaviorProfile>, SolveError> {
        let pure = PureSolver {
            options: self.options,
        };
        let found = pure.solve(subgame, control)?;
        if !found.is_empty() {
            return Ok(found);
        }
        let refused = |what_is_missing: String| SolveError::NotApplicable {
            method: Method::Subgame,
            what_is_missing,
            node: None,
            infoset: None,
        };
        let form = reduced_form(subgame, self.options.cell_limit)
            .map_err(|error| refused(error.to_string()))?;
        let table = simultaneous_tree(form.game(), MOST_NODES)
            .map_err(|error| refused(error.to_string()))?;
        let options = PerfectBayesian::default();
        let found = enumerate(&table, Freedom::Weak, &options, Method::Subgame, control)?;
        if let Some(left_out) = found.not_searched {
            return Err(refused(format!(
                "a subgame without a pure equilibrium is too hard for mixed ones ({left_out})"
            )));
        }
        let mut profiles: Vec<BehaviorProfile> = Vec::new();
        for piece in found.answer.components.iter().flat_map(|c| &c.pieces) {
            if !piece.exact {
                return Err(refused(
                    "a subgame has an irrational equilibrium, which cannot be pasted exactly"
                        .to_owned(),
                ));
            }
            let inside = std::iter::once(&piece.inside.profile);
            let corners: Vec<&BehaviorProfile> = if piece.dimension == 0 {
                inside.collect()
            } else {
                piece.corners.iter().map(|(profile, _)| profile).collect()
            };
            for corner in corners {
                let rows = table
                    .infosets()
                    .map(|h| corner.at(&table, h).to_vec())
                    .collect();
                let profile = MixedProfile::new(&form.game().shape(), rows)
                    .map_err(|error| refused(error.to_string()))
                    .and_then(|mixed| {
                        behavior_from_mixed(subgame, &form, &mixed)
                            .map_err(|error| refused(error.to_string()))
                    })?;
                if !profiles.contains(&profile) {
                    profiles.push(profile);
                }
            }
        }
        if !profiles.is_empty() {
            self.mixed.store(true, Ordering::Relaxed);
        }
        Ok(profiles)
    }

    fn not_searched(&self) -> Option<&'static str> {
        Some(if self.mixed.load(Ordering::Relaxed) {
            MIXED_WHERE_NEEDED
        } else {
            MIXED_NOT_SEARCHED
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::perfect::subgame::{Subgame, subgame};
    use deterra_game::format::{ReadOptions, efg};
    use deterra_game::number::Rational;

    /// Out pays 0; in leads to pennies worth 1 to the matcher and -1 to the other: going in is as
    /// good as staying out, whatever the first player does, if she expects 0 there.
    #[test]
    fn a_subgame_without_pure_equilibria_is_mixed() {
        let text = r#"EFG 2 R "coin" { "A" "B" }
p "" 1 1 "" { "out" "in" } 0
t "" 1 "" { -1/2 0 }
p "" 2 1 "" { "H" "T" } 0
p "" 1 2 "" { "h" "t" } 0
t "" 2 "" { 1 -1 }
t "" 3 "" { -1 1 }
p "" 1 2 "" { "h" "t" } 0
t "" 3
t "" 2
"#;
        let game = efg::read(text, &ReadOptions::default())
            .value
            .expect("a game");
        let solver = MixedSolver::default();
        let options = Subgame {
            nash: Some(&solver),
            ..Subgame::default()
        };
        let solution = subgame(&game, &options, &Control::default()).expect("solvable");
        assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
        assert_eq!(solution.not_searched(), Some(MIXED_WHERE_NEEDED));
        let profile = solution.answer().profile();
        let half = Rational::new(1, 2).expect("nonzero");
        let flat = profile.as_slice();
        assert!(flat[1].is_one(), "in");
        assert!(flat[2..].iter().all(|p| *p == half), "{flat:?}");
        assert_eq!(
            solution.answer().payoffs(),
            [Rational::ZERO, Rational::ZERO]
        );
    }
}

//! Nash equilibria of small subgames, pure and mixed.
//!
//! Pure equilibria come from [`super::pure`]. For mixed ones a subgame is played as a table in which
//! everybody chooses a strategy at once; there every information set is reached, so the search for
//! perfect Bayesian equilibria ([`crate::refine::perfect_bayesian`]) finds all Nash equilibria. Of a
//! connected set of them the corners are taken, and a point inside.
//!
//! Where the table is too large or the search too long only pure equilibria are taken, and the answer says
//! so; where there are none, the search may be long.

use super::pure::{Pure, PureSolver};
use super::{Missing, NashSolver, SubgameNash};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::refine::conditions::Freedom;
use crate::refine::perfect_bayesian::{PerfectBayesian, enumerate};
use deterra_game::convert::{ReducedForm, behavior_from_mixed, reduced_form, simultaneous_tree};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::information::perfect_recall;
use deterra_game::number::Rational;
use deterra_game::profile::{BehaviorProfile, MixedProfile};

/// Nodes of the table that a subgame is played as, if it has no pure equilibrium.
const MOST_NODES: usize = 200_000;

/// The same if it has one.
const MOST_NODES_BESIDE: usize = 5_000;

/// Finds pure and mixed equilibria.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MixedSolver {
    /// For pure equilibria.
    pub options: Pure,
    /// How many systems of conditions are solved in search of mixed equilibria beside pure ones, times
    /// the cells of the subgame's table, by which systems grow; five times as many for two players,
    /// whose systems are linear.
    pub effort: u64,
}

impl Default for MixedSolver {
    fn default() -> Self {
        Self::new(Pure::default())
    }
}

impl MixedSolver {
    /// With these options for pure equilibria.
    pub const fn new(options: Pure) -> Self {
        Self {
            options,
            effort: 10_000,
        }
    }

    /// The mixed equilibria of a subgame, and what is missing of them.
    ///
    /// # Errors
    /// [`SolveError::Stopped`] if time ran out.
    fn mixed(
        &self,
        subgame: &ExtensiveGame,
        beside: bool,
        control: &Control,
    ) -> Result<SubgameNash, SolveError> {
        let missing = |why: String| {
            Ok(SubgameNash {
                missing: Missing::Mixed(why),
                ..SubgameNash::default()
            })
        };
        if !perfect_recall(subgame).is_empty() {
            // Then mixing move by move is something else than mixing between plans.
            return missing("somebody forgets what she knew or did".to_owned());
        }
        let clock = control.start();
        let limit = self.options.cell_limit;
        let form = match clock.require("subgames", || Ok(reduced_form(subgame, limit)))? {
            Ok(form) => form,
            Err(error) => return missing(error.to_string()),
        };
        let nodes = if beside {
            MOST_NODES_BESIDE
        } else {
            MOST_NODES
        };
        let table = match simultaneous_tree(form.game(), nodes) {
            Ok(table) => table,
            Err(error) => return missing(error.to_string()),
        };
        let standard = PerfectBayesian::default();
        let options = PerfectBayesian {
            support_limit: if beside {
                let eased = if form.game().num_players() == 2 { 5 } else { 1 };
                self.effort.saturating_mul(eased) / form.game().num_cells().max(1) as u64
            } else {
                standard.support_limit
            },
            ..standard
        };
        let found = match enumerate(&table, Freedom::Weak, &options, Method::Subgame, control) {
            Ok(found) => found,
            Err(error @ SolveError::Stopped { .. }) => return Err(error),
            Err(SolveError::NotApplicable {
                what_is_missing, ..
            }) => return missing(what_is_missing),
            Err(error) => return missing(error.to_string()),
        };
        if !matches!(found.stop, Stop::Done | Stop::Iterations) {
            return Err(SolveError::Stopped {
                stop: found.stop,
                done: 0,
                total: 1,
                unit: "subgames",
            });
        }
        if let Some(left_out) = found.not_searched {
            return missing(left_out);
        }
        let mut all = SubgameNash::default();
        for piece in found.answer.components.iter().flat_map(|c| &c.pieces) {
            if !piece.exact {
                all.missing = Missing::Irrational;
                continue;
            }
            all.sets |= piece.dimension > 0;
            let corners = piece.corners.iter().map(|(profile, _)| profile);
            let corners = corners.filter(|_| piece.dimension > 0);
            for point in corners.chain([&piece.inside.profile]) {
                if point.as_slice().iter().all(is_whole) {
                    // Pure ones are known, and in their own order.
                    continue;
                }
                let Some(profile) = untabled(subgame, &form, &table, point) else {
                    return missing("one of them cannot be played move by move".to_owned());
                };
                if !all.profiles.contains(&profile) {
                    all.profiles.push(profile);
                }
            }
        }
        Ok(all)
    }
}

fn is_whole(probability: &Rational) -> bool {
    probability.is_zero() || probability.is_one()
}

/// A profile of the table as one of the subgame.
fn untabled(
    subgame: &ExtensiveGame,
    form: &ReducedForm,
    table: &ExtensiveGame,
    profile: &BehaviorProfile,
) -> Option<BehaviorProfile> {
    let rows = table.infosets();
    let rows = rows.map(|h| profile.at(table, h).to_vec()).collect();
    let mixed = MixedProfile::new(&form.game().shape(), rows).ok()?;
    behavior_from_mixed(subgame, form, &mixed).ok()
}

impl NashSolver for MixedSolver {
    fn solve(&self, subgame: &ExtensiveGame, control: &Control) -> Result<SubgameNash, SolveError> {
        let pure = PureSolver {
            options: self.options,
        };
        let mut found = pure.solve(subgame, control)?;
        let mixed = self.mixed(subgame, !found.profiles.is_empty(), control)?;
        found.profiles.extend(mixed.profiles);
        found.sets |= mixed.sets;
        found.missing = mixed.missing;
        Ok(found)
    }

    fn not_searched(&self) -> Option<&'static str> {
        None
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
        assert!(solution.is_complete(), "{:?}", solution.not_searched());
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

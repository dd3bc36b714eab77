//! Which refinements a component survives.
//!
//! **Problem.** Of a connected set of perfect Bayesian equilibria, say whether some member is
//! sequential, and whether some survives the intuitive criterion and D1.
//! **Method.** Look at one equilibrium inside every piece and at every corner with beliefs: for the
//! first question at their beliefs ([`deterra_verify::sequential::consistency`]), for the others at
//! what is paid on the path ([`super::forward`]). One that survives settles it; that none does is
//! said only where the members looked at stand for all.
//! **Applies to** what [`super::perfect_bayesian`] finds.
//! **Exact.** Yes; `None` where it is not known.
//! **Cost.** One linear system a member looked at, and the messages that nobody sends.
//! **References.** kreps1982, cho1987, bankssobel1987.

use super::component::{Component, Piece};
use super::forward::forward_induction;
use super::frame::Frame;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::profile::Assessment;
use deterra_verify::sequential::{Consistency, consistency};

/// Which refinements some equilibrium of a component survives; `None` where that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Survival {
    /// Beliefs are limits of those that small mistakes give: the orders of the mistakes were
    /// found. `Some(false)` if the component has one equilibrium, and its beliefs are not.
    pub sequential: Option<bool>,
    /// The intuitive criterion (Cho and Kreps 1987), at every message nobody sends.
    pub intuitive: Option<bool>,
    /// D1, at every message nobody sends.
    pub d1: Option<bool>,
}

/// Looks at an equilibrium inside every piece and at the corners.
///
/// # Returns
/// By component.
pub fn survival(game: &ExtensiveGame, components: &[Component]) -> Vec<Survival> {
    let frame = Frame::new(game);
    components.iter().map(|c| one(&frame, c)).collect()
}

/// The equilibria of a piece that are looked at.
fn members(game: &ExtensiveGame, piece: &Piece) -> Vec<Assessment> {
    let mut all = vec![piece.inside.clone()];
    for (profile, beliefs) in &piece.corners {
        let decides = |n: usize| {
            let node = deterra_game::id::NodeId::from_index(n);
            game.infoset(node)
                .is_some_and(|h| game.infoset_player(h).is_some())
        };
        let mut known = beliefs.iter().enumerate();
        if known.all(|(n, b)| b.is_some() || !decides(n)) {
            all.push(Assessment {
                profile: profile.clone(),
                beliefs: beliefs
                    .iter()
                    .map(|b| b.clone().unwrap_or_default())
                    .collect(),
            });
        }
    }
    all
}

fn one(frame: &Frame<'_>, component: &Component) -> Survival {
    let game = frame.game;
    let is_consistent = |a: &Assessment| matches!(consistency(game, a), Consistency::Consistent(_));
    let exact = component.pieces.iter().filter(|p| p.exact);
    let mut sequential = exact
        .flat_map(|p| members(game, p))
        .any(|a| is_consistent(&a))
        .then_some(true);
    if sequential.is_none() && component.is_point() && component.exact {
        sequential = Some(false);
    }
    // Both criteria depend on what is played and paid on the path alone.
    let judged: Vec<_> = component
        .pieces
        .iter()
        .map(|p| forward_induction(frame, &p.inside))
        .collect();
    let any = |of: &dyn Fn(usize) -> Option<bool>| {
        let all: Vec<Option<bool>> = (0..judged.len()).map(of).collect();
        if all.contains(&Some(true)) {
            Some(true)
        } else if all.contains(&None) {
            None
        } else {
            Some(false)
        }
    };
    Survival {
        sequential,
        intuitive: any(&|k| judged[k].intuitive),
        d1: any(&|k| judged[k].d1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Control;
    use crate::refine::fixture;
    use crate::refine::perfect_bayesian::{PerfectBayesian, perfect_bayesian};
    use deterra_game::format::{ReadOptions, efg};

    fn steadfast(a: (i64, i64), b: (i64, i64)) -> Survival {
        let game = fixture::unilateral(a.0, a.1, b.0, b.1);
        let solution = perfect_bayesian(&game, &PerfectBayesian::default(), &Control::default())
            .expect("perfect recall");
        let components = &solution.answer().components;
        let survival = survival(&game, components);
        let quiet =
            |c: &Component| c.probabilities[0].low.is_one() && c.probabilities[4].low.is_one();
        let at = components
            .iter()
            .position(quiet)
            .expect("steadfast deterrence");
        survival[at]
    }

    /// Steadfast deterrence is killed by the intuitive criterion exactly if
    /// `1/2 < p_B < 2/3`, and by D1 exactly if `p_B < 2/3`: the fixture has `r_S` = 1/2 and `r_H` = 2/3.
    #[test]
    fn fates_of_steadfast_deterrence() {
        for (b, intuitive, d1) in [
            ((3, 10), true, false),
            ((9, 20), true, false),
            ((3, 5), false, false),
            ((7, 10), true, true),
        ] {
            let found = steadfast((2, 5), b);
            assert_eq!(found.sequential, Some(true), "{b:?}");
            assert_eq!(found.intuitive, Some(intuitive), "{b:?}");
            assert_eq!(found.d1, Some(d1), "{b:?}");
        }
    }

    /// Beer and quiche (Cho and Kreps 1987): both types drink beer, or both eat quiche; the
    /// intuitive criterion rules out the latter.
    #[test]
    fn quiche_is_not_intuitive() {
        let text = r#"EFG 2 R "beer and quiche" { "1" "2" }
c "" 1 "" { "strong" 9/10 "weak" 1/10 } 0
p "" 1 1 "" { "beer" "quiche" } 0
p "" 2 1 "" { "fight" "spare" } 0
t "" 1 "" { 1 0 }
t "" 2 "" { 3 1 }
p "" 2 2 "" { "fight" "spare" } 0
t "" 3 "" { 0 0 }
t "" 4 "" { 2 1 }
p "" 1 2 "" { "beer" "quiche" } 0
p "" 2 1 "" { "fight" "spare" } 0
t "" 5 "" { 0 1 }
t "" 6 "" { 2 0 }
p "" 2 2 "" { "fight" "spare" } 0
t "" 7 "" { 1 1 }
t "" 8 "" { 3 0 }
"#;
        let game = efg::read(text, &ReadOptions::default())
            .value
            .expect("a game");
        let solution = perfect_bayesian(&game, &PerfectBayesian::default(), &Control::default())
            .expect("perfect recall");
        let components = &solution.answer().components;
        assert_eq!(components.len(), 2);
        let survival = survival(&game, components);
        for (component, found) in components.iter().zip(&survival) {
            let beer = component.probabilities[0].low.is_one();
            assert_eq!(found.intuitive, Some(beer));
            assert_eq!(found.d1, Some(beer));
            assert_eq!(found.sequential, Some(true));
        }
    }
}

//! Which refinements a component survives.
//!
//! **Problem.** Of a connected set of perfect Bayesian equilibria, say whether some member is
//! sequential, whether some is trembling-hand perfect, and whether some survives the intuitive
//! criterion and D1.
//! **Method.** Look at one equilibrium inside every piece and at every corner with beliefs: for the
//! first two questions at their beliefs ([`deterra_verify::sequential::consistency`],
//! [`deterra_verify::perfect`]), for the others at what is paid on the path ([`super::forward`]). One
//! that survives settles it. If none does, sequential equilibria are searched for in the supports of
//! the component; that there is none is said only where the members looked at stand for all.
//! **Applies to** what [`super::perfect_bayesian`] finds.
//! **Exact.** Yes; `None` where it is not known.
//! **Cost.** One linear system a member looked at, and the messages that nobody sends; where the
//! first two questions stay open, the search for sequential equilibria in up to 64 supports.
//! **References.** kreps1982, selten1975, cho1987, bankssobel1987.

use super::component::{Component, Piece};
use super::forward::{Note, forward_induction};
use super::frame::Frame;
use super::settle::settle;
use super::trembling_hand::corners;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::patience::{Patience, poll, within};
use deterra_game::profile::Assessment;
use deterra_verify::perfect::{Answer, decide, dominated};
use deterra_verify::sequential::{Consistency, consistency};

/// Nodes times equilibria of a component that are tested for perfection or for dominance.
const MOST_WORK: usize = 200_000;

/// Which refinements some equilibrium of a component survives; `None` where that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survival {
    /// Beliefs are limits of those that small mistakes give: the orders of the mistakes were
    /// found. `Some(false)` if no support of the component carries an equilibrium with such beliefs.
    pub sequential: Option<bool>,
    /// Trembling-hand perfect (Selten 1975): the mistakes were found. `Some(false)` if there is no
    /// sequential equilibrium, or if every piece uses an action that is dominated for its agent.
    pub perfect: Option<bool>,
    /// The intuitive criterion (Cho and Kreps 1987), at every message nobody sends.
    pub intuitive: Option<bool>,
    /// D1, at every message nobody sends.
    pub d1: Option<bool>,
    /// What speaks against it if it survives one of the two nowhere: a message, and who could have sent it.
    pub note: Option<Note>,
}

/// Looks at an equilibrium inside every piece and at the corners.
///
/// # Returns
/// Of the first `shown` components; the others matter only in that they may use the same actions. Fewer if patience ran
/// out.
pub fn survival(
    game: &ExtensiveGame,
    components: &[Component],
    shown: usize,
    patience: &Patience,
) -> Vec<Survival> {
    let frame = Frame::new(game);
    (0..shown.min(components.len()))
        .map_while(|k| {
            // What was not begun is not begun any more.
            let here = || {
                poll();
                one(&frame, components, k)
            };
            within(patience, here).ok()
        })
        .collect()
}

/// The equilibria of a piece that are looked at.
fn members(game: &ExtensiveGame, piece: &Piece) -> Vec<Assessment> {
    let mut all = vec![piece.inside.clone()];
    all.extend(corners(game, piece));
    all
}

/// How many equilibria of a component are tested.
fn most_tried(game: &ExtensiveGame) -> usize {
    (MOST_WORK / game.num_nodes().max(1)).clamp(4, 256)
}

/// Sequential equilibria that were put to the test of perfection.
#[derive(Default)]
struct Tried {
    members: usize,
    perfect: bool,
}

impl Tried {
    fn add(&mut self, game: &ExtensiveGame, member: &Assessment) {
        self.members += 1;
        self.perfect |= matches!(decide(game, member), Answer::Perfect(_));
    }
}

/// Whether every piece uses an action that another one dominates for its agent.
fn is_dominated(game: &ExtensiveGame, component: &Component) -> bool {
    let mut pieces = component.pieces.iter();
    component.pieces.len() <= most_tried(game)
        && pieces.all(|p| dominated(game, &p.inside.profile).is_some())
}

fn one(frame: &Frame<'_>, components: &[Component], at: usize) -> Survival {
    let game = frame.game;
    let component = &components[at];
    let exact = component.pieces.iter().filter(|p| p.exact);
    let mut tried = Tried::default();
    for member in exact.flat_map(|p| members(game, p)) {
        poll();
        if tried.perfect || tried.members >= most_tried(game) {
            break;
        }
        if matches!(consistency(game, &member), Consistency::Consistent(_)) {
            tried.add(game, &member);
        }
    }
    let mut sequential = (tried.members > 0).then_some(true);
    if sequential.is_none() && component.is_point() && component.exact {
        sequential = Some(false);
    } else if !tried.perfect && !is_dominated(game, component) {
        // Nobody looked at settles it: look for sequential equilibria that do.
        let rest = components.iter().enumerate().filter(|(k, _)| *k != at);
        let settled = settle(frame, component, rest.map(|(_, c)| c));
        if !settled.members.is_empty() {
            sequential = Some(true);
        } else if sequential.is_none() && settled.complete {
            sequential = Some(false);
        }
        for member in settled.members.iter().take(most_tried(game)) {
            poll();
            tried.add(game, member);
        }
    }
    let perfect = if tried.perfect {
        Some(true)
    } else {
        let none = sequential == Some(false) || is_dominated(game, component);
        none.then_some(false)
    };
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
    let (intuitive, d1) = (any(&|k| judged[k].intuitive), any(&|k| judged[k].d1));
    let fails = intuitive == Some(false) || d1 == Some(false);
    let note = judged.into_iter().next().and_then(|first| first.note);
    Survival {
        sequential,
        perfect,
        intuitive,
        d1,
        note: note.filter(|_| fails),
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
        let survival = survival(&game, components, components.len(), &Patience::default());
        let quiet =
            |c: &Component| c.probabilities[0].low.is_one() && c.probabilities[4].low.is_one();
        let at = components
            .iter()
            .position(quiet)
            .expect("steadfast deterrence");
        survival[at].clone()
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
            assert_eq!(found.perfect, Some(true), "{b:?}");
            assert_eq!(found.intuitive, Some(intuitive), "{b:?}");
            assert_eq!(found.d1, Some(d1), "{b:?}");
            // Where it fails, defecting could only come from the hard challenger, the first of the two.
            let note = found.note.map(|note| (note.left, note.surely));
            assert_eq!(note, (!d1).then(|| (vec![0], !intuitive)), "{b:?}");
        }
    }

    /// Player 1 stays out, or goes by one of three ways, each of which two of three observers see, two
    /// ways an observer. An observer takes `x`, which keeps 1 out, if she believes in a twice as much as
    /// in b; in b twice as much as in c; in c as much as in a. Each alone may, and as nothing but mistakes
    /// is compared twice, so may all; but a is then at least four times as likely as c, and at most as
    /// likely. So in a connected set of perfect Bayesian equilibria none is sequential.
    #[test]
    fn beliefs_around_a_triangle_are_not_sequential() {
        let text = r#"EFG 2 R "triangle" { "1" "2" }
c "" 1 "" { "ab" 1/3 "bc" 1/3 "ac" 1/3 } 0
p "" 1 1 "" { "out" "a" "b" "c" } 0
t "" 1 "" { 0 0 }
p "" 2 1 "" { "x" "y" } 0
t "" 2 "" { -3 1 }
t "" 3 "" { 10 0 }
p "" 2 1 "" { "x" "y" } 0
t "" 4 "" { -3 0 }
t "" 5 "" { 10 2 }
t "" 6 "" { 0 0 }
p "" 1 1 "" { "out" "a" "b" "c" } 0
t "" 7 "" { 0 0 }
t "" 8 "" { 0 0 }
p "" 2 2 "" { "x" "y" } 0
t "" 9 "" { -3 1 }
t "" 10 "" { 10 0 }
p "" 2 2 "" { "x" "y" } 0
t "" 11 "" { -3 0 }
t "" 12 "" { 10 2 }
p "" 1 1 "" { "out" "a" "b" "c" } 0
t "" 13 "" { 0 0 }
p "" 2 3 "" { "x" "y" } 0
t "" 14 "" { -3 0 }
t "" 15 "" { 10 1 }
t "" 16 "" { 0 0 }
p "" 2 3 "" { "x" "y" } 0
t "" 17 "" { -3 1 }
t "" 18 "" { 10 0 }
"#;
        for (text, expected) in [
            (text.to_owned(), false),
            // If c need only be a fourth as likely as a, all three fit.
            (
                text.replace("{ -3 1 }\nt \"\" 18", "{ -3 4 }\nt \"\" 18"),
                true,
            ),
        ] {
            let game = efg::read(&text, &ReadOptions::default());
            let game = game.value.expect("a game");
            let options = PerfectBayesian::default();
            let solution = perfect_bayesian(&game, &options, &Control::default());
            let solution = solution.expect("perfect recall");
            assert!(solution.is_complete(), "{:?}", solution.not_searched());
            let components = &solution.answer().components;
            let survival = survival(&game, components, components.len(), &Patience::default());
            let out = |c: &Component| c.probabilities[0].high.is_one();
            let at = components.iter().position(out).expect("1 stays out");
            assert!(!components[at].is_point());
            assert_eq!(survival[at].sequential, Some(expected));
            assert_eq!(survival[at].perfect, Some(expected));
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
        let survival = survival(&game, components, components.len(), &Patience::default());
        for (component, found) in components.iter().zip(&survival) {
            let beer = component.probabilities[0].low.is_one();
            assert_eq!(found.intuitive, Some(beer));
            assert_eq!(found.d1, Some(beer));
            assert_eq!(found.sequential, Some(true));
            assert_eq!(found.perfect, Some(true));
        }
    }
}

//! Trembling-hand perfect equilibria of the extensive form.
//!
//! **Problem.** Find the equilibria whose every action stays best, for whoever moves there, under
//! some small mistakes of everybody everywhere (Selten 1975).
//! **Theorem.** Every perfect equilibrium is the profile of a sequential one (Kreps and Wilson
//! 1982), and mistakes at which all ties can be held while everything else stays strict prove one
//! perfect ([`deterra_verify::perfect`], with the proof). An action that another one dominates for
//! its agent is used in no perfect equilibrium.
//! **Method.** All sequential equilibria ([`super::sequential`]); of every set with the same actions
//! in use, one inside is put to the test: the set is kept if it passes, dropped if one of its actions
//! is dominated, and else counted as undecided. Corners are tested by themselves. Perfect
//! equilibria are a closed set, so the border of what is perfect is perfect.
//! **Applies to** extensive games with perfect recall and up to 64 actions a set, with chance moves
//! of positive probability.
//! **Exact.** Yes; orders and weights of mistakes are the certificate. Irrational equilibria are not
//! decided, and it is said. Of a connected set, one member inside and its corners have been tested.
//! **Cost.** That of all sequential equilibria, and one system a set: for small games.
//! **References.** selten1975, kreps1982, vandamme1991.

use super::component::{self, Piece};
use super::conditions::Freedom;
use super::frame::Frame;
use super::perfect_bayesian::{BayesianEquilibria, PerfectBayesian, enumerate_kept};
use super::supports::Cell;
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::judge;
use crate::method::Method;
use crate::solution::Solution;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::profile::Assessment;
use deterra_verify::perfect::{self, Answer};
use deterra_verify::verdict::Concept;

/// Options of [`trembling_hand`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TremblingHand {
    /// Limits; what binds beliefs is not used.
    pub search: PerfectBayesian,
}

/// Finds the trembling-hand perfect equilibria.
///
/// # Returns
/// Components of sequential equilibria whose profiles are perfect; the verdict is the worst over
/// the judged equilibria of all of them.
///
/// # Errors
/// As [`super::perfect_bayesian::perfect_bayesian`].
pub fn trembling_hand(
    game: &ExtensiveGame,
    options: &TremblingHand,
    control: &Control,
) -> Result<Solution<BayesianEquilibria>, SolveError> {
    let control = &control.running();
    let method = Method::TremblingHand;
    let clock = control.start();
    let mut open = 0_u64;
    let mut cut = None;
    let keep = |frame: &Frame<'_>, cell: &Cell| {
        let decided = || inside(game, &component::inside(frame, cell), cell.part.exact);
        let perfect = clock.hold(decided).unwrap_or_else(|stop| {
            cut.get_or_insert(stop);
            None
        });
        open += u64::from(perfect.is_none());
        perfect == Some(true)
    };
    let search = &options.search;
    let mut found = enumerate_kept(
        game,
        Freedom::Consistent,
        None,
        search,
        method,
        control,
        keep,
    )?;
    let pieces = found.answer.components.iter().flat_map(|c| &c.pieces);
    let open_border = |p: &&Piece| {
        let perfect = clock.hold(|| border(game, p)).unwrap_or_else(|stop| {
            cut.get_or_insert(stop);
            false
        });
        !perfect
    };
    let borders = pieces.filter(open_border).count();
    if let (Stop::Done, Some(stop)) = (found.stop, cut) {
        found.stop = stop;
    }
    let mut clauses: Vec<String> = found.not_searched.take().into_iter().collect();
    if open > 0 {
        let (sets, are) = if open == 1 {
            ("set", "is")
        } else {
            ("sets", "are")
        };
        clauses.push(format!(
            "whether {open} {sets} of sequential equilibria {are} perfect could not be decided"
        ));
    }
    if borders > 0 {
        let borders = if borders == 1 {
            "the border of 1 set is".to_owned()
        } else {
            format!("the borders of {borders} sets are")
        };
        clauses.push(format!("whether {borders} perfect could not be decided"));
    }
    found.not_searched = (!clauses.is_empty()).then(|| clauses.join("; "));
    Ok(Solution::certified(
        found,
        Concept::Perfect,
        &control.patience(),
        |answer| {
            let claim = (Concept::Perfect, search.judged);
            judge::assessments(game, &answer.components, claim, |one, by| {
                perfect::judge(game, one, by)
            })
        },
    ))
}

/// Whether the sequential equilibria that an assessment stands for are perfect, if that is known.
fn inside(game: &ExtensiveGame, assessment: &Assessment, exact: bool) -> Option<bool> {
    if !exact {
        let dominated = perfect::dominated(game, &assessment.profile);
        return dominated.is_some().then_some(false);
    }
    match perfect::decide(game, assessment) {
        Answer::Perfect(_) => Some(true),
        Answer::Not(_) => Some(false),
        Answer::Unknown(_) => None,
    }
}

/// Whether all corners that have beliefs are perfect.
fn border(game: &ExtensiveGame, piece: &Piece) -> bool {
    corners(game, piece)
        .iter()
        .all(|one| matches!(perfect::decide(game, one), Answer::Perfect(_)))
}

/// The corners of a piece at which beliefs are determined everywhere.
pub(crate) fn corners(game: &ExtensiveGame, piece: &Piece) -> Vec<Assessment> {
    let decides = |n: usize| {
        let node = deterra_game::id::NodeId::from_index(n);
        game.infoset(node)
            .is_some_and(|h| game.infoset_player(h).is_some())
    };
    let known = piece.corners.iter().filter(|(_, beliefs)| {
        let mut all = beliefs.iter().enumerate();
        all.all(|(n, b)| b.is_some() || !decides(n))
    });
    known
        .map(|(profile, beliefs)| Assessment {
            profile: profile.clone(),
            beliefs: beliefs
                .iter()
                .map(|b| b.clone().unwrap_or_default())
                .collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::format::{ReadOptions, efg};
    use deterra_game::number::Rational;

    fn solved(text: &str) -> Solution<BayesianEquilibria> {
        let game = efg::read(text, &ReadOptions::default()).value;
        let game = game.expect("a game");
        trembling_hand(&game, &TremblingHand::default(), &Control::default())
            .expect("perfect recall")
    }

    /// Selten (1975): the perfect equilibria of his horse are those in which the third player, who is
    /// not asked, goes R with at most 1/4.
    #[test]
    fn the_horse_has_one_family() {
        let solution = solved(
            r#"EFG 2 R "horse" { "1" "2" "3" }
p "" 1 1 "" { "L" "R" } 0
p "" 3 1 "" { "L" "R" } 0
t "" 1 "" { 0 0 0 }
t "" 2 "" { 3 2 2 }
p "" 2 1 "" { "L" "R" } 0
p "" 3 1 "" { "L" "R" } 0
t "" 3 "" { 0 0 1 }
t "" 4 "" { 4 4 0 }
t "" 5 "" { 1 1 1 }
"#,
        );
        assert!(solution.is_complete(), "{:?}", solution.not_searched());
        assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
        assert_eq!(solution.concept(), Concept::Perfect);
        let components = &solution.answer().components;
        assert_eq!(components.len(), 1);
        let probabilities = &components[0].probabilities;
        let third = probabilities.last().expect("actions");
        assert_eq!(third.low, Rational::ZERO);
        assert_eq!(third.high, Rational::new(1, 4).expect("nonzero"));
    }

    /// (T, L) pays 1 each and everything else nothing: two sequential equilibria besides mixtures
    /// there are none, and in (B, R) both actions are dominated.
    #[test]
    fn what_is_dominated_is_dropped() {
        let solution = solved(
            r#"EFG 2 R "both" { "1" "2" }
p "" 1 1 "" { "T" "B" } 0
p "" 2 1 "" { "L" "R" } 0
t "" 1 "" { 1 1 }
t "" 2 "" { 0 0 }
p "" 2 1 "" { "L" "R" } 0
t "" 3 "" { 0 0 }
t "" 4 "" { 0 0 }
"#,
        );
        assert!(solution.is_complete());
        let components = &solution.answer().components;
        assert_eq!(components.len(), 1);
        assert!(components[0].is_point());
        assert_eq!(components[0].payoffs[0].low, Rational::ONE);
    }
}

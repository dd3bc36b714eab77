//! What is played in one member of a family, small enough to be kept for a million of them.

use crate::family::Member;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::{Rational, trace};
use deterra_game::positional::{Mover, PositionGraph};
use deterra_game::profile::{BehaviorProfile, PositionProfile};
use deterra_solve::control::{Control, Stop};
use deterra_solve::error::SolveError;
use deterra_solve::problem::{Answer, Request, solve};
use deterra_verify::verdict::Concept;
use std::collections::BTreeMap;

/// One equilibrium, or a connected set of them by one that stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Play {
    /// How likely each outcome label is, most likely first, then by label.
    pub outcomes: Vec<(String, Rational)>,
    /// By player, in payoff units.
    pub payoffs: Vec<Rational>,
    /// By decision (a position, or an information set of a tree) the moves that are taken,
    /// ascending.
    pub taken: Vec<Vec<u32>>,
    /// Whether it is one equilibrium and not one of a connected set.
    pub is_point: bool,
}

impl Play {
    /// How likely an outcome is; 0 if the label never occurs.
    pub fn probability(&self, outcome: &str) -> Rational {
        let found = self.outcomes.iter().find(|(label, _)| label == outcome);
        found.map(|(_, p)| p.clone()).unwrap_or_default()
    }
}

/// The equilibria of one member.
#[derive(Clone, Debug)]
pub struct Regime {
    /// The concept they are equilibria in the sense of.
    pub concept: Concept,
    /// In the order in which `solve` lists them. Of equilibria that differ only where moves tie
    /// only the one that the tie rule selects is here.
    pub plays: Vec<Play>,
    /// By decision the moves that are best in some equilibrium, where backward induction tells.
    pub optimal: Option<Vec<Vec<u32>>>,
    /// Whether nothing was left out.
    pub complete: bool,
}

impl Regime {
    /// Whether the same moves are taken in the same equilibria.
    pub fn is_like(&self, other: &Self) -> bool {
        let both = self.plays.iter().zip(&other.plays);
        self.optimal == other.optimal
            && self.plays.len() == other.plays.len()
            && both.into_iter().all(|(a, b)| a.taken == b.taken)
    }
}

/// Why a member has no regime.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoRegime {
    /// The solver refused.
    #[error(transparent)]
    Solver(#[from] SolveError),
    /// The solver was ended early: what it had found is not all there is.
    #[error("{}", .0.clause())]
    Stopped(Stop),
    /// What was found did not pass its judge.
    #[error("the equilibria found were not confirmed by their judge")]
    NotConfirmed,
    /// The concept has no moves to look at.
    #[error("questions about families need spe, pbe, weak-pbe or sequential, and this is {0}")]
    NotSupported(&'static str),
}

/// Solves a member.
///
/// # Errors
/// [`NoRegime`].
///
/// # Complexity
/// That of the solver; the regime itself is linear in the game.
pub fn regime(member: &Member, request: &Request, control: &Control) -> Result<Regime, NoRegime> {
    let solution = solve(&member.problem(), request, control)?;
    if solution.stop().is_early() && !solution.is_complete() {
        return Err(NoRegime::Stopped(solution.stop()));
    }
    if !solution.verdict().holds() {
        return Err(NoRegime::NotConfirmed);
    }
    let concept = solution.concept();
    let complete = solution.is_complete();
    let graph = member.graph();
    let (plays, optimal) = match (solution.answer(), member) {
        (Answer::Perfect(found), _) => {
            let optimal = decisions(graph).map(|at| found.optimal_moves(at).to_vec());
            let (play, _) = play_of_choices(graph, found.choices());
            (vec![play], Some(optimal.collect()))
        }
        (Answer::Subgame(found), Member::Tree(game)) => {
            (vec![play_of_behavior(game, found.profile(), true)], None)
        }
        (Answer::Bayesian(found), Member::Tree(game)) => {
            let all = found.components.iter();
            let plays =
                all.map(|c| play_of_behavior(game, &c.representative().profile, c.is_point()));
            (plays.collect(), None)
        }
        _ => return Err(NoRegime::NotSupported(concept.name())),
    };
    Ok(Regime {
        concept,
        plays,
        optimal,
        complete,
    })
}

/// Where somebody decides, in order.
fn decisions(graph: &dyn PositionGraph) -> impl Iterator<Item = NodeId> {
    let all = (0..graph.num_positions()).map(NodeId::from_index);
    all.filter(|at| matches!(graph.mover(*at), Mover::Player(_)))
}

/// What is played by one move a position, as backward induction chooses them.
pub(crate) fn play_of_choices(
    graph: &dyn PositionGraph,
    choices: &[u32],
) -> (Play, PositionProfile) {
    let profile = PositionProfile::pure(graph, choices.to_vec())
        .expect("invariant: backward induction chooses moves that exist");
    let (outcomes, payoffs) = ends(graph, &profile);
    let taken = decisions(graph).map(|at| profile.support(at).map(|(k, _)| k as u32).collect());
    let play = Play {
        outcomes,
        payoffs,
        taken: taken.collect(),
        is_point: true,
    };
    (play, profile)
}

/// What is played in one equilibrium of a tree.
pub(crate) fn play_of_behavior(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    is_point: bool,
) -> Play {
    let (outcomes, payoffs) = ends(game, &PositionProfile::from_behavior(game, profile));
    let used = |h: InfosetId| {
        let row = profile.at(game, h).iter().enumerate();
        row.filter(|(_, p)| !p.is_zero())
            .map(|(k, _)| k as u32)
            .collect()
    };
    let decisions = game
        .infosets()
        .filter(|h| game.infoset_player(*h).is_some());
    Play {
        outcomes,
        payoffs,
        taken: decisions.map(used).collect(),
        is_point,
    }
}

/// How likely each outcome is, and what everybody gets, in one pass over what is reached.
fn ends(
    graph: &dyn PositionGraph,
    profile: &PositionProfile,
) -> (Vec<(String, Rational)>, Vec<Rational>) {
    let mut open = BTreeMap::from([(NodeId::ROOT, Rational::ONE)]);
    let mut sums: BTreeMap<String, Rational> = BTreeMap::new();
    let mut payoffs = vec![Rational::ZERO; graph.num_players()];
    while let Some((at, probability)) = open.pop_first() {
        for (player, sum) in payoffs.iter_mut().enumerate() {
            if let Some(paid) = graph.payoff_at(at, PlayerId::from_index(player)) {
                *sum += &(&probability * paid.value());
            }
        }
        match graph.mover(at) {
            Mover::Terminal => {
                let label = crate::path::ending_label(graph, at);
                *sums.entry(label).or_default() += &probability;
            }
            Mover::Player(_) => {
                for (k, p) in profile.support(at) {
                    *open.entry(graph.successor(at, k)).or_default() += &(&probability * p);
                }
            }
            Mover::Chance => {
                for k in 0..graph.num_moves(at) {
                    let p = graph.chance_probability(at, k).value();
                    if !p.is_surely_zero() {
                        *open.entry(graph.successor(at, k)).or_default() += &(&probability * p);
                    }
                }
            }
        }
    }
    let mut outcomes: Vec<(String, Rational)> = sums.into_iter().collect();
    // In which order they are listed changes nothing that is played.
    trace::quietly(|| outcomes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0))));
    (outcomes, payoffs)
}

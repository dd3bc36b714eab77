//! Equilibria of perfect-information games, as rows of an answer.

use super::rows;
use crate::output::model::{Equilibrium, OutcomeRow, StepRow};
use crate::output::names::{Decision, Names, place};
use crate::output::profile::{Packed, Profile};
use deterra_analyze::path::{self, Path};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::NodeId;
use deterra_game::number::Rational;
use deterra_game::positional::{PositionGraph, PositionalGame};
use deterra_solve::perfect::backward_induction::Plan;
use deterra_verify::subgame_perfect::judge_choices;
use deterra_verify::verdict::{Deviation, Verdict, Witness};
use std::rc::Rc;

/// Positions beyond which a profile is not written out in JSON.
const MOST_POSITIONS: usize = 2_000_000;

/// What is shown of an equilibrium beside its profile.
struct Play {
    steps: Vec<StepRow>,
    outcomes: Vec<OutcomeRow>,
}

/// The equilibrium that makes one move a position.
pub(crate) fn equilibrium(
    game: &dyn PositionGraph,
    names: &Rc<Names>,
    choices: &[u32],
    payoffs: &[Rational],
    path: &Path,
    verdict: &Verdict,
) -> Equilibrium {
    let steps = path
        .steps
        .iter()
        .filter_map(|s| rows::step(names, s.player, s.position, s.chosen, &s.probability));
    let outcomes = path
        .endings
        .iter()
        .map(|e| rows::outcome(&e.label, place(game, e.position), &e.probability));
    let play = Play {
        steps: steps.collect(),
        outcomes: outcomes.collect(),
    };
    let profile = (game.num_positions() <= MOST_POSITIONS).then(|| profile(names, choices));
    row(game, names, profile, payoffs, play, verdict)
}

/// A game on shared positions, written out history by history.
pub(crate) struct Histories {
    pub(crate) tree: ExtensiveGame,
    pub(crate) names: Rc<Names>,
}

impl Histories {
    /// `None` if there are more nodes than `limit`.
    pub(crate) fn of(game: &PositionalGame, limit: usize) -> Option<Self> {
        let tree = game.unfold(limit).ok()?;
        let names = Rc::new(Names::of_tree(&tree));
        Some(Self { tree, names })
    }
}

/// One of the listed equilibria; positions reached in several ways may be played differently.
pub(crate) fn planned<'h>(
    game: &dyn PositionGraph,
    names: &Rc<Names>,
    plan: &Plan,
    payoffs: &[Rational],
    histories: impl FnOnce() -> Option<&'h Histories>,
) -> Equilibrium {
    if let Some(choices) = plan.moves() {
        let path = path::path(game, &choices);
        let verdict = judge_choices(game, &choices);
        return equilibrium(game, names, &choices, payoffs, &path, &verdict);
    }
    // Each time that a position is played differently it is another position of this game.
    let played = plan.played(game);
    let path = path::path(&played, played.choices());
    let steps = path.steps.iter().filter_map(|s| {
        let position = played.original(s.position);
        rows::step(names, s.player, position, s.chosen, &s.probability)
    });
    let outcomes = path.endings.iter().map(|e| {
        let node = place(game, played.original(e.position));
        rows::outcome(&e.label, node, &e.probability)
    });
    let play = Play {
        steps: steps.collect(),
        outcomes: outcomes.collect(),
    };
    let mut verdict = judge_choices(&played, played.choices());
    if let Some(Witness {
        deviation: Deviation::Move { position, .. },
        ..
    }) = &mut verdict.witness
    {
        *position = played.original(*position);
    }
    let profile = histories().and_then(|histories| {
        let moves = plan.unfolded(game, histories.tree.num_nodes())?;
        Some(profile(&histories.names, &moves))
    });
    Equilibrium {
        profile_by: Some("history"),
        ..row(game, names, profile, payoffs, play, &verdict)
    }
}

fn row(
    game: &dyn PositionGraph,
    names: &Names,
    profile: Option<Profile>,
    payoffs: &[Rational],
    play: Play,
    verdict: &Verdict,
) -> Equilibrium {
    let (exact, approx) = rows::payoffs(&names.players, payoffs);
    let first_member = |h| match game.as_extensive() {
        Some(tree) => tree.members(h)[0],
        None => NodeId::ROOT,
    };
    Equilibrium {
        id: 1,
        name: rows::name(&play.outcomes),
        selected: false,
        profile,
        profile_by: None,
        beliefs: None,
        action_values: None,
        refinements: None,
        algebraic: None,
        plans: None,
        family: None,
        ladder: None,
        payoffs: exact,
        approx,
        outcomes: play.outcomes.into(),
        path: play.steps.into(),
        stationary: None,
        stands_for: None,
        verdict: rows::verdict(verdict, |w| rows::witness(game, names, first_member, w)),
    }
}

fn profile(names: &Rc<Names>, choices: &[u32]) -> Profile {
    let chosen = |decision: &Decision| choices[decision.at.index()];
    Profile::Pure(Packed::new(names, chosen))
}

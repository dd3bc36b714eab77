//! Equilibria of perfect-information games, as rows of an answer.

use super::rows;
use crate::output::json::{Exact, Object};
use crate::output::model::{Equilibrium, OutcomeRow, Profile, StepRow};
use crate::output::names::{Names, place};
use deterra_analyze::path::{self, Path};
use deterra_game::id::NodeId;
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_solve::perfect::backward_induction::Plan;
use deterra_verify::verdict::Verdict;

/// Branches of chance that are followed where choices depend on history.
const MOST_BRANCHES: usize = 10_000;

/// Moves in a row that are followed where choices depend on history.
const MOST_MOVES: usize = 5_000;

/// Positions beyond which a profile is not written out in JSON.
const MOST_POSITIONS: usize = 2_000_000;

/// What is shown of an equilibrium beside its profile.
#[derive(Default)]
struct Play {
    steps: Vec<StepRow>,
    outcomes: Vec<OutcomeRow>,
}

/// The equilibrium that makes one move a position.
pub(crate) fn equilibrium(
    game: &dyn PositionGraph,
    names: &Names,
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

/// One of the listed equilibria; positions reached in several ways may be played differently.
pub(crate) fn planned(
    game: &dyn PositionGraph,
    names: &Names,
    plan: &Plan,
    payoffs: &[Rational],
    judge: impl FnOnce(&[u32]) -> Verdict,
) -> Equilibrium {
    if let Some(choices) = plan.moves() {
        let path = path::path(game, &choices);
        return equilibrium(game, names, &choices, payoffs, &path, &judge(&choices));
    }
    let unchecked = Verdict::unchecked(
        deterra_verify::verdict::Concept::SubgamePerfect,
        "a position that is reached in several ways is played differently each time",
    );
    row(
        game,
        names,
        None,
        payoffs,
        follow(game, names, plan),
        &unchecked,
    )
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
        payoffs: exact,
        approx,
        outcomes: play.outcomes,
        path: play.steps,
        verdict: rows::verdict(verdict, |w| rows::witness(game, names, first_member, w)),
    }
}

fn profile(names: &Names, choices: &[u32]) -> Profile {
    let players = names.players.iter().zip(&names.decisions);
    let of_player = |(player, decisions): (&String, &Vec<crate::output::names::Decision>)| {
        let decisions = decisions.iter().map(|d| {
            let chosen = choices[d.at.index()] as usize;
            let actions = d.actions.iter().enumerate().map(|(k, action)| {
                let probability = if k == chosen {
                    Rational::ONE
                } else {
                    Rational::ZERO
                };
                (action.clone(), Exact(probability))
            });
            (d.name.clone(), actions.collect::<Object<Exact>>())
        });
        (player.clone(), decisions.collect())
    };
    players.map(of_player).collect()
}

/// Follows a plan whose choices depend on history, history by history; nothing is shown if that
/// would take too long.
fn follow(game: &dyn PositionGraph, names: &Names, plan: &Plan) -> Play {
    let mut play = Play::default();
    let mut open: Vec<(Vec<u32>, Rational)> = vec![(Vec::new(), Rational::ONE)];
    let mut branches = 0;
    while let Some((mut history, probability)) = open.pop() {
        while let Some((position, chosen)) = plan.after(game, &history) {
            if branches > MOST_BRANCHES || history.len() > MOST_MOVES {
                return Play::default();
            }
            match game.mover(position) {
                Mover::Terminal => {
                    let label = game.outcome_label(position).unwrap_or_default();
                    play.outcomes
                        .push(rows::outcome(label, place(game, position), &probability));
                    break;
                }
                Mover::Player(player) => {
                    play.steps.extend(rows::step(
                        names,
                        player,
                        position,
                        chosen as usize,
                        &probability,
                    ));
                    history.push(chosen);
                }
                Mover::Chance => {
                    for k in (0..game.num_moves(position)).rev() {
                        let drawn = game.chance_probability(position, k).value();
                        if !drawn.is_zero() {
                            branches += 1;
                            let mut branch = history.clone();
                            branch.push(k as u32);
                            open.push((branch, &probability * drawn));
                        }
                    }
                    break;
                }
            }
        }
    }
    play
}

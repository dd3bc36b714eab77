//! What going on is worth where an off-ramp is, as things are.

use super::question::{Asked, NoAnswer, Taken, taken};
use super::{Exit, OffRamp};
use crate::family::Member;
use crate::hidden::distinctions;
use crate::partition::NotTraced;
use crate::regime::{Play, play_of_behavior, play_of_choices};
use crate::values::values;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::PositionGraph;
use deterra_game::profile::BehaviorProfile;
use deterra_solve::control::Control;
use deterra_solve::problem::{Answer, Request, solve};
use deterra_verify::payoff::{Values, node_values, position_realization, realization};

/// One equilibrium, or a connected set of them by one that stands for it, and how the off-ramp stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Going {
    /// What is played.
    pub play: Play,
    /// Where the off-ramp can be taken.
    pub stands: Vec<Stand>,
}

/// An off-ramp at one decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stand {
    /// The first position of the decision.
    pub position: NodeId,
    /// How likely play comes here.
    pub reached: Rational,
    /// How likely it is taken once play does.
    pub taken: Rational,
    /// What taking it is worth to the taker, given what it believes.
    pub takes: Rational,
    /// What going on is worth to it, with everybody's plans as they are.
    pub going_on: Rational,
    /// What both are worth to those who may pay, by what they know and the taker does not.
    pub payers: Vec<Payer>,
}

/// What an off-ramp is worth to somebody who may pay for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payer {
    /// Who.
    pub player: PlayerId,
    /// What sets this case apart; empty if it is the only one.
    pub given: String,
    /// How likely the taker holds it to be.
    pub belief: Rational,
    /// What it gets if the off-ramp is taken.
    pub takes: Rational,
    /// What it gets if the other side goes on.
    pub going_on: Rational,
}

impl Payer {
    /// The most that it is willing to pay beyond what it pays now: then the off-ramp is worth to it what going on is.
    /// Negative if it would rather go on.
    pub fn most(&self) -> Rational {
        &self.takes - &self.going_on
    }
}

/// What is played in a game as it is, and how an off-ramp, or not starting, stands in every equilibrium.
///
/// # Returns
/// One entry an equilibrium, and whether the off-ramp is taken for certain wherever it can be, in some equilibrium and
/// in all.
///
/// # Errors
/// [`NoAnswer::Unsolved`].
///
/// # Complexity
/// That of the solver.
pub fn stands(
    game: &Member,
    ramp: &OffRamp,
    request: &Request,
    control: &Control,
) -> Result<(Vec<Going>, Taken), NoAnswer> {
    let ramps = std::slice::from_ref(ramp);
    let asked = Asked {
        game,
        ramps,
        which: 0,
        start: None,
        payers: &[],
        request: request.clone(),
        limit: 0,
    };
    let (going, mut taken) = going(&asked, ramp, &[ramp], control)?;
    Ok((going, taken.swap_remove(0)))
}

/// The equilibria as things are, and which watched moves are made for certain.
pub(super) fn going(
    asked: &Asked<'_>,
    ramp: &OffRamp,
    watched: &[&OffRamp],
    control: &Control,
) -> Result<(Vec<Going>, Vec<Taken>), NoAnswer> {
    let solution = solve(&asked.game.problem(), &asked.request, control)
        .map_err(|error| NoAnswer::Unsolved(error.to_string()))?;
    if solution.stop().is_early() && !solution.is_complete() {
        return Err(NoAnswer::NotTraced(NotTraced::Stopped {
            stop: solution.stop(),
            solved: 0,
        }));
    }
    if !solution.verdict().holds() {
        let why = "the equilibria found were not confirmed by their judge";
        return Err(NoAnswer::Unsolved(why.to_owned()));
    }
    let exits: Vec<Vec<Exit>> = watched.iter().map(|ramp| ramp.exits.clone()).collect();
    let held = taken(asked.game, solution.answer(), &exits);
    let (held, _) = held.ok_or_else(|| NoAnswer::Unsolved("there are no moves".to_owned()))?;
    let graph = asked.game.graph();
    let all = match (solution.answer(), asked.game) {
        (Answer::Perfect(found), _) => {
            let (play, profile) = play_of_choices(graph, found.choices());
            let worth = values(graph, found.choices());
            let reach = position_realization(graph, &profile);
            let stand = |exit: &Exit| {
                let of = |mv: usize, player: PlayerId| {
                    let to = graph.successor(exit.position, mv);
                    worth.of(to, player).clone()
                };
                Stand {
                    position: exit.position,
                    reached: reach[exit.position.index()].clone(),
                    taken: profile.probability(exit.position, exit.takes).clone(),
                    takes: of(exit.takes, ramp.player),
                    going_on: of(exit.continues, ramp.player),
                    payers: asked
                        .payers
                        .iter()
                        .map(|player| Payer {
                            player: *player,
                            given: String::new(),
                            belief: Rational::ONE,
                            takes: of(exit.takes, *player),
                            going_on: of(exit.continues, *player),
                        })
                        .collect(),
                }
            };
            vec![Going {
                play,
                stands: ramp.exits.iter().map(stand).collect(),
            }]
        }
        (Answer::Subgame(found), Member::Tree(tree)) => {
            let profile = found.profile();
            vec![in_tree(asked, ramp, tree, profile, None, true)]
        }
        (Answer::Bayesian(found), Member::Tree(tree)) => {
            let all = found.components.iter().map(|component| {
                let one = component.representative();
                let beliefs = Some(one.beliefs.as_slice());
                in_tree(
                    asked,
                    ramp,
                    tree,
                    &one.profile,
                    beliefs,
                    component.is_point(),
                )
            });
            all.collect()
        }
        _ => Vec::new(),
    };
    Ok((all, held))
}

/// One equilibrium of a tree with information sets.
fn in_tree(
    asked: &Asked<'_>,
    ramp: &OffRamp,
    tree: &ExtensiveGame,
    profile: &BehaviorProfile,
    beliefs: Option<&[Rational]>,
    is_point: bool,
) -> Going {
    let worth = node_values(tree, profile);
    let reach = realization(tree, profile);
    let mut sets: Vec<(InfosetId, Exit)> = Vec::new();
    for exit in &ramp.exits {
        let Some(h) = tree.infoset(exit.position) else {
            continue;
        };
        if !sets.iter().any(|(known, _)| *known == h) {
            sets.push((h, *exit));
        }
    }
    let stands = sets.into_iter().map(|(h, exit)| {
        let members = tree.members(h);
        let reached: Rational = members.iter().map(|n| &reach[n.index()]).sum();
        // Without beliefs of its own an equilibrium has those of Bayes' rule, where play comes.
        let weight = |n: &NodeId| match beliefs {
            Some(beliefs) => beliefs[n.index()].clone(),
            None => reach[n.index()].checked_div(&reached).unwrap_or_default(),
        };
        let weights: Vec<Rational> = members.iter().map(weight).collect();
        let mean = |mv: usize, player: PlayerId| -> Rational {
            let all = members.iter().zip(&weights);
            all.map(|(n, w)| w * child(tree, &worth, *n, mv, player))
                .sum()
        };
        let apart = distinctions(tree, h);
        let payers = asked.payers.iter().flat_map(|player| {
            let worth = &worth;
            let cases = members.iter().zip(&weights).zip(&apart);
            cases.map(move |((n, w), given)| Payer {
                player: *player,
                given: given.clone(),
                belief: w.clone(),
                takes: child(tree, worth, *n, exit.takes, *player).clone(),
                going_on: child(tree, worth, *n, exit.continues, *player).clone(),
            })
        });
        Stand {
            position: exit.position,
            taken: profile.at(tree, h)[exit.takes].clone(),
            takes: mean(exit.takes, ramp.player),
            going_on: mean(exit.continues, ramp.player),
            payers: payers.collect(),
            reached,
        }
    });
    Going {
        stands: stands.collect(),
        play: play_of_behavior(tree, profile, is_point),
    }
}

/// What the node after a move is worth.
fn child<'v>(
    tree: &ExtensiveGame,
    worth: &'v Values,
    node: NodeId,
    mv: usize,
    player: PlayerId,
) -> &'v Rational {
    worth.of(PositionGraph::successor(tree, node, mv), player)
}

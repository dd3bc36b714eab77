//! A scenario as a tree whose payoffs are linear in the parameters to estimate.
//!
//! How a payoff depends on parameters is found by compiling: with all of them 0, with each of them
//! 1, and at two other points, where exact payoffs must be what linearity says. So any form of
//! scenario and any payoff formula that is linear in them will do.

use crate::failure::Failure;
use deterra_analyze::estimate::tree::{Node, Payoff};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_scenario::{CompileLimits, CompiledGame, Scenario, compile};

/// The most nodes of a tree that is estimated.
const MOST: usize = 20_000;

/// Histories of a game, written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unfolded {
    pub(super) players: Vec<String>,
    pub(super) places: Vec<Place>,
}

/// A history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) label: String,
    pub(super) outcome: String,
    /// Who moves; `None` for chance and ends.
    pub(super) mover: Option<usize>,
    pub(super) children: Vec<usize>,
    pub(super) moves: Vec<String>,
    /// By child, where chance moves.
    pub(super) probabilities: Vec<Rational>,
    /// By player, at ends.
    pub(super) payoffs: Vec<Rational>,
}

impl Unfolded {
    /// The ends, in order.
    pub(super) fn ends(&self) -> Vec<usize> {
        let is_end = |at: &usize| self.places[*at].children.is_empty();
        (0..self.places.len()).filter(is_end).collect()
    }
}

/// Writes out the histories of a game of perfect information.
pub(super) fn unfold(graph: &dyn PositionGraph) -> Result<Unfolded, Failure> {
    if let Some(tree) = graph.as_extensive()
        && tree.infosets().any(|set| tree.members(set).len() > 1)
    {
        return Err(Failure::usage(
            "somebody does not see everything, and strategic estimation is for perfect information",
            "with --given ACTOR=TYPE types are known to everybody",
        ));
    }
    let players = graph.num_players();
    let label = |k: usize| graph.player_label(PlayerId::from_index(k)).to_owned();
    let mut unfolded = Unfolded {
        players: (0..players).map(label).collect(),
        places: Vec::new(),
    };
    let paid = |at: NodeId, before: &[Rational]| -> Vec<Rational> {
        let own = |k: usize| graph.payoff_at(at, PlayerId::from_index(k));
        (0..players)
            .map(|k| match own(k) {
                Some(number) => &before[k] + number.value(),
                None => before[k].clone(),
            })
            .collect()
    };
    // Breadth first: children come after their parents.
    let mut queue = vec![(NodeId::ROOT, vec![Rational::ZERO; players])];
    let mut next = 0;
    let mut successors = Vec::new();
    while let Some((position, before)) = queue.get(next).cloned() {
        let payoffs = paid(position, &before);
        graph.successors(position, &mut successors);
        if queue.len() + successors.len() > MOST {
            return Err(Failure::Limit {
                message: format!("the tree has more than {MOST} histories"),
                help: Some("strategic estimation writes every history out".to_owned()),
            });
        }
        let mover = match graph.mover(position) {
            Mover::Player(player) => Some(player.index()),
            _ => None,
        };
        let chance = graph.mover(position) == Mover::Chance;
        let end = successors.is_empty();
        let moves = 0..successors.len();
        unfolded.places.push(Place {
            label: graph.position_label(position).to_owned(),
            outcome: graph.outcome_label(position).unwrap_or_default().to_owned(),
            mover,
            children: (queue.len()..queue.len() + successors.len()).collect(),
            moves: moves
                .clone()
                .map(|k| graph.move_label(position, k).to_owned())
                .collect(),
            probabilities: if chance {
                moves
                    .map(|k| graph.chance_probability(position, k).value().clone())
                    .collect()
            } else {
                Vec::new()
            },
            payoffs: if end { payoffs.clone() } else { Vec::new() },
        });
        for to in &successors {
            queue.push((*to, payoffs.clone()));
        }
        next += 1;
    }
    Ok(unfolded)
}

/// The tree of a scenario and, at its ends, payoffs as multiples of utilities.
pub(super) fn linear(
    scenario: &Scenario,
    utilities: &[String],
) -> Result<(Unfolded, Vec<Node>), Failure> {
    let zero = vec![Rational::ZERO; utilities.len()];
    let base = probe(scenario, utilities, &zero)?;
    let mut slopes = Vec::with_capacity(utilities.len());
    for k in 0..utilities.len() {
        let mut point = zero.clone();
        point[k] = Rational::ONE;
        slopes.push(probe(scenario, utilities, &point)?);
    }
    for (over, shift) in [(7, 3), (-11, 5)] {
        let point: Vec<Rational> = (0..utilities.len())
            .map(|k| Rational::new(2 * k as i64 + shift, over).unwrap_or_default())
            .collect();
        let there = probe(scenario, utilities, &point)?;
        same_shape(&base, &there, utilities)?;
        for (at, place) in base.places.iter().enumerate() {
            for (player, fixed) in place.payoffs.iter().enumerate() {
                let mut wanted = fixed.clone();
                for (slope, x) in slopes.iter().zip(&point) {
                    let rise = &slope.places[at].payoffs[player] - fixed;
                    wanted += &(&rise * x);
                }
                if wanted != there.places[at].payoffs[player] {
                    return Err(Failure::input_help(
                        format!(
                            "what {} gets at {} is not linear in the parameters to estimate",
                            base.players[player],
                            named(place)
                        ),
                        "name others with `utilities` in [estimate], such as whole payoffs",
                    ));
                }
            }
        }
    }
    for slope in &slopes {
        same_shape(&base, slope, utilities)?;
    }
    let nodes = base
        .places
        .iter()
        .enumerate()
        .map(|(at, place)| match place.mover {
            Some(player) => Node::Decision {
                player,
                children: place.children.clone(),
            },
            None if !place.children.is_empty() => Node::Chance {
                children: place.children.clone(),
                probabilities: place.probabilities.iter().map(Rational::to_f64).collect(),
            },
            None => {
                let payoff = |player: usize| {
                    let fixed = &place.payoffs[player];
                    let terms = slopes.iter().enumerate().filter_map(|(k, slope)| {
                        let rise = &slope.places[at].payoffs[player] - fixed;
                        (!rise.is_zero()).then(|| (k, rise.to_f64()))
                    });
                    Payoff {
                        fixed: fixed.to_f64(),
                        terms: terms.collect(),
                    }
                };
                Node::End((0..base.players.len()).map(payoff).collect())
            }
        })
        .collect();
    Ok((base, nodes))
}

/// How a place is called.
pub(super) fn named(place: &Place) -> &str {
    if place.outcome.is_empty() {
        &place.label
    } else {
        &place.outcome
    }
}

/// The game with the parameters at a point.
fn probe(
    scenario: &Scenario,
    utilities: &[String],
    point: &[Rational],
) -> Result<Unfolded, Failure> {
    let mut own = scenario.clone();
    // Orderings need not hold where nobody claims that payoffs lie.
    own.assertions.clear();
    own.reports.clear();
    for (name, value) in utilities.iter().zip(point) {
        own.parameters
            .set(name, &value.to_string())
            .map_err(|problem| Failure::Input {
                message: problem.message,
                help: problem.help,
            })?;
    }
    let reading = compile(&own, &CompileLimits::default());
    if let Some(problem) = reading.diagnostics.iter().find(|d| d.is_error()) {
        let values: Vec<String> = utilities
            .iter()
            .zip(point)
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        return Err(Failure::Input {
            message: format!(
                "with {} there is no game: {}",
                values.join(", "),
                problem.message
            ),
            help: Some("parameters to estimate may have any value".to_owned()),
        });
    }
    let Some(compiled) = reading.value else {
        return Err(Failure::internal("a scenario without a game or a problem"));
    };
    match &compiled.game {
        CompiledGame::Positions(game) => unfold(game),
        CompiledGame::Tree(game) => unfold(game),
        CompiledGame::Stochastic(_) | CompiledGame::Alike(_) => Err(Failure::usage(
            "play may go on for ever here, and strategic estimation is for trees",
            "write a tree, or a ladder that ends",
        )),
    }
}

/// Parameters must not change who moves where, or what chance does.
fn same_shape(base: &Unfolded, other: &Unfolded, utilities: &[String]) -> Result<(), Failure> {
    let same = base.places.len() == other.places.len()
        && base.places.iter().zip(&other.places).all(|(a, b)| {
            a.mover == b.mover
                && a.children == b.children
                && a.moves == b.moves
                && a.probabilities == b.probabilities
        });
    if same {
        return Ok(());
    }
    Err(Failure::input_help(
        format!(
            "the moves or probabilities of chance depend on what is to be estimated ({})",
            utilities.join(", ")
        ),
        "only payoffs may; name the parameters with `utilities` in [estimate]",
    ))
}

//! Validation: one visitor behind "is it valid", "the first problem" and "all problems".

use crate::builder::ExtensiveBuilder;
use crate::extensive::NONE;
use crate::number::Rational;
use crate::patience::polled;
use std::fmt;
use std::ops::ControlFlow;

/// What keeps a builder's content from being a game. Numbers are positions in the builder.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GameProblem {
    /// There is no node at all.
    #[error("the game has no node; name at least one terminal node")]
    Empty,
    /// The tree ends before every action has a child.
    #[error("the tree is incomplete: node {} still lacks {missing} of its children", node + 1)]
    Incomplete {
        /// The node, in preorder.
        node: usize,
        /// How many children are missing.
        missing: usize,
    },
    /// Nodes follow a complete tree.
    #[error("{count} node(s) follow after the tree is complete; remove them or add actions")]
    ExtraNodes {
        /// How many.
        count: usize,
    },
    /// More nodes than ids.
    #[error("the game has more than 4,294,967,293 nodes")]
    TooManyNodes,
    /// A node uses an information set that this builder did not declare.
    #[error("node {} uses an information set of another builder", node + 1)]
    ForeignInfoset {
        /// The node.
        node: usize,
    },
    /// A node uses an outcome that this builder did not declare.
    #[error("node {} uses an outcome of another builder", node + 1)]
    ForeignOutcome {
        /// The node.
        node: usize,
    },
    /// An information set belongs to nobody.
    #[error(
        "information set {} (\"{label}\") belongs to player {}, but there are {players} players",
        infoset + 1,
        player + 1
    )]
    NoSuchPlayer {
        /// Its declaration number.
        infoset: usize,
        /// Its label.
        label: String,
        /// The player asked for, 0-based.
        player: usize,
        /// How many players there are.
        players: usize,
    },
    /// An information set or chance event without actions.
    #[error("information set {} (\"{label}\") has no action", infoset + 1)]
    NoAction {
        /// Its declaration number.
        infoset: usize,
        /// Its label.
        label: String,
    },
    /// An information set no node uses.
    #[error("information set {} (\"{label}\") is declared but has no node", infoset + 1)]
    UnusedInfoset {
        /// Its declaration number.
        infoset: usize,
        /// Its label.
        label: String,
    },
    /// A chance probability below zero.
    #[error(
        "chance event {} (\"{label}\"): the probability of \"{action}\" is {value}, below 0",
        infoset + 1
    )]
    NegativeProbability {
        /// Its declaration number.
        infoset: usize,
        /// Its label.
        label: String,
        /// The action.
        action: String,
        /// Its probability.
        value: Rational,
    },
    /// Chance probabilities that do not sum to exactly 1.
    #[error("chance event {} (\"{label}\"): the probabilities sum to {sum}, not to 1", infoset + 1)]
    ProbabilitySum {
        /// Its declaration number.
        infoset: usize,
        /// Its label.
        label: String,
        /// Their sum.
        sum: Rational,
    },
    /// A payoff vector of the wrong length.
    #[error("outcome {} has {found} payoffs for {expected} players", outcome + 1)]
    PayoffCount {
        /// Its declaration number.
        outcome: u32,
        /// How many payoffs it has.
        found: usize,
        /// How many players there were when it was declared.
        expected: usize,
    },
    /// Something a positional game's own rules forbid.
    #[error("{0}")]
    Position(String),
}

/// A game that cannot be built, with everything that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidGame {
    /// Every problem, in order of discovery; at least one.
    pub problems: Vec<GameProblem>,
}

impl fmt::Display for InvalidGame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, problem) in self.problems.iter().enumerate() {
            if k > 0 {
                f.write_str("; ")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidGame {}

/// All problems of a builder, or none.
pub(crate) fn check(builder: &ExtensiveBuilder) -> Result<(), InvalidGame> {
    let mut problems = Vec::new();
    let _ = visit(builder, &mut |problem| {
        problems.push(problem);
        ControlFlow::Continue(())
    });
    if problems.is_empty() {
        Ok(())
    } else {
        Err(InvalidGame { problems })
    }
}

impl ExtensiveBuilder {
    /// Whether [`ExtensiveBuilder::build`] would succeed.
    pub fn is_valid(&self) -> bool {
        self.first_problem().is_none()
    }

    /// The first problem that [`ExtensiveBuilder::build`] would report.
    pub fn first_problem(&self) -> Option<GameProblem> {
        let mut first = None;
        let _ = visit(self, &mut |problem| {
            first = Some(problem);
            ControlFlow::Break(())
        });
        first
    }

    /// Every problem that [`ExtensiveBuilder::build`] would report.
    pub fn problems(&self) -> Vec<GameProblem> {
        check(self).err().map_or_else(Vec::new, |e| e.problems)
    }
}

/// Shows every problem to `found` until it breaks off.
fn visit(
    b: &ExtensiveBuilder,
    found: &mut impl FnMut(GameProblem) -> ControlFlow<()>,
) -> ControlFlow<()> {
    for problem in &b.problems {
        found(problem.clone())?;
    }
    if b.parents.is_empty() {
        found(GameProblem::Empty)?;
    }
    // The innermost ones say enough; a chain may be open a million levels deep.
    for above in b.open.iter().rev().take(10) {
        found(GameProblem::Incomplete {
            node: above.node as usize,
            missing: above.missing() as usize,
        })?;
    }
    let mut used = vec![false; b.infosets.players.len()];
    for key in polled(b.node_infosets.iter()).filter(|key| **key != NONE) {
        used[*key as usize] = true;
    }
    for (infoset, is_used) in polled(used.into_iter().enumerate()) {
        let label = || b.labels.get(b.infosets.labels[infoset]).to_owned();
        let player = b.infosets.players[infoset];
        let first = &b.infosets.first_actions;
        let actions = first[infoset] as usize..first[infoset + 1] as usize;
        if !is_used {
            found(GameProblem::UnusedInfoset {
                infoset,
                label: label(),
            })?;
        }
        if actions.is_empty() {
            found(GameProblem::NoAction {
                infoset,
                label: label(),
            })?;
        } else if player == NONE {
            visit_chance(b, infoset, actions, found)?;
        }
        if player != NONE && player as usize >= b.player_labels.len() {
            found(GameProblem::NoSuchPlayer {
                infoset,
                label: label(),
                player: player as usize,
                players: b.player_labels.len(),
            })?;
        }
    }
    let expected = b.outcome_labels.len() * b.player_labels.len();
    if b.outcome_payoffs.len() != expected {
        // Players declared after outcomes; the outcomes at fault are all those before.
        found(GameProblem::PayoffCount {
            outcome: 0,
            found: b.outcome_payoffs.len() / b.outcome_labels.len().max(1),
            expected: b.player_labels.len(),
        })?;
    }
    ControlFlow::Continue(())
}

fn visit_chance(
    b: &ExtensiveBuilder,
    infoset: usize,
    actions: std::ops::Range<usize>,
    found: &mut impl FnMut(GameProblem) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let label = || b.labels.get(b.infosets.labels[infoset]).to_owned();
    let mut sum = Rational::ZERO;
    for action in actions {
        let value = b.numbers.get(b.action_probabilities[action]).value();
        if value.is_negative() {
            found(GameProblem::NegativeProbability {
                infoset,
                label: label(),
                action: b.labels.get(b.action_labels[action]).to_owned(),
                value: value.clone(),
            })?;
        }
        sum = &sum + value;
    }
    if !sum.is_one() {
        found(GameProblem::ProbabilitySum {
            infoset,
            label: label(),
            sum,
        })?;
    }
    ControlFlow::Continue(())
}

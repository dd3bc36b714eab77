//! What is played: every position that can occur, how likely, and how plays end.

use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use std::collections::BTreeMap;

/// A decision that is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where.
    pub position: NodeId,
    /// Who moves.
    pub player: PlayerId,
    /// The move.
    pub chosen: usize,
    /// How likely the position is reached, and so this move made.
    pub probability: Rational,
}

/// One way for play to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The terminal position.
    pub position: NodeId,
    /// The outcome's label, else the position's; may be empty.
    pub label: String,
    /// How likely.
    pub probability: Rational,
}

/// What is played under one move a position.
#[derive(Clone, Debug)]
pub struct Path {
    /// The decisions reached, in order of position.
    pub steps: Vec<Step>,
    /// The endings reached, most likely first, then by position.
    pub endings: Vec<Ending>,
    /// Every position reached with its probability.
    reached: BTreeMap<NodeId, Rational>,
}

impl Path {
    /// How likely a position is reached.
    pub fn probability(&self, position: NodeId) -> Rational {
        self.reached.get(&position).cloned().unwrap_or_default()
    }

    /// Whether a position is reached at all.
    pub fn reaches(&self, position: NodeId) -> bool {
        self.reached.contains_key(&position)
    }

    /// How likely each outcome label is, most likely first, then by label.
    pub fn outcomes(&self) -> Vec<(String, Rational)> {
        let mut sums: BTreeMap<&str, Rational> = BTreeMap::new();
        for ending in &self.endings {
            *sums.entry(&ending.label).or_default() += &ending.probability;
        }
        let mut sums: Vec<(String, Rational)> = sums
            .into_iter()
            .map(|(label, p)| (label.to_owned(), p))
            .collect();
        sums.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        sums
    }
}

/// Follows the choices from the root, through every branch of chance that can occur.
///
/// # Panics
/// As [`crate::values::values`].
///
/// # Complexity
/// `O(r log r)` for r reached positions; nothing else is touched.
pub fn path<G: PositionGraph + ?Sized>(graph: &G, choices: &[u32]) -> Path {
    let mut open = BTreeMap::from([(NodeId::ROOT, Rational::ONE)]);
    let mut path = Path {
        steps: Vec::new(),
        endings: Vec::new(),
        reached: BTreeMap::new(),
    };
    // Successors have greater numbers, so the least open position has all its probability.
    while let Some((position, probability)) = open.pop_first() {
        match graph.mover(position) {
            Mover::Terminal => path.endings.push(Ending {
                position,
                label: ending_label(graph, position),
                probability: probability.clone(),
            }),
            Mover::Player(player) => {
                let chosen = choices[position.index()] as usize;
                let to = graph.successor(position, chosen);
                *open.entry(to).or_default() += &probability;
                path.steps.push(Step {
                    position,
                    player,
                    chosen,
                    probability: probability.clone(),
                });
            }
            Mover::Chance => {
                for k in 0..graph.num_moves(position) {
                    let drawn = graph.chance_probability(position, k).value();
                    if !drawn.is_zero() {
                        let to = graph.successor(position, k);
                        *open.entry(to).or_default() += &(&probability * drawn);
                    }
                }
            }
        }
        path.reached.insert(position, probability);
    }
    path.endings.sort_by(|a, b| {
        b.probability
            .cmp(&a.probability)
            .then(a.position.cmp(&b.position))
    });
    path
}

/// The outcome's label, else the position's.
pub(crate) fn ending_label<G: PositionGraph + ?Sized>(graph: &G, position: NodeId) -> String {
    match graph.outcome_label(position) {
        Some(label) if !label.is_empty() => label.to_owned(),
        _ => graph.position_label(position).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{rational, ultimatum};

    #[test]
    fn the_coalition_acquiesces_at_once() {
        let game = ultimatum("0");
        let path = path(&game.graph, &game.choices);
        assert_eq!(path.outcomes(), [("acquiesce".to_owned(), Rational::ONE)]);
        assert_eq!(path.steps.len(), 2);
        assert!(!path.reaches(game.decisions[1]));
    }

    #[test]
    fn chance_splits_the_path() {
        let mut game = ultimatum("0");
        // Everybody goes on to the end: accidents at .02, .05 and .2.
        for c in &game.yields {
            game.choices[c.index()] = 1;
        }
        for w in &game.decisions {
            game.choices[w.index()] = 0;
        }
        let path = path(&game.graph, &game.choices);
        let none = &(&rational("0.98") * &rational("0.95")) * &rational("0.8");
        assert_eq!(
            path.outcomes(),
            [
                ("defeat".to_owned(), none.clone()),
                ("accident".to_owned(), &Rational::ONE - &none),
            ]
        );
        assert_eq!(path.probability(game.decisions[2]), rational("0.931"));
    }
}

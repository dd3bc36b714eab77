//! Why each move is chosen and each alternative is not, as data; `render` makes sentences of it.

use crate::path::Path;
use crate::values::Values;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};

/// What happens next when a move is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// The play ends at this position.
    End(NodeId),
    /// Somebody moves, and makes this move.
    Reply {
        /// Where.
        position: NodeId,
        /// Who.
        player: PlayerId,
        /// The move.
        chosen: usize,
        /// What it is worth to the one who makes it, in payoff units from there on.
        value: Rational,
        /// Her best other move, the first of equals, and what that is worth to her; `None` if she
        /// has no other.
        instead: Option<(usize, Rational)>,
    },
    /// Chance moves.
    Lottery {
        /// Where.
        position: NodeId,
        /// What can be drawn, by move.
        branches: Vec<Branch>,
    },
}

/// What chance can draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Its number among the position's moves.
    pub number: usize,
    /// How likely.
    pub probability: Rational,
    /// The position that follows.
    pub to: NodeId,
    /// What it is worth to the one whose move is explained, in payoff units from there on.
    pub value: Rational,
}

/// One move at a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its number among the position's moves.
    pub number: usize,
    /// What the mover gets from here on, in payoff units.
    pub value: Rational,
    /// The chosen move's value minus this one's; 0 for a tie, never negative in equilibrium.
    pub shortfall: Rational,
    /// What happens next.
    pub next: Next,
}

/// Why a position's mover moves as she does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The position.
    pub position: NodeId,
    /// Who moves.
    pub player: PlayerId,
    /// The move chosen.
    pub chosen: usize,
    /// Every move, the chosen one included, in move order.
    pub options: Vec<Choice>,
    /// How likely the position is reached.
    pub reached: Rational,
}

impl Explanation {
    /// The chosen move.
    pub fn choice(&self) -> &Choice {
        &self.options[self.chosen]
    }

    /// The moves not chosen, in move order.
    pub fn alternatives(&self) -> impl Iterator<Item = &Choice> {
        self.options.iter().filter(|o| o.number != self.chosen)
    }

    /// Whether another move is just as good.
    pub fn is_tied(&self) -> bool {
        self.alternatives().any(|o| o.shortfall.is_zero())
    }
}

/// Explains the decision at one position; `None` if nobody decides there.
///
/// # Complexity
/// `O(moves)`.
pub fn explain<G: PositionGraph + ?Sized>(
    graph: &G,
    choices: &[u32],
    values: &Values,
    path: &Path,
    position: NodeId,
) -> Option<Explanation> {
    let Mover::Player(player) = graph.mover(position) else {
        return None;
    };
    let paid = graph
        .payoff_at(position, player)
        .map_or(Rational::ZERO, |paid| paid.value().clone());
    let chosen = choices[position.index()] as usize;
    let mut successors = Vec::new();
    graph.successors(position, &mut successors);
    let worth = |to: NodeId| values.of(to, player) + &paid;
    let best = worth(successors[chosen]);
    let options = successors.iter().enumerate().map(|(number, to)| {
        let value = worth(*to);
        Choice {
            number,
            shortfall: &best - &value,
            value,
            next: next(graph, choices, values, player, *to),
        }
    });
    Some(Explanation {
        position,
        player,
        chosen,
        options: options.collect(),
        reached: path.probability(position),
    })
}

fn next<G: PositionGraph + ?Sized>(
    graph: &G,
    choices: &[u32],
    values: &Values,
    mover: PlayerId,
    at: NodeId,
) -> Next {
    match graph.mover(at) {
        Mover::Terminal => Next::End(at),
        Mover::Player(player) => reply(graph, choices, values, player, at),
        Mover::Chance => Next::Lottery {
            position: at,
            branches: (0..graph.num_moves(at))
                .map(|number| {
                    let to = graph.successor(at, number);
                    Branch {
                        number,
                        probability: graph.chance_probability(at, number).value().clone(),
                        to,
                        value: values.of(to, mover).clone(),
                    }
                })
                .collect(),
        },
    }
}

/// What a player does at a position and what she weighs it against.
fn reply<G: PositionGraph + ?Sized>(
    graph: &G,
    choices: &[u32],
    values: &Values,
    player: PlayerId,
    position: NodeId,
) -> Next {
    let chosen = choices[position.index()] as usize;
    let mut successors = Vec::new();
    graph.successors(position, &mut successors);
    let paid = graph
        .payoff_at(position, player)
        .map_or(Rational::ZERO, |paid| paid.value().clone());
    let worth = |k: usize| values.of(successors[k], player);
    let others = (0..successors.len()).filter(|k| *k != chosen);
    let best = others.reduce(|best, k| if worth(k) > worth(best) { k } else { best });
    Next::Reply {
        position,
        player,
        chosen,
        value: worth(chosen) + &paid,
        instead: best.map(|k| (k, worth(k) + &paid)),
    }
}

/// Which decisions to explain: all of a small game; of a large one, the first and the last
/// `limit` decisions on the path of play.
///
/// # Returns
/// Positions in order, and how many decisions were left out.
pub fn notable<G: PositionGraph + ?Sized>(
    graph: &G,
    path: &Path,
    limit: usize,
) -> (Vec<NodeId>, usize) {
    let decides = |n: &NodeId| matches!(graph.mover(*n), Mover::Player(_));
    let all = (0..graph.num_positions()).map(NodeId::from_index);
    let decisions = all.clone().filter(decides).count();
    if decisions <= 2 * limit {
        return (all.filter(decides).collect(), 0);
    }
    let steps: Vec<NodeId> = path.steps.iter().map(|s| s.position).collect();
    let shown = if steps.len() <= 2 * limit {
        steps
    } else {
        [&steps[..limit], &steps[steps.len() - limit..]].concat()
    };
    let left = decisions - shown.len();
    (shown, left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{rational, ultimatum};
    use crate::path::path;
    use crate::values::values;

    #[test]
    fn the_top_rung_is_not_carried_out_because_it_pays_less() {
        let game = ultimatum("0");
        let values = values(&game.graph, &game.choices);
        let path = path(&game.graph, &game.choices);
        let at = |n| explain(&game.graph, &game.choices, &values, &path, n);
        let top = at(game.decisions[2]).expect("a decision");
        assert_eq!(top.chosen, 1);
        assert_eq!(top.options[0].value, rational("-23.6"));
        assert_eq!(top.options[1].value, rational("-13"));
        assert_eq!(top.options[0].shortfall, rational("10.6"));
        assert!(top.reached.is_zero() && !top.is_tied());
        // Carrying stage 3 out: -50 with probability 1/5, -17 otherwise.
        let Next::Lottery { branches, .. } = &top.options[0].next else {
            panic!("chance follows");
        };
        let drawn = branches
            .iter()
            .map(|b| (b.probability.clone(), b.value.clone()));
        let expected = [("0.2", "-50"), ("0.8", "-17")];
        assert!(drawn.eq(expected.map(|(p, v)| (rational(p), rational(v)))));
        let first = at(NodeId::ROOT).expect("a decision");
        // The coalition gives in at once: -8 against -1 + .02 · -49 + .98 · (what follows).
        let Next::Reply {
            position,
            chosen: 1,
            value,
            instead: Some((0, other)),
            ..
        } = &first.choice().next
        else {
            panic!("the coalition acquiesces: {first:?}");
        };
        assert_eq!(*position, game.decisions[0]);
        assert_eq!(*value, rational("-8"));
        // Once stage 1 is done it gives in at W2, -9 with probability .98, -50 otherwise.
        assert_eq!(*other, rational("-9.82"));
        assert_eq!(at(game.executed[0]), None);
    }

    #[test]
    fn large_games_are_elided_to_the_path() {
        let game = ultimatum("0");
        let path = path(&game.graph, &game.choices);
        assert_eq!(notable(&game.graph, &path, 3).0.len(), 6);
        let (shown, left) = notable(&game.graph, &path, 1);
        assert_eq!(shown, [NodeId::ROOT, game.decisions[0]]);
        assert_eq!(left, 4);
    }
}

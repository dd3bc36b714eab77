//! Two games beside each other: where plans first differ, and why.
//!
//! Positions are matched from the start by the names of moves: what the same moves lead to is the same place. Of the
//! decisions that both games have, those at which other moves are made are told, those that play comes to first,
//! each with what every move is worth to whoever moves there, in either game.

use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_game::profile::PositionProfile;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A game and what is played in it.
#[derive(Clone, Copy)]
pub struct Side<'g> {
    /// The game.
    pub graph: &'g dyn PositionGraph,
    /// What everybody does.
    pub profile: &'g PositionProfile,
}

impl std::fmt::Debug for Side<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Side")
            .field("title", &self.graph.title())
            .finish_non_exhaustive()
    }
}

/// A move at a decision, in one game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The move.
    pub action: String,
    /// How likely it is made.
    pub probability: Rational,
    /// What it is worth to whoever moves, by the plans of everybody; `None` where that depends on beliefs at a place that
    /// play does not come to.
    pub value: Option<Rational>,
}

/// A decision at which other moves are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its name in the first game.
    pub position: String,
    /// Who moves.
    pub player: String,
    /// The moves that lead there, as position and move.
    pub path: Vec<(String, String)>,
    /// How likely play comes there, in the first game and in the second.
    pub reach: [Rational; 2],
    /// The moves in the first game and in the second.
    pub options: [Vec<Choice>; 2],
}

impl Difference {
    /// Whether play comes there in some game.
    pub fn is_reached(&self) -> bool {
        self.reach.iter().any(|p| !p.is_zero())
    }
}

/// Something that one game has and the other does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// Which game has it: 0 or 1.
    pub game: usize,
    /// At which position.
    pub position: String,
    /// The move; or nothing, if somebody else moves there.
    pub action: Option<String>,
}

/// What is not the same at a place that both games have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// Its name in the first game.
    pub position: String,
    /// What.
    pub what: What,
    /// In the first game and in the second; `None` where there is none.
    pub values: [Option<String>; 2],
}

/// A property of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// What coming there pays a player.
    Payoff(String),
    /// How likely chance makes a move.
    Chance(String),
    /// How play ends there.
    Ending,
}

/// Two games compared.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// How likely each outcome is in either game, in the order of the first and then of the second.
    pub outcomes: Vec<(String, [Rational; 2])>,
    /// What players get in either game, by name, in the order of the first; those of the second alone last.
    pub payoffs: Vec<(String, [Option<Rational>; 2])>,
    /// Decisions at which other moves are made: first those that play comes to in some game, in the order of play, then the others.
    pub differences: Vec<Difference>,
    /// How many decisions were matched.
    pub matched: usize,
    /// What only one of them has.
    pub extras: Vec<Extra>,
    /// Payoffs, probabilities and endings that are not the same at places that both have, in the order of play.
    pub details: Vec<Detail>,
}

/// A position of either game, and the matched pair and the move by which they were come to.
type Matched = (NodeId, NodeId, Option<(usize, usize)>);

/// One game, worked through.
struct Worked<'g> {
    side: Side<'g>,
    reach: Vec<Rational>,
    worth: Vec<Vec<Rational>>,
}

impl<'g> Worked<'g> {
    fn new(side: Side<'g>) -> Self {
        let graph = side.graph;
        let mut reach = vec![Rational::ZERO; graph.num_positions()];
        if let Some(root) = reach.first_mut() {
            *root = Rational::ONE;
        }
        let mut worth = vec![vec![Rational::ZERO; graph.num_players()]; graph.num_positions()];
        let chances = |at: NodeId| -> Vec<(usize, Rational)> {
            match graph.mover(at) {
                Mover::Terminal => Vec::new(),
                Mover::Player(_) => {
                    let used = side.profile.support(at);
                    used.map(|(k, p)| (k, p.clone())).collect()
                }
                Mover::Chance => (0..graph.num_moves(at))
                    .map(|k| (k, graph.chance_probability(at, k).value().clone()))
                    .collect(),
            }
        };
        for at in (0..reach.len()).map(NodeId::from_index) {
            if reach[at.index()].is_zero() {
                continue;
            }
            for (k, p) in chances(at) {
                let more = &reach[at.index()] * &p;
                reach[graph.successor(at, k).index()] += &more;
            }
        }
        for at in (0..reach.len()).rev().map(NodeId::from_index) {
            let mut here: Vec<Rational> = (0..graph.num_players())
                .map(|p| {
                    let paid = graph.payoff_at(at, PlayerId::from_index(p));
                    paid.map(|n| n.value().clone()).unwrap_or_default()
                })
                .collect();
            for (k, p) in chances(at) {
                let next = &worth[graph.successor(at, k).index()];
                for (sum, value) in here.iter_mut().zip(next) {
                    *sum += &(&p * value);
                }
            }
            worth[at.index()] = here;
        }
        Self { side, reach, worth }
    }

    /// The nodes at which whoever moves cannot tell where it is.
    fn alike(&self, at: NodeId) -> Vec<NodeId> {
        match self.infoset(at) {
            Some((game, infoset)) => game.members(infoset).to_vec(),
            None => vec![at],
        }
    }

    fn infoset(
        &self,
        at: NodeId,
    ) -> Option<(&'g deterra_game::extensive::ExtensiveGame, InfosetId)> {
        let game = self.side.graph.as_extensive()?;
        Some((game, game.infoset(at)?))
    }

    /// A number for the decision, the same for nodes that look the same.
    fn group(&self, at: NodeId) -> usize {
        self.alike(at).first().map_or(at.index(), |n| n.index())
    }

    fn reach_of(&self, at: NodeId) -> Rational {
        self.alike(at).iter().map(|n| &self.reach[n.index()]).sum()
    }

    fn options(&self, at: NodeId, player: PlayerId) -> Vec<Choice> {
        let nodes = self.alike(at);
        let total = self.reach_of(at);
        let graph = self.side.graph;
        let value = |k: usize| -> Option<Rational> {
            let next = |n: &NodeId| &self.worth[graph.successor(*n, k).index()][player.index()];
            if let [only] = nodes[..] {
                return Some(next(&only).clone());
            }
            let weighted = nodes.iter().map(|n| &self.reach[n.index()] * next(n));
            weighted.sum::<Rational>().checked_div(&total)
        };
        (0..graph.num_moves(at))
            .map(|k| Choice {
                action: graph.move_label(at, k).to_owned(),
                probability: self.side.profile.probability(at, k).clone(),
                value: value(k),
            })
            .collect()
    }

    fn outcomes(&self) -> BTreeMap<String, Rational> {
        let graph = self.side.graph;
        let mut sums: BTreeMap<String, Rational> = BTreeMap::new();
        for at in (0..self.reach.len()).map(NodeId::from_index) {
            if graph.mover(at) == Mover::Terminal && !self.reach[at.index()].is_zero() {
                let label = crate::path::ending_label(graph, at);
                *sums.entry(label).or_default() += &self.reach[at.index()];
            }
        }
        sums
    }
}

/// Compares what is played in two games.
///
/// # Complexity
/// Linear in the pairs of positions that the same moves lead to.
pub fn compare(first: Side<'_>, second: Side<'_>) -> Comparison {
    let sides = [Worked::new(first), Worked::new(second)];
    let mut found = Comparison {
        outcomes: outcomes(&sides),
        payoffs: payoffs(&sides),
        ..Comparison::default()
    };
    let [a, b] = &sides;
    // Pairs of positions in the order of play, each with the pair and the move it was come to by.
    let mut order: Vec<Matched> = Vec::new();
    let mut open = VecDeque::from([(NodeId::ROOT, NodeId::ROOT, None)]);
    let mut seen = BTreeSet::from([(NodeId::ROOT, NodeId::ROOT)]);
    let mut groups = BTreeSet::new();
    let (mut reached, mut others) = (Vec::new(), Vec::new());
    while let Some((at, to, from)) = open.pop_front() {
        let here = order.len();
        order.push((at, to, from));
        let (one, other) = (a.side.graph, b.side.graph);
        let name = |graph: &dyn PositionGraph, mover| match mover {
            Mover::Player(player) => Some(graph.player_label(player).to_owned()),
            _ => None,
        };
        let movers = [one.mover(at), other.mover(to)];
        let names = [name(one, movers[0]), name(other, movers[1])];
        let is_chance = movers.map(|m| m == Mover::Chance);
        if names[0] != names[1] || is_chance[0] != is_chance[1] {
            for (game, graph) in [one, other].into_iter().enumerate() {
                if movers[game] != Mover::Terminal {
                    let place = if game == 0 { at } else { to };
                    found.extras.push(Extra {
                        game,
                        position: graph.position_label(place).to_owned(),
                        action: None,
                    });
                }
            }
            continue;
        }
        found.details.extend(details([(one, at), (other, to)]));
        if let [Mover::Player(player), Mover::Player(rival)] = movers
            && groups.insert((a.group(at), b.group(to)))
        {
            found.matched += 1;
            let options = [a.options(at, player), b.options(to, rival)];
            let made = |options: &[Choice]| -> BTreeMap<String, Rational> {
                let made = options.iter().filter(|o| !o.probability.is_zero());
                made.map(|o| (o.action.clone(), o.probability.clone()))
                    .collect()
            };
            if made(&options[0]) != made(&options[1]) {
                let difference = Difference {
                    position: one.position_label(at).to_owned(),
                    player: one.player_label(player).to_owned(),
                    path: path(&order, here, one),
                    reach: [a.reach_of(at), b.reach_of(to)],
                    options,
                };
                if difference.is_reached() {
                    reached.push(difference);
                } else {
                    others.push(difference);
                }
            }
        }
        let mut matched = BTreeSet::new();
        for k in 0..one.num_moves(at) {
            let label = one.move_label(at, k);
            let mut moves = 0..other.num_moves(to);
            let Some(j) = moves.find(|j| other.move_label(to, *j) == label && !matched.contains(j))
            else {
                found.extras.push(Extra {
                    game: 0,
                    position: one.position_label(at).to_owned(),
                    action: Some(label.to_owned()),
                });
                continue;
            };
            matched.insert(j);
            let pair = (one.successor(at, k), other.successor(to, j));
            if seen.insert(pair) {
                open.push_back((pair.0, pair.1, Some((here, k))));
            }
        }
        for j in (0..other.num_moves(to)).filter(|j| !matched.contains(j)) {
            found.extras.push(Extra {
                game: 1,
                position: other.position_label(to).to_owned(),
                action: Some(other.move_label(to, j).to_owned()),
            });
        }
    }
    reached.append(&mut others);
    found.differences = reached;
    found
}

/// What is not the same at two positions that the same moves lead to.
fn details(places: [(&dyn PositionGraph, NodeId); 2]) -> Vec<Detail> {
    let mut found = Vec::new();
    let position = places[0].0.position_label(places[0].1).to_owned();
    let mut told = |what: What, values: [Option<String>; 2]| {
        if values[0] != values[1] {
            found.push(Detail {
                position: position.clone(),
                what,
                values,
            });
        }
    };
    let paid = places.map(|(graph, at)| {
        let players = (0..graph.num_players()).map(PlayerId::from_index);
        let paid = players.filter_map(|p| {
            let paid = graph.payoff_at(at, p)?;
            Some((graph.player_label(p).to_owned(), paid.value().to_string()))
        });
        paid.collect::<Vec<_>>()
    });
    for (player, values) in beside(paid) {
        told(What::Payoff(player), values);
    }
    let drawn = places.map(|(graph, at)| {
        let is_chance = graph.mover(at) == Mover::Chance;
        let moves = 0..graph.num_moves(at);
        let drawn = moves.filter(|_| is_chance).map(|k| {
            let probability = graph.chance_probability(at, k).value();
            (graph.move_label(at, k).to_owned(), probability.to_string())
        });
        drawn.collect::<Vec<_>>()
    });
    for (action, values) in beside(drawn) {
        told(What::Chance(action), values);
    }
    let ends = places.map(|(graph, at)| {
        let is_end = graph.mover(at) == Mover::Terminal;
        is_end.then(|| crate::path::ending_label(graph, at))
    });
    told(What::Ending, ends);
    found
}

/// Two lists side by side, by name: in the order of the first, those of the second alone last.
fn beside(lists: [Vec<(String, String)>; 2]) -> Vec<(String, [Option<String>; 2])> {
    let [first, mut second] = lists;
    let mut rows = Vec::new();
    for (name, value) in first {
        let same = second.iter().position(|(other, _)| *other == name);
        let other = same.map(|at| second.remove(at).1);
        rows.push((name, [Some(value), other]));
    }
    let alone = second.into_iter();
    rows.extend(alone.map(|(name, value)| (name, [None, Some(value)])));
    rows
}

/// The moves that lead to a pair, by the names of the first game.
fn path(order: &[Matched], at: usize, graph: &dyn PositionGraph) -> Vec<(String, String)> {
    let mut path = Vec::new();
    let mut here = at;
    while let Some((before, k)) = order[here].2 {
        let place = order[before].0;
        path.push((
            graph.position_label(place).to_owned(),
            graph.move_label(place, k).to_owned(),
        ));
        here = before;
    }
    path.reverse();
    path
}

fn outcomes(sides: &[Worked<'_>; 2]) -> Vec<(String, [Rational; 2])> {
    let [a, b] = [sides[0].outcomes(), sides[1].outcomes()];
    let labels: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let of = |map: &BTreeMap<String, Rational>, label| map.get(label).cloned().unwrap_or_default();
    let mut rows: Vec<(String, [Rational; 2])> = labels
        .into_iter()
        .map(|label| (label.clone(), [of(&a, label), of(&b, label)]))
        .collect();
    rows.sort_by(|x, y| y.1[0].cmp(&x.1[0]).then_with(|| y.1[1].cmp(&x.1[1])));
    rows
}

fn payoffs(sides: &[Worked<'_>; 2]) -> Vec<(String, [Option<Rational>; 2])> {
    let of = |side: &Worked<'_>| -> Vec<(String, Rational)> {
        let graph = side.side.graph;
        let players = (0..graph.num_players()).map(PlayerId::from_index);
        let worth = side.worth.first();
        players
            .filter_map(|p| {
                let value = worth?.get(p.index())?.clone();
                Some((graph.player_label(p).to_owned(), value))
            })
            .collect()
    };
    let [a, mut b] = [of(&sides[0]), of(&sides[1])];
    let mut rows = Vec::new();
    for (name, value) in a {
        let same = b.iter().position(|(other, _)| *other == name);
        let other = same.map(|at| b.remove(at).1);
        rows.push((name, [Some(value), other]));
    }
    rows.extend(
        b.into_iter()
            .map(|(name, value)| (name, [None, Some(value)])),
    );
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{rational, ultimatum};

    /// From section 2.8 of the models: below an audience cost of 10.6 the challenger goes on and the coalition lets it; above,
    /// the challenger negotiates at once, since every stage would be carried out.
    #[test]
    fn the_audience_cost_changes_the_first_move_and_every_answer() {
        let [low, high] = ["0", "11"].map(ultimatum);
        let profile = |game: &crate::fixture::Ultimatum| {
            PositionProfile::pure(&game.graph, game.choices.clone()).expect("moves that exist")
        };
        let (one, other) = (profile(&low), profile(&high));
        let found = compare(
            Side {
                graph: &low.graph,
                profile: &one,
            },
            Side {
                graph: &high.graph,
                profile: &other,
            },
        );
        let first = &found.differences[0];
        assert_eq!((first.position.as_str(), first.path.len()), ("C0", 0));
        let values = |k: usize| -> Vec<Option<Rational>> {
            first.options[k].iter().map(|o| o.value.clone()).collect()
        };
        // Negotiating is worth 4 in both; going on 10 in the first. In the second all stages follow, and at C1 the challenger
        // settles for 3 - 1 = 2 unless the accident of .02 makes it -50: .98·2 - 1 = 0.96.
        assert_eq!(values(0), [Some(rational("4")), Some(rational("10"))]);
        assert_eq!(values(1), [Some(rational("4")), Some(rational("0.96"))]);
        assert_eq!(
            found.payoffs[0].1,
            [Some(rational("10")), Some(rational("4"))]
        );
        // Play comes to C0 and W1; the other changes are beside it.
        let reached = found.differences.iter().filter(|d| d.is_reached());
        let reached: Vec<&str> = reached.map(|d| d.position.as_str()).collect();
        assert_eq!(reached, ["C0", "W1"]);
        assert!(found.extras.is_empty());
        assert!(
            found
                .outcomes
                .contains(&("acquiesce".to_owned(), [Rational::ONE, Rational::ZERO]))
        );
    }

    /// Refusing an announced stage pays the audience cost too: 0 in one and 11 in the other, at the three places where it is
    /// refused, and nothing else is another number.
    #[test]
    fn numbers_that_differ_are_told_where_they_are() {
        let [low, high] = ["0", "11"].map(ultimatum);
        let profile = |game: &crate::fixture::Ultimatum| {
            PositionProfile::pure(&game.graph, game.choices.clone()).expect("moves that exist")
        };
        let (one, other) = (profile(&low), profile(&high));
        let side = |game, profile| Side {
            graph: game,
            profile,
        };
        let found = compare(side(&low.graph, &one), side(&high.graph, &other));
        assert_eq!(found.details.len(), 3, "{:?}", found.details);
        for detail in &found.details {
            assert_eq!(detail.what, What::Payoff("coalition".to_owned()));
            let [a, b] = detail
                .values
                .clone()
                .map(|v| rational(&v.unwrap_or_default()));
            assert_eq!(&a - &b, rational("11"));
        }
        assert!(
            compare(side(&low.graph, &one), side(&low.graph, &one))
                .details
                .is_empty()
        );
    }
}

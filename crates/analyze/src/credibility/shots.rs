//! Free shots: how often the other side goes on before anything is carried out.
//!
//! A threat that is tied to an act leaves the first act free: whoever goes on where it could yield has
//! crossed a line, and only then is the response due. What counts is how many lines have been crossed when the
//! first response is carried out, or when play ends without one.

use super::Rung;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_game::profile::PositionProfile;
use deterra_verify::payoff::{Values, position_realization, position_values};
use std::collections::{BTreeMap, BTreeSet};

/// How many lines are crossed before the first response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shots {
    /// How likely each number is, ascending; only those that occur.
    pub distribution: Vec<(usize, Rational)>,
    /// How likely any response is carried out at all.
    pub answered: Rational,
}

impl Shots {
    /// The mean.
    pub fn expected(&self) -> Rational {
        let all = self.distribution.iter();
        all.map(|(n, p)| &Rational::integer(*n as i64) * p).sum()
    }

    /// The number that is crossed in any case.
    pub fn least(&self) -> usize {
        self.distribution.first().map_or(0, |(n, _)| *n)
    }

    /// The number that may be crossed.
    pub fn most(&self) -> usize {
        self.distribution.last().map_or(0, |(n, _)| *n)
    }
}

/// What the first crossing is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// Where it may be made, first of the positions that look alike.
    pub position: NodeId,
    /// Who makes it.
    pub player: PlayerId,
    /// How likely play comes here.
    pub reached: Rational,
    /// Going on minus the best way of yielding, in payoff units, given what is played and believed.
    pub gain: Rational,
}

/// Free shots of a ladder under what is played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeShots {
    /// Over all plays.
    pub all: Shots,
    /// By what chance draws before anybody moves, where it draws first: the label, how likely it is, and the
    /// shots then. Empty if it does not.
    pub by_type: Vec<(String, Rational, Shots)>,
    /// Where a line may be crossed first.
    pub first: Vec<Crossing>,
}

/// Counts the lines crossed before the first response.
///
/// # Returns
/// `None` if nobody could yield anywhere, so that there are no lines.
///
/// # Complexity
/// `O(moves · lines)`.
pub fn free_shots<G: PositionGraph + ?Sized>(
    graph: &G,
    profile: &PositionProfile,
    rungs: &[Rung],
) -> Option<FreeShots> {
    let lines: BTreeMap<NodeId, usize> = rungs
        .iter()
        .filter_map(|rung| rung.before.as_ref())
        .map(|line| (line.position, line.continues))
        .collect();
    if lines.is_empty() {
        return None;
    }
    let count = Count {
        graph,
        profile,
        lines: &lines,
        carried_out: rungs
            .iter()
            .filter(|rung| rung.refused != Some(rung.carried_out))
            .map(|rung| rung.carried_out)
            .collect(),
    };
    let by_type = match graph.mover(NodeId::ROOT) {
        Mover::Chance => (0..graph.num_moves(NodeId::ROOT))
            .map(|k| {
                let p = graph.chance_probability(NodeId::ROOT, k).value().clone();
                let shots = count.from(graph.successor(NodeId::ROOT, k));
                (graph.move_label(NodeId::ROOT, k).to_owned(), p, shots)
            })
            .filter(|(_, p, _)| !p.is_zero())
            .collect(),
        Mover::Player(_) | Mover::Terminal => Vec::new(),
    };
    Some(FreeShots {
        all: count.from(NodeId::ROOT),
        by_type,
        first: first(graph, profile, rungs, &lines),
    })
}

struct Count<'g, G: ?Sized> {
    graph: &'g G,
    profile: &'g PositionProfile,
    lines: &'g BTreeMap<NodeId, usize>,
    carried_out: BTreeSet<NodeId>,
}

impl<G: PositionGraph + ?Sized> Count<'_, G> {
    fn from(&self, start: NodeId) -> Shots {
        let graph = self.graph;
        let mut distribution: BTreeMap<usize, Rational> = BTreeMap::new();
        let mut answered = Rational::ZERO;
        // By position, then by lines crossed. Successors have greater numbers.
        let mut open = BTreeMap::from([((start, 0_usize), Rational::ONE)]);
        while let Some(((at, crossed), p)) = open.pop_first() {
            if self.carried_out.contains(&at) {
                answered += &p;
                *distribution.entry(crossed).or_default() += &p;
                continue;
            }
            match graph.mover(at) {
                Mover::Terminal => *distribution.entry(crossed).or_default() += &p,
                Mover::Chance => {
                    for k in 0..graph.num_moves(at) {
                        let drawn = graph.chance_probability(at, k).value();
                        if !drawn.is_zero() {
                            let next = (graph.successor(at, k), crossed);
                            *open.entry(next).or_default() += &(&p * drawn);
                        }
                    }
                }
                Mover::Player(_) => {
                    let line = self.lines.get(&at);
                    for (k, q) in self.profile.support(at) {
                        let more = usize::from(line == Some(&k));
                        let next = (graph.successor(at, k), crossed + more);
                        *open.entry(next).or_default() += &(&p * q);
                    }
                }
            }
        }
        Shots {
            distribution: distribution.into_iter().collect(),
            answered,
        }
    }
}

/// The lines that no other line of the same player comes before, information set by information set.
fn first<G: PositionGraph + ?Sized>(
    graph: &G,
    profile: &PositionProfile,
    rungs: &[Rung],
    lines: &BTreeMap<NodeId, usize>,
) -> Vec<Crossing> {
    let values = position_values(graph, profile);
    let reach = position_realization(graph, profile);
    // The players who may have crossed a line on the way to a position.
    let mut behind: BTreeMap<NodeId, BTreeSet<PlayerId>> = BTreeMap::new();
    let mut sets: Vec<(NodeId, PlayerId, Vec<NodeId>)> = Vec::new();
    for at in (0..graph.num_positions()).map(NodeId::from_index) {
        let mut here = behind.remove(&at).unwrap_or_default();
        if let (Mover::Player(player), true) = (graph.mover(at), lines.contains_key(&at))
            && here.insert(player)
        {
            let tree = graph.as_extensive();
            let alike = |other: NodeId| match tree {
                Some(tree) => tree.infoset(other) == tree.infoset(at),
                None => other == at,
            };
            match sets.iter_mut().find(|(one, ..)| alike(*one)) {
                Some((_, _, members)) => members.push(at),
                None => sets.push((at, player, vec![at])),
            }
        }
        if here.is_empty() {
            continue;
        }
        for k in 0..graph.num_moves(at) {
            let next = behind.entry(graph.successor(at, k)).or_default();
            next.extend(here.iter().copied());
        }
    }
    let yields: BTreeMap<NodeId, &[usize]> = rungs
        .iter()
        .filter_map(|rung| rung.before.as_ref())
        .map(|line| (line.position, line.yields.as_slice()))
        .collect();
    let crossings = sets.into_iter().filter_map(|(position, player, members)| {
        let reached: Rational = members.iter().map(|n| &reach[n.index()]).sum();
        let mean = |mv: usize| worth(graph, &values, &reach, &reached, &members, mv, player);
        let on = mean(lines[&position])?;
        let off = yields[&position].iter().filter_map(|k| mean(*k)).max()?;
        Some(Crossing {
            position,
            player,
            reached: reached.clone(),
            gain: &on - &off,
        })
    });
    crossings.collect()
}

/// What a move is worth over positions that look alike, by how likely they are; `None` if none is reached and there
/// are several.
fn worth<G: PositionGraph + ?Sized>(
    graph: &G,
    values: &Values,
    reach: &[Rational],
    reached: &Rational,
    members: &[NodeId],
    mv: usize,
    player: PlayerId,
) -> Option<Rational> {
    let of = |n: NodeId| values.of(graph.successor(n, mv), player);
    if let [only] = members {
        return Some(of(*only).clone());
    }
    let sum: Rational = members.iter().map(|n| &reach[n.index()] * of(*n)).sum();
    sum.checked_div(reached)
}

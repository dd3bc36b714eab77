//! What holds whatever the payoffs are, as long as everybody ranks the endings as stated.
//!
//! **Question.** Only an order of the endings is known of every player, perhaps not all of it. What may be played in a
//! game of perfect information?
//! **Theorem.** Without chance moves backward induction compares endings, never amounts: with a full strict order the
//! answer is one ending, the same for every payoff in that order (Kuhn 1953).
//! **Method.** Backward induction on sets: at every position the *lotteries* over endings that may result, one where
//! everything that matters is known. A move survives unless another is better whatever may follow. Two lotteries are
//! compared by what they do not share: one is better if each of its endings is better than each of the other's, or, where the
//! endings are fully ranked, if it stochastically dominates.
//! **Exact** where nothing is undecided; else what may be played is among what is listed, since a comparison that the order does
//! not decide is allowed to go either way wherever it is met.
//!
//! **References.** kuhn1953.

use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Lotteries of one position beyond which the analysis is cut.
const MOST_LOTTERIES: usize = 64;

/// How likely each ending is, by terminal position.
pub type Lottery = BTreeMap<NodeId, Rational>;

/// How a player ranks two endings: `Less` if the first is worse for it; `None` if that is not known.
pub type Ranks<'r> = dyn Fn(PlayerId, NodeId, NodeId) -> Option<Ordering> + 'r;

/// A comparison that the order does not decide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undecided {
    /// Where it is met.
    pub position: NodeId,
    /// Who would have to compare.
    pub player: PlayerId,
    /// By one move this may result.
    pub one: (u32, Lottery),
    /// By another this.
    pub other: (u32, Lottery),
}

/// What an order alone says.
#[derive(Clone, Debug, Default)]
pub struct Ordinal {
    /// What may result, as lotteries over endings; one if the order decides.
    pub results: Vec<Lottery>,
    /// The comparisons on which it depends, in order of position.
    pub undecided: Vec<Undecided>,
    /// By position the moves that may be best.
    pub moves: Vec<Vec<u32>>,
    /// Whether some position had too many lotteries, so that results are missing.
    pub cut: bool,
}

impl Ordinal {
    /// Whether the same results for every payoff in the order.
    pub fn decides(&self) -> bool {
        self.results.len() == 1 && !self.cut
    }
}

/// What may be played if endings are ranked so.
///
/// # Errors
/// A sentence if something is paid before the end: then plays are ranked, and not endings.
///
/// # Complexity
/// Positions times the pairs of lotteries met, which are limited.
pub fn ordinal(graph: &dyn PositionGraph, ranks: &Ranks<'_>) -> Result<Ordinal, String> {
    let mut found = Ordinal {
        moves: vec![Vec::new(); graph.num_positions()],
        ..Ordinal::default()
    };
    let mut sets: Vec<BTreeSet<Lottery>> = vec![BTreeSet::new(); graph.num_positions()];
    let mut undecided: Vec<Vec<Undecided>> = vec![Vec::new(); graph.num_positions()];
    for at in (0..graph.num_positions()).rev().map(NodeId::from_index) {
        let pays = |p: usize| {
            let paid = graph.payoff_at(at, PlayerId::from_index(p));
            paid.is_some_and(|n| !n.value().is_zero())
        };
        let of = |k: usize| &sets[graph.successor(at, k).index()];
        let here = match graph.mover(at) {
            Mover::Terminal => BTreeSet::from([Lottery::from([(at, Rational::ONE)])]),
            _ if (0..graph.num_players()).any(pays) => {
                let place = graph.position_label(at);
                return Err(format!("something is paid at \"{place}\", before the end"));
            }
            Mover::Chance => {
                let mut mixed = BTreeSet::from([Lottery::new()]);
                for k in 0..graph.num_moves(at) {
                    let p = graph.chance_probability(at, k).value();
                    if p.is_zero() {
                        continue;
                    }
                    let pairs = mixed.iter().flat_map(|a| of(k).iter().map(move |b| (a, b)));
                    let sums = pairs.map(|(sum, next)| {
                        let mut sum = sum.clone();
                        for (end, q) in next {
                            *sum.entry(*end).or_default() += &(p * q);
                        }
                        sum
                    });
                    let limited: BTreeSet<Lottery> = sums.take(MOST_LOTTERIES + 1).collect();
                    mixed = cut(limited, &mut found.cut);
                }
                mixed
            }
            Mover::Player(player) => {
                let moves = 0..graph.num_moves(at);
                let mut best = BTreeSet::new();
                for k in moves.clone() {
                    let others = || moves.clone().filter(move |j| *j != k);
                    let beaten = |l: &Lottery| {
                        others().any(|j| {
                            let worse = |m: &Lottery| compare(player, l, m, ranks);
                            of(j).iter().all(|m| worse(m) == Some(Ordering::Less))
                        })
                    };
                    let survive: Vec<&Lottery> = of(k).iter().filter(|l| !beaten(l)).collect();
                    if !survive.is_empty() {
                        found.moves[at.index()].push(k as u32);
                    }
                    for l in survive {
                        best.insert(l.clone());
                        for j in others().filter(|j| *j > k) {
                            for m in of(j) {
                                if compare(player, l, m, ranks).is_none()
                                    && !beaten_by(m, j, player, &moves, &of, ranks)
                                {
                                    undecided[at.index()].push(Undecided {
                                        position: at,
                                        player,
                                        one: (k as u32, l.clone()),
                                        other: (j as u32, m.clone()),
                                    });
                                }
                            }
                        }
                    }
                }
                cut(best, &mut found.cut)
            }
        };
        sets[at.index()] = here;
    }
    // Only what may be come to matters.
    let mut reached = vec![false; graph.num_positions()];
    if let Some(root) = reached.first_mut() {
        *root = true;
    }
    for at in (0..reached.len()).map(NodeId::from_index) {
        if !reached[at.index()] {
            continue;
        }
        found.undecided.append(&mut undecided[at.index()]);
        for k in 0..graph.num_moves(at) {
            reached[graph.successor(at, k).index()] = true;
        }
    }
    found.results = sets
        .into_iter()
        .next()
        .unwrap_or_default()
        .into_iter()
        .collect();
    Ok(found)
}

/// Whether some other move than `own` is better than a lottery whatever may follow.
fn beaten_by<'s>(
    lottery: &Lottery,
    own: usize,
    player: PlayerId,
    moves: &std::ops::Range<usize>,
    of: &dyn Fn(usize) -> &'s BTreeSet<Lottery>,
    ranks: &Ranks<'_>,
) -> bool {
    moves.clone().filter(|j| *j != own).any(|j| {
        let better = |m: &Lottery| compare(player, lottery, m, ranks) == Some(Ordering::Less);
        of(j).iter().all(better)
    })
}

fn cut(mut set: BTreeSet<Lottery>, was_cut: &mut bool) -> BTreeSet<Lottery> {
    while set.len() > MOST_LOTTERIES {
        set.pop_last();
        *was_cut = true;
    }
    set
}

/// How a player ranks two lotteries; `None` if the order of endings does not say.
pub(super) fn compare(
    player: PlayerId,
    one: &Lottery,
    other: &Lottery,
    ranks: &Ranks<'_>,
) -> Option<Ordering> {
    // What both have in common cancels.
    let less = |a: &Lottery, b: &Lottery| -> Vec<(NodeId, Rational)> {
        let rest = a.iter().map(|(end, p)| {
            let shared = b.get(end).cloned().unwrap_or_default();
            (*end, p - &shared)
        });
        let positive = |p: &Rational| !p.is_zero() && !p.is_negative();
        rest.filter(|(_, p)| positive(p)).collect()
    };
    let (mut left, mut right) = (less(one, other), less(other, one));
    if left.is_empty() && right.is_empty() {
        return Some(Ordering::Equal);
    }
    let rank = |a: &NodeId, b: &NodeId| {
        if a == b {
            return Some(Ordering::Equal);
        }
        ranks(player, *a, *b)
    };
    let pairs = || left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    let all: Vec<Option<Ordering>> = pairs().map(|(a, b)| rank(&a.0, &b.0)).collect();
    for wanted in [Ordering::Less, Ordering::Greater, Ordering::Equal] {
        let weakly = all
            .iter()
            .all(|o| *o == Some(wanted) || *o == Some(Ordering::Equal));
        if weakly && all.contains(&Some(wanted)) {
            return Some(wanted);
        }
    }
    // Fully ranked endings, worst first on both sides: probability is moved from the worst of one to the worst of the
    // other, and every such move must go the same way.
    let ends: Vec<NodeId> = left.iter().chain(&right).map(|(end, _)| *end).collect();
    let full = ends
        .iter()
        .all(|a| ends.iter().all(|b| rank(a, b).is_some()));
    if !full {
        return None;
    }
    let by_rank = |a: &(NodeId, Rational), b: &(NodeId, Rational)| {
        rank(&a.0, &b.0).unwrap_or(Ordering::Equal)
    };
    left.sort_by(by_rank);
    right.sort_by(by_rank);
    let mut way = Ordering::Equal;
    let (mut i, mut j) = (0, 0);
    while let (Some(a), Some(b)) = (left.get(i).cloned(), right.get(j).cloned()) {
        let step = rank(&a.0, &b.0)?;
        if step != Ordering::Equal {
            if way != Ordering::Equal && way != step {
                return None;
            }
            way = step;
        }
        let moved = (&a.1).min(&b.1).clone();
        left[i].1 = &a.1 - &moved;
        right[j].1 = &b.1 - &moved;
        i += usize::from(left[i].1.is_zero());
        j += usize::from(right[j].1.is_zero());
    }
    Some(way)
}

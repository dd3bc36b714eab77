//! What to do if nobody knows how likely the cases are: the least regret, and what holds whatever the payoffs are.
//!
//! **Minimax regret** (Savage 1951). A policy's regret in a case is what it falls short of the best policy for
//! that case. The mix of policies whose greatest expected regret over the cases is least solves a linear
//! program; its dual is the belief about the cases that makes regret hardest to avoid. With two policies and two cases,
//! regrets (0, r) and (r′, 0), the mix gives r′/(r + r′) to the first, and that is the belief, too, at which
//! the policies are equally good.
//! **Policies** of a player are its plans in a game of perfect information, announced and kept; the others answer
//! best, and of equally good answers the one that is worst for the player is feared.
//! **Exact**: the simplex method on rationals, with Bland's rule, which cannot cycle.
//!
//! **References.** savage1951, bland1977.

pub mod ordinal;

use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use std::collections::{BTreeMap, BTreeSet};

/// The most plans that are compared.
pub const MOST_POLICIES: usize = 512;
/// The most cases.
pub const MOST_CASES: usize = 512;

/// The mix of least regret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeastRegret {
    /// By policy and case, what the policy falls short.
    pub regrets: Vec<Vec<Rational>>,
    /// How likely each policy is in the mix.
    pub mix: Vec<Rational>,
    /// The greatest expected regret of the mix.
    pub regret: Rational,
    /// The single policy whose greatest regret is least, and that regret.
    pub pure: (usize, Rational),
    /// The belief about the cases against which no policy has less expected regret.
    pub belief: Vec<Rational>,
}

/// The mix of least regret, from what each policy yields in each case.
///
/// # Returns
/// `None` if there are no policies or no cases, or rows of different lengths.
///
/// # Complexity
/// That of the simplex method on the table.
///
/// # Example
/// ```
/// use deterra_analyze::robust::least_regret;
/// use deterra_game::number::Rational;
/// let of = |n: i64| Rational::integer(n);
/// // Committing loses 3 in the second case, acquiescing 1 in the first.
/// let found = least_regret(&[vec![of(1), of(0)], vec![of(0), of(3)]]).expect("a table");
/// assert_eq!(found.mix[0], Rational::new(1, 4).expect("a fraction"));
/// assert_eq!(found.regret, Rational::new(3, 4).expect("a fraction"));
/// ```
pub fn least_regret(yields: &[Vec<Rational>]) -> Option<LeastRegret> {
    let cases = yields.first()?.len();
    if cases == 0 || yields.iter().any(|row| row.len() != cases) {
        return None;
    }
    let best = |case: usize| yields.iter().map(|row| &row[case]).max();
    let best: Vec<&Rational> = (0..cases).map(best).collect::<Option<_>>()?;
    let regret = |row: &Vec<Rational>| {
        let short = row.iter().zip(&best).map(|(got, best)| *best - got);
        short.collect::<Vec<Rational>>()
    };
    let regrets: Vec<Vec<Rational>> = yields.iter().map(regret).collect();
    let (mix, belief, value) = simplex(&regrets)?;
    let greatest = |row: &Vec<Rational>| row.iter().max().cloned().unwrap_or_default();
    let pure = regrets.iter().map(greatest).enumerate();
    let pure = pure.min_by(|a, b| a.1.cmp(&b.1))?;
    Some(LeastRegret {
        regrets,
        mix,
        regret: value,
        pure,
        belief,
    })
}

/// Solves the zero-sum table in which the row player pays the column player: the row player's mix, the column player's,
/// and the value.
fn simplex(pays: &[Vec<Rational>]) -> Option<(Vec<Rational>, Vec<Rational>, Rational)> {
    let (rows, columns) = (pays.len(), pays[0].len());
    // With 1 added to every entry, none of which is negative, the value is positive: then the mixes divided by
    // it solve "maximize Σx so that every column gets 1 at most", which starts from x = 0.
    let width = rows + columns + 1;
    let mut table: Vec<Vec<Rational>> = (0..columns)
        .map(|c| {
            let mut line = vec![Rational::ZERO; width];
            for (r, row) in pays.iter().enumerate() {
                line[r] = &row[c] + &Rational::ONE;
            }
            line[rows + c] = Rational::ONE;
            line[width - 1] = Rational::ONE;
            line
        })
        .collect();
    let mut goal = vec![Rational::ZERO; width];
    goal[..rows].fill(Rational::integer(-1));
    let mut basis: Vec<usize> = (rows..rows + columns).collect();
    // Bland: the first column that improves, and of the rows that bind the one whose variable comes first.
    while let Some(enter) = (0..width - 1).find(|k| goal[*k].is_negative()) {
        let ratio = |line: &Vec<Rational>| {
            let pivot = &line[enter];
            let positive = !pivot.is_negative() && !pivot.is_zero();
            positive.then(|| line[width - 1].checked_div(pivot))?
        };
        let bounds = table.iter().enumerate();
        let bounds = bounds.filter_map(|(at, line)| Some((ratio(line)?, basis[at], at)));
        let (_, _, leave) = bounds.min()?;
        basis[leave] = enter;
        let inverse = table[leave][enter].checked_inverse()?;
        for entry in &mut table[leave] {
            *entry = &*entry * &inverse;
        }
        let pivot = table[leave].clone();
        let clear = |line: &mut Vec<Rational>| {
            let factor = line[enter].clone();
            if !factor.is_zero() {
                for (entry, by) in line.iter_mut().zip(&pivot) {
                    *entry -= &(by * &factor);
                }
            }
        };
        for (at, line) in table.iter_mut().enumerate() {
            if at != leave {
                clear(line);
            }
        }
        clear(&mut goal);
    }
    let mut solved = vec![Rational::ZERO; rows + columns];
    for (at, variable) in basis.iter().enumerate() {
        solved[*variable].clone_from(&table[at][width - 1]);
    }
    let value = goal[width - 1].checked_inverse()?;
    let mix = solved[..rows].iter().map(|x| x * &value).collect();
    let belief = goal[rows..rows + columns].iter().map(|y| y * &value);
    Some((mix, belief.collect(), &value - &Rational::ONE))
}

/// A plan of one player: its move at every decision, both by name, in the order of the positions.
pub type Policy = Vec<(String, String)>;

/// The plans of a player that differ where it can come to itself, in the order of moves.
///
/// # Errors
/// A sentence if there are more than [`MOST_POLICIES`], or if two of its decisions have one name, so that a plan could not
/// say which it means.
///
/// # Complexity
/// Plans times positions.
pub fn policies(graph: &dyn PositionGraph, player: PlayerId) -> Result<Vec<Policy>, String> {
    let own = |at: NodeId| graph.mover(at) == Mover::Player(player);
    let decisions = (0..graph.num_positions()).map(NodeId::from_index);
    let mut names = BTreeSet::new();
    for at in decisions.filter(|at| own(*at)) {
        let name = graph.position_label(at);
        if !names.insert(name) {
            let player = graph.player_label(player);
            return Err(format!("two decisions of {player} are called \"{name}\""));
        }
    }
    let mut open: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::new()];
    let mut done = Vec::new();
    while let Some(plan) = open.pop() {
        match undecided(graph, &plan, &own) {
            None => done.push(plan),
            Some(at) => {
                // The first move is on top, so that it comes first.
                for k in (0..graph.num_moves(at)).rev() {
                    let mut longer = plan.clone();
                    longer.insert(at.index(), k);
                    open.push(longer);
                }
            }
        }
        if open.len() + done.len() > MOST_POLICIES {
            let name = graph.player_label(player);
            return Err(format!("{name} has more than {MOST_POLICIES} plans"));
        }
    }
    let named = |plan: BTreeMap<usize, usize>| {
        let decision = |(at, k): (usize, usize)| {
            let at = NodeId::from_index(at);
            let label = |text: &str| text.to_owned();
            (
                label(graph.position_label(at)),
                label(graph.move_label(at, k)),
            )
        };
        plan.into_iter().map(decision).collect()
    };
    Ok(done.into_iter().map(named).collect())
}

/// The first decision that can be come to under a plan and that it says nothing of.
fn undecided(
    graph: &dyn PositionGraph,
    plan: &BTreeMap<usize, usize>,
    own: &dyn Fn(NodeId) -> bool,
) -> Option<NodeId> {
    let mut reached = vec![false; graph.num_positions()];
    if let Some(root) = reached.first_mut() {
        *root = true;
    }
    for at in (0..reached.len()).map(NodeId::from_index) {
        if !reached[at.index()] {
            continue;
        }
        let moves = match (own(at), plan.get(&at.index())) {
            (true, None) => return Some(at),
            (true, Some(k)) => *k..*k + 1,
            (false, _) => 0..graph.num_moves(at),
        };
        for k in moves {
            reached[graph.successor(at, k).index()] = true;
        }
    }
    None
}

/// What everybody gets if a player keeps to a plan and the others answer best, one after the other.
///
/// # Returns
/// Payoffs by player. Of equally good answers the one that leaves the player the least is taken. At
/// decisions that the plan does not name the player itself answers best.
///
/// # Errors
/// A sentence if the plan names a move that is not there.
///
/// # Complexity
/// Linear in the game.
pub fn yield_of(
    graph: &dyn PositionGraph,
    player: PlayerId,
    plan: &Policy,
) -> Result<Vec<Rational>, String> {
    let plan: BTreeMap<&str, &str> = plan
        .iter()
        .map(|(at, to)| (at.as_str(), to.as_str()))
        .collect();
    let mut worth: Vec<Vec<Rational>> = vec![Vec::new(); graph.num_positions()];
    for at in (0..graph.num_positions()).rev().map(NodeId::from_index) {
        let of = |k: usize| &worth[graph.successor(at, k).index()];
        let mut here = match graph.mover(at) {
            Mover::Terminal => vec![Rational::ZERO; graph.num_players()],
            Mover::Chance => {
                let mut sums = vec![Rational::ZERO; graph.num_players()];
                for k in 0..graph.num_moves(at) {
                    let p = graph.chance_probability(at, k).value();
                    for (sum, value) in sums.iter_mut().zip(of(k)) {
                        *sum += &(p * value);
                    }
                }
                sums
            }
            Mover::Player(mover) => {
                let named = plan.get(graph.position_label(at));
                let fixed = named.filter(|_| mover == player);
                let moves = 0..graph.num_moves(at);
                let chosen = match fixed {
                    Some(name) => {
                        let mut known = moves.clone();
                        known
                            .find(|k| graph.move_label(at, *k) == *name)
                            .ok_or_else(|| {
                                let place = graph.position_label(at);
                                format!(
                                    "there is no move \"{name}\" at \"{place}\" in one of the cases"
                                )
                            })?
                    }
                    None => moves
                        .max_by(|a, b| {
                            let (a, b) = (of(*a), of(*b));
                            let own = a[mover.index()].cmp(&b[mover.index()]);
                            let feared = || b[player.index()].cmp(&a[player.index()]);
                            own.then_with(feared)
                        })
                        .unwrap_or(0),
                };
                of(chosen).clone()
            }
        };
        for (who, sum) in here.iter_mut().enumerate() {
            if let Some(paid) = graph.payoff_at(at, PlayerId::from_index(who)) {
                *sum += paid.value();
            }
        }
        worth[at.index()] = here;
    }
    Ok(worth.into_iter().next().unwrap_or_default())
}

#[cfg(test)]
mod tests;

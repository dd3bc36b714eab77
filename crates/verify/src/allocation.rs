//! Divisions of what a coalition of all players is worth, judged by their definitions.
//!
//! The Shapley value is judged as the sum over all coalitions of what a player adds (Shapley 1953). Of a vote of many,
//! coalitions with as many voters of each weight are alike, and are counted at once. The core is judged
//! coalition by coalition, and that it is empty by balanced weights (Bondareva 1963; Shapley 1967). The
//! nucleolus is judged by Kohlberg's criterion: a division is it exactly if, for every number, the coalitions whose
//! excess is at least that number are balanced, with the help of players who get only what they are worth alone
//! (Kohlberg 1971).

use crate::linear::nonnegative_or_why;
use crate::verdict::{Concept, Deviation, Status, Verdict, Witness};
use deterra_game::coalition::{Coalition, CoalitionalGame, MOST_TABLED, WeightedVoting};
use deterra_game::id::PlayerId;
use deterra_game::number::{Natural, Rational};
use deterra_game::patience::{poll, poll_at};

#[cfg(test)]
mod tests;

/// The most players of a vote whose coalitions are looked at one by one.
const MOST_SUMMED: usize = 16;

/// The most combinations of numbers of voters by weight.
const MOST_COMBINATIONS: usize = 1_000_000;

/// Judges whether `shares`, by player, are the Shapley value.
///
/// # Returns
/// Exact, or failed with the share that is furthest off and what it should be; unchecked, with the reason, if there are too
/// many coalitions to be looked at.
///
/// # Complexity
/// Players times coalitions, or kinds of coalitions in a vote.
pub fn judge_shapley(game: &CoalitionalGame, shares: &[Rational]) -> Verdict {
    let players = game.num_players();
    // One of n · C(n-1, s) orders has exactly these s players first.
    let weight = |size: usize| {
        let orders = Natural::from(players) * choose(players - 1, size);
        Rational::from_big(1.into(), orders)
    };
    judge_sums(game, shares, Concept::Shapley, &weight)
}

/// Judges whether `values`, by player, are the Banzhaf value, not scaled.
///
/// # Returns
/// As [`judge_shapley`].
///
/// # Complexity
/// As [`judge_shapley`].
pub fn judge_banzhaf(game: &CoalitionalGame, values: &[Rational]) -> Verdict {
    let others = game.num_players() - 1;
    let weight = |_| Rational::from_big(1.into(), Natural::ONE << others);
    judge_sums(game, values, Concept::Banzhaf, &weight)
}

/// Judges an estimate of a Shapley or Banzhaf value, by player, that may be off by `margin`.
///
/// # Returns
/// Where the value can be computed: exact, bounded by how far the estimate is off, or failed if that is more than the margin. Else
/// failed with a share that breaks an axiom: shares of a Shapley value sum to what all are worth; voters of equal weight
/// have equal shares, those without weight none, nobody more than 1, and no one less than a lighter one by more than both
/// margins. If none is broken it is unchecked, with the reason: chances cannot be judged.
///
/// # Complexity
/// As [`judge_shapley`], but tables of more than 16 players are not summed up.
pub fn judge_estimate(
    game: &CoalitionalGame,
    concept: Concept,
    value: &[Rational],
    margin: &[Rational],
) -> Verdict {
    let players = game.num_players();
    if value.len() != players || margin.len() != players {
        return of_another_size(concept, value.len(), players);
    }
    let shapley = |size: usize| {
        let orders = Natural::from(players) * choose(players - 1, size);
        Rational::from_big(1.into(), orders)
    };
    let banzhaf = |_| Rational::from_big(1.into(), Natural::ONE << (players - 1));
    let weight: &dyn Fn(usize) -> Rational = match concept {
        Concept::Shapley => &shapley,
        Concept::Banzhaf => &banzhaf,
        _ => return Verdict::unchecked(concept, "that is no value of what players add"),
    };
    if let Some(expected) = sums(game, weight, MOST_SUMMED) {
        let worst = furthest(value, &expected);
        let off = value.iter().zip(&expected).map(|(v, e)| (v - e).abs());
        let within = off.zip(margin).all(|(off, margin)| off <= *margin);
        let error = worst.as_ref().map_or(Rational::ZERO, |w| w.gain.clone());
        let allowed = if within { error } else { Rational::ZERO };
        return Verdict::from_witness(concept, worst, &allowed);
    }
    let total = game.grand_worth();
    let bounds = [&Rational::ZERO, &Rational::ONE];
    let Some(rule) = game.rule() else {
        let sum = (concept == Concept::Shapley).then_some(&total);
        let all: Rational = value.iter().map(Rational::abs).sum();
        return judge_bounds(concept, sum, [&-&all, &all], value);
    };
    let sum = (concept == Concept::Shapley).then_some(&total);
    let of_sum = judge_bounds(concept, sum, bounds, value);
    if !matches!(of_sum.status, Status::Unchecked(_)) {
        return of_sum;
    }
    let weights = rule.weights();
    let mut order: Vec<usize> = (0..players).collect();
    order.sort_by(|a, b| weights[*a].cmp(&weights[*b]));
    let mut broken = order
        .first()
        .filter(|p| weights[**p].is_zero() && !value[**p].is_zero())
        .map(|p| (*p, Rational::ZERO));
    for pair in order.windows(2) {
        let [light, heavy] = [pair[0], pair[1]];
        if weights[light] == weights[heavy] {
            if value[light] != value[heavy] {
                broken = Some((heavy, value[light].clone()));
            }
        } else if &(&value[heavy] + &margin[heavy]) + &margin[light] < value[light] {
            broken = Some((heavy, value[light].clone()));
        }
    }
    match broken {
        Some((player, should_be)) => off_by(concept, player, &value[player], should_be),
        None => Verdict::unchecked(
            concept,
            "it is an estimate: shares add up, alike voters have alike ones and heavier voters no less, and that they are \
             within their margins is likely and not proved",
        ),
    }
}

/// Judges what can be judged of an estimate of a game of which only the rule is known: whether shares lie within what a
/// player may add, and sum to what all are worth, if that is given.
///
/// # Returns
/// Failed with a share that does not, else unchecked, with the reason.
pub fn judge_bounds(
    concept: Concept,
    total: Option<&Rational>,
    added: [&Rational; 2],
    value: &[Rational],
) -> Verdict {
    for (player, share) in value.iter().enumerate() {
        let nearest = share.max(added[0]).min(added[1]);
        if nearest != share {
            return off_by(concept, player, share, nearest.clone());
        }
    }
    let sum: Rational = value.iter().sum();
    if let (Some(total), Some(first)) = (total, value.first())
        && sum != *total
    {
        return off_by(concept, 0, first, &(first + total) - &sum);
    }
    Verdict::unchecked(
        concept,
        "it is an estimate: shares are within what a player may add and sum to what all are worth where they should, and \
         that they are within their margins is likely and not proved",
    )
}

fn off_by(concept: Concept, player: usize, share: &Rational, should_be: Rational) -> Verdict {
    let gain = (share - &should_be).abs();
    let witness = Witness {
        player: PlayerId::from_index(player),
        deviation: Deviation::Share { should_be },
        gain,
    };
    Verdict::from_witness(concept, Some(witness), &Rational::ZERO)
}

/// Compares with sums over coalitions of what a player adds, weighed by size.
fn judge_sums(
    game: &CoalitionalGame,
    claimed: &[Rational],
    concept: Concept,
    weight: &dyn Fn(usize) -> Rational,
) -> Verdict {
    let players = game.num_players();
    if claimed.len() != players {
        return of_another_size(concept, claimed.len(), players);
    }
    let Some(expected) = sums(game, weight, MOST_TABLED) else {
        return Verdict::unchecked(concept, "there are too many kinds of coalitions");
    };
    let worst = furthest(claimed, &expected);
    Verdict::from_witness(concept, worst, &Rational::ZERO)
}

/// Sums over coalitions of what every player adds, weighed by size; `None` if there are too many, or a table has more players
/// than this.
fn sums(
    game: &CoalitionalGame,
    weight: &dyn Fn(usize) -> Rational,
    most_tabled: usize,
) -> Option<Vec<Rational>> {
    let players = game.num_players();
    let weights: Vec<Rational> = (0..players).map(weight).collect();
    let kinds = game.rule().filter(|_| players > MOST_SUMMED);
    let by_kind = kinds.and_then(|rule| sums_by_kind(rule, &weights));
    by_kind.or_else(|| Some(sums_of_table(&game.table(most_tabled)?, &weights)))
}

/// The share that is furthest off.
fn furthest(claimed: &[Rational], expected: &[Rational]) -> Option<Witness> {
    let mut worst: Option<Witness> = None;
    for (player, (claimed, expected)) in claimed.iter().zip(expected).enumerate() {
        let gain = (claimed - expected).abs();
        if worst.as_ref().is_none_or(|w| gain > w.gain) {
            worst = Some(Witness {
                player: PlayerId::from_index(player),
                deviation: Deviation::Share {
                    should_be: expected.clone(),
                },
                gain,
            });
        }
    }
    worst
}

/// By player, what she adds to every coalition of others, weighed by its size.
fn sums_of_table(table: &[Rational], weights: &[Rational]) -> Vec<Rational> {
    let players = weights.len();
    let mut added = vec![vec![Rational::ZERO; players]; players];
    for (bits, worth) in table.iter().enumerate() {
        poll_at(bits);
        let coalition = Coalition::from_bits(bits as u64);
        for (player, by_size) in added.iter_mut().enumerate() {
            if !coalition.contains(player) {
                by_size[coalition.len()] += &(&table[bits | 1 << player] - worth);
            }
        }
    }
    let weighed = |by_size: Vec<Rational>| by_size.iter().zip(weights).map(|(x, w)| x * w).sum();
    added.into_iter().map(weighed).collect()
}

/// The same of a vote, alike coalitions counted at once; `None` if there are too many kinds.
fn sums_by_kind(rule: &WeightedVoting, weights: &[Rational]) -> Option<Vec<Rational>> {
    let mut known: Vec<(&Rational, Rational)> = Vec::new();
    let mut sums = Vec::with_capacity(weights.len());
    for (player, own) in rule.weights().iter().enumerate() {
        let before = known.iter().find(|(weight, _)| *weight == own);
        let value = match before {
            Some((_, value)) => value.clone(),
            None => tips(rule, player, weights)?,
        };
        known.push((own, value.clone()));
        sums.push(value);
    }
    Some(sums)
}

/// The weights of the coalitions of others that lose without a voter and win with her.
fn tips(rule: &WeightedVoting, voter: usize, weights: &[Rational]) -> Option<Rational> {
    let mut others: Vec<&Rational> = rule.weights().iter().collect();
    let own = others.remove(voter);
    others.sort();
    let groups: Vec<&[&Rational]> = others.chunk_by(|a, b| a == b).collect();
    let combinations = groups
        .iter()
        .try_fold(1_usize, |n, group| n.checked_mul(group.len() + 1));
    if combinations.is_none_or(|n| n > MOST_COMBINATIONS) {
        return None;
    }
    let mut taken = vec![0_usize; groups.len()];
    let mut sum = Rational::ZERO;
    loop {
        poll();
        let mut weight = Rational::ZERO;
        let mut alike = Natural::ONE;
        for (group, n) in groups.iter().zip(&taken) {
            weight += &(group[0] * &Rational::integer(*n as i64));
            alike *= choose(group.len(), *n);
        }
        if weight < *rule.quota() && &weight + own >= *rule.quota() {
            let count = Rational::from_big(alike.into(), Natural::ONE);
            sum += &(&count * &weights[taken.iter().sum::<usize>()]);
        }
        let Some(next) = (0..groups.len()).find(|g| taken[*g] < groups[*g].len()) else {
            return Some(sum);
        };
        taken[..next].fill(0);
        taken[next] += 1;
    }
}

/// The binomial coefficient.
fn choose(n: usize, k: usize) -> Natural {
    (0..k.min(n)).fold(Natural::ONE, |product, j| {
        product * Natural::from(n - j) / Natural::from(j + 1)
    })
}

fn of_another_size(concept: Concept, found: usize, players: usize) -> Verdict {
    Verdict::unchecked(concept, format!("{found} shares for {players} players"))
}

/// Judges whether divisions, each by player, lie in the core; and if there is none, whether `blocking` proves that the
/// core is empty.
///
/// # Returns
/// Exact; or failed with the coalition that is worth most more than it is given, or with all players, if a
/// division does not divide what all are worth or the weights prove nothing. Unchecked, with the reason, if
/// a division is of another size.
///
/// # Complexity
/// Divisions times players times coalitions; of a vote of more than 20, times players twice.
pub fn judge_core(
    game: &CoalitionalGame,
    divisions: &[&[Rational]],
    blocking: &[(Coalition, Rational)],
) -> Verdict {
    let players = game.num_players();
    let total = game.grand_worth();
    if divisions.is_empty() || !blocking.is_empty() {
        // Everybody counts once, in coalitions that together are worth more than all.
        let mut counts = vec![Rational::ZERO; players];
        let mut worth = Rational::ZERO;
        for (coalition, weight) in blocking {
            for player in coalition.members().take_while(|p| *p < players) {
                counts[player] += weight;
            }
            worth += &(weight * &game.worth(*coalition));
        }
        let balanced = counts.iter().all(Rational::is_one)
            && blocking.iter().all(|(_, weight)| !weight.is_negative());
        let proves = balanced && worth > total && divisions.is_empty();
        let witness = (!proves).then(|| objection(Coalition::all(players), Rational::ONE));
        return Verdict::from_witness(Concept::Core, witness, &Rational::ZERO);
    }
    let mut worst: Option<Witness> = None;
    for division in divisions {
        poll();
        if division.len() != players {
            return of_another_size(Concept::Core, division.len(), players);
        }
        let given: Rational = division.iter().sum();
        let mut objections = vec![(Coalition::all(players), (&given - &total).abs())];
        if let Some(table) = game.table(MOST_TABLED) {
            objections.extend(excesses(&table, division));
        } else if let Some(rule) = game.rule() {
            objections.extend(against_vote(rule, division));
        }
        for (coalition, excess) in objections {
            if worst.as_ref().is_none_or(|w| excess > w.gain) {
                worst = Some(objection(coalition, excess));
            }
        }
    }
    Verdict::from_witness(Concept::Core, worst, &Rational::ZERO)
}

fn objection(coalition: Coalition, gain: Rational) -> Witness {
    Witness {
        player: PlayerId::from_index(coalition.members().next().unwrap_or(0)),
        deviation: Deviation::Coalition(coalition),
        gain,
    }
}

/// What every proper coalition is worth by itself, less what it is given.
fn excesses(table: &[Rational], division: &[Rational]) -> Vec<(Coalition, Rational)> {
    // What a coalition is given, from what it is given without its first player.
    let mut given: Vec<Rational> = vec![Rational::ZERO; table.len()];
    for bits in 1..table.len() {
        poll_at(bits);
        let rest = bits & (bits - 1);
        given[bits] = &given[rest] + &division[bits.trailing_zeros() as usize];
    }
    (1..table.len() - 1)
        .map(|bits| {
            poll_at(bits);
            let excess = &table[bits] - &given[bits];
            (Coalition::from_bits(bits as u64), excess)
        })
        .collect()
}

/// Objections to a division of a vote: of players who get less than nothing, and of all but one who keeps something and is not
/// needed. If there are none, no winning coalition lacks anybody who is given something.
fn against_vote(rule: &WeightedVoting, division: &[Rational]) -> Vec<(Coalition, Rational)> {
    let all = Coalition::all(division.len());
    let mut objections = Vec::new();
    for (player, share) in division.iter().enumerate() {
        objections.push((Coalition::of([player]), -share));
        if rule.wins(all.without(player)) {
            objections.push((all.without(player), share.clone()));
        }
    }
    objections
}

/// Judges whether a division, by player, is the nucleolus.
///
/// # Returns
/// Exact; or failed with a coalition among the most unhappy for which more could be done, the gain being its excess if
/// that is positive, else 1. Unchecked, with the reason, with more than 20 players.
///
/// # Complexity
/// For every dimension that the unhappiest coalitions span a question whether they are balanced, which takes some looks at
/// all of them and small linear programs between.
pub fn judge_nucleolus(game: &CoalitionalGame, division: &[Rational]) -> Verdict {
    let players = game.num_players();
    let concept = Concept::Nucleolus;
    if division.len() != players {
        return of_another_size(concept, division.len(), players);
    }
    let Some(table) = game.table(MOST_TABLED) else {
        return Verdict::unchecked(concept, "there are too many coalitions");
    };
    let failed = |coalition: Coalition, gain: Rational| {
        let gain = if gain > Rational::ZERO {
            gain
        } else {
            Rational::ONE
        };
        let witness = Some(objection(coalition, gain));
        Verdict::from_witness(concept, witness, &Rational::ZERO)
    };
    let given: Rational = division.iter().sum();
    if given != table[table.len() - 1] {
        return failed(
            Coalition::all(players),
            (&given - &table[table.len() - 1]).abs(),
        );
    }
    for (player, share) in division.iter().enumerate() {
        if *share < table[1 << player] {
            return failed(Coalition::of([player]), &table[1 << player] - share);
        }
    }
    let at_least: Vec<Coalition> = (0..players)
        .filter(|p| division[*p] == table[1 << p])
        .map(|p| Coalition::of([p]))
        .collect();
    let mut ordered = excesses(&table, division);
    drop(table);
    let mut compared = 0;
    ordered.sort_by(|a, b| {
        compared += 1;
        poll_at(compared);
        b.1.cmp(&a.1)
    });
    // What is orthogonal to the coalitions so far, and to all together.
    let mut outside: Vec<Vec<Rational>> = (0..players)
        .map(|p| row_of(Coalition::of([p]), players))
        .collect();
    narrow(&mut outside, Coalition::all(players));
    let mut unhappy = Unhappy {
        so_far: 0,
        counts: vec![0; players],
        helpers: at_least,
    };
    for level in ordered.chunk_by(|a, b| a.1 == b.1) {
        let before = outside.len();
        for (coalition, _) in level {
            poll();
            narrow(&mut outside, *coalition);
            for player in coalition.members() {
                unhappy.counts[player] += 1;
            }
        }
        unhappy.so_far += level.len();
        // What is spanned by balanced coalitions is balanced with them.
        if outside.len() < before && !unhappy.are_balanced(&ordered) {
            return failed(level[0].0, level[0].1.clone());
        }
        if outside.is_empty() {
            break;
        }
    }
    Verdict::from_witness(concept, None, &Rational::ZERO)
}

fn row_of(coalition: Coalition, players: usize) -> Vec<Rational> {
    let inside = |p| Rational::integer(i64::from(coalition.contains(p)));
    (0..players).map(inside).collect()
}

/// What a coalition is given by a row.
fn given(row: &[Rational], coalition: Coalition) -> Rational {
    coalition.members().take(row.len()).map(|p| &row[p]).sum()
}

/// Leaves of a basis of a space a basis of what is orthogonal to a coalition.
fn narrow(basis: &mut Vec<Vec<Rational>>, coalition: Coalition) {
    let Some(first) = basis
        .iter()
        .position(|row| !given(row, coalition).is_zero())
    else {
        return;
    };
    let gone = basis.remove(first);
    let whole = given(&gone, coalition);
    for row in basis {
        poll();
        let Some(factor) = given(row, coalition).checked_div(&whole) else {
            continue;
        };
        if !factor.is_zero() {
            for (x, y) in row.iter_mut().zip(&gone) {
                *x -= &(y * &factor);
            }
        }
    }
}

/// The unhappiest coalitions.
struct Unhappy {
    /// How many of the ordered ones.
    so_far: usize,
    /// By player, in how many of them she is.
    counts: Vec<i64>,
    /// Players who get only what they are worth alone.
    helpers: Vec<Coalition>,
}

impl Unhappy {
    /// Whether there are positive weights of the unhappy, and weights of the helpers that are not negative, under which
    /// everybody counts equally often.
    ///
    /// Weights may be scaled, so positive is 1 and something more. Few coalitions need more, and they are looked for one by
    /// one: if those at hand do not do, something proves it (Farkas), and either proves it of all, or some coalition shows
    /// that it does not.
    fn are_balanced(&self, ordered: &[(Coalition, Rational)]) -> bool {
        let players = self.counts.len();
        // Everybody counts t times: Σ more + Σ helpers - t = - once.
        let right: Vec<Rational> = self.counts.iter().map(|n| Rational::integer(-n)).collect();
        let mut columns = self.helpers.clone();
        loop {
            poll();
            let rows: Vec<Vec<Rational>> = (0..players)
                .map(|p| {
                    let inside = columns
                        .iter()
                        .map(|c| Rational::integer(i64::from(c.contains(p))));
                    inside.chain([Rational::integer(-1)]).collect()
                })
                .collect();
            let Err(factors) = nonnegative_or_why(&rows, &right, columns.len() + 1) else {
                return true;
            };
            // The coalition that refutes it most.
            let mut best: Option<(Coalition, Rational)> = None;
            for (coalition, _) in &ordered[..self.so_far] {
                poll();
                let value = given(&factors, *coalition);
                let known = best.as_ref().map_or(&Rational::ZERO, |(_, known)| known);
                if value > *known {
                    best = Some((*coalition, value));
                }
            }
            match best {
                Some((coalition, _)) => columns.push(coalition),
                None => return false,
            }
        }
    }
}

//! By how much one action leads another one, as a polynomial in the probabilities of all actions.
//!
//! At an information set, `Σ reach(node) · (value after a − value after b)` over its nodes, where
//! what its own player did on the way is left out: with perfect recall it is the same for all. Of
//! every set one action is the *reference*, whose probability is what the others leave of 1.

use super::polynomial::{Budget, Polynomial, Variable};
use crate::linear::nonnegative_solution;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use std::collections::BTreeSet;

/// The most pure profiles of the sets that matter to a lead.
const MOST_PROFILES: usize = 1 << 14;

/// The most different rows of leads that are looked at for a mixture.
const MOST_ROWS: usize = 64;

/// The most terms times profiles.
const MOST_STEPS: usize = 1 << 21;

/// Where a lead goes over all pure profiles, and hence over all profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// 0 everywhere.
    Zero,
    /// Never negative; positive against everything completely mixed.
    Leads,
    /// Never positive; negative against everything completely mixed.
    Trails,
    /// Now this, now that.
    Either,
    /// Too many profiles to look at.
    TooMany,
}

/// Leads at all information sets of a game.
pub(super) struct Leads<'g> {
    game: &'g ExtensiveGame,
    /// By information set, the position of its reference.
    reference: Vec<usize>,
    /// By information set, then position: the lead of the reference over the action.
    over: Vec<Vec<Polynomial>>,
}

impl<'g> Leads<'g> {
    /// Makes all leads; `None` if they are too large.
    pub(super) fn new(
        game: &'g ExtensiveGame,
        reference: Vec<usize>,
        budget: &mut Budget,
    ) -> Option<Self> {
        let mut leads = Self {
            game,
            over: vec![Vec::new(); reference.len()],
            reference,
        };
        for player in game.players() {
            let values = leads.values(player, budget)?;
            for h in game.player_infosets(player) {
                poll();
                let own = leads.of_set(h, player, &values, budget)?;
                leads.over[h.index()] = own;
            }
        }
        Some(leads)
    }

    /// The position of a set's reference.
    pub(super) fn reference(&self, h: InfosetId) -> usize {
        self.reference[h.index()]
    }

    /// The lead of a set's reference over another of its actions.
    pub(super) fn over(&self, h: InfosetId, k: usize) -> &Polynomial {
        &self.over[h.index()][k]
    }

    /// The lead of an action over another one of the same set.
    pub(super) fn between(&self, h: InfosetId, a: usize, b: usize) -> Polynomial {
        let mut lead = self.over(h, b).clone();
        let mut ample = Budget(usize::MAX);
        lead.add_scaled(self.over(h, a), &Rational::integer(-1), &mut ample)
            .expect("invariant: ample");
        lead
    }

    /// What play from every node on is worth to a player.
    fn values(&self, player: PlayerId, budget: &mut Budget) -> Option<Vec<Polynomial>> {
        let game = self.game;
        let mut values: Vec<Polynomial> = vec![Polynomial::default(); game.num_nodes()];
        for node in game.nodes().rev() {
            poll();
            let mut sum = match game.outcome(node) {
                Some(outcome) => Polynomial::constant(game.payoff(outcome, player).value().clone()),
                None => Polynomial::default(),
            };
            match game.kind(node) {
                NodeKind::Terminal => {}
                NodeKind::Chance(event) => {
                    for (k, child) in game.children(node).enumerate() {
                        let p = game.chance_probability(event, k).value();
                        sum.add_scaled(&values[child.index()], p, budget)?;
                    }
                }
                NodeKind::Decision(_, h) => {
                    let first = game.actions(h).start;
                    let kept = self.reference(h);
                    let base = game.child(node, kept)?;
                    sum.add_scaled(&values[base.index()], &Rational::ONE, budget)?;
                    for (k, child) in game.children(node).enumerate().filter(|(k, _)| *k != kept) {
                        let mut more = values[child.index()].clone();
                        let minus = Rational::integer(-1);
                        more.add_scaled(&values[base.index()], &minus, budget)?;
                        let variable = (first + k) as Variable;
                        sum.add_product(&more, variable, &Rational::ONE, budget)?;
                    }
                }
            }
            values[node.index()] = sum;
        }
        Some(values)
    }

    /// The leads of the reference of one set.
    fn of_set(
        &self,
        h: InfosetId,
        player: PlayerId,
        values: &[Polynomial],
        budget: &mut Budget,
    ) -> Option<Vec<Polynomial>> {
        let game = self.game;
        let kept = self.reference(h);
        let mut made = vec![Polynomial::default(); game.num_actions(h)];
        for (k, lead) in made.iter_mut().enumerate().filter(|(k, _)| *k != kept) {
            poll();
            for member in game.members(h) {
                let (a, b) = (game.child(*member, kept)?, game.child(*member, k)?);
                let mut gap = values[a.index()].clone();
                let minus = Rational::integer(-1);
                gap.add_scaled(&values[b.index()], &minus, budget)?;
                let reached = self.reach(*member, player, gap, budget)?;
                lead.add_scaled(&reached, &Rational::ONE, budget)?;
            }
        }
        Some(made)
    }

    /// A polynomial times how likely chance and the others lead to a node.
    fn reach(
        &self,
        node: NodeId,
        player: PlayerId,
        mut product: Polynomial,
        budget: &mut Budget,
    ) -> Option<Polynomial> {
        let game = self.game;
        let mut at = node;
        while let (Some(parent), Some(k), false) =
            (game.parent(at), game.incoming(at), product.is_zero())
        {
            let mut next = Polynomial::default();
            match game.kind(parent) {
                NodeKind::Chance(event) => {
                    let p = game.chance_probability(event, k).value();
                    next.add_scaled(&product, p, budget)?;
                }
                NodeKind::Decision(mover, g) if mover != player => {
                    let first = game.actions(g).start;
                    if k == self.reference(g) {
                        next.add_scaled(&product, &Rational::ONE, budget)?;
                        let minus = Rational::integer(-1);
                        for j in (0..game.num_actions(g)).filter(|j| *j != k) {
                            let variable = (first + j) as Variable;
                            next.add_product(&product, variable, &minus, budget)?;
                        }
                    } else {
                        let variable = (first + k) as Variable;
                        next.add_product(&product, variable, &Rational::ONE, budget)?;
                    }
                }
                _ => next = product,
            }
            product = next;
            at = parent;
        }
        Some(product)
    }

    /// Where a lead goes.
    ///
    /// A lead is linear in what is done at each single set, so it is an average of its values at
    /// pure profiles, and against completely mixed ones each of them has weight.
    pub(super) fn sign(&self, lead: &Polynomial) -> Sign {
        let (mut above, mut below) = (false, false);
        let seen = self.visit(&[lead], |values| {
            below |= values[0].is_negative();
            above |= values[0] > Rational::ZERO;
            !(above && below)
        });
        match (seen, above, below) {
            (None, ..) => Sign::TooMany,
            (_, true, true) => Sign::Either,
            (_, true, false) => Sign::Leads,
            (_, false, true) => Sign::Trails,
            (_, false, false) => Sign::Zero,
        }
    }

    /// Actions of a set some mixture of which is never worse than `a`, and better against
    /// everything completely mixed; `None` if there is none, or if it would take too long.
    pub(super) fn better(&self, h: InfosetId, a: usize) -> Option<Vec<u32>> {
        let n = self.game.num_actions(h);
        let others: Vec<usize> = (0..n).filter(|k| *k != a).collect();
        let leads: Vec<Polynomial> = others.iter().map(|b| self.between(h, *b, a)).collect();
        let single = leads.iter().position(|l| self.sign(l) == Sign::Leads);
        if let Some(k) = single {
            return Some(vec![others[k] as u32]);
        }
        if others.len() < 2 {
            return None;
        }
        // By pure profile, the lead of every other action over `a`; equal rows once.
        let mut rows: BTreeSet<Vec<Rational>> = BTreeSet::new();
        let all: Vec<&Polynomial> = leads.iter().collect();
        self.visit(&all, |values| {
            if values.iter().any(|x| !x.is_zero()) {
                rows.insert(values.to_vec());
            }
            rows.len() <= MOST_ROWS
        })?;
        if rows.len() > MOST_ROWS || rows.is_empty() {
            return None;
        }
        // Shares of the others, and what their mixture gains at each profile: together 1.
        let width = others.len() + rows.len();
        let mut system: Vec<Vec<Rational>> = Vec::with_capacity(rows.len() + 1);
        for (k, mut row) in rows.into_iter().enumerate() {
            poll();
            row.resize(width, Rational::ZERO);
            row[others.len() + k] = Rational::integer(-1);
            system.push(row);
        }
        let mut right = vec![Rational::ZERO; system.len()];
        let mut sum = vec![Rational::ZERO; others.len()];
        sum.resize(width, Rational::ONE);
        system.push(sum);
        right.push(Rational::ONE);
        let shares = nonnegative_solution(&system, &right, width)?;
        let used = others.iter().zip(&shares).filter(|(_, x)| !x.is_zero());
        Some(used.map(|(k, _)| *k as u32).collect())
    }

    /// Shows the values of leads at every pure profile of the sets that matter, until told to stop;
    /// `None` if there are too many.
    fn visit(&self, leads: &[&Polynomial], mut see: impl FnMut(&[Rational]) -> bool) -> Option<()> {
        let mut order: Vec<Variable> = leads.iter().flat_map(|l| l.variables()).collect();
        order.sort_unstable();
        order.dedup();
        // By set that matters, how many actions do; all others are as good as its reference.
        let mut sets: Vec<(InfosetId, usize)> = Vec::new();
        for variable in &order {
            poll();
            let h = self.game.action_infoset(*variable as usize);
            match sets.last_mut() {
                Some((known, n)) if *known == h => *n += 1,
                _ => sets.push((h, 1)),
            }
        }
        let terms: usize = leads.iter().map(|l| l.terms().len()).sum();
        sets.iter()
            .try_fold(1_usize, |n, (_, own)| n.checked_mul(own + 1))
            .filter(|n| *n <= MOST_PROFILES && n.saturating_mul(terms) <= MOST_STEPS)?;
        let masks: Vec<Vec<(u128, &Rational)>> = leads
            .iter()
            .map(|l| masks(l, &order))
            .collect::<Option<_>>()?;
        let mut wheels = vec![0; sets.len()];
        loop {
            poll();
            let mut taken = 0_u128;
            let mut first = 0;
            for ((_, own), at) in sets.iter().zip(&wheels) {
                if *at > 0 {
                    taken |= 1 << (first + at - 1);
                }
                first += own;
            }
            let value = |terms: &Vec<(u128, &Rational)>| -> Rational {
                let here = terms.iter().filter(|(mask, _)| mask & !taken == 0);
                here.map(|(_, value)| *value).sum()
            };
            let values: Vec<Rational> = masks.iter().map(value).collect();
            if !see(&values) {
                return Some(());
            }
            let Some(next) = (0..sets.len()).find(|s| wheels[*s] < sets[*s].1) else {
                return Some(());
            };
            wheels[..next].fill(0);
            wheels[next] += 1;
        }
    }
}

/// Products as bits; `None` if there are more variables than bits.
fn masks<'p>(lead: &'p Polynomial, order: &[Variable]) -> Option<Vec<(u128, &'p Rational)>> {
    if order.len() > 128 {
        return None;
    }
    let mask = |product: &[Variable]| {
        let bit = |v: &Variable| 1_u128 << order.partition_point(|w| w < v);
        product.iter().map(bit).sum()
    };
    Some(lead.terms().map(|(m, c)| (mask(m), c)).collect())
}

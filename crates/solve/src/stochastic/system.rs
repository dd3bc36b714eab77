//! The equations of one profile of supports, solved exactly where they come down to linear ones.
//!
//! Unknown are the probabilities of decisions that use several actions, and what states are worth
//! to the players who mix. A player is indifferent between the actions of a support, so each is
//! worth what the state is worth; elsewhere a state is worth the mean of what follows. These are
//! polynomials. Linear ones are used up one after the other, each to replace an unknown, and what
//! is then a product with a probability is divided by it, since probabilities of a support are
//! positive. In games in which players take turns nothing else is left: indifference pins down
//! what states are worth to the mover, and those values the probabilities of the others.

use crate::numeric::linear;
use deterra_game::number::Rational;
use deterra_game::stochastic::{StateId, StochasticGame};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// The most terms of an equation.
const MOST_TERMS: usize = 20_000;

/// A product of unknowns, by number and in order.
type Monomial = Vec<u32>;

/// A polynomial in the unknowns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Poly(BTreeMap<Monomial, Rational>);

impl Poly {
    fn constant(value: &Rational) -> Self {
        let mut poly = Self::default();
        poly.add(Vec::new(), value);
        poly
    }

    fn unknown(number: u32) -> Self {
        Self(BTreeMap::from([(vec![number], Rational::ONE)]))
    }

    fn add(&mut self, monomial: Monomial, value: &Rational) {
        if value.is_zero() {
            return;
        }
        match self.0.entry(monomial) {
            Entry::Vacant(new) => {
                new.insert(value.clone());
            }
            Entry::Occupied(mut known) => {
                *known.get_mut() += value;
                if known.get().is_zero() {
                    known.remove();
                }
            }
        }
    }

    fn add_scaled(&mut self, other: &Self, factor: &Rational) {
        for (monomial, value) in &other.0 {
            self.add(monomial.clone(), &(value * factor));
        }
    }

    fn times(&self, other: &Self) -> Self {
        let mut product = Self::default();
        for (left, a) in &self.0 {
            for (right, b) in &other.0 {
                let mut both = [left.as_slice(), right.as_slice()].concat();
                both.sort_unstable();
                product.add(both, &(a * b));
            }
        }
        product
    }

    fn mentions(&self, unknown: u32) -> bool {
        self.0.keys().any(|monomial| monomial.contains(&unknown))
    }

    fn is_linear(&self) -> bool {
        self.0.keys().all(|monomial| monomial.len() <= 1)
    }

    /// With a polynomial in the place of an unknown.
    fn replaced(&self, unknown: u32, by: &Self) -> Self {
        let mut result = Self::default();
        for (monomial, value) in &self.0 {
            let power = monomial.iter().filter(|u| **u == unknown).count();
            let rest: Monomial = monomial.iter().copied().filter(|u| *u != unknown).collect();
            let mut term = Self(BTreeMap::from([(rest, value.clone())]));
            for _ in 0..power {
                term = term.times(by);
            }
            result.add_scaled(&term, &Rational::ONE);
        }
        result
    }

    /// Without the unknowns below `positive` that every term has.
    fn divided(&self, positive: u32) -> Option<Self> {
        let first = self.0.keys().next()?;
        let shared = first.iter().copied().find(|unknown| {
            *unknown < positive && self.0.keys().all(|monomial| monomial.contains(unknown))
        })?;
        let without = |(monomial, value): (&Monomial, &Rational)| {
            let mut rest = monomial.clone();
            let at = rest.iter().position(|u| *u == shared)?;
            rest.remove(at);
            Some((rest, value.clone()))
        };
        Some(Self(self.0.iter().filter_map(without).collect()))
    }

    fn exact(&self, at: &[Rational]) -> Rational {
        let mut sum = Rational::ZERO;
        for (monomial, value) in &self.0 {
            let product = monomial
                .iter()
                .fold(value.clone(), |p, u| &p * &at[*u as usize]);
            sum += &product;
        }
        sum
    }

    fn float(&self, at: &[f64]) -> f64 {
        let term = |(monomial, value): (&Monomial, &Rational)| {
            monomial
                .iter()
                .fold(value.to_f64(), |p, u| p * at[*u as usize])
        };
        self.0.iter().map(term).sum()
    }

    /// The slope in an unknown.
    fn slope(&self, unknown: u32, at: &[f64]) -> f64 {
        let mut sum = 0.0;
        for (monomial, value) in &self.0 {
            let power = monomial.iter().filter(|u| **u == unknown).count();
            if power > 0 {
                let mut seen = false;
                let product = monomial.iter().fold(value.to_f64() * power as f64, |p, u| {
                    if *u == unknown && !seen {
                        seen = true;
                        return p;
                    }
                    p * at[*u as usize]
                });
                sum += product;
            }
        }
        sum
    }
}

/// What quadratic equations in one unknown say of a system.
#[derive(Debug)]
pub(super) enum Roots {
    /// One of them has no real root.
    None,
    /// One of them has these roots, and the unknown is one of them.
    Fractions(u32, Vec<Rational>),
    /// There are no other equations: every choice of roots, as values of the free unknowns.
    Floats(Vec<Vec<f64>>),
}

/// The equations of a profile of supports, as far as they could be solved.
#[derive(Clone, Debug)]
pub(super) struct System {
    /// Unknowns below this are probabilities.
    pub(super) probabilities: u32,
    /// By unknown: for a value, its state and player.
    pub(super) worth: Vec<Option<(usize, usize)>>,
    /// Unknowns in the order in which they were replaced, each with what replaces it.
    replaced: Vec<(u32, Poly)>,
    /// What is left: equations that are not linear.
    pub(super) rest: Vec<Poly>,
    /// The unknowns that were not replaced.
    pub(super) free: Vec<u32>,
    /// By decision, the number of the first unknown; `None` if it uses one action.
    first: Vec<Option<u32>>,
}

/// What is unknown in a profile of supports.
struct Unknowns<'s> {
    game: &'s StochasticGame,
    supports: &'s [Vec<usize>],
    first: Vec<Option<u32>>,
    /// By state and player.
    worth: Vec<Option<u32>>,
}

impl Unknowns<'_> {
    /// The probability of an action of a decision; `None` if it is not used.
    fn probability(&self, slot: usize, action: usize) -> Option<Poly> {
        let at = self.supports[slot].iter().position(|a| *a == action)?;
        Some(match self.first[slot] {
            Some(first) => Poly::unknown(first + u32::try_from(at).ok()?),
            None => Poly::constant(&Rational::ONE),
        })
    }

    /// What a state is worth to a player who mixes somewhere.
    fn value(&self, state: StateId, player: usize) -> Poly {
        if self.game.is_outcome(state) {
            return Poly::constant(&self.game.cell(state, 0).payoffs[player]);
        }
        let at = state.index() * self.game.num_players() + player;
        self.worth[at].map_or_else(Poly::default, Poly::unknown)
    }

    /// What a state is worth to a player, less the mean of what follows, given what she does there.
    fn equation(&self, state: StateId, player: usize, own: Option<(usize, usize)>) -> Poly {
        let game = self.game;
        let mut sum = self.value(state, player);
        for number in 0..game.num_cells(state) {
            if own.is_some_and(|(place, action)| game.action_in(state, number, place) != action) {
                continue;
            }
            let mut chance = Some(Poly::constant(&Rational::ONE));
            for place in 0..game.movers(state).len() {
                if own.is_none_or(|(own, _)| own != place) {
                    let action = game.action_in(state, number, place);
                    let one = self.probability(game.first_slot(state) + place, action);
                    chance = chance.zip(one).map(|(chance, one)| chance.times(&one));
                }
            }
            let Some(chance) = chance else {
                continue;
            };
            let cell = game.cell(state, number);
            let mut paid = Poly::constant(&cell.payoffs[player]);
            let who = deterra_game::id::PlayerId::from_index(player);
            for (to, probability) in &cell.row {
                paid.add_scaled(
                    &self.value(*to, player),
                    &(probability * game.weight(who, *to)),
                );
            }
            sum.add_scaled(&chance.times(&paid), &-&Rational::ONE);
        }
        sum
    }
}

impl System {
    /// Sets the equations up and uses the linear ones.
    ///
    /// # Returns
    /// `None` if they contradict each other: then no equilibrium has these supports.
    pub(super) fn new(game: &StochasticGame, supports: &[Vec<usize>]) -> Option<Self> {
        let mut count = 0_u32;
        let mut first = Vec::with_capacity(supports.len());
        let mut mixes = vec![false; game.num_players()];
        for (slot, support) in game.slots().iter().zip(supports) {
            first.push((support.len() > 1).then_some(count));
            if support.len() > 1 {
                count += u32::try_from(support.len()).ok()?;
                mixes[slot.player.index()] = true;
            }
        }
        let probabilities = count;
        let mut worth = vec![None; probabilities as usize];
        let mut numbers = vec![None; game.num_states() * game.num_players()];
        for state in game.states().filter(|s| !game.is_outcome(*s)) {
            for player in (0..game.num_players()).filter(|p| mixes[*p]) {
                numbers[state.index() * game.num_players() + player] = Some(count);
                worth.push(Some((state.index(), player)));
                count += 1;
            }
        }
        let unknowns = Unknowns {
            game,
            supports,
            first,
            worth: numbers,
        };
        let mut equations = Vec::new();
        for (slot, support) in supports.iter().enumerate() {
            if let Some(first) = unknowns.first[slot] {
                let mut sum = Poly::constant(&-&Rational::ONE);
                for k in 0..u32::try_from(support.len()).ok()? {
                    sum.add(vec![first + k], &Rational::ONE);
                }
                equations.push(sum);
            }
        }
        for state in game.states().filter(|s| !game.is_outcome(*s)) {
            for player in game.players().filter(|p| mixes[p.index()]) {
                let Some(slot) = game.slot_of(state, player) else {
                    equations.push(unknowns.equation(state, player.index(), None));
                    continue;
                };
                let place = slot - game.first_slot(state);
                for action in &supports[slot] {
                    let own = Some((place, *action));
                    equations.push(unknowns.equation(state, player.index(), own));
                }
            }
        }
        let mut system = Self {
            probabilities,
            worth,
            replaced: Vec::new(),
            rest: equations,
            free: (0..count).collect(),
            first: unknowns.first,
        };
        system.reduce().then_some(system)
    }

    /// Uses linear equations until none is left.
    ///
    /// # Returns
    /// `false` if they contradict each other.
    fn reduce(&mut self) -> bool {
        loop {
            self.rest.retain(|poly| !poly.0.is_empty());
            for poly in &mut self.rest {
                while let Some(smaller) = poly.divided(self.probabilities) {
                    *poly = smaller;
                }
            }
            if self.rest.iter().any(|p| p.0.keys().all(Vec::is_empty)) {
                return false;
            }
            // A value if there is one, so that what is left free is a probability.
            let linear = self.rest.iter().enumerate().filter(|(_, p)| p.is_linear());
            let Some((at, _)) = linear.min_by_key(|(_, p)| p.0.len()) else {
                return true;
            };
            let equation = self.rest.swap_remove(at);
            let Some((pivot, by)) = equation.0.iter().next_back() else {
                continue;
            };
            let Some((pivot, inverse)) = pivot.first().copied().zip(by.checked_inverse()) else {
                return false;
            };
            let mut other = Poly::default();
            for (monomial, value) in &equation.0 {
                if monomial.first() != Some(&pivot) {
                    other.add(monomial.clone(), &-&(value * &inverse));
                }
            }
            for poly in &mut self.rest {
                if poly.mentions(pivot) {
                    *poly = poly.replaced(pivot, &other);
                }
            }
            self.free.retain(|unknown| *unknown != pivot);
            self.replaced.push((pivot, other));
            if self.rest.iter().any(|p| p.0.len() > MOST_TERMS) {
                // Too long to be worked on exactly; the rest is left to floats.
                return true;
            }
        }
    }

    /// What the quadratic equations in one unknown say; `None` if nothing that helps.
    pub(super) fn roots(&self) -> Option<Roots> {
        let mut floats: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
        for (unknown, [c, b, a]) in self.rest.iter().filter_map(quadratic) {
            let half = &Rational::new(1, 2)? * &b.checked_div(&a)?;
            let under = &(&half * &half) - &c.checked_div(&a)?;
            if under.is_negative() {
                return Some(Roots::None);
            }
            if let Some(root) = square_root(&under) {
                let mut roots = vec![&-&half - &root, &root - &half];
                roots.dedup();
                return Some(Roots::Fractions(unknown, roots));
            }
            let (half, root) = (half.to_f64(), under.to_f64().sqrt());
            floats.insert(unknown, vec![-half - root, -half + root]);
        }
        let known = self.rest.iter().all(|p| quadratic(p).is_some());
        if !known || self.free.iter().any(|u| !floats.contains_key(u)) || floats.len() > 10 {
            return None;
        }
        let mut starts = vec![Vec::new()];
        for unknown in &self.free {
            let longer = starts.iter().flat_map(|start: &Vec<f64>| {
                let roots = floats[unknown].iter();
                roots.map(|root| [start.as_slice(), &[*root]].concat())
            });
            starts = longer.collect();
        }
        Some(Roots::Floats(starts))
    }

    /// The system with the value of a free unknown known; `None` if that is contradictory.
    pub(super) fn fixed(&self, unknown: u32, value: &Rational) -> Option<Self> {
        let mut system = self.clone();
        let constant = Poly::constant(value);
        for poly in &mut system.rest {
            *poly = poly.replaced(unknown, &constant);
        }
        system.free.retain(|free| *free != unknown);
        system.replaced.push((unknown, constant));
        system.reduce().then_some(system)
    }

    /// Whether a solution is one of a continuum, as far as slopes tell: some direction changes no
    /// equation.
    pub(super) fn is_slack(&self, all: &[f64]) -> bool {
        let row = |p: &Poly| self.free.iter().map(|u| p.slope(*u, all)).collect();
        let mut rows: Vec<Vec<f64>> = self.rest.iter().map(row).collect();
        let largest = rows.iter().flatten().fold(0.0, |a: f64, b| a.max(b.abs()));
        let mut rank = 0;
        for column in 0..self.free.len() {
            let size = |at: &usize| rows[*at][column].abs();
            let pivot = (rank..rows.len()).max_by(|a, b| size(a).total_cmp(&size(b)));
            let Some(pivot) = pivot.filter(|at| size(at) > 1e-7 * largest) else {
                continue;
            };
            rows.swap(rank, pivot);
            let (upper, lower) = rows.split_at_mut(rank + 1);
            let own = &upper[rank];
            for row in lower {
                let factor = row[column] / own[column];
                for (entry, by) in row.iter_mut().zip(own) {
                    *entry -= factor * by;
                }
            }
            rank += 1;
        }
        rank < self.free.len()
    }

    /// All probabilities, given the free unknowns.
    pub(super) fn exact(&self, free: &[Rational]) -> Vec<Rational> {
        let mut all = vec![Rational::ZERO; self.worth.len()];
        for (unknown, value) in self.free.iter().zip(free) {
            all[*unknown as usize].clone_from(value);
        }
        for (unknown, by) in self.replaced.iter().rev() {
            all[*unknown as usize] = by.exact(&all);
        }
        all
    }

    fn float(&self, free: &[f64]) -> Vec<f64> {
        let mut all = vec![0.0; self.worth.len()];
        for (unknown, value) in self.free.iter().zip(free) {
            all[*unknown as usize] = *value;
        }
        for (unknown, by) in self.replaced.iter().rev() {
            all[*unknown as usize] = by.float(&all);
        }
        all
    }

    /// The probabilities of a decision, by action, from all unknowns.
    pub(super) fn row(
        &self,
        slot: usize,
        support: &[usize],
        actions: usize,
        unknowns: &[Rational],
    ) -> Vec<Rational> {
        let mut row = vec![Rational::ZERO; actions];
        for (k, action) in support.iter().enumerate() {
            row[*action] = match self.first[slot] {
                None => Rational::ONE,
                Some(first) => unknowns[first as usize + k].clone(),
            };
        }
        row
    }

    /// Newton's method with a damped step (Levenberg and Marquardt), from one start.
    ///
    /// # Returns
    /// All unknowns, probabilities positive, where the equations hold as well as floats can tell.
    pub(super) fn newton(&self, start: &[f64]) -> Option<Vec<f64>> {
        let mut free = start.to_vec();
        let mut damping = 1e-3;
        let place: BTreeMap<u32, usize> = self.free.iter().copied().zip(0..).collect();
        let spread = |free: &[f64]| {
            let mut all = vec![0.0; self.worth.len()];
            for (unknown, at) in &place {
                all[*unknown as usize] = free[*at];
            }
            all
        };
        let residuals = |free: &[f64]| -> Vec<f64> {
            let all = spread(free);
            self.rest.iter().map(|p| p.float(&all)).collect()
        };
        let square = |r: &[f64]| r.iter().map(|x| x * x).sum::<f64>();
        let mut now = residuals(&free);
        for _ in 0..200 {
            let size = square(&now);
            if size == 0.0 {
                break;
            }
            let all = spread(&free);
            let slopes: Vec<Vec<f64>> = self
                .rest
                .iter()
                .map(|p| self.free.iter().map(|u| p.slope(*u, &all)).collect())
                .collect();
            let count = free.len();
            let mut matrix = vec![vec![0.0; count]; count];
            let mut right = vec![0.0; count];
            for (row, residual) in slopes.iter().zip(&now) {
                for a in 0..count {
                    right[a] -= row[a] * residual;
                    for b in 0..count {
                        matrix[a][b] += row[a] * row[b];
                    }
                }
            }
            for (a, row) in matrix.iter_mut().enumerate() {
                row[a] += damping * (1e-12 + row[a]);
            }
            let step = linear::solve(matrix, right, &0.0)?;
            let next: Vec<f64> = free.iter().zip(&step).map(|(x, s)| x + s).collect();
            let after = residuals(&next);
            if square(&after) < size {
                free = next;
                now = after;
                damping = (damping * 0.1).max(1e-15);
            } else {
                damping *= 10.0;
                if damping > 1e12 {
                    break;
                }
            }
        }
        let all = self.float(&free);
        let scale = free.iter().fold(1.0, |a: f64, b| a.max(b.abs()));
        let solved = now.iter().all(|x| x.abs() <= 1e-9 * scale * scale);
        let positive = all[..self.probabilities as usize].iter().all(|p| *p > 1e-9);
        (solved && positive && all.iter().all(|x| x.is_finite())).then_some(all)
    }
}

/// The one unknown of a quadratic polynomial, and its coefficients from the constant on.
fn quadratic(poly: &Poly) -> Option<(u32, [Rational; 3])> {
    let unknown = *poly.0.keys().next_back()?.first()?;
    let mut coefficients = [Rational::ZERO, Rational::ZERO, Rational::ZERO];
    for (monomial, value) in &poly.0 {
        if monomial.iter().any(|u| *u != unknown) {
            return None;
        }
        coefficients.get_mut(monomial.len())?.clone_from(value);
    }
    (!coefficients[2].is_zero()).then_some((unknown, coefficients))
}

/// The root of a fraction that is a square.
fn square_root(value: &Rational) -> Option<Rational> {
    let (over, under) = value.small_parts()?;
    let root = |n: i64| {
        let near = n.isqrt();
        (near * near == n).then_some(near)
    };
    Rational::new(root(over)?, root(under)?)
}

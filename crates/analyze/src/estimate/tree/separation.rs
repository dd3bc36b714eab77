//! A proof that a likelihood has no maximum: a direction that favors no move that was not made.
//!
//! Let the coefficients go in a direction. A choice *changes* if whoever makes it gains more or less at some end below it than at another.
//! Suppose that wherever a choice changes all who move before get the same at every end below it (and, if errors are
//! private, that nobody moves before), so that what their moves are worth does not depend on it. Then what a move is worth to its maker
//! changes by a mean of the changes at the ends below it, whatever the weights. So if at every decision on the way to what was observed the change at each
//! end below the move that was made is at least that at each end below another, no row becomes less likely, from wherever one
//! starts; and if somewhere it is always more, that row becomes likelier for ever. Where every play has one decision this is
//! the usual condition of separation. Decimals of the data are taken exactly.

use super::{EndsOfPlay, Errors, Model, Node, Payoff};
use crate::estimate::design::Design;
use deterra_game::number::Rational;

/// The least and the greatest change below a node, by player.
type Changes = Vec<(Rational, Rational)>;

/// Whether the direction separates; `None` if this proof does not apply.
pub(super) fn favors(of: &EndsOfPlay<'_>, design: &Design, direction: &[f64]) -> Option<bool> {
    let model = of.model;
    let direction: Option<Vec<Rational>> =
        direction.iter().map(|d| Rational::from_f64(*d)).collect();
    let direction = direction?;
    let scaled = |scale: usize| direction[design.range(scale)].iter().any(|d| !d.is_zero());
    if model.scale.is_some_and(scaled) {
        return None;
    }
    let free = free(model);
    let mut raised = false;
    for row in 0..design.num_rows() {
        let shifts = shifts(design, row, &direction)?;
        let changes = changes(model, &shifts, &free)?;
        for node in &of.observed.covers[of.observed.rows[row] as usize] {
            let mut at = *node;
            while let Some((above, chosen)) = model.above[at] {
                at = above;
                let Node::Decision { player, children } = &model.nodes[at] else {
                    continue;
                };
                let of_child = |k: usize| &changes[children[k]][*player];
                let own = of_child(chosen);
                for other in (0..children.len()).filter(|k| *k != chosen) {
                    let rival = of_child(other);
                    if own.0 < rival.1 {
                        return Some(false);
                    }
                    raised |= own.0 > rival.1;
                }
            }
        }
    }
    Some(raised)
}

/// By node, whether its choice matters to nobody who moves before.
fn free(model: &Model) -> Vec<bool> {
    // By node and player, what every end below pays, if all pay the same.
    let mut paid: Vec<Vec<Option<&Payoff>>> = vec![Vec::new(); model.nodes.len()];
    let mut free = vec![false; model.nodes.len()];
    for (at, node) in model.nodes.iter().enumerate().rev() {
        paid[at] = match node {
            Node::End(payoffs) => payoffs.iter().map(Some).collect(),
            Node::Decision { .. } | Node::Chance { .. } => {
                let same = |player: usize| {
                    let mut of = node.children().iter().map(|c| paid[*c][player]);
                    let first = of.next()??;
                    of.all(|other| other == Some(first)).then_some(first)
                };
                (0..model.players).map(same).collect()
            }
        };
        let watched = &model.watched[at];
        free[at] = watched.is_empty()
            || (model.errors == Errors::Agent && watched.iter().all(|p| paid[at][*p].is_some()));
    }
    free
}

/// How much every utility of a row changes.
fn shifts(design: &Design, row: usize, direction: &[Rational]) -> Option<Vec<Rational>> {
    let mut shifts = Vec::with_capacity(design.blocks().len());
    for (utility, block) in design.blocks().iter().enumerate() {
        let own = &direction[design.range(utility)];
        let mut sum = Rational::ZERO;
        if !own.is_empty() {
            for (d, x) in own.iter().zip(block.row(row)) {
                if !d.is_zero() {
                    sum += &(d * &Rational::from_f64(*x)?);
                }
            }
        }
        shifts.push(sum);
    }
    Some(shifts)
}

/// What may change below every node; `None` if a choice changes that matters to somebody before.
fn changes(model: &Model, shifts: &[Rational], free: &[bool]) -> Option<Vec<Changes>> {
    let mut all: Vec<Changes> = vec![Vec::new(); model.nodes.len()];
    for (at, node) in model.nodes.iter().enumerate().rev() {
        all[at] = match node {
            Node::End(payoffs) => {
                let mut own = Vec::with_capacity(payoffs.len());
                for payoff in payoffs {
                    let mut sum = Rational::ZERO;
                    for (utility, factor) in &payoff.terms {
                        sum += &(&Rational::from_f64(*factor)? * &shifts[*utility]);
                    }
                    own.push((sum.clone(), sum));
                }
                own
            }
            Node::Decision { .. } | Node::Chance { .. } => {
                let bounds = |player: usize| {
                    let mut of = node.children().iter().map(|c| &all[*c][player]);
                    let first = of.next()?.clone();
                    Some(of.fold(first, |(low, high), (l, h)| {
                        (low.min(l.clone()), high.max(h.clone()))
                    }))
                };
                let own: Option<Changes> = (0..model.players).map(bounds).collect();
                own?
            }
        };
        if let Node::Decision { player, .. } = node {
            let (low, high) = &all[at][*player];
            if low != high && !free[at] {
                return None;
            }
        }
    }
    Some(all)
}

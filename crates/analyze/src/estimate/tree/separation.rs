//! A proof that a likelihood has no maximum: a direction that favors no move that was not made.
//!
//! Where every play has one decision a row's probability is that of one choice, and depends on
//! differences of linear functions alone. If going in a direction never lowers what was chosen
//! against anything else, and raises it somewhere, every row's probability rises or stays, from
//! wherever one starts, and some rise without end. Decimals of the data are taken exactly.

use super::{EndsOfPlay, Node};
use crate::estimate::design::Design;
use deterra_game::number::Rational;

/// Whether the direction separates; `None` if this proof does not apply.
pub(super) fn favors(of: &EndsOfPlay<'_>, design: &Design, direction: &[f64]) -> Option<bool> {
    let model = of.model;
    let direction: Option<Vec<Rational>> =
        direction.iter().map(|d| Rational::from_f64(*d)).collect();
    let direction = direction?;
    // The only decision: the first node, with ends below it.
    let Node::Decision { player, children } = &model.nodes[0] else {
        return None;
    };
    let payoffs: Option<Vec<_>> = children
        .iter()
        .map(|child| match &model.nodes[*child] {
            Node::End(payoffs) => Some(&payoffs[*player]),
            _ => None,
        })
        .collect();
    let payoffs = payoffs?;
    let mut raised = false;
    for row in 0..design.num_rows() {
        let cover = &of.observed.covers[of.observed.rows[row] as usize];
        let [node] = cover[..] else {
            return None;
        };
        let Some(chosen) = children.iter().position(|child| *child == node) else {
            // The row says nothing.
            continue;
        };
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
        let mut worth = Vec::with_capacity(payoffs.len());
        for payoff in &payoffs {
            let mut sum = Rational::ZERO;
            for (utility, factor) in &payoff.terms {
                sum += &(&Rational::from_f64(*factor)? * &shifts[*utility]);
            }
            worth.push(sum);
        }
        if worth.iter().any(|w| *w > worth[chosen]) {
            return Some(false);
        }
        raised |= worth.iter().any(|w| *w < worth[chosen]);
    }
    Some(raised)
}

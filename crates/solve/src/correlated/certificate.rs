//! Prices of a linear program as the judge wants them: why no device of a tree is better.

use super::own::{Own, Plays, Trigger};
use super::{Device, Objective, aim, weights};
use crate::numeric::program::Best;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::Rational;
use deterra_game::profile::PureProfile;
use deterra_verify::correlated::{
    FlowPrice, LastAction, PlanBound, PlanPrice, judge_best_plans, judge_plans,
};
use deterra_verify::verdict::{Concept, Verdict};

/// What a row of the program says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Label {
    /// Something is drawn.
    Start,
    /// What is drawn at a set of a side adds up, with a sequence of the other side.
    Flow {
        side: usize,
        set: usize,
        other: usize,
    },
    /// What a deviating player gets if a sequence is her last.
    Instead { player: usize, sequence: usize },
    /// A trigger gains nothing; after its `Instead` rows.
    Followed { player: usize, trigger: Trigger },
    /// Somebody gets no less than the least.
    Least,
}

/// The bound that the prices of a program prove; `None` if nothing was to be best.
///
/// `owns` are those whose sides and players the labels number.
pub(super) fn bound(
    game: &ExtensiveGame,
    objective: Objective,
    owns: &[&Own],
    plays: &Plays,
    (labels, best): (&[Label], &Best),
) -> Option<PlanBound> {
    if objective == Objective::Any {
        return None;
    }
    let all = || labels.iter().zip(&best.prices);
    let of_players: Vec<Rational> = all()
        .filter(|(label, _)| matches!(label, Label::Least))
        .map(|(_, price)| price.clone())
        .collect();
    let fixed = weights(objective, game.num_players());
    let scale = match &fixed {
        Some(_) => Rational::ONE,
        None => of_players.iter().sum::<Rational>().checked_inverse()?,
    };
    let weights = fixed.unwrap_or_else(|| of_players.iter().map(|w| w * &scale).collect());
    let pairs = weights.iter().zip(&plays.least);
    let mut found = PlanBound {
        bound: pairs.map(|(weight, least)| weight * least).sum(),
        weights,
        ..PlanBound::default()
    };
    let mut instead = Vec::new();
    for (label, price) in all() {
        let price = price * &scale;
        match label {
            Label::Start => found.bound += &price,
            Label::Flow { side, set, other } if !price.is_zero() => found.flows.push(FlowPrice {
                at: owns[*side].sets[*set].infoset,
                with: action(owns[1 - side], *other),
                price,
            }),
            Label::Instead { player, sequence } if !price.is_zero() => {
                let (infoset, action) = action(owns[*player], *sequence)?;
                instead.push((infoset, action, price));
            }
            Label::Followed { player, trigger } => {
                let instead = std::mem::take(&mut instead);
                if price.is_zero() {
                    continue;
                }
                let own = owns[*player];
                let set = &own.sets[trigger.set];
                let told = trigger.told.checked_sub(set.first);
                found.prices.push(PlanPrice {
                    player: own.player,
                    at: set.infoset,
                    told: told.filter(|k| *k < set.actions).map(|k| k as u32),
                    followed: price,
                    instead,
                });
            }
            Label::Flow { .. } | Label::Instead { .. } | Label::Least => {}
        }
    }
    Some(found)
}

/// The last action of a sequence.
fn action(own: &Own, sequence: usize) -> LastAction {
    let set = &own.sets[own.set_of(sequence)?];
    Some((set.infoset, (sequence - set.first) as u32))
}

/// What the judge says of a device, and of the claim that none is better.
pub(super) fn judged(
    game: &ExtensiveGame,
    device: &Device<PureProfile>,
    concept: Concept,
) -> Verdict {
    match (
        aim(device.objective, game.num_players()),
        &device.plan_bound,
    ) {
        (Some(aim), Some(bound)) if device.value.as_ref() == Some(&bound.bound) => {
            judge_best_plans(game, &device.list, concept, &aim, bound)
        }
        (Some(_), _) if device.is_best => {
            Verdict::unchecked(concept, "that no device is better could not be proved")
        }
        _ => judge_plans(game, &device.list, concept, &Rational::ZERO),
    }
}

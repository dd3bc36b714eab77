//! Which rungs of a ladder are credible, by what margin, and what it would take.
//!
//! A rung is a threat: at some position its actor, or a coalition by vote, decides whether to
//! carry it out. Two questions about it are easily mixed up, and both are answered here:
//!
//! - *Would it pay if it worked?* The **margin** compares carrying it out with refusing when the
//!   other side yields right after. It is what makes people believe in a threat.
//! - *Will it be carried out?* The **equilibrium margin** compares the two with what is really
//!   played afterwards. It decides.
//!
//! The **critical probability** of a rung is the probability of execution at which the other side
//! is indifferent between yielding before it and going on and yielding after it; the idea of
//! critical risk is Ellsberg's (1959), the form (win - yield) / (win - lose) that of Snyder and
//! Diesing (1977). Usually it yields from that probability on. Where yielding later pays it more
//! than yielding now, and being given in to pays less, it yields up to that probability.
//!
//! The **least commitment** is the least extra cost of refusing at which a subgame-perfect
//! equilibrium has every threat carried out and obeyed. It is not taken from a formula alone: the
//! game is solved again at that cost, and looked at.

mod commitment;
mod critical;
mod played;
mod shots;
mod typed;

pub use commitment::Obstacle;
pub use critical::Critical;
pub use shots::{Crossing, FreeShots, Shots, free_shots};
pub use typed::{Posterior, TypedRung, typed};

use crate::path::Path;
use crate::risk::critical_risk;
use crate::values::Values;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::PositionGraph;
use played::Played;
use std::collections::BTreeSet;

/// A position where a side may yield.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Yield {
    /// Where.
    pub position: NodeId,
    /// Who.
    pub player: PlayerId,
    /// The moves that yield (off-ramps); at least one.
    pub yields: Vec<usize>,
    /// The move that goes on.
    pub continues: usize,
}

/// A threat of a game, as plain data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// A short name.
    pub id: String,
    /// A long name.
    pub label: String,
    /// Which of the places it is, where a rung falls due in several; else empty.
    pub place: String,
    /// Who decides, with the weight of each vote; one entry of weight 1 if there is no vote.
    pub actors: Vec<(PlayerId, Rational)>,
    /// The weight that carries a vote; 1 if there is no vote.
    pub quota: Rational,
    /// Where it falls due: at a device that may carry it out by itself, else at the decision.
    pub due: NodeId,
    /// Where the decision starts; the device if it leaves nothing to decide.
    pub decision: NodeId,
    /// The position that follows when the threat is carried out.
    pub carried_out: NodeId,
    /// The position that follows when it is not; `None` if nobody can refuse.
    pub refused: Option<NodeId>,
    /// The probability that carrying it out ends in disaster.
    pub accident: Option<Rational>,
    /// The position of the disaster.
    pub disaster: Option<NodeId>,
    /// Where the other side could have yielded before.
    pub before: Option<Yield>,
    /// Where the other side can yield next.
    pub after: Option<Yield>,
}

/// What holds for one rung.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RungReport {
    /// The rung's short name.
    pub id: String,
    /// Its long name.
    pub label: String,
    /// Which of the places it is, where a rung falls due in several; else empty.
    pub place: String,
    /// Whose margin is shown: the actor, or the member of a coalition who tips the vote.
    pub pivot: PlayerId,
    /// How likely the threat is carried out once it falls due, by a device or by decision.
    pub execution_probability: Rational,
    /// How likely a device carries it out by itself once it falls due.
    pub automatic: Rational,
    /// Whether it is carried out for certain.
    pub credible: bool,
    /// The pivot is indifferent: in some equilibria the threat is carried out, in others not.
    pub indifferent: bool,
    /// Carrying out minus refusing if the other side yields next, in payoff units; `None` if
    /// nobody can refuse.
    pub margin: Option<Rational>,
    /// Carrying out minus refusing with what is played afterwards, in payoff units; `None` if
    /// nobody can refuse.
    pub equilibrium_margin: Option<Rational>,
    /// What makes the other side yield before.
    pub critical: Critical,
    /// The greatest probability of disaster at which carrying it out is no worse than refusing
    /// if the other side yields next; `None` if the rung has no risk.
    pub tolerable_risk: Option<Rational>,
    /// The greatest probability of disaster at which going on is no worse than yielding before,
    /// for the other side, if the threat were empty otherwise; `None` without risk or chance to
    /// yield. Zeuthen's rule: the side with the lower of the two gives way.
    pub opponent_tolerable_risk: Option<Rational>,
    /// The probability that disaster has struck once this rung and all before it in the list
    /// have been carried out; a rung listed at several positions counts once, unless one comes
    /// after the other.
    pub cumulative_risk: Rational,
    /// The extra cost of refusing, in payoff units, from which on carrying it out is no worse;
    /// 0 if it is no worse already.
    pub shortfall: Rational,
    /// How likely it falls due.
    pub reached: Rational,
}

/// What holds for a ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credibility {
    /// By rung, as given.
    pub rungs: Vec<RungReport>,
    /// The least extra cost of refusing, the same at every rung and for everybody who decides on
    /// it, from which on there is an equilibrium in which every threat is carried out and the other
    /// side yields to each; 0 if there is one already. `None` if no cost does it.
    pub least_commitment: Option<Rational>,
    /// The rung that sets it, as a position in `rungs`.
    pub decisive: Option<usize>,
    /// Why no cost does it.
    pub obstacle: Option<Obstacle>,
    /// Whether every threat is carried out and obeyed in what is played, at no extra cost.
    pub obeyed: bool,
}

/// Fills the rung table.
///
/// # Returns
/// One report a rung, in the order given.
///
/// # Complexity
/// `O(rungs · (votes + chance branches))` beyond `values`.
///
/// # References
/// ellsberg1959, snyder1977.
pub fn credibility<G: PositionGraph + ?Sized>(
    graph: &G,
    choices: &[u32],
    values: &Values,
    path: &Path,
    rungs: &[Rung],
) -> Credibility {
    let game = Played {
        graph,
        choices,
        values,
        mixed: None,
    };
    let risks = cumulative(graph, rungs);
    let mut reports: Vec<RungReport> = Vec::with_capacity(rungs.len());
    for (rung, risk) in rungs.iter().zip(risks) {
        reports.push(report(&game, path, rung, risk));
    }
    let commitment = commitment::least(&game, rungs);
    let obeyed = !rungs.is_empty() && commitment::obstacle(&game, rungs).is_none();
    let (least_commitment, decisive, obstacle) = match commitment {
        _ if rungs.is_empty() => (None, None, None),
        Ok((least, decisive)) => (Some(least), decisive, None),
        Err(obstacle) => (None, None, Some(obstacle)),
    };
    Credibility {
        rungs: reports,
        least_commitment,
        decisive,
        obstacle,
        obeyed,
    }
}

/// The probability that disaster has struck once each rung, and all before it in the list, have been carried out.
fn cumulative<G: PositionGraph + ?Sized>(graph: &G, rungs: &[Rung]) -> Vec<Rational> {
    let mut risks = Vec::with_capacity(rungs.len());
    // Disaster avoided up to the rung before this one, and up to this one.
    let (mut before, mut survival) = (Rational::ONE, Rational::ONE);
    for (k, rung) in rungs.iter().enumerate() {
        // A rung that falls due in several places is climbed once; one that is repeated, again.
        let place = k > 0 && rungs[k - 1].id == rung.id;
        if !place || leads(graph, rungs[k - 1].carried_out, rung.due) {
            before = survival;
        }
        survival = match &rung.accident {
            Some(risk) => &before * &(&Rational::ONE - risk),
            None => before.clone(),
        };
        risks.push(&Rational::ONE - &survival);
    }
    risks
}

/// Whether some moves lead from one position to another.
fn leads<G: PositionGraph + ?Sized>(graph: &G, from: NodeId, to: NodeId) -> bool {
    // Successors have greater numbers, so nothing beyond the target is looked at.
    let mut open = BTreeSet::from([from]);
    while let Some(at) = open.pop_first() {
        if at == to {
            return true;
        }
        let next = (0..graph.num_moves(at)).map(|k| graph.successor(at, k));
        open.extend(next.filter(|next| *next <= to));
    }
    false
}

fn report<G: PositionGraph + ?Sized>(
    game: &Played<'_, G>,
    path: &Path,
    rung: &Rung,
    cumulative_risk: Rational,
) -> RungReport {
    let values = game.values;
    let executed = executed(game, rung);
    let gain = |player: PlayerId| {
        let refused = rung.refused?;
        Some(&executed[player.index()] - values.of(refused, player))
    };
    let pivot = pivot(rung, |player| gain(player).unwrap_or_default());
    let equilibrium_margin = rung
        .refused
        .map(|refused| values.of(rung.carried_out, pivot) - values.of(refused, pivot));
    let (execution_probability, automatic) = execution(game, rung);
    let disaster = Disaster::of(rung);
    RungReport {
        id: rung.id.clone(),
        label: rung.label.clone(),
        place: rung.place.clone(),
        pivot,
        credible: execution_probability.is_one(),
        indifferent: equilibrium_margin.as_ref().is_some_and(Rational::is_zero),
        shortfall: match &equilibrium_margin {
            Some(margin) if margin.is_negative() => -margin,
            _ => Rational::ZERO,
        },
        tolerable_risk: disaster
            .as_ref()
            .and_then(|d| d.borne_by_pivot(game, rung, pivot, &executed)),
        opponent_tolerable_risk: disaster.and_then(|d| d.borne_by_other(game, rung)),
        cumulative_risk,
        reached: path.probability(rung.due),
        execution_probability,
        automatic,
        margin: gain(pivot),
        equilibrium_margin,
        critical: critical::critical(game, rung, &executed),
    }
}

/// The member whose vote tips the decision: with members in order of falling margin, the one at
/// whom the quota is reached. With one actor, that actor.
fn pivot(rung: &Rung, gain: impl Fn(PlayerId) -> Rational) -> PlayerId {
    let mut members: Vec<(Rational, &(PlayerId, Rational))> =
        rung.actors.iter().map(|a| (gain(a.0), a)).collect();
    members.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.0.cmp(&b.1.0)));
    let mut weight = Rational::ZERO;
    for (_, (player, share)) in &members {
        weight += share;
        if weight >= rung.quota {
            return *player;
        }
    }
    // A quota beyond all weights: the last member is as far as anybody gets.
    members.last().map_or(PlayerId(0), |(_, a)| a.0)
}

/// What carrying a rung out is worth when the other side yields at its next chance to, by player,
/// from `carried_out` on.
fn executed<G: PositionGraph + ?Sized>(game: &Played<'_, G>, rung: &Rung) -> Vec<Rational> {
    let Some(after) = &rung.after else {
        return game.values.at(rung.carried_out).to_vec();
    };
    let met = after.position;
    let walk = game.walk(rung.carried_out, &[met]);
    let yielded = game.yielded(after);
    let mut executed = walk.elsewhere;
    for (k, value) in executed.iter_mut().enumerate() {
        let player = PlayerId::from_index(k);
        let here = game.values.of(yielded, player) + &game.paid(met, player);
        *value += &(&walk.arrived[0] * &here);
    }
    executed
}

/// How likely the threat is carried out once it falls due: in all, and by a device.
fn execution<G: PositionGraph + ?Sized>(game: &Played<'_, G>, rung: &Rung) -> (Rational, Rational) {
    let mut ends = vec![rung.carried_out];
    ends.extend(rung.refused);
    let mut all = game.walk(rung.due, &ends);
    let device = if rung.refused.is_none() {
        all.arrived[0].clone()
    } else if rung.due == rung.decision {
        Rational::ZERO
    } else {
        let mut alone = game.walk(rung.due, &[rung.carried_out, rung.decision]);
        alone.arrived.swap_remove(0)
    };
    (all.arrived.swap_remove(0), device)
}

/// The probability of disaster that a side bears when it stands firm.
struct Disaster<'r> {
    risk: &'r Rational,
    position: NodeId,
}

impl<'r> Disaster<'r> {
    fn of(rung: &'r Rung) -> Option<Self> {
        Some(Self {
            risk: rung.accident.as_ref()?,
            position: rung.disaster?,
        })
    }

    /// Of the pivot: winning is that the other side yields next, without a disaster.
    fn borne_by_pivot<G: PositionGraph + ?Sized>(
        &self,
        game: &Played<'_, G>,
        rung: &Rung,
        pivot: PlayerId,
        executed: &[Rational],
    ) -> Option<Rational> {
        let disaster = game.values.of(self.position, pivot);
        let refused = game.values.of(rung.refused?, pivot);
        // executed = (1 - risk) · success + risk · disaster.
        let success = (&executed[pivot.index()] - &(self.risk * disaster))
            .checked_div(&(&Rational::ONE - self.risk))?;
        Some(critical_risk(&success, refused, disaster))
    }

    /// Of the one who may yield before: winning is that the threat is empty.
    fn borne_by_other<G: PositionGraph + ?Sized>(
        &self,
        game: &Played<'_, G>,
        rung: &Rung,
    ) -> Option<Rational> {
        let before = rung.before.as_ref()?;
        let worth = |position| game.values.of(position, before.player);
        Some(critical_risk(
            worth(rung.refused?),
            worth(game.yielded(before)),
            worth(self.position),
        ))
    }
}

#[cfg(test)]
mod tests;

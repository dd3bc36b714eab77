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
//! The **critical probability** of a rung is the least probability of execution at which the
//! other side does better by yielding before it than by going on and yielding after it; the
//! idea of critical risk is Ellsberg's (1959), the form (win - yield) / (win - lose) that of
//! Snyder and Diesing (1977).

mod played;

use crate::path::Path;
use crate::risk::critical_risk;
use crate::values::Values;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::PositionGraph;
use played::Played;

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
    /// Who decides, with the weight of each vote; one entry of weight 1 if there is no vote.
    pub actors: Vec<(PlayerId, Rational)>,
    /// The weight that carries a vote; 1 if there is no vote.
    pub quota: Rational,
    /// Where the decision starts.
    pub decision: NodeId,
    /// The position that follows when the threat is carried out.
    pub carried_out: NodeId,
    /// The position that follows when it is not.
    pub refused: NodeId,
    /// The probability that carrying it out ends in disaster.
    pub accident: Option<Rational>,
    /// The position of the disaster.
    pub disaster: Option<NodeId>,
    /// Where the other side could have yielded before.
    pub before: Option<Yield>,
    /// Where the other side can yield next.
    pub after: Option<Yield>,
}

/// The probability of execution that makes the other side yield.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Critical {
    /// At this probability it is indifferent; above, it yields. Above 0 and at most 1. Execution by
    /// a device between the two positions counts.
    At(Rational),
    /// It yields even if the threat is empty.
    Always,
    /// Not even certain execution is worse than yielding.
    Never,
    /// There is no position before the rung where it could yield, or going on from there never
    /// leads to the decision.
    NoChoice,
}

impl Critical {
    /// The probability, where there is one.
    pub fn probability(&self) -> Option<&Rational> {
        match self {
            Self::At(probability) => Some(probability),
            _ => None,
        }
    }
}

/// What holds for one rung.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RungReport {
    /// The rung's short name.
    pub id: String,
    /// Its long name.
    pub label: String,
    /// Whose margin is shown: the actor, or the member of a coalition who tips the vote.
    pub pivot: PlayerId,
    /// How likely the threat is carried out once its decision is reached.
    pub execution_probability: Rational,
    /// Whether it is carried out for certain.
    pub credible: bool,
    /// The pivot is indifferent: in some equilibria the threat is carried out, in others not.
    pub indifferent: bool,
    /// Carrying out minus refusing if the other side yields next, in payoff units.
    pub margin: Rational,
    /// Carrying out minus refusing with what is played afterwards, in payoff units.
    pub equilibrium_margin: Rational,
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
    /// have been carried out; a rung listed at several positions counts once.
    pub cumulative_risk: Rational,
    /// The extra cost of refusing, in payoff units, from which on carrying it out is no worse;
    /// 0 if it is no worse already.
    pub shortfall: Rational,
    /// How likely the decision is reached.
    pub reached: Rational,
}

/// What holds for a ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credibility {
    /// By rung, as given.
    pub rungs: Vec<RungReport>,
    /// The least extra cost of refusing, the same at every rung, from which on every threat is
    /// carried out and the other side yields to each; 0 if that is so already. `None` if at some
    /// rung the other side goes on even in the face of certain execution.
    pub least_commitment: Option<Rational>,
    /// The rung that sets it, as a position in `rungs`.
    pub decisive: Option<usize>,
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
    };
    let mut reports: Vec<RungReport> = Vec::with_capacity(rungs.len());
    let mut least: Option<Rational> = Some(Rational::ZERO);
    let mut decisive = None;
    // Disaster avoided up to the rung before this one, and up to this one.
    let (mut before, mut survival) = (Rational::ONE, Rational::ONE);
    for (k, rung) in rungs.iter().enumerate() {
        // A rung that is decided at several positions is climbed once.
        if k == 0 || rungs[k - 1].id != rung.id {
            before = survival;
        }
        survival = match &rung.accident {
            Some(risk) => &before * &(&Rational::ONE - risk),
            None => before.clone(),
        };
        let executed = executed(&game, rung);
        let gain = |player: PlayerId| &executed[player.index()] - values.of(rung.refused, player);
        let pivot = pivot(rung, gain);
        let margin = gain(pivot);
        let equilibrium_margin =
            values.of(rung.carried_out, pivot) - values.of(rung.refused, pivot);
        let execution_probability = execution(&game, rung);
        let critical = critical(&game, rung, &executed);
        if matches!(critical, Critical::Never) {
            least = None;
        } else if let Some(known) = &mut least {
            let needed = -&margin;
            if needed > *known {
                *known = needed;
                decisive = Some(k);
            }
        }
        let disaster = Disaster::of(rung);
        reports.push(RungReport {
            id: rung.id.clone(),
            label: rung.label.clone(),
            pivot,
            credible: execution_probability.is_one(),
            indifferent: equilibrium_margin.is_zero(),
            shortfall: if equilibrium_margin.is_negative() {
                -&equilibrium_margin
            } else {
                Rational::ZERO
            },
            tolerable_risk: disaster
                .as_ref()
                .and_then(|d| d.borne_by_pivot(&game, rung, pivot, &executed)),
            opponent_tolerable_risk: disaster.and_then(|d| d.borne_by_other(&game, rung)),
            cumulative_risk: &Rational::ONE - &survival,
            reached: path.probability(rung.decision),
            execution_probability,
            margin,
            equilibrium_margin,
            critical,
        });
    }
    Credibility {
        rungs: reports,
        least_commitment: least.filter(|_| !rungs.is_empty()),
        decisive,
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

/// How likely the threat is carried out once its decision is reached.
fn execution<G: PositionGraph + ?Sized>(game: &Played<'_, G>, rung: &Rung) -> Rational {
    let mut walk = game.walk(rung.decision, &[rung.carried_out, rung.refused]);
    walk.arrived.swap_remove(0)
}

/// The probability R of execution at which the one who may yield before the rung is indifferent.
///
/// Going on leads to the decision, and perhaps past it: a device may carry the threat out by
/// itself, or play may turn elsewhere. With a probability r of carrying it out at the decision,
/// going on is worth
///
/// ```text
/// elsewhere + P(device) · executed + P(decision) · ((1 - r) · refused + r · executed)
/// ```
///
/// which equals yielding at one r; R = P(device) + P(decision) · r. Where going on always leads
/// to the decision, R = (refused - yield) / (refused - executed).
fn critical<G: PositionGraph + ?Sized>(
    game: &Played<'_, G>,
    rung: &Rung,
    executed: &[Rational],
) -> Critical {
    let Some(before) = &rung.before else {
        return Critical::NoChoice;
    };
    let player = before.player;
    let yields = game.values.of(game.yielded(before), player);
    let on = game.graph.successor(before.position, before.continues);
    let walk = game.walk(on, &[rung.decision, rung.carried_out]);
    let [decides, device] = [&walk.arrived[0], &walk.arrived[1]];
    if decides.is_zero() {
        return Critical::NoChoice;
    }
    let toll = game.paid(rung.decision, player);
    let win = game.values.of(rung.refused, player) + &toll;
    let lose = &executed[player.index()];
    let mut empty = walk.elsewhere[player.index()].clone();
    empty += &(device * lose);
    empty += &(decides * &win);
    let lose = lose + &toll;
    let Some(at_decision) = (&empty - yields)
        .checked_div(&(&win - &lose))
        .filter(|_| win > lose)
    else {
        // Execution is as good for the other side as refusal, or better: it deters nobody.
        return if *yields >= empty {
            Critical::Always
        } else {
            Critical::Never
        };
    };
    let least = device + &at_decision;
    if least > device + decides {
        Critical::Never
    } else if least > Rational::ZERO {
        Critical::At(least)
    } else {
        Critical::Always
    }
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
        let refused = game.values.of(rung.refused, pivot);
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
            worth(rung.refused),
            worth(game.yielded(before)),
            worth(self.position),
        ))
    }
}

#[cfg(test)]
mod tests;

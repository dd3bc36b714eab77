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

use crate::path::Path;
use crate::values::Values;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use std::collections::BTreeMap;

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
    /// At this probability it is indifferent; above, it yields. Strictly between 0 and 1, or 1.
    At(Rational),
    /// It yields even if the threat is empty.
    Always,
    /// Not even certain execution is worse than yielding.
    Never,
    /// There is no position before the rung where it could yield.
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
    /// The probability that disaster has struck once this rung and all before it in the list
    /// have been carried out.
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
/// Ellsberg 1959; Snyder and Diesing 1977.
pub fn credibility<G: PositionGraph + ?Sized>(
    graph: &G,
    choices: &[u32],
    values: &Values,
    path: &Path,
    rungs: &[Rung],
) -> Credibility {
    let mut survival = Rational::ONE;
    let mut reports = Vec::with_capacity(rungs.len());
    let mut least: Option<Rational> = Some(Rational::ZERO);
    let mut decisive = None;
    for (k, rung) in rungs.iter().enumerate() {
        if let Some(risk) = &rung.accident {
            survival = &survival * &(&Rational::ONE - risk);
        }
        let yielded = Yielded::new(graph, values, rung);
        let gain =
            |player: PlayerId| &yielded.executed[player.index()] - values.of(rung.refused, player);
        let pivot = pivot(rung, gain);
        let margin = gain(pivot);
        let equilibrium_margin =
            values.of(rung.carried_out, pivot) - values.of(rung.refused, pivot);
        let execution_probability = execution(graph, choices, rung);
        let critical = critical(graph, values, rung, &yielded);
        if matches!(critical, Critical::Never) {
            least = None;
        } else if let Some(known) = &mut least {
            let needed = -&margin;
            if needed > *known {
                *known = needed;
                decisive = Some(k);
            }
        }
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
            tolerable_risk: tolerable_risk(values, rung, pivot, &yielded),
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

/// What carrying a rung out is worth when the other side yields at its next chance to.
struct Yielded {
    /// By player, from `carried_out` on.
    executed: Vec<Rational>,
}

impl Yielded {
    /// Follows chance from `carried_out`; at the `after` position the best off-ramp is taken,
    /// everywhere else the equilibrium goes on.
    fn new<G: PositionGraph + ?Sized>(graph: &G, values: &Values, rung: &Rung) -> Self {
        let players = graph.num_players();
        let mut executed = vec![Rational::ZERO; players];
        let mut open = BTreeMap::from([(rung.carried_out, Rational::ONE)]);
        while let Some((position, probability)) = open.pop_first() {
            let after = rung.after.as_ref().filter(|a| a.position == position);
            let paid = |k: usize| graph.payoff_at(position, PlayerId::from_index(k));
            let mut add = |k: usize, value: &Rational| executed[k] += &(&probability * value);
            if let Some(after) = after {
                let to = graph.successor(position, best_yield(graph, values, after));
                for k in 0..players {
                    add(k, values.of(to, PlayerId::from_index(k)));
                    if let Some(paid) = paid(k) {
                        add(k, paid.value());
                    }
                }
            } else if graph.mover(position) == Mover::Chance {
                for k in 0..players {
                    if let Some(paid) = paid(k) {
                        add(k, paid.value());
                    }
                }
                for m in 0..graph.num_moves(position) {
                    let drawn = graph.chance_probability(position, m).value();
                    *open.entry(graph.successor(position, m)).or_default() +=
                        &(&probability * drawn);
                }
            } else {
                for k in 0..players {
                    add(k, values.of(position, PlayerId::from_index(k)));
                }
            }
        }
        Self { executed }
    }
}

/// The off-ramp that is best for the one who yields, the first of equals.
fn best_yield<G: PositionGraph + ?Sized>(graph: &G, values: &Values, at: &Yield) -> usize {
    let worth = |k: usize| values.of(graph.successor(at.position, k), at.player);
    let first = at.yields.first().copied().unwrap_or(0);
    at.yields.iter().fold(
        first,
        |best, k| if worth(*k) > worth(best) { *k } else { best },
    )
}

/// How likely the threat is carried out once its decision is reached.
fn execution<G: PositionGraph + ?Sized>(graph: &G, choices: &[u32], rung: &Rung) -> Rational {
    let mut executed = Rational::ZERO;
    let mut open = BTreeMap::from([(rung.decision, Rational::ONE)]);
    let last = rung.carried_out.max(rung.refused);
    while let Some((position, probability)) = open.pop_first() {
        if position == rung.carried_out {
            executed += &probability;
        } else if position == rung.refused || position > last {
        } else {
            match graph.mover(position) {
                Mover::Terminal => {}
                Mover::Player(_) => {
                    let to = graph.successor(position, choices[position.index()] as usize);
                    *open.entry(to).or_default() += &probability;
                }
                Mover::Chance => {
                    for m in 0..graph.num_moves(position) {
                        let drawn = graph.chance_probability(position, m).value();
                        *open.entry(graph.successor(position, m)).or_default() +=
                            &(&probability * drawn);
                    }
                }
            }
        }
    }
    executed
}

/// r with (1 - r) · refused + r · executed = yield, for the one who may yield before the rung.
fn critical<G: PositionGraph + ?Sized>(
    graph: &G,
    values: &Values,
    rung: &Rung,
    yielded: &Yielded,
) -> Critical {
    let Some(before) = &rung.before else {
        return Critical::NoChoice;
    };
    let yields = values.of(
        graph.successor(before.position, best_yield(graph, values, before)),
        before.player,
    );
    let toll = graph
        .payoff_at(rung.decision, before.player)
        .map_or(Rational::ZERO, |paid| paid.value().clone());
    let win = values.of(rung.refused, before.player) + &toll;
    let lose = &yielded.executed[before.player.index()] + &toll;
    if *yields >= win {
        return Critical::Always;
    }
    match (&win - yields).checked_div(&(&win - &lose)) {
        Some(r) if !r.is_negative() && r <= Rational::ONE => Critical::At(r),
        _ => Critical::Never,
    }
}

/// ε with (1 - ε) · success + ε · disaster = refusing, for the pivot.
fn tolerable_risk(
    values: &Values,
    rung: &Rung,
    pivot: PlayerId,
    yielded: &Yielded,
) -> Option<Rational> {
    let risk = rung.accident.as_ref()?;
    let disaster = values.of(rung.disaster?, pivot);
    let refused = values.of(rung.refused, pivot);
    let executed = &yielded.executed[pivot.index()];
    // executed = (1 - risk) · success + risk · disaster.
    let success = (executed - &(risk * disaster)).checked_div(&(&Rational::ONE - risk))?;
    if success < *refused {
        return Some(Rational::ZERO);
    }
    let limit = (&success - refused).checked_div(&(&success - disaster));
    Some(match limit {
        Some(limit) if !limit.is_negative() && limit <= Rational::ONE => limit,
        // Disaster is no worse than refusing.
        _ => Rational::ONE,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Ultimatum, rational, ultimatum};
    use crate::path::path;
    use crate::values::values;

    fn rungs(game: &Ultimatum) -> Vec<Rung> {
        let challenger = PlayerId(0);
        let at = |position| Yield {
            position,
            player: challenger,
            yields: vec![0],
            continues: 1,
        };
        (0..3)
            .map(|k| Rung {
                id: format!("s{}", k + 1),
                label: String::new(),
                actors: vec![(game.coalition, Rational::ONE)],
                quota: Rational::ONE,
                decision: game.decisions[k],
                carried_out: game.executed[k],
                refused: game.refused[k],
                accident: Some(rational(["0.02", "0.05", "0.2"][k])),
                disaster: Some(game.accidents[k]),
                before: Some(at(game.yields[k])),
                after: game.yields.get(k + 1).copied().map(at),
            })
            .collect()
    }

    fn table(audience_cost: &str) -> Credibility {
        let game = ultimatum(audience_cost);
        let values = values(&game.graph, &game.choices);
        let path = path(&game.graph, &game.choices);
        credibility(&game.graph, &game.choices, &values, &path, &rungs(&game))
    }

    /// Source: the published margins and critical probabilities of the three-stage ladder
    /// (3.57, -1.1, -10.6; .663717, .487805, .258065), here as the fractions they come from.
    #[test]
    fn margins_and_critical_probabilities_are_exact() {
        let table = table("0");
        let column = |f: fn(&RungReport) -> Rational| table.rungs.iter().map(f).collect::<Vec<_>>();
        assert_eq!(
            column(|r| r.margin.clone()),
            ["3.57", "-1.1", "-10.6"].map(rational)
        );
        assert_eq!(
            column(|r| r.critical.probability().cloned().expect("a probability")),
            ["600/904", "700/1435", "8/31"].map(rational)
        );
        assert!(table.rungs.iter().all(|r| !r.credible && !r.indifferent));
        assert_eq!(table.least_commitment, Some(rational("10.6")));
        assert_eq!(table.decisive, Some(2));
        assert_eq!(table.rungs[0].reached, Rational::ONE);
        assert_eq!(table.rungs[1].reached, Rational::ZERO);
        // 1 - .98 · .95 · .8.
        assert_eq!(table.rungs[2].cumulative_risk, rational("0.2552"));
    }

    #[test]
    fn above_the_threshold_every_rung_is_credible_and_at_it_the_top_is_indifferent() {
        let above = table("10.7");
        assert!(above.rungs.iter().all(|r| r.credible));
        assert_eq!(above.least_commitment, Some(Rational::ZERO));
        assert_eq!(above.rungs[0].reached, Rational::ZERO);
        let at = table("53/5");
        assert!(at.rungs[2].indifferent);
        let below = table("10.5");
        assert_eq!(below.rungs[2].shortfall, rational("0.1"));
    }

    #[test]
    fn a_vote_is_as_credible_as_its_pivotal_member() {
        let game = ultimatum("0");
        let mut rung = rungs(&game).swap_remove(0);
        rung.actors = (0..3).map(|k| (PlayerId(k), Rational::ONE)).collect();
        let gain = |player: PlayerId| Rational::integer(5 - 3 * i64::from(player.0));
        for (quota, pivotal) in [(1, 0), (2, 1), (3, 2), (4, 2)] {
            rung.quota = Rational::integer(quota);
            assert_eq!(pivot(&rung, gain), PlayerId(pivotal));
        }
    }

    #[test]
    fn the_tolerable_risk_makes_the_pivot_indifferent() {
        // W1: success -3.5, refusing -8, disaster -50: (−3.5 + 8) / (−3.5 + 50).
        let table = table("0");
        assert_eq!(table.rungs[0].tolerable_risk, Some(rational("45/465")));
        assert_eq!(table.rungs[2].tolerable_risk, Some(Rational::ZERO));
    }
}

//! The rung table where something is hidden: one row a rung and type of its maker.

use super::critical::{self, Critical};
use super::played::Played;
use super::{Rung, cumulative, executed, execution};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::profile::{Assessment, PositionProfile};
use deterra_verify::payoff::{position_values, realization};
use std::collections::BTreeSet;

/// What the other side believes where it may yield to a rung.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posterior {
    /// The first position of its information set.
    pub position: NodeId,
    /// How likely it holds this type of the maker to be.
    pub belief: Rational,
    /// How likely it expects the rung to be carried out, over all types, if it goes on.
    pub expects: Rational,
}

/// What holds for a rung and a type of its maker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedRung {
    /// The rung's short name.
    pub id: String,
    /// Its long name.
    pub label: String,
    /// Where it is decided, the first of the positions that look alike: its label names the type.
    pub position: NodeId,
    /// Who decides.
    pub player: PlayerId,
    /// How likely it is carried out once it falls due, by a device or by decision.
    pub execution_probability: Rational,
    /// Whether it is carried out for certain.
    pub credible: bool,
    /// Carrying out minus refusing if the other side yields next, given what the maker believes; `None` if nobody can refuse or
    /// several decide.
    pub margin: Option<Rational>,
    /// The same with what is played afterwards.
    pub equilibrium_margin: Option<Rational>,
    /// How likely execution must be for the other side to yield before; `None` if that depends on what it
    /// does not know.
    pub critical: Option<Critical>,
    /// What the other side believes where it may yield before; one entry an information set.
    pub posterior: Vec<Posterior>,
    /// The probability of disaster once this rung and all before it have been carried out.
    pub cumulative_risk: Rational,
    /// How likely it falls due, over all types.
    pub reached: Rational,
}

/// Fills the rung table of an equilibrium with beliefs.
///
/// # Returns
/// Rows in the order of the rungs, then of types.
///
/// # Complexity
/// `O(rungs · nodes)` at most.
pub fn typed(game: &ExtensiveGame, assessment: &Assessment, rungs: &[Rung]) -> Vec<TypedRung> {
    let profile = PositionProfile::from_behavior(game, &assessment.profile);
    let values = position_values(game, &profile);
    let reach = realization(game, &assessment.profile);
    let played = Played {
        graph: game,
        choices: &[],
        values: &values,
        mixed: Some(&profile),
    };
    let risks = cumulative(game, rungs);
    // Rungs that are decided without telling them apart are one row.
    let mut rows: Vec<(Option<InfosetId>, Vec<usize>)> = Vec::new();
    for (k, rung) in rungs.iter().enumerate() {
        let set = game.infoset(rung.decision);
        let known = rows
            .iter_mut()
            .find(|(of, all)| set.is_some() && *of == set && rungs[all[0]].id == rung.id);
        match known {
            Some((_, all)) => all.push(k),
            None => rows.push((set, vec![k])),
        }
    }
    let carried: Vec<(Rational, Rational)> =
        rungs.iter().map(|rung| execution(&played, rung)).collect();
    let view = View {
        game,
        assessment,
        rungs,
        carried: &carried,
    };
    let report = |all: Vec<usize>| {
        let first = &rungs[all[0]];
        let player = first
            .actors
            .first()
            .map_or(PlayerId(0), |(actor, _)| *actor);
        let weights = view.weights(&all, &reach);
        let mean = |of: &dyn Fn(&Rung) -> Option<Rational>| -> Option<Rational> {
            let mut sum = Rational::ZERO;
            for (k, w) in all.iter().zip(&weights) {
                sum += &(w * &of(&rungs[*k])?);
            }
            Some(sum)
        };
        let alone = first.actors.len() == 1;
        let margin = |yields: bool| {
            let of = |rung: &Rung| {
                let refused = rung.refused.filter(|_| alone)?;
                let on = if yields {
                    executed(&played, rung)[player.index()].clone()
                } else {
                    values.of(rung.carried_out, player).clone()
                };
                Some(&on - values.of(refused, player))
            };
            mean(&of)
        };
        let mut criticals = all.iter().map(|k| {
            let rung = &rungs[*k];
            critical::critical(&played, rung, &executed(&played, rung))
        });
        let critical = criticals.next();
        let same = criticals.all(|other| Some(&other) == critical.as_ref());
        let execution_probability: Rational = all
            .iter()
            .zip(&weights)
            .map(|(k, w)| w * &carried[*k].0)
            .sum();
        TypedRung {
            id: first.id.clone(),
            label: first.label.clone(),
            position: first.decision,
            player,
            credible: execution_probability.is_one(),
            margin: margin(true),
            equilibrium_margin: margin(false),
            critical: critical.filter(|_| same),
            posterior: view.posterior(&all),
            cumulative_risk: risks[all[0]].clone(),
            reached: all.iter().map(|k| &reach[rungs[*k].due.index()]).sum(),
            execution_probability,
        }
    };
    rows.into_iter().map(|(_, all)| report(all)).collect()
}

struct View<'a> {
    game: &'a ExtensiveGame,
    assessment: &'a Assessment,
    rungs: &'a [Rung],
    /// By rung, how likely it is carried out: in all, and by a device.
    carried: &'a [(Rational, Rational)],
}

impl View<'_> {
    /// How likely its maker holds each of the places of a row to be; they sum to 1.
    fn weights(&self, all: &[usize], reach: &[Rational]) -> Vec<Rational> {
        let believed: Vec<Rational> = all
            .iter()
            .map(|k| {
                let at = self.rungs[*k].decision;
                if self
                    .game
                    .infoset(at)
                    .is_some_and(|h| self.game.infoset_player(h).is_some())
                {
                    self.assessment.beliefs[at.index()].clone()
                } else {
                    reach[at.index()].clone()
                }
            })
            .collect();
        let total: Rational = believed.iter().sum();
        let equal = Rational::integer(all.len() as i64).checked_inverse();
        let share = |w: &Rational| w.checked_div(&total).or_else(|| equal.clone());
        believed
            .iter()
            .map(|w| share(w).unwrap_or_default())
            .collect()
    }

    /// What the other side believes of a row before it.
    fn posterior(&self, all: &[usize]) -> Vec<Posterior> {
        let set_of = |k: usize| {
            let before = self.rungs[k].before.as_ref()?;
            self.game.infoset(before.position)
        };
        let mut found: Vec<(InfosetId, Posterior)> = Vec::new();
        for set in all.iter().filter_map(|k| set_of(*k)) {
            if found.iter().any(|(known, _)| *known == set) {
                continue;
            }
            // Every place where the same rung falls due after this set, whatever its maker's type.
            let id = &self.rungs[all[0]].id;
            let due = |k: &usize| self.rungs[*k].id == *id && set_of(*k) == Some(set);
            let before = |k: usize| {
                let before = self.rungs[k].before.as_ref();
                before.map_or(NodeId::ROOT, |before| before.position)
            };
            let belief = |at: NodeId| self.assessment.beliefs[at.index()].clone();
            let own: BTreeSet<NodeId> = all.iter().filter(|k| due(k)).map(|k| before(*k)).collect();
            let others = (0..self.rungs.len()).filter(due);
            let expects = others
                .map(|k| &belief(before(k)) * &self.carried[k].0)
                .sum();
            found.push((
                set,
                Posterior {
                    position: self.game.members(set)[0],
                    belief: own.into_iter().map(belief).sum(),
                    expects,
                },
            ));
        }
        found.into_iter().map(|(_, posterior)| posterior).collect()
    }
}

//! An action graph for methods that look for mixed equilibria: payoffs and slopes in floats, and the exact game behind them.
//!
//! If alike players are to do the same, a block stands for all of them, and a slope counts each of those whom a player meets
//! there. Equilibria of this smaller problem are equilibria of the game, and there always is one (Nash 1951).

use super::layers::{Layers, Node};
use super::lineup::Lineup;
use super::sweep::Flow;
use crate::control::Control;
use crate::error::SolveError;
use crate::judge;
use crate::nash::exact::{Exact, keep};
use crate::nash::found::{NashEquilibria, NashEquilibrium};
use crate::nash::tensor::{Payoffs, Slopes};
use crate::numeric::linear;
use crate::solution::{Found, Solution};
use deterra_game::action_graph::ActionGraphGame;
use deterra_game::number::{Natural, Rational};
use deterra_game::patience::Patience;
use deterra_game::profile::MixedProfile;
use deterra_verify::action_graph::player_payoffs;
use deterra_verify::verdict::Concept;
use std::ops::Range;
use std::time::Instant;

/// Strategies of all blocks together that dense systems are made for.
const MOST_STRATEGIES: usize = 1000;

/// An action graph with its states, exactly.
#[derive(Debug)]
pub(crate) struct Crowd<'g> {
    game: &'g ActionGraphGame,
    lineup: Lineup,
    layers: Layers,
    control: Control,
}

impl<'g> Crowd<'g> {
    /// Lists the states. `control` is running.
    ///
    /// # Errors
    /// [`SolveError::TooLarge`] and [`SolveError::TooMuch`] if there are too many strategies or states;
    /// [`SolveError::Stopped`].
    pub(crate) fn new(
        game: &'g ActionGraphGame,
        lineup: Lineup,
        control: &Control,
    ) -> Result<Self, SolveError> {
        let strategies = lineup.blocks().last().map_or(0, |block| block.end);
        if strategies > MOST_STRATEGIES {
            return Err(SolveError::TooLarge {
                what: "the list of unknown probabilities",
                size: Natural::from(strategies),
                limit: MOST_STRATEGIES,
            });
        }
        Ok(Self {
            layers: Layers::new(game, &lineup, control)?,
            control: control.clone(),
            lineup,
            game,
        })
    }

    /// The distribution of the first agent of a block.
    fn row<'p>(&self, profile: &'p MixedProfile, block: usize) -> &'p [Rational] {
        profile.of(self.lineup.agent(self.game.graph(), block))
    }
}

impl Exact for Crowd<'_> {
    fn profile(&self, rows: Vec<Vec<Rational>>) -> Option<MixedProfile> {
        let graph = self.game.graph();
        let shape: Vec<usize> = graph.agents().map(|a| graph.num_strategies(a)).collect();
        MixedProfile::new(&shape, self.lineup.spread(&rows)).ok()
    }

    fn weigh(&self, profile: &MixedProfile) -> Option<(Vec<Rational>, Rational)> {
        let clock = self.control.start();
        // A judge takes as long again; time is only looked at where there is a limit.
        let started = Instant::now();
        let is_late = || {
            clock.stop().is_some()
                || self
                    .control
                    .deadline
                    .is_some_and(|end| Instant::now() + started.elapsed() >= end)
        };
        let mut payoffs = Vec::with_capacity(self.lineup.blocks().len());
        let mut regret = Rational::ZERO;
        for class in 0..self.lineup.num_classes() {
            if is_late() {
                return None;
            }
            let all = player_payoffs(self.game, profile, self.lineup.members(class)[0]);
            for (block, all) in self.lineup.of_class(class).zip(&all) {
                keep(all, self.row(profile, block), &mut payoffs, &mut regret);
            }
        }
        (!is_late()).then(|| (self.lineup.spread(&payoffs), regret))
    }

    fn both_mix(&self, supports: &[Vec<usize>], pair: [usize; 2]) -> Option<[Vec<Rational>; 2]> {
        let classes = pair.map(|block| self.lineup.class_of(block));
        // Who meets herself, or another type of hers, is another matter.
        let alone = |class: usize| {
            self.lineup.members(class).len() == 1 && self.lineup.of_class(class).len() == 1
        };
        if classes[0] == classes[1] || !classes.into_iter().all(alone) {
            return None;
        }
        let blocks = self.lineup.blocks();
        let mut mix = vec![Rational::ZERO; blocks.last()?.end];
        for (block, used) in blocks.iter().zip(supports) {
            mix[block.start + used[0]] = Rational::ONE;
        }
        let odds = self.lineup.odds::<Rational>(self.game.graph());
        let graph = self.game.graph();
        // What makes `own` indifferent is what the other one mixes.
        let mixture = |own: usize, other: usize| {
            let (mine, theirs) = (&supports[pair[own]], &supports[pair[other]]);
            let strategies = graph.strategies(self.lineup.agent(graph, pair[own]));
            let mut rows: Vec<Vec<Rational>> = Vec::new();
            for s in mine {
                let is_this = |node: &&Node| node.action() == strategies[*s];
                let node = self.layers.nodes().iter().find(is_this)?;
                let ends = node.payoffs().to_vec();
                let flow = Flow::new(node, &self.lineup, ends, (&mix, &odds));
                flow.slopes(classes[own], |class, parts| {
                    if class == classes[other] {
                        let kinds = node.kinds(class);
                        let pays = theirs.iter().map(|t| parts[kinds[*t] as usize].clone());
                        rows.push(pays.collect());
                    }
                });
            }
            let first = rows.first()?.clone();
            let mut matrix = vec![vec![Rational::ONE; theirs.len()]];
            let mut right = vec![Rational::ONE];
            for row in &rows[1..] {
                let better = row.iter().zip(&first).map(|(a, b)| a - b);
                matrix.push(better.collect());
                right.push(Rational::ZERO);
            }
            linear::solve(matrix, right, &Rational::ZERO)
        };
        let of_second = mixture(0, 1)?;
        let of_first = mixture(1, 0)?;
        Some([of_first, of_second])
    }

    fn certified(
        &self,
        found: Found<NashEquilibria<MixedProfile>>,
        patience: &Patience,
    ) -> Solution<NashEquilibria<MixedProfile>> {
        certified(self.game, found, patience)
    }
}

/// Has equilibria judged, by agent: the worst verdict counts.
pub(crate) fn certified(
    game: &ActionGraphGame,
    found: Found<NashEquilibria<MixedProfile>>,
    patience: &Patience,
) -> Solution<NashEquilibria<MixedProfile>> {
    Solution::certified(found, Concept::Nash, patience, |answer| {
        let allowed = |one: &NashEquilibrium<MixedProfile>| {
            if one.exact {
                Rational::ZERO
            } else {
                answer.tolerance.clone()
            }
        };
        let all = answer.list.iter().map(|one| (&one.profile, allowed(one)));
        judge::each_on_graph(game, all)
    })
}

/// The same in floats: payoffs of every node, scaled to [0, 1] together with those of nodes that the same players hold.
#[derive(Clone, Debug)]
pub(crate) struct Payments<'c> {
    crowd: &'c Crowd<'c>,
    range: Rational,
    owners: Vec<usize>,
    /// By strategy: how likely its type is.
    odds_of: Vec<f64>,
    /// By block.
    odds: Vec<f64>,
    /// By node and last state.
    ends: Vec<Vec<f64>>,
    /// By node and holder: the strategies that are paid.
    paid: Vec<Vec<Vec<usize>>>,
}

impl<'c> Payments<'c> {
    /// Scales payoffs.
    pub(crate) fn new(crowd: &'c Crowd<'c>) -> Self {
        let lineup = &crowd.lineup;
        let graph = crowd.game.graph();
        let odds = lineup.odds::<f64>(graph);
        let mut owners = Vec::new();
        for (block, strategies) in lineup.blocks().iter().enumerate() {
            owners.extend(strategies.clone().map(|_| block));
        }
        let nodes = crowd.layers.nodes();
        let paid = nodes.iter().map(|node| {
            let of_class = |class: &usize| {
                let blocks = lineup.of_class(*class);
                let places = blocks.filter_map(|block| {
                    let own = graph.strategies(lineup.agent(graph, block));
                    let place = own.binary_search(&node.action()).ok()?;
                    Some(lineup.blocks()[block].start + place)
                });
                places.collect()
            };
            node.holders().iter().map(of_class).collect()
        });
        let mut made = Self {
            range: Rational::ZERO,
            odds_of: owners.iter().map(|block| odds[*block]).collect(),
            paid: paid.collect(),
            ends: Vec::new(),
            crowd,
            owners,
            odds,
        };
        made.scale(None);
        made
    }

    /// Divides payoffs by a range that is given, or by that of all nodes which players tie together.
    fn scale(&mut self, common: Option<&Rational>) {
        let nodes = self.crowd.layers.nodes();
        let mut group: Vec<usize> = (0..nodes.len()).collect();
        // By block: a node of hers.
        let mut seen: Vec<Option<usize>> = vec![None; self.odds.len()];
        for (node, holders) in self.paid.iter().enumerate() {
            for strategy in holders.iter().flatten() {
                match seen[self.owners[*strategy]] {
                    None => seen[self.owners[*strategy]] = Some(node),
                    Some(other) => {
                        let (a, b) = (root(&group, node), root(&group, other));
                        group[a.max(b)] = a.min(b);
                    }
                }
            }
        }
        let group: Vec<usize> = (0..nodes.len()).map(|node| root(&group, node)).collect();
        let mut bounds: Vec<Option<(&Rational, &Rational)>> = vec![None; nodes.len()];
        for (node, group) in nodes.iter().zip(&group) {
            for payoff in node.payoffs() {
                let (least, most) = bounds[*group].unwrap_or((payoff, payoff));
                bounds[*group] = Some((least.min(payoff), most.max(payoff)));
            }
        }
        let mut range = Rational::ZERO;
        let ends = nodes.iter().zip(&group).map(|(node, group)| {
            let (least, most) = match bounds[*group] {
                Some((least, most)) => (least.clone(), most - least),
                None => (Rational::ZERO, Rational::ZERO),
            };
            let width = common.cloned().unwrap_or_else(|| most.clone());
            let scaled = node.payoffs().iter().map(|payoff| {
                let share = (payoff - &least).checked_div(&width);
                share.map_or(0.0, |share| share.to_f64())
            });
            let scaled: Vec<f64> = scaled.collect();
            if most > range {
                range = most;
            }
            scaled
        });
        self.ends = ends.collect();
        self.range = range;
    }

    /// The sweeps of all nodes in turn; `told` is given each with its number. Not a number is paid once time has run out, so
    /// that whoever asks comes to look at the clock soon.
    fn each(
        &self,
        mix: &[f64],
        worth: &mut [f64],
        mut told: impl FnMut(usize, usize, &Flow<'_, f64>),
    ) {
        let clock = self.crowd.control.start();
        for (k, node) in self.crowd.layers.nodes().iter().enumerate() {
            if clock.stop().is_some() {
                worth.fill(f64::NAN);
                return;
            }
            let ends = self.ends[k].clone();
            let flow = Flow::new(node, &self.crowd.lineup, ends, (mix, &self.odds));
            for (at, (class, paid)) in node.holders().iter().zip(&self.paid[k]).enumerate() {
                let value = flow.value(*class);
                for strategy in paid {
                    worth[*strategy] = value;
                }
                told(k, at, &flow);
            }
        }
    }
}

fn root(group: &[usize], mut at: usize) -> usize {
    while group[at] != at {
        at = group[at];
    }
    at
}

impl<'c> Payoffs for Payments<'c> {
    type Game = Crowd<'c>;

    fn range(&self) -> &Rational {
        &self.range
    }

    fn blocks(&self) -> &[Range<usize>] {
        self.crowd.lineup.blocks()
    }

    fn owner(&self, strategy: usize) -> usize {
        self.owners[strategy]
    }

    fn num_strategies(&self) -> usize {
        self.owners.len()
    }

    fn room(&self) -> Slopes {
        Slopes::flat(self.owners.len())
    }

    fn slopes(&self, mix: &[f64], worth: &mut [f64], slopes: &mut Slopes) {
        let lineup = &self.crowd.lineup;
        let nodes = self.crowd.layers.nodes();
        let clock = self.crowd.control.start();
        self.each(mix, worth, |k, at, flow| {
            let paid = &self.paid[k][at];
            let holder = nodes[k].holders()[at];
            if clock.stop().is_some() {
                slopes.row_mut(paid[0]).fill(f64::NAN);
                return;
            }
            flow.slopes(holder, |class, parts| {
                let first = lineup.blocks()[lineup.of_class(class).start].start;
                let others = lineup.others(holder, class) as f64;
                for strategy in paid {
                    let row = slopes.row_mut(*strategy);
                    for (s, kind) in (first..).zip(nodes[k].kinds(class)) {
                        row[s] = others * self.odds_of[s] * parts[*kind as usize];
                    }
                }
            });
        });
    }

    fn worth(&self, mix: &[f64], worth: &mut [f64], _: &mut Slopes) {
        self.each(mix, worth, |_, _, _| {});
    }

    fn alike(&self, _: &Crowd<'c>, range: &Rational) -> Self {
        let mut scaled = self.clone();
        scaled.scale(Some(range));
        scaled
    }

    fn meets(&self, paid: usize, played: usize) -> f64 {
        let class = |block: usize| self.crowd.lineup.class_of(block);
        self.crowd.lineup.others(class(paid), class(played)) as f64
    }

    fn others(&self) -> f64 {
        (self.crowd.lineup.num_players() - 1) as f64
    }
}

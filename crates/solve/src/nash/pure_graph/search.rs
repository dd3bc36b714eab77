//! Backtracking over what players choose.

use super::bounds::Bounds;
use super::{PureGraph, PureOrbit};
use crate::control::{Clock, Stop};
use crate::error::SolveError;
use crate::nash::graph::layers::{Layers, Node, Step};
use crate::nash::graph::lineup::Lineup;
use deterra_game::action_graph::ActionGraphGame;
use deterra_game::number::{Natural, Rational};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Choices between two looks at the clock.
const BETWEEN_LOOKS: u64 = 64;

/// What a player of a class may do.
#[derive(Debug)]
struct ClassChoices {
    /// By choice and type: the place among the type's actions.
    places: Vec<Vec<u32>>,
    /// The nodes that some type holds, as numbers among all nodes, and which of the node's holders the class is.
    nodes: Vec<(usize, usize)>,
    /// By type and action: the place in `nodes`.
    held: Vec<Vec<usize>>,
    /// By choice and node among all nodes: what it adds, by kind.
    adds: Vec<Vec<Add>>,
}

/// What a choice adds to a node.
#[derive(Clone, Debug)]
enum Add {
    Sure(u32),
    /// Of several kinds, each with its probability, if types differ.
    Lottery(Vec<(u32, Rational)>),
}

/// Where a node is.
#[derive(Clone, Debug)]
enum At {
    Sure(u32),
    /// By state, ascending.
    Lottery(Vec<(u32, Rational)>),
}

/// Somebody of a class who has made a choice, and where her nodes are without her.
#[derive(Clone, Debug)]
struct View {
    class: usize,
    choice: usize,
    /// By node that her class holds.
    at: Vec<At>,
}

/// What is known once some players have chosen.
#[derive(Clone, Debug, Default)]
struct Frame {
    /// The choice of the last of them.
    choice: usize,
    /// The next choice to be tried behind them.
    next: usize,
    /// By node: where it is for who has not chosen yet; only as far as such players hold it.
    open: Vec<At>,
    views: Vec<View>,
}

pub(super) struct Search<'s> {
    game: &'s ActionGraphGame,
    lineup: &'s Lineup,
    nodes: &'s [Node],
    bounds: Bounds,
    classes: Vec<ClassChoices>,
    options: &'s PureGraph,
    clock: &'s Clock<'s>,
    /// What was found.
    pub(super) found: Vec<PureOrbit>,
    /// How many choices were tried.
    pub(super) steps: u64,
}

impl<'s> Search<'s> {
    /// Lists what everybody may do.
    pub(super) fn new(
        game: &'s ActionGraphGame,
        lineup: &'s Lineup,
        layers: &'s Layers,
        options: &'s PureGraph,
        clock: &'s Clock<'s>,
    ) -> Result<Self, SolveError> {
        let nodes = layers.nodes();
        let classes = (0..lineup.num_classes())
            .map(|class| ClassChoices::new(game, lineup, nodes, class, options.strategy_limit));
        let classes = classes.collect::<Result<Vec<ClassChoices>, SolveError>>()?;
        let bounds = Bounds::new(layers, lineup, clock).map_err(|stop| SolveError::Stopped {
            stop,
            done: 0,
            total: 0,
            unit: "choices",
        })?;
        Ok(Self {
            game,
            lineup,
            nodes,
            bounds,
            classes,
            options,
            clock,
            found: Vec::new(),
            steps: 0,
        })
    }

    /// Searches on until everything was looked at or a limit is reached.
    pub(super) fn run(&mut self) -> Stop {
        let players = self.lineup.num_players();
        let mut stack = vec![Frame {
            open: self.nodes.iter().map(|_| At::Sure(0)).collect(),
            ..Frame::default()
        }];
        if players == 0 {
            // Nobody deviates from doing nothing.
            let orbit = self.orbit(&[], &stack[0]);
            self.found.push(orbit);
            return Stop::Done;
        }
        loop {
            let passed = stack.len() - 1;
            let Some(frame) = stack.last_mut() else {
                return Stop::Done;
            };
            let class = self.lineup.class_at(passed);
            let choice = frame.next;
            if choice == self.classes[class].places.len() {
                stack.pop();
                if stack.is_empty() {
                    return Stop::Done;
                }
                continue;
            }
            frame.next += 1;
            if self.steps == self.options.step_limit {
                return Stop::Iterations;
            }
            self.steps += 1;
            if self.steps.is_multiple_of(BETWEEN_LOOKS)
                && let Some(stop) = self.clock.stop()
            {
                return stop;
            }
            let mut next = self.chosen(frame, passed, choice);
            if !self.may_hold(&next, passed + 1) {
                continue;
            }
            if passed + 1 < players {
                // Alike players choose in ascending order.
                let goes_on = self.lineup.class_at(passed + 1) == class;
                next.next = if goes_on { choice } else { 0 };
                stack.push(next);
                continue;
            }
            if self.found.len() == self.options.orbit_limit {
                return Stop::Iterations;
            }
            let mut choices: Vec<usize> = stack[1..].iter().map(|frame| frame.choice).collect();
            choices.push(choice);
            let orbit = self.orbit(&choices, &next);
            self.found.push(orbit);
            self.clock
                .report(self.found.len() as u64, None, "kinds of equilibria");
        }
    }

    /// After one more player has chosen.
    fn chosen(&self, frame: &Frame, position: usize, choice: usize) -> Frame {
        let class = self.lineup.class_at(position);
        let choices = &self.classes[class];
        let adds = &choices.adds[choice];
        let mut views = Vec::with_capacity(frame.views.len() + 1);
        for view in &frame.views {
            let held = &self.classes[view.class].nodes;
            let at = held.iter().zip(&view.at).map(|((node, _), at)| {
                let kinds = self.nodes[*node].num_kinds(class);
                let step = if view.class == class {
                    // One of her own class is left out, so that the others stand one place further in front.
                    self.nodes[*node].whole(position - 1)
                } else {
                    self.nodes[*node].skipped(position)
                };
                moved(at, step, kinds, &adds[*node])
            });
            views.push(View {
                class: view.class,
                choice: view.choice,
                at: at.collect(),
            });
        }
        let is_known = |view: &View| view.class == class && view.choice == choice;
        if !views.iter().any(is_known) {
            let at = choices.nodes.iter();
            views.push(View {
                class,
                choice,
                at: at.map(|(node, _)| frame.open[*node].clone()).collect(),
            });
        }
        if self.lineup.last(class) == position {
            // Now all others of the class are passed.
            for view in views.iter_mut().filter(|view| view.class == class) {
                for ((node, _), at) in choices.nodes.iter().zip(&mut view.at) {
                    let enters = self.nodes[*node].enters(position);
                    let enters = enters.expect("invariant: the class holds the node");
                    match at {
                        At::Sure(state) => *state = enters[*state as usize],
                        At::Lottery(all) => {
                            for (state, _) in all.iter_mut() {
                                *state = enters[*state as usize];
                            }
                            all.sort_by_key(|(state, _)| *state);
                        }
                    }
                }
            }
        }
        let open = self.nodes.iter().zip(&frame.open).zip(adds);
        let open = open.map(|((node, at), add)| match node.num_whole(position + 1) {
            Some(_) => moved(at, node.whole(position), node.num_kinds(class), add),
            // Nobody holds it any more.
            None => At::Sure(0),
        });
        Frame {
            choice,
            next: 0,
            open: open.collect(),
            views,
        }
    }

    /// Whether everybody who has chosen may still be content.
    fn may_hold(&self, frame: &Frame, passed: usize) -> bool {
        frame.views.iter().all(|view| {
            let choices = &self.classes[view.class];
            let types = choices.places[view.choice].iter().zip(&choices.held);
            types.into_iter().all(|(place, held)| {
                let own = self.bound(view, passed, held[*place as usize], 1);
                held.iter().all(|other| {
                    let low = self.bound(view, passed, *other, 0);
                    self.compare(&own, &low) != Ordering::Less
                })
            })
        })
    }

    /// The most (1) or the least (0) that a node of a view can pay.
    fn bound(&self, view: &View, passed: usize, held: usize, which: usize) -> Bound {
        let (node, holder) = self.classes[view.class].nodes[held];
        let last = self.lineup.last(view.class);
        let place = |state: u32| {
            if passed > last {
                self.bounds.skipped(node, passed, state)[which]
            } else {
                let members = self.lineup.members(view.class).len();
                let chosen = passed + members - (last + 1);
                self.bounds.inside(node, holder, chosen - 1, state)[which]
            }
        };
        match &view.at[held] {
            At::Sure(state) => Bound::Listed(place(*state)),
            At::Lottery(all) => {
                let terms = all.iter();
                Bound::Mean(
                    terms
                        .map(|(state, p)| p * self.bounds.value(place(*state)))
                        .sum(),
                )
            }
        }
    }

    fn compare(&self, one: &Bound, other: &Bound) -> Ordering {
        match (one, other) {
            (Bound::Listed(a), Bound::Listed(b)) => a.cmp(b),
            _ => self.value(one).cmp(self.value(other)),
        }
    }

    fn value<'b>(&'b self, bound: &'b Bound) -> &'b Rational {
        match bound {
            Bound::Listed(place) => self.bounds.value(*place),
            Bound::Mean(value) => value,
        }
    }

    /// All that is to be said of an equilibrium, given the choices by position.
    fn orbit(&self, choices: &[usize], last: &Frame) -> PureOrbit {
        let graph = self.game.graph();
        let players = self.lineup.num_players();
        let mut strategies = vec![0; graph.num_agents()];
        let mut payoffs = vec![Rational::ZERO; graph.num_agents()];
        let mut count = Natural::ONE;
        for class in 0..self.lineup.num_classes() {
            let members = self.lineup.members(class);
            let first = self.lineup.last(class) + 1 - members.len();
            let mut same = 0_usize;
            for (k, player) in members.iter().enumerate() {
                let choice = choices[first + k];
                // One more of so many: the number of ways grows by k + 1 over those who do the same.
                same = if k > 0 && choices[first + k - 1] == choice {
                    same + 1
                } else {
                    1
                };
                count = count * Natural::from(k + 1) / Natural::from(same);
                let own = |view: &&View| view.class == class && view.choice == choice;
                let view = last.views.iter().find(own);
                let view = view.expect("invariant: there is a view for every choice");
                let of_class = &self.classes[class];
                for (ty, agent) in graph.player_agents(*player).enumerate() {
                    let place = of_class.places[choice][ty];
                    strategies[agent.index()] = place;
                    let held = of_class.held[ty][place as usize];
                    let bound = self.bound(view, players, held, 1);
                    payoffs[agent.index()] = self.value(&bound).clone();
                }
            }
        }
        PureOrbit {
            strategies,
            payoffs,
            count,
        }
    }
}

/// A bound: a payoff of the list, or a mean of some.
enum Bound {
    Listed(u32),
    Mean(Rational),
}

/// Where a node is after one more choice.
fn moved(at: &At, step: &Step, kinds: usize, add: &Add) -> At {
    let Step::To(to) = step else {
        return at.clone();
    };
    let target = |state: u32, kind: u32| to[state as usize * kinds + kind as usize];
    if let (At::Sure(state), Add::Sure(kind)) = (at, add) {
        return At::Sure(target(*state, *kind));
    }
    let one = Rational::ONE;
    let from: Vec<(u32, &Rational)> = match at {
        At::Sure(state) => vec![(*state, &one)],
        At::Lottery(all) => all.iter().map(|(state, p)| (*state, p)).collect(),
    };
    let adds: Vec<(u32, &Rational)> = match add {
        Add::Sure(kind) => vec![(*kind, &one)],
        Add::Lottery(all) => all.iter().map(|(kind, p)| (*kind, p)).collect(),
    };
    let mut sums: BTreeMap<u32, Rational> = BTreeMap::new();
    for (state, p) in &from {
        for (kind, q) in &adds {
            *sums.entry(target(*state, *kind)).or_insert(Rational::ZERO) += &(*p * *q);
        }
    }
    let all: Vec<(u32, Rational)> = sums.into_iter().collect();
    match all.as_slice() {
        [(state, _)] => At::Sure(*state),
        _ => At::Lottery(all),
    }
}

impl ClassChoices {
    fn new(
        game: &ActionGraphGame,
        lineup: &Lineup,
        nodes: &[Node],
        class: usize,
        limit: usize,
    ) -> Result<Self, SolveError> {
        let graph = game.graph();
        let blocks = lineup.of_class(class);
        let sizes: Vec<usize> = blocks
            .clone()
            .map(|block| lineup.blocks()[block].len())
            .collect();
        let size = sizes
            .iter()
            .fold(Natural::ONE, |all, n| all * Natural::from(*n));
        if size > Natural::from(limit) {
            return Err(SolveError::TooLarge {
                what: "the list of what one player's types may do",
                size,
                limit,
            });
        }
        let mut places = vec![vec![0_u32; sizes.len()]];
        while let Some(next) = places.last().and_then(|last| successor(last, &sizes)) {
            places.push(next);
        }
        let mut held_nodes: Vec<(usize, usize)> = Vec::new();
        for (k, node) in nodes.iter().enumerate() {
            if let Ok(holder) = node.holders().binary_search(&class) {
                held_nodes.push((k, holder));
            }
        }
        let held = blocks.clone().map(|block| {
            let own = graph.strategies(lineup.agent(graph, block)).iter();
            let place = |action: &u32| {
                let mut all = held_nodes.iter();
                all.position(|(k, _)| nodes[*k].action() == *action)
                    .expect("invariant: who has a node holds it")
            };
            own.map(place).collect()
        });
        let held = held.collect();
        let odds: Vec<Rational> = blocks
            .map(|block| {
                let agent = lineup.agent(graph, block);
                graph.agent_probability(agent).value().clone()
            })
            .collect();
        let adds = places
            .iter()
            .map(|chosen| {
                let add = |node: &Node| {
                    let kinds = node.kinds(class);
                    let mut sums: BTreeMap<u32, Rational> = BTreeMap::new();
                    let mut first = 0;
                    for ((place, size), likely) in chosen.iter().zip(&sizes).zip(&odds) {
                        if !likely.is_zero() {
                            let kind = kinds[first + *place as usize];
                            *sums.entry(kind).or_insert(Rational::ZERO) += likely;
                        }
                        first += size;
                    }
                    let all: Vec<(u32, Rational)> = sums.into_iter().collect();
                    match all.as_slice() {
                        [(kind, _)] => Add::Sure(*kind),
                        _ => Add::Lottery(all),
                    }
                };
                nodes.iter().map(add).collect()
            })
            .collect();
        Ok(Self {
            places,
            nodes: held_nodes,
            held,
            adds,
        })
    }
}

/// The next combination, the last type's action fastest; `None` behind the last one.
fn successor(last: &[u32], sizes: &[usize]) -> Option<Vec<u32>> {
    let mut next = last.to_vec();
    for (place, size) in next.iter_mut().zip(sizes).rev() {
        *place += 1;
        if (*place as usize) < *size {
            return Some(next);
        }
        *place = 0;
    }
    None
}

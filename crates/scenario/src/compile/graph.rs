//! A graph to a stochastic game: every place with what it was given is a state.
//!
//! The nodes are those of a tree; what a node pays is paid on every visit, whatever is done there,
//! and what a move pays with the move. Where several move at once, a move is one part a mover:
//! `quit / stay`.

use super::tree::{Place, State, TreeRules};
use super::world::{Meta, Who, World};
use super::{Built, CompiledGame};
use crate::model::{ActionRule, Graph, NodeRule};
use crate::parameter::Scope;
use deterra_game::diagnostic::Diagnostic;
use deterra_game::id::PlayerId;
use deterra_game::number::{Number, Rational};
use deterra_game::stochastic::{
    InvalidStochastic, StateId, StochasticBuilder, StochasticGame, StochasticProblem,
};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::ops::Range;

/// The most joint moves of one state.
const MAX_CELLS: usize = 10_000;

/// What happens if a move is made: what it pays every player, and where it leads.
#[derive(Clone, Debug)]
struct Done {
    label: String,
    paid: Vec<Rational>,
    row: Vec<(StateId, Rational)>,
    /// Where chance moves.
    probability: Option<Rational>,
    span: Range<usize>,
}

/// Walks the graph from its start.
///
/// # Returns
/// The game and what is remembered of every state; nothing after a problem.
///
/// # Complexity
/// One look at every move of every state.
pub(super) fn build(world: &World<'_>, graph: &Graph, limit: usize) -> Option<Built> {
    if world.profiles.len() > 1 {
        let actor = world.scenario.actors.iter().find(|a| a.types.len() > 1);
        let span = actor.map_or(0..0, |actor| actor.span.clone());
        let message = "in a graph everybody knows everything, and here are unknown types";
        world.say(
            Diagnostic::error("D026", span, message)
                .help("--given ACTOR=TYPE makes a type known to everybody"),
        );
        return None;
    }
    let rules = TreeRules::new(world, &graph.tree);
    let mut walk = Walk {
        world,
        rules: &rules,
        graph,
        builder: StochasticBuilder::new(&world.scenario.name),
        known: FxHashMap::default(),
        queue: Vec::new(),
        spans: Vec::new(),
    };
    for actor in &world.players {
        walk.builder.player(&world.scenario.actors[*actor].label);
    }
    walk.discounts();
    let start = walk.rules.start_of(0);
    walk.discover(start);
    let mut next = 0;
    while let Some(state) = walk.queue.get(next).cloned() {
        if world.is_full() {
            return None;
        }
        walk.state(StateId::from_index(next), &state);
        next += 1;
        if walk.queue.len() > limit {
            let message = format!("the game has more than {limit} states");
            world.say(
                Diagnostic::error("D038", walk.spans[next - 1].clone(), message)
                    .help("let places remember less, or put a bound on what they remember"),
            );
            return None;
        }
    }
    if world.failed() {
        return None;
    }
    let Walk { builder, spans, .. } = walk;
    match builder.build() {
        Ok(game) => Some(built(game, spans)),
        Err(invalid) => {
            report(world, graph, invalid, &spans);
            None
        }
    }
}

fn built(game: StochasticGame, spans: Vec<Range<usize>>) -> Built {
    let metas = spans.iter().map(|_| Meta::default());
    Built {
        quiet: metas.map(|meta| meta.quiet).collect(),
        game: CompiledGame::Stochastic(game),
        rungs: Vec::new(),
        offers: Vec::new(),
        spans,
    }
}

fn report(world: &World<'_>, graph: &Graph, invalid: InvalidStochastic, spans: &[Range<usize>]) {
    for (state, problem) in invalid.problems {
        let help = match problem {
            StochasticProblem::Discount { .. } => "0 counts the present only, 1 all periods alike",
            StochasticProblem::Endless(_) => {
                "write horizon = { infinite = { discount = 0.9 } }, or let every move risk an end"
            }
            StochasticProblem::Timeless(_) => "write period = true on one of them",
            _ => "every move leads somewhere with probabilities that sum to 1",
        };
        let span = state.map_or_else(|| graph.span.clone(), |s| spans[s.index()].clone());
        world.say(Diagnostic::error("D039", span, problem.to_string()).help(help));
    }
}

struct Walk<'w, 's> {
    world: &'w World<'s>,
    rules: &'w TreeRules<'w>,
    graph: &'w Graph,
    builder: StochasticBuilder,
    known: FxHashMap<State, StateId>,
    /// The states in the order in which they were met.
    queue: Vec<State>,
    spans: Vec<Range<usize>>,
}

impl Walk<'_, '_> {
    fn discounts(&mut self) {
        let scope = Scope::new(&self.world.valuations[0]);
        let common = self.graph.discount.as_ref();
        let common = common.and_then(|formula| self.world.number(formula, &scope));
        for (at, actor) in self.world.players.iter().enumerate() {
            let own = self
                .graph
                .discounts
                .iter()
                .rev()
                .find(|(who, _)| who == actor);
            let own = own.and_then(|(_, formula)| self.world.number(formula, &scope));
            if let Some(discount) = own.or_else(|| common.clone()) {
                self.builder
                    .set_discount(PlayerId::from_index(at), discount);
            }
        }
    }

    /// The state of the game for a place; a new one if it was not met before.
    fn discover(&mut self, state: State) -> StateId {
        if let Some(known) = self.known.get(&state) {
            return *known;
        }
        // Its name and its place are set when its turn comes; names have to be known before.
        let (name, span) = self.rules.called(&state);
        let id = self.builder.state(&name);
        self.spans.push(span);
        self.queue.push(state.clone());
        self.known.insert(state, id);
        id
    }

    /// Says what happens at a state.
    fn state(&mut self, id: StateId, state: &State) {
        let nothing = vec![Rational::ZERO; self.world.players.len()];
        match state.place {
            Place::Outcome(at) => {
                let outcome = &self.world.scenario.outcomes[at];
                let turn = self.rules.outcome(state, outcome);
                let paid = turn.pay.map(|paid| paid.amounts);
                let paid = paid.map(|all| all.into_iter().map(Number::into_value).collect());
                self.builder.set_outcome(id, paid.unwrap_or(nothing));
            }
            Place::Node(at) => self.node(id, state, at),
            Place::Nowhere => self.builder.set_outcome(id, nothing),
        }
    }

    fn node(&mut self, id: StateId, state: &State, at: usize) {
        let rule = &self.graph.tree.nodes[at];
        self.world.reached.borrow_mut().insert(at);
        let scope = self.rules.scope(state, &rule.given);
        let here = self.rules.payments(&rule.pay, &scope, 0);
        let here = here.map_or_else(
            || vec![Rational::ZERO; self.world.players.len()],
            |paid| paid.to_vec(),
        );
        let by = std::iter::once(&rule.by).chain(&rule.together);
        let movers: Vec<Who> = by.filter_map(|by| self.rules.mover(by, &scope)).collect();
        let mut moves: Vec<(Done, Vec<(State, Rational)>)> = Vec::new();
        let (world, rules) = (self.world, self.rules);
        rules.each_move(rule, &scope, &mut |action, scope, label| {
            let paid = rules.payments(&action.pay, scope, 0);
            let paid = paid.map(|paid| paid.iter().zip(&here).map(|(a, b)| a + b).collect());
            let done = Done {
                label,
                paid: paid.unwrap_or_else(|| here.clone()),
                row: Vec::new(),
                probability: action
                    .probability
                    .as_ref()
                    .map(|formula| world.probability(formula, scope).unwrap_or_default()),
                span: action.span.clone(),
            };
            moves.push((done, branches(world, rules, action, scope)));
        });
        let moves: Vec<Done> = moves
            .into_iter()
            .map(|(done, branches)| {
                let row = branches.into_iter();
                let row = row.map(|(to, probability)| (self.discover(to), probability));
                Done {
                    row: row.collect(),
                    ..done
                }
            })
            .collect();
        if movers.len() != 1 + rule.together.len() {
            return;
        }
        if moves.is_empty() {
            let message = format!("no move is possible at \"{}\"", rule.id);
            let said = Diagnostic::error("D024", rule.span.clone(), message);
            self.world
                .say(said.help("add a move without `when`, or lead to an outcome instead"));
            return;
        }
        if rule.period && movers != [Who::Chance] {
            let message = "a period begins wherever somebody moves, so `period` is for chance";
            let said = Diagnostic::error("D026", rule.span.clone(), message);
            self.world.say(said.help("leave it out"));
        }
        let players: Vec<PlayerId> = movers
            .iter()
            .filter_map(|who| match who {
                Who::Player(player) => Some(*player),
                _ => None,
            })
            .collect();
        match players.as_slice() {
            [] => self.chance(id, rule, &moves),
            [only] => {
                let labels = moves.iter().map(|done| done.label.clone());
                self.builder.set_movers(id, vec![(*only, labels.collect())]);
                for (k, done) in moves.into_iter().enumerate() {
                    self.builder.set_cell(id, &[k], done.paid, done.row);
                }
            }
            several => self.at_once(id, rule, several, moves),
        }
    }

    /// One transition for all that chance may do.
    fn chance(&mut self, id: StateId, rule: &NodeRule, moves: &[Done]) {
        let sum: Rational = moves
            .iter()
            .filter_map(|done| done.probability.as_ref())
            .sum();
        if !sum.is_one() {
            let message = format!(
                "the probabilities at \"{}\" sum to {sum}, not to 1",
                rule.id
            );
            let said = Diagnostic::error("D025", rule.span.clone(), message);
            self.world
                .say(said.help("write the last one as 1 minus the others"));
        }
        let mut paid = vec![Rational::ZERO; self.world.players.len()];
        let mut row = Vec::new();
        for done in moves {
            let chance = done.probability.clone().unwrap_or_default();
            for (sum, amount) in paid.iter_mut().zip(&done.paid) {
                *sum += &(&chance * amount);
            }
            row.extend(done.row.iter().map(|(to, p)| (*to, &chance * p)));
        }
        self.builder.set_chance(id, paid, row);
        self.builder.set_period(id, rule.period);
    }

    /// Several move at once: every combination of their parts must be there.
    fn at_once(&mut self, id: StateId, rule: &NodeRule, players: &[PlayerId], moves: Vec<Done>) {
        let mut actions: Vec<Vec<String>> = vec![Vec::new(); players.len()];
        let mut cells: BTreeMap<Vec<usize>, Done> = BTreeMap::new();
        for done in moves {
            let parts: Vec<&str> = done.label.split('/').map(str::trim).collect();
            if parts.len() != players.len() || parts.contains(&"") {
                let message = format!(
                    "\"{}\" has {} parts, and {} players move at once",
                    done.label,
                    parts.len(),
                    players.len()
                );
                let said = Diagnostic::error("D026", done.span.clone(), message);
                self.world
                    .say(said.help("write one part each in the order of `by`: \"quit / stay\""));
                return;
            }
            let mut key = Vec::with_capacity(parts.len());
            for (own, part) in actions.iter_mut().zip(parts) {
                let at = own.iter().position(|known| known == part);
                key.push(at.unwrap_or_else(|| {
                    own.push(part.to_owned());
                    own.len() - 1
                }));
            }
            let (label, span) = (done.label.clone(), done.span.clone());
            if cells.insert(key, done).is_some() {
                let message = format!("\"{label}\" is there twice");
                let said = Diagnostic::error("D012", span, message);
                self.world.say(said.help("one of them would never be used"));
            }
        }
        let count = actions
            .iter()
            .try_fold(1_usize, |product, own| product.checked_mul(own.len()))
            .filter(|count| *count <= MAX_CELLS);
        let Some(count) = count else {
            let message = format!("\"{}\" has more than {MAX_CELLS} joint moves", rule.id);
            self.world
                .say(Diagnostic::error("D015", rule.span.clone(), message));
            return;
        };
        let mut missing = Vec::new();
        for number in 0..count {
            let mut rest = number;
            let mut parts = Vec::with_capacity(actions.len());
            for own in &actions {
                parts.push(rest % own.len());
                rest /= own.len();
            }
            if !cells.contains_key(&parts) {
                let names = parts.iter().zip(&actions).map(|(k, own)| own[*k].as_str());
                missing.push(format!("\"{}\"", names.collect::<Vec<_>>().join(" / ")));
            }
        }
        if !missing.is_empty() {
            let more = if missing.len() > 6 { ", …" } else { "" };
            missing.truncate(6);
            let message = format!(
                "node \"{}\" does not say what happens after {}{more}",
                rule.id,
                missing.join(", ")
            );
            let said = Diagnostic::error("D026", rule.span.clone(), message);
            self.world
                .say(said.help("every combination of what the movers do leads somewhere"));
            return;
        }
        let mut sorted: Vec<PlayerId> = players.to_vec();
        sorted.sort_unstable();
        if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
            let message = format!("somebody moves twice at \"{}\"", rule.id);
            self.world
                .say(Diagnostic::error("D012", rule.by.span.clone(), message));
            return;
        }
        let named = players.iter().copied().zip(actions);
        self.builder.set_movers(id, named.collect());
        for (key, done) in cells {
            self.builder.set_cell(id, &key, done.paid, done.row);
        }
    }
}

/// Where a move may lead, and how likely.
fn branches(
    world: &World<'_>,
    rules: &TreeRules<'_>,
    action: &ActionRule,
    scope: &Scope<'_>,
) -> Vec<(State, Rational)> {
    if action.lottery.is_empty() {
        let to = rules.resolve(&action.target, scope, 0, None);
        return vec![(to, Rational::ONE)];
    }
    let mut sum = Rational::ZERO;
    let mut row = Vec::with_capacity(action.lottery.len());
    let mut known = true;
    for (target, formula) in &action.lottery {
        let Some(probability) = world.probability(formula, scope) else {
            known = false;
            continue;
        };
        sum += &probability;
        // What cannot happen is no state.
        if !probability.is_zero() {
            row.push((rules.resolve(target, scope, 0, None), probability));
        }
    }
    if known && !sum.is_one() {
        let message = format!("the probabilities of this lottery sum to {sum}, not to 1");
        world.say(
            Diagnostic::error("D025", action.span.clone(), message)
                .help("write the last one as 1 minus the others"),
        );
    }
    row
}

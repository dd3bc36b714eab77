//! The rules of an explicit tree: nodes that may be templates, targets that pass values on.

use super::payoff::Account;
use super::world::{Meta, Paid, PositionRole, Rules, Step, Turn, Who, World, dead_end, fill};
use crate::model::{ActionRule, NodeRule, Outcome, Pattern, Payments, Target, ThreatVote, Tree};
use crate::parameter::Scope;
use crate::resolve::wrong_values;
use deterra_game::diagnostic::Diagnostic;
use deterra_game::id::PlayerId;
use deterra_game::number::{Number, Rational};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::rc::Rc;

/// The most moves of one node.
const MAX_MOVES: usize = 10_000;

/// Where play stands in a tree.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    profile: usize,
    pub(super) place: Place,
    /// What the place was given.
    given: Rc<[i64]>,
    /// What the move that led here pays every player; part of the state, since positions pay.
    arrival: Option<Rc<[Rational]>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Node(usize),
    Outcome(usize),
    /// After a problem.
    Nowhere,
}

/// A tree that can be walked.
pub(super) struct TreeRules<'w> {
    world: &'w World<'w>,
    tree: &'w Tree,
    places: FxHashMap<&'w str, Place>,
    /// The threats that mention a node, by its name without values.
    threats: FxHashMap<&'w str, Vec<usize>>,
}

impl<'w> TreeRules<'w> {
    pub(super) fn new(world: &'w World<'w>, tree: &'w Tree) -> Self {
        let nodes = tree.nodes.iter().enumerate();
        let outcomes = world.scenario.outcomes.iter().enumerate();
        let places = outcomes
            .map(|(at, outcome)| (outcome.id.as_str(), Place::Outcome(at)))
            .chain(nodes.map(|(at, node)| (node.id.as_str(), Place::Node(at))))
            .collect();
        let mut threats: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (number, threat) in tree.threats.iter().enumerate() {
            let sides = threat.before.iter().chain(&threat.after);
            let votes = threat.vote.iter().flat_map(|vote| &vote.then);
            let own = [&threat.at].into_iter().chain(&threat.device);
            let nodes = sides.map(|side| &side.at).chain(own).chain(votes);
            for at in nodes {
                let all = threats
                    .entry(at.split('(').next().unwrap_or(at))
                    .or_default();
                if all.last() != Some(&number) {
                    all.push(number);
                }
            }
        }
        Self {
            world,
            tree,
            places,
            threats,
        }
    }

    pub(super) fn scope<'a>(&'a self, state: &State, names: &'a [String]) -> Scope<'a> {
        let mut scope = Scope::new(&self.world.valuations[state.profile]);
        for (name, value) in names.iter().zip(&*state.given) {
            scope = scope.with(name, *value);
        }
        scope
    }

    /// The state that a target means.
    pub(super) fn resolve(
        &self,
        target: &Target,
        scope: &Scope<'_>,
        profile: usize,
        arrival: Option<Rc<[Rational]>>,
    ) -> State {
        let nowhere = State {
            profile,
            place: Place::Nowhere,
            given: Rc::from([]),
            arrival: None,
        };
        let name = match fill(&target.name, scope) {
            Ok(name) => name,
            Err(error) => {
                self.world.refuse(&error, scope);
                return nowhere;
            }
        };
        let Some(place) = self.places.get(name.as_str()).copied() else {
            let message = format!("there is no node or outcome \"{name}\"");
            let said = Diagnostic::error("D010", target.span.clone(), message);
            self.world.say(said);
            return nowhere;
        };
        let wanted = match place {
            Place::Node(at) => self.tree.nodes[at].given.len(),
            Place::Outcome(at) => self.world.scenario.outcomes[at].given.len(),
            Place::Nowhere => 0,
        };
        let mut given = Vec::with_capacity(wanted);
        for formula in &target.arguments {
            match self.world.whole(formula, scope) {
                Some(value) => given.push(value),
                None => return nowhere,
            }
        }
        if given.len() != wanted {
            let said = wrong_values(&name, wanted, given.len(), &target.span);
            self.world.say(said);
            return nowhere;
        }
        State {
            profile,
            place,
            given: given.into(),
            arrival,
        }
    }

    /// What payments pay every player; `None` if there are none.
    pub(super) fn payments(
        &self,
        payments: &Payments,
        scope: &Scope<'_>,
        profile: usize,
    ) -> Option<Rc<[Rational]>> {
        if payments.is_empty() {
            return None;
        }
        let mut account = Account::new(self.world);
        account.pay(self.world, payments, scope);
        Some(account.settle(self.world, profile).into())
    }

    /// The values of the counter of a move; one nameless value if it has none.
    fn values(&self, action: &ActionRule, scope: &Scope<'_>) -> Vec<Option<i64>> {
        let Some(family) = &action.family else {
            return vec![None];
        };
        let from = self.world.whole(&family.from, scope);
        let to = self.world.whole(&family.to, scope);
        let Some((from, to)) = from.zip(to) else {
            return Vec::new();
        };
        if to.saturating_sub(from) >= MAX_MOVES as i64 {
            let message =
                format!("the counter runs from {from} to {to}: more than {MAX_MOVES} moves");
            self.world
                .say(Diagnostic::error("D015", action.span.clone(), message));
            return Vec::new();
        }
        (from..=to).map(Some).collect()
    }

    /// Shows every move of a node that exists: the move, its values and its name.
    pub(super) fn each_move(
        &self,
        rule: &NodeRule,
        scope: &Scope<'_>,
        show: &mut dyn FnMut(&ActionRule, &Scope<'_>, String),
    ) {
        let mut labels: Vec<String> = Vec::new();
        for action in &rule.actions {
            for value in self.values(action, scope) {
                let inner;
                let scope = match (value, &action.family) {
                    (Some(value), Some(family)) => {
                        inner = scope.clone().with(&family.variable, value);
                        &inner
                    }
                    _ => scope,
                };
                if let Some(condition) = &action.when {
                    match condition.truth(scope) {
                        Ok(truth) if !truth.holds => continue,
                        Ok(truth) => {
                            if !truth.exact {
                                self.world.round(condition);
                            }
                        }
                        Err(error) => {
                            self.world.refuse(&error, scope);
                            continue;
                        }
                    }
                }
                let label = match fill(&action.label, scope) {
                    Ok(label) => label,
                    Err(error) => {
                        self.world.refuse(&error, scope);
                        continue;
                    }
                };
                if labels.len() >= MAX_MOVES {
                    let message = format!("a node has more than {MAX_MOVES} moves");
                    self.world
                        .say(Diagnostic::error("D015", rule.span.clone(), message));
                    return;
                }
                labels.push(label.clone());
                show(action, scope, label);
            }
        }
        labels.sort_unstable();
        let twice = labels.windows(2).find(|pair| pair[0] == pair[1]);
        if let Some([label, ..]) = twice {
            let message = format!("node \"{}\" has two moves called \"{}\"", rule.id, label);
            self.world
                .say(Diagnostic::error("D012", rule.span.clone(), message));
        }
    }

    fn moves(&self, state: &State, rule: &NodeRule, scope: &Scope<'_>) -> Vec<Step<State>> {
        let mut moves: Vec<Step<State>> = Vec::new();
        self.each_move(rule, scope, &mut |action, scope, label| {
            let arrival = self.payments(&action.pay, scope, state.profile);
            let probability = action
                .probability
                .as_ref()
                .map(|formula| self.world.probability(formula, scope).unwrap_or_default());
            moves.push(Step {
                events: vec![rule.id.clone(), format!("{}.{label}", rule.id)],
                probability,
                to: self.resolve(&action.target, scope, state.profile, arrival),
                ..Step::open(label, state.clone())
            });
        });
        moves
    }

    fn node(&self, state: &State, at: usize) -> Turn<State> {
        let rule = &self.tree.nodes[at];
        self.world.reached.borrow_mut().insert(at);
        let scope = self.scope(state, &rule.given);
        let Some((name, look)) = self.names(state, rule, &scope) else {
            return dead_end(rule.span.clone());
        };
        let Some(mover) = self.mover(&rule.by, &scope) else {
            return dead_end(rule.span.clone());
        };
        let moves = self.moves(state, rule, &scope);
        if moves.is_empty() {
            let message = format!("no move is possible at \"{name}\"");
            let said = Diagnostic::error("D024", rule.span.clone(), message);
            self.world
                .say(said.help("add a move without `when`, or lead to an outcome instead"));
            return dead_end(rule.span.clone());
        }
        if mover == Who::Chance {
            let sum: Rational = moves
                .iter()
                .filter_map(|step| step.probability.as_ref())
                .sum();
            if !sum.is_one() {
                let message = format!("the probabilities at \"{name}\" sum to {sum}, not to 1");
                let said = Diagnostic::error("D025", rule.span.clone(), message);
                self.world
                    .say(said.help("write the last one as 1 minus the others"));
            }
        }
        let pay = self.pay(state, &rule.pay, &scope, &name);
        let find = |label: &str| moves.iter().position(|step| step.label == label);
        let mut meta = Meta {
            span: rule.span.clone(),
            quiet: rule.quiet.as_deref().and_then(find).map(|at| at as u32),
            ..Meta::default()
        };
        if let (Some(quiet), None) = (&rule.quiet, meta.quiet)
            && rule
                .actions
                .iter()
                .all(|action| action.label.plain().is_some())
            && !rule
                .actions
                .iter()
                .any(|action| action.label.plain() == Some(quiet))
        {
            let message = format!("node \"{}\" has no move \"{quiet}\"", rule.id);
            self.world
                .say(Diagnostic::error("D010", rule.span.clone(), message));
        }
        match mover {
            Who::Player(player) => self.mark(rule, state, player, &find, moves.len(), &mut meta),
            Who::Chance => self.mark_device(rule, state, &mut meta),
            Who::Nobody => {}
        }
        Turn {
            name,
            look,
            mover,
            moves,
            pay,
            meta,
        }
    }

    /// Where play starts.
    pub(super) fn start_of(&self, profile: usize) -> State {
        let scope = Scope::new(&self.world.valuations[profile]);
        self.resolve(&self.tree.root, &scope, profile, None)
    }

    /// The name of a state, and where it is in the file.
    pub(super) fn called(&self, state: &State) -> (String, Range<usize>) {
        let (id, label, given, span) = match state.place {
            Place::Node(at) => {
                let rule = &self.tree.nodes[at];
                (&rule.id, &rule.label, &rule.given, &rule.span)
            }
            Place::Outcome(at) => {
                let outcome = &self.world.scenario.outcomes[at];
                (&outcome.id, &outcome.label, &outcome.given, &outcome.span)
            }
            Place::Nowhere => return (String::new(), 0..0),
        };
        let scope = self.scope(state, given);
        let label = label.as_ref().map(|pattern| fill(pattern, &scope));
        let name = match label {
            Some(Ok(label)) => label,
            Some(Err(error)) => {
                self.world.refuse(&error, &scope);
                String::new()
            }
            None => called(id, &state.given),
        };
        (name, span.clone())
    }

    /// The node's name and, if the file gives it, what it looks like.
    fn names(
        &self,
        state: &State,
        rule: &NodeRule,
        scope: &Scope<'_>,
    ) -> Option<(String, Option<String>)> {
        let filled = |pattern: &Pattern| match fill(pattern, scope) {
            Ok(text) => Some(text),
            Err(error) => {
                self.world.refuse(&error, scope);
                None
            }
        };
        let name = match &rule.label {
            Some(pattern) => filled(pattern)?,
            None => called(&rule.id, &state.given),
        };
        let look = match &rule.infoset {
            Some(pattern) => Some(filled(pattern)?),
            None => None,
        };
        Some((name, look))
    }

    pub(super) fn mover(&self, by: &Pattern, scope: &Scope<'_>) -> Option<Who> {
        let name = match fill(by, scope) {
            Ok(name) => name,
            Err(error) => {
                self.world.refuse(&error, scope);
                return None;
            }
        };
        if name == "chance" {
            return Some(Who::Chance);
        }
        let actor = self.world.scenario.actor(&name);
        if let Some(player) = actor.and_then(|actor| self.world.player_of[actor]) {
            Some(Who::Player(player))
        } else {
            let message = format!("there is no player \"{name}\"");
            self.world
                .say(Diagnostic::error("D010", by.span.clone(), message));
            None
        }
    }

    /// What is paid on reaching a state, by the place and by the move.
    fn pay(
        &self,
        state: &State,
        payments: &Payments,
        scope: &Scope<'_>,
        label: &str,
    ) -> Option<Paid> {
        let here = self.payments(payments, scope, state.profile);
        let amounts: Vec<Rational> = match (here, &state.arrival) {
            (None, None) => return None,
            (Some(here), None) => here.to_vec(),
            (None, Some(arrival)) => arrival.to_vec(),
            (Some(here), Some(arrival)) => {
                here.iter().zip(&**arrival).map(|(a, b)| a + b).collect()
            }
        };
        Some(Paid {
            label: label.to_owned(),
            amounts: amounts.into_iter().map(Number::from).collect(),
        })
    }

    /// Marks what the node is to a `[[threat]]`.
    fn mark(
        &self,
        rule: &NodeRule,
        state: &State,
        player: PlayerId,
        find: &dyn Fn(&str) -> Option<usize>,
        moves: usize,
        meta: &mut Meta,
    ) {
        let own = called(&rule.id, &state.given);
        let here = |at: &str| at == rule.id || at == own;
        for number in self.threats.get(rule.id.as_str()).into_iter().flatten() {
            let threat = &self.tree.threats[*number];
            for (side, later) in [(&threat.before, false), (&threat.after, true)] {
                if let Some(side) = side
                    && here(&side.at)
                    && let Some(continues) = find(&side.continues)
                {
                    let offer = meta.offer.get_or_insert_default();
                    offer.yields = side.yields.iter().filter_map(|label| find(label)).collect();
                    offer.continues = continues;
                    let threats = if later {
                        &mut offer.after
                    } else {
                        &mut offer.before
                    };
                    threats.push(*number);
                }
            }
            let first = here(&threat.at);
            let voted = |at: &str| {
                let then = threat.vote.as_ref().map_or(&[][..], |vote| &vote.then);
                then.binary_search_by(|node| node.as_str().cmp(at)).is_ok()
            };
            if !first && !voted(&rule.id) && !voted(&own) {
                continue;
            }
            let Some(carry_out) = find(&threat.carry_out) else {
                continue;
            };
            let refuse = match &threat.refuse {
                Some(label) => find(label),
                None => (0..moves).find(|at| *at != carry_out),
            };
            let Some(refuse) = refuse else {
                continue;
            };
            let scope = Scope::new(&self.world.valuations[state.profile]);
            let accident = threat.accident.as_ref();
            meta.role = PositionRole::Threat {
                threat: *number,
                carry_out,
                refuse,
                deciders: match &threat.vote {
                    Some(vote) => {
                        let members = vote.weights.iter();
                        let players = members.filter_map(|(who, _)| self.world.player_of[*who]);
                        players.collect()
                    }
                    None => vec![player],
                },
                vote: threat
                    .vote
                    .as_ref()
                    .and_then(|vote| self.ballot(vote, &scope)),
                first,
                accident: accident.and_then(|f| self.world.probability(f, &scope)),
            };
        }
    }

    /// The weights of a vote, and what carries it.
    fn ballot(&self, vote: &ThreatVote, scope: &Scope<'_>) -> Option<(Vec<Rational>, Rational)> {
        let number = |formula| self.world.number(formula, scope);
        let weights = vote.weights.iter().map(|(_, weight)| number(weight));
        let weights: Vec<Rational> = weights.collect::<Option<_>>()?;
        let quota = number(&vote.quota)?;
        let all: Rational = weights.iter().sum();
        let negative = weights.iter().any(Rational::is_negative);
        if negative || quota <= Rational::ZERO || quota > all {
            let message = "the votes on this threat never decide it: weights are 0 or more, and \
                           the quota is above 0 and no more than their sum";
            let span = vote.quota.place();
            self.world.say(Diagnostic::error("D021", span, message));
            return None;
        }
        Some((weights, quota))
    }

    /// Marks a chance node that may carry a `[[threat]]` out by itself.
    fn mark_device(&self, rule: &NodeRule, state: &State, meta: &mut Meta) {
        let own = called(&rule.id, &state.given);
        for number in self.threats.get(rule.id.as_str()).into_iter().flatten() {
            let threat = &self.tree.threats[*number];
            let device = threat.device.as_ref().unwrap_or(&threat.at);
            if *device != rule.id && *device != own {
                continue;
            }
            let scope = Scope::new(&self.world.valuations[state.profile]);
            let by = threat.by.and_then(|actor| self.world.player_of[actor]);
            let accident = threat.accident.as_ref();
            meta.role = PositionRole::Automatic {
                threat: *number,
                deciders: by.into_iter().collect(),
                accident: accident.and_then(|f| self.world.probability(f, &scope)),
            };
        }
    }

    pub(super) fn outcome(&self, state: &State, outcome: &Outcome) -> Turn<State> {
        let scope = self.scope(state, &outcome.given);
        let label = match &outcome.label {
            Some(pattern) => match fill(pattern, &scope) {
                Ok(label) => label,
                Err(error) => {
                    self.world.refuse(&error, &scope);
                    return dead_end(outcome.span.clone());
                }
            },
            None => called(&outcome.id, &state.given),
        };
        let mut account = Account::new(self.world);
        account.pay(self.world, &outcome.payoff, &scope);
        self.world
            .charge_alliances(&outcome.id, &scope, &mut account);
        let mut amounts = account.settle(self.world, state.profile);
        if let Some(arrival) = &state.arrival {
            for (amount, more) in amounts.iter_mut().zip(&**arrival) {
                *amount += more;
            }
        }
        self.world.meet(&outcome.id, &label);
        Turn {
            name: label.clone(),
            look: None,
            mover: Who::Nobody,
            moves: Vec::new(),
            pay: Some(Paid {
                label,
                amounts: amounts.into_iter().map(Number::from).collect(),
            }),
            meta: Meta {
                span: outcome.span.clone(),
                ..Meta::default()
            },
        }
    }
}

impl Rules for TreeRules<'_> {
    type State = State;

    fn start(&self, profile: usize) -> State {
        self.start_of(profile)
    }

    fn turn(&self, state: &State) -> Turn<State> {
        match state.place {
            Place::Node(at) => self.node(state, at),
            Place::Outcome(at) => self.outcome(state, &self.world.scenario.outcomes[at]),
            Place::Nowhere => dead_end::<State>(Range::default()),
        }
    }
}

/// A place with what it was given: `bid(3, 4)`.
fn called(id: &str, given: &[i64]) -> String {
    if given.is_empty() {
        return id.to_owned();
    }
    let values: Vec<String> = given.iter().map(ToString::to_string).collect();
    format!("{id}({})", values.join(", "))
}

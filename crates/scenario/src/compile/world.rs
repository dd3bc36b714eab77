//! What rules and walkers share: numbers of every type profile, players, problems, outcomes.

use super::types::Profile;
use crate::expr::{Argument, Context, Formula, FormulaError, Quantity, Value};
use crate::model::{Likelihood, Observation, Pattern, Piece, Scenario};
use crate::parameter::{Scope, Valuation};
use deterra_game::diagnostic::Diagnostic;
use deterra_game::id::PlayerId;
use deterra_game::number::{Number, Rational};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;
use std::ops::Range;

/// So many rounded formulas are named.
const MAX_ROUNDED: usize = 100;

/// After so many problems compiling stops.
const MAX_PROBLEMS: usize = 50;

/// What happens at a state.
pub(super) struct Turn<S> {
    /// The position's name.
    pub(super) name: String,
    /// The name of what it looks like, if the file says so.
    pub(super) look: Option<String>,
    pub(super) mover: Who,
    pub(super) moves: Vec<Step<S>>,
    pub(super) pay: Option<Paid>,
    pub(super) meta: Meta,
}

/// Who moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Nobody,
    Chance,
    Player(PlayerId),
}

/// A move.
pub(super) struct Step<S> {
    pub(super) label: String,
    pub(super) to: S,
    /// Given for moves of chance.
    pub(super) probability: Option<Rational>,
    /// The event as observations may call it, most general first.
    pub(super) events: Vec<String>,
    /// Who sees it if no observation says so: everybody, or these actors.
    pub(super) seen_by: Option<Vec<usize>>,
    /// How likely an onlooker is to see it wrong, if no observation says so.
    pub(super) noise: Option<Rational>,
}

impl<S> Step<S> {
    /// A move that everybody sees.
    pub(super) fn open(label: impl Into<String>, to: S) -> Self {
        Self {
            label: label.into(),
            to,
            probability: None,
            events: Vec::new(),
            seen_by: None,
            noise: None,
        }
    }

    /// A move of chance that everybody sees.
    pub(super) fn drawn(label: impl Into<String>, to: S, probability: Rational) -> Self {
        Self {
            probability: Some(probability),
            ..Self::open(label, to)
        }
    }
}

/// What is paid at a state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Paid {
    pub(super) label: String,
    /// One a player.
    pub(super) amounts: Vec<Number>,
}

/// What is remembered of a position beside the game.
#[derive(Clone, Debug, Default)]
pub(super) struct Meta {
    pub(super) span: Range<usize>,
    pub(super) quiet: Option<u32>,
    pub(super) role: PositionRole,
    /// If somebody may yield here.
    pub(super) offer: Option<Box<Offer>>,
}

/// How somebody may yield.
#[derive(Clone, Debug, Default)]
pub(super) struct Offer {
    /// The moves that yield.
    pub(super) yields: Vec<usize>,
    /// The move that does not.
    pub(super) continues: usize,
    /// In a tree: the threats that say it is before them, and after them.
    pub(super) before: Vec<usize>,
    pub(super) after: Vec<usize>,
}

/// What a position is to the rung table.
#[derive(Clone, Debug, Default)]
pub(super) enum PositionRole {
    #[default]
    Other,
    /// Chance may carry the threat out, or leave it to those who decide.
    Automatic {
        threat: usize,
        deciders: Vec<PlayerId>,
        /// In a tree: the probability of an accident that the file states.
        accident: Option<Rational>,
    },
    /// A threat is carried out or not.
    Threat {
        threat: usize,
        carry_out: usize,
        refuse: usize,
        deciders: Vec<PlayerId>,
        /// In a vote: the weight of each, and what carries it.
        vote: Option<(Vec<Rational>, Rational)>,
        /// Whether the vote has only begun.
        first: bool,
        /// In a tree: the probability that the file states.
        accident: Option<Rational>,
    },
    /// Chance may turn it into an accident; the move without one.
    Risk {
        probability: Rational,
        safe: usize,
        accident: usize,
    },
}

/// The rules of a game.
pub(super) trait Rules {
    /// Where play stands.
    type State: Clone + Eq + Hash;

    /// Where play starts, given the types.
    fn start(&self, profile: usize) -> Self::State;

    /// What happens there. Problems are reported to the world; the turn is then a dead end.
    fn turn(&self, state: &Self::State) -> Turn<Self::State>;
}

/// A dead end, after a problem.
pub(super) fn dead_end<S>(span: Range<usize>) -> Turn<S> {
    Turn {
        name: String::new(),
        look: None,
        mover: Who::Nobody,
        moves: Vec::new(),
        pay: None,
        meta: Meta {
            span,
            ..Meta::default()
        },
    }
}

/// A scenario with its numbers.
pub(super) struct World<'s> {
    pub(super) scenario: &'s Scenario,
    /// The possible combinations of types.
    pub(super) profiles: Vec<Profile>,
    /// The parameters as each combination sees them.
    pub(super) valuations: Vec<Valuation>,
    /// The actors that play, in order.
    pub(super) players: Vec<usize>,
    /// For every actor, its player.
    pub(super) player_of: Vec<Option<PlayerId>>,
    /// The formulas whose values were rounded, as text.
    rounded: RefCell<BTreeSet<String>>,
    /// The jumps to a later stage that play can make: the place of the response, and the rung.
    pub(super) jumps: RefCell<BTreeSet<(usize, usize)>>,
    /// Whether something was wrong before.
    broken: bool,
    problems: RefCell<Vec<Diagnostic>>,
    /// The rungs or nodes that play reaches, and the off-ramps.
    pub(super) reached: RefCell<BTreeSet<usize>>,
    pub(super) ramps: RefCell<BTreeSet<usize>>,
    /// Outcome labels met, with tags, by order of the scenario.
    met: RefCell<BTreeSet<(usize, String)>>,
    tags: Vec<(String, Vec<String>)>,
    /// The place of an outcome in `tags`.
    places: BTreeMap<String, usize>,
}

impl<'s> World<'s> {
    pub(super) fn new(
        scenario: &'s Scenario,
        profiles: Vec<Profile>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let players: Vec<usize> = (0..scenario.actors.len())
            .filter(|actor| scenario.actors[*actor].plays)
            .collect();
        let mut player_of = vec![None; scenario.actors.len()];
        for (at, actor) in players.iter().enumerate() {
            player_of[*actor] = Some(PlayerId::from_index(at));
        }
        let mut valuations = Vec::new();
        let mut heard: Vec<Diagnostic> = Vec::new();
        for profile in &profiles {
            let patches = profile.patches(scenario);
            match scenario.parameters.patched(&patches) {
                Ok(parameters) => {
                    let reading = parameters.evaluate();
                    heard.extend(reading.diagnostics);
                    valuations.push(reading.value.unwrap_or_default());
                }
                Err(problems) => {
                    heard.extend(problems);
                    valuations.push(Valuation::default());
                }
            }
            if heard.len() > MAX_PROBLEMS {
                break;
            }
        }
        valuations.resize(profiles.len(), Valuation::default());
        for diagnostic in heard {
            if !diagnostics.contains(&diagnostic) {
                diagnostics.push(diagnostic);
            }
        }
        let mut tags = Vec::new();
        for outcome in &scenario.outcomes {
            tags.push((outcome.id.clone(), outcome.tags.clone()));
        }
        if let crate::model::Form::Ladder(ladder) = &scenario.form {
            for ramp in &ladder.off_ramps {
                tags.push((ramp.id.clone(), ramp.tags.clone()));
            }
        }
        Self {
            scenario,
            profiles,
            valuations,
            players,
            player_of,
            rounded: RefCell::default(),
            jumps: RefCell::default(),
            broken: diagnostics.iter().any(Diagnostic::is_error),
            problems: RefCell::new(Vec::new()),
            reached: RefCell::default(),
            ramps: RefCell::default(),
            met: RefCell::default(),
            places: tags
                .iter()
                .enumerate()
                .map(|(at, (id, _))| (id.clone(), at))
                .collect(),
            tags,
        }
    }

    /// Whether compiling is to stop.
    pub(super) fn failed(&self) -> bool {
        self.broken || self.problems.borrow().iter().any(Diagnostic::is_error)
    }

    /// Whether enough has been said.
    pub(super) fn is_full(&self) -> bool {
        self.problems.borrow().len() >= MAX_PROBLEMS
    }

    /// The problems that were not known before.
    pub(super) fn finish(&self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.problems.borrow_mut())
    }

    /// Reports a problem, if it has not been said yet.
    pub(super) fn say(&self, diagnostic: Diagnostic) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() < MAX_PROBLEMS && !problems.contains(&diagnostic) {
            problems.push(diagnostic);
        }
    }

    /// The value of a formula; a list is a schedule, of which the entry of the rung counts.
    pub(super) fn number(&self, formula: &Formula, scope: &Scope<'_>) -> Option<Rational> {
        let value = match formula.evaluate(scope) {
            Ok(Value::List(items)) => {
                if let Some(Value::Number(rung)) = scope.value("rung") {
                    let found = rung
                        .value
                        .to_i64()
                        .and_then(|k| items.get(usize::try_from(k).ok()?));
                    if found.is_none() {
                        let message = format!(
                            "the list has {} entries, and none for rung {rung}",
                            items.len()
                        );
                        let said = Diagnostic::error("D033", formula.place(), message);
                        self.say(said.help("give one entry for each rung, counted from 0"));
                    }
                    found.cloned()?
                } else {
                    let message = "a list stands where one number is needed";
                    self.say(Diagnostic::error("D033", formula.place(), message));
                    return None;
                }
            }
            Ok(Value::Number(quantity)) => quantity,
            // A condition counts as 1 or 0.
            Ok(Value::Truth(truth)) => Quantity {
                value: Rational::integer(i64::from(truth.holds)),
                exact: truth.exact,
            },
            Err(error) => {
                self.refuse(&error, scope);
                return None;
            }
        };
        if !value.exact {
            self.round(formula);
        }
        Some(value.value)
    }

    /// Remembers that the game has a number or a move in it that depends on a rounded value.
    pub(super) fn round(&self, formula: &Formula) {
        let mut rounded = self.rounded.borrow_mut();
        if rounded.len() < MAX_ROUNDED {
            rounded.insert(formula.text(formula.root()));
        }
    }

    /// Remembers the rounded ones among priors and likelihoods, if there are several types.
    pub(super) fn round_beliefs(&self) {
        if self.profiles.len() < 2 {
            return;
        }
        let values = self.scenario.parameters.evaluate().value;
        let values = values.unwrap_or_default();
        let scope = Scope::new(&values);
        let kinds = self.scenario.actors.iter().flat_map(|actor| &actor.types);
        let priors = kinds.filter_map(|kind| kind.prior.as_ref());
        let joint = self.scenario.joint_prior.iter().map(|j| &j.probability);
        let likelihoods = self.scenario.history.iter();
        let likelihoods =
            likelihoods.flat_map(|event| event.likelihood.iter().flat_map(Likelihood::formulas));
        for formula in priors.chain(joint).chain(likelihoods) {
            if formula.number(&scope).is_ok_and(|value| !value.exact) {
                self.round(formula);
            }
        }
    }

    /// The formulas whose values were rounded, as text, in order; at most a hundred.
    pub(super) fn rounded(&self) -> Vec<String> {
        self.rounded.borrow().iter().cloned().collect()
    }

    /// A formula's value that must be a probability.
    pub(super) fn probability(&self, formula: &Formula, scope: &Scope<'_>) -> Option<Rational> {
        let value = self.number(formula, scope)?;
        if value.is_negative() || value > Rational::ONE {
            let message = format!("{value} is no probability: it must lie between 0 and 1");
            self.say(Diagnostic::error("D034", formula.place(), message));
            return None;
        }
        Some(value)
    }

    /// The whole number that a formula is.
    pub(super) fn whole(&self, formula: &Formula, scope: &Scope<'_>) -> Option<i64> {
        let value = self.number(formula, scope)?;
        let whole = value.to_i64();
        if whole.is_none() {
            let message = format!("a whole number is needed here, and this is {value}");
            self.say(Diagnostic::error("D035", formula.place(), message));
        }
        whole
    }

    /// Reports why a formula has no value.
    pub(super) fn refuse(&self, error: &FormulaError, scope: &Scope<'_>) {
        let mut diagnostic = error.diagnostic();
        if let (Some(Value::Number(rung)), None) = (scope.value("rung"), &diagnostic.help) {
            diagnostic.help = Some(format!("this is at rung {rung}, counted from 0"));
        }
        // The same formula fails in the same words at many positions: once is enough.
        let known = self
            .problems
            .borrow()
            .iter()
            .any(|d| d.code == diagnostic.code && d.span == diagnostic.span);
        if !known {
            self.say(diagnostic);
        }
    }

    /// The values of `[report]`, if there is one combination of types those of its types.
    pub(super) fn reports(&mut self) -> Vec<(String, Value)> {
        let plain;
        let values = if let [only] = self.valuations.as_slice() {
            only
        } else {
            plain = self
                .scenario
                .parameters
                .evaluate()
                .value
                .unwrap_or_default();
            &plain
        };
        let scope = Scope::new(values);
        let mut reports = Vec::new();
        for (label, formula) in &self.scenario.reports {
            match formula.evaluate(&scope) {
                Ok(value) => reports.push((label.clone(), value)),
                Err(error) => self.refuse(&error, &scope),
            }
        }
        reports
    }

    /// Takes over the problems that another world has met.
    pub(super) fn hear(&self, other: &World<'_>) {
        if std::ptr::eq(self, other) {
            return;
        }
        for problem in other.finish() {
            self.say(problem);
        }
        self.rounded.borrow_mut().extend(other.rounded());
    }

    /// Remembers that an outcome of the scenario occurs under a label.
    pub(super) fn meet(&self, id: &str, label: &str) {
        if let Some(at) = self.places.get(id).copied() {
            let mut met = self.met.borrow_mut();
            if !met.contains(&(at, label.to_owned())) {
                met.insert((at, label.to_owned()));
            }
        }
    }

    /// The outcomes that occurred.
    pub(super) fn outcomes(&self) -> Vec<(String, Vec<String>)> {
        let met = self.met.borrow();
        met.iter()
            .map(|(at, label)| (label.clone(), self.tags[*at].1.clone()))
            .collect()
    }

    /// The observation that applies to an event, if the file has one.
    pub(super) fn observation(&self, events: &[String]) -> Option<&'s Observation> {
        self.scenario
            .observations
            .iter()
            .rev()
            .find(|o| o.events.iter().any(|e| e == "all" || events.contains(e)))
    }
}

/// The text of a pattern with its values put in.
pub(crate) fn fill(pattern: &Pattern, scope: &Scope<'_>) -> Result<String, FormulaError> {
    if let Some(text) = pattern.plain() {
        return Ok(text.to_owned());
    }
    let mut text = String::new();
    for piece in &pattern.pieces {
        match piece {
            Piece::Text(plain) => text.push_str(plain),
            Piece::Value(formula) => text.push_str(&formula.evaluate(scope)?.to_string()),
        }
    }
    Ok(text)
}

/// `cost(actor)`.
pub(super) fn cost_function<'a>(
    scenario: &'a Scenario,
    cost: &'a [Rational],
    back: Option<&'a [Rational]>,
) -> impl Fn(&str, &[Argument<'_>]) -> Option<Result<Value, String>> + 'a {
    move |function, arguments| {
        if function != "cost" {
            return None;
        }
        let [Argument::Name(name)] = arguments else {
            return Some(Err(
                "cost takes the name of one actor: cost(actor)".to_owned()
            ));
        };
        let Some(actor) = scenario.actor(name) else {
            return Some(Err(format!("there is no actor \"{name}\"")));
        };
        let spent = &cost[actor];
        let value = match back {
            Some(back) => spent - &back[actor],
            None => spent.clone(),
        };
        Some(Ok(Value::from(value)))
    }
}

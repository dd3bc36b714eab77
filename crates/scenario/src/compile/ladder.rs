//! The rules of a ladder.
//!
//! ```text
//! C0 ─ continue ─► W1 ─ execute ─► (accident?) ─► C1 ─ continue ─► W2 ─ … ─► final outcome
//!  └ negotiate      └ acquiesce                    └ negotiate
//! ```
//!
//! At `C` the one who is threatened may take an open off-ramp; at `W` the one who threatens
//! carries out the stage or gives in. A `C` without an off-ramp is skipped: nobody is asked who
//! cannot choose. What has been spent, the time, what was carried out and what it changed are the
//! state; equal states are one position.

use super::payoff::End;
use super::world::{Step, World, cost_function};
use crate::expr::{Formula, Quantity, Value};
use crate::model::{Amounts, Answer, Commit, Ladder, Response, Role, Rung};
use crate::parameter::{Definition, Patch, Scope, Valuation};
use deterra_game::diagnostic::Diagnostic;
use deterra_game::number::Rational;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// The most stages of a ladder.
const MAX_STAGES: usize = 100_000;

/// Where play stands on a ladder.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    pub(super) profile: usize,
    pub(super) place: Place,
    /// The stage that is due, counted from 0.
    pub(super) stage: usize,
    /// What carrying out stages has cost every actor.
    pub(super) cost: Rc<[Rational]>,
    /// The part of it that an off-ramp takes back.
    pub(super) back: Rc<[Rational]>,
    /// What their votes have cost every actor; empty before one has cost anything.
    pub(super) votes: Rc<[Rational]>,
    pub(super) time: Rational,
    /// Which rungs have been carried out; empty if no rung asks.
    pub(super) done: Rc<[bool]>,
    /// What parameters have become.
    pub(super) effects: Rc<[(String, Rational, bool)]>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// The target may yield.
    Offer,
    /// Chance may carry the stage out.
    Automatic(Rational),
    /// The stage is carried out or not.
    Decide,
    /// The members vote on it: what those before have said.
    Vote(Vec<bool>),
    /// What was carried out may turn into an accident; the stage that it was.
    Risk(Rational, usize),
    /// An off-ramp whose promise may be empty: how likely it is kept.
    Promise(usize, Rational),
    Over(End),
}

/// A ladder that can be walked.
pub(super) struct LadderRules<'w> {
    pub(super) world: &'w World<'w>,
    pub(super) ladder: &'w Ladder,
    /// How many stages there may be.
    stages: usize,
    /// After how many stages the off-ramps are closed.
    deadline: Option<usize>,
    /// Every rung's response.
    responses: Vec<Option<&'w Response>>,
    /// After how many stages the commitment of each rung's response lapses.
    lapses: Vec<Option<usize>>,
    /// Who may yield before each rung.
    pub(super) targets: Vec<Option<usize>>,
    pub(super) keeps_record: bool,
    /// Parameters after effects, by profile and effects.
    patched: RefCell<FxHashMap<EffectKey, Rc<Valuation>>>,
}

type EffectKey = (usize, Rc<[(String, Rational, bool)]>);

impl<'w> LadderRules<'w> {
    pub(super) fn new(world: &'w World<'w>, ladder: &'w Ladder) -> Self {
        let scenario = world.scenario;
        let scope = Scope::new(&world.valuations[0]);
        let count = |formula: Option<&Formula>| -> Option<usize> {
            let formula = formula?;
            let whole = world.whole(formula, &scope)?;
            let count = usize::try_from(whole).ok().filter(|n| *n <= MAX_STAGES);
            if count.is_none() {
                let message = format!("a ladder has from 0 to {MAX_STAGES} stages, not {whole}");
                world.say(Diagnostic::error("D036", formula.place(), message));
            }
            count
        };
        let stages = count(ladder.horizon.as_ref()).unwrap_or(ladder.rungs.len());
        let deadline = count(ladder.deadline.as_ref());
        let responses: Vec<Option<&Response>> = ladder
            .rungs
            .iter()
            .enumerate()
            .map(|(at, rung)| {
                let fits = |r: &&Response| {
                    r.on.is_none_or(|on| on == at) && r.by.is_none_or(|by| by == rung.by)
                };
                ladder.responses.iter().rev().find(fits)
            })
            .collect();
        let lapses = responses
            .iter()
            .map(|response| count(response.and_then(|r| r.deadline.as_ref())))
            .collect();
        let targets: Vec<Option<usize>> = ladder
            .rungs
            .iter()
            .map(|rung| {
                rung.target.or_else(|| {
                    (0..scenario.actors.len()).find(|actor| {
                        let other = &scenario.actors[*actor];
                        other.plays
                            && other.side != scenario.actors[rung.by].side
                            && !matches!(other.role, Some(Role::Observer | Role::Mitigator))
                    })
                })
            })
            .collect();
        if ladder.peace || !ladder.off_ramps.is_empty() {
            for (rung, _) in ladder
                .rungs
                .iter()
                .zip(&targets)
                .filter(|(_, t)| t.is_none())
            {
                let message = format!("nobody may yield to \"{}\": all are on one side", rung.id);
                world.say(
                    Diagnostic::warning("D037", rung.span.clone(), message)
                        .help("write target = \"actor\", or give the actors other roles or sides"),
                );
            }
        }
        Self {
            world,
            ladder,
            stages,
            deadline,
            responses,
            lapses,
            targets,
            keeps_record: ladder.rungs.iter().any(|rung| !rung.requires.is_empty()),
            patched: RefCell::default(),
        }
    }

    /// The rung of a stage: the last one is repeated.
    pub(super) fn rung_at(&self, stage: usize) -> usize {
        stage.min(self.ladder.rungs.len() - 1)
    }

    /// What formulas see as `rung`.
    pub(super) fn rung_number(&self, stage: usize) -> usize {
        if stage >= self.stages {
            self.ladder.rungs.len().min(self.stages)
        } else {
            self.rung_at(stage)
        }
    }

    /// The parameters at a state.
    pub(super) fn values(&self, state: &State) -> Rc<Valuation> {
        let key = (state.profile, state.effects.clone());
        if let Some(known) = self.patched.borrow().get(&key) {
            return known.clone();
        }
        let profile = &self.world.profiles[state.profile];
        let values = if state.effects.is_empty() {
            self.world.valuations[state.profile].clone()
        } else {
            let mut patches = profile.patches(self.world.scenario);
            for (name, value, _) in &*state.effects {
                patches.push(Patch {
                    name: name.clone(),
                    name_span: 0..0,
                    definition: Definition::One(Formula::constant(value.clone(), &(0..0))),
                    span: 0..0,
                });
            }
            match self.world.scenario.parameters.patched(&patches) {
                Ok(parameters) => {
                    let reading = parameters.evaluate();
                    for diagnostic in reading.diagnostics {
                        if diagnostic.is_error() {
                            self.world.say(diagnostic);
                        }
                    }
                    reading.value.unwrap_or_default()
                }
                Err(problems) => {
                    for problem in problems {
                        self.world.say(problem);
                    }
                    Valuation::default()
                }
            }
        };
        let values = Rc::new(values);
        self.patched.borrow_mut().insert(key, values.clone());
        values
    }

    /// Does something with what formulas see at a state.
    pub(super) fn with_scope<T>(
        &self,
        state: &State,
        takes_back: bool,
        then: impl FnOnce(&Scope<'_>) -> T,
    ) -> T {
        let values = self.values(state);
        let back = takes_back.then_some(&*state.back);
        let cost = cost_function(self.world.scenario, &state.cost, back);
        let scope = Scope::new(&values)
            .with("rung", self.rung_number(state.stage) as i64)
            .with("t", Value::from(state.time.clone()))
            .functions(&["cost"], &cost);
        then(&scope)
    }

    /// Remembers that a rung may be carried out.
    pub(super) fn reach(&self, rung: usize) {
        self.world.reached.borrow_mut().insert(rung);
    }

    fn number(&self, state: &State, formula: Option<&Formula>) -> Rational {
        formula
            .and_then(|f| self.with_scope(state, false, |scope| self.world.number(f, scope)))
            .unwrap_or_default()
    }

    pub(super) fn probability(&self, state: &State, formula: Option<&Formula>) -> Rational {
        formula
            .and_then(|f| self.with_scope(state, false, |scope| self.world.probability(f, scope)))
            .unwrap_or_default()
    }

    pub(super) fn at(state: &State, place: Place) -> State {
        State {
            place,
            ..state.clone()
        }
    }

    /// Whether what a rung requires has been carried out.
    fn is_open(&self, state: &State, rung: usize) -> bool {
        let requires = &self.ladder.rungs[rung].requires;
        requires.iter().all(|needed| state.done[*needed])
    }

    /// The state when the stage is due, or the end if there is none.
    pub(super) fn due(&self, mut state: State) -> State {
        while state.stage < self.stages && !self.is_open(&state, self.rung_at(state.stage)) {
            state.stage += 1;
        }
        if state.stage >= self.stages {
            state.place = Place::Over(End::Last);
            return state;
        }
        state.place = Place::Offer;
        let may_refrain = self.ladder.peace && state.stage == 0;
        if may_refrain || !self.ramps(&state).is_empty() {
            return state;
        }
        self.answer(&state)
    }

    /// The state when the stage is answered.
    pub(super) fn answer(&self, state: &State) -> State {
        if let Some(Commit::Automatic(formula)) = self.commit(state) {
            let probability = self.probability(state, Some(formula));
            if !probability.is_zero() {
                return Self::at(state, Place::Automatic(probability));
            }
        }
        self.decision(state)
    }

    /// The state when somebody decides on the stage.
    pub(super) fn decision(&self, state: &State) -> State {
        let votes = self.world.player_of[self.decider(state)].is_none();
        let place = if votes {
            Place::Vote(Vec::new())
        } else {
            Place::Decide
        };
        Self::at(state, place)
    }

    /// The commitment that binds the stage that is due.
    pub(super) fn commit(&self, state: &State) -> Option<&'w Commit> {
        let rung = self.rung_at(state.stage);
        let response = self.responses[rung]?;
        let lapsed = self.lapses[rung].is_some_and(|stages| state.stage >= stages);
        (!lapsed).then_some(&response.commit)
    }

    /// Who threatens with the stage that is due.
    pub(super) fn threatener(&self, state: &State) -> usize {
        self.ladder.rungs[self.rung_at(state.stage)].by
    }

    /// Who may yield to the stage that is due.
    pub(super) fn target(&self, state: &State) -> Option<usize> {
        self.targets[self.rung_at(state.stage)]
    }

    /// Who decides on the stage that is due.
    pub(super) fn decider(&self, state: &State) -> usize {
        if let Some(Commit::Delegated(actor)) = self.commit(state) {
            return *actor;
        }
        let rung = &self.ladder.rungs[self.rung_at(state.stage)];
        rung.vote.unwrap_or(rung.by)
    }

    /// The off-ramps that are open.
    fn ramps(&self, state: &State) -> Vec<usize> {
        let rung = self.rung_at(state.stage);
        let closed = self.deadline.is_some_and(|stages| state.stage >= stages);
        let Some(target) = self.targets[rung].filter(|_| !closed) else {
            return Vec::new();
        };
        let ramps = self.ladder.off_ramps.iter().enumerate();
        ramps
            .filter(|(_, ramp)| {
                ramp.at.is_none_or(|at| at == rung) && ramp.by.is_none_or(|by| by == target)
            })
            .map(|(at, _)| at)
            .collect()
    }

    /// The moves of the target but for going on.
    pub(super) fn offers(&self, state: &State) -> Vec<Step<State>> {
        let mut moves = Vec::new();
        if self.ladder.peace && state.stage == 0 {
            let quiet = Self::at(state, Place::Over(End::Quiet));
            moves.push(Self::seen("refrain", quiet, &self.ladder.quiet));
        }
        for at in self.ramps(state) {
            let ramp = &self.ladder.off_ramps[at];
            self.world.ramps.borrow_mut().insert(at);
            let kept = match &ramp.credible {
                Some(formula) => self.probability(state, Some(formula)),
                None => Rational::ONE,
            };
            let to = if kept.is_one() {
                Self::at(state, Place::Over(End::Settled(at)))
            } else if kept.is_zero() {
                // An empty promise: as if it had not been taken.
                self.answer(state)
            } else {
                Self::at(state, Place::Promise(at, kept))
            };
            moves.push(Self::seen(&ramp.label, to, &ramp.id));
        }
        moves
    }

    /// A move on which observations may be declared.
    pub(super) fn seen(label: &str, to: State, event: &str) -> Step<State> {
        Step {
            events: vec![event.to_owned()],
            ..Step::open(label, to)
        }
    }

    /// The state after a stage has been carried out, by way of the risk that it runs.
    pub(super) fn carried(
        &self,
        state: &State,
        stage: usize,
        cost: &Amounts,
        accident: Option<&Formula>,
    ) -> State {
        let at = self.rung_at(stage);
        let rung = &self.ladder.rungs[at];
        // Costs and risks are those of the stage that is carried out.
        let here = State {
            stage,
            ..state.clone()
        };
        let risk = self.probability(&here, accident);
        let mut after = here.clone();
        let mut spent = state.cost.to_vec();
        let mut back = state.back.to_vec();
        for (actor, formula) in cost {
            let amount = self.number(&here, Some(formula));
            spent[*actor] += &amount;
            if rung.reversible {
                back[*actor] += &amount;
            }
        }
        after.cost = spent.into();
        after.back = back.into();
        after.time += &self.number(&here, rung.delay.as_ref());
        after.effects = self.effects(&here, rung);
        if self.keeps_record {
            let mut done = state.done.to_vec();
            done[at] = true;
            after.done = done.into();
        }
        after.stage = stage + 1;
        if risk.is_one() {
            return Self::at(&after, Place::Over(End::Accident));
        }
        if risk.is_zero() {
            return self.due(after);
        }
        Self::at(&after, Place::Risk(risk, stage))
    }

    fn effects(&self, state: &State, rung: &Rung) -> Rc<[(String, Rational, bool)]> {
        if rung.effect.is_empty() {
            return state.effects.clone();
        }
        let mut effects = state.effects.to_vec();
        for patch in &rung.effect {
            let Definition::One(formula) = &patch.definition else {
                let message = "an effect gives a parameter one number";
                let said = Diagnostic::error("D033", patch.span.clone(), message);
                self.world.say(said);
                continue;
            };
            let value = self.with_scope(state, false, |scope| formula.number(scope));
            let Quantity { value, exact } = match value {
                Ok(quantity) => quantity,
                Err(error) => {
                    self.world.say(error.diagnostic());
                    continue;
                }
            };
            if !exact {
                self.world.round(formula);
            }
            match effects.iter_mut().find(|(name, ..)| *name == patch.name) {
                Some(known) => (known.1, known.2) = (value, exact),
                None => effects.push((patch.name.clone(), value, exact)),
            }
        }
        effects.into()
    }

    /// The moves that answer the stage that is due, with which carry it out.
    pub(super) fn answers(&self, state: &State) -> Vec<(Step<State>, bool)> {
        let at = self.rung_at(state.stage);
        let rung = &self.ladder.rungs[at];
        let usual = [Answer::Execute, Answer::Acquiesce];
        let options = self.responses[at].map_or(&usual[..], |response| &response.options);
        let mut moves = Vec::new();
        for option in options {
            let (label, to, carries) = match option {
                Answer::Execute => {
                    let to = self.carried(state, state.stage, &rung.cost, rung.accident.as_ref());
                    ("execute".to_owned(), to, true)
                }
                Answer::Acquiesce => {
                    let to = Self::at(state, Place::Over(End::Acquiesced));
                    ("acquiesce".to_owned(), to, false)
                }
                Answer::Jump(later) => {
                    if *later <= at || *later >= self.stages || !self.is_open(state, *later) {
                        continue;
                    }
                    let whole = &self.ladder.rungs[*later];
                    self.reach(*later);
                    if let Some(response) = self.responses[at] {
                        let mut jumps = self.world.jumps.borrow_mut();
                        jumps.insert((response.span.start, *later));
                    }
                    let to = self.carried(state, *later, &whole.cost, whole.accident.as_ref());
                    (whole.id.clone(), to, true)
                }
                Answer::Strength {
                    name,
                    cost,
                    accident,
                } => {
                    let own = name == "kind" && cost.is_empty();
                    let cost = if own { &rung.cost } else { cost };
                    let accident = if own {
                        rung.accident.as_ref()
                    } else {
                        accident.as_ref()
                    };
                    let to = if name == "none" {
                        let mut passed = state.clone();
                        passed.stage += 1;
                        self.due(passed)
                    } else {
                        self.carried(state, state.stage, cost, accident)
                    };
                    (name.clone(), to, name != "none")
                }
            };
            let step = Step {
                events: vec![rung.id.clone()],
                seen_by: rung.visible_to.clone(),
                noise: rung
                    .noise
                    .as_ref()
                    .map(|formula| self.probability(state, Some(formula)))
                    .filter(|noise| !noise.is_zero()),
                ..Step::open(label, to)
            };
            moves.push((step, carries));
        }
        moves
    }
}

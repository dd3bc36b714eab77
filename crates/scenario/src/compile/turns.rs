//! What happens at a state of a ladder: who moves, and where each move leads.

use super::ladder::{LadderRules, Place, State};
use super::payoff::{Ballot, End};
use super::world::{Meta, Offer, PositionRole, Rules, Step, Turn, Who, dead_end};
use deterra_game::diagnostic::Diagnostic;
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use std::rc::Rc;

impl LadderRules<'_> {
    fn turn_of(
        &self,
        state: &State,
        name: String,
        mover: Who,
        moves: Vec<Step<State>>,
    ) -> Turn<State> {
        let rung = &self.ladder.rungs[self.rung_at(state.stage)];
        Turn {
            name,
            look: None,
            mover,
            moves,
            pay: None,
            meta: Meta {
                span: rung.span.clone(),
                ..Meta::default()
            },
        }
    }

    fn offer(&self, state: &State) -> Turn<State> {
        let mut moves = self.offers(state);
        let span = self.ladder.rungs[self.rung_at(state.stage)].span.clone();
        let Some(player) =
            self.targets[self.rung_at(state.stage)].and_then(|actor| self.world.player_of[actor])
        else {
            let message = "nobody may yield to this threat: no player is on the other side";
            let said = Diagnostic::error("D037", span.clone(), message);
            self.world
                .say(said.help("write target = \"actor\", or give the actors roles or sides"));
            return dead_end(span);
        };
        let yields: Vec<usize> = (0..moves.len()).collect();
        let continues = moves.len();
        let peace = self.ladder.peace && state.stage == 0;
        let rung = &self.ladder.rungs[self.rung_at(state.stage)];
        let label = if peace { "challenge" } else { "continue" };
        moves.push(Self::seen(label, self.answer(state), &rung.id));
        let name = format!("C{}", state.stage);
        let mut turn = self.turn_of(state, name, Who::Player(player), moves);
        turn.meta.quiet = Some(if peace { 0 } else { continues as u32 });
        turn.meta.offer = Some(Box::new(Offer {
            yields,
            continues,
            ..Offer::default()
        }));
        turn
    }

    /// The player whose threat it is when a device carries it out; of a coalition that votes, the
    /// first member.
    fn owner(&self, state: &State) -> Vec<PlayerId> {
        let decider = self.decider(state);
        if let Some(player) = self.world.player_of[decider] {
            return vec![player];
        }
        let ballot = Ballot::new(self.world, state.profile, decider);
        let first = ballot.and_then(|ballot| self.world.player_of[*ballot.members.first()?]);
        first.into_iter().collect()
    }

    fn decide(&self, state: &State) -> Turn<State> {
        self.reach(self.rung_at(state.stage));
        let decider = self.decider(state);
        let answers = self.answers(state);
        let span = self.ladder.rungs[self.rung_at(state.stage)].span.clone();
        let Some(player) = self.world.player_of[decider] else {
            return dead_end(span);
        };
        if answers.is_empty() {
            let message = "no answer is possible here: what the options require has not been done";
            let said = Diagnostic::error("D020", span.clone(), message);
            self.world
                .say(said.help("add \"acquiesce\" to the options"));
            return dead_end(span);
        }
        let carry_out = answers.iter().position(|(_, carries)| *carries);
        let refuse = answers.iter().position(|(_, carries)| !*carries);
        let moves: Vec<Step<State>> = answers.into_iter().map(|(step, _)| step).collect();
        let name = format!("W{}", state.stage + 1);
        let mut turn = self.turn_of(state, name, Who::Player(player), moves);
        turn.meta.quiet = refuse.map(|at| at as u32);
        if let Some((carry_out, refuse)) = carry_out.zip(refuse) {
            turn.meta.role = PositionRole::Threat {
                threat: self.rung_at(state.stage),
                carry_out,
                refuse,
                deciders: vec![player],
                vote: None,
                first: true,
                accident: None,
            };
        }
        turn
    }

    fn vote(&self, state: &State, said: &[bool]) -> Turn<State> {
        self.reach(self.rung_at(state.stage));
        let rung = self.rung_at(state.stage);
        let span = self.ladder.rungs[rung].span.clone();
        let decider = self.decider(state);
        let Some(ballot) = Ballot::new(self.world, state.profile, decider) else {
            return dead_end(span);
        };
        let answers = self.answers(state);
        if answers.len() > 2 {
            let message = "a coalition votes between two answers";
            let problem = Diagnostic::error("D021", span.clone(), message);
            self.world.say(
                problem.help("leave one option that carries the threat out and one that does not"),
            );
            return dead_end(span);
        }
        let pick = |carries: bool| answers.iter().any(|(_, c)| *c == carries);
        if !pick(true) || !pick(false) {
            let message = "a coalition votes between two answers";
            let problem = Diagnostic::error("D021", span.clone(), message);
            self.world.say(
                problem.help("leave one option that carries the threat out and one that does not"),
            );
            return dead_end(span);
        }
        let member = ballot.members[said.len()];
        let deciders: Vec<PlayerId> = ballot
            .members
            .iter()
            .filter_map(|member| self.world.player_of[*member])
            .collect();
        let Some(player) = self.world.player_of[member] else {
            return dead_end(span);
        };
        let step = |vote: bool| {
            let mut after = said.to_vec();
            after.push(vote);
            if ballot.secret && ballot.weights.windows(2).all(|pair| pair[0] == pair[1]) {
                // Only their number is remembered of votes that weigh the same and that nobody sees.
                after.sort_unstable();
            }
            let mut counted = state.clone();
            if vote && let Some(cost) = ballot.costs.get(said.len()) {
                let mut votes = state.votes.to_vec();
                votes.resize(self.world.scenario.actors.len(), Rational::ZERO);
                votes[member] += cost;
                counted.votes = votes.into();
            }
            let to = match ballot.result(&after) {
                Some(carries) => {
                    counted.time += &ballot.delay;
                    let decided = self.answers(&counted).into_iter();
                    let mut decided = decided.filter(|(_, c)| *c == carries);
                    decided
                        .next()
                        .map_or_else(|| state.clone(), |(step, _)| step.to)
                }
                None => Self::at(&counted, Place::Vote(after)),
            };
            Step {
                events: vec!["votes".to_owned(), self.ladder.rungs[rung].id.clone()],
                seen_by: ballot.seen_by.clone(),
                ..Step::open(if vote { "yes" } else { "no" }, to)
            }
        };
        let moves = vec![step(true), step(false)];
        let counted = if said.is_empty() || ballot.secret {
            String::new()
        } else {
            let votes: String = said.iter().map(|v| if *v { 'y' } else { 'n' }).collect();
            format!(" after {votes}")
        };
        let id = &self.world.scenario.actors[member].id;
        let name = format!("W{} {id}{counted}", state.stage + 1);
        let mut turn = self.turn_of(state, name, Who::Player(player), moves);
        turn.meta.quiet = Some(1);
        turn.meta.role = PositionRole::Threat {
            threat: rung,
            carry_out: 0,
            refuse: 1,
            deciders,
            vote: Some((ballot.weights.clone(), ballot.quota.clone())),
            first: said.is_empty(),
            accident: None,
        };
        turn
    }
}

impl Rules for LadderRules<'_> {
    type State = State;

    fn start(&self, profile: usize) -> State {
        let zeros: Rc<[Rational]> = vec![Rational::ZERO; self.world.scenario.actors.len()].into();
        let rungs = if self.keeps_record {
            self.ladder.rungs.len()
        } else {
            0
        };
        self.due(State {
            profile,
            place: Place::Offer,
            stage: 0,
            cost: zeros.clone(),
            back: zeros,
            votes: Rc::from([]),
            time: Rational::ZERO,
            done: vec![false; rungs].into(),
            effects: Rc::from([]),
        })
    }

    fn turn(&self, state: &State) -> Turn<State> {
        let stage = state.stage;
        match &state.place {
            Place::Offer => self.offer(state),
            Place::Decide => self.decide(state),
            Place::Vote(said) => self.vote(state, said),
            Place::Automatic(probability) => {
                self.reach(self.rung_at(stage));
                let rung = &self.ladder.rungs[self.rung_at(stage)];
                let done = self.carried(state, stage, &rung.cost, rung.accident.as_ref());
                let mut moves = vec![Step::drawn("automatic", done, probability.clone())];
                if !probability.is_one() {
                    let rest = &Rational::ONE - probability;
                    moves.push(Step::drawn("decides", self.decision(state), rest));
                }
                let name = format!("A{}", stage + 1);
                let mut turn = self.turn_of(state, name, Who::Chance, moves);
                turn.meta.role = PositionRole::Automatic {
                    threat: self.rung_at(stage),
                    deciders: self.owner(state),
                    accident: None,
                };
                turn
            }
            Place::Risk(probability, of) => {
                let bad = Self::at(state, Place::Over(End::Accident));
                let good = self.due(state.clone());
                let rest = &Rational::ONE - probability;
                let moves = vec![
                    Step::drawn("accident", bad, probability.clone()),
                    Step::drawn("no accident", good, rest),
                ];
                let name = format!("X{}", of + 1);
                let mut turn = self.turn_of(state, name, Who::Chance, moves);
                turn.meta.span = self.ladder.rungs[self.rung_at(*of)].span.clone();
                turn.meta.role = PositionRole::Risk {
                    probability: probability.clone(),
                    safe: 1,
                    accident: 0,
                };
                turn
            }
            Place::Promise(ramp, kept) => {
                let settled = Self::at(state, Place::Over(End::Settled(*ramp)));
                let broken = self.answer(state);
                let rest = &Rational::ONE - kept;
                let moves = vec![
                    Step::drawn("kept", settled, kept.clone()),
                    Step::drawn("broken", broken, rest),
                ];
                let ramp = &self.ladder.off_ramps[*ramp];
                let name = format!("{}@{stage}?", ramp.id);
                let mut turn = self.turn_of(state, name, Who::Chance, moves);
                turn.meta.span = ramp.span.clone();
                turn
            }
            Place::Over(end) => self.over(state, *end),
        }
    }
}

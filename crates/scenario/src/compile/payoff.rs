//! What an end pays, and how a coalition votes and shares.

use super::ladder::{LadderRules, State};
use super::world::{Meta, Paid, Turn, Who, World, dead_end, fill};
use crate::expr::{Context, Formula};
use crate::model::{Commit, Decide, MemberPayoff, Payments, Rule};
use crate::parameter::Scope;
use deterra_game::diagnostic::Diagnostic;
use deterra_game::number::{Number, Rational};

/// How a ladder ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum End {
    /// Nobody was challenged.
    Quiet,
    /// An off-ramp was taken.
    Settled(usize),
    /// The side that threatened gave in.
    Acquiesced,
    /// Things got out of hand.
    Accident,
    /// Every stage was carried out.
    Last,
}

/// What an end pays before coalitions share it.
#[derive(Clone, Debug)]
pub(super) struct Account {
    /// For every actor, what the outcome's formula pays; `None` if it says nothing.
    pub(super) paid: Vec<Option<Rational>>,
    /// For every actor, what is charged or granted besides.
    pub(super) charged: Vec<Rational>,
}

impl Account {
    pub(super) fn new(world: &World<'_>) -> Self {
        let actors = world.scenario.actors.len();
        Self {
            paid: vec![None; actors],
            charged: vec![Rational::ZERO; actors],
        }
    }

    /// What payments with patterns for names pay.
    pub(super) fn pay(&mut self, world: &World<'_>, payments: &Payments, scope: &Scope<'_>) {
        for (pattern, formula) in payments {
            let name = match fill(pattern, scope) {
                Ok(name) => name,
                Err(error) => {
                    world.refuse(&error, scope);
                    continue;
                }
            };
            let Some(actor) = world.scenario.actor(&name) else {
                let message = format!("there is no actor \"{name}\"");
                world.say(Diagnostic::error("D010", pattern.span.clone(), message));
                continue;
            };
            if let Some(amount) = world.number(formula, scope) {
                let sum = self.paid[actor].get_or_insert(Rational::ZERO);
                *sum += &amount;
            }
        }
    }

    /// What every player gets.
    pub(super) fn settle(&self, world: &World<'_>, profile: usize) -> Vec<Rational> {
        let players = world.players.iter();
        players
            .map(|actor| self.of_player(world, *actor, profile))
            .collect()
    }

    fn of_player(&self, world: &World<'_>, actor: usize, profile: usize) -> Rational {
        let scenario = world.scenario;
        let own = || self.paid[actor].clone().unwrap_or_default();
        let whole = &scenario.actors[actor];
        // A unitary coalition counts what its members are paid, unless it is paid itself.
        if let Some(at) = whole.coalition {
            let members = &scenario.coalitions[at].members;
            let paid = self.paid[actor]
                .clone()
                .or_else(|| self.sum_of(members))
                .unwrap_or_default();
            let charged: Rational = members.iter().map(|m| &self.charged[*m]).sum();
            return &(&paid + &charged) + &self.charged[actor];
        }
        let Some(at) = whole.member_of else {
            return &own() + &self.charged[actor];
        };
        let coalition = &scenario.coalitions[at];
        let together = self.paid[coalition.actor].clone();
        let shared_charge = &self.charged[coalition.actor];
        match coalition.payoff {
            MemberPayoff::Own => {
                let paid = self.paid[actor].clone().or(together).unwrap_or_default();
                &(&paid + &self.charged[actor]) + shared_charge
            }
            MemberPayoff::Sum => {
                let paid = self
                    .sum_of(&coalition.members)
                    .or(together)
                    .unwrap_or_default();
                let charged: Rational = coalition.members.iter().map(|m| &self.charged[*m]).sum();
                &(&paid + &charged) + shared_charge
            }
            MemberPayoff::Shares => {
                let paid = together
                    .or_else(|| self.sum_of(&coalition.members))
                    .unwrap_or_default();
                let share = world.share(at, actor, profile);
                &(&(&paid + shared_charge) * &share) + &self.charged[actor]
            }
        }
    }

    /// The sum of what members are paid; `None` if none is.
    fn sum_of(&self, members: &[usize]) -> Option<Rational> {
        let mut sum = None;
        for member in members {
            if let Some(paid) = &self.paid[*member] {
                *sum.get_or_insert(Rational::ZERO) += paid;
            }
        }
        sum
    }
}

impl World<'_> {
    /// A member's share of what its coalition is paid.
    fn share(&self, coalition: usize, member: usize, profile: usize) -> Rational {
        let whole = &self.scenario.coalitions[coalition];
        let count = whole.members.len() as i64;
        let place = whole.members.iter().position(|m| *m == member);
        let formula = place.and_then(|at| whole.shares.get(at));
        match formula {
            Some(formula) => self
                .number(formula, &Scope::new(&self.valuations[profile]))
                .unwrap_or_default(),
            None => Rational::new(1, count).unwrap_or_default(),
        }
    }
}

impl LadderRules<'_> {
    /// What an end is called and what it pays.
    pub(super) fn over(&self, state: &State, end: End) -> Turn<State> {
        let id = match end {
            End::Quiet => &self.ladder.quiet,
            End::Acquiesced => "acquiesce",
            End::Accident => "accident",
            End::Last => &self.ladder.last,
            End::Settled(ramp) => &self.ladder.off_ramps[ramp].id,
        };
        let takes_back = matches!(end, End::Settled(_));
        let settled = self.with_scope(state, takes_back, |scope| {
            let mut account = Account::new(self.world);
            let (label, span) = match end {
                End::Settled(ramp) => {
                    self.settle_ramp(state, ramp, scope, &mut account);
                    let span = self.ladder.off_ramps[ramp].span.clone();
                    (format!("{id}@{}", state.stage), span)
                }
                _ => self.pay_outcome(state, id, scope, &mut account)?,
            };
            for (charged, votes) in account.charged.iter_mut().zip(&*state.votes) {
                *charged -= votes;
            }
            if end == End::Acquiesced {
                self.charge_backing_down(state, scope, &mut account);
            }
            self.charge_alliances(id, scope, &mut account);
            let mut amounts = account.settle(self.world, state.profile);
            self.discount(scope, &mut amounts);
            self.world.meet(id, &label);
            Some((label, span, amounts))
        });
        let Some((label, span, amounts)) = settled else {
            return dead_end(0..0);
        };
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
                span,
                ..Meta::default()
            },
        }
    }

    /// Pays an outcome of the file.
    fn pay_outcome(
        &self,
        state: &State,
        id: &str,
        scope: &Scope<'_>,
        account: &mut Account,
    ) -> Option<(String, std::ops::Range<usize>)> {
        let Some(outcome) = self.world.scenario.outcomes.iter().find(|o| o.id == id) else {
            let last = self.ladder.rungs.len() - 1;
            let span = self.ladder.rungs[state.stage.min(last)].span.clone();
            let message = format!("play can end in \"{id}\", and no outcome says what that pays");
            let said = Diagnostic::error("D032", span, message);
            self.world
                .say(said.help(format!("add [[outcome]] with id = \"{id}\" and payoffs")));
            return None;
        };
        account.pay(self.world, &outcome.payoff, scope);
        let label = match &outcome.label {
            Some(pattern) => match fill(pattern, scope) {
                Ok(label) => label,
                Err(error) => {
                    self.world.refuse(&error, scope);
                    return None;
                }
            },
            None => id.to_owned(),
        };
        Some((label, outcome.span.clone()))
    }

    /// Pays an off-ramp: its formulas, the prize, the loss of face.
    fn settle_ramp(&self, state: &State, at: usize, scope: &Scope<'_>, account: &mut Account) {
        let ramp = &self.ladder.off_ramps[at];
        for (actor, formula) in &ramp.payoff {
            account.paid[*actor] = self.world.number(formula, scope);
        }
        let taker = self.target(state);
        let amount = |formula: Option<&Formula>| {
            formula
                .and_then(|formula| self.world.number(formula, scope))
                .unwrap_or_default()
        };
        let prize = amount(ramp.prize.as_ref());
        if let Some(payer) = ramp.payer {
            account.charged[payer] -= &prize;
        }
        if let Some(taker) = taker {
            account.charged[taker] += &prize;
            account.charged[taker] -= &amount(ramp.face_cost.as_ref());
            account.charged[taker] -= &self.audience(taker, scope);
        }
    }

    /// Charges a side that threatened and gave in.
    fn charge_backing_down(&self, state: &State, scope: &Scope<'_>, account: &mut Account) {
        let actor = self.threatener(state);
        if let Some(Commit::Audience(formula)) = self.commit(state)
            && let Some(cost) = self.world.number(formula, scope)
        {
            account.charged[actor] -= &cost;
        }
        account.charged[actor] -= &self.audience(actor, scope);
    }

    /// What backing down costs an actor at home.
    fn audience(&self, actor: usize, scope: &Scope<'_>) -> Rational {
        let audiences = self.ladder.audiences.iter();
        let costs = audiences.filter(|(of, _)| *of == actor);
        let mut sum = Rational::ZERO;
        for (_, formula) in costs {
            sum += &self.world.number(formula, scope).unwrap_or_default();
        }
        sum
    }

    fn charge_alliances(&self, id: &str, scope: &Scope<'_>, account: &mut Account) {
        self.world.charge_alliances(id, scope, account);
    }

    fn discount(&self, scope: &Scope<'_>, amounts: &mut [Rational]) {
        let Some(formula) = &self.world.scenario.discount else {
            return;
        };
        let zero = scope
            .value("t")
            .and_then(|t| t.as_number().map(|q| q.value.is_zero()));
        if zero == Some(true) {
            return;
        }
        let Ok(power) = Formula::parse(&format!("({formula})^t"), 0) else {
            return;
        };
        if let Some(factor) = self.world.number(&power.at(&formula.place()), scope) {
            for amount in amounts {
                *amount = &*amount * &factor;
            }
        }
    }
}

impl World<'_> {
    /// Charges the promises that an outcome breaks.
    pub(super) fn charge_alliances(&self, id: &str, scope: &Scope<'_>, account: &mut Account) {
        for alliance in &self.scenario.alliances {
            if !alliance.on.iter().any(|outcome| outcome == id) {
                continue;
            }
            let level = self.probability(&alliance.level, scope);
            let breach = self.number(&alliance.breach, scope);
            if let Some((level, breach)) = level.zip(breach) {
                account.charged[alliance.from] -= &(&level * &breach);
            }
        }
    }
}

/// A vote of a coalition.
pub(super) struct Ballot<'s> {
    pub(super) members: &'s [usize],
    pub(super) delay: Rational,
    /// Who sees a vote; everybody if `None`.
    pub(super) seen_by: Option<Vec<usize>>,
    /// Whether members vote without seeing the votes before.
    pub(super) secret: bool,
    pub(super) weights: Vec<Rational>,
    pub(super) quota: Rational,
    /// What a yes costs each member; empty if it is free.
    pub(super) costs: Vec<Rational>,
}

impl<'s> Ballot<'s> {
    pub(super) fn new(world: &World<'s>, profile: usize, actor: usize) -> Option<Self> {
        let coalition = &world.scenario.coalitions[world.scenario.actors[actor].coalition?];
        let scope = Scope::new(&world.valuations[profile]);
        let count = coalition.members.len() as i64;
        let mut weights = vec![Rational::ONE; coalition.members.len()];
        let quota = match &coalition.decide {
            Decide::Unanimity => Rational::integer(count),
            Decide::Majority => Rational::integer(count / 2 + 1),
            Decide::AtLeast(k) => Rational::integer(*k as i64),
            Decide::Weighted { weights: of, quota } => {
                weights = of
                    .iter()
                    .map(|formula| world.number(formula, &scope))
                    .collect::<Option<_>>()?;
                if weights.iter().any(Rational::is_negative) {
                    let message = "a voting weight cannot be negative";
                    world.say(Diagnostic::error("D016", of[0].place(), message));
                    return None;
                }
                world.number(quota, &scope)?
            }
        };
        let secret = coalition.rule == Rule::Simultaneous;
        Some(Self {
            members: &coalition.members,
            delay: match &coalition.delay {
                Some(formula) => world.number(formula, &scope)?,
                None => Rational::ZERO,
            },
            seen_by: if secret {
                Some(Vec::new())
            } else if coalition.visible_votes {
                None
            } else {
                Some(coalition.members.clone())
            },
            secret,
            weights,
            quota,
            costs: coalition
                .cost_of_yes
                .iter()
                .map(|formula| world.number(formula, &scope))
                .collect::<Option<_>>()?,
        })
    }

    /// What has been decided after these votes, if anything has.
    pub(super) fn result(&self, said: &[bool]) -> Option<bool> {
        if self.secret && said.len() < self.members.len() {
            return None;
        }
        let votes = said.iter().zip(&self.weights);
        let yes: Rational = votes.filter(|(vote, _)| **vote).map(|(_, w)| w).sum();
        if yes >= self.quota {
            return Some(true);
        }
        let open: Rational = self.weights[said.len()..].iter().sum();
        (&yes + &open < self.quota).then_some(false)
    }
}

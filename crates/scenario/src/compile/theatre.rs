//! The same contest in several theatres, one after the other.
//!
//! Types are drawn once. When a contest has ended the next one begins, with others in some of the
//! parts: whoever replaces an actor moves where that one moved, is paid what it was paid, and sees
//! what it saw. Payoffs add up, and are paid at the very end. What everybody saw of the contests before stays in
//! its record, so a reputation is what the last challenger has seen.

use super::types::Profile;
use super::world::{Meta, Paid, Rules, Step, Turn, Who, World};
use crate::model::{Scenario, Theatre};
use crate::parameter::Scope;
use deterra_game::diagnostic::Diagnostic;
use deterra_game::number::{Number, Rational};
use std::hash::Hash;
use std::rc::Rc;

/// The scenario of each contest, the first one first; none if there is but one contest.
///
/// Types of actors that have no part in a contest change nothing there.
pub(super) fn scenarios(scenario: &Scenario, diagnostics: &mut Vec<Diagnostic>) -> Vec<Scenario> {
    if scenario.theatres.is_empty() {
        return Vec::new();
    }
    let newcomers: Vec<usize> = scenario
        .theatres
        .iter()
        .flat_map(|theatre| theatre.replace.iter().map(|(_, by)| *by))
        .collect();
    let mut all = Vec::new();
    for theatre in std::iter::once(None).chain(scenario.theatres.iter().map(Some)) {
        let mut there = scenario.clone();
        let replace: &[(usize, usize)] = theatre.map_or(&[], |t| &t.replace);
        for (at, actor) in there.actors.iter_mut().enumerate() {
            let is_out = replace.iter().any(|(who, _)| *who == at);
            let is_in = replace.iter().any(|(_, by)| *by == at);
            if is_out || (newcomers.contains(&at) && !is_in) {
                for kind in &mut actor.types {
                    kind.patches.clear();
                }
            }
        }
        if let Some(theatre) = theatre {
            match scenario.parameters.patched(&theatre.patches) {
                Ok(parameters) => there.parameters = parameters,
                Err(problems) => diagnostics.extend(problems),
            }
        }
        all.push(there);
    }
    all
}

/// Where play stands in a sequence of contests.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct State<S> {
    theatre: usize,
    profile: usize,
    /// Whether it is still to be announced how the contest before ended.
    announcing: bool,
    inner: S,
    /// How the contests before ended.
    ended: Rc<[String]>,
    /// What they paid.
    paid: Rc<[Rational]>,
}

/// One contest after the other.
pub(super) struct Contests<'w, R> {
    main: &'w World<'w>,
    contests: Vec<Contest<'w, R>>,
}

/// One of them.
struct Contest<'w, R> {
    world: &'w World<'w>,
    rules: R,
    /// What distinguishes it from the first; nothing for the first itself.
    theatre: Option<&'w Theatre>,
    /// For every actor, who takes its part.
    part: Vec<usize>,
    /// For every player, the player that takes its part.
    player: Vec<usize>,
    /// By combination of types.
    weights: Vec<Rational>,
}

impl<'w, R: Rules> Contests<'w, R> {
    /// Rules for every world, the first one that of the whole game.
    pub(super) fn new(
        scenario: &'w Scenario,
        worlds: &[&'w World<'w>],
        profiles: &[Profile],
        rules: impl Fn(&'w World<'w>) -> R,
    ) -> Self {
        let theatres = std::iter::once(None).chain(scenario.theatres.iter().map(Some));
        let contests = worlds.iter().zip(theatres).map(|(world, theatre)| {
            let mut part: Vec<usize> = (0..scenario.actors.len()).collect();
            for (who, by) in theatre.map_or(&[][..], |t| &t.replace) {
                part.swap(*who, *by);
            }
            let of_player = |actor: &usize| {
                let taken = world.player_of[part[*actor]];
                taken.map_or(0, deterra_game::id::PlayerId::index)
            };
            let weight = |at: usize| {
                let formula = theatre?.weight.as_ref()?;
                world.number(formula, &Scope::new(&world.valuations[at]))
            };
            Contest {
                world,
                rules: rules(world),
                theatre,
                player: world.players.iter().map(of_player).collect(),
                weights: (0..profiles.len())
                    .map(|at| weight(at).unwrap_or(Rational::ONE))
                    .collect(),
                part,
            }
        });
        Self {
            main: worlds[0],
            contests: contests.collect(),
        }
    }

    /// The state, or the beginning of the next contest if this one has ended.
    fn settled(&self, mut state: State<R::State>) -> State<R::State> {
        while state.theatre + 1 < self.contests.len() {
            let turn = self.contests[state.theatre].rules.turn(&state.inner);
            self.main.hear(self.contests[state.theatre].world);
            if turn.mover != Who::Nobody || self.main.failed() {
                break;
            }
            self.pay(&mut state, turn);
            state.theatre += 1;
            let next = &self.contests[state.theatre];
            state.inner = next.rules.start(state.profile);
            state.announcing = next.theatre.is_some_and(|theatre| theatre.announced);
            if state.announcing {
                break;
            }
        }
        state
    }

    /// Adds up how a contest ended.
    fn pay(&self, state: &mut State<R::State>, turn: Turn<R::State>) {
        let mut ended = state.ended.to_vec();
        let mut paid = state.paid.to_vec();
        let label = turn.pay.as_ref().map_or(turn.name, |pay| pay.label.clone());
        ended.push(label);
        if let Some(pay) = turn.pay {
            let there = self.amounts(state, pay);
            for (sum, amount) in paid.iter_mut().zip(there) {
                *sum += &amount;
            }
        }
        (state.ended, state.paid) = (ended.into(), paid.into());
    }

    /// What a contest pays everybody, those who replace others included.
    fn amounts(&self, state: &State<R::State>, pay: Paid) -> Vec<Rational> {
        let contest = &self.contests[state.theatre];
        let mut amounts = vec![Rational::ZERO; pay.amounts.len()];
        for (to, amount) in contest.player.iter().zip(pay.amounts) {
            amounts[*to] = amount.value() * &contest.weights[state.profile];
        }
        amounts
    }

    fn announcement(state: &State<R::State>, theatre: &Theatre) -> Turn<State<R::State>> {
        let label = state.ended.last().cloned().unwrap_or_default();
        let to = State {
            announcing: false,
            ..state.clone()
        };
        Turn {
            name: format!("{} begins", theatre.id),
            look: None,
            mover: Who::Chance,
            moves: vec![Step::drawn(label, to, Rational::ONE)],
            pay: None,
            meta: Meta {
                span: theatre.span.clone(),
                ..Meta::default()
            },
        }
    }
}

impl<R: Rules> Rules for Contests<'_, R> {
    type State = State<R::State>;

    fn start(&self, profile: usize) -> Self::State {
        self.settled(State {
            theatre: 0,
            profile,
            announcing: false,
            inner: self.contests[0].rules.start(profile),
            ended: Rc::from([]),
            paid: vec![Rational::ZERO; self.main.players.len()].into(),
        })
    }

    fn turn(&self, state: &Self::State) -> Turn<Self::State> {
        let contest = &self.contests[state.theatre];
        if let (true, Some(theatre)) = (state.announcing, contest.theatre) {
            let mut turn = Self::announcement(state, theatre);
            for step in &mut turn.moves {
                step.to = self.settled(step.to.clone());
            }
            return turn;
        }
        let turn = contest.rules.turn(&state.inner);
        self.main.hear(contest.world);
        let prefix = contest.theatre.map(|theatre| theatre.id.as_str());
        let named = |name: String| match prefix {
            Some(id) => format!("{id} {name}"),
            None => name,
        };
        if turn.mover == Who::Nobody {
            // The end of the last contest.
            let mut last = state.clone();
            let meta = Meta {
                span: turn.meta.span.clone(),
                ..Meta::default()
            };
            self.pay(&mut last, turn);
            let label = last.ended.join(", ");
            return Turn {
                name: label.clone(),
                look: None,
                mover: Who::Nobody,
                moves: Vec::new(),
                pay: Some(Paid {
                    label,
                    amounts: last.paid.iter().cloned().map(Number::from).collect(),
                }),
                meta,
            };
        }
        let mover = match turn.mover {
            Who::Player(player) => {
                let by = contest.player[player.index()];
                self.refuse_newcomers(player.index(), &turn.meta);
                Who::Player(deterra_game::id::PlayerId::from_index(by))
            }
            other => other,
        };
        let moves = turn.moves.into_iter().map(|step| {
            let seen_by = step.seen_by;
            Step {
                label: step.label,
                to: self.settled(State {
                    inner: step.to,
                    ..state.clone()
                }),
                probability: step.probability,
                events: match prefix {
                    Some(id) => step.events.iter().map(|e| format!("{id}.{e}")).collect(),
                    None => step.events,
                },
                seen_by: seen_by
                    .map(|by| by.into_iter().map(|actor| contest.part[actor]).collect()),
                noise: step.noise,
            }
        });
        let moves = moves.collect();
        let pay = turn.pay.map(|pay| Paid {
            label: pay.label.clone(),
            amounts: self
                .amounts(state, pay)
                .into_iter()
                .map(Number::from)
                .collect(),
        });
        let meta = if contest.theatre.is_some() {
            // The table of rungs is of the first contest.
            Meta {
                span: turn.meta.span,
                quiet: turn.meta.quiet,
                ..Meta::default()
            }
        } else {
            turn.meta
        };
        Turn {
            name: named(turn.name),
            look: turn.look.map(named),
            mover,
            moves,
            pay,
            meta,
        }
    }
}

impl<R: Rules> Contests<'_, R> {
    /// Who takes a part in another theatre has none of its own.
    fn refuse_newcomers(&self, player: usize, meta: &Meta) {
        let actor = self.main.players[player];
        let mut contests = self.contests.iter().filter_map(|c| c.theatre);
        if let Some(other) = contests.find(|t| t.replace.iter().any(|(_, by)| *by == actor)) {
            let id = &self.main.scenario.actors[actor].id;
            let message = format!(
                "{id} moves here, and in theatre \"{}\" it takes another's part",
                other.id
            );
            let said = Diagnostic::error("D044", meta.span.clone(), message);
            self.main
                .say(said.help("let an actor take the part that has none of its own"));
        }
    }
}

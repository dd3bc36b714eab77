//! Rules to a tree: every history is a node, and information sets are derived.
//!
//! A player knows its own type, its own moves and the events it has seen, in the order in which it
//! saw them. What a player has seen is a number: the empty record is 0, and each record with
//! one event more gets the next number, so equal numbers are equal records and recall is perfect
//! by construction. A file may overrule this with `infoset`.

use super::world::{Meta, Paid, Rules, Step, Turn, Who, World};
use crate::parameter::Scope;
use deterra_game::builder::{ExtensiveBuilder, InfosetKey, OutcomeKey};
use deterra_game::diagnostic::Diagnostic;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::information::perfect_recall;
use deterra_game::number::{Number, Rational};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// What a player has seen, as a number.
type Record = u32;

/// An event on its way to a player: who, how many events must pass, what.
type Delayed = (usize, usize, u32);

/// Work that is left, last first.
enum Task<S> {
    Play {
        state: S,
        profile: usize,
        seen: Rc<[Record]>,
        late: Rc<[Delayed]>,
    },
    /// Chance shows the next onlooker what happened, perhaps wrongly.
    Signal {
        noise: Rc<Noise>,
        /// The onlookers to be shown it, from this one on.
        next: usize,
        state: S,
        profile: usize,
        seen: Rc<[Record]>,
        late: Rc<[Delayed]>,
    },
}

/// A move that some players see with errors.
struct Noise {
    /// The position's name.
    place: String,
    /// What could have happened, and what did.
    labels: Vec<String>,
    actual: usize,
    /// Player and probability of error.
    onlookers: Vec<(usize, Rational)>,
}

/// What makes two nodes look the same.
#[derive(PartialEq, Eq, Hash)]
struct Look {
    player: usize,
    kind: Option<usize>,
    /// The record; 0 if the file says what it looks like.
    record: Record,
    name: String,
    labels: Vec<String>,
}

struct Walk<'w, 's> {
    world: &'w World<'s>,
    builder: ExtensiveBuilder,
    metas: Vec<Meta>,
    /// Records by the record before and the event.
    records: FxHashMap<(Record, u32), Record>,
    events: FxHashMap<(String, String), u32>,
    looks: FxHashMap<Look, InfosetKey>,
    draws: FxHashMap<(String, Vec<(String, Rational)>), InfosetKey>,
    outcomes: FxHashMap<Paid, OutcomeKey>,
    /// The players whose type is not known to all.
    veiled: Vec<bool>,
}

/// Walks the rules from every combination of types.
///
/// # Returns
/// The game and what is remembered of every node; nothing after a problem.
pub(super) fn build<R: Rules>(
    world: &World<'_>,
    rules: &R,
    limit: usize,
) -> Option<(ExtensiveGame, Vec<Meta>)> {
    let mut builder = ExtensiveBuilder::new(&world.scenario.name);
    for actor in &world.players {
        builder.player(&world.scenario.actors[*actor].label);
    }
    let veiled = world
        .players
        .iter()
        .map(|actor| {
            let first = world.profiles[0].types[*actor];
            world.profiles.iter().any(|p| p.types[*actor] != first)
        })
        .collect();
    let mut walk = Walk {
        world,
        builder,
        metas: Vec::new(),
        records: FxHashMap::default(),
        events: FxHashMap::default(),
        looks: FxHashMap::default(),
        draws: FxHashMap::default(),
        outcomes: FxHashMap::default(),
        veiled,
    };
    let blank: Rc<[Record]> = vec![0; world.players.len()].into();
    let mut tasks = Vec::new();
    if world.profiles.len() > 1 {
        walk.draw_types();
    }
    for profile in (0..world.profiles.len()).rev() {
        tasks.push(Task::Play {
            state: rules.start(profile),
            profile,
            seen: blank.clone(),
            late: Rc::from([]),
        });
    }
    while let Some(task) = tasks.pop() {
        if world.is_full() {
            return None;
        }
        if walk.metas.len() >= limit {
            let message = format!("the tree has more than {limit} nodes");
            world.say(
                Diagnostic::error("D038", 0..0, message)
                    .help("fix the types with --given, or let everybody see every move"),
            );
            return None;
        }
        match task {
            Task::Play {
                state,
                profile,
                seen,
                late,
            } => {
                let turn = rules.turn(&state);
                walk.play(turn, profile, &seen, &late, &mut tasks);
            }
            Task::Signal {
                noise,
                next,
                state,
                profile,
                seen,
                late,
            } => walk.signal(&noise, next, &state, profile, &seen, &late, &mut tasks),
        }
    }
    if world.failed() {
        return None;
    }
    walk.finish()
}

impl Walk<'_, '_> {
    fn finish(self) -> Option<(ExtensiveGame, Vec<Meta>)> {
        match self.builder.build() {
            Ok(game) => {
                if let Some(failure) = perfect_recall(&game).first() {
                    let label = game.infoset_label(failure.infoset);
                    let who = game
                        .infoset_player(failure.infoset)
                        .map_or("", |player| game.player_label(player));
                    let span = self.metas[failure.other.index()].span.clone();
                    let message = format!(
                        "{who} forgets at \"{label}\" what it did before; results that rest on perfect recall do not hold"
                    );
                    self.world.say(
                        Diagnostic::warning("D042", span, message).help(
                            "give places that follow different own moves different `infoset`s",
                        ),
                    );
                }
                Some((game, self.metas))
            }
            Err(invalid) => {
                for problem in invalid.problems {
                    self.world
                        .say(Diagnostic::error("D039", 0..0, problem.to_string()));
                }
                None
            }
        }
    }

    /// The first node: chance draws the types.
    fn draw_types(&mut self) {
        let world = self.world;
        let rows: Vec<(String, Number)> = world
            .profiles
            .iter()
            .map(|profile| {
                let names: Vec<&str> = world
                    .players
                    .iter()
                    .zip(&self.veiled)
                    .filter(|(_, veiled)| **veiled)
                    .filter_map(|(actor, _)| {
                        let kind = profile.types[*actor]?;
                        Some(world.scenario.actors[*actor].types[kind].id.as_str())
                    })
                    .collect();
                (names.join("/"), Number::from(profile.probability.clone()))
            })
            .collect();
        let event = self.builder.chance_event("types", &rows);
        self.builder.move_at("", event);
        let first = world
            .scenario
            .actors
            .iter()
            .find_map(|actor| actor.types.first());
        self.metas.push(Meta {
            span: first.map_or(0..0, |kind| kind.span.clone()),
            ..Meta::default()
        });
    }

    fn play<S: Clone>(
        &mut self,
        turn: Turn<S>,
        profile: usize,
        seen: &Rc<[Record]>,
        late: &Rc<[Delayed]>,
        tasks: &mut Vec<Task<S>>,
    ) {
        let place = turn.look.clone().unwrap_or_else(|| turn.name.clone());
        let mut mover = None;
        let node = match turn.mover {
            Who::Nobody => self.builder.terminal(""),
            Who::Chance => {
                let event = self.drawn(&turn.name, &turn.moves);
                self.builder.move_at("", event)
            }
            Who::Player(player) => {
                mover = Some(player.index());
                let infoset = self.infoset(player.index(), &turn, profile, seen);
                self.builder.move_at("", infoset)
            }
        };
        if let Some(paid) = turn.pay {
            let builder = &mut self.builder;
            let outcome = *self
                .outcomes
                .entry(paid)
                .or_insert_with_key(|paid| builder.outcome(&paid.label, &paid.amounts));
            self.builder.set_outcome(node, outcome);
        }
        self.metas.push(turn.meta);
        let labels: Vec<String> = turn.moves.iter().map(|step| step.label.clone()).collect();
        let first = tasks.len();
        for (actual, step) in turn.moves.into_iter().enumerate() {
            let then = self.after(&place, &labels, actual, step, mover, profile, seen, late);
            tasks.push(then);
        }
        tasks[first..].reverse();
    }

    /// What follows a move: everybody adds to the record what it sees.
    #[allow(
        clippy::too_many_arguments,
        reason = "the parts of a node and a move, which live nowhere together"
    )]
    fn after<S>(
        &mut self,
        place: &str,
        labels: &[String],
        actual: usize,
        step: Step<S>,
        mover: Option<usize>,
        profile: usize,
        seen: &Rc<[Record]>,
        late: &Rc<[Delayed]>,
    ) -> Task<S> {
        let event = self.event(place, &labels[actual]);
        let mut seen: Vec<Record> = seen.to_vec();
        let mut waiting: Vec<Delayed> = Vec::new();
        for (player, left, event) in late.iter().copied() {
            if left <= 1 {
                seen[player] = self.record(seen[player], event);
            } else {
                waiting.push((player, left - 1, event));
            }
        }
        let observation = self.world.observation(&step.events);
        let scope = Scope::new(&self.world.valuations[profile]);
        let error = match observation {
            Some(o) => o
                .error
                .as_ref()
                .and_then(|f| self.world.probability(f, &scope)),
            None => step.noise.clone(),
        };
        let error = error.filter(|e| !e.is_zero());
        let mut onlookers = Vec::new();
        for (player, record) in seen.iter_mut().enumerate() {
            let actor = self.world.players[player];
            let sees = match (observation, &step.seen_by) {
                _ if mover == Some(player) => true,
                (Some(o), _) => o.by.contains(&actor),
                (None, Some(by)) => by.contains(&actor),
                (None, None) => true,
            };
            if !sees {
                continue;
            }
            let delay = observation.map_or(0, |o| o.delay);
            if mover == Some(player) {
                *record = record_of(&mut self.records, *record, event);
            } else if let Some(error) = &error {
                onlookers.push((player, error.clone()));
            } else if delay > 0 {
                waiting.push((player, delay, event));
            } else {
                *record = record_of(&mut self.records, *record, event);
            }
        }
        if labels.len() < 2 {
            // There is nothing to mistake it for.
            for (player, _) in onlookers.drain(..) {
                seen[player] = self.record(seen[player], event);
            }
        }
        let (seen, late) = (seen.into(), waiting.into());
        if onlookers.is_empty() {
            return Task::Play {
                state: step.to,
                profile,
                seen,
                late,
            };
        }
        Task::Signal {
            noise: Rc::new(Noise {
                place: place.to_owned(),
                labels: labels.to_vec(),
                actual,
                onlookers,
            }),
            next: 0,
            state: step.to,
            profile,
            seen,
            late,
        }
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "the parts of a task, which is taken apart to be consumed"
    )]
    fn signal<S: Clone>(
        &mut self,
        noise: &Rc<Noise>,
        next: usize,
        state: &S,
        profile: usize,
        seen: &Rc<[Record]>,
        late: &Rc<[Delayed]>,
        tasks: &mut Vec<Task<S>>,
    ) {
        let (player, error) = &noise.onlookers[next];
        let others = Rational::integer(noise.labels.len() as i64 - 1);
        let wrong = error.checked_div(&others).unwrap_or_default();
        let right = &Rational::ONE - error;
        let rows: Vec<(String, Rational)> = noise
            .labels
            .iter()
            .enumerate()
            .map(|(at, label)| {
                let probability = if at == noise.actual { &right } else { &wrong };
                (label.clone(), probability.clone())
            })
            .collect();
        let actor = self.world.players[*player];
        let who = &self.world.scenario.actors[actor].id;
        let key = self.draw(format!("{} as {who} sees it", noise.place), rows);
        self.builder.move_at("", key);
        self.metas.push(Meta::default());
        for label in noise.labels.iter().rev() {
            let event = self.event(&noise.place, label);
            let mut after = seen.to_vec();
            after[*player] = self.record(after[*player], event);
            let seen: Rc<[Record]> = after.into();
            let (state, late) = (state.clone(), late.clone());
            tasks.push(if next + 1 < noise.onlookers.len() {
                Task::Signal {
                    noise: noise.clone(),
                    next: next + 1,
                    state,
                    profile,
                    seen,
                    late,
                }
            } else {
                Task::Play {
                    state,
                    profile,
                    seen,
                    late,
                }
            });
        }
    }

    fn infoset<S>(
        &mut self,
        player: usize,
        turn: &Turn<S>,
        profile: usize,
        seen: &[Record],
    ) -> InfosetKey {
        let actor = self.world.players[player];
        let kind = self.world.profiles[profile].types[actor];
        let labels: Vec<String> = turn.moves.iter().map(|step| step.label.clone()).collect();
        let name = turn.look.as_ref().unwrap_or(&turn.name);
        let look = Look {
            player,
            kind,
            record: if turn.look.is_some() { 0 } else { seen[player] },
            name: name.clone(),
            labels,
        };
        let builder = &mut self.builder;
        let label = match kind {
            Some(kind) if self.veiled[player] => {
                let kind = &self.world.scenario.actors[actor].types[kind].id;
                format!("{name}:{kind}")
            }
            _ => name.clone(),
        };
        *self.looks.entry(look).or_insert_with_key(|look| {
            let player = deterra_game::id::PlayerId::from_index(look.player);
            builder.infoset(player, label, &look.labels)
        })
    }

    fn drawn<S>(&mut self, name: &str, moves: &[Step<S>]) -> InfosetKey {
        let rows = moves
            .iter()
            .map(|step| {
                let probability = step.probability.clone().unwrap_or_default();
                (step.label.clone(), probability)
            })
            .collect();
        self.draw(name.to_owned(), rows)
    }

    fn draw(&mut self, name: String, rows: Vec<(String, Rational)>) -> InfosetKey {
        let builder = &mut self.builder;
        *self
            .draws
            .entry((name, rows))
            .or_insert_with_key(|(name, rows)| {
                let row: Vec<(&str, Number)> = rows
                    .iter()
                    .map(|(label, p)| (label.as_str(), Number::from(p.clone())))
                    .collect();
                builder.chance_event(name, &row)
            })
    }

    fn event(&mut self, place: &str, label: &str) -> u32 {
        let next = self.events.len() as u32;
        *self
            .events
            .entry((place.to_owned(), label.to_owned()))
            .or_insert(next)
    }

    fn record(&mut self, before: Record, event: u32) -> Record {
        record_of(&mut self.records, before, event)
    }
}

fn record_of(records: &mut FxHashMap<(Record, u32), Record>, before: Record, event: u32) -> Record {
    let next = records.len() as u32 + 1;
    *records.entry((before, event)).or_insert(next)
}

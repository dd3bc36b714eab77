//! From the parts of a tree to the game.

use super::cut::Part;
use super::fill::{Budget, Failed, Names, Renamed, Stretch, Task, fill, hash_known, rename};
use super::{BYTES_A_NODE, CannotExpand, Limits};
use crate::builder::{ExtensiveBuilder, NumberKey};
use crate::extensive::{ExtensiveGame, NONE};
use crate::labels::{IndexTable, NO_LABEL};
use crate::parallel;
use crate::patience::poll;
use crate::rules::Rules;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Parts are filled in so many batches, so that most of what they name is merged when others begin.
const BATCHES: usize = 8;

/// Fills the parts in and makes the game of them.
pub(super) fn merge<R: Rules>(
    rules: &R,
    parts: Vec<Part<R::State>>,
    limits: &Limits,
) -> Result<ExtensiveGame, CannotExpand> {
    let title = rules.title();
    let too_much = || CannotExpand::TooManyBytes {
        title: title.clone(),
        limit: limits.bytes,
    };
    let players = rules.players();
    let nodes: usize = parts.iter().map(|part| part.nodes).sum();
    let arrays = BYTES_A_NODE * nodes;
    let [mut parents, mut ends, mut incoming] = [0; 3].map(|zero: u32| vec![zero; nodes]);
    let [mut infosets, mut outcomes] = [NONE; 2].map(|none| vec![none; nodes]);
    let whole_stretch = Stretch {
        parents: &mut parents,
        ends: &mut ends,
        incoming: &mut incoming,
        infosets: &mut infosets,
        outcomes: &mut outcomes,
    };
    let mut whole = Whole::new(&title, &players);
    let mut tasks = tasks(parts, whole_stretch).into_iter().peekable();
    while tasks.peek().is_some() {
        let mut batch = Vec::new();
        let mut batched = 0;
        while batched <= nodes / BATCHES
            && let Some(task) = tasks.next()
        {
            batched += task.stretch.parents.len();
            batch.push(task);
        }
        let budget = Budget::new(limits.bytes, arrays + whole.bytes());
        let filled = parallel::map(batch, limits.threads, |task| {
            fill(rules, &players, task, &budget)
        });
        // Which part was late to see it depends on the threads; that one was does not.
        if filled
            .iter()
            .any(|part| matches!(part, Err(Failed::TooMuch)))
        {
            return Err(too_much());
        }
        let mut renamed = Vec::with_capacity(filled.len());
        for part in filled {
            let part = match part {
                Ok(part) => part,
                Err(Failed::TooMuch) => return Err(too_much()),
                Err(Failed::Rules(error)) => return Err(error),
            };
            let new = whole.absorb(&part.names).map_err(|failed| match failed {
                Clash::TooMuch => too_much(),
                Clash::Actions {
                    player,
                    text,
                    found,
                    known,
                } => CannotExpand::Inconsistent {
                    title: title.clone(),
                    player: players[player as usize].clone(),
                    information: text,
                    found,
                    known,
                },
            })?;
            renamed.push((part.stretch, new));
        }
        if arrays + whole.bytes() > limits.bytes {
            return Err(too_much());
        }
        parallel::map(renamed, limits.threads, |(stretch, new)| {
            rename(stretch, &new);
        });
    }
    let inner = infosets.iter().filter(|set| **set != NONE).count();
    if arrays + whole.bytes() + whole.numbering(inner) > limits.bytes {
        return Err(too_much());
    }
    let mut b = whole.b;
    (b.parents, b.ends, b.incoming_actions) = (parents, ends, incoming);
    (b.node_infosets, b.node_outcomes) = (infosets, outcomes);
    b.build()
        .map_err(|problem| CannotExpand::Invalid { title, problem })
}

/// Gives every part its place.
fn tasks<'a, S>(parts: Vec<Part<S>>, mut stretch: Stretch<'a>) -> Vec<Task<'a, S>> {
    struct Open {
        task: usize,
        node: u32,
        actions: u32,
        next: u32,
    }
    let mut tasks: Vec<Task<'a, S>> = Vec::with_capacity(parts.len());
    let mut open: Vec<Open> = Vec::new();
    let mut base = 0;
    for part in parts {
        let above = open.last_mut().map(|above| {
            above.next += 1;
            (above.node, above.next - 1)
        });
        let first;
        (first, stretch) = stretch.split(part.nodes);
        tasks.push(Task {
            state: part.state,
            is_one: part.actions.is_some(),
            base,
            above,
            end: 0,
            stretch: first,
        });
        let node = base;
        base += part.nodes as u32;
        if let Some(actions) = part.actions {
            open.push(Open {
                task: tasks.len() - 1,
                node,
                actions,
                next: 0,
            });
            continue;
        }
        while let Some(done) = open.pop_if(|above| above.next == above.actions) {
            tasks[done.task].end = base;
        }
    }
    tasks
}

/// What the parts so far name.
struct Whole {
    b: ExtensiveBuilder,
    players: usize,
    sets: IndexTable,
    outcomes: IndexTable,
}

/// Why names cannot be merged.
enum Clash {
    TooMuch,
    /// A player who knows the same has other actions elsewhere.
    Actions {
        player: u32,
        text: String,
        found: usize,
        known: usize,
    },
}

impl Whole {
    fn new(title: &str, players: &[String]) -> Self {
        let mut b = ExtensiveBuilder::new(title);
        for player in players {
            b.player(player);
        }
        Self {
            b,
            players: players.len(),
            sets: IndexTable::default(),
            outcomes: IndexTable::default(),
        }
    }

    /// Bytes taken.
    fn bytes(&self) -> usize {
        let b = &self.b;
        let words = b.infosets.players.capacity()
            + b.infosets.labels.capacity()
            + b.infosets.first_actions.capacity()
            + b.action_labels.capacity()
            + b.action_probabilities.capacity()
            + b.outcome_labels.capacity()
            + b.outcome_payoffs.capacity();
        4 * words + b.labels.bytes() + self.sets.bytes() + self.outcomes.bytes()
    }

    /// What [`ExtensiveBuilder::build`] takes beside that, of so many nodes with children.
    fn numbering(&self, inner: usize) -> usize {
        let b = &self.b;
        // Three arrays a set while they are put into order, four in order; one member a node; actions again.
        let words = 7 * b.infosets.players.len() + inner + 2 * b.action_labels.len();
        4 * words + b.infosets.players.len()
    }

    /// Merges the names of the next part in preorder.
    fn absorb(&mut self, names: &Names) -> Result<Renamed, Clash> {
        let labels: Vec<u32> = names
            .labels
            .iter()
            .map(|label| self.b.labels.intern(label))
            .collect();
        let numbers: Vec<u32> = (0..names.numbers.len() as u32)
            .map(|k| self.b.number(names.numbers.get(k)).0)
            .collect();
        let mut chances = names.chances.iter();
        let mut infosets = Vec::with_capacity(names.players.len());
        for (set, player) in names.players.iter().enumerate() {
            if set % 256 == 0 {
                poll();
            }
            let actions = names.actions_of(set);
            if *player == NONE {
                for action in actions {
                    let chance = chances.next().copied().unwrap_or_default();
                    self.b
                        .action_labels
                        .push(labels[names.actions[action] as usize]);
                    self.b.action_probabilities.push(numbers[chance as usize]);
                }
                infosets.push(self.b.push_infoset(NONE, NO_LABEL).0);
                continue;
            }
            let text = names.text(set);
            let next = self.b.infosets.players.len() as u32;
            let b = &self.b;
            let key = self
                .sets
                .find_or_insert(hash_known(*player, text), next, |k| {
                    let k = k as usize;
                    b.infosets.players[k] == *player && b.labels.get(b.infosets.labels[k]) == text
                });
            if key == next {
                let mut label = NO_LABEL;
                if !text.is_empty() {
                    label = self.b.labels.push_new(text);
                    if label == NO_LABEL {
                        return Err(Clash::TooMuch);
                    }
                }
                for action in actions {
                    self.b
                        .action_labels
                        .push(labels[names.actions[action] as usize]);
                    self.b.action_probabilities.push(NONE);
                }
                self.b.push_infoset(*player, label);
            } else {
                let first = &b.infosets.first_actions[key as usize..];
                let known = (first[1] - first[0]) as usize;
                if known != actions.len() {
                    return Err(Clash::Actions {
                        player: *player,
                        text: text.to_owned(),
                        found: actions.len(),
                        known,
                    });
                }
            }
            infosets.push(key);
        }
        let outcomes = (0..names.num_outcomes as usize)
            .map(|outcome| {
                let paid = &names.payoffs[outcome * self.players..][..self.players];
                let keys: Vec<NumberKey> = paid
                    .iter()
                    .map(|k| NumberKey(numbers[*k as usize]))
                    .collect();
                self.outcome(&keys)
            })
            .collect();
        Ok(Renamed { infosets, outcomes })
    }

    /// An outcome, new or known.
    fn outcome(&mut self, paid: &[NumberKey]) -> u32 {
        let mut hasher = FxHasher::default();
        for key in paid {
            hasher.write_u32(key.0);
        }
        let next = self.b.outcome_labels.len() as u32;
        let payoffs = &self.b.outcome_payoffs;
        let known = self.outcomes.find_or_insert(hasher.finish(), next, |k| {
            let known = &payoffs[k as usize * paid.len()..][..paid.len()];
            known.iter().zip(paid).all(|(known, key)| *known == key.0)
        });
        if known == next {
            self.b.push_outcome(NO_LABEL, paid);
        }
        known
    }
}

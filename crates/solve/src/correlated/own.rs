//! One player's own part of a tree, and the conditions that nobody gains by a deviation that waits for a trigger.

use super::certificate::Label;
use crate::numeric::program::Row;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::Rational;

/// A player's sequences of own actions. Sequence 0 is to have done nothing yet; her actions follow, set by set.
pub(crate) struct Own {
    pub(crate) player: PlayerId,
    pub(crate) sets: Vec<Set>,
    /// By node.
    pub(crate) last: Vec<usize>,
    /// By sequence from 1: the set of its last action.
    set_of: Vec<usize>,
}

/// One of her information sets.
pub(crate) struct Set {
    pub(crate) infoset: InfosetId,
    /// The sequence that leads here.
    pub(crate) before: usize,
    /// The sequence of the first action here.
    pub(crate) first: usize,
    pub(crate) actions: usize,
}

/// What starts a deviation: a set, and the sequence that she has been told by then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trigger {
    pub(crate) set: usize,
    pub(crate) told: usize,
}

impl Own {
    pub(crate) fn of(game: &ExtensiveGame, player: PlayerId) -> Self {
        let mut count = 1;
        let mut sets = Vec::new();
        let mut set_of = Vec::new();
        for infoset in game.player_infosets(player) {
            let actions = game.num_actions(infoset);
            set_of.extend(std::iter::repeat_n(sets.len(), actions));
            sets.push(Set {
                infoset,
                before: 0,
                first: count,
                actions,
            });
            count += actions;
        }
        let first_set = game
            .player_infosets(player)
            .next()
            .map_or(0, InfosetId::index);
        let mut last = vec![0; game.num_nodes()];
        for node in game.nodes() {
            if let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node)) {
                last[node.index()] = match game.kind(parent) {
                    NodeKind::Decision(who, infoset) if who == player => {
                        sets[infoset.index() - first_set].first + k
                    }
                    _ => last[parent.index()],
                };
            }
            if let NodeKind::Decision(who, infoset) = game.kind(node)
                && who == player
            {
                sets[infoset.index() - first_set].before = last[node.index()];
            }
        }
        Self {
            player,
            sets,
            last,
            set_of,
        }
    }

    /// How many sequences there are.
    pub(crate) fn count(&self) -> usize {
        self.set_of.len() + 1
    }

    /// The set of a sequence's last action; `None` of the empty one.
    pub(crate) fn set_of(&self, sequence: usize) -> Option<usize> {
        Some(self.set_of[sequence.checked_sub(1)?])
    }

    /// All sets that a sequence goes through, the last one first.
    pub(crate) fn sets_above(&self, sequence: usize) -> impl Iterator<Item = usize> + '_ {
        let above = |s: &usize| self.set_of(self.sets[*s].before);
        std::iter::successors(self.set_of(sequence), above)
    }

    /// All triggers, in order.
    pub(crate) fn triggers(&self, coarse: bool) -> Vec<Trigger> {
        let mut all = Vec::new();
        for (set, own) in self.sets.iter().enumerate() {
            if coarse {
                let told = own.before;
                all.push(Trigger { set, told });
            } else {
                let told = own.first..own.first + own.actions;
                all.extend(told.map(|told| Trigger { set, told }));
            }
        }
        all
    }

    /// Which sets are at or below a set.
    pub(crate) fn below(&self, set: usize) -> Vec<usize> {
        let mut inside = vec![false; self.sets.len()];
        for (s, own) in self.sets.iter().enumerate().skip(set) {
            inside[s] = s == set || self.set_of(own.before).is_some_and(|above| inside[above]);
        }
        (set..self.sets.len()).filter(|s| inside[*s]).collect()
    }

    /// How many columns and rows the conditions of all triggers take.
    pub(crate) fn size(&self, coarse: bool) -> (usize, usize) {
        let (mut columns, mut rows) = (0, 0);
        for trigger in self.triggers(coarse) {
            let below = self.below(trigger.set);
            columns += below.len();
            rows += 1 + below.iter().map(|s| self.sets[*s].actions).sum::<usize>();
        }
        (columns, rows)
    }

    /// The conditions that a trigger gains nothing, with a column from `next` on for what each set below is worth to her then.
    ///
    /// `blind` says what is paid once the trigger has happened if a sequence is her last, `followed` what is paid if she does what she
    /// is told; both by columns, and no payoff is negative.
    pub(crate) fn conditions(
        &self,
        trigger: Trigger,
        next: &mut usize,
        blind: &dyn Fn(usize) -> Vec<(usize, Rational)>,
        followed: Vec<(usize, Rational)>,
        (rows, labels, player): (&mut Vec<Row>, &mut Vec<Label>, usize),
    ) {
        let below = self.below(trigger.set);
        let column = |set: usize| *next + below.binary_search(&set).unwrap_or_default();
        for s in &below {
            let own = &self.sets[*s];
            for sequence in own.first..own.first + own.actions {
                let mut entries = blind(sequence);
                entries.push((column(*s), Rational::integer(-1)));
                let children = below.iter().filter(|c| self.sets[**c].before == sequence);
                entries.extend(children.map(|c| (column(*c), Rational::ONE)));
                rows.push(Row {
                    entries,
                    right: Rational::ZERO,
                    equality: false,
                });
                labels.push(Label::Instead { player, sequence });
            }
        }
        let mut entries: Vec<(usize, Rational)> =
            followed.into_iter().map(|(k, x)| (k, -x)).collect();
        entries.push((column(trigger.set), Rational::ONE));
        rows.push(Row {
            entries,
            right: Rational::ZERO,
            equality: false,
        });
        labels.push(Label::Followed { player, trigger });
        *next += below.len();
    }
}

/// A tree's plays: what each pays in all, no less than 0, and how likely chance is to allow it.
pub(crate) struct Plays {
    /// In preorder.
    pub(crate) ends: Vec<NodeId>,
    /// By end.
    pub(crate) chance: Vec<Rational>,
    /// By end, then player: what is paid along the play, less the player's least.
    pub(crate) paid: Vec<Vec<Rational>>,
    /// By player.
    pub(crate) least: Vec<Rational>,
}

impl Plays {
    pub(crate) fn of(game: &ExtensiveGame) -> Self {
        let players = game.num_players();
        let mut so_far: Vec<(Rational, Vec<Rational>)> = Vec::with_capacity(game.num_nodes());
        let mut plays = Self {
            ends: Vec::new(),
            chance: Vec::new(),
            paid: Vec::new(),
            least: Vec::new(),
        };
        for node in game.nodes() {
            let (mut chance, mut paid) = match game.parent(node) {
                Some(parent) => so_far[parent.index()].clone(),
                None => (Rational::ONE, vec![Rational::ZERO; players]),
            };
            if let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node))
                && let NodeKind::Chance(event) = game.kind(parent)
            {
                chance = &chance * game.chance_probability(event, k).value();
            }
            if let Some(outcome) = game.outcome(node) {
                for (sum, player) in paid.iter_mut().zip(game.players()) {
                    *sum += game.payoff(outcome, player).value();
                }
            }
            if game.is_terminal(node) {
                plays.ends.push(node);
                plays.chance.push(chance.clone());
                plays.paid.push(paid.clone());
                so_far.push((chance, Vec::new()));
            } else {
                so_far.push((chance, paid));
            }
        }
        for p in 0..players {
            let least = plays.paid.iter().map(|row| &row[p]).min().cloned();
            let least = least.unwrap_or_default();
            for row in &mut plays.paid {
                row[p] -= &least;
            }
            plays.least.push(least);
        }
        plays
    }
}

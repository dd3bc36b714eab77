//! One decision that many alike actors take at once, without a tree of all that they might do.
//!
//! Thirty allies who answer or abstain have 2³⁰ histories, but equal states are far fewer if rules only count who answered. Over these
//! states, last ones first, a table says what everybody gets: an actor who has decided by how many of those who are
//! still to decide act; one who is still to decide by its own action and by how many of the others act.
//! Where an actor decides, the tables of its two moves must agree on everything that both can say, for the number
//! of those who act is all that may matter. If they do at every state, and if in the end everybody's table is the same,
//! the game is an [`AnonymousGame`]. Nothing is taken on trust: what is not alike is not recognised, and becomes a tree.
//!
//! Nobody may see anything before it decides, else its choices by what it sees would be several.

use super::world::{Rules, Turn, Who, World};
use super::{Built, CompiledGame};
use deterra_game::anonymous::AnonymousGame;
use deterra_game::number::Rational;
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::rc::Rc;

/// The most states that are looked at.
const MOST_STATES: usize = 100_000;

/// The most entries of tables that are computed.
const MOST_ENTRIES: usize = 100_000_000;

/// Alike actors who decide once and at once, as an anonymous game with its names.
#[derive(Clone, Debug)]
pub struct Alike {
    game: AnonymousGame,
    players: Vec<String>,
    members: Vec<Member>,
    others: Vec<(usize, Vec<Rational>)>,
    outcomes: Vec<String>,
    ends: Vec<Vec<(usize, Rational)>>,
}

/// One of those who decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its number among the players.
    pub player: usize,
    /// The name of the place where it decides.
    pub place: String,
    /// The names of its moves, as in the file.
    pub moves: [String; 2],
    /// Which of them is to act; the other is to abstain.
    pub act: usize,
}

impl Alike {
    /// The game of those who decide, in the order of [`Self::members`].
    pub const fn game(&self) -> &AnonymousGame {
        &self.game
    }

    /// The labels of all players, those included who decide nothing.
    pub fn players(&self) -> &[String] {
        &self.players
    }

    /// Those who decide, in the order of the players.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The players who decide nothing, and what they get if 0, 1, … all act, in payoff units.
    pub fn others(&self) -> &[(usize, Vec<Rational>)] {
        &self.others
    }

    /// How play may end.
    pub fn outcomes(&self) -> &[String] {
        &self.outcomes
    }

    /// How likely which outcome is if so many act: its place in [`Self::outcomes`], and the
    /// probability.
    ///
    /// # Panics
    /// If there are not so many members.
    pub fn ends(&self, acting: usize) -> &[(usize, Rational)] {
        &self.ends[acting]
    }
}

/// A state with its moves.
struct Place {
    mover: Who,
    /// Whether the file says what it looks like, whatever was seen before.
    has_look: bool,
    moves: Vec<Move>,
    /// By player; empty if nothing is paid.
    paid: Vec<Rational>,
    outcome: Option<usize>,
}

struct Move {
    to: usize,
    probability: Option<Rational>,
    /// By player.
    seen: Vec<bool>,
}

/// What a player gets.
#[derive(Clone, PartialEq, Eq)]
enum Pays {
    /// By how many of those who are still to decide act.
    Decided(Vec<Rational>),
    /// If it abstains and if it acts, by how many of the others who are still to decide act.
    Open([Vec<Rational>; 2]),
}

type Ends = Vec<(usize, Rational)>;

/// What a state is worth.
#[derive(Clone)]
struct Table {
    /// Who is still to decide, ascending.
    open: Rc<[usize]>,
    pays: Vec<Pays>,
    /// By how many of them act.
    ends: Vec<Ends>,
}

struct Walk<'w, 's> {
    world: &'w World<'s>,
    places: Vec<Place>,
    spans: Vec<Range<usize>>,
    members: Vec<Option<Member>>,
    outcomes: Vec<String>,
    numbers: FxHashMap<String, usize>,
}

/// Looks whether the play is one decision of at least so many alike actors.
///
/// # Returns
/// The game with its places; `None` if it is not, or if something is wrong.
pub(super) fn build<R: Rules>(world: &World<'_>, rules: &R, least: usize) -> Option<Built> {
    if world.profiles.len() != 1 || world.players.len() < least.max(1) {
        return None;
    }
    let mut walk = Walk {
        world,
        places: Vec::new(),
        spans: Vec::new(),
        members: vec![None; world.players.len()],
        outcomes: Vec::new(),
        numbers: FxHashMap::default(),
    };
    walk.discover(rules)?;
    if world.failed() || walk.members.iter().flatten().count() < least {
        return None;
    }
    let root = walk.tables()?;
    let game = walk.finish(root)?;
    Some(Built {
        game: CompiledGame::Alike(game),
        rungs: Vec::new(),
        offers: Vec::new(),
        spans: walk.spans,
        quiet: Vec::new(),
    })
}

impl Walk<'_, '_> {
    /// Finds all states, as long as they may belong to one decision.
    fn discover<R: Rules>(&mut self, rules: &R) -> Option<()> {
        let mut known: FxHashMap<R::State, usize> = FxHashMap::default();
        let mut states: Vec<R::State> = vec![rules.start(0)];
        known.insert(states[0].clone(), 0);
        let mut at = 0;
        while let Some(state) = states.get(at) {
            if at >= MOST_STATES || self.world.is_full() {
                return None;
            }
            let turn = rules.turn(state);
            let mut place = self.place(&turn)?;
            for step in turn.moves {
                let next = known.len();
                let to = match known.entry(step.to) {
                    Entry::Occupied(known) => *known.get(),
                    Entry::Vacant(new) => {
                        states.push(new.key().clone());
                        *new.insert(next)
                    }
                };
                let observation = self.world.observation(&step.events);
                let sees = |actor: &usize| match (observation, &step.seen_by) {
                    (Some(o), _) => o.by.contains(actor),
                    (None, Some(by)) => by.contains(actor),
                    (None, None) => true,
                };
                place.moves.push(Move {
                    to,
                    probability: step.probability,
                    seen: self.world.players.iter().map(sees).collect(),
                });
            }
            self.places.push(place);
            self.spans.push(turn.meta.span);
            at += 1;
        }
        Some(())
    }

    fn place<S>(&mut self, turn: &Turn<S>) -> Option<Place> {
        if let Who::Player(player) = turn.mover {
            let [first, second] = turn.moves.as_slice() else {
                return None;
            };
            let moves = [first.label.clone(), second.label.clone()];
            let quiet = turn.meta.quiet.map_or(1, |quiet| quiet as usize);
            // What is to act is the same move for all, by its name if all have it.
            let named = self.members.iter().flatten().next().and_then(|other| {
                let name = &other.moves[other.act];
                moves.iter().position(|own| own == name)
            });
            let member = Member {
                player: player.index(),
                place: turn.look.as_ref().unwrap_or(&turn.name).clone(),
                act: named.unwrap_or(1 - quiet.min(1)),
                moves,
            };
            match &self.members[player.index()] {
                Some(known) if *known != member => return None,
                Some(_) => {}
                None => self.members[player.index()] = Some(member),
            }
        }
        let outcome = (turn.mover == Who::Nobody).then(|| {
            let paid = turn.pay.as_ref().map(|paid| paid.label.as_str());
            let label = paid.filter(|label| !label.is_empty()).unwrap_or(&turn.name);
            let next = self.outcomes.len();
            match self.numbers.entry(label.to_owned()) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => {
                    self.outcomes.push(label.to_owned());
                    *new.insert(next)
                }
            }
        });
        let amounts = turn.pay.iter().flat_map(|paid| &paid.amounts);
        Some(Place {
            mover: turn.mover,
            has_look: turn.look.is_some(),
            moves: Vec::new(),
            paid: amounts.map(|amount| amount.value().clone()).collect(),
            outcome,
        })
    }

    /// States so that each comes after those that lead to it; `None` if play may return.
    fn order(&self) -> Option<Vec<usize>> {
        let mut waiting = vec![0_usize; self.places.len()];
        for place in &self.places {
            for step in &place.moves {
                waiting[step.to] += 1;
            }
        }
        if waiting.first() != Some(&0) {
            return None;
        }
        let mut order = vec![0];
        let mut at = 0;
        while let Some(place) = order.get(at) {
            for step in &self.places[*place].moves {
                waiting[step.to] -= 1;
                if waiting[step.to] == 0 {
                    order.push(step.to);
                }
            }
            at += 1;
        }
        (order.len() == self.places.len()).then_some(order)
    }

    /// The table of the start.
    fn tables(&self) -> Option<Table> {
        let order = self.order()?;
        let mut uses = vec![0_usize; self.places.len()];
        for step in self.places.iter().flat_map(|place| &place.moves) {
            uses[step.to] += 1;
        }
        // Whether the file says what a player's places look like.
        let mut looks = vec![true; self.world.players.len()];
        for place in &self.places {
            if let Who::Player(player) = place.mover {
                looks[player.index()] &= place.has_look;
            }
        }
        let mut tables: Vec<Option<Table>> = vec![None; self.places.len()];
        let mut entries = 0;
        for at in order.into_iter().rev() {
            let table = self.table(at, &tables, &looks)?;
            entries += table.pays.len() * (table.open.len() + 1);
            if entries > MOST_ENTRIES {
                return None;
            }
            for step in &self.places[at].moves {
                uses[step.to] -= 1;
                if uses[step.to] == 0 {
                    tables[step.to] = None;
                }
            }
            tables[at] = Some(table);
        }
        tables.swap_remove(0)
    }

    fn table(&self, at: usize, tables: &[Option<Table>], looks: &[bool]) -> Option<Table> {
        let place = &self.places[at];
        let mut after = Vec::with_capacity(place.moves.len());
        for step in &place.moves {
            let table = tables[step.to].as_ref()?;
            after.push(table);
            // Who sees something before it decides could choose by it.
            let blind = |player: &usize| !step.seen[*player] || looks[*player];
            if !table.open.iter().all(blind) {
                return None;
            }
        }
        let mut table = match (place.mover, after.as_slice()) {
            (Who::Nobody, _) => Table {
                open: Rc::from([]),
                pays: vec![Pays::Decided(vec![Rational::ZERO]); self.world.players.len()],
                ends: vec![vec![(place.outcome?, Rational::ONE)]],
            },
            (Who::Chance, after) => drawn(&place.moves, after)?,
            (Who::Player(player), [first, second]) => {
                let member = self.members[player.index()].as_ref()?;
                let [abstain, act] = match member.act {
                    0 => [*second, *first],
                    _ => [*first, *second],
                };
                decided(player.index(), abstain, act)?
            }
            (Who::Player(_), _) => return None,
        };
        for (pays, amount) in table.pays.iter_mut().zip(&place.paid) {
            let rows = match pays {
                Pays::Decided(row) => std::slice::from_mut(row),
                Pays::Open(rows) => rows.as_mut_slice(),
            };
            for entry in rows.iter_mut().flatten() {
                *entry += amount;
            }
        }
        Some(table)
    }

    fn finish(&self, root: Table) -> Option<Alike> {
        let scenario = self.world.scenario;
        let members: Vec<Member> = self.members.iter().flatten().cloned().collect();
        if members.len() != root.open.len() {
            return None;
        }
        let mut rows: Option<[Vec<Rational>; 2]> = None;
        let mut others = Vec::new();
        for (player, pays) in root.pays.into_iter().enumerate() {
            match (pays, &rows) {
                (Pays::Decided(row), _) => others.push((player, row)),
                (Pays::Open(own), Some(rows)) if own != *rows => return None,
                (Pays::Open(own), _) => rows = Some(own),
            }
        }
        let [abstaining, acting] = rows?;
        let label = |actor: &usize| scenario.actors[*actor].label.clone();
        Some(Alike {
            game: AnonymousGame::new(&scenario.name, acting, abstaining).ok()?,
            players: self.world.players.iter().map(label).collect(),
            members,
            others,
            outcomes: self.outcomes.clone(),
            ends: root.ends,
        })
    }
}

/// The average of tables over what chance does.
fn drawn(moves: &[Move], after: &[&Table]) -> Option<Table> {
    let first = *after.first()?;
    if after.iter().any(|table| table.open != first.open) {
        return None;
    }
    if let [only] = moves
        && only.probability.as_ref().is_none_or(Rational::is_one)
    {
        return Some(first.clone());
    }
    let weights: Vec<Rational> = moves
        .iter()
        .map(|step| step.probability.clone().unwrap_or_default())
        .collect();
    let mean = |pick: &dyn Fn(&Table) -> Option<Vec<Rational>>| -> Option<Vec<Rational>> {
        let mut sum: Vec<Rational> = Vec::new();
        for (weight, table) in weights.iter().zip(after) {
            let row = pick(table)?;
            sum.resize(row.len(), Rational::ZERO);
            for (sum, entry) in sum.iter_mut().zip(&row) {
                *sum += &(weight * entry);
            }
        }
        Some(sum)
    };
    let open = |player: usize, act: usize| {
        mean(&move |table: &Table| match &table.pays[player] {
            Pays::Open(rows) => Some(rows[act].clone()),
            Pays::Decided(_) => None,
        })
    };
    let mut pays = Vec::with_capacity(first.pays.len());
    for player in 0..first.pays.len() {
        pays.push(match &first.pays[player] {
            Pays::Open(_) => Pays::Open([open(player, 0)?, open(player, 1)?]),
            Pays::Decided(_) => Pays::Decided(mean(&|table| match &table.pays[player] {
                Pays::Decided(row) => Some(row.clone()),
                Pays::Open(_) => None,
            })?),
        });
    }
    let ends = (0..=first.open.len()).map(|acting| {
        let mut sum: Ends = Vec::new();
        for (weight, table) in weights.iter().zip(after) {
            for (outcome, probability) in &table.ends[acting] {
                let more = weight * probability;
                match sum.binary_search_by_key(outcome, |(outcome, _)| *outcome) {
                    Ok(at) => sum[at].1 += &more,
                    Err(at) => sum.insert(at, (*outcome, more)),
                }
            }
        }
        sum.retain(|(_, probability)| !probability.is_zero());
        sum
    });
    Some(Table {
        open: first.open.clone(),
        pays,
        ends: ends.collect(),
    })
}

/// The table where a player decides, if only numbers matter afterwards.
fn decided(player: usize, abstain: &Table, act: &Table) -> Option<Table> {
    if abstain.open != act.open {
        return None;
    }
    let Err(place) = abstain.open.binary_search(&player) else {
        return None;
    };
    let mut open = abstain.open.to_vec();
    open.insert(place, player);
    let mut pays = Vec::with_capacity(act.pays.len());
    for (at, rows) in abstain.pays.iter().zip(&act.pays).enumerate() {
        pays.push(match rows {
            (Pays::Decided(without), Pays::Decided(with)) if at == player => {
                Pays::Open([without.clone(), with.clone()])
            }
            (Pays::Decided(without), Pays::Decided(with)) => Pays::Decided(joined(without, with)?),
            (Pays::Open([a, b]), Pays::Open([c, d])) => Pays::Open([joined(a, c)?, joined(b, d)?]),
            _ => return None,
        });
    }
    Some(Table {
        open: open.into(),
        pays,
        ends: joined(&abstain.ends, &act.ends)?,
    })
}

/// Entries by how many act of some players and one more, who abstains or acts; they must agree.
fn joined<T: Clone + PartialEq>(without: &[T], with: &[T]) -> Option<Vec<T>> {
    let agree = without.get(1..)? == with.get(..with.len().checked_sub(1)?)?;
    agree.then(|| without.iter().chain(with.last()).cloned().collect())
}

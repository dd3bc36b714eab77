//! Rounds: what is dominated within what is left is struck out, all at once, until nothing is.

use super::contest::{Contest, Fate, Through};
use crate::control::{Control, Stop};
use crate::solution::Work;
use deterra_game::id::{InfosetId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::strategic::StrategicGame;
use deterra_verify::dominance::{Dominators, Eliminated, Elimination, Extent, Kind, Supported};
use std::collections::BTreeMap;
use std::time::Instant;

/// Where a player's strategies have to be undominated.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) player: PlayerId,
    /// `None` is the whole game.
    pub(super) at: Option<InfosetId>,
    /// What she chooses among, struck out or not; `None` is what is left.
    pub(super) own: Option<Vec<u32>>,
    /// The plays that count; `None` is all.
    pub(super) through: Option<Through>,
}

impl Condition {
    fn within<'g>(&'g self, table: &'g StrategicGame, left: &[Vec<u32>]) -> Contest<'g> {
        let own = self.own.as_ref().unwrap_or(&left[self.player.index()]);
        let mut against = others(table, left, self.player);
        if let Some(through) = &self.through {
            against.retain(|at| through.columns.binary_search(at).is_ok());
        }
        Contest {
            table,
            player: self.player,
            own: own.clone(),
            against,
            through: self.through.as_ref(),
        }
    }
}

/// What the others may do: cells in which a player's part is left out, ascending.
pub(super) fn others(table: &StrategicGame, left: &[Vec<u32>], player: PlayerId) -> Vec<usize> {
    let mut all = vec![0];
    for other in table.players().filter(|p| *p != player) {
        let mut next = Vec::with_capacity(all.len() * left[other.index()].len());
        for strategy in &left[other.index()] {
            let add = *strategy as usize * table.stride(other);
            next.extend(all.iter().map(|at| at + add));
        }
        all = next;
    }
    all
}

/// The whole game, for everybody.
pub(super) fn whole_game(table: &StrategicGame) -> Vec<Condition> {
    let whole = |player| Condition {
        player,
        at: None,
        own: None,
        through: None,
    };
    table.players().map(whole).collect()
}

/// What is struck out by what, and how often.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) kind: Kind,
    pub(super) dominators: Dominators,
    pub(super) round_limit: Option<usize>,
}

/// What is known of why strategies are left: by condition and strategy, cells and chances.
type Beliefs = BTreeMap<(usize, u32), Vec<(usize, Rational)>>;

/// What is known so far takes, with a copy for whoever asked, and what finding out more in a contest takes at most.
fn bytes(beliefs: &Beliefs, contest: &Contest<'_>, rule: Rule) -> usize {
    let entry = size_of::<(usize, Rational)>();
    let known: usize = beliefs.values().map(Vec::len).sum();
    let cells = contest.own.len().saturating_mul(contest.against.len());
    // Every strategy may be justified by a belief about everything; a program has every number some three times.
    let each = match rule.dominators {
        Dominators::Pure => size_of::<&Rational>(),
        Dominators::Mixed => 2 * entry + 3 * size_of::<Rational>(),
    };
    known
        .saturating_mul(2 * entry)
        .saturating_add(cells.saturating_mul(each))
}

/// Strikes out in rounds.
///
/// # Returns
/// The elimination, why it ended, and what it cost; on an early end the rounds that are done.
pub(super) fn run(
    table: &StrategicGame,
    conditions: &[Condition],
    rule: Rule,
    control: &Control,
) -> (Elimination, Stop, Work) {
    // The clock only enforces the caller's limit and is shown.
    let start = Instant::now();
    let clock = control.start();
    let shape = table.shape();
    let mut left: Vec<Vec<u32>> = shape.iter().map(|n| (0..*n as u32).collect()).collect();
    let mut rounds: Vec<Vec<Eliminated>> = Vec::new();
    let mut beliefs = Beliefs::new();
    // Where rounds have to strike out all that is dominated, what shows that they do where that does not meet the eye.
    let is_ordered = rule.dominators == Dominators::Mixed
        && (rule.kind == Kind::Weak || rule.round_limit.is_some());
    let mut kept: Vec<Vec<Supported>> = Vec::new();
    let mut stop = Stop::Done;
    let mut looked = 0;
    let limit = rule.round_limit.map_or(usize::MAX, |n| n.max(1));
    let extent = loop {
        if rounds.len() >= limit {
            break Extent::Rounds;
        }
        let mut gone: BTreeMap<(u32, u32), Eliminated> = BTreeMap::new();
        let mut ended = None;
        let mut argued: Vec<Supported> = Vec::new();
        for (c, condition) in conditions.iter().enumerate() {
            let contest = condition.within(table, &left);
            looked += (contest.own.len() * contest.against.len()) as u64;
            keep_valid(&mut beliefs, (c, &contest), rule.kind);
            if contest.against.is_empty() {
                continue;
            }
            let player = condition.player;
            let mine = left[player.index()].iter().copied();
            let asked: Vec<u32> = mine
                .filter(|s| contest.own.binary_search(s).is_ok())
                .filter(|s| !gone.contains_key(&(player.0, *s)) && !beliefs.contains_key(&(c, *s)))
                .collect();
            if control
                .memory_limit
                .is_some_and(|limit| bytes(&beliefs, &contest, rule) > limit)
            {
                ended = Some(Stop::Memory);
                break;
            }
            let by = (rule.kind, rule.dominators);
            let settled = clock.hold(|| contest.settle(&asked, by, (&clock, control.threads)));
            let Ok(Some(fates)) = settled else {
                ended = Some(clock.stop().unwrap_or(Stop::Interrupted));
                break;
            };
            for (strategy, fate) in asked.into_iter().zip(fates) {
                match fate {
                    Fate::Dominated(by) => {
                        let at = condition.at;
                        let row = Eliminated {
                            player,
                            strategy,
                            at,
                            by,
                        };
                        gone.insert((player.0, strategy), row);
                    }
                    Fate::Supported { by, is_evident } => {
                        let cell = |(k, p)| (contest.cell(strategy, k), p);
                        let belief: Vec<(usize, Rational)> = by.into_iter().map(cell).collect();
                        if is_ordered && !is_evident {
                            argued.push(Supported {
                                player,
                                strategy,
                                at: condition.at,
                                belief: belief.clone(),
                            });
                        }
                        beliefs.insert((c, strategy), belief);
                    }
                    Fate::Left => {}
                }
            }
        }
        if let Some(early) = ended {
            stop = early;
            break Extent::Cut;
        }
        if gone.is_empty() {
            break Extent::Whole;
        }
        for (player, strategy) in gone.keys() {
            left[*player as usize].retain(|s| s != strategy);
        }
        rounds.push(gone.into_values().collect());
        if is_ordered {
            kept.push(argued);
        }
        let done: usize = rounds.iter().map(Vec::len).sum();
        let all: usize = shape.iter().sum();
        clock.report(done as u64, Some(all as u64), "strategies");
    };
    let supported = if extent == Extent::Cut || rule.dominators == Dominators::Pure {
        Vec::new()
    } else {
        proofs(conditions, beliefs, &left)
    };
    let elimination = Elimination {
        kind: rule.kind,
        dominators: rule.dominators,
        rounds,
        extent,
        supported,
        kept,
        independent: Vec::new(),
        undecided: None,
    };
    let work = Work {
        nodes: looked,
        bytes: table.num_cells() * size_of::<usize>(),
        seconds: start.elapsed().as_secs_f64(),
        ..Work::default()
    };
    (elimination, stop, work)
}

/// Forgets beliefs in what is not left, or, if nothing may be ruled out, in less than all that is.
fn keep_valid(beliefs: &mut Beliefs, (c, contest): (usize, &Contest<'_>), kind: Kind) {
    let stride = contest.table.stride(contest.player);
    let valid = |strategy: u32, belief: &[(usize, Rational)]| {
        let own = strategy as usize * stride;
        let mut cells = belief.iter();
        cells.all(|(cell, _)| contest.against.binary_search(&(cell - own)).is_ok())
            && (kind == Kind::Strict || belief.len() == contest.against.len())
    };
    let stale: Vec<(usize, u32)> = beliefs
        .range((c, 0)..=(c, u32::MAX))
        .filter(|((_, strategy), belief)| !valid(*strategy, belief))
        .map(|(key, _)| *key)
        .collect();
    for key in stale {
        beliefs.remove(&key);
    }
}

fn proofs(conditions: &[Condition], beliefs: Beliefs, left: &[Vec<u32>]) -> Vec<Supported> {
    let proof = |((c, strategy), belief): ((usize, u32), Vec<(usize, Rational)>)| {
        let condition = &conditions[c];
        let remains = left[condition.player.index()]
            .binary_search(&strategy)
            .is_ok();
        remains.then_some(Supported {
            player: condition.player,
            strategy,
            at: condition.at,
            belief,
        })
    };
    beliefs.into_iter().filter_map(proof).collect()
}

//! Joint deviations of coalitions from cells of a table, smallest coalitions first.
//!
//! Whoever cannot be paid more wherever others may go joins no coalition, and strategies that cannot pay her more are not what she deviates to.
//! Without them there is less that others may go to, so they are looked at again, until nothing drops out. What is left is gone
//! through. A member who keeps her strategy may be left out, so all members of a coalition change theirs; this loses no self-enforcing
//! deviation either, since what lasts for a coalition lasts for its parts.

use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::pure::{JUDGED, MIXED_NOT_SEARCHED, Pure, pure};
use crate::solution::{Found, Solution, Work};
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::strategic::StrategicGame;
use deterra_verify::verdict::{Concept, Status, Verdict};
use std::collections::HashMap;
use std::time::Instant;

/// Cells that the judge goes through for one answer, about.
const MOST_JUDGED: usize = 1 << 21;

/// Answers about coalitions and cells that are remembered.
const MOST_KNOWN: usize = 1 << 22;

/// A Nash equilibrium that some coalition leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The equilibrium.
    pub cell: usize,
    /// Who deviates, and to which strategy, by player.
    pub moves: Vec<(PlayerId, u32)>,
}

/// Pure Nash equilibria by whether a coalition leaves them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoalitionalEquilibria {
    /// Those that none leaves, as cells, ascending: player 1's strategy varies fastest.
    pub cells: Vec<usize>,
    /// The others, ascending, each with a deviation of a smallest coalition.
    pub refused: Vec<Refused>,
    /// Nash equilibria of which it was not decided.
    pub undecided: usize,
}

/// How one method differs from the other.
pub(super) struct Kind {
    pub(super) method: Method,
    pub(super) concept: Concept,
    /// Whether only deviations count that no part of the coalition deviates from in turn.
    pub(super) lasting: bool,
    pub(super) judge: fn(&StrategicGame, usize) -> Verdict,
}

/// Goes through the pure Nash equilibria.
pub(super) fn sift(
    game: &StrategicGame,
    options: &Pure,
    control: &Control,
    kind: &Kind,
) -> Result<Solution<CoalitionalEquilibria>, SolveError> {
    // The clock is only for display and for the caller's limits.
    let start = Instant::now();
    let control = control.running();
    let nash = pure(game, options, &control)?;
    let mut stop = nash.stop();
    let candidates = nash.into_answer();
    let mut search = Search::new(game, kind.lasting, control.start());
    let mut answer = CoalitionalEquilibria::default();
    let total = candidates.cells().len();
    for (done, cell) in candidates.cells().iter().enumerate() {
        search
            .clock
            .report(done as u64, Some(total as u64), "equilibria");
        // Something is told of the first one, if there is any time for it.
        let found = match search.clock.stop() {
            Some(early) if done > 0 => Err(early),
            _ => search.deviation(search.everybody, *cell, true),
        };
        match found {
            Ok(None) => answer.cells.push(*cell),
            Ok(Some(moves)) => answer.refused.push(Refused { cell: *cell, moves }),
            Err(early) if done == 0 => {
                return Err(SolveError::Stopped {
                    stop: early,
                    done: 0,
                    total: total as u64,
                    unit: "equilibria",
                });
            }
            Err(early) => {
                stop = early;
                answer.undecided = total - done;
                break;
            }
        }
    }
    let found = Found {
        method: kind.method,
        not_searched: Some(MIXED_NOT_SEARCHED.to_owned()),
        stop,
        work: Work {
            nodes: search.steps,
            bytes: search.known.len() * 48,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
        answer,
    };
    Ok(Solution::certified(
        found,
        kind.concept,
        &control.patience(),
        |answer| judged(game, answer, kind),
    ))
}

/// What the judge says: those kept hold, and those refused do not.
fn judged(game: &StrategicGame, answer: &CoalitionalEquilibria, kind: &Kind) -> Verdict {
    let shape = game.shape();
    // At worst everybody may stay or go anywhere; a judge gives up where that is too much.
    let ways = shape
        .iter()
        .fold(1_usize, |ways, n| ways.saturating_mul(n + 1));
    let one = if kind.lasting { ways } else { game.num_cells() };
    let most = (MOST_JUDGED / one.max(1)).clamp(1, JUDGED);
    let mut worst: Option<Verdict> = None;
    for cell in answer.cells.iter().take(most) {
        let verdict = (kind.judge)(game, *cell);
        if verdict.status == Status::Failed {
            return verdict;
        }
        if worst.as_ref().is_none_or(Verdict::is_exact) {
            worst = Some(verdict);
        }
    }
    for one in answer.refused.iter().take(most) {
        let verdict = (kind.judge)(game, one.cell);
        match verdict.status {
            Status::Failed => {
                worst.get_or_insert_with(|| {
                    Verdict::from_witness(kind.concept, None, &Rational::ZERO)
                });
            }
            Status::Exact | Status::Bounded => {
                return Verdict::unchecked(
                    kind.concept,
                    "an equilibrium was refused that the judge accepts",
                );
            }
            Status::Unchecked(_) => worst = Some(verdict),
        }
    }
    worst.unwrap_or_else(|| {
        Verdict::unchecked(kind.concept, "there is no pure equilibrium to be judged")
    })
}

struct Search<'g> {
    game: &'g StrategicGame,
    lasting: bool,
    clock: Clock<'g>,
    /// Players with a choice; coalitions are bits in this order.
    active: Vec<PlayerId>,
    everybody: u64,
    /// By player with a choice and strategy, the most it pays.
    most: Vec<Vec<&'g Rational>>,
    /// Whether a coalition that has come to a cell stays there.
    known: HashMap<(u64, usize), bool>,
    steps: u64,
}

impl<'g> Search<'g> {
    fn new(game: &'g StrategicGame, lasting: bool, clock: Clock<'g>) -> Self {
        let choice = |player: &PlayerId| game.num_strategies(*player) > 1;
        let active: Vec<PlayerId> = game.players().filter(choice).collect();
        let most = active.iter().map(|player| {
            let mut most = vec![None; game.num_strategies(*player)];
            for cell in 0..game.num_cells() {
                let paid = game.payoff(cell, *player);
                let known = &mut most[game.strategy_in(cell, *player)];
                if known.is_none_or(|x| x < paid) {
                    *known = Some(paid);
                }
            }
            most.into_iter().flatten().collect()
        });
        Self {
            most: most.collect(),
            game,
            lasting,
            clock,
            // A table has two cells at least for each of them, so they are few.
            everybody: (1_u64 << active.len().min(63)) - 1,
            active,
            known: HashMap::new(),
            steps: 0,
        }
    }

    /// A deviation from a cell that pays all who deviate more, by a part of a coalition, or by all of it if `whole`; where it has to
    /// last, one that does.
    fn deviation(
        &mut self,
        coalition: u64,
        cell: usize,
        whole: bool,
    ) -> Result<Option<Vec<(PlayerId, u32)>>, Stop> {
        let tempting = self.tempting(coalition, cell)?;
        let members: Vec<usize> = (0..tempting.len())
            .filter(|k| !tempting[*k].is_empty())
            .collect();
        let end = 1_u64 << members.len();
        for size in 1..=members.len() {
            // Subsets of this size, ascending: the next number with as many bits.
            let mut part = (1_u64 << size) - 1;
            while part < end {
                let who: Vec<usize> = members
                    .iter()
                    .enumerate()
                    .filter(|(k, _)| part >> k & 1 == 1)
                    .map(|(_, member)| *member)
                    .collect();
                let bits = who.iter().fold(0_u64, |bits, k| bits | 1 << k);
                if whole || bits != coalition {
                    let found = self.by(&who, bits, &tempting, cell)?;
                    if found.is_some() {
                        return Ok(found);
                    }
                }
                let low = part & part.wrapping_neg();
                let next = part + low;
                part = (((next ^ part) >> 2) / low) | next;
            }
        }
        Ok(None)
    }

    /// The same by just these players.
    fn by(
        &mut self,
        who: &[usize],
        bits: u64,
        tempting: &[Vec<usize>],
        cell: usize,
    ) -> Result<Option<Vec<(PlayerId, u32)>>, Stop> {
        let mut chosen = vec![0_usize; who.len()];
        loop {
            self.step()?;
            let mut to = cell;
            for (k, choice) in who.iter().zip(&chosen) {
                to = self
                    .game
                    .deviation(to, self.active[*k], tempting[*k][*choice]);
            }
            let gains = |k: &usize| {
                let player = self.active[*k];
                self.game.payoff(to, player) > self.game.payoff(cell, player)
            };
            if who.iter().all(gains) && (!self.lasting || self.stays(bits, to)?) {
                let moves = who.iter().zip(&chosen);
                let moves = moves.map(|(k, c)| (self.active[*k], tempting[*k][*c] as u32));
                return Ok(Some(moves.collect()));
            }
            let Some(next) = (0..who.len()).find(|k| chosen[*k] + 1 < tempting[who[*k]].len())
            else {
                return Ok(None);
            };
            chosen[next] += 1;
            chosen[..next].fill(0);
        }
    }

    /// Whether no smaller coalition inside leaves in its turn. It asks of smaller and smaller coalitions, so it is as deep as there are
    /// players with a choice.
    fn stays(&mut self, coalition: u64, cell: usize) -> Result<bool, Stop> {
        if let Some(known) = self.known.get(&(coalition, cell)) {
            return Ok(*known);
        }
        let stays = self.deviation(coalition, cell, false)?.is_none();
        if self.known.len() < MOST_KNOWN {
            self.known.insert((coalition, cell), stays);
        }
        Ok(stays)
    }

    /// By player with a choice, the other strategies that may pay her more if others go where they may be paid more.
    fn tempting(&mut self, coalition: u64, cell: usize) -> Result<Vec<Vec<usize>>, Stop> {
        let game = self.game;
        let mut left: Vec<Vec<usize>> = Vec::with_capacity(self.active.len());
        for (k, player) in self.active.iter().enumerate() {
            let now = game.payoff(cell, *player);
            let own = game.strategy_in(cell, *player);
            let more = |s: &usize| *s != own && self.most[k][*s] > now;
            left.push(match coalition >> k & 1 {
                1 => (0..self.most[k].len()).filter(more).collect(),
                _ => Vec::new(),
            });
        }
        loop {
            let who: Vec<usize> = (0..left.len()).filter(|k| !left[*k].is_empty()).collect();
            if who.len() < 2 {
                return Ok(left);
            }
            // Everybody stays, or goes where she is tempted to: 0 is to stay.
            let mut reached: Vec<Vec<bool>> =
                who.iter().map(|k| vec![false; left[*k].len()]).collect();
            let mut chosen = vec![0_usize; who.len()];
            loop {
                self.step()?;
                let mut to = cell;
                for (k, choice) in who.iter().zip(&chosen) {
                    if *choice > 0 {
                        to = game.deviation(to, self.active[*k], left[*k][choice - 1]);
                    }
                }
                for ((k, choice), reached) in who.iter().zip(&chosen).zip(&mut reached) {
                    let player = self.active[*k];
                    if *choice > 0 && game.payoff(to, player) > game.payoff(cell, player) {
                        reached[choice - 1] = true;
                    }
                }
                let Some(next) = (0..who.len()).find(|k| chosen[*k] < left[who[*k]].len()) else {
                    break;
                };
                chosen[next] += 1;
                chosen[..next].fill(0);
            }
            let before: usize = left.iter().map(Vec::len).sum();
            for (k, reached) in who.iter().zip(reached) {
                let mut all = reached.into_iter();
                left[*k].retain(|_| all.next().unwrap_or(false));
            }
            if left.iter().map(Vec::len).sum::<usize>() == before {
                return Ok(left);
            }
        }
    }

    fn step(&mut self) -> Result<(), Stop> {
        self.steps += 1;
        if self.steps.is_multiple_of(1 << 12)
            && let Some(stop) = self.clock.stop()
        {
            return Err(stop);
        }
        Ok(())
    }
}

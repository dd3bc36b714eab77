//! What every combination of reduced strategies pays.
//!
//! Each payoff of the tree is met by a product of lists of strategies, one list a player, so
//! only the cells that meet it are touched.

use super::ConvertError;
use super::reduced::Plans;
use crate::extensive::{ExtensiveGame, NONE, NodeKind};
use crate::id::{InfosetId, NodeId, OutcomeId};
use crate::information;
use crate::number::{Natural, Number, Rational};
use crate::patience::poll_at;
use crate::strategic::StrategicBuilder;

/// Adds up what every combination of reduced strategies pays.
pub(super) fn fill_cells(
    game: &ExtensiveGame,
    plans: &[Plans],
    table: &mut StrategicBuilder,
    work_limit: &Natural,
) -> Result<(), ConvertError> {
    let shape: Vec<usize> = plans
        .iter()
        .map(|p| p.actions.len().checked_div(p.num_infosets).unwrap_or(1))
        .collect();
    let cells: usize = shape.iter().product();
    let players = shape.len();

    let mut work = Natural::ZERO;
    let mut shared = vec![NONE; cells];
    let mut can_share = game.num_chance_events() == 0;
    Paid::new(game, plans, &shape, work_limit).each(|outcome, _, strategies| {
        let here: usize = strategies.iter().map(|list| list.len()).product();
        work += Natural::from(here);
        if can_share && work <= *work_limit {
            each_cell(strategies, &shape, |cell| {
                can_share &= shared[cell] == NONE;
                shared[cell] = outcome.0;
            });
        }
    })?;
    if work > *work_limit {
        return Err(ConvertError::TooMuchWork {
            what: "payoff additions",
            needed: work,
            limit: work_limit.clone(),
        });
    }
    if can_share {
        let outcomes: Vec<_> = game
            .outcomes()
            .map(|outcome| {
                let row: Vec<Number> = game
                    .players()
                    .map(|p| game.payoff(outcome, p).clone())
                    .collect();
                table.outcome(game.outcome_label(outcome), &row)
            })
            .collect();
        for outcome in shared {
            table.cell((outcome != NONE).then(|| outcomes[outcome as usize]));
        }
        return Ok(());
    }
    drop(shared);
    let mut sums = vec![Rational::ZERO; cells * players];
    Paid::new(game, plans, &shape, work_limit).each(|outcome, probability, strategies| {
        let row: Vec<Rational> = game
            .players()
            .map(|p| probability * game.payoff(outcome, p).value())
            .collect();
        each_cell(strategies, &shape, |cell| {
            for (sum, payoff) in sums[cell * players..].iter_mut().zip(&row) {
                *sum += payoff;
            }
        });
    })?;
    let mut row = Vec::with_capacity(players);
    for cell in 0..cells {
        poll_at(cell);
        row.clear();
        row.extend(
            sums[cell * players..(cell + 1) * players]
                .iter()
                .map(|x| Number::from(x.clone())),
        );
        table.payoffs(&row);
    }
    Ok(())
}

/// Calls `visit` with every cell whose strategies are all on the lists. Lists are never empty.
fn each_cell(lists: &[&[u32]], shape: &[usize], mut visit: impl FnMut(usize)) {
    let mut at = vec![0_usize; lists.len()];
    loop {
        let mut cell = 0;
        for p in (0..lists.len()).rev() {
            cell = cell * shape[p] + lists[p][at[p]] as usize;
        }
        poll_at(cell);
        visit(cell);
        let mut p = 0;
        loop {
            if p == lists.len() {
                return;
            }
            at[p] += 1;
            if at[p] < lists[p].len() {
                break;
            }
            at[p] = 0;
            p += 1;
        }
    }
}

/// Shows every payoff of the tree with its chance probability and the strategies that meet it.
struct Paid<'g> {
    game: &'g ExtensiveGame,
    /// Lists of strategies in ascending order: first every player's whole list, then those that
    /// take each flat action, then intersections along the current path.
    lists: Vec<Vec<u32>>,
    /// By player: whether the strategies that take an action all come from those that could.
    recalls: Vec<bool>,
    /// What may still be spent on intersecting lists.
    budget: Natural,
    work_limit: &'g Natural,
}

/// Bits that the probabilities of one path may hold together.
const MAX_PATH_BITS: usize = 1 << 28;

impl<'g> Paid<'g> {
    fn new(
        game: &'g ExtensiveGame,
        plans: &[Plans],
        shape: &[usize],
        work_limit: &'g Natural,
    ) -> Self {
        let mut recalls = vec![true; shape.len()];
        for problem in information::perfect_recall(game) {
            if let Some(player) = game.infoset_player(problem.infoset) {
                recalls[player.index()] = false;
            }
        }
        let mut lists: Vec<Vec<u32>> = shape.iter().map(|n| (0..*n as u32).collect()).collect();
        lists.resize(lists.len() + game.num_player_actions(), Vec::new());
        for (plans, strategies) in plans.iter().zip(shape) {
            for strategy in 0..*strategies {
                let plan = &plans.actions[strategy * plans.num_infosets..];
                for (set, action) in plan[..plans.num_infosets].iter().enumerate() {
                    if *action != NONE {
                        let infoset = InfosetId(plans.first_infoset + set as u32);
                        let flat = game.actions(infoset).start + *action as usize;
                        lists[shape.len() + flat].push(strategy as u32);
                    }
                }
            }
        }
        Self {
            game,
            lists,
            recalls,
            budget: work_limit.clone(),
            work_limit,
        }
    }

    fn each(
        mut self,
        mut visit: impl FnMut(OutcomeId, &Rational, &[&[u32]]),
    ) -> Result<(), ConvertError> {
        let game = self.game;
        let players = game.num_players();
        let mut current: Vec<usize> = (0..players).collect();
        // End of the subtree, the player, her list before, how many lists there were.
        let mut undo: Vec<(u32, usize, usize, usize)> = Vec::new();
        let mut reach: Vec<(u32, Rational)> = Vec::new();
        let mut path_bits = 0;
        let mut node = NodeId::ROOT;
        while node.index() < game.num_nodes() {
            poll_at(node.index());
            while let Some((end, player, list, kept)) = undo.last().copied() {
                if node.0 < end {
                    break;
                }
                current[player] = list;
                self.lists.truncate(kept);
                undo.pop();
            }
            while let Some((_, left)) = reach.pop_if(|(end, _)| node.0 >= *end) {
                path_bits -= left.bits();
            }
            let end = game.subtree_end(node);
            if let (Some(parent), Some(action)) = (game.parent(node), game.incoming(node)) {
                match game.kind(parent) {
                    NodeKind::Terminal => {}
                    NodeKind::Chance(event) => {
                        let drawn = game.chance_probability(event, action).value();
                        if drawn.is_zero() {
                            node = end;
                            continue;
                        }
                        let before = reach.last().map_or(Rational::ONE, |(_, p)| p.clone());
                        let after = &before * drawn;
                        path_bits += after.bits();
                        if path_bits > MAX_PATH_BITS {
                            return Err(ConvertError::TooMuchWork {
                                what: "bits of chance probabilities on one path",
                                needed: Natural::from(path_bits),
                                limit: Natural::from(MAX_PATH_BITS),
                            });
                        }
                        reach.push((end.0, after));
                    }
                    NodeKind::Decision(player, infoset) => {
                        let p = player.index();
                        let takes = players + game.actions(infoset).start + action;
                        undo.push((end.0, p, current[p], self.lists.len()));
                        current[p] = if self.recalls[p] {
                            takes
                        } else {
                            self.meet(current[p], takes)?
                        };
                        if self.lists[current[p]].is_empty() {
                            node = end;
                            continue;
                        }
                    }
                }
            }
            if let Some(outcome) = game.outcome(node) {
                let strategies: Vec<&[u32]> =
                    current.iter().map(|l| self.lists[*l].as_slice()).collect();
                let probability = reach.last().map_or(&Rational::ONE, |(_, p)| p);
                visit(outcome, probability, &strategies);
            }
            node = NodeId(node.0 + 1);
        }
        Ok(())
    }

    /// The list of strategies on both lists; one of the two if they are nested.
    fn meet(&mut self, current: usize, takes: usize) -> Result<usize, ConvertError> {
        let (mine, theirs) = (&self.lists[current], &self.lists[takes]);
        let cost = Natural::from(theirs.len());
        if cost > self.budget {
            return Err(ConvertError::TooMuchWork {
                what: "or more comparisons of strategies",
                needed: self.work_limit + Natural::ONE,
                limit: self.work_limit.clone(),
            });
        }
        self.budget -= cost;
        let both: Vec<u32> = theirs
            .iter()
            .filter(|s| mine.binary_search(s).is_ok())
            .copied()
            .collect();
        Ok(if both.len() == theirs.len() {
            takes
        } else if both.len() == mine.len() {
            current
        } else {
            self.lists.push(both);
            self.lists.len() - 1
        })
    }
}

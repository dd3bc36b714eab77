//! What plays through each information set pay, strategy by strategy.

use super::contest::Through;
use super::engine::Condition;
use crate::control::Control;
use crate::error::SolveError;
use deterra_game::class::Plays;
use deterra_game::convert::ReducedForm;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId};
use deterra_game::number::{Natural, Rational};

/// Payoffs at information sets for every cell allowed.
const NUMBERS_PER_CELL: usize = 16;

/// Cells between two looks at the clock.
const PATIENCE: usize = 256;

/// One condition for every player and the whole game, and one for every information set that can be reached.
///
/// # Errors
/// [`SolveError::TooLarge`] if the payoffs at information sets are too many; [`SolveError::Stopped`] if time runs out.
pub(super) fn conditions(
    game: &ExtensiveGame,
    form: &ReducedForm,
    cell_limit: usize,
    control: &Control,
) -> Result<Vec<Condition>, SolveError> {
    let table = form.game();
    let clock = control.start();
    let mut sets = Sets::new(game, form);
    let cells = table.num_cells();
    let in_time = |cell: usize, of: usize| match clock.stop() {
        Some(stop) if cell.is_multiple_of(PATIENCE) => Err(SolveError::Stopped {
            stop,
            done: cell as u64,
            total: of as u64,
            unit: "cells",
        }),
        _ => Ok(()),
    };
    for cell in 0..cells {
        in_time(cell, cells)?;
        sets.meet(cell);
    }
    for columns in &mut sets.columns {
        columns.sort_unstable();
        columns.dedup();
    }
    if game.num_chance_events() > 0 {
        let sizes = sets.own.iter().zip(&sets.columns);
        let size = sizes.fold(Natural::ZERO, |sum, (own, columns)| {
            sum + Natural::from(own.len()) * Natural::from(columns.len())
        });
        let limit = cell_limit.saturating_mul(NUMBERS_PER_CELL);
        if size > Natural::from(limit) {
            return Err(SolveError::TooLarge {
                what: "what plays through information sets pay",
                size,
                limit,
            });
        }
        sets.make_values();
        for cell in 0..cells {
            in_time(cell, cells)?;
            sets.add(cell);
        }
    }
    let mut conditions = Vec::new();
    for player in game.players() {
        conditions.push(Condition {
            player,
            at: None,
            own: Some((0..table.num_strategies(player) as u32).collect()),
            through: None,
        });
        for infoset in game.player_infosets(player) {
            let k = infoset.index();
            if sets.columns[k].is_empty() {
                continue;
            }
            conditions.push(Condition {
                player,
                at: Some(infoset),
                own: Some(std::mem::take(&mut sets.own[k])),
                through: Some(Through {
                    rows: std::mem::take(&mut sets.rows[k]),
                    columns: std::mem::take(&mut sets.columns[k]),
                    values: std::mem::take(&mut sets.values[k]),
                }),
            });
        }
    }
    Ok(conditions)
}

/// By information set.
struct Sets<'g> {
    game: &'g ExtensiveGame,
    form: &'g ReducedForm,
    /// Strategies of its player that lead there.
    own: Vec<Vec<u32>>,
    /// The position of a strategy among those.
    rows: Vec<Vec<u32>>,
    /// What the others do that leads there.
    columns: Vec<Vec<usize>>,
    values: Vec<Vec<Rational>>,
    /// By node and player: what is paid on the way there; empty until it is needed.
    paid: Vec<Rational>,
}

impl<'g> Sets<'g> {
    fn new(game: &'g ExtensiveGame, form: &'g ReducedForm) -> Self {
        let n = game.num_infosets();
        let mut sets = Self {
            game,
            form,
            own: vec![Vec::new(); n],
            rows: vec![Vec::new(); n],
            columns: vec![Vec::new(); n],
            values: vec![Vec::new(); n],
            paid: Vec::new(),
        };
        for player in game.players() {
            for infoset in game.player_infosets(player) {
                let k = infoset.index();
                for strategy in 0..form.game().num_strategies(player) {
                    sets.rows[k].push(sets.own[k].len() as u32);
                    if form.action(player, strategy, infoset).is_some() {
                        sets.own[k].push(strategy as u32);
                    }
                }
            }
        }
        sets
    }

    /// Visits the nodes that a cell's plays come to: node, chance, and the information sets on the way.
    fn walk(&self, cell: usize, mut visit: impl FnMut(NodeId, &Rational, &[InfosetId])) {
        let game = self.game;
        let table = self.form.game();
        let mut way: Vec<InfosetId> = Vec::new();
        let mut open = vec![(NodeId::ROOT, Rational::ONE, 0)];
        while let Some((node, chance, met)) = open.pop() {
            way.truncate(met);
            match game.kind(node) {
                NodeKind::Terminal => {}
                NodeKind::Chance(event) => {
                    for (k, child) in game.children(node).enumerate() {
                        let p = game.chance_probability(event, k).value();
                        if !p.is_zero() {
                            open.push((child, &chance * p, met));
                        }
                    }
                }
                NodeKind::Decision(player, infoset) => {
                    way.push(infoset);
                    let strategy = table.strategy_in(cell, player);
                    let taken = self.form.action(player, strategy, infoset);
                    let taken = taken.expect("invariant: the plan leads here");
                    let child = game.children(node).nth(taken);
                    let child = child.expect("invariant: a child for every action");
                    open.push((child, chance.clone(), met + 1));
                }
            }
            visit(node, &chance, &way);
        }
    }

    /// Notes what the others do in a cell at the sets that its plays meet.
    fn meet(&mut self, cell: usize) {
        let table = self.form.game();
        let mut columns = std::mem::take(&mut self.columns);
        self.walk(cell, |node, _, _| {
            if let NodeKind::Decision(player, infoset) = self.game.kind(node) {
                let k = infoset.index();
                let strategy = table.strategy_in(cell, player);
                // Once for all of her strategies that lead there.
                if self.own[k].first() == Some(&(strategy as u32)) {
                    columns[k].push(cell - strategy * table.stride(player));
                }
            }
        });
        self.columns = columns;
    }

    fn make_values(&mut self) {
        let mut plays = Plays::new(self.game);
        while let Some((_, sums, _)) = plays.next_node() {
            self.paid.extend_from_slice(sums);
        }
        let sizes = self.own.iter().zip(&self.columns);
        let zeros = sizes.map(|(own, columns)| vec![Rational::ZERO; own.len() * columns.len()]);
        self.values = zeros.collect();
    }

    /// Adds what a cell's plays pay to the sets that they meet.
    fn add(&mut self, cell: usize) {
        let (game, table) = (self.game, self.form.game());
        let mut values = std::mem::take(&mut self.values);
        self.walk(cell, |node, chance, way| {
            if !game.is_terminal(node) {
                return;
            }
            for infoset in way {
                let k = infoset.index();
                let Some(player) = game.infoset_player(*infoset) else {
                    continue;
                };
                let strategy = table.strategy_in(cell, player);
                let others = cell - strategy * table.stride(player);
                let column = self.columns[k].binary_search(&others);
                let column = column.expect("invariant: the others lead there");
                let at = self.rows[k][strategy] as usize * self.columns[k].len() + column;
                let paid = &self.paid[node.index() * game.num_players() + player.index()];
                values[k][at] += &(chance * paid);
            }
        });
        self.values = values;
    }
}

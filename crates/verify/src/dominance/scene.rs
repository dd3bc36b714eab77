//! Who chooses among what against what: the whole table, or the plays through one information set.

use crate::payoff::realization;
use deterra_game::class::Plays;
use deterra_game::convert::{ConvertError, ReducedForm};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::profile::BehaviorProfile;
use deterra_game::strategic::StrategicGame;

/// A game in which dominance is judged.
pub(super) struct Scene<'g> {
    table: &'g StrategicGame,
    tree: Option<Tree<'g>>,
}

struct Tree<'g> {
    game: &'g ExtensiveGame,
    form: &'g ReducedForm,
    /// By cell and information set: what plays through the set pay its player, weighted by chance; `None` where no play
    /// of the cell comes there.
    through: Vec<Vec<Option<Rational>>>,
}

/// One player's choice.
pub(super) struct Facing<'s> {
    table: &'s StrategicGame,
    through: Option<(&'s [Vec<Option<Rational>>], usize)>,
    pub(super) player: PlayerId,
    /// What she may choose.
    pub(super) own: Vec<u32>,
    /// What the others do: a cell each, less what she does in it.
    pub(super) against: Vec<usize>,
}

static ZERO: Rational = Rational::ZERO;

impl Facing<'_> {
    pub(super) fn cell(&self, strategy: u32, others: usize) -> usize {
        others + strategy as usize * self.table.stride(self.player)
    }

    pub(super) fn paid(&self, strategy: u32, others: usize) -> &Rational {
        let cell = self.cell(strategy, others);
        match self.through {
            None => self.table.payoff(cell, self.player),
            Some((through, k)) => through[cell][k].as_ref().unwrap_or(&ZERO),
        }
    }
}

impl<'g> Scene<'g> {
    pub(super) fn of_table(table: &'g StrategicGame) -> Self {
        Self { table, tree: None }
    }

    /// Walks the tree once a cell.
    pub(super) fn of_tree(
        game: &'g ExtensiveGame,
        form: &'g ReducedForm,
    ) -> Result<Self, ConvertError> {
        let table = form.game();
        let mut paid = Vec::with_capacity(game.num_nodes());
        let mut plays = Plays::new(game);
        while let Some((_, sums, _)) = plays.next_node() {
            poll();
            paid.push(sums.to_vec());
        }
        let mut through = Vec::with_capacity(table.num_cells());
        for cell in 0..table.num_cells() {
            poll();
            let pure = form.pure_profile(game, &table.strategies_of(cell))?;
            let reach = realization(game, &BehaviorProfile::from_pure(game, &pure));
            let mut row = vec![None; game.num_infosets()];
            for infoset in game.infosets() {
                let Some(player) = game.infoset_player(infoset) else {
                    continue;
                };
                let mut sum: Option<Rational> = None;
                for member in game.members(infoset) {
                    if reach[member.index()].is_zero() {
                        continue;
                    }
                    let sum = sum.get_or_insert(Rational::ZERO);
                    for node in member.index()..game.subtree_end(*member).index() {
                        let end = NodeId::from_index(node);
                        if game.is_terminal(end) && !reach[node].is_zero() {
                            *sum += &(&reach[node] * &paid[node][player.index()]);
                        }
                    }
                }
                row[infoset.index()] = sum;
            }
            through.push(row);
        }
        let tree = Some(Tree {
            game,
            form,
            through,
        });
        Ok(Self { table, tree })
    }

    pub(super) fn game(&self) -> &'g StrategicGame {
        self.table
    }

    /// Where a player's strategies have to be undominated.
    pub(super) fn conditions(&self, player: PlayerId) -> Vec<Option<InfosetId>> {
        let sets = self.tree.as_ref().into_iter();
        let sets = sets.flat_map(|tree| tree.game.player_infosets(player).map(Some));
        std::iter::once(None).chain(sets).collect()
    }

    /// What a player chooses among at an information set, and what the others may do that leads there. Nothing if it is
    /// another player's.
    ///
    /// In a tree every strategy that leads there is there to choose from, be it struck out or not.
    pub(super) fn facing(
        &self,
        left: &[Vec<u32>],
        player: PlayerId,
        at: Option<InfosetId>,
    ) -> Facing<'_> {
        let table = self.table;
        let mut facing = Facing {
            table,
            through: None,
            player,
            own: left[player.index()].clone(),
            against: vec![0],
        };
        for other in table.players().filter(|p| *p != player) {
            let mut next = Vec::new();
            for strategy in &left[other.index()] {
                let add = *strategy as usize * table.stride(other);
                next.extend(facing.against.iter().map(|at| at + add));
            }
            facing.against = next;
        }
        if self.tree.is_some() {
            facing.own = (0..table.num_strategies(player) as u32).collect();
        }
        let Some(infoset) = at else {
            return facing;
        };
        let tree = self
            .tree
            .as_ref()
            .filter(|t| infoset.index() < t.game.num_infosets());
        let tree = tree.filter(|t| t.game.infoset_player(infoset) == Some(player));
        let Some(tree) = tree else {
            facing.own.clear();
            facing.against.clear();
            return facing;
        };
        let leads = |s: &u32| tree.form.action(player, *s as usize, infoset).is_some();
        facing.own.retain(leads);
        let k = infoset.index();
        facing.through = Some((&tree.through, k));
        // With perfect recall it is the others alone who decide which of her strategies that lead there come there.
        let first = facing.own.first().copied().unwrap_or_default();
        let add = first as usize * table.stride(player);
        facing
            .against
            .retain(|at| tree.through[at + add][k].is_some());
        facing
    }
}

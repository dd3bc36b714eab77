//! The reduced strategic form of a tree.

use super::ConvertError;
use super::cells::fill_cells;
use super::strategies::{Enumeration, Histories};
use crate::extensive::{ExtensiveGame, NONE};
use crate::id::{InfosetId, PlayerId};
use crate::number::Natural;
use crate::profile::PureProfile;
use crate::strategic::{StrategicBuilder, StrategicGame};
use std::fmt::Write as _;
use std::ops::ControlFlow;

/// Strategy entries and payoff additions allowed for each cell allowed.
const WORK_PER_CELL: usize = 256;

/// How large a reduced strategic form is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReducedSize {
    /// Reduced strategies of each player, in player order.
    pub strategies: Vec<Natural>,
    /// Their product.
    pub cells: Natural,
}

/// The exact size of the reduced strategic form, without making it.
///
/// # Errors
/// [`ConvertError::TooManyStrategies`] if a player with imperfect recall has more than
/// `count_limit` reduced strategies; those are counted one by one.
///
/// # Complexity
/// `O(nodes)` and one big multiplication an action under perfect recall.
pub fn reduced_size(game: &ExtensiveGame, count_limit: usize) -> Result<ReducedSize, ConvertError> {
    size_of(game, &Histories::collect(game), count_limit)
}

fn size_of(
    game: &ExtensiveGame,
    histories: &[Histories],
    count_limit: usize,
) -> Result<ReducedSize, ConvertError> {
    let mut strategies = Vec::with_capacity(game.num_players());
    for (player, own) in game.players().zip(histories) {
        if let Some(count) = own.count_with_perfect_recall(game) {
            strategies.push(count);
            continue;
        }
        let mut walk = Enumeration::new(game, own);
        let mut counted = 0;
        while walk.next_plan().is_some() {
            counted += 1;
            if counted > count_limit {
                return Err(ConvertError::TooManyStrategies { player, counted });
            }
        }
        strategies.push(Natural::from(counted));
    }
    let cells = strategies
        .iter()
        .fold(Natural::ONE, |product, n| product * n);
    Ok(ReducedSize { strategies, cells })
}

/// A reduced strategic form with the plan behind every strategy.
#[derive(Clone, Debug)]
pub struct ReducedForm {
    game: StrategicGame,
    /// By player.
    plans: Vec<Plans>,
}

/// One player's reduced strategies.
#[derive(Clone, Debug)]
pub(super) struct Plans {
    pub(super) first_infoset: u32,
    pub(super) num_infosets: usize,
    /// Strategy by strategy, one action an information set, [`NONE`] where excluded.
    pub(super) actions: Vec<u32>,
}

impl ReducedForm {
    /// The table.
    pub fn game(&self) -> &StrategicGame {
        &self.game
    }

    /// The table alone.
    pub fn into_game(self) -> StrategicGame {
        self.game
    }

    /// What a reduced strategy does at each of its player's information sets.
    ///
    /// # Returns
    /// Positions of actions by the player's information sets, in order; [`NONE`] where the
    /// strategy's own choices exclude the set.
    pub fn plan(&self, player: PlayerId, strategy: usize) -> &[u32] {
        let plans = &self.plans[player.index()];
        &plans.actions[strategy * plans.num_infosets..(strategy + 1) * plans.num_infosets]
    }

    /// The action a reduced strategy takes at an information set of its player; `None` if the
    /// strategy excludes the set.
    pub fn action(&self, player: PlayerId, strategy: usize, infoset: InfosetId) -> Option<usize> {
        let position = infoset.0 - self.plans[player.index()].first_infoset;
        let action = self.plan(player, strategy)[position as usize];
        (action != NONE).then_some(action as usize)
    }

    /// A pure profile of the tree that plays the given reduced strategies; the first action where
    /// they say nothing.
    ///
    /// # Errors
    /// [`crate::profile::ProfileError`] if this is not a form of `game`.
    pub fn pure_profile(
        &self,
        game: &ExtensiveGame,
        strategies: &[u32],
    ) -> Result<PureProfile, ConvertError> {
        let mut actions = Vec::with_capacity(game.num_infosets());
        for (player, strategy) in self.game.players().zip(strategies) {
            let plan = self.plan(player, *strategy as usize);
            actions.extend(plan.iter().map(|a| if *a == NONE { 0 } else { *a }));
        }
        Ok(PureProfile::new(game, actions)?)
    }
}

/// Makes the reduced strategic form.
///
/// Cells keep the tree's outcomes, with their labels, if every play pays at most one outcome and
/// chance never moves; else each cell has an outcome of its own with the expected payoffs.
///
/// # Errors
/// [`ConvertError::TooManyCells`] with the exact count, before any strategy is written;
/// [`ConvertError::TooManyStrategies`] under imperfect recall; [`ConvertError::TooMuchWork`] if
/// the strategies have more entries, or the payoffs more summands, than 256 a cell allowed.
///
/// # Complexity
/// `O(nodes + Σ strategies · sets + Σ over cells of the payoffs met)`.
///
/// # Example
/// ```
/// # use deterra_game::builder::ExtensiveBuilder;
/// use deterra_game::convert::reduced_form;
/// use deterra_game::id::PlayerId;
/// # let mut b = ExtensiveBuilder::new("");
/// # let one = b.player("1");
/// # let late = b.infoset(one, "late", &["a", "b"]);
/// # let two = b.infoset(one, "two", &["c", "d"]);
/// # let uno = b.infoset(one, "uno", &["e", "f"]);
/// # b.move_at("", late);
/// # for set in [two, uno] { b.move_at("", set); b.terminal(""); b.terminal(""); }
/// # let game = b.build()?;
/// // Player 1 chooses between two further choices of hers.
/// let form = reduced_form(&game, 1000)?;
/// let labels: Vec<&str> = (0..4).map(|s| form.game().strategy_label(PlayerId(0), s)).collect();
/// assert_eq!(labels, ["11*", "12*", "2*1", "2*2"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn reduced_form(game: &ExtensiveGame, limit: usize) -> Result<ReducedForm, ConvertError> {
    let histories = Histories::collect(game);
    let size = size_of(game, &histories, limit)?;
    if size.cells > Natural::from(limit.min(StrategicBuilder::MAX_CELLS)) {
        return Err(ConvertError::TooManyCells {
            cells: size.cells,
            limit,
        });
    }
    let work_limit = Natural::from(limit.max(1)) * Natural::from(WORK_PER_CELL);
    let mut entries = Natural::ZERO;
    for (player, strategies) in game.players().zip(&size.strategies) {
        entries += strategies * Natural::from(game.player_infosets(player).len());
    }
    if entries > work_limit {
        return Err(ConvertError::TooMuchWork {
            what: "strategy entries",
            needed: entries,
            limit: work_limit,
        });
    }
    let mut table = StrategicBuilder::new(game.title());
    table.set_comment(game.comment());
    let mut plans = Vec::with_capacity(game.num_players());
    for (player, own) in game.players().zip(&histories) {
        let mut actions = Vec::new();
        let mut labels = Vec::new();
        let infosets: Vec<InfosetId> = game.player_infosets(player).collect();
        let wide = infosets.iter().any(|h| game.num_actions(*h) > 9);
        let mut walk = Enumeration::new(game, own);
        while let Some(plan) = walk.next_plan() {
            labels.push(strategy_label(plan, wide));
            actions.extend_from_slice(plan);
        }
        table.player(game.player_label(player), &labels);
        plans.push(Plans {
            first_infoset: game.player_first_infosets[player.index()],
            num_infosets: infosets.len(),
            actions,
        });
    }
    fill_cells(game, &plans, &mut table, &work_limit)?;
    let game = table
        .build()
        .expect("invariant: one cell for every combination of strategies");
    Ok(ReducedForm { game, plans })
}

/// Goes through a player's reduced strategies in the order in which [`reduced_form`] lists them, without making a table.
///
/// `visit` is shown an action at each of her information sets, [`NONE`] where the strategy's own choices exclude the set,
/// and may end the walk.
///
/// # Returns
/// Whether all were visited.
///
/// # Complexity
/// `O(nodes)`, and about the changes from one strategy to the next.
pub fn each_reduced_strategy(
    game: &ExtensiveGame,
    player: PlayerId,
    mut visit: impl FnMut(&[u32]) -> ControlFlow<()>,
) -> bool {
    let histories = Histories::collect(game);
    let mut walk = Enumeration::new(game, &histories[player.index()]);
    while let Some(plan) = walk.next_plan() {
        if visit(plan).is_break() {
            return false;
        }
    }
    true
}

fn strategy_label(plan: &[u32], wide: bool) -> String {
    let mut label = String::with_capacity(plan.len());
    for (k, action) in plan.iter().enumerate() {
        if wide && k > 0 {
            label.push('.');
        }
        if *action == NONE {
            label.push('*');
        } else {
            let _ = write!(label, "{}", action + 1);
        }
    }
    if plan.is_empty() {
        label.push('*');
    }
    label
}

//! Which of several equally good moves is shown.
//!
//! Ties are part of the answer: all equilibria are kept. A rule only selects the one that is
//! displayed, moved along, and judged. Whatever the rule, the selection is a subgame-perfect
//! equilibrium, because it chooses among best moves given what the same rule selects later.

use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use std::fmt;
use std::sync::Arc;

/// Prefers a move at a position, if it has an opinion.
pub type Preference = Arc<dyn Fn(NodeId) -> Option<u32> + Send + Sync>;

/// Picks one of the tied moves.
pub type Choice = Arc<dyn Fn(&Tie<'_>) -> u32 + Send + Sync>;

/// How ties are broken in the equilibrium that is shown.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum TieRule {
    /// The move that the game lists first. Scenario files list staying put first, so this is
    /// status quo first for them.
    #[default]
    FirstListed,
    /// The preferred move if it is among the best, else the first.
    StatusQuo(Preference),
    /// The move that leaves the other players the greatest sum of payoffs, then the first.
    Benevolent,
    /// The move that leaves the other players the least sum of payoffs, then the first.
    Adversarial,
    /// Whatever the function says; a move that is not among the tied ones counts as the first.
    Custom(Choice),
}

impl TieRule {
    /// A rule that prefers given moves, such as doing nothing.
    pub fn status_quo(prefer: impl Fn(NodeId) -> Option<u32> + Send + Sync + 'static) -> Self {
        Self::StatusQuo(Arc::new(prefer))
    }

    /// A rule of one's own.
    ///
    /// # Example
    /// The last of the tied moves:
    /// ```
    /// use deterra_solve::perfect::tie_rule::TieRule;
    /// let rule = TieRule::custom(|tie| *tie.moves().last().unwrap_or(&0));
    /// assert_eq!(rule.name(), "custom");
    /// ```
    pub fn custom(choose: impl Fn(&Tie<'_>) -> u32 + Send + Sync + 'static) -> Self {
        Self::Custom(Arc::new(choose))
    }

    /// The name in options and output.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::FirstListed => "first-listed",
            Self::StatusQuo(_) => "status-quo",
            Self::Benevolent => "benevolent",
            Self::Adversarial => "adversarial",
            Self::Custom(_) => "custom",
        }
    }

    /// The rule of a name; only those that need no function.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::FirstListed, Self::Benevolent, Self::Adversarial]
            .into_iter()
            .find(|rule| rule.name() == name)
    }
}

impl fmt::Debug for TieRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Several moves that are equally good for the player who makes them.
#[derive(Clone, Debug)]
pub struct Tie<'t> {
    pub(super) position: NodeId,
    pub(super) player: PlayerId,
    pub(super) moves: &'t [u32],
    /// By tied move, then player.
    pub(super) payoffs: Vec<Rational>,
}

impl Tie<'_> {
    /// Where the tie is.
    pub const fn position(&self) -> NodeId {
        self.position
    }

    /// Who is indifferent.
    pub const fn player(&self) -> PlayerId {
        self.player
    }

    /// The tied moves, ascending; at least two.
    pub const fn moves(&self) -> &[u32] {
        self.moves
    }

    /// What a player gets after the `k`-th tied move, in payoff units; what was paid on the way
    /// to the tie is not counted.
    pub fn payoff(&self, k: usize, player: PlayerId) -> &Rational {
        let players = self.payoffs.len() / self.moves.len();
        &self.payoffs[k * players + player.index()]
    }
}

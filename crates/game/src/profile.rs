//! Profiles as plain data: what every player does, in which shape.
//!
//! | type | shape | order |
//! |---|---|---|
//! | [`PureProfile`] | one action a personal information set | information sets |
//! | [`BehaviorProfile`] | one probability a personal action | flat actions: player, information set, action |
//! | [`MixedProfile`] | one probability a strategy of each player | players, strategies |
//! | [`Assessment`] | behavior profile + belief of every node in its information set | nodes in preorder |
//!
//! All numbers are exact; every distribution sums to exactly 1.

use crate::extensive::ExtensiveGame;
use crate::id::{InfosetId, NodeId};
use crate::number::Rational;

/// Why numbers are not a profile of a game.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// Wrong number of entries.
    #[error("the profile has {found} entries, the game needs {expected}")]
    Length {
        /// Entries given.
        found: usize,
        /// Entries needed.
        expected: usize,
    },
    /// A negative probability.
    #[error("entry {entry} is {value}, below 0")]
    Negative {
        /// Its position in the profile.
        entry: usize,
        /// Its value.
        value: Rational,
    },
    /// Probabilities that do not sum to exactly 1.
    #[error("the probabilities of group {group} sum to {sum}, not to 1")]
    Sum {
        /// The information set, or the player of a mixed profile.
        group: usize,
        /// Their sum.
        sum: Rational,
    },
    /// An action that the information set does not have.
    #[error("information set {infoset} has {actions} actions; there is no action {action}")]
    NoSuchAction {
        /// The information set.
        infoset: usize,
        /// The position asked for.
        action: usize,
        /// How many there are.
        actions: usize,
    },
}

/// One action at every personal information set, reached or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PureProfile {
    actions: Vec<u32>,
}

impl PureProfile {
    /// Checks the positions against the game.
    ///
    /// # Errors
    /// [`ProfileError::Length`], [`ProfileError::NoSuchAction`].
    pub fn new(game: &ExtensiveGame, actions: Vec<u32>) -> Result<Self, ProfileError> {
        if actions.len() != game.num_infosets() {
            return Err(ProfileError::Length {
                found: actions.len(),
                expected: game.num_infosets(),
            });
        }
        for (infoset, action) in game.infosets().zip(&actions) {
            if *action as usize >= game.num_actions(infoset) {
                return Err(ProfileError::NoSuchAction {
                    infoset: infoset.index(),
                    action: *action as usize,
                    actions: game.num_actions(infoset),
                });
            }
        }
        Ok(Self { actions })
    }

    /// The position of the action chosen at an information set.
    pub fn action(&self, infoset: InfosetId) -> usize {
        self.actions[infoset.index()] as usize
    }

    /// Positions by information set.
    pub fn as_slice(&self) -> &[u32] {
        &self.actions
    }
}

/// A probability for every personal action, reached or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BehaviorProfile {
    probabilities: Vec<Rational>,
}

impl BehaviorProfile {
    /// Checks that every information set has a distribution.
    ///
    /// # Errors
    /// [`ProfileError::Length`], [`ProfileError::Negative`], [`ProfileError::Sum`].
    pub fn new(game: &ExtensiveGame, probabilities: Vec<Rational>) -> Result<Self, ProfileError> {
        if probabilities.len() != game.num_player_actions() {
            return Err(ProfileError::Length {
                found: probabilities.len(),
                expected: game.num_player_actions(),
            });
        }
        for infoset in game.infosets() {
            let range = game.actions(infoset);
            check_distribution(&probabilities[range.clone()], range.start, infoset.index())?;
        }
        Ok(Self { probabilities })
    }

    /// Every action of an information set equally likely.
    pub fn uniform(game: &ExtensiveGame) -> Self {
        let mut probabilities = Vec::with_capacity(game.num_player_actions());
        for infoset in game.infosets() {
            let n = game.num_actions(infoset);
            let share = Rational::new(1, n as i64).expect("invariant: every set has an action");
            probabilities.resize(probabilities.len() + n, share);
        }
        Self { probabilities }
    }

    /// The pure profile as probabilities 0 and 1.
    pub fn from_pure(game: &ExtensiveGame, pure: &PureProfile) -> Self {
        let mut probabilities = vec![Rational::ZERO; game.num_player_actions()];
        for infoset in game.infosets() {
            probabilities[game.actions(infoset).start + pure.action(infoset)] = Rational::ONE;
        }
        Self { probabilities }
    }

    /// The probability of a flat action.
    #[inline]
    pub fn probability(&self, flat: usize) -> &Rational {
        &self.probabilities[flat]
    }

    /// The distribution at an information set, in action order.
    pub fn at(&self, game: &ExtensiveGame, infoset: InfosetId) -> &[Rational] {
        &self.probabilities[game.actions(infoset)]
    }

    /// All probabilities by flat action.
    pub fn as_slice(&self) -> &[Rational] {
        &self.probabilities
    }
}

/// A distribution over strategies for every player of a strategic game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MixedProfile {
    players: Vec<Vec<Rational>>,
}

impl MixedProfile {
    /// Checks that every player's numbers are a distribution over `strategies[player]`.
    ///
    /// # Errors
    /// [`ProfileError::Length`], [`ProfileError::Negative`], [`ProfileError::Sum`].
    pub fn new(strategies: &[usize], players: Vec<Vec<Rational>>) -> Result<Self, ProfileError> {
        if players.len() != strategies.len() {
            return Err(ProfileError::Length {
                found: players.len(),
                expected: strategies.len(),
            });
        }
        let mut first = 0;
        for (player, (row, expected)) in players.iter().zip(strategies).enumerate() {
            if row.len() != *expected {
                return Err(ProfileError::Length {
                    found: row.len(),
                    expected: *expected,
                });
            }
            check_distribution(row, first, player)?;
            first += row.len();
        }
        Ok(Self { players })
    }

    /// One player's distribution, by strategy.
    pub fn of(&self, player: crate::id::PlayerId) -> &[Rational] {
        &self.players[player.index()]
    }

    /// All distributions, by player and strategy.
    pub fn players(&self) -> &[Vec<Rational>] {
        &self.players
    }
}

/// A behavior profile with beliefs (Kreps and Wilson 1982).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// What everybody does.
    pub profile: BehaviorProfile,
    /// By node: how likely it is given its information set; 0 at terminal and chance nodes.
    pub beliefs: Vec<Rational>,
}

impl Assessment {
    /// Checks that beliefs sum to 1 over every personal information set.
    ///
    /// # Errors
    /// [`ProfileError::Length`], [`ProfileError::Negative`], [`ProfileError::Sum`].
    pub fn new(
        game: &ExtensiveGame,
        profile: BehaviorProfile,
        beliefs: Vec<Rational>,
    ) -> Result<Self, ProfileError> {
        if beliefs.len() != game.num_nodes() {
            return Err(ProfileError::Length {
                found: beliefs.len(),
                expected: game.num_nodes(),
            });
        }
        for infoset in game.infosets() {
            let row: Vec<Rational> = game
                .members(infoset)
                .iter()
                .map(|n: &NodeId| beliefs[n.index()].clone())
                .collect();
            check_distribution(&row, 0, infoset.index())?;
        }
        Ok(Self { profile, beliefs })
    }
}

fn check_distribution(row: &[Rational], first: usize, group: usize) -> Result<(), ProfileError> {
    let mut sum = Rational::ZERO;
    for (k, value) in row.iter().enumerate() {
        if value.is_negative() {
            return Err(ProfileError::Negative {
                entry: first + k,
                value: value.clone(),
            });
        }
        sum = &sum + value;
    }
    if sum.is_one() {
        Ok(())
    } else {
        Err(ProfileError::Sum { group, sum })
    }
}

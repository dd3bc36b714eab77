//! Profiles as plain data: what every player does, in which shape.
//!
//! | type | shape | order |
//! |---|---|---|
//! | [`PureProfile`] | one action a personal information set | information sets |
//! | [`BehaviorProfile`] | one probability a personal action | flat actions: player, information set, action |
//! | [`MixedProfile`] | one probability a strategy of each player | players, strategies |
//! | [`PositionProfile`] | one distribution over moves a position | positions, moves |
//! | [`Assessment`] | behavior profile + belief of every node in its information set | nodes in preorder |
//!
//! All numbers are exact; every distribution sums to exactly 1.

pub mod algebraic;

use crate::extensive::ExtensiveGame;
use crate::id::{InfosetId, NodeId};
use crate::number::shares::Shares;
use crate::number::{Integer, Natural, Rational};
use crate::positional::{Mover, PositionGraph};
use dashu_base::{DivRem, Gcd};

static ZERO: Rational = Rational::ZERO;
static ONE: Rational = Rational::ONE;

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
    #[error("entry {} is {value}, below 0", entry + 1)]
    Negative {
        /// Its position in the profile.
        entry: usize,
        /// Its value.
        value: Rational,
    },
    /// Probabilities that do not sum to exactly 1.
    #[error("the probabilities of group {} sum to {sum}, not to 1", group + 1)]
    Sum {
        /// The information set, or the player of a mixed profile.
        group: usize,
        /// Their sum.
        sum: Rational,
    },
    /// An action that the information set does not have.
    #[error("information set {} has {actions} actions; there is no action {}", infoset + 1, action + 1)]
    NoSuchAction {
        /// The information set.
        infoset: usize,
        /// The position asked for.
        action: usize,
        /// How many there are.
        actions: usize,
    },
    /// A move that the position does not have.
    #[error("position {} has {moves} moves; there is no move {}", position.index() + 1, number + 1)]
    NoSuchMove {
        /// The position.
        position: NodeId,
        /// The move asked for.
        number: usize,
        /// How many there are.
        moves: usize,
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

    /// All distributions, by value.
    pub fn into_players(self) -> Vec<Vec<Rational>> {
        self.players
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

/// A distribution over moves at every position where a player moves, reached or not.
///
/// In a game on shared positions everybody does the same however the position was reached. A
/// pure profile takes one word a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionProfile {
    plays: Plays,
}

/// Canonical: pure whenever every distribution is; 0 where nobody moves.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Plays {
    Pure(Vec<u32>),
    Mixed {
        /// Where each position's moves start in `probabilities`, and where the last ones end.
        first: Vec<usize>,
        probabilities: Vec<Rational>,
    },
}

impl PositionProfile {
    /// One move at every position; entries of chance and terminal positions are ignored.
    ///
    /// # Errors
    /// [`ProfileError::Length`], [`ProfileError::NoSuchMove`].
    pub fn pure<G: PositionGraph + ?Sized>(
        graph: &G,
        mut choices: Vec<u32>,
    ) -> Result<Self, ProfileError> {
        if choices.len() != graph.num_positions() {
            return Err(ProfileError::Length {
                found: choices.len(),
                expected: graph.num_positions(),
            });
        }
        for (n, choice) in choices.iter_mut().enumerate() {
            let position = NodeId::from_index(n);
            if !matches!(graph.mover(position), Mover::Player(_)) {
                *choice = 0;
            } else if *choice as usize >= graph.num_moves(position) {
                return Err(ProfileError::NoSuchMove {
                    position,
                    number: *choice as usize,
                    moves: graph.num_moves(position),
                });
            }
        }
        Ok(Self {
            plays: Plays::Pure(choices),
        })
    }

    /// The probability of every move of every position where a player moves, by position and
    /// then by move.
    ///
    /// # Errors
    /// [`ProfileError::Length`], [`ProfileError::Negative`], [`ProfileError::Sum`] with the
    /// position as its group.
    pub fn mixed<G: PositionGraph + ?Sized>(
        graph: &G,
        probabilities: Vec<Rational>,
    ) -> Result<Self, ProfileError> {
        let first = first_moves(graph);
        let expected = first[graph.num_positions()];
        if probabilities.len() != expected {
            return Err(ProfileError::Length {
                found: probabilities.len(),
                expected,
            });
        }
        let mut choices = Some(Vec::with_capacity(first.len() - 1));
        for (n, range) in first.windows(2).enumerate() {
            let row = &probabilities[range[0]..range[1]];
            if !row.is_empty() {
                check_distribution(row, range[0], n)?;
            }
            let certain = row.iter().position(Rational::is_one);
            match &mut choices {
                Some(known) if certain.is_some() || row.is_empty() => {
                    known.push(certain.unwrap_or(0) as u32);
                }
                _ => choices = None,
            }
        }
        Ok(Self {
            plays: match choices {
                Some(choices) => Plays::Pure(choices),
                None => Plays::Mixed {
                    first,
                    probabilities,
                },
            },
        })
    }

    /// Every move of a position equally likely.
    pub fn uniform<G: PositionGraph + ?Sized>(graph: &G) -> Self {
        let mut probabilities = Vec::new();
        for row in first_moves(graph).windows(2) {
            let n = row[1] - row[0];
            if let Some(share) = Rational::new(1, n as i64) {
                probabilities.resize(row[1], share);
            }
        }
        Self::mixed(graph, probabilities).expect("invariant: equal shares are distributions")
    }

    /// What a behavior profile does at every node; information sets give all their members the
    /// same distribution.
    ///
    /// # Panics
    /// If the profile is another game's.
    pub fn from_behavior(game: &ExtensiveGame, profile: &BehaviorProfile) -> Self {
        let mut probabilities = Vec::new();
        for node in game.nodes() {
            if let crate::extensive::NodeKind::Decision(_, infoset) = game.kind(node) {
                probabilities.extend_from_slice(profile.at(game, infoset));
            }
        }
        Self::mixed(game, probabilities).expect("invariant: a behavior profile is distributions")
    }

    /// The move at every position, if the profile is pure; 0 where nobody moves.
    pub fn choices(&self) -> Option<&[u32]> {
        match &self.plays {
            Plays::Pure(choices) => Some(choices),
            Plays::Mixed { .. } => None,
        }
    }

    /// The probability of a move at a position where a player moves; 0 for any other number.
    pub fn probability(&self, position: NodeId, number: usize) -> &Rational {
        match &self.plays {
            Plays::Pure(choices) if choices[position.index()] as usize == number => &ONE,
            Plays::Pure(_) => &ZERO,
            Plays::Mixed {
                first,
                probabilities,
            } => probabilities[first[position.index()]..first[position.index() + 1]]
                .get(number)
                .unwrap_or(&ZERO),
        }
    }

    /// The moves made with positive probability at a position where a player moves, ascending,
    /// with their probabilities.
    pub fn support(&self, position: NodeId) -> impl Iterator<Item = (usize, &Rational)> {
        let (start, row) = match &self.plays {
            Plays::Pure(choices) => (
                choices[position.index()] as usize,
                std::slice::from_ref(&ONE),
            ),
            Plays::Mixed {
                first,
                probabilities,
            } => (
                0,
                &probabilities[first[position.index()]..first[position.index() + 1]],
            ),
        };
        let moves = row.iter().enumerate().map(move |(k, p)| (start + k, p));
        moves.filter(|(_, p)| !p.is_zero())
    }
}

/// Where each position's moves start if only those of players are listed, and the total.
fn first_moves<G: PositionGraph + ?Sized>(graph: &G) -> Vec<usize> {
    let mut first = Vec::with_capacity(graph.num_positions() + 1);
    let mut total = 0;
    first.push(0);
    for position in (0..graph.num_positions()).map(NodeId::from_index) {
        if matches!(graph.mover(position), Mover::Player(_)) {
            total += graph.num_moves(position);
        }
        first.push(total);
    }
    first
}

fn check_distribution(row: &[Rational], first: usize, group: usize) -> Result<(), ProfileError> {
    for (k, value) in row.iter().enumerate() {
        if value.is_negative() {
            return Err(ProfileError::Negative {
                entry: first + k,
                value: value.clone(),
            });
        }
    }
    let positive = row
        .iter()
        .filter(|value| value.small_parts() != Some((0, 1)));
    if Shares::of(positive).is_some_and(|shares| shares.are_a_whole()) {
        return Ok(());
    }
    let sum = total(row);
    if sum.is_one() {
        Ok(())
    } else {
        Err(ProfileError::Sum { group, sum })
    }
}

/// The sum. Long fractions are added over a common denominator, which they mostly have, and reduced once.
fn total(row: &[Rational]) -> Rational {
    let is_long = |x: &&Rational| x.small_parts().is_none();
    if row.iter().filter(is_long).count() < 2 || row.iter().any(|x| x.function().is_some()) {
        return row.iter().sum();
    }
    let longest = row.iter().map(Rational::denominator).max();
    let mut below = longest.unwrap_or(Natural::ONE);
    let mut above = Integer::ZERO;
    for x in row.iter().filter(|x| !x.is_zero()) {
        let own = x.denominator();
        let (mut factor, rest) = (&below).div_rem(&own);
        if rest != Natural::ZERO {
            let more = &own / (&below).gcd(&own);
            above *= Integer::from(more.clone());
            below *= more;
            factor = &below / own;
        }
        above += x.numerator() * Integer::from(factor);
    }
    Rational::from_big(above, below)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::PlayerId;
    use crate::number::Number;
    use crate::positional::{PositionalBuilder, PositionalGame};

    /// Player 0 goes left or right; right is a coin; both ends are terminal.
    fn fork() -> PositionalGame {
        let mut b = PositionalBuilder::new("fork");
        let one = b.player("1");
        assert_eq!(one, PlayerId(0));
        let (root, coin, end) = (b.position("root"), b.position("coin"), b.position("end"));
        b.set_mover(root, one);
        b.add_move(root, "left", end, None);
        b.add_move(root, "right", coin, None);
        b.set_chance(coin);
        b.add_move(coin, "on", end, Some(Number::from(1)));
        b.build().expect("acyclic").0
    }

    #[test]
    fn pure_and_mixed_agree_on_what_is_played() {
        let game = fork();
        let rational = |n, d| Rational::new(n, d).expect("d > 0");
        let right = PositionProfile::pure(&game, vec![1, 7, 7]).expect("fits");
        assert_eq!(right.choices(), Some(&[1, 0, 0][..]));
        let row = vec![Rational::ZERO, Rational::ONE];
        assert_eq!(PositionProfile::mixed(&game, row), Ok(right.clone()));
        assert!(right.probability(NodeId::ROOT, 1).is_one());
        assert!(right.probability(NodeId::ROOT, 0).is_zero());
        assert_eq!(right.support(NodeId::ROOT).collect::<Vec<_>>(), [(1, &ONE)]);
        let half = PositionProfile::uniform(&game);
        assert_eq!(half.choices(), None);
        assert_eq!(half.probability(NodeId::ROOT, 1), &rational(1, 2));
        assert_eq!(half.support(NodeId::ROOT).count(), 2);
        assert_eq!(half.support(NodeId(1)).count(), 0);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let game = fork();
        assert_eq!(
            PositionProfile::pure(&game, vec![2, 0, 0]),
            Err(ProfileError::NoSuchMove {
                position: NodeId::ROOT,
                number: 2,
                moves: 2,
            })
        );
        assert!(PositionProfile::pure(&game, vec![0]).is_err());
        assert!(PositionProfile::mixed(&game, vec![Rational::ONE]).is_err());
        let sum = PositionProfile::mixed(&game, vec![Rational::ONE, Rational::ONE]);
        assert!(matches!(sum, Err(ProfileError::Sum { group: 0, .. })));
        let negative = vec![Rational::integer(2), Rational::integer(-1)];
        let negative = PositionProfile::mixed(&game, negative);
        assert!(matches!(
            negative,
            Err(ProfileError::Negative { entry: 1, .. })
        ));
    }
}

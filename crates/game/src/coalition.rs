//! Coalitional games: what every set of players can do for itself.
//!
//! A game with transferable utility says what every coalition is worth, and nothing about moves. It
//! is what remains of a coalition's rule once one asks who counts how much in it: the coalition of
//! those who can carry a decision is worth 1 and every other is worth 0.
//!
//! Two forms are kept: a table with one entry a coalition, and a [`WeightedVoting`] rule, which says the
//! same of 2^64 coalitions in 65 numbers.

use crate::number::Rational;
use crate::patience::poll_at;
use std::fmt;

/// The most players: a coalition is a machine word.
pub const MOST_PLAYERS: usize = 64;

/// The most players of a table, which doubles with each.
pub const MOST_TABLED: usize = 20;

/// A set of players, as bits: player 0 is the lowest.
///
/// # Example
/// ```
/// use deterra_game::coalition::Coalition;
/// let pair = Coalition::of([0, 2]);
/// assert_eq!(pair.len(), 2);
/// assert!(pair.contains(2) && !pair.contains(1));
/// assert_eq!(pair.without(0).members().collect::<Vec<_>>(), [2]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Coalition(u64);

impl Coalition {
    /// Nobody.
    pub const EMPTY: Self = Self(0);

    /// The first `players` players; all 64 if there are more.
    pub const fn all(players: usize) -> Self {
        if players >= MOST_PLAYERS {
            Self(u64::MAX)
        } else {
            Self((1 << players) - 1)
        }
    }

    /// These players; those beyond the 64th are left out.
    pub fn of(players: impl IntoIterator<Item = usize>) -> Self {
        let known = players.into_iter().filter(|p| *p < MOST_PLAYERS);
        Self(known.fold(0, |bits, p| bits | 1 << p))
    }

    /// The set with these bits.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Its bits.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// How many players it has.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether nobody is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether a player is in it.
    pub const fn contains(self, player: usize) -> bool {
        player < MOST_PLAYERS && self.0 >> player & 1 == 1
    }

    /// With one more player.
    #[must_use]
    pub fn with(self, player: usize) -> Self {
        Self(self.0 | Self::of([player]).0)
    }

    /// Without one player.
    #[must_use]
    pub fn without(self, player: usize) -> Self {
        Self(self.0 & !Self::of([player]).0)
    }

    /// Its players, ascending.
    pub fn members(self) -> impl Iterator<Item = usize> {
        (0..MOST_PLAYERS).filter(move |p| self.contains(*p))
    }
}

impl fmt::Display for Coalition {
    /// The players from 1, in braces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members: Vec<String> = self.members().map(|p| (p + 1).to_string()).collect();
        f.pad(&format!("{{{}}}", members.join(", ")))
    }
}

/// Why something is no coalitional game.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CoalitionError {
    /// Nobody, or too many.
    #[error("a game in this form has from 1 to {most} players, not {players}")]
    Players {
        /// How many there would be.
        players: usize,
        /// How many there may be.
        most: usize,
    },
    /// Not one entry a coalition, or not one weight a player.
    #[error("{found} numbers where {expected} are needed")]
    Length {
        /// How many there are.
        found: usize,
        /// How many are needed.
        expected: usize,
    },
    /// Nobody is worth something.
    #[error("the empty coalition is worth {0}, and must be worth 0")]
    Empty(Rational),
    /// A weight below 0.
    #[error("the weight of player {} is {weight}, below 0", player + 1)]
    NegativeWeight {
        /// Whose.
        player: usize,
        /// The weight.
        weight: Rational,
    },
    /// A quota that nobody already reaches.
    #[error("the quota is {0}, and must be above 0")]
    Quota(Rational),
}

/// Who wins a vote: a coalition whose weights reach the quota.
///
/// # Example
/// ```
/// use deterra_game::coalition::{Coalition, WeightedVoting};
/// use deterra_game::number::Rational;
/// let weights = [50, 30, 20].map(Rational::integer).to_vec();
/// let rule = WeightedVoting::new(weights, Rational::integer(60))?;
/// assert!(rule.wins(Coalition::of([0, 2])));
/// assert!(!rule.wins(Coalition::of([1, 2])));
/// # Ok::<(), deterra_game::coalition::CoalitionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeightedVoting {
    weights: Vec<Rational>,
    quota: Rational,
}

impl WeightedVoting {
    /// A rule.
    ///
    /// # Errors
    /// [`CoalitionError`] if there is nobody or more than 64, a weight is negative, or the quota is not positive.
    pub fn new(weights: Vec<Rational>, quota: Rational) -> Result<Self, CoalitionError> {
        if weights.is_empty() || weights.len() > MOST_PLAYERS {
            return Err(CoalitionError::Players {
                players: weights.len(),
                most: MOST_PLAYERS,
            });
        }
        if let Some(player) = weights.iter().position(Rational::is_negative) {
            return Err(CoalitionError::NegativeWeight {
                player,
                weight: weights[player].clone(),
            });
        }
        if quota <= Rational::ZERO {
            return Err(CoalitionError::Quota(quota));
        }
        Ok(Self { weights, quota })
    }

    /// At least `quota` of `players` alike players: all of them is unanimity, one is any of them.
    ///
    /// # Errors
    /// As [`WeightedVoting::new`].
    pub fn count(players: usize, quota: usize) -> Result<Self, CoalitionError> {
        let quota = Rational::integer(i64::try_from(quota).unwrap_or(i64::MAX));
        // A vector of a length that is refused must not be made first.
        let length = players.min(MOST_PLAYERS + 1);
        Self::new(vec![Rational::ONE; length], quota)
    }

    /// By player.
    pub fn weights(&self) -> &[Rational] {
        &self.weights
    }

    /// What has to be reached.
    pub const fn quota(&self) -> &Rational {
        &self.quota
    }

    /// The weights of a coalition together.
    pub fn weight(&self, coalition: Coalition) -> Rational {
        let own = self.weights.iter().enumerate();
        own.filter(|(p, _)| coalition.contains(*p))
            .map(|(_, weight)| weight)
            .sum()
    }

    /// Whether a coalition reaches the quota.
    pub fn wins(&self, coalition: Coalition) -> bool {
        self.weight(coalition) >= self.quota
    }

    /// Those without whom nobody wins, ascending; none if nobody ever wins.
    pub fn veto_players(&self) -> Vec<usize> {
        let all = Coalition::all(self.weights.len());
        if !self.wins(all) {
            return Vec::new();
        }
        let needed = |p: &usize| !self.wins(all.without(*p));
        (0..self.weights.len()).filter(needed).collect()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Worth {
    /// By the bits of the coalition.
    Table(Vec<Rational>),
    Voting(WeightedVoting),
}

/// A game with transferable utility.
///
/// # Example
/// The glove game: two have a left glove and one a right one, and a pair is worth 1.
/// ```
/// use deterra_game::coalition::{Coalition, CoalitionalGame};
/// use deterra_game::number::Rational;
/// let game = CoalitionalGame::from_fn("gloves", ["left", "left", "right"], |c| {
///     let pair = c.contains(2) && (c.contains(0) || c.contains(1));
///     Rational::integer(i64::from(pair))
/// })?;
/// assert_eq!(game.worth(Coalition::of([1, 2])), Rational::ONE);
/// assert_eq!(game.worth(Coalition::of([0, 1])), Rational::ZERO);
/// # Ok::<(), deterra_game::coalition::CoalitionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoalitionalGame {
    title: String,
    players: Vec<String>,
    worth: Worth,
}

impl CoalitionalGame {
    /// A game by what every coalition is worth, in payoff units: entry k is that of the coalition whose bits are k.
    ///
    /// # Errors
    /// [`CoalitionError`] if there is nobody or more than 20, there is not one entry a coalition, or the first is not 0.
    pub fn from_table<L: Into<String>>(
        title: impl Into<String>,
        players: impl IntoIterator<Item = L>,
        table: Vec<Rational>,
    ) -> Result<Self, CoalitionError> {
        let players: Vec<String> = players.into_iter().map(Into::into).collect();
        tabled(players.len())?;
        if table.len() != 1 << players.len() {
            return Err(CoalitionError::Length {
                found: table.len(),
                expected: 1 << players.len(),
            });
        }
        if !table[0].is_zero() {
            return Err(CoalitionError::Empty(table[0].clone()));
        }
        Ok(Self {
            title: title.into(),
            players,
            worth: Worth::Table(table),
        })
    }

    /// A game by a function, which is asked about every coalition but the empty one.
    ///
    /// # Errors
    /// [`CoalitionError`] if there is nobody or more than 20.
    pub fn from_fn<L: Into<String>>(
        title: impl Into<String>,
        players: impl IntoIterator<Item = L>,
        worth: impl Fn(Coalition) -> Rational,
    ) -> Result<Self, CoalitionError> {
        let players: Vec<String> = players.into_iter().map(Into::into).collect();
        tabled(players.len())?;
        let entry = |bits: u64| match bits {
            0 => Rational::ZERO,
            _ => worth(Coalition::from_bits(bits)),
        };
        let table = (0..1 << players.len()).map(entry).collect();
        Self::from_table(title, players, table)
    }

    /// A vote: winning coalitions are worth 1.
    ///
    /// # Errors
    /// [`CoalitionError`] if there is not one weight a player.
    pub fn voting<L: Into<String>>(
        title: impl Into<String>,
        players: impl IntoIterator<Item = L>,
        rule: WeightedVoting,
    ) -> Result<Self, CoalitionError> {
        let players: Vec<String> = players.into_iter().map(Into::into).collect();
        if players.len() != rule.weights.len() {
            return Err(CoalitionError::Length {
                found: rule.weights.len(),
                expected: players.len(),
            });
        }
        Ok(Self {
            title: title.into(),
            players,
            worth: Worth::Voting(rule),
        })
    }

    /// The title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The players' names.
    pub fn players(&self) -> &[String] {
        &self.players
    }

    /// How many players there are.
    pub fn num_players(&self) -> usize {
        self.players.len()
    }

    /// What a coalition is worth, in payoff units; players whom the game does not have do not count.
    pub fn worth(&self, coalition: Coalition) -> Rational {
        let known = coalition.bits() & Coalition::all(self.players.len()).bits();
        match &self.worth {
            Worth::Table(table) => usize::try_from(known)
                .ok()
                .and_then(|k| table.get(k))
                .cloned()
                .unwrap_or_default(),
            Worth::Voting(rule) => {
                Rational::integer(i64::from(rule.wins(Coalition::from_bits(known))))
            }
        }
    }

    /// What everybody together is worth.
    pub fn grand_worth(&self) -> Rational {
        self.worth(Coalition::all(self.players.len()))
    }

    /// The rule, if the game is a vote.
    pub const fn rule(&self) -> Option<&WeightedVoting> {
        match &self.worth {
            Worth::Table(_) => None,
            Worth::Voting(rule) => Some(rule),
        }
    }

    /// What every coalition is worth, by its bits; `None` above `most` players or 20.
    pub fn table(&self, most: usize) -> Option<Vec<Rational>> {
        let players = self.players.len();
        if players > most.min(MOST_TABLED) {
            return None;
        }
        match &self.worth {
            Worth::Table(table) => Some(table.clone()),
            Worth::Voting(rule) => {
                // The weight of a coalition from that of the same without its first player.
                let mut weights: Vec<Rational> = Vec::with_capacity(1 << players);
                weights.push(Rational::ZERO);
                for bits in 1..1_usize << players {
                    poll_at(bits);
                    let first = bits.trailing_zeros() as usize;
                    weights.push(&weights[bits & (bits - 1)] + &rule.weights[first]);
                }
                for weight in &mut weights {
                    *weight = Rational::integer(i64::from(*weight >= rule.quota));
                }
                Some(weights)
            }
        }
    }
}

fn tabled(players: usize) -> Result<(), CoalitionError> {
    if players == 0 || players > MOST_TABLED {
        return Err(CoalitionError::Players {
            players,
            most: MOST_TABLED,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn r(values: &[i64]) -> Vec<Rational> {
        values.iter().map(|v| Rational::integer(*v)).collect()
    }

    #[test]
    fn sets_are_bits() {
        assert_eq!(Coalition::all(3).bits(), 7);
        assert_eq!(Coalition::all(64).len(), 64);
        assert_eq!(Coalition::all(65), Coalition::all(64));
        assert_eq!(Coalition::of([63, 64, 0]).len(), 2);
        assert_eq!(Coalition::of([0, 2]).to_string(), "{1, 3}");
        assert_eq!(Coalition::EMPTY.with(5).without(5), Coalition::EMPTY);
    }

    /// With quota 60 of 50, 30 and 20 nobody wins without the first; above 80 without anybody.
    #[test]
    fn who_can_block() {
        let rule = |quota| WeightedVoting::new(r(&[50, 30, 20]), Rational::integer(quota));
        assert_eq!(rule(60).map(|r| r.veto_players()), Ok(vec![0]));
        assert_eq!(rule(81).map(|r| r.veto_players()), Ok(vec![0, 1, 2]));
        assert_eq!(rule(101).map(|r| r.veto_players()), Ok(vec![]));
        assert_eq!(
            WeightedVoting::count(3, 2).map(|r| r.veto_players()),
            Ok(vec![])
        );
    }

    #[test]
    fn a_vote_and_its_table_agree() {
        let rule = WeightedVoting::new(r(&[2, 1, 1]), Rational::integer(3)).expect("a rule");
        let vote = CoalitionalGame::voting("vote", ["a", "b", "c"], rule).expect("three");
        let table = vote.table(20).expect("small");
        assert_eq!(table, r(&[0, 0, 0, 1, 0, 1, 0, 1]));
        let tabled = CoalitionalGame::from_table("table", ["a", "b", "c"], table).expect("eight");
        for bits in 0..8 {
            let coalition = Coalition::from_bits(bits);
            assert_eq!(vote.worth(coalition), tabled.worth(coalition));
        }
        assert_eq!(vote.table(2), None);
    }

    #[test]
    fn what_is_no_game_is_refused() {
        use CoalitionError as E;
        let none: [&str; 0] = [];
        assert!(matches!(
            CoalitionalGame::from_table("none", none, r(&[0])),
            Err(E::Players { players: 0, .. })
        ));
        let many = (0..21).map(|k| k.to_string());
        assert!(matches!(
            CoalitionalGame::from_fn("many", many, |_| Rational::ZERO),
            Err(E::Players { players: 21, .. })
        ));
        assert_eq!(
            CoalitionalGame::from_table("short", ["a"], r(&[0])),
            Err(E::Length {
                found: 1,
                expected: 2
            })
        );
        assert_eq!(
            CoalitionalGame::from_table("something", ["a"], r(&[1, 2])),
            Err(E::Empty(Rational::ONE))
        );
        assert!(matches!(
            WeightedVoting::new(r(&[1, -1]), Rational::ONE),
            Err(E::NegativeWeight { player: 1, .. })
        ));
        assert_eq!(
            WeightedVoting::new(r(&[1]), Rational::ZERO),
            Err(E::Quota(Rational::ZERO))
        );
        assert!(matches!(
            WeightedVoting::count(usize::MAX, 1),
            Err(E::Players { .. })
        ));
    }
}

//! Questions about solved games.
//!
//! | module | answers |
//! |---|---|
//! | [`values`] | what is every position worth to every player |
//! | [`path`] | what is played, how likely each outcome is |
//! | [`credibility`] | which rungs of a ladder are credible, by what margin, and what it would take |
//! | [`risk`] | how much risk a side can bear, and how risks add up |
//! | [`hidden`] | what is every action worth given beliefs, what kind of equilibrium is it |
//! | [`hypergame`] | what happens when each side plays the game that it sees, and what that costs |
//! | [`explain`] | why each move is chosen and each alternative is not |
//! | [`family`] | a game for every point of some parameters |
//! | [`regime`] | what is played in one of them |
//! | [`estimate`] | what payoffs must have been for play to end as it did |
//!
//! Everything takes a [`PositionGraph`](deterra_game::positional::PositionGraph) and one move a
//! position, and is exact. A game's *choices* are a slice with the number of the move played at
//! every position; entries of chance and terminal positions are ignored.

pub mod credibility;
pub mod estimate;
pub mod explain;
pub mod family;
pub mod hidden;
pub mod hypergame;
pub mod path;
pub mod regime;
pub mod risk;
pub mod values;

#[cfg(test)]
mod fixture;

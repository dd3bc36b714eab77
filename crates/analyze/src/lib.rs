//! Questions about solved games.
//!
//! | module | answers |
//! |---|---|
//! | [`values`] | what is every position worth to every player |
//! | [`path`] | what is played, how likely each outcome is |
//! | [`credibility`] | which rungs of a ladder are credible, by what margin, and what it would take |
//! | [`risk`] | how much risk a side can bear, and how risks add up |
//! | [`hidden`] | what is every action worth given beliefs, what kind of equilibrium is it |
//! | [`compare`](mod@compare) | where the plans of two games first differ, and why |
//! | [`hypergame`] | what happens when each side plays the game that it sees, and what that costs |
//! | [`explain`] | why each move is chosen and each alternative is not |
//! | [`family`] | a game for every point of some parameters |
//! | [`partition`] | where an answer changes as one parameter moves |
//! | [`threshold`] | which values of a parameter change what is played, and where a condition holds |
//! | [`region`] | what is played over two parameters, as polygons |
//! | [`program`] | backward induction for a million points of a family at once |
//! | [`raster`](mod@raster) | what is played at every point of a grid |
//! | [`regime`] | what is played in one of them |
//! | [`grid`] | points of parameters: every combination of a few values, or draws |
//! | [`monte_carlo`] | how likely every regime is if numbers are uncertain |
//! | [`sensitivity`] | which parameters matter |
//! | [`robust`] | the least regret, and what an order of payoffs says alone |
//! | [`sweep`] | what is played at every one of many points |
//! | [`commitment`] | what committing first is worth, and how strong a device must be |
//! | [`coalition`] | how resolved members must be, who tips a vote, who counts how much |
//! | [`information_value`] | what knowing another's type is worth, and keeping one's own |
//! | [`offramp`](mod@offramp) | what an off-ramp must pay to be taken, and when it invites going further |
//! | [`estimate`] | what payoffs must have been for play to end as it did |
//!
//! Everything takes a [`PositionGraph`](deterra_game::positional::PositionGraph) and one move a
//! position, and is exact. A game's *choices* are a slice with the number of the move played at
//! every position; entries of chance and terminal positions are ignored.

pub mod coalition;
pub mod commitment;
pub mod compare;
pub mod credibility;
pub mod estimate;
pub mod explain;
pub mod family;
pub mod grid;
pub mod hidden;
pub mod hypergame;
pub mod information_value;
pub mod monte_carlo;
pub mod offramp;
pub mod partition;
pub mod path;
pub mod program;
pub mod raster;
pub mod regime;
pub mod region;
pub mod risk;
pub mod robust;
pub mod sensitivity;
pub mod sweep;
pub mod threshold;
pub mod values;

#[cfg(test)]
mod fixture;

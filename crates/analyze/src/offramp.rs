//! What an off-ramp must pay to be taken, and from when on it invites going further.
//!
//! **Problem.** One off-ramp of a ladder pays its taker an amount more, or less, than it does. From which
//! amount on is it taken for certain? Up to which amount does the taker still not start what it does not start,
//! and still stop at an earlier off-ramp where it stops? And what is the other side willing to pay?
//! **Method.** The amount is a parameter that is not in the game: it is added to what the taker gets where taking the off-ramp
//! ends play, whatever formula that came from. The amounts are taken apart by [`partition`](mod@crate::partition) with a traced
//! number, so that between two neighboring ends the same equilibria hold.
//! **Exact.** Rational bounds are; irrational ones lie within 2⁻¹²⁸ of the range. Where a computation cannot be followed there
//! is no answer.
//! **Cost.** One solution a piece.
//!
//! **References.** Threats and assurances: kydd2015. If the window from the least prize that stops to the greatest that does not invite a
//! challenge is empty, neither the threat nor the prize does it alone.

mod effect;
mod now;
pub(crate) mod paid;
pub(crate) mod question;

pub use effect::sole_effect;
pub use now::{Going, Payer, Stand, stands};
pub use question::{Answer, Asked, Bound, Greatest, Guard, NoAnswer, Reach, Taken, off_ramp};

use crate::credibility::Rung;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::PositionGraph;

/// A place where somebody may yield.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exit {
    /// The position.
    pub position: NodeId,
    /// The move that yields.
    pub takes: usize,
    /// The move that goes on.
    pub continues: usize,
}

/// An off-ramp before a rung, wherever that rung falls due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OffRamp {
    /// The number of the rung that it is before, from 0: the rungs by their names, in order.
    pub before: usize,
    /// The short name of that rung.
    pub rung: String,
    /// What taking it is called.
    pub label: String,
    /// Who may take it.
    pub player: PlayerId,
    /// Where, ascending.
    pub exits: Vec<Exit>,
}

/// The off-ramps of a ladder: the moves that yield but leave nothing as it is.
///
/// # Returns
/// By rung, then by name of the move. `quiet` says, by position, which move leaves things as they are: that
/// is not starting, and no off-ramp.
///
/// # Complexity
/// Linear in the rungs.
pub fn off_ramps<G: PositionGraph + ?Sized>(
    graph: &G,
    rungs: &[Rung],
    quiet: &[Option<u32>],
) -> Vec<OffRamp> {
    yields(graph, rungs, |position, mv| {
        quiet.get(position.index()).copied().flatten() != Some(mv as u32)
    })
}

/// Not starting: the moves before the first rungs that leave things as they are.
///
/// # Returns
/// As if it were an off-ramp, before the rung where it may be chosen first; `None` if what the ladder is about has
/// started already.
///
/// # Complexity
/// Linear in the rungs.
pub fn start<G: PositionGraph + ?Sized>(
    graph: &G,
    rungs: &[Rung],
    quiet: &[Option<u32>],
) -> Option<OffRamp> {
    let all = yields(graph, rungs, |position, mv| {
        quiet.get(position.index()).copied().flatten() == Some(mv as u32)
    });
    all.into_iter().next()
}

fn yields<G: PositionGraph + ?Sized>(
    graph: &G,
    rungs: &[Rung],
    counts: impl Fn(NodeId, usize) -> bool,
) -> Vec<OffRamp> {
    let mut ids: Vec<&str> = Vec::new();
    let mut ramps: Vec<OffRamp> = Vec::new();
    for rung in rungs {
        let before = ids.iter().position(|id| *id == rung.id);
        let before = before.unwrap_or_else(|| {
            ids.push(&rung.id);
            ids.len() - 1
        });
        let Some(place) = &rung.before else { continue };
        for takes in place.yields.iter().copied() {
            if !counts(place.position, takes) {
                continue;
            }
            let label = graph.move_label(place.position, takes);
            let exit = Exit {
                position: place.position,
                takes,
                continues: place.continues,
            };
            let known = ramps.iter_mut().find(|ramp| {
                ramp.before == before && ramp.label == label && ramp.player == place.player
            });
            match known {
                Some(ramp) => ramp.exits.push(exit),
                None => ramps.push(OffRamp {
                    before,
                    rung: rung.id.clone(),
                    label: label.to_owned(),
                    player: place.player,
                    exits: vec![exit],
                }),
            }
        }
    }
    for ramp in &mut ramps {
        ramp.exits.sort();
        ramp.exits.dedup();
    }
    ramps.sort_by_key(|ramp| ramp.before);
    ramps
}

/// What an off-ramp pays somebody where taking it ends play.
///
/// # Returns
/// By position where it is paid; `None` where play goes on from there, so that nothing is settled yet.
///
/// # Complexity
/// Linear in the exits.
pub fn payments(
    graph: &dyn PositionGraph,
    ramp: &OffRamp,
    player: PlayerId,
) -> Vec<Option<Rational>> {
    let places = paid::places(graph, ramp).into_iter();
    let pays = places.map(|at| {
        let paid = graph.payoff_at(at, player)?;
        Some(paid.value().clone()).filter(|_| graph.num_moves(at) == 0)
    });
    pays.collect()
}

#[cfg(test)]
mod tests;

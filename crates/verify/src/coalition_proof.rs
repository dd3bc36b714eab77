//! Coalition-proof Nash equilibrium: no coalition deviates in a way that lasts (Bernheim, Peleg and Whinston 1987).
//!
//! Of the pure profiles of a table, by the number of players in a coalition, the others staying with what they play:
//!
//! - a profile is *self-enforcing* for a coalition if it is coalition-proof for every smaller coalition inside it;
//! - it is *coalition-proof* for a coalition if it is self-enforcing for it, and no other profile that is self-enforcing for it
//!   pays all its members more. For one player, that is a best reply.
//!
//! Written out: a profile is coalition-proof for a coalition exactly if neither the coalition nor any part of it has a deviation that
//! pays all who deviate more and is self-enforcing for them. This is what is tested, smallest coalitions first, without those whose
//! members already get the most that the table has for them. A player who has one
//! strategy only adds to a coalition a member who must gain too, and takes nothing away from it; by induction over its size the
//! definition says the same with and without her, so she is left out. Strategies are pure, of equilibria and of coalitions.

use crate::strong::witness;
use crate::verdict::{Concept, Verdict};
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::strategic::StrategicGame;
use std::collections::BTreeMap;

/// The most cells and coalitions that are looked at for one profile.
pub const MOST_STEPS: u64 = 1 << 20;

/// Judges a pure profile, given as a cell.
///
/// # Returns
/// Exact, or failed with a self-enforcing deviation of a smallest coalition; its gain is that of the member who gains least.
/// Unchecked if more than [`MOST_STEPS`] cells would have to be looked at.
///
/// # Panics
/// If the game has no such cell.
///
/// # Complexity
/// At worst the cells squared, times the coalitions; it stops at [`MOST_STEPS`].
///
/// # Example
/// In the prisoner's dilemma both gain by staying silent together, but then each would talk: to talk is coalition-proof.
/// ```
/// use deterra_game::number::Number;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_verify::coalition_proof::judge_cell;
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("dilemma", &n([[2, 0], [3, 1]]), &n([[2, 3], [0, 1]]))?;
/// assert!(judge_cell(&game, 3).is_exact());
/// # Ok::<(), deterra_game::strategic::InvalidTable>(())
/// ```
pub fn judge_cell(game: &StrategicGame, cell: usize) -> Verdict {
    let active: Vec<PlayerId> = game
        .players()
        .filter(|player| game.num_strategies(*player) > 1)
        .collect();
    let most = active.iter().map(|player| {
        let paid = (0..game.num_cells()).map(|cell| game.payoff(cell, *player));
        paid.max().cloned().unwrap_or_default()
    });
    let mut judge = Judge {
        game,
        most: most.collect(),
        active,
        known: BTreeMap::new(),
        steps: 0,
    };
    let everybody = (1_u64 << judge.active.len().min(63)) - 1;
    match judge.lasting(everybody, cell, true) {
        Err(TooLong) => {
            let reason = format!("deviations from deviations lead to more than {MOST_STEPS} cells");
            Verdict::unchecked(Concept::CoalitionProof, reason)
        }
        Ok(found) => {
            let witness = found.map(|to| {
                let changed = game.players().filter_map(|player| {
                    let there = game.strategy_in(to, player);
                    (there != game.strategy_in(cell, player)).then_some((player, there as u32))
                });
                witness(game, cell, changed.collect())
            });
            Verdict::from_witness(Concept::CoalitionProof, witness, &Rational::ZERO)
        }
    }
}

/// The budget is used up.
struct TooLong;

struct Judge<'g> {
    game: &'g StrategicGame,
    /// Who can deviate; coalitions are bits in this order.
    active: Vec<PlayerId>,
    /// What each of them gets at most.
    most: Vec<Rational>,
    /// Whether a cell is self-enforcing for a coalition.
    known: BTreeMap<(u64, usize), bool>,
    steps: u64,
}

impl Judge<'_> {
    /// A self-enforcing deviation from a cell by a part of a coalition, or by all of it if `whole`, that pays all who deviate more:
    /// the cell that it leads to.
    fn lasting(
        &mut self,
        coalition: u64,
        cell: usize,
        whole: bool,
    ) -> Result<Option<usize>, TooLong> {
        // Whoever has the most there is gains by nothing.
        let may_gain = |k: &usize| *self.game.payoff(cell, self.active[*k]) < self.most[*k];
        let members = (0..self.active.len()).filter(|k| coalition >> k & 1 == 1);
        let hopeful = members.filter(may_gain).fold(0, |bits, k| bits | 1 << k);
        for size in 1..=u64::count_ones(hopeful) {
            // Subsets in ascending order of bits.
            let mut part = hopeful & hopeful.wrapping_neg();
            while part != 0 {
                if part.count_ones() == size && (whole || part != coalition) {
                    let found = self.lasting_of(part, cell)?;
                    if found.is_some() {
                        return Ok(found);
                    }
                }
                self.step()?;
                part = part.wrapping_sub(hopeful) & hopeful;
            }
        }
        Ok(None)
    }

    /// The same, by exactly this coalition.
    fn lasting_of(&mut self, coalition: u64, cell: usize) -> Result<Option<usize>, TooLong> {
        let members: Vec<PlayerId> = (0..self.active.len())
            .filter(|k| coalition >> k & 1 == 1)
            .map(|k| self.active[k])
            .collect();
        let first = members
            .iter()
            .fold(cell, |cell, player| self.game.deviation(cell, *player, 0));
        let mut chosen = vec![0_usize; members.len()];
        let mut to = first;
        loop {
            poll();
            self.step()?;
            let gain = |p: &PlayerId| self.game.payoff(to, *p) > self.game.payoff(cell, *p);
            if members.iter().all(gain) && self.is_self_enforcing(coalition, to)? {
                return Ok(Some(to));
            }
            // The next combination of strategies.
            let Some(k) =
                (0..members.len()).find(|k| chosen[*k] + 1 < self.game.num_strategies(members[*k]))
            else {
                return Ok(None);
            };
            chosen[k] += 1;
            chosen[..k].fill(0);
            to = first;
            for (player, strategy) in members.iter().zip(&chosen) {
                to = self.game.deviation(to, *player, *strategy);
            }
        }
    }

    /// Whether no smaller coalition inside has a self-enforcing deviation. It asks of smaller and smaller coalitions, so it is as deep
    /// as there are players with a choice, of whom a table has few.
    fn is_self_enforcing(&mut self, coalition: u64, cell: usize) -> Result<bool, TooLong> {
        if let Some(known) = self.known.get(&(coalition, cell)) {
            return Ok(*known);
        }
        let holds = self.lasting(coalition, cell, false)?.is_none();
        self.known.insert((coalition, cell), holds);
        Ok(holds)
    }

    fn step(&mut self) -> Result<(), TooLong> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(TooLong);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Deviation;
    use crate::{nash, strong};
    use deterra_game::number::Number;
    use deterra_game::strategic::StrategicBuilder;
    use proptest::prelude::*;

    /// Payoffs by cell, of all players together; player 1's strategy changes fastest.
    fn table(shape: &[usize], payoffs: &[i64]) -> StrategicGame {
        let mut made = StrategicBuilder::new("");
        for strategies in shape {
            made.player_with("", *strategies);
        }
        for cell in payoffs.chunks(shape.len()) {
            let cell: Vec<Number> = cell.iter().copied().map(Number::from).collect();
            made.payoffs(&cell);
        }
        made.build().expect("as many cells as combinations")
    }

    /// Three players, two strategies each. If the third plays her first, the first two are in a dilemma in which
    /// (second, second) is the only equilibrium; the profile of first strategies is not Nash.
    #[test]
    fn three_players_in_which_pairs_cannot_hold_together() {
        // Cells: player 1's strategy fastest.
        let game = table(
            &[2, 2, 2],
            &[
                2, 2, 0, 3, 0, 0, 0, 3, 0, 1, 1, 0, // third plays first
                2, 2, 0, 3, 0, 0, 0, 3, 0, 1, 1, 0,
            ],
        );
        // Both can do better by (0, 0), and leave it again.
        assert!(judge_cell(&game, 3).is_exact());
        assert!(!strong::judge_cell(&game, 3).is_exact());
    }

    /// A pair that coordinates leaves a bad equilibrium for a good one, and stays there.
    #[test]
    fn what_lasts_is_a_witness() {
        let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
        let both = n([[2, 0], [0, 1]]);
        let game = StrategicGame::from_rows("", &both, &both).expect("two by two");
        assert!(judge_cell(&game, 0).is_exact());
        let verdict = judge_cell(&game, 3);
        let moves = vec![(PlayerId(0), 0), (PlayerId(1), 0)];
        let deviation = verdict.witness.map(|w| w.deviation);
        assert_eq!(deviation, Some(Deviation::Joint { moves }));
    }

    proptest! {
        /// Strong is coalition-proof is Nash; and of two players, coalition-proof are the Nash equilibria that no other one pays
        /// both less than (Bernheim, Peleg and Whinston 1987).
        #[test]
        fn between_strong_and_nash(payoffs in prop::collection::vec(0_i64..4, 18 + 24)) {
            let pair = table(&[3, 3], &payoffs[..18]);
            let all = |f: &dyn Fn(usize) -> bool| (0..9).filter(|c| f(*c)).collect::<Vec<usize>>();
            let equilibria = all(&|cell| nash::judge_cell(&pair, cell).is_exact());
            for cell in 0..9 {
                let better = |other: &usize| {
                    pair.players().all(|p| pair.payoff(*other, p) > pair.payoff(cell, p))
                };
                let expected = equilibria.contains(&cell) && !equilibria.iter().any(better);
                prop_assert_eq!(judge_cell(&pair, cell).is_exact(), expected);
            }
            let three = table(&[2, 2, 2], &payoffs[18..]);
            for cell in 0..8 {
                let proof = judge_cell(&three, cell).is_exact();
                prop_assert!(proof || !strong::judge_cell(&three, cell).is_exact());
                prop_assert!(!proof || nash::judge_cell(&three, cell).is_exact());
            }
        }
    }
}

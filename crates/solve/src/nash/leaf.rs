//! What is at a leaf of the tree of labels, exactly.
//!
//! **Method.** A leaf says which labels a vertex of player 1's polytope has, all of them, and which ones one of player 2's has at
//! least. Bases that floats arrived at are set up in whole numbers. Player 1's vertex is one only if it has those labels
//! and no others: with more of them, no vertex has just these. On player 2's side every vertex of the face that the labels hold completes it; these are walked through by
//! reverse search from the one that is known. The index of a pair is the sum of those of all pairs of bases at it that the perturbation makes
//! positive and that are completely labeled.
//! **Exact.** Yes.
//!
//! **References.** avis2010, vonschemde2005.

use super::bimatrix::Bimatrix;
use super::vertex_enumeration::{Searched, low_bits, relabeled};
use crate::control::{Control, Stop};
use crate::numeric::tableau::{Tableau, TooLong};
use crate::numeric::vertices::{Corner, corners_from};
use crate::numeric::word::{Wide, Word};
use deterra_game::number::Integer;

/// The most leaves where a vertex has more labels than the tree says, in a row of one search.
const MOST_WASTED: usize = 256;

/// The most pairs of bases that are looked at for indices.
const MOST_BASES: usize = 1 << 14;

/// Floats were wrong, or the game is too degenerate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unsure;

/// Reads leaves.
pub(super) struct Reader<'g> {
    game: &'g Bimatrix,
    /// What bounds the strategies of player 1.
    first: Vec<Vec<Integer>>,
    wasted: usize,
    bases: usize,
}

/// What is asked of a basis.
trait Question {
    type Answer;

    /// # Errors
    /// [`TooLong`]: then it is asked again with longer words.
    fn ask<W: Word>(&self, tableau: Tableau<W>) -> Result<Self::Answer, TooLong>;
}

/// Asks with words that are long enough; `None` if the basis is none.
fn answer<Q: Question>(matrix: &[Vec<Integer>], basis: u128, question: &Q) -> Option<Q::Answer> {
    fn with<W: Word, Q: Question>(
        matrix: &[Vec<Integer>],
        basis: u128,
        question: &Q,
    ) -> Result<Option<Q::Answer>, TooLong> {
        let tableau = Tableau::<W>::of_basis(matrix, basis)?;
        tableau.map(|tableau| question.ask(tableau)).transpose()
    }
    let asked = with::<i64, Q>(matrix, basis, question)
        .or_else(|TooLong| with::<i128, Q>(matrix, basis, question))
        .or_else(|TooLong| with::<Wide, Q>(matrix, basis, question))
        .or_else(|TooLong| with::<Integer, Q>(matrix, basis, question));
    asked.ok().flatten()
}

/// The variables that are 0; `None` if some are negative.
struct Zeros;

impl Question for Zeros {
    type Answer = Option<u128>;

    fn ask<W: Word>(&self, tableau: Tableau<W>) -> Result<Self::Answer, TooLong> {
        Ok(tableau.zeros())
    }
}

/// Whether all variables are positive with the perturbation.
struct IsPerturbed;

impl Question for IsPerturbed {
    type Answer = bool;

    fn ask<W: Word>(&self, tableau: Tableau<W>) -> Result<bool, TooLong> {
        let mut zero = (0..tableau.rows()).filter(|row| tableau.is_zero(*row));
        Ok(tableau.zeros().is_some() && zero.all(|row| tableau.is_perturbed_up(row)))
    }
}

/// All vertices of the face where these variables are 0; `None` if the basis is not on it.
struct Vertices<'c> {
    held: u128,
    control: &'c Control,
}

impl Question for Vertices<'_> {
    type Answer = Option<(Vec<Corner>, Stop)>;

    fn ask<W: Word>(&self, tableau: Tableau<W>) -> Result<Self::Answer, TooLong> {
        let Some(zeros) = tableau.zeros().filter(|zeros| self.held & !zeros == 0) else {
            return Ok(None);
        };
        let nonbasic = (0..tableau.columns()).map(|column| tableau.nonbasic(column));
        let basis = nonbasic.fold(0_u128, |set, v| set | 1 << v);
        if basis & !self.held == 0 {
            return Ok(Some((vec![Corner { zeros, basis }], Stop::Done)));
        }
        let Some(face) = tableau.face(self.held)? else {
            return Ok(None);
        };
        let found = corners_from(&face.tableau, self.control);
        let here = found.list.iter().map(|corner| Corner {
            zeros: face.named(corner.zeros, self.held),
            basis: face.basis(corner.basis),
        });
        Ok(Some((here.collect(), found.stop)))
    }
}

/// A set of labels as variables of a player's polytope: her own strategies come first there.
pub(super) fn own_set(player: usize, labels: u128, game: &Bimatrix) -> u128 {
    if player == 0 {
        return labels;
    }
    let own = labels.checked_shr(game.rows as u32).unwrap_or(0);
    let other = labels & low_bits(game.rows);
    own | other.checked_shl(game.columns as u32).unwrap_or(0)
}

impl<'g> Reader<'g> {
    pub(super) fn new(game: &'g Bimatrix) -> Self {
        Self {
            game,
            first: game.first_polytope(),
            wasted: 0,
            bases: 0,
        }
    }

    /// Notes all pairs of a leaf.
    ///
    /// `held` are the variables that are 0 by the tree and `bases` the nonbasic ones of a vertex, of each polytope in its own numbers.
    ///
    /// # Errors
    /// [`Unsure`] if a vertex is not where floats say, or too much depends on the perturbation.
    pub(super) fn read(
        &mut self,
        held: [u128; 2],
        bases: [u128; 2],
        control: &Control,
        found: &mut Searched,
    ) -> Result<(), Unsure> {
        let zeros = answer(&self.first, bases[0], &Zeros).flatten();
        let zeros = zeros.filter(|zeros| held[0] & !zeros == 0).ok_or(Unsure)?;
        if zeros != held[0] {
            self.wasted += 1;
            return if self.wasted > MOST_WASTED {
                Err(Unsure)
            } else {
                Ok(())
            };
        }
        let first = Corner {
            zeros,
            basis: bases[0],
        };
        let question = Vertices {
            held: held[1],
            control,
        };
        let completing = answer(self.game.second_polytope(), bases[1], &question).flatten();
        let (list, stop) = completing.ok_or(Unsure)?;
        if found.stop == Stop::Done {
            found.stop = stop;
        }
        let (rows, columns) = (self.game.rows, self.game.columns);
        for second in list {
            let second = relabeled(second, self.game);
            let both = [first, second];
            let labels = first.zeros.count_ones() + second.zeros.count_ones();
            let is_degenerate = labels as usize > rows + columns;
            let index = if is_degenerate {
                self.index_of_many(both)?
            } else {
                self.index(first.basis)
            };
            found.degenerate |= is_degenerate;
            found.pairs.push(both);
            found.indices.push(index);
        }
        Ok(())
    }

    /// The index of the pair of a basis of player 1's and the one that completes it.
    fn index(&self, basis: u128) -> i64 {
        let (rows, columns) = (self.game.rows, self.game.columns);
        let own: Vec<usize> = (0..rows).filter(|i| basis >> i & 1 == 0).collect();
        let other = (0..columns).filter(|j| basis >> (rows + j) & 1 == 1);
        self.game.index(&own, &other.collect::<Vec<_>>())
    }

    /// The sum over all pairs of bases at a pair of vertices.
    fn index_of_many(&mut self, [first, second]: [Corner; 2]) -> Result<i64, Unsure> {
        let (rows, columns) = (self.game.rows, self.game.columns);
        let all = low_bits(rows + columns);
        // Player 1's basis has all labels that only she has, and as many of the common ones as she still needs.
        let alone = all & !second.zeros;
        let common: Vec<usize> = (0..rows + columns)
            .filter(|label| (first.zeros & second.zeros) >> label & 1 == 1)
            .collect();
        let needed = rows - alone.count_ones() as usize;
        if common.len() > 20 {
            return Err(Unsure);
        }
        let mut sum = 0;
        for chosen in 0..1_u32 << common.len() {
            if chosen.count_ones() as usize != needed {
                continue;
            }
            self.bases += 1;
            if self.bases > MOST_BASES {
                return Err(Unsure);
            }
            let labels = common.iter().enumerate();
            let basis = labels.fold(alone, |set, (k, label)| {
                set | u128::from(chosen >> k & 1) << label
            });
            let rest = own_set(1, all & !basis, self.game);
            if answer(&self.first, basis, &IsPerturbed) == Some(true)
                && answer(self.game.second_polytope(), rest, &IsPerturbed) == Some(true)
            {
                sum += self.index(basis);
            }
        }
        Ok(sum)
    }
}

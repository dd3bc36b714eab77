//! What is at a leaf of the tree of labels, exactly.
//!
//! **Method.** A leaf says which labels a vertex of player 1's polytope has, all of them, and which ones one of player 2's has at
//! least. Bases that floats arrived at are solved in whole numbers ([`basis`](crate::numeric::basis)), or set up as tableaus where that takes long ones. Player 1's vertex is one only if it has those labels
//! and no others: with more of them, no vertex has just these. On player 2's side every vertex of the face that the labels hold completes it; these are walked through by
//! reverse search from the one that is known. The index of a pair is the sum of those of all pairs of bases at it that the perturbation makes
//! positive and that are completely labeled; those of a degenerate vertex are listed once, for all pairs that it is in.
//! **Exact.** Yes.
//!
//! **References.** avis2010, shapley1974, vonschemde2005.

use super::bimatrix::Bimatrix;
use super::room::Room;
use super::vertex_enumeration::{Searched, low_bits, relabeled};
use crate::control::{Control, Stop};
use crate::numeric::basis::{Bases, bases_at};
use crate::numeric::tableau::{Tableau, TooLong};
use crate::numeric::vertices::{Corner, corners_from};
use crate::numeric::word::{Wide, Word};
use deterra_game::number::{Integer, Rational};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// The most bases that are looked at for indices, and how many as a multiple of the questions that may be asked.
const MOST_BASES: usize = 1 << 14;
const BASES_PER_QUESTION: usize = 8;

/// Floats were wrong, or the game is too degenerate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unsure;

/// Reads leaves.
pub(super) struct Reader<'g> {
    game: &'g Bimatrix,
    /// What bounds the strategies of player 1.
    first: Vec<Vec<Integer>>,
    /// What bounds either player's, in words, if it is short.
    short: [Option<Bases>; 2],
    /// How many more questions degenerate vertices may ask.
    patience: usize,
    /// How many more bases are looked at for indices.
    bases: usize,
    /// By the variables that are 0 at a degenerate vertex of either polytope, its bases.
    at_vertex: [FxHashMap<u128, Vec<u128>>; 2],
    /// Of the last face that was looked at, its held variables, the basis, and the variables that are 0 on all of it.
    last: Option<[u128; 3]>,
}

/// What is asked of a basis.
trait Question {
    type Answer;

    /// `is_negative` tells the sign of its determinant.
    ///
    /// # Errors
    /// [`TooLong`]: then it is asked again with longer words.
    fn ask<W: Word>(&self, at: Tableau<W>, is_negative: bool) -> Result<Self::Answer, TooLong>;
}

/// Asks with words that are long enough; `None` if the basis is none.
fn answer<Q: Question>(matrix: &[Vec<Integer>], basis: u128, question: &Q) -> Option<Q::Answer> {
    fn with<W: Word, Q: Question>(
        matrix: &[Vec<Integer>],
        basis: u128,
        question: &Q,
    ) -> Result<Option<Q::Answer>, TooLong> {
        let at = Tableau::<W>::of_basis(matrix, basis)?;
        at.map(|(tableau, is_negative)| question.ask(tableau, is_negative))
            .transpose()
    }
    let asked = with::<i64, Q>(matrix, basis, question)
        .or_else(|TooLong| with::<i128, Q>(matrix, basis, question))
        .or_else(|TooLong| with::<Wide, Q>(matrix, basis, question))
        .or_else(|TooLong| with::<Integer, Q>(matrix, basis, question));
    asked.ok().flatten()
}

/// A vertex that is known exactly.
struct Known {
    corner: Corner,
    /// What is mixed there, if that was asked.
    mix: Option<Vec<Rational>>,
    /// Whether the determinant of its basis is negative, if that is known.
    is_negative: Option<bool>,
}

impl Known {
    /// What was read last.
    fn short(read: &Bases, zeros: u128, basis: u128, is_negative: bool) -> Self {
        Self {
            corner: Corner { zeros, basis },
            mix: Some(read.shares()),
            is_negative: Some(is_negative),
        }
    }

    fn new<W: Word>(at: &Tableau<W>, zeros: u128, is_negative: bool) -> Self {
        let mut mix = vec![Rational::ZERO; at.columns()];
        let own = (0..at.rows()).filter(|row| at.basic(*row) < at.columns());
        let weights = own.map(|row| (at.basic(row), at.right(row).to_integer()));
        let weights: Vec<(usize, Integer)> = weights.collect();
        let total: Integer = weights.iter().map(|(_, weight)| weight).sum();
        let (_, below) = total.into_parts();
        for (variable, weight) in weights {
            mix[variable] = Rational::from_big(weight, below.clone());
        }
        Self {
            corner: Corner {
                zeros,
                basis: at.basis(),
            },
            mix: Some(mix),
            is_negative: Some(is_negative),
        }
    }
}

/// The vertex of player 1's where these variables and no others are 0.
struct First {
    held: u128,
}

impl Question for First {
    /// `None` if the basis is not at a point where these variables are 0 and none is negative; nothing within if others are 0 too.
    type Answer = Option<Option<Known>>;

    fn ask<W: Word>(&self, at: Tableau<W>, is_negative: bool) -> Result<Self::Answer, TooLong> {
        let zeros = at.zeros().filter(|zeros| self.held & !zeros == 0);
        Ok(zeros.map(|zeros| (zeros == self.held).then(|| Known::new(&at, zeros, is_negative))))
    }
}

/// The variables that are 0 on all of the face where these are.
struct Implied {
    held: u128,
}

impl Question for Implied {
    type Answer = Option<u128>;

    fn ask<W: Word>(&self, at: Tableau<W>, _: bool) -> Result<Self::Answer, TooLong> {
        at.implied(self.held)
    }
}

/// Whether the determinant is negative.
struct Sign;

impl Question for Sign {
    type Answer = bool;

    fn ask<W: Word>(&self, _: Tableau<W>, is_negative: bool) -> Result<Self::Answer, TooLong> {
        Ok(is_negative)
    }
}

/// All vertices of the face where these variables are 0; `None` if the basis is not on it.
struct Vertices<'c> {
    held: u128,
    control: &'c Control,
}

impl Question for Vertices<'_> {
    type Answer = Option<(Vec<Known>, Stop)>;

    fn ask<W: Word>(&self, at: Tableau<W>, is_negative: bool) -> Result<Self::Answer, TooLong> {
        let Some(zeros) = at.zeros().filter(|zeros| self.held & !zeros == 0) else {
            return Ok(None);
        };
        if at.basis() & !self.held == 0 {
            let one = Known::new(&at, zeros, is_negative);
            return Ok(Some((vec![one], Stop::Done)));
        }
        let Some(face) = at.face(self.held)? else {
            return Ok(None);
        };
        let found = corners_from(&face.tableau, self.control);
        let here = found.list.iter().map(|corner| Known {
            corner: Corner {
                zeros: face.named(corner.zeros, self.held),
                basis: face.basis(corner.basis),
            },
            mix: None,
            is_negative: None,
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
    pub(super) fn new(game: &'g Bimatrix, patience: usize) -> Self {
        let first = game.first_polytope();
        Self {
            game,
            short: [Bases::new(&first), Bases::new(game.second_polytope())],
            first,
            patience,
            bases: patience.saturating_mul(BASES_PER_QUESTION).min(MOST_BASES),
            at_vertex: [FxHashMap::default(), FxHashMap::default()],
            last: None,
        }
    }

    /// Whether numbers are too long for words.
    pub(super) fn is_long(&self) -> bool {
        self.short.iter().any(Option::is_none)
    }

    fn wait(&mut self) -> Result<(), Unsure> {
        self.patience = self.patience.checked_sub(1).ok_or(Unsure)?;
        Ok(())
    }

    /// The variables that are 0 on all of the face of player 1's where these are; none if floats are wrong about its vertex.
    ///
    /// # Errors
    /// [`Unsure`] if that was asked too often.
    pub(super) fn implied(&mut self, held: u128, basis: u128) -> Result<u128, Unsure> {
        if let Some([known, at, implied]) = self.last
            && [known, at] == [held, basis]
        {
            return Ok(implied);
        }
        self.wait()?;
        let implied = answer(&self.first, basis, &Implied { held }).flatten();
        let implied = implied.unwrap_or_default();
        self.last = Some([held, basis, implied]);
        Ok(implied)
    }

    /// Player 1's vertex; `None` if others than the held variables are 0 there.
    fn first_at(&mut self, held: u128, basis: u128) -> Result<Option<Known>, Unsure> {
        if let Some(short) = &mut self.short[0]
            && let Some(spot) = short.at(basis)
        {
            let zeros = spot
                .zeros
                .filter(|zeros| held & !zeros == 0)
                .ok_or(Unsure)?;
            let known = || Known::short(short, zeros, basis, spot.is_negative);
            return Ok((zeros == held).then(known));
        }
        let known = answer(&self.first, basis, &First { held }).flatten();
        known.ok_or(Unsure)
    }

    /// All vertices of player 2's face.
    fn second_at(
        &mut self,
        held: u128,
        basis: u128,
        control: &Control,
    ) -> Result<(Vec<Known>, Stop), Unsure> {
        if basis & !held == 0
            && let Some(short) = &mut self.short[1]
            && let Some(spot) = short.at(basis)
        {
            let zeros = spot
                .zeros
                .filter(|zeros| held & !zeros == 0)
                .ok_or(Unsure)?;
            let one = Known::short(short, zeros, basis, spot.is_negative);
            return Ok((vec![one], Stop::Done));
        }
        let question = Vertices { held, control };
        let completing = answer(self.game.second_polytope(), basis, &question).flatten();
        completing.ok_or(Unsure)
    }

    /// Notes all pairs of a leaf that there is room for.
    ///
    /// `held` are the variables that are 0 by the tree and `bases` the nonbasic ones of a vertex, of each polytope in its own numbers.
    ///
    /// # Errors
    /// [`Unsure`] if a vertex is not where floats say, or too much depends on the perturbation.
    pub(super) fn read(
        &mut self,
        (held, bases): ([u128; 2], [u128; 2]),
        room: &mut Room,
        control: &Control,
        found: &mut Searched,
    ) -> Result<(), Unsure> {
        let Some(first) = self.first_at(held[0], bases[0])? else {
            return self.wait();
        };
        let (list, stop) = self.second_at(held[1], bases[1], control)?;
        if found.stop == Stop::Done {
            found.stop = stop;
        }
        let all = self.game.rows + self.game.columns;
        for second in list {
            if !room.take_pair() {
                found.stop = Stop::Memory;
                break;
            }
            let both = [first.corner, relabeled(second.corner, self.game)];
            let labels: u32 = both.iter().map(|corner| corner.zeros.count_ones()).sum();
            let signs = first.is_negative.zip(second.is_negative);
            let is_degenerate = labels as usize > all;
            let index = match signs.filter(|_| !is_degenerate) {
                Some((a, b)) => self.game.index_of_signs(both[0].basis, a, b),
                None => self.index_of_many(both)?,
            };
            if let Some(mix) = second.mix
                && let Entry::Vacant(place) = found.mixes[1].entry(both[1].zeros)
            {
                if !room.take_long(&mix) {
                    found.stop = Stop::Memory;
                    break;
                }
                place.insert(mix);
            }
            found.degenerate |= is_degenerate;
            found.pairs.push(both);
            found.indices.push(index);
        }
        if let Some(mix) = first.mix
            && let Entry::Vacant(place) = found.mixes[0].entry(first.corner.zeros)
        {
            if !room.take_long(&mix) {
                found.stop = Stop::Memory;
            }
            place.insert(mix);
        }
        Ok(())
    }

    /// The sum over all pairs of bases at a pair of vertices.
    fn index_of_many(&mut self, [first, second]: [Corner; 2]) -> Result<i64, Unsure> {
        let all = low_bits(self.game.rows + self.game.columns);
        let own = self.bases_of(0, first.zeros)?;
        let other = self.bases_of(1, own_set(1, second.zeros, self.game))?;
        let mut sum = 0;
        for basis in own {
            let rest = own_set(1, all & !basis, self.game);
            if other.binary_search(&rest).is_ok() {
                let [a, b] = [self.is_negative(0, basis)?, self.is_negative(1, rest)?];
                sum += self.game.index_of_signs(basis, a, b);
            }
        }
        Ok(sum)
    }

    /// The bases at a vertex of a player's polytope, ascending.
    fn bases_of(&mut self, player: usize, zeros: u128) -> Result<Vec<u128>, Unsure> {
        let matrix: &[Vec<Integer>] = match player {
            0 => &self.first,
            _ => self.game.second_polytope(),
        };
        if zeros.count_ones() as usize == matrix.first().map_or(0, Vec::len) {
            return Ok(vec![zeros]);
        }
        if let Some(known) = self.at_vertex[player].get(&zeros) {
            return Ok(known.clone());
        }
        let mut bases = bases_at(matrix, zeros, self.bases).ok_or(Unsure)?;
        self.bases = self.bases.checked_sub(bases.len()).ok_or(Unsure)?;
        bases.sort_unstable();
        self.at_vertex[player].insert(zeros, bases.clone());
        Ok(bases)
    }

    fn is_negative(&mut self, player: usize, basis: u128) -> Result<bool, Unsure> {
        if let Some(short) = &mut self.short[player]
            && let Some(spot) = short.at(basis)
        {
            return Ok(spot.is_negative);
        }
        let matrix: &[Vec<Integer>] = match player {
            0 => &self.first,
            _ => self.game.second_polytope(),
        };
        answer(matrix, basis, &Sign).ok_or(Unsure)
    }
}

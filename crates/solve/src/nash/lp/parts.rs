//! The linear program of those parts of a tree that matter.
//!
//! **Program.** One player, whose sequences are the columns, chooses numbers `y` by sequence of own actions; the best reply of the other, whose
//! sequences are the rows, is worth the least `u` such that at each of her sets no action pays more:
//! `u(set) - Σ u(sets after an action) - Σ A·y ≥ 0`. The prices of these rows at the optimum are what she does.
//!
//! **Growth.** Of each player only some sequences are used. At the optimum of the program of these, best replies among all are looked for, and
//! what they use beyond is added (`McMahan`, Gordon and Blum 2003; of sequences Bošanský, Kiekintveld, Lisý and Pěchouček 2014). New columns leave a basis feasible; and a basis that is optimal is one of
//! the program of the other player as well, with what is basic exchanged for what is tight. So players take turns at being the columns, and no pivot is lost.
//!
//! **References.** romanovskii1962, vonstengel1996, mcmahan2003, bosansky2014.

use super::part::{NO, Part};
use crate::commit::sequences::Pair;
use crate::control::Clock;
use crate::nash::sequence_form::Plans;
use crate::numeric::revised::{Program, Units, exact, minimize};
use deterra_game::number::{Integer, Natural, Rational};
use deterra_game::patience::poll_at;

/// What pairs of sequences pay player 1, as whole numbers on one scale.
#[derive(Clone, Debug)]
pub(super) struct Cells {
    /// A sequence of hers, one of his, and what they pay her; never 0.
    list: Vec<(u32, u32, i64)>,
    /// The largest, without its sign.
    most: f64,
}

impl Cells {
    /// # Returns
    /// `None` if they do not fit words.
    pub(super) fn new(pair: &Pair) -> Option<Self> {
        let mut below = Natural::ONE;
        for (k, (_, _, paid, _)) in pair.cells().enumerate() {
            poll_at(k);
            below *=
                Rational::from_big(Integer::from(below.clone()), paid.denominator()).denominator();
            i64::try_from(&below).ok()?;
        }
        let below = Rational::from_big(Integer::from(below), Natural::ONE);
        let mut list = Vec::new();
        let mut most = 1;
        for (k, (mine, theirs, paid, _)) in pair.cells().enumerate() {
            poll_at(k);
            let paid = (paid * &below).to_i64();
            let paid = paid.filter(|x| x.unsigned_abs() < 1 << 60)?;
            if paid != 0 {
                most = most.max(paid.abs());
                list.push((mine as u32, theirs as u32, paid));
            }
        }
        Some(Self {
            list,
            most: most as f64,
        })
    }
}

/// A game of two of whom each uses a part of her sequences.
#[derive(Clone, Debug)]
pub(super) struct Parts<'p> {
    players: [Part<'p>; 2],
    cells: &'p Cells,
    /// Whose sequences are the rows.
    rows: usize,
}

/// What is found when players take turns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    /// Whether who were the rows use more now.
    pub(super) has_grown: bool,
    /// Whether the other gains by what is not used.
    pub(super) misses: bool,
}

/// The program of the parts, its basis, and where things are in it.
struct Built {
    program: Program,
    basis: Vec<usize>,
    /// By sequence of the rows' player her row, of the other his column.
    places: [Vec<u32>; 2],
    /// The variable of what the first row loses.
    losses: usize,
}

impl<'p> Parts<'p> {
    /// Begins with what plans play with at least a probability, and player 1's sequences as rows.
    pub(super) fn new(pair: &'p Pair, cells: &'p Cells, plans: [Vec<f64>; 2], least: f64) -> Self {
        let [first, second] = plans;
        let mut parts = Self {
            players: [
                Part::new(&pair.own, first, least),
                Part::new(&pair.other, second, least),
            ],
            cells,
            rows: 0,
        };
        parts.enliven();
        let paid = parts.paid(0, &parts.players[1].pure());
        parts.players[0].begin_with_best(&paid);
        parts
    }

    /// By player and sequence, how likely it is played.
    pub(super) fn plans(&self) -> [&[f64]; 2] {
        [0, 1].map(|p| self.players[p].plan.as_slice())
    }

    /// By player and set, the action that is best against the other's plan, as a place among the set's actions.
    pub(super) fn replies(&self) -> [Vec<u32>; 2] {
        [0, 1].map(|p| self.players[p].replies(&self.paid(p, &self.players[1 - p].plan)))
    }

    fn enliven(&mut self) {
        let mut pays = [0, 1].map(|p| vec![false; self.players[p].all.count]);
        for (a, b, _) in &self.cells.list {
            let (a, b) = (*a as usize, *b as usize);
            if self.players[0].is_used[a] && self.players[1].is_used[b] {
                pays[0][a] = true;
                pays[1][b] = true;
            }
        }
        for (player, pays) in self.players.iter_mut().zip(&pays) {
            player.enliven(pays);
        }
    }

    /// What sequences pay a player against a plan of the other.
    fn paid(&self, player: usize, plan: &[f64]) -> Vec<f64> {
        let mut paid = vec![0.0; self.players[player].all.count];
        for (a, b, x) in &self.cells.list {
            let (a, b) = (*a as usize, *b as usize);
            if player == 0 {
                paid[a] += *x as f64 * plan[b];
            } else {
                paid[b] -= *x as f64 * plan[a];
            }
        }
        paid
    }

    /// Exchanges rows and columns, and uses more of what were the rows where it gains.
    pub(super) fn turn(&mut self) -> Turn {
        /// What counts as a gain, beside the largest payoff.
        const GAIN: f64 = 1e-9;
        let least = GAIN * self.cells.most;
        let [mine, theirs] = [self.rows, 1 - self.rows];
        let paid = self.paid(mine, &self.players[theirs].plan);
        let has_grown = self.players[mine].grow(&paid, least);
        let paid = self.paid(theirs, &self.players[mine].plan);
        let misses = self.players[theirs].misses(&paid);
        if has_grown {
            self.enliven();
        }
        self.rows = theirs;
        Turn {
            has_grown,
            misses: misses > least,
        }
    }

    /// Goes to the optimum, right sides larger by about `spread`.
    ///
    /// # Returns
    /// The number of pivots, and whether the basis is feasible without the spread, as far as floats tell; `None` if it was stopped or got lost, and
    /// then nothing has changed.
    pub(super) fn optimize(&mut self, spread: f64, clock: &Clock<'_>) -> Option<(u64, bool)> {
        /// What counts as nothing.
        const NOTHING: f64 = 1e-11;
        let built = self.built();
        let found = minimize(&built.program, built.basis, spread, clock)?;
        let mut values = vec![0.0; built.program.columns.len()];
        let mut is_basic = vec![false; values.len()];
        let mut is_feasible = true;
        for (variable, x) in found.basis.iter().zip(&found.values) {
            is_basic[*variable] = true;
            values[*variable] = *x;
            let size = x / built.program.units.columns[*variable];
            is_feasible &= built.program.free[*variable] || size > -NOTHING;
        }
        let [rows, columns] = &built.places;
        let sides = [(self.rows, rows), (1 - self.rows, columns)];
        for (k, (player, places)) in sides.into_iter().enumerate() {
            let part = &mut self.players[player];
            let mut numbers = vec![0.0; places.len()];
            for (s, place) in places.iter().enumerate().filter(|(_, at)| **at != NO) {
                let at = *place as usize;
                (part.is_basic[s], numbers[s]) = if k == 0 {
                    (!is_basic[built.losses + at], found.prices[at])
                } else {
                    (is_basic[at], values[at])
                };
            }
            part.follow(&numbers);
        }
        Some((found.steps, is_feasible))
    }

    /// What the basis says exactly, by player and sequence.
    ///
    /// # Returns
    /// `None` if it is singular, or it was stopped.
    pub(super) fn exact(&self, clock: &Clock<'_>) -> Option<Plans> {
        let built = self.built();
        let (values, prices) = exact(&built.program, &built.basis, clock)?;
        let mut slots = vec![NO; built.program.columns.len()];
        for (slot, variable) in built.basis.iter().enumerate() {
            slots[*variable] = slot as u32;
        }
        let [rows, columns] = &built.places;
        let slot = |at: &u32| if *at == NO { NO } else { slots[*at as usize] };
        let columns: Vec<u32> = columns.iter().map(slot).collect();
        let mine = self.players[self.rows].followed_exactly(&prices, rows);
        let theirs = self.players[1 - self.rows].followed_exactly(&values, &columns);
        Some(if self.rows == 0 {
            [mine, theirs]
        } else {
            [theirs, mine]
        })
    }

    /// Variables: the columns' sequences, what the rows' sets are worth, what the rows lose. Rows: sequences, the columns' sets.
    fn built(&self) -> Built {
        let sides = [&self.players[self.rows], &self.players[1 - self.rows]];
        let sign = if self.rows == 0 { 1 } else { -1 };
        let mut places = sides.map(|side| vec![NO; side.all.count]);
        let mut set_places = sides.map(|side| vec![NO; side.all.sets.len()]);
        let mut counts = [[0_usize; 2]; 2];
        for (p, side) in sides.iter().enumerate() {
            let [sequences, sets] = &mut counts[p];
            for k in (0..side.is_live.len()).filter(|k| side.is_live[*k]) {
                set_places[p][k] = *sets as u32;
                *sets += 1;
                for s in side.used(k) {
                    places[p][s] = *sequences as u32;
                    *sequences += 1;
                }
            }
        }
        let [[rows, sets], [sequences, other_sets]] = counts;
        let losses = sequences + sets;
        let (height, width) = (rows + other_sets, losses + rows);
        let mut columns: Vec<Vec<(u32, i64)>> = vec![Vec::new(); width];
        let mut costs = vec![0_i64; width];
        let mut right = vec![0_i64; height];
        for (a, b, paid) in &self.cells.list {
            let pair = if self.rows == 0 { [*a, *b] } else { [*b, *a] };
            let [mine, theirs] = pair.map(|s| s as usize);
            if !sides[0].is_used[mine] || !sides[1].is_used[theirs] {
                continue;
            }
            let (row, column) = (places[0][mine], places[1][theirs] as usize);
            match pair {
                [0, 0] => {}
                [0, _] => costs[column] += sign * paid,
                [_, 0] => right[row as usize] += sign * paid,
                _ => columns[column].push((row, -sign * paid)),
            }
        }
        let mut basis = Vec::with_capacity(height);
        for (k, set) in sides[0].all.sets.iter().enumerate() {
            if set_places[0][k] == NO {
                continue;
            }
            let worth = sequences + set_places[0][k] as usize;
            basis.push(worth);
            if set.before == 0 {
                costs[worth] = 1;
            } else {
                columns[worth].push((places[0][set.before], -1));
            }
            for s in sides[0].used(k) {
                let row = places[0][s];
                let loss = losses + row as usize;
                columns[worth].push((row, 1));
                columns[loss].push((row, -1));
                if !sides[0].is_basic[s] {
                    basis.push(loss);
                }
            }
        }
        for (k, set) in sides[1].all.sets.iter().enumerate() {
            if set_places[1][k] == NO {
                continue;
            }
            let row = rows as u32 + set_places[1][k];
            if set.before == 0 {
                right[row as usize] = 1;
            } else {
                columns[places[1][set.before] as usize].push((row, -1));
            }
            for s in sides[1].used(k) {
                let column = places[1][s] as usize;
                columns[column].push((row, 1));
                if sides[1].is_basic[s] {
                    basis.push(column);
                }
            }
        }
        let unit = self.cells.most;
        let units = Units {
            rows: (0..height)
                .map(|k| if k < rows { 1.0 / unit } else { 1.0 })
                .collect(),
            columns: (0..width)
                .map(|k| if k < sequences { 1.0 } else { unit })
                .collect(),
            costs: 1.0 / unit,
        };
        let program = Program {
            free: (0..width)
                .map(|k| (sequences..losses).contains(&k))
                .collect(),
            units,
            columns,
            costs,
            right,
        };
        Built {
            program,
            basis,
            places,
            losses,
        }
    }
}

//! All Nash equilibria in pure strategies.
//!
//! **Problem.** Find every cell of a table from which no player gains by changing her strategy.
//! **Theorem.** A cell is an equilibrium exactly if every player's strategy is a best response in
//! it, so a best response must be known once for every combination of the others' strategies,
//! not once a cell.
//! **Method.** Payoffs become short whole numbers in the same order, once for each number of the game. For each player: the best of them
//! against every combination of the others, then strike out the cells that pay her less, many at once; or where few cells are left, look for
//! a deviation from each. What is left are the equilibria. A tree is solved through its reduced strategic form.
//! **Applies to** strategic games; extensive games whose reduced strategic form is not too large.
//! Equilibria of a tree that differ only where a player's own earlier choice rules out that she
//! moves count as one; there the first action stands.
//! **Exact.** Yes. Mixed equilibria are not looked for, and the solution says so.
//! **Cost.** `O(cells · players)`, about a nanosecond a payoff: a few times what reading the table takes.
//! **References.** nash1951, kuhn1953.

use super::best_cells::best_cells;
use super::reduced::plans;
use super::{NashSolver, SubgameNash};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::judge;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::convert::ReducedForm;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::Rational;
use deterra_game::profile::{BehaviorProfile, PureProfile};
use deterra_game::strategic::StrategicGame;
use deterra_verify::verdict::Concept;
use std::time::Instant;

/// What the solutions say about mixed equilibria.
pub const MIXED_NOT_SEARCHED: &str = "mixed equilibria were not searched";

/// How many equilibria of a tree are judged; each costs a pass over the tree.
pub const JUDGED: usize = 1000;

/// Options of [`pure`], [`pure_extensive`] and [`PureSolver`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pure {
    /// The most cells of the reduced strategic form of a tree.
    pub cell_limit: usize,
    /// The most equilibria that are kept; beyond, the answer is marked as cut.
    pub equilibrium_limit: usize,
}

impl Default for Pure {
    fn default() -> Self {
        Self {
            cell_limit: 1 << 20,
            equilibrium_limit: 1 << 20,
        }
    }
}

/// All pure equilibria of a strategic game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PureEquilibria {
    cells: Vec<usize>,
}

impl PureEquilibria {
    /// The equilibria as cells, ascending: player 1's strategy varies fastest.
    pub fn cells(&self) -> &[usize] {
        &self.cells
    }

    /// What everybody plays in the `k`-th equilibrium, in player order.
    pub fn strategies(&self, game: &StrategicGame, k: usize) -> Vec<u32> {
        game.strategies_of(self.cells[k])
    }

    /// What the `k`-th equilibrium pays, by player, in payoff units.
    pub fn payoffs(&self, game: &StrategicGame, k: usize) -> Vec<Rational> {
        let cell = self.cells[k];
        game.players()
            .map(|player| game.payoff(cell, player).clone())
            .collect()
    }
}

/// Pure equilibria of an extensive game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PureTreeEquilibria {
    profiles: Vec<PureProfile>,
    payoffs: Vec<Vec<Rational>>,
}

impl PureTreeEquilibria {
    /// The equilibria, in the order of the cells of the reduced strategic form.
    pub fn profiles(&self) -> &[PureProfile] {
        &self.profiles
    }

    /// What each pays, by equilibrium and player, in payoff units.
    pub fn payoffs(&self) -> &[Vec<Rational>] {
        &self.payoffs
    }
}

/// Finds all pure Nash equilibria of a strategic game.
///
/// # Returns
/// The equilibria; [`Solution::not_searched`] says that mixed ones were not looked for. All
/// equilibria are judged, and the verdict is the worst one.
///
/// # Errors
/// [`SolveError::Stopped`] if time ran out.
///
/// # Example
/// ```
/// use deterra_game::number::Number;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::nash::pure::{Pure, pure};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// // Chicken: swerve or drive on.
/// let game = StrategicGame::from_rows("chicken", &n([[3, 1], [4, 0]]), &n([[3, 4], [1, 0]]))?;
/// let solution = pure(&game, &Pure::default(), &Control::default())?;
/// assert_eq!(solution.answer().cells(), [1, 2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn pure(
    game: &StrategicGame,
    options: &Pure,
    control: &Control,
) -> Result<Solution<PureEquilibria>, SolveError> {
    let control = &control.running();
    // The clock is only for display.
    let start = Instant::now();
    let (cells, stop) = best_cells(game, options.equilibrium_limit, control)?;
    let found = Found {
        method: Method::Pure,
        answer: PureEquilibria { cells },
        not_searched: Some(MIXED_NOT_SEARCHED.to_owned()),
        stop,
        work: Work {
            nodes: game.num_cells() as u64,
            bytes: game.num_cells(),
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(Solution::certified(
        found,
        Concept::Nash,
        &control.patience(),
        |answer| judge::cells(game, &answer.cells),
    ))
}

/// Finds all pure Nash equilibria of an extensive game, as [`pure`] does for its reduced form.
///
/// # Returns
/// As [`pure`], except that of very many equilibria only the first [`JUDGED`] are judged.
///
/// # Errors
/// [`SolveError::TooLarge`] if the reduced strategic form has too many cells.
pub fn pure_extensive(
    game: &ExtensiveGame,
    options: &Pure,
    control: &Control,
) -> Result<Solution<PureTreeEquilibria>, SolveError> {
    let control = &control.running();
    // The clock is only for display.
    let start = Instant::now();
    let (form, cells, stop) = solve_tree(game, options, control)?;
    let table = form.game();
    let mut profiles = Vec::with_capacity(cells.len());
    let mut payoffs = Vec::with_capacity(cells.len());
    for cell in &cells {
        profiles.push(profile_of(game, &form, *cell));
        payoffs.push(
            table
                .players()
                .map(|player| table.payoff(*cell, player).clone())
                .collect(),
        );
    }
    let found = Found {
        method: Method::Pure,
        answer: PureTreeEquilibria { profiles, payoffs },
        not_searched: Some(MIXED_NOT_SEARCHED.to_owned()),
        stop,
        work: Work {
            nodes: table.num_cells() as u64,
            bytes: table.bytes(),
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(Solution::certified(
        found,
        Concept::Nash,
        &control.patience(),
        |answer| judge::nash_profiles(game, &answer.profiles[..answer.profiles.len().min(JUDGED)]),
    ))
}

/// The pure equilibria of subgames, by their reduced strategic forms.
#[derive(Clone, Copy, Debug, Default)]
pub struct PureSolver {
    /// How large the forms may be.
    pub options: Pure,
}

impl NashSolver for PureSolver {
    fn solve(&self, subgame: &ExtensiveGame, control: &Control) -> Result<SubgameNash, SolveError> {
        let (form, cells, stop) = solve_tree(subgame, &self.options, control)?;
        if stop != Stop::Done {
            // A part of the list would pass for the whole.
            return Err(SolveError::NotApplicable {
                method: Method::Pure,
                what_is_missing: format!(
                    "there are more than {} pure equilibria; raise the limit",
                    self.options.equilibrium_limit
                ),
                node: None,
                infoset: None,
            });
        }
        let profiles = cells
            .into_iter()
            .map(|cell| BehaviorProfile::from_pure(subgame, &profile_of(subgame, &form, cell)));
        Ok(SubgameNash {
            profiles: profiles.collect(),
            ..SubgameNash::default()
        })
    }

    fn not_searched(&self) -> Option<&'static str> {
        Some(MIXED_NOT_SEARCHED)
    }
}

fn solve_tree(
    game: &ExtensiveGame,
    options: &Pure,
    control: &Control,
) -> Result<(ReducedForm, Vec<usize>, Stop), SolveError> {
    let form = plans(game, options.cell_limit, Method::Pure, &control.start())?;
    let (cells, stop) = best_cells(form.game(), options.equilibrium_limit, control)?;
    Ok((form, cells, stop))
}

fn profile_of(game: &ExtensiveGame, form: &ReducedForm, cell: usize) -> PureProfile {
    form.pure_profile(game, &form.game().strategies_of(cell))
        .expect("invariant: the form is this game's")
}

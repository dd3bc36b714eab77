//! Optimal strategies and the value of a game of two players whose payoffs always have the same sum.
//!
//! **Problem.** Find a strategy for each player that secures what the other's holds him down to.
//! **Theorem.** There are such strategies, and they are the solutions of a linear program and of its dual (von Neumann 1928, Dantzig 1951).
//! With perfect recall what a player does in a tree is a number for every sequence of own actions, subject to linear
//! equations, and the program has as many rows and columns as there are sequences (Romanovskii 1962, von Stengel 1996). What is not played at
//! an optimum need not be in it, but for what best replies would use.
//! **Method.** Of tables, with payoffs from 1 on: `max Σy, Ay ≤ 1`, whose origin is a solution, by the simplex method in floats
//! (`numeric::float_simplex`). Of trees: regret minimization tells which sequences matter ([`crate::regret`]); of these one player minimizes what the other's
//! best reply is worth (`numeric::revised`), and what best replies use beyond is added until they use nothing more. Then the last basis is solved exactly, digit by digit (`numeric::lifting`), and judged; if it is not
//! optimal exactly, tables are pivoted in whole numbers from the start, and of trees Lemke's path is followed
//! ([`super::sequence_form`]).
//! **Applies to** games of two players whose payoffs have the same sum in every cell or play; trees with perfect recall.
//! **Exact.** Yes. **Cost.** One pass over the table a pivot, mostly a few times as many pivots as strategies; then the cube of the
//! number of strategies played.
//! **References.** vonneumann1928, dantzig1951, romanovskii1962, vonstengel1996, koller1996, mcmahan2003, bosansky2014.

mod part;
mod parts;
mod small;
mod tree;

use super::bimatrix::Bimatrix;
use super::found::{NashEquilibria, NashEquilibrium, Scope, certified_table, certified_tree};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::float_simplex::maximize_sum;
use crate::numeric::tableau::{Tableau, TooLong};
use crate::numeric::word::{Wide, Word};
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::number::{Integer, Rational};
use deterra_game::profile::{BehaviorProfile, MixedProfile};
use deterra_game::strategic::StrategicGame;
use deterra_verify::nash;
use deterra_verify::payoff::mixed_payoffs;
use small::Small;
use std::time::Instant;

/// What the solutions say about the equilibria that were not looked for.
pub const OTHERS_NOT_SEARCHED: &str = "one pair of optimal strategies was looked for";

/// Options of [`lp`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lp {
    /// Whether floats are left out from the start.
    pub whole_numbers: bool,
    /// Whether floats will do for trees: the profile is near an equilibrium, and what it leaves to be gained is proved by its judge.
    pub in_floats: bool,
}

/// Optimal strategies of a table whose payoffs have a constant sum.
///
/// # Returns
/// One pair, and the value as the first remark; none if it was stopped before.
///
/// # Errors
/// [`SolveError::NotApplicable`] unless there are two players and the sum is constant.
///
/// # Example
/// ```
/// use deterra_game::number::Number;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::nash::lp::{Lp, lp};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("zero sum", &n([[3, 0], [0, 1]]), &n([[-3, 0], [0, -1]]))?;
/// let solution = lp(&game, &Lp::default(), &Control::default())?;
/// assert_eq!(solution.answer().list[0].payoffs[0].to_string(), "3/4");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn lp(
    game: &StrategicGame,
    options: &Lp,
    control: &Control,
) -> Result<Solution<NashEquilibria<MixedProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    if game.num_players() != 2 {
        return Err(players(game.num_players()));
    }
    if options.in_floats {
        return Err(refused("in floats only trees are solved".to_owned()));
    }
    let sum = game.constant_sum().ok_or_else(varies)?;
    let control = control.running();
    let clock = control.start();
    let mut answer = NashEquilibria::new(Scope::Some);
    let mut stop = Stop::Done;
    let mut found = None;
    // Long numbers take their time at every step.
    let held = clock.hold(|| -> Result<(), Stop> {
        if !options.whole_numbers {
            let (done, steps) = by_floats(game, &sum, &clock);
            answer.steps += steps;
            found = done;
        }
        // What is not optimal exactly is looked for in whole numbers.
        if found.is_none() {
            if let Some(early) = clock.stop() {
                return Err(early);
            }
            let matrices = Bimatrix::new(game).expect("invariant: two players");
            let (supports, steps) = in_whole_numbers(&matrices, &clock)?;
            answer.steps += steps;
            found = exact_profile(game, &matrices, &supports);
        }
        Ok(())
    });
    if let Err(early) | Ok(Err(early)) = held {
        stop = early;
    }
    if let Some((profile, payoffs)) = found {
        answer.remarks.push(value_remark(
            game.player_label(PlayerId(0)),
            &payoffs[0],
            &sum,
        ));
        answer.list.push(NashEquilibrium {
            profile,
            payoffs,
            exact: true,
            algebraic: None,
        });
    }
    let found = Found {
        method: Method::Lp,
        not_searched: Some(not_searched(stop)),
        stop,
        work: Work {
            nodes: answer.steps,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
        answer,
    };
    Ok(certified_table(game, found, &clock.patience()))
}

/// Optimal strategies of a tree with perfect recall in which payoffs have a constant sum.
///
/// # Returns
/// One pair, best also where own moves exclude that play comes there, and the value as the first remark. If the time is up, or in floats, a
/// pair near one, and what it leaves to be gained as the tolerance.
///
/// # Errors
/// [`SolveError::NotApplicable`] unless there are two players who forget nothing and the sum is constant;
/// [`SolveError::TooLarge`] or [`SolveError::Stopped`] if floats did not do and Lemke's path is too long.
pub fn lp_extensive(
    game: &ExtensiveGame,
    options: &Lp,
    control: &Control,
) -> Result<Solution<NashEquilibria<BehaviorProfile>>, SolveError> {
    tree::solve(game, None, *options, control)
}

/// The same from a profile that is near an equilibrium, as regret minimization finds it: what it plays with some probability tells
/// where to begin. From any other it takes longer, but ends the same.
///
/// # Returns
/// As [`lp_extensive`]: an equilibrium exactly.
///
/// # Errors
/// As [`lp_extensive`]; [`SolveError::Stopped`] if the time did not suffice.
///
/// # Example
/// ```
/// use deterra_game::profile::BehaviorProfile;
/// use deterra_game::rules::{Limits, named};
/// use deterra_solve::control::Control;
/// use deterra_solve::nash::lp::{Lp, crossover};
/// let game = named("kuhn")?.tree(&Limits::default())?;
/// let even = BehaviorProfile::uniform(&game);
/// let solution = crossover(&game, &even, &Lp::default(), &Control::default())?;
/// assert!(solution.verdict().is_exact());
/// assert_eq!(solution.answer().list[0].payoffs[0].to_string(), "-1/18");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn crossover(
    game: &ExtensiveGame,
    near: &BehaviorProfile,
    options: &Lp,
    control: &Control,
) -> Result<Solution<NashEquilibria<BehaviorProfile>>, SolveError> {
    tree::solve(game, Some(near), *options, control)
}

/// The part of [`lp`] that is done in floats, by itself, to be timed.
///
/// # Returns
/// Pivots; `None` if it got lost, was stopped, or there are not two players.
pub fn in_floats_alone(game: &StrategicGame, control: &Control) -> Option<u64> {
    if game.num_players() != 2 {
        return None;
    }
    let clock = control.start();
    match Small::new(game) {
        Some(table) => Some(table.in_floats(&clock)?.steps),
        None => Some(in_floats(&Bimatrix::new(game)?, &clock)?.1),
    }
}

/// What both play in a basis, and the pivots that led there.
type Supports = ([Vec<usize>; 2], u64);

/// Optimal strategies, and what they pay.
type Equilibrium = (MixedProfile, Vec<Rational>);

/// What the last basis in floats says, if it is optimal exactly; and the pivots that led there.
fn by_floats(
    game: &StrategicGame,
    sum: &Rational,
    clock: &Clock<'_>,
) -> (Option<Equilibrium>, u64) {
    let Some(table) = Small::new(game) else {
        let matrices = Bimatrix::new(game).expect("invariant: two players");
        return in_floats(&matrices, clock).map_or((None, 0), |(supports, steps)| {
            (exact_profile(game, &matrices, &supports), steps)
        });
    };
    let Some(basis) = table.in_floats(clock) else {
        return (None, 0);
    };
    let found = table.optimum(&basis, clock).and_then(|optimum| {
        let profile = MixedProfile::new(&game.shape(), optimum.plans).ok()?;
        let other = sum - &optimum.value;
        Some((profile, vec![optimum.value, other]))
    });
    (found, basis.steps)
}

/// The supports of the last basis in floats.
fn in_floats(matrices: &Bimatrix, clock: &Clock<'_>) -> Option<Supports> {
    let rows = matrices.second_polytope().iter().flatten();
    let entries: Vec<f64> = rows.map(|x| x.to_f64().value()).collect();
    if !entries.iter().all(|x| x.is_finite()) {
        return None;
    }
    // So that the value is about 1.
    let most = entries.iter().fold(1.0_f64, |most, x| most.max(*x));
    let scaled: Vec<f64> = entries.iter().map(|x| x / most).collect();
    let basis = maximize_sum(matrices.rows, matrices.columns, &scaled, clock)?;
    Some(([basis.binding, basis.variables], basis.steps))
}

/// The supports of the last basis in whole numbers, of the length that is needed.
fn in_whole_numbers(matrices: &Bimatrix, clock: &Clock<'_>) -> Result<Supports, Stop> {
    if let Some(done) = pivoted::<i64>(matrices, clock)? {
        return Ok(done);
    }
    if let Some(done) = pivoted::<i128>(matrices, clock)? {
        return Ok(done);
    }
    if let Some(done) = pivoted::<Wide>(matrices, clock)? {
        return Ok(done);
    }
    let done = pivoted::<Integer>(matrices, clock)?;
    Ok(done.expect("invariant: numbers of any length fit"))
}

/// The simplex method with words of a width; `None` if they are too short.
fn pivoted<W: Word>(matrices: &Bimatrix, clock: &Clock<'_>) -> Result<Option<Supports>, Stop> {
    let Some(mut tableau) = Tableau::<W>::new(matrices.second_polytope()) else {
        return Ok(None);
    };
    let mut steps = 0;
    loop {
        if let Some(stop) = clock.stop() {
            return Err(stop);
        }
        clock.report(steps, None, "pivots");
        // Rows are told apart by a perturbation, so that no basis comes back.
        let Some(column) = (0..tableau.columns()).find(|k| tableau.falls(*k)) else {
            break;
        };
        let row = tableau
            .leaving(column)
            .expect("invariant: positive matrices bound their polytopes");
        match tableau.exchange(row, column) {
            Ok(()) => steps += 1,
            Err(TooLong) => return Ok(None),
        }
    }
    let columns = matrices.columns;
    let second = (0..columns).filter(|k| tableau.row_of(*k).is_some());
    let first = (0..matrices.rows).filter(|k| tableau.column_of(columns + k).is_some());
    Ok(Some(([first.collect(), second.collect()], steps)))
}

/// The profile of a basis, if it is an equilibrium exactly, and what it pays.
fn exact_profile(
    game: &StrategicGame,
    matrices: &Bimatrix,
    [first, second]: &[Vec<usize>; 2],
) -> Option<Equilibrium> {
    let x = matrices.first_mix(first, second)?;
    let y = matrices.second_mix(second, first)?;
    let profile = MixedProfile::new(&game.shape(), vec![x, y]).ok()?;
    let verdict = nash::judge_mixed(game, &profile, &Rational::ZERO);
    verdict.is_exact().then(|| {
        let payoffs = mixed_payoffs(game, &profile);
        (profile, payoffs)
    })
}

fn players(count: usize) -> SolveError {
    refused(format!("it needs two players, and there are {count}"))
}

fn varies() -> SolveError {
    refused("the players' payoffs do not always have the same sum".to_owned())
}

fn refused(what_is_missing: String) -> SolveError {
    SolveError::NotApplicable {
        method: Method::Lp,
        what_is_missing,
        node: None,
        infoset: None,
    }
}

/// What the solution says was left out.
fn not_searched(stop: Stop) -> String {
    match stop {
        Stop::Done => OTHERS_NOT_SEARCHED.to_owned(),
        early => format!("the linear program was not solved: {}", early.clause()),
    }
}

/// The value as a sentence.
fn value_remark(label: &str, value: &Rational, sum: &Rational) -> String {
    let is_number = label.bytes().all(|b| b.is_ascii_digit());
    let name = if is_number { "player 1" } else { label };
    let value = match value.small_parts() {
        Some(_) => value.to_string(),
        None => format!("about {:.9}", value.to_f64()),
    };
    if sum.is_zero() {
        format!("The game is zero-sum; its value to {name} is {value}.")
    } else {
        format!("Payoffs always sum to {sum}; the value of the game to {name} is {value}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Number;
    use deterra_verify::verdict::Status;

    fn zero_sum(rows: &[Vec<Number>]) -> StrategicGame {
        let minus = |x: &Number| Number::from(-x.value());
        let second: Vec<Vec<Number>> = rows
            .iter()
            .map(|row| row.iter().map(minus).collect())
            .collect();
        StrategicGame::from_rows("zero sum", rows, &second).expect("a table")
    }

    fn solved(game: &StrategicGame, whole_numbers: bool) -> NashEquilibrium<MixedProfile> {
        let solution = lp(
            game,
            &Lp {
                whole_numbers,
                ..Lp::default()
            },
            &Control::default(),
        )
        .expect("two players");
        assert_eq!(solution.verdict().status, Status::Exact);
        solution.answer().list[0].clone()
    }

    /// Rock, paper, scissors in which wins count differently: `A·x = 0` for x = (1, 10, 5)/16.
    #[test]
    fn biased_rock_paper_scissors() {
        let n = |text: &str| Number::parse(text).expect("a number");
        let rows = [
            vec![n("0"), n("-1/4"), n("1/2")],
            vec![n("1/4"), n("0"), n("-1/20")],
            vec![n("-1/2"), n("1/20"), n("0")],
        ];
        let game = zero_sum(&rows);
        let mix: Vec<Rational> = ["1/16", "5/8", "5/16"].map(|x| n(x).into_value()).to_vec();
        for whole_numbers in [false, true] {
            let one = solved(&game, whole_numbers);
            assert_eq!(one.profile.players(), [mix.clone(), mix.clone()]);
            assert_eq!(one.payoffs, [Rational::ZERO, Rational::ZERO]);
        }
    }

    /// All payoffs alike: every basis is degenerate. And one that differs by less than floats see.
    #[test]
    fn ties_and_small_differences() {
        let flat = vec![vec![Number::from(7); 5]; 4];
        assert_eq!(
            solved(&zero_sum(&flat), false).payoffs[0],
            Rational::integer(7)
        );
        let mut rows = vec![vec![Number::from(1); 3]; 3];
        let tiny = Number::parse("1.00000000000000000001").expect("a number");
        rows[1] = vec![tiny.clone(); 3];
        let one = solved(&zero_sum(&rows), false);
        assert_eq!(one.payoffs[0], *tiny.value());
        assert!(one.profile.players()[0][1].is_one());
    }

    #[test]
    fn other_games_are_refused() {
        let one = vec![vec![Number::from(1)]];
        let two = vec![vec![Number::from(1), Number::from(2)]];
        let three = vec![vec![Number::from(3), Number::from(3)]];
        let game = StrategicGame::from_rows("varies", &two, &three).expect("a table");
        let error = lp(&game, &Lp::default(), &Control::default());
        assert!(matches!(error, Err(SolveError::NotApplicable { .. })));
        let game = StrategicGame::from_rows("constant", &one, &one).expect("a table");
        let solution = lp(&game, &Lp::default(), &Control::default()).expect("sums to 2");
        let remarks = &solution.answer().remarks;
        assert_eq!(
            remarks[0],
            "Payoffs always sum to 2; the value of the game to player 1 is 1."
        );
    }
}

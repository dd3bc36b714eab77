//! One proper equilibrium of two players.
//!
//! **Problem.** Find an equilibrium that is a limit of completely mixed profiles in which a strategy that pays less than another one is
//! played at most ε times as often (Myerson 1978).
//! **Theorem.** Let both choose from the convex hull of all orders of the probabilities `1 - ε - ε² - …, ε, ε², …`, the
//! *permutahedron*. Whoever replies best there ranks strategies by what they pay: where one pays less than another, its probability is at most that of
//! the next place, about ε times as much. So equilibria of that game are ε-proper, and a limit of them is proper. The permutahedron is
//! what a sorting network lets through backwards: of what is on two wires, the greater first, a comparator moves some to the other wire, as much as both differ at
//! most (Goemans 2015). Then ε stands on the right side alone of a linear complementarity problem (Sørensen 2012).
//! **Method.** Lemke's path as in [`super::quasi_perfect`], in whole numbers, with polynomials in ε on the right side and ties broken by a
//! perturbation smaller than all of them (`numeric::dictionary`). Of the two ways through every comparator one is subsidized; the path follows the
//! equilibria until the subsidy is gone. The network is that of bubble sort, in which every comparator exchanges if all is in
//! reverse order and none does if all is in order, so that all variables are positive somewhere; as the permutahedron is bounded, a ray
//! could consist of losses alone, which would have to be 0 wherever a variable can be positive: no ray but the first exists.
//! **Applies to** strategic games of two players, and extensive games of two players with perfect recall through the reduced strategic form.
//! **Exact.** Yes. Probabilities as polynomials in ε are the certificate that [`deterra_verify::proper`] judges. Other starting points may lead to
//! other equilibria; others there may be are not looked for.
//! **Cost.** With m and n strategies m(m - 1) + n(n - 1) variables; a pivot costs the square of that.
//! **References.** myerson1978, sorensen2012, goemans2015, vandamme1984, lemke1965.

use super::sequences::{add, follow, picked};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::reduced::form;
use crate::numeric::dictionary::{Dictionary, Equation};
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::{Natural, Rational};
use deterra_game::patience::poll;
use deterra_game::profile::{BehaviorProfile, MixedProfile};
use deterra_game::strategic::StrategicGame;
use deterra_verify::payoff::{expected_payoffs, mixed_payoffs};
use deterra_verify::proper::{Mistakes, Series, along, judge, judge_behavior, limit};
use deterra_verify::verdict::Concept;
use std::time::Instant;

/// What the solutions say about the equilibria that were not looked for.
pub const ONE_LOOKED_FOR: &str = super::quasi_perfect::ONE_LOOKED_FOR;

/// Options of [`proper`] and [`proper_extensive`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proper {
    /// In which order both are subsidized to rank their strategies at the start: as listed, or one that this number picks.
    pub start: u64,
    /// The most variables of both players together: memory grows with the square.
    pub variable_limit: usize,
    /// The most cells of the reduced strategic form of a tree.
    pub cell_limit: usize,
}

impl Default for Proper {
    fn default() -> Self {
        Self {
            start: 0,
            variable_limit: 1_200,
            cell_limit: 1 << 16,
        }
    }
}

/// A proper equilibrium and its certificate; `P` is [`MixedProfile`] of a table and [`BehaviorProfile`] of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProperEquilibrium<P> {
    /// What both play.
    pub profile: P,
    /// Expected payoffs, by player.
    pub payoffs: Vec<Rational>,
    /// By player and strategy, of a tree reduced strategy: its probability as a polynomial in ε, from power 0.
    pub mistakes: Mistakes,
    /// Of a tree, by flat action: how likely own moves lead there and take it, as polynomials; of a table empty.
    pub actions: Vec<Series>,
    /// Steps of Lemke's algorithm.
    pub pivots: u64,
}

/// Finds one proper equilibrium of a table.
///
/// # Returns
/// The equilibrium with its certificate, judged. Never complete: others may exist.
///
/// # Errors
/// [`SolveError::NotApplicable`] if there are not two players; [`SolveError::TooLarge`] beyond [`Proper::variable_limit`];
/// [`SolveError::Stopped`] if it was stopped: half a path is no answer.
///
/// # Example
/// ```
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::refine::proper::{Proper, proper};
/// // Myerson's table: the first strategies are proper, the second ones only perfect.
/// let rows = [[1, 0, -9], [0, 0, -7], [-9, -7, -7]].map(|row| row.map(Number::from).to_vec());
/// let game = StrategicGame::from_rows("", &rows, &rows)?;
/// let solution = proper(&game, &Proper::default(), &Control::default())?;
/// assert_eq!(solution.answer().payoffs, [Rational::ONE, Rational::ONE]);
/// assert!(solution.verdict().is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn proper(
    game: &StrategicGame,
    options: &Proper,
    control: &Control,
) -> Result<Solution<ProperEquilibrium<MixedProfile>>, SolveError> {
    // The clock is only for display and for the caller's limits.
    let began = Instant::now();
    let clock = control.start();
    let (mistakes, profile, pivots, payoffs) = clock.require("pivots", || {
        let (mistakes, profile, pivots) = of_table(game, options, &clock)?;
        let payoffs = mixed_payoffs(game, &profile);
        Ok((mistakes, profile, pivots, payoffs))
    })?;
    let answer = ProperEquilibrium {
        payoffs,
        profile,
        mistakes,
        actions: Vec::new(),
        pivots,
    };
    let found = found(answer, game.num_cells(), began);
    Ok(Solution::certified(
        found,
        Concept::Proper,
        &clock.patience(),
        |answer| judge(game, &answer.profile, &answer.mistakes),
    ))
}

/// Finds one proper equilibrium of a tree, by its reduced strategic form.
///
/// # Returns
/// As [`proper`]. What is done where nobody comes is what mistakes come to there, so the behavior is quasi-perfect too.
///
/// # Errors
/// As [`proper`]; [`SolveError::NotApplicable`] if somebody forgets something, and [`SolveError::TooLarge`] beyond [`Proper::cell_limit`].
pub fn proper_extensive(
    game: &ExtensiveGame,
    options: &Proper,
    control: &Control,
) -> Result<Solution<ProperEquilibrium<BehaviorProfile>>, SolveError> {
    // The clock is only for display and for the caller's limits.
    let began = Instant::now();
    let clock = control.start();
    require_two(game.num_players())?;
    let (answer, cells) = clock.require("pivots", || {
        let form = form(game, options.cell_limit, Method::Proper, control)?;
        let (mistakes, _, pivots) = of_table(form.game(), options, &clock)?;
        let actions = along(game, &form, &mistakes);
        let rows = game.infosets().map(|h| limit(&actions[game.actions(h)]));
        let flat: Option<Vec<Vec<Rational>>> = rows.collect();
        let profile = BehaviorProfile::new(game, flat.unwrap_or_default().concat())
            .expect("invariant: a strategy comes to every set that its player can reach");
        let answer = ProperEquilibrium {
            payoffs: expected_payoffs(game, &profile),
            profile,
            mistakes,
            actions,
            pivots,
        };
        Ok((answer, form.game().num_cells()))
    })?;
    let found = found(answer, cells, began);
    Ok(Solution::certified(
        found,
        Concept::Proper,
        &clock.patience(),
        |answer| judge_behavior(game, &answer.profile, &answer.mistakes, options.cell_limit),
    ))
}

fn found<P>(
    answer: ProperEquilibrium<P>,
    cells: usize,
    began: Instant,
) -> Found<ProperEquilibrium<P>> {
    Found {
        method: Method::Proper,
        answer,
        not_searched: Some(ONE_LOOKED_FOR.to_owned()),
        stop: Stop::Done,
        work: Work {
            nodes: cells as u64,
            seconds: began.elapsed().as_secs_f64(),
            ..Work::default()
        },
    }
}

fn require_two(players: usize) -> Result<(), SolveError> {
    if players == 2 {
        return Ok(());
    }
    Err(SolveError::NotApplicable {
        method: Method::Proper,
        what_is_missing: format!("it is for games of two players, here are {players}"),
        node: None,
        infoset: None,
    })
}

fn of_table(
    game: &StrategicGame,
    options: &Proper,
    clock: &Clock<'_>,
) -> Result<(Mistakes, MixedProfile, u64), SolveError> {
    require_two(game.num_players())?;
    let shape = game.shape();
    let variables: usize = shape.iter().map(|n| n.saturating_mul(n - 1)).sum();
    if variables > options.variable_limit {
        return Err(SolveError::TooLarge {
            what: "the ranking of strategies",
            size: Natural::from(variables),
            limit: options.variable_limit,
        });
    }
    let program = Program::new(game, options.start);
    let mut dictionary = program.dictionary();
    let pivots = follow(&mut dictionary, program.variables, Method::Proper, clock)?;
    let mistakes = program.mistakes(&dictionary);
    let rows: Option<Vec<Vec<Rational>>> = mistakes.weights.iter().map(|w| limit(w)).collect();
    let profile = MixedProfile::new(&shape, rows.unwrap_or_default())
        .expect("invariant: probabilities of the permutahedron are positive and sum to 1");
    Ok((mistakes, profile, pivots))
}

/// The sorting network of one player, from the wires of places to those of strategies.
struct Network {
    strategies: usize,
    /// The upper wire of each comparator; the lower one is next to it.
    comparators: Vec<usize>,
    /// By comparator, whether exchanging is subsidized.
    exchanges: Vec<bool>,
    /// Its first variable: by comparator, how much stays on its wire and how much goes to the other.
    first: usize,
}

impl Network {
    /// For strategies of these places at the start: bubble sort of them, backwards.
    fn new(mut places: Vec<usize>, first: usize) -> Self {
        let strategies = places.len();
        let mut comparators = Vec::with_capacity(strategies * strategies.saturating_sub(1) / 2);
        let mut exchanges = Vec::with_capacity(comparators.capacity());
        for end in (1..strategies).rev() {
            for wire in 0..end {
                let exchange = places[wire] > places[wire + 1];
                if exchange {
                    places.swap(wire, wire + 1);
                }
                comparators.push(wire);
                exchanges.push(exchange);
            }
        }
        comparators.reverse();
        exchanges.reverse();
        Self {
            strategies,
            comparators,
            exchanges,
            first,
        }
    }

    /// The variables of a comparator: what stays, and what is exchanged.
    const fn variables(&self, comparator: usize) -> [usize; 2] {
        let stays = self.first + 2 * comparator;
        [stays, stays + 1]
    }

    /// The probability of a place, as a polynomial in ε with so many powers: those of all places sum to 1.
    fn place(&self, place: usize, powers: usize) -> Series {
        let mut series = vec![Rational::ZERO; powers];
        if place > 0 {
            series[place] = Rational::ONE;
        } else {
            series[..self.strategies].fill(Rational::integer(-1));
            series[0] = Rational::ONE;
        }
        series
    }
}

/// The complementarity problem.
///
/// Variables: what stays and what is exchanged at comparators (0..n), what that loses against the best (n..2n), the subsidy (2n).
struct Program<'g> {
    game: &'g StrategicGame,
    sides: [Network; 2],
    variables: usize,
    /// Powers of ε that occur.
    powers: usize,
}

impl<'g> Program<'g> {
    fn new(game: &'g StrategicGame, start: u64) -> Self {
        let shape = game.shape();
        let places = |player: usize| -> Vec<usize> {
            let mut places: Vec<usize> = (0..shape[player]).collect();
            if start > 0 {
                for k in (1..places.len()).rev() {
                    places.swap(k, picked(start, 2 * k + player, k + 1));
                }
            }
            places
        };
        let first = Network::new(places(0), 0);
        let own = 2 * first.comparators.len();
        let second = Network::new(places(1), own);
        Self {
            game,
            variables: own + 2 * second.comparators.len(),
            powers: shape.iter().copied().max().unwrap_or(1),
            sides: [first, second],
        }
    }

    fn zero(&self) -> Equation {
        (
            vec![Rational::ZERO; self.powers],
            vec![Rational::ZERO; self.variables + 1],
        )
    }

    /// The first dictionary: both rank their strategies as they are subsidized to.
    fn dictionary(&self) -> Dictionary {
        let n = self.variables;
        let (one, minus) = (Rational::ONE, Rational::integer(-1));
        let mut nonbasic: Vec<usize> = (0..n).collect();
        nonbasic.push(2 * n);
        let mut basic: Vec<(usize, Equation)> = Vec::with_capacity(n);
        // What comes to be on every wire, by player.
        let mut wires: [Vec<Equation>; 2] = [Vec::new(), Vec::new()];
        for (side, wires) in self.sides.iter().zip(&mut wires) {
            poll();
            for place in 0..side.strategies {
                wires.push((side.place(place, self.powers), self.zero().1));
            }
            for (k, wire) in side.comparators.iter().enumerate() {
                let [stays, moves] = side.variables(k);
                let (sure, other) = if side.exchanges[k] {
                    (moves, stays)
                } else {
                    (stays, moves)
                };
                nonbasic[sure] = n + sure;
                let mut free = self.zero();
                free.1[other] = Rational::ONE;
                // What stays and what is exchanged is together what both wires differ by.
                let mut rest = wires[*wire].clone();
                add(&mut rest, &wires[wire + 1], &minus);
                add(&mut rest, &free, &minus);
                let low = wires[wire + 1].clone();
                let [mut upper, mut lower] = [low.clone(), low];
                let (staying, moving) = if side.exchanges[k] {
                    (&free, &rest)
                } else {
                    (&rest, &free)
                };
                add(&mut upper, staying, &one);
                add(&mut lower, moving, &one);
                wires[*wire] = upper;
                wires[wire + 1] = lower;
                basic.push((sure, rest));
            }
        }
        // What a unit is worth on every wire, from strategies back to places.
        for (player, side) in self.sides.iter().enumerate() {
            poll();
            let mut worth = self.payoffs(player, &wires[1 - player]);
            for (k, wire) in side.comparators.iter().enumerate().rev() {
                poll();
                let [stays, moves] = side.variables(k);
                let (sure, other, here, there) = if side.exchanges[k] {
                    (moves, stays, wire + 1, *wire)
                } else {
                    (stays, moves, *wire, wire + 1)
                };
                // A unit of difference is worth what the subsidized way has it, which may lose something.
                let mut best = worth[here].clone();
                best.1[sure] += &one;
                let mut loss = best.clone();
                add(&mut loss, &worth[there], &minus);
                loss.1[n] += &one;
                basic.push((n + other, loss));
                let mut both = worth[*wire].clone();
                add(&mut both, &worth[wire + 1], &one);
                add(&mut both, &best, &minus);
                worth[*wire] = best;
                worth[wire + 1] = both;
            }
        }
        Dictionary::new(basic, nonbasic)
    }

    /// What a player's strategies pay against what the other's wires end with.
    fn payoffs(&self, player: usize, others: &[Equation]) -> Vec<Equation> {
        let mut pays = vec![self.zero(); self.sides[player].strategies];
        let [me, other] = [player, 1 - player].map(deterra_game::id::PlayerId::from_index);
        for cell in 0..self.game.num_cells() {
            poll();
            let paid = self.game.payoff(cell, me);
            if !paid.is_zero() {
                let own = self.game.strategy_in(cell, me);
                add(
                    &mut pays[own],
                    &others[self.game.strategy_in(cell, other)],
                    paid,
                );
            }
        }
        pays
    }

    /// Probabilities at the end of the path.
    fn mistakes(&self, dictionary: &Dictionary) -> Mistakes {
        let weights = self.sides.iter().map(|side| {
            let mut wires: Vec<Series> = (0..side.strategies)
                .map(|place| side.place(place, self.powers))
                .collect();
            for (k, wire) in side.comparators.iter().enumerate() {
                let [stays, moves] = side.variables(k).map(|variable| dictionary.value(variable));
                let low = wires[wire + 1].clone();
                let plus = |more: &Series| -> Series {
                    let more = more.iter().chain(std::iter::repeat(&Rational::ZERO));
                    low.iter().zip(more).map(|(x, y)| x + y).collect()
                };
                wires[*wire] = plus(&stays);
                wires[wire + 1] = plus(&moves);
            }
            wires
        });
        Mistakes {
            weights: weights.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::id::PlayerId;
    use deterra_game::number::Number;
    use deterra_verify::nash;
    use proptest::prelude::*;

    fn q(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("a fraction")
    }

    fn bimatrix(first: &[&[i64]], second: &[&[i64]]) -> StrategicGame {
        let n = |rows: &[&[i64]]| -> Vec<Vec<Number>> {
            let rows = rows.iter();
            rows.map(|row| row.iter().copied().map(Number::from).collect())
                .collect()
        };
        StrategicGame::from_rows("", &n(first), &n(second)).expect("a table")
    }

    fn solved(game: &StrategicGame, start: u64) -> ProperEquilibrium<MixedProfile> {
        let options = Proper {
            start,
            ..Proper::default()
        };
        let solution = proper(game, &options, &Control::default()).expect("two players");
        assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
        assert!(!solution.is_complete());
        solution.into_answer()
    }

    /// Myerson (1978), table 3: three pure equilibria, of which (α3, β3) is not perfect and (α2, β2) is not proper. From every start the path ends
    /// in the only one that is.
    #[test]
    fn myerson() {
        let rows: [&[i64]; 3] = [&[1, 0, -9], &[0, 0, -7], &[-9, -7, -7]];
        let game = bimatrix(&rows, &rows);
        for start in 0..12 {
            let found = solved(&game, start);
            assert_eq!(found.payoffs, [q(1, 1), q(1, 1)]);
        }
    }

    /// Van Damme (1991): with (1, 1), (0, 0), (0, 0) alone the first strategies are the only ones that are perfect; all that is
    /// dominated may be left out without loss.
    #[test]
    fn nothing_dominated_is_played() {
        let game = bimatrix(&[&[1, 0], &[0, 0]], &[&[1, 0], &[0, 0]]);
        for start in 0..4 {
            assert_eq!(solved(&game, start).payoffs, [q(1, 1), q(1, 1)]);
        }
    }

    /// Matching pennies, where the only equilibrium is mixed; one strategy each; nothing at stake; numbers of any length.
    #[test]
    fn mixed_and_degenerate() {
        let pennies = bimatrix(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
        assert_eq!(
            solved(&pennies, 0).profile.of(PlayerId(0)),
            [q(1, 2), q(1, 2)]
        );
        let one = bimatrix(&[&[7]], &[&[-7]]);
        assert_eq!(solved(&one, 0).payoffs, [q(7, 1), q(-7, 1)]);
        let row = bimatrix(&[&[1, 1, 1]], &[&[0, 2, 2]]);
        assert_eq!(solved(&row, 3).payoffs, [q(1, 1), q(2, 1)]);
        let row: &[i64] = &[0; 4];
        let zeros = bimatrix(&[row; 3], &[row; 3]);
        solved(&zeros, 5);
        let large = 1_000_000_000_000_000_000;
        let large = bimatrix(&[&[large, -large], &[-1, 1]], &[&[-large, 1], &[large, -1]]);
        solved(&large, 0);
    }

    #[test]
    fn three_players_are_refused() {
        let mut made = deterra_game::strategic::StrategicBuilder::new("");
        for _ in 0..3 {
            made.player_with("", 1);
        }
        made.payoffs(&[Number::from(0), Number::from(0), Number::from(0)]);
        let game = made.build().expect("one cell");
        let refused = proper(&game, &Proper::default(), &Control::default());
        assert!(matches!(refused, Err(SolveError::NotApplicable { .. })));
        let small = Proper {
            variable_limit: 3,
            ..Proper::default()
        };
        let game = bimatrix(&[&[0, 0], &[0, 0]], &[&[0, 0], &[0, 0]]);
        let large = proper(&game, &small, &Control::default());
        assert!(matches!(large, Err(SolveError::TooLarge { .. })));
    }

    proptest! {
        /// Every path ends in an equilibrium that the judge calls proper, of payoffs that often tie.
        #[test]
        fn random_tables(
            (rows, columns, payoffs) in (1_usize..5, 1_usize..5).prop_flat_map(|(rows, columns)| {
                let payoffs = prop::collection::vec(-2_i64..3, 2 * rows * columns);
                (Just(rows), Just(columns), payoffs)
            }),
            start in 0_u64..20,
        ) {
            let matrix = |half: &[i64]| -> Vec<Vec<Number>> {
                let rows = half.chunks(columns);
                rows.map(|row| row.iter().copied().map(Number::from).collect()).collect()
            };
            let (first, second) = payoffs.split_at(rows * columns);
            let game = StrategicGame::from_rows("", &matrix(first), &matrix(second)).expect("a table");
            let options = Proper { start, ..Proper::default() };
            let solution = proper(&game, &options, &Control::default()).expect("two players");
            prop_assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
            let profile = &solution.answer().profile;
            prop_assert!(nash::judge_mixed(&game, profile, &Rational::ZERO).is_exact());
        }
    }
}

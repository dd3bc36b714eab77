//! All payoffs of subgame-perfect equilibria of a table that two play for ever.
//!
//! **Problem.** Two players play a table again and again, see everything, and count the next period δ times this one; a public draw may
//! decide what comes next, and in each period strategies are pure. Which payoffs, averages a period, do subgame-perfect equilibria have?
//! **Theorem.** They are the largest set `V` with `V = B(V)`, where `B(W)` is the hull of all `(1-δ) u(a) + δ w` with `w` in `W` from which nobody gains
//! by deviating from `a`, the threat being the least that `W` pays (Abreu, Pearce and Stacchetti 1990). A corner of `V` either plays one cell
//! for ever or keeps somebody just from deviating, so at most four `w` matter for each cell (Abreu and Sannikov 2014).
//! **Method.** The operator with these four, from all that the table pays inwards, in floats, until it stands still. Which needs and edges made
//! each corner are equations; they are solved to 400 bits, guessed as fractions, and the judge checks that the guess generates itself. If no
//! fractions are found, needs are exceeded by 2^-60 and the solution is rounded: a set inside, and so are cells that can be played for ever. Bounds on all equilibrium
//! payoffs in the directions of the edges, step by step, and a margin within which they come back, prove that there is nothing else.
//! **Applies to** tables of two players.
//! **Exact.** Yes, where the set is of fractions and its margin is found; else both sets are exact and what lies between is open.
//! **Cost.** A step takes cells times corners; errors shrink by about δ a step. Judging takes cells times directions times corners a step.
//! **References.** abreu1990, abreu2014, judd2003.

use super::fixed_point::{Exactly, fixed_point, rounded};
use super::operator::{Floats, State};
use super::outer::Frame;
use super::{RepeatedPayoffs, facts};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::id::PlayerId;
use deterra_game::number::{Integer, Natural, Rational};
use deterra_game::strategic::StrategicGame;
use deterra_verify::repeated::{
    Outer, PayoffSet, Play, Point, allowed, hull, is_closed, is_self_generating, judge_payoff_set,
};
use deterra_verify::verdict::{Concept, Status};
use std::time::Instant;

/// The most cells.
const MOST_CELLS: usize = 10_000;

/// How little a step changes what stands still, on payoffs from 0 to 1.
const STILL: f64 = 1e-14;

/// Numbers that all steps of the judge may take together.
const MOST_JUDGED: usize = 4_000_000;

/// Bits after the point of bounds, on payoffs from 0 to 1; one less than what they are relaxed by.
const BOUND_BITS: i32 = 36;

/// Bits after the point of directions that are no edges' own.
const DIRECTION_BITS: usize = 24;

/// Options of [`abreu_sannikov`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbreuSannikov {
    /// What the next period counts, between 0 and 1.
    pub discount: Rational,
    /// The most steps of the operator.
    pub most_steps: u64,
}

impl Default for AbreuSannikov {
    /// A discount of 9/10.
    fn default() -> Self {
        Self {
            discount: Rational::new(9, 10).expect("invariant: not over 0"),
            most_steps: 200_000,
        }
    }
}

/// Finds all payoffs of subgame-perfect equilibria, or bounds on them from both sides.
///
/// # Returns
/// The set, with what to play now and what to promise at each corner; averages a period, in payoff units. Complete if the judge finds
/// that there are no others.
///
/// # Errors
/// [`SolveError::NotApplicable`] if there are not two players or the discount is not between 0 and 1; [`SolveError::TooLarge`] above
/// ten thousand cells.
///
/// # Example
/// A prisoner's dilemma: cooperation pays 2, defection 1, a traitor 3 and who is betrayed 0. It can be upheld if (3 - 2)/(3 - 1) = 1/2 or more.
/// ```
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::repeated::abreu_sannikov::{AbreuSannikov, abreu_sannikov};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("dilemma", &n([[2, 0], [3, 1]]), &n([[2, 3], [0, 1]]))?;
/// let best = |discount| {
///     let options = AbreuSannikov { discount, ..AbreuSannikov::default() };
///     let solution = abreu_sannikov(&game, &options, &Control::default())?;
///     assert!(solution.verdict().is_exact());
///     Ok::<_, deterra_solve::error::SolveError>(solution.answer().set.inner.len())
/// };
/// assert_eq!(best(Rational::new(1, 4).unwrap())?, 1);
/// assert!(best(Rational::new(3, 4).unwrap())? > 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn abreu_sannikov(
    game: &StrategicGame,
    options: &AbreuSannikov,
    control: &Control,
) -> Result<Solution<RepeatedPayoffs>, SolveError> {
    // The clock is for limits and display only.
    let begun = Instant::now();
    let clock = control.start();
    let refuse = |what: &str| SolveError::NotApplicable {
        method: Method::AbreuSannikov,
        what_is_missing: what.to_owned(),
        node: None,
        infoset: None,
    };
    if game.num_players() != 2 {
        return Err(refuse("it finds payoff sets of two players"));
    }
    if options.discount <= Rational::ZERO || options.discount >= Rational::ONE {
        return Err(refuse("the discount has to lie between 0 and 1"));
    }
    if game.num_cells() > MOST_CELLS {
        return Err(SolveError::TooLarge {
            what: "the table",
            size: Natural::from(game.num_cells()),
            limit: MOST_CELLS,
        });
    }
    let scaled = Scaled::new(game, &options.discount);
    let (before, after, steps, mut stop) = stand_still(&scaled.floats, options.most_steps, &clock);
    let generates = |plays: &Vec<Play>| is_self_generating(game, &options.discount, plays);
    let solved = |slack: &Rational| {
        let plays = fixed_point(&scaled.exactly, &scaled.floats, &before, &after, slack)?;
        let plays: Vec<Play> = plays.iter().map(|play| scaled.play(play)).collect();
        Some(plays).filter(generates)
    };
    let slack = Rational::from_big(Integer::from(1), Natural::from(1_u8) << 60);
    let mut inner = Vec::new();
    let mut guessed = false;
    if stop == Stop::Done {
        match solved(&Rational::ZERO) {
            Some(plays) => (inner, guessed) = (plays, true),
            None => inner = solved(&slack).unwrap_or_default(),
        }
    }
    if !guessed {
        // Two sets that generate themselves do so together.
        inner.extend(facts::stays(game, &options.discount));
    }
    sort(&mut inner);
    let mut set = PayoffSet {
        discount: options.discount.clone(),
        inner,
        outer: Outer::default(),
    };
    for wider in [false, true] {
        let (outer, proved) = scaled.outer(game, &set, &after, guessed, wider, &clock);
        set.outer = outer;
        // Where no fractions were found there is nothing to be proved but bounds.
        let hopeless = !guessed && !after.corners.is_empty();
        if proved || hopeless || clock.stop().is_some() {
            break;
        }
    }
    let goes_on = || clock.stop().is_none();
    let mut verdict = judge_payoff_set(game, &set, &goes_on);
    if let (Status::Unchecked(_), Some(why)) = (&verdict.status, clock.stop()) {
        // The judge had no time; what the table pays at most takes none.
        stop = why;
        set.outer.steps.truncate(1);
        set.outer.margin = None;
        verdict = judge_payoff_set(game, &set, &|| true);
    }
    if let (false, Some(why)) = (verdict.is_exact(), clock.stop()) {
        stop = why;
    }
    let last = set
        .outer
        .steps
        .last()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let least = |i: usize| set.inner.iter().map(|play| &play.payoffs[i]).min().cloned();
    let answer = RepeatedPayoffs {
        threat: least(0).and_then(|first| Some([first, least(1)?])),
        outer: if verdict.is_exact() {
            set.inner.iter().map(|play| play.payoffs.clone()).collect()
        } else {
            allowed(&set.outer.directions, last).unwrap_or_default()
        },
        feasible: hull(&scaled.table),
        minmax: facts::minmax(game),
        reversion: facts::reversion(game),
        steps,
        set,
    };
    let not_searched = (!verdict.is_exact())
        .then(|| "payoffs between the set inside and the set outside are open".to_owned());
    let found = Found {
        method: Method::AbreuSannikov,
        answer,
        not_searched,
        stop,
        work: Work {
            nodes: steps * game.num_cells() as u64,
            seconds: begun.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(Solution::certified(
        found,
        Concept::Repeated,
        &clock.patience(),
        |_| verdict,
    ))
}

/// Counter-clockwise from the leftmost corner, of several the lowest; what is no corner is left out.
fn sort(plays: &mut Vec<Play>) {
    let points: Vec<Point> = plays.iter().map(|play| play.payoffs.clone()).collect();
    let corners = hull(&points);
    let of = |corner: &Point| plays.iter().find(|play| play.payoffs == *corner).cloned();
    *plays = corners.iter().filter_map(of).collect();
}

/// The operator until it stands still: the last two sets, how many steps it took, and why it ended.
fn stand_still(floats: &Floats, most: u64, clock: &Clock<'_>) -> (State, State, u64, Stop) {
    let mut before = floats.start();
    let mut after = floats.next(&before);
    let mut steps = 1;
    loop {
        if after.corners.is_empty() || before.distance(&after) <= STILL {
            // Once more, so that corners come from the set that they are in.
            let last = floats.next(&after);
            return (after, last, steps, Stop::Done);
        }
        if let Some(stop) = clock.stop() {
            return (before, after, steps, stop);
        }
        if steps >= most {
            return (before, after, steps, Stop::Done);
        }
        if steps.is_multiple_of(1024) {
            clock.report(steps, None, "steps");
        }
        before = after;
        after = floats.next(&before);
        steps += 1;
    }
}

/// The table, scaled to run from 0 to 1 for each player.
struct Scaled {
    /// As it is.
    table: Vec<Point>,
    low: Point,
    range: Point,
    exactly: Exactly,
    floats: Floats,
}

impl Scaled {
    fn new(game: &StrategicGame, discount: &Rational) -> Self {
        let table: Vec<Point> = (0..game.num_cells())
            .map(|cell| [0, 1].map(|i| game.payoff(cell, PlayerId(i)).clone()))
            .collect();
        let all = |i: usize| table.iter().map(move |point| &point[i]);
        let low = [0, 1].map(|i| all(i).min().cloned().unwrap_or_default());
        let range = [0, 1].map(|i| {
            let range = all(i).max().map_or(Rational::ZERO, |most| most - &low[i]);
            if range.is_zero() {
                Rational::ONE
            } else {
                range
            }
        });
        let inverse = [0, 1].map(|i| {
            let inverse = range[i].checked_inverse();
            inverse.expect("invariant: a range is positive")
        });
        let ratio = (&Rational::ONE - discount)
            .checked_div(discount)
            .expect("invariant: the discount is positive");
        let scaled = |point: &Point| [0, 1].map(|i| &(&point[i] - &low[i]) * &inverse[i]);
        let losses = facts::gains(game).into_iter();
        let losses = losses.map(|gains| [0, 1].map(|i| &(&ratio * &gains[i]) * &inverse[i]));
        let exactly = Exactly {
            discount: discount.clone(),
            payoffs: table.iter().map(scaled).collect(),
            losses: losses.collect(),
        };
        let float = |point: &Point| [point[0].to_f64(), point[1].to_f64()];
        let floats = Floats {
            discount: discount.to_f64(),
            payoffs: exactly.payoffs.iter().map(float).collect(),
            losses: exactly.losses.iter().map(float).collect(),
            minmax: float(&scaled(&facts::minmax(game))),
        };
        Self {
            table,
            low,
            range,
            exactly,
            floats,
        }
    }

    fn point(&self, scaled: &Point) -> Point {
        [0, 1].map(|i| &self.low[i] + &(&self.range[i] * &scaled[i]))
    }

    fn scale(&self, point: &Point) -> Point {
        [0, 1].map(|i| {
            let above = &point[i] - &self.low[i];
            let share = above.checked_div(&self.range[i]);
            share.expect("invariant: a range is positive")
        })
    }

    fn play(&self, play: &Play) -> Play {
        Play {
            payoffs: self.point(&play.payoffs),
            cell: play.cell,
            next: self.point(&play.next),
        }
    }

    /// Bounds from outside, with a margin if the set inside is all there is; and whether it is, or nothing is.
    fn outer(
        &self,
        game: &StrategicGame,
        set: &PayoffSet,
        after: &State,
        guessed: bool,
        wider: bool,
        clock: &Clock<'_>,
    ) -> (Outer, bool) {
        let corners: Vec<Point> = if guessed {
            let all = set.inner.iter();
            all.map(|play| self.scale(&play.payoffs)).collect()
        } else {
            let exact = |at: f64| rounded(&Rational::from_f64(at).unwrap_or_default(), 40);
            let all = after.corners.iter();
            all.map(|c| [exact(c.at[0]), exact(c.at[1])]).collect()
        };
        let mut directions = [[-1, 0], [0, -1], [1, 0], [0, 1]]
            .map(|axis| axis.map(Rational::integer))
            .to_vec();
        add_normals(&mut directions, &corners, !guessed);
        if wider {
            add_normals(&mut directions, &hull(&self.exactly.payoffs), true);
            for k in 0..32 {
                let angle = f64::from(k) * std::f64::consts::PI / 16.0;
                let exact = |x: f64| {
                    let x = Rational::from_f64(x).unwrap_or_default();
                    rounded(&x, DIRECTION_BITS)
                };
                add(&mut directions, [exact(angle.cos()), exact(angle.sin())]);
            }
        }
        let float = |n: &Point| [n[0].to_f64(), n[1].to_f64()];
        let frame = Frame {
            directions: directions.iter().map(float).collect(),
        };
        let mut outer = Outer {
            directions: directions.iter().map(|n| self.direction(n)).collect(),
            ..Outer::default()
        };
        let factors: Vec<Rational> = directions.iter().map(|n| self.factor(n)).collect();
        let mut reach: Option<Vec<f64>> = None;
        if guessed && !set.inner.is_empty() {
            let most = |n: &Point| {
                let all = corners.iter().map(|c| &(&n[0] * &c[0]) + &(&n[1] * &c[1]));
                all.max().map_or(0.0, |most| most.to_f64())
            };
            let inner: Vec<f64> = directions.iter().map(most).collect();
            if let Some(margin) = frame.margin(&self.floats, &inner, clock) {
                let candidate = PayoffSet {
                    outer: outer.clone(),
                    ..set.clone()
                };
                // The widest that will do, for the fewest steps.
                for power in [20, 17, 14, 11, 8, 5, 2, -1] {
                    let wide: Vec<f64> = margin.iter().map(|e| e * 2.0_f64.powi(power)).collect();
                    let exact = wide.iter().zip(&factors).map(|(e, f)| f * &up(*e));
                    let exact: Vec<Rational> = exact.collect();
                    let goes_on = || clock.stop().is_none();
                    if is_closed(game, &candidate, &exact, &goes_on) {
                        outer.margin = Some(exact);
                        reach = Some(inner.iter().zip(&wide).map(|(b, e)| b + e).collect());
                        break;
                    }
                }
            }
        }
        let each = self.table.len() * directions.len() * directions.len();
        let most = (MOST_JUDGED / each.max(1)).clamp(2, 5_000);
        let (steps, end) = steps(&frame, &self.floats, reach.as_deref(), most, clock);
        if end != End::Reached {
            outer.margin = None;
        }
        let exact = |bounds: &Vec<f64>| {
            let each = bounds.iter().zip(&outer.directions).zip(&factors);
            let exact = each.map(|((b, n), factor)| {
                let shift = &(&n[0] * &self.low[0]) + &(&n[1] * &self.low[1]);
                &(factor * &up(*b)) + &shift
            });
            exact.collect()
        };
        outer.steps = steps.iter().map(exact).collect();
        let proved = match end {
            End::Reached => true,
            End::Nothing => set.inner.is_empty(),
            End::Open => false,
        };
        (outer, proved)
    }

    /// A direction among payoffs as they are; axes stay what they are.
    fn direction(&self, n: &Point) -> Point {
        if n.iter().any(Rational::is_zero) {
            return n.clone();
        }
        [&n[0] * &self.range[1], &n[1] * &self.range[0]]
    }

    /// By how much more it then says.
    fn factor(&self, n: &Point) -> Rational {
        match (n[0].is_zero(), n[1].is_zero()) {
            (false, true) => self.range[0].clone(),
            (true, false) => self.range[1].clone(),
            _ => &self.range[0] * &self.range[1],
        }
    }
}

/// How bounds end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Within reach of the set inside.
    Reached,
    /// With nothing that could be played.
    Nothing,
    /// Neither.
    Open,
}

/// Bounds step by step, until they are within reach, stand still or exclude everything.
fn steps(
    frame: &Frame,
    floats: &Floats,
    reach: Option<&[f64]>,
    most: usize,
    clock: &Clock<'_>,
) -> (Vec<Vec<f64>>, End) {
    const ROUNDING: f64 = 1e-9;
    let within = |bounds: &[f64]| {
        reach.is_some_and(|reach| bounds.iter().zip(reach).all(|(b, r)| *b < r - ROUNDING))
    };
    let mut all = vec![frame.start(floats)];
    loop {
        let last = &all[all.len() - 1];
        if within(last) {
            return (all, End::Reached);
        }
        if all.len() >= most || clock.stop().is_some() {
            return (all, End::Open);
        }
        let Some(next) = frame.next(floats, last, true) else {
            return (all, End::Nothing);
        };
        // What bounded them before still does.
        let next: Vec<f64> = next.iter().zip(last).map(|(n, l)| n.min(*l)).collect();
        let change = next.iter().zip(last).map(|(n, l)| l - n);
        if change.fold(0.0, f64::max) < ROUNDING {
            return (all, End::Open);
        }
        all.push(next);
    }
}

/// A fraction with a short denominator, no less.
fn up(x: f64) -> Rational {
    let scale = 2.0_f64.powi(BOUND_BITS);
    Rational::from_f64((x * scale).ceil() / scale).unwrap_or_default()
}

/// Adds what is perpendicular to the edges of a polygon, outwards; of a segment, to both sides.
fn add_normals(directions: &mut Vec<Point>, corners: &[Point], round: bool) {
    for (k, corner) in corners.iter().enumerate() {
        let after = &corners[(k + 1) % corners.len()];
        let way = [0, 1].map(|i| &after[i] - &corner[i]);
        let size = way[0].abs().max(way[1].abs());
        let Some(over) = size.checked_inverse() else {
            continue;
        };
        let mut normal = [&way[1] * &over, &-&way[0] * &over];
        if round {
            normal = normal.map(|x| rounded(&x, DIRECTION_BITS));
        }
        add(directions, normal);
    }
}

/// Adds a direction that is neither there already nor an axis.
fn add(directions: &mut Vec<Point>, normal: Point) {
    let is_axis = normal.iter().any(Rational::is_zero);
    if !is_axis && !directions.contains(&normal) {
        directions.push(normal);
    }
}

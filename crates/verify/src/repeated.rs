//! Payoffs of subgame-perfect equilibria of a table that two players play for ever (Abreu, Pearce and Stacchetti 1990).
//!
//! Everybody sees what was played, a period counts δ times the one before it, and a public draw may decide what comes next; in each
//! period strategies are pure. Payoffs are averages a period: playing `a` now and getting `w` afterwards is worth `(1-δ) u(a) + δ w`.
//! Nobody deviates if what that gains now is no more than what it costs later, where the worst that can follow is the least that any
//! equilibrium pays the deviator: `(1-δ) d_i(a) ≤ δ (w_i - p_i)` with `d_i(a)` the gain and `p_i` that least payoff, the *threat*.
//!
//! **Inside.** A convex set is *self-generating* if each of its corners is worth `(1-δ) u(a) + δ w` for some `a` and some `w` in the set from
//! which nobody deviates, `p` being the least that the set pays. Then all of it are equilibrium payoffs: corners say what to play now and
//! what to promise, and promises are again in the set.
//!
//! **Outside.** Let `N` be directions and `W(b)` the payoffs `w` with `n_k · w ≤ b_k`. If all equilibrium payoffs lie in `W(b)`, then also in `W(T(b))`,
//! where `T(b)_k` is the most of `n_k · ((1-δ) u(a) + δ w)` over all `a` and all `w` in `W(b)` with
//! `w_i ≥ p_i + (1-δ)/δ · d_i(a)`, and `-b` of the direction `-e_i` serves for `p_i`. Beginning with what the table can pay and what everybody can
//! make sure of, steps of `T` lead inwards, and what bounded them before still does; whoever finds them may round them up (Judd, Yeltekin and Conklin 2003).
//!
//! **The same.** Let `b*` belong to a set inside. If there is a margin `e > 0` such that for each direction and each `a` some two constraints
//! of the program in `T` bound it by `b*_k` at `b*`, and by less than `b*_k + e_k` at `b* + e`, then, bounds being linear, `T(b* + s e) ≤ b* + s λ e`
//! for one λ < 1 and all `s` from 0 to 1. So if all equilibrium payoffs lie in `W(b* + e)`, they lie in `W(b* + λⁿ e)` for all `n`, which is in `W(b*)`.

mod polygon;

#[cfg(test)]
mod tests;

use crate::verdict::{Concept, Deviation, Status, Verdict, Witness};
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::strategic::StrategicGame;
pub use polygon::hull;
use polygon::{clip, contains, dot, support};

/// Payoffs of both players, average a period; or a direction among them.
pub type Point = [Rational; 2];

/// How payoffs come about: what is played now, and what it is worth afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Play {
    /// The payoffs.
    pub payoffs: Point,
    /// The cell that is played now.
    pub cell: usize,
    /// What it is worth from the next period on if nobody deviates.
    pub next: Point,
}

/// Bounds on all equilibrium payoffs, one step after another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outer {
    /// Directions; the first four are (-1, 0), (0, -1), (1, 0) and (0, 1).
    pub directions: Vec<Point>,
    /// By step, then by direction: no more than this.
    pub steps: Vec<Vec<Rational>>,
    /// The margin, by direction, that shows that there is nothing but what is inside.
    pub margin: Option<Vec<Rational>>,
}

/// A set of equilibrium payoffs, with what shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoffSet {
    /// What the next period counts, between 0 and 1.
    pub discount: Rational,
    /// Its corners, counter-clockwise; empty if no equilibrium is known.
    pub inner: Vec<Play>,
    /// A set that no equilibrium payoffs lie outside of.
    pub outer: Outer,
}

/// The table, its deviations and the discount.
struct Stage {
    discount: Rational,
    /// What the current period counts.
    now: Rational,
    /// By cell.
    payoffs: Vec<Point>,
    /// What each player gets at least who always replies best, whatever pure strategies the other plays.
    minmax: Point,
    /// By cell: what a deviation gains at most.
    gains: Vec<Point>,
    /// By cell: what a deviator must lose afterwards, `(1-δ)/δ` times the gain.
    losses: Vec<Point>,
}

impl Stage {
    fn new(game: &StrategicGame, discount: &Rational) -> Result<Self, String> {
        if game.num_players() != 2 {
            return Err("payoff sets of repeated games are judged for two players".to_owned());
        }
        if *discount <= Rational::ZERO || *discount >= Rational::ONE {
            return Err("the discount is not between 0 and 1".to_owned());
        }
        let now = &Rational::ONE - discount;
        let ratio = now
            .checked_div(discount)
            .expect("invariant: the discount is positive");
        let payoffs: Vec<Point> = (0..game.num_cells())
            .map(|cell| [0, 1].map(|i| game.payoff(cell, PlayerId(i)).clone()))
            .collect();
        // By player, then by the other's strategy: what the best reply gets.
        let replies = [0, 1].map(|i| {
            let (player, other) = (PlayerId(i), PlayerId(1 - i));
            let mut best: Vec<Option<Rational>> = vec![None; game.num_strategies(other)];
            for (cell, payoffs) in payoffs.iter().enumerate() {
                let known = &mut best[game.strategy_in(cell, other)];
                let own = &payoffs[player.index()];
                if known.as_ref().is_none_or(|known| own > known) {
                    *known = Some(own.clone());
                }
            }
            best.into_iter().flatten().collect::<Vec<Rational>>()
        });
        let gain = |(cell, payoffs): (usize, &Point)| {
            [0, 1].map(|i| {
                let other = PlayerId::from_index(1 - i);
                &replies[i][game.strategy_in(cell, other)] - &payoffs[i]
            })
        };
        let gains: Vec<Point> = payoffs.iter().enumerate().map(gain).collect();
        let least = |i: usize| replies[i].iter().min().cloned().unwrap_or_default();
        let times = |gain: &Point| [&ratio * &gain[0], &ratio * &gain[1]];
        Ok(Self {
            discount: discount.clone(),
            now,
            losses: gains.iter().map(times).collect(),
            minmax: [least(0), least(1)],
            payoffs,
            gains,
        })
    }

    /// What a play is worth.
    fn worth(&self, cell: usize, next: &Point) -> Point {
        [0, 1].map(|i| {
            let now = &self.now * &self.payoffs[cell][i];
            &now + &(&self.discount * &next[i])
        })
    }
}

/// Judges whether a set consists of equilibrium payoffs, and of all of them.
///
/// # Returns
/// Exact if the set inside is all there is. Bounded if it may not be; the error is then the most by which the set outside
/// sticks out, in the direction or across the side of the set inside in which that is most, in payoff units (the sum of both payoffs' changes; if
/// nothing is inside, how wide the set outside is). Failed if somebody gains by deviating, with the witness; unchecked, with the reason, if something does not
/// fit, or if `goes_on` says no before it is done.
///
/// # Complexity
/// A step takes cells times directions times corners, the margin cells times directions to the third power.
pub fn judge_payoff_set(
    game: &StrategicGame,
    set: &PayoffSet,
    goes_on: &dyn Fn() -> bool,
) -> Verdict {
    let unchecked = |reason: String| Verdict::unchecked(Concept::Repeated, reason);
    let stage = match Stage::new(game, &set.discount) {
        Ok(stage) => stage,
        Err(reason) => return unchecked(reason),
    };
    let corners = match inside(game, &stage, &set.inner) {
        Ok(corners) => corners,
        Err(verdict) => return *verdict,
    };
    let last = match outside(&stage, &set.outer, goes_on) {
        Ok(last) => last,
        Err(reason) => return unchecked(reason),
    };
    let Outer {
        directions, margin, ..
    } = &set.outer;
    let bounds = &set.outer.steps[last];
    if corners.is_empty() {
        if step(&stage, directions, bounds).is_none() {
            return Verdict::from_witness(Concept::Repeated, None, &Rational::ZERO);
        }
        let width = |i: usize| &bounds[i] + &bounds[i + 2];
        return bounded(width(0).max(width(1)));
    }
    let inner: Vec<Rational> = directions
        .iter()
        .map(|n| support(&corners, n).expect("invariant: there is a corner"))
        .collect();
    if let Some(margin) = margin {
        let fits = margin.len() == directions.len()
            && inner
                .iter()
                .zip(bounds)
                .zip(margin)
                .all(|((inner, outer), e)| *e > Rational::ZERO && *outer <= inner + e);
        if fits && closes(&stage, &corners, directions, &inner, margin, goes_on) {
            return Verdict::from_witness(Concept::Repeated, None, &Rational::ZERO);
        }
    }
    let excess = directions
        .iter()
        .zip(inner.iter().zip(bounds))
        .map(|(n, (inner, outer))| {
            let size = &n[0].abs() + &n[1].abs();
            (outer - inner).checked_div(&size).unwrap_or_default()
        });
    let gap = excess.max().unwrap_or(Rational::ZERO);
    // Few directions may not tell a set from a smaller one that reaches as far in all of them.
    let allowed = region(directions, bounds);
    if allowed.iter().all(|point| contains(&corners, point)) {
        return Verdict::from_witness(Concept::Repeated, None, &Rational::ZERO);
    }
    bounded(gap.max(beyond(&corners, &allowed)))
}

/// The most by which points stick out of a hull across one of its sides, as [`judge_payoff_set`] counts it; positive if one does.
fn beyond(corners: &[Point], points: &[Point]) -> Rational {
    let mut sides: Vec<Point> = [[1, 0], [0, 1]]
        .map(|axis| axis.map(Rational::integer))
        .to_vec();
    for (a, b) in corners.iter().zip(corners.iter().cycle().skip(1)) {
        let way = [&b[0] - &a[0], &b[1] - &a[1]];
        sides.push([way[1].clone(), -&way[0]]);
        sides.push(way);
    }
    let opposite = |n: &Point| [-&n[0], -&n[1]];
    let both = sides.iter().flat_map(|n| [n.clone(), opposite(n)]);
    let excess = both.filter_map(|n| {
        let most = &support(points, &n)? - &support(corners, &n)?;
        most.checked_div(&(&n[0].abs() + &n[1].abs()))
    });
    excess.max().unwrap_or(Rational::ZERO)
}

/// Whether corners are worth what they say, by plays that nobody deviates from.
///
/// # Complexity
/// Quadratic in the number of corners.
pub fn is_self_generating(game: &StrategicGame, discount: &Rational, plays: &[Play]) -> bool {
    Stage::new(game, discount).is_ok_and(|stage| inside(game, &stage, plays).is_ok())
}

/// Whether a margin shows that no equilibrium payoffs lie in `W(b* + e)` but those of the plays.
///
/// # Complexity
/// Cells times directions to the third power.
pub fn is_closed(
    game: &StrategicGame,
    set: &PayoffSet,
    margin: &[Rational],
    goes_on: &dyn Fn() -> bool,
) -> bool {
    let Ok(stage) = Stage::new(game, &set.discount) else {
        return false;
    };
    let points: Vec<Point> = set.inner.iter().map(|play| play.payoffs.clone()).collect();
    let corners = hull(&points);
    let directions = &set.outer.directions;
    let inner: Option<Vec<Rational>> = directions.iter().map(|n| support(&corners, n)).collect();
    inner.is_some_and(|inner| {
        margin.len() == directions.len()
            && margin.iter().all(|e| *e > Rational::ZERO)
            && closes(&stage, &corners, directions, &inner, margin, goes_on)
    })
}

/// The corners of what all the bounds of one step allow, counter-clockwise; `None` if directions or bounds do not fit.
pub fn allowed(directions: &[Point], bounds: &[Rational]) -> Option<Vec<Point>> {
    is_frame(directions, bounds.len()).then(|| region(directions, bounds))
}

fn bounded(error: Rational) -> Verdict {
    Verdict {
        concept: Concept::Repeated,
        status: Status::Bounded,
        error,
        witness: None,
    }
}

/// Judges the set inside; its corners.
fn inside(game: &StrategicGame, stage: &Stage, plays: &[Play]) -> Result<Vec<Point>, Box<Verdict>> {
    let points: Vec<Point> = plays.iter().map(|play| play.payoffs.clone()).collect();
    let corners = hull(&points);
    let least = |i: usize| points.iter().map(|point| &point[i]).min();
    let (Some(first), Some(second)) = (least(0), least(1)) else {
        return Ok(corners);
    };
    let threat = [first, second];
    for (k, play) in plays.iter().enumerate() {
        poll();
        let wrong = |what: &str| {
            let reason = format!("payoffs {} of the set {what}", k + 1);
            Box::new(Verdict::unchecked(Concept::Repeated, reason))
        };
        if play.cell >= stage.payoffs.len() {
            return Err(wrong("are of a cell that the table does not have"));
        }
        if stage.worth(play.cell, &play.next) != play.payoffs {
            return Err(wrong("are not what is played and promised there"));
        }
        if !contains(&corners, &play.next) {
            return Err(wrong("promise what is not in the set"));
        }
        for i in [0, 1] {
            let gain = &stage.now * &stage.gains[play.cell][i];
            let loss = &stage.discount * &(&play.next[i] - threat[i]);
            if gain > loss {
                let player = PlayerId::from_index(i);
                let there =
                    |to: &usize| game.payoff(game.deviation(play.cell, player, *to), player);
                let to = (0..game.num_strategies(player)).max_by(|a, b| there(a).cmp(there(b)));
                let witness = Witness {
                    player,
                    deviation: Deviation::Strategy {
                        to: to.unwrap_or(0) as u32,
                    },
                    gain: &gain - &loss,
                };
                return Err(Box::new(Verdict::from_witness(
                    Concept::Repeated,
                    Some(witness),
                    &Rational::ZERO,
                )));
            }
        }
    }
    Ok(corners)
}

/// Judges the steps; which one is the last.
fn outside(stage: &Stage, outer: &Outer, goes_on: &dyn Fn() -> bool) -> Result<usize, String> {
    let directions = &outer.directions;
    let Some(first) = outer.steps.first() else {
        return Err("there is no bound on what equilibria pay".to_owned());
    };
    if outer
        .steps
        .iter()
        .any(|step| !is_frame(directions, step.len()))
    {
        return Err("directions and bounds do not fit".to_owned());
    }
    // Whoever always replies best gets her minmax payoff at least.
    let mut possible = hull(&stage.payoffs);
    for i in [0, 1] {
        let mut axis = [Rational::ZERO, Rational::ZERO];
        axis[i] = Rational::integer(-1);
        possible = clip(&possible, &axis, &-&stage.minmax[i]);
    }
    let exceeds =
        |n: &Point, bound: &Rational| support(&possible, n).is_some_and(|most| most > *bound);
    if directions.iter().zip(first).any(|(n, b)| exceeds(n, b)) {
        return Err("the table pays more than the first bounds allow".to_owned());
    }
    for (k, pair) in outer.steps.windows(2).enumerate() {
        poll();
        if !goes_on() {
            return Err("it was stopped while the bounds were judged".to_owned());
        }
        let follows = match step(stage, directions, &pair[0]) {
            None => true,
            // What bounded them before still does.
            Some(next) => next
                .iter()
                .zip(&pair[0])
                .zip(&pair[1])
                .all(|((next, before), said)| next.min(before) <= said),
        };
        if !follows {
            return Err(format!("bounds {} do not follow from those before", k + 2));
        }
    }
    Ok(outer.steps.len() - 1)
}

fn is_frame(directions: &[Point], bounds: usize) -> bool {
    let axes = [[-1, 0], [0, -1], [1, 0], [0, 1]];
    directions.len() == bounds
        && directions.len() >= axes.len()
        && directions
            .iter()
            .zip(axes)
            .all(|(n, axis)| *n == axis.map(Rational::integer))
}

/// `W(b)`.
fn region(directions: &[Point], bounds: &[Rational]) -> Vec<Point> {
    let (low, high) = ([-&bounds[0], -&bounds[1]], [&bounds[2], &bounds[3]]);
    if low[0] > *high[0] || low[1] > *high[1] {
        return Vec::new();
    }
    let corner = |x: &Rational, y: &Rational| [x.clone(), y.clone()];
    let mut corners = vec![
        corner(&low[0], &low[1]),
        corner(high[0], &low[1]),
        corner(high[0], high[1]),
        corner(&low[0], high[1]),
    ];
    corners.dedup();
    for (n, b) in directions.iter().zip(bounds).skip(4) {
        poll();
        corners = clip(&corners, n, b);
    }
    hull(&corners)
}

/// What may follow a cell: payoffs in `W(b)` that make up for deviating, at threats `-b`.
fn continuation(region: &[Point], stage: &Stage, cell: usize, bounds: &[Rational]) -> Vec<Point> {
    let mut left = region.to_vec();
    for i in [0, 1] {
        let mut axis = [Rational::ZERO, Rational::ZERO];
        axis[i] = Rational::integer(-1);
        left = clip(&left, &axis, &(&bounds[i] - &stage.losses[cell][i]));
    }
    left
}

/// `T(b)`; `None` if nothing can be played.
fn step(stage: &Stage, directions: &[Point], bounds: &[Rational]) -> Option<Vec<Rational>> {
    let region = region(directions, bounds);
    let mut most: Option<Vec<Rational>> = None;
    for cell in 0..stage.payoffs.len() {
        poll();
        let next = continuation(&region, stage, cell, bounds);
        let worth: Option<Vec<Rational>> = directions
            .iter()
            .map(|n| {
                let later = &stage.discount * &support(&next, n)?;
                Some(&(&stage.now * &dot(n, &stage.payoffs[cell])) + &later)
            })
            .collect();
        match (&mut most, worth) {
            (Some(most), Some(worth)) => {
                for (most, worth) in most.iter_mut().zip(worth) {
                    if worth > *most {
                        *most = worth;
                    }
                }
            }
            (None, worth) => most = worth,
            (Some(_), None) => {}
        }
    }
    most
}

/// Whether `W(b)` is the hull.
fn is_hull(corners: &[Point], directions: &[Point], bounds: &[Rational]) -> bool {
    let region = region(directions, bounds);
    region.iter().all(|point| contains(corners, point))
}

/// The third argument of the opening words.
fn closes(
    stage: &Stage,
    corners: &[Point],
    directions: &[Point],
    inner: &[Rational],
    margin: &[Rational],
    goes_on: &dyn Fn() -> bool,
) -> bool {
    if !is_hull(corners, directions, inner) {
        return false;
    }
    let wide: Vec<Rational> = inner.iter().zip(margin).map(|(b, e)| b + e).collect();
    let wide_region = region(directions, &wide);
    let pairs: Vec<Vec<Pair>> = directions.iter().map(|n| cones(n, directions)).collect();
    (0..stage.payoffs.len()).all(|cell| {
        // Nothing can follow close by, so nothing can follow here.
        if continuation(&wide_region, stage, cell, &wide).is_empty() {
            return true;
        }
        let loss = |j: usize| stage.losses[cell].get(j).cloned().unwrap_or_default();
        directions.iter().enumerate().all(|(k, n)| {
            let now = &stage.now * &dot(n, &stage.payoffs[cell]);
            goes_on()
                && pairs[k].iter().any(|pair| {
                    let at = |bounds: &[Rational]| {
                        let of = |j: usize, share: &Rational| share * &(&bounds[j] - &loss(j));
                        let later =
                            &of(pair.first, &pair.shares[0]) + &of(pair.second, &pair.shares[1]);
                        &now + &(&stage.discount * &later)
                    };
                    at(inner) <= inner[k] && at(&wide) < wide[k]
                })
        })
    })
}

/// Two directions that span a cone with a third one in it.
struct Pair {
    first: usize,
    second: usize,
    /// How much of each makes the third.
    shares: Point,
}

/// All such pairs.
fn cones(n: &Point, directions: &[Point]) -> Vec<Pair> {
    let cross = |a: &Point, b: &Point| &(&a[0] * &b[1]) - &(&a[1] * &b[0]);
    let mut pairs = Vec::new();
    for (second, b) in directions.iter().enumerate() {
        poll();
        for (first, a) in directions[..second].iter().enumerate() {
            poll();
            let Some(over) = cross(a, b).checked_inverse() else {
                continue;
            };
            let shares = [&cross(n, b) * &over, &cross(a, n) * &over];
            if shares.iter().all(|share| !share.is_negative()) {
                pairs.push(Pair {
                    first,
                    second,
                    shares,
                });
            }
        }
    }
    pairs
}

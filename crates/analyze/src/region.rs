//! What is played over two parameters, as polygons.
//!
//! **Problem.** The regions of a rectangle on each of which an answer stays what it is.
//! **Method.** As [`crate::partition`] in the plane: an answer at a point with two traced parameters is known
//! wherever the factors of all polynomials looked at have the signs that they have at the point. An open polygon is
//! cut along the affine ones until all of them have one sign in it. Of polynomials that stay curved and may vanish
//! in it, every combination of signs must belong to some answer that is known (cases split at one polynomial after the other); if all of
//! these are alike, the polygon is done, up to the curves themselves. Else it is halved, until it is smaller than the tolerance: then its area is counted as
//! uncertain.
//! **Exact.** Where all boundaries between different answers are affine.
//! **Cost.** One answer a combination of signs that occurs.

mod cover;
mod fill;
mod merge;
mod polygon;
mod sampled;

pub use fill::{Filled, UNKNOWN};
pub use polygon::{Point, Polygon};
pub use sampled::sampled;

use crate::partition::NotTraced;
use cover::{is_covered, sign_in};
use deterra_game::number::Rational;
use deterra_game::number::polynomial::Polynomial;
use deterra_game::number::trace::Trace;
use deterra_solve::control::{Clock, Control, Stop};
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};

/// A polygon on which the answer stays what it is.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Where.
    pub polygon: Polygon,
    /// The number of its answer, in [`Tessellation::answers`].
    pub answer: usize,
    /// Whether all of it has that answer.
    pub doubt: Doubt,
}

/// Whether all of a polygon has one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It has, up to curves without area.
    None,
    /// All answers known near it are alike, but of some combination of signs it is not known whether it occurs.
    Unproved,
    /// A curve may cross it beyond which the answer is another one.
    Crossed,
}

/// A rectangle, taken apart.
#[derive(Clone, Debug)]
pub struct Tessellation<T> {
    /// Answers, with the points at which they were computed; some are alike.
    pub answers: Vec<(Point, T)>,
    /// In the order of their corners.
    pub pieces: Vec<Piece>,
    /// The curves that may cross uncertain pieces, simplest first.
    pub curves: Vec<Polynomial>,
    /// Where nobody looked, because it was ended early.
    pub missing: Vec<Polygon>,
    /// Why it ended.
    pub stop: Stop,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Rectangle {
    /// The corner with the least parameters.
    pub low: Point,
    /// The corner with the greatest.
    pub high: Point,
    /// Sides of polygons that are not halved any more, as a share of the rectangle's.
    pub tolerance: Rational,
    /// Answers, at most, and a hundred times as many polygons.
    pub limit: usize,
}

/// What is known of a polynomial's sign in a polygon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    /// Not looked at.
    Unknown,
    Positive,
    Negative,
    /// It may vanish there.
    Open,
}

/// A polygon that is still to be looked at.
struct Open {
    polygon: Polygon,
    /// By polynomial; those after the end are unknown.
    signs: Vec<Sign>,
    /// The answers that may hold somewhere in it, of the first so many that are known.
    near: Vec<usize>,
    considered: usize,
}

/// What an answer rests on: polynomials by number, and whether they are positive.
type Conditions = Vec<(usize, bool)>;

struct Work<T> {
    polynomials: Vec<Polynomial>,
    numbers: FxHashMap<Polynomial, usize>,
    answers: Vec<(Point, T)>,
    conditions: Vec<Conditions>,
}

/// Takes a rectangle apart.
///
/// A limit of `control` ends it early: then a part of the rectangle is missing.
///
/// # Errors
/// [`NotTraced`].
pub fn tessellate<T>(
    over: &Rectangle,
    control: &Control,
    is_like: impl Fn(&T, &T) -> bool,
    mut answer: impl FnMut(&Point) -> T,
) -> Result<Tessellation<T>, NotTraced> {
    let size = [0, 1].map(|d| &over.high[d] - &over.low[d]);
    if size.iter().any(|s| *s <= Rational::ZERO) {
        return Err(NotTraced::Empty);
    }
    let mut work = Work {
        polynomials: Vec::new(),
        numbers: FxHashMap::default(),
        answers: Vec::new(),
        conditions: Vec::new(),
    };
    let mut pieces: Vec<Piece> = Vec::new();
    let mut curves: Vec<usize> = Vec::new();
    let mut open = VecDeque::from([Open {
        polygon: Polygon::rectangle(&over.low, &over.high),
        signs: Vec::new(),
        near: Vec::new(),
        considered: 0,
    }]);
    // Small polygons with an answer inside, of which a neighbor was not known to be like it.
    let mut doubtful: Vec<(Open, usize)> = Vec::new();
    let mut looked = 0;
    let clock = control.start();
    let mut missing: Vec<Polygon> = Vec::new();
    let mut stop = Stop::Done;
    // Large ones first: what is small may be decided by answers found elsewhere.
    while let Some(mut at) = open.pop_front() {
        looked += 1;
        if work.answers.len() > over.limit || looked > 100 * over.limit {
            return Err(NotTraced::TooMany { limit: over.limit });
        }
        if let Some(why) = clock.stop() {
            stop = why;
            missing.push(at.polygon);
            missing.extend(open.drain(..).map(|at| at.polygon));
            break;
        }
        let inside = at.polygon.inside();
        let Some(known) = work.holding(&mut at, &inside) else {
            match work.solve(&inside, &clock, &mut answer)? {
                Solved::Stopped | Solved::New => open.push_front(at),
                Solved::OnBoundary(polynomial) => {
                    // By chance the point lies where something changes.
                    let line = &work.polynomials[polynomial];
                    let parts = if line.degree() == 1 {
                        let (above, below) = at.polygon.cut(line);
                        [above, below]
                    } else {
                        at.polygon.halves()
                    };
                    let all = parts.into_iter().flatten();
                    open.extend(all.map(|part| at.part(part)));
                }
            }
            continue;
        };
        if let Some(line) = work.crossing_line(&mut at, known) {
            let (above, below) = at.polygon.cut(&work.polynomials[line]);
            let all = [above, below].into_iter().flatten();
            open.extend(all.map(|part| at.part(part)));
            continue;
        }
        match work.covered(&mut at, known, &is_like) {
            Cover::Whole => pieces.push(Piece {
                polygon: at.polygon,
                answer: known,
                doubt: Doubt::None,
            }),
            Cover::Not(..) => {
                let (low, high) = at.polygon.bounds();
                let is_small = |d: usize| &high[d] - &low[d] <= &size[d] * &over.tolerance;
                if is_small(0) && is_small(1) {
                    doubtful.push((at, known));
                } else {
                    let halves = at.polygon.halves().into_iter().flatten();
                    open.extend(halves.map(|part| at.part(part)));
                }
            }
        }
    }
    for (mut at, known) in doubtful {
        stop = match stop {
            Stop::Done => clock.stop().unwrap_or(Stop::Done),
            why => why,
        };
        if stop != Stop::Done {
            pieces.push(Piece {
                polygon: at.polygon,
                answer: known,
                doubt: Doubt::Crossed,
            });
            continue;
        }
        // By now every answer is known.
        let doubt = match work.covered(&mut at, known, &is_like) {
            Cover::Whole => Doubt::None,
            Cover::Not(_, true) => Doubt::Unproved,
            Cover::Not(undecided, false) => {
                curves.extend(undecided);
                Doubt::Crossed
            }
        };
        pieces.push(Piece {
            polygon: at.polygon,
            answer: known,
            doubt,
        });
    }
    curves.sort_unstable();
    curves.dedup();
    pieces.sort_by(|a, b| a.polygon.corners().cmp(b.polygon.corners()));
    let mut curves: Vec<Polynomial> = curves
        .into_iter()
        .map(|k| work.polynomials[k].clone())
        .collect();
    curves.sort_by_cached_key(|p| (p.degree(), format!("{:?}", p.terms())));
    Ok(Tessellation {
        answers: work.answers,
        pieces,
        curves,
        missing,
        stop,
    })
}

impl Open {
    /// A part of it, in which every sign that is known is the same.
    fn part(&self, polygon: Polygon) -> Self {
        let signs = self.signs.iter().map(|sign| match sign {
            Sign::Open => Sign::Unknown,
            known => *known,
        });
        Self {
            polygon,
            signs: signs.collect(),
            near: self.near.clone(),
            considered: self.considered,
        }
    }
}

/// What became of solving at a point.
enum Solved {
    New,
    /// The clock stopped it: nothing is known.
    Stopped,
    /// This polynomial vanishes there.
    OnBoundary(usize),
}

/// Whether a polygon is done.
enum Cover {
    Whole,
    /// These polynomials may vanish in it; whether all answers near it are alike.
    Not(Vec<usize>, bool),
}

impl<T> Work<T> {
    /// The sign of a polynomial in a polygon.
    fn sign(&self, at: &mut Open, polynomial: usize) -> Sign {
        if at.signs.len() <= polynomial {
            at.signs.resize(self.polynomials.len(), Sign::Unknown);
        }
        if at.signs[polynomial] == Sign::Unknown {
            at.signs[polynomial] = sign_in(&self.polynomials[polynomial], &at.polygon);
        }
        at.signs[polynomial]
    }

    /// Whether an answer holds nowhere in the polygon.
    fn is_apart(&self, at: &mut Open, known: usize) -> bool {
        self.conditions[known].iter().any(|(k, positive)| {
            let against = if *positive {
                Sign::Negative
            } else {
                Sign::Positive
            };
            self.sign(at, *k) == against
        })
    }

    /// Brings up to date which answers may hold somewhere in the polygon.
    fn look_around(&self, at: &mut Open) {
        let mut near = std::mem::take(&mut at.near);
        near.extend(at.considered..self.conditions.len());
        near.retain(|known| !self.is_apart(at, *known));
        at.near = near;
        at.considered = self.conditions.len();
    }

    /// The first answer that is known at a point of the polygon.
    fn holding(&self, at: &mut Open, point: &Point) -> Option<usize> {
        self.look_around(at);
        let decided = |k: usize| {
            let sign = at.signs.get(k);
            matches!(sign, Some(Sign::Positive | Sign::Negative))
        };
        let holds = |(k, positive): &(usize, bool)| {
            decided(*k) || {
                let value = self.polynomials[*k].value(point);
                !value.is_zero() && value.is_negative() != *positive
            }
        };
        let near = at.near.iter().copied();
        near.into_iter()
            .find(|known| self.conditions[*known].iter().all(holds))
    }

    /// Computes the answer at a point, and what it rests on.
    fn solve(
        &mut self,
        point: &Point,
        clock: &Clock<'_>,
        answer: &mut impl FnMut(&Point) -> T,
    ) -> Result<Solved, NotTraced> {
        let trace = Trace::new();
        let traced = [trace.variable(0, &point[0]), trace.variable(1, &point[1])];
        let found = answer(&traced);
        if clock.stop().is_some() {
            return Ok(Solved::Stopped);
        }
        if let Some(what) = trace.lost() {
            return Err(NotTraced::Lost { what });
        }
        let mut conditions = Conditions::new();
        let mut boundary = None;
        for guard in trace.guards() {
            for factor in guard.polynomial.factors() {
                let next = self.polynomials.len();
                let number = *self.numbers.entry(factor).or_insert_with_key(|factor| {
                    self.polynomials.push(factor.clone());
                    next
                });
                let value = self.polynomials[number].value(point);
                if value.is_zero() {
                    boundary.get_or_insert(number);
                }
                let condition = (number, value > Rational::ZERO);
                if !conditions.contains(&condition) {
                    conditions.push(condition);
                }
            }
        }
        if let Some(number) = boundary {
            return Ok(Solved::OnBoundary(number));
        }
        self.answers.push((point.clone(), found));
        self.conditions.push(conditions);
        Ok(Solved::New)
    }

    /// An affine polynomial that an answer rests on and that vanishes inside the polygon.
    fn crossing_line(&self, at: &mut Open, known: usize) -> Option<usize> {
        let mut conditions = self.conditions[known].iter().map(|(k, _)| *k);
        conditions.find(|k| self.polynomials[*k].degree() == 1 && self.sign(at, *k) == Sign::Open)
    }

    /// Whether all that holds somewhere in the polygon is like an answer that does.
    fn covered(&self, at: &mut Open, known: usize, is_like: &impl Fn(&T, &T) -> bool) -> Cover {
        self.look_around(at);
        let near = at.near.clone();
        let alike = near
            .iter()
            .all(|other| is_like(&self.answers[*other].1, &self.answers[known].1));
        let undecided = |conditions: &Conditions, at: &Open| -> Vec<(usize, bool)> {
            let all = conditions.iter().copied();
            all.filter(|(k, _)| at.signs.get(*k) == Some(&Sign::Open))
                .collect()
        };
        let own: Vec<usize> = undecided(&self.conditions[known], at)
            .into_iter()
            .map(|(k, _)| k)
            .collect();
        if own.is_empty() {
            return Cover::Whole;
        }
        let rows: Vec<(usize, Conditions)> = near
            .iter()
            .map(|k| (*k, undecided(&self.conditions[*k], at)))
            .collect();
        let same = |other: usize| is_like(&self.answers[other].1, &self.answers[known].1);
        if is_covered(&rows, same) {
            return Cover::Whole;
        }
        let mut all = own;
        for (k, _) in rows.iter().flat_map(|(_, row)| row) {
            if !all.contains(k) {
                all.push(*k);
            }
        }
        Cover::Not(all, alike)
    }
}

/// A region: everything with one answer.
#[derive(Clone, Debug)]
pub struct Region {
    /// The number of the answer that stands for it, in [`Tessellation::answers`].
    pub answer: usize,
    /// Convex polygons that make it up, without overlap.
    pub polygons: Vec<Polygon>,
    /// Its area; the pieces that a curve may cross included.
    pub area: Rational,
    /// The area of pieces that a curve may cross.
    pub uncertain: Rational,
    /// The area of pieces in which another answer is not excluded.
    pub unproved: Rational,
}

/// Where two regions meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// The regions, by number.
    pub between: [usize; 2],
    /// What vanishes there.
    pub line: Polynomial,
}

impl<T> Tessellation<T> {
    /// Puts pieces together that `is_like` takes for the same.
    ///
    /// # Returns
    /// Regions in the order of their first pieces, and the straight lines on which certain pieces of them meet.
    pub fn regions(&self, is_like: impl Fn(&T, &T) -> bool) -> (Vec<Region>, Vec<Boundary>) {
        let mut of_answer: Vec<Option<usize>> = vec![None; self.answers.len()];
        let mut regions: Vec<Region> = Vec::new();
        let mut of: Vec<usize> = Vec::with_capacity(self.pieces.len());
        let mut polygons: Vec<Vec<Polygon>> = Vec::new();
        for piece in &self.pieces {
            let answer = &self.answers[piece.answer].1;
            let at = of_answer[piece.answer].unwrap_or_else(|| {
                let known = regions
                    .iter()
                    .position(|region| is_like(&self.answers[region.answer].1, answer));
                known.unwrap_or_else(|| {
                    regions.push(Region {
                        answer: piece.answer,
                        polygons: Vec::new(),
                        area: Rational::ZERO,
                        uncertain: Rational::ZERO,
                        unproved: Rational::ZERO,
                    });
                    polygons.push(Vec::new());
                    regions.len() - 1
                })
            });
            of_answer[piece.answer] = Some(at);
            let area = piece.polygon.area();
            match piece.doubt {
                Doubt::None => {}
                Doubt::Unproved => regions[at].unproved += &area,
                Doubt::Crossed => regions[at].uncertain += &area,
            }
            regions[at].area += &area;
            polygons[at].push(piece.polygon.clone());
            of.push(at);
        }
        for (region, polygons) in regions.iter_mut().zip(polygons) {
            region.polygons = merge::merged(polygons);
        }
        let boundaries = self.boundaries(&of);
        (regions, boundaries)
    }

    /// The lines along which pieces of different regions lie side by side.
    fn boundaries(&self, of: &[usize]) -> Vec<Boundary> {
        let mut edges: BTreeMap<Vec<Rational>, Vec<(usize, Rational, Rational)>> = BTreeMap::new();
        for (k, piece) in self.pieces.iter().enumerate() {
            if piece.doubt == Doubt::Crossed {
                continue;
            }
            let corners = piece.polygon.corners();
            for i in 0..corners.len() {
                let (a, b) = (&corners[i], &corners[(i + 1) % corners.len()]);
                let line = line_through(a, b);
                // Along a vertical line y tells where one is, else x.
                let along = usize::from(line[1].is_zero());
                let (from, to) = if a[along] < b[along] {
                    (&a[along], &b[along])
                } else {
                    (&b[along], &a[along])
                };
                let list = edges.entry(line).or_default();
                list.push((of[k], from.clone(), to.clone()));
            }
        }
        let mut found: Vec<Boundary> = Vec::new();
        for (line, mut list) in edges {
            list.sort_by(|a, b| a.1.cmp(&b.1));
            for (k, (a, _, to)) in list.iter().enumerate() {
                let overlapping = list[k + 1..].iter().take_while(|(_, from, _)| from < to);
                for (b, ..) in overlapping.filter(|(b, ..)| b != a) {
                    let boundary = Boundary {
                        between: [*a.min(b), *a.max(b)],
                        line: form_of(&line),
                    };
                    if !found.contains(&boundary) {
                        found.push(boundary);
                    }
                }
            }
        }
        found.sort_by(|a, b| match a.between.cmp(&b.between) {
            Ordering::Equal => a.line.terms().len().cmp(&b.line.terms().len()),
            other => other,
        });
        found
    }
}

/// `[a, b, c]` of the line `a·x + b·y + c = 0`, the first of a and b that is not 0 being 1.
fn line_through(p: &Point, q: &Point) -> Vec<Rational> {
    let (a, b) = (&q[1] - &p[1], &p[0] - &q[0]);
    let c = -&(&(&a * &p[0]) + &(&b * &p[1]));
    let lead = if a.is_zero() { b.clone() } else { a.clone() };
    let scale = lead.checked_inverse().unwrap_or(Rational::ONE);
    vec![&a * &scale, &b * &scale, &c * &scale]
}

fn form_of(line: &[Rational]) -> Polynomial {
    let mut form = Polynomial::constant(line[2].clone());
    for d in [0, 1] {
        form.add_scaled(&Polynomial::variable(d as u16), &line[d]);
    }
    form
}

#[cfg(test)]
mod tests;

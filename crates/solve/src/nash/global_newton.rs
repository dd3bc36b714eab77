//! Equilibria of a table with any number of players, along the path of a bonus that fades.
//!
//! **Problem.** Find one Nash equilibrium of a table, or several.
//! **Theorem.** Pay everybody λ times a bonus of her own for each strategy. If λ is large, only one profile is an equilibrium, and
//! it is pure. The pairs of λ and an equilibrium are homeomorphic to a space of games (Kohlberg and Mertens 1986), so for almost all
//! bonuses those above a ray are curves, and the one that comes from the large end crosses λ = 0 an odd number of times (Govindan and Wilson 2003).
//! **Method.** While the strategies in use stay the same, the curve solves equations: what is used pays the same. It is
//! followed by predictor (the null vector) and corrector (Newton's method). Where a probability becomes 0, or an unused strategy pays as
//! much, the curve is met exactly and goes on with another support, in the one direction in which what changed becomes positive. Every crossing
//! of λ = 0 is polished and proved. A path that gets lost, which is where a game is degenerate for floats, is given up for another bonus.
//! **Applies to** strategic games with two players or more.
//! **Exact.** Where fractions are short or two mix; else with a proved bound.
//! **Cost.** A few systems a step, cubic in strategies used, and `O(players · cells)` each; mostly some dozens of steps.
//! **References.** govindan2003, kohlberg1986.

use super::found::NashEquilibria;
use super::polish::{Harvest, best_replies};
use super::tensor::{Draws, Payoffs, Slopes, Tensor};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::Solution;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use nalgebra::{DMatrix, DVector};
use std::time::Instant;

/// The least by which the bonus of the favored strategy is above the others', relative to itself.
const FAVOR: f64 = 0.5;

/// A step that is too short.
const SHORTEST: f64 = 1e-9;

/// The longest one, in probabilities, values and λ.
const LONGEST: f64 = 2.0;

/// What counts as 0 on the path.
const SMALL: f64 = 1e-10;

/// The least cosine between tangents at a step's ends.
const STRAIGHT: f64 = 0.9;

/// How far from a crossing the polished point may be.
const NEAR: f64 = 1e-3;

/// Options of [`global_newton`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GlobalNewton {
    /// Whether paths are followed to their other ends, and all bonuses tried. Default: no, the first equilibrium is enough.
    pub several: bool,
    /// The most bonuses tried. Default 30.
    pub rays: u64,
    /// The most steps along one path. Default 3,000.
    pub max_steps: u64,
}

impl Default for GlobalNewton {
    fn default() -> Self {
        Self {
            several: false,
            rays: 30,
            max_steps: 3_000,
        }
    }
}

/// Follows equilibria of games with a bonus to that without.
///
/// # Returns
/// One equilibrium, or all that the paths crossed; none if every path got lost or it was stopped before.
///
/// # Errors
/// [`SolveError::NotApplicable`] with less than two players, [`SolveError::TooLarge`] and [`SolveError::TooMuch`] if
/// the table or its systems do not fit.
///
/// # Example
/// ```
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicBuilder;
/// use deterra_solve::control::Control;
/// use deterra_solve::nash::global_newton::{GlobalNewton, global_newton};
/// // Three players match pennies: the first wants to do as the second, the second as the third, the third not as the first.
/// let mut b = StrategicBuilder::new("pennies");
/// for name in ["1", "2", "3"] {
///     b.player_with(name, 2);
/// }
/// for cell in 0..8 {
///     let [x, y, z] = [cell & 1, cell >> 1 & 1, cell >> 2 & 1];
///     let wins = [x == y, y == z, z != x];
///     b.payoffs(&wins.map(|wins| Number::from(if wins { 1 } else { -1 })));
/// }
/// let game = b.build()?;
/// let solution = global_newton(&game, &GlobalNewton::default(), &Control::default())?;
/// let half = Rational::new(1, 2).unwrap();
/// assert_eq!(solution.answer().list[0].profile.players(), vec![vec![half; 2]; 3]);
/// assert!(solution.verdict().is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn global_newton(
    game: &StrategicGame,
    options: &GlobalNewton,
    control: &Control,
) -> Result<Solution<NashEquilibria<MixedProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let method = Method::GlobalNewton;
    let control = control.running();
    let tensor = Tensor::new(game, method, &control)?;
    let mut harvest = Harvest::new(game, &tensor);
    let stop = hunt(&tensor, options, &control, &mut harvest);
    let nothing = "no path of a fading bonus led to a point that could be proved an equilibrium";
    Ok(harvest.finish((method, &control.patience()), stop, start, nothing))
}

/// Tries one bonus after the other.
pub(super) fn hunt<P: Payoffs>(
    tensor: &P,
    options: &GlobalNewton,
    control: &Control,
    harvest: &mut Harvest<'_, P>,
) -> Stop {
    let clock = control.start();
    harvest.hold_to(&clock);
    for ray in 0..options.rays {
        let bonus = bonus(tensor, control.seed, ray);
        let mut path = Path::new(tensor, bonus);
        let end = path.follow(options, &clock, harvest);
        if let Err(stop) = end {
            return stop;
        }
        clock.report(ray + 1, Some(options.rays), "bonuses");
        if harvest.len() > 0 && !options.several {
            return Stop::Done;
        }
    }
    match harvest.len() {
        0 => Stop::Iterations,
        _ => Stop::Done,
    }
}

/// A favorite each, a reply to everything equally likely at first, and less for the others.
fn bonus<P: Payoffs>(tensor: &P, seed: u64, ray: u64) -> Vec<f64> {
    let mut draws = Draws::new(seed, Method::GlobalNewton, ray);
    let mix = if ray == 0 {
        tensor.centroid()
    } else {
        draws.mixture(tensor)
    };
    let mut worth = vec![0.0; mix.len()];
    tensor.worth(&mix, &mut worth, &mut tensor.room());
    let mut bonus: Vec<f64> = mix.iter().map(|_| FAVOR * draws.unit()).collect();
    for s in best_replies(tensor, &worth) {
        bonus[s] = 1.0;
    }
    bonus
}

/// What was met at a place of the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// The strategy's probability is 0.
    Leaves(usize),
    /// The unused strategy pays as much as those used.
    Enters(usize),
    /// No bonus is left.
    NoBonus,
}

/// Where the path is, and the way it goes on.
#[derive(Clone)]
struct Place {
    mix: Vec<f64>,
    /// What is used pays each player, with the bonus.
    values: Vec<f64>,
    /// How much of the bonus is paid.
    lambda: f64,
}

/// A direction: of the same parts as a place.
type Way = DVector<f64>;

struct Path<'t, P> {
    tensor: &'t P,
    bonus: Vec<f64>,
    used: Vec<usize>,
    at: Place,
    room: Slopes,
    worth: Vec<f64>,
}

impl<'t, P: Payoffs> Path<'t, P> {
    fn new(tensor: &'t P, bonus: Vec<f64>) -> Self {
        let used: Vec<usize> = (0..bonus.len()).filter(|s| bonus[*s] >= 1.0).collect();
        let mut mix = vec![0.0; bonus.len()];
        for s in &used {
            mix[*s] = 1.0;
        }
        // No payoff is more than 1 above another.
        let lambda = 1.25 / (1.0 - FAVOR);
        let (mut worth, mut room) = (vec![0.0; bonus.len()], tensor.room());
        tensor.worth(&mix, &mut worth, &mut room);
        let values = used.iter().map(|s| worth[*s] + lambda * bonus[*s]);
        Self {
            at: Place {
                values: values.collect(),
                mix,
                lambda,
            },
            tensor,
            bonus,
            used,
            room,
            worth,
        }
    }

    fn side(&self) -> usize {
        self.used.len() + self.tensor.blocks().len()
    }

    /// Goes along the path.
    ///
    /// # Returns
    /// Whether it came to its other end, or to the first equilibrium if that is enough; `Err` if it was stopped.
    fn follow(
        &mut self,
        options: &GlobalNewton,
        clock: &Clock<'_>,
        harvest: &mut Harvest<'_, P>,
    ) -> Result<bool, Stop> {
        let mut step: f64 = 0.5;
        let row = self.falling();
        let Some(mut way) = self.tangent(&row) else {
            return Ok(false);
        };
        let mut crossed = 0;
        for _ in 0..options.max_steps {
            if let Some(stop) = clock.stop() {
                return Err(stop);
            }
            harvest.steps += 1;
            let (event, until) = self.next_event(&way);
            if event.is_none() && self.used.len() == self.tensor.blocks().len() {
                // Pure from here to the end.
                return Ok(true);
            }
            let met = event.filter(|_| until <= 1.5 * step).and_then(|event| {
                let place = self.meet(event, &way, until)?;
                Some((event, place))
            });
            if let Some((event, place)) = met {
                self.at = place;
                // Where payoffs tie without the bonus, other things happen at the crossing as well.
                if event != Event::NoBonus && self.at.lambda.abs() < 1e-7 && crossed == 0 {
                    crossed += 1;
                    if harvest.take(&self.at.mix, NEAR) && !options.several {
                        return Ok(true);
                    }
                }
                match event {
                    Event::NoBonus => {
                        let found = harvest.take(&self.at.mix, NEAR);
                        if found && !options.several {
                            return Ok(true);
                        }
                        crossed += 1;
                        let Some(next) = self.tangent(&way.clone()) else {
                            return Ok(false);
                        };
                        way = next;
                        // Beyond it, so that it is not met again.
                        if !self.advance(&mut way, &mut 1e-6, &mut 1e-6) {
                            return Ok(false);
                        }
                    }
                    Event::Leaves(s) => {
                        self.at.mix[s] = 0.0;
                        self.used.retain(|other| *other != s);
                        let row = self.slack(s);
                        let Some(next) = self.tangent(&row) else {
                            return Ok(false);
                        };
                        way = next;
                    }
                    Event::Enters(s) => {
                        let place = self.used.partition_point(|other| *other < s);
                        self.used.insert(place, s);
                        let row = self.unit(place);
                        let Some(next) = self.tangent(&row) else {
                            return Ok(false);
                        };
                        way = next;
                    }
                }
                continue;
            }
            let mut length = if event.is_some() {
                step.min(0.7 * until)
            } else {
                step
            };
            if self.at.lambda.abs() < 1e-7 && crossed == 0 {
                // The path tends to a crossing that its equations do not settle.
                crossed += 1;
                if harvest.take(&self.at.mix, 10.0 * NEAR) && !options.several {
                    return Ok(true);
                }
            }
            if !self.advance(&mut way, &mut length, &mut step) || self.at.lambda.abs() > 1e3 {
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// One step of a length, or of a shorter one.
    fn advance(&mut self, way: &mut Way, length: &mut f64, step: &mut f64) -> bool {
        while *length >= SHORTEST {
            let border = way.clone();
            let guess = self.moved(way, *length);
            if let Some((place, easy)) = self.correct(&guess, &border, None)
                && self.is_inside(&place)
            {
                let before = std::mem::replace(&mut self.at, place);
                if let Some(next) = self.tangent(&border)
                    && next.dot(way) >= STRAIGHT
                {
                    *way = next;
                    if easy {
                        *step = (2.0 * *step).min(LONGEST);
                    }
                    return true;
                }
                self.at = before;
            }
            *length *= 0.4;
            *step = *length;
        }
        false
    }

    /// The event that the tangent meets first, and after what length.
    fn next_event(&mut self, way: &Way) -> (Option<Event>, f64) {
        let (mut event, mut least) = (None, f64::INFINITY);
        let mut consider = |which: Event, value: f64, change: f64| {
            if change < -1e-14 {
                let until = value.max(0.0) / -change;
                if until < least {
                    (event, least) = (Some(which), until);
                }
            }
        };
        for (i, s) in self.used.iter().enumerate() {
            consider(Event::Leaves(*s), self.at.mix[*s], way[i]);
        }
        self.tensor
            .slopes(&self.at.mix, &mut self.worth, &mut self.room);
        for s in 0..self.bonus.len() {
            if self.used.binary_search(&s).is_err() {
                let change = self.slack_row(s, &self.room).dot(way);
                consider(
                    Event::Enters(s),
                    self.slack_of(s, &self.at, &self.worth),
                    change,
                );
            }
        }
        let lambda = self.side();
        let (value, change) = (self.at.lambda, way[lambda]);
        if value.abs() > SMALL {
            consider(
                Event::NoBonus,
                value.abs(),
                if value > 0.0 { change } else { -change },
            );
        }
        (event, least)
    }

    /// How much less an unused strategy pays.
    fn slack_of(&self, s: usize, at: &Place, worth: &[f64]) -> f64 {
        at.values[self.tensor.owner(s)] - worth[s] - at.lambda * self.bonus[s]
    }

    /// How that changes.
    fn slack_row(&self, s: usize, room: &Slopes) -> Way {
        let mut row = DVector::zeros(self.side() + 1);
        let slopes = room.row(s);
        for (i, t) in self.used.iter().enumerate() {
            row[i] = -slopes[*t];
        }
        row[self.used.len() + self.tensor.owner(s)] = 1.0;
        row[self.side()] = -self.bonus[s];
        row
    }

    fn slack(&mut self, s: usize) -> Way {
        self.tensor
            .slopes(&self.at.mix, &mut self.worth, &mut self.room);
        self.slack_row(s, &self.room)
    }

    fn unit(&self, place: usize) -> Way {
        let mut row = DVector::zeros(self.side() + 1);
        row[place] = 1.0;
        row
    }

    fn falling(&self) -> Way {
        let mut row = DVector::zeros(self.side() + 1);
        row[self.side()] = -1.0;
        row
    }

    /// The unit tangent along which a row grows.
    fn tangent(&mut self, row: &Way) -> Option<Way> {
        let side = self.side();
        let mut matrix = DMatrix::zeros(side + 1, side + 1);
        self.tensor
            .slopes(&self.at.mix, &mut self.worth, &mut self.room);
        self.fill(&mut matrix, &self.room);
        matrix.row_mut(side).copy_from(&row.transpose());
        let mut right = DVector::zeros(side + 1);
        right[side] = 1.0;
        let way = matrix.lu().solve(&right)?;
        let length = way.norm();
        (length.is_finite() && length > 0.0 && length < 1e9).then(|| way / length)
    }

    /// The slopes of all equations but the last.
    fn fill(&self, matrix: &mut DMatrix<f64>, room: &Slopes) {
        let (used, side) = (self.used.len(), self.side());
        for (i, s) in self.used.iter().enumerate() {
            let row = room.row(*s);
            for (j, t) in self.used.iter().enumerate() {
                matrix[(i, j)] = row[*t];
            }
            let p = used + self.tensor.owner(*s);
            matrix[(i, p)] = -1.0;
            matrix[(p, i)] = 1.0;
            matrix[(i, side)] = self.bonus[*s];
        }
    }

    fn moved(&self, way: &Way, length: f64) -> Place {
        let mut place = self.at.clone();
        for (i, s) in self.used.iter().enumerate() {
            place.mix[*s] += length * way[i];
        }
        for (p, value) in place.values.iter_mut().enumerate() {
            *value += length * way[self.used.len() + p];
        }
        place.lambda += length * way[self.side()];
        place
    }

    /// Where an event happens exactly.
    fn meet(&mut self, event: Event, way: &Way, until: f64) -> Option<Place> {
        let guess = self.moved(way, until);
        let border = match event {
            Event::Leaves(s) => self.unit(self.used.binary_search(&s).ok()?),
            Event::Enters(_) => Way::zeros(0),
            Event::NoBonus => self.falling(),
        };
        let (place, _) = self.correct(&guess, &border, Some(event))?;
        let mut moved = 0.0;
        let mut gone = 0.0;
        let mut add = |change: f64, along: f64| {
            moved += change * along;
            gone += change * change;
        };
        for (i, s) in self.used.iter().enumerate() {
            add(place.mix[*s] - self.at.mix[*s], way[i]);
        }
        for (p, value) in place.values.iter().enumerate() {
            add(value - self.at.values[p], way[self.used.len() + p]);
        }
        add(place.lambda - self.at.lambda, way[self.side()]);
        let forward = moved > -SMALL && gone.sqrt() <= 2.0 * until + 1e-7;
        (forward && self.is_inside(&place)).then_some(place)
    }

    /// Whether probabilities and slacks are not negative there.
    fn is_inside(&mut self, place: &Place) -> bool {
        const LEAST: f64 = -1e-9;
        if self.used.iter().any(|s| place.mix[*s] < LEAST) {
            return false;
        }
        self.tensor
            .worth(&place.mix, &mut self.worth, &mut self.room);
        // The path does not go past a crossing without meeting it.
        if self.at.lambda * place.lambda < 0.0 && self.at.lambda.abs() > SMALL {
            return false;
        }
        (0..self.bonus.len())
            .filter(|s| self.used.binary_search(s).is_err())
            .all(|s| self.slack_of(s, place, &self.worth) >= LEAST)
    }

    /// Newton's method from a guess: normal to the border, or onto an event.
    ///
    /// # Returns
    /// The point, and whether it was found with ease.
    fn correct(
        &mut self,
        guess: &Place,
        border: &Way,
        event: Option<Event>,
    ) -> Option<(Place, bool)> {
        let (used, side) = (self.used.len(), self.side());
        let mut place = guess.clone();
        let mut before = f64::INFINITY;
        for round in 0..8 {
            self.tensor
                .slopes(&place.mix, &mut self.worth, &mut self.room);
            let mut right = DVector::zeros(side + 1);
            for (i, s) in self.used.iter().enumerate() {
                right[i] = self.slack_of(*s, &place, &self.worth);
            }
            for (p, block) in self.tensor.blocks().iter().enumerate() {
                right[used + p] = 1.0 - place.mix[block.clone()].iter().sum::<f64>();
            }
            let mut matrix = DMatrix::zeros(side + 1, side + 1);
            self.fill(&mut matrix, &self.room);
            let last = match event {
                None => border.clone(),
                Some(Event::Leaves(s)) => {
                    right[side] = -place.mix[s];
                    border.clone()
                }
                Some(Event::NoBonus) => {
                    right[side] = place.lambda;
                    border.clone()
                }
                Some(Event::Enters(s)) => {
                    right[side] = -self.slack_of(s, &place, &self.worth);
                    self.slack_row(s, &self.room)
                }
            };
            matrix.row_mut(side).copy_from(&last.transpose());
            let error = right.amax();
            if error < 1e-14 {
                return Some((place, round <= 3));
            }
            let change = matrix.lu().solve(&right)?;
            let size = change.amax();
            if !size.is_finite() || size > 1.0 {
                return None;
            }
            if size > 0.5 * before {
                return (before < 1e-9).then_some((place, round <= 3));
            }
            before = size;
            for (i, s) in self.used.iter().enumerate() {
                place.mix[*s] += change[i];
            }
            for (p, value) in place.values.iter_mut().enumerate() {
                *value += change[used + p];
            }
            place.lambda += change[side];
            if size < 1e-12 {
                return Some((place, round <= 3));
            }
        }
        None
    }
}

//! Backward induction for a million points of a family at once.
//!
//! **Problem.** What is played in a perfect-information member at each of many points, certified.
//! **Method.** The member of one point is made with traced parameters; its payoffs and chance
//! probabilities are then functions, and a flat list of positions with these functions is a program that
//! makes and solves the member of any point at which the same branches of the family's making are taken (its
//! guards hold). It runs in floats and carries a bound on all rounding along (running error
//! analysis, Wilkinson 1963); where a comparison is closer than the bounds it gives up, and the member is
//! solved exactly instead.
//! **Exact.** The moves returned are those of exact backward induction, or there are none.
//! **Cost.** `O(positions · players + terms)` flops a point and no allocation.
//! **References.** wilkinson1963.

use crate::family::{Family, Member, NoMember};
use crate::partition::NotTraced;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::number::polynomial::Polynomial;
use deterra_game::number::trace::Trace;
use deterra_game::positional::{Mover, PositionGraph};
use std::cmp::Ordering;

/// Half a unit in the last place of 1.
const UNIT: f64 = f64::EPSILON / 2.0;

/// A number with a bound on how far it is off.
#[derive(Clone, Copy, Debug, Default)]
struct Near {
    value: f64,
    error: f64,
}

impl Near {
    fn plus(self, other: Self) -> Self {
        let value = self.value + other.value;
        Self {
            value,
            error: grown(self.error + other.error + value.abs() * UNIT),
        }
    }

    fn times(self, other: Self) -> Self {
        let value = self.value * other.value;
        let off = self.value.abs() * other.error
            + other.value.abs() * self.error
            + self.error * other.error;
        Self {
            value,
            error: grown(off + value.abs() * UNIT + f64::MIN_POSITIVE),
        }
    }

    fn over(self, other: Self) -> Option<Self> {
        let least = other.value.abs() - other.error;
        if least <= 0.0 {
            return None;
        }
        let value = self.value / other.value;
        let off = (self.error + value.abs() * other.error) / least;
        Some(Self {
            value,
            error: grown(off + value.abs() * UNIT + f64::MIN_POSITIVE),
        })
    }
}

/// A bound that also covers the rounding of its own few operations.
#[inline]
fn grown(error: f64) -> f64 {
    error * (1.0 + 16.0 * UNIT)
}

/// A polynomial in floats: terms as a coefficient, its relative error included in `slack`, and variables.
#[derive(Clone, Debug)]
struct Terms {
    constant: f64,
    products: Vec<(f64, Vec<u16>)>,
    /// Rounding errors of one term and the sum, in units of magnitude.
    slack: f64,
}

impl Terms {
    fn of(polynomial: &Polynomial) -> Self {
        let mut made = Self {
            constant: 0.0,
            products: Vec::new(),
            slack: 0.0,
        };
        for (monomial, coefficient) in polynomial.terms() {
            let value = coefficient.to_f64();
            if monomial.is_empty() {
                made.constant = value;
            } else {
                made.products.push((value, monomial.to_vec()));
            }
        }
        // The coefficient, each variable and each product are off by a unit at most, and each
        // addition by one.
        let factors = 2 * polynomial.degree() + 1 + made.products.len();
        made.slack = (factors as f64 + 2.0) * UNIT;
        made
    }

    fn at(&self, x: &[f64]) -> Near {
        let (mut value, mut size) = (self.constant, self.constant.abs());
        for (coefficient, variables) in &self.products {
            let mut term = *coefficient;
            for v in variables {
                term *= x[usize::from(*v)];
            }
            value += term;
            size += term.abs();
        }
        Near {
            value,
            error: grown(size * self.slack + f64::MIN_POSITIVE),
        }
    }
}

/// A function in floats.
#[derive(Clone, Debug)]
struct Function {
    above: Terms,
    below: Option<Terms>,
}

impl Function {
    fn of(number: &Rational) -> Self {
        match number.function() {
            None => Self {
                above: Terms::of(&Polynomial::constant(number.clone())),
                below: None,
            },
            Some(function) => match function.to_polynomial() {
                Some(polynomial) => Self {
                    above: Terms::of(&polynomial),
                    below: None,
                },
                None => Self {
                    above: Terms::of(function.numerator()),
                    below: Some(Terms::of(function.denominator())),
                },
            },
        }
    }

    fn at(&self, x: &[f64]) -> Option<Near> {
        let above = self.above.at(x);
        match &self.below {
            None => Some(above),
            Some(below) => above.over(below.at(x)),
        }
    }
}

/// What happens at a position; moves are a stretch of [`Program::successors`].
#[derive(Clone, Copy, Debug)]
enum Kind {
    Terminal,
    Chance { first: u32, count: u32 },
    Decision { player: u32, first: u32, count: u32 },
}

/// A position.
#[derive(Clone, Copy, Debug)]
struct Step {
    kind: Kind,
    /// The first of its players' payoffs in [`Program::payoffs`]; none if nothing is paid.
    paid: Option<u32>,
}

/// A member as a program.
#[derive(Debug)]
pub struct Program {
    players: usize,
    steps: Vec<Step>,
    successors: Vec<u32>,
    /// Beside the successors; of chance moves only.
    probabilities: Vec<Option<u32>>,
    functions: Vec<Function>,
    payoffs: Vec<u32>,
    guards: Vec<(Terms, Ordering)>,
}

/// Room for one run at a time.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    values: Vec<Near>,
    functions: Vec<Near>,
    choices: Vec<u32>,
}

/// Why a family has no program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoProgram {
    /// There is no member at the point.
    #[error(transparent)]
    NoMember(#[from] NoMember),
    /// Its making cannot be followed.
    #[error(transparent)]
    NotTraced(#[from] NotTraced),
    /// Something is hidden in it.
    #[error("only games of perfect information become programs")]
    Hidden,
}

impl Program {
    /// The program of the members around a point.
    ///
    /// # Errors
    /// [`NoProgram`].
    pub fn compile(family: &dyn Family, point: &[Rational]) -> Result<Self, NoProgram> {
        let trace = Trace::new();
        let traced: Vec<Rational> = (0_u16..)
            .zip(point)
            .map(|(v, value)| trace.variable(v, value))
            .collect();
        let member = family.member(&traced)?;
        if let Some(what) = trace.lost() {
            return Err(NotTraced::Lost { what }.into());
        }
        if let Member::Tree(game) = &member
            && !deterra_game::information::is_perfect_information(game)
        {
            return Err(NoProgram::Hidden);
        }
        let guards = trace.guards();
        let guards = guards.iter().map(|g| (Terms::of(&g.polynomial), g.sign));
        let mut program = Self {
            players: member.graph().num_players(),
            steps: Vec::new(),
            successors: Vec::new(),
            probabilities: Vec::new(),
            functions: Vec::new(),
            payoffs: Vec::new(),
            guards: guards.collect(),
        };
        program.lay_out(member.graph());
        Ok(program)
    }

    fn lay_out(&mut self, graph: &dyn PositionGraph) {
        for at in (0..graph.num_positions()).map(NodeId::from_index) {
            let first = self.successors.len() as u32;
            let count = graph.num_moves(at) as u32;
            let mover = graph.mover(at);
            for k in 0..count as usize {
                self.successors.push(graph.successor(at, k).0);
                let drawn = mover == Mover::Chance;
                let probability = drawn.then(|| graph.chance_probability(at, k).value().clone());
                let place = probability.map(|p| self.function(&p));
                self.probabilities.push(place);
            }
            let payoffs: Option<Vec<Rational>> = (0..self.players)
                .map(|p| {
                    Some(
                        graph
                            .payoff_at(at, PlayerId::from_index(p))?
                            .value()
                            .clone(),
                    )
                })
                .collect();
            let paid = payoffs.map(|payoffs| {
                let first = self.payoffs.len() as u32;
                for payoff in payoffs {
                    let place = self.function(&payoff);
                    self.payoffs.push(place);
                }
                first
            });
            let kind = match mover {
                Mover::Terminal => Kind::Terminal,
                Mover::Chance => Kind::Chance { first, count },
                Mover::Player(player) => Kind::Decision {
                    player: player.0,
                    first,
                    count,
                },
            };
            self.steps.push(Step { kind, paid });
        }
    }

    fn function(&mut self, number: &Rational) -> u32 {
        self.functions.push(Function::of(number));
        self.functions.len() as u32 - 1
    }

    /// The moves of backward induction at a point, one a position (0 where nobody decides).
    ///
    /// # Returns
    /// `None` where floats cannot tell, or where another program applies.
    pub fn choices<'s>(&self, x: &[f64], scratch: &'s mut Scratch) -> Option<&'s [u32]> {
        for (terms, sign) in &self.guards {
            let near = terms.at(x);
            let sure = match sign {
                Ordering::Greater => near.value > near.error,
                Ordering::Less => -near.value > near.error,
                Ordering::Equal => false,
            };
            if !sure {
                return None;
            }
        }
        let n = self.players;
        let Scratch {
            values,
            functions,
            choices,
        } = scratch;
        values.resize(self.steps.len() * n, Near::default());
        choices.resize(self.steps.len(), 0);
        functions.clear();
        for function in &self.functions {
            functions.push(function.at(x)?);
        }
        for (at, step) in self.steps.iter().enumerate().rev() {
            // Successors have greater numbers.
            let (here, later) = values.split_at_mut((at + 1) * n);
            let own = &mut here[at * n..];
            let value = |to: u32, player: usize| later[(to as usize - at - 1) * n + player];
            match step.kind {
                Kind::Terminal => own.fill(Near::default()),
                Kind::Chance { first, count } => {
                    own.fill(Near::default());
                    for k in first as usize..(first + count) as usize {
                        let place = self.probabilities[k]?;
                        let p = functions[place as usize];
                        for (player, sum) in own.iter_mut().enumerate() {
                            *sum = sum.plus(p.times(value(self.successors[k], player)));
                        }
                    }
                }
                Kind::Decision {
                    player,
                    first,
                    count,
                } => {
                    let moves = &self.successors[first as usize..(first + count) as usize];
                    let mut best = 0;
                    for k in 1..moves.len() {
                        let new = value(moves[k], player as usize);
                        let old = value(moves[best], player as usize);
                        let gap = new.value - old.value;
                        // The subtraction itself is exact to a unit.
                        let error = new.error + old.error + gap.abs() * UNIT;
                        if gap.abs() <= grown(error) {
                            return None;
                        }
                        if gap > 0.0 {
                            best = k;
                        }
                    }
                    choices[at] = best as u32;
                    for (p, sum) in own.iter_mut().enumerate() {
                        *sum = value(moves[best], p);
                    }
                }
            }
            if let Some(paid) = step.paid {
                for (player, sum) in own.iter_mut().enumerate() {
                    let place = self.payoffs[paid as usize + player];
                    *sum = sum.plus(functions[place as usize]);
                }
            }
        }
        Some(choices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::Games;
    use deterra_game::number::Number;
    use deterra_game::positional::PositionalBuilder;
    use deterra_solve::control::Control;
    use deterra_solve::perfect::backward_induction::{BackwardInduction, backward_induction};

    /// Chance, two players, a quotient and a kink.
    fn family() -> impl Family {
        Games::new(["x", "y"], |point| {
            let (x, y) = (&point[0], &point[1]);
            let mut b = PositionalBuilder::new("test");
            let (one, two) = (b.player("1"), b.player("2"));
            let [start, reply, draw, a, c, d, e] =
                ["start", "reply", "draw", "a", "c", "d", "e"].map(|name| b.position(name));
            b.set_mover(start, one);
            b.add_move(start, "stop", a, None);
            b.add_move(start, "go", reply, None);
            b.set_mover(reply, two);
            b.add_move(reply, "draw", draw, None);
            b.add_move(reply, "end", c, None);
            b.set_chance(draw);
            let p = x.checked_div(&(x + y)).unwrap_or_default();
            let q = &Rational::ONE - &p;
            b.add_move(draw, "d", d, Some(Number::from(p)));
            b.add_move(draw, "e", e, Some(Number::from(q)));
            let pay =
                |n: &Rational, m: &Rational| vec![Number::from(n.clone()), Number::from(m.clone())];
            let half = Rational::new(1, 2).unwrap_or_default();
            b.set_payoffs(a, "a", pay(&half, &half));
            b.set_payoffs(c, "c", pay(y, &(x * y)));
            b.set_payoffs(d, "d", pay(&x.clone().max(half.clone()), &Rational::ZERO));
            b.set_payoffs(e, "e", pay(&Rational::ZERO, &half));
            Ok(Member::Positions(b.build()?.0))
        })
    }

    /// At every point of a grid the program says what exact backward induction says, or nothing; and it says
    /// something nearly everywhere on its side of the kink.
    #[test]
    fn programs_play_as_exact_backward_induction() {
        let family = family();
        let r = |n: i64| Rational::new(n, 24).expect("nonzero");
        let program = Program::compile(&family, &[r(20), r(7)]).expect("a program");
        let mut scratch = Scratch::default();
        let mut said = 0;
        for i in 1..24 {
            for j in 1..24 {
                let point = [r(i), r(j)];
                let floats = point.each_ref().map(Rational::to_f64);
                let Some(choices) = program.choices(&floats, &mut scratch) else {
                    continue;
                };
                assert!(i > 12, "the kink is a guard");
                said += 1;
                let member = family.member(&point).expect("a member");
                let options = BackwardInduction::default();
                let solution = backward_induction(member.graph(), &options, &Control::default());
                assert_eq!(solution.expect("solved").answer().choices(), choices);
            }
        }
        assert!(said > 230, "{said} of 253");
    }

    #[test]
    fn ties_are_left_to_exact_arithmetic() {
        let family = Games::new(["x"], |point| {
            let mut b = PositionalBuilder::new("tie");
            let one = b.player("1");
            let (start, l, r) = (b.position("start"), b.position("l"), b.position("r"));
            b.set_mover(start, one);
            b.add_move(start, "l", l, None);
            b.add_move(start, "r", r, None);
            b.set_payoffs(l, "l", vec![Number::from(point[0].clone())]);
            b.set_payoffs(
                r,
                "r",
                vec![Number::from(Rational::new(1, 3).unwrap_or_default())],
            );
            Ok(Member::Positions(b.build()?.0))
        });
        let program = Program::compile(&family, &[Rational::ONE]).expect("a program");
        let mut scratch = Scratch::default();
        assert_eq!(program.choices(&[1.0 / 3.0], &mut scratch), None);
        assert_eq!(program.choices(&[0.3], &mut scratch).map(|c| c[0]), Some(1));
        assert_eq!(program.choices(&[0.4], &mut scratch).map(|c| c[0]), Some(0));
    }
}

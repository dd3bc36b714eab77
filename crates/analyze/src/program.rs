//! Backward induction for a million points of a family at once.
//!
//! **Problem.** What is played in a member at each of many points, certified.
//! **Method.** The member of one point is made with traced parameters; its payoffs and chance
//! probabilities are then functions, and a flat list of positions with these functions is a program that
//! makes and solves the member of any point at which the same branches of the family's making are taken (its
//! guards hold). With perfect information it runs in floats and carries a bound on all rounding along (running error
//! analysis, Wilkinson 1963); where a comparison is closer than the bounds it gives up, and the member is
//! solved exactly instead. What is played once the moves are known is evaluated exactly, on the path alone. Where something is
//! hidden the program is the game with its numbers to be filled in, which saves making it.
//! **Exact.** The moves returned are those of exact backward induction, or there are none; guards that floats do not
//! tell are looked at exactly.
//! **Cost.** `O(positions · players + terms)` flops a point and no allocation; exact numbers for the positions reached.
//! **References.** wilkinson1963.

mod float;
mod play;

use crate::family::{Family, Member, NoMember};
use crate::partition::NotTraced;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::polynomial::Polynomial;
use deterra_game::number::trace::Trace;
use deterra_game::number::{Number, Rational};
use deterra_game::positional::Mover;
use deterra_game::transform;
use float::{Exact, Function, Near, Terms, UNIT, are_moderate, grown};
use play::Plays;
use rustc_hash::FxHashMap;
use std::cmp::Ordering;

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

/// A sign that the family's making looked at.
#[derive(Debug)]
struct Sign {
    terms: Terms,
    exact: Polynomial,
    is: Ordering,
}

/// A member as a program.
#[derive(Debug)]
pub struct Program {
    /// The member of some point.
    template: Member,
    /// What its numbers are elsewhere, in the order in which they are filled in.
    fillings: Vec<Exact>,
    /// Whether every player knows where it is, so that [`Program::choices`] applies.
    is_perfect: bool,
    players: usize,
    steps: Vec<Step>,
    successors: Vec<u32>,
    /// Beside the successors; of chance moves only.
    probabilities: Vec<Option<u32>>,
    functions: Vec<Function>,
    /// The same functions.
    exact: Vec<Exact>,
    /// The greatest degree of a function or guard.
    degree: usize,
    payoffs: Vec<u32>,
    guards: Vec<Sign>,
}

/// Room for one run at a time.
#[derive(Debug, Default)]
pub struct Scratch {
    values: Vec<Near>,
    functions: Vec<Near>,
    choices: Vec<u32>,
}

/// What is known of plays from earlier points, for one program and one thread.
#[derive(Debug, Default)]
pub(crate) struct Memory(Plays);

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
    /// The program of the members around a point, of perfect information.
    ///
    /// # Errors
    /// [`NoProgram`].
    pub fn compile(family: &dyn Family, point: &[Rational]) -> Result<Self, NoProgram> {
        let program = Self::follow(family, point)?;
        if program.is_perfect {
            Ok(program)
        } else {
            Err(NoProgram::Hidden)
        }
    }

    /// The program of the members around a point, which may have hidden moves.
    ///
    /// # Errors
    /// [`NoProgram`], but not for hidden moves.
    pub(crate) fn follow(family: &dyn Family, point: &[Rational]) -> Result<Self, NoProgram> {
        let trace = Trace::new();
        let traced: Vec<Rational> = (0_u16..)
            .zip(point)
            .map(|(v, value)| trace.variable(v, value))
            .collect();
        let member = family.member(&traced)?;
        if let Some(what) = trace.lost() {
            return Err(NotTraced::Lost { what }.into());
        }
        let guards = trace.guards().into_iter().map(|g| Sign {
            terms: Terms::of(&g.polynomial),
            exact: g.polynomial,
            is: g.sign,
        });
        let guards: Vec<Sign> = guards.collect();
        let (template, fillings) = detached(&member).ok_or_else(|| {
            // Its numbers are those of a game, so this cannot be.
            NoMember::because("the game cannot be filled in")
        })?;
        let mut program = Self {
            template,
            fillings,
            is_perfect: match &member {
                Member::Positions(_) => true,
                Member::Tree(game) => deterra_game::information::is_perfect_information(game),
            },
            players: member.graph().num_players(),
            steps: Vec::new(),
            successors: Vec::new(),
            probabilities: Vec::new(),
            functions: Vec::new(),
            exact: Vec::new(),
            degree: guards.iter().map(|g| g.exact.degree()).max().unwrap_or(0),
            payoffs: Vec::new(),
            guards,
        };
        if program.is_perfect {
            program.lay_out(&member);
        }
        Ok(program)
    }

    fn lay_out(&mut self, member: &Member) {
        let graph = member.graph();
        let mut known = FxHashMap::default();
        for at in (0..graph.num_positions()).map(NodeId::from_index) {
            let first = self.successors.len() as u32;
            let count = graph.num_moves(at) as u32;
            let mover = graph.mover(at);
            for k in 0..count as usize {
                self.successors.push(graph.successor(at, k).0);
                let drawn = mover == Mover::Chance;
                let probability = drawn.then(|| graph.chance_probability(at, k).value());
                let place = probability.map(|p| self.function(p, &mut known));
                self.probabilities.push(place);
            }
            let paid = |p: usize| Some(graph.payoff_at(at, PlayerId::from_index(p))?.value());
            let payoffs: Option<Vec<&Rational>> = (0..self.players).map(paid).collect();
            let paid = payoffs.map(|payoffs| {
                let first = self.payoffs.len() as u32;
                for payoff in payoffs {
                    let place = self.function(payoff, &mut known);
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

    fn function(&mut self, number: &Rational, known: &mut FxHashMap<Exact, u32>) -> u32 {
        let exact = Exact::of(number);
        if let Some(place) = known.get(&exact) {
            return *place;
        }
        let place = self.exact.len() as u32;
        self.degree = self.degree.max(exact.degree());
        self.functions.push(Function::of(&exact));
        known.insert(exact.clone(), place);
        self.exact.push(exact);
        place
    }

    /// The moves of backward induction at a point, one a position (0 where nobody decides).
    ///
    /// # Returns
    /// `None` where floats cannot tell, or where another program applies.
    pub fn choices<'s>(&self, x: &[f64], scratch: &'s mut Scratch) -> Option<&'s [u32]> {
        let hold = |guard: &Sign| guard.terms.at(x).sign() == Some(guard.is);
        if !are_moderate(x, self.degree) || !self.guards.iter().all(hold) {
            return None;
        }
        self.induction(x, scratch)
    }

    /// Whether this program makes the member of a point, whose floats are `x`.
    pub(crate) fn applies(&self, x: &[f64], point: &[Rational]) -> bool {
        let moderate = are_moderate(x, self.degree);
        self.guards.iter().all(|guard| {
            let near = guard.terms.at(x).sign().filter(|_| moderate);
            let sign = near.unwrap_or_else(|| guard.exact.value(point).cmp(&Rational::ZERO));
            sign == guard.is
        })
    }

    /// What [`Program::choices`] says where the program applies.
    fn induction<'s>(&self, x: &[f64], scratch: &'s mut Scratch) -> Option<&'s [u32]> {
        let n = self.players;
        let Scratch {
            values,
            functions,
            choices,
        } = scratch;
        values.resize(self.steps.len() * n, Near::default());
        choices.clear();
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
                        let error = grown(new.error + old.error + gap.abs() * UNIT);
                        if (Near { value: gap, error }).sign()? == Ordering::Greater {
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

    /// The member of a point where the program applies: the same game as the family's, with plain numbers.
    ///
    /// # Returns
    /// `None` if a function has no value there.
    pub(crate) fn member(&self, point: &[Rational]) -> Option<Member> {
        let mut fillings = self.fillings.iter();
        let mut fill = |_: &Number| Some(Number::from(fillings.next()?.at(point)?));
        match &self.template {
            Member::Positions(game) => game.revalued(&mut fill).map(Member::Positions),
            Member::Tree(game) => transform::revalued(game, &mut fill).map(Member::Tree),
        }
    }
}

/// A member without traced numbers, and what these are functions of. What is kept must hold no trace, since solvers do more
/// while there is any.
fn detached(member: &Member) -> Option<(Member, Vec<Exact>)> {
    let mut fillings = Vec::new();
    let template = match member {
        Member::Positions(game) => Member::Positions(game.revalued(|number| {
            fillings.push(Exact::of(number.value()));
            Some(Number::from(number.value().untraced()))
        })?),
        Member::Tree(game) => {
            fillings.extend(game.numbers().iter().map(|n| Exact::of(n.value())));
            Member::Tree(transform::untraced(game))
        }
    };
    Some((template, fillings))
}

#[cfg(test)]
mod tests;

//! What is played once the moves of a program are known, in exact numbers, on the path alone.

use super::{Kind, Memory, Program, Scratch};
use crate::regime::Play;
use deterra_game::id::NodeId;
use deterra_game::number::Rational;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Sets of moves that are remembered; beyond, they are all forgotten.
const REMEMBERED: usize = 256;

/// A position that is reached.
#[derive(Debug)]
struct Reached {
    /// As in [`super::Step`].
    paid: Option<u32>,
    /// The number of the outcome, if play ends.
    ends: Option<u32>,
    /// Where it goes on, as numbers of reached positions, each with the function that is its probability; none
    /// if it is certain.
    next: Vec<(u32, Option<u32>)>,
}

/// The path that some moves lead along.
#[derive(Debug)]
pub(super) struct Path {
    /// Ascending.
    reached: Vec<Reached>,
    /// Sorted.
    labels: Vec<String>,
    /// By decision the move.
    taken: Vec<Vec<u32>>,
}

/// Paths by moves.
#[derive(Debug, Default)]
pub(super) struct Plays {
    known: FxHashMap<Vec<u32>, Path>,
    open: Vec<Option<Rational>>,
    sums: Vec<Option<Rational>>,
}

impl Program {
    fn path(&self, choices: &[u32]) -> Path {
        let graph = self.template.graph();
        let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
        let mut open = BTreeSet::from([0_u32]);
        let mut order = Vec::new();
        // Successors have greater numbers, so a position is closed when all before it are.
        while let Some(at) = open.pop_first() {
            numbers.insert(at, order.len() as u32);
            order.push(at);
            open.extend(self.moves(at, choices).map(|k| self.successors[k]));
        }
        let is_end = |at: u32| matches!(self.steps[at as usize].kind, Kind::Terminal);
        let label = |at: u32| crate::path::ending_label(graph, NodeId(at));
        let labels: BTreeSet<String> = order
            .iter()
            .filter(|at| is_end(**at))
            .map(|at| label(*at))
            .collect();
        let labels: Vec<String> = labels.into_iter().collect();
        let reached = |at: &u32| {
            let ends = is_end(*at).then(|| labels.binary_search(&label(*at)).unwrap_or(0) as u32);
            let to = |k: usize| (numbers[&self.successors[k]], self.probabilities[k]);
            Reached {
                paid: self.steps[*at as usize].paid,
                ends,
                next: self.moves(*at, choices).map(to).collect(),
            }
        };
        let reached = order.iter().map(reached).collect();
        let decisions = self.steps.iter().zip(choices);
        let decisions = decisions.filter(|(step, _)| matches!(step.kind, Kind::Decision { .. }));
        Path {
            reached,
            labels,
            taken: decisions.map(|(_, chosen)| vec![*chosen]).collect(),
        }
    }

    /// The moves that may be made at a position, as places among all successors.
    fn moves(&self, at: u32, choices: &[u32]) -> std::ops::Range<usize> {
        match self.steps[at as usize].kind {
            Kind::Terminal => 0..0,
            Kind::Chance { first, count } => first as usize..(first + count) as usize,
            Kind::Decision { first, .. } => {
                let chosen = (first + choices[at as usize]) as usize;
                chosen..chosen + 1
            }
        }
    }

    /// What is played at a point where the program applies, whose floats are `x`.
    ///
    /// # Returns
    /// `None` where floats cannot tell, or where something is hidden.
    pub(crate) fn play(
        &self,
        x: &[f64],
        point: &[Rational],
        scratch: &mut Scratch,
        memory: &mut Memory,
    ) -> Option<Play> {
        if !self.is_perfect || !super::are_moderate(x, self.degree) {
            return None;
        }
        let choices = self.induction(x, scratch)?;
        let Plays { known, open, sums } = &mut memory.0;
        if !known.contains_key(choices) {
            if known.len() >= REMEMBERED {
                known.clear();
            }
            known.insert(choices.to_vec(), self.path(choices));
        }
        let path = known.get(choices)?;
        open.clear();
        open.resize(path.reached.len(), None);
        sums.clear();
        sums.resize(path.labels.len(), None);
        *open.first_mut()? = Some(Rational::ONE);
        let mut payoffs = vec![Rational::ZERO; self.players];
        for (k, reached) in path.reached.iter().enumerate() {
            let Some(probability) = open[k].take() else {
                // Chance does not lead here at this point.
                continue;
            };
            if let Some(paid) = reached.paid {
                let places = &self.payoffs[paid as usize..paid as usize + self.players];
                for (sum, place) in payoffs.iter_mut().zip(places) {
                    let value = self.exact[*place as usize].at(point)?;
                    *sum += &times(&probability, value);
                }
            }
            if let Some(label) = reached.ends {
                add(&mut sums[label as usize], &probability);
            }
            for (to, drawn) in &reached.next {
                match drawn {
                    None => add(&mut open[*to as usize], &probability),
                    Some(place) => {
                        let drawn = self.exact[*place as usize].at(point)?;
                        if !drawn.is_zero() {
                            add(&mut open[*to as usize], &times(&probability, drawn));
                        }
                    }
                }
            }
        }
        let ends = path.labels.iter().zip(sums);
        let ends = ends.filter_map(|(label, sum)| Some((label.clone(), sum.take()?)));
        let mut outcomes: Vec<(String, Rational)> = ends.collect();
        outcomes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Some(Play {
            outcomes,
            payoffs,
            taken: path.taken.clone(),
            is_point: true,
        })
    }
}

/// The product; most probabilities are 1.
fn times(probability: &Rational, value: Rational) -> Rational {
    if probability.is_one() {
        value
    } else {
        probability * &value
    }
}

fn add(to: &mut Option<Rational>, more: &Rational) {
    match to {
        Some(sum) => *sum += more,
        None => *to = Some(more.clone()),
    }
}

//! Probabilities forward and payoffs backward along the states of one node.

use super::layers::{Node, Step};
use super::lineup::Lineup;
use deterra_game::number::Scalar;

/// Both sweeps of one node at one mixture.
#[derive(Debug)]
pub(crate) struct Flow<'l, T> {
    node: &'l Node,
    lineup: &'l Lineup,
    /// By class and kind: how likely the choice is.
    weights: Vec<Vec<T>>,
    /// By number of players passed: how likely each state of the first row is.
    forward: Vec<Vec<T>>,
    /// By number of players passed: what each state of the second row is worth in the end.
    backward: Vec<Vec<T>>,
}

impl<'l, T: Scalar> Flow<'l, T> {
    /// Sweeps once each way. `ends` is what the last states pay, `mix` the weight of every strategy of the lineup, `odds` how
    /// likely each block's type is.
    pub(crate) fn new(
        node: &'l Node,
        lineup: &'l Lineup,
        ends: Vec<T>,
        (mix, odds): (&[T], &[T]),
    ) -> Self {
        let weights: Vec<Vec<T>> = (0..lineup.num_classes())
            .map(|class| {
                let mut sums = vec![T::zero(); node.num_kinds(class)];
                let mut kinds = node.kinds(class).iter();
                for block in lineup.of_class(class) {
                    let own = &mix[lineup.blocks()[block].clone()];
                    for (weight, kind) in own.iter().zip(kinds.by_ref()) {
                        let sum = &mut sums[*kind as usize];
                        *sum = sum.add(&weight.mul(&odds[block]));
                    }
                }
                sums
            })
            .collect();
        let players = lineup.num_players();
        let mut forward = vec![vec![T::one()]];
        for position in 0..players {
            let Some(size) = node.num_whole(position + 1) else {
                break;
            };
            let weights = &weights[lineup.class_at(position)];
            let next = push(node.whole(position), &forward[position], weights, size);
            forward.push(next);
        }
        let mut backward = vec![Vec::new(); players + 1];
        backward[players] = ends;
        for position in (0..players).rev() {
            let size = node.num_skipped(position);
            if size == 0 {
                break;
            }
            let weights = &weights[lineup.class_at(position)];
            backward[position] = pull(
                node.skipped(position),
                &backward[position + 1],
                weights,
                size,
            );
        }
        Self {
            node,
            lineup,
            weights,
            forward,
            backward,
        }
    }

    /// What the node pays a holder of a class against all other players.
    pub(crate) fn value(&self, holder: usize) -> T {
        let position = self.lineup.last(holder);
        let (probabilities, ends) = (&self.forward[position], &self.backward[position + 1]);
        let mut sum = T::zero();
        for (likely, to) in probabilities.iter().zip(self.enters(position)) {
            sum = sum.add(&likely.mul(&ends[*to as usize]));
        }
        sum
    }

    /// What the node pays a holder if one more player, of each class in turn, makes each kind of choice in place of what she
    /// does. `tell` is told the class and the payoffs by kind.
    pub(crate) fn slopes(&self, holder: usize, mut tell: impl FnMut(usize, &[T])) {
        let (lineup, node) = (self.lineup, self.node);
        let stand = lineup.last(holder);
        // Those behind the holder.
        let players = lineup.num_players();
        let mut likely = vec![T::zero(); node.num_skipped(stand + 1)];
        for (from, to) in self.forward[stand].iter().zip(self.enters(stand)) {
            likely[*to as usize] = from.clone();
        }
        for position in stand + 1..players {
            let class = lineup.class_at(position);
            let step = node.skipped(position);
            if lineup.last(class) == position {
                let kinds = self.weights[class].len();
                tell(
                    class,
                    &parts(step, &likely, &self.backward[position + 1], kinds),
                );
            }
            if position + 1 < players {
                let size = node.num_skipped(position + 1);
                likely = push(step, &likely, &self.weights[class], size);
            }
        }
        // Those before her, as far as there is somebody to be told of.
        let alone = lineup.members(holder).len() == 1;
        let nearest = if alone { stand } else { stand - 1 };
        let before = (0..lineup.num_classes()).filter(|class| *class != holder);
        let first = before
            .map(|class| lineup.last(class))
            .min()
            .map_or(nearest, |last| last.min(nearest));
        let ends = &self.backward[stand + 1];
        let mut worth: Vec<T> = self
            .enters(stand)
            .iter()
            .map(|to| ends[*to as usize].clone())
            .collect();
        for position in (first..stand).rev() {
            let class = lineup.class_at(position);
            let step = node.whole(position);
            // Of her own class the one next to her.
            let stands = if class == holder {
                position + 1 == stand
            } else {
                lineup.last(class) == position
            };
            if stands {
                let kinds = self.weights[class].len();
                tell(class, &parts(step, &self.forward[position], &worth, kinds));
            }
            if position > first {
                let size = self.forward[position].len();
                worth = pull(step, &worth, &self.weights[class], size);
            }
        }
    }

    fn enters(&self, position: usize) -> &[u32] {
        self.node
            .enters(position)
            .expect("invariant: the class holds the node")
    }
}

fn sum<T: Scalar>(weights: &[T]) -> T {
    weights.iter().fold(T::zero(), |sum, w| sum.add(w))
}

/// Probabilities after one more player.
fn push<T: Scalar>(step: &Step, from: &[T], weights: &[T], size: usize) -> Vec<T> {
    match step {
        Step::Same => {
            let all = sum(weights);
            let mut next: Vec<T> = from.iter().map(|x| x.mul(&all)).collect();
            next.resize(size, T::zero());
            next
        }
        Step::To(to) => {
            let zero = T::zero();
            let mut next = vec![T::zero(); size];
            for (x, row) in from.iter().zip(to.chunks_exact(weights.len())) {
                if *x == zero {
                    continue;
                }
                for (weight, to) in weights.iter().zip(row) {
                    let sum = &mut next[*to as usize];
                    *sum = sum.add(&x.mul(weight));
                }
            }
            next
        }
    }
}

/// What states are worth before one more player.
fn pull<T: Scalar>(step: &Step, ends: &[T], weights: &[T], size: usize) -> Vec<T> {
    match step {
        Step::Same => {
            let all = sum(weights);
            ends[..size].iter().map(|x| x.mul(&all)).collect()
        }
        Step::To(to) => to
            .chunks_exact(weights.len())
            .map(|row| {
                let mut sum = T::zero();
                for (weight, to) in weights.iter().zip(row) {
                    sum = sum.add(&weight.mul(&ends[*to as usize]));
                }
                sum
            })
            .collect(),
    }
}

/// What is paid in all if one player makes each kind of choice.
fn parts<T: Scalar>(step: &Step, from: &[T], ends: &[T], kinds: usize) -> Vec<T> {
    let mut sums = vec![T::zero(); kinds];
    let zero = T::zero();
    match step {
        Step::Same => {
            let mut all = T::zero();
            for (x, end) in from.iter().zip(ends) {
                all = all.add(&x.mul(end));
            }
            sums.fill(all);
        }
        Step::To(to) => {
            for (x, row) in from.iter().zip(to.chunks_exact(kinds)) {
                if *x == zero {
                    continue;
                }
                for (sum, to) in sums.iter_mut().zip(row) {
                    *sum = sum.add(&x.mul(&ends[*to as usize]));
                }
            }
        }
    }
    sums
}

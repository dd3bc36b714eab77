//! What pairs of sequences pay, cut into slices of the order in which they lie.

use super::super::flat::Side;
use super::super::layout::Layout;
use super::super::real::Real;
use super::order;
use deterra_game::patience::poll_at;

/// The most sequences of a slice.
const WIDTH: usize = 8;
/// Slices have at most as many numbers as this for one that is not 0.
const ZEROS: usize = 3;
/// How near a multiple of a unit a payoff is that is taken for one, relative to itself.
const NEAR: f64 = 1e-15;
/// The most units of a payoff, so that `f32` has them exactly.
const MOST_UNITS: f64 = 1e7;

/// Slices of one shape that follow each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// Sequences of each slice.
    rows: u32,
    /// Sequences of the other player in each.
    width: u32,
    /// Its first slice.
    slice: u32,
    /// Where its columns begin.
    column: u32,
    /// Where its numbers begin.
    value: u32,
}

/// What pairs of sequences pay.
#[derive(Clone, Debug)]
pub(super) struct Slices<R> {
    /// In the order of batches; one more at the end.
    groups: Vec<Group>,
    /// By batch, its first group; one more at the end. The first is that of the empty sequence.
    starts: Vec<u32>,
    /// By slice, its first sequence, counted from the first of its part.
    firsts: Vec<u32>,
    /// By slice, the other's sequences.
    columns: Vec<u32>,
    /// By slice and column, what all its sequences are paid, in units.
    values: Numbers<R>,
}

/// Numbers as short as they may be.
#[derive(Clone, Debug)]
pub(super) enum Numbers<R> {
    /// Multiples of a unit with few digits, and the unit: they fit in half the memory.
    Short(Vec<f32>, R),
    Full(Vec<R>),
}

impl<R: Real> Numbers<R> {
    fn new(values: Vec<R>) -> Self {
        let least = values.iter().map(|x| x.wide().abs()).filter(|x| *x > 0.0);
        let unit = least.fold(f64::INFINITY, f64::min);
        let short = |x: &R| {
            let count = (x.wide() / unit).round();
            let near = (count * unit - x.wide()).abs() <= x.wide().abs() * NEAR;
            (near && count.abs() <= MOST_UNITS).then_some(count as f32)
        };
        let all: Option<Vec<f32>> = values.iter().map(short).collect();
        match all {
            Some(all) if R::BYTES > size_of::<f32>() => Self::Short(all, R::near(unit)),
            _ => Self::Full(values),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Short(values, _) => values.len(),
            Self::Full(values) => values.len(),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Short(values, _) => values.len() * size_of::<f32>(),
            Self::Full(values) => values.len() * R::BYTES,
        }
    }
}

impl<R: Real> Slices<R> {
    /// Numbers, zeros included.
    pub(super) fn num_values(&self) -> usize {
        self.values.len()
    }

    pub(super) fn bytes(&self) -> usize {
        let orders = self.firsts.len() + self.columns.len() + self.starts.len();
        self.groups.len() * size_of::<Group>() + orders * size_of::<u32>() + self.values.bytes()
    }

    /// Adds what sequences of a batch pay against a plan of the other player.
    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    pub(super) fn pay(&self, batch: usize, plan: &[R], worth: &mut [R]) {
        match &self.values {
            Numbers::Short(values, unit) => {
                let unit = *unit;
                self.pay_numbers(batch, values, |x| R::short(x), unit, plan, worth);
            }
            Numbers::Full(values) => {
                self.pay_numbers(batch, values, |x| x, R::ONE, plan, worth);
            }
        }
    }

    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn pay_numbers<V: Copy>(
        &self,
        batch: usize,
        values: &[V],
        read: impl Fn(V) -> R + Copy,
        unit: R,
        plan: &[R],
        worth: &mut [R],
    ) {
        for k in self.starts[batch] as usize..self.starts[batch + 1] as usize {
            let (group, next) = (self.groups[k], self.groups[k + 1]);
            let shape = Shape {
                firsts: &self.firsts[group.slice as usize..next.slice as usize],
                columns: &self.columns[group.column as usize..next.column as usize],
                values: &values[group.value as usize..next.value as usize],
                width: group.width as usize,
                unit,
            };
            match group.rows {
                1 => shape.singles(read, plan, worth),
                2 => shape.rows::<2>(read, plan, worth),
                3 => shape.rows::<3>(read, plan, worth),
                4 => shape.rows::<4>(read, plan, worth),
                5 => shape.rows::<5>(read, plan, worth),
                6 => shape.rows::<6>(read, plan, worth),
                7 => shape.rows::<7>(read, plan, worth),
                _ => shape.rows::<8>(read, plan, worth),
            }
        }
    }
}

/// The slices of a group.
struct Shape<'a, R, V> {
    firsts: &'a [u32],
    columns: &'a [u32],
    values: &'a [V],
    width: usize,
    unit: R,
}

impl<R: Real, V: Copy> Shape<'_, R, V> {
    /// Slices of one sequence. Four sums at a time, so that none waits for the last.
    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn singles(&self, read: impl Fn(V) -> R, plan: &[R], worth: &mut [R]) {
        let columns = self.columns.chunks_exact(self.width);
        let values = self.values.chunks_exact(self.width);
        for (first, (columns, values)) in self.firsts.iter().zip(columns.zip(values)) {
            let (fours, rest) = columns.as_chunks::<4>();
            let (numbers, last) = values.as_chunks::<4>();
            let mut sums = [R::ZERO; 4];
            for (at, value) in fours.iter().zip(numbers) {
                for l in 0..4 {
                    sums[l] += plan[at[l] as usize] * read(value[l]);
                }
            }
            for (at, value) in rest.iter().zip(last) {
                sums[0] += plan[*at as usize] * read(*value);
            }
            worth[*first as usize] += ((sums[0] + sums[1]) + (sums[2] + sums[3])) * self.unit;
        }
    }

    /// Slices of several sequences: two sums of each at a time.
    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn rows<const N: usize>(&self, read: impl Fn(V) -> R, plan: &[R], worth: &mut [R]) {
        let columns = self.columns.chunks_exact(self.width);
        let values = self.values.chunks_exact(self.width * N);
        for (first, (columns, values)) in self.firsts.iter().zip(columns.zip(values)) {
            let (pairs, rest) = columns.as_chunks::<2>();
            let (numbers, _) = values.as_chunks::<N>();
            let (both, last) = numbers.as_chunks::<2>();
            let (mut even, mut odd) = ([R::ZERO; N], [R::ZERO; N]);
            for (at, values) in pairs.iter().zip(both) {
                let (x, y) = (plan[at[0] as usize], plan[at[1] as usize]);
                for l in 0..N {
                    even[l] += x * read(values[0][l]);
                    odd[l] += y * read(values[1][l]);
                }
            }
            for (at, values) in rest.iter().zip(last) {
                let x = plan[*at as usize];
                for l in 0..N {
                    even[l] += x * read(values[l]);
                }
            }
            let first = *first as usize;
            for (l, worth) in worth[first..first + N].iter_mut().enumerate() {
                *worth += (even[l] + odd[l]) * self.unit;
            }
        }
    }
}

/// What pairs of sequences pay, in slices.
pub(super) fn slices<R: Real>(
    side: &Side,
    own: &Layout,
    other: &Layout,
    components: &[u32],
) -> Slices<R> {
    let order = order(own);
    let mut maker = Maker {
        side,
        other,
        cells: Vec::new(),
        waiting: Vec::new(),
    };
    let mut made = Slices {
        groups: Vec::new(),
        starts: vec![0],
        firsts: Vec::new(),
        columns: Vec::new(),
        values: Numbers::Full(Vec::new()),
    };
    let mut values = Vec::new();
    // The empty sequence is by itself.
    maker.add(&order[..1], 0);
    maker.close(&mut made, &mut values);
    for part in &own.parts {
        for batch in &part.batches {
            poll_at(0);
            for action in 0..batch.actions {
                let first = batch.first + action * batch.lanes;
                let from = part.sequences.start + first;
                let here = &order[from..from + batch.lanes];
                let mut at = 0;
                while at < here.len() {
                    let component = components[here[at] as usize];
                    let run = here[at..].iter().take(WIDTH);
                    let alike = run.take_while(|s| components[**s as usize] == component);
                    let count = alike.count();
                    maker.add(&here[at..at + count], first + at);
                    at += count;
                }
            }
            maker.close(&mut made, &mut values);
        }
    }
    made.groups.push(Group {
        rows: 0,
        width: 0,
        slice: made.firsts.len() as u32,
        column: made.columns.len() as u32,
        value: values.len() as u32,
    });
    made.values = Numbers::new(values);
    made
}

/// Slices of a batch as they are made.
struct Maker<'s> {
    side: &'s Side,
    other: &'s Layout,
    /// Columns, rows and numbers of the slice at hand.
    cells: Vec<(u32, u32, f64)>,
    waiting: Vec<Waiting>,
}

/// A slice that is not yet written down.
struct Waiting {
    rows: usize,
    width: usize,
    first: usize,
    cells: Vec<(u32, u32, f64)>,
}

impl Maker<'_> {
    /// Sequences side by side, the first of which is at `first` in its part.
    fn add(&mut self, sequences: &[u32], first: usize) {
        self.cells.clear();
        for (row, s) in sequences.iter().enumerate() {
            let (others, values) = self.side.payoffs(*s as usize);
            let places = others.iter().map(|t| self.other.places[*t as usize]);
            let cells = places.zip(values);
            self.cells
                .extend(cells.map(|(at, value)| (at, row as u32, *value)));
        }
        if self.cells.is_empty() {
            return;
        }
        self.cells.sort_unstable_by_key(|cell| (cell.0, cell.1));
        let width = 1 + self.cells.windows(2).filter(|w| w[0].0 != w[1].0).count();
        let rows = sequences.len();
        if rows > 1 && width * rows > ZEROS * self.cells.len() {
            let (low, high) = sequences.split_at(rows / 2);
            self.add(low, first);
            self.add(high, first + rows / 2);
            return;
        }
        self.waiting.push(Waiting {
            rows,
            width,
            first,
            cells: self.cells.clone(),
        });
    }

    /// Writes the slices of a batch down, those of one shape side by side.
    fn close<R: Real>(&mut self, made: &mut Slices<R>, values: &mut Vec<R>) {
        self.waiting
            .sort_by_key(|slice| (slice.rows, slice.width, slice.first));
        let mut shape = (0, 0);
        for slice in self.waiting.drain(..) {
            if shape != (slice.rows, slice.width) {
                shape = (slice.rows, slice.width);
                made.groups.push(Group {
                    rows: slice.rows as u32,
                    width: slice.width as u32,
                    slice: made.firsts.len() as u32,
                    column: made.columns.len() as u32,
                    value: values.len() as u32,
                });
            }
            made.firsts.push(slice.first as u32);
            let mut last = None;
            for (at, row, value) in &slice.cells {
                if last != Some(*at) {
                    made.columns.push(*at);
                    values.extend(std::iter::repeat_n(R::ZERO, slice.rows));
                    last = Some(*at);
                }
                let column = values.len() - slice.rows;
                values[column + *row as usize] = R::near(*value);
            }
        }
        made.starts.push(made.groups.len() as u32);
    }
}

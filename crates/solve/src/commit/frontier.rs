//! What a leader can get in a subtree if the follower is to get at least so much, as a function of that.
//!
//! The function never rises. It consists of *pieces*: a flat one is what a point pays, up to what the follower gets there; a sloping one is what mixtures of
//! two points pay. A point is an end of the tree, or a mixture of two points at a node of the leader; only the node and both points are kept,
//! since what the follower gets says with which chance.

use deterra_game::id::NodeId;
use deterra_game::number::Rational;
use deterra_verify::commitment::Stretch;
use std::cmp::Ordering;

/// Where a point comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// An end of the tree.
    End(NodeId),
    /// A mixture.
    Mix(Mix),
}

/// Mixtures of two points at a node of the leader; the first pays the follower less and the leader more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mix {
    pub(super) at: NodeId,
    pub(super) parts: [u32; 2],
}

/// A point: what it pays the follower and the leader.
#[derive(Clone, Debug)]
pub(super) struct Point {
    pub(super) follows: Rational,
    pub(super) leads: Rational,
    pub(super) origin: Origin,
}

/// How a piece goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Flat(u32),
    Slope(Mix),
}

/// A piece begins where the one before it ends.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    to: Rational,
    kind: Kind,
}

/// A function by its pieces; it is not defined above the last one.
pub(super) type Frontier = Vec<Piece>;

/// A corner of a function: its number, and whose it is.
#[derive(Clone, Copy, Debug)]
struct Corner {
    point: u32,
    of: usize,
}

/// All points.
#[derive(Debug, Default)]
pub(super) struct Points {
    pub(super) all: Vec<Point>,
}

impl Points {
    pub(super) fn get(&self, point: u32) -> &Point {
        &self.all[point as usize]
    }

    /// Bytes held, about.
    pub(super) const fn bytes(&self) -> usize {
        self.all.len() * size_of::<Point>()
    }

    /// An end of the tree.
    pub(super) fn end(&mut self, node: NodeId, follows: Rational, leads: Rational) -> Frontier {
        let piece = Piece {
            to: follows.clone(),
            kind: Kind::Flat(self.all.len() as u32),
        };
        self.all.push(Point {
            follows,
            leads,
            origin: Origin::End(node),
        });
        vec![piece]
    }

    /// The chance of the first part of a mixture that pays the follower so much.
    pub(super) fn chance(&self, mix: Mix, follows: &Rational) -> Rational {
        let [a, b] = mix.parts.map(|part| &self.get(part).follows);
        (b - follows).checked_div(&(b - a)).unwrap_or_default()
    }

    /// What a piece pays the leader if the follower is to get so much.
    fn value(&self, kind: Kind, follows: &Rational) -> Rational {
        match kind {
            Kind::Flat(point) => self.get(point).leads.clone(),
            Kind::Slope(mix) => {
                let first = self.chance(mix, follows);
                let [a, b] = mix.parts.map(|part| &self.get(part).leads);
                b + &(&first * &(a - b))
            }
        }
    }

    /// The point of mixtures that pays the follower so much.
    fn on(&mut self, mix: Mix, follows: &Rational) -> u32 {
        for part in mix.parts {
            if self.get(part).follows == *follows {
                return part;
            }
        }
        let leads = self.value(Kind::Slope(mix), follows);
        self.all.push(Point {
            follows: follows.clone(),
            leads,
            origin: Origin::Mix(mix),
        });
        (self.all.len() - 1) as u32
    }

    /// What the leader can get at all, and the point that pays it; `None` if nothing is possible.
    pub(super) fn best(frontier: &Frontier) -> Option<u32> {
        match frontier.first()?.kind {
            Kind::Flat(point) => Some(point),
            Kind::Slope(mix) => Some(mix.parts[0]),
        }
    }

    /// The function with nothing below a payoff of the follower: there it is what it is at that payoff.
    pub(super) fn at_least(&mut self, mut frontier: Frontier, least: &Rational) -> Frontier {
        let below = frontier.partition_point(|piece| piece.to < *least);
        frontier.drain(..below);
        if let Some(Kind::Slope(mix)) = frontier.first().map(|piece| piece.kind) {
            let point = self.on(mix, least);
            let kind = Kind::Flat(point);
            let to = least.clone();
            if frontier[0].to == to {
                frontier[0].kind = kind;
            } else {
                frontier.insert(0, Piece { to, kind });
            }
        }
        frontier
    }

    /// The greater of two functions everywhere.
    fn greater(&self, a: &Frontier, b: &Frontier) -> Frontier {
        let mut out: Frontier = Vec::with_capacity(a.len() + b.len());
        let mut from: Option<Rational> = None;
        let (mut i, mut j) = (0, 0);
        loop {
            let (x, y) = match (a.get(i), b.get(j)) {
                (None, None) => return out,
                (Some(x), None) => {
                    push(&mut out, x.to.clone(), x.kind);
                    i += 1;
                    continue;
                }
                (None, Some(y)) => {
                    push(&mut out, y.to.clone(), y.kind);
                    j += 1;
                    continue;
                }
                (Some(x), Some(y)) => (x, y),
            };
            let to = if x.to <= y.to { &x.to } else { &y.to };
            let right = self.value(x.kind, to).cmp(&self.value(y.kind, to));
            let left = from.as_ref().map_or(right, |from| {
                self.value(x.kind, from).cmp(&self.value(y.kind, from))
            });
            // Of equal ones the one that goes on.
            let longer = if x.to >= y.to { x.kind } else { y.kind };
            let of = |order: Ordering| match order {
                Ordering::Greater => x.kind,
                Ordering::Less => y.kind,
                Ordering::Equal => longer,
            };
            match (left, right) {
                (Ordering::Greater, Ordering::Less) | (Ordering::Less, Ordering::Greater) => {
                    let from = from.as_ref().expect("invariant: flat pieces do not cross");
                    let cut = self.crossing((x.kind, y.kind), (from, to));
                    push(&mut out, cut, of(left));
                    push(&mut out, to.clone(), of(right));
                }
                (Ordering::Equal, order) | (order, _) => push(&mut out, to.clone(), of(order)),
            }
            let to = to.clone();
            i += usize::from(x.to == to);
            j += usize::from(y.to == to);
            from = Some(to);
        }
    }

    /// Where two pieces that cross between two payoffs are equal.
    fn crossing(&self, (x, y): (Kind, Kind), (from, to): (&Rational, &Rational)) -> Rational {
        let ahead = |t: &Rational| &self.value(x, t) - &self.value(y, t);
        let (left, right) = (ahead(from), ahead(to));
        let share = left.checked_div(&(&left - &right)).unwrap_or_default();
        from + &(&share * &(to - from))
    }

    /// The greatest of several functions everywhere.
    pub(super) fn greatest(&self, mut all: Vec<Frontier>) -> Frontier {
        while all.len() > 1 {
            let mut next = Vec::with_capacity(all.len().div_ceil(2));
            let mut rest = all.into_iter();
            while let Some(a) = rest.next() {
                next.push(match rest.next() {
                    Some(b) => self.greater(&a, &b),
                    None => a,
                });
            }
            all = next;
        }
        all.pop().unwrap_or_default()
    }

    /// What the leader can get at a node of its own where it may mix: the greatest of what it can get after any action, and of mixtures of two
    /// points after different ones.
    ///
    /// # Returns
    /// `None` if there are more than `most_pairs` mixtures to be looked at, or it was ended early.
    pub(super) fn mixed(
        &mut self,
        at: NodeId,
        after: Vec<Frontier>,
        most_pairs: usize,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Frontier> {
        let mut corners: Vec<Corner> = Vec::new();
        for (of, frontier) in after.iter().enumerate() {
            for piece in frontier {
                let point = match piece.kind {
                    Kind::Flat(point) => point,
                    Kind::Slope(mix) => self.on(mix, &piece.to),
                };
                corners.push(Corner { point, of });
            }
        }
        let hull = self.hull(&mut corners);
        let mut greatest = self.greatest(after);
        let mut own: Vec<(u32, u32)> = Vec::new();
        for pair in hull.windows(2) {
            let [a, b] = [pair[0], pair[1]];
            if a.of == b.of {
                own.push((a.point, b.point));
            } else {
                greatest = self.greater(&greatest, &self.slope(at, a.point, b.point));
            }
        }
        // Between corners of one action all mixtures of different ones may be best.
        if own.is_empty() {
            return Some(greatest);
        }
        if corners.len().saturating_mul(corners.len()) > most_pairs {
            return None;
        }
        for (k, a) in corners.iter().enumerate() {
            if !go_on() {
                return None;
            }
            for b in &corners[k + 1..] {
                if a.of == b.of {
                    continue;
                }
                let (x, y) = (self.get(a.point), self.get(b.point));
                let inside = |(from, to): &(u32, u32)| {
                    x.follows < self.get(*to).follows && y.follows > self.get(*from).follows
                };
                let falls = x.follows < y.follows && x.leads > y.leads;
                if falls && own.iter().any(inside) {
                    greatest = self.greater(&greatest, &self.slope(at, a.point, b.point));
                }
            }
        }
        Some(greatest)
    }

    /// Mixtures of two points as a function.
    fn slope(&self, at: NodeId, a: u32, b: u32) -> Frontier {
        let mix = Mix { at, parts: [a, b] };
        let to = |point: u32| self.get(point).follows.clone();
        vec![
            Piece {
                to: to(a),
                kind: Kind::Flat(a),
            },
            Piece {
                to: to(b),
                kind: Kind::Slope(mix),
            },
        ]
    }

    /// Sorts corners by what the follower gets, the better of equal ones last, and finds those of the upper right side of their convex hull.
    fn hull(&self, corners: &mut [Corner]) -> Vec<Corner> {
        corners.sort_by(|a, b| {
            let (x, y) = (self.get(a.point), self.get(b.point));
            let order = x
                .follows
                .cmp(&y.follows)
                .then_with(|| x.leads.cmp(&y.leads));
            order.then(a.of.cmp(&b.of))
        });
        // Those that nothing beats, from the right.
        let mut open: Vec<Corner> = Vec::new();
        for corner in corners.iter().rev() {
            let leads = &self.get(corner.point).leads;
            if open
                .last()
                .is_none_or(|last| *leads > self.get(last.point).leads)
            {
                open.push(*corner);
            }
        }
        let mut hull: Vec<Corner> = Vec::with_capacity(open.len());
        for corner in open {
            let x = self.get(corner.point);
            while let [.., z, y] = hull[..] {
                let (y, z) = (self.get(y.point), self.get(z.point));
                // Whether y is not above the line from x to z.
                let rise = &(&y.leads - &z.leads) * &(&z.follows - &x.follows);
                if rise > &(&x.leads - &z.leads) * &(&z.follows - &y.follows) {
                    break;
                }
                hull.pop();
            }
            hull.push(corner);
        }
        hull.reverse();
        hull
    }

    /// The function for the judge.
    pub(super) fn stretches(&self, frontier: &Frontier) -> Vec<Stretch> {
        let mut from: Option<&Rational> = None;
        let mut all = Vec::with_capacity(frontier.len());
        for piece in frontier {
            let low = self.value(piece.kind, &piece.to);
            all.push(Stretch {
                to: piece.to.clone(),
                high: from.map_or_else(|| low.clone(), |from| self.value(piece.kind, from)),
                low,
            });
            from = Some(&piece.to);
        }
        all
    }
}

/// Goes on with a piece, or begins another one.
fn push(out: &mut Frontier, to: Rational, kind: Kind) {
    match out.last_mut() {
        Some(last) if last.kind == kind => last.to = to,
        _ => out.push(Piece { to, kind }),
    }
}

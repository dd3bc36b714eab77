//! The operator of Abreu and Sannikov in floats, on payoffs scaled to run from 0 to 1.

/// Payoffs of both.
pub(super) type Spot = [f64; 2];

/// How far numbers may be apart that count as equal.
const NEAR: f64 = 1e-11;

/// The table in floats.
#[derive(Clone, Debug)]
pub(super) struct Floats {
    pub(super) discount: f64,
    /// By cell.
    pub(super) payoffs: Vec<Spot>,
    /// By cell: what must be lost afterwards for a deviation not to gain.
    pub(super) losses: Vec<Spot>,
    /// The least that the other can hold a player to, in pure strategies.
    pub(super) minmax: Spot,
}

/// Where a corner of the next set comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The cell is played for ever.
    Stay { cell: usize },
    /// The cell, and then what just keeps both from deviating.
    Both { cell: usize },
    /// The cell, and then a corner that happens to just keep one from deviating.
    Then { cell: usize, next: usize },
    /// The cell, and then what just keeps one from deviating, on the edge from one corner to the next.
    Edge {
        cell: usize,
        player: usize,
        from: usize,
        to: usize,
    },
}

/// A corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Corner {
    pub(super) at: Spot,
    pub(super) origin: Origin,
}

/// A set of payoffs and a threat.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// Counter-clockwise.
    pub(super) corners: Vec<Corner>,
    pub(super) threat: Spot,
}

fn turn(a: Spot, b: Spot, c: Spot) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

fn apart(a: Spot, b: Spot) -> f64 {
    (a[0] - b[0]).abs().max((a[1] - b[1]).abs())
}

/// The hull, counter-clockwise from the leftmost corner; of corners close together the first stands for all.
fn hull(mut corners: Vec<Corner>) -> Vec<Corner> {
    let order = |a: &Corner, b: &Corner| {
        let first = a.at[0].total_cmp(&b.at[0]);
        first.then(a.at[1].total_cmp(&b.at[1]))
    };
    corners.sort_by(order);
    // What is above each other but for rounding is made so, or a chain could turn back.
    for k in 1..corners.len() {
        let before = corners[k - 1].at[0];
        if corners[k].at[0] - before <= NEAR {
            corners[k].at[0] = before;
        }
    }
    corners.sort_by(order);
    // What is close together now follows each other.
    let mut apart_corners: Vec<Corner> = Vec::with_capacity(corners.len());
    for corner in corners {
        if apart_corners
            .last()
            .is_none_or(|known| apart(known.at, corner.at) > NEAR)
        {
            apart_corners.push(corner);
        }
    }
    if apart_corners.len() < 3 {
        return apart_corners;
    }
    let chain = |corners: &mut dyn Iterator<Item = &Corner>| {
        let mut chain: Vec<Corner> = Vec::new();
        for corner in corners {
            while let [.., a, b] = chain.as_slice()
                && turn(a.at, b.at, corner.at) <= NEAR * apart(a.at, corner.at).max(NEAR)
            {
                chain.pop();
            }
            chain.push(*corner);
        }
        chain.pop();
        chain
    };
    let mut all = chain(&mut apart_corners.iter());
    all.extend(chain(&mut apart_corners.iter().rev()));
    all
}

impl Floats {
    /// What the table pays, and the threat that no strategy can do worse than.
    pub(super) fn start(&self) -> State {
        let corner = |(cell, at): (usize, &Spot)| Corner {
            at: *at,
            origin: Origin::Stay { cell },
        };
        State {
            corners: hull(self.payoffs.iter().enumerate().map(corner).collect()),
            threat: self.minmax,
        }
    }

    /// One step: for each cell the corners of what may follow it at which a deviation just does not pay, or the cell for ever.
    pub(super) fn next(&self, state: &State) -> State {
        let mut corners: Vec<Corner> = Vec::new();
        for (cell, payoffs) in self.payoffs.iter().enumerate() {
            let needed = [0, 1].map(|i| state.threat[i] + self.losses[cell][i]);
            let enough = [0, 1].iter().all(|i| payoffs[*i] >= needed[*i] - NEAR);
            if enough && contains(&state.corners, *payoffs) {
                corners.push(Corner {
                    at: *payoffs,
                    origin: Origin::Stay { cell },
                });
                continue;
            }
            for (follows, origin) in binding(&state.corners, needed, cell) {
                let at =
                    [0, 1].map(|i| (1.0 - self.discount) * payoffs[i] + self.discount * follows[i]);
                corners.push(Corner { at, origin });
            }
        }
        let corners = hull(corners);
        let least = |i: usize| {
            let all = corners.iter().map(|c| c.at[i]);
            all.fold(f64::INFINITY, f64::min)
        };
        let threat = if corners.is_empty() {
            state.threat
        } else {
            [0, 1].map(|i| state.threat[i].max(least(i)))
        };
        State { corners, threat }
    }
}

impl State {
    /// How far apart two sets are, by their corners; infinite if they are not made alike.
    pub(super) fn distance(&self, other: &Self) -> f64 {
        if self.corners.len() != other.corners.len() {
            return f64::INFINITY;
        }
        let pairs = self.corners.iter().zip(&other.corners);
        let moved = pairs.map(|(a, b)| apart(a.at, b.at));
        moved.fold(apart(self.threat, other.threat), f64::max)
    }
}

fn contains(corners: &[Corner], at: Spot) -> bool {
    match corners {
        [] => false,
        [only] => apart(only.at, at) <= NEAR,
        _ => (0..corners.len()).all(|k| {
            let (a, b) = (corners[k].at, corners[(k + 1) % corners.len()].at);
            let within = corners.len() > 2
                || (0..2).all(|i| at[i] >= a[i].min(b[i]) - NEAR && at[i] <= a[i].max(b[i]) + NEAR);
            within && turn(a, b, at) >= -NEAR * apart(a, b)
        }),
    }
}

/// The corners of what may follow at which one of the needs is just met, and how each comes about.
fn binding(corners: &[Corner], needed: Spot, cell: usize) -> Vec<(Spot, Origin)> {
    let mut found = Vec::new();
    for player in 0..2 {
        let other = 1 - player;
        // Where the line of the need meets edges; of a point or a corner on the line, itself.
        let mut meets: Vec<(Spot, Origin)> = Vec::new();
        for from in 0..corners.len() {
            let to = (from + 1) % corners.len();
            let (a, b) = (corners[from].at, corners[to].at);
            let (low, high) = (a[player].min(b[player]), a[player].max(b[player]));
            let line = needed[player];
            if line < low - NEAR || line > high + NEAR {
                continue;
            }
            let way = b[player] - a[player];
            if way.abs() <= NEAR {
                meets.push((a, Origin::Then { cell, next: from }));
                meets.push((b, Origin::Then { cell, next: to }));
                continue;
            }
            let share = ((line - a[player]) / way).clamp(0.0, 1.0);
            let mut at = [0.0; 2];
            at[player] = line;
            at[other] = a[other] + share * (b[other] - a[other]);
            let origin = Origin::Edge {
                cell,
                player,
                from,
                to,
            };
            meets.push((at, origin));
        }
        let bounds = meets.iter().map(|m| m.0[other]);
        let (low, high) = bounds.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
            (low.min(x), high.max(x))
        });
        for (at, origin) in meets {
            if at[other] >= needed[other] - NEAR {
                found.push((at, origin));
            }
        }
        if player == 0 && needed[1] >= low - NEAR && needed[1] <= high + NEAR {
            found.push((needed, Origin::Both { cell }));
        }
    }
    found
}

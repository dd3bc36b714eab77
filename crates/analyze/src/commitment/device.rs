//! How likely a threat must be to be carried out by itself.
//!
//! A device of strength q carries a leader's whole threat out with probability q, whatever the leader would like then; whether it
//! does is drawn once, before anybody moves, and nobody sees it. Otherwise the leader does what it does anyhow. So what
//! the leader does is a mixture of two strategies, and what every plan of the other side is worth is linear in q, however
//! long the ladder is: each stage that is carried out tells the other side more about the draw.
//!
//! What an information set is worth to the other side is then the greatest of linear functions, piece by piece linear, and
//! where yielding is best there is found exactly.

use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::profile::BehaviorProfile;
use std::collections::BTreeMap;

/// Where yielding is best at one information set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Yielding {
    /// The set.
    pub infoset: InfosetId,
    /// The strengths at which some yielding move is a best one, as closed intervals, ascending. At their ends within
    /// 0 and 1 the other side is indifferent.
    pub strengths: Vec<(Rational, Rational)>,
}

impl Yielding {
    /// The least strength from which on, up to certainty, yielding is best.
    pub fn least(&self) -> Option<&Rational> {
        let (from, to) = self.strengths.last()?;
        to.is_one().then_some(from)
    }
}

/// Finds the strengths of a device at which a follower yields, who must remember what it did and knew.
///
/// `without` is what everybody but the follower does if the device does not act, `with` if it does; `yields` has the moves that
/// yield, by the follower's information sets.
///
/// # Returns
/// An entry for each of those sets, in order. A set that play comes to under neither strategy has all strengths.
///
/// # Panics
/// If a profile is another game's.
///
/// # Complexity
/// `O(nodes)`, and the pieces of piecewise linear functions: at most one a plan, in practice a few.
pub fn yielding(
    game: &ExtensiveGame,
    follower: PlayerId,
    (without, with): (&BehaviorProfile, &BehaviorProfile),
    yields: &BTreeMap<InfosetId, Vec<usize>>,
) -> Vec<Yielding> {
    let sets: Vec<InfosetId> = game.player_infosets(follower).collect();
    let Some(first) = sets.first().map(|h| game.actions(*h).start) else {
        return Vec::new();
    };
    // By the follower's own last action, 0 being none: what is paid then, at both ends.
    let count = 1 + sets.iter().map(|h| game.num_actions(*h)).sum::<usize>();
    let mut ends = vec![(Rational::ZERO, Rational::ZERO); count];
    let mut before: BTreeMap<InfosetId, usize> = BTreeMap::new();
    let mut ways: Vec<(usize, Rational, Rational)> = Vec::with_capacity(game.num_nodes());
    for node in game.nodes() {
        let mut way = (0, Rational::ONE, Rational::ONE);
        if let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node)) {
            way = ways[parent.index()].clone();
            match game.kind(parent) {
                NodeKind::Chance(event) => {
                    let p = game.chance_probability(event, k).value();
                    way = (way.0, &way.1 * p, &way.2 * p);
                }
                NodeKind::Decision(player, infoset) => {
                    let flat = game.actions(infoset).start + k;
                    if player == follower {
                        way.0 = 1 + flat - first;
                    } else {
                        way.1 = &way.1 * without.probability(flat);
                        way.2 = &way.2 * with.probability(flat);
                    }
                }
                NodeKind::Terminal => {}
            }
        }
        if let NodeKind::Decision(player, infoset) = game.kind(node)
            && player == follower
        {
            before.insert(infoset, way.0);
        }
        if let Some(outcome) = game.outcome(node) {
            let paid = game.payoff(outcome, follower).value();
            ends[way.0].0 += &(&way.1 * paid);
            ends[way.0].1 += &(&way.2 * paid);
        }
        ways.push(way);
    }
    let mut worth: Vec<Pieces> = ends.into_iter().map(|(a, b)| Pieces::line(a, b)).collect();
    let mut found = Vec::new();
    for infoset in sets.iter().rev() {
        let start = 1 + game.actions(*infoset).start - first;
        let best = |which: &dyn Fn(usize) -> bool| {
            let moves = (0..game.num_actions(*infoset)).filter(|k| which(*k));
            moves
                .map(|k| worth[start + k].clone())
                .reduce(|a, b| a.max(&b))
        };
        if let Some(moves) = yields.get(infoset) {
            let strengths = match (
                best(&|k| moves.contains(&k)),
                best(&|k| !moves.contains(&k)),
            ) {
                (Some(off), Some(on)) => off.at_least(&on),
                (Some(_), None) => vec![(Rational::ZERO, Rational::ONE)],
                (None, _) => Vec::new(),
            };
            found.push(Yielding {
                infoset: *infoset,
                strengths,
            });
        }
        let all = best(&|_| true);
        if let (Some(all), Some(before)) = (all, before.get(infoset)) {
            worth[*before] = worth[*before].plus(&all);
        }
    }
    found.reverse();
    found
}

/// A continuous function on [0, 1], linear between its points, which are ascending and begin at 0 and end at 1.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pieces(Vec<(Rational, Rational)>);

impl Pieces {
    fn line(from: Rational, to: Rational) -> Self {
        Self(vec![(Rational::ZERO, from), (Rational::ONE, to)])
    }

    /// Both functions wherever one of them has a point: where, one, the other.
    fn beside(&self, other: &Self) -> Vec<(Rational, Rational, Rational)> {
        let mut all: Vec<&Rational> = self.0.iter().chain(&other.0).map(|(q, _)| q).collect();
        all.sort();
        all.dedup();
        let both = |q: &&Rational| ((*q).clone(), self.at(q), other.at(q));
        all.iter().map(both).collect()
    }

    fn at(&self, q: &Rational) -> Rational {
        let k = self.0.partition_point(|(x, _)| x < q);
        let (x, y) = &self.0[k.min(self.0.len() - 1)];
        if x == q || k == 0 {
            return y.clone();
        }
        let (a, b) = &self.0[k - 1];
        let share = (q - a).checked_div(&(x - a)).unwrap_or_default();
        b + &(&(y - b) * &share)
    }

    fn plus(&self, other: &Self) -> Self {
        let sums = self.beside(other).into_iter();
        Self(sums.map(|(q, a, b)| (q, &a + &b)).collect()).plain()
    }

    fn max(&self, other: &Self) -> Self {
        let mut points = Vec::new();
        for (q, a, b) in crossed(self.beside(other)) {
            points.push((q, a.max(b)));
        }
        Self(points).plain()
    }

    /// Where this is not below another.
    fn at_least(&self, other: &Self) -> Vec<(Rational, Rational)> {
        let mut found: Vec<(Rational, Rational)> = Vec::new();
        let mut last = false;
        for (q, a, b) in crossed(self.beside(other)) {
            let above = a >= b;
            match found.last_mut() {
                // Between two points the sign of the difference does not change.
                Some((_, to)) if last && above => *to = q,
                _ if above => found.push((q.clone(), q)),
                _ => {}
            }
            last = above;
        }
        found
    }

    /// Without points that are on the way between their neighbors.
    fn plain(self) -> Self {
        let mut kept: Vec<(Rational, Rational)> = Vec::with_capacity(self.0.len());
        for point in self.0 {
            if let [.., a, b] = kept.as_slice() {
                let (rise, run) = (&b.1 - &a.1, &b.0 - &a.0);
                let (more, on) = (&point.1 - &a.1, &point.0 - &a.0);
                if &rise * &on == &more * &run {
                    kept.pop();
                }
            }
            kept.push(point);
        }
        Self(kept)
    }
}

/// With a point wherever two functions cross between two points.
fn crossed(points: Vec<(Rational, Rational, Rational)>) -> Vec<(Rational, Rational, Rational)> {
    let mut all: Vec<(Rational, Rational, Rational)> = Vec::with_capacity(points.len());
    for point in points {
        if let Some((q, a, b)) = all.last() {
            let (now, next) = (a - b, &point.1 - &point.2);
            if now.is_negative() != next.is_negative() && !now.is_zero() && !next.is_zero() {
                let share = now.checked_div(&(&now - &next)).unwrap_or_default();
                let at = q + &(&(&point.0 - q) * &share);
                let value = a + &(&(&point.1 - a) * &share);
                all.push((at, value.clone(), value));
            }
        }
        all.push(point);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::builder::ExtensiveBuilder;
    use deterra_game::number::Number;

    fn q(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("a fraction")
    }

    /// A tent and a valley cross twice.
    #[test]
    fn functions_in_pieces() {
        let up = Pieces::line(q(0, 1), q(1, 1));
        let down = Pieces::line(q(1, 1), q(0, 1));
        let valley = up.max(&down);
        assert_eq!(valley.0.len(), 3);
        assert_eq!(valley.at(&q(1, 4)), q(3, 4));
        assert_eq!(up.plus(&down), Pieces::line(q(1, 1), q(1, 1)));
        let level = Pieces::line(q(3, 4), q(3, 4));
        assert_eq!(level.at_least(&valley), [(q(1, 4), q(3, 4))]);
        assert_eq!(
            valley.at_least(&level),
            [(q(0, 1), q(1, 4)), (q(3, 4), q(1, 1))]
        );
        let high = Pieces::line(q(2, 1), q(2, 1));
        assert_eq!(valley.at_least(&high), []);
        assert_eq!(
            valley.at_least(&Pieces::line(q(1, 1), q(1, 1))),
            [(q(0, 1), q(0, 1)), (q(1, 1), q(1, 1))]
        );
    }

    /// The three-stage ultimatum (prizes 4, 3 and 2; stages cost the challenger 1, 4 and 15, with accidents of 1/50, 1/20 and
    /// 1/5 that cost 50). Left alone, the coalition acquiesces at once, which is worth 10. If the device acts, the challenger
    /// sees it at the first stage, and stops then: .02·(-50) + .98·(3 - 1) = .96. It stops before if
    /// 10(1 - q) + .96q ≤ 4, so from q = 6/9.04 = 75/113 on.
    #[test]
    fn a_ladder_that_may_be_automatic() {
        let mut b = ExtensiveBuilder::new("ladder");
        let (challenger, coalition) = (b.player("challenger"), b.player("coalition"));
        let pay = |b: &mut ExtensiveBuilder, paid: Rational| {
            let outcome = b.outcome("", &[Number::from(paid), Number::from(0)]);
            let node = b.terminal("");
            b.set_outcome(node, outcome);
        };
        let (prizes, costs, risks) = ([4, 3, 2], [1, 4, 15], [q(1, 50), q(1, 20), q(1, 5)]);
        let mut yields = BTreeMap::new();
        let mut cost = 0;
        for stage in 0..3 {
            let name = format!("C{stage}");
            let stop = b.infoset(challenger, &name, &["negotiate", "continue"]);
            b.move_at("", stop);
            yields.insert(InfosetId(stage as u32), vec![0]);
            pay(&mut b, Rational::integer(prizes[stage] - cost));
            let name = format!("W{}", stage + 1);
            let answer = b.infoset(coalition, &name, &["acquiesce", "execute"]);
            b.move_at("", answer);
            pay(&mut b, Rational::integer(10 - cost));
            let safe = &Rational::ONE - &risks[stage];
            let chances = [
                ("accident", Number::from(risks[stage].clone())),
                ("", Number::from(safe)),
            ];
            let event = b.chance_event("", &chances);
            b.move_at("", event);
            pay(&mut b, Rational::integer(-50));
            cost += costs[stage];
        }
        pay(&mut b, Rational::integer(-cost));
        let game = b.build().expect("a game");
        let always = |k: usize| {
            let row = |j: usize| Rational::integer(i64::from(j % 2 == k));
            BehaviorProfile::new(&game, (0..12).map(row).collect()).expect("two actions a set")
        };
        let found = yielding(&game, challenger, (&always(0), &always(1)), &yields);
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].least(), Some(&q(75, 113)));
        // Who has seen the first stage knows, and stops whatever the chance was.
        assert_eq!(found[1].strengths, [(q(0, 1), q(1, 1))]);
    }
}

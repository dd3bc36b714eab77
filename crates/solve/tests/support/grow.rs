//! Random trees of two players with types and hidden moves.

use deterra_game::builder::{ExtensiveBuilder, InfosetKey};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::{Number, Rational};
use std::collections::BTreeMap;

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("nonzero")
}

/// Numbers drawn from bytes, round and round.
struct Draws<'b>(&'b [u8], usize);

impl Draws<'_> {
    fn below(&mut self, n: u8) -> u8 {
        let k = self.1;
        self.1 += 1;
        let byte = self.0[k % self.0.len()];
        // The same byte means something else the next time round.
        byte.wrapping_add(((k / self.0.len()) as u8).wrapping_mul(57)) % n
    }
}

/// Types drawn by chance, then moves in turn. Who moves at a depth, how many actions there are, whether the
/// other side sees the move, and which actions end the game, depends on the depth alone.
pub(crate) fn grow(bytes: &[u8], depth: usize) -> ExtensiveGame {
    let mut draws = Draws(bytes, 0);
    let mut g = ExtensiveBuilder::new("random");
    let players = [g.player("1"), g.player("2")];
    let stages: Vec<(usize, u8, bool, u8)> = (0..depth)
        .map(|_| {
            let mover = usize::from(draws.below(2));
            let actions = 2 + draws.below(5) / 4;
            (
                mover,
                actions,
                draws.below(3) > 0,
                draws.below(1 << actions),
            )
        })
        .collect();
    let types = [1 + draws.below(2), 1 + draws.below(2)];
    let mut sets: BTreeMap<(usize, usize, Vec<u8>), InfosetKey> = BTreeMap::new();
    let mut pairs = Vec::new();
    for i in 0..types[0] {
        for j in 0..types[1] {
            pairs.push((i, j, i64::from(1 + draws.below(4))));
        }
    }
    // Nodes to be written, in preorder: the stage, and what both sides know; nothing left means an end.
    let mut waiting: Vec<Option<(usize, [Vec<u8>; 2])>> = Vec::new();
    if pairs.len() > 1 {
        let total: i64 = pairs.iter().map(|p| p.2).sum();
        let shares: Vec<(String, Number)> = pairs
            .iter()
            .map(|(i, j, w)| (format!("{i}{j}"), Number::from(r(*w, total))))
            .collect();
        let event = g.chance_event("types", &shares);
        g.move_at("", event);
    }
    for (i, j, _) in pairs.iter().rev() {
        waiting.push(Some((0, [vec![*i], vec![*j]])));
    }
    while let Some(next) = waiting.pop() {
        let Some((stage, known)) = next.filter(|(stage, _)| *stage < depth) else {
            let node = g.terminal("");
            let pay = [0, 1].map(|_| Number::from(i64::from(draws.below(7)) - 2));
            let outcome = g.outcome("", &pay);
            g.set_outcome(node, outcome);
            continue;
        };
        let (mover, actions, seen, ends) = stages[stage];
        let key = (stage, mover, known[mover].clone());
        let labels: Vec<String> = (0..actions).map(|k| k.to_string()).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let set = *sets
            .entry(key)
            .or_insert_with(|| g.infoset(players[mover], "", &labels));
        g.move_at("", set);
        for k in (0..actions).rev() {
            let mut after = known.clone();
            after[mover].push(10 + k);
            if seen {
                after[1 - mover].push(20 + k);
            }
            let goes_on = ends >> k & 1 == 0 || stage == 0;
            waiting.push(goes_on.then_some((stage + 1, after)));
        }
    }
    g.build().expect("a tree")
}

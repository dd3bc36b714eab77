//! Leduc hold'em (southey2005): two suits of jack, queen and king, an ante of 1, a card each, a round of bets of 2, a common card, a round of
//! bets of 4, at most two bets a round. A pair with the common card wins, else the higher card.

use deterra_game::builder::{ExtensiveBuilder, InfosetKey};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::{Number, Rational};
use std::collections::BTreeMap;

/// What is still to come: the cards dealt, what both have put in, the bets of the rounds so far.
#[derive(Clone)]
struct Spot {
    cards: Vec<usize>,
    paid: [i64; 2],
    rounds: [String; 2],
    folded: Option<usize>,
}

impl Spot {
    fn round(&self) -> usize {
        usize::from(self.cards.len() > 2)
    }

    fn is_over(&self, round: usize) -> bool {
        let bets = &self.rounds[round];
        bets.ends_with("cc") || (bets.len() > 1 && bets.ends_with("rc"))
    }
}

/// The tree: 9,457 nodes, 468 information sets each.
pub(crate) fn leduc() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("Leduc hold'em");
    let players = [b.player("one"), b.player("two")];
    let mut sets: BTreeMap<(usize, usize, Option<usize>, [String; 2]), InfosetKey> =
        BTreeMap::new();
    let start = Spot {
        cards: Vec::new(),
        paid: [1, 1],
        rounds: [String::new(), String::new()],
        folded: None,
    };
    let mut open = vec![start];
    while let Some(spot) = open.pop() {
        let round = spot.round();
        let is_dealt = spot.cards.len() >= 2 && !(round == 0 && spot.is_over(0));
        if spot.folded.is_none() && !is_dealt {
            let left: Vec<usize> = (0..6).filter(|c| !spot.cards.contains(c)).collect();
            let share = Rational::new(1, left.len() as i64).expect("cards are left");
            let deals: Vec<(&str, Number)> = left
                .iter()
                .map(|c| {
                    (
                        ["J", "j", "Q", "q", "K", "k"][*c],
                        Number::from(share.clone()),
                    )
                })
                .collect();
            let event = b.chance_event("", &deals);
            b.move_at("", event);
            for card in left.into_iter().rev() {
                let mut next = spot.clone();
                next.cards.push(card);
                open.push(next);
            }
            continue;
        }
        if spot.folded.is_some() || spot.is_over(round) {
            let winner = if let Some(loser) = spot.folded {
                Some(1 - loser)
            } else {
                let rank = |c: usize| spot.cards[c] / 2;
                let worth = |p: usize| if rank(p) == rank(2) { 10 } else { rank(p) };
                match worth(0).cmp(&worth(1)) {
                    std::cmp::Ordering::Greater => Some(0),
                    std::cmp::Ordering::Less => Some(1),
                    std::cmp::Ordering::Equal => None,
                }
            };
            let gain = match winner {
                Some(0) => spot.paid[1],
                Some(_) => -spot.paid[0],
                None => 0,
            };
            let node = b.terminal("");
            let outcome = b.outcome("", &[Number::from(gain), Number::from(-gain)]);
            b.set_outcome(node, outcome);
            continue;
        }
        let bets = &spot.rounds[round];
        let mover = bets.len() % 2;
        let faces = bets.ends_with('r');
        let mut actions = Vec::new();
        if faces {
            actions.push("fold");
        }
        actions.push("call");
        if bets.matches('r').count() < 2 {
            actions.push("raise");
        }
        let key = (
            mover,
            spot.cards[mover],
            spot.cards.get(2).copied(),
            spot.rounds.clone(),
        );
        let set = *sets
            .entry(key)
            .or_insert_with(|| b.infoset(players[mover], "", &actions));
        b.move_at("", set);
        for action in actions.iter().rev() {
            let mut next = spot.clone();
            let most = spot.paid[0].max(spot.paid[1]);
            match *action {
                "fold" => next.folded = Some(mover),
                "call" => {
                    next.paid[mover] = most;
                    next.rounds[round].push('c');
                }
                _ => {
                    next.paid[mover] = most + 2 * (round as i64 + 1);
                    next.rounds[round].push('r');
                }
            }
            open.push(next);
        }
    }
    b.build().expect("a game")
}

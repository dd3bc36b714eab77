//! Known solutions from the literature, on shared positions.

use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::{Number, Rational};
use deterra_game::positional::{
    Mover, PositionGraph, PositionKey, PositionalBuilder, PositionalGame,
};
use deterra_solve::control::Control;
use deterra_solve::count::Count;
use deterra_solve::perfect::backward_induction::{
    BackwardInduction, PerfectEquilibria, backward_induction,
};
use std::collections::BTreeMap;

fn solve(game: &PositionalGame) -> PerfectEquilibria {
    let options = BackwardInduction::default();
    let solution = backward_induction(game, &options, &Control::default());
    let solution = solution.expect("perfect information");
    assert!(solution.verdict().is_exact());
    assert!(solution.is_complete());
    solution.into_answer()
}

/// The chain store game (Selten 1978): in every town an entrant stays out (monopolist 5,
/// entrant 1) or comes in, and then the monopolist cooperates (2, 2) or fights (0, 0).
fn chain_store(towns: usize) -> PositionalGame {
    let mut b = PositionalBuilder::new("chain store");
    let monopolist = b.player("monopolist");
    let entrants: Vec<PlayerId> = (1..=towns)
        .map(|k| b.player(format!("entrant {k}")))
        .collect();
    let mut at = b.position("town 1");
    for (k, entrant) in entrants.iter().enumerate() {
        let next = b.position(format!("town {}", k + 2));
        let reply = b.position("reply");
        b.set_mover(at, *entrant);
        b.set_mover(reply, monopolist);
        let paid = |b: &mut PositionalBuilder, name: &str, mine: i64, yours: i64| {
            let place = b.position(name);
            let mut payoffs = vec![Number::from(0); towns + 1];
            payoffs[0] = Number::from(mine);
            payoffs[k + 1] = Number::from(yours);
            b.set_payoffs(place, name, payoffs);
            b.set_chance(place);
            b.add_move(place, "on", next, Some(Number::from(1)));
            place
        };
        let out = paid(&mut b, "out", 5, 1);
        let shared = paid(&mut b, "cooperate", 2, 2);
        let fought = paid(&mut b, "fight", 0, 0);
        b.add_move(at, "out", out, None);
        b.add_move(at, "in", reply, None);
        b.add_move(reply, "cooperate", shared, None);
        b.add_move(reply, "fight", fought, None);
        at = next;
    }
    b.build().expect("acyclic").0
}

#[test]
fn the_chain_store_never_deters() {
    let game = chain_store(20);
    let answer = solve(&game);
    assert_eq!(answer.payoffs()[0], Rational::integer(40));
    assert!(
        answer.payoffs()[1..]
            .iter()
            .all(|p| *p == Rational::integer(2))
    );
    assert_eq!(answer.count(), Some(&Count::ONE));
    for position in game.positions() {
        let expected = match (game.mover(position), game.position_label(position)) {
            (Mover::Player(_), "reply") => "cooperate",
            (Mover::Player(_), _) => "in",
            _ => continue,
        };
        let chosen = answer.choices()[position.index()] as usize;
        assert_eq!(game.move_label(position, chosen), expected);
    }
}

/// The dollar auction (O'Neill 1986): the higher bid wins the stake, both bids are paid.
///
/// A position is what the mover and the other one have bid; passing is listed first.
fn dollar_auction(stake: i64, budget: i64) -> PositionalGame {
    let mut b = PositionalBuilder::new("dollar auction");
    let players = [b.player("1"), b.player("2")];
    let start = b.position("start");
    let mut known: BTreeMap<(usize, i64, i64), PositionKey> = BTreeMap::new();
    known.insert((0, 0, 0), start);
    let mut open = vec![(0, 0, 0)];
    while let Some((mover, mine, yours)) = open.pop() {
        let at = known[&(mover, mine, yours)];
        b.set_mover(at, players[mover]);
        let end = b.position("over");
        let won = if yours > 0 { stake } else { 0 };
        let mut payoffs = [Number::from(-mine), Number::from(won - yours)];
        if mover == 1 {
            payoffs.swap(0, 1);
        }
        b.set_payoffs(end, "over", payoffs.to_vec());
        b.add_move(at, "pass", end, None);
        for bid in yours + 1..=budget {
            let key = (1 - mover, yours, bid);
            let next = *known.entry(key).or_insert_with(|| {
                open.push(key);
                b.position(format!("{yours} against {bid}"))
            });
            b.add_move(at, bid.to_string(), next, None);
        }
    }
    b.build().expect("acyclic").0
}

/// T-DOLLAR: first bid (b − 1) mod (s − 1) + 1, then the other one passes. The bids expected here
/// are the published rule's, as tabulated from brute-force backward induction.
#[test]
fn the_first_bid_ends_the_dollar_auction() {
    for (stake, budget, bid) in [
        (20, 50, 12),
        (10, 25, 7),
        (5, 12, 4),
        (7, 30, 6),
        (20, 40, 2),
        (3, 6, 2),
        (4, 10, 1),
    ] {
        assert_eq!(bid, (budget - 1) % (stake - 1) + 1);
        let game = dollar_auction(stake, budget);
        let answer = solve(&game);
        let first = answer.choices()[0] as usize;
        assert_eq!(game.move_label(NodeId::ROOT, first), bid.to_string());
        let then = game.successor(NodeId::ROOT, first);
        assert_eq!(
            game.move_label(then, answer.choices()[then.index()] as usize),
            "pass"
        );
        let expected = [Rational::integer(stake - bid), Rational::ZERO];
        assert_eq!(answer.payoffs(), expected);
    }
}

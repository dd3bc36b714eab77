//! What refusing would have to cost, on ladders small enough to be solved by hand.

use crate::credibility::{Credibility, Critical, Obstacle, Rung, Yield, credibility};
use crate::path::path;
use crate::values::values;
use deterra_game::id::PlayerId;
use deterra_game::number::{Number, Rational};
use deterra_game::positional::{PositionGraph, PositionKey, PositionalBuilder, PositionalGame};

/// Two stages: at each the challenger may settle, then the coalition may carry it out or give in.
/// Payoffs are (challenger, coalition): by stage of settling and of giving in, and of the end.
struct Numbers {
    settled: [[i64; 2]; 2],
    given: [[i64; 2]; 2],
    end: [i64; 2],
    /// What jumping to the second stage at the first decision leads to, if that is possible.
    jump: Option<[i64; 2]>,
    /// Settling at the first stage leads on to the decision after all.
    empty: bool,
}

const USUAL: Numbers = Numbers {
    settled: [[4, -2], [2, -3]],
    given: [[10, -6], [9, -7]],
    end: [-11, -9],
    jump: None,
    empty: false,
};

struct Ladder {
    graph: PositionalGame,
    rungs: Vec<Rung>,
    /// C0, W1, C1, W2.
    decisions: [usize; 4],
}

fn ladder(numbers: &Numbers) -> Ladder {
    let mut b = PositionalBuilder::new("two stages");
    let [challenger, coalition] = ["challenger", "coalition"].map(|name| b.player(name));
    let [c0, w1, c1, w2] = ["C0", "W1", "C1", "W2"].map(|name| b.position(name));
    let end = |b: &mut PositionalBuilder, label: &str, pays: [i64; 2]| {
        let at = b.position(label);
        b.set_payoffs(at, label, pays.map(Number::from).to_vec());
        at
    };
    let [early, late] = [0, 1].map(|k| end(&mut b, &format!("settled {k}"), numbers.settled[k]));
    let [given, given_late] = [0, 1].map(|k| end(&mut b, &format!("given {k}"), numbers.given[k]));
    let defeat = end(&mut b, "defeat", numbers.end);
    for (at, player, yes, no) in [
        (c0, challenger, if numbers.empty { w1 } else { early }, w1),
        (w1, coalition, c1, given),
        (c1, challenger, late, w2),
        (w2, coalition, defeat, given_late),
    ] {
        b.set_mover(at, player);
        b.add_move(at, "yes", yes, None);
        b.add_move(at, "no", no, None);
    }
    if let Some(pays) = numbers.jump {
        let jumped = end(&mut b, "jumped", pays);
        b.add_move(w1, "jump", jumped, None);
    }
    if numbers.empty {
        // Nothing else leads there, and nobody wants to.
        b.add_move(w2, "never", early, None);
    }
    let (graph, place) = b.build().expect("complete");
    let at = |key: PositionKey| place[key.index()];
    let offer = |key| Yield {
        position: at(key),
        player: challenger,
        yields: vec![0],
        continues: 1,
    };
    let rung = |id: &str, decision, carried_out, refused, before, after| Rung {
        id: id.to_owned(),
        label: String::new(),
        place: String::new(),
        actors: vec![(coalition, Rational::ONE)],
        quota: Rational::ONE,
        due: at(decision),
        decision: at(decision),
        carried_out: at(carried_out),
        refused: Some(at(refused)),
        accident: None,
        disaster: None,
        before: Some(offer(before)),
        after,
    };
    let rungs = vec![
        rung("s1", w1, c1, given, c0, Some(offer(c1))),
        rung("s2", w2, defeat, given_late, c1, None),
    ];
    let decisions = [c0, w1, c1, w2].map(|key| at(key).index());
    Ladder {
        graph,
        rungs,
        decisions,
    }
}

/// The table under the moves given for C0, W1, C1, W2.
fn table(ladder: &Ladder, moves: [u32; 4]) -> Credibility {
    let mut choices = vec![0; ladder.graph.num_positions()];
    for (at, mv) in ladder.decisions.into_iter().zip(moves) {
        choices[at] = mv;
    }
    let values = values(&ladder.graph, &choices);
    let path = path(&ladder.graph, &choices);
    credibility(&ladder.graph, &choices, &values, &path, &ladder.rungs)
}

/// At W2 giving in pays -7 and executing -9, so 2 more is needed; at W1 executing pays -3 if the
/// challenger then settles, and giving in -6. At C0: 4, against 2 for settling late.
#[test]
fn the_price_is_what_the_worst_rung_lacks() {
    let table = table(&ladder(&USUAL), [1, 1, 1, 1]);
    assert_eq!(table.least_commitment, Some(Rational::integer(2)));
    assert_eq!((table.decisive, table.obstacle), (Some(1), None));
    assert!(!table.obeyed);
}

/// Giving in at W2 is worth -9 too, so nothing is lacking, whichever way the tie is broken.
#[test]
fn ties_need_no_commitment_but_may_be_broken_otherwise() {
    let tied = ladder(&Numbers {
        given: [[10, -6], [9, -9]],
        ..USUAL
    });
    for (moves, obeyed) in [([0, 0, 0, 0], true), ([1, 1, 1, 1], false)] {
        let table = table(&tied, moves);
        assert_eq!(table.least_commitment, Some(Rational::ZERO));
        assert_eq!((table.decisive, table.obeyed), (None, obeyed));
    }
}

/// Settling pays 4 now and 8 after stage 1, and giving in only 3: the challenger goes on as long
/// as stage 1 is likely enough to be carried out. With probability p going on is worth 3 + 5 p, so
/// it yields if p is at most 1/5. At W2 executing pays -3 against -30; at W1, settling late, -2.
#[test]
fn a_prize_that_rises_enough_is_worth_being_punished_for() {
    let rising = ladder(&Numbers {
        settled: [[4, -2], [8, -2]],
        given: [[3, -30], [3, -30]],
        end: [-9, -3],
        ..USUAL
    });
    let table = table(&rising, [1, 0, 0, 0]);
    let fifth = Rational::new(1, 5).expect("a fraction");
    assert_eq!(table.rungs[0].critical, Critical::AtMost(fifth));
    // 3 ≤ 8 anyway, and -9 too.
    assert_eq!(table.rungs[1].critical, Critical::Always);
    assert_eq!(table.least_commitment, None);
    assert_eq!(table.obstacle, Some(Obstacle::GoesOn(0)));
}

/// Jumping to stage 2 at once pays the coalition -1, more than -3 for stage 1 with a late
/// settlement, whatever giving in costs.
#[test]
fn a_better_move_than_the_threat_is_in_the_way() {
    let jumping = ladder(&Numbers {
        jump: Some([-9, -1]),
        ..USUAL
    });
    let table = table(&jumping, [0, 2, 1, 1]);
    assert_eq!(table.least_commitment, None);
    let position = jumping.rungs[0].decision;
    assert_eq!(
        table.obstacle,
        Some(Obstacle::OtherMove {
            rung: 0,
            position,
            mv: 2
        })
    );
}

/// Settling at C0 leads to W1 as going on does: stage 1 is carried out all the same.
#[test]
fn an_empty_promise_is_not_obeyed() {
    let empty = ladder(&Numbers {
        settled: [[4, -99], [2, -3]],
        given: [[10, -6], [9, -9]],
        empty: true,
        ..USUAL
    });
    let table = table(&empty, [0, 0, 0, 0]);
    assert_eq!(table.rungs[0].critical, Critical::NoChoice);
    assert_eq!(table.least_commitment, None);
    assert_eq!(table.obstacle, Some(Obstacle::EmptyYield(0)));
}

/// Where nobody can yield before a rung it cannot be obeyed, however costly refusing is.
#[test]
fn nobody_obeys_who_cannot_yield() {
    let mut silent = ladder(&USUAL);
    silent.rungs[1].before = None;
    let table = table(&silent, [1, 1, 1, 1]);
    assert_eq!(table.obstacle, Some(Obstacle::NoYield(1)));
    assert_eq!((table.least_commitment, table.obeyed), (None, false));
}

/// One threat that two members vote on in turn, both needed: carried out it is worth -1 and -3 to
/// them, refused -4 and -2. The second lacks 1; charged that, it is indifferent.
#[test]
fn a_vote_costs_what_its_pivot_lacks() {
    let mut b = PositionalBuilder::new("vote");
    let [challenger, first, second] = ["c", "m1", "m2"].map(|name| b.player(name));
    let [offer, v1, v2] = ["C0", "W1 m1", "W1 m2"].map(|name| b.position(name));
    let ends = [
        ("settled", [1, 0, 0]),
        ("refused", [6, -4, -2]),
        ("punished", [-4, -1, -3]),
    ];
    let [settled, refused, punished] = ends.map(|(label, pays)| {
        let at = b.position(label);
        b.set_payoffs(at, label, pays.map(Number::from).to_vec());
        at
    });
    for (at, player, yes, no) in [
        (offer, challenger, settled, v1),
        (v1, first, v2, refused),
        (v2, second, punished, refused),
    ] {
        b.set_mover(at, player);
        b.add_move(at, "yes", yes, None);
        b.add_move(at, "no", no, None);
    }
    let (graph, place) = b.build().expect("complete");
    let at = |key: PositionKey| place[key.index()];
    let rung = Rung {
        id: "s1".to_owned(),
        label: String::new(),
        place: String::new(),
        actors: vec![(first, Rational::ONE), (second, Rational::ONE)],
        quota: Rational::integer(2),
        due: at(v1),
        decision: at(v1),
        carried_out: at(punished),
        refused: Some(at(refused)),
        accident: None,
        disaster: None,
        before: Some(Yield {
            position: at(offer),
            player: challenger,
            yields: vec![0],
            continues: 1,
        }),
        after: None,
    };
    let mut ladder = Ladder {
        decisions: [offer, v1, v2, v2].map(|key| at(key).index()),
        graph,
        rungs: vec![rung],
    };
    let two = table(&ladder, [1, 0, 1, 1]);
    assert_eq!(two.least_commitment, Some(Rational::ONE));
    assert_eq!(two.rungs[0].pivot, second);
    // The first alone gains 3 by punishing, but it cannot do it alone in this game.
    ladder.rungs[0].quota = Rational::ONE;
    let one = table(&ladder, [1, 0, 1, 1]);
    assert_eq!(one.rungs[0].pivot, PlayerId(1));
    assert!(one.least_commitment.is_none());
}

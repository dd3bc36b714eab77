//! Least prizes, greatest prizes and what payers are willing to pay, all by hand.

use super::*;
use crate::family::Member;
use crate::fixture::{Ultimatum, rational, ultimatum};
use crate::partition::Place;
use deterra_game::number::Number;
use deterra_game::positional::{PositionalBuilder, PositionalGame};
use deterra_solve::control::Control;
use deterra_solve::problem::Request;

fn rung(id: &str, decision: NodeId, ends: [NodeId; 2], before: (NodeId, PlayerId)) -> Rung {
    Rung {
        id: id.to_owned(),
        label: String::new(),
        place: String::new(),
        actors: vec![(PlayerId(1), Rational::ONE)],
        quota: Rational::ONE,
        due: decision,
        decision,
        carried_out: ends[0],
        refused: Some(ends[1]),
        accident: None,
        disaster: None,
        before: Some(crate::credibility::Yield {
            position: before.0,
            player: before.1,
            yields: vec![0],
            continues: 1,
        }),
        after: None,
    }
}

fn stages(game: &Ultimatum) -> Vec<Rung> {
    let all = game.decisions.iter().enumerate();
    let all = all.map(|(k, at)| {
        let ends = [game.executed[k], game.refused[k]];
        rung(
            &format!("s{}", k + 1),
            *at,
            ends,
            (game.yields[k], PlayerId(0)),
        )
    });
    all.collect()
}

fn ask(game: &Member, ramps: &[OffRamp], start: Option<&OffRamp>, which: usize) -> Answer {
    let asked = Asked {
        game,
        ramps,
        which,
        start,
        payers: &[PlayerId(1)],
        request: Request::default(),
        limit: 1000,
    };
    off_ramp(&asked, &Control::default()).expect("an answer")
}

fn at(text: &str, closed: bool) -> Bound {
    Bound {
        at: Place::Exact(rational(text)),
        closed,
    }
}

fn ladder(audience_cost: &str) -> (Member, Vec<OffRamp>) {
    let game = ultimatum(audience_cost);
    let ramps = off_ramps(&game.graph, &stages(&game), &[]);
    (Member::Positions(game.graph), ramps)
}

/// Nothing is carried out, so going on pays 10 before stage 1, 10 - 1 before stage 2 and 10 - 5 before stage 3, against
/// 4, 3 - 1 and 2 - 5 at the off-ramps.
#[test]
fn an_empty_ladder_takes_a_prize_as_large_as_what_is_fought_for() {
    let (game, ramps) = ladder("0");
    for (k, missing) in ["6", "7", "8"].into_iter().enumerate() {
        let answer = ask(&game, &ramps, None, k);
        assert_eq!(answer.least.some, Some(at(missing, true)));
        assert_eq!(answer.least.every, Some(at(missing, false)));
        assert!(answer.complete && answer.start.is_none() && answer.earlier.is_empty());
    }
    // At C0 settling costs the coalition 2 and going on 8; at C2 8 and 13.
    let answer = ask(&game, &ramps, None, 0);
    let stand = &answer.now[0].stands[0];
    assert_eq!(stand.going_on, rational("10"));
    assert_eq!(stand.payers[0].most(), rational("6"));
    let answer = ask(&game, &ramps, None, 2);
    let stand = &answer.now[0].stands[0];
    assert_eq!(stand.payers[0].most(), rational("5"));
    assert!(stand.reached.is_zero() && stand.taken.is_zero());
}

/// With an audience cost of 11 everything is carried out. Going on then pays 24/25 at C0, -107/20 at C1 and -26 at C2, so
/// that much less would do. But a sweeter prize before stage 3 draws the challenger there: it goes on at C1 once
/// 1/20 (-50) + 19/20 (s - 3) > 2, s > 147/19, and at C0 once 1/50 (-50) + 49/50 v > 4 for that v, v > 250/49,
/// s > 10243/931. The coalition carries out stages 1 and 2 all the while: -101/10 against -20 at W2, and
/// 1/50 (-50) - 49/50 · 101/10 = -5449/500 against -19 at W1.
#[test]
fn a_sweeter_prize_later_draws_the_challenger_up() {
    let (game, ramps) = ladder("11");
    for (k, less) in ["-76/25", "-147/20", "-23"].into_iter().enumerate() {
        let answer = ask(&game, &ramps, None, k);
        assert_eq!(answer.least.some, Some(at(less, true)));
        assert_eq!(answer.least.every, Some(at(less, false)));
    }
    let answer = ask(&game, &ramps, None, 2);
    let limits: Vec<&Reach<Greatest>> = answer.earlier.iter().map(|(_, g)| &g.greatest).collect();
    for (limit, most) in limits.iter().zip(["10243/931", "147/19"]) {
        assert_eq!(limit.some, Greatest::UpTo(at(most, true)));
        assert_eq!(limit.every, Greatest::UpTo(at(most, false)));
    }
    assert_eq!(limits.len(), 2);
    // A prize at C1 can never undo what is done at C1, and draws from C0 once -1 + 49/50 (2 + s) > 4.
    let answer = ask(&game, &ramps, None, 1);
    assert_eq!(answer.earlier.len(), 1);
    let greatest = &answer.earlier[0].1.greatest.some;
    assert_eq!(*greatest, Greatest::UpTo(at("152/49", true)));
}

/// A may leave things as they are, which pays it 5, or challenge; B answers; A may stop for 2 or go on; B fights, which
/// pays A -10.
fn challenge() -> (PositionalGame, Vec<Rung>, Vec<Option<u32>>) {
    let mut b = PositionalBuilder::new("challenge");
    let (a, d) = (b.player("A"), b.player("B"));
    let row = |x: i64, y: i64| vec![Number::from(x), Number::from(y)];
    let names = ["A0", "B1", "A1", "B2"];
    let [a0, b1, a1, b2] = names.map(|name| b.position(name));
    for (at, player) in [(a0, a), (b1, d), (a1, a), (b2, d)] {
        b.set_mover(at, player);
    }
    let mut end = |label: &str, pays: Vec<Number>| {
        let at = b.position(label);
        b.set_payoffs(at, label, pays);
        at
    };
    let quiet = end("status quo", row(5, 0));
    let given_in = end("given in", row(10, -3));
    let stopped = end("stopped", row(2, -1));
    let war = end("war", row(-10, -2));
    let let_go = end("let go", row(8, -4));
    for (at, moves) in [
        (a0, [("refrain", quiet), ("challenge", b1)]),
        (b1, [("execute", a1), ("acquiesce", given_in)]),
        (a1, [("stop", stopped), ("continue", b2)]),
        (b2, [("execute", war), ("acquiesce", let_go)]),
    ] {
        for (label, to) in moves {
            b.add_move(at, label, to, None);
        }
    }
    let (game, place) = b.build().expect("complete");
    let at = |key: deterra_game::positional::PositionKey| place[key.index()];
    let rungs = vec![
        rung("r1", at(b1), [at(a1), at(given_in)], (at(a0), a)),
        rung("r2", at(b2), [at(war), at(let_go)], (at(a1), a)),
    ];
    let mut quiet = vec![None; game.num_positions()];
    quiet[at(a0).index()] = Some(0);
    (game, rungs, quiet)
}

/// The off-ramp is taken from W = -10 on, 12 less than it pays, and invites no challenge up to what the status quo pays, 5, 3 more.
#[test]
fn the_window_goes_from_what_war_pays_to_what_the_status_quo_does() {
    let (game, rungs, quiet) = challenge();
    let ramps = off_ramps(&game, &rungs, &quiet);
    let start = start(&game, &rungs, &quiet).expect("one may refrain");
    assert_eq!(ramps.len(), 1, "refraining is no off-ramp");
    assert_eq!((ramps[0].before, ramps[0].label.as_str()), (1, "stop"));
    let game = Member::Positions(game);
    let answer = ask(&game, &ramps, Some(&start), 0);
    assert_eq!(answer.least.some, Some(at("-12", true)));
    let guard = answer.start.expect("it is asked about");
    assert!(guard.now.every);
    assert_eq!(guard.greatest.some, Greatest::UpTo(at("3", true)));
    assert_eq!(guard.greatest.every, Greatest::UpTo(at("3", false)));
}

/// Where an end is reached without the off-ramp too, only the way through the off-ramp pays more.
#[test]
fn only_the_off_ramp_pays() {
    let mut b = PositionalBuilder::new("one end");
    let one = b.player("1");
    let [start, later, end] = ["start", "later", "end"].map(|name| b.position(name));
    b.set_mover(start, one);
    b.set_mover(later, one);
    b.set_payoffs(end, "end", vec![Number::from(1)]);
    b.add_move(start, "stop", end, None);
    b.add_move(start, "go on", later, None);
    b.add_move(later, "walk", end, None);
    let (game, place) = b.build().expect("complete");
    let at = |key: deterra_game::positional::PositionKey| place[key.index()];
    let exit = Exit {
        position: at(start),
        takes: 0,
        continues: 1,
    };
    let ramp = OffRamp {
        before: 0,
        rung: "s1".to_owned(),
        label: "stop".to_owned(),
        player: one,
        exits: vec![exit],
    };
    let made = paid::paid(&Member::Positions(game), &ramp, &rational("2")).expect("a game");
    let graph = made.game.graph();
    let pays = |at: NodeId| graph.payoff_at(at, one).map(|p| p.value().clone());
    assert_eq!(pays(graph.successor(NodeId::ROOT, 0)), Some(rational("3")));
    let later = graph.successor(NodeId::ROOT, 1);
    assert_eq!(pays(graph.successor(later, 0)), Some(rational("1")));
}

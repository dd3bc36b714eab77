//! Sweeps of a threat that is carried out or not.

use super::*;
use crate::family::{Games, NoMember};
use crate::grid::{Axis, Grid};
use deterra_game::number::Number;
use deterra_game::patience;
use deterra_game::positional::PositionalBuilder;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The challenger takes a prize of 2 or not; the defender then fights, at `cost` to itself and 4 to the other, or
/// lets it go at a loss of 1. Nothing above a cost of 9.
fn threat() -> impl Family {
    Games::new(["cost"], |point: &[Rational]| {
        if point[0] > Rational::integer(9) {
            return Err(NoMember::because("too dear"));
        }
        let mut b = PositionalBuilder::new("threat");
        let players = [b.player("challenger"), b.player("defender")];
        let names = ["C", "W", "quiet", "taken", "war"].map(|n| b.position(n));
        let [start, reply, quiet, taken, war] = names;
        b.set_mover(start, players[0]);
        b.add_move(start, "stay", quiet, None);
        b.add_move(start, "take", reply, None);
        b.set_mover(reply, players[1]);
        b.add_move(reply, "let go", taken, None);
        b.add_move(reply, "fight", war, None);
        let whole = |n: i64| Number::from(Rational::integer(n));
        b.set_payoffs(quiet, "quiet", vec![whole(0), whole(0)]);
        b.set_payoffs(taken, "taken", vec![whole(2), whole(-1)]);
        let cost = Number::from(-point[0].clone());
        b.set_payoffs(war, "war", vec![whole(-4), cost]);
        Ok(Member::Positions(b.build()?.0))
    })
}

fn points(text: &str) -> Points {
    Points::Grid(Grid::new(vec![Axis::parse(text).expect("an axis")]).expect("a grid"))
}

#[test]
fn the_threat_deters_while_fighting_costs_less_than_letting_go() {
    // Fighting is worth -cost, letting go -1: the defender fights below 1, and the challenger stays then.
    let points = points("cost=0:12:13");
    let family = threat();
    let follower = Follower::new(&family, &Request::default(), &Control::default());
    let found = rows(&follower, &points, 0..13, 1);
    let names: Vec<Option<String>> = found.iter().map(Row::name).collect();
    assert_eq!(names[0].as_deref(), Some("quiet"));
    for (cost, name) in names.iter().enumerate().skip(2) {
        let wanted = (cost < 10).then_some("taken");
        assert_eq!(name.as_deref(), wanted, "{cost}");
    }
    assert_eq!(
        found[10].found.as_ref().err().map(String::as_str),
        Some("too dear")
    );
}

#[test]
fn threads_do_not_change_rows() {
    let points = points("cost=0:12:101");
    let of = |threads| {
        let family = threat();
        let follower = Follower::new(&family, &Request::default(), &Control::default());
        format!("{:?}", rows(&follower, &points, 7..101, threads))
    };
    assert_eq!(of(1), of(2));
    assert_eq!(of(1), of(5));
}

#[test]
fn shards_are_whole_chunks_that_cover_everything_once() {
    for len in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 1_000_000, u64::MAX] {
        for of in [1, 2, 3, 64, 1000] {
            let mut next = 0;
            for part in 1..=of {
                let range = shard(len, part, of);
                assert_eq!(range.start, next, "{part} of {of} of {len}");
                assert!(range.end == len || range.end.is_multiple_of(CHUNK));
                next = range.end;
            }
            assert_eq!(next, len);
        }
    }
    assert!(shard(10, 0, 2).is_empty() && shard(10, 3, 2).is_empty());
}

#[test]
fn the_shape_has_the_outcomes_of_every_game_looked_at() {
    let seen = shape(&threat(), &points("cost=0:12:3"), &[]).expect("games");
    assert_eq!(seen.outcomes, ["quiet", "taken", "war"]);
    assert_eq!(seen.players, ["challenger", "defender"]);
    assert_eq!(
        shape(&threat(), &points("cost=10:12:3"), &[]),
        Err("too dear".to_owned())
    );
    let also = [vec![Rational::ONE]];
    assert!(shape(&threat(), &points("cost=10:12:3"), &also).is_ok());
}

#[test]
fn names_have_every_outcome_once_and_every_equilibrium_once() {
    let play = |labels: &[&str]| Play {
        outcomes: labels
            .iter()
            .map(|l| ((*l).to_owned(), Rational::ONE))
            .collect(),
        payoffs: Vec::new(),
        taken: Vec::new(),
        is_point: true,
    };
    let found = Regime {
        concept: deterra_verify::verdict::Concept::PerfectBayesian,
        plays: vec![
            play(&["war", "quiet"]),
            play(&["quiet", "war"]),
            play(&["quiet"]),
        ],
        optimal: None,
        complete: true,
    };
    assert_eq!(name(&found), "quiet | quiet + war");
}

#[test]
fn rows_end_before_the_first_point_that_was_ended() {
    for threads in [1, 3] {
        let cancel = Arc::new(AtomicBool::new(false));
        let family = threat();
        // Somebody presses Ctrl-C while the 21st game is made, which ends what is being done there.
        let ending = Games::new(["cost"], |point: &[Rational]| {
            if point[0] == Rational::integer(2) {
                cancel.store(true, Ordering::Relaxed);
            }
            patience::poll();
            family.member(point)
        });
        let control = Control {
            cancel: Some(Arc::clone(&cancel)),
            ..Control::default()
        };
        let follower = Follower::new(&ending, &Request::default(), &control);
        let points = points("cost=0:12:121");
        let found = rows(&follower, &points, 0..121, threads);
        let whole = Follower::new(&family, &Request::default(), &Control::default());
        let all = rows(&whole, &points, 0..121, 1);
        assert!(found.len() < 121, "{threads} threads");
        if threads == 1 {
            assert_eq!(found.len(), 20);
        }
        let prefix = &all[..found.len()];
        assert_eq!(format!("{found:?}"), format!("{prefix:?}"));
    }
}

#[test]
fn a_run_without_time_has_no_rows() {
    let control = Control {
        time_limit: Some(Duration::ZERO),
        ..Control::default()
    };
    let family = threat();
    let follower = Follower::new(&family, &Request::default(), &control);
    assert!(rows(&follower, &points("cost=0:12:13"), 0..13, 1).is_empty());
}

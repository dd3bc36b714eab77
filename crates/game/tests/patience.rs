//! Whoever waits for a game to be read, written or counted may stop waiting: every part of that asks, whatever the form.

use deterra_game::builder::ExtensiveBuilder;
use deterra_game::class::facts;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::format::{self, Game, ReadOptions, agg, efg, json, lite, nfg};
use deterra_game::generate::{Request, family, generate};
use deterra_game::information;
use deterra_game::number::Number;
use deterra_game::patience::{Ended, Patience, within};
use deterra_game::rules::{self, Limits};
use deterra_game::strategic::{StrategicBuilder, StrategicGame};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Somebody who has stopped waiting: the first question ends the work.
fn gone() -> Patience {
    Patience {
        deadline: None,
        cancel: Some(Arc::new(AtomicBool::new(true))),
    }
}

fn ends<R>(what: &str, work: impl FnOnce() -> R) {
    let ended = within(&gone(), work).err();
    assert_eq!(ended, Some(Ended::Cancelled), "{what}");
}

/// Two players take turns a thousand times.
fn chain() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("chain");
    let players = [b.player("1"), b.player("2")];
    for k in 0..1_000 {
        let set = b.infoset(players[k % 2], format!("{k}"), &["stop", "go"]);
        b.move_at("", set);
        let end = b.terminal("");
        let pays = [Number::from(k as i64), Number::from(0)];
        let outcome = b.outcome(format!("end {k}"), &pays);
        b.set_outcome(end, outcome);
    }
    b.terminal("");
    b.build().expect("a complete tree")
}

/// The payoffs sum to nothing in every cell, so that all of them are looked at.
fn table() -> StrategicGame {
    let mut b = StrategicBuilder::new("table");
    b.player_with("1", 40);
    b.player_with("2", 40);
    for k in 0..1_600 {
        b.payoffs(&[Number::from(k), Number::from(-k)]);
    }
    b.build().expect("a table")
}

/// A random game of a family.
fn drawn(name: &str, players: Option<usize>, size: &[usize]) -> Game {
    let request = Request {
        size: size.to_vec(),
        players,
        ..Request::default()
    };
    generate(family(name).expect("a family"), &request, 1).expect("a game")
}

#[test]
fn readers_ask() {
    let options = ReadOptions::default();
    let Game::ActionGraph(graph) = drawn("coffee_shop", Some(20), &[4, 4]) else {
        panic!("another form")
    };
    let texts = [
        efg::write(&chain(), &efg::WriteOptions::default()).text,
        nfg::write(&table(), &nfg::WriteOptions::default()).text,
        agg::write(&graph),
        lite::write(&chain(), &lite::WriteOptions::default())
            .expect("short")
            .text,
        json::write(&chain().into()),
        json::write(&table().into()),
    ];
    for text in &texts {
        assert!(format::read(text, &options).value.is_some());
        ends(&text[..40], || format::read(text, &options));
    }
    // The parser itself asks: this is no game, which is known only when all of it is in memory.
    let list = format!("[{}0]", "0,".repeat(1_000));
    ends("list", || json::read(&list));
}

#[test]
fn writers_ask() {
    let (tree, table) = (chain(), table());
    ends("efg", || efg::write(&tree, &efg::WriteOptions::default()));
    ends("game", || {
        lite::write(&tree, &lite::WriteOptions::default())
    });
    for body in [nfg::Body::Payoffs, nfg::Body::Outcomes] {
        let options = nfg::WriteOptions {
            body,
            ..nfg::WriteOptions::default()
        };
        ends("nfg", || nfg::write(&table, &options));
    }
    let (tree, table) = (Game::from(tree), Game::from(table));
    ends("tree", || json::write(&tree));
    ends("table", || json::write(&table));
}

#[test]
fn facts_ask() {
    let (tree, table) = (chain(), table());
    ends("facts", || facts(&tree));
    ends("roots", || information::subgame_roots(&tree));
    ends("recall", || information::perfect_recall(&tree));
    ends("absent minds", || information::absent_minded(&tree));
    ends("sum", || table.constant_sum());
    let Game::ActionGraph(graph) = drawn("coffee_shop", Some(20), &[4, 4]) else {
        panic!("another form")
    };
    ends("configurations", || graph.graph().configurations(0));
}

#[test]
fn rules_and_families_ask() {
    let leduc = rules::named("leduc").expect("a game");
    ends("rules", || leduc.tree(&Limits::default()));
    ends("table", || drawn("uniform", None, &[40]));
    ends("tree", || drawn("ladder", None, &[1_000]));
}

//! The same game however it is cut and for any number of threads.

use super::*;
use crate::builder::ExtensiveBuilder;
use crate::format::efg::{self, WriteOptions};
use crate::number::{Number, Rational};
use crate::patience::{self, Ended, Patience};
use crate::rules::{
    Battleship, BlottoSequence, DarkHex, DeterrenceLadder, Goofspiel, Kuhn, Leduc, LiarsDice,
    Order, PhantomTicTacToe, SealedBidAuction, Sheriff, TinyHanabi, TradeComm, Trail, Turn, games,
    named,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The tree by one plain walk through the builder.
fn plain<R: Rules>(rules: &R) -> ExtensiveGame {
    fn go<R: Rules>(
        rules: &R,
        state: &mut R::State,
        b: &mut ExtensiveBuilder,
        sets: &mut BTreeMap<(usize, String), crate::builder::InfosetKey>,
        outcomes: &mut Vec<(Vec<Number>, crate::builder::OutcomeKey)>,
    ) {
        let label = |state: &R::State, action| {
            let mut name = String::new();
            rules.action(state, action, &mut name);
            name
        };
        match rules.turn(state) {
            Turn::Over => {
                let mut paid = Vec::new();
                rules.payoffs(state, &mut paid);
                let known = outcomes.iter().find(|(known, _)| *known == paid);
                let outcome = known.map_or_else(|| b.outcome("", &paid), |(_, outcome)| *outcome);
                outcomes.push((paid, outcome));
                let node = b.terminal("");
                b.set_outcome(node, outcome);
                return;
            }
            Turn::Chance => {
                let drawn: Vec<(String, Number)> = (0..rules.num_actions(state))
                    .map(|k| (label(state, k), Number::from(rules.probability(state, k))))
                    .collect();
                let event = b.chance_event("", &drawn);
                b.move_at("", event);
            }
            Turn::Player(player) => {
                let mut text = String::new();
                rules.information(state, &mut text);
                let set = *sets.entry((player, text.clone())).or_insert_with(|| {
                    let names: Vec<String> = (0..rules.num_actions(state))
                        .map(|k| label(state, k))
                        .collect();
                    b.infoset(crate::id::PlayerId(player as u32), &text, &names)
                });
                b.move_at("", set);
            }
        }
        for action in 0..rules.num_actions(state) {
            rules.apply(state, action);
            go(rules, state, b, sets, outcomes);
            rules.undo(state);
        }
    }
    let mut b = ExtensiveBuilder::new(rules.title());
    for player in rules.players() {
        b.player(player);
    }
    go(
        rules,
        &mut rules.root(),
        &mut b,
        &mut BTreeMap::new(),
        &mut Vec::new(),
    );
    b.build().expect("a game")
}

fn alike<R: Rules>(rules: &R) {
    let expected = plain(rules);
    let written = efg::write(&expected, &WriteOptions::default());
    for threads in [1, 2, 8] {
        for cut_from in [0, usize::MAX] {
            let limits = Limits {
                threads,
                ..Limits::default()
            };
            let game = expand_in_pieces(rules, &limits, cut_from).expect("small enough");
            assert!(game == expected, "{}", rules.title());
            assert_eq!(efg::write(&game, &WriteOptions::default()), written);
        }
    }
}

#[test]
fn games_do_not_depend_on_cuts_and_threads() {
    alike(&Kuhn { players: 2 });
    alike(&Kuhn { players: 4 });
    alike(&Leduc);
    alike(&LiarsDice { sides: 3, dice: 1 });
    alike(&LiarsDice { sides: 2, dice: 2 });
    alike(&Goofspiel {
        cards: 3,
        order: Order::Random,
        turns: 3,
        ..Goofspiel::default()
    });
    alike(&DarkHex::default());
    alike(&DeterrenceLadder::default());
    alike(&DeterrenceLadder {
        types: 3,
        votes: 2,
        ..DeterrenceLadder::default()
    });
    alike(&PhantomTicTacToe {
        moves: 4,
        ..PhantomTicTacToe::default()
    });
    alike(&Battleship {
        shots: 1,
        ..Battleship::default()
    });
    alike(&Sheriff {
        rounds: 2,
        ..Sheriff::default()
    });
    alike(&SealedBidAuction::default());
    alike(&BlottoSequence {
        troops: 3,
        ..BlottoSequence::default()
    });
    alike(&TinyHanabi);
    alike(&TradeComm::default());
}

/// By name and with all defaults, cut where trees are cut: one thread and many make the same game of every kind.
#[test]
fn every_game_is_the_same_for_any_number_of_threads() {
    for game in games() {
        let ruled = named(game.name).expect(game.name);
        let make = |threads| {
            let limits = Limits {
                threads,
                ..Limits::default()
            };
            ruled.tree(&limits).expect(game.name)
        };
        let one = make(1);
        for threads in [2, 8] {
            assert!(make(threads) == one, "{}, {threads} threads", game.name);
        }
    }
}

/// Nobody's rules: what happens is drawn from what happened. Some of it is known.
#[derive(Clone, Copy, Debug)]
struct Drawn {
    seed: u64,
    depth: usize,
    /// Whether somebody has another number of actions in one place.
    contradicts: bool,
}

impl Drawn {
    fn hash(self, moves: &[u8]) -> u64 {
        moves.iter().fold(self.seed, |hash, action| {
            let mixed = (hash ^ u64::from(*action)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            mixed ^ mixed >> 29
        })
    }
}

impl Rules for Drawn {
    type State = Trail<Vec<u8>>;

    fn title(&self) -> String {
        "drawn".to_owned()
    }

    fn players(&self) -> Vec<String> {
        vec!["one".to_owned(), "two".to_owned()]
    }

    fn root(&self) -> Self::State {
        Trail::new(Vec::new())
    }

    fn turn(&self, state: &Self::State) -> Turn {
        let moves = state.now();
        match self.hash(moves) % 7 {
            _ if moves.len() == self.depth => Turn::Over,
            0 if moves.len() > 2 => Turn::Over,
            1 | 2 => Turn::Chance,
            _ => Turn::Player(moves.len() % 2),
        }
    }

    fn num_actions(&self, state: &Self::State) -> usize {
        let moves = state.now();
        match self.turn(state) {
            Turn::Over => 0,
            Turn::Chance => 1 + (self.hash(moves) >> 8) as usize % 3,
            Turn::Player(_) if self.contradicts && moves.ends_with(&[1, 0, 1, 0, 1]) => 3,
            Turn::Player(_) => 2,
        }
    }

    fn action(&self, state: &Self::State, action: usize, name: &mut String) {
        name.push_str(["x", "y", "", "z"][(state.now().len() + action) % 4]);
    }

    fn probability(&self, state: &Self::State, _: usize) -> Rational {
        Rational::new(1, self.num_actions(state) as i64).expect("actions")
    }

    fn apply(&self, state: &mut Self::State, action: usize) {
        state.go(|moves| moves.push(action as u8));
    }

    fn undo(&self, state: &mut Self::State) {
        state.back();
    }

    fn information(&self, state: &Self::State, text: &mut String) {
        let moves = state.now();
        if let [.., last] = moves.as_slice() {
            _ = write!(text, "{} {last}", moves.len());
        }
    }

    fn payoffs(&self, state: &Self::State, to: &mut Vec<Number>) {
        let paid = (self.hash(state.now()) >> 16) as i64 % 5;
        to.extend([Number::from(paid), Number::from(1 - paid)]);
    }
}

#[test]
fn drawn_games_do_not_depend_on_cuts_and_threads() {
    for seed in 1..40 {
        let contradicts = false;
        alike(&Drawn {
            seed,
            depth: 9,
            contradicts,
        });
    }
}

/// What is wrong is the same for any number of threads, too.
#[test]
fn errors_do_not_depend_on_threads() {
    let mut errors = 0;
    for seed in 1..40 {
        let drawn = Drawn {
            seed,
            depth: 11,
            contradicts: true,
        };
        let found = [1, 2, 8].map(|threads| {
            let limits = Limits {
                threads,
                ..Limits::default()
            };
            expand_in_pieces(&drawn, &limits, 0).err()
        });
        assert!(
            found[1..].iter().all(|error| *error == found[0]),
            "{found:?}"
        );
        errors += usize::from(matches!(found[0], Some(CannotExpand::Inconsistent { .. })));
    }
    assert!(errors > 0);
}

/// As many nodes as there are may be there, and one less not; the least bytes that are enough are found by halving.
#[test]
fn limits_are_sharp() {
    let dice = LiarsDice { sides: 4, dice: 1 };
    let least = [1, 2, 8].map(|threads| {
        let make = |nodes, bytes| {
            let limits = Limits {
                nodes,
                bytes,
                threads,
            };
            expand_in_pieces(&dice, &limits, 0)
        };
        let too_many = |limit| CannotExpand::TooManyNodes {
            title: dice.title(),
            limit,
        };
        assert_eq!(make(8180, usize::MAX).err(), Some(too_many(8180)));
        assert_eq!(make(0, usize::MAX).err(), Some(too_many(0)));
        let (mut low, mut high) = (0, 8181 * 150);
        let tree = make(8181, high).expect("150 bytes a node");
        while low + 1 < high {
            let bytes = usize::midpoint(low, high);
            match make(8181, bytes) {
                Ok(_) => high = bytes,
                Err(CannotExpand::TooManyBytes { limit, .. }) => {
                    assert_eq!(limit, bytes);
                    low = bytes;
                }
                Err(other) => panic!("{other}"),
            }
        }
        assert!(high >= tree.bytes(), "{high} {}", tree.bytes());
        high
    });
    assert!(least.iter().all(|bytes| *bytes == least[0]), "{least:?}");
}

/// A game of one move after the other.
struct Chain(usize);

impl Rules for Chain {
    type State = usize;

    fn title(&self) -> String {
        "chain".to_owned()
    }

    fn players(&self) -> Vec<String> {
        vec!["one".to_owned()]
    }

    fn root(&self) -> usize {
        0
    }

    fn turn(&self, at: &usize) -> Turn {
        if *at == self.0 {
            Turn::Over
        } else {
            Turn::Player(0)
        }
    }

    fn num_actions(&self, at: &usize) -> usize {
        usize::from(*at < self.0)
    }

    fn action(&self, _: &usize, _: usize, name: &mut String) {
        name.push_str("on");
    }

    fn probability(&self, _: &usize, _: usize) -> Rational {
        Rational::ONE
    }

    fn apply(&self, at: &mut usize, _: usize) {
        *at += 1;
    }

    fn undo(&self, at: &mut usize) {
        *at = at.saturating_sub(1);
    }

    fn information(&self, at: &usize, text: &mut String) {
        text.push_str(&at.to_string());
    }

    fn payoffs(&self, _: &usize, to: &mut Vec<Number>) {
        to.push(Number::from(1));
    }
}

#[test]
fn long_chains_need_no_stack() {
    let game = expand(&Chain(100_000), &Limits::default()).expect("a chain");
    assert_eq!((game.num_nodes(), game.num_infosets()), (100_001, 100_000));
    let end = crate::id::NodeId(100_000);
    assert_eq!(game.parent(end), Some(crate::id::NodeId(99_999)));
    assert!(game.ends().iter().all(|end| *end == 100_001));
}

/// A tree of yes and no, in which somebody gives up as soon as a text is asked for.
struct GivenUp {
    depth: usize,
    cancel: Arc<AtomicBool>,
}

impl Rules for GivenUp {
    type State = usize;

    fn title(&self) -> String {
        "given up".to_owned()
    }

    fn players(&self) -> Vec<String> {
        vec!["one".to_owned()]
    }

    fn root(&self) -> usize {
        1
    }

    fn turn(&self, at: &usize) -> Turn {
        if *at >> self.depth == 0 {
            Turn::Player(0)
        } else {
            Turn::Over
        }
    }

    fn num_actions(&self, at: &usize) -> usize {
        if *at >> self.depth == 0 { 2 } else { 0 }
    }

    fn action(&self, _: &usize, action: usize, name: &mut String) {
        name.push_str(["no", "yes"][action]);
    }

    fn probability(&self, _: &usize, _: usize) -> Rational {
        Rational::ONE
    }

    fn apply(&self, at: &mut usize, action: usize) {
        *at = *at * 2 + action;
    }

    fn undo(&self, at: &mut usize) {
        *at /= 2;
    }

    fn information(&self, at: &usize, text: &mut String) {
        self.cancel.store(true, Ordering::Relaxed);
        text.push_str(&at.to_string());
    }

    fn payoffs(&self, _: &usize, to: &mut Vec<Number>) {
        to.push(Number::from(1));
    }
}

#[test]
fn all_threads_end_when_somebody_gives_up() {
    for threads in [1, 2, 8] {
        let cancel = Arc::new(AtomicBool::new(false));
        let patience = Patience {
            deadline: None,
            cancel: Some(Arc::clone(&cancel)),
        };
        let limits = Limits {
            threads,
            ..Limits::default()
        };
        let given_up = GivenUp { depth: 16, cancel };
        let ended = patience::within(&patience, || expand(&given_up, &limits).map(drop));
        assert_eq!(ended, Err(Ended::Cancelled), "{threads} threads");
    }
}

//! Sizes as counted by others, and rules that can be taken back.

use super::*;
use crate::extensive::ExtensiveGame;
use crate::information::perfect_recall;

pub(super) fn tree(name: &str) -> ExtensiveGame {
    let ruled = named(name).expect("a game");
    ruled.tree(&Limits::default()).expect("small enough")
}

/// Nodes, ends, nodes of chance, information sets by player, sequences of the first two, the empty one included.
pub(super) fn sizes(game: &ExtensiveGame) -> (usize, usize, usize, Vec<usize>, [usize; 2]) {
    let ends = game.nodes().filter(|n| game.is_terminal(*n)).count();
    let chance = game
        .nodes()
        .filter(|n| {
            game.infoset(*n)
                .is_some_and(|h| game.infoset_player(h).is_none())
        })
        .count();
    let of = |player: usize| {
        game.infosets()
            .filter(move |h| game.infoset_player(*h).is_some_and(|p| p.index() == player))
    };
    let sets = (0..game.num_players()).map(|p| of(p).count()).collect();
    let sequences = [0, 1].map(|p| 1 + of(p).map(|h| game.num_actions(h)).sum::<usize>());
    (game.num_nodes(), ends, chance, sets, sequences)
}

/// Counted in the trees of `OpenSpiel` (Lanctot et al. 2019), whose rules these are.
#[test]
fn trees_have_the_known_sizes() {
    let rows = [
        ("kuhn", (58, 30, 4, vec![6, 6], [13, 13])),
        ("kuhn:players=3", (617, 312, 17, vec![16; 3], [33, 33])),
        ("kuhn:players=4", (7886, 3960, 86, vec![40; 4], [81, 81])),
        ("leduc", (9457, 5520, 157, vec![468; 2], [1093, 1093])),
        (
            "liars_dice:sides=3",
            (1147, 567, 4, vec![96; 2], [190, 190]),
        ),
        (
            "liars_dice:sides=4",
            (8181, 4080, 5, vec![512; 2], [1021, 1021]),
        ),
        ("goofspiel:cards=3", (67, 36, 0, vec![8; 2], [18, 18])),
        ("goofspiel", (1077, 576, 0, vec![81; 2], [175, 175])),
        (
            "goofspiel:order=random",
            (26_773, 13_824, 1793, vec![1804; 2], [3737, 3737]),
        ),
        (
            "goofspiel:cards=5,order=ascending,turns=3",
            (5331, 3600, 0, vec![144; 2], [448, 448]),
        ),
        ("dark_hex", (441, 216, 0, vec![33, 101], [77, 169])),
    ];
    for (name, expected) in rows {
        let game = tree(name);
        assert_eq!(sizes(&game), expected, "{name}");
        assert!(perfect_recall(&game).is_empty(), "{name}");
    }
}

/// Every state comes back as it was, and is told apart from its children.
#[test]
fn moves_can_be_taken_back() {
    fn walk<R: Rules<State: PartialEq + std::fmt::Debug>>(rules: &R) {
        let mut open = vec![rules.root()];
        let mut seen = 0;
        while let Some(mut state) = open.pop() {
            seen += 1;
            if seen > 5000 {
                break;
            }
            let before = state.clone();
            for action in 0..rules.num_actions(&state) {
                rules.apply(&mut state, action);
                assert_ne!(state, before);
                open.push(state.clone());
                rules.undo(&mut state);
                assert_eq!(state, before);
            }
        }
        let mut root = rules.root();
        rules.undo(&mut root);
        assert_eq!(root, rules.root());
    }
    walk(&Kuhn { players: 4 });
    walk(&Leduc);
    walk(&LiarsDice { sides: 2, dice: 2 });
    walk(&Goofspiel {
        order: Order::Random,
        pays: Pays::Difference,
        ..Goofspiel::default()
    });
    walk(&DarkHex {
        side: 3,
        tells_tries: false,
    });
    walk(&DeterrenceLadder::default());
}

#[test]
fn trees_stay_within_their_limit() {
    let dice = named("liars_dice").expect("a game");
    let error = dice
        .tree(&Limits {
            nodes: 1000,
            ..Limits::default()
        })
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the tree of `liar's dice, 6 sides` has more than 1000 nodes"
    );
}

/// Nobody's rules: who moves second is told nothing, but has one action more after a left.
struct Contradiction;

impl Rules for Contradiction {
    type State = Trail<Vec<usize>>;

    fn title(&self) -> String {
        "contradiction".to_owned()
    }

    fn players(&self) -> Vec<String> {
        vec!["one".to_owned(), "two".to_owned()]
    }

    fn root(&self) -> Self::State {
        Trail::new(Vec::new())
    }

    fn turn(&self, state: &Self::State) -> Turn {
        match state.now().len() {
            2 => Turn::Over,
            player => Turn::Player(player),
        }
    }

    fn num_actions(&self, state: &Self::State) -> usize {
        match state.now().as_slice() {
            [0] => 3,
            [] | [_] => 2,
            _ => 0,
        }
    }

    fn action(&self, _: &Self::State, action: usize, name: &mut String) {
        name.push_str(["left", "right", "neither"][action]);
    }

    fn probability(&self, _: &Self::State, _: usize) -> Rational {
        Rational::ONE
    }

    fn apply(&self, state: &mut Self::State, action: usize) {
        state.go(|moves| moves.push(action));
    }

    fn undo(&self, state: &mut Self::State) {
        state.back();
    }

    fn information(&self, _: &Self::State, _: &mut String) {}

    fn payoffs(&self, _: &Self::State, to: &mut Vec<Number>) {
        to.extend([Number::from(0), Number::from(0)]);
    }
}

#[test]
fn rules_that_contradict_themselves_are_refused() {
    let error = expand(&Contradiction, &Limits::default()).unwrap_err();
    assert!(matches!(
        error,
        CannotExpand::Inconsistent {
            found: 2,
            known: 3,
            ..
        }
    ));
}

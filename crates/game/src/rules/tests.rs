//! Sizes as counted by others, and rules that can be taken back.

use super::*;
use crate::extensive::ExtensiveGame;
use crate::information::perfect_recall;

pub(super) fn tree(name: &str) -> ExtensiveGame {
    let ruled = named(name).expect("a game");
    ruled.tree(&Limits::default()).expect("small enough")
}

/// Nodes, ends, nodes of chance, information sets by player, sequences of each with the empty one, and the most moves of a play.
pub(super) type Sizes = (usize, usize, usize, Vec<usize>, Vec<usize>, usize);

pub(super) fn sizes(game: &ExtensiveGame) -> Sizes {
    let ends = game.nodes().filter(|n| game.is_terminal(*n)).count();
    let chance = game
        .nodes()
        .filter(|n| {
            game.infoset(*n)
                .is_some_and(|h| game.infoset_player(h).is_none())
        })
        .count();
    let sets = game.players().map(|p| game.player_infosets(p).count());
    let sequences = game.players().map(|player| {
        let actions = game.player_infosets(player).map(|h| game.num_actions(h));
        1 + actions.sum::<usize>()
    });
    let mut depths = vec![0; game.num_nodes()];
    for node in game.nodes().skip(1) {
        let parent = game.parent(node).expect("not the root");
        depths[node.index()] = depths[parent.index()] + 1;
    }
    (
        game.num_nodes(),
        ends,
        chance,
        sets.collect(),
        sequences.collect(),
        depths.into_iter().max().unwrap_or_default(),
    )
}

/// A game with sizes as they are counted elsewhere.
struct Row(
    &'static str,
    usize,
    usize,
    usize,
    &'static [usize],
    &'static [usize],
    usize,
);

/// Counted in the trees of `OpenSpiel` (Lanctot et al. 2019), whose rules these are.
const ROWS: &[Row] = &[
    Row("kuhn", 58, 30, 4, &[6; 2], &[13; 2], 5),
    Row("kuhn:players=3", 617, 312, 17, &[16; 3], &[33; 3], 8),
    Row("kuhn:players=4", 7886, 3960, 86, &[40; 4], &[81; 4], 11),
    Row("leduc", 9457, 5520, 157, &[468; 2], &[1093; 2], 11),
    Row("liars_dice:sides=3", 1147, 567, 4, &[96; 2], &[190; 2], 9),
    Row(
        "liars_dice:sides=4",
        8181,
        4080,
        5,
        &[512; 2],
        &[1021; 2],
        11,
    ),
    Row(
        "liars_dice:sides=5",
        51_181,
        25_575,
        6,
        &[2560; 2],
        &[5116; 2],
        13,
    ),
    Row(
        "liars_dice",
        294_883,
        147_420,
        7,
        &[12_288; 2],
        &[24_571; 2],
        15,
    ),
    Row("goofspiel:cards=3", 67, 36, 0, &[8; 2], &[18; 2], 4),
    Row("goofspiel", 1077, 576, 0, &[81; 2], &[175; 2], 6),
    Row(
        "goofspiel:cards=5",
        26_931,
        14_400,
        0,
        &[1062; 2],
        &[2284; 2],
        8,
    ),
    Row(
        "goofspiel:order=random",
        26_773,
        13_824,
        1793,
        &[1804; 2],
        &[3737; 2],
        9,
    ),
    Row(
        "goofspiel:cards=5,order=ascending,turns=3",
        5331,
        3600,
        0,
        &[144; 2],
        &[448; 2],
        6,
    ),
    Row("tiny_hanabi", 55, 36, 3, &[2, 6], &[7, 19], 4),
    Row(
        "sheriff",
        28_085,
        16_384,
        0,
        &[2341, 2340],
        &[9365, 4681],
        9,
    ),
    Row(
        "battleship",
        13_685,
        9216,
        0,
        &[397, 1189],
        &[1197, 3597],
        8,
    ),
    Row("sealed_bid_auction", 611, 280, 231, &[5; 2], &[16; 2], 5),
    Row("dark_hex", 441, 216, 0, &[33, 101], &[77, 169], 7),
    Row("trade_comm", 349, 256, 1, &[10, 12], &[37, 41], 5),
];

#[test]
fn trees_have_the_known_sizes() {
    for Row(name, nodes, ends, chance, sets, sequences, depth) in ROWS {
        let game = tree(name);
        let expected = (
            *nodes,
            *ends,
            *chance,
            sets.to_vec(),
            sequences.to_vec(),
            *depth,
        );
        assert_eq!(sizes(&game), expected, "{name}");
        assert!(perfect_recall(&game).is_empty(), "{name}");
    }
}

/// Everything is seen, so there are as many sets as decisions: after 0, 2, 4, 6 or 8 marks crosses decide.
#[test]
fn tic_tac_toe_has_the_known_size() {
    let game = tree("tic_tac_toe");
    let (nodes, ends, chance, sets, _, depth) = sizes(&game);
    assert_eq!((nodes, ends, chance, depth), (549_946, 255_168, 0, 9));
    assert_eq!(sets.iter().sum::<usize>(), nodes - ends);
}

/// With other options too there are as many nodes and information sets as there.
#[test]
fn options_mean_what_they_mean_elsewhere() {
    let rows: [(&str, usize, &[usize]); 11] = [
        ("battleship:repeats=yes", 21_877, &[397, 1573]),
        (
            "battleship:width=3,height=1,shots=3,repeats=yes",
            3735,
            &[305, 729],
        ),
        ("battleship:width=2,height=3,ships=2", 52_095, &[512, 2395]),
        (
            "battleship:ships=1,shots=3,repeats=yes",
            23_317,
            &[629, 1885],
        ),
        ("sheriff:items=5,bribe=2,rounds=2", 385, &[43, 21]),
        ("sealed_bid_auction:players=3,most=4", 3064, &[4; 3]),
        ("sealed_bid_auction:players=4,most=3", 4739, &[3; 4]),
        ("trade_comm:items=3", 7408, &[30, 36]),
        ("phantom_tic_tac_toe", 42_139, &[154, 163]),
        ("phantom_tic_tac_toe:tries=yes", 42_139, &[235, 172]),
        ("phantom_tic_tac_toe:abrupt=yes", 42_211, &[154, 19]),
    ];
    for (name, nodes, sets) in rows {
        let game = tree(name);
        let found = sizes(&game);
        assert_eq!((found.0, found.3.as_slice()), (nodes, sets), "{name}");
        assert!(perfect_recall(&game).is_empty(), "{name}");
    }
}

/// The trees of Colonel Blotto with two battles: `A` ways to send troops first, and then, over all of these, as many ways for each to send the rest.
#[test]
fn battles_have_as_many_nodes_as_there_are_ways() {
    let choose = |n: usize, k: usize| (1..=k).fold(1, |ways, i| ways * (n - k + i) / i);
    for (troops, fields) in [(0, 1), (1, 1), (2, 2), (4, 2), (3, 3), (2, 4)] {
        let game = tree(&format!("blotto_sequence:troops={troops},fields={fields}"));
        let first = choose(troops + fields, fields);
        let rest: usize = (0..=troops)
            .map(|sent| {
                let all_of = |troops| choose(troops + fields - 1, fields - 1);
                all_of(sent) * all_of(troops - sent)
            })
            .sum();
        let nodes = 1 + first + first * first + first * rest + rest * rest;
        assert_eq!(game.num_nodes(), nodes, "{troops} {fields}");
        assert!(perfect_recall(&game).is_empty());
        let one = tree(&format!(
            "blotto_sequence:troops={troops},fields={fields},rounds=1"
        ));
        let ways = choose(troops + fields - 1, fields - 1);
        assert_eq!(one.num_nodes(), 1 + ways + ways * ways);
        for rounds in 1..=3 {
            let rules = BlottoSequence {
                troops,
                fields,
                rounds,
                only_wins: false,
            };
            let limits = Limits {
                nodes: 200_000,
                ..Limits::default()
            };
            match expand(&rules, &limits) {
                Ok(game) => assert_eq!(rules.num_nodes(), Some(game.num_nodes() as u128)),
                Err(_) => assert!(rules.num_nodes() > Some(200_000)),
            }
        }
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
    walk(&PhantomTicTacToe::default());
    walk(&PhantomTicTacToe {
        is_abrupt: true,
        moves: 18,
        tells_tries: true,
    });
    walk(&Battleship::default());
    walk(&Sheriff::default());
    walk(&SealedBidAuction::default());
    walk(&BlottoSequence::default());
    walk(&TinyHanabi);
    walk(&TradeComm::default());
    walk(&TicTacToe);
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

//! Files of the format, well-formed and not.

use super::{CannotWrite, WriteOptions, read, write};
use crate::builder::ExtensiveBuilder;
use crate::catalog;
use crate::diagnostic::Severity;
use crate::extensive::ExtensiveGame;
use crate::format::{Format, Game, ReadOptions, sniff};
use crate::id::{InfosetId, NodeId, OutcomeId, PlayerId};
use crate::number::{Number, Rational};
use crate::rules::{Limits, named};
use proptest::prelude::*;
use std::fmt::Write as _;

fn accepted(text: &str) -> ExtensiveGame {
    let reading = read(text, &ReadOptions::default());
    assert_eq!(reading.diagnostics, [], "{text}");
    reading.value.expect("no error")
}

fn codes(text: &str) -> Vec<(&'static str, &str)> {
    let reading = read(text, &ReadOptions::default());
    assert_eq!(reading.value.is_none(), reading.has_errors());
    let place = |span| &text[span];
    let said = reading.diagnostics.into_iter();
    said.map(|d| {
        assert!(d.help.is_some(), "{}", d.message);
        (d.code, place(d.span))
    })
    .collect()
}

fn written(game: &ExtensiveGame) -> String {
    write(game, &WriteOptions::default()).expect("small").text
}

/// Play, information and payoffs, without labels: what two files of one game agree on.
fn bones(game: &ExtensiveGame) -> Vec<String> {
    let mut paid: Vec<Vec<Rational>> = Vec::new();
    game.nodes()
        .map(|node| {
            let before = game.parent(node).map(|parent| paid[parent.index()].clone());
            let mut sums = before.unwrap_or_else(|| vec![Rational::ZERO; game.num_players()]);
            if let Some(outcome) = game.outcome(node) {
                for player in game.players() {
                    sums[player.index()] =
                        &sums[player.index()] + game.payoff(outcome, player).value();
                }
            }
            paid.push(sums.clone());
            match game.infoset(node) {
                None => format!("{sums:?}"),
                Some(set) => {
                    let player = game.infoset_player(set);
                    let actions = 0..game.num_actions(set);
                    let labels: Vec<_> =
                        actions.clone().map(|k| game.action_label(set, k)).collect();
                    let row: Vec<_> = match player {
                        None => actions
                            .map(|k| game.chance_probability(set, k).value())
                            .collect(),
                        Some(_) => Vec::new(),
                    };
                    let known = player.map(|_| (set, game.infoset_label(set)));
                    format!("{player:?} {known:?} {labels:?} {row:?}")
                }
            }
        })
        .collect()
}

/// One card of two, and a bet that may be called.
const CARD: &str = "# A card instance with parameters:
#
# Opt {
#     num_players: 2,
#     player_1: Ann%20B,
# }
#
# A note.
#
node / chance actions high=0.33333333333333331 low=0.66666666666666663
node /C:high player 1 actions bet pass
node /C:high/P1:bet player 2 actions call fold
node /C:high/P1:bet/P2:call leaf payoffs 1=2 2=-2
node /C:high/P1:bet/P2:fold leaf payoffs 1=1 2=-1
node /C:high/P1:pass leaf payoffs 1=0.5 2=-0.5
node /C:low player 1 actions bet pass
node /C:low/P1:bet player 2 actions call fold
node /C:low/P1:bet/P2:call leaf payoffs 1=-2 2=2
node /C:low/P1:bet/P2:fold leaf payoffs 1=1 2=-1
node /C:low/P1:pass leaf payoffs 1=-0.33333333333333331 2=0.33333333333333331
infoset pl1_0__high nodes /C:high
infoset pl1_1__low nodes /C:low
infoset pl2_0__ nodes /C:high/P1:bet /C:low/P1:bet
";

#[test]
fn paths_are_read_and_written() {
    let game = accepted(CARD);
    assert_eq!((game.title(), game.comment()), ("A card", "A note."));
    assert_eq!(
        (game.num_nodes(), game.num_infosets(), game.num_outcomes()),
        (11, 3, 5)
    );
    assert_eq!(game.player_label(PlayerId(0)), "Ann B");
    let event = game.infoset(NodeId::ROOT).expect("chance");
    assert_eq!(
        *game.chance_probability(event, 0),
        Number::from(Rational::new(1, 3).expect("3"))
    );
    assert_eq!(game.action_label(InfosetId(2), 1), "fold");
    assert_eq!(
        (
            game.infoset_label(InfosetId(0)),
            game.infoset_label(InfosetId(2))
        ),
        ("high", "")
    );
    let last = game.payoff(OutcomeId(4), PlayerId(1));
    assert_eq!(*last.value(), Rational::new(1, 3).expect("3"));
    assert_eq!(written(&game), CARD);
    assert_eq!(sniff(CARD), Some(Format::Lite));
}

/// The same game with names that only tell nodes apart, its lines in another order.
#[test]
fn actions_may_be_the_names_of_nodes() {
    let text = "# LiteEFG OpenSpiel cache format 2
# card instance with parameters:
#
# Opt {
#     openspiel,
#     cards: 2,
#     players: 2,
# }
#
node node_1%0A1%0A leaf payoffs 1=-0.33333333333333331 2=0.33333333333333331
node node_%0A chance actions node_0%0A=0.33333333333333331 node_1%0A=0.66666666666666663
node node_1%0A player 1 actions node_1%0A0%0A node_1%0A1%0A
node node_1%0A0%0A player 2 actions node_1%0A0%0A0%0A node_1%0A0%0A1%0A
node node_1%0A0%0A0%0A leaf payoffs 1=-2 2=2
node node_1%0A0%0A1%0A leaf payoffs 1=1 2=-1
node node_0%0A player 1 actions node_0%0A0%0A node_0%0A1%0A
node node_0%0A1%0A leaf payoffs 1=0.5 2=-0.5
node node_0%0A0%0A player 2 actions node_0%0A0%0A0%0A node_0%0A0%0A1%0A
node node_0%0A0%0A0%0A leaf payoffs 1=2 2=-2
node node_0%0A0%0A1%0A leaf payoffs 1=1 2=-1
infoset pl2_0__b nodes node_1%0A0%0A node_0%0A0%0A
infoset pl1_0__%5B1%5D nodes node_1%0A
";
    let game = accepted(text);
    assert_eq!((game.title(), game.comment()), ("card", "cards: 2"));
    assert_eq!(game.infoset_label(InfosetId(1)), "[1]");
    assert_eq!(game.action_label(InfosetId(2), 1), "1");
    let plain = |game: &ExtensiveGame| -> Vec<String> {
        let all = bones(game).into_iter();
        all.filter(|line| line.starts_with('[')).collect()
    };
    assert_eq!(plain(&game), plain(&accepted(CARD)));
}

/// Every problem at once, each at its place.
#[test]
fn problems_are_told_with_their_places() {
    let two = "# Opt { num_players: 2 }\n";
    let leaf = "leaf payoffs 1=0 2=0";
    for (text, expected) in [
        ("node / leaf payoffs 1=0", vec![("F304", "/")]),
        (
            "# Opt { num_players: 0 }\nnode / leaf payoffs 1=0",
            vec![("F304", "0")],
        ),
        ("# Opt { num_players: 2 }", vec![("F311", "")]),
        (
            "edge a b\nnode / leaf pays 1=0\nNode",
            vec![
                ("F301", "edge"),
                ("F302", "pays"),
                ("F302", "Node"),
                ("F301", "Node"),
                ("F311", ""),
            ],
        ),
        (
            "# Opt { num_players: 2 }\nnode / leaf payoffs 1=0 1=2 3=1 x 2=y",
            vec![("F312", "1=2"), ("F305", "3=1"), ("F302", "x")],
        ),
        (
            "# Opt { num_players: 2 }\nnode / leaf payoffs 1=0",
            vec![("F312", "1=0")],
        ),
        (
            "# Opt { num_players: 1 }\nnode / leaf payoffs 1=y",
            vec![("F303", "y")],
        ),
        (
            "# Opt { num_players: 1 }\nnode / leaf payoffs 1=1/3",
            vec![("F303", "1/3")],
        ),
        (
            "# Opt { num_players: 1 }\nnode / wait\nnode / player x actions a\nnode / player\nnode / chance actions",
            vec![
                ("F302", "wait"),
                ("F305", "x"),
                ("F302", "node / player"),
                ("F302", "node / chance actions"),
                ("F311", ""),
            ],
        ),
        (
            "# Opt { num_players: 1 }\nnode a player 1 actions a",
            vec![("F310", "a")],
        ),
        (
            "# Opt { num_players: 1 }\nnode r leaf payoffs 1=0\nnode a player 1 actions b\nnode b chance actions c=1\nnode c player 1 actions b d\nnode d leaf payoffs 1=0",
            vec![("F308", "a"), ("F309", "b")],
        ),
        (
            "# Opt { num_players: 1 }\nnode r leaf payoffs 1=0\nnode b chance actions c=1\nnode c player 1 actions b d\nnode d leaf payoffs 1=0",
            vec![("F310", "b")],
        ),
        (
            "infoset a nodes b\nnode b player 1 actions c\nnode c leaf payoffs 1=1\n# Opt { num_players: 1 }",
            vec![("F319", "infoset"), ("F304", "b")],
        ),
    ] {
        assert_eq!(codes(text), expected, "{text}");
    }
    let moves = |set: &str| {
        format!(
            "{two}node / player 1 actions a b c\nnode /P1:a player 2 actions x y\nnode /P1:b player 2 actions y x\nnode /P1:c player 2 actions x\nnode /P1:a/P2:x {leaf}\nnode /P1:a/P2:y {leaf}\nnode /P1:b/P2:x {leaf}\nnode /P1:b/P2:y {leaf}\nnode /P1:c/P2:x {leaf}\n{set}"
        )
    };
    for (set, expected) in [
        ("infoset s nodes /P1:a /P1:b", vec![("F317", "/P1:b")]),
        ("infoset s nodes /P1:a /P1:c", vec![("F317", "/P1:c")]),
        ("infoset s nodes /P1:a /", vec![("F317", "/")]),
        ("infoset s nodes /P1:a /P1:d", vec![("F315", "/P1:d")]),
        ("infoset s nodes /P1:a/P2:x", vec![("F316", "/P1:a/P2:x")]),
        (
            "infoset s nodes /P1:a\ninfoset t nodes /P1:a",
            vec![("F318", "/P1:a")],
        ),
        (
            "infoset s nodes /P1:a\ninfoset s nodes /P1:b",
            vec![("F306", "s")],
        ),
        ("infoset s nodes", vec![("F302", "infoset s nodes")]),
        ("infoset", vec![("F302", "infoset")]),
        ("infoset s node /", vec![("F302", "node")]),
        ("node /P1:d leaf payoffs 1=0 2=0", vec![("F308", "/P1:d")]),
        ("node /P1:a leaf payoffs 1=0 2=0", vec![("F306", "/P1:a")]),
        (
            "node /P1:c/P2:x/P1:z player 3 actions a",
            vec![
                ("F305", "/P1:c/P2:x/P1:z"),
                ("F308", "/P1:c/P2:x/P1:z"),
                ("F307", "a"),
            ],
        ),
    ] {
        assert_eq!(codes(&moves(set)), expected, "{set}");
    }
}

#[test]
fn weights_are_read_exactly() {
    let row = |weights: &str| {
        let mut text = format!("# Opt {{ num_players: 1 }}\nnode / chance actions {weights}\n");
        for entry in weights.split(' ') {
            let action = entry.split('=').next().expect("one part");
            let _ = writeln!(text, "node /C:{action} leaf payoffs 1=0");
        }
        let reading = read(&text, &ReadOptions::default());
        let said: Vec<_> = reading.diagnostics.iter().map(|d| d.code).collect();
        let row = reading.value.map(|game| {
            let actions = 0..game.num_actions(InfosetId(0));
            let row = actions.map(|k| game.chance_probability(InfosetId(0), k).to_string());
            row.collect::<Vec<_>>().join(" ")
        });
        (row.unwrap_or_default(), said)
    };
    let fine = |text: &str| (text.to_owned(), Vec::new());
    assert_eq!(row("a=0.5 b=0.25 c=.25"), fine("0.5 0.25 .25"));
    assert_eq!(row("a=0.1667 b=0.5 c=0.3333"), fine("0.1667 0.5 0.3333"));
    assert_eq!(
        row("a=0.33333333 b=0.33333333 c=0.33333333"),
        fine("1/3 1/3 1/3")
    );
    assert_eq!(row("a=1"), fine("1"));
    assert_eq!(row("a=0.5 b=0.25"), ("2/3 1/3".to_owned(), vec!["F314"]));
    assert_eq!(row("a=1 b=2"), ("1/3 2/3".to_owned(), vec!["F314"]));
    assert_eq!(row("a=0 b=1"), ("0 1".to_owned(), vec!["F313"]));
    assert_eq!(row("a=-1 b=2"), (String::new(), vec!["F313"]));
    assert_eq!(
        row("a=0 b=0"),
        (String::new(), vec!["F313", "F313", "F313"])
    );
    let odd: Vec<String> = (0..9_000)
        .map(|k| format!("a{k}=1/{}", 2 * k + 10_001))
        .collect();
    assert_eq!(
        row(&odd.join(" ")).1.last(),
        Some(&"F099"),
        "a sum of fractions beyond reason"
    );
    assert_eq!(row("a b=1"), (String::new(), vec!["F302"]));
    assert_eq!(row("a%20=0.5 a=0.5").1, ["F320", "F320"]);
    assert_eq!(
        row("a==0.5 b=0.5").1,
        ["F307", "F308"],
        "the action is called `a=`"
    );
}

#[test]
fn strict_reading_refuses_what_is_warned_about() {
    let strict = ReadOptions {
        strict: true,
        ..ReadOptions::default()
    };
    let reading = read("node / leaf payoffs 1=0", &strict);
    assert_eq!(reading.diagnostics[0].severity, Severity::Error);
}

#[test]
fn games_of_the_catalogue_and_of_rules_survive() {
    let trees = catalog::entries()
        .iter()
        .filter_map(|entry| match entry.game() {
            Game::Extensive(tree) => Some(tree),
            _ => None,
        });
    let ruled = [
        "kuhn",
        "kuhn:players=3",
        "liars_dice:sides=2",
        "goofspiel:cards=3",
    ];
    let ruled = ruled.map(|name| {
        let game = named(name).expect("a name");
        game.tree(&Limits::default()).expect("small")
    });
    let mut seen = 0;
    for game in trees.chain(ruled) {
        let text = written(&game);
        let again = accepted(&text);
        assert_eq!(bones(&again), bones(&game), "{}", game.title());
        assert_eq!(
            (again.title(), again.comment()),
            (game.title(), game.comment())
        );
        assert_eq!(written(&again), text);
        seen += 1;
    }
    assert!(seen > 6, "{seen} trees");
}

#[test]
fn a_deep_tree_is_refused_before_memory_is_taken() {
    let mut b = ExtensiveBuilder::new("deep");
    let one = b.player("1");
    let h = b.infoset(one, "", &["go", "stop"]);
    for _ in 0..20_000 {
        b.move_at("", h);
    }
    for _ in 0..20_001 {
        b.terminal("");
    }
    let game = b.build().expect("a chain");
    let options = WriteOptions {
        most_bytes: 1 << 20,
        ..WriteOptions::default()
    };
    assert_eq!(
        write(&game, &options),
        Err(CannotWrite::TooLong {
            most_bytes: 1 << 20
        })
    );
    // Names that are no paths may be short, and the tree as deep as the file is long.
    let mut text = "# Opt { num_players: 1 }\n".to_owned();
    for k in 0..50_000 {
        let next = k + 1;
        let _ = writeln!(
            text,
            "node n{k} player 1 actions n{next} l{k}\nnode l{k} leaf payoffs 1={k}"
        );
    }
    text.push_str("node n50000 leaf payoffs 1=0\n");
    assert_eq!(accepted(&text).num_nodes(), 100_001);
    let nobody = ExtensiveBuilder::new("nobody");
    let mut nobody = nobody;
    nobody.terminal("");
    let nobody = nobody.build().expect("a node");
    assert_eq!(
        write(&nobody, &options),
        Err(CannotWrite::Players { players: 0 })
    );
}

#[test]
fn what_is_lost_is_said() {
    let mut b = ExtensiveBuilder::new("two\nlines");
    let one = b.player("a\\b, {c}");
    let third = Number::from(Rational::new(100_001, 99_991).expect("nonzero"));
    let pay = b.outcome("named", &[third]);
    let bonus = b.outcome("", &[Number::from(1)]);
    let coin = b.chance_event("coin", &[("x y", Number::from(1))]);
    let h = b.infoset(one, "h/é", &["", "="]);
    let root = b.move_at("root", coin);
    b.set_outcome(root, bonus);
    b.move_at("", h);
    for _ in 0..2 {
        let leaf = b.terminal("");
        b.set_outcome(leaf, pay);
    }
    let game = b.build().expect("complete");
    let ascii = WriteOptions {
        ascii: true,
        ..WriteOptions::default()
    };
    let written = write(&game, &ascii).expect("small");
    assert!(written.text.is_ascii(), "{}", written.text);
    assert_eq!(written.losses.len(), 5, "{:?}", written.losses);
    let renamed: Vec<_> = written
        .renames
        .iter()
        .map(|r| (r.what, r.to.as_str()))
        .collect();
    assert_eq!(
        renamed,
        [
            ("action", "_1"),
            ("title", "two lines"),
            ("player", "a/b, {c}")
        ]
    );
    let again = accepted(&written.text);
    assert_eq!(again.player_label(PlayerId(0)), "a/b, {c}");
    assert_eq!(again.infoset_label(InfosetId(0)), "h/é");
    assert_eq!(again.action_label(InfosetId(0), 1), "=");
}

proptest! {
    /// Numbers of all kinds at the leaves and in rows of chance come back, and the same text is written again.
    #[test]
    fn numbers_survive(
        row in proptest::collection::vec(1_i64..1_000, 1..6),
        pays in proptest::collection::vec((-10_000_i64..10_000, 1_i64..1_000), 6),
    ) {
        let mut b = ExtensiveBuilder::new("numbers");
        b.player("1");
        let sum: i64 = row.iter().sum();
        let actions: Vec<_> = row
            .iter()
            .enumerate()
            .map(|(k, w)| (k.to_string(), Number::from(Rational::new(*w, sum).expect("positive"))))
            .collect();
        let event = b.chance_event("", &actions);
        b.move_at("", event);
        for ((n, d), _) in pays.iter().zip(&row) {
            let outcome = b.outcome("", &[Number::from(Rational::new(*n, *d).expect("positive"))]);
            let leaf = b.terminal("");
            b.set_outcome(leaf, outcome);
        }
        let game = b.build().expect("complete");
        let text = written(&game);
        let again = accepted(&text);
        prop_assert_eq!(bones(&again), bones(&game));
        prop_assert_eq!(written(&again), text);
    }

    /// Whatever is changed in a file, places are in the text and errors go with no game.
    #[test]
    fn changed_files_are_refused_in_order(cut in 0..CARD.len(), to in 0..CARD.len(), word in "[ -~]{0,6}\n?") {
        let (from, to) = (cut.min(to), cut.max(to).min(cut.min(to) + 40));
        let text = format!("{}{word}{}", &CARD[..from], &CARD[to..]);
        let reading = read(&text, &ReadOptions::default());
        for diagnostic in &reading.diagnostics {
            prop_assert!(text.get(diagnostic.span.clone()).is_some());
        }
        prop_assert_eq!(reading.value.is_none(), reading.has_errors());
    }
}

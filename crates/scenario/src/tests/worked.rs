//! The worked examples of the design notes, and the canon in tree form.

use super::{at, induct, made, told, value};
use crate::compile::{CompileLimits, CompiledGame, compile};
use crate::{Settings, load};
use deterra_game::extensive::NodeKind;
use deterra_game::information::perfect_recall;
use deterra_game::number::Rational;

const A: &str = include_str!("notes_6_2.toml");
const B: &str = include_str!("notes_6_3.toml");

fn warnings(text: &str) -> Vec<String> {
    let (_, said) = load(text, &Settings::default())
        .into_result()
        .unwrap_or_else(|d| panic!("{}", told(text, &d)));
    said.iter()
        .map(|d| format!("{} {}", d.code, d.message))
        .collect()
}

#[test]
fn worked_example_a_loads_as_it_stands() {
    assert_eq!(
        warnings(A),
        ["D081 \"a\" is charged twice: by the commitment and by this formula"]
    );
    let compiled = made(A, &[], &[]);
    let CompiledGame::Tree(game) = &compiled.game else {
        panic!("two types make a tree");
    };
    assert_eq!(compiled.summary.profiles, 2);
    // Two types on a ladder of 14 positions with 3 risks: each type has its 16 nodes.
    assert_eq!(game.player_label(deterra_game::id::PlayerId(0)), "ch");
    assert!(perfect_recall(game).is_empty());
    // The challenger has one set a stage with both types in it; each type its own W.
    let sets: Vec<(String, usize)> = game
        .infosets()
        .map(|h| (game.infoset_label(h).to_owned(), game.members(h).len()))
        .collect();
    let expected = [
        ("C0", 2),
        ("C1", 2),
        ("C2", 2),
        ("W1:resolute", 1),
        ("W2:resolute", 1),
        ("W3:resolute", 1),
        ("W1:irresolute", 1),
        ("W2:irresolute", 1),
        ("W3:irresolute", 1),
    ];
    let expected: Vec<(String, usize)> = expected.map(|(l, n)| (l.to_owned(), n)).into();
    assert_eq!(sets, expected);
    let root = game
        .infoset(deterra_game::id::NodeId::ROOT)
        .expect("chance");
    let prior: Vec<String> = (0..2)
        .map(|k| game.chance_probability(root, k).value().to_string())
        .collect();
    assert_eq!(prior, ["1/5", "4/5"]);
}

#[test]
fn complete_information_is_one_type_given() {
    let compiled = made(A, &[], &[("co", "irresolute")]);
    assert!(matches!(compiled.game, CompiledGame::Positions(_)));
    assert_eq!(value(&compiled), ["10", "-8"]);
    // The resolute type's loss of 25 is above 18.6, so the challenger settles at once.
    assert_eq!(value(&made(A, &[], &[("co", "resolute")])), ["4", "-2"]);
    // A prior of 1 does the same.
    assert_eq!(value(&made(A, &[("pi", "1")], &[])), ["4", "-2"]);
}

#[test]
fn worked_example_b_has_the_published_outcomes_for_all_types() {
    assert!(warnings(B).is_empty(), "{:?}", warnings(B));
    // Soft challengers never challenge; hard ones are deterred by HH alone.
    for (ch, def, outcome) in [
        ("S", "HH", "SQ"),
        ("S", "HS", "SQ"),
        ("S", "SH", "SQ"),
        ("S", "SS", "SQ"),
        ("H", "HH", "SQ"),
        ("H", "HS", "DC"),
        ("H", "SH", "DC"),
        ("H", "SS", "DC"),
    ] {
        let compiled = made(B, &[], &[("ch", ch), ("def", def)]);
        let game = compiled.game.graph();
        let (_, choices) = induct(game);
        let mut here = deterra_game::id::NodeId::ROOT;
        while game.num_moves(here) > 0 {
            here = game.successor(here, choices[here.index()]);
        }
        assert_eq!(game.outcome_label(here), Some(outcome), "{ch} {def}");
    }
}

#[test]
fn worked_example_b_derives_information_sets() {
    let compiled = made(B, &[], &[]);
    let CompiledGame::Tree(game) = &compiled.game else {
        panic!("types make a tree");
    };
    assert!(perfect_recall(game).is_empty());
    // The root, and for 8 combinations of types n1 SQ n2 DC n3a DD n4 ED EE n3b DE EE.
    assert_eq!(game.num_nodes(), 8 * 12 + 1);
    // n1, n3a, n3b for 2 types; n2, n4 for 4.
    assert_eq!(game.num_infosets(), 3 * 2 + 2 * 4);
    for node in game.nodes() {
        if let NodeKind::Decision(_, infoset) = game.kind(node) {
            let others = if game.infoset_player(infoset).map(|p| p.0) == Some(0) {
                4
            } else {
                2
            };
            assert_eq!(game.members(infoset).len(), others);
        }
    }
}

/// O'Neill (1986): both pay their bids, and pass when indifferent.
pub(crate) const DOLLAR: &str = r#"
[scenario]
name = "dollar auction"
root = "bid(0, 0)"

[params]
stake = 20
budget = 50

[[actor]]
id = "first"
[[actor]]
id = "second"

[[node]]
id = "bid"
given = ["mine", "rival"]
by = "first"
[[node.action]]
label = "pass"
to = "over(mine, rival, 2)"
[[node.action]]
label = "bid {b}"
each = "b"
from = "rival + 1"
to = "budget"
goto = "answer(rival, b)"

[[node]]
id = "answer"
given = ["mine", "rival"]
by = "second"
[[node.action]]
label = "pass"
to = "over(rival, mine, 1)"
[[node.action]]
label = "bid {b}"
each = "b"
from = "rival + 1"
to = "budget"
goto = "bid(rival, b)"

[[outcome]]
id = "over"
given = ["one", "two", "winner"]
payoff = { first = "if(winner == 1, stake, 0) - one", second = "if(winner == 2, stake, 0) - two" }
"#;

#[test]
fn the_dollar_auction_is_a_short_file_of_shared_positions() {
    let compiled = made(DOLLAR, &[], &[]);
    let game = compiled.game.graph();
    assert!(game.num_positions() < 6_000, "{}", game.num_positions());
    for (stake, budget, bid) in [
        (20, 50, 12),
        (10, 25, 7),
        (5, 12, 4),
        (7, 30, 6),
        (20, 40, 2),
        (3, 6, 2),
        (4, 10, 1),
    ] {
        let (stake, budget) = (stake.to_string(), budget.to_string());
        let set = [("stake", stake.as_str()), ("budget", budget.as_str())];
        let compiled = made(DOLLAR, &set, &[]);
        let game = compiled.game.graph();
        let (_, choices) = induct(game);
        assert_eq!(
            game.move_label(deterra_game::id::NodeId::ROOT, choices[0]),
            format!("bid {bid}")
        );
        let next = game.successor(deterra_game::id::NodeId::ROOT, choices[0]);
        assert_eq!(game.move_label(next, choices[next.index()]), "pass");
    }
}

/// Selten (1978): twenty towns, payments on the way.
pub(crate) const CHAIN: &str = r#"
[scenario]
name = "chain store"
root = "enter(1)"

[params]
towns = 20

[[actor]]
id = "store"
[[actor]]
id = "town{k}"
each = "k"
from = 1
to = "towns"

[[node]]
id = "enter"
given = ["k"]
by = "town{k}"
[[node.action]]
label = "out"
when = "k < towns"
to = "enter(k + 1)"
pay = { store = 5, "town{k}" = 1 }
[[node.action]]
label = "stay out"
when = "k == towns"
to = "end"
pay = { store = 5, "town{k}" = 1 }
[[node.action]]
label = "in"
to = "respond(k)"

[[node]]
id = "respond"
given = ["k"]
by = "store"
[[node.action]]
label = "cooperate"
to = "next(k)"
pay = { store = 2, "town{k}" = 2 }
[[node.action]]
label = "fight"
to = "next(k)"

[[node]]
id = "next"
given = ["k"]
by = "chance"
[[node.action]]
label = "on"
prob = 1
when = "k < towns"
to = "enter(k + 1)"
[[node.action]]
label = "over"
prob = 1
when = "k == towns"
to = "end"

[[outcome]]
id = "end"
payoff = {}
"#;

#[test]
fn twenty_towns_are_a_hundred_positions() {
    let compiled = made(CHAIN, &[], &[]);
    let game = compiled.game.graph();
    assert!(game.num_positions() < 150, "{}", game.num_positions());
    let (values, _) = induct(game);
    let expected: Vec<Rational> = std::iter::once(40)
        .chain(std::iter::repeat_n(2, 20))
        .map(Rational::integer)
        .collect();
    assert_eq!(values[0], expected);
    assert_eq!(game.position_label(at(game, "respond(20)")), "respond(20)");
    let limits = CompileLimits {
        positions: 50,
        nodes: 50,
        ..CompileLimits::default()
    };
    let scenario = load(CHAIN, &Settings::default()).value.expect("a scenario");
    let said = compile(&scenario, &limits).diagnostics;
    assert_eq!(said[0].code, "D038");
}

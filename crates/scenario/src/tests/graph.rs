//! Graphs: what they compile to, and what is said about bad ones.

use super::complaints::said;
use super::{made, told};
use crate::compile::{CompileLimits, CompiledGame, compile};
use crate::{Settings, load, print, to_tree};
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::stochastic::{StateId, StochasticGame};

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

/// Two sides, a contest at once, a lull of chance, and a family of nodes.
const GRAPH: &str = r#"
[scenario]
name = "sample"
form = "graph"
horizon = { infinite = { discount = "delta", discounts = { b = 0.5 } } }

[params]
delta = 0.9
c = 1

[[actor]]
id = "a"
[[actor]]
id = "b"

[[node]]
id = "contest"
by = ["b", "a"]
pay = { a = 2 }
[node.actions]
"quit / quit" = "draw"
"quit/stay" = { lottery = { draw = 0.25, lull = 0.75, "count(2)" = 0 } }
"stay / quit" = "count(1)"
"stay / stay" = { to = "contest", pay = { a = "-c", b = "-2*c" } }

[[node]]
id = "lull"
by = "chance"
period = true
pay = { b = 3 }
actions = { on = { to = "contest", prob = 0.5, pay = { a = 4 } }, off = { lottery = { draw = 0.5, lull = 0.5 }, prob = 0.5 } }

[[node]]
id = "count"
label = "count {k}"
given = ["k"]
by = "a"
actions = { back = "contest", down = { to = "count(k - 1)", when = "k > 0" } }

[outcomes]
draw = { a = 7, b = "c" }
"#;

fn game(text: &str) -> StochasticGame {
    match made(text, &[], &[]).game {
        CompiledGame::Stochastic(game) => game,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_graph_becomes_a_stochastic_game() {
    let game = game(GRAPH);
    let labels: Vec<&str> = game.states().map(|s| game.state_label(s)).collect();
    // In the order in which they are met; what has probability 0 is not.
    assert_eq!(labels, ["contest", "draw", "lull", "count 1", "count 0"]);
    assert_eq!(game.discount(PlayerId(0)), &r(9, 10));
    assert_eq!(game.discount(PlayerId(1)), &r(1, 2));
    let (contest, lull, draw) = (StateId(0), StateId(2), StateId(1));
    let movers: Vec<u32> = game.movers(contest).iter().map(|m| m.player.0).collect();
    assert_eq!(movers, [1, 0]);
    assert_eq!(game.movers(contest)[0].actions, ["quit", "stay"]);
    // "quit / stay": b quits. The node pays a 2 whatever is done.
    let cell = game.cell(contest, game.cell_of(contest, &[0, 1]));
    assert_eq!(cell.payoffs, [r(2, 1), r(0, 1)]);
    assert_eq!(cell.row, [(draw, r(1, 4)), (lull, r(3, 4))]);
    let cell = game.cell(contest, game.cell_of(contest, &[1, 1]));
    assert_eq!(cell.payoffs, [r(1, 1), r(-2, 1)]);
    assert_eq!(cell.row, [(contest, r(1, 1))]);
    assert!(game.is_chance(lull) && game.begins_period(lull));
    // Half of 4 for a on the way, 3 for b at the node.
    assert_eq!(game.cell(lull, 0).payoffs, [r(2, 1), r(3, 1)]);
    let row = [(contest, r(1, 2)), (draw, r(1, 4)), (lull, r(1, 4))];
    assert_eq!(game.cell(lull, 0).row, row);
    assert_eq!(game.cell(draw, 0).payoffs, [r(7, 1), r(1, 1)]);
    assert_eq!(game.movers(StateId(3))[0].actions, ["back", "down"]);
    assert_eq!(game.movers(StateId(4))[0].actions, ["back"]);
}

#[test]
fn canonical_form_is_the_same_game() {
    let reading = load(GRAPH, &Settings::default());
    assert!(
        reading.diagnostics.is_empty(),
        "{}",
        told(GRAPH, &reading.diagnostics)
    );
    let scenario = reading.value.expect("a scenario");
    let printed = print(&scenario);
    assert_eq!(game(&printed), game(GRAPH));
    // There is no tree of it.
    let compiled = compile(&scenario, &CompileLimits::default());
    let compiled = compiled.into_result().expect("a game").0;
    assert_eq!(compiled.summary.form, "graph");
    assert!(compiled.game.acyclic().is_none());
    assert_eq!(to_tree(&scenario, &compiled), printed);
}

/// The sample with one thing changed.
fn but(from: &str, to: &str) -> String {
    assert!(GRAPH.contains(from), "{from}");
    said(&GRAPH.replace(from, to))
}

#[test]
fn bad_graphs_are_told_what_is_wrong() {
    for (from, to, code, message) in [
        (
            "\"quit / quit\" = \"draw\"",
            "",
            "D026",
            "after \"quit / quit\"",
        ),
        (
            "\"stay / quit\"",
            "stay",
            "D026",
            "has 1 parts, and 2 players move at once",
        ),
        (
            "\"stay / quit\"",
            "\"quit/ quit\"",
            "D012",
            "is there twice",
        ),
        (
            "by = [\"b\", \"a\"]",
            "by = [\"b\", \"b\"]",
            "D012",
            "somebody moves twice",
        ),
        (
            "by = [\"b\", \"a\"]",
            "by = [\"b\", \"z\"]",
            "D010",
            "there is no actor \"z\"",
        ),
        (
            "by = [\"b\", \"a\"]",
            "by = [\"b\", \"chance\"]",
            "D026",
            "chance does not move at once",
        ),
        (
            "draw = 0.25",
            "draw = 0.5",
            "D025",
            "this lottery sum to 5/4",
        ),
        (
            "draw = 0.25",
            "drew = 0.25",
            "D010",
            "there is no node or outcome \"drew\"",
        ),
        ("prob = 0.5, pay", "prob = 0.25, pay", "D025", "sum to 3/4"),
        (
            "delta = 0.9",
            "delta = 1.5",
            "D039",
            "the discount of a is 3/2",
        ),
        (
            "by = \"a\"",
            "by = \"a\"\nperiod = true",
            "D026",
            "`period` is for chance",
        ),
        (
            "by = \"a\"",
            "by = \"a\"\ninfoset = \"x\"",
            "D026",
            "no information sets",
        ),
        (
            "form = \"graph\"",
            "form = \"tree\"",
            "D026",
            "only a graph has `lottery`",
        ),
        (
            "form = \"graph\"",
            "form = \"tree\"",
            "D026",
            "only a graph has `period`",
        ),
        (
            "form = \"graph\"",
            "form = \"tree\"",
            "D026",
            "one after the other",
        ),
        (
            "infinite = { discount = \"delta\"",
            "finite = 3, infinite = { discount = \"delta\"",
            "D026",
            "no last stage",
        ),
        (
            "[outcomes]",
            "[[observe]]\nevent = \"all\"\nby = \"a\"\n[outcomes]",
            "D026",
            "a graph has no [[observe]]",
        ),
        (
            "\"count(1)\"",
            "\"count\"",
            "D023",
            "takes 1 value and is given 0",
        ),
        (
            "to = \"contest\", pay",
            "to = \"contest\", lottery = { draw = 1 }, pay",
            "D024",
            "not both",
        ),
        (
            "lottery = { draw = 0.5, lull = 0.5 }",
            "lottery = {}",
            "D024",
            "leads nowhere",
        ),
    ] {
        let said = but(from, to);
        assert!(
            said.contains(code) && said.contains(message),
            "{from} -> {to}\n{said}"
        );
    }
    // Patience needs a sure end, and chance must not go round in no time.
    let said = but(
        "discount = \"delta\", discounts = { b = 0.5 }",
        "discount = 1",
    );
    assert!(
        said.contains("D039") && said.contains("with a discount of 1 play must end"),
        "{said}"
    );
    let timeless = but("period = true\n", "").replace("0.5", "");
    assert!(!timeless.contains("no time"), "half of the time it leaves");
}

#[test]
fn types_are_no_part_of_a_graph() {
    let types = "id = \"b\"\ntypes = [{ id = \"x\", prior = 0.5 }, { id = \"y\", prior = 0.5 }]";
    let said = but("id = \"b\"", types);
    assert!(
        said.contains("D026") && said.contains("unknown types"),
        "{said}"
    );
    let text = GRAPH.replace("id = \"b\"", types);
    made(&text, &[], &[("b", "x")]);
}

/// Every problem is said at once.
#[test]
fn several_problems_are_said_together() {
    let text = GRAPH
        .replace("draw = 0.25", "draw = 0.5")
        .replace("\"quit / quit\" = \"draw\"", "")
        .replace("prob = 0.5, pay", "prob = 0.25, pay");
    let said = said(&text);
    for message in ["sum to 5/4", "after \"quit / quit\"", "sum to 3/4"] {
        assert!(said.contains(message), "{said}");
    }
}

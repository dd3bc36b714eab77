//! Every trap of the format, one file and the writer's round trip.

use super::*;
use crate::action_graph::ActionGraphGame;
use crate::diagnostic::{Diagnostic, Reading};
use crate::format::ReadOptions;
use crate::id::PlayerId;
use crate::testing;
use proptest::prelude::*;

/// Two players and a shared function: whoever plays node 0 or 2 is paid by how many of the
/// nodes 0 and 2 are chosen (function node 4), the others nothing.
const SMALL: &str = "#AGG
# players, nodes, functions
2 4 1
# sizes and sets
2 2
0 1
2 3
# neighbors
1 4
0
1 4
0
2 0 2
# function
0
# payoffs
0 1/3 0.5
0 0
1 2 [1] 2 [2] 3
0 -1
";

fn plain(text: &str) -> Reading<ActionGraphGame> {
    read(text, &ReadOptions::default())
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<&str> {
    diagnostics.iter().map(|d| d.code).collect()
}

/// Reads `SMALL` with one piece replaced, and checks the codes and what the first one covers.
fn changed(from: &str, to: &str, expected: &[&str], covers: &str) -> Reading<ActionGraphGame> {
    assert!(SMALL.contains(from), "{from}");
    let text = SMALL.replacen(from, to, 1);
    let reading = plain(&text);
    assert_eq!(
        codes(&reading.diagnostics),
        expected,
        "{:#?}",
        reading.diagnostics
    );
    if let Some(first) = reading.diagnostics.first() {
        assert_eq!(&text[first.span.clone()], covers, "{first:?}");
    }
    reading
}

#[test]
fn a_file_is_read_exactly() {
    let (game, warnings) = plain(SMALL).into_result().expect("a clean file");
    assert!(warnings.is_empty());
    let payoffs = |a: u32, b: u32| {
        let row = [
            game.payoff(&[a, b], PlayerId(0)),
            game.payoff(&[a, b], PlayerId(1)),
        ];
        row.map(|x| x.to_string())
    };
    assert_eq!(payoffs(0, 0), ["1/2", "3"]);
    assert_eq!(payoffs(0, 1), ["1/3", "-1"]);
    assert_eq!(payoffs(1, 0), ["0", "2"]);
    assert_eq!(game.payoff_at(0, &[2]).expect("listed").to_string(), "0.5");
    let table = game.expand(4).expect("four cells");
    assert_eq!(table.player_label(PlayerId(1)), "2");
    assert_eq!(table.strategy_label(PlayerId(1), 1), "2");
}

#[test]
fn comments_are_read_anywhere_and_warned_of_where_gambit_fails() {
    let (game, _) = plain(SMALL).into_result().expect("clean");
    let reading = changed("0 1/3 0.5", "0 1/3 # third\n 0.5", &["F108"], "# third");
    assert_eq!(reading.value.as_ref(), Some(&game));
    let reading = changed("#AGG", "\n# mine\n#AGG", &["F102"], "#");
    assert_eq!(reading.value.as_ref(), Some(&game));
    let reading = changed("#AGG", "\u{feff}#agg", &["F102"], "#agg");
    assert_eq!(reading.value.as_ref(), Some(&game));
}

#[test]
fn traps_are_named_where_they_stand() {
    changed("#AGG", "NFG", &["F101"], "NFG");
    changed("2 4 1", "two 4 1", &["F104"], "two");
    changed("2 4 1", "2 -4 1", &["F106"], "-4");
    changed("2 4 1", "2 999999999999 1", &["F106"], "999999999999");
    changed("2 2\n0 1", "2 0\n0 1", &["F106"], "0");
    changed("2 3\n# n", "2 9\n# n", &["F107"], "9");
    changed("1 4\n0\n1 4", "1 5\n0\n1 4", &["F107"], "5");
    changed("# function\n0", "# function\n7", &["F113"], "7");
    changed("2 0 2\n", "0\n", &["F113"], "0");
    changed("0 1/3 0.5", "0 1/0 0.5", &["F105"], "1/0");
    changed("0 1/3 0.5", "2 1/3 0.5", &["F104"], "2");
    changed("1 2 [1] 2 [2] 3", "1 1 [1] 2", &["F116"], "1 1 [1] 2");
    changed(
        "1 2 [1] 2 [2] 3",
        "1 2 [1] 2 [1] 3",
        &["F116", "F116"],
        "1 2 [1] 2 [1] 3",
    );
    changed("1 2 [1] 2 [2] 3", "1 2 [1 1] 2 [2] 3", &["F104"], "1");
    changed("0 -1\n", "0", &["F103"], "");
    changed("0 -1\n", "0 -1\nmore 1 2", &["F118"], "more 1 2");
    let error = plain("").diagnostics;
    assert_eq!(codes(&error), ["F101"]);
}

#[test]
fn action_nodes_out_of_order_are_sorted() {
    let reading = changed("0 1\n2 3", "1 0\n2 3", &["F109"], "1 0");
    let (clean, _) = plain(SMALL).into_result().expect("clean");
    assert_eq!(reading.value, Some(clean));
    changed("0 1\n2 3", "1 1\n2 3", &["F110"], "1 1");
}

#[test]
fn functions_are_checked() {
    // A cycle of two functions, then functions of different types.
    let two = |kinds: &str, rows: &str| format!("#AGG\n1 1 2\n1\n0\n0\n{rows}\n{kinds}\n0 1");
    let check = |kinds: &str, rows: &str| {
        let reading = plain(&two(kinds, rows));
        let codes: Vec<_> = reading.diagnostics.iter().map(|d| d.code).collect();
        (codes, reading.value.is_some())
    };
    assert_eq!(check("0 0", "1 2\n1 1"), (vec!["F113"], false));
    assert_eq!(check("0 1", "1 0\n1 1"), (vec!["F113"], false));
    assert_eq!(check("0 0", "1 0\n1 1"), (vec!["F114"], true));
    assert_eq!(check("0 0", "2 0 0\n1 0"), (vec!["F114"], true));
    assert_eq!(check("11 -1 [0] 0", "1 0\n1 0"), (vec!["F113"], false));
    assert_eq!(check("11 1 [0] 0", "1 0\n1 0"), (vec![], true));
    assert_eq!(check("11 1 [0 0] 0", "1 0\n1 0"), (vec!["F104"], false));
}

#[test]
fn weighted_extremes_are_what_the_program_computes() {
    // Node 0 alone looks at the function of nodes 1 and 2, whose weights do not ascend.
    let text =
        "#AGG\n2 3 1\n1 2\n0\n1 2\n1 3\n0\n0\n2 1 2\n12 -7 [0 9 4]\n1 2 [9] 1 [4] 2\n0 0\n0 0";
    let reading = plain(text);
    assert_eq!(codes(&reading.diagnostics), ["F115"]);
    let game = reading.value.expect("read");
    assert_eq!(game.payoff(&[0, 0], PlayerId(0)).to_string(), "1");
    let rising = text.replace("9 4", "4 9");
    assert_eq!(codes(&plain(&rising).diagnostics), [""; 0]);
}

/// One informed player with two types and one without; matching the common node pays.
const TYPES: &str = "#BAGG
2 3 0
2 1
0.25 3/4
1
1 1 2
0
1
0 1
2 0 1
2 0 1
0
0 4 8
0 4 8
0
";

#[test]
fn types_become_agents_with_interim_payoffs() {
    let (game, warnings) = plain(TYPES).into_result().expect("clean");
    assert!(warnings.is_empty());
    let graph = game.graph();
    assert_eq!(graph.num_agents(), 3);
    assert_eq!(graph.agent_label(PlayerId(1)), "1.2");
    // Configurations of node 0 are (1,1) and (2,0): alone or together. The second player
    // plays node 0: type 1 of the first is there with probability 1/4.
    assert_eq!(game.payoff(&[0, 0, 0], PlayerId(0)).to_string(), "8");
    assert_eq!(game.payoff(&[0, 0, 0], PlayerId(2)).to_string(), "5");
    assert_eq!(game.payoff(&[0, 0, 1], PlayerId(0)).to_string(), "4");
}

#[test]
fn type_distributions_must_sum_to_one_or_be_rescaled() {
    let text = TYPES.replace("0.25 3/4", ".333 .333");
    let reading = plain(&text);
    assert_eq!(codes(&reading.diagnostics), ["F111"]);
    assert_eq!(&text[reading.diagnostics[0].span.clone()], ".333 .333");
    let options = ReadOptions {
        normalize_chance: true,
        ..ReadOptions::default()
    };
    let reading = read(&text, &options);
    assert_eq!(codes(&reading.diagnostics), ["F112"]);
    let game = reading.value.expect("rescaled");
    assert_eq!(
        game.graph().agent_probability(PlayerId(0)).to_string(),
        "1/2"
    );
    let negative = TYPES.replace("0.25 3/4", "-1 2");
    assert_eq!(codes(&plain(&negative).diagnostics), ["F111"]);
}

#[test]
fn garbage_does_not_flood() {
    let mut text = String::from("#AGG\n1 500 0\n500\n");
    text.push_str(&"9999 ".repeat(500));
    let reading = plain(&text);
    assert_eq!(reading.diagnostics.len(), 101);
    assert!(reading.diagnostics[100].message.starts_with("400 more"));
}

proptest! {
    #[test]
    fn write_then_read_is_the_identity(game in testing::action_graph_game()) {
        let text = write(&game);
        let reading = plain(&text);
        prop_assert!(!reading.has_errors(), "{text}{:#?}", reading.diagnostics);
        prop_assert_eq!(reading.value.as_ref(), Some(&game), "{}", text);
        prop_assert_eq!(write(&reading.value.expect("read")), text);
    }

    #[test]
    fn no_text_panics(
        game in testing::action_graph_game(),
        cuts in prop::collection::vec((any::<u16>(), prop::sample::select(vec!["", "0", "-1", "[", "]", "#", "9999999999", "x", "1/0", "é"])), 1..5),
    ) {
        let mut text = write(&game);
        for (at, piece) in cuts {
            let mut at = at as usize % (text.len() + 1);
            while !text.is_char_boundary(at) { at -= 1; }
            let end = (at + 1).min(text.len());
            let end = (end..=text.len()).find(|e| text.is_char_boundary(*e)).unwrap_or(end);
            text.replace_range(at..end, piece);
        }
        for diagnostic in plain(&text).diagnostics {
            prop_assert!(text.get(diagnostic.span.clone()).is_some(), "{diagnostic:?}");
        }
    }
}

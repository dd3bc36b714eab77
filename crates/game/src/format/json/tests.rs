//! Round trips of random games, and what is said of documents that are no games.

use super::*;
use crate::diagnostic::Reading;
use crate::format::Game;
use crate::number::Number;
use crate::strategic::StrategicBuilder;
use crate::testing;
use proptest::prelude::*;

fn table() -> Game {
    let mut b = StrategicBuilder::new("a \"quoted\" title\n");
    b.player("row", &["x", "y"]);
    b.player("column", &["é", ""]);
    let paid = b.outcome(
        "paid",
        &[Number::parse("0.50").expect("a number"), Number::from(-1)],
    );
    for cell in [Some(paid), None, None, Some(paid)] {
        b.cell(cell);
    }
    Game::from(b.build().expect("complete"))
}

#[test]
fn tables_round_trip_with_spelling() {
    let text = write(&table());
    assert!(text.contains("[\"0.50\", \"-1\"]"), "{text}");
    assert!(text.contains("\"cells\": [0, null, null, 0]"), "{text}");
    let reading = read(&text);
    assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
    assert_eq!(reading.value, Some(table()));
    assert_eq!(read(&format!("\u{feff}{text}")).value, Some(table()));
}

#[test]
fn the_example_of_the_module_is_read() {
    let text = include_str!("../json.rs");
    let example: String = text
        .lines()
        .skip_while(|l| !l.contains("```json"))
        .skip(1)
        .take_while(|l| !l.contains("```"))
        .map(|l| l.trim_start_matches("//!"))
        .collect();
    let (game, warnings) = read(&example).into_result().expect("a game");
    assert!(warnings.is_empty());
    let Game::Extensive(game) = game else {
        panic!("a tree");
    };
    assert_eq!((game.num_nodes(), game.num_infosets()), (5, 2));
}

/// Replaces one piece of the table's text; gives the codes and the covered text.
fn changed(from: &str, to: &str) -> Vec<(String, String)> {
    let text = write(&table());
    assert!(text.contains(from), "{from} in {text}");
    let text = text.replacen(from, to, 1);
    said(&read(&text), &text)
}

fn said<T>(reading: &Reading<T>, text: &str) -> Vec<(String, String)> {
    let covered = |d: &crate::diagnostic::Diagnostic| text[d.span.clone()].to_owned();
    let all = reading.diagnostics.iter();
    all.map(|d| (d.code.to_owned(), covered(d))).collect()
}

fn pair(code: &str, covered: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), covered.to_owned())]
}

#[test]
fn mistakes_are_named_where_they_stand() {
    assert_eq!(
        changed("game/1", "game/9"),
        pair("F202", "\"deterra/game/9\"")
    );
    assert_eq!(
        changed("\"strategic\"", "\"matrix\""),
        pair("F203", "\"matrix\"")
    );
    assert_eq!(changed("\"x\", \"y\"", "\"x\", 3"), pair("F205", "3"));
    assert_eq!(changed("\"0.50\"", "\"1/0\""), pair("F206", "\"1/0\""));
    assert_eq!(changed("\"0.50\"", "0.5"), pair("F206", "0.5"));
    assert_eq!(changed("\"0.50\", ", ""), pair("F207", "[\"-1\"]"));
    assert_eq!(changed("[0, null", "[ 7 , null"), pair("F207", "7"));
    assert_eq!(changed("[0, null", "[\"0\", null"), pair("F205", "\"0\""));
    assert_eq!(changed("[0, null, ", "["), pair("F209", "[null, 0]"));
    assert_eq!(changed("\"title\"", "\"Title\"")[0].0, "F204");
    assert_eq!(
        changed("\"cells\"", "\"extra\": {\"a\": [1, \"]\"]},\n\"cells\""),
        pair("F208", "{\"a\": [1, \"]\"]}")
    );
    let everything = changed(
        "\"payoffs\": [\"0.50\", \"-1\"]",
        "\"payoffs\": [\"x\", \"-\"]",
    );
    assert_eq!(everything.len(), 2, "{everything:?}");
}

#[test]
fn broken_documents_are_told_where() {
    let text = "{ \"schema\": \"deterra/game/1\",\n  \"form\": }";
    let reading = read(text);
    assert_eq!(reading.diagnostics[0].code, "F201");
    assert_eq!(reading.diagnostics[0].span, 40..40);
    for text in ["", "null", "[]", "{}", "\u{feff}", "{\"schema\": 1}"] {
        assert!(read(text).has_errors(), "{text}");
    }
    let deep = format!("{{\"schema\": {}", "[".repeat(1_000_000));
    assert_eq!(read(&deep).diagnostics[0].code, "F201");
    // A size that nothing backs is refused without holding it.
    let bomb = r#"{"schema": "deterra/game/1", "form": "action-graph", "title": "", "bayesian": false,
        "action_nodes": 1000000000, "players": [], "functions": [], "neighbors": [], "payoffs": []}"#;
    assert_eq!(read(bomb).diagnostics[0].code, "F209");
}

#[test]
fn garbage_does_not_flood() {
    let cells: Vec<&str> = vec!["9"; 5000];
    let text = write(&table()).replace("[0, null, null, 0]", &format!("[{}]", cells.join(",")));
    let reading = read(&text);
    assert_eq!(reading.diagnostics.len(), 101);
    assert!(reading.diagnostics[100].message.starts_with("4900 more"));
}

#[test]
fn a_million_nodes_deep_is_flat() {
    let run = || {
        let mut b = crate::builder::ExtensiveBuilder::new("chain");
        let one = b.player("1");
        let set = b.infoset(one, "h", &["stop", "go"]);
        for _ in 0..500_000 {
            b.move_at("", set);
            b.terminal("");
        }
        b.terminal("");
        let game = Game::from(b.build().expect("complete"));
        let reading = read(&write(&game));
        assert_eq!(reading.value, Some(game));
    };
    std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(run)
        .expect("a thread")
        .join()
        .expect("no overflow");
}

proptest! {
    #[test]
    fn trees_round_trip(tree in testing::any_game()) {
        let game = Game::from(tree);
        let reading = read(&write(&game));
        prop_assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
        prop_assert_eq!(reading.value, Some(game));
    }

    #[test]
    fn tables_round_trip(tree in testing::any_game()) {
        let Ok(form) = crate::convert::reduced_form(&tree, 2000) else { return Ok(()); };
        let game = Game::from(form.into_game());
        let reading = read(&write(&game));
        prop_assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
        prop_assert_eq!(reading.value, Some(game));
    }

    #[test]
    fn action_graphs_round_trip(graph in testing::action_graph_game()) {
        let game = Game::from(graph);
        let reading = read(&write(&game));
        prop_assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
        prop_assert_eq!(reading.value, Some(game));
    }

    #[test]
    fn no_text_panics(
        tree in testing::any_game(),
        cuts in prop::collection::vec((any::<u16>(), prop::sample::select(vec!["", "0", "-1", "[", "]", "{", "\"", "null", "9999999999", "é", ","])), 1..4),
    ) {
        let mut text = write(&Game::from(tree));
        for (at, piece) in cuts {
            let mut at = at as usize % (text.len() + 1);
            while !text.is_char_boundary(at) { at -= 1; }
            let end = (at + 1..=text.len()).find(|e| text.is_char_boundary(*e)).unwrap_or(at);
            text.replace_range(at..end, piece);
        }
        for diagnostic in read(&text).diagnostics {
            prop_assert!(text.get(diagnostic.span.clone()).is_some(), "{diagnostic:?}");
        }
    }
}

/// Labels of other files' making are escaped, and come back as they were.
#[test]
fn what_steers_a_terminal_is_escaped() {
    let label = "\u{1b}]0;x\u{7} \u{9b}2J \u{202e}gnp\u{2066} é";
    let mut b = StrategicBuilder::new(label);
    b.player(label, &["x"]);
    b.cell(None);
    let game = Game::from(b.build().expect("complete"));
    let text = write(&game);
    let raw = |c: char| c != '\n' && c.is_control() || ('\u{202a}'..='\u{2069}').contains(&c);
    assert!(!text.contains(raw), "{text:?}");
    assert_eq!(read(&text).value, Some(game));
}

/// Reads a document whose heading is given; gives the codes and the covered text.
fn said_of(form: &str, rest: &str) -> Vec<(String, String)> {
    let text = format!(
        "{{\"schema\": \"deterra/game/1\", \"form\": \"{form}\", \"title\": \"t\", {rest}}}"
    );
    said(&read(&text), &text)
}

#[test]
fn coalitions_by_name_by_number_and_by_bits_are_the_same() {
    let game = |rest: &str| {
        let text = format!(
            "{{\"schema\": \"deterra/game/1\", \"form\": \"coalitional\", \"title\": \"gloves\", \
             \"players\": [\"l\", \"m\", \"r\"], {rest}}}"
        );
        let (game, warnings) = read(&text).into_result().expect("a game");
        assert!(warnings.is_empty());
        game
    };
    let table = game("\"worth\": [0, 0, 0, 0, 0, \"1/2\", 1, \"1.0\"]");
    let listed = |a: &str, b: &str| {
        format!(
            "\"worth\": [{{\"coalition\": {a}, \"worth\": \"1/2\"}}, {{\"coalition\": {b}, \"worth\": 1}}, \
             {{\"coalition\": [0, 1, 2], \"worth\": 1}}]"
        )
    };
    assert_eq!(game(&listed("[0, 2]", "[2, 1]")), table);
    assert_eq!(game(&listed("[\"r\", \"l\"]", "[\"m\", 2]")), table);
    let vote = game("\"weights\": [2, 1, 1], \"quota\": \"5/2\"");
    let Game::Coalitional(vote) = vote else {
        panic!("a vote");
    };
    assert!(vote.rule().is_some());
}

#[test]
fn mistakes_of_coalitions_are_named() {
    let said = |rest: &str| said_of("coalitional", rest);
    let players = "\"players\": [\"a\", \"b\"]";
    let with = |rest: &str| said(&format!("{players}, {rest}"));
    assert_eq!(with("\"worth\": [0, 1]"), pair("F209", "[0, 1]"));
    assert_eq!(
        with("\"worth\": [1, 0, 0, 0]"),
        pair("F209", "[1, 0, 0, 0]")
    );
    assert_eq!(with("\"comment\": \"\"")[0].0, "F204");
    assert_eq!(with("\"weights\": [1, 1]")[0].0, "F204");
    assert_eq!(with("\"weights\": [1, 1], \"quota\": 0"), pair("F209", "0"));
    assert_eq!(with("\"weights\": [1], \"quota\": 1"), pair("F209", "[1]"));
    assert_eq!(
        with("\"weights\": [1, 1], \"quota\": 1, \"worth\": [ ]"),
        pair("F209", "[ ]")
    );
    let listed = |coalition: &str| {
        with(&format!(
            "\"worth\": [{{\"coalition\": {coalition}, \"worth\": 1}}, {{\"coalition\": [1], \"worth\": \"x\"}}]"
        ))
    };
    assert_eq!(listed("[7]")[0], pair("F207", "7")[0]);
    assert_eq!(listed("[\"c\"]")[0], pair("F207", "\"c\"")[0]);
    assert_eq!(listed("[0, \"a\"]")[0], pair("F207", "\"a\"")[0]);
    assert_eq!(listed("[0]"), pair("F206", "\"x\""));
    assert_eq!(listed("3").len(), 2);
    let twice = with(
        "\"worth\": [{\"coalition\": [0], \"worth\": 1}, {\"coalition\": [\"a\"], \"worth\": 2}]",
    );
    assert_eq!(twice, pair("F207", "[\"a\"]"));
    assert_eq!(said("\"players\": [], \"worth\": []"), pair("F209", "[]"));
    let many: Vec<String> = (0..21).map(|k| format!("\"{k}\"")).collect();
    let many = format!("\"players\": [{}], \"worth\": []", many.join(","));
    assert_eq!(said(&many), pair("F209", "[]"));
    // A name that two players have tells nobody apart.
    let alike = "\"players\": [\"a\", \"a\"], \"worth\": [{\"coalition\": [\"a\"], \"worth\": 1}]";
    assert_eq!(said(alike), pair("F207", "\"a\""));
}

const WAITING: &str = "\"players\": [\"one\", \"two\"], \"discount\": \"1/2\", \"states\": [
    {\"label\": \"here\", \"movers\": [{\"player\": \"two\", \"actions\": [\"take\", \"wait\"]}],
     \"cells\": [{\"payoffs\": [0, 0], \"next\": \"taken\"},
               {\"payoffs\": [\"1/3\", 0], \"next\": [{\"to\": 0, \"probability\": \"1/2\"}, {\"to\": \"luck\", \"probability\": \"1/2\"}]}]},
    {\"label\": \"luck\", \"period\": true, \"cells\": [{\"payoffs\": [0, 0], \"next\": 0}]},
    {\"label\": \"taken\", \"outcome\": [2, -1]}]";

#[test]
fn states_by_name_and_by_number() {
    let text = |rest: &str| {
        format!(
            "{{\"schema\": \"deterra/game/1\", \"form\": \"stochastic\", \"title\": \"t\", {rest}}}"
        )
    };
    let (game, warnings) = read(&text(WAITING)).into_result().expect("a game");
    assert!(warnings.is_empty());
    let again = read(&write(&game));
    assert!(again.diagnostics.is_empty(), "{:?}", again.diagnostics);
    assert_eq!(again.value.as_ref(), Some(&game));
    let Game::Stochastic(game) = game else {
        panic!("states");
    };
    assert_eq!((game.num_states(), game.slots().len()), (3, 1));
    let later = read(&text(
        &WAITING.replace("\"states\"", "\"start\": \"luck\", \"states\""),
    ));
    let Some(Game::Stochastic(later)) = later.value else {
        panic!("states");
    };
    assert_eq!(later.start().index(), 1);
}

#[test]
fn mistakes_of_states_are_named() {
    let changed = |from: &str, to: &str| {
        assert!(WAITING.contains(from), "{from}");
        said_of("stochastic", &WAITING.replacen(from, to, 1))
    };
    assert_eq!(changed("\"1/2\"", "\"3/2\"")[0].0, "F209");
    assert_eq!(
        changed("\"1/2\", \"s", "[\"1/2\"], \"s"),
        pair("F207", "[\"1/2\"]")
    );
    assert_eq!(changed("\"taken\"}", "\"gone\"}"), pair("F207", "\"gone\""));
    assert_eq!(
        changed("\"two\", \"actions\"", "2, \"actions\""),
        pair("F207", "2")
    );
    assert_eq!(changed("[\"take\", \"wait\"]", "[\"take\"]")[0].0, "F207");
    assert_eq!(changed("[\"take\", \"wait\"]", "[]")[0].0, "F207");
    assert_eq!(changed("[2, -1]", "[2]")[0].0, "F209");
    assert_eq!(
        changed("\"probability\": \"1/2\"", "\"probability\": \"1/4\"")[0].0,
        "F209"
    );
    assert_eq!(
        changed(
            "\"outcome\": [2, -1]",
            "\"outcome\": [2, -1], \"period\": false"
        ),
        pair("F209", "false")
    );
    assert_eq!(
        changed("\"outcome\": [2, -1]", "\"period\": true")[0].0,
        "F204"
    );
    assert_eq!(
        changed("\"period\": true", "\"period\": 1"),
        pair("F205", "1")
    );
    assert!(changed("\"label\": \"luck\"", "\"label\": 3").contains(&pair("F205", "3")[0]));
    // With patience play must end whatever is done.
    assert_eq!(changed("\"1/2\"", "1")[0].0, "F209");
    // Two mistakes in two places.
    let both = WAITING
        .replace("[2, -1]", "[\"x\"]")
        .replace("[\"1/3\", 0]", "[0.5, 0]");
    assert_eq!(said_of("stochastic", &both).len(), 2);
}

proptest! {
    #[test]
    fn coalitional_games_round_trip(worth in prop::collection::vec(-3_i64..4, 15), zeros in any::<u16>(), quota in 1_i64..9) {
        let entry = |c: crate::coalition::Coalition| {
            let k = c.bits() as usize - 1;
            let value = if zeros >> k & 1 == 1 { 0 } else { worth[k] };
            crate::number::Rational::new(value, 3).expect("a fraction")
        };
        let names = ["a", "b", "\"", ""];
        let table = crate::coalition::CoalitionalGame::from_fn("t", names, entry).expect("four");
        let weights = worth[..4].iter().map(|w| crate::number::Rational::integer(w.abs())).collect();
        let rule = crate::coalition::WeightedVoting::new(weights, crate::number::Rational::integer(quota)).expect("a rule");
        let vote = crate::coalition::CoalitionalGame::voting("v", names, rule).expect("four");
        for game in [table, vote] {
            let game = Game::from(game);
            let reading = read(&write(&game));
            prop_assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
            prop_assert_eq!(reading.value, Some(game));
        }
    }

    #[test]
    fn stochastic_games_round_trip(game in testing::stochastic_game()) {
        let game = Game::from(game);
        let reading = read(&write(&game));
        prop_assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
        prop_assert_eq!(reading.value, Some(game));
    }

    #[test]
    fn no_text_of_these_panics(
        cuts in prop::collection::vec((any::<u16>(), prop::sample::select(vec!["", "0", "-1", "[", "]", "{", "\"", "null", "9999999999", "é", ","])), 1..4),
    ) {
        let mut text = format!("{{\"schema\": \"deterra/game/1\", \"form\": \"stochastic\", \"title\": \"t\", {WAITING}}}");
        for (at, piece) in cuts {
            let mut at = at as usize % (text.len() + 1);
            while !text.is_char_boundary(at) { at -= 1; }
            let end = (at + 1..=text.len()).find(|e| text.is_char_boundary(*e)).unwrap_or(at);
            text.replace_range(at..end, piece);
        }
        for diagnostic in read(&text).diagnostics {
            prop_assert!(text.get(diagnostic.span.clone()).is_some(), "{diagnostic:?}");
        }
    }
}

//! Every trap of the format, and the identity of writing and reading.

use super::*;
use crate::builder::{ExtensiveBuilder, InfosetKey};
use crate::extensive::ExtensiveGame;
use crate::format::ReadOptions;
use crate::id::{InfosetId, NodeId, PlayerId};
use crate::number::{Number, Rational};

mod properties;
mod traps;

const HEADER: &str = "EFG 2 R \"t\" { \"one\" \"two\" }\n\"\"\n";

fn codes(text: &str) -> Vec<(&'static str, bool)> {
    let found = read(text, &ReadOptions::default()).diagnostics;
    found.iter().map(|d| (d.code, d.is_error())).collect()
}

/// The game, whatever was said about it.
fn lenient(text: &str) -> ExtensiveGame {
    let reading = read(text, &ReadOptions::default());
    assert!(!reading.has_errors(), "{:?}", reading.diagnostics);
    reading.value.expect("a game")
}

fn body(nodes: &str) -> String {
    format!("{HEADER}{nodes}")
}

fn payoff(game: &ExtensiveGame, node: u32, player: u32) -> Rational {
    let outcome = game.outcome(NodeId(node)).expect("an outcome");
    game.payoff(outcome, PlayerId(player)).value().clone()
}

#[test]
fn a_clean_file_is_read_without_a_word() {
    let text = body(
        "c \"\" 1 \"coin\" { \"h\" 1/2 \"t\" 0.5 } 0\n\
         p \"\" 1 1 \"first\" { \"l\" \"r\" } 1 \"toll\" { -1, 1 }\n\
         t \"\" 2 \"a\" { 10.1, 1/3 }\n\
         t \"\" 0\n\
         p \"\" 2 7 \"\" { \"x\" } 0\n\
         t \"\" 2\n",
    );
    let options = ReadOptions {
        strict: true,
        ..ReadOptions::default()
    };
    let reading = read(&text, &options);
    assert_eq!(reading.diagnostics, []);
    let game = reading.value.expect("a game");
    assert_eq!(game.num_nodes(), 6);
    assert_eq!(
        payoff(&game, 1, 0),
        Rational::integer(-1),
        "on an inner node"
    );
    let outcome = game.outcome(NodeId(2)).expect("one");
    assert_eq!(game.payoff(outcome, PlayerId(0)).to_string(), "10.1");
    assert_eq!(
        game.outcome(NodeId(5)),
        Some(outcome),
        "outcomes are shared"
    );
}

#[test]
fn layout_is_free() {
    for text in [
        "EFG 2 R \"t\" { \"one\" \"two\" } \"\" p \"\" 1 1 \"\" {\"l\"\"r\"}0 t \"\" 1 \"\" {1,2} t \"\" 2 \"\" { 1 2, }",
        "EFG\t2\r\nD\r\n\"t\" {\"one\"\"two\"}\r\np \"\" 1 -5 \"\" { \"l\" \"r\" } 0\r\nt \"\" 0\r\nt \"\" 0",
    ] {
        let reading = read(text, &ReadOptions::default());
        assert_eq!(reading.diagnostics, [], "{text}");
        assert_eq!(reading.value.expect("a game").num_nodes(), 3);
    }
    assert_eq!(lenient("EFG 2 R \"\" { } t \"\" 0").num_players(), 0);
    assert_eq!(
        lenient("EFG 2 R \"a\nb\" { \"x\" } t \"\" 0").title(),
        "a\nb"
    );
}

#[test]
fn what_can_be_understood_is_read_with_a_warning() {
    let leaf = "t \"\" 0\n";
    for (what, text, code) in [
        ("byte-order mark", format!("\u{feff}{}", body(leaf)), "F001"),
        ("comment", format!("// note\n{}", body(leaf)), "F002"),
        ("lower case", body(leaf).replace("EFG", "efg"), "F020"),
        ("missing letter", body(leaf).replace(" R ", " "), "F020"),
        ("text after the tree", body("t \"\" 0\nthe end"), "F028"),
        ("missing label", body("t 0\n"), "F029"),
        ("plus sign", body("t \"\" 1 \"\" { +1, 1 }\n"), "F006"),
        (
            "plus in the exponent",
            body("t \"\" 1 \"\" { 1e+3, 1 }\n"),
            "F006",
        ),
        ("named outcome 0", body("t \"\" 0 \"x\" { 1, 2 }\n"), "F029"),
        ("id 1.5", body("t \"\" 1.5 \"x\" { 1, 2 }\n"), "F007"),
        (
            "comma in players",
            "EFG 2 R \"\" { \"a\", \"b\" } t \"\" 0".to_owned(),
            "F029",
        ),
        (
            "repeated player",
            "EFG 2 R \"\" { \"a\" \"a\" } t \"\" 0".to_owned(),
            "F021",
        ),
        ("label with spaces", body("t \" x\" 0\n"), "F005"),
        ("label not ASCII", body("t \"é\" 0\n"), "F005"),
        ("label with a line break", body("t \"a\nb\" 0\n"), "F005"),
        ("backslash", body("t \"a\\b\" 0\n"), "F005"),
        (
            "repeated node label",
            body("p \"x\" 1 1 \"\" { \"a\" } 0\nt \"x\" 0\n"),
            "F021",
        ),
        (
            "repeated name of a set",
            body("p \"\" 1 1 \"h\" { \"a\" } 0\np \"\" 1 2 \"h\" { \"a\" } 0\nt \"\" 0\n"),
            "F021",
        ),
        (
            "repeated action",
            body("p \"\" 1 1 \"\" { \"a\" \"a\" } 0\nt \"\" 0\nt \"\" 0\n"),
            "F021",
        ),
        (
            "comma in actions",
            body("p \"\" 1 1 \"\" { \"a\", \"b\" } 0\nt \"\" 0\nt \"\" 0\n"),
            "F029",
        ),
        (
            "probability spelled differently",
            body(
                "c \"\" 1 \"\" { \"h\" 0.5 \"t\" 1/2 } 0\nc \"\" 1 \"\" { \"h\" 1/2 \"t\" 1/2 } 0\nt \"\" 0\nt \"\" 0\nt \"\" 0\n",
            ),
            "F024",
        ),
        (
            "payoff spelled differently",
            body("p \"\" 1 1 \"\" { \"a\" } 1 \"\" { 1, 2 }\nt \"\" 1 \"\" { 1.0, 2 }\n"),
            "F024",
        ),
        (
            "set used before it is defined",
            body(
                "p \"\" 1 1 \"\" { \"a\" \"b\" } 0\np \"\" 2 9 0\nt \"\" 0\np \"\" 2 9 \"h\" { \"x\" } 0\nt \"\" 0\n",
            ),
            "F023",
        ),
        (
            "outcome used before it is defined",
            body("p \"\" 1 1 \"\" { \"a\" } 3\nt \"\" 3 \"late\" { 5, 6 }\n"),
            "F023",
        ),
    ] {
        let reading = read(&text, &ReadOptions::default());
        let found: Vec<_> = reading
            .diagnostics
            .iter()
            .map(|d| (d.code, d.is_error()))
            .collect();
        assert!(!found.is_empty(), "{what} passed without a word");
        assert!(
            found.iter().all(|f| *f == (code, false)),
            "{what}: {found:?}"
        );
        assert!(reading.diagnostics[0].help.is_some(), "{what}");
        assert!(reading.value.is_some(), "{what}");
        let options = ReadOptions {
            strict: true,
            ..ReadOptions::default()
        };
        assert!(read(&text, &options).has_errors(), "{what} under strict");
    }
}

#[test]
fn what_cannot_be_understood_is_an_error_at_its_place() {
    for (what, text, code, place) in [
        (
            "version",
            body("t \"\" 0\n").replace("EFG 2", "EFG 1"),
            "F020",
            "1",
        ),
        (
            "no such player",
            body("p \"\" 3 1 \"\" { \"a\" } 0\nt \"\" 0\n"),
            "F022",
            "3",
        ),
        (
            "player 0",
            body("p \"\" 0 1 \"\" { \"a\" } 0\nt \"\" 0\n"),
            "F022",
            "0",
        ),
        ("set never defined", body("p \"\" 1 5 0\n"), "F023", "1 5"),
        ("outcome never defined", body("t \"\" 5\n"), "F023", "5"),
        (
            "too few payoffs",
            body("t \"\" 1 \"\" { 7 }\n"),
            "F025",
            "{ 7 }",
        ),
        (
            "too many payoffs",
            body("t \"\" 1 \"\" { 7 8 9 }\n"),
            "F025",
            "{ 7 8 9 }",
        ),
        (
            "no number",
            body("t \"\" 1 \"\" { 0x10, 1 }\n"),
            "F010",
            "0x10",
        ),
        (
            "fraction with spaces",
            body("t \"\" 1 \"\" { 1 / 2, 3 }\n"),
            "F010",
            "1 / 2",
        ),
        (
            "over zero",
            body("t \"\" 1 \"\" { 1/0, 1 }\n"),
            "F010",
            "1/0",
        ),
        (
            "id too large",
            body("t \"\" 99999999999999999999\n"),
            "F011",
            "99999999999999999999",
        ),
        ("no action", body("p \"\" 1 1 \"\" { } 0\n"), "F030", "{ }"),
        (
            "name without actions",
            body("p \"\" 1 1 \"h\" 0\n"),
            "F030",
            "\"h\"",
        ),
        (
            "actions differ",
            body("p \"\" 1 1 \"\" { \"a\" } 0\np \"\" 1 1 \"\" { \"b\" } 0\nt \"\" 0\n"),
            "F024",
            "\"\" { \"b\" }",
        ),
        (
            "payoffs differ",
            body("p \"\" 1 1 \"\" { \"a\" } 1 \"\" { 1, 2 }\nt \"\" 1 \"\" { 1, 3 }\n"),
            "F024",
            "\"\" { 1, 3 }",
        ),
        (
            "probabilities that do not sum to 1",
            body(
                "c \"\" 1 \"\" { \"a\" .333 \"b\" .333 \"c\" .333 } 0\nt \"\" 0\nt \"\" 0\nt \"\" 0\n",
            ),
            "F026",
            "{ \"a\" .333 \"b\" .333 \"c\" .333 }",
        ),
        (
            "negative probability",
            body("c \"\" 1 \"\" { \"a\" 2 \"b\" -1 } 0\nt \"\" 0\nt \"\" 0\n"),
            "F026",
            "{ \"a\" 2 \"b\" -1 }",
        ),
        (
            "truncated",
            body("p \"\" 1 1 \"\" { \"a\" \"b\" } 0\nt \"\" 0"),
            "F027",
            "",
        ),
        ("runaway quote", body("t \"oops 0\n"), "F004", "\""),
    ] {
        let reading = read(&text, &ReadOptions::default());
        let first = reading.diagnostics.iter().find(|d| d.is_error());
        let first = first.unwrap_or_else(|| panic!("{what} passed"));
        assert_eq!(
            (first.code, &text[first.span.clone()]),
            (code, place),
            "{what}"
        );
        assert!(first.help.is_some(), "{what}");
    }
}

#[test]
fn a_truncated_file_still_gives_a_game_and_names_the_node() {
    let text = body("p \"\" 1 1 \"\" { \"a\" \"b\" \"c\" } 0\nt \"\" 0");
    let reading = read(&text, &ReadOptions::default());
    assert_eq!(reading.value.expect("with stubs").num_nodes(), 4);
    let problem = &reading.diagnostics[0];
    assert!(problem.message.contains("2 node(s)"));
    assert!(text[problem.notes[0].span.clone()].starts_with("p \"\" 1 1"));
}

#[test]
fn all_problems_are_reported_at_once() {
    let text = body(
        "p \"\" 9 1 \"\" { \"a\" } 0\n\
         t \"\" 1 \"\" { x 1 }\n",
    );
    assert!(codes(&text).len() >= 2, "{:?}", codes(&text));
    let garbage = "garbage ".repeat(100_000);
    assert!(read(&garbage, &ReadOptions::default()).diagnostics.len() <= 101);
}

/// Files whose parts multiply: none may cost more than its length.
#[test]
fn hostile_files_cost_no_more_than_their_length() {
    let wide: Vec<String> = (0..20_000).map(|k| format!("\"{k}\" ")).collect();
    let wide = wide.concat();
    let deep = body(&format!(
        "p \"\" 1 1 \"\" {{ {wide}}} 0\n{}",
        "p \"\" 1 1 0\n".repeat(20_000)
    ));
    let reading = read(&deep, &ReadOptions::default());
    assert!(reading.has_errors() && reading.value.is_none());

    let players = "\"p\" ".repeat(20_000);
    let outcomes: Vec<String> = (1..20_000)
        .map(|k| format!("p \"\" 1 {k} \"\" {{ \"a\" }} {k} \"\" {{ }}\n"))
        .collect();
    let outcomes = outcomes.concat();
    let reading = read(
        &format!("EFG 2 R \"\" {{ {players}}}\n{outcomes}"),
        &ReadOptions::default(),
    );
    assert!(reading.has_errors() && reading.value.is_none());

    let again = body(&format!(
        "p \"\" 1 1 \"\" {{ {wide}}} 0\n{}",
        "p \"\" 1 1 \"\" { \"x\" } 0\n".repeat(20_000)
    ));
    let reading = read(&again, &ReadOptions::default());
    assert!(reading.diagnostics.len() < 150);
}

#[test]
fn chance_rows_are_rescaled_only_when_asked() {
    let text = body(
        "c \"\" 1 \"\" { \"a\" .333 \"b\" .333 \"c\" .333 } 0\nt \"\" 0\nt \"\" 0\nt \"\" 0\n",
    );
    let options = ReadOptions {
        normalize_chance: true,
        ..ReadOptions::default()
    };
    let (game, said) = read(&text, &options).into_result().expect("rescaled");
    assert_eq!(said.len(), 1);
    let third = Rational::new(1, 3).expect("nonzero");
    assert_eq!(game.chance_probability(InfosetId(0), 2).value(), &third);
}

#[test]
fn labels_are_numbered_as_gambit_does() {
    let game = lenient(&body(
        "p \"\" 1 1 \"\" { \"x\" \"x\" \"x_1\" \"\" } 0\nt \"\" 1 \"\" { 1 1 }\nt \"\" 2 \"\" { 2 2 }\nt \"\" 3 \"_1\" { 3 3 }\nt \"\" 0\n",
    ));
    let actions: Vec<&str> = (0..4).map(|k| game.action_label(InfosetId(0), k)).collect();
    assert_eq!(actions, ["x_2", "x_3", "x_1", "_1"]);
    let outcomes: Vec<&str> = game.outcomes().map(|o| game.outcome_label(o)).collect();
    assert_eq!(outcomes, ["_2", "_3", "_1"]);
}

#[test]
fn information_sets_are_numbered_by_first_member_whatever_their_ids() {
    let game = lenient(&body(
        "p \"\" 1 50 \"late id\" { \"a\" \"b\" } 0\np \"\" 1 -3 \"early id\" { \"c\" } 0\nt \"\" 0\np \"\" 1 -3 0\nt \"\" 0\n",
    ));
    assert_eq!(game.infoset_label(InfosetId(0)), "late id");
    assert_eq!(game.members(InfosetId(1)), [NodeId(1), NodeId(3)]);
}

/// A chain a million levels deep, on a stack of 512 KiB.
#[test]
fn depth_is_limited_by_memory_only() {
    const LEVELS: u32 = 1_000_000;
    let run = || {
        let mut b = ExtensiveBuilder::new("chain");
        let one = b.player("1");
        let infosets: Vec<InfosetKey> = (0..LEVELS)
            .map(|_| b.infoset(one, "", &["stop", "on"]))
            .collect();
        let paid = b.outcome("", &[Number::from(1)]);
        for infoset in infosets {
            b.move_at("", infoset);
            let leaf = b.terminal("");
            b.set_outcome(leaf, paid);
        }
        b.terminal("");
        let game = b.build().expect("complete");
        let written = write(&game, &WriteOptions::default());
        let again = lenient(&written.text);
        assert_eq!(again.num_nodes(), 2 * LEVELS as usize + 1);
        assert_eq!(write(&again, &WriteOptions::default()).text, written.text);
        // The same text cut short: the errors are as few as they are clear.
        let cut = &written.text[..written.text.len() / 2];
        assert!(read(cut, &ReadOptions::default()).diagnostics.len() < 10);
    };
    let small = std::thread::Builder::new().stack_size(512 * 1024);
    small
        .spawn(run)
        .expect("a thread")
        .join()
        .expect("no overflow");
}

#[test]
fn odd_labels_are_written_clean_and_reported() {
    let mut b = ExtensiveBuilder::new("a\\b");
    let one = b.player("é \u{1b}[2J ");
    b.player("");
    let h = b.infoset(one, "h", &["a", "a", "\\"]);
    b.move_at("n", h);
    b.terminal("n");
    b.terminal("");
    b.terminal("quote\"d");
    let game = b.build().expect("complete");
    let written = write(&game, &WriteOptions { ascii: true });
    assert!(
        written.text.is_ascii() && !written.text.contains(['\\', '\u{1b}'])
            || written.text.contains("\\\"")
    );
    let reading = read(
        &written.text,
        &ReadOptions {
            strict: true,
            ..ReadOptions::default()
        },
    );
    assert_eq!(reading.diagnostics, []);
    let whats: Vec<&str> = written.renames.iter().map(|r| r.what).collect();
    assert!(whats.contains(&"player") && whats.contains(&"action") && whats.contains(&"node"));
}

//! Every trap of the format, and the identity of writing and reading.

use super::*;
use crate::diagnostic::Diagnostic;
use crate::format::ReadOptions;
use crate::id::PlayerId;
use crate::number::{Number, Rational};
use crate::strategic::{StrategicBuilder, StrategicGame};
use proptest::prelude::*;

const STRICT: ReadOptions = ReadOptions {
    strict: true,
    normalize_chance: false,
};

fn said(text: &str) -> Vec<Diagnostic> {
    read(text, &ReadOptions::default()).diagnostics
}

fn clean(text: &str) -> StrategicGame {
    let reading = read(text, &STRICT);
    assert_eq!(reading.diagnostics, [], "{text}");
    reading.value.expect("a game")
}

#[test]
fn both_bodies_and_both_styles_of_strategies_are_read() {
    let payoffs =
        clean("NFG 1 R \"c\" { \"A\" \"B\" } { 2 3 } \"note\" 1 2 3 4 5 6 7 8 9 10 11 1/2");
    assert_eq!(payoffs.comment(), "note");
    // Player 1's strategy is fastest: cell (1, 0) is the second one.
    let cell = payoffs.cell_of(&[1, 0]);
    assert_eq!(payoffs.payoff(cell, PlayerId(1)), &Rational::integer(4));
    let last = payoffs.cell_of(&[1, 2]);
    assert_eq!(payoffs.payoff(last, PlayerId(1)).to_string(), "1/2");
    assert_eq!(payoffs.strategy_label(PlayerId(1), 2), "3");

    let outcomes = clean(
        "NFG 1 D \"o\" { \"A\" \"B\" } { { \"u\" \"d\" } { \"l\" \"r\" } } { { \"x\" 1, 2 } { \"y\" 3 4, } } 1 2 2 0",
    );
    assert_eq!(outcomes.num_outcomes(), 2);
    assert_eq!(outcomes.outcome(1), outcomes.outcome(2));
    assert_eq!(outcomes.outcome(3), None);
    assert_eq!(outcomes.payoff(3, PlayerId(0)), &Rational::ZERO);
    assert_eq!(clean("NFG 1 R \"\" { } { } ").num_cells(), 1);
    assert_eq!(
        clean("NFG 1 R \"\" { \"a\" } { 2 } { } 0 0").num_outcomes(),
        0
    );
}

#[test]
fn what_can_be_understood_is_read_with_a_warning() {
    for (what, text, code) in [
        (
            "commas in the body",
            "NFG 1 R \"\" { \"a\" } { 2 } 1, 2",
            "F029",
        ),
        (
            "commas in players",
            "NFG 1 R \"\" { \"a\", \"b\" } { 1 1 } 1 2",
            "F029",
        ),
        (
            "commas in counts",
            "NFG 1 R \"\" { \"a\" \"b\" } { 1, 1 } 1 2",
            "F029",
        ),
        (
            "nameless outcome",
            "NFG 1 R \"\" { \"a\" } { 1 } { { 5 } } 1",
            "F029",
        ),
        (
            "mixed styles",
            "NFG 1 R \"\" { \"a\" \"b\" } { 1 { \"x\" } } 1 2",
            "F044",
        ),
        ("count 2.9", "NFG 1 R \"\" { \"a\" } { 2.9 } 1 2", "F007"),
        ("lower case", "nfg 1 R \"\" { \"a\" } { 1 } 1", "F020"),
        (
            "byte-order mark",
            "\u{feff}NFG 1 R \"\" { \"a\" } { 1 } 1",
            "F001",
        ),
        ("comment", "NFG 1 R \"\" { \"a\" } { 1 } # one\n1", "F002"),
        ("plus sign", "NFG 1 R \"\" { \"a\" } { 1 } +1", "F006"),
        (
            "repeated strategy",
            "NFG 1 R \"\" { \"a\" } { { \"x\" \"x\" } } 1 2",
            "F021",
        ),
        (
            "repeated outcome",
            "NFG 1 R \"\" { \"a\" } { 2 } { { \"x\" 1 } { \"x\" 2 } } 1 2",
            "F021",
        ),
    ] {
        let found = said(text);
        assert!(!found.is_empty(), "{what} passed without a word");
        assert!(
            found
                .iter()
                .all(|d| d.code == code && !d.is_error() && d.help.is_some()),
            "{what}: {found:?}"
        );
        assert!(read(text, &STRICT).has_errors(), "{what} under strict");
        assert!(
            read(text, &ReadOptions::default()).value.is_some(),
            "{what}"
        );
    }
}

#[test]
fn what_cannot_be_understood_is_an_error_with_counts() {
    for (what, text, code, words) in [
        (
            "too few",
            "NFG 1 R \"\" { \"a\" \"b\" } { 2 2 } 1 2 3 4 5",
            "F042",
            "8 numbers, the file has 5; it ends in cell 3",
        ),
        (
            "too many",
            "NFG 1 R \"\" { \"a\" } { 2 } 1 2 3 4",
            "F042",
            "2 numbers; 2 more follow",
        ),
        (
            "too few outcomes",
            "NFG 1 R \"\" { \"a\" } { 3 } { { \"\" 1 } } 1 1",
            "F042",
            "3 numbers, the file has 2",
        ),
        (
            "no such outcome",
            "NFG 1 R \"\" { \"a\" } { 2 } { { \"\" 1 } } 1 2",
            "F043",
            "no outcome 2",
        ),
        (
            "negative outcome",
            "NFG 1 R \"\" { \"a\" } { 2 } { { \"\" 1 } } 1 -1",
            "F043",
            "no outcome -1",
        ),
        (
            "no strategy",
            "NFG 1 R \"\" { \"a\" } { 0 }",
            "F040",
            "at least one",
        ),
        (
            "negative count",
            "NFG 1 R \"\" { \"a\" } { -2 } 1",
            "F040",
            "at least one",
        ),
        (
            "empty list",
            "NFG 1 R \"\" { \"a\" } { { } } 1",
            "F040",
            "at least one",
        ),
        (
            "a list missing",
            "NFG 1 R \"\" { \"a\" \"b\" } { 2 } 1 2",
            "F040",
            "1 players for 2",
        ),
        (
            "wrong payoff count",
            "NFG 1 R \"\" { \"a\" } { 1 } { { \"\" 1 2 } } 1",
            "F025",
            "2 payoffs for 1",
        ),
        (
            "no number",
            "NFG 1 R \"\" { \"a\" } { 1 } x",
            "F012",
            "a payoff",
        ),
        (
            "version",
            "NFG 2 R \"\" { \"a\" } { 1 } 1",
            "F020",
            "version 1",
        ),
    ] {
        let found = said(text);
        let first = found.iter().find(|d| d.is_error());
        let first = first.unwrap_or_else(|| panic!("{what} passed"));
        assert_eq!(first.code, code, "{what}: {found:?}");
        assert!(first.message.contains(words), "{what}: {}", first.message);
        assert!(first.help.is_some(), "{what}");
    }
}

#[test]
fn a_header_cannot_make_the_reader_allocate() {
    // 20 dimensions of 4 make 10^12 cells and more.
    let twenty = format!(
        "NFG 1 R \"bomb\" {{ {} }} {{ {} }} 1 2 3",
        "\"p\" ".repeat(20),
        "4 ".repeat(20)
    );
    for text in [
        twenty.as_str(),
        "NFG 1 R \"\" { \"a\" \"b\" } { 4294967296 4294967296 } 1",
        "NFG 1 R \"\" { \"a\" } { 1000000000 } 1 2 3",
        "NFG 1 R \"\" { \"a\" } { 9223372036854775807 } { } 0",
    ] {
        let found = said(text);
        assert!(found.iter().any(|d| d.code == "F041"), "{found:?}");
    }
    let many = format!(
        "NFG 1 R \"\" {{ {} }} {{ {} }} 1",
        "\"p\" ".repeat(40),
        "2 ".repeat(40)
    );
    assert!(
        said(&many)
            .iter()
            .any(|d| d.message.contains("1099511627776 cells"))
    );
}

#[test]
fn either_body_is_written_on_request() {
    let game = clean("NFG 1 R \"c\" { \"A\" \"B\" } { 2 1 } 1 0.50 3 4");
    let outcomes = write(
        &game,
        &WriteOptions {
            body: Body::Outcomes,
            ..WriteOptions::default()
        },
    );
    assert!(
        outcomes.text.contains("{ \"_1\" 1, 0.50 }"),
        "{}",
        outcomes.text
    );
    let again = clean(&outcomes.text);
    let payoffs = write(
        &again,
        &WriteOptions {
            body: Body::Payoffs,
            ..WriteOptions::default()
        },
    );
    assert_eq!(clean(&payoffs.text), game);
}

fn random_table() -> impl Strategy<Value = StrategicGame> {
    let shape = proptest::collection::vec(1..4_usize, 1..4);
    (
        shape,
        any::<bool>(),
        proptest::collection::vec(0..8_usize, 64),
    )
        .prop_map(|(shape, shared, draws)| {
            let mut b = StrategicBuilder::new("random");
            b.set_comment("made up");
            for (k, strategies) in shape.iter().enumerate() {
                b.player_with(format!("p{k}"), *strategies);
            }
            let texts = ["1", "-2", "1/3", "0.50", "1e3", "7", "0", "12.5"];
            let row = |seed: usize| -> Vec<Number> {
                (0..shape.len())
                    .map(|p| Number::parse(texts[(seed + 3 * p) % 8]).expect("a number"))
                    .collect()
            };
            let cells: usize = shape.iter().product();
            let outcomes: Vec<_> = if shared {
                (0..5)
                    .map(|k| b.outcome(format!("o{k}"), &row(k)))
                    .collect()
            } else {
                Vec::new()
            };
            for cell in 0..cells {
                let draw = draws[cell % draws.len()];
                if shared {
                    b.cell(outcomes.get(draw).copied());
                } else {
                    b.payoffs(&row(draw));
                }
            }
            b.build().expect("complete")
        })
}

proptest! {
    #[test]
    fn writing_then_reading_is_the_identity(game in random_table()) {
        let written = write(&game, &WriteOptions::default());
        prop_assert_eq!(&written.renames, &[]);
        let reading = read(&written.text, &STRICT);
        prop_assert_eq!(&reading.diagnostics, &[]);
        let again = reading.value.expect("a game");
        prop_assert_eq!(&write(&again, &WriteOptions::default()).text, &written.text);
        prop_assert_eq!(again, game);
    }

    #[test]
    fn nothing_panics(game in random_table(), at in any::<prop::sample::Index>(), noise in "[\\\\\"{}0-9,/ \n-]{0,6}") {
        let mut text = write(&game, &WriteOptions::default()).text;
        let at = at.index(text.len());
        text.insert_str(at, &noise);
        let _ = said(&text);
        text.truncate(at);
        let _ = said(&text);
    }
}

/// The words of `.efg` are those of `.nfg`.
#[test]
fn odd_words_are_understood_as_in_trees() {
    let codes = |text: &str| -> Vec<&'static str> {
        let found = read(text, &ReadOptions::default()).diagnostics;
        found.iter().map(|d| d.code).collect()
    };
    assert_eq!(codes("NFG 1 R \"\" { \"A\" } { 2 } 1-2"), ["F003"]);
    assert_eq!(codes("NFG 1 R \"\" { \"A\" }\u{a0}{ 2 } 1 2"), ["F008"]);
    assert_eq!(codes("NFG 1 R \"\" { \"A\" } { 2 } 1 / 2 3"), ["F010"]);
    let gambits = "NFG 1 R \"\" { \"a\\\\\" b\" } { 1 } 1";
    assert_eq!(codes(gambits), ["F005", "F009"]);
    let game = read(gambits, &ReadOptions::default())
        .value
        .expect("a game");
    assert_eq!(game.player_label(crate::id::PlayerId(0)), "a\\\" b");
}

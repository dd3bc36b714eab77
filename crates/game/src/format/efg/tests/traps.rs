//! Traps beyond those that a single word shows.

use super::{body, codes, lenient, payoff};
use crate::format::ReadOptions;
use crate::format::efg::{WriteOptions, read, write};
use crate::id::NodeId;
use crate::number::Rational;

fn ratio(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("nonzero")
}

fn leaf(payoffs: &str) -> String {
    body(&format!("t \"\" 1 \"x\" {{ {payoffs} }}\n"))
}

/// Every slip in a number is one error at one place; nothing follows from it.
#[test]
fn a_slip_in_a_number_is_one_error() {
    for slip in [
        ".5e3", "1 / 2", "1 /2", "1/ 2", "1/2.5", "1.2.3", "1_000", "0x10", "1e", "1/0", "1/",
        "1/-2", "-", "-1 / 2",
    ] {
        let text = leaf(&format!("{slip}, 7"));
        let found = read(&text, &ReadOptions::default()).diagnostics;
        let places: Vec<_> = found
            .iter()
            .map(|d| (d.code, &text[d.span.clone()]))
            .collect();
        assert_eq!(places, [("F010", slip)], "{found:?}");
        assert!(found[0].help.is_some());
    }
    for slip in ["inf", "nan", "\"3\"", "/"] {
        let text = leaf(&format!("{slip} 7"));
        let found = read(&text, &ReadOptions::default()).diagnostics;
        let places: Vec<_> = found
            .iter()
            .map(|d| (d.code, &text[d.span.clone()]))
            .collect();
        assert_eq!(places, [("F012", slip)], "{found:?}");
    }
    // In a row of probabilities too.
    let text = body("c \"\" 1 \"\" { \"a\" 1 / 2 \"b\" 1/2 } 0\nt \"\" 0\nt \"\" 0\n");
    assert_eq!(codes(&text), [("F010", true)]);
    // A comment in between is a comment.
    assert_eq!(codes(&leaf("1 // one\n2")), [("F002", false)]);
}

/// Other readers take these for two words each, and so do we, with a warning.
#[test]
fn words_that_grew_together_are_taken_apart() {
    for (payoffs, first, second) in [
        ("1-2", ratio(1, 1), ratio(-2, 1)),
        ("1.5-2", ratio(3, 2), ratio(-2, 1)),
        ("1/2-3", ratio(1, 2), ratio(-3, 1)),
        ("-1-.5", ratio(-1, 1), ratio(-1, 2)),
        ("1e-1-2", ratio(1, 10), ratio(-2, 1)),
    ] {
        let text = leaf(payoffs);
        assert_eq!(codes(&text), [("F003", false)], "{payoffs}");
        let game = lenient(&text);
        assert_eq!(
            (payoff(&game, 0, 0), payoff(&game, 0, 1)),
            (first, second),
            "{payoffs}"
        );
    }
    let text = body("p \"\" 1 1 \"\" { \"a\" \"b\" } 0t \"\" 0t \"\" 0");
    assert_eq!(codes(&text), [("F003", false), ("F003", false)]);
    assert_eq!(lenient(&text).num_nodes(), 3);
}

#[test]
fn spaces_that_cannot_be_seen_are_spaces() {
    for space in ["\u{a0}", "\u{200b}", "\u{2003}", "\u{feff}", "\u{3000}"] {
        let text = body(&format!(
            "t{space}\"\" 1{space}\"x\" {{ 3,{space}4 }}{space}\n"
        ));
        let expected = [("F008", false); 4];
        assert_eq!(codes(&text), expected, "{space:?}");
        let game = lenient(&text);
        assert_eq!(
            (payoff(&game, 0, 0), payoff(&game, 0, 1)),
            (ratio(3, 1), ratio(4, 1))
        );
    }
    // Inside a text they are part of it.
    assert_eq!(codes(&body("t \"a\u{a0}b\" 0\n")), [("F005", false)]);
}

/// `\\` is an escape here and two backslashes to Gambit, whose text then goes on after `\\"`.
#[test]
fn backslashes_before_a_quote_are_read_either_way() {
    let ours = body("t \"a\\\\\" 0\n");
    assert_eq!(codes(&ours), [("F005", false)]);
    assert_eq!(lenient(&ours).node_label(NodeId(0)), "a\\");
    let gambits = body("t \"a\\\\\" b\" 0\n");
    assert_eq!(codes(&gambits), [("F005", false), ("F009", false)]);
    assert_eq!(lenient(&gambits).node_label(NodeId(0)), "a\\\" b");
    let strict = ReadOptions {
        strict: true,
        ..ReadOptions::default()
    };
    assert!(read(&gambits, &strict).has_errors());
    // Wrong both ways: what is said is about our reading.
    let neither = body("t \"a\\\\\" b\" 0 \"\n");
    assert!(codes(&neither).iter().all(|c| c.0 != "F009"));
}

/// After an error in a file of one line the rest is read.
#[test]
fn one_line_is_no_reason_to_give_up() {
    let text = body(
        "p \"\" 1 1 \"\" { \"a\" \"b\" \"c\" } 0 t \"\" 1 \"x\" { 1, 2 } ? ? t \"\" 2 \"y\" { 3, oops } t \"\" 1",
    );
    let found = read(&text, &ReadOptions::default());
    let places: Vec<_> = found
        .diagnostics
        .iter()
        .map(|d| &text[d.span.clone()])
        .collect();
    assert_eq!(places, ["?", "oops"]);
    let game = found.value.expect("the best that can be made");
    assert_eq!(game.num_nodes(), 4);
    assert_eq!(game.outcome(NodeId(3)), game.outcome(NodeId(1)));
}

#[test]
fn titles_and_comments_are_remarked_on_too() {
    for (title, odd) in [
        ("plain", false),
        ("two\nlines", false),
        ("caf\u{e9}", true),
        ("a\\b", true),
        ("\u{7}", true),
    ] {
        let text = format!("EFG 2 R \"{title}\" {{ \"x\" }} \"{title}\" t \"\" 0");
        let expected = if odd {
            vec![("F005", false); 2]
        } else {
            vec![]
        };
        assert_eq!(codes(&text), expected, "{title:?}");
        assert_eq!(
            (lenient(&text).title(), lenient(&text).comment()),
            (title, title)
        );
    }
}

/// Names that repeat a hundred thousand times are numbered, and each is remarked on, in one pass:
/// a search for each among the others would not end.
#[test]
fn names_that_all_repeat_are_numbered_in_one_pass() {
    const RUNGS: usize = 100_000;
    let rung = |k: usize| {
        format!("p \"x\" 1 {k} \"h\" {{ \"s\" \"c\" }} 0\nt \"x\" {k} \"war\" {{ {k}, 1 }}\n")
    };
    let mut nodes: Vec<String> = (1..=RUNGS).map(rung).collect();
    nodes.push("t \"x\" 0\n".to_owned());
    let nodes = nodes.concat();
    let game = lenient(&body(&nodes));
    assert_eq!(game.num_nodes(), 2 * RUNGS + 1);
    let last = game.outcomes().last().expect("an outcome");
    assert_eq!(game.outcome_label(last), format!("war_{RUNGS}"));
    let written = write(&game, &WriteOptions::default()).text;
    let again = read(&written, &ReadOptions::default());
    assert_eq!(again.diagnostics, []);
    assert_eq!(again.value.expect("a game").num_nodes(), game.num_nodes());
}

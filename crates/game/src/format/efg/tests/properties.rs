//! What holds for every game and every text.

use super::super::read::{Reader, read_with};
use crate::builder::{ExtensiveBuilder, InfosetKey};
use crate::diagnostic::Reading;
use crate::extensive::ExtensiveGame;
use crate::format::ReadOptions;
use crate::format::efg::{WriteOptions, read, write};
use crate::id::PlayerId;
use crate::number::{Number, Rational};
use proptest::prelude::*;

/// Random trees with shared information sets, chance and payoffs on inner nodes, whose labels
/// are already as a reader makes them.
fn random_game() -> impl Strategy<Value = ExtensiveGame> {
    let node = (0..4_u8, 0..3_u32, 1..4_usize, 0..5_u32);
    (proptest::collection::vec(node, 1..40), 1..4_u32).prop_map(|(plan, players)| {
        let mut b = ExtensiveBuilder::new("random \"game\"");
        b.set_comment("made up");
        for k in 0..players {
            b.player(format!("player {k}"));
        }
        let mut sets: Vec<(u32, usize, InfosetKey)> = Vec::new();
        let mut outcomes = Vec::new();
        let (mut missing, mut nodes) = (1_usize, 0);
        let mut plan = plan.into_iter();
        while missing > 0 {
            let (kind, player, arity, paid) = plan.next().unwrap_or((0, 0, 1, 0));
            missing -= 1;
            nodes += 1;
            let node = match kind {
                0 => b.terminal(""),
                1 => {
                    let row: Vec<(String, Number)> = (0..arity)
                        .map(|k| {
                            (
                                format!("c{k}"),
                                Number::from(Rational::new(1, arity as i64).expect("nonzero")),
                            )
                        })
                        .collect();
                    let event = b.chance_event("", &row);
                    missing += arity;
                    b.move_at("", event)
                }
                _ => {
                    let player = player % players;
                    let known = sets.iter().find(|s| s.0 == player && s.1 == arity).copied();
                    let key = match known {
                        Some((_, _, key)) if kind == 3 => key,
                        _ => {
                            let labels: Vec<String> = (0..arity).map(|k| format!("a{k}")).collect();
                            let label = format!("set {nodes}");
                            let key = b.infoset(PlayerId(player), label, &labels);
                            sets.push((player, arity, key));
                            key
                        }
                    };
                    missing += arity;
                    b.move_at(
                        if kind == 3 {
                            String::new()
                        } else {
                            format!("node {nodes}")
                        },
                        key,
                    )
                }
            };
            if paid > 2 {
                let numbers: Vec<Number> = (0..players)
                    .map(|k| {
                        Number::parse(["1/3", "-2", "0.50", "1e3"][(k + paid) as usize % 4])
                            .expect("a number")
                    })
                    .collect();
                let outcome = b.outcome(format!("outcome {nodes}"), &numbers);
                outcomes.push(outcome);
                b.set_outcome(node, outcome);
            }
        }
        b.build().expect("complete")
    })
}

/// The reading by tokens alone.
fn read_by_tokens(text: &str) -> Reading<ExtensiveGame> {
    read_with(|| {
        let mut reader = Reader::new(text, ReadOptions::default());
        reader.lexer.by_tokens = true;
        reader
    })
}

proptest! {
    /// Whatever is in a file, stepping over the plain parts says and makes what the tokens do.
    #[test]
    fn plain_parts_are_read_as_their_tokens(
        game in random_game(),
        places in proptest::collection::vec(any::<prop::sample::Index>(), 0..4),
        noise in "(-|\\+|0|1|\"|,|#x\n|  |\\{|\\}|\n|p|c|t|_1|/2|\\.5|é|\\\\|1 1 )?",
        bare in any::<bool>(),
    ) {
        let mut text = write(&game, &WriteOptions::default()).text;
        if bare {
            // Unnamed outcomes, and names that repeat.
            text = text.replace("\"outcome ", "\"").replace("\"1\"", "\"\"").replace("\"12\"", "\"2\"");
        }
        for place in places {
            let at = text.floor_char_boundary(place.index(text.len()));
            text.insert_str(at, &noise);
        }
        let (plain, tokens) = (read(&text, &ReadOptions::default()), read_by_tokens(&text));
        prop_assert_eq!(&plain.diagnostics, &tokens.diagnostics, "{}", text);
        prop_assert_eq!(plain.value, tokens.value, "{}", text);
    }

    #[test]
    fn writing_then_reading_is_the_identity(game in random_game()) {
        let written = write(&game, &WriteOptions::default());
        prop_assert_eq!(&written.renames, &[]);
        let reading = read(&written.text, &ReadOptions { strict: true, ..ReadOptions::default() });
        prop_assert_eq!(&reading.diagnostics, &[]);
        let again = reading.value.expect("a game");
        prop_assert_eq!(&write(&again, &WriteOptions::default()).text, &written.text);
        prop_assert_eq!(again, game);
    }

    #[test]
    fn nothing_panics(game in random_game(), cut in any::<prop::sample::Index>(), noise in "[\\\\\"{}pct0-9,/ \n]{0,6}") {
        let mut text = write(&game, &WriteOptions::default()).text;
        let at = cut.index(text.len());
        text.insert_str(at, &noise);
        let _ = read(&text, &ReadOptions::default());
        text.truncate(at);
        let _ = read(&text, &ReadOptions::default());
    }
}

//! What is said about bad files: every problem at once, at its place, with what to do.

use super::SEED;
use crate::{CompileLimits, Settings, compile, load};
use deterra_game::diagnostic::{Diagnostic, LineIndex, Severity};
use proptest::prelude::*;
use std::fmt::Write as _;

/// All problems as people see them.
fn complaints(text: &str, settings: &Settings) -> String {
    let reading = load(text, settings);
    let mut all = reading.diagnostics.clone();
    if let (Some(scenario), false) = (&reading.value, reading.has_errors()) {
        all.extend(
            compile(
                scenario,
                &CompileLimits {
                    positions: 2000,
                    nodes: 2000,
                    ..CompileLimits::default()
                },
            )
            .diagnostics,
        );
    }
    let index = LineIndex::new(text);
    let mut shown = String::new();
    for Diagnostic {
        code,
        severity,
        message,
        span,
        help,
        ..
    } in all
    {
        let at = index.position(text, span.start);
        let word = if severity == Severity::Error {
            "error"
        } else {
            "warning"
        };
        let _ = writeln!(shown, "{}:{} {word} {code}: {message}", at.line, at.column);
        let there = text.get(span).unwrap_or_default();
        if !there.is_empty() && there.len() < 60 {
            let _ = writeln!(shown, "    at {there}");
        }
        if let Some(help) = help {
            let _ = writeln!(shown, "    help: {help}");
        }
    }
    shown
}

pub(super) fn said(text: &str) -> String {
    complaints(text, &Settings::default())
}

/// The seed ladder with one thing changed.
fn but(from: &str, to: &str) -> String {
    assert!(SEED.contains(from), "{from}");
    SEED.replacen(from, to, 1)
}

#[test]
fn a_dozen_bad_files() {
    let many = but("role = \"challenger\"", "roll = \"challenger\"")
        .replacen("kc[1]", "kd[1]", 1)
        .replacen("by = \"co\"", "by = \"oc\"", 1)
        .replacen("\"next_rung\"", "\"next_rong\"", 1)
        .replacen("n[rung]", "n[rung", 1);
    insta::assert_snapshot!("all_at_once", said(&many));
    insta::assert_snapshot!(
        "not_toml",
        said("[scenario\nname = three\n[params]\nV = 01\n")
    );
    insta::assert_snapshot!("no_moves", said("[scenario]\nname = \"empty\"\n"));
    insta::assert_snapshot!("empty_file", said(""));
    insta::assert_snapshot!(
        "wrong_kinds",
        said(
            "rung = 3\nactor = [1]\n[scenario]\nform = \"leader\"\nname = 7\n[params]\nV = 2020-01-01\n"
        )
    );
    insta::assert_snapshot!(
        "missing_keys",
        said("[[rung]]\nlabel = \"x\"\n[[actor]]\nrole = \"king\"\n")
    );
    insta::assert_snapshot!("single_brackets", said(&but("[[response]]", "[response]")));
    insta::assert_snapshot!(
        "missing_outcome",
        said(&but("id = \"defeat\"", "id = \"victory\""))
    );
    insta::assert_snapshot!("out_of_range", said(&but("n = [4, 3, 2]", "n = [4, 3]")));
    insta::assert_snapshot!("bad_probability", said(&but("0.20]", "1.20]")));
    insta::assert_snapshot!(
        "nobody_yields",
        said(&but("role = \"challenger\"", "role = \"defender\""))
    );
    insta::assert_snapshot!("lint", said(
        &but("V = 10", "V = 10\nspare = 3")
            .replacen("start = \"ongoing\"", "start = \"peace\"", 1)
            .replacen("payoff = { ch = \"disaster\", co = \"disaster\" }", "payoff = { ch = \"disaster\" }\n[[outcome]]\nid = \"status_quo\"\npayoff = { ch = 1, co = 0 }", 1)
            .replacen("options = [\"next_rung\", \"acquiesce\"]", "options = [\"acquiesce\"]", 1)
    ));
    insta::assert_snapshot!("tree", said(include_str!("bad_tree.toml")));
    insta::assert_snapshot!(
        "cycle",
        said(
            "[[actor]]\nid = \"a\"\n[[node]]\nid = \"x\"\nby = \"a\"\nactions = { go = \"y\" }\n[[node]]\nid = \"y\"\nby = \"a\"\nactions = { back = \"x\", end = \"end\" }\n[outcomes]\nend = { a = 0 }\n"
        )
    );
    insta::assert_snapshot!(
        "endless",
        said(
            "[[actor]]\nid = \"a\"\n[[node]]\nid = \"x\"\ngiven = [\"k\"]\nby = \"a\"\nactions = { go = \"x(k + 1)\", end = \"end\" }\n[outcomes]\nend = { a = 0 }\n[scenario]\nroot = \"x(0)\"\n"
        )
    );
    let types =
        include_str!("notes_6_3.toml").replacen("prior = \"1-p.ch\"", "prior = \"p.ch\"", 1);
    insta::assert_snapshot!("priors", said(&types));
    let order = include_str!("notes_6_3.toml")
        .replacen("SQ = 0.6", "SQ = 0.9", 1)
        .replacen("DC = 1.0", "DC = 0.8", 1);
    insta::assert_snapshot!("assertion", said(&order));
    let settings = Settings {
        set: vec![
            ("LL".into(), "1".into()),
            ("a".into(), "99".into()),
            ("n[7]".into(), "1".into()),
        ],
        given: vec![("c".into(), "x".into()), ("co".into(), "x".into())],
        strict: true,
    };
    insta::assert_snapshot!("settings", complaints(SEED, &settings));
}

#[test]
fn one_broken_line_of_toml_gives_one_error() {
    let whole = complaints(SEED, &Settings::default());
    assert_eq!(whole, "");
    let lines: Vec<&str> = SEED.lines().collect();
    let mut broken = 0;
    for (k, line) in lines.iter().enumerate() {
        let at = ['=', ']', '}', '"'].map(|mark| line.rfind(mark));
        for at in at.into_iter().flatten() {
            let changed = format!("{}{}", &line[..at], &line[at + 1..]);
            let mut text = lines.clone();
            text[k] = &changed;
            let problems = load(&text.join("\n"), &Settings::default()).diagnostics;
            if problems.iter().any(|d| d.code == "D001") {
                broken += 1;
                assert_eq!(problems.len(), 1, "{changed}: {problems:?}");
            }
        }
    }
    assert!(broken > 40, "{broken}");
}

#[test]
fn two_moves_of_one_name_are_told() {
    let text = but(
        "[[outcome]]",
        "[[off_ramp]]\nid = \"second\"\nlabel = \"settle\"\npayoff = { ch = 0, co = 0 }\n\n[[outcome]]",
    );
    assert!(
        said(&text).contains("move \"settle\" is defined twice"),
        "{}",
        said(&text)
    );
}

#[test]
fn votes_that_decide_nothing_are_told() {
    let tree = |vote: &str| {
        format!(
            "[scenario]\nform = \"tree\"\nroot = \"x\"\n[[actor]]\nid = \"a\"\n[[actor]]\nid = \"b\"\n[[node]]\nid = \"x\"\nby = \"a\"\nactions = {{ yes = \"y\", no = \"quiet\" }}\n[[node]]\nid = \"y\"\nby = \"b\"\nactions = {{ yes = \"war\", no = \"quiet\" }}\n[[threat]]\nid = \"t\"\nat = \"x\"\ncarry_out = \"yes\"\nrefuse = \"no\"\nvote = {{ {vote} }}\n[outcomes]\nquiet = {{ a = 0, b = 0 }}\nwar = {{ a = -1, b = 1 }}\n"
        )
    };
    let fine = said(&tree(
        "weights = { a = 1, b = 1 }, quota = 2, then = [\"y\"]",
    ));
    assert_eq!(fine, "");
    for (vote, words) in [
        (
            "weights = { a = 1, b = 1 }, quota = 3, then = [\"y\"]",
            "D021",
        ),
        (
            "weights = { a = 1, b = 1 }, quota = 0, then = [\"y\"]",
            "D021",
        ),
        (
            "weights = { a = -1, b = 5 }, quota = 2, then = [\"y\"]",
            "D021",
        ),
        ("weights = {}, quota = 1", "D021"),
        ("weights = { a = 1, c = 1 }, quota = 2", "no actor \"c\""),
        (
            "weights = { a = 1, b = 1 }, quota = 2, then = [\"z\"]",
            "no node",
        ),
        ("weights = { a = 1, b = 1 }", "no `quota`"),
    ] {
        let shown = said(&tree(vote));
        assert!(shown.contains(words), "{vote}: {shown}");
        assert_eq!(shown.matches("error").count(), 1, "{vote}: {shown}");
    }
}

#[test]
fn large_and_deep_inputs_are_refused_quickly() {
    let nested = format!("x = {}1{}\n", "[".repeat(100_000), "]".repeat(100_000));
    assert!(said(&nested).contains("D001"));
    let formula = format!(
        "[params]\nx = \"{}1{}\"\n",
        "(".repeat(100_000),
        ")".repeat(100_000)
    );
    assert!(said(&formula).contains("D052"));
    let wide =
        format!("[[actor]]\nid = \"a{{k}}\"\neach = \"k\"\nfrom = 1\nto = 1000000000000\n{SEED}");
    assert!(said(&wide).contains("D015"));
    let moves = "[[actor]]\nid = \"a\"\n[[node]]\nid = \"x\"\nby = \"a\"\n[[node.action]]\nlabel = \"{b}\"\neach = \"b\"\nfrom = 0\nto = 1000000000\ngoto = \"end\"\n[outcomes]\nend = { a = 0 }\n";
    assert!(said(moves).contains("D015"));
    let bits = but("V = 10", "V = \"2^4096 * 3^4096\"");
    assert!(!said(&bits).contains("error"), "{}", said(&bits));
}

/// A text with some bytes deleted, repeated or exchanged.
fn mutated(text: &str, edits: &[(usize, usize, u8)]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for (kind, at, character) in edits {
        let at = at % characters.len().max(1);
        match kind % 5 {
            0 => {
                characters.remove(at);
            }
            1 => characters.insert(at, char::from(*character % 96 + 32)),
            2 => characters[at] = char::from(*character % 96 + 32),
            3 => {
                let end = (at + 40).min(characters.len());
                let part = characters[at..end].to_vec();
                characters.splice(at..at, part);
            }
            _ => {
                let end = (at + 1 + usize::from(*character % 60)).min(characters.len());
                characters.drain(at..end);
            }
        }
        if characters.is_empty() {
            characters.push('#');
        }
    }
    characters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_mutation_panics(
        which in 0_usize..6,
        edits in prop::collection::vec((0_usize..5, any::<usize>(), any::<u8>()), 1..6),
    ) {
        let texts = [
            SEED,
            include_str!("notes_6_2.toml"),
            include_str!("notes_6_3.toml"),
            crate::TEMPLATES[1].text,
            crate::TEMPLATES[2].text,
            crate::TEMPLATES[3].text,
        ];
        let text = mutated(texts[which], &edits);
        let shown = said(&text);
        prop_assert!(shown.len() < 1 << 20);
        let index = LineIndex::new(&text);
        for d in load(&text, &Settings::default()).diagnostics {
            prop_assert!(d.span.start <= d.span.end && d.span.end <= text.len());
            prop_assert!(!d.message.is_empty());
            let _ = index.position(&text, d.span.start);
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let _ = said(&text);
    }
}

//! Where threats are, on ladders that have more than stages in a row, and in the trees they are
//! printed as.

use super::{at, made, told};
use crate::compile::{Compiled, RungMark};
use crate::{CompileLimits, Settings, compile, load, to_tree};
use deterra_game::diagnostic::Diagnostic;

const HEAD: &str = r#"
[scenario]
name = "test"
[[actor]]
id = "ch"
role = "challenger"
[[actor]]
id = "de"
role = "defender"
[[rung]]
id = "s1"
by = "de"
cost = { ch = 1, de = 1 }
[[rung]]
id = "s2"
by = "de"
cost = { ch = 2, de = 1 }
accident = 0.1
[[off_ramp]]
payoff = { ch = "1 - cost(ch)", de = "-1 - cost(de)" }
[outcomes]
acquiesce = { ch = 4, de = -4 }
defeat = { ch = "-cost(ch)", de = "-cost(de)" }
accident = { ch = -9, de = -9 }
"#;

/// The ladder with a block after it, and the tree that it is printed as.
fn both(block: &str) -> [Compiled; 2] {
    let text = format!("{HEAD}{block}");
    let scenario = load(&text, &Settings::default()).value.expect("a scenario");
    let compiled = made(&text, &[], &[]);
    let tree = made(&to_tree(&scenario, &compiled), &[], &[]);
    [compiled, tree]
}

/// The same marks; a tree does not say which end is the accident.
fn same(ladder: &Compiled, tree: &Compiled) {
    let forget = |marks: &[RungMark]| -> Vec<RungMark> {
        let marks = marks.iter().cloned();
        marks
            .map(|mark| RungMark {
                disaster: None,
                ..mark
            })
            .collect()
    };
    assert_eq!(forget(&ladder.rungs), forget(&tree.rungs));
}

#[test]
fn a_device_is_where_the_threat_falls_due() {
    let [ladder, tree] = both("[[response]]\non = \"s1\"\ncommit = { automatic = 0.3 }\n");
    same(&ladder, &tree);
    let graph = ladder.game.graph();
    let mark = &ladder.rungs[0];
    assert_eq!(
        (mark.due, mark.decision),
        (at(graph, "A1"), at(graph, "W1"))
    );
    let before = mark.before.as_ref().expect("C0 is before it");
    assert_eq!(before.position, at(graph, "C0"));
    // Without a device the two are one.
    assert_eq!(ladder.rungs[1].due, ladder.rungs[1].decision);
}

#[test]
fn a_device_that_always_acts_is_a_threat_that_nobody_refuses() {
    let [ladder, tree] = both("[[response]]\ncommit = { automatic = 1 }\n");
    same(&ladder, &tree);
    let graph = ladder.game.graph();
    let ids: Vec<&str> = ladder.rungs.iter().map(|mark| mark.id.as_str()).collect();
    assert_eq!(ids, ["s1", "s2"]);
    let mark = &ladder.rungs[1];
    assert_eq!(
        (mark.due, mark.decision),
        (at(graph, "A2"), at(graph, "A2"))
    );
    assert_eq!((mark.carried_out, mark.refused), (at(graph, "X2"), None));
    assert_eq!(graph.player_label(mark.actors[0]), "de");
}

/// Stage 1 may be let pass, and stage 2 then falls due with other costs behind it.
#[test]
fn a_rung_in_two_histories_is_one_rung_and_each_place_says_which() {
    let options = "options = [\"next_rung\", \"none\", \"acquiesce\"]";
    let [ladder, tree] = both(&format!("[[response]]\non = \"s1\"\n{options}\n"));
    same(&ladder, &tree);
    let places = |compiled: &Compiled| -> Vec<(String, String)> {
        let marks = compiled.rungs.iter();
        marks.map(|m| (m.id.clone(), m.place.clone())).collect()
    };
    let expected = [("s1", ""), ("s2", "W1: execute"), ("s2", "W1: none")];
    let expected = expected.map(|(id, place)| (id.to_owned(), place.to_owned()));
    assert_eq!(places(&ladder), expected);
    assert_eq!(places(&tree), expected);
}

/// Where the next chance to yield is several moves away, a tree says where.
#[test]
fn a_tree_keeps_where_the_other_side_may_yield_next() {
    let block = "[[response]]\non = \"s2\"\ncommit = { automatic = 0.3 }\n[[rung]]\nid = \"s3\"\nby = \"de\"\n";
    let text = HEAD.replace("[[off_ramp]]", "[[off_ramp]]\nat = \"s3\"");
    let text = format!("{text}{block}").replace("accident = 0.1", "");
    let text = text.replace(
        "cost = { ch = 1, de = 1 }",
        "cost = { ch = 1, de = 1 }\naccident = 0.1",
    );
    let scenario = load(&text, &Settings::default()).value.expect("a scenario");
    let ladder = made(&text, &[], &[]);
    let tree = made(&to_tree(&scenario, &ladder), &[], &[]);
    let after = ladder.rungs[0].after.as_ref().expect("it may yield at C2");
    assert_eq!(after.position, at(ladder.game.graph(), "C2"));
    same(&ladder, &tree);
}

fn warnings(text: &str) -> Vec<Diagnostic> {
    let reading = load(text, &Settings::default());
    assert!(
        !reading.has_errors(),
        "{}",
        told(text, &reading.diagnostics)
    );
    let made = compile(
        &reading.value.expect("a scenario"),
        &CompileLimits::default(),
    );
    let mut all = reading.diagnostics;
    all.extend(made.diagnostics);
    all
}

#[test]
fn a_jump_that_is_never_open_is_told() {
    let block = "[[response]]\non = \"s1\"\noptions = [\"next_rung\", \"s2\", \"acquiesce\"]\n";
    let open = format!("{HEAD}{block}");
    assert!(warnings(&open).is_empty(), "{:?}", warnings(&open));
    let closed = open.replace("accident = 0.1", "accident = 0.1\nrequires = [\"s1\"]");
    let said = warnings(&closed);
    let codes: Vec<&str> = said.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["D087"]);
    assert!(closed[said[0].span.clone()].starts_with("[[response]]"));
    assert!(said[0].message.contains("\"s2\""));
    assert!(said[0].help.is_some());
}

#[test]
fn a_delay_of_a_coalition_that_does_not_vote_is_told() {
    let text = format!(
        "{}[[coalition]]\nid = \"allies\"\nmembers = [\"de\", \"al\"]\ndelay = 3\n[[actor]]\nid = \"al\"\nrole = \"ally\"\n",
        HEAD.replace("by = \"de\"", "by = \"allies\"")
            .replace(" de = ", " allies = ")
            .replace("cost(de)", "cost(allies)"),
    );
    let said = warnings(&text);
    let codes: Vec<&str> = said.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["D088"]);
    assert!(said[0].message.contains("\"allies\""));
    let voting = text.replace("delay = 3", "delay = 3\nrule = \"sequential\"");
    assert!(!warnings(&voting).iter().any(|d| d.code == "D088"));
}

#[test]
fn rounded_formulas_are_named() {
    let rounded = HEAD.replace(
        "cost = { ch = 2, de = 1 }",
        "cost = { ch = \"sqrt(2)\", de = 1 }",
    );
    let compiled = made(&rounded, &[], &[]);
    assert!(!compiled.summary.exact);
    assert_eq!(compiled.summary.rounded, ["sqrt(2)"]);
    assert!(made(HEAD, &[], &[]).summary.rounded.is_empty());
    // A root that is a fraction is exact.
    let exact = rounded.replace("sqrt(2)", "sqrt(4)");
    assert!(made(&exact, &[], &[]).summary.exact);
}

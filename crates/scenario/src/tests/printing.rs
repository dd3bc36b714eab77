//! Printing loses nothing: canonical form, and trees of ladders.

use super::worked::{CHAIN, DOLLAR};
use super::{SEED, induct, made, told};
use crate::compile::{CompileLimits, Compiled, CompiledGame, compile};
use crate::{Settings, TEMPLATES, load, print, to_tree};

fn texts() -> Vec<(&'static str, &'static str)> {
    let mut all = vec![
        ("seed", SEED),
        ("6.2", include_str!("notes_6_2.toml")),
        ("6.3", include_str!("notes_6_3.toml")),
        ("dollar", DOLLAR),
        ("chain", CHAIN),
    ];
    all.extend(TEMPLATES.iter().map(|t| (t.name, t.text)));
    all
}

#[test]
fn the_canonical_form_reads_as_the_same_scenario() {
    for (name, text) in texts() {
        let scenario = load(text, &Settings::default()).value.expect(name);
        let printed = print(&scenario);
        let again = load(&printed, &Settings::default());
        assert!(
            !again.has_errors(),
            "{name}: {}\n{printed}",
            told(&printed, &again.diagnostics)
        );
        let again = again.value.expect(name);
        assert_eq!(print(&again), printed, "{name}");
        let limits = CompileLimits::default();
        let (one, two) = (compile(&scenario, &limits), compile(&again, &limits));
        same(name, &one.value.expect(name), &two.value.expect(name));
    }
}

/// The same positions with the same moves and values.
fn same(name: &str, one: &Compiled, two: &Compiled) {
    let (a, b) = (one.game.graph(), two.game.graph());
    assert_eq!(a.num_positions(), b.num_positions(), "{name}");
    let (values, choices) = induct(a);
    assert_eq!((values, choices), induct(b), "{name}");
    for position in (0..a.num_positions()).map(deterra_game::id::NodeId::from_index) {
        assert_eq!(
            a.position_label(position),
            b.position_label(position),
            "{name}"
        );
        assert_eq!(
            a.outcome_label(position),
            b.outcome_label(position),
            "{name}"
        );
        let moves = |g: &dyn deterra_game::positional::PositionGraph| -> Vec<String> {
            (0..g.num_moves(position))
                .map(|k| g.move_label(position, k).to_owned())
                .collect()
        };
        assert_eq!(moves(a), moves(b), "{name}");
    }
    assert_eq!(one.quiet, two.quiet, "{name}");
}

#[test]
fn a_ladder_is_dumped_as_an_equivalent_tree() {
    for (name, text) in texts() {
        let scenario = load(text, &Settings::default()).value.expect(name);
        let compiled = compile(&scenario, &CompileLimits::default())
            .value
            .expect(name);
        let tree = to_tree(&scenario, &compiled);
        let again = made(&tree, &[], &[]);
        same(name, &compiled, &again);
        if let (CompiledGame::Tree(a), CompiledGame::Tree(b)) = (&compiled.game, &again.game) {
            assert_eq!(a.node_infosets(), b.node_infosets(), "{name}");
        }
        let single = compiled.rungs.iter().all(|mark| mark.actors.len() == 1);
        if single {
            assert_eq!(compiled.rungs.len(), again.rungs.len(), "{name}");
            for (a, b) in compiled.rungs.iter().zip(&again.rungs) {
                assert_eq!(
                    (a.decision, a.carried_out, a.refused, &a.accident, &a.before),
                    (b.decision, b.carried_out, b.refused, &b.accident, &b.before),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn a_ladder_unfolds_into_a_tree_of_nodes() {
    let CompiledGame::Positions(game) = made(SEED, &[], &[]).game else {
        panic!("complete information makes positions");
    };
    let tree = game.unfold(1000).expect("small");
    // C0 W1 X1 C1 W2 X2 C2 W3 X3, three settlements, three acquiescences, three accidents, defeat.
    assert_eq!(tree.num_nodes(), 9 + 3 + 3 + 3 + 1);
    assert_eq!(game.num_unfolded_nodes(), tree.num_nodes().into());
}

//! Scenarios read and compiled, against values from the literature and by hand.

use crate::compile::{CompileLimits, Compiled, CompiledGame, compile};
use crate::{Settings, load};
use deterra_game::diagnostic::Diagnostic;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use std::fmt::Write as _;

mod alike;
mod complaints;
mod docs;
mod estimation;
mod graph;
mod learning;
mod marks;
mod printing;
mod semantics;
mod worked;

/// The three-stage ladder of the design notes, complete information.
pub(crate) const SEED: &str = r#"
[scenario]
name = "three-stage ultimatum"
start = "ongoing"

[params]
V = 10
n = [4, 3, 2]
kc = [1, 4, 15]
kw = [1, 4, 12]
wn = [-2, -2.5, -3]
eps = [0.02, 0.05, 0.20]
disaster = -50
L = { value = 8, min = 4, max = 30 }
a = { value = 0, min = 0, max = 20 }

[[actor]]
id = "ch"
role = "challenger"

[[actor]]
id = "co"
role = "defender"

[[rung]]
id = "s1"
by = "co"
cost = { ch = "kc[0]", co = "kw[0]" }
accident = "eps[0]"

[[rung]]
id = "s2"
by = "co"
cost = { ch = "kc[1]", co = "kw[1]" }
accident = "eps[1]"

[[rung]]
id = "s3"
by = "co"
cost = { ch = "kc[2]", co = "kw[2]" }
accident = "eps[2]"

[[response]]
on = "continue"
by = "co"
options = ["next_rung", "acquiesce"]
commit = { audience = "a" }

[[off_ramp]]
at = "any"
by = "ch"
payoff = { ch = "n[rung] - cost(ch)", co = "wn[rung] - cost(co)" }

[[outcome]]
id = "acquiesce"
payoff = { ch = "V - cost(ch)", co = "-L - cost(co)" }

[[outcome]]
id = "defeat"
payoff = { ch = "-cost(ch)", co = "-cost(co)" }

[[outcome]]
id = "accident"
payoff = { ch = "disaster", co = "disaster" }
"#;

pub(crate) fn made(text: &str, set: &[(&str, &str)], given: &[(&str, &str)]) -> Compiled {
    let pairs = |all: &[(&str, &str)]| {
        all.iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect()
    };
    let settings = Settings {
        set: pairs(set),
        given: pairs(given),
        strict: false,
    };
    let (scenario, _) = load(text, &settings)
        .into_result()
        .unwrap_or_else(|d| panic!("{}", told(text, &d)));
    compile(&scenario, &CompileLimits::default())
        .into_result()
        .unwrap_or_else(|d| panic!("{}", told(text, &d)))
        .0
}

pub(crate) fn told(text: &str, diagnostics: &[Diagnostic]) -> String {
    let mut all = String::new();
    for d in diagnostics {
        let _ = writeln!(
            all,
            "{} {} @ {:?} help: {:?}",
            d.code,
            d.message,
            text.get(d.span.clone()),
            d.help
        );
    }
    all
}

/// Backward induction, the first best move at ties: values of every position and the choices.
pub(crate) fn induct(game: &dyn PositionGraph) -> (Vec<Vec<Rational>>, Vec<usize>) {
    let players = game.num_players();
    let mut values = vec![vec![Rational::ZERO; players]; game.num_positions()];
    let mut choices = vec![0; game.num_positions()];
    for at in (0..game.num_positions()).rev() {
        let position = NodeId::from_index(at);
        let next = |k| game.successor(position, k).index();
        let mut value = match game.mover(position) {
            Mover::Terminal => vec![Rational::ZERO; players],
            Mover::Chance => {
                let mut sum = vec![Rational::ZERO; players];
                for k in 0..game.num_moves(position) {
                    let p = game.chance_probability(position, k).value();
                    for (total, part) in sum.iter_mut().zip(&values[next(k)]) {
                        *total += &(p * part);
                    }
                }
                sum
            }
            Mover::Player(player) => {
                let mut best = 0;
                for k in 1..game.num_moves(position) {
                    if values[next(k)][player.index()] > values[next(best)][player.index()] {
                        best = k;
                    }
                }
                choices[at] = best;
                values[next(best)].clone()
            }
        };
        for (player, total) in value.iter_mut().enumerate() {
            if let Some(paid) = game.payoff_at(position, PlayerId::from_index(player)) {
                *total += paid.value();
            }
        }
        values[at] = value;
    }
    (values, choices)
}

pub(crate) fn value(compiled: &Compiled) -> Vec<String> {
    let (values, _) = induct(compiled.game.graph());
    values[0].iter().map(ToString::to_string).collect()
}

/// The position of a name.
pub(crate) fn at(game: &dyn PositionGraph, name: &str) -> NodeId {
    (0..game.num_positions())
        .map(NodeId::from_index)
        .find(|p| game.position_label(*p) == name)
        .unwrap_or_else(|| panic!("no position {name}"))
}

#[test]
fn the_seed_ladder_has_the_values_of_the_notes() {
    let compiled = made(SEED, &[], &[]);
    assert!(matches!(compiled.game, CompiledGame::Positions(_)));
    assert_eq!(value(&compiled), ["10", "-8"]);
    let game = compiled.game.graph();
    let (values, choices) = induct(game);
    let moves = |name: &str| game.move_label(at(game, name), choices[at(game, name).index()]);
    assert_eq!(moves("C0"), "continue");
    assert_eq!(moves("W1"), "acquiesce");
    // Executing minus acquiescing if the challenger would yield next: 3.57, -1.1, -10.6.
    let settle = |k: usize, n: &str| {
        let risk = made(SEED, &[], &[]);
        let game = risk.game.graph();
        let mark = &risk.rungs[k];
        let accident = mark.accident.clone().expect("a risk");
        let after = match &mark.after {
            Some(offer) => game.successor(offer.position, offer.yields[0]),
            None => at(game, "defeat"),
        };
        let pays = |p: NodeId| {
            game.payoff_at(p, PlayerId(1))
                .expect("paid")
                .value()
                .clone()
        };
        let execute = &(&accident * &Rational::integer(-50))
            + &(&(&Rational::ONE - &accident) * &pays(after));
        assert_eq!(
            (&execute - &pays(mark.refused.expect("it can be refused"))).to_decimal(2),
            n
        );
    };
    settle(0, "3.57");
    settle(1, "-1.10");
    settle(2, "-10.60");
    assert!(values[0][0] > Rational::ZERO);
    // The threshold a = 10.6: (10, -8 - a) below, (4, -2) above.
    assert_eq!(value(&made(SEED, &[("a", "10.5")], &[])), ["10", "-37/2"]);
    assert_eq!(value(&made(SEED, &[("a", "10.7")], &[])), ["4", "-2"]);
    assert_eq!(value(&made(SEED, &[("L", "18.7")], &[])), ["4", "-2"]);
    assert_eq!(value(&made(SEED, &[("L", "18.5")], &[])), ["10", "-37/2"]);
}

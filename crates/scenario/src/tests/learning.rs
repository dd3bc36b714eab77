//! What histories teach, what sides believe, where contests go on.

use super::SEED;
use crate::compile::{CompileLimits, CompiledGame, compile, timeline};
use crate::history::BayesFactor;
use crate::model::Likelihood;
use crate::{Scenario, Settings, load};
use deterra_game::number::Rational;

/// Two sides of unknown types that go together: who is hard most often faces the resolute.
const TWINS: &str = r#"
node = [{ id = "n", by = "ch", actions = { stop = "end", go = "answer" } }, { id = "answer", by = "de", actions = { yield = "end", fight = "end" } }]
outcomes.end = { ch = 0, de = 0 }
history = [{ response = "none", about = "de", likelihood = { resolute = 0.2, irresolute = 0.8 } }]

[[actor]]
id = "ch"
types = [{ id = "hard" }, { id = "soft" }]

[[actor]]
id = "de"
types = [{ id = "resolute" }, { id = "irresolute" }]

[prior]
joint = [
  { types = { ch = "hard", de = "resolute" }, prob = 0.4 },
  { types = { ch = "hard", de = "irresolute" }, prob = 0.1 },
  { types = { ch = "soft", de = "resolute" }, prob = 0.1 },
  { types = { ch = "soft", de = "irresolute" }, prob = 0.4 },
]
"#;

fn scenario(text: &str) -> Scenario {
    let reading = load(text, &Settings::default());
    let errors = super::told(text, &reading.diagnostics);
    assert!(!reading.has_errors(), "{errors}");
    reading.value.expect("a scenario")
}

/// Every code that reading and compiling a text comes to, once each.
fn codes(text: &str) -> Vec<&'static str> {
    let reading = load(text, &Settings::default());
    let mut all: Vec<&str> = reading.diagnostics.iter().map(|d| d.code).collect();
    if let (Some(scenario), false) = (&reading.value, reading.has_errors()) {
        let made = compile(scenario, &CompileLimits::default());
        all.extend(made.diagnostics.iter().map(|d| d.code));
    }
    all.dedup();
    all
}

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("nonzero")
}

/// The silence has probability 1/2·1/5 + 1/2·4/5 = 1/2. After it the combinations have .4·.2, .1·.8,
/// .1·.2 and .4·.8 over 1/2: .16, .16, .04, .64. So the other side is hard with .32 where it was 1/2:
/// odds of 8/17 where they were 1.
#[test]
fn what_is_learned_of_one_is_learned_of_who_goes_with_it() {
    let known = timeline(&scenario(TWINS)).expect("beliefs");
    assert_eq!(known.actors, [0, 1]);
    let half = vec![r(1, 2), r(1, 2)];
    assert_eq!(known.beliefs, [half.clone(), half]);
    let moment = &known.moments[0];
    let evidence = moment.evidence.as_ref().expect("evidence");
    assert_eq!((evidence.actor, &evidence.probability), (1, &r(1, 2)));
    assert_eq!(moment.beliefs[1], [r(1, 5), r(4, 5)]);
    assert_eq!(moment.beliefs[0], [r(8, 25), r(17, 25)]);
    assert_eq!(moment.factors[0][0], BayesFactor::Finite(r(8, 17)));
    assert_eq!(moment.factors[1][0], BayesFactor::Finite(r(1, 4)));
    let joint: Vec<&Rational> = known.posterior.iter().map(|p| &p.probability).collect();
    assert_eq!(joint, [&r(4, 25), &r(4, 25), &r(1, 25), &r(16, 25)]);
}

#[test]
fn events_of_an_equilibrium_wait_for_it() {
    let declared = "{ resolute = 0.2, irresolute = 0.8 }";
    let text = TWINS.replace(
        declared,
        "\"equilibrium\", at = \"answer\", action = \"yield\", times = 2",
    );
    let mut waiting = scenario(&text);
    assert_eq!(waiting.open_event(), Some((0, 0)));
    // Before it nothing has happened, and the game can be made.
    let before = waiting.before(0, 0);
    assert_eq!(before.open_event(), None);
    assert!(compile(&before, &CompileLimits::default()).value.is_some());
    assert_eq!(codes(&text), ["D045"]);
    // The resolute yield with 1/5, the irresolute with 4/5; then nobody but the irresolute.
    let rows = [vec![r(1, 5), r(4, 5)], vec![Rational::ZERO, Rational::ONE]];
    for (time, row) in rows.into_iter().enumerate() {
        assert_eq!(waiting.open_event(), Some((0, time)));
        let Some(Likelihood::Equilibrium { computed, .. }) = &mut waiting.history[0].likelihood
        else {
            panic!("as the file says");
        };
        computed.push(row);
    }
    assert_eq!(waiting.open_event(), None);
    let known = timeline(&waiting).expect("beliefs");
    assert_eq!(known.moments[0].beliefs[0], [r(8, 25), r(17, 25)]);
    // .16 to .64 among the irresolute: hard with 1/5.
    assert_eq!(known.moments[1].beliefs[0], [r(1, 5), r(4, 5)]);
    assert_eq!(
        known.moments[1].factors[1],
        [BayesFactor::Finite(Rational::ZERO), BayesFactor::Infinite]
    );
    // What is given is not learned about.
    let given = Settings {
        given: vec![("de".into(), "resolute".into())],
        ..Settings::default()
    };
    let given = load(&text, &given).value.expect("a scenario");
    assert_eq!(given.open_event(), None);
}

#[test]
fn what_an_equilibrium_needs_is_asked_for() {
    let declared = "about = \"de\", likelihood = { resolute = 0.2, irresolute = 0.8 }";
    for wrong in [
        // Whose move?
        "likelihood = \"equilibrium\", at = \"answer\", action = \"yield\"",
        // Which one?
        "about = \"de\", likelihood = \"equilibrium\", at = \"answer\"",
    ] {
        assert_eq!(codes(&TWINS.replace(declared, wrong)), ["D030"], "{wrong}");
    }
    let nobody = "[[threshold]]\ntype = \"brave\"\nat = 0.5\n";
    assert_eq!(codes(&format!("{TWINS}{nobody}")), ["D030"]);
    let impossible = TWINS.replace(
        "resolute = 0.2, irresolute = 0.8",
        "resolute = 0, irresolute = 0",
    );
    let told = timeline(&scenario(&impossible)).expect_err("nobody would have");
    assert_eq!(told[0].code, "D030");
}

#[test]
fn views_change_types_and_parameters() {
    let view = "[[view]]\nof = \"ch\"\noverride = { L = 25, \"n[0]\" = 1 }\n[[view]]\nof = \"truth\"\noverride = { a = 3 }\n";
    let seen = scenario(&format!("{SEED}\n{view}"));
    assert_eq!(seen.views.len(), 2);
    assert_eq!((seen.views[0].of, seen.views[1].of), (Some(0), None));
    let changed = seen.seen(&seen.views[0].types, &seen.views[0].patches);
    let values = changed.expect("numbers").parameters.evaluate().value;
    let values = values.expect("values");
    assert_eq!(values.get("L").expect("there").to_string(), "25");
    assert_eq!(values.get("n").expect("there").to_string(), "[1, 3, 2]");
    for wrong in [
        "[[view]]\nof = \"nobody\"\n",
        "[[view]]\nof = \"ch\"\noverride = { nothing = 1 }\n",
    ] {
        assert_eq!(codes(&format!("{SEED}\n{wrong}")), ["D010"], "{wrong}");
    }
    let twice = format!("{SEED}\n{view}[[view]]\nof = \"ch\"\n");
    assert_eq!(codes(&twice), ["D012"]);
}

/// The seed ladder, where a vote of its two members decides.
fn voting(rule: &str) -> String {
    let coalition = format!("\n[[coalition]]\nid = \"co\"\nmembers = [\"m1\", \"m2\"]\n{rule}\n");
    format!("{SEED}{coalition}")
}

#[test]
fn a_vote_may_cost_who_says_yes() {
    let all = |game: &CompiledGame| -> Vec<String> {
        let graph = game.graph();
        let payoffs = (0..graph.num_positions()).filter_map(|at| {
            let at = deterra_game::id::NodeId::from_index(at);
            let of = |p| graph.payoff_at(at, deterra_game::id::PlayerId(p));
            let (one, two) = (of(1)?.value(), of(2)?.value());
            (graph.outcome_label(at) == Some("acquiesce")).then(|| format!("{one} {two}"))
        });
        payoffs.collect()
    };
    let rule = "rule = \"sequential\"\ncost_of_yes = { m1 = 1, m2 = \"a + 5\" }";
    let made = compile(&scenario(&voting(rule)), &CompileLimits::default());
    let paid = all(&made.value.expect("a game").game);
    // At W1 the first says no, or says yes and is not followed: it alone has paid.
    assert!(paid.contains(&"-8 -8".to_owned()), "{paid:?}");
    assert!(paid.contains(&"-9 -8".to_owned()), "{paid:?}");
    // At W2 both have said yes once, and a stage has been paid for.
    assert!(paid.contains(&"-10 -14".to_owned()), "{paid:?}");
    assert_eq!(codes(&voting("cost_of_yes = 1")), ["D016"]);
}

#[test]
fn contests_follow_each_other() {
    let text = "
node = [{ id = 'n', by = 'a', actions = { stop = 'quiet', go = 'loud' } }]
actor = [{ id = 'a' }, { id = 'b' }, { id = 'c' }]
outcomes = { quiet = { a = 0, c = 1 }, loud = { a = \"x\", c = -1 } }
params.x = 2
[[theatre]]
id = 'there'
replace = { a = 'b' }
override = { x = 5 }
weight = 10
";
    let made = compile(&scenario(text), &CompileLimits::default());
    let game = made.value.expect("a game").game;
    let graph = game.graph();
    let label = |at: &deterra_game::id::NodeId| graph.outcome_label(*at) == Some("loud, loud");
    let all = (0..graph.num_positions()).map(deterra_game::id::NodeId::from_index);
    let last = all.clone().find(label).expect("an end");
    let paid: Vec<String> = (0..3)
        .filter_map(|p| graph.payoff_at(last, deterra_game::id::PlayerId(p)))
        .map(|paid| paid.value().to_string())
        .collect();
    assert_eq!(paid, ["2", "50", "-11"]);
    let names: Vec<&str> = all.map(|at| graph.position_label(at)).collect();
    assert!(names.contains(&"there n"), "{names:?}");
    for wrong in ["a = 'a'", "a = 'b', b = 'c'"] {
        let text = text.replace("a = 'b' }", &format!("{wrong} }}"));
        assert_eq!(codes(&text), ["D044"], "{wrong}");
    }
    // Who takes the part must not have one.
    let both = text.replace(
        "go = 'loud' } }]",
        "go = 'm' } }, { id = 'm', by = 'b', actions = { stop = 'quiet', go = 'loud' } }]",
    );
    assert_eq!(codes(&both), ["D044"]);
}

//! What the literature knows of the shipped games is what solvers find and judges accept.
//!
//! The facts and their sources stand in `deterra::game::catalog`; a row there is tested here by
//! every method that can say something about it.

#![allow(
    clippy::unwrap_used,
    reason = "in a test a panic is the failure report"
)]

use deterra::game::anonymous::AnonymousGame;
use deterra::game::catalog::{self, Check, Entry};
use deterra::game::extensive::ExtensiveGame;
use deterra::game::format::Game;
use deterra::game::information::is_perfect_information;
use deterra::game::number::{Number, Rational};
use deterra::game::profile::{BehaviorProfile, MixedProfile};
use deterra::game::strategic::StrategicGame;
use deterra::solve::control::Control;
use deterra::solve::method::{CATALOG, Method};
use deterra::solve::nash::anonymous::{Anonymous, anonymous};
use deterra::solve::perfect::backward_induction::Keep;
use deterra::solve::solution::Solution;
use deterra::solve::{Answer, Problem, Request, solve};
use deterra::verify::verdict::{Concept, Status, Verdict};
use deterra::verify::{nash, payoff};
use std::collections::BTreeSet;

fn exact(row: &[&str]) -> Vec<Rational> {
    row.iter()
        .map(|text| Number::parse(text).unwrap().into_value())
        .collect()
}

fn tree(game: Game) -> ExtensiveGame {
    match game {
        Game::Extensive(tree) => tree,
        _ => panic!("the fact is about a tree"),
    }
}

fn table(game: Game) -> StrategicGame {
    match game {
        Game::Strategic(table) => table,
        Game::ActionGraph(graph) => graph.expand(100_000).unwrap(),
        Game::Extensive(_) => panic!("the fact is about a table"),
    }
}

fn found(problem: &Problem<'_>, concept: Concept, method: Method) -> Solution<Answer> {
    let request = Request {
        concept: Some(concept),
        method: Some(method),
        keep: Keep::Always,
        ..Request::default()
    };
    solve(problem, &request, &Control::default()).unwrap()
}

/// What every subgame-perfect equilibrium pays that a method finds, ascending.
fn perfect_payoffs(game: &ExtensiveGame, method: Method) -> Vec<Vec<Rational>> {
    let solution = found(&Problem::Extensive(game), Concept::SubgamePerfect, method);
    assert_eq!(solution.method(), method);
    assert_eq!(solution.verdict().status, Status::Exact);
    let mut payoffs: Vec<Vec<Rational>> = match solution.answer() {
        Answer::Perfect(answer) => {
            let count = answer.count().unwrap().to_u64().unwrap();
            let list = answer.list(game, 1_000).unwrap();
            assert_eq!(list.len() as u64, count);
            list.into_iter()
                .map(|equilibrium| equilibrium.payoffs().to_vec())
                .collect()
        }
        Answer::Subgame(answer) => {
            let list = answer.list(game, 1_000);
            list.into_iter().map(|(_, payoffs)| payoffs).collect()
        }
        other => panic!("{other:?}"),
    };
    payoffs.sort();
    payoffs
}

/// How many pure Nash equilibria there are.
fn pure_count(game: &Game) -> usize {
    let problem = match game {
        Game::Extensive(tree) => Problem::Extensive(tree),
        Game::Strategic(table) => Problem::Strategic(table),
        Game::ActionGraph(graph) => Problem::ActionGraph(graph),
    };
    let solution = found(&problem, Concept::Nash, Method::Pure);
    match solution.answer() {
        Answer::Pure(answer) | Answer::PureTable(_, answer) => answer.cells().len(),
        Answer::PureTree(answer) => answer.profiles().len(),
        other => panic!("{other:?}"),
    }
}

fn assert_exact(entry: &Entry, verdict: &Verdict) {
    assert_eq!(verdict.status, Status::Exact, "{}: {verdict:?}", entry.name);
}

/// Tests a fact; the methods that found it again.
fn test(entry: &Entry, check: &Check) -> Vec<Method> {
    let (name, none) = (entry.name, Rational::integer(0));
    match *check {
        Check::PureNash(count) => {
            assert_eq!(pure_count(&entry.game()), count, "{name}");
            vec![Method::Pure]
        }
        Check::Nash(count) => {
            assert!(pure_count(&entry.game()) <= count, "{name}");
            Vec::new()
        }
        Check::Mixed { profile, payoffs } => {
            let game = table(entry.game());
            let rows = profile.iter().map(|row| exact(row)).collect();
            let profile = MixedProfile::new(&game.shape(), rows).unwrap();
            assert_exact(entry, &nash::judge_mixed(&game, &profile, &none));
            assert_eq!(
                payoff::mixed_payoffs(&game, &profile),
                exact(payoffs),
                "{name}"
            );
            Vec::new()
        }
        Check::Behavior { profile, payoffs } => {
            let game = tree(entry.game());
            let profile = BehaviorProfile::new(&game, exact(profile)).unwrap();
            assert_exact(entry, &nash::judge_behavior(&game, &profile, &none));
            assert_eq!(
                payoff::expected_payoffs(&game, &profile),
                exact(payoffs),
                "{name}"
            );
            Vec::new()
        }
        Check::Pays { profile, payoffs } => {
            let game = tree(entry.game());
            let profile = BehaviorProfile::new(&game, exact(profile)).unwrap();
            assert_eq!(
                payoff::expected_payoffs(&game, &profile),
                exact(payoffs),
                "{name}"
            );
            Vec::new()
        }
        Check::SubgamePerfect(expected) => {
            let game = tree(entry.game());
            let mut expected: Vec<_> = expected.iter().map(|row| exact(row)).collect();
            expected.sort();
            assert!(is_perfect_information(&game), "{name}");
            let methods = vec![Method::BackwardInduction, Method::Subgame];
            for method in &methods {
                assert_eq!(
                    perfect_payoffs(&game, *method),
                    expected,
                    "{name} by {method}"
                );
            }
            methods
        }
        // Some equilibrium among the facts pays it, which is all a value says without a solver
        // for mixed equilibria; the catalogue's own tests see to that.
        Check::Value(_) => Vec::new(),
        ref other => panic!("nothing tests {other:?}"),
    }
}

/// The volunteer's dilemma of three, which is no file: benefit 1, cost 1/4, and each abstains with
/// probability (1/4)^(1/2).
fn volunteers() -> Method {
    let (acting, benefit) = (exact(&["3/4"; 3]), exact(&["0", "1", "1"]));
    let game = AnonymousGame::new("volunteers", acting, benefit).unwrap();
    let found = anonymous(&game, &Anonymous::default(), &Control::default()).unwrap();
    assert_eq!(found.verdict().status, Status::Exact);
    let points: Vec<_> = found.answer().points().iter().collect();
    assert_eq!(points.len(), 1);
    assert_eq!(points[0].probability, exact(&["1/2"])[0]);
    found.method()
}

#[test]
fn every_fact_is_found_again_and_every_method_finds_one() {
    let mut facts = 0;
    let mut methods = BTreeSet::new();
    for entry in catalog::entries() {
        for check in entry.facts.iter().filter_map(|fact| fact.check.as_ref()) {
            methods.extend(test(entry, check));
            facts += 1;
        }
    }
    assert!(facts > 20, "{facts} facts");
    methods.insert(volunteers());
    let all: BTreeSet<Method> = Method::ALL.into_iter().collect();
    assert_eq!(methods, all, "every method needs a known game");
}

#[test]
fn every_method_is_in_the_catalogue_with_a_source_and_a_file() {
    let sources = deterra_tests::workspace::sources();
    let bibliography = sources
        .iter()
        .find(|s| s.path == "docs/references.bib")
        .unwrap();
    for method in Method::ALL {
        assert!(CATALOG.iter().any(|row| row.method == method), "{method}");
    }
    for row in CATALOG {
        let path = format!("crates/solve/src/{}.rs", row.module.replace("::", "/"));
        let file = sources.iter().find(|source| source.path == path);
        assert!(
            file.is_some_and(deterra_tests::house::solvers::is_solver),
            "{path} has no solver"
        );
        assert!(!row.sources.is_empty(), "{} needs a source", row.method);
        for key in row.sources {
            assert!(bibliography.text.contains(&format!("{{{key},")), "{key}");
        }
    }
}

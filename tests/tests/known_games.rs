//! What the literature knows of the shipped games is what solvers find and judges accept.
//!
//! The facts and their sources stand in `deterra::game::catalog`; a row there is tested here by
//! every method that can say something about it.

#![allow(
    clippy::unwrap_used,
    reason = "in a test a panic is the failure report"
)]

#[path = "known_games/commitments.rs"]
mod commitments;
#[path = "known_games/crowds.rs"]
mod crowds;
#[path = "known_games/devices.rs"]
mod devices;
#[path = "known_games/dynamic.rs"]
mod dynamic;
#[path = "known_games/refined.rs"]
mod refined;
#[path = "known_games/states.rs"]
mod states;

use deterra::game::anonymous::AnonymousGame;
use deterra::game::catalog::{self, Check, Entry};
use deterra::game::class::facts;
use deterra::game::coalition::{CoalitionalGame, WeightedVoting};
use deterra::game::convert::simultaneous_tree;
use deterra::game::extensive::ExtensiveGame;
use deterra::game::format::Game;
use deterra::game::id::PlayerId;
use deterra::game::information::is_perfect_information;
use deterra::game::number::{Number, Rational};
use deterra::game::profile::{BehaviorProfile, MixedProfile};
use deterra::game::stochastic::StochasticBuilder;
use deterra::game::strategic::StrategicGame;
use deterra::solve::commit::mixed_commitment::{MixedCommitment, mixed_commitment};
use deterra::solve::commit::pure_commitment::{PureCommitment, pure_commitment};
use deterra::solve::control::Control;
use deterra::solve::cooperative::banzhaf_index::{BanzhafIndex, banzhaf_index};
use deterra::solve::cooperative::core::{Core, core};
use deterra::solve::cooperative::nucleolus::{Nucleolus, nucleolus};
use deterra::solve::cooperative::shapley_value::{ShapleyValue, shapley_value};
use deterra::solve::method::{CATALOG, Method};
use deterra::solve::nash::anonymous::{Anonymous, anonymous};
use deterra::solve::nash::vertex_enumeration::{ExtremeEquilibria, NashComponent};
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
        _ => panic!("the fact is about a table"),
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
        other => panic!("no game of strategies: {other:?}"),
    };
    let solution = found(&problem, Concept::Nash, Method::Pure);
    match solution.answer() {
        Answer::Pure(answer) => answer.cells().len(),
        Answer::PureGraph(answer) => answer.count().to_string().parse().unwrap(),
        Answer::PureTree(answer) => answer.profiles().len(),
        other => panic!("{other:?}"),
    }
}

/// The top rung of a ladder for ever, which the catalogue of games that end cannot hold. Quitting
/// leaves the rival v = 10; escalating is a disaster that costs both D = 50 with probability
/// ε = 1/10, else it is the rival's turn, which counts δ = 9/10 as much. Who mixes is indifferent:
/// 0 = -εD + (1-ε)δW, where waiting is worth W = xv - (1-x)εD, so
/// x = εD(1 + 1/((1-ε)δ))/(v + εD) = 181/243. Since εD ≤ (1-ε)δv, one side may also always quit.
fn the_infinite_ladder() -> Method {
    let rational = |text: &str| Number::parse(text).unwrap().into_value();
    let mut b = StochasticBuilder::new("infinite ladder");
    let players = [b.player("a"), b.player("b")];
    let turns = [b.state("a's turn"), b.state("b's turn")];
    let disaster = b.state("disaster");
    b.set_outcome(disaster, exact(&["-50", "-50"]));
    for k in 0..2 {
        let won = b.state("won");
        let prize = if k == 0 { ["0", "10"] } else { ["10", "0"] };
        b.set_outcome(won, exact(&prize));
        b.set_discount(players[k], rational("9/10"));
        let actions = vec!["quit".to_owned(), "escalate".to_owned()];
        b.set_movers(turns[k], vec![(players[k], actions)]);
        b.set_cell(
            turns[k],
            &[0],
            exact(&["0", "0"]),
            vec![(won, rational("1"))],
        );
        let row = vec![
            (disaster, rational("1/10")),
            (turns[1 - k], rational("9/10")),
        ];
        b.set_cell(turns[k], &[1], exact(&["0", "0"]), row);
    }
    let game = b.build().unwrap();
    let problem = Problem::Stochastic(&game);
    let solution = found(&problem, Concept::MarkovPerfect, Method::Markov);
    assert_eq!(solution.verdict().status, Status::Exact);
    let Answer::Markov(answer) = solution.answer() else {
        panic!("another answer")
    };
    let rows: Vec<&[Vec<Rational>]> = answer.list().iter().map(|e| e.profile.rows()).collect();
    let (quits, escalates) = (exact(&["1", "0"]), exact(&["0", "1"]));
    let mixed = exact(&["181/243", "62/243"]);
    let expected = [
        [quits.clone(), escalates.clone()],
        [escalates, quits],
        [mixed.clone(), mixed],
    ];
    assert_eq!(rows, expected);
    Method::Markov
}

fn assert_exact(entry: &Entry, verdict: &Verdict) {
    assert_eq!(verdict.status, Status::Exact, "{}: {verdict:?}", entry.name);
}

/// Logit responses of a game with one equilibrium have nowhere else to go.
fn tends_to(entry: &Entry, game: &StrategicGame, profile: &MixedProfile) -> Vec<Method> {
    let only = |fact: &catalog::Fact| fact.check == Some(Check::Nash(1));
    if !entry.facts.iter().any(only) {
        return Vec::new();
    }
    let problem = Problem::Strategic(game);
    let solution = found(&problem, Concept::QuantalResponse, Method::LogitPath);
    assert!(solution.verdict().holds(), "{}", entry.name);
    let Answer::TableResponse(limit) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    assert!(limit.nash().unwrap().holds(), "{}", entry.name);
    let rows = limit.profile().players().iter().zip(profile.players());
    for (near, exact) in rows.flat_map(|(near, exact)| near.iter().zip(exact)) {
        let off = (near - exact).to_f64().abs();
        assert!(off < 1e-6, "{}: {off}", entry.name);
    }
    vec![Method::LogitPath]
}

/// Quantal responses of perfect information tend to the subgame-perfect equilibrium, if it is the
/// only one.
fn responses_tend_to(entry: &Entry, game: &ExtensiveGame, payoffs: &[Rational]) {
    let problem = Problem::Extensive(game);
    let concept = Concept::QuantalResponse;
    let solution = found(&problem, concept, Method::BackwardResponse);
    assert!(solution.verdict().holds(), "{}", entry.name);
    let Answer::PositionResponse(limit) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    let near = payoff::position_payoffs(game, limit.profile());
    for (near, exact) in near.iter().zip(payoffs) {
        let off = (near - exact).to_f64().abs();
        assert!(off < 1e-5, "{}: {off}", entry.name);
    }
}

/// Looks at all equilibria of a table of two players.
fn all_of_two_players(entry: &Entry, look: impl Fn(&ExtremeEquilibria)) -> Vec<Method> {
    let Game::Strategic(game) = entry.game() else {
        return Vec::new();
    };
    if game.num_players() != 2 {
        return Vec::new();
    }
    let problem = Problem::Strategic(&game);
    let solution = found(&problem, Concept::Nash, Method::VertexEnumeration);
    assert_exact(entry, solution.verdict());
    let Answer::Extreme(all) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    look(all);
    let solution = found(&problem, Concept::Nash, Method::LemkeHowson);
    assert_exact(entry, solution.verdict());
    let Answer::Reached(reached) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    let is_known = all
        .list
        .iter()
        .any(|e| e.profile == reached.list[0].profile);
    assert!(is_known, "{}", entry.name);
    let mut methods = vec![Method::VertexEnumeration, Method::LemkeHowson];
    let mixed = |method: Method| {
        let solution = found(&problem, Concept::Nash, method);
        assert_exact(entry, solution.verdict());
        match solution.answer() {
            Answer::Mixed(answer) => answer.list[0].clone(),
            other => panic!("{other:?}"),
        }
    };
    let one = mixed(Method::SupportSearch);
    if all.components.iter().all(NashComponent::is_point) {
        assert!(all.list.iter().any(|e| e.profile == one.profile));
    }
    methods.push(Method::SupportSearch);
    if game.constant_sum().is_some() {
        let one = mixed(Method::Lp);
        assert!(all.list.iter().all(|e| e.payoffs == one.payoffs));
        methods.push(Method::Lp);
    }
    if game.shape().iter().sum::<usize>() <= 8 {
        // The welfare of a corner is the greatest.
        let sum = |payoffs: &[Rational]| -> Rational { payoffs.iter().sum() };
        let most = all.list.iter().map(|e| sum(&e.payoffs)).max();
        let best = mixed(Method::BestEquilibrium);
        assert_eq!(Some(sum(&best.payoffs)), most, "{}", entry.name);
        methods.push(Method::BestEquilibrium);
    }
    methods
}

/// What linear programs and paths over sequences say a tree of two players is worth, if its payoffs have a constant sum.
fn worth_of_tree(entry: &Entry, value: &Rational) -> Vec<Method> {
    let Game::Extensive(game) = entry.game() else {
        return Vec::new();
    };
    if game.num_players() != 2 || facts(&game).constant_sum.is_none() {
        return Vec::new();
    }
    let methods = vec![Method::Lp, Method::SequenceForm];
    for method in &methods {
        let solution = found(&Problem::Extensive(&game), Concept::Nash, *method);
        assert_exact(entry, solution.verdict());
        let Answer::Behavior(answer) = solution.answer() else {
            panic!("{:?}", solution.answer());
        };
        assert_eq!(&answer.list[0].payoffs[0], value, "{}", entry.name);
    }
    methods
}

/// All equilibria of a table of any number of players, by supports: as many as are known.
fn all_by_supports(entry: &Entry, count: usize) -> Vec<Method> {
    /// What the search of a game of the catalogue may take.
    const MOST_CELLS: usize = 30;
    let Game::Strategic(game) = entry.game() else {
        return Vec::new();
    };
    if game.num_cells() > MOST_CELLS {
        return Vec::new();
    }
    let problem = Problem::Strategic(&game);
    let solution = found(&problem, Concept::Nash, Method::SupportEnumeration);
    assert!(solution.verdict().holds(), "{}", entry.name);
    assert!(solution.is_complete(), "{}", entry.name);
    let Answer::Mixed(all) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    assert_eq!(
        (all.list.len(), all.sets.len()),
        (count, 0),
        "{}",
        entry.name
    );
    vec![Method::SupportEnumeration]
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
            let mut methods = all_of_two_players(entry, |all| {
                assert_eq!(all.list.len(), count, "{name}");
                assert!(all.components.iter().all(NashComponent::is_point));
            });
            methods.extend(all_by_supports(entry, count));
            methods
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
            tends_to(entry, &game, &profile)
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
            let mut methods = vec![Method::BackwardInduction, Method::Subgame];
            for method in &methods {
                assert_eq!(
                    perfect_payoffs(&game, *method),
                    expected,
                    "{name} by {method}"
                );
            }
            if let [only] = expected.as_slice() {
                responses_tend_to(entry, &game, only);
                methods.push(Method::BackwardResponse);
            }
            methods
        }
        // Of trees some equilibrium among the facts pays it; the catalogue's own tests see to that.
        Check::Value(value) => {
            let value = exact(&[value]).remove(0);
            let mut methods = all_of_two_players(entry, |all| {
                assert!(all.list.iter().all(|e| e.payoffs[0] == value), "{name}");
            });
            methods.extend(worth_of_tree(entry, &value));
            methods
        }
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

/// Of Selten's horse only the equilibria that pay everybody 1 are perfect (Selten 1975) and have sensible
/// beliefs (Kreps and Wilson 1982): one connected set, in which the third player goes R with at most 1/4.
fn the_horse() -> [Method; 3] {
    let entry = catalog::find("selten_horse").unwrap();
    let game = tree(entry.game());
    let problem = Problem::Extensive(&game);
    let methods = [
        (Concept::PerfectBayesian, Method::PerfectBayesian),
        (Concept::Sequential, Method::Sequential),
        (Concept::Perfect, Method::TremblingHand),
    ];
    methods.map(|(concept, method)| {
        let solution = found(&problem, concept, method);
        assert_exact(entry, solution.verdict());
        let Answer::Bayesian(answer) = solution.answer() else {
            panic!("{:?}", solution.answer());
        };
        assert_eq!(answer.components.len(), 1);
        let payoffs = &answer.components[0].payoffs;
        assert!(payoffs.iter().all(|i| i.is_point() && i.low.is_one()));
        method
    })
}

/// Every equilibrium of Kuhn's poker pays the first player -1/18 (Kuhn 1950).
fn poker() -> Method {
    let entry = catalog::find("kuhn_poker").unwrap();
    let game = tree(entry.game());
    let problem = Problem::Extensive(&game);
    let solution = found(&problem, Concept::QuasiPerfect, Method::QuasiPerfect);
    assert_exact(entry, solution.verdict());
    let Answer::Bayesian(answer) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    let payoffs = &answer.components[0].payoffs;
    let paid: Vec<Rational> = payoffs.iter().map(|i| i.low.clone()).collect();
    assert_eq!(paid, exact(&["-1/18", "1/18"]));
    solution.method()
}

/// Burden shares of 50, 30 and 20 with quota 60, where the first has a veto; and of 100, 200 and 300 claimed of an estate
/// of 200 (Aumann and Maschler 1985).
fn divisions() -> [Method; 4] {
    let rule = WeightedVoting::new(exact(&["50", "30", "20"]), exact(&["60"]).remove(0)).unwrap();
    let vote = CoalitionalGame::voting("burden", ["a", "b", "c"], rule).unwrap();
    let control = Control::default();
    let shapley = shapley_value(&vote, &ShapleyValue {}, &control).unwrap();
    assert_eq!(shapley.answer(), &exact(&["2/3", "1/6", "1/6"]));
    let banzhaf = banzhaf_index(&vote, &BanzhafIndex {}, &control).unwrap();
    let index = banzhaf.answer().index.as_ref();
    assert_eq!(index, Some(&exact(&["3/5", "1/5", "1/5"])));
    let core = core(&vote, &Core::default(), &control).unwrap();
    let corners = core.answer().corners.as_ref();
    assert_eq!(corners, Some(&vec![exact(&["1", "0", "0"])]));
    let estate = CoalitionalGame::from_fn("estate", ["a", "b", "c"], |c| {
        let others = (0..3).filter(|p| !c.contains(*p));
        let claimed: i64 = others.map(|p| 100 * (p as i64 + 1)).sum();
        Rational::integer((200 - claimed).max(0))
    });
    let nucleolus = nucleolus(&estate.unwrap(), &Nucleolus {}, &control).unwrap();
    assert_eq!(nucleolus.answer(), &exact(&["50", "75", "75"]));
    let verdicts = [
        shapley.verdict(),
        banzhaf.verdict(),
        core.verdict(),
        nucleolus.verdict(),
    ];
    assert!(verdicts.iter().all(|verdict| verdict.is_exact()));
    [
        shapley.method(),
        banzhaf.method(),
        core.method(),
        nucleolus.method(),
    ]
}

/// Bagwell's (1995) leader: committed to S it has 5, to S half of the time 11/2.
fn leaders() -> [Method; 2] {
    let rows = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    let table =
        StrategicGame::from_rows("leader", &rows([[5, 3], [6, 4]]), &rows([[2, 1], [3, 4]]));
    let game = simultaneous_tree(&table.unwrap(), 100).unwrap();
    let (leader, control) = (PlayerId(0), Control::default());
    let pure = pure_commitment(&game, leader, &PureCommitment::default(), &control).unwrap();
    let mixed = mixed_commitment(&game, leader, &MixedCommitment::default(), &control).unwrap();
    assert!(pure.verdict().is_exact() && mixed.verdict().is_exact());
    assert_eq!(pure.answer().value, exact(&["5"])[0]);
    assert_eq!(mixed.answer().value, exact(&["11/2"])[0]);
    [pure.method(), mixed.method()]
}

/// The prisoners defect: that is what is left of the table. Once somebody enters, the incumbent shares, so somebody enters (Selten 1978).
fn dominance() -> [Method; 3] {
    let dilemma = catalog::find("prisoners_dilemma").unwrap();
    let prisoners = table(dilemma.game());
    let of_table = [
        (Concept::Undominated, Method::IteratedDominance),
        (Concept::Rationalizable, Method::Rationalizable),
    ];
    let of_table = of_table.map(|(concept, method)| {
        let solution = found(&Problem::Strategic(&prisoners), concept, method);
        assert_exact(dilemma, solution.verdict());
        let Answer::Elimination(answer) = solution.answer() else {
            panic!("{:?}", solution.answer());
        };
        assert_eq!(answer.survivors(&prisoners.shape()), [[1], [1]]);
        method
    });
    let entry = catalog::find("entry_deterrence").unwrap();
    let game = tree(entry.game());
    let method = Method::ConditionalDominance;
    let solution = found(&Problem::Extensive(&game), Concept::Rationalizable, method);
    assert_exact(entry, solution.verdict());
    let Answer::TreeElimination(answer) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    let shape = answer.form.game().shape();
    let left = answer.elimination.survivors(&shape);
    let cell = answer.form.game().cell_of(&[left[0][0], left[1][0]]);
    let paid = |p| answer.form.game().payoff(cell, p).clone();
    let paid: Vec<Rational> = game.players().map(paid).collect();
    assert_eq!(left.concat().len(), 2);
    assert_eq!(paid, exact(&["2", "2"]));
    [of_table[0], of_table[1], method]
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
    methods.insert(the_infinite_ladder());
    methods.insert(volunteers());
    methods.insert(poker());
    methods.extend(the_horse());
    methods.extend(divisions());
    methods.extend(leaders());
    methods.extend(dominance());
    methods.extend(devices::devices());
    methods.extend(devices::three_pennies());
    methods.extend(devices::sampled::poker());
    methods.extend(commitments::commitments());
    methods.extend(crowds::crowds());
    methods.extend(states::patrol());
    methods.insert(states::council());
    methods.extend(refined::coalitions());
    methods.extend(refined::proper());
    methods.insert(refined::perfect_poker());
    methods.insert(dynamic::dilemma_for_ever());
    methods.insert(dynamic::shapley_plays());
    methods.insert(dynamic::chicken_is_learned());
    methods.insert(dynamic::hawks_and_doves());
    methods.insert(dynamic::the_fit_take_over());
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

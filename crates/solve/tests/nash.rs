//! Pure Nash equilibria and subgame decomposition against brute force.

mod support;

use deterra_game::builder::ExtensiveBuilder;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::format::ReadOptions;
use deterra_game::id::{InfosetId, NodeId};
use deterra_game::information::{absent_minded, perfect_recall, subgame_roots};
use deterra_game::number::{Natural, Number, Rational};
use deterra_game::profile::{BehaviorProfile, PureProfile};
use deterra_game::strategic::StrategicBuilder;
use deterra_solve::control::Control;
use deterra_solve::error::SolveError;
use deterra_solve::method::Method;
use deterra_solve::nash::mixed::MixedSolver;
use deterra_solve::nash::pure::{Pure, PureSolver, pure, pure_extensive};
use deterra_solve::perfect::backward_induction::{BackwardInduction, Keep, backward_induction};
use deterra_solve::perfect::subgame::{Subgame, SubgameEquilibria, TIES_NOT_MIXED, subgame};
use deterra_solve::solution::Solution;
use deterra_solve::{Answer, Problem, Request, solve};
use deterra_verify::subgame_perfect::judge_behavior;
use proptest::prelude::*;
use std::collections::BTreeSet;
use support::{Tape, random_tree};

fn tape() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 20..200)
}

fn decompose(game: &ExtensiveGame) -> Result<Solution<SubgameEquilibria>, SolveError> {
    let nash = PureSolver::default();
    let options = Subgame {
        nash: Some(&nash),
        ..Subgame::default()
    };
    subgame(game, &options, &Control::default())
}

/// What a pure profile pays from a node on.
fn payoffs(game: &ExtensiveGame, actions: &[u32], root: NodeId) -> Vec<Rational> {
    let mut sums = vec![Rational::ZERO; game.num_players()];
    let mut stack = vec![(root, Rational::ONE)];
    while let Some((node, probability)) = stack.pop() {
        if let Some(outcome) = game.outcome(node) {
            for player in game.players() {
                let part = &probability * game.payoff(outcome, player).value();
                sums[player.index()] += &part;
            }
        }
        match game.kind(node) {
            NodeKind::Terminal => {}
            NodeKind::Decision(_, infoset) => {
                let action = actions[infoset.index()] as usize;
                stack.push((game.child(node, action).expect("a child"), probability));
            }
            NodeKind::Chance(event) => {
                for (k, child) in game.children(node).enumerate() {
                    let p = game.chance_probability(event, k).value();
                    stack.push((child, &probability * p));
                }
            }
        }
    }
    sums
}

/// All assignments of one action to each of some information sets.
fn assignments(game: &ExtensiveGame, infosets: &[InfosetId]) -> Vec<Vec<u32>> {
    let mut all = vec![Vec::new()];
    for infoset in infosets {
        let longer = |row: &Vec<u32>| {
            let extend = |k| row.iter().copied().chain([k as u32]).collect();
            (0..game.num_actions(*infoset))
                .map(extend)
                .collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// Whether no player gains by any other pure strategy, in the subgames at these roots.
fn is_equilibrium(game: &ExtensiveGame, actions: &[u32], roots: &[NodeId]) -> bool {
    roots.iter().all(|root| {
        let now = payoffs(game, actions, *root);
        game.players().all(|player| {
            let own: Vec<InfosetId> = game.player_infosets(player).collect();
            assignments(game, &own).iter().all(|deviation| {
                let mut other = actions.to_vec();
                for (infoset, action) in own.iter().zip(deviation) {
                    other[infoset.index()] = *action;
                }
                payoffs(game, &other, *root)[player.index()] <= now[player.index()]
            })
        })
    })
}

/// Puts the first action where a player's own choices, within the information set's region, rule
/// out that she moves: such profiles count as one.
fn normalize(game: &ExtensiveGame, actions: &[u32], roots: &[NodeId]) -> Vec<u32> {
    let mut normal = actions.to_vec();
    for infoset in game.infosets() {
        let player = game.infoset_player(infoset);
        let possible = game.members(infoset).iter().any(|member| {
            // Up to the root of the innermost subgame around the member.
            let mut node = *member;
            while !roots.contains(&node) {
                let parent = game.parent(node).expect("the root is a subgame root");
                if let NodeKind::Decision(mover, h) = game.kind(parent)
                    && Some(mover) == player
                    && game.incoming(node) != Some(actions[h.index()] as usize)
                {
                    return false;
                }
                node = parent;
            }
            true
        });
        if !possible {
            normal[infoset.index()] = 0;
        }
    }
    normal
}

/// The same tree with some information sets of one player and arity joined.
fn blindfold(game: &ExtensiveGame, tape: &mut Tape<'_>) -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("blindfolded");
    for player in game.players() {
        b.player(game.player_label(player));
    }
    let mut keys = Vec::new();
    let labels = ["a", "b", "c"];
    for node in game.nodes() {
        let here = match game.kind(node) {
            NodeKind::Terminal => b.terminal(""),
            NodeKind::Chance(event) => {
                let p = |k| game.chance_probability(event, k).clone();
                let key = b.chance_event("", &[("h", p(0)), ("t", p(1))]);
                b.move_at("", key)
            }
            NodeKind::Decision(player, infoset) => {
                let arity = game.num_actions(infoset);
                // No member may follow another: absent-mindedness is another matter.
                let same = keys
                    .iter()
                    .find(|(_, p, n, members): &&(_, _, _, Vec<NodeId>)| {
                        *p == player
                            && *n == arity
                            && members.iter().all(|m| game.subtree_end(*m) <= node)
                    });
                let known = match same {
                    Some((key, ..)) if tape.below(2) == 0 => Some(*key),
                    _ => None,
                };
                let key = known.unwrap_or_else(|| b.infoset(player, "", &labels[..arity]));
                match keys.iter_mut().find(|(k, ..)| *k == key) {
                    Some((.., members)) => members.push(node),
                    None => keys.push((key, player, arity, vec![node])),
                }
                b.move_at("", key)
            }
        };
        if let Some(outcome) = game.outcome(node) {
            let paid: Vec<Number> = game
                .players()
                .map(|player| game.payoff(outcome, player).clone())
                .collect();
            let outcome = b.outcome("", &paid);
            b.set_outcome(here, outcome);
        }
    }
    b.build().expect("the same tree")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Best-response tables find what trying every deviation finds.
    #[test]
    fn pure_equilibria_of_tables(bytes in tape(), players in 1_usize..4) {
        let mut tape = Tape::new(&bytes);
        let mut b = StrategicBuilder::new("random");
        let mut cells = 1;
        for k in 0..players {
            let strategies = 1 + tape.below(3);
            cells *= strategies;
            b.player_with(k.to_string(), strategies);
        }
        for _ in 0..cells {
            let row: Vec<Number> = (0..players)
                .map(|_| Number::from(tape.below(4) as i64))
                .collect();
            b.payoffs(&row);
        }
        let game = b.build().expect("a full table");
        let stable = |cell: &usize| {
            game.players().all(|player| {
                (0..game.num_strategies(player)).all(|s| {
                    let other = game.deviation(*cell, player, s);
                    game.payoff(other, player) <= game.payoff(*cell, player)
                })
            })
        };
        let expected: Vec<usize> = (0..cells).filter(stable).collect();
        let solution = pure(&game, &Pure::default(), &Control::default()).expect("small");
        prop_assert_eq!(solution.answer().cells(), &expected[..]);
        prop_assert!(!solution.is_complete());
        prop_assert_eq!(solution.verdict().is_exact(), !expected.is_empty());
        for (k, cell) in expected.iter().enumerate() {
            let strategies = solution.answer().strategies(&game, k);
            prop_assert_eq!(game.cell_of(&strategies), *cell);
        }
    }

    /// On games of perfect information both methods for subgame-perfect equilibria agree.
    #[test]
    fn decomposition_agrees_with_backward_induction(bytes in tape(), players in 1_usize..4) {
        let game = random_tree(&bytes, players, 8);
        let options = BackwardInduction { keep: Keep::Always, ..Default::default() };
        let induction = backward_induction(&game, &options, &Control::default())
            .expect("perfect information");
        let pasted = decompose(&game).expect("perfect information needs no solver");
        prop_assert_eq!(pasted.answer().values(), induction.answer().values());
        prop_assert_eq!(Some(pasted.answer().count()), induction.answer().count());
        let moves = |choices: &[u32]| -> Vec<u32> {
            game.infosets().map(|h| choices[game.members(h)[0].index()]).collect()
        };
        let n = 200;
        let mut one: Vec<_> = pasted.answer().list(&game, n);
        let other = induction.answer().list(&game, n).expect("kept");
        prop_assert_eq!(one.len(), other.len());
        // The orders differ, so whole lists are compared as sets.
        if one.len() < n {
            let behavior = |choices: Vec<u32>| {
                let pure = PureProfile::new(&game, moves(&choices)).expect("fits");
                BehaviorProfile::from_pure(&game, &pure).as_slice().to_vec()
            };
            let here: BTreeSet<_> = one.drain(..).map(|(p, _)| p.as_slice().to_vec()).collect();
            let there: BTreeSet<_> = other
                .iter()
                .map(|e| behavior(e.plan().moves().expect("a tree")))
                .collect();
            prop_assert_eq!(here, there);
        }
    }

    /// With information sets of several nodes: exactly the profiles that are equilibria of every
    /// subgame, by trying all deviations of all players in all of them.
    #[test]
    fn decomposition_finds_all_pure_equilibria(bytes in tape(), players in 2_usize..4) {
        let tree = random_tree(&bytes, players, 6);
        let mut tape = Tape::new(&bytes);
        let game = blindfold(&tree, &mut tape);
        let infosets: Vec<InfosetId> = game.infosets().collect();
        let profiles = assignments(&game, &infosets);
        if profiles.len() > 200 {
            return Ok(());
        }
        let roots = subgame_roots(&game);
        let expected: BTreeSet<Vec<u32>> = profiles
            .iter()
            .filter(|actions| is_equilibrium(&game, actions, &roots))
            .map(|actions| normalize(&game, actions, &roots))
            .collect();
        match decompose(&game) {
            Ok(solution) => {
                let answer = solution.answer();
                let listed = answer.list(&game, 1000);
                prop_assert_eq!(answer.count().to_u64(), Some(listed.len() as u64));
                let mut found = BTreeSet::new();
                // Players who forget are judged too, but not where a play meets a set twice.
                let once = absent_minded(&game).is_empty();
                prop_assert_eq!(solution.verdict().is_exact(), once);
                for (profile, paid) in &listed {
                    let verdict = judge_behavior(&game, profile, &Rational::ZERO);
                    prop_assert_eq!(verdict.is_exact(), once);
                    let actions: Vec<u32> = infosets
                        .iter()
                        .map(|h| {
                            let row = profile.at(&game, *h);
                            row.iter().position(Rational::is_one).expect("pure") as u32
                        })
                        .collect();
                    prop_assert_eq!(&payoffs(&game, &actions, NodeId::ROOT), paid);
                    found.insert(normalize(&game, &actions, &roots));
                }
                prop_assert_eq!(found.len(), listed.len());
                prop_assert_eq!(found, expected);
            }
            Err(SolveError::NotApplicable { method: Method::Subgame, .. }) => {
                prop_assert!(expected.is_empty());
            }
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        }
    }

    /// With mixed equilibria of subgames, everything found is an equilibrium in every subgame, and no
    /// pure one is missing.
    #[test]
    fn mixed_equilibria_come_on_top(bytes in tape(), players in 2_usize..4) {
        let mut tape = Tape::new(&bytes);
        let tree = random_tree(&bytes, players, 5);
        let game = blindfold(&tree, &mut tape);
        if game.num_nodes() > 60 || !perfect_recall(&game).is_empty() {
            return Ok(());
        }
        let Ok(pure) = decompose(&game) else {
            return Ok(());
        };
        let nash = MixedSolver::default();
        let options = Subgame { nash: Some(&nash), ..Subgame::default() };
        let all = subgame(&game, &options, &Control::default()).expect("there are pure ones");
        let listed = all.answer().list(&game, 300);
        for (profile, _) in &listed {
            let verdict = judge_behavior(&game, profile, &Rational::ZERO);
            prop_assert!(verdict.is_exact(), "{verdict:?}");
        }
        if listed.len() < 300 {
            for one in pure.answer().list(&game, 300) {
                prop_assert!(listed.contains(&one));
            }
        }
    }

    /// Every subgame-perfect equilibrium is a Nash equilibrium.
    #[test]
    fn subgame_perfect_equilibria_are_nash(bytes in tape(), players in 1_usize..4) {
        let game = random_tree(&bytes, players, 6);
        let control = Control::default();
        let nash = pure_extensive(&game, &Pure::default(), &control).expect("small");
        prop_assert!(nash.verdict().is_exact());
        let roots = [NodeId::ROOT];
        let nash: BTreeSet<Vec<u32>> = nash
            .answer()
            .profiles()
            .iter()
            .map(|p| normalize(&game, p.as_slice(), &roots))
            .collect();
        let solution = backward_induction(&game, &BackwardInduction::default(), &control)
            .expect("perfect information");
        for equilibrium in solution.answer().list(&game, 100).expect("kept") {
            let moves = equilibrium.plan().moves().expect("a tree");
            let actions: Vec<u32> = game
                .infosets()
                .map(|h| moves[game.members(h)[0].index()])
                .collect();
            prop_assert!(nash.contains(&normalize(&game, &actions, &roots)));
        }
    }
}

/// Matching pennies inside a choice to play: no pure equilibrium in the subgame.
fn pennies() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("play matching pennies or not");
    let (one, two) = (b.player("1"), b.player("2"));
    let enter = b.infoset(one, "enter", &["out", "in"]);
    let mine = b.infoset(one, "mine", &["heads", "tails"]);
    let yours = b.infoset(two, "yours", &["heads", "tails"]);
    b.move_at("", enter);
    b.terminal("");
    b.move_at("", mine);
    for k in 0..2 {
        b.move_at("", yours);
        for j in 0..2 {
            let win = if k == j { 1 } else { -1 };
            let outcome = b.outcome("", &[Number::from(win), Number::from(-win)]);
            let end = b.terminal("");
            b.set_outcome(end, outcome);
        }
    }
    b.build().expect("a complete tree")
}

#[test]
fn a_subgame_without_a_pure_equilibrium_is_named() {
    let game = pennies();
    let error = decompose(&game).expect_err("mixed only");
    assert!(
        matches!(
            error,
            SolveError::NotApplicable {
                method: Method::Subgame,
                node: Some(NodeId(2)),
                ..
            }
        ),
        "{error:?}"
    );
    assert!(error.to_string().contains("mixed"), "{error}");
    let error = subgame(&game, &Subgame::default(), &Control::default()).expect_err("no solver");
    assert!(
        matches!(
            error,
            SolveError::NotApplicable {
                infoset: Some(_),
                ..
            }
        ),
        "{error:?}"
    );
    let options = BackwardInduction::default();
    let error = backward_induction(&game, &options, &Control::default()).expect_err("hidden");
    assert!(
        matches!(
            error,
            SolveError::NotApplicable {
                infoset: Some(InfosetId(2)),
                ..
            }
        ),
        "{error:?}"
    );
}

#[test]
fn one_call_picks_the_method_by_the_game() {
    let control = Control::default();
    let request = Request::default();
    // Chance and interior payoffs, one decision.
    let game = random_tree(&[1, 1, 1, 0, 2, 0, 2], 2, 3);
    let solution = solve(&Problem::Extensive(&game), &request, &control).expect("solvable");
    assert_eq!(solution.method(), Method::BackwardInduction);
    let nash = Request {
        concept: Some(deterra_verify::verdict::Concept::Nash),
        ..Request::default()
    };
    // Mixed ones too, in the reduced strategic form.
    let solution = solve(&Problem::Extensive(&game), &nash, &control).expect("solvable");
    assert_eq!(solution.method(), Method::VertexEnumeration);
    assert!(matches!(solution.answer(), Answer::Behavior(_)));
    let only_pure = Request {
        method: Some(Method::Pure),
        ..nash.clone()
    };
    let solution = solve(&Problem::Extensive(&game), &only_pure, &control).expect("solvable");
    assert!(matches!(solution.answer(), Answer::PureTree(_)));
    let wrong = Request {
        method: Some(Method::BackwardInduction),
        ..nash
    };
    let error = solve(&Problem::Extensive(&game), &wrong, &control).expect_err("wrong method");
    assert!(error.to_string().contains("`pure`"), "{error}");
    let hidden = pennies();
    let perfect = Request {
        concept: Some(deterra_verify::verdict::Concept::SubgamePerfect),
        ..request.clone()
    };
    let solution = solve(&Problem::Extensive(&hidden), &perfect, &control).expect("mixed only");
    // In or out is as good: there is one tie, and the pennies have one equilibrium.
    assert_eq!(solution.not_searched(), Some(TIES_NOT_MIXED));
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    // Where something is hidden, equilibria with beliefs are looked for unless others are asked for.
    let solution = solve(&Problem::Extensive(&hidden), &request, &control).expect("solvable");
    assert_eq!(solution.method(), Method::PerfectBayesian);
    let Answer::Bayesian(answer) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    assert_eq!(answer.components.len(), 1);
}

/// Two shops choose among three places in a row and are paid the distance between them: the
/// equilibria are the two ways of taking opposite ends.
#[test]
fn action_graphs_need_no_table() {
    let text = "#AGG 2 3 0  3 3  0 1 2  0 1 2
        3 0 1 2  3 0 1 2  3 0 1 2
        0  2 1 0
        0  1 0 1
        0  0 1 2";
    let reading = deterra_game::format::agg::read(text, &ReadOptions::default());
    let (game, _) = reading.into_result().expect("an action graph");
    let problem = Problem::ActionGraph(&game);
    let solution = solve(&problem, &Request::default(), &Control::default()).expect("small");
    assert!(solution.verdict().is_exact());
    let Answer::PureGraph(found) = solution.answer() else {
        unreachable!("an action graph is solved on the graph");
    };
    let [orbit] = found.orbits() else {
        unreachable!("one who is at either end, in two ways")
    };
    assert_eq!(orbit.strategies, [0, 2]);
    assert_eq!(found.count(), Natural::from(2_u32));
    for method in [Method::Portfolio, Method::Simplicial, Method::LogitPath] {
        let request = Request {
            method: Some(method),
            ..Request::default()
        };
        let solution = solve(&problem, &request, &Control::default()).expect("small");
        assert!(solution.verdict().holds(), "{method}");
    }
    let table = Request {
        method: Some(Method::SupportEnumeration),
        ..Request::default()
    };
    let error = solve(&problem, &table, &Control::default()).expect_err("no table");
    assert!(error.to_string().contains("needs a table"), "{error}");
}

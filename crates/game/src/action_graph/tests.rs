//! Payoffs and configurations against the definition, profile by profile.

use super::*;
use crate::testing;
use proptest::prelude::*;

/// The value of every node when the given action nodes are chosen, by definition: functions
/// of functions are asked for their own neighbors' choices, instance by instance.
fn instances(graph: &ActionGraph, node: usize, chosen: &[usize]) -> Vec<usize> {
    if node < graph.num_action_nodes() {
        return chosen.iter().copied().filter(|a| *a == node).collect();
    }
    graph
        .neighbors(node)
        .iter()
        .flat_map(|n| instances(graph, *n as usize, chosen))
        .collect()
}

fn value(graph: &ActionGraph, node: usize, chosen: &[usize]) -> i64 {
    let found = instances(graph, node, chosen);
    let Some(k) = node.checked_sub(graph.num_action_nodes()) else {
        return found.len() as i64;
    };
    let function = &graph.functions()[k];
    let nodes = (graph.num_action_nodes() + graph.functions().len()) as i64;
    match &function.weights {
        None => match function.fold {
            Fold::Sum => found.len() as i64,
            Fold::Any => i64::from(!found.is_empty()),
            Fold::Highest => found.iter().max().map_or(nodes, |a| *a as i64),
            Fold::Lowest => found.iter().min().map_or(nodes, |a| *a as i64),
        },
        Some(weights) => {
            let weighed = found.iter().map(|a| weights.by_action[*a]);
            match function.fold {
                Fold::Sum => weights.default + weighed.sum::<i64>(),
                Fold::Any => i64::from(weights.default + weighed.sum::<i64>() > 0),
                Fold::Highest => weighed.max().unwrap_or(weights.default),
                Fold::Lowest => weighed.min().unwrap_or(weights.default),
            }
        }
    }
}

/// All ways to pick one entry of every list.
fn combinations(lists: &[Vec<usize>]) -> Vec<Vec<usize>> {
    lists.iter().fold(vec![Vec::new()], |rows, list| {
        rows.iter()
            .flat_map(|row| {
                list.iter().map(move |x| {
                    let mut row = row.clone();
                    row.push(*x);
                    row
                })
            })
            .collect()
    })
}

fn configuration(graph: &ActionGraph, node: usize, chosen: &[usize]) -> Vec<i64> {
    let neighbors = graph.neighbors(node).iter();
    neighbors
        .map(|n| value(graph, *n as usize, chosen))
        .collect()
}

proptest! {
    #[test]
    fn payoffs_are_the_sum_over_types(game in testing::action_graph_game()) {
        let graph = game.graph();
        let Ok(table) = game.expand(600) else { return Ok(()); };
        prop_assert_eq!(Natural::from(table.num_cells()), game.num_cells());
        for cell in 0..table.num_cells() {
            let profile = table.strategies_of(cell);
            for agent in graph.agents() {
                // Every player's agents, but for this agent's player, who is of this type.
                let agents: Vec<Vec<usize>> = (0..graph.num_players()).map(|p| {
                    if p == graph.agent_player(agent) {
                        vec![agent.index()]
                    } else {
                        graph.player_agents(p).map(PlayerId::index).collect()
                    }
                }).collect();
                let action = |a: usize| {
                    graph.strategies(PlayerId(a as u32))[profile[a] as usize] as usize
                };
                let mut sum = Rational::ZERO;
                for types in combinations(&agents) {
                    let odds = types.iter().filter(|a| **a != agent.index()).fold(Rational::ONE, |p, a| {
                        &p * graph.agent_probability(PlayerId(*a as u32)).value()
                    });
                    if odds.is_zero() { continue; }
                    let chosen: Vec<usize> = types.iter().map(|a| action(*a)).collect();
                    let node = action(agent.index());
                    let at = configuration(graph, node, &chosen);
                    let payoff = game.payoff_at(node, &at).expect("reachable");
                    sum += &(&odds * payoff.value());
                }
                prop_assert_eq!(&game.payoff(&profile, agent), &sum);
                prop_assert_eq!(table.payoff(cell, agent), &sum);
            }
        }
    }

    #[test]
    fn configurations_are_those_of_some_play(game in testing::action_graph_game()) {
        let graph = game.graph();
        let lists: Vec<Vec<usize>> = (0..graph.num_players()).map(|p| {
            graph.player_agents(p).flat_map(|a| graph.strategies(a).iter().map(|n| *n as usize)).collect()
        }).collect();
        for node in 0..graph.num_action_nodes() {
            let mut known: Vec<Vec<i64>> = combinations(&lists)
                .into_iter()
                .filter(|chosen| chosen.contains(&node))
                .map(|chosen| configuration(graph, node, &chosen))
                .collect();
            known.sort();
            known.dedup();
            prop_assert_eq!(graph.configurations(node).expect("few"), known);
        }
    }
}

/// Two vendors on two beaches share the customers of a beach; both are action nodes of both.
fn beaches(players: usize) -> ActionGraphParts {
    ActionGraphParts {
        title: "beaches".to_owned(),
        players: (0..players)
            .map(|p| PlayerPart {
                label: (p + 1).to_string(),
                types: vec![TypePart {
                    probability: Number::from(1),
                    actions: vec![0, 1],
                }],
            })
            .collect(),
        num_action_nodes: 2,
        neighbors: vec![vec![0], vec![1]],
        ..ActionGraphParts::default()
    }
}

fn shared(customers: i64, players: usize) -> Vec<(Vec<i64>, Number)> {
    (1..=players as i64)
        .map(|n| {
            (
                vec![n],
                Number::from(Rational::new(customers, n).expect("positive")),
            )
        })
        .collect()
}

#[test]
fn a_congestion_game_of_many_players_needs_no_table() {
    let n = 100;
    let graph = ActionGraph::new(beaches(n)).expect("valid");
    let game = ActionGraphGame::new(graph, vec![shared(90, n), shared(60, n)]).expect("complete");
    assert_eq!(game.num_cells(), Natural::ONE << 100);
    // 60 vendors on the first beach: 90/60 = 3/2 each; 40 on the second: 60/40 = 3/2 each.
    let profile: Vec<u32> = (0..100).map(|p| u32::from(p >= 60)).collect();
    assert_eq!(game.payoff(&profile, PlayerId(0)).to_string(), "3/2");
    assert_eq!(game.payoff(&profile, PlayerId(99)).to_string(), "3/2");
    let error = game.expand(1_000_000).expect_err("2^100 cells");
    assert_eq!(
        error.to_string(),
        "the game has about 10^30 cells as a table, above the limit of 1000000; keep it as an action graph"
    );
}

#[test]
fn tables_must_cover_what_play_can_reach() {
    let graph = ActionGraph::new(beaches(3)).expect("valid");
    let mut short = shared(90, 3);
    short.remove(0);
    let tables = vec![short, shared(60, 3)];
    let error = ActionGraphGame::new(graph.clone(), tables).expect_err("one vendor alone");
    assert_eq!(
        error.to_string(),
        "node 0 has no payoff at [1], which play can reach (0 more are missing)"
    );
    let mut bad = shared(60, 3);
    bad.push((vec![2], Number::from(0)));
    bad.push((vec![2, 2], Number::from(0)));
    let problems = ActionGraphGame::new(graph.clone(), vec![shared(90, 3), bad])
        .expect_err("bad rows")
        .problems;
    assert!(matches!(
        problems[..],
        [
            ActionGraphProblem::ConfigurationLength { node: 1, .. },
            ActionGraphProblem::RepeatedConfiguration { node: 1, .. },
        ]
    ));
    assert!(matches!(
        ActionGraphGame::new(graph, vec![])
            .expect_err("none")
            .problems[..],
        [ActionGraphProblem::TableCount { .. }]
    ));
}

#[test]
fn every_problem_of_a_graph_is_reported() {
    let sum = Function {
        fold: Fold::Sum,
        weights: None,
    };
    let weighted = |weight| Function {
        fold: Fold::Any,
        weights: Some(Weights {
            default: 0,
            by_action: vec![weight; 2],
        }),
    };
    let mut parts = beaches(2);
    parts.players[0].types[0].actions = vec![1, 0, 7];
    parts.players[1].types[0].actions = vec![];
    parts.players[1].types[0].probability = Number::parse("1/2").expect("a number");
    parts.functions = vec![sum.clone(), weighted(-1)];
    parts.neighbors = vec![vec![9], vec![], vec![3], vec![]];
    let problems = ActionGraph::new(parts).expect_err("bad").problems;
    assert_eq!(problems.len(), 8, "{problems:#?}");

    let mut cycle = beaches(2);
    cycle.functions = vec![sum.clone(); 2];
    cycle.neighbors = vec![vec![2], vec![], vec![3], vec![2, 0]];
    assert_eq!(
        ActionGraph::new(cycle).expect_err("cycle").problems,
        [ActionGraphProblem::Cycle { node: 2 }]
    );

    // Each function looks twice at the one before: 2^70 ways to the action node.
    let mut tower = beaches(2);
    tower.functions = vec![sum; 70];
    tower.neighbors = (0..72_u32)
        .map(|n| if n < 3 { vec![0] } else { vec![n - 1, n - 1] })
        .collect();
    assert!(matches!(
        ActionGraph::new(tower).expect_err("overflow").problems[..],
        [ActionGraphProblem::TooLarge { .. }]
    ));

    let mut many = beaches(60);
    many.num_action_nodes = 62;
    for (p, player) in many.players.iter_mut().enumerate() {
        player.types[0].actions = vec![0, p as u32 + 2];
    }
    many.neighbors = vec![Vec::new(); 62];
    many.neighbors[0] = (2..62).collect();
    let graph = ActionGraph::new(many).expect("valid");
    assert_eq!(
        graph.configurations(0),
        Err(TooManyConfigurations { node: 0 })
    );
}

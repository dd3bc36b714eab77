//! Judges against the definition, against each other, and against near misses.

use super::*;
use crate::nash;
use crate::payoff::{expected_payoffs, node_values};
use crate::testing::*;
use crate::verdict::Status;
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::id::InfosetId;
use deterra_game::number::Number;
use deterra_game::profile::PureProfile;
use proptest::prelude::*;

/// Enter or stay out; share or fight. Staying out for fear of a fight is Nash and no more.
fn entry() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("entry");
    let (entrant, monopolist) = (b.player("entrant"), b.player("monopolist"));
    let enter = b.infoset(entrant, "entry", &["out", "in"]);
    let reply = b.infoset(monopolist, "reply", &["share", "fight"]);
    let outcomes =
        [(1, 5), (2, 2), (0, 0)].map(|(x, y)| b.outcome("", &[Number::from(x), Number::from(y)]));
    b.move_at("", enter);
    let out = b.terminal("");
    b.move_at("", reply);
    let ends = [out, b.terminal(""), b.terminal("")];
    for (end, outcome) in ends.into_iter().zip(outcomes) {
        b.set_outcome(end, outcome);
    }
    b.build().expect("complete")
}

#[test]
fn an_empty_threat_is_nash_and_not_subgame_perfect() {
    // Source: Selten 1978, one town.
    let game = entry();
    let verdict = judge_choices(&game, &[0, 0, 1, 0, 0]);
    let witness = verdict.witness.clone().expect("fighting costs 2");
    assert_eq!(verdict.status, Status::Failed);
    assert_eq!(verdict.error, rational("2"));
    assert_eq!(witness.player, PlayerId(1));
    let share = Deviation::Move {
        position: NodeId(2),
        to: 0,
    };
    assert_eq!(witness.deviation, share);
    assert!(judge_choices(&game, &[1, 0, 0, 0, 0]).is_exact());

    let threat = pure(&game, &[0, 1]);
    assert!(nash::judge_behavior(&game, &threat, &Rational::ZERO).is_exact());
    let verdict = judge_behavior(&game, &threat, &Rational::ZERO);
    assert_eq!(verdict.error, rational("2"));
    let moves = vec![(InfosetId(1), 0)];
    assert_eq!(
        verdict.witness.expect("fighting costs 2").deviation,
        Deviation::Actions {
            subgame: NodeId(2),
            moves
        }
    );
    let bounded = judge_behavior(&game, &threat, &rational("2"));
    assert_eq!(bounded.status, Status::Bounded);
    let positions = PositionProfile::from_behavior(&game, &threat);
    assert!(nash::judge_positions(&game, &positions, &Rational::ZERO).is_exact());
    assert!(!judge_positions(&game, &positions, &rational("1.9")).holds());
}

#[test]
fn indifference_may_be_mixed_and_anything_else_may_not() {
    let mut b = ExtensiveBuilder::new("tie");
    let one = b.player("1");
    let choice = b.infoset(one, "", &["a", "b", "c"]);
    let outcomes = [1, 1, 0].map(|x| b.outcome("", &[Number::from(x)]));
    b.move_at("", choice);
    for outcome in outcomes {
        let end = b.terminal("");
        b.set_outcome(end, outcome);
    }
    let game = b.build().expect("complete");
    let judge = |row: [&str; 3]| {
        let profile = PositionProfile::mixed(&game, row.map(rational).to_vec());
        judge_positions(&game, &profile.expect("a distribution"), &Rational::ZERO)
    };
    assert!(judge(["1/3", "2/3", "0"]).is_exact());
    assert_eq!(judge(["1/3", "1/3", "1/3"]).error, rational("1/3"));
}

#[test]
fn what_cannot_be_judged_is_said_and_named() {
    let game = selten_horse();
    let verdict = judge_choices(&game, &[0; 9]);
    assert!(!verdict.holds() && verdict.error.is_zero());
    assert!(matches!(&verdict.status, Status::Unchecked(why) if why.contains("2 nodes")));
    let game = entry();
    for wrong in [&[0, 0][..], &[2, 0, 0, 0, 0]] {
        assert!(matches!(
            judge_choices(&game, wrong).status,
            Status::Unchecked(_)
        ));
    }
}

#[test]
fn both_families_of_the_horse_are_judged_as_published() {
    // Source: Selten 1975. There is no proper subgame, so Nash and subgame-perfect coincide.
    let game = selten_horse();
    let error = |right| {
        let profile = horse_profile(&game, right);
        let nash = nash::judge_behavior(&game, &profile, &Rational::ZERO);
        let perfect = judge_behavior(&game, &profile, &Rational::ZERO);
        assert_eq!(nash.error, perfect.error);
        nash.error
    };
    assert_eq!(error(["1", "1", "0.25"]), Rational::ZERO);
    assert_eq!(error(["1", "1", "0.26"]), rational("0.04"));
    assert_eq!(error(["0", "1/3", "1"]), Rational::ZERO);
    assert_eq!(error(["0", "0.3", "1"]), rational("0.1"));
}

#[test]
fn one_thousandth_off_is_off() {
    // Kuhn's equilibrium with alpha = 1/6 lies inside the family, so no single change stays in.
    let game = kuhn();
    let profile = kuhn_equilibrium(&game, "1/6");
    assert!(nash::judge_behavior(&game, &profile, &Rational::ZERO).is_exact());
    let nudge = rational("0.001");
    let mut judged = 0;
    for set in game.infosets() {
        let actions = game.actions(set);
        for (from, to) in [
            (actions.start, actions.end - 1),
            (actions.end - 1, actions.start),
        ] {
            let mut row = profile.as_slice().to_vec();
            row[from] -= &nudge;
            row[to] += &nudge;
            let Ok(off) = BehaviorProfile::new(&game, row) else {
                continue;
            };
            let verdict = nash::judge_behavior(&game, &off, &Rational::ZERO);
            assert_eq!(
                verdict.status,
                Status::Failed,
                "{}",
                game.infoset_label(set)
            );
            judged += 1;
        }
    }
    // Of 24 changes, 7 lead out of the probabilities: at the pure sets.
    assert_eq!(judged, 17);
}

/// The definition: in every subgame, everybody's best pure deviation.
fn by_definition(game: &ExtensiveGame, profile: &BehaviorProfile) -> Option<Rational> {
    let mut error = Rational::ZERO;
    let now = node_values(game, profile);
    for player in game.players() {
        let all = deviations(game, profile, player, 500)?;
        for deviation in all {
            let then = node_values(game, &deviation);
            for root in subgame_roots(game) {
                error = error.max(then.of(root, player) - now.of(root, player));
            }
        }
    }
    Some(error)
}

/// The witness's moves are her own, change what she does, and gain what it says where it says.
fn proves(game: &ExtensiveGame, profile: &BehaviorProfile, witness: &Witness) -> bool {
    let (subgame, moves) = match &witness.deviation {
        Deviation::Actions { subgame, moves } => (*subgame, moves.clone()),
        Deviation::Move { position, to } => {
            let set = game.infoset(*position).expect("a decision");
            (*position, vec![(set, *to)])
        }
        Deviation::Moves { subgame, moves } => {
            let set = |(n, to): &(NodeId, u32)| (game.infoset(*n).expect("a decision"), *to);
            (*subgame, moves.iter().map(set).collect())
        }
        _ => return false,
    };
    let mine = |p: &BehaviorProfile| node_values(game, p).of(subgame, witness.player).clone();
    let own = |m: &(InfosetId, u32)| game.infoset_player(m.0) == Some(witness.player);
    let changes = |(set, to): &(InfosetId, u32)| !profile.at(game, *set)[*to as usize].is_one();
    moves.iter().all(own)
        && moves.iter().all(changes)
        && &mine(&changed(game, profile, &moves)) - &mine(profile) == witness.gain
}

proptest! {
    #[test]
    fn behavior_profiles_are_judged_by_the_definition(
        game in random_game(Knowledge::OwnPast),
        bytes in profile_bytes(),
    ) {
        let profile = behavior(&game, &bytes);
        let verdict = judge_behavior(&game, &profile, &Rational::ZERO);
        if let Some(witness) = &verdict.witness {
            prop_assert!(proves(&game, &profile, witness), "{:?}", witness);
        }
        let nash = nash::judge_behavior(&game, &profile, &Rational::ZERO);
        if let Some(witness) = &nash.witness {
            prop_assert!(proves(&game, &profile, witness), "{:?}", witness);
        }
        prop_assert!(nash.error <= verdict.error);
        if let Some(error) = by_definition(&game, &profile) {
            prop_assert_eq!(&verdict.error, &error);
            prop_assert_eq!(verdict.is_exact(), error.is_zero());
        }
    }

    #[test]
    fn with_perfect_information_all_judges_agree(
        game in random_game(Knowledge::Everything),
        bytes in profile_bytes(),
        pure in any::<bool>(),
    ) {
        let mut profile = behavior(&game, &bytes);
        if pure {
            let first = |h| profile.at(&game, h).iter().position(|p| !p.is_zero());
            let actions = game.infosets().map(|h| first(h).expect("sums to 1") as u32);
            let actions = PureProfile::new(&game, actions.collect()).expect("fits");
            profile = BehaviorProfile::from_pure(&game, &actions);
        }
        let positions = PositionProfile::from_behavior(&game, &profile);
        let by_position = judge_positions(&game, &positions, &Rational::ZERO);
        let by_behavior = judge_behavior(&game, &profile, &Rational::ZERO);
        prop_assert_eq!(&by_position.error, &by_behavior.error);
        if let Some(choices) = positions.choices() {
            prop_assert_eq!(&judge_choices(&game, choices), &by_position);
        }
        let nash = nash::judge_positions(&game, &positions, &Rational::ZERO);
        prop_assert_eq!(&nash.error, &nash::judge_behavior(&game, &profile, &Rational::ZERO).error);
        for witness in [by_position.witness, nash.witness].iter().flatten() {
            prop_assert!(proves(&game, &profile, witness), "{:?}", witness);
        }
    }

    #[test]
    fn shared_positions_are_judged_like_the_tree_they_unfold_into(
        bytes in prop::collection::vec(any::<u8>(), 4..80),
        choices in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let graph = grow_positions(&bytes);
        let mut draws = Draws::new(&choices);
        let mut row = Vec::new();
        for position in graph.positions() {
            if matches!(graph.mover(position), Mover::Player(_)) {
                row.extend(draws.distribution(graph.num_moves(position)));
            }
        }
        let profile = PositionProfile::mixed(&graph, row).expect("distributions");
        let tree = graph.unfold(100_000).expect("four layers");
        // The position that each node is an occurrence of.
        let mut at = vec![NodeId::ROOT; tree.num_nodes()];
        let mut unfolded = Vec::new();
        for node in tree.nodes() {
            if let (Some(parent), Some(k)) = (tree.parent(node), tree.incoming(node)) {
                at[node.index()] = graph.successor(at[parent.index()], k);
            }
            if let Mover::Player(_) = PositionGraph::mover(&tree, node) {
                let position = at[node.index()];
                let moves = 0..graph.num_moves(position);
                unfolded.extend(moves.map(|k| profile.probability(position, k).clone()));
            }
        }
        let unfolded = PositionProfile::mixed(&tree, unfolded).expect("distributions");
        for tolerance in ["0", "1"] {
            let tolerance = rational(tolerance);
            let shared = judge_positions(&graph, &profile, &tolerance);
            let alone = judge_positions(&tree, &unfolded, &tolerance);
            prop_assert_eq!(&shared.status, &alone.status);
            prop_assert_eq!(&shared.error, &alone.error);
        }
        let shared = nash::judge_positions(&graph, &profile, &Rational::ZERO);
        let alone = nash::judge_positions(&tree, &unfolded, &Rational::ZERO);
        prop_assert_eq!(&shared.error, &alone.error);
        prop_assert_eq!(
            crate::payoff::position_payoffs(&graph, &profile),
            crate::payoff::position_payoffs(&tree, &unfolded)
        );
    }

    #[test]
    fn an_induced_profile_passes_and_any_worse_move_in_it_fails(
        game in random_game(Knowledge::Everything),
    ) {
        // Backward induction in its plainest form.
        let mut choices = vec![0_u32; game.num_nodes()];
        let mut values = vec![vec![Rational::ZERO; game.num_players()]; game.num_nodes()];
        let mut worse = Vec::new();
        for node in game.nodes().rev() {
            let children: Vec<NodeId> = game.children(node).collect();
            let mut row = vec![Rational::ZERO; game.num_players()];
            if let Mover::Player(player) = PositionGraph::mover(&game, node) {
                let worth = |k: &usize| values[children[*k].index()][player.index()].clone();
                let best = (0..children.len()).max_by_key(worth).expect("a move");
                choices[node.index()] = best as u32;
                row.clone_from(&values[children[best].index()]);
                for k in (0..children.len()).filter(|k| worth(k) < worth(&best)) {
                    worse.push((node, k as u32, &worth(&best) - &worth(&k)));
                }
            } else {
                for (k, child) in children.iter().enumerate() {
                    let drawn = PositionGraph::chance_probability(&game, node, k).value();
                    for (sum, value) in row.iter_mut().zip(&values[child.index()]) {
                        *sum += &(drawn * value);
                    }
                }
            }
            add_payoffs(&game, node, &mut row);
            values[node.index()] = row;
        }
        prop_assert!(judge_choices(&game, &choices).is_exact());
        for (node, k, loss) in worse {
            let kept = std::mem::replace(&mut choices[node.index()], k);
            let verdict = judge_choices(&game, &choices);
            prop_assert_eq!(verdict.status, Status::Failed);
            prop_assert!(verdict.error >= loss);
            choices[node.index()] = kept;
        }
    }

    #[test]
    fn values_and_reach_agree_with_the_sum_over_plays(
        game in random_game(Knowledge::OwnPast),
        bytes in profile_bytes(),
    ) {
        let profile = behavior(&game, &bytes);
        let reach = crate::payoff::realization(&game, &profile);
        let mut sums = vec![Rational::ZERO; game.num_players()];
        let mut total = Rational::ZERO;
        for node in game.nodes() {
            if game.is_terminal(node) {
                total += &reach[node.index()];
            }
            for player in game.players() {
                if let Some(outcome) = game.outcome(node) {
                    let paid = game.payoff(outcome, player).value();
                    sums[player.index()] += &(&reach[node.index()] * paid);
                }
            }
        }
        prop_assert!(total.is_one());
        let payoffs = expected_payoffs(&game, &profile);
        prop_assert_eq!(&payoffs, &sums);
        let values = node_values(&game, &profile);
        prop_assert_eq!(values.at(NodeId::ROOT), &sums[..]);
        // What a set's actions pay, weighed by how they are taken, is what the set is worth.
        let conditional = crate::payoff::conditional_values(&game, &profile);
        for set in game.infosets() {
            let player = game.infoset_player(set).expect("a player's");
            let members = game.members(set);
            let total: Rational = members.iter().map(|m| &reach[m.index()]).sum();
            let mut worth = Rational::ZERO;
            for member in members {
                let mut later = values.of(*member, player).clone();
                if let Some(outcome) = game.outcome(*member) {
                    later -= game.payoff(outcome, player).value();
                }
                worth += &(&reach[member.index()] * &later);
            }
            let actions = game.actions(set);
            let mixed: Option<Vec<Rational>> = actions
                .map(|flat| Some(conditional[flat].as_ref()? * profile.probability(flat)))
                .collect();
            match mixed {
                Some(terms) => {
                    let mean: Rational = terms.iter().sum();
                    prop_assert_eq!(&mean * &total, worth);
                }
                None => prop_assert!(total.is_zero()),
            }
        }
    }
}

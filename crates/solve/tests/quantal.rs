//! Quantal responses of random games: two methods agree, orders do not matter, verdicts hold.

mod support;

use deterra_game::builder::ExtensiveBuilder;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::InfosetId;
use deterra_game::number::{Number, Rational};
use deterra_game::strategic::{StrategicBuilder, StrategicGame};
use deterra_game::transform::{Affine, Order, affine, reorder};
use deterra_solve::control::Control;
use deterra_solve::quantal::backward_response::{BackwardResponse, backward_response};
use deterra_solve::quantal::logit_path::{LogitPath, logit_path, logit_path_table};
use deterra_verify::quantal::{Claim, Errors, judge_behavior};
use proptest::prelude::*;
use support::{Tape, random_graph, random_tree};

fn at(lambda: Rational) -> LogitPath {
    LogitPath {
        lambda: Some(lambda),
        keep_branch: true,
        ..LogitPath::default()
    }
}

/// Probabilities by flat action; every point of the branch was judged.
fn followed(game: &ExtensiveGame, lambda: &Rational) -> Vec<f64> {
    let solution = logit_path(game, &at(lambda.clone()), &Control::default()).expect("applies");
    assert!(solution.verdict().holds(), "{:?}", solution.verdict());
    assert_eq!(solution.answer().cut_short(), None);
    let profile = solution.answer().profile();
    profile.as_slice().iter().map(Rational::to_f64).collect()
}

fn agree(one: &[f64], other: &[f64]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-9)
}

/// A table of two or three players, and the same as a tree in which nobody sees anything.
fn random_table(bytes: &[u8]) -> (StrategicGame, ExtensiveGame) {
    let mut tape = Tape::new(bytes);
    let players = 2 + tape.below(2);
    let sizes: Vec<usize> = (0..players).map(|_| 1 + tape.below(3)).collect();
    let mut table = StrategicBuilder::new("table");
    let mut tree = ExtensiveBuilder::new("tree");
    let mut sets = Vec::new();
    for (p, size) in sizes.iter().enumerate() {
        table.player_with(format!("{p}"), *size);
        let player = tree.player(format!("{p}"));
        let actions: Vec<String> = (0..*size).map(|k| k.to_string()).collect();
        sets.push(tree.infoset(player, "", &actions));
    }
    let cells: usize = sizes.iter().product();
    let rows: Vec<Vec<Number>> = (0..cells)
        .map(|_| {
            (0..players)
                .map(|_| Number::from(tape.below(9) as i64 - 4))
                .collect()
        })
        .collect();
    for row in &rows {
        table.payoffs(row);
    }
    // In preorder: the cell is found from the actions so far, player 1's fastest in the table.
    let mut open = vec![(0, 0, 1)];
    while let Some((p, cell, stride)) = open.pop() {
        if p == players {
            let end = tree.terminal("");
            let paid = tree.outcome(format!("{cell}"), &rows[cell]);
            tree.set_outcome(end, paid);
            continue;
        }
        tree.move_at("", sets[p]);
        for k in (0..sizes[p]).rev() {
            open.push((p + 1, cell + k * stride, stride * sizes[p]));
        }
    }
    (
        table.build().expect("complete"),
        tree.build().expect("complete"),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_sweep_and_the_path_agree(
        bytes in prop::collection::vec(any::<u8>(), 8..120),
        quarters in 0_i64..12,
    ) {
        let game = random_tree(&bytes, 2, 6);
        let lambda = Rational::new(quarters, 4).unwrap();
        let options = BackwardResponse { lambda: Some(lambda.clone()), ..BackwardResponse::default() };
        let swept = backward_response(&game, &options, &Control::default()).unwrap();
        prop_assert!(swept.verdict().holds(), "{:?}", swept.verdict());
        let rows = game.infosets().flat_map(|h| {
            let node = game.members(h)[0];
            let probability = |k| swept.answer().profile().probability(node, k).to_f64();
            (0..game.num_actions(h)).map(probability).collect::<Vec<_>>()
        });
        let swept: Vec<f64> = rows.collect();
        let path = followed(&game, &lambda);
        prop_assert!(agree(&swept, &path), "{swept:?} {path:?}");
        // At twice the payoffs, half the precision is the same.
        let double = Affine { factor: Rational::integer(2), shift: Rational::integer(5) };
        let doubled = affine(&game, &vec![double; game.num_players()]).unwrap();
        let half = Rational::new(quarters, 8).unwrap();
        prop_assert!(agree(&path, &followed(&doubled, &half)));
    }

    #[test]
    fn shared_positions_have_verdicts_that_hold(
        bytes in prop::collection::vec(any::<u8>(), 8..120),
        which in 0_usize..2,
    ) {
        let game = random_graph(&bytes, 2, 8);
        let options = BackwardResponse {
            lambda: Some(Rational::ONE),
            errors: [Errors::Logit, Errors::Probit][which],
            keep_branch: true,
            ..BackwardResponse::default()
        };
        // Normal errors are refused where three moves are open.
        if let Ok(solution) = backward_response(&game, &options, &Control::default()) {
            prop_assert!(solution.verdict().holds(), "{:?}", solution.verdict());
            let limit = BackwardResponse { lambda: None, ..options };
            let solution = backward_response(&game, &limit, &Control::default()).unwrap();
            prop_assert!(solution.verdict().holds(), "{:?}", solution.verdict());
            prop_assert!(solution.answer().nash().unwrap().holds());
        } else {
            prop_assert_eq!(which, 1);
        }
    }

    #[test]
    fn a_table_and_its_tree_have_the_same_response(
        bytes in prop::collection::vec(any::<u8>(), 8..120),
    ) {
        let (table, tree) = random_table(&bytes);
        // So small that there is only one response: λ times the range 8 is below 2.
        let lambda = Rational::new(1, 5).unwrap();
        let solution = logit_path_table(&table, &at(lambda.clone()), &Control::default()).unwrap();
        prop_assert!(solution.verdict().holds(), "{:?}", solution.verdict());
        let players = solution.answer().profile().players();
        let rows: Vec<f64> = players.iter().flatten().map(Rational::to_f64).collect();
        prop_assert!(agree(&rows, &followed(&tree, &lambda)));
    }

    #[test]
    fn orders_of_players_and_actions_do_not_matter(
        bytes in prop::collection::vec(any::<u8>(), 8..120),
    ) {
        let (_, game) = random_table(&bytes);
        let lambda = Rational::new(1, 5).unwrap();
        let reversed = |n: usize| (0..n as u32).rev().collect::<Vec<u32>>();
        let order = Order {
            players: reversed(game.num_players()),
            actions: game.infosets().map(|h| reversed(game.num_actions(h))).collect(),
        };
        let turned = reorder(&game, &order).unwrap();
        let (one, other) = (followed(&game, &lambda), followed(&turned.game, &lambda));
        for h in game.infosets() {
            let there: InfosetId = turned.infosets[h.index()];
            let mut row = other[turned.game.actions(there)].to_vec();
            row.reverse();
            prop_assert!(agree(&one[game.actions(h)], &row));
        }
    }

    #[test]
    fn ends_of_branches_are_limits_or_say_that_they_are_none(
        bytes in prop::collection::vec(any::<u8>(), 8..120),
    ) {
        let (table, tree) = random_table(&bytes);
        let solution = logit_path_table(&table, &LogitPath::default(), &Control::default()).unwrap();
        prop_assert!(solution.verdict().holds(), "{:?}", solution.verdict());
        let answer = solution.answer();
        prop_assert_eq!(answer.cut_short(), None);
        prop_assert!(answer.nash().unwrap().holds());
        let solution = logit_path(&tree, &LogitPath::default(), &Control::default()).unwrap();
        let answer = solution.answer();
        prop_assert_eq!(answer.cut_short(), None);
        prop_assert!(answer.nash().unwrap().holds());
        // Changing any probability by a thousandth is found.
        let claim = Claim { lambda: Rational::ONE, errors: Errors::Logit };
        let solution = logit_path(&tree, &at(Rational::ONE), &Control::default()).unwrap();
        let profile = solution.answer().profile().clone();
        let small = Rational::new(1, 1000).unwrap();
        for h in tree.infosets().filter(|h| tree.num_actions(*h) > 1) {
            let mut row = profile.as_slice().to_vec();
            let first = tree.actions(h).start;
            let (from, to) = if row[first] > small { (first, first + 1) } else { (first + 1, first) };
            if row[from] <= small {
                continue;
            }
            row[from] += &-&small;
            row[to] += &small;
            let moved = deterra_game::profile::BehaviorProfile::new(&tree, row).unwrap();
            let verdict = judge_behavior(&tree, &moved, &claim, &Rational::new(1, 10_000).unwrap());
            prop_assert!(!verdict.holds());
        }
    }
}

/// The branch of this game bends so that two stretches of it run close to each other in opposite directions: it was followed
/// back to where it started.
#[test]
fn a_branch_is_not_left_for_its_own_way_back() {
    let bytes = [
        187, 29, 28, 1, 46, 46, 105, 1, 224, 116, 29, 27, 29, 12, 226, 227, 13, 213, 23, 235, 146,
        125, 93, 235, 175, 193, 208, 13, 15, 29, 132, 175, 11, 151, 176, 242, 202, 1, 192, 200,
    ];
    let (_, tree) = random_table(&bytes);
    let solution = logit_path(&tree, &LogitPath::default(), &Control::default()).unwrap();
    assert_eq!(solution.answer().cut_short(), None);
    assert!(solution.answer().nash().unwrap().holds());
}

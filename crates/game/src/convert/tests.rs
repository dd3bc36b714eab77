//! Published tables, sizes, and the equivalences as properties.

use super::*;
use crate::builder::ExtensiveBuilder;
use crate::extensive::{ExtensiveGame, NONE};
use crate::id::{NodeId, OutcomeId};
use crate::number::{Number, Rational};
use crate::profile::{BehaviorProfile, MixedProfile, PureProfile};
use crate::strategic::{StrategicBuilder, StrategicGame};
use crate::testing::{self, Draws};
use proptest::prelude::*;

/// Our three-move deterrence tree: challenge, response, war.
fn deterrence() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("three moves");
    let a = b.player("A");
    let d = b.player("D");
    let root = b.infoset(a, "1", &["e", "s"]);
    let respond = b.infoset(d, "2", &["r", "c"]);
    let last = b.infoset(a, "3", &["w", "b"]);
    let leaf = |b: &mut ExtensiveBuilder, label: &str, x: i64, y: i64| {
        let outcome = b.outcome(label, &[Number::from(x), Number::from(y)]);
        let node = b.terminal("");
        b.set_outcome(node, outcome);
    };
    b.move_at("", root);
    b.move_at("", respond);
    b.move_at("", last);
    leaf(&mut b, "war", -5, -5);
    leaf(&mut b, "back", -2, 1);
    leaf(&mut b, "concede", 2, -1);
    leaf(&mut b, "quiet", 0, 0);
    b.build().expect("complete")
}

fn labels(game: &StrategicGame, player: u32) -> Vec<&str> {
    let player = PlayerId(player);
    (0..game.num_strategies(player))
        .map(|s| game.strategy_label(player, s))
        .collect()
}

#[test]
fn the_deterrence_tree_has_the_published_table() {
    let tree = deterrence();
    let form = reduced_form(&tree, 100).expect("small");
    let game = form.game();
    assert_eq!(labels(game, 0), ["11", "12", "2*"]);
    assert_eq!(labels(game, 1), ["1", "2"]);
    // Rows of the table by hand: war, back, quiet under r; concede, concede, quiet under c.
    let rows: Vec<String> = (0..6)
        .map(|c| {
            format!(
                "{},{}",
                game.payoff(c, PlayerId(0)),
                game.payoff(c, PlayerId(1))
            )
        })
        .collect();
    assert_eq!(rows, ["-5,-5", "-2,1", "0,0", "2,-1", "2,-1", "0,0"]);
    // Outcomes stay shared, with their labels.
    assert_eq!(game.num_outcomes(), 4);
    assert_eq!(game.outcome(3), game.outcome(4));
    assert_eq!(game.outcome_label(OutcomeId(2)), "concede");
    assert_eq!(form.action(PlayerId(0), 2, InfosetId(1)), None);
    assert_eq!(form.plan(PlayerId(0), 2), [1, NONE]);
    let pure = form.pure_profile(&tree, &[2, 1]).expect("of this game");
    assert_eq!(pure.as_slice(), [1, 0, 1]);
}

#[test]
fn strategies_of_wide_sets_are_separated() {
    let mut b = ExtensiveBuilder::new("");
    let one = b.player("1");
    b.player("idle");
    let wide: Vec<String> = (0..11).map(|k| format!("a{k}")).collect();
    let first = b.infoset(one, "", &wide);
    let second = b.infoset(one, "", &["x", "y"]);
    b.move_at("", first);
    for _ in 0..10 {
        b.terminal("");
    }
    b.move_at("", second);
    b.terminal("");
    b.terminal("");
    let form = reduced_form(&b.build().expect("complete"), 100).expect("small");
    assert_eq!(labels(form.game(), 0)[9..], ["10.*", "11.1", "11.2"]);
    assert_eq!(labels(form.game(), 1), ["*"]);
}

/// Play stops or goes on `n` times; movers alternate.
fn chain(n: usize, players: usize) -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("chain");
    let ids: Vec<PlayerId> = (0..players).map(|_| b.player("")).collect();
    for k in 0..n {
        let set = b.infoset(ids[k % players], "", &["stop", "go"]);
        b.move_at("", set);
        b.terminal("");
    }
    b.terminal("");
    b.build().expect("complete")
}

#[test]
fn the_size_is_known_before_anything_is_made() {
    let run = || {
        let tree = chain(1_000_000, 2);
        let size = reduced_size(&tree, 10).expect("perfect recall is counted, not listed");
        assert_eq!(size.strategies, [500_001_u32.into(), 500_001_u32.into()]);
        assert_eq!(size.cells, Natural::from(250_001_000_001_u64));
        let error = reduced_form(&chain(10_000, 2), 1_000_000).expect_err("too large");
        let cells = Natural::from(25_010_001_u32);
        let limit = 1_000_000;
        assert_eq!(error, ConvertError::TooManyCells { cells, limit });
        // One player: the cells fit, the strategies' entries do not.
        let error = reduced_form(&chain(100_000, 1), 200_000).expect_err("too much text");
        assert!(matches!(
            error,
            ConvertError::TooMuchWork {
                what: "strategy entries",
                ..
            }
        ));
    };
    std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(run)
        .expect("a thread")
        .join()
        .expect("no overflow");
}

#[test]
fn a_doubly_exponential_count_is_described_in_words() {
    // A binary tree of depth 12 whose nodes are all one player's: a(d) = 2 a(d-1)... squared by
    // independence only across chance, so let chance hand out 4096 independent coin choices.
    let mut b = ExtensiveBuilder::new("");
    let one = b.player("1");
    let share = Number::parse("1/4096").expect("a number");
    let odds: Vec<(String, Number)> = (0..4096).map(|k| (k.to_string(), share.clone())).collect();
    let lot = b.chance_event("", &odds);
    b.move_at("", lot);
    for _ in 0..4096 {
        let set = b.infoset(one, "", &["x", "y"]);
        b.move_at("", set);
        b.terminal("");
        b.terminal("");
    }
    let tree = b.build().expect("complete");
    let size = reduced_size(&tree, 10).expect("perfect recall");
    assert_eq!(size.cells, Natural::ONE << 4096);
    let error = reduced_form(&tree, 1000).expect_err("too large");
    assert_eq!(
        error.to_string(),
        "the strategic form has about 10^1233 cells, above the limit of 1000; solve the tree itself or raise the limit"
    );
}

#[test]
fn work_beyond_the_cells_is_bounded() {
    // One set of 2000 members, reached by lot, and 2^12 strategies elsewhere: 2^13 cells, each
    // of which meets thousands of payoffs.
    let mut b = ExtensiveBuilder::new("");
    let one = b.player("1");
    let paid = b.outcome("", &[Number::from(1)]);
    let share = Number::parse("1/2012").expect("a number");
    let odds: Vec<(String, Number)> = (0..2012).map(|k| (k.to_string(), share.clone())).collect();
    let lot = b.chance_event("", &odds);
    let common = b.infoset(one, "", &["x", "y"]);
    b.move_at("", lot);
    for k in 0..2012 {
        let set = if k < 12 {
            b.infoset(one, "", &["x", "y"])
        } else {
            common
        };
        b.move_at("", set);
        for _ in 0..2 {
            let node = b.terminal("");
            b.set_outcome(node, paid);
        }
    }
    let tree = b.build().expect("complete");
    let error = reduced_form(&tree, 8192).expect_err("2012 additions a cell");
    // Each of the 2012 lots is met by half of the cells, on either branch.
    let expected = Natural::from(2012_u32 * 8192);
    assert!(
        matches!(&error, ConvertError::TooMuchWork { what: "payoff additions", needed, .. } if *needed == expected),
        "{error}"
    );

    // A path whose probabilities halve at each of 100,000 steps.
    let mut b = ExtensiveBuilder::new("");
    b.player("1");
    let half = Number::parse("1/2").expect("a number");
    let coin = b.chance_event("", &[("h", half.clone()), ("t", half)]);
    for _ in 0..100_000 {
        b.move_at("", coin);
        b.terminal("");
    }
    b.terminal("");
    let error = reduced_form(&b.build().expect("complete"), 10).expect_err("too long");
    assert!(error.to_string().contains("bits of chance"), "{error}");
}

fn driver() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("driver");
    let one = b.player("driver");
    let set = b.infoset(one, "crossing", &["exit", "go"]);
    let pay = |b: &mut ExtensiveBuilder, x: i64| {
        let outcome = b.outcome("", &[Number::from(x)]);
        let node = b.terminal("");
        b.set_outcome(node, outcome);
    };
    b.move_at("", set);
    pay(&mut b, 0);
    b.move_at("", set);
    pay(&mut b, 4);
    pay(&mut b, 1);
    b.build().expect("complete")
}

#[test]
fn kuhn_needs_perfect_recall() {
    let tree = driver();
    let form = reduced_form(&tree, 10).expect("small");
    assert_eq!(labels(form.game(), 0), ["1", "2"]);
    // The planner cannot exit second with a pure strategy: 0 or 1, never 4.
    assert_eq!(form.game().payoff(1, PlayerId(0)), &Rational::ONE);
    let half = Rational::new(1, 2).expect("nonzero");
    let mixed = MixedProfile::new(&[2], vec![vec![half.clone(), half]]).expect("halves");
    assert!(matches!(
        behavior_from_mixed(&tree, &form, &mixed),
        Err(ConvertError::ImperfectRecall { .. })
    ));
    assert!(matches!(
        mixed_from_behavior(&tree, &form, &BehaviorProfile::uniform(&tree)),
        Err(ConvertError::AbsentMinded { .. })
    ));
    let error = reduced_size(&tree, 1).expect_err("counted one by one");
    assert!(matches!(error, ConvertError::TooManyStrategies { .. }));
}

#[test]
fn sets_out_of_reach_are_filled_uniformly() {
    let tree = deterrence();
    let form = reduced_form(&tree, 100).expect("small");
    let one = Rational::ONE;
    let zero = Rational::ZERO;
    let quiet = vec![zero.clone(), zero.clone(), one.clone()];
    let mixed = MixedProfile::new(&[3, 2], vec![quiet, vec![one, zero]]).expect("pure");
    let behavior = behavior_from_mixed(&tree, &form, &mixed).expect("perfect recall");
    let text: Vec<String> = behavior
        .as_slice()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(text, ["0", "1", "1/2", "1/2", "1", "0"]);
    let wrong = MixedProfile::new(&[1], vec![vec![Rational::ONE]]).expect("a distribution");
    assert!(behavior_from_mixed(&tree, &form, &wrong).is_err());
}

/// Expected payoffs of a mixed profile by the sum over cells.
fn expected(game: &StrategicGame, mixed: &MixedProfile) -> Vec<Rational> {
    let mut sums = vec![Rational::ZERO; game.num_players()];
    for cell in 0..game.num_cells() {
        let weight = game.players().fold(Rational::ONE, |w, p| {
            &w * &mixed.of(p)[game.strategy_in(cell, p)]
        });
        for player in game.players() {
            sums[player.index()] += &(&weight * game.payoff(cell, player));
        }
    }
    sums
}

/// A pure strategy with `NONE` wherever no member of a set can be reached by it.
fn reduce(tree: &ExtensiveGame, player: PlayerId, plan: &[u32]) -> Vec<u32> {
    let first = tree.player_infosets(player).next().map_or(0, |h| h.0);
    let follows = |node: NodeId| {
        tree.path(node).windows(2).all(|pair| {
            let set = tree.infoset(pair[0]).expect("has a child");
            tree.infoset_player(set) != Some(player)
                || tree.incoming(pair[1]) == Some(plan[(set.0 - first) as usize] as usize)
        })
    };
    tree.player_infosets(player)
        .zip(plan)
        .map(|(set, action)| {
            if tree.members(set).iter().any(|n| follows(*n)) {
                *action
            } else {
                NONE
            }
        })
        .collect()
}

proptest! {
    #[test]
    fn every_cell_pays_what_its_strategies_pay_in_the_tree(tree in testing::any_game()) {
        let Ok(form) = reduced_form(&tree, 3000) else { return Ok(()); };
        for cell in 0..form.game().num_cells() {
            let strategies = form.game().strategies_of(cell);
            let pure = form.pure_profile(&tree, &strategies).expect("of this game");
            let paid = testing::expected(&tree, &BehaviorProfile::from_pure(&tree, &pure));
            for player in tree.players() {
                prop_assert_eq!(form.game().payoff(cell, player), &paid[player.index()]);
            }
        }
    }

    /// The reduced strategies are the classes of pure strategies by what they do within reach.
    #[test]
    fn reduced_strategies_are_the_classes_of_pure_ones(tree in testing::any_game()) {
        let Ok(size) = reduced_size(&tree, 500) else { return Ok(()); };
        let Ok(form) = reduced_form(&tree, 500) else { return Ok(()); };
        for player in tree.players() {
            let arity: Vec<u32> =
                tree.player_infosets(player).map(|h| tree.num_actions(h) as u32).collect();
            let total: u64 = arity.iter().map(|a| u64::from(*a)).product();
            if total > 2000 { continue; }
            let mut classes: Vec<Vec<u32>> = (0..total).map(|mut code| {
                let plan: Vec<u32> = arity.iter().map(|a| {
                    let action = (code % u64::from(*a)) as u32;
                    code /= u64::from(*a);
                    action
                }).collect();
                reduce(&tree, player, &plan)
            }).collect();
            classes.sort();
            classes.dedup();
            let mut listed: Vec<Vec<u32>> = (0..form.game().num_strategies(player))
                .map(|s| form.plan(player, s).to_vec()).collect();
            prop_assert_eq!(&size.strategies[player.index()], &Natural::from(listed.len()));
            listed.sort();
            prop_assert_eq!(listed, classes);
        }
    }

    #[test]
    fn earlier_sets_vary_slowest(tree in testing::recalling_game()) {
        let Ok(form) = reduced_form(&tree, 3000) else { return Ok(()); };
        for player in tree.players() {
            for s in 1..form.game().num_strategies(player) {
                prop_assert!(form.plan(player, s - 1) < form.plan(player, s));
            }
        }
    }

    /// Kuhn's theorem, both ways, on games with perfect recall.
    #[test]
    fn mixed_and_behavior_strategies_pay_the_same(
        tree in testing::recalling_game(),
        bytes in prop::collection::vec(any::<u8>(), 64),
    ) {
        let Ok(form) = reduced_form(&tree, 2000) else { return Ok(()); };
        let mut draws = Draws::new(&bytes);
        let rows = form.game().shape().iter().map(|n| testing::distribution(*n, &mut draws)).collect();
        let mixed = MixedProfile::new(&form.game().shape(), rows).expect("distributions");
        let behavior = behavior_from_mixed(&tree, &form, &mixed).expect("perfect recall");
        prop_assert_eq!(expected(form.game(), &mixed), testing::expected(&tree, &behavior));

        let behavior = testing::behavior(&tree, &bytes);
        let mixed = mixed_from_behavior(&tree, &form, &behavior).expect("perfect recall");
        prop_assert_eq!(expected(form.game(), &mixed), testing::expected(&tree, &behavior));
        let again = behavior_from_mixed(&tree, &form, &mixed).expect("perfect recall");
        prop_assert_eq!(testing::expected(&tree, &again), testing::expected(&tree, &behavior));
    }

    #[test]
    fn a_table_played_as_a_tree_is_the_same_table(
        shape in prop::collection::vec(1_usize..4, 1..4),
        cells in prop::collection::vec(-3_i64..4, 27),
    ) {
        let mut b = StrategicBuilder::new("t");
        for n in &shape { b.player_with("p", *n); }
        let paid: Vec<_> = (0..3).map(|o| b.outcome(format!("o{o}"), &vec![Number::from(o); shape.len()])).collect();
        for cell in cells.iter().take(shape.iter().product()) {
            b.cell(usize::try_from(*cell).ok().filter(|o| *o < 3).map(|o| paid[o]));
        }
        let table = b.build().expect("complete");
        let tree = simultaneous_tree(&table, 1000).expect("small");
        let form = reduced_form(&tree, 1000).expect("small");
        prop_assert_eq!(form.game().shape(), table.shape());
        for cell in 0..table.num_cells() {
            prop_assert_eq!(form.game().outcome(cell), table.outcome(cell));
        }
        prop_assert!(simultaneous_tree(&table, 1).is_err() || table.num_cells() == 0);
    }
}

#[test]
fn a_profile_of_another_game_is_refused() {
    let form = reduced_form(&deterrence(), 100).expect("small");
    assert!(form.pure_profile(&driver(), &[0, 0]).is_err());
    assert!(PureProfile::new(&driver(), vec![2]).is_err());
}

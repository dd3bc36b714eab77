//! Right answers of games in which hardly anything happens: no judge may refuse them, or fall over them.

use deterra_game::builder::ExtensiveBuilder;
use deterra_game::coalition::{Coalition, CoalitionalGame};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::{Number, Rational};
use deterra_game::profile::{Assessment, BehaviorProfile, MixedProfile, PureProfile};
use deterra_game::strategic::{StrategicBuilder, StrategicGame};
use deterra_verify::allocation::{
    judge_banzhaf, judge_core, judge_estimate, judge_nucleolus, judge_shapley,
};
use deterra_verify::bayesian::{self, Strength};
use deterra_verify::correlated::{judge_cells, judge_plans};
use deterra_verify::dominance::{self, Dominators, Elimination, Extent, Kind, Supported};
use deterra_verify::perfect::{self, Nearby, judge_nearby};
use deterra_verify::proper::{self, Mistakes};
use deterra_verify::quantal::{self, Claim, Errors};
use deterra_verify::quasi_perfect::{self, Plans};
use deterra_verify::verdict::{Concept, Status, Verdict};
use deterra_verify::{coalition_proof, nash, sequential, strong, subgame_perfect};

fn q(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

/// The first action everywhere, and the first node of every set.
fn firsts(game: &ExtensiveGame) -> Assessment {
    let pure = PureProfile::new(game, vec![0; game.num_infosets()]).expect("first actions");
    let profile = BehaviorProfile::from_pure(game, &pure);
    let mut beliefs = vec![Rational::ZERO; game.num_nodes()];
    for h in game.infosets() {
        beliefs[game.members(h)[0].index()] = Rational::ONE;
    }
    Assessment::new(game, profile, beliefs).expect("an assessment")
}

/// All verdicts on the first actions, with certificates in which every other action is a mistake of order 1.
fn verdicts(game: &ExtensiveGame) -> Vec<Verdict> {
    let zero = Rational::ZERO;
    let assessment = firsts(game);
    let profile = &assessment.profile;
    let mut weights = Vec::new();
    for h in game.infosets() {
        let others = game.num_actions(h) as i64 - 1;
        let mut first = vec![Rational::ONE];
        if others > 0 {
            first.push(Rational::integer(-others));
        }
        weights.push(first);
        weights.extend((0..others).map(|_| vec![Rational::ZERO, Rational::ONE]));
    }
    let nearby = Nearby {
        roots: vec![vec![Rational::ONE]; game.num_players()],
        weights: weights.clone(),
    };
    let plan = PureProfile::new(game, vec![0; game.num_infosets()]).expect("first actions");
    let device = [(plan, Rational::ONE)];
    let devices = [
        Concept::Correlated,
        Concept::CoarseCorrelated,
        Concept::ExtensiveCorrelated,
        Concept::ExtensiveCoarseCorrelated,
    ];
    let mut all: Vec<Verdict> = devices
        .into_iter()
        .map(|concept| judge_plans(game, &device, concept, &zero))
        .collect();
    all.extend([
        nash::judge_behavior(game, profile, &zero),
        subgame_perfect::judge_behavior(game, profile, &zero),
        bayesian::judge(game, &assessment, Strength::Weak, &zero).verdict,
        bayesian::judge(game, &assessment, Strength::Strong, &zero).verdict,
        sequential::judge(game, &assessment, &zero),
        perfect::judge(game, &assessment, &zero),
        quasi_perfect::judge(game, &assessment, &Plans { weights }),
        judge_nearby(game, &assessment, &nearby),
    ]);
    all
}

fn paid(b: &mut ExtensiveBuilder, payoffs: &[i64]) {
    let row: Vec<Number> = payoffs.iter().copied().map(Number::from).collect();
    let outcome = b.outcome("", &row);
    let end = b.terminal("");
    b.set_outcome(end, outcome);
}

/// Nobody moves: the root is the end.
#[test]
fn nobody_moves() {
    let mut b = ExtensiveBuilder::new("over");
    b.player("1");
    b.player("2");
    paid(&mut b, &[3, -4]);
    let game = b.build().expect("complete");
    for verdict in verdicts(&game) {
        assert!(verdict.is_exact(), "{verdict:?}");
    }
    let weights = vec![vec![vec![Rational::ONE]]; 2];
    let verdict = proper::judge_behavior(&game, &firsts(&game).profile, &Mistakes { weights }, 10);
    assert!(verdict.is_exact(), "{verdict:?}");
    let claim = Claim {
        lambda: q(5, 1),
        errors: Errors::Logit,
    };
    let response = quantal::judge_behavior(&game, &firsts(&game).profile, &claim, &Rational::ZERO);
    assert!(response.is_exact());
}

/// One player moves once, has one action, or knows nothing of a coin; another one only looks on.
#[test]
fn one_player_moves() {
    let mut b = ExtensiveBuilder::new("one");
    let one = b.player("1");
    b.player("looks on");
    let coin = b.chance_event(
        "",
        &[
            ("h", Number::parse("1/2").expect("a number")),
            ("t", Number::parse("1/2").expect("a number")),
        ],
    );
    let only = b.infoset(one, "", &["on"]);
    let blind = b.infoset(one, "", &["x", "y"]);
    b.move_at("", only);
    b.move_at("", coin);
    for better in [2, 0] {
        b.move_at("", blind);
        paid(&mut b, &[better, 7]);
        paid(&mut b, &[1 - better / 2, -7]);
    }
    let game = b.build().expect("complete");
    // x is worth 1 and y is worth (0 + 1)/2; beliefs are even.
    let mut assessment = firsts(&game);
    for node in game.members(game.infosets().nth(1).expect("two sets")) {
        assessment.beliefs[node.index()] = q(1, 2);
    }
    let zero = Rational::ZERO;
    for verdict in [
        nash::judge_behavior(&game, &assessment.profile, &zero),
        bayesian::judge(&game, &assessment, Strength::Strong, &zero).verdict,
        sequential::judge(&game, &assessment, &zero),
        perfect::judge(&game, &assessment, &zero),
    ] {
        assert!(verdict.is_exact(), "{verdict:?}");
    }
    // She knows that it is even.
    assert_eq!(
        bayesian::judge(&game, &firsts(&game), Strength::Weak, &zero).belief_residual,
        q(1, 2)
    );
}

/// A move of chance that is never made: what follows it does not count for Nash, and does for subgame perfection. Mistakes do not lead there, so perfection is
/// not defined.
#[test]
fn chance_that_never_comes() {
    let game = |payoffs: [[i64; 2]; 2]| {
        let mut b = ExtensiveBuilder::new("never");
        let one = b.player("1");
        b.player("2");
        let event = b.chance_event("", &[("now", Number::from(1)), ("never", Number::from(0))]);
        let late = b.infoset(one, "", &["x", "y"]);
        b.move_at("", event);
        paid(&mut b, &[1, 1]);
        b.move_at("", late);
        for row in payoffs {
            paid(&mut b, &row);
        }
        b.build().expect("complete")
    };
    for (payoffs, is_best) in [([[2, 0], [1, 0]], true), ([[1, 0], [2, 0]], false)] {
        let game = game(payoffs);
        let assessment = firsts(&game);
        let zero = Rational::ZERO;
        assert!(nash::judge_behavior(&game, &assessment.profile, &zero).is_exact());
        let later = [
            subgame_perfect::judge_behavior(&game, &assessment.profile, &zero),
            bayesian::judge(&game, &assessment, Strength::Weak, &zero).verdict,
            sequential::judge(&game, &assessment, &zero),
        ];
        for verdict in later {
            assert_eq!(verdict.is_exact(), is_best, "{verdict:?}");
            assert_eq!(verdict.error, if is_best { q(0, 1) } else { q(1, 1) });
        }
        let perfect = perfect::judge(&game, &assessment, &zero);
        assert!(!perfect.holds() && (is_best == matches!(perfect.status, Status::Unchecked(_))));
    }
}

/// Tables of one player, of one strategy each, of nothing but ties, and of numbers of thirty digits.
#[test]
fn small_tables() {
    let of = |players: usize, shape: &[usize], paid: i64| {
        let mut b = StrategicBuilder::new("");
        for n in shape {
            let labels: Vec<String> = (0..*n).map(|s| s.to_string()).collect();
            b.player("", &labels);
        }
        let long = Rational::integer(paid).checked_pow(30).expect("a number");
        for _ in 0..shape.iter().product() {
            b.payoffs(&vec![Number::from(long.clone()); players]);
        }
        b.build().expect("complete")
    };
    for (players, shape) in [
        (1, vec![1]),
        (1, vec![3]),
        (2, vec![1, 1]),
        (3, vec![2, 1, 2]),
    ] {
        for paid in [0, 1, -10] {
            let game: StrategicGame = of(players, &shape, paid);
            let rows: Vec<Vec<Rational>> =
                shape.iter().map(|n| vec![q(1, *n as i64); *n]).collect();
            let profile = MixedProfile::new(&shape, rows).expect("distributions");
            let zero = Rational::ZERO;
            let even: Vec<(usize, Rational)> = (0..game.num_cells())
                .map(|cell| (cell, q(1, game.num_cells() as i64)))
                .collect();
            let weights = shape
                .iter()
                .map(|n| vec![vec![Rational::ONE]; *n])
                .collect();
            let undominated = |kind| Elimination {
                kind,
                dominators: Dominators::Mixed,
                rounds: Vec::new(),
                extent: Extent::Whole,
                supported: game
                    .players()
                    .flat_map(|player| {
                        (0..game.num_strategies(player) as u32).map(move |s| (player, s))
                    })
                    .map(|(player, strategy)| {
                        let cells: Vec<usize> = (0..game.num_cells())
                            .filter(|cell| game.strategy_in(*cell, player) == strategy as usize)
                            .collect();
                        let belief = cells.iter().map(|c| (*c, q(1, cells.len() as i64)));
                        Supported {
                            player,
                            strategy,
                            at: None,
                            belief: belief.collect(),
                        }
                    })
                    .collect(),
                kept: Vec::new(),
                independent: Vec::new(),
                undecided: None,
            };
            let verdicts = [
                nash::judge_mixed(&game, &profile, &zero),
                nash::judge_cell(&game, 0),
                strong::judge_cell(&game, 0),
                coalition_proof::judge_cell(&game, 0),
                judge_cells(&game, &even, Concept::Correlated, &zero),
                judge_cells(&game, &even, Concept::CoarseCorrelated, &zero),
                proper::judge(&game, &profile, &Mistakes { weights }),
                dominance::judge(&game, Concept::Undominated, &undominated(Kind::Strict)),
                dominance::judge(&game, Concept::WeaklyUndominated, &undominated(Kind::Weak)),
                dominance::judge(&game, Concept::Rationalizable, &undominated(Kind::Strict)),
                quantal::judge_mixed(
                    &game,
                    &profile,
                    &Claim {
                        lambda: q(7, 1),
                        errors: Errors::Logit,
                    },
                    &q(1, 1_000_000_000),
                ),
            ];
            for verdict in verdicts {
                assert!(verdict.holds(), "{shape:?} {paid}: {verdict:?}");
            }
        }
    }
}

/// One player has what all are worth, whatever that is; of two who are worth nothing alone each has half.
#[test]
fn small_coalitions() {
    for worth in [-3, 0, 5] {
        let alone =
            CoalitionalGame::from_fn("one", ["a"], |_| Rational::integer(worth)).expect("one");
        let all = [Rational::integer(worth)];
        let less = [Rational::integer(worth - 1)];
        for judge in [judge_shapley, judge_banzhaf, judge_nucleolus] {
            assert!(judge(&alone, &all).is_exact());
            assert!(!judge(&alone, &less).holds());
            assert!(!judge(&alone, &[]).holds());
        }
        assert!(judge_core(&alone, &[&all], &[]).is_exact());
        assert!(!judge_core(&alone, &[&less], &[]).holds());
        // Nothing proves a core empty that is not.
        assert!(!judge_core(&alone, &[], &[]).holds());
        let blocking = [(Coalition::of([0]), Rational::ONE)];
        assert!(!judge_core(&alone, &[], &blocking).holds());
        let both = |c: Coalition| Rational::integer(if c.len() == 2 { worth } else { 0 });
        let pair = CoalitionalGame::from_fn("two", ["a", "b"], both).expect("two");
        let half = vec![q(worth, 2); 2];
        assert!(judge_shapley(&pair, &half).is_exact());
        assert!(judge_banzhaf(&pair, &half).is_exact());
        // Less than nothing cannot be divided so that nobody gets less than nothing.
        assert_eq!(judge_nucleolus(&pair, &half).is_exact(), worth >= 0);
        let blocking = [
            (Coalition::of([0]), Rational::ONE),
            (Coalition::of([1]), Rational::ONE),
        ];
        assert_eq!(judge_core(&pair, &[], &blocking).is_exact(), worth < 0);
    }
}

/// A profile of another game, or beliefs for fewer nodes, are not judged.
#[test]
fn what_is_of_another_game() {
    let mut b = ExtensiveBuilder::new("one");
    let one = b.player("1");
    let set = b.infoset(one, "", &["x", "y"]);
    b.move_at("", set);
    paid(&mut b, &[1]);
    paid(&mut b, &[0]);
    let game = b.build().expect("complete");
    let mut b = ExtensiveBuilder::new("over");
    b.player("1");
    paid(&mut b, &[1]);
    let over = b.build().expect("complete");
    let zero = Rational::ZERO;
    let mut assessment = firsts(&game);
    assert_eq!(
        game.kind(NodeId::ROOT),
        deterra_game::extensive::NodeKind::Decision(PlayerId(0), deterra_game::id::InfosetId(0))
    );
    let is_unchecked = |verdict: Verdict| matches!(verdict.status, Status::Unchecked(_));
    assert!(is_unchecked(nash::judge_behavior(
        &over,
        &assessment.profile,
        &zero
    )));
    assert!(is_unchecked(sequential::judge(&over, &assessment, &zero)));
    assert!(is_unchecked(perfect::judge(&over, &assessment, &zero)));
    assessment.beliefs.pop();
    assert!(is_unchecked(sequential::judge(&game, &assessment, &zero)));
    let plans = Plans {
        weights: vec![vec![Rational::ONE]],
    };
    assert!(is_unchecked(quasi_perfect::judge(
        &game,
        &assessment,
        &plans
    )));
    let none = Assessment::new(&over, firsts(&over).profile, vec![Rational::ZERO]).expect("over");
    let plans = Plans {
        weights: vec![
            vec![Rational::ONE, -Rational::ONE],
            vec![Rational::ZERO, Rational::ONE],
        ],
    };
    assert!(is_unchecked(quasi_perfect::judge(&game, &none, &plans)));
    let nearby = Nearby {
        roots: vec![vec![Rational::ONE]],
        weights: plans.weights.clone(),
    };
    assert!(is_unchecked(judge_nearby(&game, &none, &nearby)));
    let mistakes = Mistakes {
        weights: vec![plans.weights],
    };
    assert!(is_unchecked(proper::judge_behavior(
        &game,
        &none.profile,
        &mistakes,
        10
    )));
    let pair = CoalitionalGame::from_fn("two", ["a", "b"], |_| Rational::ONE).expect("two");
    let half = vec![q(1, 2); 2];
    let estimate = judge_estimate(&pair, Concept::Core, &half, &half);
    assert!(is_unchecked(estimate));
}

//! Claims that are false, with whatever is handed over as their proof: no judge may believe one.
//!
//! Each test takes a game whose right answer is known from the literature, claims less or something else, and draws proofs at random from small
//! numbers, well formed and not, which sooner or later are as good as a proof can be.

use deterra_game::builder::ExtensiveBuilder;
use deterra_game::coalition::{Coalition, CoalitionalGame};
use deterra_game::convert::simultaneous_tree;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{InfosetId, PlayerId};
use deterra_game::number::{Number, Rational};
use deterra_game::profile::{Assessment, BehaviorProfile, MixedProfile, PureProfile};
use deterra_game::strategic::StrategicGame;
use deterra_verify::allocation::{judge_core, judge_nucleolus};
use deterra_verify::commitment::{
    Bound as Reason, Claim, Stretch, judge, judge_frontiers, judge_prefixes, judge_table,
};
use deterra_verify::correlated::led::{
    Obedience, PairBound, Sum, judge_led_cells, judge_led_plans,
};
use deterra_verify::correlated::{
    Aim, Bound, FlowPrice, PlanBound, PlanPrice, Price, judge_best_cells, judge_best_plans,
};
use deterra_verify::perfect::{self, Nearby, judge_nearby};
use deterra_verify::proper::{self, Mistakes};
use deterra_verify::quasi_perfect::{self, Plans};
use deterra_verify::verdict::Concept;
use proptest::prelude::*;

fn q(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

fn table(one: [[i64; 2]; 2], two: [[i64; 2]; 2]) -> StrategicGame {
    let rows = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    StrategicGame::from_rows("", &rows(one), &rows(two)).expect("two by two")
}

/// Rows (2, 4) and (1, 3), and a follower who wants the column of the row: each row half of the time is worth 7/2 (Conitzer and Sandholm 2006).
fn rows_to_commit_to() -> StrategicGame {
    table([[2, 4], [1, 3]], [[1, 0], [0, 1]])
}

/// A correlated device is worth 21/2 together, and an equilibrium 9 (Aumann 1974).
fn chicken() -> StrategicGame {
    table([[6, 2], [7, 0]], [[6, 7], [2, 0]])
}

/// Both get 1 in the first cell and nothing else, so that the last one is an equilibrium that no mistakes leave one (Selten 1975).
fn careless() -> StrategicGame {
    table([[1, 0], [0, 0]], [[1, 0], [0, 0]])
}

/// A deterrent that is not carried out: the challenger takes the prize and gets 1, as does the defender who concedes. Committed to fight the
/// defender gets 2.
fn threat() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("a threat");
    let (challenger, defender) = (b.player("challenger"), b.player("defender"));
    let start = b.infoset(challenger, "start", &["wait", "take"]);
    let answer = b.infoset(defender, "answer", &["concede", "fight"]);
    let end = |b: &mut ExtensiveBuilder, pay: [i64; 2]| {
        let outcome = b.outcome("", &pay.map(Number::from));
        let node = b.terminal("");
        b.set_outcome(node, outcome);
    };
    b.move_at("", start);
    end(&mut b, [0, 2]);
    b.move_at("", answer);
    end(&mut b, [1, 1]);
    end(&mut b, [-1, 0]);
    b.build().expect("complete")
}

fn tree(table: &StrategicGame) -> ExtensiveGame {
    simultaneous_tree(table, 10).expect("small")
}

/// The second action everywhere, with beliefs that follow from it.
fn second_actions(game: &ExtensiveGame) -> Assessment {
    let flat = [0, 1, 0, 1].map(Rational::integer).to_vec();
    let profile = BehaviorProfile::new(game, flat).expect("distributions");
    let mut beliefs = vec![Rational::ZERO; game.num_nodes()];
    for infoset in game.infosets() {
        let last = game.members(infoset).last().expect("a member");
        beliefs[last.index()] = Rational::ONE;
    }
    Assessment::new(game, profile, beliefs).expect("an assessment")
}

/// Small numbers, mostly those that proofs are made of.
fn number() -> impl Strategy<Value = Rational> {
    prop_oneof![
        6 => (0_i64..5, 1_i64..3).prop_map(|(n, d)| q(n, d)),
        1 => (-3_i64..0, 1_i64..3).prop_map(|(n, d)| q(n, d)),
    ]
}

fn set() -> impl Strategy<Value = InfosetId> {
    prop_oneof![9 => 0_u32..2, 1 => Just(2)].prop_map(InfosetId)
}

fn last_action() -> impl Strategy<Value = Option<(InfosetId, u32)>> {
    prop::option::weighted(0.7, (set(), 0_u32..2))
}

fn weighted(n: usize) -> impl Strategy<Value = Vec<(usize, Rational)>> {
    prop::collection::vec((0..n, number()), 0..3)
}

fn reasons() -> impl Strategy<Value = Vec<Reason>> {
    let own = prop_oneof![3 => Just(None), 1 => weighted(3).prop_map(Some)];
    let one = (0_usize..3, own, weighted(3), any::<bool>(), any::<bool>());
    let one = one.prop_map(|(of, replies, against, odd, idle)| Reason {
        of,
        replies: replies.unwrap_or_else(|| vec![(of, Rational::ONE)]),
        against,
        idle: odd && idle,
    });
    prop::collection::vec(one, 0..4)
}

fn instead() -> impl Strategy<Value = Vec<(InfosetId, u32, Rational)>> {
    prop::collection::vec((set(), 0_u32..2, number()), 0..3)
}

fn pair_bound(bound: Rational) -> impl Strategy<Value = PairBound> {
    let sum = (set(), last_action(), number(), any::<bool>());
    let sum = sum.prop_map(|(at, other, price, minus)| Sum {
        at,
        other,
        price: if minus { -price } else { price },
    });
    let obedience = (set(), 0_u32..2, number(), instead());
    let obedience = obedience.prop_map(|(at, told, weight, instead)| Obedience {
        at,
        told,
        weight,
        instead,
    });
    let told = prop::collection::vec((set(), 0_u32..2), 0..2);
    let sums = prop::collection::vec(sum, 0..5);
    let obedience = prop::collection::vec(obedience, 0..3);
    (told, sums, obedience).prop_map(move |(told, sums, obedience)| PairBound {
        told,
        sums,
        obedience,
        bound: bound.clone(),
    })
}

fn functions(nodes: usize) -> impl Strategy<Value = Vec<Vec<Stretch>>> {
    let part = (-2_i64..3, number(), number());
    let part = part.prop_map(|(to, high, low)| Stretch {
        to: Rational::integer(to),
        high,
        low,
    });
    let mut part = prop::collection::vec(part, 0..4).boxed();
    // Functions that are ones.
    part = prop_oneof![
        part.clone(),
        part.prop_map(|mut parts| {
            parts.sort_by(|a, b| a.to.cmp(&b.to));
            parts.dedup_by(|a, b| a.to == b.to);
            let mut before: Option<Rational> = None;
            for part in &mut parts {
                let most = before.clone().unwrap_or_else(|| part.high.clone());
                part.high = part.high.clone().min(most);
                part.low = part.low.clone().min(part.high.clone());
                if before.is_none() {
                    part.low = part.high.clone();
                }
                before = Some(part.low.clone());
            }
            parts
        })
    ]
    .boxed();
    prop::collection::vec(part, nodes..=nodes)
}

/// Polynomials of three powers.
fn series() -> impl Strategy<Value = Vec<Rational>> {
    prop::collection::vec(number(), 0..4)
}

/// A polynomial that vanishes, one that does not, and their sum.
fn mistake_and_rest() -> impl Strategy<Value = [Vec<Rational>; 2]> {
    (1_usize..4, number(), number()).prop_map(|(power, weight, more)| {
        let mut mistake = vec![Rational::ZERO; power];
        mistake.push(weight);
        mistake.push(more);
        let mut rest: Vec<Rational> = mistake.iter().map(|x| -x).collect();
        rest[0] += &Rational::ONE;
        [mistake, rest]
    })
}

proptest! {
    /// Three a cell where 7/2 can be had: in a table, in its tree, in either sense of ties.
    #[test]
    fn commitments_that_are_not_best(bounds in reasons(), strong: bool, near: bool) {
        let game = rows_to_commit_to();
        let second = vec![Rational::ZERO, Rational::ONE];
        let profile = MixedProfile::new(&[2, 2], vec![second.clone(); 2]).expect("distributions");
        let value = q(3, 1);
        let claim = Claim {
            leader: PlayerId(0),
            follower: PlayerId(1),
            mixed: true,
            strong,
            profile: &profile,
            value: &value,
            toward: near.then_some(&profile),
            bounds: &bounds,
        };
        prop_assert!(!judge_table(&game, &claim).holds(), "{bounds:?}");
        let game = tree(&game);
        let profile = BehaviorProfile::new(&game, [second.clone(), second].concat()).expect("distributions");
        let claim = Claim {
            leader: PlayerId(0),
            follower: PlayerId(1),
            mixed: true,
            strong,
            profile: &profile,
            value: &value,
            toward: near.then_some(&profile),
            bounds: &bounds,
        };
        prop_assert!(!judge(&game, &claim).holds(), "{bounds:?}");
    }

    /// To concede is worth 1, and to fight 2.
    #[test]
    fn threats_that_are_not_best(
        functions in functions(5),
        bounds in prop::collection::vec(pair_bound(Rational::ONE), 0..3),
        mixed: bool,
    ) {
        let game = threat();
        let flat = [0, 1, 1, 0].map(Rational::integer).to_vec();
        let profile = BehaviorProfile::new(&game, flat).expect("distributions");
        let value = Rational::ONE;
        let claim = Claim {
            leader: PlayerId(1),
            follower: PlayerId(0),
            mixed,
            strong: true,
            profile: &profile,
            value: &value,
            toward: None,
            bounds: &[],
        };
        prop_assert!(!judge_frontiers(&game, &claim, &functions).holds(), "{functions:?}");
        prop_assert!(!judge_prefixes(&game, &claim, &bounds).holds(), "{bounds:?}");
    }

    #[test]
    fn devices_that_are_not_best(
        told in prop::collection::vec((0_u32..3, prop::option::of(0_u32..3), 0_u32..3, number()), 0..5),
        weights in prop::collection::vec(number(), 1..4),
        bound in prop_oneof![Just(q(9, 1)), Just(q(2, 1)), number()],
        fair: bool,
    ) {
        let game = chicken();
        let prices = |all: &[(u32, Option<u32>, u32, Rational)]| -> Vec<Price> {
            let price = |(player, told, to, price): &(u32, Option<u32>, u32, Rational)| Price {
                player: PlayerId(*player),
                told: *told,
                to: *to,
                price: price.clone(),
            };
            all.iter().map(price).collect()
        };
        let ones = vec![Rational::ONE; 2];
        let weights = if fair { ones.clone() } else { weights };
        let bound = Bound { weights, prices: prices(&told), bound };
        // She swerves and he dares: 2 and 7.
        let device = [(2, Rational::ONE)];
        for concept in [Concept::Correlated, Concept::CoarseCorrelated] {
            for aim in [Aim::Sum(ones.clone()), Aim::Least] {
                let verdict = judge_best_cells(&game, &device, concept, &aim, &bound);
                prop_assert!(!verdict.holds(), "{bound:?}");
            }
        }
        // Three where 7/2 can be had.
        let game = rows_to_commit_to();
        let bound = Bound { weights: vec![Rational::ONE, Rational::ZERO], bound: q(3, 1), ..bound };
        let verdict = judge_led_cells(&game, &[(3, Rational::ONE)], PlayerId(0), &bound);
        prop_assert!(!verdict.holds(), "{bound:?}");
    }

    #[test]
    fn devices_of_trees_that_are_not_best(
        prices in prop::collection::vec((0_u32..2, set(), prop::option::of(0_u32..2), number(), instead()), 0..4),
        flows in prop::collection::vec((set(), last_action(), number(), any::<bool>()), 0..5),
        led in pair_bound(q(3, 1)),
    ) {
        let game = tree(&chicken());
        let price = |(player, at, told, followed, instead)| PlanPrice {
            player: PlayerId(player),
            at,
            told,
            followed,
            instead,
        };
        let flow = |(at, with, price, minus): (InfosetId, _, Rational, bool)| FlowPrice {
            at,
            with,
            price: if minus { -price } else { price },
        };
        let ones = vec![Rational::ONE; 2];
        let bound = PlanBound {
            weights: ones.clone(),
            prices: prices.into_iter().map(price).collect(),
            flows: flows.into_iter().map(flow).collect(),
            bound: q(9, 1),
        };
        let plan = |game: &ExtensiveGame, actions: [u32; 2]| {
            [(PureProfile::new(game, actions.to_vec()).expect("actions"), Rational::ONE)]
        };
        for concept in [Concept::ExtensiveCorrelated, Concept::ExtensiveCoarseCorrelated] {
            let aim = Aim::Sum(ones.clone());
            let verdict = judge_best_plans(&game, &plan(&game, [0, 1]), concept, &aim, &bound);
            prop_assert!(!verdict.holds(), "{bound:?}");
        }
        let game = tree(&rows_to_commit_to());
        let verdict = judge_led_plans(&game, &plan(&game, [1, 1]), PlayerId(0), &led);
        prop_assert!(!verdict.holds(), "{led:?}");
    }

    /// No mistakes make the careless equilibrium proper, quasi-perfect or perfect.
    #[test]
    fn equilibria_that_no_mistakes_leave(
        mistakes in prop::array::uniform2(mistake_and_rest()),
        odd in prop::array::uniform2(prop::array::uniform2(series())),
        roots in prop::array::uniform2(series()),
    ) {
        let table = careless();
        let second = vec![Rational::ZERO, Rational::ONE];
        let profile = MixedProfile::new(&[2, 2], vec![second; 2]).expect("distributions");
        let game = tree(&table);
        let assessment = second_actions(&game);
        for weights in [mistakes.clone(), odd] {
            let flat = weights.concat();
            let weights = weights.map(|own| own.to_vec()).to_vec();
            let verdict = proper::judge(&table, &profile, &Mistakes { weights });
            prop_assert!(!verdict.holds());
            let verdict = quasi_perfect::judge(&game, &assessment, &Plans { weights: flat.clone() });
            prop_assert!(!verdict.holds());
            for roots in [vec![vec![Rational::ONE]; 2], roots.to_vec()] {
                let nearby = Nearby { roots, weights: flat.clone() };
                prop_assert!(!judge_nearby(&game, &assessment, &nearby).holds());
            }
        }
    }

    /// To wait for fear of a fight that would not take place is an equilibrium, and no mistakes make it one that lasts.
    #[test]
    fn threats_that_are_not_credible(
        mistakes in prop::array::uniform2(mistake_and_rest()),
        odd in prop::array::uniform4(series()),
    ) {
        let game = threat();
        let flat = [1, 0, 0, 1].map(Rational::integer).to_vec();
        let profile = BehaviorProfile::new(&game, flat).expect("distributions");
        let mut beliefs = vec![Rational::ZERO; game.num_nodes()];
        for infoset in game.infosets() {
            beliefs[game.members(infoset)[0].index()] = Rational::ONE;
        }
        let assessment = Assessment::new(&game, profile, beliefs).expect("an assessment");
        let [[take, wait], [concede, fight]] = mistakes;
        for weights in [vec![wait, take, concede, fight], odd.to_vec()] {
            let plans = Plans { weights: weights.clone() };
            prop_assert!(!quasi_perfect::judge(&game, &assessment, &plans).holds());
            let nearby = Nearby { roots: vec![vec![Rational::ONE]; 2], weights };
            prop_assert!(!judge_nearby(&game, &assessment, &nearby).holds());
        }
        prop_assert!(!perfect::judge(&game, &assessment, &Rational::ZERO).holds());
    }

    /// All have to agree, so every division that gives nobody less than nothing is in the core.
    #[test]
    fn cores_that_are_not_empty(blocking in prop::collection::vec((0_u64..16, number()), 0..5)) {
        let worth = |c: Coalition| Rational::integer(i64::from(c.len() == 3));
        let game = CoalitionalGame::from_fn("unanimity", ["a", "b", "c"], worth).expect("three");
        let blocking: Vec<(Coalition, Rational)> = blocking
            .into_iter()
            .map(|(bits, weight)| (Coalition::from_bits(bits), weight))
            .collect();
        prop_assert!(!judge_core(&game, &[], &blocking).holds(), "{blocking:?}");
    }

    /// No imputation has an unhappiest coalition that is happier than that of the nucleolus, or one as happy and then a second one, and so on.
    #[test]
    fn nucleoli_are_the_happiest(
        worth in prop::collection::vec(0_i64..7, 4),
        shares in prop::collection::vec((0_i64..13, 0_i64..13), 12),
    ) {
        let all = [0, 0, 0, worth[0], 0, worth[1], worth[2], 6].map(Rational::integer).to_vec();
        let game = CoalitionalGame::from_table("random", ["a", "b", "c"], all.clone()).expect("three");
        let imputations: Vec<Vec<Rational>> = shares
            .iter()
            .filter(|(a, b)| a + b <= 12)
            .map(|(a, b)| [*a, *b, 12 - a - b].map(|half| q(half, 2)).to_vec())
            .collect();
        let excesses = |shares: &[Rational]| {
            let mut excesses: Vec<Rational> = (1..7_usize)
                .map(|bits| {
                    let given: Rational = (0..3).filter(|p| bits >> p & 1 == 1).map(|p| &shares[p]).sum();
                    &all[bits] - &given
                })
                .collect();
            excesses.sort_by(|a, b| b.cmp(a));
            excesses
        };
        for division in &imputations {
            let is_it = judge_nucleolus(&game, division).is_exact();
            let best = excesses(division);
            for other in &imputations {
                if is_it {
                    prop_assert!(excesses(other) > best || other == division);
                }
            }
        }
        // A division of something else, and one below what a player has alone.
        prop_assert!(!judge_nucleolus(&game, &[q(2, 1), q(2, 1), q(3, 1)]).holds());
        prop_assert!(!judge_nucleolus(&game, &[q(-1, 1), q(4, 1), q(3, 1)]).holds());
    }
}

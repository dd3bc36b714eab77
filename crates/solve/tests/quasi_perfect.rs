//! Quasi-perfect equilibria of random games of two players, against other judges and against the complete search.

use deterra_game::builder::{ExtensiveBuilder, InfosetKey};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::format::{ReadOptions, efg};
use deterra_game::number::{Number, Rational};
use deterra_game::profile::{Assessment, BehaviorProfile};
use deterra_solve::control::Control;
use deterra_solve::error::SolveError;
use deterra_solve::refine::quasi_perfect::{QuasiPerfect, QuasiPerfectEquilibrium, quasi_perfect};
use deterra_solve::refine::sequential::{Sequential, sequential};
use deterra_verify::verdict::Status;
use deterra_verify::{nash, quasi_perfect as judge, sequential as judge_sequential};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("nonzero")
}

/// Numbers drawn from bytes, round and round.
struct Draws<'b>(&'b [u8], usize);

impl Draws<'_> {
    fn below(&mut self, n: u8) -> u8 {
        let k = self.1;
        self.1 += 1;
        let byte = self.0[k % self.0.len()];
        // The same byte means something else the next time round.
        byte.wrapping_add(((k / self.0.len()) as u8).wrapping_mul(57)) % n
    }
}

/// Types drawn by chance, then moves in turn. Who moves at a depth, how many actions there are, whether the
/// other side sees the move, and which actions end the game, depends on the depth alone.
fn grow(bytes: &[u8], depth: usize) -> ExtensiveGame {
    let mut draws = Draws(bytes, 0);
    let mut g = ExtensiveBuilder::new("random");
    let players = [g.player("1"), g.player("2")];
    let stages: Vec<(usize, u8, bool, u8)> = (0..depth)
        .map(|_| {
            let mover = usize::from(draws.below(2));
            let actions = 2 + draws.below(5) / 4;
            (
                mover,
                actions,
                draws.below(3) > 0,
                draws.below(1 << actions),
            )
        })
        .collect();
    let types = [1 + draws.below(2), 1 + draws.below(2)];
    let mut sets: BTreeMap<(usize, usize, Vec<u8>), InfosetKey> = BTreeMap::new();
    let mut pairs = Vec::new();
    for i in 0..types[0] {
        for j in 0..types[1] {
            pairs.push((i, j, i64::from(1 + draws.below(4))));
        }
    }
    // Nodes to be written, in preorder: the stage, and what both sides know; nothing left means an end.
    let mut waiting: Vec<Option<(usize, [Vec<u8>; 2])>> = Vec::new();
    if pairs.len() > 1 {
        let total: i64 = pairs.iter().map(|p| p.2).sum();
        let shares: Vec<(String, Number)> = pairs
            .iter()
            .map(|(i, j, w)| (format!("{i}{j}"), Number::from(r(*w, total))))
            .collect();
        let event = g.chance_event("types", &shares);
        g.move_at("", event);
    }
    for (i, j, _) in pairs.iter().rev() {
        waiting.push(Some((0, [vec![*i], vec![*j]])));
    }
    while let Some(next) = waiting.pop() {
        let Some((stage, known)) = next.filter(|(stage, _)| *stage < depth) else {
            let node = g.terminal("");
            let pay = [0, 1].map(|_| Number::from(i64::from(draws.below(7)) - 2));
            let outcome = g.outcome("", &pay);
            g.set_outcome(node, outcome);
            continue;
        };
        let (mover, actions, seen, ends) = stages[stage];
        let key = (stage, mover, known[mover].clone());
        let labels: Vec<String> = (0..actions).map(|k| k.to_string()).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let set = *sets
            .entry(key)
            .or_insert_with(|| g.infoset(players[mover], "", &labels));
        g.move_at("", set);
        for k in (0..actions).rev() {
            let mut after = known.clone();
            after[mover].push(10 + k);
            if seen {
                after[1 - mover].push(20 + k);
            }
            let goes_on = ends >> k & 1 == 0 || stage == 0;
            waiting.push(goes_on.then_some((stage + 1, after)));
        }
    }
    g.build().expect("a tree")
}

fn solved(game: &ExtensiveGame, start: u64) -> QuasiPerfectEquilibrium {
    let options = QuasiPerfect {
        start,
        ..QuasiPerfect::default()
    };
    let solution = quasi_perfect(game, &options, &Control::default()).expect("two players");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    assert!(!solution.is_complete());
    solution.into_answer()
}

fn read(text: &str) -> ExtensiveGame {
    let read = efg::read(text, &ReadOptions::default());
    read.value.expect("a game")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 300 } else { 3_000 }))]

    /// What is found is sequential and Nash by judges that know nothing of its certificate.
    #[test]
    fn random_games(bytes in prop::collection::vec(any::<u8>(), 8..60), depth in 1_usize..5, start in 0_u64..3) {
        let game = grow(&bytes, depth);
        let found = solved(&game, start);
        let zero = Rational::ZERO;
        let verdict = nash::judge_behavior(&game, &found.assessment.profile, &zero);
        prop_assert!(verdict.is_exact(), "{verdict:?}");
        let verdict = judge_sequential::judge(&game, &found.assessment, &zero);
        prop_assert!(verdict.is_exact(), "{verdict:?}");
    }

    /// It lies in one of the sets that the complete search finds.
    #[test]
    fn among_all_sequential_equilibria(bytes in prop::collection::vec(any::<u8>(), 8..40), depth in 1_usize..4) {
        let game = grow(&bytes, depth);
        // The complete search is exponential.
        prop_assume!(game.num_infosets() <= 6);
        let found = solved(&game, 0);
        let all = sequential(&game, &Sequential::default(), &Control::default()).expect("perfect recall");
        prop_assume!(all.is_complete());
        let inside = |low: &Rational, x: &Rational, high: &Rational| low <= x && x <= high;
        let holds = all.answer().components.iter().any(|c| {
            let probabilities = c.probabilities.iter().zip(found.assessment.profile.as_slice());
            let mut beliefs = c.beliefs.iter().zip(&found.assessment.beliefs);
            !c.extreme
                || probabilities.into_iter().all(|(i, p)| inside(&i.low, p, &i.high))
                    && beliefs.all(|(i, b)| i.as_ref().is_none_or(|i| inside(&i.low, b, &i.high)))
        });
        prop_assert!(holds);
    }

    /// A probability that is off by a thousandth, or another belief, is not what the certificate tends to.
    #[test]
    fn mutants_fail(bytes in prop::collection::vec(any::<u8>(), 8..40), depth in 1_usize..4, place in any::<usize>()) {
        let game = grow(&bytes, depth);
        let found = solved(&game, 0);
        let mut flat = found.assessment.profile.as_slice().to_vec();
        let sets: Vec<_> = game.infosets().collect();
        let actions = game.actions(sets[place % sets.len()]);
        let from = actions.clone().find(|k| flat[*k] >= r(1, 1000)).expect("something is done");
        let to = actions.clone().find(|k| *k != from).expect("two actions");
        flat[from] -= &r(1, 1000);
        flat[to] += &r(1, 1000);
        let wrong = Assessment {
            profile: BehaviorProfile::new(&game, flat).expect("a profile"),
            beliefs: found.assessment.beliefs.clone(),
        };
        prop_assert!(!judge::judge(&game, &wrong, &found.plans).holds());
        let mut plans = found.plans.clone();
        plans.weights[to][0] += &r(1, 1000);
        prop_assert!(!judge::judge(&game, &found.assessment, &plans).holds());
    }
}

/// Both of two agree on nothing but the first: (second, second) is a sequential equilibrium in which both take a
/// weakly dominated action, and no quasi-perfect one. Whatever the starting point, (first, first) is found.
#[test]
fn dominated_actions_are_not_taken() {
    let text = r#"EFG 2 R "agree" { "1" "2" }
p "" 1 1 "" { "a" "b" } 0
p "" 2 1 "" { "a" "b" } 0
t "" 1 "" { 1 1 }
t "" 2 "" { 0 0 }
p "" 2 1 "" { "a" "b" } 0
t "" 3 "" { 0 0 }
t "" 4 "" { 0 0 }
"#;
    let game = read(text);
    for start in 0..10 {
        let found = solved(&game, start);
        let one = r(1, 1);
        assert_eq!(found.assessment.profile.as_slice()[0], one);
        assert_eq!(found.assessment.profile.as_slice()[2], one);
    }
    // The judge says so too: mistakes of order ε make the first action better, though not in the limit.
    let (zero, one) = (r(0, 1), r(1, 1));
    let plans = judge::Plans {
        weights: vec![
            vec![zero.clone(), one.clone()],
            vec![one.clone(), -&one],
            vec![zero.clone(), one.clone()],
            vec![one.clone(), -&one],
        ],
    };
    let second = [&zero, &one, &zero, &one].map(Clone::clone).to_vec();
    let assessment = Assessment {
        profile: BehaviorProfile::new(&game, second).expect("a profile"),
        beliefs: {
            let mut beliefs = vec![zero.clone(); game.num_nodes()];
            beliefs[0] = one.clone();
            beliefs[4] = one;
            beliefs
        },
    };
    let verdict = judge::judge(&game, &assessment, &plans);
    assert_eq!(verdict.status, Status::Failed);
    assert!(verdict.error.is_zero());
    let sequential = judge_sequential::judge(&game, &assessment, &zero);
    assert!(sequential.is_exact(), "{sequential:?}");
}

/// Matching pennies, and a player who stays out of it unless it pays.
#[test]
fn mixing() {
    let text = r#"EFG 2 R "pennies" { "1" "2" }
p "" 1 1 "" { "h" "t" } 0
p "" 2 1 "" { "h" "t" } 0
t "" 1 "" { 3 -3 }
t "" 2 "" { -1 1 }
p "" 2 1 "" { "h" "t" } 0
t "" 2
t "" 3 "" { 1 -1 }
"#;
    // 1 mixes so that 3p - (1 - p) = -p + (1 - p): p = 1/3; so does 2.
    let found = solved(&read(text), 0);
    let expected = [r(1, 3), r(2, 3), r(1, 3), r(2, 3)];
    assert_eq!(found.assessment.profile.as_slice(), expected);
    assert_eq!(found.payoffs, [r(1, 3), r(-1, 3)]);
}

#[test]
fn refusals() {
    let three = read(
        "EFG 2 R \"three\" { \"1\" \"2\" \"3\" }\np \"\" 1 1 \"\" { \"a\" \"b\" } 0\nt \"\" 1 \"\" { 1 1 1 }\nt \"\" 2 \"\" { 0 0 0 }\n",
    );
    let refused = quasi_perfect(&three, &QuasiPerfect::default(), &Control::default());
    assert!(matches!(refused, Err(SolveError::NotApplicable { .. })));
    let never = read(
        "EFG 2 R \"never\" { \"1\" \"2\" }\nc \"\" 1 \"\" { \"x\" 1 \"y\" 0 } 0\np \"\" 1 1 \"\" { \"a\" \"b\" } 0\nt \"\" 1 \"\" { 1 1 }\nt \"\" 2 \"\" { 0 0 }\nt \"\" 3 \"\" { 0 0 }\n",
    );
    let refused = quasi_perfect(&never, &QuasiPerfect::default(), &Control::default());
    assert!(matches!(refused, Err(SolveError::NotApplicable { .. })));
    let small = QuasiPerfect {
        action_limit: 1,
        ..QuasiPerfect::default()
    };
    let large = grow(&[3, 1, 4, 1, 5, 9, 2, 6], 3);
    let refused = quasi_perfect(&large, &small, &Control::default());
    assert!(matches!(refused, Err(SolveError::TooLarge { .. })));
}

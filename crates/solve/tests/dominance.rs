//! Eliminations of random games against an elimination from the definition, against equilibria, against backward induction, and
//! against the judge, who must see through every forged proof.

mod support;

use deterra_game::builder::{ExtensiveBuilder, InfosetKey};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::PlayerId;
use deterra_game::number::{Number, Rational};
use deterra_game::strategic::{StrategicBuilder, StrategicGame};
use deterra_solve::control::Control;
use deterra_solve::dominance::conditional_dominance::{
    ConditionalDominance, conditional_dominance,
};
use deterra_solve::dominance::iterated_dominance::{IteratedDominance, iterated_dominance};
use deterra_solve::dominance::rationalizable::{Rationalizable, rationalizable};
use deterra_solve::nash::pure::{Pure, pure};
use deterra_solve::perfect::backward_induction::{BackwardInduction, backward_induction};
use deterra_verify::dominance::{
    Dominators, Eliminated, Elimination, Extent, Kind, judge, judge_conditional, judge_dominated,
    judge_supported,
};
use deterra_verify::verdict::Concept;
use proptest::prelude::*;
use std::collections::BTreeMap;
use support::Tape;

fn table(shape: &[usize], payoffs: &[i64]) -> StrategicGame {
    let mut table = StrategicBuilder::new("random");
    for (k, n) in shape.iter().enumerate() {
        table.player_with(k.to_string(), *n);
    }
    let cells: usize = shape.iter().product();
    for row in payoffs.chunks(shape.len()).take(cells) {
        let row: Vec<Number> = row.iter().map(|x| Number::from(*x)).collect();
        table.payoffs(&row);
    }
    table.build().expect("complete")
}

fn eliminated(game: &StrategicGame, kind: Kind, dominators: Dominators) -> Elimination {
    let options = IteratedDominance {
        kind,
        dominators,
        ..IteratedDominance::default()
    };
    let solution = iterated_dominance(game, &options, &Control::default()).expect("always");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    solution.into_answer()
}

/// Few different payoffs, so with many ties, or many.
fn payoffs(n: usize) -> impl Strategy<Value = Vec<i64>> {
    prop_oneof![
        prop::collection::vec(0_i64..3, n),
        prop::collection::vec(-9_i64..10, n),
    ]
}

/// Whether a mixture x of `first` and 1 - x of `second` dominates, from the definition: every column bounds x on one side.
fn mixture_dominates(first: &[i64], second: &[i64], worse: &[i64], kind: Kind) -> bool {
    let (mut low, mut high) = ((0, 1), (1, 1));
    for k in 0..worse.len() {
        // x (first - second) must exceed worse - second.
        let (slope, bound) = (first[k] - second[k], worse[k] - second[k]);
        match slope.signum() {
            0 if bound > 0 || bound == 0 && kind == Kind::Strict => return false,
            0 => {}
            1 if bound * low.1 > low.0 * slope => low = (bound, slope),
            -1 if -bound * high.1 < high.0 * -slope => high = (-bound, -slope),
            _ => {}
        }
    }
    match low.0 * high.1 - high.0 * low.1 {
        gap if gap > 0 => false,
        0 if kind == Kind::Strict => {
            let gains = |k: usize| {
                let mixed = low.0 * first[k] + (low.1 - low.0) * second[k];
                mixed > worse[k] * low.1
            };
            (0..worse.len()).all(gains)
        }
        // Strictly inside all bounds, unless both ends are the same point.
        _ if kind == Kind::Strict => true,
        // What is gained in all is linear in x, so greatest at an end.
        _ => [low, high].iter().any(|(n, d)| {
            let gain = |k: usize| n * first[k] + (d - n) * second[k] - worse[k] * d;
            (0..worse.len()).map(gain).sum::<i64>() > 0
        }),
    }
}

/// Whether a strategy of a player is dominated within a restriction, by one or two others.
fn dominated(
    game: &StrategicGame,
    left: &[Vec<usize>; 2],
    player: usize,
    s: usize,
    kind: Kind,
) -> bool {
    let row = |s: usize| -> Vec<i64> {
        let other = &left[1 - player];
        let cell = |t: &usize| if player == 0 { [s, *t] } else { [*t, s] };
        let paid = |cell: [usize; 2]| {
            let cell = game.cell_of(&cell.map(|s| s as u32));
            let paid = game.payoff(cell, PlayerId(player as u32));
            paid.to_i64().expect("whole numbers")
        };
        other.iter().map(|t| paid(cell(t))).collect()
    };
    let others: Vec<usize> = left[player].iter().copied().filter(|t| *t != s).collect();
    others.iter().any(|a| {
        others
            .iter()
            .any(|b| mixture_dominates(&row(*a), &row(*b), &row(s), kind))
    })
}

fn everything(shape: [usize; 2]) -> [Vec<usize>; 2] {
    shape.map(|n| (0..n).collect())
}

/// Everything that is dominated at once, round by round.
fn rounds(game: &StrategicGame, shape: [usize; 2], kind: Kind) -> Vec<Vec<(u32, u32)>> {
    let mut left = everything(shape);
    let mut rounds = Vec::new();
    loop {
        let mut gone = Vec::new();
        for player in 0..2 {
            for s in &left[player] {
                if dominated(game, &left, player, *s, kind) {
                    gone.push((player as u32, *s as u32));
                }
            }
        }
        if gone.is_empty() {
            return rounds;
        }
        for (player, s) in &gone {
            left[*player as usize].retain(|t| *t as u32 != *s);
        }
        rounds.push(gone);
    }
}

fn struck_out(found: &Elimination) -> Vec<Vec<(u32, u32)>> {
    let name = |e: &Eliminated| (e.player.0, e.strategy);
    let round = |round: &Vec<Eliminated>| round.iter().map(name).collect();
    found.rounds.iter().map(round).collect()
}

/// Every way of spoiling an elimination that goes until nothing is dominated; each must fail.
fn forgeries(game: &StrategicGame, found: &Elimination) -> Vec<Elimination> {
    let mut all = Vec::new();
    let mut forge = |change: &dyn Fn(&mut Elimination)| {
        let mut forged = found.clone();
        change(&mut forged);
        all.push(forged);
    };
    if !found.rounds.is_empty() {
        forge(&|f| {
            f.rounds.pop();
        });
    }
    for (k, round) in found.rounds.iter().enumerate() {
        for (j, gone) in round.iter().enumerate() {
            // Not struck out; struck out twice; by itself; by too little of something; by what does not exist.
            forge(&|f| {
                f.rounds[k].remove(j);
            });
            forge(&|f| f.rounds.push(vec![gone.clone()]));
            forge(&|f| f.rounds[k][j].by = vec![(gone.strategy, Rational::ONE)]);
            forge(&|f| f.rounds[k][j].by[0].1 = Rational::ZERO);
            forge(&|f| f.rounds[k][j].by[0].0 = 1000);
        }
    }
    // What is left is struck out by something else that is left.
    let left = found.survivors(&game.shape());
    for player in game.players() {
        for strategy in &left[player.index()] {
            for to in &left[player.index()] {
                let wrong = Eliminated {
                    player,
                    strategy: *strategy,
                    at: None,
                    by: vec![(*to, Rational::ONE)],
                };
                forge(&|f| f.rounds.push(vec![wrong.clone()]));
            }
        }
    }
    for k in 0..found.supported.len() {
        forge(&|f| {
            f.supported.remove(k);
        });
        forge(&|f| f.supported[k].belief[0].1 += &Rational::ONE);
        forge(&|f| f.supported[k].belief[0].0 = usize::MAX);
        forge(&|f| f.supported[k].strategy = 1000);
    }
    all
}

/// Against two columns a mixture of two rows is as good as any.
const SHAPES: [[usize; 2]; 5] = [[3, 3], [3, 2], [2, 3], [5, 2], [2, 5]];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn two_players_against_the_definition(
        payoffs in payoffs(20),
        shape in 0_usize..5,
        kind in prop_oneof![Just(Kind::Strict), Just(Kind::Weak)],
    ) {
        let shape = SHAPES[shape];
        let game = table(&shape, &payoffs);
        let found = eliminated(&game, kind, Dominators::Mixed);
        prop_assert_eq!(struck_out(&found), rounds(&game, shape, kind));
        let concept = if kind == Kind::Strict {
            Concept::Undominated
        } else {
            Concept::WeaklyUndominated
        };
        for forged in forgeries(&game, &found) {
            prop_assert!(!judge(&game, concept, &forged).holds(), "{:?}", forged);
        }
        // Piece by piece.
        let mut left: Vec<Vec<u32>> = shape.map(|n| (0..n as u32).collect()).to_vec();
        for round in &found.rounds {
            for gone in round {
                prop_assert!(judge_dominated(&game, &left, kind, gone).is_exact());
            }
            for gone in round {
                left[gone.player.index()].retain(|s| *s != gone.strategy);
            }
        }
        for proof in &found.supported {
            prop_assert!(judge_supported(&game, &left, kind, proof).is_exact());
        }
    }

    #[test]
    fn strict_elimination_has_no_order(
        payoffs in payoffs(18),
        order in prop::collection::vec(any::<u8>(), 6),
    ) {
        let game = table(&[3, 3], &payoffs);
        let mut left = everything([3, 3]);
        for pick in order {
            let open = (0..2).flat_map(|p| left[p].iter().map(move |s| (p, *s)));
            let open: Vec<(usize, usize)> = open
                .filter(|(p, s)| dominated(&game, &left, *p, *s, Kind::Strict))
                .collect();
            let Some((p, s)) = open.get(usize::from(pick) % open.len().max(1)) else {
                break;
            };
            left[*p].retain(|t| t != s);
        }
        let found = eliminated(&game, Kind::Strict, Dominators::Mixed);
        let survivors = found.survivors(&[3, 3]);
        let survivors: Vec<Vec<usize>> = survivors
            .into_iter()
            .map(|own| own.into_iter().map(|s| s as usize).collect())
            .collect();
        prop_assert_eq!(&left[..], &survivors[..]);
    }

    #[test]
    fn equilibria_survive_and_names_do_not_matter(
        payoffs in payoffs(96),
        shape in 0_usize..4,
        turn in 1_usize..3,
        (scale, shift) in (1_i64..4, -5_i64..6),
        kind in prop_oneof![Just(Kind::Strict), Just(Kind::Weak)],
        dominators in prop_oneof![Just(Dominators::Pure), Just(Dominators::Mixed)],
    ) {
        let shape: &[usize] = [&[3, 4][..], &[7, 3], &[2, 3, 3], &[2, 2, 2, 3]][shape];
        let game = table(shape, &payoffs);
        let found = eliminated(&game, kind, dominators);
        if kind == Kind::Strict {
            let left = found.survivors(shape);
            let solution = pure(&game, &Pure::default(), &Control::default()).expect("in time");
            for cell in solution.answer().cells() {
                for (own, s) in left.iter().zip(game.strategies_of(*cell)) {
                    prop_assert!(own.contains(&s));
                }
            }
        }
        // Threads do not matter.
        for threads in [1, 3] {
            let control = Control { threads, ..Control::default() };
            let options = IteratedDominance { kind, dominators, ..IteratedDominance::default() };
            let again = iterated_dominance(&game, &options, &control).expect("always");
            prop_assert_eq!(again.answer(), &found);
        }
        // Strategies in another order, payoffs in other units.
        let moved = |s: usize, n: usize| (s + turn) % n;
        let cells: usize = shape.iter().product();
        let mut other = vec![0; cells * shape.len()];
        for cell in 0..cells {
            let to: Vec<u32> = (game.strategies_of(cell).iter().zip(shape))
                .map(|(s, n)| moved(*s as usize, *n) as u32)
                .collect();
            let to = game.cell_of(&to);
            for p in 0..shape.len() {
                let paid = payoffs[cell * shape.len() + p];
                other[to * shape.len() + p] = scale * paid + shift * (p as i64 + 1);
            }
        }
        let other = eliminated(&table(shape, &other), kind, dominators);
        let mut expected = struck_out(&found);
        for round in &mut expected {
            for (p, s) in round.iter_mut() {
                *s = moved(*s as usize, shape[*p as usize]) as u32;
            }
            round.sort_unstable();
        }
        prop_assert_eq!(struck_out(&other), expected);
    }

    #[test]
    fn three_players_and_independent_beliefs(payoffs in payoffs(54)) {
        let game = table(&[3, 3, 2], &payoffs);
        let options = Rationalizable::default();
        let solution = rationalizable(&game, &options, &Control::default()).expect("always");
        prop_assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
        let found = solution.answer();
        let strict = eliminated(&game, Kind::Strict, Dominators::Mixed);
        prop_assert_eq!(&found.rounds, &strict.rounds);
        let undecided = found.undecided.as_ref().expect("they were looked for");
        prop_assert_eq!(solution.is_complete(), undecided.is_empty());
        for k in 0..found.independent.len() {
            let mut forged = found.clone();
            forged.independent.remove(k);
            prop_assert!(!judge(&game, Concept::Rationalizable, &forged).holds());
            let mut forged = found.clone();
            let other = forged.independent[k].belief.iter_mut().find(|row| !row.is_empty());
            other.expect("two others")[0].1 += &Rational::ONE;
            prop_assert!(!judge(&game, Concept::Rationalizable, &forged).holds());
        }
    }
}

/// A tree of perfect information without chance in which nobody is ever indifferent.
fn generic_tree(bytes: &[u8]) -> ExtensiveGame {
    let mut tape = Tape::new(bytes);
    let mut b = ExtensiveBuilder::new("generic");
    let players = [b.player("a"), b.player("b"), b.player("c")];
    let mut left = 6;
    let mut used = 0;
    while b.num_missing() > 0 {
        if left > 0 && tape.below(3) > 0 {
            left -= 1;
            let labels = ["x", "y", "z"];
            let infoset = b.infoset(players[tape.below(3)], "", &labels[..2 + tape.below(2)]);
            b.move_at("", infoset);
        } else {
            let end = b.terminal("");
            // 17 does not divide 101, so no two ends pay anybody the same.
            let mut paid = || {
                used += 1;
                let high = tape.below(7) as i64 * 1000;
                Number::from(high + used * 17 % 101)
            };
            let paid = [paid(), paid(), paid()];
            let outcome = b.outcome("", &paid);
            b.set_outcome(end, outcome);
        }
    }
    b.build().expect("a complete tree")
}

/// A small tree in which something is hidden from players who forget nothing.
fn hidden_tree(bytes: &[u8]) -> ExtensiveGame {
    let mut tape = Tape::new(bytes);
    let mut b = ExtensiveBuilder::new("hidden");
    let players = [b.player("a"), b.player("b")];
    let mut sets: BTreeMap<(usize, usize, usize), (InfosetKey, usize, usize)> = BTreeMap::new();
    let mut stack = vec![(0, [0; 2])];
    let mut decisions = 0;
    while let Some((depth, memory)) = stack.pop() {
        let kind = tape.below(6);
        if depth >= 4 || decisions >= 9 || kind == 0 && depth > 0 {
            let end = b.terminal("");
            let paid = [0, 1].map(|_| Number::from(tape.below(4) as i64));
            let outcome = b.outcome("", &paid);
            b.set_outcome(end, outcome);
        } else if kind == 1 {
            let odds = [(1, 2), (1, 3), (0, 1)][tape.below(3)];
            let first = Rational::new(odds.0, odds.1).expect("a fraction");
            let second = &Rational::ONE - &first;
            let event = b.chance_event("", &[("h", first.into()), ("t", second.into())]);
            b.move_at("", event);
            stack.extend([(depth + 1, memory); 2]);
        } else {
            decisions += 1;
            let p = tape.below(2);
            let signal = tape.below(2);
            let id = sets.len();
            let arity = 2 + tape.below(2);
            let (key, id, arity) = *sets.entry((p, memory[p], signal)).or_insert_with(|| {
                let key = b.infoset(players[p], "", &["x", "y", "z"][..arity]);
                (key, id, arity)
            });
            for action in (0..arity).rev() {
                let mut memory = memory;
                memory[p] = 1 + id * 4 + action;
                stack.push((depth + 1, memory));
            }
            b.move_at("", key);
        }
    }
    b.build().expect("a complete tree")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Battigalli 1997: without ties, extensive-form rationalizable plans end where backward induction does.
    #[test]
    fn plays_end_where_backward_induction_says(
        bytes in prop::collection::vec(any::<u8>(), 10..40),
    ) {
        let game = generic_tree(&bytes);
        let induction = backward_induction(&game, &BackwardInduction::default(), &Control::default());
        let induction = induction.expect("perfect information");
        let options = ConditionalDominance { cell_limit: 1 << 12 };
        let solution = conditional_dominance(&game, &options, &Control::default());
        prop_assume!(solution.is_ok());
        let solution = solution.expect("small");
        prop_assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
        let table = solution.answer().form.game();
        let left = solution.answer().elimination.survivors(&table.shape());
        for cell in 0..table.num_cells() {
            let played = table.strategies_of(cell);
            if left.iter().zip(&played).all(|(own, s)| own.contains(s)) {
                for (player, paid) in game.players().zip(induction.answer().payoffs()) {
                    prop_assert_eq!(table.payoff(cell, player), paid);
                }
            }
        }
    }

    #[test]
    fn hidden_trees_are_judged(bytes in prop::collection::vec(any::<u8>(), 10..60)) {
        let game = hidden_tree(&bytes);
        let options = ConditionalDominance { cell_limit: 1 << 10 };
        let solution = conditional_dominance(&game, &options, &Control::default());
        prop_assume!(solution.is_ok());
        let solution = solution.expect("small");
        prop_assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
        let found = &solution.answer().elimination;
        let table = solution.answer().form.game();
        // More is struck out than by looking at the table alone.
        let strict = eliminated(table, Kind::Strict, Dominators::Mixed);
        let alone = strict.survivors(&table.shape());
        for (own, all) in found.survivors(&table.shape()).iter().zip(&alone) {
            prop_assert!(!own.is_empty());
            prop_assert!(own.iter().all(|s| all.contains(s)));
        }
        for forged in forgeries(table, found) {
            prop_assert!(!judge_conditional(&game, &forged).holds(), "{:?}", forged);
        }
        let cut = Elimination { extent: Extent::Cut, supported: Vec::new(), ..found.clone() };
        prop_assert!(judge_conditional(&game, &cut).is_exact());
        let decisions = game.nodes().filter(|n| matches!(game.kind(*n), NodeKind::Decision(..)));
        prop_assert!(decisions.count() > 0 || found.rounds.is_empty());
    }
}

//! Deep, wide, tied and unwieldy games: nothing recurses, threads do not matter, numbers widen,
//! limits are kept.

use deterra_game::builder::ExtensiveBuilder;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::NodeId;
use deterra_game::number::{Natural, Number, Rational};
use deterra_game::positional::{PositionGraph, PositionalBuilder, PositionalGame};
use deterra_solve::control::{Control, Stop};
use deterra_solve::count::Count;
use deterra_solve::error::SolveError;
use deterra_solve::perfect::backward_induction::{
    BackwardInduction, Keep, PerfectEquilibria, backward_induction,
};
use deterra_solve::perfect::subgame::{Subgame, subgame};
use deterra_solve::perfect::tie_rule::TieRule;
use deterra_solve::solution::Solution;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

fn solve_with(
    graph: &dyn PositionGraph,
    keep: Keep,
    threads: usize,
) -> Solution<PerfectEquilibria> {
    let options = BackwardInduction {
        keep,
        ..BackwardInduction::default()
    };
    let control = Control {
        threads,
        ..Control::default()
    };
    let solution = backward_induction(graph, &options, &control).expect("perfect information");
    assert!(solution.verdict().is_exact());
    solution
}

fn on_small_stack<R: Send>(run: impl FnOnce() -> R + Send) -> R {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(512 << 10)
            .spawn_scoped(scope, run)
            .expect("a thread")
            .join()
            .expect("no overflow")
    })
}

/// Take or pass, a player a rung in turn; `pays(rung)` is what taking pays, the last is passing.
fn chain(rungs: usize, pays: impl Fn(usize) -> [i64; 2]) -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("chain");
    let players = [b.player("1"), b.player("2")];
    let end = |b: &mut ExtensiveBuilder, paid: [i64; 2]| {
        let outcome = b.outcome("", &paid.map(Number::from));
        let node = b.terminal("");
        b.set_outcome(node, outcome);
    };
    for rung in 0..rungs {
        let infoset = b.infoset(players[rung % 2], "", &["take", "pass"]);
        b.move_at("", infoset);
        end(&mut b, pays(rung));
    }
    end(&mut b, pays(rungs));
    b.build().expect("a complete tree")
}

/// The centipede (Rosenthal 1981): whoever moves gains by taking, though both gain by passing on;
/// backward induction takes at once, everywhere.
#[test]
fn a_chain_of_a_million_is_solved_on_a_small_stack() {
    let rungs = 1_000_000;
    let pays = |k: usize| {
        let k = k as i64;
        if k % 2 == 0 { [k + 2, k] } else { [k, k + 2] }
    };
    let game = chain(rungs, pays);
    on_small_stack(|| {
        for keep in [Keep::Always, Keep::Never] {
            let solution = solve_with(&game, keep, 1);
            let answer = solution.answer();
            assert_eq!(answer.payoffs(), [Rational::integer(2), Rational::ZERO]);
            assert_eq!(answer.count(), Some(&Count::ONE));
            assert_eq!(answer.num_ties(), 0);
            assert!(answer.choices().iter().all(|choice| *choice == 0));
        }
    });
    let game = chain(100_000, pays);
    on_small_stack(|| {
        let pasted = subgame(&game, &Subgame::default(), &Control::default()).expect("solvable");
        assert!(pasted.verdict().is_exact());
        assert_eq!(
            pasted.answer().payoffs(),
            [Rational::integer(2), Rational::ZERO]
        );
    });
}

/// All payoffs equal: every one of 2^n profiles is an equilibrium; one value.
#[test]
fn a_million_ties_are_counted_and_the_first_listed() {
    let rungs = 1_000_000;
    let game = chain(rungs, |_| [7, 7]);
    on_small_stack(|| {
        let solution = solve_with(&game, Keep::Never, 1);
        let answer = solution.answer();
        assert!(solution.is_complete());
        let count = answer.count().and_then(Count::to_natural);
        assert_eq!(count, Some(Natural::ONE << rungs));
        assert_eq!(answer.num_ties(), rungs);
        assert_eq!(answer.values().len(), 1);
    });
    let game = chain(20_000, |_| [7, 7]);
    on_small_stack(|| {
        let solution = solve_with(&game, Keep::Always, 1);
        let listed = solution.answer().list(&game, 3).expect("kept");
        let last = game.num_nodes() - 3;
        let moves: Vec<_> = listed
            .iter()
            .map(|e| e.plan().moves().expect("a tree"))
            .collect();
        // The first takes everywhere; the next ones differ from it at the far end only.
        assert!(moves[0].iter().all(|m| *m == 0));
        assert!(listed[0].is_selected() && !listed[1].is_selected());
        assert_eq!(moves[1][last], 1);
        assert_eq!(moves[1].iter().sum::<u32>(), 1);
        assert_eq!(moves[2].iter().sum::<u32>(), 1);
    });
}

/// n forks that meet again, all worth nothing: 2^(2^n - 1) equilibria of the unfolded tree,
/// because every occurrence of a fork chooses for itself.
fn diamonds(n: usize) -> PositionalGame {
    let mut b = PositionalBuilder::new("diamonds");
    let one = b.player("1");
    let mut at = b.position("start");
    for _ in 0..n {
        b.set_mover(at, one);
        let next = b.position("meet");
        b.add_move(at, "left", next, None);
        b.add_move(at, "right", next, None);
        at = next;
    }
    b.build().expect("acyclic").0
}

#[test]
fn shared_forks_are_counted_beyond_any_tree() {
    for n in [1, 2, 10, 13] {
        let solution = solve_with(&diamonds(n), Keep::Auto, 1);
        let count = solution.answer().count().and_then(Count::to_natural);
        assert_eq!(count, Some(Natural::ONE << ((1 << n) - 1)), "{n}");
    }
    let game = diamonds(200);
    let solution = solve_with(&game, Keep::Auto, 1);
    let count = solution.answer().count().expect("a bound");
    assert!(!count.is_exact());
    // 2^200 - 1 bits in truth; the bound loses less than one bit a doubling.
    assert!(count.log2() > (Natural::ONE << 199));
    assert!(count.log2() < (Natural::ONE << 200));
    assert!(solution.is_complete());
    assert_eq!(solution.answer().list(&game, 5).expect("kept").len(), 5);
}

/// A uniform tree of small whole payoffs from a fixed recurrence: ties everywhere.
fn bush(branching: usize, depth: usize, payoffs: u64, players: usize) -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("bush");
    let ids: Vec<_> = (0..players).map(|k| b.player(k.to_string())).collect();
    let labels: Vec<String> = (0..branching).map(|k| k.to_string()).collect();
    let mut state = 1_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % payoffs) as i64
    };
    let mut levels = vec![0];
    while let Some(level) = levels.pop() {
        if level < depth {
            let infoset = b.infoset(ids[level % players], "", &labels);
            b.move_at("", infoset);
            levels.extend(std::iter::repeat_n(level + 1, branching));
        } else {
            let paid: Vec<Number> = (0..players).map(|_| Number::from(next())).collect();
            let outcome = b.outcome("", &paid);
            let node = b.terminal("");
            b.set_outcome(node, outcome);
        }
    }
    b.build().expect("a complete tree")
}

#[test]
fn threads_do_not_matter() {
    // Above the size up to which a tree is one part.
    let game = bush(2, 18, 50, 2);
    assert!(game.num_nodes() > 1 << 18);
    let one = solve_with(&game, Keep::Never, 1);
    let kept = solve_with(&game, Keep::Always, 1);
    for threads in [0, 2, 8] {
        let many = solve_with(&game, Keep::Never, threads);
        assert_eq!(many.answer().choices(), one.answer().choices());
        assert_eq!(many.answer().values(), one.answer().values());
        assert_eq!(many.answer().count(), one.answer().count());
        assert!(many.answer().ties().eq(one.answer().ties()));
        assert_eq!(many.work().bytes, one.work().bytes);
    }
    assert!(one.answer().num_ties() > 1000);
    assert!(one.answer().values().len() > 1);
    assert_eq!(kept.answer().values(), one.answer().values());
    assert_eq!(kept.answer().choices(), one.answer().choices());
    assert!(kept.answer().ties().eq(one.answer().ties()));
}

/// Payoffs a · v + b with positive a change no choice, and values by the same map.
#[test]
fn positive_affine_payoffs_change_nothing_else() {
    let game = bush(3, 4, 3, 3);
    let scale = [(5, 3, -7), (1, 1_000_000_007, 1), (1, 1, 0)];
    let mapped = |player: usize, value: &Rational| {
        let (n, d, shift) = scale[player];
        &(&Rational::new(n, d).expect("nonzero") * value) + &Rational::integer(shift)
    };
    let mut b = ExtensiveBuilder::new("affine");
    let ids: Vec<_> = (0..3).map(|k| b.player(k.to_string())).collect();
    for node in game.nodes() {
        let here = match game.infoset(node) {
            Some(h) => {
                let player = game.infoset_player(h).expect("no chance");
                let infoset = b.infoset(ids[player.index()], "", &["0", "1", "2"]);
                b.move_at("", infoset)
            }
            None => b.terminal(""),
        };
        if let Some(outcome) = game.outcome(node) {
            let paid: Vec<Number> = game
                .players()
                .map(|p| Number::from(mapped(p.index(), game.payoff(outcome, p).value())))
                .collect();
            let outcome = b.outcome("", &paid);
            b.set_outcome(here, outcome);
        }
    }
    let affine = b.build().expect("the same tree");
    let (plain, affine) = (
        solve_with(&game, Keep::Always, 1),
        solve_with(&affine, Keep::Always, 1),
    );
    assert_eq!(plain.answer().choices(), affine.answer().choices());
    assert_eq!(plain.answer().count(), affine.answer().count());
    assert!(plain.answer().ties().eq(affine.answer().ties()));
    assert!(plain.answer().values().len() > 1);
    let map = |payoffs: &[Rational]| -> Vec<Rational> {
        payoffs
            .iter()
            .enumerate()
            .map(|(k, v)| mapped(k, v))
            .collect()
    };
    let expected: Vec<_> = plain
        .answer()
        .values()
        .iter()
        .map(|v| map(&v.payoffs))
        .collect();
    let found: Vec<_> = affine
        .answer()
        .values()
        .iter()
        .map(|v| v.payoffs.clone())
        .collect();
    assert_eq!(found, expected);
}

/// A coin with awkward probabilities at every level, then a choice.
fn lottery(levels: usize, denominator: i64, prize: &Number) -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("lottery");
    let one = b.player("1");
    let win = b.outcome("", std::slice::from_ref(prize));
    let p = |n| Number::from(Rational::new(n, denominator).expect("nonzero"));
    for _ in 0..levels {
        let choice = b.infoset(one, "", &["play", "stop"]);
        b.move_at("", choice);
        let coin = b.chance_event("", &[("on", p(denominator - 1)), ("over", p(1))]);
        b.move_at("", coin);
    }
    let node = b.terminal("");
    b.set_outcome(node, win);
    for _ in 0..levels {
        b.terminal("");
        b.terminal("");
    }
    b.build().expect("a complete tree")
}

/// Words of 64 bits, of 128 bits and rationals, each needed in turn; the value is
/// `prize · ((d − 1) / d)^levels` in all of them.
#[test]
fn numbers_widen_until_they_are_exact() {
    let huge = Number::parse(&format!("1{}", "0".repeat(60))).expect("a number");
    for (levels, denominator, prize) in [
        (3, 7, Number::from(5)),
        (12, 97, Number::from(5)),
        (30, 1_000_003, Number::parse("1/7").expect("a number")),
        (2, 3, huge),
        (2, 3, Number::from(i64::MAX)),
    ] {
        let game = lottery(levels, denominator, &prize);
        let factor = Rational::new(denominator - 1, denominator).expect("nonzero");
        let mut expected = prize.value().clone();
        for _ in 0..levels {
            expected = &expected * &factor;
        }
        for keep in [Keep::Always, Keep::Never] {
            let solution = solve_with(&game, keep, 1);
            assert_eq!(solution.answer().payoffs(), std::slice::from_ref(&expected));
        }
    }
}

#[test]
fn limits_are_kept_and_said() {
    // A chain where passing on always ties for the mover opens one more value at every rung.
    let game = bush(4, 6, 4, 3);
    let options = BackwardInduction {
        value_limit: 3,
        ..BackwardInduction::default()
    };
    let control = Control::default();
    let unlimited = solve_with(&game, Keep::Always, 1);
    assert!(unlimited.is_complete());
    assert!(unlimited.answer().values().len() > 3);
    for keep in [Keep::Always, Keep::Never] {
        let options = BackwardInduction {
            keep,
            ..options.clone()
        };
        let solution = backward_induction(&game, &options, &control).expect("selected");
        assert!(!solution.is_complete());
        assert_eq!(solution.stop(), Stop::Memory);
        assert!(solution.not_searched().is_some());
        assert_eq!(solution.answer().count(), None);
        assert!(solution.answer().values().is_empty());
        assert_eq!(solution.answer().choices(), unlimited.answer().choices());
        assert_eq!(solution.answer().payoffs(), unlimited.answer().payoffs());
        let listed = solution.answer().list(&game, 1);
        assert!(matches!(listed, Err(SolveError::NotKept { .. })));
    }
    for (control, expected) in [
        (
            Control {
                time_limit: Some(Duration::ZERO),
                ..Control::default()
            },
            Stop::Time,
        ),
        (
            Control {
                cancel: Some(Arc::new(AtomicBool::new(true))),
                ..Control::default()
            },
            Stop::Interrupted,
        ),
    ] {
        for keep in [Keep::Always, Keep::Never] {
            let options = BackwardInduction {
                keep,
                ..BackwardInduction::default()
            };
            let error = backward_induction(&game, &options, &control).expect_err("stopped");
            assert!(
                matches!(error, SolveError::Stopped { stop, .. } if stop == expected),
                "{error:?}"
            );
        }
    }
}

/// A tied mover, others better off either way: what each rule is for.
#[test]
fn rules_choose_by_what_the_others_get() {
    let mut b = ExtensiveBuilder::new("indifferent");
    let one = b.player("1");
    b.player("2");
    let infoset = b.infoset(one, "", &["a", "b", "c", "d"]);
    b.move_at("", infoset);
    for paid in [[1, 5], [1, 9], [1, 2], [0, 99]] {
        let outcome = b.outcome("", &paid.map(Number::from));
        let node = b.terminal("");
        b.set_outcome(node, outcome);
    }
    let game = b.build().expect("a complete tree");
    let choose = |tie_rule: TieRule| {
        let options = BackwardInduction {
            tie_rule,
            ..BackwardInduction::default()
        };
        let solution = backward_induction(&game, &options, &Control::default());
        solution.expect("perfect information").answer().choices()[0]
    };
    assert_eq!(choose(TieRule::FirstListed), 0);
    assert_eq!(choose(TieRule::Benevolent), 1);
    assert_eq!(choose(TieRule::Adversarial), 2);
    assert_eq!(choose(TieRule::status_quo(|_| Some(2))), 2);
    assert_eq!(choose(TieRule::status_quo(|_| Some(3))), 0);
    assert_eq!(choose(TieRule::status_quo(|_| None)), 0);
    let worst_for_two = TieRule::custom(|tie| {
        assert_eq!(tie.position(), NodeId::ROOT);
        let two = deterra_game::id::PlayerId(1);
        let worst = (0..tie.moves().len()).min_by_key(|k| tie.payoff(*k, two).clone());
        tie.moves()[worst.expect("two moves")]
    });
    assert_eq!(choose(worst_for_two), 2);
    for name in ["first-listed", "benevolent", "adversarial"] {
        assert_eq!(TieRule::from_name(name).map(|r| r.name()), Some(name));
    }
}

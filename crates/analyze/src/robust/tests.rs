//! Least regret on tables with known solutions, plans of a ladder, and orders that decide or do not.

use super::ordinal::{Ordinal, ordinal};
use super::*;
use crate::fixture::ultimatum;
use deterra_game::number::Number;
use deterra_game::positional::{PositionalBuilder, PositionalGame};
use std::cmp::Ordering;

fn of(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

/// Two policies with regrets (0, r) and (r′, 0): q = r′/(r + r′), regret rr′/(r + r′), and the belief makes both equally
/// good: P(second) · r = P(first) · r′.
#[test]
fn two_policies_and_two_cases_have_the_closed_form() {
    for (r, other) in [(1, 1), (2, 3), (7, 1), (5, 40)] {
        let yields = [vec![of(other, 1), of(0, 1)], vec![of(0, 1), of(r, 1)]];
        let found = least_regret(&yields).expect("a table");
        assert_eq!(
            found.regrets,
            [[of(0, 1), of(r, 1)], [of(other, 1), of(0, 1)]]
        );
        assert_eq!(found.mix, [of(other, r + other), of(r, r + other)]);
        assert_eq!(found.regret, of(r * other, r + other));
        assert_eq!(found.belief, [of(r, r + other), of(other, r + other)]);
        assert_eq!(found.pure.1, of(r.min(other), 1));
    }
}

/// Any mix's greatest regret is at least what the belief makes of every policy: both ends meet.
#[test]
fn the_belief_proves_that_no_mix_does_better() {
    let table = [[3, 0, 4, 1], [1, 5, 0, 2], [2, 2, 2, 2], [0, 1, 9, 0]];
    let yields: Vec<Vec<Rational>> = table
        .iter()
        .map(|row| row.iter().map(|n| of(*n, 3)).collect())
        .collect();
    let found = least_regret(&yields).expect("a table");
    let dot = |a: &[Rational], b: &[Rational]| -> Rational {
        a.iter().zip(b).map(|(x, y)| x * y).sum::<Rational>()
    };
    assert_eq!(found.mix.iter().sum::<Rational>(), Rational::ONE);
    assert_eq!(found.belief.iter().sum::<Rational>(), Rational::ONE);
    for case in 0..4 {
        let column: Vec<Rational> = found.regrets.iter().map(|r| r[case].clone()).collect();
        assert!(dot(&found.mix, &column) <= found.regret);
    }
    for row in &found.regrets {
        assert!(dot(&found.belief, row) >= found.regret);
    }
    // A policy that is best in every case has no regret.
    let sure =
        least_regret(&[vec![of(1, 1), of(2, 1)], vec![of(0, 1), of(2, 1)]]).expect("a table");
    assert_eq!(
        (sure.regret, sure.pure),
        (Rational::ZERO, (0, Rational::ZERO))
    );
    assert!(least_regret(&[]).is_none() && least_regret(&[Vec::new()]).is_none());
}

/// In the three-stage ladder the coalition's plans are to acquiesce at W1, W2, W3 or never: four, since what it would do
/// after it has acquiesced is no plan. Announced, carrying everything out makes the challenger negotiate at once.
#[test]
fn plans_end_where_play_does() {
    let game = ultimatum("0");
    let coalition = PlayerId::from_index(1);
    let plans = policies(&game.graph, coalition).expect("few");
    assert_eq!(plans.len(), 4);
    assert!(plans.iter().all(|p| (1..=3).contains(&p.len())));
    let best: Vec<Vec<Rational>> = plans
        .iter()
        .map(|p| yield_of(&game.graph, coalition, p).expect("the moves are there"))
        .collect();
    // Section 2.8 of the models: settling at once pays (4, -2), acquiescing at once (10, -8).
    let pairs: Vec<(Rational, Rational)> =
        best.iter().map(|v| (v[0].clone(), v[1].clone())).collect();
    assert!(pairs.contains(&(of(4, 1), of(-2, 1))));
    assert!(pairs.contains(&(of(10, 1), of(-8, 1))));
}

/// A plan that names a decision must say which it means.
#[test]
fn plans_need_decisions_of_different_names() {
    let mut b = PositionalBuilder::new("twice");
    let one = b.player("1");
    let [start, again, end, other] = ["x", "x", "end", "other"].map(|n| b.position(n));
    for (at, next) in [(start, again), (again, other)] {
        b.set_mover(at, one);
        b.add_move(at, "stop", end, None);
        b.add_move(at, "go on", next, None);
    }
    let game = b.build().expect("a game").0;
    let refused = policies(&game, PlayerId::from_index(0));
    assert_eq!(
        refused,
        Err("two decisions of 1 are called \"x\"".to_owned())
    );
}

/// Stay, or challenge; then give in, or fight with even chances of winning and losing.
fn gamble() -> PositionalGame {
    let mut b = PositionalBuilder::new("gamble");
    let players = [b.player("c"), b.player("d")];
    let names = ["C", "D", "quiet", "taken", "fight", "won", "lost"];
    let [start, reply, quiet, taken, fight, won, lost] = names.map(|n| b.position(n));
    b.set_mover(start, players[0]);
    b.add_move(start, "stay", quiet, None);
    b.add_move(start, "challenge", reply, None);
    b.set_mover(reply, players[1]);
    b.add_move(reply, "give in", taken, None);
    b.add_move(reply, "fight", fight, None);
    b.set_chance(fight);
    let half = || Some(Number::from(of(1, 2)));
    b.add_move(fight, "win", won, half());
    b.add_move(fight, "lose", lost, half());
    for (at, name, pays) in [
        (quiet, "quiet", [2, 2]),
        (taken, "taken", [3, 1]),
        (won, "won", [1, 3]),
        (lost, "lost", [0, 0]),
    ] {
        let pays = pays.map(|n| Number::from(Rational::integer(n)));
        b.set_payoffs(at, name, pays.to_vec());
    }
    b.build().expect("a game").0
}

/// The order that the numbers of the game have, but for what `unknown` says.
fn by_numbers(game: &PositionalGame, unknown: impl Fn(&str, &str) -> bool) -> Ordinal {
    let ranks = |player: PlayerId, a: NodeId, b: NodeId| {
        let label = |at| game.outcome_label(at).unwrap_or_default();
        if unknown(label(a), label(b)) || unknown(label(b), label(a)) {
            return None;
        }
        let paid = |at| game.payoff_at(at, player).map(|n| n.value().clone());
        Some(paid(a)?.cmp(&paid(b)?))
    };
    ordinal(game, &ranks).expect("paid at the end only")
}

#[test]
fn a_gamble_between_better_and_worse_is_not_decided_by_an_order() {
    let game = gamble();
    let label = |lottery: &ordinal::Lottery| -> Vec<String> {
        let names = lottery
            .keys()
            .map(|at| game.outcome_label(*at).unwrap_or_default());
        names.map(str::to_owned).collect()
    };
    // The defender ranks lost < taken < won: whether it fights depends on amounts. If it fights, the challenger gets won
    // or lost, both worse for it than quiet, so it stays; if not, it challenges.
    let found = by_numbers(&game, |_, _| false);
    assert!(!found.decides());
    let mut results: Vec<Vec<String>> = found.results.iter().map(label).collect();
    results.sort();
    assert_eq!(results, [vec!["quiet"], vec!["taken"]]);
    assert_eq!(found.undecided.len(), 1);
    assert_eq!(found.undecided[0].player, PlayerId::from_index(1));
    let reply = found.undecided[0].position;
    assert_eq!(game.position_label(reply), "D");
    assert_eq!(found.moves[reply.index()], [0, 1]);
}

#[test]
fn stochastic_dominance_is_decided_by_an_order() {
    use super::ordinal::Lottery;
    let ranks = |_: PlayerId, a: NodeId, b: NodeId| Some(a.cmp(&b));
    let at = |n: usize| NodeId::from_index(n);
    let lottery = |pairs: &[(usize, i64)]| -> Lottery {
        pairs
            .iter()
            .map(|(n, quarters)| (at(*n), of(*quarters, 4)))
            .collect()
    };
    let player = PlayerId::from_index(0);
    let compare = |a: &[(usize, i64)], b: &[(usize, i64)]| {
        super::ordinal::compare(player, &lottery(a), &lottery(b), &ranks)
    };
    // 1 and 3 against 2 and 4, evenly: each quantile is higher. 1 and 4 against 2 and 3: it depends.
    assert_eq!(
        compare(&[(1, 2), (3, 2)], &[(2, 2), (4, 2)]),
        Some(Ordering::Less)
    );
    assert_eq!(compare(&[(1, 2), (4, 2)], &[(2, 2), (3, 2)]), None);
    assert_eq!(
        compare(&[(1, 1), (2, 3)], &[(1, 1), (2, 3)]),
        Some(Ordering::Equal)
    );
    // What is shared cancels: 1/4 more of 5 in place of 2.
    assert_eq!(
        compare(&[(1, 1), (2, 3)], &[(1, 1), (2, 2), (5, 1)]),
        Some(Ordering::Less)
    );
}

#[test]
fn a_full_order_without_chance_decides() {
    // As the gamble, but fighting is lost for sure: the defender gives in, and the challenger takes.
    let mut b = PositionalBuilder::new("no gamble");
    let players = [b.player("c"), b.player("d")];
    let [start, reply, quiet, taken, lost] =
        ["C", "D", "quiet", "taken", "lost"].map(|n| b.position(n));
    b.set_mover(start, players[0]);
    b.add_move(start, "stay", quiet, None);
    b.add_move(start, "challenge", reply, None);
    b.set_mover(reply, players[1]);
    b.add_move(reply, "give in", taken, None);
    b.add_move(reply, "fight", lost, None);
    for (at, name, pays) in [
        (quiet, "quiet", [2, 2]),
        (taken, "taken", [3, 1]),
        (lost, "lost", [0, 0]),
    ] {
        let pays = pays.map(|n| Number::from(Rational::integer(n)));
        b.set_payoffs(at, name, pays.to_vec());
    }
    let game = b.build().expect("a game").0;
    let found = by_numbers(&game, |_, _| false);
    assert!(found.decides() && found.undecided.is_empty());
    assert_eq!(
        game.outcome_label(*found.results[0].keys().next().expect("one")),
        Some("taken")
    );
    // Not knowing whether the challenger prefers quiet to taken leaves both.
    let open = by_numbers(&game, |a, b| (a, b) == ("quiet", "taken"));
    assert_eq!(open.results.len(), 2);
    assert_eq!(open.undecided.len(), 1);
    // Not knowing how it ranks what the defender never chooses matters not.
    let idle = by_numbers(&game, |a, b| (a, b) == ("quiet", "lost"));
    assert!(idle.decides() && idle.undecided.is_empty());
}

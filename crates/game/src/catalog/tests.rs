//! Every fact of every entry, by brute force.

use super::deterrence::{Resolve, asymmetric_escalation, ladder};
use super::trees::chain_store;
use super::*;
use crate::convert::{mixed_from_behavior, reduced_form};
use crate::extensive::{ExtensiveGame, NodeKind};
use crate::id::PlayerId;
use crate::information;
use crate::number::{Number, Rational};
use crate::profile::{BehaviorProfile, MixedProfile};
use crate::strategic::StrategicGame;
use crate::testing;

fn exact(row: &[&str]) -> Vec<Rational> {
    row.iter()
        .map(|t| Number::parse(t).expect("a number").into_value())
        .collect()
}

fn table(game: &Game) -> StrategicGame {
    match game {
        Game::Strategic(game) => game.clone(),
        Game::Extensive(game) => reduced_form(game, 100_000).expect("small").into_game(),
        Game::ActionGraph(game) => game.expand(100_000).expect("small"),
        other => panic!("not a table: {other:?}"),
    }
}

fn tree(game: Game) -> ExtensiveGame {
    match game {
        Game::Extensive(game) => game,
        other => panic!("not a tree: {other:?}"),
    }
}

fn is_pure_nash(game: &StrategicGame, cell: usize) -> bool {
    game.players().all(|p| {
        (0..game.num_strategies(p))
            .all(|s| game.payoff(game.deviation(cell, p, s), p) <= game.payoff(cell, p))
    })
}

/// Payoffs of a profile, and of each player's pure deviations from it.
fn mixed_payoffs(game: &StrategicGame, mixed: &MixedProfile) -> Vec<(Rational, Vec<Rational>)> {
    let mut rows: Vec<(Rational, Vec<Rational>)> = game
        .players()
        .map(|p| (Rational::ZERO, vec![Rational::ZERO; game.num_strategies(p)]))
        .collect();
    for cell in 0..game.num_cells() {
        for p in game.players() {
            let others = game
                .players()
                .filter(|q| *q != p)
                .fold(Rational::ONE, |w, q| {
                    &w * &mixed.of(q)[game.strategy_in(cell, q)]
                });
            let own = game.strategy_in(cell, p);
            let paid = &others * game.payoff(cell, p);
            rows[p.index()].1[own] += &paid;
            rows[p.index()].0 += &(&paid * &mixed.of(p)[own]);
        }
    }
    rows
}

fn assert_nash(name: &str, game: &StrategicGame, mixed: &MixedProfile, payoffs: &[Rational]) {
    for (k, (value, deviations)) in mixed_payoffs(game, mixed).into_iter().enumerate() {
        assert_eq!(value, payoffs[k], "{name}: payoff of player {k}");
        let best = deviations.into_iter().max().expect("a strategy");
        assert_eq!(best, value, "{name}: player {k} would deviate");
    }
}

/// The solution of a square system, if it is unique.
fn solve(mut rows: Vec<Vec<Rational>>) -> Option<Vec<Rational>> {
    let n = rows.len();
    for k in 0..n {
        let pivot = (k..n).find(|r| !rows[*r][k].is_zero())?;
        rows.swap(k, pivot);
        let scale = rows[k][k].checked_inverse()?;
        rows[k] = rows[k].iter().map(|x| x * &scale).collect();
        for r in 0..n {
            if r != k && !rows[r][k].is_zero() {
                let factor = rows[r][k].clone();
                let pivot_row = rows[k].clone();
                for (x, y) in rows[r].iter_mut().zip(&pivot_row) {
                    *x = &*x - &(&factor * y);
                }
            }
        }
    }
    Some(rows.into_iter().map(|row| row[n].clone()).collect())
}

/// What mixture over `mine` makes the other player indifferent over `theirs`.
fn equalizer(
    mine: &[usize],
    theirs: &[usize],
    pays: impl Fn(usize, usize) -> Rational,
) -> Option<Vec<Rational>> {
    let k = mine.len();
    let mut rows = Vec::new();
    for y in theirs {
        let mut row: Vec<Rational> = mine.iter().map(|x| pays(*x, *y)).collect();
        row.push(Rational::integer(-1));
        row.push(Rational::ZERO);
        rows.push(row);
    }
    let mut sum = vec![Rational::ONE; k];
    sum.extend([Rational::ZERO, Rational::ONE]);
    rows.push(sum);
    let mut solution = solve(rows)?;
    solution.truncate(k);
    solution
        .iter()
        .all(|p| !p.is_negative() && !p.is_zero())
        .then_some(solution)
}

/// All equilibria of a nondegenerate bimatrix game: supports of equal size (von Stengel 2002).
fn equilibria(game: &StrategicGame) -> usize {
    let shape = game.shape();
    let (one, two) = (PlayerId(0), PlayerId(1));
    let subsets = |n: usize| -> Vec<Vec<usize>> {
        (1_u32..1 << n)
            .map(|m| (0..n).filter(|k| m >> k & 1 == 1).collect())
            .collect()
    };
    let cell = |x: usize, y: usize| game.cell_of(&[x as u32, y as u32]);
    let mut count = 0;
    for rows in subsets(shape[0]) {
        for columns in subsets(shape[1]).iter().filter(|c| c.len() == rows.len()) {
            let x = equalizer(&rows, columns, |x, y| game.payoff(cell(x, y), two).clone());
            let y = equalizer(columns, &rows, |y, x| game.payoff(cell(x, y), one).clone());
            let (Some(x), Some(y)) = (x, y) else { continue };
            let spread = |n: usize, on: &[usize], weights: &[Rational]| {
                let mut row = vec![Rational::ZERO; n];
                for (k, w) in on.iter().zip(weights) {
                    row[*k] = w.clone();
                }
                row
            };
            let profile = vec![spread(shape[0], &rows, &x), spread(shape[1], columns, &y)];
            let mixed = MixedProfile::new(&shape, profile).expect("distributions");
            let best = mixed_payoffs(game, &mixed);
            count += usize::from(best.iter().all(|(v, all)| all.iter().all(|d| d <= v)));
        }
    }
    count
}

/// Payoffs of all pure subgame-perfect equilibria, one entry an equilibrium, bottom-up.
fn subgame_perfect(game: &ExtensiveGame) -> Vec<Vec<Rational>> {
    let mut values: Vec<Vec<Vec<Rational>>> = vec![Vec::new(); game.num_nodes()];
    for node in game.nodes().rev() {
        let children: Vec<_> = game.children(node).collect();
        let mut found: Vec<Vec<Rational>> = Vec::new();
        match game.kind(node) {
            NodeKind::Chance(_) => panic!("no chance here"),
            NodeKind::Terminal => found.push(vec![Rational::ZERO; game.num_players()]),
            NodeKind::Decision(player, _) => {
                // Every combination of equilibria of the subgames, every best action of it.
                let mut picks = vec![0; children.len()];
                'all: loop {
                    let at: Vec<_> = children
                        .iter()
                        .zip(&picks)
                        .map(|(c, k)| &values[c.index()][*k])
                        .collect();
                    let best = at
                        .iter()
                        .map(|v| &v[player.index()])
                        .max()
                        .expect("a child");
                    found.extend(
                        at.iter()
                            .filter(|v| v[player.index()] == *best)
                            .map(|v| (*v).clone()),
                    );
                    for k in 0..picks.len() {
                        picks[k] += 1;
                        if picks[k] < values[children[k].index()].len() {
                            continue 'all;
                        }
                        picks[k] = 0;
                    }
                    break;
                }
            }
        }
        if let Some(outcome) = game.outcome(node) {
            for value in &mut found {
                for p in game.players() {
                    value[p.index()] += game.payoff(outcome, p).value();
                }
            }
        }
        values[node.index()] = found;
    }
    values.swap_remove(0)
}

fn check(entry: &Entry, fact: Check) {
    let name = entry.name;
    match fact {
        Check::PureNash(expected) => {
            let game = table(&entry.game());
            let found = (0..game.num_cells())
                .filter(|c| is_pure_nash(&game, *c))
                .count();
            assert_eq!(found, expected, "{name}");
        }
        Check::Nash(expected) => {
            assert_eq!(equilibria(&table(&entry.game())), expected, "{name}");
        }
        Check::Mixed { profile, payoffs } => {
            let game = table(&entry.game());
            let rows = profile.iter().map(|row| exact(row)).collect();
            let mixed = MixedProfile::new(&game.shape(), rows).expect("distributions");
            assert_nash(name, &game, &mixed, &exact(payoffs));
        }
        Check::Behavior { profile, payoffs } => {
            let game = tree(entry.game());
            let behavior = BehaviorProfile::new(&game, exact(profile)).expect("distributions");
            assert_eq!(
                testing::expected(&game, &behavior),
                exact(payoffs),
                "{name}"
            );
            let form = reduced_form(&game, 100_000).expect("small");
            let mixed = mixed_from_behavior(&game, &form, &behavior).expect("perfect recall");
            assert_nash(name, form.game(), &mixed, &exact(payoffs));
        }
        Check::Pays { profile, payoffs } => {
            let game = tree(entry.game());
            let behavior = BehaviorProfile::new(&game, exact(profile)).expect("distributions");
            assert_eq!(
                testing::expected(&game, &behavior),
                exact(payoffs),
                "{name}"
            );
        }
        Check::SubgamePerfect(expected) => {
            let expected: Vec<Vec<Rational>> = expected.iter().map(|row| exact(row)).collect();
            assert_eq!(subgame_perfect(&tree(entry.game())), expected, "{name}");
        }
        Check::Value(value) => {
            // The value is what any equilibrium pays; one must be among the facts.
            let game = table(&entry.game());
            assert_eq!(game.constant_sum(), Some(Rational::ZERO), "{name}");
            let pays = |check: &Check| match check {
                Check::Mixed { payoffs, .. } | Check::Behavior { payoffs, .. } => {
                    Some(exact(&payoffs[..1]))
                }
                _ => None,
            };
            let known = entry
                .facts
                .iter()
                .find_map(|f| f.check.as_ref().and_then(pays));
            assert_eq!(known, Some(exact(&[value])), "{name}");
        }
    }
}

#[test]
fn every_fact_holds() {
    for entry in entries() {
        assert!(!entry.facts.is_empty(), "{}", entry.name);
        for fact in entry.facts {
            assert!(!fact.text.ends_with('.'), "{}", fact.text);
            if let Some(fact) = fact.check {
                check(entry, fact);
            }
        }
    }
}

#[test]
fn entries_say_what_they_are() {
    let mut names: Vec<&str> = entries().iter().map(|e| e.name).collect();
    assert!(names.len() >= 25);
    for entry in entries() {
        assert_eq!(find(entry.name).map(|e| e.title), Some(entry.title));
        assert!(
            entry
                .name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        );
        let (title, kind) = match entry.game() {
            Game::Extensive(game) if information::is_perfect_information(&game) => {
                (game.title().to_owned(), Kind::PerfectInformation)
            }
            Game::Extensive(game) => (game.title().to_owned(), Kind::ImperfectInformation),
            Game::Strategic(game) => (game.title().to_owned(), Kind::Table),
            Game::ActionGraph(game) => (game.graph().title().to_owned(), Kind::ActionGraph),
            other => panic!("of no kind: {other:?}"),
        };
        assert_eq!((title.as_str(), kind), (entry.title, entry.kind));
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), entries().len(), "names are unique");
    assert!(find("nothing").is_none());
}

#[test]
fn nobody_forgets_but_the_driver() {
    for entry in entries() {
        if let Game::Extensive(game) = entry.game() {
            let forgets = !information::perfect_recall(&game).is_empty();
            assert_eq!(
                forgets,
                entry.name == "absent_minded_driver",
                "{}",
                entry.name
            );
        }
    }
}

/// No mixed strategy of the driver is worth more than 1, and no behavior strategy more than 4/3:
/// the payoff 4b - 3b² of continuing with probability b peaks at 2/3.
#[test]
fn the_driver_does_best_by_chance() {
    let game = hidden::absent_minded_driver();
    let form = reduced_form(&game, 10).expect("small");
    let best = (0..2)
        .map(|c| form.game().payoff(c, PlayerId(0)).clone())
        .max();
    assert_eq!(best, Some(Rational::ONE));
    let value = |n: i64| {
        let b = Rational::new(n, 30).expect("nonzero");
        let row = vec![&Rational::ONE - &b, b];
        let profile = BehaviorProfile::new(&game, row).expect("a distribution");
        testing::expected(&game, &profile).swap_remove(0)
    };
    let best = (0..=30).max_by_key(|n| value(*n)).expect("some");
    assert_eq!((best, value(best)), (20, exact(&["4/3"]).swap_remove(0)));
}

/// The irrational equilibrium of Nau's game leaves everybody indifferent, up to rounding.
#[test]
fn nau_has_the_stated_equilibrium_to_a_billionth() {
    let game = tables::nau();
    let r = (601_f64.sqrt() - 23.0) / 4.0;
    let (left, top) = ((2.0 - r) / (3.0 + r), (3.0 - 2.0 * r) / (4.0 - r));
    let row = |p: f64| {
        let p = Rational::from_f64(p).expect("finite");
        vec![p.clone(), &Rational::ONE - &p]
    };
    let mixed = MixedProfile::new(&[2; 3], vec![row(top), row(left), row(r)]).expect("close");
    for (value, deviations) in mixed_payoffs(&game, &mixed) {
        for deviation in deviations {
            assert!((&deviation - &value).abs().to_f64() < 1e-9, "indifferent");
        }
    }
}

/// The results of Zagare and Kilgour for all types, with complete information.
#[test]
fn escalation_depends_on_resolve_as_published() {
    for bits in 0..8 {
        let resolve = Resolve {
            challenger: bits & 1 == 1,
            tactical: bits & 2 == 2,
            strategic: bits & 4 == 4,
        };
        let quiet = !resolve.challenger || resolve.tactical && resolve.strategic;
        let expected = if quiet { ["0.6", "1"] } else { ["1", "0.5"] };
        let values = subgame_perfect(&asymmetric_escalation(resolve));
        assert_eq!(values, [exact(&expected)], "{resolve:?}");
    }
}

#[test]
fn ladders_and_chains_of_every_length_are_built() {
    for rungs in 0..8 {
        assert_eq!(ladder(rungs).num_nodes(), 2 * rungs + 1);
    }
    // Out, in and cooperate, in and fight: three ways on from every town.
    for (towns, nodes) in [(1, 5), (2, 17), (3, 53)] {
        assert_eq!(chain_store(towns).num_nodes(), nodes);
    }
    assert_eq!(trees::ultimatum(0).num_nodes(), 4);
    assert_eq!(tables::coordination(0).num_cells(), 1);
}

//! Linear programs, sequence form, support search and best equilibria, against other methods and against definitions.

#![allow(
    clippy::unwrap_used,
    reason = "in a test a panic is the failure report"
)]

use deterra_game::builder::ExtensiveBuilder;
use deterra_game::class::facts;
use deterra_game::convert::reduced_form;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{InfosetId, PlayerId};
use deterra_game::number::{Number, Rational};
use deterra_game::profile::{BehaviorProfile, PureProfile};
use deterra_game::rules;
use deterra_game::strategic::StrategicGame;
use deterra_solve::control::Control;
use deterra_solve::error::SolveError;
use deterra_solve::nash::best_equilibrium::{BestEquilibrium, Objective, best_equilibrium};
use deterra_solve::nash::lp::{Lp, crossover, lp, lp_extensive};
use deterra_solve::nash::sequence_form::{SequenceForm, sequence_form};
use deterra_solve::nash::support_search::{SupportSearch, support_search};
use deterra_solve::nash::vertex_enumeration::{
    NashComponent, VertexEnumeration, vertex_enumeration,
};
use deterra_verify::verdict::Status;
use proptest::prelude::*;
use std::fmt::Write as _;

type Rows = Vec<Vec<i64>>;

fn game(first: &Rows, second: &Rows) -> StrategicGame {
    let numbers = |rows: &Rows| -> Vec<Vec<Number>> {
        let row = |row: &Vec<i64>| row.iter().map(|x| Number::from(*x)).collect();
        rows.iter().map(row).collect()
    };
    StrategicGame::from_rows("random", &numbers(first), &numbers(second)).unwrap()
}

/// A number of cases that `PROPTEST_CASES` overrides.
fn cases(count: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig {
        cases: asked.and_then(|n| n.parse().ok()).unwrap_or(count),
        ..ProptestConfig::default()
    }
}

fn matrix(side: usize, least: i64, most: i64) -> impl Strategy<Value = Rows> {
    (1..=side, 1..=side).prop_flat_map(move |(rows, columns)| {
        proptest::collection::vec(proptest::collection::vec(least..=most, columns), rows)
    })
}

fn opposite(rows: &Rows, sum: i64) -> Rows {
    rows.iter()
        .map(|row| row.iter().map(|x| sum - x).collect())
        .collect()
}

/// Draws from bytes; the same ones again when they are used up.
struct Draws<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Draws<'_> {
    fn below(&mut self, n: usize) -> usize {
        self.at += 1;
        let byte = self.bytes[self.at % self.bytes.len()];
        (usize::from(byte) + self.at / self.bytes.len() * 7) % n
    }
}

/// A tree of two players who remember everything they did: a node is in an information set with others at which the same player has
/// the same own past and, as chance has it, the same signal.
fn tree(bytes: &[u8], depth: usize, zero_sum: bool) -> ExtensiveGame {
    let mut draws = Draws { bytes, at: 0 };
    let mut b = ExtensiveBuilder::new("random");
    let players = [b.player("one"), b.player("two")];
    let mut sets = std::collections::BTreeMap::new();
    let mut events = 0;
    // What is open, the next one last: how deep, own past of both.
    let mut open = vec![(0, [String::new(), String::new()])];
    while let Some((level, pasts)) = open.pop() {
        let kind = draws.below(8);
        if level == depth || (level > 1 && kind == 0) {
            let pay = draws.below(9) as i64 - 4;
            let other = if zero_sum {
                -pay
            } else {
                draws.below(9) as i64 - 4
            };
            let outcome = b.outcome("", &[Number::from(pay), Number::from(other)]);
            let node = b.terminal("");
            b.set_outcome(node, outcome);
            continue;
        }
        if kind == 1 {
            events += 1;
            let share = |n: i64, d: i64| Number::from(Rational::new(n, d).unwrap());
            let odds = if events % 2 == 0 { (1, 2) } else { (1, 3) };
            let rest = share(odds.1 - odds.0, odds.1);
            let event = b.chance_event("", &[("a", share(odds.0, odds.1)), ("b", rest)]);
            b.move_at("", event);
            open.extend([(level + 1, pasts.clone()), (level + 1, pasts)]);
            continue;
        }
        let p = draws.below(2);
        let key = (p, pasts[p].clone(), draws.below(2));
        let number = sets.len();
        let (set, name, actions) = *sets.entry(key).or_insert_with(|| {
            let actions: &[&str] = if number % 3 == 0 {
                &["a", "b", "c"]
            } else {
                &["a", "b"]
            };
            (b.infoset(players[p], "", actions), number, actions.len())
        });
        b.move_at("", set);
        for k in (0..actions).rev() {
            let mut pasts = pasts.clone();
            _ = write!(pasts[p], " {name}.{k}");
            open.push((level + 1, pasts));
        }
    }
    b.build().unwrap()
}

/// What player 1 gets in all equilibria of a table with a constant sum.
fn value_of(game: &StrategicGame) -> Rational {
    let all = vertex_enumeration(game, &VertexEnumeration::default(), &Control::default()).unwrap();
    let list = &all.answer().list;
    assert!(list.iter().all(|e| e.payoffs[0] == list[0].payoffs[0]));
    list[0].payoffs[0].clone()
}

fn even() -> SequenceForm {
    SequenceForm::default()
}

fn two(side: usize, most: i64) -> impl Strategy<Value = (Rows, Rows)> {
    (1..=side, 1..=side).prop_flat_map(move |(rows, columns)| {
        let matrix = || {
            let row = proptest::collection::vec(0..=most, columns);
            proptest::collection::vec(row, rows)
        };
        (matrix(), matrix())
    })
}

proptest! {
    #![proptest_config(cases(64))]

    /// A linear purpose is best served at a corner of the set of equilibria, so the best extreme equilibrium is as good; and
    /// the lesser payoff is no less than at any corner.
    #[test]
    fn the_best_of_all_corners((first, second) in two(4, 4), player in 0_u32..2) {
        let game = game(&first, &second);
        let all = vertex_enumeration(&game, &VertexEnumeration::default(), &Control::default()).unwrap();
        for objective in [Objective::Welfare, Objective::Player(PlayerId(player)), Objective::Egalitarian] {
            let options = BestEquilibrium { objective, ..BestEquilibrium::default() };
            let found = best_equilibrium(&game, &options, &Control::default()).unwrap();
            prop_assert_eq!(&found.verdict().status, &Status::Exact);
            prop_assert_eq!(found.stop(), deterra_solve::control::Stop::Done);
            let worth = objective.worth(&found.answer().list[0].payoffs);
            let corners = all.answer().list.iter().map(|e| objective.worth(&e.payoffs));
            let corners = corners.max().unwrap();
            if objective == Objective::Egalitarian {
                prop_assert!(worth >= corners);
            } else {
                prop_assert_eq!(worth, corners);
            }
        }
    }

    /// Of tables without ties, the first support is that of an equilibrium among all.
    #[test]
    fn supports_are_found((first, second) in two(6, 1000), (flat, other) in two(5, 2)) {
        let game = game(&first, &second);
        let found = support_search(&game, &SupportSearch::default(), &Control::default()).unwrap();
        prop_assert_eq!(&found.verdict().status, &Status::Exact);
        let one = &found.answer().list[0];
        let all = vertex_enumeration(&game, &VertexEnumeration::default(), &Control::default()).unwrap();
        if all.answer().components.iter().all(NashComponent::is_point) {
            prop_assert!(all.answer().list.iter().any(|e| e.profile == one.profile));
        }
        let tied = self::game(&flat, &other);
        let found = support_search(&tied, &SupportSearch::default(), &Control::default()).unwrap();
        prop_assert_eq!(&found.verdict().status, &Status::Exact);
    }

    /// Floats and whole numbers find optimal strategies that are worth what every equilibrium is.
    #[test]
    fn values_of_tables_agree(rows in matrix(7, -3, 3), sum in -2_i64..3) {
        let game = game(&rows, &opposite(&rows, sum));
        let value = value_of(&game);
        for whole_numbers in [false, true] {
            let found = lp(&game, &Lp { whole_numbers, ..Lp::default() }, &Control::default()).unwrap();
            prop_assert_eq!(&found.verdict().status, &Status::Exact);
            let [one] = found.answer().list.as_slice() else { panic!("one") };
            prop_assert_eq!(&one.payoffs[0], &value);
        }
    }

    /// The same of tables in which nothing ties, and of larger ones.
    #[test]
    fn optimal_strategies_are_judged(rows in matrix(40, -1000, 1000)) {
        let game = game(&rows, &opposite(&rows, 0));
        let by = |whole_numbers| lp(&game, &Lp { whole_numbers, ..Lp::default() }, &Control::default()).unwrap();
        let (floats, whole) = (by(false), by(true));
        prop_assert_eq!(&floats.verdict().status, &Status::Exact);
        prop_assert_eq!(&whole.verdict().status, &Status::Exact);
        prop_assert_eq!(&floats.answer().list[0].payoffs, &whole.answer().list[0].payoffs);
    }

    /// Trees are worth what their strategic form is worth.
    #[test]
    fn values_of_trees_agree(bytes in proptest::collection::vec(any::<u8>(), 8..60), depth in 2_usize..6) {
        let tree = tree(&bytes, depth, true);
        prop_assert!(facts(&tree).perfect_recall);
        let by_floats = lp_extensive(&tree, &Lp::default(), &Control::default()).unwrap();
        prop_assert_eq!(&by_floats.verdict().status, &Status::Exact);
        let by_path = lp_extensive(&tree, &Lp { whole_numbers: true, ..Lp::default() }, &Control::default()).unwrap();
        let value = &by_floats.answer().list[0].payoffs[0];
        prop_assert_eq!(value, &by_path.answer().list[0].payoffs[0]);
        // From the middle, and from any pure plans.
        let even = BehaviorProfile::uniform(&tree);
        let sets = (0..tree.num_infosets()).map(|k| (InfosetId(k as u32), bytes[k % bytes.len()]));
        let actions = sets.map(|(set, byte)| u32::from(byte) % tree.num_actions(set) as u32);
        let pure = PureProfile::new(&tree, actions.collect()).unwrap();
        for near in [even, BehaviorProfile::from_pure(&tree, &pure)] {
            let crossed = crossover(&tree, &near, &Lp::default(), &Control::default()).unwrap();
            prop_assert_eq!(&crossed.verdict().status, &Status::Exact);
            prop_assert_eq!(value, &crossed.answer().list[0].payoffs[0]);
        }
        let about = lp_extensive(&tree, &Lp { in_floats: true, ..Lp::default() }, &Control::default()).unwrap();
        prop_assert!(about.verdict().holds());
        prop_assert!(about.verdict().error.to_f64() < 1e-9);
        if let Ok(form) = reduced_form(&tree, 4_000)
            && form.game().shape().iter().sum::<usize>() <= 24
        {
            prop_assert_eq!(value, &value_of(form.game()));
        }
    }

    /// What the path from any prior ends in is an equilibrium.
    #[test]
    fn paths_end_in_equilibria(
        bytes in proptest::collection::vec(any::<u8>(), 8..60),
        depth in 2_usize..6,
        prior in 0_u64..4,
    ) {
        let tree = tree(&bytes, depth, false);
        let options = SequenceForm { prior, ..even() };
        let found = sequence_form(&tree, &options, &Control::default()).unwrap();
        prop_assert_eq!(&found.verdict().status, &Status::Exact);
        prop_assert_eq!(found.answer().list.len(), 1);
    }
}

/// A limit of no time is a value, not an error, of tables; of a tree there is at most something near an answer.
#[test]
fn no_time_is_said() {
    let rows: Rows = (0..30)
        .map(|i| (0..30).map(|j| (i * j * 7 + i) % 31).collect())
        .collect();
    let control = Control {
        time_limit: Some(std::time::Duration::ZERO),
        ..Control::default()
    };
    let game = game(&rows, &opposite(&rows, 0));
    let found = lp(
        &game,
        &Lp {
            whole_numbers: true,
            ..Lp::default()
        },
        &control,
    )
    .unwrap();
    assert_eq!(found.stop(), deterra_solve::control::Stop::Time);
    assert!(found.answer().list.is_empty());
    let tree = tree(&[3, 1, 4, 1, 5, 9, 2, 6], 5, true);
    match lp_extensive(&tree, &Lp::default(), &control) {
        Ok(found) => assert_eq!(found.stop(), deterra_solve::control::Stop::Time),
        Err(error) => assert!(matches!(error, SolveError::Stopped { .. }), "{error}"),
    }
}

/// Leduc hold'em has 9,457 nodes and is worth -0.085606424078 to the first player (by linear programs in floats).
#[test]
fn the_value_of_leduc() {
    let leduc = rules::named("leduc").unwrap();
    let game = leduc.tree(&rules::Limits::default()).unwrap();
    assert_eq!((game.num_nodes(), game.num_infosets()), (9_457, 936));
    let found = lp_extensive(&game, &Lp::default(), &Control::default()).unwrap();
    assert_eq!(found.verdict().status, Status::Exact);
    let value = found.answer().list[0].payoffs[0].to_f64();
    assert!((value + 0.085_606_424_078).abs() < 1e-12, "{value}");
    // By floats: Lemke's path is far longer.
    assert!(found.answer().steps < 20_000);
}

//! Tables: what they pay, by the rules.

use super::super::{
    Congestion, Coordination, Covariant, Graph, MinimumEffort, Network, Tournament, Uniform,
    UnitVector, congestion, covariant, dispersion, graphical, half_support, identity,
    minimum_effort, polymatrix, tournament, uniform, unit_vector, zero_sum,
};
use super::polytopes::equilibria;
use super::{payoffs, pure_equilibria};
use crate::id::PlayerId;
use crate::number::Rational;
use crate::strategic::StrategicGame;

fn rational(above: i64, below: i64) -> Rational {
    Rational::new(above, below).expect("not by 0")
}

fn pay<'g>(game: &'g StrategicGame, chosen: &[u32], player: u32) -> &'g Rational {
    game.payoff(game.cell_of(chosen), PlayerId(player))
}

#[test]
fn uniform_payoffs_are_whole_and_reach_the_ends() {
    let options = Uniform {
        shape: vec![9, 8, 7],
        low: -2,
        high: 1,
    };
    let game = uniform(&options, 3).expect("valid");
    assert_eq!(game.shape(), [9, 8, 7]);
    let all: Vec<i64> = (0..game.num_cells())
        .flat_map(|cell| game.players().map(move |p| (cell, p)))
        .map(|(cell, p)| game.payoff(cell, p).to_i64().expect("whole"))
        .collect();
    // 1512 draws of four values: 378 each on average with a standard deviation of 17.
    for value in -2..=1 {
        let count = all.iter().filter(|x| **x == value).count();
        assert!((290..470).contains(&count), "{value}: {count}");
    }
    assert!(all.iter().all(|x| (-2..=1).contains(x)));
}

#[test]
fn zero_sum_payoffs_sum_to_zero() {
    let options = Uniform {
        shape: vec![5, 4],
        ..Uniform::default()
    };
    let game = zero_sum(&options, 9).expect("valid");
    assert_eq!(game.constant_sum(), Some(Rational::ZERO));
    let distinct: std::collections::BTreeSet<Vec<String>> = payoffs(&game).into_iter().collect();
    assert!(distinct.len() > 10);
    let three = Uniform {
        shape: vec![2; 3],
        ..Uniform::default()
    };
    assert!(zero_sum(&three, 0).is_err());
}

#[test]
fn covariant_payoffs_go_from_opposite_to_equal() {
    let with = |shape: Vec<usize>, rho: Rational| {
        let options = Covariant {
            shape,
            rho,
            grid: 1000,
        };
        covariant(&options, 4).expect("valid")
    };
    let game = with(vec![6, 6], rational(-1, 1));
    assert_eq!(game.constant_sum(), Some(Rational::ZERO));
    let game = with(vec![3, 3, 3], Rational::ONE);
    for cell in 0..27 {
        let first = game.payoff(cell, PlayerId(0));
        assert!(game.players().all(|p| game.payoff(cell, p) == first));
    }
    // Three players at -1/2: nothing is left but three roundings of half a thousandth.
    let game = with(vec![3, 3, 3], rational(-1, 2));
    for cell in 0..27 {
        let sum: Rational = game.players().map(|p| game.payoff(cell, p)).sum();
        assert!(sum.abs() <= rational(3, 2000), "{sum}");
    }
    // Two players at 1/2: variances 1 and covariance 1/2, over 3600 cells within five of their own
    // standard deviations, which are below 0.024.
    let game = with(vec![60, 60], rational(1, 2));
    let moment = |p: u32, q: u32| {
        let product = |cell| {
            game.payoff(cell, PlayerId(p)).to_f64() * game.payoff(cell, PlayerId(q)).to_f64()
        };
        (0..3600).map(product).sum::<f64>() / 3600.0
    };
    assert!((moment(0, 0) - 1.0).abs() < 0.12, "{}", moment(0, 0));
    assert!((moment(1, 1) - 1.0).abs() < 0.12, "{}", moment(1, 1));
    assert!((moment(0, 1) - 0.5).abs() < 0.12, "{}", moment(0, 1));
    let fine = Covariant {
        rho: rational(-2, 3),
        shape: vec![2; 3],
        ..Covariant::default()
    };
    assert!(covariant(&fine, 0).is_err());
}

#[test]
fn unit_vectors_are_unit_vectors() {
    for pure in [true, false] {
        for (low, high) in [(0, 100), (0, 1), (7, 7)] {
            for seed in 0..20 {
                let options = UnitVector {
                    rows: 3,
                    columns: 5,
                    low,
                    high,
                    pure,
                };
                let game = unit_vector(&options, seed).expect("valid");
                for column in 0..5 {
                    let mut column: Vec<&Rational> =
                        (0..3).map(|row| pay(&game, &[row, column], 0)).collect();
                    column.sort();
                    assert_eq!(column, [&Rational::ZERO, &Rational::ZERO, &Rational::ONE]);
                }
                if !pure {
                    assert!(pure_equilibria(&game).is_empty());
                }
            }
        }
    }
    let thin = UnitVector {
        rows: 1,
        pure: false,
        ..UnitVector::default()
    };
    assert!(unit_vector(&thin, 0).is_err());
}

#[test]
fn agreement_is_paid_and_equilibria_are_exponentially_many() {
    for actions in 1..=4 {
        let options = Coordination {
            actions,
            players: 2,
        };
        let game = identity(&options).expect("valid");
        assert_eq!(equilibria(&game).len(), (1 << actions) - 1);
    }
    let game = identity(&Coordination {
        actions: 2,
        players: 3,
    });
    let game = game.expect("valid");
    assert_eq!(pure_equilibria(&game), [0, 7]);
    assert_eq!(payoffs(&game)[1], ["0", "0", "0"]);
    assert_eq!(payoffs(&game)[7], ["1", "1", "1"]);
}

#[test]
fn the_dispersed_are_paid_by_how_many_are_elsewhere() {
    let game = dispersion(&Coordination {
        actions: 3,
        players: 3,
    });
    let game = game.expect("valid");
    assert_eq!(payoffs(&game)[game.cell_of(&[0, 1, 2])], ["2", "2", "2"]);
    assert_eq!(payoffs(&game)[game.cell_of(&[0, 1, 1])], ["2", "1", "1"]);
    assert_eq!(payoffs(&game)[game.cell_of(&[2, 2, 2])], ["0", "0", "0"]);
    // The six ways for three to be apart; with two together one of them would rather be alone.
    assert_eq!(pure_equilibria(&game).len(), 6);
}

/// Van Huyck's weakest link: all efforts equal is the only way to be in equilibrium.
#[test]
fn the_least_effort_counts() {
    let options = MinimumEffort {
        efforts: 3,
        players: 3,
        benefit: 5,
        cost: 2,
    };
    let game = minimum_effort(&options).expect("valid");
    assert_eq!(payoffs(&game)[game.cell_of(&[0, 2, 1])], ["3", "-1", "1"]);
    assert_eq!(payoffs(&game)[game.cell_of(&[2, 2, 2])], ["9", "9", "9"]);
    let even = [0, 1, 2].map(|effort| game.cell_of(&[effort; 3]));
    assert_eq!(pure_equilibria(&game), even);
}

#[test]
fn congestion_counts_users_and_has_a_potential() {
    for subsets in [false, true] {
        for seed in 0..10 {
            let options = Congestion {
                facilities: 3,
                players: 3,
                subsets,
                ..Congestion::default()
            };
            let game = congestion(&options, seed).expect("valid");
            let strategies = if subsets { 7 } else { 3 };
            assert_eq!(game.shape(), [strategies; 3]);
            let n = strategies as u32;
            for (a, b, c) in (0..n * n * n).map(|k| (k / n / n, k / n % n, k % n)) {
                // Nothing depends on who is who.
                let mine = pay(&game, &[a, b, c], 0);
                assert_eq!(mine, pay(&game, &[b, a, c], 1));
                assert_eq!(mine, pay(&game, &[c, b, a], 2));
                // Round any square of deviations of two players gains sum to 0, which is to have a
                // potential (Monderer and Shapley 1996, theorem 2.8).
                let (x, y) = ((a + 1) % n, (b + 2) % n);
                let steps = [
                    pay(&game, &[x, b, c], 0) - pay(&game, &[a, b, c], 0),
                    pay(&game, &[x, y, c], 1) - pay(&game, &[x, b, c], 1),
                    pay(&game, &[a, y, c], 0) - pay(&game, &[x, y, c], 0),
                    pay(&game, &[a, b, c], 1) - pay(&game, &[a, y, c], 1),
                ];
                assert!(steps.iter().sum::<Rational>().is_zero());
            }
            assert!(!pure_equilibria(&game).is_empty());
            if !subsets {
                // Alone at the first facility, with one other, with both.
                let alone = pay(&game, &[0, 1, 1], 0);
                let two = pay(&game, &[0, 0, 1], 0);
                assert!(alone >= two && two >= pay(&game, &[0, 0, 0], 0));
            }
        }
    }
}

/// Players of a square, 0 beside 1 and above 2: a ring has 0 beside 1 and 3.
fn network(graph: Graph, density: Rational) -> Network {
    Network {
        shape: vec![2, 3, 2, 2],
        graph,
        density,
        ..Network::default()
    }
}

/// Whether player 0's payoff depends on what another one does.
fn depends(game: &StrategicGame, on: u32) -> bool {
    (0..game.num_cells()).any(|cell| {
        let other = game.deviation(cell, PlayerId(on), 0);
        game.payoff(cell, PlayerId(0)) != game.payoff(other, PlayerId(0))
    })
}

#[test]
fn payoffs_depend_on_neighbors_only() {
    let half = || rational(1, 2);
    for (graph, density, expected) in [
        (Graph::Complete, half(), [true, true, true]),
        (Graph::Ring, half(), [true, false, true]),
        (Graph::Grid, half(), [true, true, false]),
        (Graph::Random, Rational::ONE, [true, true, true]),
        (Graph::Random, Rational::ZERO, [false, false, false]),
    ] {
        let options = network(graph, density);
        for game in [polymatrix(&options, 8), graphical(&options, 8)] {
            let game = game.expect("valid");
            assert_eq!(game.shape(), [2, 3, 2, 2]);
            let found = [1, 2, 3].map(|other| depends(&game, other));
            assert_eq!(found, expected, "{graph:?}");
        }
    }
}

/// What one neighbor adds does not depend on what another one does; in a graphical game it may.
#[test]
fn neighbors_of_a_polymatrix_game_add_up() {
    let options = network(Graph::Complete, Rational::ONE);
    let mixed = |game: &StrategicGame| {
        let at = |b: u32, c: u32| pay(game, &[1, b, c, 0], 0);
        &(at(0, 0) + at(2, 1)) - &(at(0, 1) + at(2, 0))
    };
    assert!(mixed(&polymatrix(&options, 2).expect("valid")).is_zero());
    assert!(!mixed(&graphical(&options, 2).expect("valid")).is_zero());
}

#[test]
fn a_tournament_is_one() {
    let single = Tournament {
        nodes: 5,
        chosen: 1,
    };
    let game = tournament(&single, 6).expect("valid");
    for (one, two) in (0..25).map(|k| (k / 5, k % 5)) {
        let beats = pay(&game, &[one, two], 0).is_one();
        let beaten = pay(&game, &[two, one], 0).is_one();
        assert_eq!(beats || beaten, one != two);
        assert!(!(beats && beaten));
        assert_eq!(pay(&game, &[one, two], 1).is_one(), one == two);
    }
    // The same seed draws the same tournament: a set is beaten iff all of it is.
    let pairs = Tournament {
        nodes: 5,
        chosen: 2,
    };
    let sets = tournament(&pairs, 6).expect("valid");
    assert_eq!(sets.shape(), [5, 10]);
    for set in 0..10 {
        let label = sets.strategy_label(PlayerId(1), set as usize);
        let members: Vec<u32> = label
            .split('+')
            .map(|node| node.parse::<u32>().expect("a node") - 1)
            .collect();
        assert_eq!(members.len(), 2);
        for node in 0..5 {
            let wins = members.iter().all(|m| pay(&game, &[node, *m], 0).is_one());
            assert_eq!(pay(&sets, &[node, set], 0).is_one(), wins);
            assert_eq!(
                pay(&sets, &[node, set], 1).is_one(),
                members.contains(&node)
            );
        }
    }
}

/// Sandholm, Gilpin and Conitzer's game has one equilibrium, even on the circle of `2k - 1`.
#[test]
fn half_of_the_strategies_are_played() {
    for k in 1..=2 {
        let game = half_support(k).expect("valid");
        let found = equilibria(&game);
        assert_eq!(found.len(), 1);
        let circle = 2 * k - 1;
        let even = rational(1, circle as i64);
        for mix in &found[0] {
            assert_eq!(mix.len(), 4 * k - 1);
            assert!(mix[..circle].iter().all(|p| *p == even));
            assert!(mix[circle..].iter().all(Rational::is_zero));
        }
    }
    let game = half_support(2).expect("valid");
    let rows: Vec<Vec<String>> = (0..7)
        .map(|row| {
            (0..7)
                .map(|c| pay(&game, &[row, c], 0).to_string())
                .collect()
        })
        .collect();
    let expected = [
        "3 2 4 2 2 2 2",
        "4 3 2 2 2 2 2",
        "2 4 3 2 2 2 2",
        "0 0 0 3 0 0 0",
        "0 0 0 0 3 0 0",
        "0 0 0 0 0 3 0",
        "0 0 0 0 0 0 3",
    ];
    assert_eq!(rows.map_join(), expected);
    assert!(pay(&game, &[3, 4], 1) > pay(&game, &[3, 3], 1));
    assert!(pay(&game, &[6, 5], 1) > pay(&game, &[6, 6], 1));
}

trait MapJoin {
    fn map_join(&self) -> Vec<String>;
}

impl MapJoin for Vec<Vec<String>> {
    fn map_join(&self) -> Vec<String> {
        self.iter().map(|row| row.join(" ")).collect()
    }
}

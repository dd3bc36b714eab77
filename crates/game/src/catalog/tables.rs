//! Games in strategic form, and one action graph.

use super::make::{bimatrix, cube};
use crate::action_graph::{ActionGraph, ActionGraphGame, ActionGraphParts, PlayerPart, TypePart};
use crate::number::{Number, Rational};
use crate::strategic::{StrategicBuilder, StrategicGame};

/// Two prisoners, each better off confessing whatever the other does.
pub fn prisoners_dilemma() -> StrategicGame {
    bimatrix(
        "Prisoner's dilemma",
        &["cooperate", "defect"],
        &["cooperate", "defect"],
        &[&[(3, 3), (0, 5)], &[(5, 0), (1, 1)]],
    )
}

/// Two drivers head for each other; swerving loses face, crashing loses more.
pub fn chicken() -> StrategicGame {
    bimatrix(
        "Chicken",
        &["swerve", "dare"],
        &["swerve", "dare"],
        &[&[(6, 6), (2, 7)], &[(7, 2), (0, 0)]],
    )
}

/// A stag needs both hunters, a hare one.
pub fn stag_hunt() -> StrategicGame {
    bimatrix(
        "Stag hunt",
        &["stag", "hare"],
        &["stag", "hare"],
        &[&[(4, 4), (0, 3)], &[(3, 0), (3, 3)]],
    )
}

/// Two friends want to go out together and differ on where.
pub fn bach_stravinsky() -> StrategicGame {
    bimatrix(
        "Bach or Stravinsky",
        &["Bach", "Stravinsky"],
        &["Bach", "Stravinsky"],
        &[&[(2, 1), (0, 0)], &[(0, 0), (1, 2)]],
    )
}

/// One wants the pennies to match, the other does not.
pub fn matching_pennies() -> StrategicGame {
    bimatrix(
        "Matching pennies",
        &["heads", "tails"],
        &["heads", "tails"],
        &[&[(1, -1), (-1, 1)], &[(-1, 1), (1, -1)]],
    )
}

/// Each of three strategies beats one and loses to one.
pub fn rock_paper_scissors() -> StrategicGame {
    let moves = ["rock", "paper", "scissors"];
    bimatrix(
        "Rock, paper, scissors",
        &moves,
        &moves,
        &[
            &[(0, 0), (-1, 1), (1, -1)],
            &[(1, -1), (0, 0), (-1, 1)],
            &[(-1, 1), (1, -1), (0, 0)],
        ],
    )
}

/// Rock, paper, scissors where ties pay both nothing: fictitious play never settles.
pub fn shapley() -> StrategicGame {
    let moves = ["rock", "paper", "scissors"];
    bimatrix(
        "Shapley's game",
        &moves,
        &moves,
        &[
            &[(0, 0), (0, 1), (1, 0)],
            &[(1, 0), (0, 0), (0, 1)],
            &[(0, 1), (1, 0), (0, 0)],
        ],
    )
}

/// Three-player matching pennies: 1 matches 2, 2 matches 3, 3 mismatches 1.
pub fn jordan() -> StrategicGame {
    let sides: &[&str] = &["heads", "tails"];
    let mut cells = [[0; 3]; 8];
    for (k, cell) in cells.iter_mut().enumerate() {
        let (one, two, three) = (k & 1, k >> 1 & 1, k >> 2 & 1);
        let pays = |wins: bool| if wins { 1 } else { -1 };
        *cell = [pays(one == two), pays(two == three), pays(three != one)];
    }
    cube("Jordan's three-player matching pennies", [sides; 3], &cells)
}

/// A 2×2×2 game with rational payoffs whose only equilibrium is irrational.
pub fn nau() -> StrategicGame {
    cube(
        "Nau, Gomez-Canovas and Hansen's game",
        [&["T", "B"], &["L", "R"], &["1", "2"]],
        &[
            [3, 0, 2],
            [0, 1, 0],
            [0, 2, 0],
            [1, 0, 0],
            [1, 0, 0],
            [0, 3, 0],
            [0, 1, 0],
            [2, 0, 3],
        ],
    )
}

/// A 6×6 game with 75 equilibria, more than were thought possible.
pub fn von_stengel() -> StrategicGame {
    const ROW: [[i64; 6]; 6] = [
        [-81, 36, -126, 126, -36, 90],
        [-180, 72, -333, 297, -153, 270],
        [20, -3, 42, -33, 17, -30],
        [-30, 17, -33, 42, -3, 20],
        [270, -153, 297, -333, 72, -180],
        [90, -36, 126, -126, 36, -81],
    ];
    const COLUMN: [[i64; 6]; 6] = [
        [72, 36, 17, -3, -36, -153],
        [-180, -81, -30, 20, 90, 270],
        [297, 126, 42, -33, -126, -333],
        [-333, -126, -33, 42, 126, 297],
        [270, 90, 20, -30, -81, -180],
        [-153, -36, -3, 17, 36, 72],
    ];
    let exact = |matrix: [[i64; 6]; 6]| -> Vec<Vec<Number>> {
        matrix
            .iter()
            .map(|row| row.map(Number::from).to_vec())
            .collect()
    };
    StrategicGame::from_rows("Von Stengel's 6×6 game", &exact(ROW), &exact(COLUMN))
        .expect("invariant: both are 6×6")
}

/// Both win 1 if they choose the same of `k` things; at least one thing.
pub fn coordination(k: usize) -> StrategicGame {
    let k = k.max(1);
    let mut b = StrategicBuilder::new(format!("Coordination on {k} things"));
    b.player_with("row", k);
    b.player_with("column", k);
    let met = b.outcome("met", &[Number::from(1), Number::from(1)]);
    for column in 0..k {
        for row in 0..k {
            b.cell((row == column).then_some(met));
        }
    }
    b.build().expect("invariant: k·k cells")
}

/// `vendors` choose one of two beaches with 90 and 60 customers, who spread evenly over the
/// vendors of their beach; at least one vendor.
pub fn beaches(vendors: usize) -> ActionGraphGame {
    let vendors = vendors.max(1);
    let player = |p: usize| PlayerPart {
        label: format!("vendor {}", p + 1),
        types: vec![TypePart {
            probability: Number::from(1),
            actions: vec![0, 1],
        }],
    };
    let graph = ActionGraph::new(ActionGraphParts {
        title: "Two beaches".to_owned(),
        players: (0..vendors).map(player).collect(),
        num_action_nodes: 2,
        neighbors: vec![vec![0], vec![1]],
        ..ActionGraphParts::default()
    })
    .expect("invariant: every vendor has both beaches");
    let share = |customers: i64| {
        (1..=vendors.cast_signed() as i64)
            .map(|n| {
                let share = Rational::new(customers, n).expect("invariant: n is positive");
                (vec![n], Number::from(share))
            })
            .collect()
    };
    ActionGraphGame::new(graph, vec![share(90), share(60)])
        .expect("invariant: one to all vendors may meet")
}

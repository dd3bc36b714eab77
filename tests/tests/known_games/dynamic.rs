//! Known tables that are played again and again.

use super::exact;
use deterra::game::number::Number;
use deterra::game::strategic::StrategicGame;
use deterra::solve::control::Control;
use deterra::solve::evolution::moran::{Moran, moran};
use deterra::solve::evolution::replicator::{Replicator, Stability, replicator};
use deterra::solve::learning::fictitious_play::{FictitiousPlay, fictitious_play};
use deterra::solve::learning::regret_matching::{RegretMatching, regret_matching};
use deterra::solve::method::Method;
use deterra::solve::{Answer, Problem, Request, solve};
use deterra::verify::evolutionary::Standing;
use deterra::verify::verdict::Concept;

fn symmetric(rows: &[&[i64]]) -> StrategicGame {
    let n = rows.len();
    let number = |r: usize, c: usize| Number::from(rows[r][c]);
    let one: Vec<Vec<Number>> = (0..n)
        .map(|r| (0..n).map(|c| number(r, c)).collect())
        .collect();
    let two: Vec<Vec<Number>> = (0..n)
        .map(|r| (0..n).map(|c| number(c, r)).collect())
        .collect();
    StrategicGame::from_rows("", &one, &two).unwrap()
}

/// Of a dilemma with t = 3, r = 2, p = 1 and s = 0 cooperation holds from δ = (t - r)/(t - p) = 1/2 on.
pub(super) fn dilemma_for_ever() -> Method {
    let game = symmetric(&[&[2, 0], &[3, 1]]);
    let mut method = None;
    for (discount, corners) in [("49/100", 1), ("1/2", 4)] {
        let request = Request {
            concept: Some(Concept::Repeated),
            discount: Some(exact(&[discount])[0].clone()),
            ..Request::default()
        };
        let solution = solve(&Problem::Strategic(&game), &request, &Control::default()).unwrap();
        let Answer::Repeated(answer) = solution.answer() else {
            panic!("{:?}", solution.answer());
        };
        assert!(solution.verdict().is_exact());
        assert_eq!(answer.set.inner.len(), corners);
        method = Some(solution.method());
    }
    method.unwrap()
}

/// In Shapley's game fictitious play goes round six cells, in longer and longer runs, and stays away from the only equilibrium.
pub(super) fn shapley_plays() -> Method {
    let rows = |rows: [[i64; 3]; 3]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    let one = rows([[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
    let two = rows([[0, 1, 0], [0, 0, 1], [1, 0, 0]]);
    let game = StrategicGame::from_rows("", &one, &two).unwrap();
    let options = FictitiousPlay {
        steps: 5_000,
        ..FictitiousPlay::default()
    };
    let solution = fictitious_play(&game, &options, &Control::default()).unwrap();
    assert!(solution.verdict().holds());
    let runs = &solution.answer().runs;
    let whole = &runs[2..runs.len() - 1];
    assert!(
        whole
            .windows(7)
            .all(|r| r[0].cell == r[6].cell && r[0].steps < r[6].steps)
    );
    assert!(solution.answer().regret > exact(&["1/20"])[0]);
    solution.method()
}

/// Chicken has many correlated equilibria; whoever matches regrets comes near one of them (Hart and Mas-Colell 2000).
pub(super) fn chicken_is_learned() -> Method {
    let game = symmetric(&[&[6, 2], &[7, 0]]);
    let options = RegretMatching { steps: 20_000 };
    let solution = regret_matching(&game, &options, &Control::default()).unwrap();
    assert!(solution.verdict().holds());
    assert!(solution.answer().regret < exact(&["1/10"])[0]);
    solution.method()
}

/// Hawks and doves over 2 at a cost of 4: half and half is all that is evolutionarily stable.
pub(super) fn hawks_and_doves() -> Method {
    let game = symmetric(&[&[-1, 2], &[0, 1]]);
    let solution = replicator(&game, &Replicator::default(), &Control::default()).unwrap();
    assert!(solution.verdict().is_exact() && solution.is_complete());
    let mut points = solution.answer().points.iter();
    let stable = points
        .find(|p| p.stability == Stability::Attracting)
        .unwrap();
    assert_eq!(stable.shares, exact(&["1/2", "1/2"]));
    assert_eq!(stable.stance.standing, Standing::EvolutionarilyStable);
    solution.method()
}

/// A mutant of fitness r takes over N with probability (1 - 1/r)/(1 - 1/r^N): 1/2 over 1 - 1/1024 for r = 2 and N = 10.
pub(super) fn the_fit_take_over() -> Method {
    let options = Moran {
        population: 10,
        intensity: exact(&["1"]).remove(0),
    };
    let solution = moran(
        &symmetric(&[&[2, 2], &[1, 1]]),
        &options,
        &Control::default(),
    )
    .unwrap();
    assert!(solution.verdict().is_exact());
    let fit = solution.answer().pairs.iter().find(|pair| pair.mutant == 0);
    assert_eq!(fit.unwrap().probabilities[1], exact(&["512/1023"])[0]);
    solution.method()
}

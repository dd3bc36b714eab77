//! Known tables that are played again and again.

use super::exact;
use deterra::game::number::Number;
use deterra::game::strategic::StrategicGame;
use deterra::solve::control::Control;
use deterra::solve::method::Method;
use deterra::solve::{Answer, Problem, Request, solve};
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

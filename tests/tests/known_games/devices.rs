//! Known devices, correlated and coarse, of tables and trees; and a known game of three players.

#[path = "sampled.rs"]
pub(super) mod sampled;

use super::{assert_exact, exact, found, table};
use deterra::game::catalog;
use deterra::game::convert::simultaneous_tree;
use deterra::game::number::{Number, Rational};
use deterra::game::strategic::StrategicGame;
use deterra::solve::control::Control;
use deterra::solve::correlated::Objective;
use deterra::solve::method::Method;
use deterra::solve::{Answer, Problem, Request, solve};
use deterra::verify::verdict::Concept;

/// Chicken's devices: 21/2 together at best (at most 9 + 3a, where a ≤ 1/2 is the chance that both swerve), whether told before play or at the
/// only decision. Of matching pennies the only device is as even as can be.
pub(super) fn devices() -> [Method; 5] {
    let rows = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    let chicken = StrategicGame::from_rows("", &rows([[6, 2], [7, 0]]), &rows([[6, 7], [2, 0]]));
    let chicken = chicken.unwrap();
    let method = Method::CorrelatedProgram;
    let solution = found(&Problem::Strategic(&chicken), Concept::Correlated, method);
    let Answer::Device(device) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    assert!(solution.verdict().is_exact());
    assert_eq!(device.value, Some(exact(&["21/2"])[0].clone()));
    let game = simultaneous_tree(&chicken, 100).unwrap();
    for method in [Method::CorrelationPlan, Method::JointPlans] {
        let problem = Problem::Extensive(&game);
        let solution = found(&problem, Concept::ExtensiveCorrelated, method);
        let Answer::PlanDevice(device) = solution.answer() else {
            panic!("{:?}", solution.answer());
        };
        assert!(solution.verdict().is_exact());
        assert_eq!(device.value, Some(exact(&["21/2"])[0].clone()));
    }
    // What dynamics come to is an equilibrium within a thousandth of 7, so it is worth little more than the best.
    let dynamics = Method::TriggerRegret;
    let solution = found(
        &Problem::Extensive(&game),
        Concept::ExtensiveCorrelated,
        dynamics,
    );
    let Answer::PlanDevice(device) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    let worth: Rational = device.payoffs.iter().sum();
    assert!(solution.verdict().holds() && worth < exact(&["106/10"])[0]);
    let pennies =
        StrategicGame::from_rows("", &rows([[1, -1], [-1, 1]]), &rows([[-1, 1], [1, -1]]));
    let request = Request {
        concept: Some(Concept::Correlated),
        correlated: Objective::Gini,
        ..Request::default()
    };
    let solution = solve(
        &Problem::Strategic(&pennies.unwrap()),
        &request,
        &Control::default(),
    );
    let solution = solution.unwrap();
    let Answer::Device(device) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    assert!(solution.verdict().is_exact() && device.is_best);
    assert_eq!(device.value, Some(exact(&["1/4"])[0].clone()));
    [
        method,
        Method::CorrelationPlan,
        Method::JointPlans,
        solution.method(),
        dynamics,
    ]
}

/// Three players match pennies: everybody mixes evenly, and nothing else is in equilibrium (Jordan 1993).
pub(super) fn three_pennies() -> [Method; 6] {
    let entry = catalog::find("jordan").unwrap();
    let game = table(entry.game());
    let methods = [
        Method::Portfolio,
        Method::GlobalNewton,
        Method::IteratedPolymatrix,
        Method::Simplicial,
        Method::Liapunov,
        Method::LogitPath,
    ];
    methods.map(|method| {
        let solution = found(&Problem::Strategic(&game), Concept::Nash, method);
        assert_exact(entry, solution.verdict());
        let Answer::Mixed(answer) = solution.answer() else {
            panic!("{:?}", solution.answer());
        };
        let halves = exact(&["1/2", "1/2"]);
        assert_eq!(
            answer.list[0].profile.players(),
            [halves.clone(), halves.clone(), halves]
        );
        method
    })
}

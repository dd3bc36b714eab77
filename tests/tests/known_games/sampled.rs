//! Known values that are come near by draws and by small steps.

use super::exact;
use deterra::game::rules::{Limits, named};
use deterra::solve::control::Control;
use deterra::solve::method::Method;
use deterra::solve::regret::Scheme;
use deterra::solve::regret::mccfr::{Mccfr, mccfr};
use deterra::solve::regret::regret_minimization::{RegretMinimization, regret_minimization};
use deterra::solve::{Answer, Problem, Request, solve};
use deterra::verify::verdict::Concept;

/// Kuhn's poker: the first player loses 1/18 in every equilibrium; near it by draws. By small steps the same response comes out at a precision
/// as the branch of responses leads to.
pub(in super::super) fn poker() -> Vec<Method> {
    let game = named("kuhn").unwrap().tree(&Limits::default()).unwrap();
    let options = Mccfr {
        iterations: 5000,
        ..Mccfr::default()
    };
    let drawn = mccfr(&game, &options, &Control::default()).unwrap();
    assert!(drawn.verdict().holds() && drawn.work().nash_conv < Some(0.1));
    let off = &drawn.answer().list[0].payoffs[0] + &exact(&["1/18"])[0];
    assert!(off.to_f64().abs() < 0.1);
    let problem = Problem::Extensive(&game);
    let concept = Concept::QuantalResponse;
    let rows = [Method::Mmd, Method::LogitPath].map(|method| {
        let request = Request {
            concept: Some(concept),
            method: Some(method),
            lambda: Some(exact(&["3"])[0].clone()),
            ..Request::default()
        };
        let solution = solve(&problem, &request, &Control::default()).unwrap();
        let Answer::TreeResponse(response) = solution.answer() else {
            panic!("{:?}", solution.answer());
        };
        assert!(solution.verdict().holds());
        response.profile().as_slice().to_vec()
    });
    for (a, b) in rows[0].iter().zip(&rows[1]) {
        assert!((a - b).to_f64().abs() < 1e-7);
    }
    let mut methods = vec![Method::Mccfr, Method::Mmd];
    methods.extend(Scheme::ALL.map(swept));
    methods
}

/// A variant of regret minimization comes near the value of Kuhn's poker within what it says is left to be gained.
fn swept(scheme: Scheme) -> Method {
    let game = named("kuhn").unwrap().tree(&Limits::default()).unwrap();
    let options = RegretMinimization {
        scheme,
        gap: Some(5e-3),
        ..RegretMinimization::default()
    };
    let solution = regret_minimization(&game, &options, &Control::default()).unwrap();
    assert!(solution.verdict().holds() && solution.work().nash_conv <= Some(5e-3));
    let off = &solution.answer().list[0].payoffs[0] + &exact(&["1/18"])[0];
    assert!(off.to_f64().abs() <= 5e-3, "{}", scheme.name);
    solution.method()
}

//! Known equilibria of action graphs, found without their tables.

use super::{assert_exact, exact, found};
use deterra::game::catalog;
use deterra::game::catalog::tables::beaches;
use deterra::solve::method::Method;
use deterra::solve::{Answer, Problem};
use deterra::verify::verdict::Concept;

/// Of two vendors each is at the beach with 90 customers with probability 4/5: then both beaches are worth 54 (90 - 45 p and
/// 30 + 30 p). Of a hundred, 60 are there and get 3/2 as the others do (60/40).
pub(super) fn crowds() -> Vec<Method> {
    let entry = catalog::find("beaches").unwrap();
    let two = beaches(2);
    let mut methods = vec![Method::Pure];
    for method in [
        Method::GlobalNewton,
        Method::IteratedPolymatrix,
        Method::Simplicial,
        Method::Liapunov,
        Method::LogitPath,
    ] {
        let solution = found(&Problem::ActionGraph(&two), Concept::Nash, method);
        assert_exact(entry, solution.verdict());
        let Answer::Mixed(answer) = solution.answer() else {
            panic!("{:?}", solution.answer());
        };
        let row = exact(&["4/5", "1/5"]);
        assert_eq!(answer.list[0].profile.players(), vec![row; 2]);
        assert_eq!(answer.list[0].payoffs, exact(&["54", "54"]));
        methods.push(method);
    }
    let hundred = beaches(100);
    let solution = found(&Problem::ActionGraph(&hundred), Concept::Nash, Method::Pure);
    assert_exact(entry, solution.verdict());
    let Answer::PureGraph(answer) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    let [orbit] = answer.orbits() else {
        panic!("{} orbits", answer.orbits().len());
    };
    assert_eq!(orbit.strategies.iter().filter(|s| **s == 0).count(), 60);
    assert!(orbit.payoffs.iter().all(|x| *x == exact(&["3/2"])[0]));
    methods
}

//! Known refinements of Nash equilibria of tables.

use super::{assert_exact, exact, found, tree};
use deterra::game::catalog;
use deterra::game::number::{Number, Rational};
use deterra::game::strategic::{StrategicBuilder, StrategicGame};
use deterra::solve::method::Method;
use deterra::solve::{Answer, Problem};
use deterra::verify::verdict::Concept;

/// Payoffs by cell; player 1's strategy changes fastest.
fn table(shape: &[usize], cells: &[&[i64]]) -> StrategicGame {
    let mut made = StrategicBuilder::new("");
    for strategies in shape {
        made.player_with("", *strategies);
    }
    for cell in cells {
        let cell: Vec<Number> = cell.iter().copied().map(Number::from).collect();
        made.payoffs(&cell);
    }
    made.build().unwrap()
}

/// The dilemma has no strong equilibrium, and to talk is coalition-proof. Of three players who prefer the first of two equilibria only the
/// other is coalition-proof, since two of them go on from the first (after Bernheim, Peleg and Whinston 1987).
pub(super) fn coalitions() -> [Method; 2] {
    let dilemma = table(&[2, 2], &[&[2, 2], &[3, 0], &[0, 3], &[1, 1]]);
    let three = table(
        &[2, 2, 2],
        &[
            &[0, 0, 10],
            &[-5, -5, 0],
            &[-5, -5, 0],
            &[1, 1, -5],
            &[-2, -2, 0],
            &[-5, -5, 0],
            &[-5, -5, 0],
            &[-1, -1, 5],
        ],
    );
    let cells = |game: &StrategicGame, concept, method| {
        let solution = found(&Problem::Strategic(game), concept, method);
        assert!(solution.verdict().is_exact());
        let Answer::Coalitional(answer) = solution.answer() else {
            panic!("{:?}", solution.answer());
        };
        answer.cells.clone()
    };
    for (game, proof) in [(&dilemma, 3), (&three, 7)] {
        assert!(cells(game, Concept::Strong, Method::StrongNash).is_empty());
        let found = cells(game, Concept::CoalitionProof, Method::CoalitionProof);
        assert_eq!(found, [proof]);
    }
    [Method::StrongNash, Method::CoalitionProof]
}

/// Of Myerson's table (1978) only the equilibrium of the first strategies is proper.
pub(super) fn proper() -> [Method; 2] {
    let cells: [&[i64]; 9] = [
        &[1, 1],
        &[0, 0],
        &[-9, -9],
        &[0, 0],
        &[0, 0],
        &[-7, -7],
        &[-9, -9],
        &[-7, -7],
        &[-7, -7],
    ];
    let game = table(&[3, 3], &cells);
    let problem = Problem::Strategic(&game);
    let solution = found(&problem, Concept::Proper, Method::Proper);
    assert!(solution.verdict().is_exact());
    let Answer::Proper(one) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    assert!(one.payoffs.iter().all(Rational::is_one));
    let solution = found(&problem, Concept::Proper, Method::ProperOrders);
    assert!(solution.verdict().is_exact() && solution.is_complete());
    let Answer::ProperList(all) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    assert_eq!((all.list.len(), all.refused.len()), (1, 2));
    assert_eq!(all.list[0].profile, one.profile);
    [Method::Proper, Method::ProperOrders]
}

/// Every equilibrium of Kuhn's poker pays the first player -1/18 (Kuhn 1950), so a perfect one does.
pub(super) fn perfect_poker() -> Method {
    let entry = catalog::find("kuhn_poker").unwrap();
    let game = tree(entry.game());
    let problem = Problem::Extensive(&game);
    let solution = found(&problem, Concept::Perfect, Method::PerfectBasis);
    assert_exact(entry, solution.verdict());
    let Answer::Bayesian(answer) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    let payoffs = &answer.components[0].payoffs;
    let paid: Vec<Rational> = payoffs.iter().map(|i| i.low.clone()).collect();
    assert_eq!(paid, exact(&["-1/18", "1/18"]));
    solution.method()
}

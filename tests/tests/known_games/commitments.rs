//! Known commitments.

use super::{exact, found};
use deterra::game::catalog;
use deterra::game::convert::simultaneous_tree;
use deterra::game::format::Game;
use deterra::game::id::PlayerId;
use deterra::game::number::Number;
use deterra::game::strategic::StrategicGame;
use deterra::solve::commit::Wanted;
use deterra::solve::control::Control;
use deterra::solve::method::Method;
use deterra::solve::{Answer, Problem, Request, solve};
use deterra::verify::verdict::Concept;

/// Rows (2, 4) and (1, 3), and a follower who wants to be in the column of the row: each row half of the time is worth 7/2, and 2 is all there is in
/// equilibrium (Conitzer and Sandholm 2006).
fn rows_and_columns() -> StrategicGame {
    let rows = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    StrategicGame::from_rows("", &rows([[2, 4], [1, 3]]), &rows([[1, 0], [0, 1]])).unwrap()
}

pub(super) fn commitments() -> [Method; 4] {
    let game = rows_and_columns();
    let method = Method::StrategicCommitment;
    let solution = found(&Problem::Strategic(&game), Concept::Commitment, method);
    let Answer::TableCommitment(answer) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    assert!(solution.verdict().is_exact());
    assert_eq!(answer.value, exact(&["7/2"])[0]);
    // With one follower a device is worth no more (Conitzer and Korzhyk 2011).
    let device = Method::CorrelatedCommitment;
    let solution = found(&Problem::Strategic(&game), Concept::Commitment, device);
    let Answer::Device(answer) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    assert!(solution.verdict().is_exact());
    assert_eq!(answer.value, Some(exact(&["7/2"])[0].clone()));
    let tree = simultaneous_tree(&game, 100).unwrap();
    let branches = Method::SequenceCommitment;
    let solution = found(&Problem::Extensive(&tree), Concept::Commitment, branches);
    let Answer::Commitment(answer) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    assert!(solution.verdict().is_exact());
    assert_eq!(answer.value, exact(&["7/2"])[0]);
    // The second passes, and later passes with 1/7: then the first gets 1.6 + 11.2/7 by going on, which is what it gets by taking (3.2).
    let centipede = catalog::find("centipede").unwrap();
    let Game::Extensive(tree) = centipede.game() else {
        panic!("a tree");
    };
    let seen = Method::TreeCommitment;
    let request = Request {
        concept: Some(Concept::Commitment),
        method: Some(seen),
        commitment: Wanted {
            leader: PlayerId(1),
            ..Wanted::default()
        },
        ..Request::default()
    };
    let solution = solve(&Problem::Extensive(&tree), &request, &Control::default()).unwrap();
    let Answer::Commitment(answer) = solution.answer() else {
        panic!("{:?}", solution.answer());
    };
    assert!(solution.verdict().is_exact());
    assert_eq!(answer.value, exact(&["208/35"])[0]);
    [method, device, branches, seen]
}

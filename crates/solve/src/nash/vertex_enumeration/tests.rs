//! Tests of the parent module.

use super::*;
use deterra_game::number::{Integer, Number};
use proptest::prelude::*;

/// Pairs with their indices, in an order of their own.
fn sorted(found: &Searched) -> Vec<([u128; 2], i64)> {
    let of = found.pairs.iter().map(|pair| pair.map(|c| c.zeros));
    let mut all: Vec<_> = of.zip(found.indices.iter().copied()).collect();
    all.sort_unstable();
    all
}

/// In a game of zeros every pair of vertices is an equilibrium, and they are put together only while somebody waits.
#[test]
fn pairs_are_given_up() {
    let zeros = || vec![vec![Integer::ONE; 3]; 3];
    let game = Bimatrix {
        rows: 3,
        columns: 3,
        payoffs: [zeros(), zeros()],
    };
    let first = corners(&game.first_polytope(), &Control::default());
    let mut second = corners(game.second_polytope(), &Control::default());
    assert!(!first.bases.is_empty());
    for corner in second.list.iter_mut().chain(&mut second.bases) {
        *corner = relabeled(*corner, &game);
    }
    let (pairs, late) = complete(&first, &second, (&game, 100), &Patience::default());
    assert_eq!((pairs.len(), late), (9, None));
    let nobody = Patience {
        cancel: Some(std::sync::Arc::new(true.into())),
        ..Patience::default()
    };
    let (pairs, late) = complete(&first, &second, (&game, 100), &nobody);
    assert_eq!((pairs.len(), late), (0, Some(Stop::Interrupted)));
}

proptest! {
    /// Floats that are checked find what whole numbers find, or nothing; degenerate games of small numbers among
    /// them, numbers of many digits, and such that differ in the last of them only.
    #[test]
    fn floats_find_what_whole_numbers_find(
        rows in 1_usize..7,
        columns in 1_usize..7,
        (most, least) in prop_oneof![
            Just((3_i64, 1_i64)),
            Just((12, 1)),
            Just((300, 1)),
            Just((900_000_000_000, 1)),
            Just((3, 4_503_599_627_370_496)),
            Just((1000, 1_000_000_000)),
        ],
        numbers in proptest::collection::vec(0_i64..i64::MAX, 72),
    ) {
        let matrix = |from: usize| -> Vec<Vec<Integer>> {
            let at = |i: usize, j: usize| Integer::from(numbers[from + i * 6 + j] % most + least);
            (0..rows).map(|i| (0..columns).map(|j| at(i, j)).collect()).collect()
        };
        let game = Bimatrix { rows, columns, payoffs: [matrix(0), matrix(36)] };
        let options = VertexEnumeration::default();
        let free = Control::default();
        let mut room = Room::new(&game, &free);
        let exact = in_whole_numbers(&game, &options, &mut room, &free);
        prop_assert_eq!(exact.indices.iter().sum::<i64>(), 1);
        if let ByLabels::Told(found) = by_labels(&game, usize::MAX, 1 << 12, &mut room, &free) {
            prop_assert_eq!(sorted(&found), sorted(&exact));
            prop_assert_eq!(found.degenerate, exact.degenerate);
        }
        // Without questions about degenerate vertices it gives up sooner, and what it has by then is right.
        if let ByLabels::Unsure(found) = by_labels(&game, usize::MAX, 0, &mut room, &free) {
            let all = sorted(&exact);
            prop_assert!(found.pairs.len() <= all.len());
            prop_assert!(sorted(&found).iter().all(|pair| all.contains(pair)));
            // Whole numbers that have no time find nothing, and then it is shown.
            let nothing = Searched { stop: Stop::Time, ..Searched::default() };
            let (pairs, visited) = (found.pairs.len(), found.visited);
            let shown = fuller(nothing, found);
            prop_assert_eq!((shown.pairs.len(), shown.visited), (pairs, visited * u64::from(pairs > 0)));
            prop_assert_eq!(shown.stop, Stop::Time);
            let pairs = exact.pairs.len();
            prop_assert_eq!(fuller(exact, shown).pairs.len(), pairs);
        }
    }

    /// Scales of their own change no labels and no indices, and mixtures come back.
    #[test]
    fn shorter_payoffs_find_the_same(
        above in proptest::collection::vec(0_i64..40, 32),
        below in proptest::collection::vec(20_i64..60, 32),
        is_sparse in any::<bool>(),
    ) {
        let matrix = |from: usize| -> Vec<Vec<Number>> {
            let at = |k: usize| {
                let above = above[k] * i64::from(!is_sparse || above[k] % 3 == 0);
                Number::from(Rational::new(above, below[k]).expect("not 0"))
            };
            (0..4).map(|i| (0..4).map(|j| at(from + 4 * i + j)).collect()).collect()
        };
        let game = StrategicGame::from_rows("fractions", &matrix(0), &matrix(16)).expect("a table");
        let matrices = Bimatrix::new(&game).expect("two players");
        let options = VertexEnumeration::default();
        let control = Control::default();
        let mut room = Room::new(&matrices, &control);
        let mut long = in_whole_numbers(&matrices, &options, &mut room, &control);
        if let Some((shorter, _)) = matrices.shortened(&game) {
            let short = in_whole_numbers(&shorter, &options, &mut room, &control);
            prop_assert_eq!(sorted(&short), sorted(&long));
        }
        let found = vertex_enumeration(&game, &options, &control).expect("two players");
        prop_assert!(found.verdict().is_exact());
        complete_mixes(&matrices, &mut long, &mut room);
        let Listed { list, .. } = listed(&game, None, long);
        let of = |list: &[ExtremeEquilibrium]| -> Vec<MixedProfile> {
            list.iter().map(|one| one.profile.clone()).collect()
        };
        prop_assert_eq!(of(&found.answer().list), of(&list));
    }
}

/// What is found within a limit is the beginning of what is found without one, and nothing is said of what was not searched.
#[test]
fn a_limit_cuts_the_list() {
    use deterra_game::generate::{Coordination, identity};
    let size = Coordination {
        players: 2,
        actions: 10,
    };
    let game = identity(&size).expect("small");
    let within = |bytes: Option<usize>| {
        let control = Control {
            memory_limit: bytes,
            ..Control::default()
        };
        vertex_enumeration(&game, &VertexEnumeration::default(), &control).expect("two players")
    };
    let all = within(None);
    assert_eq!((all.stop(), all.answer().list.len()), (Stop::Done, 1023));
    // Twenty probabilities, and what belongs to a pair besides.
    let each = 480 + 20 * size_of::<Rational>() + 32;
    let cut = within(Some(100 * each));
    assert_eq!((cut.stop(), cut.answer().list.len()), (Stop::Memory, 100));
    assert!(cut.verdict().is_exact() && !cut.is_complete());
    assert_eq!(
        cut.not_searched(),
        Some("some vertices were not visited: the memory limit was reached")
    );
    let known: Vec<&MixedProfile> = all.answer().list.iter().map(|one| &one.profile).collect();
    for one in &cut.answer().list {
        assert!(known.contains(&&one.profile));
    }
    let components = &cut.answer().components;
    assert!(
        components
            .iter()
            .all(|one| one.index.is_none() && one.is_point())
    );
    let enough = within(Some(1023 * each));
    assert_eq!(
        (enough.stop(), enough.answer().list.len()),
        (Stop::Done, 1023)
    );
}

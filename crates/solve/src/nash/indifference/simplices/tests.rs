//! Zeros that were put there are found, and values stay within their bounds.

use super::*;
use proptest::prelude::*;

/// Tables of small whole numbers, one a player and strategy but the first, and a point in eighths at which all vanish.
fn system() -> impl Strategy<Value = (Vec<usize>, Vec<Vec<f64>>, Vec<f64>)> {
    proptest::collection::vec(1..=3usize, 2..=4).prop_flat_map(|sizes| {
        let all: usize = sizes.iter().product();
        let tables: Vec<_> = sizes
            .iter()
            .flat_map(|n| vec![proptest::collection::vec(-9..=9i32, all / n); n - 1])
            .collect();
        let cuts: Vec<_> = sizes
            .iter()
            .map(|n| proptest::collection::vec(0..=8u32, n - 1))
            .collect();
        (Just(sizes), tables, cuts).prop_map(|(sizes, tables, cuts)| {
            let points: Vec<Vec<f64>> = cuts.into_iter().map(mixture).collect();
            let owners = (0..sizes.len()).flat_map(|i| vec![i; sizes[i] - 1]);
            let shifted = owners.zip(tables).map(|(i, table)| {
                let table: Vec<f64> = table.into_iter().map(f64::from).collect();
                let mut work = table.clone();
                for j in (0..sizes.len()).filter(|j| *j != i).rev() {
                    let rest = work.len() / sizes[j];
                    let sum = |c: usize| {
                        let terms = points[j].iter().enumerate();
                        terms.map(|(s, p)| p * work[s * rest + c]).sum()
                    };
                    work = (0..rest).map(sum).collect();
                }
                // Exact: few bits.
                table.iter().map(|x| (x - work[0]) / 16.0).collect()
            });
            let tables = shifted.collect();
            (sizes, tables, points.into_iter().flatten().collect())
        })
    })
}

/// Probabilities between cuts in eighths.
fn mixture(mut cuts: Vec<u32>) -> Vec<f64> {
    cuts.extend([0, 8]);
    cuts.sort_unstable();
    let steps = cuts.windows(2).map(|w| f64::from(w[1] - w[0]) / 8.0);
    steps.collect()
}

proptest! {
    /// Whatever is ruled out, a zero that is known to be there is not.
    #[test]
    fn zeros_are_never_lost((sizes, tables, point) in system()) {
        let owners: Vec<usize> = (0..sizes.len()).flat_map(|i| vec![i; sizes[i] - 1]).collect();
        prop_assume!(!owners.is_empty());
        let intervals: Vec<Vec<Interval>> = tables
            .iter()
            .map(|table| table.iter().map(|x| Interval::point(*x)).collect())
            .collect();
        let rows = owners.iter().copied().zip(intervals.iter().map(Vec::as_slice));
        let mut search = Search::new(&sizes, rows, std::iter::empty());
        let mut is_found = false;
        let (end, _) = search.run(1_000, &mut || false, &mut |around| {
            is_found |= around.iter().zip(&point).all(|(x, p)| x.holds(*p));
            if around.iter().all(|x| x.width() < 1e-3) {
                Proof::Done
            } else {
                Proof::Open
            }
        });
        prop_assert!(is_found || end == End::Undecided);
    }
}

/// Three players each of whom is indifferent just if another one plays 1/2.
#[test]
fn a_part_shrinks_to_its_zero() {
    let table = |near: usize| -> Vec<Interval> {
        let value = |c: usize| if (c >> near) & 1 == 0 { 0.5 } else { -0.5 };
        (0..4).map(|c| Interval::point(value(c))).collect()
    };
    // Player 1 looks at 2, player 2 at 3, player 3 at 1.
    let tables = [table(0), table(1), table(0)];
    let rows = || tables.iter().enumerate().map(|(i, t)| (i, t.as_slice()));
    let mut search = Search::new(&[2, 2, 2], rows(), std::iter::empty());
    let mut proofs = 0;
    let (end, looked_at) = search.run(100, &mut || false, &mut |around| {
        proofs += 1;
        assert!(around.iter().all(|x| x.holds(0.5) && x.width() < 0.01));
        Proof::Done
    });
    assert_eq!((end, looked_at, proofs), (End::Done, 1, 1));
    // If something outside is better there, though not everywhere, it is no equilibrium.
    let better = [0.25, -0.125, 0.25, -0.125].map(Interval::point);
    let below = std::iter::once((1, better.as_slice()));
    let mut search = Search::new(&[2, 2, 2], rows(), below);
    let (end, _) = search.run(100, &mut || false, &mut |_| Proof::Hopeless);
    assert_eq!(end, End::Done);
}

//! Lines, curves, and curves that change nothing.

use super::*;
use crate::raster::Grid;

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("nonzero")
}

fn same<T: PartialEq>(a: &T, b: &T) -> bool {
    a == b
}

fn unit(tolerance: Rational) -> Rectangle {
    Rectangle {
        low: [r(0, 1), r(0, 1)],
        high: [r(1, 1), r(1, 1)],
        tolerance,
        limit: 100_000,
    }
}

/// x·(1 - y) against y·(1 - y): the diagonal, and nothing else.
#[test]
fn affine_boundaries_are_exact() {
    let found = tessellate(&unit(r(1, 10)), &Control::default(), same, |[x, y]| {
        let rest = &Rational::ONE - y;
        (x * &rest).cmp(&(y * &rest))
    });
    let (regions, boundaries) = found.expect("traced").regions(same);
    assert_eq!(regions.len(), 2);
    let areas: Vec<&Rational> = regions.iter().map(|region| &region.area).collect();
    assert_eq!(areas, [&r(1, 2), &r(1, 2)]);
    assert!(regions.iter().all(|region| region.polygons.len() == 1));
    let names = ["x".to_owned(), "y".to_owned()];
    let lines: Vec<String> = boundaries.iter().map(|b| b.line.to_text(&names)).collect();
    assert_eq!(lines, ["x - y"]);
}

/// The quarter disk of area π/4, to within the pieces that its rim may cross.
#[test]
fn curved_boundaries_are_bracketed() {
    let found = tessellate(&unit(r(1, 64)), &Control::default(), same, |[x, y]| {
        &(x * x) + &(y * y) < Rational::ONE
    });
    let found = found.expect("traced");
    assert_eq!(found.answers.len(), 2);
    assert_eq!(found.curves.len(), 1);
    let (regions, _) = found.regions(same);
    let disk = regions[0].area.to_f64();
    let uncertain = regions.iter().map(|r| r.uncertain.to_f64()).sum::<f64>();
    assert!(uncertain > 0.0 && uncertain < 0.05, "{uncertain}");
    assert!((disk - std::f64::consts::FRAC_PI_4).abs() <= uncertain);
}

/// x² < 1/4 is x < 1/2; what the rim of a disk would change is nothing.
#[test]
fn curves_that_change_nothing_are_passed_over() {
    let found = tessellate(&unit(r(1, 1000)), &Control::default(), same, |[x, y]| {
        let _ = &(x * x) + &(y * y) < Rational::ONE;
        x * x < r(1, 4)
    });
    let found = found.expect("traced");
    assert!(found.pieces.iter().all(|piece| piece.doubt == Doubt::None));
    assert!(found.pieces.len() < 100, "{}", found.pieces.len());
    let (regions, boundaries) = found.regions(same);
    assert!(regions.iter().all(|region| region.area == r(1, 2)));
    assert_eq!(boundaries.len(), 1);
}

/// Every point of a grid, corners and edges among them, against asking for it.
#[test]
fn grids_are_filled_point_by_point() {
    let ask = |[x, y]: &Point| {
        let rest = &Rational::ONE - y;
        let half = r(1, 2);
        ((x * &rest).cmp(&(y * &rest)), *x > half, *x == half)
    };
    let found = tessellate(&unit(r(1, 10)), &Control::default(), same, ask).expect("traced");
    let grid = Grid {
        x: [r(0, 1), r(1, 1)],
        y: [r(0, 1), r(1, 1)],
        columns: 41,
        rows: 21,
    };
    let filled = found.filled(&grid, &Control::default(), same, ask);
    assert_eq!(filled.ids.len(), 41 * 21);
    for row in 0..21 {
        for column in 0..41 {
            let id = filled.ids[row * 41 + column];
            let here = ask(&grid.point(column, row));
            assert_eq!(filled.answers[id as usize], here, "{column}, {row}");
        }
    }
    // The diagonal is looked at by itself, rows, columns and x = 1/2 as lines.
    assert!(
        filled.looked > 100 && filled.solved < 60,
        "{}",
        filled.solved
    );
    let two = Control {
        threads: 2,
        ..Control::default()
    };
    let again = found.filled(&grid, &two, same, ask);
    assert_eq!((again.ids, again.stop), (filled.ids, Stop::Done));
}

/// What is known when it stops is right, what is missing is said, and a grid can still be filled.
#[test]
fn a_rectangle_is_taken_apart_as_far_as_it_may() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
    let floors = |[x, y]: &Point| (x.floor(), y.floor());
    let over = Rectangle {
        high: [r(4, 1), r(4, 1)],
        ..unit(r(1, 10))
    };
    let flag = Arc::new(AtomicBool::new(false));
    let control = Control {
        cancel: Some(Arc::clone(&flag)),
        ..Control::default()
    };
    let asked = AtomicUsize::new(0);
    let stopping = |point: &Point| {
        // The sixth answer is cut short.
        if asked.fetch_add(1, Relaxed) == 5 {
            flag.store(true, Relaxed);
        }
        floors(point)
    };
    let found = tessellate(&over, &control, same, stopping).expect("traced");
    assert_eq!(found.stop, Stop::Interrupted);
    assert!(found.answers.len() <= 5 && !found.missing.is_empty());
    let known: Rational = found.pieces.iter().map(|p| p.polygon.area()).sum();
    let missing: Rational = found.missing.iter().map(Polygon::area).sum();
    assert_eq!(&known + &missing, r(16, 1));
    for piece in &found.pieces {
        assert_eq!(
            floors(&piece.polygon.inside()),
            found.answers[piece.answer].1
        );
    }
    let grid = Grid {
        x: [r(0, 1), r(4, 1)],
        y: [r(0, 1), r(4, 1)],
        columns: 9,
        rows: 9,
    };
    let filled = found.filled(&grid, &control, same, floors);
    assert_eq!(filled.stop, Stop::Interrupted);
    assert!(filled.ids.contains(&UNKNOWN));
    flag.store(false, Relaxed);
    let filled = found.filled(&grid, &control, same, floors);
    assert_eq!(filled.stop, Stop::Done);
    for (k, id) in filled.ids.iter().enumerate() {
        let here = floors(&grid.point(k % 9, k / 9));
        assert_eq!(filled.answers[*id as usize], here);
    }
    flag.store(true, Relaxed);
    let grid = sampled(&over, 4, &control, floors);
    assert_eq!((grid.pieces.len(), grid.missing.len()), (0, 16));
}

//! Refutations lose nothing.

use super::*;
use crate::control::Control;
use crate::numeric::algebra::Limits;
use crate::refine::fixture;
use crate::refine::supports::{Bounds, Census, search};

fn census(frame: &Frame<'_>, freedom: Freedom, refuted_from: u32) -> Census {
    census_of(frame, freedom, None, refuted_from)
}

fn census_of(
    frame: &Frame<'_>,
    freedom: Freedom,
    only: Option<&[Vec<u64>]>,
    refuted_from: u32,
) -> Census {
    let bounds = Bounds {
        steps: u64::MAX,
        systems: 10_000,
        cells: 10_000,
        algebra: Limits::default(),
        refuted_from: Some(refuted_from),
    };
    search(frame, freedom, only, &bounds, &Control::default().start())
}

/// A search among some supports finds what the search of all finds there, in whatever order they are named.
#[test]
fn some_supports_hold_what_they_hold_among_all() {
    let mut kept = 0;
    for (a, b) in [(2, 3), (2, 1), (3, 6)] {
        let game = fixture::unilateral(a, 5, b, 10);
        let frame = Frame::new(&game);
        for refuted_from in [0, u32::MAX] {
            let all = census(&frame, Freedom::Weak, refuted_from);
            let key = |cell: &crate::refine::supports::Cell| {
                (cell.supports.clone(), cell.part.points.len())
            };
            let mut known: Vec<_> = all.cells.iter().map(key).collect();
            known.sort();
            // Every second support, and one of actions that were struck out or are none.
            let mut wanted: Vec<Vec<u64>> = known.iter().step_by(2).map(|k| k.0.clone()).collect();
            wanted.push(vec![1 << 7; frame.allowed.len()]);
            wanted.reverse();
            let few = census_of(&frame, Freedom::Weak, Some(&wanted), refuted_from);
            let mut found: Vec<_> = few.cells.iter().map(key).collect();
            found.sort();
            known.retain(|k| wanted.contains(&k.0));
            assert_eq!(found, known);
            assert_eq!((few.searched, few.undecided), (all.searched, 0));
            assert!(few.solved <= all.solved);
            kept += found.len();
            let none = census_of(&frame, Freedom::Weak, Some(&[]), refuted_from);
            assert!(none.cells.is_empty() && none.solved == 0);
        }
    }
    assert!(kept > 0);
}

/// Whatever is refuted has no equilibrium: the search that solves every system finds the same.
#[test]
fn nothing_is_lost() {
    let (mut refuted, mut solved) = (0, 0);
    for (a, b) in [(2, 3), (2, 1), (4, 9), (1, 5), (3, 6)] {
        let game = fixture::unilateral(a, 5, b, 10);
        let frame = Frame::new(&game);
        for freedom in [Freedom::Weak, Freedom::Strong, Freedom::Consistent] {
            let all = census(&frame, freedom, u32::MAX);
            let few = census(&frame, freedom, 0);
            let key = |c: &Census| {
                let cells = c.cells.iter();
                let mut keys: Vec<_> = cells
                    .map(|c| (c.supports.clone(), c.part.dimension, c.part.points.len()))
                    .collect();
                keys.sort();
                keys
            };
            assert_eq!(key(&all), key(&few), "{a} {b} {freedom:?}");
            assert_eq!(
                (&all.searched, all.undecided),
                (&few.searched, few.undecided)
            );
            assert!(few.solved <= all.solved);
            refuted += all.solved - few.solved;
            solved += few.solved;
        }
    }
    assert!(refuted > 0 && solved > 0);
}

/// A hard challenger who always demands and a soft one who never does tell the soft defender
/// that she faces the hard one, who fights: she concedes (3/10 against 0), and resisting is
/// refuted, whatever the others do.
#[test]
fn a_bad_answer_is_refuted() {
    let game = fixture::unilateral(2, 5, 3, 10);
    let frame = Frame::new(&game);
    let mut refuter = Refuter::new(&frame, Freedom::Strong).expect("a small game");
    // Demand hard, stand hard, demand soft, stand soft, answer hard, answer soft.
    let mut supports = frame.allowed.clone();
    (supports[0], supports[2]) = (0b10, 0b01);
    let nothing = |_: u32| false;
    supports[5] = 0b10;
    assert!(refuter.refutes(&frame, &supports, InfosetId(5), &nothing));
    supports[5] = 0b11;
    assert!(refuter.refutes(&frame, &supports, InfosetId(5), &nothing));
    supports[5] = 0b01;
    // The soft challenger would demand too, once the soft defender concedes:
    // 7/10·1 + 3/10·1/5 = 19/25 against 3/5.
    assert!(refuter.refutes(&frame, &supports, InfosetId(5), &nothing));
    // If she might demand less often, nothing speaks against it.
    supports[2] = frame.allowed[2];
    let open = |h: u32| h == 2;
    assert!(!refuter.refutes(&frame, &supports, InfosetId(5), &open));
}

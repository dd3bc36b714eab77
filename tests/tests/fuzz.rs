//! The fuzz targets on stable: the committed inputs, and 2,000 seeded changes of them each.

use deterra_tests::mutate::{Failure, Mutator, inputs, shorten, try_input};
use deterra_tests::targets::Target;

/// How many changed inputs each target is given.
const CHANGED: usize = 2_000;

fn replay(target: Target) {
    let inputs = inputs(target);
    assert!(
        inputs.len() > 5,
        "{} has inputs to start from",
        target.name()
    );
    let mut mutator = Mutator::new(target, inputs.clone(), 20_261_125);
    let changed = std::iter::repeat_with(|| mutator.next_input()).take(CHANGED);
    for input in inputs.into_iter().chain(changed) {
        if let Err(what) = try_input(target, &input) {
            let failure = shorten(target, Failure { input, what });
            panic!(
                "{}: {}\n{:?}",
                target.name(),
                failure.what,
                String::from_utf8_lossy(&failure.input)
            );
        }
    }
}

#[test]
fn agg() {
    replay(Target::Agg);
}

#[test]
fn efg() {
    replay(Target::Efg);
}

#[test]
fn expr() {
    replay(Target::Expr);
}

#[test]
fn json() {
    replay(Target::Json);
}

#[test]
fn lite() {
    replay(Target::Lite);
}

#[test]
fn nfg() {
    replay(Target::Nfg);
}

#[test]
fn toml() {
    replay(Target::Toml);
}

#[test]
fn targets_have_names_and_read_their_seeds() {
    for target in Target::ALL {
        assert_eq!(Target::from_name(target.name()), Some(target));
        for seed in target.seeds() {
            try_input(target, &seed).unwrap();
        }
    }
}

#[test]
fn equal_seeds_change_equally() {
    let make = || Mutator::new(Target::Efg, Target::Efg.seeds(), 7);
    let (mut one, mut two) = (make(), make());
    let mut different = false;
    for _ in 0..50 {
        let input = one.next_input();
        assert_eq!(input, two.next_input());
        different |= !Target::Efg.seeds().contains(&input);
    }
    assert!(different);
}

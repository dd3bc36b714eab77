//! `cargo +nightly fuzz run expr`.
#![no_main]

use deterra_tests::targets::Target;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    if let Err(what) = Target::Expr.run(input) {
        panic!("{what}");
    }
});

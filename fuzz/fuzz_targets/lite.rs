//! `cargo +nightly fuzz run lite`.
#![no_main]

use deterra_tests::targets::Target;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    if let Err(what) = Target::Lite.run(input) {
        panic!("{what}");
    }
});

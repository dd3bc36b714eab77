//! `cargo +nightly fuzz run nfg`.
#![no_main]

use deterra_tests::targets::Target;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    if let Err(what) = Target::Nfg.run(input) {
        panic!("{what}");
    }
});

//! One idea a file, each run and asserted by cargo test.

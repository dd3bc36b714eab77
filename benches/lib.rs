//! Benches on stable; each prints a ratio within one run.

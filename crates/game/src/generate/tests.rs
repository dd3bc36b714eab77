//! Structure, determinism and refusals.

//! Nash equilibria.

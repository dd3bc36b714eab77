//! What a solution is: slow, exact, obvious; a page a concept, to be read beside the textbook.
//!
//! Imports nothing from `solve`: no solver grades itself.

pub mod verdict;

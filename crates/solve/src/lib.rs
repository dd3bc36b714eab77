//! How solutions of games are found: the catalogue of methods.

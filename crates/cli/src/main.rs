//! The deterra command line.

fn main() {}

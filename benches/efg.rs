//! Reading and writing `.efg` files of a million nodes.
//!
//! ```text
//! cargo bench -p deterra-benches --bench efg [-- --smoke]
//! ```
//!
//! Prints, for every game: nodes, megabytes of text, and megabytes a second of writing, of reading
//! and of a bare pass over the bytes; that what is read is what was written is checked.

#![allow(clippy::print_stdout, reason = "a bench reports on standard output")]

use deterra_benches::{best_of, is_smoke, ladder, peak_memory, uniform_tree};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::format::ReadOptions;
use deterra_game::format::efg::{WriteOptions, read, write};
use std::hint::black_box;

fn main() {
    let smoke = is_smoke();
    let size = |full: usize, small: usize| if smoke { small } else { full };
    println!(
        "{:<28} {:>9} {:>7} {:>10} {:>9} {:>10} {:>6}",
        "game", "nodes", "MB", "write MB/s", "read MB/s", "bytes MB/s", "MiB"
    );
    report(
        "b=10, payoffs < 1000",
        &uniform_tree(10, size(6, 3), 1000, 1),
    );
    report(
        "b=2, payoffs < 1000",
        &uniform_tree(2, size(19, 8), 1000, 2),
    );
    report("ladder, million rungs deep", &ladder(size(1_000_000, 1000)));
}

fn report(name: &str, game: &ExtensiveGame) {
    let (write_seconds, written) = best_of(3, || write(game, &WriteOptions::default()));
    let text = written.text;
    let (bare_seconds, _) = best_of(5, || {
        let bytes = text.bytes().fold(0_u64, |sum, byte| sum + u64::from(byte));
        black_box(bytes)
    });
    let (read_seconds, reading) = best_of(3, || read(&text, &ReadOptions::default()));
    let same = reading.value.is_some_and(|read| {
        read.num_nodes() == game.num_nodes() && write(&read, &WriteOptions::default()).text == text
    });
    assert!(same, "invariant: what is written is read back");
    let megabytes = text.len() as f64 / 1e6;
    println!(
        "{name:<28} {:>9} {megabytes:>7.1} {:>10.0} {:>9.0} {:>10.0} {:>6}",
        game.num_nodes(),
        megabytes / write_seconds,
        megabytes / read_seconds,
        megabytes / bare_seconds,
        peak_memory() >> 20,
    );
}

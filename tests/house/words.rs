//! What must not be written anywhere.

use crate::workspace::{Source, Violation};

/// Unfinished work, in pieces so that this file does not break its own rule.
const UNFINISHED: [&str; 4] = [
    concat!("to", "do!("),
    concat!("un", "implemented!("),
    concat!("d", "bg!("),
    concat!("FIX", "ME"),
];

/// Places that exist on one machine only.
const MACHINE_PATHS: [&str; 5] = [
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/wo", "rk/"),
    concat!("/tmp/", "target"),
    concat!("/Us", "ers/"),
];

/// How the work was done, which is nobody's business, and addresses of private registries. In
/// lower case.
const TALK: [&str; 9] = [
    concat!("sub", "agent"),
    concat!("work", "tree"),
    concat!("language ", "model"),
    concat!("this ", "session"),
    concat!("as an ", "ai"),
    concat!("co-", "authored-by"),
    concat!("cla", "ude"),
    concat!("arti", "factory"),
    concat!("crates-", "mirror"),
];

/// No unfinished work in Rust files.
pub fn is_finished(sources: &[Source]) -> Vec<Violation> {
    let rust = sources.iter().filter(|source| source.is_rust());
    occurrences(rust, &UNFINISHED, "finish it or leave it out")
}

/// No machine's paths in any file.
pub fn is_portable(sources: &[Source]) -> Vec<Violation> {
    occurrences(sources.iter(), &MACHINE_PATHS, "name no machine's paths")
}

/// No word about how the work was done.
pub fn is_about_games(sources: &[Source]) -> Vec<Violation> {
    occurrences(sources.iter(), &TALK, "write about games and code")
}

fn occurrences<'s>(
    sources: impl Iterator<Item = &'s Source>,
    needles: &[&str],
    advice: &str,
) -> Vec<Violation> {
    let mut violations = Vec::new();
    for source in sources {
        for (number, line) in source.text.lines().enumerate() {
            let lower = line.to_lowercase();
            for needle in needles {
                if line.contains(needle) || lower.contains(needle) {
                    let message = format!("`{needle}`: {advice}");
                    violations.push(Violation::on_line(source, number, message));
                }
            }
        }
    }
    violations
}

/// The effects that only the command line may have: files, streams, environment, processes.
const EFFECTS: [&str; 8] = [
    "std::fs",
    "std::env::",
    "std::process",
    "std::net",
    "std::io::stdin",
    "println!(",
    "eprintln!(",
    "SystemTime",
];

/// Crates other than `cli` read no files, print nothing and look at no clock on the wall.
pub fn has_no_effects(sources: &[Source]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        if !source.path.starts_with("crates/") || source.path.starts_with("crates/cli/") {
            continue;
        }
        for (number, line) in source.production_text().lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for effect in EFFECTS {
                if line.contains(effect) {
                    let message = format!("`{effect}` belongs in `cli`");
                    violations.push(Violation::on_line(source, number, message));
                }
            }
        }
    }
    violations
}

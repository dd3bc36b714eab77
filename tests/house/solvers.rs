//! Solver modules have one shape.
//!
//! A file of a room of `crates/solve/src` that exports a function of its own name is a solver.

use crate::workspace::{Source, Violation};

/// The rooms that hold solvers; `numeric` knows nothing of games and is none of them.
const ROOMS: [&str; 13] = [
    "commit",
    "cooperative",
    "correlated",
    "dominance",
    "evolution",
    "learning",
    "nash",
    "perfect",
    "quantal",
    "refine",
    "regret",
    "repeated",
    "stochastic",
];

/// The paragraphs a solver opens with.
const PARAGRAPHS: [&str; 6] = [
    "**Problem.**",
    "**Method.**",
    "**Applies to**",
    "**Exact.**",
    "**Cost.**",
    "**References.**",
];

/// Whether a file is one of the solvers, and in which room.
pub fn is_solver(source: &Source) -> bool {
    let Some(rest) = source.path.strip_prefix("crates/solve/src/") else {
        return false;
    };
    let Some((room, file)) = rest.split_once('/') else {
        return false;
    };
    ROOMS.contains(&room)
        && !file.contains('/')
        && exports(source, &format!("pub fn {}", source.stem()))
}

/// Whether a line starts with an item, followed by no further letter of its name.
fn exports(source: &Source, item: &str) -> bool {
    source.text.lines().any(|line| {
        line.strip_prefix(item)
            .is_some_and(|rest| rest.starts_with(['(', '<', ' ', ';', '{']) || rest.is_empty())
    })
}

/// The name of the options of a solver: `lemke_howson` has `LemkeHowson`.
pub fn options_name(stem: &str) -> String {
    stem.split('_')
        .map(|word| {
            let mut letters = word.chars();
            let first: String = letters.next().into_iter().collect();
            first.to_uppercase() + letters.as_str()
        })
        .collect()
}

/// Solvers export their options and open with the paragraphs of the house.
pub fn have_shape(sources: &[Source]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for source in sources.iter().filter(|source| is_solver(source)) {
        let options = options_name(source.stem());
        if !exports(source, &format!("pub struct {options}")) {
            let message = format!("a solver exports its options as `pub struct {options}`");
            violations.push(Violation::of_file(source, message));
        }
        let front: String = source
            .text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect();
        for paragraph in PARAGRAPHS {
            if !front.contains(paragraph) {
                let message = format!("the file's docs have no paragraph {paragraph}");
                violations.push(Violation::of_file(source, message));
            }
        }
    }
    violations
}

//! The house rules applied to the workspace, and each rule shown to fail on a bad sample.

use deterra_tests::house::{citations, crates, files, solvers, words};
use deterra_tests::workspace::{self, Source, Violation};

fn assert_none(violations: &[Violation]) {
    let text: Vec<String> = violations.iter().map(Violation::to_string).collect();
    assert!(text.is_empty(), "\n{}", text.join("\n"));
}

/// Violations of a rule on one sample file.
fn on(rule: impl Fn(&[Source]) -> Vec<Violation>, path: &str, text: &str) -> usize {
    rule(&[Source::new(path, text)]).len()
}

#[test]
fn the_walk_finds_the_workspace() {
    let sources = workspace::sources();
    for path in [
        "Cargo.toml",
        "crates/game/src/extensive.rs",
        "docs/references.bib",
        "tests/tests/tidy.rs",
    ] {
        assert!(sources.iter().any(|source| source.path == path), "{path}");
    }
    assert!(sources.windows(2).all(|pair| pair[0].path < pair[1].path));
}

#[test]
fn files_say_what_they_are() {
    assert_none(&files::opens_with_docs(&workspace::sources()));
    let rule = files::opens_with_docs;
    assert_eq!(on(rule, "a.rs", "use std::fmt;\n"), 1);
    assert_eq!(on(rule, "a.rs", "//! \n"), 1);
    assert_eq!(on(rule, "a.rs", "\n//! What this file is.\n"), 1);
    assert_eq!(on(rule, "a.rs", "//! What this file is.\n"), 0);
    assert_eq!(on(rule, "a.toml", "a = 1\n"), 0);
}

#[test]
fn files_are_short() {
    assert_none(&files::is_short(&workspace::sources(), files::LONG_FILES));
    for (path, reason) in files::LONG_FILES {
        assert!(reason.len() > 20, "{path} needs a reason");
    }
    let rule = |sources: &[Source]| files::is_short(sources, &[("table.rs", "data")]);
    assert_eq!(on(rule, "a.rs", &"\n".repeat(files::LINE_LIMIT + 1)), 1);
    assert_eq!(on(rule, "a.rs", &"\n".repeat(files::LINE_LIMIT)), 0);
    assert_eq!(on(rule, "table.rs", &"\n".repeat(files::LINE_LIMIT + 1)), 0);
}

#[test]
fn work_is_finished() {
    assert_none(&words::is_finished(&workspace::sources()));
    let sample = concat!("fn f() {\n    to", "do!()\n}\n");
    assert_eq!(on(words::is_finished, "a.rs", sample), 1);
    assert_eq!(on(words::is_finished, "a.rs", "fn f() {}\n"), 0);
}

#[test]
fn nothing_depends_on_one_machine() {
    assert_none(&words::is_portable(&workspace::sources()));
    let sample = concat!("see /ho", "me/someone/games\n");
    assert_eq!(on(words::is_portable, "a.md", sample), 1);
    assert_eq!(on(words::is_portable, "a.md", "see examples/games\n"), 0);
}

#[test]
fn files_are_about_games_and_code() {
    assert_none(&words::is_about_games(&workspace::sources()));
    let sample = concat!("As my Sub", "agent said\n");
    assert_eq!(on(words::is_about_games, "a.md", sample), 1);
    assert_eq!(on(words::is_about_games, "a.md", "agent form\n"), 0);
}

#[test]
fn only_the_command_line_has_effects() {
    assert_none(&words::has_no_effects(&workspace::sources()));
    let rule = words::has_no_effects;
    let sample = "use std::fs;\n";
    assert_eq!(on(rule, "crates/game/src/a.rs", sample), 1);
    assert_eq!(on(rule, "crates/cli/src/a.rs", sample), 0);
    let tested = "fn f() {}\n\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n";
    assert_eq!(on(rule, "crates/game/src/a.rs", tested), 0);
    assert_eq!(on(rule, "crates/game/src/a.rs", "    println!(\"\");\n"), 1);
}

#[test]
fn crates_keep_to_their_edges() {
    let sources = workspace::sources();
    assert_none(&crates::keep_to_their_edges(&sources));
    let rule = crates::keep_to_their_edges;
    let verify = "crates/verify/Cargo.toml";
    let upward = "[dependencies]\ndeterra-solve.workspace = true\n";
    assert_eq!(on(rule, verify, upward), 1);
    let in_tests = "[dev-dependencies]\ndeterra-solve.workspace = true\n";
    assert_eq!(on(rule, verify, in_tests), 1);
    let downward = "[dependencies]\ndeterra-game.workspace = true\n";
    assert_eq!(on(rule, verify, downward), 0);
    assert_eq!(on(rule, "crates/new/Cargo.toml", ""), 1);
    let terminal = "[dependencies]\nclap.workspace = true\n";
    assert_eq!(on(rule, verify, terminal), 1);
    assert_eq!(on(rule, "crates/cli/Cargo.toml", terminal), 0);
    for (name, _) in crates::EDGES {
        let manifest = format!("crates/{name}/Cargo.toml");
        assert!(sources.iter().any(|s| s.path == manifest), "{manifest}");
    }
}

#[test]
fn crates_use_what_they_name() {
    let manifest = Source::new(
        "crates/game/Cargo.toml",
        "[dependencies]\nrustc-hash = \"2\"\n[dev-dependencies]\nproptest = \"1\"\n",
    );
    let code = |text: &str| Source::new("crates/game/src/lib.rs", text);
    let rule = |text: &str| crates::use_what_they_name(&[manifest.clone(), code(text)]).len();
    assert_eq!(rule("fn rustc_hashed() {}\n"), 2);
    assert_eq!(rule("use rustc_hash::FxHashMap;\n"), 1);
    let tests =
        "\n#[cfg(test)]\nmod tests {\n    use rustc_hash as _;\n    use proptest as _;\n}\n";
    assert_eq!(rule(tests), 1);
}

#[test]
fn packages_share_lints() {
    assert_none(&crates::share_lints(&workspace::sources()));
    let rule = crates::share_lints;
    assert_eq!(on(rule, "crates/game/Cargo.toml", "[package]\n"), 1);
    let shared = "[lints]\nworkspace = true\n";
    assert_eq!(on(rule, "crates/game/Cargo.toml", shared), 0);
}

#[test]
fn solvers_have_one_shape() {
    let sources = workspace::sources();
    assert_none(&solvers::have_shape(&sources));
    let path = "crates/solve/src/nash/lemke_howson.rs";
    assert_eq!(solvers::options_name("lemke_howson"), "LemkeHowson");
    let bare = Source::new(path, "//! Pivots.\n\npub fn lemke_howson() {}\n");
    assert!(solvers::is_solver(&bare));
    assert_eq!(solvers::have_shape(&[bare]).len(), 7);
    let good = "//! Pivots.\n//!\n//! **Problem.** P.\n//! **Method.** M.\n//! **Applies to** a.\n\
        //! **Exact.** E.\n//! **Cost.** C.\n//! **References.** R.\n\n\
        pub struct LemkeHowson {}\npub fn lemke_howson() {}\n";
    assert_eq!(on(solvers::have_shape, path, good), 0);
    // A part of a solver, or of the numeric room, is no solver.
    let part = Source::new("crates/solve/src/nash/pivot.rs", "pub fn pivots() {}\n");
    assert!(!solvers::is_solver(&part));
}

#[test]
fn citations_are_listed() {
    let sources = workspace::sources();
    assert_none(&citations::are_listed(&sources));
    let bibliography = concat!(
        "@book{nobody",
        "1999,\n  author = {N},\n  title = {T},\n}\n"
    );
    let bibliography = Source::new(citations::BIBLIOGRAPHY, bibliography);
    let rule = |text: &str| {
        citations::are_listed(&[Source::new("a.rs", text), bibliography.clone()]).len()
    };
    assert_eq!(rule(concat!("//! `somebody", "1999`\n")), 1);
    assert_eq!(rule(concat!("//! **References.** nobody", "1999.\n")), 0);
    assert_eq!(
        citations::keys("x1999 Kuhn1953 ab1999 abc19999 abc_1999"),
        [""; 0]
    );
    let (first, second) = (concat!("ab", "c1999"), concat!("ab", "c2001b"));
    assert_eq!(
        citations::keys(&format!("[@{first}], ({second})")),
        [first, second]
    );
}

#[test]
fn the_bibliography_is_complete() {
    let sources = workspace::sources();
    assert_none(&citations::are_complete(&sources));
    let rule = citations::are_complete;
    assert_eq!(rule(&[]).len(), 1);
    let entry = |key: &str| {
        format!("@book{{{key},\n  author = {{N}},\n  title = {{T}},\n  year = {{1}}\n}}\n")
    };
    let (first, second) = (concat!("ab", "c1999"), concat!("xy", "z1999"));
    let on_text = |text: &str| on(rule, citations::BIBLIOGRAPHY, text);
    assert_eq!(on_text(&(entry(first) + &entry(second))), 0);
    assert_eq!(on_text(&(entry(second) + &entry(first))), 1);
    assert_eq!(on_text(&(entry(first) + &entry(first))), 1);
    assert_eq!(on_text(&entry("strange")), 1);
    assert_eq!(
        on_text(&format!("@book{{{first},\n  title = {{T}}\n}}\n")),
        2
    );
}

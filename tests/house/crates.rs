//! Crates depend on what ARCHITECTURE.md allows, and on nothing they do not use.

use crate::workspace::{Source, Violation};
use toml::{Table, Value};

/// What each crate of `crates/` may use of the others.
pub const EDGES: &[(&str, &[&str])] = &[
    ("game", &[]),
    ("verify", &["game"]),
    ("solve", &["game", "verify"]),
    ("scenario", &["game"]),
    ("analyze", &["game", "verify", "solve"]),
    ("render", &["game", "verify", "solve", "analyze"]),
    (
        "cli",
        &["game", "verify", "solve", "scenario", "analyze", "render"],
    ),
    (
        "deterra",
        &["game", "verify", "solve", "scenario", "analyze", "render"],
    ),
];

/// Libraries that talk to terminals, processes and files, which only `cli` does.
const ONLY_CLI: [&str; 8] = [
    "annotate-snippets",
    "anstream",
    "anstyle",
    "clap",
    "clap_complete",
    "clap_mangen",
    "ctrlc",
    "tempfile",
];

const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// The packages a manifest names, with the table that names them.
fn dependencies(manifest: &Table) -> Vec<(&'static str, &str)> {
    let mut found = Vec::new();
    for kind in KINDS {
        if let Some(Value::Table(table)) = manifest.get(kind) {
            found.extend(table.keys().map(|name| (kind, name.as_str())));
        }
    }
    found
}

/// The manifests of the workspace's packages with their folders.
fn manifests(sources: &[Source]) -> Vec<(&Source, &str, Table)> {
    sources
        .iter()
        .filter_map(|source| {
            let folder = source.path.strip_suffix("/Cargo.toml")?;
            Some((source, folder, source.text.parse().ok()?))
        })
        .collect()
}

/// Crates use only those that [`EDGES`] lists, in tests too.
pub fn keep_to_their_edges(sources: &[Source]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (source, folder, manifest) in manifests(sources) {
        let Some(name) = folder.strip_prefix("crates/") else {
            continue;
        };
        let Some((_, allowed)) = EDGES.iter().find(|(from, _)| *from == name) else {
            let message = "a crate that the table of edges and ARCHITECTURE.md do not know";
            violations.push(Violation::of_file(source, message));
            continue;
        };
        for (kind, dependency) in dependencies(&manifest) {
            let inside = match dependency {
                "deterra" => Some("deterra"),
                other => other.strip_prefix("deterra-"),
            };
            if let Some(to) = inside
                && !allowed.contains(&to)
            {
                let message = format!("{kind}: `{name}` may not use `{to}`");
                violations.push(Violation::of_file(source, message));
            }
            if kind == "dependencies" && name != "cli" && ONLY_CLI.contains(&dependency) {
                let message = format!("only `cli` may use {dependency}");
                violations.push(Violation::of_file(source, message));
            }
        }
    }
    violations
}

/// Crates use all they name.
pub fn use_what_they_name(sources: &[Source]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (source, folder, manifest) in manifests(sources) {
        let inside = format!("{folder}/");
        let code: Vec<&Source> = sources
            .iter()
            .filter(|s| s.is_rust() && s.path.starts_with(&inside))
            .collect();
        for (kind, dependency) in dependencies(&manifest) {
            let identifier = dependency.replace('-', "_");
            let used = code.iter().any(|file| {
                let text = if kind == "dev-dependencies" {
                    file.text.as_str()
                } else {
                    file.production_text()
                };
                mentions(text, &identifier)
            });
            if !used {
                let message = format!("{kind}: `{dependency}` is not used");
                violations.push(Violation::of_file(source, message));
            }
        }
    }
    violations
}

/// Whether code has an identifier as a word.
fn mentions(text: &str, identifier: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(identifier).any(|(at, _)| {
        !text[..at].ends_with(is_word) && !text[at + identifier.len()..].starts_with(is_word)
    })
}

/// Every package of the workspace has the workspace's lints, and is not published by accident.
pub fn share_lints(sources: &[Source]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (source, folder, manifest) in manifests(sources) {
        if folder == "fuzz" {
            continue;
        }
        let shared = manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"))
            .and_then(Value::as_bool);
        if shared != Some(true) {
            let message = "add `[lints]` with `workspace = true`";
            violations.push(Violation::of_file(source, message));
        }
    }
    violations
}

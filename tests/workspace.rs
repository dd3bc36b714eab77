//! The workspace on disk: its files, its manifests, its binary.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// A text file of the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Relative to the root, with forward slashes.
    pub path: String,
    /// All of it.
    pub text: String,
}

impl Source {
    /// A file that need not exist; for samples.
    pub fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// Whether the name ends in `.rs`.
    pub fn is_rust(&self) -> bool {
        self.has_extension("rs")
    }

    /// Whether the name ends in a dot and the extension.
    pub fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path).extension() == Some(OsStr::new(extension))
    }

    /// The file's name without directory and extension.
    pub fn stem(&self) -> &str {
        Path::new(&self.path)
            .file_stem()
            .and_then(OsStr::to_str)
            .unwrap_or_default()
    }

    /// The text in front of the unit tests; nothing if the file holds only tests.
    pub fn production_text(&self) -> &str {
        if self.stem() == "tests" || self.stem() == "testing" || self.path.contains("/tests/") {
            return "";
        }
        match self.text.find("#[cfg(test)]\nmod tests") {
            Some(end) => &self.text[..end],
            None => &self.text,
        }
    }
}

/// Something that a house rule forbids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// In which file.
    pub path: String,
    /// On which line, from 1; 0 if the whole file is meant.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Violation {
    /// A violation of a whole file.
    pub fn of_file(source: &Source, message: impl Into<String>) -> Self {
        Self {
            path: source.path.clone(),
            line: 0,
            message: message.into(),
        }
    }

    /// A violation on a line, counted from 0.
    pub fn on_line(source: &Source, line: usize, message: impl Into<String>) -> Self {
        Self {
            path: source.path.clone(),
            line: line + 1,
            message: message.into(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// The root of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("invariant: the tests package is a folder of the workspace")
}

/// The text files that people write: code, manifests, documents, games, scripts; ascending by
/// path.
///
/// # Panics
/// If a folder cannot be listed.
pub fn sources() -> Vec<Source> {
    const FOLDERS: [&str; 7] = [
        ".ci", "benches", "crates", "docs", "examples", "fuzz", "tests",
    ];
    let mut found = Vec::new();
    for entry in list(root()) {
        let name = entry.file_name().and_then(OsStr::to_str).unwrap_or("");
        if entry.is_file() && ![".git", "Cargo.lock"].contains(&name) {
            found.push(entry);
        }
    }
    let mut folders: Vec<PathBuf> = FOLDERS.iter().map(|f| root().join(f)).collect();
    while let Some(folder) = folders.pop() {
        for entry in list(&folder) {
            let name = entry.file_name().and_then(OsStr::to_str).unwrap_or("");
            if entry.is_file() && name != "Cargo.lock" {
                found.push(entry);
            } else if entry.is_dir() && !["target", "corpus", "regressions"].contains(&name) {
                folders.push(entry);
            }
        }
    }
    let mut sources: Vec<Source> = found.iter().filter_map(|path| read(path)).collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// What a folder holds, if it exists.
fn list(folder: &Path) -> Vec<PathBuf> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(_) => Vec::new(),
    }
}

/// A file as a source, if it is text.
fn read(path: &Path) -> Option<Source> {
    let text = String::from_utf8(fs::read(path).ok()?).ok()?;
    let path = path.strip_prefix(root()).ok()?.to_str()?.replace('\\', "/");
    Some(Source { path, text })
}

/// The binary `deterra`, built like the running test and no older than its sources.
///
/// # Panics
/// If it does not build.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let mut build = Command::new(env!("CARGO"));
        build
            // With the features that `cargo test` builds the workspace with, so that nothing is built again: those that
            // tests ask of a crate count only where examples or tests are built too.
            .args([
                "build",
                "--locked",
                "--offline",
                "--workspace",
                "--examples",
            ])
            .args(["--bin", "deterra", "--message-format", "json"])
            .current_dir(root());
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        let output = build.output().expect("cargo runs");
        assert!(
            output.status.success(),
            "the binary does not build:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .filter(|message| message["target"]["name"] == "deterra")
            .filter_map(|message| Some(PathBuf::from(message["executable"].as_str()?)))
            .next_back()
            .expect("cargo names the executable it built")
    })
}

/// The triple of this machine, as the compiler names it.
///
/// # Panics
/// If there is no compiler.
pub fn host() -> String {
    let compiler = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let output = Command::new(compiler)
        .arg("-vV")
        .output()
        .expect("rustc runs");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("rustc names its host")
        .to_owned()
}

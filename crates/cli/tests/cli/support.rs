//! Runs the real binary.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What a run printed and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The binary in the repository's root, without the caller's environment.
pub(crate) fn deterra(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deterra"));
    command.args(arguments).current_dir(root());
    for name in ["FORMAT", "SEED", "THREADS", "TIME_LIMIT", "MEMORY_LIMIT"] {
        command.env_remove(format!("DETERRA_{name}"));
    }
    command.env_remove("CLICOLOR_FORCE").env("NO_COLOR", "1");
    command
}

/// Runs it with a text as standard input.
pub(crate) fn run_with(arguments: &[&str], input: &[u8]) -> Run {
    let mut child = deterra(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // A program that does not read its input closes the pipe; that is its right.
    drop(child.stdin.take().expect("piped").write_all(input));
    finished(&child.wait_with_output().expect("the binary ends"))
}

/// Runs it without input.
pub(crate) fn run(arguments: &[&str]) -> Run {
    run_with(arguments, b"")
}

/// Runs it with a text as standard input, for JSON and an exit code.
pub(crate) fn json_of(arguments: &[&str], input: &str, code: i32) -> serde_json::Value {
    let run = run_with(arguments, input.as_bytes());
    assert_eq!(run.code, code, "{run:#?}");
    serde_json::from_str(&run.out).expect("JSON")
}

fn finished(output: &Output) -> Run {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("output is UTF-8");
    Run {
        code: output.status.code().expect("no signal"),
        out: text(&output.stdout),
        err: text(&output.stderr),
    }
}

/// The first paragraph of the theory: a threat that costs more than giving in. The challenger
/// may stay or cross; the defender may answer, which both lose from, or give in.
pub(crate) const THREAT: &str = r#"EFG 2 R "one threat" { "challenger" "defender" } ""
p "" 1 1 "C0" { "stay" "cross" } 0
t "" 1 "quiet" { 0, 0 }
p "" 2 1 "W1" { "answer" "give in" } 0
t "" 2 "war" { -4, -3 }
t "" 3 "taken" { 2, -1 }
"#;

/// Its unique subgame-perfect equilibrium, and the Nash equilibrium that rests on the empty
/// threat, as Gambit writes them.
pub(crate) const THREAT_PERFECT: &str = "NE,0,1,0,1\n";
pub(crate) const THREAT_EMPTY: &str = "NE,1,0,1,0\n";

/// Matching pennies, as a tree; no pure equilibrium.
pub(crate) const PENNIES: &str = r#"EFG 2 R "pennies" { "1" "2" } ""
p "" 1 1 "" { "H" "T" } 0
p "" 2 1 "" { "H" "T" } 0
t "" 1 "" { 1, -1 }
t "" 2 "" { -1, 1 }
p "" 2 1 "" { "H" "T" } 0
t "" 2
t "" 1
"#;

/// A file of this text in a folder of its own, which lasts as long as the first part.
pub(crate) fn written(name: &str, text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("a file");
    let path = path.to_str().expect("Unicode").to_owned();
    (folder, path)
}

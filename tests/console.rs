//! Console blocks of documents, run against the built binary.
//!
//! A block opens with ```` ```console ````. A line `$ command` is run by `sh` in a folder where
//! `examples` and `docs` are those of the workspace; the lines up to the next command are what
//! standard output and standard error must show. A line `...` stands for any number of lines.
//! `cargo run --release --` means the binary.

use crate::workspace;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

/// A command and what it must show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where the command is, counted from 1.
    pub line: usize,
    /// What is typed.
    pub command: String,
    /// What must be seen, line by line.
    pub expected: Vec<String>,
}

/// The commands of all console blocks of a Markdown text, in order.
///
/// # Errors
/// The line of a block that is not closed, or that does not start with a command.
pub fn steps(markdown: &str) -> Result<Vec<Step>, usize> {
    let mut steps: Vec<Step> = Vec::new();
    let mut opened: Option<(usize, bool)> = None;
    for (number, line) in markdown.lines().enumerate() {
        match (&mut opened, line.trim_end()) {
            (None, "```console") => opened = Some((number + 1, false)),
            (None, _) => {}
            (Some((_, true)), "```") => opened = None,
            (Some((at, false)), "```") => return Err(*at),
            (Some((at, started)), text) => {
                if let Some(command) = text.strip_prefix("$ ") {
                    *started = true;
                    steps.push(Step {
                        line: number + 1,
                        command: command.to_owned(),
                        expected: Vec::new(),
                    });
                } else if let (true, Some(step)) = (*started, steps.last_mut()) {
                    step.expected.push(text.to_owned());
                } else {
                    return Err(*at);
                }
            }
        }
    }
    opened.map_or(Ok(steps), |(at, _)| Err(at))
}

/// Whether lines are as expected, `...` standing for any number of them.
pub fn matches(expected: &[String], actual: &[String]) -> bool {
    // One wildcard is remembered at a time: matching the rest as early as possible loses nothing.
    let (mut e, mut a) = (0, 0);
    let mut wildcard: Option<(usize, usize)> = None;
    while a < actual.len() {
        if expected.get(e).is_some_and(|line| line == "...") {
            wildcard = Some((e, a));
            e += 1;
        } else if expected.get(e) == Some(&actual[a]) {
            e += 1;
            a += 1;
        } else if let Some((at, from)) = wildcard {
            e = at + 1;
            a = from + 1;
            wildcard = Some((at, a));
        } else {
            return false;
        }
    }
    expected[e..].iter().all(|line| line == "...")
}

/// Runs the console blocks of a document and tells every difference.
///
/// # Errors
/// If a folder or a process cannot be made.
pub fn check(name: &str, markdown: &str) -> io::Result<Vec<String>> {
    let steps = match steps(markdown) {
        Ok(steps) => steps,
        Err(line) => return Ok(vec![format!("{name}:{line}: a console block is broken")]),
    };
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    let folder = tempfile::tempdir()?;
    copy(
        &workspace::root().join("examples"),
        &folder.path().join("examples"),
    )?;
    copy(&workspace::root().join("docs"), &folder.path().join("docs"))?;
    let mut differences = Vec::new();
    for step in steps {
        let actual = run(&step.command, folder.path())?;
        if !matches(&step.expected, &actual) {
            let mut text = format!("{name}:{}: $ {}\n", step.line, step.command);
            let _ = writeln!(text, "--- expected\n{}", step.expected.join("\n"));
            let _ = write!(text, "--- shown\n{}", actual.join("\n"));
            differences.push(text);
        }
    }
    Ok(differences)
}

/// What a command shows, without blanks at the ends of lines.
fn run(command: &str, folder: &Path) -> io::Result<Vec<String>> {
    let binary = workspace::binary();
    let command = command.replace("cargo run --release -- ", "deterra ");
    let path = std::env::var("PATH").unwrap_or_default();
    let bin = binary.parent().unwrap_or(folder).display();
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!("{{ {command}\n}} 2>&1"))
        .current_dir(folder)
        .env("PATH", format!("{bin}:{path}"))
        .env("NO_COLOR", "1")
        .env_remove("CLICOLOR_FORCE")
        .env("COLUMNS", "120")
        .output()?;
    Ok(String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect())
}

/// Copies the files of a folder that exists, and those of the folders in it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut folders = vec![(from.to_owned(), to.to_owned())];
    while let Some((from, to)) = folders.pop() {
        if !from.is_dir() {
            continue;
        }
        fs::create_dir_all(&to)?;
        for entry in fs::read_dir(&from)? {
            let entry = entry?;
            let (source, target) = (entry.path(), to.join(entry.file_name()));
            if source.is_dir() {
                folders.push((source, target));
            } else {
                fs::copy(source, target)?;
            }
        }
    }
    Ok(())
}

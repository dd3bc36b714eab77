//! Literate scenarios: every Markdown file of `tests/scenarios` is run against the real binary.

use deterra_tests::{literate, workspace};
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

/// The files of a folder with an extension, in order of name.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(workspace::root().join(folder)).expect(folder);
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|e| e == extension));
    files.sort();
    files
}

/// Runs the binary from the root of the workspace, without color.
fn run<S: AsRef<OsStr>>(arguments: &[S]) -> Output {
    let mut command = Command::new(workspace::binary());
    command
        .current_dir(workspace::root())
        .args(arguments)
        .env("NO_COLOR", "1");
    command
        .env_remove("CLICOLOR_FORCE")
        .output()
        .expect("the binary starts")
}

#[test]
fn every_case_comes_out_as_written() {
    let mut failures = String::new();
    let mut commands = 0;
    let files = files("tests/scenarios", "md");
    for file in &files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(file).expect("readable");
        let cases = literate::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        for case in cases {
            for step in &case.steps {
                commands += 1;
                let output = run(&step.arguments);
                let ran = literate::Ran {
                    stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
                    stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
                    exit: output.status.code().unwrap_or(-1),
                };
                let differences = literate::differences(step, &ran);
                if !differences.is_empty() {
                    let _ = writeln!(
                        failures,
                        "{name}:{}: {}\n  deterra {}\n{differences}",
                        step.line,
                        case.name,
                        step.arguments.join(" ")
                    );
                }
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    assert!(
        files.len() >= 8 && commands >= 60,
        "{commands} commands in {} files",
        files.len()
    );
}

#[test]
fn every_shipped_scenario_checks_clean() {
    let shipped = files("examples/scenarios", "toml");
    assert!(shipped.len() >= 15, "{}", shipped.len());
    for file in shipped {
        let output = run(&["check".as_ref(), "--strict".as_ref(), file.as_os_str()]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {said}", file.display());
    }
}

/// The files are read by people who may take them for claims: each says that it makes none.
#[test]
fn every_shipped_scenario_says_that_it_claims_nothing() {
    for file in files("examples/scenarios", "toml") {
        let text = fs::read_to_string(&file).expect("readable");
        let prose = text
            .lines()
            .filter_map(|line| line.strip_prefix('#'))
            .map(str::trim);
        let prose = prose.collect::<Vec<_>>().join(" ");
        assert!(
            prose.contains("about any real case"),
            "{} does not say it",
            file.display()
        );
        assert!(text.contains("\nnote = "), "{} has no note", file.display());
    }
}

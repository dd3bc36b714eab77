//! Runs of regret minimization that are killed, stopped and resumed, to the same bytes.

use crate::support::{deterra, run};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

const GAME: [&str; 4] = ["solve", "leduc", "--method", "dcfr"];

/// A path in a folder, as text.
fn at(folder: &tempfile::TempDir, name: &str) -> String {
    let path = folder.path().join(name);
    path.to_str().expect("Unicode").to_owned()
}

/// Iterations of the run that a checkpoint is of: after the head and the scheme, and the number that was planned.
fn iterations(path: &str) -> u64 {
    let bytes = std::fs::read(path).unwrap();
    let body = &bytes[53..];
    let scheme = u32::from_le_bytes(body[..4].try_into().unwrap()) as usize;
    let at = 4 + scheme + 8;
    u64::from_le_bytes(body[at..at + 8].try_into().unwrap())
}

/// Killed at twenty-four moments, in the middle of writing too: what is on the disk is a checkpoint or none, and the run goes on from it
/// to the bytes of one that nobody disturbed.
#[test]
fn kills_never_leave_half_a_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let (often, whole) = (at(&folder, "often"), at(&folder, "whole"));
    let mut before = 0;
    for kill in 0..24_u64 {
        let mut command = deterra(&GAME);
        command.args(["--iterations", "100000000", "-q"]);
        command.args(["--checkpoint", &often, "--checkpoint-every", "0"]);
        if kill > 0 {
            command.arg("--resume");
        }
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // Some before the first iteration, most while checkpoints are written, at moments that differ from kill to kill.
        if kill % 4 > 0 {
            let patience = Instant::now() + Duration::from_secs(20);
            while Instant::now() < patience
                && (!Path::new(&often).exists() || iterations(&often) <= before)
            {
                std::thread::sleep(Duration::from_micros(200));
            }
        }
        std::thread::sleep(Duration::from_micros(kill * 1_237 % 9_001));
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "kill {kill}");
        if Path::new(&often).exists() {
            let now = iterations(&often);
            assert!(now >= before, "kill {kill}: {now} after {before}");
            before = now;
        }
    }
    // At least this much has been done, or the kills came too early to say anything.
    let until = (before + 20).to_string();
    let solve = |path: &str, more: &[&str]| {
        let asked = ["--iterations", &until, "--checkpoint", path, "--json"];
        run(&[&GAME[..], &asked, more].concat())
    };
    let resumed = solve(&often, &["--resume"]);
    assert_eq!(resumed.code, 0, "{}", resumed.err);
    assert!(before > 0, "no checkpoint was written");
    let undisturbed = solve(&whole, &[]);
    assert_eq!(undisturbed.code, 0, "{}", undisturbed.err);
    assert!(std::fs::read(&often).unwrap() == std::fs::read(&whole).unwrap());
    let equilibria = |json: &str| {
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        value["equilibria"].clone()
    };
    assert_eq!(equilibria(&resumed.out), equilibria(&undisturbed.out));
    // Whatever else a kill left behind, it is no file that could be taken for a checkpoint.
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let name = entry.unwrap().file_name();
        let name = name.to_string_lossy();
        let known = ["often", "whole"].contains(&&*name) || name.starts_with(".deterra-");
        assert!(known, "{name}");
    }
}

#[test]
fn checkpoints_of_something_else_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = at(&folder, "checkpoint");
    let solve = |game: &str, method: &str, more: &[&str]| {
        let asked = ["solve", game, "--method", method, "--checkpoint", &file];
        run(&[&asked[..], more].concat())
    };
    assert_eq!(solve("kuhn", "cfr_plus", &["--iterations", "9"]).code, 0);
    let written = std::fs::read(&file).unwrap();
    for (game, method, more, said) in [
        ("kuhn", "cfr", vec![], "not of cfr"),
        ("leduc", "cfr_plus", vec![], "another game"),
        ("kuhn", "cfr_plus", vec!["--single"], "single precision"),
        (
            "kuhn",
            "cfr_plus",
            vec!["--updates", "simultaneous"],
            "simultaneous",
        ),
    ] {
        let refused = solve(game, method, &[&more[..], &["--resume"]].concat());
        assert_eq!(refused.code, 3, "{}", refused.err);
        assert!(refused.err.contains(said), "{}", refused.err);
        assert!(refused.err.contains("--resume"), "{}", refused.err);
        // It is still there.
        assert!(std::fs::read(&file).unwrap() == written);
    }
    std::fs::write(&file, &written[..written.len() - 1]).unwrap();
    let refused = solve("kuhn", "cfr_plus", &["--resume"]);
    assert_eq!(refused.code, 3);
    assert!(refused.err.contains("damaged"), "{}", refused.err);
    // Without --resume it begins anew.
    let anew = solve("kuhn", "cfr_plus", &["--iterations", "9"]);
    assert_eq!(anew.code, 0);
    assert!(std::fs::read(&file).unwrap() == written);
}

/// A time limit ends a run as cleanly, and what it had is written and shown.
#[test]
fn a_time_limit_leaves_a_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let file = at(&folder, "checkpoint");
    let limited = ["--time-limit", "0.3", "--checkpoint", &file, "--json"];
    let stopped = run(&[&GAME[..], &limited].concat());
    assert_eq!(stopped.code, 4, "{}", stopped.err);
    let value: serde_json::Value = serde_json::from_str(&stopped.out).unwrap();
    assert_eq!(value["stop"], "time");
    assert_eq!(value["work"]["iterations"], iterations(&file));
    assert!(
        value["work"]["nash_conv"]
            .as_f64()
            .is_some_and(|conv| conv > 0.0)
    );
}

/// Walks of the run that a checkpoint is of: after the head and the seed.
fn walks(path: &str) -> u64 {
    let bytes = std::fs::read(path).unwrap();
    u64::from_le_bytes(bytes[61..69].try_into().unwrap())
}

/// Drawn walks of trees and of rules whose tree is not written down: killed while checkpoints are written, they go on to the bytes of a run that
/// nobody disturbed.
#[test]
fn killed_walks_go_on_to_the_same_bytes() {
    for (game, sampling, kills) in [
        ("leduc", "external", 8_u64),
        ("goofspiel:cards=8", "outcome", 4),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (often, whole) = (at(&folder, "often"), at(&folder, "whole"));
        let method = ["solve", game, "--method", "mccfr", "--sampling", sampling];
        let mut before = 0;
        for kill in 0..kills {
            let mut command = deterra(&method);
            command.args(["--iterations", "100000000", "-q", "--seed", "7"]);
            command.args(["--checkpoint", &often, "--checkpoint-every", "0"]);
            if kill > 0 {
                command.arg("--resume");
            }
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            let patience = Instant::now() + Duration::from_secs(30);
            while Instant::now() < patience
                && (!Path::new(&often).exists() || walks(&often) <= before)
            {
                std::thread::sleep(Duration::from_micros(200));
            }
            std::thread::sleep(Duration::from_micros(kill * 1_237 % 9_001));
            child.kill().unwrap();
            let output = child.wait_with_output().unwrap();
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "kill {kill}");
            let now = walks(&often);
            assert!(now >= before, "kill {kill}: {now} after {before}");
            before = now;
        }
        let until = (before / 2 + 100).to_string();
        let solve = |path: &str, more: &[&str]| {
            let asked = ["--iterations", &until, "--seed", "7"];
            let kept = ["--checkpoint", path, "--json"];
            run(&[&method[..], &asked, &kept, more].concat())
        };
        let resumed = solve(&often, &["--resume"]);
        let undisturbed = solve(&whole, &[]);
        assert_eq!(resumed.code, undisturbed.code, "{}", resumed.err);
        assert!(before > 0, "no checkpoint was written");
        assert!(std::fs::read(&often).unwrap() == std::fs::read(&whole).unwrap());
        let found = |json: &str| {
            let value: serde_json::Value = serde_json::from_str(json).unwrap();
            (value["equilibria"].clone(), value["strategies"].clone())
        };
        assert_eq!(found(&resumed.out), found(&undisturbed.out));
    }
}

#[test]
fn walks_of_something_else_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = at(&folder, "checkpoint");
    let solve = |game: &str, more: &[&str]| {
        let asked = ["solve", game, "--iterations", "40", "--checkpoint", &file];
        run(&[&asked[..], more].concat())
    };
    let walk = ["--method", "mccfr"];
    let first = solve("kuhn", &walk);
    assert_eq!(first.code, 0, "{}", first.err);
    let written = std::fs::read(&file).unwrap();
    for (game, more, said) in [
        ("kuhn:players=3", vec![], "another game"),
        ("leduc", vec![], "another game"),
        ("kuhn", vec!["--seed", "1"], "seed 0"),
        ("kuhn", vec!["--sampling", "outcome"], "external walks"),
        ("kuhn", vec!["--baseline"], "baseline none"),
        ("kuhn", vec!["--prune"], "prune none"),
    ] {
        let refused = solve(game, &[&walk[..], &more, &["--resume"]].concat());
        assert_eq!(refused.code, 3, "{more:?} {}", refused.err);
        assert!(refused.err.contains(said), "{}", refused.err);
        assert!(std::fs::read(&file).unwrap() == written);
    }
    let sweeps = solve("kuhn", &["--method", "dcfr", "--resume"]);
    assert_eq!(sweeps.code, 3, "{}", sweeps.err);
    // What is there is all there is to do.
    let again = solve("kuhn", &[&walk[..], &["--resume"]].concat());
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(std::fs::read(&file).unwrap() == written);
    for length in [written.len() - 1, 60, 10] {
        std::fs::write(&file, &written[..length]).unwrap();
        let refused = solve("kuhn", &[&walk[..], &["--resume"]].concat());
        assert_eq!(refused.code, 3);
        assert!(refused.err.contains("damaged"), "{}", refused.err);
    }
}

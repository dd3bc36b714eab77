//! Sweeps as files: killed, resumed, cut into parts and merged, to the same bytes.

use crate::support::{Run, deterra, run};
use std::path::Path;
use std::process::Stdio;

const LADDER: &str = "examples/scenarios/three-stage-ultimatum.toml";

/// A sweep of the ladder with more arguments.
fn sweep(more: &[&str]) -> Run {
    run(&[&["sweep", LADDER], more].concat())
}

/// A path in a folder, as text.
fn at(folder: &tempfile::TempDir, name: &str) -> String {
    let path = folder.path().join(name);
    path.to_str().expect("Unicode").to_owned()
}

fn bytes(path: &str) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

/// The rows of a whole sweep, cut after any number of bytes as a kill leaves them, are completed to the same file.
#[test]
fn what_a_kill_leaves_is_completed_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let grid = ["--grid", "a=0:20:120,L=8:12:5"];
    for ending in ["csv", "ndjson", "parquet"] {
        let (whole, cut) = (
            at(&folder, &format!("whole.{ending}")),
            at(&folder, &format!("cut.{ending}")),
        );
        assert_eq!(sweep(&[&grid[..], &["-o", &whole]].concat()).code, 0);
        let finished = bytes(&whole);
        // Rows of a Parquet file are lines of decimals until all are there.
        let rows = if ending == "parquet" {
            let lines = at(&folder, "lines.csv");
            assert_eq!(
                sweep(&[&grid[..], &["-o", &lines, "--float"]].concat()).code,
                0
            );
            bytes(&lines)
        } else {
            finished.clone()
        };
        let lines: Vec<usize> = (0..rows.len()).filter(|k| rows[*k] == b'\n').collect();
        // Nothing, part of the head, within, at and after line ends, all of it.
        let cuts = [
            0,
            3,
            lines[0],
            lines[0] + 1,
            lines[1] + 1,
            lines[7] - 2,
            lines[300],
            lines[300] + 1,
            lines[512] + 20,
            rows.len() - 1,
            rows.len(),
        ];
        for (k, length) in cuts.into_iter().enumerate() {
            std::fs::copy(format!("{whole}.plan"), format!("{cut}.plan")).unwrap();
            std::fs::write(format!("{cut}.part"), &rows[..length]).unwrap();
            let threads = (k % 3).to_string();
            let resumed =
                sweep(&[&grid[..], &["-o", &cut, "--resume", "--threads", &threads]].concat());
            assert_eq!(resumed.code, 0, "{resumed:#?}");
            assert!(bytes(&cut) == finished, "{ending} cut at {length}");
            assert!(!Path::new(&format!("{cut}.part")).exists());
            std::fs::remove_file(&cut).unwrap();
        }
    }
}

/// As above with a process that is killed, and one that is asked to stop.
#[cfg(unix)]
#[test]
fn a_process_that_is_killed_or_stopped_goes_on_to_the_same_bytes() {
    use std::os::unix::process::ExitStatusExt;
    let folder = tempfile::tempdir().unwrap();
    let grid = ["sweep", LADDER, "--grid", "a=0:20:60,L=4:30:100"];
    let whole = at(&folder, "whole.csv");
    assert_eq!(run(&[&grid[..], &["-o", &whole]].concat()).code, 0);
    for signal in ["KILL", "INT"] {
        let output = at(&folder, &format!("{signal}.csv"));
        let part = format!("{output}.part");
        let size = || std::fs::metadata(&part).map_or(0, |m| m.len());
        let mut before = 0;
        for resume in [&[][..], &["--resume"][..]] {
            let mut child =
                deterra(&[&grid[..], &["-o", &output, "--threads", "1"], resume].concat())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .unwrap();
            // As soon as there are more rows than before.
            while size() <= before + 2000 && child.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
            let sent = std::process::Command::new("sh")
                .args(["-c", &format!("kill -{signal} {}", child.id())])
                .status()
                .unwrap();
            let ended = child.wait().unwrap();
            assert!(sent.success(), "it was done before it could be killed");
            if signal == "KILL" {
                assert_eq!(ended.signal(), Some(9));
            } else {
                assert_eq!(ended.code(), Some(130));
            }
            assert!(!Path::new(&output).exists());
            before = size();
        }
        let again = run(&[&grid[..], &["-o", &output]].concat());
        assert_eq!(
            again.code, 2,
            "an unfinished sweep is not thrown away: {again:#?}"
        );
        assert_eq!(
            run(&[&grid[..], &["-o", &output, "--resume"]].concat()).code,
            0
        );
        assert!(bytes(&output) == bytes(&whole), "{signal}");
        // What is done is done.
        assert_eq!(
            run(&[&grid[..], &["-o", &output, "--resume"]].concat()).code,
            0
        );
    }
}

/// However far the time limit lets it come.
#[test]
fn what_the_time_limit_leaves_is_completed_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let grid = ["--grid", "a=0:20:60,L=4:30:20"];
    let whole = at(&folder, "whole.csv");
    assert_eq!(sweep(&[&grid[..], &["-o", &whole]].concat()).code, 0);
    for limit in ["0", "0.05", "0.2"] {
        let output = at(&folder, &format!("{limit}.csv"));
        let ended = sweep(&[&grid[..], &["-o", &output, "--time-limit", limit]].concat());
        assert!([0, 4].contains(&ended.code), "{ended:#?}");
        if limit == "0" {
            assert_eq!(ended.code, 4, "{ended:#?}");
            assert!(ended.out.starts_with("0 of 1200 rows"), "{ended:#?}");
        }
        let resumed = sweep(&[&grid[..], &["-o", &output, "--resume"]].concat());
        assert_eq!(resumed.code, 0, "{resumed:#?}");
        assert!(bytes(&output) == bytes(&whole), "{limit}");
    }
}

#[test]
fn rows_do_not_depend_on_threads() {
    let of = |threads| sweep(&["--sample", "600", "--seed", "3", "--threads", threads]);
    let one = of("1");
    assert_eq!(one.code, 0, "{one:#?}");
    assert_eq!(one.out.lines().count(), 601);
    for threads in ["2", "3"] {
        assert!(of(threads).out == one.out);
    }
    let other = sweep(&["--sample", "600", "--seed", "4"]);
    assert!(other.out != one.out);
    let folder = tempfile::tempdir().unwrap();
    for ending in ["ndjson", "parquet"] {
        let of = |threads| {
            let path = at(&folder, &format!("{threads}.{ending}"));
            let swept = sweep(&["--sample", "600", "--threads", threads, "-o", &path]);
            assert_eq!(swept.code, 0, "{swept:#?}");
            bytes(&path)
        };
        assert!(of("1") == of("3"), "{ending}");
    }
}

/// With `--strict` the file is read again for every point, and nothing is followed from one to the next.
#[test]
fn rows_are_those_of_points_by_themselves() {
    for (name, points) in [
        // Ties at whole numbers, a chance of 0 where a = 0, a kink at no sanctions.
        (
            "three-stage-ultimatum",
            "a=0:20:11,L=4:30:14,sanction=0:2:3",
        ),
        ("three-stage-ultimatum-types", "a=0:12:4,pi=0:1:5"),
        ("kahn-44", "L=0:60:7,a=0:60:7"),
        ("probabilistic-threat", ""),
        ("private-resolve", ""),
        ("unilateral-deterrence", ""),
    ] {
        let file = format!("examples/scenarios/{name}.toml");
        let asked = if points.is_empty() {
            ["--sample", "25"]
        } else {
            ["--grid", points]
        };
        let plain = run(&[&["sweep", &file, "--threads", "2"], &asked[..]].concat());
        let read = run(&[&["sweep", &file, "--strict"], &asked[..]].concat());
        assert_eq!((plain.code, read.code), (0, 0), "{plain:#?} {read:#?}");
        assert!(plain.out.lines().count() > 20);
        assert!(plain.out == read.out, "{name}");
    }
}

#[test]
fn parts_merge_into_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    for ending in ["csv", "ndjson", "parquet"] {
        let grid = ["--grid", "a=0:20:1001"];
        let whole = at(&folder, &format!("whole.{ending}"));
        assert_eq!(sweep(&[&grid[..], &["-o", &whole]].concat()).code, 0);
        let parts: Vec<String> = (1..=3)
            .map(|k| at(&folder, &format!("part-{k}.{ending}")))
            .collect();
        for (k, part) in parts.iter().enumerate() {
            let shard = format!("{}/3", k + 1);
            assert_eq!(
                sweep(&[&grid[..], &["--shard", &shard, "-o", part]].concat()).code,
                0
            );
        }
        let merged = at(&folder, &format!("merged.{ending}"));
        // In any order.
        let merge = run(&[
            "sweep", "merge", "-o", &merged, &parts[2], &parts[0], &parts[1],
        ]);
        assert_eq!(merge.code, 0, "{merge:#?}");
        assert!(bytes(&merged) == bytes(&whole), "{ending}");
        assert!(bytes(&format!("{merged}.plan")) == bytes(&format!("{whole}.plan")));
    }
}

/// Of one command line every problem is told at once.
#[test]
fn a_merge_refuses_gaps_duplicates_and_parts_of_another_sweep() {
    let folder = tempfile::tempdir().unwrap();
    let part = |name: &str, more: &[&str]| {
        let path = at(&folder, name);
        assert_eq!(sweep(&[more, &["-o", &path]].concat()).code, 0);
        path
    };
    let shard = |k: &str| {
        part(
            &format!("p{k}.csv"),
            &["--grid", "a=0:20:1001", "--shard", &format!("{k}/3")],
        )
    };
    let parts = ["1", "2", "3"].map(shard);
    let foreign = part("foreign.csv", &["--grid", "a=0:21:1001", "--shard", "2/3"]);
    let stray = at(&folder, "stray.csv");
    std::fs::copy(&parts[1], &stray).unwrap();
    let merged = at(&folder, "merged.csv");
    let refused = run(&[
        "sweep", "merge", "-o", &merged, &parts[0], &parts[0], &parts[2], &foreign, &stray,
    ]);
    assert_eq!(refused.code, 3, "{refused:#?}");
    for said in [
        "rows 256 to 511 are missing",
        "rows 0 to 255 are in",
        "foreign.csv is of another sweep: it differs in the points",
        "stray.csv has no plan",
    ] {
        assert!(refused.err.contains(said), "{said}: {}", refused.err);
    }
    assert!(!Path::new(&merged).exists());
    // A row that is missing within a part, one that is there twice, and a part that is cut.
    let whole = String::from_utf8(bytes(&parts[1])).unwrap();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let without = [&lines[..9], &lines[10..]].concat().concat();
    let twice = [&lines[..10], &lines[9..]].concat().concat();
    let cut = whole[..whole.len() - 5].to_owned();
    for (text, said) in [
        (without, "has row 265 where row 264 belongs"),
        (twice, "has row 264 where row 265 belongs"),
        (cut, "ends within row 511"),
    ] {
        std::fs::write(&parts[1], text).unwrap();
        let refused = run(&[
            "sweep", "merge", "-o", &merged, &parts[0], &parts[1], &parts[2],
        ]);
        assert_eq!(refused.code, 3);
        assert!(refused.err.contains(said), "{said}: {}", refused.err);
    }
}

#[test]
fn what_was_begun_by_another_command_is_not_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let output = at(&folder, "out.csv");
    assert_eq!(sweep(&["--grid", "a=0:20:21", "-o", &output]).code, 0);
    std::fs::rename(&output, format!("{output}.part")).unwrap();
    for (more, said) in [
        (&["--grid", "a=0:20:22"][..], "the points"),
        (&["--grid", "a=0:20:21", "--set", "V=9"][..], "the settings"),
        (
            &["--grid", "a=0:20:21", "--float"][..],
            "how numbers are written",
        ),
        (
            &["--grid", "a=0:20:21", "--shard", "1/2"][..],
            "the part of how many",
        ),
        (
            &["--grid", "a=0:20:21", "--tie-rule", "benevolent"][..],
            "the tie rule",
        ),
    ] {
        let refused = sweep(&[more, &["-o", &output, "--resume"]].concat());
        assert_eq!(refused.code, 3, "{refused:#?}");
        assert!(refused.err.contains(said), "{said}: {}", refused.err);
    }
    assert_eq!(
        sweep(&["--grid", "a=0:20:21", "-o", &output, "--resume"]).code,
        0
    );
}

/// A Latin hypercube of N draws has one L in each of N equal pieces of 4 to 30, so the number above 18.6 is N·11.4/26 but
/// for one.
#[test]
fn a_sample_covers_ranges_evenly() {
    let swept = sweep(&["--sample", "1000", "--over", "L", "--seed", "9"]);
    let deterred = swept
        .out
        .lines()
        .filter(|l| l.contains(",settle@0,"))
        .count();
    assert!((438..=439).contains(&deterred), "{deterred}");
    let declared = sweep(&["--sample", "10"]);
    assert!(
        declared.out.starts_with("point,L,a,regime,"),
        "{}",
        declared.out
    );
}

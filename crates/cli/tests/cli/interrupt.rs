//! Ctrl-C: once ends a computation and prints what there is, with exit code 130.
//!
//! Nothing here sleeps: `-vv` says how far a computation is as soon as it begins, and a test
//! interrupts when it hears that. Without the interrupt the computations would take far longer
//! than anybody waits.

use crate::support::{deterra, json_of, root, run, run_with};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

/// Interrupts a run once a line of its standard error has certain words.
///
/// # Returns
/// Exit code, standard output, standard error.
fn interrupted(arguments: &[&str], words: &str) -> (Option<i32>, String, String) {
    let mut child = deterra(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().expect("piped");
    // Both are read at once, so that neither pipe fills up.
    let answer = std::thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let mut said = String::new();
    let mut asked = false;
    for line in BufReader::new(child.stderr.take().expect("piped")).lines() {
        let line = line.unwrap();
        if !asked && line.contains(words) {
            asked = true;
            interrupt(child.id());
        }
        said += &line;
        said.push('\n');
    }
    assert!(asked, "no line with {words:?}: {said}");
    let code = child.wait().unwrap().code();
    (code, answer.join().unwrap().unwrap(), said)
}

fn interrupt(process: u32) {
    let sent = Command::new("sh")
        .args(["-c", &format!("kill -INT {process}")])
        .status()
        .unwrap();
    assert!(sent.success());
}

/// Two players take turns and both get nothing, whatever they do: `2^n` equilibria.
fn indifference(n: usize) -> String {
    let mut efg = String::from("EFG 2 R \"indifference\" { \"1\" \"2\" }\n");
    for k in 0..n {
        let (player, number) = (k % 2 + 1, k / 2 + 1);
        _ = writeln!(
            efg,
            "p \"\" {player} {number} \"\" {{ \"stop\" \"go on\" }} 0\nt \"\" 0"
        );
    }
    efg + "t \"\" 0\n"
}

/// Two players choose at once among 60 actions; twelve pairs lead to a decision of the first in
/// which she is indifferent but the second is not, so that there are `2^12` games of 3600 cells
/// to solve.
fn many_games() -> String {
    let quoted: Vec<String> = (0..60).map(|k| format!("\"{k}\"")).collect();
    let actions = quoted.join(" ");
    let mut efg =
        format!("EFG 2 R \"many\" {{ \"1\" \"2\" }}\np \"\" 1 1 \"\" {{ {actions} }} 0\n");
    let mut decisions = 1;
    for row in 0..60 {
        _ = writeln!(efg, "p \"\" 2 1 \"\" {{ {actions} }} 0");
        for column in 0..60 {
            if row == column && row < 12 {
                decisions += 1;
                _ = writeln!(efg, "p \"\" 1 {decisions} \"\" {{ \"l\" \"r\" }} 0");
                _ = writeln!(efg, "t \"\" 1 \"\" {{ 1, 1 }}\nt \"\" 2 \"\" {{ 1, 2 }}");
            } else {
                _ = writeln!(efg, "t \"\" 3 \"\" {{ 0, 0 }}");
            }
        }
    }
    efg
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

#[test]
fn what_was_found_is_printed() {
    let game = file(&indifference(400));
    let path = game.path().to_str().unwrap();
    let arguments = ["solve", path, "--list", "10000", "--json", "-vv"];
    let (code, out, err) = interrupted(&arguments, "equilibria judged");
    assert_eq!(code, Some(130), "{err}");
    let answer: serde_json::Value = serde_json::from_str(&out).expect("whole JSON");
    assert_eq!(answer["schema"], "deterra/solve/1");
    assert_eq!(answer["stop"], "interrupted");
    let listed = answer["equilibria"].as_array().expect("a list");
    assert!((1..10_000).contains(&listed.len()), "{}", listed.len());
    for equilibrium in listed {
        assert_eq!(equilibrium["verdict"]["status"], "exact");
    }
    // The search itself was over: 2^400.
    assert_eq!(answer["complete"], true);
    let count = answer["count"].as_str().expect("a number");
    assert!(count.starts_with("25822498780869085896559191720030118743297057928292235128306593"));
}

#[test]
fn people_are_told_that_it_ended_early() {
    let game = file(&indifference(400));
    let path = game.path().to_str().unwrap();
    let arguments = ["solve", path, "--list", "10000", "-vv"];
    let (code, out, err) = interrupted(&arguments, "equilibria judged");
    assert_eq!(code, Some(130), "{err}");
    assert!(
        out.contains("interrupted"),
        "{}",
        &out[..out.len().min(2_000)]
    );
}

#[test]
fn without_anything_found_the_error_says_so() {
    let game = file(&many_games());
    let path = game.path().to_str().unwrap();
    let words = "combinations of one subgame";
    let (code, out, err) = interrupted(&["solve", path, "--concept", "spe", "-vv"], words);
    assert_eq!((code, out.as_str()), (Some(130), ""), "{err}");
    assert!(
        err.contains("error: stopped (interrupted) after 12 of 13 subgames"),
        "{err}"
    );
    let (code, out, err) =
        interrupted(&["solve", path, "--concept", "spe", "--json", "-vv"], words);
    assert_eq!((code, out.as_str()), (Some(130), ""), "{err}");
    let json = &err[err.find('{').expect("JSON")..];
    let error: serde_json::Value = serde_json::from_str(json).expect("JSON");
    assert_eq!(error["error"], "interrupted");
    assert_eq!(error["exit"], 130);
}

/// The limit counts for all of the work: every one of the games alone is solved at once.
#[test]
fn a_time_limit_ends_it_with_4() {
    let game = many_games();
    let limited = ["solve", "-", "--concept", "spe", "--time-limit", "0.05"];
    let stopped = run_with(&limited, game.as_bytes());
    assert_eq!((stopped.code, stopped.out.as_str()), (4, ""), "{stopped:?}");
    assert!(stopped.err.contains("stopped (time)"), "{stopped:?}");
    let none = ["solve", "-", "--concept", "spe", "--time-limit", "0"];
    let none = run_with(&none, game.as_bytes());
    assert_eq!(none.code, 4, "{none:?}");
    // A limit that is never reached changes nothing, however long.
    let long = ["solve", "-", "--time-limit", "1e18", "--json"];
    let answer = json_of(&long, &indifference(3), 0);
    assert_eq!(
        (&answer["stop"], &answer["count"]),
        (&"done".into(), &"8".into())
    );
}

/// The limit counts for a whole question about many games, and what is not known is said to be.
#[test]
fn questions_about_many_games_end_with_4() {
    let file = root().join("examples/scenarios/three-stage-ultimatum-types.toml");
    let ladder = file.to_string_lossy();
    let late = |line: &[&str]| {
        let mut all = line.to_vec();
        all.extend(["--time-limit", "0"]);
        let text = run(&all);
        assert_eq!(text.code, 4, "{line:?}: {text:?}");
        all.push("--json");
        (text, run(&all))
    };
    let (text, json) = late(&["threshold", &ladder, "--param", "pi"]);
    assert!(text.out.contains("not looked at"), "{text:?}");
    let answer: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!((json.code, &answer["stop"]), (4, &"time".into()));
    assert_eq!(answer["thresholds"], serde_json::json!([]));
    assert_eq!(answer["regimes"][0]["unknown"], true);
    // Nothing is claimed of a condition that nobody looked at.
    let (text, _) = late(&[
        "threshold",
        &ladder,
        "--param",
        "pi",
        "--when",
        "P(acquiesce) == 1",
    ]);
    assert!(text.out.contains("nowhere that was looked at"), "{text:?}");
    let (text, json) = late(&["map", &ladder, "--x", "pi", "--y", "a"]);
    assert!(
        text.out.contains("100 % of the area was not looked at"),
        "{text:?}"
    );
    let answer: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(
        (&answer["missing_area"], &answer["exact"]),
        (&"20".into(), &false.into())
    );
    let (text, _) = late(&["offramp", &ladder]);
    assert!(text.out.contains("the time limit was reached"), "{text:?}");
    let (text, _) = late(&["sensitivity", &ladder]);
    // On a slow machine not even the game of the file is solved.
    let nothing = text.err.contains("the time limit was reached");
    assert!(
        nothing || text.out.contains("Stopped early (time)"),
        "{text:?}"
    );
    let (text, _) = late(&["commitment", &ladder, "--device", "audience"]);
    assert!(text.err.contains("stopped (time)"), "{text:?}");
}

/// The input never comes, so there is nothing to compute with.
#[test]
fn before_there_is_a_game_once_is_enough() {
    let mut child = deterra(&["solve", "-", "-vv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Waiting would close the pipe, and the end of the input could win the race.
    let open = child.stdin.take();
    let mut line = String::new();
    let stderr = child.stderr.take().expect("piped");
    BufReader::new(stderr).read_line(&mut line).unwrap();
    assert!(line.contains("standard input"), "{line}");
    interrupt(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(open);
}

/// A table of so many strategies each as a file.
fn table(strategies: usize) -> String {
    let mut nfg = format!("NFG 1 R \"t\" {{ \"1\" \"2\" }} {{ {strategies} {strategies} }}\n\n");
    for k in 0..strategies * strategies {
        _ = writeln!(nfg, "{} {}", k % 97, k % 89);
    }
    nfg
}

/// Reading, counting and converting end where the time does, with nothing half-written. The table takes many times the
/// limit and what is granted beyond it to read.
#[test]
fn work_on_files_ends_with_the_time() {
    let game = file(&table(1_500));
    let path = game.path().to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("game.efg");
    let output = output.to_str().unwrap();
    let short = "--time-limit=0";
    for line in [
        &["info", path, short][..],
        &["check", path, short],
        &["solve", path, short],
        &["verify", path, "none.json", short],
        &["exploit", path, "uniform", short],
        &["convert", path, "-o", output, short],
        &["generate", "uniform", "--size", "3000", "-o", output, short],
    ] {
        let begun = std::time::Instant::now();
        let ended = run(line);
        let took = begun.elapsed();
        assert_eq!(
            (ended.code, ended.out.as_str()),
            (4, ""),
            "{line:?}: {ended:?}"
        );
        assert!(
            ended.err.contains("time limit was reached while"),
            "{ended:?}"
        );
        assert!(took.as_secs() < 3, "{line:?} took {took:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let several = run(&["check", "chicken", path, "--json", short]);
    let rows: serde_json::Value = serde_json::from_str(&several.out).expect("JSON");
    assert_eq!(several.code, 4, "{several:?}");
    assert_eq!(
        (&rows[0]["ok"], &rows[1]["ok"]),
        (&true.into(), &false.into())
    );
}

/// Who writes to a pipe may never end, and a read that waits asks for nothing.
#[test]
fn a_pipe_that_stays_open_ends_with_the_time() {
    let mut child = deterra(&["info", "-", "--time-limit", "0.1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let open = child.stdin.take();
    let ended = child.wait_with_output().unwrap();
    drop(open);
    assert_eq!(ended.status.code(), Some(4));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(
        said.contains("while standard input was being read"),
        "{said}"
    );
}

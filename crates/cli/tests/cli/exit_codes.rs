//! Every exit code, by commands that a user might type.

use crate::support::{PENNIES, THREAT, THREAT_EMPTY, THREAT_PERFECT, deterra, run, run_with};

/// Arguments, standard input, exit code, and words that standard error or output must have.
type Row<'r> = (&'r [&'r str], &'r str, i32, &'r str);

#[test]
fn exit_codes_are_those_of_the_table() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let threat = file("threat.efg", THREAT);
    let perfect = file("perfect.txt", THREAT_PERFECT);
    let empty_threat = file("empty.txt", THREAT_EMPTY);
    let blank = file("blank.toml", "\n");
    let broken = file("broken.efg", "EFG 2 R \"x\" { \"1\" }\np \"\" 1");
    let missing = folder.path().join("no-such-file.efg");
    let missing = missing.to_str().unwrap();
    let rows: &[Row<'_>] = &[
        // 0: answered.
        (&["--help"], "", 0, "Exit codes:"),
        (&["-h"], "", 0, "Examples:"),
        (&["--version"], "", 0, "deterra"),
        (&["solve", &threat], "", 0, "taken"),
        (&["solve", "-"], THREAT, 0, "taken"),
        (&["solve", "--exact", &threat], "", 0, "taken"),
        (&["check", &threat], "", 0, "no problems"),
        (&["info", &threat], "", 0, "perfect information"),
        (&["explain", &threat, "--at", "W1"], "", 0, "give in"),
        (&["verify", &threat, &perfect], "", 0, "exact"),
        (
            &["verify", &threat, "-", "--concept", "nash"],
            THREAT_EMPTY,
            0,
            "exact",
        ),
        (&["completions", "bash"], "", 0, "deterra"),
        (&["man"], "", 0, ".TH"),
        // 1: the answer is no.
        (
            &["verify", &threat, &empty_threat],
            "",
            1,
            "defender gains 2",
        ),
        // 2: wrong usage.
        (&[], "", 2, "Usage"),
        (&["sovle", &threat], "", 2, "solve"),
        (&["solve"], "", 2, "FILE|GAME"),
        (
            &["solve", &threat, "--concept", "bpe"],
            "",
            2,
            "possible values",
        ),
        (
            &["solve", &threat, "--method", "backwards"],
            "",
            2,
            "no method",
        ),
        (&["solve", &threat, "--set", "a"], "", 2, "NAME=VALUE"),
        (
            &["solve", &threat, "--time-limit", "soon"],
            "",
            2,
            "seconds",
        ),
        (
            &["explain", &threat, "--at", "W7"],
            "",
            2,
            "did you mean `W1`",
        ),
        (&["verify", "-", "-"], "", 2, "cannot both"),
        (
            &["verify", &threat, &perfect, "--tolerance", "-1"],
            "",
            2,
            "tolerance",
        ),
        (&["man", "sovle"], "", 2, "no command"),
        (&["convert", &threat, "-o", "game.docx"], "", 2, "docx"),
        // 3: invalid input.
        (&["solve", missing], "", 3, "no file"),
        (
            &["solve", folder.path().to_str().unwrap()],
            "",
            3,
            "directory",
        ),
        (&["solve", &blank], "", 3, "empty"),
        (&["solve", "-"], "", 3, "empty"),
        (&["solve", "-"], "hello\n", 3, "error"),
        (&["solve", &broken], "", 3, "error"),
        (&["check", &broken], "", 3, "error"),
        (&["verify", &threat, "-"], "NE,1,0\n", 3, "needs 4"),
        (
            &["verify", &threat, "-"],
            "{\"challenger\": 3}",
            3,
            "says nothing of player",
        ),
        // 4: incomplete; what was found is printed.
        (&["solve", "-", "--method", "pure"], PENNIES, 4, "mixed"),
        (
            &["solve", "-", "--method", "pure", "--all"],
            PENNIES,
            4,
            "mixed",
        ),
    ];
    for (arguments, input, code, words) in rows {
        let run = run_with(arguments, input.as_bytes());
        assert_eq!(run.code, *code, "deterra {arguments:?}: {run:#?}");
        let said = run.out.contains(words) || run.err.contains(words);
        assert!(
            said,
            "deterra {arguments:?} does not say {words:?}: {run:#?}"
        );
        assert!(
            *code != 0 || run.err.is_empty(),
            "{arguments:?}: {}",
            run.err
        );
        // Results on standard output, everything else on standard error.
        let answered = match code {
            0 | 1 => true,
            4 => words == &"mixed",
            _ => arguments.first() == Some(&"check"),
        };
        assert_eq!(answered, !run.out.is_empty(), "{arguments:?}: {run:#?}");
    }
}

#[test]
fn errors_are_json_where_json_was_asked_for() {
    for (arguments, input, code, kind) in [
        (&["solve", "-", "--json"][..], "hello", 3, "input"),
        (&["solve", "-", "--format", "json"], "", 3, "input"),
        (&["--json", "sovle"], "", 2, "usage"),
        (&["solve", "--format=json"], "", 2, "usage"),
        (&["man", "nope", "--json"], "", 2, "usage"),
    ] {
        let run = run_with(arguments, input.as_bytes());
        assert_eq!(run.code, code, "{run:#?}");
        let error: serde_json::Value = serde_json::from_str(&run.err).expect("JSON");
        assert_eq!(error["schema"], "deterra/error/1");
        assert_eq!(error["error"], kind);
        assert_eq!(error["exit"], code);
        assert!(error["message"].as_str().is_some_and(|m| !m.is_empty()));
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::fmt::Write;
    use std::process::Stdio;
    // Larger than a pipe holds, so that writing must meet the closed end.
    let mut efg = String::from("EFG 2 R \"long\" { \"1\" \"2\" }\n");
    for k in 0..4_000 {
        let (player, number) = (k % 2 + 1, k / 2 + 1);
        _ = writeln!(
            efg,
            "p \"\" {player} {number} \"position {k}\" {{ \"stop\" \"go on\" }} 0\nt \"\" 0"
        );
    }
    efg += "t \"\" 0\n";
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), efg).unwrap();
    let path = file.path().to_str().unwrap();
    let whole = run(&["solve", path, "--json"]);
    assert_eq!(whole.code, 0, "{}", whole.err);
    assert!(whole.out.len() > 200_000);
    let mut child = deterra(&["solve", path, "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_an_error_and_leaves_no_file() {
    let full = std::path::Path::new("/dev/full");
    if full.exists() {
        let run = run_with(&["solve", "-", "-o", "/dev/full"], THREAT.as_bytes());
        assert_eq!(run.code, 5, "{run:?}");
        assert!(run.err.contains("cannot write /dev/full"), "{}", run.err);
    }
}

#[test]
fn files_are_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answer.json");
    let to = path.to_str().unwrap();
    std::fs::write(&path, "old").unwrap();
    let failed = run_with(&["solve", "-", "--json", "-o", to], b"hello");
    assert_eq!(failed.code, 3);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
    let written = run_with(&["solve", "-", "--json", "-o", to], THREAT.as_bytes());
    assert_eq!((written.code, written.out.as_str()), (0, ""));
    let text = std::fs::read_to_string(&path).unwrap();
    let answer: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(answer["schema"], "deterra/solve/1");
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "no temporary file is left: {left:?}");
    let nowhere = run_with(&["solve", "-", "-o", "no/such/folder/x"], THREAT.as_bytes());
    assert_eq!(nowhere.code, 3, "{nowhere:?}");
}

#[test]
fn odd_inputs_are_refused_without_a_panic() {
    let huge = format!(
        "EFG 2 R \"{}\" {{ \"1\" }}\nt \"\" 0\n",
        "x".repeat(1 << 20)
    );
    let inputs: [&[u8]; 10] = [
        b"\xef\xbb\xbf",
        b"\xff\xfeE\0F\0G\0",
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
        b"EFG",
        b"{}",
        b"{\"schema\": \"deterra/solve/1\"}",
        b"[[[[[[[[[[[[[[[[",
        b"a = \"\\u0000\"",
        b"EFG 2 R \"\" { } t \"\" 0",
        huge.as_bytes(),
    ];
    for input in inputs {
        for command in ["solve", "check", "info", "explain"] {
            let run = run_with(&[command, "-"], input);
            assert!(
                matches!(run.code, 0 | 2 | 3),
                "{command} of {:?}: {} {}",
                String::from_utf8_lossy(&input[..input.len().min(40)]),
                run.code,
                run.err
            );
            assert!(!run.err.contains("bug"), "{}", run.err);
            assert!(run.out.len() + run.err.len() < 1 << 22);
        }
    }
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let text = format!("\u{feff}{THREAT}");
    let run = run_with(&["solve", "-", "--format", "gambit"], text.as_bytes());
    assert_eq!((run.code, run.out.as_str()), (0, THREAT_PERFECT), "{run:?}");
}

//! `deterra generate`: files of every class, the same for ever, and what is refused.

use crate::support::{json_of, run, run_with};
use serde_json::Value;

/// The names of all classes, from the list.
fn classes() -> Vec<String> {
    let list = json_of(&["generate", "--json"], "", 0);
    assert_eq!(list["schema"], "deterra/families/1");
    let families = list["families"].as_array().expect("families").iter();
    families
        .map(|family| family["name"].as_str().expect("a name").to_owned())
        .collect()
}

#[test]
fn every_class_is_written_and_read_back() {
    let classes = classes();
    assert!(classes.len() >= 24, "{classes:?}");
    for class in &classes {
        let made = run(&["generate", class, "--size", "2", "--seed", "3"]);
        assert_eq!((made.code, made.err.as_str()), (0, ""), "{class}");
        let check = run_with(&["check", "-"], made.out.as_bytes());
        assert_eq!(check.code, 0, "{class}: {check:?}");
        let again = run(&["generate", class, "--size", "2", "--seed", "3"]);
        assert_eq!(made.out, again.out, "{class}");
    }
}

#[test]
fn the_seed_says_which_game() {
    let game = |seed: &str| run(&["generate", "uniform", "--seed", seed]).out;
    assert_eq!(game("0"), run(&["generate", "uniform"]).out);
    assert_ne!(game("0"), game("1"));
    let body = |seed| game(seed).split_once('\n').expect("lines").1.to_owned();
    assert_ne!(body("0"), body("1"));
}

/// Basu's game of three claims: the lower one plus and minus 2, else the claim.
#[test]
fn a_table_is_an_nfg_file() {
    let made = run(&[
        "generate",
        "travelers",
        "--size",
        "3",
        "--option",
        "bonus=2",
    ]);
    let expected = r#"NFG 1 R "travelers 3 lowest=2 bonus=2" { "1" "2" }

{ { "2" "3" "4" }
{ "2" "3" "4" }
}
""

2 2
0 4
0 4
4 0
3 3
1 5
4 0
5 1
4 4
"#;
    assert_eq!(made.out, expected);
}

#[test]
fn the_format_is_that_of_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| {
        folder
            .path()
            .join(name)
            .to_str()
            .expect("Unicode")
            .to_owned()
    };
    for (class, name, start) in [
        ("centipede", "a.efg", "EFG 2 R"),
        ("identity", "a.nfg", "NFG 1 R"),
        ("identity", "a.json", "{"),
        ("centipede", "b.json", "{"),
        ("centipede", "plain", "EFG 2 R"),
    ] {
        let path = path(name);
        let made = run(&["generate", class, "-o", &path]);
        assert_eq!((made.code, made.out.as_str()), (0, ""), "{made:?}");
        let text = std::fs::read_to_string(&path).expect("written");
        assert!(text.starts_with(start), "{text}");
    }
    let json = json_of(&["generate", "identity", "--json"], "", 0);
    assert_eq!(json["schema"], "deterra/game/1");
    let json = json_of(&["generate", "identity", "--to", "json"], "", 0);
    assert_eq!(json["schema"], "deterra/game/1");
    for (class, name, told) in [
        ("centipede", "c.nfg", "`centipede` makes efg or json files"),
        ("identity", "c.efg", "`identity` makes nfg or json files"),
        ("identity", "c.xyz", "`.xyz` is no format"),
    ] {
        let refused = run(&["generate", class, "-o", &path(name)]);
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.err.contains(told), "{}", refused.err);
        assert!(!folder.path().join(name).exists());
    }
}

#[test]
fn the_list_has_every_class_with_options_and_sources() {
    let list = run(&["generate"]);
    assert_eq!(list.code, 0);
    for class in classes() {
        let row = list.out.lines().find(|line| {
            line.strip_prefix(class.as_str())
                .is_some_and(|rest| rest.starts_with(' '))
        });
        assert!(row.is_some(), "{class}");
    }
    assert!(list.out.contains("rho=-1/2 grid=1000"), "{}", list.out);
    let csv = run(&["generate", "--format", "csv"]).out;
    assert!(
        csv.starts_with("class,makes,options,source,good for\n"),
        "{csv}"
    );
    assert_eq!(csv.lines().count(), classes().len() + 1);
    let about = run(&["generate", "long_lemke_howson", "--about"]).out;
    assert!(about.contains("savani2006"), "{about}");
    assert!(about.contains("does not matter"), "{about}");
    let about = json_of(&["generate", "covariant", "--about", "--json"], "", 0);
    let options = &about["families"][0]["options"];
    assert_eq!(options[0]["name"], "rho");
    assert_eq!(options[0]["default"], "-1/2");
    assert_eq!(about["families"][0]["random"], Value::Bool(true));
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let refused = run(&[
        "generate", "unifrom", "--size", "3y", "--option", "low", "--to", "dot",
    ]);
    assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{refused:?}");
    for told in [
        "4 problems",
        "did you mean `uniform`?",
        "such as 3, 3x4 or 2x3x2, not `3y`",
        "such as low=-10, not `low`",
        "generated as efg, nfg, agg or json",
    ] {
        assert!(refused.err.contains(told), "{told}: {}", refused.err);
    }
    let refused = run(&[
        "generate",
        "covariant",
        "--size",
        "3x3",
        "--players",
        "3",
        "--option",
        "roh=2",
        "--option",
        "grid=0",
        "--option",
        "grid=x",
    ]);
    assert_eq!(refused.code, 2);
    for told in [
        "did you mean `rho`?",
        "`grid` is given more than once",
        "3x3 is for 2 players, not 3",
        "`grid` is 0",
    ] {
        assert!(refused.err.contains(told), "{told}: {}", refused.err);
    }
    let refused = run(&["generate", "ranking", "--option", "wings=2"]);
    assert!(refused.err.contains("there are steps"), "{}", refused.err);
    let refused = run(&["generate", "identity", "--option", "wings=2"]);
    assert!(refused.err.contains("it has none"), "{}", refused.err);
    let refused = run(&["generate", "zero_sum", "--players", "3"]);
    assert!(
        refused.err.contains("two players, not 3"),
        "{}",
        refused.err
    );
    let refused = run(&["generate", "--size", "3"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("which class?"), "{}", refused.err);
    let refused = run(&["generate", "dual_cyclic", "--size", "5"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("even"), "{}", refused.err);
}

#[test]
fn what_is_too_large_is_a_limit() {
    for (line, told) in [
        (&["uniform", "--size", "10001x10000"][..], "100010000 cells"),
        (&["uniform", "--size", "2", "--players", "60"], "cells"),
        (&["perfect_information", "--size", "60x2"], "nodes"),
        (&["ladder", "--size", "99999999999"], "nodes"),
    ] {
        let refused = run(&[&["generate"], line].concat());
        assert_eq!((refused.code, refused.out.as_str()), (4, ""), "{refused:?}");
        assert!(refused.err.contains(told), "{}", refused.err);
    }
    // A limit beside something wrong is wrong usage.
    let refused = run(&[
        "generate", "uniform", "--size", "99999", "--option", "low=999",
    ]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("2 problems"), "{}", refused.err);
}

/// Linear centipedes: whoever moves first takes 2 and leaves 0.
#[test]
fn a_generated_tree_is_solved() {
    let made = run(&["generate", "centipede", "--size", "8"]);
    let solved = json_of(&["solve", "-", "--json"], &made.out, 0);
    assert_eq!(solved["count"], "1");
    assert_eq!(solved["equilibria"][0]["payoffs"]["1"], "2");
    assert_eq!(solved["equilibria"][0]["payoffs"]["2"], "0");
}

//! The licence gate: every package the workspace builds with is permissively licensed.

use deterra_tests::{licence, workspace};
use serde_json::Value;
use std::process::Command;

#[test]
fn every_dependency_is_permissive() {
    let host = workspace::host();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1"])
        .args(["--offline", "--locked", "--filter-platform", &host])
        .current_dir(workspace::root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 20, "{} packages", packages.len());
    let refused: Vec<String> = packages
        .iter()
        .filter(|package| {
            !package["license"]
                .as_str()
                .is_some_and(licence::is_accepted)
        })
        .map(|package| {
            format!(
                "{} {}: {}",
                package["name"], package["version"], package["license"]
            )
        })
        .collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn expressions_are_judged_as_spdx_says() {
    for accepted in [
        "MIT",
        "MIT OR Apache-2.0",
        "MIT/Apache-2.0",
        "GPL-3.0-only OR MIT",
        "(MIT OR GPL-2.0-only) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception OR LGPL-3.0-only",
        "GPL-3.0-only AND MPL-2.0 OR Zlib",
        "((((ISC))))",
    ] {
        assert!(licence::is_accepted(accepted), "{accepted}");
    }
    for refused in [
        "",
        "GPL-3.0-only",
        "AGPL-3.0-only",
        "LGPL-3.0-only",
        "MIT AND LGPL-3.0-or-later",
        "MIT AND (GPL-2.0-only OR MPL-2.0)",
        "Zlib OR", // What does not parse is refused.
        "OR MIT",
        "MIT Apache-2.0",
        "(MIT",
        "MIT)",
        "MIT WITH",
        "MIT WITH GCC-exception-3.1",
        "NonStandard",
    ] {
        assert!(!licence::is_accepted(refused), "{refused}");
    }
}

//! The reference page says what the code does.

use super::told;
use crate::{CompileLimits, Settings, compile, load};
use std::collections::BTreeSet;
use std::path::Path;

const PAGE: &str = include_str!("../../../../docs/scenario.md");

#[test]
fn the_first_example_of_the_page_is_without_problems() {
    let start = PAGE.find("```toml\n").expect("an example") + 8;
    let end = start + PAGE[start..].find("```").expect("its end");
    let text = &PAGE[start..end];
    let settings = Settings {
        strict: true,
        ..Settings::default()
    };
    let reading = load(text, &settings);
    assert!(
        reading.diagnostics.is_empty(),
        "{}",
        told(text, &reading.diagnostics)
    );
    let scenario = reading.value.expect("a scenario");
    let said = compile(&scenario, &CompileLimits::default()).diagnostics;
    assert!(said.is_empty(), "{}", told(text, &said));
}

/// The codes in a text, ranges such as D050-D060 filled in.
fn codes(text: &str, ranges: bool) -> BTreeSet<u32> {
    let mut all = BTreeSet::new();
    let mut last: Option<(usize, u32)> = None;
    for (at, _) in text.match_indices('D') {
        let digits = text.get(at + 1..at + 4).unwrap_or_default();
        let after = text[at + 1..].chars().nth(3);
        if digits.len() == 3
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !after.is_some_and(|c| c.is_ascii_alphanumeric())
        {
            let code: u32 = digits.parse().expect("digits");
            if let Some((end, first)) = last
                && ranges
                && text.get(end..at) == Some("\u{2013}")
            {
                all.extend(first..code);
            }
            all.insert(code);
            last = Some((at + 4, code));
        }
    }
    all
}

#[test]
fn every_code_is_on_the_page() {
    let table = &PAGE[PAGE.find("## What `check` says").expect("the table")..];
    let documented = codes(table, true);
    let mut used = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && path.file_name() != Some("tests".as_ref()) {
                folders.push(path);
            } else if path.extension() == Some("rs".as_ref()) {
                let text = std::fs::read_to_string(&path).expect("text");
                let quoted = text.split('"').filter(|part| part.len() == 4);
                used.extend(quoted.flat_map(|part| codes(part, false)));
            }
        }
    }
    let missing: Vec<&u32> = used.difference(&documented).collect();
    assert!(missing.is_empty(), "not on the page: {missing:?}");
    assert!(used.len() > 40, "{used:?}");
}

//! What `[estimate]` may say.

use crate::{Settings, load};

const TREE: &str = r#"
actor = [{ id = "a" }]
node = [{ id = "n", by = "a", actions = { stay = "low", go = "high" } }]
params = { u = 1, w = [0, 2] }
outcomes = { low = { a = "w[0] + w[1]" }, high = { a = "u" } }
"#;

fn codes(block: &str) -> Vec<&'static str> {
    let reading = load(&format!("{TREE}{block}"), &Settings::default());
    reading.diagnostics.iter().map(|d| d.code).collect()
}

#[test]
fn estimation_is_read() {
    let text = format!(
        "{TREE}[estimate]\nutilities = [\"u\", \"w[1]\"]\nformula = \"y ~ x | 0\"\n\
         errors = \"private\"\ncoefficients = {{ u = [0.5, \"1/3\"], \"w[1]\" = 2 }}\n"
    );
    let reading = load(&text, &Settings::default());
    assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
    let block = reading.value.expect("a scenario").estimation;
    let block = block.expect("an estimation");
    assert_eq!(block.utilities, ["u", "w[1]"]);
    assert!(block.private && !block.logit && !block.ultimatum);
    let (formula, start) = block.formula.expect("a formula");
    assert_eq!(&text[start..start + formula.len()], "y ~ x | 0");
    let counts: Vec<usize> = block.coefficients.iter().map(|(_, c)| c.len()).collect();
    assert_eq!(counts, [2, 1]);
}

#[test]
fn what_cannot_be_estimated_is_said() {
    assert_eq!(codes("[estimate]\nutilities = [\"v\"]\n"), ["D010"]);
    assert_eq!(codes("[estimate]\nutilities = [\"w[2]\"]\n"), ["D010"]);
    assert_eq!(codes("[estimate]\nutilities = [\"u\", \"u\"]\n"), ["D012"]);
    assert_eq!(
        codes("[estimate]\nutilities = [\"u\"]\ncoefficients = { w = 1 }\n"),
        ["D010"]
    );
    assert_eq!(
        codes("[estimate]\nlink = \"logit\"\nerrors = \"private\"\n"),
        ["D046"]
    );
    assert_eq!(
        codes("[estimate]\nmodel = \"ultimatum\"\nleast = 0\n"),
        ["D046"]
    );
    assert_eq!(codes("[estimate]\nlink = \"cloglog\"\n"), ["D004"]);
    assert_eq!(codes("[estimate]\nformulae = \"y ~ x\"\n"), ["D003"]);
    let both =
        "[estimate]\nmodel = \"ultimatum\"\nleast = 0\ngreatest = \"q\"\nutilities = [\"u\"]\n";
    assert_eq!(codes(both), ["D046", "D053"]);
}

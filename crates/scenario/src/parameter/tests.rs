//! Parameters: exactness, order, changes, and what is said about mistakes.

use super::*;
use crate::expr::{Quantity, Value};
use deterra_game::diagnostic::Reading;
use deterra_game::number::Rational;
use std::fmt::Write as _;
use toml::de::DeTable;

fn read(text: &str) -> Reading<Parameters> {
    let table = DeTable::parse(text).unwrap_or_else(|e| panic!("{e}"));
    Parameters::read(table.get_ref())
}

fn parameters(text: &str) -> Parameters {
    Parameters::parse(text).unwrap_or_else(|e| panic!("{e:?}"))
}

fn values(parameters: &Parameters) -> Vec<String> {
    let reading = parameters.evaluate();
    let (values, warnings) = reading.into_result().expect("no problem");
    assert!(warnings.is_empty(), "{warnings:?}");
    values
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect()
}

/// Everything said about a text, with the text it points at.
fn said(text: &str) -> Vec<String> {
    let reading = read(text);
    let mut all = reading.diagnostics;
    all.extend(
        reading
            .value
            .expect("always a value")
            .evaluate()
            .diagnostics,
    );
    all.iter()
        .map(|d| format!("{} {} @ {}", d.code, d.message, &text[d.span.clone()]))
        .collect()
}

#[test]
fn numbers_are_what_is_written() {
    let text = "a = 0.1\nb = 1_000\nc = -2.5e-1\nd = 0xff\ne = +3\nf = 1e3\ng = true\nh = \"\"\"\n1/3\"\"\"\ni = '''.5'''\nj = \"\\u0031/7\"";
    assert_eq!(
        values(&parameters(text)),
        [
            "a = 1/10", "b = 1000", "c = -1/4", "d = 255", "e = 3", "f = 1000", "g = true",
            "h = 1/3", "i = 1/2", "j = 1/7"
        ]
    );
    let literal = |name: &str| match &parameters(text).get(name).expect(name).definition {
        Definition::One(formula) => formula.to_string(),
        Definition::Many(_) => panic!("a number"),
    };
    assert_eq!(
        (literal("a"), literal("c")),
        ("0.1".into(), "-2.5e-1".into()),
        "spelled as in the file"
    );
}

#[test]
fn parameters_refer_to_each_other_in_any_order() {
    let text = "a = \"b + n[1]\"\nb = \"2*c.DC\"\nn = [\"c.DC\", 3]\nc = { DC = 0.5, deep = { x = 7 } }\nm = \"[a, sum(n)]\"";
    assert_eq!(
        values(&parameters(text)),
        [
            "a = 4",
            "b = 1",
            "c.DC = 1/2",
            "c.deep.x = 7",
            "m = [4, 7/2]",
            "n = [1/2, 3]"
        ]
    );
}

#[test]
fn a_long_chain_of_parameters_takes_no_stack() {
    let mut text = String::from("p0 = 1\n");
    for k in 1..20_000 {
        writeln!(text, "p{k} = \"p{} + 1\"", k - 1).expect("a string");
    }
    let work = move || {
        parameters(&text)
            .evaluate()
            .value
            .expect("a value")
            .get("p19999")
            .expect("last")
            .to_string()
    };
    let thread = std::thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(work)
        .expect("a thread");
    assert_eq!(thread.join().expect("no overflow"), "20000");
}

#[test]
fn circles_are_shown() {
    assert_eq!(
        said("a = \"b\"\nb = \"c + 1\"\nc = \"a\"\nd = \"a + 1\"\ne = \"e\""),
        [
            "D070 parameters refer to each other in a circle: a → b → c → a @ \"b\"",
            "D070 parameter e refers to itself @ \"e\"",
        ],
        "d is passed over: only what it depends on is wrong"
    );
}

#[test]
fn mistakes_are_told_at_their_place() {
    assert_eq!(
        said(
            "sanction = 0\ncoverage = \"sancton / 4\"\nx = \"1/sanction\"\ny = \"2 *\"\nz = \"rung + 1\"\nw = inf"
        ),
        [
            "D050 expected a value, found the end of the formula @ ",
            "D051 \"inf\" is not a number; a scenario needs finite numbers @ inf",
            "D053 in parameter coverage: there is nothing called \"sancton\" here; did you mean \"sanction\"? @ sancton",
            "D057 in parameter x: division by zero: `sanction` is 0 @ sanction",
            "D053 in parameter z: there is nothing called \"rung\" here @ rung",
        ]
    );
    assert_eq!(
        said(
            "p-A = 1\nt = 2\nL = { value = 8, mim = 4 }\nM = { min = 1, max = 2, dist = \"uniform\" }\nd = 1979-05-27\nn = { value = \"x y\" }"
        ),
        [
            "D071 \"p-A\" cannot be used as a name in formulas @ p-A",
            "D071 \"t\" already means the state of a position @ t",
            "D071 a parameter has no \"mim\"; did you mean \"min\"? @ mim",
            "D071 parameter M has no value @ { min = 1, max = 2, dist = \"uniform\" }",
            "D056 a number or a formula is needed here, not a date @ 1979-05-27",
            "D050 expected an operator or the end, found `y` @ y",
        ]
    );
    assert_eq!(
        said("a = { b = 1 }\n\"a.b\" = 2"),
        ["D071 parameter \"a.b\" is defined twice @ b"]
    );
}

#[test]
fn the_command_line_changes_parameters() {
    let mut all = parameters("L = 8\nn = [4, 3, 2]\nc = { DC = 1 }\nk = \"2*L\"");
    for (name, text) in [
        ("L", "25"),
        ("n[0]", "1/3"),
        ("c.DC", "0.9"),
        ("L", "L + 1"),
        ("n[2]", "n[0] + L"),
    ] {
        all.set(name, text).unwrap_or_else(|e| panic!("{e:?}"));
    }
    assert_eq!(
        values(&all),
        ["L = 26", "c.DC = 9/10", "k = 52", "n = [1/3, 3, 79/3]"]
    );
    all.set("n", "[1, 2]").expect("a list");
    all.set("n[1]", "n[0] + 5").expect("an entry of itself");
    assert_eq!(values(&all)[3], "n = [1, 6]");
    let before = all.clone();
    for (name, text, message) in [
        (
            "LL",
            "1",
            "D072 `--set LL=1` names no parameter; did you mean \"L\"?",
        ),
        ("c", "1", "D072 `--set c=1` names no parameter"),
        (
            "n[2]",
            "1",
            "D058 `n` has 2 entries (`[0]` to `[1]`), so there is no `[2]`",
        ),
        (
            "n[x]",
            "1",
            "D058 `n` has 2 entries (`[0]` to `[1]`), so there is no `[x]`",
        ),
        (
            "L[0]",
            "1",
            "D056 `L` is a number, and an array is needed here",
        ),
        (
            "n[0]",
            "[1]",
            "D056 `n[0]` is an array, and a number is needed here",
        ),
        (
            "L",
            "1 +",
            "D050 in `--set L=1 +`: expected a value, found the end of the formula",
        ),
    ] {
        let error = all.set(name, text).expect_err(name);
        assert_eq!(format!("{} {}", error.code, error.message), message);
        assert_eq!(all, before, "nothing is changed by what is refused");
    }
    all.set("L", "1/0").expect("parses");
    let said = all.evaluate().diagnostics;
    assert!(
        said[0].message.contains("`--set L=1/0`: division by zero"),
        "{said:?}"
    );
}

#[test]
fn a_type_sees_patched_parameters() {
    let all = parameters("L = 8\ntwice = \"2*L\"\nd = { EEp = 3, EEm = 0 }");
    let patch = |name: &str, text: &str| Patch {
        name: name.to_owned(),
        name_span: 0..0,
        definition: Definition::One(Formula::parse(text, 0).expect(text)),
        span: 0..0,
    };
    let resolute = all
        .patched(&[patch("L", "3*L + 1"), patch("dEE", "d.EEp")])
        .expect("fine");
    assert_eq!(
        values(&resolute),
        ["L = 25", "d.EEm = 0", "d.EEp = 3", "dEE = 3", "twice = 50"]
    );
    assert_eq!(values(&all)[0], "L = 8", "the others keep theirs");
    assert!(all.patched(&[patch("L[0]", "1")]).is_err());
}

#[test]
fn values_outside_their_range_are_warned_of() {
    let text = "L = { value = 40, min = 4, max = 30 }\nn = { value = [1, -1], min = \"0\" }\nm = { value = 1, min = 2, max = 1 }";
    assert_eq!(
        said(text),
        [
            "D073 parameter L is 40, above its max 30 @ 40",
            "D073 parameter n[1] is -1, below its min 0 @ [1, -1]",
            "D074 parameter m has min 2, above its max 1 @ 2",
        ]
    );
    let mut all = parameters("a = { value = 0, min = 0, max = 20 }");
    all.set("a", "21").expect("known");
    let reading = all.evaluate();
    assert!(!reading.has_errors());
    assert_eq!(
        reading.diagnostics[0].message,
        "`--set a=21` makes a 21, above its max 20"
    );
}

#[test]
fn distributions_are_checked() {
    let text = "u = { value = 8, min = 4, max = \"30\", dist = \"uniform\", unit = \"points\", source = \"ours\", note = \"n\" }
t1 = { value = 5, min = 0, max = 10, dist = \"tri\" }
g = { value = 5, sd = 0.5, dist = \"normal\" }
b = { value = 0.5, alpha = 2, beta = 3, dist = \"beta\" }
d = { value = 1, values = [1, 2], weights = [1, 3], dist = \"discrete\" }";
    let all = parameters(text);
    let (values, said) = all.evaluate().into_result().expect("fine");
    assert!(said.is_empty());
    let r = |n, d| Rational::new(n, d).expect("nonzero");
    assert_eq!(
        values.distribution("u"),
        Some(&Distribution::Uniform {
            low: r(4, 1),
            high: r(30, 1)
        })
    );
    assert_eq!(
        values.distribution("t1"),
        Some(&Distribution::Triangular {
            low: r(0, 1),
            mode: r(5, 1),
            high: r(10, 1)
        })
    );
    assert_eq!(
        values.distribution("g"),
        Some(&Distribution::Normal {
            mean: r(5, 1),
            deviation: r(1, 2)
        })
    );
    let beta = Distribution::Beta {
        alpha: r(2, 1),
        beta: r(3, 1),
        low: r(0, 1),
        high: r(1, 1),
    };
    assert_eq!(values.distribution("b"), Some(&beta));
    let points = vec![(r(1, 1), r(1, 4)), (r(2, 1), r(3, 4))];
    assert_eq!(
        values.distribution("d"),
        Some(&Distribution::Discrete { points })
    );
    assert_eq!(values.distribution("x"), None);
    let u = all.get("u").expect("defined");
    assert_eq!(
        (u.unit.as_deref(), u.source.as_deref(), u.note.as_deref()),
        (Some("points"), Some("ours"), Some("n"))
    );
    assert_eq!(
        said_of(
            "x = { value = 1, dist = \"unifrom\" }\ny = { value = 1, dist = \"uniform\", min = 0 }\nz = { value = 1, dist = \"normal\", sd = 0 }\nw = { value = 1, dist = \"discrete\", values = [1, 2], weights = [0, 0] }\nv = { value = [1], dist = \"tri\", min = 0, max = 2 }"
        ),
        [
            "D076 there is no distribution \"unifrom\"; did you mean \"uniform\"?",
            "D076 parameter y: a uniform distribution needs `max`",
            "D076 parameter z: `sd` must be above 0, and is 0",
            "D076 parameter w: the weights sum to 0",
            "D076 parameter v: only a number can have a distribution",
        ]
    );
}

fn said_of(text: &str) -> Vec<String> {
    said(text)
        .iter()
        .map(|line| line.split(" @ ").next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn assertions_show_both_sides() {
    let all = parameters("c = { EEm = 0.5, DE = 0.2, DD = 0.7 }\np = [0.5, 0.4]");
    let values = all.evaluate().value.expect("values");
    let check = |text: &str| {
        let condition = Formula::parse(text, 0).expect(text);
        let span = condition.place();
        let assertion = Assertion {
            label: "c".into(),
            condition,
            span,
        };
        assertion
            .check(&Scope::new(&values))
            .map(|d| format!("{} {} @ {}", d.code, d.message, &text[d.span]))
    };
    assert_eq!(check("c.DE < c.EEm < c.DD"), None);
    assert_eq!(
        check("c.DE < c.DD and 0 < c.EEm < c.DE < c.DD").as_deref(),
        Some(
            "D075 assertion c does not hold: `c.EEm < c.DE` fails, with c.EEm = 1/2 and c.DE = 1/5 @ c.EEm < c.DE"
        )
    );
    assert_eq!(
        check("sum(p) == 1").as_deref(),
        Some(
            "D075 assertion c does not hold: `sum(p) == 1` fails, with sum(p) = 9/10 and 1 @ sum(p) == 1"
        )
    );
    assert_eq!(
        check("false").as_deref(),
        Some("D075 assertion c does not hold: `false` is false @ false")
    );
    assert_eq!(
        check("exp(1) < 3").as_deref(),
        Some("D077 assertion c holds, but compares rounded numbers @ exp(1) < 3")
    );
    assert_eq!(
        check("c.DE").as_deref(),
        Some("D056 in assertion c: `c.DE` is a number, and a condition is needed here @ c.DE")
    );
}

#[test]
fn scopes_are_layered() {
    let mut values = parameters("x = 1\ny = 2").evaluate().value.expect("values");
    values.insert("sanctions", Value::from(3));
    let inexact = Quantity {
        value: Rational::ONE,
        exact: false,
    };
    let scope = Scope::new(&values).with("x", 10).with("x", inexact);
    let worth = |text: &str| Formula::parse(text, 0).expect(text).evaluate(&scope);
    assert_eq!(worth("x + y + sanctions").expect("known").to_string(), "≈6");
    let error = worth("cost(ch)").expect_err("no functions").to_string();
    assert_eq!(error, "there is no function \"cost\"");
}

//! Formulas: what they mean, what they refuse, and that printing loses nothing.

use super::*;
use deterra_game::number::Rational;
use proptest::prelude::*;
use std::sync::Arc;

struct Names;

impl Context for Names {
    fn value(&self, name: &str) -> Option<Value> {
        let list = |items: &[i64]| {
            Value::List(
                items
                    .iter()
                    .map(|n| Quantity::from(*n))
                    .collect::<Arc<[_]>>(),
            )
        };
        match name {
            "n" => Some(list(&[4, 3, 2])),
            "none" => Some(list(&[])),
            "rung" => Some(1.into()),
            "L" => Some(8.into()),
            "c.DC" => Some(Rational::new(1, 2)?.into()),
            _ => None,
        }
    }

    fn names(&self) -> Vec<String> {
        ["L", "c.DC", "n", "none", "rung"]
            .map(str::to_owned)
            .to_vec()
    }

    fn call(&self, function: &str, arguments: &[Argument<'_>]) -> Option<Result<Value, String>> {
        match (function, arguments) {
            ("cost", [Argument::Name("ch")]) => Some(Ok(5.into())),
            ("cost", [Argument::Name(other)]) => {
                Some(Err(format!("there is no actor \"{other}\"")))
            }
            ("twice", [Argument::Value(Value::Number(x))]) => {
                Some(Ok((&x.value + &x.value).into()))
            }
            _ => None,
        }
    }

    fn functions(&self) -> Vec<String> {
        vec!["cost".to_owned()]
    }
}

fn worth(text: &str) -> String {
    let formula = Formula::parse(text, 0).unwrap_or_else(|e| panic!("{text}: {e}"));
    match formula.evaluate(&Names) {
        Ok(value) => value.to_string(),
        Err(error) => format!("{}: {error} @{:?}", error.code(), error.span),
    }
}

fn refused(text: &str) -> String {
    let error = Formula::parse(text, 0).expect_err(text);
    format!("{}: {error} @{:?}", error.code(), error.span)
}

#[test]
fn operators_bind_as_in_textbooks() {
    for (text, value) in [
        ("1/3 + 0.1", "13/30"),
        ("1 - 2 - 3", "-4"),
        ("12 / 3 / 2", "2"),
        ("2 + 3 * 4", "14"),
        ("-2^2", "-4"),
        ("2^3^2", "512"),
        ("2^-3^2", "1/512"),
        ("(1 + 2)^2", "9"),
        ("1/2^2", "1/4"),
        ("2 - -3", "5"),
        ("--3", "3"),
        (".5 + 1.", "3/2"),
        ("1.5e-3", "3/2000"),
        ("n[rung] - cost(ch)", "-2"),
        ("n[0] * c.DC", "2"),
        ("[1, 2, 3/4][2]", "3/4"),
        ("twice(L)", "D054: there is no function \"twice\" @0..8"),
        ("twice(L + 0)", "16"),
        ("1 < 2 <= 2 < 3", "true"),
        ("1 < 2 < 2", "false"),
        ("not 1 == 2 and 2 != 3", "true"),
        ("false and 1/0 == 1 or true", "true"),
        ("true or 1/0 == 1", "true"),
        ("if(L > 7, 1, 1/0)", "1"),
        ("min(3, 1, 2) + max(n)", "5"),
        ("abs(-7/2) + floor(-7/2) + ceil(-7/2)", "-7/2"),
        ("clamp(5, 0, 1) + clamp(-5, 0, 1) + clamp(1/2, 0, 1)", "3/2"),
        ("sum(n) + len(n) + sum(none)", "12"),
        ("sum(i, 1, 4, i^2)", "30"),
        ("sum(i, 3, 1, 1/0)", "0"),
        ("sum(i, 0, 2, sum(j, 0, i, n[j]))", "20"),
        ("0^0", "1"),
        ("pow(2/3, -3)", "27/8"),
    ] {
        assert_eq!(worth(text), value, "{text}");
    }
}

#[test]
fn rational_values_of_irrational_functions_are_exact() {
    for (text, value) in [
        ("exp(0) + log(1)", "1"),
        ("sqrt(9/4)", "3/2"),
        ("sqrt(0)", "0"),
        ("8^(2/3)", "4"),
        ("(27/8)^(-1/3)", "2/3"),
        ("0^(1/2)", "0"),
        ("2^(1/2) == sqrt(2)", "true"),
        ("abs(exp(1) - 2.718281828459045) < 1e-15", "true"),
    ] {
        assert_eq!(worth(text), value, "{text}");
    }
}

#[test]
fn rounding_is_marked_wherever_it_goes() {
    for (text, exact) in [
        ("exp(1)", false),
        ("sqrt(2) * 0", false),
        ("min(1, sqrt(2))", false),
        ("if(sqrt(2) > 1, 1, 2)", false),
        ("if(1 > 0, 1, sqrt(2))", true),
        ("sqrt(2) > 1", false),
        ("1 > 0 or sqrt(2) > 1", true),
        ("n[floor(sqrt(2))]", false),
        ("[1, sqrt(2)]", false),
        ("sqrt(4) > 1", true),
    ] {
        let value = Formula::parse(text, 0)
            .expect(text)
            .evaluate(&Names)
            .expect(text);
        assert_eq!(value.is_exact(), exact, "{text}");
    }
    assert!(worth("sqrt(2)").starts_with("≈1.41421356"));
}

#[test]
fn what_cannot_be_evaluated_says_where_and_why() {
    for (text, message) in [
        ("1/(L - 8)", "D057: division by zero: `L - 8` is 0 @2..9"),
        ("0^-1", "D057: division by zero: `0` is 0 @0..1"),
        (
            "n[3]",
            "D058: `n` has 3 entries (`[0]` to `[2]`), so there is no `[3]` @0..4",
        ),
        (
            "n[-1]",
            "D058: `n` has 3 entries (`[0]` to `[2]`), so there is no `[-1]` @0..5",
        ),
        (
            "n[1/2]",
            "D058: `n` has 3 entries (`[0]` to `[2]`), so there is no `[1/2]` @0..6",
        ),
        (
            "1 + n",
            "D056: `n` is an array, and a number is needed here @4..5",
        ),
        (
            "L[0]",
            "D056: `L` is a number, and an array is needed here @0..1",
        ),
        (
            "1 and 2",
            "D056: `1` is a number, and a condition is needed here @0..1",
        ),
        (
            "1 + (1 < 2)",
            "D056: `1 < 2` is a condition, and a number is needed here @4..11",
        ),
        (
            "rnug + 1",
            "D053: there is nothing called \"rnug\" here; did you mean \"rung\"? @0..4",
        ),
        (
            "1 + c.Dc",
            "D053: there is nothing called \"c.Dc\" here; did you mean \"c.DC\"? @4..8",
        ),
        (
            "cots(ch)",
            "D054: there is no function \"cots\"; did you mean \"cost\"? @0..8",
        ),
        ("cost(co)", "D059: there is no actor \"co\" @0..8"),
        (
            "log(0)",
            "D059: `0` is 0, and a logarithm needs a positive number @4..5",
        ),
        (
            "sqrt(-L)",
            "D059: `-L` is -8, and a square root needs a number that is not negative @5..7",
        ),
        (
            "(-1)^(1/2)",
            "D059: `-1` is -1, and a negative number has no broken power @0..4",
        ),
        (
            "clamp(1, 3, 2)",
            "D059: `3` is 3, and the lower bound may not exceed the upper @9..10",
        ),
        (
            "sum(i, 0, 1/2, i)",
            "D059: `1 / 2` is 1/2, and a sum counts in whole numbers @10..13",
        ),
        (
            "max(none)",
            "D056: `none` is an empty array, and an array with entries is needed here @4..8",
        ),
        (
            "exp(1000)",
            "D059: `1000` is too large for a rounded function @4..8",
        ),
    ] {
        assert_eq!(worth(text), message, "{text}");
    }
}

#[test]
fn what_is_no_formula_says_where_and_why() {
    for (text, message) in [
        (
            "",
            "D050: expected a formula, found the end of the formula @0..0",
        ),
        (
            "1 +",
            "D050: expected a value, found the end of the formula @3..3",
        ),
        (
            "2 L",
            "D050: expected an operator or the end, found `L` @2..3",
        ),
        (
            "(1 + 2",
            "D050: expected an operator or `)`, found the end of the formula @6..6",
        ),
        (
            "1 + 2)",
            "D050: expected an operator or the end, found `)` @5..6",
        ),
        ("a = b", "D050: a formula cannot contain '=' @2..3"),
        ("x ** 2", "D050: a formula cannot contain '*' @2..4"),
        ("π · 2", "D050: a formula cannot contain '·' @3..5"),
        (
            "min()",
            "D055: min(x, y, …) or min(array) cannot take 0 arguments @0..5",
        ),
        (
            "if(1 < 2, 3)",
            "D055: if(condition, then, else) cannot take 2 arguments @0..12",
        ),
        (
            "sum(1, 2, 3, 4)",
            "D050: expected a name to count with, found `1` @4..5",
        ),
        (
            "1e99999",
            "D051: the exponent of \"1e99999\" is beyond ±4096; rescale the payoffs @0..7",
        ),
    ] {
        assert_eq!(refused(text), message, "{text}");
    }
    let error = Formula::parse("1 + + 2", 100).expect_err("no unary plus");
    assert_eq!(error.span, 104..105, "places count from the base");
}

#[test]
fn no_formula_takes_long_or_grows_without_bound() {
    for text in [
        "2^4097",
        "2^(10^30)",
        "(10^1000)^4000",
        "((2^4096)^64)^64",
        "sum(i, 1, 10^9, i)",
        "sum(i, 0, 9*10^18, i)",
        "sum(i, 1, 1000000, sum(j, 1, 1000000, 1))",
        "sum(i, 1, 1000000, 1/i)",
        "sum(i, 1, 1000000, (1/3)^4096)",
    ] {
        let message = worth(text);
        assert!(message.starts_with("D060"), "{text}: {message}");
    }
    assert_eq!(worth("sum(i, 1, 1000000, i)"), "500000500000");
    assert_eq!(worth("1^(-4096)"), "1");
}

/// The smallest stack that a solver thread may have here.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new()
        .stack_size(256 << 10)
        .spawn(work)
        .expect("a thread");
    thread.join().expect("no overflow");
}

#[test]
fn depth_and_length_are_capped_on_a_small_stack() {
    on_a_small_stack(|| {
        for open in [
            "(",
            "-",
            "not ",
            "[",
            "2^",
            "abs(",
            "1+(",
            "1 or (2*(",
            "n[",
        ] {
            let error = Formula::parse(&open.repeat(100_000), 0).expect_err(open);
            assert!(matches!(error.problem, Problem::TooDeep), "{open}: {error}");
        }
        let deep = format!("{}1{}", "abs(".repeat(MAX_DEPTH), ")".repeat(MAX_DEPTH));
        assert_eq!(worth(&deep), "1");
        let deeper = format!("abs({deep})");
        assert!(refused(&deeper).starts_with("D052"));
        let mixed = format!("{}1{}", "2*(1+".repeat(100), ")".repeat(100));
        assert_eq!(
            worth(&mixed),
            worth(&Formula::parse(&mixed, 0).expect("deep").to_string())
        );
        let nested = format!(
            "{}1{}",
            "if(1 < 2, sum(i, 1, 1, ".repeat(100),
            "), 0)".repeat(100)
        );
        assert_eq!(worth(&nested), "1");
        let long = vec!["1"; MAX_NODES - 1].join(" + ");
        assert_eq!(worth(&long), (MAX_NODES - 1).to_string());
        assert!(refused(&format!("{long} + 1 + 1")).starts_with("D052"));
        assert!(refused(&" ".repeat(MAX_TEXT + 1)).starts_with("D052"));
    });
}

#[test]
fn names_are_listed_with_their_use() {
    let formula = Formula::parse(
        "cost(ch) + n[k] + sum(i, a, b, i*c.DC) + if(x > 0, y, 0)",
        10,
    )
    .expect("parses");
    let uses: Vec<_> = formula
        .names()
        .into_iter()
        .map(|u| (u.name, u.usage, u.span.start))
        .collect();
    assert_eq!(
        uses,
        [
            ("cost", Use::Function, 10),
            ("ch", Use::Argument, 15),
            ("n", Use::Entry, 21),
            ("k", Use::Value, 23),
            ("a", Use::Value, 35),
            ("b", Use::Value, 38),
            ("c.DC", Use::Value, 43),
            ("x", Use::Value, 54),
            ("y", Use::Value, 61),
        ]
    );
}

#[test]
fn substitution_respects_what_is_bound() {
    let swap = |text: &str, name: &str, by: &str| {
        let (formula, by) = (
            Formula::parse(text, 0).expect(text),
            Formula::parse(by, 0).expect(by),
        );
        let result = formula.substitute(name, &by).expect("fits");
        // The result is what its text says, so it can be printed and compared like any other.
        assert_eq!(
            Formula::parse(&result.to_string(), 0).expect("prints"),
            result
        );
        result.to_string()
    };
    assert_eq!(swap("2*L + L^2", "L", "a + b"), "2 * (a + b) + (a + b)^2");
    assert_eq!(swap("L + 5", "L", "L*2"), "L * 2 + 5");
    assert_eq!(swap("n[0] + n[1]", "n", "[1, 2]"), "[1, 2][0] + [1, 2][1]");
    assert_eq!(swap("cost(L) + L", "L", "3"), "cost(L) + 3");
    assert_eq!(swap("sum(L, 1, L, L)", "L", "9"), "sum(L, 1, 9, L)");
    assert_eq!(
        swap("sum(i, 1, 3, i*L)", "L", "i + 1"),
        "sum(i_, 1, 3, i_ * (i + 1))"
    );
    assert_eq!(
        swap("sum(i, 1, i_, i*L)", "L", "i"),
        "sum(i__, 1, i_, i__ * i)"
    );
    let long = Formula::parse(&vec!["L"; 5_000].join("+"), 0).expect("long");
    let error = long
        .substitute("L", &Formula::parse("a+b", 0).expect("short"))
        .expect_err("too long");
    assert!(matches!(error.problem, Problem::TooLong));
}

#[test]
fn lists_and_literals_are_recognised() {
    let elements = Formula::parse("[1, a + 2, -3]", 5)
        .expect("parses")
        .elements()
        .expect("a list");
    let texts: Vec<_> = elements
        .iter()
        .map(|f| (f.to_string(), f.place()))
        .collect();
    assert_eq!(
        texts,
        [
            ("1".into(), 6..7),
            ("a + 2".into(), 9..14),
            ("-3".into(), 16..18)
        ]
    );
    assert_eq!(elements[2].literal().expect("a literal").to_string(), "-3");
    assert!(elements[1].literal().is_none() && elements[1].elements().is_none());
}

/// Formulas as text with more parentheses than they need.
fn texts() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (0_i64..50).prop_map(|n| n.to_string()),
        (0_i64..50, 1_u32..3).prop_map(|(n, d)| format!("{n}.{d}")),
        Just("L".to_owned()),
        Just("c.DC".to_owned()),
        Just("n[rung]".to_owned()),
        Just("cost(ch)".to_owned()),
        Just("true".to_owned()),
    ];
    leaf.prop_recursive(5, 60, 4, |inner| {
        let operator = prop_oneof![
            Just("+"),
            Just("-"),
            Just("*"),
            Just("/"),
            Just("^"),
            Just("<"),
            Just("=="),
            Just(">="),
            Just("and"),
            Just("or"),
        ];
        prop_oneof![
            (inner.clone(), operator.clone(), inner.clone())
                .prop_map(|(a, o, b)| format!("({a}) {o} ({b})")),
            (
                inner.clone(),
                operator.clone(),
                inner.clone(),
                operator,
                inner.clone()
            )
                .prop_map(|(a, o, b, p, c)| format!("{a} {o} {b} {p} {c}")),
            inner.clone().prop_map(|a| format!("-{a}")),
            inner.clone().prop_map(|a| format!("not ({a})")),
            inner.clone().prop_map(|a| format!("-(({a}))")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("if({a}, {b}, {c})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("min({a}, {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}, {b}][{a}]")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("sum(i, 1, {a}, i + {b})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn printing_and_parsing_are_inverse(text in texts()) {
        let Ok(formula) = Formula::parse(&text, 0) else { return Ok(()) };
        let printed = formula.to_string();
        let again = Formula::parse(&printed, 0);
        prop_assert_eq!(again.as_ref(), Ok(&formula), "{} → {}", text, printed);
        prop_assert_eq!(again.expect("parsed").to_string(), printed);
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in "[-+*/^()\\[\\]<>=!a-c.,0-9e n&é]{0,40}") {
        match Formula::parse(&text, 0) {
            Ok(formula) => {
                let _ = formula.evaluate(&Names);
                let _ = formula.names();
                prop_assert_eq!(Formula::parse(&formula.to_string(), 0), Ok(formula));
            }
            Err(error) => {
                prop_assert!(error.span.end <= text.len() && text.is_char_boundary(error.span.start));
                let _ = error.diagnostic();
            }
        }
    }

    /// Against the definition, in machine integers.
    #[test]
    fn whole_arithmetic_agrees_with_machine_integers(a in -99_i64..99, b in -99_i64..99, c in -99_i64..99) {
        let value = worth(&format!("{a} - {b} * {c} + max({a}, {c}) - -{}", b.abs()));
        prop_assert_eq!(value, (a - b * c + a.max(c) + b.abs()).to_string());
        prop_assert_eq!(worth(&format!("{a} < {b} < {c}")), (a < b && b < c).to_string());
    }
}

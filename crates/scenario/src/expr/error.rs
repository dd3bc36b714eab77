//! What can be wrong with a formula, said so that it can be mended.

use super::{MAX_BITS, MAX_DEPTH, MAX_EXPONENT, MAX_NODES, MAX_TERMS, MAX_TEXT};
use crate::suggest::question;
use deterra_game::diagnostic::Diagnostic;
use deterra_game::number::NumberError;
use std::ops::Range;

/// A problem and its place in the source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct FormulaError {
    /// Bytes of the source.
    pub span: Range<usize>,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with a formula.
///
/// Texts of the formula are cut to 60 characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Something else was needed here.
    #[error("expected {expected}, found {found}")]
    Syntax {
        /// What could stand here.
        expected: &'static str,
        /// What does.
        found: String,
        /// How to mend it, if that is clear.
        help: Option<&'static str>,
    },
    /// A character that no formula has.
    #[error("a formula cannot contain {character:?}")]
    Character {
        /// The character.
        character: char,
        /// How to mend it, if that is clear.
        help: Option<&'static str>,
    },
    /// A number that cannot be read.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// Nested too deeply.
    #[error("the formula is nested more than {MAX_DEPTH} deep")]
    TooDeep,
    /// Too long.
    #[error("the formula has more than {MAX_NODES} parts or {MAX_TEXT} bytes")]
    TooLong,
    /// A name that nothing has.
    #[error("there is nothing called \"{name}\" here{}", question(name, known.iter().map(String::as_str)))]
    UnknownName {
        /// The name.
        name: String,
        /// The names that exist.
        known: Vec<String>,
    },
    /// A function that nothing has.
    #[error("there is no function \"{name}\"{}", question(name, known.iter().map(String::as_str)))]
    UnknownFunction {
        /// The name.
        name: String,
        /// The functions that exist.
        known: Vec<String>,
    },
    /// Too few or too many arguments.
    #[error("{usage} cannot take {found} argument{}", if *found == 1 { "" } else { "s" })]
    Arguments {
        /// How the function is called.
        usage: &'static str,
        /// How many arguments there are.
        found: usize,
    },
    /// A value of the wrong kind.
    #[error("`{part}` is {found}, and {expected} is needed here")]
    Type {
        /// The text of the part.
        part: String,
        /// What it is.
        found: &'static str,
        /// What is needed.
        expected: &'static str,
    },
    /// A divisor that is zero.
    #[error("division by zero: `{part}` is 0")]
    DivisionByZero {
        /// The text of the divisor.
        part: String,
    },
    /// An index that is not of the array.
    #[error("`{part}` has {} (`[0]` to `[{}]`), so there is no `[{index}]`", entries(*length), length.saturating_sub(1))]
    Index {
        /// The text of the array.
        part: String,
        /// The index.
        index: String,
        /// How many entries the array has.
        length: usize,
    },
    /// A value for which the operation is not defined.
    #[error("`{part}` is {value}, and {needs}")]
    Domain {
        /// The text of the part.
        part: String,
        /// Its value.
        value: String,
        /// What would do.
        needs: &'static str,
    },
    /// An exponent that would give a number of unreasonable length.
    #[error("the exponent {exponent} is beyond ±{MAX_EXPONENT}")]
    Exponent {
        /// The exponent.
        exponent: String,
    },
    /// An exact number that has become too long.
    #[error("the exact value has more than {MAX_BITS} bits")]
    TooManyBits,
    /// Beyond what a float holds, in a function that needs floats.
    #[error("`{part}` is too large for a rounded function")]
    FloatRange {
        /// The text of the part.
        part: String,
    },
    /// A sum over too many terms.
    #[error("the sum has {terms} terms; at most {MAX_TERMS} are added up")]
    TooManyTerms {
        /// How many there are.
        terms: String,
    },
    /// Too much work.
    #[error("the formula takes too many steps")]
    TooMuchWork,
    /// A function of the context refuses its arguments.
    #[error("{message}")]
    Refused {
        /// Why.
        message: String,
    },
}

fn entries(length: usize) -> String {
    match length {
        0 => "no entries".to_owned(),
        1 => "1 entry".to_owned(),
        n => format!("{n} entries"),
    }
}

impl FormulaError {
    /// A stable code, listed in the reference of the scenario language.
    pub fn code(&self) -> &'static str {
        match self.problem {
            Problem::Syntax { .. } | Problem::Character { .. } => "D050",
            Problem::Number(_) => "D051",
            Problem::TooDeep | Problem::TooLong => "D052",
            Problem::UnknownName { .. } => "D053",
            Problem::UnknownFunction { .. } => "D054",
            Problem::Arguments { .. } => "D055",
            Problem::Type { .. } => "D056",
            Problem::DivisionByZero { .. } => "D057",
            Problem::Index { .. } => "D058",
            Problem::Domain { .. } | Problem::FloatRange { .. } | Problem::Refused { .. } => "D059",
            Problem::Exponent { .. }
            | Problem::TooManyBits
            | Problem::TooManyTerms { .. }
            | Problem::TooMuchWork => "D060",
        }
    }

    /// How to mend it.
    pub fn help(&self) -> Option<String> {
        let fixed = |text: &str| Some(text.to_owned());
        match &self.problem {
            Problem::Syntax { help, .. } | Problem::Character { help, .. } => {
                help.map(str::to_owned)
            }
            Problem::TooDeep => fixed("name a part of it as a parameter of its own"),
            Problem::TooLong => {
                fixed("name parts of it as parameters of their own, or use an array and sum")
            }
            Problem::UnknownName { known, .. } if known.is_empty() => {
                fixed("no names are known here: write a number")
            }
            Problem::UnknownName { known, .. } => Some(format!("known here: {}", listing(known))),
            Problem::UnknownFunction { known, .. } => {
                Some(format!("the functions are {}", listing(known)))
            }
            Problem::Arguments { usage, .. } => Some(format!("write {usage}")),
            Problem::Type {
                found: "an array",
                expected: "a number",
                part,
                ..
            } => Some(format!(
                "write one entry, such as `{part}[0]`, or `sum({part})`"
            )),
            Problem::Type {
                found: "a number",
                expected: "a condition",
                part,
                ..
            } => Some(format!("compare it, as in `{part} > 0`")),
            Problem::Type {
                found: "a condition",
                expected: "a number",
                part,
                ..
            } => Some(format!("write `if({part}, 1, 0)`")),
            Problem::DivisionByZero { part } => {
                Some(format!("guard it, as in `if({part} == 0, 0, …)`"))
            }
            Problem::Index { .. } => fixed("entries count from 0"),
            Problem::Exponent { .. } | Problem::TooManyBits => {
                fixed("rescale the numbers; payoffs need no such precision")
            }
            Problem::TooManyTerms { .. } | Problem::TooMuchWork => fixed("sum fewer terms"),
            _ => None,
        }
    }

    /// The error as readers report it.
    pub fn diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::error(self.code(), self.span.clone(), self.to_string());
        match self.help() {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

/// Up to twelve names, then how many more.
fn listing(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let shown = names
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

//! TOML to parameters. Numbers are taken as they are spelled, never through a float.

use super::distribution::{self, DistributionForm};
use super::{Definition, Parameter, Parameters, Patch};
use crate::expr::{Formula, FormulaError, Problem};
use crate::suggest::question;
use deterra_game::diagnostic::{Diagnostic, Reading};
use deterra_game::number::{Integer, NumberError};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

/// The keys of a parameter that is more than a number.
pub(super) const KEYS: [&str; 14] = [
    "value", "min", "max", "dist", "mode", "sd", "alpha", "beta", "values", "weights", "unit",
    "source", "note", "label",
];

/// The formula that a TOML value is: a number as spelled, a string parsed, `true` or `false`.
///
/// # Errors
/// The formula's problem with its place in the file, or D056 for a value that is no formula.
pub fn formula(value: &Spanned<DeValue<'_>>) -> Result<Formula, Diagnostic> {
    let span = value.span();
    let result = match value.get_ref() {
        DeValue::Integer(integer) => number(&integer_text(integer), &span),
        DeValue::Float(float) => number(float.as_str(), &span),
        DeValue::Boolean(holds) => number(if *holds { "true" } else { "false" }, &span),
        DeValue::String(text) => {
            // The quotes are one or three bytes; with escapes the places in the text are unknown.
            match span.len().checked_sub(text.len()) {
                Some(2) => Formula::parse(text, span.start + 1),
                Some(6) => Formula::parse(text, span.start + 3),
                _ => Formula::parse(text, 0)
                    .map(|formula| formula.at(&span))
                    .map_err(|mut error| {
                        error.span = span;
                        error
                    }),
            }
        }
        other => {
            let message = format!("a number or a formula is needed here, not {}", kind(other));
            return Err(
                Diagnostic::error("D056", span, message).help("write 0.5, or a formula in quotes")
            );
        }
    };
    result.map_err(|error| error.diagnostic())
}

/// The text that a TOML value is.
///
/// # Errors
/// D071 if it is none.
pub fn text(value: &Spanned<DeValue<'_>>, what: &str) -> Result<String, Diagnostic> {
    match value.get_ref() {
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Datetime(date) => Ok(date.to_string()),
        other => {
            let message = format!("{what} is text, not {}", kind(other));
            Err(Diagnostic::error("D071", value.span(), message).help("put it in quotes"))
        }
    }
}

fn number(text: &str, span: &Range<usize>) -> Result<Formula, FormulaError> {
    let plain = text.strip_prefix('+').unwrap_or(text);
    let plain: String = plain.chars().filter(|c| *c != '_').collect();
    if plain.trim_start_matches('-').starts_with(['i', 'n']) {
        let problem = Problem::Number(NumberError::Malformed {
            text: text.to_owned(),
            fix: "a scenario needs finite numbers",
        });
        return Err(FormulaError {
            span: span.clone(),
            problem,
        });
    }
    match Formula::parse(&plain, 0) {
        Ok(formula) => Ok(formula.at(span)),
        Err(error) => Err(FormulaError {
            span: span.clone(),
            ..error
        }),
    }
}

fn integer_text(integer: &DeInteger<'_>) -> String {
    match integer.radix() {
        10 => integer.as_str().to_owned(),
        radix => Integer::from_str_radix(integer.as_str(), radix)
            .map_or_else(|_| integer.to_string(), |value| value.to_string()),
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

/// A number, a formula or an array of them.
pub(super) fn definition(value: &Spanned<DeValue<'_>>) -> Result<Definition, Vec<Diagnostic>> {
    let DeValue::Array(items) = value.get_ref() else {
        return formula(value)
            .map(Definition::from_formula)
            .map_err(|problem| vec![problem]);
    };
    let mut problems = Vec::new();
    let mut formulas = Vec::new();
    for item in items {
        match formula(item) {
            Ok(formula) => formulas.push(formula),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(Definition::Many(formulas))
    } else {
        Err(problems)
    }
}

impl Parameters {
    /// Reads the table `[params]`.
    ///
    /// # Returns
    /// Every parameter that could be read, beside every problem.
    pub fn read(table: &DeTable<'_>) -> Reading<Self> {
        let mut parameters = Self::default();
        let mut diagnostics = Vec::new();
        // Tables within tables wait here with their prefix, last first.
        let mut tables = vec![(String::new(), table)];
        while let Some((prefix, table)) = tables.pop() {
            // The TOML table sorts its keys; people expect the order of the file.
            let mut entries: Vec<_> = table.iter().collect();
            entries.sort_by_key(|(key, _)| key.span().start);
            for (key, value) in entries {
                let name = format!("{prefix}{}", key.get_ref());
                let parameter = match value.get_ref() {
                    DeValue::Table(inner) if !is_described(inner) => {
                        tables.push((format!("{name}."), inner));
                        continue;
                    }
                    DeValue::Table(inner) => {
                        described(&name, key.span(), value.span(), inner, &mut diagnostics)
                    }
                    _ => match definition(value) {
                        Ok(definition) => {
                            Some(Parameter::new(name, key.span(), definition, value.span()))
                        }
                        Err(problems) => {
                            diagnostics.extend(problems);
                            None
                        }
                    },
                };
                if let Some(parameter) = parameter {
                    diagnostics.extend(parameters.define(parameter).err());
                }
            }
        }
        diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
        Reading {
            value: Some(parameters),
            diagnostics,
        }
    }

    /// Reads parameters that stand alone, as the contents of a `[params]` table.
    ///
    /// # Errors
    /// Every problem, of TOML or of the parameters.
    pub fn parse(text: &str) -> Result<Self, Vec<Diagnostic>> {
        let table = DeTable::parse(text).map_err(|error| {
            vec![Diagnostic::error(
                "D001",
                error.span().unwrap_or(0..0),
                error.message(),
            )]
        })?;
        Self::read(table.get_ref())
            .into_result()
            .map(|(parameters, _)| parameters)
    }
}

impl Patch {
    /// Reads one entry of an `override` table.
    ///
    /// # Errors
    /// Every problem of its formulas.
    pub fn read(
        name: &str,
        name_span: Range<usize>,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<Self, Vec<Diagnostic>> {
        Ok(Self {
            name: name.to_owned(),
            name_span,
            definition: definition(value)?,
            span: value.span(),
        })
    }
}

/// Whether a table describes one parameter, rather than holding several.
fn is_described(table: &DeTable<'_>) -> bool {
    let has = |key: &str| table.iter().any(|(k, _)| k.get_ref() == key);
    has("value") || (has("dist") && (has("min") || has("values") || has("sd")))
}

fn described(
    name: &str,
    name_span: Range<usize>,
    span: Range<usize>,
    table: &DeTable<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Parameter> {
    let mut parameter = None;
    let mut form = DistributionForm::default();
    let (mut min, mut max) = (None, None);
    let (mut unit, mut source, mut note) = (None, None, None);
    for (key, value) in table {
        let key_span = key.span();
        let problem = match key.get_ref().as_ref() {
            "value" => match definition(value) {
                Ok(definition) => {
                    parameter = Some(Parameter::new(
                        name,
                        name_span.clone(),
                        definition,
                        value.span(),
                    ));
                    None
                }
                Err(problems) => {
                    diagnostics.extend(problems);
                    return None;
                }
            },
            "min" => formula(value).map(|formula| min = Some(formula)).err(),
            "max" => formula(value).map(|formula| max = Some(formula)).err(),
            "unit" => text(value, "the unit").map(|text| unit = Some(text)).err(),
            "source" => text(value, "the source")
                .map(|text| source = Some(text))
                .err(),
            "note" | "label" => text(value, "the note").map(|text| note = Some(text)).err(),
            key if KEYS.contains(&key) => distribution::read(key, value, &mut form).err(),
            other => Some(
                Diagnostic::error(
                    "D071",
                    key_span,
                    format!("a parameter has no \"{other}\"{}", question(other, KEYS)),
                )
                .help(format!("its keys are {}", KEYS.join(", "))),
            ),
        };
        diagnostics.extend(problem);
    }
    let Some(mut parameter) = parameter else {
        let message = format!("parameter {name} has no value");
        diagnostics.push(
            Diagnostic::error("D071", span, message)
                .help("write `value = …`: what it is unless something else is asked"),
        );
        return None;
    };
    (parameter.min, parameter.max) = (min, max);
    (parameter.unit, parameter.source, parameter.note) = (unit, source, note);
    parameter.distribution = form.kind.is_some().then_some(form);
    Some(parameter)
}

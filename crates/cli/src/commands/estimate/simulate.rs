//! Data drawn from the coefficients that a scenario names.

use super::Question;
use super::formula::{Formula, Function};
use super::specify::Left;
use super::unfold::{Unfolded, named};
use crate::failure::Failure;
use deterra_analyze::estimate::design::{Block, Design};
use deterra_analyze::estimate::predict::{covariates, simulate};
use deterra_analyze::estimate::tree::Model;
use deterra_game::number::Rational;
use deterra_scenario::expr::Value;
use deterra_scenario::parameter::Scope;

/// Rows of a tree: standard normal covariates and how play ended.
pub(super) fn tree(
    question: &Question<'_>,
    unfolded: &Unfolded,
    model: &Model,
    formula: &Formula,
    utilities: &[String],
    rows: usize,
) -> Result<String, Failure> {
    let seed = question.context.shared.seed;
    let (columns, values, design) = drawn(formula, utilities, rows, seed)?;
    let truth = truth(question, &design)?;
    let ends = simulate(model, &design, &truth, seed);
    let header: Vec<String> = columns
        .iter()
        .cloned()
        .chain(formula.left.clone())
        .collect();
    // What each column left of ~ says of each end.
    let says: Vec<Vec<String>> = if formula.left.len() == 1 {
        let mut names: Vec<Vec<String>> = Vec::new();
        for place in &unfolded.places {
            names.push(vec![named(place).to_owned()]);
        }
        names
    } else {
        let empty = super::data::Data {
            header: header
                .iter()
                .map(|name| super::data::Cell {
                    text: name.clone(),
                    span: 0..0,
                })
                .collect(),
            rows: Vec::new(),
        };
        let left = Left::new(&formula.left, unfolded, &empty).map_err(|help| {
            Failure::usage(
                format!("`{}` does not say how play ends", formula.left.join(" + ")),
                help,
            )
        })?;
        let Left::Marks(marks, _) = left else {
            return Err(Failure::internal("several columns that name an outcome"));
        };
        (0..unfolded.places.len())
            .map(|end| {
                let mark = |ends: &Vec<usize>| u8::from(ends.contains(&end)).to_string();
                marks.iter().map(|(_, ends)| mark(ends)).collect()
            })
            .collect()
    };
    let width = columns.len();
    let lines = (0..rows).map(|row| {
        let own = values[row * width..(row + 1) * width].iter();
        let own = own.map(ToString::to_string);
        own.chain(says[ends[row]].clone()).collect()
    });
    csv(header, lines)
}

/// Covariates that a formula mentions, row by row, and the design they make.
pub(super) fn drawn(
    formula: &Formula,
    utilities: &[String],
    rows: usize,
    seed: u64,
) -> Result<(Vec<String>, Vec<f64>, Design), Failure> {
    let factors = formula.parts.iter().flat_map(|p| &p.terms).flatten();
    for factor in factors {
        if matches!(
            factor.function,
            Function::Levels | Function::Log | Function::Sqrt
        ) {
            return Err(Failure::usage(
                format!("{factor} has no value for the normal numbers that are drawn"),
                "simulated covariates are standard normal; make the formula of such",
            ));
        }
    }
    let columns: Vec<String> = formula.columns().into_iter().map(str::to_owned).collect();
    let width = columns.len();
    let values = covariates(rows, width, seed);
    let blocks = formula.parts.iter().zip(utilities).map(|(part, name)| {
        let mut names = Vec::new();
        if part.intercept {
            names.push("(intercept)".to_owned());
        }
        for term in &part.terms {
            let factors: Vec<String> = term.iter().map(ToString::to_string).collect();
            names.push(factors.join(":"));
        }
        let mut own = Vec::with_capacity(rows * names.len());
        for row in 0..rows {
            if part.intercept {
                own.push(1.0);
            }
            for term in &part.terms {
                let factor = |f: &super::formula::Factor| {
                    let at = columns.iter().position(|c| *c == f.column).unwrap_or(0);
                    f.function.at(values[row * width + at])
                };
                own.push(term.iter().map(factor).product());
            }
        }
        Block::new(name, names, own)
    });
    let design = Design::new(rows, blocks.collect())
        .map_err(|why| Failure::usage(why.to_string(), "choose milder terms"))?;
    Ok((columns, values, design))
}

/// The coefficients that the scenario names, in the order of the design.
pub(super) fn truth(question: &Question<'_>, design: &Design) -> Result<Vec<f64>, Failure> {
    let known = question.block.map_or(&[][..], |b| &b.coefficients);
    let parameters = &question.scenario.parameters;
    let values = parameters.evaluate().value.unwrap_or_default();
    let scope = Scope::new(&values);
    let mut truth = Vec::new();
    for (utility, block) in design.blocks().iter().enumerate() {
        let wanted = design.range(utility).len();
        if wanted == 0 {
            continue;
        }
        let terms = block.covariates.join(", ");
        let Some((_, formulas)) = known.iter().find(|(name, _)| *name == block.name) else {
            return Err(Failure::usage(
                format!(
                    "the scenario does not say what the coefficients of {} are",
                    block.name
                ),
                format!(
                    "write [estimate] coefficients = {{ {} = […] }}: {terms}",
                    block.name
                ),
            ));
        };
        if formulas.len() != wanted {
            return Err(Failure::usage(
                format!(
                    "the scenario has {} coefficients of {}, and the formula has {wanted}: {terms}",
                    formulas.len(),
                    block.name
                ),
                "one a term, the intercept first",
            ));
        }
        for formula in formulas {
            truth.push(number(formula, &scope)?);
        }
    }
    Ok(truth)
}

/// The value of a formula.
pub(super) fn number(
    formula: &deterra_scenario::expr::Formula,
    scope: &Scope<'_>,
) -> Result<f64, Failure> {
    match formula.evaluate(scope) {
        Ok(Value::Number(number)) => Ok(Rational::to_f64(&number.value)),
        Ok(_) => Err(Failure::input(format!("`{formula}` is no number"))),
        Err(why) => Err(Failure::input(why.diagnostic().message)),
    }
}

/// Comma-separated lines.
pub(super) fn csv(
    header: Vec<String>,
    lines: impl Iterator<Item = Vec<String>>,
) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in std::iter::once(header).chain(lines) {
        writer.write_record(&line).map_err(Failure::internal)?;
    }
    let bytes = writer.into_inner().map_err(Failure::internal)?;
    String::from_utf8(bytes).map_err(Failure::internal)
}

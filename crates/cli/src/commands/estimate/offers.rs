//! Ultimatums: offers and answers instead of how play of a tree ended.

use super::data::{Cell, Complaints};
use super::formula::{Formula, Part};
use super::specify::{Encoding, Usable};
use super::{Question, estimated, finish, parsed, read, refuse, shown, simulate, specify};
use crate::commands::Answer;
use crate::failure::Failure;
use deterra_analyze::estimate::fit::Options;
use deterra_analyze::estimate::ultimatum::{self, Offers, UTILITIES};
use deterra_game::diagnostic::Diagnostic;
use deterra_scenario::parameter::Scope;

/// Reservation values and scales from offers and answers.
pub(super) fn run(question: &Question<'_>) -> Result<Answer, Failure> {
    let (flags, context) = (question.flags, question.context);
    let unfit = [
        (flags.link.is_some(), "--link"),
        (context.shared.errors.is_some(), "--errors"),
        (flags.predict.is_some(), "--predict"),
        (flags.compare.is_some(), "--compare"),
    ];
    if let Some((_, flag)) = unfit.iter().find(|(given, _)| *given) {
        return Err(Failure::usage(
            format!("{flag} is about trees, and this is an ultimatum"),
            "its errors are private and logistic",
        ));
    }
    let formula = formula(question)?;
    let utilities: Vec<String> = UTILITIES.map(str::to_owned).to_vec();
    let values = question.scenario.parameters.evaluate();
    let values = values.value.unwrap_or_default();
    let scope = Scope::new(&values);
    let range = question.block.and_then(|block| block.range.as_ref());
    let Some((least, greatest)) = range else {
        return Err(Failure::internal("an ultimatum without a range"));
    };
    let least = simulate::number(least, &scope)?;
    let greatest = simulate::number(greatest, &scope)?;
    if least >= greatest {
        return Err(Failure::input("`least` must be less than `greatest`"));
    }
    if let Some(rows) = flags.simulate {
        return simulated(question, &formula, &utilities, (least, greatest), rows);
    }
    let mut complaints = Complaints::default();
    let table = read(flags.data.as_deref().unwrap_or("-"), &mut complaints)?;
    let block = question.block;
    let weight = block.and_then(|b| b.weight.as_deref());
    let group = block.and_then(|b| b.group.as_deref());
    let columns = formula.left.iter().map(String::as_str);
    let columns = columns.chain(formula.columns()).chain(weight).chain(group);
    if !specify::require(&table.data, columns, &mut complaints) {
        return Err(refuse(table.source, complaints, context));
    }
    let encoding = Encoding::new(&formula, &table.data, &mut complaints);
    let places: Vec<Option<usize>> = formula.left.iter().map(|c| table.data.column(c)).collect();
    let mut offers = Vec::new();
    let mut answers = Vec::new();
    let usable = |row: &[Cell], complaints: &mut Complaints| {
        let cell = |k: usize| places.get(k).copied().flatten().and_then(|at| row.get(at));
        let Some(offer) = cell(0).filter(|cell| !cell.is_missing()) else {
            return Usable::Missing;
        };
        let inside = |y: &f64| (least..=greatest).contains(y);
        let value = offer.number().filter(inside);
        if value.is_none() {
            let message = format!("an offer is a number from {least} to {greatest}");
            complaints.push(Diagnostic::error("T011", offer.span.clone(), message));
        }
        let answer = match cell(1).filter(|cell| !cell.is_missing()) {
            None => Some(None),
            Some(cell) => match cell.number() {
                Some(x) if (x - 1.0).abs() < f64::EPSILON => Some(Some(true)),
                Some(x) if x.abs() < f64::EPSILON => Some(Some(false)),
                _ => {
                    let message = "an answer is 1 for yes or 0 for no";
                    complaints.push(Diagnostic::error("T011", cell.span.clone(), message));
                    None
                }
            },
        };
        let Some((value, answer)) = value.zip(answer) else {
            return Usable::Wrong;
        };
        offers.push(value);
        answers.push(answer);
        Usable::Yes
    };
    let rows = specify::rows(
        &table.data,
        &formula,
        &encoding,
        weight,
        group,
        usable,
        &mut complaints,
    );
    if !complaints.is_empty() {
        return Err(refuse(table.source, complaints, context));
    }
    let data = Offers::new(least, greatest, offers, answers).map_err(Failure::internal)?;
    let design = encoding
        .design(&utilities, &rows)
        .ok_or_else(|| Failure::internal("covariates that are no numbers"))?;
    // A value of the utility in every row is a coefficient of its intercept.
    let first = |utility: usize| {
        let intercept = formula.parts[utility].intercept;
        intercept.then(|| design.range(utility).start)
    };
    let options = Options {
        from: Some(data.start(first, design.num_coefficients())),
        ..question.options(&rows)
    };
    let (mut answer, fitted) = estimated(
        question,
        &data,
        &design,
        &rows,
        &options,
        flags.bootstrap,
        &table,
    )?;
    answer.model = "ultimatum";
    answer.errors = Some("private");
    answer.link = Some("logit");
    answer.formula = Some(shown(flags.formula.as_deref(), question));
    finish(&answer, &fitted, flags, context)
}

/// A formula with a part for each utility; scales that are not mentioned are constant.
fn formula(question: &Question<'_>) -> Result<Formula, Failure> {
    let text = shown(question.flags.formula.as_deref(), question);
    let mut formula = parsed(&text)?;
    if formula.left.is_empty() || formula.left.len() > 2 {
        return Err(Failure::usage(
            "left of ~ stand the column of offers and that of answers",
            "'offer + accepted ~ x | z', for R1 and R2",
        ));
    }
    if !(2..=4).contains(&formula.parts.len()) {
        return Err(Failure::usage(
            format!(
                "the formula has {} parts, and an ultimatum has two to four: R1 | R2 | ln s1 | ln s2",
                formula.parts.len()
            ),
            "scales that are left out are constant",
        ));
    }
    formula.parts.resize(
        4,
        Part {
            intercept: true,
            terms: Vec::new(),
        },
    );
    Ok(formula)
}

fn simulated(
    question: &Question<'_>,
    formula: &Formula,
    utilities: &[String],
    (least, greatest): (f64, f64),
    rows: usize,
) -> Result<Answer, Failure> {
    let seed = question.context.shared.seed;
    let (columns, values, design) = simulate::drawn(formula, utilities, rows, seed)?;
    let truth = simulate::truth(question, &design)?;
    let header = columns.iter().cloned().chain(formula.left.clone());
    let width = columns.len();
    let lines = (0..rows).map(|row| {
        let own = design.utilities(row, &truth);
        let own = [own[0], own[1], own[2], own[3]];
        let (offer, accepted) = ultimatum::simulate(least, greatest, own, seed, row as u64);
        let mut line: Vec<String> = values[row * width..(row + 1) * width]
            .iter()
            .map(ToString::to_string)
            .collect();
        line.push(offer.to_string());
        if formula.left.len() > 1 {
            line.push(u8::from(accepted).to_string());
        }
        line
    });
    Ok(Answer::new(simulate::csv(header.collect(), lines)?))
}

//! Ultimatums: offers and answers instead of how play of a tree ended.

use super::answer::{Answered, Prediction};
use super::data::{Cell, Complaints};
use super::formula::{Formula, Part};
use super::specify::{Encoding, Rows, Usable};
use super::{
    Question, Table, comparable, compared, estimated, finish, parsed, predicted_rows, read, refuse,
    shown, simulate, specify,
};
use crate::commands::Answer;
use crate::failure::Failure;
use deterra_analyze::estimate::design::Design;
use deterra_analyze::estimate::fit::{Fit, Options};
use deterra_analyze::estimate::ultimatum::{self, Offers, UTILITIES, What, foresee};
use deterra_game::diagnostic::Diagnostic;
use deterra_scenario::parameter::Scope;

/// Reservation values and scales from offers and answers.
pub(super) fn run(question: &Question<'_>) -> Result<Answer, Failure> {
    let (flags, context) = (question.flags, question.context);
    let unfit = [
        (flags.link.is_some(), "--link"),
        (context.shared.errors.is_some(), "--errors"),
        (flags.scale.is_some(), "--scale"),
    ];
    if let Some((_, flag)) = unfit.iter().find(|(given, _)| *given) {
        return Err(Failure::usage(
            format!("{flag} is about trees, and this is an ultimatum"),
            "its errors are private and logistic",
        ));
    }
    let formula = formula(question, &shown(flags.formula.as_deref(), question))?;
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
    let bounds = (least, greatest);
    let mut complaints = Complaints::default();
    let table = read(
        flags.data.as_deref().unwrap_or("-"),
        &mut complaints,
        context,
    )?;
    let prepared = prepare(question, &formula, bounds, table, complaints)?;
    let (mut answer, fitted) = fitted(question, &formula, &prepared, flags.bootstrap)?;
    answer.model = "ultimatum";
    answer.errors = Some("private");
    answer.link = Some("logit");
    answer.formula = Some(shown(flags.formula.as_deref(), question));
    if let Some(text) = &flags.compare {
        let other = self::formula(question, text)?;
        let again = prepared.table.again();
        let second = prepare(question, &other, bounds, again, Complaints::default())?;
        comparable(&prepared.rows, &second.rows)?;
        let (rival, fit_of_rival) = self::fitted(question, &other, &second, None)?;
        answer.comparison = Some(compared(&fitted, &fit_of_rival, text)?);
        let other = rival.warnings.into_iter();
        answer
            .warnings
            .extend(other.map(|w| format!("with the other formula: {w}")));
    }
    if let Some(file) = &flags.predict {
        answer.predictions = Some(predictions(
            question, &formula, &prepared, bounds, &fitted, file,
        )?);
    }
    finish(&answer, &fitted, flags, context)
}

/// Rows of data: covariates, offers and answers.
struct Prepared {
    encoding: Encoding,
    rows: Rows,
    design: Design,
    data: Offers,
    table: Table,
}

/// Everything that a formula says about data.
fn prepare(
    question: &Question<'_>,
    formula: &Formula,
    (least, greatest): (f64, f64),
    table: Table,
    mut complaints: Complaints,
) -> Result<Prepared, Failure> {
    let context = question.context;
    let utilities: Vec<String> = UTILITIES.map(str::to_owned).to_vec();
    let block = question.block;
    let weight = block.and_then(|b| b.weight.as_deref());
    let group = block.and_then(|b| b.group.as_deref());
    let columns = formula.left.iter().map(String::as_str);
    let columns = columns.chain(formula.columns()).chain(weight).chain(group);
    if !specify::require(&table.data, columns, &mut complaints) {
        return Err(refuse(table.source, complaints, context));
    }
    let encoding = Encoding::new(formula, &table.data, &mut complaints);
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
        formula,
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
    Ok(Prepared {
        encoding,
        rows,
        design,
        data,
        table,
    })
}

fn fitted(
    question: &Question<'_>,
    formula: &Formula,
    prepared: &Prepared,
    draws: Option<usize>,
) -> Result<(Answered, Fit), Failure> {
    let (data, design) = (&prepared.data, &prepared.design);
    // A value of the utility in every row is a coefficient of its intercept.
    let first = |utility: usize| {
        let intercept = formula.parts[utility].intercept;
        intercept.then(|| design.range(utility).start)
    };
    let options = Options {
        from: Some(data.start(first, design.num_coefficients())),
        ..question.options(&prepared.rows)
    };
    estimated(
        question,
        data,
        design,
        &prepared.rows,
        &options,
        draws,
        &prepared.table,
    )
}

/// Offers and answers at the covariates of another file.
fn predictions(
    question: &Question<'_>,
    formula: &Formula,
    prepared: &Prepared,
    bounds: (f64, f64),
    fitted: &Fit,
    file: &str,
) -> Result<Vec<Prediction>, Failure> {
    let (found, design) = predicted_rows(
        question,
        formula,
        &prepared.encoding,
        &prepared.design,
        file,
    )?;
    let covariance = if question.flags.robust {
        &fitted.robust
    } else {
        &fitted.covariance
    };
    let known = fitted.known.iter().all(|known| *known);
    let level = question.flags.level / 100.0;
    let mut all = Vec::new();
    for (row, at) in found.kept.iter().enumerate() {
        for of in foresee(
            bounds,
            &design,
            row,
            &fitted.coefficients,
            covariance,
            level,
        ) {
            let is_mean = of.what == What::Offer;
            all.push(Prediction {
                row: at + 1,
                outcome: match of.what {
                    What::Offer => "offer",
                    What::Accepted => "accepted",
                    What::Least => "least offer",
                    What::Greatest => "greatest offer",
                }
                .to_owned(),
                probability: (!is_mean).then_some(of.value),
                mean: is_mean.then_some(of.value),
                se: known.then_some(of.error),
                low: known.then_some(of.interval.0),
                high: known.then_some(of.interval.1),
            });
        }
    }
    Ok(all)
}

/// A formula with a part for each utility; scales that are not mentioned are constant.
fn formula(question: &Question<'_>, text: &str) -> Result<Formula, Failure> {
    let mut formula = parsed(text)?;
    if formula.left.is_empty() {
        // That of the file stands for it, as for another formula to compare with.
        formula.left = parsed(&shown(question.flags.formula.as_deref(), question))?.left;
    }
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

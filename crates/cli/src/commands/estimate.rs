//! `deterra estimate FILE --data CSV`: what payoffs must have been for play to end as it did.

mod answer;
mod data;
mod flags;
mod formula;
mod offers;
mod precision;
mod prepare;
mod simulate;
mod specify;
mod unfold;
mod words;

pub(crate) use flags::Flags;

use super::Answer;
use crate::args::{ConceptName, ErrorsName, Format};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::json;
use crate::output::model::Reproduce;
use crate::request::{self, Loaded};
use answer::{Answered, Compared, DataInfo, Drawn, Prediction, Row};
use data::Complaints;
use deterra_analyze::estimate::Likelihood;
use deterra_analyze::estimate::bootstrap::{Bootstrap, bootstrap};
use deterra_analyze::estimate::compare::compare;
use deterra_analyze::estimate::design::Design;
use deterra_analyze::estimate::fit::{Fit, Options, fit, inference};
use deterra_analyze::estimate::link::{Errors, Link};
use deterra_analyze::estimate::predict::predict;
use deterra_analyze::estimate::tree::{EndsOfPlay, Model, stages};
use deterra_scenario::Scenario;
use deterra_scenario::model::Estimation;
use deterra_solve::control::Stop;
use flags::LinkName;
use formula::{Formula, Part};
use prepare::{Prepared, Table, prepare, read, refuse};
use specify::{Encoding, Rows, Usable};
use unfold::{Unfolded, named};

/// The name of the logarithm of the scale of errors.
const SCALE: &str = "ln sigma";

/// What every kind of estimate works with.
struct Question<'q> {
    loaded: &'q Loaded,
    scenario: &'q Scenario,
    block: Option<&'q Estimation>,
    flags: &'q Flags,
    context: &'q Context,
}

pub(crate) fn run(flags: &Flags, context: &Context) -> Result<Answer, Failure> {
    flags::check(flags)?;
    let loaded = request::load_histories(&flags.input.file, context)?;
    if context.shared.concept == Some(ConceptName::Qre) {
        return precision::run(&loaded, flags, context);
    }
    if let Some(concept) = context.shared.concept {
        return Err(Failure::usage(
            format!("{concept:?} has nothing to estimate"),
            "--concept qre estimates lambda from counts of choices; without it payoffs are estimated",
        ));
    }
    let Some(ladder) = loaded.ladder.as_deref() else {
        return Err(Failure::usage(
            "this is a game file, and its payoffs have no names to estimate them by",
            "with --concept qre lambda is estimated; payoffs of a scenario are",
        ));
    };
    let question = Question {
        loaded: &loaded,
        scenario: &ladder.scenario,
        block: ladder.scenario.estimation.as_ref(),
        flags,
        context,
    };
    if question.block.is_some_and(|block| block.ultimatum) {
        offers::run(&question)
    } else {
        tree(&question)
    }
}

impl Question<'_> {
    /// The errors that were asked for, else those of the scenario.
    fn errors(&self) -> Result<(Errors, Link), Failure> {
        let block = self.block;
        let mut errors = if block.is_some_and(|b| b.private) {
            Errors::Private
        } else {
            Errors::Agent
        };
        let mut link = if block.is_some_and(|b| b.logit) {
            Link::Logit
        } else {
            Link::Probit
        };
        match self.context.shared.errors {
            None => {}
            Some(ErrorsName::Agent) => errors = Errors::Agent,
            Some(ErrorsName::Private) => {
                (errors, link) = (Errors::Private, Link::Probit);
            }
            Some(ErrorsName::Logit) => (errors, link) = (Errors::Agent, Link::Logit),
            Some(ErrorsName::Probit) => (errors, link) = (Errors::Agent, Link::Probit),
        }
        match self.flags.link {
            None => {}
            Some(LinkName::Probit) => link = Link::Probit,
            Some(LinkName::Logit) if errors == Errors::Private => {
                return Err(Failure::usage(
                    "sums of private errors are normal, so private information is probit",
                    "leave --link logit out, or say --errors agent",
                ));
            }
            Some(LinkName::Logit) => link = Link::Logit,
        }
        Ok((errors, link))
    }

    /// The parameters to estimate, in order.
    fn utilities(&self) -> Vec<String> {
        match self.block {
            Some(block) if !block.utilities.is_empty() => block.utilities.clone(),
            _ => {
                let names = self.scenario.parameters.names();
                names.map(str::to_owned).collect()
            }
        }
    }

    /// A formula with a part for each utility.
    fn formula(&self, typed: Option<&str>, utilities: &[String]) -> Result<Formula, Failure> {
        let in_file = self.block.and_then(|b| b.formula.as_ref());
        let Some(text) = typed.or(in_file.map(|(text, _)| text.as_str())) else {
            return Err(Failure::usage(
                "there is no formula to estimate",
                format!(
                    "--formula 'outcome ~ x | …' with a part each for {}",
                    utilities.join(", ")
                ),
            ));
        };
        let mut formula = parsed(text)?;
        if formula.left.is_empty() {
            let column = self.block.and_then(|b| b.outcome.clone());
            formula.left = vec![column.ok_or_else(|| {
                Failure::usage(
                    "the formula does not say which column tells how play ended",
                    "write it left of ~, or `outcome` in [estimate]",
                )
            })?];
        }
        if formula.parts.len() != utilities.len() {
            return Err(Failure::usage(
                format!(
                    "the formula has {} parts, and there are {} utilities: {}",
                    formula.parts.len(),
                    utilities.len(),
                    utilities.join(" | ")
                ),
                "one part a utility, separated by |; 0 fixes one at 0; `utilities` in [estimate] lists them",
            ));
        }
        Ok(formula)
    }

    /// The text of what the scale of errors depends on, if anything.
    fn scale(&self) -> Option<&str> {
        let in_file = self.block.and_then(|b| b.scale.as_deref());
        self.flags.scale.as_deref().or(in_file)
    }

    /// The part of a formula for the scale of errors.
    fn scale_part(&self, model: &Model) -> Result<Option<Part>, Failure> {
        let Some(text) = self.scale() else {
            return Ok(None);
        };
        let mut formula = parsed(&format!("~ {text}"))?;
        let Some(part) = formula.parts.pop().filter(|_| formula.parts.is_empty()) else {
            return Err(Failure::usage(
                "the scale of errors is one number, and its formula has several parts",
                "--scale 'z1 + z2 - 1'",
            ));
        };
        if part.intercept && !model.has_fixed_payoffs() {
            return Err(Failure::usage(
                "all payoffs are estimated, so nothing tells how large errors are in general",
                format!("leave the intercept out: --scale '{text} - 1'"),
            ));
        }
        Ok(Some(part))
    }

    fn options(&self, rows: &Rows) -> Options {
        Options {
            starts: self.flags.starts,
            penalty: self.flags.penalty.unwrap_or(0.0),
            groups: rows.groups.clone(),
            ..Options::default()
        }
    }
}

/// Reads a formula.
fn parsed(text: &str) -> Result<Formula, Failure> {
    Formula::parse(text).map_err(|wrong| {
        let before: String = text.chars().take(wrong.at).collect();
        let rest = text.get(wrong.at..).unwrap_or_default();
        let place = if rest.is_empty() {
            "at its end".to_owned()
        } else {
            format!("at `{rest}`")
        };
        let after = before.trim_end();
        let after = if after.is_empty() {
            String::new()
        } else {
            format!(", after `{after}`")
        };
        Failure::usage(
            format!("in the formula, {place}{after}: {}", wrong.message),
            "formulas look like 'outcome ~ x1 + x2 | 0 | z - 1'",
        )
    })
}

/// Payoffs of a tree.
fn tree(question: &Question<'_>) -> Result<Answer, Failure> {
    let (context, flags) = (question.context, question.flags);
    let utilities = question.utilities();
    if utilities.is_empty() {
        return Err(Failure::usage(
            "this scenario has no parameters to estimate",
            "name payoffs in [params], and list them in [estimate] utilities = […]",
        ));
    }
    let mut formula = question.formula(flags.formula.as_deref(), &utilities)?;
    let (errors, link) = question.errors()?;
    let (unfolded, nodes) = unfold::linear(question.scenario, &utilities)?;
    let players = unfolded.players.len();
    let model = Model::new(nodes, players, utilities.len(), errors, link)
        .map_err(|why| words::no_model(&why, &unfolded))?;
    let scale = question.scale_part(&model)?;
    let (mut model, mut utilities) = (model, utilities);
    if let Some(part) = &scale {
        model = model.with_scale();
        utilities.push(SCALE.to_owned());
        formula.parts.push(part.clone());
    }
    if let Some(rows) = flags.simulate {
        let text = simulate::tree(question, &unfolded, &model, &formula, &utilities, rows)?;
        return Ok(Answer::new(text));
    }
    let mut complaints = Complaints::default();
    let table = read(
        flags.data.as_deref().unwrap_or("-"),
        &mut complaints,
        context,
    )?;
    let (prepared, table) = prepare(
        question, &unfolded, &model, &formula, &utilities, table, complaints,
    )?;
    let options = Options {
        stages: stages(&model),
        ..question.options(&prepared.rows)
    };
    let likelihood = EndsOfPlay {
        model: &model,
        observed: &prepared.observed,
    };
    let design = &prepared.design;
    let (mut answer, fitted) = estimated(
        question,
        &likelihood,
        design,
        &prepared.rows,
        &options,
        flags.bootstrap,
        &table,
    )?;
    answer.model = "tree";
    answer.errors = Some(errors.word());
    answer.link = Some(link.word());
    answer.formula = Some(shown(flags.formula.as_deref(), question));
    answer.scale = scale
        .is_some()
        .then(|| question.scale().unwrap_or_default().trim().to_owned());
    if let Some(text) = &flags.compare {
        let named = &utilities[..utilities.len() - usize::from(scale.is_some())];
        let mut other = question.formula(Some(text), named)?;
        other.parts.extend(scale.clone());
        let again = table.again();
        let (second, again) = prepare(
            question,
            &unfolded,
            &model,
            &other,
            &utilities,
            again,
            Complaints::default(),
        )?;
        comparable(&prepared.rows, &second.rows)?;
        let likelihood = EndsOfPlay {
            model: &model,
            observed: &second.observed,
        };
        let (rival, fit_of_rival) = estimated(
            question,
            &likelihood,
            &second.design,
            &second.rows,
            &options,
            None,
            &again,
        )?;
        answer.comparison = Some(compared(&fitted, &fit_of_rival, text)?);
        let other = rival.warnings.into_iter();
        answer
            .warnings
            .extend(other.map(|w| format!("with the other formula: {w}")));
    }
    if let Some(file) = &flags.predict {
        let predictions = predictions(
            question, &unfolded, &model, &formula, &prepared, &fitted, file,
        );
        answer.predictions = Some(predictions?);
    }
    finish(&answer, &fitted, flags, context)
}

/// The formula as it is shown.
fn shown(typed: Option<&str>, question: &Question<'_>) -> String {
    let in_file = question.block.and_then(|b| b.formula.as_ref());
    let text = typed.or(in_file.map(|(text, _)| text.as_str()));
    text.unwrap_or_default().trim().to_owned()
}

/// Fits a likelihood and says what came out.
fn estimated<L: Likelihood>(
    question: &Question<'_>,
    likelihood: &L,
    design: &Design,
    rows: &Rows,
    options: &Options,
    draws: Option<usize>,
    table: &Table,
) -> Result<(Answered, Fit), Failure> {
    let (context, flags) = (question.context, question.flags);
    let control = context.control();
    let weights = rows.weights.as_deref();
    let fitted = fit(likelihood, design, weights, options, &control)
        .map_err(|why| Failure::input(why.to_string()))?;
    let drawn = match draws {
        Some(draws) if draws > 0 => {
            let control = context.control();
            let drawn = bootstrap(
                likelihood, design, weights, &fitted, draws, options, &control,
            );
            Some(drawn.map_err(|why| Failure::input(why.to_string()))?)
        }
        _ => None,
    };
    let level = flags.level / 100.0;
    let coefficients = coefficients(design, &fitted, drawn.as_ref(), flags.robust, level);
    let mut warnings = words::flaws(&fitted, design);
    if let Some(drawn) = drawn.as_ref().filter(|drawn| drawn.stop != Stop::Done) {
        let made = drawn.draws.len() + drawn.failed;
        warnings.push(format!("the bootstrap was ended after {made} draws"));
    }
    let answered = Answered {
        schema: "deterra/estimate/1",
        name: question.loaded.title.clone(),
        sha256: question.loaded.sha256.clone(),
        data: DataInfo {
            name: table.source.name.clone(),
            sha256: table.source.sha256(),
            rows: rows.kept.len(),
            dropped: rows.dropped,
        },
        model: "tree",
        errors: None,
        link: None,
        formula: None,
        scale: None,
        penalty: options.penalty,
        level,
        coefficients,
        log_likelihood: fitted.log_likelihood,
        aic: Some(fitted.aic()),
        bic: Some(fitted.bic()),
        n: fitted.count,
        converged: fitted.converged,
        unbounded: fitted.is_unbounded(),
        warnings,
        starts: fitted.ends.clone(),
        bootstrap: drawn.as_ref().map(|drawn| Drawn {
            draws: drawn.draws.len(),
            failed: drawn.failed,
        }),
        comparison: None,
        predictions: None,
        reproduce: reproduce(context),
    };
    Ok((answered, fitted))
}

fn reproduce(context: &Context) -> Reproduce {
    Reproduce {
        version: env!("CARGO_PKG_VERSION"),
        command: context.command_line.clone(),
        seed: context.shared.seed,
        threads: context.shared.threads,
    }
}

fn coefficients(
    design: &Design,
    fitted: &Fit,
    drawn: Option<&Bootstrap>,
    robust: bool,
    level: f64,
) -> Vec<Row> {
    (0..design.num_coefficients())
        .map(|k| {
            let (equation, name) = design.name(k);
            let (se, robust_se) = (fitted.standard_error(k), fitted.robust_error(k));
            let estimate = fitted.coefficients[k];
            let inferred = if robust { robust_se } else { se };
            let inferred = inferred.map(|error| inference(estimate, error, level));
            let interval = drawn.and_then(|d| d.interval(k, level));
            Row {
                equation: equation.to_owned(),
                name: name.to_owned(),
                estimate,
                se,
                robust_se,
                z: inferred.map(|i| i[0]),
                p: inferred.map(|i| i[1]),
                low: inferred.map(|i| i[2]),
                high: inferred.map(|i| i[3]),
                bootstrap_se: drawn.and_then(|d| d.standard_error(k)),
                bootstrap_low: interval.map(|i| i.0),
                bootstrap_high: interval.map(|i| i.1),
            }
        })
        .collect()
}

fn compared(first: &Fit, second: &Fit, formula: &str) -> Result<Compared, Failure> {
    let both = compare(first, second)
        .map_err(|why| Failure::input_help(why.to_string(), "compare formulas that differ"))?;
    Ok(Compared {
        formula: formula.trim().to_owned(),
        coefficients: second.coefficients.len(),
        log_likelihood: second.log_likelihood,
        vuong: both.vuong,
        vuong_p: both.vuong_p,
        favorable: both.favorable,
        clarke_p: both.clarke_p,
        sentence: words::comparison(&both, formula.trim(), second.log_likelihood),
    })
}

/// Refuses to compare formulas that do not use the same rows, each once.
fn comparable(first: &Rows, second: &Rows) -> Result<(), Failure> {
    if second.kept != first.kept {
        return Err(Failure::input_help(
            "the two formulas use different rows, since different columns have gaps",
            "keep only rows without gaps in any of the columns",
        ));
    }
    if first.weights.is_some() {
        return Err(Failure::usage(
            "the tests of Vuong and Clarke count every row once, and there are weights",
            "leave `weight` out of [estimate]",
        ));
    }
    Ok(())
}

/// The rows of another file, with the covariates that a formula makes of them.
fn predicted_rows(
    question: &Question<'_>,
    formula: &Formula,
    encoding: &Encoding,
    like: &Design,
    file: &str,
) -> Result<(Rows, Design), Failure> {
    let mut complaints = Complaints::default();
    let table = read(file, &mut complaints, question.context)?;
    let mut found = Rows::default();
    if specify::require(&table.data, formula.columns(), &mut complaints) {
        let usable = |_: &[data::Cell], _: &mut Complaints| Usable::Yes;
        found = specify::rows(
            &table.data,
            formula,
            encoding,
            None,
            None,
            usable,
            &mut complaints,
        );
    }
    if !complaints.is_empty() {
        return Err(refuse(table.source, complaints, question.context));
    }
    let utilities: Vec<String> = like.blocks().iter().map(|b| b.name.clone()).collect();
    let design = encoding.design(&utilities, &found);
    let design = design.ok_or_else(|| Failure::internal("covariates that are no numbers"))?;
    Ok((found, design))
}

/// How play ends at the covariates of another file.
fn predictions(
    question: &Question<'_>,
    tree: &Unfolded,
    model: &Model,
    formula: &Formula,
    prepared: &Prepared,
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
        for of in predict(model, &design, row, &fitted.coefficients, covariance, level) {
            all.push(Prediction {
                row: at + 1,
                outcome: named(&tree.places[of.end]).to_owned(),
                probability: Some(of.probability),
                mean: None,
                se: known.then_some(of.error),
                low: known.then_some(of.interval.0),
                high: known.then_some(of.interval.1),
            });
        }
    }
    Ok(all)
}

/// The text of an answer and how the command ends.
fn finish(
    answer: &Answered,
    fitted: &Fit,
    flags: &Flags,
    context: &Context,
) -> Result<Answer, Failure> {
    let exit = match fitted.stop {
        Stop::Interrupted => Exit::Interrupted,
        _ if !fitted.converged || fitted.known.contains(&false) => Exit::Partial,
        _ => Exit::Answered,
    };
    Ok(Answer {
        text: written(answer, flags, context)?.into(),
        exit,
    })
}

/// An answer in the format that was asked for.
fn written(answer: &Answered, flags: &Flags, context: &Context) -> Result<String, Failure> {
    Ok(match context.shared.format() {
        Format::Json => json::document(answer).map_err(Failure::internal)?,
        _ if flags.latex => answer.latex(),
        Format::Csv => answer.csv(),
        Format::Text | Format::Gambit => answer.text(context.width()),
    })
}

//! How uncertain the analyst is about a number: checked here, sampled by questions about a family.
//!
//! These are not the beliefs of the actors: those are priors over their types.

use super::evaluate::value_of;
use super::read::{definition, formula};
use super::{Definition, Parameter, Scope, Valuation};
use crate::expr::{Formula, Value};
use crate::suggest::question;
use deterra_game::diagnostic::Diagnostic;
use deterra_game::number::Rational;
use std::ops::Range;
use toml::Spanned;
use toml::de::DeValue;

const KINDS: [&str; 5] = ["uniform", "tri", "normal", "beta", "discrete"];

/// A distribution whose numbers are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// Every value between two, equally.
    Uniform {
        /// The least value.
        low: Rational,
        /// The greatest.
        high: Rational,
    },
    /// A triangle over an interval.
    Triangular {
        /// The least value.
        low: Rational,
        /// The likeliest.
        mode: Rational,
        /// The greatest.
        high: Rational,
    },
    /// A bell around a mean, cut to the parameter's `min` and `max` if it has them.
    Normal {
        /// The mean.
        mean: Rational,
        /// The standard deviation.
        deviation: Rational,
    },
    /// A beta distribution stretched over an interval.
    Beta {
        /// The first shape.
        alpha: Rational,
        /// The second shape.
        beta: Rational,
        /// The least value.
        low: Rational,
        /// The greatest.
        high: Rational,
    },
    /// A list of values with probabilities that sum to 1.
    Discrete {
        /// The values with their probabilities, in the order of the file.
        points: Vec<(Rational, Rational)>,
    },
}

/// A distribution as written, before parameters have values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DistributionForm {
    /// The kind and where it stands.
    pub kind: Option<(String, Range<usize>)>,
    mode: Option<Formula>,
    deviation: Option<Formula>,
    alpha: Option<Formula>,
    beta: Option<Formula>,
    values: Option<Definition>,
    weights: Option<Definition>,
}

/// Reads one of the keys that describe a distribution.
pub(super) fn read(
    key: &str,
    value: &Spanned<DeValue<'_>>,
    form: &mut DistributionForm,
) -> Result<(), Diagnostic> {
    let list = |slot: &mut Option<Definition>| match definition(value) {
        Ok(definition) => {
            *slot = Some(definition);
            Ok(())
        }
        Err(problems) => problems.into_iter().next().map_or(Ok(()), Err),
    };
    match key {
        "mode" => form.mode = Some(formula(value)?),
        "sd" => form.deviation = Some(formula(value)?),
        "alpha" => form.alpha = Some(formula(value)?),
        "beta" => form.beta = Some(formula(value)?),
        "values" => list(&mut form.values)?,
        "weights" => list(&mut form.weights)?,
        _ => {
            let kind = super::text(value, "the kind of distribution")?;
            if !KINDS.contains(&kind.as_str()) {
                let message = format!(
                    "there is no distribution \"{kind}\"{}",
                    question(&kind, KINDS)
                );
                return Err(Diagnostic::error("D076", value.span(), message)
                    .help(format!("the distributions are {}", KINDS.join(", "))));
            }
            form.kind = Some((kind, value.span()));
        }
    }
    Ok(())
}

impl DistributionForm {
    /// The distribution, its numbers found and checked.
    pub(super) fn evaluate(
        &self,
        parameter: &Parameter,
        values: &Valuation,
    ) -> Result<Distribution, Diagnostic> {
        let (kind, place) = self.kind.clone().unwrap_or_default();
        let refuse = |message: String| {
            Diagnostic::error(
                "D076",
                place.clone(),
                format!("parameter {}: {message}", parameter.name),
            )
        };
        let scope = Scope::new(values);
        let find = |formula: Option<&Formula>, key: &str| match formula {
            Some(formula) => formula
                .number(&scope)
                .map(|q| q.value)
                .map_err(|e| e.diagnostic()),
            None => Err(refuse(format!("a {kind} distribution needs `{key}`"))),
        };
        let center = || match values.get(&parameter.name) {
            Some(Value::Number(quantity)) => Ok(quantity.value.clone()),
            _ => Err(refuse("only a number can have a distribution".to_owned())),
        };
        let or = |formula: Option<&Formula>, default: Rational| match formula {
            Some(_) => find(formula, ""),
            None => Ok(default),
        };
        let (min, max) = (parameter.min.as_ref(), parameter.max.as_ref());
        let positive = |value: Rational, key: &str| {
            if value > Rational::ZERO {
                Ok(value)
            } else {
                Err(refuse(format!("`{key}` must be above 0, and is {value}")))
            }
        };
        let interval = |low: Rational, high: Rational| {
            if low < high {
                Ok((low, high))
            } else {
                Err(refuse(format!("`min` {low} must be below `max` {high}")))
            }
        };
        center()?;
        match kind.as_str() {
            "uniform" => {
                let (low, high) = interval(find(min, "min")?, find(max, "max")?)?;
                Ok(Distribution::Uniform { low, high })
            }
            "tri" => {
                let (low, high) = interval(find(min, "min")?, find(max, "max")?)?;
                let mode = or(self.mode.as_ref(), center()?)?;
                if mode < low || mode > high {
                    return Err(refuse(format!(
                        "the mode {mode} is outside {low} to {high}"
                    )));
                }
                Ok(Distribution::Triangular { low, mode, high })
            }
            "normal" => {
                let deviation = positive(find(self.deviation.as_ref(), "sd")?, "sd")?;
                Ok(Distribution::Normal {
                    mean: center()?,
                    deviation,
                })
            }
            "beta" => {
                let (low, high) = interval(or(min, Rational::ZERO)?, or(max, Rational::ONE)?)?;
                let alpha = positive(find(self.alpha.as_ref(), "alpha")?, "alpha")?;
                let beta = positive(find(self.beta.as_ref(), "beta")?, "beta")?;
                Ok(Distribution::Beta {
                    alpha,
                    beta,
                    low,
                    high,
                })
            }
            _ => self.discrete(&scope, refuse),
        }
    }

    fn discrete(
        &self,
        scope: &Scope<'_>,
        refuse: impl Fn(String) -> Diagnostic,
    ) -> Result<Distribution, Diagnostic> {
        let list = |definition: Option<&Definition>, key: &str| match definition
            .map(|d| value_of(d, scope))
        {
            Some(Ok(Value::List(items))) => {
                Ok(items.iter().map(|q| q.value.clone()).collect::<Vec<_>>())
            }
            Some(Err(error)) => Err(error.diagnostic()),
            _ => Err(refuse(format!(
                "a discrete distribution needs an array `{key}`"
            ))),
        };
        let points = list(self.values.as_ref(), "values")?;
        let weights = match &self.weights {
            None => vec![Rational::ONE; points.len()],
            weights => list(weights.as_ref(), "weights")?,
        };
        if points.len() != weights.len() {
            return Err(refuse(format!(
                "there are {} values and {} weights",
                points.len(),
                weights.len()
            )));
        }
        if let Some(negative) = weights.iter().find(|weight| weight.is_negative()) {
            return Err(refuse(format!("the weight {negative} is below 0")));
        }
        let total: Rational = weights.iter().sum();
        let Some(inverse) = total.checked_inverse() else {
            return Err(refuse("the weights sum to 0".to_owned()));
        };
        let points = points
            .into_iter()
            .zip(weights.iter().map(|weight| weight * &inverse))
            .collect();
        Ok(Distribution::Discrete { points })
    }
}

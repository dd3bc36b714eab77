//! How play ends: by node, and outcomes that occur in several places together.

use super::json::Exact;
use super::model::OutcomeRow;
use deterra_game::number::Rational;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::collections::HashMap;
use std::ops::Deref;

/// An outcome, wherever it occurs.
#[derive(Debug, Serialize)]
struct Total<'r> {
    outcome: &'r str,
    probability: Exact,
    approx: Option<f64>,
}

/// How play ends.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ends {
    /// By node, likeliest first.
    rows: Vec<OutcomeRow>,
    /// What is not listed, of trees in which play ends in many ways.
    cut: Option<Box<Cut>>,
}

/// What is said of the ends and decisions that are too many to be listed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cut {
    /// Ends that are reached and are not listed.
    pub(crate) ends: usize,
    /// Steps of the path that are not listed.
    pub(crate) steps: usize,
    /// What ends of one name add up to, listed or not.
    pub(crate) totals: Vec<(String, Rational)>,
}

impl Ends {
    /// The likeliest ends of many.
    pub(crate) fn cut(rows: Vec<OutcomeRow>, cut: Cut) -> Self {
        let cut = Some(Box::new(cut));
        Self { rows, cut }
    }

    /// Outcomes in the order in which they first occur, with what their rows add up to.
    pub(crate) fn totals(&self) -> Vec<(&str, Rational)> {
        match &self.cut {
            None => totals(&self.rows),
            Some(cut) => {
                let all = cut.totals.iter();
                all.map(|(name, sum)| (name.as_str(), sum.clone()))
                    .collect()
            }
        }
    }
}

impl From<Vec<OutcomeRow>> for Ends {
    fn from(rows: Vec<OutcomeRow>) -> Self {
        Self { rows, cut: None }
    }
}

impl Deref for Ends {
    type Target = [OutcomeRow];

    fn deref(&self) -> &[OutcomeRow] {
        &self.rows
    }
}

impl Serialize for Ends {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.rows.serialize(serializer)
    }
}

/// Outcomes in the order in which they first occur, with what their rows add up to.
fn totals(rows: &[OutcomeRow]) -> Vec<(&str, Rational)> {
    let mut sums: Vec<(&str, Rational)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for row in rows {
        let place = *places.entry(&row.outcome).or_insert_with(|| {
            sums.push((&row.outcome, Rational::ZERO));
            sums.len() - 1
        });
        sums[place].1 += &row.probability.0;
    }
    sums
}

/// Writes `outcomes`, and `totals` beside it; of what is not listed, how much that is.
pub(crate) fn with_totals<S: Serializer>(ends: &Ends, serializer: S) -> Result<S::Ok, S::Error> {
    let totals: Vec<Total<'_>> = ends
        .totals()
        .into_iter()
        .map(|(outcome, sum)| {
            let probability = Exact::from(&sum);
            Total {
                outcome,
                approx: probability.approx(),
                probability,
            }
        })
        .collect();
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("outcomes", ends)?;
    map.serialize_entry("totals", &totals)?;
    if let Some(cut) = &ends.cut {
        map.serialize_entry("outcomes_left_out", &cut.ends)?;
        map.serialize_entry("path_left_out", &cut.steps)?;
    }
    map.end()
}

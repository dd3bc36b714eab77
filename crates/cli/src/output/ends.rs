//! How play ends: by node, and outcomes that occur in several places together.

use super::json::Exact;
use super::model::OutcomeRow;
use deterra_game::number::Rational;
use serde::ser::{SerializeMap, Serializer};
use std::collections::HashMap;

/// An outcome, wherever it occurs.
#[derive(Debug, serde::Serialize)]
struct Total<'r> {
    outcome: &'r str,
    probability: Exact,
    approx: Option<f64>,
}

/// Outcomes in the order in which they first occur, with what their rows add up to.
pub(crate) fn totals(rows: &[OutcomeRow]) -> Vec<(&str, Rational)> {
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

/// Writes `outcomes`, and `totals` beside it.
pub(crate) fn with_totals<S: Serializer>(
    rows: &Vec<OutcomeRow>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let totals: Vec<Total<'_>> = totals(rows)
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
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("outcomes", rows)?;
    map.serialize_entry("totals", &totals)?;
    map.end()
}

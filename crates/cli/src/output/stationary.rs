//! What answers hold of a profile that depends on the state alone, beside its probabilities.

use super::json::{Exact, Object};
use deterra_render::number::{both, decimal, percent};
use deterra_render::table::{Cell, Table};
use serde::Serialize;

/// States whose values are shown in text; JSON has them all.
const MOST_STATES: usize = 24;

/// Values, ends and bounds of a stationary profile.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Stationary {
    /// `pure`, `mixed`, `one_of_many`, `numeric`, or `exact` where one was looked for and is mixed.
    pub(crate) found: &'static str,
    /// Whether renaming the players changes nothing.
    pub(crate) symmetric: bool,
    /// State → player → what it is worth where play stands there.
    pub(crate) values: Object<Object<Exact>>,
    /// How far each value may be off; 0 if they are exact.
    pub(crate) values_within: Exact,
    /// How play ends from the start.
    pub(crate) absorption: Vec<AbsorptionRow>,
    /// The probability that play never ends; null if how play ends was not computed, which long fractions of many states
    /// would take long.
    pub(crate) never_ends: Option<Exact>,
    /// What no deviation of any kind gains more than, from any state.
    pub(crate) gain_bound: Exact,
    /// For text: where somebody moves, and who does what there.
    #[serde(skip)]
    pub(crate) moves: Vec<(String, String)>,
    /// For text: by state, whether play has ended there.
    #[serde(skip)]
    pub(crate) ended: Vec<bool>,
}

/// One way for play to end.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AbsorptionRow {
    pub(crate) outcome: String,
    pub(crate) probability: Exact,
    pub(crate) approx: Option<f64>,
    /// Periods after the first one, on average over the plays that end so.
    pub(crate) expected_time: Exact,
    pub(crate) expected_time_approx: Option<f64>,
}

/// The entries of the sheet for people.
pub(crate) fn entries(of: &Stationary) -> Vec<(&'static str, String)> {
    let kind = match of.found {
        "pure" => "in pure strategies",
        "mixed" | "exact" => "in mixed strategies",
        "one_of_many" => "in mixed strategies, one of a continuum",
        _ => "in mixed strategies, found numerically",
    };
    let symmetric = if of.symmetric { ", symmetric" } else { "" };
    let mut entries = vec![("Kind", format!("{kind}{symmetric}"))];
    if !of.moves.is_empty() {
        let width = |(state, _): &(String, String)| state.chars().count();
        let widest = of.moves.iter().map(width).max().unwrap_or(0);
        let line = |(state, done): &(String, String)| format!("{state:widest$}  {done}");
        let lines: Vec<String> = of.moves.iter().map(line).collect();
        entries.push(("Moves", lines.join("\n")));
    }
    let mut ends: Vec<String> = of
        .absorption
        .iter()
        .map(|row| {
            let time = &row.expected_time.0;
            let unit = if time.is_one() { "period" } else { "periods" };
            let after = if time.is_zero() {
                "at once".to_owned()
            } else {
                format!("after {} {unit} on average", long(time))
            };
            let chance = if row.probability.0.is_one() {
                "surely".to_owned()
            } else {
                format!("{} ({})", row.probability.0, percent(&row.probability.0))
            };
            format!("{}: {chance}, {after}", row.outcome)
        })
        .collect();
    match of.never_ends.as_ref().map(|p| &p.0) {
        None => ends.push("not computed: fractions are too long".to_owned()),
        Some(never) if never.is_one() => ends.push("play never ends".to_owned()),
        Some(never) if !never.is_zero() => {
            ends.push(format!("play never ends with {never} ({})", percent(never)));
        }
        Some(_) => {}
    }
    entries.push(("Ends", ends.join("\n")));
    entries.push(("Values", values(of)));
    if !of.gain_bound.0.is_zero() {
        let bound = format!("no deviation gains more than {}", decimal(&of.gain_bound.0));
        entries.push(("Bound", bound));
    }
    entries
}

/// A number, as a decimal only if the fraction is long.
fn long(value: &deterra_game::number::Rational) -> String {
    if value.to_string().len() > 12 {
        format!("≈{}", decimal(value))
    } else {
        both(value)
    }
}

fn values(of: &Stationary) -> String {
    let Some((_, first)) = of.values.0.first() else {
        return String::new();
    };
    let mut headings = vec!["state".to_owned()];
    headings.extend(first.0.iter().map(|(player, _)| player.clone()));
    let mut table = Table::new(headings.iter().map(String::as_str));
    let lasting = of.values.0.iter().zip(&of.ended);
    let lasting: Vec<_> = lasting.filter(|(_, ended)| !**ended).collect();
    for ((state, row), _) in lasting.iter().take(MOST_STATES) {
        let cells = row.0.iter().map(|(_, x)| Cell::from(long(&x.0)));
        table.push(std::iter::once(Cell::from(state.as_str())).chain(cells));
    }
    let mut text = table.to_text(None);
    if lasting.len() > MOST_STATES {
        text.push_str("…\n");
    }
    text.trim_end().to_owned()
}

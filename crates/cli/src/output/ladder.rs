//! What an equilibrium says about a ladder: free shots, and rungs by type of their maker.

use super::json::Exact;
use super::names::{Names, place};
use deterra_analyze::credibility::{Critical, FreeShots, Shots, TypedRung};
use deterra_game::positional::PositionGraph;
use deterra_render::number::{both, percent, short};
use deterra_render::table::{Cell, Table, paragraph};
use serde::Serialize;

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// Part of an equilibrium of a ladder.
#[derive(Debug, Serialize)]
pub(crate) struct LadderRow {
    /// By rung and type of its maker, where types are hidden.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) rungs: Vec<TypedRow>,
    /// Null if nobody could yield anywhere.
    pub(crate) free_shots: Option<ShotsRow>,
}

/// A rung as one type of its maker sees it.
#[derive(Debug, Serialize)]
pub(crate) struct TypedRow {
    pub(crate) rung: String,
    pub(crate) label: String,
    /// Where it is decided; the label names the type.
    pub(crate) place: String,
    pub(crate) actor: String,
    pub(crate) credible: bool,
    pub(crate) execution_probability: Exact,
    /// Carrying out minus refusing if the other side yields next, given beliefs.
    pub(crate) margin: Option<Exact>,
    pub(crate) margin_approx: Option<f64>,
    pub(crate) equilibrium_margin: Option<Exact>,
    pub(crate) equilibrium_margin_approx: Option<f64>,
    /// How likely execution must be, over all types, for the other side to yield before.
    pub(crate) critical_probability: Option<Exact>,
    pub(crate) critical_probability_approx: Option<f64>,
    /// As in the table without types; `unknown` if it depends on what the other side does not know.
    pub(crate) critical: &'static str,
    /// What the other side believes where it may yield before; one entry an information set.
    pub(crate) posterior: Vec<PosteriorRow>,
    pub(crate) cumulative_risk: Exact,
    pub(crate) reached: bool,
    pub(crate) reach_probability: Exact,
}

/// What is believed where one may yield.
#[derive(Debug, Serialize)]
pub(crate) struct PosteriorRow {
    pub(crate) at: String,
    /// How likely this type is held to be.
    pub(crate) belief: Exact,
    /// How likely the rung is expected to be carried out, over all types.
    pub(crate) expects: Exact,
}

/// Lines crossed before the first response.
#[derive(Debug, Serialize)]
pub(crate) struct ShotsRow {
    /// Crossed in any case, and at most.
    pub(crate) least: usize,
    pub(crate) most: usize,
    pub(crate) expected: Exact,
    pub(crate) expected_approx: Option<f64>,
    pub(crate) distribution: Vec<NumberRow>,
    /// How likely any response is carried out.
    pub(crate) answered: Exact,
    /// By what chance draws before anybody moves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) by_type: Vec<TypeRow>,
    /// What crossing the first line gains over yielding there.
    pub(crate) first_crossing: Vec<CrossingRow>,
}

/// How likely a number of lines is.
#[derive(Debug, Serialize)]
pub(crate) struct NumberRow {
    pub(crate) shots: usize,
    pub(crate) probability: Exact,
}

/// Lines crossed if a type is the true one.
#[derive(Debug, Serialize)]
pub(crate) struct TypeRow {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) probability: Exact,
    pub(crate) least: usize,
    pub(crate) most: usize,
    pub(crate) expected: Exact,
    pub(crate) answered: Exact,
    pub(crate) distribution: Vec<NumberRow>,
}

/// The first line somebody may cross.
#[derive(Debug, Serialize)]
pub(crate) struct CrossingRow {
    pub(crate) at: String,
    pub(crate) player: String,
    pub(crate) gain: Exact,
    pub(crate) gain_approx: Option<f64>,
}

/// How a critical probability is told in JSON.
pub(crate) const fn critical_word(critical: &Critical) -> &'static str {
    match critical {
        Critical::At(_) => "at",
        Critical::AtMost(_) => "at_most",
        Critical::Always => "always",
        Critical::Never => "never",
        Critical::NoChoice => "no_choice",
    }
}

/// The rows of an equilibrium.
pub(crate) fn ladder(
    game: &dyn PositionGraph,
    names: &Names,
    rungs: &[TypedRung],
    shots: Option<&FreeShots>,
) -> LadderRow {
    LadderRow {
        rungs: rungs.iter().map(|rung| typed(game, names, rung)).collect(),
        free_shots: shots.map(|shots| shots_row(game, names, shots)),
    }
}

fn typed(game: &dyn PositionGraph, names: &Names, rung: &TypedRung) -> TypedRow {
    let exact = |x: Option<&deterra_game::number::Rational>| x.map(Exact::from);
    let approx = |x: &Option<Exact>| x.as_ref().and_then(Exact::approx);
    let margin = exact(rung.margin.as_ref());
    let equilibrium_margin = exact(rung.equilibrium_margin.as_ref());
    let critical = rung.critical.as_ref();
    let critical_probability = exact(critical.and_then(Critical::probability));
    TypedRow {
        rung: rung.id.clone(),
        label: rung.label.clone(),
        place: place(game, rung.position),
        actor: names.players[rung.player.index()].clone(),
        credible: rung.credible,
        execution_probability: Exact::from(&rung.execution_probability),
        margin_approx: approx(&margin),
        margin,
        equilibrium_margin_approx: approx(&equilibrium_margin),
        equilibrium_margin,
        critical_probability_approx: approx(&critical_probability),
        critical_probability,
        critical: critical.map_or("unknown", critical_word),
        posterior: rung
            .posterior
            .iter()
            .map(|posterior| PosteriorRow {
                at: place(game, posterior.position),
                belief: Exact::from(&posterior.belief),
                expects: Exact::from(&posterior.expects),
            })
            .collect(),
        cumulative_risk: Exact::from(&rung.cumulative_risk),
        reached: !rung.reached.is_zero(),
        reach_probability: Exact::from(&rung.reached),
    }
}

fn shots_row(game: &dyn PositionGraph, names: &Names, shots: &FreeShots) -> ShotsRow {
    let distribution = |shots: &Shots| -> Vec<NumberRow> {
        let all = shots.distribution.iter();
        all.map(|(n, p)| NumberRow {
            shots: *n,
            probability: Exact::from(p),
        })
        .collect()
    };
    let expected = Exact(shots.all.expected());
    ShotsRow {
        least: shots.all.least(),
        most: shots.all.most(),
        expected_approx: expected.approx(),
        expected,
        distribution: distribution(&shots.all),
        answered: Exact::from(&shots.all.answered),
        by_type: shots
            .by_type
            .iter()
            .map(|(kind, probability, shots)| TypeRow {
                kind: kind.clone(),
                probability: Exact::from(probability),
                least: shots.least(),
                most: shots.most(),
                expected: Exact(shots.expected()),
                answered: Exact::from(&shots.answered),
                distribution: distribution(shots),
            })
            .collect(),
        first_crossing: shots
            .first
            .iter()
            .map(|crossing| {
                let gain = Exact::from(&crossing.gain);
                CrossingRow {
                    at: place(game, crossing.position),
                    player: names.players[crossing.player.index()].clone(),
                    gain_approx: gain.approx(),
                    gain,
                }
            })
            .collect(),
    }
}

/// The table by type, and the free shots, below an equilibrium.
pub(crate) fn text(row: &LadderRow, width: Option<usize>) -> String {
    let mut text = String::new();
    if !row.rungs.is_empty() {
        text.push('\n');
        text += &table(&row.rungs).to_text(width);
    }
    if let Some(shots) = &row.free_shots {
        text += &paragraph(&sentence(shots), width.unwrap_or(WIDTH).max(40));
    }
    text
}

/// The free shots in a sentence or two.
pub(crate) fn sentence(row: &ShotsRow) -> String {
    let times = |n: usize| match n {
        1 => "1 line is".to_owned(),
        n => format!("{n} lines are"),
    };
    let crossed = if row.least == row.most {
        format!("{} crossed", times(row.least))
    } else {
        let all: Vec<String> = row
            .distribution
            .iter()
            .map(|number| format!("{} with {}", number.shots, percent(&number.probability.0)))
            .collect();
        format!(
            "{} crossed on average ({})",
            both(&row.expected.0),
            all.join(", ")
        )
    };
    let answered = &row.answered.0;
    let answered = if answered.is_zero() {
        "nothing is carried out".to_owned()
    } else if answered.is_one() {
        "a response is certain".to_owned()
    } else {
        let by_type: Vec<String> = row
            .by_type
            .iter()
            .map(|kind| format!("{} {}", kind.kind, percent(&kind.answered.0)))
            .collect();
        let by_type = if by_type.is_empty() || by_type.len() > 8 {
            String::new()
        } else {
            format!(" ({})", by_type.join(", "))
        };
        format!("a response follows with {}{by_type}", percent(answered))
    };
    let gains: Vec<String> = row
        .first_crossing
        .iter()
        .take(4)
        .map(|crossing| {
            let gain = &crossing.gain.0;
            let (word, gain) = if gain.is_negative() {
                ("lose", -gain)
            } else {
                ("gain", gain.clone())
            };
            format!(
                "crossing the first at {} would {word} {} {}",
                crossing.at,
                crossing.player,
                both(&gain)
            )
        })
        .collect();
    let gains = if gains.is_empty() {
        String::new()
    } else {
        format!("; {}", gains.join(", "))
    };
    format!("Free shots: {crossed} before the first response, and {answered}{gains}.")
}

/// The rung table by type.
pub(crate) fn table(rows: &[TypedRow]) -> Table {
    let mut table = Table::new([
        "rung",
        "decided at",
        "carried out",
        "margin",
        "margin as played",
        "critical probability",
        "other side expects",
        "believes in this type",
        "risk so far",
        "reached",
    ]);
    let posterior = |row: &TypedRow, of: fn(&PosteriorRow) -> &Exact| match row.posterior.as_slice()
    {
        [] => Cell::Empty,
        [one] => Cell::Number(of(one).0.clone()),
        several => {
            let all = several
                .iter()
                .map(|p| format!("{} {}", p.at, short(&of(p).0)));
            Cell::Text(all.collect::<Vec<_>>().join("; "))
        }
    };
    for row in rows {
        let signed = |margin: &Option<Exact>| match margin {
            Some(margin) => Cell::Signed(margin.0.clone()),
            None => Cell::Empty,
        };
        table.push([
            Cell::Text(row.rung.clone()),
            Cell::Text(row.place.clone()),
            if row.credible {
                Cell::from("yes")
            } else if row.execution_probability.0.is_zero() {
                Cell::from("no")
            } else {
                Cell::Text(percent(&row.execution_probability.0))
            },
            signed(&row.margin),
            signed(&row.equilibrium_margin),
            match &row.critical_probability {
                Some(probability) if row.critical == "at_most" => {
                    Cell::from(format!("at most {}", both(&probability.0)))
                }
                Some(probability) => Cell::Number(probability.0.clone()),
                None => Cell::from(match row.critical {
                    "always" => "yields anyway",
                    "never" => "never yields",
                    _ => "-",
                }),
            },
            posterior(row, |p| &p.expects),
            posterior(row, |p| &p.belief),
            if row.cumulative_risk.0.is_zero() {
                Cell::Empty
            } else {
                Cell::Text(percent(&row.cumulative_risk.0))
            },
            Cell::Text(percent(&row.reach_probability.0)),
        ]);
    }
    table
}

//! `evolve` for people and for spreadsheets.

use super::learned::{Answered, Matched};
use super::population::{PathRow, PointRow, Rests, TakesOver};
use super::populations;
use super::{Foot, Head};
use crate::output::json::{Exact, Object};
use deterra_game::number::Rational;
use deterra_render::number::{decimal, short};
use deterra_render::table::{Cell, Table, paragraph};

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// Runs that are shown; JSON has more.
const MOST_RUNS: usize = 12;

fn float(x: f64) -> Rational {
    Rational::from_f64(x).unwrap_or_default()
}

fn opening(head: &Head, what: &str, wrap: usize) -> String {
    let mut text = paragraph(&format!("{}: {what}", head.input.name), wrap);
    text.push('\n');
    text
}

/// What the judge says, and what was left out.
fn closing(head: &Head, foot: &Foot, confirmed: &str, wrap: usize) -> String {
    let row = &foot.verdict;
    let verdict = match (row.status, &row.reason, &row.witness) {
        ("exact", ..) => format!("exact; {confirmed}"),
        ("bounded", _, Some(witness)) => {
            format!("bounded; no strategy gains more, and {}", witness.sentence)
        }
        (status, Some(reason), _) => format!("{status}: {reason}"),
        (status, ..) => status.to_owned(),
    };
    let mut text = paragraph(&format!("Verdict: {verdict}."), wrap);
    if let (Some(left), true) = (&head.not_searched, head.stop != "done") {
        text += &paragraph(&format!("Not complete ({}): {left}.", head.stop), wrap);
    }
    text
}

fn list(shares: &Object<Exact>) -> String {
    let used = shares.0.iter().filter(|(_, x)| !x.0.is_zero());
    let used: Vec<String> = used
        .map(|(name, x)| format!("{name} {}", short(&x.0)))
        .collect();
    used.join(", ")
}

fn standing(point: &PointRow) -> &'static str {
    match (
        point.nash,
        point.neutrally_stable,
        point.evolutionarily_stable,
    ) {
        (_, _, true) => "evolutionarily stable",
        (_, true, _) => "neutrally stable",
        (true, ..) => "equilibrium",
        _ => "at rest",
    }
}

/// Rest points, continua and a path.
pub(super) fn rests(answer: &Rests, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let mut text = opening(&answer.head, "replicator dynamics of one population", wrap);
    let headings = answer.strategies.iter().cloned();
    let more = ["payoff", "standing", "nearby shares", "real parts -/0/+"];
    let mut table = Table::new(headings.chain(more.map(str::to_owned)));
    for point in &answer.rest_points {
        let shares = point.shares.0.iter().map(|(_, x)| Cell::from(short(&x.0)));
        let e = &point.eigenvalues;
        let rest = [
            Cell::from(short(&point.payoff.0)),
            Cell::from(standing(point)),
            Cell::from(nearby(point.stability)),
            Cell::from(format!("{}/{}/{}", e.negative, e.zero, e.positive)),
        ];
        table.push(shares.chain(rest));
    }
    text += &table.to_text(width);
    text.push('\n');
    for continuum in &answer.continua {
        let corners: Vec<String> = continuum
            .corners
            .iter()
            .map(|c| format!("({})", list(c)))
            .collect();
        let line = format!(
            "All mixtures of {} that use {} rest as well.",
            corners.join(", "),
            continuum.support.join(", ")
        );
        text += &paragraph(&line, wrap);
    }
    for point in answer.rest_points.iter().filter(|p| p.nash) {
        if let Some(invader) = &point.invader {
            let how = if point.neutrally_stable {
                "drifts to"
            } else {
                "is invaded by"
            };
            let line = format!("({}) {how} ({}).", list(&point.shares), list(invader));
            text += &paragraph(&line, wrap);
        }
    }
    text += &path(answer.path.as_ref(), &answer.strategies, (width, wrap));
    text += &closing(
        &answer.head,
        &answer.foot,
        "every point stands as is said",
        wrap,
    );
    text
}

/// The path, if there is one.
fn path(path: Option<&PathRow>, names: &[String], (width, wrap): (Option<usize>, usize)) -> String {
    let Some(path) = path else {
        return String::new();
    };
    let headings = ["time".to_owned()].into_iter().chain(names.iter().cloned());
    let mut table = Table::new(headings);
    for (time, shares) in path.times.iter().zip(&path.shares) {
        let numbers = [time].into_iter().chain(shares);
        table.push(numbers.map(|x| Cell::from(decimal(&float(*x)))));
    }
    let note = "The path is numeric; how far it is off is estimated (--json), not proved.";
    format!("\n{}\n{}", table.to_text(width), paragraph(note, wrap))
}

fn path_csv(path: &PathRow, names: &[String]) -> String {
    let headings = ["time".to_owned()].into_iter().chain(names.iter().cloned());
    let mut table = Table::new(headings);
    for (time, shares) in path.times.iter().zip(&path.shares) {
        let numbers = [time].into_iter().chain(shares);
        table.push(numbers.map(|x| Cell::from(x.to_string())));
    }
    table.to_csv()
}

const fn nearby(stability: &str) -> &'static str {
    match stability.as_bytes() {
        b"attracting" => "come to it",
        b"stable" => "stay close",
        b"unstable" => "go away",
        _ => "undecided",
    }
}

/// Strategies of both, told apart by player.
fn both_names(answer: &populations::Rests) -> Vec<String> {
    let all = answer.strategies.0.iter();
    all.flat_map(|(player, own)| own.iter().map(move |name| format!("{player}: {name}")))
        .collect()
}

fn pair_standing(point: &populations::PointRow) -> &'static str {
    match (point.nash, point.strict) {
        (_, true) => "strict",
        (true, _) => "equilibrium",
        _ => "at rest",
    }
}

/// Rest points, continua and a path of two populations.
pub(super) fn pairs(answer: &populations::Rests, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let mut text = opening(&answer.head, "replicator dynamics of two populations", wrap);
    let players = || answer.head.input.players.iter();
    let headings = players()
        .cloned()
        .chain(players().map(|p| format!("{p}'s payoff")));
    let more = ["standing", "nearby shares", "real parts -/0/+"];
    let mut table = Table::new(headings.chain(more.map(str::to_owned)));
    for point in &answer.rest_points {
        let shares = point.shares.0.iter().map(|(_, row)| Cell::from(list(row)));
        let paid = point.payoffs.0.iter().map(|(_, x)| Cell::from(short(&x.0)));
        let e = &point.eigenvalues;
        let rest = [
            Cell::from(pair_standing(point)),
            Cell::from(nearby(point.stability)),
            Cell::from(format!("{}/{}/{}", e.negative, e.zero, e.positive)),
        ];
        table.push(shares.chain(paid).chain(rest));
    }
    text += &table.to_text(width);
    text.push('\n');
    for continuum in &answer.continua {
        let of = |(player, corners): &(String, Vec<Object<Exact>>)| {
            let corners: Vec<String> = corners.iter().map(|c| format!("({})", list(c))).collect();
            format!("{player} {}", corners.join(", "))
        };
        let all: Vec<String> = continuum.corners.0.iter().map(of).collect();
        let line = format!(
            "All mixtures between these rest as well: {}.",
            all.join("; ")
        );
        text += &paragraph(&line, wrap);
    }
    text += &path(answer.path.as_ref(), &both_names(answer), (width, wrap));
    text += &closing(
        &answer.head,
        &answer.foot,
        "every point stands as is said",
        wrap,
    );
    text
}

/// A row a rest point, or a moment of the path if there is one.
pub(super) fn pairs_csv(answer: &populations::Rests) -> String {
    let names = both_names(answer);
    if let Some(path) = &answer.path {
        return path_csv(path, &names);
    }
    let more = ["standing", "stability", "negative", "zero", "positive"];
    let mut table = Table::new(names.into_iter().chain(more.map(str::to_owned)));
    for point in &answer.rest_points {
        let shares = point.shares.0.iter().flat_map(|(_, row)| row.0.iter());
        let shares = shares.map(|(_, x)| Cell::Number(x.0.clone()));
        let e = &point.eigenvalues;
        let counts = [e.negative, e.zero, e.positive].map(|n| Cell::from(n.to_string()));
        let rest = [
            Cell::from(pair_standing(point)),
            Cell::from(point.stability),
        ];
        table.push(shares.chain(rest).chain(counts));
    }
    table.to_csv()
}

/// A row a rest point, or a moment of the path if there is one.
pub(super) fn rests_csv(answer: &Rests) -> String {
    let names = answer.strategies.iter().cloned();
    if let Some(path) = &answer.path {
        return path_csv(path, &answer.strategies);
    }
    let more = [
        "payoff",
        "standing",
        "stability",
        "negative",
        "zero",
        "positive",
    ];
    let mut table = Table::new(names.chain(more.map(str::to_owned)));
    for point in &answer.rest_points {
        let shares = point
            .shares
            .0
            .iter()
            .map(|(_, x)| Cell::Number(x.0.clone()));
        let e = &point.eigenvalues;
        let counts = [e.negative, e.zero, e.positive].map(|n| Cell::from(n.to_string()));
        let rest = [
            Cell::Number(point.payoff.0.clone()),
            Cell::from(standing(point)),
            Cell::from(point.stability),
        ];
        table.push(shares.chain(rest).chain(counts));
    }
    table.to_csv()
}

/// Who takes over, and what is played how long.
pub(super) fn takes_over(answer: &TakesOver, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let what = format!(
        "Moran process of {} individuals, fitness 1 - w + w payoff with w = {}",
        answer.population,
        short(&answer.intensity.0)
    );
    let mut text = opening(&answer.head, &what, wrap);
    if !answer.fixation.is_empty() {
        let mut table = Table::new([
            "a mutant with",
            "takes over from",
            "probability",
            "times 1/N",
            "selection",
        ]);
        for row in &answer.fixation {
            let times = row
                .probability
                .0
                .checked_div(&answer.neutral.0)
                .unwrap_or_default();
            let selection = match row.probability.0.cmp(&answer.neutral.0) {
                std::cmp::Ordering::Greater => "favors it",
                std::cmp::Ordering::Equal => "is neutral",
                std::cmp::Ordering::Less => "is against it",
            };
            table.push([
                Cell::from(row.mutant.as_str()),
                Cell::from(row.resident.as_str()),
                Cell::from(short(&row.probability.0)),
                Cell::from(short(&times)),
                Cell::from(selection),
            ]);
        }
        text += &table.to_text(width);
        text.push('\n');
    }
    let long: Vec<String> = answer
        .stationary
        .0
        .iter()
        .map(|(name, x)| format!("{name} {}", short(&x.0)))
        .collect();
    text += &paragraph(
        &format!(
            "If mutations are rare, of all time is played: {}.",
            long.join(", ")
        ),
        wrap,
    );
    text += &closing(
        &answer.head,
        &answer.foot,
        "probabilities are what they are a step later",
        wrap,
    );
    text
}

/// A row a pair.
pub(super) fn takes_over_csv(answer: &TakesOver) -> String {
    let mut table = Table::new(["mutant", "resident", "probability", "stationary of mutant"]);
    for row in &answer.fixation {
        let long = answer
            .stationary
            .0
            .iter()
            .find(|(name, _)| *name == row.mutant);
        table.push([
            Cell::from(row.mutant.as_str()),
            Cell::from(row.resident.as_str()),
            Cell::Number(row.probability.0.clone()),
            Cell::Number(long.map(|(_, x)| x.0.clone()).unwrap_or_default()),
        ]);
    }
    table.to_csv()
}

/// Frequencies, regret on the way, and the first runs.
pub(super) fn learned(answer: &Answered, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let how = if answer.in_turn {
        "in turn"
    } else {
        "at the same time"
    };
    let what = format!("fictitious play, {how}, {} steps", answer.steps);
    let mut text = opening(&answer.head, &what, wrap);
    for (player, row) in &answer.frequencies.0 {
        text += &paragraph(&format!("{player}: {}", list(row)), wrap);
    }
    text.push('\n');
    let mut table = Table::new(["steps", "regret"]);
    for row in &answer.milestones {
        table.push([
            Cell::from(row.steps.to_string()),
            Cell::from(decimal(&row.regret.0)),
        ]);
    }
    text += &table.to_text(width);
    text.push('\n');
    let runs = answer.runs.iter().take(MOST_RUNS).map(|run| {
        let own: Vec<&str> = run.profile.0.iter().map(|(_, own)| own.as_str()).collect();
        format!("({}) {}", own.join(", "), run.steps)
    });
    let runs: Vec<String> = runs.collect();
    let more = if answer.runs.len() > MOST_RUNS {
        ", …"
    } else {
        ""
    };
    text += &paragraph(&format!("Runs: {}{more}.", runs.join(", ")), wrap);
    text += &closing(
        &answer.head,
        &answer.foot,
        "nobody gains by another strategy against these frequencies",
        wrap,
    );
    text
}

/// A row a milestone.
pub(super) fn learned_csv(answer: &Answered) -> String {
    let names = answer.frequencies.0.iter().flat_map(|(player, row)| {
        row.0
            .iter()
            .map(move |(strategy, _)| format!("{player}: {strategy}"))
    });
    let start = ["steps".to_owned(), "regret".to_owned()];
    let mut table = Table::new(start.into_iter().chain(names));
    for row in &answer.milestones {
        let numbers = row.frequencies.0.iter().flat_map(|(_, row)| row.0.iter());
        let numbers =
            numbers.map(|(_, x)| Cell::from(x.map_or_else(String::new, |x| x.to_string())));
        let start = [
            Cell::from(row.steps.to_string()),
            Cell::Number(row.regret.0.clone()),
        ];
        table.push(start.into_iter().chain(numbers));
    }
    table.to_csv()
}

/// Frequencies of profiles, and regret on the way.
pub(super) fn matched(answer: &Matched, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let what = format!("regret matching, {} steps", answer.steps);
    let mut text = opening(&answer.head, &what, wrap);
    let players = answer.head.input.players.iter().cloned();
    let mut table = Table::new(["frequency".to_owned()].into_iter().chain(players));
    for row in &answer.device {
        let own = row.joint.0.iter().map(|(_, own)| Cell::from(own.as_str()));
        table.push(
            [Cell::from(short(&row.probability.0))]
                .into_iter()
                .chain(own),
        );
    }
    text += &table.to_text(width);
    text.push('\n');
    let mut table = Table::new(["steps", "regret"]);
    for row in &answer.milestones {
        table.push([
            Cell::from(row.steps.to_string()),
            Cell::from(decimal(&row.regret.0)),
        ]);
    }
    text += &table.to_text(width);
    text.push('\n');
    let paid = answer.payoffs.0.iter();
    let paid: Vec<String> = paid
        .map(|(name, x)| format!("{name} {}", short(&x.0)))
        .collect();
    text += &paragraph(&format!("Payoffs: {}.", paid.join(", ")), wrap);
    text += &closing(
        &answer.head,
        &answer.foot,
        "nobody gains by doing one thing whenever she did another",
        wrap,
    );
    text
}

/// A row a profile.
pub(super) fn matched_csv(answer: &Matched) -> String {
    let players = answer.head.input.players.iter().cloned();
    let mut table = Table::new(["probability".to_owned()].into_iter().chain(players));
    for row in &answer.device {
        let own = row.joint.0.iter().map(|(_, own)| Cell::from(own.as_str()));
        table.push(
            [Cell::Number(row.probability.0.clone())]
                .into_iter()
                .chain(own),
        );
    }
    table.to_csv()
}

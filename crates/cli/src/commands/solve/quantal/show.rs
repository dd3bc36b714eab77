//! A quantal response in every format.

use crate::args::Format;
use crate::commands::solve::{Shown, exit_of, frame, headline, rows};
use crate::commands::{Answer, Text};
use crate::context::Context;
use crate::failure::Exit;
use crate::output::json::{self, Exact, Object};
use crate::output::model::{Equilibrium, Solved, VerdictRow, WitnessRow};
use crate::output::names::{Decision, Names};
use crate::output::text;
use crate::request::Loaded;
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_render::number::decimal;
use deterra_render::table::{Cell, Table, paragraph, sheet};
use deterra_solve::control::Stop;
use deterra_solve::quantal::{Claim, Point, QuantalResponse};
use deterra_solve::solution::Solution;
use deterra_verify::verdict::Verdict;
use serde::Serialize;
use std::fmt::Write as _;

/// Decisions whose probabilities are written in the table.
const MOST_SHOWN: usize = 1_000;

/// Columns of probabilities in the table of a branch.
const MOST_COLUMNS: usize = 6;

/// Player → information set → action → probability, in floats.
type Shares = Object<Object<Object<f64>>>;

/// The answer in JSON.
#[derive(Serialize)]
struct Response {
    #[serde(flatten)]
    solved: Solved,
    /// The precision of the response.
    lambda: Exact,
    lambda_approx: Option<f64>,
    errors: &'static str,
    /// The probabilities of the response as floats.
    probabilities: Shares,
    /// What the judge of Nash equilibria says of the end of the branch; null if a precision was
    /// asked for.
    limit: Option<VerdictRow>,
    /// How often lambda turned back on the way.
    turns: usize,
    /// The responses on the way, if asked for.
    branch: Vec<BranchRow>,
}

/// A response on the way.
#[derive(Serialize)]
struct BranchRow {
    lambda: f64,
    max_regret: f64,
    probabilities: Shares,
}

/// What is shown, whatever the game is.
pub(super) struct Draft<'a> {
    pub(super) names: &'a Names,
    /// Where every decision's logarithms start, by player and decision.
    pub(super) first: Vec<Vec<usize>>,
    pub(super) row: Equilibrium,
}

/// Probabilities of a point by name.
fn shares(names: &Names, first: &[Vec<usize>], point: &Point) -> Shares {
    let row = |d: &Decision, from: usize| {
        let logs = point.log_probabilities[from..].iter();
        let actions = d.actions.iter().zip(logs);
        actions.map(|(a, x)| (a.clone(), x.exp())).collect()
    };
    let players = names.players.iter().zip(names.decisions.iter().zip(first));
    players
        .map(|(name, (own, first))| {
            let decisions = own.iter().zip(first);
            let decisions = decisions.map(|(d, from)| (d.name.clone(), row(d, *from)));
            (name.clone(), decisions.collect())
        })
        .collect()
}

/// The answer in the format that was asked for.
pub(super) fn show<A, P>(
    shown: Draft<'_>,
    loaded: &Loaded,
    solution: &Solution<A>,
    answer: &QuantalResponse<P>,
    context: &Context,
) -> Answer {
    let Draft { names, first, row } = shown;
    let failed = row.verdict.status == "failed";
    let mut solved = frame(loaded, &names.players, solution, context);
    solved.scope = answer.claim().errors.name();
    solved.complete = solution.is_complete();
    solved.complete_among = solved.complete.then_some("all");
    solved.count = solved.complete.then(|| "1".to_owned());
    solved.counted_in = "responses";
    solved.work.iterations = answer.steps();
    solved.equilibria.push(row);
    let branch = |point: &Point| BranchRow {
        lambda: point.lambda,
        max_regret: point.max_regret,
        probabilities: shares(names, &first, point),
    };
    let Claim { lambda, errors } = answer.claim();
    let response = Response {
        lambda: Exact::from(lambda),
        lambda_approx: Exact::from(lambda).approx(),
        errors: errors.name(),
        probabilities: shares(names, &first, answer.point()),
        limit: answer
            .nash()
            .map(|verdict| rows::verdict(verdict, |w| gain(names, w.player, &w.gain))),
        turns: answer.turns(),
        branch: answer.branch().iter().map(branch).collect(),
        solved,
    };
    let reached = answer.cut_short().is_none();
    let exit = match solution.stop() {
        _ if failed => Exit::Failed,
        Stop::Done if !reached => Exit::Partial,
        stop => exit_of(stop, solution.is_complete(), Shown::All, context),
    };
    let text = match context.shared.format() {
        Format::Json => Text::Made(Box::new(move |out| json::write(&response, out))),
        Format::Csv => csv(&response).into(),
        Format::Gambit => lines(&response, answer.nash()).into(),
        Format::Text => {
            let head = headline(loaded, &names.players);
            plain(&response, &head, answer.cut_short(), context).into()
        }
    };
    Answer { text, exit }
}

/// The deviation from a limit, in few words: where it acts differently is of no interest there.
fn gain(names: &Names, player: PlayerId, gain: &Rational) -> WitnessRow {
    let player = names.players[player.index()].clone();
    WitnessRow {
        sentence: format!("{player} gains {}", decimal(gain)),
        approx: Exact::from(gain).approx(),
        gain: Exact::from(gain),
        subgame: None,
        moves: Vec::new(),
        player,
    }
}

/// Calls `see` for every probability: player, information set, action.
fn each(shares: &Shares, mut see: impl FnMut(&str, &str, &str, f64)) {
    for (player, infosets) in &shares.0 {
        for (infoset, actions) in &infosets.0 {
            for (action, probability) in &actions.0 {
                see(player, infoset, action, *probability);
            }
        }
    }
}

/// One row a probability, of the response alone or of all on the way.
fn csv(response: &Response) -> String {
    let mut table = Table::new(["lambda", "player", "infoset", "action", "probability"]);
    let mut add = |lambda: f64, shares: &Shares| {
        each(shares, |player, infoset, action, probability| {
            table.push([
                Cell::from(lambda.to_string()),
                Cell::from(player),
                Cell::from(infoset),
                Cell::from(action),
                Cell::from(probability.to_string()),
            ]);
        });
    };
    if response.branch.is_empty() {
        add(response.lambda.0.to_f64(), &response.probabilities);
    }
    for row in &response.branch {
        add(row.lambda, &row.probabilities);
    }
    table.to_csv()
}

/// Lambda and probabilities, a line a response; the last begins with `NE` if it is the limit.
fn lines(response: &Response, nash: Option<&Verdict>) -> String {
    let mut text = String::new();
    let mut add = |head: String, shares: &Shares| {
        text += &head;
        each(shares, |_, _, _, probability| {
            // Writing to a string cannot fail.
            _ = write!(text, ",{probability}");
        });
        text.push('\n');
    };
    for row in &response.branch {
        add(format!("{:.6}", row.lambda), &row.probabilities);
    }
    if nash.is_some_and(Verdict::holds) {
        add("NE".to_owned(), &response.probabilities);
    } else if response.branch.is_empty() {
        add(
            format!("{:.6}", response.lambda.0.to_f64()),
            &response.probabilities,
        );
    }
    text
}

/// The answer for people.
fn plain(response: &Response, head: &str, short: Option<&str>, context: &Context) -> String {
    let width = context.width();
    let wrap = width.unwrap_or(100).max(40);
    let row = &response.solved.equilibria[0];
    let errors = match response.errors {
        "private" => "private probit",
        other => other,
    };
    let lambda = decimal(&response.lambda.0);
    let mut entries = vec![(
        "Response",
        match (&response.limit, short) {
            (Some(nash), None) if matches!(nash.status, "exact" | "bounded") => {
                format!("the limit of {errors} responses, at lambda {lambda}")
            }
            _ => format!("{errors}, at lambda {lambda}"),
        },
    )];
    if !row.outcomes.is_empty() {
        entries.push(("Outcome", text::outcomes(&row.outcomes)));
    }
    let payoffs = || row.payoffs.0.iter();
    // What is a billionth of another payoff comes from rounding.
    let billionth = Rational::new(1, 1_000_000_000).unwrap_or_default();
    let greatest = payoffs().map(|(_, x)| x.0.abs()).max().unwrap_or_default();
    let least = &greatest * &billionth;
    let payoffs: Vec<String> = payoffs()
        .map(|(name, x)| {
            let shown = if x.0.abs() < least {
                "0".to_owned()
            } else {
                decimal(&x.0)
            };
            format!("{name}: {shown}")
        })
        .collect();
    if !payoffs.is_empty() {
        entries.push(("Payoffs", payoffs.join(", ")));
    }
    if let Some(verdict) = &response.limit {
        entries.push(("Limit", limit(verdict)));
    }
    if response.turns > 0 {
        let times = match response.turns {
            1 => "once".to_owned(),
            2 => "twice".to_owned(),
            n => format!("{n} times"),
        };
        entries.push(("Branch", format!("lambda turned back {times} on the way")));
    }
    if let Some(left_out) = &response.solved.not_searched {
        entries.push(("Incomplete", left_out.clone()));
    }
    let verdict = match response.solved.inexact.as_slice() {
        [] => text::verdict(&row.verdict),
        rounded => format!(
            "for a game with rounded numbers ({}): {}",
            rounded.join(", "),
            text::verdict(&row.verdict)
        ),
    };
    entries.push(("Verdict", verdict));
    let mut out = paragraph(head, wrap);
    out.push('\n');
    out += &sheet(&entries, wrap);
    out.push('\n');
    out += &probabilities(&response.probabilities).to_text(width);
    let more = response.probabilities.0.iter();
    let more: usize = more.map(|(_, own)| own.0.len()).sum();
    if more > MOST_SHOWN {
        let more = more - MOST_SHOWN;
        // Writing to a string cannot fail.
        _ = writeln!(out, "{more} decisions more are in the other formats");
    }
    if !response.branch.is_empty() {
        out.push('\n');
        out += &branch(&response.branch).to_text(width);
    }
    if context.shared.verbose > 0 {
        out += &text::work(&response.solved);
    }
    out
}

/// How near the end of the branch is to an equilibrium.
fn limit(verdict: &VerdictRow) -> String {
    let small = Rational::new(1, 10_000_000).filter(|bound| verdict.error.0 <= *bound);
    let gain = decimal(&small.unwrap_or_else(|| verdict.error.0.clone()));
    match verdict.status {
        "exact" => "a Nash equilibrium: no deviation gains anything".to_owned(),
        "bounded" => format!("near a Nash equilibrium: no deviation gains more than {gain}"),
        "failed" => format!("not reached: a deviation gains {gain}"),
        _ => match &verdict.reason {
            Some(reason) => format!("not judged: {reason}"),
            None => "not judged".to_owned(),
        },
    }
}

/// A number between 0 and 1 with six decimals; very small ones by their size.
fn share(probability: f64) -> String {
    if probability < f64::MIN_POSITIVE {
        "<1e-307".to_owned()
    } else if probability < 5e-7 {
        format!("{probability:.1e}")
    } else {
        format!("{probability:.6}")
    }
}

fn probabilities(shares: &Shares) -> Table {
    let mut table = Table::new(["player", "decision", "action", "probability"]);
    let decisions = shares.0.iter().flat_map(|(player, own)| {
        let rows = own.0.iter();
        rows.map(move |(infoset, row)| (player, infoset, row))
    });
    for (player, infoset, row) in decisions.take(MOST_SHOWN) {
        for (action, probability) in &row.0 {
            table.push([
                Cell::from(player.as_str()),
                Cell::from(infoset.as_str()),
                Cell::from(action.as_str()),
                Cell::from(share(*probability)),
            ]);
        }
    }
    table
}

/// The way there: lambda, what the best deviation at one decision gains, and the first actions of
/// the first decisions.
fn branch(rows: &[BranchRow]) -> Table {
    let mut headings = vec!["lambda".to_owned(), "regret".to_owned()];
    let firsts = |row: &BranchRow| {
        let decisions = row.probabilities.0.iter().flat_map(|(_, own)| &own.0);
        let first = decisions.filter_map(|(name, actions)| {
            let (action, probability) = actions.0.first()?;
            Some((format!("{name}: {action}"), *probability))
        });
        first.take(MOST_COLUMNS).collect::<Vec<_>>()
    };
    if let Some(row) = rows.first() {
        headings.extend(firsts(row).into_iter().map(|(name, _)| name));
    }
    let mut table = Table::new(headings);
    for row in rows {
        let mut cells = vec![
            Cell::from(format!("{:.6}", row.lambda)),
            Cell::from(format!("{:.3e}", row.max_regret)),
        ];
        cells.extend(firsts(row).into_iter().map(|(_, p)| Cell::from(share(p))));
        table.push(cells);
    }
    table
}

//! An answer of `solve` for people.

use super::ends::Ends;
use super::model::{Equilibrium, RungRow, Solved, StepRow, VerdictRow};
use super::stationary;
use deterra_game::number::Rational;
use deterra_render::escape::terminal;
use deterra_render::number::{both, decimal, percent};
use deterra_render::table::{Cell, Table, paragraph, sheet};
use deterra_verify::verdict::Concept;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};
use std::io;

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// Endings and decisions shown; JSON has them all.
const MOST_ROWS: usize = 12;

/// Rounded formulas that are named.
const MOST_ROUNDED: usize = 3;

/// Characters of a probability that is written as a fraction.
const LONGEST_FRACTION: usize = 40;

/// What text says beyond what JSON has.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    /// A line about the game, such as its rungs and actors.
    pub(crate) headline: String,
    /// Why the equilibrium is played as it is, in sentences.
    pub(crate) why: Vec<String>,
    /// What the rung table amounts to, in sentences.
    pub(crate) rungs: Vec<String>,
    /// The equilibria in words, if they need other words than those made from the answer.
    pub(crate) body: Option<String>,
    /// What the reader should know about the answer as a whole.
    pub(crate) notes: Vec<String>,
}

/// The whole answer, written as it is made.
pub(crate) fn solved(
    answer: &Solved,
    remarks: &Remarks,
    width: Option<usize>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let mut text = paragraph(&remarks.headline, wrap);
    text.push('\n');
    match answer.equilibria.as_slice() {
        _ if remarks.body.is_some() => text += remarks.body.as_deref().unwrap_or_default(),
        [] => {}
        [only] => text += &one(answer, only, remarks, wrap),
        several => {
            for group in groups(several) {
                text += &heading(&group);
                text += &sheet(&play(answer, group[0]), wrap);
                text += "\n";
                out.write_all(text.as_bytes())?;
                text.clear();
            }
            text += &sheet(&summary(answer, several), wrap);
        }
    }
    if answer.equilibria.is_empty() && remarks.body.is_none() {
        text += &sheet(&summary(answer, &[]), wrap);
    }
    for note in &remarks.notes {
        text += "\n";
        text += &paragraph(note, wrap);
    }
    if !answer.rungs.is_empty() {
        text += "\n";
        text += &rungs(&answer.rungs).to_text(width);
        if !remarks.rungs.is_empty() {
            text += "\n";
        }
        for remark in &remarks.rungs {
            text += &paragraph(remark, wrap);
        }
    }
    if !answer.reports.0.is_empty() {
        text += "\n";
        text += &reports(answer).to_text(width);
    }
    out.write_all(text.as_bytes())
}

/// Equilibria that are played alike, in order of the first of each.
fn groups(equilibria: &[Equilibrium]) -> Vec<Vec<&Equilibrium>> {
    if let [only] = equilibria {
        return vec![vec![only]];
    }
    let mut groups: Vec<Vec<&Equilibrium>> = Vec::new();
    // Groups by a number that equal plays have in common; what is played takes much more.
    let mut known: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for equilibrium in equilibria {
        let Equilibrium {
            payoffs,
            outcomes,
            path,
            ..
        } = equilibrium;
        let mut hashed = Hashed(DefaultHasher::new());
        // Writing to it cannot fail, and what all have in common if it did would do.
        _ = serde_json::to_writer(&mut hashed, &(payoffs, outcomes, path));
        let alike = known.entry(hashed.0.finish()).or_default();
        let is_same = |group: &usize| {
            let first = groups[*group][0];
            first.payoffs == *payoffs
                && first.outcomes == *outcomes
                && first.path.steps() == path.steps()
        };
        if let Some(group) = alike.iter().copied().find(is_same) {
            groups[group].push(equilibrium);
        } else {
            alike.push(groups.len());
            groups.push(vec![equilibrium]);
        }
    }
    groups
}

/// What is written is hashed, the same way each time.
struct Hashed(DefaultHasher);

impl io::Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn heading(group: &[&Equilibrium]) -> String {
    let ids: Vec<String> = group.iter().map(|e| e.id.to_string()).collect();
    let differ = match ids.len() {
        1 => String::new(),
        n if n > MOST_ROWS => format!(" and {} more, which", n - MOST_ROWS),
        _ => ", which".to_owned(),
    };
    let differ = if differ.is_empty() {
        differ
    } else {
        format!("{differ} differ only off the path of play")
    };
    let shown = ids[..ids.len().min(MOST_ROWS)].join(", ");
    let noun = if ids.len() == 1 {
        "Equilibrium"
    } else {
        "Equilibria"
    };
    let selected = match group.iter().find(|e| e.selected) {
        Some(one) if ids.len() > 1 => format!("; the tie rule selects {}", one.id),
        Some(_) => ", the one that the tie rule selects".to_owned(),
        None => String::new(),
    };
    format!("{noun} {shown}{differ}{selected}\n")
}

fn one(answer: &Solved, equilibrium: &Equilibrium, remarks: &Remarks, wrap: usize) -> String {
    let mut entries = play(answer, equilibrium);
    if !remarks.why.is_empty() {
        entries.push(("Why", remarks.why.join("\n")));
    }
    entries.extend(summary(answer, std::slice::from_ref(equilibrium)));
    sheet(&entries, wrap)
}

fn play(answer: &Solved, equilibrium: &Equilibrium) -> Vec<(&'static str, String)> {
    let mut entries = Vec::new();
    if !equilibrium.outcomes.is_empty() && equilibrium.stationary.is_none() {
        entries.push(("Outcome", outcomes(&equilibrium.outcomes)));
    }
    let payoffs = equilibrium.payoffs.0.iter();
    let payoffs: Vec<String> = payoffs
        .map(|(name, x)| format!("{}: {}", terminal(name), amount(answer, &x.0)))
        .collect();
    if !payoffs.is_empty() {
        entries.push(("Payoffs", payoffs.join(", ")));
    }
    if let Some(stationary) = &equilibrium.stationary {
        entries.extend(stationary::entries(stationary));
    } else if !equilibrium.path.steps().is_empty() {
        let steps = equilibrium.path.steps();
        let at_once = steps.iter().all(|s| s.infoset == s.player);
        let label = if at_once { "Plays" } else { "Path" };
        entries.push((label, path(&steps)));
    }
    entries
}

/// A number of the game; a fraction that may come from rounding is shown as what it is about.
fn amount(answer: &Solved, value: &Rational) -> String {
    if answer.inexact.is_empty() || value.is_integer() {
        both(value)
    } else {
        format!("≈{}", decimal(value))
    }
}

/// What the judge says, and whether the game itself is exact.
pub(crate) fn verdict_line(answer: &Solved, row: &VerdictRow) -> String {
    match answer.inexact.as_slice() {
        [] => verdict(row),
        rounded => {
            let mut shown = rounded[..rounded.len().min(MOST_ROUNDED)].join(", ");
            if rounded.len() > MOST_ROUNDED {
                shown += ", …";
            }
            format!(
                "for a game with rounded numbers ({shown}): {}",
                verdict(row)
            )
        }
    }
}

/// How play ends, outcomes that occur in several places together.
pub(crate) fn outcomes(ends: &Ends) -> String {
    if let [only] = &**ends {
        return only.outcome.clone();
    }
    let sums = ends.totals();
    let mut shown: Vec<String> = sums
        .iter()
        .take(MOST_ROWS)
        .map(|(name, p)| format!("{name} {}", percent(p)))
        .collect();
    if sums.len() > MOST_ROWS {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

/// How likely a strategy of a table is, exactly where that is short.
fn mixed(probability: &Rational) -> String {
    let exact = probability.to_string();
    if probability.is_one() {
        String::new()
    } else if exact.len() <= LONGEST_FRACTION {
        format!(" with {exact} ({})", percent(probability))
    } else {
        format!(" with {}", percent(probability))
    }
}

fn path(steps: &[StepRow]) -> String {
    let line = |s: &StepRow| {
        // A line break in a label would break the layout.
        let (player, action) = (terminal(&s.player), terminal(&s.action));
        let chance = if s.probability.0.is_one() {
            String::new()
        } else {
            format!(" (reached with {})", percent(&s.probability.0))
        };
        if s.infoset == s.player {
            return format!("{player}: {action}{}", mixed(&s.probability.0));
        }
        // Names that are numbers are so by player; those of positions are unique.
        let at = match s.position {
            Some(number) if s.infoset.starts_with('#') => format!("#{number}"),
            _ => terminal(&s.infoset).into_owned(),
        };
        format!("{at}  {player}: {action}{chance}")
    };
    if steps.len() <= MOST_ROWS {
        let lines: Vec<String> = steps.iter().map(line).collect();
        return lines.join("\n");
    }
    let half = MOST_ROWS / 2;
    let mut lines: Vec<String> = steps[..half].iter().map(line).collect();
    lines.push(format!("… {} more …", steps.len() - 2 * half));
    lines.extend(steps[steps.len() - half..].iter().map(line));
    lines.join("\n")
}

fn summary(answer: &Solved, shown: &[Equilibrium]) -> Vec<(&'static str, String)> {
    let mut entries = vec![
        ("Equilibria", count(answer, shown.len())),
        ("Method", answer.method.to_owned()),
    ];
    if let Some(left_out) = &answer.not_searched {
        entries.push(("Incomplete", left_out.clone()));
    }
    if answer.stop != "done" {
        let listed = match shown.len() {
            0 | 1 => String::new(),
            n => format!(", with {n} equilibria listed"),
        };
        entries.push(("Stopped", format!("early: {}{listed}", stop(answer.stop))));
    }
    match shown {
        [] => {}
        [only] => entries.push(("Verdict", verdict_line(answer, &only.verdict))),
        several => {
            let exact = several
                .iter()
                .filter(|e| e.verdict.status == "exact")
                .count();
            let all = if exact == several.len() {
                "exact for each: no deviation gains anything".to_owned()
            } else {
                let rest: Vec<String> = several
                    .iter()
                    .filter(|e| e.verdict.status != "exact")
                    .map(|e| format!("{}: {}", e.id, verdict_line(answer, &e.verdict)))
                    .collect();
                format!("exact for {exact}; {}", rest.join("; "))
            };
            entries.push(("Verdict", all));
        }
    }
    entries
}

fn count(answer: &Solved, shown: usize) -> String {
    let kind = match answer.scope {
        "all" | "some" => answer.concept.to_owned(),
        scope => format!("{scope} {}", answer.concept),
    };
    let reduced = reduced(answer);
    let ties = answer
        .tie_rule
        .filter(|_| answer.count.as_deref() != Some("1"));
    match answer.count.as_deref() {
        None if answer.scope == "stationary" => {
            let equilibria = if shown == 1 {
                "equilibrium"
            } else {
                "equilibria"
            };
            format!("{shown} {kind} {equilibria} found; there may be more")
        }
        // Which strategies are told apart is no matter where others were not looked for.
        Some("0") if answer.scope == "some" => format!("no {kind} equilibrium found"),
        Some("1") if answer.scope == "some" => format!("1 {kind} equilibrium found: this one"),
        Some(n) if answer.scope == "some" && n == shown.to_string() => {
            format!("{n} {kind} equilibria found: all of them above")
        }
        None => format!("{shown} shown; there are more {kind} equilibria than could be counted"),
        Some("0") if answer.stop != "done" => format!("no {kind} equilibrium found so far"),
        Some("0") => format!("no {kind} equilibrium"),
        Some("1") => format!("1 {kind} equilibrium{reduced}: this one"),
        Some(n) if n == shown.to_string() => {
            format!("{n} {kind} equilibria{reduced}: all of them above")
        }
        Some(n) => {
            let n = if n.len() > 40 {
                format!("a number of {} digits of", n.len())
            } else {
                n.to_owned()
            };
            let rule = ties.map_or(String::new(), |rule| format!(" (ties broken by {rule})"));
            let verb = if shown == 1 { "is" } else { "are" };
            let why = match answer.tie_rule {
                Some(_) => ", because some moves are equally good",
                None => "",
            };
            format!(
                "{n} {kind} equilibria{reduced}{why}; {shown} {verb} shown{rule}, --list N shows more"
            )
        }
    }
}

/// Of which strategies equilibria are counted, where it makes a difference.
fn reduced(answer: &Solved) -> String {
    if answer.counted_in != "reduced strategies" || answer.count == answer.count_unreduced {
        return String::new();
    }
    let full = answer.count_unreduced.as_ref().map_or(String::new(), |n| {
        let n = match n.len() {
            digits if digits > 40 => format!("a number of {digits} digits"),
            _ => n.clone(),
        };
        format!("; told apart, {n}")
    });
    format!(
        " in reduced strategies (choices that the player's own earlier move rules out are not told \
         apart{full})"
    )
}

/// Why it stopped early, as a clause.
pub(crate) fn stop(word: &str) -> &str {
    match word {
        "time" => "the time limit was reached",
        "memory" => "the memory limit was reached",
        "iterations" => "the limit on iterations was reached",
        "interrupted" => "interrupted",
        "gap" => "as little is left to be gained as was asked for",
        other => other,
    }
}

/// What it cost, for `--verbose`; times differ from run to run.
pub(crate) fn work(answer: &Solved) -> String {
    let work = &answer.work;
    let line = format!(
        "by {}: {} nodes, {} bytes, {:.3} s to solve, {:.3} s to judge",
        answer.method, work.nodes, work.bytes, work.seconds, work.judge_seconds
    );
    format!(
        "\n{}",
        sheet(
            &[("Work", line), ("Input", answer.input.sha256.clone())],
            WIDTH
        )
    )
}

/// What the judge says, in words.
pub(crate) fn verdict(row: &VerdictRow) -> String {
    if row.concept == Concept::QuantalResponse.name() {
        return response(row);
    }
    match (row.status, &row.witness) {
        ("exact", _) => "exact: no deviation gains anything".to_owned(),
        ("bounded", Some(witness)) => format!(
            "within the tolerance: the best deviation gains {} ({})",
            decimal(&row.error.0),
            witness.sentence
        ),
        ("failed", Some(witness)) => format!("failed: {}", witness.sentence),
        (_, _) => match &row.reason {
            Some(reason) => format!("not judged: {reason}"),
            None => row.status.to_owned(),
        },
    }
}

/// What the judge says of a quantal response: how far a probability may be off.
fn response(row: &VerdictRow) -> String {
    // Floats differ in their last digits from machine to machine.
    let small = Rational::new(1, 1_000_000_000).filter(|bound| row.error.0 <= *bound);
    match (row.status, &row.witness) {
        ("exact", _) => "exact: every probability is the one that payoffs call for".to_owned(),
        ("bounded", _) => format!(
            "proved: no probability is off by more than {}",
            decimal(&small.unwrap_or_else(|| row.error.0.clone()))
        ),
        ("failed", Some(witness)) => format!("failed: {}", witness.sentence),
        (_, _) => match &row.reason {
            Some(reason) => format!("not judged: {reason}"),
            None => row.status.to_owned(),
        },
    }
}

/// The rung table.
pub(crate) fn rungs(rows: &[RungRow]) -> Table {
    let mut table = Table::new([
        "rung",
        "threat",
        "by",
        "credible",
        "margin",
        "critical probability",
        "risk so far",
        "reached",
        "refusing must cost",
    ]);
    let some_risk = rows.iter().any(|row| !row.cumulative_risk.0.is_zero());
    for row in rows {
        let credible = match (row.credible, row.indifferent) {
            _ if row.automatic.0.is_one() => Cell::from("automatic"),
            (_, true) => Cell::from("tied"),
            (true, _) => Cell::from("yes"),
            (false, _) if row.execution_probability.0.is_zero() => Cell::from("no"),
            (false, _) => Cell::from(percent(&row.execution_probability.0)),
        };
        table.push([
            if row.place.is_empty() {
                Cell::from(row.rung.as_str())
            } else {
                Cell::from(format!("{} ({})", row.rung, row.place))
            },
            if row.label == row.rung || row.label.is_empty() {
                Cell::Empty
            } else {
                Cell::from(row.label.as_str())
            },
            Cell::from(row.actor.as_str()),
            credible,
            match &row.margin {
                Some(margin) => Cell::Signed(margin.0.clone()),
                None => Cell::Empty,
            },
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
            if some_risk {
                Cell::from(percent(&row.cumulative_risk.0))
            } else {
                Cell::Empty
            },
            if row.reached && !row.reach_probability.0.is_one() {
                Cell::from(percent(&row.reach_probability.0))
            } else {
                Cell::from(row.reached)
            },
            if row.shortfall.0.is_zero() {
                Cell::Empty
            } else {
                Cell::from(format!("{} more", both(&row.shortfall.0)))
            },
        ]);
    }
    table
}

fn reports(answer: &Solved) -> Table {
    let mut table = Table::new(["reported", "value"]);
    for (label, report) in &answer.reports.0 {
        let value = if report.exact {
            both(&report.value.0)
        } else {
            format!("≈{}", decimal(&report.value.0))
        };
        table.push([Cell::from(label.as_str()), Cell::from(value)]);
    }
    table
}

//! `offramp` for people and for spreadsheets.

use super::Answered;
use super::rows::{GoingRow, GuardRow, PayerRow, Prize, RampRow, StandRow};
use crate::output::json::{Exact, Object};
use deterra_render::number::{both, percent, short, signed};
use deterra_render::table::{Cell, Table, paragraph, sheet};

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// Off-ramps that are told about one by one unless one of them is asked for.
const TOLD: usize = 6;

/// All off-ramps in a table, then one after the other.
pub(super) fn text(answer: &Answered, one: bool, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let headline = format!(
        "{}: what it takes to stop at an off-ramp, and from when on it invites going further",
        answer.input.name
    );
    let mut text = paragraph(&headline, wrap);
    text.push('\n');
    text += &summary(answer).to_text(width);
    if !one && answer.off_ramps.len() > TOLD {
        text.push('\n');
        text += &paragraph("--at 0, 1, 2, … says more about one of them.", wrap);
        return text;
    }
    for ramp in &answer.off_ramps {
        text.push('\n');
        let pays = match (&ramp.pays, &ramp.parameter) {
            (Some(pays), Some(p)) => {
                format!(
                    " pays {} ({} = {})",
                    both(&pays.0),
                    p.name,
                    both(&p.value.0)
                )
            }
            (Some(pays), None) => format!(" pays {}", both(&pays.0)),
            (None, _) => " does not pay the same everywhere".to_owned(),
        };
        let title = format!(
            "Off-ramp {}, before {}: {}'s \"{}\"{pays}",
            ramp.at, ramp.before, ramp.player, ramp.label
        );
        text += &paragraph(&title, wrap);
        text += &sheet(&entries(ramp, answer), wrap);
        if !ramp.equilibria.is_empty() {
            text.push('\n');
            text += &equilibria(ramp).to_text(width);
        }
    }
    text
}

/// One row an off-ramp.
fn summary(answer: &Answered) -> Table {
    let mut table = Table::new([
        "off-ramp",
        "before",
        "taken by",
        "pays",
        "may stop from",
        "stops from",
        "undoes nothing up to",
    ]);
    for ramp in &answer.off_ramps {
        let prize = |prize: Option<&Prize>| match prize {
            Some(prize) => Cell::Text(amount(prize)),
            None => Cell::Empty,
        };
        let window = ramp.window.as_ref();
        table.push([
            Cell::Text(ramp.at.to_string()),
            Cell::Text(ramp.before.clone()),
            Cell::Text(ramp.player.clone()),
            match &ramp.pays {
                Some(pays) => Cell::Number(pays.0.clone()),
                None => Cell::Empty,
            },
            prize(ramp.least.some.as_ref()),
            match &ramp.unknown {
                Some(_) => Cell::from("not known"),
                None => prize(ramp.least.every.as_ref()),
            },
            match window.map(|w| (w.empty, w.to.as_ref())) {
                Some((true, Some(to))) => Cell::Text(format!("{} (empty)", amount(to))),
                Some((_, Some(to))) => Cell::Text(amount(to)),
                Some((true, None)) => Cell::from("empty"),
                Some((false, None)) => Cell::from("no limit"),
                None => Cell::Empty,
            },
        ]);
    }
    table
}

/// A prize in a table.
fn amount(prize: &Prize) -> String {
    if prize.kind != "exact" {
        let near = prize.approx.or(prize.shift_approx).unwrap_or_default();
        return format!("about {near:.6}");
    }
    match &prize.pays {
        Some(pays) => both(&pays.0),
        None => format!("{} more", signed(&prize.shift.0)),
    }
}

/// A prize in a sentence: what is paid, how much more that is, and what the parameter is.
fn told(prize: &Prize, ramp: &RampRow) -> String {
    let mut more = match &prize.pays {
        Some(_) => vec![change(&prize.shift)],
        None => Vec::new(),
    };
    if let (Some(value), Some(p), "exact") = (&prize.parameter, &ramp.parameter, prize.kind) {
        more.push(format!("{} = {}", p.name, both(&value.0)));
    }
    let mut said = amount(prize);
    if prize.kind == "exact" && !more.is_empty() {
        said = format!("{said} [{}]", more.join(", "));
    }
    said
}

fn change(shift: &Exact) -> String {
    if shift.0.is_zero() {
        "as now".to_owned()
    } else if shift.0.is_negative() {
        format!("{} less", both(&-&shift.0))
    } else {
        format!("{} more", both(&shift.0))
    }
}

fn entries(ramp: &RampRow, answer: &Answered) -> Vec<(&'static str, String)> {
    if let Some(why) = &ramp.unknown {
        return vec![("Unknown", why.clone())];
    }
    let mut entries = vec![("Stops", stops(ramp))];
    if let Some(guard) = &ramp.start {
        entries.push(("Starts", starts(guard, ramp)));
    } else if answer.ongoing {
        let said = "what the ladder is about has begun, so there is no start to invite";
        entries.push(("Starts", said.to_owned()));
    } else {
        let said = "nothing has been started here yet, so stopping here invites nothing";
        entries.push(("Starts", said.to_owned()));
    }
    for guard in &ramp.earlier {
        let what = format!("stops at off-ramp {} already", guard.at.unwrap_or_default());
        entries.push(("Earlier", held(guard, ramp, &what)));
    }
    entries.push(("Window", window(ramp)));
    entries.extend(pays(ramp).map(|said| ("Payer", said)));
    let how = format!(
        "every comparison was followed as a polynomial in what is paid, {} games were solved ({}){}",
        ramp.solved,
        answer.concept,
        if ramp.complete {
            ""
        } else {
            "; not all equilibria were found, \"every\" is every one found"
        }
    );
    entries.push(("Exact", how));
    entries
}

fn stops(ramp: &RampRow) -> String {
    let one = |prize: &Prize| told(prize, ramp);
    match (&ramp.least.some, &ramp.least.every) {
        (Some(some), Some(every)) if some.shift.0 == every.shift.0 => format!(
            "from {} on; at exactly that {} is indifferent",
            one(some),
            ramp.player
        ),
        (Some(some), Some(every)) => format!(
            "in some equilibrium from {} on, in every one above {}",
            one(some),
            one(every)
        ),
        (Some(some), None) => format!("in some equilibrium from {} on", one(some)),
        (None, Some(every)) => format!("above {}", one(every)),
        (None, None) => "for no prize that was looked at".to_owned(),
    }
}

/// Up to which prize the player does not start.
fn starts(guard: &GuardRow, ramp: &RampRow) -> String {
    let worth = match &guard.pays {
        Some(pays) => format!("; not starting is worth {}", both(&pays.0)),
        None => String::new(),
    };
    let said = match (guard.holds_some, guard.holds_every) {
        ("never", _) => format!("{} starts, or may, whatever this pays", ramp.player),
        _ => held(guard, ramp, "does not start"),
    };
    format!("{said}{worth}")
}

/// Up to which prize something holds.
fn held(guard: &GuardRow, ramp: &RampRow, what: &str) -> String {
    let player = &ramp.player;
    match (guard.holds_some, guard.holds_every) {
        ("never", _) => format!("whatever this pays, {player} never surely {what}"),
        (_, "always") => format!("whatever this pays, {player} {what}"),
        ("always", "never") => {
            format!("whatever this pays, {player} {what} in some equilibrium and not in another")
        }
        _ => {
            let some = guard.greatest.some.as_ref();
            let every = guard.greatest.every.as_ref();
            match (some, every) {
                (Some(a), Some(b)) if a.shift.0 == b.shift.0 => {
                    format!("{player} {what} up to {}", told(a, ramp))
                }
                (a, b) => {
                    let up = |p: Option<&Prize>| {
                        p.map_or("whatever this pays".to_owned(), |p| {
                            format!("up to {}", told(p, ramp))
                        })
                    };
                    let every = if guard.holds_every == "never" {
                        "in every one for no prize".to_owned()
                    } else {
                        format!("in every one {}", up(b))
                    };
                    format!("{player} {what} in some equilibrium {}, {every}", up(a))
                }
            }
        }
    }
}

fn window(ramp: &RampRow) -> String {
    let Some(window) = &ramp.window else {
        return "not known".to_owned();
    };
    let from = window.from.as_ref().map(amount).unwrap_or_default();
    match &window.to {
        Some(to) if window.empty => format!(
            "empty: it takes {from} to stop, and from {} on that invites more; neither threat nor prize \
             alone does it",
            amount(to)
        ),
        Some(to) => format!("from {from} to {}", amount(to)),
        None if window.empty => format!(
            "empty: it takes {from} to stop, and {} starts whatever this pays; neither threat nor prize \
             alone does it",
            ramp.player
        ),
        None => format!("from {from} on; no prize here undoes anything that is so now"),
    }
}

/// What the other side would pay.
fn pays(ramp: &RampRow) -> Option<String> {
    let [one] = ramp.equilibria.as_slice() else {
        return None;
    };
    let [stand] = one.stands.as_slice() else {
        return None;
    };
    let [payer] = stand.payers.as_slice() else {
        return None;
    };
    let most = &payer.most.0;
    let missing = &stand.missing.0;
    Some(if most.is_negative() {
        format!(
            "{} would rather see {} go on, by {}",
            payer.player,
            ramp.player,
            both(&-most)
        )
    } else {
        let enough = if missing.is_negative() || missing.is_zero() {
            "and need not".to_owned()
        } else if payer.enough {
            format!("and {} is missing", both(missing))
        } else {
            format!("which is not the {} that is missing", both(missing))
        };
        format!(
            "{} is willing to pay {} more than now rather than see {} go on, {enough}",
            payer.player,
            both(most),
            ramp.player
        )
    })
}

/// What is played as things are, and how the off-ramp stands.
fn equilibria(ramp: &RampRow) -> Table {
    let payer = ramp
        .equilibria
        .iter()
        .flat_map(|e| &e.stands)
        .find_map(|s| s.payers.first());
    let mut headings = [
        "now", "outcome", "at", "reached", "stops", "stopping", "going on", "missing",
    ]
    .map(str::to_owned)
    .to_vec();
    headings.extend(payer.map(|p| format!("{} would pay", p.player)));
    let mut table = Table::new(headings);
    for one in &ramp.equilibria {
        for (k, stand) in one.stands.iter().enumerate() {
            table.push(cells(one, stand, k == 0));
        }
    }
    table
}

fn cells(one: &GoingRow, stand: &StandRow, first: bool) -> Vec<Cell> {
    let text = |said: String| Cell::Text(if first { said } else { String::new() });
    vec![
        text(one.id.to_string()),
        text(outcome(&one.outcome)),
        Cell::Text(stand.node.clone()),
        Cell::Text(percent(&stand.reached.0)),
        Cell::Text(percent(&stand.taken.0)),
        Cell::Number(stand.stopping.0.clone()),
        Cell::Number(stand.going_on.0.clone()),
        Cell::Signed(stand.missing.0.clone()),
        Cell::Text(payers(&stand.payers)),
    ]
}

fn payers(all: &[PayerRow]) -> String {
    let said = all.iter().map(|payer| {
        let most = short(&payer.most.0);
        if payer.given.is_empty() {
            most
        } else {
            format!("{}: {most}", payer.given)
        }
    });
    said.collect::<Vec<_>>().join("; ")
}

fn outcome(outcome: &Object<Exact>) -> String {
    let parts = outcome.0.iter();
    let parts: Vec<String> = parts
        .map(|(label, p)| {
            if p.0.is_one() {
                label.clone()
            } else {
                format!("{label} {}", percent(&p.0))
            }
        })
        .collect();
    parts.join(", ")
}

/// One row an off-ramp; empty cells are not known, or no limit.
pub(super) fn csv(answer: &Answered) -> String {
    let mut table = Table::new([
        "off_ramp",
        "before",
        "player",
        "move",
        "pays",
        "parameter",
        "parameter_value",
        "least_some",
        "least_every",
        "least_some_parameter",
        "least_every_parameter",
        "start_some",
        "start_every",
        "earlier_some",
        "earlier_every",
        "window",
        "payer_most",
    ]);
    for ramp in &answer.off_ramps {
        let number = |value: Option<&Exact>| match value {
            Some(value) => Cell::Number(value.0.clone()),
            None => Cell::Empty,
        };
        let pays = |prize: Option<&Prize>| {
            let exact = prize.filter(|p| p.kind == "exact");
            number(exact.and_then(|p| p.pays.as_ref()))
        };
        let scaled = |prize: Option<&Prize>| {
            let exact = prize.filter(|p| p.kind == "exact");
            number(exact.and_then(|p| p.parameter.as_ref()))
        };
        let start = ramp.start.as_ref().map(|g| &g.greatest);
        let earlier = ramp.earlier.first().map(|g| &g.greatest);
        let payer = match ramp.equilibria.first().map(|e| e.stands.as_slice()) {
            Some([stand]) if stand.payers.len() == 1 => stand.payers.first(),
            _ => None,
        };
        table.push([
            Cell::Text(ramp.at.to_string()),
            Cell::Text(ramp.before.clone()),
            Cell::Text(ramp.player.clone()),
            Cell::Text(ramp.label.clone()),
            number(ramp.pays.as_ref()),
            Cell::Text(
                ramp.parameter
                    .as_ref()
                    .map(|p| p.name.clone())
                    .unwrap_or_default(),
            ),
            number(ramp.parameter.as_ref().map(|p| &p.value)),
            pays(ramp.least.some.as_ref()),
            pays(ramp.least.every.as_ref()),
            scaled(ramp.least.some.as_ref()),
            scaled(ramp.least.every.as_ref()),
            pays(start.and_then(|g| g.some.as_ref())),
            pays(start.and_then(|g| g.every.as_ref())),
            pays(earlier.and_then(|g| g.some.as_ref())),
            pays(earlier.and_then(|g| g.every.as_ref())),
            Cell::from(match &ramp.window {
                Some(window) if window.empty => "empty",
                Some(_) => "open",
                None => "",
            }),
            number(payer.map(|p| &p.most)),
        ]);
    }
    table.to_csv()
}

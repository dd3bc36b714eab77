//! An equilibrium with beliefs, for people.

use super::model::Equilibrium;
use super::names::Names;
use deterra_analyze::hidden::{Prospect, distinctions};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::InfosetId;
use deterra_game::number::Rational;
use deterra_render::number::{both, decimal, percent};
use deterra_render::table::{Cell, Table, sheet};
use deterra_solve::refine::component::{Component, Interval};

/// Columns that entries are wrapped to.
const WRAP: usize = 100;

/// One equilibrium: how it ends, and a table with a row an information set.
pub(crate) fn equilibrium(
    game: &ExtensiveGame,
    names: &Names,
    component: &Component,
    views: &[Prospect],
    row: &Equilibrium,
    width: Option<usize>,
) -> String {
    let set = match (component.is_point(), component.pieces.len()) {
        (true, _) => String::new(),
        (false, 1) => "; one of a connected set".to_owned(),
        (false, n) => format!("; one of a connected set in {n} pieces"),
    };
    let mut text = format!("Equilibrium {}: {}{set}\n", row.id, row.name);
    let mut entries = vec![("Outcome", super::text::outcomes(&row.outcomes))];
    let payoffs = row.payoffs.0.iter().zip(&component.payoffs);
    let payoffs: Vec<String> = payoffs
        .map(|((name, x), interval)| format!("{name}: {}", with_range(component, &x.0, interval)))
        .collect();
    entries.push(("Payoffs", payoffs.join(", ")));
    if let Some(refinements) = &row.refinements {
        entries.push(("Survives", refinements.sentence()));
        if let Some(forward) = &refinements.forward {
            entries.push(("Forward induction", forward.clone()));
        }
    }
    text += &sheet(&entries, WRAP);
    let mut table = Table::new(["at", "plays", "believes", "reached", "because"]);
    let mut order: Vec<&Prospect> = views.iter().collect();
    order.sort_by_key(|view| game.members(view.infoset)[0]);
    for view in order {
        let at = game.members(view.infoset)[0];
        let Some(decision) = names.decision(view.player, at) else {
            continue;
        };
        table.push([
            Cell::from(format!(
                "{}: {}",
                names.players[view.player.index()],
                decision.name
            )),
            Cell::from(plays(game, component, view.infoset, &decision.actions)),
            Cell::from(believes(game, component, view.infoset)),
            Cell::from(percent(&view.reached)),
            Cell::from(because(game, component, view, &decision.actions)),
        ]);
    }
    text += &table.to_text(width);
    text
}

/// A number of an equilibrium; one that stems from rounding as the decimal it is about.
fn number(component: &Component, value: &Rational) -> String {
    if component.exact || value.is_integer() {
        value.to_string()
    } else {
        format!("≈{}", decimal(value))
    }
}

fn with_range(component: &Component, value: &Rational, interval: &Interval) -> String {
    let both = |x: &Rational| {
        if component.exact {
            both(x)
        } else {
            number(component, x)
        }
    };
    if interval.is_point() {
        both(value)
    } else {
        format!("{} to {}", both(&interval.low), both(&interval.high))
    }
}

fn plays(
    game: &ExtensiveGame,
    component: &Component,
    infoset: InfosetId,
    actions: &[String],
) -> String {
    let intervals = &component.probabilities[game.actions(infoset)];
    if let Some(k) = intervals.iter().position(|i| i.low.is_one()) {
        return actions[k].clone();
    }
    let used = actions
        .iter()
        .zip(intervals)
        .filter(|(_, i)| !i.high.is_zero());
    let used: Vec<String> = used
        .map(|(action, i)| {
            if i.is_point() {
                format!("{action} {}", number(component, &i.low))
            } else {
                format!(
                    "{action} {} to {}",
                    number(component, &i.low),
                    number(component, &i.high)
                )
            }
        })
        .collect();
    used.join(", ")
}

fn believes(game: &ExtensiveGame, component: &Component, infoset: InfosetId) -> String {
    let members = game.members(infoset);
    if members.len() < 2 {
        return String::new();
    }
    let given = distinctions(game, infoset);
    let parts = members.iter().zip(given).filter_map(|(node, given)| {
        let interval = component.beliefs[node.index()].as_ref()?;
        if interval.high.is_zero() {
            return None;
        }
        Some(if interval.is_point() {
            format!("{given} {}", number(component, &interval.low))
        } else {
            format!(
                "{given} {} to {}",
                number(component, &interval.low),
                number(component, &interval.high)
            )
        })
    });
    parts.collect::<Vec<_>>().join("; ")
}

/// Why the actions of the representative are best: what the best and the others are worth.
fn because(
    game: &ExtensiveGame,
    component: &Component,
    view: &Prospect,
    actions: &[String],
) -> String {
    let row = component.representative().profile.at(game, view.infoset);
    let used: Vec<usize> = (0..row.len()).filter(|k| !row[*k].is_zero()).collect();
    let (Some(best), true) = (view.best(), actions.len() > 1) else {
        return String::new();
    };
    // Rounded roots leave a trace in what is equally good.
    let close = |k: &usize| {
        view.values[*k] == *best
            || !component.exact && (best - &view.values[*k]).to_f64() < 1e-12 && used.contains(k)
    };
    let tied: Vec<&str> = (0..row.len())
        .filter(close)
        .map(|k| actions[k].as_str())
        .collect();
    let rest: Vec<String> = (0..row.len())
        .filter(|k| !close(k))
        .map(|k| format!("{} {}", actions[k], number(component, &view.values[k])))
        .collect();
    let others = if rest.is_empty() {
        String::new()
    } else {
        format!(", {}", rest.join(", "))
    };
    if tied.len() > 1 {
        let how = if used.len() > 1 {
            "indifferent"
        } else {
            "tied"
        };
        format!(
            "{how}: {} pay {}{others}",
            tied.join(" and "),
            number(component, best)
        )
    } else {
        format!("{} pays {}{others}", tied.join(""), number(component, best))
    }
}

//! Stochastic games: states, who moves there, what that pays and where it leads.

use super::read::{Labels, refuse};
use super::reader::{At, Members, Missing, Reader};
use super::write::{Out, quoted, row};
use crate::id::{PlayerId, StateId};
use crate::number::{Number, Rational};
use crate::stochastic::{Cell, StochasticBuilder, StochasticGame};
use serde_json::Value;

/// Where a joint move leads.
type Row = Vec<(StateId, Rational)>;

/// The most joint moves of a state.
const MAX_CELLS: usize = 1 << 20;

/// Reads what follows `form`.
pub(super) fn read(
    reader: &mut Reader<'_>,
    members: &mut Members<'_>,
) -> Result<StochasticGame, Missing> {
    let title = members
        .need(reader, "title")
        .and_then(|at| reader.text(&at));
    let players = members
        .need(reader, "players")
        .and_then(|at| reader.texts(&at));
    let discounts = discounts(reader, members);
    let at = members.need(reader, "states")?;
    let states = reader.list(&at)?;
    let start = members.maybe("start");
    let (title, players, discounts) = (title?, players?, discounts?);
    let mut b = StochasticBuilder::new(title);
    for player in &players {
        b.player(player);
    }
    match discounts {
        Discounts::Alike(discount) => {
            for player in 0..players.len() {
                b.set_discount(PlayerId::from_index(player), discount.clone());
            }
        }
        Discounts::Each(list, path) => {
            if list.len() != players.len() {
                let message = format!("{} for {} players", list.len(), players.len());
                return Err(reader.error("F207", &path.path, &message));
            }
            for (player, discount) in list.into_iter().enumerate() {
                b.set_discount(PlayerId::from_index(player), discount);
            }
        }
    }
    let mut failed = false;
    // A row may name a state that comes later.
    let mut opened = Vec::with_capacity(states.len());
    let mut labels = Vec::with_capacity(states.len());
    for entry in &states {
        let mut label = "";
        let mut members = reader.object(entry).ok();
        match members.as_mut().map(|own| own.maybe("label")) {
            Some(Some(at)) => match reader.text(&at) {
                Ok(text) => label = text,
                Err(Missing) => failed = true,
            },
            Some(None) => {}
            None => failed = true,
        }
        opened.push(members);
        labels.push(label);
        b.state(label);
    }
    let players = Labels::new(players, "player");
    let labels = Labels::new(labels, "state");
    if let Some(at) = start {
        match labels.index(reader, &at) {
            Ok(start) => b.set_start(StateId(start)),
            Err(Missing) => failed = true,
        }
    }
    for (k, (members, entry)) in opened.into_iter().zip(&states).enumerate() {
        let Some(mut members) = members else {
            continue;
        };
        let state = StateId::from_index(k);
        let names = (&players, &labels);
        failed |= one(reader, &mut b, (state, entry), &mut members, names).is_err();
        reader.close(&members);
    }
    if failed {
        return Err(Missing);
    }
    b.build().map_err(|invalid| {
        let problems: Vec<_> = invalid.problems.iter().map(|(_, p)| p).collect();
        let path = match invalid.problems.first() {
            Some((Some(state), _)) => at.path.index(state.index()),
            _ => at.path.clone(),
        };
        refuse(reader, &path, &problems)
    })
}

/// One discount for all, or one a player and where they stand.
enum Discounts<'v> {
    Alike(Rational),
    Each(Vec<Rational>, At<'v>),
}

fn discounts<'v>(
    reader: &mut Reader<'_>,
    members: &mut Members<'v>,
) -> Result<Discounts<'v>, Missing> {
    let at = members.need(reader, "discount")?;
    if at.value.is_array() {
        let list = reader.numbers(&at)?.into_iter().map(Number::into_value);
        return Ok(Discounts::Each(list.collect(), at));
    }
    Ok(Discounts::Alike(reader.number(&at)?.into_value()))
}

/// Reads one state.
fn one(
    reader: &mut Reader<'_>,
    b: &mut StochasticBuilder,
    (state, entry): (StateId, &At<'_>),
    members: &mut Members<'_>,
    (players, labels): (&Labels<'_>, &Labels<'_>),
) -> Result<(), Missing> {
    let outcome = members.maybe("outcome");
    let movers = members.maybe("movers");
    let cells = members.maybe("cells");
    let period = members.maybe("period");
    if let Some(at) = outcome {
        if let Some(other) = movers.or(cells).or(period) {
            let message = "where play has ended nobody moves and nothing follows";
            return Err(reader.error("F209", &other.path, message));
        }
        b.set_outcome(state, values(reader, &at)?);
        return Ok(());
    }
    let Some(cells) = cells else {
        let message = "\"cells\" is missing, or \"outcome\" where play has ended";
        return Err(reader.error("F204", &entry.path, message));
    };
    let read = reader.list(&cells)?;
    let mut failed = false;
    let mut rows: Vec<(Vec<Rational>, Row)> = Vec::with_capacity(read.len());
    for entry in &read {
        match cell(reader, entry, labels) {
            Ok(cell) => rows.push(cell),
            Err(Missing) => failed = true,
        }
    }
    if let Some(at) = &period {
        match (reader.flag(at), &movers) {
            (Ok(period), None) => b.set_period(state, period),
            (Ok(_), Some(_)) => {
                let message = "a period always begins where somebody moves";
                reader.error("F209", &at.path, message);
                failed = true;
            }
            (Err(Missing), _) => failed = true,
        }
    }
    let Some(movers) = movers else {
        if read.len() != 1 {
            let message = format!("{} cells where nobody moves; there is one", read.len());
            reader.error("F207", &cells.path, &message);
            failed = true;
        }
        return match rows.pop() {
            Some((payoffs, row)) if !failed => {
                b.set_chance(state, payoffs, row);
                Ok(())
            }
            _ => Err(Missing),
        };
    };
    let moves = self::movers(reader, &movers, players)?;
    let sizes: Vec<usize> = moves.iter().map(|(_, actions)| actions.len()).collect();
    let product = sizes.iter().try_fold(1_usize, |n, k| n.checked_mul(*k));
    if product != Some(read.len()) || read.len() > MAX_CELLS || sizes.is_empty() {
        let wanted = match product {
            _ if sizes.is_empty() => "a state with movers".to_owned(),
            Some(n) if n <= MAX_CELLS => format!("{n} joint moves"),
            _ => format!("more than {MAX_CELLS} joint moves, which are too many"),
        };
        let message = format!("{} cells for {wanted}", read.len());
        return Err(reader.error("F207", &cells.path, &message));
    }
    if failed {
        return Err(Missing);
    }
    b.set_movers(state, moves);
    let mut actions = vec![0_usize; sizes.len()];
    for (payoffs, row) in rows {
        b.set_cell(state, &actions, payoffs, row);
        // The first mover's action is fastest.
        for (action, size) in actions.iter_mut().zip(&sizes) {
            *action += 1;
            if *action < *size {
                break;
            }
            *action = 0;
        }
    }
    Ok(())
}

fn movers(
    reader: &mut Reader<'_>,
    at: &At<'_>,
    players: &Labels<'_>,
) -> Result<Vec<(PlayerId, Vec<String>)>, Missing> {
    let mut found = Vec::new();
    let mut failed = false;
    for entry in reader.list(at)? {
        let Ok(mut members) = reader.object(&entry) else {
            failed = true;
            continue;
        };
        let player = members.need(reader, "player");
        let player = player.and_then(|at| players.index(reader, &at));
        let actions = members.need(reader, "actions");
        let actions = actions.and_then(|at| reader.texts(&at));
        reader.close(&members);
        match (player, actions) {
            (Ok(player), Ok(actions)) => {
                let actions = actions.into_iter().map(str::to_owned).collect();
                found.push((PlayerId(player), actions));
            }
            _ => failed = true,
        }
    }
    if failed { Err(Missing) } else { Ok(found) }
}

fn values(reader: &mut Reader<'_>, at: &At<'_>) -> Result<Vec<Rational>, Missing> {
    let numbers = reader.numbers(at)?.into_iter().map(Number::into_value);
    Ok(numbers.collect())
}

/// What a joint move pays, and where it leads: a list of states with probabilities, or the only one.
fn cell(
    reader: &mut Reader<'_>,
    at: &At<'_>,
    labels: &Labels<'_>,
) -> Result<(Vec<Rational>, Row), Missing> {
    let mut members = reader.object(at)?;
    let payoffs = members.need(reader, "payoffs");
    let payoffs = payoffs.and_then(|at| values(reader, &at));
    let next = members.need(reader, "next");
    let next = next.and_then(|at| {
        if !matches!(at.value, Value::Array(_)) {
            let only = StateId(labels.index(reader, &at)?);
            return Ok(vec![(only, Rational::ONE)]);
        }
        let mut row = Vec::new();
        let mut failed = false;
        for entry in reader.list(&at)? {
            let Ok(mut members) = reader.object(&entry) else {
                failed = true;
                continue;
            };
            let to = members.need(reader, "to");
            let to = to.and_then(|at| labels.index(reader, &at));
            let probability = members.need(reader, "probability");
            let probability = probability.and_then(|at| reader.number(&at));
            reader.close(&members);
            match (to, probability) {
                (Ok(to), Ok(p)) => row.push((StateId(to), p.into_value())),
                _ => failed = true,
            }
        }
        if failed { Err(Missing) } else { Ok(row) }
    });
    reader.close(&members);
    Ok((payoffs?, next?))
}

/// Writes it.
pub(super) fn write(game: &StochasticGame, out: &mut Out) {
    out.heading("stochastic", game.title(), "");
    let players = game.players().map(|p| quoted(game.player_label(p)));
    out.member("players", &row(players));
    let exact = |value: &Rational| format!("\"{value}\"");
    let discounts = game.players().map(|p| exact(game.discount(p)));
    out.member("discount", &row(discounts));
    out.member("start", &game.start().to_string());
    let paid = |cell: &Cell| row(cell.payoffs.iter().map(exact));
    let written = |cell: &Cell| {
        let next = cell.row.iter().map(|(to, p)| {
            let p = exact(p);
            format!("{{ \"to\": {to}, \"probability\": {p} }}")
        });
        let (payoffs, next) = (paid(cell), row(next));
        format!("{{ \"payoffs\": {payoffs}, \"next\": {next} }}")
    };
    out.list(
        "states",
        game.states().map(|state| {
            let label = quoted(game.state_label(state));
            if game.is_outcome(state) {
                let outcome = paid(game.cell(state, 0));
                return format!("{{ \"label\": {label}, \"outcome\": {outcome} }}");
            }
            let cells = row((0..game.num_cells(state)).map(|c| written(game.cell(state, c))));
            if game.is_chance(state) {
                let period = game.begins_period(state);
                return format!(
                    "{{ \"label\": {label}, \"period\": {period}, \"cells\": {cells} }}"
                );
            }
            let movers = row(game.movers(state).iter().map(|mover| {
                let actions = row(mover.actions.iter().map(|a| quoted(a)));
                format!(
                    "{{ \"player\": {}, \"actions\": {actions} }}",
                    mover.player.index()
                )
            }));
            format!("{{ \"label\": {label}, \"movers\": {movers}, \"cells\": {cells} }}")
        }),
    );
}

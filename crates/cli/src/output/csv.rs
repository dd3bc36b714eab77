//! The equilibria of an answer as a table for spreadsheets: a row a probability.

use super::model::Solved;
use deterra_render::table::{Cell, Table};
use std::io::{self, Write};

/// Writes all equilibria as they come.
pub(crate) fn write(solved: &Solved, out: &mut dyn Write) -> io::Result<()> {
    let headings = ["equilibrium", "player", "infoset", "action", "probability"];
    out.write_all(Table::new(headings).to_csv().as_bytes())?;
    for equilibrium in &solved.equilibria {
        let Some(profile) = &equilibrium.profile else {
            continue;
        };
        let mut table = Table::new(headings);
        let id = equilibrium.id.to_string();
        profile.each(|player, infoset, action, probability| {
            table.push([
                Cell::from(id.as_str()),
                Cell::from(player),
                Cell::from(infoset),
                Cell::from(action),
                Cell::Number(probability.clone()),
            ]);
        });
        // The headings are there already.
        let text = table.to_csv();
        let rows = text.split_once('\n').map_or("", |(_, rows)| rows);
        out.write_all(rows.as_bytes())?;
    }
    Ok(())
}

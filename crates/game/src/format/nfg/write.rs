//! Writing either body, with labels every reader takes.

use crate::format::names::{Written, clean_list, push_number, push_prose, push_quoted};
use crate::number::Number;
use crate::patience::polled;
use crate::strategic::StrategicGame;
use std::fmt::Write as _;

/// Which body to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Body {
    /// Payoffs if every cell has an unlabelled outcome of its own, else outcomes.
    #[default]
    Auto,
    /// Payoffs; what cells share, and their labels, is lost.
    Payoffs,
    /// Outcomes.
    Outcomes,
}

/// How to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct WriteOptions {
    /// Plain ASCII labels, for readers older than 2026; others become `?`.
    pub ascii: bool,
    /// Which body.
    pub body: Body,
}

/// Writes a table so that every reader of the format takes it.
///
/// # Complexity
/// `O(cells · players)`.
pub fn write(game: &StrategicGame, options: &WriteOptions) -> Written {
    let mut renames = Vec::new();
    let mut out = String::from("NFG 1 R ");
    push_prose(&mut out, "title", game.title(), options.ascii, &mut renames);
    out.push_str(" { ");
    let players = game.players().map(|p| game.player_label(p));
    for label in clean_list("player", players, options.ascii, &mut renames) {
        push_quoted(&mut out, &label);
        out.push(' ');
    }
    out.push_str("}\n\n{ ");
    for player in game.players() {
        out.push_str("{ ");
        let labels = (0..game.num_strategies(player)).map(|k| game.strategy_label(player, k));
        for label in clean_list("strategy", labels, options.ascii, &mut renames) {
            push_quoted(&mut out, &label);
            out.push(' ');
        }
        out.push_str("}\n");
    }
    out.push_str("}\n");
    push_prose(
        &mut out,
        "comment",
        game.comment(),
        options.ascii,
        &mut renames,
    );
    out.push_str("\n\n");
    let plain = polled(0..game.num_cells()).all(|cell| {
        game.outcome(cell)
            .is_some_and(|o| o.index() == cell && game.outcome_label(o).is_empty())
    });
    let payoffs = match options.body {
        Body::Auto => plain && game.num_outcomes() == game.num_cells(),
        Body::Payoffs => true,
        Body::Outcomes => false,
    };
    if payoffs {
        let zero = Number::from(0);
        for cell in polled(0..game.num_cells()) {
            for player in game.players() {
                let outcome = game.outcome(cell);
                let number = outcome.map_or(&zero, |o| game.outcome_payoff(o, player));
                push_number(&mut out, number);
                out.push(if player.index() + 1 < game.num_players() {
                    ' '
                } else {
                    '\n'
                });
            }
        }
        return Written { text: out, renames };
    }
    out.push_str("{\n");
    let labels = game.outcomes().map(|o| game.outcome_label(o));
    let labels = clean_list("outcome", labels, options.ascii, &mut renames);
    renames.retain(|r| r.what != "outcome" || !r.from.is_empty());
    for (outcome, label) in polled(game.outcomes().zip(&labels)) {
        out.push_str("{ ");
        push_quoted(&mut out, label);
        out.push(' ');
        for player in game.players() {
            if player.index() > 0 {
                out.push_str(", ");
            }
            push_number(&mut out, game.outcome_payoff(outcome, player));
        }
        out.push_str(" }\n");
    }
    out.push_str("}\n");
    for cell in polled(0..game.num_cells()) {
        let number = game.outcome(cell).map_or(0, |o| o.index() + 1);
        let _ = write!(out, "{number} ");
    }
    out.push('\n');
    Written { text: out, renames }
}

//! Reading: header, sizes checked by arithmetic, then the numbers in one pass.

use crate::diagnostic::{Diagnostic, Reading};
use crate::format::ReadOptions;
use crate::format::lexer::{Kind, Lexer, Token};
use crate::format::names::make_unique;
use crate::id::OutcomeId;
use crate::number::{Natural, Number};
use crate::strategic::{StrategicBuilder, StrategicGame};
use std::borrow::Cow;

/// Reads a table.
///
/// # Returns
/// The game and everything there is to say about the text. Beside errors the game is the best
/// that could be made of it (missing cells pay nothing).
///
/// # Complexity
/// `O(bytes)`.
///
/// # Example
/// ```
/// use deterra_game::format::{ReadOptions, nfg};
/// let text = r#"NFG 1 R "coordination" { "A" "B" } { 2 2 } 1 1 0 0 0 0 1 1"#;
/// let (game, _) = nfg::read(text, &ReadOptions::default()).into_result().expect("clean");
/// assert_eq!(game.num_cells(), 4);
/// ```
pub fn read(text: &str, options: &ReadOptions) -> Reading<StrategicGame> {
    let mut lexer = Lexer::new(text);
    let mut value = table(&mut lexer);
    if let Some(at) = lexer.other_reading() {
        let mut other = Lexer::new(text);
        other.read_as_gambit(at);
        let read = table(&mut other);
        if !other.sink.has_errors() {
            (lexer, value) = (other, read);
        }
    }
    Reading {
        value,
        diagnostics: lexer.sink.finish(options.strict),
    }
}

/// A table of so many numbers is filled whatever the text holds, and what is missing is counted.
const SMALL: u64 = 100_000;

/// One player's strategies as the header gives them.
enum Strategies<'t> {
    Count(u64),
    Labels(Vec<Cow<'t, str>>),
}

impl Strategies<'_> {
    fn len(&self) -> u64 {
        match self {
            Self::Count(count) => *count,
            Self::Labels(labels) => labels.len() as u64,
        }
    }
}

fn table(lexer: &mut Lexer<'_>) -> Option<StrategicGame> {
    let title = lexer.prologue("NFG", "1");
    let players = lexer.label_list("player");
    let at = lexer.peek();
    let strategies = strategy_lists(lexer)?;
    if strategies.len() != players.len() {
        let (found, expected) = (strategies.len(), players.len());
        let span = at.start..lexer.offset();
        let message = format!("strategies of {found} players for {expected} players");
        let help = "give every player a count, or a list of strategies in braces";
        let diagnostic = Diagnostic::error("F040", span, message);
        lexer.sink.push(diagnostic.help(help));
        return None;
    }
    let comment = lexer.comment();
    let body = lexer.peek();
    let cells = strategies
        .iter()
        .fold(Natural::ONE, |product, s| product * Natural::from(s.len()));
    // A number and what separates it take two bytes, so this is the most there can be.
    let room = (lexer.text.len() - body.start).div_ceil(2) as u64;
    let numbers = if body.kind == Kind::Open {
        cells.clone()
    } else {
        &cells * Natural::from(players.len())
    };
    if numbers > Natural::from(room.max(SMALL)) {
        let message = format!(
            "the header declares {cells} cells, which takes {numbers} numbers; the rest of the \
             file has room for {room} at most"
        );
        let diagnostic = Diagnostic::error("F041", at.start..body.start, message)
            .help("check the numbers of strategies; a tree or an action graph may be smaller");
        lexer.sink.push(diagnostic);
        return None;
    }
    let mut builder = StrategicBuilder::new(title);
    if let Some(comment) = comment {
        builder.set_comment(comment);
    }
    for (player, strategies) in players.iter().zip(&strategies) {
        match strategies {
            Strategies::Count(count) => {
                builder.player_with(player, usize::try_from(*count).ok()?);
            }
            Strategies::Labels(labels) => {
                builder.player(player, labels);
            }
        }
    }
    let cells = usize::try_from(&cells).ok()?;
    if body.kind == Kind::Open {
        outcome_body(lexer, &mut builder, players.len(), cells);
    } else {
        payoff_body(lexer, &mut builder, players.len(), cells);
    }
    let failed = lexer.sink.has_errors();
    match builder.build() {
        Ok(game) => Some(game),
        Err(invalid) => {
            if !failed {
                let diagnostic = Diagnostic::error("F012", at.span(), invalid.to_string());
                lexer.sink.push(diagnostic);
            }
            None
        }
    }
}

/// `{ 2 3 }` or `{ { "a" "b" } { "c" } }`; mixtures are understood.
fn strategy_lists<'t>(lexer: &mut Lexer<'t>) -> Option<Vec<Strategies<'t>>> {
    let open = lexer.next_token();
    if open.kind != Kind::Open {
        let help = "write { 2 3 } or { { \"a\" \"b\" } { \"c\" \"d\" \"e\" } }";
        lexer.unexpected(open, "the strategies", help);
        return None;
    }
    let mut lists = Vec::new();
    let (mut counts, mut labels) = (false, false);
    let mut valid = true;
    loop {
        let token = lexer.peek();
        match token.kind {
            Kind::Close => {
                lexer.next_token();
                break;
            }
            Kind::Comma => {
                lexer.next_token();
                lexer.stray_comma(token);
            }
            Kind::Open => {
                let list = lexer.label_list("strategy");
                valid &= has_strategies(lexer, token, list.len() as u64);
                lists.push(Strategies::Labels(list));
                labels = true;
            }
            Kind::Number => {
                lexer.next_token();
                let count = lexer.integer(token)?;
                let count = u64::try_from(count).unwrap_or(0);
                valid &= has_strategies(lexer, token, count);
                lists.push(Strategies::Count(count));
                counts = true;
            }
            _ => {
                let help = "give every player a count, or a list of strategies in braces";
                lexer.unexpected(token, "a number of strategies or }", help);
                return None;
            }
        }
    }
    if counts && labels {
        let message = "some players have counts and some have lists";
        let help = "other readers refuse this; use one style";
        lexer.warn("F044", open, message, help);
    }
    valid.then_some(lists)
}

fn has_strategies(lexer: &mut Lexer<'_>, at: Token, count: u64) -> bool {
    if count == 0 {
        let message = "every player needs at least one strategy";
        let diagnostic = Diagnostic::error("F040", at.span(), message);
        lexer.sink.push(diagnostic.help("write how many she has"));
    }
    count > 0
}

fn payoff_body(
    lexer: &mut Lexer<'_>,
    builder: &mut StrategicBuilder,
    players: usize,
    cells: usize,
) {
    let expected = cells * players;
    let mut row: Vec<Number> = Vec::with_capacity(players);
    let mut found = 0;
    let mut filled = 0;
    let mut said_comma = false;
    if players == 0 {
        builder.payoffs(&[]);
        filled = 1;
    }
    while found < expected {
        let token = lexer.next_token();
        match token.kind {
            Kind::Number => {
                row.push(lexer.number(token).unwrap_or_else(|| Number::from(0)));
                found += 1;
                if row.len() == players {
                    builder.payoffs(&row);
                    row.clear();
                    filled += 1;
                }
            }
            Kind::Comma => {
                if !said_comma {
                    lexer.stray_comma(token);
                }
                said_comma = true;
            }
            Kind::End => {
                too_few(lexer, token, expected, found, filled);
                break;
            }
            _ => {
                let help = "payoffs are numbers such as 3, 1/2 or 0.5, without spaces inside";
                lexer.unexpected(token, "a payoff", help);
                found += 1;
                row.push(Number::from(0));
                if row.len() == players {
                    builder.payoffs(&row);
                    row.clear();
                    filled += 1;
                }
            }
        }
    }
    for _ in filled..cells {
        builder.cell(None);
    }
    nothing_left(lexer, expected);
}

fn too_few(lexer: &mut Lexer<'_>, at: Token, expected: usize, found: usize, filled: usize) {
    let message = format!(
        "the table takes {expected} numbers, the file has {found}; it ends in cell {}",
        filled + 1
    );
    let help = "cells are counted with player 1's strategy fastest";
    let diagnostic = Diagnostic::error("F042", at.span(), message);
    lexer.sink.push(diagnostic.help(help));
}

/// The end of the file is part of the grammar.
fn nothing_left(lexer: &mut Lexer<'_>, expected: usize) {
    let first = lexer.peek();
    let mut extra = 0;
    while lexer.next_token().kind != Kind::End {
        extra += 1;
    }
    if extra > 0 {
        let message = format!("the table takes {expected} numbers; {extra} more follow");
        let span = first.start..lexer.text.trim_end().len().max(first.end);
        let help = "remove them, or correct the numbers of strategies";
        let diagnostic = Diagnostic::error("F042", span, message);
        lexer.sink.push(diagnostic.help(help));
    }
}

fn outcome_body(
    lexer: &mut Lexer<'_>,
    builder: &mut StrategicBuilder,
    players: usize,
    cells: usize,
) {
    let outcomes = outcome_list(lexer, builder, players);
    let mut found = 0;
    let mut said_comma = false;
    while found < cells {
        let token = lexer.next_token();
        match token.kind {
            Kind::Number => {
                let index = lexer.integer(token).unwrap_or(0);
                let outcome = usize::try_from(index - 1).ok();
                let outcome = outcome.and_then(|k| outcomes.get(k)).copied();
                if outcome.is_none() && index != 0 {
                    let count = outcomes.len();
                    let message = format!("there is no outcome {index}; the file has {count}");
                    let help = "outcomes are counted from 1; 0 is none";
                    let diagnostic = Diagnostic::error("F043", token.span(), message);
                    lexer.sink.push(diagnostic.help(help));
                }
                builder.cell(outcome);
                found += 1;
            }
            Kind::Comma => {
                if !said_comma {
                    lexer.stray_comma(token);
                }
                said_comma = true;
            }
            Kind::End => {
                too_few(lexer, token, cells, found, found);
                break;
            }
            _ => {
                let help = "write one number an outcome, 0 for none";
                lexer.unexpected(token, "the number of an outcome", help);
                builder.cell(None);
                found += 1;
            }
        }
    }
    for _ in found..cells {
        builder.cell(None);
    }
    nothing_left(lexer, cells);
}

fn outcome_list(
    lexer: &mut Lexer<'_>,
    builder: &mut StrategicBuilder,
    players: usize,
) -> Vec<OutcomeId> {
    lexer.next_token();
    let (mut labels, mut rows, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
    let mut missing = 0;
    loop {
        let token = lexer.next_token();
        match token.kind {
            Kind::Open => {
                let name = lexer.peek();
                if name.kind == Kind::Text {
                    lexer.next_token();
                    labels.push(lexer.label(name));
                } else {
                    let help = "write \"\" for none";
                    lexer.warn("F029", token, "the outcome's name is missing", help);
                    labels.push(Cow::Borrowed(""));
                }
                tokens.push(name);
                let row = payoff_row(lexer, token, players);
                missing += players.saturating_sub(row.len());
                rows.push(row);
            }
            Kind::Close => break,
            Kind::Comma => lexer.stray_comma(token),
            _ => {
                let help = "an outcome is { \"name\" 1, 2 }";
                lexer.unexpected(token, "an outcome or }", help);
                if token.kind == Kind::End {
                    break;
                }
            }
        }
    }
    for k in make_unique(&mut labels) {
        lexer.renamed(tokens[k], &labels[k]);
    }
    // Many players times many empty outcomes is more than the file is long.
    if missing > 2 * lexer.text.len() {
        return Vec::new();
    }
    for row in &mut rows {
        row.resize(players, Number::from(0));
    }
    let outcomes = labels.iter().zip(&rows);
    outcomes
        .map(|(label, row)| builder.outcome(label, row))
        .collect()
}

/// The payoffs of an outcome up to its closing brace, exactly one a player.
fn payoff_row(lexer: &mut Lexer<'_>, open: Token, players: usize) -> Vec<Number> {
    let mut row = Vec::with_capacity(players);
    let mut after_comma = true;
    loop {
        let token = lexer.next_token();
        match token.kind {
            Kind::Number => {
                row.push(lexer.number(token).unwrap_or_else(|| Number::from(0)));
                after_comma = false;
            }
            Kind::Close => break,
            Kind::Comma if !after_comma => after_comma = true,
            Kind::Comma => lexer.stray_comma(token),
            _ => {
                let help = "payoffs are numbers such as 3, 1/2 or 0.5, without spaces inside";
                lexer.unexpected(token, "a payoff or }", help);
                if matches!(token.kind, Kind::End | Kind::Open) {
                    lexer.seek(token.start);
                    break;
                }
            }
        }
    }
    if row.len() != players {
        let found = row.len();
        let message = format!("this outcome has {found} payoffs for {players} players");
        let span = open.start..lexer.offset();
        let diagnostic = Diagnostic::error("F025", span, message);
        lexer
            .sink
            .push(diagnostic.help("write one payoff a player"));
        row.truncate(players);
    }
    row
}

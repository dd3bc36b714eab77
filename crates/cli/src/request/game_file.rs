//! Game files of other tools and our own JSON.

use super::{Inspected, Loaded, Model, no_parameters, stem};
use crate::context::Context;
use crate::failure::Failure;
use crate::source::Source;
use deterra_game::format::{Game, ReadOptions, agg, efg, json};

/// A format of games, by what the text looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Efg,
    Agg,
    Json,
}

/// Looks at the first word, never at the file's name.
fn sniff(text: &str) -> Option<Format> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let starts = |word: &str| {
        let start = text.get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    if starts("EFG ") {
        Some(Format::Efg)
    } else if starts("#AGG") || starts("#BAGG") {
        Some(Format::Agg)
    } else if starts("{") {
        Some(Format::Json)
    } else {
        None
    }
}

/// Reads a game file, if the text looks like one.
///
/// # Returns
/// The source again if it does not.
pub(super) fn inspect(
    source: Source,
    context: &Context,
) -> Result<Result<Inspected, Source>, Failure> {
    let Some(format) = sniff(&source.text) else {
        return Ok(Err(source));
    };
    no_parameters(context)?;
    let options = ReadOptions {
        strict: context.shared.strict,
        normalize_chance: context.shared.normalize_chance,
    };
    let reading = match format {
        Format::Efg => efg::read(&source.text, &options).map(Game::from),
        Format::Agg => agg::read(&source.text, &options).map(Game::from),
        Format::Json => json::read(&source.text),
    };
    let failed = reading.has_errors();
    let loaded = reading
        .value
        .filter(|_| !failed)
        .map(|game| loaded(game, &source.name, source.sha256()));
    Ok(Ok(Inspected {
        source,
        diagnostics: reading.diagnostics,
        loaded,
    }))
}

/// A game as commands use it.
pub(super) fn loaded(game: Game, name: &str, sha256: String) -> Loaded {
    let titled = |title: &str| match title.trim() {
        "" => stem(name),
        title => title.to_owned(),
    };
    let (kind, title, model) = match game {
        Game::Extensive(tree) => ("extensive", titled(tree.title()), Model::Tree(tree)),
        Game::Strategic(table) => ("strategic", titled(table.title()), Model::Table(table)),
        Game::ActionGraph(graph) => ("action-graph", stem(name), Model::ActionGraph(graph)),
    };
    Loaded {
        title,
        kind,
        sha256,
        model,
        ladder: None,
    }
}

//! Game files of other tools and our own JSON.

use super::{Inspected, Loaded, Model, no_parameters, no_scaling, stem};
use crate::context::Context;
use crate::failure::Failure;
use crate::source::Source;
use deterra_game::catalog::Entry;
use deterra_game::format::{self, Format, Game, ReadOptions, json};
use deterra_game::rules::{self, Limits};
use std::path::Path;

/// Reads a game file, if the text looks like one.
///
/// # Returns
/// The source again if it does not.
pub(super) fn inspect(
    source: Source,
    context: &Context,
) -> Result<Result<Inspected, Source>, Failure> {
    let Some(format) = format::sniff(&source.text) else {
        return Ok(Err(source));
    };
    no_parameters(context)?;
    if format == Format::Json {
        no_scaling(context)?;
    }
    let options = ReadOptions {
        strict: context.shared.strict,
        normalize_chance: context.shared.normalize_chance,
    };
    let reading = format::read(&source.text, &options);
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

/// A game of the catalogue; its source text is its JSON.
pub(super) fn shipped(entry: &Entry, context: &Context) -> Result<Inspected, Failure> {
    no_parameters(context)?;
    no_scaling(context)?;
    let game = entry.game();
    let source = Source {
        name: entry.name.to_owned(),
        text: json::write(&game),
    };
    let mut loaded = loaded(game, entry.name, source.sha256());
    entry.title.clone_into(&mut loaded.title);
    Ok(Inspected {
        source,
        diagnostics: Vec::new(),
        loaded: Some(loaded),
    })
}

/// The rules of a game, if that is what the text names and no file has its name.
pub(crate) fn named(text: &str) -> Result<Option<rules::Ruled>, Failure> {
    let name = text.split(':').next().unwrap_or(text);
    if rules::find(name).is_none() || Path::new(text).exists() {
        return Ok(None);
    }
    let ruled = rules::named(text).map_err(|error| Failure::Usage {
        message: error.to_string(),
        help: Some(format!("`deterra catalog {name}` tells its options")),
    })?;
    Ok(Some(ruled))
}

/// The tree of a game that is given by rules, if that is what the text names.
pub(super) fn ruled(text: &str, context: &Context) -> Result<Option<Inspected>, Failure> {
    let Some(ruled) = named(text)? else {
        return Ok(None);
    };
    no_parameters(context)?;
    no_scaling(context)?;
    let mut limits = Limits {
        threads: context.shared.threads,
        ..Limits::default()
    };
    if let Some(bytes) = context.shared.memory_limit {
        (limits.nodes, limits.bytes) = (usize::MAX, bytes.0);
    }
    let tree = ruled.tree(&limits).map_err(|error| Failure::Limit {
        message: error.to_string(),
        help: Some("ask for a smaller one, or allow more with --memory-limit".to_owned()),
    })?;
    let source = Source {
        name: text.to_owned(),
        text: text.to_owned(),
    };
    let mut loaded = loaded(Game::Extensive(tree), text, source.sha256());
    loaded.kind = "rules";
    Ok(Some(Inspected {
        source,
        diagnostics: Vec::new(),
        loaded: Some(loaded),
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
        Game::Coalitional(game) => (
            "coalitional",
            titled(game.title()),
            Model::Coalitional(game),
        ),
        Game::Stochastic(game) => ("stochastic", titled(game.title()), Model::Stochastic(game)),
    };
    Loaded {
        title,
        kind,
        sha256,
        model,
        ladder: None,
    }
}

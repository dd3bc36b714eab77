//! What the command line means: a game, loaded and checked, with what is known about it.

pub(crate) mod family;
pub(crate) mod game_file;
pub(crate) mod likelihood;
pub(crate) mod points;
pub(crate) mod scenario;

pub(crate) use family::{Known, ScenarioFamily, kind_of};

use crate::args::values::Assignment;
use crate::context::Context;
use crate::diagnose::Problems;
use crate::failure::Failure;
use crate::output::names::hint;
use crate::source::Source;
use deterra_analyze::credibility::Rung;
use deterra_game::action_graph::ActionGraphGame;
use deterra_game::coalition::CoalitionalGame;
use deterra_game::diagnostic::Diagnostic;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::Rational;
use deterra_game::positional::PositionalGame;
use deterra_game::stochastic::StochasticGame;
use deterra_game::strategic::StrategicGame;
use deterra_game::{catalog, rules};
use deterra_scenario::{Alike, Scenario};
use std::collections::BTreeSet;
use std::path::Path;

/// Cells that an action-graph game may be expanded to.
const MOST_CELLS: usize = 1 << 24;

/// A game in one of its forms.
#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "one game lives at a time; a few hundred bytes do not matter"
)]
pub(crate) enum Model {
    /// A tree.
    Tree(ExtensiveGame),
    /// Perfect information, positions shared.
    Positions(PositionalGame),
    /// A payoff table.
    Table(StrategicGame),
    /// An action graph, with or without types.
    ActionGraph(ActionGraphGame),
    /// States that play may return to.
    Stochastic(StochasticGame),
    /// One decision of many alike actors, whose histories are not written out.
    Alike(Alike),
    /// What coalitions are worth.
    Coalitional(CoalitionalGame),
}

/// What a scenario knows beyond its game.
#[derive(Debug)]
pub(crate) struct Ladder {
    /// The scenario.
    pub(crate) scenario: Scenario,
    /// The threats.
    pub(crate) rungs: Vec<Rung>,
    /// The move that stays put, by position.
    pub(crate) quiet: Vec<Option<u32>>,
    /// The formulas whose values were rounded.
    pub(crate) inexact: Vec<String>,
    /// What the scenario asks to be shown: label, value, whether it is exact.
    pub(crate) reports: Vec<(String, Rational, bool)>,
    /// The equilibria that events of the history rest on.
    pub(crate) computed: Vec<likelihood::Computed>,
}

impl Ladder {
    /// The names of the rungs, each once, however many places it falls due in.
    pub(crate) fn rung_ids(&self) -> Vec<&str> {
        let mut known = BTreeSet::new();
        let ids = self.rungs.iter().map(|rung| rung.id.as_str());
        ids.filter(|id| known.insert(*id)).collect()
    }
}

/// A game ready to be worked on.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The title, else the file's name.
    pub(crate) title: String,
    /// `scenario`, `extensive`, `strategic`, `action-graph`, `coalitional`, `stochastic` or `rules`.
    pub(crate) kind: &'static str,
    /// Of the input's bytes.
    pub(crate) sha256: String,
    /// The game.
    pub(crate) model: Model,
    /// Beside a scenario's game.
    pub(crate) ladder: Option<Box<Ladder>>,
}

/// An input and everything there is to say about it.
#[derive(Debug)]
pub(crate) struct Inspected {
    /// The text.
    pub(crate) source: Source,
    /// Every problem, in order of place.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The game, if there is no error.
    pub(crate) loaded: Option<Loaded>,
}

/// Reads an input and says everything about it.
pub(crate) fn inspect(file: &str, context: &Context) -> Result<Inspected, Failure> {
    inspect_with(file, scenario::alike(context), &[], context)
}

/// As [`inspect`]; decisions of at least so many alike actors are not written out as trees, and parameters are
/// changed beyond what `--set` says.
fn inspect_with(
    file: &str,
    alike: usize,
    extra: &[Assignment],
    context: &Context,
) -> Result<Inspected, Failure> {
    let shown = if file == "-" { "standard input" } else { file };
    context.hold(&format!("{shown} was being read"), || {
        inspect_whole(file, alike, extra, context)
    })
}

fn inspect_whole(
    file: &str,
    alike: usize,
    extra: &[Assignment],
    context: &Context,
) -> Result<Inspected, Failure> {
    if let Some(inspected) = game_file::ruled(file, context)? {
        return Ok(inspected);
    }
    if let Some(entry) = shipped(file)? {
        return game_file::shipped(entry, context);
    }
    if file == "-" && context.shared.verbose > 1 {
        context.remark("reading standard input");
    }
    let source = Source::read(file, context)?;
    match game_file::inspect(source, context)? {
        Ok(inspected) => Ok(inspected),
        Err(source) => {
            no_scaling(context)?;
            Ok(scenario::inspect(source, alike, extra, context))
        }
    }
}

/// A game of the catalogue, if no file has its name.
fn shipped(file: &str) -> Result<Option<&'static catalog::Entry>, Failure> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if file == "-" || !file.chars().all(is_name) || Path::new(file).exists() {
        return Ok(None);
    }
    match catalog::find(file) {
        Some(entry) => Ok(Some(entry)),
        None => Err(Failure::Input {
            message: format!("there is no file or shipped game `{file}`"),
            help: Some(hint(
                file,
                catalog::entries()
                    .iter()
                    .map(|e| e.name)
                    .chain(rules::games().iter().map(|g| g.name)),
                || "`deterra catalog` lists the shipped games".to_owned(),
            )),
        }),
    }
}

/// A file's name without folder and extension.
fn stem(name: &str) -> String {
    let stem = Path::new(name).file_stem();
    stem.map_or_else(|| name.to_owned(), |s| s.to_string_lossy().into_owned())
}

/// Reads an input that is to be worked on; warnings are shown.
///
/// # Errors
/// [`Failure::Problems`] with all of them if one is an error, or any with `--strict`.
pub(crate) fn load(file: &str, context: &Context) -> Result<Loaded, Failure> {
    load_with(file, scenario::alike(context), &[], context)
}

/// As [`load`], with every history written out, however alike actors are.
pub(crate) fn load_histories(file: &str, context: &Context) -> Result<Loaded, Failure> {
    load_with(file, usize::MAX, &[], context)
}

/// As [`load_histories`], with parameters changed beyond what `--set` says.
pub(crate) fn load_changed(
    file: &str,
    extra: &[Assignment],
    context: &Context,
) -> Result<Loaded, Failure> {
    load_with(file, usize::MAX, extra, context)
}

fn load_with(
    file: &str,
    alike: usize,
    extra: &[Assignment],
    context: &Context,
) -> Result<Loaded, Failure> {
    let inspected = inspect_with(file, alike, extra, context)?;
    let refused = context.shared.strict && !inspected.diagnostics.is_empty();
    match inspected.loaded.filter(|_| !refused) {
        Some(loaded) => {
            context.show_warnings(&inspected.source, &inspected.diagnostics);
            Ok(loaded)
        }
        None => Err(Failure::Problems(Box::new(Problems {
            source: inspected.source,
            diagnostics: inspected.diagnostics,
            strict: context.shared.strict,
        }))),
    }
}

/// The table of an action graph, within the time limit.
pub(crate) fn table_of(
    graph: &ActionGraphGame,
    context: &Context,
) -> Result<StrategicGame, Failure> {
    context.hold("a table was being made of the action graph", || {
        expand(graph)
    })
}

/// The payoff table of an action-graph game.
pub(crate) fn expand(graph: &ActionGraphGame) -> Result<StrategicGame, Failure> {
    graph.expand(MOST_CELLS).map_err(|error| Failure::Limit {
        message: error.to_string(),
        help: Some(
            "Nash equilibria need no table: --method pure, portfolio, global_newton, \
             iterated_polymatrix, simplicial, liapunov or logit_path"
                .to_owned(),
        ),
    })
}

/// A flag that only game files of other tools need.
fn no_scaling(context: &Context) -> Result<(), Failure> {
    if !context.shared.normalize_chance {
        return Ok(());
    }
    Err(Failure::usage(
        "--normalize-chance is for .efg and .agg files with rounded probabilities",
        "leave it out, and write probabilities that sum to 1",
    ))
}

/// Flags that only scenarios understand.
fn no_parameters(context: &Context) -> Result<(), Failure> {
    let flag = if !context.shared.set.is_empty() {
        "--set"
    } else if !context.shared.given.is_empty() {
        "--given"
    } else {
        return Ok(());
    };
    Err(Failure::usage(
        format!("{flag} changes scenarios, and this is a game file"),
        "a game file has no parameters",
    ))
}

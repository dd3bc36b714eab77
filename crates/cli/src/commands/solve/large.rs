//! What is asked of regret minimization, and where its state goes.

use super::Found;
use crate::args::{IterateName, LargeFlags, UpdatesName};
use crate::commands::Text;
use crate::commands::verify::strategies;
use crate::context::Context;
use crate::deliver;
use crate::failure::{Exit, Failure};
use crate::output::names::Names;
use crate::request::{Loaded, Model};
use crate::source::Source;
use deterra_game::profile::BehaviorProfile;
use deterra_solve::method::Method;
use deterra_solve::problem::Request;
use deterra_solve::regret::regret_minimization::{Iterate, Keep, Keeper, RegretMinimization};
use deterra_solve::regret::{Scheme, Updates};
use deterra_verify::verdict::Concept;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long after a checkpoint the next one is written if nobody says.
const EVERY: Duration = Duration::from_secs(10);

/// Whether a method minimizes regret.
pub(super) fn is_regret(method: &str) -> bool {
    Scheme::named(method).is_some()
}

/// Refuses flags about regret minimization where nothing minimizes regret.
pub(super) fn refuse_flags(asked: &LargeFlags, context: &Context) -> Result<(), Failure> {
    let method = context.shared.method.as_str();
    if is_regret(method) {
        return Ok(());
    }
    let given = [
        (
            "--checkpoint",
            asked.checkpoint.is_some() && method != Method::Mccfr.name(),
        ),
        ("--start", asked.start.is_some()),
        ("--iterate", asked.iterate.is_some()),
        ("--updates", asked.updates.is_some()),
        ("--single", asked.single),
        ("--gap", asked.gap.is_some() && method != "auto"),
    ];
    match given.iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some((flag, _)) => Err(Failure::usage(
            format!("{flag} is about regret minimization"),
            format!("--method names one, such as {}", names()),
        )),
    }
}

fn names() -> String {
    let all: Vec<&str> = Scheme::ALL.iter().map(|scheme| scheme.name).collect();
    all.join(", ")
}

/// Completes what is asked of a solver.
pub(super) fn ask(
    request: &mut Request,
    asked: &LargeFlags,
    loaded: &Loaded,
    context: &Context,
) -> Result<(), Failure> {
    request.regret = options(asked, loaded, context)?;
    request.exact = context.shared.exact;
    if asked.gap.is_some() {
        let concept = *request.concept.get_or_insert(Concept::Nash);
        let is_tree = matches!(loaded.model, Model::Tree(_) | Model::Positions(_));
        if concept != Concept::Nash || !is_tree {
            return Err(Failure::usage(
                "--gap says how much may be left to be gained by leaving a Nash equilibrium of a tree",
                "leave it out",
            ));
        }
    }
    Ok(())
}

/// How regret is minimized.
fn options(
    asked: &LargeFlags,
    loaded: &Loaded,
    context: &Context,
) -> Result<RegretMinimization, Failure> {
    let mut scheme = Scheme::named(&context.shared.method).unwrap_or(Scheme::DCFR);
    if asked.updates == Some(UpdatesName::Simultaneous) {
        scheme.updates = Updates::Simultaneous;
    }
    let (resume, keeper) = checkpoints(asked, context)?;
    Ok(RegretMinimization {
        scheme,
        iterations: context.shared.iterations,
        gap: asked.gap,
        iterate: match asked.iterate {
            None | Some(IterateName::Average) => Iterate::Average,
            Some(IterateName::Last) => Iterate::Last,
            Some(IterateName::Best) => Iterate::Best,
        },
        is_single: asked.single,
        start: match &asked.start {
            Some(stored) => Some(started(stored, loaded, context)?),
            None => None,
        },
        resume,
        keeper,
    })
}

/// A checkpoint to go on from, and where others go.
type Checkpoints = (Option<Arc<Vec<u8>>>, Option<Keeper>);

/// The checkpoints that are asked for.
pub(super) fn checkpoints(asked: &LargeFlags, context: &Context) -> Result<Checkpoints, Failure> {
    let resume = match &asked.checkpoint {
        Some(path) if asked.resume => resumed(path)?,
        _ => None,
    };
    if let Some(path) = &asked.checkpoint {
        deliver::can_write(path).map_err(|error| {
            Failure::input_help(
                format!("no checkpoint can be written: {}: {error}", path.display()),
                "--checkpoint names a file in a folder that is there and may be written to",
            )
        })?;
    }
    let keeper = asked.checkpoint.as_deref().map(|path| Keeper {
        keep: kept(path, context.shared.quiet),
        every: asked.checkpoint_every.unwrap_or(EVERY),
    });
    Ok((resume.map(Arc::new), keeper))
}

/// What is in a checkpoint, if there is one.
fn resumed(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::input(format!("{}: {error}", path.display()))),
    }
}

/// Writes checkpoints; a failure is told once and does not end the run.
fn kept(path: &Path, is_quiet: bool) -> Keep {
    let path = path.to_owned();
    let told = Mutex::new(false);
    Arc::new(move |bytes| {
        let Err(error) = deliver::bytes(bytes, &path) else {
            return;
        };
        if let Ok(mut told) = told.lock()
            && !*told
            && !is_quiet
        {
            *told = true;
            let said = Text::from(format!("no checkpoint: {}: {error}\n", path.display()));
            drop(said.write(&mut std::io::stderr().lock()));
        }
    })
}

/// The one profile that is stored.
fn started(stored: &str, loaded: &Loaded, context: &Context) -> Result<BehaviorProfile, Failure> {
    let Model::Tree(game) = &loaded.model else {
        return Err(Failure::usage(
            "--start needs a tree in which something is hidden",
            "leave it out",
        ));
    };
    let names = Names::of_tree(game);
    let read = strategies::read_tree(&Source::read(stored, context)?, game, &names)?;
    let [one] = read.as_slice() else {
        return Err(Failure::input_help(
            format!("{stored} has {} profiles", read.len()),
            "--start takes a file with one",
        ));
    };
    BehaviorProfile::new(game, one.flat()).map_err(|error| Failure::input(error.to_string()))
}

/// An end that was asked for is an answer.
pub(super) fn settle(found: &mut Found, asked: &LargeFlags, context: &Context) {
    let is_reached = match found.solved.stop {
        "gap" => true,
        "iterations" => asked.gap.is_none() && is_regret(found.solved.method),
        _ => false,
    };
    if is_reached && found.exit == Exit::Partial && !context.shared.all {
        found.exit = Exit::Answered;
    }
}

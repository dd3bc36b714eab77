//! Which method finds Nash equilibria of a table or a tree.

use super::{Answer, Request, enumerates, large, require};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::best_equilibrium::best_equilibrium;
use crate::nash::found::NashEquilibria;
use crate::nash::global_newton::{GlobalNewton, global_newton};
use crate::nash::iterated_polymatrix::{IteratedPolymatrix, iterated_polymatrix};
use crate::nash::lemke_howson::lemke_howson;
use crate::nash::liapunov::{Liapunov, liapunov};
use crate::nash::lp::{Lp, lp, lp_extensive};
use crate::nash::portfolio::{Portfolio, portfolio};
use crate::nash::pure::{pure, pure_extensive};
use crate::nash::reduced::{self, How};
use crate::nash::sequence_form::{SequenceForm, require_recall, sequence_form};
use crate::nash::simplicial::{Simplicial, simplicial};
use crate::nash::support_enumeration::{SupportEnumeration, support_enumeration, supports};
use crate::nash::support_search::{SupportSearch, support_search};
use crate::nash::vertex_enumeration::{MOST_STRATEGIES, VertexEnumeration, vertex_enumeration};
use crate::quantal::logit_limit::{LogitLimit, logit_limit, logit_limit_extensive};
use crate::regret::Scheme;
use crate::regret::mccfr::{Mccfr, mccfr};
use crate::regret::regret_minimization::{RegretMinimization, regret_minimization};
use crate::solution::Solution;
use deterra_game::class::facts;
use deterra_game::convert::ReducedForm;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::Natural;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use deterra_verify::verdict::Concept;

/// Supports up to which all equilibria of more than two players are looked for if nothing else is asked for.
const FEW_SUPPORTS: u64 = 10_000;

/// The same if more than one is asked for.
const MOST_SUPPORTS: u64 = 1_000_000;

/// The same of trees, in whose reduced forms most equilibria are not isolated.
const FEW_IN_TREES: u64 = 1_000;

/// Cells of a reduced form in which all equilibria are looked for.
const MOST_CELLS: usize = 1 << 12;

/// Of a table.
pub(super) fn of_table(
    game: &StrategicGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    let few = if request.several {
        MOST_SUPPORTS
    } else {
        FEW_SUPPORTS
    };
    let method = match request.method {
        Some(method) => method,
        None if enumerates(game) || request.several && may_be_listed(game) => {
            Method::VertexEnumeration
        }
        None if game.num_players() != 2 && supports(game) <= Natural::from(few) => {
            Method::SupportEnumeration
        }
        None if game.num_players() == 2 && game.constant_sum().is_some() => Method::Lp,
        // Pure ones, and if there are none, one that is mixed.
        None => {
            let found = pure(game, &request.pure, control)?;
            if request.several || !found.answer().cells().is_empty() {
                return Ok(found.map(Answer::Pure));
            }
            match game.num_players() {
                2 => Method::LemkeHowson,
                _ => Method::Portfolio,
            }
        }
    };
    match method {
        Method::VertexEnumeration => {
            let options = VertexEnumeration::default();
            Ok(vertex_enumeration(game, &options, control)?.map(Answer::Extreme))
        }
        Method::BestEquilibrium => {
            Ok(best_equilibrium(game, &request.best_equilibrium, control)?.map(Answer::Mixed))
        }
        Method::Lp => Ok(lp(game, &program(request), control)?.map(Answer::Mixed)),
        Method::LemkeHowson => {
            Ok(lemke_howson(game, &request.lemke_howson, control)?.map(Answer::Reached))
        }
        Method::SupportEnumeration => {
            let options = SupportEnumeration::default();
            Ok(support_enumeration(game, &options, control)?.map(Answer::Mixed))
        }
        Method::LogitPath => {
            Ok(logit_limit(game, &LogitLimit::default(), control)?.map(Answer::Mixed))
        }
        method if is_for_some(method) => {
            Ok(some_of_table(game, method, request, control)?.map(Answer::Mixed))
        }
        _ => {
            require(request, Method::Pure, Concept::Nash)?;
            Ok(pure(game, &request.pure, control)?.map(Answer::Pure))
        }
    }
}

/// Whether all equilibria of a table can be listed if somebody waits for them.
fn may_be_listed(game: &StrategicGame) -> bool {
    let strategies: usize = game.shape().iter().sum();
    game.num_players() == 2 && strategies <= MOST_STRATEGIES
}

/// Whether a method lists some mixed equilibria of a table.
const fn is_for_some(method: Method) -> bool {
    matches!(
        method,
        Method::SupportSearch
            | Method::Portfolio
            | Method::GlobalNewton
            | Method::IteratedPolymatrix
            | Method::Simplicial
            | Method::Liapunov
    )
}

/// By one of those methods, [`Method::Portfolio`] if it is another.
fn some_of_table(
    game: &StrategicGame,
    method: Method,
    request: &Request,
    control: &Control,
) -> Result<Solution<NashEquilibria<MixedProfile>>, SolveError> {
    match method {
        Method::SupportSearch => support_search(game, &SupportSearch::default(), control),
        Method::GlobalNewton => {
            let options = GlobalNewton {
                several: request.several,
                ..GlobalNewton::default()
            };
            global_newton(game, &options, control)
        }
        Method::IteratedPolymatrix => {
            let options = IteratedPolymatrix {
                several: request.several,
                ..IteratedPolymatrix::default()
            };
            iterated_polymatrix(game, &options, control)
        }
        Method::Simplicial => {
            let options = Simplicial {
                several: request.several,
                ..Simplicial::default()
            };
            simplicial(game, &options, control)
        }
        Method::Liapunov => {
            let mut options = Liapunov {
                several: request.several,
                ..Liapunov::default()
            };
            if request.several {
                // All of them are tried, and most take long.
                options.starts = 200;
            }
            liapunov(game, &options, control)
        }
        _ => portfolio(game, &Portfolio::default(), control),
    }
}

/// How the linear program is solved.
fn program(request: &Request) -> Lp {
    Lp {
        in_floats: request.in_floats,
        ..Lp::default()
    }
}

/// Of a tree.
pub(super) fn of_tree(
    game: &ExtensiveGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    // Why mixed equilibria are not looked for.
    let mut why = String::new();
    match request.method {
        // How much may be left to be gained is a question to methods that come nearer step by step.
        None if request.regret.gap.is_some() => {
            return if suits_sequences(game) && facts(game).constant_sum.is_some() {
                large::opposed(game, request, control)
            } else {
                large::minimized(game, request, control)
            };
        }
        // All equilibria if that is quickly done, else the pure ones.
        None => match quickly(game, request, control) {
            Ok((form, method)) => match in_reduced_form(game, &form, method, request, control) {
                // What is left to be done by other methods.
                Err(error @ (SolveError::NotApplicable { .. } | SolveError::TooLarge { .. })) => {
                    why = error.to_string();
                }
                found => return found,
            },
            Err(reason) => why = reason,
        },
        Some(
            method @ (Method::VertexEnumeration | Method::SupportEnumeration | Method::LemkeHowson),
        ) => {
            let form = reduced::form(game, request.pure.cell_limit, method, control)?;
            return in_reduced_form(game, &form, method, request, control);
        }
        Some(method) if is_for_some(method) => {
            let form = reduced::form(game, request.pure.cell_limit, method, control)?;
            return in_reduced_form(game, &form, method, request, control);
        }
        Some(Method::Lp) => {
            return Ok(lp_extensive(game, &program(request), control)?.map(Answer::Behavior));
        }
        Some(Method::SequenceForm) => return by_sequences(game, control),
        Some(method) if Scheme::named(method.name()).is_some() => {
            let known = Scheme::named(method.name()).unwrap_or(Scheme::DCFR);
            let asked = request.regret.scheme;
            let options = RegretMinimization {
                // What is asked for may differ from what the name stands for, as in when players are updated.
                scheme: if asked.name == known.name {
                    asked
                } else {
                    known
                },
                iterations: request.iterations,
                ..request.regret.clone()
            };
            return Ok(regret_minimization(game, &options, control)?.map(Answer::Behavior));
        }
        Some(Method::LogitPath) => return by_branch(game, control),
        Some(Method::Mccfr) => return by_walks(game, request, control),
        Some(_) => require(request, Method::Pure, Concept::Nash)?,
    }
    // One that is mixed, if there are no pure ones, or no strategic form to look for them.
    let mixed = request.method.is_none();
    match pure_extensive(game, &request.pure, control) {
        Err(SolveError::TooLarge { .. }) if mixed && suits_sequences(game) => {
            one_of_two(game, request, control)
        }
        Err(SolveError::TooLarge { .. }) if mixed => {
            by_branch(game, control).or_else(|other| match other {
                SolveError::TooLarge { .. } | SolveError::TooMuch { .. } => {
                    large::minimized(game, request, control)
                }
                other => Err(other),
            })
        }
        Ok(found)
            if mixed && found.answer().profiles().is_empty() && found.stop() == Stop::Done =>
        {
            if suits_sequences(game) {
                return one_of_two(game, request, control);
            }
            match reduced::form(game, request.pure.cell_limit, Method::Portfolio, control) {
                Ok(form) => in_reduced_form(game, &form, Method::Portfolio, request, control),
                Err(error) => by_branch(game, control)
                    .or_else(|_| Ok(found.because(&error.to_string()).map(Answer::PureTree))),
            }
        }
        found => Ok(found?.because(&why).map(Answer::PureTree)),
    }
}

/// One equilibrium of two players who forget nothing, without a strategic form.
fn one_of_two(
    game: &ExtensiveGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    if facts(game).constant_sum.is_some() {
        return large::opposed(game, request, control);
    }
    match by_sequences(game, control) {
        Err(SolveError::TooLarge { .. } | SolveError::TooMuch { .. }) => {
            large::minimized(game, request, control)
        }
        found => found,
    }
}

fn by_sequences(game: &ExtensiveGame, control: &Control) -> Result<Solution<Answer>, SolveError> {
    let options = SequenceForm {
        prior: control.seed,
        ..SequenceForm::default()
    };
    Ok(sequence_form(game, &options, control)?.map(Answer::Behavior))
}

fn by_walks(
    game: &ExtensiveGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    let options = Mccfr {
        sampling: request.sampling,
        iterations: request.iterations.unwrap_or(Mccfr::default().iterations),
        resume: request.regret.resume.clone(),
        keeper: request.regret.keeper.clone(),
    };
    Ok(mccfr(game, &options, control)?.map(Answer::Behavior))
}

/// One equilibrium of any number of players, without a strategic form.
fn by_branch(game: &ExtensiveGame, control: &Control) -> Result<Solution<Answer>, SolveError> {
    Ok(logit_limit_extensive(game, control)?.map(Answer::Behavior))
}

fn suits_sequences(game: &ExtensiveGame) -> bool {
    game.num_players() == 2 && require_recall(game, Method::SequenceForm).is_ok()
}

/// The reduced form of a tree, and how all equilibria are found in it, if that takes no more than about a second; else why
/// not, as a clause.
fn quickly(
    game: &ExtensiveGame,
    request: &Request,
    control: &Control,
) -> Result<(ReducedForm, Method), String> {
    let limit = request.pure.cell_limit.min(MOST_CELLS);
    let form = reduced::form(game, limit, Method::VertexEnumeration, control)
        .map_err(|error| error.to_string())?;
    let table = form.game();
    if enumerates(table) {
        return Ok((form, Method::VertexEnumeration));
    }
    if table.num_players() == 2 {
        return Err(format!(
            "the reduced strategic form has {} strategies a player or more",
            table
                .players()
                .map(|p| table.num_strategies(p))
                .min()
                .unwrap_or(0)
        ));
    }
    let supports = supports(table);
    if supports <= Natural::from(FEW_IN_TREES) {
        return Ok((form, Method::SupportEnumeration));
    }
    Err(format!(
        "the reduced strategic form has {supports} supports"
    ))
}

fn in_reduced_form(
    game: &ExtensiveGame,
    form: &ReducedForm,
    method: Method,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    let find =
        |table: &StrategicGame, control: &Control| some_of_table(table, method, request, control);
    let how = match method {
        Method::VertexEnumeration => How::Extreme,
        Method::SupportEnumeration => How::Supports,
        Method::LemkeHowson => How::Paths(&request.lemke_howson),
        method => How::Some(method, &find),
    };
    Ok(reduced::reduced(game, form, how, control)?.map(Answer::Behavior))
}

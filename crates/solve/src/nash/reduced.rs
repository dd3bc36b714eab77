//! Nash equilibria of a tree through its reduced strategic form, mixed ones included.
//!
//! Every equilibrium in mixed strategies of the reduced form is one in behavior strategies of a tree with perfect recall, and every equilibrium of
//! the tree is met (Kuhn 1953). So what a method finds in the table is put into behavior strategies; several corners of a
//! set of the table may be the same behavior. **References.** kuhn1953, nash1951.

use super::found::{NashEquilibria, NashEquilibrium, NashSet, Scope, certified_tree};
use super::lemke_howson::{LemkeHowson, lemke_howson};
use super::support_enumeration::{SupportEnumeration, support_enumeration};
use super::vertex_enumeration::{VertexEnumeration, vertex_enumeration};
use crate::control::{Clock, Control};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::{Found, Solution};
use deterra_game::convert::{ConvertError, ReducedForm, behavior_from_mixed, reduced_form};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::information::perfect_recall;
use deterra_game::number::Rational;
use deterra_game::profile::{BehaviorProfile, MixedProfile};
use deterra_game::strategic::StrategicGame;
use deterra_verify::payoff::expected_payoffs;

/// The reduced strategic form of a tree, if it has no more cells than that.
///
/// # Errors
/// [`SolveError::TooLarge`]; [`SolveError::NotApplicable`] if somebody forgets what she did or knew, for then mixing between plans is something else
/// than mixing move by move.
pub(crate) fn form(
    game: &ExtensiveGame,
    cell_limit: usize,
    method: Method,
    control: &Control,
) -> Result<ReducedForm, SolveError> {
    if let Some(problem) = perfect_recall(game).first() {
        return Err(SolveError::NotApplicable {
            method,
            what_is_missing: "it mixes between plans, and somebody forgets what she did or knew"
                .to_owned(),
            node: None,
            infoset: Some(problem.infoset),
        });
    }
    plans(game, cell_limit, method, &control.start())
}

/// The reduced strategic form under a limit, as long as there is time to make it.
///
/// # Errors
/// [`SolveError::TooLarge`], [`SolveError::Stopped`]; [`SolveError::NotApplicable`] if there is none.
pub(crate) fn plans(
    game: &ExtensiveGame,
    cell_limit: usize,
    method: Method,
    clock: &Clock<'_>,
) -> Result<ReducedForm, SolveError> {
    let unit = "cells of the reduced strategic form";
    let form = clock.require(unit, || Ok(reduced_form(game, cell_limit)))?;
    form.map_err(|error| match error {
        ConvertError::TooManyCells { cells, limit } => SolveError::TooLarge {
            what: "the reduced strategic form",
            size: cells,
            limit,
        },
        other => SolveError::NotApplicable {
            method,
            what_is_missing: other.to_string(),
            node: None,
            infoset: None,
        },
    })
}

/// Finds some equilibria of a table.
pub(crate) type Finder<'f> = dyn Fn(&StrategicGame, &Control) -> Result<Solution<NashEquilibria<MixedProfile>>, SolveError>
    + 'f;

/// How equilibria of the table are found.
#[derive(Clone, Copy)]
pub(crate) enum How<'f> {
    /// All extreme ones of two players.
    Extreme,
    /// All of any number, support by support.
    Supports,
    /// By Lemke–Howson paths.
    Paths(&'f LemkeHowson),
    /// Some, by a method that lists mixed equilibria.
    Some(Method, &'f Finder<'f>),
}

impl How<'_> {
    const fn method(self) -> Method {
        match self {
            Self::Extreme => Method::VertexEnumeration,
            Self::Supports => Method::SupportEnumeration,
            Self::Paths(_) => Method::LemkeHowson,
            Self::Some(method, _) => method,
        }
    }
}

/// Finds equilibria of a tree in its reduced strategic form, which is given.
///
/// # Returns
/// Those that the method finds, in its order, each behavior once.
///
/// # Errors
/// What the method says.
pub(crate) fn reduced(
    game: &ExtensiveGame,
    form: &ReducedForm,
    how: How<'_>,
    control: &Control,
) -> Result<Solution<NashEquilibria<BehaviorProfile>>, SolveError> {
    let method = how.method();
    let control = &control.running();
    let table = form.game();
    let mut tolerance = super::support_enumeration::tolerance(table);
    let (points, sets, scope, steps, found) = match how {
        How::Extreme => {
            let options = VertexEnumeration::default();
            let solution = vertex_enumeration(table, &options, control)?;
            let found = about(&solution);
            let answer = solution.into_answer();
            let sets = answer.components.iter().map(|component| NashSet {
                members: component.extreme.clone(),
                dimension: None,
                index: component.index,
                ranges: Vec::new(),
            });
            let sets: Vec<NashSet> = sets.collect();
            let points: Vec<(MixedProfile, bool)> = answer
                .list
                .into_iter()
                .map(|one| (one.profile, true))
                .collect();
            (points, sets, Scope::All, answer.visited, found)
        }
        How::Supports => {
            let options = SupportEnumeration::default();
            let solution = support_enumeration(table, &options, control)?;
            let found = about(&solution);
            let answer = solution.into_answer();
            let points = answer.list.into_iter().map(|one| (one.profile, one.exact));
            let sets = answer.sets.into_iter().map(|set| NashSet {
                ranges: Vec::new(),
                dimension: None,
                ..set
            });
            (
                points.collect(),
                sets.collect(),
                Scope::All,
                answer.steps,
                found,
            )
        }
        How::Paths(paths) => {
            let solution = lemke_howson(table, paths, control)?;
            let found = about(&solution);
            let answer = solution.into_answer();
            let points = answer.list.into_iter().map(|one| (one.profile, true));
            (
                points.collect(),
                Vec::new(),
                Scope::Some,
                answer.steps,
                found,
            )
        }
        How::Some(_, find) => {
            let solution = find(table, control)?;
            let found = about(&solution);
            let answer = solution.into_answer();
            tolerance = answer.tolerance;
            let points = answer.list.into_iter().map(|one| (one.profile, one.exact));
            (
                points.collect(),
                Vec::new(),
                Scope::Some,
                answer.steps,
                found,
            )
        }
    };
    let mut answer = NashEquilibria::new(scope);
    answer.steps = steps;
    answer.tolerance = tolerance;
    // What each corner of the table is in the list.
    let mut place = Vec::with_capacity(points.len());
    for (mixed, exact) in &points {
        let profile = behavior(game, form, mixed, method)?;
        let known = answer.list.iter().position(|one| one.profile == profile);
        place.push(known.unwrap_or_else(|| {
            let payoffs = expected_payoffs(game, &profile);
            answer.list.push(NashEquilibrium {
                profile,
                payoffs,
                exact: *exact,
                algebraic: None,
            });
            answer.list.len() - 1
        }));
    }
    for set in sets {
        let mut members: Vec<usize> = set.members.iter().map(|k| place[*k]).collect();
        members.sort_unstable();
        members.dedup();
        if members.len() > 1 {
            answer.sets.push(NashSet { members, ..set });
        }
    }
    let (not_searched, stop, work) = found;
    let found = Found {
        method,
        answer,
        not_searched,
        stop,
        work,
    };
    Ok(certified_tree(game, found, &control.patience()))
}

/// What a solution of the table says besides its answer.
fn about<A>(
    solution: &Solution<A>,
) -> (Option<String>, crate::control::Stop, crate::solution::Work) {
    (
        solution.not_searched().map(str::to_owned),
        solution.stop(),
        solution.work(),
    )
}

/// Behavior that leads everywhere as often; pure profiles stay pure.
fn behavior(
    game: &ExtensiveGame,
    form: &ReducedForm,
    mixed: &MixedProfile,
    method: Method,
) -> Result<BehaviorProfile, SolveError> {
    let pure: Option<Vec<u32>> = mixed
        .players()
        .iter()
        .map(|row| {
            let chosen = row.iter().position(Rational::is_one)?;
            u32::try_from(chosen).ok()
        })
        .collect();
    if let Some(profile) = pure.and_then(|chosen| form.pure_profile(game, &chosen).ok()) {
        return Ok(BehaviorProfile::from_pure(game, &profile));
    }
    behavior_from_mixed(game, form, mixed).map_err(|error| SolveError::NotApplicable {
        method,
        what_is_missing: error.to_string(),
        node: None,
        infoset: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::catalog;

    fn solved(name: &str, method: Method) -> Solution<NashEquilibria<BehaviorProfile>> {
        let game = catalog_tree(name);
        let form = form(&game, 1 << 16, method, &Control::default()).expect("small");
        let paths = LemkeHowson::default();
        let how = match method {
            Method::VertexEnumeration => How::Extreme,
            Method::SupportEnumeration => How::Supports,
            _ => How::Paths(&paths),
        };
        reduced(&game, &form, how, &Control::default()).expect("solvable")
    }

    fn catalog_tree(name: &str) -> ExtensiveGame {
        match catalog::find(name).expect("shipped").game() {
            deterra_game::format::Game::Extensive(game) => game,
            _ => panic!("{name} is no tree"),
        }
    }

    fn r(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("not zero")
    }

    /// Cho and Kreps (1987): both types drink beer, or both eat quiche, and nothing else.
    #[test]
    fn beer_or_quiche_has_two_components() {
        let solution = solved("beer_quiche", Method::VertexEnumeration);
        assert!(solution.is_complete() && solution.verdict().is_exact());
        let answer = solution.answer();
        assert_eq!((answer.list.len(), answer.sets.len()), (4, 2));
        for set in &answer.sets {
            let payoffs = |k: &usize| answer.list[*k].payoffs.clone();
            let first = payoffs(&set.members[0]);
            assert!(set.members.iter().all(|k| payoffs(k) == first));
            assert!(first == [r(29, 10), r(9, 10)] || first == [r(21, 10), r(9, 10)]);
        }
        assert_ne!(answer.sets[0].members, answer.sets[1].members);
    }

    /// Kuhn (1950): all equilibria pay the first player -1/18.
    #[test]
    fn kuhn_poker_is_worth_its_value() {
        let solution = solved("kuhn_poker", Method::LemkeHowson);
        assert!(solution.verdict().is_exact());
        let payoffs = &solution.answer().list[0].payoffs;
        assert_eq!(payoffs, &[r(-1, 18), r(1, 18)]);
    }

    /// Selten (1975): a set in which the first and the second go across, and one in which the first goes down and the third to the left.
    #[test]
    fn the_horse_has_two_components() {
        let solution = solved("selten_horse", Method::SupportEnumeration);
        assert!(solution.is_complete(), "{:?}", solution.not_searched());
        assert!(solution.verdict().is_exact());
        assert_eq!(solution.answer().sets.len(), 2);
    }

    #[test]
    fn the_table_of_a_tree_is_made_while_there_is_time() {
        let game = catalog_tree("kuhn_poker");
        let control = Control {
            cancel: Some(std::sync::Arc::new(true.into())),
            ..Control::default()
        };
        let made = |control: &Control| plans(&game, 1 << 16, Method::Lp, &control.start());
        assert!(made(&Control::default()).is_ok());
        let interrupted = crate::control::Stop::Interrupted;
        let ended = made(&control);
        assert!(matches!(ended, Err(SolveError::Stopped { stop, .. }) if stop == interrupted));
    }
}

//! Two populations that meet each other.

use super::population::{
    EigenRow, PathRow, eigenvalues, floats, path_of, path_row, shares, stability,
};
use super::{Foot, Head, deliver, foot, head, refusal, show};
use crate::args::EvolveArgs;
use crate::commands::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::json::{Exact, Object};
use crate::output::names::{table_players, table_strategies};
use crate::request::Loaded;
use deterra_game::number::Rational;
use deterra_game::strategic::StrategicGame;
use deterra_solve::evolution::pairs::{ReplicatorPairs, replicator_pairs};
use deterra_verify::evolutionary::PairStanding;
use serde::Serialize;

/// What rests, and a path.
#[derive(Debug, Serialize)]
pub(super) struct Rests {
    #[serde(flatten)]
    pub(super) head: Head,
    pub(super) populations: u8,
    pub(super) strategies: Object<Vec<String>>,
    pub(super) rest_points: Vec<PointRow>,
    pub(super) continua: Vec<ContinuumRow>,
    /// Null if no start was given; shares of the first come first.
    pub(super) path: Option<PathRow>,
    #[serde(flatten)]
    pub(super) foot: Foot,
}

/// A rest point.
#[derive(Debug, Serialize)]
pub(super) struct PointRow {
    pub(super) shares: Object<Object<Exact>>,
    pub(super) approx: Object<Object<Option<f64>>>,
    pub(super) payoffs: Object<Exact>,
    pub(super) nash: bool,
    pub(super) strict: bool,
    pub(super) eigenvalues: EigenRow,
    /// `attracting`, `stable`, `unstable` or `undecided`.
    pub(super) stability: &'static str,
}

/// Rest points that hang together: any mixtures of both players' corners.
#[derive(Debug, Serialize)]
pub(super) struct ContinuumRow {
    pub(super) supports: Object<Vec<String>>,
    pub(super) dimension: usize,
    pub(super) corners: Object<Vec<Object<Exact>>>,
}

pub(super) fn replicate(
    game: &StrategicGame,
    loaded: &Loaded,
    asked: &EvolveArgs,
    context: &Context,
) -> Result<Answer, Failure> {
    let players = table_players(game);
    let strategies: Vec<Vec<String>> = game.players().map(|p| table_strategies(game, p)).collect();
    let (start, time, moments) = path_of(asked)?;
    let split = |all: Vec<Rational>| {
        let (first, second) = all.split_at(strategies[0].len().min(all.len()));
        [first.to_vec(), second.to_vec()]
    };
    let options = ReplicatorPairs {
        start: start.map(split),
        time,
        moments,
    };
    let solution =
        replicator_pairs(game, &options, &context.control()).map_err(|error| refusal(&error))?;
    let by_player = |rows: [Vec<usize>; 2]| -> Object<Vec<String>> {
        let named = rows
            .iter()
            .zip(&strategies)
            .map(|(row, names)| row.iter().map(|k| names[*k].clone()).collect());
        players.iter().cloned().zip(named).collect()
    };
    let answer = solution.answer();
    let points = answer.points.iter().map(|point| {
        let rows = point.shares.players().iter().zip(&strategies);
        let rows = rows.map(|(row, names)| shares(names, row));
        let exact: Object<Object<Exact>> = players.iter().cloned().zip(rows).collect();
        PointRow {
            approx: exact
                .0
                .iter()
                .map(|(name, row)| (name.clone(), floats(row)))
                .collect(),
            shares: exact,
            payoffs: shares(&players, &point.payoffs),
            nash: point.standing >= PairStanding::Nash,
            strict: point.standing == PairStanding::Strict,
            eigenvalues: eigenvalues(point.eigenvalues),
            stability: stability(point.stability),
        }
    });
    let continua = answer.continua.iter().map(|continuum| {
        let corners = continuum.corners.iter().zip(&strategies);
        let corners = corners.map(|(all, names)| all.iter().map(|c| shares(names, c)).collect());
        ContinuumRow {
            supports: by_player(continuum.supports.clone()),
            dimension: continuum.dimension,
            corners: players.iter().cloned().zip(corners).collect(),
        }
    });
    let answered = Rests {
        head: head(game, loaded, asked.dynamics, &solution),
        populations: 2,
        rest_points: points.collect(),
        continua: continua.collect(),
        path: answer.path.as_ref().map(path_row),
        strategies: players
            .iter()
            .cloned()
            .zip(strategies.iter().cloned())
            .collect(),
        foot: foot(game, &solution, context),
    };
    let formats = (
        || show::pairs(&answered, context.width()),
        || show::pairs_csv(&answered),
    );
    deliver(&answered, formats, &solution, context)
}

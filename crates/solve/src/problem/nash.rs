//! Which method finds Nash equilibria of a table or a tree.

use super::{Answer, Request, enumerates, require};
use crate::control::Control;
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::lemke_howson::lemke_howson;
use crate::nash::pure::{pure, pure_extensive};
use crate::nash::vertex_enumeration::{VertexEnumeration, vertex_enumeration};
use crate::solution::Solution;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::strategic::StrategicGame;
use deterra_verify::verdict::Concept;

/// Of a table.
pub(super) fn of_table(
    game: &StrategicGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    let method = request.method.unwrap_or(if enumerates(game) {
        Method::VertexEnumeration
    } else {
        Method::Pure
    });
    match method {
        Method::VertexEnumeration => {
            let options = VertexEnumeration::default();
            Ok(vertex_enumeration(game, &options, control)?.map(Answer::Extreme))
        }
        Method::LemkeHowson => {
            Ok(lemke_howson(game, &request.lemke_howson, control)?.map(Answer::Reached))
        }
        _ => {
            require(request, Method::Pure, Concept::Nash)?;
            Ok(pure(game, &request.pure, control)?.map(Answer::Pure))
        }
    }
}

/// Of a tree.
pub(super) fn of_tree(
    game: &ExtensiveGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    require(request, Method::Pure, Concept::Nash)?;
    Ok(pure_extensive(game, &request.pure, control)?.map(Answer::PureTree))
}

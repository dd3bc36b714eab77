//! All sequential equilibria.
//!
//! **Problem.** Find every assessment that is sequentially rational and whose beliefs are limits
//! of those that Bayes' rule gives when everybody makes small independent mistakes.
//! **Theorem.** Beliefs are consistent exactly if mistakes have orders and weights that make them
//! (Kreps and Wilson 1982, appendix; [`deterra_verify::sequential`]). Which classes of mistakes
//! have weight at each information set is one of finitely many patterns; in each, weights solve
//! equations between products, and whether orders exist does not depend on the weights.
//! **Method.** [`super::perfect_bayesian`]'s search, once more for every pattern of the supports
//! that carry an equilibrium at all.
//! **Applies to** extensive games with perfect recall and up to 64 actions a set.
//! **Exact.** Yes; the orders are the certificate. Irrational equilibria are rounded and stay
//! unjudged. What could not be decided is said.
//! **Cost.** Exponential in the information sets off the path besides that of the search: for
//! small games.
//! **References.** kreps1982, perea1997, streufert2006.

use super::conditions::Freedom;
use super::perfect_bayesian::{BayesianEquilibria, PerfectBayesian, enumerate};
use crate::control::Control;
use crate::error::SolveError;
use crate::judge;
use crate::method::Method;
use crate::solution::Solution;
use deterra_game::extensive::ExtensiveGame;
use deterra_verify::verdict::Concept;

/// Options of [`sequential`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sequential {
    /// Limits; what binds beliefs is not used.
    pub search: PerfectBayesian,
}

/// Finds all sequential equilibria.
///
/// # Returns
/// Components; the verdict is the worst over the judged equilibria of all of them.
///
/// # Errors
/// As [`super::perfect_bayesian::perfect_bayesian`].
pub fn sequential(
    game: &ExtensiveGame,
    options: &Sequential,
    control: &Control,
) -> Result<Solution<BayesianEquilibria>, SolveError> {
    let control = &control.running();
    let method = Method::Sequential;
    let found = enumerate(game, Freedom::Consistent, &options.search, method, control)?;
    Ok(Solution::certified(
        found,
        Concept::Sequential,
        &control.patience(),
        |answer| {
            let judge = deterra_verify::sequential::judge;
            judge::assessments(
                game,
                &answer.components,
                (Concept::Sequential, options.search.judged),
                |one, by| judge(game, one, by),
            )
        },
    ))
}

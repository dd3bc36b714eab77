//! All perfect Bayesian equilibria.
//!
//! **Problem.** Find every assessment in which everybody's strategy is best at each of her
//! information sets, given what she believes there, and beliefs follow Bayes' rule: on the path
//! of play (weak), or wherever it says something and without signalling what one does not know
//! (strong). [`deterra_verify::bayesian`] has the definitions.
//! **Theorem.** Fix which actions are taken at every information set. Then it is fixed which
//! nodes are reached; expected payoffs are polynomials in the probabilities of mixed actions;
//! beliefs on the path are ratios of such polynomials; and beliefs off it are unknowns in which
//! payoffs are linear. The equilibria with this support are the solutions of a system of
//! polynomial equations and inequalities, and all equilibria are the union over supports.
//! **Method.** Strike out actions that nothing justifies, go through the supports set by set and
//! give up those whose conditions cannot be met, each alone or some together (some combination of
//! them is negative wherever probabilities are positive; Farkas 1902), solve what is left exactly
//! (linear programs where the system is linear, as it is in signalling games and in games of two
//! players between whom moves alternate; elimination and exact roots otherwise), and join the
//! pieces that touch.
//! **Applies to** extensive games with perfect recall and up to 64 actions a set.
//! **Exact.** Yes, with intervals for every probability and belief; an irrational equilibrium is
//! rounded and says so. What could not be decided or was cut off by a limit is said.
//! **Cost.** Exponential in the information sets in the worst case; the unilateral deterrence
//! game takes a fraction of a millisecond.
//! **References.** fudenberg1991, kreps1982, farkas1902.

use super::component::{self, Component};
use super::conditions::Freedom;
use super::frame::{Frame, MOST_ACTIONS};
use super::supports::{Bounds, Cell, search};
use crate::control::Control;
use crate::error::SolveError;
use crate::judge;
use crate::method::Method;
use crate::numeric::algebra::Limits;
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::information::perfect_recall;
use deterra_game::number::{Natural, Rational, describe_count};
use deterra_verify::bayesian::{self, Strength};
use deterra_verify::quasi_perfect::Plans;
use std::time::Instant;

/// Options of [`perfect_bayesian`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerfectBayesian {
    /// What binds beliefs.
    pub strength: Strength,
    /// The most combinations of supports that are solved; beyond, the answer says how many were
    /// not searched.
    pub support_limit: u64,
    /// The most combinations, of some sets or all, that are looked at, ruled out or not.
    pub step_limit: u64,
    /// The most pieces that are kept.
    pub piece_limit: usize,
    /// The most equilibria that are judged; the first pieces and their corners come first.
    pub judged: usize,
}

impl Default for PerfectBayesian {
    fn default() -> Self {
        Self {
            strength: Strength::Strong,
            support_limit: 1_000_000,
            step_limit: u64::MAX,
            piece_limit: 20_000,
            judged: 2_000,
        }
    }
}

/// All perfect Bayesian equilibria that were found.
#[derive(Clone, Debug)]
pub struct BayesianEquilibria {
    /// Connected sets of equilibria, fewest mixing information sets first.
    pub components: Vec<Component>,
    /// Combinations of supports there are once dominated actions are struck out.
    pub supports: Natural,
    /// How many of them were solved or ruled out.
    pub searched: Natural,
    /// How many systems were solved.
    pub systems: u64,
    /// Supports whose equilibria could not be decided.
    pub undecided: u64,
    /// The strategies with vanishing mistakes that a quasi-perfect equilibrium is the limit of: its certificate.
    pub plans: Option<Plans>,
}

/// The most nodes times information sets: what the search looks at before it starts.
const MOST_WORK: usize = 200_000_000;

/// Pieces that are joined if there was no time for all.
const SHOWN_LATE: usize = 10;

/// Combinations of supports from which on refuting some is sooner done than solving all.
const REFUTED_FROM: u32 = 100;

/// Finds all perfect Bayesian equilibria.
///
/// # Returns
/// Components; the verdict is the worst over the judged equilibria of all of them.
///
/// # Errors
/// [`SolveError::NotApplicable`] if somebody has imperfect recall or more than 64 actions;
/// [`SolveError::TooLarge`] if nodes times information sets are beyond 2·10⁸.
pub fn perfect_bayesian(
    game: &ExtensiveGame,
    options: &PerfectBayesian,
    control: &Control,
) -> Result<Solution<BayesianEquilibria>, SolveError> {
    let control = &control.running();
    let freedom = match options.strength {
        Strength::Weak => Freedom::Weak,
        Strength::Strong => Freedom::Strong,
    };
    let found = enumerate(game, freedom, options, Method::PerfectBayesian, control)?;
    Ok(Solution::certified(
        found,
        options.strength.concept(),
        &control.patience(),
        |answer| {
            judge::assessments(
                game,
                &answer.components,
                (options.strength.concept(), options.judged),
                |one, tolerance| bayesian::judge(game, one, options.strength, tolerance).verdict,
            )
        },
    ))
}

/// How many combinations of supports a search would go through once dominated actions are struck out; `None` if the
/// search does not apply.
pub(crate) fn combinations(game: &ExtensiveGame) -> Option<Natural> {
    require(game, Method::PerfectBayesian).ok()?;
    let allowed = Frame::new(game).allowed;
    let sets = allowed
        .iter()
        .map(|actions| (Natural::ONE << actions.count_ones() as usize) - Natural::ONE);
    Some(sets.fold(Natural::ONE, |all, more| all * more))
}

/// Goes through all supports and joins what it finds.
pub(crate) fn enumerate(
    game: &ExtensiveGame,
    freedom: Freedom,
    options: &PerfectBayesian,
    method: Method,
    control: &Control,
) -> Result<Found<BayesianEquilibria>, SolveError> {
    enumerate_kept(game, freedom, None, options, method, control, |_, _| true)
}

/// Goes through all supports, or `only` some, by information set and with a bit an action, and joins what it finds and is to be
/// kept. What `only` leaves out counts as searched.
pub(crate) fn enumerate_kept(
    game: &ExtensiveGame,
    freedom: Freedom,
    only: Option<&[Vec<u64>]>,
    options: &PerfectBayesian,
    method: Method,
    control: &Control,
    mut keep: impl FnMut(&Frame<'_>, &Cell) -> bool,
) -> Result<Found<BayesianEquilibria>, SolveError> {
    // The clock is only for display and for the caller's limits.
    let start = Instant::now();
    let clock = control.start();
    require(game, method)?;
    let frame = Frame::new(game);
    let bounds = Bounds {
        systems: options.support_limit,
        steps: options.step_limit,
        cells: options.piece_limit,
        algebra: Limits::default(),
        refuted_from: Some(REFUTED_FROM),
    };
    let mut census = search(&frame, freedom, only, &bounds, &clock);
    census.cells.retain(|cell| keep(&frame, cell));
    let joined = clock.hold(|| component::components(&frame, &census.cells));
    let mut unjoined = 0;
    let components = joined.unwrap_or_else(|stop| {
        // Some are better than none.
        census.stop = stop;
        unjoined = census.cells.len().saturating_sub(SHOWN_LATE);
        census.cells.truncate(SHOWN_LATE);
        component::components(&frame, &census.cells)
    });
    let unclear = components.iter().filter(|c| c.is_bracketed()).count();
    let mut not_searched = left_out(&census.searched, &census.total, census.undecided, unclear);
    if unjoined > 0 {
        let clause = format!("{unjoined} pieces that were found are not shown");
        let before = not_searched.into_iter().chain([clause]);
        not_searched = Some(before.collect::<Vec<String>>().join("; "));
    }
    Ok(Found {
        method,
        answer: BayesianEquilibria {
            components,
            supports: census.total,
            searched: census.searched,
            systems: census.solved,
            undecided: census.undecided,
            plans: None,
        },
        not_searched,
        stop: census.stop,
        work: Work {
            nodes: game.num_nodes() as u64,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
    })
}

fn require(game: &ExtensiveGame, method: Method) -> Result<(), SolveError> {
    let refused = |what_is_missing: String, infoset| {
        Err(SolveError::NotApplicable {
            method,
            what_is_missing,
            node: None,
            infoset: Some(infoset),
        })
    };
    if let Some(problem) = perfect_recall(game).first() {
        let missing = "beliefs and best replies need players who remember what they did and knew";
        return refused(missing.to_owned(), problem.infoset);
    }
    if let Some(wide) = game
        .infosets()
        .find(|h| game.num_actions(*h) > MOST_ACTIONS)
    {
        let n = game.num_actions(wide);
        return refused(
            format!("it looks at subsets of up to {MOST_ACTIONS} actions, here are {n}"),
            wide,
        );
    }
    let work = game.num_nodes().saturating_mul(game.num_infosets());
    if work > MOST_WORK {
        return Err(SolveError::TooLarge {
            what: "the table of nodes by information sets",
            size: Natural::from(work),
            limit: MOST_WORK,
        });
    }
    Ok(())
}

/// What was left out, as a clause.
fn left_out(searched: &Natural, total: &Natural, undecided: u64, unclear: usize) -> Option<String> {
    let mut clauses = Vec::new();
    if searched < total {
        clauses.push(format!(
            "searched {} of {} supports",
            describe_count(searched),
            describe_count(total)
        ));
    }
    if undecided > 0 {
        clauses.push(format!(
            "the conditions of {undecided} supports could not be decided"
        ));
    }
    if unclear > 0 {
        let sets = match unclear {
            1 => "a connected set ends was".to_owned(),
            n => format!("{n} connected sets end was"),
        };
        clauses.push(format!(
            "where {sets} only bracketed, so sets may reach further, be one, or fall apart"
        ));
    }
    (!clauses.is_empty()).then(|| clauses.join("; "))
}

/// The tolerance of judging rounded roots.
pub(crate) fn rounding() -> Rational {
    Rational::new(1, 1_000_000_000_000).expect("invariant: not zero")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refine::fixture::{self, r};

    fn solved(a: (i64, i64), b: (i64, i64), strength: Strength) -> Vec<Component> {
        let game = fixture::unilateral(a.0, a.1, b.0, b.1);
        let options = PerfectBayesian {
            strength,
            ..PerfectBayesian::default()
        };
        let solution =
            perfect_bayesian(&game, &options, &Control::default()).expect("perfect recall");
        assert!(solution.is_complete(), "{:?}", solution.not_searched());
        assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
        solution.into_answer().components
    }

    /// Flat actions: demand hard, stand hard, demand soft, stand soft, answer hard, answer soft.
    const SOFT_DEFECTS: usize = 5;
    const SOFT_RESISTS: usize = 11;

    #[test]
    fn regimes_of_the_unilateral_game() {
        // (p_A, p_B): what each side gets besides the status quo of steadfast deterrence.
        let bluff = solved((2, 5), (3, 10), Strength::Strong);
        for c in &bluff {
            println!("{:?}\n{:?}\n{:?}\n", c.probabilities, c.beliefs, c.payoffs);
        }
        let payoffs = |c: &Component| [c.payoffs[0].low.clone(), c.payoffs[1].low.clone()];
        let mixed = bluff
            .iter()
            .find(|c| payoffs(c) == [r(16, 25), r(153, 250)]);
        let mixed = mixed.expect("the bluff");
        assert!(mixed.is_point());
        assert_eq!(mixed.probabilities[SOFT_DEFECTS].low, r(2, 5));
        assert_eq!(mixed.probabilities[SOFT_RESISTS].low, r(2, 7));
        assert_eq!(bluff.len(), 2);
    }
}

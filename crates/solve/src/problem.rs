//! One call for every game: picks a method by what the game is, and says which.

mod graph;
mod hidden;
mod known;
mod large;
mod nash;

use crate::commit::{self, Commitment};
use crate::control::Control;
use crate::correlated::{self, Device, Objective};
use crate::dominance::iterated_dominance::IteratedDominance;
use crate::dominance::{self, TreeElimination};
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::anonymous::{Anonymous, AnonymousEquilibria, anonymous};
use crate::nash::best_equilibrium::BestEquilibrium;
use crate::nash::found::NashEquilibria;
use crate::nash::lemke_howson::{LemkeHowson, ReachedEquilibria};
use crate::nash::mixed::MixedSolver;
use crate::nash::pure::{Pure, PureEquilibria, PureTreeEquilibria};
use crate::nash::pure_graph::PureGraphEquilibria;
use crate::nash::vertex_enumeration::{ExtremeEquilibria, MOST_STRATEGIES};
use crate::perfect::backward_induction::{
    BackwardInduction, Keep, PerfectEquilibria, backward_induction,
};
use crate::perfect::subgame::{Subgame, SubgameEquilibria, subgame};
use crate::perfect::tie_rule::TieRule;
use crate::quantal::backward_response::{BackwardResponse, backward_response};
use crate::quantal::logit_path::{LogitPath, logit_path, logit_path_table};
use crate::quantal::mmd::{Mmd, mmd};
use crate::quantal::{Errors, QuantalResponse};
use crate::refine;
use crate::refine::joint::CoalitionalEquilibria;
use crate::refine::perfect_bayesian::{BayesianEquilibria, PerfectBayesian, perfect_bayesian};
use crate::refine::proper::ProperEquilibrium;
use crate::refine::proper_orders::ProperEquilibria;
use crate::refine::sequential::{Sequential, sequential};
use crate::refine::trembling_hand::{TremblingHand, trembling_hand};
use crate::regret::Sampling;
use crate::regret::regret_minimization::RegretMinimization;
use crate::repeated::{self, RepeatedPayoffs};
use crate::solution::Solution;
use crate::stochastic;
use crate::stochastic::markov::{Markov, MarkovEquilibria};
use deterra_game::action_graph::ActionGraphGame;
use deterra_game::anonymous::AnonymousGame;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::information::{is_perfect_information, perfect_recall};
use deterra_game::number::Rational;
use deterra_game::positional::{PositionGraph, PositionalGame};
use deterra_game::profile::{BehaviorProfile, MixedProfile, PositionProfile, PureProfile};
use deterra_game::stochastic::StochasticGame;
use deterra_game::strategic::StrategicGame;
use deterra_verify::bayesian::Strength;
use deterra_verify::dominance::Elimination;
use deterra_verify::verdict::Concept;

/// A game to be solved.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Problem<'g> {
    /// A tree.
    Extensive(&'g ExtensiveGame),
    /// A table.
    Strategic(&'g StrategicGame),
    /// An action graph, which is solved without its table: one player an agent, or a type of one.
    ActionGraph(&'g ActionGraphGame),
    /// Shared positions of perfect information.
    Positional(&'g PositionalGame),
    /// States and transitions.
    Stochastic(&'g StochasticGame),
    /// Many alike players, who move once and at once.
    Anonymous(&'g AnonymousGame),
}

impl Problem<'_> {
    /// The class of games it belongs to, as in the catalogue.
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Extensive(_) => "extensive",
            Self::Strategic(_) => "strategic",
            Self::ActionGraph(_) => "action-graph",
            Self::Positional(_) => "positional",
            Self::Stochastic(_) => "stochastic",
            Self::Anonymous(_) => "anonymous",
        }
    }
}

impl<'g> From<&'g ExtensiveGame> for Problem<'g> {
    fn from(game: &'g ExtensiveGame) -> Self {
        Self::Extensive(game)
    }
}

impl<'g> From<&'g StrategicGame> for Problem<'g> {
    fn from(game: &'g StrategicGame) -> Self {
        Self::Strategic(game)
    }
}

impl<'g> From<&'g ActionGraphGame> for Problem<'g> {
    fn from(game: &'g ActionGraphGame) -> Self {
        Self::ActionGraph(game)
    }
}

impl<'g> From<&'g PositionalGame> for Problem<'g> {
    fn from(game: &'g PositionalGame) -> Self {
        Self::Positional(game)
    }
}

impl<'g> From<&'g StochasticGame> for Problem<'g> {
    fn from(game: &'g StochasticGame) -> Self {
        Self::Stochastic(game)
    }
}

impl<'g> From<&'g AnonymousGame> for Problem<'g> {
    fn from(game: &'g AnonymousGame) -> Self {
        Self::Anonymous(game)
    }
}

/// What is wanted.
#[derive(Clone, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is asked for or not, whatever else is"
)]
pub struct Request {
    /// The concept; `None` is what [`default_concept`] says.
    pub concept: Option<Concept>,
    /// The method; `None` picks one.
    pub method: Option<Method>,
    /// Which equilibrium is shown where moves tie.
    pub tie_rule: TieRule,
    /// The most payoff vectors of one position.
    pub value_limit: usize,
    /// Whether positions can be asked about afterwards.
    pub keep: Keep,
    /// The most combinations of one subgame.
    pub combination_limit: usize,
    /// How large tables may become.
    pub pure: Pure,
    /// Which Lemke–Howson paths are followed.
    pub lemke_howson: LemkeHowson,
    /// Whether the linear program of a tree is solved in floats, which its judge then bounds.
    pub in_floats: bool,
    /// Whether methods that are content with one equilibrium go on and look for more.
    pub several: bool,
    /// Which equilibrium is best.
    pub best_equilibrium: BestEquilibrium,
    /// The precision of a quantal response; `None` is its limit.
    pub lambda: Option<Rational>,
    /// What disturbs the comparison in a quantal response.
    pub errors: Errors,
    /// Whether the responses on the way to a quantal response are kept.
    pub keep_branch: bool,
    /// How far a search over supports goes; the concept decides about beliefs.
    pub bayesian: PerfectBayesian,
    /// How long equilibria of stochastic games are looked for.
    pub markov: Markov,
    /// How often methods that repeat do so at most; `None` is what suits the method.
    pub iterations: Option<u64>,
    /// What may dominate, and how often; the concept decides what is struck out.
    pub dominance: IteratedDominance,
    /// Which correlated equilibrium is wanted.
    pub correlated: Objective,
    /// Which commitment is wanted.
    pub commitment: commit::Wanted,
    /// What the next period counts in a table that is played for ever.
    pub discount: Option<Rational>,
    /// Whether what regret minimization comes to near optimal strategies is made exact, however long that takes.
    pub exact: bool,
    /// How regret is minimized; the method decides about the variant.
    pub regret: RegretMinimization,
    /// How walks are made by methods that draw them.
    pub sampling: Sampling,
}

/// The concept that suits a game: Nash for tables, Markov-perfect for stochastic games, perfect
/// Bayesian where something is hidden from players who forget nothing, else subgame-perfect. Of two
/// players, one quasi-perfect equilibrium where a search for all perfect Bayesian ones is hopeless; Nash where the tree
/// is too large for that, or has more players. [`solve`] turns to these too if nothing is asked for and a search that
/// seemed possible has found nothing after a thousand systems.
pub fn default_concept(problem: &Problem<'_>) -> Concept {
    match problem {
        Problem::Strategic(_) | Problem::ActionGraph(_) | Problem::Anonymous(_) => Concept::Nash,
        Problem::Stochastic(_) => Concept::MarkovPerfect,
        Problem::Extensive(game)
            if !is_perfect_information(game) && perfect_recall(game).is_empty() =>
        {
            hidden::default_concept(game)
        }
        _ => Concept::SubgamePerfect,
    }
}

impl Default for Request {
    fn default() -> Self {
        let BackwardInduction {
            tie_rule,
            value_limit,
            keep,
        } = BackwardInduction::default();
        Self {
            concept: None,
            method: None,
            tie_rule,
            value_limit,
            keep,
            combination_limit: Subgame::default().combination_limit,
            pure: Pure::default(),
            lemke_howson: LemkeHowson::default(),
            in_floats: false,
            several: false,
            best_equilibrium: BestEquilibrium::default(),
            bayesian: PerfectBayesian::default(),
            lambda: None,
            errors: Errors::default(),
            keep_branch: false,
            markov: Markov::default(),
            iterations: None,
            dominance: IteratedDominance::default(),
            correlated: Objective::default(),
            commitment: commit::Wanted::default(),
            discount: None,
            exact: false,
            regret: RegretMinimization::default(),
            sampling: Sampling::default(),
        }
    }
}

pub(crate) use hidden::hopeless;

/// What was found, by the method that found it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Answer {
    /// Of [`backward_induction`].
    Perfect(PerfectEquilibria),
    /// Of [`subgame`].
    Subgame(SubgameEquilibria),
    /// Of [`perfect_bayesian`], [`sequential`], [`quasi_perfect`](crate::refine::quasi_perfect::quasi_perfect) and [`perfect_basis`](crate::refine::perfect_basis::perfect_basis).
    Bayesian(BayesianEquilibria),
    /// Of [`pure`](crate::nash::pure::pure).
    Pure(PureEquilibria),
    /// Of [`vertex_enumeration`](crate::nash::vertex_enumeration::vertex_enumeration).
    Extreme(ExtremeEquilibria),
    /// Of [`lemke_howson`](crate::nash::lemke_howson::lemke_howson).
    Reached(ReachedEquilibria),
    /// Mixed equilibria of a table, or of an action graph by agent, of whichever method.
    Mixed(NashEquilibria<MixedProfile>),
    /// Equilibria of a tree, mixed move by move, of whichever method.
    Behavior(NashEquilibria<BehaviorProfile>),
    /// Of [`pure_extensive`](crate::nash::pure::pure_extensive).
    PureTree(PureTreeEquilibria),
    /// Of [`pure_graph`](crate::nash::pure_graph::pure_graph): those of an action graph, by orbit.
    PureGraph(PureGraphEquilibria),
    /// Of [`backward_response`].
    PositionResponse(QuantalResponse<PositionProfile>),
    /// Of [`logit_path`].
    TreeResponse(QuantalResponse<BehaviorProfile>),
    /// Of [`logit_path_table`].
    TableResponse(QuantalResponse<MixedProfile>),
    /// Of [`markov()`](crate::stochastic::markov::markov()) and the other methods for stochastic games.
    Markov(MarkovEquilibria),
    /// Of [`anonymous()`].
    Anonymous(AnonymousEquilibria),
    /// Of [`iterated_dominance`](crate::dominance::iterated_dominance::iterated_dominance) and
    /// [`rationalizable`](crate::dominance::rationalizable::rationalizable).
    Elimination(Elimination),
    /// Of the same in a tree, and of [`conditional_dominance`](crate::dominance::conditional_dominance::conditional_dominance).
    TreeElimination(Box<TreeElimination>),
    /// A correlated equilibrium: cells of the table and their chances.
    Device(Device<usize>),
    /// The same of a tree: plans for everybody and their chances.
    PlanDevice(Box<Device<PureProfile>>),
    /// A commitment in a tree.
    Commitment(Box<Commitment>),
    /// A commitment in a table.
    TableCommitment(Box<Commitment<MixedProfile>>),
    /// Of [`strong_nash`](crate::refine::strong_nash::strong_nash) and [`coalition_proof`](crate::refine::coalition_proof::coalition_proof).
    Coalitional(CoalitionalEquilibria),
    /// Of [`proper`](crate::refine::proper::proper).
    Proper(Box<ProperEquilibrium<MixedProfile>>),
    /// Of [`proper_extensive`](crate::refine::proper::proper_extensive).
    ProperTree(Box<ProperEquilibrium<BehaviorProfile>>),
    /// Of [`proper_orders`](crate::refine::proper_orders::proper_orders).
    ProperList(Box<ProperEquilibria>),
    /// Payoffs of a table that is played for ever.
    Repeated(Box<RepeatedPayoffs>),
}

/// Solves a game.
///
/// # Returns
/// The solution; [`Solution::method`] says what was used, [`Solution::verdict`] what the judge
/// says.
///
/// # Errors
/// [`SolveError::NoMethod`] if nothing finds that concept in games of this class;
/// [`SolveError::NotApplicable`] if the method asked for does not fit; what the method says.
///
/// # Example
/// ```
/// use deterra_game::positional::PositionalBuilder;
/// use deterra_game::number::Number;
/// use deterra_solve::control::Control;
/// use deterra_solve::problem::{Answer, Problem, Request, solve};
///
/// let mut b = PositionalBuilder::new("shout or not");
/// let one = b.player("1");
/// let (start, quiet, loud) = (b.position("start"), b.position("quiet"), b.position("loud"));
/// b.set_mover(start, one);
/// b.add_move(start, "stay quiet", quiet, None);
/// b.add_move(start, "shout", loud, None);
/// b.set_payoffs(loud, "noise", vec![Number::from(-1)]);
/// let (game, _) = b.build()?;
/// let solution = solve(&Problem::Positional(&game), &Request::default(), &Control::default())?;
/// let Answer::Perfect(equilibria) = solution.answer() else { unreachable!() };
/// assert_eq!(solution.method().name(), "backward_induction");
/// assert_eq!(equilibria.choices(), [0, 0, 0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn solve(
    problem: &Problem<'_>,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    // One limit for everything that is tried.
    let control = &control.running();
    let concept = request.concept.unwrap_or_else(|| default_concept(problem));
    if let Some(found) = dominance::answer(problem, request, concept, control)? {
        return Ok(found);
    }
    if let Some(found) = correlated::answer(problem, request, concept, control)? {
        return Ok(found);
    }
    if let Some(found) = commit::answer(problem, request, concept, control)? {
        return Ok(found);
    }
    if let Some(found) = refine::answer(problem, request, concept, control)? {
        return Ok(found);
    }
    if let Some(found) = repeated::answer(problem, request, concept, control)? {
        return Ok(found);
    }
    match (*problem, concept) {
        (Problem::Extensive(game), Concept::SubgamePerfect) => {
            let fits = if is_perfect_information(game) {
                Method::BackwardInduction
            } else {
                Method::Subgame
            };
            let finds = |m: &Method| [Method::BackwardInduction, Method::Subgame].contains(m);
            let method = if let Some(method) = request.method.filter(finds) {
                method
            } else {
                require(request, fits, concept)?;
                fits
            };
            if method == Method::BackwardInduction {
                let solution = backward_induction(game, &induction(request), control)?;
                return Ok(solution.map(Answer::Perfect));
            }
            let nash = MixedSolver::new(request.pure);
            let options = Subgame {
                nash: Some(&nash),
                combination_limit: request.combination_limit,
            };
            Ok(subgame(game, &options, control)?.map(Answer::Subgame))
        }
        (Problem::Positional(game), Concept::SubgamePerfect) => {
            require(request, Method::BackwardInduction, concept)?;
            let solution = backward_induction(game, &induction(request), control)?;
            Ok(solution.map(Answer::Perfect))
        }
        (Problem::Extensive(game), Concept::PerfectBayesian | Concept::WeakPerfectBayesian) => {
            require(request, Method::PerfectBayesian, concept)?;
            if request.concept.is_none()
                && request.method.is_none()
                && let Some(found) = hidden::instead(game, request, control)?
            {
                return Ok(found);
            }
            let options = PerfectBayesian {
                strength: match concept {
                    Concept::PerfectBayesian => Strength::Strong,
                    _ => Strength::Weak,
                },
                ..request.bayesian
            };
            Ok(perfect_bayesian(game, &options, control)?.map(Answer::Bayesian))
        }
        (Problem::Extensive(game), Concept::Sequential) => {
            require(request, Method::Sequential, concept)?;
            let options = Sequential {
                search: request.bayesian,
            };
            Ok(sequential(game, &options, control)?.map(Answer::Bayesian))
        }
        (Problem::Extensive(game), Concept::QuasiPerfect) => {
            require(request, Method::QuasiPerfect, concept)?;
            hidden::quasi(game, control)
        }
        (Problem::Extensive(game), Concept::Perfect) => {
            require(request, Method::TremblingHand, concept)?;
            let options = TremblingHand {
                search: request.bayesian,
            };
            Ok(trembling_hand(game, &options, control)?.map(Answer::Bayesian))
        }
        (Problem::Extensive(game), Concept::Nash) => nash::of_tree(game, request, control),
        (Problem::Strategic(game), Concept::Nash) => nash::of_table(game, request, control),
        (Problem::ActionGraph(game), Concept::Nash) => graph::solve(game, request, control),
        (Problem::Extensive(game), Concept::QuantalResponse) => {
            let by_sweep = is_perfect_information(game) || request.errors != Errors::Logit;
            match request.method {
                Some(Method::LogitPath) => path_only(request)?,
                Some(Method::Mmd) => return descent(game, request, control),
                Some(Method::BackwardResponse) => {
                    return sweep(game, request, control);
                }
                None if by_sweep => return sweep(game, request, control),
                _ => require(request, Method::LogitPath, concept)?,
            }
            Ok(logit_path(game, &path(request), control)?.map(Answer::TreeResponse))
        }
        (Problem::Positional(game), Concept::QuantalResponse) => {
            require(request, Method::BackwardResponse, concept)?;
            sweep(game, request, control)
        }
        (Problem::Strategic(game), Concept::QuantalResponse) => {
            require(request, Method::LogitPath, concept)?;
            path_only(request)?;
            Ok(logit_path_table(game, &path(request), control)?.map(Answer::TableResponse))
        }
        (Problem::Stochastic(game), Concept::MarkovPerfect) => {
            Ok(stochastic::answer(game, request, control)?.map(Answer::Markov))
        }
        // Everybody moves once and at once: there is one subgame, and every set is reached.
        (
            Problem::Anonymous(game),
            Concept::Nash
            | Concept::SubgamePerfect
            | Concept::PerfectBayesian
            | Concept::WeakPerfectBayesian
            | Concept::Sequential,
        ) => {
            require(request, Method::Anonymous, concept)?;
            Ok(anonymous(game, &Anonymous::default(), control)?.map(Answer::Anonymous))
        }
        (problem, concept) => Err(SolveError::NoMethod {
            concept,
            class: problem.class(),
            known: known::known(&problem),
        }),
    }
}

/// Whether all equilibria of a table are found in about a second.
pub(crate) fn enumerates(game: &StrategicGame) -> bool {
    // Vertices are about as many as the bases to the power .56 in random games; of 16 strategies each there are 85,000.
    const MOST_BASES: f64 = 3e9;
    if game.num_players() != 2 {
        return false;
    }
    let [rows, columns] = [0, 1].map(|p| game.num_strategies(PlayerId(p)));
    let steps = 0..rows.min(columns);
    let bases = steps.map(|k| (rows + columns - k) as f64 / (k + 1) as f64);
    rows + columns <= MOST_STRATEGIES && bases.product::<f64>() <= MOST_BASES
}

fn induction(request: &Request) -> BackwardInduction {
    BackwardInduction {
        tie_rule: request.tie_rule.clone(),
        value_limit: request.value_limit,
        keep: request.keep,
    }
}

fn path(request: &Request) -> LogitPath {
    LogitPath {
        lambda: request.lambda.clone(),
        keep_branch: request.keep_branch,
        ..LogitPath::default()
    }
}

fn sweep<G: PositionGraph + ?Sized>(
    graph: &G,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    let options = BackwardResponse {
        lambda: request.lambda.clone(),
        errors: request.errors,
        keep_branch: request.keep_branch,
        ..BackwardResponse::default()
    };
    Ok(backward_response(graph, &options, control)?.map(Answer::PositionResponse))
}

fn descent(
    game: &ExtensiveGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    let what_is_missing = match &request.lambda {
        _ if request.errors != Errors::Logit => "it finds logit responses only",
        _ if request.keep_branch => "it goes along no branch",
        None => "it finds responses at a lambda, which has to be given",
        Some(lambda) => {
            let options = Mmd {
                lambda: lambda.clone(),
                max_steps: request.iterations.unwrap_or(Mmd::default().max_steps),
                ..Mmd::default()
            };
            return Ok(mmd(game, &options, control)?.map(Answer::TreeResponse));
        }
    };
    Err(SolveError::NotApplicable {
        method: Method::Mmd,
        what_is_missing: what_is_missing.to_owned(),
        node: None,
        infoset: None,
    })
}

/// Refuses other errors than those of logit.
fn path_only(request: &Request) -> Result<(), SolveError> {
    if request.errors == Errors::Logit {
        return Ok(());
    }
    Err(SolveError::NotApplicable {
        method: Method::LogitPath,
        what_is_missing: format!(
            "`{}` errors need perfect information; it follows logit responses only",
            request.errors.name()
        ),
        node: None,
        infoset: None,
    })
}

/// Refuses a method that was asked for and does not find this.
fn require(request: &Request, fits: Method, concept: Concept) -> Result<(), SolveError> {
    match request.method {
        Some(method) if method != fits => Err(SolveError::NotApplicable {
            method,
            what_is_missing: format!(
                "it does not find {concept} equilibria of this game; use `{fits}`"
            ),
            node: None,
            infoset: None,
        }),
        _ => Ok(()),
    }
}

//! Games of the families that people benchmark on, drawn from a seed.
//!
//! A family is a function from options and a seed to a game with exact payoffs. The same family,
//! options and seed give the same game for ever and on every machine: random numbers come from
//! a stream that is specified to the bit, and no floating point is involved. The title of a game
//! says how it was made.
//!
//! | family | makes | options (defaults) | source | good for |
//! |---|---|---|---|---|
//! | [`uniform`] | whole payoffs, all equally likely | `low` (-100), `high` (100) | `nudelman2004` | the average case: few equilibria |
//! | [`zero_sum`] | whole payoffs for one, the opposite for the other | `low` (-100), `high` (100) | `vonneumann1928` | linear programs; one value |
//! | [`covariant`] | nearly normal payoffs, correlated between players | `rho` (-1/2), `grid` (1000) | `rinott2000` | rivalry by one knob: pure equilibria go from few to many |
//! | [`unit_vector`] | columns of unit vectors against whole payoffs | `low` (0), `high` (100), `pure` (yes) | `savani2016` | supports that are hard to guess |
//! | [`identity`] | 1 to all who agree, 0 otherwise |  | `quint1997` | exponentially many equilibria: 2^N - 1 of two players |
//! | [`dispersion`] | the fewer choose the same, the better |  | `grenager2002` | many pure equilibria that nobody can agree on |
//! | [`minimum_effort`] | the least effort counts for all, one's own costs | `benefit` (2), `cost` (1) | `vanhuyck1990` | pure equilibria in order of payoff |
//! | [`congestion`] | facilities that are worth less the more use them | `strategies` (single), `low` (0), `high` (100) | `rosenthal1973` | a potential: best responses that arrive at a pure equilibrium |
//! | [`polymatrix`] | the sum of a two-player game with every neighbor | `graph` (complete), `density` (1/2), `low` (-100), `high` (100) | `howson1972` | many players, short description |
//! | [`graphical`] | payoffs by one's own and the neighbors' actions | `graph` (ring), `density` (1/2), `low` (-100), `high` (100) | `kearns2001` | many players who hardly meet |
//! | [`blotto`] | troops on fields; who sends more wins the field | `fields` (3), `rho` (1), `low` (1), `high` (9) | `gross1950` | large tables of little rank; mixed supports |
//! | [`war_of_attrition`] | who stays longer has the prize, both pay for the time | `prize` (10), `spread` (5), `cost` (1) | `maynardsmith1974` | pure and mixed equilibria side by side |
//! | [`all_pay`] | the highest bid has the prize, all pay theirs | `prize` (N-1), `ties` (split) | `shubik1971` | no pure equilibrium from 4 bids on; spread supports |
//! | [`travelers`] | the lower claim counts, with a bonus and a fine | `lowest` (2), `bonus` (2) | `basu1994` | a unique equilibrium at the end of a long chain of dominance |
//! | [`ranking`] | efforts with scores and costs; the higher score has the prize | `steps` (10) | `goldberg2013` | mixed equilibria of many efforts |
//! | [`tournament`] | a node against a set of nodes of a random tournament |  | `anbalagan2013` | no good approximation with small supports |
//! | [`half_support`] | an odd cycle beside pairs |  | `sandholm2005` | a unique equilibrium on half of the strategies: the worst for support enumeration |
//! | [`dual_cyclic`] | best responses on two dual cyclic polytopes |  | `vonstengel1999` | very many equilibria: 3, 15, 75 |
//! | [`long_lemke_howson`] | the same with labels in another order |  | `savani2006` | a unique equilibrium, exponentially long Lemke-Howson paths |
//! | [`centipede`] | a pot that grows until somebody takes it | `growth` (linear) | `rosenthal1981` | a unique subgame-perfect equilibrium that takes at once |
//! | [`perfect_information`] | full trees in which everything is seen | `turns` (alternate), `chance` (0), `low` (-100), `high` (100), `zero_sum` (no) | `kuhn1953` | backward induction |
//! | [`imperfect_information`] | full trees with random information sets and perfect recall | `deal` (2), `hidden` (1/2), `low` (-100), `high` (100), `zero_sum` (no) | `kuhn1953` | the sequence form, counterfactual regret |
//! | [`ladder`] | a spine with an exit at every rung | `accident` (0), `low` (-100), `high` (100) | `kahn1965` | long thin trees: a million rungs |
//! | [`signaling`] | a hidden type each, then moves in public | `actions` (2), `rounds` (2), `prior` (uniform), `low` (-100), `high` (100), `zero_sum` (no) | `harsanyi1967` | beliefs and signals |
//! | [`coffee_shop`] | shops in blocks of a town, paid by how many are there and around | `low` (0), `high` (100) | `jiang2011` | a hundred alike players on an action graph |
//! | [`ice_cream`] | vendors along a beach: rivals and company nearby | `rival` (3), `company` (1), `low` (0), `high` (20) | `jiang2011` | three kinds of alike players on an action graph |
//! | [`random_action_graph`] | random nodes, neighbors and functions of all kinds | `actions` (3), `neighbors` (2), `functions` (1), `types` (1), `low` (-100), `high` (100) | `bhat2004` | action graphs without symmetry; with types Bayesian ones |
//!
//! ```
//! use deterra_game::generate::{Uniform, uniform};
//! let options = Uniform { shape: vec![3, 3], ..Uniform::default() };
//! let game = uniform(&options, 7)?;
//! assert_eq!(game.title(), "uniform 3x3 low=-100 high=100 seed=7");
//! assert_eq!(game.num_cells(), 9);
//! # Ok::<(), deterra_game::generate::InvalidRequest>(())
//! ```
//!
//! [`families`] lists them for programs, and [`generate`] makes one from words as people type
//! them.

pub(crate) mod asked;
mod build;
mod contests;
mod coordination;
mod crowds;
mod hard;
mod hidden;
mod list;
mod network;
mod polytopes;
mod problem;
mod random;
mod stream;
mod trees;

pub use contests::{
    AllPay, Blotto, Ranking, Travelers, WarOfAttrition, all_pay, blotto, ranking, travelers,
    war_of_attrition,
};
pub use coordination::{
    Congestion, Coordination, MinimumEffort, congestion, dispersion, identity, minimum_effort,
};
pub use crowds::{
    CoffeeShop, IceCream, RandomActionGraph, coffee_shop, ice_cream, random_action_graph,
};
pub use hard::{Tournament, half_support, tournament};
pub use hidden::{ImperfectInformation, Signaling, imperfect_information, signaling};
pub use list::{families, family};
pub use network::{Graph, Network, graphical, polymatrix};
pub use polytopes::{dual_cyclic, long_lemke_howson};
pub use problem::{InvalidRequest, Problem};
pub use random::{Covariant, Uniform, UnitVector, covariant, uniform, unit_vector, zero_sum};
pub use trees::{Centipede, Ladder, PerfectInformation, centipede, ladder, perfect_information};

use crate::format::{Format, Game};
use asked::Asked;
use stream::Stream;

/// The most cells of a table that is made.
pub const MAX_CELLS: usize = 100_000_000;
/// The most payoffs of a table that is made: cells times players.
pub const MAX_PAYOFFS: usize = 400_000_000;
/// The most nodes of a tree that is made.
pub const MAX_NODES: usize = 20_000_000;
/// The most players of a game that is made.
pub const MAX_PLAYERS: usize = 100;
/// The largest whole number that an option takes.
pub const LARGEST: i64 = 1_000_000_000;

/// A family of games.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// The name it is asked for by: lower case, digits and underscores, at most 24 of them.
    pub name: &'static str,
    /// What its games are, in a few words.
    pub about: &'static str,
    /// The key of its source in `docs/references.bib`.
    pub source: &'static str,
    /// What its games are good for.
    pub good_for: &'static str,
    /// What its games are usually written as.
    pub form: Format,
    /// What a size is, and what it is unless it is said.
    pub size: &'static str,
    /// How many players there may be, and how many there are unless it is said.
    pub players: &'static str,
    /// Its options.
    pub options: &'static [Choice],
    /// Whether the seed matters.
    pub is_random: bool,
    build: fn(Asked<'_>, u64) -> Result<Game, InvalidRequest>,
}

/// An option of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its name.
    pub name: &'static str,
    /// What it is unless it is given.
    pub default: &'static str,
    /// What it says.
    pub about: &'static str,
}

/// What is asked of a family, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// One number or several; empty for the family's own.
    pub size: Vec<usize>,
    /// How many players.
    pub players: Option<usize>,
    /// Names and values.
    pub options: Vec<(String, String)>,
}

/// Makes a game of a family.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the request; nothing has been allocated by then.
///
/// # Example
/// ```
/// use deterra_game::generate::{Request, family, generate};
/// let request = Request {
///     size: vec![3],
///     options: vec![("bonus".to_owned(), "5".to_owned())],
///     ..Request::default()
/// };
/// let game = generate(family("travelers").expect("a family"), &request, 0)?;
/// assert!(matches!(game, deterra_game::format::Game::Strategic(table) if table.num_cells() == 9));
/// # Ok::<(), deterra_game::generate::InvalidRequest>(())
/// ```
pub fn generate(
    family: &'static Family,
    request: &Request,
    seed: u64,
) -> Result<Game, InvalidRequest> {
    let asked = Asked::new(family.name, family.options, family.size, request);
    (family.build)(asked, seed)
}

/// The options of a family, which know how to make its games.
trait Recipe: Sized {
    /// The family's name.
    const NAME: &'static str;

    /// What is made.
    type Made: Into<Game>;

    /// The options from words.
    fn asked(asked: &mut Asked<'_>) -> Self;

    /// What is wrong with the options; nothing is allocated by what they say.
    fn check(&self, problems: &mut Vec<Problem>);

    /// The size and the options as they are given on a command line, after the family's name.
    fn words(&self) -> String;

    /// Makes the game.
    fn make(&self, title: String, stream: &mut Stream) -> Self::Made;
}

/// Makes a game from typed options.
fn made<R: Recipe>(recipe: &R, seed: u64) -> Result<R::Made, InvalidRequest> {
    let mut problems = Vec::new();
    recipe.check(&mut problems);
    if !problems.is_empty() {
        return Err(InvalidRequest { problems });
    }
    let name = R::NAME;
    let is_random = family(name).is_some_and(|family| family.is_random);
    let words = recipe.words();
    let title = if is_random {
        format!("{name} {words} seed={seed}")
    } else {
        format!("{name} {words}")
    };
    Ok(recipe.make(title, &mut Stream::new(name, seed)))
}

/// Reads options from words and makes a game of them.
fn build<R: Recipe>(mut asked: Asked<'_>, seed: u64) -> Result<Game, InvalidRequest> {
    let recipe = R::asked(&mut asked);
    let mut problems = asked.problems;
    recipe.check(&mut problems);
    if problems.is_empty() {
        made(&recipe, seed).map(Into::into)
    } else {
        Err(InvalidRequest { problems })
    }
}

#[cfg(test)]
mod tests;

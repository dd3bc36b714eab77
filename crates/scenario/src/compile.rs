//! A scenario to a game: positions if everybody knows everything, else a tree.
//!
//! A ladder and an explicit tree are both *rules*: what happens at a state, and which states come
//! next. Rules are walked in one of two ways. With complete and perfect information equal states
//! become one position of a [`PositionalGame`], so that twenty towns or a dollar auction stay
//! small. With several types an actor, votes at once, or moves that not everybody sees, every
//! history becomes a node of an [`ExtensiveGame`], and information sets are derived: two
//! nodes look the same to a player of the same type who has seen the same events.
//!
//! Where many alike actors decide once and at once, and only their number matters, the histories are not
//! written out if [`CompileLimits::alike`] says so: see [`Alike`].
//!
//! A graph, in which play may return to where it was, becomes a [`StochasticGame`]: one state a
//! place.
//!
//! Every problem met on the way is reported once, at the formula or block it comes from.

mod alike;
mod extensive;
mod graph;
mod ladder;
mod lint;
mod marks;
mod payoff;
mod places;
mod positions;
mod theatre;
mod timeline;
mod tree;
mod turns;
mod types;
mod world;

pub use alike::{Alike, Member};
pub use marks::{RungMark, YieldMark};
pub use timeline::{Evidence, Moment, Timeline, timeline};
pub use types::{Profile, profiles};
pub(crate) use world::fill;

use crate::expr::Value;
use crate::model::{Form, Rule, Scenario};
use deterra_game::diagnostic::{Diagnostic, Reading};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::NodeId;
use deterra_game::positional::{PositionGraph, PositionalGame};
use deterra_game::stochastic::StochasticGame;
use std::ops::Range;
use world::World;

/// How large a compiled game may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompileLimits {
    /// The most positions of a game with perfect information, or states of a graph.
    pub positions: usize,
    /// The most nodes of a tree.
    pub nodes: usize,
    /// From how many alike actors on a decision that they take at once becomes an [`Alike`] and no
    /// tree.
    pub alike: usize,
}

impl Default for CompileLimits {
    fn default() -> Self {
        Self {
            positions: 1_000_000,
            nodes: 4_000_000,
            alike: usize::MAX,
        }
    }
}

/// A game of one of the four kinds.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one of them in a program, not many in a list"
)]
pub enum CompiledGame {
    /// Perfect information, equal positions shared.
    Positions(PositionalGame),
    /// A tree with information sets.
    Tree(ExtensiveGame),
    /// States that play may return to.
    Stochastic(StochasticGame),
    /// One decision of many alike actors; only if [`CompileLimits::alike`] asks for it.
    Alike(Alike),
}

impl CompiledGame {
    /// What backward induction sees of it; meaningful for a tree only if it has perfect
    /// information.
    ///
    /// # Panics
    /// If it is a stochastic game: play does not end, so there is nothing to start from; or if its histories are not
    /// written out. See [`Self::acyclic`].
    pub fn graph(&self) -> &dyn PositionGraph {
        self.acyclic()
            .expect("invariant: backward induction is asked for where play ends")
    }

    /// As [`Self::graph`]; `None` if it is a stochastic game or has no histories.
    pub fn acyclic(&self) -> Option<&dyn PositionGraph> {
        match self {
            Self::Positions(game) => Some(game),
            Self::Tree(game) => Some(game),
            Self::Stochastic(_) | Self::Alike(_) => None,
        }
    }
}

/// A game and what connects it with its scenario.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The game.
    pub game: CompiledGame,
    /// The threats in it, in the order of the rungs and then of the positions.
    pub rungs: Vec<RungMark>,
    /// For every position or node, the bytes of the scenario that made it.
    pub spans: Vec<Range<usize>>,
    /// For every position or node, the move that leaves things as they are, if there is one.
    pub quiet: Vec<Option<u32>>,
    /// The formulas of `[report]`, with their values.
    pub reports: Vec<(String, Value)>,
    /// The outcomes that occur: label and tags, in the order of the scenario.
    pub outcomes: Vec<(String, Vec<String>)>,
    /// What there is in it.
    pub summary: Summary,
}

/// What a compiled scenario has in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// `ladder`, `tree` or `graph`.
    pub form: &'static str,
    /// Combinations of types that are possible.
    pub profiles: usize,
    /// Positions, nodes or states.
    pub positions: usize,
    /// Whether every number is exact; if not, some formula has a rounded function.
    pub exact: bool,
    /// The formulas whose values are rounded, as text, in order; at most a hundred.
    pub rounded: Vec<String>,
}

/// Makes the game of a scenario.
///
/// # Returns
/// The game, unless something is wrong; every problem, each once.
///
/// # Complexity
/// Linear in the positions or nodes, which are limited, times the length of the formulas.
pub fn compile(scenario: &Scenario, limits: &CompileLimits) -> Reading<Compiled> {
    let mut diagnostics = Vec::new();
    let profiles = types::profiles(scenario, &mut diagnostics);
    let theatres = theatre::scenarios(scenario, &mut diagnostics);
    let others: Vec<World<'_>> = theatres
        .iter()
        .skip(1)
        .map(|there| World::new(there, profiles.clone(), &mut diagnostics))
        .collect();
    let first = theatres.first().unwrap_or(scenario);
    let mut world = World::new(first, profiles, &mut diagnostics);
    let reports = world.reports();
    world.round_beliefs();
    let tree = world.profiles.len() > 1 || hides_something(scenario);
    let compiled = if world.failed() {
        None
    } else {
        match &scenario.form {
            Form::Ladder(ladder) => contests(scenario, &world, &others, tree, limits, |world| {
                ladder::LadderRules::new(world, ladder)
            }),
            Form::Tree(form) => contests(scenario, &world, &others, tree, limits, |world| {
                tree::TreeRules::new(world, form)
            }),
            Form::Graph(form) => graph::build(&world, form, limits.positions),
        }
    };
    if let Some(built) = &compiled {
        lint::lint(&world, built.game.acyclic(), &built.offers);
    }
    diagnostics.extend(world.finish());
    let failed = diagnostics.iter().any(Diagnostic::is_error);
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
    Reading {
        value: compiled.filter(|_| !failed).map(|built| Compiled {
            summary: Summary {
                form: match scenario.form {
                    Form::Ladder(_) => "ladder",
                    Form::Tree(_) => "tree",
                    Form::Graph(_) => "graph",
                },
                profiles: world.profiles.len(),
                positions: built.spans.len(),
                exact: world.rounded().is_empty(),
                rounded: world.rounded(),
            },
            game: built.game,
            rungs: built.rungs,
            spans: built.spans,
            quiet: built.quiet,
            outcomes: world.outcomes(),
            reports,
        }),
        diagnostics,
    }
}

/// A game with its marks.
struct Built {
    game: CompiledGame,
    rungs: Vec<RungMark>,
    /// Where somebody may yield, and by which moves.
    offers: Vec<(NodeId, Vec<usize>)>,
    spans: Vec<Range<usize>>,
    quiet: Vec<Option<u32>>,
}

/// Builds one contest, or several that follow each other.
fn contests<'w, R: world::Rules>(
    scenario: &'w Scenario,
    world: &'w World<'w>,
    others: &'w [World<'w>],
    tree: bool,
    limits: &CompileLimits,
    rules: impl Fn(&'w World<'w>) -> R,
) -> Option<Built> {
    if others.is_empty() {
        return build(world, &rules(world), tree, limits);
    }
    let worlds: Vec<&World<'_>> = std::iter::once(world).chain(others).collect();
    let all = theatre::Contests::new(scenario, &worlds, &world.profiles, rules);
    build(world, &all, tree, limits)
}

fn build<R: world::Rules>(
    world: &World<'_>,
    rules: &R,
    tree: bool,
    limits: &CompileLimits,
) -> Option<Built> {
    if tree && limits.alike < usize::MAX {
        let alike = alike::build(world, rules, limits.alike);
        if alike.is_some() || world.failed() {
            return alike;
        }
    }
    let (game, metas) = if tree {
        let (game, metas) = extensive::build(world, rules, limits.nodes)?;
        (CompiledGame::Tree(game), metas)
    } else {
        let (game, metas) = positions::build(world, rules, limits.positions)?;
        (CompiledGame::Positions(game), metas)
    };
    let rungs = match game.acyclic() {
        Some(graph) => marks::collect(world, graph, &metas),
        None => Vec::new(),
    };
    let offers = metas.iter().enumerate();
    let offers = offers
        .filter_map(|(at, meta)| {
            Some((NodeId::from_index(at), meta.offer.as_ref()?.yields.clone()))
        })
        .collect();
    let (spans, quiet) = metas.into_iter().map(|m| (m.span, m.quiet)).unzip();
    Some(Built {
        game,
        rungs,
        offers,
        spans,
        quiet,
    })
}

/// Whether some player may not see some move.
fn hides_something(scenario: &Scenario) -> bool {
    let players: Vec<usize> = (0..scenario.actors.len())
        .filter(|actor| scenario.actors[*actor].plays)
        .collect();
    let partial = |by: &[usize]| players.iter().any(|player| !by.contains(player));
    let observed = scenario
        .observations
        .iter()
        .any(|o| o.delay > 0 || o.error.is_some() || partial(&o.by));
    let voting = scenario
        .coalitions
        .iter()
        .any(|c| c.rule == Rule::Simultaneous || (c.rule == Rule::Sequential && !c.visible_votes));
    observed
        || match &scenario.form {
            Form::Ladder(ladder) => {
                voting
                    || ladder.rungs.iter().any(|rung| {
                        rung.noise.is_some() || rung.visible_to.as_deref().is_some_and(partial)
                    })
            }
            Form::Tree(tree) => tree.nodes.iter().any(|node| node.infoset.is_some()),
            Form::Graph(_) => false,
        }
}

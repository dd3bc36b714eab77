//! All pure subgame-perfect equilibria of a game of perfect information.
//!
//! **Problem.** Every position has a mover (or chance, or an end); find all profiles of moves
//! that are optimal in every subgame.
//! **Theorem.** A profile is subgame-perfect exactly if no single move at any position, reached or
//! not, gains (one-shot deviation); so the equilibria of a subgame are made of those of the
//! subgames that follow (Kuhn 1953; Selten 1965).
//! **Method.** A reverse scan. At every position the *value correspondence*: the payoff vectors
//! attained by equilibria of the subgame, each with the number of equilibria that attain it.
//! Without ties that is one vector a position; with ties the mover's indifference opens several
//! continuations for everybody before. Nothing is enumerated: `2^1000000` equilibria are counted as
//! fast as one. A [`TieRule`] selects the equilibrium that is shown.
//! **Pure.** Where a player is indifferent she may also randomize; such mixed equilibria exist at
//! every tie and are not represented.
//! **Applies to** any [`PositionGraph`]: extensive games of perfect information, chance and
//! payoffs at interior nodes included, and games on shared positions, where every occurrence of
//! a position in the unfolded tree chooses for itself.
//! **Exact.** Machine words over one common denominator, checked, wider on overflow.
//! **Cost.** `O(moves)` comparisons without ties; with ties times the number of vectors. Trees:
//! one word a node and the depth of the tree beyond the game. No recursion.
//! **References.** kuhn1953, selten1965.

use super::correspondence::Ties;
use super::exact::{Exact, scale_of_graph, scale_of_tree};
use super::graph_scan::{self, Interruption, Limits, Scanned};
use super::listing::{Detail, values};
pub use super::listing::{Equilibria, Equilibrium, Plan, PlayedGraph, Value};
use super::tie_rule::TieRule;
use super::tree_scan;
use crate::control::{Clock, Control, Stop};
use crate::count::{Count, MAX_BITS, MAX_SHARED_BITS};
use crate::error::SolveError;
use crate::judge;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::NodeId;
use deterra_game::information;
use deterra_game::number::Rational;
use deterra_game::positional::PositionGraph;
use deterra_verify::verdict::Concept;
use std::sync::Arc;
use std::time::Instant;

/// Whether what every position is worth is kept for later questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Keep {
    /// For shared positions, and for trees up to four million payoffs.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never, if the game is a tree.
    Never,
}

/// Options of [`backward_induction`].
#[derive(Clone, Debug)]
pub struct BackwardInduction {
    /// How ties are broken in the equilibrium that is shown.
    pub tie_rule: TieRule,
    /// The most payoff vectors of one position; beyond, the answer is marked incomplete and still
    /// has the selected equilibrium.
    pub value_limit: usize,
    /// Whether positions can be asked about afterwards.
    pub keep: Keep,
}

impl Default for BackwardInduction {
    fn default() -> Self {
        Self {
            tie_rule: TieRule::FirstListed,
            value_limit: 4096,
            keep: Keep::Auto,
        }
    }
}

/// All pure subgame-perfect equilibria of a game of perfect information.
#[derive(Clone, Debug)]
pub struct PerfectEquilibria {
    choices: Arc<Vec<u32>>,
    payoffs: Vec<Rational>,
    values: Vec<Value>,
    count: Option<Count>,
    ties: Ties,
    rule: &'static str,
    detail: Option<Arc<dyn Detail>>,
}

impl PerfectEquilibria {
    /// The selected equilibrium: the chosen move, by position; 0 where nobody moves.
    pub fn choices(&self) -> &[u32] {
        &self.choices
    }

    /// What the selected equilibrium pays, by player, in payoff units.
    pub fn payoffs(&self) -> &[Rational] {
        &self.payoffs
    }

    /// The name of the rule that selected it.
    pub const fn tie_rule(&self) -> &'static str {
        self.rule
    }

    /// How many pure subgame-perfect equilibria there are; `None` if there were too many values
    /// to tell.
    pub const fn count(&self) -> Option<&Count> {
        self.count.as_ref()
    }

    /// The payoff vectors that equilibria attain, ascending; empty if there were too many.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The positions where more than one move is optimal in some equilibrium, with those moves,
    /// both ascending.
    pub fn ties(&self) -> impl ExactSizeIterator<Item = (NodeId, &[u32])> {
        let positions = self.ties.positions().iter();
        let tie = |(k, position): (usize, &u32)| (NodeId(*position), self.ties.moves_of(k));
        positions.enumerate().map(tie)
    }

    /// How many positions have more than one optimal move.
    pub fn num_ties(&self) -> usize {
        self.ties.len()
    }

    /// The moves that are optimal at a position in some equilibrium of its subgame, ascending.
    ///
    /// # Returns
    /// At least one move. Where nobody moves it means nothing.
    pub fn optimal_moves(&self, position: NodeId) -> &[u32] {
        let one = std::slice::from_ref(&self.choices[position.index()]);
        self.ties.find(position.0).unwrap_or(one)
    }

    /// What the selected equilibrium pays from a position on, the position's own payoffs included
    /// and earlier ones not.
    ///
    /// # Returns
    /// One a player; `None` if positions were not kept ([`Keep`]).
    pub fn value(&self, position: NodeId) -> Option<Vec<Rational>> {
        self.detail.as_ref().map(|detail| detail.value(position))
    }

    /// The value correspondence of a position.
    ///
    /// # Returns
    /// Payoff vectors ascending, each with the number of equilibria of the subgame that attain
    /// it; `None` if positions were not kept or there were too many vectors.
    pub fn correspondence(&self, position: NodeId) -> Option<Vec<Value>> {
        if position == NodeId::ROOT && !self.values.is_empty() {
            return Some(self.values.clone());
        }
        self.detail.as_ref()?.correspondence(position)
    }

    /// The equilibria in canonical order: by payoff vector ascending, then by move at the root,
    /// then by the successors' equilibria in move order, the last varying fastest.
    ///
    /// # Errors
    /// [`SolveError::NotKept`] if positions were not kept or there were too many vectors.
    ///
    /// # Complexity
    /// Each is made when its turn comes, in time and memory for the positions with several
    /// equilibria, and does not need those before it.
    pub fn equilibria<'a>(
        &'a self,
        graph: &'a dyn PositionGraph,
    ) -> Result<Equilibria<'a>, SolveError> {
        let kept = self.detail.as_ref().ok_or(SolveError::NotKept {
            what: "what every position is worth",
            fix: "ask for it before solving: Keep::Always",
        })?;
        let lister = kept.lister(graph, &self.choices);
        lister.map(Equilibria).ok_or(SolveError::NotKept {
            what: "the set of values",
            fix: "there are too many payoff vectors; raise the limit of values",
        })
    }

    /// The first `n` of [`Self::equilibria`].
    ///
    /// # Errors
    /// As there.
    pub fn list(
        &self,
        graph: &dyn PositionGraph,
        n: usize,
    ) -> Result<Vec<Equilibrium>, SolveError> {
        self.equilibria(graph)?.take(n).collect()
    }

    /// The equilibrium that the tie rule selects.
    pub fn selected(&self) -> Equilibrium {
        Equilibrium::selected(self.payoffs.clone(), Arc::clone(&self.choices))
    }
}

/// Solves a game of perfect information.
///
/// # Returns
/// All pure subgame-perfect equilibria; the selected one has been judged.
///
/// # Errors
/// [`SolveError::NotApplicable`] if some player does not know where she is (then
/// [`super::subgame`] may help); [`SolveError::Stopped`] if time ran out.
///
/// # Example
/// A threat that costs its maker more than giving in is not carried out:
/// ```
/// use deterra_game::builder::ExtensiveBuilder;
/// use deterra_game::number::Number;
/// use deterra_solve::control::Control;
/// use deterra_solve::perfect::backward_induction::{BackwardInduction, backward_induction};
///
/// let mut b = ExtensiveBuilder::new("entry");
/// let (entrant, monopolist) = (b.player("entrant"), b.player("monopolist"));
/// let entry = b.infoset(entrant, "entry", &["out", "in"]);
/// let reply = b.infoset(monopolist, "reply", &["share", "fight"]);
/// let pay = |x, y| [Number::from(x), Number::from(y)];
/// let outcomes = [pay(1, 5), pay(2, 2), pay(0, 0)].map(|payoffs| b.outcome("", &payoffs));
/// b.move_at("", entry);
/// let out = b.terminal("");
/// b.move_at("", reply);
/// let (share, fight) = (b.terminal(""), b.terminal(""));
/// for (node, outcome) in [out, share, fight].into_iter().zip(outcomes) {
///     b.set_outcome(node, outcome);
/// }
/// let game = b.build().expect("a complete tree");
/// let solution = backward_induction(&game, &BackwardInduction::default(), &Control::default())
///     .expect("perfect information");
/// assert_eq!(solution.answer().choices(), [1, 0, 0, 0, 0]);
/// assert_eq!(solution.answer().count().and_then(|c| c.to_u64()), Some(1));
/// assert!(solution.is_complete());
/// ```
pub fn backward_induction(
    graph: &dyn PositionGraph,
    options: &BackwardInduction,
    control: &Control,
) -> Result<Solution<PerfectEquilibria>, SolveError> {
    let control = &control.running();
    let found = find(graph, options, control)?;
    Ok(Solution::certified(
        found,
        Concept::SubgamePerfect,
        &control.patience(),
        |answer| judge::choices(graph, &answer.choices),
    ))
}

/// Solves without judging.
fn find(
    graph: &dyn PositionGraph,
    options: &BackwardInduction,
    control: &Control,
) -> Result<Found<PerfectEquilibria>, SolveError> {
    // The clock is only for display and for the caller's limits.
    let start = Instant::now();
    let clock = control.start();
    let tree = graph.as_extensive();
    if let Some(game) = tree {
        require_perfect_information(game)?;
    }
    if let (Keep::Always, Some(limit)) = (options.keep, control.memory_limit) {
        let payoffs = graph
            .num_positions()
            .saturating_mul(graph.num_players() + 1);
        let bytes = payoffs.saturating_mul(size_of::<i64>());
        if bytes > limit {
            return Err(SolveError::TooMuch {
                what: "what every position is worth, which a list is made from,",
                bytes,
                limit,
            });
        }
    }
    let search = Search {
        graph,
        tree: tree.filter(|_| !keeps(graph, options.keep, control)),
        limits: Limits {
            rule: &options.tie_rule,
            value_limit: options.value_limit.max(1),
            memory: control.memory_limit.unwrap_or(MEMORY),
            keep: control.memory_limit.unwrap_or(MEMORY) / 8,
            count_bits: if tree.is_some() {
                MAX_BITS
            } else {
                MAX_SHARED_BITS
            },
        },
        threads: control.threads,
        clock: &clock,
    };
    let mut found = search.run()?;
    found.work.seconds = start.elapsed().as_secs_f64();
    Ok(found)
}

/// Bytes for sets of values unless the caller says otherwise.
const MEMORY: usize = 1 << 30;
/// Payoffs of all positions of a tree up to which they are kept.
const KEPT_PAYOFFS: usize = 1 << 22;

fn keeps(graph: &dyn PositionGraph, keep: Keep, control: &Control) -> bool {
    let payoffs = graph
        .num_positions()
        .saturating_mul(graph.num_players() + 1);
    let fits = control
        .memory_limit
        .is_none_or(|limit| payoffs.saturating_mul(8) <= limit / 2);
    match keep {
        Keep::Always => true,
        Keep::Never => false,
        Keep::Auto => payoffs <= KEPT_PAYOFFS && fits,
    }
}

fn require_perfect_information(game: &ExtensiveGame) -> Result<(), SolveError> {
    if information::is_perfect_information(game) {
        return Ok(());
    }
    let hidden = game.infosets().find(|h| game.members(*h).len() > 1);
    Err(SolveError::NotApplicable {
        method: Method::BackwardInduction,
        what_is_missing: "the game has imperfect information; use the method `subgame`".to_owned(),
        node: hidden.map(|h| game.members(h)[0]),
        infoset: hidden,
    })
}

struct Search<'s> {
    graph: &'s dyn PositionGraph,
    /// The game, if it is to be scanned as a tree.
    tree: Option<&'s ExtensiveGame>,
    limits: Limits<'s>,
    threads: usize,
    clock: &'s Clock<'s>,
}

impl Search<'_> {
    /// The narrowest numbers that hold every value, exactly.
    fn run(&self) -> Result<Found<PerfectEquilibria>, SolveError> {
        let scale = match self.tree {
            Some(game) => scale_of_tree(game),
            None => scale_of_graph(self.graph),
        };
        if let Some(scale) = scale {
            if i64::try_from(scale).is_ok()
                && let Some(found) = self.attempt::<i64>(scale)?
            {
                return Ok(found);
            }
            if let Some(found) = self.attempt::<i128>(scale)? {
                return Ok(found);
            }
        }
        let found = self.attempt::<Rational>(1)?;
        Ok(found.expect("invariant: rationals do not overflow"))
    }

    fn attempt<N: Exact>(
        &self,
        scale: i128,
    ) -> Result<Option<Found<PerfectEquilibria>>, SolveError> {
        let scanned = match self.tree {
            Some(game) => tree_scan::scan(game, scale, self.limits, self.threads, self.clock),
            None => graph_scan::scan(self.graph, scale, self.limits, self.clock),
        };
        match scanned {
            Ok(scanned) => Ok(Some(self.found::<N>(scanned))),
            Err(Interruption::Overflow) => Ok(None),
            Err(Interruption::Stopped(stop, done)) => Err(SolveError::Stopped {
                stop,
                done,
                total: self.graph.num_positions() as u64,
                unit: if self.tree.is_some() {
                    "nodes"
                } else {
                    "positions"
                },
            }),
        }
    }

    fn found<N: Exact>(&self, scanned: Scanned<N>) -> Found<PerfectEquilibria> {
        let players = self.graph.num_players();
        let payoffs: Vec<Rational> = scanned
            .root
            .iter()
            .map(|v| v.unscaled(scanned.scale))
            .collect();
        let values = match (&scanned.root_set, scanned.root_known) {
            (Some(set), _) => values(set, players, scanned.scale),
            (None, true) => vec![Value {
                payoffs: payoffs.clone(),
                count: Count::ONE,
            }],
            (None, false) => Vec::new(),
        };
        let count = scanned.root_known.then(|| {
            let counts = values.iter().map(|value| &value.count);
            counts.fold(Count::ZERO, |sum, count| sum.plus(count))
        });
        let not_searched = scanned.truncated.map(|_| {
            format!(
                "some position has more than {} equilibrium payoff vectors, or they need more than \
                 {} bytes, so only the selected equilibrium is certain",
                self.limits.value_limit, self.limits.memory
            )
        });
        Found {
            method: Method::BackwardInduction,
            answer: PerfectEquilibria {
                choices: Arc::new(scanned.choices),
                payoffs,
                values,
                count,
                ties: scanned.ties,
                rule: self.limits.rule.name(),
                detail: scanned.kept.map(|kept| Arc::new(kept) as Arc<dyn Detail>),
            },
            not_searched,
            stop: scanned.truncated.unwrap_or(Stop::Done),
            work: Work {
                nodes: self.graph.num_positions() as u64,
                bytes: scanned.bytes,
                ..Work::default()
            },
        }
    }
}

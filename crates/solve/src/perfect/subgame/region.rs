//! The parts of a tree between one subgame root and the next ones, as games of their own.

use super::Subgame;
use crate::control::{Clock, Control, Stop};
use crate::count::Count;
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::Missing;
use crate::odometer;
use crate::perfect::backward_induction::Value;
use deterra_game::builder::{ExtensiveBuilder, InfosetKey};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::{Number, Rational};
use deterra_game::profile::BehaviorProfile;
use std::collections::{BTreeMap, BTreeSet};

/// What lies between a subgame root and the roots below it.
#[derive(Clone, Debug)]
pub(super) struct Region {
    pub(super) root: NodeId,
    /// The regions right below, by preorder.
    pub(super) inner: Vec<Inner>,
    /// The players' information sets inside, ascending.
    pub(super) infosets: Vec<InfosetId>,
    /// By payoff vector, ascending; filled when the region is solved.
    pub(super) classes: Vec<Class>,
}

/// A region below another one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inner {
    /// Its position among the regions.
    pub(super) region: u32,
    pub(super) root: NodeId,
}

/// Equilibria of a subgame that pay the same.
#[derive(Clone, Debug)]
pub(super) struct Class {
    pub(super) payoffs: Vec<Rational>,
    pub(super) parts: Vec<Part>,
    pub(super) count: Count,
}

impl Class {
    pub(super) fn to_value(&self) -> Value {
        Value {
            payoffs: self.payoffs.clone(),
            count: self.count.clone(),
        }
    }
}

/// One equilibrium of a region, for one combination of classes of the inner regions.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// By inner region.
    pub(super) inner_classes: Vec<u32>,
    /// By information set of the region and action.
    pub(super) probabilities: Vec<Rational>,
}

/// What solving a region gave.
#[derive(Debug, Default)]
pub(super) struct Solved {
    pub(super) classes: Vec<Class>,
    pub(super) truncated: bool,
    /// Some single decision is tied.
    pub(super) indifferent: bool,
    /// Some equilibria stand for a connected set.
    pub(super) sets: bool,
    /// If the solver was asked: what it left out, for the first combination for which it did.
    pub(super) missing: Option<Missing>,
}

/// Cuts the tree at its subgame roots, which are in preorder.
pub(super) fn cut(game: &ExtensiveGame, roots: &[NodeId]) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::with_capacity(roots.len());
    // Regions around the current node, innermost last.
    let mut around: Vec<u32> = Vec::new();
    let mut next = 0;
    for node in game.nodes() {
        while let Some(innermost) = around.last()
            && node >= game.subtree_end(regions[*innermost as usize].root)
        {
            around.pop();
        }
        if roots.get(next) == Some(&node) {
            if let Some(outer) = around.last() {
                let region = next as u32;
                let inner = &mut regions[*outer as usize].inner;
                inner.push(Inner { region, root: node });
            }
            around.push(next as u32);
            regions.push(Region {
                root: node,
                inner: Vec::new(),
                infosets: Vec::new(),
                classes: Vec::new(),
            });
            next += 1;
        }
        if let NodeKind::Decision(_, infoset) = game.kind(node)
            && game.members(infoset)[0] == node
            && let Some(innermost) = around.last()
        {
            regions[*innermost as usize].infosets.push(infoset);
        }
    }
    for region in &mut regions {
        region.infosets.sort_unstable();
    }
    regions
}

/// Solves a region whose inner regions are solved.
pub(super) fn solve(
    game: &ExtensiveGame,
    regions: &[Region],
    k: usize,
    options: &Subgame<'_>,
    control: &Control,
    clock: &Clock<'_>,
) -> Result<Solved, SolveError> {
    let region = &regions[k];
    let combinations = sizes_of(region, regions).try_fold(1, usize::checked_mul);
    let all = combinations.map_or(options.combination_limit, |n| {
        n.min(options.combination_limit)
    });
    let sizes: Vec<usize> = sizes_of(region, regions).collect();
    let mut solved = Solved::default();
    let mut found: BTreeMap<Vec<Rational>, (Vec<Part>, Count)> = BTreeMap::new();
    let mut combination = vec![0; sizes.len()];
    let mut equilibria = 0;
    for looked_at in 0.. {
        if looked_at >= options.combination_limit || equilibria >= options.combination_limit {
            solved.truncated = true;
            break;
        }
        if let Some(stop) = clock.stop() {
            return Err(stopped(stop, regions, k));
        }
        if all > 1 {
            clock.report(
                looked_at as u64,
                Some(all as u64),
                "combinations of one subgame",
            );
        }
        let inner: Vec<&Class> = region
            .inner
            .iter()
            .zip(&combination)
            .map(|(inner, class)| &regions[inner.region as usize].classes[*class])
            .collect();
        let count = inner
            .iter()
            .fold(Count::ONE, |product, class| product.times(&class.count));
        for (payoffs, probabilities) in
            equilibria_of(game, region, &inner, options, control, &mut solved).map_err(|error| {
                match error {
                    SolveError::Stopped { stop, .. } => stopped(stop, regions, k),
                    error => error,
                }
            })?
        {
            equilibria += 1;
            let (parts, sum) = found
                .entry(payoffs)
                .or_insert_with(|| (Vec::new(), Count::ZERO));
            *sum = sum.plus(&count);
            parts.push(Part {
                inner_classes: combination.iter().map(|class| *class as u32).collect(),
                probabilities,
            });
        }
        if !odometer::turn(&mut combination, |k| sizes[k]) {
            break;
        }
    }
    solved.classes = found
        .into_iter()
        .map(|(payoffs, (parts, count))| Class {
            payoffs,
            parts,
            count,
        })
        .collect();
    Ok(solved)
}

/// Ended before region `k` was solved; those that are solved are further back.
pub(super) fn stopped(stop: Stop, regions: &[Region], k: usize) -> SolveError {
    SolveError::Stopped {
        stop,
        done: (regions.len() - 1 - k) as u64,
        total: regions.len() as u64,
        unit: "subgames",
    }
}

/// How many values each inner subgame has.
fn sizes_of<'r>(region: &'r Region, regions: &'r [Region]) -> impl Iterator<Item = usize> + 'r {
    let inner = region.inner.iter();
    inner.map(|inner| regions[inner.region as usize].classes.len())
}

type Equilibrium = (Vec<Rational>, Vec<Rational>);

/// The equilibria of a region once the inner subgames are worth something: payoffs and
/// probabilities.
fn equilibria_of(
    game: &ExtensiveGame,
    region: &Region,
    inner: &[&Class],
    options: &Subgame<'_>,
    control: &Control,
    solved: &mut Solved,
) -> Result<Vec<Equilibrium>, SolveError> {
    if let [infoset] = region.infosets[..]
        && let NodeKind::Decision(player, _) = game.kind(region.root)
        && game.members(infoset).len() == 1
    {
        let equilibria = single_decision(game, region, inner, player);
        solved.indifferent |= equilibria.len() > 1;
        return Ok(equilibria);
    }
    let small = isolate(game, region, inner);
    let profiles = if region.infosets.is_empty() {
        let nothing = BehaviorProfile::new(&small, Vec::new());
        vec![nothing.expect("invariant: nobody moves")]
    } else {
        let solver = options.nash.ok_or_else(|| SolveError::NotApplicable {
            method: Method::Subgame,
            what_is_missing: "the subgame has imperfect information and no Nash solver was given"
                .to_owned(),
            node: Some(region.root),
            infoset: region.infosets.first().copied(),
        })?;
        let found = solver
            .solve(&small, control)
            .map_err(|error| at_region(error, region))?;
        solved.sets |= found.sets;
        if matches!(solved.missing, None | Some(Missing::Nothing)) {
            solved.missing = Some(found.missing);
        }
        found.profiles
    };
    // A solver may list an equilibrium twice; it counts once.
    let mut seen = BTreeSet::new();
    let mut equilibria = Vec::with_capacity(profiles.len());
    for profile in profiles {
        let probabilities = profile.as_slice().to_vec();
        if seen.insert(probabilities.clone()) {
            equilibria.push((expected_payoffs(&small, &profile), probabilities));
        }
    }
    Ok(equilibria)
}

/// Says in which subgame a solver gave up.
fn at_region(error: SolveError, region: &Region) -> SolveError {
    match error {
        SolveError::NotApplicable {
            method,
            what_is_missing,
            ..
        } => SolveError::NotApplicable {
            method,
            what_is_missing,
            node: Some(region.root),
            infoset: region.infosets.first().copied(),
        },
        other => other,
    }
}

/// One player moves once and everything after it is known: her best actions.
fn single_decision(
    game: &ExtensiveGame,
    region: &Region,
    inner: &[&Class],
    player: PlayerId,
) -> Vec<Equilibrium> {
    let nothing = vec![Rational::ZERO; game.num_players()];
    let mut inner = region.inner.iter().zip(inner).peekable();
    let mut after: Vec<Vec<Rational>> = Vec::new();
    for child in game.children(region.root) {
        let inner = inner.next_if(|(inner, _)| inner.root == child);
        // What is no subgame of its own is an end, for no information set reaches in here.
        after.push(match inner {
            Some((_, class)) => class.payoffs.clone(),
            None => with_outcome(game, child, nothing.clone()),
        });
    }
    let best = after.iter().map(|payoffs| &payoffs[player.index()]).max();
    let mut equilibria = Vec::new();
    for (k, payoffs) in after.iter().enumerate() {
        if Some(&payoffs[player.index()]) == best {
            let mut probabilities = vec![Rational::ZERO; after.len()];
            probabilities[k] = Rational::ONE;
            equilibria.push((
                with_outcome(game, region.root, payoffs.clone()),
                probabilities,
            ));
        }
    }
    equilibria
}

/// Adds what a node itself pays.
fn with_outcome(game: &ExtensiveGame, node: NodeId, mut payoffs: Vec<Rational>) -> Vec<Rational> {
    if let Some(outcome) = game.outcome(node) {
        for (player, sum) in game.players().zip(&mut payoffs) {
            *sum += game.payoff(outcome, player).value();
        }
    }
    payoffs
}

/// A region as a game: inner subgames have become ends that pay what they are worth.
///
/// Players, information sets and actions keep their order, so a profile of this game is a profile
/// of the region.
fn isolate(game: &ExtensiveGame, region: &Region, inner: &[&Class]) -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new(game.title());
    for player in game.players() {
        b.player(game.player_label(player));
    }
    let mut infosets = BTreeMap::new();
    let mut inner = region.inner.iter().zip(inner).peekable();
    let mut node = region.root;
    let end = game.subtree_end(region.root);
    while node < end {
        if let Some((_, class)) = inner.next_if(|(inner, _)| inner.root == node) {
            let end = b.terminal("");
            pay(&mut b, end, &class.payoffs);
            node = game.subtree_end(node);
            continue;
        }
        let here = match game.infoset(node) {
            None => b.terminal(""),
            Some(infoset) => {
                let key = *infosets
                    .entry(infoset)
                    .or_insert_with(|| declare(&mut b, game, infoset));
                b.move_at("", key)
            }
        };
        if game.outcome(node).is_some() {
            let nothing = vec![Rational::ZERO; game.num_players()];
            pay(&mut b, here, &with_outcome(game, node, nothing));
        }
        node = NodeId(node.0 + 1);
    }
    b.build()
        .expect("invariant: a region of a valid game is one")
}

fn pay(b: &mut ExtensiveBuilder, node: NodeId, payoffs: &[Rational]) {
    let payoffs: Vec<Number> = payoffs.iter().cloned().map(Number::from).collect();
    let outcome = b.outcome("", &payoffs);
    b.set_outcome(node, outcome);
}

/// The same information set, or chance event, in another game.
fn declare(b: &mut ExtensiveBuilder, game: &ExtensiveGame, infoset: InfosetId) -> InfosetKey {
    let label = game.infoset_label(infoset);
    let actions = 0..game.num_actions(infoset);
    let actions = actions.map(|k| game.action_label(infoset, k));
    if let Some(player) = game.infoset_player(infoset) {
        let actions: Vec<&str> = actions.collect();
        return b.infoset(player, label, &actions);
    }
    let row: Vec<(&str, Number)> = actions
        .enumerate()
        .map(|(k, action)| (action, game.chance_probability(infoset, k).clone()))
        .collect();
    b.chance_event(label, &row)
}

/// What a profile pays at the root: one reverse scan with a stack of finished subtrees.
fn expected_payoffs(game: &ExtensiveGame, profile: &BehaviorProfile) -> Vec<Rational> {
    let mut finished: Vec<Vec<Rational>> = Vec::new();
    for node in game.nodes().rev() {
        let mut sum = vec![Rational::ZERO; game.num_players()];
        if let Some(infoset) = game.infoset(node) {
            for k in 0..game.num_actions(infoset) {
                let later = finished
                    .pop()
                    .expect("invariant: the first child is uppermost");
                let probability = match game.infoset_player(infoset) {
                    Some(_) => &profile.at(game, infoset)[k],
                    None => game.chance_probability(infoset, k).value(),
                };
                for (sum, later) in sum.iter_mut().zip(&later) {
                    *sum += &(probability * later);
                }
            }
        }
        finished.push(with_outcome(game, node, sum));
    }
    finished
        .pop()
        .expect("invariant: a game has at least one node")
}

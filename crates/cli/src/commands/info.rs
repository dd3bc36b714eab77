//! `deterra info FILE`: the facts of a game.

mod graph;

use super::Answer;
use super::solve;
use crate::args::Format;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::json::{self, Exact, Object};
use crate::output::names::{Names, place, table_players, unique};
use crate::request::{self, Loaded, Model};
use deterra_game::class::facts;
use deterra_game::coalition::CoalitionalGame;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::{Natural, Rational};
use deterra_game::patience::polled;
use deterra_game::positional::{Mover, PositionGraph, PositionalGame};
use deterra_game::stochastic::StochasticGame;
use deterra_game::strategic::StrategicGame;
use deterra_game::{convert, information};
use deterra_render::number::both;
use deterra_render::table::{Cell, Table, sheet};
use deterra_scenario::Alike;
use serde::Serialize;
use std::fmt;

/// Subgame roots and information sets named in an answer; their number is always given.
const MOST_NAMED: usize = 1_000;

/// Reduced strategies of a player that are counted one by one.
const MOST_COUNTED: usize = 1_000_000;

#[derive(Debug, Default, Serialize)]
struct Info {
    schema: &'static str,
    name: String,
    kind: &'static str,
    sha256: String,
    players: Vec<String>,
    /// By player: strategies of a table, reduced strategies of a tree.
    strategies: Object<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cells: Option<String>,
    /// Nodes of the tree; of a game whose positions are shared, of the tree it unfolds into.
    #[serde(skip_serializing_if = "Option::is_none")]
    nodes: Option<Nodes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    positions: Option<usize>,
    /// Of a game that may go on for ever, outcomes included.
    #[serde(skip_serializing_if = "Option::is_none")]
    states: Option<usize>,
    /// What a payoff one period later is worth, where play may go on for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    discounts: Option<Object<Exact>>,
    /// How many coalitions there are, nobody and all included.
    #[serde(skip_serializing_if = "Option::is_none")]
    coalitions: Option<String>,
    /// What all together are worth.
    #[serde(skip_serializing_if = "Option::is_none")]
    together: Option<Exact>,
    /// By player, of a weighted vote.
    #[serde(skip_serializing_if = "Option::is_none")]
    weights: Option<Object<Exact>>,
    /// What the weights of a winning coalition reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    quota: Option<Exact>,
    /// Those who decide once and at once and are alike; their histories are not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    alike: Option<usize>,
    /// Of an action graph.
    #[serde(skip_serializing_if = "Option::is_none")]
    action_graph: Option<graph::Sizes>,
    infosets: Option<usize>,
    chance_events: Option<usize>,
    terminals: Option<usize>,
    depth: Option<usize>,
    perfect_information: bool,
    perfect_recall: bool,
    /// Information sets at which a player has forgotten what she knew or did.
    recall_problems: Vec<String>,
    /// Information sets that one play can meet twice.
    absent_minded: Vec<String>,
    constant_sum: Option<Exact>,
    least_payoffs: Object<Exact>,
    greatest_payoffs: Object<Exact>,
    num_subgame_roots: usize,
    /// At most a thousand are named.
    subgame_roots: Vec<String>,
    rungs: Vec<String>,
    bytes: usize,
}

/// A number of nodes: a number in JSON as the other sizes are, unless readers of JSON may round
/// it; then a string of all digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Nodes {
    Few(u64),
    Many(String),
}

impl Nodes {
    fn of(number: impl fmt::Display) -> Self {
        let digits = number.to_string();
        match digits.parse() {
            Ok(few) if few <= 1 << 53 => Self::Few(few),
            _ => Self::Many(digits),
        }
    }
}

impl fmt::Display for Nodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Few(few) => write!(f, "{few}"),
            Self::Many(many) => f.write_str(many),
        }
    }
}

pub(crate) fn run(file: &str, context: &Context) -> Result<Answer, Failure> {
    let loaded = request::load(file, context)?;
    let facts = || {
        Ok(match &loaded.model {
            Model::Tree(tree) => of_tree(tree),
            Model::Positions(game) => of_positions(game),
            Model::Table(table) => of_table(table),
            Model::Stochastic(game) => of_states(game),
            Model::Alike(game) => of_alike(game),
            Model::ActionGraph(graph) => graph::of_graph(graph)?,
            Model::Coalitional(game) => of_coalitions(game),
        })
    };
    let mut info = context.hold("the facts were being counted", facts)?;
    name(&mut info, &loaded);
    match context.shared.format() {
        Format::Json => json::document(&info)
            .map(Answer::new)
            .map_err(Failure::internal),
        Format::Csv => Ok(Answer::new(csv(&info))),
        Format::Text | Format::Gambit => Ok(Answer::new(text(&info, context.width()))),
    }
}

fn name(info: &mut Info, loaded: &Loaded) {
    info.schema = "deterra/info/1";
    info.name.clone_from(&loaded.title);
    info.kind = loaded.kind;
    info.sha256.clone_from(&loaded.sha256);
    if let Some(ladder) = &loaded.ladder {
        let ids = ladder.rung_ids().into_iter();
        info.rungs = ids.map(str::to_owned).collect();
    }
}

fn of_tree(game: &ExtensiveGame) -> Info {
    let facts = facts(game);
    let names = Names::of_tree(game);
    let infoset = |h| {
        let player = game.infoset_player(h).unwrap_or(PlayerId(0));
        let decision = names.decision(player, game.members(h)[0]);
        let own = decision.map_or(String::new(), |d| d.name.clone());
        format!("{own} of {}", names.players[player.index()])
    };
    let roots = information::subgame_roots(game);
    let strategies = convert::reduced_size(game, MOST_COUNTED).ok();
    Info {
        strategies: strategies.map_or_else(Object::default, |size| {
            let counts = size.strategies.iter().map(ToString::to_string);
            names.players.iter().cloned().zip(counts).collect()
        }),
        nodes: Some(Nodes::Few(facts.nodes as u64)),
        infosets: Some(facts.infosets),
        chance_events: Some(facts.chance_events),
        terminals: Some(facts.terminals),
        depth: Some(facts.depth),
        perfect_information: facts.perfect_information,
        perfect_recall: facts.perfect_recall,
        recall_problems: information::perfect_recall(game)
            .iter()
            .take(MOST_NAMED)
            .map(|p| infoset(p.infoset))
            .collect(),
        absent_minded: information::absent_minded(game)
            .into_iter()
            .take(MOST_NAMED)
            .map(infoset)
            .collect(),
        constant_sum: facts.constant_sum.map(Exact),
        least_payoffs: by_player(&names.players, facts.min_payoffs),
        greatest_payoffs: by_player(&names.players, facts.max_payoffs),
        num_subgame_roots: roots.len(),
        subgame_roots: roots
            .iter()
            .take(MOST_NAMED)
            .map(|n| place(game, *n))
            .collect(),
        bytes: facts.bytes,
        players: names.players,
        ..Info::default()
    }
}

fn of_positions(game: &PositionalGame) -> Info {
    let positions = || (0..game.num_positions()).map(NodeId::from_index);
    let is = |wanted: fn(Mover) -> bool| positions().filter(|n| wanted(game.mover(*n))).count();
    let decisions = is(|m| matches!(m, Mover::Player(_)));
    let chance = is(|m| m == Mover::Chance);
    let roots: Vec<String> = positions()
        .filter(|n| game.mover(*n) != Mover::Terminal)
        .take(MOST_NAMED)
        .map(|n| place(game, n))
        .collect();
    // Successors have greater numbers, so one reverse scan finds the longest play.
    let mut depths = vec![0_usize; game.num_positions()];
    for position in polled(positions().rev()) {
        let below = (0..game.num_moves(position))
            .map(|k| depths[game.successor(position, k).index()] + 1)
            .max();
        depths[position.index()] = below.unwrap_or(0);
    }
    let players = unique(game.players().map(|p| game.player_label(p)));
    let bounds: Vec<[Rational; 2]> = game.players().map(|p| extremes(game, &[p])).collect();
    let everybody: Vec<PlayerId> = game.players().collect();
    let [least_sum, greatest_sum] = extremes(game, &everybody);
    let (least, greatest) = bounds
        .into_iter()
        .map(|[least, most]| (least, most))
        .unzip();
    Info {
        nodes: Some(Nodes::of(game.num_unfolded_nodes())),
        positions: Some(game.num_positions()),
        infosets: Some(decisions),
        chance_events: Some(chance),
        terminals: Some(game.num_positions() - decisions - chance),
        depth: depths.first().copied(),
        perfect_information: true,
        perfect_recall: true,
        constant_sum: (least_sum == greatest_sum).then_some(Exact(least_sum)),
        least_payoffs: by_player(&players, least),
        greatest_payoffs: by_player(&players, greatest),
        num_subgame_roots: decisions + chance,
        subgame_roots: roots,
        bytes: game.bytes(),
        players,
        ..Info::default()
    }
}

/// The least and the greatest sum of these players' payoffs over all plays.
pub(super) fn extremes(game: &PositionalGame, players: &[PlayerId]) -> [Rational; 2] {
    let mut bounds = vec![[Rational::ZERO, Rational::ZERO]; game.num_positions()];
    for position in polled(game.positions().rev()) {
        let below = (0..game.num_moves(position))
            .map(|k| bounds[game.successor(position, k).index()].clone())
            .reduce(|[a, b], [c, d]| [a.min(c), b.max(d)]);
        let mut own = below.unwrap_or_default();
        let paid = players.iter().filter_map(|p| game.payoff_at(position, *p));
        for payoff in paid {
            own = own.map(|bound| &bound + payoff.value());
        }
        bounds[position.index()] = own;
    }
    bounds.swap_remove(0)
}

fn of_table(game: &StrategicGame) -> Info {
    let players = table_players(game);
    let payoffs = |p| polled(0..game.num_cells()).map(move |cell| game.payoff(cell, p).clone());
    let least = game.players().filter_map(|p| payoffs(p).min()).collect();
    let greatest = game.players().filter_map(|p| payoffs(p).max()).collect();
    Info {
        strategies: players
            .iter()
            .cloned()
            .zip(game.shape().iter().map(ToString::to_string))
            .collect(),
        cells: Some(game.num_cells().to_string()),
        perfect_recall: true,
        constant_sum: game.constant_sum().map(Exact),
        least_payoffs: by_player(&players, least),
        greatest_payoffs: by_player(&players, greatest),
        bytes: game.bytes(),
        players,
        ..Info::default()
    }
}

/// Payoffs are those of one move, not of a play.
fn of_states(game: &StochasticGame) -> Info {
    let players = unique(game.players().map(|p| game.player_label(p)));
    let cells = || {
        game.states()
            .flat_map(|s| (0..game.num_cells(s)).map(move |c| (s, c)))
    };
    let paid = |p: PlayerId| cells().map(move |(s, c)| &game.cell(s, c).payoffs[p.index()]);
    let least = game.players().filter_map(|p| paid(p).min().cloned());
    let greatest = game.players().filter_map(|p| paid(p).max().cloned());
    let (least, greatest) = (least.collect(), greatest.collect());
    let discounts = game.players().map(|p| game.discount(p).clone());
    Info {
        states: Some(game.num_states()),
        discounts: Some(by_player(&players, discounts.collect())),
        infosets: Some(game.slots().len()),
        chance_events: Some(game.states().filter(|s| game.is_chance(*s)).count()),
        terminals: Some(game.states().filter(|s| game.is_outcome(*s)).count()),
        perfect_information: game.states().all(|s| game.movers(s).len() < 2),
        perfect_recall: true,
        least_payoffs: by_player(&players, least),
        greatest_payoffs: by_player(&players, greatest),
        players,
        ..Info::default()
    }
}

/// A coalitional game has no moves.
fn of_coalitions(game: &CoalitionalGame) -> Info {
    let players = unique(game.players().iter().map(String::as_str));
    let coalitions = Natural::ONE << players.len();
    Info {
        coalitions: Some(coalitions.to_string()),
        together: Some(Exact(game.grand_worth())),
        weights: game
            .rule()
            .map(|rule| by_player(&players, rule.weights().to_vec())),
        quota: game.rule().map(|rule| Exact(rule.quota().clone())),
        players,
        ..Info::default()
    }
}

/// Histories are not written out, so they are not counted.
fn of_alike(alike: &Alike) -> Info {
    let names = solve::anonymous::names(alike);
    let game = alike.game();
    let own = || (0..game.num_players()).flat_map(|k| [game.acting(k), game.abstaining(k)]);
    let (mut least, mut greatest) = (Vec::new(), Vec::new());
    for player in 0..names.players.len() {
        let other = alike.others().iter().find(|(other, _)| *other == player);
        let [low, high] = match other {
            Some((_, row)) => [row.iter().min(), row.iter().max()],
            None => [own().min(), own().max()],
        };
        least.push(low.cloned().unwrap_or_default());
        greatest.push(high.cloned().unwrap_or_default());
    }
    let strategies = names.players.iter().zip(&names.decisions);
    let strategies = strategies.map(|(name, own)| (name.clone(), (1 + own.len()).to_string()));
    Info {
        alike: Some(alike.members().len()),
        strategies: strategies.collect(),
        infosets: Some(alike.members().len()),
        perfect_recall: true,
        least_payoffs: by_player(&names.players, least),
        greatest_payoffs: by_player(&names.players, greatest),
        num_subgame_roots: 1,
        players: names.players,
        ..Info::default()
    }
}

fn by_player(players: &[String], values: Vec<Rational>) -> Object<Exact> {
    players
        .iter()
        .cloned()
        .zip(values.into_iter().map(Exact))
        .collect()
}

/// What is to be said of every player; of the many of an action graph the first and the last ones.
fn listed(info: &Info, mut all: Vec<String>, between: &str) -> String {
    const MOST: usize = 12;
    if info.action_graph.is_some() && all.len() > MOST {
        all.splice(MOST / 2..all.len() - 2, ["…".to_owned()]);
    }
    all.join(between)
}

/// Facts as pairs, in reading order.
fn entries(info: &Info) -> Vec<(&'static str, String)> {
    let yes = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
    let mut entries = vec![
        ("name", info.name.clone()),
        ("kind", info.kind.to_owned()),
        ("players", listed(info, info.players.clone(), ", ")),
    ];
    let mut push = |heading: &'static str, value: Option<String>| {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            entries.push((heading, value));
        }
    };
    push("rungs", Some(info.rungs.join(", ")));
    let number = |n: Option<usize>| n.map(|n| n.to_string());
    push("positions", number(info.positions));
    push("states", number(info.states));
    let discounts = info.discounts.iter().flat_map(|all| &all.0);
    let discounts: Vec<String> = discounts
        .map(|(name, discount)| format!("{name} {}", both(&discount.0)))
        .collect();
    push("discount", Some(discounts.join(", ")));
    push("coalitions", info.coalitions.clone());
    push(
        "all together are worth",
        info.together.as_ref().map(|worth| both(&worth.0)),
    );
    let weights = info.weights.iter().flat_map(|all| &all.0);
    let weights: Vec<String> = weights
        .map(|(name, weight)| format!("{name} {}", both(&weight.0)))
        .collect();
    push("weights", Some(weights.join(", ")));
    push("quota", info.quota.as_ref().map(|quota| both(&quota.0)));
    push("nodes", info.nodes.as_ref().map(ToString::to_string));
    push("terminals", number(info.terminals));
    push("depth", number(info.depth));
    push("alike actors", number(info.alike));
    push("information sets", number(info.infosets));
    push("chance events", number(info.chance_events));
    if let Some(sizes) = &info.action_graph {
        for (heading, value) in sizes.entries() {
            push(heading, Some(value));
        }
    }
    push("cells", info.cells.clone());
    let strategies = info
        .strategies
        .0
        .iter()
        .map(|(name, n)| format!("{name} {n}"));
    push("strategies", Some(listed(info, strategies.collect(), ", ")));
    if info.cells.is_none() && info.coalitions.is_none() {
        push("perfect information", Some(yes(info.perfect_information)));
        push("perfect recall", Some(yes(info.perfect_recall)));
    }
    push("forgets at", Some(info.recall_problems.join(", ")));
    push("absent-minded at", Some(info.absent_minded.join(", ")));
    push(
        "constant sum",
        info.constant_sum.as_ref().map(|sum| both(&sum.0)),
    );
    let payoffs = info.least_payoffs.0.iter().zip(&info.greatest_payoffs.0);
    let payoffs: Vec<String> = payoffs
        .map(|((name, least), (_, most))| format!("{name} {} to {}", both(&least.0), both(&most.0)))
        .collect();
    push("payoffs", Some(listed(info, payoffs, "; ")));
    if info.cells.is_none() && info.states.is_none() && info.coalitions.is_none() {
        push("subgames", Some(info.num_subgame_roots.to_string()));
    }
    push(
        "bytes",
        Some(info.bytes).filter(|n| *n > 0).map(|n| n.to_string()),
    );
    push("sha256", Some(info.sha256.clone()));
    entries
}

fn text(info: &Info, width: Option<usize>) -> String {
    sheet(&entries(info), width.unwrap_or(100))
}

fn csv(info: &Info) -> String {
    let mut table = Table::new(["fact", "value"]);
    for (fact, value) in entries(info) {
        table.push([Cell::from(fact), Cell::from(value)]);
    }
    table.to_csv()
}

//! The reader: sections in order, each checked where it stands.
//!
//! The format has no marks between sections, so after a missing or misplaced token nothing that
//! follows can be trusted and reading stops; a bad value is reported and read over.

use super::tokens::{Token, Tokens};
use crate::action_graph::{
    ActionGraph, ActionGraphGame, ActionGraphParts, ActionGraphProblem, Fold, Function, PlayerPart,
    TypePart, Weights,
};
use crate::diagnostic::{Diagnostic, Reading};
use crate::format::ReadOptions;
use crate::number::{Number, Rational};
use std::ops::Range;

/// Nothing more can be read; why has been said.
struct Lost;

type Span = Range<usize>;

/// Reads an action-graph game. Players are labelled `1`, `2`, …; the format has no labels.
///
/// `options.strict` is left to the caller; `options.normalize_chance` rescales type
/// probabilities.
///
/// # Complexity
/// `O(bytes)` and the enumeration of the reachable configurations.
pub fn read(text: &str, options: &ReadOptions) -> Reading<ActionGraphGame> {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut reader = Reader {
        tokens: Tokens::new(text, start),
        normalize: options.normalize_chance,
        damaged: false,
    };
    let value = reader.game(text, start).ok();
    Reading {
        value,
        diagnostics: reader.tokens.into_diagnostics(),
    }
}

struct Reader<'t> {
    tokens: Tokens<'t>,
    normalize: bool,
    /// A node was left out, so that payoffs no longer fit the graph.
    damaged: bool,
}

/// Where the parts of a game stand.
#[derive(Default)]
struct Places {
    /// By agent: its action nodes.
    agents: Vec<Span>,
    /// By player: her first agent.
    first_agents: Vec<usize>,
    /// By node: its neighbors.
    neighbors: Vec<Span>,
    functions: Vec<Span>,
    /// By action node: its payoffs.
    payoffs: Vec<Span>,
}

impl Reader<'_> {
    fn error(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.tokens.say(Diagnostic::error(code, span, message));
    }

    fn warn(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.tokens.say(Diagnostic::warning(code, span, message));
    }

    fn game(&mut self, text: &str, start: usize) -> Result<ActionGraphGame, Lost> {
        let bayesian = self.header(text, start)?;
        let mut places = Places::default();
        let mut parts = ActionGraphParts {
            bayesian,
            ..ActionGraphParts::default()
        };
        self.tokens.start_row();
        let players = self.count("the number of players", 0)?;
        self.tokens.start_row();
        parts.num_action_nodes = self.count("the number of action nodes", 0)?;
        self.tokens.start_row();
        let functions = self.count("the number of function nodes", 0)?;
        self.players(players, &mut parts, &mut places)?;
        for node in 0..parts.num_action_nodes + functions {
            self.neighbors(node, functions, &mut parts, &mut places)?;
        }
        for _ in 0..functions {
            self.function(&mut parts, &mut places)?;
        }
        if self.damaged {
            return Err(Lost);
        }
        let graph =
            ActionGraph::new(parts).map_err(|invalid| self.problems(&invalid.problems, &places))?;
        self.warn_of_functions(&graph, &places);
        let mut tables = Vec::new();
        for node in 0..graph.num_action_nodes() {
            tables.push(self.payoffs(&graph, node, &mut places)?);
        }
        self.tokens.start_row();
        let (token, span) = self.tokens.next();
        if token != Token::End {
            let rest = span.start..text.len();
            self.warn("F118", rest, "text after the last payoff is ignored");
        }
        ActionGraphGame::new(graph, tables)
            .map_err(|invalid| self.problems(&invalid.problems, &places))
    }

    /// # Returns
    /// Whether it is the header of a Bayesian game.
    fn header(&mut self, text: &str, start: usize) -> Result<bool, Lost> {
        let mut at = start;
        for line in text[start..].split_inclusive('\n') {
            let word = line.split_whitespace().next().unwrap_or("");
            let from = at + line.find(word).unwrap_or(0);
            let span = from..from + word.len();
            at += line.len();
            let upper = word.to_ascii_uppercase();
            if upper == "#AGG" || upper == "#BAGG" {
                if upper != word {
                    let message = format!("Gambit wants \"{upper}\" in upper case");
                    self.warn("F102", span.clone(), message);
                }
                self.tokens.resume_at(span.end);
                return Ok(upper == "#BAGG");
            }
            if word.starts_with('#') {
                self.warn("F102", span, "Gambit wants the header before any comment");
            } else if !word.is_empty() {
                self.error("F101", span, "expected \"#AGG\" or \"#BAGG\"");
                return Err(Lost);
            }
        }
        self.error(
            "F101",
            at..at,
            "expected \"#AGG\" or \"#BAGG\", found nothing",
        );
        Err(Lost)
    }

    fn unexpected(&mut self, token: Token<'_>, span: Span, wanted: &str) -> Lost {
        let found = match token {
            Token::End => {
                self.error("F103", span, format!("the text ends before {wanted}"));
                return Lost;
            }
            Token::Word(word) => word.chars().take(40).collect(),
            Token::Open => "[".to_owned(),
            Token::Close => "]".to_owned(),
        };
        self.error(
            "F104",
            span,
            format!("expected {wanted}, found \"{found}\""),
        );
        Lost
    }

    fn integer(&mut self, wanted: &str) -> Result<(i64, Span), Lost> {
        let (token, span) = self.tokens.next();
        if let Token::Word(word) = token
            && let Ok(value) = word.parse()
        {
            return Ok((value, span));
        }
        Err(self.unexpected(token, span, wanted))
    }

    /// A count of at least `least` that the rest of the text could hold.
    fn count(&mut self, wanted: &str, least: usize) -> Result<usize, Lost> {
        let (value, span) = self.integer(wanted)?;
        let left = self.tokens.bytes_left();
        let most = left.min(u32::MAX as usize / 4);
        match usize::try_from(value) {
            Ok(count) if (least..=most).contains(&count) => Ok(count),
            _ => {
                let message = format!("{wanted} cannot be {value}; {left} bytes follow");
                self.error("F106", span, message);
                Err(Lost)
            }
        }
    }

    fn number(&mut self, wanted: &str) -> Result<(Number, Span), Lost> {
        let (token, span) = self.tokens.next();
        let Token::Word(word) = token else {
            return Err(self.unexpected(token, span, wanted));
        };
        let number = Number::parse(word).unwrap_or_else(|error| {
            self.error("F105", span.clone(), error.to_string());
            Number::from(0)
        });
        Ok((number, span))
    }

    fn players(
        &mut self,
        players: usize,
        parts: &mut ActionGraphParts,
        places: &mut Places,
    ) -> Result<(), Lost> {
        let mut probabilities = vec![vec![Number::from(1)]; players];
        if parts.bayesian {
            self.tokens.start_row();
            let mut counts = Vec::new();
            for player in 0..players {
                let wanted = format!("the number of types of player {}", player + 1);
                counts.push(self.count(&wanted, 1)?);
            }
            for (player, count) in counts.into_iter().enumerate() {
                self.tokens.start_row();
                probabilities[player] = self.distribution(player, count)?;
            }
        }
        self.tokens.start_row();
        let mut sizes = Vec::new();
        for (player, types) in probabilities.iter().enumerate() {
            places.first_agents.push(sizes.len());
            for _ in types {
                let wanted = format!("the number of action nodes of player {}", player + 1);
                sizes.push(self.count(&wanted, 1)?);
            }
        }
        let mut sizes = sizes.into_iter();
        for (player, probabilities) in probabilities.into_iter().enumerate() {
            let mut types = Vec::new();
            for probability in probabilities {
                let size = sizes.next().expect("invariant: one size a type");
                let (actions, span) = self.actions(player, size, parts.num_action_nodes)?;
                places.agents.push(span);
                types.push(TypePart {
                    probability,
                    actions,
                });
            }
            parts.players.push(PlayerPart {
                label: (player + 1).to_string(),
                types,
            });
        }
        Ok(())
    }

    fn distribution(&mut self, player: usize, count: usize) -> Result<Vec<Number>, Lost> {
        let mut row = Vec::new();
        let mut place: Option<Span> = None;
        let mut sum = Rational::ZERO;
        let mut negative = false;
        for _ in 0..count {
            let (number, span) = self.number("a type's probability")?;
            place = Some(place.map_or(span.start, |p| p.start)..span.end);
            if number.value().is_negative() {
                negative = true;
                self.error("F111", span, "a probability is below 0");
            }
            sum += number.value();
            row.push(number);
        }
        if negative || sum.is_one() {
            return Ok(row);
        }
        let place = place.unwrap_or(0..0);
        let player = player + 1;
        let what = format!("the type probabilities of player {player} sum to {sum}, not to 1");
        if let Some(scale) = sum.checked_inverse().filter(|_| self.normalize) {
            self.warn("F112", place, format!("{what}; they were rescaled"));
            return Ok(row
                .iter()
                .map(|p| Number::from(p.value() * &scale))
                .collect());
        }
        self.tokens.say(
            Diagnostic::error("F111", place, what)
                .help("write fractions such as 1/3, or ask for probabilities to be rescaled"),
        );
        Ok(row)
    }

    fn actions(
        &mut self,
        player: usize,
        size: usize,
        nodes: usize,
    ) -> Result<(Vec<u32>, Span), Lost> {
        self.tokens.start_row();
        let player = player + 1;
        let mut row: Vec<u32> = Vec::new();
        let mut place: Option<Span> = None;
        for _ in 0..size {
            let (value, span) = self.integer("an action node")?;
            place = Some(place.map_or(span.start, |p| p.start)..span.end);
            match u32::try_from(value) {
                Ok(node) if (node as usize) < nodes => row.push(node),
                _ => {
                    let message = format!(
                        "there is no action node {value}; there are {nodes}, numbered from 0"
                    );
                    self.damaged = true;
                    self.error("F107", span, message);
                }
            }
        }
        let place = place.unwrap_or(0..0);
        if row.is_empty() {
            // Every node was wrong and has been reported.
            return Err(Lost);
        }
        if !row.is_sorted() {
            row.sort_unstable();
            let message = format!(
                "the action nodes of player {player} were out of ascending order and have been sorted"
            );
            self.warn("F109", place.clone(), message);
        }
        if let Some([twice, _]) = row.windows(2).find(|pair| pair[0] == pair[1]) {
            let message = format!("player {player} has action node {twice} twice");
            self.damaged = true;
            self.error("F110", place.clone(), message);
            row.dedup();
        }
        Ok((row, place))
    }

    fn neighbors(
        &mut self,
        node: usize,
        functions: usize,
        parts: &mut ActionGraphParts,
        places: &mut Places,
    ) -> Result<(), Lost> {
        self.tokens.start_row();
        let nodes = parts.num_action_nodes + functions;
        let start = self.tokens.here();
        let count = self.count(&format!("the number of neighbors of node {node}"), 0)?;
        let mut row: Vec<u32> = Vec::new();
        for _ in 0..count {
            let (value, span) = self.integer("a neighbor")?;
            match u32::try_from(value) {
                Ok(neighbor) if (neighbor as usize) < nodes => row.push(neighbor),
                _ => {
                    let message =
                        format!("there is no node {value}; there are {nodes}, numbered from 0");
                    self.damaged = true;
                    self.error("F107", span, message);
                }
            }
        }
        let place = start..self.tokens.here();
        let mut sorted = row.clone();
        sorted.sort_unstable();
        if let Some([twice, _]) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            let message = format!("node {node} has neighbor {twice} twice");
            self.warn("F114", place.clone(), message);
        }
        parts.neighbors.push(row);
        places.neighbors.push(place);
        Ok(())
    }

    fn function(&mut self, parts: &mut ActionGraphParts, places: &mut Places) -> Result<(), Lost> {
        self.tokens.start_row();
        let (kind, mut place) = self.integer("the type of a function node")?;
        let fold = match kind {
            0 | 10 => Fold::Sum,
            1 | 11 => Fold::Any,
            2 | 12 => Fold::Highest,
            3 | 13 => Fold::Lowest,
            _ => {
                let message =
                    format!("function type {kind} is none of 0, 1, 2, 3, 10, 11, 12 and 13");
                self.error("F113", place, message);
                return Err(Lost);
            }
        };
        let mut weights = None;
        if kind >= 10 {
            let (default, _) = self.integer("the default of a weighted function")?;
            self.bracket(Token::Open, "\"[\" before the weights")?;
            let mut by_action = Vec::new();
            for _ in 0..parts.num_action_nodes {
                by_action.push(self.integer("one weight an action node")?.0);
            }
            place.end = self.bracket(Token::Close, "\"]\" after the weights")?.end;
            weights = Some(Weights { default, by_action });
        }
        parts.functions.push(Function { fold, weights });
        places.functions.push(place);
        Ok(())
    }

    fn bracket(&mut self, wanted: Token<'_>, what: &str) -> Result<Span, Lost> {
        let (token, span) = self.tokens.next();
        if token == wanted {
            Ok(span)
        } else {
            Err(self.unexpected(token, span, what))
        }
    }

    fn warn_of_functions(&mut self, graph: &ActionGraph, places: &Places) {
        let actions = graph.num_action_nodes();
        for (k, function) in graph.functions().iter().enumerate() {
            let node = actions + k;
            if graph.neighbors(node).iter().any(|n| *n as usize >= actions) {
                let message = format!(
                    "function node {node} looks at function nodes, which the format's documentation does not allow"
                );
                self.warn("F114", places.neighbors[node].clone(), message);
            }
            if let Some(weights) = &function.weights
                && matches!(function.fold, Fold::Highest | Fold::Lowest)
                && !graph
                    .depends_on(k)
                    .is_sorted_by_key(|a| weights.by_action[a])
            {
                let message = "read as the extreme weight of a chosen neighbor, as Gambit's program does; its documentation means the weight of the extreme neighbor, which differs here";
                self.warn("F115", places.functions[k].clone(), message);
            }
        }
    }

    fn payoffs(
        &mut self,
        graph: &ActionGraph,
        node: usize,
        places: &mut Places,
    ) -> Result<Vec<(Vec<i64>, Number)>, Lost> {
        self.tokens.start_row();
        let start = self.tokens.here();
        let (kind, place) = self.integer("a payoff type")?;
        let mut rows = Vec::new();
        match kind {
            0 => {
                let configurations = graph.configurations(node).map_err(|error| {
                    self.error("F117", place, error.to_string());
                    Lost
                })?;
                let expected = configurations.len();
                for (k, configuration) in configurations.into_iter().enumerate() {
                    let wanted = format!("payoff {} of {expected} of node {node}", k + 1);
                    rows.push((configuration, self.number(&wanted)?.0));
                }
            }
            1 => {
                let count = self.count(&format!("the number of payoffs of node {node}"), 0)?;
                for _ in 0..count {
                    self.bracket(Token::Open, "\"[\" before a configuration")?;
                    let mut configuration = Vec::new();
                    for _ in graph.neighbors(node) {
                        configuration.push(self.integer("one number a neighbor")?.0);
                    }
                    self.bracket(Token::Close, "\"]\" after one number a neighbor")?;
                    rows.push((configuration, self.number("a payoff")?.0));
                }
            }
            _ => {
                let message = format!("payoff type {kind} is neither 0 nor 1");
                self.error("F104", place, message);
                return Err(Lost);
            }
        }
        places.payoffs.push(start..self.tokens.here());
        Ok(rows)
    }

    /// Says what the model refuses, where it stands.
    fn problems(&mut self, problems: &[ActionGraphProblem], places: &Places) -> Lost {
        let actions = places
            .neighbors
            .len()
            .saturating_sub(places.functions.len());
        for problem in problems {
            let (code, span) = match problem {
                ActionGraphProblem::Signature { node, .. }
                | ActionGraphProblem::NoNeighbor { node }
                | ActionGraphProblem::Cycle { node } => ("F113", places.neighbors.get(*node)),
                ActionGraphProblem::WeightCount { node, .. }
                | ActionGraphProblem::NegativeWeight { node, .. }
                | ActionGraphProblem::TooLarge { node } => {
                    ("F113", places.functions.get(node.wrapping_sub(actions)))
                }
                ActionGraphProblem::RepeatedConfiguration { node, .. }
                | ActionGraphProblem::MissingConfiguration { node, .. }
                | ActionGraphProblem::ConfigurationLength { node, .. } => {
                    ("F116", places.payoffs.get(*node))
                }
                ActionGraphProblem::Configurations(error) => {
                    ("F117", places.payoffs.get(error.node))
                }
                // Reported where they were read.
                ActionGraphProblem::NegativeProbability { .. }
                | ActionGraphProblem::ProbabilitySum { .. } => continue,
                ActionGraphProblem::TypeCount { player, .. }
                | ActionGraphProblem::NoAction { player, .. }
                | ActionGraphProblem::NoSuchAction { player, .. }
                | ActionGraphProblem::UnsortedActions { player, .. } => {
                    let agent = places.first_agents.get(*player);
                    ("F106", agent.and_then(|a| places.agents.get(*a)))
                }
                ActionGraphProblem::NoSuchNeighbor { node, .. } => {
                    ("F107", places.neighbors.get(*node))
                }
                ActionGraphProblem::NeighborLists { .. }
                | ActionGraphProblem::TableCount { .. } => ("F103", None),
            };
            let span = span.cloned().unwrap_or(0..0);
            self.error(code, span, problem.to_string());
        }
        Lost
    }
}

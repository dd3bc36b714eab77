//! Nodes, moves, targets, threats, outcomes.

use super::graph::is_true;
use super::{Names, Resolver, names_of, table_of, tables_of, text_of};
use crate::expr::{Formula, is_name};
use crate::model::{
    ActionRule, Family, NodeRule, Outcome, Pattern, Target, Threat, ThreatVote, Tree, Yield,
};
use crate::syntax::{Entry, Item, Plain, Table};
use deterra_game::diagnostic::Diagnostic;
use std::collections::BTreeMap;
use std::ops::Range;

impl Resolver<'_> {
    pub(super) fn outcomes(&mut self, file: &Table) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for (table, span) in tables_of(file, "outcome") {
            let Some(id) = text_of(table, "id") else {
                continue;
            };
            let given = self.given(table);
            let names = Names {
                state: file.get("node").is_none(),
                local: &given,
            };
            let mut tags: Vec<String> = names_of(table, "tags").into_iter().map(|n| n.0).collect();
            if table.get("tags").is_none() {
                tags = usual_tags(&id);
            }
            outcomes.push(Outcome {
                label: self.pattern_of(table, "label", names),
                payoff: self.payments(table, "payoff", names),
                id,
                given: given.clone(),
                tags,
                span,
            });
        }
        for entry in table_of(file, "outcomes").map_or(&[][..], |table| &table.entries) {
            let names = Names {
                state: file.get("node").is_none(),
                local: &[],
            };
            let mut inner = Table::default();
            inner.entries.push(Entry {
                key: "payoff".to_owned(),
                key_span: entry.key_span.clone(),
                item: entry.item.clone(),
            });
            outcomes.push(Outcome {
                id: entry.key.clone(),
                label: None,
                given: Vec::new(),
                payoff: self.payments(&inner, "payoff", names),
                tags: usual_tags(&entry.key),
                span: entry.key_span.clone(),
            });
        }
        self.distinct("outcome", outcomes.iter().map(|o| (o.id.as_str(), &o.span)));
        outcomes
    }

    fn given(&mut self, table: &Table) -> Vec<String> {
        let mut given: Vec<String> = Vec::new();
        for (name, span) in names_of(table, "given") {
            if !is_name(&name) || given.contains(&name) {
                let message = format!("\"{name}\" cannot be the name of a value here");
                let said = Diagnostic::error("D022", span, message);
                self.diagnostics
                    .push(said.help("use letters, digits and `_`, and each name once"));
            }
            given.push(name);
        }
        given
    }

    pub(super) fn tree(&mut self, file: &Table, head: &Table, outcomes: &[Outcome]) -> Tree {
        let mut nodes = Vec::new();
        for (table, span) in tables_of(file, "node") {
            nodes.extend(self.node(table, &span));
        }
        let places = nodes
            .iter()
            .map(|node: &NodeRule| (node.id.as_str(), &node.span));
        let ends = outcomes
            .iter()
            .map(|outcome| (outcome.id.as_str(), &outcome.span));
        self.distinct("node or outcome", ends.chain(places));
        let arity: BTreeMap<&str, usize> = outcomes
            .iter()
            .map(|outcome| (outcome.id.as_str(), outcome.given.len()))
            .chain(
                nodes
                    .iter()
                    .map(|node: &NodeRule| (node.id.as_str(), node.given.len())),
            )
            .collect();
        let names = || {
            let ends = outcomes.iter().map(|outcome| outcome.id.as_str());
            nodes.iter().map(|node| node.id.as_str()).chain(ends)
        };
        let root = match head.get("root") {
            Some(item) => self.target(item, Names::PARAMETERS),
            None => None,
        };
        let root = root.unwrap_or_else(|| Target {
            name: Pattern {
                pieces: vec![crate::model::Piece::Text(
                    nodes.first().map_or_else(String::new, |n| n.id.clone()),
                )],
                span: nodes.first().map_or(0..0, |n| n.span.clone()),
            },
            arguments: Vec::new(),
            span: nodes.first().map_or(0..0, |n| n.span.clone()),
        });
        let actions = || nodes.iter().flat_map(|node| &node.actions);
        let plain = actions().filter(|action| action.lottery.is_empty());
        let drawn = actions().flat_map(|action| action.lottery.iter().map(|(target, _)| target));
        let targets = plain.map(|action| &action.target).chain(drawn);
        for target in std::iter::once(&root).chain(targets) {
            let Some(name) = target.name.plain() else {
                continue;
            };
            match arity.get(name).copied() {
                None => self.unknown("node or outcome", name, target.span.clone(), names()),
                Some(wanted) if wanted != target.arguments.len() => {
                    let found = target.arguments.len();
                    self.diagnostics
                        .push(wrong_values(name, wanted, found, &target.span));
                }
                Some(_) => {}
            }
        }
        let index: BTreeMap<&str, &NodeRule> =
            nodes.iter().map(|node| (node.id.as_str(), node)).collect();
        let threats = self.threats(file, &index);
        Tree {
            root,
            nodes,
            threats,
        }
    }

    fn node(&mut self, table: &Table, span: &Range<usize>) -> Option<NodeRule> {
        let id = text_of(table, "id")?;
        let given = self.given(table);
        let names = Names {
            state: false,
            local: &given,
        };
        let mut movers = self.movers(table, names).into_iter();
        let by = movers.next()?;
        let together: Vec<Pattern> = movers.collect();
        for mover in std::iter::once(&by).chain(&together) {
            self.check_mover(mover, !together.is_empty());
        }
        let mut actions = Vec::new();
        for entry in table_of(table, "actions").map_or(&[][..], |table| &table.entries) {
            actions.extend(self.short_action(entry, names));
        }
        for (inner, place) in tables_of(table, "action") {
            actions.extend(self.action(inner, &place, &given));
        }
        let written = table.get("actions").is_some() || table.get("action").is_some();
        if actions.is_empty() && !written {
            let message = format!("node \"{id}\" has no moves");
            let said = Diagnostic::error("D024", span.clone(), message);
            self.diagnostics
                .push(said.help("write actions = { move = \"target\" }, or make it an outcome"));
        }
        let chance = by.plain() == Some("chance");
        for action in &actions {
            let place = action.span.clone();
            if chance && action.probability.is_none() {
                let message = "a move of chance needs `prob`";
                self.error("D025", place, message.to_owned());
            } else if by.plain().is_some() && !chance && action.probability.is_some() {
                let message = "only moves of chance have `prob`";
                let said = Diagnostic::error("D025", place, message);
                self.diagnostics
                    .push(said.help("write by = \"chance\" if nobody decides here"));
            }
        }
        Some(NodeRule {
            label: self.pattern_of(table, "label", names),
            pay: self.payments(table, "pay", names),
            infoset: self.pattern_of(table, "infoset", names),
            quiet: text_of(table, "quiet"),
            id,
            given: given.clone(),
            by,
            together,
            period: table.get("period").is_some_and(is_true),
            actions,
            span: span.clone(),
        })
    }

    /// Who moves may be written, and is somebody.
    fn check_mover(&mut self, by: &Pattern, at_once: bool) {
        let Some(name) = by.plain() else {
            return;
        };
        if name == "chance" {
            if at_once {
                let message = "chance does not move at once with somebody";
                let said = Diagnostic::error("D026", by.span.clone(), message);
                self.diagnostics
                    .push(said.help("give the moves a `lottery`, or lead to a node of chance"));
            }
            return;
        }
        let name = name.to_owned();
        if let Some(actor) = self.actor(&name, &by.span)
            && self.votes(actor)
        {
            let said = Diagnostic::error(
                "D021",
                by.span.clone(),
                "in a tree a coalition does not move; its members do",
            );
            self.diagnostics
                .push(said.help("write a node for each vote, or rule = \"unitary\""));
        }
    }

    /// `label = "target"` or `label = { to = "target", … }`.
    fn short_action(&mut self, entry: &Entry, names: Names<'_>) -> Option<ActionRule> {
        let label = self.pattern(&entry.key, entry.key_span.start, &entry.key_span, names);
        let span = entry.key_span.clone();
        let Some(table) = entry.item.table() else {
            return Some(ActionRule {
                label: label?,
                family: None,
                target: self.target(&entry.item, names)?,
                lottery: Vec::new(),
                probability: None,
                when: None,
                pay: Vec::new(),
                span,
            });
        };
        let (target, lottery) = self.aim(table, &["to", "goto"], &span, names)?;
        Some(ActionRule {
            label: label?,
            family: None,
            target,
            lottery,
            probability: self.formula_of(table, "prob", names),
            when: self.formula_of(table, "when", names),
            pay: self.payments(table, "pay", names),
            span,
        })
    }

    fn action(
        &mut self,
        table: &Table,
        span: &Range<usize>,
        given: &[String],
    ) -> Option<ActionRule> {
        let mut local = given.to_vec();
        let outside = Names {
            state: false,
            local: given,
        };
        let mut family = None;
        if let Some(variable) = text_of(table, "each") {
            if !is_name(&variable) {
                let message = format!("\"{variable}\" cannot be the name of a counter");
                self.error("D022", span.clone(), message);
                return None;
            }
            let from = self.formula_of(table, "from", outside);
            let to = self.formula_of(table, "to", outside);
            local.push(variable.clone());
            if let Some((from, to)) = from.zip(to) {
                family = Some(Family { variable, from, to });
            } else {
                let missing = table.get("from").is_none() || table.get("to").is_none();
                if missing {
                    let message = "a counter needs `from` and `to`";
                    self.error("D015", span.clone(), message.to_owned());
                }
                return None;
            }
        }
        let names = Names {
            state: false,
            local: &local,
        };
        let keys: &[&str] = if family.is_some() {
            &["goto"]
        } else {
            &["to", "goto"]
        };
        let (target, lottery) = self.aim(table, keys, span, names)?;
        Some(ActionRule {
            label: self.pattern_of(table, "label", names)?,
            target,
            lottery,
            family,
            probability: self.formula_of(table, "prob", names),
            when: self.formula_of(table, "when", names),
            pay: self.payments(table, "pay", names),
            span: span.clone(),
        })
    }

    pub(super) fn target_of(
        &mut self,
        table: &Table,
        keys: &[&str],
        span: &Range<usize>,
        names: Names<'_>,
    ) -> Option<Target> {
        if let Some(item) = keys.iter().find_map(|key| table.get(key)) {
            self.target(item, names)
        } else {
            let message = "the move leads nowhere";
            let said = Diagnostic::error("D024", span.clone(), message);
            self.diagnostics
                .push(said.help(format!("write {} = \"a node or outcome\"", keys[0])));
            None
        }
    }

    /// `name` or `name(formula, formula)`.
    pub(super) fn target(&mut self, item: &Item, names: Names<'_>) -> Option<Target> {
        let Plain::Text(text, start) = &item.value else {
            let message = "a target is the name of a node or outcome, in quotes";
            self.error("D024", item.span.clone(), message.to_owned());
            return None;
        };
        let span = item.span.clone();
        let (name, inside) = match text.trim_end().strip_suffix(')') {
            Some(rest) if rest.contains('(') => rest.split_once('(')?,
            _ => (text.as_str(), ""),
        };
        let at = start + name.len() + 1;
        let mut arguments = Vec::new();
        for (offset, part) in split_arguments(inside) {
            match Formula::parse(part, at + offset) {
                Ok(formula) => {
                    self.check_names(&formula, names);
                    arguments.push(formula);
                }
                Err(error) => {
                    self.diagnostics.push(error.diagnostic());
                    return None;
                }
            }
        }
        Some(Target {
            name: self.pattern(name.trim(), *start, &span, names)?,
            arguments,
            span,
        })
    }

    fn threats(&mut self, file: &Table, nodes: &BTreeMap<&str, &NodeRule>) -> Vec<Threat> {
        let mut threats = Vec::new();
        for (table, span) in tables_of(file, "threat") {
            let Some(id) = text_of(table, "id") else {
                continue;
            };
            let Some(at) = self.node_of(table, "at", nodes) else {
                continue;
            };
            let mut complete = true;
            for key in ["carry_out", "refuse"] {
                complete &= self.is_move(table.get(key), &at, nodes);
            }
            let mut side = |key: &str| {
                let table = table_of(table, key)?;
                let at = self.node_of(table, "at", nodes)?;
                let items = table.get("yields").and_then(Item::list).unwrap_or_default();
                for item in items.iter().chain(table.get("continues")) {
                    complete &= self.is_move(Some(item), &at, nodes);
                }
                Some(Yield {
                    yields: names_of(table, "yields").into_iter().map(|n| n.0).collect(),
                    continues: text_of(table, "continues")?,
                    at,
                })
            };
            let (before, after) = (side("before"), side("after"));
            let vote = table_of(table, "vote").and_then(|vote| self.vote_on(vote, nodes));
            for node in vote.iter().flat_map(|vote| &vote.then) {
                for key in ["carry_out", "refuse"] {
                    complete &= self.is_move(table.get(key), node, nodes);
                }
            }
            let device = self.node_of(table, "device", nodes);
            let by = self.actor_of(table, "by");
            let (Some(carry_out), true) = (text_of(table, "carry_out"), complete) else {
                continue;
            };
            threats.push(Threat {
                rung: text_of(table, "rung").unwrap_or_else(|| id.clone()),
                by,
                device,
                label: text_of(table, "label").unwrap_or_else(|| id.clone()),
                id,
                at,
                carry_out,
                refuse: text_of(table, "refuse"),
                vote,
                accident: self.formula_of(table, "accident", Names::PARAMETERS),
                before,
                after,
                span,
            });
        }
        self.distinct("threat", threats.iter().map(|t| (t.id.as_str(), &t.span)));
        threats
    }

    fn vote_on(&mut self, table: &Table, nodes: &BTreeMap<&str, &NodeRule>) -> Option<ThreatVote> {
        let mut then: Vec<String> = names_of(table, "then")
            .into_iter()
            .filter_map(|(name, span)| self.node_called(&name, &span, nodes))
            .collect();
        then.sort_unstable();
        let weights = self.amounts(table, "weights", Names::PARAMETERS);
        Some(ThreatVote {
            weights,
            quota: self.formula_of(table, "quota", Names::PARAMETERS)?,
            then,
        })
    }

    fn node_of(
        &mut self,
        table: &Table,
        key: &str,
        nodes: &BTreeMap<&str, &NodeRule>,
    ) -> Option<String> {
        let item = table.get(key)?;
        self.node_called(item.text()?, &item.span, nodes)
    }

    fn node_called(
        &mut self,
        name: &str,
        span: &Range<usize>,
        nodes: &BTreeMap<&str, &NodeRule>,
    ) -> Option<String> {
        let bare = name.split('(').next().unwrap_or(name);
        if nodes.contains_key(bare) {
            return Some(name.to_owned());
        }
        let known = nodes.keys().copied();
        self.unknown("node", name, span.clone(), known);
        None
    }

    /// Whether a node has a move of that name, as far as can be known before values are put in.
    fn is_move(
        &mut self,
        item: Option<&Item>,
        at: &str,
        nodes: &BTreeMap<&str, &NodeRule>,
    ) -> bool {
        let Some((item, name)) = item.and_then(|item| Some((item, item.text()?))) else {
            return true;
        };
        let bare = at.split('(').next().unwrap_or(at);
        let Some(node) = nodes.get(bare) else {
            return true;
        };
        let labels = || {
            node.actions
                .iter()
                .filter_map(|action| action.label.plain())
        };
        let templated = node
            .actions
            .iter()
            .any(|action| action.label.plain().is_none());
        if templated || labels().any(|label| label == name) {
            return true;
        }
        let what = format!("move of {bare}");
        self.unknown(&what, name, item.span.clone(), labels());
        false
    }
}

/// A target that passes on too many values or too few.
pub(crate) fn wrong_values(
    name: &str,
    wanted: usize,
    found: usize,
    span: &Range<usize>,
) -> Diagnostic {
    let count = |n: usize| match n {
        1 => "1 value".to_owned(),
        n => format!("{n} values"),
    };
    let message = format!("\"{name}\" takes {} and is given {found}", count(wanted));
    let said = Diagnostic::error("D023", span.clone(), message);
    if wanted == 0 {
        said.help("write the name alone")
    } else {
        said.help("write them in brackets: \"name(1, k + 1)\"")
    }
}

/// The parts between commas that are in no bracket, with where each starts.
fn split_arguments(text: &str) -> Vec<(usize, &str)> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    for (at, character) in text.char_indices() {
        match character {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push((start, &text[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push((start, &text[start..]));
    parts
}

/// What kind of outcome the usual names mean.
fn usual_tags(id: &str) -> Vec<String> {
    let tag = match id {
        "SQ" | "status_quo" => "SQ",
        "acquiesce" => "capitulation",
        "accident" => "accident",
        _ => return Vec::new(),
    };
    vec![tag.to_owned()]
}

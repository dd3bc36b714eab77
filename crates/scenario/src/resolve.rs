//! Names to numbers, text to formulas: a well-shaped file becomes a [`Scenario`].
//!
//! Every name is looked up here and every formula parsed, so that a misspelled one is reported
//! with the closest name, and compiling meets only what exists.

mod access;
mod actors;
mod estimate;
mod events;
mod graph;
mod ladder;
mod tree;
mod types;
mod views;

pub(crate) use access::{names_of, table_of, tables_of, text_of};
pub(crate) use tree::wrong_values;

use crate::expr::{Formula, NameUse, Node, Use};
use crate::fields::NOTES;
use crate::model::{Actor, Block, Coalition, Form, Pattern, Payments, Piece, Scenario};
use crate::parameter::{Assertion, Definition, Parameters, Patch};
use crate::suggest::suggest;
use crate::syntax::{Item, Plain, Table};
use deterra_game::diagnostic::Diagnostic;
use deterra_game::number::Number;
use std::collections::BTreeSet;
use std::ops::Range;

/// The most values an actor family or a rung list may be expanded to.
pub(crate) const MAX_EXPANSION: i64 = 10_000;

/// What a formula may mention besides parameters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'n> {
    /// Whether play stands somewhere on a ladder: `rung`, `t`, `cost(actor)`.
    pub(crate) state: bool,
    /// Counters and what a node is given.
    pub(crate) local: &'n [String],
}

impl Names<'_> {
    /// Parameters only.
    pub(crate) const PARAMETERS: Self = Names {
        state: false,
        local: &[],
    };
    /// Parameters and the state of a ladder.
    pub(crate) const STATE: Self = Names {
        state: true,
        local: &[],
    };
}

/// A scenario under construction.
pub(crate) struct Resolver<'d> {
    pub(crate) diagnostics: &'d mut Vec<Diagnostic>,
    pub(crate) actors: Vec<Actor>,
    pub(crate) coalitions: Vec<Coalition>,
    /// Everything parameters may be called, overrides included.
    parameters: BTreeSet<String>,
    /// The parameters that some formula mentions.
    pub(crate) used: BTreeSet<String>,
}

/// Makes a scenario of a well-shaped file.
///
/// # Returns
/// Nothing if the file has no moves; else what could be made of it, and the parameters that are
/// mentioned somewhere.
pub(crate) fn resolve(
    file: &Table,
    parameters: Parameters,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Scenario, BTreeSet<String>)> {
    let mut resolver = Resolver {
        parameters: parameters.names().map(str::to_owned).collect(),
        diagnostics,
        actors: Vec::new(),
        coalitions: Vec::new(),
        used: BTreeSet::new(),
    };
    for name in actors::overridden(file) {
        resolver.parameters.insert(name);
    }
    let empty = Table::default();
    let head = table_of(file, "scenario").unwrap_or(&empty);
    let parameters = resolver.sanctions(file, parameters);
    resolver.actors(file, &parameters);
    resolver.coalitions(file);
    let joint_prior = resolver.joint_prior(file);
    let outcomes = resolver.outcomes(file);
    let form = resolver.form(file, head, &outcomes);
    let alliances = resolver.alliances(file, &outcomes, form.as_ref());
    let red_lines = resolver.red_lines(file);
    let history = resolver.history(file, &red_lines);
    let thresholds = resolver.thresholds(file);
    let views = resolver.views(file);
    let theatres = resolver.theatres(file);
    let observations = resolver.observations(file, form.as_ref(), &theatres);
    let discount = head
        .get("discount")
        .and_then(|item| resolver.formula(item, Names::PARAMETERS));
    let assertions = resolver.assertions(file);
    let estimation = resolver.estimation(file, &parameters);
    let reports = resolver.reports(file);
    for parameter in &parameters {
        let formulas = match &parameter.definition {
            Definition::One(formula) => std::slice::from_ref(formula),
            Definition::Many(formulas) => formulas,
        };
        for formula in formulas {
            let names = formula.names();
            resolver
                .used
                .extend(names.iter().map(|used| used.name.to_owned()));
        }
    }
    let used = std::mem::take(&mut resolver.used);
    let text = |key: &str| head.get(key).and_then(Item::text).map(str::to_owned);
    let scenario = Scenario {
        name: text("name").unwrap_or_default(),
        note: text("note"),
        parameters,
        actors: std::mem::take(&mut resolver.actors),
        coalitions: std::mem::take(&mut resolver.coalitions),
        alliances,
        joint_prior,
        red_lines,
        history,
        thresholds,
        form: form?,
        outcomes,
        observations,
        discount,
        assertions,
        reports,
        analyses: blocks(file, "analysis", "kind"),
        estimation,
        theatres,
        views,
        document: file.clone(),
    };
    Some((scenario, used))
}

fn blocks(file: &Table, key: &str, name: &str) -> Vec<Block> {
    tables_of(file, key)
        .map(|(table, span)| Block {
            name: text_of(table, name).unwrap_or_default(),
            keys: table.clone(),
            span,
        })
        .collect()
}

impl Resolver<'_> {
    pub(crate) fn error(&mut self, code: &'static str, span: Range<usize>, message: String) {
        self.diagnostics
            .push(Diagnostic::error(code, span, message));
    }

    /// An error about a name that nothing has.
    pub(crate) fn unknown<'c>(
        &mut self,
        what: &str,
        name: &str,
        span: Range<usize>,
        known: impl IntoIterator<Item = &'c str>,
    ) {
        let known: Vec<&str> = known.into_iter().collect();
        let said = Diagnostic::error("D010", span, format!("there is no {what} \"{name}\""));
        let help = match suggest(name, known.iter().copied()) {
            Some(close) => format!("did you mean \"{close}\"?"),
            None if known.is_empty() => format!("this scenario has no {what}"),
            None => {
                let more = if known.len() > 12 { ", …" } else { "" };
                let shown: Vec<&str> = known.into_iter().take(12).collect();
                format!("known here: {}{more}", shown.join(", "))
            }
        };
        self.diagnostics.push(said.help(help));
    }

    /// A formula, all of whose names are known.
    pub(crate) fn formula(&mut self, item: &Item, names: Names<'_>) -> Option<Formula> {
        match parse(item) {
            Ok(formula) => {
                self.check_names(&formula, names);
                Some(formula)
            }
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                None
            }
        }
    }

    /// The formula of a key.
    pub(crate) fn formula_of(
        &mut self,
        table: &Table,
        key: &str,
        names: Names<'_>,
    ) -> Option<Formula> {
        self.formula(table.get(key)?, names)
    }

    fn check_names(&mut self, formula: &Formula, names: Names<'_>) {
        let state = crate::parameter::STATE_NAMES;
        let mut actors = Vec::new();
        for used in formula.names() {
            match used.usage {
                Use::Argument => actors.push((used.name.to_owned(), used.span.clone())),
                Use::Function => {}
                _ => {
                    self.used.insert(used.name.to_owned());
                }
            }
        }
        let is_known = |used: &NameUse<'_>| {
            if used.usage == Use::Function {
                names.state && used.name == "cost"
            } else {
                self.parameters.contains(used.name)
                    || names.local.iter().any(|local| local == used.name)
                    || (names.state && state.contains(&used.name))
            }
        };
        let mut problems = formula.unknown(is_known, &[], &[]);
        if !problems.is_empty() {
            let mut known: Vec<String> = self.parameters.iter().cloned().collect();
            known.extend_from_slice(names.local);
            let mut functions = Vec::new();
            if names.state {
                known.extend(state.iter().map(|&name| name.to_owned()));
                functions.push("cost".to_owned());
            }
            problems = formula.unknown(is_known, &known, &functions);
        }
        for problem in problems {
            let mut diagnostic = problem.diagnostic();
            if !names.state
                && formula
                    .names()
                    .iter()
                    .any(|used| used.span == problem.span && state.contains(&used.name))
            {
                diagnostic.help =
                    Some("`rung` and `t` have values on a ladder only, where play stands".into());
            }
            self.diagnostics.push(diagnostic);
        }
        if names.state {
            for (name, place) in actors {
                self.actor(&name, &place);
            }
        }
    }

    /// The actor of a name; an error if there is none.
    pub(crate) fn actor(&mut self, name: &str, span: &Range<usize>) -> Option<usize> {
        let found = self.actors.iter().position(|actor| actor.id == name);
        if found.is_none() {
            let known: Vec<String> = self.actors.iter().map(|actor| actor.id.clone()).collect();
            self.unknown(
                "actor",
                name,
                span.clone(),
                known.iter().map(String::as_str),
            );
        }
        found
    }

    /// The actor that a key names.
    pub(crate) fn actor_of(&mut self, table: &Table, key: &str) -> Option<usize> {
        let item = table.get(key)?;
        let name = item.text()?.to_owned();
        self.actor(&name, &item.span)
    }

    /// The actors that a key names.
    pub(crate) fn actors_of(&mut self, table: &Table, key: &str) -> Vec<usize> {
        names_of(table, key)
            .into_iter()
            .filter_map(|(name, span)| self.actor(&name, &span))
            .collect()
    }

    /// `{ actor = formula }`.
    pub(crate) fn amounts(
        &mut self,
        table: &Table,
        key: &str,
        names: Names<'_>,
    ) -> Vec<(usize, Formula)> {
        let mut amounts = Vec::new();
        for entry in table_of(table, key).map_or(&[][..], |table| &table.entries) {
            if self.is_note(&entry.key) {
                continue;
            }
            let actor = self.actor(&entry.key, &entry.key_span);
            let formula = self.formula(&entry.item, names);
            amounts.extend(actor.zip(formula));
        }
        amounts
    }

    /// Whether a key among names of actors is a remark.
    fn is_note(&self, key: &str) -> bool {
        NOTES.iter().any(|field| field.key == key) && !self.actors.iter().any(|a| a.id == key)
    }

    /// `{ actor = formula }` where the actor may be a pattern.
    pub(crate) fn payments(&mut self, table: &Table, key: &str, names: Names<'_>) -> Payments {
        let mut payments = Vec::new();
        for entry in table_of(table, key).map_or(&[][..], |table| &table.entries) {
            if self.is_note(&entry.key) {
                continue;
            }
            let start = entry.key_span.start;
            let pattern = self.pattern(&entry.key, start, &entry.key_span, names);
            if let Some(name) = pattern.as_ref().and_then(Pattern::plain) {
                let name = name.to_owned();
                self.actor(&name, &entry.key_span);
            }
            let formula = self.formula(&entry.item, names);
            payments.extend(pattern.zip(formula));
        }
        payments
    }

    /// Text with `{formula}` in it.
    pub(crate) fn pattern(
        &mut self,
        text: &str,
        start: usize,
        span: &Range<usize>,
        names: Names<'_>,
    ) -> Option<Pattern> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            if rest[open..].starts_with("{{") {
                pieces.push(Piece::Text(format!("{}{{", &rest[..open])));
                rest = &rest[open + 2..];
                continue;
            }
            if open > 0 {
                pieces.push(Piece::Text(rest[..open].to_owned()));
            }
            let Some(length) = rest[open..].find('}') else {
                let said = Diagnostic::error("D011", span.clone(), "a { is not closed");
                self.diagnostics
                    .push(said.help("write {name} to put a value in"));
                return None;
            };
            let inner = &rest[open + 1..open + length];
            let at = start + (text.len() - rest.len()) + open + 1;
            match Formula::parse(inner, at) {
                Ok(formula) => {
                    self.check_names(&formula, names);
                    pieces.push(Piece::Value(formula));
                }
                Err(error) => {
                    self.diagnostics.push(error.diagnostic());
                    return None;
                }
            }
            rest = &rest[open + length + 1..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        let all: Option<String> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                Piece::Value(_) => None,
            })
            .collect();
        if let Some(text) = all {
            pieces = vec![Piece::Text(text)];
        }
        Some(Pattern {
            pieces,
            span: span.clone(),
        })
    }

    /// The pattern of a key.
    pub(crate) fn pattern_of(
        &mut self,
        table: &Table,
        key: &str,
        names: Names<'_>,
    ) -> Option<Pattern> {
        let item = table.get(key)?;
        let Plain::Text(text, start) = &item.value else {
            return None;
        };
        self.pattern(text, *start, &item.span, names)
    }

    /// `{ parameter = formula }`.
    pub(crate) fn patches(&mut self, table: &Table, key: &str, names: Names<'_>) -> Vec<Patch> {
        let mut patches = Vec::new();
        for entry in table_of(table, key).map_or(&[][..], |table| &table.entries) {
            let Some(formula) = self.formula(&entry.item, names) else {
                continue;
            };
            patches.push(Patch {
                name: entry.key.clone(),
                name_span: entry.key_span.clone(),
                definition: match formula.elements() {
                    Some(elements) => Definition::Many(elements),
                    None => Definition::One(formula),
                },
                span: entry.item.span.clone(),
            });
        }
        patches
    }

    /// Names that must differ: an error for each that came before.
    pub(crate) fn distinct<'n>(
        &mut self,
        what: &str,
        names: impl IntoIterator<Item = (&'n str, &'n Range<usize>)>,
    ) {
        let mut seen: std::collections::BTreeMap<&str, &Range<usize>> =
            std::collections::BTreeMap::new();
        for (name, span) in names {
            if let Some(first) = seen.get(name) {
                let message = format!("{what} \"{name}\" is defined twice");
                self.diagnostics.push(
                    Diagnostic::error("D012", span.clone(), message)
                        .note((*first).clone(), "first defined here")
                        .help("give each its own id"),
                );
            } else {
                seen.insert(name, span);
            }
        }
    }

    fn form(
        &mut self,
        file: &Table,
        head: &Table,
        outcomes: &[crate::model::Outcome],
    ) -> Option<Form> {
        let named = text_of(head, "form");
        let (rungs, nodes) = (file.get("rung").is_some(), file.get("node").is_some());
        let form = match named.as_deref() {
            Some("stages") => {
                let span = head.get("form").map_or(0..0, |item| item.span.clone());
                let said = Diagnostic::error("D013", span, "lists of stages are not compiled yet");
                self.diagnostics
                    .push(said.help("write a ladder, or `form = \"graph\"` if play need not end"));
                return None;
            }
            Some(form) => form,
            None if nodes && !rungs => "tree",
            None => "ladder",
        };
        let (wanted, other) = if form == "ladder" {
            ("rung", "node")
        } else {
            ("node", "rung")
        };
        if let Some(entry) = file.entry(other) {
            let message = format!("a {form} has no [[{other}]]");
            let span = entry.key_span.clone();
            self.diagnostics.push(
                Diagnostic::error("D013", span, message)
                    .help(format!("write [[{wanted}]] blocks, or change `form`")),
            );
        }
        if tables_of(file, wanted).next().is_none() {
            // A block that was there and could not be read has been reported.
            if !self.diagnostics.iter().any(Diagnostic::is_error) {
                let message = format!("the scenario has no [[{wanted}]]: there is nothing to play");
                let said = Diagnostic::error("D013", 0..0, message);
                self.diagnostics
                    .push(said.help("`deterra new` writes a scenario to start from"));
            }
            return None;
        }
        if form == "tree" {
            let tree = self.tree(file, head, outcomes);
            self.refuse_graph_keys(file);
            (!tree.nodes.is_empty()).then_some(Form::Tree(tree))
        } else if form == "graph" {
            let graph = self.graph(file, head, outcomes);
            (!graph.tree.nodes.is_empty()).then(|| Form::Graph(Box::new(graph)))
        } else {
            let ladder = self.ladder(file, head, outcomes);
            (!ladder.rungs.is_empty()).then(|| Form::Ladder(Box::new(ladder)))
        }
    }

    fn assertions(&mut self, file: &Table) -> Vec<Assertion> {
        let mut assertions = Vec::new();
        for entry in table_of(file, "assert").map_or(&[][..], |table| &table.entries) {
            if let Some(condition) = self.formula(&entry.item, Names::PARAMETERS) {
                assertions.push(Assertion {
                    label: entry.key.clone(),
                    span: entry.item.span.clone(),
                    condition,
                });
            }
        }
        assertions
    }

    fn reports(&mut self, file: &Table) -> Vec<(String, Formula)> {
        let mut reports = Vec::new();
        for entry in table_of(file, "report").map_or(&[][..], |table| &table.entries) {
            if let Some(formula) = self.formula(&entry.item, Names::PARAMETERS) {
                reports.push((entry.key.clone(), formula));
            }
        }
        reports
    }
}

/// A number that the shape check has found to be whole and not negative.
pub(crate) fn count(number: &Number) -> usize {
    let value = number.value().to_i64().unwrap_or(i64::MAX);
    usize::try_from(value).unwrap_or(0)
}

/// The formula that an item is: a number, text, a flag, a list, or a table with a value.
pub(crate) fn parse(item: &Item) -> Result<Formula, Box<Diagnostic>> {
    let fixed = |text: &str| {
        Formula::parse(text, 0)
            .map(|formula| formula.at(&item.span))
            .map_err(|mut error| {
                error.span = item.span.clone();
                Box::new(error.diagnostic())
            })
    };
    match &item.value {
        Plain::Number(number) => {
            let spelling = number.to_string();
            fixed(spelling.strip_prefix('+').unwrap_or(&spelling))
        }
        Plain::Flag(flag) => fixed(if *flag { "true" } else { "false" }),
        // With escapes in the text its places are unknown.
        Plain::Text(text, start) if *start + text.len() < item.span.end => {
            let exact = item.span.len() - text.len() <= 7;
            Formula::parse(text, *start)
                .map(|formula| {
                    if exact {
                        formula
                    } else {
                        formula.at(&item.span)
                    }
                })
                .map_err(|mut error| {
                    let inside = error.span.end <= item.span.end;
                    if !exact || !inside {
                        error.span = item.span.clone();
                    }
                    Box::new(error.diagnostic())
                })
        }
        Plain::Text(text, _) => fixed(text),
        Plain::List(items) => {
            let mut texts = Vec::with_capacity(items.len());
            for item in items {
                let entry = parse(item)?;
                texts.push(match entry.node(entry.root()) {
                    Node::List(_) => entry.to_string(),
                    _ => format!("({entry})"),
                });
            }
            fixed(&format!("[{}]", texts.join(", ")))
        }
        Plain::Table(table) => match table.get("value") {
            Some(value) => parse(value),
            None => fixed(""),
        },
        Plain::Date(_) => fixed(""),
    }
}

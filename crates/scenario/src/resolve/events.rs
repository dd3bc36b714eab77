//! Red lines, history, observation.

use super::{Names, Resolver, names_of, table_of, tables_of, text_of};
use crate::model::{Form, Happening, Likelihood, Observation, RedLine, Theatre, Threshold};
use crate::syntax::{Plain, Table};
use deterra_game::diagnostic::Diagnostic;
use std::collections::BTreeSet;
use std::ops::Range;

/// The most events of a history, repetitions counted.
const MAX_EVENTS: usize = 10_000;

impl Resolver<'_> {
    pub(super) fn red_lines(&mut self, file: &Table) -> Vec<RedLine> {
        let mut lines: Vec<RedLine> = Vec::new();
        for (table, span) in tables_of(file, "red_line") {
            let Some(id) = text_of(table, "id") else {
                continue;
            };
            let mut after = Vec::new();
            for (name, place) in names_of(table, "order_after") {
                if let Some(at) = lines.iter().position(|line| line.id == name) {
                    after.push(at);
                } else {
                    let known: Vec<String> = lines.iter().map(|l| l.id.clone()).collect();
                    let known = known.iter().map(String::as_str);
                    self.unknown("earlier red line", &name, place, known);
                }
            }
            lines.push(RedLine {
                label: text_of(table, "label").unwrap_or_else(|| id.clone()),
                id,
                severity: self.formula_of(table, "severity", Names::PARAMETERS),
                after,
                observed_by: self.actors_of(table, "observed_by"),
                span,
            });
        }
        self.distinct("red line", lines.iter().map(|l| (l.id.as_str(), &l.span)));
        lines
    }

    pub(super) fn history(&mut self, file: &Table, lines: &[RedLine]) -> Vec<Happening> {
        let mut history = Vec::new();
        let mut total = 0;
        for (table, span) in tables_of(file, "history") {
            let actor = self.actor_of(table, "actor");
            let mut crosses = None;
            if let Some(item) = table.get("crosses")
                && let Some(name) = item.text()
            {
                crosses = lines.iter().position(|line| line.id == name);
                if crosses.is_none() {
                    let known = lines.iter().map(|line| line.id.as_str());
                    self.unknown("red line", name, item.span.clone(), known);
                }
            }
            let response = text_of(table, "response");
            let times = match table.get("times").map(|item| &item.value) {
                Some(Plain::Number(number)) => super::count(number),
                _ => 1,
            };
            total = usize::saturating_add(total, times);
            if total > MAX_EVENTS {
                let message = format!("the history has more than {MAX_EVENTS} events");
                self.error("D030", span, message);
                break;
            }
            let likelihood = match table.get("likelihood") {
                Some(item) if item.table().is_some() => self.likelihood(table, &item.span),
                Some(item) => self.of_equilibrium(table, &item.span),
                None => None,
            };
            let label = match (crosses, &response) {
                (Some(line), Some(answer)) => format!("{}: {answer}", lines[line].label),
                (Some(line), None) => lines[line].label.clone(),
                (None, Some(answer)) => answer.clone(),
                (None, None) => format!("event {}", history.len() + 1),
            };
            history.push(Happening {
                label,
                time: self.formula_of(table, "t", Names::PARAMETERS),
                actor,
                crosses,
                response,
                times,
                likelihood,
                span,
            });
        }
        history
    }

    /// Whose types an event speaks of, and how likely it was for each of them.
    fn likelihood(&mut self, table: &Table, span: &Range<usize>) -> Option<Likelihood> {
        let likelihoods = table_of(table, "likelihood")?;
        let about = if table.get("about").is_some() {
            self.actor_of(table, "about")?
        } else {
            let fitting: Vec<usize> = (0..self.actors.len())
                .filter(|at| {
                    let types = &self.actors[*at].types;
                    likelihoods
                        .entries
                        .iter()
                        .any(|entry| types.iter().any(|kind| kind.id == entry.key))
                })
                .collect();
            match fitting.as_slice() {
                [one] => *one,
                [] => {
                    let message = "no actor has types of these names";
                    let said = Diagnostic::error("D030", span.clone(), message);
                    self.diagnostics
                        .push(said.help("give an actor `types` with these ids"));
                    return None;
                }
                _ => {
                    let message = "several actors have types of these names";
                    let said = Diagnostic::error("D030", span.clone(), message);
                    self.diagnostics
                        .push(said.help("write about = \"actor\" to say whose are meant"));
                    return None;
                }
            }
        };
        for entry in &likelihoods.entries {
            self.type_of(about, &entry.key, &entry.key_span);
        }
        let names: Vec<String> = self.actors[about]
            .types
            .iter()
            .map(|kind| kind.id.clone())
            .collect();
        let mut formulas = Vec::new();
        for name in names {
            if let Some(item) = likelihoods.get(&name) {
                formulas.extend(self.formula(item, Names::PARAMETERS));
            } else {
                let message = format!("how likely was this for type \"{name}\"?");
                let said = Diagnostic::error("D030", span.clone(), message);
                self.diagnostics
                    .push(said.help(format!("add {name} = a probability")));
            }
        }
        (formulas.len() == self.actors[about].types.len()).then_some(Likelihood::Declared {
            actor: about,
            formulas,
        })
    }

    /// Where the equilibrium says how likely an event was.
    fn of_equilibrium(&mut self, table: &Table, span: &Range<usize>) -> Option<Likelihood> {
        let actor = if table.get("about").is_some() {
            self.actor_of(table, "about")?
        } else {
            let with_types: Vec<usize> = (0..self.actors.len())
                .filter(|at| !self.actors[*at].types.is_empty())
                .collect();
            let [one] = with_types.as_slice() else {
                let message = "whose move this was is not clear";
                let said = Diagnostic::error("D030", span.clone(), message);
                self.diagnostics
                    .push(said.help("write about = \"actor\", one that has types"));
                return None;
            };
            *one
        };
        if self.actors[actor].types.is_empty() {
            let message = format!(
                "{} has no types to learn about",
                self.actors[actor].id.as_str()
            );
            self.error("D030", span.clone(), message);
            return None;
        }
        let (Some(at), Some(action)) = (text_of(table, "at"), text_of(table, "action")) else {
            let message = "the equilibrium says how likely a move is at a position: which?";
            let said = Diagnostic::error("D030", span.clone(), message);
            self.diagnostics
                .push(said.help("write at = \"position\" and action = \"move\""));
            return None;
        };
        Some(Likelihood::Equilibrium {
            actor,
            at,
            action,
            computed: Vec::new(),
        })
    }

    pub(super) fn thresholds(&mut self, file: &Table) -> Vec<Threshold> {
        let mut all = Vec::new();
        for (table, span) in tables_of(file, "threshold") {
            let Some(kind) = text_of(table, "type") else {
                continue;
            };
            let place = table.get("type").map_or(span.clone(), |i| i.span.clone());
            let actor = if table.get("actor").is_some() {
                self.actor_of(table, "actor")
            } else {
                let fitting: Vec<usize> = (0..self.actors.len())
                    .filter(|at| self.actors[*at].types.iter().any(|t| t.id == kind))
                    .collect();
                if let [one] = fitting.as_slice() {
                    Some(*one)
                } else {
                    let message = match fitting.as_slice() {
                        [] => format!("no actor has a type \"{kind}\""),
                        _ => format!("several actors have a type \"{kind}\""),
                    };
                    let said = Diagnostic::error("D030", place.clone(), message);
                    self.diagnostics
                        .push(said.help("write actor = the actor whose type is meant"));
                    None
                }
            };
            let at = self.formula_of(table, "at", Names::PARAMETERS);
            let kind = actor.and_then(|actor| self.type_of(actor, &kind, &place));
            if let (Some(actor), Some(kind), Some(at)) = (actor, kind, at) {
                all.push(Threshold {
                    actor,
                    kind,
                    at,
                    label: text_of(table, "label"),
                    span,
                });
            }
        }
        all
    }

    pub(super) fn observations(
        &mut self,
        file: &Table,
        form: Option<&Form>,
        theatres: &[Theatre],
    ) -> Vec<Observation> {
        let mut known: Vec<String> = vec!["all".to_owned()];
        match form {
            Some(Form::Ladder(ladder)) => {
                known.extend(ladder.rungs.iter().map(|rung| rung.id.clone()));
                known.extend(ladder.off_ramps.iter().map(|ramp| ramp.id.clone()));
                known.push("votes".to_owned());
            }
            // A graph that says who sees what has been told that it cannot.
            Some(Form::Graph(_)) | None => return Vec::new(),
            Some(Form::Tree(tree)) => {
                for node in &tree.nodes {
                    known.push(node.id.clone());
                    let labels = node.actions.iter().filter_map(|a| a.label.plain());
                    known.extend(labels.map(|label| format!("{}.{label}", node.id)));
                }
            }
        }
        for at in 0..known.len() {
            // What happens in another theatre has its name before it.
            let there = theatres.iter().map(|t| format!("{}.{}", t.id, known[at]));
            let there: Vec<String> = there.collect();
            known.extend(there);
        }
        let set: BTreeSet<&str> = known.iter().map(String::as_str).collect();
        let mut observations = Vec::new();
        for (table, span) in tables_of(file, "observe") {
            let mut events = Vec::new();
            for (name, place) in names_of(table, "event") {
                if set.contains(name.as_str()) {
                    events.push(name);
                } else {
                    let known = known.iter().map(String::as_str);
                    self.unknown("event", &name, place, known);
                }
            }
            let delay = match table.get("delay").map(|item| &item.value) {
                Some(Plain::Number(number)) => super::count(number).min(1 << 20),
                _ => 0,
            };
            observations.push(Observation {
                events,
                by: self.actors_of(table, "by"),
                delay,
                error: self.formula_of(table, "error", Names::PARAMETERS),
                span,
            });
        }
        observations
    }
}

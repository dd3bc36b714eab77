//! Rungs, responses, off-ramps.

use super::{Names, Resolver, names_of, table_of, tables_of, text_of};
use crate::model::{Answer, Commit, Ladder, OffRamp, Outcome, Response, Rule, Rung};
use crate::syntax::{Item, Plain, Table};
use deterra_game::diagnostic::Diagnostic;
use std::ops::Range;

/// The strengths that an answer may have.
const STRENGTHS: [&str; 4] = ["none", "weak", "kind", "strong"];

impl Resolver<'_> {
    pub(super) fn ladder(&mut self, file: &Table, head: &Table, outcomes: &[Outcome]) -> Ladder {
        let rungs = self.rungs(file);
        let responses = self.responses(file, &rungs);
        let off_ramps = self.off_ramps(file, &rungs);
        let mut audiences = Vec::new();
        for entry in table_of(file, "audience").map_or(&[][..], |table| &table.entries) {
            let actor = self.actor(&entry.key, &entry.key_span);
            let cost = entry
                .item
                .table()
                .and_then(|table| self.formula_of(table, "cost", Names::STATE));
            audiences.extend(actor.zip(cost));
        }
        let ultimatum = table_of(file, "ultimatum");
        if let Some(table) = ultimatum {
            self.actor_of(table, "by");
        }
        let horizon = table_of(head, "horizon");
        if let Some(item) = horizon.and_then(|table| table.get("infinite")) {
            self.diagnostics.push(
                Diagnostic::error(
                    "D013",
                    item.span.clone(),
                    "a ladder has a last stage; only a graph goes on for ever",
                )
                .help("write `horizon = { finite = 20 }`: the last rung is repeated; or write the states with `form = \"graph\"`"),
            );
        }
        let mut named = |key: &str, default: &str| {
            let Some(item) = head.get(key) else {
                return default.to_owned();
            };
            let name = item.text().unwrap_or(default).to_owned();
            if !outcomes.iter().any(|outcome| outcome.id == name) {
                let known = outcomes.iter().map(|outcome| outcome.id.as_str());
                self.unknown("outcome", &name, item.span.clone(), known);
            }
            name
        };
        let (last, quiet) = (named("final", "defeat"), named("quiet", "status_quo"));
        Ladder {
            peace: head.get("start").and_then(Item::text) == Some("peace"),
            horizon: horizon.and_then(|table| self.formula_of(table, "finite", Names::PARAMETERS)),
            last,
            quiet,
            deadline: ultimatum
                .and_then(|table| self.formula_of(table, "deadline", Names::PARAMETERS)),
            demand: ultimatum.and_then(|table| text_of(table, "demand")),
            rungs,
            responses,
            off_ramps,
            audiences,
        }
    }

    fn rungs(&mut self, file: &Table) -> Vec<Rung> {
        let mut rungs: Vec<Rung> = Vec::new();
        for (table, span) in tables_of(file, "rung") {
            let Some(id) = text_of(table, "id") else {
                continue;
            };
            let by = self.actor_of(table, "by");
            let target = self.actor_of(table, "target");
            let mut vote = self.actor_of(table, "vote");
            if let Some(actor) = vote
                && self.actors[actor].coalition.is_none()
            {
                let place = table.get("vote").map_or(0..0, |item| item.span.clone());
                let message = format!("\"{}\" is no coalition", self.actors[actor].id);
                let said = Diagnostic::error("D016", place, message);
                self.diagnostics
                    .push(said.help("write a [[coalition]] with that id"));
                vote = None;
            }
            let cost = self.amounts(table, "cost", Names::STATE);
            let effect = self.patches(table, "effect", Names::STATE);
            let accident = self.formula_of(table, "accident", Names::STATE);
            let delay = self.formula_of(table, "delay", Names::STATE);
            let noise = self.formula_of(table, "noise", Names::STATE);
            let visible_to = table
                .get("visible_to")
                .map(|_| self.actors_of(table, "visible_to"));
            let mut requires = Vec::new();
            for (name, place) in names_of(table, "requires") {
                if let Some(at) = rungs.iter().position(|rung| rung.id == name) {
                    requires.push(at);
                } else {
                    let known: Vec<String> = rungs.iter().map(|r| r.id.clone()).collect();
                    let known = known.iter().map(String::as_str);
                    self.unknown("earlier rung", &name, place, known);
                }
            }
            let Some(by) = by else {
                continue;
            };
            rungs.push(Rung {
                label: text_of(table, "label").unwrap_or_else(|| id.clone()),
                id,
                by,
                vote,
                target,
                cost,
                effect,
                accident,
                reversible: is_true(table, "reversible"),
                delay,
                requires,
                visible_to,
                noise,
                span,
            });
        }
        self.distinct("rung", rungs.iter().map(|r| (r.id.as_str(), &r.span)));
        rungs
    }

    fn responses(&mut self, file: &Table, rungs: &[Rung]) -> Vec<Response> {
        let mut responses = Vec::new();
        for (table, span) in tables_of(file, "response") {
            let on = match table.get("on") {
                Some(item) if matches!(item.text(), Some("continue" | "any")) => None,
                Some(item) => match self.place(item, rungs) {
                    Some(rung) => Some(rung),
                    None => continue,
                },
                None => None,
            };
            let mut options = Vec::new();
            for (name, place) in names_of(table, "options") {
                let answer = match name.as_str() {
                    "next_rung" | "execute" => Some(Answer::Execute),
                    "acquiesce" => Some(Answer::Acquiesce),
                    name if STRENGTHS.contains(&name) => Some(self.strength(name, table, &place)),
                    name => self.jump(name, on, rungs, &place),
                };
                options.extend(answer);
            }
            if options.is_empty() {
                if table.get("options").is_some() {
                    self.error("D020", span.clone(), "a response needs options".into());
                }
                options = vec![Answer::Execute, Answer::Acquiesce];
            }
            let by = self.actor_of(table, "by");
            let commit = self.commit(table, &span);
            responses.push(Response {
                on,
                by,
                options,
                commit,
                deadline: self.formula_of(table, "deadline", Names::PARAMETERS),
                span,
            });
        }
        responses
    }

    fn jump(
        &mut self,
        name: &str,
        on: Option<usize>,
        rungs: &[Rung],
        span: &Range<usize>,
    ) -> Option<Answer> {
        let Some(to) = rungs.iter().position(|rung| rung.id == name) else {
            let words = ["next_rung", "acquiesce"].into_iter().chain(STRENGTHS);
            let known = words.chain(rungs.iter().map(|rung| rung.id.as_str()));
            self.unknown("option", name, span.clone(), known);
            return None;
        };
        if on.is_some_and(|on| to < on) {
            let message = format!("rung \"{name}\" comes before the one that is answered");
            let said = Diagnostic::error("D020", span.clone(), message);
            self.diagnostics
                .push(said.help("an answer may only jump ahead"));
            return None;
        }
        Some(Answer::Jump(to))
    }

    fn strength(&mut self, name: &str, table: &Table, span: &Range<usize>) -> Answer {
        let inner = table_of(table, "strength").and_then(|table| table_of(table, name));
        if inner.is_none() && matches!(name, "weak" | "strong") {
            let message = format!("nothing says what a {name} response costs");
            let said = Diagnostic::error("D020", span.clone(), message);
            self.diagnostics.push(said.help(format!(
                "write strength.{name} = {{ cost = {{ actor = … }} }} in this block"
            )));
        }
        let empty = Table::default();
        let inner = inner.unwrap_or(&empty);
        Answer::Strength {
            name: name.to_owned(),
            cost: self.amounts(inner, "cost", Names::STATE),
            accident: self.formula_of(inner, "accident", Names::STATE),
        }
    }

    fn commit(&mut self, table: &Table, span: &Range<usize>) -> Commit {
        let Some(devices) = table_of(table, "commit") else {
            return Commit::Nothing;
        };
        let known: Vec<_> = devices
            .entries
            .iter()
            .filter(|entry| ["audience", "automatic", "delegated"].contains(&entry.key.as_str()))
            .collect();
        let [device] = known.as_slice() else {
            let message = format!("`commit` names {} devices, and needs one", known.len());
            let said = Diagnostic::error("D020", span.clone(), message);
            self.diagnostics.push(
                said.help(
                    "write commit = { audience = … }, { automatic = … } or { delegated = … }",
                ),
            );
            return Commit::Nothing;
        };
        let item = &device.item;
        match device.key.as_str() {
            "audience" => self
                .formula(item, Names::STATE)
                .map_or(Commit::Nothing, Commit::Audience),
            "automatic" => {
                let inner = item.table().and_then(|table| table.get("prob"));
                self.formula(inner.unwrap_or(item), Names::STATE)
                    .map_or(Commit::Nothing, Commit::Automatic)
            }
            _ => {
                let inner = item.table().and_then(|table| table.get("actor"));
                let item = inner.unwrap_or(item);
                let name = item.text().unwrap_or_default().to_owned();
                self.actor(&name, &item.span)
                    .map_or(Commit::Nothing, Commit::Delegated)
            }
        }
    }

    /// A rung by name or number; an error if there is none.
    fn place(&mut self, item: &Item, rungs: &[Rung]) -> Option<usize> {
        match &item.value {
            Plain::Text(name, _) => {
                let found = rungs.iter().position(|rung| rung.id == *name);
                if found.is_none() {
                    let known = rungs.iter().map(|rung| rung.id.as_str());
                    let known = known.chain(["any"]);
                    self.unknown("rung", name, item.span.clone(), known);
                }
                found
            }
            Plain::Number(number) => {
                let k = super::count(number);
                if k < rungs.len() {
                    return Some(k);
                }
                let message = format!("there is no rung {k}");
                let said = Diagnostic::error("D010", item.span.clone(), message);
                self.diagnostics.push(said.help(format!(
                    "rungs are counted from 0, so the last is {}",
                    rungs.len().saturating_sub(1)
                )));
                None
            }
            _ => None,
        }
    }

    fn off_ramps(&mut self, file: &Table, rungs: &[Rung]) -> Vec<OffRamp> {
        let mut ramps: Vec<OffRamp> = Vec::new();
        let only = tables_of(file, "off_ramp").count() == 1;
        for (table, span) in tables_of(file, "off_ramp") {
            let id = text_of(table, "id").unwrap_or_else(|| "settle".to_owned());
            let at = match table.get("at") {
                Some(item) if item.text() == Some("any") => None,
                Some(item) => match self.place(item, rungs) {
                    Some(rung) => Some(rung),
                    None => continue,
                },
                None => None,
            };
            let label = text_of(table, "label").unwrap_or_else(|| {
                if only {
                    "negotiate".to_owned()
                } else {
                    id.clone()
                }
            });
            let by = self.actor_of(table, "by");
            if let Some(actor) = by
                && self.votes(actor)
            {
                let place = table.get("by").map_or(0..0, |item| item.span.clone());
                let said = Diagnostic::error(
                    "D021",
                    place,
                    "a coalition that votes cannot take an off-ramp together",
                );
                self.diagnostics
                    .push(said.help("name the member who speaks for it"));
                continue;
            }
            let tags: Vec<String> = names_of(table, "tags").into_iter().map(|n| n.0).collect();
            ramps.push(OffRamp {
                id,
                label,
                at,
                by,
                payoff: self.amounts(table, "payoff", Names::STATE),
                prize: self.formula_of(table, "prize", Names::STATE),
                payer: self.actor_of(table, "payer"),
                face_cost: self.formula_of(table, "face_cost", Names::STATE),
                credible: self.formula_of(table, "credible", Names::STATE),
                tags: if table.get("tags").is_some() {
                    tags
                } else {
                    vec!["negotiated".to_owned()]
                },
                span,
            });
        }
        self.distinct("off-ramp", ramps.iter().map(|r| (r.id.as_str(), &r.span)));
        let labels = ramps.iter().map(|r| (r.label.as_str(), &r.span));
        let nowhere = 0..0;
        let taken = ["continue", "challenge", "refrain"].map(|label| (label, &nowhere));
        self.distinct("move", taken.into_iter().chain(labels));
        ramps
    }

    /// Whether an actor stands for a coalition that votes.
    pub(super) fn votes(&self, actor: usize) -> bool {
        self.actors[actor].coalition.is_some_and(|at| {
            self.coalitions
                .get(at)
                .is_some_and(|c| c.rule != Rule::Unitary)
        })
    }
}

pub(super) fn is_true(table: &Table, key: &str) -> bool {
    matches!(
        table.get(key).map(|item| &item.value),
        Some(Plain::Flag(true))
    )
}

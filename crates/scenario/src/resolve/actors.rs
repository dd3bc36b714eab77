//! Actors, their types, coalitions and promises.

use super::{MAX_EXPANSION, Names, Resolver, names_of, table_of, tables_of, text_of};
use crate::expr::Formula;
use crate::model::{
    Actor, Alliance, Coalition, Decide, Form, Joint, MemberPayoff, Outcome, Role, Rule, Type,
};
use crate::parameter::{Definition, Parameter, Parameters, Scope, Valuation};
use crate::syntax::{Item, Plain, Table};
use deterra_game::diagnostic::Diagnostic;
use deterra_game::number::Rational;
use std::ops::Range;

/// The parameters that some type or rung changes; they need not be in `[params]`.
pub(super) fn overridden(file: &Table) -> Vec<String> {
    let mut names = Vec::new();
    let mut add = |table: &Table, key: &str| {
        for entry in table_of(table, key).map_or(&[][..], |table| &table.entries) {
            names.push(entry.key.clone());
        }
    };
    for (actor, _) in tables_of(file, "actor") {
        for (kind, _) in tables_of(actor, "types") {
            add(kind, "override");
        }
    }
    for (rung, _) in tables_of(file, "rung") {
        add(rung, "effect");
    }
    names
}

fn role(name: &str) -> Option<Role> {
    Some(match name {
        "challenger" => Role::Challenger,
        "defender" => Role::Defender,
        "protege" => Role::Protege,
        "ally" => Role::Ally,
        "mitigator" => Role::Mitigator,
        "observer" => Role::Observer,
        _ => return None,
    })
}

impl Resolver<'_> {
    /// The sugar of `[sanctions]` becomes the parameter `sanctions`.
    pub(super) fn sanctions(&mut self, file: &Table, mut parameters: Parameters) -> Parameters {
        let Some(entry) = file.entry("sanctions") else {
            return parameters;
        };
        let Some(table) = entry.item.table() else {
            return parameters;
        };
        let mut text = String::new();
        for key in ["severity", "coverage", "mitigation"] {
            let Some(formula) = self.formula_of(table, key, Names::PARAMETERS) else {
                continue;
            };
            match key {
                "severity" => text = format!("({formula})"),
                "coverage" => text = format!("{text} * ({formula})"),
                _ => text = format!("{text} * (1 - ({formula}))"),
            }
        }
        let span = entry.key_span.clone();
        if let Ok(formula) = Formula::parse(&text, 0) {
            let definition = Definition::One(formula.at(&span));
            let parameter = Parameter::new("sanctions", span.clone(), definition, span);
            match parameters.define(parameter) {
                Ok(()) => {
                    self.parameters.insert("sanctions".to_owned());
                    // Not a number of the user: never reported as unused.
                    self.used.insert("sanctions".to_owned());
                }
                Err(diagnostic) => self.diagnostics.push(diagnostic),
            }
        }
        parameters
    }

    pub(super) fn actors(&mut self, file: &Table, parameters: &Parameters) {
        let mut valuation = None;
        for (table, span) in tables_of(file, "actor") {
            let Some(id) = text_of(table, "id") else {
                continue;
            };
            let label = text_of(table, "label").unwrap_or_else(|| id.clone());
            let role = text_of(table, "role").and_then(|name| role(&name));
            let side = text_of(table, "side");
            let types = self.types(table, parameters, &mut valuation);
            let one = |id: String, label: String, types: Vec<Type>| Actor {
                side: side.clone().unwrap_or_else(|| match role {
                    Some(Role::Challenger) => "challenge".to_owned(),
                    Some(Role::Defender | Role::Protege | Role::Ally) => "defense".to_owned(),
                    _ => id.clone(),
                }),
                id,
                label,
                role,
                types,
                given: None,
                plays: true,
                coalition: None,
                member_of: None,
                span: span.clone(),
            };
            let Some(variable) = text_of(table, "each") else {
                self.actors.push(one(id, label, types));
                continue;
            };
            let values =
                valuation.get_or_insert_with(|| parameters.evaluate().value.unwrap_or_default());
            for k in self.counter(table, &span, values) {
                let mut fill = |text: &str| self.filled(text, &span, &variable, k, values);
                let filled = fill(&id).zip(fill(&label));
                let Some((id, label)) = filled else {
                    break;
                };
                self.actors.push(one(id, label, types.clone()));
            }
        }
        let list = std::mem::take(&mut self.actors);
        self.distinct("actor", list.iter().map(|a| (a.id.as_str(), &a.span)));
        for actor in &list {
            if actor.id == "chance" {
                let said = Diagnostic::error(
                    "D014",
                    actor.span.clone(),
                    "\"chance\" is nobody, so no actor can have that id",
                );
                self.diagnostics.push(said.help("choose another id"));
            }
            let types = &actor.types;
            self.distinct("type", types.iter().map(|t| (t.id.as_str(), &t.span)));
        }
        self.actors = list;
    }

    /// The values of a counter with `from` and `to`.
    pub(super) fn counter(
        &mut self,
        table: &Table,
        span: &Range<usize>,
        values: &Valuation,
    ) -> Vec<i64> {
        let mut end = |key: &str| -> Option<i64> {
            let formula = if let Some(item) = table.get(key) {
                self.formula(item, Names::PARAMETERS)?
            } else {
                let message = format!("a counter needs `{key}`");
                self.error("D015", span.clone(), message);
                return None;
            };
            match formula.number(&Scope::new(values)) {
                Ok(quantity) => {
                    let whole = quantity.value.to_i64();
                    if whole.is_none() {
                        let message =
                            format!("a counter runs over whole numbers, and {quantity} is none");
                        self.error("D015", formula.place(), message);
                    }
                    whole
                }
                Err(error) => {
                    self.diagnostics.push(error.diagnostic());
                    None
                }
            }
        };
        let Some((from, to)) = end("from").zip(end("to")) else {
            return Vec::new();
        };
        if to.saturating_sub(from) >= MAX_EXPANSION {
            let message = format!(
                "the counter runs over more than {MAX_EXPANSION} values, from {from} to {to}"
            );
            self.error("D015", span.clone(), message);
            return Vec::new();
        }
        (from..=to).collect()
    }

    pub(super) fn coalitions(&mut self, file: &Table) {
        for (table, span) in tables_of(file, "coalition") {
            let Some(id) = text_of(table, "id") else {
                continue;
            };
            let at = self.coalitions.len();
            let actor = self.actor_or_new(&id, &span, "defense");
            let side = self.actors[actor].side.clone();
            let rule = match text_of(table, "rule").as_deref() {
                Some("sequential") => Rule::Sequential,
                Some("simultaneous") => Rule::Simultaneous,
                _ => Rule::Unitary,
            };
            let votes = rule != Rule::Unitary;
            let mut members = Vec::new();
            for (name, place) in names_of(table, "members") {
                let member = self.actor_or_new(&name, &place, &side);
                if member == actor || self.actors[member].member_of.is_some() {
                    let message = format!("\"{name}\" is already in a coalition");
                    self.error("D016", place, message);
                    continue;
                }
                self.actors[member].member_of = Some(at);
                self.actors[member].plays = votes;
                members.push(member);
            }
            if members.is_empty() {
                self.error("D016", span.clone(), "a coalition needs members".into());
            }
            if self.actors[actor].coalition.is_some() {
                let message = format!("coalition \"{id}\" is defined twice");
                self.error("D012", span.clone(), message);
            }
            self.actors[actor].coalition = Some(at);
            self.actors[actor].plays = !votes;
            if votes && !self.actors[actor].types.is_empty() {
                let place = self.actors[actor].types[0].span.clone();
                self.diagnostics.push(
                    Diagnostic::error(
                        "D016",
                        place,
                        format!("\"{id}\" votes, so its members have types, not it"),
                    )
                    .help(
                        "give the members [[actor]] blocks with types, or write rule = \"unitary\"",
                    ),
                );
                self.actors[actor].types.clear();
            }
            let decide = self.decide(table, &members, &span);
            let shares = self.per_member(table_of(table, "shares"), &members);
            let delay = self.formula_of(table, "delay", Names::PARAMETERS);
            let cost_of_yes = self.cost_of_yes(table, &members, votes);
            self.coalitions.push(Coalition {
                actor,
                rule,
                decide,
                payoff: match text_of(table, "payoff").as_deref() {
                    Some("sum") => MemberPayoff::Sum,
                    Some("shares") => MemberPayoff::Shares,
                    _ => MemberPayoff::Own,
                },
                shares,
                delay,
                cost_of_yes,
                visible_votes: !matches!(
                    table.get("visible_votes").map(|item| &item.value),
                    Some(Plain::Flag(false))
                ),
                members,
                span,
            });
        }
    }

    /// What voting yes costs each member.
    fn cost_of_yes(&mut self, table: &Table, members: &[usize], votes: bool) -> Vec<Formula> {
        let Some(item) = table.get("cost_of_yes") else {
            return Vec::new();
        };
        if !votes {
            let message = "there is no vote in which saying yes could cost something".to_owned();
            let said = Diagnostic::error("D016", item.span.clone(), message);
            self.diagnostics
                .push(said.help("write rule = \"sequential\" or \"simultaneous\""));
            return Vec::new();
        }
        if let Some(each) = item.table() {
            return self.per_member(Some(each), members);
        }
        let one = self.formula(item, Names::PARAMETERS);
        one.map_or(Vec::new(), |one| vec![one; members.len()])
    }

    fn actor_or_new(&mut self, id: &str, span: &Range<usize>, side: &str) -> usize {
        if let Some(at) = self.actors.iter().position(|actor| actor.id == id) {
            return at;
        }
        self.actors.push(Actor {
            id: id.to_owned(),
            label: id.to_owned(),
            role: None,
            side: side.to_owned(),
            types: Vec::new(),
            given: None,
            plays: true,
            coalition: None,
            member_of: None,
            span: span.clone(),
        });
        self.actors.len() - 1
    }

    fn decide(&mut self, table: &Table, members: &[usize], span: &Range<usize>) -> Decide {
        let at_least = |resolver: &mut Self, item: &Item| {
            let Plain::Number(number) = &item.value else {
                return Decide::Unanimity;
            };
            let count = super::count(number);
            if count < 1 || count > members.len() {
                let message = format!("{count} of {} members cannot agree", members.len());
                let said = Diagnostic::error("D016", item.span.clone(), message);
                resolver
                    .diagnostics
                    .push(said.help(format!("write a number from 1 to {}", members.len())));
            }
            Decide::AtLeast(count.max(1))
        };
        let Some(item) = table.get("decide") else {
            return Decide::Unanimity;
        };
        match &item.value {
            Plain::Text(word, _) => match word.as_str() {
                "majority" => Decide::Majority,
                "any" => Decide::AtLeast(1),
                _ => Decide::Unanimity,
            },
            Plain::Number(_) => at_least(self, item),
            Plain::Table(inner) => {
                if let Some(weighted) = table_of(inner, "weighted") {
                    let weights = self.per_member(table_of(weighted, "weights"), members);
                    let quota = self.formula_of(weighted, "quota", Names::PARAMETERS);
                    return match quota {
                        Some(quota) if weights.len() == members.len() => Decide::Weighted {
                            weights,
                            quota: Box::new(quota),
                        },
                        _ => Decide::Unanimity,
                    };
                }
                if let Some(item) = inner.get("k") {
                    at_least(self, item)
                } else {
                    let message = "`decide` says neither `k` nor `weighted`".to_owned();
                    self.error("D016", span.clone(), message);
                    Decide::Unanimity
                }
            }
            _ => Decide::Unanimity,
        }
    }

    /// One formula a member; an error for each that is missing.
    fn per_member(&mut self, table: Option<&Table>, members: &[usize]) -> Vec<Formula> {
        let Some(table) = table else {
            return Vec::new();
        };
        let names: Vec<String> = members
            .iter()
            .map(|member| self.actors[*member].id.clone())
            .collect();
        for entry in &table.entries {
            if !names.contains(&entry.key) {
                let known = names.iter().map(String::as_str);
                self.unknown("member", &entry.key, entry.key_span.clone(), known);
            }
        }
        let mut formulas = Vec::new();
        for name in &names {
            if let Some(item) = table.get(name) {
                formulas.extend(self.formula(item, Names::PARAMETERS));
            } else {
                let span = table
                    .entries
                    .first()
                    .map_or(0..0, |entry| entry.key_span.clone());
                self.error(
                    "D016",
                    span,
                    format!("nothing is said of member \"{name}\""),
                );
            }
        }
        formulas
    }

    pub(super) fn joint_prior(&mut self, file: &Table) -> Vec<Joint> {
        let mut all = Vec::new();
        let Some(prior) = table_of(file, "prior") else {
            return all;
        };
        for (table, span) in tables_of(prior, "joint") {
            let mut types = Vec::new();
            for entry in table_of(table, "types").map_or(&[][..], |table| &table.entries) {
                let Some(actor) = self.actor(&entry.key, &entry.key_span) else {
                    continue;
                };
                let name = entry.item.text().unwrap_or_default().to_owned();
                types.extend(
                    self.type_of(actor, &name, &entry.item.span)
                        .map(|kind| (actor, kind)),
                );
            }
            types.sort_unstable();
            let wanted: Vec<usize> = (0..self.actors.len())
                .filter(|actor| !self.actors[*actor].types.is_empty())
                .collect();
            if !types.iter().map(|(actor, _)| *actor).eq(wanted) {
                let message = "a combination names one type of every actor that has types";
                self.error("D017", span.clone(), message.to_owned());
                continue;
            }
            if let Some(probability) = self.formula_of(table, "prob", Names::PARAMETERS) {
                all.push(Joint {
                    types,
                    probability,
                    span,
                });
            }
        }
        all
    }

    /// A type of an actor; an error if it has none of that name.
    pub(crate) fn type_of(
        &mut self,
        actor: usize,
        name: &str,
        span: &Range<usize>,
    ) -> Option<usize> {
        let types = &self.actors[actor].types;
        let found = types.iter().position(|kind| kind.id == name);
        if found.is_none() {
            let known: Vec<String> = types.iter().map(|kind| kind.id.clone()).collect();
            let what = format!("type of {}", self.actors[actor].id);
            self.unknown(&what, name, span.clone(), known.iter().map(String::as_str));
        }
        found
    }

    pub(super) fn alliances(
        &mut self,
        file: &Table,
        outcomes: &[Outcome],
        form: Option<&Form>,
    ) -> Vec<Alliance> {
        let mut all = Vec::new();
        for (table, span) in tables_of(file, "alliance") {
            let (from, to) = (self.actor_of(table, "from"), self.actor_of(table, "to"));
            let level = match table.get("level") {
                Some(item) => match item.text() {
                    Some("none") => constant(&Rational::ZERO, &item.span),
                    Some("partial") => {
                        constant(&Rational::new(1, 2).unwrap_or_default(), &item.span)
                    }
                    Some("full") => constant(&Rational::ONE, &item.span),
                    _ => self.formula(item, Names::STATE),
                },
                None => constant(&Rational::ONE, &span),
            };
            let breach = self.formula_of(table, "breach", Names::STATE);
            let mut on = Vec::new();
            for (name, place) in names_of(table, "on") {
                let ramps: Vec<&str> = match form {
                    Some(Form::Ladder(ladder)) => {
                        ladder.off_ramps.iter().map(|r| r.id.as_str()).collect()
                    }
                    _ => Vec::new(),
                };
                let mut known = outcomes.iter().map(|o| o.id.as_str()).chain(ramps);
                if known.clone().any(|id| id == name) {
                    on.push(name);
                } else {
                    let known: Vec<&str> = known.by_ref().collect();
                    self.unknown("outcome", &name, place, known);
                }
            }
            if let (Some(from), Some(to), Some(level), Some(breach)) = (from, to, level, breach) {
                all.push(Alliance {
                    from,
                    to,
                    level,
                    breach,
                    on,
                    span,
                });
            }
        }
        all
    }
}

/// The formula that is a number.
fn constant(value: &Rational, span: &Range<usize>) -> Option<Formula> {
    let formula = Formula::parse(&value.to_string(), 0).ok()?;
    Some(formula.at(span))
}

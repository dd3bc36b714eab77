//! What the orders of payoffs that `[assert]` states say alone, whatever the amounts are.

use super::regret::{Case, case, combinations, type_names};
use super::{Section, exact, wrapped};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::names::place;
use crate::request::family::ScenarioFamily;
use deterra_analyze::robust::MOST_CASES;
use deterra_analyze::robust::ordinal::{Lottery, Ordinal, Undecided, ordinal};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_render::number::both;
use deterra_render::table::{Cell, Table};
use deterra_scenario::Scenario;
use deterra_scenario::expr::{Comparison, Formula, Node};
use deterra_scenario::parameter::Definition;
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Comparisons told in text.
const MOST_TOLD: usize = 10;
/// Names through which a payoff is followed.
const LONGEST_CHAIN: usize = 16;

/// What a payoff is, if it is no formula.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Symbol {
    Name(String),
    Number(Rational),
}

/// The stated strict orders, with all that follows from them.
#[derive(Debug, Default)]
struct Orders {
    /// By symbol, those that are more.
    above: BTreeMap<Symbol, BTreeSet<Symbol>>,
}

impl Orders {
    fn of(scenario: &Scenario) -> Self {
        let mut orders = Self::default();
        for assertion in &scenario.assertions {
            orders.read(&assertion.condition);
        }
        orders.close();
        orders
    }

    /// Adds what a condition says: chains of `<` and `>`, joined by `and`.
    fn read(&mut self, condition: &Formula) {
        let mut open = vec![condition.root()];
        while let Some(part) = open.pop() {
            match condition.node(part) {
                Node::And(parts) => open.extend(parts),
                Node::Compare(first, rest) => {
                    let mut left = symbol(condition.node(*first));
                    for (how, next) in rest {
                        let right = symbol(condition.node(*next));
                        match (how, left.as_ref().zip(right.as_ref())) {
                            (Comparison::Less, Some((a, b))) => self.add(a, b),
                            (Comparison::Greater, Some((a, b))) => self.add(b, a),
                            _ => {}
                        }
                        left = right;
                    }
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, less: &Symbol, more: &Symbol) {
        self.above.entry(more.clone()).or_default();
        let above = self.above.entry(less.clone()).or_default();
        above.insert(more.clone());
    }

    /// What is above something that is above is above, and numbers are ranked as they are.
    fn close(&mut self) {
        let symbols: Vec<Symbol> = self.above.keys().cloned().collect();
        let numbers: Vec<&Rational> = symbols
            .iter()
            .filter_map(|s| match s {
                Symbol::Number(n) => Some(n),
                Symbol::Name(_) => None,
            })
            .collect();
        for (a, b) in numbers
            .iter()
            .flat_map(|a| numbers.iter().map(move |b| (a, b)))
        {
            if a < b {
                self.add(&Symbol::Number((*a).clone()), &Symbol::Number((*b).clone()));
            }
        }
        for start in &symbols {
            let mut reached: BTreeSet<Symbol> = BTreeSet::new();
            let mut open = vec![start];
            while let Some(at) = open.pop() {
                for next in self.above.get(at).into_iter().flatten() {
                    if reached.insert(next.clone()) {
                        open.push(next);
                    }
                }
            }
            self.above.insert(start.clone(), reached);
        }
    }

    fn rank(&self, a: &Symbol, b: &Symbol) -> Option<Ordering> {
        if a == b {
            return Some(Ordering::Equal);
        }
        if let (Symbol::Number(a), Symbol::Number(b)) = (a, b) {
            return Some(a.cmp(b));
        }
        let is_above = |low: &Symbol, high: &Symbol| {
            self.above
                .get(low)
                .is_some_and(|above| above.contains(high))
        };
        match (is_above(a, b), is_above(b, a)) {
            (true, false) => Some(Ordering::Less),
            (false, true) => Some(Ordering::Greater),
            _ => None,
        }
    }
}

fn symbol(node: &Node) -> Option<Symbol> {
    match node {
        Node::Name(name) => Some(Symbol::Name(name.to_string())),
        Node::Number(number) => Some(Symbol::Number(number.value().clone())),
        _ => None,
    }
}

/// What a formula comes down to: a name that is a number or a formula, or a number; through the overrides of the types
/// that are fixed and through parameters that are only names.
fn followed(formula: &Formula, scenario: &Scenario, orders: &Orders) -> Option<Symbol> {
    let mut here = symbol(formula.node(formula.root()))?;
    for _ in 0..LONGEST_CHAIN {
        let Symbol::Name(name) = &here else {
            return Some(here);
        };
        let types = scenario.actors.iter().filter_map(|a| a.types.get(a.given?));
        let patch = types
            .flat_map(|t| &t.patches)
            .filter(|p| p.name == *name)
            .map(|p| &p.definition)
            .next_back();
        let is_patched = patch.is_some();
        let definition = patch.or_else(|| Some(&scenario.parameters.get(name)?.definition));
        let next = match definition {
            Some(Definition::One(formula)) => symbol(formula.node(formula.root())),
            _ => None,
        };
        match next {
            Some(Symbol::Name(next)) if next != *name => here = Symbol::Name(next),
            // A number that a type has instead of the stated one is another number.
            next if is_patched => return next,
            // A name that the orders speak of stays one; what they do not speak of is not ranked.
            _ => return orders.above.contains_key(&here).then_some(here),
        }
    }
    None
}

pub(super) fn section(family: &ScenarioFamily<'_>, context: &Context) -> Result<Section, Failure> {
    let base = &family.base;
    let types = combinations(base, &|_| true);
    if types.len() > MOST_CASES {
        return Err(Failure::Limit {
            message: format!("there are more than {MOST_CASES} combinations of types"),
            help: Some("fix some with --given".to_owned()),
        });
    }
    let mut table = Table::new(["case", "holds for every payoff in the order", "result"]);
    let mut csv = Table::new(["case", "decided", "result", "undecided"]);
    let mut json_cases = Vec::new();
    let mut sentences = Vec::new();
    for types in &types {
        let seen = base.seen(types, &[]);
        let seen = seen.map_err(|_| Failure::internal("types cannot be fixed"))?;
        let name = type_names(base, types).join(", ");
        let case = case(seen, name)?;
        let orders = Orders::of(&case.scenario);
        let found = solved(&case, &orders)?;
        let graph = case.game.graph();
        let results: Vec<String> = found.results.iter().map(|l| words(graph, l)).collect();
        let mut results: Vec<String> = results;
        results.sort();
        results.dedup();
        let decided = results.len() == 1 && !found.cut;
        let shown = results.join(" or ");
        let told: Vec<String> = found.undecided.iter().map(|u| told(graph, u)).collect();
        table.push([
            Cell::from(case.name.clone()),
            Cell::from(if decided { "yes" } else { "no" }),
            Cell::from(shown.clone()),
        ]);
        csv.push([
            Cell::from(case.name.clone()),
            Cell::from(decided.to_string()),
            Cell::from(shown),
            Cell::from(told.join("; ")),
        ]);
        for sentence in told.iter().take(MOST_TOLD) {
            let case = if case.name.is_empty() {
                String::new()
            } else {
                format!("{}: ", case.name)
            };
            sentences.push(format!("{case}{sentence}"));
        }
        if told.len() > MOST_TOLD {
            sentences.push(format!("and {} more comparisons", told.len() - MOST_TOLD));
        }
        json_cases.push(json!({
            "case": case.name,
            "decided": decided,
            "results": found.results.iter().map(|l| outcomes(graph, l)).collect::<Vec<Value>>(),
            "undecided": told,
            "cut": found.cut,
        }));
    }
    let mut text = wrapped(
        "What the orders of [assert] say alone, with everything known to everybody:",
        context,
    );
    text += &table.to_text(context.width());
    if !sentences.is_empty() {
        text += &wrapped("It depends on amounts:", context);
    }
    for sentence in &sentences {
        text += &wrapped(sentence, context);
    }
    Ok(Section {
        key: "ordinal",
        json: json!({ "cases": json_cases }),
        text,
        rows: csv,
        stop: None,
    })
}

fn solved(case: &Case, orders: &Orders) -> Result<Ordinal, Failure> {
    let graph = case.game.graph();
    let scenario = &case.scenario;
    let mut symbols: BTreeMap<(usize, NodeId), Option<Symbol>> = BTreeMap::new();
    for at in (0..graph.num_positions()).map(NodeId::from_index) {
        if graph.mover(at) != Mover::Terminal {
            continue;
        }
        for player in 0..graph.num_players() {
            let label = graph.player_label(PlayerId::from_index(player));
            let formula = formula_of(scenario, graph.outcome_label(at).unwrap_or_default(), label);
            let found = formula.and_then(|f| followed(f, scenario, orders));
            symbols.insert((player, at), found);
        }
    }
    let ranks = |player: PlayerId, a: NodeId, b: NodeId| {
        if a == b
            || graph
                .outcome_label(a)
                .is_some_and(|l| graph.outcome_label(b) == Some(l))
        {
            return Some(Ordering::Equal);
        }
        let of = |at| symbols.get(&(player.index(), at))?.as_ref();
        orders.rank(of(a)?, of(b)?)
    };
    ordinal(graph, &ranks)
        .map_err(|why| Failure::usage(why, "orders rank endings, and payoffs on the way add up"))
}

/// The formula of an outcome's payoff.
fn formula_of<'s>(scenario: &'s Scenario, outcome: &str, player: &str) -> Option<&'s Formula> {
    let found = scenario.outcomes.iter().find(|o| {
        let label = o.label.as_ref().and_then(|l| l.plain());
        label.unwrap_or(&o.id) == outcome
    })?;
    let actor = scenario.actors.iter().find(|a| a.label == player)?;
    let paid = found.payoff.iter().rev();
    let mut paid = paid.filter(|(who, _)| who.plain() == Some(actor.id.as_str()));
    paid.next().map(|(_, formula)| formula)
}

/// How likely outcomes are, by label.
fn by_label(graph: &dyn PositionGraph, lottery: &Lottery) -> BTreeMap<String, Rational> {
    let mut sums: BTreeMap<String, Rational> = BTreeMap::new();
    for (at, p) in lottery {
        let label = match graph.outcome_label(*at) {
            Some(label) if !label.is_empty() => label.to_owned(),
            _ => place(graph, *at),
        };
        *sums.entry(label).or_default() += p;
    }
    sums
}

fn words(graph: &dyn PositionGraph, lottery: &Lottery) -> String {
    let sums = by_label(graph, lottery);
    let word = |(label, p): (&String, &Rational)| {
        if p.is_one() {
            label.clone()
        } else {
            format!("{label} {}", both(p))
        }
    };
    sums.iter().map(word).collect::<Vec<_>>().join(" + ")
}

fn outcomes(graph: &dyn PositionGraph, lottery: &Lottery) -> Value {
    let sums = by_label(graph, lottery);
    Value::Object(
        sums.iter()
            .map(|(label, p)| (label.clone(), exact(p)))
            .collect(),
    )
}

fn told(graph: &dyn PositionGraph, undecided: &Undecided) -> String {
    let at = undecided.position;
    let name = |(k, lottery): &(u32, Lottery)| {
        let action = graph.move_label(at, *k as usize);
        format!("{} ({action})", words(graph, lottery))
    };
    format!(
        "at {} {} may prefer {} or {}",
        place(graph, at),
        graph.player_label(undecided.player),
        name(&undecided.one),
        name(&undecided.other)
    )
}

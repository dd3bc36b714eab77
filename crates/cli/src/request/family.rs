//! The family of a scenario: its game for every value of some of its parameters.
//!
//! The file is read once. A point sets the parameters to its numbers and compiles, which gives what
//! `--set` would give; where the number of actors or types depends on parameters the file is
//! read again for every point.

mod names;

pub(crate) use names::kind_of;

use super::{inspect, likelihood, scenario};
use crate::args::TieRuleName;
use crate::context::Context;
use crate::diagnose::Problems;
use crate::failure::Failure;
use crate::output::names::hint;
use deterra_analyze::family::{Family, Member, NoMember};
use deterra_game::diagnostic::Diagnostic;
use deterra_game::number::Rational;
use deterra_scenario::expr::Value;
use deterra_scenario::parameter::Distribution;
use deterra_scenario::{CompileLimits, Compiled, CompiledGame, Scenario, Settings, compile, load};
use deterra_solve::perfect::tie_rule::TieRule;
use deterra_solve::problem::Request;
use std::sync::Mutex;

/// What is known of a parameter that a family may vary.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// The name, `n[0]` for an entry.
    pub(crate) name: String,
    /// What it is in the file, or as `--set` says.
    pub(crate) value: Rational,
    /// The least and the greatest value, if the file says.
    pub(crate) min: Option<Rational>,
    /// As `min`.
    pub(crate) max: Option<Rational>,
    /// How uncertain the analyst is, if the file says.
    pub(crate) distribution: Option<Distribution>,
}

/// A scenario as a family of games.
#[derive(Debug)]
pub(crate) struct ScenarioFamily<'c> {
    context: &'c Context,
    /// The scenario's title, else the file's name.
    pub(crate) title: String,
    /// Of the file's bytes.
    pub(crate) sha256: String,
    /// The scenario as it stands in the file.
    pub(crate) base: Scenario,
    parameters: Vec<String>,
    settings: Settings,
    text: String,
    /// How a point becomes a game.
    way: Way,
    /// Scenarios that have been set to some point and may be set to another.
    pool: Mutex<Vec<Scenario>>,
}

/// How a point becomes a game.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// By setting parameters of a scenario that was read.
    Set,
    /// As `Set`, each in a scenario of its own, since events of the past are worked out in it.
    SetOnce,
    /// By reading the file again.
    Read,
}

impl<'c> ScenarioFamily<'c> {
    /// Reads a scenario whose parameters of these names are to vary.
    ///
    /// # Errors
    /// Whatever is wrong with the file; a game file; names that are no numbers of it.
    pub(crate) fn load(
        file: &str,
        parameters: &[String],
        context: &'c Context,
    ) -> Result<Self, Failure> {
        let inspected = inspect(file, context)?;
        let refused = context.shared.strict && !inspected.diagnostics.is_empty();
        let Some(loaded) = inspected.loaded.filter(|_| !refused) else {
            return Err(Failure::Problems(Box::new(Problems {
                source: inspected.source,
                diagnostics: inspected.diagnostics,
                strict: context.shared.strict,
            })));
        };
        if loaded.ladder.is_none() {
            return Err(Failure::usage(
                "this is a game file, and only scenarios have parameters to vary",
                "`deterra convert FILE --to toml` writes a scenario to put parameters into",
            ));
        }
        if matches!(loaded.model, super::Model::Stochastic(_)) {
            return Err(Failure::usage(
                "play may go on for ever here, and questions about families need games that end",
                "`deterra solve FILE --set NAME=VALUE` solves one of them",
            ));
        }
        context.show_warnings(&inspected.source, &inspected.diagnostics);
        let settings = scenario::settings(context);
        let base = load(&inspected.source.text, &settings).value;
        let base = base.ok_or_else(|| Failure::internal("the scenario cannot be read again"))?;
        let way = if context.shared.strict || base.counts_by_parameters() {
            Way::Read
        } else if base.open_event().is_some() {
            Way::SetOnce
        } else {
            Way::Set
        };
        let mut family = Self {
            context,
            title: loaded.title,
            sha256: loaded.sha256,
            base,
            parameters: Vec::new(),
            settings,
            text: inspected.source.text,
            way,
            pool: Mutex::new(Vec::new()),
        };
        family.vary(parameters)?;
        Ok(family)
    }

    /// Varies these parameters from now on.
    ///
    /// # Errors
    /// For names that are no numbers of the scenario, and for one that is there twice.
    pub(crate) fn vary(&mut self, parameters: &[String]) -> Result<(), Failure> {
        let mut names: Vec<String> = Vec::with_capacity(parameters.len());
        for name in parameters {
            let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
            self.known(&name)?;
            if names.contains(&name) {
                return Err(Failure::usage(
                    format!("the parameter `{name}` is varied twice"),
                    "name each once",
                ));
            }
            if let Some(whole) = names.iter().find(|n| overlap(n, &name)) {
                return Err(Failure::usage(
                    format!("`{name}` and `{whole}` are the same entry"),
                    "name each once",
                ));
            }
            names.push(name);
        }
        self.parameters = names;
        if let Ok(mut pool) = self.pool.lock() {
            pool.clear();
        }
        Ok(())
    }

    /// Every number that can be varied: parameters in the order of the file, arrays entry by entry.
    pub(crate) fn numbers(&self) -> Vec<String> {
        let values = self.base.parameters.evaluate().value.unwrap_or_default();
        let mut names = Vec::new();
        for name in self.base.parameters.names() {
            match values.get(name) {
                Some(Value::Number(_)) => names.push(name.to_owned()),
                Some(Value::List(items)) => {
                    names.extend((0..items.len()).map(|k| format!("{name}[{k}]")));
                }
                _ => {}
            }
        }
        names
    }

    /// What is known of a number of the scenario.
    ///
    /// # Errors
    /// If there is none of that name.
    pub(crate) fn known(&self, name: &str) -> Result<Known, Failure> {
        let values = self.base.parameters.evaluate().value.unwrap_or_default();
        let scope = deterra_scenario::parameter::Scope::new(&values);
        let refuse = || {
            let names = self.numbers();
            let said = hint(name, names.iter().map(String::as_str), || {
                format!("the numbers are {}", names.join(", "))
            });
            Failure::usage(format!("there is no number `{name}` to vary"), said)
        };
        let (whole, entry) = match name.strip_suffix(']').and_then(|n| n.split_once('[')) {
            Some((whole, entry)) => (whole, Some(entry)),
            None => (name, None),
        };
        let parameter = self.base.parameters.get(whole).ok_or_else(refuse)?;
        let value = match (values.get(whole), entry) {
            (Some(Value::Number(number)), None) => number.value.clone(),
            (Some(Value::List(items)), Some(entry)) => {
                let at = entry.parse::<usize>().ok();
                let item = at.and_then(|k| items.get(k)).ok_or_else(refuse)?;
                item.value.clone()
            }
            _ => return Err(refuse()),
        };
        // An entry whose array is not written as one cannot be set.
        if self.base.clone().assign(name, &value).is_err() {
            return Err(refuse());
        }
        let bound = |formula: Option<&deterra_scenario::expr::Formula>| {
            Some(formula?.number(&scope).ok()?.value)
        };
        Ok(Known {
            name: name.to_owned(),
            value,
            min: bound(parameter.min.as_ref()),
            max: bound(parameter.max.as_ref()),
            distribution: values.distribution(whole).cloned(),
        })
    }

    /// What is known of the varied parameters, in their order.
    pub(crate) fn varied(&self) -> Result<Vec<Known>, Failure> {
        self.parameters
            .iter()
            .map(|name| self.known(name))
            .collect()
    }

    /// What is asked of every member: the concept and the tie rule of the command line.
    ///
    /// # Errors
    /// For a tie rule that needs the marks of one game.
    pub(crate) fn request(&self) -> Result<Request, Failure> {
        let shared = &self.context.shared;
        Ok(Request {
            concept: shared.concept.map(crate::args::ConceptName::concept),
            tie_rule: match shared.tie_rule {
                TieRuleName::First => TieRule::FirstListed,
                TieRuleName::Benevolent => TieRule::Benevolent,
                TieRuleName::Adversarial => TieRule::Adversarial,
                TieRuleName::StatusQuo => {
                    return Err(Failure::usage(
                        "questions about families have no --tie-rule status_quo",
                        "tie rules are first, benevolent and adversarial",
                    ));
                }
            },
            ..Request::default()
        })
    }

    /// The scenario as it stands, with what connects its game with it.
    ///
    /// # Errors
    /// Where there is no game.
    pub(crate) fn compiled(&self) -> Result<Compiled, NoMember> {
        self.compiled_of(self.base.clone())
    }

    /// As [`Self::compiled`], at a point.
    pub(crate) fn compiled_at(&self, point: &[Rational]) -> Result<Compiled, NoMember> {
        let mut scenario = match self.way {
            Way::Read => self.read(point)?,
            Way::Set | Way::SetOnce => self.base.clone(),
        };
        if self.way != Way::Read {
            self.set(&mut scenario, point)?;
        }
        self.compiled_of(scenario)
    }

    fn compiled_of(&self, mut scenario: Scenario) -> Result<Compiled, NoMember> {
        likelihood::work_out(&mut scenario, self.context).map_err(|d| said(&d))?;
        let reading = compile(&scenario, &CompileLimits::default());
        match reading.diagnostics.iter().find(|d| d.is_error()) {
            Some(error) => Err(said(error)),
            None => reading
                .value
                .ok_or_else(|| NoMember::because("there is no game")),
        }
    }

    fn set(&self, scenario: &mut Scenario, point: &[Rational]) -> Result<(), NoMember> {
        for (name, value) in self.parameters.iter().zip(point) {
            scenario.assign(name, value).map_err(|d| said(&d))?;
        }
        match scenario.complaints().first() {
            Some(complaint) => Err(said(complaint)),
            None => Ok(()),
        }
    }

    fn read(&self, point: &[Rational]) -> Result<Scenario, NoMember> {
        let mut settings = self.settings.clone();
        let pairs = self.parameters.iter().zip(point);
        settings
            .set
            .extend(pairs.map(|(n, v)| (n.clone(), v.to_string())));
        let reading = load(&self.text, &settings);
        match reading.diagnostics.iter().find(|d| d.is_error()) {
            Some(error) => Err(said(error)),
            None => reading
                .value
                .ok_or_else(|| NoMember::because("the scenario cannot be read")),
        }
    }
}

impl ScenarioFamily<'_> {
    /// The scenario of a point, by itself.
    fn scenario(&self, point: &[Rational]) -> Result<Scenario, NoMember> {
        let mut scenario = if self.way == Way::Read {
            self.read(point)?
        } else {
            let mut scenario = self.base.clone();
            self.set(&mut scenario, point)?;
            scenario
        };
        if self.way != Way::Set {
            likelihood::work_out(&mut scenario, self.context).map_err(|d| said(&d))?;
        }
        Ok(scenario)
    }
}

impl Family for ScenarioFamily<'_> {
    fn parameters(&self) -> &[String] {
        &self.parameters
    }

    fn member(&self, point: &[Rational]) -> Result<Member, NoMember> {
        match self.way {
            Way::Set => {
                let pooled = self.pool.lock().ok().and_then(|mut pool| pool.pop());
                let mut scenario = pooled.unwrap_or_else(|| self.base.clone());
                let made = self
                    .set(&mut scenario, point)
                    .and_then(|()| game_of(&scenario));
                if let Ok(mut pool) = self.pool.lock() {
                    pool.push(scenario);
                }
                made
            }
            Way::SetOnce | Way::Read => game_of(&self.scenario(point)?),
        }
    }
}

/// Whether one name is an entry of the other, spelled in another way.
fn overlap(one: &str, other: &str) -> bool {
    let split = |name: &str| -> Option<(String, usize)> {
        let (whole, entry) = name.strip_suffix(']')?.split_once('[')?;
        Some((whole.to_owned(), entry.parse().ok()?))
    };
    split(one).is_some_and(|a| split(other) == Some(a))
}

fn said(diagnostic: &Diagnostic) -> NoMember {
    NoMember::because(&diagnostic.message)
}

fn game_of(scenario: &Scenario) -> Result<Member, NoMember> {
    let reading = compile(scenario, &CompileLimits::default());
    if let Some(error) = reading.diagnostics.iter().find(|d| d.is_error()) {
        return Err(said(error));
    }
    match reading.value.map(|compiled| compiled.game) {
        Some(CompiledGame::Positions(game)) => Ok(Member::Positions(game)),
        Some(CompiledGame::Tree(game)) => Ok(Member::Tree(game)),
        _ => Err(NoMember::because("there is no game that ends")),
    }
}

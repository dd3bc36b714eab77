//! `deterra unity FILE`: one scenario under each rule of its coalition.

mod show;

use super::Answer;
use super::commitment::scene::{approximate, by_name, endings};
use crate::args::{Format, UnityArgs};
use crate::context::Context;
use crate::equilibrium::{self, Which};
use crate::failure::{Exit, Failure};
use crate::output::json::{self, Exact, Object};
use crate::output::model::Reproduce;
use crate::output::names::unique;
use crate::request;
use deterra_analyze::coalition::{Tail, shares};
use deterra_analyze::credibility::credibility;
use deterra_analyze::path::path;
use deterra_analyze::values::values;
use deterra_game::coalition::{CoalitionalGame, WeightedVoting};
use deterra_game::id::PlayerId;
use deterra_game::number::{Number, Rational};
use deterra_game::positional::PositionGraph;
use deterra_scenario::model::{Decide, MemberPayoff, Rule};
use deterra_scenario::parameter::Scope;
use deterra_scenario::{CompileLimits, Compiled, Scenario, compile};
use deterra_solve::perfect::tie_rule::TieRule;
use deterra_solve::solution::Solution;
use deterra_verify::payoff::position_payoffs;
use serde::Serialize;

/// The whole answer.
#[derive(Debug, Serialize)]
struct Answered {
    schema: &'static str,
    name: String,
    sha256: String,
    /// Whose rule is changed; null if the scenario names no coalition.
    coalition: Option<String>,
    members: Vec<String>,
    /// How likely the coalition must be to act, if that was asked.
    required: Option<Exact>,
    rules: Vec<RuleRow>,
    sentences: Vec<String>,
    reproduce: Reproduce,
}

/// What happens under a rule.
#[derive(Debug, Serialize)]
struct RuleRow {
    /// `unitary`, `unanimity`, `majority`, `any` or `file` for another one that the scenario has.
    rule: String,
    /// `unitary`, `sequential` or `simultaneous`.
    votes: &'static str,
    /// Why the rule could not be tried; null if it was.
    unknown: Option<String>,
    outcomes: Object<Exact>,
    payoffs: Object<Exact>,
    approx: Object<Option<f64>>,
    /// What the coalition gets in all.
    together: Option<Exact>,
    together_approx: Option<f64>,
    /// What it would get in all as one player, less that.
    value_of_unity: Option<Exact>,
    /// Who tips the vote on the first rung.
    pivot: Option<String>,
    equilibrium: Option<Which>,
    /// How resolved every member must be.
    required_resolve: Option<ResolveRow>,
    /// Who counts how much in the vote.
    allocation: Option<ShareRow>,
}

/// How resolved every member must be.
#[derive(Debug, Serialize)]
struct ResolveRow {
    low: Exact,
    high: Exact,
    approx: Option<f64>,
    exact: bool,
}

/// Who counts how much in a vote. A null was not computed.
#[derive(Debug, Serialize)]
struct ShareRow {
    shapley: Option<Object<Exact>>,
    banzhaf: Option<Object<Exact>>,
    banzhaf_index: Option<Object<Exact>>,
    nucleolus: Option<Object<Exact>>,
    /// The corners of the core; empty if it is.
    core: Option<Vec<Object<Exact>>>,
    verdicts: Object<&'static str>,
}

/// A rule to be tried.
struct Trial {
    name: String,
    rule: Rule,
    decide: Decide,
}

pub(crate) fn run(asked: &UnityArgs, context: &Context) -> Result<Answer, Failure> {
    let required = asked.required.as_deref().map(probability).transpose()?;
    let loaded = request::load(&asked.input.file, context)?;
    let Some(ladder) = loaded.ladder.as_deref() else {
        return Err(Failure::usage(
            "this is a game file, and only scenarios have coalitions",
            "a [[coalition]] block says who decides together",
        ));
    };
    let base = &ladder.scenario;
    let found = base.coalitions.first();
    let names = match (found, asked.members) {
        (Some(whole), None) => unique(whole.members.iter().map(|m| base.actors[*m].label.as_str())),
        (None, Some(n)) if (1..=64).contains(&n) => {
            (1..=n).map(|k| format!("member {k}")).collect()
        }
        (None, Some(n)) => {
            return Err(Failure::usage(
                format!("a coalition has from 1 to 64 members, not {n}"),
                "--members says how many",
            ));
        }
        (Some(_), Some(_)) => {
            return Err(Failure::usage(
                "the scenario says who the members are",
                "--members is for scenarios that name no coalition",
            ));
        }
        (None, None) => {
            return Err(Failure::usage(
                "the scenario names no coalition",
                "a [[coalition]] block says who decides together; --members N asks about N alike members",
            ));
        }
    };
    let mut rows = Vec::new();
    for trial in trials(base) {
        rows.push(row(
            base,
            found.is_some(),
            &trial,
            (&names, required.as_ref()),
            context,
        ));
    }
    let united = rows.iter().find(|row| row.votes == "unitary");
    let whole = united.and_then(|row| row.together.as_ref().map(|t| t.0.clone()));
    if let Some(whole) = whole {
        for row in &mut rows {
            let lost = row.together.as_ref().map(|together| &whole - &together.0);
            row.value_of_unity = lost.map(Exact);
        }
    }
    let partial = found.is_some() && rows.iter().any(|row| row.unknown.is_some());
    let mut answer = Answered {
        schema: "deterra/unity/1",
        name: loaded.title.clone(),
        sha256: loaded.sha256.clone(),
        coalition: found.map(|whole| base.actors[whole.actor].label.clone()),
        members: names,
        required: required.map(Exact),
        rules: rows,
        sentences: Vec::new(),
        reproduce: Reproduce {
            version: env!("CARGO_PKG_VERSION"),
            command: context.command_line.clone(),
            seed: context.shared.seed,
            threads: context.shared.threads,
        },
    };
    answer.sentences = show::sentences(&answer);
    let text = match context.shared.format() {
        Format::Json => json::document(&answer).map_err(Failure::internal)?,
        Format::Csv => show::csv(&answer),
        Format::Text | Format::Gambit => show::text(&answer, context.width()),
    };
    Ok(Answer {
        text: text.into(),
        exit: if partial {
            Exit::Partial
        } else {
            Exit::Answered
        },
    })
}

fn probability(text: &str) -> Result<Rational, Failure> {
    let wrong = || {
        Failure::usage(
            format!("`{text}` is no probability"),
            "write a number from 0 to 1, such as 1/3 or 0.323764",
        )
    };
    let number = Number::parse(text).map_err(|_| wrong())?.into_value();
    if number.is_negative() || number > Rational::ONE {
        return Err(wrong());
    }
    Ok(number)
}

/// One player, the three rules by number, and the scenario's own where it is another one.
fn trials(base: &Scenario) -> Vec<Trial> {
    let own = base.coalitions.first();
    let votes = match own.map(|whole| whole.rule) {
        Some(Rule::Simultaneous) => Rule::Simultaneous,
        _ => Rule::Sequential,
    };
    let mut all = Vec::new();
    if own.is_some() {
        all.push(Trial {
            name: "unitary".to_owned(),
            rule: Rule::Unitary,
            decide: Decide::Unanimity,
        });
    }
    for (name, decide) in [
        ("unanimity", Decide::Unanimity),
        ("majority", Decide::Majority),
        ("any", Decide::AtLeast(1)),
    ] {
        all.push(Trial {
            name: name.to_owned(),
            rule: votes,
            decide,
        });
    }
    if let Some(whole) = own {
        let count = whole.members.len();
        let more = match &whole.decide {
            Decide::AtLeast(k) if *k > 1 && *k != count && *k != count / 2 + 1 => {
                Some(format!("{k} of {count}"))
            }
            Decide::Weighted { .. } => Some("weighted".to_owned()),
            _ => None,
        };
        if let Some(name) = more {
            all.push(Trial {
                name,
                rule: votes,
                decide: whole.decide.clone(),
            });
        }
    }
    all
}

fn row(
    base: &Scenario,
    compiles: bool,
    trial: &Trial,
    (names, required): (&[String], Option<&Rational>),
    context: &Context,
) -> RuleRow {
    let votes = match trial.rule {
        Rule::Unitary => "unitary",
        Rule::Sequential => "sequential",
        Rule::Simultaneous => "simultaneous",
    };
    let mut row = RuleRow {
        rule: trial.name.clone(),
        votes,
        unknown: None,
        outcomes: Object::default(),
        payoffs: Object::default(),
        approx: Object::default(),
        together: None,
        together_approx: None,
        value_of_unity: None,
        pivot: None,
        equilibrium: None,
        required_resolve: None,
        allocation: None,
    };
    if trial.rule != Rule::Unitary {
        match voting(base, names.len(), &trial.decide) {
            Some(rule) => count(&mut row, rule, names, required, context),
            None => row.unknown = Some("the weights of the vote have no value".to_owned()),
        }
    }
    if compiles && let Err(why) = play(&mut row, base, trial, context) {
        row.unknown = Some(why);
    }
    row
}

/// The vote as weights and a quota.
fn voting(base: &Scenario, members: usize, decide: &Decide) -> Option<WeightedVoting> {
    let quota = match decide {
        Decide::Unanimity => members,
        Decide::Majority => members / 2 + 1,
        Decide::AtLeast(k) => *k,
        Decide::Weighted { weights, quota } => {
            let values = base.parameters.evaluate().value?;
            let scope = Scope::new(&values);
            let number = |formula: &deterra_scenario::expr::Formula| {
                formula.number(&scope).ok().map(|quantity| quantity.value)
            };
            let weights: Option<Vec<Rational>> = weights.iter().map(number).collect();
            return WeightedVoting::new(weights?, number(quota)?).ok();
        }
    };
    WeightedVoting::count(members, quota).ok()
}

/// Who counts how much, and how resolved everybody must be.
fn count(
    row: &mut RuleRow,
    rule: WeightedVoting,
    names: &[String],
    required: Option<&Rational>,
    context: &Context,
) {
    if let Some(required) = required
        && let Some(resolve) = Tail::new(&rule).and_then(|tail| tail.required(required))
    {
        row.required_resolve = Some(ResolveRow {
            exact: resolve.is_exact(),
            approx: Exact::from(&resolve.high).approx(),
            low: Exact(resolve.low),
            high: Exact(resolve.high),
        });
    }
    let Ok(game) = CoalitionalGame::voting(&row.rule, names.to_vec(), rule) else {
        return;
    };
    let divided = shares(&game, &context.control());
    let mut verdicts = Vec::new();
    let mut judged = |name: &str, word: Option<&'static str>| {
        verdicts.extend(word.map(|word| (name.to_owned(), word)));
    };
    let word = |verdict: &deterra_verify::verdict::Verdict| verdict.status.word();
    judged(
        "shapley",
        divided.shapley.as_ref().ok().map(|s| word(s.verdict())),
    );
    judged(
        "banzhaf",
        divided.banzhaf.as_ref().ok().map(|s| word(s.verdict())),
    );
    judged(
        "core",
        divided.core.as_ref().ok().map(|s| word(s.verdict())),
    );
    judged(
        "nucleolus",
        divided.nucleolus.as_ref().ok().map(|s| word(s.verdict())),
    );
    let named = |shares: &[Rational]| by_name(names, shares);
    let banzhaf = divided.banzhaf.as_ref().ok().map(Solution::answer);
    row.allocation = Some(ShareRow {
        shapley: divided.shapley.as_ref().ok().map(|s| named(s.answer())),
        banzhaf: banzhaf.map(|b| named(&b.value)),
        banzhaf_index: banzhaf
            .and_then(|b| b.index.as_ref())
            .map(|index| named(index)),
        nucleolus: divided.nucleolus.as_ref().ok().map(|s| named(s.answer())),
        core: divided
            .core
            .as_ref()
            .ok()
            .and_then(|s| s.answer().corners.as_ref())
            .map(|corners| corners.iter().map(|corner| named(corner)).collect()),
        verdicts: Object(verdicts),
    });
}

/// Solves the scenario under the rule.
fn play(
    row: &mut RuleRow,
    base: &Scenario,
    trial: &Trial,
    context: &Context,
) -> Result<(), String> {
    let changed = base.with_rule(0, trial.rule, trial.decide.clone());
    let changed = changed.map_err(|error| error.to_string())?;
    let compiled = compile(&changed, &CompileLimits::default());
    if let Some(problem) = compiled.diagnostics.iter().find(|d| d.is_error()) {
        return Err(problem.message.clone());
    }
    let compiled: Compiled = compiled.value.ok_or("the game cannot be made")?;
    let played = equilibrium::of_game(&compiled.game, TieRule::FirstListed, context)?;
    let graph = compiled.game.graph();
    let all = (0..graph.num_players()).map(PlayerId::from_index);
    let players = unique(all.map(|p| graph.player_label(p)));
    let paid = position_payoffs(graph, &played.profile);
    row.outcomes = endings(graph, &played.profile)
        .into_iter()
        .map(|(label, p)| (label, Exact(p)))
        .collect();
    row.payoffs = by_name(&players, &paid);
    row.approx = approximate(&row.payoffs);
    // Players are the actors that play, in order.
    let whole = &changed.coalitions[0];
    let mut own = Vec::new();
    let playing = changed.actors.iter().enumerate().filter(|(_, a)| a.plays);
    for ((actor, _), value) in playing.zip(&paid) {
        if actor == whole.actor || whole.members.contains(&actor) {
            own.push(value);
        }
    }
    // Members who count the sum of all have it each.
    let together: Rational = match whole.payoff {
        MemberPayoff::Sum => own.first().map(|v| (*v).clone()).unwrap_or_default(),
        MemberPayoff::Own | MemberPayoff::Shares => own.into_iter().sum(),
    };
    row.together = Some(Exact(together));
    row.together_approx = row.together.as_ref().and_then(Exact::approx);
    row.pivot = pivot(&compiled, &played.profile, &players);
    row.equilibrium = Some(played.which);
    Ok(())
}

/// Who tips the vote on the first rung, where nothing is hidden.
fn pivot(
    compiled: &Compiled,
    profile: &deterra_game::profile::PositionProfile,
    players: &[String],
) -> Option<String> {
    let graph: &dyn PositionGraph = compiled.game.graph();
    let choices = profile.choices()?;
    let rungs = compiled.rungs.iter();
    let rungs: Vec<_> = rungs
        .map(|mark| request::scenario::rung(graph, mark))
        .collect();
    let worth = values(graph, choices);
    let table = credibility(graph, choices, &worth, &path(graph, choices), &rungs);
    let first = table.rungs.first()?;
    (rungs[0].actors.len() > 1).then(|| players[first.pivot.index()].clone())
}

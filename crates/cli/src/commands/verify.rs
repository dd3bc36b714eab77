//! `deterra verify FILE PROFILE`: is this an equilibrium, and if not, who gains by what.

mod action_graph;
mod alike;
mod allocation;
mod commitment;
mod counted;
mod device;
mod hidden;
mod paid;
pub(super) mod profile;
mod proper;
mod quantal;
mod rounding;
mod stationary;
pub(super) mod strategies;

use super::Answer;
use super::solve::coalitional::{self, is_about};
use super::solve::{perfect::Histories, rows};
use crate::args::{ConceptName, Format};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::algebraic;
use crate::output::json::{self, Exact};
use crate::output::model::VerdictRow;
use crate::output::names::Names;
use crate::output::text;
use crate::request::{self, Loaded, Model};
use crate::source::Source;
use deterra_game::class::facts;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::NodeId;
use deterra_game::number::{Number, Rational};
use deterra_game::positional::{PositionGraph, PositionalGame};
use deterra_game::profile::{BehaviorProfile, MixedProfile, PositionProfile};
use deterra_game::strategic::StrategicGame;
use deterra_render::table::{Cell, Table, paragraph};
use deterra_verify::payoff::{mixed_payoffs, position_payoffs};
use deterra_verify::verdict::{Concept, Verdict};
use deterra_verify::{nash, subgame_perfect};
use profile::Stored;
use rounding::{Tolerance, along_positions, along_tree};
use serde::Serialize;
use serde_json::Value;
use std::cell::OnceCell;

/// Nodes that shared positions may unfold into to read one number a history.
const MOST_UNFOLDED: usize = 1_000_000;

#[derive(Debug, Serialize)]
struct Judged {
    schema: &'static str,
    /// The worst of all profiles.
    #[serde(flatten)]
    verdict: VerdictRow,
    holds: bool,
    profiles: Vec<One>,
}

#[derive(Clone, Debug, Serialize)]
struct One {
    profile: String,
    holds: bool,
    /// The gain up to which the profile counts as an equilibrium.
    tolerance: Exact,
    /// `asked`, `rounding` or `exact`.
    tolerance_from: &'static str,
    /// The same in words.
    tolerance_why: String,
    /// Whether decimals were scaled to sum to 1.
    scaled: bool,
    verdict: VerdictRow,
}

pub(crate) fn run(
    file: &str,
    stored: &str,
    tolerance: Option<&str>,
    context: &Context,
) -> Result<Answer, Failure> {
    if file == "-" && stored == "-" {
        return Err(Failure::usage(
            "the game and the profile cannot both come from standard input",
            "name a file for one of them",
        ));
    }
    let tolerance = tolerance.map(parse_tolerance).transpose()?;
    if context.shared.concept != Some(ConceptName::Qre) {
        super::solve::quantal::refuse_flags(context)?;
    }
    let loaded = request::load(file, context)?;
    let source = Source::read(stored, context)?;
    let judged = context.hold("profiles were being judged", || {
        judge_all(&loaded, &source, tolerance.as_ref(), context)
    })?;
    let worst = judged
        .iter()
        .max_by_key(|one| severity(one))
        .cloned()
        .ok_or_else(|| Failure::internal("no profile was judged"))?;
    let exit = match worst.verdict.status {
        "unchecked" => Exit::Partial,
        _ if worst.holds => Exit::Answered,
        _ => Exit::No,
    };
    let text = match context.shared.format() {
        Format::Json => json::document(&Judged {
            schema: "deterra/verify/1",
            verdict: worst.verdict,
            holds: worst.holds,
            profiles: judged,
        })
        .map_err(Failure::internal)?,
        Format::Csv => csv(&judged),
        Format::Text | Format::Gambit => {
            let wrap = context.width().unwrap_or(100).max(40);
            judged
                .iter()
                .map(|one| paragraph(&sentence(one), wrap))
                .collect()
        }
    };
    Ok(Answer {
        text: text.into(),
        exit,
    })
}

/// Worse verdicts have greater severity.
fn severity(one: &One) -> (u8, Rational) {
    let rank = match one.verdict.status {
        "exact" => 0,
        "bounded" => 1,
        "unchecked" => 2,
        _ => 3,
    };
    (rank, one.verdict.error.0.clone())
}

fn parse_tolerance(text: &str) -> Result<Rational, Failure> {
    match Number::parse(text) {
        Ok(number) if !number.value().is_negative() => Ok(number.into_value()),
        _ => Err(Failure::usage(
            format!("`{text}` is no tolerance"),
            "give a number of payoff units, such as 1/1000 or 0.001",
        )),
    }
}

/// What an answer of `solve` says it is, which counts unless somebody asks about something else.
fn stated(document: &Value) -> Option<ConceptName> {
    let is = |field: &str| document.get(field).and_then(Value::as_str);
    (is("schema") == Some("deterra/solve/1")).then(|| ConceptName::judged(is("concept")?))?
}

fn judge_all(
    loaded: &Loaded,
    source: &Source,
    tolerance: Option<&Rational>,
    context: &Context,
) -> Result<Vec<One>, Failure> {
    let document: Option<Value> = serde_json::from_str(&source.text).ok();
    if let Some(document) = &document {
        counted::check(document)?;
    }
    let stated = document.as_ref().and_then(stated);
    drop(document);
    let asked = context.shared.concept.or(stated);
    let concept = match (&loaded.model, asked) {
        (_, Some(ConceptName::Qre)) => {
            return quantal::judge_all(loaded, source, tolerance, context);
        }
        (_, Some(name)) if super::solve::correlated::is_about(name) => {
            return device::judge_all(loaded, name, source, tolerance);
        }
        (_, Some(ConceptName::Stackelberg)) => {
            return commitment::judge_all(loaded, source, tolerance, context);
        }
        (Model::Coalitional(game), name) => {
            return allocation::judge_all(game, name, source, tolerance);
        }
        (_, Some(name)) if super::solve::cooperative::is_about(name) => {
            return Err(super::solve::cooperative::no_coalitions());
        }
        (Model::Stochastic(_), None | Some(ConceptName::Markov)) => Concept::MarkovPerfect,
        (Model::Stochastic(_), Some(_)) => {
            return Err(Failure::usage(
                "profiles of a game that may go on for ever are judged as Markov-perfect",
                "leave --concept out",
            ));
        }
        (_, Some(ConceptName::Nash)) | (Model::Table(_) | Model::ActionGraph(_), None) => {
            Concept::Nash
        }
        (Model::Table(_) | Model::ActionGraph(_), Some(name)) if is_about(name.concept()) => {
            name.concept()
        }
        (Model::Table(game), Some(ConceptName::Proper)) => {
            return proper::judge_all(game, source);
        }
        (Model::ActionGraph(game), Some(ConceptName::Proper)) => {
            return proper::judge_all(&request::expand(game)?, source);
        }
        (_, Some(name)) if is_about(name.concept()) || name == ConceptName::Proper => {
            return Err(Failure::usage(
                format!(
                    "{} equilibria are judged in payoff tables only",
                    name.concept()
                ),
                "`deterra convert` makes a table of a tree",
            ));
        }
        (Model::Table(_) | Model::ActionGraph(_), Some(ConceptName::Spe)) => {
            return Err(Failure::usage(
                "a payoff table has no subgames; judge it with --concept nash",
                "subgame perfection needs the tree",
            ));
        }
        (Model::Tree(_) | Model::Positions(_), Some(name)) if has_beliefs(name) => name.concept(),
        (_, Some(name)) if has_beliefs(name) => {
            return Err(Failure::usage(
                "a payoff table has no beliefs; judge it with --concept nash",
                "perfect Bayesian and sequential equilibria need the tree",
            ));
        }
        _ => Concept::SubgamePerfect,
    };
    match &loaded.model {
        Model::Tree(game) if is_assessed(concept) => {
            hidden::judge_all(game, concept, source, tolerance)
        }
        Model::Positions(game) if is_assessed(concept) => {
            let unfolded = game.unfold(MOST_UNFOLDED).map_err(|error| Failure::Limit {
                message: error.to_string(),
                help: Some("--concept spe needs no unfolding".to_owned()),
            })?;
            hidden::judge_all(&unfolded, concept, source, tolerance)
        }
        Model::Tree(game) => tree(game, concept, source, tolerance),
        Model::Table(game) => table(game, concept, source, tolerance),
        Model::Alike(game) => alike::alike(game, source, tolerance),
        Model::Stochastic(game) => stationary::stationary(game, source, tolerance),
        Model::ActionGraph(game) if is_about(concept) => {
            table(&request::expand(game)?, concept, source, tolerance)
        }
        Model::ActionGraph(game) => action_graph::judge_all(game, source, tolerance),
        Model::Coalitional(_) => Err(super::solve::cooperative::no_strategies()),
        Model::Positions(game) if source.text.trim_start().starts_with('{') => {
            positions(game, concept, source, tolerance)
        }
        Model::Positions(game) => {
            let unfolded = game.unfold(MOST_UNFOLDED).map_err(|error| Failure::Limit {
                message: error.to_string(),
                help: Some("give the profile as JSON, by the names of positions".to_owned()),
            })?;
            tree(&unfolded, concept, source, tolerance)
        }
    }
}

const fn has_beliefs(name: ConceptName) -> bool {
    matches!(
        name,
        ConceptName::Pbe
            | ConceptName::WeakPbe
            | ConceptName::Sequential
            | ConceptName::QuasiPerfect
            | ConceptName::Perfect
    )
}

const fn is_assessed(concept: Concept) -> bool {
    matches!(
        concept,
        Concept::PerfectBayesian
            | Concept::WeakPerfectBayesian
            | Concept::Sequential
            | Concept::QuasiPerfect
            | Concept::Perfect
    )
}

/// Profiles of a game that has no other names than these.
pub(super) fn read(source: &Source, names: &Names) -> Result<Vec<Stored>, Failure> {
    let told = |(message, help): (String, String)| Failure::input_help(message, help);
    let stored = profile::read(&source.text, names, &|| Ok(names)).map_err(told)?;
    for one in &stored {
        strategies::whole(one, names, |_, _| false).map_err(told)?;
    }
    Ok(stored)
}

fn tree(
    game: &ExtensiveGame,
    concept: Concept,
    source: &Source,
    tolerance: Option<&Rational>,
) -> Result<Vec<One>, Failure> {
    let names = Names::of_tree(game);
    let stored = strategies::read_tree(source, game, &names)?;
    let range = lazily(|| {
        let facts = facts(game);
        widest(facts.min_payoffs.iter().zip(&facts.max_payoffs))
    });
    let one = |stored: &Stored| {
        let allowed = Tolerance::of(stored, tolerance, &range, |d| along_tree(game, d));
        judge_in_tree(game, &names, concept, stored, allowed)
    };
    stored.iter().map(one).collect()
}

fn judge_in_tree(
    game: &ExtensiveGame,
    names: &Names,
    concept: Concept,
    stored: &Stored,
    allowed: Tolerance,
) -> Result<One, Failure> {
    let profile =
        BehaviorProfile::new(game, stored.flat()).map_err(|e| Failure::input(e.to_string()))?;
    let verdict = match concept {
        Concept::Nash => nash::judge_behavior(game, &profile, &allowed.gain),
        _ => subgame_perfect::judge_behavior(game, &profile, &allowed.gain),
    };
    paid::check(stored, &names.players, (&verdict, &allowed), || {
        paid::by_profile(game, &profile, &allowed)
    })?;
    let row = rows::verdict(&verdict, |w| {
        rows::witness(game, names, |h| game.members(h)[0], w)
    });
    Ok(judged(stored, &verdict, allowed, row))
}

fn positions(
    game: &PositionalGame,
    concept: Concept,
    source: &Source,
    tolerance: Option<&Rational>,
) -> Result<Vec<One>, Failure> {
    let names = Names::of_positions(game);
    let unfolded = OnceCell::new();
    let histories = || {
        let made = unfolded.get_or_init(|| Histories::of(game, MOST_UNFOLDED));
        made.as_ref().map(|made| &*made.names).ok_or_else(|| {
            (
                format!("the profile depends on history, and there are more than {MOST_UNFOLDED}"),
                "`deterra solve` judges such equilibria itself".to_owned(),
            )
        })
    };
    let told = |(message, help): (String, String)| Failure::input_help(message, help);
    let stored = profile::read(&source.text, &names, &histories).map_err(told)?;
    for one in &stored {
        strategies::whole(one, &names, |_, _| false).map_err(told)?;
    }
    let range = lazily(|| {
        let bounds: Vec<[Rational; 2]> = game
            .players()
            .map(|p| super::info::extremes(game, &[p]))
            .collect();
        widest(bounds.iter().map(|[least, greatest]| (least, greatest)))
    });
    let one = |stored: &Stored| {
        if let (true, Some(Some(made))) = (stored.by_history, unfolded.get()) {
            let along = |d: &[Vec<Rational>]| along_tree(&made.tree, d);
            let allowed = Tolerance::of(stored, tolerance, &range, along);
            return judge_in_tree(&made.tree, &made.names, concept, stored, allowed);
        }
        let mut distances = vec![Rational::ZERO; game.num_positions()];
        for (decisions, of_player) in names.decisions.iter().zip(&stored.distances) {
            for (decision, distance) in decisions.iter().zip(of_player) {
                distances[decision.at.index()].clone_from(distance);
            }
        }
        let allowed = Tolerance::of(stored, tolerance, &range, |_| {
            along_positions(game, &distances)
        });
        let mut rows: Vec<&[Rational]> = vec![&[]; game.num_positions()];
        let of_players = names.decisions.iter().zip(&stored.probabilities);
        for (decisions, probabilities) in of_players {
            for (decision, row) in decisions.iter().zip(probabilities) {
                rows[decision.at.index()] = row;
            }
        }
        let profile = PositionProfile::mixed(game, rows.concat())
            .map_err(|e| Failure::input(e.to_string()))?;
        let verdict = match concept {
            Concept::Nash => nash::judge_positions(game, &profile, &allowed.gain),
            _ => subgame_perfect::judge_positions(game, &profile, &allowed.gain),
        };
        paid::check(stored, &names.players, (&verdict, &allowed), || {
            position_payoffs(game, &profile)
        })?;
        let row = rows::verdict(&verdict, |w| {
            rows::witness(game, &names, |_| NodeId::ROOT, w)
        });
        Ok(judged(stored, &verdict, allowed, row))
    };
    stored.iter().map(one).collect()
}

fn table(
    game: &StrategicGame,
    concept: Concept,
    source: &Source,
    tolerance: Option<&Rational>,
) -> Result<Vec<One>, Failure> {
    let names = Names::of_table(game);
    let stored = read(source, &names)?;
    let range = lazily(|| {
        let bounds: Vec<(Rational, Rational)> = game
            .players()
            .filter_map(|p| {
                let payoffs = || (0..game.num_cells()).map(|cell| game.payoff(cell, p).clone());
                payoffs().min().zip(payoffs().max())
            })
            .collect();
        widest(bounds.iter().map(|(least, greatest)| (least, greatest)))
    });
    let one = |stored: &Stored| {
        if let (Some(value), Concept::Nash) = (&stored.algebraic, concept) {
            return irrational(game, &names, stored, value);
        }
        // Every play meets all players' distributions.
        let allowed = Tolerance::of(stored, tolerance, &range, |d| d.iter().flatten().sum());
        let rows = stored.probabilities.iter().flatten().cloned().collect();
        let profile =
            MixedProfile::new(&game.shape(), rows).map_err(|e| Failure::input(e.to_string()))?;
        let verdict = if is_about(concept) {
            coalitional::judge_profile(game, &profile, concept)
        } else {
            nash::judge_mixed(game, &profile, &allowed.gain)
        };
        paid::check(stored, &names.players, (&verdict, &allowed), || {
            mixed_payoffs(game, &profile)
        })?;
        let row = rows::verdict(&verdict, |w| coalitional::witness(game, w));
        Ok(judged(stored, &verdict, allowed, row))
    };
    stored.iter().map(one).collect()
}

/// An equilibrium in irrational probabilities, judged exactly; the profile beside it has to be near.
fn irrational(
    game: &StrategicGame,
    names: &Names,
    stored: &Stored,
    value: &Value,
) -> Result<One, Failure> {
    let wrong = |message: String| {
        Failure::input_help(
            format!("{}: {message}", stored.name),
            "without `algebraic` the profile itself is judged".to_owned(),
        )
    };
    let profile = algebraic::read(game, value).map_err(wrong)?;
    let rows: Vec<Vec<Rational>> = stored.probabilities.iter().flatten().cloned().collect();
    let verdict = deterra_verify::algebraic::judge(game, &profile);
    if let (true, Some(far)) = (verdict.holds(), algebraic::far_from(&profile, &rows)) {
        let player = &names.players[far];
        return Err(wrong(format!(
            "the profile of {player} is not near that of `algebraic`"
        )));
    }
    let near = MixedProfile::new(&game.shape(), rows).map_err(|e| Failure::input(e.to_string()))?;
    let exact = Tolerance::of(stored, Some(&Rational::ZERO), &|| Rational::ZERO, |_| {
        Rational::ZERO
    });
    paid::check(stored, &names.players, (&verdict, &exact), || {
        mixed_payoffs(game, &near)
    })?;
    let row = rows::verdict(&verdict, |w| coalitional::witness(game, w));
    Ok(judged_exactly(&stored.name, &verdict, &Rational::ZERO, row))
}

fn lazily(compute: impl Fn() -> Rational) -> impl Fn() -> Rational {
    let known = std::cell::OnceCell::new();
    move || known.get_or_init(&compute).clone()
}

fn widest<'r>(bounds: impl Iterator<Item = (&'r Rational, &'r Rational)>) -> Rational {
    bounds
        .map(|(least, greatest)| greatest - least)
        .max()
        .unwrap_or_default()
}

fn judged(stored: &Stored, verdict: &Verdict, tolerance: Tolerance, row: VerdictRow) -> One {
    One {
        profile: stored.name.clone(),
        holds: verdict.holds(),
        tolerance: Exact(tolerance.gain),
        tolerance_from: tolerance.origin.word(),
        tolerance_why: tolerance.why,
        scaled: stored.scaled,
        verdict: row,
    }
}

/// A judgement of what is written exactly.
fn judged_exactly(name: &str, verdict: &Verdict, tolerance: &Rational, row: VerdictRow) -> One {
    let asked = !tolerance.is_zero();
    One {
        profile: name.to_owned(),
        holds: verdict.holds(),
        tolerance: Exact::from(tolerance),
        tolerance_from: if asked { "asked" } else { "exact" },
        tolerance_why: String::new(),
        scaled: false,
        verdict: row,
    }
}

fn sentence(one: &One) -> String {
    let concept = one.verdict.concept;
    let tolerance = match one.tolerance_why.as_str() {
        "" => String::new(),
        why => format!(" ({why})"),
    };
    let claim = match one.verdict.status {
        "exact" | "bounded" => format!("is a {concept} equilibrium"),
        "failed" => format!("is no {concept} equilibrium"),
        _ => "could not be judged".to_owned(),
    };
    let special = allocation::claim(concept).or_else(|| commitment::sentence(concept));
    let claim = match (special, one.verdict.status) {
        (Some((holds, _)), "exact" | "bounded") => holds,
        (Some((_, fails)), "failed") => fails,
        _ => claim,
    };
    let why = match (&one.verdict.witness, one.verdict.status) {
        (Some(witness), "failed") => witness.sentence.clone(),
        (_, "exact") if commitment::sentence(concept).is_some() => {
            "exact: the reply is best, and nothing is worth more to commit to".to_owned()
        }
        _ => text::verdict(&one.verdict),
    };
    format!("{} {claim}: {why}{tolerance}", one.profile)
}

fn csv(all: &[One]) -> String {
    let mut table = Table::new([
        "profile",
        "concept",
        "status",
        "error",
        "tolerance",
        "witness",
    ]);
    for one in all {
        table.push([
            Cell::from(one.profile.as_str()),
            Cell::from(one.verdict.concept),
            Cell::from(one.verdict.status),
            Cell::Number(one.verdict.error.0.clone()),
            Cell::Number(one.tolerance.0.clone()),
            one.verdict
                .witness
                .as_ref()
                .map_or(Cell::Empty, |w| Cell::from(w.sentence.as_str())),
        ]);
    }
    table.to_csv()
}

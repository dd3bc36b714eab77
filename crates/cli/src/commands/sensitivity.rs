//! `deterra sensitivity FILE`: which numbers matter, and what to do if nobody knows them.

mod bars;
mod draws;
mod orders;
mod regret;

use super::Answer;
use crate::args::{Format, SensitivityArgs};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::json::{self, Exact};
use crate::output::names::unique;
use crate::request::family::ScenarioFamily;
use crate::request::points;
use deterra_analyze::family::Family;
use deterra_analyze::grid::{Points, Spread};
use deterra_analyze::sensitivity::Target;
use deterra_analyze::sweep::{self, Row};
use deterra_game::number::Rational;
use deterra_render::number::both;
use deterra_render::table::{Table, paragraph};
use deterra_solve::control::{Control, Stop};
use deterra_solve::problem::Request;
use serde_json::{Map, Value, json};

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// One of the questions, answered.
struct Section {
    /// The key in JSON.
    key: &'static str,
    json: Value,
    text: String,
    /// For spreadsheets.
    rows: Table,
    /// Why it ended early.
    stop: Option<Stop>,
}

/// What questions about the file's own numbers need.
struct Asked<'c> {
    family: ScenarioFamily<'c>,
    request: Request,
    /// What varies, and over what.
    over: Vec<(String, Spread)>,
    /// The file's numbers.
    base: Vec<Rational>,
    /// What is played at them.
    here: Row,
    players: Vec<String>,
    targets: Vec<Target>,
    /// Whether `--target` named the targets.
    chosen: bool,
    context: &'c Context,
}

pub(crate) fn run(arguments: &SensitivityArgs, context: &Context) -> Result<Answer, Failure> {
    let family = ScenarioFamily::load(&arguments.input.file, &[], context)?;
    let title = family.title.clone();
    let sha256 = family.sha256.clone();
    let mut sections = Vec::new();
    if arguments.minimax_regret {
        sections.push(regret::section(&family, arguments, context)?);
    }
    if arguments.ordinal {
        sections.push(orders::section(&family, context)?);
    }
    let others =
        arguments.sobol.is_some() || arguments.monte_carlo.is_some() || arguments.elasticities;
    let plain = !others && sections.is_empty();
    let is_csv = context.shared.format() == Format::Csv;
    let mut base = Value::Null;
    let mut head = String::new();
    if others || plain || arguments.tornado {
        let asked = Asked::new(family, arguments, context)?;
        base = asked.base_json();
        head = asked.base_text();
        let mut more = Vec::new();
        if arguments.tornado || plain {
            more.push(bars::tornado_section(&asked));
        }
        // A spreadsheet has one table, and bars are what a tornado is.
        if arguments.elasticities || (!is_csv && (arguments.tornado || plain)) {
            more.push(bars::elasticity_section(&asked));
        }
        if let Some(rows) = arguments.sobol {
            more.push(draws::sobol_section(&asked, rows)?);
        }
        if let Some(count) = arguments.monte_carlo {
            more.push(draws::monte_carlo_section(&asked, count)?);
        }
        more.append(&mut sections);
        sections = more;
    }
    let stop = sections.iter().find_map(|s| s.stop);
    let text = match context.shared.format() {
        Format::Json => {
            let mut object = Map::new();
            object.insert("schema".to_owned(), json!("deterra/sensitivity/1"));
            object.insert("name".to_owned(), json!(title));
            object.insert("sha256".to_owned(), json!(sha256));
            object.insert("base".to_owned(), base);
            for section in sections {
                object.insert(section.key.to_owned(), section.json);
            }
            object.insert("stop".to_owned(), json!(stop.unwrap_or(Stop::Done).word()));
            object.insert("reproduce".to_owned(), reproduce(context));
            json::document(&Value::Object(object)).map_err(Failure::internal)?
        }
        Format::Csv => {
            let [section] = sections.as_slice() else {
                return Err(Failure::usage(
                    "a spreadsheet has one table, and several were asked for",
                    "ask for one of them, or use --json",
                ));
            };
            section.rows.to_csv()
        }
        Format::Text | Format::Gambit => {
            let mut text = wrapped(&title, context);
            text += &head;
            for section in &sections {
                text.push('\n');
                text += &section.text;
            }
            if let Some(stop) = stop {
                text.push('\n');
                let said = format!(
                    "Stopped early ({}): what is above is of what was done.",
                    stop.word()
                );
                text += &wrapped(&said, context);
            }
            text
        }
    };
    Ok(Answer {
        text: text.into(),
        exit: match stop {
            None => Exit::Answered,
            Some(Stop::Interrupted) => Exit::Interrupted,
            Some(_) => Exit::Partial,
        },
    })
}

/// What is needed to get the same answer again.
pub(super) fn reproduce(context: &Context) -> Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "command": context.command_line,
        "seed": context.shared.seed,
        "threads": context.shared.threads,
    })
}

/// A paragraph with its line feed.
fn wrapped(text: &str, context: &Context) -> String {
    paragraph(text, context.width().unwrap_or(WIDTH).max(40))
}

/// An exact number for JSON.
fn exact(value: &Rational) -> Value {
    json!(value.to_string())
}

/// The decimal beside an exact number.
fn approx(value: &Rational) -> Value {
    json!(Exact(value.clone()).approx())
}

impl<'c> Asked<'c> {
    fn new(
        mut family: ScenarioFamily<'c>,
        arguments: &SensitivityArgs,
        context: &'c Context,
    ) -> Result<Self, Failure> {
        let over = points::over(&arguments.over, &family)?;
        let names: Vec<String> = over.iter().map(|(name, _)| name.clone()).collect();
        family.vary(&names)?;
        let base: Vec<Rational> = family.varied()?.into_iter().map(|k| k.value).collect();
        let request = family.request()?;
        // A small game is solved whatever the limit is: without it there is nothing to show.
        let control = Control {
            deadline: context.patience().deadline,
            ..sweep::inside(&context.control())
        };
        let here = sweep::solve_point(&family, &base, &request, &control);
        if let Err(why) = &here.found {
            return Err(Failure::Limit {
                message: format!("nothing is known of the game of the file: {why}"),
                help: Some("`deterra solve` says more".to_owned()),
            });
        }
        // Where outcomes are looked for does not depend on the seed.
        let looked = points::sample(over.clone(), 64, 0, true)?;
        let shape = sweep::shape(&family, &looked, &[]).unwrap_or_default();
        let member = family.member(&base).map_err(Failure::internal)?;
        let graph = member.graph();
        let players: Vec<String> = (0..graph.num_players())
            .map(|p| {
                graph
                    .player_label(deterra_game::id::PlayerId::from_index(p))
                    .to_owned()
            })
            .collect();
        let players = unique(players.iter().map(String::as_str));
        let mut outcomes = sweep::endings(&member);
        outcomes.extend(shape.outcomes);
        let outcomes: Vec<String> = outcomes.into_iter().collect();
        let targets = if arguments.target.is_empty() {
            let likely = outcomes.iter().cloned().map(Target::Probability);
            let paid = players.iter().cloned().enumerate();
            let paid = paid.map(|(k, name)| Target::Payoff(k, name));
            likely.chain(paid).collect()
        } else {
            let target = |text: &String| target(text, &outcomes, &players);
            arguments
                .target
                .iter()
                .map(target)
                .collect::<Result<_, _>>()?
        };
        Ok(Self {
            family,
            request,
            over,
            base,
            here,
            players,
            targets,
            chosen: !arguments.target.is_empty(),
            context,
        })
    }

    fn ranges(&self) -> Vec<(Rational, Rational)> {
        self.over.iter().map(|(_, spread)| spread.range()).collect()
    }

    fn base_json(&self) -> Value {
        let parameters = self.over.iter().zip(&self.base);
        let parameters: Map<String, Value> = parameters
            .map(|((name, spread), value)| {
                let (low, high) = spread.range();
                let about = json!({
                    "value": exact(value), "low": exact(&low), "high": exact(&high),
                    "drawn": spread.to_string(),
                });
                (name.clone(), about)
            })
            .collect();
        let of = |target: &Target| {
            let value = target.of(&self.here)?;
            let about = json!({ "value": exact(&value), "approx": approx(&value) });
            Some((target.to_string(), about))
        };
        let targets: Map<String, Value> = self.targets.iter().filter_map(of).collect();
        json!({
            "parameters": parameters,
            "regime": self.here.name(),
            "equilibria": self.here.found.as_ref().map_or(0, |r| r.plays.len()),
            "targets": targets,
        })
    }

    fn base_text(&self) -> String {
        let several = self.here.found.as_ref().map_or(0, |r| r.plays.len());
        let first = if several > 1 {
            format!(" ({several} equilibria; numbers are of the first)")
        } else {
            String::new()
        };
        let regime = self.here.name().unwrap_or_default();
        let mut text = wrapped(
            &format!("With the numbers of the file: {regime}{first}."),
            self.context,
        );
        let of = |target: &Target| {
            let value = target.of(&self.here)?;
            (!value.is_zero()).then(|| format!("{target} = {}", both(&value)))
        };
        let shown: Vec<String> = self.targets.iter().filter_map(of).collect();
        if !shown.is_empty() {
            text += &wrapped(&shown.join(", "), self.context);
        }
        text
    }

    /// Independent draws.
    fn sample(&self, count: u64) -> Result<deterra_analyze::grid::Sample, Failure> {
        let seed = self.context.shared.seed;
        match points::sample(self.over.clone(), count, seed, false)? {
            Points::Sample(sample) => Ok(sample),
            Points::Grid(_) => Err(Failure::internal("a sample is no grid")),
        }
    }
}

/// `P(acquiesce)` or `payoff(coalition)`.
fn target(text: &str, outcomes: &[String], players: &[String]) -> Result<Target, Failure> {
    let inside = |word: &str| {
        let rest = text.trim().strip_prefix(word)?.trim_start();
        Some(rest.strip_prefix('(')?.strip_suffix(')')?.trim().to_owned())
    };
    let known = || {
        format!(
            "outcomes are {}; players are {}",
            outcomes.join(", "),
            players.join(", ")
        )
    };
    if let Some(label) = inside("P") {
        if outcomes.contains(&label) {
            return Ok(Target::Probability(label));
        }
        return Err(Failure::usage(
            format!("there is no outcome `{label}`"),
            known(),
        ));
    }
    let player = inside("payoff").ok_or_else(|| {
        Failure::usage(
            format!("`{text}` is no target"),
            "write 'P(OUTCOME)' or 'payoff(PLAYER)'",
        )
    })?;
    match players.iter().position(|name| *name == player) {
        Some(at) => Ok(Target::Payoff(at, player)),
        None => Err(Failure::usage(
            format!("there is no player `{player}`"),
            known(),
        )),
    }
}

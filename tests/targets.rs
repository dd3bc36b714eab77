//! Fuzz targets: what must hold whatever bytes a reader is given.
//!
//! No panic, whatever comes in. Diagnostics point into the text. What was read without error is
//! written, read back as the same game, and written again to the same text; it survives the trip
//! through JSON; and what a solver makes of it passes its judge.
//!
//! The same functions run under a coverage-guided fuzzer (`fuzz/`), in a long random search
//! (`examples/mutate.rs`) and, over the committed inputs, in `cargo test`.

mod lite;

use deterra::game::catalog;
use deterra::game::coalition::CoalitionalGame;
use deterra::game::diagnostic::{Diagnostic, LineIndex, Reading};
use deterra::game::format::{self, Game, ReadOptions, agg, efg, json, nfg};
use deterra::scenario::compile::CompiledGame;
use deterra::scenario::expr::{Context, Formula, Quantity, Value};
use deterra::scenario::{CompileLimits, Settings, compile, load};
use deterra::solve::control::Control;
use deterra::solve::cooperative::{METHODS, Question, divide};
use deterra::solve::error::SolveError;
use deterra::solve::{Problem, Request, solve};

use deterra::verify::verdict::Status;

use crate::workspace;

/// A reader under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Action graphs, `.agg` and `.bagg`.
    Agg,
    /// Trees.
    Efg,
    /// Formulas of scenarios.
    Expr,
    /// Our own JSON.
    Json,
    /// Trees of named nodes, `.game`.
    Lite,
    /// Tables.
    Nfg,
    /// Scenarios.
    Toml,
}

impl Target {
    /// All targets, by name.
    pub const ALL: [Self; 7] = [
        Self::Agg,
        Self::Efg,
        Self::Expr,
        Self::Json,
        Self::Lite,
        Self::Nfg,
        Self::Toml,
    ];

    /// The name of its folders and of the fuzzer's binary.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Agg => "agg",
            Self::Efg => "efg",
            Self::Expr => "expr",
            Self::Json => "json",
            Self::Lite => "lite",
            Self::Nfg => "nfg",
            Self::Toml => "toml",
        }
    }

    /// The target of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }

    /// Runs the target on an input; what is not UTF-8 is none.
    ///
    /// # Errors
    /// What does not hold.
    pub fn run(self, input: &[u8]) -> Result<(), String> {
        let Ok(text) = std::str::from_utf8(input) else {
            return Ok(());
        };
        match self {
            Self::Agg => run_agg(text),
            Self::Efg => run_efg(text),
            Self::Expr => run_expr(text),
            Self::Json => run_json(text),
            Self::Lite => lite::run(text),
            Self::Nfg => run_nfg(text),
            Self::Toml => run_toml(text),
        }
    }

    /// Inputs to start from: the games we ship, scenarios, formulas.
    pub fn seeds(self) -> Vec<Vec<u8>> {
        let games = || catalog::entries().iter().map(catalog::Entry::game);
        let files = |folder: &str, extension: &str| -> Vec<String> {
            let inside = workspace::sources().into_iter().filter(|source| {
                source.path.starts_with(folder) && source.has_extension(extension)
            });
            inside.map(|source| source.text).collect()
        };
        let texts: Vec<String> = match self {
            Self::Agg => games()
                .filter_map(|game| match game {
                    Game::ActionGraph(game) => Some(agg::write(&game)),
                    _ => None,
                })
                .collect(),
            Self::Efg => games()
                .filter_map(|game| match game {
                    Game::Extensive(game) => {
                        Some(efg::write(&game, &efg::WriteOptions::default()).text)
                    }
                    _ => None,
                })
                .collect(),
            Self::Lite => games()
                .filter_map(|game| lite::seed(&game))
                .chain(files("examples/games/", "game"))
                .chain([lite::NAMED.to_owned()])
                .collect(),
            Self::Expr => FORMULAS.iter().map(|&text| text.to_owned()).collect(),
            Self::Json => games()
                .map(|game| json::write(&game))
                .chain(
                    ["gloves", "security-council", "wait-for-more"]
                        .iter()
                        .flat_map(|name| {
                            files(&format!("tests/scenarios/files/{name}.json"), "json").into_iter()
                        }),
                )
                .collect(),
            Self::Nfg => games()
                .filter_map(|game| match game {
                    Game::Strategic(game) => Some(game),
                    _ => None,
                })
                .flat_map(|game| BODIES.map(|body| nfg::write(&game, &nfg_options(body)).text))
                .collect(),
            Self::Toml => files("examples/scenarios/", "toml"),
        };
        texts.into_iter().map(String::into_bytes).collect()
    }

    /// Words of the format, and words that have broken readers.
    pub const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Agg => &["#AGG", "#BAGG", "1 0", "2 2", "\n\n", "# c\n"],
            Self::Efg => &[
                "EFG 2 R",
                "NFG 1 R",
                "p \"\" 1 1 ",
                "c \"\" 1 \"\" { \"a\" 1/2 \"b\" 1/2 } ",
                "t \"\" 1 \"o\" { 1, 2 }\n",
                "t \"\" 0\n",
                "{ \"a\" \"b\" }",
                "{ \"a\" \"a\" }",
                "{ 1/3, .5 }",
                "p \"\" 2 -1 ",
                "\\\"",
            ],
            Self::Lite => lite::WORDS,
            Self::Expr => &[
                "if(",
                "sum(i, 1, 3, ",
                "clamp(",
                "exp(",
                "log(",
                "sqrt(",
                "pow(2, ",
                "cost(a)",
                "n[0]",
                "not ",
                " and ",
                " < ",
                " == ",
                "^",
                "len(",
                "min(",
                "[1, 2]",
                "c.DC",
            ],
            Self::Json => &[
                "{",
                "}",
                "[",
                "]",
                "null",
                "true",
                "\"schema\": ",
                "\"players\": ",
                "\"1/2\"",
                "\\u0000",
                "\\ud800",
                "1e308",
            ],
            Self::Nfg => &[
                "NFG 1 R",
                "EFG 2 R",
                "{ 2 2 }",
                "{ \"a\" \"b\" }",
                "{ { \"a\" } { \"b\" } }",
                "{ \"\" 1, 2 }\n",
                "1 1/2 .5 -1 ",
                "{ 1000000 1000000 }",
                "\\\"",
            ],
            Self::Toml => &[
                "[[actor]]\n",
                "[[rung]]\n",
                "[[node]]\n",
                "[params]\n",
                "[outcomes]\n",
                "[scenario]\n",
                "[[response]]\n",
                "[[off_ramp]]\n",
                "cost = ",
                "by = ",
                "accident = \"1/2\"\n",
                "{ a = 1, b = 2 }",
                "types = [ { id = \"S\", prior = 1 } ]\n",
                "= \"\"\"\n",
                "'''",
                "1_000",
                "0x10",
                "inf",
                "nan",
                "1979-05-27",
            ],
        }
    }
}

const FORMULAS: [&str; 12] = [
    "V - cost(ch) - sanction*coverage*(1 - mitigation)",
    "c.EEm < c.DE < c.EEp",
    "n[rung] - cost(ch)",
    "if(t > 2, a, b)",
    "1 - (1 - eps)^3",
    "sum(i, 1, 10, i^2 / 3)",
    "abs(p.HH + p.HS - 1) < 1e-12",
    "exp(-a/2) + log(2) * sqrt(9/4)",
    "max([1, 2, 3]) - min(1, 2, n[0])",
    "clamp(-.5, 0, 1) + floor(7/2) + ceil(-7/2)",
    "not (a < 1 or b >= 2) and true",
    "pow(1.10, 20) + len(n)",
];

const BODIES: [nfg::Body; 3] = [nfg::Body::Auto, nfg::Body::Payoffs, nfg::Body::Outcomes];

fn nfg_options(body: nfg::Body) -> nfg::WriteOptions {
    nfg::WriteOptions {
        body,
        ..nfg::WriteOptions::default()
    }
}

/// Players of a coalitional game up to which it is divided.
const DIVIDED_PLAYERS: usize = 4;

/// The most nodes of a game that is handed to a solver.
const SOLVED_NODES: usize = 2_000;

/// Games of more states are read and not solved.
const SOLVED_STATES: usize = 20;

/// Fails with a sentence unless the condition holds.
fn require(condition: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if condition { Ok(()) } else { Err(what()) }
}

/// Diagnostics point into the text, between characters, and can be shown.
fn check_places(text: &str, diagnostics: &[Diagnostic]) -> Result<(), String> {
    let lines = LineIndex::new(text);
    for diagnostic in diagnostics {
        let notes = diagnostic.notes.iter().map(|note| &note.span);
        for span in std::iter::once(&diagnostic.span).chain(notes) {
            require(text.get(span.clone()).is_some(), || {
                format!("{}: the span {span:?} is not in the text", diagnostic.code)
            })?;
            lines.position(text, span.start);
        }
        require(!diagnostic.message.is_empty(), || {
            format!("{} says nothing", diagnostic.code)
        })?;
    }
    Ok(())
}

/// The value of a reading whose diagnostics are in order, if there is no error.
fn accepted<T>(text: &str, reading: Reading<T>) -> Result<Option<T>, String> {
    check_places(text, &reading.diagnostics)?;
    require(reading.value.is_some() || reading.has_errors(), || {
        "nothing was read and nothing is said".to_owned()
    })?;
    Ok(reading.into_result().ok().map(|(value, _)| value))
}

fn first_message(reading: &[Diagnostic]) -> String {
    reading
        .iter()
        .find(|d| d.is_error())
        .map_or_else(String::new, |d| format!("{}: {}", d.code, d.message))
}

/// Reads what was written: it must be the same, and be written the same.
fn round_trip<T: PartialEq>(
    game: &T,
    written: &str,
    read: impl Fn(&str) -> Reading<T>,
    write: impl Fn(&T) -> String,
) -> Result<(), String> {
    let again = match read(written).into_result() {
        Ok((again, _)) => again,
        Err(problems) => {
            let message = first_message(&problems);
            return Err(format!("what was written is refused: {message}\n{written}"));
        }
    };
    require(again == *game, || {
        format!("what was written reads as another game:\n{written}")
    })?;
    let twice = write(&again);
    require(twice == written, || {
        format!("written twice, differently:\n{written}\n---\n{twice}")
    })
}

/// Through JSON and, if small, through a solver and its judge.
fn check_game(game: &Game) -> Result<(), String> {
    round_trip(game, &json::write(game), json::read, json::write)?;
    let small = match game {
        Game::Extensive(tree) => tree.num_nodes() <= SOLVED_NODES,
        Game::Coalitional(game) => return check_divisions(game),
        Game::Stochastic(_) => false,
        Game::Strategic(_) | Game::ActionGraph(_) => true,
    };
    if small {
        check_answer(&match game {
            Game::Extensive(tree) => Problem::Extensive(tree),
            Game::Strategic(table) => Problem::Strategic(table),
            Game::ActionGraph(graph) => Problem::ActionGraph(graph),
            Game::Coalitional(_) | Game::Stochastic(_) => return Ok(()),
        })?;
    }
    Ok(())
}

/// Every division of a small game passes its judge.
fn check_divisions(game: &CoalitionalGame) -> Result<(), String> {
    if game.num_players() > DIVIDED_PLAYERS {
        return Ok(());
    }
    for method in METHODS {
        let question = Question {
            method: Some(method),
            ..Question::default()
        };
        match divide(game, &question, &Control::default()) {
            Ok(solution) => require(solution.verdict().holds(), || {
                format!("{method}: {:?}", solution.verdict())
            })?,
            Err(SolveError::NotApplicable { .. } | SolveError::TooLarge { .. }) => {}
            Err(error) => return Err(format!("{method}: {error}")),
        }
    }
    Ok(())
}

/// Whatever a solver answers passes its judge, or the judge says why it cannot tell.
fn check_answer(problem: &Problem<'_>) -> Result<(), String> {
    let mut request = Request {
        combination_limit: 256,
        value_limit: 64,
        ..Request::default()
    };
    request.pure.cell_limit = 4_096;
    request.pure.equilibrium_limit = 64;
    request.bayesian.step_limit = 2_000;
    request.markov.profile_limit = 1_000;
    request.markov.support_limit = 200;
    request.markov.starts = 2;
    let control = Control {
        threads: 1,
        ..Control::default()
    };
    match solve(problem, &request, &control) {
        Ok(solution) => require(!matches!(solution.verdict().status, Status::Failed), || {
            format!("the judge refuses the answer: {:?}", solution.verdict())
        }),
        // A game of no known method is no failure, as long as it is said.
        Err(error) => require(!error.to_string().is_empty(), || {
            "a silent error".to_owned()
        }),
    }
}

fn run_efg(text: &str) -> Result<(), String> {
    let strict = ReadOptions {
        strict: true,
        normalize_chance: false,
    };
    check_places(text, &efg::read(text, &strict).diagnostics)?;
    let lenient = ReadOptions {
        strict: false,
        normalize_chance: true,
    };
    accepted(text, efg::read(text, &lenient))?;
    let options = ReadOptions::default();
    let Some(game) = accepted(text, efg::read(text, &options))? else {
        return Ok(());
    };
    for ascii in [false, true] {
        let write = |game: &_| efg::write(game, &efg::WriteOptions { ascii }).text;
        let first = efg::write(&game, &efg::WriteOptions { ascii });
        let read = |text: &str| efg::read(text, &options);
        if first.renames.is_empty() {
            // Outcomes that no node mentions are left out, so the game as written is compared.
            let (as_written, _) = read(&first.text).into_result().map_err(|problems| {
                format!("refused: {}\n{}", first_message(&problems), first.text)
            })?;
            round_trip(&as_written, &first.text, read, write)?;
        } else {
            let renamed = write(&game);
            let (again, _) = read(&renamed)
                .into_result()
                .map_err(|problems| format!("refused: {}\n{renamed}", first_message(&problems)))?;
            round_trip(&again, &write(&again), read, write)?;
        }
        require(!ascii || first.text.is_ascii(), || {
            format!("not ASCII:\n{}", first.text)
        })?;
    }
    check_game(&Game::Extensive(game))
}

fn run_nfg(text: &str) -> Result<(), String> {
    let options = ReadOptions::default();
    // The sniffing reader says the same of a table.
    if format::sniff(text) == Some(format::Format::Nfg) {
        let sniffed = format::read(text, &options).diagnostics;
        require(sniffed == nfg::read(text, &options).diagnostics, || {
            "told apart by content, it reads differently".to_owned()
        })?;
    }
    let Some(game) = accepted(text, nfg::read(text, &options))? else {
        return Ok(());
    };
    let read = |text: &str| nfg::read(text, &options);
    for body in BODIES {
        let write = |game: &_| nfg::write(game, &nfg_options(body)).text;
        let written = write(&game);
        let (again, _) = read(&written)
            .into_result()
            .map_err(|problems| format!("refused: {}\n{written}", first_message(&problems)))?;
        round_trip(&again, &write(&again), read, write)?;
        let plain = nfg::WriteOptions { ascii: true, body };
        let plain = nfg::write(&game, &plain).text;
        require(plain.is_ascii() && !read(&plain).has_errors(), || {
            format!("not ASCII, or refused:\n{plain}")
        })?;
    }
    check_game(&Game::Strategic(game))
}

fn run_agg(text: &str) -> Result<(), String> {
    let options = ReadOptions::default();
    let Some(game) = accepted(text, agg::read(text, &options))? else {
        return Ok(());
    };
    let read = |text: &str| agg::read(text, &options);
    round_trip(&game, &agg::write(&game), read, agg::write)?;
    check_game(&Game::ActionGraph(game))
}

fn run_json(text: &str) -> Result<(), String> {
    match accepted(text, json::read(text))? {
        Some(game) => check_game(&game),
        None => Ok(()),
    }
}

fn run_toml(text: &str) -> Result<(), String> {
    let Some(scenario) = accepted(text, load(text, &Settings::default()))? else {
        return Ok(());
    };
    let limits = CompileLimits {
        positions: 10_000,
        nodes: 10_000,
        ..CompileLimits::default()
    };
    let Some(compiled) = accepted(text, compile(&scenario, &limits))? else {
        return Ok(());
    };
    match &compiled.game {
        CompiledGame::Positions(game) => check_answer(&Problem::Positional(game)),
        CompiledGame::Tree(tree) if tree.num_nodes() <= SOLVED_NODES => {
            check_answer(&Problem::Extensive(tree))
        }
        CompiledGame::Stochastic(game) if game.num_states() <= SOLVED_STATES => {
            check_answer(&Problem::Stochastic(game))
        }
        CompiledGame::Alike(game) => check_answer(&Problem::Anonymous(game.game())),
        CompiledGame::Tree(_) | CompiledGame::Stochastic(_) => Ok(()),
    }
}

/// A few names, for formulas to find.
struct Names;

impl Context for Names {
    fn value(&self, name: &str) -> Option<Value> {
        let number = |n: i64| Value::Number(Quantity::from(n));
        match name {
            "a" | "V" | "t" | "c.DC" => Some(number(3)),
            "b" | "eps" | "rung" => Some(number(0)),
            "n" => Some(Value::List([Quantity::from(1), Quantity::from(2)].into())),
            _ => None,
        }
    }
}

fn run_expr(text: &str) -> Result<(), String> {
    let base = 7;
    let formula = match Formula::parse(text, base) {
        Ok(formula) => formula,
        Err(error) => {
            let span = error.span.clone();
            let inside =
                span.start >= base && text.get(span.start - base..span.end - base).is_some();
            return require(inside, || format!("the span {span:?} is not in the text"));
        }
    };
    let printed = formula.to_string();
    match Formula::parse(&printed, 0) {
        Err(error) => return Err(format!("what was printed is refused: {error}: {printed}")),
        Ok(again) => {
            require(again == formula, || {
                format!("printed as another formula: {printed}")
            })?;
            require(again.to_string() == printed, || {
                format!("printed twice, differently: {printed} / {again}")
            })?;
        }
    }
    // Equal formulas have equal values, or fail alike.
    let value = |formula: &Formula| formula.evaluate(&Names).map_err(|e| e.to_string());
    let first = value(&formula);
    require(first == value(&formula), || {
        "evaluated twice, differently".to_owned()
    })
}

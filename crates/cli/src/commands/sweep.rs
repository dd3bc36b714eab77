//! `deterra sweep FILE`: what is played at every one of many points, as rows of a table.

mod columnar;
mod file;
mod layout;
mod merge;

pub(crate) use merge::merge;

use super::{Answer, Text};
use crate::args::{Format, SweepArgs};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::json;
use crate::request::family::ScenarioFamily;
use crate::request::points;
use deterra_analyze::grid::Points;
use deterra_analyze::sweep::{self, CHUNK, Follower, Row};
use deterra_solve::control::Stop;
use deterra_solve::problem::Request;
use file::{Beside, Form, Part, Plan, SCHEMA};
use layout::Layout;
use serde::Serialize;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

/// Rows are written at least about this often, so that little is lost to a kill.
const BATCH: Duration = Duration::from_millis(500);

/// What was written where.
#[derive(Debug, Serialize)]
struct Summary {
    schema: &'static str,
    output: String,
    /// Rows there are now, and rows there will be.
    written: u64,
    rows: u64,
    first: u64,
    shard: String,
    plan: String,
    stop: &'static str,
}

/// Which part of how many, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    part: u64,
    of: u64,
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hint = || "expected PART/PARTS counted from 1, such as 3/64".to_owned();
        let (part, of) = text.split_once('/').ok_or_else(hint)?;
        let number = |text: &str| text.trim().parse::<u64>().map_err(|_| hint());
        let (part, of) = (number(part)?, number(of)?);
        if part == 0 || part > of {
            return Err(hint());
        }
        Ok(Self { part, of })
    }
}

/// All that a sweep needs.
struct Sweep<'c> {
    family: ScenarioFamily<'c>,
    points: Points,
    request: Request,
    layout: Layout,
    context: &'c Context,
}

pub(crate) fn run(arguments: &SweepArgs, context: &Context) -> Result<Answer, Failure> {
    if arguments.file == "merge" {
        return merge(&arguments.parts, context);
    }
    if let Some(extra) = arguments.parts.first() {
        return Err(Failure::usage(
            format!("`{}` is one file too many", extra.display()),
            "`deterra sweep merge -o ALL PARTS…` merges parts of a sweep",
        ));
    }
    let output = context.shared.output.as_deref();
    let output = output.filter(|path| path.as_os_str() != "-");
    let form = form(output, arguments, context)?;
    let (family, points) = planned(arguments, context)?;
    let request = family.request()?;
    // The file's own numbers have a game even if none of the points has.
    let here: Vec<_> = family.varied()?.into_iter().map(|k| k.value).collect();
    let shape = sweep::shape(&family, &points, &[here]).map_err(|why| Failure::Input {
        message: format!("no point that was looked at has a game: {why}"),
        help: Some("check the ranges with `deterra check FILE --set NAME=VALUE`".to_owned()),
    })?;
    // A table of floats is what readers of Parquet expect.
    let decimals = arguments.float || (form == Form::Parquet && !context.shared.exact);
    let names = points.names();
    let work = Sweep {
        layout: Layout::new(&names, &shape, decimals),
        family,
        points,
        request,
        context,
    };
    let shard = arguments.shard.unwrap_or(Shard { part: 1, of: 1 });
    let range = sweep::shard(work.points.len(), shard.part, shard.of);
    match output {
        Some(output) => work.to_file(output, form, shard, range, arguments.resume),
        None => work.to_stdout(form, range),
    }
}

/// How rows are written.
fn form(output: Option<&Path>, arguments: &SweepArgs, context: &Context) -> Result<Form, Failure> {
    let asked = match context.shared.format() {
        Format::Json => Some(Form::Ndjson),
        Format::Csv => Some(Form::Csv),
        Format::Text | Format::Gambit => None,
    };
    let Some(output) = output else {
        if arguments.resume {
            return Err(Failure::usage(
                "--resume goes on with a file, and there is none",
                "name it: -o out.csv",
            ));
        }
        return Ok(asked.unwrap_or(Form::Csv));
    };
    if let Ok(meta) = std::fs::metadata(output)
        && !meta.is_file()
    {
        return Err(Failure::usage(
            format!("{} is no file that rows can be put into", output.display()),
            "without -o rows go to standard output",
        ));
    }
    Form::of(output).or(asked).ok_or_else(|| {
        Failure::usage(
            format!("{} does not say how rows are written", output.display()),
            "end it in .csv, .ndjson or .parquet",
        )
    })
}

/// The family and its points.
fn planned<'c>(
    arguments: &SweepArgs,
    context: &'c Context,
) -> Result<(ScenarioFamily<'c>, Points), Failure> {
    match (arguments.grid.as_slice(), arguments.sample) {
        ([], None) => Err(Failure::usage(
            "a sweep needs --grid or --sample",
            "such as --grid a=0:20:41,L=8:30:23 or --sample 4000",
        )),
        ([], Some(count)) => {
            let mut family = ScenarioFamily::load(&arguments.file, &[], context)?;
            let over = points::over(&arguments.over, &family)?;
            let latin = !arguments.independent;
            let points = points::sample(over, count, context.shared.seed, latin)?;
            family.vary(&points.names())?;
            Ok((family, points))
        }
        (grid, _) => {
            let points = points::grid(grid)?;
            let family = ScenarioFamily::load(&arguments.file, &points.names(), context)?;
            Ok((family, points))
        }
    }
}

impl Sweep<'_> {
    fn plan(&self, form: Form, decimals: bool) -> Plan {
        let shared = &self.context.shared;
        let pair = |flag: &str, a: &crate::args::values::Assignment| {
            format!("{flag} {}={}", a.name, a.value)
        };
        let set = shared.set.iter().map(|a| pair("--set", a));
        let given = shared.given.iter().map(|a| pair("--given", a));
        let strict = shared.strict.then(|| "--strict".to_owned());
        Plan {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            name: self.family.title.clone(),
            sha256: self.family.sha256.clone(),
            settings: set.chain(given).chain(strict).collect(),
            request: format!(
                "concept {} tie rule {} seed {}",
                self.request.concept.map_or("auto", |c| c.name()),
                self.request.tie_rule.name(),
                shared.seed
            ),
            points: self.points.describe(),
            rows: self.points.len(),
            decimals,
            form,
            columns: self.layout.columns.clone(),
        }
    }

    /// Computes rows and hands them on in order, as lines, until all are done or there is reason to stop.
    fn each(
        &self,
        range: Range<u64>,
        form: Form,
        mut take: impl FnMut(&str, u64) -> Result<(), Failure>,
    ) -> Result<(u64, Option<Stop>), Failure> {
        let control = self.context.control();
        let follower = Follower::new(&self.family, &self.request, &control);
        let mut next = range.start;
        let mut size = 8;
        let mut lines = String::new();
        let total = self.points.len() as usize;
        while next < range.end {
            if let Some(stop) = self.context.stop() {
                return Ok((next, Some(stop)));
            }
            self.context.report(next as usize, total, "points");
            let begun = Instant::now();
            let end = range.end.min(next.saturating_add(size));
            let rows = sweep::rows(&follower, &self.points, next..end, control.threads);
            lines.clear();
            for (number, row) in (next..end).zip(&rows) {
                lines += &self.line(number, row, form);
            }
            take(&lines, rows.len() as u64)?;
            next += rows.len() as u64;
            if begun.elapsed() < BATCH && size < CHUNK {
                size *= 2;
            } else if begun.elapsed() > BATCH * 4 && size > 1 {
                size /= 2;
            }
        }
        Ok((next, None))
    }

    fn line(&self, number: u64, row: &Row, form: Form) -> String {
        match form {
            Form::Csv | Form::Parquet => self.layout.csv(number, row),
            Form::Ndjson => self.layout.ndjson(number, row),
        }
    }

    fn to_stdout(&self, form: Form, range: Range<u64>) -> Result<Answer, Failure> {
        if form == Form::Parquet {
            return Err(Failure::usage(
                "Parquet files are written whole",
                "name one: -o out.parquet",
            ));
        }
        let mut out = std::io::stdout().lock();
        let mut write = |text: &str| {
            let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            written.map_err(|error| Failure::write("the rows", &error))
        };
        if form == Form::Csv {
            write(&self.layout.csv_head())?;
        }
        let (next, stop) = self.each(range.clone(), form, |lines, _| write(lines))?;
        if let Some(stop) = stop {
            self.context.remark(&format!(
                "stopped by {} after {} of {} rows",
                word(stop),
                next - range.start,
                range.end - range.start
            ));
        }
        Ok(Answer {
            text: Text::Written,
            exit: stop.map_or(Exit::Answered, exit),
        })
    }

    fn to_file(
        &self,
        output: &Path,
        form: Form,
        shard: Shard,
        range: Range<u64>,
        resume: bool,
    ) -> Result<Answer, Failure> {
        let decimals = self.layout.decimals;
        let plan = self.plan(form, decimals);
        let beside = Beside {
            schema: SCHEMA.to_owned(),
            hash: plan.hash(),
            shard: format!("{}/{}", shard.part, shard.of),
            first: range.start,
            end: range.end,
            plan,
        };
        let part_path = file::with(output, ".part");
        let earlier = Beside::read(output).map_err(Failure::input)?;
        let begun = part_path.exists();
        if resume {
            match &earlier {
                Some(earlier) => same(earlier, &beside)?,
                None if begun => {
                    return Err(Failure::input_help(
                        format!(
                            "{} is there, but not its plan {}",
                            part_path.display(),
                            Beside::path(output).display()
                        ),
                        "remove it to begin anew",
                    ));
                }
                None => {}
            }
            if earlier.is_some() && !begun && output.exists() {
                return self.summary(output, &beside, range.end, None);
            }
        } else if begun {
            return Err(Failure::usage(
                format!("an unfinished sweep is in {}", part_path.display()),
                "--resume goes on with it; remove it to begin anew",
            ));
        }
        let head = match form {
            Form::Csv | Form::Parquet => self.layout.csv_head(),
            Form::Ndjson => String::new(),
        };
        // The lock comes first: two processes must not both write plans.
        let mut part = Part::open(output, &head, form, range.start, resume)?;
        beside.write(output)?;
        part.next = part.next.min(range.end);
        let from = part.next;
        let (next, stop) = self.each(from..range.end, form, |lines, rows| {
            part.append(lines, rows)
        })?;
        if stop.is_none() {
            if form == Form::Parquet {
                Self::columnar(output, &mut part, &beside)?;
                part.remove()?;
            } else {
                part.finish(output)?;
            }
        }
        self.summary(output, &beside, next, stop)
    }

    /// Makes the Parquet file of the rows that are there.
    fn columnar(output: &Path, part: &mut Part, beside: &Beside) -> Result<(), Failure> {
        let failed = |why: &dyn std::fmt::Display| {
            Failure::internal(format!("cannot write {}: {why}", output.display()))
        };
        let rows = part.read().map_err(|e| failed(&e))?;
        let records = csv::Reader::from_reader(rows)
            .into_records()
            .map(|r| r.map(|r| r.iter().map(str::to_owned).collect::<Vec<_>>()));
        write_parquet(output, beside, |each| {
            for record in records {
                each(record.map_err(|e| e.to_string())?)?;
            }
            Ok(())
        })
    }

    fn summary(
        &self,
        output: &Path,
        beside: &Beside,
        next: u64,
        stop: Option<Stop>,
    ) -> Result<Answer, Failure> {
        let summary = Summary {
            schema: "deterra/sweep/1",
            output: output.display().to_string(),
            written: next - beside.first,
            rows: beside.end - beside.first,
            first: beside.first,
            shard: beside.shard.clone(),
            plan: beside.hash.clone(),
            stop: stop.unwrap_or(Stop::Done).word(),
        };
        let text = if self.context.shared.format() == Format::Json {
            json::document(&summary).map_err(Failure::internal)?
        } else {
            match stop {
                None => format!("{} rows in {}\n", summary.rows, summary.output),
                Some(stop) => format!(
                    "{} of {} rows in {}.part, stopped by {}: the same command with --resume goes on\n",
                    summary.written,
                    summary.rows,
                    summary.output,
                    word(stop)
                ),
            }
        };
        told(text, stop.map_or(Exit::Answered, exit))
    }
}

/// An answer that goes to standard output although `--output` names a file.
fn told(text: String, exit: Exit) -> Result<Answer, Failure> {
    crate::deliver::deliver(&text.into(), None)?;
    Ok(Answer {
        text: Text::Written,
        exit,
    })
}

/// Writes a Parquet file, whole or not at all, from records that `give` hands over.
fn write_parquet(
    output: &Path,
    beside: &Beside,
    give: impl FnOnce(&mut dyn FnMut(Vec<String>) -> Result<(), String>) -> Result<(), String>,
) -> Result<(), Failure> {
    let failed = |why: &dyn std::fmt::Display| {
        Failure::internal(format!("cannot write {}: {why}", output.display()))
    };
    let temporary = crate::deliver::temporary(output)
        .map_err(|error| Failure::write(&output.display().to_string(), &error))?;
    let handle = temporary.as_file().try_clone().map_err(|e| failed(&e))?;
    let plan = &beside.plan;
    let mut writer = columnar::Writer::new(handle, &plan.columns, plan.decimals, &beside.hash)
        .map_err(|e| failed(&e))?;
    give(&mut |record| {
        let pushed = writer.push(record.iter().map(String::as_str));
        pushed.map_err(|e| e.to_string())
    })
    .map_err(|why| failed(&why))?;
    let handle = writer.finish().map_err(|e| failed(&e))?;
    handle.sync_all().map_err(|e| failed(&e))?;
    temporary.persist(output).map_err(|e| failed(&e.error))?;
    Ok(())
}

/// Refuses to go on with what another plan began.
fn same(earlier: &Beside, now: &Beside) -> Result<(), Failure> {
    let mut differences = earlier.plan.differences(&now.plan);
    if earlier.shard != now.shard {
        differences.push("the part of how many");
    }
    if differences.is_empty() {
        return Ok(());
    }
    Err(Failure::input_help(
        format!(
            "the sweep that was begun there is another one: it differs in {}",
            differences.join(", ")
        ),
        "give the command it was begun with, or remove its .part and .plan files to begin anew",
    ))
}

const fn word(stop: Stop) -> &'static str {
    match stop {
        Stop::Time => "the time limit",
        Stop::Interrupted => "Ctrl-C",
        _ => "a limit",
    }
}

const fn exit(stop: Stop) -> Exit {
    match stop {
        Stop::Interrupted => Exit::Interrupted,
        _ => Exit::Partial,
    }
}

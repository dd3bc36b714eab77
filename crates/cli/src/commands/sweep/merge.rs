//! `deterra sweep merge -o ALL PARTS…`: the parts of one sweep as the file that the whole would be.
//!
//! Every problem is told at once: parts without a plan, of another plan, rows that are missing, twice or not where
//! they belong.

use super::file::{Beside, Form, number_of, read_line};
use super::{Answer, Exit, Failure, columnar, told, write_parquet};
use crate::args::Format;
use crate::context::Context;
use crate::output::json;
use serde_json::json;
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};

/// So many problems are told.
const MOST_TOLD: usize = 50;

/// A part and its plan.
struct Piece {
    path: PathBuf,
    beside: Beside,
}

pub(crate) fn merge(parts: &[PathBuf], context: &Context) -> Result<Answer, Failure> {
    let output = context.shared.output.as_deref();
    let Some(output) = output.filter(|path| path.as_os_str() != "-") else {
        return Err(Failure::usage(
            "merging needs a file to write to",
            "deterra sweep merge -o all.csv part-*.csv",
        ));
    };
    if parts.is_empty() {
        return Err(Failure::usage(
            "there are no parts to merge",
            "deterra sweep merge -o all.csv part-*.csv",
        ));
    }
    let mut problems = Vec::new();
    let mut pieces = Vec::new();
    for path in parts {
        if same_file(path, output) {
            problems.push(format!("{} is the file to write to", path.display()));
            continue;
        }
        match Beside::read(path) {
            Ok(Some(beside)) => pieces.push(Piece {
                path: path.clone(),
                beside,
            }),
            Ok(None) => problems.push(format!(
                "{} has no plan {} beside it",
                path.display(),
                Beside::path(path).display()
            )),
            Err(why) => problems.push(why),
        }
    }
    pieces.sort_by(|a, b| {
        let key = |p: &Piece| (p.beside.first, p.beside.end);
        key(a).cmp(&key(b)).then_with(|| a.path.cmp(&b.path))
    });
    problems.extend(misfits(&pieces, output));
    for piece in &pieces {
        problems.extend(wrong_rows(piece));
    }
    if !problems.is_empty() {
        let more = problems.len().saturating_sub(MOST_TOLD);
        problems.truncate(MOST_TOLD);
        if more > 0 {
            problems.push(format!("and {more} more"));
        }
        return Err(Failure::input_help(
            format!(
                "the parts do not make one sweep:\n  {}",
                problems.join("\n  ")
            ),
            "give every part once, as `deterra sweep --shard` wrote it, with its .plan file",
        ));
    }
    let mut whole = pieces[0].beside.clone();
    "1/1".clone_into(&mut whole.shard);
    whole.first = 0;
    whole.end = whole.plan.rows;
    write(&pieces, &whole, output)?;
    whole.write(output)?;
    let rows = whole.plan.rows;
    let text = if context.shared.format() == Format::Json {
        json::document(&json!({
            "schema": "deterra/sweep/1",
            "output": output.display().to_string(),
            "written": rows,
            "rows": rows,
            "first": 0,
            "shard": whole.shard,
            "plan": whole.hash,
            "stop": "done",
        }))
        .map_err(Failure::internal)?
    } else {
        format!("{rows} rows in {}\n", output.display())
    };
    told(text, Exit::Answered)
}

fn same_file(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => one == other,
    }
}

/// Foreign plans, gaps and overlaps.
fn misfits(pieces: &[Piece], output: &Path) -> Vec<String> {
    let mut problems = Vec::new();
    // Of several plans the one that most parts follow is taken to be meant.
    let followers = |hash: &str| pieces.iter().filter(|p| p.beside.hash == hash).count();
    let Some(meant) = pieces
        .iter()
        .rev()
        .max_by_key(|p| followers(&p.beside.hash))
        .map(|p| &p.beside)
    else {
        return problems;
    };
    if Form::of(output).is_some_and(|form| form != meant.plan.form) {
        let name = output.display();
        problems.push(format!(
            "{name} would not be written as the parts are: give it their ending"
        ));
    }
    let mut next = 0;
    let mut before: Option<&Piece> = None;
    for piece in pieces {
        let Beside { first, end, .. } = piece.beside;
        let name = piece.path.display();
        if piece.beside.hash != meant.hash {
            let differs = piece.beside.plan.differences(&meant.plan).join(", ");
            problems.push(format!(
                "{name} is of another sweep: it differs in {differs}"
            ));
            continue;
        }
        if first == end {
            continue;
        }
        if first > next {
            problems.push(format!("rows {next} to {} are missing", first - 1));
        } else if first < next {
            let other = before.map_or_else(String::new, |p| p.path.display().to_string());
            let last = end.min(next) - 1;
            problems.push(format!(
                "rows {first} to {last} are in {other} and in {name}"
            ));
        }
        if end >= next {
            next = end;
            before = Some(piece);
        }
    }
    if next < meant.plan.rows {
        let last = meant.plan.rows - 1;
        problems.push(format!("rows {next} to {last} are missing"));
    }
    problems
}

/// Rows of a part that are not those its plan says.
fn wrong_rows(piece: &Piece) -> Option<String> {
    let mut next = piece.beside.first;
    let name = piece.path.display();
    let step = |number: Option<u64>, next: &mut u64| -> Result<(), String> {
        match number {
            Some(number) if number == *next => {
                *next += 1;
                Ok(())
            }
            Some(number) => Err(format!("{name} has row {number} where row {next} belongs")),
            None => Err(format!(
                "{name} has what is no row where row {next} belongs"
            )),
        }
    };
    let mut read = || -> Result<(), String> {
        let file = File::open(&piece.path).map_err(|e| format!("cannot read {name}: {e}"))?;
        match piece.beside.plan.form {
            Form::Parquet => columnar::read(file, |row| {
                step(row.first().and_then(|n| n.parse().ok()), &mut next)
            })?,
            form => {
                let mut reader = BufReader::with_capacity(1 << 16, file);
                let mut line = Vec::new();
                let mut head = form == Form::Csv;
                loop {
                    let whole = read_line(&mut reader, &mut line);
                    let whole = whole.map_err(|e| format!("cannot read {name}: {e}"))?;
                    if !whole && line.is_empty() {
                        break;
                    }
                    if !whole {
                        return Err(format!("{name} ends within row {next}"));
                    }
                    if std::mem::take(&mut head) {
                        continue;
                    }
                    step(number_of(&line, form), &mut next)?;
                }
            }
        }
        if next < piece.beside.end {
            let last = piece.beside.end - 1;
            return Err(format!("{name} lacks rows {next} to {last}"));
        }
        if next > piece.beside.end {
            return Err(format!("{name} has rows beyond {}", piece.beside.end - 1));
        }
        Ok(())
    };
    read().err()
}

fn write(pieces: &[Piece], whole: &Beside, output: &Path) -> Result<(), Failure> {
    let failed = |error: &std::io::Error| Failure::write(&output.display().to_string(), error);
    if whole.plan.form == Form::Parquet {
        return write_parquet(output, whole, |each| {
            for piece in pieces {
                let file = File::open(&piece.path).map_err(|e| e.to_string())?;
                columnar::read(file, &mut *each)?;
            }
            Ok(())
        });
    }
    let mut temporary = crate::deliver::temporary(output).map_err(|e| failed(&e))?;
    for (k, piece) in pieces.iter().enumerate() {
        let file = File::open(&piece.path).map_err(|e| failed(&e))?;
        let mut reader = BufReader::with_capacity(1 << 16, file);
        if whole.plan.form == Form::Csv && k > 0 {
            // The headings are there already.
            read_line(&mut reader, &mut Vec::new()).map_err(|e| failed(&e))?;
        }
        std::io::copy(&mut reader, &mut temporary).map_err(|e| failed(&e))?;
    }
    temporary.flush().map_err(|e| failed(&e))?;
    temporary.as_file().sync_all().map_err(|e| failed(&e))?;
    temporary.persist(output).map_err(|e| failed(&e.error))?;
    Ok(())
}

//! The files of a sweep: what is being written, and the plan that it follows.
//!
//! A sweep that goes to `out.csv` writes its rows to `out.csv.part` and its plan to `out.csv.plan`; when all rows
//! are there the part gets the name `out.csv`. The plan stays: it is how `--resume` and `sweep merge` know what
//! the rows are. A kill may cut the part anywhere. What goes on from it keeps the whole lines whose numbers
//! follow each other from the first, drops the rest, and computes that again; rows depend on their number alone, so the
//! bytes are the same as if nothing had happened.

use super::layout::Column;
use crate::failure::Failure;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often rows are made to reach the disk.
const SYNC: Duration = Duration::from_secs(5);
/// No line of a sweep is longer.
const LONGEST_LINE: usize = 1 << 24;

/// What a file of rows is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Form {
    /// Comma-separated values.
    Csv,
    /// An object a line.
    Ndjson,
    /// Apache Parquet.
    Parquet,
}

impl Form {
    /// What the name of a file says.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "csv" => Some(Self::Csv),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// All that decides what the rows are, but for which of them are in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Plan {
    /// The version of the program.
    pub(super) version: String,
    /// The scenario's title.
    pub(super) name: String,
    /// Of the scenario's bytes.
    pub(super) sha256: String,
    /// `--set`, `--given` and whatever else changes games.
    pub(super) settings: Vec<String>,
    /// What is solved for, and how.
    pub(super) request: String,
    /// The points.
    pub(super) points: String,
    /// How many.
    pub(super) rows: u64,
    /// Whether numbers are decimals.
    pub(super) decimals: bool,
    /// The file's form.
    pub(super) form: Form,
    /// The columns.
    pub(super) columns: Vec<Column>,
}

impl Plan {
    /// A hash of all of it.
    pub(super) fn hash(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        crate::source::sha256(text.as_bytes())
    }

    /// What differs from another plan, as words.
    pub(super) fn differences(&self, other: &Self) -> Vec<&'static str> {
        let mut found = Vec::new();
        let mut note = |differs: bool, what| {
            if differs {
                found.push(what);
            }
        };
        note(self.version != other.version, "the version of the program");
        note(self.sha256 != other.sha256, "the scenario");
        note(self.settings != other.settings, "the settings");
        note(
            self.request != other.request,
            "the concept, the tie rule or the seed",
        );
        note(
            self.points != other.points || self.rows != other.rows,
            "the points",
        );
        note(
            self.decimals != other.decimals || self.form != other.form,
            "how numbers are written",
        );
        note(self.columns != other.columns, "the columns");
        found
    }
}

/// The file beside the rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Beside {
    /// `deterra/sweep-plan/1`.
    pub(super) schema: String,
    /// [`Plan::hash`].
    pub(super) hash: String,
    /// Which part of how many.
    pub(super) shard: String,
    /// The number of the first row.
    pub(super) first: u64,
    /// One more than that of the last.
    pub(super) end: u64,
    /// The plan.
    pub(super) plan: Plan,
}

impl Beside {
    /// Where the plan of a file of rows is.
    pub(super) fn path(output: &Path) -> PathBuf {
        with(output, ".plan")
    }

    /// Reads it; `None` if there is none.
    pub(super) fn read(output: &Path) -> Result<Option<Self>, String> {
        let path = Self::path(output);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("cannot read {}: {error}", path.display())),
        };
        let beside: Self = serde_json::from_str(&text)
            .map_err(|_| format!("{} is not the plan of a sweep", path.display()))?;
        if beside.schema != SCHEMA || beside.hash != beside.plan.hash() {
            return Err(format!("{} was changed", path.display()));
        }
        Ok(Some(beside))
    }

    /// Writes it, whole or not at all.
    pub(super) fn write(&self, output: &Path) -> Result<(), Failure> {
        let mut text = serde_json::to_string_pretty(self).map_err(Failure::internal)?;
        text.push('\n');
        crate::deliver::deliver(&text.into(), Some(&Self::path(output)))
    }
}

/// The schema of [`Beside`].
pub(super) const SCHEMA: &str = "deterra/sweep-plan/1";

/// A path with an ending added to it.
pub(super) fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Rows on their way to a file.
#[derive(Debug)]
pub(super) struct Part {
    path: PathBuf,
    file: File,
    synced: Instant,
    /// The number of the next row.
    pub(super) next: u64,
}

impl Part {
    /// Opens the part of an output; what there is of it is kept if `resume`.
    ///
    /// # Errors
    /// If it cannot be opened, or another process writes to it.
    pub(super) fn open(
        output: &Path,
        head: &str,
        form: Form,
        first: u64,
        resume: bool,
    ) -> Result<Self, Failure> {
        let path = with(output, ".part");
        let failed = |error: &std::io::Error| Failure::write(&path.display().to_string(), error);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|e| failed(&e))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::usage(
                    format!("another process is writing to {}", path.display()),
                    "give each part of a sweep an output of its own",
                ));
            }
            // A file system without locks is one where nobody else is to be kept out.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let (kept, next) = if resume {
            whole_lines(&file, head, form, first).map_err(|e| failed(&e))?
        } else {
            (0, first)
        };
        file.set_len(kept).map_err(|e| failed(&e))?;
        file.seek(SeekFrom::End(0)).map_err(|e| failed(&e))?;
        let mut part = Self {
            path,
            file,
            synced: Instant::now(),
            next,
        };
        if kept == 0 {
            part.append(head, 0)?;
        }
        Ok(part)
    }

    /// Adds lines, so many of which are rows.
    pub(super) fn append(&mut self, lines: &str, rows: u64) -> Result<(), Failure> {
        let written = self.file.write_all(lines.as_bytes()).and_then(|()| {
            if self.synced.elapsed() >= SYNC {
                self.synced = Instant::now();
                self.file.sync_data()?;
            }
            Ok(())
        });
        written.map_err(|error| Failure::write(&self.path.display().to_string(), &error))?;
        self.next += rows;
        Ok(())
    }

    /// What reads the rows from the start.
    pub(super) fn read(&mut self) -> std::io::Result<BufReader<File>> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(BufReader::with_capacity(1 << 16, file))
    }

    /// Gives the part the name of the output.
    pub(super) fn finish(self, output: &Path) -> Result<(), Failure> {
        let renamed = self
            .file
            .sync_all()
            .and_then(|()| std::fs::rename(&self.path, output));
        renamed.map_err(|error| Failure::write(&output.display().to_string(), &error))
    }

    /// Removes the part, whose rows are in another file now.
    pub(super) fn remove(self) -> Result<(), Failure> {
        std::fs::remove_file(&self.path)
            .map_err(|error| Failure::write(&self.path.display().to_string(), &error))
    }
}

/// How many bytes from the start are the head and whole rows that follow each other, and the number of the next.
fn whole_lines(file: &File, head: &str, form: Form, first: u64) -> std::io::Result<(u64, u64)> {
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let (mut kept, mut next) = (0_u64, first);
    let mut line = Vec::new();
    if !head.is_empty() {
        if !read_line(&mut reader, &mut line)? || line != head.as_bytes() {
            return Ok((0, first));
        }
        kept = head.len() as u64;
    }
    while read_line(&mut reader, &mut line)? {
        if number_of(&line, form) != Some(next) {
            break;
        }
        kept += line.len() as u64;
        next += 1;
    }
    Ok((kept, next))
}

/// Reads a line with its line feed; `false` where there is no whole one.
pub(super) fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    line.clear();
    let limited = std::io::Read::take(&mut *reader, LONGEST_LINE as u64);
    let mut limited = limited;
    limited.read_until(b'\n', line)?;
    Ok(line.last() == Some(&b'\n'))
}

/// The number of the point that a line is about; `None` if it is no row.
pub(super) fn number_of(line: &[u8], form: Form) -> Option<u64> {
    let text = std::str::from_utf8(line).ok()?;
    if text.contains('\0') {
        return None;
    }
    match form {
        Form::Csv | Form::Parquet => text.split_once(',')?.0.parse().ok(),
        Form::Ndjson => {
            let rest = text.strip_prefix("{\"point\":")?;
            text.trim_end()
                .ends_with('}')
                .then(|| rest.split([',', '}']).next()?.parse().ok())?
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of three rows, cut after every byte, comes back to the same text by what is kept and the rest.
    #[test]
    fn a_part_that_is_cut_anywhere_goes_on_to_the_same_bytes() {
        let folder = tempfile::tempdir().expect("a folder");
        for (form, head, rows) in [
            (
                Form::Csv,
                "point,a\n",
                ["41,x\n", "42,\"q,\"\"\"\n", "43,\u{e9}\n"],
            ),
            (
                Form::Ndjson,
                "",
                [
                    "{\"point\":41,\"a\":1}\n",
                    "{\"point\":42}\n",
                    "{\"point\":43,\"a\":\"\u{e9}\"}\n",
                ],
            ),
        ] {
            let whole = format!("{head}{}", rows.concat());
            for cut in 0..=whole.len() {
                for noise in [&b""[..], b"\0\0\0\n"] {
                    let output = folder
                        .path()
                        .join(format!("{form:?}-{cut}-{}.out", noise.len()));
                    let left = [&whole.as_bytes()[..cut], noise].concat();
                    std::fs::write(with(&output, ".part"), left).expect("written");
                    let mut part = Part::open(&output, head, form, 41, true).expect("opens");
                    let have = part.next - 41;
                    // Whole lines are never lost, unless noise follows a cut inside one.
                    let lines = whole[..].bytes().take(cut).filter(|b| *b == b'\n').count();
                    assert_eq!(
                        have,
                        (lines as u64).saturating_sub(u64::from(!head.is_empty()))
                    );
                    for row in &rows[have as usize..] {
                        part.append(row, 1).expect("written");
                    }
                    part.finish(&output).expect("renamed");
                    let made = std::fs::read(&output).expect("there");
                    assert_eq!(made, whole.as_bytes(), "{form:?} cut at {cut}");
                }
            }
        }
    }

    #[test]
    fn two_processes_do_not_write_to_one_part() {
        let folder = tempfile::tempdir().expect("a folder");
        let output = folder.path().join("out.csv");
        let one = Part::open(&output, "point\n", Form::Csv, 0, false).expect("opens");
        assert!(Part::open(&output, "point\n", Form::Csv, 0, true).is_err());
        drop(one);
        assert!(Part::open(&output, "point\n", Form::Csv, 0, true).is_ok());
    }
}

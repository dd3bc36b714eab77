//! Typed looks at JSON values; every disappointment becomes a diagnostic with path and place.

use super::locate::{Path, describe, locate};
use crate::diagnostic::{Diagnostic, Reading};
use crate::number::Number;
use crate::patience::polled;
use serde_json::{Map, Value};

/// Diagnostics beyond this many are counted, not kept.
const MAX_DIAGNOSTICS: usize = 100;

/// A value that was needed and is not there; why has been said.
#[derive(Debug)]
pub(super) struct Missing;

pub(super) struct Reader<'t> {
    text: &'t str,
    diagnostics: Vec<Diagnostic>,
    dropped: usize,
}

/// A value and where it stands.
#[derive(Clone)]
pub(super) struct At<'v> {
    pub(super) value: &'v Value,
    pub(super) path: Path,
}

/// An object whose members are taken one by one; what is left over is warned of.
pub(super) struct Members<'v> {
    map: &'v Map<String, Value>,
    path: Path,
    taken: Vec<&'static str>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            diagnostics: Vec::new(),
            dropped: 0,
        }
    }

    pub(super) fn finish<T>(mut self, value: Option<T>) -> Reading<T> {
        self.diagnostics.sort_by_key(|d| d.span.start);
        if self.dropped > 0 {
            let end = self.text.len();
            self.diagnostics.push(Diagnostic::error(
                "F210",
                end..end,
                format!("{} more problems are not shown", self.dropped),
            ));
        }
        Reading {
            value,
            diagnostics: self.diagnostics,
        }
    }

    pub(super) fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Says that something is wrong at a path.
    pub(super) fn error(&mut self, code: &'static str, path: &Path, message: &str) -> Missing {
        if self.diagnostics.len() < MAX_DIAGNOSTICS {
            let span = locate(self.text, path);
            let message = format!("{path}: {message}");
            self.diagnostics
                .push(Diagnostic::error(code, span, message));
        } else {
            self.dropped += 1;
        }
        Missing
    }

    fn wrong(&mut self, at: &At<'_>, wanted: &str) -> Missing {
        let message = format!("expected {wanted}, found {}", describe(at.value));
        self.error("F205", &at.path, &message)
    }

    pub(super) fn object<'v>(&mut self, at: &At<'v>) -> Result<Members<'v>, Missing> {
        match at.value {
            Value::Object(map) => Ok(Members {
                map,
                path: at.path.clone(),
                taken: Vec::new(),
            }),
            _ => Err(self.wrong(at, "an object")),
        }
    }

    /// The entries of a list, with their paths.
    pub(super) fn list<'v>(&mut self, at: &At<'v>) -> Result<Vec<At<'v>>, Missing> {
        let entries = self.entries(at)?;
        Ok(polled(entries.iter().enumerate())
            .map(|(k, value)| At {
                value,
                path: at.path.index(k),
            })
            .collect())
    }

    /// The bare entries of a list, for long ones.
    pub(super) fn entries<'v>(&mut self, at: &At<'v>) -> Result<&'v [Value], Missing> {
        match at.value {
            Value::Array(entries) => Ok(entries),
            _ => Err(self.wrong(at, "a list")),
        }
    }

    pub(super) fn text<'v>(&mut self, at: &At<'v>) -> Result<&'v str, Missing> {
        match at.value {
            Value::String(text) => Ok(text),
            _ => Err(self.wrong(at, "text")),
        }
    }

    pub(super) fn texts<'v>(&mut self, at: &At<'v>) -> Result<Vec<&'v str>, Missing> {
        let list = self.list(at)?;
        // Look at all of them before giving up.
        let texts: Vec<_> = list.iter().map(|entry| self.text(entry)).collect();
        texts.into_iter().collect()
    }

    pub(super) fn flag(&mut self, at: &At<'_>) -> Result<bool, Missing> {
        at.value
            .as_bool()
            .ok_or_else(|| self.wrong(at, "true or false"))
    }

    pub(super) fn integer(&mut self, at: &At<'_>) -> Result<i64, Missing> {
        at.value
            .as_i64()
            .ok_or_else(|| self.wrong(at, "an integer"))
    }

    pub(super) fn integers(&mut self, at: &At<'_>) -> Result<Vec<i64>, Missing> {
        let list = self.list(at)?;
        let numbers: Vec<_> = list.iter().map(|entry| self.integer(entry)).collect();
        numbers.into_iter().collect()
    }

    /// A position below `len`.
    pub(super) fn index(&mut self, at: &At<'_>, len: usize, what: &str) -> Result<u32, Missing> {
        let value = self.integer(at)?;
        match u32::try_from(value) {
            Ok(index) if (index as usize) < len => Ok(index),
            _ => {
                let message =
                    format!("there is no {what} {value}; there are {len}, numbered from 0");
                Err(self.error("F207", &at.path, &message))
            }
        }
    }

    pub(super) fn indices(
        &mut self,
        at: &At<'_>,
        len: usize,
        what: &str,
    ) -> Result<Vec<u32>, Missing> {
        let list = self.list(at)?;
        let indices: Vec<_> = list.iter().map(|e| self.index(e, len, what)).collect();
        indices.into_iter().collect()
    }

    /// A list of positions below `len`, or `null`.
    pub(super) fn optional_indices(
        &mut self,
        at: &At<'_>,
        len: usize,
        what: &str,
    ) -> Result<Vec<Option<u32>>, Missing> {
        let entries = self.entries(at)?;
        let mut indices = Vec::with_capacity(entries.len());
        let mut failed = false;
        for (k, value) in polled(entries.iter().enumerate()) {
            if value.is_null() {
                indices.push(None);
                continue;
            }
            let known = value.as_u64().filter(|i| *i < len as u64);
            if let Some(index) = known {
                indices.push(Some(index as u32));
                continue;
            }
            let path = at.path.index(k);
            failed |= self.index(&At { value, path }, len, what).is_err();
        }
        if failed { Err(Missing) } else { Ok(indices) }
    }

    /// An exact number: text, or a JSON integer.
    pub(super) fn number(&mut self, at: &At<'_>) -> Result<Number, Missing> {
        match at.value {
            Value::String(text) => Number::parse(text)
                .map_err(|error| self.error("F206", &at.path, &error.to_string())),
            Value::Number(number) => number.as_i64().map(Number::from).ok_or_else(|| {
                let message = format!("write \"{number}\" in quotes, so that it is exact");
                self.error("F206", &at.path, &message)
            }),
            _ => Err(self.wrong(at, "a number in quotes")),
        }
    }

    pub(super) fn numbers(&mut self, at: &At<'_>) -> Result<Vec<Number>, Missing> {
        let list = self.list(at)?;
        let numbers: Vec<_> = list.iter().map(|entry| self.number(entry)).collect();
        numbers.into_iter().collect()
    }

    /// Warns of members that nobody took.
    pub(super) fn close(&mut self, members: &Members<'_>) {
        for key in members.map.keys() {
            if !members.taken.contains(&key.as_str()) && self.diagnostics.len() < MAX_DIAGNOSTICS {
                let path = members.path.key(key);
                let span = locate(self.text, &path);
                self.diagnostics.push(Diagnostic::warning(
                    "F208",
                    span,
                    format!("{path}: nothing of this name is read"),
                ));
            }
        }
    }
}

impl<'v> Members<'v> {
    /// A member that may be missing.
    pub(super) fn maybe(&mut self, key: &'static str) -> Option<At<'v>> {
        self.taken.push(key);
        Some(At {
            value: self.map.get(key)?,
            path: self.path.key(key),
        })
    }

    /// A member that must be there.
    pub(super) fn need(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Result<At<'v>, Missing> {
        self.maybe(key).ok_or_else(|| {
            let message = format!("\"{key}\" is missing");
            reader.error("F204", &self.path, &message)
        })
    }
}

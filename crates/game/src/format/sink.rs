//! What a reader has to say, kept within bounds.

use crate::diagnostic::{Diagnostic, Severity};
use std::ops::Range;

/// How many errors, and how many warnings, are kept; the rest are counted. Apart, so that a flood
/// of warnings hides no error.
const MAX_EACH: usize = 50;

/// Collects diagnostics and caps their number.
#[derive(Debug, Default)]
pub(super) struct Sink {
    pub(super) kept: Vec<Diagnostic>,
    /// Warnings and errors beyond the cap, with the span of the first.
    more: Option<(usize, Severity, Range<usize>)>,
    errors: usize,
    warnings: usize,
}

impl Sink {
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        let count = if diagnostic.is_error() {
            &mut self.errors
        } else {
            &mut self.warnings
        };
        *count += 1;
        if *count <= MAX_EACH {
            self.kept.push(diagnostic);
            return;
        }
        match &mut self.more {
            Some((count, severity, _)) => {
                *count += 1;
                *severity = (*severity).max(diagnostic.severity);
            }
            None => self.more = Some((1, diagnostic.severity, diagnostic.span)),
        }
    }

    /// How many problems there are, kept or not.
    pub(super) fn count(&self) -> usize {
        self.errors + self.warnings
    }

    /// How many of them are errors.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    pub(super) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Whether further problems are only counted: looking closely is not worth while any more.
    pub(super) fn is_full(&self) -> bool {
        self.errors > MAX_EACH || self.warnings > MAX_EACH
    }

    /// Everything in order of place; under `strict` warnings have become errors.
    pub(super) fn finish(mut self, strict: bool) -> Vec<Diagnostic> {
        self.kept.sort_by_key(|d| (d.span.start, d.span.end));
        if let Some((count, severity, span)) = self.more {
            let mut more = Diagnostic::warning(
                "F099",
                span,
                format!("{count} more problem(s) of this file are not listed"),
            )
            .help("repair the ones listed and read the file again");
            more.severity = severity;
            self.kept.push(more);
        }
        if strict {
            for diagnostic in &mut self.kept {
                diagnostic.severity = Severity::Error;
            }
        }
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_problems_is_counted() {
        let mut sink = Sink::default();
        for k in 0..1000 {
            sink.push(Diagnostic::error("F012", k..k + 1, "no"));
        }
        let found = sink.finish(false);
        assert_eq!(found.len(), MAX_EACH + 1);
        assert!(found[MAX_EACH].message.contains("950 more"));
        let mut sink = Sink::default();
        for k in 0..1000 {
            sink.push(Diagnostic::warning("F002", k..k + 1, "hm"));
        }
        sink.push(Diagnostic::error("F012", 1000..1001, "no"));
        let found = sink.finish(false);
        assert!(found.iter().any(|d| d.code == "F012"), "no error is hidden");
    }
}

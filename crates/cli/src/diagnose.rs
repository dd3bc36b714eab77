//! Problems of an input, shown with the lines they are in.

use crate::failure::Exit;
use crate::source::Source;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use deterra_game::diagnostic::{Diagnostic, LineIndex};
use deterra_render::escape;
use serde::Serialize;
use std::ops::Range;

/// Bytes of source shown around a problem; longer excerpts give way to line and column alone.
const LONGEST_EXCERPT: usize = 4_000;

/// The code of an assertion that does not hold.
const ASSERTION: &str = "D075";

/// The code of an event whose likelihood is that of an equilibrium which cannot be computed.
pub(crate) const UNCOMPUTED: &str = "D045";

/// The problems of one input.
#[derive(Debug)]
pub(crate) struct Problems {
    /// The input.
    pub(crate) source: Source,
    /// In order of place.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Whether warnings count as errors.
    pub(crate) strict: bool,
}

impl Problems {
    /// How many there are, in a sentence.
    pub(crate) fn summary(&self) -> String {
        let errors = self.diagnostics.iter().filter(|d| d.is_error()).count();
        let warnings = self.diagnostics.len() - errors;
        let count = |n: usize, what: &str| match n {
            1 => format!("1 {what}"),
            n => format!("{n} {what}s"),
        };
        let name = escape::terminal(&self.source.name).into_owned();
        match (errors, warnings) {
            (0, 0) => format!("{name}: no problems"),
            (0, w) => format!("{name}: {}", count(w, "warning")),
            (e, 0) => format!("{name}: {}", count(e, "error")),
            (e, w) => format!("{name}: {}, {}", count(e, "error"), count(w, "warning")),
        }
    }
}

impl Problems {
    /// The exit code: 1 if only assertions of a scenario fail, 4 if only an equilibrium that its
    /// history rests on could not be computed, 3 for any other error, and for warnings if those
    /// count.
    pub(crate) fn exit(&self) -> Exit {
        let counts = |d: &&Diagnostic| self.strict || d.is_error();
        let mut counted = self.diagnostics.iter().filter(counts).peekable();
        if counted.peek().is_none() {
            Exit::Answered
        } else if counted.clone().all(|d| d.code == ASSERTION) {
            Exit::No
        } else if counted.all(|d| d.code == UNCOMPUTED) {
            Exit::Partial
        } else {
            Exit::Invalid
        }
    }
}

/// A problem in JSON.
#[derive(Debug, Serialize)]
pub(crate) struct DiagnosticJson {
    pub(crate) code: &'static str,
    pub(crate) severity: &'static str,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) line: usize,
    pub(crate) column: usize,
    end_line: usize,
    end_column: usize,
    notes: Vec<NoteJson>,
}

#[derive(Debug, Serialize)]
struct NoteJson {
    message: String,
    line: usize,
    column: usize,
}

/// All problems as data, in order of place; lines and columns count from 1, ends are exclusive.
pub(crate) fn to_json(text: &str, diagnostics: &[Diagnostic]) -> Vec<DiagnosticJson> {
    let index = LineIndex::new(text);
    let one = |d: &Diagnostic| {
        let start = index.position(text, d.span.start);
        let end = index.position(text, d.span.end);
        DiagnosticJson {
            code: d.code,
            severity: severity(d),
            message: d.message.clone(),
            help: d.help.clone(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            notes: d
                .notes
                .iter()
                .map(|note| {
                    let at = index.position(text, note.span.start);
                    NoteJson {
                        message: note.message.clone(),
                        line: at.line,
                        column: at.column,
                    }
                })
                .collect(),
        }
    };
    diagnostics.iter().map(one).collect()
}

fn severity(diagnostic: &Diagnostic) -> &'static str {
    if diagnostic.is_error() {
        "error"
    } else {
        "warning"
    }
}

/// All problems as people read them, each with its lines; styled for a terminal if asked.
pub(crate) fn to_text(
    name: &str,
    text: &str,
    diagnostics: &[Diagnostic],
    styled: bool,
    width: usize,
) -> String {
    let renderer = if styled {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
    .term_width(width);
    let name = escape::terminal(name);
    let index = LineIndex::new(text);
    let mut out = String::new();
    for diagnostic in diagnostics {
        out += &renderer.render(&[group(&name, text, &index, diagnostic)]);
        out += "\n\n";
    }
    out
}

fn group<'a>(
    name: &'a str,
    text: &str,
    index: &LineIndex,
    diagnostic: &'a Diagnostic,
) -> Group<'a> {
    let level = if diagnostic.is_error() {
        Level::ERROR
    } else {
        Level::WARNING
    };
    let title = level
        .primary_title(escape::paragraphs(&diagnostic.message))
        .id(diagnostic.code);
    // An empty span at the start is no place: the problem is with the command line.
    let mut group = if diagnostic.span == (0..0) {
        Group::with_title(title)
    } else {
        title.element(place(
            name,
            text,
            index,
            &diagnostic.span,
            AnnotationKind::Primary,
            None,
        ))
    };
    for note in &diagnostic.notes {
        group = group.element(place(
            name,
            text,
            index,
            &note.span,
            AnnotationKind::Context,
            Some(escape::terminal(&note.message).into_owned()),
        ));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(escape::paragraphs(help)));
    }
    group
}

/// The lines around a span, or line and column alone where they are too long to show.
fn place<'a>(
    name: &'a str,
    text: &str,
    index: &LineIndex,
    span: &Range<usize>,
    kind: AnnotationKind,
    label: Option<String>,
) -> Element<'a> {
    let start = floor(text, span.start);
    let end = floor(text, span.end.max(start));
    // A long span, such as a whole table, is marked by its first line.
    let end = match text[start..end].find('\n') {
        Some(at) => start + at,
        None => end,
    };
    let first = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let last = text[end..].find('\n').map_or(text.len(), |at| end + at);
    let at = index.position(text, start);
    if last - first > LONGEST_EXCERPT {
        return Origin::path(name)
            .line(at.line)
            .char_column(at.column)
            .into();
    }
    let (excerpt, shifted) = harmless(
        text[first..last].trim_end_matches('\r'),
        start - first,
        end - first,
    );
    let mut annotation = kind.span(shifted);
    if let Some(label) = label {
        annotation = annotation.label(label);
    }
    Snippet::source(excerpt)
        .path(name)
        .line_start(at.line)
        .annotation(annotation)
        .into()
}

/// The excerpt with treacherous characters replaced one for one, so that columns stay right,
/// and the span in it.
fn harmless(excerpt: &str, start: usize, end: usize) -> (String, Range<usize>) {
    let mut out = String::with_capacity(excerpt.len());
    let mut span = None..None;
    for (at, c) in excerpt.char_indices() {
        if at >= start && span.start.is_none() {
            span.start = Some(out.len());
        }
        if at >= end && span.end.is_none() {
            span.end = Some(out.len());
        }
        out.push(if c != '\t' && escape::is_treacherous(c) {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        });
    }
    let start = span.start.unwrap_or(out.len());
    let end = span.end.unwrap_or(out.len());
    (out, start..end)
}

fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, diagnostic: Diagnostic) -> String {
        to_text("crisis.toml", text, &[diagnostic], false, 100)
    }

    #[test]
    fn a_problem_shows_its_line_its_notes_and_its_help() {
        let text = "[params]\ncost = 3\ncost = 4\n[[rung]]\npay = \"cots\"\n";
        let at = text.find("cots").expect("there");
        let first = text.find("cost").expect("there");
        let problem = Diagnostic::error("D014", at..at + 4, "unknown parameter `cots`")
            .note(first..first + 4, "a parameter of a similar name")
            .help("did you mean `cost`?");
        insta::assert_snapshot!(shown(text, problem), @r#"
        error[D014]: unknown parameter `cots`
         --> crisis.toml:5:8
          |
        5 | pay = "cots"
          |        ^^^^
          |
         ::: crisis.toml:2:1
          |
        2 | cost = 3
          | ---- a parameter of a similar name
          |
          = help: did you mean `cost`?
        "#);
    }

    #[test]
    fn control_characters_of_the_source_do_not_reach_the_terminal() {
        let text = "label = \"\u{1b}[2J\u{202e}x\"\r\n";
        let at = text.find('x').expect("there");
        let out = shown(
            text,
            Diagnostic::warning("F001", at..at + 1, "label has \u{1b} in it"),
        );
        assert!(
            !out.chars().any(|c| c != '\n' && escape::is_treacherous(c)),
            "{out:?}"
        );
        insta::assert_snapshot!(out, @r#"
        warning[F001]: label has \u{1b} in it
         --> crisis.toml:1:15
          |
        1 | label = "�[2J�x"
          |               ^
        "#);
    }

    #[test]
    fn odd_spans_do_not_panic() {
        let long = format!("x = \"{}\"", "é".repeat(10_000));
        for text in ["", "a", "é", "\n\n", "\u{feff}EFG", long.as_str()] {
            for span in [0..0, 0..1, 1..1, 1..2, 3..900, 99_999..100_000] {
                let out = shown(text, Diagnostic::error("F001", span, "odd"));
                assert!(out.contains("error[F001]: odd"), "{out}");
                assert!(out.len() < 3 * LONGEST_EXCERPT, "{}", out.len());
            }
        }
    }

    #[test]
    fn json_counts_lines_and_columns_from_one() {
        let text = "é\nab c\n";
        let problem = Diagnostic::error("D001", 6..7, "here");
        let json = serde_json::to_value(to_json(text, &[problem])).expect("data");
        assert_eq!(json[0]["line"], 2);
        assert_eq!(json[0]["column"], 4);
        assert_eq!(json[0]["end_column"], 5);
    }
}

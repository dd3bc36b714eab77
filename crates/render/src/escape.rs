//! Labels made safe to show, one function a sink.
//!
//! Names of players, actions and outcomes come from strangers' files. Shown as they are, they
//! could move the cursor, set the clipboard, reverse the reading order, run a spreadsheet formula
//! or close a tag. Each function here makes a label harmless for exactly one sink; JSON needs
//! none of them because its writer escapes by itself.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character steers a terminal or hides from the reader instead of showing.
///
/// Control characters (C0, DEL, C1), bidirectional marks, overrides and isolates, zero-width
/// characters, line and paragraph separators, invisible operators, interlinear annotation and
/// language tags.
pub fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// For terminals and plain text: treacherous characters become visible, such as `\u{1b}`.
///
/// # Example
/// ```
/// use deterra_render::escape::terminal;
/// assert_eq!(terminal("wipe \u{1b}[2J"), r"wipe \u{1b}[2J");
/// assert_eq!(terminal("naïve 威慑"), "naïve 威慑");
/// ```
pub fn terminal(text: &str) -> Cow<'_, str> {
    visible(text, |_| false)
}

/// For text of several lines that we laid out ourselves: as [`terminal`], but line feeds stay.
pub fn paragraphs(text: &str) -> Cow<'_, str> {
    visible(text, |c| c == '\n')
}

fn visible(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    let shows = |c: char| !is_treacherous(c) || keep(c);
    if text.chars().all(shows) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            c if shows(c) => out.push(c),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Writing to a string cannot fail.
            c => _ = write!(out, "\\u{{{:x}}}", u32::from(c)),
        }
    }
    Cow::Owned(out)
}

/// For a Markdown table cell or paragraph: no markup, no tags, no new cell.
///
/// # Example
/// ```
/// use deterra_render::escape::markdown;
/// assert_eq!(markdown("a|b <i>"), r"a\|b &lt;i&gt;");
/// ```
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in terminal(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// For a text cell of a CSV file: a spreadsheet must not take it for a formula.
///
/// Cells that would start one get an apostrophe in front. Quoting is the CSV writer's work.
///
/// # Example
/// ```
/// use deterra_render::escape::csv;
/// assert_eq!(csv("=1+2"), "'=1+2");
/// assert_eq!(csv("hold"), "hold");
/// ```
pub fn csv(text: &str) -> Cow<'_, str> {
    // Full-width signs start formulas in some locales' spreadsheets; control characters in front
    // are skipped by some readers, and spelled out by `terminal` here.
    let first = text.trim_start().chars().next();
    let formula = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '|' | '＝' | '＋' | '－' | '＠')
    );
    let shown = terminal(text);
    if formula {
        Cow::Owned(format!("'{shown}"))
    } else {
        shown
    }
}

/// For LaTeX text: no commands, no math, no comment.
///
/// # Example
/// ```
/// use deterra_render::escape::latex;
/// assert_eq!(latex(r"50% \write18"), r"50\% \textbackslash{}write18");
/// ```
pub fn latex(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in terminal(text).chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            '|' => out.push_str("\\textbar{}"),
            '"' => out.push_str("\\textquotedbl{}"),
            '{' | '}' | '$' | '&' | '#' | '_' | '%' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// For Graphviz: a quoted string, quotes included; `\n` in it does not start a line.
///
/// # Example
/// ```
/// use deterra_render::escape::dot;
/// assert_eq!(dot(r#"say "go""#), r#""say \"go\"""#);
/// ```
pub fn dot(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in terminal(text).chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// For HTML and SVG text and quoted attributes.
///
/// # Example
/// ```
/// use deterra_render::escape::html;
/// assert_eq!(html(r#""><svg onload=x>"#), "&quot;&gt;&lt;svg onload=x&gt;");
/// ```
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in terminal(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What strangers have put into labels of other tools.
    const PAYLOADS: &[&str] = &[
        "\u{1b}]52;c;cm0gLXJm\u{7}",
        "\u{1b}[2J\u{1b}[1;1H",
        "\u{1b}]8;;http://example.org\u{1b}\\link\u{1b}]8;;\u{1b}\\",
        "\u{9b}31m",
        "over\rwritten",
        "two\nlines",
        "tab\tstop",
        "null\0byte",
        "del\u{7f}",
        "\u{202e}desrever",
        "\u{2066}isolate\u{2069}",
        "zero\u{200b}width\u{feff}",
        "line\u{2028}separator",
        "tag\u{e0041}",
        "soft\u{ad}hyphen",
        "=HYPERLINK(\"http://example.org\")",
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1:A9)",
        "\t=1+1",
        "＝1+1",
        "</script><script>alert(1)</script>",
        "\"><svg onload=alert(1)>",
        "' onmouseover='x",
        "]]>",
        "&#x3c;",
        "javascript:alert(1)",
        "a|b",
        "`code`",
        "[link](x)",
        "\\input{/etc/passwd}",
        "\\write18{ls}",
        "$x$",
        "100%",
        "{brace}",
        "#_&^~",
        "label\\nnewline",
        "quote\"quote",
        "\\",
        "",
    ];

    #[test]
    fn no_sink_passes_a_treacherous_character() {
        type Sink = fn(&str) -> String;
        let sinks: [(&str, Sink); 6] = [
            ("terminal", |t| terminal(t).into_owned()),
            ("markdown", markdown),
            ("csv", |t| csv(t).into_owned()),
            ("latex", latex),
            ("dot", dot),
            ("html", html),
        ];
        for (name, sink) in sinks {
            for payload in PAYLOADS {
                let shown = sink(payload);
                assert!(
                    !shown.chars().any(is_treacherous),
                    "{name} lets through {payload:?} as {shown:?}"
                );
            }
        }
    }

    #[test]
    fn spreadsheets_see_no_formula() {
        for payload in PAYLOADS {
            let cell = csv(payload).into_owned();
            let first = cell.chars().next();
            assert!(
                !matches!(first, Some('=' | '+' | '-' | '@' | '＝')),
                "{cell:?}"
            );
        }
        assert_eq!(csv("\t=1+1"), "'\\t=1+1");
    }

    #[test]
    fn html_sees_no_tag_and_no_quote() {
        for payload in PAYLOADS {
            assert!(!html(payload).contains(['<', '>', '"', '\'']), "{payload}");
        }
    }

    #[test]
    fn latex_sees_no_command_but_ours() {
        for payload in PAYLOADS {
            let shown = latex(payload);
            let mut rest = shown.as_str();
            while let Some(at) = rest.find('\\') {
                let command = &rest[at + 1..];
                assert!(
                    command.starts_with("text")
                        || command.starts_with(['{', '}', '$', '&', '#', '_', '%']),
                    "{shown}"
                );
                rest = &command[1..];
            }
        }
    }

    #[test]
    fn dot_strings_end_where_they_should() {
        for payload in PAYLOADS {
            let quoted = dot(payload);
            let mut open = true;
            let mut chars = quoted[1..quoted.len() - 1].chars();
            while let Some(c) = chars.next() {
                if c == '\\' {
                    open = chars.next().is_some();
                } else {
                    assert_ne!(c, '"', "{quoted}");
                }
            }
            assert!(open, "{quoted} escapes its own end");
        }
    }

    #[test]
    fn harmless_labels_stay_as_they_are() {
        for label in ["continue", "Bach–Stravinsky", "威慑", "é", "a b"] {
            assert!(matches!(terminal(label), Cow::Borrowed(_)));
            assert_eq!(csv(label), label);
            assert_eq!(html(label), label);
        }
        assert_eq!(paragraphs("a\nb\u{1b}"), "a\nb\\u{1b}");
    }
}

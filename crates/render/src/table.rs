//! One table model, several sinks: aligned text, Markdown, CSV, LaTeX.
//!
//! A table is plain data. Each sink escapes labels for itself, aligns numbers to the right where
//! it can, and writes exact numbers: CSV gets the fraction alone, so that it can be read back,
//! people get the decimal beside it.

use crate::{escape, number};
use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, Table as Layout, TableStyle,
};
use deterra_game::number::Rational;

/// Characters of a cell that a terminal shows; nobody reads more in a table.
const LONGEST_CELL: usize = 200;

/// Characters of a line of prose that are shown. Wrapping takes time quadratic in them.
const LONGEST_LINE: usize = 4_000;

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing to say.
    Empty,
    /// A label or a sentence, as it is; sinks escape it.
    Text(String),
    /// An exact number, shown with its decimal.
    Number(Rational),
    /// An exact number whose sign matters: gains show a plus.
    Signed(Rational),
    /// A decimal as it is to be shown, which is no exact number: an estimate.
    Figure(String),
    /// Yes or no.
    Flag(bool),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&Rational> for Cell {
    fn from(value: &Rational) -> Self {
        Self::Number(value.clone())
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl Cell {
    /// As people read it, not yet escaped.
    fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Figure(text) => text.clone(),
            Self::Number(value) => number::both(value),
            Self::Signed(value) => number::signed(value),
            Self::Flag(true) => "yes".to_owned(),
            Self::Flag(false) => "no".to_owned(),
        }
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Signed(_) | Self::Figure(_))
    }
}

/// Rows under headings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table with these headings.
    pub fn new<H: Into<String>>(headings: impl IntoIterator<Item = H>) -> Self {
        Self {
            headings: headings.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row; missing cells are empty and cells beyond the headings are dropped.
    pub fn push(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let mut row: Vec<Cell> = cells.into_iter().take(self.headings.len()).collect();
        row.resize(self.headings.len(), Cell::Empty);
        self.rows.push(row);
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Aligned columns for a terminal, two spaces apart, no frame.
    ///
    /// Columns with nothing in them are left out. Given a `width`, long cells wrap to fit.
    ///
    /// # Returns
    /// Lines without trailing blanks, each ended by a line feed.
    pub fn to_text(&self, width: Option<usize>) -> String {
        let kept: Vec<usize> = (0..self.headings.len())
            .filter(|k| self.rows.iter().any(|row| row[*k] != Cell::Empty))
            .collect();
        let mut layout = Layout::new();
        layout.load_style(TableStyle::new());
        if let Some(width) = width {
            layout.set_content_arrangement(ContentArrangement::Dynamic);
            layout.set_width(u16::try_from(width).unwrap_or(u16::MAX));
        }
        layout.set_header(
            kept.iter()
                .map(|k| elided(&escape::terminal(&self.headings[*k]), LONGEST_CELL)),
        );
        for row in &self.rows {
            layout.add_row(
                kept.iter()
                    .map(|k| elided(&escape::terminal(&row[*k].shown()), LONGEST_CELL)),
            );
        }
        for (at, column) in layout.column_iter_mut().enumerate() {
            column.set_padding((0, 2));
            if self.is_numeric(kept[at]) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        lines(&layout)
    }

    /// A GitHub-style Markdown table.
    pub fn to_markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = line(self.headings.iter().map(|h| escape::markdown(h)).collect());
        let rule = |k| if self.is_numeric(k) { "---:" } else { "---" };
        text += &line(
            (0..self.headings.len())
                .map(|k| rule(k).to_owned())
                .collect(),
        );
        for row in &self.rows {
            text += &line(row.iter().map(|c| escape::markdown(&c.shown())).collect());
        }
        text
    }

    /// Comma-separated values: exact numbers as they are, labels guarded against formulas.
    pub fn to_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let headings = self.headings.iter().map(|h| escape::csv(h).into_owned());
        let rows = self.rows.iter().map(|row| {
            row.iter()
                .map(|cell| match cell {
                    Cell::Number(value) | Cell::Signed(value) => value.to_string(),
                    Cell::Figure(figure) => escape::terminal(figure).into_owned(),
                    other => escape::csv(&other.shown()).into_owned(),
                })
                .collect::<Vec<_>>()
        });
        for record in std::iter::once(headings.collect()).chain(rows) {
            writer
                .write_record(&record)
                .expect("invariant: rows have the headings' length and memory does not fail");
        }
        let bytes = writer.into_inner().unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// A LaTeX `tabular` in booktabs style.
    pub fn to_latex(&self) -> String {
        let columns: String = (0..self.headings.len())
            .map(|k| if self.is_numeric(k) { 'r' } else { 'l' })
            .collect();
        let line = |cells: Vec<String>| format!("{} \\\\\n", cells.join(" & "));
        let mut text = format!("\\begin{{tabular}}{{{columns}}}\n\\toprule\n");
        text += &line(self.headings.iter().map(|h| escape::latex(h)).collect());
        text += "\\midrule\n";
        for row in &self.rows {
            text += &line(
                row.iter()
                    .map(|cell| match cell {
                        // Mathematics, so that a minus is one.
                        Cell::Figure(figure) if figure.starts_with('-') => {
                            format!("${}$", escape::latex(figure))
                        }
                        other => escape::latex(&other.shown()),
                    })
                    .collect(),
            );
        }
        text + "\\bottomrule\n\\end{tabular}\n"
    }

    fn is_numeric(&self, column: usize) -> bool {
        let mut cells = self.rows.iter().map(|row| &row[column]);
        cells.any(Cell::is_number)
            && self
                .rows
                .iter()
                .all(|row| row[column].is_number() || row[column] == Cell::Empty)
    }
}

/// Paragraphs beside their headings, wrapped to a width: what a form looks like.
///
/// Line feeds in a text start a new line; everything else is escaped.
///
/// # Returns
/// Lines without trailing blanks, each ended by a line feed.
pub fn sheet(entries: &[(&str, String)], width: usize) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let mut layout = Layout::new();
    layout.load_style(TableStyle::new());
    layout.set_content_arrangement(ContentArrangement::Dynamic);
    layout.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    for (heading, text) in entries {
        layout.add_row([
            elided(&escape::terminal(heading), LONGEST_CELL),
            prose(text),
        ]);
    }
    for column in layout.column_iter_mut() {
        column.set_padding((0, 2));
    }
    if let Some(headings) = layout.column_mut(0) {
        headings.set_constraint(ColumnConstraint::ContentWidth);
    }
    lines(&layout)
}

/// A paragraph wrapped to a width; line feeds start a new line, everything else is escaped.
///
/// # Returns
/// Lines without trailing blanks, each ended by a line feed.
pub fn paragraph(text: &str, width: usize) -> String {
    let mut layout = Layout::new();
    layout.load_style(TableStyle::new());
    layout.set_content_arrangement(ContentArrangement::Dynamic);
    layout.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    layout.add_row([prose(text)]);
    for column in layout.column_iter_mut() {
        column.set_padding((0, 0));
    }
    lines(&layout)
}

fn lines(layout: &Layout) -> String {
    let mut text = String::new();
    for line in layout.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Lines of prose, each safe to show and not too long.
fn prose(text: &str) -> String {
    let lines: Vec<String> = escape::paragraphs(text)
        .split('\n')
        .map(|line| elided(line, LONGEST_LINE))
        .collect();
    lines.join("\n")
}

/// The start of a text that is too long to show.
fn elided(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rungs() -> Table {
        let mut table = Table::new(["rung", "note", "margin", "credible"]);
        table.push([
            Cell::from("limited | denial"),
            Cell::Empty,
            Cell::Signed(Rational::new(357, 100).expect("a fraction")),
            Cell::from(true),
        ]);
        table.push([
            Cell::from("=total\u{1b}[2J"),
            Cell::Empty,
            Cell::Signed(Rational::integer(-10)),
            Cell::from(false),
        ]);
        table
    }

    #[test]
    fn text_is_aligned_and_leaves_empty_columns_out() {
        assert_eq!(
            rungs().to_text(None),
            [
                "rung                       margin  credible\n",
                "limited | denial  +357/100 (3.57)  yes\n",
                "=total\\u{1b}[2J               -10  no\n",
            ]
            .concat()
        );
    }

    #[test]
    fn csv_keeps_numbers_exact_and_guards_labels() {
        assert_eq!(
            rungs().to_csv(),
            "rung,note,margin,credible\nlimited | denial,,357/100,yes\n'=total\\u{1b}[2J,,-10,no\n"
        );
    }

    #[test]
    fn markdown_and_latex_escape_their_own_signs() {
        let markdown = rungs().to_markdown();
        assert!(markdown.contains(r"limited \| denial"), "{markdown}");
        assert!(
            markdown.contains("| --- | --- | ---: | --- |"),
            "{markdown}"
        );
        let latex = rungs().to_latex();
        assert!(latex.contains(r"limited \textbar{} denial"), "{latex}");
        assert!(
            latex.starts_with("\\begin{tabular}{llrl}\n\\toprule\n"),
            "{latex}"
        );
    }

    #[test]
    fn long_cells_wrap_to_the_width() {
        let mut table = Table::new(["what"]);
        table.push([Cell::from(
            "one two three four five six seven eight nine ten",
        )]);
        let text = table.to_text(Some(20));
        assert!(
            text.lines().all(|line| line.chars().count() <= 20),
            "{text}"
        );
        assert!(text.lines().count() > 3);
    }

    #[test]
    fn sheets_hang_paragraphs_beside_headings() {
        let text = sheet(
            &[
                ("Outcome", "acquiesce\u{7}".to_owned()),
                ("Why", "one two three four five six\nseven".to_owned()),
            ],
            26,
        );
        assert_eq!(
            text,
            "Outcome  acquiesce\\u{7}\nWhy      one two three\n         four five six\n         seven\n"
        );
        assert_eq!(sheet(&[], 80), "");
        assert_eq!(
            paragraph("one two\u{7} three", 12),
            "one two\\u{7}\nthree\n"
        );
    }

    #[test]
    fn a_label_longer_than_any_screen_is_harmless() {
        let mut table = Table::new(["what", "n"]);
        table.push([Cell::from("x".repeat(200_000)), Cell::from(true)]);
        let long = "x".repeat(1 << 20);
        assert!(paragraph(&long, 80).len() < 5_000);
        assert!(sheet(&[("long", long.clone())], 80).len() < 6_000);
        for width in [None, Some(80), Some(1)] {
            let text = table.to_text(width);
            assert!(text.len() < 5_000, "{} bytes", text.len());
            assert!(text.contains('…') && text.contains('s'));
        }
    }
}

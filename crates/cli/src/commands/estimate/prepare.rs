//! From a file of data to covariates and observations, or to everything that is wrong with it.

use super::Question;
use super::data::{Cell, Complaints, Data};
use super::formula::Formula;
use super::specify::{self, Encoding, Left, Rows, Usable};
use super::unfold::Unfolded;
use crate::context::Context;
use crate::diagnose::Problems;
use crate::failure::Failure;
use crate::source::Source;
use deterra_analyze::estimate::design::Design;
use deterra_analyze::estimate::tree::{Model, Observed};
use std::collections::BTreeMap;

/// Data with their source.
pub(super) struct Table {
    pub(super) source: Source,
    pub(super) data: Data,
}

impl Table {
    /// The same data once more, for another formula.
    pub(super) fn again(&self) -> Self {
        Self {
            source: Source {
                name: self.source.name.clone(),
                text: self.source.text.clone(),
            },
            data: self.data.clone(),
        }
    }
}

/// Reads data; if they cannot be used every problem is told at once.
pub(super) fn read(
    file: &str,
    complaints: &mut Complaints,
    context: &Context,
) -> Result<Table, Failure> {
    let source = Source::read(file, context)?;
    let data = super::data::read(&source.text, complaints);
    Ok(Table { source, data })
}

/// All complaints as one failure.
pub(super) fn refuse(source: Source, complaints: Complaints, context: &Context) -> Failure {
    Failure::Problems(Box::new(Problems {
        source,
        diagnostics: complaints.into_list(),
        strict: context.shared.strict,
    }))
}

/// Rows of data and what they observe.
pub(super) struct Prepared {
    pub(super) encoding: Encoding,
    pub(super) rows: Rows,
    pub(super) design: Design,
    pub(super) observed: Observed,
}

/// Everything that a formula says about data.
pub(super) fn prepare(
    question: &Question<'_>,
    tree: &Unfolded,
    model: &Model,
    formula: &Formula,
    utilities: &[String],
    table: Table,
    mut complaints: Complaints,
) -> Result<(Prepared, Table), Failure> {
    let block = question.block;
    let weight = block.and_then(|b| b.weight.as_deref());
    let group = block.and_then(|b| b.group.as_deref());
    let data = &table.data;
    let columns = formula.left.iter().map(String::as_str);
    let columns = columns.chain(formula.columns()).chain(weight).chain(group);
    if !specify::require(data, columns, &mut complaints) {
        return Err(refuse(table.source, complaints, question.context));
    }
    let left = Left::new(&formula.left, tree, data).map_err(|help| {
        Failure::usage(
            format!("`{}` does not say how play ended", formula.left.join(" + ")),
            help,
        )
    })?;
    let encoding = Encoding::new(formula, data, &mut complaints);
    let mut kinds: BTreeMap<Vec<usize>, u32> = BTreeMap::new();
    let mut seen: Vec<u32> = Vec::new();
    let usable = |row: &[Cell], complaints: &mut Complaints| match left.ends_of(row, complaints) {
        None => Usable::Missing,
        Some(ends) if ends.is_empty() => Usable::Wrong,
        Some(ends) => {
            let next = kinds.len() as u32;
            seen.push(*kinds.entry(ends).or_insert(next));
            Usable::Yes
        }
    };
    let rows = specify::rows(
        data,
        formula,
        &encoding,
        weight,
        group,
        usable,
        &mut complaints,
    );
    if !complaints.is_empty() {
        return Err(refuse(table.source, complaints, question.context));
    }
    if rows.kept.is_empty() {
        return Err(Failure::input_help(
            format!("{} has no row without something missing", table.source.name),
            "empty cells and NA are missing",
        ));
    }
    let mut by_kind: Vec<(Vec<usize>, u32)> = kinds.into_iter().collect();
    by_kind.sort_by_key(|(_, k)| *k);
    let kinds = by_kind.into_iter().map(|(ends, _)| ends).collect();
    let observed = Observed::new(model, kinds, seen).map_err(Failure::internal)?;
    let design = encoding
        .design(utilities, &rows)
        .ok_or_else(|| Failure::internal("covariates that are no numbers"))?;
    let prepared = Prepared {
        encoding,
        rows,
        design,
        observed,
    };
    Ok((prepared, table))
}

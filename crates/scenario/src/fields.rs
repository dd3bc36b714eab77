//! The language in one table: every block, every key, what it may hold and what it means.
//!
//! The parser checks files against this table ([`crate::shape`]), and the JSON Schema that editors
//! complete from is printed from it ([`crate::schema`]), so neither can lag behind the other.

mod actors;
mod estimate;
mod ladder;
mod tree;

use actors::{
    ACTOR, ALLIANCE, COALITION, HISTORY, PRIOR, RED_LINE, SANCTIONS, SCENARIO, THRESHOLD, ULTIMATUM,
};
use estimate::ESTIMATE;
use ladder::{AUDIENCE, OFF_RAMP, RESPONSE, RUNG};
use tree::{ANALYSIS, NODE, OBSERVE, OUTCOME, THEATRE, THREAT, VIEW};

/// What a key may hold.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Any text.
    Text,
    /// Text, a date or a number: what notes and sources may be.
    Note,
    /// `true` or `false`.
    Flag,
    /// A whole number that is not negative.
    Count,
    /// A number, a formula in quotes, or `{ value, note, source, … }`.
    Formula,
    /// A formula, or a list of them: one a rung.
    Schedule,
    /// `true`, `false`, or a formula.
    Condition,
    /// A parameter: number, formula, list, table, or `{ value, min, max, … }`.
    Parameter,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A name, or a list of names.
    Names,
    /// A rung: by its name or its number.
    Place,
    /// A table with these keys.
    Table(&'static Block),
    /// A list of such tables, written `[[name]]`.
    Tables(&'static Block),
    /// A table whose keys are names of the user; what each holds.
    Map(&'static Kind),
    /// One of these.
    Either(&'static [Kind]),
    /// Anything; looked at by later commands.
    Plain,
}

/// One key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) key: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) doc: &'static str,
}

/// A table with known keys.
#[derive(Debug)]
pub(crate) struct Block {
    /// As it is called in messages.
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) fields: &'static [Field],
    /// Whether `note`, `source`, `author`, `date` and `unit` may stand in it, as nearly everywhere.
    pub(crate) notes: bool,
    /// Whether other keys are let through, to be read by later commands.
    pub(crate) open: bool,
}

const fn may(key: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field {
        key,
        kind,
        required: false,
        doc,
    }
}

const fn must(key: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field {
        key,
        kind,
        required: true,
        doc,
    }
}

const fn block(name: &'static str, doc: &'static str, fields: &'static [Field]) -> Block {
    Block {
        name,
        doc,
        fields,
        notes: true,
        open: false,
    }
}

/// What may be said about any number and any block.
pub(crate) const NOTES: &[Field] = &[
    may(
        "note",
        Kind::Note,
        "What the number means, or why it is what it is.",
    ),
    may("source", Kind::Note, "Where it comes from."),
    may("author", Kind::Note, "Who put it here."),
    may("date", Kind::Note, "When."),
    may("unit", Kind::Note, "What it is counted in."),
];

/// `{ value = …, note = … }` in the place of a number.
pub(crate) static NUMBER: Block = block(
    "number",
    "A number with what is known about it.",
    &[must(
        "value",
        Kind::Formula,
        "The number, or a formula in quotes.",
    )],
);

const PAYOFFS: Kind = Kind::Map(&Kind::Schedule);

/// The whole file.
pub(crate) static FILE: Block = Block {
    name: "scenario file",
    doc: "A ladder of threats, or a tree of moves, as deterra reads it.",
    notes: false,
    open: false,
    fields: &[
        may(
            "scenario",
            Kind::Table(&SCENARIO),
            "What the file is about.",
        ),
        may(
            "params",
            Kind::Map(&Kind::Parameter),
            "The numbers, by name; formulas elsewhere use the names.",
        ),
        may(
            "actor",
            Kind::Tables(&ACTOR),
            "Who plays, in the order in which results list them.",
        ),
        may(
            "coalition",
            Kind::Tables(&COALITION),
            "Actors that decide together.",
        ),
        may(
            "alliance",
            Kind::Tables(&ALLIANCE),
            "A promise of one actor to another, and what breaking it costs.",
        ),
        may(
            "prior",
            Kind::Table(&PRIOR),
            "How likely the actors' types are together, if they are not independent.",
        ),
        may(
            "red_line",
            Kind::Tables(&RED_LINE),
            "What one side declared it would answer.",
        ),
        may(
            "history",
            Kind::Tables(&HISTORY),
            "What has happened, in order: evidence on the actors' types.",
        ),
        may(
            "threshold",
            Kind::Tables(&THRESHOLD),
            "A belief that matters, such as the least that deters.",
        ),
        may(
            "sanctions",
            Kind::Table(&SANCTIONS),
            "Economic pressure; formulas use its effect as `sanctions`.",
        ),
        may(
            "ultimatum",
            Kind::Table(&ULTIMATUM),
            "A demand with a deadline.",
        ),
        may(
            "rung",
            Kind::Tables(&RUNG),
            "The stages of the threat, in order.",
        ),
        may(
            "response",
            Kind::Tables(&RESPONSE),
            "How a side may answer when a stage is due, and what binds it.",
        ),
        may(
            "off_ramp",
            Kind::Tables(&OFF_RAMP),
            "A way out: who may take it, where, and what it pays.",
        ),
        may(
            "audience",
            Kind::Map(&Kind::Table(&AUDIENCE)),
            "What backing down costs an actor at home.",
        ),
        may(
            "node",
            Kind::Tables(&NODE),
            "The moves of a tree, one block a place.",
        ),
        may(
            "threat",
            Kind::Tables(&THREAT),
            "In a tree: which move carries out a threat, for the table of rungs.",
        ),
        may(
            "outcome",
            Kind::Tables(&OUTCOME),
            "How it can end, and what that pays.",
        ),
        may(
            "outcomes",
            Kind::Map(&PAYOFFS),
            "The same in short: `name = { actor = payoff }`.",
        ),
        may(
            "observe",
            Kind::Tables(&OBSERVE),
            "Who sees what; without such blocks everybody sees every move.",
        ),
        may(
            "theatre",
            Kind::Tables(&THEATRE),
            "The same contest again, with others in some parts.",
        ),
        may(
            "view",
            Kind::Tables(&VIEW),
            "The game as one side sees it, or as it is (hypergame).",
        ),
        may(
            "assert",
            Kind::Map(&Kind::Condition),
            "What must be true of the numbers before anything is solved.",
        ),
        may(
            "report",
            Kind::Map(&Kind::Condition),
            "Formulas that are printed with the results.",
        ),
        may(
            "estimate",
            Kind::Table(&ESTIMATE),
            "What is to be estimated from data, and how.",
        ),
        may(
            "analysis",
            Kind::Tables(&ANALYSIS),
            "Questions to ask of the scenario.",
        ),
    ],
};
